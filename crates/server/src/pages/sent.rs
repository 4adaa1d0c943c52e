//! A form that may bring pictures and papers: `multipart/form-data` (RFC 7578), read as it comes. Each file is written
//! to the disk while it arrives, judged and kept as an upload of whoever sends the form, and stands from then on in the
//! form's field `files` by its id: so it is not lost where the form is shown again.

use std::time::Duration;

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header;
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;
use zongheng_core::matter::MOST_FILES;
use zongheng_files::{LARGEST as LARGEST_FILE, Taken, Unfit};
use zongheng_store::{Files, NewUpload};

use super::form::Form;
use crate::api::caller::{Anybody, Caller};
use crate::api::owner;
use crate::api::problem::Problem;
use crate::app::Shared;
use crate::attaching::{Address, NotKept, PIECE, check_room, folder, keep, leaves_room, on_disk};
use crate::web::LARGEST;

/// The most bytes of a form with its files.
pub(super) const LARGEST_FORM: usize = 160 << 20;

/// A sender that says nothing for so long is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// What names the uploads of forms.
const OF_FORMS: Uuid = Uuid::from_u128(0x2b6e_f0a4_91c3_4d57_a8b1_5ce2_07d9_3f68);

/// A form as it was sent, with its files.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) form: Form,
    /// Files that are not taken: name, and why in English.
    pub(super) unfit: Vec<(String, String)>,
    /// What kept pictures say of themselves.
    pub(super) taken: Vec<Taken>,
    /// Why files could not be kept here: too many, or the disk.
    pub(super) trouble: Option<Problem>,
}

impl Sent {
    /// Whether a picture that came with this form says where or when it was taken.
    pub(super) fn says_something(&self) -> bool {
        self.taken.iter().any(|taken| *taken != Taken::default())
    }
}

impl FromRequest<Shared> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            return Ok(Self { form: Form::from_request(request, app).await?, ..Self::default() });
        }
        let length = request.headers().get(header::CONTENT_LENGTH);
        let length = length.and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > LARGEST_FORM) {
            return Err(Problem::form_too_large(LARGEST_FORM));
        }
        let (mut parts, body) = request.into_parts();
        let Anybody(caller) = Anybody::from_request_parts(&mut parts, app).await?;
        let Ok(address) = Address::from_request_parts(&mut parts, app).await;
        let parts = Multipart::from_request(Request::from_parts(parts, body), app).await;
        let mut parts = parts.map_err(|e| Problem::malformed(e.body_text()))?;
        let mut reading =
            Reading { app, caller, address, sent: Self::default(), files: 0, text: 0 };
        while let Some(field) = patiently(parts.next_field()).await? {
            reading.field(field).await?;
        }
        Ok(reading.sent)
    }
}

/// Waits for the next bytes, but not for ever.
pub(super) async fn patiently<T>(
    next: impl Future<Output = Result<T, axum::extract::multipart::MultipartError>>,
) -> Result<T, Problem> {
    match tokio::time::timeout(PATIENCE, next).await {
        Ok(Ok(next)) => Ok(next),
        Ok(Err(error)) if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Problem::form_too_large(LARGEST_FORM))
        }
        Ok(Err(error)) => Err(Problem::malformed(error.body_text())),
        Err(_) => Err(Problem::malformed("the form was not sent to its end")),
    }
}

/// Bytes that are not kept yet; dropped, they go, also where the sender went away in the middle.
struct OnItsWay {
    files: Files,
    id: Uuid,
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        self.files.drop_part(self.id);
    }
}

struct Reading<'a> {
    app: &'a Shared,
    caller: Option<Caller>,
    address: Address,
    sent: Sent,
    files: usize,
    text: usize,
}

impl Reading<'_> {
    async fn field(&mut self, field: Field<'_>) -> Result<(), Problem> {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => self.file(field, file).await,
            None => self.text(field, name).await,
        }
    }

    async fn text(&mut self, mut field: Field<'_>, name: String) -> Result<(), Problem> {
        let mut bytes = Vec::new();
        while let Some(piece) = patiently(field.chunk()).await? {
            self.text += piece.len();
            if self.text > LARGEST {
                return Err(Problem::too_large());
            }
            bytes.extend_from_slice(&piece);
        }
        let text =
            String::from_utf8(bytes).map_err(|_| Problem::malformed("a field is no UTF-8"))?;
        // As in other forms: lines end by LF, whichever way they came.
        self.sent.form.0.push((name, text.replace("\r\n", "\n")));
        Ok(())
    }

    /// A form of another site keeps nothing here: its session's word stands before its files.
    fn is_of_this_session(&self) -> bool {
        let csrf = self.sent.form.first("csrf");
        self.caller.as_ref().is_none_or(|caller| csrf == Some(caller.csrf().as_str()))
    }

    async fn file(&mut self, mut field: Field<'_>, name: String) -> Result<(), Problem> {
        let Some(first) = patiently(field.chunk()).await?.filter(|piece| !piece.is_empty()) else {
            // Where nothing is chosen a browser sends a file without name and bytes.
            if !name.is_empty() {
                self.refused(name, &Unfit::Empty.to_string());
            }
            return Ok(());
        };
        if !self.is_of_this_session() {
            return Err(Problem::not_yours("the form is not of this session: open it again"));
        }
        self.files += 1;
        if self.files > MOST_FILES {
            let what = format!("{} files: at most {MOST_FILES}", self.files);
            self.refused(name, &what);
            return skip(field).await;
        }
        if self.sent.trouble.is_some() {
            return skip(field).await;
        }
        match self.taken_in(&mut field, first, &name).await {
            Ok(()) => Ok(()),
            Err(Stop::Unfit(what)) => {
                self.refused(name, &what);
                skip(field).await
            }
            Err(Stop::Trouble(problem)) => {
                self.sent.trouble = Some(*problem);
                skip(field).await
            }
            Err(Stop::Sender(problem)) => Err(*problem),
        }
    }

    fn refused(&mut self, name: String, what: &str) {
        self.sent.unfit.push((name, what.to_owned()));
    }

    async fn taken_in(
        &mut self,
        field: &mut Field<'_>,
        first: axum::body::Bytes,
        name: &str,
    ) -> Result<(), Stop> {
        let files = folder(self.app)?;
        let part = OnItsWay { files: files.clone(), id: Uuid::now_v7() };
        let id = part.id;
        let written = on_disk(move || Ok(files.begun(id)?)).await?;
        let file = tokio::fs::File::from_std(written);
        let (size, hash) = self.written_to((file, &part.files), field, first).await?;
        self.kept(id, name, size, &hash).await
    }

    /// Size and SHA-256 of what came.
    async fn written_to(
        &self,
        (mut file, folder): (tokio::fs::File, &Files),
        field: &mut Field<'_>,
        first: axum::body::Bytes,
    ) -> Result<(u64, String), Stop> {
        let (mut size, mut hash, mut next) = (0, Sha256::new(), Some(first));
        let mut looked = None;
        while let Some(piece) = next {
            size += piece.len() as u64;
            if looked.is_none_or(|at| size >= at + PIECE) {
                looked = Some(size);
                let folder = folder.clone();
                on_disk(move || Ok(leaves_room(folder.room(), PIECE)?)).await?;
            }
            if size > LARGEST_FILE {
                return Err(Stop::Unfit(Unfit::TooLarge { most: LARGEST_FILE >> 20 }.to_string()));
            }
            hash.update(&piece);
            file.write_all(&piece).await.map_err(|e| NotKept::from(Unfit::Io(e)))?;
            next = patiently(field.chunk()).await.map_err(|p| Stop::Sender(Box::new(p)))?;
        }
        file.flush().await.map_err(|e| NotKept::from(Unfit::Io(e)))?;
        Ok((size, hex::encode(hash.finalize())))
    }

    async fn kept(&mut self, part: Uuid, name: &str, size: u64, hash: &str) -> Result<(), Stop> {
        let app = self.app;
        let owner = owner(self.caller.as_ref());
        // The same form sent twice is the same command: its files have the same ids.
        let key = self.sent.form.first("key").unwrap_or_default();
        let id = Uuid::new_v5(&OF_FORMS, format!("{owner}/{key}/{hash}").as_bytes());
        if app.store.upload(&app.code, id).await?.is_none() {
            check_room(app, &owner, &self.address, size).await.map_err(Box::new)?;
            let new = NewUpload { id, owner, name: name.to_owned(), size };
            app.store.begin_upload(&app.code, &new, app.now()).await?;
        }
        match keep(app, part, id, name).await {
            Ok(kept) => {
                let field = ("files".to_owned(), id.to_string());
                if !self.sent.form.0.contains(&field) {
                    self.sent.form.0.push(field);
                }
                self.sent.taken.push(kept.taken);
                Ok(())
            }
            Err(error) => {
                app.store.drop_upload(&app.code, id).await?;
                Err(error.into())
            }
        }
    }
}

/// Why a file is not taken in.
enum Stop {
    /// What is wrong with it.
    Unfit(String),
    /// What is wrong here.
    Trouble(Box<Problem>),
    /// The sender is gone.
    Sender(Box<Problem>),
}

impl From<NotKept> for Stop {
    fn from(not_kept: NotKept) -> Self {
        match not_kept {
            NotKept::Unfit(unfit) => Self::Unfit(unfit.to_string()),
            NotKept::Gone => Self::Trouble(Box::new(Problem::unknown())),
            NotKept::Store(error) => error.into(),
        }
    }
}

impl From<zongheng_store::StoreError> for Stop {
    fn from(error: zongheng_store::StoreError) -> Self {
        Self::Trouble(Box::new(error.into()))
    }
}

impl From<Box<Problem>> for Stop {
    fn from(problem: Box<Problem>) -> Self {
        Self::Trouble(problem)
    }
}

/// Reads what is left of a file, so that the fields behind it are heard.
async fn skip(mut field: Field<'_>) -> Result<(), Problem> {
    while patiently(field.chunk()).await?.is_some() {}
    Ok(())
}
