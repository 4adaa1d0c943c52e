//! The log of what was erased or destroyed, beside the key ring: outside the database and its backups, so
//! that what is put back from one forgets the same entries again.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use crate::db::{Db, On, Tx, rows, run};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::vault::Vault;

/// The log as it stands.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Lines, of every county.
    pub(super) lines: usize,
    /// The numbers of lines that say nothing: torn by a power cut before what they name was erased, or damaged since.
    unread: Vec<usize>,
    /// Entries and when they went, by county.
    entries: BTreeMap<String, Vec<(String, i64)>>,
}

impl Log {
    /// The log beside the ring; none where there is none.
    pub(super) fn beside(vault: &Vault) -> Result<Option<Self>> {
        let Some(path) = vault.beside("erased").filter(|path| path.exists()) else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(&path).map_err(StoreError::file(&path))?;
        let mut log = Self::default();
        for (line, n) in text.lines().zip(1..) {
            let mut words = line.split(' ');
            let (Some(county), Some(id), Some(Ok(at))) =
                (words.next(), words.next(), words.next().map(str::parse::<At>))
            else {
                log.unread.push(n);
                continue;
            };
            log.lines += 1;
            log.entries.entry(county.to_owned()).or_default().push((id.to_owned(), at.seconds()));
        }
        Ok(Some(log))
    }

    /// That lines cannot be read, in a sentence; nothing where all can.
    fn unread(&self) -> Option<String> {
        let first = self.unread.first()?;
        let more = self.unread.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!(
            "line {first}{more} of the log of erased entries beside the key ring (ring.erased) cannot be read: what it \
             named would be back after a restore. Take it from a copy of the log; where a power cut tore it, nothing was \
             erased by it, and it can be removed"
        ))
    }

    /// Erases what the log names and this database still has; how many entries that was.
    pub(super) async fn apply(&self, tx: &mut Tx, county: &str) -> Result<u64> {
        let Some(entries) = self.entries.get(county) else { return Ok(0) };
        let mut erased = 0;
        for page in entries.chunks(1_000) {
            let of_county = |(id, at): (&str, i64)| json!([county, id, at]);
            let list: Vec<Value> = first(page).into_iter().map(of_county).collect();
            erased += run!(
                tx.on(),
                "update content set salt = '', text = '', cipher_key = '', cipher = '', erased = c.at \
                 from (select value->>0 as county, value->>1 as id, cast(value->>2 as bigint) as at \
                 from {each 1}) c \
                 where content.county = c.county and content.id = c.id and content.erased is null",
                Value::from(list).to_string(),
            )?;
        }
        Ok(erased)
    }

    /// The entries that are erased in the database and do not stand in the log: another server's log has them, and
    /// a restore with this one would bring them back.
    pub(super) async fn lacks(&self, on: On<'_>, county: &str) -> Result<Vec<String>> {
        let erased = rows!(
            on,
            (String,),
            "select id from content where county = $1 and erased is not null order by id",
            county,
        )?;
        let logged: BTreeSet<&str> =
            self.entries.get(county).into_iter().flatten().map(|(id, _)| id.as_str()).collect();
        Ok(erased.into_iter().map(|(id,)| id).filter(|id| !logged.contains(id.as_str())).collect())
    }

    /// Whether the database still has one of the entries, asked without any lock.
    async fn is_due(&self, db: &Db, county: &str) -> Result<bool> {
        let Some(entries) = self.entries.get(county) else { return Ok(false) };
        for page in entries.chunks(1_000) {
            let still = rows!(
                db.reader().await?.on(),
                (String,),
                "select id from content where county = $1 and id {in 2} and erased is null limit 1",
                county,
                json!(first(page).into_keys().collect::<Vec<_>>()).to_string(),
            )?;
            if !still.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Each id of a page of entries once, with its first time.
fn first(page: &[(String, i64)]) -> BTreeMap<&str, i64> {
    let mut first = BTreeMap::new();
    for (id, at) in page {
        first.entry(id.as_str()).or_insert(*at);
    }
    first
}

/// Applies the log at each opening: what was erased stays erased, whatever backup this database is from.
pub(crate) async fn apply_log(db: &Db, vault: &Vault) -> Result<()> {
    let Some(log) = Log::beside(vault)? else { return Ok(()) };
    for county in log.entries.keys() {
        if log.is_due(db, county).await? {
            let mut tx = db.begin().await?;
            log.apply(&mut tx, county).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// What the log lacks, for whoever looks after the server; nothing where it lacks nothing. It is not added here: that
/// an entry is empty may be somebody's doing who has the database's password, and what the log names is gone for ever.
pub(super) fn lacking(ids: &[String]) -> Option<String> {
    let first = ids.first()?;
    let more = ids.len() - 1;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!(
        "the entry {first}{more} is erased in the database and does not stand in the log of erased entries beside the \
         key ring (ring.erased): a restore of an older backup would bring it back. Add the lines of the other servers' \
         logs, and let all servers share one folder of the key ring"
    ))
}

impl Store {
    /// What is wrong with the log of erased entries beside the ring, in a sentence: lines that cannot be read, or what
    /// it lacks of the entries that are erased here.
    ///
    /// # Errors
    /// The log cannot be read, or of the database.
    pub async fn log_lacks(&self, county: &DivisionCode) -> Result<Option<String>> {
        let Some(log) = Log::beside(self.vault())? else { return Ok(None) };
        let mut reader = self.db().reader().await?;
        let lacks = lacking(&log.lacks(reader.on(), county.as_str()).await?);
        Ok(log.unread().or(lacks))
    }
}
