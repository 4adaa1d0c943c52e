//! What a database says of itself: whether it keeps what it acknowledges, and sorts as the program
//! counts on.

use crate::db::{Db, row, rows};
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::open::Store;

/// What is so, without a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The last migration that it has seen, and the last that this program knows.
    pub migration: (i64, i64),
    pub bytes: u64,
    /// Settings on which durability hangs, by the database's own names.
    pub settings: Vec<(&'static str, String)>,
    /// PostgreSQL: the order of texts of the database itself; the columns here have their own.
    pub collation: Option<String>,
    /// PostgreSQL: the library of that order has changed since its indexes were made.
    pub collation_changed: bool,
    /// SQLite: what a look through the file found wrong; empty where it is whole or was not asked.
    pub damage: Vec<String>,
}

/// Connections of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    pub name: &'static str,
    pub open: u32,
    pub idle: u32,
    pub most: u32,
}

/// On these PostgreSQL keeps what it has acknowledged when the power goes.
const DURABLE: [&str; 3] = ["fsync", "synchronous_commit", "full_page_writes"];

/// The columns of texts that are not compared byte by byte.
const OTHER_ORDER: &str = "select c.relname || '.' || a.attname from pg_attribute a \
    join pg_class c on c.oid = a.attrelid and c.relkind = 'r' \
    and c.relnamespace = current_schema()::regnamespace and c.relname not like '\\_sqlx%' \
    left join pg_collation k on k.oid = a.attcollation \
    where a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype \
    and coalesce(k.collname, '') <> 'C' order by 1";

impl Store {
    /// What the database says of itself. `thorough` also reads a SQLite file through, which takes
    /// seconds a gigabyte.
    pub async fn facts(&self, thorough: bool) -> Result<Facts> {
        let db = self.db();
        let last = "select coalesce(max(version), 0) from _sqlx_migrations";
        let seen = row!(db.reader().await?.on(), (i64,), last)?;
        let migration = (seen.map_or(0, |(n,)| n), migrate::known(db));
        let mut facts = Facts {
            migration,
            bytes: self.bytes().await?,
            settings: Vec::new(),
            collation: None,
            collation_changed: false,
            damage: Vec::new(),
        };
        match db {
            // Readers are opened with the settings of the writer.
            Db::Sqlite { .. } => {
                let mut conn = db.reader().await?;
                let journal = row!(conn.on(), (String,), "pragma journal_mode")?;
                facts.settings.push(("journal_mode", journal.map(|(m,)| m).unwrap_or_default()));
                let flushed = row!(conn.on(), (i64,), "pragma synchronous")?;
                let flushed = flushed.map(|(n,)| n.to_string()).unwrap_or_default();
                facts.settings.push(("synchronous", flushed));
                if thorough {
                    let said = rows!(conn.on(), (String,), "pragma quick_check(20)")?;
                    facts.damage = said.into_iter().map(|(s,)| s).filter(|s| s != "ok").collect();
                }
            }
            Db::Postgres(_) => {
                let mut conn = db.reader().await?;
                for name in DURABLE {
                    let sql = "select current_setting($1)";
                    let said = row!(conn.on(), (String,), sql, name)?;
                    facts.settings.push((name, said.map(|(s,)| s).unwrap_or_default()));
                }
                let order = "select datcollate, coalesce(datcollversion <> \
                    pg_database_collation_actual_version(oid), false) \
                    from pg_database where datname = current_database()";
                if let Some((name, changed)) = row!(conn.on(), (String, bool), order)? {
                    (facts.collation, facts.collation_changed) = (Some(name), changed);
                }
            }
        }
        Ok(facts)
    }

    /// The size of the database on disk.
    pub async fn bytes(&self) -> Result<u64> {
        let sql = if self.db().is_postgres() {
            "select pg_database_size(current_database())"
        } else {
            "select p.page_count * s.page_size from pragma_page_count() p, pragma_page_size() s"
        };
        let said = row!(self.db().reader().await?.on(), (i64,), sql)?;
        Ok(said.and_then(|(n,)| u64::try_from(n).ok()).unwrap_or_default())
    }

    /// How many connections are open and idle, a pool each.
    pub fn pools(&self) -> Vec<Pool> {
        fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Pool {
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            let most = pool.options().get_max_connections();
            // A connection that is just let go may be counted twice for a moment.
            Pool { name, open: pool.size(), idle: idle.min(pool.size()), most }
        }
        match self.db() {
            Db::Sqlite { write, read } => vec![of("write", write), of("read", read)],
            Db::Postgres(pool) => vec![of("all", pool)],
        }
    }
}

pub(crate) async fn check_encoding(db: &Db) -> Result<()> {
    if !db.is_postgres() {
        return Ok(());
    }
    let said = row!(db.reader().await?.on(), (String,), "show server_encoding")?;
    match said {
        Some((encoding,)) if encoding == "UTF8" => Ok(()),
        other => Err(StoreError::Encoding(other.map(|(e,)| e).unwrap_or_default())),
    }
}

/// Each column of texts says itself that it is compared byte by byte, whatever the database's own order
/// is; one that was made anew without that would page and compare by a language.
pub(crate) async fn check_order(db: &Db) -> Result<()> {
    if !db.is_postgres() {
        return Ok(());
    }
    let other = rows!(db.reader().await?.on(), (String,), OTHER_ORDER)?;
    if other.is_empty() {
        return Ok(());
    }
    Err(StoreError::Order(other.into_iter().map(|(c,)| c).collect::<Vec<_>>().join(", ")))
}
