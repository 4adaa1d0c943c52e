//! Which acts count as decisions that could have been other ones, and which as none.

use zongheng_core::matter::{Actor, Did, State};
use zongheng_core::playbook::Stage;
use zongheng_core::rules::Discretion;

use super::story::*;
use super::world::*;

/// What the last act of the story decided.
fn decided(story: &Story) -> Vec<String> {
    let (envelope, act, _) = story.ledger.last().unwrap();
    let used = Discretion::of_act(&act.did, &act.then, envelope.by);
    used.into_iter().map(|(discretion, _)| discretion.name()).collect()
}

#[test]
fn one_act_counts_for_everything_that_it_chose() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    assert_eq!(decided(&story), [""; 0]);
    story.done(CENTRE, dispatch("county_transport", &[TOWNSHIP]), State::Dispatched);
    assert_eq!(decided(&story), [""; 0], "as the list says");
    story.on("2025-03-05T10:00").done(
        CENTRE,
        withdraw("county_transport", &[TOWNSHIP]),
        State::Dispatched,
    );
    assert_eq!(decided(&story), ["withdrawn"]);

    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_housing", &[]), State::Dispatched);
    assert_eq!(decided(&story), ["other_unit"]);
    story.on("2025-03-05T15:00").done(HOUSING, return_(Some("county_transport")), State::Returned);
    story.on("2025-03-05T16:00").done(
        CENTRE,
        adjudicate("county_transport", &[]),
        State::Dispatched,
    );
    assert_eq!(decided(&story), ["named"]);
    story.on("2025-03-05T17:00").done(TRANSPORT, sign_for(), State::Handling);
    let (first, later) = (story.mint(), at("2025-04-14T18:00"));
    story.done(TRANSPORT, extend(first, Stage::Settle, later), State::Handling);
    assert_eq!(decided(&story), [""; 0], "asking decides nothing");
    story.on("2025-03-06T11:00").done(CENTRE, grant(first), State::Handling);
    assert_eq!(decided(&story), ["granted_extend"]);
}

#[test]
fn what_a_resident_does_by_receipt_is_nobody_s_discretion() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, decline(), State::Declined);
    assert_eq!(decided(&story), ["declined"]);
    story.try_by(&Actor::by_receipt(), reopen()).unwrap();
    assert!(matches!(story.ledger.last().unwrap().1.did, Did::Reopened(_)));
    assert_eq!(decided(&story), [""; 0]);
}
