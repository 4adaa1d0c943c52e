//! The table of acts and states as the county's officials read it, and every blank of it tried.

use std::collections::{BTreeMap, BTreeSet};

use zongheng_core::matter::{ActName, Ask, State};

use super::commands::command;
use super::life::{Dice, EVERYBODY};
use super::states::{found_in, in_state};
use super::story::Story;

const TABLE: &str = include_str!("../../data/acts_by_state.csv");

pub(crate) type Cells = BTreeMap<(ActName, State), BTreeSet<State>>;

/// The cells of the table, with the states that each allows.
pub(crate) fn cells() -> Cells {
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

/// What is wrong where these cells were reached: one of the table that was not, or led elsewhere.
pub(crate) fn differ(reached: &Cells) -> Vec<String> {
    let wanted = cells();
    let none = BTreeSet::new();
    let all: BTreeSet<_> = wanted.keys().chain(reached.keys()).collect();
    let told = all.into_iter().filter_map(|cell| {
        let (allowed, led) =
            (wanted.get(cell).unwrap_or(&none), reached.get(cell).unwrap_or(&none));
        let (act, state) = cell;
        (allowed != led).then(|| format!("{act} in {state}: allowed {allowed:?}, led to {led:?}"))
    });
    told.collect()
}

/// A matter in each state, in which everybody tries every act that is a blank there, `times` times with
/// other fields.
pub(crate) fn blanks(times: u64) -> Vec<Story> {
    let cells = cells();
    let mut stories = Vec::new();
    for state in State::ALL {
        // Only what was found on the round can be settled on the spot.
        for (mut story, on_spot) in [(in_state(state), false), (found_in(state), true)] {
            for act in ActName::all().filter(|act| !cells.contains_key(&(*act, state))) {
                if (act == ActName::SettleOnSpot) == on_spot {
                    tried(&mut story, act, times);
                }
            }
            stories.push(story);
        }
    }
    stories
}

fn tried(story: &mut Story, act: ActName, times: u64) {
    for actor in EVERYBODY.iter() {
        for seed in 0..times {
            let command = command(story, act, actor, &mut Dice::new(seed));
            let ask = Ask { act, seq: None, command: Ok(command) };
            story.ask(actor, &ask).expect_err("a blank");
        }
    }
}
