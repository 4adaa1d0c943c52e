//! The list of works, and the upload that begins one.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use axum::extract::Multipart;
use axum::extract::multipart::{Field as Part, MultipartRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;
use zongheng_sheets::{Limits, words};

use super::super::form::Form;
use super::super::reader::{Answer, Member, Reader};
use super::super::sent::patiently;
use super::super::view::{Choice, Field, ImportRow, Imports, Kind as Input, Moment, Section};
use super::{HERE, address, allowed, asks, on_disk, tag, unwritten};
use crate::api::problem::Problem;
use crate::attaching::{PIECE, leaves_room};
use crate::importing::desk::Desk;
use crate::importing::work::{self, Kind, Stage, Work};

/// The most bytes of a file, and a little for the other fields of the form.
const LARGEST: u64 = Limits::SHIPPED.bytes;
const BESIDE: u64 = 64 << 10;
/// The longest field beside the file.
const SHORT: usize = 4 << 10;
/// Works that the list shows.
const SHOWN: usize = 50;
/// Works that are not over and whose files lie there at once, so that they do not fill the disk.
const MOST: usize = 100;

pub(super) async fn list(Member(r): Member) -> Answer {
    allowed(&r)?;
    Ok(page(&r, &[], &[]).await?.into_response())
}

async fn page(
    r: &Reader,
    sent: &[(String, String)],
    faults: &[(String, String)],
) -> Result<Imports, Response> {
    let w = r.w;
    let kinds = Kind::ALL.map(|kind| {
        let mut choice = Choice::new(kind.name(), w.name("import_kind", kind.name()));
        choice.note = Some(w.name("import_note", kind.name()));
        choice
    });
    let field = |name: &str, kind: Input| Field::new(w, "import", name, kind);
    let mut fields = vec![
        field("kind", Input::Radios(kinds.into())).required(),
        field("year", Input::Number),
        field("sheet", Input::Line),
        field("without", Input::Line),
    ];
    if !faults.is_empty() {
        for field in &mut fields {
            field.again(sent, faults);
        }
    }
    let of_file = faults.iter().filter(|(name, _)| name == "upload").map(|(_, what)| what.clone());
    let fault: Vec<String> = of_file.collect();
    let mut frame = r.work_frame(Section::None, w.t("imports.title")).await?;
    HERE.clone_into(&mut frame.here);
    let works = on_disk(r, |desk| Ok(desk.works())).await?;
    Ok(Imports {
        frame,
        fields,
        fault: (!fault.is_empty()).then(|| fault.join(w.t("join.sentences"))),
        works: works
            .iter()
            .take(SHOWN)
            .map(|work| ImportRow {
                href: address(work.id),
                file: work.file.clone(),
                kind: w.name("import_kind", work.kind.name()),
                stage: tag(r, &work.stage),
                begun: Moment::near(w, work.begun, r.now),
            })
            .collect(),
    })
}

/// A form whose file is written to the disk as it comes; every field before it.
pub(super) async fn begin(
    Member(r): Member,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer {
    allowed(&r)?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > LARGEST + BESIDE) {
        return Err(r.problem(&Problem::too_large_file(LARGEST)));
    }
    let mut form = form.map_err(|e| r.problem(&Problem::malformed(e.body_text())))?;
    let mut fields = Form::default();
    loop {
        let part = patiently(form.next_field()).await.map_err(|e| r.problem(&e))?;
        let Some(part) = part else { break };
        let name = part.name().unwrap_or_default().to_owned();
        if name != "upload" {
            let value = short(&r, part).await?;
            fields.0.push((name, value));
            continue;
        }
        // What came before says whether the file is read at all.
        let fields = r.form(Ok(fields))?;
        let there = on_disk(&r, |desk| Ok(desk.begun())).await?;
        let asked = match Asked::read(&r, &fields, there) {
            Ok(asked) => asked,
            Err(faults) => return refused(&r, &fields, &faults).await,
        };
        let file = part.file_name().unwrap_or_default().to_owned();
        if file.is_empty() {
            let fault = ("upload".to_owned(), r.w.t("imports.no_file").to_owned());
            return refused(&r, &fields, &[fault]).await;
        }
        let mut place = Place::new(&r);
        received(&r, place.id, (&file, LARGEST), part).await?;
        let to = begun(&r, place.id, &file, asked).await?;
        place.kept = true;
        return Ok(to);
    }
    let fields = r.form(Ok(fields))?;
    let fault = ("upload".to_owned(), r.w.t("imports.no_file").to_owned());
    refused(&r, &fields, &[fault]).await
}

async fn refused(r: &Reader, fields: &Form, faults: &[(String, String)]) -> Answer {
    let page = page(r, &fields.0, faults).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What the fields say.
struct Asked {
    kind: Kind,
    sheet: Option<String>,
    year: Option<i16>,
    without: BTreeSet<u32>,
}

impl Asked {
    fn read(r: &Reader, fields: &Form, there: usize) -> Result<Self, Vec<(String, String)>> {
        let mut faults = Vec::new();
        let mut fault = |name: &str, key: &'static str| {
            faults.push((name.to_owned(), r.w.find(key).unwrap_or_default().to_owned()));
        };
        let kind = fields.trimmed("kind").and_then(Kind::named);
        if kind.is_none() {
            fault("kind", "imports.no_kind");
        }
        let year = fields.trimmed("year").map(|year| year.parse::<i16>().unwrap_or_default());
        if year.is_some_and(|year| !(2000..=2100).contains(&year)) {
            fault("year", "imports.no_year");
        }
        let without = rows(fields.trimmed("without").unwrap_or_default());
        if without.is_none() {
            fault("without", "imports.no_rows");
        }
        if there >= MOST {
            fault("upload", "imports.too_many");
        }
        let sheet = fields.trimmed("sheet").map(str::to_owned);
        match (kind, without) {
            (Some(kind), Some(without)) if faults.is_empty() => {
                Ok(Self { kind, sheet, year, without })
            }
            _ => Err(faults),
        }
    }
}

/// Numbers of rows as people write them: 492、2638.
fn rows(said: &str) -> Option<BTreeSet<u32>> {
    words::several(said).iter().map(|row| row.parse().ok()).collect()
}

/// The folder of a work that begins; dropped before its file is whole it goes, also where the sender went away.
pub(in crate::pages) struct Place {
    desk: Arc<Desk>,
    pub(in crate::pages) id: Uuid,
    pub(in crate::pages) kept: bool,
}

impl Place {
    pub(in crate::pages) fn new(r: &Reader) -> Self {
        let id = r.app.with_mint(|mint| mint.id(r.now));
        Self { desk: Arc::clone(&r.app.imports), id, kept: false }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.kept {
            // Not there where it was not made yet; swept later where it cannot be removed now.
            let _not_there = self.desk.remove(self.id);
        }
    }
}

/// Writes the file of a work as it comes, with so many bytes at the most.
pub(in crate::pages) async fn received(
    r: &Reader,
    id: Uuid,
    (named, most): (&str, u64),
    mut part: Part<'_>,
) -> Result<(), Response> {
    let failed = |error: std::io::Error| unwritten(r, &error);
    let place = r.app.imports.place(id, named).map_err(|e| r.problem(&e.into()))?;
    let mut file = tokio::fs::File::create_new(&place).await.map_err(failed)?;
    let (mut bytes, mut looked) = (0_u64, None);
    while let Some(piece) = patiently(part.chunk()).await.map_err(|e| r.problem(&e))? {
        bytes += piece.len() as u64;
        if bytes > most {
            return Err(r.problem(&Problem::too_large_file(most)));
        }
        if looked.is_none_or(|at| bytes >= at + PIECE) {
            looked = Some(bytes);
            let room = on_disk(r, |desk| Ok(desk.room())).await?;
            leaves_room(room, PIECE).map_err(|e| r.problem(&e.into()))?;
        }
        file.write_all(&piece).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)
}

async fn begun(r: &Reader, id: Uuid, file: &str, asked: Asked) -> Answer {
    let (user, post) = asks(r)?;
    let Asked { kind, sheet, year, without } = asked;
    let stage = if kind == Kind::Matters { Stage::Mapping } else { Stage::Checking };
    let file = name_alone(file);
    let work = Work {
        id,
        user,
        post,
        begun: r.now,
        changed: r.now,
        file,
        kind,
        sheet,
        year,
        map: None,
        without,
        stage,
        reconciled: None,
    };
    let runs = work.stage.runs();
    on_disk(r, move |desk| desk.keep(&work)).await?;
    if runs {
        work::start(&r.app, id);
    }
    Ok(Redirect::to(&address(id)).into_response())
}

/// The name of a file, whatever a browser sends before it.
pub(in crate::pages) fn name_alone(file: &str) -> String {
    let name = Path::new(file).file_name();
    name.map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// A field beside the file.
pub(in crate::pages) async fn short(r: &Reader, mut part: Part<'_>) -> Result<String, Response> {
    let mut bytes = Vec::new();
    while let Some(piece) = patiently(part.chunk()).await.map_err(|e| r.problem(&e))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > SHORT {
            return Err(r.problem(&Problem::too_large()));
        }
    }
    let text = String::from_utf8(bytes);
    text.map_err(|_| r.problem(&Problem::malformed("a field is no UTF-8")))
}
