//! Backup and restore, from each database into each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::thread;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use uuid::Uuid;
use zongheng_core::ids::{ContentId, UserId};
use zongheng_core::ledger::Class;
use zongheng_core::matter::{Command, Facts};
use zongheng_core::ruling::{ContentWord, Ruling, Sealing};
use zongheng_store::backup::{BackedUp, Header, Packed, Restore, Restored};
use zongheng_store::vault::{Looker, Ring};
use zongheng_store::{Config, NewAccount, Options, Result, RingPlace, Store, Wanted, What};

use crate::support::town::*;
use crate::support::{Fixture, county, folder, morning, on_both, options};

on_both! {
    every_table_comes_back_in_the_same_and_in_the_other_database
    what_was_destroyed_after_the_backup_stays_destroyed
    what_comes_while_a_backup_is_made_is_not_in_it
    of_two_backups_to_one_file_one_stands_and_the_other_says_so
    seals_of_another_history_are_written_down_beside_the_ring_too
    a_missing_log_of_erased_entries_is_told
    a_log_of_another_server_s_erasures_is_told_by_what_it_lacks
    what_is_no_whole_backup_of_this_ring_is_refused_and_leaves_nothing
    a_database_that_is_not_empty_is_refused
    a_backup_of_older_tables_is_brought_up_to_date
    an_old_backup_opens_after_the_ring_was_rotated
}

/// What the tests ask of a table: its rows as text, in their order.
async fn rows(url: &str, sql: String) -> Vec<String> {
    let sql = AssertSqlSafe(sql);
    if let Some(path) = url.strip_prefix("sqlite:") {
        let mut connection = SqliteConnection::connect(path).await.unwrap();
        let found = connection.fetch_all(sql).await.unwrap();
        found.iter().map(|row| row.get(0)).collect()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let found = connection.fetch_all(sql).await.unwrap();
        found.iter().map(|row| row.get(0)).collect()
    }
}

/// That two databases hold the same, told by the rows in which they differ.
pub(crate) async fn same(one: &str, other: &str) {
    let (one, other) = (everything(one).await, everything(other).await);
    let missing: Vec<_> = one.difference(&other).collect();
    let new: Vec<_> = other.difference(&one).collect();
    assert!(missing.is_empty() && new.is_empty(), "{missing:#?} became {new:#?}");
}

/// The columns of a database, each after its table.
async fn columns(url: &str) -> Vec<String> {
    let columns = if url.starts_with("sqlite:") {
        "select m.name || '.' || p.name from sqlite_master m, pragma_table_info(m.name) p \
         where m.type = 'table' and m.name not like 'sqlite%' and m.name not like '_sqlx%' \
         and m.name not like 'search_index%'"
    } else {
        "select table_name || '.' || column_name from information_schema.columns \
         where table_schema = current_schema() and table_name not like '\\_sqlx%' \
         and table_name <> 'search_index'"
    };
    let mut columns = rows(url, columns.to_owned()).await;
    columns.sort();
    columns
}

/// Every row of every table, but for what a backup leaves out.
async fn everything(url: &str) -> BTreeSet<String> {
    let columns = columns(url).await;
    let mut tables: Vec<(&str, Vec<String>)> = Vec::new();
    for column in &columns {
        let (table, name) = column.split_once('.').unwrap();
        let followed = ["search", "search_at", "search_due"].contains(&table);
        let passing = ["session", "upload", "upkeep", "lease"].contains(&table);
        if followed || passing || name.starts_with("link") {
            continue;
        }
        let text = format!("coalesce(cast(\"{name}\" as text), '~')");
        match tables.last_mut().filter(|(last, _)| *last == table) {
            Some((_, texts)) => texts.push(text),
            None => tables.push((table, vec![text])),
        }
    }
    assert!(tables.len() >= 12, "{tables:?}");
    let mut all = BTreeSet::new();
    for (table, texts) in tables {
        // A counter that came down to nothing is as good as none.
        let some = if table == "counter" { "where n <> 0" } else { "" };
        let texts = texts.join(" || '|' || ");
        let sql = format!("select '{table}: ' || {texts} from {table} {some}");
        all.extend(rows(url, sql).await);
    }
    all
}

/// A county with something in every table.
pub(crate) async fn lived(db: &Fixture) {
    furnish(db).await;
    let store = &db.store;
    let head = Config {
        hash: "ab".repeat(32),
        kind: "playbook".to_owned(),
        id: "resident_report".to_owned(),
        version: "1".to_owned(),
        body: "{\"title\":\"引号 \\\" 与\\n换行\"}".to_owned(),
    };
    store.append(&county(), morning(), Vec::new(), &[head]).await.unwrap();
    for n in 1..=4 {
        all_accepted(db, vec![report(n, morning())]).await;
    }
    all_accepted(db, life(1, morning().plus_seconds(3_600))).await;
    let mut complaint = report(5, morning().plus_seconds(40_000));
    if let What::Report(report) = &mut complaint.what {
        report.against = Some(unit_of(CENTRE));
    }
    all_accepted(db, vec![complaint]).await;
    store.seal(&county(), morning().plus_seconds(40_000)).await.unwrap();
    let looker = Looker { user: user(CENTRE), post: None, why: "call_back".to_owned() };
    let contact = report(2, morning()).contents[1].id;
    store.look(&county(), contact, &looker, morning().plus_seconds(40_100)).await.unwrap();
    let clerk = UserId(Uuid::from_u128(1));
    let account = NewAccount {
        id: clerk,
        login: "desk".to_owned(),
        password: "$argon2id$".to_owned(),
        must_change: false,
    };
    let (now, later) = (morning(), morning().plus_seconds(600));
    store.create_account(&county(), &account, now).await.unwrap();
    store.create_token(&county(), "hash of a token", clerk, None, "phone", now).await.unwrap();
    store.open_link(&county(), clerk, "hash of a link", later).await.unwrap();
    store.open_session(&county(), "cookie", clerk, None, now, later).await.unwrap();
    store.tick(&county(), morning().plus_seconds(50_000)).await.unwrap();
}

pub(crate) async fn backed_up(store: &Store, path: &Path, files: &[Packed]) -> BackedUp {
    let now = morning().plus_seconds(60_000);
    store.backup(&county(), path, files, now, |_| ()).await.unwrap()
}

/// Restores into an empty database as the program does.
pub(crate) async fn restored(
    url: &str,
    options: &Options,
    what: Restore<'_>,
) -> Result<(Store, Restored)> {
    let tables = Some(Header::of(what.from)?.schema);
    let store = Store::open(url, &Options { tables, ..options.clone() }).await?;
    let restored = store.restore(what, &|_, _| ()).await?;
    store.close().await;
    Ok((Store::open(url, options).await?, restored))
}

fn whole(from: &Path) -> Restore<'_> {
    Restore { from, archive: None, to: None, files: None }
}

/// The addresses of an empty database of each kind.
async fn empties(folder: &Path) -> Vec<String> {
    let sqlite = format!("sqlite:{}", folder.join("restored.db").display());
    std::iter::once(sqlite).chain(Fixture::empty_postgres().await).collect()
}

async fn export(store: &Store) -> String {
    let mut text = String::new();
    let take = |line: &str| {
        text.push_str(line);
        Ok(())
    };
    store.export_ledger(&county(), take).await.unwrap();
    text
}

async fn every_table_comes_back_in_the_same_and_in_the_other_database(db: Fixture) {
    lived(&db).await;
    let settings = db.folder.join("zongheng.toml");
    std::fs::write(&settings, "readers = 2\n").unwrap();
    let picture = db.folder.join("picture");
    std::fs::write(&picture, vec![255; 200_000]).unwrap();
    let packed = |name: &str, path: &PathBuf| Packed { name: name.to_owned(), path: path.clone() };
    let files = [packed("zongheng.toml", &settings), packed("files/a/picture.jpg", &picture)];
    let path = db.folder.join("backup");
    let made = backed_up(&db.store, &path, &files).await;
    assert_eq!((made.header.seal, made.header.county.as_str()), (1, "411524000000"));
    assert_eq!((made.files, made.bytes), (2, std::fs::metadata(&path).unwrap().len()));
    let raw = std::fs::read(&path).unwrap();
    let line = raw.split(|byte| *byte == b'\n').next().unwrap();
    assert!(
        String::from_utf8_lossy(line).contains("\"zongheng\":\"backup\""),
        "told without a key"
    );

    let columns = columns(&db.url).await;
    let tables: BTreeSet<_> = columns.iter().filter_map(|c| c.split('.').next()).collect();
    let left = tables.into_iter().filter(|table| !made.rows.contains_key(*table));
    // Computed from the acts, or of one installation: a new table is in backups unless it stands here.
    let known = [
        "audience",
        "counter",
        "lease",
        "matter",
        "search",
        "search_at",
        "search_due",
        "session",
        "upkeep",
        "upload",
    ];
    assert_eq!(left.collect::<Vec<_>>(), known);

    // Of a table without a row nothing comes back.
    let full = made.rows.iter().filter(|(_, n)| **n > 0);
    let full: BTreeMap<_, _> = full.map(|(table, n)| (table.clone(), *n)).collect();
    let exported = export(&db.store).await;
    for url in empties(&db.folder).await {
        let data = folder();
        let what = Restore { files: Some(&data), ..whole(&path) };
        let (store, restored) = restored(&url, &options(&[1; 32]), what).await.unwrap();
        same(&db.url, &url).await;
        assert_eq!(export(&store).await, exported);
        assert_eq!((&restored.rows, &restored.log), (&full, &None));
        assert_eq!((restored.ledger.acts, restored.rebuilt.matters), (made.header.pos, 5));
        let checked = store.check(&county()).await.unwrap();
        assert_eq!(checked.differences, [""; 0]);
        store.verify_trail(&county()).await.unwrap().unwrap();
        let links = rows(&url, "select link from account".to_owned()).await;
        assert_eq!(links, [""], "a one-time link opens for whoever has it");
        assert!(rows(&url, "select hash from session".to_owned()).await.is_empty());
        let placed = std::fs::read(data.join("files/a/picture.jpg.from-backup")).unwrap();
        assert_eq!(placed, vec![255; 200_000]);
        assert!(data.join("zongheng.toml.from-backup").exists());
        // It goes on where it stood.
        let next = Fixture { url, folder: data, store };
        let step = ask(CENTRE, "file-2", 2, morning().plus_seconds(60_000), |_| {
            Command::File(Facts::default())
        });
        all_accepted(&next, vec![report(6, morning().plus_seconds(60_000)), step]).await;
        assert_eq!(next.store.check(&county()).await.unwrap().differences, [""; 0]);
    }
}

/// The store with its ring in a file, beside which the log of erased entries stands.
async fn with_ring_file(db: &Fixture) -> (Store, Options) {
    let ring = db.folder.join("ring");
    Ring::from_seed(&[1; 32]).write(&ring).unwrap();
    let options = Options { ring: RingPlace::File(ring), ..Options::default() };
    (Store::open(&db.url, &options).await.unwrap(), options)
}

/// A word about the title of the first report, at 61,000 seconds after the morning.
async fn ruled(store: &Store, title: ContentId, (who, key, word): (&str, &str, ContentWord)) {
    let reason = content(key, Class::Text, "误录");
    let (number, named) = (Some("商密〔2022〕1号".to_owned()), Some(reason.reference()));
    let sealing = Sealing { matter: matter(1), content: title, word, number, reason: named };
    let wanted = Wanted {
        county: county(),
        scope: who.to_owned(),
        actor: actor(who),
        key: key.to_owned(),
        mac: String::new(),
        ruling: Ruling::Content(Box::new(sealing)),
        faults: Vec::new(),
        contents: vec![reason],
    };
    store.rule(&wanted, morning().plus_seconds(61_000)).await.unwrap();
}

async fn what_was_destroyed_after_the_backup_stays_destroyed(db: Fixture) {
    lived(&db).await;
    let (store, options) = with_ring_file(&db).await;
    let title = report(1, morning()).contents[0].id;
    let now = morning().plus_seconds(61_000);
    let word = async |who, key, word| ruled(&store, title, (who, key, word)).await;
    word(CENTRE, "seal-the-title-01", ContentWord::Seal).await;
    let path = db.folder.join("backup");
    backed_up(&store, &path, &[]).await;
    word(SUPERVISION, "destroy-the-title", ContentWord::Destroy).await;
    let contact = report(2, morning()).contents[1].id;
    store.erase(&county(), contact, now, ["system_admin", "申请 3 号"]).await.unwrap();
    for url in empties(&db.folder).await {
        let (again, restored) = restored(&url, &options, whole(&path)).await.unwrap();
        assert_eq!((restored.erased, restored.log), (2, None));
        let texts = again.texts(&county(), &[title, contact]).await.unwrap();
        assert!(texts.values().all(|text| text.text.is_none() && text.erased == Some(now)));
        let gone = "select salt || text || cipher from content where erased is not null".to_owned();
        assert_eq!(rows(&url, gone).await, ["", ""]);
        assert_eq!(again.check(&county()).await.unwrap().differences, [""; 0]);
    }
}

/// While the backup reads the tables that change, a report comes in and a text that it will read later is
/// sealed off: it is the county of its first moment all the same.
async fn what_comes_while_a_backup_is_made_is_not_in_it(db: Fixture) {
    lived(&db).await;
    let title = report(1, morning()).contents[0].id;
    let path = db.folder.join("backup");
    let exported = export(&db.store).await;
    let come = async || {
        let store = Store::open(&db.url, &options(&[1; 32])).await.unwrap();
        ruled(&store, title, (CENTRE, "seal-the-title-02", ContentWord::Seal)).await;
        let beside = Fixture { url: db.url.clone(), folder: folder(), store };
        all_accepted(&beside, vec![report(6, morning().plus_seconds(61_000))]).await;
        beside.store.close().await;
    };
    let meanwhile = Once::new();
    let told = |_| {
        // Another server, so on a thread with a runtime of its own; the backup waits for it here.
        let there = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(come());
        };
        meanwhile.call_once(|| thread::scope(|scope| scope.spawn(there).join().unwrap()));
    };
    let now = morning().plus_seconds(60_000);
    let made = db.store.backup(&county(), &path, &[], now, told).await.unwrap();
    assert!(export(&db.store).await.len() > exported.len());
    for url in empties(&db.folder).await {
        let (again, restored) = restored(&url, &options(&[1; 32]), whole(&path)).await.unwrap();
        assert_eq!(export(&again).await, exported);
        assert_eq!(restored.rows["act"], made.header.pos);
        let texts = again.texts(&county(), &[title]).await.unwrap();
        assert!(texts[&title].text.is_some() && texts[&title].sealed.is_none());
        assert_eq!(again.check(&county()).await.unwrap().differences, [""; 0]);
    }
}

async fn of_two_backups_to_one_file_one_stands_and_the_other_says_so(db: Fixture) {
    lived(&db).await;
    let path = db.folder.join("backup");
    let made = || async {
        let now = morning().plus_seconds(60_000);
        db.store.backup(&county(), &path, &[], now, |_| ()).await
    };
    let (one, other) = tokio::join!(made(), made());
    let failed = [one, other].into_iter().filter_map(Result::err).map(|e| e.to_string());
    let failed: Vec<_> = failed.collect();
    assert!(matches!(&failed[..], [said] if said.contains("is there already")), "{failed:?}");
    let left = std::fs::read_dir(&db.folder).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(left.filter(|path| path.extension().is_some_and(|e| e == "part")).count(), 0);
    let url = format!("sqlite:{}", db.folder.join("restored.db").display());
    let (again, _) = restored(&url, &options(&[1; 32]), whole(&path)).await.unwrap();
    assert_eq!(export(&again).await, export(&db.store).await);
}

/// What is kept beside the ring proves what was sealed, also by a county that went back to a backup, whose next
/// seals have numbers that stand there already.
async fn seals_of_another_history_are_written_down_beside_the_ring_too(db: Fixture) {
    lived(&db).await;
    let (store, options) = with_ring_file(&db).await;
    let path = db.folder.join("backup");
    backed_up(&store, &path, &[]).await;
    let later = |n: i64| morning().plus_seconds(61_000 + n);
    all_accepted(&db, vec![report(6, later(0))]).await;
    let mut sealed = vec![store.seal(&county(), later(0)).await.unwrap().unwrap()];
    for (url, n) in empties(&db.folder).await.into_iter().zip(1..) {
        let (store, _) = restored(&url, &options, whole(&path)).await.unwrap();
        let again = Fixture { url, folder: folder(), store };
        all_accepted(&again, vec![report(7, later(n))]).await;
        sealed.push(again.store.seal(&county(), later(n)).await.unwrap().unwrap());
    }
    let written = std::fs::read_to_string(db.folder.join("ring.seals")).unwrap();
    for seal in &sealed {
        assert_eq!(seal.seal, 2);
        assert_eq!(written.matches(&seal.hash.to_string()).count(), 1, "{written}");
    }
}

async fn a_missing_log_of_erased_entries_is_told(db: Fixture) {
    lived(&db).await;
    let (store, options) = with_ring_file(&db).await;
    let contact = report(2, morning()).contents[1].id;
    store.erase(&county(), contact, morning(), ["system_admin", "申请 3 号"]).await.unwrap();
    let path = db.folder.join("backup");
    assert_eq!(backed_up(&store, &path, &[]).await.header.erased, 1);
    std::fs::remove_file(db.folder.join("ring.erased")).unwrap();
    let url = format!("sqlite:{}", db.folder.join("restored.db").display());
    let (_, restored) = restored(&url, &options, whole(&path)).await.unwrap();
    let said = restored.log.unwrap();
    assert!(said.contains("no log of erased entries") && said.contains("had 1"), "{said}");
    assert!(!db.folder.join("ring.erased").exists(), "none is invented");
}

async fn a_log_of_another_server_s_erasures_is_told_by_what_it_lacks(db: Fixture) {
    lived(&db).await;
    let (store, one) = with_ring_file(&db).await;
    let beside = db.folder.join("other");
    std::fs::create_dir(&beside).unwrap();
    std::fs::copy(db.folder.join("ring"), beside.join("ring")).unwrap();
    std::fs::write(beside.join("ring.erased"), "").unwrap();
    let other = Options { ring: RingPlace::File(beside.join("ring")), ..Options::default() };
    let second = Store::open(&db.url, &other).await.unwrap();
    let entry = |n| report(n, morning()).contents[1].id;
    for (server, n) in [(&store, 2), (&second, 3)] {
        server.erase(&county(), entry(n), morning(), ["system_admin", "申请"]).await.unwrap();
    }
    let path = db.folder.join("backup");
    assert_eq!(backed_up(&store, &path, &[]).await.header.erased, 1);
    // As many lines as when the backup was made, and others.
    for (n, (options, lacks)) in [(&other, entry(2)), (&one, entry(3))].into_iter().enumerate() {
        let url = format!("sqlite:{}", db.folder.join(format!("{n}.db")).display());
        let (again, restored) = restored(&url, options, whole(&path)).await.unwrap();
        let said = [restored.log, again.log_lacks(&county()).await.unwrap()].map(Option::unwrap);
        assert!(said.iter().all(|said| said.contains(&lacks.to_string())), "{said:?}");
    }
    // Put together they lack nothing.
    let logs = [db.folder.join("ring.erased"), beside.join("ring.erased")];
    let lines = logs.each_ref().map(|log| std::fs::read_to_string(log).unwrap()).concat();
    std::fs::write(&logs[0], lines).unwrap();
    let url = format!("sqlite:{}", db.folder.join("whole.db").display());
    let (whole, restored) = restored(&url, &one, whole(&path)).await.unwrap();
    assert_eq!(restored.log, None);
    assert_eq!(whole.log_lacks(&county()).await.unwrap(), None);
    // A line that says nothing is told, though nothing is missed yet.
    let lines = std::fs::read_to_string(&logs[0]).unwrap();
    std::fs::write(&logs[0], format!("411524000000 0190c2\n{lines}")).unwrap();
    let said = whole.log_lacks(&county()).await.unwrap().unwrap();
    assert!(said.contains("line 1 of the log of erased entries"), "{said}");
}

fn said(outcome: Result<(Store, Restored)>) -> String {
    outcome.err().expect("this must not be restored").to_string()
}

async fn what_is_no_whole_backup_of_this_ring_is_refused_and_leaves_nothing(db: Fixture) {
    lived(&db).await;
    let path = db.folder.join("backup");
    backed_up(&db.store, &path, &[]).await;
    let again = db.store.backup(&county(), &path, &[], morning(), |_| ()).await.unwrap_err();
    assert!(again.to_string().contains("never written over another"), "{again}");

    let good = std::fs::read(&path).unwrap();
    let body = good.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let line = String::from_utf8(good[..body].to_vec()).unwrap();
    let with_line = |line: &str| [line.as_bytes(), &good[body..]].concat();
    let flipped = |place: usize| {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        bytes
    };
    let cases = [
        (good[..good.len() / 2].to_vec(), "only part of a backup"),
        (good[..good.len() - 1].to_vec(), "only part of a backup"),
        (good[..body].to_vec(), "only part of a backup"),
        (flipped(body + 40), "chunk 1 is damaged"),
        (flipped(good.len() - 1), "is damaged"),
        ([good.as_slice(), b"x"].concat(), "goes on after its end"),
        (with_line(&line.replace("\"pos\":", "\"pos\":1")), "chunk 1 is damaged"),
        (with_line(&line.replace("\"format\":1", "\"format\":2")), "in format 2, and this program"),
        (
            with_line(&line.replace("\"key\":\"1\"", "\"key\":\"7\"")),
            "under key 7 of another key ring",
        ),
        (with_line("{\"kind\":\"reported\"}\n"), "is no backup of zongheng"),
        (b"SQLite format 3\0".to_vec(), "is no backup of zongheng"),
        (Vec::new(), "is no backup of zongheng"),
    ];
    let bad = db.folder.join("bad");
    for (n, url) in empties(&db.folder).await.into_iter().enumerate() {
        for (bytes, words) in &cases {
            std::fs::write(&bad, bytes).unwrap();
            let said = said(restored(&url, &options(&[1; 32]), whole(&bad)).await);
            assert!(said.contains(words) && said.contains("bad"), "{words}: {said}");
        }
        let newer = with_line(&line.replace("\"schema\":", "\"schema\":9"));
        std::fs::write(&bad, newer).unwrap();
        let newer = said(restored(&url, &options(&[1; 32]), whole(&bad)).await);
        assert!(newer.contains("restore with that version or a later one"), "{newer}");
        let strange = said(restored(&url, &options(&[2; 32]), whole(&path)).await);
        assert!(
            strange.contains("another key ring") && strange.contains("vault recover"),
            "{strange}"
        );
        let none = Options { ring: RingPlace::None, ..Options::default() };
        let none = said(restored(&url, &none, whole(&path)).await);
        assert!(none.contains("key ring is missing"), "{none}");
        // Nothing of all that stands: the same database takes the good one.
        let good = restored(&url, &options(&[1; 32]), whole(&path)).await;
        assert_eq!(good.unwrap().1.ledger.acts, db.store.head(&county()).await.unwrap().pos, "{n}");
    }
}

async fn a_database_that_is_not_empty_is_refused(db: Fixture) {
    lived(&db).await;
    let path = db.folder.join("backup");
    backed_up(&db.store, &path, &[]).await;
    let before = everything(&db.url).await;
    let said = said(restored(&db.url, &options(&[1; 32]), whole(&path)).await);
    assert!(said.contains("only into an empty database") && said.contains("--db"), "{said}");
    assert_eq!(everything(&db.url).await, before);
}

async fn a_backup_of_older_tables_is_brought_up_to_date(db: Fixture) {
    let url = if db.is_sqlite() {
        format!("sqlite:{}", db.folder.join("old.db").display())
    } else {
        Fixture::empty_postgres().await.unwrap()
    };
    let older = Options { tables: Some(8), ..options(&[1; 32]) };
    let store = Store::open(&url, &older).await.unwrap();
    store.create_county(&county(), morning(), false).await.unwrap();
    let old = Fixture { url, folder: folder(), store };
    furnish(&old).await;
    all_accepted(&old, vec![report(1, morning())]).await;
    let path = db.folder.join("backup");
    assert_eq!(backed_up(&old.store, &path, &[]).await.header.schema, 8);
    for url in empties(&db.folder).await {
        let (store, _) = restored(&url, &options(&[1; 32]), whole(&path)).await.unwrap();
        assert_eq!(export(&store).await, export(&old.store).await);
        assert_eq!(store.check(&county()).await.unwrap().differences, [""; 0]);
        store.upkeep(&county()).await.expect("the tables of today are there");
        // Into tables of today it does not go: they might have come to be otherwise.
        let today = folder();
        let there = format!("sqlite:{}", today.join("today.db").display());
        Store::open(&there, &options(&[1; 32])).await.unwrap().close().await;
        let said = said(restored(&there, &options(&[1; 32]), whole(&path)).await);
        assert!(said.contains("without any table"), "{said}");
        // Cut off between its tables and their being brought up to date, it is no county.
        store.close().await;
        let mark = "create table restoring (since bigint)";
        let marked = Fixture { url: url.clone(), folder: today, store };
        marked.sql(mark).await.unwrap();
        let left = Store::open(&url, &options(&[1; 32])).await.err().unwrap().to_string();
        assert!(left.contains("did not come to its end"), "{left}");
    }
}

async fn an_old_backup_opens_after_the_ring_was_rotated(db: Fixture) {
    lived(&db).await;
    let (store, options) = with_ring_file(&db).await;
    let (old, new) = (db.folder.join("old"), db.folder.join("new"));
    assert_eq!(backed_up(&store, &old, &[]).await.header.key, "1");
    let RingPlace::File(ring) = &options.ring else { unreachable!() };
    Ring::rotate(ring).unwrap();
    let store = Store::open(&db.url, &options).await.unwrap();
    let contact = report(3, morning()).contents[1].id;
    let looker = Looker { user: user(CENTRE), post: None, why: "call_back".to_owned() };
    store.look(&county(), contact, &looker, morning()).await.expect("old entries open");
    let made = backed_up(&store, &new, &[]).await;
    assert_eq!(made.header.key, "2");
    for (n, path) in [&old, &new].into_iter().enumerate() {
        let url = format!("sqlite:{}", db.folder.join(format!("{n}.db")).display());
        let (again, _) = restored(&url, &options, whole(path)).await.unwrap();
        again.look(&county(), contact, &looker, morning()).await.expect("and after the restore");
    }
    // A ring that lost its first key is another one, and says so before anything stands.
    let halves = Ring::read(ring).unwrap().halves();
    let [.., one, other] = halves.as_slice() else { unreachable!() };
    std::fs::remove_file(ring).unwrap();
    Ring::recover(&[one.clone(), other.clone()]).unwrap().write(ring).unwrap();
    let url = format!("sqlite:{}", db.folder.join("lost.db").display());
    let said = said(restored(&url, &options, whole(&new)).await);
    assert!(said.contains("another key ring"), "{said}");
    std::fs::remove_file(ring).unwrap();
    Ring::recover(&halves).unwrap().write(ring).unwrap();
    restored(&url, &options, whole(&old)).await.expect("all halves of the sheet make it again");
}
