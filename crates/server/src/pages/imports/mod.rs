//! `/imports`: a table comes over. It is uploaded, checked whole, and then recorded a few rows at a time; the work can
//! be left and found again. Who may is the core's to say: the county's command centre.

mod begun;
mod map;
mod show;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};
use uuid::Uuid;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::matter::may_import;

pub(super) use self::begun::{Place, name_alone, received, short};
pub(super) use self::show::told;
use super::reader::Reader;
use super::view::{Link, Tag, TagKind};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::importing::desk::{Desk, Io};
use crate::importing::work::{self, Stage, Work};

pub(super) const HERE: &str = "/imports";

pub(super) fn router() -> Router<Shared> {
    Router::new()
        // A file is written to the disk as it comes, and has a bound of its own.
        .route(HERE, get(begun::list).post(begun::begin).layer(DefaultBodyLimit::disable()))
        .route("/imports/{id}", get(show::show))
        .route("/imports/{id}/map", post(map::mapped).get(show::back))
        .route("/imports/{id}/apply", post(show::apply).get(show::back))
        .route("/imports/{id}/reconcile", post(show::reconcile).get(show::back))
        .route("/imports/{id}/again", post(show::again).get(show::back))
        .route("/imports/{id}/remove", post(show::remove).get(show::back))
        .route("/imports/{id}/differences/{name}", get(show::differences))
}

/// What stands in the menu of this reader's post.
pub(super) fn links(r: &Reader) -> Vec<Link> {
    may(r).then(|| Link::new(HERE, r.w.t("imports.title"))).into_iter().collect()
}

/// Whether the reader imports: somebody signed in, in a post that may.
fn may(r: &Reader) -> bool {
    r.caller.is_some() && may_import(&r.actor)
}

fn allowed(r: &Reader) -> Result<(), Response> {
    if may(r) {
        return Ok(());
    }
    Err(r.problem_with(&Problem::not_yours(""), r.w.t("imports.not_yours").to_owned()))
}

/// A work of the address.
async fn work(r: &Reader, id: &str) -> Result<Work, Response> {
    let unknown = || r.problem(&Problem::unknown());
    let id = id.parse::<Uuid>().map_err(|_| unknown())?;
    let known = on_disk(r, move |desk| Ok(desk.work(id))).await?;
    known.ok_or_else(unknown)
}

/// Asks the desk, on a thread that may wait for the disk.
pub(super) async fn on_disk<T: Send + 'static>(
    r: &Reader,
    what: impl FnOnce(&Desk) -> Io<T> + Send + 'static,
) -> Result<T, Response> {
    r.app.imports.ask(what).await.map_err(|error| unwritten(r, &error))
}

/// Who asks for something, in which post: what comes of it is theirs.
fn asks(r: &Reader) -> Result<(UserId, PostId), Response> {
    match (&r.caller, r.actor.post) {
        (Some(caller), Some(post)) => Ok((caller.user, post)),
        _ => Err(r.problem(&Problem::not_yours(""))),
    }
}

/// Lets a work go on as somebody asks, unless it has come elsewhere than where they saw it.
async fn goes_on(
    r: &Reader,
    seen: &Work,
    change: impl FnOnce(&mut Work) + Send + 'static,
) -> Result<(), Response> {
    let ((user, post), id, now) = (asks(r)?, seen.id, r.now);
    let was = std::mem::discriminant(&seen.stage);
    let same = move |stage: &Stage| std::mem::discriminant(stage) == was;
    let changed = on_disk(r, move |desk| {
        desk.change(id, now, same, |work| {
            (work.user, work.post) = (user, post);
            change(work);
        })
    });
    if changed.await? {
        work::start(&r.app, id);
    }
    Ok(())
}

fn address(id: Uuid) -> String {
    format!("{HERE}/{}", id.simple())
}

/// How far a work has come, in a word.
fn tag(r: &Reader, stage: &Stage) -> Tag {
    let (kind, name) = match stage {
        Stage::Mapping => (TagKind::Near, "mapping"),
        Stage::Checking => (TagKind::Plain, "checking"),
        Stage::Refused { .. } => (TagKind::Late, "refused"),
        Stage::Bad { .. } => (TagKind::Late, "bad"),
        Stage::Checked { .. } => (TagKind::Near, "checked"),
        Stage::Applying { .. } => (TagKind::Plain, "applying"),
        Stage::Reconciling { .. } => (TagKind::Plain, "reconciling"),
        Stage::Done { .. } => (TagKind::Ok, "done"),
        Stage::Stopped { .. } => (TagKind::Late, "stopped"),
    };
    Tag::of(kind, r.w.name("import_stage", name))
}

/// The data folder cannot be written to.
pub(super) fn unwritten(r: &Reader, error: &std::io::Error) -> Response {
    tracing::error!(%error, "an import could not be written down");
    let full = error.kind() == std::io::ErrorKind::StorageFull;
    r.problem(&if full { Problem::full() } else { Problem::internal() })
}
