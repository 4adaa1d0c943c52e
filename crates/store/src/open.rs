//! Opening a database: address, pools, lock, version, encoding, migrations.

use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::Notify;

use crate::configuration::Configurations;
use crate::db::{BUSY, Db, On, row, run};
use crate::error::{Result, StoreError};
use crate::lock::Lock;
use crate::migrate::{migrate, must_be_whole, version};
use crate::record::Tape;
use crate::record::faults::Faults;
use crate::soundness::{check_encoding, check_order};
use crate::vault::Vault;
use crate::watch::Watch;

/// How long PostgreSQL is waited for where nothing is asked of it but that it answers.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Keeps a second server off a SQLite file. Servers take it; a command that reads or appends a
    /// little beside a running server does not.
    pub lock: bool,
    /// Brings the tables up to this program's version; without it an older database is refused.
    pub migrate: bool,
    /// Makes the tables of this older version and no later ones: for a restore from such a backup.
    pub tables: Option<i64>,
    /// The vault's key ring.
    pub ring: RingPlace,
    /// Connections that read.
    pub readers: u32,
    /// Keeps what recording writes for [`Store::take_written`]: for the benchmark, whose floor it is.
    pub tape: bool,
    /// The folder of attached files, a folder a county in it; without it none are taken and none are looked for.
    pub files: Option<PathBuf>,
}

/// Where the key ring comes from.
#[derive(Debug, Clone)]
pub enum RingPlace {
    /// No ring is expected: the vault stays shut.
    None,
    /// A file outside the data folder and its backups.
    File(PathBuf),
    /// Made from a seed: simulated counties only, whose vault holds invented persons.
    Seeded([u8; 32]),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lock: false,
            migrate: true,
            tables: None,
            ring: RingPlace::None,
            readers: 4,
            tape: false,
            files: None,
        }
    }
}

/// One database with its pools and its vault. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
    pub(crate) configurations: Configurations,
    pub(crate) faults: Faults,
    pub(crate) tape: Tape,
    pub(crate) watch: OnceLock<Arc<Watch>>,
    pub(crate) files: Option<PathBuf>,
    /// Told after each batch: what follows the ledger waits for it.
    pub(crate) recorded: Notify,
    _lock: Option<Lock>,
}

impl Store {
    /// Opens `sqlite:PATH` (made if it is not there) or `postgres://…`.
    ///
    /// Refuses a SQLite file that another server holds, a database of a newer version, and a
    /// PostgreSQL database that does not speak UTF-8 or sorts texts by a language. An older SQLite
    /// database is copied beside itself before it is brought up to this version. A missing or wrong key ring is no error: the
    /// vault says so ([`Vault::state`]) and all else works.
    pub async fn open(url: &str, options: &Options) -> Result<Self> {
        let mut file = None;
        let (db, lock) = match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => {
                let path = Path::new(path.strip_prefix("//").unwrap_or(path));
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
                {
                    make_folder(folder)?;
                }
                make_file(path)?;
                let lock = options.lock.then(|| Lock::take(path)).transpose()?;
                file = Some(path);
                (sqlite(path, options).await?, lock)
            }
            Some(("postgres" | "postgresql", _)) => (postgres(url, options.readers).await?, None),
            _ => return Err(StoreError::Address(url.to_owned())),
        };
        check_encoding(&db).await?;
        migrate(&db, file, options.migrate, options.tables).await?;
        must_be_whole(&db).await?;
        check_order(&db).await?;
        let vault = Vault::open(&db, &options.ring).await?;
        let inner = Inner {
            db,
            vault,
            configurations: Configurations::default(),
            faults: Faults::default(),
            tape: Tape::new(options.tape),
            watch: OnceLock::new(),
            files: options.files.clone(),
            recorded: Notify::new(),
            _lock: lock,
        };
        let store = Self { inner: Arc::new(inner) };
        // What the log of erasures just took from a database that was put back, or a stop in between left.
        if options.files.is_some() && options.tables.is_none() {
            for county in store.counties().await? {
                store.bytes_too(&county).await;
            }
        }
        Ok(store)
    }

    /// Opens another database of the same kind beside one: a file whose name ends in `word`, or the
    /// schema `word` of the same PostgreSQL database, made where it is not there.
    pub async fn open_beside(url: &str, word: &str, options: &Options) -> Result<Self> {
        if url.starts_with("sqlite:") {
            return Self::open(&format!("{url}-{word}"), options).await;
        }
        let pool = PgPoolOptions::new().max_connections(1).connect(url).await?;
        run!(
            On::Postgres(&mut *pool.acquire().await?),
            &format!("create schema if not exists {word}")
        )?;
        pool.close().await;
        let more = if url.contains('?') { '&' } else { '?' };
        Self::open(&format!("{url}{more}options[search_path]={word}"), options).await
    }

    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// The word for the kind of database: `sqlite` or `postgres`.
    pub fn kind(&self) -> &'static str {
        if self.db().is_postgres() { "postgres" } else { "sqlite" }
    }

    /// The version of this database's tables: the last migration.
    pub async fn schema(&self) -> Result<i64> {
        version(self.db().reader().await?.on()).await
    }

    /// Closes all connections; what is under way ends first.
    pub async fn close(&self) {
        self.db().close().await;
    }

    /// Answers when the database does.
    pub async fn ready(&self) -> Result<()> {
        row!(self.db().reader().await?.on(), (i64,), "select cast(1 as bigint)")?;
        Ok(())
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }
}

/// Makes a folder, for the account alone that serves; one that stands stays as it is.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> Result<()> {
    let mut made = std::fs::DirBuilder::new();
    made.recursive(true).mode(0o700).create(folder).map_err(StoreError::file(folder))
}

/// The file of a database that is not there yet; what SQLite puts beside it takes after it.
pub(crate) fn make_file(path: &Path) -> Result<()> {
    let mut made = std::fs::OpenOptions::new();
    match made.write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(StoreError::file(path)(error))
        }
        _ => Ok(()),
    }
}

async fn sqlite(path: &Path, how: &Options) -> Result<Db> {
    // A restore is one great transaction into an empty file: with a log, all of it would be written twice.
    let empty = std::fs::metadata(path).is_ok_and(|file| file.len() == 0);
    let restoring = empty && how.tables.is_some();
    let journal = if restoring { SqliteJournalMode::Delete } else { SqliteJournalMode::Wal };
    // What a restore has written it reads again twice, and nobody else is there: 256 MiB instead of 32. Readers have 6
    // each: what they read again the system has in its memory.
    let cache = if restoring { "-262144" } else { "-32768" };
    // FULL: in WAL mode NORMAL may lose the last commits when the power goes.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(journal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        // An act and its register row are 2.3 KiB each: three to a page instead of one.
        .page_size(8192)
        // 32 MiB of log instead of 8: pages that every batch touches are copied back once for many.
        .pragma("wal_autocheckpoint", "4000")
        .row_buffer_size(256)
        .pragma("cache_size", cache)
        // What is erased is written over, not only taken off the lists.
        .pragma("secure_delete", "on")
        .pragma("temp_store", "memory");
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        // Where there is no room for a commit, SQLite takes the transaction back by itself. The driver
        // still counts it, and would refuse to begin another for ever: such a connection is replaced.
        .before_acquire(|connection, _| {
            let begun = connection.is_in_transaction();
            Box::pin(async move { Ok(!begun) })
        })
        .connect_with(options.clone())
        .await?;
    let read = SqlitePoolOptions::new().max_connections(how.readers.max(1)).connect_lazy_with(
        options.read_only(true).create_if_missing(false).pragma("cache_size", "-6144"),
    );
    Ok(Db::Sqlite { write, read })
}

async fn postgres(url: &str, readers: u32) -> Result<Db> {
    // Every question here walks an index by design, at any size; the planner would take a county's
    // small beginnings for its nature, and plan the same statements anew for each batch.
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([
        ("enable_seqscan", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        ("jit", "off"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(readers.max(1) + 2)
        .acquire_timeout(PATIENCE)
        // Given back in the middle of a question that was not waited for, it may never answer again.
        .after_release(|connection, _| {
            Box::pin(async move {
                let answered = tokio::time::timeout(PATIENCE, connection.ping()).await;
                answered
                    .unwrap_or_else(|_| Err(std::io::Error::from(ErrorKind::TimedOut).into()))?;
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(Db::Postgres(pool))
}
