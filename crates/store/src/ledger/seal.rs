//! Sealing: a Merkle root over all acts since the seal before.

use serde_json::json;
use sqlx::FromRow;
use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{By, Hash, Seal, Stream, Tree};
use zongheng_core::time::At;

use super::append::{Entry, append_in};
use crate::county;
use crate::db::{On, Tx, row, rows, run};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::vault;

/// Seconds of an hour.
const HOUR: i64 = 3600;

pub(super) const SEAL: &str = "county, seal, at, first, count, root, prev, hash";

#[derive(FromRow)]
pub(super) struct SealRow {
    county: String,
    pub(super) seal: i64,
    at: i64,
    pub(super) first: i64,
    pub(super) count: i64,
    root: String,
    prev: String,
    hash: String,
}

impl SealRow {
    pub(super) fn read(self) -> Result<Seal> {
        let hash = |column: &str, text: &str| -> Result<Hash> {
            let bad = || StoreError::inconsistent("seal", self.seal, format!("column {column}"));
            text.parse().map_err(|_| bad())
        };
        Ok(Seal {
            seal: self.seal,
            at: At::from_seconds(self.at),
            first: self.first,
            count: self.count,
            root: hash("root", &self.root)?,
            prev: hash("prev", &self.prev)?,
            hash: hash("hash", &self.hash)?,
            county: DivisionCode(self.county),
        })
    }
}

impl Store {
    /// Seals all acts that no seal covers yet; `None` where there are none. The head of the trail of
    /// looks enters the ledger first. The seal is also written to a file beside the key ring, where
    /// whoever changes the database cannot change it as well.
    pub async fn seal(&self, county: &DivisionCode, now: At) -> Result<Option<Seal>> {
        self.seal_unless(county, now, |_| false).await
    }

    /// Once an hour of office time and one after it, where there are new acts: whether it sealed.
    ///
    /// # Errors
    /// Of the database, or the file of seals.
    pub(crate) async fn seal_hourly(&self, configuration: &County, now: At) -> Result<bool> {
        let (county, calendar, today) = (&configuration.code, &configuration.calendar, now.date());
        let office =
            now >= calendar.opening(today) && now < calendar.closing(today).plus_seconds(HOUR);
        if !calendar.day(today).working || !office {
            return Ok(false);
        }
        let head = self.head(county).await?;
        if head.pos == head.sealed {
            return Ok(false);
        }
        // People recorded while a long pass went on.
        let now = now.max(head.last_at());
        let this_hour = |before: &Seal| before.at.seconds() / HOUR >= now.seconds() / HOUR;
        if self.last_seal(county).await?.as_ref().is_some_and(this_hour) {
            return Ok(false);
        }
        // Another server may have been first: asked again under the lock.
        Ok(self.seal_unless(county, now, this_hour).await?.is_some())
    }

    async fn seal_unless(
        &self,
        county: &DivisionCode,
        now: At,
        done: impl FnOnce(&Seal) -> bool,
    ) -> Result<Option<Seal>> {
        let (mut tx, mut head) = self.locked(county.as_str()).await?;
        let before = last_seal(tx.on(), county.as_str()).await?;
        if before.as_ref().is_some_and(done) {
            return Ok(None);
        }
        if let Some(entry) = looked(&mut tx, county.as_str()).await? {
            append_in(&mut tx, &mut head, now, vec![entry], self.vault()).await?;
        }
        let tree = tree(&mut tx, county.as_str(), head.sealed + 1).await?;
        let at = head.entry_time(now)?;
        let Some(seal) = Seal::of_tree(before.as_ref(), county.clone(), at, &tree) else {
            return Ok(None);
        };
        run!(
            tx.on(),
            "insert into seal (county, seal, at, first, count, root, prev, hash) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            county.as_str(),
            seal.seal,
            seal.at.seconds(),
            seal.first,
            seal.count,
            seal.root.to_string(),
            seal.prev.to_string(),
            seal.hash.to_string(),
        )?;
        (head.seal, head.sealed) = (seal.seal, head.pos);
        county::save(tx.on(), &head).await?;
        tx.commit().await?;
        if let Err(error) = self.write_seals_down(county).await {
            // It is sealed all the same; the next sealing writes down what is missing.
            tracing::error!(%county, %error, "the seal was not written down beside the key ring");
        }
        Ok(Some(seal))
    }

    /// Appends to the file beside the key ring what it lacks of the county's seals: the one just made, and any
    /// that a crash or another server's folder has kept out of it. After a restore the numbers come again with
    /// other seals, so it goes on after the last one that both hold.
    async fn write_seals_down(&self, county: &DivisionCode) -> Result<()> {
        let Some(path) = self.vault().beside("seals") else { return Ok(()) };
        let written = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(StoreError::file(&path))?,
        };
        let mut reader = self.db().reader().await?;
        let mut known = 0;
        for line in written.lines().rev() {
            let Ok(seal) = serde_json::from_str::<serde_json::Value>(line) else { continue };
            let (Some(n), Some(hash)) = (seal["seal"].as_i64(), seal["hash"].as_str()) else {
                continue;
            };
            let one = "select hash from seal where county = $1 and seal = $2";
            if seal["county"] == county.as_str()
                && row!(reader.on(), (String,), one, county.as_str(), n)?
                    .is_some_and(|(h,)| h == hash)
            {
                known = n;
                break;
            }
        }
        let sql = format!("select {SEAL} from seal where county = $1 and seal > $2 order by seal");
        let missing = rows!(reader.on(), SealRow, &sql, county.as_str(), known)?;
        for row in missing {
            vault::append_line(&path, &row.read()?.line())?;
        }
        Ok(())
    }

    pub async fn last_seal(&self, county: &DivisionCode) -> Result<Option<Seal>> {
        last_seal(self.db().reader().await?.on(), county.as_str()).await
    }
}

pub(crate) async fn last_seal(on: On<'_>, county: &str) -> Result<Option<Seal>> {
    let sql = format!("select {SEAL} from seal where county = $1 order by seal desc limit 1");
    row!(on, SealRow, &sql, county)?.map(SealRow::read).transpose()
}

/// What the ledger is to hold of the looks into the vault, where there are new ones.
async fn looked(tx: &mut Tx, county: &str) -> Result<Option<Entry>> {
    let (n, hash) = vault::trail_head(tx.on(), county).await?;
    let key = format!("trail-{n}");
    let known = row!(
        tx.on(),
        (i64,),
        "select seq from act where county = $1 and stream = 'sys' and kind = 'looked' and key = $2",
        county,
        &key,
    )?;
    if n == 0 || known.is_some() {
        return Ok(None);
    }
    Ok(Some(Entry {
        stream: Stream::from("sys"),
        kind: "looked".to_owned(),
        v: 1,
        by: By::system(),
        key,
        body: json!({ "looks": n, "head": hash }),
        contents: Vec::new(),
    }))
}

/// The tree over the hashes of the acts from `first` on.
async fn tree(tx: &mut Tx, county: &str, first: i64) -> Result<Tree> {
    let (mut tree, mut next) = (Tree::new(), first);
    loop {
        let page = rows!(
            tx.on(),
            (i64, String),
            "select pos, hash from act where county = $1 and pos >= $2 order by pos limit 10000",
            county,
            next,
        )?;
        let Some((last, _)) = page.last() else { return Ok(tree) };
        next = last + 1;
        for (pos, hash) in &page {
            let hash =
                hash.parse().map_err(|_| StoreError::inconsistent("act", pos, "column hash"))?;
            tree.push(&hash);
        }
    }
}
