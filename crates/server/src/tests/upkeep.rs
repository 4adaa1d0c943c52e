//! What a server does by itself so that nothing is lost, its clock set by hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::backup::{Header, Restore};
use zongheng_store::{Options, Outcome, RingPlace, Store};

use super::{House, VILLAGE};
use crate::app::{self, Clock};
use crate::commands::now;
use crate::commands::place::SIMULATED;
use crate::health::{self, State};
use crate::upkeep::settings::Backups;
use crate::upkeep::{self, Upkeep, living};

/// Seconds since the test began, by which all servers of it go.
#[derive(Clone, Default)]
struct Minutes(Arc<AtomicI64>);

impl Minutes {
    fn pass(&self, minutes: i64) {
        self.seconds(minutes * 60);
    }

    fn seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn clock(&self) -> Clock {
        let (began, passed) = (now(), Arc::clone(&self.0));
        Arc::new(move || began.plus_seconds(passed.load(Ordering::Relaxed)))
    }
}

/// What the health page says of it, with the data on another disk.
async fn said(store: &Store, code: &DivisionCode, backups: &Backups, now: At) -> Vec<health::Part> {
    health::upkeep::parts(store, code, (Some(backups), Path::new("/proc")), now).await
}

fn kept_in(folder: &Path) -> Backups {
    let text = "folder = \"backups\"\narchive_minutes = 1\ndrill = \"never\"\n";
    toml::from_str::<Backups>(text).unwrap().from(folder)
}

fn upkeep(house: &House, backups: &Backups, clock: Clock) -> Upkeep {
    Upkeep {
        store: house.app.store.clone(),
        code: house.app.code.clone(),
        backups: backups.clone(),
        data: house.folder.clone(),
        clock,
        holder: upkeep::holder(),
    }
}

async fn turn(server: &Upkeep) {
    Box::pin(server.turn()).await.unwrap();
}

async fn report(house: &House, title: &str) {
    let report = json!({ "playbook": "resident_report", "category": "road_bridge", "title": title,
                         "place": { "division": VILLAGE } });
    let reply = house.post("command_centre", "/api/v1/matters", &report).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
}

fn options() -> Options {
    Options { ring: RingPlace::Seeded(SIMULATED), ..Options::default() }
}

async fn restored(house: &House, from: &Path, archive: Option<&Path>, name: &str) -> Store {
    let url = format!("sqlite:{}", house.folder.join(name).display());
    let tables = Some(Header::of(from).unwrap().schema);
    let store = Store::open(&url, &Options { tables, ..options() }).await.unwrap();
    let what = Restore { from, archive, to: None, files: None };
    store.restore(what, &|_, _| ()).await.unwrap();
    store
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = all.filter(|p| p.extension().is_some_and(|e| e == ending)).collect();
    found.sort();
    found
}

async fn acts(store: &Store, house: &House) -> i64 {
    store.head(&house.app.code).await.unwrap().pos
}

#[tokio::test]
async fn a_county_that_was_restored_is_backed_up_at_once_and_its_archive_begins_anew() {
    let (house, minutes) = (House::open().await, Minutes::default());
    let (backups, clock) = (kept_in(&house.folder), minutes.clock());
    let (folder, archive, code) = (&backups.folder, backups.archive(), &house.app.code);
    let old = upkeep(&house, &backups, Arc::clone(&clock));
    turn(&old).await;
    for _ in 0..2 {
        report(&house, "护栏").await;
        minutes.pass(2);
        turn(&old).await;
    }
    assert_eq!((files(folder, "zongheng").len(), files(&archive, "increment").len()), (1, 3));
    let first = living(&house.app.store, folder, code, clock()).await.unwrap().unwrap().0;

    // As `zongheng restore` does it: without what came after the backup.
    let store = restored(&house, &first, None, "again.db").await;
    minutes.pass(4);
    let id = store.upkeep_begins(code, "restore", clock()).await.unwrap();
    store.upkeep_ends(code, id, (Outcome::Done, "12 acts"), clock()).await.unwrap();
    let told = said(&store, code, &backups, clock()).await;
    assert_eq!((told[0].name, told[0].code), ("backup", "restored"));
    let again = House::serve(house.folder.join("again"), store, code.clone(), app::machine_clock());
    let new = upkeep(&again, &backups, Arc::clone(&clock));
    for _ in 0..3 {
        report(&again, "路灯").await;
        minutes.pass(2);
        turn(&new).await;
    }
    assert_eq!(files(folder, "zongheng").len(), 2, "one at once, and no more of them");
    let second = living(&again.app.store, folder, code, clock()).await.unwrap().unwrap().0;
    let whole = restored(&house, &second, Some(&archive), "whole.db").await;
    assert_eq!(acts(&whole, &again).await, acts(&again.app.store, &again).await);
    let told = said(&again.app.store, code, &backups, clock()).await;
    assert_eq!(told.iter().map(|part| part.code).collect::<Vec<_>>(), ["ok", "ok", "off", "ok"]);
    let here = (Some(&backups), house.folder.as_path());
    let told = health::upkeep::parts(&again.app.store, code, here, clock()).await;
    assert_eq!((told[0].code, told[0].state), ("near", health::State::Warn), "one disk for both");
    minutes.pass(20);
    let told = said(&again.app.store, code, &backups, clock()).await;
    assert_eq!((told[1].name, told[1].code), ("archive", "silent"), "nobody looks after it");
}

#[tokio::test]
async fn an_archive_that_cannot_be_written_or_read_is_told() {
    let (house, minutes) = (House::open().await, Minutes::default());
    let (backups, clock) = (kept_in(&house.folder), minutes.clock());
    let server = upkeep(&house, &backups, Arc::clone(&clock));
    turn(&server).await;
    let archive = backups.archive();
    let part = async || {
        let parts = said(&house.app.store, &house.app.code, &backups, clock()).await;
        parts.into_iter().find(|part| part.name == "archive").unwrap()
    };
    assert_eq!(part().await.code, "ok");
    let made = files(&archive, "increment").pop().unwrap();
    std::fs::write(&made, b"torn").unwrap();
    for _ in 0..2 {
        report(&house, "护栏").await;
        minutes.pass(2);
        turn(&server).await;
        let told = part().await;
        assert_eq!((told.code, told.detail.as_str()), ("unreadable", made.to_str().unwrap()));
    }
    assert_eq!(files(&archive, "increment").len(), 3, "it goes on");
    std::fs::remove_file(&made).unwrap();
    minutes.pass(2);
    turn(&server).await;
    assert_eq!(part().await.code, "ok");

    let aside = house.folder.join("aside");
    std::fs::rename(&archive, &aside).unwrap();
    std::fs::write(&archive, b"no folder").unwrap();
    minutes.pass(2);
    turn(&server).await;
    let told = part().await;
    assert_eq!((told.state, told.code), (State::Bad, "failed"));
    assert!(told.detail.contains("archive"), "{}", told.detail);
    std::fs::remove_file(&archive).unwrap();
    std::fs::rename(&aside, &archive).unwrap();
    minutes.pass(61);
    turn(&server).await;
    assert_eq!(part().await.code, "ok", "also where there is nothing new");
}

#[tokio::test]
async fn whoever_lost_the_lease_records_nothing_as_done() {
    let (house, minutes) = (House::open().await, Minutes::default());
    let (backups, clock) = (kept_in(&house.folder), minutes.clock());
    let [one, other] = [1, 2].map(|_| upkeep(&house, &backups, Arc::clone(&clock)));
    turn(&one).await;
    turn(&other).await;
    assert_eq!(files(&backups.folder, "zongheng").len(), 1, "one of two");
    let overtaken = async {
        // So long nothing was heard of the first one.
        minutes.pass(4);
        turn(&other).await;
        Ok((Outcome::Done, "too late".to_owned()))
    };
    assert!(!one.recorded("drill", overtaken).await.unwrap());
    let drills = house.app.store.upkeep_of(&house.app.code, "drill", 9).await.unwrap();
    assert_eq!(drills.iter().map(|run| run.outcome).collect::<Vec<_>>(), [None]);
    let at: At = clock();
    assert!(house.app.store.leased_until(&house.app.code, "upkeep").await.unwrap().unwrap() > at);
    assert!(other.recorded("drill", async { Ok((Outcome::Done, String::new())) }).await.unwrap());
}

/// Made by hand under a clock that was a year ahead: neither it nor what was noted of it stands in the way, and
/// nobody but who made it takes it away.
#[tokio::test]
async fn a_backup_from_the_future_holds_back_nothing_and_one_made_by_hand_stays() {
    let (house, minutes) = (House::open().await, Minutes::default());
    let (backups, clock) = (Backups { keep: 1, ..kept_in(&house.folder) }, minutes.clock());
    let (store, code) = (&house.app.store, &house.app.code);
    std::fs::create_dir_all(&backups.folder).unwrap();
    let by_hand = backups.folder.join("today.zongheng");
    let ahead = clock().plus_seconds(365 * 86_400);
    store.backup(code, &by_hand, &[], ahead, |_| ()).await.unwrap();
    let named = format!("{code}-{}.zongheng", ahead.civil().strftime("%Y%m%dT%H%M%S"));
    let by_a_wrong_clock = backups.folder.join(named);
    store.backup(code, &by_a_wrong_clock, &[], ahead, |_| ()).await.unwrap();
    // No process has such a number.
    let cut_off = house.folder.join("drill-999999999.db");
    std::fs::write(&cut_off, "the county in the open").unwrap();
    let id = store.upkeep_begins(code, "backup", ahead).await.unwrap();
    store.upkeep_ends(code, id, (Outcome::Done, "today.zongheng"), ahead).await.unwrap();
    let told = said(store, code, &backups, clock()).await;
    assert_eq!((told[0].name, told[0].code), ("backup", "none"));

    let server = upkeep(&house, &backups, Arc::clone(&clock));
    for _ in 0..3 {
        turn(&server).await;
        minutes.pass(24 * 60);
    }
    let kept = files(&backups.folder, "zongheng");
    let others = [&by_hand, &by_a_wrong_clock].iter().all(|path| kept.contains(path));
    assert!(kept.len() == 3 && others, "one of its own, and the others: {kept:?}");
    assert!(!cut_off.exists(), "what a drill left goes at once");
    std::fs::remove_dir_all(&backups.folder).unwrap();
    let told = said(store, code, &backups, clock()).await;
    assert_eq!((told[0].name, told[0].code), ("backup", "gone"));
}

/// One that looks each minute comes now and then a moment before the minute is over.
#[tokio::test]
async fn each_minute_is_each_minute() {
    let (house, minutes) = (House::open().await, Minutes::default());
    let (backups, clock) = (kept_in(&house.folder), minutes.clock());
    let server = upkeep(&house, &backups, Arc::clone(&clock));
    for wanted in 1..4 {
        report(&house, "护栏").await;
        turn(&server).await;
        assert_eq!(files(&backups.archive(), "increment").len(), wanted);
        minutes.seconds(59);
    }
}
