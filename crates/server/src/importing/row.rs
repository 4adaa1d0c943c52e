//! One row of a table becomes a matter, or the list of its bad cells.

use std::collections::BTreeMap;

use jiff::civil::time;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zongheng_core::ids::{CategoryId, MatterId, UnitId};
use zongheng_core::ledger::{Class, ContentRef};
use zongheng_core::matter::{FieldFault, Import, ImportedEnd, ReportedPlace, Theirs};
use zongheng_core::time::At;
use zongheng_sheets::head::Head;
use zongheng_sheets::moment::{self, Moment, Sense};
use zongheng_sheets::{Cell, Line, Value, address, words};
use zongheng_store::NewContent;

use super::layout::{Field, Layout};
use super::names::Names;
use super::said;
use crate::submit::{Mint, text_fault};

const TITLE: usize = 200;
const TEXT: usize = 20_000;

/// A cell that cannot be taken, or a row as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadCell {
    pub address: String,
    pub what: String,
}

/// A row that reads.
pub struct Ready {
    pub row: u32,
    pub import: Import,
    pub contents: Vec<NewContent>,
}

/// What is needed to read rows.
pub struct Reading<'a> {
    pub layout: &'a Layout,
    pub names: &'a Names,
    pub columns: Columns,
    pub sense: Sense,
    pub now: At,
}

/// Where each field stands.
pub struct Columns {
    fields: BTreeMap<Field, usize>,
    kept: Vec<(String, usize)>,
}

impl Columns {
    pub fn of(layout: &Layout, head: &Head) -> Self {
        let column = |names: &Vec<String>| names.iter().find_map(|name| head.column(name));
        let fields = layout.columns.iter().filter_map(|(f, names)| Some((*f, column(names)?)));
        let kept = layout.keep.iter().filter_map(|(k, names)| Some((k.clone(), column(names)?)));
        Self { fields: fields.collect(), kept: kept.collect() }
    }

    /// Whether a row belongs to the one above it: what tells matters apart is joined with the cells there.
    pub fn goes_on(&self, layout: &Layout, line: &Line) -> bool {
        let joined = |field: &Field| self.fields.get(field).is_none_or(|c| line.above.contains(c));
        !line.above.is_empty() && layout.identity.iter().all(joined)
    }

    pub fn has(&self, field: Field) -> bool {
        self.fields.contains_key(&field)
    }
}

/// One row while it is read: every fault is kept.
struct Row<'r> {
    of: &'r Reading<'r>,
    line: &'r Line,
    mint: &'r mut Mint,
    bad: Vec<BadCell>,
    contents: Vec<NewContent>,
}

impl Reading<'_> {
    /// The matter of a row.
    ///
    /// # Errors
    /// Every bad cell of it.
    pub fn read(&self, line: &Line, mint: &mut Mint) -> Result<Ready, Vec<BadCell>> {
        let mut row = Row { of: self, line, mint, bad: Vec::new(), contents: Vec::new() };
        let import = row.import();
        match import {
            Some(import) if row.bad.is_empty() => {
                Ok(Ready { row: line.row, import, contents: row.contents })
            }
            _ => {
                // From left to right: of one row the letters alone differ, and AA comes after Z.
                row.bad.sort_by(|a, b| {
                    (a.address.len(), &a.address).cmp(&(b.address.len(), &b.address))
                });
                Err(row.bad)
            }
        }
    }

    /// What the rules say against a field, at the cell from which it came.
    pub fn at(&self, row: u32, fault: &FieldFault) -> BadCell {
        let name = fault.field.split(['.', '[']).next().unwrap_or_default();
        let field = match name {
            "number" => Field::Number,
            "began" => Field::Began,
            "round_began" if self.columns.has(Field::RoundBegan) => Field::RoundBegan,
            "round" | "round_began" => Field::Round,
            "due" => Field::Due,
            "ended" if self.columns.has(Field::Ended) => Field::Ended,
            "ended" => Field::Done,
            "category" => Field::Category,
            "source" => Field::Source,
            "lead" => Field::Lead,
            "assists" => Field::Assists,
            "place" if self.columns.has(Field::Village) => Field::Village,
            "place" => Field::Township,
            _ => Field::Title,
        };
        let column = self.columns.fields.get(&field);
        let address = column.map_or_else(|| of_row(row), |column| address(row, *column));
        let called = self.layout.columns.get(&field).and_then(|names| names.first());
        let what = match called.filter(|_| column.is_none() && field == Field::Due) {
            Some(called) => format!("{}; add a column {called}", fault.what),
            None => fault.what.clone(),
        };
        BadCell { address, what }
    }
}

impl Row<'_> {
    fn address(&self, field: Field) -> String {
        match self.of.columns.fields.get(&field) {
            Some(column) => address(self.line.row, *column),
            None => of_row(self.line.row),
        }
    }

    /// Whether something is told of a field's cell already.
    fn is_bad(&self, field: Field) -> bool {
        let address = self.address(field);
        self.bad.iter().any(|bad| bad.address == address)
    }

    fn bad(&mut self, field: Field, what: impl Into<String>) {
        let bad = BadCell { address: self.address(field), what: what.into() };
        // Two fields may be read from one cell.
        if !self.bad.contains(&bad) {
            self.bad.push(bad);
        }
    }

    /// The cell of a field; a formula or an error in it is a fault of its own.
    fn cell(&mut self, field: Field) -> Option<Cell> {
        let column = *self.of.columns.fields.get(&field)?;
        let cell = self.line.cell(column).clone();
        if let Value::Error(shown) = &cell.value {
            self.bad(field, format!("it shows {shown}: write what is meant"));
            return None;
        }
        if cell.formula {
            self.bad(field, "a formula works it out: paste the cell as a value");
            return None;
        }
        (!cell.is_empty()).then_some(cell)
    }

    fn words(&mut self, field: Field) -> Option<String> {
        self.cell(field).map(|cell| words::narrow(&cell.shown())).filter(|text| !text.is_empty())
    }

    fn import(&mut self) -> Option<Import> {
        let number = self.number();
        let began = self.began(number.as_deref());
        let due = self.moment(Field::Due);
        let (ended, answer) = self.ended(began);
        // Where its end does not read, nothing is asked that only an open one needs.
        let open = ended.is_none() && !self.is_bad(Field::Ended) && !self.is_bad(Field::Done);
        let category = self.category(open);
        let place = self.place();
        let lead = self.lead(place.as_ref());
        let assists = self.assists(lead);
        let solved = self.read(Field::Solved, said::solved);
        let satisfied = self.read(Field::Satisfied, said::satisfied);
        let source = self.source();
        let title = self.title();
        let detail = self.text(Field::Detail);
        let form = self.kept();
        let (round, round_began) = self.round();
        let (number, began) = (self.identified(number)?, began?);
        Some(Import {
            id: self.id(&number, began),
            playbook: self.of.layout.playbook.as_str().into(),
            theirs: Theirs { system: self.of.layout.system.clone(), number },
            began,
            round,
            round_began,
            category,
            source,
            grade: None,
            urgent: false,
            title: title?,
            detail,
            form,
            place: place?,
            contact: None,
            hidden: false,
            lead,
            assists,
            due: due.filter(|_| open),
            ended: ended.map(|at| ImportedEnd { at, answer, solved, satisfied }),
        })
    }

    /// Its number; one that the spreadsheet has rounded may be that of another.
    fn number(&mut self) -> Option<String> {
        if self.cell(Field::Number)?.is_rounded() {
            self.bad(
                Field::Number,
                "the spreadsheet has lost the last digits of this number: take it as text from where it came",
            );
            return None;
        }
        self.words(Field::Number).map(|said| plain_number(&said))
    }

    /// In which round it is, and when that began.
    fn round(&mut self) -> (u32, Option<At>) {
        let round_began = self.moment(Field::RoundBegan);
        let Some(said) = self.words(Field::Round) else { return (1, round_began) };
        let digits = said.trim_start_matches('第').trim_end_matches(['次', '轮']);
        let round = digits.parse();
        if round.is_err() {
            self.bad(Field::Round, format!("\"{said}\": write in which round it is, as 2"));
        }
        (round.unwrap_or(1), round_began)
    }

    fn identified(&mut self, number: Option<String>) -> Option<String> {
        if number.is_none() && !self.is_bad(Field::Number) {
            self.bad(Field::Number, "every matter has a number: write it");
        }
        number
    }

    /// The same matter has the same id in whatever file it stands.
    fn id(&self, number: &str, began: At) -> MatterId {
        let layout = self.of.layout;
        let mut hash = Sha256::new();
        for part in [self.of.names.county.as_str(), &layout.system] {
            hash.update(part);
            hash.update([0]);
        }
        for field in &layout.identity {
            let cell = self.of.columns.fields.get(field).map(|column| self.line.cell(*column));
            let shown = cell.map(Cell::shown).unwrap_or_default();
            // However the number, the day or the unit is written, it is the same.
            let said = match field {
                Field::Number => number.to_owned(),
                Field::Began => began.date().to_string(),
                Field::Lead => match self.of.names.unit(&shown) {
                    Ok(unit) => unit.to_string(),
                    Err(_) => words::bare(&shown),
                },
                _ => words::bare(&shown),
            };
            hash.update(said);
            hash.update([0]);
        }
        let hash = hash.finalize();
        let mut bytes: [u8; 16] = std::array::from_fn(|i| hash[i]);
        // Rows come in the order of their numbers: so do their ids, which is the order in which tables keep them.
        let numbered = layout.identity.contains(&Field::Number);
        if let Some(serial) = serial(number).filter(|_| numbered) {
            bytes[..6].copy_from_slice(&serial.to_be_bytes()[2..]);
        }
        MatterId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    fn began(&mut self, number: Option<&str>) -> Option<At> {
        if let Some(at) = self.moment(Field::Began) {
            return Some(at);
        }
        if self.is_bad(Field::Began) {
            return None;
        }
        let of_number = number.filter(|_| self.of.layout.began_in_number).and_then(|number| {
            let digits: String = number.chars().filter(char::is_ascii_digit).take(8).collect();
            moment::read(&Cell::text(digits), &self.of.sense).ok()
        });
        if let Some(day) = of_number {
            return Some(start_of(day));
        }
        // Of a number that is told of already the day is part of what is missing.
        if self.of.layout.began_in_number && self.is_bad(Field::Number) {
            return None;
        }
        let (what, field) = match (self.of.layout.began_in_number, number) {
            (true, Some(_)) if !self.of.columns.has(Field::Began) => (
                "when it began stands in no column, and the number does not begin with a day",
                Field::Number,
            ),
            _ => ("write when it began, as 2022-04-14", Field::Began),
        };
        self.bad(field, what);
        None
    }

    /// A moment. A day without a time is its opening for what begins, its closing for a limit.
    fn moment(&mut self, field: Field) -> Option<At> {
        let cell = self.cell(field)?;
        let begins = matches!(field, Field::Began | Field::RoundBegan);
        let read = if begins { moment::read } else { moment::read_until };
        match read(&cell, &self.of.sense) {
            Ok(moment) if begins => Some(start_of(moment)),
            Ok(moment) => Some(end_of(moment)),
            Err(no) => {
                self.bad(field, no.to_string());
                None
            }
        }
    }

    /// What was closed today was not closed in the evening to come.
    fn closed(&self, moment: Moment, began: Option<At>) -> At {
        let at = end_of(moment);
        let same_day = moment.time.is_none() && moment.date == self.of.now.date();
        let at = if same_day { at.min(self.of.now) } else { at };
        // Begun in the evening and closed on the same day, of which only the day is known.
        let later = began.filter(|began| moment.time.is_none() && began.date() == moment.date);
        later.map_or(at, |began| at.max(began))
    }

    /// When it was closed and with which words; none while it is open.
    fn ended(&mut self, began: Option<At>) -> (Option<At>, Option<ContentRef>) {
        let answer = self.text(Field::Answer);
        let ended = match self.cell(Field::Ended) {
            None => None,
            Some(cell) => match moment::read(&cell, &self.of.sense) {
                Ok(moment) => Some(self.closed(moment, began)),
                Err(no) => {
                    self.bad(Field::Ended, no.to_string());
                    None
                }
            },
        };
        let done = self.words(Field::Done);
        let (Some(said), None) = (done, ended) else { return (ended, answer) };
        let done = match said::done(&said) {
            Ok(said::Done::Yes(day)) => day,
            Ok(said::Done::No) => return (None, answer),
            Err(what) => {
                self.bad(Field::Done, what);
                return (None, answer);
            }
        };
        let day = done.and_then(|day| said::day(&day, &self.of.sense));
        if day.is_none() {
            let what = format!("\"{said}\": write on which day, as 2022-04-20完成");
            self.bad(Field::Done, what);
        }
        (day.map(|moment| self.closed(moment, began)), answer)
    }

    fn category(&mut self, open: bool) -> Option<CategoryId> {
        let layout = self.of.layout;
        let Some(said) = self.words(Field::Category) else {
            return layout.category.as_deref().map(CategoryId::from);
        };
        if let Some(ours) = layout.categories.get(&said) {
            return Some(ours.as_str().into());
        }
        match self.of.names.category(&said) {
            Ok(id) => Some(id),
            Err(_) if layout.category.is_some() => layout.category.as_deref().map(CategoryId::from),
            // History may be about what this county has no word for; its own word is kept.
            Err(_) if !open => None,
            Err(what) => {
                self.bad(Field::Category, what);
                None
            }
        }
    }

    fn place(&mut self) -> Option<ReportedPlace> {
        let said = self.words(Field::Township);
        let township = match said.map(|name| self.of.names.township(&name)) {
            None => None,
            Some(Ok(code)) => Some(code),
            Some(Err(what)) => {
                self.bad(Field::Township, what);
                return None;
            }
        };
        let village = self.words(Field::Village);
        let village = match (&township, village) {
            (Some(township), Some(name)) => match self.of.names.village(township, &name) {
                Ok(code) => Some(code),
                Err(what) => {
                    self.bad(Field::Village, what);
                    return None;
                }
            },
            (None, Some(name)) => match self.of.names.village_in(None, &name) {
                Ok(code) => Some(code),
                Err(what) => {
                    self.bad(Field::Village, what);
                    return None;
                }
            },
            (_, None) => None,
        };
        let usual = match self.of.layout.division.as_deref() {
            Some("county") => Some(self.of.names.county.clone()),
            Some(code) => Some(code.into()),
            None => None,
        };
        let Some(division) = village.or(township).or(usual) else {
            self.bad(Field::Township, "say in which township it is");
            return None;
        };
        let address = self.text(Field::Address);
        Some(ReportedPlace { division: Some(division), address, ..ReportedPlace::default() })
    }

    /// The unit that has it: that of the column, or the township whose order it is.
    fn lead(&mut self, place: Option<&ReportedPlace>) -> Option<UnitId> {
        // Names may stand below each other in one cell.
        if let Some(said) = self.cell(Field::Lead) {
            // 县委、县政府 is one unit.
            if let Ok(unit) = self.of.names.unit(&said.shown()) {
                return Some(unit);
            }
            let names = words::several(&said.shown());
            let [name] = names.as_slice() else {
                self.bad(Field::Lead, "one unit leads: write the others as assisting");
                return None;
            };
            return self.of.names.unit(name).map_err(|what| self.bad(Field::Lead, what)).ok();
        }
        let leads = self.read(Field::Part, said::leads).unwrap_or(false);
        // What is not the township's own waits to be dispatched.
        let division = place.filter(|_| leads)?.division.clone()?;
        self.of.names.own_unit(self.of.names.township_of(&division))
    }

    fn assists(&mut self, lead: Option<UnitId>) -> Vec<UnitId> {
        let Some(said) = self.cell(Field::Assists) else { return Vec::new() };
        let mut units = Vec::new();
        for name in words::several(&said.shown()) {
            match self.of.names.unit(&name) {
                // Ledgers name the lead among those responsible.
                Ok(unit) if Some(unit) == lead || units.contains(&unit) => {}
                Ok(unit) => units.push(unit),
                Err(what) => self.bad(Field::Assists, what),
            }
        }
        units
    }

    /// What a cell says, read by one of the readers of words.
    fn read<T>(
        &mut self,
        field: Field,
        read: impl Fn(&str) -> Result<Option<T>, String>,
    ) -> Option<T> {
        let said = self.words(field)?;
        match read(&said) {
            Ok(value) => value,
            Err(what) => {
                self.bad(field, what);
                None
            }
        }
    }

    fn source(&mut self) -> Option<String> {
        let layout = self.of.layout;
        let said = self.words(Field::Source);
        let named = said.and_then(|words| said::source(&layout.sources, &words));
        named.or_else(|| layout.source.clone())
    }

    /// The title, or what it is about and where.
    fn title(&mut self) -> Option<ContentRef> {
        if self.of.columns.has(Field::Title) {
            if let Some(said) = self.words(Field::Title) {
                return self.entry(Field::Title, said, TITLE);
            }
            if self.of.layout.needed.contains(&Field::Title) {
                self.bad(Field::Title, "say what it is");
                return None;
            }
        }
        let parts = [Field::Category, Field::Address, Field::Number];
        let said: Vec<String> = parts.into_iter().filter_map(|f| self.words(f)).take(2).collect();
        if said.is_empty() {
            self.bad(Field::Title, "say what it is");
            return None;
        }
        let title: String = said.join(" ").chars().take(TITLE).collect();
        self.entry(Field::Title, title, TITLE)
    }

    fn text(&mut self, field: Field) -> Option<ContentRef> {
        let said = self.cell(field)?.shown();
        self.entry(field, said, TEXT)
    }

    fn entry(&mut self, field: Field, text: String, most: usize) -> Option<ContentRef> {
        if let Some(what) = text_fault(&text, most) {
            self.bad(field, what);
            return None;
        }
        Some(self.content(text))
    }

    fn content(&mut self, text: String) -> ContentRef {
        let content = self.mint.content(Class::Text, text, self.of.now);
        let reference = content.reference();
        self.contents.push(content);
        reference
    }

    fn kept(&mut self) -> Vec<(String, ContentRef)> {
        let mut form = Vec::new();
        for (name, column) in &self.of.columns.kept {
            let text = self.line.cell(*column).shown();
            if text.is_empty() {
                continue;
            }
            if let Some(what) = text_fault(&text, TEXT) {
                let address = address(self.line.row, *column);
                self.bad.push(BadCell { address, what });
                continue;
            }
            form.push((name.clone(), self.content(text)));
        }
        form
    }
}

/// The digits of a number, as many of the last ones as six bytes hold.
fn serial(number: &str) -> Option<u64> {
    let digits: Vec<u64> = number.chars().filter_map(|c| c.to_digit(10)).map(u64::from).collect();
    let last = &digits[digits.len().saturating_sub(14)..];
    (!last.is_empty()).then(|| last.iter().fold(0, |n, digit| n * 10 + digit))
}

fn start_of(moment: Moment) -> At {
    At::on(moment.date, moment.time.unwrap_or(time(8, 30, 0, 0)))
}

fn end_of(moment: Moment) -> At {
    At::on(moment.date, moment.time.unwrap_or(time(18, 0, 0, 0)))
}

/// A row as a whole, where no cell of it is meant.
pub(super) fn of_row(row: u32) -> String {
    format!("row {row}")
}

/// A number of digits alone without what spreadsheets and clerks put around it: ="2022…", '2022…, 2022….0, 2022 0414.
fn plain_number(said: &str) -> String {
    let bare = said.strip_prefix("=\"").and_then(|said| said.strip_suffix('"')).unwrap_or(said);
    let bare = bare.trim_start_matches(['\'', '’', '‘']);
    let bare = bare.strip_suffix(".0").unwrap_or(bare);
    let digits: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    let is_one = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_one { digits } else { said.to_owned() }
}

/// A key for a row of a file and the matter that it is: another sheet of the same file, or another map, makes another
/// matter of that row. It begins as the matter's id does, so that tables keep keys in the order of the numbers, too.
pub fn key(file: &[u8], row: u32, matter: MatterId) -> String {
    let mut hash = Sha256::new();
    hash.update(file);
    hash.update(row.to_be_bytes());
    hash.update(matter.0.as_bytes());
    let hash = hash.finalize();
    let of = |i: usize| if i < 8 { matter.0.as_bytes()[i] } else { hash[i] };
    Uuid::from_bytes(std::array::from_fn(of)).simple().to_string()
}
