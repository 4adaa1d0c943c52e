//! The stories that are told: one file a kind of matter, each with its fates and how often they come.
//!
//! A fate is what a county sees every week: a pause that is granted, a plan that a leader refuses, a
//! whistle to which one unit does not come. The rules decide at each step; a fate says what people try.

mod danger;
mod dispute;
mod enterprise;
mod grid;
mod hotline;
mod resident;
mod task;
mod whistle;

use zongheng_core::ids::MatterId;

use super::chance::Chance;
use super::fate::{Assisting, Decision, Fate, Kind, Of, Turn, Twin};

/// A fate with its weight among those of its kind.
pub(super) struct Story {
    weight: u32,
    tell: fn() -> Fate,
}

/// A story that comes so often among those of its kind.
const fn story(weight: u32, tell: fn() -> Fate) -> Story {
    Story { weight, tell }
}

/// The plain course with these turns in it.
fn with(turns: &[Turn]) -> Fate {
    Fate { turns: turns.to_vec(), ..Fate::default() }
}

/// The stories of each kind.
const KINDS: [(Kind, &[Story]); 8] = [
    (Kind::ResidentReport, &resident::STORIES),
    (Kind::HotlineOrder, &hotline::STORIES),
    (Kind::GridFinding, &grid::STORIES),
    (Kind::CountyTask, &task::STORIES),
    (Kind::Whistle, &whistle::STORIES),
    (Kind::Dispute, &dispute::STORIES),
    (Kind::EnterpriseNeed, &enterprise::STORIES),
    (Kind::HiddenDanger, &danger::STORIES),
];

/// How many stories there are.
pub(super) fn count() -> usize {
    KINDS.iter().map(|(_, stories)| stories.len()).sum()
}

/// The n-th of all stories.
pub(super) fn nth(n: usize, chance: &mut Chance) -> Fate {
    let mut all =
        KINDS.iter().flat_map(|(kind, stories)| stories.iter().map(move |story| (*kind, story)));
    let (kind, story) = all.nth(n % count()).unwrap_or((Kind::default(), &resident::STORIES[0]));
    Fate { steady: true, ..told(kind, story, chance) }
}

/// The kind of the n-th of all stories.
pub(super) fn kind_of(n: usize) -> Kind {
    let mut all = KINDS.iter().flat_map(|(kind, stories)| stories.iter().map(|_| *kind));
    all.nth(n % count()).unwrap_or_default()
}

/// What usually happens to a matter of that kind.
pub(super) fn draw(kind: Kind, chance: &mut Chance) -> Fate {
    let stories = KINDS.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, all)| *all);
    let weights: Vec<(u32, usize)> = stories.iter().map(|s| s.weight).zip(0..).collect();
    told(kind, &stories[chance.weighted(&weights).unwrap_or(0)], chance)
}

/// The story, and around it what differs from one matter to the next.
fn told(kind: Kind, story: &Story, chance: &mut Chance) -> Fate {
    let mut fate = Fate { kind, ..(story.tell)() };
    if fate.reports == 0 {
        fate.reports = chance.weighted(&[(15, 0), (60, 1), (25, 2)]).unwrap_or(1);
    }
    if fate.reached_at == 0 {
        fate.reached_at = chance.weighted(&[(78, 1), (12, 2), (4, 3), (6, 4)]).unwrap_or(1);
    }
    if fate.late == 0 && chance.percent(9) {
        fate.late = chance.weighted(&[(5, 1), (4, 2), (3, 4)]).unwrap_or(1);
        fate.ordered = fate.late > 2;
    }
    if fate.failures == 0 && chance.percent(8) {
        fate.failures = 1;
    }
    if fate.assisting == Assisting::Answers && !fate.alone {
        let assisting = [(93, Assisting::Answers), (4, Assisting::Returns), (3, Assisting::Silent)];
        fate.assisting = chance.weighted(&assisting).unwrap_or_default();
    }
    fate.slow_to_file |= chance.percent(6);
    fate.slow_to_sign |= chance.percent(8);
    // Where the playbook has others sign, mostly one drafts.
    let signs = matches!(kind, Kind::CountyTask | Kind::HotlineOrder);
    fate.drafted |= signs && chance.percent(60);
    fate.sent_back |= fate.drafted && chance.percent(20);
    fate
}

/// What comes in of the same: the twin of a matter.
pub(super) fn twin(twin: Twin, of: MatterId, first: &Fate, chance: &mut Chance) -> Fate {
    let kind = match twin {
        // Others tell the city of it as well.
        Twin::Linked { .. } if chance.percent(25) => Kind::HotlineOrder,
        _ => first.kind,
    };
    Fate {
        kind,
        of: Some(Of::Twin(twin, of)),
        steady: first.steady,
        category: first.category.clone(),
        told: first.told.clone(),
        alone: true,
        reached_at: 1,
        ..Fate::default()
    }
}

/// A part of a matter that was taken apart.
pub(super) fn part(of: &Fate, chance: &mut Chance) -> Fate {
    Fate {
        kind: of.kind,
        of: Some(Of::Part),
        steady: of.steady,
        category: of.category.clone(),
        told: of.told.clone(),
        alone: true,
        reached_at: 1,
        failures: usize::from(chance.percent(10)),
        reports: usize::from(chance.percent(40)),
        ..Fate::default()
    }
}

/// What was settled on the spot did not hold, and comes in anew.
pub(super) fn follow(of: MatterId, first: &Fate) -> Fate {
    Fate {
        kind: Kind::GridFinding,
        of: Some(Of::Follows(of)),
        steady: first.steady,
        category: first.category.clone(),
        told: first.told.clone(),
        nameless: true,
        reached_at: 1,
        ..Fate::default()
    }
}

const GRANTED: Decision = Decision::Granted;
const REFUSED: Decision = Decision::Refused;
const LAPSES: Decision = Decision::Lapses;
