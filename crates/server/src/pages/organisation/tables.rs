//! `/organisation/tables`: grids, people, powers and units as tables, checked whole and shown before they are recorded.
//! Between the two the file lies on the disk, for a day at the most.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Multipart, Path, RawQuery};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use serde_json::{Map, Value};
use uuid::Uuid;
use zongheng_core::organisation::Datum;
use zongheng_core::paper::number_fault;
use zongheng_core::ruling::may_change;
use zongheng_store::{Keyed, Refused, StoreError};

use super::super::form::Form;
use super::super::imports::{Place, name_alone, on_disk, received, short, told, unwritten};
use super::super::reader::{Answer, Member, Reader};
use super::super::sent::patiently;
use super::super::view::{
    AccountLink, CellFault, Choice, Field, ImportFact, Kind as Input, TableConfirm, TableFaults,
    Tables,
};
use super::changes::{administrator, file_fault};
use super::frame;
use crate::api::check_key;
use crate::api::problem::Problem;
use crate::api::{fingerprint, scope_of};
use crate::app::Shared;
use crate::changes::tables::{self, BadCell, Given, Kind, Taken, Untaken};
use crate::secret;

pub(super) const HERE: &str = "/organisation/tables";
const RECORD: &str = "/organisation/tables/record";

/// What is done, said to somebody who pressed twice.
const AGAIN: &str = "again";

/// The most bytes of a table of the organisation; no county's has near as many.
const LARGEST: u64 = 64 << 20;
/// Bad cells and changes that are shown.
const SHOWN: usize = 200;
/// A picture is drawn with styles of its own, and nothing else is loaded by it.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

pub(super) fn router() -> Router<Shared> {
    Router::new()
        // A file is written to the disk as it comes, and has a bound of its own.
        .route(HERE, get(show).post(check).layer(DefaultBodyLimit::disable()))
        .route(RECORD, post(record).get(async || Redirect::to(HERE)))
        .route("/organisation/tables/{id}/picture.svg", get(picture))
}

async fn show(Member(r): Member, RawQuery(query): RawQuery) -> Answer {
    administrator(&r)?;
    let query = Form::of_query(query.as_deref()).map_err(|p| r.problem(&p))?;
    let mut page = page(&r).await?;
    page.frame.done = query.first("done").map(|done| {
        r.w.t(if done == AGAIN { "tables.done_again" } else { "changes.done" }).to_owned()
    });
    Ok(page.into_response())
}

/// A table and what is said beside it.
#[derive(Debug, Clone)]
struct Asked {
    kind: Kind,
    paper: Option<String>,
    from: Option<Date>,
    datum: Option<Datum>,
    sheet: Option<String>,
}

impl Asked {
    /// What the form says, or everything that is wrong with it by its fields.
    fn read(r: &Reader, sent: &Form) -> Result<Self, Vec<(String, String)>> {
        let w = r.w;
        let mut faults = Vec::new();
        let kind = sent.trimmed("kind").and_then(Kind::named);
        let kind = kind.filter(|kind| may_change(&r.actor, kind.about()));
        if kind.is_none() {
            faults.push(("kind".to_owned(), w.t("imports.no_kind").to_owned()));
        }
        let paper = sent.trimmed("paper").map(str::to_owned);
        if let Some(what) = paper.as_deref().and_then(number_fault) {
            faults.push(("paper".to_owned(), w.fault(what)));
        }
        let from = sent.trimmed("from").map(str::parse::<Date>);
        if matches!(from, Some(Err(_))) {
            faults.push(("from".to_owned(), w.t("tables.no_day").to_owned()));
        }
        let datum = sent.trimmed("datum").and_then(|name| Datum::from_str(name).ok());
        let sheet = sent.trimmed("sheet").map(str::to_owned);
        match kind {
            Some(kind) if faults.is_empty() => {
                Ok(Self { kind, paper, from: from.and_then(Result::ok), datum, sheet })
            }
            _ => Err(faults),
        }
    }

    fn hidden(&self) -> Vec<(&'static str, String)> {
        let Self { kind, paper, from, datum, sheet } = self;
        let said = [
            ("kind", Some(kind.name().to_owned())),
            ("paper", paper.clone()),
            ("from", from.map(|day| day.to_string())),
            ("datum", datum.map(|datum| datum.as_str().to_owned())),
            ("sheet", sheet.clone()),
        ];
        said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// A file that lies on the disk, by the id under which it was written and its own name.
#[derive(Debug, Clone)]
struct Lying {
    id: Uuid,
    file: String,
}

/// A form whose file is written to the disk as it comes; every field before it.
async fn check(Member(r): Member, form: Result<Multipart, MultipartRejection>) -> Answer {
    administrator(&r)?;
    let mut form = form.map_err(|e| r.problem(&Problem::malformed(e.body_text())))?;
    let mut fields = Form::default();
    while let Some(part) = patiently(form.next_field()).await.map_err(|e| r.problem(&e))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != "upload" {
            fields.0.push((name, short(&r, part).await?));
            continue;
        }
        let fields = r.form(Ok(fields))?;
        let file = name_alone(part.file_name().unwrap_or_default());
        let mut faults = Vec::new();
        let asked = Asked::read(&r, &fields).map_err(|all| faults.extend(all)).ok();
        if file.is_empty() {
            faults.push(("upload".to_owned(), r.w.t("imports.no_file").to_owned()));
        }
        let Some(asked) = asked.filter(|_| faults.is_empty()) else {
            return refused(&r, &fields, &faults).await;
        };
        let mut place = Place::new(&r);
        received(&r, place.id, (&file, LARGEST), part).await?;
        let lying = Lying { id: place.id, file };
        let (answer, keep) = looked_at(&r, (&asked, &lying), &fields, None).await?;
        place.kept = keep;
        return Ok(answer);
    }
    let fields = r.form(Ok(fields))?;
    let mut faults = Asked::read(&r, &fields).err().unwrap_or_default();
    faults.push(("upload".to_owned(), r.w.t("imports.no_file").to_owned()));
    refused(&r, &fields, &faults).await
}

async fn refused(r: &Reader, sent: &Form, faults: &[(String, String)]) -> Answer {
    let mut page = page(r).await?;
    again(&mut page, sent, faults);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What was typed stands there again, with what is wrong with it.
fn again(page: &mut Tables, sent: &Form, faults: &[(String, String)]) {
    page.fields.iter_mut().for_each(|field| field.again(&sent.0, faults));
    let of_file = faults.iter().find(|(name, _)| name == "upload");
    page.fault = of_file.map(|(_, what)| what.clone());
}

/// Reads and checks the table, on a thread that may wait for it.
async fn taken(
    r: &Reader,
    asked: &Asked,
    path: PathBuf,
) -> Result<Result<Taken, Untaken>, Response> {
    let (app, asked, now) = (Arc::clone(&r.app), asked.clone(), r.now);
    let here = tokio::runtime::Handle::current();
    let taking = tokio::task::spawn_blocking(move || {
        let given = Given {
            path: &path,
            sheet: asked.sheet.as_deref(),
            paper: asked.paper.as_deref(),
            on: asked.from.unwrap_or_else(|| now.date()),
            now,
            datum: asked.datum,
            picture: asked.kind == Kind::Grids,
        };
        here.block_on(tables::take(&app.store, &app.code, asked.kind, &given))
    });
    taking.await.map_err(|_| r.problem(&Problem::internal()))
}

/// The page with what the table would change, or with all that is wrong in it; and whether the file is needed on.
async fn looked_at(
    r: &Reader,
    (asked, lying): (&Asked, &Lying),
    sent: &Form,
    told_before: Option<String>,
) -> Result<(Response, bool), Response> {
    let path = r.app.imports.written(lying.id, &lying.file);
    let (mut status, mut page) = (StatusCode::OK, page(r).await?);
    again(&mut page, sent, &[]);
    let name = |what: &str| what.replace(&lies_as(r, lying), &lying.file);
    let (picture, keep) = match taken(r, asked, path).await? {
        Ok(taken) => {
            let keep = !taken.checked.changes_nothing();
            page.confirm = Some(confirm(r, (asked, lying), &taken));
            (taken.picture, keep)
        }
        Err(Untaken::File(what)) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            page.fault = Some(told(r, &name(&what)));
            (None, false)
        }
        Err(Untaken::Cells { cells, picture }) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            page.faults = Some(TableFaults {
                title: r.w.n("imports.says_bad", cells.len()),
                cells: cells.iter().take(SHOWN).map(|bad| cell(r, lying, bad)).collect(),
                more: cells.len().saturating_sub(SHOWN) as u64,
            });
            (picture, false)
        }
        Err(Untaken::Store(error)) => return Err(r.problem(&error.into())),
    };
    let drawn = picture.is_some();
    if let Some(picture) = picture {
        let id = lying.id;
        on_disk(r, move |desk| std::fs::write(desk.picture(id), picture)).await?;
        page.picture = Some(format!("{HERE}/{}/picture.svg", lying.id.simple()));
    }
    if let Some(told) = told_before {
        (page.moved, status) = (Some(told), StatusCode::CONFLICT);
    }
    Ok(((status, page).into_response(), keep || drawn))
}

/// Under which name the file lies, and by which it is known to what reads it.
fn lies_as(r: &Reader, lying: &Lying) -> String {
    let path = r.app.imports.written(lying.id, &lying.file);
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn cell(r: &Reader, lying: &Lying, bad: &BadCell) -> CellFault {
    let name = |text: &str| text.replace(&lies_as(r, lying), &lying.file);
    let mend = if bad.mend.is_empty() { String::new() } else { told(r, &bad.mend) };
    let between = if r.w.zh() || mend.is_empty() { "" } else { "; " };
    let what = format!("{}{between}{mend}", told(r, &name(&bad.what)));
    CellFault { address: r.w.fault(&name(&bad.address)), what }
}

fn confirm(r: &Reader, (asked, lying): (&Asked, &Lying), taken: &Taken) -> TableConfirm {
    let (w, count, checked) = (r.w, taken.count, &taken.checked);
    let fact = |key: &str, n: usize| ImportFact { words: w.t(key).to_owned(), n: n.to_string() };
    let mut facts = vec![
        fact("tables.rows", count.rows),
        fact("tables.new", count.new),
        fact("tables.changed", count.changed),
        fact("tables.same", count.same),
    ];
    if asked.kind == Kind::People {
        facts.push(fact("tables.accounts", taken.accounts.len()));
    }
    let mut hidden = asked.hidden();
    hidden.extend([
        ("table", lying.id.to_string()),
        ("file", lying.file.clone()),
        ("upon", checked.county.rev.to_string()),
        ("key", r.key()),
    ]);
    let line = |(zh, en): &(String, String)| if w.zh() { zh.clone() } else { en.clone() };
    TableConfirm {
        title: w.a("changes.would", w.name("table_kind", asked.kind.name())),
        facts,
        lines: checked.lines.iter().take(SHOWN).map(line).collect(),
        more: checked.lines.len().saturating_sub(SHOWN) as u64,
        notes: taken.notes.iter().take(SHOWN).map(|note| cell(r, lying, note)).collect(),
        unread: (!taken.unread.is_empty()).then(|| taken.unread.join(w.t("join.list"))),
        warnings: checked.warnings.iter().map(|fault| file_fault(r, fault)).collect(),
        nothing: checked.changes_nothing(),
        hidden,
    }
}

async fn record(Member(r): Member, sent: Result<Form, Problem>) -> Answer {
    let sent = r.form(sent)?;
    administrator(&r)?;
    let key = sent.first("key").unwrap_or_default();
    check_key(key, true).map_err(|p| r.problem(&p))?;
    let asked = match Asked::read(&r, &sent) {
        Ok(asked) => asked,
        Err(faults) => return refused(&r, &sent, &faults).await,
    };
    let body: Map<String, Value> = sent
        .0
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "csrf" | "key"))
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    let mac = fingerprint(&r.app, (&Method::POST, RECORD, &body));
    let scope = scope_of(&r.actor);
    let keyed = Keyed { scope: &scope, key, mac: &mac };
    let done = |how: &str| Ok(Redirect::to(&format!("{HERE}?done={how}")).into_response());
    let stands = r.app.store.decided(&r.app.code, keyed).await;
    if stands.map_err(|e| r.problem(&e.into()))?.is_some() {
        // The links of new accounts went with the first answer, which a second press has put away.
        return done(if asked.kind == Kind::People { AGAIN } else { "1" });
    }
    let id = sent.trimmed("table").and_then(|id| id.parse::<Uuid>().ok());
    let file = name_alone(sent.first("file").unwrap_or_default());
    let lying = there(&r, id.map(|id| Lying { id, file })).await?;
    let Some(lying) = lying else {
        let gone = ("upload".to_owned(), r.w.t("tables.gone").to_owned());
        return refused(&r, &sent, &[gone]).await;
    };
    let moved = || Some(r.w.t("tables.moved").to_owned());
    let look_again = async || {
        let shown = looked_at(&r, (&asked, &lying), &sent, moved()).await;
        shown.map(|(answer, _)| answer)
    };
    let path = r.app.imports.written(lying.id, &lying.file);
    let taken = match taken(&r, &asked, path).await? {
        Ok(taken) if sent.trimmed("upon") == Some(&taken.checked.county.rev.to_string()) => taken,
        _ => return look_again().await,
    };
    if !r.kept(taken.make_accounts(&r.app.store, &r.app.code, r.now).await)? {
        return look_again().await;
    }
    match taken.checked.record(&r.app.store, keyed, &r.actor.by(), r.now).await {
        Ok(_) => {}
        Err(Refused::Store(StoreError::Moved)) => return look_again().await,
        Err(refused) => return Err(r.problem(&refused.into())),
    }
    let mut links = Vec::new();
    for (login, user) in &taken.accounts {
        let href = r.kept(secret::link(&r.app.store, &r.app.code, *user, r.now).await)?;
        links.push(AccountLink { login: login.clone(), href });
    }
    let id = lying.id;
    // Swept within a day where it cannot be removed now.
    let _swept_later = on_disk(&r, move |desk| desk.remove(id)).await;
    if links.is_empty() {
        return done("1");
    }
    let mut page = page(&r).await?;
    page.frame.done = Some(r.w.t("changes.done").to_owned());
    page.links = links;
    Ok(page.into_response())
}

/// The file, where it still lies there; an import lies there as well, and is none of this page's.
async fn there(r: &Reader, lying: Option<Lying>) -> Result<Option<Lying>, Response> {
    let Some(lying) = lying else { return Ok(None) };
    on_disk(r, move |desk| {
        let ours = desk.written(lying.id, &lying.file).is_file() && desk.work(lying.id).is_none();
        Ok(ours.then_some(lying))
    })
    .await
}

async fn picture(Member(r): Member, Path(id): Path<String>) -> Answer {
    administrator(&r)?;
    let unknown = || r.problem(&Problem::unknown());
    let id = id.parse::<Uuid>().map_err(|_| unknown())?;
    let read = r.app.imports.ask(move |desk| std::fs::read(desk.picture(id))).await;
    let picture = read.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => unknown(),
        _ => unwritten(&r, &error),
    })?;
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
        (header::CONTENT_DISPOSITION, "inline; filename=\"grids.svg\""),
    ];
    Ok((headers, picture).into_response())
}

async fn page(r: &Reader) -> Result<Tables, Response> {
    let w = r.w;
    let kinds: Vec<Choice> = Kind::of(&r.actor)
        .map(|kind| {
            let mut choice = Choice::new(kind.name(), w.name("table_kind", kind.name()));
            choice.note = Some(w.name("table_note", kind.name()));
            choice
        })
        .collect();
    let datums = Datum::ALL.map(|d| Choice::new(d.as_str(), w.name("datum", d.as_str())));
    let field = |name: &str, kind: Input| Field::new(w, "table", name, kind);
    let mut fields = vec![
        field("kind", Input::Radios(kinds)).required(),
        field("paper", Input::Line),
        field("from", Input::Day),
        field("sheet", Input::Line),
    ];
    if Kind::of(&r.actor).any(|kind| kind == Kind::Grids) {
        fields.push(field("datum", Input::Select(datums.into())));
    }
    Ok(Tables {
        frame: frame(r, HERE, w.t("tables.title")).await?,
        fields,
        fault: None,
        moved: None,
        faults: None,
        picture: None,
        confirm: None,
        links: Vec::new(),
    })
}
