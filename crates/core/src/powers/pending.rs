//! Rows that a meeting proposes and a decision adopts or refuses: bodies version 1 of
//! `power_proposed`, `power_adopted` and `power_refused`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Lead, Power, Powers};
use crate::ids::{ContentId, MatterId, UnitId};
use crate::organisation::Organisation;

/// The body of `power_proposed`: a row that does not speak yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerProposed {
    /// The proposal's own name.
    pub id: String,
    /// The matter over which the meeting met.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<MatterId>,
    /// The number of the meeting's paper.
    pub paper: String,
    /// The day of the meeting: the one on which its naming was entered.
    pub on: Date,
    /// The row as it would stand.
    pub power: Power,
}

/// The body of `power_adopted`: a proposed row speaks from its `from` on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerAdopted {
    /// The name of the proposal.
    pub id: String,
    /// The number of the paper that adopts it.
    pub paper: String,
    /// The first day on which the row speaks.
    pub from: Date,
    /// SHA-256 of the whole list's normal form after it, in hex.
    pub config: String,
}

/// The body of `power_refused`: a proposed row never speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerRefused {
    /// The name of the proposal.
    pub id: String,
    /// The number of the paper that refuses it; none where there is no paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
    /// The content that says why.
    pub reason: ContentId,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub proposed: PowerProposed,
    pub adopted: Option<PowerAdopted>,
    pub refused: Option<PowerRefused>,
}

impl Pending {
    /// Whether nobody has decided on it yet.
    pub fn waits(&self) -> bool {
        self.adopted.is_none() && self.refused.is_none()
    }
}

/// Why a row cannot be proposed or adopted so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAdoption {
    #[error("the decision has no paper number")]
    NoPaper,
    #[error("a proposal {0} is there already")]
    Known(String),
    #[error("row {0} stands or stood in the list already")]
    RowKnown(String),
    #[error("category {0} is not in the list")]
    UnknownCategory(String),
    #[error("division {0} is not known here")]
    UnknownPlace(String),
    #[error("a unit of the row does not stand on {0}")]
    NoUnit(Date),
    #[error("no proposal is called {0}")]
    Unknown(String),
    #[error("proposal {0} is adopted already")]
    Adopted(String),
    #[error("proposal {0} was refused")]
    Refused(String),
    #[error("{0} stands against it: end that item of the townships' lists first, or name others")]
    HeldBack(String),
    #[error("the row cannot speak before the meeting of {0}")]
    TooEarly(Date),
}

impl Powers {
    /// Whether the row may be proposed.
    ///
    /// # Errors
    /// A paper without number, a name that is used, a category, place or unit that is not known.
    pub fn may_propose(
        &self,
        organisation: &Organisation,
        proposed: &PowerProposed,
    ) -> Result<(), NoAdoption> {
        let power = &proposed.power;
        if proposed.paper.trim().is_empty() {
            return Err(NoAdoption::NoPaper);
        }
        if self.pending.contains_key(&proposed.id) {
            return Err(NoAdoption::Known(proposed.id.clone()));
        }
        if self.rows.contains_key(&power.row) {
            return Err(NoAdoption::RowKnown(power.row.clone()));
        }
        if !self.categories.contains_key(&power.category) {
            return Err(NoAdoption::UnknownCategory(power.category.to_string()));
        }
        if !organisation.divisions.contains_key(&power.place) {
            return Err(NoAdoption::UnknownPlace(power.place.to_string()));
        }
        let stand = |unit: UnitId| organisation.unit(unit, proposed.on).is_some();
        if power.units().all(stand) { Ok(()) } else { Err(NoAdoption::NoUnit(proposed.on)) }
    }

    pub fn propose(&mut self, proposed: &PowerProposed) {
        let pending = Pending { proposed: proposed.clone(), adopted: None, refused: None };
        self.pending.insert(proposed.id.clone(), pending);
    }

    /// The act that adopts a proposed row.
    ///
    /// # Errors
    /// No such proposal, one adopted or refused already, a paper without number, a row that would speak
    /// before the meeting, or never because of the townships' lists, or whose name was used meanwhile.
    pub fn adoption(
        &self,
        organisation: &Organisation,
        id: &str,
        paper: &str,
        from: Date,
    ) -> Result<PowerAdopted, NoAdoption> {
        let pending = self.pending.get(id).ok_or_else(|| NoAdoption::Unknown(id.to_owned()))?;
        if pending.adopted.is_some() {
            return Err(NoAdoption::Adopted(id.to_owned()));
        }
        if pending.refused.is_some() {
            return Err(NoAdoption::Refused(id.to_owned()));
        }
        if paper.trim().is_empty() {
            return Err(NoAdoption::NoPaper);
        }
        if from < pending.proposed.on {
            return Err(NoAdoption::TooEarly(pending.proposed.on));
        }
        if self.rows.contains_key(&pending.proposed.power.row) {
            return Err(NoAdoption::RowKnown(pending.proposed.power.row.clone()));
        }
        if let Some(item) = self.held_back(organisation, &pending.proposed.power, from) {
            return Err(NoAdoption::HeldBack(item.basis.clone()));
        }
        let (id, paper, config) = (id.to_owned(), paper.to_owned(), String::new());
        let mut adopted = PowerAdopted { id, paper, from, config };
        let mut after = self.clone();
        after.adopt(&adopted);
        adopted.config = after.whole().config;
        Ok(adopted)
    }

    /// Takes in one act: the row stays in the list of proposals and never speaks.
    pub fn refuse(&mut self, refused: &PowerRefused) {
        if let Some(pending) = self.pending.get_mut(&refused.id) {
            pending.refused = Some(refused.clone());
        }
    }

    /// Takes in one act: from its day on the row speaks, before older ones of the same place.
    pub fn adopt(&mut self, adopted: &PowerAdopted) {
        let Some(pending) = self.pending.get_mut(&adopted.id) else { return };
        pending.adopted = Some(adopted.clone());
        let row = Power { from: adopted.from, ..pending.proposed.power.clone() };
        self.rows.insert(row.row.clone(), row);
    }
}

impl Power {
    /// The units that the row names, the lead first.
    pub fn units(&self) -> impl Iterator<Item = UnitId> {
        [self.lead].into_iter().chain(self.assists.iter().copied()).filter_map(|lead| match lead {
            Lead::Unit(unit) => Some(unit),
            Lead::Township | Lead::Village => None,
        })
    }

    /// Puts one unit in place of another, which is named once afterwards.
    pub(super) fn replace(&mut self, from: UnitId, to: UnitId) {
        let (from, to) = (Lead::Unit(from), Lead::Unit(to));
        if self.lead == from {
            self.lead = to;
        }
        for assist in &mut self.assists {
            if *assist == from {
                *assist = to;
            }
        }
        let (lead, mut seen) = (self.lead, Vec::new());
        self.assists.retain(|assist| {
            let new = *assist != lead && !seen.contains(assist);
            seen.push(*assist);
            new
        });
    }
}
