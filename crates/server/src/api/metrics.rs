//! `/metrics`: how the server does, in the text format of Prometheus. No person, unit or place is a
//! label, and every label has few values.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::extract::State as Given;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use zongheng_core::matter::{Key, State};
use zongheng_store::{Answer, By, Filter, Passed};

use super::problem::{Problem, code_of};
use crate::app::Shared;

/// What was answered since this process began.
#[derive(Debug, Default)]
pub struct Tally {
    recorded: AtomicU64,
    replayed: AtomicU64,
    refused: Mutex<BTreeMap<&'static str, u64>>,
    /// What the runner recorded, told, and could tell nobody.
    came_about: AtomicU64,
    told: AtomicU64,
    unheard: AtomicU64,
}

impl Tally {
    pub fn note(&self, answer: &Answer) {
        match answer {
            Ok(recorded) if recorded.replay => &self.replayed,
            Ok(_) => &self.recorded,
            Err(refused) => {
                let mut codes = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
                *codes.entry(code_of(refused)).or_default() += 1;
                return;
            }
        }
        .fetch_add(1, Ordering::Relaxed);
    }

    pub fn passed(&self, passed: &Passed) {
        self.came_about.fetch_add(passed.acts, Ordering::Relaxed);
        self.told.fetch_add(passed.told, Ordering::Relaxed);
        self.unheard.store(passed.unheard, Ordering::Relaxed);
    }

    fn refused(&self) -> BTreeMap<&'static str, u64> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The text being written: each family with its help and its kind.
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "# HELP zongheng_{name} {help}\n# TYPE zongheng_{name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &str, value: impl Display) {
        let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        let _ = writeln!(self.0, "zongheng_{name}{labels} {value}");
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.value(name, "", value);
    }
}

pub(super) async fn metrics(Given(app): Given<Shared>) -> Result<Response, Problem> {
    let head = app.store.head(&app.code).await?;
    let counts = app.store.counts(&app.code, &[Key::County], By::State, &Filter::default()).await?;
    let mut text = Text(String::new());
    text.family("build_info", "gauge", "Always 1; version and database are labels.");
    let labels =
        format!("version=\"{}\",database=\"{}\"", env!("CARGO_PKG_VERSION"), app.store.kind());
    text.value("build_info", &labels, 1);
    let lag = app.now().seconds_since(head.ticked_to()).max(0);
    let help = "Seconds since the moment as of which lamps and counts stand.";
    text.one("tick_lag_seconds", "gauge", help, lag);
    let help = "Commands that wait for the committer.";
    text.one("queue_waiting", "gauge", help, app.recorder.waiting());
    let open = u8::from(app.store.vault().shut().is_none());
    text.one("vault_open", "gauge", "1 where the key ring is there and the right one.", open);
    let (recorded, replayed) = (&app.tally.recorded, &app.tally.replayed);
    let help = "Commands recorded by this process.";
    text.one("commands_recorded_total", "counter", help, recorded.load(Ordering::Relaxed));
    let help = "Commands answered again under their key.";
    text.one("commands_replayed_total", "counter", help, replayed.load(Ordering::Relaxed));
    text.family(
        "commands_refused_total",
        "counter",
        "Commands refused, by the code of the answer.",
    );
    for (code, n) in app.tally.refused() {
        text.value("commands_refused_total", &format!("code=\"{code}\""), n);
    }
    let trusted = u8::from(app.store.trusted().is_ok());
    text.one("clock_trusted", "gauge", "0 while the clock waits for an administrator.", trusted);
    let (came, told) = (&app.tally.came_about, &app.tally.told);
    let help = "Acts that this process recorded with nobody asking.";
    text.one("runner_acts_total", "counter", help, came.load(Ordering::Relaxed));
    let help = "Deadlines that this process told somebody of.";
    text.one("runner_told_total", "counter", help, told.load(Ordering::Relaxed));
    let help = "Deadlines for which nobody answers, at the last pass that met any.";
    text.one("runner_unheard", "gauge", help, app.tally.unheard.load(Ordering::Relaxed));
    text.family("matters", "gauge", "Open matters by state, from the county's counters.");
    for state in State::ALL.into_iter().filter(|state| state.is_open()) {
        let counted = counts.iter().find(|count| count.key.as_deref() == Some(state.name()));
        text.value("matters", &format!("state=\"{state}\""), counted.map_or(0, |count| count.n));
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, text.0).into_response())
}
