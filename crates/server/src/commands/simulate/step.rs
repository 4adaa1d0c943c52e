//! What somebody is going to do to a matter.

use zongheng_core::ids::{MatterId, RequestId, UnitId};
use zongheng_core::matter::{ActName, Came, RequestKind};
use zongheng_core::playbook::DraftKind;

/// One act to come, with what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    File,
    Decline,
    Correct,
    /// The authority outside sets another limit.
    OutsideDue,
    SettleOnSpot,
    Link(MatterId),
    Unlink,
    Merge(MatterId),
    /// Into so many parts.
    Decompose(u8),
    Dispatch,
    Withdraw(UnitId),
    Sign(UnitId),
    PassOn(UnitId),
    PassBack(UnitId),
    Return(UnitId),
    Adjudicate,
    Progress(UnitId),
    /// Whether its dates shall stand in the place of the limit.
    Plan(bool),
    NodeDone(u16, UnitId),
    Whistle,
    Arrive(u32, UnitId, Came),
    /// The unit asks; a plan is asked for by planning.
    Ask(RequestKind, UnitId),
    /// The call-back desk asks for it to be left out of the rates.
    ExcludeByDesk,
    Decide(RequestId, bool),
    Resume,
    Answer(UnitId),
    Submit(DraftKind, UnitId),
    SendBack(u32),
    Release(u32),
    Verify(bool),
    /// Whether the reporter is reached.
    CallBack(bool),
    /// Who was reached already is asked once more, and is content now.
    AskAgain,
    SignOff,
    Reopen,
    Urge,
    /// The lead urges an assisting unit.
    UrgeAssist(UnitId),
    Order,
    Notice,
    Comment,
    Spot,
}

impl Step {
    pub(super) const fn act(self) -> ActName {
        match self {
            Self::File => ActName::File,
            Self::Decline => ActName::Decline,
            Self::Correct | Self::OutsideDue => ActName::Correct,
            Self::SettleOnSpot => ActName::SettleOnSpot,
            Self::Link(_) => ActName::Link,
            Self::Unlink => ActName::Unlink,
            Self::Merge(_) => ActName::Merge,
            Self::Decompose(_) => ActName::Decompose,
            Self::Dispatch | Self::Withdraw(_) => ActName::Dispatch,
            Self::Sign(_) => ActName::SignFor,
            Self::PassOn(_) => ActName::PassOn,
            Self::PassBack(_) => ActName::PassBack,
            Self::Return(_) => ActName::Return,
            Self::Adjudicate => ActName::Adjudicate,
            Self::Progress(_) => ActName::Progress,
            Self::Plan(_) => ActName::Plan,
            Self::NodeDone(..) => ActName::NodeDone,
            Self::Whistle => ActName::Whistle,
            Self::Arrive(..) => ActName::Arrive,
            Self::Ask(kind, _) => asks(kind),
            Self::ExcludeByDesk => ActName::Exclude,
            Self::Decide(..) => ActName::Decide,
            Self::Resume => ActName::Resume,
            Self::Answer(_) => ActName::Answer,
            Self::Submit(..) => ActName::Submit,
            Self::SendBack(_) => ActName::SendBack,
            Self::Release(_) => ActName::Release,
            Self::Verify(_) => ActName::Verify,
            Self::CallBack(_) | Self::AskAgain => ActName::CallBack,
            Self::SignOff => ActName::SignOff,
            Self::Reopen => ActName::Reopen,
            Self::Urge | Self::UrgeAssist(_) => ActName::Urge,
            Self::Order => ActName::Order,
            Self::Notice => ActName::Notice,
            Self::Comment => ActName::Comment,
            Self::Spot => ActName::Spot,
        }
    }

    /// The draft that it could be instead, where somebody else signs for the unit.
    pub(super) const fn drafted(self) -> Option<(DraftKind, UnitId)> {
        match self {
            Self::Return(unit) => Some((DraftKind::Return, unit)),
            Self::Answer(unit) => Some((DraftKind::Answer, unit)),
            Self::Ask(RequestKind::Suspend, unit) => Some((DraftKind::Suspend, unit)),
            Self::Ask(RequestKind::Extend, unit) => Some((DraftKind::Extend, unit)),
            Self::Ask(RequestKind::Shelve, unit) => Some((DraftKind::Shelve, unit)),
            Self::Ask(RequestKind::Object, unit) => Some((DraftKind::Object, unit)),
            _ => None,
        }
    }
}

const fn asks(kind: RequestKind) -> ActName {
    match kind {
        RequestKind::Suspend => ActName::Suspend,
        RequestKind::Extend => ActName::Extend,
        RequestKind::Shelve => ActName::Shelve,
        RequestKind::ReferUp => ActName::ReferUp,
        RequestKind::ReferAcross => ActName::ReferAcross,
        RequestKind::Exclude => ActName::Exclude,
        RequestKind::Object => ActName::Object,
        RequestKind::Plan => ActName::Plan,
    }
}
