//! `/powers/proposals`: rows that meetings proposed for the list of powers; the county's leader adopts or
//! refuses each.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use zongheng_core::matter::may_see;
use zongheng_core::organisation::Role;
use zongheng_core::powers::{Lead, Pending, PowerProposed};
use zongheng_core::ruling::{PROPOSALS_DECIDED_BY, may_read_rulings};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader, href, short_no};
use super::super::view::{
    Field, Kind, Link, RulingEntry, RulingForm, Rulings, Section, Tag, TagKind,
};
use super::{after, body_of, done, form, record, said};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::submit::read_proposal;

const HERE: &str = "/powers/proposals";

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route(HERE, get(list))
        .route("/powers/proposals/{id}", post(decide).get(async || Redirect::to(HERE)))
}

async fn list(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let mut page = page(&r).await?;
    page.frame.done = done(&r, query.as_deref());
    Ok(page.into_response())
}

async fn decide(Member(r): Member, Path(id): Path<String>, sent: Result<Form, Problem>) -> Answer {
    let sent = r.form(sent)?;
    let (body, now) = (body_of(&sent), r.now);
    let read = r.app.with_mint(|mint| read_proposal(&id, &body, mint, now));
    let path = format!("/api/v1/powers/proposals/{id}");
    let outcome = record(&r, &sent, (&path, &body), read).await?;
    let page = page(&r).await?;
    Ok(after(outcome, &sent, HERE, page))
}

async fn page(r: &Reader) -> Result<Rulings, Response> {
    if !may_read_rulings(&r.actor) {
        return Err(r.problem(&Problem::unknown()));
    }
    let mut waiting = Vec::new();
    let mut decided = Vec::new();
    for pending in r.county.powers.pending.values() {
        let entry = entry(r, pending).await?;
        if pending.waits() { waiting.push(entry) } else { decided.push(entry) }
    }
    waiting.extend(decided);
    let mut frame = r.work_frame(Section::None, r.w.t("rulings.proposals")).await?;
    HERE.clone_into(&mut frame.here);
    let (note, empty) = (r.w.t("rulings.proposals_note"), r.w.t("rulings.proposals_empty"));
    let (note, empty) = (note.to_owned(), empty.to_owned());
    Ok(Rulings { frame, note, form: None, entries: waiting, empty })
}

async fn entry(r: &Reader, pending: &Pending) -> Result<RulingEntry, Response> {
    let (w, proposed) = (r.w, &pending.proposed);
    let power = &proposed.power;
    let lead = |lead: &Lead| match lead {
        Lead::Unit(unit) => r.unit(*unit),
        Lead::Township => w.t("rulings.township").to_owned(),
        Lead::Village => w.t("rulings.village").to_owned(),
    };
    let assists: Vec<String> = power.assists.iter().map(lead).collect();
    let mut facts = vec![
        (w.t("matter.lead").to_owned(), lead(&power.lead)),
        (w.t("matter.place").to_owned(), r.division(&power.place)),
        (w.t("rulings.limit").to_owned(), w.limit(power.limit)),
        (w.t("rulings.meeting").to_owned(), w.ab("join.two", &proposed.paper, proposed.on)),
    ];
    if !assists.is_empty() {
        facts.insert(1, (w.t("matter.assist").to_owned(), assists.join(w.t("join.list"))));
    }
    let tag = match (&pending.adopted, &pending.refused) {
        (Some(adopted), _) => {
            let words = w.ab("rulings.adopted", adopted.from, &adopted.paper);
            Tag::of(TagKind::Ok, words)
        }
        (None, Some(refused)) => {
            let reason = said(r, refused.reason).await?;
            facts.push((w.t("field.reason").to_owned(), reason));
            Tag::new(w.t("rulings.refused"))
        }
        (None, None) => Tag::of(TagKind::Near, w.t("rulings.waiting")),
    };
    let matter = match proposed.matter {
        Some(id) => r.kept(r.app.store.matter(&r.app.code, &id.to_string()).await)?,
        None => None,
    };
    let seen = matter.filter(|m| may_see(&r.actor, m, &r.county.organisation, r.now.date()));
    let decides = r.actor.role.is_some_and(|role: Role| PROPOSALS_DECIDED_BY.contains(&role));
    Ok(RulingEntry {
        title: r.category(Some(&power.category)),
        tag,
        facts,
        link: seen.map(|m| Link::new(href(&m.no), short_no(&m.no))),
        forms: if decides && pending.waits() { forms(r, proposed) } else { Vec::new() },
    })
}

fn forms(r: &Reader, proposed: &PowerProposed) -> Vec<RulingForm> {
    let (w, id) = (r.w, &proposed.id);
    let action = format!("/powers/proposals/{id}");
    let field = |slot: &str, name: &str, kind: Kind| Field::new(w, slot, name, kind);
    let decision = |slot: &str, value: &str| field(slot, "decision", Kind::Hidden).value(value);
    let (adopt, refuse) = (format!("adopt-{id}"), format!("refuse-{id}"));
    let adopting = vec![
        decision(&adopt, "adopt"),
        field(&adopt, "number", Kind::Line).required(),
        field(&adopt, "from", Kind::Day).required().value(r.now.date().to_string()),
    ];
    let refusing = vec![
        decision(&refuse, "refuse"),
        field(&refuse, "reason", Kind::Text { rows: 2 }).required(),
        field(&refuse, "number", Kind::Line),
    ];
    let forms = [
        form(r, (&adopt, w.t("rulings.adopt"), &action), adopting),
        form(r, (&refuse, w.t("rulings.refuse"), &action), refusing),
    ];
    forms.map(|form| RulingForm { of: Some(proposed.paper.clone()), ..form }).to_vec()
}
