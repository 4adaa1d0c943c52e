//! `zongheng serve`: serves a county that stands.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use zongheng_core::ids::DivisionCode;
use zongheng_store::{Store, Watch};

use super::adopt::adopt;
use super::place::{Hold, Place, data, settings, tls_files};
use super::{Failure, now};
use crate::app::{self, Here, Settings};
use crate::programmes::SHIPPED;
use crate::tls::Tls;
use crate::upkeep::Upkeep;

/// The address where nothing else is said.
pub(crate) const ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8411);

/// Where to listen: what was asked for, or what the settings say, or the usual address.
pub(crate) fn listen(asked: Option<SocketAddr>) -> Result<SocketAddr, Failure> {
    Ok(asked.or(settings()?.listen).unwrap_or(ADDRESS))
}

/// Keeps a watch over the machine's clock, which an administrator may confirm. A county that was made by `simulate`
/// may have stood still for years; nobody is waited for.
pub(crate) async fn watch(
    store: &Store,
    code: &DivisionCode,
    (simulated, accept): (bool, bool),
) -> Result<(), Failure> {
    store.keep_watch(code, Arc::new(Watch::machine(app::machine_clock()))).await?;
    if accept || (simulated && store.trusted().is_err()) {
        store.accept_clock(code, now()).await?;
    }
    Ok(())
}

/// Address, certificate and data folder by the settings.
pub(crate) fn here(asked: Option<SocketAddr>) -> Result<Here, Failure> {
    let settings = settings()?;
    let tls = tls_files(&settings).map(|files| Tls::load(files, now())).transpose();
    Ok(Here {
        listen: listen(asked)?,
        data: data(),
        tls: tls.map_err(|e| Failure::input(e.to_string()))?,
        behind_proxy: settings.behind_proxy.unwrap_or(false),
        backups: settings.backup.map(|backups| backups.from(&data())),
    })
}

/// What `serve` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    place: Place,
    /// Where to listen, 127.0.0.1:8411 where left out.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Serve a county that `simulate` made; every page says so.
    #[arg(long)]
    simulated: bool,
    /// The clock of this machine is right, though the county stood still for long or it jumped: go on.
    #[arg(long)]
    accept_clock: bool,
}

impl Serve {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.serve())
    }

    async fn serve(self) -> Result<(), Failure> {
        let here = here(self.listen)?;
        super::logs()?;
        let listen = here.listen;
        let (store, code) = self.place.open_county(Hold::Alone).await?;
        let simulated = store.head(&code).await?.simulated == 1;
        if simulated && !self.simulated {
            return Err(Failure::input(
                "this county was made by `simulate`; `zongheng serve --simulated` serves it, marked on every page",
            ));
        }
        watch(&store, &code, (simulated, self.accept_clock)).await?;
        let later = match store.trusted() {
            Ok(()) => {
                adopt(&store, &code, &SHIPPED, now()).await?;
                None
            }
            Err(why) => {
                eprintln!("{why}; `zongheng runner pending` says what waits until then");
                Some(tokio::spawn(adopt_later(store.clone(), code.clone())))
            }
        };
        if let Some(why) = store.vault().shut() {
            eprintln!("{why}");
        }
        let lacks = store.log_lacks(&code).await?;
        for why in store.vault().log_missing().into_iter().chain(lacks) {
            eprintln!("{why}");
        }
        let upkeep = upkeep(&store, &code)?;
        let settings = Settings { here, store: store.clone(), code, simulated, demo: None };
        let served = app::serve(settings, |address| eprintln!("serving {address}")).await;
        if let Some(later) = later {
            later.abort();
        }
        if let Some(upkeep) = upkeep {
            upkeep.end().await?;
        }
        store.close().await;
        served.map_err(|e| Failure::Io(listen.to_string(), e))
    }
}

/// Takes the playbooks of this program up once the clock is believed: until then nothing is recorded.
async fn adopt_later(store: Store, code: DivisionCode) {
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    while store.trusted().is_err() {
        minutes.tick().await;
    }
    if let Err(error) = adopt(&store, &code, &SHIPPED, now()).await {
        tracing::error!(%error, "the county stays with its playbooks; start the server again once it is mended");
    }
}

/// A task that goes on until it is told to end.
struct AtWork {
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl AtWork {
    async fn end(self) -> Result<(), Failure> {
        drop(self.end);
        self.task.await.map_err(|e| Failure::input(e.to_string()))
    }
}

/// Starts what the settings ask for, in a task of its own: backups, the archive, drills.
fn upkeep(store: &Store, code: &DivisionCode) -> Result<Option<AtWork>, Failure> {
    let Some(backups) = settings()?.backup else { return Ok(None) };
    let (data, store, code) = (data(), store.clone(), code.clone());
    let backups = backups.from(&data);
    if let Some(warning) = backups.warning(&data) {
        eprintln!("{warning}");
    }
    let (clock, holder) = (app::machine_clock(), crate::upkeep::holder());
    let upkeep = Upkeep { store, code, backups, data, clock, holder };
    let (end, ended) = oneshot::channel();
    let ended = async move { drop(ended.await) };
    Ok(Some(AtWork { end, task: tokio::spawn(upkeep.run(ended)) }))
}
