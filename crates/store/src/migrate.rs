//! Bringing a database up to this program's version: a copy first, then the migrations.
//!
//! A migration whose name begins with `expand` only adds what the program before does not ask for, so
//! that program may still open the database: servers are replaced one after the other, and a step back
//! loses nothing. Any other is refused by it.

use std::path::{Path, PathBuf};

use sqlx::migrate::Migrator;

use crate::backup::BackupError;
use crate::db::{Conn, Db, On, row, rows, run};
use crate::dialect;
use crate::error::{Result, StoreError};
use crate::open::make_file;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// Copies of before a migration that are kept.
const COPIES: usize = 2;

pub(crate) fn migrator(db: &Db) -> &'static Migrator {
    if db.is_postgres() { &POSTGRES } else { &SQLITE }
}

/// The last migration that this program knows.
pub(crate) fn known(db: &Db) -> i64 {
    migrator(db).iter().map(|m| m.version).max().unwrap_or(0)
}

/// Migrates where that is wanted, up to this program's version or to an older one where a restore asks for it;
/// `file` is the one of a SQLite database.
pub(crate) async fn migrate(
    db: &Db,
    file: Option<&Path>,
    wanted: bool,
    to: Option<i64>,
) -> Result<()> {
    let known = known(db);
    let to = to.unwrap_or(known).min(known);
    let found = found_version(db).await?;
    if found > known {
        return expanded(db, known).await.then_some(()).ok_or(StoreError::Newer { found, known });
    }
    let first = migrator(db).iter().map(|m| m.version).filter(|v| *v > found && *v <= to).min();
    let Some(first) = first else { return Ok(()) };
    if !wanted {
        return Err(StoreError::Older { found, known });
    }
    if let (Some(file), true) = (file, found > 0) {
        copy_first(db, file, first).await?;
    }
    match db {
        Db::Sqlite { write, .. } => migrator(db).run_to(to, write).await?,
        Db::Postgres(pool) => migrator(db).run_to(to, pool).await?,
    }
    if found > 0 {
        tracing::info!(from = found, to, "the database was brought up to this version");
    }
    Ok(())
}

/// Whether all that came after this program only added to what it knows.
async fn expanded(db: &Db, known: i64) -> bool {
    let later = async {
        let mut conn = db.reader().await?;
        rows!(
            conn.on(),
            (String,),
            "select description from _sqlx_migrations where version > $1",
            known
        )
    };
    let later = later.await.unwrap_or_default();
    !later.is_empty() && later.iter().all(|(name,)| name.starts_with("expand "))
}

/// Writes `FILE.before-0006` beside the file: the database as it stood, whole, before migration 6. One that is there
/// stays, for a start that fails is tried again and again; but not where people have worked on since.
async fn copy_first(db: &Db, file: &Path, first: i64) -> Result<()> {
    let copy = beside(file, &format!("before-{first:04}"));
    if !copy.exists() || worked_on(db, &copy).await? {
        let part = beside(file, "before.part");
        let failed = StoreError::file(&part);
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        let Db::Sqlite { write, .. } = db else { return Ok(()) };
        // The copy holds what the file holds, and is read by nobody else.
        make_file(&part)?;
        let mut conn = write.acquire().await?;
        run!(On::Sqlite(&mut conn), "vacuum into $1", part.display().to_string())?;
        std::fs::File::open(&part)
            .and_then(|whole| whole.sync_all())
            .and_then(|()| std::fs::rename(&part, &copy))
            .map_err(StoreError::file(&copy))?;
        tracing::info!(copy = %copy.display(), "a copy of the database stands beside it, of before the migration");
    }
    keep_the_last(file);
    Ok(())
}

/// Whether the county's time went on after the copy was made, by the old program.
async fn worked_on(db: &Db, copy: &Path) -> Result<bool> {
    let failed = StoreError::file(copy);
    let made = std::fs::metadata(copy).and_then(|known| known.modified()).map_err(failed)?;
    let made = made.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let Db::Sqlite { write, .. } = db else { return Ok(false) };
    let mut conn = write.acquire().await?;
    let one = "select max(max(last_at, ticked_to)) from county";
    let last = row!(On::Sqlite(&mut conn), (Option<i64>,), one)?.and_then(|(last,)| last);
    Ok(last.and_then(|last| u64::try_from(last).ok()).is_some_and(|last| last > made))
}

/// Removes all but the last copies; one that cannot be removed is told and left.
fn keep_the_last(file: &Path) {
    let name = file.file_name().map(|name| format!("{}.before-", name.to_string_lossy()));
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (Some(name), Ok(entries)) = (name, std::fs::read_dir(folder)) else { return };
    let mut copies: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(&name)))
        .collect();
    // Their numbers have four digits, so that names sort as numbers do.
    copies.sort();
    let many = copies.len().saturating_sub(COPIES);
    for old in copies.drain(..many) {
        match std::fs::remove_file(&old) {
            Ok(()) => tracing::info!(copy = %old.display(), "an older copy was removed"),
            Err(error) => tracing::warn!(copy = %old.display(), %error, "an older copy stays"),
        }
    }
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    PathBuf::from(name)
}

/// Refuses what is left of a restore into older tables that was cut off.
pub(crate) async fn must_be_whole(db: &Db) -> Result<()> {
    let left = row!(db.reader().await?.on(), (i64,), &dialect::restoring(db))?;
    if left.is_some_and(|(n,)| n > 0) { Err(BackupError::CutOff.into()) } else { Ok(()) }
}

/// The last migration that this database has seen; 0 for an empty one.
async fn found_version(db: &Db) -> Result<i64> {
    // The writer of SQLite: the readers may not make the file of an empty database.
    let mut conn = match db {
        Db::Sqlite { write, .. } => Conn::Sqlite(write.acquire().await?),
        Db::Postgres(_) => db.reader().await?,
    };
    let tables = row!(conn.on(), (i64,), dialect::migration_tables(db))?;
    if tables.is_none_or(|(n,)| n == 0) {
        return Ok(0);
    }
    version(conn.on()).await
}

/// The last migration of a database that has its tables.
pub(crate) async fn version(on: On<'_>) -> Result<i64> {
    let last = row!(on, (Option<i64>,), "select max(version) from _sqlx_migrations")?;
    Ok(last.and_then(|(n,)| n).unwrap_or(0))
}
