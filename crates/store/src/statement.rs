//! A statement folded over many rows: one text however many they are, the rows as one JSON list.

use std::borrow::Cow;

use serde_json::Value;

use crate::db::{On, run};
use crate::error::Result;

/// `$1` is the county, `$2` the list of rows, `$3` a further list where the text asks for one.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    text: Cow<'static, str>,
    county: String,
    rows: String,
    further: Option<String>,
}

impl Statement {
    /// None where there is nothing to write.
    pub(crate) fn of(
        text: impl Into<Cow<'static, str>>,
        county: &str,
        rows: Vec<Value>,
    ) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let rows = Value::from(rows).to_string();
        Some(Self { text: text.into(), county: county.to_owned(), rows, further: None })
    }

    pub(crate) fn with(self, further: String) -> Self {
        Self { further: Some(further), ..self }
    }

    pub(crate) async fn run(&self, on: On<'_>) -> Result<()> {
        let Self { text, county, rows, further } = self;
        match further {
            None => run!(on, text, county, rows)?,
            Some(further) => run!(on, text, county, rows, further)?,
        };
        Ok(())
    }
}
