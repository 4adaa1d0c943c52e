//! The archive: a backup and the increments after it give the county as it was at any moment.

use std::path::Path;

use uuid::Uuid;
use zongheng_core::ids::{ContentId, UserId};
use zongheng_core::ledger::Act;
use zongheng_core::matter::{Command, Facts, Key};
use zongheng_core::time::At;
use zongheng_store::backup::{Header, Restore, Restored, increments};
use zongheng_store::vault::Looker;
use zongheng_store::{Filter, Order, Outcome, Store};

use crate::backup::{backed_up, lived, restored, same};
use crate::support::town::*;
use crate::support::{Fixture, county, morning, on_both, options};

on_both! {
    increments_played_to_their_end_give_the_county_as_it_stands
    increments_played_to_a_moment_give_the_county_as_it_was
    gaps_and_missing_increments_are_told
    a_county_that_was_restored_to_a_moment_begins_the_archive_anew
    a_file_that_cannot_be_read_stops_neither_the_archive_nor_what_is_not_in_it
}

fn later(n: i64) -> At {
    morning().plus_seconds(70_000 + n)
}

/// The acts of one more increment, which goes on from the newest of two backups.
async fn archived(db: &Fixture, at: At) -> Option<i64> {
    let backup = ["backup", "earlier"].map(|name| db.folder.join(name)).into_iter();
    let backup = Header::of(&backup.into_iter().find(|path| path.exists()).unwrap()).unwrap();
    let folder = db.folder.join("archive");
    let made = db.store.archive(&county(), &folder, &backup, at).await.unwrap();
    made.increment.map(|increment| increment.acts)
}

/// A backup, and after it four increments, three of them of work.
async fn worked(db: &Fixture) {
    lived(db).await;
    let store = &db.store;
    let earlier = morning().plus_seconds(55_000);
    store.backup(&county(), &db.folder.join("earlier"), &[], earlier, |_| ()).await.unwrap();
    all_accepted(db, vec![report(10, earlier)]).await;
    assert_eq!(archived(db, earlier.plus_seconds(1)).await, Some(1), "where it begins");
    backed_up(store, &db.folder.join("backup"), &[]).await;
    assert_eq!(
        archived(db, later(1)).await,
        Some(0),
        "after a backup what is taken whole is there"
    );
    assert_eq!(archived(db, later(2)).await, None, "nothing is no increment");
    let file =
        |n| ask(CENTRE, &format!("file-{n}"), n, later(10), |_| Command::File(Facts::default()));
    all_accepted(db, vec![report(11, later(10)), file(2)]).await;
    assert_eq!(archived(db, later(20)).await, Some(2));
    store.seal(&county(), later(30)).await.unwrap();
    all_accepted(db, vec![file(3), report(12, later(40))]).await;
    let looker = Looker { user: user(CENTRE), post: None, why: "call_back".to_owned() };
    let contact = report(12, later(40)).contents[1].id;
    store.look(&county(), contact, &looker, later(41)).await.unwrap();
    store.set_locked(&county(), UserId(Uuid::from_u128(1)), true).await.unwrap();
    assert!(archived(db, later(50)).await.is_some());
    all_accepted(db, vec![report(13, later(60))]).await;
    store.tick(&county(), later(70)).await.unwrap();
    assert_eq!(archived(db, later(80)).await, Some(1));
}

async fn played(db: &Fixture, name: &str, to: Option<At>) -> (Fixture, Restored) {
    let url = match Fixture::empty_postgres().await.filter(|_| !db.is_sqlite()) {
        Some(url) => url,
        None => format!("sqlite:{}", db.folder.join(name).display()),
    };
    let (from, archive) = (db.folder.join("backup"), db.folder.join("archive"));
    let what = Restore { from: &from, archive: Some(&archive), to, files: None };
    let (store, restored) = restored(&url, &options(&[1; 32]), what).await.unwrap();
    let fixture = Fixture { url, folder: crate::support::folder(), store };
    let checked = fixture.store.check(&county()).await.unwrap();
    assert_eq!(checked.differences, [""; 0]);
    fixture.store.verify_trail(&county()).await.unwrap().unwrap();
    (fixture, restored)
}

async fn increments_played_to_their_end_give_the_county_as_it_stands(db: Fixture) {
    worked(&db).await;
    let (again, restored) = played(&db, "all.db", None).await;
    assert_eq!(restored.increments, 4);
    same(&db.url, &again.url).await;
}

async fn increments_played_to_a_moment_give_the_county_as_it_was(db: Fixture) {
    worked(&db).await;
    let all = db.store.acts_between(&county(), 1, 10_000).await.unwrap();
    for (n, moment) in
        [later(5), later(10), later(39), later(40), later(79)].into_iter().enumerate()
    {
        let (again, restored) = played(&db, &format!("{n}.db"), Some(moment)).await;
        let then: Vec<_> = all.iter().filter(|act| act.at <= moment).cloned().collect();
        assert_eq!(again.store.acts_between(&county(), 1, 10_000).await.unwrap(), then, "{moment}");
        assert_eq!(restored.last_at, then.last().unwrap().at);
        let known = entries(&db.store, &then).await;
        assert_eq!(entries(&again.store, &all).await, known, "no entry of a later act");
        // The next matter gets the number that was next at that moment, and its key is free.
        all_accepted(&again, vec![report(14, later(100))]).await;
        let found = again
            .store
            .list(&county(), &[Key::County], &Filter::default(), Order::Newest, None, 50)
            .await
            .unwrap();
        let mut numbers: Vec<_> = found.rows.iter().map(|row| row.matter.no.clone()).collect();
        numbers.sort();
        let last = numbers.last().unwrap();
        assert!(last.ends_with(&format!("{:06}", restored.rebuilt.matters + 1)), "{last}");
        assert_eq!(again.store.check(&county()).await.unwrap().differences, [""; 0]);
    }
}

async fn gaps_and_missing_increments_are_told(db: Fixture) {
    worked(&db).await;
    let (from, archive) = (db.folder.join("backup"), db.folder.join("archive"));
    let url = format!("sqlite:{}", db.folder.join("refused.db").display());
    let play = async |to| {
        let what = Restore { from: &from, archive: Some(&archive), to, files: None };
        restored(&url, &options(&[1; 32]), what)
            .await
            .err()
            .map(|e| e.to_string())
            .unwrap_or_default()
    };
    let said = play(Some(morning())).await;
    assert!(said.contains("take a backup from before that moment"), "{said}");
    let all = increments(&archive, &county()).unwrap().increments;
    assert_eq!(all.len(), 5);
    let aside = db.folder.join("aside");
    std::fs::rename(&all[3].0, &aside).unwrap();
    let said = play(None).await;
    assert!(said.contains("increment 4 is missing") && said.contains("--to"), "{said}");
    for n in [1, 2] {
        std::fs::rename(&all[n].0, db.folder.join(format!("aside {n}"))).unwrap();
    }
    let said = play(None).await;
    assert!(said.contains("the increments begin after act"), "{said}");
    std::fs::write(&all[3].0, &std::fs::read(&all[4].0).unwrap()[..200]).unwrap();
    let said = play(None).await;
    assert!(said.contains("cannot be read") && said.contains("-00000004-"), "{said}");
    let alone = Restore { from: &all[4].0, archive: None, to: None, files: None };
    let said = restored(&url, &options(&[1; 32]), alone).await.err().unwrap().to_string();
    assert!(said.contains("an increment of an archive"), "{said}");
}

/// Which of the entries that these acts name are there.
async fn entries(store: &Store, acts: &[Act]) -> Vec<ContentId> {
    let ids: Vec<_> = acts.iter().flat_map(Act::content_refs).map(|named| named.id).collect();
    store.texts(&county(), &ids).await.unwrap().into_keys().collect()
}

async fn backup_of(store: &Store, path: &Path, n: i64) -> Header {
    store.backup(&county(), path, &[], later(n), |_| ()).await.unwrap().header
}

async fn a_county_that_was_restored_to_a_moment_begins_the_archive_anew(db: Fixture) {
    lived(&db).await;
    let (archive, first) = (db.folder.join("archive"), db.folder.join("backup"));
    let began = backup_of(&db.store, &first, 0).await;
    for (key, n) in [(11, 10), (12, 20)] {
        all_accepted(&db, vec![report(key, later(n))]).await;
        assert_eq!(archived(&db, later(n + 1)).await, Some(1));
    }
    let abandoned = db.folder.join("abandoned");
    backup_of(&db.store, &abandoned, 25).await;
    let old = increments(&archive, &county()).unwrap().increments.pop().unwrap().1;
    assert!(db.store.continues(&county(), &old).await.unwrap());

    // Back to before the second one, and from there on another way.
    let (again, _) = played(&db, "again.db", Some(later(15))).await;
    assert!(!again.store.continues(&county(), &old).await.unwrap(), "that act is not there");
    assert!(again.store.continues(&county(), &began).await.unwrap());
    let id = again.store.upkeep_begins(&county(), "restore", later(30)).await.unwrap();
    let done = (Outcome::Done, "");
    again.store.upkeep_ends(&county(), id, done, later(30)).await.unwrap();
    assert!(!again.store.continues(&county(), &began).await.unwrap(), "restored since");
    let refused = again.store.archive(&county(), &archive, &began, later(31)).await.unwrap_err();
    assert!(refused.to_string().contains("after the next backup"), "{refused}");
    let second = db.folder.join("second");
    let anew = backup_of(&again.store, &second, 40).await;
    let at_forty = again.store.head(&county()).await.unwrap().pos;
    for (key, n) in [(13, 50), (14, 60)] {
        all_accepted(&again, vec![report(key, later(n))]).await;
        let made = again.store.archive(&county(), &archive, &anew, later(n + 1)).await.unwrap();
        let since = made.increment.unwrap().header.since.unwrap();
        assert_eq!(since.pos, at_forty + (n - 50) / 10, "the old one's acts are not counted");
    }

    let url = |name: &str| format!("sqlite:{}", db.folder.join(name).display());
    let play = async |from: &Path, name: &str, to| {
        let what = Restore { from, archive: Some(&archive), to, files: None };
        restored(&url(name), &options(&[1; 32]), what).await.map_err(|e| e.to_string())
    };
    let (whole, restored) = play(&second, "new.db", None).await.unwrap();
    assert_eq!(restored.increments, 2);
    let acts = async |store: &Store| store.acts_between(&county(), 1, 10_000).await.unwrap();
    assert_eq!(acts(&whole).await, acts(&again.store).await);
    // The abandoned one is there to its end, and does not run into the other.
    let (before, _) = play(&first, "old.db", Some(later(20))).await.unwrap();
    assert_eq!(acts(&before).await, acts(&db.store).await);
    for from in [&first, &abandoned] {
        let said = play(from, "none.db", None).await.err().unwrap();
        assert!(said.contains("-00000003-") && said.contains("another history"), "{said}");
        assert!(said.contains("take a backup made at") && said.contains("--to"), "{said}");
    }
}

/// An increment that begins with a backup of before the parting is found by its acts.
#[tokio::test]
async fn an_increment_with_other_acts_than_the_backup_is_refused() {
    let db = Fixture::sqlite().await;
    lived(&db).await;
    let (archive, first) = (db.folder.join("archive"), db.folder.join("backup"));
    let began = backup_of(&db.store, &first, 0).await;
    let what = Restore { from: &first, archive: None, to: None, files: None };
    let url = format!("sqlite:{}", db.folder.join("other.db").display());
    let (store, _) = restored(&url, &options(&[1; 32]), what).await.unwrap();
    let other = Fixture { url, folder: crate::support::folder(), store };
    all_accepted(&db, vec![report(11, later(10)), report(12, later(10))]).await;
    backup_of(&db.store, &db.folder.join("parted"), 20).await;
    all_accepted(&other, vec![report(13, later(10)), report(14, later(10))]).await;
    all_accepted(&other, vec![report(15, later(30))]).await;
    other.store.archive(&county(), &archive, &began, later(40)).await.unwrap();
    let from = db.folder.join("parted");
    let what = Restore { from: &from, archive: Some(&archive), to: None, files: None };
    let url = format!("sqlite:{}", db.folder.join("mixed.db").display());
    let said = restored(&url, &options(&[1; 32]), what).await.err().unwrap().to_string();
    assert!(said.contains("another act") && said.contains(".increment"), "{said}");
}

async fn a_file_that_cannot_be_read_stops_neither_the_archive_nor_what_is_not_in_it(db: Fixture) {
    worked(&db).await;
    let archive = db.folder.join("archive");
    let last = increments(&archive, &county()).unwrap().increments.pop().unwrap().0;
    let whole = std::fs::read(&last).unwrap();
    std::fs::write(&last, b"").unwrap();
    all_accepted(&db, vec![report(14, later(90))]).await;
    let backup = Header::of(&db.folder.join("backup")).unwrap();
    let made = db.store.archive(&county(), &archive, &backup, later(95)).await.unwrap();
    let increment = made.increment.unwrap();
    assert_eq!((increment.acts, made.unreadable), (2, vec![last.clone()]), "what it held is anew");
    assert!(increment.path.to_string_lossy().contains("-00000006-"));
    for whole in [Vec::new(), whole] {
        std::fs::write(&last, whole).unwrap();
        let (again, _) =
            played(&db, &format!("{}.db", std::fs::metadata(&last).unwrap().len()), None).await;
        same(&db.url, &again.url).await;
    }
    // The newest one may hold what nothing else does.
    std::fs::write(&increment.path, b"").unwrap();
    let from = db.folder.join("backup");
    let what = Restore { from: &from, archive: Some(&archive), to: None, files: None };
    let url = format!("sqlite:{}", db.folder.join("refused.db").display());
    let said = restored(&url, &options(&[1; 32]), what).await.err().unwrap().to_string();
    assert!(said.contains("cannot be read") && said.contains("-00000006-"), "{said}");
}
