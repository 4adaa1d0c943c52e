//! Who reads a page, in which language, under which session; and the frame around every page.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, PostId, UnitId};
use zongheng_core::matter::{Actor, Refusal, keys_of};
use zongheng_core::organisation::{Holding, Post};
use zongheng_core::powers::PowerReason;
use zongheng_core::time::At;
use zongheng_store::{By, Filter, Refused};

use super::form::Form;
use super::view::{
    Frame, Me, Moment, OtherPost, Problem as ProblemPage, Reason, Section, SeesNone,
};
use super::words::{Locale, Words};
use crate::api::caller::{Anybody, Caller};
use crate::api::problem::Problem;
use crate::app::Shared;

/// The cookie that keeps the chosen language.
pub(super) const LANGUAGE: &str = "language";

/// Somebody who reads pages, with an account or without.
pub(super) struct Reader {
    pub(super) app: Shared,
    pub(super) w: Words,
    pub(super) caller: Option<Caller>,
    pub(super) county: Arc<County>,
    pub(super) actor: Actor,
    /// The machine's time; lists and lamps are as of `as_of`.
    pub(super) now: At,
    pub(super) as_of: At,
    /// The time at which an act would be entered.
    pub(super) acting_at: At,
    /// Path and query of this page.
    pub(super) here: String,
}

/// Somebody signed in. Others are sent to the sign-in page and come back.
pub(super) struct Member(pub(super) Reader);

/// A page that went wrong, as the page that says so.
pub(super) type Answer = Result<Response, Response>;

fn language(headers: &HeaderMap) -> Words {
    let jar = CookieJar::from_headers(headers);
    let chosen = jar.get(LANGUAGE).and_then(|cookie| Locale::named(cookie.value()));
    let accepted = || {
        let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Some(Locale::accepted(header))
    };
    Words::new(chosen.or_else(accepted).unwrap_or_default())
}

impl FromRequestParts<Shared> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let w = language(&parts.headers);
        let failed = |problem: Problem| {
            let frame = Frame { w, ..Frame::default() };
            problem_page(frame, &problem, None)
        };
        let Anybody(caller) = Anybody::from_request_parts(parts, app).await.map_err(&failed)?;
        // Pages know sessions only: a token's holder calls the API.
        let caller = caller.filter(|caller| caller.session.is_some());
        let county = app.county().await.map_err(|e| failed(e.into()))?;
        let head = app.store.head(&app.code).await.map_err(|e| failed(e.into()))?;
        let now = app.now();
        let actor =
            caller.as_ref().map_or_else(Actor::by_receipt, |caller| caller.actor(&county, now));
        let here = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        Ok(Self {
            app: app.clone(),
            w,
            caller,
            county,
            actor,
            now,
            as_of: head.ticked_to(),
            acting_at: now.max(head.last_at()),
            here,
        })
    }
}

impl FromRequestParts<Shared> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let reader = Reader::from_request_parts(parts, app).await?;
        let path = parts.uri.path();
        match &reader.caller {
            None => {
                let back =
                    if parts.method == Method::GET { reader.here.as_str() } else { "/today" };
                Err(Redirect::to(&format!("/sign-in?here={}", super::form::encoded(back)))
                    .into_response())
            }
            Some(caller) if caller.must_change && !matches!(path, "/password" | "/sign-out") => {
                Err(Redirect::to("/password").into_response())
            }
            Some(_) => Ok(Self(reader)),
        }
    }
}

impl Reader {
    pub(super) fn csrf(&self) -> String {
        self.caller.as_ref().map(Caller::csrf).unwrap_or_default()
    }

    /// The form that was sent; one that another site made the browser send is refused.
    pub(super) fn form(&self, form: Result<Form, Problem>) -> Result<Form, Response> {
        let form = form.map_err(|problem| self.problem(&problem))?;
        match &self.caller {
            Some(caller) if form.first("csrf") != Some(caller.csrf().as_str()) => {
                let problem = Problem::not_yours("the form is not of this session: open it again");
                Err(self.problem_with(&problem, self.w.t("form.other_session").to_owned()))
            }
            _ => Ok(form),
        }
    }

    /// What is wrong with a command that was refused, by field of its form or beside none; and its
    /// problem.
    pub(super) fn told(&self, refused: Refused) -> (Problem, Vec<(String, String)>) {
        let faults = match &refused {
            Refused::Refusal(Refusal::Invalid(faults)) => self.w.faults(faults),
            Refused::Refusal(refusal) => vec![(String::new(), self.w.refusal(refusal, self.now))],
            Refused::KeyReused | Refused::Store(_) => Vec::new(),
        };
        let problem = Problem::from(refused);
        if faults.is_empty() {
            let sentence = self.sentence(&problem);
            (problem, vec![(String::new(), sentence)])
        } else {
            (problem, faults)
        }
    }

    /// What is wrong and how to mend it, in one.
    pub(super) fn sentence(&self, problem: &Problem) -> String {
        let say = |section: &str| self.w.name(section, problem.words.unwrap_or(problem.code));
        format!("{} {}", say("problem"), say("mend"))
    }

    /// What the store could not do, as a page.
    pub(super) fn kept<T>(&self, result: zongheng_store::Result<T>) -> Result<T, Response> {
        result.map_err(|e| self.problem(&e.into()))
    }

    /// The frame of a page without counts.
    pub(super) fn frame(&self, section: Section, title: impl Into<String>) -> Frame {
        let w = self.w;
        Frame {
            w,
            title: title.into(),
            county: self.division(&self.app.code),
            section,
            me: self.me(),
            may_enter: self.may_enter(),
            sees_none: self.sees_none(),
            links: [
                super::proposed_orders::links(self),
                super::imports::links(self),
                super::organisation::links(self),
                super::rulings::links(self),
            ]
            .concat(),
            open: None,
            unseen: 0,
            csrf: self.csrf(),
            here: self.here.clone(),
            simulated: self.app.simulated,
            as_of: None,
            done: None,
        }
    }

    fn sees_none(&self) -> Option<SeesNone> {
        let none = self.caller.is_some() && keys_of(&self.actor).is_empty();
        let held = self.actor.post.is_some();
        none.then_some(if held { SeesNone::Keeper } else { SeesNone::NoPost })
    }

    /// The frame of a page of work: with the open matters beside the navigation and the time as of
    /// which everything stands.
    pub(super) async fn work_frame(
        &self,
        section: Section,
        title: impl Into<String>,
    ) -> Result<Frame, Response> {
        let counts = self
            .app
            .store
            .counts(&self.app.code, &keys_of(&self.actor), By::State, &Filter::default())
            .await
            .map_err(|e| self.problem(&e.into()))?;
        let open = counts
            .iter()
            .filter(|c| {
                let state = c.key.as_deref().and_then(|k| k.parse().ok());
                state.is_some_and(zongheng_core::matter::State::is_open)
            })
            .map(|c| u64::try_from(c.n).unwrap_or(0))
            .sum();
        let unseen = match &self.caller {
            Some(caller) => self.kept(self.app.store.unseen(&self.app.code, caller.user).await)?,
            None => 0,
        };
        Ok(Frame {
            open: Some(open),
            unseen,
            as_of: Some(Moment::near(self.w, self.as_of, self.now)),
            ..self.frame(section, title)
        })
    }

    fn me(&self) -> Option<Me> {
        let caller = self.caller.as_ref()?;
        let organisation = &self.county.organisation;
        let Some(post) = self.actor.post.and_then(|id| organisation.posts.get(&id)) else {
            return Some(Me { unit: caller.login.clone(), ..Me::default() });
        };
        let others = organisation
            .posts_of(caller.user, self.now.date())
            .into_iter()
            .filter(|(other, _)| other.id != post.id)
            .map(|(other, _)| OtherPost { id: other.id.to_string(), name: self.unit_post(other) })
            .collect();
        Some(Me {
            unit: self.unit(post.unit),
            post: self.post_name(post),
            acting_for: self.acting_for(caller),
            others,
        })
    }

    /// Whom a deputy acts for: the post's own name, since names of persons stand on no page.
    fn acting_for(&self, caller: &Caller) -> Option<String> {
        let posts = self.county.organisation.posts_of(caller.user, self.now.date());
        let (post, holding) = posts.into_iter().find(|(p, _)| Some(p.id) == self.actor.post)?;
        (holding != Holding::Holder).then(|| self.post_name(post))
    }

    /// Whether the reader's post may enter some kind of matter.
    pub(super) fn may_enter(&self) -> bool {
        let Some(role) = self.actor.role else { return false };
        self.county.catalogue.playbooks.values().any(|(playbook, _)| playbook.enter.contains(&role))
    }

    /// The name of a unit, also of one that no longer stands.
    pub(super) fn unit(&self, id: UnitId) -> String {
        let unit = self.county.organisation.units.get(&id);
        let name = |u: &zongheng_core::organisation::Unit| {
            if self.w.zh() || u.name_en.is_empty() { u.name.clone() } else { u.name_en.clone() }
        };
        unit.map(name).unwrap_or_default()
    }

    pub(super) fn post_name(&self, post: &Post) -> String {
        if self.w.zh() || post.name_en.is_empty() {
            post.name.clone()
        } else {
            post.name_en.clone()
        }
    }

    pub(super) fn post(&self, id: PostId) -> Option<String> {
        self.county.organisation.posts.get(&id).map(|post| self.post_name(post))
    }

    /// Unit · post.
    pub(super) fn unit_post(&self, post: &Post) -> String {
        self.w.ab("who.unit_post", self.unit(post.unit), self.post_name(post))
    }

    /// The name of a place: that of its own unit, which is the short one (曹寨村), else the register's.
    pub(super) fn division(&self, code: &DivisionCode) -> String {
        let organisation = &self.county.organisation;
        // The county's own unit is its government, not the place.
        let unit = organisation.unit_of_division(code, self.now.date());
        if let Some(unit) = unit.filter(|_| *code != self.app.code) {
            return self.unit(unit.id);
        }
        let english = crate::county::division_en(code).filter(|_| !self.w.zh());
        let name = organisation.divisions.get(code).map(|d| d.name.as_str());
        english.or(name).unwrap_or_default().to_owned()
    }

    /// The words of an entry, or what stands in their place.
    pub(super) fn words_of(&self, content: &zongheng_store::Content) -> String {
        match (&content.text, content.erased, content.sealed) {
            (Some(text), ..) => text.clone(),
            (None, None, Some(_)) => self.w.t("matter.sealed_off").to_owned(),
            (None, Some(_), Some(_)) => self.w.t("matter.destroyed").to_owned(),
            (None, ..) => self.w.t("matter.erased").to_owned(),
        }
    }

    /// Why the list of powers names who it names.
    pub(super) fn because_of_powers(&self, because: &[PowerReason]) -> Vec<Reason> {
        let county = &self.county;
        let names = crate::who::names(&county.organisation, &county.powers);
        let say =
            |reason: &PowerReason| if self.w.zh() { names.zh(reason) } else { names.en(reason) };
        because.iter().map(|reason| Reason::plain(say(reason))).collect()
    }

    pub(super) fn category(&self, id: Option<&zongheng_core::ids::CategoryId>) -> String {
        let known = id.and_then(|id| self.county.powers.categories.get(id));
        match known {
            Some(c) if self.w.zh() => c.name.clone(),
            Some(c) => c.name_en.clone(),
            None => self.w.t("category.none").to_owned(),
        }
    }

    /// A fresh key for a form of somebody with an account.
    pub(super) fn key(&self) -> String {
        self.app.with_mint(crate::submit::Mint::key)
    }

    /// A fresh id, or the key of a form without an account.
    pub(super) fn uuid(&self) -> String {
        self.app.with_mint(|mint| mint.id(self.now)).to_string()
    }

    /// The page that says what is wrong, in the reader's words.
    pub(super) fn problem(&self, problem: &Problem) -> Response {
        problem_page(self.frame(Section::None, ""), problem, None)
    }

    /// The same with what the rules say about this very case.
    pub(super) fn problem_with(&self, problem: &Problem, detail: String) -> Response {
        problem_page(self.frame(Section::None, ""), problem, Some(detail))
    }
}

fn problem_page(frame: Frame, problem: &Problem, detail: Option<String>) -> Response {
    let w = frame.w;
    let mut page = ProblemPage::new(frame, problem.status, problem.words.unwrap_or(problem.code));
    page.detail = detail;
    page.faults = problem
        .fields
        .iter()
        .flat_map(|(field, faults)| faults.iter().map(move |what| (field, what)))
        .map(|(field, what)| super::view::Fault {
            field: w.name("field", field),
            what: w.fault(what),
        })
        .collect();
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let retry = problem.retry_after.and_then(|s| HeaderValue::from_str(&s.to_string()).ok());
    let mut response = (status, page).into_response();
    if let Some(retry) = retry {
        response.headers_mut().insert(header::RETRY_AFTER, retry);
    }
    response
}

/// `26-000123` of `411524-2026-000123`: how a number stands on pages and papers of its county.
pub(super) fn short_no(no: &str) -> String {
    let mut parts = no.splitn(3, '-');
    match (parts.next(), parts.next().and_then(|year| year.get(2..)), parts.next()) {
        (Some(_), Some(year), Some(serial)) => format!("{year}-{serial}"),
        _ => no.to_owned(),
    }
}

/// The address of a matter's page.
pub(super) fn href(no: &str) -> String {
    format!("/matters/{no}")
}
