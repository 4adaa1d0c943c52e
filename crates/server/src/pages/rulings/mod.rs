//! What is decided beside matters: rows proposed for the list of powers, exceptions from rules, referrals.
//! Each is a list with a form; what may be done is asked of the core.

mod exceptions;
mod proposals;
mod referrals;

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value};
use zongheng_core::ids::ContentId;
use zongheng_core::ruling::{may_keep_referrals, may_read_rulings};
use zongheng_store::Refused;

use super::form::Form;
use super::reader::Reader;
use super::view::{Link, RulingForm, Rulings};
use crate::api::{check_key, wanted};
use crate::app::Shared;
use crate::submit::ReadRuling;

pub(super) fn router() -> Router<Shared> {
    Router::new().merge(proposals::router()).merge(exceptions::router()).merge(referrals::router())
}

/// What stands in the menu of this reader's post.
pub(super) fn links(r: &Reader) -> Vec<Link> {
    if !may_read_rulings(&r.actor) {
        return Vec::new();
    }
    let mut links = vec![
        Link::new("/powers/proposals", r.w.t("rulings.proposals")),
        Link::new("/exceptions", r.w.t("rulings.exceptions")),
    ];
    if may_keep_referrals(&r.actor) {
        links.push(Link::new("/referrals", r.w.t("rulings.referrals")));
    }
    links
}

/// The fields of a form as the body of the API; an empty field is a field left out.
pub(super) fn body_of(form: &Form) -> Map<String, Value> {
    let mut body = Map::new();
    for (name, value) in &form.0 {
        let value = value.trim();
        if value.is_empty() || matches!(name.as_str(), "csrf" | "key" | "slot") {
            continue;
        }
        let number = value.parse::<u32>().ok().filter(|_| name == "more");
        body.insert(name.clone(), number.map_or_else(|| value.into(), Value::from));
    }
    body
}

/// What came of a form: recorded, or what is wrong with it.
pub(super) enum Outcome {
    Done,
    Refused { status: StatusCode, key: String, faults: Vec<(String, String)> },
}

/// Records what the form asks for.
pub(super) async fn record(
    r: &Reader,
    form: &Form,
    (path, body): (&str, &Map<String, Value>),
    read: ReadRuling,
) -> Result<Outcome, Response> {
    let key = form.first("key").unwrap_or_default().to_owned();
    check_key(&key, true).map_err(|p| r.problem(&p))?;
    let wanted = wanted(&r.app, r.actor.clone(), key.clone(), (&Method::POST, path, body), read);
    match r.app.rule(&wanted).await {
        Ok(_) => Ok(Outcome::Done),
        Err(refused) => {
            let fresh = matches!(refused, Refused::KeyReused);
            let (problem, faults) = r.told(refused);
            // What one may not know of is a page that is not there, never a form.
            if problem.status == 404 {
                return Err(r.problem(&problem));
            }
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            Ok(Outcome::Refused { status, key: if fresh { r.key() } else { key }, faults })
        }
    }
}

/// After a form: the list again by its own address, or the page with the form and what is wrong.
fn after(outcome: Outcome, form: &Form, here: &str, mut page: Rulings) -> Response {
    let (status, key, faults) = match outcome {
        Outcome::Done => return Redirect::to(&format!("{here}?done=1")).into_response(),
        Outcome::Refused { status, key, faults } => (status, key, faults),
    };
    let slot = form.first("slot").unwrap_or_default();
    let forms = page.form.iter_mut().chain(page.entries.iter_mut().flat_map(|e| &mut e.forms));
    match forms.into_iter().find(|known| known.slot == slot) {
        Some(known) => known.again(key, &form.0, &faults),
        // Who has no such form reads why in the place of the note.
        None => page.note = faults.into_iter().map(|(_, what)| what).collect(),
    }
    (status, page).into_response()
}

/// Whether something was just recorded.
fn done(r: &Reader, query: Option<&str>) -> Option<String> {
    let query = Form::of_query(query).ok()?;
    query.first("done").map(|_| r.w.t("rulings.done").to_owned())
}

/// A text kept beside the ledger, or what stands in its place.
async fn said(r: &Reader, id: ContentId) -> Result<String, Response> {
    let texts = r.kept(r.app.store.texts(&r.app.code, &[id]).await)?;
    Ok(texts.get(&id).map(|content| r.words_of(content)).unwrap_or_default())
}

fn form(
    r: &Reader,
    (slot, label, action): (&str, &str, &str),
    fields: Vec<super::view::Field>,
) -> RulingForm {
    RulingForm {
        slot: slot.to_owned(),
        label: label.to_owned(),
        of: None,
        note: None,
        action: action.to_owned(),
        key: r.key(),
        fields,
        fault: None,
        open: false,
    }
}
