//! Imports that somebody began on a page: the file lies in a folder of its own beside what is known of it, so that the
//! work can be left, found again, and gone on with after the server was started anew. One runs at a time, the others
//! wait for their turn.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::matter::{Actor, Key, may_import};
use zongheng_core::time::At;

use super::desk::{DIFFERENCES, file_name};
use super::reconcile::Reconciled;
use super::{BROKE_OFF, BadCell, Counts, Layout, Looked, Table, Unimported};
use crate::app::Shared;

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
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Bad { .. } | Self::Done { .. })
    }
}

/// An import that somebody began.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Work {
    pub id: Uuid,
    /// Who asked last for something to be done with it: what comes over is theirs.
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
    /// Rows that are left out, by their numbers.
    #[serde(default)]
    pub without: BTreeSet<u32>,
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

/// Goes on with everything that ran when the server ended.
pub async fn resume(app: &Shared) {
    let works = match app.imports.ask(|desk| Ok(desk.works())).await {
        Ok(works) => works,
        Err(error) => return tracing::error!(%error, "imports could not be looked for"),
    };
    for work in works.into_iter().filter(|work| work.stage.runs()) {
        start(app, work.id);
    }
}

/// Does in the background what a work waits for, once it is its turn.
pub fn start(app: &Shared, id: Uuid) {
    let Some(mut running) = app.imports.taken_up(id) else { return };
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let Some(_turn) = app.imports.turn().await else { return };
        while run(&app, id).await {
            let looked = tokio::task::spawn_blocking(move || (running.is_done(), running)).await;
            match looked {
                Ok((false, still)) => running = still,
                _ => return,
            }
        }
    });
}

/// Whether it came as far as it can; not where that could not be written down, so that somebody has to ask again.
async fn run(app: &Shared, id: Uuid) -> bool {
    loop {
        let known = app.imports.ask(move |desk| Ok(desk.work(id))).await;
        let Some(work) = known.ok().flatten().filter(|work| work.stage.runs()) else { return true };
        let was = std::mem::discriminant(&work.stage);
        let (stage, reconciled) = step(app, work).await;
        let (same, now) = (move |stage: &Stage| std::mem::discriminant(stage) == was, app.now());
        let change = move |work: &mut Work| {
            work.stage = stage;
            work.reconciled = reconciled.or(work.reconciled.take());
        };
        match app.imports.ask(move |desk| desk.change(id, now, same, change)).await {
            Ok(true) => {}
            Ok(false) => return true,
            Err(error) => {
                tracing::error!(%error, "how far an import has come could not be written down");
                return false;
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
        let checking = matches!(stage, Stage::Checking);
        let stage = match error {
            // Once something came over, what does not read any more is no reason to say that nothing did.
            Unimported::Cells(cells, more) if checking => Stage::Bad { cells, more },
            Unimported::Table(_) if checking => Stage::Refused { what },
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
    let without = work.without.clone();
    let open = move || {
        let table = Table::open(&path, sheet.as_deref(), layout, county, (by, now))?;
        Ok::<_, Unimported>(table.without(without))
    };
    let table = tokio::task::spawn_blocking(open).await;
    let table = table.map_err(|_| Unimported::Table(BROKE_OFF.to_owned()))??;
    Ok((Arc::new(table), actor))
}

fn progress(app: &Shared, id: Uuid) -> impl FnMut(u64) {
    let app = Arc::clone(app);
    move |rows| app.imports.came_to(id, rows)
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
    let (table, _) = table(app, work).await?;
    let files = DIFFERENCES.map(|(form, _)| (app.imports.differences(work.id, form), form));
    // Whoever may import reads the list: nothing stands in it that only some of them may see.
    table.reconcile(&app.store, &[Key::County], &files, progress(app, work.id)).await
}
