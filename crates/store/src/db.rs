//! The two databases behind one type, and the macros by which one text of SQL runs on either.

use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::dialect::{self, Trouble};
use crate::error::Result;

/// The pools. SQLite has one writing connection beside its readers; PostgreSQL one pool for both.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

/// A connection for questions, each statement for itself.
pub(crate) enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A transaction; dropped without [`Tx::commit`] it is rolled back.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Where a statement runs: a borrowed connection of either kind.
pub(crate) enum On<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// Whoever writes holds the county's head. A server that is cut off in the middle, of which PostgreSQL
/// hears nothing, would hold it for hours: so the database itself lets go of it.
const BEGIN: &str = "begin; set local idle_in_transaction_session_timeout = '5s'; \
    set local lock_timeout = '8s'; set local statement_timeout = '9s'";

/// How long a writer of SQLite waits for another process.
pub(crate) const BUSY: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(1);

impl Db {
    pub(crate) async fn reader(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { read, .. } => Conn::Sqlite(read.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction that writes; on SQLite it has the write lock from its first moment.
    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(immediately(write).await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with(BEGIN).await?),
        })
    }

    /// Many questions on one unmoving state of the database.
    pub(crate) async fn snapshot(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("begin isolation level repeatable read read only").await?,
            ),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

/// Waits for another process that writes. SQLite itself looks again after ever longer rests, and misses the moments in
/// which one that writes on and on lets go.
async fn immediately(write: &SqlitePool) -> Result<Transaction<'static, Sqlite>> {
    let patience = BUSY.as_millis();
    // The last of them is not come to where the lock is another's: then the next try sets both anew.
    let at_once =
        format!("pragma busy_timeout = 0; begin immediate; pragma busy_timeout = {patience}");
    let until = Instant::now() + BUSY;
    loop {
        match write.begin_with(sqlx::AssertSqlSafe(at_once.clone())).await {
            Err(sqlx::Error::Database(told))
                if dialect::trouble(&told.code().unwrap_or_default()) == Some(Trouble::Busy)
                    && Instant::now() < until =>
            {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            begun => return Ok(begun?),
        }
    }
}

impl On<'_> {
    /// The same connection for one more statement.
    pub(crate) fn again(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(c) => On::Sqlite(c),
            Self::Postgres(c) => On::Postgres(c),
        }
    }
}

impl Conn {
    pub(crate) fn on(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(c) => On::Sqlite(c),
            Self::Postgres(c) => On::Postgres(c),
        }
    }
}

impl Tx {
    pub(crate) fn on(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(t) => On::Sqlite(t),
            Self::Postgres(t) => On::Postgres(t),
        }
    }

    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(t) => t.commit().await?,
            Self::Postgres(t) => t.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(t) => t.rollback().await?,
            Self::Postgres(t) => t.rollback().await?,
        }
        Ok(())
    }
}

/// A value to be bound, of one of the two kinds of column there are.
pub(crate) enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

/// Runs a text with as many values as it asks for; says how many rows it touched.
pub(crate) async fn run_with(
    on: On<'_>,
    sql: &str,
    cells: impl IntoIterator<Item = Cell>,
) -> Result<u64> {
    macro_rules! bound {
        ($query:expr, $c:expr) => {{
            let bound = cells.into_iter().fold($query, |query, cell| match cell {
                Cell::Text(text) => query.bind(text),
                Cell::Number(n) => query.bind(n),
            });
            bound.execute($c).await?.rows_affected()
        }};
    }
    Ok(match on {
        On::Sqlite(c) => bound!(sqlx::query(crate::dialect::sqlite(sql)), c),
        On::Postgres(c) => bound!(sqlx::query(crate::dialect::postgres(sql)), c),
    })
}

/// Runs one text on whichever database `$on` is: `rows!(tx.on(), Row, "select …", a, b)`.
/// The text is rewritten by the dialect first, so that `{each 1}` and its like may stand in it.
macro_rules! on_either {
    ($on:expr, $sql:expr, [$($bind:expr),*], |$query:ident, $c:ident| $run:expr, $make:ident $(::<_, $row:ty>)?) => {
        match $on {
            $crate::db::On::Sqlite($c) => {
                let $query = sqlx::$make$(::<_, $row>)?($crate::dialect::sqlite($sql))$(.bind($bind))*;
                $run
            }
            $crate::db::On::Postgres($c) => {
                let $query = sqlx::$make$(::<_, $row>)?($crate::dialect::postgres($sql))$(.bind($bind))*;
                $run
            }
        }
    };
}

/// All rows of a question, each a tuple or a struct that derives `FromRow`.
macro_rules! rows {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_either!($on, $sql, [$($bind),*], |q, c| q.fetch_all(c).await, query_as::<_, $row>)
            .map_err($crate::error::StoreError::from)
    };
}

/// The one row, or none.
macro_rules! row {
    ($on:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_either!($on, $sql, [$($bind),*], |q, c| q.fetch_optional(c).await, query_as::<_, $row>)
            .map_err($crate::error::StoreError::from)
    };
}

/// A statement that changes something; says how many rows it touched.
macro_rules! run {
    ($on:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_either!(
            $on, $sql, [$($bind),*], |q, c| q.execute(c).await.map(|done| done.rows_affected()), query
        )
        .map_err($crate::error::StoreError::from)
    };
}

/// A statement that changes something, as a transaction of its own: how many rows it touched.
macro_rules! change {
    ($store:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let mut tx = $store.db().begin().await?;
        let touched = $crate::db::run!(tx.on(), $sql $(, $bind)*)?;
        tx.commit().await?;
        touched
    }};
}

pub(crate) use {change, on_either, row, rows, run};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::{Options, Store};

    /// Two processes on one file are two stores: the second begins once the first lets go.
    #[tokio::test]
    async fn a_writer_waits_for_another_process() {
        let file = std::env::temp_dir().join(format!("zongheng-turns-{}.db", uuid::Uuid::now_v7()));
        let address = format!("sqlite:{}", file.display());
        let one = Store::open(&address, &Options::default()).await.unwrap();
        let other = Store::open(&address, &Options::default()).await.unwrap();
        let held = one.db().begin().await.unwrap();
        let mut waiting = std::pin::pin!(other.db().begin());
        for _ in 0..3 {
            let looked = tokio::time::timeout(2 * LOOK_AGAIN, &mut waiting).await;
            assert!(looked.is_err(), "the lock is the other's");
        }
        held.commit().await.unwrap();
        let begun = waiting.await.unwrap();
        begun.commit().await.unwrap();
        one.close().await;
        other.close().await;
        drop(std::fs::remove_file(file));
    }
}
