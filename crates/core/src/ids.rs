//! Names of things: one type each, so that a post is never passed where a unit is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

uuid_ids! {
    /// A matter (事项); also the name of its stream in the ledger.
    MatterId
    UnitId
    /// A post (岗位): people come and go, the post answers.
    PostId
    GridId
    /// An account. Personal data of its holder stand elsewhere.
    UserId
    /// A request within a matter (a pause, an extension) that waits for a decision.
    RequestId
    /// An entry kept beside the ledger: a text, a file, personal data.
    ContentId
    /// A referral (移交) to an authority outside the county's register.
    ReferralId
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

text_ids! {
    /// A statistical division code of twelve digits (NBS), such as 411524102202 for 曹寨村.
    DivisionCode
    /// What a matter is about, such as `road_bridge`.
    CategoryId
    /// Such as `resident_report`.
    PlaybookId
}
