//! One matter: its page, its acts as forms, the reporter's contact on need.

mod beside;
mod body;
mod choices;
mod contact;
mod forms;
mod records;
mod sealing;
mod show;
mod slip;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, RawQuery};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Map, Value};
use zongheng_core::ids::MatterId;
use zongheng_core::ledger::{Act, Stream};
use zongheng_core::matter::{Actor, Matter, Refusal, may_see};
use zongheng_store::{Refused, What};

use self::show::Page;
use super::form::Form;
use super::reader::{Answer, Member, Reader, href};
use super::sent::{LARGEST_FORM, Sent};
use super::view::{ACTS, Contact};
use crate::api::problem::Problem;
use crate::api::submission;
use crate::app::Shared;
use crate::attaching::resolve;
use crate::submit::read_act;

pub(super) use self::body::body_of;
pub(super) use self::forms::{due_by_hand, likely_act};

/// The most acts that the page of a matter shows.
const ACTS_SHOWN: i64 = 1_000;

pub(super) fn router() -> Router<Shared> {
    let bounded = DefaultBodyLimit::max(LARGEST_FORM);
    Router::new()
        .route("/matters/{no}", get(show))
        .route("/matters/{no}/acts", post(act).get(back_to).layer(bounded))
        .route("/matters/{no}/contact", post(show_contact).get(back_to))
        .route("/matters/{no}/contents", post(sealing::send).get(back_to))
}

/// The matter of this number or id, if the reader may see it: else it is not there.
async fn found(r: &Reader, no: &str) -> Result<Matter, Response> {
    let no = r.app.whole_number(no);
    let matter = r.kept(r.app.store.matter(&r.app.code, &no).await)?;
    matter
        .filter(|m| may_see(&r.actor, m, &r.county.organisation, r.now.date()))
        .ok_or_else(|| r.problem(&Problem::unknown()))
}

/// A page names another matter by its number. One that is not there, or not for this reader, has no id
/// at all, which the rules tell like any other.
async fn named_by_number(r: &Reader, asked: &mut Map<String, Value>) -> Result<(), Response> {
    let field = match asked.get("act").and_then(Value::as_str) {
        Some("link") => "to",
        Some("merge") => "into",
        _ => return Ok(()),
    };
    let Some(no) = asked.get(field).and_then(Value::as_str) else { return Ok(()) };
    let no = r.app.whole_number(no);
    let other = r.kept(r.app.store.matter(&r.app.code, &no).await)?;
    let other = other.filter(|m| may_see(&r.actor, m, &r.county.organisation, r.now.date()));
    let id = other.map_or(MatterId(uuid::Uuid::nil()), |m| m.id);
    asked.insert(field.to_owned(), id.to_string().into());
    Ok(())
}

async fn acts_of(r: &Reader, matter: &Matter, after: i64) -> Result<Vec<Act>, Response> {
    let stream = Stream::from(matter.id);
    r.kept(r.app.store.acts(&r.app.code, &stream, after, ACTS_SHOWN).await)
}

/// A page that was reloaded after a form of it came back with faults.
async fn back_to(Path(no): Path<String>) -> Redirect {
    Redirect::to(&href(&no))
}

async fn show(Member(r): Member, Path(no): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let matter = found(&r, &no).await?;
    let mut page = Page::of(&r, matter).await?;
    page.view.frame.done = query
        .first("done")
        .filter(|act| ACTS.contains(act) || *act == "sealing")
        .and_then(|act| r.w.find(&format!("done.{act}")))
        .map(str::to_owned);
    Ok(page.view.into_response())
}

async fn act(Member(r): Member, Path(no): Path<String>, sent: Result<Sent, Problem>) -> Answer {
    let sent = r.sent(sent)?;
    let of_files = r.faults_of_files(&sent);
    let (form, matter) = (sent.form, found(&r, &no).await?);
    if !of_files.is_empty() {
        let status = sent.trouble.as_ref().map_or(422, |problem| problem.status);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let told = Told { status, faults: of_files, fresh_key: false };
        return again(&r, matter, &form, told).await;
    }
    let key = form.first("key").unwrap_or_default().to_owned();
    let mut asked = body_of(&form);
    named_by_number(&r, &mut asked).await?;
    let now = r.now;
    crate::api::check_key(&key, true).map_err(|p| r.problem(&p))?;
    let files = resolve(&r.app, &r.actor, &asked).await.map_err(|p| r.problem(&p))?;
    let mut read = r
        .app
        .with_mint(|mint| read_act(&asked, mint, now))
        .map_err(|faults| r.problem(&Problem::invalid(&faults)))?;
    files.show(&mut read);
    let name = read.ask.act;
    let path = format!("/api/v1/matters/{}/acts", matter.id);
    let what = What::Act { matter: matter.id, ask: read.ask };
    let asked = (&Method::POST, path.as_str(), &asked);
    let submission = submission(&r.app, r.actor.clone(), key, asked, what, read.contents);
    match r.app.record(submission).await {
        Ok(recorded) => {
            let after = recorded.matter.as_ref().unwrap_or(&matter);
            Ok(Redirect::to(&after_act(&r, after, name.name(), &r.actor)).into_response())
        }
        Err(Refused::Store(error)) => {
            again(&r, matter, &form, Told::problem(&r, &error.into())).await
        }
        Err(Refused::KeyReused) => {
            let told = Told::problem(&r, &Refused::KeyReused.into());
            again(&r, matter, &form, Told { fresh_key: true, ..told }).await
        }
        Err(Refused::Refusal(refusal)) => {
            // It may have moved on since it was read above.
            let matter = found(&r, &matter.no).await?;
            let told = Told::refusal(&r, &refusal, &matter, &form).await?;
            again(&r, matter, &form, told).await
        }
    }
}

/// The page after an act: the matter's own, as long as the reader still sees it.
fn after_act(r: &Reader, matter: &Matter, act: &str, actor: &Actor) -> String {
    if may_see(actor, matter, &r.county.organisation, r.now.date()) {
        format!("{}?done={act}", href(&matter.no))
    } else {
        "/matters".to_owned()
    }
}

/// What is wrong with a form that comes back.
struct Told {
    status: StatusCode,
    faults: Vec<(String, String)>,
    fresh_key: bool,
}

impl Told {
    fn whole(status: u16, sentence: String) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, faults: vec![(String::new(), sentence)], fresh_key: false }
    }

    fn problem(r: &Reader, problem: &Problem) -> Self {
        Self::whole(problem.status, r.sentence(problem))
    }

    async fn refusal(
        r: &Reader,
        refusal: &Refusal,
        matter: &Matter,
        form: &Form,
    ) -> Result<Self, Response> {
        let problem = Problem::from(refusal.clone());
        Ok(match refusal {
            Refusal::Invalid(faults) => {
                let mut told = r.w.faults(faults);
                for (fault, (field, _)) in faults.iter().zip(&mut told) {
                    if let Some(own) = body::field_of(form, &fault.field) {
                        *field = own;
                    }
                }
                let faults = told;
                Self { status: StatusCode::UNPROCESSABLE_ENTITY, faults, fresh_key: false }
            }
            Refusal::Stale { since } => {
                let acts = acts_of(r, matter, i64::from(*since)).await?;
                let since: Vec<String> = acts.iter().map(|act| records::in_short(r, act)).collect();
                let list = since.join(r.w.t("join.list"));
                Self::whole(problem.status, r.w.a("form.stale", list))
            }
            _ => Self::whole(problem.status, r.w.refusal(refusal, r.now)),
        })
    }
}

/// The page again, the form unfolded with everything typed and all that is wrong with it.
async fn again(r: &Reader, matter: Matter, form: &Form, told: Told) -> Answer {
    let act = form.first("act").unwrap_or_default().to_owned();
    let kept = r.kept_files(form).await?;
    let mut page = Page::of(r, matter).await?;
    let key = match form.first("key") {
        Some(key) if !told.fresh_key => key.to_owned(),
        _ => r.key(),
    };
    page.come_back(&act, key, &form.0, &told.faults);
    page.keep(&kept);
    Ok((told.status, page.view).into_response())
}

async fn show_contact(
    Member(r): Member,
    Path(no): Path<String>,
    form: Result<Form, Problem>,
) -> Answer {
    r.form(form)?;
    let matter = found(&r, &no).await?;
    let Contact::Asked = contact::access(&r, &matter) else {
        return Err(r.problem(&Problem::not_yours("the contact is not shown to this post")));
    };
    let shown = contact::look(&r, &matter).await?;
    let mut page = Page::of(&r, matter).await?;
    page.view.contact = shown;
    Ok(page.view.into_response())
}
