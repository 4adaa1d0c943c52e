//! A command of any act with fields that often fit.

use zongheng_core::ids::{MatterId, PostId, UnitId};
use zongheng_core::matter::{
    ActName, Actor, AskedChild, AskedNode, Assist, Came, Command, Drafted, Facts, Matter, Part,
    RequestKind, Satisfied, Share, State,
};
use zongheng_core::playbook::{DraftKind, Grade, Rating, SettlementKind, Stage};
use zongheng_core::time::At;

use super::life::{CATEGORIES, Dice, UNITS, new_id, room};
use super::story::*;
use super::world::*;

const DAY: i64 = 86_400;

pub(crate) fn command(story: &mut Story, act: ActName, actor: &Actor, dice: &mut Dice) -> Command {
    match act {
        ActName::File => Command::File(facts(story, dice, 4)),
        ActName::Correct => Command::Correct(facts(story, dice, 2)),
        ActName::Decline => decline(),
        ActName::SettleOnSpot => Command::SettleOnSpot {
            category: dice.one_in(2).then(|| "rubbish".into()),
            text: text(),
        },
        ActName::Link => Command::Link { to: another(story, dice) },
        ActName::Unlink => unlink(),
        ActName::Merge => merge(another(story, dice)),
        ActName::Dispatch => dispatch_of(story, dice),
        ActName::Adjudicate => adjudicate_of(story, dice),
        ActName::SignFor => sign_for(),
        ActName::PassOn => pass_on_of(story, actor, dice),
        ActName::PassBack => pass_back(),
        ActName::Submit => submit(draft(story, actor, dice)),
        ActName::SendBack => send_back(some_draft(&story.matter, actor, dice)),
        ActName::Release => release(some_draft(&story.matter, actor, dice)),
        ActName::Return => {
            let whose = dice.one_in(2).then(|| WORLD.unit(dice.pick(&UNITS)));
            Command::Return { reason: text(), whose }
        }
        ActName::Progress => progress(),
        ActName::Plan => plan_of(story, dice),
        ActName::NodeDone => node_done(some_node(&story.matter, dice)),
        ActName::Decompose => decompose(children(story, dice)),
        ActName::Whistle => whistle_of(story, dice),
        ActName::Arrive => arrive_of(&story.matter, dice),
        ActName::Suspend
        | ActName::Extend
        | ActName::Shelve
        | ActName::ReferUp
        | ActName::ReferAcross
        | ActName::Exclude
        | ActName::Object => request(story, act, actor, dice),
        ActName::Decide => decide_of(story, dice),
        ActName::Resume => Command::Resume,
        ActName::Answer => {
            let kinds = [SettlementKind::Solved, SettlementKind::Solved, SettlementKind::Partly];
            Command::Answer { kind: dice.pick(&kinds), text: text() }
        }
        ActName::Verify => {
            let passed = !dice.one_in(3);
            let rating = if passed { Rating::Good } else { Rating::Fail };
            let rating = story.playbook.verification.rated.then_some(rating);
            Command::Verify { passed, rating, text: Some(text()) }
        }
        ActName::CallBack => {
            let reached = !dice.one_in(3);
            let solved = reached.then(|| !dice.one_in(3));
            let satisfied = reached.then_some(Satisfied::Basically);
            let parties = story.playbook.ask.as_ref().map_or(1, |ask| ask.parties);
            let party = (parties > 1).then(|| 1 + u8::from(dice.one_in(2)));
            Command::CallBack { reached, solved, satisfied, text: None, party }
        }
        ActName::SignOff => {
            let unsolved = story.matter.unsolved();
            Command::SignOff { despite: unsolved.then(text) }
        }
        ActName::Reopen => {
            let lead = (story.matter.state == State::SignedOff && dice.one_in(3))
                .then(|| WORLD.unit(dice.pick(&UNITS)));
            Command::Reopen { reason: text(), lead }
        }
        ActName::Urge => {
            let named = dice.one_in(2).then(|| WORLD.unit(dice.pick(&UNITS)));
            Command::Urge { text: text(), unit: named }
        }
        ActName::Order => order(&format!("督〔2025〕{}号", story.matter.seq)),
        ActName::Notice => notice(&format!("通〔2025〕{}号", story.matter.seq)),
        ActName::Comment => comment(),
        ActName::Spot => spot(),
    }
}

fn another(story: &Story, dice: &mut Dice) -> MatterId {
    let around = &story.around;
    if around.is_empty() || dice.one_in(10) { story.matter.id } else { dice.pick(around) }
}

fn dispatch_of(story: &Story, dice: &mut Dice) -> Command {
    let matter = &story.matter;
    let first = matter.state == State::Filed;
    let deadline =
        (first && dice.one_in(4)).then(|| story.now.plus_seconds(dice.seconds(20 * DAY)));
    let withdraw = if first { Vec::new() } else { some_assist(matter, dice) };
    let lead = matter.lead().map(|s| s.unit).filter(|_| !first);
    let lead = lead.unwrap_or_else(|| WORLD.unit(dice.pick(&UNITS)));
    let reason = (!dice.one_in(6)).then(text);
    Command::Dispatch { lead, assists: assists(dice), withdraw, deadline, reason }
}

fn adjudicate_of(story: &Story, dice: &mut Dice) -> Command {
    let matter = &story.matter;
    let objects = matter.objection(story.now).is_some();
    let withdraw = if dice.one_in(3) { some_assist(matter, dice) } else { Vec::new() };
    let another = WORLD.unit(dice.pick(&UNITS));
    let lead = matter.lead().map(|s| s.unit).filter(|_| !(objects && dice.one_in(2)));
    Command::Adjudicate {
        lead: lead.unwrap_or(another),
        assists: assists(dice),
        withdraw,
        deadline: dice.one_in(6).then(|| story.now.plus_seconds(dice.seconds(20 * DAY))),
        reason: text(),
        number: (objects && !dice.one_in(5)).then(|| "会议纪要〔2025〕9号".to_owned()),
    }
}

/// The share that the actor works on.
fn share<'m>(matter: &'m Matter, actor: &Actor) -> Option<&'m Share> {
    matter.share_with(actor.unit, actor.post)
}

fn pass_on_of(story: &Story, actor: &Actor, dice: &mut Dice) -> Command {
    let within = |post: &PostId| {
        let unit = WORLD.county.organisation.posts[post].unit;
        share(&story.matter, actor).is_some_and(|share| {
            WORLD.county.organisation.is_within(unit, share.unit, story.now.date())
        })
    };
    let posts = [
        TRANSPORT,
        TRANSPORT_STAFF,
        TRANSPORT_INSPECTOR,
        HIGHWAY,
        HOUSING_STAFF,
        HOUSING_INSPECTOR,
        EMERGENCY_INSPECTOR,
        DEPUTY,
        VILLAGE,
        OTHER_VILLAGE,
        CLOSING,
    ];
    let all = posts.map(|key| WORLD.post(key));
    let fitting: Vec<PostId> = all.iter().copied().filter(within).collect();
    let post =
        if fitting.is_empty() || dice.one_in(8) { dice.pick(&all) } else { dice.pick(&fitting) };
    let due = dice.one_in(3).then(|| story.now.plus_seconds(dice.seconds(4 * DAY)));
    Command::PassOn { post, due, text: dice.one_in(2).then(text) }
}

fn draft(story: &mut Story, actor: &Actor, dice: &mut Dice) -> Drafted {
    let kinds = [
        DraftKind::Answer,
        DraftKind::Answer,
        DraftKind::Answer,
        DraftKind::Return,
        DraftKind::Suspend,
        DraftKind::Extend,
        DraftKind::Shelve,
        DraftKind::Object,
    ];
    let act = match dice.pick(&kinds) {
        DraftKind::Answer => return an_answer(),
        DraftKind::Return => return Drafted::Return { reason: text(), whose: None },
        DraftKind::Suspend => ActName::Suspend,
        DraftKind::Extend => ActName::Extend,
        DraftKind::Shelve => ActName::Shelve,
        DraftKind::Object => ActName::Object,
    };
    match request(story, act, actor, dice) {
        Command::Suspend { request, reason, until } => Drafted::Suspend { request, reason, until },
        Command::Extend { request, reason, stage, due } => {
            Drafted::Extend { request, reason, stage, due }
        }
        Command::Shelve { request, reason, until } => Drafted::Shelve { request, reason, until },
        Command::Object { request, reason } => Drafted::Object { request, reason },
        other => panic!("{other:?} is no draft"),
    }
}

fn some_draft(matter: &Matter, actor: &Actor, dice: &mut Dice) -> u32 {
    let own = matter.drafts.iter().filter(|d| d.waits() && Some(d.unit) == actor.unit);
    let own: Vec<u32> = own.map(|d| d.n).collect();
    if own.is_empty() || dice.one_in(10) {
        u32::try_from(dice.below(matter.drafts.len() + 2)).unwrap()
    } else {
        dice.pick(&own)
    }
}

/// What is asked for by a share, or by the desk that calls back.
fn request(story: &mut Story, act: ActName, actor: &Actor, dice: &mut Dice) -> Command {
    let request = story.mint();
    let reason = text();
    let later = |dice: &mut Dice, days: i64| story.now.plus_seconds(dice.seconds(days * DAY));
    match act {
        ActName::Suspend => Command::Suspend { request, reason, until: later(dice, 12) },
        ActName::Shelve => Command::Shelve { request, reason, until: later(dice, 100) },
        ActName::ReferUp => {
            let to = if dice.one_in(6) { "county_transport" } else { "city_hotline" };
            Command::ReferUp { request, reason, to: WORLD.unit(to) }
        }
        ActName::ReferAcross => {
            let to = if dice.one_in(6) { PLACE } else { "411525000000" };
            Command::ReferAcross { request, reason, to: division(to) }
        }
        ActName::Exclude => exclude(request),
        ActName::Object => object(request),
        _ => {
            let key = share(&story.matter, actor).and_then(share_key);
            let own = story.matter.deadlines.iter().filter(|d| d.is_open() && d.share == key);
            let own: Vec<Stage> = own.map(|d| d.stage).collect();
            let stage =
                if own.is_empty() || dice.one_in(2) { Stage::Settle } else { dice.pick(&own) };
            let due = story.matter.open_deadline(stage, key).map_or(story.now, |d| d.due);
            extend(request, stage, due.plus_seconds(dice.seconds(6 * DAY) - DAY / 2))
        }
    }
}

fn share_key(share: &Share) -> Option<UnitId> {
    (share.part == Part::Assist).then_some(share.unit)
}

fn decide_of(story: &mut Story, dice: &mut Dice) -> Command {
    let waiting: Vec<_> =
        story.matter.requests.iter().filter(|r| r.waits(story.now)).cloned().collect();
    let some = match (waiting.as_slice(), story.matter.requests.as_slice()) {
        ([], []) => None,
        ([], all) => Some(dice.pick(all)),
        (waiting, _) => Some(dice.pick(waiting)),
    };
    let naming =
        some.as_ref().is_some_and(|r| r.kind == RequestKind::Object && r.part == Some(Part::Lead));
    let meets = naming || some.as_ref().is_some_and(|r| r.kind == RequestKind::Shelve);
    let request = some.map_or_else(|| story.mint(), |r| r.id);
    let accept = if naming { dice.one_in(4) } else { !dice.one_in(3) };
    let reason = (!accept || dice.one_in(2)).then(text);
    let number = (meets != dice.one_in(10)).then(|| "会议纪要〔2025〕12号".to_owned());
    Command::Decide { request, accept, reason, number }
}

fn assists(dice: &mut Dice) -> Vec<Assist> {
    let limits = ["1wd", "3d", "20wd"].map(|limit| limit.parse().ok());
    let one = |dice: &mut Dice| Assist {
        unit: WORLD.unit(dice.pick(&UNITS)),
        limit: if dice.one_in(2) { dice.pick(&limits) } else { None },
    };
    (0..dice.below(3)).map(|_| one(dice)).collect()
}

fn some_assist(matter: &Matter, dice: &mut Dice) -> Vec<UnitId> {
    let open: Vec<_> = matter.assists().filter(|s| s.is_open()).map(|s| s.unit).collect();
    if open.is_empty() || dice.one_in(2) { Vec::new() } else { vec![dice.pick(&open)] }
}

fn facts(story: &Story, dice: &mut Dice, rarely: usize) -> Facts {
    let one = story.playbook.category.is_some();
    let category = if one {
        None
    } else if story.playbook.regulator {
        dice.one_in(rarely).then(|| "building_safety".into())
    } else {
        dice.one_in(rarely).then(|| dice.pick(&CATEGORIES).into())
    };
    let outside = story.matter.outside.is_some() && dice.one_in(3);
    Facts {
        category,
        division: dice.one_in(rarely * 2).then(|| division(dice.pick(&[PLACE, TOWNSHIP]))),
        grade: dice.one_in(rarely).then(|| dice.pick(&[Grade::Major, Grade::Ordinary])),
        outside_due: outside.then(|| story.now.plus_seconds(dice.seconds(9 * DAY))),
        ..Facts::default()
    }
}

/// A few nodes one after the other, sometimes of an assisting unit, sometimes in a cycle.
fn plan_of(story: &mut Story, dice: &mut Dice) -> Command {
    let matter = &story.matter;
    let replaces = dice.one_in(if story.playbook.plan.is_some() { 2 } else { 12 });
    let settle = matter.open_deadline(Stage::Settle, None).map_or(story.now, |d| d.due);
    let span = if replaces { 110 * DAY } else { settle.seconds_since(story.now).max(60) };
    let count = i64::try_from(1 + dice.below(3)).unwrap();
    let shares: Vec<UnitId> =
        matter.round_shares().filter(|s| s.stands()).map(|s| s.unit).collect();
    let first = matter.plan.iter().map(|node| node.no).max().unwrap_or(0) + 1;
    let mut nodes: Vec<AskedNode> = Vec::new();
    for (i, no) in (0..count).zip(first..) {
        let due: At = story.now.plus_seconds(span * i / count + dice.seconds(span / count + 1));
        let before = nodes.last().map(|node| node.no).filter(|_| dice.one_in(2));
        let after = if dice.one_in(20) { vec![no] } else { before.into_iter().collect() };
        let unit = (!shares.is_empty() && dice.one_in(3)).then(|| dice.pick(&shares));
        nodes.push(AskedNode { no, title: text(), unit, due, after });
    }
    let replaces = replaces.then(|| (story.mint(), text()));
    Command::Plan { nodes, replaces }
}

fn some_node(matter: &Matter, dice: &mut Dice) -> u16 {
    let open: Vec<u16> = matter.plan.iter().filter(|n| n.done.is_none()).map(|n| n.no).collect();
    if open.is_empty() || dice.one_in(12) {
        u16::try_from(dice.below(4)).unwrap()
    } else {
        dice.pick(&open)
    }
}

fn children(story: &Story, dice: &mut Dice) -> Vec<AskedChild> {
    let settle = story.matter.open_deadline(Stage::Settle, None).map_or(story.now, |d| d.due);
    let span = settle.seconds_since(story.now).max(60) + DAY / 4;
    let first = new_id(story, dice).0.as_u128();
    let count = u128::try_from(room(story).min(1 + dice.below(2))).unwrap();
    (first..first + count)
        .map(|n| AskedChild {
            id: matter_id(n),
            title: text(),
            due: story.now.plus_seconds(dice.seconds(span)),
            division: dice.one_in(3).then(|| division(dice.pick(&[PLACE, TOWNSHIP]))),
        })
        .collect()
}

fn whistle_of(story: &Story, dice: &mut Dice) -> Command {
    let called = ["county_transport", "county_housing", "highway", TOWNSHIP, "tax"];
    let units = (0..=dice.below(2)).map(|_| WORLD.unit(dice.pick(&called))).collect();
    let by = story.now.plus_seconds(dice.seconds(2 * DAY) + 60);
    Command::Whistle { units, by, spot: text(), text: text() }
}

fn arrive_of(matter: &Matter, dice: &mut Dice) -> Command {
    let open = matter.whistles.iter().flat_map(|w| {
        w.calls.iter().filter(|call| call.came.is_none()).map(|call| (w.n, call.unit))
    });
    let open: Vec<(u32, UnitId)> = open.collect();
    let (whistle, unit) = if open.is_empty() || dice.one_in(12) {
        (1, WORLD.unit(dice.pick(&UNITS)))
    } else {
        dice.pick(&open)
    };
    let came = dice.pick(&[Came::Came, Came::Late, Came::Absent]);
    let word = dice.pick(&[Satisfied::Yes, Satisfied::Basically, Satisfied::No]);
    let satisfied = (came != Came::Absent).then_some(word);
    Command::Arrive { whistle, unit, came, satisfied, reason: (!dice.one_in(6)).then(text) }
}
