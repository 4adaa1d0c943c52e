//! The archive: a folder into which a running server writes, increment by increment, what came since the
//! one before. A backup and the increments after it give the county as it was at any moment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::Hash;
use zongheng_core::time::At;

use super::BackupError;
use super::dump::{Dump, Lists, attached_to, header, snapshot};
use super::header::{Header, Since, What};
use super::line::{ENDING, Kept, increments};
use super::tables::{Enters, Table};
use crate::db::{On, Tx, row};
use crate::error::Result;
use crate::open::Store;
use crate::open::make_folder;

/// What was told is taken from so long before the increment before: a message of a day gets lines until its evening,
/// and servers' clocks differ by minutes.
const OVERLAP: i64 = 2 * 86_400;

/// What came of writing to an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// None where nothing happened since the one before.
    pub increment: Option<Increment>,
    /// Files of the folder that cannot be read; the archive goes on without them.
    pub unreadable: Vec<PathBuf>,
}

/// An increment that stands whole on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increment {
    pub path: PathBuf,
    pub header: Header,
    /// Acts that are new in it.
    pub acts: i64,
    pub bytes: u64,
}

impl Store {
    /// Whether this database goes on from where a backup or an increment ends: the same act stands there, and the
    /// county was not restored since.
    ///
    /// # Errors
    /// Of the database.
    pub async fn continues(&self, county: &DivisionCode, end: &Header) -> Result<bool> {
        continues(self.db().reader().await?.on(), county, end).await
    }

    /// Writes what came since the last increment of the folder; none where nothing did. Where this database does
    /// not go on from that one, the archive begins anew after `backup`.
    ///
    /// # Errors
    /// The vault is shut, the folder cannot be read or written, the disk is full; this database does not go on from
    /// that backup either.
    pub async fn archive(
        &self,
        county: &DivisionCode,
        folder: &Path,
        backup: &Header,
        now: At,
    ) -> Result<Archived> {
        let ring = self.vault().ring()?;
        make_folder(folder)?;
        let kept = increments(folder, county)?;
        let mut tx = snapshot(self.db()).await?;
        let mut header = header(self, &mut tx, county, now).await?;
        let tables = Table::all(self.db(), tx.on()).await?;
        let before = Before::of(&mut tx, county, &kept, backup).await?;
        let unreadable = kept.unreadable;
        let (since, mut wholes) = self.since(&mut tx, county, &tables, &before).await?;
        if header.pos == before.pos && !before.moved(&since) {
            return Ok(Archived { increment: None, unreadable });
        }
        header.zongheng = What::Increment;
        header.since = Some(since);
        let key = header.keyed(ring);
        let stamp: String =
            now.to_string().chars().filter(char::is_ascii_alphanumeric).take(15).collect();
        let name = format!("{county}-{:08}-{stamp}.{ENDING}", before.n + 1);
        let path = folder.join(name);
        let mut dump = Dump::begin(&path, &header, key)?;
        for table in &tables {
            let whole = matches!(table.enters(), Enters::Configured | Enters::Whole);
            if whole && !wholes.contains_key(&table.name) {
                // Named, it would stand for an empty one.
                continue;
            }
            dump.table(table).await?;
            match table.enters() {
                Enters::After(column) => {
                    let after = before.reached.get(&table.name).copied().unwrap_or(0);
                    let sql = table.select_after(self.db(), column);
                    dump.lists(table, Lists::of(tx.on(), &sql, county, &[after])).await?;
                }
                Enters::Named => {
                    let range = (before.pos, header.pos);
                    dump.named(table, self.db(), &mut tx, county, range).await?;
                }
                Enters::Told(_) => {
                    let after = before.at.seconds() - OVERLAP;
                    let sql = table.select_told(self.db());
                    dump.lists(table, Lists::of(tx.on(), &sql, county, &[after])).await?;
                }
                Enters::Configured | Enters::Whole => {
                    for list in wholes.remove(&table.name).unwrap_or_default() {
                        dump.list(&table.name, list).await?;
                    }
                }
            }
        }
        let attached = match self.files(county) {
            Some(_) => attached_to(&mut tx, county, (before.pos, header.pos)).await?,
            None => BTreeSet::new(),
        };
        tx.rollback().await?;
        dump.attached(self, county, &attached).await?;
        let acts = header.pos - before.pos;
        for sha256 in &dump.lost {
            tracing::error!(%county, sha256, "a file is missing or damaged, so it is not in the archive");
        }
        let bytes = dump.finish().await?;
        Ok(Archived { increment: Some(Increment { path, header, acts, bytes }), unreadable })
    }

    /// How far the tables that are appended to have come, and those taken whole that changed.
    async fn since(
        &self,
        tx: &mut Tx,
        county: &DivisionCode,
        tables: &[Table],
        before: &Before,
    ) -> Result<(Since, BTreeMap<String, Vec<(Vec<u8>, i64)>>)> {
        let mut since = Since {
            n: before.n + 1,
            pos: before.pos,
            hash: before.hash.clone(),
            at: before.at,
            reached: BTreeMap::new(),
            whole: BTreeMap::new(),
        };
        let mut wholes = BTreeMap::new();
        for table in tables {
            match table.enters() {
                Enters::After(column) => {
                    let last =
                        format!("select max(\"{column}\") from {} where county = $1", table.name);
                    let last = row!(tx.on(), (Option<i64>,), &last, county.as_str())?;
                    let last = last.and_then(|(last,)| last).unwrap_or(0);
                    since.reached.insert(table.name.clone(), last);
                }
                Enters::Named => {}
                Enters::Told(_) => {
                    if table.name == MESSAGE {
                        let digest = told(tx.on(), county).await?.to_string();
                        since.whole.insert(table.name.clone(), digest);
                    }
                }
                Enters::Configured | Enters::Whole => {
                    let sql = format!("{} order by 1", table.select(self.db()));
                    let mut lists = Lists::of(tx.on(), &sql, county, &[]);
                    let mut rows = Vec::new();
                    while let Some(list) = lists.next().await? {
                        rows.push(list);
                    }
                    let parts: Vec<&[u8]> = rows.iter().map(|(list, _)| list.as_slice()).collect();
                    let digest = Hash::of_parts(&parts).to_string();
                    if before.whole.get(&table.name) != Some(&digest) {
                        wholes.insert(table.name.clone(), rows);
                    }
                    since.whole.insert(table.name.clone(), digest);
                }
            }
        }
        Ok((since, wholes))
    }
}

/// The table whose figures tell whether anything was told or opened.
const MESSAGE: &str = "message";

/// What changes whenever something is told or opened.
async fn told(on: On<'_>, county: &DivisionCode) -> Result<Hash> {
    let figures = row!(
        on,
        (i64, i64, i64, i64),
        "select coalesce(max(at), 0), coalesce(max(seen), 0), count(*) - count(seen), \
         cast(coalesce(sum(lines), 0) as bigint) from message where county = $1",
        county.as_str(),
    )?;
    Ok(Hash::of_parts(&[format!("{figures:?}").as_bytes()]))
}

/// Where what comes before an increment ended.
struct Before {
    n: u64,
    pos: i64,
    hash: String,
    at: At,
    reached: BTreeMap<String, i64>,
    whole: BTreeMap<String, String>,
}

impl Before {
    async fn of(tx: &mut Tx, county: &DivisionCode, kept: &Kept, backup: &Header) -> Result<Self> {
        let n = kept.last_number();
        let last = kept.increments.last().map(|(_, last)| last);
        if let Some((last, since)) = last.and_then(|last| Some((last, last.since.as_ref()?)))
            && continues(tx.on(), county, last).await?
        {
            // A table may have changed until that backup, and back again since: after each one they are all taken.
            let whole = if backup.at < last.at { since.whole.clone() } else { BTreeMap::new() };
            let (hash, reached) = (last.last_hash.clone(), since.reached.clone());
            return Ok(Self { n, pos: last.pos, hash, at: last.at, reached, whole });
        }
        if !continues(tx.on(), county, backup).await? {
            return Err(BackupError::OtherHistory { pos: backup.pos, at: backup.at }.into());
        }
        let (pos, hash, at) = (backup.pos, backup.last_hash.clone(), backup.at);
        let reached = BTreeMap::from([("act".to_owned(), pos)]);
        Ok(Self { n, pos, hash, at, reached, whole: BTreeMap::new() })
    }

    /// Whether anything but acts is new; the county's own row moves each minute.
    fn moved(&self, since: &Since) -> bool {
        let mut wholes = since.whole.iter().filter(|(table, _)| !NO_NEWS.contains(&table.as_str()));
        since.reached.get("trail") != self.reached.get("trail")
            || wholes.any(|(table, digest)| self.whole.get(table) != Some(digest))
    }
}

/// Tables that alone are no reason for an increment.
const NO_NEWS: [&str; 2] = ["county", "config"];

async fn continues(mut on: On<'_>, county: &DivisionCode, end: &Header) -> Result<bool> {
    let restored = row!(
        on.again(),
        (Option<i64>,),
        "select max(ended) from upkeep where county = $1 and what = 'restore' and outcome = 'done'",
        county.as_str(),
    )?;
    if restored.and_then(|(at,)| at).is_some_and(|at| end.at.seconds() < at) {
        return Ok(false);
    }
    let one = "select hash from act where county = $1 and pos = $2";
    let there = row!(on, (String,), one, county.as_str(), end.pos)?;
    Ok(there.map_or(end.pos == 0, |(hash,)| hash == end.last_hash))
}
