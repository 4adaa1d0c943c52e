//! One seed, one ledger, on both databases; what was made so holds, also when an entry was erased from
//! beside it, and does not when a byte of it was changed.

use std::fs;

use serde_json::Value;
use zongheng_core::ids::{ContentId, DivisionCode};
use zongheng_core::time::At;
use zongheng_store::{Options, Store};

use crate::program::{Place, at_once};

const SMALL: [&str; 7] = ["simulate", "--seed", "7", "--days", "12", "--matters", "60"];

/// Simulates a little and gives the export.
fn ledger(place: &Place) -> String {
    let made = place.run(&SMALL);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    exported(place)
}

pub(crate) fn exported(place: &Place) -> String {
    let out = place.folder.join("out.jsonl");
    let exported = place.run(&["ledger", "export", "--out", out.to_str().unwrap()]);
    assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    fs::read_to_string(out).unwrap()
}

pub(crate) fn holds(place: &Place) {
    for command in [&["ledger", "verify"][..], &["check"]] {
        let held = place.run(command);
        assert!(held.status.success(), "{command:?}: {}", String::from_utf8_lossy(&held.stderr));
    }
}

#[test]
fn one_seed_gives_one_ledger_and_it_holds() {
    let (one, two) = (Place::new("seed-one", None), Place::new("seed-two", None));
    let first = ledger(&one);
    assert!(first.lines().count() > 300, "{} lines", first.lines().count());
    assert!(first == ledger(&two), "one seed gave two ledgers");
    holds(&one);
    let again = one.run(&SMALL);
    assert_eq!(again.status.code(), Some(2), "only into an empty database");
}

#[test]
fn both_databases_give_the_same_bytes() {
    let Some(two) = Place::on_postgres("both-postgres") else { return };
    let one = Place::new("both-sqlite", None);
    assert!(ledger(&one) == ledger(&two), "the databases differ");
    assert!(two.run(&["check"]).status.success());
}

#[test]
fn what_is_erased_is_no_fault_of_the_ledger_on_sqlite() {
    outlives_an_erasure(&Place::new("erased", None));
}

#[test]
fn what_is_erased_is_no_fault_of_the_ledger_on_postgres() {
    if let Some(place) = Place::on_postgres("erased-pg") {
        outlives_an_erasure(&place);
    }
}

#[test]
fn a_changed_byte_is_named_on_sqlite() {
    names_a_changed_byte(&Place::new("changed", None));
}

#[test]
fn a_changed_byte_is_named_on_postgres() {
    if let Some(place) = Place::on_postgres("changed-pg") {
        names_a_changed_byte(&place);
    }
}

fn outlives_an_erasure(place: &Place) {
    let before = ledger(place);
    let mut contents = acts(&before).flat_map(|act| act["contents"].as_array().unwrap().clone());
    let personal = contents.find(|content| content["class"] == "personal");
    let id = personal.expect("somebody left a contact")["id"].as_str().unwrap().parse();
    let id = ContentId(id.unwrap());
    at_once(async {
        let store = Store::open(&place.db, &Options::default()).await.unwrap();
        let county = DivisionCode::from("411524000000");
        let now: At = "2025-02-01T09:00:00+08:00".parse().unwrap();
        let said = ["security administrator", "a person's right"];
        assert!(store.erase(&county, id, now, said).await.unwrap(), "there was something to erase");
        assert_eq!(store.texts(&county, &[id]).await.unwrap()[&id].erased, Some(now));
        store.close().await;
    });
    holds(place);
    assert!(exported(place) == before, "the acts are what they were");
}

fn names_a_changed_byte(place: &Place) {
    let ledger = ledger(place);
    // A year earlier: what was signed for too late would have been in time.
    let act = acts(&ledger).find(|act| act["kind"] == "signed_for").unwrap();
    let (stream, seq) = (act["stream"].as_str().unwrap(), act["seq"].as_i64().unwrap());
    let (old, new) = (r#""met":[{"at":"2025-"#, r#""met":[{"at":"2024-"#);
    assert_eq!(act.to_string().matches(old).count(), 1, "{act}");
    let change = format!(
        "update act set body = replace(body, '{old}', '{new}') where stream = '{stream}' and seq = {seq}"
    );
    place.sql(&change).expect_err("the guards are on");
    let guard =
        if place.is_sqlite() { "drop trigger act_update" } else { "drop trigger act_guard on act" };
    place.sql(guard).unwrap();
    holds(place);
    place.sql(&change).unwrap();

    let said = place.run(&["ledger", "verify"]);
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(1), "{words}");
    assert!(words.contains(&format!("act {seq} of {stream}")), "{words}");
    let said = place.run(&["ledger", "verify", "--json"]);
    let fault: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!((said.status.code(), &fault["holds"]), (Some(1), &Value::Bool(false)));
    assert_eq!((&fault["stream"], &fault["seq"]), (&act["stream"], &act["seq"]), "{fault}");
}

pub(crate) fn acts(ledger: &str) -> impl Iterator<Item = Value> + '_ {
    let lines = ledger.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["seal"].is_null())
}
