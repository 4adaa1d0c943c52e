//! What every test stands on: an empty database of either kind, and names for what is in it.

pub(crate) mod dice;
pub(crate) mod town;

use std::path::PathBuf;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use uuid::Uuid;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Options, RingPlace, Store};

/// Writes each test once for each database: `on_both! { name … }` beside `async fn name(db: Fixture)`.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name($crate::support::Fixture::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(db) = $crate::support::Fixture::postgres().await {
                    super::$name(db).await;
                }
            })*
        }
    };
}
pub(crate) use on_both;

/// A database of its own for one test, with a folder for what stands beside it.
pub(crate) struct Fixture {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
    pub(crate) store: Store,
}

pub(crate) fn county() -> DivisionCode {
    DivisionCode::from("411524000000")
}

pub(crate) fn at(text: &str) -> At {
    text.parse().unwrap()
}

/// Thursday 14 April 2022, 08:40.
pub(crate) fn morning() -> At {
    at("2022-04-14T08:40:00+08:00")
}

pub(crate) fn options(ring: &[u8; 32]) -> Options {
    Options { ring: RingPlace::Seeded(*ring), ..Options::default() }
}

impl Fixture {
    pub(crate) async fn sqlite() -> Self {
        let folder = folder();
        let url = format!("sqlite:{}", folder.join("county.db").display());
        Self::open(url, folder).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self::in_cluster(crate::postgres::cluster()?).await)
    }

    /// In a schema of its own.
    pub(crate) async fn in_cluster(cluster: &str) -> Self {
        Self::open(Self::empty_in(cluster).await, folder()).await
    }

    /// The address of a schema without a table, in the tests' cluster.
    pub(crate) async fn empty_postgres() -> Option<String> {
        Some(Self::empty_in(crate::postgres::cluster()?).await)
    }

    async fn empty_in(cluster: &str) -> String {
        let schema = format!("t{}", Uuid::now_v7().simple());
        let mut connection = PgConnection::connect(cluster).await.unwrap();
        connection.execute(AssertSqlSafe(format!("create schema {schema}"))).await.unwrap();
        format!("{cluster}?options[search_path]={schema}")
    }

    async fn open(url: String, folder: PathBuf) -> Self {
        let store = Store::open(&url, &options(&[1; 32])).await.unwrap();
        store.create_county(&county(), morning(), false).await.unwrap();
        Self { url, folder, store }
    }

    /// Another server on the same database.
    pub(crate) async fn another(&self) -> Store {
        Store::open(&self.url, &options(&[1; 32])).await.unwrap()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.store.kind() == "sqlite"
    }

    /// Runs SQL past the store, as somebody with the database's password could.
    pub(crate) async fn sql(&self, sql: &str) -> Result<(), sqlx::Error> {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let mut connection = SqliteConnection::connect(path).await?;
            connection.execute(AssertSqlSafe(sql.to_owned())).await?;
        } else {
            let mut connection = PgConnection::connect(&self.url).await?;
            connection.execute(AssertSqlSafe(sql.to_owned())).await?;
        }
        Ok(())
    }

    /// The rows of a question, each its columns as text with `|` between.
    pub(crate) async fn ask(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let mut connection = SqliteConnection::connect(path).await.unwrap();
            let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
            rows.iter().map(|row| row.get::<String, _>(0)).collect()
        } else {
            let mut connection = PgConnection::connect(&self.url).await.unwrap();
            let rows = sqlx::query(sql).fetch_all(&mut connection).await.unwrap();
            rows.iter().map(|row| row.get::<String, _>(0)).collect()
        }
    }

    /// Takes the guards off the acts, as a forger would.
    pub(crate) async fn unguard(&self) {
        let sql = if self.is_sqlite() {
            "drop trigger act_update; drop trigger act_delete"
        } else {
            "drop trigger act_guard on act"
        };
        self.sql(sql).await.unwrap();
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // Best effort: a test that failed may still hold files here.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Chains, seals and projections all hold.
pub(crate) async fn sound(store: &Store) {
    store.verify_ledger(&county(), None).await.unwrap().expect("the ledger holds");
    let checked = store.check(&county()).await.unwrap();
    assert!(checked.holds(), "{:#?}", checked.differences);
}

pub(crate) fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("zongheng-store-{}", Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
