//! `/decisions`: what was decided where the rules left a choice, by period, decider and kind.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use zongheng_core::rules::Discretion;
use zongheng_core::ruling::{may_read_decisions, may_read_rulings};
use zongheng_store::ledger::Place;

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader, href, short_no};
use super::super::view::{Choice, DecisionRow, Decisions, Field, Kind, Link, Moment};
use super::{address, day_of, frame};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::decisions::{self, Asked, Line, decider};

pub(super) const HERE: &str = "/decisions";

/// Decisions on a page.
const PAGE: usize = 50;

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(list))
}

async fn list(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let w = r.w;
    if !may_read_decisions(&r.actor) {
        return Err(r.problem(&Problem::unknown()));
    }
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let (until, until_read) = day_of(&r, &query, "until");
    let first = until.first_of_month();
    let (from, from_read) = match query.trimmed("from") {
        Some(_) => day_of(&r, &query, "from"),
        None => (first, true),
    };
    let text = |name: &str| query.trimmed(name).map(str::to_owned);
    let asked = Asked { from, until, by: text("by"), kind: text("kind") };
    let mut wrong = Vec::new();
    for (name, read) in [("from", from_read), ("until", until_read)] {
        if !read {
            wrong.push((name.to_owned(), w.t("ask.no_day").to_owned()));
        }
    }
    if wrong.is_empty() && until < from {
        wrong.push(("until".to_owned(), w.t("decisions.ends_first").to_owned()));
    }
    let after: Option<Place> = match query.trimmed("after") {
        Some(after) => Some(after.parse().map_err(|_| r.problem(&Problem::malformed("after")))?),
        None => None,
    };
    let (rows, next) = if wrong.is_empty() {
        let reader = (&r.actor, r.now.date());
        let (store, county) = (&r.app.store, &r.county);
        let page = decisions::page(store, county, reader, &asked, after, PAGE).await;
        let (lines, next) = r.kept(page)?;
        (lines.iter().map(|line| row(&r, line)).collect(), next)
    } else {
        (Vec::new(), None)
    };
    let (from, until) = (from.to_string(), until.to_string());
    let here = |after: Option<&str>| {
        let (by, kind) = (asked.by.as_deref(), asked.kind.as_deref());
        let parts =
            [("from", Some(from.as_str())), ("until", Some(&until)), ("by", by), ("kind", kind)];
        address(HERE, &[&parts[..], &[("after", after)]].concat())
    };
    let mut filters = fields(&r, &asked);
    for field in filters.iter_mut().filter(|field| wrong.iter().any(|(n, _)| *n == field.name)) {
        let sent = [(field.name.clone(), query.first(&field.name).unwrap_or_default().to_owned())];
        field.again(&sent, &wrong);
    }
    let bad = !wrong.is_empty();
    let view = Decisions {
        frame: frame(&r, &r.here, w.t("decisions.title")).await?,
        filters,
        note: if may_read_rulings(&r.actor) {
            w.t("decisions.note").to_owned()
        } else {
            w.t("decisions.note_auditor").to_owned()
        },
        rows,
        next: next.map(|next| here(Some(&next.to_string()))),
        start: after.is_some().then(|| here(None)),
    };
    let status = if bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, view).into_response())
}

fn row(r: &Reader, line: &Line) -> DecisionRow {
    let decision = &line.decision;
    let by = match decision.act.by.user.as_str() {
        user @ ("receipt" | "system") if decision.act.by.post.is_none() => r.w.name("who", user),
        _ => decider(&r.county, decision, !r.w.zh()),
    };
    // The auditor reads that it was decided, not on which matter.
    let matter = line.matter.as_ref().filter(|_| may_read_rulings(&r.actor));
    DecisionRow {
        when: Moment::of(r.w, decision.act.at, r.now),
        kind: r.w.name("decided", &decision.discretion.name()),
        by,
        matter: matter.map(|matter| Link::new(href(&matter.no), short_no(&matter.no))),
        elsewhere: line.matter.is_none().then(|| r.w.t("decisions.beside").to_owned()),
    }
}

fn fields(r: &Reader, asked: &Asked) -> Vec<Field> {
    let w = r.w;
    let kinds = Discretion::all().into_iter().map(|kind| {
        let name = kind.name();
        Choice::new(name.clone(), w.name("decided", &name))
    });
    let field = |name: &str, kind: Kind, value: &str| Field {
        filter: true,
        ..Field::new(w, "decisions", name, kind).value(value)
    };
    vec![
        field("from", Kind::Day, &asked.from.to_string()),
        field("until", Kind::Day, &asked.until.to_string()),
        field("kind", Kind::Select(kinds.collect()), asked.kind.as_deref().unwrap_or_default()),
        field("by", Kind::Line, asked.by.as_deref().unwrap_or_default()),
    ]
}
