//! What a named post allows: a rule that needs a decision stands against the act, and the act names the
//! decision. Without one it is refused, and the refusal says whose decision it would be.

use super::{Context, carry_out};
use crate::allowance::{Allowed, Exception};
use crate::ids::UnitId;
use crate::ledger::ContentRef;
use crate::matter::act::{AllowedBy, NewAct};
use crate::matter::command::Command;
use crate::matter::refusal::{FieldFault, Refusal};
use crate::matter::state::Matter;
use crate::matter::table::Slot;
use crate::rules::Rule;

use super::requests::paper_fault;

/// Carries the command out with what it names; the act bears the decision.
pub(super) fn carry_out_allowed(
    matter: &Matter,
    command: &Command,
    exception: &Exception,
    slots: &[Slot],
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let mut faults = Vec::new();
    let rule = Rule::named(&exception.rule).filter(|rule| !rule.allowed_by().is_empty());
    if rule.is_none() {
        let names: Vec<&str> = Rule::ALLOWABLE.iter().map(|rule| rule.id()).collect();
        let known = names.join(", ");
        let what = format!("no rule of this name can be allowed so; these can: {known}");
        faults.push(FieldFault::new("allow.rule", what));
    }
    if let Some(fault) = paper_fault(&exception.number) {
        faults.push(FieldFault { field: "allow.number".to_owned(), ..fault });
    }
    let Some(rule) = rule.filter(|_| faults.is_empty()) else {
        return Err(Refusal::Invalid(faults));
    };
    if carry_out(matter, command, slots, cx).is_ok() {
        let what = "no rule stands against it: leave this out";
        return Err(Refusal::field("allow.rule", what));
    }
    let allowing = Context { exception: Some(exception), ..*cx };
    let mut new = carry_out(matter, command, slots, &allowing)?;
    // The units for which it is needed were looked at on the way.
    new.then.allowed = match recorded(rule, exception, matter, cx).next() {
        Some(allowed) => Some(AllowedBy {
            rule: rule.id().to_owned(),
            number: allowed.number.clone(),
            post: allowed.post,
            reason: exception.reason.map_or(allowed.reason, |reason| reason.id),
            before: true,
        }),
        None => own(rule, exception, cx),
    };
    let named = |reason: &ContentRef| new.contents.iter().any(|known| known.id == reason.id);
    let more = exception.reason.filter(|reason| !named(reason));
    new.contents.extend(more);
    Ok(new)
}

/// The decision of the actor's own post, where the rule names it.
fn own(rule: Rule, exception: &Exception, cx: &Context<'_>) -> Option<AllowedBy> {
    let (post, reason) = (cx.actor.post?, exception.reason?);
    let named = cx.actor.role.is_some_and(|role| rule.allowed_by().contains(&role));
    named.then(|| AllowedBy {
        rule: rule.id().to_owned(),
        number: exception.number.clone(),
        post,
        reason: reason.id,
        before: false,
    })
}

/// The decisions recorded under the number that hold today for this matter.
fn recorded<'a>(
    rule: Rule,
    exception: &'a Exception,
    matter: &'a Matter,
    cx: &Context<'a>,
) -> impl Iterator<Item = &'a Allowed> {
    let today = cx.today();
    cx.powers.allowed.iter().filter(move |allowed| {
        allowed.number == exception.number
            && allowed.speaks(rule, allowed.unit, matter.category.as_ref(), today)
    })
}

/// The rule stands against giving `field` what it says, unless a decision for `unit` is named.
pub(super) fn need(
    rule: Rule,
    unit: UnitId,
    (field, what): (&str, String),
    matter: &Matter,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) {
    let roles: Vec<&str> = rule.allowed_by().iter().map(|role| role.name()).collect();
    let roles = roles.join(", ");
    let Some(exception) = cx.exception.filter(|e| e.rule == rule.id()) else {
        let id = rule.id();
        let how = format!("{what}; a decision of {roles} allows it: name rule {id} and its number");
        faults.push(FieldFault { field: field.to_owned(), what: how });
        return;
    };
    let named = cx.actor.role.is_some_and(|role| rule.allowed_by().contains(&role));
    let before: Vec<&Allowed> = recorded(rule, exception, matter, cx).collect();
    if before.iter().any(|allowed| allowed.unit == unit) {
        return;
    }
    // A number that is recorded already says for whom; it is not taken for another decision.
    if !named || !before.is_empty() {
        let name = cx.organisation.units.get(&unit).map_or("", |unit| &unit.name);
        let what = format!(
            "no decision under this number allows it for {name} today; {roles} may record one"
        );
        faults.push(FieldFault::new("allow.number", what));
    } else if exception.reason.is_none() {
        faults.push(FieldFault::new("allow.reason", "missing: write why it is allowed"));
    }
}
