//! Tables written a row at a time: CSV and XLSX as offices keep them.
//!
//! A cell is told by what it is, so that a day is a day in a spreadsheet and a text is never taken for a formula:
//! in XLSX texts are cells of text, in CSV [`guarded`] puts a mark before what a spreadsheet would work out.

mod csv;
mod xlsx;

use std::fs::File;
use std::path::Path;

use jiff::civil::{Date, DateTime};

use self::csv::Csv;
pub(crate) use self::csv::unguarded;
pub use self::csv::{Encoding, guarded};
use self::xlsx::Xlsx;

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Out {
    #[default]
    Empty,
    Text(String),
    Number(i64),
    Day(Date),
    Moment(DateTime),
}

impl Out {
    /// A text; an empty one is no cell.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub head: &'static str,
    /// In characters of a spreadsheet.
    pub width: u8,
}

/// What stands around the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The name of the sheet, and the title above the table.
    pub title: String,
    pub columns: Vec<Column>,
    /// Rows of the table on one sheet at the most; what is more goes on on a further sheet.
    pub most: u32,
}

/// Rows of a sheet of XLSX at the most, with room for title, head and notes.
pub const MOST_ROWS: u32 = 1_000_000;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Csv(#[from] ::csv::Error),
    #[error(transparent)]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

/// A table while it is written.
pub struct Writer(To);

enum To {
    Csv(Csv),
    Xlsx(Box<Xlsx>),
}

impl Writer {
    /// CSV: the head and the rows alone, since programs read it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn csv(out: File, shape: &Shape, encoding: Encoding) -> Result<Self, Unwritten> {
        Ok(Self(To::Csv(Csv::new(out, shape, encoding)?)))
    }

    /// XLSX as an office keeps it. What is written waits in a file of `scratch` until the table is whole.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn xlsx(out: File, shape: Shape, scratch: &Path) -> Result<Self, Unwritten> {
        Ok(Self(To::Xlsx(Box::new(Xlsx::new(out, shape, scratch)?))))
    }

    /// One more row; cells beyond the columns are left out.
    ///
    /// # Errors
    /// The disk is full, or a cell holds more than a spreadsheet takes.
    pub fn row(&mut self, cells: &[Out]) -> Result<(), Unwritten> {
        match &mut self.0 {
            To::Csv(csv) => csv.row(cells),
            To::Xlsx(xlsx) => xlsx.row(cells),
        }
    }

    /// Ends the table with notes below it, which CSV leaves out, and flushes the file.
    ///
    /// # Errors
    /// As [`Writer::row`].
    pub fn finish(self, notes: &[String]) -> Result<File, Unwritten> {
        match self.0 {
            To::Csv(csv) => csv.finish(),
            To::Xlsx(xlsx) => xlsx.finish(notes),
        }
    }
}
