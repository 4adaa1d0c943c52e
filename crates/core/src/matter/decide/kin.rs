//! Several matters that have to do with one another: linked, merged, taken apart; and what was settled
//! on the spot.

use super::Context;
use super::entry::first_envelope;
use super::outcome::Outcome;
use super::sees;
use crate::clock::Reason;
use crate::ids::{CategoryId, MatterId, UnitId};
use crate::ledger::{ContentRef, Hash};
use crate::matter::act::{
    Decomposed, Did, Linked, Merged, NewAct, Recorded, Reported, Then, Unlinked,
};
use crate::matter::command::AskedChild;
use crate::matter::deadline::{Deadline, two_thirds};
use crate::matter::holder::HolderKind;
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Child, Matter, Place, State};
use crate::matter::table::{ActName, Slot, fits_state};
use crate::organisation::Level;
use crate::playbook::Stage;
use crate::time::At;

/// The most parts that one act makes.
const MOST_PARTS: usize = 40;

pub(super) fn may_link(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    if matter.main.is_some() {
        Err(Why::Linked)
    } else if cx.kin.linked_to(matter.id).next().is_some() {
        Err(Why::WorksForOthers)
    } else {
        Ok(())
    }
}

/// The matter that a command names, as far as the actor may see it.
fn named<'a>(
    matter: &Matter,
    id: MatterId,
    field: &str,
    cx: &Context<'a>,
) -> Result<&'a Matter, Refusal> {
    if id == matter.id {
        return Err(Refusal::field(field, "name another matter than this one"));
    }
    let seen = cx.kin.get(id).filter(|other| sees(other, cx));
    seen.ok_or_else(|| Refusal::field(field, "there is no such matter, or you may not see it"))
}

/// A complaint is worked on with others of the same unit alone, and what few may see with what few may
/// see: else the unit complained of, or whoever works on the other one, would have it.
fn same_walls(matter: &Matter, other: &Matter, field: &str) -> Result<(), Refusal> {
    if (matter.against, matter.restricted) == (other.against, other.restricted) {
        return Ok(());
    }
    let what = "one of the two complains of a unit or is for few to see, and the other is not";
    Err(Refusal::field(field, what))
}

/// 并案: one works, each keeps reporter, number, limit, answer and call-back.
pub(super) fn link(matter: &Matter, to: MatterId, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    let main = named(matter, to, "to", cx)?;
    same_walls(matter, main, "to")?;
    if !fits_state(ActName::Link, main.state) {
        let what = format!("it is {}: only what is still worked on works for others", main.state);
        return Err(Refusal::field("to", what));
    }
    if main.parent == Some(matter.id) || matter.parent == Some(main.id) {
        let what = "a whole and its part wait for each other already";
        return Err(Refusal::field("to", what));
    }
    if main.main.is_some() {
        let what = "it is linked itself: name the matter that works for both";
        return Err(Refusal::field("to", what));
    }
    Ok(Outcome::of(matter, cx).finish(Did::Linked(Linked { to }), []))
}

pub(super) fn unlink(
    matter: &Matter,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(from) = matter.main else { return Err(Refusal::OutOfState(Why::NotLinked)) };
    let did = Unlinked { from, reason: reason.id };
    Ok(Outcome::of(matter, cx).finish(Did::Unlinked(did), [reason]))
}

pub(super) fn may_merge(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    if cx.kin.open_parts(matter.id).next().is_some() {
        Err(Why::PartsOpen)
    } else if cx.kin.linked_to(matter.id).next().is_some() {
        Err(Why::WorksForOthers)
    } else {
        Ok(())
    }
}

/// 合并: the same reporter's, or entered by mistake; into an open one that started no later.
pub(super) fn merge(
    matter: &Matter,
    into: MatterId,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let other = named(matter, into, "into", cx)?;
    same_walls(matter, other, "into")?;
    if !other.state.is_open() {
        let what = format!("it is {}: merge into one that is open, or reopen it", other.state);
        return Err(Refusal::field("into", what));
    }
    if other.round_start > matter.round_start {
        let what = "it started later: a promise never becomes younger; merge the other way round";
        return Err(Refusal::field("into", what));
    }
    let category = matter.category.clone().or_else(|| other.category.clone());
    if category.is_none() {
        let what =
            "neither says what it is about: correct one of them first, so that it can be undone";
        return Err(Refusal::field("into", what));
    }
    let mut outcome = Outcome::of(matter, cx);
    if matter.paused.is_some() {
        // The pause ends with it: opened again, its dates are those that the pause has left.
        outcome.go_on()?;
    }
    outcome.state(State::Merged, None);
    outcome.end_where(|_| true);
    let did = Merged { into, reason: reason.id, category };
    Ok(outcome.finish(Did::Merged(did), [reason]))
}

pub(super) fn may_settle_on_spot(matter: &Matter) -> Result<(), Why> {
    if matter.reporter.is_some() { Err(Why::HasReporter) } else { Ok(()) }
}

/// 自办自结: written down with what was done; drawn by its number, another unit looks at it.
pub(super) fn settle_on_spot(
    matter: &Matter,
    category: Option<&CategoryId>,
    text: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let Some(rule) = &cx.playbook.on_spot else {
        return Err(Refusal::OutOfState(Why::NotOnSpot));
    };
    let category = category.or(matter.category.as_ref());
    let Some(category) = category.filter(|c| rule.categories.contains(c)) else {
        let known: Vec<_> = rule.categories.iter().map(CategoryId::as_str).collect();
        let what = format!("settled on the spot is only: {}", known.join(", "));
        return Err(Refusal::field("category", what));
    };
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(State::Recorded, None);
    outcome.end_where(|_| true);
    let drawn = drawn(matter, rule.sample);
    let sample = drawn.then(|| looker(matter, cx)).flatten();
    let did = Recorded { category: category.clone(), text: text.id, sample };
    Ok(outcome.finish(Did::Recorded(did), [text]))
}

/// One in so many. The number is the server's and the id was there before it, so nobody can choose.
fn drawn(matter: &Matter, one_in: u32) -> bool {
    let hash = Hash::of(format!("{} {}", matter.no, matter.id)).to_string();
    let number = u32::from_str_radix(&hash[..8], 16).unwrap_or(0);
    number.is_multiple_of(one_in.max(1))
}

/// Another unit than the one that settled it: the township looks at its villages.
fn looker(matter: &Matter, cx: &Context<'_>) -> Option<UnitId> {
    let township = matter.place.township.as_ref();
    let unit = township.and_then(|code| cx.organisation.unit_of_division(code, cx.today()));
    unit.map(|unit| unit.id).filter(|unit| Some(*unit) != cx.actor.unit)
}

/// The desk takes it apart before it is dispatched, the lead what it handles.
pub(super) fn may_decompose(matter: &Matter, slots: &[Slot]) -> Result<(), Why> {
    match matter.state {
        State::Filed if !slots.contains(&Slot::Desk) => Err(Why::OnlyDesk),
        State::Handling if !slots.contains(&Slot::Lead) => Err(Why::OnlyLead),
        _ => Ok(()),
    }
}

/// Until when the whole is due of which this is one part: no date of the part lies after it.
pub(super) fn due_of_whole(matter: &Matter, cx: &Context<'_>) -> Option<At> {
    let whole = matter.parent.and_then(|id| cx.kin.get(id))?;
    whole.settle_due(None)
}

/// 分解: each part is a matter of its own, due no later than the whole, from the start of the whole.
pub(super) fn decompose(
    matter: &Matter,
    children: &[AskedChild],
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let settle = matter.settle_due(None);
    let mut faults = Vec::new();
    if children.is_empty() || children.len() > MOST_PARTS {
        faults.push(FieldFault::new("children", format!("1 to {MOST_PARTS} parts at once")));
    }
    if matter.parent.is_some() {
        faults.push(FieldFault::new("children", "a part is not taken apart again"));
    }
    for (i, child) in children.iter().enumerate().take(MOST_PARTS) {
        let at = |name: &str| format!("children[{i}].{name}");
        let twice = children[..i].iter().any(|before| before.id == child.id);
        if twice || child.id == matter.id || cx.kin.get(child.id).is_some() {
            faults.push(FieldFault::new(&at("id"), "a matter with this id is there already"));
        }
        if child.due <= cx.now {
            faults.push(FieldFault::new(&at("due"), "it lies in the past"));
        } else if let Some(settle) = settle.filter(|settle| child.due > *settle) {
            let what = format!("a part is due no later than the whole, {settle}");
            faults.push(FieldFault::new(&at("due"), what));
        }
        let known = |code| cx.organisation.divisions.get(code);
        if let Some(division) = &child.division
            && known(division).is_none_or(|d| d.level < Level::County)
        {
            let what = format!("no division of this county has the code {division}");
            faults.push(FieldFault::new(&at("division"), what));
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let children = children.iter().map(|c| Child { id: c.id, due: c.due }).collect();
    Ok(Outcome::of(matter, cx).finish(Did::Decomposed(Decomposed { children }), []))
}

/// The first act of a part: it is filed with the whole and waits at the desk to be dispatched.
///
/// # Errors
/// No deadline can be worked out.
pub fn birth(
    parent: &Matter,
    child: &AskedChild,
    no: &str,
    cx: &Context<'_>,
) -> Result<(Matter, NewAct), Refusal> {
    let mut place = parent.place.clone();
    if let Some(division) = child.division.clone().filter(|d| *d != place.division) {
        let township = cx.organisation.township_of(&division).map(|t| t.code.clone());
        place = Place { division, township, grid: None, point: None, address: None };
    }
    let did = Reported {
        no: no.to_owned(),
        playbook: parent.playbook.clone(),
        category: parent.category.clone(),
        source: parent.source.clone(),
        urgent: parent.urgent,
        place,
        title: child.title.id,
        detail: None,
        form: Vec::new(),
        reporter: None,
        against: parent.against,
        desk: parent.desk,
        parent: Some(parent.id),
        apart_by: cx.actor.unit,
        start: Some(parent.round_start),
        follows: None,
        outside: None,
        restricted: parent.restricted,
        grade: Some(parent.grade),
    };
    let envelope = first_envelope(None, cx);
    let at_desk = Then::of(State::Filed, Some(parent.desk));
    let bare = Matter::opened(child.id, &envelope, &did, &at_desk);
    let mut outcome = Outcome::of(&bare, cx);
    outcome.held_by(HolderKind::Centre, Some(parent.desk.unit));
    outcome.open(Stage::Dispatch, None, parent.desk.unit, cx.now)?;
    let because = vec![Reason::PartOf { due: child.due }];
    // Its time runs from the start of the whole.
    let (from, due, n) = (parent.round_start, child.due, outcome.next_n());
    let settle = Deadline::on(n, Stage::Settle, None, parent.desk.unit, 1, from, due, because);
    let rule = Some(super::planning::by_the_day());
    outcome.push(Deadline { rule, warn: two_thirds(from, due), ..settle });
    let then = outcome.then;
    let matter = Matter::opened(child.id, &envelope, &did, &then);
    let act = NewAct { did: Did::Reported(Box::new(did)), then, contents: vec![child.title] };
    Ok((matter, act))
}
