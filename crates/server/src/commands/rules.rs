//! `zongheng rules`: every rule with its strength and where it comes from.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde_json::{Value, json};
use zongheng_core::rules::{Rule, Strength};

#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Rules {
    pub(crate) fn run(&self) -> ExitCode {
        let text = if self.json { format!("{}\n", json!(all())) } else { as_text() };
        super::print(format_args!("{text}"));
        ExitCode::SUCCESS
    }
}

/// Every rule as data, for the command and the API alike.
pub(crate) fn all() -> Vec<Value> {
    let rule = |rule: &Rule| {
        json!({
            "id": rule.id(), "strength": rule.strength().name(), "zh": rule.zh(), "en": rule.en(),
            "source": rule.source(), "source_en": rule.source_en(), "allowed_by": allowed_by(*rule),
        })
    };
    Rule::ALL.iter().map(rule).collect()
}

/// Whose decision allows it, where a named post may.
fn allowed_by(rule: Rule) -> Vec<&'static str> {
    rule.allowed_by().iter().map(|role| role.name()).collect()
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
            let english = rule.source_en();
            if english != rule.source() {
                let _ = writeln!(out, "{:16} ({english})", "");
            }
            let by = allowed_by(*rule);
            if !by.is_empty() {
                let _ = writeln!(out, "{:16} allowed by {}", "", by.join(", "));
            }
        }
    }
    out
}
