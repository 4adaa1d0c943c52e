//! A matter in each state.

use zongheng_core::matter::{Command, Report, State};

use super::family::Family;
use super::life::EVERYBODY;
use super::story::*;
use super::world::*;

/// What the village found on the round.
pub(crate) fn found() -> Story {
    found_by(VILLAGE)
}

/// What somebody found on the round.
pub(crate) fn found_by(post: &str) -> Story {
    let now = at("2025-03-05T09:00");
    let report = Report {
        playbook: "grid_finding".into(),
        category: Some("rubbish".into()),
        contact: None,
        hidden: false,
        ..a_report()
    };
    Story::begun(&report, &WORLD.actor(post, now), now).unwrap()
}

/// What is asked for and granted to the lead.
pub(crate) fn granted(
    story: &mut Story,
    command: Command,
    decided: Command,
    by: &str,
    state: State,
) {
    story.done(TRANSPORT, command, State::Handling);
    story.done(by, decided, state);
}

/// A matter in each state, with everybody who has to do with it.
pub(crate) fn in_state(state: State) -> Story {
    let mut story = Story::reported("2025-03-05T09:00");
    let path: &[(&str, Command, State)] = &[
        (CENTRE, file(), State::Filed),
        (CENTRE, dispatch("county_transport", &["county_housing"]), State::Dispatched),
        (TRANSPORT, sign_for(), State::Handling),
        (HOUSING, sign_for(), State::Handling),
        (HOUSING, answer(), State::Handling),
        (TRANSPORT, answer(), State::Answered),
        (VERIFICATION, passed(), State::Verified),
        (CALL_BACK, reached(true), State::Verified),
        (CLOSING, sign_off(), State::SignedOff),
    ];
    match state {
        State::Reported => return story,
        State::Recorded => {
            let mut story = found();
            story.done(VILLAGE, settle_on_spot(), State::Recorded);
            return story;
        }
        State::Declined => {
            story.done(CENTRE, decline(), State::Declined);
            return story;
        }
        State::Returned => {
            story.done(CENTRE, file(), State::Filed);
            story.done(CENTRE, dispatch("county_housing", &[]), State::Dispatched);
            story.done(HOUSING, return_(None), State::Returned);
            return story;
        }
        State::Suspended | State::Shelved | State::Outside | State::Merged => {
            return stopped(story, state);
        }
        _ => {}
    }
    for (post, command, next) in path {
        story.done(post, command.clone(), *next);
        if *next == state && state != State::Verified {
            return story;
        }
    }
    assert_eq!(story.matter.state, State::SignedOff);
    if state == State::Verified {
        let mut story = in_state(State::Answered);
        story.done(VERIFICATION, passed(), State::Verified);
        return story;
    }
    story
}

fn stopped(mut story: Story, state: State) -> Story {
    story.done(CENTRE, file(), State::Filed);
    let order = dispatch("county_transport", &["county_housing", TOWNSHIP]);
    story.done(CENTRE, order, State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    let request = story.mint();
    match state {
        State::Suspended => {
            let asked = suspend(request, "2025-03-12T09:00");
            granted(&mut story, asked, grant(request), CENTRE, state);
        }
        State::Shelved => {
            story.done(HOUSING, sign_for(), State::Handling);
            story.done(HOUSING, answer(), State::Handling);
            story.done(CENTRE, withdraw("county_transport", &[TOWNSHIP]), State::Handling);
            story.done(CENTRE, dispatch("county_transport", &["emergency"]), State::Handling);
            let asked = shelve(request, "2025-04-12T09:00");
            granted(&mut story, asked, met(request, true), LEADER, state);
        }
        State::Outside => {
            let asked = refer_up(request);
            granted(&mut story, asked, grant(request), CENTRE, state);
        }
        _ => {
            let mut family = Family::new(vec![story, another()]);
            let into = family.id(1);
            family.done(0, CENTRE, merge(into), State::Merged);
            return alone(family);
        }
    }
    story
}

/// The first of a family, with the others beside it.
fn alone(family: Family) -> Story {
    let mut stories = family.stories.into_iter();
    let mut story = stories.next().unwrap();
    story.beside.extend(stories);
    story
}

/// An earlier report of the same.
pub(crate) fn another() -> Story {
    let mut story = Story::reported("2025-03-05T08:40");
    story.on("2025-03-05T09:00");
    story
}

/// A finding of the village in each state, brought there by whoever may: the village can settle on the
/// spot only what is not filed yet.
pub(crate) fn found_in(state: State) -> Story {
    let mut story = found();
    let request = story.mint();
    let to_the_unit = [file(), dispatch("county_transport", &[]), sign_for()];
    let answered = [answer(), passed(), sign_off()];
    let path: Vec<Command> = match state {
        State::Reported => Vec::new(),
        State::Declined => vec![decline()],
        State::Recorded => vec![settle_on_spot()],
        State::Filed => to_the_unit[..1].to_vec(),
        State::Dispatched => to_the_unit[..2].to_vec(),
        State::Handling => to_the_unit.to_vec(),
        State::Returned => [&to_the_unit[..2], &[return_(None)]].concat(),
        State::Answered => [&to_the_unit[..], &answered[..1]].concat(),
        State::Verified => [&to_the_unit[..], &answered[..2]].concat(),
        State::SignedOff => [&to_the_unit[..], &answered].concat(),
        State::Suspended => {
            let asked = suspend(request, "2025-03-12T09:00");
            [&to_the_unit[..], &[asked, grant(request)]].concat()
        }
        State::Shelved => {
            let asked = shelve(request, "2025-04-12T09:00");
            [&to_the_unit[..], &[asked, met(request, true)]].concat()
        }
        State::Outside => [&to_the_unit[..], &[refer_up(request), grant(request)]].concat(),
        State::Merged => {
            let mut family = Family::new(vec![story, found()]);
            family.look_around(1);
            let into = merge(family.id(0));
            someone(&mut family.stories[1], &into);
            family.stories.reverse();
            return alone(family);
        }
    };
    for command in path {
        someone(&mut story, &command);
    }
    assert_eq!(story.matter.state, state);
    story
}

/// Whoever may does it.
fn someone(story: &mut Story, command: &Command) {
    let tried = EVERYBODY.iter().any(|actor| story.try_by(actor, command.clone()).is_ok());
    assert!(tried, "nobody may {}", command.act());
}
