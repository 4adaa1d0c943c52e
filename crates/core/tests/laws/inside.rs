//! Inside a unit: passed on, drafted by one, released by another.

use zongheng_core::matter::{Command, Drafted, Refusal, State, Why};
use zongheng_core::playbook::{Playbook, Rating, ReleaseRule};

use super::story::*;
use super::world::*;

fn handled_task(lead: &str, head: &str) -> Story {
    let mut story = Story::task(SUPERVISION_CLERK, "2025-04-17T15:00");
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    story.done(SUPERVISION_DEPUTY, dispatch(lead, &[]), State::Dispatched);
    story.done(head, sign_for(), State::Handling);
    story
}

#[test]
fn a_share_is_passed_on_within_the_unit_s_tree_and_back() {
    let mut story = handled_task("county_transport", TRANSPORT);
    assert_eq!(field(story.refused(TRANSPORT, pass_on(HOUSING))), "post");
    let late = Command::PassOn {
        post: WORLD.post(TRANSPORT_STAFF),
        due: Some(at("2025-05-17T18:00")),
        text: None,
    };
    assert_eq!(
        field(story.refused(TRANSPORT, late)),
        "due",
        "the inner limit lies before the share's"
    );
    assert_eq!(story.refused(TRANSPORT, pass_back()), Refusal::OutOfState(Why::NotPassedOn));
    story.done(TRANSPORT, pass_on(HIGHWAY), State::Handling);
    let owner = story.matter.owner.unwrap();
    assert_eq!(owner.unit, WORLD.unit("county_transport"), "the unit answers all the same");
    assert_eq!(owner.post, Some(WORLD.post(HIGHWAY)));
    story.done(HIGHWAY, progress(), State::Handling);
    assert_eq!(story.refused(HIGHWAY, answer()), Refusal::NotYours(Why::NeedsRelease));
    story.done(HIGHWAY, submit(an_answer()), State::Handling);
    story.done(HIGHWAY, pass_back(), State::Handling);
    assert_eq!(story.matter.owner.unwrap().post, Some(WORLD.post(TRANSPORT)));
    story.done(TRANSPORT, release(1), State::Answered);
}

#[test]
fn what_is_released_bears_who_drafted_it_and_the_drafter_does_not_verify() {
    let mut story = handled_task("county_housing", HOUSING);
    assert_eq!(story.refused(HOUSING_STAFF, answer()), Refusal::NotYours(Why::NeedsRelease));
    let before = (story.matter.deadlines.clone(), story.matter.state);
    story.done(HOUSING_STAFF, submit(an_answer()), State::Handling);
    assert_eq!(
        before,
        (story.matter.deadlines.clone(), story.matter.state),
        "a draft changes nothing"
    );
    assert_eq!(
        story.refused(HOUSING_STAFF, submit(an_answer())),
        Refusal::OutOfState(Why::SameDraftOpen)
    );
    assert_eq!(story.refused(HOUSING_STAFF, release(1)), Refusal::NotYours(Why::OnlyReleaser));
    story.done(HOUSING, send_back(1), State::Handling);
    assert_eq!(story.refused(HOUSING, release(1)), Refusal::OutOfState(Why::NoDraft));
    story.done(HOUSING_STAFF, submit(an_answer()), State::Handling);
    story.done(HOUSING, release(2), State::Answered);
    let released = story.ledger.last().unwrap().1.then.released.unwrap();
    assert_eq!((released.draft, released.post), (2, Some(WORLD.post(HOUSING_STAFF))));
    let drafter = WORLD.stand_in(HOUSING_STAFF, SUPERVISION_OFFICER, story.now);
    assert_eq!(story.try_by(&drafter, rated(Rating::Good)), Err(Refusal::NotYours(Why::OwnWork)));
    story.done(SUPERVISION_OFFICER, rated(Rating::Good), State::Verified);
}

#[test]
fn where_two_are_asked_nobody_releases_the_own_draft() {
    let (task, clock, hash) = WORLD.county.catalogue.current(&"county_task".into()).unwrap();
    let two = |rule: &ReleaseRule| ReleaseRule { two: true, ..rule.clone() };
    let release_rules = task.release.iter().map(two).collect();
    let playbook: &'static Playbook =
        Box::leak(Box::new(Playbook { release: release_rules, ..task.clone() }));
    let now = at("2025-04-17T15:00");
    let clerk = WORLD.actor(SUPERVISION_CLERK, now);
    let mut story = Story::begun_by(&a_task(), &clerk, now, (playbook, clock, hash)).unwrap();
    story.done(SUPERVISION_DEPUTY, file(), State::Filed);
    story.done(SUPERVISION_DEPUTY, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    assert_eq!(story.refused(TRANSPORT, answer()), Refusal::NotYours(Why::NeedsRelease));
    story.done(TRANSPORT, submit(an_answer()), State::Handling);
    assert_eq!(story.refused(TRANSPORT, release(1)), Refusal::NotYours(Why::OwnDraft));
    story.done(TRANSPORT, send_back(1), State::Handling).done(
        TRANSPORT_STAFF,
        submit(an_answer()),
        State::Handling,
    );
    story.done(TRANSPORT, release(2), State::Answered);
}

#[test]
fn who_drafted_a_request_does_not_decide_it() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    let request = story.mint();
    let until = at("2025-03-08T09:00");
    let draft = Drafted::Suspend { request, reason: text(), until };
    story.done(TRANSPORT_STAFF, submit(draft), State::Handling);
    story.done(TRANSPORT, release(1), State::Handling);
    let drafter = WORLD.stand_in(TRANSPORT_STAFF, CENTRE, story.now);
    assert_eq!(story.try_by(&drafter, grant(request)), Err(Refusal::NotYours(Why::OwnRequest)));
    story.done(CENTRE, grant(request), State::Suspended);
}

#[test]
fn a_draft_falls_with_the_share_for_which_it_was_made() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT_STAFF, submit(an_answer()), State::Dispatched);
    story.done(TRANSPORT, return_(None), State::Returned);
    assert!(story.matter.drafts.iter().all(|draft| !draft.waits()));
}
