//! 安全隐患: the regulator is the law's verifier.

use zongheng_core::matter::{Refusal, Report, State, Why};
use zongheng_core::playbook::Stage;

use super::story::*;
use super::world::*;

/// A danger on a Saturday night.
fn danger() -> Story {
    let now = at("2025-03-08T22:00");
    let report = Report {
        playbook: "hidden_danger".into(),
        category: Some("gas_safety".into()),
        contact: None,
        hidden: false,
        source: Some("inspection".to_owned()),
        ..a_report()
    };
    let mut story = Story::begun(&report, &WORLD.actor(EMERGENCY_DESK, now), now).unwrap();
    story.done(EMERGENCY_DESK, file(), State::Filed);
    story
}

#[test]
fn it_is_under_control_within_hours_also_at_night() {
    let mut story = danger();
    story.done(
        EMERGENCY_DESK,
        dispatch("county_housing", &["county_transport"]),
        State::Dispatched,
    );
    assert_eq!(story.due(Stage::Node(1)), "2025-03-09T00:00");
    story.done(HOUSING, sign_for(), State::Handling);
    story.done(HOUSING, node_done(1), State::Handling);
}

#[test]
fn another_inspector_looks_and_the_head_who_did_not_handle_it_closes() {
    let mut story = danger();
    story.done(EMERGENCY_DESK, dispatch("county_housing", &[]), State::Dispatched);
    story.done(HOUSING_STAFF, sign_for(), State::Handling);
    story.done(HOUSING_STAFF, node_done(1), State::Handling);
    story.done(HOUSING_STAFF, answer(), State::Answered);
    assert_eq!(story.matter.owner.unwrap().post, Some(WORLD.post(HOUSING_INSPECTOR)));
    assert_eq!(story.refused(TRANSPORT_INSPECTOR, passed()), Refusal::Unknown);
    story.done(HOUSING_INSPECTOR, passed(), State::Verified);
    assert_eq!(story.matter.owner.unwrap().post, Some(WORLD.post(HOUSING)));
    story.done(HOUSING, sign_off(), State::SignedOff);
}

#[test]
fn a_head_who_handled_it_leaves_the_close_to_the_centre() {
    let mut story = danger();
    story.done(EMERGENCY_DESK, dispatch("county_housing", &[]), State::Dispatched);
    story.done(HOUSING, sign_for(), State::Handling);
    story.done(HOUSING, node_done(1), State::Handling);
    story.done(HOUSING, answer(), State::Answered);
    story.done(HOUSING_INSPECTOR, passed(), State::Verified);
    assert_eq!(story.refused(HOUSING, sign_off()), Refusal::NotYours(Why::OwnWork));
    story.done(CENTRE, sign_off(), State::SignedOff);
}

#[test]
fn an_inspector_who_handled_it_does_not_look() {
    let mut story = danger();
    story.done(EMERGENCY_DESK, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT_STAFF, sign_for(), State::Handling);
    story.done(TRANSPORT_STAFF, node_done(1), State::Handling);
    story.done(TRANSPORT_STAFF, answer(), State::Answered);
    let second = WORLD.stand_in(TRANSPORT_STAFF, TRANSPORT_INSPECTOR, story.now);
    assert_eq!(story.try_by(&second, passed()), Err(Refusal::NotYours(Why::OwnWork)));
    story.done(TRANSPORT_INSPECTOR, passed(), State::Verified);
}

#[test]
fn a_lead_that_gives_it_back_leaves_the_node_to_the_next() {
    let mut story = danger();
    story.done(EMERGENCY_DESK, dispatch("county_housing", &[]), State::Dispatched);
    story.done(HOUSING, return_(Some("county_transport")), State::Returned);
    story.done(CENTRE, adjudicate("county_transport", &[]), State::Dispatched);
    assert_eq!(story.due(Stage::Node(1)), "2025-03-09T00:00", "no return restarts the clock");
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(TRANSPORT, node_done(1), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
}
