//! Reading a file of parameters strictly: each table of figures has its source, nothing is left unread, and
//! every fault is told at once, by the name of its table.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// The tables of one file, and what was found wrong in them so far.
pub(super) struct Reader<'a> {
    root: &'a Table,
    read: BTreeSet<String>,
    faults: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) const fn of(root: &'a Table) -> Self {
        Self { root, read: BTreeSet::new(), faults: Vec::new() }
    }

    pub(super) fn fault(&mut self, path: &str, what: &str) {
        self.faults.push(format!("[{path}] {what}"));
    }

    /// The table at the path with a source of its own, and one more key.
    fn figures(&mut self, path: &str, key: &str) -> Option<&'a Value> {
        self.read.insert(path.to_owned());
        let mut tables = path.split('.');
        let found = tables.try_fold(self.root, |table, name| table.get(name)?.as_table());
        let Some(table) = found else {
            self.fault(path, &format!("is missing: give its source and {key}"));
            return None;
        };
        let source = table.get("source").and_then(Value::as_str);
        if source.is_none_or(|source| source.trim().is_empty()) {
            self.fault(path, "has no source: say where its figures come from, or \"assumed\"");
        }
        for unknown in table.keys().filter(|name| *name != "source" && *name != key) {
            self.fault(path, &format!("{unknown} is not known here: source and {key} are"));
        }
        let value = table.get(key);
        if value.is_none() {
            self.fault(path, &format!("{key} is missing"));
        }
        value
    }

    fn number(&mut self, path: &str, name: &str, value: &Value, most: u32) -> u32 {
        let number = value.as_integer().and_then(|n| u32::try_from(n).ok());
        number.filter(|n| *n <= most).unwrap_or_else(|| {
            self.fault(path, &format!("{name} is {value}: give a whole number from 0 to {most}"));
            0
        })
    }

    fn sums(&mut self, path: &str, key: &str, figures: &[u32], sum: u32) {
        let is: u32 = figures.iter().sum();
        if is != sum {
            self.fault(path, &format!("{key} sums to {is} and not to {sum}"));
        }
    }

    /// So many figures in a row; with a sum where they are shares.
    pub(super) fn row<const N: usize>(
        &mut self,
        path: &str,
        (key, most): (&str, u32),
        sum: Option<u32>,
    ) -> [u32; N] {
        let mut figures = [0; N];
        let Some(value) = self.figures(path, key) else { return figures };
        let list = value.as_array().map_or(&[][..], Vec::as_slice);
        if list.len() != N {
            self.fault(path, &format!("{key} is a list of {N} figures, not of {}", list.len()));
            return figures;
        }
        for (n, (figure, value)) in figures.iter_mut().zip(list).enumerate() {
            *figure = self.number(path, &format!("{key}, number {}", n + 1), value, most);
        }
        if let Some(sum) = sum {
            self.sums(path, key, &figures, sum);
        }
        figures
    }

    /// Figures by name, each of the names once.
    pub(super) fn named<const N: usize>(
        &mut self,
        path: &str,
        (key, most): (&str, u32),
        names: [&str; N],
        sum: Option<u32>,
    ) -> [u32; N] {
        let mut figures = [0; N];
        let given = self.any(path, (key, most), None);
        let Some(given) = given else { return figures };
        for (name, _) in given.iter().filter(|(name, _)| !names.contains(&name.as_str())) {
            self.fault(path, &format!("{name} is not known here: {} are", names.join(", ")));
        }
        for (figure, name) in figures.iter_mut().zip(names) {
            match given.iter().find(|(known, _)| known == name) {
                Some((_, given)) => *figure = *given,
                None => self.fault(path, &format!("{name} is missing in {key}")),
            }
        }
        if let Some(sum) = sum {
            self.sums(path, key, &figures, sum);
        }
        figures
    }

    /// Figures by names that the caller looks at.
    pub(super) fn any(
        &mut self,
        path: &str,
        (key, most): (&str, u32),
        sum: Option<u32>,
    ) -> Option<Vec<(String, u32)>> {
        let value = self.figures(path, key)?;
        let Some(table) = value.as_table() else {
            self.fault(path, &format!("{key} is a table of names and figures"));
            return None;
        };
        let mut figures = Vec::new();
        for (name, value) in table {
            figures.push((name.clone(), self.number(path, name, value, most)));
        }
        if let Some(sum) = sum {
            let all: Vec<u32> = figures.iter().map(|(_, n)| *n).collect();
            self.sums(path, key, &all, sum);
        }
        Some(figures)
    }

    /// What is wrong, with every table that nobody has asked for.
    pub(super) fn faults(mut self) -> Vec<String> {
        let mut unread = Vec::new();
        unread_below(self.root, "", &self.read, &mut unread);
        for path in unread {
            self.faults.push(format!("[{path}] is not known"));
        }
        self.faults
    }
}

fn unread_below(table: &Table, at: &str, read: &BTreeSet<String>, unread: &mut Vec<String>) {
    for (name, value) in table {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        if read.contains(&path) {
            continue;
        }
        let above = format!("{path}.");
        match value.as_table() {
            Some(table) if read.iter().any(|known| known.starts_with(&above)) => {
                unread_below(table, &path, read, unread);
            }
            _ => unread.push(path),
        }
    }
}
