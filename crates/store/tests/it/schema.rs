//! The two sets of migrations make the same tables.

use std::collections::BTreeSet;
use std::path::Path;

use zongheng_core::rules::Discretion;

use crate::support::{Fixture, on_both};

on_both! {
    no_text_column_sorts_by_a_language
    no_sort_key_is_null
    acts_and_seals_are_guarded
    the_index_of_discretion_holds_the_kinds_that_are_asked_for
}

/// A column of SQLite that numbers rows has to be called `integer`; the index of words is each database's own.
const COLUMNS_SQLITE: &str = "select m.name || '.' || p.name || ' ' || replace(lower(p.type), 'integer', 'bigint') || ' ' || \
    case when p.\"notnull\" = 1 then 'not null' else 'null' end \
    from sqlite_master m, pragma_table_info(m.name) p where m.type = 'table' \
    and m.name not like 'sqlite%' and m.name not like '_sqlx%' and m.name not like 'search_index%'";
const COLUMNS_POSTGRES: &str = "select table_name || '.' || column_name || ' ' || data_type || ' ' || \
    case when is_nullable = 'NO' then 'not null' else 'null' end from information_schema.columns \
    where table_schema = current_schema() and table_name not like '\\_sqlx%' and table_name <> 'search_index'";

#[test]
fn migrations_have_the_same_names_on_both() {
    let names = |folder: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        let files = std::fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

#[tokio::test]
async fn tables_have_the_same_columns_on_both() {
    let Some(postgres) = Fixture::postgres().await else { return };
    let sorted = async |db: &Fixture, sql| {
        let columns: BTreeSet<String> = db.ask(sql).await.into_iter().collect();
        columns
    };
    let sqlite = sorted(&Fixture::sqlite().await, COLUMNS_SQLITE).await;
    assert_eq!(sqlite, sorted(&postgres, COLUMNS_POSTGRES).await);
    assert!(sqlite.contains("act.hash text not null"), "{sqlite:?}");
}

async fn no_text_column_sorts_by_a_language(db: Fixture) {
    if db.is_sqlite() {
        let declared = db.ask("select lower(sql) from sqlite_master where sql is not null").await;
        assert!(declared.iter().all(|sql| !sql.contains("collate")), "binary is the default");
    } else {
        let others = "select table_name || '.' || column_name from information_schema.columns \
            where table_schema = current_schema() and table_name not like '\\_sqlx%' \
            and data_type = 'text' and coalesce(collation_name, '') <> 'C'";
        assert_eq!(db.ask(others).await, [""; 0]);
    }
}

async fn no_sort_key_is_null(db: Fixture) {
    let nullable = if db.is_sqlite() {
        "select m.name || '.' || p.name from sqlite_master m, pragma_index_list(m.name) i, \
         pragma_index_info(i.name) c, pragma_table_info(m.name) p \
         where m.type = 'table' and m.name not like '_sqlx%' and p.name = c.name and p.\"notnull\" = 0"
    } else {
        "select c.relname || '.' || a.attname from pg_index i join pg_class c on c.oid = i.indrelid \
         join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey) \
         where c.relnamespace = current_schema()::regnamespace and not a.attnotnull"
    };
    assert_eq!(db.ask(nullable).await, [""; 0]);
}

async fn the_index_of_discretion_holds_the_kinds_that_are_asked_for(db: Fixture) {
    let sql = if db.is_sqlite() {
        "select sql from sqlite_master where name = 'act_discretion'"
    } else {
        "select indexdef from pg_indexes where schemaname = current_schema() \
         and indexname = 'act_discretion'"
    };
    let made = db.ask(sql).await.concat();
    let held: Vec<&str> = made.split('\'').skip(1).step_by(2).collect();
    assert_eq!(held, Discretion::KINDS, "{made}");
}

async fn acts_and_seals_are_guarded(db: Fixture) {
    crate::ledger::three_acts(&db).await;
    db.store.seal(&crate::support::county(), crate::support::morning()).await.unwrap();
    for attempt in [
        "update act set body = '{}' where seq = 1",
        "delete from act",
        "update seal set count = 0",
        "delete from seal",
    ] {
        let refused = db.sql(attempt).await.unwrap_err().to_string();
        assert!(refused.contains("never") || refused.contains("only ever"), "{attempt}: {refused}");
    }
    if !db.is_sqlite() {
        assert!(db.sql("truncate act").await.is_err());
    }
}
