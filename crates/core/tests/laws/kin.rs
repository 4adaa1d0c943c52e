//! Parts, links and mergers.

use zongheng_core::matter::{Actor, Refusal, Report, State, Why};
use zongheng_core::playbook::Stage;

use super::family::Family;
use super::story::*;
use super::world::*;

fn reported(n: u128, minutes: i64) -> Story {
    let now = at("2025-03-05T09:00").plus_seconds(minutes * 60);
    let report = Report { id: matter_id(n), ..a_report() };
    let mut story = Story::begun(&report, &Actor::by_receipt(), now).unwrap();
    story.on("2025-03-05T10:00");
    story
}

fn two() -> Family {
    Family::new(vec![reported(7, 0), reported(8, 10)])
}

fn handled(family: &mut Family, i: usize) {
    family.done(i, CENTRE, file(), State::Filed);
    family.done(i, CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    family.done(i, TRANSPORT, sign_for(), State::Handling);
}

#[test]
fn a_part_is_due_no_later_than_the_whole_and_the_whole_waits_for_it() {
    let mut family = Family::new(vec![reported(7, 0)]);
    handled(&mut family, 0);
    assert_eq!(family.stories[0].due(Stage::Settle), "2025-03-14T18:00");
    let late = decompose(vec![part(matter_id(9), "2025-03-17T18:00")]);
    assert_eq!(field(family.refused(0, TRANSPORT, late)), "children[0].due");
    let own = decompose(vec![part(matter_id(7), "2025-03-12T18:00")]);
    assert_eq!(field(family.refused(0, TRANSPORT, own)), "children[0].id");
    let parts =
        vec![part(matter_id(9), "2025-03-12T18:00"), part(matter_id(10), "2025-03-13T18:00")];
    family.done(0, TRANSPORT, decompose(parts), State::Handling);
    assert_eq!(family.matter(1).round_start, family.matter(0).round_start);
    assert_eq!(family.refused(0, TRANSPORT, answer()), Refusal::OutOfState(Why::PartsOpen));

    // A part is not extended past the whole, taken apart again, or linked with it.
    family.done(1, CENTRE, dispatch("county_housing", &[]), State::Dispatched);
    family.done(1, HOUSING, sign_for(), State::Handling);
    let request = family.stories[1].mint();
    let past = extend(request, Stage::Settle, at("2025-03-20T18:00"));
    assert_eq!(field(family.refused(1, HOUSING, past)), "due");
    let again = decompose(vec![part(matter_id(11), "2025-03-11T18:00")]);
    assert_eq!(field(family.refused(1, HOUSING, again)), "children");
    let whole = family.id(0);
    assert_eq!(field(family.refused(1, CENTRE, link(whole))), "to");

    // A pause of the part ends at the whole's due.
    let request = family.stories[1].mint();
    family.done(1, HOUSING, suspend(request, "2025-03-20T09:00"), State::Handling);
    family.done(1, CENTRE, grant(request), State::Suspended);
    family.on("2025-03-12T10:00");
    family.done(1, CENTRE, zongheng_core::matter::Command::Resume, State::Handling);
    assert_eq!(family.stories[1].due(Stage::Settle), "2025-03-14T18:00");
    family.done(2, CENTRE, decline(), State::Declined);
    assert_eq!(family.refused(0, TRANSPORT, answer()), Refusal::OutOfState(Why::PartsOpen));
}

#[test]
fn what_is_closed_works_for_nobody_and_a_linked_one_answers_after_the_main() {
    let mut family = two();
    family.done(1, CENTRE, decline(), State::Declined);
    let other = family.id(1);
    assert_eq!(field(family.refused(0, CENTRE, link(other))), "to");

    let mut family = two();
    handled(&mut family, 0);
    handled(&mut family, 1);
    let (first, second) = (family.id(0), family.id(1));
    assert_eq!(field(family.refused(0, CENTRE, link(first))), "to", "not itself");
    family.done(1, CENTRE, link(first), State::Handling);
    assert_eq!(family.refused(0, CENTRE, link(second)), Refusal::OutOfState(Why::WorksForOthers));
    assert_eq!(family.refused(0, CENTRE, merge(second)), Refusal::OutOfState(Why::WorksForOthers));
    assert_eq!(family.refused(1, TRANSPORT, answer()), Refusal::OutOfState(Why::MainOpen));
    family.done(0, TRANSPORT, answer(), State::Answered);
    family.done(1, TRANSPORT, answer(), State::Answered);
}

#[test]
fn a_merger_goes_into_the_older_one_and_is_undone_at_the_desk_from_the_old_start() {
    let mut family = two();
    handled(&mut family, 0);
    handled(&mut family, 1);
    let (older, newer) = (family.id(0), family.id(1));
    assert_eq!(field(family.refused(0, CENTRE, merge(newer))), "into", "never into a later one");
    let settle = family.stories[1].open(Stage::Settle, None).clone();
    family.done(1, CENTRE, merge(older), State::Merged);
    family.on("2025-03-06T10:00");
    family.done(1, CENTRE, reopen(), State::Filed);
    let again = family.stories[1].open(Stage::Settle, None);
    assert_eq!((again.from, again.start, again.due), (settle.from, settle.start, settle.due));
    assert!(family.matter(1).lead().is_none(), "the desk gives it out anew");
    family.done(1, CENTRE, dispatch("county_housing", &[]), State::Dispatched);
    assert_eq!(family.matter(1).lead().unwrap().unit, WORLD.unit("county_housing"));
    assert_eq!(family.matter(1).round, 1);
}

#[test]
fn after_the_window_only_a_desk_undoes_a_merger() {
    let mut family = two();
    let older = family.id(0);
    family.done(1, CENTRE, merge(older), State::Merged);
    family.on("2025-03-21T10:00");
    let story = &mut family.stories[1];
    let refused = story.try_by(&Actor::by_receipt(), reopen());
    assert!(matches!(refused, Err(Refusal::OutOfState(Why::WindowOver(_)))), "{refused:?}");
    family.done(1, CENTRE, reopen(), State::Filed);
}

#[test]
fn what_is_merged_in_a_pause_comes_back_with_the_days_that_the_pause_has_left() {
    let mut family = two();
    handled(&mut family, 1);
    let request = family.stories[1].mint();
    family.done(1, TRANSPORT, suspend(request, "2025-03-20T09:00"), State::Handling);
    family.done(1, CENTRE, grant(request), State::Suspended);
    family.on("2025-03-10T10:00");
    let first = family.id(0);
    family.done(1, CENTRE, merge(first), State::Merged);
    assert_eq!(family.matter(1).paused, None);
    family.on("2025-03-12T10:00");
    family.done(1, CENTRE, reopen(), State::Filed);
    assert_eq!(family.stories[1].due(Stage::Settle), "2025-03-19T18:00", "three days stood still");
    family.done(1, CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    family.done(1, TRANSPORT, sign_for(), State::Handling);
    family.done(1, TRANSPORT, answer(), State::Answered);
}

#[test]
fn what_nobody_says_what_it_is_about_is_not_merged_since_it_could_not_be_undone() {
    let untold = |n: u128, now: &str| {
        let report = Report { id: matter_id(n), category: None, ..a_report() };
        Story::begun(&report, &Actor::by_receipt(), at(now)).unwrap()
    };
    let first = untold(7, "2025-03-05T09:00");
    let mut second = untold(8, "2025-03-05T09:10");
    second.on("2025-03-05T10:00");
    let mut family = Family::new(vec![first, second]);
    let older = family.id(0);
    assert_eq!(field(family.refused(1, CENTRE, merge(older))), "into");
}

#[test]
fn a_complaint_of_a_unit_is_neither_linked_to_nor_merged_with_what_that_unit_may_handle() {
    let report = Report { against: Some(WORLD.unit(TOWNSHIP)), ..a_report() };
    let report = Report { id: matter_id(8), ..report };
    let mut complaint =
        Story::begun(&report, &Actor::by_receipt(), at("2025-03-05T09:10")).unwrap();
    complaint.on("2025-03-05T10:00");
    let mut family = Family::new(vec![reported(7, 0), complaint]);
    let (ordinary, complaint) = (family.id(0), family.id(1));
    assert_eq!(field(family.refused(1, CENTRE, merge(ordinary))), "into");
    assert_eq!(field(family.refused(1, CENTRE, link(ordinary))), "to");
    assert_eq!(field(family.refused(0, CENTRE, link(complaint))), "to");
}
