//! The register read as people read it: every scope, every filter, either order, and what of these takes longest.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::figures::{Figures, millis};
use super::http::Client;
use crate::commands::Failure;
use crate::pages::encoded;

/// Who reads: the whole county, a township, a village, a department.
pub(super) const READERS: [(&str, &str); 4] = [
    ("county", "command_centre"),
    ("township", "township_deputy"),
    ("village", "village_committee"),
    ("department", "county_transport"),
];

/// How often each question is asked, after once that is not counted.
const TIMES: u32 = 30;

/// A filter and where a matter has its value.
const FILTERS: [(&str, &str); 8] = [
    ("state", "/state"),
    ("category", "/category"),
    ("source", "/source"),
    ("lamp", "/lamp"),
    ("division", "/place/division"),
    ("owner", "/owner/unit"),
    ("lead", "/owner/unit"),
    ("unit", "/owner/unit"),
];

/// Values that few matters have, and one that all have.
const RARE: [&str; 4] =
    ["lamp=red", "state=returned", "source=meeting", "due_before=2999-12-31T18:00:00%2B08:00"];

const SEVERAL: [&[&str]; 4] = [
    &["state", "category"],
    &["category", "division"],
    &["source", "lamp", "unit"],
    &["state", "lead", "division"],
];

/// In most reports of the bench, in none, one after the other, and of one character.
const WORDS: [&str; 4] = ["护栏", "龙舟赛", "护栏 断了", "桥"];

/// The worst of a kind of question, and the medians of all of them.
#[derive(Default)]
struct Worst {
    p50: Duration,
    p99: Duration,
    asked: String,
    medians: Vec<Duration>,
}

impl Worst {
    fn take(&mut self, mut took: Vec<Duration>, asked: String) {
        took.sort();
        let at = |part| took.get(took.len() * part / 100).copied().unwrap_or_default();
        self.medians.push(at(50));
        if self.asked.is_empty() || at(50) > self.p50 {
            (self.p50, self.p99, self.asked) = (at(50), at(99), asked);
        }
    }

    fn told(mut self, name: &str, figures: &mut Figures) {
        self.medians.sort();
        let usual = self.medians.get(self.medians.len() / 2).copied().unwrap_or_default();
        figures.set(&format!("{name}_usual_p50_ms"), json!(millis(usual)));
        figures.set(&format!("{name}_worst_p50_ms"), json!(millis(self.p50)));
        figures.set(&format!("{name}_worst_p99_ms"), json!(millis(self.p99)));
        figures.set(&format!("{name}_worst"), json!(self.asked));
    }
}

/// Pages of 20 by each reader, of whom `tokens` are in the order of [`READERS`].
pub(super) async fn measure(
    address: SocketAddr,
    tokens: &[String],
    figures: &mut Figures,
) -> Result<(), Failure> {
    let mut client = Client::connect(address).await?;
    let whole = tokens.first().map(String::as_str).unwrap_or_default();
    let (mut none, mut one, mut several) = (Worst::default(), Worst::default(), Worst::default());
    let (mut counts, mut search) = (Worst::default(), Worst::default());
    for ((scope, _), token) in READERS.into_iter().zip(tokens) {
        // Its own first matter has values that its scope holds; where it has none, the county's.
        let mut sample = first(&mut client, token).await?;
        if sample.is_null() {
            sample = first(&mut client, whole).await?;
        }
        let value = |name: &str| {
            let at = FILTERS.iter().find(|(filter, _)| *filter == name).map_or("", |f| f.1);
            sample.pointer(at).and_then(Value::as_str).map(|value| format!("{name}={value}"))
        };
        let single = FILTERS.iter().filter_map(|(name, _)| value(name));
        let single = single.chain(RARE.map(str::to_owned));
        let joined = SEVERAL.iter().filter_map(|names| {
            let values: Option<Vec<String>> = names.iter().map(|name| value(name)).collect();
            values.map(|values| values.join("&"))
        });
        let words = WORDS.map(|word| format!("q={}", encoded(word)));
        let asked = [("", &mut none)].into_iter().map(|(f, w)| (vec![f.to_owned()], w));
        let asked = asked.chain([
            (single.collect(), &mut one),
            (joined.collect(), &mut several),
            (words.to_vec(), &mut search),
        ]);
        for (filters, worst) in asked {
            for filter in filters {
                for order in ["due", "newest"] {
                    let path = format!("/api/v1/matters?limit=20&order={order}&{filter}");
                    let took = times(&mut client, token, &path).await?;
                    worst.take(took, format!("{scope}: {order} {filter}"));
                }
            }
        }
        for by in ["state", "category", "lamp"] {
            let path = format!("/api/v1/counts?by={by}");
            counts.take(times(&mut client, token, &path).await?, format!("{scope}: by {by}"));
        }
    }
    none.told("page", figures);
    one.told("page_one_filter", figures);
    several.told("page_several_filters", figures);
    counts.told("counts", figures);
    search.told("search", figures);
    Ok(())
}

async fn first(client: &mut Client, token: &str) -> Result<Value, Failure> {
    let answer = client.get("/api/v1/matters?limit=1", token).await?;
    let answer: Value =
        serde_json::from_slice(answer).map_err(|e| Failure::input(e.to_string()))?;
    Ok(answer["items"][0].clone())
}

async fn times(client: &mut Client, token: &str, path: &str) -> Result<Vec<Duration>, Failure> {
    client.get(path, token).await?;
    let mut took = Vec::new();
    for _ in 0..TIMES {
        let begun = std::time::Instant::now();
        client.get(path, token).await?;
        took.push(begun.elapsed());
    }
    Ok(took)
}
