//! `/metrics`: how the server does, in the text format of Prometheus. No person, unit or place is a
//! label, and every label has few values. It needs no account, so it says nothing that `/readyz` and
//! the counts of a public page would not.

mod tally;
mod text;

use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use axum::extract::State as Given;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use zongheng_core::matter::{Key, State};
use zongheng_store::{By, Filter};

pub use tally::Tally;
use text::Text;

use super::problem::Problem;
use crate::app::{App, Shared};
use crate::health::{self, machine};

pub(super) async fn metrics(Given(app): Given<Shared>) -> Result<Response, Problem> {
    let mut text = Text::default();
    server(&mut text, &app).await?;
    requests(&mut text, &app);
    recording(&mut text, &app);
    runner(&mut text, &app);
    matters(&mut text, &app).await?;
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, text.whole()).into_response())
}

/// When this process began, in seconds since 1970.
static BEGAN: LazyLock<i64> = LazyLock::new(|| jiff::Timestamp::now().as_second());

/// Notes the moment: called when the server starts.
pub fn begin() {
    LazyLock::force(&BEGAN);
}

async fn server(text: &mut Text, app: &App) -> Result<(), Problem> {
    text.family("build_info", "gauge", "Always 1; version and database are labels.");
    let labels =
        format!("version=\"{}\",database=\"{}\"", env!("CARGO_PKG_VERSION"), app.store.kind());
    text.value("build_info", &labels, 1);
    let help = "When this process began, in seconds since 1970.";
    text.one("start_timestamp_seconds", "gauge", help, *BEGAN);
    let help = "Each part of the health page: 0 well, 1 to be looked at, 2 bad.";
    text.family("health", "gauge", help);
    for part in health::of(app).await {
        let state = match part.state {
            health::State::Ok => 0,
            health::State::Warn => 1,
            health::State::Bad => 2,
        };
        text.value("health", &format!("part=\"{}\"", part.name), state);
    }
    let open = u8::from(app.store.vault().shut().is_none());
    text.one("vault_open", "gauge", "1 where the key ring is there and the right one.", open);
    if let Some(tls) = &app.here.tls {
        let help = "When the certificate ends, in seconds since 1970.";
        text.one("certificate_end_timestamp_seconds", "gauge", help, tls.ends().seconds());
    }
    if let Ok((free, whole)) = machine::room(&app.here.data) {
        text.one("disk_free_bytes", "gauge", "Room on the disk of the data folder.", free);
        text.one("disk_bytes", "gauge", "The disk of the data folder.", whole);
    }
    text.one("database_bytes", "gauge", "The database on disk.", app.store.bytes().await?);
    text.family("pool_connections", "gauge", "Connections to the database, by pool.");
    for pool in app.store.pools() {
        let label = |state: &str| format!("pool=\"{}\",state=\"{state}\"", pool.name);
        text.value("pool_connections", &label("busy"), pool.open - pool.idle);
        text.value("pool_connections", &label("idle"), pool.idle);
        text.value("pool_connections", &label("most"), pool.most);
    }
    Ok(())
}

fn requests(text: &mut Text, app: &App) {
    let routes = app.tally.routes();
    text.family("requests_total", "counter", "Requests answered, by route, method and status.");
    for (route, known) in &routes {
        for ((method, status), n) in &known.answers {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            text.value("requests_total", &labels, n);
        }
    }
    text.family("request_seconds", "histogram", "How long answers took, by route.");
    for (route, known) in &routes {
        let within = tally::BOUNDS.into_iter().zip(known.within);
        let sums = (known.count, known.seconds);
        text.histogram("request_seconds", &format!("route=\"{route}\""), within, sums);
    }
}

fn recording(text: &mut Text, app: &App) {
    let help = "Commands that wait for the committer.";
    text.one("queue_waiting", "gauge", help, app.recorder.waiting());
    let (recorded, replayed) = (&app.tally.recorded, &app.tally.replayed);
    let help = "Commands recorded by this process.";
    text.one("commands_recorded_total", "counter", help, recorded.load(Ordering::Relaxed));
    let help = "Commands answered again under their key.";
    text.one("commands_replayed_total", "counter", help, replayed.load(Ordering::Relaxed));
    let help = "Commands refused, by the code of the answer.";
    text.family("commands_refused_total", "counter", help);
    for (code, n) in app.tally.refused() {
        text.value("commands_refused_total", &format!("code=\"{code}\""), n);
    }
    let measured = app.recorder.measured();
    let help = "Commands taken into batches, refused ones included.";
    text.one("batch_commands_total", "counter", help, measured.commands);
    text.family(
        "batch_seconds",
        "histogram",
        "How long a batch took, from its lock to its commit.",
    );
    #[expect(clippy::cast_precision_loss, reason = "a handful of small numbers")]
    let within = measured.within.iter().map(|(millis, n)| (*millis as f64 / 1000.0, *n));
    text.histogram("batch_seconds", "", within, (measured.batches, measured.seconds));
}

fn runner(text: &mut Text, app: &App) {
    let trusted = u8::from(app.store.trusted().is_ok());
    text.one("clock_trusted", "gauge", "0 while the clock waits for an administrator.", trusted);
    let (came, told) = (&app.tally.came_about, &app.tally.told);
    let help = "Acts that this process recorded with nobody asking.";
    text.one("runner_acts_total", "counter", help, came.load(Ordering::Relaxed));
    let help = "Deadlines that this process told somebody of.";
    text.one("runner_told_total", "counter", help, told.load(Ordering::Relaxed));
    let help = "Deadlines for which nobody answers, at the last pass that met any.";
    text.one("runner_unheard", "gauge", help, app.tally.unheard.load(Ordering::Relaxed));
}

async fn matters(text: &mut Text, app: &App) -> Result<(), Problem> {
    let head = app.store.head(&app.code).await?;
    let counts = app.store.counts(&app.code, &[Key::County], By::State, &Filter::default()).await?;
    let lag = app.now().seconds_since(head.ticked_to()).max(0);
    let help = "Seconds since the moment as of which lamps and counts stand.";
    text.one("tick_lag_seconds", "gauge", help, lag);
    let help = "Acts that are not searched yet.";
    text.one("search_behind", "gauge", help, app.store.unsearched(&app.code).await?);
    text.family("matters", "gauge", "Open matters by state, from the county's counters.");
    for state in State::ALL.into_iter().filter(|state| state.is_open()) {
        let counted = counts.iter().find(|count| count.key.as_deref() == Some(state.name()));
        text.value("matters", &format!("state=\"{state}\""), counted.map_or(0, |count| count.n));
    }
    Ok(())
}
