//! `zongheng serve`: serves a county that stands.

use std::net::SocketAddr;
use std::process::ExitCode;

use super::Failure;
use super::place::{Hold, Place, data};
use crate::app::{self, Settings};
use crate::settings;

/// The address where nothing else is said.
pub(crate) const ADDRESS: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8411);

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
}

impl Serve {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.serve())
    }

    async fn serve(mut self) -> Result<(), Failure> {
        let settings =
            settings::Settings::of(&data()).map_err(|e| Failure::input(e.to_string()))?;
        self.place.db = self.place.db.or(settings.db);
        let (store, code) = self.place.open_county(Hold::Alone).await?;
        let simulated = store.head(&code).await?.simulated == 1;
        if simulated && !self.simulated {
            return Err(Failure::input(
                "this county was made by `simulate`; `zongheng serve --simulated` serves it, marked on every page",
            ));
        }
        let listen = self.listen.or(settings.listen).unwrap_or(ADDRESS);
        let settings = Settings { listen, store, code, simulated, demo: None };
        super::logs();
        app::serve(settings, |address| eprintln!("serving http://{address}"))
            .await
            .map_err(|e| Failure::Io(listen.to_string(), e))
    }
}
