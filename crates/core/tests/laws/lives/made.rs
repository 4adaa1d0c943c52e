//! Commands as they are mostly made.

use zongheng_core::clock::Limit;
use zongheng_core::ids::{MatterId, RequestId, UnitId};
use zongheng_core::matter::{
    AskedChild, AskedNode, Assist, Came, Command, Drafted, Facts, OutsideOrder, Satisfied,
};
use zongheng_core::playbook::{Rating, SettlementKind, Stage};
use zongheng_core::time::At;

use super::story::{at, text};
use super::world::{WORLD, division};

pub(crate) fn file() -> Command {
    Command::File(Facts::default())
}

pub(crate) fn decline() -> Command {
    Command::Decline { reason: text() }
}

pub(crate) fn dispatch(lead: &str, assists: &[&str]) -> Command {
    Command::Dispatch {
        lead: WORLD.unit(lead),
        assists: named(assists),
        withdraw: Vec::new(),
        deadline: None,
        reason: Some(text()),
    }
}

pub(crate) fn withdraw(lead: &str, assists: &[&str]) -> Command {
    Command::Dispatch {
        lead: WORLD.unit(lead),
        assists: Vec::new(),
        withdraw: units(assists),
        deadline: None,
        reason: None,
    }
}

pub(crate) fn adjudicate(lead: &str, assists: &[&str]) -> Command {
    Command::Adjudicate {
        lead: WORLD.unit(lead),
        assists: named(assists),
        withdraw: Vec::new(),
        deadline: None,
        reason: text(),
        number: None,
    }
}

fn units(keys: &[&str]) -> Vec<UnitId> {
    keys.iter().map(|key| WORLD.unit(key)).collect()
}

fn named(assists: &[&str]) -> Vec<Assist> {
    units(assists).into_iter().map(|unit| Assist { unit, limit: None::<Limit> }).collect()
}

pub(crate) fn sign_for() -> Command {
    Command::SignFor { post: None }
}

pub(crate) fn return_(whose: Option<&str>) -> Command {
    Command::Return { reason: text(), whose: whose.map(|key| WORLD.unit(key)) }
}

pub(crate) fn progress() -> Command {
    Command::Progress { text: text() }
}

pub(crate) fn suspend(request: RequestId, until: &str) -> Command {
    Command::Suspend { request, reason: text(), until: at(until) }
}

pub(crate) fn extend(request: RequestId, stage: Stage, due: At) -> Command {
    Command::Extend { request, reason: text(), stage, due }
}

pub(crate) fn grant(request: RequestId) -> Command {
    Command::Decide { request, accept: true, reason: None, number: None }
}

pub(crate) fn deny(request: RequestId) -> Command {
    Command::Decide { request, accept: false, reason: Some(text()), number: None }
}

pub(crate) fn answer() -> Command {
    Command::Answer { kind: SettlementKind::Solved, text: text() }
}

pub(crate) fn passed() -> Command {
    Command::Verify { passed: true, rating: None, text: None }
}

pub(crate) fn failed() -> Command {
    Command::Verify { passed: false, rating: None, text: Some(text()) }
}

pub(crate) fn rated(rating: Rating) -> Command {
    Command::Verify { passed: rating != Rating::Fail, rating: Some(rating), text: Some(text()) }
}

pub(crate) fn reached(solved: bool) -> Command {
    let satisfied = if solved { Satisfied::Basically } else { Satisfied::No };
    Command::CallBack {
        reached: true,
        solved: Some(solved),
        satisfied: Some(satisfied),
        text: None,
        party: None,
    }
}

pub(crate) fn unreached() -> Command {
    Command::CallBack { reached: false, solved: None, satisfied: None, text: None, party: None }
}

pub(crate) fn sign_off() -> Command {
    Command::SignOff { despite: None }
}

pub(crate) fn reopen() -> Command {
    Command::Reopen { reason: text(), lead: None }
}

pub(crate) fn urge(unit: Option<&str>) -> Command {
    Command::Urge { text: text(), unit: unit.map(|key| WORLD.unit(key)) }
}

pub(crate) fn comment() -> Command {
    Command::Comment { text: text() }
}

pub(crate) fn spot() -> Command {
    Command::Spot { text: text() }
}

pub(crate) fn link(to: MatterId) -> Command {
    Command::Link { to }
}

pub(crate) fn unlink() -> Command {
    Command::Unlink { reason: text() }
}

pub(crate) fn merge(into: MatterId) -> Command {
    Command::Merge { into, reason: text() }
}

pub(crate) fn part(id: MatterId, due: &str) -> AskedChild {
    AskedChild { id, title: text(), due: at(due), division: None }
}

pub(crate) const fn decompose(children: Vec<AskedChild>) -> Command {
    Command::Decompose { children }
}

pub(crate) fn pass_on(post: &str) -> Command {
    Command::PassOn { post: WORLD.post(post), due: None, text: None }
}

pub(crate) fn pass_back() -> Command {
    Command::PassBack { reason: text() }
}

pub(crate) fn submit(draft: Drafted) -> Command {
    Command::Submit { draft: Box::new(draft) }
}

pub(crate) fn an_answer() -> Drafted {
    Drafted::Answer { kind: SettlementKind::Solved, text: text() }
}

pub(crate) const fn release(draft: u32) -> Command {
    Command::Release { draft }
}

pub(crate) fn send_back(draft: u32) -> Command {
    Command::SendBack { draft, reason: text() }
}

pub(crate) fn node(no: u16, due: &str, after: &[u16]) -> AskedNode {
    AskedNode { no, title: text(), unit: None, due: at(due), after: after.to_vec() }
}

pub(crate) const fn plan(nodes: Vec<AskedNode>) -> Command {
    Command::Plan { nodes, replaces: None }
}

pub(crate) fn plan_for(request: RequestId, nodes: Vec<AskedNode>) -> Command {
    Command::Plan { nodes, replaces: Some((request, text())) }
}

pub(crate) fn node_done(node: u16) -> Command {
    Command::NodeDone { node, text: text() }
}

pub(crate) fn whistle(called: &[&str], by: &str) -> Command {
    Command::Whistle { units: units(called), by: at(by), spot: text(), text: text() }
}

pub(crate) fn arrive(whistle: u32, unit: &str, came: Came) -> Command {
    let satisfied = (came != Came::Absent).then_some(Satisfied::Yes);
    Command::Arrive { whistle, unit: WORLD.unit(unit), came, satisfied, reason: None }
}

pub(crate) fn shelve(request: RequestId, until: &str) -> Command {
    Command::Shelve { request, reason: text(), until: at(until) }
}

pub(crate) fn refer_up(request: RequestId) -> Command {
    Command::ReferUp { request, reason: text(), to: WORLD.unit("city_hotline") }
}

pub(crate) fn refer_across(request: RequestId) -> Command {
    Command::ReferAcross { request, reason: text(), to: division("411525000000") }
}

pub(crate) fn exclude(request: RequestId) -> Command {
    Command::Exclude { request, reason: text() }
}

pub(crate) fn object(request: RequestId) -> Command {
    Command::Object { request, reason: text() }
}

/// What a meeting decided, by the number of its paper.
pub(crate) fn met(request: RequestId, accept: bool) -> Command {
    let number = Some("会议纪要〔2025〕12号".to_owned());
    Command::Decide { request, accept, reason: Some(text()), number }
}

pub(crate) fn order(number: &str) -> Command {
    Command::Order { number: number.to_owned(), unit: None, text: text() }
}

pub(crate) fn notice(number: &str) -> Command {
    Command::Notice { number: number.to_owned(), unit: None, text: text() }
}

pub(crate) fn settle_on_spot() -> Command {
    Command::SettleOnSpot { category: Some("rubbish".into()), text: text() }
}

pub(crate) fn an_order(due: &str) -> OutsideOrder {
    OutsideOrder { number: "12345-20250305-0042".to_owned(), due: at(due) }
}
