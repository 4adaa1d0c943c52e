//! `zongheng serve`: serves a county that stands.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use zongheng_core::ids::DivisionCode;
use zongheng_store::{Store, Watch};

use super::Failure;
use super::adopt::adopt;
use super::place::{Hold, Place, settings};
use crate::app::{self, Settings};
use crate::programmes::SHIPPED;

/// The address where nothing else is said.
const ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8411);

/// Where to listen: what was asked for, or what the settings say, or the usual address.
pub(crate) fn listen(asked: Option<SocketAddr>) -> Result<SocketAddr, Failure> {
    Ok(asked.or(settings()?.listen).unwrap_or(ADDRESS))
}

/// Keeps a watch over the machine's clock, which an administrator may confirm.
pub(crate) async fn watch(store: &Store, code: &DivisionCode, accept: bool) -> Result<(), Failure> {
    store.keep_watch(code, Arc::new(Watch::machine(app::machine_clock()))).await?;
    if accept {
        store.accept_clock(code, super::now()).await?;
    }
    Ok(())
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
        let listen = listen(self.listen)?;
        let (store, code) = self.place.open_county(Hold::Alone).await?;
        let simulated = store.head(&code).await?.simulated == 1;
        if simulated && !self.simulated {
            return Err(Failure::input(
                "this county was made by `simulate`; `zongheng serve --simulated` serves it, marked on every page",
            ));
        }
        super::logs();
        watch(&store, &code, self.accept_clock).await?;
        match store.trusted() {
            Ok(()) => adopt(&store, &code, &SHIPPED, super::now()).await?,
            Err(why) => eprintln!("{why}; `zongheng runner pending` says what waits until then"),
        }
        if let Some(why) = store.vault().shut() {
            eprintln!("{why}");
        }
        let settings = Settings { listen, store, code, simulated, demo: None };
        app::serve(settings, |address| eprintln!("serving http://{address}"))
            .await
            .map_err(|e| Failure::Io(listen.to_string(), e))
    }
}
