//! Which column is what: the layouts that are carried in the binary, and the map of a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

const HOTLINE: &str = include_str!("../../../../programmes/layouts/hotline.toml");
const TASKS: &str = include_str!("../../../../programmes/layouts/tasks.toml");
const REQUESTS: &str = include_str!("../../../../programmes/layouts/chicago_311.toml");

/// What a column can say of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The number that it had.
    Number,
    Title,
    Detail,
    Began,
    Due,
    /// When it was closed; empty while it is open.
    Ended,
    /// Words on whether it is closed, with the day where they say one.
    Done,
    Answer,
    Category,
    Township,
    Village,
    Address,
    Lead,
    Assists,
    /// 主办, 协办, 转办: whether the township leads.
    Part,
    Solved,
    Satisfied,
    Source,
}

impl Field {
    pub const ALL: [Self; 18] = [
        Self::Number,
        Self::Title,
        Self::Detail,
        Self::Began,
        Self::Due,
        Self::Ended,
        Self::Done,
        Self::Answer,
        Self::Category,
        Self::Township,
        Self::Village,
        Self::Address,
        Self::Lead,
        Self::Assists,
        Self::Part,
        Self::Solved,
        Self::Satisfied,
        Self::Source,
    ];

    /// The word of a map.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Title => "title",
            Self::Detail => "detail",
            Self::Began => "began",
            Self::Due => "due",
            Self::Ended => "ended",
            Self::Done => "done",
            Self::Answer => "answer",
            Self::Category => "category",
            Self::Township => "township",
            Self::Village => "village",
            Self::Address => "address",
            Self::Lead => "lead",
            Self::Assists => "assists",
            Self::Part => "part",
            Self::Solved => "solved",
            Self::Satisfied => "satisfied",
            Self::Source => "source",
        }
    }
}

/// How a table is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The short name of the system from which the matters come.
    pub system: String,
    /// The kind of matter that they become.
    pub playbook: String,
    /// How they came, where no column says it.
    pub source: Option<String>,
    /// What they are about, where no column says it.
    pub category: Option<String>,
    /// Where they are, where no column says it: a code of twelve digits, or `county`.
    pub division: Option<String>,
    /// The year of dates that name none.
    pub year: Option<i16>,
    /// The fields by which a matter is the same in another file.
    pub identity: Vec<Field>,
    /// The fields without whose column the table is another one.
    #[serde(default)]
    pub needed: Vec<Field>,
    /// The number begins with the day, as 20220414000123 does.
    #[serde(default)]
    pub began_in_number: bool,
    pub columns: BTreeMap<Field, Vec<String>>,
    /// Columns that are kept as they stand, under a name.
    #[serde(default)]
    pub keep: BTreeMap<String, Vec<String>>,
    /// Their word for what it is about, and ours.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
    /// A word that stands in the source's column, and the source that it means.
    #[serde(default)]
    pub sources: BTreeMap<String, String>,
}

impl Layout {
    /// The city's hotline, as it hands out its orders.
    pub fn hotline() -> Result<Self, String> {
        Self::read("programmes/layouts/hotline.toml", HOTLINE)
    }

    /// The supervision ledger.
    pub fn tasks() -> Result<Self, String> {
        Self::read("programmes/layouts/tasks.toml", TASKS)
    }

    /// Service requests of the City of Chicago.
    pub fn requests() -> Result<Self, String> {
        Self::read("programmes/layouts/chicago_311.toml", REQUESTS)
    }

    /// A map that somebody wrote for a table.
    ///
    /// # Errors
    /// What is wrong in it, with its line; what contradicts itself.
    pub fn read(file: &str, text: &str) -> Result<Self, String> {
        let layout: Self = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
        if layout.identity.is_empty() {
            return Err(format!("{file}: identity names no field by which a matter is the same"));
        }
        for field in layout.identity.iter().chain(&layout.needed) {
            if layout.columns.get(field).is_none_or(Vec::is_empty) {
                return Err(format!("{file}: {field:?} is asked for and has no column"));
            }
        }
        Ok(layout)
    }

    /// Every name that a column may bear.
    pub fn names(&self) -> Vec<&str> {
        let of = self.columns.values().chain(self.keep.values()).flatten();
        let mut names: Vec<&str> = of.map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_layouts_read() {
        assert_eq!(Layout::hotline().unwrap().playbook, "hotline_order");
        assert_eq!(Layout::tasks().unwrap().playbook, "county_task");
        assert_eq!(Layout::requests().unwrap().system, "chicago-311");
    }

    #[test]
    fn a_map_that_says_nonsense_is_refused_with_its_line() {
        let map = |text: &str| Layout::read("map.toml", text).unwrap_err();
        let unknown = map("system = \"a\"\nplaybook = \"a\"\nidentity = []\nyears = 3\n");
        assert!(unknown.contains("years"), "{unknown}");
        let text = "system = \"a\"\nplaybook = \"a\"\nidentity = [\"number\"]\n[columns]\n";
        assert!(map(text).contains("Number"), "{}", map(text));
    }
}
