//! Attachments: an upload is judged, kept and later named by a report or an act.
//!
//! The way is the same for a program that sends parts and for a form that sends all at once: bytes stand in a file of
//! their own, [`keep`] judges them and gives what is kept its name, and [`resolve`] makes entries of those that a body
//! names. What a picture says of place and time is handed to whoever sent it and kept nowhere.

mod limits;
mod named;

use std::io::{ErrorKind, Seek as _, SeekFrom};
use std::sync::Arc;

use tokio::sync::Semaphore;
use uuid::Uuid;
use zongheng_files::{Blanked, Fit, Kind, Taken, Unfit, judge};
use zongheng_store::{Attached, Files, StoreError, Upload, WrittenFile};

use crate::app::App;
pub use limits::{Address, PIECE, Peer, check_room, leaves_room};
use named::clean_name;
pub use named::resolve;

/// The most bytes of a part.
pub const PART: usize = 1 << 20;

/// What the uploads of a server share.
pub struct Uploads {
    /// Pictures are opened one at a time: each may take hundreds of megabytes for a moment.
    opening: Arc<Semaphore>,
    /// What came from whom without an account.
    sent: limits::Quota,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { opening: Arc::new(Semaphore::new(1)), sent: limits::Quota::default() }
    }
}

/// A file that is kept, and what it said of itself.
#[derive(Debug)]
pub struct Kept {
    pub attached: Attached,
    pub taken: Taken,
}

/// Why a file is not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    #[error(transparent)]
    Unfit(Unfit),
    /// The upload was swept meanwhile: it has to be begun again.
    #[error("there is no such upload any more")]
    Gone,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unfit> for NotKept {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Io(error) => Self::Store(disk(error)),
            unfit => Self::Unfit(unfit),
        }
    }
}

fn disk(source: std::io::Error) -> StoreError {
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::File { path: "files".into(), source },
    }
}

/// The folder of the county's files.
///
/// # Errors
/// The store was opened without one.
pub fn folder(app: &App) -> Result<Files, StoreError> {
    let missing = || disk(std::io::Error::other("no folder for files was named"));
    app.store.files(&app.code).ok_or_else(missing)
}

/// What stands of an upload: one whose bytes never got their name, since the server ended before, is kept once its last
/// part is sent again.
///
/// # Errors
/// Of database and disk.
pub async fn upload(app: &App, id: Uuid) -> Result<Option<Upload>, NotKept> {
    let Some(mut upload) = app.store.upload(&app.code, id).await? else { return Ok(None) };
    let (files, kept) = (folder(app)?, upload.kept.take());
    if let Some(kept) = kept {
        upload.kept = on_disk(move || Ok(files.has(&kept.sha256).then_some(kept))).await?;
    }
    Ok(Some(upload))
}

/// Judges the bytes that stand under `part` and keeps them as what became of the upload `id`. Cut off anywhere, the
/// same again does it.
///
/// # Errors
/// The file is not taken, or database or disk fail; the part stands still then.
pub async fn keep(app: &App, part: Uuid, id: Uuid, name: &str) -> Result<Kept, NotKept> {
    let files = folder(app)?;
    let opening = app.uploads.opening.clone().acquire_owned().await;
    let (from, called) = (files.clone(), name.to_owned());
    let (written, attached, taken) = on_disk(move || {
        let made = made(&from, part, &called);
        drop(opening);
        made
    })
    .await?;
    let held = app.store.held(&files).await?;
    // Before the bytes have their name, so that none stand there which nothing names.
    if !app.store.upload_is(&app.code, id, &attached).await? {
        return Err(NotKept::Gone);
    }
    on_disk(move || {
        files.name(&written, &held)?;
        files.drop_part(part);
        Ok(())
    })
    .await?;
    Ok(Kept { attached, taken })
}

/// Judges a part and writes what is to be kept of it.
fn made(files: &Files, part: Uuid, name: &str) -> Result<(WrittenFile, Attached, Taken), NotKept> {
    let mut from = files.opened(part)?;
    let size = from.metadata().map_err(disk)?.len();
    let fit = judge(&mut from, size)?;
    let kind = fit.kind();
    let (written, taken) = match fit {
        Fit::Picture { whole, small, taken } => {
            (files.write(&mut whole.as_slice(), Some(&small))?, taken)
        }
        Fit::AsItCame { blanks, .. } => {
            from.seek(SeekFrom::Start(0)).map_err(disk)?;
            (files.write(&mut Blanked::new(from, &blanks), None)?, Taken::default())
        }
    };
    let attached = Attached {
        name: clean_name(name, kind),
        media: kind.media().to_owned(),
        size: written.size,
        sha256: written.sha256.clone(),
    };
    Ok((written, attached, taken))
}

/// The small picture of a kept one, made again where it is lost.
///
/// # Errors
/// It is no picture, or the disk fails.
pub async fn small(app: &App, attached: &Attached) -> Result<Option<Vec<u8>>, NotKept> {
    if !Kind::of_media(&attached.media).is_some_and(Kind::is_picture) {
        return Ok(None);
    }
    let (files, sha256) = (folder(app)?, attached.sha256.clone());
    let known = files.open_small(&sha256)?;
    let opening = match &known {
        Some(_) => None,
        None => Some(app.uploads.opening.clone().acquire_owned().await),
    };
    on_disk(move || {
        let read = |mut file: std::fs::File| {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).map_err(disk).map(|_| bytes)
        };
        if let Some(file) = known {
            return Ok(Some(read(file)?));
        }
        let Some(file) = files.open(&sha256)? else { return Ok(None) };
        let small = zongheng_files::small_of(&read(file)?)?;
        files.keep_small(&sha256, &small)?;
        drop(opening);
        Ok(Some(small))
    })
    .await
}

/// Waits for the disk on a thread that may.
pub async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, NotKept> + Send + 'static,
) -> Result<T, NotKept> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|e| Err(NotKept::Store(disk(std::io::Error::other(e)))))
}
