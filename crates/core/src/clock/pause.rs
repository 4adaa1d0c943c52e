//! Pauses: stretches that a limit does not count.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ClockError;
use crate::time::At;

/// From when until when nothing counted, written `A/B`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Its first moment.
    pub from: At,
    /// Its end, which counts again.
    pub to: At,
}

/// A text that is no pause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a pause: two times with offset, such as 2022-04-15T09:00:00+08:00/2022-04-18T09:00:00+08:00"
)]
pub struct NotAPause(pub String);

impl Pause {
    /// In seconds.
    pub fn length(self) -> i64 {
        self.to.seconds_since(self.from)
    }
}

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.from, self.to)
    }
}

impl FromStr for Pause {
    type Err = NotAPause;

    fn from_str(text: &str) -> Result<Self, NotAPause> {
        let read = || {
            let (from, to) = text.split_once('/')?;
            Some(Self { from: from.parse().ok()?, to: to.parse().ok()? })
        };
        read().ok_or_else(|| NotAPause(text.to_owned()))
    }
}

/// The pauses in order of time.
pub(super) fn in_order(pauses: &[Pause]) -> Result<Vec<Pause>, ClockError> {
    let mut sorted = pauses.to_vec();
    sorted.sort();
    if let Some(backwards) = sorted.iter().find(|pause| pause.to < pause.from) {
        return Err(ClockError::PauseBackwards(*backwards));
    }
    match sorted.windows(2).find(|pair| pair[1].from < pair[0].to) {
        Some(pair) => Err(ClockError::PausesOverlap(pair[0], pair[1])),
        None => Ok(sorted),
    }
}
