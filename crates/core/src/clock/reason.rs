//! Why a due is what it is, as data; [`words`](super::words) makes sentences of it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Limit, Pause};
use crate::calendar::{Calendar, Days};
use crate::time::At;

/// How the start was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    InHours,
    BeforeOpening,
    AfterClosing,
    AfterCutoff,
    /// The holiday, or nothing for a plain weekend.
    RestDay {
        name: String,
    },
    AtOnce,
}

/// By how much a pause moved a due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Days(i64),
    WorkingDays(i64),
    Seconds(i64),
    OfficeSeconds(i64),
}

/// Why a pause moved nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Idle {
    /// It was over before the count started.
    BeforeStart,
    /// It began when all was due.
    AfterDue,
    /// It holds nothing of what the limit counts.
    Empty,
}

/// One step of the reasoning. A name is the holiday's, and empty for a plain weekend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Reason {
    CountedFrom {
        at: At,
        start: At,
        why: Counted,
    },
    /// What a working-day limit passed over: holidays by name, and how many days of plain weekends.
    NotCounted {
        holidays: Vec<Days>,
        weekend_days: i64,
    },
    /// Weekends that a working-day limit counted, since they are worked.
    MadeUp {
        days: Vec<Days>,
    },
    /// The limit from the start, before pauses and rolling. `rest` names a last day of rest.
    Limit {
        limit: Limit,
        last: At,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rest: Option<String>,
    },
    /// The month has no such day: its last day is taken.
    MonthEnd {
        day: i8,
        last: Date,
    },
    Paused {
        from: At,
        to: At,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<By>,
    },
    /// A pause that moved nothing.
    PauseIdle {
        from: At,
        to: At,
        why: Idle,
    },
    /// Where the pauses together lead, before rolling.
    AfterPauses {
        last: At,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rest: Option<String>,
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
    /// A year without a notice had to be asked.
    Provisional {
        year: i16,
    },
    /// A decision gave this date.
    Extended {
        due: At,
    },
    /// A date that somebody gave is a rest day: a warning, no refusal, and it is not moved. A name is
    /// the holiday's, and empty for a plain weekend.
    OnRestDay {
        on: Date,
        name: String,
    },
    /// A date that somebody gave lies in a year without a notice: it may turn out to be a rest day.
    MayBeRestDay {
        on: Date,
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
    /// What is shelved, or lies outside, is looked at again.
    Reviewed {
        at: At,
    },
    /// The plan names this date.
    Planned {
        due: At,
    },
    /// While a plan's dates hold, a report each month on its anchor day.
    EachMonth {
        day: i8,
    },
    /// The township called for this time.
    Called {
        by: At,
    },
    /// The authority outside wants it by then; ours is earlier by so many working days.
    OutsideLimit {
        due: At,
        margin: u16,
    },
    /// A part is promised for this date, which is not after the whole.
    PartOf {
        due: At,
    },
    /// The calendar changed: by it the date would lie nearer, and it is held where it was, or at the closing of
    /// the day after the change.
    NotNearer {
        due: At,
    },
    /// It came over from elsewhere with this limit.
    CameOver {
        due: At,
    },
}

impl Reason {
    pub const fn paused(pause: Pause) -> Self {
        Reason::Paused { from: pause.from, to: pause.to, by: None }
    }

    /// What is to be said of a day that somebody gave; nothing where it is a working day.
    pub fn given_day(calendar: &Calendar, on: Date) -> Option<Self> {
        let day = calendar.day(on);
        match (day.known, day.working) {
            (false, _) => Some(Reason::MayBeRestDay { on }),
            (true, false) => Some(Reason::OnRestDay { on, name: day.name.to_owned() }),
            (true, true) => None,
        }
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

    pub const fn reviewed(at: At) -> Self {
        Reason::Reviewed { at }
    }
}
