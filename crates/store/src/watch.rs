//! The machine's clock, and whether it is to be believed.
//!
//! Every act bears a time, every deadline hangs on one. A clock that jumps would turn lamps red or make
//! promises late that were not; so what writes the ledger asks first. The clock is held against a count of
//! seconds that only goes forward: where the two part by more than ten minutes, forward, back or because one
//! stands still, nothing is recorded until they agree again or an administrator confirms. A start more than a day
//! and a half after the county's last moment is held back likewise: somebody looks at what would be sent first. So is
//! one before it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{By, Stream};
use zongheng_core::time::At;

use crate::county::{self, Head};
use crate::db::run;
use crate::error::{Result, StoreError};
use crate::ledger::{Entry, append_in};
use crate::open::Store;
use crate::record::Clock;

/// By how many seconds the clock may part from the seconds that went by.
const JUMP: i64 = 600;

/// After how many seconds without a server a start is held back.
const LATE: i64 = 36 * 3600;

/// No county's register began before 2020 (UTC+8): a clock that shows less has lost its time.
pub const EARLIEST: i64 = 1_577_808_000;

/// Why a clock is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It shows a time before [`EARLIEST`], which nobody can confirm.
    Lost,
    /// It parted from the seconds that went by.
    Jumped,
    /// No server moved the county's time for long.
    Late,
    /// It shows a time before the county's last moment.
    Back,
}

/// After how many seconds the comparison begins anew, so that years of small corrections do not add up.
const ANEW: i64 = 3600;

/// How long this machine has run, by a count that no setting of the clock moves.
type Ran = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The clock of one server.
pub struct Watch {
    wall: Clock,
    ran: Option<Ran>,
    seen: Mutex<Seen>,
}

/// What the clock showed at a moment of the count, and since when nothing was heard of the county.
#[derive(Debug, Clone, Copy)]
struct Seen {
    wall: At,
    ran: Duration,
    /// How it stood to the county's last moment when this server began.
    began: Option<(Doubt, At)>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("now", &self.now()).field("seen", &*self.seen()).finish()
    }
}

impl Watch {
    /// The clock of the machine, held against its count of seconds.
    pub fn machine(wall: Clock) -> Self {
        let begun = Instant::now();
        Self::held_against(wall, Arc::new(move || begun.elapsed()))
    }

    /// A clock held against a count of its own.
    pub fn held_against(wall: Clock, ran: Ran) -> Self {
        let seen = Seen { wall: wall(), ran: ran(), began: None };
        Self { wall, ran: Some(ran), seen: Mutex::new(seen) }
    }

    /// A clock that is believed whatever it shows: of tests and of simulated time.
    pub fn believed(wall: Clock) -> Self {
        let seen = Seen { wall: wall(), ran: Duration::ZERO, began: None };
        Self { wall, ran: None, seen: Mutex::new(seen) }
    }

    /// What the clock shows, believed or not: for what is only shown.
    pub fn now(&self) -> At {
        (self.wall)()
    }

    /// What the clock shows, for what is recorded.
    ///
    /// # Errors
    /// [`StoreError::Clock`]: it jumped, or the county stood still for too long.
    pub fn trusted(&self) -> Result<At> {
        let now = self.now();
        let Some(ran) = &self.ran else { return Ok(now) };
        let ran = ran();
        let mut seen = self.seen();
        if let Some((doubt, last)) = seen.began {
            return Err(StoreError::Clock { doubt, last, now });
        }
        let gone = seconds(ran.saturating_sub(seen.ran));
        let expected = seen.wall.plus_seconds(gone);
        if now.seconds_since(expected).abs() > JUMP {
            return Err(StoreError::Clock { doubt: Doubt::Jumped, last: expected, now });
        }
        if gone > ANEW {
            (seen.wall, seen.ran) = (now, ran);
        }
        Ok(now)
    }

    /// Where the county's time stood before this server began, and its last act.
    fn began_after(&self, head: &Head) {
        self.seen().began = doubt(head, self.now());
    }

    /// An administrator has confirmed what it shows now.
    fn accept(&self) {
        let (wall, ran) = (self.now(), self.ran.as_ref().map(|ran| ran()).unwrap_or_default());
        *self.seen() = Seen { wall, ran, began: None };
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Three plain values: whoever panicked with them left nothing half done.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a clock that shows `now` is to be asked about before a server of this county begins, and since when.
/// The county's time is where the last pass, the last act or the last confirmation left it.
pub fn doubt(head: &Head, now: At) -> Option<(Doubt, At)> {
    let last = head.ticked_to().max(head.last_at()).max(head.clock_ok());
    if now.seconds() < EARLIEST {
        Some((Doubt::Lost, last))
    } else if head.entry_time(now).is_err() {
        Some((Doubt::Back, head.last_at()))
    } else if now.seconds_since(last) > LATE {
        Some((Doubt::Late, last))
    } else {
        None
    }
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX)
}

impl Store {
    /// From now on nothing is recorded while this clock is not to be believed. The county's time is where the
    /// last pass or the last act left it.
    ///
    /// # Errors
    /// Of the database.
    pub async fn keep_watch(&self, county: &DivisionCode, watch: Arc<Watch>) -> Result<()> {
        let head = self.head(county).await?;
        watch.began_after(&head);
        // A second watch of the same server would be the same clock.
        let _first = self.inner.watch.set(watch);
        Ok(())
    }

    /// Whether what this server's clock shows may be recorded.
    ///
    /// # Errors
    /// [`StoreError::Clock`].
    pub fn trusted(&self) -> Result<()> {
        self.inner.watch.get().map_or(Ok(()), |watch| watch.trusted().map(drop))
    }

    /// An administrator confirms that it is `now`: an act in the stream `sys`, which every server of the county
    /// heeds by [`Store::heed_accepted`].
    ///
    /// # Errors
    /// Of the database; [`StoreError::Clock`] of a clock that has lost its time.
    pub async fn accept_clock(&self, county: &DivisionCode, now: At) -> Result<()> {
        if now.seconds() < EARLIEST {
            let last = self.head(county).await?.last_at();
            return Err(StoreError::Clock { doubt: Doubt::Lost, last, now });
        }
        let mut tx = self.db().begin().await?;
        let mut head = county::lock(&mut tx, county.as_str()).await?;
        let last = head.last_at();
        let key = format!("clock {last} {now}");
        let entry = Entry {
            stream: Stream::from("sys"),
            kind: "clock_accepted".to_owned(),
            v: 1,
            by: By::system(),
            key,
            body: json!({ "stood": head.ticked_to(), "shows": now }),
            contents: Vec::new(),
        };
        head.confirm(now);
        append_in(&mut tx, &mut head, now, vec![entry], self.vault()).await?;
        run!(
            tx.on(),
            "update county set clock_ok = $2, clock_last = $3 where code = $1",
            county.as_str(),
            now.seconds(),
            last.seconds(),
        )?;
        county::save(tx.on(), &head).await?;
        tx.commit().await?;
        if let Some(watch) = self.inner.watch.get() {
            watch.accept();
        }
        Ok(())
    }

    /// Goes on if an administrator has confirmed the clock elsewhere and this one shows the same time, or if a clock
    /// that was wrong when this server began has been set right since.
    ///
    /// # Errors
    /// Of the database.
    pub async fn heed_accepted(&self, county: &DivisionCode) -> Result<()> {
        let Some(watch) = self.inner.watch.get() else { return Ok(()) };
        if watch.trusted().is_ok() {
            return Ok(());
        }
        let (head, now) = (self.head(county).await?, watch.now());
        let began = watch.seen().began.is_some();
        let right = began && doubt(&head, now).is_none();
        let confirmed = head.clock_ok();
        let heeded = confirmed.seconds() >= EARLIEST && now.seconds_since(confirmed).abs() <= JUMP;
        if right || heeded {
            watch.accept();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

    use super::*;

    /// A clock and a count that the test sets.
    fn set() -> (Arc<AtomicI64>, Arc<AtomicU64>, Watch) {
        let (wall, ran) = (Arc::new(AtomicI64::new(1_700_000_000)), Arc::new(AtomicU64::new(50)));
        let (shown, gone) = (Arc::clone(&wall), Arc::clone(&ran));
        let watch = Watch::held_against(
            Arc::new(move || At::from_seconds(shown.load(Ordering::Relaxed))),
            Arc::new(move || Duration::from_secs(gone.load(Ordering::Relaxed))),
        );
        (wall, ran, watch)
    }

    fn jumped(watch: &Watch) -> bool {
        matches!(watch.trusted(), Err(StoreError::Clock { .. }))
    }

    #[test]
    fn ten_minutes_either_way_are_believed_and_no_more() {
        let (wall, _, watch) = set();
        for by in [-600, 600] {
            wall.store(1_700_000_000 + by, Ordering::Relaxed);
            assert!(watch.trusted().is_ok(), "{by}");
        }
        for by in [-601, 601, 86_400, -1_000_000] {
            wall.store(1_700_000_000 + by, Ordering::Relaxed);
            assert!(jumped(&watch), "{by}");
        }
        wall.store(1_700_000_000, Ordering::Relaxed);
        assert!(watch.trusted().is_ok(), "the clock was set right again");
    }

    #[test]
    fn a_clock_that_stands_still_is_noticed() {
        let (_, ran, watch) = set();
        ran.fetch_add(601, Ordering::Relaxed);
        assert!(jumped(&watch));
    }

    #[test]
    fn small_corrections_over_years_do_not_add_up() {
        let (wall, ran, watch) = set();
        for _ in 0..1_000 {
            ran.fetch_add(4_000, Ordering::Relaxed);
            wall.fetch_add(4_005, Ordering::Relaxed);
            assert!(watch.trusted().is_ok());
        }
    }

    #[test]
    fn a_late_start_and_a_jump_wait_for_an_administrator() {
        let (wall, _, watch) = set();
        let began = |last: i64| watch.began_after(&Head::of(watch.now().plus_seconds(last)));
        for believed in [-LATE, 0, JUMP] {
            began(believed);
            assert!(watch.trusted().is_ok(), "{believed}: a day and a half is a weekend");
        }
        for (last, why) in [(-LATE - 1, Doubt::Late), (JUMP + 1, Doubt::Back)] {
            began(last);
            let told = watch.trusted();
            assert!(
                matches!(told, Err(StoreError::Clock { doubt, .. }) if doubt == why),
                "{told:?}"
            );
        }
        watch.accept();
        assert!(watch.trusted().is_ok());
        wall.fetch_add(5_000, Ordering::Relaxed);
        assert!(jumped(&watch));
        watch.accept();
        assert!(watch.trusted().is_ok());
    }
}
