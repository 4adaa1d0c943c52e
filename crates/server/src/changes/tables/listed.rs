//! A table of the organisation, read into rows of named cells; a fault of a row goes back to the cell from which it
//! came.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

use jiff::civil::{Date, date};
use serde_json::{Map, Value as Json};
use zongheng_core::organisation::files::DrawnGrid;
use zongheng_core::organisation::{Entry, Fault, Origin};
use zongheng_core::secrecy::number_of_a_person;
use zongheng_sheets::head::{self, Head};
use zongheng_sheets::line::{Sort, sort};
use zongheng_sheets::moment::{self, Sense};
use zongheng_sheets::{Book, Cell, Limits, Value, address, cell, words};

use crate::submit::text_fault;

/// A field of a table and the names that its column may bear.
pub struct Field {
    pub name: &'static str,
    pub called: &'static [&'static str],
    /// Whether the table is another one without it.
    pub needed: bool,
}

/// No county has more units, grids, people or powers by far.
const LIMITS: Limits =
    Limits { bytes: 64 << 20, unpacked: 256 << 20, words: 64 << 20, rows: 100_000, columns: 256 };

/// A table or a drawing as rows.
pub struct Listed {
    pub name: String,
    pub rows: Vec<Row>,
    /// Where each field stands; none of a drawing, whose features have their own names.
    columns: Option<BTreeMap<&'static str, usize>>,
    /// Columns that are not read: hidden ones by their letters, others by their names.
    pub unread: Vec<String>,
}

/// One row, by the names of its fields.
pub struct Row {
    pub origin: Origin,
    cells: BTreeMap<&'static str, Cell>,
    /// The polygon of a feature.
    pub ring: Option<Vec<[i64; 2]>>,
}

/// The place of a cell and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    pub address: String,
    pub what: String,
    /// What would be right; empty where `what` says it.
    pub mend: String,
}

impl fmt::Display for BadCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, what, mend } = self;
        let between = if mend.is_empty() { "" } else { "; " };
        write!(f, "{address}: {what}{between}{mend}")
    }
}

impl Listed {
    /// Reads a table: CSV or XLSX, whatever stands above and below its rows.
    ///
    /// # Errors
    /// The file is none that is read, or its head lacks a column.
    pub fn of_table(path: &Path, sheet: Option<&str>, fields: &[Field]) -> Result<Self, String> {
        let book = Book::open(path, sheet, LIMITS).map_err(|e| e.to_string())?;
        let first = book.first(2 * head::DEEPEST).map_err(|e| e.to_string())?;
        let asked: Vec<&str> = fields.iter().flat_map(|field| field.called).copied().collect();
        let head = head::find(&first, &asked, |row, column| book.joined(row, column))
            .map_err(|e| format!("{}: {}", book.name(), named(e, fields)))?;
        let column = |field: &Field| field.called.iter().find_map(|name| head.column(name));
        let lacks = fields.iter().filter(|field| field.needed && column(field).is_none());
        let missing: Vec<String> = lacks.map(|field| field.called.join(" or ")).collect();
        if !missing.is_empty() {
            let missing = missing.join("; none ");
            return Err(format!(
                "{}, row {}: no column is called {missing}",
                book.name(),
                head.row
            ));
        }
        let columns: BTreeMap<&'static str, usize> =
            fields.iter().filter_map(|field| Some((field.name, column(field)?))).collect();
        let mut rows = Vec::new();
        let below = head.row + head.rows;
        let read = book.lines(|line| {
            if line.row >= below && sort(&line) == Sort::Row && !head.is_again(&line) {
                let cells = columns.iter().map(|(name, at)| (*name, line.cell(*at).clone()));
                let origin = Origin { file: book.name().to_owned(), row: line.row as usize };
                rows.push(Row { origin, cells: cells.collect(), ring: None });
            }
            ControlFlow::Continue(())
        });
        read.map_err(|e| e.to_string())?;
        let unread = unread(&book, &head, &columns);
        Ok(Self { name: book.name().to_owned(), rows, columns: Some(columns), unread })
    }

    /// The features of a drawing.
    pub fn of_drawing(name: &str, features: Vec<Entry<DrawnGrid>>, fields: &[Field]) -> Self {
        let row = |Entry { origin, value }: Entry<DrawnGrid>| Row {
            origin,
            cells: cells_of(&value.said, fields),
            ring: Some(value.ring),
        };
        let rows = features.into_iter().map(row).collect();
        Self { name: name.to_owned(), rows, columns: None, unread: Vec::new() }
    }

    /// Where a fault stands, as whoever mends it finds it: C17, or the feature of a drawing.
    pub fn address(&self, fault: &Fault) -> String {
        let column = self.columns.as_ref().map(|columns| columns.get(fault.field.as_str()));
        match (column, u32::try_from(fault.row)) {
            (_, Ok(0) | Err(_)) => self.name.clone(),
            (Some(Some(column)), Ok(row)) => address(row, *column),
            (Some(None), Ok(row)) => format!("row {row} ({})", fault.field),
            (None, Ok(row)) if fault.field.is_empty() => format!("feature {row}"),
            (None, Ok(row)) => format!("feature {row}, {}", fault.field),
        }
    }

    /// The same in Chinese, for the legend of a picture.
    pub fn address_zh(&self, fault: &Fault) -> String {
        if self.columns.is_none() && fault.row > 0 {
            return format!("第 {} 个要素", fault.row);
        }
        self.address(fault)
    }

    /// A fault at the cell from which it came.
    pub fn at(&self, fault: &Fault) -> BadCell {
        let (what, mend) = (fault.what.clone(), fault.mend.clone());
        BadCell { address: self.address(fault), what, mend }
    }

    /// All of them in the order of the table.
    pub fn all(&self, mut faults: Vec<Fault>) -> Vec<BadCell> {
        let column = |fault: &Fault| {
            let columns = self.columns.as_ref()?;
            columns.get(fault.field.as_str()).copied()
        };
        faults.sort_by(|a, b| (a.row, column(a), a).cmp(&(b.row, column(b), b)));
        faults.dedup();
        faults.iter().map(|fault| self.at(fault)).collect()
    }
}

/// Why there is no head, with what it would need.
fn named(why: head::NoHead, fields: &[Field]) -> head::NoHead {
    match why {
        head::NoHead::Missing { row, missing, found } if missing.is_empty() => {
            let needed = fields.iter().filter(|field| field.needed);
            let missing = needed.filter_map(|field| field.called.first());
            head::NoHead::Missing {
                row,
                missing: missing.map(ToString::to_string).collect(),
                found,
            }
        }
        other => other,
    }
}

fn unread(book: &Book, head: &Head, columns: &BTreeMap<&'static str, usize>) -> Vec<String> {
    let hidden = book.hidden();
    let read = |at: usize| columns.values().any(|column| *column == at) || hidden.contains(&at);
    let others = head.names.iter().enumerate().filter(|(at, _)| !read(*at));
    let letters = hidden.iter().map(|at| cell::column_name(*at));
    letters.chain(others.filter_map(|(_, names)| names.first().cloned())).collect()
}

/// What a feature says of itself, by our names for it.
fn cells_of(said: &Map<String, Json>, fields: &[Field]) -> BTreeMap<&'static str, Cell> {
    let cell = |field: &Field| {
        let of = |name: &&str| {
            let key = |(key, _): &(&String, &Json)| words::bare(key).eq_ignore_ascii_case(name);
            said.iter().find(key).map(|(_, value)| value)
        };
        let value = match field.called.iter().find_map(of)? {
            Json::String(text) if !text.trim().is_empty() => Value::Text(text.clone()),
            Json::Number(n) => Value::Number(n.as_f64()?),
            Json::Bool(truth) => Value::Truth(*truth),
            _ => return None,
        };
        Some((field.name, Cell { value, formula: false }))
    };
    fields.iter().filter_map(cell).collect()
}

const OF_A_PERSON: &str =
    "this looks like an identity card or a telephone, and would stand in the ledger";

/// One row while it is read: every fault is kept.
pub struct Reading<'a> {
    pub row: &'a Row,
    pub faults: &'a mut Vec<Fault>,
}

impl Reading<'_> {
    pub fn bad(&mut self, field: &str, what: impl Into<String>, mend: &str) {
        self.faults.push(Fault::new(&self.row.origin, field, what, mend));
    }

    /// The cell of a field; a formula or an error in it is a fault of its own.
    fn cell(&mut self, field: &str) -> Option<Cell> {
        let cell = self.row.cells.get(field).filter(|cell| !cell.is_empty())?.clone();
        if let Value::Error(shown) = &cell.value {
            self.bad(field, format!("it shows {shown}"), "write what is meant");
            return None;
        }
        if cell.formula {
            self.bad(field, "a formula works it out", "paste the cell as a value");
            return None;
        }
        Some(cell)
    }

    /// Words as they stand, in half width; none where the cell is blank.
    pub fn words(&mut self, field: &str) -> Option<String> {
        let words = words::narrow(&self.cell(field)?.shown());
        (!words.is_empty()).then_some(words)
    }

    /// Words as they were written, with their own signs and brackets.
    pub fn written(&mut self, field: &str) -> Option<String> {
        let words = self.cell(field)?.shown();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then_some(words)
    }

    /// The text of a cell whatever its width and signs: a border, a list.
    pub fn plain(&mut self, field: &str) -> Option<String> {
        self.cell(field).map(|cell| cell.shown())
    }

    /// Words that have to stand there.
    pub fn needed(&mut self, field: &str, mend: &str) -> Option<String> {
        let before = self.faults.len();
        let words = self.words(field);
        if words.is_none() && self.faults.len() == before {
            self.bad(field, "nothing stands here", mend);
        }
        words
    }

    /// The code of something that stands in the ledger for ever; `known` says of one that looks like the number of a
    /// person that it is none.
    pub fn code(
        &mut self,
        field: &str,
        known: impl Fn(&str) -> bool,
        mend: &str,
    ) -> Option<String> {
        let code = self.needed(field, mend)?;
        let odd = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
        if code.chars().count() > 40 || code.contains(odd) {
            self.bad(field, "a code is 1 to 40 letters, figures, -, _, . and /", mend);
            return None;
        }
        if number_of_a_person(&code) && !known(&code) {
            self.bad(field, OF_A_PERSON, mend);
            return None;
        }
        Some(code)
    }

    /// A name that may stand in an act for ever: no mark of secrecy, no number of a person in it.
    pub fn name(&mut self, field: &str, most: usize, mend: &str) -> Option<String> {
        self.needed(field, mend)?;
        let name = self.written(field)?;
        if let Some(what) = text_fault(&name, most) {
            self.bad(field, what, "write the name alone");
            return None;
        }
        if number_of_a_person(&name) {
            self.bad(field, OF_A_PERSON, "write the name alone");
            return None;
        }
        Some(name)
    }

    /// A day; none where the cell is blank, or no day, which is told.
    pub fn day(&mut self, field: &str) -> Option<Date> {
        let cell = self.cell(field)?;
        let sense = Sense { from: date(1949, 10, 1), to: date(2199, 12, 31), year: None };
        match moment::read(&cell, &sense) {
            Ok(moment) => Some(moment.date),
            Err(no) => {
                self.bad(field, no.to_string(), "");
                None
            }
        }
    }
}
