//! A simulated year with every act of the table: what was played, that it holds, and that both databases
//! tell it alike.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;
use zongheng_core::matter::{Did, State};

use crate::program::Place;
use crate::simulate::{acts, exported, holds};

const A_YEAR: [&str; 7] = ["simulate", "--seed", "21", "--days", "365", "--matters", "230"];

/// The export of the year, played once for all tests on a `SQLite` file.
pub(crate) static YEAR: LazyLock<String> = LazyLock::new(|| played(&Place::new("year", None)));

/// Plays the year and gives its export. Its own last word is that the ledger holds.
fn played(place: &Place) -> String {
    let made = place.run(&A_YEAR);
    let (out, err) = (String::from_utf8_lossy(&made.stdout), String::from_utf8_lossy(&made.stderr));
    assert!(made.status.success(), "{out}{err}");
    assert!(out.contains("the ledger holds"), "{out}");
    assert!(!out.contains("never happened"), "{out}");
    holds(place);
    exported(place)
}

/// The stream and the state after each act of a matter, with its kind.
fn told() -> impl Iterator<Item = Value> {
    acts(&YEAR).filter(|act| !act["body"]["then"].is_null())
}

#[test]
fn every_act_happens_in_a_year_and_every_state_is_reached() {
    let kinds: BTreeSet<String> = told().map(|act| text(&act["kind"])).collect();
    let missing: Vec<_> = Did::KINDS.iter().filter(|kind| !kinds.contains(**kind)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
    let states: BTreeSet<String> = told().map(|act| text(&act["body"]["then"]["state"])).collect();
    assert_eq!(states.len(), State::ALL.len(), "{states:?}");
    let playbooks = told().filter(|act| act["kind"] == "reported");
    let playbooks: BTreeSet<String> =
        playbooks.map(|act| text(&act["body"]["playbook"]["id"])).collect();
    assert_eq!(playbooks.len(), 8, "{playbooks:?}");
}

/// What was asked for comes out both ways, and by silence.
#[test]
fn what_is_asked_for_is_granted_refused_and_passed_over_in_silence() {
    let decided = told().filter(|act| act["kind"] == "decided");
    let outcomes: BTreeSet<(String, bool)> = decided
        .map(|act| (text(&act["body"]["asked"]), act["body"]["accept"].as_bool().unwrap()))
        .collect();
    for kind in ["suspend", "extend", "shelve", "refer_up", "refer_across", "exclude", "plan"] {
        for accept in [true, false] {
            assert!(outcomes.contains(&(kind.to_owned(), accept)), "{kind} {accept}: {outcomes:?}");
        }
    }
    // An objection to the naming is upheld by naming another unit, and refused by deciding.
    let upheld = |act: &Value| act["kind"] == "adjudicated" && !act["body"]["number"].is_null();
    assert!(told().any(|act| upheld(&act)), "no meeting named another unit");
    assert!(outcomes.contains(&("object".to_owned(), false)), "{outcomes:?}");
    let asked: BTreeSet<String> =
        told().map(|act| text(&act["body"]["request"]["id"])).filter(|id| !id.is_empty()).collect();
    let known: BTreeSet<String> = told()
        .filter(|act| act["kind"] == "decided")
        .map(|act| text(&act["body"]["request"]))
        .collect();
    assert!(asked.difference(&known).count() > 3, "nobody was ever silent");

    let came: BTreeSet<String> = of("arrived", "came").collect();
    assert_eq!(came, ["absent", "came", "late"].map(str::to_owned).into());
    let satisfied: BTreeSet<String> = of("arrived", "satisfied").collect();
    assert!(satisfied.len() > 2, "{satisfied:?}");
    let rated: BTreeSet<String> = of("verified", "rating").collect();
    assert!(rated.contains("fail") && rated.contains("good"), "{rated:?}");
    let passed: BTreeSet<bool> = told()
        .filter(|act| act["kind"] == "verified")
        .map(|act| act["body"]["passed"].as_bool().unwrap())
        .collect();
    assert_eq!(passed.len(), 2);
}

/// A close, a refusal and a merger are each undone; what was drafted goes out in the unit's name.
#[test]
fn what_was_closed_refused_or_merged_is_opened_again() {
    let after = |kind: &'static str| -> BTreeSet<String> {
        let acts = told().filter(move |act| act["kind"] == kind);
        acts.map(|act| text(&act["body"]["then"]["state"])).collect()
    };
    assert_eq!(after("reopened"), ["dispatched", "filed", "reported"].map(str::to_owned).into());
    let released = told().filter(|act| !act["body"]["then"]["released"].is_null());
    let released: BTreeSet<String> = released.map(|act| text(&act["kind"])).collect();
    for kind in ["answered", "extension_asked", "returned", "suspension_asked"] {
        assert!(released.contains(kind), "{kind}: {released:?}");
    }
    let kinds: BTreeSet<String> = of("answered", "kind").collect();
    for kind in ["solved", "partly", "explained", "guided", "planned"] {
        assert!(kinds.contains(kind), "{kind}: {kinds:?}");
    }
}

#[test]
fn both_databases_tell_the_year_alike() {
    let Some(postgres) = Place::on_postgres("year-pg") else { return };
    assert!(played(&postgres) == *YEAR, "the databases differ");
}

fn of(kind: &'static str, field: &'static str) -> impl Iterator<Item = String> {
    told().filter(move |act| act["kind"] == kind).map(move |act| text(&act["body"][field]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
