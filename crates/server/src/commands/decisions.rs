//! `zongheng decisions`: who decided what where the rules left a choice, by period, decider and kind.

use std::collections::BTreeMap;
use std::process::ExitCode;

use jiff::ToSpan as _;
use jiff::civil::{Date, time};
use serde_json::json;
use zongheng_core::county::County;
use zongheng_core::ids::PostId;
use zongheng_core::time::At;
use zongheng_store::ledger::{self, Decision};

use super::place::{Hold, Place};
use super::{Failure, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Decisions {
    #[command(flatten)]
    place: Place,
    /// The first day.
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// Only those of posts with this in their name, or of units with it.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only of this kind, such as `granted_extend` or `despite`.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Each of them, one JSON object a line, instead of the counts.
    #[arg(long)]
    json: bool,
}

const PAGE: i64 = 2_000;

impl Decisions {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.list())
    }

    async fn list(self) -> Result<(), Failure> {
        let last = self.to.checked_add(1.day()).unwrap_or(self.to);
        if self.from >= last {
            return Err(Failure::input("the period ends before it begins"));
        }
        let midnight = |date| At::on(date, time(0, 0, 0, 0));
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let county = store.county(&code).await?;
        let mut tally: BTreeMap<(String, String), u64> = BTreeMap::new();
        let (mut after, end) = (ledger::Place::before(midnight(self.from)), midnight(last));
        loop {
            let (decisions, next) = store.decisions(&code, after, end, PAGE).await?;
            for decision in decisions {
                let (who, kind) = (decider(&county, &decision), decision.discretion.name());
                let named = self.by.as_ref().is_none_or(|by| who.contains(by.as_str()));
                if !named || self.kind.as_ref().is_some_and(|wanted| *wanted != kind) {
                    continue;
                }
                if self.json {
                    let act = &decision.act;
                    let post = decision.decider.or(act.by.post);
                    // What is decided beside matters stands in a stream of its own.
                    let matter = act.matter();
                    let line = json!({
                        "at": act.at, "kind": kind, "by": who, "post": post, "matter": matter,
                        "stream": act.stream, "seq": act.seq,
                    });
                    say!("{line}");
                } else {
                    *tally.entry((who, kind)).or_default() += 1;
                }
            }
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        for ((who, kind), n) in &tally {
            say!("{n:>8}  {kind:<24} {who}");
        }
        Ok(())
    }
}

/// Unit and post of who decided, by their names of today.
fn decider(county: &County, decision: &Decision) -> String {
    let organisation = &county.organisation;
    if let Some(post) = decision.decider.and_then(|id| organisation.posts.get(&id)) {
        let unit = organisation.units.get(&post.unit).map_or("", |unit| unit.name.as_str());
        return format!("{unit} · {}", post.name);
    }
    let by = &decision.act.by;
    let post = |id: PostId| organisation.posts.get(&id).map(|p| p.name.as_str());
    let unit = by.unit.and_then(|id| organisation.units.get(&id)).map(|u| u.name.as_str());
    match (unit, by.post.and_then(post)) {
        (Some(unit), Some(post)) => format!("{unit} · {post}"),
        _ => by.user.clone(),
    }
}
