//! History judged by 13710: how many of the matters would have kept 1, 3, 7 and the month, had they run by
//! this county's clock, told from when they began and when they were answered.

use serde::{Deserialize, Serialize};
use zongheng_core::calendar::Calendar;
use zongheng_core::clock::{self, Asked};
use zongheng_core::county::County;
use zongheng_core::playbook::{Clock, ClockLimit, Grade, Stage, StageClock};
use zongheng_core::time::At;

/// The rows of the clock and their names in the report.
const ROWS: [(&str, Stage, Grade); 4] = [
    ("1", Stage::Deploy, Grade::Ordinary),
    ("3", Stage::Progress, Grade::Ordinary),
    ("7", Stage::Settle, Grade::Ordinary),
    ("month", Stage::Settle, Grade::Major),
];

/// How many were answered within which day of 13710; each is counted once, under the first that it kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// By the rows of the clock: within 1, 3, 7, the month.
    pub within: [u64; 4],
    pub later: u64,
    /// Not answered.
    pub never: u64,
    /// Of all these, counted over a year whose holidays this county does not know: Monday to Friday stood for
    /// its working days.
    pub provisional: u64,
}

/// The clock 13710 of a county.
pub struct Judge<'a> {
    clock: &'a Clock,
    calendar: &'a Calendar,
}

impl<'a> Judge<'a> {
    /// None where the county has no playbook of tasks.
    pub fn of(county: &'a County) -> Option<Self> {
        let (_, clock, _) = county.catalogue.current(&"county_task".into())?;
        Some(Self { clock, calendar: &county.calendar })
    }

    /// Counts one matter.
    pub fn judge(&self, began: At, answered: Option<At>, into: &mut Judged) {
        let Some(answered) = answered else {
            into.never += 1;
            return;
        };
        let mut kept = None;
        let mut provisional = false;
        for (i, (_, stage, grade)) in ROWS.into_iter().enumerate() {
            let Some(row) = self.clock.stage(stage, grade) else { continue };
            let Some(due) = self.due(row, began) else { continue };
            provisional |= due.provisional;
            if answered <= due.due {
                kept = Some(i);
                break;
            }
        }
        into.provisional += u64::from(provisional);
        match kept {
            Some(i) => into.within[i] += 1,
            None => into.later += 1,
        }
    }

    fn due(&self, row: &StageClock, accepted: At) -> Option<clock::Due> {
        let ClockLimit::Own(limit) = row.limit else { return None };
        let (start, roll, cutoff) = (row.start, row.roll, row.cutoff);
        clock::due(self.calendar, &Asked { accepted, limit, start, roll, cutoff, pauses: &[] }).ok()
    }
}

impl Judged {
    /// All that were judged.
    pub fn all(&self) -> u64 {
        self.within.iter().sum::<u64>() + self.later + self.never
    }

    /// A name and a number each, in the order of the clock.
    pub fn rows(&self) -> Vec<(&'static str, u64)> {
        let within = ROWS.iter().zip(self.within).map(|((name, ..), n)| (*name, n));
        within.chain([("later", self.later), ("never", self.never)]).collect()
    }
}
