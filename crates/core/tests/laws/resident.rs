//! A resident's report from entry to close and once more, as the county walks it.

use zongheng_core::matter::{Actor, Refusal, Report, State, Why, time_by_holder};
use zongheng_core::playbook::Stage;

use super::story::*;
use super::world::*;

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn a_misdirected_report_is_named_extended_failed_verified_closed_and_reopened() {
    // Wednesday.
    let mut story = Story::reported("2025-03-05T09:00");
    let matter = &story.matter;
    assert_eq!(matter.owner.unwrap().unit, WORLD.unit("command_centre"), "the contact is hidden");
    assert_eq!(story.due(Stage::File), "2025-03-05T11:00");

    let transport = story.by(TRANSPORT);
    assert_eq!(story.try_by(&transport, sign_for()), Err(Refusal::Unknown), "not theirs to see");
    assert_eq!(story.refused(CENTRE, answer()), Refusal::NotYours(Why::OnlyLead));

    story.on("2025-03-05T09:30").done(CENTRE, file(), State::Filed);
    assert_eq!(story.due(Stage::Settle), "2025-03-14T18:00", "seven working days from the report");
    let Refusal::Invalid(faults) = story.refused(CENTRE, nobody()) else { panic!() };
    assert_eq!(faults[0].field, "lead");
    story.on("2025-03-05T10:00").done(CENTRE, dispatch("county_housing", &[]), State::Dispatched);
    assert_eq!(story.due(Stage::Progress), "2025-03-10T18:00");
    let transport = story.by(TRANSPORT);
    assert_eq!(story.try_by(&transport, sign_for()), Err(Refusal::Unknown));

    // Not ours.
    story.on("2025-03-05T15:00").done(HOUSING, return_(Some("county_transport")), State::Returned);
    assert_eq!(story.matter.owner.unwrap().post, Some(WORLD.post(CENTRE)));
    story.on("2025-03-05T16:00").done(
        CENTRE,
        adjudicate("county_transport", &[]),
        State::Dispatched,
    );
    assert_eq!(story.refused(TRANSPORT, return_(None)), Refusal::OutOfState(Why::BoundByDecision));
    assert_eq!(story.due(Stage::Settle), "2025-03-14T18:00", "a return does not restart the clock");

    story.on("2025-03-05T17:00").done(TRANSPORT, sign_for(), State::Handling);
    assert_eq!(story.refused(TRANSPORT, sign_for()), Refusal::OutOfState(Why::SignedFor));
    story.on("2025-03-06T09:00").done(TRANSPORT, progress(), State::Handling);

    // More time.
    let settle = story.open(Stage::Settle, None).due;
    let (first, second) = (story.mint(), story.mint());
    let Refusal::Invalid(faults) = story.refused(TRANSPORT, extend(first, Stage::Settle, settle))
    else {
        panic!("the same day is no extension")
    };
    assert_eq!(faults[0].field, "due");
    let later = at("2025-04-14T18:00");
    story.done(TRANSPORT, extend(second, Stage::Settle, later), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-03-14T18:00", "asking changes nothing");
    assert_eq!(story.refused(TRANSPORT, grant(second)), Refusal::NotYours(Why::OwnRequest));
    assert_eq!(story.refused(TRANSPORT, answer()), Refusal::OutOfState(Why::RequestOpen));
    story.on("2025-03-06T11:00").done(CENTRE, grant(second), State::Handling);
    let moved = story.open(Stage::Settle, None);
    assert_eq!((moved.first_due, moved.due), (settle, later), "both dates stay");

    // Answered, failed, answered again.
    story.on("2025-03-20T10:00").done(TRANSPORT, answer(), State::Answered);
    assert_eq!(story.refused(TRANSPORT, passed()), Refusal::NotYours(Why::OwnWork));
    assert_eq!(story.refused(TRANSPORT_STAFF, passed()), Refusal::NotYours(Why::OwnUnit));
    assert_eq!(story.refused(CENTRE, passed()), Refusal::NotYours(Why::OwnDispatch));
    story.on("2025-03-20T15:00").done(VERIFICATION, failed(), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-04-14T18:00", "the old due stands");
    story.on("2025-03-21T10:00").done(TRANSPORT, answer(), State::Answered);
    story.on("2025-03-21T11:00").done(VERIFICATION, passed(), State::Verified);
    let settle = story.matter.deadlines.iter().find(|d| d.stage == Stage::Settle).unwrap();
    assert_eq!(settle.met, Some(at("2025-03-21T10:00")), "met by the answer that held");

    // Asked, closed, reopened.
    assert_eq!(story.refused(CLOSING, sign_off()), Refusal::OutOfState(Why::NotAsked));
    assert_eq!(story.refused(TRANSPORT, reached(true)), Refusal::NotYours(Why::OwnWork));
    story.on("2025-03-21T19:00").done(CALL_BACK, reached(true), State::Verified);
    story.on("2025-03-24T09:00").done(CLOSING, sign_off(), State::SignedOff);
    story.on("2025-03-27T09:00").done(CENTRE, reopen(), State::Dispatched);

    let matter = &story.matter;
    assert_eq!((matter.round, matter.reported), (2, at("2025-03-05T09:00")));
    assert_eq!(matter.owner.unwrap().unit, WORLD.unit("county_transport"), "the same lead");
    assert_eq!(story.due(Stage::Settle), "2025-04-08T18:00", "a new limit, over Qingming");
    assert_eq!(
        story.kinds(),
        [
            "reported",
            "filed",
            "dispatched",
            "returned",
            "adjudicated",
            "signed_for",
            "progressed",
            "extension_asked",
            "decided",
            "answered",
            "verified",
            "answered",
            "verified",
            "called_back",
            "signed_off",
            "reopened",
        ]
    );
    assert_eq!(story.folded_again(), story.matter);
    let held: Vec<_> = time_by_holder(&story.matter, story.now)
        .iter()
        .map(|s| format!("{:?} {}", s.kind, (s.to.seconds_since(s.from)) / 3600))
        .collect();
    assert_eq!(
        held,
        [
            "Centre 1",
            "Unit 5",
            "Approver 1",
            "Unit 17",
            "Approver 2",
            "Unit 335",
            "Verifier 5",
            "Unit 19",
            "Verifier 1",
            "Reporter 8",
            "Centre 62",
        ],
        "hours by holder; nobody holds it between close and reopening"
    );
}

fn nobody() -> zongheng_core::matter::Command {
    zongheng_core::matter::Command::Dispatch {
        lead: zongheng_core::ids::UnitId(uuid::Uuid::nil()),
        assists: Vec::new(),
        withdraw: Vec::new(),
        deadline: None,
        reason: None,
    }
}

#[test]
fn the_reporter_answers_and_reopens_by_receipt_within_the_window() {
    let mut story = verified();
    story.done_by_receipt(reached(true), State::Verified);
    story.done(CLOSING, sign_off(), State::SignedOff);
    let until = story.matter.reopen_until.unwrap();
    story.now = until.plus_seconds(1);
    assert_eq!(
        story.try_by(&Actor::by_receipt(), reopen()),
        Err(Refusal::OutOfState(Why::WindowOver(until)))
    );
    story.now = until;
    story.done_by_receipt(reopen(), State::Dispatched);
    assert_eq!(story.matter.round, 2);
}

/// A matter that county transport answered and the verification desk passed.
fn verified() -> Story {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
    story.on("2025-03-06T09:00").done(VERIFICATION, passed(), State::Verified);
    story
}

#[test]
fn what_the_reporter_said_of_a_failed_answer_does_not_count_for_the_next() {
    let mut story = verified();
    story.done(CALL_BACK, reached(false), State::Verified);
    assert_eq!(story.refused(CLOSING, sign_off()), Refusal::OutOfState(Why::NotSolved));
    story.on("2025-03-06T10:00").done(CLOSING, failed(), State::Handling);
    story.on("2025-03-07T10:00").done(TRANSPORT, answer(), State::Answered);
    story.done(VERIFICATION, passed(), State::Verified);
    assert_eq!(story.refused(CLOSING, sign_off()), Refusal::OutOfState(Why::NotAsked));
    story.done(CALL_BACK, reached(true), State::Verified);
    story.done(CALL_BACK, reached(false), State::Verified);
    story.done(CLOSING, sign_off(), State::SignedOff);
    assert_eq!(story.matter.heard(1).unwrap().solved, Some(true), "the first word counts");
}

#[test]
fn not_solved_is_closed_by_the_supervision_office_alone_and_with_a_reason() {
    let mut story = verified();
    story.done(CALL_BACK, reached(false), State::Verified);
    let Refusal::Invalid(faults) = story.refused(SUPERVISION_OFFICER, sign_off()) else { panic!() };
    assert_eq!(faults[0].field, "despite");
    let despite = zongheng_core::matter::Command::SignOff { despite: Some(text()) };
    assert_eq!(story.refused(CLOSING, despite.clone()), Refusal::OutOfState(Why::NotSolved));
    story.done(SUPERVISION_OFFICER, despite, State::SignedOff);
}

#[test]
fn three_tries_on_different_days_stand_for_an_answer() {
    let mut story = verified();
    for (day, enough) in [
        ("2025-03-06T19:00", false),
        ("2025-03-06T20:00", false),
        ("2025-03-07T19:00", false),
        ("2025-03-09T10:00", true),
    ] {
        story.on(day).done(CALL_BACK, unreached(), State::Verified);
        let next = story.matter.next().unwrap().stage;
        assert_eq!(next == Stage::SignOff, enough, "{day}");
        if !enough {
            let refusal = story.refused(CLOSING, sign_off());
            assert_eq!(refusal, Refusal::OutOfState(Why::TooFewTries), "{day}");
        }
    }
    story.on("2025-03-10T09:00").done(CLOSING, sign_off(), State::SignedOff);
}

#[test]
fn a_complaint_of_the_command_centre_is_judged_by_the_supervision_office() {
    let report = Report { against: Some(WORLD.unit("command_centre")), ..a_report() };
    let mut story = Story::begun(&report, &Actor::by_receipt(), at("2025-03-05T09:00")).unwrap();
    let desk = WORLD.key_of(story.matter.desk.post.unwrap());
    assert_eq!(desk, LEADER);
    story.done(LEADER, file(), State::Filed);
    let dispatch = dispatch("county_transport", &[]);
    story.done(LEADER, dispatch, State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
    assert_eq!(story.refused(LEADER, passed()), Refusal::NotYours(Why::OwnDispatch));
    assert_eq!(story.refused(VERIFICATION, passed()), Refusal::Unknown);
    story.done(SUPERVISION_HEAD, passed(), State::Verified);
    story.done(SUPERVISION_HEAD, reached(true), State::Verified);
    story.done(SUPERVISION_HEAD, sign_off(), State::SignedOff);
}

/// The same person sits in the lead's unit and, as second, at the desks that decide and verify.
#[test]
fn who_is_of_the_answering_unit_neither_decides_nor_verifies_from_another_post() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.on("2025-03-05T10:00").done(TRANSPORT, sign_for(), State::Handling);
    let request = story.mint();
    let later = at("2025-04-14T18:00");
    story.done(TRANSPORT, extend(request, Stage::Settle, later), State::Handling);
    let second = |post: &str| WORLD.stand_in(TRANSPORT_STAFF, post, story.now);
    let (decides, verifies) = (second(CENTRE), second(VERIFICATION));
    let own = Err(Refusal::NotYours(Why::OwnRequest));
    assert_eq!(story.try_by(&decides, grant(request)), own);
    story.on("2025-03-06T11:00").done(CENTRE, grant(request), State::Handling);
    story.on("2025-03-07T10:00").done(TRANSPORT, answer(), State::Answered);
    assert_eq!(story.try_by(&verifies, passed()), Err(Refusal::NotYours(Why::OwnUnit)));
    story.done(VERIFICATION, passed(), State::Verified);
}
