//! Reading one table of a file: every key is known, needed or not, and of its type.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Faults, Told};
use super::values::{hint, kind};

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
    keys: &'static [Key],
    faults: &'t Faults<'t>,
}

impl<'t> Fields<'t> {
    /// Opens the table that begins on `line` and is called `name` in a fault, such as `[[desk]]`
    /// (empty for the file itself); notes its unknown and its missing keys.
    pub(super) fn open(
        table: &'t DeTable<'t>,
        name: &str,
        keys: &'static [Key],
        line: usize,
        faults: &'t Faults<'t>,
    ) -> Self {
        let place = if name.is_empty() { String::new() } else { format!(" in {name}") };
        for key in table.keys() {
            let word: &str = key.get_ref();
            if !keys.iter().any(|k| k.name == word) {
                let names: Vec<_> = keys.iter().map(|k| k.name).collect();
                let text = format!("unknown key \"{word}\"{place}{}", hint(word, &names));
                faults.add(faults.line_of(key.span().start), text);
            }
        }
        for key in keys.iter().filter(|k| k.needed && !table.contains_key(k.name)) {
            faults.add(line, format!("\"{}\" is missing{place}", key.name));
        }
        Self { table, keys, faults }
    }

    /// A key that must be there; where it is not, that is told.
    pub(super) fn need<T>(
        &self,
        key: &str,
        read: impl Fn(&'t Item<'t>, &'t Faults<'t>) -> Result<T, Told>,
    ) -> Result<T, Told> {
        debug_assert!(self.keys.iter().any(|k| k.name == key && k.needed), "{key}");
        read(self.table.get(key).ok_or(Told)?, self.faults)
    }

    /// A key that may be left out.
    pub(super) fn may<T>(
        &self,
        key: &str,
        read: impl Fn(&'t Item<'t>, &'t Faults<'t>) -> Result<T, Told>,
    ) -> Result<Option<T>, Told> {
        debug_assert!(self.keys.iter().any(|k| k.name == key && !k.needed), "{key}");
        self.table.get(key).map(|item| read(item, self.faults)).transpose()
    }

    /// A table below this one, if it is there.
    pub(super) fn table<T>(
        &self,
        key: &str,
        name: &str,
        keys: &'static [Key],
        read: impl Fn(&Fields<'t>) -> Result<T, Told>,
    ) -> Result<Option<T>, Told> {
        debug_assert!(self.keys.iter().any(|k| k.name == key), "{key}");
        let Some((at, item)) = self.table.get_key_value(key) else { return Ok(None) };
        let line = self.faults.line_of(at.span().start);
        let DeValue::Table(table) = item.get_ref() else {
            let found = kind(item.get_ref());
            return self.faults.tell(line, format!("\"{key}\" is a table {name}, not {found}"));
        };
        read(&Fields::open(table, name, keys, line, self.faults)).map(Some)
    }

    /// The tables of a list, such as every `[[desk]]`; none where the key may be left out and is.
    pub(super) fn tables<T>(
        &self,
        key: &str,
        name: &str,
        keys: &'static [Key],
        read: impl Fn(&Fields<'t>) -> Result<T, Told>,
    ) -> Result<Vec<T>, Told> {
        let rows = |item: &'t Item<'t>, faults: &'t Faults<'t>| {
            let line = faults.line_of(item.span().start);
            let DeValue::Array(members) = item.get_ref() else {
                let found = kind(item.get_ref());
                return faults.tell(line, format!("\"{key}\" is a list of {name}, not {found}"));
            };
            if members.is_empty() {
                return faults.tell(line, format!("\"{key}\" is empty"));
            }
            let read = members.iter().map(|member| {
                let line = faults.line_of(member.span().start);
                let DeValue::Table(table) = member.get_ref() else {
                    let found = kind(member.get_ref());
                    return faults.tell(line, format!("{name} is a table, not {found}"));
                };
                read(&Fields::open(table, name, keys, line, faults))
            });
            // All are read before a bad one counts, so that everything is told at once.
            let read: Vec<_> = read.collect();
            read.into_iter().collect()
        };
        if self.keys.iter().any(|k| k.name == key && k.needed) {
            self.need(key, rows)
        } else {
            Ok(self.may(key, rows)?.unwrap_or_default())
        }
    }
}
