//! The rows of a file of service requests: read whole, each told apart before anything is played.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use jiff::civil::Date;

use crate::commands::Failure;
use crate::importing::{Field, Layout};

/// So many faults are listed; nobody mends more at a time.
const MOST_TOLD: usize = 50;

/// A row as the file has it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Counted from 1 below the head.
    pub(super) line: u64,
    pub(super) number: String,
    pub(super) began: Date,
    pub(super) ended: Option<Date>,
    pub(super) category: String,
    pub(super) address: String,
    pub(super) duplicate: bool,
}

/// All rows, in the order of their days.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) lines: u64,
    /// The first of each number.
    pub(super) first: Vec<Row>,
    /// Further ones of a number that was there before, left out.
    pub(super) repeats: Vec<Row>,
    /// For each of these the earlier one that it repeats: at the same place, open on that day.
    pub(super) of: BTreeMap<usize, usize>,
}

impl Rows {
    /// # Errors
    /// The file cannot be read, or is another table; every row that does not read, with its line.
    pub(super) fn read(path: &Path, layout: &Layout) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let io = |e| Failure::Io(name.clone(), e);
        let mut table = csv::Reader::from_reader(opened(path).map_err(io)?);
        let bad = |e: csv::Error| Failure::input(format!("{name}: {e}"));
        let columns = Columns::of(layout, table.headers().map_err(bad)?);
        let columns =
            columns.map_err(|missing| Failure::input(format!("{name}: no column {missing}")))?;
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        for (line, record) in (1..).zip(table.records()) {
            match columns.row(line, &record.map_err(bad)?, layout) {
                Ok(row) => rows.push(row),
                Err(what) if faults.len() < MOST_TOLD => {
                    faults.push(format!("{name}, row {line}: {what}"));
                }
                Err(_) => {}
            }
        }
        if rows.is_empty() && faults.is_empty() {
            faults.push(format!("{name}: no row below the head"));
        }
        if faults.is_empty() { Ok(Self::told_apart(rows)) } else { Err(Failure::Input(faults)) }
    }

    /// How many rows of the file fit.
    pub(super) fn with(&self, fits: impl Fn(&Row) -> bool) -> u64 {
        let fitting = self.first.iter().chain(&self.repeats).filter(|row| fits(row)).count();
        u64::try_from(fitting).unwrap_or(u64::MAX)
    }

    fn told_apart(mut all: Vec<Row>) -> Self {
        let lines = u64::try_from(all.len()).unwrap_or(u64::MAX);
        all.sort_by_key(|row| (row.began, row.line));
        let mut known = HashSet::new();
        let (rows, repeats): (Vec<Row>, Vec<Row>) =
            all.into_iter().partition(|row| known.insert(row.number.clone()));
        let mut at: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut of = BTreeMap::new();
        for (n, row) in rows.iter().enumerate() {
            let before = at.entry(row.address.as_str()).or_default();
            if row.duplicate {
                let open = |n: &&usize| rows[**n].ended.is_none_or(|ended| ended >= row.began);
                if let Some(first) = before.iter().rev().find(open) {
                    of.insert(n, *first);
                }
            } else if !row.address.is_empty() {
                before.push(n);
            }
        }
        Self { lines, first: rows, repeats, of }
    }
}

/// A file, unpacked where it is compressed by gzip.
pub(in crate::commands::simulate) fn opened(path: &Path) -> std::io::Result<Box<dyn Read>> {
    let mut start = [0; 2];
    let is_gzip = File::open(path)?.read_exact(&mut start).is_ok() && start == [0x1f, 0x8b];
    let file = BufReader::new(File::open(path)?);
    let unpacked: Box<dyn Read> =
        if is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(Box::new(Bounded { from: unpacked, long: 0 }))
}

/// The longest row: a packed file could unpack to one that no memory holds.
const LONGEST_ROW: usize = 1 << 20;

/// A file whose rows end.
struct Bounded<R> {
    from: R,
    /// Bytes since the last end of a row.
    long: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.from.read(into)?;
        let ended = into[..n].iter().rposition(|byte| *byte == b'\n');
        self.long = ended.map_or(self.long + n, |at| n - at - 1);
        if self.long > LONGEST_ROW {
            return Err(std::io::Error::other("a row in it is longer than any"));
        }
        Ok(n)
    }
}

/// Where in a record what stands.
struct Columns {
    number: usize,
    began: usize,
    ended: usize,
    status: usize,
    category: usize,
    address: usize,
}

impl Columns {
    /// Or the names that the missing one may bear.
    fn of(layout: &Layout, head: &csv::StringRecord) -> Result<Self, String> {
        let named = |names: Option<&Vec<String>>| {
            let names = names.map_or(&[][..], Vec::as_slice);
            let found = head.iter().position(|name| names.iter().any(|known| known == name));
            found.ok_or_else(|| names.join(" / "))
        };
        let column = |field| named(layout.columns.get(&field));
        Ok(Self {
            number: column(Field::Number)?,
            began: column(Field::Began)?,
            ended: column(Field::Ended)?,
            category: column(Field::Category)?,
            address: column(Field::Address)?,
            status: named(layout.keep.get("status"))?,
        })
    }

    fn row(&self, line: u64, record: &csv::StringRecord, layout: &Layout) -> Result<Row, String> {
        let cell = |n: usize| record.get(n).unwrap_or_default().trim();
        let day = |n: usize| -> Result<Option<Date>, String> {
            match cell(n) {
                "" => Ok(None),
                text => text.parse().map(Some).map_err(|_| format!("{text:?} is no day")),
            }
        };
        let (began, ended) = (day(self.began)?, day(self.ended)?);
        let Some(began) = began else {
            return Err("the day of its creation is missing".to_owned());
        };
        if let Some(ended) = ended.filter(|ended| *ended < began) {
            return Err(format!("completed on {ended}, before its creation on {began}"));
        }
        if cell(self.number).is_empty() {
            return Err("the number is missing".to_owned());
        }
        let ours = layout.categories.get(cell(self.category)).or(layout.category.as_ref());
        let Some(category) = ours else {
            return Err(format!("no category is known for {:?}", cell(self.category)));
        };
        Ok(Row {
            line,
            number: cell(self.number).to_owned(),
            began,
            ended,
            category: category.clone(),
            address: cell(self.address).to_owned(),
            duplicate: cell(self.status).ends_with("- Dup"),
        })
    }
}
