//! Tables as counties keep them: CSV in UTF-8 or GB18030, and XLSX, read a line at a time, with merged
//! cells, heads of two rows, totals, notes under the table and dates in every way a clerk writes them.
//!
//! Nothing here knows what a matter is. [`Book`] opens a file and refuses what it is not; [`head::find`]
//! finds the names of the columns; [`line::sort`] says what a line is; [`moment`] and [`words`] read a cell.
//! A fault names the cell as the spreadsheet does: C17. [`mod@write`] goes the other way: rows into a file, never whole
//! in memory.

mod book;
pub mod cell;
mod csv;
mod guard;
pub mod head;
pub mod line;
pub mod moment;
pub mod words;
pub mod write;
mod xlsx;

pub use book::Book;
pub use cell::{Cell, Value, address};
pub use line::Line;

/// What one file may hold at the most: a county's largest ledgers have some hundred thousand rows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of any part of an XLSX once it is unpacked.
    pub unpacked: u64,
    /// Bytes of the words of a workbook, unpacked: they are held in memory while it is read.
    pub words: u64,
    /// Rows of a sheet, the empty ones between others among them.
    pub rows: u32,
    /// Columns of a sheet.
    pub columns: u32,
}

impl Limits {
    /// Room for a year of a whole province, and an end to what is no table.
    pub const SHIPPED: Limits = Limits {
        bytes: 1 << 30,
        unpacked: 4 << 30,
        words: 96 << 20,
        rows: 1_500_000,
        columns: 256,
    };
}

/// A file that is not read, with how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("{file} cannot be read: {why}")]
    Unreadable { file: String, why: String },
    #[error("{file} is empty")]
    Empty { file: String },
    #[error("{file} is {is}, not {says} as its name says: {mend}")]
    NotWhatItSays { file: String, says: &'static str, is: &'static str, mend: &'static str },
    #[error("{file} is {is}: {mend}")]
    OtherKind { file: String, is: &'static str, mend: &'static str },
    #[error("{file} has {found} {what}, more than the {most} that are read: {mend}")]
    TooLarge { file: String, what: &'static str, found: u64, most: u64, mend: &'static str },
    #[error("{file} unpacks to far more than it is ({part}): no table does, it is not read")]
    Bomb { file: String, part: String },
    #[error("{file}, row {row}: neither UTF-8 nor GB18030; save it as CSV UTF-8 or as XLSX")]
    Encoding { file: String, row: u32 },
    #[error("{file}, row {row}: {why}")]
    Misshapen { file: String, row: u32, why: String },
    #[error("{file} has no sheet \"{sheet}\"; it has: {}", .known.join(", "))]
    NoSheet { file: String, sheet: String, known: Vec<String> },
    #[error("{file} has several sheets with rows ({}): say which with the sheet's name", .sheets.join(", "))]
    WhichSheet { file: String, sheets: Vec<String> },
}
