//! 吹哨, 报到.

use zongheng_core::matter::{Came, Command, Refusal, Satisfied, State, Why};

use super::story::*;
use super::world::*;

#[test]
fn a_township_calls_only_units_that_the_county_can_order() {
    let mut story = handled("2025-03-05T09:00");
    for (units, at_fault) in [
        (&["tax"][..], "units[0]"),
        (&["county_housing", "county_housing"][..], "units[1]"),
        (&[TOWNSHIP][..], "units[0]"),
        (&[][..], "units"),
    ] {
        assert_eq!(field(story.refused(HALL, whistle(units, "2025-03-05T11:00"))), at_fault);
    }
    assert_eq!(field(story.refused(HALL, whistle(&["county_housing"], "2025-03-05T08:00"))), "by");
    let by_another = story.refused(VILLAGE, whistle(&["county_housing"], "2025-03-05T11:00"));
    assert_eq!(by_another, Refusal::NotYours(Why::OnlyCaller));
}

#[test]
fn who_whistled_and_nobody_else_says_who_came() {
    let mut story = handled("2025-03-05T09:00");
    story.done(
        HALL,
        whistle(&["county_housing", "emergency"], "2025-03-05T11:00"),
        State::Handling,
    );
    assert!(story.matter.share_of(WORLD.unit("county_housing")).is_none(), "a call makes no share");
    story.done(HOUSING, comment(), State::Handling);
    let came = || arrive(1, "county_housing", Came::Came);
    for (post, why) in [(DEPUTY, Why::OnlyWhistler), (CENTRE, Why::OnlyWhistler)] {
        assert_eq!(story.refused(post, came()), Refusal::NotYours(why));
    }
    assert_eq!(story.refused(TRANSPORT, answer()), Refusal::OutOfState(Why::WhistleOpen));
    let judged = Command::Arrive {
        whistle: 1,
        unit: WORLD.unit("emergency"),
        came: Came::Absent,
        satisfied: Some(Satisfied::No),
        reason: Some(text()),
    };
    assert_eq!(field(story.refused(HALL, judged)), "satisfied", "who did not come is not judged");
    let silent = Command::Arrive {
        whistle: 1,
        unit: WORLD.unit("county_housing"),
        came: Came::Late,
        satisfied: Some(Satisfied::No),
        reason: None,
    };
    assert_eq!(field(story.refused(HALL, silent)), "reason");
    story.done(HALL, came(), State::Handling);
    assert_eq!(story.refused(HALL, came()), Refusal::Already(Why::ArrivalKnown));
    story.done(HALL, arrive(1, "emergency", Came::Absent), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
}

#[test]
fn who_came_in_time_was_there_by_then_however_late_it_is_confirmed() {
    let mut story = handled("2025-03-05T09:00");
    let called = whistle(&["county_housing", "emergency"], "2025-03-05T11:00");
    story.done(HALL, called, State::Handling);
    story.on("2025-03-05T15:00");
    story.done(HALL, arrive(1, "county_housing", Came::Came), State::Handling);
    story.done(HALL, arrive(1, "emergency", Came::Late), State::Handling);
    let met: Vec<_> = story.matter.whistles[0]
        .calls
        .iter()
        .map(|call| {
            let deadline = &story.matter.deadlines[call.deadline as usize - 1];
            deadline.met.is_some_and(|at| at <= deadline.due)
        })
        .collect();
    assert_eq!(met, [true, false]);
}

#[test]
fn the_unit_complained_of_is_neither_called_nor_written_to() {
    let mut story = Story::begun(
        &zongheng_core::matter::Report {
            against: Some(WORLD.unit("county_housing")),
            ..a_report()
        },
        &zongheng_core::matter::Actor::by_receipt(),
        at("2025-03-05T09:00"),
    )
    .unwrap();
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    let call = whistle(&["emergency", "county_housing"], "2025-03-05T11:00");
    assert_eq!(field(story.refused(HALL, call)), "units[1]");
    let Command::Order { number, text, .. } = order("督〔2025〕1号") else { panic!() };
    let order = Command::Order { number, text, unit: Some(WORLD.unit("county_housing")) };
    assert_eq!(field(story.refused(SUPERVISION_HEAD, order)), "unit");
}
