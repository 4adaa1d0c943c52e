//! Random lives: commands of any act by anybody at any time, most of them such as the actor may do, on
//! a family of matters that are linked, merged and taken apart among themselves.

use std::rc::Rc;
use std::sync::LazyLock;

use zongheng_core::ids::MatterId;
use zongheng_core::matter::{
    ActName, Actor, Ask, Matter, OutsideOrder, Person, Refusal, Report, ReportedPlace, fits_state,
};
use zongheng_core::organisation::Role;
use zongheng_core::time::At;

use super::commands::command;
use super::family::Family;
use super::story::*;
use super::world::*;

#[path = "step.rs"]
pub(crate) mod step;
pub(crate) use step::{Life, Step, Unasked};

/// The most matters of one family.
pub(crate) const MOST: usize = 4;

/// Numbers that follow from one number.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Splitmix64.
    const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) const fn number(&mut self) -> u64 {
        self.roll()
    }

    /// Fewer seconds than `n`.
    pub(crate) fn seconds(&mut self, n: i64) -> i64 {
        i64::try_from(self.roll() >> 1).unwrap() % n.max(1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n as u64).unwrap()
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

pub(crate) const POSTS: [&str; 33] = [
    CENTRE,
    CLOSING,
    VERIFICATION,
    CALL_BACK,
    SUPERVISION_HEAD,
    SUPERVISION_DEPUTY,
    SUPERVISION_CLERK,
    SUPERVISION_OFFICER,
    LEADER,
    TRANSPORT,
    TRANSPORT_STAFF,
    TRANSPORT_INSPECTOR,
    HIGHWAY,
    HOUSING,
    HOUSING_STAFF,
    HOUSING_INSPECTOR,
    EMERGENCY,
    EMERGENCY_DESK,
    EMERGENCY_INSPECTOR,
    ENTERPRISE_DESK,
    SERVICE_OFFICER,
    JUSTICE_OFFICE,
    HALL,
    DEPUTY,
    GOVERNANCE,
    GOVERNANCE_HEAD,
    OTHER_HALL,
    VILLAGE,
    OTHER_VILLAGE,
    GRID_CHIEF,
    GRID_MEMBER,
    OTHER_DEPUTY,
    SYSTEM_ADMIN,
];

/// Everybody of the walk, and the reporter. Nobody comes or goes in this county.
pub(crate) static EVERYBODY: LazyLock<Vec<Actor>> = LazyLock::new(|| {
    let now = at("2025-03-05T09:00");
    let holders = POSTS.iter().map(|post| WORLD.actor(post, now));
    let others = STAND_INS.iter().map(|(holder, post)| WORLD.stand_in(holder, post, now));
    holders.chain(others).chain([Actor::by_receipt()]).collect()
});

pub(crate) const UNITS: [&str; 12] = [
    "county_transport",
    "county_transport",
    "highway",
    "county_housing",
    "county_housing",
    "emergency",
    TOWNSHIP,
    TOWNSHIP,
    PLACE,
    "command_centre",
    "supervision_office",
    "411524101000",
];

pub(crate) const CATEGORIES: [&str; 5] =
    ["road_bridge", "street_lamp", "village_road", "water_supply", "rubbish"];

fn begun(kind: &str, n: u128, start: At, dice: &mut Dice) -> Story {
    let mut report = Report { id: matter_id(n), playbook: kind.into(), ..a_report() };
    let place = dice.pick(&[PLACE, PLACE, PLACE, TOWNSHIP]);
    report.place.division = Some(division(place));
    report.category = (!dice.one_in(6)).then(|| dice.pick(&CATEGORIES).into());
    report.contact = None;
    report.hidden = false;
    report.urgent = dice.one_in(4);
    let by = match kind {
        "resident_report" => {
            report.against = dice.one_in(4).then(|| WORLD.unit(dice.pick(&UNITS)));
            report.hidden = dice.one_in(2);
            report.contact = dice.one_in(2).then(text);
            dice.pick(&["", HALL, GRID_MEMBER])
        }
        "county_task" => {
            report.category = None;
            SUPERVISION_CLERK
        }
        "hotline_order" => {
            let due = start.plus_seconds(86_400 + dice.seconds(12 * 86_400));
            report.outside = Some(OutsideOrder { number: format!("12345-{n}"), due });
            CENTRE
        }
        "grid_finding" => {
            report.contact = dice.one_in(4).then(text);
            if place == PLACE && dice.one_in(2) {
                let member = WORLD.actor(GRID_MEMBER, start);
                report.place =
                    ReportedPlace { grid: member.grids.first().copied(), ..report.place };
            }
            dice.pick(&[GRID_MEMBER, GRID_CHIEF, VILLAGE])
        }
        "whistle" => dice.pick(&[HALL, DEPUTY]),
        "dispute" => {
            report.category = None;
            dice.pick(&["", GOVERNANCE, VILLAGE])
        }
        "enterprise_need" => {
            report.category = Some("enterprise_service".into());
            report.contact = dice.one_in(2).then(text);
            dice.pick(&["", SERVICE_OFFICER])
        }
        _ => {
            report.category = Some(dice.pick(&["gas_safety", "work_safety", "road_bridge"]).into());
            dice.pick(&["", TRANSPORT_INSPECTOR, EMERGENCY_DESK])
        }
    };
    let by = if by.is_empty() { Actor::by_receipt() } else { WORLD.actor(by, start) };
    let refused = match Story::begun(&report, &by, start) {
        Ok(story) => return story,
        Err(refusal) => refusal,
    };
    assert!(matches!(refused, Refusal::Invalid(_)), "{kind}: {refused}");
    report.against = None;
    Story::begun(&report, &by, start).unwrap()
}

/// Nights, holidays and whole weeks pass, but mostly the same day goes on.
fn passed_time(dice: &mut Dice) -> i64 {
    match dice.below(16) {
        0..=6 => 0,
        7..=10 => dice.seconds(3_600),
        11..=12 => dice.seconds(6 * 3_600),
        13..=14 => dice.seconds(86_400),
        _ => dice.seconds(9 * 86_400),
    }
}

/// The lives that the numbers tell: the first how they begin, each further one a command.
pub(crate) fn live(numbers: &[u64]) -> Vec<Life> {
    live_as(7, numbers)
}

/// The same with ids from `id` on; a family has [`MOST`] of them at the most.
pub(crate) fn live_as(id: u128, numbers: &[u64]) -> Vec<Life> {
    told(id, numbers, false)
}

/// The same where what time brings about is recorded whenever time has passed.
pub(crate) fn live_in_time(numbers: &[u64]) -> Vec<Life> {
    told(7, numbers, true)
}

fn told(id: u128, numbers: &[u64], in_time: bool) -> Vec<Life> {
    let (first, rest) = numbers.split_first().unwrap();
    let dice = &mut Dice::new(*first);
    let kind = dice.pick(&KINDS);
    let start = at("2025-01-20T09:00").plus_seconds(dice.seconds(300 * 86_400));
    let mut stories = vec![begun(kind, id, start, dice)];
    if dice.one_in(2) {
        let kind = if dice.one_in(4) { dice.pick(&KINDS) } else { kind };
        stories.push(begun(kind, id + 1, start.plus_seconds(600), dice));
    }
    let mut walk = Walk::new(Family::new(stories));
    for number in rest {
        let dice = &mut Dice::new(*number);
        walk.now = walk.now.plus_seconds(passed_time(dice));
        if in_time {
            walk.time_passes();
        }
        walk.step(dice);
    }
    walk.lives()
}

/// A family under way.
struct Walk {
    family: Family,
    now: At,
    /// For each matter its steps, how it stands, and the whole of which it is one part.
    told: Vec<Told>,
}

struct Told {
    steps: Vec<Step>,
    unasked: Vec<Unasked>,
    stands: Rc<Matter>,
    whole: Option<Rc<Matter>>,
}

impl Told {
    fn of(story: &Story, whole: Option<Rc<Matter>>) -> Self {
        Self {
            steps: Vec::new(),
            unasked: Vec::new(),
            stands: Rc::new(story.matter.clone()),
            whole,
        }
    }
}

impl Walk {
    fn new(family: Family) -> Self {
        let told = family.stories.iter().map(|story| Told::of(story, None)).collect();
        let now = family.stories.iter().map(|story| story.now).max().unwrap();
        Self { family, now, told }
    }

    fn step(&mut self, dice: &mut Dice) {
        let i = self.some_matter(dice);
        self.family.look_around(i);
        let story = &mut self.family.stories[i];
        story.now = self.now;
        let (actor, act) = chosen(story, dice);
        let behind = u32::try_from(dice.below(3)).unwrap();
        let seq = dice.one_in(4).then(|| story.matter.seq.saturating_sub(behind).max(1));
        let ask = Ask { act, seq, command: Ok(command(story, act, &actor, dice)) };
        let before = Rc::clone(&self.told[i].stands);
        let result = self.family.ask(i, &actor, &ask);
        let story = &self.family.stories[i];
        let result = result.map(|_| story.ledger.last().unwrap().1.clone());
        if result.is_ok() {
            self.told[i].stands = Rc::new(story.matter.clone());
        }
        let (after, kin) = (Rc::clone(&self.told[i].stands), Rc::clone(&story.kin));
        for part in &self.family.stories[self.told.len()..] {
            let whole = Rc::clone(&self.told[i].stands);
            self.told.push(Told::of(part, Some(whole)));
        }
        let step = Step { now: self.now, actor, ask, before, result, after, kin };
        self.told[i].steps.push(step);
    }

    /// What has come about by now with nobody asking.
    fn time_passes(&mut self) {
        for (story, told) in self.family.stories.iter_mut().zip(&mut self.told) {
            story.now = self.now;
            while let Some(act) = story.time_passes() {
                let after = Rc::new(story.matter.clone());
                let before = std::mem::replace(&mut told.stands, Rc::clone(&after));
                told.unasked.push(Unasked { now: self.now, before, act, after });
            }
        }
    }

    /// Mostly one that is still open.
    fn some_matter(&self, dice: &mut Dice) -> usize {
        let all = self.family.stories.len();
        let open: Vec<usize> =
            (0..all).filter(|i| self.family.matter(*i).state.is_open()).collect();
        if open.is_empty() || dice.one_in(6) { dice.below(all) } else { dice.pick(&open) }
    }

    fn lives(self) -> Vec<Life> {
        let both = self.family.stories.into_iter().zip(self.told);
        both.map(|(story, told)| Life {
            story,
            steps: told.steps,
            unasked: told.unasked,
            whole: told.whole,
        })
        .collect()
    }
}

/// How often an act is tried: what carries a matter on more than what ends it or stands beside it.
const fn weight(act: ActName) -> usize {
    match act {
        ActName::File
        | ActName::Dispatch
        | ActName::SignFor
        | ActName::Adjudicate
        | ActName::Answer
        | ActName::Verify
        | ActName::CallBack
        | ActName::SignOff => 6,
        ActName::Decide | ActName::Release | ActName::NodeDone | ActName::Arrive => 8,
        ActName::Plan | ActName::Shelve | ActName::ReferUp | ActName::ReferAcross => 3,
        ActName::Merge
        | ActName::Decline
        | ActName::Comment
        | ActName::Spot
        | ActName::Urge
        | ActName::Order
        | ActName::Notice
        | ActName::Link => 1,
        _ => 2,
    }
}

/// Mostly something that somebody may do now, sometimes anything by anybody.
fn chosen(story: &Story, dice: &mut Dice) -> (Actor, ActName) {
    let all: Vec<ActName> = ActName::all().collect();
    if !dice.one_in(8) {
        let state = story.matter.state;
        let fitting: Vec<ActName> = all
            .iter()
            .filter(|act| fits_state(**act, state))
            .flat_map(|act| std::iter::repeat_n(*act, weight(*act)))
            .collect();
        for _ in 0..if fitting.is_empty() { 0 } else { 6 } {
            let act = dice.pick(&fitting);
            if let Some(actor) = somebody(story, act, dice) {
                return (actor, act);
            }
        }
    }
    (dice.pick(&EVERYBODY), dice.pick(&all))
}

/// Somebody who may do the act now, if anybody may.
fn somebody(story: &Story, act: ActName, dice: &mut Dice) -> Option<Actor> {
    let from = dice.below(EVERYBODY.len());
    let turned = EVERYBODY.iter().cycle().skip(from).take(EVERYBODY.len());
    // Every field is wrong: told only to those who may do the act.
    let ask = Ask { act, seq: None, command: Err(Vec::new()) };
    turned.into_iter().find(|actor| may(story, actor, &ask)).cloned()
}

fn may(story: &Story, actor: &Actor, ask: &Ask) -> bool {
    matches!(story.decide(actor, ask), Err(Refusal::Invalid(_)))
}

/// The id of a matter that there is not yet; now and then of one that there is.
pub(crate) fn new_id(story: &Story, dice: &mut Dice) -> MatterId {
    if dice.one_in(12) {
        return story.matter.id;
    }
    let taken = story.around.iter().chain([&story.matter.id]).map(|id| id.0.as_u128()).max();
    matter_id(taken.unwrap() + 1)
}

/// How many parts the family has room for.
pub(crate) fn room(story: &Story) -> usize {
    MOST.saturating_sub(story.around.len() + 1)
}

pub(crate) fn is_person(actor: &Actor) -> bool {
    matches!(actor.person, Person::User(_))
}

pub(crate) const fn is_supervision(role: Option<Role>) -> bool {
    matches!(
        role,
        Some(
            Role::SupervisionClerk
                | Role::SupervisionDeputy
                | Role::SupervisionOfficer
                | Role::SupervisionHead
        )
    )
}
