//! Where dues of several units meet.

use zongheng_core::matter::{Command, Facts, Refusal, Report, State};
use zongheng_core::playbook::Stage;

use super::story::*;
use super::world::*;

fn handled_by_two() -> Story {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    let order = dispatch("county_transport", &["county_housing"]);
    story.done(CENTRE, order, State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story
}

fn assist(story: &Story) -> String {
    short(story.open(Stage::Settle, Some("county_housing")).due)
}

#[test]
fn a_correction_to_a_shorter_limit_takes_the_assisting_unit_along() {
    let mut story = handled_by_two();
    assert_eq!(
        (story.due(Stage::Settle).as_str(), assist(&story).as_str()),
        ("2025-03-14T18:00", "2025-03-13T18:00",)
    );
    let facts = Facts { category: Some("water_supply".into()), ..Facts::default() };
    story.done(CENTRE, Command::Correct(facts), State::Handling);
    assert_eq!(
        (story.due(Stage::Settle).as_str(), assist(&story).as_str()),
        ("2025-03-12T18:00", "2025-03-12T18:00",)
    );
}

#[test]
fn a_pause_of_an_assisting_unit_ends_at_the_due_of_the_lead() {
    let mut story = handled_by_two();
    let request = story.mint();
    story.done(HOUSING, suspend(request, "2025-03-20T09:00"), State::Handling);
    story.done(CENTRE, grant(request), State::Handling);
    assert_eq!(
        (story.due(Stage::Settle), assist(&story)),
        ("2025-03-14T18:00".to_owned(), "2025-03-14T18:00".to_owned(),)
    );
}

#[test]
fn a_pause_of_the_lead_moves_its_due_by_the_working_days_in_it() {
    let mut story = handled_by_two();
    let request = story.mint();
    story.done(TRANSPORT, suspend(request, "2025-03-12T09:00"), State::Handling);
    story.on("2025-03-06T10:00").done(CENTRE, grant(request), State::Suspended);
    assert_eq!(story.due(Stage::Resume), "2025-03-12T09:00");
    story.on("2025-03-11T09:00").done(CENTRE, Command::Resume, State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-03-19T18:00", "three working days, 7 10 11 March");
}

#[test]
fn a_unit_complained_of_gets_no_share_in_any_round() {
    let now = at("2025-03-05T09:00");
    let report = Report { against: Some(WORLD.unit("county_transport")), ..a_report() };
    let mut story =
        Story::begun(&report, &zongheng_core::matter::Actor::by_receipt(), now).unwrap();
    story.done(CENTRE, file(), State::Filed);
    for unit in ["county_transport", "highway"] {
        let refusal = story.refused(CENTRE, dispatch(unit, &[]));
        assert!(matches!(refusal, Refusal::Invalid(_)), "{unit}: {refusal}");
    }
    story.done(CENTRE, dispatch("county_housing", &[]), State::Dispatched);
    story.done(HOUSING, sign_for(), State::Handling);
    story.done(HOUSING, answer(), State::Answered);
    story.done(VERIFICATION, passed(), State::Verified);
    story.done(CALL_BACK, reached(true), State::Verified);
    story.done(CLOSING, sign_off(), State::SignedOff);
    let again = Command::Reopen { reason: text(), lead: Some(WORLD.unit("county_transport")) };
    assert!(matches!(story.refused(CENTRE, again), Refusal::Invalid(_)));
    story.done(CENTRE, reopen(), State::Dispatched);
}

#[test]
fn forty_units_do_not_assist_at_once() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    let Command::Dispatch { lead, assists, withdraw, deadline, reason } =
        dispatch("county_transport", &["county_housing"])
    else {
        panic!()
    };
    let assists = assists.into_iter().cycle().take(40).collect();
    let order = Command::Dispatch { lead, assists, withdraw, deadline, reason };
    let Refusal::Invalid(faults) = story.refused(CENTRE, order) else { panic!() };
    assert_eq!((faults.len(), faults[0].field.as_str()), (1, "assists"));
}
