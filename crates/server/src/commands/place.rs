//! Where a county's database, data folder and key ring stand.

use std::path::PathBuf;

use zongheng_core::ids::DivisionCode;
use zongheng_store::{Options, RingPlace, Store};

use super::Failure;

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

/// From which the ring of a simulated county is made. Its vault holds invented persons, so the ring
/// is no secret; every program must be able to open it without a file.
pub(crate) const SIMULATED: [u8; 32] = *b"zongheng, the simulated counties";

/// The data folder: `ZONGHENG_DATA`, or `data` where one stands.
pub(crate) fn data() -> PathBuf {
    std::env::var_os("ZONGHENG_DATA").map_or_else(|| PathBuf::from("data"), PathBuf::from)
}

/// The key ring's file: `ZONGHENG_RING`, or beside the data folder and never in it, so that a copy of
/// the one is no copy of the other.
pub(crate) fn ring() -> PathBuf {
    if let Some(path) = std::env::var_os("ZONGHENG_RING") {
        return PathBuf::from(path);
    }
    let mut folder = data().into_os_string();
    folder.push("-key");
    PathBuf::from(folder).join("ring")
}

/// Whether a command needs the database alone, or beside a running server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    Alone,
    Beside,
}

impl Place {
    pub(crate) fn address(&self) -> String {
        self.db
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", data().join("zongheng.db").display()))
    }

    /// Opens the database, made where it is not there, with the ring that it was made with.
    pub(crate) async fn open(&self, hold: Hold) -> Result<Store, Failure> {
        let options = Options {
            lock: hold == Hold::Alone,
            ring: RingPlace::File(ring()),
            ..Options::default()
        };
        let store = Store::open(&self.address(), &options).await?;
        for code in store.counties().await? {
            if store.head(&code).await?.simulated == 1 {
                store.close().await;
                drop(store);
                let ring = RingPlace::Seeded(SIMULATED);
                return Ok(Store::open(&self.address(), &Options { ring, ..options }).await?);
            }
        }
        Ok(store)
    }

    /// Whether the file of a `SQLite` database is there; a `PostgreSQL` one is asked when it is opened.
    pub(crate) fn database_exists(&self) -> bool {
        match self.address().strip_prefix("sqlite:") {
            Some(path) => std::path::Path::new(path.strip_prefix("//").unwrap_or(path)).exists(),
            None => true,
        }
    }

    /// Opens a database in which a county is to be made from a seed.
    pub(crate) async fn open_simulated(&self) -> Result<Store, Failure> {
        let ring = RingPlace::Seeded(SIMULATED);
        Ok(Store::open(&self.address(), &Options { lock: true, ring, ..Options::default() })
            .await?)
    }

    /// Opens a database that has to be there, and names its county.
    pub(crate) async fn open_county(&self, hold: Hold) -> Result<(Store, DivisionCode), Failure> {
        let address = self.address();
        if let Some(path) = address.strip_prefix("sqlite:")
            && !self.database_exists()
        {
            return Err(Failure::input(format!(
                "there is no database {path}; `zongheng init` or `zongheng demo` makes one, --db names another"
            )));
        }
        let store = self.open(hold).await?;
        let code = self.county(&store).await?;
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
            [] => Err(Failure::input(
                "the database holds no county; `zongheng init --county 411524` makes one",
            )),
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
