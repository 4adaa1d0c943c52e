//! The vault: personal data, encrypted under a key that the database never sees.

mod look;
mod ring;
mod sheet;

use std::path::{Path, PathBuf};

use zongheng_core::ids::ContentId;

pub(crate) use look::trail_head;
pub use look::{Looker, TrailFault};
pub use ring::Ring;
pub(crate) use ring::check_of;
pub use sheet::{Half, SheetError};

use crate::db::{Db, rows};
use crate::error::{Result, StoreError};
use crate::open::{RingPlace, Store};

/// Whether personal data can be read and taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultState {
    Open,
    /// No key ring was found where it was looked for.
    Missing,
    /// A ring was found that is not this database's.
    Wrong,
}

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the vault is shut: its key ring is missing; everything but personal data works")]
    Missing,
    #[error(
        "the vault is shut: the key ring is not the one of this database; everything but personal data works"
    )]
    Wrong,
    #[error(
        "the vault is shut: its key ring cannot be read: {0}; everything but personal data works"
    )]
    RingUnreadable(String),
    #[error("the vault entry {0} does not open: it was changed, or its key is not in the ring")]
    Unreadable(ContentId),
    #[error("there is no vault entry {0}")]
    Unknown(ContentId),
    #[error("the entry {0} was erased")]
    Erased(ContentId),
    #[error("the entry {0} is sealed off")]
    SealedOff(ContentId),
    #[error("{} is not a key ring: {what}", path.display())]
    NotARing { path: PathBuf, what: String },
    #[error("{} is there already; a key ring is never written over", .0.display())]
    RingExists(PathBuf),
}

/// The ring as it was found at start, and what that makes possible.
#[derive(Debug)]
pub struct Vault {
    ring: Option<Ring>,
    state: VaultState,
    /// Why a ring's file that is there could not be read.
    unreadable: Option<String>,
    /// The ring's file; the log of erased entries and the seals stand beside it.
    path: Option<PathBuf>,
    place: RingPlace,
}

impl Vault {
    pub(crate) async fn open(db: &Db, place: &RingPlace) -> Result<Self> {
        let mut unreadable = None;
        let (ring, path) = match place {
            RingPlace::None => (None, None),
            RingPlace::Seeded(seed) => (Some(Ring::from_seed(seed)), None),
            RingPlace::File(path) if path.exists() => {
                // A file that somebody has edited shuts the vault as a missing one does: the rest serves.
                let read = Ring::read(path).map_err(|error| unreadable = Some(error.to_string()));
                (read.ok(), Some(path.clone()))
            }
            RingPlace::File(path) => (None, Some(path.clone())),
        };
        let checks = rows!(db.reader().await?.on(), (String,), "select vault_check from county")?;
        let state = match &ring {
            None if unreadable.is_some() => VaultState::Wrong,
            None => VaultState::Missing,
            Some(ring) if checks.iter().all(|(c,)| c.is_empty() || *c == ring.check()) => {
                VaultState::Open
            }
            Some(_) => VaultState::Wrong,
        };
        let vault = Self { ring, state, unreadable, path, place: place.clone() };
        crate::backup::apply_log(db, &vault).await?;
        Ok(vault)
    }

    pub fn state(&self) -> VaultState {
        self.state
    }

    /// The ring, where it is the right one.
    pub fn ring(&self) -> Result<&Ring, VaultError> {
        match (&self.ring, self.state) {
            (Some(ring), VaultState::Open) => Ok(ring),
            (_, VaultState::Wrong) => Err(match &self.unreadable {
                Some(why) => VaultError::RingUnreadable(why.clone()),
                None => VaultError::Wrong,
            }),
            _ => Err(VaultError::Missing),
        }
    }

    /// Why the vault is shut, for whoever looks after the server; nothing while it is open.
    pub fn shut(&self) -> Option<String> {
        let why = self.ring().err()?;
        let file = self.path.as_ref().map(|path| format!("; its file is {}", path.display()));
        Some(format!("{why}{}", file.unwrap_or_default()))
    }

    /// The mac by which a repeated command is compared with the first one under its key. With the
    /// vault shut it is empty, which compares with nothing: the key alone then decides.
    pub fn command_mac(&self, bytes: &[u8]) -> String {
        self.ring().map(|ring| ring.mac("command", bytes)).unwrap_or_default()
    }

    /// Why what was erased may be back, for whoever looks after the server: the ring is there, and the log
    /// that belongs beside it is not.
    pub fn log_missing(&self) -> Option<String> {
        let log = self.beside("erased").filter(|log| self.ring.is_some() && !log.exists())?;
        Some(format!(
            "beside the key ring there is no log of erased entries, {}: what was erased or destroyed may be \
             back after a restore; bring it from where the ring was. Where nothing was ever erased, make an \
             empty file of that name",
            log.display()
        ))
    }

    /// Where the ring was looked for.
    pub(crate) fn place(&self) -> &RingPlace {
        &self.place
    }

    /// A file that belongs beside the ring, such as `ring.erased`.
    pub(crate) fn beside(&self, extension: &str) -> Option<PathBuf> {
        let path = self.path.as_ref()?;
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(extension);
        Some(PathBuf::from(name))
    }
}

impl Store {
    /// The ids of keys under which something is encrypted and which the ring does not have.
    ///
    /// # Errors
    /// The vault is shut.
    pub async fn missing_keys(&self) -> Result<Vec<String>> {
        let ring = self.vault().ring()?;
        let used = rows!(
            self.db().reader().await?.on(),
            (String,),
            "select distinct cipher_key from content where cipher_key <> '' order by 1"
        )?;
        Ok(used.into_iter().map(|(id,)| id).filter(|id| !ring.has(id)).collect())
    }
}

/// Appends a line to a file beside the ring and waits until the disk has it.
pub(crate) fn append_line(path: &Path, line: &str) -> Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    let mut file = options.open(path).map_err(StoreError::file(path))?;
    // A line that a power cut tore stays by itself.
    let torn =
        std::fs::read(path).is_ok_and(|bytes| bytes.last().is_some_and(|last| *last != b'\n'));
    let before = if torn { "\n" } else { "" };
    writeln!(file, "{before}{line}").and_then(|()| file.sync_data()).map_err(StoreError::file(path))
}
