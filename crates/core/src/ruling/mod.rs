//! What an office decides beside the course of a matter. Each is asked for as a [`Ruling`], decided on
//! what stands in the ledger, and becomes an act of a stream that is no matter's.

mod allowing;
mod powers;
mod reading;
mod referral;
mod sealing;

pub use allowing::{Allowing, allowers};
pub use powers::{PROPOSALS_DECIDED_BY, ProposalWord};
pub use reading::{
    ChangeOf, GapsSeen, decision_is_seen, gaps_seen, may_change, may_change_organisation,
    may_consult, may_open_sheets, may_read_decisions, may_read_proposed_orders, may_read_rulings,
    may_see_the_system, may_sign_sheet,
};
pub use referral::{
    REFERRALS_KEPT_BY, Receipted, Receiver, Referral, ReferralWord, Referrals, Referred, Referring,
    may_keep_referrals,
};
pub use sealing::{
    ContentRuled, ContentWord, Known, SEALED_OFF_BY, SealedOff, Sealing, Sealings, body,
};

use serde::Serialize;
use serde_json::Value;

use crate::county::County;
use crate::ledger::ContentRef;
use crate::matter::{Actor, FieldFault, Refusal, Why, paper_fault};
use crate::organisation::Role;
use crate::powers::PowersAdopted;
use crate::time::At;

/// What is asked for. Texts are entries kept beside the ledger; here only their names.
#[derive(Debug, Clone)]
pub enum Ruling {
    /// A proposed row of the list of powers is adopted or refused.
    Proposal { id: String, word: ProposalWord },
    /// A rule that needs a decision is allowed beforehand.
    Allow(Box<Allowing>),
    /// An entry is sealed off, released again or destroyed.
    Content(Box<Sealing>),
    /// A referral, or its receipt.
    Referral(Box<Referring>),
}

/// The act that a ruling becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruled {
    pub stream: &'static str,
    pub kind: &'static str,
    pub body: Value,
    pub contents: Vec<ContentRef>,
    /// The list of powers after it, whose hash the act names.
    pub list: Option<Box<PowersAdopted>>,
}

/// The kinds of acts that come by rulings or beside a command on a matter, and stand in no matter's
/// stream.
pub const KINDS: [&str; 9] = [
    "power_proposed",
    "power_adopted",
    "power_refused",
    "allowed",
    "content_sealed",
    "content_released",
    "content_destroyed",
    "referred",
    "receipted",
];

/// The kinds of acts that change the organisation or the lists beside it. Those of a person stand under the
/// person's key; those of the operator and of the founding stand under none.
pub const CHANGES: [&str; 5] =
    ["organised", "reorganised", "handed_over", "powers_adopted", "calendar_adopted"];

/// What a ruling looks at.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    pub now: At,
    pub actor: &'a Actor,
    pub county: &'a County,
    /// What the ledger says of the entry that a sealing names.
    pub content: Option<Known<'a>>,
    /// The referrals, where one is asked for.
    pub referrals: Option<&'a Referrals>,
}

/// Decides a ruling.
///
/// # Errors
/// In the order of every refusal: what the actor may not know of is unknown, then whose it is, then
/// what was done already, then all that is wrong with the fields.
pub fn rule(ruling: &Ruling, ground: &Ground<'_>) -> Result<Ruled, Refusal> {
    match ruling {
        Ruling::Proposal { id, word } => powers::rule(id, word, ground),
        Ruling::Allow(asked) => allowing::rule(asked, ground),
        Ruling::Content(asked) => {
            let known = ground.content.as_ref().ok_or(Refusal::Unknown)?;
            sealing::rule(asked, known, ground)
        }
        Ruling::Referral(asked) => {
            referral::rule(asked, ground.referrals.ok_or(Refusal::Unknown)?, ground)
        }
    }
}

impl Ground<'_> {
    fn only(&self, roles: &[Role]) -> Result<(), Refusal> {
        match self.actor.role {
            Some(role) if roles.contains(&role) => Ok(()),
            _ => Err(Refusal::NotYours(Why::OnlyRoles(roles.to_vec()))),
        }
    }
}

impl Ruled {
    fn of(stream: &'static str, kind: &'static str, body: &impl Serialize) -> Self {
        // Bodies are structs of texts, numbers and dates, which always have a JSON form.
        let body = serde_json::to_value(body).unwrap_or_default();
        Self { stream, kind, body, contents: Vec::new(), list: None }
    }

    fn with(self, contents: impl IntoIterator<Item = ContentRef>) -> Self {
        Self { contents: contents.into_iter().collect(), ..self }
    }
}

/// What is wrong with the number of a paper that has to be named.
fn number_fault(number: Option<&str>) -> Option<FieldFault> {
    match number {
        None => Some(FieldFault::new("number", "missing: the number of the paper")),
        Some(number) => paper_fault(number),
    }
}
