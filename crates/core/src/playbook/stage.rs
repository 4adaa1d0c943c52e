//! What a deadline asks for.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Event;

/// What a deadline asks for. All but nodes and months stand in clocks and playbooks; the lists of
/// stages there are read in the order of this enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    File,
    Deploy,
    Dispatch,
    SignFor,
    Adjudicate,
    Progress,
    /// A dated plan of nodes (1 of 13710 for a major task).
    Plan,
    Settle,
    /// One node of a plan, by its number.
    Node(u16),
    /// The report of a month, while a plan's dates hold.
    Monthly(i16, i8),
    Resume,
    /// A shelved matter, or one that lies with others, is looked at again.
    Review,
    Verify,
    CallBack,
    SignOff,
    /// Called to a spot by a time (报到).
    Arrive,
    Decide,
}

impl Stage {
    /// The stages that have a name of their own.
    pub const ALL: [Stage; 15] = [
        Stage::File,
        Stage::Deploy,
        Stage::Dispatch,
        Stage::SignFor,
        Stage::Adjudicate,
        Stage::Progress,
        Stage::Plan,
        Stage::Settle,
        Stage::Resume,
        Stage::Review,
        Stage::Verify,
        Stage::CallBack,
        Stage::SignOff,
        Stage::Arrive,
        Stage::Decide,
    ];

    /// The name; of nodes and months that of their sort (`node`, `monthly`). The whole name is the
    /// `Display`: `node:3`, `monthly:2022-05`.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::File => "file",
            Stage::Deploy => "deploy",
            Stage::Dispatch => "dispatch",
            Stage::SignFor => "sign_for",
            Stage::Adjudicate => "adjudicate",
            Stage::Progress => "progress",
            Stage::Plan => "plan",
            Stage::Settle => "settle",
            Stage::Node(_) => "node",
            Stage::Monthly(..) => "monthly",
            Stage::Resume => "resume",
            Stage::Review => "review",
            Stage::Verify => "verify",
            Stage::CallBack => "call_back",
            Stage::SignOff => "sign_off",
            Stage::Arrive => "arrive",
            Stage::Decide => "decide",
        }
    }

    /// Whether a clock has a row for it: the others are due on a day that somebody names.
    pub const fn has_row(self) -> bool {
        !matches!(
            self,
            Stage::Resume | Stage::Review | Stage::Arrive | Stage::Node(_) | Stage::Monthly(..)
        )
    }

    /// The events from which a clock may count it. What stands here is what the life of a matter
    /// opens a deadline by, so a clock never promises a beginning that is not kept.
    pub const fn counts_from(self) -> &'static [Event] {
        match self {
            Stage::File => &[Event::Reported],
            Stage::Deploy | Stage::Dispatch | Stage::Settle => &[Event::Reported, Event::Filed],
            Stage::SignFor => &[Event::Dispatched],
            Stage::Adjudicate => &[Event::Returned],
            Stage::Progress | Stage::Plan => &[Event::Reported, Event::Filed, Event::Dispatched],
            Stage::Verify => &[Event::Answered],
            Stage::CallBack => &[Event::Verified],
            Stage::SignOff => &[Event::Verified, Event::CalledBack],
            Stage::Decide => &[Event::Asked],
            Stage::Resume | Stage::Review | Stage::Arrive | Stage::Node(_) | Stage::Monthly(..) => {
                &[]
            }
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stage::Node(no) => write!(f, "node:{no}"),
            Stage::Monthly(year, month) => write!(f, "monthly:{year:04}-{month:02}"),
            plain => f.pad(plain.name()),
        }
    }
}

/// A word that names no stage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" names no stage")]
pub struct NoStage(String);

impl FromStr for Stage {
    type Err = NoStage;

    fn from_str(text: &str) -> Result<Self, NoStage> {
        let bad = || NoStage(text.to_owned());
        if let Some(no) = text.strip_prefix("node:") {
            return no.parse().map(Stage::Node).map_err(|_| bad());
        }
        if let Some((year, month)) = text.strip_prefix("monthly:").and_then(|t| t.split_once('-')) {
            let month = month.parse().ok().filter(|m| (1..=12).contains(m));
            return match (year.parse(), month) {
                (Ok(year), Some(month)) => Ok(Stage::Monthly(year, month)),
                _ => Err(bad()),
            };
        }
        Self::ALL.into_iter().find(|s| s.name() == text).ok_or_else(bad)
    }
}

impl Serialize for Stage {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stage {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_reads_as_it_is_written() {
        let plain = Stage::ALL.into_iter();
        for stage in plain.chain([Stage::Node(1), Stage::Node(800), Stage::Monthly(2022, 5)]) {
            assert_eq!(stage.to_string().parse(), Ok(stage));
            let kept = serde_json::to_string(&stage).expect("a text");
            assert_eq!(serde_json::from_str::<Stage>(&kept).ok(), Some(stage));
        }
        for bad in ["node", "node:", "node:-1", "monthly:2022-13", "monthly:2022", "Settle", ""] {
            assert!(bad.parse::<Stage>().is_err(), "{bad}");
        }
    }
}
