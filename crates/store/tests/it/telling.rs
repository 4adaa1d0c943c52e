//! What was told, and what waits to be told, comes through a restore: nothing is lost and nothing told twice.

use zongheng_core::time::At;
use zongheng_store::backup::{Header, Restore};

use crate::backup::restored;
use crate::support::town::{TRANSPORT, all_accepted, furnish, life, report, user};
use crate::support::{Fixture, at, county, folder, morning, on_both, options};

on_both! {
    what_waits_for_the_morning_is_told_by_the_county_that_was_restored
    what_was_told_after_the_backup_is_there_and_not_told_again
    what_was_told_after_the_moment_is_told_once_more_and_once
}

const MATTERS: u128 = 12;

fn moment(text: &str) -> At {
    at(&format!("{text}:00+08:00"))
}

/// Given to the transport bureau in the morning; nobody signs for it, so it is overdue at 16:00, after which the
/// lamp has moved and what is to be told waits for nine of the next day.
async fn overdue(db: &Fixture) {
    furnish(db).await;
    for step in 0..3 {
        let steps = |n| [vec![report(n, morning())], life(n, morning())].concat();
        all_accepted(db, (0..MATTERS).map(|n| steps(n).swap_remove(step)).collect()).await;
    }
}

async fn evening(db: &Fixture) {
    let passed = db.store.pass(&county(), moment("2022-04-14T18:00")).await.unwrap();
    assert_eq!((passed.told, waiting(db).await), (0, MATTERS));
}

async fn waiting(db: &Fixture) -> u128 {
    db.ask("select cast(count(*) as text) from note").await[0].parse().unwrap()
}

async fn told(db: &Fixture) -> Vec<String> {
    let lines = "select account || ' ' || message || ' ' || matter || ' ' || rung || ' ' || due \
                 from message_line order by 1";
    db.ask(lines).await
}

async fn backed_up(db: &Fixture, name: &str, when: &str) -> Header {
    let path = db.folder.join(name);
    db.store.backup(&county(), &path, &[], moment(when), |_| ()).await.unwrap().header
}

async fn archived(db: &Fixture, backup: &Header, when: &str) {
    let folder = db.folder.join("archive");
    let made = db.store.archive(&county(), &folder, backup, moment(when)).await.unwrap();
    assert!(made.increment.is_some(), "{when}");
}

/// The county as it comes back in a database of the same kind.
async fn back(db: &Fixture, name: &str, (archive, to): (bool, Option<&str>)) -> Fixture {
    let url = match Fixture::empty_postgres().await.filter(|_| !db.is_sqlite()) {
        Some(url) => url,
        None => format!("sqlite:{}", db.folder.join("back.db").display()),
    };
    let (from, increments) = (db.folder.join(name), db.folder.join("archive"));
    let archive = archive.then_some(increments.as_path());
    let what = Restore { from: &from, archive, to: to.map(moment), files: None };
    let (store, _) = restored(&url, &options(&[1; 32]), what).await.unwrap();
    Fixture { url, folder: folder(), store }
}

async fn what_waits_for_the_morning_is_told_by_the_county_that_was_restored(db: Fixture) {
    overdue(&db).await;
    evening(&db).await;
    backed_up(&db, "backup", "2022-04-14T18:30").await;
    let again = back(&db, "backup", (false, None)).await;
    for county_of in [&db, &again] {
        let passed = county_of.store.pass(&county(), moment("2022-04-15T09:00")).await.unwrap();
        assert_eq!(u128::from(passed.told), MATTERS);
    }
    assert_eq!(told(&again).await, told(&db).await);
}

async fn what_was_told_after_the_backup_is_there_and_not_told_again(db: Fixture) {
    overdue(&db).await;
    let backup = backed_up(&db, "backup", "2022-04-14T12:00").await;
    archived(&db, &backup, "2022-04-14T12:10").await;
    evening(&db).await;
    archived(&db, &backup, "2022-04-14T18:10").await;
    // With what waits in a backup, and no longer in the increment after it.
    let later = backed_up(&db, "later", "2022-04-14T18:30").await;
    db.store.pass(&county(), moment("2022-04-15T09:00")).await.unwrap();
    archived(&db, &later, "2022-04-15T09:10").await;
    let opened = db.store.messages(&county(), user(TRANSPORT), None, 9).await.unwrap();
    let (id, now) = (&opened[0].id, moment("2022-04-15T09:20"));
    db.store.open_message(&county(), user(TRANSPORT), id, now).await.unwrap();
    archived(&db, &later, "2022-04-15T09:30").await;
    for name in ["backup", "later"] {
        let again = back(&db, name, (true, None)).await;
        assert_eq!((told(&again).await, waiting(&again).await), (told(&db).await, 0), "{name}");
        let messages = again.store.messages(&county(), user(TRANSPORT), None, 9).await.unwrap();
        assert_eq!(messages[0].seen, Some(now), "opened is opened");
        let next = again.store.pass(&county(), moment("2022-04-15T09:31")).await.unwrap();
        assert_eq!((next.told, told(&again).await.len()), (0, told(&db).await.len()), "{name}");
        std::fs::remove_file(db.folder.join("back.db")).ok();
    }
}

async fn what_was_told_after_the_moment_is_told_once_more_and_once(db: Fixture) {
    overdue(&db).await;
    evening(&db).await;
    let backup = backed_up(&db, "backup", "2022-04-14T18:30").await;
    archived(&db, &backup, "2022-04-14T18:40").await;
    db.store.pass(&county(), moment("2022-04-15T09:00")).await.unwrap();
    archived(&db, &backup, "2022-04-15T09:10").await;
    let again = back(&db, "backup", (true, Some("2022-04-15T09:05"))).await;
    for (now, new) in [("2022-04-15T09:11", MATTERS), ("2022-04-15T09:12", 0)] {
        let passed = again.store.pass(&county(), moment(now)).await.unwrap();
        assert_eq!(u128::from(passed.told), new, "{now}");
    }
    assert_eq!(told(&again).await, told(&db).await);
}
