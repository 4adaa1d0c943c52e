//! Upkeep: what a running server does by itself so that nothing is lost: backups, the archive, drills. One
//! of several servers does it, whoever has the lease; each run is recorded.

pub mod settings;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::DateTime;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::backup::{BackedUp, Drilled, Header, Packed, What, increments};
use zongheng_store::{Outcome, Result, Store, StoreError};

use crate::app::Clock;
use settings::Backups;

/// How a backup's file name ends.
pub const ENDING: &str = "zongheng";

/// The lease is taken for so many seconds and kept while something runs.
const LEASE: i64 = 180;

/// After a failure the next try waits so many seconds.
const AGAIN: i64 = 3_600;

/// Runs are remembered for so many days.
const REMEMBERED: i64 = 400;

/// What one server does, for one county.
pub struct Upkeep {
    pub store: Store,
    pub code: DivisionCode,
    pub backups: Backups,
    /// The data folder: its settings and files are taken along, and a drill's scratch file stands there.
    pub data: PathBuf,
    pub clock: Clock,
}

impl Upkeep {
    /// Looks each minute for what is due. It ends with the server.
    pub async fn run(self) {
        let holder = format!("{}-{}", std::process::id(), uuid::Uuid::now_v7().simple());
        let mut minutes = tokio::time::interval(Duration::from_mins(1));
        loop {
            minutes.tick().await;
            if let Err(error) = Box::pin(self.turn(&holder)).await {
                tracing::error!(%error, "upkeep could not look for what is due");
            }
        }
    }

    fn now(&self) -> At {
        (self.clock)()
    }

    /// Does what is due, while the lease is kept.
    async fn turn(&self, holder: &str) -> Result<()> {
        if !self.lease(holder).await? {
            return Ok(());
        }
        let keeping = async {
            loop {
                tokio::time::sleep(Duration::from_mins(1)).await;
                if let Err(error) = self.lease(holder).await {
                    tracing::warn!(%error, "the lease of upkeep could not be kept");
                }
            }
        };
        tokio::select! {
            done = self.due() => done,
            () = keeping => Ok(()),
        }
    }

    async fn lease(&self, holder: &str) -> Result<bool> {
        self.store.lease(&self.code, ("upkeep", holder), self.now(), LEASE).await
    }

    async fn due(&self) -> Result<()> {
        if self.backup_is_due().await? {
            let made = self.recorded("backup", self.backup()).await?;
            if made {
                self.prune()?;
                let before = self.now().plus_seconds(-REMEMBERED * 86_400);
                self.store.upkeep_forget(&self.code, before).await?;
            }
        }
        if let Some(minutes) = self.backups.archive_minutes
            && self.waited("archive", i64::from(minutes) * 60).await?
        {
            self.increment().await?;
        }
        if let Some(seconds) = self.backups.drill_seconds()
            && self.waited("drill", seconds).await?
            && let Some((path, _)) = newest(&self.backups.folder, &self.code)?
        {
            self.recorded("drill", self.drill(&path)).await?;
        }
        Ok(())
    }

    /// Whether the day's time has come since the newest backup, or the program was brought up to date.
    async fn backup_is_due(&self) -> Result<bool> {
        let now = self.now();
        let newest = newest(&self.backups.folder, &self.code)?;
        let due = match newest {
            None => true,
            Some((_, header)) => {
                header.at < scheduled(now, self.backups.at)
                    || header.schema < self.store.schema().await?
            }
        };
        Ok(due && !self.failed_lately("backup").await?)
    }

    /// Whether so much time has passed since this was last done, and it did not just fail.
    async fn waited(&self, what: &str, seconds: i64) -> Result<bool> {
        let runs = self.store.upkeep_of(&self.code, what, 50).await?;
        let done = runs.iter().find(|run| run.outcome == Some(Outcome::Done));
        let waited = done.is_none_or(|run| self.now().seconds_since(run.begun) >= seconds);
        Ok(waited && !self.failed_lately(what).await?)
    }

    async fn failed_lately(&self, what: &str) -> Result<bool> {
        let last = self.store.upkeep_of(&self.code, what, 1).await?;
        Ok(last.first().is_some_and(|run| {
            run.outcome == Some(Outcome::Failed) && self.now().seconds_since(run.begun) < AGAIN
        }))
    }

    /// Runs something and records how it ended, in words; whether it was done.
    async fn recorded(
        &self,
        what: &str,
        work: impl Future<Output = Result<(Outcome, String)>>,
    ) -> Result<bool> {
        let id = self.store.upkeep_begins(&self.code, what, self.now()).await?;
        let (outcome, detail) = work.await.unwrap_or_else(|e| (Outcome::Failed, e.to_string()));
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
        Ok((Outcome::Done, told(&path, &made)))
    }

    async fn drill(&self, backup: &Path) -> Result<(Outcome, String)> {
        let drilled = self.store.drill(&self.code, backup, &scratch(&self.data)).await?;
        let outcome = if drilled.holds() { Outcome::Done } else { Outcome::Failed };
        Ok((outcome, drill_told(backup, &drilled)))
    }

    /// An increment is recorded where there was something to write.
    async fn increment(&self) -> Result<()> {
        let begins = match newest(&self.backups.folder, &self.code)? {
            Some((_, header)) => header.pos,
            None => return Ok(()),
        };
        let (archive, now) = (self.backups.archive(), self.now());
        let made = self.store.archive(&self.code, &archive, begins, now).await;
        if matches!(made, Ok(None)) {
            return Ok(());
        }
        let work = async {
            let told = |made: zongheng_store::backup::Increment| {
                format!("{}: {} acts, {} bytes", made.path.display(), made.acts, made.bytes)
            };
            Ok((Outcome::Done, made?.map(told).unwrap_or_default()))
        };
        self.recorded("archive", work).await?;
        Ok(())
    }

    /// Removes backups beyond those that stay, and increments that no backup needs any more.
    fn prune(&self) -> Result<()> {
        let keep = usize::try_from(self.backups.keep.max(1)).unwrap_or(usize::MAX);
        let all = backups(&self.backups.folder, &self.code)?;
        let remove = |path: &Path| {
            std::fs::remove_file(path)
                .map_err(|source| StoreError::File { path: path.to_owned(), source })
        };
        for (path, _) in all.iter().rev().skip(keep) {
            remove(path)?;
        }
        let archive = self.backups.archive();
        let oldest = all.iter().rev().take(keep).next_back();
        if let Some((_, oldest)) = oldest.filter(|_| archive.exists()) {
            for (path, increment) in increments(&archive, &self.code)? {
                if increment.at <= oldest.at && increment.pos <= oldest.pos {
                    remove(&path)?;
                }
            }
        }
        for folder in [&self.backups.folder, &archive] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if is_left_over(&entry) {
                    remove(&entry.path())?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a file is what a power cut left of a backup: none is written for a day.
fn is_left_over(entry: &std::fs::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy().into_owned();
    let ours = [".zongheng.part", ".increment.part"].iter().any(|ending| name.ends_with(ending));
    let written = entry.metadata().and_then(|data| data.modified()).ok();
    ours && written.and_then(|at| at.elapsed().ok()).is_some_and(|age| age.as_secs() > 86_400)
}

/// The last moment at which a backup was to be made.
fn scheduled(now: At, time: jiff::civil::Time) -> At {
    let today = At::on(now.date(), time);
    if today <= now { today } else { today.plus_seconds(-86_400) }
}

/// `411524000000-20261126T023000.zongheng`.
pub fn name(code: &DivisionCode, now: At) -> String {
    let at = DateTime::strptime("%Y-%m-%dT%H:%M:%S", &now.to_string()[..19]);
    let stamp = at.map(|at| at.strftime("%Y%m%dT%H%M%S").to_string()).unwrap_or_default();
    format!("{code}-{stamp}.{ENDING}")
}

/// The backups of a county in a folder, oldest first.
///
/// # Errors
/// The folder or one of its backups cannot be read.
pub fn backups(folder: &Path, code: &DivisionCode) -> Result<Vec<(PathBuf, Header)>> {
    let mut found = Vec::new();
    let failed = |source| StoreError::File { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        other => other.map_err(failed)?,
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == ENDING)
            && let Ok(header) = Header::of(&path)
            && header.county == code.as_str()
            && header.zongheng == What::Backup
        {
            found.push((path, header));
        }
    }
    found.sort_by_key(|(path, header)| (header.at, path.clone()));
    Ok(found)
}

/// The newest backup of a county in a folder.
///
/// # Errors
/// The folder cannot be read.
pub fn newest(folder: &Path, code: &DivisionCode) -> Result<Option<(PathBuf, Header)>> {
    Ok(backups(folder, code)?.pop())
}

/// What a backup takes along from the data folder: the settings, and every file of `files`.
pub fn packed(data: &Path) -> Vec<Packed> {
    let mut files = Vec::new();
    let settings = data.join(crate::settings::FILE);
    if settings.is_file() {
        files.push(Packed { name: crate::settings::FILE.to_owned(), path: settings });
    }
    let mut folders = vec![data.join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(inside) = path.strip_prefix(data) {
                files.push(Packed { name: inside.to_string_lossy().into_owned(), path });
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// Where a drill's database stands while it lasts.
pub fn scratch(data: &Path) -> PathBuf {
    data.join("drill.db")
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

/// A drill in one line.
pub fn drill_told(backup: &Path, drilled: &Drilled) -> String {
    let acts = drilled.restored.ledger.acts;
    let backup = backup.display();
    if drilled.holds() {
        let matters = drilled.restored.rebuilt.matters;
        return format!("{backup}: {acts} acts and {matters} matters came back and are the same");
    }
    let other = drilled.living != drilled.restored.sha256;
    let ledger = if other { "; its ledger is not the living one" } else { "" };
    let tables = drilled.differences.iter().take(3).map(|what| format!("; {what}"));
    format!("{backup}: {acts} acts came back and do not hold{ledger}{}", tables.collect::<String>())
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
