//! What stands in the folders: backups by their names, what one takes along, what a power cut left.

use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::backup::{Header, Packed, What};
use zongheng_store::{Result, Store, StoreError};

/// How a backup's file name ends.
const ENDING: &str = "zongheng";

/// `411524000000-20261126T023000.zongheng`.
pub(super) fn name(code: &DivisionCode, now: At) -> String {
    let at = DateTime::strptime("%Y-%m-%dT%H:%M:%S", &now.to_string()[..19]);
    let stamp = at.map(|at| at.strftime("%Y%m%dT%H%M%S").to_string()).unwrap_or_default();
    format!("{code}-{stamp}.{ENDING}")
}

/// The backups of a county in a folder, oldest first.
///
/// # Errors
/// The folder or one of its backups cannot be read.
pub(super) fn backups(folder: &Path, code: &DivisionCode) -> Result<Vec<(PathBuf, Header)>> {
    let mut found = Vec::new();
    let failed = |source| StoreError::File { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        other => other.map_err(failed)?,
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ending| ending == ENDING)
            && let Ok(header) = Header::of(&path)
            && header.county == code.as_str()
            && header.zongheng == What::Backup
        {
            found.push((path, header));
        }
    }
    found.sort_by_key(|(path, header)| (header.at, path.clone()));
    Ok(found)
}

/// The newest backup in a folder from which this county goes on. One of before a restore, or of another history, is
/// none of its own.
///
/// # Errors
/// The folder cannot be read, or of the database.
pub async fn living(
    store: &Store,
    folder: &Path,
    code: &DivisionCode,
) -> Result<Option<(PathBuf, Header)>> {
    for (path, header) in backups(folder, code)?.into_iter().rev() {
        if store.continues(code, &header).await? {
            return Ok(Some((path, header)));
        }
    }
    Ok(None)
}

/// What a backup takes along from the data folder: the settings, and every file of `files`.
pub fn packed(data: &Path) -> Vec<Packed> {
    let mut files = Vec::new();
    let settings = data.join(crate::settings::FILE);
    if settings.is_file() {
        files.push(Packed { name: crate::settings::FILE.to_owned(), path: settings });
    }
    let mut folders = vec![data.join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(inside) = path.strip_prefix(data) {
                files.push(Packed { name: inside.to_string_lossy().into_owned(), path });
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// Where a drill's database stands while it lasts.
pub fn scratch(data: &Path) -> PathBuf {
    data.join("drill.db")
}

/// Whether a file is what a power cut left of a backup: none is written for a day.
pub(super) fn is_left_over(entry: &std::fs::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy().into_owned();
    let ours = [".zongheng.part", ".increment.part"].iter().any(|ending| name.ends_with(ending));
    let written = entry.metadata().and_then(|data| data.modified()).ok();
    ours && written.and_then(|at| at.elapsed().ok()).is_some_and(|age| age.as_secs() > 86_400)
}
