//! TOML files that are lists of tables. Each entry is read by itself, so that all that is wrong with
//! a file is told at once, each with its line.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::Source;
use crate::organisation::check::{Entry, Fault, Origin};
use crate::paper::number_fault;
use crate::secrecy::marked;

/// A file with `from`, the day from which its entries hold, and lists of entries.
#[derive(Debug)]
pub struct Lists<'a> {
    source: Source<'a>,
    table: DeTable<'a>,
    pub from: Option<Date>,
    /// The texts at the head of the file.
    heads: BTreeMap<String, String>,
}

impl<'a> Lists<'a> {
    /// Opens a file that may hold `from` and the lists `known`, nothing else.
    pub fn open(source: Source<'a>, known: &[&str], faults: &mut Vec<Fault>) -> Option<Self> {
        Self::read(source, true, &[], known, faults)
    }

    /// Opens a file that has the texts `asked` at its head, and may hold the lists `known`, nothing
    /// else.
    pub fn headed(
        source: Source<'a>,
        asked: &[&str],
        known: &[&str],
        faults: &mut Vec<Fault>,
    ) -> Option<Self> {
        Self::read(source, false, asked, known, faults)
    }

    /// Opens a file that may hold `from`, has the texts `asked` at its head, and may hold the lists `known`,
    /// nothing else.
    pub fn dated(
        source: Source<'a>,
        asked: &[&str],
        known: &[&str],
        faults: &mut Vec<Fault>,
    ) -> Option<Self> {
        Self::read(source, true, asked, known, faults)
    }

    fn read(
        source: Source<'a>,
        dated: bool,
        asked: &[&str],
        known: &[&str],
        faults: &mut Vec<Fault>,
    ) -> Option<Self> {
        let table = match DeTable::parse(source.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                faults.push(unreadable(source, &error, 0));
                return None;
            }
        };
        let mut from = None;
        let mut heads = BTreeMap::new();
        for (key, value) in &table {
            let line = source.at(line_of(source.text, key.span().start));
            let name = key.get_ref().as_ref();
            match value.get_ref() {
                DeValue::String(day) if dated && name == "from" => match day.parse() {
                    Ok(day) => from = Some(day),
                    Err(_) => faults.push(no_day(&line, name)),
                },
                _ if dated && name == "from" => faults.push(no_day(&line, name)),
                DeValue::Array(_) if known.contains(&name) => {}
                DeValue::String(text) if asked.contains(&name) && !text.trim().is_empty() => {
                    faults.extend(head_fault(name, text, &line));
                    heads.insert(name.to_owned(), text.to_string());
                }
                // Told below as missing.
                _ if asked.contains(&name) => {}
                _ if known.contains(&name) => {
                    let what = format!("\"{name}\" is a list of entries");
                    let mend = format!("write [[{name}]] above each entry");
                    faults.push(Fault::new(&line, name, what, mend));
                }
                _ => {
                    let what = format!("\"{name}\" is not known here");
                    let mend = format!("use [[{}]]", known.join("]], [["));
                    faults.push(Fault::new(&line, name, what, mend));
                }
            }
        }
        for name in asked.iter().filter(|name| !heads.contains_key(**name)) {
            let what = format!("{name} is missing");
            let mend = format!("write {name} = \"…\" at the head of the file");
            faults.push(Fault::new(&source.at(0), name, what, mend));
        }
        Some(Self { source, table, from, heads })
    }

    /// A text at the head of the file; empty where it is missing, which is told already.
    pub fn head(&self, name: &str) -> &str {
        self.heads.get(name).map_or("", String::as_str)
    }

    /// The entries of one list that can be read as `T`.
    pub fn list<T: DeserializeOwned>(&self, name: &str, faults: &mut Vec<Fault>) -> Vec<Entry<T>> {
        let Some(DeValue::Array(entries)) = self.table.get(name).map(toml::Spanned::get_ref) else {
            return Vec::new();
        };
        let mut read = Vec::new();
        for entry in entries {
            let start = entry.span().start;
            match T::deserialize(ValueDeserializer::from(entry.clone())) {
                Ok(value) => {
                    let origin = self.source.at(line_of(self.source.text, start));
                    read.push(Entry { origin, value });
                }
                Err(error) => faults.push(unreadable(self.source, &error, start)),
            }
        }
        read
    }
}

/// What stands at the head of a file stands in an act for ever: the number of a paper, the name of a body.
fn head_fault(name: &str, text: &str, line: &Origin) -> Option<Fault> {
    if name == "paper" {
        let mend = "write the number alone, such as 商组〔2026〕12号";
        return number_fault(text).map(|what| Fault::new(line, name, what, mend));
    }
    let words = text.chars().count() > 40 || text.chars().any(char::is_whitespace);
    let what =
        "a name of 1 to 40 characters without spaces and without a mark of secrecy stands here";
    let wrong = name == "decided_by" && (words || marked(text).is_some());
    wrong.then(|| Fault::new(line, name, what, "write the name of the body that decided"))
}

fn no_day(line: &Origin, field: &str) -> Fault {
    Fault::new(line, field, "this is no day", "write it as \"2026-07-01\"")
}

/// How the readers of TOML and of entries begin what a person can act on; whatever else they say speaks of
/// the inside of a parser.
const PLAIN: [&str; 5] =
    ["missing field", "unknown field", "unknown variant", "invalid type", "duplicate key"];

fn unreadable(source: Source<'_>, error: &toml::de::Error, start: usize) -> Fault {
    let byte = error.span().map_or(start, |span| span.start);
    let line = source.at(line_of(source.text, byte));
    let said = error.message().trim();
    let plain = PLAIN.iter().any(|begin| said.starts_with(begin));
    let key = key_before(source.text, byte);
    // A day between quotes is told by its field, one that is something else by what the entry expected.
    let day = if plain {
        said.contains("expected a date string")
    } else {
        matches!(key, "from" | "to" | "on" | "until")
    };
    if day {
        return no_day(&line, key);
    }
    let what = if plain { said.to_owned() } else { format!("this cannot be read: {said}") };
    Fault::new(&line, "", what, "mend this entry")
}

/// The key whose value begins at `byte`; empty where no key stands before it.
fn key_before(text: &str, byte: usize) -> &str {
    let before = text.get(..byte).unwrap_or_default();
    let last = before.rsplit(['\n', ',', '{']).next().unwrap_or_default().trim_end();
    last.strip_suffix('=').unwrap_or_default().trim()
}

fn line_of(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|b| *b == b'\n').count()
}
