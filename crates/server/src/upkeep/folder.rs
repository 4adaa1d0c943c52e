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
pub fn backups(folder: &Path, code: &DivisionCode) -> Result<Vec<(PathBuf, Header)>> {
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

/// Clocks of servers differ by so many seconds at most; what is later was made under a clock that was wrong.
const AHEAD: i64 = 600;

/// The newest backup in a folder from which this county goes on. One of before a restore, or of another history, is
/// none of its own; and one of a time that has not come yet would be the newest until then.
///
/// # Errors
/// The folder cannot be read, or of the database.
pub async fn living(
    store: &Store,
    folder: &Path,
    code: &DivisionCode,
    now: At,
) -> Result<Option<(PathBuf, Header)>> {
    for (path, header) in backups(folder, code)?.into_iter().rev() {
        if !is_ahead(header.at, now) && store.continues(code, &header).await? {
            return Ok(Some((path, header)));
        }
    }
    Ok(None)
}

/// Whether something was noted under a clock that was ahead of this one.
pub fn is_ahead(at: At, now: At) -> bool {
    at.seconds_since(now) > AHEAD
}

/// Whether a backup was made by the running server: only of these some are removed again.
pub(super) fn is_scheduled(path: &Path, header: &Header, code: &DivisionCode) -> bool {
    path.file_name().is_some_and(|file| *file == *name(code, header.at))
}

/// What a backup takes along from the data folder beside the attached files: the settings.
pub fn packed(data: &Path) -> Vec<Packed> {
    let settings = data.join(crate::settings::FILE);
    let there = settings.is_file();
    let settings = Packed { name: crate::settings::FILE.to_owned(), path: settings };
    there.then_some(settings).into_iter().collect()
}

/// Where a drill's database stands while it lasts: several may be under way, by hand and by the server.
pub fn scratch(data: &Path) -> PathBuf {
    data.join(format!("{DRILL}{}.db", std::process::id()))
}

/// How the name of a drill's database begins.
const DRILL: &str = "drill-";

/// Whether a file is what a power cut left of a backup or a drill: none is written for a day. A drill's is known by the
/// process that held it: it is the whole county in the open, and goes as soon as nobody holds it any more.
pub(super) fn is_left_over(entry: &std::fs::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy().into_owned();
    let part = Path::new(&name).extension().is_some_and(|ending| ending == "part")
        && [".zongheng.", ".increment."].iter().any(|ending| name.contains(ending));
    let pid = name.strip_prefix(DRILL).and_then(|rest| rest.split_once(".db"));
    if let Some(pid) = pid.and_then(|(pid, _)| pid.parse::<u32>().ok()) {
        return pid != std::process::id() && !Path::new("/proc").join(pid.to_string()).exists();
    }
    let ours = part;
    let written = entry.metadata().and_then(|data| data.modified()).ok();
    ours && written.and_then(|at| at.elapsed().ok()).is_some_and(|age| age.as_secs() > 86_400)
}
