//! `/report`: anybody reports, without an account; the receipt is shown once.

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use zongheng_core::matter::{Actor, Matter};
use zongheng_core::playbook::{ClockLimit, Grade, Playbook, Stage, StageClock};
use zongheng_store::{Refused, What};

use super::entry::{faults_of, report_of};
use super::form::Form;
use super::reader::{Answer, Reader, short_no};
use super::sent::{LARGEST_FORM, Sent};
use super::view::{Limits, Moment, Promise, Receipt, Report, Section};
use crate::api::problem::Problem;
use crate::api::{can_give_receipts, check_key, receipt_code, submission};
use crate::app::Shared;
use crate::attaching::resolve;
use crate::submit::read_report;

pub(super) fn router() -> Router<Shared> {
    let bounded = DefaultBodyLimit::max(LARGEST_FORM);
    Router::new().route("/report", get(ask).post(send).layer(bounded))
}

/// The kind of matter of that name that anybody may report, or the first of them, and all.
fn public_playbooks<'a>(
    r: &'a Reader,
    kind: Option<&str>,
) -> Result<(&'a Playbook, Vec<&'a Playbook>), Response> {
    let all = r.playbooks(|playbook| playbook.public);
    let named = all.iter().find(|p| Some(p.id.as_str()) == kind).or(all.first()).copied();
    named.map(|named| (named, all)).ok_or_else(|| r.problem(&Problem::unknown()))
}

fn page(r: &Reader, chosen: &Playbook, all: &[&Playbook]) -> Report {
    let frame = r.frame(Section::None, r.w.t("report.name_of_page"));
    let kinds = r.kinds(chosen, all, "/report");
    Report::new(frame, r.uuid(), r.uuid(), r.places(), kinds, &limits(r, chosen, None))
}

/// By when the clock of a kind promises what; where the answer hangs on the category, that of a matter.
fn limits(r: &Reader, playbook: &Playbook, matter: Option<&Matter>) -> Limits {
    let county = &r.county;
    let clock = county.catalogue.current(&playbook.id).map(|(_, clock, _)| clock);
    let of = |stage: Stage| {
        clock.filter(|_| playbook.stages.contains(&stage))?.stage(stage, Grade::Ordinary)
    };
    let limit = |rule: &StageClock| match rule.limit {
        ClockLimit::Own(limit) => Some(limit),
        ClockLimit::Category => {
            let (place, id) = (&matter?.place.division, matter?.category.as_ref()?);
            let today = r.now.date();
            let row = county.powers.proposal(&county.organisation, id, place, today).ok();
            let own = || county.powers.categories.get(id).map(|category| category.limit);
            row.map(|row| row.limit).or_else(own)
        }
    };
    let words = |stage| of(stage).and_then(limit).map(|limit| r.w.limit(limit));
    Limits { opinion: words(Stage::Plan), answer: words(Stage::Settle) }
}

async fn ask(r: Reader, RawQuery(query): RawQuery) -> Answer {
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let (chosen, all) = public_playbooks(&r, query.first("kind"))?;
    // Nobody fills in a form that cannot be taken.
    can_give_receipts(&r.app).map_err(|p| r.problem(&p))?;
    Ok(page(&r, chosen, &all).into_response())
}

async fn send(r: Reader, sent: Result<Sent, Problem>) -> Answer {
    let sent = r.sent(sent)?;
    let (of_files, form) = (r.faults_of_files(&sent), &sent.form);
    let key = form.first("key").unwrap_or_default().to_owned();
    check_key(&key, false).map_err(|p| r.problem(&p))?;
    let (chosen, all) = public_playbooks(&r, form.trimmed("playbook"))?;
    let body = report_of(form, chosen.id.as_str());
    let (kept, offer) = (r.kept_files(form).await?, r.offer(form, &sent.taken));
    let again = |status: StatusCode, faults: &[(String, String)], fresh: bool| {
        let mut page = page(&r, chosen, &all);
        if !fresh {
            page.key.clone_from(&key);
            form.first("id").unwrap_or_default().clone_into(&mut page.id);
        }
        page.again(&form.0, faults);
        page.files.keep(&kept);
        page.offer.clone_from(&offer);
        (status, page).into_response()
    };
    if let Some(trouble) = &sent.trouble {
        let status =
            StatusCode::from_u16(trouble.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        return Ok(again(status, &of_files, false));
    }
    let now = r.now;
    let organisation = &r.county.organisation;
    let files = resolve(&r.app, &r.actor, &body).await.map_err(|p| r.problem(&p))?;
    let known = !files.faults.is_empty() && r.remembers(&Actor::by_receipt(), &key).await?;
    let read = r.app.with_mint(|mint| read_report(&body, organisation, mint, now));
    let read = files.show_report(read, known);
    let (read, found) = match read {
        Ok(read) => (Some(read), Vec::new()),
        Err(found) => (None, found),
    };
    let faults = [of_files, faults_of(r.w, form, chosen, &found)].concat();
    // What its pictures say is asked about once, before anything is recorded.
    if faults.is_empty() && sent.says_something() && offer.is_some() {
        return Ok(again(StatusCode::OK, &[], false));
    }
    let Some(mut read) = read.filter(|_| faults.is_empty()) else {
        return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, &faults, false));
    };
    if let Err(problem) = can_give_receipts(&r.app) {
        let fault = (String::new(), r.sentence(&problem));
        return Ok(again(StatusCode::SERVICE_UNAVAILABLE, &[fault], false));
    }
    read.report.source = None;
    let what = What::Report(Box::new(read.report));
    let asked = (&Method::POST, "/api/v1/matters", &body);
    let sent = submission(&r.app, Actor::by_receipt(), key.clone(), asked, what, read.contents);
    let recorded = match r.app.record(sent).await {
        Ok(recorded) => recorded,
        Err(refused) => {
            let fresh = matches!(refused, Refused::KeyReused);
            let (problem, faults) = r.told(refused);
            let status = StatusCode::from_u16(problem.status);
            return Ok(again(status.unwrap_or(StatusCode::CONFLICT), &faults, fresh));
        }
    };
    let matter = recorded.matter.ok_or_else(|| r.problem(&Problem::internal()))?;
    let code = receipt_code(&r.app, &matter).map_err(|p| r.problem(&p))?;
    let called = form.trimmed("reporter_phone").is_some();
    let limits = limits(&r, chosen, Some(&matter));
    let at = Moment::of(r.w, matter.reported, r.now);
    let mut frame = r.frame(Section::None, r.w.t("receipt.title"));
    "/report".clone_into(&mut frame.here);
    let page = Receipt {
        frame,
        no: short_no(&matter.no),
        code,
        promises: Promise::at_the_door(r.w, &at, called, &limits),
        called,
        at,
    };
    Ok((StatusCode::CREATED, page).into_response())
}
