//! CSV as spreadsheets open it.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::{Out, Shape, Unwritten};

/// How the letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// With a mark at its beginning, without which spreadsheets take it for something else.
    #[default]
    Utf8,
    Gb18030,
}

/// Rows on their way into a file.
pub(super) struct Csv {
    out: BufWriter<File>,
    encoding: Encoding,
    columns: usize,
    /// The row at hand, reused.
    record: ::csv::StringRecord,
    bytes: Vec<u8>,
}

impl Csv {
    pub(super) fn new(out: File, shape: &Shape, encoding: Encoding) -> Result<Self, Unwritten> {
        let mut out = BufWriter::with_capacity(64 << 10, out);
        if encoding == Encoding::Utf8 {
            out.write_all(b"\xef\xbb\xbf")?;
        }
        let (record, bytes) = (::csv::StringRecord::new(), Vec::new());
        let mut csv = Self { out, encoding, columns: shape.columns.len(), record, bytes };
        for column in &shape.columns {
            csv.record.push_field(column.head);
        }
        csv.write()?;
        Ok(csv)
    }

    pub(super) fn row(&mut self, cells: &[Out]) -> Result<(), Unwritten> {
        for cell in cells.iter().take(self.columns) {
            match cell {
                Out::Empty => self.record.push_field(""),
                Out::Text(text) => self.record.push_field(&guarded(text)),
                Out::Number(n) => self.record.push_field(&n.to_string()),
                Out::Day(day) => self.record.push_field(&day.to_string()),
                Out::Moment(at) => {
                    self.record.push_field(&at.strftime("%Y-%m-%d %H:%M:%S").to_string());
                }
            }
        }
        self.write()
    }

    fn write(&mut self) -> Result<(), Unwritten> {
        self.bytes.clear();
        let mut line = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .buffer_capacity(1 << 10)
            .from_writer(&mut self.bytes);
        line.write_record(&self.record)?;
        line.flush()?;
        drop(line);
        self.record.clear();
        match self.encoding {
            Encoding::Utf8 => self.out.write_all(&self.bytes)?,
            Encoding::Gb18030 => {
                let text = String::from_utf8_lossy(&self.bytes);
                let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
                self.out.write_all(&bytes)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<File, Unwritten> {
        Ok(self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?)
    }
}

/// The beginnings that make a spreadsheet work a cell out.
const WORKED_OUT: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What is put before such a text: a spreadsheet shows what follows as it is.
const GUARD: char = '\'';

/// A text that a spreadsheet takes for one: nobody's words become a formula on another's desk.
///
/// ```
/// use zongheng_sheets::write::guarded;
/// assert_eq!(guarded("=1+1"), "'=1+1");
/// assert_eq!(guarded("路灯"), "路灯");
/// ```
pub fn guarded(text: &str) -> std::borrow::Cow<'_, str> {
    if text.trim_start_matches(GUARD).starts_with(WORKED_OUT) {
        format!("{GUARD}{text}").into()
    } else {
        text.into()
    }
}

/// The text as it was before it was guarded.
pub(crate) fn unguarded(text: &str) -> &str {
    let bare = text.strip_prefix(GUARD);
    bare.filter(|bare| bare.trim_start_matches(GUARD).starts_with(WORKED_OUT)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guarded_comes_back_as_it_was() {
        for text in ["=1+1", "'=1+1", "''@x", "+86", "-", "@a", "\tb", "\rc", "路灯", "'x", ""] {
            assert_eq!(unguarded(&guarded(text)), text);
        }
        for text in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(guarded(text).starts_with('\''), "{text:?}");
        }
    }
}
