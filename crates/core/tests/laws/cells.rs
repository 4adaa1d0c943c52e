//! The table of acts and states: every cell is reached, every blank one refused.

use std::collections::{BTreeMap, BTreeSet};

use zongheng_core::matter::{ActName, Refusal, Slot, State, ever, slots};

use super::life::{Dice, live};
use super::table::{Cells, blanks, cells, differ};
use super::walks::directed;

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

/// What was asked of a matter is the whole of its ledger after the first act, in order of time.
#[test]
fn a_story_remembers_what_was_asked_of_it() {
    for story in directed() {
        assert!(story.begun.is_some(), "it begins with a report");
        let (mut last, mut at) = (story.place, 1);
        for told in &story.told {
            assert!(told.place > last && told.acts.start == at);
            assert!(story.ledger[told.acts.clone()].iter().all(|(by, ..)| by.at == told.now));
            assert_eq!(told.acts.is_empty(), told.result.is_err());
            (last, at) = (told.place, told.acts.end);
        }
        assert_eq!(at, story.ledger.len());
    }
}

#[test]
fn every_cell_is_reached_and_leads_where_it_allows() {
    let mut dice = Dice::new(5);
    let random = (0..30).flat_map(|_| {
        let numbers: Vec<u64> = (0..120).map(|_| dice.number()).collect();
        live(&numbers).into_iter().map(|life| life.story)
    });
    let mut reached = Cells::new();
    for story in directed().into_iter().chain(random) {
        for told in &story.told {
            if let Ok(next) = told.result {
                reached.entry((told.ask.act, told.before)).or_default().insert(next);
            }
        }
    }
    assert_eq!(differ(&reached), Vec::<String>::new());
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

#[test]
fn every_blank_is_refused_to_the_right_person_as_out_of_state() {
    let mut right: BTreeMap<(ActName, State), usize> = BTreeMap::new();
    for story in blanks(3) {
        let state = story.matter.state;
        for told in story.told.iter().filter(|told| told.before == state) {
            let Err(refusal) = &told.result else { continue };
            let act = told.ask.act;
            let may = ever(&story.matter, act, &story.context(&told.actor)).is_ok();
            match refusal {
                Refusal::OutOfState(_) => assert!(may, "{act} in {state}: {refusal}"),
                // The command may ask for more than the post may ever do.
                Refusal::NotYours(_) | Refusal::Unknown => {}
                _ => panic!("{act} in {state}: {refusal}"),
            }
            let found = right.entry((act, state)).or_default();
            *found += usize::from(matches!(refusal, Refusal::OutOfState(_)));
        }
    }
    let cells = cells();
    let all = State::ALL.into_iter().flat_map(|state| ActName::all().map(move |act| (act, state)));
    let blank: BTreeSet<_> = all.filter(|cell| !cells.contains_key(cell)).collect();
    assert_eq!(right.keys().copied().collect::<BTreeSet<_>>(), blank);
    for ((act, state), found) in right {
        assert_eq!(found > 0, !has_nobody(act, state), "{act} in {state}");
    }
}
