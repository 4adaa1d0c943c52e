//! The server: what all handlers share, how it starts and how it stops.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::Instrument as _;
use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Answer, Recorder, Refused, Stands, Store, Submission, Wanted};

use crate::api::metrics::Tally;
use crate::attaching::{Peer, Uploads};
use crate::importing::desk::Desk;
use crate::importing::work;
use crate::limit::Limiter;
use crate::submit::Mint;
use crate::tls::{Tls, TlsListener};
use crate::upkeep::settings::Backups;

/// What every handler can reach.
pub struct App {
    pub store: Store,
    pub recorder: Recorder,
    pub code: DivisionCode,
    /// The county was made by `simulate`: every page says so.
    pub simulated: bool,
    /// The accounts of a demonstration, shown on the sign-in page.
    pub demo: Option<Demo>,
    pub clock: Clock,
    pub here: Here,
    /// What was answered since this process began.
    pub tally: Tally,
    /// Wrong receipt codes, by the matter's number.
    pub receipts: Limiter,
    /// Wrong passwords, by login.
    pub sign_ins: Limiter,
    /// So many files are written at once: each holds a state of the database while it lasts.
    pub exports: Semaphore,
    /// Imports that were begun on a page.
    pub imports: Arc<Desk>,
    pub uploads: Uploads,
    mint: Mutex<Mint>,
}

pub type Shared = Arc<App>;
pub type Clock = Arc<dyn Fn() -> At + Send + Sync>;

/// The accounts of a demonstration with their one password.
#[derive(Debug, Clone)]
pub struct Demo {
    pub password: String,
    pub logins: Vec<String>,
}

/// What the machine gives a server beside the database.
#[derive(Debug, Clone)]
pub struct Here {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub tls: Option<Arc<Tls>>,
    /// TLS ends at a proxy before this server.
    pub behind_proxy: bool,
    /// What a server does by itself so that nothing is lost; none where this one does nothing of it.
    pub backups: Option<Backups>,
}

impl Here {
    /// Whether passwords would cross a network in the open.
    pub fn plain_beyond_this_machine(&self) -> bool {
        self.tls.is_none() && !self.behind_proxy && !self.listen.ip().is_loopback()
    }

    const fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

/// What a server is started with.
pub struct Settings {
    pub here: Here,
    pub store: Store,
    pub code: DivisionCode,
    pub simulated: bool,
    pub demo: Option<Demo>,
}

impl App {
    pub fn new(settings: Settings, clock: Clock) -> Shared {
        let recorder = settings.store.start(clock.clone());
        Arc::new(Self {
            store: settings.store,
            recorder,
            code: settings.code,
            simulated: settings.simulated,
            demo: settings.demo,
            clock,
            imports: Desk::of(&settings.here.data),
            here: settings.here,
            tally: Tally::default(),
            receipts: Limiter::new(10, 900),
            sign_ins: Limiter::new(5, 1800),
            exports: Semaphore::new(2),
            uploads: Uploads::default(),
            mint: Mutex::new(Mint::by_chance()),
        })
    }

    pub fn now(&self) -> At {
        (self.clock)()
    }

    /// Records a command and counts how it was answered.
    pub async fn record(&self, wanted: Submission) -> Answer {
        let span = tracing::info_span!(target: "trace", "record");
        let answer = self.recorder.record(wanted).instrument(span).await;
        self.tally.note(&answer);
        answer
    }

    /// Records a ruling, which stands beside the course of matters.
    pub async fn rule(&self, wanted: &Wanted) -> Result<Stands, Refused> {
        self.store.rule(wanted, self.now()).await
    }

    /// The configuration as the ledger has it now.
    pub async fn county(&self) -> zongheng_store::Result<Arc<County>> {
        self.store.county(&self.code).await
    }

    /// `411524-2026-000123` of `26-000123`; anything else stays as it is.
    pub fn whole_number(&self, no: &str) -> String {
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        match no.split_once('-') {
            Some((year, serial)) if year.len() == 2 && digits(year) && digits(serial) => {
                format!("{}-20{year}-{serial:0>6}", &self.code.as_str()[..6])
            }
            _ => no.to_owned(),
        }
    }

    /// Lends the source of ids and salts.
    pub fn with_mint<T>(&self, make: impl FnOnce(&mut Mint) -> T) -> T {
        // A panic while minting leaves nothing half made: the next caller goes on.
        make(&mut self.mint.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The clock of the machine.
pub fn machine_clock() -> Clock {
    Arc::new(|| At::from_seconds(jiff::Timestamp::now().as_second()))
}

/// Every route of the server.
pub fn router(app: Shared) -> Router {
    let routes = crate::api::router().merge(crate::pages::router()).with_state(app.clone());
    crate::web::finish(routes, app)
}

/// Serves until SIGTERM or Ctrl-C; what is under way has ten seconds to end.
///
/// # Errors
/// The address cannot be listened on, or the database fails.
pub async fn serve(settings: Settings, ready: impl FnOnce(&str)) -> std::io::Result<()> {
    let listener = TcpListener::bind(settings.here.listen).await?;
    let address = listener.local_addr()?;
    let app = App::new(settings, machine_clock());
    crate::api::metrics::begin();
    work::resume(&app).await;
    let mut beside = vec![
        tokio::spawn(for_ever("the runner", crate::runner::run, app.clone())),
        tokio::spawn(for_ever("cleaning", crate::cleaning::run, app.clone())),
        tokio::spawn(for_ever("search", crate::searching::run, app.clone())),
        tokio::spawn(hung_up()?),
    ];
    if app.here.plain_beyond_this_machine() {
        tracing::warn!(%address, "passwords cross the network in the open: name a certificate in [tls], or set behind_proxy = true");
    }
    ready(&format!("{}://{address}", app.here.scheme()));
    crate::notify::tell("READY=1");
    match app.here.tls.clone() {
        Some(tls) => {
            let (listener, clock) = (TlsListener::new(listener, &tls)?, app.clock.clone());
            beside.push(tokio::spawn(tls.follow(move || clock())));
            until_asked_to_stop(listener, &app).await?;
        }
        None => until_asked_to_stop(listener, &app).await?,
    }
    for task in beside {
        task.abort();
    }
    app.recorder.drain().await;
    Ok(())
}

/// Does what goes on as long as the server does; where it fails altogether it is begun again a minute later.
async fn for_ever<F>(what: &'static str, work: fn(Shared) -> F, app: Shared)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        // Dropped with this task, and so ended with it.
        let mut one = JoinSet::new();
        one.spawn(work(app.clone()));
        match one.join_next().await {
            Some(Err(error)) if error.is_panic() => {
                tracing::error!(%error, what, "a part of the server broke off and begins anew");
            }
            _ => return,
        }
        tokio::time::sleep(Duration::from_mins(1)).await;
    }
}

/// Hears SIGHUP, which would else end the program: under a certificate it is read again, otherwise there is nothing to
/// read.
fn hung_up() -> std::io::Result<impl Future<Output = ()>> {
    let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    Ok(async move { while signal.recv().await.is_some() {} })
}

/// Serves the listener's connections until somebody says to stop, and ten seconds longer at most.
async fn until_asked_to_stop<L>(listener: L, app: &Shared) -> std::io::Result<()>
where
    L: Listener<Addr = SocketAddr>,
    Peer: for<'a> Connected<IncomingStream<'a, L>>,
{
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let service = router(app.clone()).into_make_service_with_connect_info::<Peer>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        asked_to_stop().await;
        crate::notify::tell("STOPPING=1");
        stop.send_replace(true);
    });
    let mut server = tokio::spawn(server.into_future());
    let mut stopped = stopped;
    let last = async {
        // Only once asked to stop does the ten seconds' limit begin.
        if stopped.wait_for(|asked| *asked).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(10)).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        ended = &mut server => ended??,
        () = last => server.abort(),
    }
    Ok(())
}

async fn asked_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be heard; Ctrl-C stops the server");
            drop(interrupted.await);
        }
    }
}
