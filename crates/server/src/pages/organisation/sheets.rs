//! `/organisation/sheets/{post}`: what holders of a post left who went, what is open in it, and the form by
//! which a sheet that both have signed is recorded.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Map, Value};
use zongheng_core::ids::PostId;
use zongheng_core::matter::keys_of;
use zongheng_core::organisation::Sheet;
use zongheng_core::ruling::{may_open_sheets, may_sign_sheet};
use zongheng_store::{Keyed, Order};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader, href, short_no};
use super::super::register::titles;
use super::super::view::{Field, Kind, Lamp, LampKind, Link, Row, RulingForm, SheetEntry, Sheets};
use super::{address, answerer, frame, gaps, post_in_words};
use crate::api::gaps::{not_signed, read_signing, under};
use crate::api::problem::Problem;
use crate::api::{check_key, fingerprint, scope_of};
use crate::app::Shared;
use crate::changes::{self, NotSigned, login_of};

/// Matters on a page.
const PAGE: u32 = 30;

pub(super) fn router() -> Router<Shared> {
    Router::new().route("/organisation/sheets/{post}", get(show).post(sign))
}

/// The post, where this reader may open its sheets.
fn opened(r: &Reader, id: &str) -> Result<PostId, Response> {
    let unknown = || r.problem(&Problem::unknown());
    let id: PostId = id.parse().map_err(|_| unknown())?;
    let post = r.county.organisation.posts.get(&id).ok_or_else(unknown)?;
    let may = may_open_sheets(&r.actor, post, &r.county.organisation, r.now.date());
    if may { Ok(id) } else { Err(unknown()) }
}

async fn show(Member(r): Member, Path(id): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let post = opened(&r, &id)?;
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let mut page = page(&r, post, query.trimmed("after")).await?;
    page.frame.done = query.first("done").map(|_| r.w.t("sheets.done").to_owned());
    Ok(page.into_response())
}

async fn sign(Member(r): Member, Path(id): Path<String>, sent: Result<Form, Problem>) -> Answer {
    let sent = r.form(sent)?;
    let post = opened(&r, &id)?;
    let key = sent.first("key").unwrap_or_default().to_owned();
    check_key(&key, true).map_err(|p| r.problem(&p))?;
    let mut body = Map::new();
    sent.put(&mut body, "leaver");
    if sent.ticked("signed") {
        body.insert("signed".to_owned(), Value::Bool(true));
    }
    let problem = match read_signing(&body) {
        Err(problem) => problem,
        Ok(leaver) => {
            let path = format!("/api/v1/organisation/sheets/{post}");
            let mac = fingerprint(&r.app, (&Method::POST, &path, &body));
            let scope = scope_of(&r.actor);
            let keyed = Keyed { scope: &scope, key: &key, mac: &mac };
            let (store, of) = (&r.app.store, (post, leaver));
            match changes::sign(store, &r.county, &r.actor, of, keyed, r.now).await {
                Ok(_) => {
                    let to = format!("/organisation/sheets/{post}?done=1");
                    return Ok(Redirect::to(&to).into_response());
                }
                Err(NotSigned::NotYours) => {
                    let why = r.w.t("sheets.not_yours").to_owned();
                    return Err(r.problem_with(&Problem::not_yours(""), why));
                }
                Err(why) => not_signed(why),
            }
        }
    };
    again(&r, post, &sent, &problem).await
}

/// The page with the form as it was sent and what is wrong with it.
async fn again(r: &Reader, post: PostId, sent: &Form, problem: &Problem) -> Answer {
    let mut page = page(r, post, None).await?;
    let faults: Vec<(String, String)> = match problem.code {
        "invalid" => {
            let all = problem.fields.iter().flat_map(|(f, all)| all.iter().map(move |w| (f, w)));
            all.map(|(field, what)| (field.clone(), r.w.fault(what))).collect()
        }
        "already" => vec![(String::new(), r.w.t("sheets.gone").to_owned())],
        _ => vec![(String::new(), r.sentence(problem))],
    };
    let slot = sent.first("slot").unwrap_or_default();
    let mut forms = page.open.iter_mut().filter_map(|sheet| sheet.form.as_mut());
    match forms.find(|form| form.slot == slot) {
        Some(form) => form.again(r.key(), &sent.0, &faults),
        None => page.fault = Some(faults.into_iter().map(|(_, what)| what).collect()),
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
    Ok((status, page).into_response())
}

async fn page(r: &Reader, post: PostId, after: Option<&str>) -> Result<Sheets, Response> {
    let w = r.w;
    let path = format!("/organisation/sheets/{post}");
    let filter = under(&r.county, post);
    let keys = keys_of(&r.actor);
    let found = r.app.store.list(&r.app.code, &keys, &filter, Order::Due, after, PAGE).await;
    let listed = r.kept(found)?;
    let titles = titles(r, &listed.rows).await?;
    let rows = listed.rows.iter().zip(titles).map(|(row, title)| {
        let next = row.matter.next();
        let kind = LampKind::named(row.lamp.name());
        Row {
            href: href(&row.matter.no),
            title,
            lamp: Lamp::new(w, kind, next.map(|due| due.due), r.as_of),
            sub: vec![short_no(&row.matter.no), w.state(row.matter.state.name())],
            act: None,
        }
    });
    let accounts = r.kept(r.app.store.accounts(&r.app.code).await)?;
    let sheets = r.county.organisation.sheets_of(post, r.now.date());
    let sheets = sheets.map(|sheet| entry(r, &sheet, &login_of(&accounts, sheet.leaver)));
    let title = w.a("sheets.title", post_in_words(r, post));
    Ok(Sheets {
        frame: frame(r, &path, &title).await?,
        back: Link::new(gaps::HERE, w.t("gaps.title")),
        fault: None,
        open: sheets.collect(),
        rows: rows.collect(),
        next: listed.next.map(|next| address(&path, &[("after", Some(&next))])),
        start: after.is_some().then(|| path.clone()),
    })
}

fn entry(r: &Reader, sheet: &Sheet, leaver: &str) -> SheetEntry {
    let (w, today) = (r.w, r.now.date());
    let organisation = &r.county.organisation;
    let taker = organisation.taker_of(sheet, today);
    let taker = taker.map_or_else(
        || w.t("gaps.nobody_answers").to_owned(),
        |by| answerer(r, "sheets.takes", by),
    );
    let may = may_sign_sheet(&r.actor, sheet, organisation, today);
    let slot = format!("sheet-{}-{}", sheet.ended, sheet.leaver);
    let field = |name: &str, kind: Kind| Field {
        id: format!("{slot}-{name}"),
        ..Field::new(w, "sheet", name, kind)
    };
    let fields = vec![
        field("leaver", Kind::Hidden).value(sheet.leaver.to_string()),
        field("signed", Kind::Check),
    ];
    SheetEntry {
        facts: vec![
            (w.t("sheets.leaver").to_owned(), leaver.to_owned()),
            (w.t("sheets.ended").to_owned(), w.day(sheet.ended, today)),
            (w.t("sheets.taker").to_owned(), taker),
        ],
        form: may.then(|| RulingForm {
            slot: slot.clone(),
            label: w.t("sheets.sign").to_owned(),
            of: Some(leaver.to_owned()),
            note: Some(w.t("sheets.sign_note").to_owned()),
            action: format!("/organisation/sheets/{}", sheet.post),
            key: r.key(),
            fields,
            fault: None,
            open: false,
        }),
    }
}
