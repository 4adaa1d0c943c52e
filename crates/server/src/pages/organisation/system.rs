//! `/system`: how each part of the machine is and what to do about it, for the system administrator.

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use zongheng_core::ruling::may_see_the_system;

use super::super::reader::{Answer, Member, Reader};
use super::super::view::{System, SystemRow, Tag, TagKind};
use super::frame;
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::health::{self, Part, State};

pub(super) const HERE: &str = "/system";

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(show))
}

async fn show(Member(r): Member) -> Answer {
    if !may_see_the_system(&r.actor) {
        return Err(r.problem_with(&Problem::not_yours(""), r.w.t("system.not_yours").to_owned()));
    }
    let mut parts = health::of(&r.app).await;
    // What is wrong first; the rest as it stands.
    parts.sort_by_key(|part| std::cmp::Reverse(part.state));
    let open = parts.iter().filter(|part| part.state != State::Ok).count();
    let view = System {
        frame: frame(&r, HERE, r.w.t("system.title")).await?,
        open,
        rows: parts.iter().map(|part| row(&r, part)).collect(),
    };
    Ok(view.into_response())
}

fn row(r: &Reader, part: &Part) -> SystemRow {
    let kind = match part.state {
        State::Ok => TagKind::Plain,
        State::Warn => TagKind::Near,
        State::Bad => TagKind::Late,
    };
    SystemRow {
        title: part.title(r.w),
        tag: Tag::of(kind, r.w.name("system_state", part.state.name())),
        says: part.says(r.w),
        detail: Some(part.detail.clone()).filter(|detail| !detail.is_empty()),
        mend: part.mend(r.w).filter(|_| part.state != State::Ok),
    }
}
