//! The restore drill: a backup restored into a file of its own, verified, held against the living ledger,
//! and thrown away.

use std::path::{Path, PathBuf};

use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::Hash;

use super::restore::{Restore, Restored};
use super::{BackupError, Header};
use crate::error::{Result, StoreError};
use crate::ledger::Until;
use crate::open::{Options, Store};

/// What a drill found.
#[derive(Debug, Clone)]
pub struct Drilled {
    pub restored: Restored,
    /// SHA-256 of the living ledger up to the backup's last act and seal.
    pub living: Hash,
    /// Where lists and counters of what was restored differ from its ledger.
    pub differences: Vec<String>,
    /// SHA-256 of attached files that the county has and the backup has not.
    pub lost: Vec<String>,
}

impl Drilled {
    /// Whether the backup is the county as it was.
    pub fn holds(&self) -> bool {
        let same = self.living == self.restored.sha256;
        same && self.differences.is_empty() && self.lost.is_empty()
    }
}

impl Store {
    /// Restores a backup of this county into a `SQLite` file that is made for it and removed again, whatever
    /// this database is: a backup goes into either.
    ///
    /// # Errors
    /// All that a restore refuses; a backup of another county; no room for the file.
    pub async fn drill(
        &self,
        county: &DivisionCode,
        backup: &Path,
        scratch: &Path,
    ) -> Result<Drilled> {
        let header = Header::of(backup)?;
        if header.county != county.as_str() {
            let what = format!("it is of county {}", header.county);
            return Err(BackupError::Misshapen(what).of(backup).into());
        }
        remove(scratch)?;
        // Given up in the middle it goes as well: it holds the county in the open.
        let gone = Scratch(scratch);
        let tried = self.tried(county, &header, backup, scratch).await;
        drop(gone);
        tried.map_err(|error| match error {
            // It is not the county's database that has no room.
            StoreError::Full => BackupError::NoRoomToDrill(scratch.to_owned()).into(),
            other => other,
        })
    }

    async fn tried(
        &self,
        county: &DivisionCode,
        header: &Header,
        backup: &Path,
        scratch: &Path,
    ) -> Result<Drilled> {
        let ring = self.vault().place().clone();
        let options = Options { tables: Some(header.schema), ring, ..Options::default() };
        let url = format!("sqlite:{}", scratch.display());
        let store = Store::open(&url, &options).await?;
        let what = Restore { from: backup, archive: None, to: None, files: None };
        let restored = store.restore(what, &|_, _| ()).await?;
        let checked = store.check(county).await?;
        store.close().await;
        let until = Until { pos: header.pos, seal: header.seal };
        let living = self.export_until(county, Some(until), |_| Ok(())).await?.sha256;
        let files = self.files(county);
        let here = |sha256: &&String| files.as_ref().is_some_and(|files| files.has(sha256));
        let lost = restored.lost.iter().filter(here).cloned().collect();
        Ok(Drilled { restored, living, differences: checked.differences, lost })
    }
}

/// A drill's database while it lasts.
struct Scratch<'a>(&'a Path);

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        if let Err(error) = remove(self.0) {
            tracing::warn!(%error, "what a drill restored could not be removed; the next start does it");
        }
    }
}

/// Removes a `SQLite` database with what stands beside it.
fn remove(scratch: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm", "-journal", ".lock"] {
        let mut name = scratch.as_os_str().to_owned();
        name.push(ending);
        let file = PathBuf::from(name);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::File { path: file, source: error });
            }
            _ => {}
        }
    }
    Ok(())
}
