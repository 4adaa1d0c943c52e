//! A table held against the register (对账): what only they have, what only we have, and where both differ.
//!
//! Nothing is recorded. The register is walked twice, each time a page at a time; of each matter of the kind that the
//! table is about eight or sixteen bytes are kept.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zongheng_core::county::County;
use zongheng_core::ids::{MatterId, UnitId};
use zongheng_core::matter::{Key, Matter};
use zongheng_core::time::At;
use zongheng_sheets::write::{Column, Encoding, MOST_ROWS, Out, Shape, Unwritten, Writer};
use zongheng_store::{Filter, Order, Store, StoreError};

use super::pass::half;
use super::row::Ready;
use super::{LOOKED_FOR, Table, Unimported, ended};
use crate::exporting::{Part, settle_by};

/// So many differences a page shows; the file has all of them.
const SHOWN: usize = 200;

/// In what the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    TheirsOnly,
    OursOnly,
    /// Both have it open, by other days.
    Limit,
    Lead,
    /// One side has closed it, the other not.
    Ended,
}

impl What {
    pub const ALL: [Self; 5] =
        [Self::TheirsOnly, Self::OursOnly, Self::Limit, Self::Lead, Self::Ended];

    pub const fn name(self) -> &'static str {
        match self {
            Self::TheirsOnly => "theirs_only",
            Self::OursOnly => "ours_only",
            Self::Limit => "limit",
            Self::Lead => "lead",
            Self::Ended => "ended",
        }
    }

    /// As the file says it, which an office reads.
    const fn zh(self) -> &'static str {
        match self {
            Self::TheirsOnly => "表里有，本系统没有",
            Self::OursOnly => "本系统有，表里没有",
            Self::Limit => "时限不一样",
            Self::Lead => "牵头单位不一样",
            Self::Ended => "办结情况不一样",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub what: What,
    /// The number by which they know it.
    pub number: String,
    /// Our number.
    pub no: Option<String>,
    /// As the table has it; of what only we have none.
    pub title: String,
    pub theirs: String,
    pub ours: String,
    /// The row of the table.
    pub row: Option<u32>,
}

/// How many of each, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciled {
    /// Rows of the table that were held against the register.
    pub rows: u64,
    /// Of them: in both, without a difference.
    pub same: u64,
    /// In the order of [`What::ALL`].
    pub counts: [u64; 5],
    pub first: Vec<Difference>,
}

impl Reconciled {
    pub fn count(&self, what: What) -> u64 {
        let at = What::ALL.iter().position(|known| *known == what);
        at.map_or(0, |at| self.counts[at])
    }

    /// All of them.
    pub fn all(&self) -> u64 {
        self.counts.iter().sum()
    }
}

/// Where the differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    Xlsx,
    Csv,
}

/// Differences on their way into files, each under another name until it is whole.
struct List {
    writers: Vec<(Writer, Part, PathBuf)>,
    done: Reconciled,
}

impl List {
    fn new(files: &[(PathBuf, As)], title: &str) -> Result<Self, Unwritten> {
        let columns = [
            ("情况", 22),
            ("对方编号", 22),
            ("本系统编号", 20),
            ("事项", 40),
            ("对方", 24),
            ("本系统", 24),
            ("表中行号", 10),
        ];
        let columns = columns.map(|(head, width)| Column { head, width }).into();
        let shape = Shape { title: title.to_owned(), columns, most: MOST_ROWS };
        let writers = files.iter().map(|(path, form)| {
            let (file, part) = Part::begin(path)?;
            let scratch = path.parent().filter(|p| !p.as_os_str().is_empty());
            let writer = match form {
                As::Xlsx => {
                    let scratch = scratch.unwrap_or_else(|| Path::new("."));
                    Writer::xlsx(file, shape.clone(), scratch)
                }
                As::Csv => Writer::csv(file, &shape, Encoding::Utf8),
            };
            writer.map(|writer| (writer, part, path.clone()))
        });
        Ok(Self { writers: writers.collect::<Result<_, _>>()?, done: Reconciled::default() })
    }

    fn take(&mut self, found: Difference) -> Result<(), Unwritten> {
        let cells = [
            Out::text(found.what.zh()),
            Out::text(found.number.as_str()),
            Out::text(found.no.as_deref().unwrap_or_default()),
            Out::text(found.title.as_str()),
            Out::text(found.theirs.as_str()),
            Out::text(found.ours.as_str()),
            found.row.map_or(Out::Empty, |row| Out::Number(row.into())),
        ];
        for (writer, ..) in &mut self.writers {
            writer.row(&cells)?;
        }
        if let Some(at) = What::ALL.iter().position(|known| *known == found.what) {
            self.done.counts[at] += 1;
        }
        if self.done.first.len() < SHOWN {
            self.done.first.push(found);
        }
        Ok(())
    }

    /// Takes more of them, on a thread that may wait for the disk.
    async fn taking(mut self, found: Vec<Difference>) -> Result<Self, Unimported> {
        written(move || found.into_iter().try_for_each(|found| self.take(found)).map(|()| self))
            .await
    }

    /// Ends the files and gives them their names.
    async fn finish(self, note: String) -> Result<Reconciled, Unimported> {
        written(move || {
            for (writer, part, path) in self.writers {
                let file = writer.finish(std::slice::from_ref(&note))?;
                file.sync_all()?;
                part.keep(&path)?;
            }
            Ok(self.done)
        })
        .await
    }
}

/// Ours of the kind that a table is about.
struct Ours<'a> {
    table: &'a Table,
    /// Those that came from elsewhere than this table's system, by the number under which they would be known there.
    by_number: HashMap<u64, MatterId>,
}

impl Table {
    /// Holds the table against what `keys` see of the register, and writes every difference into each of the files.
    ///
    /// # Errors
    /// Every bad cell by its address; the database or the disk fails.
    pub async fn reconcile(
        self: &Arc<Self>,
        store: &Store,
        keys: &[Key],
        files: &[(PathBuf, As)],
        mut progress: impl FnMut(u64),
    ) -> Result<Reconciled, Unimported> {
        let name = self.county.organisation.divisions.get(&self.county.code);
        let title = format!("{}对账清单", name.map(|d| d.name.as_str()).unwrap_or_default());
        let files = files.to_vec();
        let mut list = written(move || List::new(&files, &title)).await?;
        let ours = Ours::read(self, store, keys).await?;
        let mut met = HashSet::new();
        let (mut from, mut until): (Option<At>, Option<At>) = (None, None);
        let (mut chunks, going) = self.goes(LOOKED_FOR);
        while let Some(chunk) = chunks.recv().await {
            let here: Vec<MatterId> = chunk.iter().map(|ready| ours.id_of(ready)).collect();
            let wanted: BTreeSet<MatterId> = here.iter().copied().collect();
            let matters = store.matters(&self.county.code, &wanted).await?;
            let mut found = Vec::new();
            for (ready, id) in chunk.iter().zip(here) {
                let began = ready.import.began;
                from = Some(from.map_or(began, |at| at.min(began)));
                until = Some(until.map_or(began, |at| at.max(began)));
                met.insert(half(id));
                let differ = differences(&self.county, ready, matters.get(&id));
                list.done.rows += 1;
                list.done.same += u64::from(differ.is_empty());
                found.extend(differ);
            }
            list = list.taking(found).await?;
            progress(list.done.rows);
        }
        let tally = ended(going).await?;
        if !tally.bad.is_empty() {
            return Err(Unimported::Cells(tally.bad, tally.more));
        }
        if let (Some(from), Some(until)) = (from, until) {
            list = ours.beyond(store, keys, (from, until), &met, list).await?;
        }
        let (counts, now) = (&list.done, self.now.civil().strftime("%Y-%m-%d %H:%M"));
        let note = format!(
            "注：对方的表 {}，{} 行；两边一样的 {} 行，不一样的 {} 处；本系统数据截至 {now}。",
            self.book.name(),
            counts.rows,
            counts.same,
            counts.all(),
        );
        list.finish(note).await
    }
}

/// Writes on a thread that may wait for the disk.
async fn written<T: Send + 'static>(
    write: impl FnOnce() -> Result<T, Unwritten> + Send + 'static,
) -> Result<T, Unimported> {
    let done = tokio::task::spawn_blocking(write).await;
    done.unwrap_or_else(|e| Err(std::io::Error::other(e).into())).map_err(|e| unwritten(&e))
}

fn unwritten(error: &Unwritten) -> Unimported {
    Unimported::Table(format!("the list of differences could not be written: {error}"))
}

impl<'a> Ours<'a> {
    async fn read(table: &'a Table, store: &Store, keys: &[Key]) -> Result<Self, StoreError> {
        let mut ours = Self { table, by_number: HashMap::new() };
        let (code, any) = (&table.county.code, Filter::default());
        let mut extract = store.extract(code, keys, &any, Order::Oldest).await?;
        while let Some(rows) = extract.page().await? {
            let of_kind = rows.iter().map(|row| &row.matter).filter(|m| ours.is_of_kind(m));
            let others = of_kind.filter(|matter| matter.came_over.is_none());
            let others: Vec<(u64, MatterId)> = others
                .flat_map(|matter| {
                    let outside = matter.outside.as_ref().map(|order| order.number.as_str());
                    let known = outside.into_iter().chain([matter.no.as_str()]);
                    known.map(|number| (of_number(number), matter.id)).collect::<Vec<_>>()
                })
                .collect();
            ours.by_number.extend(others);
        }
        Ok(ours)
    }

    /// What the table is about: what came over from its system, and what was entered here of its kind.
    fn is_of_kind(&self, matter: &Matter) -> bool {
        let layout = &self.table.layout;
        match &matter.came_over {
            Some(theirs) => theirs.system == layout.system,
            None => matter.playbook.id.as_str() == layout.playbook,
        }
    }

    /// Which of ours a row is, or would be.
    fn id_of(&self, ready: &Ready) -> MatterId {
        let known = self.by_number.get(&of_number(&ready.import.theirs.number));
        known.copied().unwrap_or(ready.import.id)
    }

    /// Ours that began in the days of the table and stand in no row of it.
    async fn beyond(
        &self,
        store: &Store,
        keys: &[Key],
        (from, until): (At, At),
        met: &HashSet<u64>,
        mut list: List,
    ) -> Result<List, Unimported> {
        let (code, any) = (&self.table.county.code, Filter::default());
        let mut extract = store.extract(code, keys, &any, Order::Oldest).await?;
        while let Some(rows) = extract.page().await? {
            let within = |m: &&Matter| {
                let day = m.reported.date();
                day >= from.date() && day <= until.date() && self.is_of_kind(m)
            };
            let missing = rows.iter().map(|row| &row.matter).filter(within);
            let found = missing.filter(|m| !met.contains(&half(m.id))).map(|matter| Difference {
                what: What::OursOnly,
                number: number_of(matter),
                no: Some(matter.no.clone()),
                // The list stands for a month; what it is about may be sealed off or erased tomorrow.
                title: String::new(),
                theirs: String::new(),
                ours: settle_by(matter).map(said).unwrap_or_default(),
                row: None,
            });
            list = list.taking(found.collect()).await?;
        }
        Ok(list)
    }
}

/// Half of what a number is known by.
fn of_number(number: &str) -> u64 {
    let hash = Sha256::digest(number.as_bytes());
    u64::from_be_bytes(std::array::from_fn(|i| hash[i]))
}

fn number_of(matter: &Matter) -> String {
    let theirs = matter.came_over.as_ref().map(|theirs| theirs.number.clone());
    theirs.or(matter.outside.as_ref().map(|order| order.number.clone())).unwrap_or_default()
}

/// A moment as the list says it.
fn said(at: At) -> String {
    at.civil().strftime("%Y-%m-%d %H:%M").to_string()
}

/// In what a row and the matter that it is differ.
fn differences(county: &County, ready: &Ready, ours: Option<&Matter>) -> Vec<Difference> {
    let import = &ready.import;
    let title = ready.contents.iter().find(|content| content.id == import.title.id);
    let title = title.map(|content| content.text.clone()).unwrap_or_default();
    let unit = |id: Option<UnitId>| {
        let unit = id.and_then(|id| county.organisation.units.get(&id));
        unit.map(|unit| unit.name.clone()).unwrap_or_default()
    };
    let found = |what, theirs, ours_says| Difference {
        what,
        number: import.theirs.number.clone(),
        no: ours.map(|matter| matter.no.clone()),
        title: title.clone(),
        theirs,
        ours: ours_says,
        row: Some(ready.row),
    };
    let Some(matter) = ours else {
        let due = import.due.map(said).unwrap_or_default();
        return vec![found(What::TheirsOnly, due, String::new())];
    };
    let mut all = Vec::new();
    let (theirs, own) = (import.ended.as_ref().map(|ended| ended.at), matter.closed);
    if theirs.is_some() != own.is_some() {
        let say = |at: Option<At>| at.map_or_else(|| "在办".to_owned(), said);
        all.push(found(What::Ended, say(theirs), say(own)));
    } else if theirs.is_none() && import.due.is_some() && import.due != settle_by(matter) {
        let say = |at: Option<At>| at.map(said).unwrap_or_default();
        all.push(found(What::Limit, say(import.due), say(settle_by(matter))));
    }
    let lead = matter.lead().map(|share| share.unit);
    if import.lead.is_some() && import.lead != lead {
        all.push(found(What::Lead, unit(import.lead), unit(lead)));
    }
    all
}
