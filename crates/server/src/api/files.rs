//! Files are served by the id of their entry, to whoever may see its matter: what somebody may not see, what was erased
//! and what is sealed off answers as unknown.

use std::io::{Seek as _, SeekFrom};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use zongheng_core::county::County;
use zongheng_core::ids::{ContentId, MatterId};
use zongheng_core::matter::{Actor, may_see};
use zongheng_files::Kind;
use zongheng_store::Attached;

use super::caller::Caller;
use super::problem::Problem;
use super::request::Named;
use super::streamed::streamed;
use crate::app::Shared;
use crate::attaching::{folder, on_disk, small as small_of};

/// Nothing in a file runs, whatever it holds.
const POLICY: &str = "default-src 'none'; sandbox";

/// The whole of a file or its small picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Whole,
    Small,
}

/// A file.
#[utoipa::path(get, path = "/api/v1/files/{content}", tag = "files",
    params(("content" = String, Path, description = "the id of its entry"), ("Range" = Option<String>, Header)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = 206, content_type = "application/octet-stream", body = Vec<u8>), (status = 304),
        (status = 401, body = Problem), (status = 404, body = Problem), (status = 416)),
    security(("token" = [])))]
pub(super) async fn whole(
    State(app): State<Shared>,
    caller: Caller,
    Named(content): Named,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    by_caller(&app, &caller, &content, &headers, Size::Whole).await
}

/// The small picture of a picture.
#[utoipa::path(get, path = "/api/v1/files/{content}/small", tag = "files",
    params(("content" = String, Path, description = "the id of its entry")),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 304),
        (status = 401, body = Problem), (status = 404, body = Problem)),
    security(("token" = [])))]
pub(super) async fn small(
    State(app): State<Shared>,
    caller: Caller,
    Named(content): Named,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    by_caller(&app, &caller, &content, &headers, Size::Small).await
}

async fn by_caller(
    app: &Shared,
    caller: &Caller,
    content: &str,
    headers: &HeaderMap,
    size: Size,
) -> Result<Response, Problem> {
    let county = app.county().await?;
    let actor = caller.actor(&county, app.now());
    seen_by(app, &county, &actor, content, headers, size).await
}

/// The file, if this actor may see the matter that it belongs to.
///
/// # Errors
/// Unknown, or of database and disk.
pub async fn seen_by(
    app: &Shared,
    county: &County,
    actor: &Actor,
    content: &str,
    headers: &HeaderMap,
    size: Size,
) -> Result<Response, Problem> {
    let id = content.parse().map(ContentId).map_err(|_| Problem::unknown())?;
    let found = app.store.file_entry(&app.code, id).await?;
    let (stream, attached) = found.ok_or_else(Problem::unknown)?;
    let matter = stream.matter().ok_or_else(Problem::unknown)?;
    let matter = app.store.matter(&app.code, &matter.to_string()).await?;
    let today = app.now().date();
    match matter.filter(|matter| may_see(actor, matter, &county.organisation, today)) {
        Some(_) => sent(app, id, &attached, headers, size).await,
        None => Err(Problem::unknown()),
    }
}

/// A file of a matter whose receipt was shown, if it is one of those that the reporter sees.
///
/// # Errors
/// Unknown, or of database and disk.
pub async fn of_receipt(
    app: &Shared,
    (matter, shown): (MatterId, &[ContentId]),
    content: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let id = content.parse().map(ContentId).map_err(|_| Problem::unknown())?;
    let found = app.store.file_entry(&app.code, id).await?;
    let (stream, attached) = found.ok_or_else(Problem::unknown)?;
    if stream.matter() != Some(matter) || !shown.contains(&id) {
        return Err(Problem::unknown());
    }
    sent(app, id, &attached, headers, Size::Whole).await
}

async fn sent(
    app: &Shared,
    id: ContentId,
    attached: &Attached,
    headers: &HeaderMap,
    size: Size,
) -> Result<Response, Problem> {
    // An entry never changes: the browser that has it only asks whether it may still be shown.
    let tag = format!("\"{id}\"");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, common(&tag)).into_response());
    }
    if size == Size::Small {
        let small = small_of(app, attached).await?.ok_or_else(Problem::unknown)?;
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))];
        return Ok((common(&tag), kind, small).into_response());
    }
    let (files, sha256) = (folder(app)?, attached.sha256.clone());
    let Some(mut file) = on_disk(move || Ok(files.open(&sha256)?)).await? else {
        tracing::error!(content = %id, "an attached file is not there; `zongheng doctor` tells them all");
        return Err(Problem::unknown());
    };
    let all = attached.size;
    let asked = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let range = match asked.map(|range| part_of(range, all)) {
        Some(Asked::Nothing) => {
            let known = [(header::CONTENT_RANGE, format!("bytes */{all}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, common(&tag), known).into_response());
        }
        Some(Asked::Part(from, to)) => Some((from, to)),
        Some(Asked::All) | None => None,
    };
    let (from, to) = range.unwrap_or((0, all.saturating_sub(1)));
    if from > 0 {
        file.seek(SeekFrom::Start(from)).map_err(|_| Problem::internal())?;
    }
    let length = if all == 0 { 0 } else { to - from + 1 };
    let kind = Kind::of_media(&attached.media);
    let picture = kind.is_some_and(Kind::is_picture);
    let own = [
        (header::CONTENT_TYPE, value(&attached.media)),
        (header::CONTENT_LENGTH, value(&length.to_string())),
        (header::CONTENT_DISPOSITION, disposition(&attached.name, picture)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ];
    let body = streamed(file, length);
    Ok(match range {
        Some((from, to)) => {
            let part = [(header::CONTENT_RANGE, format!("bytes {from}-{to}/{all}"))];
            (StatusCode::PARTIAL_CONTENT, common(&tag), own, part, body).into_response()
        }
        None => (common(&tag), own, body).into_response(),
    })
}

fn common(tag: &str) -> [(header::HeaderName, HeaderValue); 3] {
    [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::ETAG, value(tag)),
    ]
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

/// A picture is shown in its place, all else is saved; its name as RFC 6266 writes it.
fn disposition(name: &str, picture: bool) -> HeaderValue {
    let how = if picture { "inline" } else { "attachment" };
    value(&format!("{how}; filename*=UTF-8''{}", crate::pages::encoded(name)))
}

/// What a range asks of a file.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Part(u64, u64),
    /// It says something else than one part: all of it is a right answer.
    All,
    Nothing,
}

/// One part of `all` bytes, as players ask for it (RFC 9110, section 14).
fn part_of(range: &str, all: u64) -> Asked {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Asked::All;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (from.trim(), to.trim()) {
        ("", last) => match number(last) {
            Some(0) => Asked::Nothing,
            Some(last) if all > 0 => Asked::Part(all - last.min(all), all - 1),
            _ => Asked::All,
        },
        (from, to) => match (number(from), number(to), to.is_empty()) {
            (Some(from), ..) if from >= all => Asked::Nothing,
            (Some(from), _, true) => Asked::Part(from, all - 1),
            (Some(from), Some(to), _) if from <= to => Asked::Part(from, to.min(all - 1)),
            _ => Asked::All,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_one_part_or_all_or_nothing() {
        for (range, asked) in [
            ("bytes=0-", Asked::Part(0, 9)),
            ("bytes=3-5", Asked::Part(3, 5)),
            ("bytes=3-99", Asked::Part(3, 9)),
            ("bytes=-4", Asked::Part(6, 9)),
            ("bytes=-99", Asked::Part(0, 9)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=5-3", Asked::All),
            ("bytes=0-1,4-5", Asked::All),
            ("lines=0-1", Asked::All),
        ] {
            assert_eq!(part_of(range, 10), asked, "{range}");
        }
        assert_eq!(part_of("bytes=0-", 0), Asked::Nothing);
    }

    #[test]
    fn a_name_in_chinese_is_written_as_the_standard_says() {
        let written = disposition("桥 1.pdf", false);
        assert_eq!(written, "attachment; filename*=UTF-8''%E6%A1%A5%201.pdf");
    }
}
