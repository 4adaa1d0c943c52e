//! 职责分歧: the centre names the unit, one objection leads to a meeting.

use zongheng_core::matter::{Command, HolderKind, Refusal, State, Why};
use zongheng_core::playbook::{Rating, Stage};

use super::story::*;
use super::world::*;

fn named() -> Story {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_housing", &[]), State::Dispatched);
    story.done(HOUSING, return_(Some("county_transport")), State::Returned);
    story.done(CENTRE, adjudicate("county_transport", &[]), State::Dispatched);
    story
}

fn decided(lead: &str, number: Option<&str>) -> Command {
    let Command::Adjudicate { lead, assists, withdraw, deadline, reason, .. } =
        adjudicate(lead, &[])
    else {
        panic!()
    };
    let number = number.map(str::to_owned);
    Command::Adjudicate { lead, assists, withdraw, deadline, reason, number }
}

const PAPER: Option<&str> = Some("会议纪要〔2025〕9号");

#[test]
fn the_meeting_names_another_unit_by_the_number_of_its_paper() {
    let mut story = named();
    let settle = story.due(Stage::Settle);
    story.done(TRANSPORT, sign_for(), State::Handling);
    let objection = story.mint();
    story.done(TRANSPORT, object(objection), State::Handling);
    assert_eq!(
        story.refused(CENTRE, decided("county_housing", PAPER)),
        Refusal::OutOfState(Why::NothingReturned),
        "the first step is done: the meeting names the unit"
    );
    assert_eq!(field(story.refused(LEADER, decided("county_housing", None))), "number");
    assert_eq!(field(story.refused(LEADER, decided("county_housing", Some(" ")))), "number");
    for words in ["绝密会纪〔2025〕9号", "会议纪要〔2025〕9号 说明", "会议纪要"]
    {
        let named = decided("county_housing", Some(words));
        assert_eq!(field(story.refused(LEADER, named)), "number", "{words}");
    }
    assert_eq!(field(story.refused(LEADER, met(objection, true))), "accept");
    story.done(LEADER, decided("county_housing", PAPER), State::Handling);
    assert_eq!(story.matter.lead().unwrap().unit, WORLD.unit("county_housing"));
    assert_eq!(story.matter.requests[0].granted, Some(true));
    assert_eq!(story.due(Stage::Settle), settle, "no decision restarts the clock");
    assert!(story.matter.share_of(WORLD.unit("county_transport")).is_none());
    story.done(HOUSING, sign_for(), State::Handling);
    let again = story.mint();
    assert_eq!(story.refused(HOUSING, object(again)), Refusal::OutOfState(Why::Objected));
}

#[test]
fn the_meeting_confirms_the_unit_and_only_a_named_one_objects() {
    let mut story = named();
    let (first, second) = (story.mint(), story.mint());
    story.done(TRANSPORT, object(first), State::Dispatched);
    story.done(LEADER, met(first, false), State::Dispatched);
    assert_eq!(story.refused(TRANSPORT, object(second)), Refusal::OutOfState(Why::Objected));

    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    let request = story.mint();
    assert_eq!(
        story.refused(TRANSPORT, object(request)),
        Refusal::OutOfState(Why::NothingToObject)
    );
}

#[test]
fn a_lead_that_the_meeting_named_signs_for_it_while_it_is_paused() {
    let mut story = named();
    story.done(TRANSPORT, sign_for(), State::Handling);
    let (objection, pause) = (story.mint(), story.mint());
    story.done(TRANSPORT, object(objection), State::Handling);
    story.done(LEADER, decided("county_housing", PAPER), State::Handling);
    story.done(HOUSING, suspend(pause, "2025-03-12T09:00"), State::Handling);
    story.done(CENTRE, grant(pause), State::Suspended);
    story.done(HOUSING, sign_for(), State::Suspended);
    assert!(story.matter.open_deadline(Stage::SignFor, None).is_none());
    assert!(story.matter.paused.is_some(), "signing ends no pause");
}

#[test]
fn while_something_else_it_asked_waits_the_time_is_still_that_decider_s() {
    let mut story = named();
    story.done(TRANSPORT, sign_for(), State::Handling);
    let (objection, extension) = (story.mint(), story.mint());
    story.done(TRANSPORT, object(objection), State::Handling);
    let due = story.open(Stage::Settle, None).due.plus_seconds(86_400);
    story.done(TRANSPORT, extend(extension, Stage::Settle, due), State::Handling);
    story.done(LEADER, decided("county_transport", PAPER), State::Handling);
    let holder = story.matter.held.last().unwrap().1.unwrap();
    assert_eq!(holder.kind, HolderKind::Approver);
    assert_eq!(holder.unit, Some(WORLD.unit("command_centre")), "the extension is the desk's");
}

#[test]
fn naming_an_assisting_unit_does_not_bind_the_lead() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &["county_housing"]), State::Dispatched);
    story.done(HOUSING, return_(None), State::Dispatched);
    story.done(CENTRE, adjudicate("county_transport", &["emergency"]), State::Dispatched);
    let bound = Refusal::OutOfState(Why::BoundByDecision);
    assert_eq!(story.refused(EMERGENCY, return_(None)), bound, "the one that was named");
    story.done(TRANSPORT, return_(Some("county_housing")), State::Returned);
}

#[test]
fn the_leader_who_recorded_the_meeting_still_sees_what_became_of_the_task() {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    story.done(SUPERVISION_DEPUTY, dispatch("county_housing", &[]), State::Dispatched);
    story.done(HOUSING, return_(Some("county_transport")), State::Returned);
    story.done(CENTRE, adjudicate("county_transport", &[]), State::Dispatched);
    let objection = story.mint();
    story.done(TRANSPORT, object(objection), State::Dispatched);
    story.done(LEADER, decided("county_housing", PAPER), State::Dispatched);
    story.done(HOUSING, sign_for(), State::Handling);
    story.done(HOUSING, answer(), State::Answered);
    story.done(SUPERVISION_OFFICER, rated(Rating::Good), State::Verified);
    story.done(LEADER, reached(true), State::Verified);
    story.done(SUPERVISION_HEAD, sign_off(), State::SignedOff);
}
