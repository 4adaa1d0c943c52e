//! `zongheng bench --against 127.0.0.1:8411`: a server that runs already gets as many reports as so many clients bring
//! in so many seconds; with a token every second client reads instead.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::figures::Figures;
use super::http::{Client, Keys, asked};
use crate::commands::Failure;
use crate::pages::encoded;

/// Who asks which server, and how.
pub(super) struct Load {
    pub(super) address: SocketAddr,
    pub(super) clients: u32,
    /// Who reads; nobody where left out.
    pub(super) token: Option<String>,
    /// The rest of each client between two questions.
    pub(super) pause: Duration,
}

/// # Errors
/// The server does not answer, refuses a report or a question, or its county is not a simulated one: what is reported
/// stays in the register for ever.
pub(super) async fn load(
    asked: Load,
    long: Duration,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let Load { address, clients, token, pause } = asked;
    let mut client = Client::connect(address).await?;
    let told: Value = serde_json::from_slice(client.look("/readyz").await?)
        .map_err(|e| Failure::input(format!("{address} is no Zongheng: {e}")))?;
    if told["simulated"] != json!(true) {
        let said = format!(
            "{address} does not serve a simulated county, and reports stay in a register for ever: try it on one that \
             `zongheng simulate` made and `zongheng serve --simulated` serves"
        );
        return Err(Failure::input(said));
    }
    let questions = match &token {
        Some(token) => questions(&mut client, token).await?,
        None => Vec::new(),
    };
    let keys = Keys::of_this_run();
    let begun = Instant::now();
    let until = begun + long;
    let mut at_work = Vec::new();
    for n in 0..clients {
        let (keys, questions) = (keys.clone(), questions.clone());
        let reads = n % 2 == 1 && !questions.is_empty();
        at_work.push(tokio::spawn(async move {
            let (mut client, mut took) = (Client::connect(address).await?, Vec::new());
            for k in (n..).step_by(clients as usize) {
                if Instant::now() >= until {
                    break;
                }
                took.push(if reads {
                    client.timed(&questions[k as usize / 2 % questions.len()], 200).await?
                } else {
                    client.timed(&keys.report(k), 201).await?
                });
                tokio::time::sleep(pause).await;
            }
            Ok::<_, Failure>((reads, took))
        }));
    }
    let (mut reports, mut reads) = (Vec::new(), Vec::new());
    for client in at_work {
        let (read, took) = client.await.map_err(|e| Failure::input(e.to_string()))??;
        if read { &mut reads } else { &mut reports }.extend(took);
    }
    figures.set("clients", json!(clients));
    for (name, took) in [("reports", reports), ("reads", reads)] {
        if name == "reads" && questions.is_empty() {
            continue;
        }
        let all = u64::try_from(took.len()).unwrap_or(u64::MAX);
        figures.set(name, json!(all));
        figures.per_second(name, all, begun.elapsed());
        figures.times(name, took);
    }
    Ok(())
}

/// What people look at all day, as it is sent: lists in two orders, by a filter, by words, counts, one matter.
async fn questions(client: &mut Client, token: &str) -> Result<Vec<String>, Failure> {
    let first: Value = serde_json::from_slice(client.get("/api/v1/matters?limit=1", token).await?)
        .map_err(|e| Failure::input(e.to_string()))?;
    let no = first["items"][0]["no"].as_str().unwrap_or_default();
    if no.is_empty() {
        return Err(Failure::input(
            "whoever has this token sees no matter: give one of a post that does",
        ));
    }
    let list = |query: String| format!("/api/v1/matters?limit=20&{query}");
    let mut paths = vec![
        list("order=due".to_owned()),
        list("order=newest".to_owned()),
        list("state=filed".to_owned()),
        list("category=road_bridge&order=newest".to_owned()),
        "/api/v1/counts?by=state".to_owned(),
        format!("/api/v1/matters/{no}"),
        format!("/api/v1/matters/{no}/acts"),
    ];
    paths.extend(["护栏", "龙舟赛", "桥"].map(|word| list(format!("q={}", encoded(word)))));
    Ok(paths.iter().map(|path| asked(path, token)).collect())
}
