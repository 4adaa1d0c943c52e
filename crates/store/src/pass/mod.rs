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

use come::HAND_ON;
pub(crate) use come::{Due, job, unasked};
use ends::ENDS;
pub use pending::{Pending, Told};
pub(crate) use redate::CALENDAR;
pub use redate::Redating;
pub use tick::Ticked;

use crate::db::row;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::projection::NEVER;

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
        let configuration = self.county(county).await?;
        let waits = self.waits(county, now).await?;
        let mut acts = self.hand_on_today(&configuration, waits.handed_on, now).await?
            + self.redate(&configuration, waits.redated, now).await?;
        if waits.comes || acts > 0 {
            acts += self.come_about(county, now).await?;
        }
        let ticked = self.tick(county, now).await?;
        let (told, unheard) = self.tell(county, now).await?;
        self.tell_of_ends(&configuration, waits.told_of_ends, now).await?;
        let sealed = self.seal_hourly(&configuration, now).await?;
        Ok(Passed { acts, told, unheard, ticked, sealed })
    }

    /// What there is to do, asked at once: most minutes bring nothing.
    async fn waits(&self, county: &DivisionCode, now: At) -> Result<Waits> {
        // SQLite walks up to the first bound that it reads: the other way round it is the whole county.
        let sql = format!(
            "select case when exists (select 1 from matter where county = $1 and comes <= $2 \
             and comes < {NEVER}) then 1 else 0 end, \
             (select done from job where county = $1 and name = '{HAND_ON}'), \
             (select done from job where county = $1 and name = '{CALENDAR}'), \
             (select done from job where county = $1 and name = '{ENDS}') \
             from county where code = $1"
        );
        let found = row!(
            self.db().reader().await?.on(),
            (i32, Option<String>, Option<String>, Option<String>),
            &sql,
            county.as_str(),
            now.seconds(),
        )?;
        let none = || StoreError::NoCounty(county.to_string());
        let (comes, handed_on, redated, told_of_ends) = found.ok_or_else(none)?;
        Ok(Waits { comes: comes == 1, handed_on, redated, told_of_ends })
    }
}

/// What a pass finds to do, and how far its own work has come.
struct Waits {
    comes: bool,
    handed_on: Option<String>,
    redated: Option<String>,
    told_of_ends: Option<String>,
}

#[cfg(test)]
mod tests {
    use crate::db::rows;
    use crate::open::{Options, Store};

    /// However many matters there are, a step reads its list once and looks each of its matters up.
    #[tokio::test]
    async fn what_a_step_writes_is_looked_up_one_by_one() {
        let file = std::env::temp_dir().join(format!("zongheng-plan-{}.db", uuid::Uuid::now_v7()));
        let url = format!("sqlite:{}", file.display());
        let store = Store::open(&url, &Options::default()).await.unwrap();
        let mut conn = store.db().reader().await.unwrap();
        for sql in [super::tick::LAMPS, super::come::COMES] {
            let asked = format!("explain query plan {sql}");
            let plan = rows!(conn.on(), (i64, i64, i64, String), &asked, "[]").unwrap();
            let plan: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
            assert!(plan[0].contains("each1"), "{plan:#?}");
            assert!(plan[1].contains("(county=? AND id=?)"), "{plan:#?}");
        }
        drop(conn);
        store.close().await;
        std::fs::remove_file(file).unwrap();
    }
}
