//! Where a county's database, data folder and key ring stand.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zongheng_core::ids::DivisionCode;
use zongheng_store::backup::Header;
use zongheng_store::{Options, RingPlace, Store, StoreError, Watch};

use super::Failure;
use crate::settings::Settings;

/// Which database and which county a command is about.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Place {
    /// The database, sqlite:PATH or postgres://…; zongheng.db in the data folder where left out.
    #[arg(long, env = "ZONGHENG_DB", hide_env_values = true, value_name = "ADDRESS")]
    pub(crate) db: Option<String>,
    /// The county by its code, where the database holds several.
    #[arg(long, value_name = "CODE")]
    pub(crate) county: Option<String>,
}

const NO_COUNTY: &str =
    "the database holds no county; `zongheng init --county 411524 --days working` makes one";

/// From which the ring of a simulated county is made. Its vault holds invented persons, so the ring
/// is no secret; every program must be able to open it without a file.
pub(crate) const SIMULATED: [u8; 32] = *b"zongheng, the simulated counties";

/// The data folder: `ZONGHENG_DATA`, or `data` where one stands.
pub(crate) fn data() -> PathBuf {
    std::env::var_os("ZONGHENG_DATA").map_or_else(|| PathBuf::from("data"), PathBuf::from)
}

/// The settings of the data folder's `zongheng.toml`, which every command heeds alike.
pub(crate) fn settings() -> Result<Settings, Failure> {
    Settings::of(&data()).map_err(|e| Failure::input(e.to_string()))
}

/// The key ring's file.
pub(crate) fn ring() -> Result<PathBuf, Failure> {
    Ok(ring_of(std::env::var_os("ZONGHENG_RING"), settings()?.ring, &data()))
}

/// `ZONGHENG_RING`, or what the settings name, or beside the data folder and never in it, so that a copy
/// of the one is no copy of the other.
fn ring_of(named: Option<OsString>, set: Option<PathBuf>, data: &Path) -> PathBuf {
    if let Some(path) = named {
        return PathBuf::from(path);
    }
    if let Some(path) = set {
        // As the file that names it: from the data folder on.
        return data.join(path);
    }
    let mut folder = data.as_os_str().to_owned();
    folder.push("-key");
    PathBuf::from(folder).join("ring")
}

/// What holds where nobody says anything, by the name of the setting.
pub(crate) fn usual(name: &str) -> String {
    match name {
        "data" => data().display().to_string(),
        "db" => format!("sqlite:{}", data().join("zongheng.db").display()),
        "ring" => ring_of(None, None, &data()).display().to_string(),
        "listen" => super::serve::ADDRESS.to_string(),
        "readers" => Options::default().readers.to_string(),
        "behind_proxy" => "false".to_owned(),
        "log.keep" => crate::settings::LOG_DAYS.to_string(),
        _ => String::new(),
    }
}

/// The files of the certificate, where the settings name some; relative paths count from the data folder.
pub(crate) fn tls_files(settings: &Settings) -> Option<crate::tls::Files> {
    let tls = settings.tls.as_ref()?;
    Some(crate::tls::Files {
        certificate: data().join(&tls.certificate),
        key: data().join(&tls.key),
    })
}

/// Whether a command needs the database alone, or beside a running server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    Alone,
    Beside,
}

impl Place {
    /// What was asked for, or what the settings name, or the usual file.
    pub(crate) fn address(&self) -> Result<String, Failure> {
        if let Some(db) = &self.db {
            return Ok(db.clone());
        }
        Ok(settings()?.db.unwrap_or_else(|| usual("db")))
    }

    fn options(hold: Hold, ring: RingPlace) -> Result<Options, Failure> {
        let usual = Options::default();
        let readers = settings()?.readers.unwrap_or(usual.readers);
        // Beside a server of before nothing is brought up to a version that it does not know.
        let alone = hold == Hold::Alone;
        let files = Some(data().join("files"));
        Ok(Options { lock: alone, migrate: alone, ring, readers, files, ..usual })
    }

    /// Opens the database with the ring of its file, even where that is not there yet.
    pub(crate) async fn open_with_ring(&self, hold: Hold) -> Result<Store, Failure> {
        let options = Self::options(hold, RingPlace::File(ring()?))?;
        Ok(Store::open(&self.address()?, &options).await?)
    }

    /// Opens the database with its vault shut.
    pub(crate) async fn open_without_ring(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.address()?, &Self::options(Hold::Alone, RingPlace::None)?).await?)
    }

    /// Opens the database, made where it is not there, with the ring that it was made with.
    pub(crate) async fn open(&self, hold: Hold) -> Result<Store, Failure> {
        let store = self.open_with_ring(hold).await?;
        for code in store.counties().await? {
            if store.head(&code).await?.simulated == 1 {
                store.close().await;
                drop(store);
                let options = Self::options(hold, RingPlace::Seeded(SIMULATED))?;
                return Ok(Store::open(&self.address()?, &options).await?);
            }
        }
        Ok(store)
    }

    /// Whether the file of a `SQLite` database is there; a `PostgreSQL` one is asked when it is opened.
    pub(crate) fn database_exists(&self) -> Result<bool, Failure> {
        let address = self.address()?;
        let file =
            address.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        Ok(file.is_none_or(|path| Path::new(path).exists()))
    }

    /// Opens a database in which a county is to be made from a seed.
    pub(crate) async fn open_simulated(&self) -> Result<Store, Failure> {
        let options = Self::options(Hold::Alone, RingPlace::Seeded(SIMULATED))?;
        Ok(Store::open(&self.address()?, &options).await?)
    }

    /// Opens the empty database into which a backup goes, with the tables that it was taken from.
    pub(crate) async fn open_empty(&self, header: &Header) -> Result<Store, Failure> {
        let ring =
            if header.simulated { RingPlace::Seeded(SIMULATED) } else { RingPlace::File(ring()?) };
        let options = Self::options(Hold::Alone, ring)?;
        let options = Options { tables: Some(header.schema), ..options };
        Ok(Store::open(&self.address()?, &options).await?)
    }

    /// Removes the file of a `SQLite` database that was made for nothing.
    pub(crate) fn remove_database(&self) -> Result<(), Failure> {
        let address = self.address()?;
        let Some(path) = address.strip_prefix("sqlite:") else { return Ok(()) };
        let path = path.strip_prefix("//").unwrap_or(path);
        for ending in ["", "-wal", "-shm", ".lock"] {
            let file = format!("{path}{ending}");
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::Io(file, error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Opens a database that has to be there, and names its county. What the command records is held to the
    /// clock as what a server records; a county that `simulate` made may have stood still for years.
    pub(crate) async fn open_county(&self, hold: Hold) -> Result<(Store, DivisionCode), Failure> {
        let address = self.address()?;
        if let Some(path) = address.strip_prefix("sqlite:")
            && !self.database_exists()?
        {
            return Err(Failure::input(format!(
                "there is no database {path}; `zongheng init` or `zongheng demo` makes one, --db names another"
            )));
        }
        let store = match self.open(hold).await {
            Err(Failure::Store(StoreError::Older { found: 0, .. })) => {
                return Err(Failure::input(NO_COUNTY));
            }
            opened => opened?,
        };
        let code = self.county(&store).await?;
        if store.head(&code).await?.simulated == 0 {
            store.keep_watch(&code, Arc::new(Watch::machine(crate::app::machine_clock()))).await?;
        }
        Ok((store, code))
    }

    /// The county that is meant.
    pub(crate) async fn county(&self, store: &Store) -> Result<DivisionCode, Failure> {
        let counties = store.counties().await?;
        if let Some(wanted) = &self.county {
            let found = counties.iter().find(|c| c.as_str() == wanted || short(c) == wanted);
            return found.cloned().ok_or_else(|| {
                Failure::input(format!(
                    "the database holds no county {wanted}: {}",
                    list(&counties)
                ))
            });
        }
        match counties.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Failure::input(NO_COUNTY)),
            _ => Err(Failure::input(format!(
                "the database holds several counties: choose one with --county: {}",
                list(&counties)
            ))),
        }
    }
}

/// 411524 of 411524000000.
pub(crate) fn short(code: &DivisionCode) -> &str {
    code.as_str().get(..6).unwrap_or(code.as_str())
}

fn list(counties: &[DivisionCode]) -> String {
    counties.iter().map(DivisionCode::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_where_somebody_says_else_where_the_settings_say_else_beside_the_data() {
        let data = Path::new("/srv/zongheng");
        let set = || Some(PathBuf::from("/etc/zongheng/ring"));
        let at = |named: Option<&str>, set| ring_of(named.map(OsString::from), set, data);
        assert_eq!(at(Some("/run/ring"), set()), Path::new("/run/ring"));
        assert_eq!(at(None, set()), Path::new("/etc/zongheng/ring"));
        assert_eq!(at(None, Some("keys/ring".into())), Path::new("/srv/zongheng/keys/ring"));
        assert_eq!(at(None, None), Path::new("/srv/zongheng-key/ring"));
    }
}
