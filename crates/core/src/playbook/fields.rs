//! Reading one table of a file: every key is known, needed or not, and of its type.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Faults;

/// A key that a table may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub name: &'static str,
    pub needed: bool,
}

pub(super) const fn needed(name: &'static str) -> Key {
    Key { name, needed: true }
}

pub(super) const fn optional(name: &'static str) -> Key {
    Key { name, needed: false }
}

pub(super) type Item<'t> = Spanned<DeValue<'t>>;

/// The line on which each key and each member of a list stands, by paths such as `desk.0.role`.
#[derive(Debug, Default)]
pub(super) struct Lines(BTreeMap<String, usize>);

impl Lines {
    pub(super) fn of(table: &DeTable<'_>, faults: &Faults<'_>) -> Self {
        let mut lines = Self::default();
        lines.walk("", table, faults);
        lines
    }

    fn walk(&mut self, above: &str, table: &DeTable<'_>, faults: &Faults<'_>) {
        for (key, value) in table {
            let path = format!("{above}{}", key.get_ref());
            self.0.insert(path.clone(), faults.line_of(key.span().start));
            match value.get_ref() {
                DeValue::Table(below) => self.walk(&format!("{path}."), below, faults),
                DeValue::Array(members) => {
                    for (n, member) in members.iter().enumerate() {
                        let path = format!("{path}.{n}");
                        self.0.insert(path.clone(), faults.line_of(member.span().start));
                        if let DeValue::Table(below) = member.get_ref() {
                            self.walk(&format!("{path}."), below, faults);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The line of a key; of what it stands in, where it was left out.
    pub(super) fn at(&self, path: &str) -> usize {
        let mut path = path;
        loop {
            match (self.0.get(path), path.rsplit_once('.')) {
                (Some(line), _) => return *line,
                (None, Some((above, _))) => path = above,
                (None, None) => return 1,
            }
        }
    }
}

/// A table under reading.
#[derive(Debug)]
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    /// How the table is called in a fault, such as `[[desk]]`; empty for the file itself.
    name: &'static str,
    keys: &'static [Key],
    line: usize,
    faults: &'t Faults<'t>,
}

impl<'t> Fields<'t> {
    /// Opens a table that begins on `line`, and refuses its unknown and its missing keys.
    pub(super) fn open(
        table: &'t DeTable<'t>,
        name: &'static str,
        keys: &'static [Key],
        line: usize,
        faults: &'t Faults<'t>,
    ) -> Self {
        let place = if name.is_empty() { String::new() } else { format!(" in {name}") };
        for key in table.keys() {
            let word: &str = key.get_ref();
            if !keys.iter().any(|k| k.name == word) {
                let names: Vec<_> = keys.iter().map(|k| k.name).collect();
                let hint = hint(word, &names);
                faults.add(
                    faults.line_of(key.span().start),
                    format!("unknown key \"{word}\"{place}{hint}"),
                );
            }
        }
        for key in keys.iter().filter(|k| k.needed && !table.contains_key(k.name)) {
            faults.add(line, format!("\"{}\" is missing{place}", key.name));
        }
        Self { table, name, keys, line, faults }
    }

    /// A key that must be there. `None` where it is not, or is bad: the fault is noted.
    pub(super) fn need<T>(
        &self,
        key: &str,
        read: impl Fn(&Item<'t>, &'t Faults<'t>) -> Option<T>,
    ) -> Option<T> {
        debug_assert!(self.keys.contains(&Key { name: self.known(key), needed: true }));
        read(self.table.get(key)?, self.faults)
    }

    /// A key that may be left out: `Some(None)` where it is, `None` where it is bad.
    pub(super) fn may<T>(
        &self,
        key: &str,
        read: impl Fn(&Item<'t>, &'t Faults<'t>) -> Option<T>,
    ) -> Option<Option<T>> {
        debug_assert!(self.keys.contains(&Key { name: self.known(key), needed: false }));
        self.table.get(key).map_or(Some(None), |item| read(item, self.faults).map(Some))
    }

    /// A table below this one.
    pub(super) fn table(
        &self,
        key: &str,
        name: &'static str,
        keys: &'static [Key],
    ) -> Option<Option<Fields<'t>>> {
        let Some((at, item)) = self.table.get_key_value(key) else { return Some(None) };
        let line = self.faults.line_of(at.span().start);
        match item.get_ref() {
            DeValue::Table(table) => Some(Some(Fields::open(table, name, keys, line, self.faults))),
            other => {
                self.faults.add(line, format!("\"{key}\" is a table {name}, not {}", kind(other)));
                None
            }
        }
    }

    /// The tables of a list, such as every `[[desk]]`; `None` where one is bad.
    pub(super) fn tables<T>(
        &self,
        key: &str,
        name: &'static str,
        keys: &'static [Key],
        read: impl Fn(&Fields<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let item = self.table.get(key)?;
        let line = self.faults.line_of(item.span().start);
        let DeValue::Array(members) = item.get_ref() else {
            let found = kind(item.get_ref());
            self.faults.add(line, format!("\"{key}\" is a list of tables {name}, not {found}"));
            return None;
        };
        if members.is_empty() {
            self.faults.add(line, format!("\"{key}\" is empty"));
            return None;
        }
        // Every member is read before one that is bad counts, so that all faults are told.
        let read: Vec<_> = members
            .iter()
            .map(|member| {
                let line = self.faults.line_of(member.span().start);
                if let DeValue::Table(table) = member.get_ref() {
                    read(&Fields::open(table, name, keys, line, self.faults))
                } else {
                    let found = kind(member.get_ref());
                    self.faults.add(line, format!("{name} is a table, not {found}"));
                    None
                }
            })
            .collect();
        read.into_iter().collect()
    }

    fn known(&self, key: &str) -> &'static str {
        let found = self.keys.iter().find(|k| k.name == key);
        debug_assert!(found.is_some(), "{key} is not among the keys of {}{}", self.name, self.line);
        found.map_or("", |k| k.name)
    }
}

/// Notes that a value is of the wrong type.
fn wrong<T>(asked: &str, item: &Item<'_>, faults: &Faults<'_>) -> Option<T> {
    let found = kind(item.get_ref());
    faults.add(faults.line_of(item.span().start), format!("{asked} is asked for, not {found}"));
    None
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A text that is neither empty nor holds control characters.
pub(super) fn text(item: &Item<'_>, faults: &Faults<'_>) -> Option<String> {
    let Some(text) = item.get_ref().as_str() else { return wrong("a text", item, faults) };
    let line = faults.line_of(item.span().start);
    if text.trim() != text || text.is_empty() {
        faults.add(line, "the text is empty, or begins or ends with a blank");
        return None;
    }
    if text.chars().any(char::is_control) {
        faults.add(line, "a text holds a control character");
        return None;
    }
    Some(text.to_owned())
}

/// A name for the machine: small letters, digits and underscores.
pub(super) fn name(item: &Item<'_>, faults: &Faults<'_>) -> Option<String> {
    let text = text(item, faults)?;
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if text.len() > 64 || !text.bytes().all(fits) {
        let line = faults.line_of(item.span().start);
        faults.add(line, format!("\"{text}\" is no name: up to 64 of a-z, 0-9 and _ make one"));
        return None;
    }
    Some(text)
}

/// A whole number that fits `T`.
pub(super) fn number<T: TryFrom<i64>>(item: &Item<'_>, faults: &Faults<'_>) -> Option<T> {
    let DeValue::Integer(digits) = item.get_ref() else {
        return wrong("a whole number", item, faults);
    };
    let number = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
    let fitting = number.and_then(|n| T::try_from(n).ok());
    if fitting.is_none() {
        faults.add(faults.line_of(item.span().start), format!("{digits} is out of range"));
    }
    fitting
}

pub(super) fn truth(item: &Item<'_>, faults: &Faults<'_>) -> Option<bool> {
    item.get_ref().as_bool().or_else(|| wrong("true or false", item, faults))
}

/// One of the words of an enum; `what` is what the words name, such as "role".
pub(super) fn word<T: DeserializeOwned>(
    what: &'static str,
) -> impl Fn(&Item<'_>, &Faults<'_>) -> Option<T> {
    move |item, faults| {
        let Some(text) = item.get_ref().as_str() else {
            return wrong(&format!("the name of a {what}"), item, faults);
        };
        let read: StrDeserializer<'_, WordError> = text.into_deserializer();
        let word = T::deserialize(read).ok();
        if word.is_none() {
            let hint = hint(text, names_of::<T>());
            let line = faults.line_of(item.span().start);
            faults.add(line, format!("unknown {what} \"{text}\"{hint}"));
        }
        word
    }
}

/// A value written as a text, such as a limit.
pub(super) fn parsed<T: FromStr<Err: Display>>(item: &Item<'_>, faults: &Faults<'_>) -> Option<T> {
    let text = text(item, faults)?;
    let line = faults.line_of(item.span().start);
    text.parse().map_err(|bad: T::Err| faults.add(line, bad.to_string())).ok()
}

/// A list without repetition; an empty one only where `empty` says so.
pub(super) fn list<T: PartialEq>(
    empty: bool,
    read: impl Fn(&Item<'_>, &Faults<'_>) -> Option<T>,
) -> impl Fn(&Item<'_>, &Faults<'_>) -> Option<Vec<T>> {
    move |item, faults| {
        let DeValue::Array(members) = item.get_ref() else { return wrong("a list", item, faults) };
        if members.is_empty() && !empty {
            faults.add(faults.line_of(item.span().start), "the list is empty");
            return None;
        }
        let mut all = Vec::with_capacity(members.len());
        let mut good = true;
        for member in members {
            match read(member, faults) {
                Some(value) if all.contains(&value) => {
                    let line = faults.line_of(member.span().start);
                    let word = member.get_ref().as_str().unwrap_or_default();
                    faults.add(line, format!("\"{word}\" stands twice in the list"));
                    good = false;
                }
                Some(value) => all.push(value),
                None => good = false,
            }
        }
        good.then_some(all)
    }
}

/// What was probably meant, as the tail of a sentence; the whole list where it is short.
fn hint(word: &str, known: &[&str]) -> String {
    let near = known.iter().map(|k| (distance(word, k), k)).filter(|(d, _)| *d <= 2).min();
    match near {
        Some((_, near)) => format!("; did you mean \"{near}\"?"),
        None if known.len() <= 12 => format!("; known: {}", known.join(", ")),
        None => String::new(),
    }
}

/// How many letters have to be put in, left out or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, with) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *with);
            diagonal = row[m + 1];
            row[m + 1] = changed.min(row[m] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// The words of an enum, as a file writes them.
pub fn names_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let names = Cell::new(&[] as &'static [&'static str]);
    drop(T::deserialize(Listing(&names)));
    names.get()
}

/// Reads nothing; keeps the words that an enum says it knows.
struct Listing<'a>(&'a Cell<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Listing<'_> {
    type Error = WordError;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, WordError> {
        self.0.set(variants);
        Err(serde::de::Error::custom("only listed"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, WordError> {
        Err(serde::de::Error::custom("only listed"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
