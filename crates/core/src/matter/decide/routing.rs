//! Whose it is: dispatched, returned, named by decision.

use jiff::civil::Date;

use super::Context;
use super::kin::due_of_whole;
use super::lists;
use super::outcome::{Outcome, limit_of};
use super::requests::{give_back, paper_fault};
use super::standing::{adjudicator, complained_of, decider_for, may_handle, runs, sits_at};
use crate::clock::{Limit, Reason};
use crate::ids::UnitId;
use crate::ledger::ContentRef;
use crate::matter::act::{Adjudicated, Did, Dispatched, Given, NewAct, Returned, Withdrawn};
use crate::matter::command::Assist;
use crate::matter::deadline::Rule;
use crate::matter::holder::HolderKind;
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::separation::leaves_somebody;
use crate::matter::state::{Matter, Owner, Part, Request, RequestKind, State};
use crate::organisation::Organisation;
use crate::playbook::Stage;
use crate::time::At;

/// The most units that assist at once: each has a share with deadlines of its own.
pub(super) const MOST_ASSISTS: usize = 20;

/// To whom a matter is given.
pub(super) struct Order<'a> {
    pub(super) lead: UnitId,
    pub(super) assists: &'a [Assist],
    pub(super) withdraw: &'a [UnitId],
    /// Set by the tasking authority; overrides the clock.
    pub(super) deadline: Option<At>,
}

/// A deadline that overrides the clock is the tasking authority's.
pub(super) fn may_set_deadline(cx: &Context<'_>) -> Result<(), Why> {
    let tasking = &cx.playbook.tasking;
    if tasking.is_empty() || cx.actor.role.is_some_and(|role| tasking.contains(&role)) {
        Ok(())
    } else {
        Err(Why::OnlyRoles(tasking.clone()))
    }
}

pub(super) fn dispatch(
    matter: &Matter,
    order: &Order<'_>,
    reason: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    if matter.state == State::Filed {
        first_dispatch(matter, order, reason, cx)
    } else {
        later_dispatch(matter, order, reason, cx)
    }
}

fn first_dispatch(
    matter: &Matter,
    order: &Order<'_>,
    reason: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let mut faults = Vec::new();
    check_lead(order.lead, matter, cx, &mut faults);
    check_assists(order.lead, order.assists, matter, cx, &mut faults);
    if !order.withdraw.is_empty() {
        faults.push(FieldFault::new("withdraw", "no unit has a share yet"));
    }
    let proposal = proposal(matter, cx);
    let differs = proposal.as_ref().is_some_and(|p| p.lead != order.lead);
    if differs && reason.is_none() {
        faults.push(FieldFault::new(
            "reason",
            "the list of powers names another unit: say why this one",
        ));
    }
    check_deadline(matter, order.deadline, cx, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(State::Dispatched, Some(Owner { unit: order.lead, post: None }));
    outcome.held_by(HolderKind::Unit, Some(order.lead));
    outcome.meet(Stage::Dispatch, None);
    outcome.open(Stage::SignFor, None, order.lead, cx.now)?;
    if order.deadline.is_none() {
        let from = outcome.start_of(Stage::Progress, matter.grade);
        outcome.open(Stage::Progress, None, order.lead, from)?;
    }
    let from = outcome.start_of(Stage::Plan, matter.grade);
    outcome.open(Stage::Plan, None, order.lead, from)?;
    let from = matter.reopened.unwrap_or(matter.reported);
    outcome.open_nodes(order.lead, from)?;
    outcome.hand_to(order.lead);
    let lead_due = tasked(&mut outcome, matter, order.deadline);
    give_assists(&mut outcome, order.assists, lead_due, cx)?;
    let did = Dispatched {
        lead: order.lead,
        limit: limit_of(cx, matter.category.as_ref(), &matter.place).ok(),
        assists: given(order.assists),
        withdrawn: Vec::new(),
        reason: reason.map(|r| r.id),
        proposed: proposal.as_ref().map(|p| p.lead),
        basis: proposal.map(|p| p.basis),
        deadline: order.deadline,
    };
    Ok(outcome.finish(Did::Dispatched(did), reason))
}

/// After the first dispatch only assisting units are added or withdrawn.
fn later_dispatch(
    matter: &Matter,
    order: &Order<'_>,
    reason: Option<&ContentRef>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let mut faults = Vec::new();
    if matter.lead().map(|s| s.unit) != Some(order.lead) {
        faults.push(FieldFault::new(
            "lead",
            "the lead stays; only assisting units are added or withdrawn now",
        ));
    }
    if order.deadline.is_some() {
        faults.push(FieldFault::new(
            "deadline",
            "it was set or not with the first dispatch; an extension moves it",
        ));
    }
    check_assists(order.lead, order.assists, matter, cx, &mut faults);
    check_withdrawn(order.withdraw, matter, &mut faults);
    if order.assists.is_empty() && order.withdraw.is_empty() {
        faults.push(FieldFault::new("assists", "name a unit to add or to withdraw"));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    let lead_due = matter.settle_due(None);
    outcome.end_where(|d| d.share.is_some_and(|unit| order.withdraw.contains(&unit)));
    outcome.nodes_to(order.lead, order.withdraw);
    give_assists(&mut outcome, order.assists, lead_due, cx)?;
    deployed_without(&mut outcome, matter, order, order.withdraw);
    let did = Dispatched {
        lead: order.lead,
        limit: None,
        assists: given(order.assists),
        withdrawn: order.withdraw.iter().map(|unit| Withdrawn { unit: *unit }).collect(),
        reason: reason.map(|r| r.id),
        proposed: None,
        basis: None,
        deadline: None,
    };
    Ok(outcome.finish(Did::Dispatched(did), reason))
}

fn given(assists: &[Assist]) -> Vec<Given> {
    assists.iter().map(|a| Given { unit: a.unit, limit: a.limit }).collect()
}

pub(super) fn proposal(matter: &Matter, cx: &Context<'_>) -> Option<crate::powers::Proposal> {
    let category = matter.category.as_ref()?;
    cx.powers.proposal(cx.organisation, category, &matter.place.division, cx.today()).ok()
}

/// Whether a unit may be given shares at all that day, whatever the matter: it stands, the county can
/// order it (DESIGN section 6: any other gets a request), and it has a post that handles matters.
pub fn can_be_given(organisation: &Organisation, unit: UnitId, day: Date) -> bool {
    organisation.unit(unit, day).is_some_and(|u| u.relation.can_be_ordered())
        && organisation.posts_in(unit, day).any(|p| may_handle(p.role))
}

/// A unit that may be given a share today: it [can have](check_standing) one, and the lists hold nothing
/// back.
pub(super) fn check_unit(
    field: &str,
    unit: UnitId,
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    check_standing(field, unit, matter, cx, faults);
    if cx.unit(unit).is_some() {
        lists::of_townships(field, unit, matter, cx, faults);
    }
}

/// A unit that can have a share today: it [can be given](can_be_given) one, the matter does not complain
/// of it, and somebody outside its chain is left to check it.
pub(super) fn check_standing(
    field: &str,
    unit: UnitId,
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    match cx.organisation.units.get(&unit) {
        None => faults.push(FieldFault::new(field, format!("no unit has the id {unit}"))),
        Some(known) if cx.unit(unit).is_none() => faults.push(FieldFault::new(
            field,
            format!(
                "{} does not stand on {}: name the unit that took over",
                known.name,
                cx.today()
            ),
        )),
        Some(known) => {
            if complained_of(unit, matter.against, cx) {
                faults.push(FieldFault::new(
                    field,
                    format!("the matter complains of {} or a unit above it", known.name),
                ));
            } else if !known.relation.can_be_ordered() {
                let what = format!(
                    "{} is not the county's to order: dispatch to the unit that looks after it, which asks it through its liaison",
                    known.name
                );
                faults.push(FieldFault::new(field, what));
            } else if !cx.organisation.posts_in(unit, cx.today()).any(|p| may_handle(p.role)) {
                let what = format!("{} has no post that handles matters", known.name);
                faults.push(FieldFault::new(field, what));
            } else if !leaves_somebody(matter, unit, cx.playbook, cx.organisation, cx.today()) {
                let what = format!(
                    "with {} nobody outside the answering chain could verify, call back or close it",
                    known.name
                );
                faults.push(FieldFault::new(field, what));
            }
        }
    }
}

/// A unit that may be given the lead by the desk.
fn check_lead(unit: UnitId, matter: &Matter, cx: &Context<'_>, faults: &mut Vec<FieldFault>) {
    check_unit("lead", unit, matter, cx, faults);
    lists::of_village("lead", unit, matter.desk.unit, matter, cx, faults);
}

fn check_assists(
    lead: UnitId,
    assists: &[Assist],
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    let already = matter.assists().filter(|share| share.is_open()).count();
    if assists.len() + already > MOST_ASSISTS {
        let what = format!(
            "at most {MOST_ASSISTS} units assist, here are {}: decompose the matter into parts",
            assists.len() + already
        );
        faults.push(FieldFault::new("assists", what));
        return;
    }
    for (i, assist) in assists.iter().enumerate() {
        let field = format!("assists[{i}].unit");
        check_unit(&field, assist.unit, matter, cx, faults);
        lists::of_village(&field, assist.unit, lead, matter, cx, faults);
        if assist.unit == lead {
            faults.push(FieldFault::new(&field, "the lead does not assist itself"));
        } else if assists[..i].iter().any(|a| a.unit == assist.unit) {
            faults.push(FieldFault::new(&field, "this unit stands twice"));
        } else if matter.share_of(assist.unit).is_some_and(|s| s.part == Part::Assist) {
            faults.push(FieldFault::new(&field, "this unit assists already"));
        }
    }
}

fn check_withdrawn(withdraw: &[UnitId], matter: &Matter, faults: &mut Vec<FieldFault>) {
    for (i, unit) in withdraw.iter().enumerate() {
        let open = matter.share_of(*unit).is_some_and(|s| s.part == Part::Assist && s.is_open());
        if !open {
            faults.push(FieldFault::new("withdraw", format!("{unit} has no open assisting share")));
        } else if withdraw[..i].contains(unit) {
            faults.push(FieldFault::new("withdraw", "this unit stands twice"));
        }
    }
}

/// Where the last unit that had not signed for its share is gone, everybody left has.
fn deployed_without(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    order: &Order<'_>,
    withdrawn: &[UnitId],
) {
    let mut left = matter.round_shares().filter(|s| s.stands() && !withdrawn.contains(&s.unit));
    if order.assists.is_empty() && left.all(|s| s.signed.is_some()) {
        outcome.meet(Stage::Deploy, None);
    }
}

fn check_deadline(
    matter: &Matter,
    deadline: Option<At>,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    let whole = due_of_whole(matter, cx);
    if deadline.is_some() && cx.playbook.tasking.is_empty() {
        let what = "this kind of matter runs by its clock alone";
        faults.push(FieldFault::new("deadline", what));
    } else if deadline.is_some_and(|at| at <= cx.now) {
        faults.push(FieldFault::new("deadline", "it lies in the past"));
    } else if let Some(whole) = whole.filter(|whole| deadline.is_some_and(|at| at > *whole)) {
        let what = format!("a part is due no later than the whole, {whole}");
        faults.push(FieldFault::new("deadline", what));
    }
}

/// A date that the tasking authority set stands in the place of the report on the way and of the
/// settlement (practice of Qiaocheng, Bozhou, 2023); the lead's due from now.
fn tasked(outcome: &mut Outcome<'_>, matter: &Matter, deadline: Option<At>) -> Option<At> {
    let settle = matter.open_deadline(Stage::Settle, None)?;
    let Some(deadline) = deadline else { return Some(settle.due) };
    outcome.fix(settle, deadline, Reason::set_by_tasking(deadline));
    outcome.end_where(|d| d.stage == Stage::Progress && d.share.is_none());
    outcome.keep_assists_before(deadline);
    Some(deadline)
}

/// Each assisting unit signs for its own share and has its own due: by default one working day before
/// the lead's, never after it.
fn give_assists(
    outcome: &mut Outcome<'_>,
    assists: &[Assist],
    lead_due: Option<At>,
    cx: &Context<'_>,
) -> Result<(), Refusal> {
    for assist in assists {
        outcome.open(Stage::SignFor, Some(assist.unit), assist.unit, cx.now)?;
        let Some(lead_due) = lead_due else { continue };
        open_assists_settle(outcome, assist.unit, assist.limit, lead_due, cx)?;
    }
    Ok(())
}

/// By when an assisting unit answers for its share.
pub(super) fn open_assists_settle(
    outcome: &mut Outcome<'_>,
    unit: UnitId,
    limit: Option<Limit>,
    lead_due: At,
    cx: &Context<'_>,
) -> Result<(), Refusal> {
    let rule = Rule::working(limit.unwrap_or(Limit::WorkingDays(1)));
    let own = match limit {
        Some(limit) => cx.due("limit", cx.now, &Rule::working(limit))?,
        None => cx.calendar.closing_before(lead_due),
    };
    // A lead's due that is too near for a day before it is the assisting unit's too.
    let due = if own > lead_due || own <= cx.now { lead_due } else { own };
    let because = vec![Reason::before_the_lead(lead_due)];
    outcome.open_on(Stage::Settle, Some(unit), unit, due, because, Some(rule));
    Ok(())
}

/// A return is possible within one working day of the moment the share was given, and never after a
/// decision has named the unit (12345 practice: Shandong two, here one working day).
pub(super) fn may_return(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let Some(share) = matter.share_of_actor(cx) else { return Err(Why::OnlyShares) };
    if share.by_decision || (share.part == Part::Lead && matter.decided) {
        return Err(Why::BoundByDecision);
    }
    if share.answered.is_some() {
        return Err(Why::ShareAnswered);
    }
    if share.part == Part::Lead && matter.state == State::Suspended {
        return Err(Why::State { state: matter.state, act: "return" });
    }
    if matter.requests.iter().any(|r| r.by == share.unit && r.waits(cx.now)) {
        return Err(Why::RequestOpen);
    }
    let last = cx.due("return", share.given, &Rule::working(Limit::WorkingDays(1)));
    let last = last.unwrap_or(share.given);
    if cx.now > last { Err(Why::ReturnOver(last)) } else { Ok(()) }
}

/// 退回: it is not ours, and whose it is.
pub(super) fn return_(
    matter: &Matter,
    reason: &ContentRef,
    whose: Option<UnitId>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(share) = matter.share_of_actor(cx) else {
        return Err(Refusal::NotYours(Why::OnlyShares));
    };
    let mut faults = Vec::new();
    if let Some(unit) = whose {
        match cx.organisation.units.get(&unit) {
            Some(known) if cx.unit(unit).is_none() => {
                let what = format!("{} does not stand on {}", known.name, cx.today());
                faults.push(FieldFault::new("whose", what));
            }
            Some(_) => {}
            None => faults.push(FieldFault::new("whose", format!("no unit has the id {unit}"))),
        }
        if unit == share.unit {
            faults.push(FieldFault::new("whose", "the unit that returns it names another"));
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let mut outcome = Outcome::of(matter, cx);
    if share.part == Part::Lead {
        let decider = adjudicator(matter, Some(share.unit), cx).unwrap_or(matter.desk);
        outcome.state(State::Returned, Some(decider));
        outcome.held_by(HolderKind::Approver, Some(decider.unit));
        outcome.end_where(|d| d.stage == Stage::SignFor && d.share.is_none());
        outcome.hand_to(decider.unit);
        outcome.open(Stage::Adjudicate, None, decider.unit, cx.now)?;
    } else {
        outcome.end_where(|d| d.share == Some(share.unit));
        if let Some(lead) = matter.lead() {
            outcome.nodes_to(lead.unit, &[share.unit]);
        }
    }
    let did = Returned { unit: share.unit, part: share.part, reason: reason.id, whose };
    Ok(outcome.finish(Did::Returned(did), [reason]))
}

/// Outside the state "returned" only an assisting unit's return waits for a decision.
pub(super) fn may_adjudicate(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let disputed = matter.assists().any(|s| s.returned.is_some() && !s.resolved)
        || objected_before(matter, cx).is_some();
    if runs(matter.state) && !disputed { Err(Why::NothingReturned) } else { Ok(()) }
}

/// 指定承办: names the units; binding for the round.
pub(super) fn adjudicate(
    matter: &Matter,
    order: &Order<'_>,
    reason: &ContentRef,
    number: Option<&str>,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let lead = order.lead;
    let running = runs(matter.state);
    let objection = objected_before(matter, cx);
    let mut faults = faults_of_naming(matter, order, running && objection.is_none(), cx);
    faults.extend(faults_of_paper(objection, number));
    if objection.is_some() && matter.state == State::Suspended && !leads(matter, lead) {
        let what = "it is paused: the lead changes once it is handled again";
        faults.push(FieldFault::new("lead", what));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let proposal = proposal(matter, cx);
    let mut outcome = Outcome::of(matter, cx);
    let mut withdrawn = order.withdraw.to_vec();
    if let Some(objection) = objection {
        outcome.meet_number(objection.deadline, cx.now);
        if leads(matter, lead) {
            give_back(&mut outcome, matter, objection, cx);
        } else {
            withdrawn.extend(take_over(&mut outcome, matter, lead, cx)?);
        }
    } else if !running {
        outcome.state(State::Dispatched, Some(Owner { unit: lead, post: None }));
        outcome.held_by(HolderKind::Unit, Some(lead));
        outcome.meet(Stage::Adjudicate, None);
        // A unit that assisted and now leads has one share, the lead's.
        let assisted = matter.share_of(lead).is_some_and(|s| s.part == Part::Assist);
        if assisted && !withdrawn.contains(&lead) {
            withdrawn.push(lead);
        }
        outcome.open(Stage::SignFor, None, lead, cx.now)?;
        outcome.hand_to(lead);
    }
    outcome.end_where(|d| d.share.is_some_and(|unit| withdrawn.contains(&unit)));
    outcome.nodes_to(lead, &withdrawn);
    let lead_due = tasked(&mut outcome, matter, order.deadline);
    give_assists(&mut outcome, order.assists, lead_due, cx)?;
    if running {
        deployed_without(&mut outcome, matter, order, &withdrawn);
    }
    let did = Adjudicated {
        lead,
        limit: limit_of(cx, matter.category.as_ref(), &matter.place).ok(),
        assists: given(order.assists),
        withdrawn: withdrawn.into_iter().map(|unit| Withdrawn { unit }).collect(),
        reason: reason.id,
        proposed: proposal.as_ref().map(|p| p.lead),
        basis: proposal.map(|p| p.basis),
        deadline: order.deadline,
        number: number.map(str::to_owned),
        objection: objection.map(|o| o.id),
    };
    Ok(outcome.finish(Did::Adjudicated(did), [reason]))
}

fn leads(matter: &Matter, unit: UnitId) -> bool {
    matter.lead().is_some_and(|s| s.unit == unit)
}

/// The objection that a meeting, and nobody else, decides by naming the unit.
fn objected_before<'m>(matter: &'m Matter, cx: &Context<'_>) -> Option<&'m Request> {
    let objection = matter.objection(cx.now).filter(|_| runs(matter.state))?;
    let seat = decider_for(matter, RequestKind::Object, objection.by, cx);
    sits_at(seat, cx).then_some(objection)
}

fn faults_of_paper(objection: Option<&Request>, number: Option<&str>) -> Vec<FieldFault> {
    match (objection, number) {
        (Some(_), None) => {
            let what = "a meeting names the unit after an objection: give the number of its paper";
            vec![FieldFault::new("number", what)]
        }
        (None, Some(_)) => {
            vec![FieldFault::new("number", "no objection waits for a meeting here")]
        }
        (Some(_), Some(number)) => paper_fault(number).into_iter().collect(),
        (None, None) => Vec::new(),
    }
}

/// The meeting names another lead: the stop-gap unit gives up its share, what it owed is the new
/// lead's, from the same start.
fn take_over(
    outcome: &mut Outcome<'_>,
    matter: &Matter,
    lead: UnitId,
    cx: &Context<'_>,
) -> Result<Vec<UnitId>, Refusal> {
    outcome.state(matter.state, Some(Owner { unit: lead, post: None }));
    outcome.held_by(HolderKind::Unit, Some(lead));
    outcome.end_where(|d| d.stage == Stage::SignFor && d.share.is_none());
    outcome.open(Stage::SignFor, None, lead, cx.now)?;
    outcome.hand_to(lead);
    let before = matter.lead().map(|s| s.unit);
    let assisted = matter.share_of(lead).filter(|s| s.part == Part::Assist).map(|s| s.unit);
    Ok(before.into_iter().chain(assisted).collect())
}

fn faults_of_naming(
    matter: &Matter,
    order: &Order<'_>,
    running: bool,
    cx: &Context<'_>,
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    check_lead(order.lead, matter, cx, &mut faults);
    check_assists(order.lead, order.assists, matter, cx, &mut faults);
    check_withdrawn(order.withdraw, matter, &mut faults);
    check_deadline(matter, order.deadline, cx, &mut faults);
    let own = |unit| cx.is_of(unit);
    if own(order.lead) || order.assists.iter().any(|a| own(a.unit)) {
        faults.push(FieldFault::new("lead", "the decider is of neither unit"));
    }
    if running && matter.lead().map(|s| s.unit) != Some(order.lead) {
        let what = "only an assisting share is in dispute; the lead stays";
        faults.push(FieldFault::new("lead", what));
    }
    faults
}
