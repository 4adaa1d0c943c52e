//! A statement folded over many rows: one text however many they are, the rows as one JSON list.

use std::borrow::Cow;

use serde::Serialize;

use crate::db::{On, run};
use crate::error::{Result, StoreError};

/// `$1` is the county, `$2` the list of rows, `$3` a further list where the text asks for one.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    text: Cow<'static, str>,
    county: String,
    rows: String,
    further: Option<String>,
}

/// A JSON list of rows on its way into a statement, written straight from the fields: most of what a
/// batch writes are long texts, and a tree of values would copy each.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    text: Vec<u8>,
    fault: Option<serde_json::Error>,
}

/// One more row, each field something that serialises: `add!(rows, id, name, n)`.
macro_rules! add {
    ($rows:expr, $($field:expr),+ $(,)?) => {{
        $rows.begin();
        $crate::statement::fields!($rows, $($field),+);
        $rows.end();
    }};
}

/// More fields of a row that was begun.
macro_rules! fields {
    ($rows:expr, $($field:expr),+ $(,)?) => {{ $($rows.field(&$field);)+ }};
}
pub(crate) use {add, fields};

impl Rows {
    pub(crate) fn begin(&mut self) {
        self.text.extend_from_slice(if self.text.is_empty() { b"[[" } else { b",[" });
    }

    pub(crate) fn field(&mut self, value: &impl Serialize) {
        if !self.text.ends_with(b"[") {
            self.text.push(b',');
        }
        if let Err(fault) = serde_json::to_writer(&mut self.text, value) {
            self.fault.get_or_insert(fault);
        }
    }

    pub(crate) fn end(&mut self) {
        self.text.push(b']');
    }

    /// The whole list; none without a row.
    pub(crate) fn list(mut self) -> Result<Option<String>> {
        if self.text.is_empty() {
            return Ok(None);
        }
        self.text.push(b']');
        let bad = |e: String| StoreError::inconsistent("statement", "its rows", e);
        if let Some(fault) = self.fault {
            return Err(bad(fault.to_string()));
        }
        String::from_utf8(self.text).map(Some).map_err(|e| bad(e.to_string()))
    }
}

impl Statement {
    /// None where there is nothing to write.
    pub(crate) fn of(
        text: impl Into<Cow<'static, str>>,
        county: &str,
        rows: Rows,
    ) -> Result<Option<Self>> {
        let (text, county) = (text.into(), county.to_owned());
        Ok(rows.list()?.map(|rows| Self { text, county, rows, further: None }))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_one_list_of_lists() {
        let mut rows = Rows::default();
        add!(rows, "[", Some(1), None::<i64>);
        add!(rows, "\"]", "桥");
        assert_eq!(rows.list().unwrap().as_deref(), Some(r#"[["[",1,null],["\"]","桥"]]"#));
        assert_eq!(Rows::default().list().unwrap(), None);
    }
}
