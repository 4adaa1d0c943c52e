//! CSV as spreadsheets write it: UTF-8 with or without a mark, GB18030, UTF-16 with a mark; comma, semicolon
//! or tabulator.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::cell::Cell;
use crate::line::Line;
use crate::write::unguarded;
use crate::{Limits, Refused};

/// The longest row.
const LONGEST_ROW: u64 = 4 << 20;

/// How a file is to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    encoding: &'static Encoding,
    delimiter: u8,
}

/// Looks at the whole file once: UTF-8 if all of it is, else GB18030.
pub(crate) fn written(path: &Path, file: &str) -> Result<Written, Refused> {
    let unreadable =
        |e: io::Error| Refused::Unreadable { file: file.to_owned(), why: e.to_string() };
    let mut first = Vec::new();
    File::open(path).and_then(|f| f.take(64 << 10).read_to_end(&mut first)).map_err(unreadable)?;
    let encoding = match first.as_slice() {
        [0xff, 0xfe, ..] => UTF_16LE,
        [0xfe, 0xff, ..] => UTF_16BE,
        _ => {
            let [utf8, gb18030] = [whole_in(UTF_8, path), whole_in(GB18030, path)];
            match (utf8.map_err(unreadable)?, gb18030.map_err(unreadable)?) {
                (None, _) => UTF_8,
                (_, None) => GB18030,
                // The one that came further is what it was meant to be.
                (Some(one), Some(other)) => {
                    return Err(Refused::Encoding { file: file.to_owned(), row: one.max(other) });
                }
            }
        }
    };
    let (text, _, _) = encoding.decode(&first);
    let head = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let of = |c: char| head.matches(c).count();
    let delimiter = [('\t', b'\t'), (';', b';')]
        .into_iter()
        .find(|(c, _)| of(*c) > of(','))
        .map_or(b',', |(_, byte)| byte);
    Ok(Written { encoding, delimiter })
}

/// The line on which a file is not in that encoding; none where all of it is.
fn whole_in(encoding: &'static Encoding, path: &Path) -> io::Result<Option<u32>> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut file = BufReader::with_capacity(64 << 10, File::open(path)?);
    let (mut bytes, mut text) = (vec![0; 16 << 10], vec![0; 64 << 10]);
    let mut row = 1_u32;
    loop {
        let n = file.read(&mut bytes)?;
        let mut from = 0;
        loop {
            let (result, read, wrote) =
                decoder.decode_to_utf8_without_replacement(&bytes[from..n], &mut text, n == 0);
            from += read;
            let lines = text[..wrote].split(|b| *b == b'\n').count() - 1;
            row = row.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            match result {
                encoding_rs::DecoderResult::Malformed(..) => return Ok(Some(row)),
                encoding_rs::DecoderResult::InputEmpty => break,
                encoding_rs::DecoderResult::OutputFull => {}
            }
        }
        if n == 0 {
            return Ok(None);
        }
    }
}

/// Where in a row the text has come, by the rules of whoever takes rows apart: a quotation mark counts at the beginning
/// of a cell alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Begins,
    Plain,
    Quoted,
    /// Behind a mark that closes, or is the first of two.
    Closing,
}

/// Follows the rows of a text: whether a quotation mark is open, and how long the row is.
struct Rows {
    delimiter: u8,
    within: Within,
    /// Bytes of the row so far.
    long: u64,
}

impl Rows {
    fn goes_on(&mut self, text: &[u8]) {
        for byte in text {
            self.long += 1;
            let ends = matches!(byte, b'\n' | b'\r');
            self.within = match self.within {
                Within::Quoted if *byte == b'"' => Within::Closing,
                Within::Quoted => Within::Quoted,
                Within::Begins | Within::Closing if *byte == b'"' => Within::Quoted,
                _ if ends || *byte == self.delimiter => Within::Begins,
                _ => Within::Plain,
            };
            if ends && self.within == Within::Begins {
                self.long = 0;
            }
        }
    }

    fn must_be_sound(&self, ended: bool) -> io::Result<()> {
        let open = self.within == Within::Quoted && (ended || self.long > LONGEST_ROW);
        if open {
            return Err(io::Error::other(
                "a quotation mark is opened and not closed: close it, or take it away",
            ));
        }
        if self.long > LONGEST_ROW {
            return Err(io::Error::other("a row longer than any"));
        }
        Ok(())
    }
}

/// A file as UTF-8, a piece at a time.
struct AsUtf8 {
    file: File,
    decoder: Decoder,
    bytes: Vec<u8>,
    from: usize,
    filled: usize,
    ended: bool,
    /// The decoder has given all that it had, and is not to be asked again.
    finished: bool,
    /// The last row ends as all others do, whether or not the file says so.
    closed: bool,
    /// What ends a row; of two bytes the first, where the reader counts a line.
    end: u8,
    rows: Rows,
}

impl Read for AsUtf8 {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            self.rows.must_be_sound(self.finished)?;
            if self.finished {
                if self.closed {
                    return Ok(0);
                }
                self.closed = true;
                out[0] = self.end;
                return Ok(1);
            }
            if self.from == self.filled && !self.ended {
                self.filled = self.file.read(&mut self.bytes)?;
                self.from = 0;
                self.ended = self.filled == 0;
            }
            let bytes = &self.bytes[self.from..self.filled];
            let (result, read, wrote, _) = self.decoder.decode_to_utf8(bytes, out, self.ended);
            self.from += read;
            self.finished = self.ended && result == CoderResult::InputEmpty;
            if wrote > 0 {
                self.rows.goes_on(&out[..wrote]);
                self.closed = out[wrote - 1] == b'\n';
                if out[..wrote].contains(&b'\r') {
                    self.end = b'\r';
                }
                return Ok(wrote);
            }
        }
    }
}

pub(crate) fn lines(
    path: &Path,
    file: &str,
    written: Written,
    limits: &Limits,
    mut each: impl FnMut(Line) -> ControlFlow<()>,
) -> Result<(), Refused> {
    let open = File::open(path)
        .map_err(|e| Refused::Unreadable { file: file.to_owned(), why: e.to_string() })?;
    let text = AsUtf8 {
        file: open,
        decoder: written.encoding.new_decoder_with_bom_removal(),
        bytes: vec![0; 32 << 10],
        from: 0,
        filled: 0,
        ended: false,
        finished: false,
        closed: true,
        end: b'\n',
        rows: Rows { delimiter: written.delimiter, within: Within::Begins, long: 0 },
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(written.delimiter)
        .from_reader(text);
    let mut record = csv::StringRecord::new();
    // The reader passes over blank lines, which count as rows: they are told by the numbers of the lines.
    let (mut row, mut expected) = (0_u32, 1_u64);
    loop {
        let read = reader.read_record(&mut record).map_err(|e| Refused::Misshapen {
            file: file.to_owned(),
            row: row + 1,
            why: e.to_string(),
        })?;
        if !read {
            return Ok(());
        }
        let within: usize = record.iter().map(|field| field.matches('\n').count()).sum();
        let line = reader.position().line().saturating_sub(within as u64 + 1);
        let blanks = u32::try_from(line.saturating_sub(expected)).unwrap_or(u32::MAX);
        let at = row.saturating_add(blanks).saturating_add(1);
        crate::book::check_size(file, at, record.len(), limits)?;
        for _ in 0..blanks {
            row += 1;
            if each(Line { row, ..Line::default() }).is_break() {
                return Ok(());
            }
        }
        row = at;
        expected = line + within as u64 + 1;
        let cells = record.iter().map(|field| Cell::text(unguarded(field))).collect();
        if each(Line { row, cells, ..Line::default() }).is_break() {
            return Ok(());
        }
    }
}
