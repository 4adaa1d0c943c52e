//! What happened: the bodies of a matter's acts. Each says what was done (`Did`) and what that made
//! true (`Then`), so that folding needs neither the clock nor the configuration of its day.

mod bodies;
mod imported;
mod then;

pub use bodies::*;
pub use imported::*;
pub use then::*;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::Request;
use crate::ledger::ContentRef;

/// What was done, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    Reported(Box<Reported>),
    Filed(Box<Filed>),
    Declined(Declined),
    Recorded(Recorded),
    Linked(Linked),
    Unlinked(Unlinked),
    Merged(Merged),
    Corrected(Box<Corrected>),
    Dispatched(Dispatched),
    SignedFor(SignedFor),
    PassedOn(PassedOn),
    PassedBack(PassedBack),
    Submitted(Box<Submitted>),
    SentBack(SentBack),
    Returned(Returned),
    Adjudicated(Adjudicated),
    Progressed(Progressed),
    Planned(Planned),
    NodeDone(NodeDone),
    Decomposed(Decomposed),
    Whistled(Whistled),
    Arrived(Arrived),
    SuspensionAsked(RequestAsked),
    ExtensionAsked(RequestAsked),
    ShelvingAsked(RequestAsked),
    ReferralUpAsked(RequestAsked),
    ReferralAcrossAsked(RequestAsked),
    ExclusionAsked(RequestAsked),
    Objected(RequestAsked),
    Decided(Decided),
    Resumed(Resumed),
    Answered(Answered),
    Verified(Verified),
    CalledBack(CalledBack),
    SignedOff(SignedOff),
    Reopened(Reopened),
    Urged(Urged),
    Recounted(Recounted),
    Ordered(IssuedBy),
    Noticed(IssuedBy),
    Commented(Noted),
    SpotSeen(Noted),
    Imported(Box<Imported>),
}

impl Did {
    /// The kinds with which a matter may begin; no other act is its first, and these are no later one.
    pub const FIRST: [&'static str; 2] = ["reported", "imported"];

    /// The request that the act asks for.
    pub fn asks(&self) -> Option<&Request> {
        match self {
            Did::SuspensionAsked(did)
            | Did::ExtensionAsked(did)
            | Did::ShelvingAsked(did)
            | Did::ReferralUpAsked(did)
            | Did::ReferralAcrossAsked(did)
            | Did::ExclusionAsked(did)
            | Did::Objected(did) => Some(&did.request),
            Did::Planned(did) => did.request.as_ref(),
            _ => None,
        }
    }
}

/// A kind or version that this program does not know, or a body that does not fit its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBody {
    #[error("no kind of act is called \"{kind}\" in version {v}")]
    UnknownKind { kind: String, v: u32 },
    #[error("the body of \"{kind}\" does not read: {why}")]
    Misshapen { kind: String, why: String },
}

/// An act that a command decided and the ledger has not yet numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    pub did: Did,
    pub then: Then,
    pub contents: Vec<ContentRef>,
}

#[derive(Serialize)]
struct BodyOut<'a, T> {
    #[serde(flatten)]
    did: &'a T,
    then: &'a Then,
}

#[derive(Deserialize)]
struct BodyIn<T> {
    #[serde(flatten)]
    did: T,
    then: Then,
}

macro_rules! kinds {
    ($($variant:ident $kind:literal)*) => {
        impl Did {
            /// The kinds of a matter's acts, in the past as the ledger keeps them.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];

            pub const fn kind(&self) -> &'static str {
                match self { $(Did::$variant(_) => $kind),* }
            }

            fn body(&self, then: &Then) -> Result<Value, serde_json::Error> {
                match self { $(Did::$variant(did) => serde_json::to_value(BodyOut { did, then })),* }
            }

            fn parse(kind: &str, v: u32, body: &str) -> Result<(Self, Then), BadBody> {
                match (kind, v) {
                    $(($kind, 1) => read(kind, body).map(|(did, then)| (Did::$variant(did), then)),)*
                    _ => Err(BadBody::UnknownKind { kind: kind.to_owned(), v }),
                }
            }
        }
    };
}

kinds! {
    Reported "reported"
    Filed "filed"
    Declined "declined"
    Recorded "recorded"
    Linked "linked"
    Unlinked "unlinked"
    Merged "merged"
    Corrected "corrected"
    Dispatched "dispatched"
    SignedFor "signed_for"
    PassedOn "passed_on"
    PassedBack "passed_back"
    Submitted "submitted"
    SentBack "sent_back"
    Returned "returned"
    Adjudicated "adjudicated"
    Progressed "progressed"
    Planned "planned"
    NodeDone "node_done"
    Decomposed "decomposed"
    Whistled "whistled"
    Arrived "arrived"
    SuspensionAsked "suspension_asked"
    ExtensionAsked "extension_asked"
    ShelvingAsked "shelving_asked"
    ReferralUpAsked "referral_up_asked"
    ReferralAcrossAsked "referral_across_asked"
    ExclusionAsked "exclusion_asked"
    Objected "objected"
    Decided "decided"
    Resumed "resumed"
    Answered "answered"
    Verified "verified"
    CalledBack "called_back"
    SignedOff "signed_off"
    Reopened "reopened"
    Urged "urged"
    Recounted "recounted"
    Ordered "ordered"
    Noticed "noticed"
    Commented "commented"
    SpotSeen "spot_seen"
    Imported "imported"
}

fn read<T: DeserializeOwned>(kind: &str, body: &str) -> Result<(T, Then), BadBody> {
    let body: BodyIn<T> = serde_json::from_str(body)
        .map_err(|e| BadBody::Misshapen { kind: kind.to_owned(), why: e.to_string() })?;
    Ok((body.did, body.then))
}

impl NewAct {
    /// The version of the body of every kind here.
    pub const VERSION: u32 = 1;

    pub const fn kind(&self) -> &'static str {
        self.did.kind()
    }

    /// The body as the ledger keeps it.
    pub fn body(&self) -> Result<Value, serde_json::Error> {
        self.did.body(&self.then)
    }

    /// Reads a body that the ledger kept.
    pub fn parse(kind: &str, v: u32, body: &str) -> Result<(Did, Then), BadBody> {
        Did::parse(kind, v, body)
    }
}
