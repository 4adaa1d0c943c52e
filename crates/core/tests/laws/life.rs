//! Random lives: commands of any act by anybody at any time, most of them such as the actor may do.

use zongheng_core::matter::{
    ActName, Actor, Ask, Assist, Command, Facts, Matter, NewAct, Person, Refusal, Report,
    ReportedPlace, Satisfied, Share, State, offers,
};
use zongheng_core::playbook::{Rating, SettlementKind, Stage};
use zongheng_core::time::At;

use super::story::*;
use super::world::*;

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
    fn seconds(&mut self, n: i64) -> i64 {
        i64::try_from(self.roll() >> 1).unwrap() % n
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.roll() % n as u64).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// One command and what came of it.
pub(crate) struct Step {
    pub(crate) now: At,
    pub(crate) actor: Actor,
    pub(crate) ask: Ask,
    pub(crate) before: Matter,
    pub(crate) result: Result<NewAct, Refusal>,
    pub(crate) after: Matter,
}

pub(crate) struct Life {
    pub(crate) story: Story,
    pub(crate) steps: Vec<Step>,
}

impl Life {
    /// The steps that were accepted, with their acts.
    pub(crate) fn acts(&self) -> impl Iterator<Item = (&Step, &NewAct)> {
        self.steps.iter().filter_map(|step| step.result.as_ref().ok().map(|act| (step, act)))
    }
}

pub(crate) const POSTS: [&str; 21] = [
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
    HIGHWAY,
    HOUSING,
    HALL,
    DEPUTY,
    OTHER_HALL,
    VILLAGE,
    OTHER_VILLAGE,
    GRID_CHIEF,
    GRID_MEMBER,
    SYSTEM_ADMIN,
];

pub(crate) const STAND_INS: [(&str, &str); 4] = [
    (TRANSPORT_STAFF, VERIFICATION),
    (HOUSING_STAFF, CLOSING),
    (TRANSPORT_STAFF, CENTRE),
    (HOUSING_STAFF, SUPERVISION_OFFICER),
];

/// Everybody of the walk, and the reporter.
pub(crate) fn everybody(now: At) -> Vec<Actor> {
    let holders = POSTS.iter().map(|post| WORLD.actor(post, now));
    let others = STAND_INS.iter().map(|(holder, post)| WORLD.stand_in(holder, post, now));
    holders.chain(others).chain([Actor::by_receipt()]).collect()
}

const UNITS: [&str; 9] = [
    "county_transport",
    "county_transport",
    "highway",
    "county_housing",
    TOWNSHIP,
    PLACE,
    "command_centre",
    "supervision_office",
    "411524101000",
];

const CATEGORIES: [&str; 4] = ["road_bridge", "street_lamp", "village_road", "water_supply"];

fn begun(dice: &mut Dice) -> Story {
    let start = at("2025-01-20T09:00").plus_seconds(dice.seconds(300 * 86_400));
    if dice.one_in(3) {
        let clerk = WORLD.actor(SUPERVISION_CLERK, start);
        return Story::begun(&a_task(), &clerk, start).unwrap();
    }
    let against = dice.one_in(5).then(|| dice.pick(&UNITS));
    let report = Report {
        category: (!dice.one_in(6)).then(|| (dice.pick(&CATEGORIES)).into()),
        place: ReportedPlace {
            division: Some(division(dice.pick(&[PLACE, PLACE, TOWNSHIP]))),
            ..ReportedPlace::default()
        },
        against: against.map(|key| WORLD.unit(key)),
        hidden: dice.one_in(2),
        contact: if dice.one_in(2) { Some(text()) } else { None },
        ..a_report()
    };
    let by = match dice.below(3) {
        0 => Actor::by_receipt(),
        1 => WORLD.actor(HALL, start),
        _ => WORLD.actor(GRID_MEMBER, start),
    };
    Story::begun(&report, &by, start).unwrap()
}

/// Nights, holidays and whole weeks pass, but mostly the same day goes on.
fn passed_time(dice: &mut Dice) -> i64 {
    match dice.below(12) {
        0..=3 => 0,
        4..=6 => dice.seconds(3_600),
        7..=8 => dice.seconds(6 * 3_600),
        9..=10 => dice.seconds(86_400),
        _ => dice.seconds(9 * 86_400),
    }
}

/// The life that the numbers tell: the first how it begins, each further one a command.
pub(crate) fn live(numbers: &[u64]) -> Life {
    let (first, rest) = numbers.split_first().unwrap();
    let mut life = Life { story: begun(&mut Dice::new(*first)), steps: Vec::new() };
    for number in rest {
        step(&mut life, &mut Dice::new(*number));
    }
    life
}

fn step(life: &mut Life, dice: &mut Dice) {
    let story = &mut life.story;
    story.now = story.now.plus_seconds(passed_time(dice));
    let (actor, act) = chosen(story, dice);
    let behind = u32::try_from(dice.below(3)).unwrap();
    let seq = dice.one_in(3).then(|| story.matter.seq.saturating_sub(behind).max(1));
    let ask = Ask { act, seq, command: Ok(command(story, act, &actor, dice)) };
    let before = story.matter.clone();
    let result = story.ask(&actor, &ask).map(|_| story.ledger.last().unwrap().1.clone());
    let (now, after) = (story.now, story.matter.clone());
    life.steps.push(Step { now, actor, ask, before, result, after });
}

/// Mostly somebody with something to do, sometimes anybody with anything.
fn chosen(story: &Story, dice: &mut Dice) -> (Actor, ActName) {
    let everybody = everybody(story.now);
    let all: Vec<ActName> = ActName::all().collect();
    if !dice.one_in(5) {
        for _ in 0..12 {
            let actor = dice.pick(&everybody);
            let open: Vec<ActName> = offers(&story.matter, &story.context(&actor))
                .into_iter()
                .filter(|offer| offer.refused.is_none())
                .map(|offer| offer.act)
                .filter(|act| !matches!(act, ActName::Comment | ActName::Spot))
                .collect();
            if !open.is_empty() {
                return (actor, dice.pick(&open));
            }
        }
    }
    (dice.pick(&everybody), dice.pick(&all))
}

/// A command of the act with fields that often fit.
pub(crate) fn command(story: &mut Story, act: ActName, actor: &Actor, dice: &mut Dice) -> Command {
    let matter = story.matter.clone();
    let unit = WORLD.unit(dice.pick(&UNITS));
    let lead = matter.lead().map(|s| s.unit);
    let some_text = |dice: &mut Dice| (!dice.one_in(6)).then(text);
    match act {
        ActName::File => Command::File(facts(dice, 4)),
        ActName::Correct => Command::Correct(facts(dice, 2)),
        ActName::Decline => decline(),
        ActName::Dispatch => {
            let first = matter.state == State::Filed;
            let deadline = (first && dice.one_in(4))
                .then(|| story.now.plus_seconds(dice.seconds(20 * 86_400)));
            let withdraw = if first { Vec::new() } else { some_assist(&matter, dice) };
            let lead = if first { unit } else { lead.unwrap_or(unit) };
            let assists = assists(dice);
            Command::Dispatch { lead, assists, withdraw, deadline, reason: some_text(dice) }
        }
        ActName::SignFor => sign_for(),
        ActName::Return => {
            Command::Return { reason: text(), whose: dice.one_in(2).then_some(unit) }
        }
        ActName::Adjudicate => {
            let assists = assists(dice);
            let withdraw = if dice.one_in(3) { some_assist(&matter, dice) } else { Vec::new() };
            let lead = lead.unwrap_or(unit);
            Command::Adjudicate { lead, assists, withdraw, deadline: None, reason: text() }
        }
        ActName::Progress => progress(),
        ActName::Suspend => {
            let until = story.now.plus_seconds(dice.seconds(12 * 86_400));
            Command::Suspend { request: story.mint(), reason: text(), until }
        }
        ActName::Extend => {
            let stage = dice.pick(&[Stage::Settle, Stage::Settle, Stage::Progress, Stage::SignFor]);
            let own = actor.unit.and_then(|unit| matter.share_of(unit)).map(share_key);
            let due =
                own.and_then(|key| matter.open_deadline(stage, key)).map_or(story.now, |d| d.due);
            let due = due.plus_seconds(dice.seconds(6 * 86_400) - 43_200);
            extend(story.mint(), stage, due)
        }
        ActName::Decide => {
            let waiting: Vec<_> = matter.requests.iter().filter(|r| r.waits(story.now)).collect();
            let request = match (waiting.as_slice(), matter.requests.as_slice()) {
                ([], []) => story.mint(),
                ([], all) => dice.pick(all).id,
                (waiting, _) => dice.pick(waiting).id,
            };
            Command::Decide { request, accept: !dice.one_in(3), reason: some_text(dice) }
        }
        ActName::Resume => Command::Resume,
        ActName::Answer => {
            let kinds = [SettlementKind::Solved, SettlementKind::Partly, SettlementKind::Untrue];
            Command::Answer { kind: dice.pick(&kinds), text: text() }
        }
        ActName::Verify => {
            let passed = dice.one_in(2);
            let rating = if passed { Rating::Good } else { Rating::Fail };
            let rating = story.playbook.verification.rated.then_some(rating);
            Command::Verify { passed, rating, text: Some(text()) }
        }
        ActName::CallBack => {
            let reached = !dice.one_in(3);
            let solved = reached.then(|| !dice.one_in(3));
            let satisfied = reached.then_some(Satisfied::Basically);
            Command::CallBack { reached, solved, satisfied, text: None }
        }
        ActName::SignOff => {
            let unsolved = matter.heard().is_some_and(|h| h.solved == Some(false));
            Command::SignOff { despite: unsolved.then(text) }
        }
        ActName::Reopen => Command::Reopen { reason: text(), lead: dice.one_in(3).then_some(unit) },
        ActName::Urge => {
            let named = dice.one_in(2).then_some(unit);
            Command::Urge { text: text(), unit: named }
        }
        ActName::Comment => comment(),
        ActName::Spot => spot(),
    }
}

fn share_key(share: &Share) -> Option<zongheng_core::ids::UnitId> {
    (share.part == zongheng_core::matter::Part::Assist).then_some(share.unit)
}

fn assists(dice: &mut Dice) -> Vec<Assist> {
    let limits = ["1wd", "3d", "20wd"].map(|limit| limit.parse().ok());
    let one = |dice: &mut Dice| Assist {
        unit: WORLD.unit(dice.pick(&UNITS)),
        limit: if dice.one_in(2) { dice.pick(&limits) } else { None },
    };
    (0..dice.below(3)).map(|_| one(dice)).collect()
}

fn some_assist(matter: &Matter, dice: &mut Dice) -> Vec<zongheng_core::ids::UnitId> {
    let open: Vec<_> = matter.assists().filter(|s| s.is_open()).map(|s| s.unit).collect();
    if open.is_empty() || dice.one_in(2) { Vec::new() } else { vec![dice.pick(&open)] }
}

fn facts(dice: &mut Dice, rarely: usize) -> Facts {
    let category = dice.one_in(rarely).then(|| (dice.pick(&CATEGORIES)).into());
    Facts {
        category,
        division: dice.one_in(rarely * 2).then(|| division(dice.pick(&[PLACE, TOWNSHIP]))),
        ..Facts::default()
    }
}

pub(crate) fn is_person(actor: &Actor) -> bool {
    matches!(actor.person, Person::User(_))
}
