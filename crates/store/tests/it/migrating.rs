//! Each migration on the data of the one before: tables as an earlier program had them, with the rows of a county at
//! work put into their columns, opened by this one. The bodies of its acts are of today.

use std::path::Path;
use std::time::{Duration, SystemTime};

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use uuid::Uuid;
use zongheng_store::{NewAccount, Options, Store, StoreError};

use crate::support::town::{all_accepted, furnish, life, report, user};
use crate::support::{Fixture, county, morning, on_both, options};

on_both! {
    each_migration_keeps_what_the_one_before_held
    what_only_adds_may_be_opened_by_the_program_before
}

fn migrations(postgres: bool) -> &'static Path {
    Path::new(if postgres { "migrations/postgres" } else { "migrations/sqlite" })
}

async fn versions(postgres: bool) -> Vec<i64> {
    let all = Migrator::new(migrations(postgres)).await.unwrap();
    all.iter().map(|migration| migration.version).collect()
}

fn grouped(names: &[String]) -> Vec<(String, Vec<String>)> {
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    for (table, column) in names.iter().filter_map(|name| name.split_once('.')) {
        match tables.last_mut() {
            Some((last, columns)) if last == table => columns.push(column.to_owned()),
            _ => tables.push((table.to_owned(), vec![column.to_owned()])),
        }
    }
    tables
}

/// A database that knows the migrations up to `version` and holds what `full` holds, but for what is searched, which a
/// server makes anew of the rest.
async fn as_it_was(full: &Fixture, version: i64) -> (String, Vec<(String, Vec<String>)>) {
    let all = Migrator::new(migrations(!full.is_sqlite())).await.unwrap();
    if full.is_sqlite() {
        let path = full.folder.join(format!("was-{version}.db"));
        let url = format!("sqlite:{}", path.display());
        let mut old = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
        all.run_to(version, &mut old).await.unwrap();
        let source = full.url.strip_prefix("sqlite:").unwrap();
        old.execute(AssertSqlSafe(format!("attach '{source}' as full"))).await.unwrap();
        let known = columns_of(
            &mut old,
            "select m.name || '.' || p.name from main.sqlite_master m, \
            pragma_table_info(m.name, 'main') p where m.type = 'table' \
            and m.name not like '\\_sqlx%' escape '\\' and m.name not like 'sqlite%' \
            and m.name not like 'search%' order by 1",
        )
        .await;
        for (table, columns) in &known {
            let columns = columns.join(", ");
            let sql =
                format!("insert into main.{table} ({columns}) select {columns} from full.{table}");
            old.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        return (url, known);
    }
    let (cluster, schema) = full.url.split_once("?options[search_path]=").unwrap();
    let was = format!("w{}", Uuid::now_v7().simple());
    let url = format!("{cluster}?options[search_path]={was}");
    let mut old = PgConnection::connect(&url).await.unwrap();
    old.execute(AssertSqlSafe(format!("create schema {was}"))).await.unwrap();
    all.run_to(version, &mut old).await.unwrap();
    let sql = "select table_name || '.' || column_name from information_schema.columns \
        where table_schema = current_schema() and table_name not like '\\_sqlx%' \
        and table_name not like 'search%' order by 1";
    let names: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut old).await.unwrap();
    let known = grouped(&names.into_iter().map(|(name,)| name).collect::<Vec<_>>());
    for (table, columns) in &known {
        let columns = columns.join(", ");
        let sql = format!("insert into {table} ({columns}) select {columns} from {schema}.{table}");
        old.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    (url, known)
}

async fn columns_of(on: &mut SqliteConnection, sql: &'static str) -> Vec<(String, Vec<String>)> {
    let names: Vec<(String,)> = sqlx::query_as(sql).fetch_all(on).await.unwrap();
    grouped(&names.into_iter().map(|(name,)| name).collect::<Vec<_>>())
}

/// Every row of the tables, by these columns alone.
async fn rows(db: &Fixture, tables: &[(String, Vec<String>)]) -> Vec<Vec<String>> {
    let array = if db.is_sqlite() { "json_array" } else { "json_build_array" };
    let mut all = Vec::new();
    for (table, columns) in tables {
        let columns = columns.join(", ");
        let sql = format!(
            "select '{table} ' || cast({array}({columns}) as text) from {table} order by 1"
        );
        all.push(db.ask(&sql).await);
    }
    all
}

/// A matter from its report to its close, on the n-th day.
async fn lived(db: &Fixture, n: u128) {
    let day = morning().plus_seconds(86_400 * i64::try_from(n).unwrap());
    all_accepted(db, vec![report(n, day)]).await;
    all_accepted(db, life(n, day.plus_seconds(3600))).await;
}

async fn at_work(db: &Fixture) {
    furnish(db).await;
    for n in 1..=3 {
        lived(db, n).await;
    }
    let account = NewAccount {
        id: user("desk"),
        login: "desk".to_owned(),
        password: "$argon2id$".to_owned(),
        must_change: false,
    };
    db.store.create_account(&county(), &account, morning()).await.unwrap();
    let ends = morning().plus_seconds(600);
    db.store.open_session(&county(), "cookie", account.id, None, morning(), ends).await.unwrap();
    db.store.create_token(&county(), "token", account.id, None, "t", morning()).await.unwrap();
    db.store.seal(&county(), morning().plus_seconds(5 * 86_400)).await.unwrap();
}

async fn each_migration_keeps_what_the_one_before_held(db: Fixture) {
    at_work(&db).await;
    let versions = versions(!db.is_sqlite()).await;
    // The tables of the register are there from the second on; before it there was no county at work.
    for before in &versions[1..versions.len() - 1] {
        let (url, known) = as_it_was(&db, *before).await;
        let older = Options { migrate: false, ..options(&[1; 32]) };
        let refused = Store::open(&url, &older).await.err().unwrap();
        assert!(
            matches!(refused, StoreError::Older { found, .. } if found == *before),
            "{refused}"
        );

        let store = Store::open(&url, &options(&[1; 32])).await.unwrap();
        let was = Fixture { url, folder: db.folder.join("none"), store };
        assert_eq!(rows(&was, &known).await, rows(&db, &known).await, "after {before}");
        let checked = was.store.check(&county()).await.unwrap();
        assert!(checked.holds(), "after {before}: {checked}");
        let session = was.store.session(&county(), "cookie", morning()).await.unwrap();
        let kept = known.iter().any(|(table, _)| table == "session");
        assert_eq!(session.is_some(), kept, "who was signed in stays so");
        // Work goes on.
        lived(&was, 9).await;
    }
    assert!(versions.len() > 2, "{versions:?}");
}

async fn what_only_adds_may_be_opened_by_the_program_before(db: Fixture) {
    let blank = if db.is_sqlite() { "x''" } else { "''" };
    let later = async |version: i64, name: &str| {
        db.sql(&format!(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
             values ({version}, '{name}', true, {blank}, 0)"
        ))
        .await
        .unwrap();
    };
    later(9001, "expand names of posts").await;
    let store = Store::open(&db.url, &options(&[1; 32])).await.unwrap();
    assert_eq!(store.facts(false).await.unwrap().migration.0, 9001);
    later(9002, "contract names of posts").await;
    let refused = Store::open(&db.url, &options(&[1; 32])).await.err().unwrap();
    assert!(matches!(refused, StoreError::Newer { found: 9002, .. }), "{refused}");
}

#[tokio::test]
async fn a_copy_of_before_stands_beside_and_the_last_two_are_kept() {
    let db = Fixture::sqlite().await;
    at_work(&db).await;
    let acts = db.store.head(&county()).await.unwrap().pos;
    let (url, _) = as_it_was(&db, 4).await;
    let file = url.strip_prefix("sqlite:").unwrap().to_owned();
    for old in ["before-0001", "before-0002", "before-0003", "before.part"] {
        std::fs::write(format!("{file}.{old}"), "older").unwrap();
    }
    Store::open(&url, &options(&[1; 32])).await.unwrap().close().await;
    let mut beside: Vec<String> = std::fs::read_dir(&db.folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("before"))
        .collect();
    beside.sort();
    assert_eq!(beside, ["was-4.db.before-0003", "was-4.db.before-0005"]);
    let kept = std::fs::metadata(format!("{file}.before-0005")).unwrap().permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&kept) & 0o777, 0o600);
    let mut copy = SqliteConnection::connect(&format!("{url}.before-0005")).await.unwrap();
    let (version, kept): (i64, i64) =
        sqlx::query_as("select max(version), (select count(*) from act) from _sqlx_migrations")
            .fetch_one(&mut copy)
            .await
            .unwrap();
    assert_eq!((version, kept), (4, acts));
    // Back to it: the file put in place of the migrated one is migrated again, whole.
    drop(copy);
    std::fs::rename(format!("{file}.before-0005"), &file).unwrap();
    let back = Store::open(&url, &options(&[1; 32])).await.unwrap();
    assert!(back.check(&county()).await.unwrap().holds());
    // Nothing to do, nothing is copied.
    let before = Path::new(&file).with_extension("db.before-0005");
    std::fs::remove_file(&before).unwrap();
    Store::open(&url, &options(&[1; 32])).await.unwrap();
    assert!(!before.exists());
}

/// A start that fails is tried again every few seconds: that makes no copy after copy. Where the old program was used
/// in between, the copy of the first try would lose what was done by it.
#[tokio::test]
async fn the_copy_of_an_earlier_try_gives_way_where_people_worked_on() {
    let db = Fixture::sqlite().await;
    at_work(&db).await;
    let last = db.store.head(&county()).await.unwrap().last_at().seconds();
    for (version, made, stays) in [(3, last + 1, true), (4, last - 1, false)] {
        let (url, _) = as_it_was(&db, version).await;
        let file = url.strip_prefix("sqlite:").unwrap();
        let copy = format!("{file}.before-{:04}", version + 1);
        std::fs::write(&copy, "of the first try").unwrap();
        let made = Duration::from_secs(u64::try_from(made).unwrap());
        let handle = std::fs::File::options().write(true).open(&copy).unwrap();
        handle.set_modified(SystemTime::UNIX_EPOCH + made).unwrap();
        Store::open(&url, &options(&[1; 32])).await.unwrap().close().await;
        assert_eq!(std::fs::read(&copy).unwrap() == b"of the first try", stays, "{version}");
    }
}

/// A cluster of a distribution sorts by a language: that may change nothing here.
#[tokio::test]
async fn a_postgres_database_that_sorts_by_a_language_still_lists_byte_by_byte() {
    let Some(db) = Fixture::postgres().await else { return };
    let name = format!("lang{}", Uuid::now_v7().simple());
    let made = format!(
        "create database {name} encoding 'UTF8' template template0 \
         locale_provider icu icu_locale 'zh-Hans-CN' locale 'C.UTF-8'"
    );
    db.sql(&made).await.unwrap();
    let (server, _) = db.url.rsplit_once('/').unwrap();
    let store = Store::open(&format!("{server}/{name}"), &options(&[1; 32])).await.unwrap();
    store.create_county(&county(), morning(), false).await.unwrap();
    let logins = ["Zb", "a-1", "aB", "a_1", "ab", "b.c"];
    for (n, login) in logins.iter().rev().enumerate() {
        let account = NewAccount {
            id: user(&n.to_string()),
            login: (*login).to_owned(),
            password: String::new(),
            must_change: false,
        };
        store.create_account(&county(), &account, morning()).await.unwrap();
    }
    let listed = store.accounts(&county()).await.unwrap();
    let listed: Vec<&str> = listed.iter().map(|account| account.login.as_str()).collect();
    assert_eq!(listed, logins);
    let mut sorted = logins;
    sorted.sort_unstable();
    assert_eq!(listed, sorted);
}
