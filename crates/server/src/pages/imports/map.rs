//! Which column of any table is what: shown from the head of the file, and said by a person.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use zongheng_sheets::head::{self, Head};
use zongheng_sheets::{Book, Limits};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader};
use super::super::view::{Choice, Field, Kind};
use super::{address, allowed, goes_on, on_disk, work};
use crate::api::problem::Problem;
use crate::importing::work::{Stage, Work};
use crate::importing::{BROKE_OFF, Field as Column, Layout, Said};

/// The fields of the form: a choice of column for each that a matter can have, and what holds for all rows.
pub(super) async fn fields(r: &Reader, work: &Work) -> Result<Vec<Field>, Response> {
    let head = head_of(r, work).await?;
    Ok(fields_of(r, &names(&head)))
}

/// The head of the file as it is guessed. A file that is none that is read refuses the work.
async fn head_of(r: &Reader, work: &Work) -> Result<Head, Response> {
    let (path, sheet) = (r.app.imports.file(work), work.sheet.clone());
    let read = tokio::task::spawn_blocking(move || {
        let book = Book::open(&path, sheet.as_deref(), Limits::SHIPPED)?;
        let first = book.first(2 * head::DEEPEST)?;
        Ok::<_, zongheng_sheets::Refused>(head::guess(&first))
    });
    let what = match read.await {
        Ok(Ok(Some(head))) => return Ok(head),
        Ok(Ok(None)) => "no row looks like the names of columns".to_owned(),
        Ok(Err(refused)) => work.told(&refused),
        Err(_) => BROKE_OFF.to_owned(),
    };
    let (id, now) = (work.id, r.now);
    let from = |stage: &Stage| matches!(stage, Stage::Mapping);
    let refuse = |work: &mut Work| work.stage = Stage::Refused { what };
    on_disk(r, move |desk| desk.change(id, now, from, refuse)).await?;
    Err(Redirect::to(&address(work.id)).into_response())
}

/// The names of the columns, each once.
fn names(head: &Head) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in head.names.iter().filter_map(|names| names.first()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

fn fields_of(r: &Reader, names: &[String]) -> Vec<Field> {
    let w = r.w;
    let guessed = Layout::guess(names);
    let choices = || names.iter().map(|name| Choice::new(name, name)).collect::<Vec<_>>();
    let column = |column: Column| {
        let field = Field::new(w, "map", column.name(), Kind::Select(choices()));
        let field = field.value(guessed.get(&column).copied().unwrap_or_default());
        if Layout::NEEDED.contains(&column) { field.required() } else { field }
    };
    let playbooks = r.playbooks(|_| true).into_iter().map(|playbook| {
        let name = if w.zh() { &playbook.name } else { &playbook.name_en };
        Choice::new(playbook.id.as_str(), name)
    });
    let field = |name: &str, kind: Kind| Field::new(w, "map", name, kind);
    let whole = [
        field("playbook", Kind::Select(playbooks.collect())).required(),
        field("system", Kind::Line).required(),
        field("all_category", Kind::Select(r.categories())),
        field("anew", Kind::Check),
    ];
    whole.into_iter().chain(Column::ALL.into_iter().map(column)).collect()
}

pub(super) async fn mapped(
    Member(r): Member,
    Path(id): Path<String>,
    sent: Result<Form, Problem>,
) -> Answer {
    let sent = r.form(sent)?;
    allowed(&r)?;
    let work = work(&r, &id).await?;
    if !matches!(work.stage, Stage::Mapping) {
        return Ok(Redirect::to(&address(work.id)).into_response());
    }
    let names = names(&head_of(&r, &work).await?);
    match read(&r, &names, &sent) {
        Ok(layout) => {
            let change = |work: &mut Work| {
                work.map = Some(layout);
                work.stage = Stage::Checking;
            };
            goes_on(&r, &work, change).await?;
            Ok(Redirect::to(&address(work.id)).into_response())
        }
        Err(faults) => {
            let mut page = super::show::page(&r, &work).await?;
            page.map.iter_mut().for_each(|field| field.again(&sent.0, &faults));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// What was said of the columns, or everything that is wrong with it.
fn read(r: &Reader, names: &[String], sent: &Form) -> Result<Layout, Vec<(String, String)>> {
    let w = r.w;
    let mut faults = Vec::new();
    let mut columns = BTreeMap::new();
    for column in Column::ALL {
        match sent.trimmed(column.name()).filter(|name| names.iter().any(|known| known == name)) {
            Some(name) => drop(columns.insert(column, name.to_owned())),
            None if Layout::NEEDED.contains(&column) => {
                faults.push((column.name().to_owned(), w.t("imports.choose_column").to_owned()));
            }
            None => {}
        }
    }
    let playbook = sent.trimmed("playbook").unwrap_or_default();
    let known = r.county.catalogue.current(&playbook.into());
    if known.is_none() {
        faults.push(("playbook".to_owned(), w.t("imports.choose_playbook").to_owned()));
    }
    let system = sent.trimmed("system").unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if system.is_empty() || system.len() > 40 || !system.chars().all(plain) {
        faults.push(("system".to_owned(), w.t("imports.plain_system").to_owned()));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Layout::of_columns(Said {
        system: system.to_owned(),
        playbook: playbook.to_owned(),
        category: sent.trimmed("all_category").map(str::to_owned),
        columns,
        anew: sent.ticked("anew"),
    }))
}
