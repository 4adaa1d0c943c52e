//! One going through a table: each line is told apart, each row read and asked of the rules.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

use jiff::civil::date;
use tokio::sync::mpsc;
use zongheng_core::county::County;
use zongheng_core::ids::MatterId;
use zongheng_core::matter::{Actor, PlaybookRef, Refusal, Versions, import};
use zongheng_core::playbook::{Clock, Playbook};
use zongheng_core::time::At;
use zongheng_sheets::Line;
use zongheng_sheets::head::Head;
use zongheng_sheets::line::{Sort, sort};
use zongheng_sheets::moment::Sense;

use super::judged::{Judge, Judged};
use super::layout::Layout;
use super::row::{BadCell, Columns, Reading, Ready, of_row};
use super::skipped::{Skipped, Under, Why};
use super::{Counts, Table};
use crate::submit::Mint;

/// So many bad cells are listed; nobody mends more at a time, and the others are counted.
const MOST_TOLD: usize = 1_000;
/// How far ahead a limit may lie.
const YEARS_AHEAD: i16 = 10;

/// So many lines are handed from the reading of a file to its checking at once, and so many such hands wait.
const LINES: usize = 256;
const AHEAD: usize = 4;

/// What was found in one going through.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) counts: Counts,
    pub(super) judged: Judged,
    pub(super) bad: Vec<BadCell>,
    pub(super) more: u64,
    pub(super) skipped: Skipped,
    pub(super) under: Under,
    /// Of the rows that are to be left out, those that there are.
    pub(super) met: BTreeSet<u32>,
    /// Half of each id that was met, to know one that stands twice.
    pub(super) known: HashSet<u64>,
}

impl Tally {
    fn note(&mut self, cells: impl IntoIterator<Item = BadCell>) {
        for cell in cells {
            if self.bad.len() < MOST_TOLD {
                self.bad.push(cell);
            } else {
                self.more += 1;
            }
        }
    }
}

/// Goes through the table and hands over what reads, a chunk at a time.
pub(super) fn go(
    table: &Table,
    size: usize,
    chunks: &mpsc::Sender<Vec<Ready>>,
) -> Result<Tally, String> {
    let today = table.now.date();
    let to = date(today.year() + YEARS_AHEAD, 12, 31);
    let sense = Sense { from: date(2000, 1, 1), to, year: table.layout.year };
    let columns = Columns::of(&table.layout, &table.head);
    let reading =
        Reading { layout: &table.layout, names: &table.names, columns, sense, now: table.now };
    let mut pass = Pass {
        table,
        known: table.head.known(&table.layout.names()),
        judge: Judge::of(&table.county),
        rules: Rules::of(&table.county, &table.layout, &table.actor),
        reading,
        mint: Mint::in_order(),
        tally: Tally::default(),
        waiting: None,
        leaving: false,
        chunk: Vec::with_capacity(size),
    };
    let below = table.head.row + table.head.rows;
    let (filled, lines) = std::sync::mpsc::sync_channel::<Vec<Line>>(AHEAD);
    let read = std::thread::scope(|scope| {
        // While rows are checked here, the next ones are read there.
        let reading = scope.spawn(move || {
            let mut some = Vec::with_capacity(LINES);
            let read = table.book.lines(|line| {
                if line.row < below {
                    return ControlFlow::Continue(());
                }
                some.push(line);
                if some.len() < LINES || filled.send(std::mem::take(&mut some)).is_ok() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
            let _gone = filled.send(some);
            read
        });
        for line in lines.into_iter().flatten() {
            pass.take(line);
            if pass.chunk.len() == size {
                let chunk = std::mem::replace(&mut pass.chunk, Vec::with_capacity(size));
                // Nobody takes any more where the recording has failed.
                if chunks.blocking_send(chunk).is_err() {
                    break;
                }
            }
        }
        reading.join()
    });
    match read {
        Ok(read) => read.map_err(|e| e.to_string())?,
        Err(broken) => std::panic::resume_unwind(broken),
    }
    pass.taken();
    let (last, tally) = (pass.chunk, pass.tally);
    let _gone = chunks.blocking_send(last);
    Ok(tally)
}

/// One going through.
struct Pass<'a> {
    table: &'a Table,
    /// Every name of a column.
    known: HashSet<String>,
    judge: Option<Judge<'a>>,
    rules: Option<Rules<'a>>,
    reading: Reading<'a>,
    mint: Mint,
    tally: Tally,
    /// The last row: what is joined with it may follow.
    waiting: Option<Line>,
    /// The last row was left out, and what is joined with it goes with it.
    leaving: bool,
    chunk: Vec<Ready>,
}

impl Pass<'_> {
    fn take(&mut self, line: Line) {
        self.tally.counts.lines += 1;
        let kind = sort(&line);
        let goes_on = kind == Sort::Row && self.reading.columns.goes_on(self.reading.layout, &line);
        let left = self.table.without.contains(&line.row);
        if left {
            self.tally.met.insert(line.row);
        }
        if left || goes_on && self.leaving {
            if !goes_on {
                self.taken();
                self.leaving = true;
            }
            self.tally.counts.left += 1;
            self.tally.skipped.note(line.row, Why::Left);
            return;
        }
        if goes_on && let Some(row) = &mut self.waiting {
            self.tally.counts.joined += 1;
            self.tally.skipped.note(line.row, Why::Joined);
            return row.take_in(line);
        }
        self.leaving = false;
        self.taken();
        match kind {
            Sort::Blank => self.tally.counts.blank += 1,
            Sort::Total => {
                self.tally.counts.totals += 1;
                self.tally.skipped.note(line.row, Why::Total);
            }
            Sort::Note => {
                self.tally.counts.notes += 1;
                self.tally.skipped.note(line.row, Why::Note);
            }
            Sort::Row if self.table.head.is_again(&line) => {
                self.tally.counts.heads += 1;
                self.tally.skipped.note(line.row, Why::Head);
            }
            Sort::Row if Head::is_another(&line, &self.known) => {
                let what = "a second table begins here: put each on a sheet of its own".to_owned();
                self.tally.note([BadCell { address: of_row(line.row), what }]);
            }
            Sort::Row => self.waiting = Some(line),
        }
    }

    /// The row that waited is whole.
    fn taken(&mut self) {
        if let Some(line) = self.waiting.take() {
            self.row(&line);
        }
    }

    fn row(&mut self, line: &Line) {
        let ready = match self.reading.read(line, &mut self.mint) {
            Ok(ready) => ready,
            Err(bad) => return self.tally.note(bad),
        };
        if !self.tally.known.insert(half(ready.import.id)) {
            self.tally.counts.twice += 1;
            self.tally.skipped.note(line.row, Why::Twice);
            return;
        }
        if let Some(Err(refusal)) =
            self.rules.as_ref().map(|rules| rules.ask(&ready, self.table.now))
        {
            let faults = match &refusal {
                Refusal::Invalid(faults) => {
                    faults.iter().map(|fault| self.reading.at(line.row, fault)).collect()
                }
                other => {
                    let address = of_row(line.row);
                    vec![BadCell { address, what: other.to_string() }]
                }
            };
            return self.tally.note(faults);
        }
        self.tally.counts.new += 1;
        if self.table.book.hides(line.row) {
            self.tally.under.note(line.row);
        }
        if let Some(judge) = &self.judge {
            let ended = ready.import.ended.as_ref().map(|ended| ended.at);
            judge.judge(ready.import.began, ended, &mut self.tally.judged);
        }
        self.chunk.push(ready);
    }
}

/// The rules that the store will ask, asked before anything is recorded.
struct Rules<'a> {
    county: &'a County,
    playbook: &'a Playbook,
    clock: &'a Clock,
    named: PlaybookRef,
    versions: Versions,
    actor: &'a Actor,
}

impl<'a> Rules<'a> {
    fn of(county: &'a County, layout: &Layout, actor: &'a Actor) -> Option<Self> {
        let known = county.catalogue.current(&layout.playbook.as_str().into());
        let (playbook, clock, hash) = known?;
        let named = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let versions = county.versions(clock);
        Some(Self { county, playbook, clock, named, versions, actor })
    }

    fn ask(&self, ready: &Ready, now: At) -> Result<(), Refusal> {
        let (playbook, clock) = (self.playbook, self.clock);
        let cx = self.county.context(now, self.actor, playbook, clock, &self.versions);
        import(&ready.import, "", self.named.clone(), &cx).map(|_| ())
    }
}

/// Half of an id: enough to tell those of one file and one county apart.
pub(super) fn half(id: MatterId) -> u64 {
    let (one, other) = id.0.as_u64_pair();
    one ^ other
}
