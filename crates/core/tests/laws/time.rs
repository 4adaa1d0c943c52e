//! Time over matters that nobody touches: what comes about, what is told, and that a week in one go brings what
//! the same week brings minute by minute.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use zongheng_core::matter::{Did, Lamp, Matter, Reached, Rung, State, told_at};
use zongheng_core::organisation::{Organisation, Relation};
use zongheng_core::playbook::Stage;

use super::life::{Dice, live, live_in_time};
use super::lives::cases;
use super::story::*;
use super::world::*;

const DAY: i64 = 86_400;

fn over_lives(law: impl Fn(&mut Story, &mut Dice) -> Result<(), TestCaseError>) {
    let config =
        ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
    let numbers = prop::collection::vec(any::<u64>(), 5..90);
    let told = TestRunner::new(config).run(&numbers, |numbers| {
        let mut dice = Dice::new(numbers[0]);
        for mut life in live(&numbers) {
            law(&mut life.story, &mut dice)?;
        }
        Ok(())
    });
    told.unwrap_or_else(|e| panic!("{e}"));
}

/// Everything that has come about by then.
fn all_of(story: &mut Story) -> Vec<Did> {
    std::iter::from_fn(|| story.time_passes()).take(1_000).map(|act| act.did).collect()
}

#[test]
fn time_alone_comes_to_rest() {
    over_lives(|story, _| {
        story.now = story.now.plus_seconds(400 * DAY);
        let did = all_of(story);
        prop_assert!(did.len() < 1_000, "it never ends");
        let calendar = &WORLD.county.calendar;
        if let Some(at) = story.matter.comes_about(story.now, calendar) {
            prop_assert!(at > story.now, "{at} is due and nothing came about");
        }
        prop_assert!(
            story.matter.requests.iter().all(|r| r.granted.is_some())
                || !story.matter.state.is_open()
        );
        prop_assert!(story.matter.state != State::Suspended);
        Ok(())
    });
}

/// A year told by its moments, each of them passed: nothing happens between two of them, and each deadline is
/// urged once while nobody answers.
#[test]
fn a_year_goes_from_moment_to_moment() {
    over_lives(|story, dice| {
        let (end, calendar) = (story.now.plus_seconds(365 * DAY), &WORLD.county.calendar);
        all_of(story);
        let mut urged = BTreeMap::new();
        for _ in 0..1_000 {
            let Some(at) = story.matter.comes_about(story.now, calendar).filter(|at| *at < end)
            else {
                break;
            };
            prop_assert!(at > story.now);
            let between = at.seconds_since(story.now);
            story.now = story.now.plus_seconds(dice.seconds(between));
            let early = story.time_passes();
            prop_assert!(early.is_none(), "{early:?} before {at}");
            story.now = at;
            for did in all_of(story) {
                if let Did::Urged(did) = did {
                    *urged.entry((did.unit, did.stage)).or_insert(0) += 1;
                }
            }
        }
        for ((unit, stage), n) in urged {
            let owed = |d: &&zongheng_core::matter::Deadline| d.whose == unit && d.stage == stage;
            let owed = story.matter.deadlines.iter().filter(owed).count();
            prop_assert!(n <= owed, "{stage}: {n} urges for {owed} deadlines");
        }
        Ok(())
    });
}

#[test]
fn nothing_that_time_decides_is_left_open_while_it_is_recorded() {
    let mut dice = Dice::new(5);
    let mut came_about = BTreeMap::new();
    for _ in 0..60 {
        let numbers: Vec<u64> = (0..120).map(|_| dice.number()).collect();
        for life in live_in_time(&numbers) {
            for step in &life.steps {
                let open = step.before.requests.iter().find(|r| r.granted.is_none());
                assert!(open.is_none_or(|r| r.waits(step.now)) || !step.before.state.is_open());
                let paused = step.before.paused.filter(|_| step.before.state == State::Suspended);
                assert!(paused.is_none_or(|(_, until)| step.now < until));
            }
            for unasked in &life.unasked {
                *came_about.entry(unasked.act.kind()).or_insert(0) += 1;
            }
        }
    }
    for kind in ["decided", "resumed", "urged"] {
        assert!(came_about.get(kind).is_some_and(|n| *n > 0), "{came_about:?}");
    }
}

fn rungs(reached: &[Reached]) -> BTreeMap<u32, Rung> {
    reached.iter().map(|r| (r.n, r.rung)).collect()
}

/// The highest rung, once, whether the time was looked at in one go or in many.
#[test]
fn a_week_in_one_go_tells_the_highest_rung_once() {
    over_lives(|story, dice| {
        let (matter, calendar) = (&story.matter, &WORLD.county.calendar);
        let (from, to) = (story.now, story.now.plus_seconds(dice.seconds(20 * DAY)));
        let at_once = matter.reached(from, to, calendar);
        prop_assert_eq!(rungs(&at_once).len(), at_once.len(), "a deadline is told once");
        let (mut bit_by_bit, mut looked): (BTreeMap<u32, Rung>, _) = (BTreeMap::new(), from);
        while looked < to {
            let next = looked.plus_seconds(1 + dice.seconds(DAY)).min(to);
            for reached in matter.reached(looked, next, calendar) {
                let rung = bit_by_bit.entry(reached.n).or_insert(reached.rung);
                *rung = reached.rung.max(*rung);
            }
            looked = next;
        }
        prop_assert_eq!(bit_by_bit, rungs(&at_once));
        // And it is never looked at too late.
        let first = at_once.iter().map(|r| r.at).min();
        let looks = matter.next_look(from, calendar);
        prop_assert!(first.is_none_or(|first| looks.is_some_and(|look| look <= first)));
        Ok(())
    });
}

#[test]
fn told_at_nine_of_a_working_day_and_at_once_where_it_is_urgent() {
    let calendar = &WORLD.county.calendar;
    let told = |came: &str, now: &str, urgent| short(told_at(at(came), at(now), urgent, calendar));
    let night = "2025-09-30T18:00";
    assert_eq!(told(night, night, false), "2025-10-09T09:00", "after National Day");
    assert_eq!(told(night, night, true), night);
    // Switched on again on the first morning, in the morning before nine, on the way, after closing.
    assert_eq!(told(night, "2025-10-09T08:20", false), "2025-10-09T09:00");
    assert_eq!(told(night, "2025-10-09T14:05", false), "2025-10-09T14:05");
    assert_eq!(told(night, "2025-10-09T19:00", false), "2025-10-10T09:00");
    // A Saturday that is worked.
    assert_eq!(told("2025-10-10T18:00", "2025-10-10T18:00", false), "2025-10-11T09:00");
}

/// The same organisation with one unit that answers to a province alone.
fn without_command(organisation: &Organisation, unit: &str) -> Organisation {
    let mut other = organisation.clone();
    other.units.get_mut(&WORLD.unit(unit)).unwrap().relation = Relation::Vertical;
    other
}

/// The lead signs for it, and then nobody does anything.
#[test]
fn the_rungs_of_a_matter_that_lies() {
    let calendar = &WORLD.county.calendar;
    let mut story = Story::reported("2025-09-08T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[TOWNSHIP]), State::Dispatched);
    let organisation = &WORLD.county.organisation;
    let proposed = |matter: &Matter, organisation: &Organisation| {
        matter.proposed(calendar, organisation).map(|proposed| (proposed.at, proposed.second))
    };
    let moments = |matter: &Matter| {
        let mut now = matter.updated;
        std::iter::from_fn(|| {
            let next = matter.next_look(now, calendar)?;
            let reached = matter.reached(now, next, calendar);
            now = next;
            Some((now, reached))
        })
        .flat_map(|(_, reached)| reached)
        .map(|r| (r.n, r.rung))
        .collect::<Vec<_>>()
    };
    let reached = moments(&story.matter);
    let of = |stage: Stage, share: Option<&str>| {
        let n = story.open(stage, share).n;
        reached.iter().filter(|(m, _)| *m == n).map(|(_, rung)| *rung).collect::<Vec<_>>()
    };
    assert_eq!(of(Stage::Settle, None), [Rung::Remind, Rung::Urge]);
    assert_eq!(of(Stage::Settle, Some(TOWNSHIP)), [Rung::Remind, Rung::Remind, Rung::Urge]);
    let first = story.open(Stage::SignFor, None).due;
    assert_eq!(short(first), "2025-09-08T15:30");
    // Signed for by nobody for three working days: an order is proposed.
    let after_three_days = at("2025-09-11T18:00").plus_seconds(1);
    assert_eq!(proposed(&story.matter, organisation), Some((after_three_days, false)));
    let uncommanded = without_command(organisation, "county_transport");
    assert_eq!(proposed(&story.matter, &uncommanded), None, "the county cannot order it");
    story.on("2025-09-09T09:00");
    let urged: Vec<&str> = all_of(&mut story).iter().map(Did::kind).collect();
    assert_eq!(urged, ["urged"], "the lead's; an assisting unit is one rung lower");
    story.on("2025-09-12T10:00");
    story.done(TRANSPORT, sign_for(), State::Handling);
    all_of(&mut story);
    // Late for the second time: proposed as soon as the next one is overdue.
    let progress = story.open(Stage::Progress, None).due;
    let at_once = progress.plus_seconds(1);
    assert_eq!(proposed(&story.matter, organisation), Some((at_once, true)));
    assert_eq!(story.matter.lamp(story.now), Lamp::Red);
    story.done(SUPERVISION_HEAD, order("商督〔2025〕3号"), State::Handling);
    assert_ne!(
        proposed(&story.matter, organisation).map(|(from, _)| from),
        Some(at_once),
        "one is issued"
    );
}

/// Forty families left to themselves for two years, minute by minute, as a runner sees them: what is due by an index
/// of moments, and nothing else is looked at.
#[test]
fn years_of_minutes() {
    let mut dice = Dice::new(17);
    let mut stories = Vec::new();
    for _ in 0..40 {
        let numbers: Vec<u64> = (0..40).map(|_| dice.number()).collect();
        stories.extend(live(&numbers).into_iter().map(|life| life.story));
    }
    let calendar = &WORLD.county.calendar;
    let begin = stories.iter().map(|story| story.now).min().unwrap();
    let mut due = BTreeMap::new();
    let moment = |story: &Story, now| {
        let look = story.matter.next_look(now, calendar);
        story.matter.comes_about(now, calendar).into_iter().chain(look).min()
    };
    for (n, story) in stories.iter().enumerate() {
        if let Some(at) = moment(story, story.now) {
            due.insert((at, n), story.now);
        }
    }
    let (mut acts, mut told) = (0, 0);
    for minute in 1..=2 * 365 * 24 * 60 {
        let now = begin.plus_seconds(minute * 60);
        while let Some(entry) = due.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((_, n), looked) = entry.remove_entry();
            let story = &mut stories[n];
            story.now = now;
            let reached = story.matter.reached(looked, now, calendar);
            told += reached.len();
            for did in all_of(story) {
                acts += 1;
                let urgent = story.matter.urgent;
                let at_work = calendar.day(now.date()).working && now.time().hour() >= 9;
                assert!(!matches!(did, Did::Urged(_)) || urgent || at_work, "urged at {now}");
            }
            assert_eq!(story.matter.owner.is_some(), story.matter.state.is_open());
            if let Some(at) = moment(story, now) {
                assert!(at > now, "what is due was done");
                due.insert((at, n), now);
            }
        }
    }
    assert!(acts > 40 && told > 40, "{acts} acts, {told} told");
    for story in &stories {
        assert!(story.matter.state != State::Suspended);
        assert_eq!(story.folded_again(), story.matter);
    }
}
