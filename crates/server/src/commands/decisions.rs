//! `zongheng decisions`: who decided what where the rules left a choice, by period, decider and kind.

use std::collections::BTreeMap;
use std::process::ExitCode;

use jiff::civil::Date;
use serde_json::json;
use zongheng_core::rules::Discretion;

use super::place::{Hold, Place};
use super::{Failure, say};
use crate::decisions::{Asked, decider};

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
        let asked = Asked { from: self.from, until: self.to, by: self.by, kind: self.kind };
        if asked.from > asked.until {
            return Err(Failure::input("the period ends before it begins"));
        }
        let kinds: Vec<String> = Discretion::all().into_iter().map(Discretion::name).collect();
        if let Some(kind) = asked.kind.as_ref().filter(|kind| !kinds.contains(kind)) {
            let kinds = kinds.join(", ");
            return Err(Failure::input(format!("no decision is of kind {kind}; one of: {kinds}")));
        }
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let county = store.county(&code).await?;
        let mut tally: BTreeMap<(String, String), u64> = BTreeMap::new();
        let (mut after, end) = asked.span();
        loop {
            let (decisions, next) = store.decisions(&code, after, end, PAGE).await?;
            for decision in decisions {
                if !asked.holds(&county, &decision) {
                    continue;
                }
                let who = decider(&county, &decision, false);
                let kind = decision.discretion.name();
                if self.json {
                    let act = &decision.act;
                    let post = decision.decider.or(act.by.post);
                    let line = json!({
                        "at": act.at, "kind": kind, "by": who, "post": post, "matter": decision.matter,
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
