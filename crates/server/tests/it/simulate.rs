//! One seed, one ledger, on both databases; and what was made so holds.

use std::fs;

use crate::cluster;
use crate::program::Place;

const SMALL: [&str; 7] = ["simulate", "--seed", "7", "--days", "12", "--matters", "60"];

/// Simulates a little and gives the export.
fn ledger(place: &Place) -> String {
    let made = place.run(&SMALL);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let out = place.folder.join("out.jsonl");
    let exported = place.run(&["ledger", "export", "--out", out.to_str().unwrap()]);
    assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    fs::read_to_string(out).unwrap()
}

#[test]
fn one_seed_gives_one_ledger_and_it_holds() {
    let (one, two) = (Place::new("seed-one", None), Place::new("seed-two", None));
    let first = ledger(&one);
    assert!(first.lines().count() > 300, "{} lines", first.lines().count());
    assert!(first == ledger(&two), "one seed gave two ledgers");
    for command in [&["ledger", "verify"][..], &["check"]] {
        let held = one.run(command);
        assert!(held.status.success(), "{}", String::from_utf8_lossy(&held.stderr));
    }
    let again = one.run(&SMALL);
    assert_eq!(again.status.code(), Some(2), "only into an empty database");
}

#[test]
fn both_databases_give_the_same_bytes() {
    let Some(url) = cluster::cluster() else { return };
    // A fresh cluster has a second database; the first one is another test's.
    let url = format!("{}/template1", url.rsplit_once('/').unwrap().0);
    let (one, two) = (Place::new("both-sqlite", None), Place::new("both-postgres", Some(url)));
    assert!(ledger(&one) == ledger(&two), "the databases differ");
    assert!(two.run(&["check"]).status.success());
}
