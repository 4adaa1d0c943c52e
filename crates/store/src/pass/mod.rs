//! One pass of the runner: what comes about by time alone becomes acts, lamps and counters follow, and those
//! whose it is are told.
//!
//! Exactly once, whoever runs and however often: an act has a key made of the matter and of how far it had
//! come; what is told is written down by the very transaction that moves the lamp, and leaves its list by the
//! one that writes the message. So two runners need no election, and one that was cut off goes on. A pass with
//! nothing due asks three indexes and moves the county's time.

mod come;
mod ends;
mod pending;
mod redate;
mod tell;
mod tick;

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

pub(crate) use come::{Due, job, unasked};
pub use pending::{Pending, Told};
pub(crate) use redate::CALENDAR;
pub use redate::Redating;
pub use tick::Ticked;

use crate::error::Result;
use crate::open::Store;

/// What a pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// What was recorded with nobody asking.
    pub acts: u64,
    /// Deadlines that somebody was told of.
    pub told: u64,
    /// Deadlines of which nobody could be told, since nobody answers for the unit; none where nothing was to be
    /// told.
    pub unheard: Option<u64>,
    pub ticked: Ticked,
    pub sealed: bool,
}

impl Store {
    /// Records what time has brought about by `now`, moves lamps and counters on, tells those whose it is, and
    /// seals once an hour of office time. Cut off, the next pass goes on where it stopped.
    ///
    /// # Errors
    /// Of the database. What a single matter refuses is logged and left for the next pass.
    pub async fn pass(&self, county: &DivisionCode, now: At) -> Result<Passed> {
        let acts = self.hand_on_today(county, now).await?
            + self.redate(county, now).await?
            + self.come_about(county, now).await?;
        let ticked = self.tick(county, now).await?;
        let (told, unheard) = self.tell(county, now).await?;
        self.tell_of_ends(county, now).await?;
        let sealed = self.seal_hourly(county, self.not_before_the_last(county, now).await?).await?;
        Ok(Passed { acts, told, unheard, ticked, sealed })
    }
}
