//! Upkeep: what a running server does by itself so that nothing is lost: backups, the archive, drills. One
//! of several servers does it, whoever has the lease; each run is recorded.

mod folder;
pub mod settings;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::backup::{Archived, BackedUp, Drilled, Header, increments};
use zongheng_store::{Outcome, Result, Run, Store, StoreError};

use crate::app::Clock;
pub use folder::{backups, is_ahead, living, packed, scratch};
use folder::{is_left_over, is_scheduled, name};
use settings::Backups;

/// The lease of upkeep.
pub const WORK: &str = "upkeep";

/// The lease is taken for so many seconds and kept while something runs.
const LEASE: i64 = 180;

/// A look comes each minute, a moment earlier or later: what is due within half of one is due.
const EARLY: i64 = 30;

/// After a failure the next try waits so many seconds; no longer than what is done more often waits anyhow.
const AGAIN: i64 = 3_600;

/// What is recorded of the archive's files: whether they can be read.
pub const FILES: &str = "archive_files";

/// The same of attached files: which a backup could not take along.
pub const LOST: &str = "files";

/// Runs are remembered for so many days.
const REMEMBERED: i64 = 400;

/// So many bytes stay free for the county itself while a drill lasts.
const LEFT_FREE: u64 = 256 << 20;

/// What one server does, for one county.
pub struct Upkeep {
    pub store: Store,
    pub code: DivisionCode,
    pub backups: Backups,
    /// The data folder: its settings and files are taken along, and a drill's scratch file stands there.
    pub data: PathBuf,
    pub clock: Clock,
    /// Under which name this server holds the lease.
    pub holder: String,
}

/// A name for one server that no other has.
pub fn holder() -> String {
    format!("{}-{}", std::process::id(), uuid::Uuid::now_v7().simple())
}

impl Upkeep {
    /// Looks each minute for what is due, until `ended`; then it gives the lease back, and whoever serves next
    /// need not wait for its end.
    pub async fn run(self, ended: impl Future<Output = ()>) {
        if let Err(error) = self.sweep() {
            tracing::warn!(%error, "what a cut-off backup or drill left could not be removed");
        }
        let minutes = async {
            let mut minutes = tokio::time::interval(Duration::from_mins(1));
            loop {
                minutes.tick().await;
                if let Err(error) = Box::pin(self.turn()).await {
                    tracing::error!(%error, "upkeep could not look for what is due");
                }
            }
        };
        tokio::select! {
            () = minutes => {}
            () = ended => {}
        }
        if let Err(error) = self.store.lease_back(&self.code, (WORK, &self.holder)).await {
            tracing::warn!(%error, "the lease of upkeep was not given back; it ends by itself in minutes");
        }
    }

    fn now(&self) -> At {
        (self.clock)()
    }

    /// Does what is due, while the lease is kept; without it whatever is under way is given up.
    pub(crate) async fn turn(&self) -> Result<()> {
        // While the clock is not believed nothing is recorded, so nothing is new; and a backup of next year would
        // be the newest for a year.
        if self.store.trusted().is_err() || !self.lease().await? {
            return Ok(());
        }
        let lost = async {
            loop {
                tokio::time::sleep(Duration::from_mins(1)).await;
                match self.lease().await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => tracing::warn!(%error, "the lease of upkeep could not be kept"),
                }
            }
        };
        tokio::select! {
            done = self.due() => done,
            () = lost => {
                tracing::warn!("another server took upkeep over; what was under way here is given up");
                Ok(())
            }
        }
    }

    async fn lease(&self) -> Result<bool> {
        self.store.lease(&self.code, (WORK, &self.holder), self.now(), LEASE).await
    }

    async fn due(&self) -> Result<()> {
        match self.backup_is_due().await {
            Ok(false) => {}
            Ok(true) => {
                if self.recorded("backup", self.backup()).await? {
                    if let Err(error) = self.prune() {
                        tracing::warn!(%error, "what is no longer needed could not be removed");
                    }
                    let before = self.now().plus_seconds(-REMEMBERED * 86_400);
                    self.store.upkeep_forget(&self.code, before).await?;
                }
            }
            // The folder: whoever looks at the health page has to see it.
            Err(error @ StoreError::File { .. }) => {
                if !self.failed_within("backup", AGAIN).await? {
                    self.recorded("backup", async { Err(error) }).await?;
                }
            }
            Err(error) => return Err(error),
        }
        if let Some(minutes) = self.backups.archive_minutes
            && self.waited("archive", i64::from(minutes) * 60).await?
        {
            self.increment().await?;
        }
        if let Some(seconds) = self.backups.drill_seconds()
            && self.waited("drill", seconds).await?
            && let Some((path, _)) = self.living().await?
        {
            Box::pin(self.recorded("drill", self.drill(&path))).await?;
        }
        Ok(())
    }

    async fn living(&self) -> Result<Option<(PathBuf, Header)>> {
        living(&self.store, &self.backups.folder, &self.code, self.now()).await
    }

    /// Whether the day's time has come since the newest backup, or the program was brought up to date.
    async fn backup_is_due(&self) -> Result<bool> {
        let due = match self.living().await? {
            None => true,
            Some((_, header)) => {
                header.at < scheduled(self.now(), self.backups.at)
                    || header.schema < self.store.schema().await?
            }
        };
        Ok(due && !self.failed_within("backup", AGAIN).await?)
    }

    /// Whether so much time has passed since this was last done, and it did not just fail.
    async fn waited(&self, what: &str, seconds: i64) -> Result<bool> {
        let runs = self.store.upkeep_of(&self.code, what, 50).await?;
        let done = runs.iter().find(|run| run.outcome == Some(Outcome::Done));
        let since = |run: &Run| self.now().seconds_since(run.begun) + EARLY;
        let waited = done.is_none_or(|run| since(run) >= seconds);
        Ok(waited && !self.failed_within(what, seconds.min(AGAIN)).await?)
    }

    /// The last run, where it failed.
    async fn failed(&self, what: &str) -> Result<Option<Run>> {
        let last = self.store.upkeep_of(&self.code, what, 1).await?.into_iter().next();
        Ok(last.filter(|run| run.outcome == Some(Outcome::Failed)))
    }

    async fn failed_within(&self, what: &str, seconds: i64) -> Result<bool> {
        let failed = self.failed(what).await?;
        Ok(failed.is_some_and(|run| self.now().seconds_since(run.begun) + EARLY < seconds))
    }

    /// Runs something and records how it ended, in words; whether it was done. Whoever has lost the lease meanwhile
    /// records nothing: another server does the same, and its word counts.
    pub(crate) async fn recorded(
        &self,
        what: &str,
        work: impl Future<Output = Result<(Outcome, String)>>,
    ) -> Result<bool> {
        let id = self.store.upkeep_begins(&self.code, what, self.now()).await?;
        let (outcome, detail) = work.await.unwrap_or_else(|e| (Outcome::Failed, e.to_string()));
        if !self.lease().await? {
            tracing::warn!(what, detail, "another server took upkeep over; this is not recorded");
            return Ok(false);
        }
        match outcome {
            Outcome::Done => tracing::info!(what, detail, "upkeep done"),
            Outcome::Failed => tracing::error!(what, detail, "upkeep failed"),
        }
        self.store.upkeep_ends(&self.code, id, (outcome, &detail), self.now()).await?;
        Ok(outcome == Outcome::Done)
    }

    async fn backup(&self) -> Result<(Outcome, String)> {
        let (folder, now) = (&self.backups.folder, self.now());
        std::fs::create_dir_all(folder)
            .map_err(|source| StoreError::File { path: folder.clone(), source })?;
        let path = folder.join(name(&self.code, now));
        let packed = packed(&self.data);
        let made = self.store.backup(&self.code, &path, &packed, now, |_| ()).await?;
        self.tell_once(LOST, &made.lost).await?;
        Ok((Outcome::Done, told(&path, &made)))
    }

    async fn drill(&self, backup: &Path) -> Result<(Outcome, String)> {
        let (needed, free) = (self.store.bytes().await? + LEFT_FREE, room(&self.data));
        if free.is_some_and(|free| free < needed) {
            let what = format!(
                "a drill restores the county beside itself for a while and leaves the rest of the disk alone: it needs {} \
                 MB at {}, and {} MB are free",
                needed >> 20,
                self.data.display(),
                free.unwrap_or_default() >> 20
            );
            return Ok((Outcome::Failed, what));
        }
        let drilled = self.store.drill(&self.code, backup, &scratch(&self.data)).await?;
        let outcome = if drilled.holds() { Outcome::Done } else { Outcome::Failed };
        Ok((outcome, drill_told(backup, &drilled)))
    }

    /// An increment is recorded where there was something to write, and where it succeeds again after a failure.
    async fn increment(&self) -> Result<()> {
        let (made, unreadable) = match self.archived().await {
            Ok(Some(Archived { increment, unreadable })) => (Ok(increment), Some(unreadable)),
            Ok(None) => (Err("there is no backup from which it could go on".to_owned()), None),
            Err(error) => (Err(error.to_string()), None),
        };
        let outcome = match made {
            Ok(Some(made)) => {
                let (path, acts, bytes) = (made.path.display(), made.acts, made.bytes);
                Some((Outcome::Done, format!("{path}: {acts} acts, {bytes} bytes")))
            }
            Ok(None) if self.failed("archive").await?.is_none() => None,
            Ok(None) => Some((Outcome::Done, "nothing is new".to_owned())),
            Err(why) => Some((Outcome::Failed, why)),
        };
        if let Some(outcome) = outcome {
            self.recorded("archive", async { Ok(outcome) }).await?;
        }
        match unreadable {
            Some(unreadable) => self.tell_unreadable(&unreadable).await,
            None => Ok(()),
        }
    }

    /// None where there is no backup to go on from.
    async fn archived(&self) -> Result<Option<Archived>> {
        let Some((_, backup)) = self.living().await? else { return Ok(None) };
        let (archive, now) = (self.backups.archive(), self.now());
        self.store.archive(&self.code, &archive, &backup, now).await.map(Some)
    }

    async fn tell_unreadable(&self, files: &[PathBuf]) -> Result<()> {
        let names: Vec<_> = files.iter().map(|path| path.display().to_string()).collect();
        self.tell_once(FILES, &names).await
    }

    /// Names what is wrong with files, once for as long as it is the same.
    async fn tell_once(&self, what: &str, files: &[String]) -> Result<()> {
        let (names, told) = (files.join(", "), self.failed(what).await?);
        if told.map_or_else(String::new, |run| run.detail) == names {
            return Ok(());
        }
        let outcome = if files.is_empty() { Outcome::Done } else { Outcome::Failed };
        self.recorded(what, async { Ok((outcome, names)) }).await?;
        Ok(())
    }

    /// Removes backups of its own beyond those that stay, and increments that no backup needs any more. What somebody
    /// made by hand is theirs.
    fn prune(&self) -> Result<()> {
        let keep = usize::try_from(self.backups.keep.max(1)).unwrap_or(usize::MAX);
        let mut all = backups(&self.backups.folder, &self.code)?;
        // Made under a clock that was ahead it counts for nothing, and pushes none out.
        let now = self.now();
        all.retain(|(path, header)| {
            is_scheduled(path, header, &self.code) && !is_ahead(header.at, now)
        });
        for (path, _) in all.iter().rev().skip(keep) {
            removed(path)?;
        }
        let archive = self.backups.archive();
        let oldest = all.iter().rev().take(keep).next_back();
        if let Some((_, oldest)) = oldest.filter(|_| archive.exists()) {
            for (path, increment) in increments(&archive, &self.code)?.increments {
                // As a restore takes them: one of the backup's own second may hold an act that it lacks.
                if (increment.at, increment.pos) <= (oldest.at, oldest.pos) {
                    removed(&path)?;
                }
            }
        }
        self.sweep()
    }

    /// Removes what was left of backups and drills that were cut off.
    fn sweep(&self) -> Result<()> {
        for folder in [&self.backups.folder, &self.backups.archive(), &self.data] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if is_left_over(&entry) {
                    removed(&entry.path())?;
                }
            }
        }
        Ok(())
    }
}

fn removed(path: &Path) -> Result<()> {
    let failed = |source| StoreError::File { path: path.to_owned(), source };
    std::fs::remove_file(path).map_err(failed)
}

/// Free bytes of the disk of a folder; none where the system does not say it.
fn room(folder: &Path) -> Option<u64> {
    crate::health::machine::room(folder).ok().map(|(free, _)| free)
}

/// The last moment at which a backup was to be made.
fn scheduled(now: At, time: jiff::civil::Time) -> At {
    let today = At::on(now.date(), time);
    if today <= now { today } else { today.plus_seconds(-86_400) }
}

/// A backup in one line.
pub fn told(path: &Path, made: &BackedUp) -> String {
    let header = &made.header;
    format!(
        "{}: {} acts up to {}, seal {}, {} files, {} bytes",
        path.display(),
        header.pos,
        header.last_at,
        header.seal,
        made.files,
        made.bytes
    )
}

/// Attached files that are missing or damaged, in a line.
pub fn lost_told(lost: &[String]) -> String {
    let first: Vec<&str> = lost.iter().take(3).map(String::as_str).collect();
    let more = if lost.len() > first.len() { " and others" } else { "" };
    format!(
        "{} attached files are missing or damaged: {}{more}; look for them in older backups or on another server",
        lost.len(),
        first.join(", ")
    )
}

/// A drill in one line.
pub fn drill_told(backup: &Path, drilled: &Drilled) -> String {
    let acts = drilled.restored.ledger.acts;
    let backup = backup.display();
    if drilled.holds() {
        let matters = drilled.restored.rebuilt.matters;
        return format!("{backup}: {acts} acts and {matters} matters came back and are the same");
    }
    let lost = drilled.lost.len();
    let files =
        if lost > 0 { format!("; {lost} attached files are not in it") } else { String::new() };
    let other = drilled.living != drilled.restored.sha256;
    let ledger = if other { "; its ledger is not the living one" } else { "" };
    let tables = drilled.differences.iter().take(3).map(|what| format!("; {what}"));
    format!(
        "{backup}: {acts} acts came back and do not hold{ledger}{files}{}",
        tables.collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_due_once_the_day_s_time_has_come() {
        let at = |text: &str| text.parse::<At>().unwrap();
        let half_past_two = jiff::civil::time(2, 30, 0, 0);
        for (now, wanted) in [
            ("2026-11-26T02:29:59+08:00", "2026-11-25T02:30:00+08:00"),
            ("2026-11-26T02:30:00+08:00", "2026-11-26T02:30:00+08:00"),
            ("2026-11-26T23:00:00+08:00", "2026-11-26T02:30:00+08:00"),
        ] {
            assert_eq!(scheduled(at(now), half_past_two), at(wanted), "{now}");
        }
        let code = DivisionCode::from("411524000000");
        let name = name(&code, at("2026-11-26T02:30:07+08:00"));
        assert_eq!(name, "411524000000-20261126T023007.zongheng");
    }
}
