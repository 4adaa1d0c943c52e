//! The table of acts: in which states each may happen and which standing it needs (DESIGN section 4).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::State;
use super::State::{
    Answered as A, Declined as X, Dispatched as D, Filed as F, Handling as H, Merged as M,
    Outside as O, Recorded as N, Reported as R, Returned as B, Shelved as K, SignedOff as S,
    Suspended as P, Verified as V,
};

macro_rules! acts {
    ($($variant:ident $name:literal)*) => {
        /// The acts a person can ask for on a matter that exists.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ActName {
            $($variant),*
        }

        impl ActName {
            pub const fn name(self) -> &'static str {
                match self { $(ActName::$variant => $name),* }
            }
        }
    };
}

acts! {
    File "file"
    Decline "decline"
    SettleOnSpot "settle_on_spot"
    Link "link"
    Unlink "unlink"
    Merge "merge"
    Correct "correct"
    Dispatch "dispatch"
    SignFor "sign_for"
    PassOn "pass_on"
    PassBack "pass_back"
    Submit "submit"
    SendBack "send_back"
    Release "release"
    Return "return"
    Adjudicate "adjudicate"
    Progress "progress"
    Plan "plan"
    NodeDone "node_done"
    Decompose "decompose"
    Whistle "whistle"
    Arrive "arrive"
    Suspend "suspend"
    Extend "extend"
    Shelve "shelve"
    ReferUp "refer_up"
    ReferAcross "refer_across"
    Exclude "exclude"
    Object "object"
    Decide "decide"
    Resume "resume"
    Answer "answer"
    Verify "verify"
    CallBack "call_back"
    SignOff "sign_off"
    Reopen "reopen"
    Urge "urge"
    Order "order"
    Notice "notice"
    Comment "comment"
    Spot "spot"
}

/// What somebody is to a matter. An act needs one of its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The desk that files and dispatches it.
    Desk,
    /// Who decides requests: the desk, for the desk's own unit the role above.
    Decider,
    /// Who names the unit after a return, and the meeting after an objection.
    Adjudicator,
    /// A grid member or the village, where it happened.
    OnSpot,
    Lead,
    Assist,
    /// The post of the unit that releases in its name.
    Releaser,
    /// The township of the place, which may whistle for departments.
    Caller,
    Verifier,
    /// Who asks the reporter.
    CallBackDesk,
    Closer,
    /// The reporter by receipt.
    Reporter,
    /// The supervision office where the playbook lets it reopen.
    Reopener,
    /// The supervision office, which issues orders and notices.
    Supervision,
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

const SHARES: &[Slot] = &[Slot::Lead, Slot::Assist];
const DESK: &[Slot] = &[Slot::Desk];

pub const TABLE: [Row; 41] = [
    row(ActName::File, DESK, &[(R, &[F])]),
    row(ActName::Decline, DESK, &[(R, &[X]), (F, &[X])]),
    row(ActName::SettleOnSpot, &[Slot::OnSpot], &[(R, &[N])]),
    row(ActName::Link, DESK, UNDER_WAY),
    row(ActName::Unlink, DESK, UNDER_WAY),
    row(ActName::Merge, DESK, &[(R, &[M]), (F, &[M]), (D, &[M]), (B, &[M]), (H, &[M]), (P, &[M])]),
    row(ActName::Correct, DESK, &[(R, &[R]), (F, &[F]), (D, &[D]), (B, &[B]), (H, &[H])]),
    row(ActName::Dispatch, DESK, &[(F, &[D]), (D, &[D]), (H, &[H]), (P, &[P])]),
    row(ActName::SignFor, SHARES, &[(D, &[H, D]), (H, &[H]), (P, &[P])]),
    row(ActName::PassOn, SHARES, RUNNING),
    row(ActName::PassBack, SHARES, RUNNING),
    row(ActName::Submit, SHARES, HELD),
    row(ActName::SendBack, &[Slot::Releaser], HELD),
    row(
        ActName::Release,
        &[Slot::Releaser],
        &[(D, &[D, B]), (H, &[H, A, B]), (P, &[P, A]), (K, &[A]), (O, &[A])],
    ),
    row(ActName::Return, SHARES, &[(D, &[B, D]), (H, &[B, H]), (P, &[P])]),
    row(ActName::Adjudicate, &[Slot::Adjudicator], &[(D, &[D]), (B, &[D]), (H, &[H]), (P, &[P])]),
    row(ActName::Progress, SHARES, HELD),
    row(ActName::Plan, &[Slot::Lead], &[(H, &[H]), (P, &[P])]),
    row(ActName::NodeDone, SHARES, &[(H, &[H]), (P, &[P])]),
    row(ActName::Decompose, &[Slot::Desk, Slot::Lead], &[(F, &[F]), (H, &[H])]),
    row(ActName::Whistle, &[Slot::Caller, Slot::Desk], CALLED),
    row(ActName::Arrive, &[Slot::Caller, Slot::Desk], CALLED),
    row(ActName::Suspend, SHARES, ASKED),
    row(ActName::Extend, SHARES, ASKED),
    row(ActName::Shelve, SHARES, ASKED),
    row(ActName::ReferUp, SHARES, ASKED),
    row(ActName::ReferAcross, SHARES, ASKED),
    row(ActName::Exclude, &[Slot::CallBackDesk, Slot::Lead, Slot::Assist], DISPUTED),
    row(ActName::Object, SHARES, DISPUTED),
    row(
        ActName::Decide,
        &[Slot::Decider],
        &[(D, &[D]), (H, &[H, P, K, O]), (P, &[P]), (K, &[K, H]), (V, &[V]), (S, &[S])],
    ),
    row(ActName::Resume, &[Slot::Lead, Slot::Desk], &[(P, &[H]), (K, &[H]), (O, &[H])]),
    row(ActName::Answer, SHARES, &[(H, &[A, H]), (P, &[P]), (K, &[A]), (O, &[A])]),
    row(ActName::Verify, &[Slot::Verifier, Slot::Closer], &[(A, &[V, H]), (V, &[H])]),
    row(ActName::CallBack, &[Slot::CallBackDesk, Slot::Reporter], &[(V, &[V]), (S, &[S])]),
    row(ActName::SignOff, &[Slot::Closer], &[(V, &[S])]),
    row(
        ActName::Reopen,
        &[Slot::Desk, Slot::Reporter, Slot::Reopener],
        &[(S, &[D]), (X, &[R]), (M, &[F])],
    ),
    row(
        ActName::Urge,
        &[Slot::Desk, Slot::UnitAbove, Slot::Lead],
        &[
            (R, &[R]),
            (F, &[F]),
            (D, &[D]),
            (B, &[B]),
            (H, &[H]),
            (P, &[P]),
            (K, &[K]),
            (O, &[O]),
            (A, &[A]),
            (V, &[V]),
        ],
    ),
    row(ActName::Order, &[Slot::Supervision], EVERYWHERE),
    row(ActName::Notice, &[Slot::Supervision], EVERYWHERE),
    row(ActName::Comment, &[Slot::Seer], EVERYWHERE),
    row(ActName::Spot, &[Slot::Seer], EVERYWHERE),
];

const UNDER_WAY: &[(State, &[State])] =
    &[(R, &[R]), (F, &[F]), (D, &[D]), (B, &[B]), (H, &[H]), (P, &[P])];
const RUNNING: &[(State, &[State])] = &[(D, &[D]), (H, &[H]), (P, &[P])];
const HELD: &[(State, &[State])] = &[(D, &[D]), (H, &[H]), (P, &[P]), (K, &[K]), (O, &[O])];
const ASKED: &[(State, &[State])] = &[(D, &[D]), (H, &[H]), (P, &[P]), (K, &[K])];
const DISPUTED: &[(State, &[State])] =
    &[(D, &[D]), (H, &[H]), (P, &[P]), (K, &[K]), (V, &[V]), (S, &[S])];
const CALLED: &[(State, &[State])] =
    &[(D, &[D]), (B, &[B]), (H, &[H]), (P, &[P]), (A, &[A]), (V, &[V])];

/// All but recorded on the spot: no act follows that.
const EVERYWHERE: &[(State, &[State])] = &[
    (R, &[R]),
    (F, &[F]),
    (D, &[D]),
    (B, &[B]),
    (H, &[H]),
    (P, &[P]),
    (K, &[K]),
    (O, &[O]),
    (A, &[A]),
    (V, &[V]),
    (S, &[S]),
    (X, &[X]),
    (M, &[M]),
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
