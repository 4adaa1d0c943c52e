//! `/who`: whose a matter would be, by category, place and day, and why.

use axum::Router;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::civil::Date;
use zongheng_core::ids::{CategoryId, DivisionCode};
use zongheng_core::powers::{NoPower, PowerLevel, Proposal};
use zongheng_core::ruling::may_consult;

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader};
use super::super::view::{Field, Kind, Nobody, Reason, Who, WhoAnswer};
use super::{day_of, frame};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::who::{names, passed};

pub(super) const HERE: &str = "/who";

pub(super) fn router() -> Router<Shared> {
    Router::new().route(HERE, get(ask))
}

async fn ask(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    let w = r.w;
    if !may_consult(&r.actor) {
        return Err(r.problem_with(&Problem::not_yours(""), w.t("ask.no_post").to_owned()));
    }
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let (date, readable) = day_of(&r, &query, "date");
    let mut fields = fields(&r, &query, date);
    let mut page = Who {
        frame: frame(&r, &r.here, w.t("ask.title")).await?,
        fields: Vec::new(),
        answer: None,
        nobody: None,
        lists: Vec::new(),
    };
    let mut wrong = Vec::new();
    if !readable {
        wrong.push(("date".to_owned(), w.t("ask.no_day").to_owned()));
    }
    let asked = !query.0.is_empty();
    let (category, place) = (query.trimmed("category"), query.trimmed("place"));
    if asked && category.is_none() {
        wrong.push(("category".to_owned(), w.t("ask.choose_category").to_owned()));
    }
    if asked && place.is_none() {
        wrong.push(("place".to_owned(), w.t("ask.choose_place").to_owned()));
    }
    if let (Some(category), Some(place), true) = (category, place, wrong.is_empty()) {
        let (category, place) = (CategoryId::from(category), DivisionCode::from(place));
        wrong = found(&r, (&category, &place, date), &mut page);
    }
    for field in fields.iter_mut().filter(|_| !wrong.is_empty()) {
        let sent = vec![(field.name.clone(), field_value(&query, &field.name, date))];
        field.again(&sent, &wrong);
    }
    page.fields = fields;
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
}

fn field_value(query: &Form, name: &str, date: Date) -> String {
    let usual = if name == "date" { date.to_string() } else { String::new() };
    query.trimmed(name).map_or(usual, str::to_owned)
}

fn fields(r: &Reader, query: &Form, date: Date) -> Vec<Field> {
    let field = |name: &str, kind: Kind| {
        let value = query.trimmed(name).unwrap_or_default();
        Field::new(r.w, "who", name, kind).required().value(value)
    };
    vec![
        field("category", Kind::Select(r.categories())),
        field("place", Kind::Groups(r.places())),
        field("date", Kind::Day).value(date.to_string()),
    ]
}

/// Puts the answer on the page; gives what is wrong with a field.
fn found(
    r: &Reader,
    (category, place, date): (&CategoryId, &DivisionCode, Date),
    page: &mut Who,
) -> Vec<(String, String)> {
    let w = r.w;
    let (organisation, powers) = (&r.county.organisation, &r.county.powers);
    let names = names(organisation, powers);
    let found = powers.proposal(organisation, category, place, date);
    let row = found.as_ref().ok().map(|found| found.row.as_str());
    match &found {
        Ok(found) => page.answer = Some(answer(r, found)),
        Err(NoPower::UnknownCategory(_)) => {
            return vec![("category".to_owned(), w.t("ask.choose_category").to_owned())];
        }
        Err(NoPower::UnknownPlace(_)) => {
            return vec![("place".to_owned(), w.t("ask.choose_place").to_owned())];
        }
        Err(none) => {
            let key = if passed(none).is_empty() { "ask.no_row" } else { "ask.nobody_stands" };
            page.nobody = Some(Nobody {
                what: w.t(key).to_owned(),
                because: r.because_of_powers(passed(none)),
                mend: w.t("ask.mend").to_owned(),
            });
        }
    }
    let said = powers.said(organisation, category, place, row, date);
    let lines = if w.zh() { said.zh(names) } else { said.en(names) };
    page.lists = lines.into_iter().map(Reason::plain).collect();
    Vec::new()
}

fn answer(r: &Reader, found: &Proposal) -> WhoAnswer {
    let w = r.w;
    let assists: Vec<String> = found.assists.iter().map(|unit| r.unit(*unit)).collect();
    let assists = if assists.is_empty() {
        w.t("ask.no_assists").to_owned()
    } else {
        assists.join(w.t("join.list"))
    };
    let level = match found.level {
        PowerLevel::County => "county",
        PowerLevel::Township => "township",
        PowerLevel::Village => "village",
    };
    let basis = if w.zh() { &found.basis } else { &found.basis_en };
    WhoAnswer {
        lead: r.unit(found.lead),
        facts: vec![
            (w.t("ask.assists").to_owned(), assists),
            (w.t("ask.level").to_owned(), w.name("level", level)),
            (w.t("rulings.limit").to_owned(), w.limit(found.limit)),
            (w.t("ask.basis").to_owned(), basis.clone()),
        ],
        because: r.because_of_powers(&found.because),
    }
}
