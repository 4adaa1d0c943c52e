//! The register out into a file: XLSX and CSV in the layouts of offices, JSONL in the shape of the API, `GeoJSON`.
//!
//! Rows are read of one unmoving state of the database and handed over a page at a time to a thread that writes
//! them, so that memory does not grow with them. What is written stands under another name until it is whole.

mod layout;
mod said;
mod sink;

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use zongheng_core::county::County;
use zongheng_core::ids::ContentId;
use zongheng_core::matter::Key;
use zongheng_core::time::At;
use zongheng_sheets::write::{Encoding, Unwritten};
use zongheng_store::{Filter, Order, Row, Store, StoreError};

pub use self::layout::{Layout, settle_by};
use self::sink::{About, Sink};
use crate::api::shape::Texts;

/// After so long nobody writes at a file any more.
const LEFT: Duration = Duration::from_hours(24);

/// How the file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A sheet as offices keep it.
    Xlsx,
    /// The same rows for programs.
    Csv,
    /// One JSON object a line, in the shape of the API.
    Jsonl,
    /// Points on the map (WGS84), of matters that have one.
    Geojson,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Xlsx, Self::Csv, Self::Jsonl, Self::Geojson];

    /// The word of a query, and the ending of a file's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Geojson => "geojson",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv",
            Self::Jsonl => "application/jsonl",
            Self::Geojson => "application/geo+json",
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub format: Format,
    pub layout: Layout,
    pub encoding: Encoding,
    pub filter: Filter,
    pub order: Order,
    /// More rows than this are refused.
    pub most: Option<u64>,
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum Unexported {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    #[error(transparent)]
    Table(#[from] Unwritten),
    #[error("more than {0} matters pass the filter: narrow it, or use `zongheng export matters`")]
    TooMany(u64),
    #[error("the export was broken off")]
    BrokenOff,
}

/// A file that was written whole, still under its other name.
#[derive(Debug)]
pub struct Exported {
    pub part: Part,
    /// Matters in it.
    pub rows: u64,
    /// Matters that pass the filter and have no point; of `GeoJSON` alone.
    pub without_place: u64,
    pub bytes: u64,
    pub sha256: String,
    /// Lamps stand as of this moment.
    pub as_of: At,
}

/// A file under a name of its own until somebody keeps it; else it is removed.
#[derive(Debug)]
pub struct Part(PathBuf);

impl Part {
    /// A file beside `of`, under its name and `.part`. What a killed program left there goes first.
    ///
    /// # Errors
    /// The folder cannot be written to, or somebody writes the same file now.
    pub fn begin(of: &Path) -> std::io::Result<(File, Self)> {
        let mut part = of.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let busy = |_: TryLockError| {
            std::io::Error::new(ErrorKind::ResourceBusy, "it is being written now")
        };
        let new = || File::options().read(true).write(true).create_new(true).open(&part);
        let file = match new() {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // Whoever writes it holds it; what can be held, and is still what stands there, is left over.
                let left = File::open(&part)?;
                left.try_lock().map_err(busy)?;
                if left.metadata()?.ino() != std::fs::metadata(&part)?.ino() {
                    return Err(busy(TryLockError::WouldBlock));
                }
                std::fs::remove_file(&part)?;
                new()?
            }
            made => made?,
        };
        file.try_lock().map_err(busy)?;
        Ok((file, Self(part)))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Gives the file its name, over one that had it.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn keep(self, as_name: &Path) -> std::io::Result<()> {
        std::fs::rename(&self.0, as_name)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // One that was kept is there no more.
        let _gone = std::fs::remove_file(&self.0);
    }
}

/// Rows with the words that they name.
struct Page {
    rows: Vec<Row>,
    texts: Texts,
}

/// Writes what is visible by `keys` and passes the filter into a file beside `to`, which bears another name until it
/// is kept.
///
/// # Errors
/// The database or the disk fails, or it is more than was asked for.
pub async fn export(
    store: &Store,
    (county, keys): (&Arc<County>, &[Key]),
    asked: &Asked,
    (now, to): (At, PathBuf),
    mut progress: impl FnMut(u64),
) -> Result<Exported, Unexported> {
    let mut extract = store.extract(&county.code, keys, &asked.filter, asked.order).await?;
    let about = About {
        as_of: extract.head().ticked_to(),
        now,
        filter: said::filter(&asked.filter, county),
        seal: extract.seal().map(|seal| (seal.seal, seal.hash.to_string())),
    };
    let (pages, taken) = mpsc::channel(1);
    let (of, how) = (Arc::clone(county), asked.clone());
    let writing = tokio::task::spawn_blocking(move || write(&of, &how, &about, &to, taken));
    let mut rows = 0;
    while let Some(found) = extract.page().await? {
        rows += found.len() as u64;
        if let Some(most) = asked.most.filter(|most| rows > *most) {
            return Err(Unexported::TooMany(most));
        }
        let named: Vec<ContentId> =
            found.iter().flat_map(|row| asked.layout.texts(&row.matter)).collect();
        let texts = extract.texts(&named).await?;
        if pages.send(Page { rows: found, texts }).await.is_err() {
            break;
        }
        progress(rows);
    }
    drop((pages, extract));
    writing.await.map_err(|_| Unexported::BrokenOff)?
}

/// Writes what is handed over, in a thread of its own.
fn write(
    county: &Arc<County>,
    asked: &Asked,
    about: &About,
    to: &Path,
    mut pages: mpsc::Receiver<Page>,
) -> Result<Exported, Unexported> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| Unexported::File(path, error)
    };
    let (file, part) = Part::begin(to).map_err(failed(to))?;
    let mut sink = Sink::new(file, county, asked, about, part.path())?;
    while let Some(page) = pages.blocking_recv() {
        sink.page(&page.rows, &page.texts)?;
    }
    let (rows, without_place) = (sink.rows(), sink.without_place());
    let file = sink.finish()?;
    file.sync_all().map_err(failed(part.path()))?;
    let bytes = file.metadata().map_err(failed(part.path()))?.len();
    let sha256 = hex::encode(crate::digest::of_file(part.path()).map_err(failed(part.path()))?);
    Ok(Exported { part, rows, without_place, bytes, sha256, as_of: about.as_of })
}

/// Removes what killed servers left half written in this folder.
///
/// # Errors
/// The folder cannot be read.
pub fn sweep(folder: &Path) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > LEFT {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
