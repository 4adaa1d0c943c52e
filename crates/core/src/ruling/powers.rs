//! A row that a meeting proposed is adopted from a day on, or refused with a reason.

use jiff::civil::Date;

use super::{Ground, Ruled, number_fault};
use crate::ledger::ContentRef;
use crate::matter::{FieldFault, Refusal, Why, paper_fault};
use crate::organisation::Role;
use crate::powers::{NoAdoption, PowerRefused};

/// Who adopts and refuses proposed rows: the list is the county's, and its leader decides on it.
pub const PROPOSALS_DECIDED_BY: [Role; 1] = [Role::CountyLeader];

/// The decision on a proposed row. What is left out is told as missing.
#[derive(Debug, Clone)]
pub enum ProposalWord {
    /// `from`: the first day on which the row speaks.
    Adopt {
        number: Option<String>,
        from: Option<Date>,
    },
    Refuse {
        number: Option<String>,
        reason: Option<ContentRef>,
    },
}

pub(super) fn rule(id: &str, word: &ProposalWord, g: &Ground<'_>) -> Result<Ruled, Refusal> {
    if g.actor.role.is_none() {
        return Err(Refusal::Unknown);
    }
    let pending = g.county.powers.pending.get(id).ok_or(Refusal::Unknown)?;
    g.only(&PROPOSALS_DECIDED_BY)?;
    if !pending.waits() {
        return Err(Refusal::Already(Why::ProposalDecided));
    }
    match word {
        ProposalWord::Adopt { number, from } => adopt(id, number.as_deref(), *from, g),
        ProposalWord::Refuse { number, reason } => refuse(id, number.as_deref(), *reason),
    }
}

fn adopt(
    id: &str,
    number: Option<&str>,
    from: Option<Date>,
    g: &Ground<'_>,
) -> Result<Ruled, Refusal> {
    let today = g.now.date();
    let mut faults: Vec<FieldFault> = number_fault(number).into_iter().collect();
    match from {
        None => faults.push(FieldFault::new("from", "missing: the first day of the row")),
        // Whose a matter was on a day that is past stays as it was answered then.
        Some(from) if from < today => {
            let what = format!("{from} is past: the row speaks from {today} on at the earliest");
            faults.push(FieldFault::new("from", what));
        }
        Some(_) => {}
    }
    let (Some(number), Some(from), []) = (number, from, faults.as_slice()) else {
        return Err(Refusal::Invalid(faults));
    };
    let adopted =
        g.county.powers.adoption(&g.county.organisation, id, number, from).map_err(|no| {
            let field = match no {
                NoAdoption::NoPaper => "number",
                NoAdoption::TooEarly(_) => "from",
                _ => "proposal",
            };
            Refusal::Invalid(vec![FieldFault::new(field, no.to_string())])
        })?;
    let mut after = g.county.powers.clone();
    after.adopt(&adopted);
    let list = Some(Box::new(after.whole()));
    Ok(Ruled { list, ..Ruled::of("powers", "power_adopted", &adopted) })
}

fn refuse(id: &str, number: Option<&str>, reason: Option<ContentRef>) -> Result<Ruled, Refusal> {
    let mut faults: Vec<FieldFault> = number.and_then(paper_fault).into_iter().collect();
    if reason.is_none() {
        faults.push(FieldFault::new("reason", "missing: write something"));
    }
    let (Some(reason), []) = (reason, faults.as_slice()) else {
        return Err(Refusal::Invalid(faults));
    };
    let paper = number.map(str::to_owned);
    let refused = PowerRefused { id: id.to_owned(), paper, reason: reason.id };
    Ok(Ruled::of("powers", "power_refused", &refused).with([reason]))
}
