//! The archive: a folder into which a running server writes, increment by increment, what came since the
//! one before. A backup and the increments after it give the county as it was at any moment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::Hash;
use zongheng_core::time::At;

use super::BackupError;
use super::dump::{Dump, Lists, header, snapshot};
use super::header::{Header, Since, What};
use super::tables::{Enters, Table};
use crate::db::{Tx, row, rows};
use crate::error::{Result, StoreError};
use crate::open::Store;

/// How an increment's file name ends.
const ENDING: &str = "increment";

/// Acts whose contents are asked for at a time.
const PAGE: i64 = 500;

/// An increment that stands whole on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increment {
    pub path: PathBuf,
    pub header: Header,
    /// Acts that are new in it.
    pub acts: i64,
    pub bytes: u64,
}

/// The increments of a county in a folder, in their order.
pub fn increments(folder: &Path, county: &DivisionCode) -> Result<Vec<(PathBuf, Header)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(StoreError::file(folder))? {
        let path = entry.map_err(StoreError::file(folder))?.path();
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        let header = Header::of(&path)?;
        if header.county == county.as_str() && header.since.is_some() {
            found.push((path, header));
        }
    }
    found.sort_by_key(|(_, header)| number(header));
    Ok(found)
}

fn number(header: &Header) -> u64 {
    header.since.as_ref().map_or(0, |since| since.n)
}

/// Which increments follow a backup up to a moment.
pub(super) fn steps(folder: &Path, base: &Header, to: Option<At>) -> Result<Vec<PathBuf>> {
    if let Some(to) = to.filter(|to| *to < base.last_at) {
        return Err(BackupError::Later { at: base.at, to }.into());
    }
    let mut steps = Vec::new();
    let mut before: Option<(u64, At)> = None;
    for (path, header) in increments(folder, &DivisionCode(base.county.clone()))? {
        let Some(since) = &header.since else { continue };
        if header.at <= base.at && header.pos <= base.pos {
            continue;
        }
        match before {
            None if since.pos > base.pos => {
                return Err(BackupError::Gap { pos: base.pos, from: since.pos }.into());
            }
            Some((n, at)) if since.n != n + 1 => {
                return Err(BackupError::Missing { n: n + 1, at }.into());
            }
            _ => before = Some((since.n, header.at)),
        }
        if header.schema != base.schema {
            return Err(BackupError::Upgraded { at: header.at }.of(path).into());
        }
        let last = to.is_some_and(|to| to < header.at);
        steps.push(path);
        if last {
            break;
        }
    }
    Ok(steps)
}

impl Store {
    /// Writes what came since the last increment of the folder; none where nothing did. A new archive begins
    /// after act `begins`, with which a backup has to end that it continues.
    ///
    /// # Errors
    /// The vault is shut, the folder cannot be read or written, the disk is full.
    pub async fn archive(
        &self,
        county: &DivisionCode,
        folder: &Path,
        begins: i64,
        now: At,
    ) -> Result<Option<Increment>> {
        let ring = self.vault().ring()?;
        std::fs::create_dir_all(folder).map_err(StoreError::file(folder))?;
        let last = increments(folder, county)?.pop().map(|(_, header)| header);
        let mut tx = snapshot(self.db()).await?;
        let mut header = header(self, &mut tx, county, now).await?;
        let tables = Table::all(self.db(), tx.on()).await?;
        let before = Before::of(last.as_ref(), begins);
        let (since, mut wholes) = self.since(&mut tx, county, &tables, &before).await?;
        let moved = header.pos > before.pos
            || since.reached.get("trail") != before.reached.get("trail")
            || wholes.keys().any(|table| !matches!(table.as_str(), "county" | "config"));
        if last.is_some() && !moved {
            return Ok(None);
        }
        header.zongheng = What::Increment;
        header.since = Some(since);
        let key = header.keyed(ring);
        let stamp: String =
            now.to_string().chars().filter(char::is_ascii_alphanumeric).take(15).collect();
        let name = format!("{county}-{:08}-{stamp}.{ENDING}", number(&header));
        let path = folder.join(name);
        let mut dump = Dump::begin(&path, &header, key)?;
        for table in &tables {
            let whole = matches!(table.enters(), Enters::Configured | Enters::Whole);
            if table.enters() == Enters::Never || (whole && !wholes.contains_key(&table.name)) {
                // Named, it would stand for an empty one.
                continue;
            }
            dump.table(table).await?;
            match table.enters() {
                Enters::After(column) => {
                    let after = before.reached.get(&table.name).copied().unwrap_or(0);
                    let sql = table.select_after(self.db(), column);
                    let mut lists = Lists::after(tx.on(), &sql, county, after);
                    while let Some(list) = lists.next().await? {
                        dump.list(&table.name, list).await?;
                    }
                }
                Enters::Named => {
                    self.named(&mut tx, county, table, (before.pos, header.pos), &mut dump).await?;
                }
                Enters::Never => {}
                Enters::Configured | Enters::Whole => {
                    for list in wholes.remove(&table.name).unwrap_or_default() {
                        dump.list(&table.name, list).await?;
                    }
                }
            }
        }
        tx.rollback().await?;
        let acts = header.pos - before.pos;
        let bytes = dump.finish().await?;
        Ok(Some(Increment { path, header, acts, bytes }))
    }

    /// How far the tables that are appended to have come, and those taken whole that changed.
    async fn since(
        &self,
        tx: &mut Tx,
        county: &DivisionCode,
        tables: &[Table],
        before: &Before,
    ) -> Result<(Since, BTreeMap<String, Vec<(Vec<u8>, i64)>>)> {
        let mut since = Since { n: before.n + 1, pos: before.pos, ..Since::default() };
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
                Enters::Named | Enters::Never => {}
                Enters::Configured | Enters::Whole => {
                    let sql = format!("{} order by 1", table.select(self.db()));
                    let mut lists = Lists::of(tx.on(), &sql, county);
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

    /// The entries that the acts of a range name.
    async fn named(
        &self,
        tx: &mut Tx,
        county: &DivisionCode,
        table: &Table,
        (after, last): (i64, i64),
        dump: &mut Dump,
    ) -> Result<()> {
        let mut pos = after;
        while pos < last {
            let acts = rows!(
                tx.on(),
                (String,),
                "select contents from act where county = $1 and pos > $2 and pos <= $3 \
                 and contents <> '[]'",
                county.as_str(),
                pos,
                last.min(pos + PAGE),
            )?;
            pos += PAGE;
            let mut ids = BTreeSet::new();
            for (contents,) in &acts {
                let named: Vec<Value> = serde_json::from_str(contents)
                    .map_err(|e| StoreError::inconsistent("act", "contents", e))?;
                ids.extend(named.iter().filter_map(|n| n["id"].as_str()).map(str::to_owned));
            }
            if ids.is_empty() {
                continue;
            }
            let ids = serde_json::json!(ids).to_string();
            let found =
                rows!(tx.on(), (String,), &table.select_named(self.db()), county.as_str(), ids)?;
            let n = i64::try_from(found.len()).unwrap_or(i64::MAX);
            let rows: Vec<String> = found.into_iter().map(|(row,)| row).collect();
            dump.list(&table.name, (format!("[{}]", rows.join(",")).into_bytes(), n)).await?;
        }
        Ok(())
    }
}

/// Where the increment before ended.
struct Before {
    n: u64,
    pos: i64,
    reached: BTreeMap<String, i64>,
    whole: BTreeMap<String, String>,
}

impl Before {
    fn of(last: Option<&Header>, begins: i64) -> Self {
        if let Some((pos, since)) = last.and_then(|last| Some((last.pos, last.since.clone()?))) {
            let Since { n, reached, whole, .. } = since;
            return Self { n, pos, reached, whole };
        }
        let reached = BTreeMap::from([("act".to_owned(), begins)]);
        Self { n: 0, pos: begins, reached, whole: BTreeMap::new() }
    }
}
