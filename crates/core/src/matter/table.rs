//! The table of acts: in which states each may happen and which standing it needs (DESIGN section 4).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::State;
use super::State::{
    Answered as A, Declined as X, Dispatched as D, Filed as F, Handling as H, Reported as R,
    Returned as B, SignedOff as S, Suspended as P, Verified as V,
};

/// The acts a person can ask for on a matter that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActName {
    File,
    Decline,
    Correct,
    Dispatch,
    SignFor,
    Return,
    Adjudicate,
    Progress,
    Suspend,
    Extend,
    Decide,
    Resume,
    Answer,
    Verify,
    CallBack,
    SignOff,
    Reopen,
    Urge,
    Comment,
    Spot,
}

/// What somebody is to a matter. An act needs one of its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The desk that files and dispatches it.
    Desk,
    /// Who decides requests: the desk, for the desk's own unit the role above.
    Decider,
    /// Who names the unit after a return.
    Adjudicator,
    Lead,
    Assist,
    Verifier,
    /// Who asks the reporter.
    CallBackDesk,
    Closer,
    /// The reporter by receipt.
    Reporter,
    /// The supervision office where the playbook lets it reopen.
    Reopener,
    /// A unit above the lead.
    UnitAbove,
    /// Whoever may see it.
    Seer,
}

/// One row: the act, who it needs, and the states in which it may happen with those it may lead to.
#[derive(Debug)]
pub struct Row {
    pub act: ActName,
    pub slots: &'static [Slot],
    pub states: &'static [(State, &'static [State])],
}

pub const TABLE: [Row; 20] = [
    row(ActName::File, &[Slot::Desk], &[(R, &[F])]),
    row(ActName::Decline, &[Slot::Desk], &[(R, &[X]), (F, &[X])]),
    row(ActName::Correct, &[Slot::Desk], &[(R, &[R]), (F, &[F]), (D, &[D]), (B, &[B]), (H, &[H])]),
    row(ActName::Dispatch, &[Slot::Desk], &[(F, &[D]), (D, &[D]), (H, &[H]), (P, &[P])]),
    row(ActName::SignFor, &[Slot::Lead, Slot::Assist], &[(D, &[H, D]), (H, &[H]), (P, &[P])]),
    row(ActName::Return, &[Slot::Lead, Slot::Assist], &[(D, &[B, D]), (H, &[B, H]), (P, &[P])]),
    row(ActName::Adjudicate, &[Slot::Adjudicator], &[(D, &[D]), (B, &[D]), (H, &[H]), (P, &[P])]),
    row(ActName::Progress, &[Slot::Lead, Slot::Assist], &[(D, &[D]), (H, &[H]), (P, &[P])]),
    row(ActName::Suspend, &[Slot::Lead, Slot::Assist], &[(D, &[D]), (H, &[H]), (P, &[P])]),
    row(ActName::Extend, &[Slot::Lead, Slot::Assist], &[(D, &[D]), (H, &[H]), (P, &[P])]),
    row(ActName::Decide, &[Slot::Decider], &[(D, &[D]), (H, &[H, P]), (P, &[P])]),
    row(ActName::Resume, &[Slot::Lead, Slot::Desk], &[(P, &[H])]),
    row(ActName::Answer, &[Slot::Lead, Slot::Assist], &[(H, &[A, H]), (P, &[P])]),
    row(ActName::Verify, &[Slot::Verifier, Slot::Closer], &[(A, &[V, H]), (V, &[H])]),
    row(ActName::CallBack, &[Slot::CallBackDesk, Slot::Reporter], &[(V, &[V]), (S, &[S])]),
    row(ActName::SignOff, &[Slot::Closer], &[(V, &[S])]),
    row(ActName::Reopen, &[Slot::Desk, Slot::Reporter, Slot::Reopener], &[(S, &[D]), (X, &[R])]),
    row(
        ActName::Urge,
        &[Slot::Desk, Slot::UnitAbove, Slot::Lead],
        &[(R, &[R]), (F, &[F]), (D, &[D]), (B, &[B]), (H, &[H]), (P, &[P]), (A, &[A]), (V, &[V])],
    ),
    row(ActName::Comment, &[Slot::Seer], EVERYWHERE),
    row(ActName::Spot, &[Slot::Seer], EVERYWHERE),
];

const EVERYWHERE: &[(State, &[State])] = &[
    (R, &[R]),
    (F, &[F]),
    (D, &[D]),
    (B, &[B]),
    (H, &[H]),
    (P, &[P]),
    (A, &[A]),
    (V, &[V]),
    (S, &[S]),
    (X, &[X]),
];

const fn row(
    act: ActName,
    slots: &'static [Slot],
    states: &'static [(State, &'static [State])],
) -> Row {
    Row { act, slots, states }
}

fn row_of(act: ActName) -> &'static Row {
    // The rows stand in the order of the names; a test holds them to it.
    &TABLE[act as usize]
}

/// Whether the table has a cell for the act in that state.
pub fn fits_state(act: ActName, state: State) -> bool {
    row_of(act).states.iter().any(|(s, _)| *s == state)
}

/// The standings of which the act needs one.
pub fn slots(act: ActName) -> &'static [Slot] {
    row_of(act).slots
}

impl ActName {
    pub fn all() -> impl Iterator<Item = ActName> {
        TABLE.iter().map(|row| row.act)
    }

    pub const fn name(self) -> &'static str {
        match self {
            ActName::File => "file",
            ActName::Decline => "decline",
            ActName::Correct => "correct",
            ActName::Dispatch => "dispatch",
            ActName::SignFor => "sign_for",
            ActName::Return => "return",
            ActName::Adjudicate => "adjudicate",
            ActName::Progress => "progress",
            ActName::Suspend => "suspend",
            ActName::Extend => "extend",
            ActName::Decide => "decide",
            ActName::Resume => "resume",
            ActName::Answer => "answer",
            ActName::Verify => "verify",
            ActName::CallBack => "call_back",
            ActName::SignOff => "sign_off",
            ActName::Reopen => "reopen",
            ActName::Urge => "urge",
            ActName::Comment => "comment",
            ActName::Spot => "spot",
        }
    }
}

impl fmt::Display for ActName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for ActName {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::all().find(|a| a.name() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_act_stands_in_its_own_row() {
        for (i, row) in TABLE.iter().enumerate() {
            assert_eq!(row.act as usize, i, "{}", row.act);
            assert_eq!(row.act.name().parse(), Ok(row.act));
        }
    }
}
