//! Why something may not happen: a reason the person can act on. No HTTP word stands here.

use crate::clock::ClockError;
use crate::organisation::Role;
use crate::playbook::Stage;
use crate::time::At;

use super::{ActName, State};

/// The refusals, in the order in which they are found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor may not see the matter, or there is none: the same answer.
    #[error("there is no such matter, or you may not see it")]
    Unknown,
    /// Never for this person, whatever the state.
    #[error("{0}")]
    NotYours(Why),
    /// The right person at the wrong moment.
    #[error("{0}")]
    OutOfState(Why),
    /// Something changed since the sequence that the actor had seen.
    #[error("this matter has changed since you opened it (act {since} was the last you saw)")]
    Stale { since: u32 },
    /// Somebody did it meanwhile and nothing is left to do.
    #[error("{0}")]
    Already(Why),
    #[error("{}", join(.0))]
    Invalid(Vec<FieldFault>),
}

fn join(faults: &[FieldFault]) -> String {
    faults.iter().map(|f| format!("{}: {}", f.field, f.what)).collect::<Vec<_>>().join("; ")
}

/// One thing wrong with one field, with how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    pub field: String,
    pub what: String,
}

impl FieldFault {
    pub fn new(field: &str, what: impl Into<String>) -> Self {
        Self { field: field.to_owned(), what: what.into() }
    }
}

/// The reason behind a refusal. `code` names it for translations; `Display` is the English.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("only {} may do this", roles(.0))]
    OnlyRoles(Vec<Role>),
    #[error("only the unit that holds a share in it may do this")]
    OnlyShares,
    #[error("only the lead unit may do this")]
    OnlyLead,
    #[error("only the desk that files and dispatches it may do this")]
    OnlyDesk,
    #[error(
        "who answered, signed for or reported progress on a matter does not verify, call back or close it"
    )]
    OwnWork,
    #[error(
        "a unit that is or was lead or assist in this round, or stands below one, does not verify, call back or close it"
    )]
    OwnUnit,
    #[error("the matter complains of this unit or one above it")]
    Complained,
    #[error("the post that dispatched in this round does not verify, call back or close it")]
    OwnDispatch,
    #[error(
        "a unit above verifies one below it only where nobody reported it and it is not supervised"
    )]
    UnitAbove,
    #[error("who asks does not decide")]
    OwnRequest,
    #[error("the unit concerned does not name who handles it")]
    OwnReturn,
    #[error("who filed it does not decline it")]
    OwnFiling,
    #[error("the reporter may do this within the window only, until {0}")]
    WindowOver(At),
    #[error("this matter is {state}, so it cannot be done: {act}")]
    State { state: State, act: &'static str },
    #[error("already signed for")]
    SignedFor,
    #[error("a decision named this unit; it binds for the round")]
    BoundByDecision,
    #[error("a return was possible until {0}, one working day after the dispatch")]
    ReturnOver(At),
    #[error("the share is not signed for yet")]
    NotSignedFor,
    #[error("the share is answered already")]
    ShareAnswered,
    #[error("an assisting unit's share is still open")]
    AssistsOpen,
    #[error("a request of this unit waits for a decision")]
    RequestOpen,
    #[error("this unit has the same request waiting already")]
    SameRequestOpen,
    #[error("it had to be asked before the due day, {0}")]
    AfterDueDay(At),
    #[error("the share is paused")]
    SharePaused,
    #[error("no assisting unit has returned its share")]
    NothingReturned,
    #[error("it could go back to the authority outside until {0}: now it is the county's")]
    BackTooLate(At),
    #[error("the request lapsed at {0}: undecided is refused")]
    Lapsed(At),
    #[error("the lead's pause is granted once it is handling")]
    NotHandling,
    #[error("the reporter was not asked yet")]
    NotAsked,
    #[error("party {0} was not asked yet")]
    PartyNotAsked(u8),
    #[error("three tries on different days are needed, or an answer")]
    TooFewTries,
    #[error(
        "the reporter says it is not solved; only a person of the supervision office closes it despite that, with a reason"
    )]
    NotSolved,
    #[error("only a failed check can follow a passed one")]
    PassedAlready,
    #[error("the request is decided already")]
    RequestDecided,
    #[error("urged already today for this stage")]
    UrgedToday,
    #[error("nothing is owed by that unit now")]
    NothingOwed,
    #[error("no request waits for this decision")]
    NothingToDecide,
    #[error("this kind of matter asks nobody")]
    NobodyAsked,
    #[error("the reporter by receipt may only answer and reopen")]
    ReceiptOnly,
    #[error("your post takes no part in matters")]
    NoPart,
    #[error("{stage} has no open deadline")]
    NoDeadline { stage: Stage },
    #[error("this kind of matter is not settled on the spot")]
    NotOnSpot,
    #[error("somebody reported it and waits for an answer: it is not settled on the spot")]
    HasReporter,
    #[error("only the village or a grid member of the place may do this")]
    OnlyOnSpot,
    #[error("it is linked to another matter already")]
    Linked,
    #[error("other matters are linked to this one; it works for them")]
    WorksForOthers,
    #[error("it is linked to no other matter")]
    NotLinked,
    #[error("the matter that works for this one too is not answered yet")]
    MainOpen,
    #[error("a part of it is still open")]
    PartsOpen,
    #[error("a node of its plan is still open")]
    NodesOpen,
    #[error("it is not known yet who came to a whistle")]
    WhistleOpen,
    #[error("nothing was passed on to this post")]
    NotPassedOn,
    #[error("the post that signs in the unit's name does this; submit a draft to it")]
    NeedsRelease,
    #[error("only the post that signs in the unit's name may do this")]
    OnlyReleaser,
    #[error("no draft waits here")]
    NoDraft,
    #[error("two persons are asked here: who drafted it does not release it")]
    OwnDraft,
    #[error("a draft of the same kind waits already")]
    SameDraftOpen,
    #[error("it was released or sent back already")]
    DraftGone,
    #[error("only the township of the place or the desk may whistle")]
    OnlyCaller,
    #[error("only who whistled says who came")]
    OnlyWhistler,
    #[error("no whistle of this unit waits for a word on who came")]
    NoWhistle,
    #[error("who came was confirmed already")]
    ArrivalKnown,
    #[error("only the supervision office issues orders and notices")]
    OnlySupervision,
    #[error("no node of this unit is open")]
    NoNode,
    #[error("another node has to be done before")]
    NodeBefore { node: u16 },
    #[error("the node is done already")]
    NodeDone,
    #[error("this kind of matter is not shelved")]
    NotShelvable,
    #[error(
        "it is shelved or lies outside; only a renewal of the shelving or another date is asked now"
    )]
    LiesElsewhere,
    #[error("a unit that a decision named objects to that, once, and before it has answered")]
    NothingToObject,
    #[error("the unit has objected in this round already")]
    Objected,
    #[error("here the first naming is final: no meeting stands behind it")]
    NoMeeting,
    #[error("it is out of the rates already")]
    Excluded,
    #[error(
        "it was closed elsewhere before it came over and stands here as history: report it anew"
    )]
    History,
    #[error("the proposed row was adopted or refused already")]
    ProposalDecided,
    #[error("it is sealed off already")]
    SealedOff,
    #[error("it is not sealed off")]
    NotSealedOff,
    #[error("a second person is asked here: who sealed it off neither releases nor destroys it")]
    OwnSealing,
    #[error("its receipt is written down already")]
    Receipted,
    #[error(
        "somebody who does not agree leaves it open: only the enterprise's agreement closes it"
    )]
    NotAgreed,
}

fn roles(roles: &[Role]) -> String {
    roles.iter().map(|r| r.name()).collect::<Vec<_>>().join(", ")
}

impl Refusal {
    /// Its stable name for the machine (CONTRACT section 2).
    pub const fn code(&self) -> &'static str {
        match self {
            Refusal::Unknown => "unknown",
            Refusal::NotYours(_) => "not_yours",
            Refusal::OutOfState(_) => "out_of_state",
            Refusal::Stale { .. } => "stale",
            Refusal::Already(_) => "already",
            Refusal::Invalid(_) => "invalid",
        }
    }

    pub(super) fn state(state: State, act: ActName) -> Self {
        Refusal::OutOfState(Why::State { state, act: act.name() })
    }

    pub(super) fn field(field: &str, what: impl Into<String>) -> Self {
        Refusal::Invalid(vec![FieldFault::new(field, what)])
    }

    /// A date that the calendar cannot work out belongs to the field it came from.
    pub(super) fn clock(field: &str, error: &ClockError) -> Self {
        Self::field(field, error.to_string())
    }
}
