//! `/follow`: a reporter looks, answers and asks for it to be taken up again, by number and code.

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use zongheng_core::matter::{Actor, Kin, Matter};
use zongheng_store::{Refused, What};

use super::form::Form;
use super::matter::body_of;
use super::reader::{Answer, Reader, short_no};
use super::view::{
    ActForm, FileLink, Follow, Followed, Moment, Options, Promise, Section, StageOf,
};
use crate::api::files::of_receipt;
use crate::api::problem::Problem;
use crate::api::shape::{Frame, PublicView, texts_of};
use crate::api::{by_receipt, check_key, shown_to_reporter, submission};
use crate::app::Shared;
use crate::submit::read_act;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/follow", get(ask).post(look))
        .route("/follow/acts", post(act).get(ask))
        .route("/follow/files", post(file).get(ask))
}

fn page(r: &Reader) -> Follow {
    let mut frame = r.frame(Section::None, r.w.t("follow.title"));
    "/follow".clone_into(&mut frame.here);
    Follow::new(frame)
}

async fn ask(r: Reader) -> Answer {
    Ok(page(&r).into_response())
}

/// The matter of the receipt, or the form again.
async fn found(r: &Reader, form: &Form) -> Result<Matter, Response> {
    let no = r.app.whole_number(form.trimmed("no").unwrap_or_default());
    let code = form.trimmed("code").unwrap_or_default();
    by_receipt(&r.app, &no, code).await.map_err(|problem| {
        let key = match problem.code {
            "too_many" => "follow.many",
            "unknown" => "follow.wrong",
            _ => return r.problem(&problem),
        };
        let mut page = page(r);
        page.no.fill(&[form.first("no").unwrap_or_default().to_owned()]);
        page.fault = Some(r.w.t(key).to_owned());
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::NOT_FOUND);
        (status, page).into_response()
    })
}

async fn look(r: Reader, form: Result<Form, Problem>) -> Answer {
    let form = r.form(form)?;
    let matter = found(&r, &form).await?;
    let code = form.trimmed("code").unwrap_or_default();
    Ok(followed(&r, &matter, code).await?.into_response())
}

async fn followed(r: &Reader, matter: &Matter, code: &str) -> Result<Followed, Response> {
    let w = r.w;
    let mut ids = texts_of(matter);
    ids.extend(matter.answers.iter().map(|a| a.text));
    let texts = r.kept(r.app.store.texts(&r.app.code, &ids).await)?;
    let frame = Frame { county: &r.county, texts: &texts, now: r.now, kin: Kin::NONE };
    let seen = frame.public(matter, r.acting_at);
    let answer = seen.answer.as_ref().map(|a| {
        let kind = w.settlement(a.kind.as_str().unwrap_or_default());
        (Moment::of(w, a.at, r.now), kind, a.text.clone().unwrap_or_default())
    });
    let acts = seen
        .acts_allowed
        .iter()
        .filter(|a| matches!(a.act, "call_back" | "reopen"))
        .map(|a| form_of(r, a.act))
        .collect();
    let shown = shown_to_reporter(&r.app, matter).await.map_err(|p| r.problem(&p))?;
    let mut files = Vec::with_capacity(shown.len());
    for (id, _, attached) in &shown {
        let link = r.file_link(*id, attached);
        // Whoever has no account has no address for it: it comes along in the page.
        let small = r.small_inside(attached).await;
        files.push((id.to_string(), FileLink { small, ..link }));
    }
    let mut around = r.frame(Section::None, w.t("follow.title"));
    "/follow".clone_into(&mut around.here);
    Ok(Followed {
        frame: around,
        no: short_no(&matter.no),
        code: code.to_owned(),
        title: seen.title.clone().unwrap_or_else(|| w.t("matter.not_shown").to_owned()),
        state: w.name("public_state", seen.state),
        unit: matter.owner.map(|owner| r.unit(owner.unit)),
        due: seen.promised.filter(|_| matter.state.is_open()).map(|at| Moment::of(w, at, r.now)),
        stages: stages(r, &seen, matter.state.is_open()),
        answers: answer.into_iter().collect(),
        files,
        acts,
    })
}

/// The reporter's own words: whoever holds the receipt was reached.
fn form_of(r: &Reader, act: &str) -> ActForm {
    let mut form = ActForm::new(r.w, act, r.uuid(), &Options::default());
    form.label = r.w.name("follow_act", act);
    form.note = r.w.find(&format!("follow_note.{act}")).map(str::to_owned);
    form.fields.retain(|field| !matches!(field.name.as_str(), "reached" | "whose"));
    for field in &mut form.fields {
        if matches!(field.name.as_str(), "solved" | "satisfied") {
            field.required = true;
            field.hint = None;
        }
    }
    form
}

fn stages(r: &Reader, seen: &PublicView, open: bool) -> Vec<Promise> {
    let w = r.w;
    let mut stages: Vec<Promise> = seen
        .steps
        .iter()
        .map(|step| {
            Promise::new(w.moment(step.at, r.now), w.name("public_step", step.kind), StageOf::Done)
        })
        .collect();
    if open {
        let when = w.t("follow.now");
        stages.push(Promise::new(when, w.name("public_state", seen.state), StageOf::Now));
    }
    stages
}

/// A file of the own report or of the answer.
async fn file(r: Reader, headers: HeaderMap, form: Result<Form, Problem>) -> Answer {
    let form = r.form(form)?;
    let matter = found(&r, &form).await?;
    let shown = shown_to_reporter(&r.app, &matter).await.map_err(|p| r.problem(&p))?;
    let ids: Vec<_> = shown.into_iter().map(|(id, ..)| id).collect();
    let content = form.first("content").unwrap_or_default();
    let sent = of_receipt(&r.app, (matter.id, &ids), content, &headers).await;
    sent.map_err(|problem| r.problem(&problem))
}

async fn act(r: Reader, form: Result<Form, Problem>) -> Answer {
    let form = r.form(form)?;
    let matter = found(&r, &form).await?;
    let code = form.trimmed("code").unwrap_or_default().to_owned();
    let key = form.first("key").unwrap_or_default().to_owned();
    check_key(&key, false).map_err(|p| r.problem(&p))?;
    let mut body = body_of(&form);
    let name = form.first("act").unwrap_or_default().to_owned();
    if name == "call_back" {
        body.insert("reached".to_owned(), true.into());
    }
    let now = r.now;
    let read = r
        .app
        .with_mint(|mint| read_act(&body, mint, now))
        .map_err(|faults| r.problem(&Problem::invalid(&faults)))?;
    let path = format!("/api/v1/matters/{}/acts", matter.id);
    let what = What::Act { matter: matter.id, ask: read.ask };
    let asked = (&Method::POST, path.as_str(), &body);
    let sent = submission(&r.app, Actor::by_receipt(), key.clone(), asked, what, read.contents);
    match r.app.record(sent).await {
        Ok(recorded) => {
            let after = recorded.matter.unwrap_or(matter);
            let mut page = followed(&r, &after, &code).await?;
            page.frame.done = Some(r.w.t("follow.thanks").to_owned());
            Ok(page.into_response())
        }
        Err(refused) => {
            let fresh = matches!(refused, Refused::KeyReused);
            let (problem, faults) = r.told(refused);
            let mut page = followed(&r, &matter, &code).await?;
            if !page.acts.iter().any(|f| f.act == name) && matches!(&*name, "call_back" | "reopen")
            {
                page.acts.push(form_of(&r, &name));
            }
            if let Some(form_again) = page.acts.iter_mut().find(|f| f.act == name) {
                if !fresh {
                    form_again.key = key;
                }
                form_again.again(&form.0, &faults);
            }
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            Ok((status, page).into_response())
        }
    }
}
