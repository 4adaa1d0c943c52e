//! Files to begin with: a sample of each sort, and the roster of a unit as it stands.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::civil::Date;
use zongheng_core::organisation::{Line, Unit};

use super::super::form::{Form, encoded};
use super::super::reader::{Answer, Member, Reader};
use super::super::view::{Field, FileSample, Kind};
use super::changes::{HERE, administrator};
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::changes::{Sort, login_of};

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/organisation/changes/template/{kind}", get(template))
        .route("/organisation/changes/roster", get(chosen))
        .route("/organisation/changes/roster/{unit}", get(roster))
}

/// The samples as the page shows them.
pub(super) fn samples(r: &Reader) -> Vec<FileSample> {
    let sample = |sort: Sort| FileSample {
        name: r.w.name("change_kind", sort.name()),
        href: format!("{HERE}/template/{}", sort.name()),
        text: sort.template(r.w.zh()),
    };
    Sort::of(&r.actor).map(sample).collect()
}

/// Every unit whose roster may be asked for: departments first, then townships with their villages.
pub(super) fn units(r: &Reader) -> Field {
    let top = |unit: &Unit| matches!(unit.line, Line::Top | Line::Vertical) || unit.code.is_none();
    let groups = [r.units(None, top), r.places()].concat();
    Field::new(r.w, "changes", "unit", Kind::Groups(groups)).required()
}

async fn template(Member(r): Member, Path(kind): Path<String>) -> Answer {
    administrator(&r)?;
    let sort = Sort::named(&kind).ok_or_else(|| r.problem(&Problem::unknown()))?;
    Ok(file(sort.name(), sort.template(r.w.zh()).to_owned()))
}

/// A form without script asks by its query; a roster has an address of its own.
async fn chosen(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    administrator(&r)?;
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let unit = query.trimmed("unit");
    let to = unit.map_or_else(|| HERE.to_owned(), |u| format!("{HERE}/roster/{}", encoded(u)));
    Ok(Redirect::to(&to).into_response())
}

/// From tomorrow on: what is past no file changes.
async fn roster(Member(r): Member, Path(unit): Path<String>) -> Answer {
    administrator(&r)?;
    let today = r.now.date();
    let on: Date = today.tomorrow().unwrap_or(today);
    let organisation = &r.county.organisation;
    let accounts = r.kept(r.app.store.accounts(&r.app.code).await)?;
    let login = |id| login_of(&accounts, id);
    let unit = organisation.unit_named(&r.county.code, &unit, on);
    let text = unit.and_then(|unit| organisation.roster_as_file(unit, on, !r.w.zh(), &login));
    text.map(|text| file("roster", text)).ok_or_else(|| r.problem(&Problem::unknown()))
}

/// Opens as a text, and is kept under a name that the page takes.
fn file(name: &str, text: String) -> Response {
    let kept_as = format!("inline; filename=\"{name}.toml\"");
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, kept_as),
    ];
    (headers, text).into_response()
}
