//! The register as a file: what a list holds, written whole and then sent.

use std::fs::File;
use std::path::PathBuf;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use zongheng_core::matter::{Actor, keys_of};
use zongheng_sheets::write::Encoding;
use zongheng_store::{StoreError, make_folder};

use super::caller::Caller;
use super::lists::ListQuery;
use super::problem::Problem;
use super::streamed::streamed;
use crate::app::Shared;
use crate::exporting::{self, Asked, Format, Layout, Unexported};

/// The most matters that are sent: what a server writes within the time of a request. The command has no such end.
pub const MOST: u64 = 100_000;

/// The matters of a list as a file; the entity tag is the file's SHA-256.
#[utoipa::path(get, path = "/api/v1/matters/export", tag = "matters", params(ListQuery),
    responses((status = 200, description = "the file", content(
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/csv"), (String = "application/jsonl"), (String = "application/geo+json"))),
        (status = 401, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)),
    security(("token" = [])))]
pub(super) async fn export(
    State(app): State<Shared>,
    caller: Caller,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(|e| Problem::field("query", e.body_text()))?;
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    download(&app, &actor, &query).await
}

/// Where files are written that are then sent.
pub fn folder(app: &Shared) -> PathBuf {
    app.here.data.join("exports")
}

/// The file of a list, for whoever may see the list.
///
/// # Errors
/// A wrong query, too many matters, too many exports at once, no room on the disk.
pub async fn download(app: &Shared, actor: &Actor, query: &ListQuery) -> Result<Response, Problem> {
    let asked = read(query)?;
    let Ok(_turn) = app.exports.try_acquire() else { return Err(StoreError::Busy.into()) };
    let (county, now) = (app.county().await?, app.now());
    let folder = folder(app);
    make_folder(&folder)?;
    let to = folder.join(app.with_mint(|mint| mint.id(now)).to_string());
    let keys = keys_of(actor);
    let made = exporting::export(&app.store, (&county, &keys), &asked, (now, to), |_| ()).await;
    let made = made.map_err(|error| match error {
        Unexported::Store(error) => error.into(),
        Unexported::TooMany(most) => Problem::too_many_rows(most),
        Unexported::File(_, error)
        | Unexported::Table(zongheng_sheets::write::Unwritten::Io(error)) => failed(&error),
        other => {
            tracing::error!(error = %other, "an export could not be written");
            Problem::internal()
        }
    })?;
    // Open, it can be read to its end; its name is gone with this, whatever becomes of the connection.
    let file = File::open(made.part.path()).map_err(|error| failed(&error))?;
    let (format, day) = (asked.format, now.date());
    let name = format!("{}-{day}.{}", asked.layout.name(), format.name());
    let headers = [
        (header::CONTENT_TYPE, media_type(&asked)),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CONTENT_LENGTH, made.bytes.to_string()),
        (header::ETAG, format!("\"{}\"", made.sha256)),
    ];
    Ok((headers, streamed(file, made.bytes)).into_response())
}

fn media_type(asked: &Asked) -> String {
    let media_type = asked.format.media_type();
    match (asked.format, asked.encoding) {
        (Format::Csv, Encoding::Utf8) => format!("{media_type}; charset=utf-8"),
        (Format::Csv, Encoding::Gb18030) => format!("{media_type}; charset=gb18030"),
        _ => media_type.to_owned(),
    }
}

/// What the query asks for, or everything wrong with it.
fn read(query: &ListQuery) -> Result<Asked, Problem> {
    let known = |name: &str| format!("{name} is not known here");
    for (name, given) in [("by", &query.by), ("after", &query.after)] {
        if given.as_deref().is_some_and(|given| !given.is_empty()) {
            return Err(Problem::field(name, known(name)));
        }
    }
    if query.limit.is_some() {
        return Err(Problem::field("limit", known("limit")));
    }
    let format = query.format.as_deref();
    let format = Format::ALL.into_iter().find(|known| Some(known.name()) == format);
    let format = format.ok_or_else(|| Problem::field("format", "xlsx, csv, jsonl or geojson"))?;
    let layout = match query.layout.as_deref() {
        None | Some("") => Some(Layout::Register),
        Some(name) => Layout::ALL.into_iter().find(|known| known.name() == name),
    };
    let layout = layout.ok_or_else(|| Problem::field("layout", "register, hotline or tasks"))?;
    let encoding = match query.encoding.as_deref() {
        None | Some("" | "utf-8") => Encoding::Utf8,
        Some("gb18030") => Encoding::Gb18030,
        Some(_) => return Err(Problem::field("encoding", "utf-8 or gb18030")),
    };
    let (filter, order) = (query.filter()?, query.order()?);
    Ok(Asked { format, layout, encoding, filter, order, most: Some(MOST) })
}

fn failed(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "an export could not be written");
    if error.kind() == std::io::ErrorKind::StorageFull {
        Problem::full()
    } else {
        Problem::internal()
    }
}
