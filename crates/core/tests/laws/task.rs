//! A county task under 13710, from the extract of a decision to its striking off.

use zongheng_core::matter::{Command, Facts, Refusal, State, Why};
use zongheng_core::playbook::{Grade, Rating, Stage};

use super::story::*;
use super::world::*;

fn dispatched_by(deadline: &str, assists: &[&str]) -> Command {
    let Command::Dispatch { lead, assists, withdraw, reason, .. } =
        dispatch("county_transport", assists)
    else {
        panic!()
    };
    Command::Dispatch { lead, assists, withdraw, deadline: Some(at(deadline)), reason }
}

#[test]
fn a_task_is_deployed_reported_settled_rated_seen_by_the_leader_and_struck_off() {
    // Thursday 17 April 2025, before the cut-off.
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    assert_eq!(story.matter.owner.unwrap().post, Some(WORLD.post(SUPERVISION_DEPUTY)));
    story.on("2025-04-17T16:30").done(SUPERVISION_DEPUTY, file(), State::Filed);
    assert_eq!(story.due(Stage::Deploy), "2025-04-17T18:00", "1: the same day");
    assert_eq!(story.due(Stage::Settle), "2025-04-24T18:00", "7 natural days");
    story.on("2025-04-17T17:00").done(
        SUPERVISION_DEPUTY,
        dispatch("county_transport", &["county_housing"]),
        State::Dispatched,
    );
    assert_eq!(story.due(Stage::Progress), "2025-04-20T18:00", "3: a Sunday, and it stays");
    story.on("2025-04-17T17:30").done(TRANSPORT, sign_for(), State::Handling);
    assert_eq!(story.due(Stage::Deploy), "2025-04-17T18:00", "one share is not signed for");
    story.done(HOUSING, sign_for(), State::Handling);
    assert!(story.matter.open_deadline(Stage::Deploy, None).is_none(), "with the last share");
    let assist = story.open(Stage::Settle, Some("county_housing"));
    assert_eq!(short(assist.due), "2025-04-23T18:00", "a working day before the lead");
    story.on("2025-04-20T10:00").done(TRANSPORT, progress(), State::Handling);
    assert!(story.matter.open_deadline(Stage::Progress, None).is_none());
    assert_eq!(story.refused(TRANSPORT, answer()), Refusal::OutOfState(Why::AssistsOpen));
    story.on("2025-04-22T10:00").done(HOUSING, answer(), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);

    let deputy = story.refused(SUPERVISION_DEPUTY, rated(Rating::Good));
    assert_eq!(deputy, Refusal::NotYours(Why::OwnDispatch));
    for wrong in
        [passed(), Command::Verify { passed: true, rating: Some(Rating::Fail), text: None }]
    {
        let Refusal::Invalid(faults) = story.refused(SUPERVISION_OFFICER, wrong) else { panic!() };
        assert_eq!(faults[0].field, "rating");
    }
    story.done(SUPERVISION_OFFICER, rated(Rating::Fail), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-04-24T18:00", "0: tracked until struck off");
    story.on("2025-04-25T09:00").done(TRANSPORT, answer(), State::Answered);
    story.done(SUPERVISION_OFFICER, rated(Rating::Pass), State::Verified);
    assert_eq!(story.matter.answer().unwrap().verdict.as_ref().unwrap().rating, Some(Rating::Pass));
    story.done(LEADER, unreached(), State::Verified);
    assert_eq!(story.refused(SUPERVISION_HEAD, sign_off()), Refusal::OutOfState(Why::TooFewTries));
    story.done(LEADER, reached(true), State::Verified);
    story.done(SUPERVISION_HEAD, sign_off(), State::SignedOff);
    assert_eq!(story.folded_again(), story.matter);
}

#[test]
fn what_is_filed_after_the_cutoff_counts_from_the_next_working_day() {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-30T16:00");
    // The eve of Labour Day, 17:01.
    story.on("2025-04-30T17:01").done(SUPERVISION_DEPUTY, file(), State::Filed);
    assert_eq!(story.due(Stage::Deploy), "2025-05-06T18:00", "the holidays end on 5 May");
    assert_eq!(story.due(Stage::Settle), "2025-05-13T18:00");
}

#[test]
fn a_deadline_of_the_tasking_authority_stands_for_3_and_7_and_only_theirs_does() {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    let past = dispatched_by("2025-04-17T15:00", &[]);
    let Refusal::Invalid(faults) = story.refused(SUPERVISION_DEPUTY, past) else { panic!() };
    assert_eq!(faults[0].field, "deadline");
    let order = dispatched_by("2025-06-30T18:00", &["county_housing"]);
    story.done(SUPERVISION_DEPUTY, order, State::Dispatched);
    let settle = story.open(Stage::Settle, None);
    assert_eq!(
        (short(settle.first_due), short(settle.due)),
        ("2025-04-24T18:00".to_owned(), "2025-06-30T18:00".to_owned())
    );
    assert!(story.matter.open_deadline(Stage::Progress, None).is_none(), "3 is overridden too");
    let assist = story.open(Stage::Settle, Some("county_housing")).due;
    assert_eq!(short(assist), "2025-06-27T18:00", "the Friday before");

    let mut report = Story::reported("2025-04-17T15:00");
    report.done(CENTRE, file(), State::Filed);
    let order = dispatched_by("2025-06-30T18:00", &[]);
    let Refusal::Invalid(faults) = report.refused(CENTRE, order) else { panic!() };
    assert_eq!(faults[0].field, "deadline", "residents' matters have no tasking authority");
}

#[test]
fn a_major_task_has_a_plan_by_the_seventh_day_and_a_month_to_settle() {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    let facts = zongheng_core::matter::Facts {
        grade: Some(zongheng_core::playbook::Grade::Major),
        ..zongheng_core::matter::Facts::default()
    };
    story.done(SUPERVISION_DEPUTY, Command::File(facts), State::Filed);
    assert_eq!(story.due(Stage::Settle), "2025-05-17T18:00", "a Saturday, and it stays");
    story.done(SUPERVISION_DEPUTY, dispatch("county_transport", &[]), State::Dispatched);
    assert_eq!(story.due(Stage::Plan), "2025-04-24T18:00");
}

#[test]
fn neither_supervision_nor_a_unit_that_leaves_nobody_to_judge_is_given_a_task() {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    for unit in ["supervision_office", "county"] {
        let refusal = story.refused(SUPERVISION_DEPUTY, dispatch(unit, &[]));
        assert!(matches!(refusal, Refusal::Invalid(_)), "{unit}: {refusal}");
    }
    story.done(SUPERVISION_DEPUTY, dispatch("command_centre", &[]), State::Dispatched);

    let mut report = Story::reported("2025-04-17T15:00");
    report.done(CENTRE, file(), State::Filed);
    report.done(CENTRE, dispatch("command_centre", &[]), State::Dispatched);
    report.done(CENTRE, sign_for(), State::Handling);
    report.done(CENTRE, answer(), State::Answered);
    assert_eq!(report.refused(VERIFICATION, passed()), Refusal::NotYours(Why::OwnUnit));
    let judge = report.matter.owner.unwrap().post;
    assert_eq!(judge, Some(WORLD.post(SUPERVISION_HEAD)), "its own desks do not judge it");
}

#[test]
fn a_centre_that_returns_its_own_task_does_not_name_the_unit() {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    story.done(SUPERVISION_DEPUTY, dispatch("command_centre", &[]), State::Dispatched);
    story.done(CENTRE, return_(None), State::Returned);
    assert_eq!(story.matter.owner.unwrap().post, Some(WORLD.post(LEADER)), "the role above");
    let again = adjudicate("county_transport", &[]);
    assert_eq!(story.refused(CENTRE, again.clone()), Refusal::NotYours(Why::OwnReturn));
    story.done(LEADER, again, State::Dispatched);
}

#[test]
fn a_task_found_to_be_major_owes_a_plan_and_a_month_and_back_again() {
    let graded = |grade| Command::Correct(Facts { grade: Some(grade), ..Facts::default() });
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    story.done(SUPERVISION_DEPUTY, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-04-24T18:00");
    story.on("2025-04-18T09:00").done(SUPERVISION_DEPUTY, graded(Grade::Major), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-05-17T18:00", "a month from the same start");
    assert_eq!(story.due(Stage::Plan), "2025-04-24T18:00", "and the plan by the seventh day");
    assert_eq!(story.open(Stage::Plan, None).whose, WORLD.unit("county_transport"));
    story.done(SUPERVISION_DEPUTY, graded(Grade::Ordinary), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-04-24T18:00");
    assert!(story.matter.open_deadline(Stage::Plan, None).is_none());
}

#[test]
fn a_deadline_set_with_the_naming_stands_for_3_and_7_too() {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    let assisted = dispatch("command_centre", &["county_housing"]);
    story.done(SUPERVISION_DEPUTY, assisted, State::Dispatched);
    story.done(CENTRE, return_(None), State::Returned);
    let Command::Adjudicate { lead, assists, withdraw, reason, number, .. } =
        adjudicate("county_transport", &[])
    else {
        panic!()
    };
    let deadline = Some(at("2025-04-22T18:00"));
    let by = Command::Adjudicate { lead, assists, withdraw, deadline, reason, number };
    story.done(LEADER, by, State::Dispatched);
    assert!(story.matter.open_deadline(Stage::Progress, None).is_none(), "3");
    assert_eq!(story.due(Stage::Settle), "2025-04-22T18:00", "7");
    let assist = story.open(Stage::Settle, Some("county_housing")).due;
    assert_eq!(short(assist), "2025-04-22T18:00", "never after the lead's");
}
