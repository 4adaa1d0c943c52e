//! Another calendar under open matters: what counted working days is worked out again, what a person set stays,
//! and nothing comes nearer than tomorrow's closing.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use zongheng_core::calendar::Row;
use zongheng_core::county::{CalendarAdopted, County};
use zongheng_core::matter::{self, Actor, Did, Matter, NewAct, Redated};
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::life::live;
use super::lives::cases;
use super::recount::folded;
use super::story::*;
use super::world::*;

/// The county whose weekday rests and weekends of 2025 are other ones.
fn otherwise(works: impl Fn(&Row) -> bool) -> County {
    let mut county = WORLD.county.clone();
    for year in [2025, 2026] {
        let of = |row: &Row| row.date.year() == year;
        let rows = county.calendar.rows().filter(of);
        let rows = rows.map(|row| Row { working: works(&row), ..row }).collect();
        let adopted = CalendarAdopted { year, rows };
        county.take_in("calendar_adopted", 1, &serde_json::to_value(adopted).unwrap()).unwrap();
    }
    county
}

/// No weekend is worked and every first Monday of a month is free.
static REST: LazyLock<County> = LazyLock::new(|| {
    otherwise(|row| {
        let weekend = row.date.weekday().to_monday_zero_offset() >= 5;
        let free = row.date.weekday().to_monday_zero_offset() == 0 && row.date.day() <= 7;
        row.working && !weekend && !free
    })
});

/// Every day is worked.
static WORK: LazyLock<County> = LazyLock::new(|| otherwise(|_| true));

fn redated(county: &County, story: &Story, matter: &Matter, now: At) -> Option<(NewAct, Matter)> {
    let system = Actor::system();
    let versions = county.versions(story.clock);
    let cx = county.context(now, &system, story.playbook, story.clock, &versions);
    let act = matter::redate(matter, &cx).unwrap()?;
    let listed: Vec<Redated> = matter::redated(matter, &cx).unwrap();
    assert_eq!(listed.len(), act.then.moved.len(), "what is listed is what is done");
    let after = folded(matter, &act, now);
    Some((act, after))
}

fn holds(county: &County, story: &Story, now: At) -> Result<bool, TestCaseError> {
    let before = &story.matter;
    let Some((act, after)) = redated(county, story, before, now) else { return Ok(false) };
    prop_assert!(matches!(act.did, Did::Recounted(_)));
    prop_assert_eq!((before.state, before.owner), (after.state, after.owner));
    prop_assert!(act.then.met.is_empty() && act.then.opened.is_empty());
    let tomorrow = county.calendar.closing_on(now.date().tomorrow().unwrap());
    for (old, new) in before.deadlines.iter().zip(&after.deadlines) {
        prop_assert_eq!(old.first_due, new.first_due, "what was promised first stays written");
        let nearer = new.due < old.due;
        let lead = after.settle_due(None).filter(|_| new.share.is_some());
        if !old.is_open() || old.fixed || old.rule.is_none() {
            prop_assert!(old.due == new.due || (old.is_open() && lead == Some(new.due)));
        }
        prop_assert!(!nearer || new.due >= tomorrow || lead == Some(new.due), "{:?}", new);
    }
    let lead = after.settle_due(None);
    let late = |d: &zongheng_core::matter::Deadline| lead.is_some_and(|lead| d.due > lead);
    let assists = |d: &&zongheng_core::matter::Deadline| {
        d.is_open() && d.stage == Stage::Settle && d.share.is_some()
    };
    let was = before
        .deadlines
        .iter()
        .filter(assists)
        .any(|d| before.settle_due(None).is_some_and(|lead| d.due > lead));
    prop_assert!(was || !after.deadlines.iter().filter(assists).any(late));
    let again = redated(county, story, &after, now);
    prop_assert!(again.is_none(), "once is enough: {:?}", again.map(|(act, _)| act.then.moved));
    Ok(true)
}

#[test]
fn another_calendar_moves_what_counts_its_days_and_the_same_one_nothing() {
    let config =
        ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
    let numbers = prop::collection::vec(any::<u64>(), 20..120);
    let moved = std::cell::Cell::new((0, 0));
    let told = TestRunner::new(config).run(&numbers, |numbers| {
        for life in live(&numbers) {
            let (story, now) = (&life.story, life.story.now);
            let same = redated(&WORLD.county, story, &story.matter, now);
            prop_assert!(same.is_none(), "{:?}", same.map(|(act, _)| act.then.moved));
            let (rest, work) = (holds(&REST, story, now)?, holds(&WORK, story, now)?);
            let (a, b) = moved.get();
            moved.set((a + u32::from(rest), b + u32::from(work)));
        }
        Ok(())
    });
    told.unwrap_or_else(|e| panic!("{e}"));
    let (rest, work) = moved.get();
    assert!(rest > 5 && work > 5, "{rest} and {work} moved");
}

#[test]
fn a_year_that_is_published_makes_certain_what_was_provisional() {
    let mut story = handled("2026-12-29T09:00");
    assert!(story.open(Stage::Settle, None).provisional, "{}", story.due(Stage::Settle));
    let mut county = WORLD.county.clone();
    let day =
        |n: i32| jiff::civil::date(2027, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
    let rows = (0..365).map(day).map(|date| Row {
        date,
        working: date.weekday().to_monday_zero_offset() < 5 && date.day_of_year() > 3,
        name: String::new(),
    });
    let adopted = CalendarAdopted { year: 2027, rows: rows.collect() };
    county.take_in("calendar_adopted", 1, &serde_json::to_value(adopted).unwrap()).unwrap();
    story.on("2026-12-30T10:00");
    let old = story.open(Stage::Settle, None).due;
    let (_, after) = redated(&county, &story, &story.matter, story.now).unwrap();
    let settle = after.open_deadline(Stage::Settle, None).unwrap();
    assert!(!settle.provisional && settle.due > old, "New Year's Day is free: a day later");
}
