//! Tempers and games: what the parameters say of people and units is to be read off the ledger by the acts alone.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use serde_json::Value;
use zongheng_core::time::At;

use crate::program::Place;
use crate::simulate::{acts, exported};

const SHIPPED: &str = include_str!("../../../../counties/411524/simulation.toml");
const TEMPERS: &str =
    "{ quick = 20, ordinary = 45, slow = 15, absent = 8, passes_on = 5, forgets = 7 }";
const GAMES: &str = "{ registers_solved = 20, pauses_in_batches = 20, closes_on_the_30th = 25, \
                     returns_to_burn = 20, changes_answers = 15 }";

/// The ledger of some months in which everybody is of one temper and every unit plays one game, or none.
fn played(temper: &str, game: Option<&str>) -> String {
    let place = Place::new(&format!("manners-{temper}-{}", game.unwrap_or("none")), None);
    let only = |names: &str, one: &str| {
        let name = |part: &str| part.split('=').next().unwrap().trim_matches([' ', '{']).to_owned();
        let shares = names.split(',').map(|part| {
            let name = name(part);
            let share = if name == one { 100 } else { 0 };
            format!("{name} = {share}")
        });
        format!("{{ {} }}", shares.collect::<Vec<_>>().join(", "))
    };
    let units = if game.is_some() { 100 } else { 0 };
    let changes = [
        (TEMPERS, only(TEMPERS, temper)),
        (GAMES, only(GAMES, game.unwrap_or("registers_solved"))),
        ("{ units = 6, matters = 60 }", format!("{{ units = {units}, matters = 100 }}")),
    ];
    let mut text = SHIPPED.to_owned();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, &new);
    }
    let file = place.folder.join("simulation.toml");
    fs::write(&file, text).unwrap();
    let made = place.run(&[
        "simulate",
        "--seed",
        "11",
        "--days",
        "120",
        "--matters",
        "110",
        "--parameters",
        file.to_str().unwrap(),
    ]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    exported(&place)
}

static STRAIGHT: LazyLock<Moves> = LazyLock::new(|| moves(&played("ordinary", None)));

type Moves = BTreeMap<String, Vec<(At, String, Value)>>;

/// The acts of each matter, in order.
fn moves(ledger: &str) -> Moves {
    let mut moves: Moves = BTreeMap::new();
    for act in acts(ledger).filter(|act| !act["body"]["then"].is_null()) {
        let at = act["at"].as_str().unwrap().parse().unwrap();
        let kind = act["kind"].as_str().unwrap().to_owned();
        let stream = act["stream"].as_str().unwrap().to_owned();
        moves.entry(stream).or_default().push((at, kind, act["body"].clone()));
    }
    moves
}

/// How many acts of a kind there are, and of how many something can be said.
fn some(moves: &Moves, kind: &str, fits: impl Fn(At) -> bool) -> (usize, usize) {
    let of_kind = moves.values().flatten().filter(|(_, known, _)| known == kind);
    let at: Vec<At> = of_kind.map(|(at, ..)| *at).collect();
    (at.len(), at.iter().filter(|at| fits(**at)).count())
}

fn percent((all, some): (usize, usize)) -> usize {
    100 * some / all.max(1)
}

fn hours(moves: &Moves, from: &str, to: &str) -> Vec<i64> {
    let between = |course: &Vec<(At, String, Value)>| {
        let at = |kind: &str| course.iter().find(|(_, known, _)| known == kind).map(|(at, ..)| *at);
        Some(at(to)?.seconds_since(at(from)?) / 3_600)
    };
    let mut hours: Vec<i64> = moves.values().filter_map(between).collect();
    hours.sort_unstable();
    hours
}

#[test]
fn what_is_solved_already_is_answered_within_the_hour_of_its_signing() {
    let at_once = |moves: &Moves| {
        let hours = hours(moves, "signed_for", "answered");
        (hours.len(), hours.iter().filter(|hours| **hours < 1).count())
    };
    let played = moves(&played("ordinary", Some("registers_solved")));
    let (played, straight) = (percent(at_once(&played)), percent(at_once(&STRAIGHT)));
    assert!(played >= straight + 10, "{played} and {straight} of 100");
}

#[test]
fn pauses_are_asked_for_on_the_afternoons_of_fridays() {
    let batches = |moves: &Moves| {
        some(moves, "suspension_asked", |at| {
            at.date().weekday() == jiff::civil::Weekday::Friday && at.time().hour() >= 15
        })
    };
    let played = batches(&moves(&played("ordinary", Some("pauses_in_batches"))));
    let straight = batches(&STRAIGHT);
    assert!(played.1 >= straight.1 + 10, "{played:?} and {straight:?}");
}

#[test]
fn answers_wait_for_the_end_of_the_month() {
    let late = |moves: &Moves| percent(some(moves, "answered", |at| at.date().day() >= 26));
    let played = late(&moves(&played("ordinary", Some("closes_on_the_30th"))));
    assert!(played >= late(&STRAIGHT) + 10, "{played} and {} of 100", late(&STRAIGHT));
}

#[test]
fn what_is_returned_is_returned_in_the_last_hour() {
    let last_hour = |moves: &Moves| some(moves, "returned", |at| at.time().hour() >= 17);
    let (played, straight) =
        (last_hour(&moves(&played("ordinary", Some("returns_to_burn")))), last_hour(&STRAIGHT));
    assert!(played.1 >= straight.1 + 15, "{played:?} and {straight:?}");
}

#[test]
fn who_was_not_content_is_asked_again_and_is_content() {
    let turned = |moves: &Moves| {
        let turned = |course: &&Vec<(At, String, Value)>| {
            course.windows(2).any(|two| {
                let called = two.iter().all(|(_, kind, _)| kind == "called_back");
                called && two[0].2["solved"] == false && two[1].2["solved"] == true
            })
        };
        moves.values().filter(turned).count()
    };
    let played = turned(&moves(&played("ordinary", Some("changes_answers"))));
    assert!(played > 0 && turned(&STRAIGHT) == 0, "{played}");
}

#[test]
fn who_is_quick_answers_before_who_is_slow() {
    let half = |temper: &str| {
        let hours = hours(&moves(&played(temper, None)), "filed", "answered");
        hours[hours.len() / 2]
    };
    let (quick, slow) = (half("quick"), half("slow"));
    assert!(quick < slow, "{quick} and {slow} hours");
}

#[test]
fn what_is_forgotten_is_done_once_somebody_urges() {
    let urged = |moves: &Moves| some(moves, "urged", |_| true).0;
    let forgetful = urged(&moves(&played("forgets", None)));
    assert!(forgetful > urged(&STRAIGHT) + 10, "{forgetful}");
}
