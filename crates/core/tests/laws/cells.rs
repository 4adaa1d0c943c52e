//! The table of acts and states as the county's officials read it: every cell is reached, every blank
//! one refused.

use std::collections::{BTreeMap, BTreeSet};

use zongheng_core::matter::{ActName, Ask, Command, Refusal, State, ever};
use zongheng_core::playbook::Stage;

use super::life::{Dice, command, everybody, live};
use super::story::*;
use super::world::*;

const TABLE: &str = include_str!("../data/acts_by_state.csv");

/// States that only the acts of the next issue lead to.
const LATER_STATES: [&str; 4] = ["shelved", "outside", "merged", "recorded"];
/// Cells of this acts that need requests of the next issue: exclusion and objection.
const LATER_CELLS: [(&str, &str); 2] = [("decide", "verified"), ("decide", "signed_off")];
const LATER_ACTS: [&str; 21] = [
    "settle_on_spot",
    "link",
    "unlink",
    "merge",
    "pass_on",
    "pass_back",
    "submit",
    "send_back",
    "release",
    "plan",
    "node_done",
    "decompose",
    "whistle",
    "arrive",
    "shelve",
    "refer_up",
    "refer_across",
    "exclude",
    "object",
    "order",
    "notice",
];

type Cells = BTreeMap<(ActName, State), BTreeSet<State>>;

/// The cells of this issue, with the states that each allows.
fn cells() -> Cells {
    let mut cells = Cells::new();
    for line in TABLE.lines().skip(1) {
        let [act, state, next] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let later = LATER_ACTS.contains(&act)
            || LATER_STATES.contains(&state)
            || LATER_CELLS.contains(&(act, state));
        if later {
            continue;
        }
        let (act, state): (ActName, State) = (act.parse().unwrap(), state.parse().unwrap());
        let next = next
            .split('|')
            .filter(|next| !LATER_STATES.contains(next))
            .map(|next| if next == "same" { state } else { next.parse().unwrap() });
        cells.insert((act, state), next.collect());
    }
    cells
}

#[test]
fn the_code_has_the_cells_of_the_table_and_no_others() {
    let mut own = Cells::new();
    for row in &zongheng_core::matter::TABLE {
        for (state, next) in row.states {
            own.insert((row.act, *state), next.iter().copied().collect());
        }
    }
    assert_eq!(own, cells());
}

/// A matter in each state, with everybody who has to do with it.
fn in_state(state: State) -> Story {
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
        State::Suspended => {
            story.done(CENTRE, file(), State::Filed);
            let order = dispatch("county_transport", &["county_housing", TOWNSHIP]);
            story.done(CENTRE, order, State::Dispatched);
            story.done(TRANSPORT, sign_for(), State::Handling);
            let request = story.mint();
            story.done(TRANSPORT, suspend(request, "2025-03-12T09:00"), State::Handling);
            story.done(CENTRE, grant(request), State::Suspended);
            return story;
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

/// Sequences for the cells, walked one by one.
fn directed(reached_cells: &mut Cells) {
    let mut walk = |story: &mut Story, post: &str, command: Command| {
        let (act, before) = (name_of(&command), story.matter.state);
        let actor = story.by(post);
        let next = story.try_by(&actor, command).unwrap_or_else(|e| panic!("{post} {act}: {e}"));
        reached_cells.entry((act, before)).or_default().insert(next);
    };
    for state in State::ALL {
        for command in [comment(), spot()] {
            walk(&mut in_state(state), CENTRE, command);
        }
        if state.is_open() {
            walk(&mut in_state(state), CENTRE, urge(None));
        }
    }
    let correct = || {
        Command::Correct(zongheng_core::matter::Facts {
            category: Some("water_supply".into()),
            ..zongheng_core::matter::Facts::default()
        })
    };
    for state in
        [State::Reported, State::Filed, State::Dispatched, State::Returned, State::Handling]
    {
        walk(&mut in_state(state), CENTRE, correct());
    }
    // Another person of the desk declines what is filed.
    walk(&mut in_state(State::Reported), CENTRE, decline());
    let mut story = in_state(State::Filed);
    let other = WORLD.stand_in(TRANSPORT_STAFF, CENTRE, story.now);
    assert_eq!(story.try_by(&other, decline()), Ok(State::Declined));
    let story = &mut in_state(State::Declined);
    walk(story, CENTRE, reopen());
    walk(story, CENTRE, file());
    walk(story, CENTRE, dispatch("county_transport", &[]));

    // Dispatched: the assist first, then the lead.
    let story = &mut in_state(State::Dispatched);
    let (first, second) = (story.mint(), story.mint());
    let settle = story.open(Stage::Settle, None).due.plus_seconds(86_400);
    walk(story, CENTRE, withdraw("county_transport", &["county_housing"]));
    walk(story, CENTRE, dispatch("county_transport", &["county_housing"]));
    walk(story, HOUSING, sign_for());
    walk(story, HOUSING, return_(None));
    walk(story, CENTRE, adjudicate("county_transport", &[TOWNSHIP]));
    walk(story, TRANSPORT, progress());
    walk(story, TRANSPORT, extend(first, Stage::Settle, settle));
    walk(story, CENTRE, grant(first));
    walk(story, TRANSPORT, suspend(second, "2025-03-12T09:00"));
    walk(story, HALL, sign_for());
    walk(story, TRANSPORT, sign_for());
    walk(story, CENTRE, grant(second));
    walk(story, TRANSPORT, Command::Resume);
    walk(&mut in_state(State::Dispatched), TRANSPORT, return_(None));

    // Handling.
    let story = &mut in_state(State::Returned);
    walk(story, CENTRE, adjudicate("county_transport", &["county_housing"]));
    walk(story, TRANSPORT, sign_for());
    walk(story, HOUSING, sign_for());
    walk(story, CENTRE, dispatch("county_transport", &[TOWNSHIP]));
    walk(story, HALL, return_(None));
    walk(story, CENTRE, adjudicate("county_transport", &[]));
    let request = story.mint();
    walk(story, TRANSPORT, extend(request, Stage::Settle, settle));
    walk(story, CENTRE, deny(request));
    walk(story, HOUSING, answer());
    walk(story, TRANSPORT, answer());
    walk(story, VERIFICATION, failed());
    walk(story, TRANSPORT, answer());
    walk(story, VERIFICATION, passed());
    walk(story, CLOSING, failed());
    walk(&mut in_state(State::Handling), TRANSPORT, return_(None));

    // Suspended: the assisting units go on.
    let story = &mut in_state(State::Suspended);
    let (first, second) = (story.mint(), story.mint());
    walk(story, HOUSING, sign_for());
    walk(story, HOUSING, progress());
    walk(story, HOUSING, suspend(first, "2025-03-07T09:00"));
    walk(story, CENTRE, grant(first));
    walk(story, TRANSPORT, extend(second, Stage::Settle, settle));
    walk(story, HALL, return_(None));
    walk(story, CENTRE, adjudicate("county_transport", &[TOWNSHIP]));
    walk(story, CENTRE, withdraw("county_transport", &[TOWNSHIP]));
    walk(story, HOUSING, answer());
    walk(story, CENTRE, Command::Resume);
    walk(story, TRANSPORT, progress());

    // The end.
    let story = &mut in_state(State::Verified);
    walk(story, CALL_BACK, reached(true));
    walk(story, CLOSING, sign_off());
    walk(story, CALL_BACK, reached(true));
    walk(story, CENTRE, reopen());
    let story = &mut in_state(State::Handling);
    let request = story.mint();
    walk(story, TRANSPORT, suspend(request, "2025-03-12T09:00"));
    walk(story, CENTRE, grant(request));
    reached_cells.entry((ActName::Decline, State::Filed)).or_default().insert(State::Declined);
}

#[test]
fn every_cell_is_reached_and_leads_where_it_allows() {
    let mut reached_cells = Cells::new();
    directed(&mut reached_cells);
    let mut dice = Dice::new(5);
    for _ in 0..60 {
        let numbers: Vec<u64> = (0..60).map(|_| dice.number()).collect();
        for (step, _) in live(&numbers).acts() {
            let cell = (step.ask.act, step.before.state);
            reached_cells.entry(cell).or_default().insert(step.after.state);
        }
    }
    let wanted = cells();
    let never: Vec<_> = wanted
        .iter()
        .flat_map(|(cell, next)| next.iter().map(move |next| (*cell, *next)))
        .filter(|(cell, next)| !reached_cells.get(cell).is_some_and(|r| r.contains(next)))
        .collect();
    assert!(never.is_empty(), "never reached: {never:?}");
    for (cell, next) in &reached_cells {
        let allowed = wanted.get(cell).unwrap_or_else(|| panic!("{cell:?} is a blank"));
        assert!(next.is_subset(allowed), "{cell:?} led to {next:?}, allowed {allowed:?}");
    }
}

/// Blanks for which no right person can exist in a real matter: there is no share yet, none any more,
/// or nobody whose dispatch another could check.
fn has_nobody(act: ActName, state: State) -> bool {
    let share = matches!(
        act,
        ActName::SignFor
            | ActName::Return
            | ActName::Progress
            | ActName::Suspend
            | ActName::Extend
            | ActName::Answer
    );
    share && matches!(state, State::Reported | State::Filed | State::Returned | State::Declined)
}

#[test]
fn every_blank_is_refused_to_the_right_person_as_out_of_state() {
    let cells = cells();
    for state in State::ALL {
        for act in ActName::all().filter(|act| !cells.contains_key(&(*act, state))) {
            let mut right = 0;
            for actor in everybody(in_state(state).now) {
                let mut story = in_state(state);
                let may = ever(&story.matter, act, &story.context(&actor)).is_ok();
                for seed in 0..3 {
                    let command = command(&mut story, act, &actor, &mut Dice::new(seed));
                    let ask = Ask { act, seq: None, command: Ok(command) };
                    let refusal = story.decide(&actor, &ask).expect_err("a blank");
                    match refusal {
                        Refusal::OutOfState(_) => assert!(may, "{act} in {state}: {refusal}"),
                        // The command may ask for more than the post may ever do.
                        Refusal::NotYours(_) | Refusal::Unknown => {}
                        _ => panic!("{act} in {state}: {refusal}"),
                    }
                    right += u32::from(matches!(refusal, Refusal::OutOfState(_)));
                }
            }
            assert_eq!(right > 0, !has_nobody(act, state), "{act} in {state}");
        }
    }
}
