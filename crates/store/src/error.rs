//! What can go wrong in the store itself. A refusal of a command is not here: it is an answer.

use std::fmt;
use std::path::PathBuf;

use zongheng_core::time::At;

use crate::dialect::{self, Trouble};
use crate::watch::Doubt;

/// A failure of the store. The sentence says what is wrong and, where something can be done, what.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("\"{0}\" is no database address: sqlite:PATH or postgres://user@host/database")]
    Address(String),
    #[error(
        "{} is served by another process ({}); stop it first, one server holds a SQLite file at a time",
        path.display(),
        pid.map_or_else(|| "its number is not known".to_owned(), |pid| format!("pid {pid}"))
    )]
    Locked { path: PathBuf, pid: Option<u32> },
    #[error(
        "the database was made by a newer version of zongheng (migration {found}, this program knows up to {known}); run that version or a later one"
    )]
    Newer { found: i64, known: i64 },
    #[error(
        "the database is not migrated ({found} of {known}); `zongheng serve` of this version brings it up to date"
    )]
    Older { found: i64, known: i64 },
    #[error(
        "the database speaks {0}; create it with: create database zongheng encoding 'UTF8' template template0"
    )]
    Encoding(String),
    /// Lists, cursors and seals count on texts being compared byte by byte.
    #[error(
        "the database sorts texts by a language in {0}; mend each with: alter table TABLE alter column COLUMN type text collate \"C\""
    )]
    Order(String),
    #[error("there is no county {0} in this database")]
    NoCounty(String),
    #[error("there is already a county {0} in this database")]
    CountyExists(String),
    #[error(
        "{kind} {id} version {version} is already known with other content; give it a new version"
    )]
    ConfigChanged { kind: String, id: String, version: String },
    #[error(
        "the county's configuration changed while this was checked, so nothing was recorded; look at what \
         stands now and do it again"
    )]
    Moved,
    #[error("a rebuild was begun after this one and does what is left to do")]
    Overtaken,
    #[error("\"{0}\" is no place in this list; take `next` of the page before")]
    Cursor(String),
    /// The rules failed on a command. It is logged, and the others of its batch are recorded.
    #[error("the command could not be decided; it was not recorded")]
    Panicked,
    #[error("too much is waiting; try again in a moment")]
    Busy,
    #[error("the server is going down")]
    Closed,
    /// Nothing of it was recorded, and what stands can be read.
    #[error("the disk of the database is full; nothing is recorded until there is room again")]
    Full,
    /// Cut off, restarting, too slow, or its disk fails. Whether what was sent stands is not known: sent
    /// again under its key it is done once.
    #[error("the database does not answer: {0}")]
    Away(String),
    #[error("the county's time stands at {last}, this machine's clock shows {now}: {}", mended(*doubt))]
    Clock { doubt: Doubt, last: At, now: At },
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    #[error(transparent)]
    Backup(#[from] crate::backup::BackupError),
    /// A row that cannot be what this program wrote.
    #[error("table {table}, row {row}: {what}")]
    Inconsistent { table: &'static str, row: String, what: String },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("the database answered: {0}")]
    Database(sqlx::Error),
    #[error("a migration failed: {0}")]
    Migration(sqlx::migrate::MigrateError),
}

/// What makes a doubted clock believed again.
const fn mended(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Lost => {
            "it has lost its time; set it (timedatectl), and recording goes on within a minute"
        }
        Doubt::Back => {
            "set it right (timedatectl), and recording goes on within a minute; if the county's time is what is \
             wrong, confirm the clock (`zongheng runner accept-clock`)"
        }
        Doubt::Jumped | Doubt::Late => {
            "until an administrator has looked and confirmed it (`zongheng runner accept-clock`, or `zongheng serve \
             --accept-clock` at the start) nothing is recorded"
        }
    }
}

impl StoreError {
    pub(crate) fn inconsistent(
        table: &'static str,
        row: impl fmt::Display,
        what: impl fmt::Display,
    ) -> Self {
        Self::Inconsistent { table, row: row.to_string(), what: what.to_string() }
    }

    /// The same for the next one whom it meets.
    pub(crate) fn again(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Busy => Self::Busy,
            Self::Clock { doubt, last, now } => {
                Self::Clock { doubt: *doubt, last: *last, now: *now }
            }
            other => Self::Away(other.to_string()),
        }
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::Database(told) => match dialect::trouble(&told.code().unwrap_or_default()) {
                Some(Trouble::Full) => Self::Full,
                Some(Trouble::Busy) => Self::Busy,
                Some(Trouble::Away) => Self::Away(error.to_string()),
                None => Self::Database(error),
            },
            E::PoolClosed => Self::Closed,
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::WorkerCrashed | E::BeginFailed => {
                Self::Away(error.to_string())
            }
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::Error as E;
        use sqlx::migrate::MigrateError as M;
        let full = match &error {
            M::Execute(E::Database(told)) | M::ExecuteMigration(E::Database(told), _) => {
                dialect::trouble(&told.code().unwrap_or_default()) == Some(Trouble::Full)
            }
            _ => false,
        };
        // Nothing is wrong with the migration then.
        if full { Self::Full } else { Self::Migration(error) }
    }
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;
