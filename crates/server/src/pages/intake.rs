//! The intake desk: a clerk enters what came by phone, visit, chat or spoken word.

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Map, Value};
use zongheng_core::clock::{Asked, due};
use zongheng_core::ids::{CategoryId, DivisionCode, GridId, PlaybookId};
use zongheng_core::ledger::Stream;
use zongheng_core::matter::keys_of;
use zongheng_core::playbook::Playbook;
use zongheng_store::{Filter, Order, Refused, What};

use super::entry::{faults_of, report_of};
use super::form::{Form, encoded};
use super::reader::{Answer, Member, Reader, href, short_no};
use super::register::titles;
use super::sent::{LARGEST_FORM, Sent};
use super::view::{Entered, Intake, Moment, Proposal, Section};
use crate::api::problem::Problem;
use crate::api::{check_key, submission};
use crate::app::Shared;
use crate::attaching::resolve;
use crate::submit::read_report;

/// Matters looked at for what this desk entered today.
const LOOKED: u32 = 60;
const SHOWN: usize = 8;

pub(super) fn router() -> Router<Shared> {
    let bounded = DefaultBodyLimit::max(LARGEST_FORM);
    Router::new().route("/intake", get(ask).post(send).layer(bounded))
}

/// The kinds of matter that this post may enter.
fn playbooks(r: &Reader) -> Result<Vec<&Playbook>, Response> {
    let role = r.actor.role;
    let may = r.playbooks(|p| role.is_some_and(|role| p.enter.contains(&role)));
    if may.is_empty() {
        return Err(r.problem(&Problem::not_yours("this post enters no matters")));
    }
    Ok(may)
}

/// The form for the kind of that name, or for the first that this post may enter.
async fn page(r: &Reader, kind: Option<&str>) -> Result<Intake, Response> {
    let may = playbooks(r)?;
    let named = may.iter().find(|p| Some(p.id.as_str()) == kind).or(may.first());
    let kinds = named.map(|p| r.kinds(p, &may, "/intake")).unwrap_or_default();
    let mut frame = r.work_frame(Section::Intake, r.w.t("intake.title")).await?;
    "/intake".clone_into(&mut frame.here);
    let top = r.county.organisation.county_unit(r.now.date()).map(|u| u.id);
    let units = r.units(None, |u| Some(u.id) != top);
    let mut page = Intake::new(frame, r.key(), r.uuid(), kinds, r.places(), units);
    entered(r, &mut page).await?;
    Ok(page)
}

/// What this post entered today, newest first.
async fn entered(r: &Reader, page: &mut Intake) -> Result<(), Response> {
    let keys = keys_of(&r.actor);
    let list =
        r.app.store.list(&r.app.code, &keys, &Filter::default(), Order::Newest, None, LOOKED).await;
    let today = r.now.date();
    let mut own = r.kept(list)?.rows;
    own.retain(|row| row.matter.reported.date() == today);
    let streams: Vec<Stream> = own.iter().map(|row| row.matter.id.into()).collect();
    let reported = r.kept(r.app.store.first_acts(&r.app.code, &streams).await)?;
    own.retain(|row| {
        let act = reported.get(&row.matter.id.into());
        act.is_some_and(|act| act.by.post.is_some() && act.by.post == r.actor.post)
    });
    page.entered_today = own.len() as u64;
    own.truncate(SHOWN);
    let titles = titles(r, &own).await?;
    page.entered = own
        .iter()
        .zip(titles)
        .map(|(row, title)| Entered {
            at: Moment::clock(r.w, row.matter.reported),
            href: href(&row.matter.no),
            title,
            note: r.w.ab(
                "join.two",
                r.w.source(&row.matter.source),
                r.w.state(row.matter.state.name()),
            ),
        })
        .collect();
    Ok(())
}

async fn ask(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let mut page = page(&r, query.first("kind")).await?;
    let shown = |no: &&str| no.len() <= 24 && no.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if let Some(no) = query.first("entered").filter(shown) {
        page.frame.done = Some(r.w.a("done.report", short_no(no)));
    }
    Ok(page.into_response())
}

async fn send(Member(r): Member, sent: Result<Sent, Problem>) -> Answer {
    let sent = r.sent(sent)?;
    let (of_files, form) = (r.faults_of_files(&sent), &sent.form);
    let may = playbooks(&r)?;
    let only = may.first().map(|p| p.id.to_string()).unwrap_or_default();
    let playbook = form.trimmed("playbook").unwrap_or(&only).to_owned();
    if form.first("step") == Some("look") {
        return Ok(again(&r, &sent, &of_files, false).await?.into_response());
    }
    if let Some(trouble) = &sent.trouble {
        let status =
            StatusCode::from_u16(trouble.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        return Ok((status, again(&r, &sent, &of_files, false).await?).into_response());
    }
    let key = form.first("key").unwrap_or_default().to_owned();
    check_key(&key, true).map_err(|p| r.problem(&p))?;
    let mut body = report_of(form, &playbook);
    in_own_grid(&r, &mut body);
    let now = r.now;
    let organisation = &r.county.organisation;
    let files = resolve(&r.app, &r.actor, &body).await.map_err(|p| r.problem(&p))?;
    let known = !files.faults.is_empty() && r.remembers(&r.actor, &key).await?;
    let read = r.app.with_mint(|m| read_report(&body, organisation, m, now));
    let (read, found) = match files.show_report(read, known) {
        Ok(read) => (Some(read), Vec::new()),
        Err(found) => (None, found),
    };
    let faults = match may.iter().find(|kind| kind.id.as_str() == playbook) {
        Some(kind) => faults_of(r.w, form, kind, &found),
        None => r.w.faults(&found),
    };
    let faults = [of_files, faults].concat();
    // What its pictures say is asked about once, before anything is recorded.
    if faults.is_empty() && sent.says_something() {
        return Ok(again(&r, &sent, &[], false).await?.into_response());
    }
    let Some(read) = read.filter(|_| faults.is_empty()) else {
        let page = again(&r, &sent, &faults, false).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let what = What::Report(Box::new(read.report));
    let asked = (&Method::POST, "/api/v1/matters", &body);
    let submitted = submission(&r.app, r.actor.clone(), key, asked, what, read.contents);
    match r.app.record(submitted).await {
        Ok(recorded) => {
            let no = recorded.matter.map(|m| m.no).unwrap_or_default();
            Ok(Redirect::to(&format!("/intake?entered={}", encoded(&no))).into_response())
        }
        Err(refused) => {
            let fresh = matches!(refused, Refused::KeyReused);
            let (problem, faults) = r.told(refused);
            let page = again(&r, &sent, &faults, fresh).await?;
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            Ok((status, page).into_response())
        }
    }
}

/// What a grid post enters for the village of one of its grids lies in that grid, so that the post goes on
/// seeing it. Coordinates say so by themselves.
fn in_own_grid(r: &Reader, body: &mut Map<String, Value>) {
    let Some(Value::Object(place)) = body.get_mut("place") else { return };
    if place.contains_key("lon") || place.contains_key("lat") {
        return;
    }
    let division = place.get("division").and_then(Value::as_str).map(DivisionCode::from);
    let grids = &r.county.organisation.grids;
    let there =
        |id: &&GridId| grids.get(id).is_some_and(|g| Some(&g.division) == division.as_ref());
    let mut own = r.actor.grids.iter().filter(there);
    if let (Some(grid), None) = (own.next(), own.next()) {
        place.insert("grid".to_owned(), grid.to_string().into());
    }
}

/// The form again with everything typed, and what the list of powers says about it.
async fn again(
    r: &Reader,
    sent: &Sent,
    faults: &[(String, String)],
    fresh: bool,
) -> Result<Intake, Response> {
    let form = &sent.form;
    let mut page = page(r, form.trimmed("playbook")).await?;
    if !fresh {
        page.key = form.first("key").map_or_else(|| r.key(), str::to_owned);
        page.id = form.first("id").map_or_else(|| r.uuid(), str::to_owned);
    }
    page.again(&form.0, faults);
    page.files.keep(&r.kept_files(form).await?);
    page.offer = r.offer(form, &sent.taken);
    let kind = form.trimmed("playbook").map(PlaybookId::from);
    let only = kind.and_then(|id| r.county.catalogue.playbooks.get(&id)?.0.category.clone());
    let category = only.or_else(|| form.trimmed("category").map(CategoryId::from));
    let place = form.trimmed("division").map(DivisionCode::from);
    if let (Some(category), Some(place)) = (category, place) {
        match proposal(r, &category, &place) {
            Some(proposal) => page.proposal = Some(proposal),
            None => page.no_proposal = Some(r.w.a("duty.no_row", r.category(Some(&category)))),
        }
    }
    Ok(page)
}

fn proposal(r: &Reader, category: &CategoryId, place: &DivisionCode) -> Option<Proposal> {
    let county = &r.county;
    let today = r.now.date();
    let found = county.powers.proposal(&county.organisation, category, place, today).ok()?;
    let end = due(&county.calendar, &Asked::new(r.now, found.limit)).ok();
    Some(Proposal {
        lead: r.unit(found.lead),
        assists: found.assists.iter().map(|u| r.unit(*u)).collect(),
        limit: r.w.a("intake.limit", r.w.limit(found.limit)),
        due: end.map(|end| Moment::of(r.w, end.due, r.now)),
        because: r.because_of_powers(&found.because),
        tags: Vec::new(),
    })
}
