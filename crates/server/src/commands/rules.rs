//! `zongheng rules`: every rule with its strength and where it comes from.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde_json::json;
use zongheng_core::rules::{Rule, Strength};

#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Rules {
    pub(crate) fn run(&self) -> ExitCode {
        let text = if self.json { as_json() } else { as_text() };
        super::print(format_args!("{text}"));
        ExitCode::SUCCESS
    }
}

fn as_json() -> String {
    let rule = |rule: &Rule| {
        json!({
            "id": rule.id(), "strength": rule.strength().name(), "zh": rule.zh(), "en": rule.en(),
            "source": rule.source(),
        })
    };
    format!("{}\n", json!(Rule::ALL.iter().map(rule).collect::<Vec<_>>()))
}

fn as_text() -> String {
    let mut out = String::new();
    for strength in [Strength::Stop, Strength::Decision, Strength::Warn] {
        let of = Rule::ALL.iter().filter(|rule| rule.strength() == strength);
        // Writing to a text does not fail.
        let _ = writeln!(out, "== {} ({})", strength.name(), of.clone().count());
        for rule in of {
            let _ = writeln!(out, "{:16} {}", rule.id(), rule.zh());
            let _ = writeln!(out, "{:16} {}", "", rule.en());
            let _ = writeln!(out, "{:16} ({})", "", rule.source());
        }
    }
    out
}
