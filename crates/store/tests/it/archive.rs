//! The archive: a backup and the increments after it give the county as it was at any moment.

use std::path::Path;

use uuid::Uuid;
use zongheng_core::ids::{ContentId, UserId};
use zongheng_core::ledger::Act;
use zongheng_core::matter::{Command, Facts, Key};
use zongheng_core::time::At;
use zongheng_store::backup::{Restore, Restored, increments};
use zongheng_store::vault::Looker;
use zongheng_store::{Filter, Order, Store};

use crate::backup::{backed_up, lived, restored, same};
use crate::support::town::*;
use crate::support::{Fixture, county, morning, on_both, options};

on_both! {
    increments_played_to_their_end_give_the_county_as_it_stands
    increments_played_to_a_moment_give_the_county_as_it_was
    gaps_and_missing_increments_are_told
}

fn later(n: i64) -> At {
    morning().plus_seconds(70_000 + n)
}

async fn archived(store: &Store, folder: &Path, begins: i64, at: At) -> Option<i64> {
    let made = store.archive(&county(), folder, begins, at).await.unwrap();
    made.map(|increment| increment.acts)
}

/// A backup, and after it three increments of work.
async fn worked(db: &Fixture) {
    lived(db).await;
    let (store, folder) = (&db.store, db.folder.join("archive"));
    let begins = store.head(&county()).await.unwrap().pos - 1;
    let earlier = morning().plus_seconds(55_000);
    assert_eq!(archived(store, &folder, begins, earlier).await, Some(1), "where it begins");
    backed_up(store, &db.folder.join("backup"), &[]).await;
    assert_eq!(archived(store, &folder, begins, later(1)).await, None, "nothing is no increment");
    let file =
        |n| ask(CENTRE, &format!("file-{n}"), n, later(10), |_| Command::File(Facts::default()));
    all_accepted(db, vec![report(11, later(10)), file(2)]).await;
    assert_eq!(archived(store, &folder, begins, later(20)).await, Some(2));
    store.seal(&county(), later(30)).await.unwrap();
    all_accepted(db, vec![file(3), report(12, later(40))]).await;
    let looker = Looker { user: user(CENTRE), post: None, why: "call_back".to_owned() };
    let contact = report(12, later(40)).contents[1].id;
    store.look(&county(), contact, &looker, later(41)).await.unwrap();
    store.set_locked(&county(), UserId(Uuid::from_u128(1)), true).await.unwrap();
    assert!(archived(store, &folder, begins, later(50)).await.is_some());
    all_accepted(db, vec![report(13, later(60))]).await;
    store.tick(&county(), later(70)).await.unwrap();
    assert_eq!(archived(store, &folder, begins, later(80)).await, Some(1));
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
    assert_eq!(restored.increments, 3);
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
    let all = increments(&archive, &county()).unwrap();
    assert_eq!(all.len(), 4);
    let aside = db.folder.join("aside");
    std::fs::rename(&all[2].0, &aside).unwrap();
    let said = play(None).await;
    assert!(said.contains("increment 3 is missing") && said.contains("--to"), "{said}");
    std::fs::rename(&all[1].0, db.folder.join("aside too")).unwrap();
    let said = play(None).await;
    assert!(said.contains("increments begin after act"), "{said}");
    std::fs::write(&all[1].0, &std::fs::read(&all[3].0).unwrap()[..200]).unwrap();
    assert!(play(None).await.contains("is no backup of zongheng"));
    let alone = Restore { from: &all[3].0, archive: None, to: None, files: None };
    let said = restored(&url, &options(&[1; 32]), alone).await.err().unwrap().to_string();
    assert!(said.contains("an increment of an archive"), "{said}");
}

/// Which of the entries that these acts name are there.
async fn entries(store: &Store, acts: &[Act]) -> Vec<ContentId> {
    let ids: Vec<_> = acts.iter().flat_map(Act::content_refs).map(|named| named.id).collect();
    store.texts(&county(), &ids).await.unwrap().into_keys().collect()
}
