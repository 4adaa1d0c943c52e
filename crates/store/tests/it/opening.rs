//! Opening: what is refused, and with which words.

use zongheng_store::vault::{Ring, VaultState};
use zongheng_store::{Options, RingPlace, Store, StoreError};

use crate::support::{Fixture, county, morning, on_both, options};

on_both! {
    opens_again_with_what_was_there
    a_newer_database_is_refused
    a_wrong_or_missing_ring_shuts_the_vault_alone
    a_county_is_made_once
}

async fn error(url: &str, options: &Options) -> String {
    Store::open(url, options).await.err().expect("this must not open").to_string()
}

async fn opens_again_with_what_was_there(db: Fixture) {
    let again = Store::open(&db.url, &options(&[1; 32])).await.unwrap();
    assert_eq!(again.counties().await.unwrap(), [county()]);
    let head = again.head(&county()).await.unwrap();
    assert_eq!((head.pos, head.no_year, head.no_next, head.last_at()), (0, 2022, 1, morning()));
    assert_eq!(again.vault().state(), VaultState::Open);
    again.ready().await.unwrap();
}

async fn a_newer_database_is_refused(db: Fixture) {
    let blob = if db.is_sqlite() { "x''" } else { "''" };
    db.sql(&format!(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
         values (9999, 'from a later year', true, {blob}, 0)"
    ))
    .await
    .unwrap();
    let said = error(&db.url, &options(&[1; 32])).await;
    assert!(said.contains("newer version") && said.contains("9999"), "{said}");
}

async fn a_wrong_or_missing_ring_shuts_the_vault_alone(db: Fixture) {
    for (place, state) in [
        (RingPlace::Seeded([2; 32]), VaultState::Wrong),
        (RingPlace::None, VaultState::Missing),
        (RingPlace::File(db.folder.join("nowhere.json")), VaultState::Missing),
    ] {
        let store =
            Store::open(&db.url, &Options { ring: place, ..Options::default() }).await.unwrap();
        assert_eq!(store.vault().state(), state);
        assert!(
            store.vault().ring().unwrap_err().to_string().contains("everything but personal data")
        );
        assert_eq!(store.head(&county()).await.unwrap().pos, 0, "all else is served");
    }
    // Edited, it shuts the vault as a missing one does, with the file and what is wrong with it.
    let broken = db.folder.join("ring.json");
    std::fs::write(&broken, "{").unwrap();
    let place = RingPlace::File(broken);
    let store = Store::open(&db.url, &Options { ring: place, ..Options::default() }).await.unwrap();
    let shut = store.vault().shut().unwrap();
    assert_eq!(store.vault().state(), VaultState::Wrong);
    assert!(shut.contains("ring.json") && shut.contains("not a key ring"), "{shut}");
}

async fn a_county_is_made_once(db: Fixture) {
    let again = db.store.create_county(&county(), morning(), false).await;
    assert!(matches!(again, Err(StoreError::CountyExists(_))), "{again:?}");
    let other = zongheng_core::ids::DivisionCode::from("411525000000");
    db.store.create_county(&other, morning(), true).await.unwrap();
    assert_eq!(db.store.head(&other).await.unwrap().simulated, 1);
}

#[tokio::test]
async fn a_second_server_on_one_sqlite_file_is_told_who_holds_it() {
    let db = Fixture::sqlite().await;
    let locked = Options { lock: true, ..options(&[1; 32]) };
    let first = Store::open(&db.url, &locked).await.unwrap();
    let said = error(&db.url, &locked).await;
    assert!(said.contains(&format!("pid {}", std::process::id())), "{said}");
    Store::open(&db.url, &options(&[1; 32])).await.expect("a command beside the server");
    first.close().await;
    drop(first);
    Store::open(&db.url, &locked).await.expect("free again");
}

#[tokio::test]
async fn an_address_of_another_kind_and_an_unmigrated_file_are_refused() {
    let folder = crate::support::folder();
    for address in ["mysql://localhost", "county.db", "sqlite:"] {
        assert!(error(address, &Options::default()).await.contains("no database address"));
    }
    let url = format!("sqlite:{}", folder.join("empty.db").display());
    let said = error(&url, &Options { migrate: false, ..Options::default() }).await;
    assert!(said.contains("not migrated"), "{said}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_postgres_database_in_another_encoding_is_refused() {
    let Some(db) = Fixture::postgres().await else { return };
    let name = format!("latin{}", uuid::Uuid::now_v7().simple());
    db.sql(&format!("create database {name} encoding 'LATIN1' locale 'C' template template0"))
        .await
        .unwrap();
    let (server, _) = db.url.rsplit_once('/').unwrap();
    let said = error(&format!("{server}/{name}"), &Options::default()).await;
    assert!(said.contains("LATIN1") && said.contains("encoding 'UTF8'"), "{said}");
}

#[tokio::test]
async fn a_ring_in_a_file_opens_the_vault_of_the_county_made_with_it() {
    let folder = crate::support::folder();
    let path = folder.join("keys/ring.json");
    Ring::create(&path).unwrap();
    let url = format!("sqlite:{}", folder.join("county.db").display());
    let options = Options { ring: RingPlace::File(path.clone()), ..Options::default() };
    let store = Store::open(&url, &options).await.unwrap();
    store.create_county(&county(), morning(), false).await.unwrap();
    drop(store);
    assert_eq!(Store::open(&url, &options).await.unwrap().vault().state(), VaultState::Open);
    std::fs::remove_file(&path).unwrap();
    Ring::create(&path).unwrap();
    assert_eq!(Store::open(&url, &options).await.unwrap().vault().state(), VaultState::Wrong);
    // Edited, it shuts the vault as a missing one does, with the file and what is wrong with it.
    std::fs::write(&path, "{}").unwrap();
    let store = Store::open(&url, &options).await.unwrap();
    let shut = store.vault().shut().unwrap();
    assert_eq!(store.vault().state(), VaultState::Wrong);
    assert!(shut.contains("ring.json") && shut.contains("missing field"), "{shut}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_postgres_column_made_anew_with_an_order_by_language_is_refused() {
    let Some(db) = Fixture::postgres().await else { return };
    db.sql("alter table matter alter column no type text collate \"default\"").await.unwrap();
    let said = error(&db.url, &options(&[1; 32])).await;
    assert!(said.contains("matter.no") && said.contains("collate \"C\""), "{said}");
}

#[tokio::test]
async fn what_a_database_says_of_itself() {
    let db = Fixture::sqlite().await;
    let facts = db.store.facts(true).await.unwrap();
    assert_eq!(facts.migration.0, facts.migration.1);
    assert_eq!(
        facts.settings,
        [("journal_mode", "wal".to_owned()), ("synchronous", "2".to_owned())]
    );
    assert!(facts.damage.is_empty() && facts.bytes > 0 && facts.collation.is_none());
    let Some(db) = Fixture::postgres().await else { return };
    let facts = db.store.facts(true).await.unwrap();
    let names: Vec<_> = facts.settings.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["fsync", "synchronous_commit", "full_page_writes"]);
    assert!(facts.collation.is_some() && !facts.collation_changed && facts.bytes > 0);
    let [pool] = db.store.pools()[..] else { panic!("one pool") };
    assert!(pool.open >= 1 && pool.most >= pool.open && pool.idle <= pool.open, "{pool:?}");
}
