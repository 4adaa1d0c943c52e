//! Which tables a backup takes along, and how each enters an increment. Tables come from the database
//! itself, so one that a later migration makes is taken along without a word here.

use serde_json::{Value, json};

use crate::backup::BackupError;
use crate::db::{Cell, Db, On, rows};
use crate::dialect;
use crate::error::Result;

/// A table as the database describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Text,
    Bigint,
}

/// Made anew from the acts.
pub(super) const DERIVED: [&str; 6] =
    ["matter", "audience", "counter", "search", "search_at", "search_due"];

/// Of the moment and of one installation: who is signed in, what is being sent, what upkeep was done here and who does
/// it. What is about to be told is not of these: lamps have moved past it by then, and nobody would note it again.
const PASSING: [&str; 4] = ["session", "upload", "upkeep", "lease"];

/// Only ever appended to: an increment takes what came after a value of this column. All other tables
/// are taken whole when they changed, so whatever grows with the work belongs here.
const APPENDED: [(&str, &str); 4] =
    [("act", "pos"), ("command", "last"), ("seal", "seal"), ("trail", "n")];

/// Acts, and what is written with them.
const OF_ACTS: [&str; 3] = ["act", "command", "content"];

/// What was told grows with the work too, and still changes: each with its key, and where its message is named.
const TOLD: [(&str, &str, &str); 2] = [
    ("message", "county, account, id", "id"),
    ("message_line", "county, account, message, due, matter, n", "message"),
];

/// The messages that may have changed since `$2`. One of a day gets lines on its day alone; an urgent one also later,
/// which makes it unseen again.
const CHANGED: &str = "select account, id from message where county = $1 \
    and (at >= $2 or seen >= $2 or kind = 'urgent' and seen is null)";

/// How a table enters an increment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Enters {
    /// What came after a value of this column.
    After(&'static str),
    /// What the increment's acts name.
    Named,
    /// All of it where a configuration stream went on; rows that stand stay.
    Configured,
    /// All of it where it changed, in the place of what was there.
    Whole,
    /// What may have changed since a moment, in the place of the rows of this key.
    Told(&'static str),
}

/// What is left out of a row: a one-time link opens an account to whoever has it.
const BLANK: [(&str, &str, &str); 2] = [("account", "link", "''"), ("account", "link_ends", "0")];

/// Every table of this program's, those left out of backups too.
pub(super) async fn names(db: &Db, on: On<'_>) -> Result<Vec<String>> {
    let found = rows!(on, (String, String, String), dialect::columns(db))?;
    let mut names: Vec<String> = found.into_iter().map(|(table, ..)| table).collect();
    names.dedup();
    Ok(names)
}

impl Table {
    /// The tables of this database that a backup takes along, acts first: what follows hangs on them.
    pub(super) async fn all(db: &Db, on: On<'_>) -> Result<Vec<Self>> {
        let found = rows!(on, (String, String, String), dialect::columns(db))?;
        let mut tables: Vec<Self> = Vec::new();
        for (table, column, kind) in found {
            let left = |names: &[&str]| names.contains(&table.as_str());
            if left(&DERIVED) || left(&PASSING) {
                continue;
            }
            let kind = match kind.as_str() {
                "text" => Kind::Text,
                "bigint" => Kind::Bigint,
                _ => return Err(BackupError::Column { table, column, kind }.into()),
            };
            let column = Column { name: column, kind };
            match tables.last_mut().filter(|last| last.name == table) {
                Some(last) => last.columns.push(column),
                None => tables.push(Self { name: table, columns: vec![column] }),
            }
        }
        tables.retain(|table| table.county().is_some());
        tables.sort_by_key(|table| (table.name != "act", table.name.clone()));
        Ok(tables)
    }

    /// The column that says whose a row is.
    pub(super) fn county(&self) -> Option<&'static str> {
        let name = if self.name == "county" { "code" } else { "county" };
        self.columns.iter().any(|column| column.name == name).then_some(name)
    }

    pub(super) fn enters(&self) -> Enters {
        let appended = APPENDED.iter().find(|(table, _)| *table == self.name);
        match (self.name.as_str(), appended) {
            (_, Some((_, column))) => Enters::After(column),
            ("content", _) => Enters::Named,
            ("config", _) => Enters::Configured,
            (name, _) => TOLD
                .iter()
                .find(|(table, ..)| *table == name)
                .map_or(Enters::Whole, |(_, key, _)| Enters::Told(key)),
        }
    }

    /// Whether each of its rows stands with an act and never changes but for being sealed off or erased.
    pub(super) fn is_of_acts(&self) -> bool {
        OF_ACTS.contains(&self.name.as_str())
    }

    /// The place of a column in a row.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }

    /// A question for rows of `$1`, each as a JSON list. What it is compared with is no bare column, so
    /// neither database wanders through an index where it is to read from end to end.
    pub(super) fn select(&self, db: &Db) -> String {
        let values: Vec<String> = self.columns.iter().map(|column| self.value(column)).collect();
        let county = self.county().unwrap_or("county");
        let list = dialect::json_list(db, &values.join(", "));
        format!("select {list} from {} where {county} || '' = $1", self.name)
    }

    /// The same for a table read by a column of its key.
    pub(super) fn select_after(&self, db: &Db, column: &str) -> String {
        let values: Vec<String> = self.columns.iter().map(|column| self.value(column)).collect();
        let list = dialect::json_list(db, &values.join(", "));
        format!(
            "select {list} from {} where county = $1 and \"{column}\" > $2 order by \"{column}\"",
            self.name
        )
    }

    /// The same up to a value of it.
    pub(super) fn select_between(&self, db: &Db, column: &str) -> String {
        let values: Vec<String> = self.columns.iter().map(|column| self.value(column)).collect();
        let list = dialect::json_list(db, &values.join(", "));
        format!(
            "select {list} from {} where county = $1 and \"{column}\" > $2 and \"{column}\" <= $3 \
             order by \"{column}\"",
            self.name
        )
    }

    /// The same for what may have changed of what was told.
    pub(super) fn select_told(&self, db: &Db) -> String {
        let values: Vec<String> = self.columns.iter().map(|column| self.value(column)).collect();
        let list = dialect::json_list(db, &values.join(", "));
        let message =
            TOLD.iter().find(|(table, ..)| *table == self.name).map_or("id", |told| told.2);
        format!(
            "select {list} from {} where county = $1 and (account, {message}) in ({CHANGED})",
            self.name
        )
    }

    /// The same for the rows of these ids.
    pub(super) fn select_named(&self, db: &Db) -> String {
        let values: Vec<String> = self.columns.iter().map(|column| self.value(column)).collect();
        let list = dialect::json_list(db, &values.join(", "));
        format!("select {list} from {} where county = $1 and id {{in 2}}", self.name)
    }

    fn value(&self, column: &Column) -> String {
        let blank =
            BLANK.iter().find(|(table, name, _)| *table == self.name && *name == column.name);
        blank.map_or_else(|| format!("\"{}\"", column.name), |(_, _, value)| (*value).to_owned())
    }

    /// Writes so many rows, each column of each bound; what stands there already stays, or gives way where a key is
    /// named.
    pub(super) fn insert(&self, db: &Db, key: Option<&str>, rows: usize) -> String {
        let names: Vec<String> =
            self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let conflict = key.map_or_else(
            || "on conflict do nothing".to_owned(),
            |key| {
                let new: Vec<String> =
                    names.iter().map(|n| format!("{n} = excluded.{n}")).collect();
                format!("on conflict ({key}) do update set {}", new.join(", "))
            },
        );
        let row = |n: usize| {
            let bound: Vec<String> =
                (1..=names.len()).map(|c| dialect::place(db, n * names.len() + c)).collect();
            format!("({})", bound.join(", "))
        };
        let values: Vec<String> = (0..rows).map(row).collect();
        format!(
            "insert into {} ({}) values {} {conflict}",
            self.name,
            names.join(", "),
            values.join(", ")
        )
    }

    /// Place and hash of each act among these rows, as a JSON list.
    pub(super) fn places_and_hashes(&self, acts: &[Vec<Value>]) -> String {
        let field = |act: &[Value], name| self.place(name).and_then(|n| act.get(n)).cloned();
        let both = |act: &Vec<Value>| json!([field(act, "pos"), field(act, "hash")]);
        Value::Array(acts.iter().map(both).collect()).to_string()
    }

    /// A row's values as their columns have them; none where it is not one of this table.
    pub(super) fn cells(&self, row: Vec<Value>) -> Option<Vec<Cell>> {
        if row.len() != self.columns.len() {
            return None;
        }
        let cell = |(value, column): (Value, &Column)| match (column.kind, value) {
            (Kind::Text, Value::String(text)) => Some(Cell::Text(Some(text))),
            (Kind::Text, Value::Null) => Some(Cell::Text(None)),
            (Kind::Bigint, Value::Null) => Some(Cell::Number(None)),
            (Kind::Bigint, Value::Number(n)) => n.as_i64().map(|n| Cell::Number(Some(n))),
            _ => None,
        };
        row.into_iter().zip(&self.columns).map(cell).collect()
    }
}
