//! Matters that come over from a table (承接): looked at whole first, then recorded a few at a time beside the
//! day's work.
//!
//! The table is gone through twice, each time from its beginning and a chunk at a time, so that memory does not
//! grow with it; only eight bytes a row are kept, to know a number that stands twice. The first time every row
//! is read and asked of the rules; one bad cell, and nothing is recorded. The second time what is not there yet
//! is recorded. A matter's id is made of the system it comes from and its number there, so that a command that
//! was killed goes on where it ended, and the same file twice changes nothing.

mod judged;
mod layout;
mod names;
mod row;

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use zongheng_core::county::County;
use zongheng_core::ids::MatterId;
use zongheng_core::matter::{Actor, PlaybookRef, Refusal, import};
use zongheng_core::time::At;
use zongheng_sheets::head::{self, Head};
use zongheng_sheets::line::{Sort, sort};
use zongheng_sheets::moment::Sense;
use zongheng_sheets::{Book, Limits, Line, cell};
use zongheng_store::{LARGEST_BATCH, Refused, Store, StoreError, Submission, What};

use self::judged::Judge;
pub use self::judged::Judged;
pub use self::layout::Layout;
use self::names::Names;
pub use self::row::BadCell;
use self::row::{Columns, Reading, Ready, key};
use crate::submit::Mint;

/// Half of a batch: people who report meanwhile have the other (DESIGN section 8).
const CHUNK: usize = LARGEST_BATCH / 2;
/// So many bad cells are listed; nobody mends more at a time, and the others are counted.
const MOST_TOLD: usize = 1_000;
/// How far ahead a limit may lie.
const YEARS_AHEAD: i16 = 10;

/// Why a table is not imported.
#[derive(Debug, thiserror::Error)]
pub enum Unimported {
    #[error("{0}")]
    Table(String),
    /// Bad cells, with how many more there are.
    #[error("{}", told(.0, *.1))]
    Cells(Vec<BadCell>, u64),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn told(cells: &[BadCell], more: u64) -> String {
    let lines = cells.iter().map(|bad| format!("{}: {}", bad.address, bad.what));
    let more = (more > 0).then(|| format!("and {more} more"));
    lines.chain(more).collect::<Vec<_>>().join("\n")
}

/// The lines below the head, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub lines: u64,
    /// Rows of matters that are not here yet; after the import, that came over with it.
    pub new: u64,
    /// Rows of matters that are here already.
    pub there: u64,
    /// Rows whose number stands further up in the same file.
    pub twice: u64,
    pub blank: u64,
    pub totals: u64,
    pub notes: u64,
    /// The head once more, as each printed page has it.
    pub heads: u64,
}

impl Counts {
    /// Whether the parts are the whole.
    pub const fn add_up(&self) -> bool {
        self.lines
            == self.new
                + self.there
                + self.twice
                + self.blank
                + self.totals
                + self.notes
                + self.heads
    }
}

/// What a table holds, once it is looked at whole and nothing in it is bad.
#[derive(Debug)]
pub struct Looked {
    pub counts: Counts,
    /// Of those that are new: closed ones, which are history here.
    pub history: u64,
    pub judged: Judged,
    /// Columns that are hidden, by their letters: they are not read.
    pub hidden: Vec<String>,
}

/// A table that is going to come over.
pub struct Table {
    book: Book,
    layout: Layout,
    head: Head,
    county: Arc<County>,
    names: Names,
    file: [u8; 32],
    now: At,
}

/// What was found in one going through.
#[derive(Default)]
struct Tally {
    counts: Counts,
    judged: Judged,
    bad: Vec<BadCell>,
    more: u64,
}

impl Tally {
    fn bad(&mut self, cells: impl IntoIterator<Item = BadCell>) {
        for cell in cells {
            if self.bad.len() < MOST_TOLD {
                self.bad.push(cell);
            } else {
                self.more += 1;
            }
        }
    }
}

impl Table {
    /// Opens a file and finds its head.
    ///
    /// # Errors
    /// The file is none that is read, or its head lacks a column.
    pub fn open(
        path: &Path,
        sheet: Option<&str>,
        layout: Layout,
        county: Arc<County>,
        now: At,
    ) -> Result<Self, Unimported> {
        let table = |what: &dyn std::fmt::Display| Unimported::Table(what.to_string());
        if county.catalogue.current(&layout.playbook.as_str().into()).is_none() {
            let what = format!("the county has no playbook \"{}\"", layout.playbook);
            return Err(Unimported::Table(what));
        }
        let book = Book::open(path, sheet, Limits::SHIPPED).map_err(|e| table(&e))?;
        let first = book.first(2 * head::DEEPEST).map_err(|e| table(&e))?;
        let asked = layout.names();
        // Of the names that a column may bear one is enough.
        let found = head::find(&first, &asked, &[], |row, column| book.joined(row, column))
            .map_err(|e| Unimported::Table(format!("{}: {e}", book.name())))?;
        let columns = Columns::of(&layout, &found);
        let lacks = layout.needed.iter().filter(|field| !columns.has(**field));
        let missing: Vec<String> = lacks
            .map(|field| layout.columns.get(field).map(|names| names.join(" or ")))
            .map(Option::unwrap_or_default)
            .collect();
        if !missing.is_empty() {
            let hidden: Vec<String> = book.hidden().iter().map(|c| cell::column_name(*c)).collect();
            let hidden = match hidden.as_slice() {
                [] => String::new(),
                some => format!("; hidden columns are not read: {}", some.join(", ")),
            };
            return Err(Unimported::Table(format!(
                "{}, row {}: no column is called {}{hidden}",
                book.name(),
                found.row,
                missing.join("; none ")
            )));
        }
        let file = hash_of(path).map_err(|e| table(&e))?;
        let names = Names::of(&county, now.date());
        Ok(Self { book, layout, head: found, county, names, file, now })
    }

    /// Looks at every row, and how much of it is here already.
    ///
    /// # Errors
    /// Every bad cell by its address.
    pub async fn look(
        self: &Arc<Self>,
        store: &Store,
        mut progress: impl FnMut(u64),
    ) -> Result<Looked, Unimported> {
        let (mut there, mut history) = (0, 0);
        let mut seen = 0;
        let (mut chunks, going) = self.goes();
        while let Some(chunk) = chunks.recv().await {
            let present = store.present(&self.county.code, &ids(&chunk)).await?;
            there += present.len() as u64;
            let new = chunk.iter().filter(|ready| !present.contains(&ready.import.id));
            history += new.filter(|ready| ready.import.ended.is_some()).count() as u64;
            seen += chunk.len() as u64;
            progress(seen);
        }
        let tally = ended(going).await?;
        if !tally.bad.is_empty() {
            return Err(Unimported::Cells(tally.bad, tally.more));
        }
        let new = tally.counts.new - there;
        let counts = Counts { new, there, ..tally.counts };
        let hidden = self.book.hidden().iter().map(|c| cell::column_name(*c)).collect();
        Ok(Looked { counts, history, judged: tally.judged, hidden })
    }

    /// Records what is not here yet, a few at a time. The table has been looked at before.
    ///
    /// # Errors
    /// A row is refused after all, since the county has changed meanwhile; what came over before it stays, and
    /// the same command goes on.
    pub async fn apply(
        self: &Arc<Self>,
        store: &Store,
        clock: impl Fn() -> At,
        mut progress: impl FnMut(u64),
    ) -> Result<Counts, Unimported> {
        let (mut new, mut there) = (0, 0);
        let (mut chunks, going) = self.goes();
        while let Some(chunk) = chunks.recv().await {
            let present = store.present(&self.county.code, &ids(&chunk)).await?;
            there += present.len() as u64;
            let wanted: Vec<(u32, Submission)> = chunk
                .into_iter()
                .filter(|ready| !present.contains(&ready.import.id))
                .map(|ready| (ready.row, self.submission(store, ready)))
                .collect();
            let (rows, wanted): (Vec<u32>, Vec<Submission>) = wanted.into_iter().unzip();
            let answers = store.record_all(wanted, clock()).await;
            for (row, answer) in rows.into_iter().zip(answers) {
                match answer {
                    Ok(recorded) if recorded.replay => there += 1,
                    Ok(_) => new += 1,
                    Err(Refused::Store(error)) => return Err(error.into()),
                    Err(refused) => return Err(Unimported::Table(format!("row {row}: {refused}"))),
                }
            }
            progress(new);
        }
        let tally = ended(going).await?;
        if !tally.bad.is_empty() {
            return Err(Unimported::Cells(tally.bad, tally.more));
        }
        Ok(Counts { new, there, ..tally.counts })
    }

    fn submission(&self, store: &Store, ready: Ready) -> Submission {
        let key = key(&self.file, ready.row);
        let mac = store.vault().command_mac(format!("import\n{key}").as_bytes());
        Submission {
            county: self.county.code.clone(),
            scope: "import".to_owned(),
            actor: Actor::system(),
            key,
            mac,
            at: None,
            what: What::Import(Box::new(ready.import)),
            contents: ready.contents,
        }
    }

    /// Goes through the table in a thread of its own and hands over what reads, a chunk at a time.
    fn goes(
        self: &Arc<Self>,
    ) -> (mpsc::Receiver<Vec<Ready>>, tokio::task::JoinHandle<Result<Tally, String>>) {
        let (chunks, taken) = mpsc::channel(4);
        let table = Arc::clone(self);
        let going = tokio::task::spawn_blocking(move || table.go(&chunks));
        (taken, going)
    }

    fn go(&self, chunks: &mpsc::Sender<Vec<Ready>>) -> Result<Tally, String> {
        let today = self.now.date();
        let to = date(today.year() + YEARS_AHEAD, 12, 31);
        let sense = Sense { from: date(2000, 1, 1), to, year: self.layout.year };
        let columns = Columns::of(&self.layout, &self.head);
        let reading =
            Reading { layout: &self.layout, names: &self.names, columns, sense, now: self.now };
        let mut pass = Pass {
            table: self,
            asked: self.layout.names(),
            judge: Judge::of(&self.county),
            rules: Rules::of(&self.county, &self.layout),
            reading,
            mint: Mint::by_chance(),
            known: HashSet::new(),
            tally: Tally::default(),
            chunk: Vec::with_capacity(CHUNK),
        };
        let below = self.head.row + self.head.rows;
        let read = self.book.lines(|line| {
            if line.row < below {
                return ControlFlow::Continue(());
            }
            pass.take(&line);
            if pass.chunk.len() == CHUNK {
                let chunk = std::mem::replace(&mut pass.chunk, Vec::with_capacity(CHUNK));
                // Nobody takes any more where the recording has failed.
                if chunks.blocking_send(chunk).is_err() {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        read.map_err(|e| e.to_string())?;
        let (last, tally) = (pass.chunk, pass.tally);
        let _gone = chunks.blocking_send(last);
        Ok(tally)
    }
}

/// One going through.
struct Pass<'a> {
    table: &'a Table,
    asked: Vec<&'a str>,
    judge: Option<Judge<'a>>,
    rules: Option<Rules<'a>>,
    reading: Reading<'a>,
    mint: Mint,
    /// Half of each id that was met.
    known: HashSet<u64>,
    tally: Tally,
    chunk: Vec<Ready>,
}

impl Pass<'_> {
    fn take(&mut self, line: &Line) {
        self.tally.counts.lines += 1;
        match sort(line) {
            Sort::Blank => self.tally.counts.blank += 1,
            Sort::Total => self.tally.counts.totals += 1,
            Sort::Note => self.tally.counts.notes += 1,
            Sort::Row if self.table.head.is_again(line) => self.tally.counts.heads += 1,
            Sort::Row if self.table.head.is_another(line, &self.asked) => {
                let what = "a second table begins here: put each on a sheet of its own".to_owned();
                self.tally.bad([BadCell { address: format!("row {}", line.row), what }]);
            }
            Sort::Row => self.row(line),
        }
    }

    fn row(&mut self, line: &Line) {
        let ready = match self.reading.read(line, &mut self.mint) {
            Ok(ready) => ready,
            Err(bad) => return self.tally.bad(bad),
        };
        if !self.known.insert(half(ready.import.id)) {
            self.tally.counts.twice += 1;
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
                    let address = format!("row {}", line.row);
                    vec![BadCell { address, what: other.to_string() }]
                }
            };
            return self.tally.bad(faults);
        }
        self.tally.counts.new += 1;
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
    playbook: &'a zongheng_core::playbook::Playbook,
    clock: &'a zongheng_core::playbook::Clock,
    named: PlaybookRef,
    versions: zongheng_core::matter::Versions,
    actor: Actor,
}

impl<'a> Rules<'a> {
    fn of(county: &'a County, layout: &Layout) -> Option<Self> {
        let known = county.catalogue.current(&layout.playbook.as_str().into());
        let (playbook, clock, hash) = known?;
        let named = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let (versions, actor) = (county.versions(clock), Actor::system());
        Some(Self { county, playbook, clock, named, versions, actor })
    }

    fn ask(&self, ready: &Ready, now: At) -> Result<(), Refusal> {
        let (playbook, clock) = (self.playbook, self.clock);
        let cx = self.county.context(now, &self.actor, playbook, clock, &self.versions);
        import(&ready.import, "", self.named.clone(), &cx).map(|_| ())
    }
}

async fn ended(going: tokio::task::JoinHandle<Result<Tally, String>>) -> Result<Tally, Unimported> {
    let gone = going.await.map_err(|e| Unimported::Table(e.to_string()))?;
    gone.map_err(Unimported::Table)
}

fn ids(chunk: &[Ready]) -> BTreeSet<MatterId> {
    chunk.iter().map(|ready| ready.import.id).collect()
}

fn half(id: MatterId) -> u64 {
    let (one, other) = id.0.as_u64_pair();
    one ^ other
}

/// The SHA-256 of a file.
fn hash_of(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut bytes = vec![0; 64 << 10];
    loop {
        match std::io::Read::read(&mut file, &mut bytes)? {
            0 => return Ok(hash.finalize().into()),
            n => hash.update(&bytes[..n]),
        }
    }
}
