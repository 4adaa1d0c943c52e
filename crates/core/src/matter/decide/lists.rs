//! What the lists say before a unit is given a share: the three lists of townships, and the entry list
//! of what departments may ask of villages and grids.

use super::Context;
use super::allowing::need;
use super::routing::proposal;
use crate::ids::UnitId;
use crate::matter::refusal::FieldFault;
use crate::matter::state::Matter;
use crate::organisation::{Level, Post};
use crate::powers::{PowerFault, local_level};
use crate::rules::Rule;

/// What the townships' lists say of a unit that is to lead or to assist. What was taken back from
/// townships comes to none of them; what they only help with, they lead by a decision alone.
pub(super) fn of_townships(
    field: &str,
    unit: UnitId,
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    let Some(category) = &matter.category else { return };
    let (powers, organisation, today) = (cx.powers, cx.organisation, cx.today());
    let place = &matter.place.division;
    let asked = if field == "lead" {
        powers.may_lead(organisation, unit, category, place, today)
    } else {
        powers.may_assist(organisation, unit, category, place, today)
    };
    let name = |id: UnitId| organisation.units.get(&id).map_or("", |unit| unit.name.as_str());
    match asked {
        Err(PowerFault::TakenBack { unit, county_lead, .. }) => {
            let (unit, lead) = (name(unit), county_lead.map(name).unwrap_or_default());
            let what = format!(
                "it was taken back from townships and villages and is not for {unit}: {lead} does it"
            );
            faults.push(FieldFault::new(field, what));
        }
        // A round that runs was given rightly; it goes on with the units it had.
        Err(PowerFault::OtherLead { county_lead, .. })
            if matter.state.is_open() && local_level(organisation, unit, today).is_some() =>
        {
            let lead = name(county_lead);
            let what = format!("townships only help with this: {lead} leads it");
            need(Rule::Cooperating, unit, (field, what), matter, cx, faults);
        }
        Ok(()) | Err(PowerFault::OtherLead { .. }) => {}
    }
}

/// A village is given only what the list of powers proposes for it, or what `asker`, where that is a
/// unit of the county, may ask of grids.
pub(super) fn of_village(
    field: &str,
    unit: UnitId,
    asker: UnitId,
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    if local_level(cx.organisation, unit, cx.today()) == Some(Level::Village) {
        asked_of_grids(field, unit, asker, matter, cx, faults);
    }
}

/// A post of a grid is passed only what its village would be given too.
pub(super) fn of_grid_post(
    post: &Post,
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    if let Some(lead) = matter.lead().filter(|_| post.role.is_of_grid()) {
        asked_of_grids("post", post.unit, lead.unit, matter, cx, faults);
    }
}

fn asked_of_grids(
    field: &str,
    unit: UnitId,
    asker: UnitId,
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    let (organisation, today) = (cx.organisation, cx.today());
    // Townships and villages share work among themselves; reopened, a matter keeps its lead.
    let local = local_level(organisation, asker, today).is_some();
    let Some(category) = matter.category.as_ref().filter(|_| !local && matter.state.is_open())
    else {
        return;
    };
    // Where the list has no answer, the desk names the lead itself.
    let fits = match proposal(matter, cx) {
        Some(p) => p.lead == unit || p.assists.contains(&unit),
        None => field == "lead",
    };
    if fits {
        return;
    }
    let listed = cx.powers.entries_on(today).any(|entry| {
        entry.category.as_ref() == Some(category)
            && cx.powers.entry(organisation, asker, &entry.id, today).is_ok()
    });
    if !listed {
        let name = organisation.units.get(&asker).map_or("", |unit| &unit.name);
        let what =
            format!("{name} may not ask this of villages and grids: it is not on the entry list");
        need(Rule::EntryList, asker, (field, what), matter, cx, faults);
    }
}
