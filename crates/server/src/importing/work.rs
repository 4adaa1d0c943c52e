//! Imports that somebody began on a page: the file in a folder of its own beside what is known of it, so that the
//! work can be left, found again, and gone on with after the server was started anew.
//!
//! A folder `imports/<id>` of the data folder holds the file and `work.json`; the list of differences joins them.
//! One import runs at a time, the others wait for their turn.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use uuid::Uuid;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::matter::{Actor, keys_of, may_import};
use zongheng_core::time::At;
use zongheng_store::make_folder;

use super::reconcile::{As, Reconciled};
use super::{BROKE_OFF, BadCell, Counts, Layout, Looked, Table, Unimported};
use crate::app::Shared;

/// What is known of a work.
const NOTES: &str = "work.json";
/// The files that bear the differences.
const DIFFERENCES: [(As, &str); 2] = [(As::Xlsx, "differences.xlsx"), (As::Csv, "differences.csv")];
/// So many days a work is kept after something last became of it.
const KEPT_DAYS: i64 = 30;

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Hotline,
    Tasks,
    /// Any table: a map says which column is what.
    Matters,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Hotline, Self::Tasks, Self::Matters];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Hotline => "hotline",
            Self::Tasks => "tasks",
            Self::Matters => "matters",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How far a work has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Somebody has to say which column is what.
    Mapping,
    Checking,
    /// The table as a whole is none that is read.
    Refused {
        what: String,
    },
    /// Cells to mend, with how many more there are; nothing was recorded.
    Bad {
        cells: Vec<BadCell>,
        more: u64,
    },
    /// Somebody has to say that it is to come over.
    Checked {
        looked: Looked,
    },
    Applying {
        looked: Looked,
    },
    /// Held against the register, before it comes over or after.
    Reconciling {
        looked: Looked,
        counts: Option<Counts>,
    },
    Done {
        looked: Looked,
        counts: Counts,
    },
    /// Something failed on the way; what came over before stays.
    Stopped {
        what: String,
    },
}

impl Stage {
    /// Whether the server has something to do.
    pub const fn runs(&self) -> bool {
        matches!(self, Self::Checking | Self::Applying { .. } | Self::Reconciling { .. })
    }

    /// Whether the file is needed no more.
    const fn is_over(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Bad { .. } | Self::Done { .. })
    }
}

/// An import that somebody began.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Work {
    pub id: Uuid,
    /// Whose act it is.
    pub user: UserId,
    pub post: PostId,
    pub begun: At,
    /// When something last became of it.
    pub changed: At,
    /// The file's own name.
    pub file: String,
    pub kind: Kind,
    pub sheet: Option<String>,
    /// The year of dates that name none.
    pub year: Option<i16>,
    /// What somebody said of the columns.
    pub map: Option<Layout>,
    #[serde(flatten)]
    pub stage: Stage,
    #[serde(default)]
    pub reconciled: Option<Reconciled>,
}

impl Work {
    /// What is wrong with the file, which whoever reads it knows by its own name.
    pub fn told(&self, what: &impl std::fmt::Display) -> String {
        what.to_string().replace(&file_name(&self.file), &self.file)
    }

    fn layout(&self) -> Result<Layout, String> {
        let layout = match self.kind {
            Kind::Hotline => Layout::hotline()?,
            Kind::Tasks => Layout::tasks()?,
            Kind::Matters => self.map.clone().ok_or("nobody has said which column is what")?,
        };
        Ok(Layout { year: self.year.or(layout.year), ..layout })
    }
}

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

type Io<T> = std::io::Result<T>;

impl Desk {
    pub fn of(data: &Path) -> Self {
        Self {
            folder: data.join("imports"),
            turn: Semaphore::new(1),
            running: Mutex::default(),
            notes: Mutex::default(),
        }
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

    /// The file of a work.
    pub fn file(&self, work: &Work) -> PathBuf {
        self.of_work(work.id).join(file_name(&work.file))
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

    fn running(&self) -> std::sync::MutexGuard<'_, BTreeMap<Uuid, u64>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Under which name the file lies: its ending says what it is, the rest is nobody's to choose.
fn file_name(named: &str) -> String {
    let ending = Path::new(named).extension().and_then(|ending| ending.to_str());
    let ending = ending.map(str::to_ascii_lowercase).unwrap_or_default();
    let known = ["xlsx", "xlsm", "csv", "txt", "tsv"].into_iter().find(|known| *known == ending);
    known.map_or_else(|| "table".to_owned(), |ending| format!("table.{ending}"))
}

/// Goes on with everything that ran when the server ended.
pub fn resume(app: &Shared) {
    for work in app.imports.works().into_iter().filter(|work| work.stage.runs()) {
        start(app, work.id);
    }
}

/// Does in the background what a work waits for, once it is its turn.
pub fn start(app: &Shared, id: Uuid) {
    if app.imports.running().insert(id, 0).is_some() {
        return;
    }
    let app = Arc::clone(app);
    tokio::spawn(async move {
        // Closed only with the server.
        if let Ok(_turn) = app.imports.turn.acquire().await {
            run(&app, id).await;
        }
        app.imports.running().remove(&id);
    });
}

async fn run(app: &Shared, id: Uuid) {
    let desk = &app.imports;
    while let Some(work) = desk.work(id).filter(|work| work.stage.runs()) {
        let was = std::mem::discriminant(&work.stage);
        let next = step(app, work).await;
        let same = |stage: &Stage| std::mem::discriminant(stage) == was;
        let kept = desk.change(id, app.now(), same, |work| {
            let (stage, reconciled) = next;
            work.stage = stage;
            work.reconciled = reconciled.or(work.reconciled.take());
        });
        match kept {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::error!(%error, "how far an import has come could not be written down");
                return;
            }
        }
    }
}

/// One stage of a work: what follows it.
async fn step(app: &Shared, work: Work) -> (Stage, Option<Reconciled>) {
    let (id, stage) = (work.id, work.stage.clone());
    let outcome = match &stage {
        Stage::Checking => check(app, &work).await.map(|looked| (Stage::Checked { looked }, None)),
        Stage::Applying { looked } => {
            let looked = looked.clone();
            let counts = apply(app, &work).await;
            // What came over is then held against the register, as long as the file is there.
            counts.map(|counts| {
                // What an earlier run recorded before the server ended came over with this work all the same.
                let before = looked.counts.there.min(counts.there);
                let new = counts.new + counts.there - before;
                let counts = Some(Counts { new, there: before, ..counts });
                (Stage::Reconciling { looked, counts }, None)
            })
        }
        Stage::Reconciling { looked, counts } => {
            let looked = looked.clone();
            let counts = *counts;
            reconcile(app, &work).await.map(|reconciled| {
                let next = match counts {
                    Some(counts) => Stage::Done { looked, counts },
                    None => Stage::Checked { looked },
                };
                (next, Some(reconciled))
            })
        }
        _ => return (stage, None),
    };
    outcome.unwrap_or_else(|error| {
        let what = work.told(&error);
        tracing::warn!(import = %id, "an import did not go on");
        let stage = match error {
            Unimported::Cells(cells, more) => Stage::Bad { cells, more },
            Unimported::Table(_) if matches!(stage, Stage::Checking) => Stage::Refused { what },
            _ => Stage::Stopped { what },
        };
        (stage, None)
    })
}

/// The table of a work, read as whoever began it.
async fn table(app: &Shared, work: &Work) -> Result<(Arc<Table>, Actor), Unimported> {
    let (county, now) = (app.county().await?, app.now());
    let actor = county.actor(work.user, work.post, now).filter(may_import);
    let gone = "who began it holds no post any more that may import: begin it again";
    let actor = actor.ok_or_else(|| Unimported::Table(gone.to_owned()))?;
    let layout = work.layout().map_err(Unimported::Table)?;
    let (path, sheet, by) = (app.imports.file(work), work.sheet.clone(), actor.clone());
    let open = move || Table::open(&path, sheet.as_deref(), layout, county, (by, now));
    let table = tokio::task::spawn_blocking(open).await;
    let table = table.map_err(|_| Unimported::Table(BROKE_OFF.to_owned()))??;
    Ok((Arc::new(table), actor))
}

fn progress(app: &Shared, id: Uuid) -> impl FnMut(u64) {
    let app = Arc::clone(app);
    move |rows| {
        app.imports.running().insert(id, rows);
    }
}

async fn check(app: &Shared, work: &Work) -> Result<Looked, Unimported> {
    let (table, _) = table(app, work).await?;
    table.look(&app.store, progress(app, work.id)).await
}

async fn apply(app: &Shared, work: &Work) -> Result<Counts, Unimported> {
    let (table, _) = table(app, work).await?;
    let counts = table.apply(&app.store, || app.now(), progress(app, work.id)).await?;
    if counts.add_up() {
        return Ok(counts);
    }
    Err(Unimported::Table(format!("the counts do not add up to the rows: {counts:?}")))
}

async fn reconcile(app: &Shared, work: &Work) -> Result<Reconciled, Unimported> {
    let (table, actor) = table(app, work).await?;
    let files = DIFFERENCES.map(|(form, _)| (app.imports.differences(work.id, form), form));
    table.reconcile(&app.store, &keys_of(&actor), &files, progress(app, work.id)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_under_a_name_that_nobody_chose() {
        for (named, lies) in [
            ("热线 4月.XLSX", "table.xlsx"),
            ("../../etc/passwd", "table"),
            ("a.csv", "table.csv"),
            (".csv", "table"),
            ("x.toml", "table"),
        ] {
            assert_eq!(file_name(named), lies, "{named}");
        }
    }
}
