//! One work: how far it has come, what is wrong, what came of it, and what can be done next.

use std::fmt::Display;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader, href, short_no};
use super::super::view::{
    CellFault, DifferenceRow, ImportFact, ImportShow, Moment, ReconciledShow, Section,
};
use super::{HERE, address, allowed, goes_on, map, on_disk, tag, work};
use crate::api::problem::Problem;
use crate::api::streamed::streamed;
use crate::importing::reconcile::{As, Reconciled, What};
use crate::importing::work::{Stage, Work};
use crate::importing::{Counts, Looked};

/// After so many seconds a page of a work that runs asks again by itself.
const REFRESH: HeaderValue = HeaderValue::from_static("3");

pub(super) async fn show(Member(r): Member, Path(id): Path<String>) -> Answer {
    allowed(&r)?;
    let work = work(&r, &id).await?;
    let mut response = page(&r, &work).await?.into_response();
    if r.app.imports.rows(work.id).is_some() {
        response.headers_mut().insert(header::REFRESH, REFRESH);
    }
    Ok(response)
}

/// Whoever comes back to the address of a form sees the work.
pub(super) async fn back(Path((id,)): Path<(String,)>) -> Redirect {
    Redirect::to(&format!("{HERE}/{id}"))
}

/// The page of a work.
pub(super) async fn page(r: &Reader, work: &Work) -> Result<ImportShow, Response> {
    let w = r.w;
    let mut frame = r.work_frame(Section::None, w.t("imports.title")).await?;
    frame.here = address(work.id);
    let mut page = ImportShow {
        frame,
        href: address(work.id),
        file: work.file.clone(),
        kind: w.name("import_kind", work.kind.name()),
        begun: Moment::near(w, work.begun, r.now),
        stage: tag(r, &work.stage),
        says: if left(r, work) {
            w.t("imports.says_left").to_owned()
        } else {
            says(r, &work.stage)
        },
        progress: None,
        cells: Vec::new(),
        more: 0,
        map: Vec::new(),
        facts: Vec::new(),
        judged: Vec::new(),
        notes: Vec::new(),
        skipped: Vec::new(),
        skipped_more: 0,
        may_apply: false,
        may_reconcile: matches!(work.stage, Stage::Checked { .. }),
        go_on: match work.stage {
            Stage::Stopped { .. } => Some(w.t("imports.again").to_owned()),
            _ => left(r, work).then(|| w.t("imports.go_on").to_owned()),
        },
        reconciled: work.reconciled.as_ref().map(|done| reconciled(r, work, done)),
    };
    match &work.stage {
        Stage::Mapping => page.map = map::fields(r, work).await?,
        Stage::Checking | Stage::Applying { .. } | Stage::Reconciling { .. } => {
            let rows = r.app.imports.rows(work.id);
            page.progress = rows.map(|rows| w.n("imports.rows_so_far", rows));
        }
        Stage::Bad { cells, more } => {
            let cell = |bad: &crate::importing::BadCell| CellFault {
                address: r.w.fault(&bad.address),
                what: told(r, &bad.what),
            };
            page.cells = cells.iter().map(cell).collect();
            page.more = *more;
        }
        Stage::Checked { looked } => {
            looked_at(r, &mut page, looked, &looked.counts, "imports.can_come");
            page.may_apply = looked.counts.new > 0;
        }
        Stage::Done { looked, counts } => {
            looked_at(r, &mut page, looked, counts, "imports.came");
        }
        Stage::Refused { .. } | Stage::Stopped { .. } => {}
    }
    Ok(page)
}

/// Whether something is to be done that nobody does.
fn left(r: &Reader, work: &Work) -> bool {
    work.stage.runs() && r.app.imports.rows(work.id).is_none()
}

/// A fault in the reader's words, with names that may be meant as a list of that language.
pub(in crate::pages) fn told(r: &Reader, what: &str) -> String {
    let said = r.w.fault(what);
    if r.w.zh() { said.replace(" or ", r.w.t("join.or")) } else { said }
}

/// What the stage is about, in a sentence.
fn says(r: &Reader, stage: &Stage) -> String {
    let w = r.w;
    match stage {
        Stage::Mapping => w.t("imports.says_mapping").to_owned(),
        Stage::Checking => w.t("imports.says_checking").to_owned(),
        Stage::Refused { what } | Stage::Stopped { what } => told(r, what),
        Stage::Bad { cells, more } => w.n("imports.says_bad", cells.len() as u64 + more),
        Stage::Checked { looked } if looked.counts.new == 0 => {
            w.t("imports.says_nothing").to_owned()
        }
        Stage::Checked { looked } => w.n("imports.says_checked", looked.counts.new),
        Stage::Applying { .. } => w.t("imports.says_applying").to_owned(),
        Stage::Reconciling { .. } => w.t("imports.says_reconciling").to_owned(),
        Stage::Done { counts, .. } => w.n("imports.says_done", counts.new),
    }
}

fn looked_at(r: &Reader, page: &mut ImportShow, looked: &Looked, counts: &Counts, new: &str) {
    let w = r.w;
    let fact = |key: &str, n: u64| ImportFact {
        words: w.find(key).unwrap_or_default().to_owned(),
        n: n.to_string(),
    };
    page.facts = vec![
        fact("imports.lines", counts.lines),
        fact(new, counts.new),
        fact("imports.history", looked.history),
        fact("imports.there", counts.there),
        fact("imports.twice", counts.twice),
        fact("imports.blank", counts.blank),
        fact("imports.totals", counts.totals),
        fact("imports.notes", counts.notes),
        fact("imports.heads", counts.heads),
        fact("imports.joined", counts.joined),
        fact("imports.left_out", counts.left),
    ];
    if looked.judged.all() > looked.judged.never {
        let names = ["day", "three", "seven", "month", "later", "never"];
        page.judged = names
            .iter()
            .zip(looked.judged.rows())
            .map(|(name, (_, n))| ImportFact { words: w.name("judged", name), n: n.to_string() })
            .collect();
    }
    let listed = |rows: &[u32], more: bool| {
        let mut rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        rows.extend(more.then(|| "…".to_owned()));
        rows.join(w.t("join.list"))
    };
    if !looked.hidden.is_empty() {
        page.notes.push(w.a("imports.hidden", looked.hidden.join(w.t("join.list"))));
    }
    if looked.under.all > 0 {
        let more = looked.under.all > looked.under.rows.len() as u64;
        let rows = listed(&looked.under.rows, more);
        page.notes.push(w.ab("imports.under", looked.under.all, rows));
    }
    if !looked.absent.is_empty() {
        page.notes.push(w.a("imports.absent", listed(&looked.absent, false)));
    }
    page.skipped = looked
        .skipped
        .rows
        .iter()
        .map(|skipped| ImportFact {
            words: w.n("imports.row", skipped.row),
            n: w.name("skipped", skipped.why.name()),
        })
        .collect();
    page.skipped_more = looked.skipped.more;
}

fn reconciled(r: &Reader, work: &Work, done: &Reconciled) -> ReconciledShow {
    let w = r.w;
    let fact = |words: String, n: &dyn Display| ImportFact { words, n: n.to_string() };
    let counts = What::ALL
        .into_iter()
        .map(|what| fact(w.name("difference", what.name()), &done.count(what)));
    let rows = [fact(w.t("imports.held").to_owned(), &done.rows)];
    let same = [fact(w.t("imports.same").to_owned(), &done.same)];
    ReconciledShow {
        facts: rows.into_iter().chain(same).chain(counts).collect(),
        rows: done
            .first
            .iter()
            .map(|found| {
                let no = found.no.as_deref().map(short_no).unwrap_or_default();
                // Of what has no title here its number is what leads there.
                let (title, no) = match found.title.as_str() {
                    "" => (no, String::new()),
                    title => (title.to_owned(), no),
                };
                DifferenceRow {
                    what: w.name("difference", found.what.name()),
                    number: found.number.clone(),
                    no,
                    href: found.no.as_deref().map(href),
                    title,
                    theirs: found.theirs.clone(),
                    ours: found.ours.clone(),
                    row: found.row.map(|row| w.n("imports.row", row)),
                }
            })
            .collect(),
        all: done.all(),
        xlsx: format!("{}/differences/xlsx", address(work.id)),
        csv: format!("{}/differences/csv", address(work.id)),
    }
}

/// What a button asks for: the work goes from one stage to another, once.
async fn pressed(
    r: &Reader,
    id: &str,
    sent: Result<Form, Problem>,
    next: impl FnOnce(&Stage) -> Option<Stage>,
) -> Answer {
    r.form(sent)?;
    allowed(r)?;
    let work = work(r, id).await?;
    if let Some(next) = next(&work.stage) {
        goes_on(r, &work, |work| work.stage = next).await?;
    }
    Ok(Redirect::to(&address(work.id)).into_response())
}

pub(super) async fn apply(
    Member(r): Member,
    Path(id): Path<String>,
    sent: Result<Form, Problem>,
) -> Answer {
    let next = |stage: &Stage| match stage {
        Stage::Checked { looked } if looked.counts.new > 0 => {
            Some(Stage::Applying { looked: looked.clone() })
        }
        _ => None,
    };
    pressed(&r, &id, sent, next).await
}

pub(super) async fn reconcile(
    Member(r): Member,
    Path(id): Path<String>,
    sent: Result<Form, Problem>,
) -> Answer {
    let next = |stage: &Stage| match stage {
        Stage::Checked { looked } => {
            Some(Stage::Reconciling { looked: looked.clone(), counts: None })
        }
        _ => None,
    };
    pressed(&r, &id, sent, next).await
}

/// What stopped is checked once more; what came over before is known as being here. What nobody does any more, since
/// it could not be written down how far it had come, is done from where it stands.
pub(super) async fn again(
    Member(r): Member,
    Path(id): Path<String>,
    sent: Result<Form, Problem>,
) -> Answer {
    let next = |stage: &Stage| match stage {
        Stage::Stopped { .. } => Some(Stage::Checking),
        stage => stage.runs().then(|| stage.clone()),
    };
    pressed(&r, &id, sent, next).await
}

pub(super) async fn remove(
    Member(r): Member,
    Path(id): Path<String>,
    sent: Result<Form, Problem>,
) -> Answer {
    r.form(sent)?;
    allowed(&r)?;
    let id = work(&r, &id).await?.id;
    if on_disk(&r, move |desk| desk.remove(id)).await? {
        return Ok(Redirect::to(HERE).into_response());
    }
    Ok(Redirect::to(&address(id)).into_response())
}

/// The list of differences as a file.
pub(super) async fn differences(
    Member(r): Member,
    Path((id, name)): Path<(String, String)>,
) -> Answer {
    allowed(&r)?;
    let work = work(&r, &id).await?;
    let unknown = || r.problem(&Problem::unknown());
    let (form, kind) = match name.as_str() {
        "xlsx" => (As::Xlsx, crate::exporting::Format::Xlsx),
        "csv" => (As::Csv, crate::exporting::Format::Csv),
        _ => return Err(unknown()),
    };
    if work.reconciled.is_none() {
        return Err(unknown());
    }
    let opened = on_disk(&r, move |desk| {
        let file = std::fs::File::open(desk.differences(work.id, form))?;
        let length = file.metadata()?.len();
        Ok((file, length))
    });
    let (file, length) = opened.await?;
    let name = format!("differences-{}.{name}", work.begun.date());
    let headers = [
        (header::CONTENT_TYPE, kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, streamed(file, length)).into_response())
}
