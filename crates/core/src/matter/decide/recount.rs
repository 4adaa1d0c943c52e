//! A reorganisation under an open matter: what a closed unit held goes on with its successor. No date
//! moves, and every act before stays with the unit of its day.

use std::collections::BTreeMap;

use super::Context;
use super::outcome::Outcome;
use crate::ids::{PostId, UnitId};
use crate::matter::act::{Did, NewAct, Recounted, UnitMoved};
use crate::matter::holder::Holder;
use crate::matter::state::{Matter, Owner, Part};

/// What the organisation of today changes of the matter; none where all its units stand, and of a
/// closed matter.
pub fn recount(matter: &Matter, cx: &Context<'_>) -> Option<NewAct> {
    if !matter.state.is_open() {
        return None;
    }
    let heirs = heirs(matter, cx);
    if heirs.is_empty() {
        return None;
    }
    // A post that went along is still named; one that ended leaves it to the unit.
    let stands = |post: &PostId| cx.organisation.post(*post, cx.today()).is_some();
    let goes_on = |seat: Owner| Owner {
        unit: heirs.get(&seat.unit).copied().unwrap_or(seat.unit),
        post: seat.post.filter(stands),
    };
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(matter.state, matter.owner.map(goes_on));
    let lead = matter.lead().map(|share| share.unit);
    let lead = lead.map(|unit| heirs.get(&unit).copied().unwrap_or(unit));
    let mut units = Vec::with_capacity(heirs.len());
    for (from, to) in &heirs {
        let spare = spare(matter, *from, *to, &units);
        if let Some(spare) = spare {
            // While it waits for a decision nobody leads, and no node is anybody else's.
            if let Some(lead) = lead {
                outcome.nodes_to(lead, &[spare]);
            }
            outcome.end_where(|d| d.share == Some(spare));
        }
        outcome.hand_from(*from, *to);
        // A share that moved before in this act bears the successor's name already.
        let spare = spare.map(|unit| if unit == *from { unit } else { *to });
        let post = matter.share_of(*from).and_then(|share| share.post).filter(stands);
        units.push(UnitMoved { from: *from, to: *to, post, spare });
    }
    let held = matter.held.last().and_then(|(_, holder)| *holder);
    if let Some(holder) = held
        && let Some(to) = holder.unit.and_then(|unit| heirs.get(&unit))
    {
        outcome.then.holder = Some(Holder { unit: Some(*to), ..holder });
    }
    let did = Recounted { units, desk: goes_on(matter.desk) };
    Some(outcome.finish(Did::Recounted(did), []))
}

/// The unit whose share ends, since a unit holds one: where the successor has one already, or got
/// another's in this very act, the lead's stays, and of two assisting ones that which is still to be
/// answered.
fn spare(matter: &Matter, from: UnitId, to: UnitId, before: &[UnitMoved]) -> Option<UnitId> {
    let gone = matter.share_of(from)?;
    let moved = before.iter().filter(|m| m.to == to && m.spare != Some(m.from));
    let held = moved.filter_map(|m| matter.share_of(m.from)).next_back();
    let held = held.or_else(|| matter.share_of(to))?;
    let yields = held.part != Part::Lead && (gone.part == Part::Lead || !held.is_open());
    Some(if yields { held.unit } else { from })
}

/// The closed units that still have something to do here, with those that go on with it.
fn heirs(matter: &Matter, cx: &Context<'_>) -> BTreeMap<UnitId, UnitId> {
    let today = cx.today();
    let shares = matter.round_shares().filter(|s| s.stands()).map(|s| s.unit);
    let owed = matter.deadlines.iter().filter(|d| d.is_open()).map(|d| d.whose);
    let seats = matter.owner.iter().chain([&matter.desk]).map(|seat| seat.unit);
    let whistles = matter.whistles.iter().filter(|w| w.is_open());
    let called = whistles.flat_map(|w| {
        let calls = w.calls.iter().filter(|call| call.came.is_none());
        calls.map(|call| call.unit).chain([w.caller])
    });
    shares
        .chain(owed)
        .chain(seats)
        .chain(called)
        .filter(|unit| cx.unit(*unit).is_none())
        .filter_map(|unit| Some((unit, cx.organisation.successor_of(unit, today)?)))
        .collect()
}
