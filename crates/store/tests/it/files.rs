//! Files: on their way in, named by entries, forgotten with them, in backups and back.

use std::io::Read;
use std::path::PathBuf;

use uuid::Uuid;
use zongheng_core::ids::ContentId;
use zongheng_core::ledger::Class;
use zongheng_store::backup::Restore;
use zongheng_store::ledger::Entry;
use zongheng_store::vault::Ring;
use zongheng_store::{
    Attached, Begun, Files, Loose, NewContent, NewFile, NewUpload, Options, PUBLIC, RingPlace,
    Store,
};

use crate::backup::restored;
use crate::ledger::entry;
use crate::support::{Fixture, county, morning, on_both};

on_both! {
    what_is_erased_goes_with_its_bytes_unless_another_has_the_same
    a_stop_between_the_steps_is_made_good
    loose_ones_are_swept_after_a_month_and_named_ones_stay
    the_same_upload_begins_once_and_another_s_id_is_taken
    files_come_along_in_a_backup_and_back_into_either_database
    what_is_missing_or_damaged_is_told_and_the_backup_goes_on
    an_increment_brings_the_files_of_its_acts
    what_was_erased_after_the_backup_stays_erased_with_its_bytes
    a_drill_says_what_a_backup_lacks
}

const WHY: [&str; 2] = ["system_admin", "申请 3 号"];
const DAY: i64 = 86_400;

/// The same database with a folder for files and a ring in a file, beside which the log of erasures stands.
async fn opened(db: &Fixture) -> Store {
    Store::open(&db.url, &options_of(db, "files")).await.unwrap()
}

fn options_of(db: &Fixture, folder: &str) -> Options {
    let ring = db.folder.join("ring.json");
    if !ring.exists() {
        Ring::from_seed(&[1; 32]).write(&ring).unwrap();
    }
    let files = Some(db.folder.join(folder));
    Options { ring: RingPlace::File(ring), files, ..Options::default() }
}

fn files(store: &Store) -> Files {
    store.files(&county()).unwrap()
}

/// An upload of these bytes, kept.
async fn kept(store: &Store, n: u128, bytes: &[u8]) -> Attached {
    let id = Uuid::from_u128(n);
    let size = bytes.len() as u64;
    let new = NewUpload { id, owner: "desk".to_owned(), name: "桥.jpg".to_owned(), size };
    store.begin_upload(&county(), &new, morning()).await.unwrap();
    let (files, mut bytes) = (files(store), bytes);
    let written = files.write(&mut bytes, Some(b"small")).unwrap();
    let attached = Attached {
        name: "桥.jpg".to_owned(),
        media: "image/jpeg".to_owned(),
        size: written.size,
        sha256: written.sha256.clone(),
    };
    let held = store.held(&files).await.unwrap();
    store.upload_is(&county(), id, &attached).await.unwrap();
    files.name(&written, &held).unwrap();
    attached
}

/// An act that names the file.
fn naming(n: u128, attached: &Attached) -> Entry {
    let content = NewContent {
        id: ContentId(Uuid::from_u128(n)),
        class: Class::File,
        salt: [9; 32],
        text: serde_json::to_string(attached).unwrap(),
        file: Some(NewFile { upload: Uuid::from_u128(n), sha256: attached.sha256.clone() }),
    };
    Entry { contents: vec![content], ..entry("sys", i64::try_from(n).unwrap()) }
}

async fn named(store: &Store, n: u128, bytes: &[u8]) -> Attached {
    let attached = kept(store, n, bytes).await;
    store.append(&county(), morning(), vec![naming(n, &attached)], &[]).await.unwrap();
    attached
}

fn bytes_of(files: &Files, sha256: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    files.open(sha256).unwrap().expect("it is there").read_to_end(&mut bytes).unwrap();
    bytes
}

async fn erase(store: &Store, n: u128) {
    let id = ContentId(Uuid::from_u128(n));
    assert!(store.erase(&county(), id, morning(), WHY).await.unwrap());
}

async fn what_is_erased_goes_with_its_bytes_unless_another_has_the_same(db: Fixture) {
    let store = opened(&db).await;
    let one = named(&store, 1, b"same").await;
    let two = named(&store, 2, b"same").await;
    assert_eq!(one.sha256, two.sha256);
    let (stream, told) =
        store.file_entry(&county(), ContentId(Uuid::from_u128(1))).await.unwrap().unwrap();
    assert_eq!((stream.as_str(), told), ("sys", one.clone()));
    erase(&store, 1).await;
    assert_eq!(store.file_entry(&county(), ContentId(Uuid::from_u128(1))).await.unwrap(), None);
    assert!(files(&store).has(&one.sha256), "another entry has the same bytes");
    erase(&store, 2).await;
    assert!(!files(&store).has(&one.sha256));
    assert!(files(&store).open_small(&one.sha256).unwrap().is_none(), "nor its small picture");
    let left = db.ask("select sha256 || text from content where class = 'file'").await;
    assert_eq!(left, ["", ""], "neither name nor fingerprint stays");
    assert_eq!(db.ask("select name from upload").await, [""; 0], "nor the name of the upload");
    let checked = store.check(&county()).await.unwrap();
    let about: Vec<_> = checked.differences.iter().filter(|d| d.contains("file")).collect();
    assert!(about.is_empty(), "{about:?}");
}

async fn a_stop_between_the_steps_is_made_good(db: Fixture) {
    let store = opened(&db).await;
    // Killed after the row says what is kept and before the bytes have their name: nothing half is seen.
    let id = Uuid::from_u128(1);
    let new = NewUpload { id, owner: "desk".to_owned(), name: "a.jpg".to_owned(), size: 5 };
    store.begin_upload(&county(), &new, morning()).await.unwrap();
    let attached = Attached {
        name: "a.jpg".to_owned(),
        media: "image/jpeg".to_owned(),
        size: 5,
        sha256: "a".repeat(64),
    };
    store.upload_is(&county(), id, &attached).await.unwrap();
    assert!(!files(&store).has(&attached.sha256));
    // Killed after an entry was erased and before its bytes went: the next opening does it.
    let gone = named(&store, 2, b"gone").await;
    db.sql("update content set text = '', salt = '', erased = 1 where class = 'file'")
        .await
        .unwrap();
    assert!(files(&store).has(&gone.sha256));
    let again = opened(&db).await;
    assert!(!files(&again).has(&gone.sha256));
    // Killed after the bytes went and before the row says so.
    let half = named(&again, 3, b"half").await;
    db.sql("update content set text = '', erased = 1 where sha256 <> ''").await.unwrap();
    std::fs::remove_file(path_of(&db, "files", &half.sha256)).unwrap();
    assert_eq!(again.forget_files(&county()).await.unwrap(), 1);
    assert_eq!(db.ask("select sha256 from content where sha256 <> ''").await, [""; 0]);
}

fn path_of(db: &Fixture, folder: &str, sha256: &str) -> PathBuf {
    db.folder.join(folder).join(county().as_str()).join(&sha256[..2]).join(sha256)
}

async fn loose_ones_are_swept_after_a_month_and_named_ones_stay(db: Fixture) {
    let store = opened(&db).await;
    let (loose, held) = (kept(&store, 1, b"loose").await, named(&store, 2, b"named").await);
    let both = kept(&store, 3, b"named").await;
    assert_eq!(both.sha256, held.sha256);
    let unfinished = NewUpload {
        id: Uuid::from_u128(4),
        owner: "desk".to_owned(),
        name: "b.jpg".to_owned(),
        size: 9,
    };
    store.begin_upload(&county(), &unfinished, morning()).await.unwrap();
    let counted = store.loose(&county(), "desk").await.unwrap();
    assert_eq!((counted.files, counted.bytes), (3, 5 + 5 + 9), "what an act names is not loose");
    assert_eq!(store.sweep_files(&county(), morning().plus_seconds(2 * DAY)).await.unwrap(), 0);
    assert!(store.upload(&county(), unfinished.id).await.unwrap().is_some());
    let later = morning().plus_seconds(2 * DAY + 1);
    assert_eq!(store.sweep_files(&county(), later).await.unwrap(), 0);
    assert_eq!(
        store.upload(&county(), unfinished.id).await.unwrap(),
        None,
        "it never became whole"
    );
    // Without an account nothing holds its room for longer than it takes to send; its bytes go with it.
    let announced = NewUpload { owner: PUBLIC.to_owned(), ..unfinished };
    store.begin_upload(&county(), &announced, morning()).await.unwrap();
    files(&store).append(announced.id, 0, b"half", 9).unwrap();
    store.sweep_files(&county(), morning().plus_seconds(7_200)).await.unwrap();
    assert_eq!(files(&store).received(announced.id).unwrap(), 4);
    store.sweep_files(&county(), morning().plus_seconds(7_201)).await.unwrap();
    assert_eq!(files(&store).received(announced.id).unwrap(), 0);
    assert_eq!(store.loose(&county(), PUBLIC).await.unwrap(), Loose::default());
    assert_eq!(store.sweep_files(&county(), morning().plus_seconds(30 * DAY)).await.unwrap(), 0);
    assert!(files(&store).has(&loose.sha256));
    let over = morning().plus_seconds(30 * DAY + 1);
    assert_eq!(store.sweep_files(&county(), over).await.unwrap(), 1);
    assert!(!files(&store).has(&loose.sha256));
    assert!(files(&store).has(&held.sha256), "a living entry names it");
    assert_eq!(db.ask("select id from upload").await, [""; 0]);
    assert_eq!(store.sweep_files(&county(), over).await.unwrap(), 0);
}

async fn the_same_upload_begins_once_and_another_s_id_is_taken(db: Fixture) {
    let store = opened(&db).await;
    let new = NewUpload {
        id: Uuid::from_u128(1),
        owner: "desk".to_owned(),
        name: "a.jpg".to_owned(),
        size: 9,
    };
    let begin =
        async |new: &NewUpload| store.begin_upload(&county(), new, morning()).await.unwrap();
    let Begun::Stands(first) = begin(&new).await else { panic!("it is new") };
    assert_eq!(begin(&new).await, Begun::Stands(first));
    for other in [
        NewUpload { owner: "other".to_owned(), ..new.clone() },
        NewUpload { size: 10, ..new.clone() },
        NewUpload { name: "b.jpg".to_owned(), ..new.clone() },
    ] {
        assert_eq!(begin(&other).await, Begun::Taken);
    }
    store.drop_upload(&county(), new.id).await.unwrap();
    assert_eq!(store.upload(&county(), new.id).await.unwrap(), None);
    // What is kept bears a plainer name; begun once more by its own it is the same.
    let attached = kept(&store, 2, b"kept").await;
    let again = NewUpload {
        id: Uuid::from_u128(2),
        owner: "desk".to_owned(),
        name: "C:\\桥.jpeg".to_owned(),
        size: 4,
    };
    let Begun::Stands(stands) = begin(&again).await else { panic!("it is the same") };
    assert_eq!(stands.kept, Some(attached));
}

/// An empty database of either kind, with a data folder of its own.
async fn empty(db: &Fixture, sqlite: bool) -> Option<(String, Options, PathBuf)> {
    let data = db.folder.join(format!("data-{sqlite}"));
    std::fs::create_dir_all(&data).unwrap();
    let url = if sqlite {
        format!("sqlite:{}", data.join("new.db").display())
    } else {
        Fixture::empty_postgres().await?
    };
    let options = Options { files: Some(data.join("files")), ..options_of(db, "files") };
    Some((url, options, data))
}

async fn files_come_along_in_a_backup_and_back_into_either_database(db: Fixture) {
    let store = opened(&db).await;
    let one = named(&store, 1, &vec![7; 200_000]).await;
    named(&store, 2, &vec![7; 200_000]).await;
    let two = named(&store, 3, b"two").await;
    let loose = kept(&store, 4, b"loose").await;
    let file = db.folder.join("a.zongheng");
    let now = morning().plus_seconds(60);
    let made = store.backup(&county(), &file, &[], now, |_| ()).await.unwrap();
    assert_eq!((made.files, made.lost.len()), (2, 0), "each once, and no loose ones");
    let sealed = std::fs::read(&file).unwrap();
    assert!(!sealed.windows(64).any(|part| part == [7; 64]), "encrypted as the rest");
    for sqlite in [true, false] {
        let Some((url, options, data)) = empty(&db, sqlite).await else { continue };
        let what = Restore { from: &file, archive: None, to: None, files: Some(&data) };
        let (again, told) = restored(&url, &options, what).await.unwrap();
        assert_eq!((told.attached, told.lost.len(), told.files.len()), (2, 0, 0));
        assert_eq!(bytes_of(&files(&again), &one.sha256), vec![7; 200_000]);
        assert_eq!(bytes_of(&files(&again), &two.sha256), b"two");
        assert!(!files(&again).has(&loose.sha256));
        let (_, attached) =
            again.file_entry(&county(), ContentId(Uuid::from_u128(3))).await.unwrap().unwrap();
        assert_eq!(attached, two);
        assert_eq!(again.files_missing(&county()).await.unwrap(), (2, Vec::new()));
    }
}

async fn what_is_missing_or_damaged_is_told_and_the_backup_goes_on(db: Fixture) {
    let store = opened(&db).await;
    let whole = named(&store, 1, b"whole").await;
    let (gone, bent) = (named(&store, 2, b"gone").await, named(&store, 3, b"bent").await);
    std::fs::remove_file(path_of(&db, "files", &gone.sha256)).unwrap();
    std::fs::write(path_of(&db, "files", &bent.sha256), "other").unwrap();
    let mut lost = vec![gone.sha256.clone(), bent.sha256.clone()];
    lost.sort();
    let checked = store.check(&county()).await.unwrap().differences.join("\n");
    assert!(checked.contains(&format!("file {}: it is not there", gone.sha256)), "{checked}");
    assert!(checked.contains(&format!("file {}: it is damaged", bent.sha256)), "{checked}");
    assert!(!checked.contains(&whole.sha256), "{checked}");
    assert_eq!(store.files_missing(&county()).await.unwrap(), (3, vec![gone.sha256.clone()]));
    let file = db.folder.join("a.zongheng");
    let made =
        store.backup(&county(), &file, &[], morning().plus_seconds(60), |_| ()).await.unwrap();
    assert_eq!(made.lost, lost);
    let (url, options, data) = empty(&db, true).await.unwrap();
    let what = Restore { from: &file, archive: None, to: None, files: Some(&data) };
    let (again, told) = restored(&url, &options, what).await.unwrap();
    assert_eq!((told.attached, told.lost), (1, lost));
    assert!(files(&again).has(&whole.sha256) && !files(&again).has(&bent.sha256));
    let left: Vec<_> =
        walk(&data.join("files")).into_iter().filter(|p| p.ends_with("backup")).collect();
    assert!(left.is_empty(), "{left:?}");
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path.display().to_string());
        }
    }
    found
}

async fn an_increment_brings_the_files_of_its_acts(db: Fixture) {
    let store = opened(&db).await;
    let before = named(&store, 1, b"before").await;
    let file = db.folder.join("a.zongheng");
    let header = store
        .backup(&county(), &file, &[], morning().plus_seconds(60), |_| ())
        .await
        .unwrap()
        .header;
    let after = named(&store, 2, b"after").await;
    let archive = db.folder.join("archive");
    let later = morning().plus_seconds(120);
    let made = store.archive(&county(), &archive, &header, later).await.unwrap().increment.unwrap();
    assert_eq!(made.acts, 1);
    let (url, options, data) = empty(&db, true).await.unwrap();
    let what = Restore { from: &file, archive: Some(&archive), to: None, files: Some(&data) };
    let (again, told) = restored(&url, &options, what).await.unwrap();
    assert_eq!((told.attached, told.lost.len(), told.increments), (2, 0, 1));
    assert_eq!(bytes_of(&files(&again), &before.sha256), b"before");
    assert_eq!(bytes_of(&files(&again), &after.sha256), b"after");
}

async fn what_was_erased_after_the_backup_stays_erased_with_its_bytes(db: Fixture) {
    let store = opened(&db).await;
    let (one, two) = (named(&store, 1, b"one").await, named(&store, 2, b"two").await);
    let file = db.folder.join("a.zongheng");
    store.backup(&county(), &file, &[], morning().plus_seconds(60), |_| ()).await.unwrap();
    erase(&store, 1).await;
    let (url, options, data) = empty(&db, true).await.unwrap();
    let what = Restore { from: &file, archive: None, to: None, files: Some(&data) };
    let (again, told) = restored(&url, &options, what).await.unwrap();
    assert_eq!((told.erased, told.lost.len()), (1, 0));
    assert!(!files(&again).has(&one.sha256), "the log beside the ring names its entry");
    assert!(files(&again).has(&two.sha256));
}

async fn a_drill_says_what_a_backup_lacks(db: Fixture) {
    let store = opened(&db).await;
    let one = named(&store, 1, b"one").await;
    let (file, scratch) = (db.folder.join("a.zongheng"), db.folder.join("scratch.db"));
    store.backup(&county(), &file, &[], morning().plus_seconds(60), |_| ()).await.unwrap();
    let drilled = store.drill(&county(), &file, &scratch).await.unwrap();
    assert!(drilled.holds(), "{:?} {:?}", drilled.lost, drilled.differences);
    let path = path_of(&db, "files", &one.sha256);
    std::fs::remove_file(&path).unwrap();
    let without = db.folder.join("b.zongheng");
    store.backup(&county(), &without, &[], morning().plus_seconds(120), |_| ()).await.unwrap();
    let drilled = store.drill(&county(), &without, &scratch).await.unwrap();
    assert!(drilled.lost.is_empty(), "what is lost in the county itself is told of the county");
    std::fs::write(&path, "one").unwrap();
    let drilled = store.drill(&county(), &without, &scratch).await.unwrap();
    assert_eq!((drilled.holds(), drilled.lost), (false, vec![one.sha256]));
}
