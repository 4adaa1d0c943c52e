//! Uploads: begun with name and size, sent part by part, each at its place. The server says how far one has come, so
//! what was cut off goes on.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;
use zongheng_core::matter::FieldFault;
use zongheng_files::{LARGEST, Unfit};
use zongheng_store::{Attached, Begun, NewUpload, Part, Upload};

use super::caller::{Anybody, Caller};
use super::problem::Problem;
use super::request::{key_of, owner, read_object};
use crate::app::Shared;
use crate::attaching::{self, Address, NotKept, PART, check_room, folder, keep, leaves_room};

/// What names the uploads of keys.
const OF_KEYS: Uuid = Uuid::from_u128(0x5f0c_9d3e_7a41_4b86_8e2d_31c7_90aa_64f1);

/// The most characters of a name as it is sent.
const NAME: usize = 400;

/// `id`: a UUID; made from the key where left out. `size` in bytes.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "described to callers, read field by field")]
pub(super) struct UploadBody {
    id: Option<String>,
    name: String,
    size: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UploadOut {
    #[schema(value_type = String)]
    id: Uuid,
    size: u64,
    /// The bytes that stand: the next part begins there.
    received: u64,
    /// The most bytes of a part.
    part: usize,
    /// What is kept of it, once all is there: the `id` may then stand in the `files` of a report or an act.
    file: Option<FileOut>,
    /// What a picture said of place and time, told once and kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<TakenOut>,
}

/// A file as it is kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileOut {
    pub name: String,
    #[serde(rename = "type")]
    pub media: String,
    pub size: u64,
    pub sha256: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct TakenOut {
    /// Degrees in WGS84.
    lon: Option<f64>,
    lat: Option<f64>,
    at: Option<String>,
}

impl From<Attached> for FileOut {
    fn from(attached: Attached) -> Self {
        let Attached { name, media, size, sha256 } = attached;
        Self { name, media, size, sha256 }
    }
}

/// How far it has come.
async fn out(app: &Shared, upload: Upload) -> Result<UploadOut, Problem> {
    let (files, id) = (folder(app)?, upload.id);
    let received = match upload.kept {
        Some(_) => upload.size,
        None => attaching::on_disk(move || Ok(files.received(id)?)).await?,
    };
    let file = upload.kept.map(FileOut::from);
    Ok(UploadOut { id, size: upload.size, received, part: PART, file, taken: None })
}

/// Begin an upload. The same again finds it and says how far it has come.
#[utoipa::path(post, path = "/api/v1/uploads", tag = "files",
    request_body(content_type = "application/json", content = UploadBody),
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = UploadOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn begin(
    State(app): State<Shared>,
    address: Address,
    Anybody(caller): Anybody,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let key = key_of(&headers, caller.is_some())?;
    let owner = owner(caller.as_ref());
    let new = read(&read_object(&headers, body).await?, &key, &owner)?;
    let known = attaching::upload(&app, new.id).await?;
    if known.is_none() {
        check_room(&app, &owner, &address, new.size).await?;
    }
    let upload = match app.store.begin_upload(&app.code, &new, app.now()).await? {
        Begun::Stands(upload) => known.unwrap_or(upload),
        Begun::Taken => return Err(Problem::key_reused()),
    };
    Ok((StatusCode::CREATED, Json(out(&app, upload).await?)).into_response())
}

fn read(body: &Map<String, Value>, key: &str, owner: &str) -> Result<NewUpload, Problem> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, what: &str| faults.push(FieldFault::new(field, what));
    let id = match body.get("id") {
        None | Some(Value::Null) => {
            Some(Uuid::new_v5(&OF_KEYS, format!("{owner}/{key}").as_bytes()))
        }
        Some(id) => id.as_str().and_then(|id| id.parse().ok()),
    };
    if id.is_none() {
        fault("id", "a UUID is wanted here");
    }
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    if name.chars().count() > NAME {
        fault("name", "at most 400 characters");
    }
    let size = body.get("size").and_then(Value::as_u64);
    match size {
        None => fault("size", "the number of bytes is wanted here"),
        Some(0) => fault("size", &Unfit::Empty.to_string()),
        Some(size) if size > LARGEST => {
            fault("size", &Unfit::TooLarge { most: LARGEST >> 20 }.to_string());
        }
        Some(_) => {}
    }
    for other in body.keys().filter(|key| !matches!(key.as_str(), "id" | "name" | "size")) {
        fault(other, "no such field here");
    }
    match (id, size) {
        (Some(id), Some(size)) if faults.is_empty() => {
            Ok(NewUpload { id, owner: owner.to_owned(), name: name.to_owned(), size })
        }
        _ => Err(Problem::invalid(&faults)),
    }
}

/// The caller's own upload; another's is as unknown as none.
async fn own(app: &Shared, caller: Option<&Caller>, id: &str) -> Result<Upload, Problem> {
    let Ok(id) = id.parse::<Uuid>() else { return Err(Problem::unknown()) };
    let found = attaching::upload(app, id).await?;
    found.filter(|upload| upload.owner == owner(caller)).ok_or_else(Problem::unknown)
}

/// How far an upload has come.
#[utoipa::path(get, path = "/api/v1/uploads/{id}", tag = "files",
    params(("id" = String, Path, description = "the upload's id")),
    responses((status = 200, body = UploadOut), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn state(
    State(app): State<Shared>,
    Anybody(caller): Anybody,
    Path(id): Path<String>,
) -> Result<Json<UploadOut>, Problem> {
    let upload = own(&app, caller.as_ref(), &id).await?;
    Ok(Json(out(&app, upload).await?))
}

/// Send a part at its place. Sent again it changes nothing; with the last one the file is looked at and kept, or refused.
#[utoipa::path(put, path = "/api/v1/uploads/{id}/{at}", tag = "files",
    params(("id" = String, Path, description = "the upload's id"),
        ("at" = u64, Path, description = "the part's place: how many bytes stand before it")),
    request_body(content_type = "application/octet-stream", content = Vec<u8>),
    responses((status = 200, body = UploadOut), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn part(
    State(app): State<Shared>,
    Anybody(caller): Anybody,
    Path((id, at)): Path<(String, String)>,
    body: Body,
) -> Result<Json<UploadOut>, Problem> {
    let upload = own(&app, caller.as_ref(), &id).await?;
    let at: u64 = at.parse().map_err(|_| Problem::malformed("the place is a number of bytes"))?;
    let bytes = to_bytes(body, PART).await.map_err(|_| Problem::part_too_large())?;
    if upload.kept.is_some() {
        // The last part again, whose answer was lost.
        return Ok(Json(out(&app, upload).await?));
    }
    let (files, id, size) = (folder(&app)?, upload.id, upload.size);
    let stands = files.clone();
    let came = attaching::on_disk(move || {
        leaves_room(files.room(), bytes.len() as u64)?;
        Ok(files.append(id, at, &bytes, size)?)
    });
    let came = came.await?;
    match came {
        Part::Received(received) if received == size => {}
        Part::Received(_) => return Ok(Json(out(&app, upload).await?)),
        Part::Ahead(received) => {
            let what = format!("{received} bytes stand: the next part begins there");
            return Err(Problem::part("ahead", what, received));
        }
        Part::Differs => {
            let what =
                "other bytes stand at this place: this is another file, begin an upload for it";
            return Err(Problem::part("differs", what, stands.received(id)?));
        }
        Part::TooLong => {
            let what = format!("the part goes beyond the {size} bytes that were said to come");
            return Err(Problem::field("size", what));
        }
        Part::Busy => return Err(zongheng_store::StoreError::Busy.into()),
    }
    match keep(&app, id, id, &upload.name).await {
        Ok(kept) => {
            let mut told = out(&app, Upload { kept: Some(kept.attached), ..upload }).await?;
            let degrees = |e7: i64| {
                #[expect(clippy::cast_precision_loss, reason = "10⁻⁷ degrees fit 53 bits by far")]
                let degrees = e7 as f64 / 1e7;
                degrees
            };
            let (point, at) = (kept.taken.point, kept.taken.at);
            told.taken = (point.is_some() || at.is_some()).then(|| TakenOut {
                lon: point.map(|[lon, _]| degrees(lon)),
                lat: point.map(|[_, lat]| degrees(lat)),
                at: at.map(|at| zongheng_core::time::At::from_seconds(at).to_string()),
            });
            Ok(Json(told))
        }
        Err(NotKept::Unfit(unfit)) => {
            // Nothing of it stays.
            attaching::on_disk(move || {
                stands.drop_part(id);
                Ok(())
            })
            .await?;
            app.store.drop_upload(&app.code, id).await?;
            Err(NotKept::Unfit(unfit).into())
        }
        Err(error) => {
            // Sent twice at once, the other one has kept it meanwhile.
            let known = attaching::upload(&app, id).await?;
            match known.filter(|upload| upload.kept.is_some()) {
                Some(upload) => Ok(Json(out(&app, upload).await?)),
                None => Err(error.into()),
            }
        }
    }
}
