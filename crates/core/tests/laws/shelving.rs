//! 挂账: decided by a meeting, with a day of review.

use zongheng_core::matter::{Command, Lamp, Refusal, State, Why};
use zongheng_core::organisation::Role;
use zongheng_core::playbook::Stage;

use super::story::*;
use super::world::*;

#[test]
fn a_shelving_has_a_review_within_ninety_days_and_the_number_of_a_meeting() {
    let mut story = handled("2025-03-05T09:00");
    let ids: Vec<_> = (0..3).map(|_| story.mint()).collect();
    assert_eq!(field(story.refused(TRANSPORT, shelve(ids[0], "2025-06-04T09:00"))), "until");
    assert_eq!(field(story.refused(TRANSPORT, shelve(ids[0], "2025-03-05T09:00"))), "until");
    story.done(TRANSPORT, shelve(ids[1], "2025-06-03T09:00"), State::Handling);
    let leader = Refusal::NotYours(Why::OnlyRoles(vec![Role::CountyLeader]));
    assert_eq!(story.refused(CENTRE, met(ids[1], true)), leader);
    assert_eq!(field(story.refused(LEADER, grant(ids[1]))), "number");
    story.done(LEADER, met(ids[1], true), State::Shelved);
    assert_eq!(story.due(Stage::Review), "2025-06-03T09:00");
    assert_eq!(story.matter.lamp(story.now), Lamp::Paused);
    assert_eq!(story.matter.owner.unwrap().unit, WORLD.unit("county_transport"));

    // Nine working days later: what it stopped moves by as many.
    story.on("2025-03-18T09:00").done(CENTRE, Command::Resume, State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-03-27T18:00");
    assert!(story.matter.open_deadline(Stage::Review, None).is_none());
}

#[test]
fn a_renewal_that_the_meeting_refuses_ends_the_shelving() {
    let mut story = handled("2025-03-05T09:00");
    let (first, second) = (story.mint(), story.mint());
    story.done(TRANSPORT, shelve(first, "2025-04-05T09:00"), State::Handling);
    story.done(LEADER, met(first, true), State::Shelved);
    story.on("2025-04-01T09:00").done(
        TRANSPORT,
        shelve(second, "2025-06-20T09:00"),
        State::Shelved,
    );
    story.done(LEADER, met(second, false), State::Handling);
    assert_eq!(story.matter.paused, None);
}

#[test]
fn what_is_shelved_for_good_is_answered() {
    let mut story = handled("2025-03-05T09:00");
    let request = story.mint();
    story.done(TRANSPORT, shelve(request, "2025-04-05T09:00"), State::Handling);
    story.done(LEADER, met(request, true), State::Shelved);
    assert_eq!(
        story.refused(TRANSPORT, suspend(request, "2025-04-05T09:00")),
        Refusal::OutOfState(Why::LiesElsewhere)
    );
    story.on("2025-03-20T09:00").done(TRANSPORT, answer(), State::Answered);
    assert_eq!(story.matter.paused, None);
}

#[test]
fn what_is_shelved_stops_for_the_assisting_units_too_and_moves_with_it() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &["county_housing"]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(HOUSING, sign_for(), State::Handling);
    assert_eq!(short(story.open(Stage::Settle, Some("county_housing")).due), "2025-03-13T18:00");
    let request = story.mint();
    story.done(TRANSPORT, shelve(request, "2025-06-03T09:00"), State::Handling);
    story.done(LEADER, met(request, true), State::Shelved);
    assert_eq!(
        story.refused(HOUSING, answer()),
        Refusal::OutOfState(Why::State { state: State::Shelved, act: "answer" })
    );
    for share in [None, Some("county_housing")] {
        let settle = story.open(Stage::Settle, share);
        assert_eq!(story.matter.lamp_of(settle, at("2025-03-18T09:00")), Lamp::Paused);
    }
    let review = story.open(Stage::Review, None);
    assert_eq!(story.matter.lamp_of(review, story.now), Lamp::Paused);
    assert_eq!(story.matter.lamp_of(review, at("2025-06-04T09:00")), Lamp::Red, "it is looked at");
    story.on("2025-03-18T09:00").done(CENTRE, Command::Resume, State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-03-27T18:00");
    let assist = story.open(Stage::Settle, Some("county_housing"));
    assert_eq!(short(assist.due), "2025-03-26T18:00", "nine working days, as the lead's");
}
