//! A backup's lines on their way in: lists of rows go into the tables as they stand, a statement each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::BackupError;
use super::cut::Cut;
use super::header::Header;
use super::tables::{Column, Enters, Kind, Table};
use super::written::{Line, Reading};
use crate::db::{Cell, Db, Tx, row, run, run_with};
use crate::error::{Result, StoreError};
use crate::file::{flush, is_sha256};
use crate::open::make_folder;

/// A line that is no list of rows and no piece of a file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Mark {
    Table { table: String, columns: Vec<(String, Kind)> },
    File { file: String },
    End { end: End },
}

#[derive(Deserialize)]
struct End {
    rows: BTreeMap<String, i64>,
    files: usize,
}

/// A file that came with a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name in the backup, such as `zongheng.toml` or `files/…`.
    pub name: String,
    /// Where it was put.
    pub path: PathBuf,
}

/// Values bound to one statement: a few dozen rows, more make no difference.
const MOST_BOUND: usize = 1_000;

/// What came in so far.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) rows: BTreeMap<String, i64>,
    pub(super) files: Vec<Found>,
    /// SHA-256 of the attached files that came whole.
    pub(super) attached: BTreeSet<String>,
    /// Attached files that were not there before.
    pub(super) made: Vec<PathBuf>,
}

/// Where files of a backup go; none are written for a drill.
pub(super) type Folder<'a> = Option<&'a Path>;

/// Loads one file's rows; what stands already stays.
pub(super) struct Loader<'a> {
    pub(super) db: &'a Db,
    pub(super) tx: &'a mut Tx,
    pub(super) known: &'a [Table],
    pub(super) folder: Folder<'a>,
    pub(super) told: &'a (dyn Fn(i64) + Sync),
    pub(super) loaded: &'a mut Loaded,
}

impl Loader<'_> {
    /// All lines of a file up to its end mark.
    pub(super) async fn load(
        &mut self,
        header: &Header,
        mut lines: Reading,
        cut: &mut Cut,
    ) -> Result<()> {
        let (mut rows, mut files) = (BTreeMap::<String, i64>::new(), 0);
        let mut place = Place::Nowhere;
        while let Some(line) = lines.line().await? {
            let line = match line {
                Line::Rows(list) => {
                    let (table, n) = match &place {
                        Place::Table(table, key) => {
                            let n = self.list(header, table, *key, list, cut).await?;
                            (table, n.ok_or_else(|| lines.misshapen("a row of another shape"))?)
                        }
                        Place::Skipped => continue,
                        _ => return Err(lines.misshapen("rows before any table")),
                    };
                    *rows.entry(table.name.clone()).or_insert(0) += n;
                    *self.loaded.rows.entry(table.name.clone()).or_insert(0) += n;
                    (self.told)(self.loaded.rows.values().sum());
                    continue;
                }
                Line::Other(line) => line,
            };
            if line.starts_with(b"\"") {
                place.piece(&line, &lines)?;
            } else {
                match serde_json::from_slice(&line).map_err(|e| lines.misshapen(e))? {
                    Mark::Table { table, columns } => {
                        place.close(self.loaded)?;
                        rows.entry(table.clone()).or_insert(0);
                        place = self.table(table, columns, cut, header).await?;
                    }
                    Mark::File { file } => {
                        place.close(self.loaded)?;
                        files += 1;
                        place = self.file(&file)?;
                    }
                    Mark::End { end } => {
                        place.close(self.loaded)?;
                        // Of an increment some rows may stand already.
                        let whole = header.since.is_some() || end.rows == rows;
                        if !whole || end.files != files || lines.line().await?.is_some() {
                            return Err(lines.misshapen("it counts other rows than it holds"));
                        }
                        return Ok(());
                    }
                }
            }
        }
        Err(lines.misshapen("it has no end mark"))
    }

    /// A table's columns must be those of the database: the tables were made as they were.
    async fn table(
        &mut self,
        name: String,
        columns: Vec<(String, Kind)>,
        cut: &Cut,
        header: &Header,
    ) -> Result<Place> {
        let columns = columns.into_iter().map(|(name, kind)| Column { name, kind }).collect();
        let table = Table { name, columns };
        let known = self.known.iter().find(|known| known.name == table.name);
        let same = known.is_some_and(|known| {
            table.columns.len() == known.columns.len()
                && table.columns.iter().all(|column| known.columns.contains(column))
        });
        if !same {
            let what = format!("table {} is not as version {} has it", table.name, header.schema);
            return Err(BackupError::Misshapen(what).into());
        }
        let mut key = None;
        if header.since.is_some() && matches!(table.enters(), Enters::Whole | Enters::Told(_)) {
            if cut.is_before(header.at) {
                // So it was later; what it was at the moment wanted came before.
                return Ok(Place::Skipped);
            }
            if let Enters::Told(told) = table.enters() {
                key = Some(told);
            } else {
                let county = table.county().unwrap_or("county");
                let gone = format!("delete from {} where {county} = $1", table.name);
                run!(self.tx.on(), &gone, &header.county)?;
            }
        }
        Ok(Place::Table(table, key))
    }

    /// How many of these rows went in; none where one is not the table's.
    async fn list(
        &mut self,
        header: &Header,
        table: &Table,
        key: Option<&'static str>,
        list: Vec<Vec<Value>>,
        cut: &mut Cut,
    ) -> Result<Option<i64>> {
        let increment = header.since.is_some();
        let list = if increment { cut.left(table, list) } else { list };
        let acts = (increment && table.name == "act").then(|| table.places_and_hashes(&list));
        let cells: Option<Vec<Vec<Cell>>> = list.into_iter().map(|row| table.cells(row)).collect();
        let Some(mut cells) = cells else { return Ok(None) };
        let (mut rows, most) = (0, MOST_BOUND / table.columns.len());
        while !cells.is_empty() {
            let rest = cells.split_off(most.min(cells.len()));
            let sql = table.insert(self.db, key, cells.len());
            rows += run_with(self.tx.on(), &sql, cells.into_iter().flatten()).await?;
            cells = rest;
        }
        if let Some(acts) = acts {
            self.must_be_the_same(&header.county, &acts).await?;
        }
        Ok(Some(i64::try_from(rows).unwrap_or(i64::MAX)))
    }

    /// Acts that stood already must be those of the list: else it tells another history.
    async fn must_be_the_same(&mut self, county: &str, acts: &str) -> Result<()> {
        let other = row!(self.tx.on(), (i64,), OTHER_ACTS, county, acts)?;
        other.map_or(Ok(()), |(pos,)| Err(BackupError::OtherAct { pos }.into()))
    }

    fn file(&mut self, name: &str) -> Result<Place> {
        if let Some(sha256) = attached_of(name) {
            return self.attached(name, sha256);
        }
        let Some(folder) = self.folder else { return Ok(Place::Skipped) };
        let inside = Path::new(name);
        if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
            let what = format!("the file {name} would stand outside the data folder");
            return Err(BackupError::Misshapen(what).into());
        }
        // What is there stays: settings name places of another machine, and a person looks at them first.
        let mut path = folder.join(inside).into_os_string();
        path.push(".from-backup");
        let path = PathBuf::from(path);
        if let Some(parent) = path.parent() {
            make_folder(parent)?;
        }
        // Settings may hold the password of a database.
        let mut made = File::options();
        made.write(true).create(true).truncate(true).mode(0o600);
        let out = made.open(&path).map_err(StoreError::file(&path))?;
        self.loaded.files.push(Found { name: name.to_owned(), path: path.clone() });
        Ok(Place::File(BufWriter::new(out), path))
    }

    /// An attached file is put under its own name once its bytes are what that says; in a drill they are only read.
    fn attached(&mut self, name: &str, sha256: &str) -> Result<Place> {
        let mut attached = Attached { sha256: sha256.to_owned(), hash: Sha256::new(), out: None };
        if let Some(folder) = self.folder {
            let goal = folder.join(name);
            if let Some(parent) = goal.parent() {
                make_folder(parent)?;
            }
            let part = goal.with_extension("from-backup");
            let mut made = File::options();
            made.write(true).create(true).truncate(true).mode(0o600);
            let out = made.open(&part).map_err(StoreError::file(&part))?;
            attached.out = Some((BufWriter::new(out), part, goal));
        }
        Ok(Place::Attached(Box::new(attached)))
    }
}

/// How an attached file is called in a backup, and in the data folder.
pub(super) fn attached_name(county: &str, sha256: &str) -> String {
    format!("files/{county}/{}/{sha256}", &sha256[..2])
}

/// The SHA-256 of a name of this shape.
fn attached_of(name: &str) -> Option<&str> {
    let (_, sha256) = name.rsplit_once('/')?;
    let county = name.split('/').nth(1)?;
    let digits = county.len() == 12 && county.bytes().all(|b| b.is_ascii_digit());
    (digits && is_sha256(sha256) && attached_name(county, sha256) == name).then_some(sha256)
}

/// The acts of `$1` that stand otherwise than in the list `$2` of places and hashes. Not a join that the database may
/// turn round: it would read the list again for every act there is.
const OTHER_ACTS: &str = "select pos from {each 2} cross join act where county = $1 \
    and pos = cast(value->>0 as bigint) and hash <> value->>1 order by pos limit 1";

/// Where the next line belongs.
enum Place {
    Nowhere,
    /// A table, and the key whose rows give way.
    Table(Table, Option<&'static str>),
    /// A file that came along, and where it is put.
    File(BufWriter<File>, PathBuf),
    /// An attached file.
    Attached(Box<Attached>),
    /// Known, and not wanted.
    Skipped,
}

/// An attached file on its way in.
struct Attached {
    sha256: String,
    hash: Sha256,
    /// Where it goes, under which name until it is whole, and under which then.
    out: Option<(BufWriter<File>, PathBuf, PathBuf)>,
}

impl Attached {
    fn piece(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        let Some((out, part, _)) = &mut self.out else { return Ok(()) };
        out.write_all(bytes).map_err(StoreError::file(&*part))
    }

    fn close(mut self, loaded: &mut Loaded) -> Result<()> {
        let whole = hex::encode(self.hash.finalize_reset()) == self.sha256;
        if let Some((mut out, part, goal)) = self.out.take() {
            out.flush().and_then(|()| out.get_ref().sync_all()).map_err(StoreError::file(&part))?;
            if !whole || goal.exists() {
                std::fs::remove_file(&part).map_err(StoreError::file(&part))?;
            } else {
                std::fs::rename(&part, &goal).map_err(StoreError::file(&part))?;
                if let Some(folder) = goal.parent() {
                    flush(folder)?;
                }
                loaded.made.push(goal);
            }
        }
        if whole {
            loaded.attached.insert(std::mem::take(&mut self.sha256));
        }
        Ok(())
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        if let Some((_, part, _)) = self.out.take() {
            // A piece of somebody's picture; the error that cut it off is what is told.
            drop(std::fs::remove_file(part));
        }
    }
}

impl Place {
    fn piece(&mut self, line: &[u8], lines: &Reading) -> Result<()> {
        match self {
            Self::File(out, path) => {
                let digits: String =
                    serde_json::from_slice(line).map_err(|e| lines.misshapen(e))?;
                let bytes = hex::decode(digits).map_err(|e| lines.misshapen(e))?;
                out.write_all(&bytes).map_err(StoreError::file(&*path))
            }
            Self::Attached(attached) => {
                let digits: String =
                    serde_json::from_slice(line).map_err(|e| lines.misshapen(e))?;
                attached.piece(&hex::decode(digits).map_err(|e| lines.misshapen(e))?)
            }
            Self::Skipped => Ok(()),
            Self::Nowhere | Self::Table(..) => Err(lines.misshapen("a piece of no file")),
        }
    }

    /// What is still on its way to a file is there once this is well.
    fn close(self, loaded: &mut Loaded) -> Result<()> {
        match self {
            Self::Attached(attached) => attached.close(loaded),
            Self::File(mut out, path) => {
                out.flush().and_then(|()| out.get_ref().sync_all()).map_err(StoreError::file(&path))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, Executor as _, Row as _, SqliteConnection};

    use super::*;
    use crate::dialect;

    #[tokio::test]
    async fn acts_are_looked_up_one_by_one_and_the_list_is_read_once() {
        let mut db = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        db.execute(include_str!("../../migrations/sqlite/0001_ledger.sql")).await.unwrap();
        let asked = format!("explain query plan {OTHER_ACTS}");
        let steps = sqlx::query(dialect::sqlite(&asked)).bind("").bind("[]");
        let steps = steps.fetch_all(&mut db).await.unwrap();
        let steps: Vec<String> = steps.iter().map(|step| step.get("detail")).collect();
        assert!(steps[0].contains("each2"), "{steps:?}");
        assert!(steps[1].contains("county=? AND pos=?"), "{steps:?}");
    }
}
