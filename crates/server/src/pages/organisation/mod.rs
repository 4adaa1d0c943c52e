//! The organisation for who works in it: 归谁管, 空岗与交接, 规则, 自由裁量决定, 机构与任免. What somebody
//! may read or do is asked of the core; the API answers from the same questions.

mod change_files;
mod changes;
mod decisions;
mod gaps;
mod rules;
mod sheets;
mod system;
mod tables;
mod who;

use axum::Router;
use axum::response::Response;
use jiff::civil::Date;
use zongheng_core::ids::PostId;
use zongheng_core::organisation::Answerer;
use zongheng_core::ruling::{
    gaps_seen, may_change_organisation, may_consult, may_read_decisions, may_see_the_system,
};

use super::form::{Form, encoded};
use super::reader::Reader;
use super::view::{Frame, Link, Section};
use crate::api::gaps::standing;
use crate::app::Shared;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .merge(who::router())
        .merge(gaps::router())
        .merge(sheets::router())
        .merge(rules::router())
        .merge(decisions::router())
        .merge(changes::router())
        .merge(change_files::router())
        .merge(system::router())
        .merge(tables::router())
}

/// What stands in the menu of this reader's post.
pub(super) fn links(r: &Reader) -> Vec<Link> {
    let (w, actor) = (r.w, &r.actor);
    let (consult, gaps) =
        (may_consult(actor), gaps_seen(actor, &r.county.organisation, r.now.date()).is_some());
    let links = [
        (consult, who::HERE, w.t("ask.title")),
        (gaps, gaps::HERE, w.t("gaps.title")),
        (consult, rules::HERE, w.t("rules.title")),
        (may_read_decisions(actor), decisions::HERE, w.t("decisions.title")),
        (may_change_organisation(actor), changes::HERE, w.t("changes.title")),
        (may_change_organisation(actor), tables::HERE, w.t("tables.title")),
        (may_see_the_system(actor), system::HERE, w.t("system.title")),
    ];
    links.into_iter().filter(|(may, ..)| *may).map(|(_, to, words)| Link::new(to, words)).collect()
}

/// The frame of one of these pages, under its own address.
async fn frame(r: &Reader, here: &str, title: &str) -> Result<Frame, Response> {
    let mut frame = r.work_frame(Section::None, title).await?;
    here.clone_into(&mut frame.here);
    Ok(frame)
}

/// A day of a query: as it was written, or today; and whether it could be read.
fn day_of(r: &Reader, query: &Form, name: &str) -> (Date, bool) {
    match query.trimmed(name).map(str::parse) {
        Some(Ok(day)) => (day, true),
        Some(Err(_)) => (r.now.date(), false),
        None => (r.now.date(), true),
    }
}

/// An address with these parts of its query, those without a value left out.
fn address(path: &str, parts: &[(&str, Option<&str>)]) -> String {
    let set = parts.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let query: Vec<String> = set.map(|(name, v)| format!("{name}={}", encoded(v))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// Unit · post by its id, also of one that no longer stands.
fn post_in_words(r: &Reader, id: PostId) -> String {
    let post = r.county.organisation.posts.get(&id);
    post.map(|post| r.unit_post(post)).unwrap_or_default()
}

/// Who answers, by post and by the way in which that is so, in the words of `key`; never by name.
fn answerer(r: &Reader, key: &str, by: Answerer) -> String {
    let way = r.w.name("standing", standing(by.by));
    r.w.ab(key, post_in_words(r, by.post), way)
}
