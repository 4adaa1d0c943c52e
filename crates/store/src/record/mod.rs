//! Recording: commands in, acts appended, projections moved, all in one transaction.
//!
//! One committer takes what waits and records it together, one transaction a county: (1) lock the
//! head row; (2) look up all keys; (3) load configuration and the touched matters; (4) decide in order
//! of arrival on state in memory, each seeing those before it; (5) write by a fixed number of
//! statements; (6) commit, then answer. Nothing is answered before the commit stands.

mod batch;
mod decide;
pub mod faults;
mod load;
mod meter;
mod queue;
mod tape;

use zongheng_core::ids::{DivisionCode, MatterId};
use zongheng_core::ledger::{Act, Source};
use zongheng_core::matter::{ActName, Actor, Ask, Command, Import, Matter, Refusal, Report};
use zongheng_core::time::At;

pub(crate) use load::{REGISTER, RegisterRow, keys_of};
pub use meter::Measured;
pub use queue::{Clock, Recorder};
pub(crate) use tape::Tape;
pub use tape::Written;

use crate::content::NewContent;
use crate::error::StoreError;

/// The most that is recorded in one transaction.
pub const LARGEST_BATCH: usize = 64;

/// A command on its way to the ledger.
#[derive(Debug, Clone)]
pub struct Submission {
    pub county: DivisionCode,
    /// Whose keys these are: the account's id, or one word for all callers without an account.
    pub scope: String,
    /// As the session knows it; post and unit are looked up anew when it is decided.
    pub actor: Actor,
    /// Made by the client; belongs to the county and the scope.
    pub key: String,
    /// Of method, path and canonical body, by [`crate::vault::Vault::command_mac`].
    pub mac: String,
    /// When it is entered; left out, the committer asks the clock. Never before the act before it.
    pub at: Option<At>,
    pub what: What,
    /// The entries that the command names, all of them.
    pub contents: Vec<NewContent>,
}

#[derive(Debug, Clone)]
pub enum What {
    Report(Box<Report>),
    /// A matter that another system began comes over.
    Import(Box<Import>),
    Act {
        matter: MatterId,
        ask: Ask,
    },
    /// By the system: what has come about with nobody asking, whose the matter is after a reorganisation first.
    Unasked {
        matter: MatterId,
    },
}

impl What {
    fn matter(&self) -> MatterId {
        match self {
            Self::Report(report) => report.id,
            Self::Import(import) => import.id,
            Self::Act { matter, .. } | Self::Unasked { matter } => *matter,
        }
    }

    /// The other matters that the command names.
    fn names(&self) -> Vec<MatterId> {
        match self {
            Self::Report(report) => report.follows.into_iter().collect(),
            Self::Act { ask, .. } => ask.names(),
            Self::Import(_) | Self::Unasked { .. } => Vec::new(),
        }
    }

    /// When its first act says that it happened, and by what source of time.
    fn happened(&self) -> Option<(At, Source)> {
        match self {
            Self::Report(report) => report.happened,
            Self::Import(import) => Some((import.began, Source::Imported)),
            Self::Act { .. } | Self::Unasked { .. } => None,
        }
    }

    /// Whether it may propose a row of the list of powers: a meeting names the unit.
    fn may_propose(&self) -> bool {
        let Self::Act { ask, .. } = self else { return false };
        let plain = ask.command.as_ref().map(Command::plain);
        matches!(plain, Ok(Command::Adjudicate { number: Some(_), .. }))
    }

    /// Whether the decision hangs on parts of the matter or on those for which it works.
    fn looks_below(&self) -> bool {
        match self {
            Self::Report(_) | Self::Import(_) | Self::Unasked { .. } => false,
            Self::Act { ask, .. } => matches!(
                ask.act,
                ActName::Answer
                    | ActName::Release
                    | ActName::Link
                    | ActName::Merge
                    | ActName::Decompose
            ),
        }
    }
}

/// A command that stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub acts: Vec<Act>,
    /// The matter as it stands now.
    pub matter: Option<Matter>,
    /// The same command had come before, and this is its answer again.
    pub replay: bool,
}

/// A command that left nothing behind.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Refusal(#[from] Refusal),
    #[error("this key belongs to another command; a changed command needs a key of its own")]
    KeyReused,
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub type Answer = Result<Recorded, Refused>;
