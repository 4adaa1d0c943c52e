//! `/referrals`: number, day, receiver and receipt, for the two posts that keep them. To all others there is
//! no such page.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use zongheng_core::ids::ReferralId;
use zongheng_core::ruling::{Receiver, Referral, may_keep_referrals};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader};
use super::super::view::{
    Choice, Field, Kind, RulingEntry, RulingForm, Rulings, Section, Tag, TagKind,
};
use super::{after, body_of, done, form, record};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::submit::{read_receipt, read_referral};

const HERE: &str = "/referrals";

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route(HERE, get(list).post(refer))
        .route("/referrals/{id}/receipt", post(receipt).get(async || Redirect::to(HERE)))
}

async fn list(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let mut page = page(&r).await?;
    page.frame.done = done(&r, query.as_deref());
    Ok(page.into_response())
}

async fn refer(Member(r): Member, sent: Result<Form, Problem>) -> Answer {
    let sent = r.form(sent)?;
    let (body, now) = (body_of(&sent), r.now);
    let read = r.app.with_mint(|mint| read_referral(&body, mint, now));
    let outcome = record(&r, &sent, ("/api/v1/referrals", &body), read).await?;
    let page = page(&r).await?;
    Ok(after(outcome, &sent, HERE, page))
}

async fn receipt(Member(r): Member, Path(id): Path<String>, sent: Result<Form, Problem>) -> Answer {
    let sent = r.form(sent)?;
    let body = body_of(&sent);
    let id: ReferralId = id.parse().map_err(|_| r.problem(&Problem::unknown()))?;
    let path = format!("/api/v1/referrals/{id}/receipt");
    let outcome = record(&r, &sent, (&path, &body), read_receipt(id, &body)).await?;
    let page = page(&r).await?;
    Ok(after(outcome, &sent, HERE, page))
}

async fn page(r: &Reader) -> Result<Rulings, Response> {
    if !may_keep_referrals(&r.actor) {
        return Err(r.problem(&Problem::unknown()));
    }
    let w = r.w;
    let referrals = r.kept(r.app.store.referrals(&r.app.code).await)?;
    let entries = referrals.0.values().map(|referral| entry(r, referral)).collect();
    let mut frame = r.frame(Section::None, w.t("rulings.referrals"));
    HERE.clone_into(&mut frame.here);
    let receivers = Receiver::ALL.map(|to| Choice::new(to.name(), w.name("receiver", to.name())));
    let field = |name: &str, kind: Kind| Field::new(w, "referral", name, kind);
    let fields = vec![
        field("number", Kind::Line).required(),
        field("on", Kind::Day).required().value(r.now.date().to_string()),
        field("receiver", Kind::Select(receivers.to_vec())).required(),
    ];
    let refers = form(r, ("referral", w.t("rulings.refer"), HERE), fields);
    let (note, empty) = (w.t("rulings.referrals_note"), w.t("rulings.referrals_empty"));
    let (note, empty) = (note.to_owned(), empty.to_owned());
    Ok(Rulings { frame, note, form: Some(refers), entries, empty })
}

fn entry(r: &Reader, referral: &Referral) -> RulingEntry {
    let (w, referred) = (r.w, &referral.referred);
    let to = w.name("receiver", referred.receiver.name());
    let mut facts = vec![
        (w.t("rulings.sent_on").to_owned(), referred.on.to_string()),
        (w.t("field.receiver").to_owned(), to),
    ];
    let (tag, forms) = if let Some(receipt) = &referral.receipted {
        let words = w.ab("join.two", &receipt.number, receipt.on);
        facts.push((w.t("rulings.receipt").to_owned(), words));
        (Tag::of(TagKind::Ok, w.t("rulings.received")), Vec::new())
    } else {
        let slot = format!("receipt-{}", referred.id);
        let action = format!("/referrals/{}/receipt", referred.id);
        let field = |name: &str, kind: Kind| Field::new(w, &slot, name, kind);
        let fields = vec![
            field("number", Kind::Line).required().label(w.t("rulings.receipt_number")),
            field("on", Kind::Day).required().value(r.now.date().to_string()),
        ];
        let receives = form(r, (&slot, w.t("rulings.receive"), &action), fields);
        let receives = RulingForm { of: Some(referred.number.clone()), ..receives };
        (Tag::of(TagKind::Near, w.t("rulings.no_receipt")), vec![receives])
    };
    RulingEntry { title: referred.number.clone(), tag, facts, link: None, forms }
}
