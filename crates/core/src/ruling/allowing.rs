//! What a rule that needs a decision stands against is allowed beforehand: for one unit, for a time, by
//! the number of a paper.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::{Ground, Ruled, number_fault};
use crate::allowance::Allowed;
use crate::ids::{CategoryId, UnitId};
use crate::ledger::ContentRef;
use crate::matter::{FieldFault, Refusal, Why};
use crate::organisation::Role;
use crate::powers::local_level;
use crate::rules::Rule;

/// What is asked for, as it came in; what is left out is told as missing.
#[derive(Debug, Clone, Default)]
pub struct Allowing {
    pub rule: Option<String>,
    pub number: Option<String>,
    pub unit: Option<UnitId>,
    pub category: Option<CategoryId>,
    pub more: Option<u32>,
    /// Today, where left out.
    pub from: Option<Date>,
    /// The first day on which it no longer holds.
    pub until: Option<Date>,
    pub reason: Option<ContentRef>,
}

/// The roles that may allow something by some rule.
pub fn allowers() -> Vec<Role> {
    let mut roles: Vec<Role> =
        Rule::ALLOWABLE.iter().flat_map(|rule| rule.allowed_by().iter().copied()).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}

pub(super) fn rule(asked: &Allowing, g: &Ground<'_>) -> Result<Ruled, Refusal> {
    let Some(post) = g.actor.post.filter(|_| g.actor.role.is_some()) else {
        return Err(Refusal::NotYours(Why::NoPart));
    };
    g.only(&allowers())?;
    let named = asked.rule.as_deref().and_then(Rule::named);
    let rule = named.filter(|rule| !rule.allowed_by().is_empty());
    if let Some(rule) = rule {
        g.only(rule.allowed_by())?;
    }
    let mut faults: Vec<FieldFault> = number_fault(asked.number.as_deref()).into_iter().collect();
    if asked.rule.is_none() {
        faults.push(FieldFault::new("rule", "missing: the rule that is not kept"));
    } else if rule.is_none() {
        let ids: Vec<&str> = Rule::ALLOWABLE.iter().map(|rule| rule.id()).collect();
        let known = ids.join(", ");
        let what = format!("no rule of this name can be allowed so; these can: {known}");
        faults.push(FieldFault::new("rule", what));
    }
    if asked.reason.is_none() {
        faults.push(FieldFault::new("reason", "missing: write something"));
    }
    let today = g.now.date();
    let from = asked.from.unwrap_or(today);
    days(from, asked.until, today, &mut faults);
    match asked.unit {
        None => faults.push(FieldFault::new("unit", "missing: the unit for which it is allowed")),
        Some(unit) => unit_fault(rule, unit, from, g, &mut faults),
    }
    more(rule, asked.more, &mut faults);
    if let Some(category) = &asked.category {
        if rule == Some(Rule::Establishment) {
            faults.push(FieldFault::new("category", "an establishment is of no category"));
        } else if !g.county.powers.categories.contains_key(category) {
            let what = format!("no category is called \"{category}\"");
            faults.push(FieldFault::new("category", what));
        }
    }
    let given = (rule, asked.number.as_deref(), asked.unit, asked.until, asked.reason);
    let (Some(rule), Some(number), Some(unit), Some(until), Some(reason)) = given else {
        return Err(Refusal::Invalid(faults));
    };
    let organisation = g.county.organisation.allowed.iter();
    let mut known = organisation.chain(&g.county.powers.allowed);
    let same = |a: &Allowed| {
        a.rule == rule.id() && a.number == number && a.unit == unit && a.category == asked.category
    };
    if known.any(same) {
        faults.push(FieldFault::new("number", "this paper has allowed it already"));
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let allowed = Allowed {
        rule: rule.id().to_owned(),
        number: number.to_owned(),
        post,
        unit,
        category: asked.category.clone(),
        more: asked.more,
        reason: reason.id,
        from,
        until,
    };
    let stream = if rule == Rule::Establishment { "org" } else { "powers" };
    Ok(Ruled::of(stream, "allowed", &allowed).with([reason]))
}

/// An exception begins today at the earliest, and ends within a year of its begin.
fn days(from: Date, until: Option<Date>, today: Date, faults: &mut Vec<FieldFault>) {
    if from < today {
        let what = format!("{from} is past: it holds from {today} on at the earliest");
        faults.push(FieldFault::new("from", what));
    }
    let longest = from.checked_add(1.year()).unwrap_or(Date::MAX);
    match until {
        None => faults.push(FieldFault::new("until", "missing: the first day it no longer holds")),
        Some(until) if until <= from => {
            faults.push(FieldFault::new("until", "it ends before it begins"));
        }
        Some(until) if until > longest => {
            let what =
                format!("it ends on {longest} at the latest; longer than a year is another rule");
            faults.push(FieldFault::new("until", what));
        }
        Some(_) => {}
    }
}

fn unit_fault(
    rule: Option<Rule>,
    unit: UnitId,
    from: Date,
    g: &Ground<'_>,
    faults: &mut Vec<FieldFault>,
) {
    let organisation = &g.county.organisation;
    let Some(known) = organisation.unit(unit, from) else {
        faults.push(FieldFault::new("unit", format!("no such unit stands on {from}")));
        return;
    };
    let local = local_level(organisation, unit, from).is_some();
    let what = match rule {
        Some(Rule::EntryList) if local => "name the unit of the county that asks, not who is asked",
        Some(Rule::Cooperating) if !local => "name the township or village that is to lead",
        Some(Rule::Establishment) if known.establishment.is_none() => {
            "the number of its places is not in the register, so nothing is beyond it"
        }
        _ => return,
    };
    faults.push(FieldFault::new("unit", what));
}

fn more(rule: Option<Rule>, more: Option<u32>, faults: &mut Vec<FieldFault>) {
    let what = match (rule, more) {
        (Some(Rule::Establishment), None | Some(0)) => "say how many more, at least 1",
        (Some(Rule::Cooperating | Rule::EntryList), Some(_)) => {
            "only an establishment has a number"
        }
        _ => return,
    };
    faults.push(FieldFault::new("more", what));
}
