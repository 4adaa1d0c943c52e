//! XLSX, cell by cell. The words of the workbook are kept in memory once, the sheet never is.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::{ControlFlow, Range};
use std::path::Path;

use calamine::{
    CellErrorType, DataRef, Reader as _, Sheet as Named, SheetType, SheetVisible, Xlsx, XlsxError,
    open_workbook,
};
use quick_xml::Reader;
use quick_xml::events::Event;
use quick_xml::events::attributes::Attribute;
use zip::ZipArchive;

use crate::cell::{Cell, Value};
use crate::line::Line;
use crate::{Limits, Refused};

/// The most joined cells of a sheet.
const MOST_JOINED: usize = 200_000;
/// Columns beyond this are read by nobody, hidden or not.
const MOST_HIDDEN: usize = 1_024;
/// The most bytes of one tag or one text: a cell holds 32,767 characters.
const MOST_PIECE: usize = 1 << 20;

type Workbook = Xlsx<BufReader<File>>;

/// One sheet, with what is known of it before its cells are read.
#[derive(Debug)]
pub(crate) struct Sheet {
    name: String,
    pub(crate) hidden: BTreeSet<usize>,
    under: Under,
    joined: Joined,
}

impl Sheet {
    /// Whether a row is hidden: by hand, or by a filter that somebody left on.
    pub(crate) fn hides(&self, row: u32) -> bool {
        let next = self.under.0.partition_point(|(first, _)| *first <= row);
        next.checked_sub(1).is_some_and(|at| self.under.0[at].1 >= row)
    }

    pub(crate) fn joined(&self, row: u32, column: usize) -> Range<usize> {
        column..self.joined.get(&(row, column)).map_or(column, |(_, last)| *last) + 1
    }
}

fn unreadable(file: &str, e: &dyn std::fmt::Display) -> Refused {
    Refused::Unreadable { file: file.to_owned(), why: e.to_string() }
}

fn opened(path: &Path, file: &str) -> Result<Workbook, Refused> {
    open_workbook(path).map_err(|e: XlsxError| match e {
        XlsxError::Password => Refused::OtherKind {
            file: file.to_owned(),
            is: "locked with a password",
            mend: "take the password away and save it again",
        },
        other => unreadable(file, &other),
    })
}

/// The sheet of that name; without a name the only one that is shown and has something in it.
pub(crate) fn sheet(path: &Path, file: &str, wanted: Option<&str>) -> Result<Sheet, Refused> {
    let book = opened(path, file)?;
    let sheets: Vec<Named> = book.sheets_metadata().to_vec();
    let tables = sheets.iter().filter(|s| s.typ == SheetType::WorkSheet);
    if let Some(wanted) = wanted {
        let known: Vec<String> = tables.map(|s| s.name.clone()).collect();
        if !known.iter().any(|name| name == wanted) {
            return Err(Refused::NoSheet {
                file: file.to_owned(),
                sheet: wanted.to_owned(),
                known,
            });
        }
        return Ok(around(path, file, wanted)?.sheet);
    }
    let mut filled = Vec::new();
    for shown in tables.filter(|s| s.visible == SheetVisible::Visible) {
        let around = around(path, file, &shown.name)?;
        filled.extend(around.has_cells.then_some(around.sheet));
    }
    match filled.len() {
        0 => Err(Refused::Empty { file: file.to_owned() }),
        1 => Ok(filled.remove(0)),
        _ => {
            let sheets = filled.into_iter().map(|sheet| sheet.name).collect();
            Err(Refused::WhichSheet { file: file.to_owned(), sheets })
        }
    }
}

/// The rows that are hidden, each stretch by its first and last, in their order.
#[derive(Debug, Default)]
struct Under(Vec<(u32, u32)>);

impl Under {
    /// Rows that are out of order make the sheet one that is not read.
    fn note(&mut self, row: u32) {
        match self.0.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(row) => *last = row,
            Some((_, last)) if *last >= row => {}
            _ => self.0.push((row, row)),
        }
    }
}

/// By row (from 1) and column of the first cell: the last row and column.
type Joined = BTreeMap<(u32, usize), (u32, usize)>;

/// A sheet, and whether any cell stands in it.
struct Around {
    sheet: Sheet,
    has_cells: bool,
}

/// What stands around the cells of a sheet: hidden columns and rows, and which cells are joined. It is read here
/// and not by the reader of cells, which would hold any number of joins before it could be asked how many they are,
/// and which takes any letters for a column: so addresses are looked at here, too.
fn around(path: &Path, file: &str, name: &str) -> Result<Around, Refused> {
    let (hidden, under, joined) = (BTreeSet::new(), Under::default(), Joined::new());
    let sheet = Sheet { name: name.to_owned(), hidden, under, joined };
    let mut around = Around { sheet, has_cells: false };
    let open = File::open(path).map_err(|e| unreadable(file, &e))?;
    let mut archive = ZipArchive::new(BufReader::new(open)).map_err(|e| unreadable(file, &e))?;
    let Some(part) = part_of(&mut archive, name) else { return Ok(around) };
    let Ok(part) = archive.by_name(&part) else { return Ok(around) };
    let Around { sheet: Sheet { hidden, under, joined, .. }, has_cells } = &mut around;
    let (mut all, mut wrong, mut row) = (0, None, 0_u32);
    each_tag(part, |name, tag| {
        let address = match name {
            "c" | "row" => tag("r"),
            "dimension" | "f" | "mergeCell" => tag("ref"),
            _ => None,
        };
        wrong = address.filter(|text| !is_address(text)).map(Cow::into_owned);
        match name {
            // A coloured cell says nothing.
            "v" | "is" => *has_cells = true,
            "row" => {
                let said = tag("r").and_then(|text| text.parse().ok());
                row = said.unwrap_or_else(|| row.saturating_add(1));
                if tag("hidden").is_some_and(|said| is_yes(&said)) {
                    under.note(row);
                }
            }
            "col" if tag("hidden").is_some_and(|v| is_yes(&v)) => {
                let number = |key: &str| tag(key).and_then(|v| v.parse::<usize>().ok());
                let (from, to) = (number("min").unwrap_or(1), number("max").unwrap_or(0));
                // Whoever hides "everything to the right" hides sixteen thousand columns.
                hidden.extend(from.saturating_sub(1)..to.min(MOST_HIDDEN));
            }
            "mergeCell" => {
                all += 1;
                let region = tag("ref");
                let region = region.as_deref().and_then(|text| text.split_once(':'));
                if let Some((first, last)) = region
                    && let (Some(first), Some(last)) = (corner(first), corner(last))
                {
                    joined.insert(first, last);
                }
            }
            _ => {}
        }
        all > MOST_JOINED || wrong.is_some()
    })
    .map_err(|e| unreadable(file, &e))?;
    if let Some(wrong) = wrong {
        let shown: String = wrong.chars().take(40).collect();
        return Err(unreadable(file, &format_args!("\"{shown}\" in it is no cell's address")));
    }
    if all > MOST_JOINED {
        return Err(Refused::TooLarge {
            file: file.to_owned(),
            what: "joined cells or more",
            found: all as u64,
            most: MOST_JOINED as u64,
            mend: "take the joins apart",
        });
    }
    Ok(around)
}

fn is_yes(said: &str) -> bool {
    said == "1" || said == "true"
}

/// Whether it names a row, a cell or a range of a sheet as large as any: 17, C17, C17:XFD1048576.
fn is_address(text: &str) -> bool {
    text.split(':').all(|corner| {
        let digits = corner.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        corner.len() - digits.len() <= 3
            && digits.len() <= 7
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

/// Row (from 1) and column (from 0) of an address: C17.
fn corner(text: &str) -> Option<(u32, usize)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = text.split_at(digits);
    let column = letters.bytes().try_fold(0_usize, |column, letter| {
        let n = letter.is_ascii_uppercase().then(|| usize::from(letter - b'A') + 1)?;
        (column < 1 << 20).then_some(column * 26 + n)
    });
    Some((row.parse().ok()?, column?.checked_sub(1)?))
}

/// The part of the archive in which a sheet lies.
fn part_of<R: Read + std::io::Seek>(archive: &mut ZipArchive<R>, sheet: &str) -> Option<String> {
    let mut relation = None;
    let book = archive.by_name("xl/workbook.xml").ok()?;
    each_tag(book, |name, tag| {
        if name == "sheet" && tag("name").as_deref() == Some(sheet) {
            relation = tag("r:id").map(Cow::into_owned);
        }
        relation.is_some()
    })
    .ok()?;
    let relation = relation?;
    let mut target = None;
    let relations = archive.by_name("xl/_rels/workbook.xml.rels").ok()?;
    each_tag(relations, |name, tag| {
        if name == "Relationship" && tag("Id").as_deref() == Some(relation.as_str()) {
            target = tag("Target").map(Cow::into_owned);
        }
        target.is_some()
    })
    .ok()?;
    let target = target?;
    Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

/// Gives no more than is left, so that a text without an end takes no memory without end.
struct Sips<R> {
    from: R,
    left: usize,
}

impl<R: BufRead> Read for Sips<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.fill_buf()?.read(into)?;
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Sips<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.left == 0 {
            let what = "a text in it is longer than a cell can be";
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, what));
        }
        let there = self.from.fill_buf()?;
        Ok(&there[..there.len().min(self.left)])
    }

    fn consume(&mut self, n: usize) {
        self.left -= n;
        self.from.consume(n);
    }
}

/// What an attribute says; of what is no text of XML what stands there, which others read all the same.
fn said(attribute: Attribute<'_>) -> Cow<'_, str> {
    let said = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
    said.unwrap_or(attribute.value)
}

/// Goes through the tags with their attributes until told that it is enough.
fn each_tag(
    part: impl Read,
    mut each: impl for<'t> FnMut(&str, &dyn Fn(&str) -> Option<Cow<'t, str>>) -> bool,
) -> Result<(), quick_xml::Error> {
    let mut reader = Reader::from_reader(Sips { from: BufReader::new(part), left: 0 });
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        reader.get_mut().left = MOST_PIECE;
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) => {
                // Signs that XML forbids stand beside names for some readers, and in them for others.
                if tag.as_ref().bytes().any(|b| b < b' ' && !matches!(b, b'\t' | b'\r' | b'\n')) {
                    return Err(std::io::Error::other("a sign in it is none of XML").into());
                }
                let attribute = |key: &str| {
                    let of_key = |attribute: &Attribute<'_>| attribute.key.as_ref() == key;
                    let mut all = tag.attributes();
                    let mut found = all.with_checks(false).flatten().filter(of_key);
                    let first = said(found.next()?);
                    let Some(second) = found.next() else { return Some(first) };
                    // Of several of one name others read the last: together they are nothing.
                    Some(Cow::Owned(format!("{first} {}", said(second))))
                };
                let name = tag.local_name();
                if each(name.as_ref(), &attribute) {
                    return Ok(());
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

pub(crate) fn lines(
    path: &Path,
    file: &str,
    sheet: &Sheet,
    limits: &Limits,
    mut each: impl FnMut(Line) -> ControlFlow<()>,
) -> Result<(), Refused> {
    let mut book = opened(path, file)?;
    let since_1900 = if book.has_1904_epoch() { 1462.0 } else { 0.0 };
    let mut cells = book.worksheet_cells_reader(&sheet.name).map_err(|e| unreadable(file, &e))?;
    let mut down = Down::default();
    let mut line = Line::default();
    // Blank rows are told once a filled one follows: below the table thousands may be formatted.
    let mut blanks = 0_u32;
    loop {
        let next = cells.next_cell_with_formula_metadata().map_err(|e| Refused::Misshapen {
            file: file.to_owned(),
            row: line.row,
            why: e.to_string(),
        })?;
        let row = next.as_ref().map_or(line.row + 1, |cell| cell.pos.0 + 1);
        if row < line.row {
            let why = "its rows are not in order: open it and save it again".to_owned();
            return Err(Refused::Misshapen { file: file.to_owned(), row, why });
        }
        if row > line.row {
            crate::book::check_size(file, row - 1, line.cells.len(), limits)?;
            let filled = std::mem::replace(&mut line, Line { row, ..Line::default() });
            let gap = row - filled.row - 1;
            if filled.is_blank() {
                blanks += 1 + gap;
            } else {
                for before in 0..blanks {
                    let row = filled.row - blanks + before;
                    if each(Line { row, ..Line::default() }).is_break() {
                        return Ok(());
                    }
                }
                blanks = gap;
                if each(down.fill(filled, sheet)).is_break() {
                    return Ok(());
                }
            }
        }
        let Some(cell) = next else { return Ok(()) };
        let column = cell.pos.1 as usize;
        if column >= limits.columns as usize && cell.value != DataRef::Empty {
            crate::book::check_size(file, row, column + 1, limits)?;
        }
        if column < limits.columns as usize && !sheet.hidden.contains(&column) {
            line.cells.resize(line.cells.len().max(column + 1), Cell::default());
            line.cells[column] =
                Cell { value: value(cell.value, since_1900), formula: cell.formula.is_some() };
        }
    }
}

/// `since_1900`: the days between the turn of 1900 and the day from which the workbook counts.
fn value(value: DataRef<'_>, since_1900: f64) -> Value {
    let text = |text: &str| match text.trim() {
        "" => Value::Empty,
        _ => Value::Text(text.to_owned()),
    };
    match value {
        DataRef::Empty => Value::Empty,
        #[expect(clippy::cast_precision_loss, reason = "a spreadsheet keeps every number so")]
        DataRef::Int(n) => Value::Number(n as f64),
        DataRef::Float(n) => Value::Number(n),
        DataRef::SharedString(s) => text(s),
        DataRef::Bool(is) => Value::Truth(is),
        DataRef::DateTime(at) => Value::Serial(at.as_f64() + since_1900),
        DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => text(&s),
        DataRef::Error(error) => Value::Error(shown(&error).to_owned()),
    }
}

const fn shown(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

/// Cells that are joined downwards: what the first says, the ones below it say too.
#[derive(Debug, Default)]
struct Down(Vec<(usize, u32, Cell)>);

impl Down {
    fn fill(&mut self, mut line: Line, sheet: &Sheet) -> Line {
        self.0.retain(|(_, last, _)| *last >= line.row);
        for (column, _, cell) in &self.0 {
            line.cells.resize(line.cells.len().max(column + 1), Cell::default());
            line.cells[*column] = cell.clone();
            line.above.push(*column);
        }
        let row = line.row;
        for ((_, column), (last, _)) in sheet.joined.range((row, 0)..=(row, usize::MAX)) {
            if *last > row && !line.cell(*column).is_empty() {
                // Joins that overlap are of no sound sheet; the last of a column counts.
                self.0.retain(|(known, ..)| known != column);
                self.0.push((*column, *last, line.cell(*column).clone()));
            }
        }
        let first = line.cells.iter().position(|cell| !cell.is_empty());
        line.joined = first.map_or(1, |column| sheet.joined(row, column).len());
        line
    }
}
