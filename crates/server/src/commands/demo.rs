//! `zongheng demo`: the real county with a quarter of invented work, served at once.

mod scenes;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::time;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::Store;

use super::adopt::adopt;
use super::place::{Hold, Place};
use super::serve::{here, watch};
use super::simulate::fate::Fate;
use super::simulate::{Parameters, Setting, World, found, some_time};
use super::{Failure, say};
use crate::app::{self, Here, Settings};
use crate::county::{ACCOUNTS, SHOWN};
use crate::programmes::SHIPPED;
use crate::secret;

/// The one password of all accounts of the demonstration.
const PASSWORD: &str = "zongheng-demo";
const SEED: u64 = 411_524;
/// How far back the work begins, and how many matters come in.
const DAYS: u16 = 92;
const MATTERS: u32 = 190;

/// What `demo` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    place: Place,
    /// Where to listen, 127.0.0.1:8411 where left out.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Writes an API token for each of the sixteen accounts, as one JSON object.
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.demo())
    }

    async fn demo(self) -> Result<(), Failure> {
        // A demonstration is thrown away: nothing of it is kept.
        let here = Here { backups: None, ..here(self.listen)? };
        super::logs()?;
        let listen = here.listen;
        let (store, code) = open(&self.place).await?;
        if let Some(file) = &self.tokens {
            write_tokens(&store, &code, file).await?;
        }
        let simulated = store.head(&code).await?.simulated == 1;
        watch(&store, &code, (simulated, false)).await?;
        let logins: Vec<String> = SHOWN.iter().map(|(login, _)| (*login).to_owned()).collect();
        let demo = app::Demo { password: PASSWORD.to_owned(), logins: logins.clone() };
        let settings = Settings { here, store: store.clone(), code, simulated, demo: Some(demo) };
        let served = app::serve(settings, |address| {
            say!("{address}");
            say!("accounts, all with the password {PASSWORD}:");
            for login in &logins {
                say!("  {login}");
            }
        })
        .await;
        store.close().await;
        served.map_err(|e| Failure::Io(listen.to_string(), e))
    }
}

/// The database of the demonstration, with its county made where there is none.
async fn open(place: &Place) -> Result<(Store, DivisionCode), Failure> {
    if place.database_exists()? {
        let store = place.open(Hold::Alone).await?;
        if !store.counties().await?.is_empty() {
            let code = place.county(&store).await?;
            if store.head(&code).await?.simulated != 1 {
                return Err(Failure::input(
                    "this database holds a real county; `zongheng serve` serves it, --db names another",
                ));
            }
            adopt(&store, &code, &SHIPPED, super::now()).await?;
            return Ok((store, code));
        }
        store.close().await;
    }
    let store = place.open_simulated().await?;
    let code = make(&store).await?;
    Ok((store, code))
}

/// Makes the county and lets it work from a quarter ago up to now.
async fn make(store: &Store) -> Result<DivisionCode, Failure> {
    let now = super::now();
    let from = At::on(now.date(), time(0, 0, 0, 0)).plus_seconds(-i64::from(DAYS) * 86_400);
    // One hash for all: they share one password, and hashing it costs a third of a second.
    let hash = secret::hash_password(PASSWORD).map_err(Failure::input)?;
    let shown = |login: &str| SHOWN.iter().any(|(known, _)| *known == login);
    let ((code, holders), mint) =
        found(store, SEED, from, |login| shown(login).then(|| hash.clone())).await?;
    let parameters = Parameters::shipped()?;
    let setting = Setting { seed: SEED, from, days: DAYS, parameters };
    let mut world = World::new(store, code.clone(), &holders, mint, setting).await?;
    world.expects(MATTERS, DAYS, false);
    for (days_ago, fate) in scenes::scenes() {
        let day = from.plus_seconds((i64::from(DAYS) - days_ago) * 86_400);
        let at = some_time(day, &mut world).min(now.plus_seconds(-3_600));
        world.expect(at, Fate { steady: true, ..fate });
    }
    world.run(now, |_| ()).await?;
    store.follow(&code).await?;
    Ok(code)
}

/// A token for each account, written whole before anything is served.
async fn write_tokens(store: &Store, code: &DivisionCode, file: &Path) -> Result<(), Failure> {
    let mut tokens = BTreeMap::new();
    for login in ACCOUNTS {
        let account = super::user::account(store, code, login).await?;
        // Those of an earlier start are no longer anybody's.
        store.revoke_tokens(code, account.id, "demo", super::now()).await?;
        let (token, hash) = secret::fresh();
        store.create_token(code, &hash, account.id, None, "demo", super::now()).await?;
        tokens.insert(login, token);
    }
    let text = serde_json::to_string_pretty(&tokens).unwrap_or_default();
    std::fs::write(file, text).map_err(|e| Failure::Io(file.display().to_string(), e))
}
