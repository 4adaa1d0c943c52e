//! The county's head row, and the configuration kept by hash.

use serde_json::json;
use sqlx::FromRow;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use crate::db::{On, Tx, row, rows, run};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::watch::Doubt;

/// How far a county's ledger has come.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Head {
    pub code: String,
    /// 1 for a county made by `simulate`, which is marked on every page.
    pub simulated: i64,
    /// Acts so far.
    pub pos: i64,
    last_at: i64,
    /// The next matter's number is `no_next` of `no_year`.
    pub no_year: i64,
    pub no_next: i64,
    /// Goes up with each act of a configuration stream.
    pub rev: i64,
    ticked_to: i64,
    pub(crate) tick_target: i64,
    /// The number of the last seal and how many acts all seals cover.
    pub seal: i64,
    pub sealed: i64,
    pub(crate) vault_check: String,
    clock_ok: i64,
    clock_last: i64,
}

impl Head {
    /// The time of the last act.
    pub fn last_at(&self) -> At {
        At::from_seconds(self.last_at)
    }

    /// What lamps, lists and counts are as of.
    pub fn ticked_to(&self) -> At {
        At::from_seconds(self.ticked_to)
    }

    /// What the clock showed when an administrator last confirmed it; the beginning of time where none did.
    pub fn clock_ok(&self) -> At {
        At::from_seconds(self.clock_ok)
    }

    #[cfg(test)]
    pub(crate) fn of(last: At) -> Self {
        let last_at = last.seconds();
        Self {
            code: String::new(),
            simulated: 0,
            pos: 1,
            last_at,
            no_year: 2026,
            no_next: 1,
            rev: 0,
            ticked_to: last_at,
            tick_target: last_at,
            seal: 0,
            sealed: 0,
            vault_check: String::new(),
            clock_ok: i64::MIN,
            clock_last: i64::MIN,
        }
    }

    pub(crate) fn confirm(&mut self, now: At) {
        (self.clock_ok, self.clock_last) = (now.seconds(), self.last_at);
    }

    /// When an act entered at `now` stands: never before the one before it. A clock that went back by
    /// more than ten minutes is not believed, unless an administrator has confirmed that it is right and the
    /// last act's time was ahead.
    pub fn entry_time(&self, now: At) -> Result<At> {
        if self.last_at().seconds_since(now) > 600 && self.last_at > self.clock_last {
            return Err(StoreError::Clock { doubt: Doubt::Back, last: self.last_at(), now });
        }
        Ok(now.max(self.last_at()))
    }
}

/// A piece of configuration in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Config {
    pub hash: String,
    /// `playbook`, `powers`, `calendar`, `organisation`, …
    pub kind: String,
    pub id: String,
    pub version: String,
    pub body: String,
}

const HEAD: &str = "select code, simulated, pos, last_at, no_year, no_next, rev, ticked_to, \
    tick_target, seal, sealed, vault_check, clock_ok, clock_last from county where code = $1";

impl Store {
    /// Makes a county without an act. The ring of the open vault becomes the county's ring.
    pub async fn create_county(&self, code: &DivisionCode, at: At, simulated: bool) -> Result<()> {
        let check = self.vault().ring().map(crate::vault::Ring::check).unwrap_or_default();
        let mut tx = self.db().begin().await?;
        let made = run!(
            tx.on(),
            "insert into county (code, simulated, pos, last_at, no_year, no_next, rev, ticked_to, \
             tick_target, seal, sealed, vault_check) \
             values ($1, $2, 0, $3, $4, 1, 0, $3, $3, 0, 0, $5) on conflict (code) do nothing",
            code.as_str(),
            i64::from(simulated),
            at.seconds(),
            i64::from(at.date().year()),
            &check,
        )?;
        if made == 0 {
            return Err(StoreError::CountyExists(code.to_string()));
        }
        tx.commit().await
    }

    /// A transaction that holds the county's lock, by a clock that is to be believed.
    pub(crate) async fn locked(&self, county: &str) -> Result<(Tx, Head)> {
        self.trusted()?;
        let mut tx = self.db().begin().await?;
        let head = lock(&mut tx, county).await?;
        Ok((tx, head))
    }

    /// The codes of the counties of this database.
    pub async fn counties(&self) -> Result<Vec<DivisionCode>> {
        let codes = rows!(
            self.db().reader().await?.on(),
            (String,),
            "select code from county order by code"
        )?;
        Ok(codes.into_iter().map(|(code,)| DivisionCode(code)).collect())
    }

    pub async fn head(&self, county: &DivisionCode) -> Result<Head> {
        read(self.db().reader().await?.on(), county.as_str()).await
    }

    /// Configuration by the hash that acts name.
    pub async fn config(&self, county: &DivisionCode, hash: &str) -> Result<Option<Config>> {
        row!(
            self.db().reader().await?.on(),
            Config,
            "select hash, kind, id, version, body from config where county = $1 and hash = $2",
            county.as_str(),
            hash,
        )
    }

    /// All configuration of a kind, by id and version.
    pub async fn configs(&self, county: &DivisionCode, kind: &str) -> Result<Vec<Config>> {
        rows!(
            self.db().reader().await?.on(),
            Config,
            "select hash, kind, id, version, body from config where county = $1 and kind = $2 \
             order by id, version, hash",
            county.as_str(),
            kind,
        )
    }
}

pub(crate) async fn read(on: On<'_>, county: &str) -> Result<Head> {
    row!(on, Head, HEAD, county)?.ok_or_else(|| StoreError::NoCounty(county.to_owned()))
}

/// Locks the county's head row: from here to the end of the transaction nobody else records there.
pub(crate) async fn lock(tx: &mut Tx, county: &str) -> Result<Head> {
    let sql = format!("{HEAD} {{for update}}");
    row!(tx.on(), Head, &sql, county)?.ok_or_else(|| StoreError::NoCounty(county.to_owned()))
}

/// Writes back what recording moves.
pub(crate) async fn save(on: On<'_>, head: &Head) -> Result<()> {
    run!(
        on,
        "update county set pos = $2, last_at = $3, no_year = $4, no_next = $5, rev = $6, \
         ticked_to = $7, tick_target = $8, seal = $9, sealed = $10 where code = $1",
        &head.code,
        head.pos,
        head.last_at,
        head.no_year,
        head.no_next,
        head.rev,
        head.ticked_to,
        head.tick_target,
        head.seal,
        head.sealed,
    )?;
    Ok(())
}

/// Keeps configuration. The same id and version with other content is refused.
pub(crate) async fn keep_configs(tx: &mut Tx, county: &str, configs: &[Config]) -> Result<()> {
    for config in configs {
        let known = row!(
            tx.on(),
            (String,),
            "select hash from config where county = $1 and kind = $2 and id = $3 and version = $4",
            county,
            &config.kind,
            &config.id,
            &config.version,
        )?;
        if known.is_some_and(|(hash,)| hash != config.hash) {
            let Config { kind, id, version, .. } = config.clone();
            return Err(StoreError::ConfigChanged { kind, id, version });
        }
    }
    let list: Vec<_> =
        configs.iter().map(|c| json!([c.hash, c.kind, c.id, c.version, c.body])).collect();
    run!(
        tx.on(),
        "insert into config (county, hash, kind, id, version, body) \
         select $1, value->>0, value->>1, value->>2, value->>3, value->>4 from {each 2} where true \
         on conflict (county, hash) do nothing",
        county,
        json!(list).to_string(),
    )?;
    Ok(())
}

impl Head {
    pub(crate) fn appended(&mut self, acts: i64, at: At) {
        self.pos += acts;
        self.last_at = at.seconds();
    }

    /// Where a ledger played from an archive has come to.
    pub(crate) fn stands_at(&mut self, pos: i64, at: At) {
        (self.pos, self.last_at) = (pos, at.seconds());
    }

    pub(crate) fn ticked(&mut self, to: At) {
        self.ticked_to = to.seconds();
    }

    /// The number for the next matter entered at `at`: `411524-2026-000123`.
    pub(crate) fn next_number(&mut self, at: At) -> String {
        let year = i64::from(at.date().year());
        if year != self.no_year {
            (self.no_year, self.no_next) = (year, 1);
        }
        let digits = self.code.get(..6).unwrap_or(&self.code);
        let number = format!("{digits}-{year}-{:06}", self.no_next);
        self.no_next += 1;
        number
    }
}
