//! A backup on its way out, beside a running server: one state of the tables that change, then the acts up to
//! that state, with what stands with each. Acts never change, so they are read a page at a time: a long look at
//! one state would keep SQLite from copying its log back all the while.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream::BoxStream};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use super::erased;
use super::header::{FORMAT, Header, What};
use super::load::attached_name;
use super::tables::{Enters, Table};
use super::written::Writing;
use crate::county::{self, Head};
use crate::db::{Db, On, Tx, row, rows, run};
use crate::dialect;
use crate::error::{Result, StoreError};
use crate::file::named_files;
use crate::migrate::version;
use crate::open::Store;

/// A list of rows goes into one statement when it is restored; so long it gets before it is written.
const LIST: usize = 96 * 1024;

/// Acts read at a time.
const PAGE: i64 = 500;

/// After each page of acts a backup rests so many times as long as that took, so that those who work meanwhile hardly
/// notice; where the machine is busy pages take longer, and so do the rests. In the snapshot before it does not: the
/// sooner that ends, the sooner SQLite's log is copied back again.
const REST: u32 = 6;

/// Files are read by a disk that others wait for as well: after each page of them it rests as long, but never longer.
const LONGEST_REST: Duration = Duration::from_secs(2);

/// Bytes of a file in one line.
const PIECE: usize = 48 * 1024;

/// A file that a backup takes along: its name there, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    pub name: String,
    pub path: PathBuf,
}

/// A backup that stands whole on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    pub header: Header,
    /// Rows by table.
    pub rows: BTreeMap<String, i64>,
    /// Files in it, attached ones among them.
    pub files: usize,
    /// SHA-256 of attached files that are not in it, since they are missing or damaged in the county itself.
    pub lost: Vec<String>,
    pub bytes: u64,
}

impl Store {
    /// Writes a consistent copy of the county while everything goes on: acts, seals, contents, accounts,
    /// configuration, and the files named. `told` hears of the rows so far.
    ///
    /// # Errors
    /// The file is there already, the vault is shut, the disk is full; nothing is left of the file then.
    pub async fn backup(
        &self,
        county: &DivisionCode,
        path: &Path,
        files: &[Packed],
        now: At,
        told: impl Fn(i64),
    ) -> Result<BackedUp> {
        let ring = self.vault().ring()?;
        let mut tx = snapshot(self.db()).await?;
        let mut header = header(self, &mut tx, county, now).await?;
        let key = header.keyed(ring);
        let (ledger, others): (Vec<Table>, Vec<Table>) =
            Table::all(self.db(), tx.on()).await?.into_iter().partition(Table::is_of_acts);
        let mut dump = Dump::begin(path, &header, key)?;
        for table in &others {
            dump.table(table).await?;
            let mut lists = Lists::of(tx.on(), &table.select(self.db()), county, &[]);
            while let Some(list) = lists.next().await? {
                dump.list(&table.name, list).await?;
                told(dump.count());
            }
        }
        tx.rollback().await?;
        for table in &ledger {
            dump.table(table).await?;
        }
        let mut pos = 0;
        while pos < header.pos {
            let (begun, to) = (Instant::now(), header.pos.min(pos + PAGE));
            dump.acts(&ledger, self.db(), county, (pos, to)).await?;
            told(dump.count());
            tokio::time::sleep(begun.elapsed() * REST).await;
            pos = to;
        }
        for file in files {
            dump.file(&file.name, &file.path).await?;
        }
        let mut after = String::new();
        while self.files(county).is_some() {
            let page = named_files(self.db().reader().await?.on(), county, &after).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(last);
            let begun = Instant::now();
            dump.attached(self, county, &page).await?;
            tokio::time::sleep(begun.elapsed().min(LONGEST_REST)).await;
        }
        let (rows, packed, lost) = (dump.rows.clone(), dump.files, std::mem::take(&mut dump.lost));
        let bytes = dump.finish().await?;
        Ok(BackedUp { header, rows, files: packed, lost, bytes })
    }
}

/// One unmoving state, read from end to end.
pub(super) async fn snapshot(db: &Db) -> Result<Tx> {
    let mut tx = db.snapshot().await?;
    if let Some(sql) = dialect::whole_tables(db) {
        run!(tx.on(), sql)?;
    }
    Ok(tx)
}

/// SHA-256 of the attached files of entries that the acts of a range name.
pub(super) async fn attached_to(
    tx: &mut Tx,
    county: &DivisionCode,
    (after, last): (i64, i64),
) -> Result<BTreeSet<String>> {
    let (mut all, mut pos) = (BTreeSet::new(), after);
    while pos < last {
        let ids = ids_named(tx, county, (pos, last.min(pos + PAGE))).await?;
        pos += PAGE;
        if ids.is_empty() {
            continue;
        }
        let found = rows!(
            tx.on(),
            (String,),
            "select sha256 from content where county = $1 and id {in 2} and sha256 <> '' \
             and erased is null",
            county.as_str(),
            json!(ids).to_string(),
        )?;
        all.extend(found.into_iter().map(|(sha256,)| sha256));
    }
    Ok(all)
}

/// The entries that the acts of a range name.
async fn ids_named(
    tx: &mut Tx,
    county: &DivisionCode,
    (after, last): (i64, i64),
) -> Result<BTreeSet<String>> {
    let acts = rows!(
        tx.on(),
        (String,),
        "select contents from act where county = $1 and pos > $2 and pos <= $3 and contents <> '[]'",
        county.as_str(),
        after,
        last,
    )?;
    let mut ids = BTreeSet::new();
    for (contents,) in &acts {
        let named: Vec<Value> = serde_json::from_str(contents)
            .map_err(|e| StoreError::inconsistent("act", "contents", e))?;
        ids.extend(named.iter().filter_map(|n| n["id"].as_str()).map(str::to_owned));
    }
    Ok(ids)
}

/// What a backup of this state says of itself, all but its key.
pub(super) async fn header(
    store: &Store,
    tx: &mut Tx,
    county: &DivisionCode,
    now: At,
) -> Result<Header> {
    let head: Head = county::read(tx.on(), county.as_str()).await?;
    let one = "select hash from act where county = $1 and pos = $2";
    let last = row!(tx.on(), (String,), one, county.as_str(), head.pos)?;
    let one = "select hash from seal where county = $1 and seal = $2";
    let seal = row!(tx.on(), (String,), one, county.as_str(), head.seal)?;
    Ok(Header {
        zongheng: What::Backup,
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema: version(tx.on()).await?,
        county: county.to_string(),
        simulated: head.simulated == 1,
        database: store.kind().to_owned(),
        at: now,
        pos: head.pos,
        last_at: head.last_at(),
        last_hash: last.map(|(hash,)| hash).unwrap_or_default(),
        seal: head.seal,
        seal_hash: seal.map(|(hash,)| hash).unwrap_or_default(),
        erased: erased::Log::beside(store.vault())?.map_or(0, |log| log.lines),
        since: None,
        key: String::new(),
        salt: String::new(),
        check: String::new(),
    })
}

/// Lists of rows on their way from the database, each as long as one statement takes.
pub(super) struct Lists<'a> {
    rows: BoxStream<'a, Result<(String,), sqlx::Error>>,
}

impl<'a> Lists<'a> {
    /// The rows that a question gives whose `$1` is the county, and `$2` and on are these numbers.
    pub(super) fn of(on: On<'a>, sql: &str, county: &DivisionCode, numbers: &[i64]) -> Self {
        let county = county.to_string();
        let rows = match on {
            On::Sqlite(c) => {
                let asked = sqlx::query_as(dialect::sqlite(sql)).bind(county);
                numbers.iter().fold(asked, |asked, n| asked.bind(*n)).fetch(c)
            }
            On::Postgres(c) => {
                let asked = sqlx::query_as(dialect::postgres(sql)).bind(county);
                numbers.iter().fold(asked, |asked, n| asked.bind(*n)).fetch(c)
            }
        };
        Self { rows }
    }

    /// The next list, with how many rows are in it.
    pub(super) async fn next(&mut self) -> Result<Option<(Vec<u8>, i64)>> {
        let (mut list, mut n) = (Vec::with_capacity(LIST + 8 * 1024), 0);
        while list.len() < LIST {
            let Some(row) = self.rows.next().await else { break };
            list.push(if n == 0 { b'[' } else { b',' });
            list.extend_from_slice(row?.0.as_bytes());
            n += 1;
        }
        list.push(b']');
        Ok((n > 0).then_some((list, n)))
    }
}

/// The lines of a backup or an increment on their way out.
pub(super) struct Dump {
    out: Writing,
    pub(super) rows: BTreeMap<String, i64>,
    files: usize,
    /// SHA-256 of attached files that are missing or damaged.
    pub(super) lost: Vec<String>,
}

impl Dump {
    pub(super) fn begin(path: &Path, header: &Header, key: [u8; 32]) -> Result<Self> {
        let out = Writing::begin(path, header, key)?;
        Ok(Self { out, rows: BTreeMap::new(), files: 0, lost: Vec::new() })
    }

    pub(super) async fn table(&mut self, table: &Table) -> Result<()> {
        let columns: Vec<_> = table.columns.iter().map(|c| json!([c.name, c.kind])).collect();
        self.rows.entry(table.name.clone()).or_insert(0);
        self.out.line(line(&json!({ "table": table.name, "columns": columns }))).await
    }

    /// The rows that stand with the acts of a range, as one state of the database has them.
    async fn acts(
        &mut self,
        ledger: &[Table],
        db: &Db,
        county: &DivisionCode,
        (after, to): (i64, i64),
    ) -> Result<()> {
        let mut tx = db.snapshot().await?;
        for table in ledger {
            self.table(table).await?;
            match table.enters() {
                Enters::After(column) => {
                    let sql = table.select_between(db, column);
                    self.lists(table, Lists::of(tx.on(), &sql, county, &[after, to])).await?;
                }
                _ => self.named(table, db, &mut tx, county, (after, to)).await?,
            }
        }
        tx.rollback().await
    }

    /// The entries that the acts of a range name.
    pub(super) async fn named(
        &mut self,
        table: &Table,
        db: &Db,
        tx: &mut Tx,
        county: &DivisionCode,
        (after, last): (i64, i64),
    ) -> Result<()> {
        let mut pos = after;
        while pos < last {
            let ids = ids_named(tx, county, (pos, last.min(pos + PAGE))).await?;
            pos += PAGE;
            if ids.is_empty() {
                continue;
            }
            let found = rows!(
                tx.on(),
                (String,),
                &table.select_named(db),
                county.as_str(),
                json!(ids).to_string(),
            )?;
            let n = i64::try_from(found.len()).unwrap_or(i64::MAX);
            let rows: Vec<String> = found.into_iter().map(|(row,)| row).collect();
            self.list(&table.name, (format!("[{}]", rows.join(",")).into_bytes(), n)).await?;
        }
        Ok(())
    }

    pub(super) async fn lists(&mut self, table: &Table, mut lists: Lists<'_>) -> Result<()> {
        while let Some(list) = lists.next().await? {
            self.list(&table.name, list).await?;
        }
        Ok(())
    }

    /// Rows so far.
    fn count(&self) -> i64 {
        self.rows.values().sum()
    }

    pub(super) async fn list(&mut self, table: &str, (list, n): (Vec<u8>, i64)) -> Result<()> {
        *self.rows.entry(table.to_owned()).or_insert(0) += n;
        self.out.line(list).await
    }

    /// A file by pieces; SHA-256 of what went.
    async fn file(&mut self, name: &str, path: &Path) -> Result<String> {
        let mut from = std::fs::File::open(path).map_err(StoreError::file(path))?;
        self.pieces(name, path, &mut from).await
    }

    async fn pieces(&mut self, name: &str, path: &Path, from: &mut impl Read) -> Result<String> {
        self.files += 1;
        self.out.line(line(&json!({ "file": name }))).await?;
        let (mut piece, mut hash) = (vec![0; PIECE], Sha256::new());
        loop {
            let n = from.read(&mut piece).map_err(StoreError::file(path))?;
            if n == 0 {
                return Ok(hex::encode(hash.finalize()));
            }
            hash.update(&piece[..n]);
            self.out.line(line(&json!(hex::encode(&piece[..n])))).await?;
        }
    }

    /// Attached files by their SHA-256. One that is missing or damaged is noted, and the backup goes on: a county is
    /// never without a backup for the sake of one picture.
    pub(super) async fn attached(
        &mut self,
        store: &Store,
        county: &DivisionCode,
        page: impl IntoIterator<Item = &String>,
    ) -> Result<()> {
        let Some(files) = store.files(county) else { return Ok(()) };
        for sha256 in page {
            let name = attached_name(county.as_str(), sha256);
            let whole = match files.open(sha256)? {
                Some(mut file) => self.pieces(&name, Path::new(&name), &mut file).await? == *sha256,
                // Erased since the page was read.
                None if !store.names_file(county, sha256).await? => continue,
                None => false,
            };
            if !whole {
                self.lost.push(sha256.clone());
            }
        }
        Ok(())
    }

    /// Says how much there was to be, and waits for the disk.
    pub(super) async fn finish(mut self) -> Result<u64> {
        let end = json!({ "end": { "rows": self.rows, "files": self.files } });
        self.out.line(line(&end)).await?;
        self.out.finish().await
    }
}

fn line(value: &serde_json::Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
