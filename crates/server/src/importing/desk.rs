//! Where works lie: a folder `imports/<id>` of the data folder holds the file and `work.json`; the list of differences
//! joins them. Everything here waits for the disk, so it is asked by way of [`Desk::ask`].

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;
use zongheng_core::time::At;
use zongheng_store::make_folder;

use super::reconcile::As;
use super::work::{Stage, Work};
use crate::health::machine;

/// What is known of a work.
const NOTES: &str = "work.json";
/// The files that bear the differences.
pub(super) const DIFFERENCES: [(As, &str); 2] =
    [(As::Xlsx, "differences.xlsx"), (As::Csv, "differences.csv")];
/// The endings by which a file says what it is.
const ENDINGS: [&str; 7] = ["xlsx", "xlsm", "csv", "txt", "tsv", "geojson", "json"];
/// So many days a work is kept after something last became of it.
const KEPT_DAYS: i64 = 30;

/// The works of a data folder.
#[derive(Debug)]
pub struct Desk {
    folder: PathBuf,
    turn: Semaphore,
    /// Rows so far, of those that run or wait for their turn.
    running: Mutex<BTreeMap<Uuid, u64>>,
    /// Held while the notes of a work are changed.
    notes: Mutex<()>,
}

pub type Io<T> = std::io::Result<T>;

impl Desk {
    pub fn of(data: &Path) -> Arc<Self> {
        Arc::new(Self {
            folder: data.join("imports"),
            turn: Semaphore::new(1),
            running: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    /// Asks on a thread that may wait for the disk.
    ///
    /// # Errors
    /// What was asked fails.
    pub async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        what: impl FnOnce(&Self) -> Io<T> + Send + 'static,
    ) -> Io<T> {
        let desk = Arc::clone(self);
        let asked = tokio::task::spawn_blocking(move || what(&desk)).await;
        asked.map_err(std::io::Error::other)?
    }

    fn of_work(&self, id: Uuid) -> PathBuf {
        self.folder.join(id.simple().to_string())
    }

    /// Where the file of a work is to be written; the folder is made.
    ///
    /// # Errors
    /// The data folder cannot be written to.
    pub fn place(&self, id: Uuid, named: &str) -> zongheng_store::Result<PathBuf> {
        let folder = self.of_work(id);
        make_folder(&folder)?;
        Ok(folder.join(file_name(named)))
    }

    /// Where the file that was written as the one of an id lies.
    pub fn written(&self, id: Uuid, named: &str) -> PathBuf {
        self.of_work(id).join(file_name(named))
    }

    /// Where a picture of that file lies.
    pub fn picture(&self, id: Uuid) -> PathBuf {
        self.of_work(id).join("picture.svg")
    }

    /// Free bytes of the disk on which the works lie; none where the system does not say it.
    pub fn room(&self) -> Option<u64> {
        machine::room(&self.folder).ok().map(|(free, _)| free)
    }

    /// The file of a work.
    pub fn file(&self, work: &Work) -> PathBuf {
        self.written(work.id, &work.file)
    }

    /// The list of differences of a work.
    pub fn differences(&self, id: Uuid, form: As) -> PathBuf {
        let name = DIFFERENCES.iter().find(|(known, _)| *known == form);
        self.of_work(id).join(name.map_or(DIFFERENCES[0].1, |(_, name)| name))
    }

    /// Writes down a work: whole, or as it was.
    ///
    /// # Errors
    /// The data folder cannot be written to.
    pub fn keep(&self, work: &Work) -> Io<()> {
        let folder = self.of_work(work.id);
        let part = folder.join("work.part");
        let mut file = fs::File::create(&part)?;
        file.write_all(&serde_json::to_vec(work)?)?;
        file.sync_all()?;
        fs::rename(part, folder.join(NOTES))
    }

    /// A work by its id.
    pub fn work(&self, id: Uuid) -> Option<Work> {
        let notes = fs::read(self.of_work(id).join(NOTES)).ok()?;
        serde_json::from_slice(&notes).ok()
    }

    /// All of them, the newest first.
    pub fn works(&self) -> Vec<Work> {
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let ids = folders.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let mut works: Vec<Work> = ids.filter_map(|id| self.work(id)).collect();
        works.sort_by_key(|work| std::cmp::Reverse((work.begun, work.id)));
        works
    }

    /// How many are not over, so that their files lie there.
    pub fn begun(&self) -> usize {
        self.works().iter().filter(|work| !work.stage.is_over()).count()
    }

    /// Changes a work, unless it has come elsewhere than `from` says: two who press at once do it once.
    ///
    /// # Errors
    /// The data folder cannot be written to.
    pub fn change(
        &self,
        id: Uuid,
        now: At,
        from: impl FnOnce(&Stage) -> bool,
        change: impl FnOnce(&mut Work),
    ) -> Io<bool> {
        let _one = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut work) = self.work(id).filter(|work| from(&work.stage)) else {
            return Ok(false);
        };
        change(&mut work);
        work.changed = now;
        self.keep(&work)?;
        if work.stage.is_over() {
            let _gone_already = fs::remove_file(self.file(&work));
        }
        Ok(true)
    }

    /// Rows so far of a work that runs; none while it waits for nothing.
    pub fn rows(&self, id: Uuid) -> Option<u64> {
        self.running().get(&id).copied()
    }

    pub(super) fn came_to(&self, id: Uuid, rows: u64) {
        if let Some(known) = self.running().get_mut(&id) {
            *known = rows;
        }
    }

    /// Says that somebody does now what a work waits for; not where somebody does it already.
    pub(super) fn taken_up(self: &Arc<Self>, id: Uuid) -> Option<Running> {
        let mut running = self.running();
        if running.contains_key(&id) {
            return None;
        }
        running.insert(id, 0);
        Some(Running { desk: Arc::clone(self), id, ended: false })
    }

    /// One import runs at a time; none is left once the server ends.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turn.acquire().await.ok()
    }

    /// Takes a work away, unless it runs.
    ///
    /// # Errors
    /// The data folder cannot be written to.
    pub fn remove(&self, id: Uuid) -> Io<bool> {
        if self.rows(id).is_some() {
            return Ok(false);
        }
        fs::remove_dir_all(self.of_work(id)).map(|()| true)
    }

    /// Takes away what nobody has touched for long, and what was broken off before it was whole.
    pub fn sweep(&self, now: At) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let work = id.and_then(|id| self.work(id));
            let old = if let Some(work) = &work {
                !work.stage.runs() && now.seconds_since(work.changed) > KEPT_DAYS * 86_400
            } else {
                let made = entry.metadata().and_then(|data| data.modified()).ok();
                made.and_then(|at| at.elapsed().ok()).is_some_and(|age| age.as_secs() > 86_400)
            };
            if old && let Err(error) = fs::remove_dir_all(entry.path()) {
                tracing::warn!(%error, "an old import could not be removed");
            }
        }
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<Uuid, u64>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A work that somebody does; dropped, nobody does it any more, whatever the reason.
#[derive(Debug)]
pub(super) struct Running {
    desk: Arc<Desk>,
    id: Uuid,
    ended: bool,
}

impl Running {
    /// Whether nothing is left to do. Looked at under the lock under which others take it up: what somebody asks for
    /// in this very moment is either seen here or taken up there.
    pub(super) fn is_done(&mut self) -> bool {
        let mut running = self.desk.running();
        if self.desk.work(self.id).is_some_and(|work| work.stage.runs()) {
            return false;
        }
        running.remove(&self.id);
        self.ended = true;
        true
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            self.desk.running().remove(&self.id);
        }
    }
}

/// Under which name the file lies: its ending says what it is, the rest is nobody's to choose.
pub(super) fn file_name(named: &str) -> String {
    let ending = Path::new(named).extension().and_then(|ending| ending.to_str());
    let ending = ending.map(str::to_ascii_lowercase).unwrap_or_default();
    let known = ENDINGS.into_iter().find(|known| *known == ending);
    format!("table.{}", known.unwrap_or("other"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use zongheng_core::ids::{PostId, UserId};

    use super::*;
    use crate::importing::work::Kind;

    #[test]
    fn what_is_asked_for_while_a_work_ends_is_done_and_by_one_alone() {
        let folder = std::env::temp_dir().join(format!("zongheng-desk-{}", Uuid::now_v7()));
        let (desk, id, now) = (Desk::of(&folder), Uuid::from_u128(1), At::from_seconds(0));
        desk.place(id, "a.csv").unwrap();
        let work = Work {
            id,
            user: UserId(Uuid::from_u128(2)),
            post: PostId(Uuid::from_u128(3)),
            begun: now,
            changed: now,
            file: "a.csv".to_owned(),
            kind: Kind::Hotline,
            sheet: None,
            year: None,
            map: None,
            without: BTreeSet::new(),
            stage: Stage::Checking,
            reconciled: None,
        };
        desk.keep(&work).unwrap();
        let mut first = desk.taken_up(id).unwrap();
        assert!(desk.taken_up(id).is_none(), "somebody does it already");
        assert!(!desk.remove(id).unwrap());
        assert!(!first.is_done(), "somebody asked for more before its end was seen");
        let stopped = Stage::Stopped { what: String::new() };
        assert!(desk.change(id, now, Stage::runs, |work| work.stage = stopped).unwrap());
        assert!(first.is_done());
        let second = desk.taken_up(id).expect("asked for after its end was seen");
        drop(first);
        assert_eq!(desk.rows(id), Some(0), "the second goes on");
        drop(second);
        assert_eq!(desk.rows(id), None, "whatever the reason, nobody does it any more");
        assert!(desk.remove(id).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_lies_under_a_name_that_nobody_chose() {
        for (named, lies) in [
            ("热线 4月.XLSX", "table.xlsx"),
            ("../../etc/passwd", "table.other"),
            ("a.csv", "table.csv"),
            ("网格.geojson", "table.geojson"),
            (".csv", "table.other"),
            ("x.toml", "table.other"),
        ] {
            assert_eq!(file_name(named), lies, "{named}");
        }
    }
}
