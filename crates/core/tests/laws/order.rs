//! In which order refusals are found: unknown, not yours, out of state, stale, already, invalid.

use zongheng_core::matter::{ActName, Actor, Ask, Command, FieldFault, Refusal, State};
use zongheng_core::playbook::Stage;

use super::story::*;
use super::world::*;

/// What is tried, by whom, with which act, having seen how much, and the code of what is told.
type Case = (&'static str, &'static str, ActName, Option<u32>, Asked, &'static str);
type Asked = Result<Command, Vec<FieldFault>>;

/// What is wrong with a command, as far as its code says.
fn code(result: &Result<State, Refusal>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(Refusal::Unknown) => "unknown",
        Err(Refusal::NotYours(_)) => "not_yours",
        Err(Refusal::OutOfState(_)) => "out_of_state",
        Err(Refusal::Stale { .. }) => "stale",
        Err(Refusal::Already(_)) => "already",
        Err(Refusal::Invalid(_)) => "invalid",
    }
}

/// Handling since act 4; act 5 adds an assisting unit, act 6 is a word, 7 a request of the lead, 8 the
/// decision on it.
fn story() -> Story {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(CENTRE, add("county_housing"), State::Handling);
    story.done(VILLAGE, comment(), State::Handling);
    let later = story.open(Stage::Settle, None).due.plus_seconds(86_400);
    let request = story.mint();
    story.done(TRANSPORT, extend(request, Stage::Settle, later), State::Handling);
    story.done(CENTRE, grant(request), State::Handling);
    assert_eq!(story.matter.seq, 8);
    story
}

fn add(unit: &str) -> Command {
    let Command::Dispatch { lead, assists, withdraw, deadline, .. } =
        dispatch("county_transport", &[unit])
    else {
        panic!()
    };
    Command::Dispatch { lead, assists, withdraw, deadline, reason: None }
}

#[test]
fn the_refusal_that_outranks_is_the_one_that_is_told() {
    let bad = || Err(vec![FieldFault::new("text", "is missing")]);
    let asked = story().last_request();
    let cases: Vec<Case> = vec![
        // Everything is wrong at once; each line takes the worst away.
        ("who does not see it", HIGHWAY, ActName::SignFor, Some(1), bad(), "unknown"),
        ("an administrator", SYSTEM_ADMIN, ActName::Comment, None, Ok(comment()), "unknown"),
        ("who never may", VILLAGE, ActName::SignOff, Some(1), bad(), "not_yours"),
        ("of the chain, wrong state", TRANSPORT, ActName::Verify, Some(1), bad(), "not_yours"),
        ("the dispatcher", CENTRE, ActName::Verify, None, Ok(passed()), "not_yours"),
        ("right desk, wrong state", CLOSING, ActName::SignOff, Some(1), bad(), "out_of_state"),
        ("signed for already", TRANSPORT, ActName::SignFor, Some(1), bad(), "out_of_state"),
        ("an assist is open", TRANSPORT, ActName::Answer, Some(1), bad(), "out_of_state"),
        ("seen before the decision", TRANSPORT, ActName::Progress, Some(7), bad(), "stale"),
        ("seen it all", TRANSPORT, ActName::Progress, Some(8), bad(), "invalid"),
        ("seen nothing said", TRANSPORT, ActName::Progress, None, bad(), "invalid"),
        ("decided, old sight", CENTRE, ActName::Decide, Some(7), Ok(grant(asked)), "stale"),
        ("decided, full sight", CENTRE, ActName::Decide, Some(8), Ok(grant(asked)), "already"),
        (
            "decided, no reason either",
            CENTRE,
            ActName::Decide,
            None,
            Ok(Command::Decide { request: asked, accept: false, reason: None, number: None }),
            "already",
        ),
        ("own request", TRANSPORT, ActName::Decide, Some(1), Ok(grant(asked)), "not_yours"),
        ("another share changed", HOUSING, ActName::SignFor, Some(5), Ok(sign_for()), "done"),
        ("own share came since", HOUSING, ActName::SignFor, Some(4), Ok(sign_for()), "stale"),
        ("a word hinders nobody", HOUSING, ActName::SignFor, Some(6), Ok(sign_for()), "done"),
        (
            "assists already",
            CENTRE,
            ActName::Dispatch,
            Some(8),
            Ok(add("county_housing")),
            "invalid",
        ),
        (
            "the lead's business is another's",
            CENTRE,
            ActName::Dispatch,
            Some(5),
            Ok(add(TOWNSHIP)),
            "done",
        ),
        ("comments are never stale", TRANSPORT, ActName::Comment, Some(1), Ok(comment()), "done"),
    ];
    for (case, post, act, seq, command, expected) in cases {
        let mut story = story();
        let actor = story.by(post);
        let before = story.matter.clone();
        let got = code(&story.ask(&actor, &Ask { act, seq, command }));
        assert_eq!(got, expected, "{case}");
        assert!(got == "done" || story.matter == before, "{case}: a refusal leaves nothing");
    }
}

#[test]
fn an_urge_of_today_is_already_done() {
    let mut story = story();
    story.done(CENTRE, urge(None), State::Handling);
    let centre = story.by(CENTRE);
    assert_eq!(code(&story.try_by(&centre, urge(None))), "already");
    story.on("2025-03-05T18:01");
    assert_eq!(code(&story.try_by(&centre, urge(None))), "done", "counts for the next working day");
    story.on("2025-03-06T10:00");
    assert_eq!(code(&story.try_by(&centre, urge(None))), "already");
}

#[test]
fn a_person_in_two_posts_is_one_person() {
    let mut story = story();
    story.done(CENTRE, withdraw("county_transport", &["county_housing"]), State::Handling);
    story.done(TRANSPORT_STAFF, answer(), State::Answered);
    let other = WORLD.stand_in(TRANSPORT_STAFF, VERIFICATION, story.now);
    assert_eq!(code(&story.try_by(&other, passed())), "not_yours");
    story.done(VERIFICATION, passed(), State::Verified);
}

#[test]
fn who_asked_does_not_decide_from_the_post_of_a_desk() {
    let mut story = story();
    let later = story.open(Stage::Settle, None).due.plus_seconds(86_400);
    let request = story.mint();
    story.done(TRANSPORT_STAFF, extend(request, Stage::Settle, later), State::Handling);
    let other = WORLD.stand_in(TRANSPORT_STAFF, CENTRE, story.now);
    assert_eq!(code(&story.try_by(&other, grant(request))), "not_yours");
    story.done(CENTRE, grant(request), State::Handling);
}

#[test]
fn undecided_is_refused_and_what_was_asked_can_be_asked_again() {
    let mut story = story();
    let request = story.mint();
    story.done(TRANSPORT, suspend(request, "2025-03-12T09:00"), State::Handling);
    story.on("2025-03-06T18:01");
    assert_eq!(
        code(&story.ask(
            &story.by(CENTRE),
            &Ask { act: ActName::Decide, seq: None, command: Ok(grant(request)) }
        )),
        "out_of_state"
    );
    let again = story.mint();
    story.done(TRANSPORT, suspend(again, "2025-03-12T09:00"), State::Handling);
    let open = story.matter.deadlines.iter().filter(|d| d.stage == Stage::Decide && d.is_open());
    assert_eq!(open.count(), 1, "the lapsed one is over");
    story.done(CENTRE, deny(again), State::Handling);
}

#[test]
fn nobody_without_account_does_more_than_answer_and_reopen() {
    let mut story = story();
    for act in ActName::all() {
        let command = Err(vec![FieldFault::new("text", "is missing")]);
        let got = code(&story.ask(&Actor::by_receipt(), &Ask { act, seq: None, command }));
        let expected = match act {
            ActName::CallBack | ActName::Reopen => "out_of_state",
            _ => "not_yours",
        };
        assert_eq!(got, expected, "{act}");
    }
}
