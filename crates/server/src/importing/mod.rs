//! Matters that come over from a table (承接): looked at whole first, then recorded a few at a time beside the
//! day's work.
//!
//! The table is gone through twice, each time from its beginning and a chunk at a time, so that memory does not
//! grow with it; only eight bytes a row are kept, to know a number that stands twice. The first time every row
//! is read and asked of the rules; one bad cell, and nothing is recorded. The second time what is not there yet
//! is recorded. A matter's id is made of the system it comes from and its number there, so that a command that
//! was killed goes on where it ended, and the same file twice changes nothing.

pub mod desk;
mod judged;
mod layout;
mod names;
mod pass;
pub mod reconcile;
mod row;
mod said;
mod skipped;
pub mod work;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use zongheng_core::county::County;
use zongheng_core::ids::{MatterId, UnitId};
use zongheng_core::matter::Actor;
use zongheng_core::time::At;
use zongheng_sheets::head::{self, Head};
use zongheng_sheets::{Book, Limits, cell};
use zongheng_store::{LARGEST_BATCH, Refused, Store, StoreError, Submission, What};

pub use self::judged::Judged;
pub use self::layout::{Field, Layout, Said};
pub use self::names::Names;
use self::pass::Tally;
pub use self::row::BadCell;
use self::row::{Columns, Ready, key};
pub use self::skipped::Why;
use self::skipped::{Skipped, Under};

/// So many are looked for at once, and put in the order of their villages: what a batch writes lies side by side then, in
/// the lists of a few villages instead of one for each row.
const LOOKED_FOR: usize = 1_024;
/// After each batch others have their turn for so long, before the next is asked for.
const REST: Duration = Duration::from_millis(2);

/// What is said where the thread that reads has ended before its table did.
pub const BROKE_OFF: &str = "the reading of the table broke off: check it once more";

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Rows that belong to the one above: their numbers are joined with its own.
    #[serde(default)]
    pub joined: u64,
    /// Rows that whoever imports has left out.
    #[serde(default)]
    pub left: u64,
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
                + self.joined
                + self.left
    }
}

/// What a table holds, once it is looked at whole and nothing in it is bad.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Looked {
    pub counts: Counts,
    /// Of those that are new: closed ones, which are history here.
    pub history: u64,
    pub judged: Judged,
    /// Columns that are hidden, by their letters: they are not read.
    pub hidden: Vec<String>,
    #[serde(default)]
    pub under: Under,
    /// Rows that were to be left out and that there are not.
    #[serde(default)]
    pub absent: Vec<u32>,
    /// Which lines do not come over, and why.
    pub skipped: Skipped,
}

/// A table that is going to come over.
pub struct Table {
    book: Book,
    layout: Layout,
    head: Head,
    county: Arc<County>,
    names: Names,
    file: [u8; 32],
    /// Rows that are left out, by their numbers.
    without: BTreeSet<u32>,
    /// Whose act it is: the system's by the command, else somebody's of the command centre.
    actor: Actor,
    now: At,
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
        (actor, now): (Actor, At),
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
        let found = head::find(&first, &asked, |row, column| book.joined(row, column))
            .map_err(|e| Unimported::Table(format!("{}: {}", book.name(), named(e, &layout))))?;
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
                missing.join(", ")
            )));
        }
        let file = crate::digest::of_file(path).map_err(|e| table(&e))?;
        let names = Names::of(&county, now.date());
        let without = BTreeSet::new();
        Ok(Self { book, layout, head: found, county, names, file, without, actor, now })
    }

    /// The same without some rows, by their numbers in the sheet.
    #[must_use]
    pub fn without(self, without: BTreeSet<u32>) -> Self {
        Self { without, ..self }
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
        let (mut there, mut history, mut here) = (0, 0, Skipped::default());
        let mut seen = 0;
        let (mut chunks, going) = self.goes(LOOKED_FOR);
        while let Some(chunk) = chunks.recv().await {
            let present = self.present(store, &chunk).await?;
            there += present.len() as u64;
            for ready in chunk.iter().filter(|ready| present.contains(&ready.import.id)) {
                here.note(ready.row, Why::There);
            }
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
        let skipped = tally.skipped.with(here);
        let (judged, under) = (tally.judged, tally.under);
        let absent = self.without.difference(&tally.met).copied().collect();
        Ok(Looked { counts, history, judged, hidden, under, absent, skipped })
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
        let (mut chunks, going) = self.goes(LOOKED_FOR);
        while let Some(mut chunk) = chunks.recv().await {
            let present = self.present(store, &chunk).await?;
            there += present.len() as u64;
            chunk.retain(|ready| !present.contains(&ready.import.id));
            chunk.sort_by(|a, b| a.import.place.division.cmp(&b.import.place.division));
            while !chunk.is_empty() {
                let rest = chunk.split_off(chunk.len().min(LARGEST_BATCH));
                let (rows, wanted): (Vec<u32>, Vec<Submission>) = chunk
                    .into_iter()
                    .map(|ready| (ready.row, self.submission(store, ready)))
                    .unzip();
                chunk = rest;
                let answers = store.record_all(wanted, clock()).await;
                for (row, answer) in rows.into_iter().zip(answers) {
                    match answer {
                        Ok(recorded) if recorded.replay => there += 1,
                        Ok(_) => new += 1,
                        Err(Refused::Store(error)) => return Err(error.into()),
                        Err(refused) => {
                            return Err(Unimported::Table(format!("row {row}: {refused}")));
                        }
                    }
                }
                progress(new);
                tokio::time::sleep(REST).await;
            }
        }
        let tally = ended(going).await?;
        if !tally.bad.is_empty() {
            return Err(Unimported::Cells(tally.bad, tally.more));
        }
        Ok(Counts { new, there, ..tally.counts })
    }

    /// Which matters of a chunk are here already: those that came over from there, those that were entered here
    /// under the number, and this county's own, which an export of it names by their numbers.
    async fn present(
        &self,
        store: &Store,
        chunk: &[Ready],
    ) -> Result<BTreeSet<MatterId>, StoreError> {
        let code = &self.county.code;
        let mut present = store.present(code, &ids(chunk)).await?;
        let numbers = chunk.iter().map(|ready| ready.import.theirs.number.clone());
        let own = code.as_str().get(..6).unwrap_or_default();
        let is_own =
            |number: &String| number.strip_prefix(own).is_some_and(|no| no.starts_with('-'));
        let mut known =
            store.numbers_present(code, &numbers.clone().filter(is_own).collect()).await?;
        let kind = self.county.catalogue.current(&self.layout.playbook.as_str().into());
        if let Some((playbook, ..)) = kind.filter(|(playbook, ..)| playbook.outside.is_some()) {
            known.extend(store.orders_present(code, &playbook.id, &numbers.collect()).await?);
        }
        let own = chunk.iter().filter(|ready| known.contains(&ready.import.theirs.number));
        present.extend(own.map(|ready| ready.import.id));
        Ok(present)
    }

    fn submission(&self, store: &Store, ready: Ready) -> Submission {
        let key = key(&self.file, ready.row, ready.import.id);
        let mac = store.vault().command_mac(format!("import\n{key}").as_bytes());
        Submission {
            county: self.county.code.clone(),
            scope: "import".to_owned(),
            actor: self.actor.clone(),
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
        size: usize,
    ) -> (mpsc::Receiver<Vec<Ready>>, tokio::task::JoinHandle<Result<Tally, String>>) {
        let (chunks, taken) = mpsc::channel(4);
        let table = Arc::clone(self);
        let going = tokio::task::spawn_blocking(move || pass::go(&table, size, &chunks));
        (taken, going)
    }
}

/// Why there is no head, with what it would need: of the names that a column may bear the first.
fn named(why: head::NoHead, layout: &Layout) -> head::NoHead {
    match why {
        head::NoHead::Missing { row, missing, found } if missing.is_empty() => {
            let first = layout.needed.iter().filter_map(|field| layout.columns.get(field)?.first());
            head::NoHead::Missing { row, missing: first.cloned().collect(), found }
        }
        other => other,
    }
}

/// The unit of a name, also of a short one, or of an id.
///
/// # Errors
/// Nobody, or several, are called so; with the names that are near.
pub fn unit_of(county: &County, name: &str, today: jiff::civil::Date) -> Result<UnitId, String> {
    let by_id = name.parse().ok().filter(|id| county.organisation.units.contains_key(id));
    by_id.map_or_else(|| Names::of(county, today).unit(name), Ok)
}

async fn ended(going: tokio::task::JoinHandle<Result<Tally, String>>) -> Result<Tally, Unimported> {
    let gone = going.await.map_err(|error| {
        tracing::error!(%error, "the reading of a table broke off");
        Unimported::Table(BROKE_OFF.to_owned())
    })?;
    gone.map_err(Unimported::Table)
}

fn ids(chunk: &[Ready]) -> BTreeSet<MatterId> {
    chunk.iter().map(|ready| ready.import.id).collect()
}
