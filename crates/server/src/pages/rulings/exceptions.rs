//! `/exceptions`: what named posts allowed although a rule that needs a decision stands against it.

use axum::Router;
use axum::extract::RawQuery;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use zongheng_core::allowance::Allowed;
use zongheng_core::rules::Rule;
use zongheng_core::ruling::{allowers, may_read_rulings};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader};
use super::super::view::{
    Choice, Field, Kind, RulingEntry, RulingForm, Rulings, Section, Tag, TagKind,
};
use super::{after, body_of, done, form, record, said};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::submit::read_exception;

const HERE: &str = "/exceptions";

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(list).post(allow))
}

async fn list(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let mut page = page(&r).await?;
    page.frame.done = done(&r, query.as_deref());
    Ok(page.into_response())
}

async fn allow(Member(r): Member, sent: Result<Form, Problem>) -> Answer {
    let sent = r.form(sent)?;
    let (body, now) = (body_of(&sent), r.now);
    let read = r.app.with_mint(|mint| read_exception(&body, mint, now));
    let outcome = record(&r, &sent, ("/api/v1/exceptions", &body), read).await?;
    let page = page(&r).await?;
    Ok(after(outcome, &sent, HERE, page))
}

/// The rule in the reader's words.
fn words(r: &Reader, rule: Rule) -> &'static str {
    if r.w.zh() { rule.zh() } else { rule.en() }
}

async fn page(r: &Reader) -> Result<Rulings, Response> {
    if !may_read_rulings(&r.actor) {
        return Err(r.problem(&Problem::unknown()));
    }
    let mut entries = Vec::new();
    for allowed in r.county.organisation.allowed.iter().chain(&r.county.powers.allowed) {
        entries.push(entry(r, allowed).await?);
    }
    let mut frame = r.work_frame(Section::None, r.w.t("rulings.exceptions")).await?;
    HERE.clone_into(&mut frame.here);
    let (note, empty) = (r.w.t("rulings.exceptions_note"), r.w.t("rulings.exceptions_empty"));
    let (note, empty) = (note.to_owned(), empty.to_owned());
    Ok(Rulings { frame, note, form: allowing(r), entries, empty })
}

async fn entry(r: &Reader, allowed: &Allowed) -> Result<RulingEntry, Response> {
    let w = r.w;
    let rule = Rule::named(&allowed.rule).map_or("", |rule| words(r, rule));
    let post = r.county.organisation.posts.get(&allowed.post);
    let mut facts = vec![
        (w.t("rulings.for_unit").to_owned(), r.unit(allowed.unit)),
        (w.t("rulings.by").to_owned(), post.map(|p| r.unit_post(p)).unwrap_or_default()),
        (w.t("rulings.days").to_owned(), w.ab("rulings.from_until", allowed.from, allowed.until)),
        (w.t("field.reason").to_owned(), said(r, allowed.reason).await?),
    ];
    if let Some(category) = &allowed.category {
        facts.insert(1, (w.t("field.category").to_owned(), r.category(Some(category))));
    }
    if let Some(more) = allowed.more {
        facts.insert(1, (w.t("field.more").to_owned(), more.to_string()));
    }
    let today = r.now.date();
    let tag = if today < allowed.until && allowed.from <= today {
        Tag::of(TagKind::Ok, w.t("rulings.holds"))
    } else {
        Tag::new(w.t("rulings.holds_not"))
    };
    let title = w.ab("join.two", &allowed.number, rule);
    Ok(RulingEntry { title, tag, facts, link: None, forms: Vec::new() })
}

/// The form of who may allow something by some rule.
fn allowing(r: &Reader) -> Option<RulingForm> {
    let role = r.actor.role.filter(|role| allowers().contains(role))?;
    let w = r.w;
    let rules = Rule::ALLOWABLE.into_iter().filter(|rule| rule.allowed_by().contains(&role));
    let rules: Vec<Choice> = rules.map(|rule| Choice::new(rule.id(), words(r, rule))).collect();
    let establishment = rules.iter().any(|rule| rule.value == Rule::Establishment.id());
    let field = |name: &str, kind: Kind| Field::new(w, "exception", name, kind);
    let mut fields = vec![
        field("rule", Kind::Radios(rules)).required(),
        field("number", Kind::Line).required(),
        field("unit", Kind::Groups(r.units(None, |_| true))).required(),
        field("category", Kind::Select(r.categories())),
        field("from", Kind::Day).value(r.now.date().to_string()),
        field("until", Kind::Day).required(),
        field("reason", Kind::Text { rows: 2 }).required(),
    ];
    if establishment {
        fields.insert(4, field("more", Kind::Number));
    }
    Some(form(r, ("exception", w.t("rulings.allow"), HERE), fields))
}
