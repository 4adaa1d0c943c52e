//! The moment at which what is played from an archive ends: whatever came later is left out.

use std::collections::BTreeSet;

use serde_json::Value;
use zongheng_core::time::At;

use super::tables::Table;

/// How far increments are played; without a moment to their end.
#[derive(Debug, Default)]
pub(super) struct Cut {
    to: Option<At>,
    /// The place of the first act that was left out.
    out: Option<i64>,
    /// Entries that only acts left out name.
    contents: BTreeSet<String>,
}

impl Cut {
    pub(super) fn new(to: Option<At>) -> Self {
        Self { to, ..Self::default() }
    }

    /// Whether the moment wanted is before this one.
    pub(super) fn is_before(&self, at: At) -> bool {
        self.to.is_some_and(|to| to < at)
    }

    /// The rows of an increment's list that belong to what is played.
    pub(super) fn left(&mut self, table: &Table, mut rows: Vec<Vec<Value>>) -> Vec<Vec<Value>> {
        if let Some(to) = self.to {
            rows.retain(|row| self.keeps(table, row, to));
        }
        rows
    }

    fn keeps(&mut self, table: &Table, row: &[Value], to: At) -> bool {
        let field = |name| table.place(name).and_then(|n| row.get(n));
        let number = |name| field(name).and_then(Value::as_i64);
        let late = |name| number(name).is_some_and(|at| at > to.seconds());
        match table.name.as_str() {
            "act" if late("at") => {
                let pos = number("pos").unwrap_or(i64::MAX);
                self.out = Some(self.out.map_or(pos, |out| out.min(pos)));
                let named = field("contents").and_then(Value::as_str).unwrap_or("[]");
                let named: Vec<Value> = serde_json::from_str(named).unwrap_or_default();
                let ids = named.iter().filter_map(|entry| entry["id"].as_str());
                self.contents.extend(ids.map(str::to_owned));
                false
            }
            "command" => self.out.is_none_or(|out| number("last").is_some_and(|n| n < out)),
            "content" => {
                let id = field("id").and_then(Value::as_str);
                !id.is_some_and(|id| self.contents.contains(id))
            }
            "seal" | "trail" => !late("at"),
            _ => true,
        }
    }
}
