//! Why a due is what it is, as data: the words are made from it in either language.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Limit, Pause};
use crate::time::At;

/// How the start was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    InHours,
    BeforeOpening,
    AfterClosing,
    AfterCutoff,
    RestDay { name: String },
    AtOnce,
}

/// One step of the reasoning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Reason {
    CountedFrom {
        at: At,
        start: At,
        why: Counted,
    },
    /// The limit from the start, before pauses and rolling.
    Limit {
        limit: Limit,
        last: At,
    },
    /// The month has no such day: its last day is taken.
    MonthEnd {
        day: i8,
        last: Date,
    },
    /// Rest days that a working-day limit passed over.
    RestDays {
        days: u32,
        names: Vec<String>,
    },
    Paused {
        from: At,
        to: At,
    },
    Rolled {
        from: Date,
        to: Date,
        name: String,
    },
    /// A last day on a rest day that stays there.
    NotRolled {
        on: Date,
        name: String,
    },
    Provisional {
        year: i16,
    },
    /// A decision gave this date.
    Extended {
        due: At,
    },
    /// The tasking authority set this date.
    SetByTasking {
        due: At,
    },
    /// An assisting unit's due goes by the lead's.
    BeforeTheLead {
        lead_due: At,
    },
    /// Undecided by then is refused.
    Lapses {
        at: At,
    },
    PauseEnds {
        at: At,
    },
}

impl Reason {
    pub const fn paused(pause: Pause) -> Self {
        Reason::Paused { from: pause.from, to: pause.to }
    }

    pub const fn extended(due: At) -> Self {
        Reason::Extended { due }
    }

    pub const fn set_by_tasking(due: At) -> Self {
        Reason::SetByTasking { due }
    }

    pub const fn before_the_lead(lead_due: At) -> Self {
        Reason::BeforeTheLead { lead_due }
    }

    pub const fn lapses(at: At) -> Self {
        Reason::Lapses { at }
    }

    pub const fn pause_ends(at: At) -> Self {
        Reason::PauseEnds { at }
    }
}
