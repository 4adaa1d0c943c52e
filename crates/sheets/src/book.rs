//! A file with a table, whichever way it is written.

use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use crate::line::Line;
use crate::{Limits, Refused, csv, guard, xlsx};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Csv,
    Xlsx,
}

/// One table of a file. It is read from the file each time it is gone through, and never whole.
#[derive(Debug)]
pub struct Book {
    path: PathBuf,
    name: String,
    limits: Limits,
    table: Table,
}

#[derive(Debug)]
enum Table {
    Csv(csv::Written),
    Xlsx(xlsx::Sheet),
}

impl Book {
    /// Opens a file after it was looked at: `sheet` names the sheet where a workbook has several.
    ///
    /// # Errors
    /// It is not what it says, locked, with macros, too large, unpacks to too much, or the sheet is not there.
    pub fn open(path: &Path, sheet: Option<&str>, limits: Limits) -> Result<Self, Refused> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let table = match guard::kind(path, &name, &limits)? {
            Kind::Csv => Table::Csv(csv::written(path, &name)?),
            Kind::Xlsx => Table::Xlsx(xlsx::sheet(path, &name, sheet)?),
        };
        Ok(Self { path: path.to_owned(), name, limits, table })
    }

    /// The file's name, without its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The columns that are hidden and are not read: what nobody sees nobody meant to hand in.
    pub fn hidden(&self) -> Vec<usize> {
        match &self.table {
            Table::Csv(_) => Vec::new(),
            Table::Xlsx(sheet) => sheet.hidden.iter().copied().collect(),
        }
    }

    /// Whether a row is hidden. It is read all the same: a filter that was left on hides rows that somebody means to
    /// hand in.
    pub fn hides(&self, row: u32) -> bool {
        match &self.table {
            Table::Csv(_) => false,
            Table::Xlsx(sheet) => sheet.hides(row),
        }
    }

    /// Over which columns the cell of a row is joined. In CSV nobody knows: to the next that says something.
    pub fn joined(&self, row: u32, column: usize) -> Range<usize> {
        match &self.table {
            Table::Csv(_) => column..usize::MAX,
            Table::Xlsx(sheet) => sheet.joined(row, column),
        }
    }

    /// Goes through the rows in their order, the blank ones between others among them, until told to stop.
    ///
    /// # Errors
    /// The file does not read on, or has more rows or columns than are read.
    pub fn lines(&self, each: impl FnMut(Line) -> ControlFlow<()>) -> Result<(), Refused> {
        match &self.table {
            Table::Csv(written) => csv::lines(&self.path, &self.name, *written, &self.limits, each),
            Table::Xlsx(sheet) => xlsx::lines(&self.path, &self.name, sheet, &self.limits, each),
        }
    }

    /// The first rows, where a head is looked for.
    ///
    /// # Errors
    /// As [`Book::lines`].
    pub fn first(&self, rows: usize) -> Result<Vec<Line>, Refused> {
        let mut lines = Vec::new();
        self.lines(|line| {
            lines.push(line);
            if lines.len() < rows { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        Ok(lines)
    }
}

pub(crate) fn check_size(
    file: &str,
    row: u32,
    columns: usize,
    limits: &Limits,
) -> Result<(), Refused> {
    let too_large = |what, found, most, mend| Refused::TooLarge {
        file: file.to_owned(),
        what,
        found,
        most,
        mend,
    };
    if row > limits.rows {
        let (found, most) = (row.into(), limits.rows.into());
        return Err(too_large("rows or more", found, most, "split the table"));
    }
    if columns > limits.columns as usize {
        let (found, most) = (columns as u64, limits.columns.into());
        return Err(too_large("columns", found, most, "take away what is no column of the table"));
    }
    Ok(())
}
