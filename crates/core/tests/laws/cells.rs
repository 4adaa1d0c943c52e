//! The table of acts and states as the county's officials read it: every cell is reached, every blank
//! one refused.

use std::collections::{BTreeMap, BTreeSet};

use zongheng_core::matter::{ActName, Ask, Refusal, Slot, State, ever, slots};

use super::commands::command;
use super::life::{Dice, EVERYBODY, live};
use super::states::{found, in_state};
use super::story::Story;
use super::walks::{directed, directed_inside, directed_kin};

const TABLE: &str = include_str!("../data/acts_by_state.csv");

pub(crate) type Cells = BTreeMap<(ActName, State), BTreeSet<State>>;

/// The cells of the table, with the states that each allows.
fn cells() -> Cells {
    let mut cells = Cells::new();
    for line in TABLE.lines().skip(1) {
        let [act, state, next] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let (act, state): (ActName, State) = (act.parse().unwrap(), state.parse().unwrap());
        let next =
            next.split('|').map(|next| if next == "same" { state } else { next.parse().unwrap() });
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

#[test]
fn every_cell_is_reached_and_leads_where_it_allows() {
    let mut reached_cells = Cells::new();
    directed(&mut reached_cells);
    directed_inside(&mut reached_cells);
    directed_kin(&mut reached_cells);
    let mut dice = Dice::new(5);
    for _ in 0..30 {
        let numbers: Vec<u64> = (0..120).map(|_| dice.number()).collect();
        for life in live(&numbers) {
            for (step, _) in life.acts() {
                let cell = (step.ask.act, step.before.state);
                reached_cells.entry(cell).or_default().insert(step.after.state);
            }
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
/// or nobody who reported it.
fn has_nobody(act: ActName, state: State) -> bool {
    let share = slots(act).iter().all(|s| matches!(s, Slot::Lead | Slot::Assist | Slot::Releaser));
    let none = matches!(
        state,
        State::Reported | State::Filed | State::Returned | State::Declined | State::Recorded
    );
    let asked = matches!(act, ActName::CallBack | ActName::Exclude);
    (share && none) || (asked && state == State::Recorded)
}

/// The kind of matter in which the act can be somebody's.
fn right_kind(act: ActName, state: State) -> Story {
    if act != ActName::SettleOnSpot || state == State::Recorded {
        return in_state(state);
    }
    // A finding of the village, on its way by the same desks.
    let story = in_state(state);
    let mut found = found();
    (found.matter.state, found.matter.owner) = (state, story.matter.owner);
    found
}

#[test]
fn every_blank_is_refused_to_the_right_person_as_out_of_state() {
    let cells = cells();
    for state in State::ALL {
        let mut usual = in_state(state);
        for act in ActName::all().filter(|act| !cells.contains_key(&(*act, state))) {
            let mut special = (act == ActName::SettleOnSpot).then(|| right_kind(act, state));
            let story = special.as_mut().unwrap_or(&mut usual);
            let mut right = 0;
            for actor in EVERYBODY.iter() {
                let may = ever(&story.matter, act, &story.context(actor)).is_ok();
                for seed in 0..3 {
                    let command = command(story, act, actor, &mut Dice::new(seed));
                    let ask = Ask { act, seq: None, command: Ok(command) };
                    let refusal = story.decide(actor, &ask).expect_err("a blank");
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
