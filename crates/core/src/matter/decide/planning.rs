//! A plan of dated nodes, and the plan that replaces the month of 13710: its dates then hold, with
//! progress each month on the anchor day (practice of Qiaocheng, Bozhou, 2023).

use jiff::ToSpan;
use jiff::civil::Date;

use super::Context;
use super::asking::{blank, wait_for};
use super::kin::due_of_whole;
use super::outcome::Outcome;
use crate::clock::{Limit, Reason, Roll, Start};
use crate::ids::{RequestId, UnitId};
use crate::ledger::ContentRef;
use crate::matter::act::{Did, NewAct, NodeDone, Planned};
use crate::matter::command::AskedNode;
use crate::matter::deadline::Rule;
use crate::matter::planned::{MOST_NODES, Node, PlannedNode, cycle};
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, Part, Request, RequestKind, Share};
use crate::playbook::Stage;
use crate::time::At;

/// How many months ahead a plan may have its reports.
const MOST_MONTHS: i32 = 36;

pub(super) fn may_plan(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyLead)?;
    let waits = |r: &Request| r.kind == RequestKind::Plan && r.waits(cx.now);
    if share.signed.is_none() {
        Err(Why::NotSignedFor)
    } else if matter.requests.iter().any(waits) {
        Err(Why::SameRequestOpen)
    } else {
        Ok(())
    }
}

pub(super) fn plan(
    matter: &Matter,
    asked: &[AskedNode],
    replaces: Option<&(RequestId, ContentRef)>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(lead) = matter.lead() else { return Err(Refusal::NotYours(Why::OnlyLead)) };
    let settle = matter.settle_due(None);
    let latest = settle.filter(|_| replaces.is_none()).or(due_of_whole(matter, cx));
    let nodes = checked(matter, asked, lead, latest, cx)?;
    let titles = asked.iter().map(|node| &node.title);
    let Some((id, reason)) = replaces else {
        let mut outcome = Outcome::of(matter, cx);
        outcome.meet(Stage::Plan, None);
        stand(&mut outcome, matter, lead.unit, &nodes);
        let did = Planned { unit: lead.unit, request: None };
        return Ok(outcome.finish(Did::Planned(did), titles));
    };
    if cx.playbook.plan.is_none() {
        return Err(Refusal::field(
            "replaces",
            "in this kind of matter no plan replaces the limit",
        ));
    }
    let by = (lead.unit, Some(Part::Lead));
    let request = blank(matter, (*id, RequestKind::Plan), by, reason, settle, cx)?;
    let request = Request { nodes, ..request };
    let (mut outcome, request) = wait_for(matter, request, cx);
    // The plan is handed in; whether it is approved is the leader's.
    outcome.meet(Stage::Plan, None);
    let did = Planned { unit: lead.unit, request: Some(request) };
    Ok(outcome.finish(Did::Planned(did), titles.chain([reason])))
}

fn checked(
    matter: &Matter,
    asked: &[AskedNode],
    lead: &Share,
    latest: Option<At>,
    cx: &Context<'_>,
) -> Result<Vec<PlannedNode>, Refusal> {
    let mut faults = Vec::new();
    if asked.is_empty() {
        faults.push(FieldFault::new("nodes", "a plan has at least one node"));
    }
    if asked.len() > MOST_NODES {
        let what = format!(
            "a plan has at most {MOST_NODES} nodes, this one has {}: decompose the matter into parts",
            asked.len()
        );
        return Err(Refusal::field("nodes", what));
    }
    let known = |no: u16| matter.plan.iter().any(|node| node.no == no);
    let mut nodes: Vec<PlannedNode> = Vec::with_capacity(asked.len());
    for (i, node) in asked.iter().enumerate() {
        let at = |name: &str| format!("nodes[{i}].{name}");
        if node.no == 0 || node.no > 999 {
            faults.push(FieldFault::new(&at("no"), "nodes are numbered from 1 to 999"));
        } else if known(node.no) || asked[..i].iter().any(|before| before.no == node.no) {
            faults.push(FieldFault::new(&at("no"), format!("node {} stands already", node.no)));
        }
        if node.due <= cx.now {
            faults.push(FieldFault::new(&at("due"), "it lies in the past"));
        } else if let Some(latest) = latest.filter(|latest| node.due > *latest) {
            let what = format!(
                "it lies after the matter's due, {latest}: ask for a plan that replaces the limit"
            );
            faults.push(FieldFault::new(&at("due"), what));
        }
        let unit = node.unit.unwrap_or(lead.unit);
        if matter.share_of(unit).is_none_or(|share| !share.is_open()) {
            faults.push(FieldFault::new(&at("unit"), "this unit has no open share in the matter"));
        }
        for before in &node.after {
            match asked.iter().find(|other| other.no == *before) {
                Some(other) if other.due > node.due => {
                    let what = format!("node {before}, which goes before, is due later");
                    faults.push(FieldFault::new(&at("after"), what));
                }
                None if !known(*before) => {
                    faults
                        .push(FieldFault::new(&at("after"), format!("there is no node {before}")));
                }
                _ => {}
            }
        }
        let (title, after) = (node.title.id, node.after.clone());
        nodes.push(PlannedNode { no: node.no, title, unit, due: node.due, after });
    }
    let order: Vec<_> = asked.iter().map(|node| (node.no, node.after.clone())).collect();
    let round = cycle(&order);
    if !round.is_empty() {
        let named: Vec<String> = round.iter().map(u16::to_string).collect();
        let what = format!("nodes {} wait for one another in a cycle", named.join(", "));
        faults.push(FieldFault::new("nodes", what));
    }
    if faults.is_empty() { Ok(nodes) } else { Err(Refusal::Invalid(faults)) }
}

/// A pause moves a node's date by its calendar days.
pub(super) const fn by_the_day() -> Rule {
    Rule { limit: Limit::Days(1), start: Start::Working, roll: Roll::None, cutoff: None }
}

/// The nodes stand from now on, each with its own deadline. Those of a unit whose share has ended since
/// are the lead's.
fn stand(outcome: &mut Outcome<'_>, matter: &Matter, lead: UnitId, nodes: &[PlannedNode]) {
    for node in nodes {
        let assists = matter.share_of(node.unit).filter(|s| s.part == Part::Assist && s.is_open());
        let share = assists.map(|s| s.unit);
        let unit = share.unwrap_or(lead);
        let because = vec![Reason::Planned { due: node.due }];
        let stage = Stage::Node(node.no);
        outcome.open_on(stage, share, unit, node.due, because, Some(by_the_day()));
        outcome.then.planned.push(Node {
            no: node.no,
            title: Some(node.title),
            unit,
            after: node.after.clone(),
            done: None,
        });
    }
}

/// The leader approves: the dates of the plan stand in the place of the month, and each month until
/// the last of them progress is reported on the anchor day.
pub(super) fn grant(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    request: &Request,
) -> Result<(), Refusal> {
    let Some(last) = request.nodes.iter().map(|node| node.due).max() else {
        return Err(Refusal::OutOfState(Why::NodesOpen));
    };
    stand(outcome, matter, request.by, &request.nodes);
    let Some(settle) = matter.open_deadline(Stage::Settle, None) else {
        return Err(Refusal::OutOfState(Why::NoDeadline { stage: Stage::Settle }));
    };
    outcome.fix(settle, last, Reason::Planned { due: last });
    outcome.keep_assists_before(last);
    months(outcome, matter, settle.start.date(), last, request);
    Ok(())
}

/// 31 January, 28 February, 31 March: the anchor day is kept, not the day before.
fn months(outcome: &mut Outcome<'_>, matter: &Matter, anchor: Date, last: At, request: &Request) {
    let now = outcome.now();
    for n in 1..=MOST_MONTHS {
        let Ok(day) = anchor.checked_add(n.months()) else { return };
        let due = outcome.closing_on(day);
        if due >= last {
            return;
        }
        let stage = Stage::Monthly(day.year(), day.month());
        let stands = matter.deadlines.iter().any(|d| d.stage == stage && d.is_open());
        if due > now && !stands {
            let because = vec![Reason::EachMonth { day: anchor.day() }];
            outcome.open_on(stage, None, request.by, due, because, Some(by_the_day()));
        }
    }
}

pub(super) fn may_do_node(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let share = matter.share_of_actor(cx).ok_or(Why::OnlyShares)?;
    let own = |node: &Node| node.unit == share.unit && node.done.is_none();
    if matter.plan.iter().any(own) { Ok(()) } else { Err(Why::NoNode) }
}

/// What the node that the command names adds: its turn has come.
pub(super) fn may_do_that_node(matter: &Matter, no: u16, cx: &Context<'_>) -> Result<(), Why> {
    let Some(node) = matter.plan.iter().find(|node| node.no == no) else { return Ok(()) };
    if matter.share_of_actor(cx).is_none_or(|share| share.unit != node.unit) {
        return Err(Why::NoNode);
    }
    let open = |before: &&Node| node.after.contains(&before.no) && before.done.is_none();
    match matter.plan.iter().find(open) {
        Some(before) => Err(Why::NodeBefore { node: before.no }),
        None => Ok(()),
    }
}

pub(super) fn node_done(
    matter: &Matter,
    no: u16,
    text: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(node) = matter.plan.iter().find(|node| node.no == no) else {
        return Err(Refusal::field("node", format!("this matter has no node {no}")));
    };
    if node.done.is_some() {
        return Err(Refusal::Already(Why::NodeDone));
    }
    let mut outcome = Outcome::of(matter, cx);
    let assists = matter.share_of(node.unit).filter(|s| s.part == Part::Assist);
    outcome.meet(Stage::Node(no), assists.map(|s| s.unit));
    let did = NodeDone { node: no, unit: node.unit, text: text.id };
    Ok(outcome.finish(Did::NodeDone(did), [text]))
}
