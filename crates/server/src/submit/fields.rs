//! Reads the fields of a JSON object one by one; every fault is kept, none hides another.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde_json::{Map, Value};
use zongheng_core::ledger::{Class, ContentRef};
use zongheng_core::matter::FieldFault;
use zongheng_core::time::At;
use zongheng_store::NewContent;

use super::{Mint, text};

/// The object being read, what was wrong with it so far, and the entries made of its texts.
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
    read: BTreeSet<&'a str>,
    pub(super) faults: Vec<FieldFault>,
    pub(super) contents: Vec<NewContent>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(map: &'a Map<String, Value>) -> Self {
        Self::at(map, String::new())
    }

    fn at(map: &'a Map<String, Value>, path: String) -> Self {
        Self { map, path, read: BTreeSet::new(), faults: Vec::new(), contents: Vec::new() }
    }

    /// Reads an object inside; its faults carry the outer name before a dot.
    pub(super) fn inside<T>(
        &mut self,
        name: &'a str,
        read: impl FnOnce(&mut Fields<'a>) -> T,
    ) -> Option<T> {
        if let Value::Object(map) = self.value(name)? {
            let mut inner = Fields::at(map, format!("{}{name}.", self.path));
            let read = read(&mut inner);
            inner.refuse_unknown();
            self.faults.append(&mut inner.faults);
            self.contents.append(&mut inner.contents);
            Some(read)
        } else {
            self.fault(name, "an object is wanted here");
            None
        }
    }

    pub(super) fn map(&self) -> &'a Map<String, Value> {
        self.map
    }

    /// A field that is there and not null.
    pub(super) fn value(&mut self, name: &'a str) -> Option<&'a Value> {
        self.read.insert(name);
        self.map.get(name).filter(|v| !v.is_null())
    }

    pub(super) fn fault(&mut self, name: &str, what: impl Into<String>) {
        self.faults.push(FieldFault::new(&format!("{}{name}", self.path), what));
    }

    /// Fields that nobody asked for are refused, so that nothing is lost in silence.
    pub(super) fn refuse_unknown(&mut self) {
        let unknown: Vec<&String> =
            self.map.keys().filter(|k| !self.read.contains(k.as_str())).collect();
        for name in unknown {
            self.fault(name, "no such field here");
        }
    }

    pub(super) fn string(&mut self, name: &'a str) -> Option<&'a str> {
        if let Value::String(text) = self.value(name)? {
            Some(text)
        } else {
            self.fault(name, "a text is wanted here");
            None
        }
    }

    /// A short word that another type reads: an id, a code, a date, a limit.
    pub(super) fn parsed<T: FromStr>(&mut self, name: &'a str, wanted: &str) -> Option<T> {
        let text = self.string(name)?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.fault(name, format!("{wanted} is wanted here"));
        }
        parsed
    }

    pub(super) fn needed<T: FromStr>(&mut self, name: &'a str, wanted: &str) -> Option<T> {
        if self.value(name).is_none() {
            self.fault(name, format!("missing: {wanted}"));
            return None;
        }
        self.parsed(name, wanted)
    }

    pub(super) fn at_time(&mut self, name: &'a str) -> Option<At> {
        self.parsed(name, "a time with its offset, such as 2026-11-24T18:00:00+08:00,")
    }

    pub(super) fn needed_time(&mut self, name: &'a str) -> Option<At> {
        self.needed(name, "a time with its offset, such as 2026-11-24T18:00:00+08:00,")
    }

    pub(super) fn flag(&mut self, name: &'a str) -> Option<bool> {
        if let Value::Bool(flag) = self.value(name)? {
            Some(*flag)
        } else {
            self.fault(name, "true or false is wanted here");
            None
        }
    }

    pub(super) fn needed_flag(&mut self, name: &'a str) -> Option<bool> {
        if self.value(name).is_none() {
            self.fault(name, "missing: true or false");
            return None;
        }
        self.flag(name)
    }

    /// A word of a closed list, as serde spells it.
    pub(super) fn word<T: serde::de::DeserializeOwned>(
        &mut self,
        name: &'a str,
        known: &str,
    ) -> Option<T> {
        let value = self.value(name)?;
        let word = serde_json::from_value(value.clone()).ok();
        if word.is_none() {
            self.fault(name, format!("one of: {known}"));
        }
        word
    }

    pub(super) fn needed_word<T: serde::de::DeserializeOwned>(
        &mut self,
        name: &'a str,
        known: &str,
    ) -> Option<T> {
        if self.value(name).is_none() {
            self.fault(name, format!("missing: one of {known}"));
            return None;
        }
        self.word(name, known)
    }

    /// A whole number that fits the type.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, name: &'a str) -> Option<T> {
        let value = self.value(name)?;
        let number = value.as_u64().and_then(|n| T::try_from(n).ok());
        if number.is_none() {
            self.fault(name, "a whole number is wanted here");
        }
        number
    }

    pub(super) fn needed_number<T: TryFrom<u64>>(&mut self, name: &'a str) -> Option<T> {
        if self.value(name).is_none() {
            self.fault(name, "missing: a whole number");
            return None;
        }
        self.number(name)
    }

    /// A short word that is kept as it stands in the act: the number of a paper.
    pub(super) fn needed_string(&mut self, name: &'a str, wanted: &str) -> Option<String> {
        if self.value(name).is_none() {
            self.fault(name, format!("missing: {wanted}"));
            return None;
        }
        self.string(name).map(str::to_owned)
    }

    /// Reads each object of a list, which holds at most `most`; faults carry `name[2].` before the
    /// inner name. What has a fault stays out.
    pub(super) fn objects<T>(
        &mut self,
        name: &'a str,
        most: usize,
        mut read: impl FnMut(&mut Fields<'a>) -> Option<T>,
    ) -> Vec<T> {
        let list = self.list(name);
        if list.len() > most {
            self.fault(name, format!("{} entries: at most {most}", list.len()));
            return Vec::new();
        }
        let mut all = Vec::with_capacity(list.len());
        for (i, value) in list.iter().enumerate() {
            let Value::Object(map) = value else {
                self.fault(&format!("{name}[{i}]"), "an object is wanted here");
                continue;
            };
            let mut inner = Fields::at(map, format!("{}{name}[{i}].", self.path));
            all.extend(read(&mut inner));
            inner.refuse_unknown();
            self.faults.append(&mut inner.faults);
            self.contents.append(&mut inner.contents);
        }
        all
    }

    pub(super) fn list(&mut self, name: &'a str) -> &'a [Value] {
        match self.value(name) {
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.fault(name, "a list is wanted here");
                &[]
            }
            None => &[],
        }
    }

    /// A text that becomes an entry beside the ledger.
    pub(super) fn text(
        &mut self,
        name: &'a str,
        most: usize,
        mint: &mut Mint,
        now: At,
    ) -> Option<ContentRef> {
        let text = self.string(name)?;
        if let Some(what) = text::fault(text, most) {
            self.fault(name, what);
            return None;
        }
        Some(self.keep(Class::Text, text.to_owned(), mint, now))
    }

    pub(super) fn needed_text(
        &mut self,
        name: &'a str,
        most: usize,
        mint: &mut Mint,
        now: At,
    ) -> Option<ContentRef> {
        if self.value(name).is_none() {
            self.fault(name, "missing: write something");
            return None;
        }
        self.text(name, most, mint, now)
    }

    pub(super) fn keep(
        &mut self,
        class: Class,
        text: String,
        mint: &mut Mint,
        now: At,
    ) -> ContentRef {
        let content = mint.content(class, text, now);
        let reference = content.reference();
        self.contents.push(content);
        reference
    }
}
