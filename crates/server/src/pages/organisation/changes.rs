//! `/organisation/changes`: a roster or a reorganisation, pasted or uploaded, checked and shown before it is
//! recorded; and what closed units still have, handed on.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value};
use zongheng_core::organisation::Fault;
use zongheng_core::ruling::{ChangeOf, may_change, may_change_organisation};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader};
use super::super::upload::Upload;
use super::super::view::{Changes, Choice, Confirm, Field, FileFault, Kind, RecordedChange};
use super::{change_files, frame};
use crate::api::changes::{Change, recorded};
use crate::api::check_key;
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::changes::{Checked, Sort, Unchecked, left_behind};

pub(super) const HERE: &str = "/organisation/changes";

/// The reorganisations shown below; older ones stand in the ledger.
const SHOWN: usize = 20;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route(HERE, get(show).post(check))
        .route("/organisation/changes/record", post(record).get(async || Redirect::to(HERE)))
        .route("/organisation/changes/hand-on", post(hand_on).get(async || Redirect::to(HERE)))
}

pub(super) fn administrator(r: &Reader) -> Result<(), Response> {
    if may_change_organisation(&r.actor) {
        return Ok(());
    }
    Err(not_yours(r))
}

fn not_yours(r: &Reader) -> Response {
    r.problem_with(&Problem::not_yours(""), r.w.t("changes.not_yours").to_owned())
}

async fn show(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    administrator(&r)?;
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let mut page = page(&r).await?;
    page.frame.done = match (query.first("done"), query.trimmed("handed")) {
        (Some(_), _) => Some(r.w.t("changes.done").to_owned()),
        (None, Some(n)) => n.parse().ok().map(|n: u64| r.w.n("changes.handed", n)),
        (None, None) => None,
    };
    Ok(page.into_response())
}

/// The form as the body of the API. What was uploaded stands in the place of what was typed.
fn body_of(sent: &Form, recording: bool) -> Map<String, Value> {
    let mut body = Map::new();
    sent.put(&mut body, "kind");
    let uploaded = sent.first("upload").filter(|text| !text.trim().is_empty());
    if let Some(text) = uploaded.or_else(|| sent.first("text")) {
        body.insert("text".to_owned(), text.into());
    }
    if let Some(file) = sent.trimmed("file") {
        body.insert("file".to_owned(), file.into());
    }
    if let Some(upon) = sent.trimmed("upon").filter(|_| recording).and_then(|n| n.parse().ok()) {
        body.insert("upon".to_owned(), Value::Number(u64::into(upon)));
    }
    body
}

async fn check(Member(r): Member, sent: Result<Upload, Problem>) -> Answer {
    let sent = r.form(sent.map(|Upload(form)| form))?;
    administrator(&r)?;
    let body = body_of(&sent, false);
    shown(&r, &body, None).await
}

/// The page with what the file would change, or with all that is wrong in it; nothing typed is lost.
async fn shown(r: &Reader, body: &Map<String, Value>, told: Option<&Problem>) -> Answer {
    let mut page = page(r).await?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let sent = [("kind".to_owned(), text("kind")), ("text".to_owned(), text("text"))];
    let mut status = told.map_or(StatusCode::OK, |problem| {
        StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT)
    });
    page.fault = told.map(|problem| r.sentence(problem));
    let mut wrong = Vec::new();
    let mut whole = body.clone();
    whole.remove("upon");
    match Change::read(&whole, false) {
        Err(problem) => {
            let all = problem.fields.iter().flat_map(|(f, all)| all.iter().map(move |w| (f, w)));
            wrong = all.map(|(field, what)| (field.clone(), r.w.fault(what))).collect();
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Ok(change) if change.allowed(&r.actor).is_err() => return Err(not_yours(r)),
        Ok(change) => match change.check(&r.app).await {
            Ok(checked) => page.confirm = Some(confirm(r, &change, &checked)),
            Err(Unchecked::Faults(faults)) => {
                page.faults = faults.iter().map(|fault| file_fault(r, fault)).collect();
                if told.is_none() {
                    status = StatusCode::UNPROCESSABLE_ENTITY;
                }
            }
            Err(Unchecked::Store(error)) => return Err(r.problem(&error.into())),
        },
    }
    for field in page.fields.iter_mut().filter(|field| field.name != "upload") {
        field.again(&sent, &wrong);
    }
    Ok((status, page).into_response())
}

async fn record(Member(r): Member, sent: Result<Form, Problem>) -> Answer {
    let sent = r.form(sent)?;
    administrator(&r)?;
    let key = sent.first("key").unwrap_or_default().to_owned();
    check_key(&key, true).map_err(|p| r.problem(&p))?;
    let body = body_of(&sent, true);
    let Ok(change) = Change::read(&body, true) else {
        return shown(&r, &body, None).await;
    };
    match recorded(&r.app, &r.actor, &change, &key, &body).await {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}?done=1")).into_response()),
        // Checked again at once, so that nobody has to paste the file a second time.
        Err(problem) if matches!(problem.code, "moved" | "faults" | "key_reused") => {
            shown(&r, &body, Some(&problem)).await
        }
        Err(problem) => Err(r.problem(&problem)),
    }
}

async fn hand_on(Member(r): Member, sent: Result<Form, Problem>) -> Answer {
    r.form(sent)?;
    if !may_change(&r.actor, ChangeOf::Structure) {
        return Err(not_yours(&r));
    }
    let handed = r.kept(r.app.store.hand_on(&r.app.code, r.now).await)?;
    Ok(Redirect::to(&format!("{HERE}?handed={handed}")).into_response())
}

fn confirm(r: &Reader, change: &Change, checked: &Checked) -> Confirm {
    let w = r.w;
    let lines = checked.lines.iter();
    let line = |(zh, en): &(String, String)| if w.zh() { zh.clone() } else { en.clone() };
    Confirm {
        title: w.a("changes.would", w.name("change_kind", change.sort.name())),
        lines: lines.map(line).collect(),
        warnings: checked.warnings.iter().map(|fault| file_fault(r, fault)).collect(),
        moving: checked.moving.map(|(on, n)| w.ab("changes.moving", n, w.day(on, r.now.date()))),
        nothing: checked.changes_nothing(),
        kind: change.sort.name(),
        text: change.text.clone(),
        file: change.file.clone(),
        upon: checked.county.rev.to_string(),
        key: r.key(),
    }
}

pub(super) fn file_fault(r: &Reader, fault: &Fault) -> FileFault {
    FileFault {
        line: (fault.row > 0).then(|| r.w.n("changes.line", fault.row)),
        field: fault.field.clone(),
        what: r.w.fault(&fault.what),
        mend: r.w.fault(&fault.mend),
    }
}

async fn page(r: &Reader) -> Result<Changes, Response> {
    let w = r.w;
    let kinds = Sort::of(&r.actor).map(|sort| {
        let mut choice = Choice::new(sort.name(), w.name("change_kind", sort.name()));
        choice.note = Some(w.name("change_note", sort.name()));
        choice
    });
    let field = |name: &str, kind: Kind| Field::new(w, "changes", name, kind);
    let left = if may_change(&r.actor, ChangeOf::Structure) {
        r.kept(left_behind(&r.app.store, &r.county, r.now.date()).await)?
    } else {
        Vec::new()
    };
    let decisions = r.county.organisation.decisions.iter().rev().take(SHOWN);
    Ok(Changes {
        frame: frame(r, HERE, w.t("changes.title")).await?,
        fields: vec![
            field("kind", Kind::Radios(kinds.collect())).required(),
            // One of the two is needed: neither is marked as left to choice.
            Field { filter: true, ..field("text", Kind::Text { rows: 10 }) },
            Field { filter: true, ..field("upload", Kind::File) },
        ],
        samples: change_files::samples(r),
        unit: may_change(&r.actor, ChangeOf::Posts).then(|| change_files::units(r)),
        fault: None,
        faults: Vec::new(),
        confirm: None,
        left: left
            .iter()
            .map(|left| {
                let values: [(&str, &dyn std::fmt::Display); 3] =
                    [("a", &r.unit(left.unit)), ("b", &r.unit(left.heir)), ("n", &left.open)];
                w.fill("changes.left", &values)
            })
            .collect(),
        recorded: decisions
            .map(|d| RecordedChange {
                number: d.paper.clone(),
                decided_by: d.decided_by.clone(),
                on: w.day(d.on, r.now.date()),
                closed: d
                    .closed
                    .iter()
                    .map(|c| r.unit(c.unit))
                    .collect::<Vec<_>>()
                    .join(w.t("join.list")),
            })
            .collect(),
    })
}
