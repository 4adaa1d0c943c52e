//! What the demonstration shows besides the usual: a matter of each kind and in each state, some of them
//! overdue, and one to which everything happens.

use zongheng_core::matter::State;

use crate::commands::simulate::fate::{After, Decision, Fate, Kind, Turn, Twin};

const GRANTED: Decision = Decision::Granted;
/// 曹寨村 and 鄢岗镇, which have accounts here.
const VILLAGE: &str = "411524102202";
const TOWNSHIP: &str = "411524102000";

/// Each with how many days ago it came in.
pub(super) fn scenes() -> Vec<(i64, Fate)> {
    [main_line(), near_the_accounts(), apart_from_the_line(), other_kinds(), vec![everything()]]
        .concat()
}

fn rests(state: State) -> Fate {
    Fate { stays: Some(state), reached_at: 1, alone: true, ..Fate::default() }
}

fn road(fate: Fate) -> Fate {
    Fate { category: Some("road_bridge".into()), ..fate }
}

fn everything() -> (i64, Fate) {
    let fate = Fate {
        division: Some(VILLAGE.into()),
        misled: true,
        turns: vec![
            Turn::Comment,
            Turn::Pause(GRANTED),
            Turn::Spot,
            Turn::PassOn { back: true },
            Turn::MoreTime(GRANTED),
        ],
        failures: 1,
        reached_at: 2,
        after: vec![After::Reopened],
        reports: 2,
        ..Fate::default()
    };
    (75, road(fate))
}

fn main_line() -> Vec<(i64, Fate)> {
    let states = [
        (State::Reported, 0),
        (State::Reported, 6),
        (State::Filed, 1),
        (State::Filed, 9),
        (State::Dispatched, 2),
        (State::Dispatched, 12),
        (State::Handling, 4),
        (State::Handling, 20),
        (State::Handling, 33),
        (State::Answered, 8),
        (State::Answered, 16),
        (State::Verified, 11),
        (State::Verified, 24),
        (State::SignedOff, 30),
    ];
    let resting = |(state, days_ago)| (days_ago, road(Fate { alone: false, ..rests(state) }));
    states.into_iter().map(resting).collect()
}

/// Work of the village, the township and the housing bureau that have an account here.
fn near_the_accounts() -> Vec<(i64, Fate)> {
    let scenes = [
        ("neighbour_dispute", State::Dispatched, 1),
        ("neighbour_dispute", State::Handling, 5),
        ("rubbish", State::Reported, 0),
        ("rubbish", State::Handling, 3),
        ("water_supply", State::Dispatched, 2),
        ("water_supply", State::Handling, 12),
        ("water_supply", State::Answered, 9),
    ];
    let resting = |(category, state, days_ago): (&str, _, _)| {
        let (category, division) = (Some(category.into()), Some(VILLAGE.into()));
        (days_ago, Fate { category, division, alone: false, ..rests(state) })
    };
    scenes.into_iter().map(resting).collect()
}

/// Returned, paused, shelved, outside, merged, settled on the spot, refused.
fn apart_from_the_line() -> Vec<(i64, Fate)> {
    let asked = |state, turn| Fate { turns: vec![turn], ..rests(state) };
    vec![
        (5, Fate { misled: true, ..rests(State::Returned) }),
        (14, Fate { misled: true, ..rests(State::Returned) }),
        (4, asked(State::Suspended, Turn::Pause(GRANTED))),
        (10, asked(State::Suspended, Turn::Pause(GRANTED))),
        (
            26,
            Fate {
                category: Some("water_supply".into()),
                ..asked(State::Shelved, Turn::Shelve(GRANTED, None))
            },
        ),
        (35, road(asked(State::Shelved, Turn::Shelve(GRANTED, None)))),
        (15, asked(State::Outside, Turn::ReferUp(GRANTED))),
        (19, asked(State::Outside, Turn::ReferAcross(GRANTED))),
        (18, Fate { declined: true, ..rests(State::Declined) }),
        (
            13,
            Fate {
                category: Some("street_lamp".into()),
                division: Some(VILLAGE.into()),
                twins: vec![Twin::Merged { undone: false }],
                ..rests(State::Handling)
            },
        ),
        (
            9,
            Fate {
                category: Some("drainage".into()),
                division: Some(VILLAGE.into()),
                twins: vec![Twin::Linked { undone: false }; 2],
                ..rests(State::Handling)
            },
        ),
        (
            3,
            Fate {
                kind: Kind::GridFinding,
                division: Some(VILLAGE.into()),
                on_spot: true,
                nameless: true,
                ..Fate::default()
            },
        ),
        (2, Fate { kind: Kind::GridFinding, on_spot: true, nameless: true, ..Fate::default() }),
    ]
}

/// One of each other kind under way.
fn other_kinds() -> Vec<(i64, Fate)> {
    let of = |kind, turns: &[Turn], fate: Fate| Fate { kind, turns: turns.to_vec(), ..fate };
    let handling = || rests(State::Handling);
    let planned = &[Turn::PlanReplaces(GRANTED)];
    vec![
        (3, of(Kind::HotlineOrder, &[], handling())),
        (8, of(Kind::HotlineOrder, &[Turn::OutsideDue], rests(State::Verified))),
        (4, of(Kind::CountyTask, &[], rests(State::Dispatched))),
        (21, of(Kind::CountyTask, planned, Fate { major: true, ..Fate::default() })),
        (11, of(Kind::CountyTask, &[Turn::Apart(4)], Fate::default())),
        (
            1,
            Fate {
                division: Some(TOWNSHIP.into()),
                alone: false,
                ..of(Kind::Whistle, &[Turn::Whistle], rests(State::Answered))
            },
        ),
        (6, Fate { division: Some(VILLAGE.into()), ..of(Kind::Dispute, &[], handling()) }),
        (12, of(Kind::EnterpriseNeed, &[Turn::Plan], Fate::default())),
        (17, of(Kind::EnterpriseNeed, planned, Fate::default())),
        (1, of(Kind::HiddenDanger, &[], rests(State::Answered))),
        (5, of(Kind::HiddenDanger, &[], Fate { late: 1, ..Fate::default() })),
        (2, of(Kind::GridFinding, &[], rests(State::Answered))),
    ]
}
