//! What was answered since this process began: commands by outcome, requests by route, status and time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::Method;
use zongheng_store::{Answer, Passed};

use crate::api::problem::code_of;

/// Upper ends of the classes of durations, in seconds: few, around what a person notices.
pub(super) const BOUNDS: [f64; 6] = [0.01, 0.05, 0.1, 0.3, 1.0, 5.0];

#[derive(Debug, Default)]
pub struct Tally {
    pub(super) recorded: AtomicU64,
    pub(super) replayed: AtomicU64,
    refused: Mutex<BTreeMap<&'static str, u64>>,
    requests: Mutex<BTreeMap<String, Route>>,
    /// What the runner recorded, told, and could tell nobody.
    pub(super) came_about: AtomicU64,
    pub(super) told: AtomicU64,
    pub(super) unheard: AtomicU64,
}

/// One route: its answers by method and status, and how long they took.
#[derive(Debug, Clone, Default)]
pub(super) struct Route {
    pub(super) answers: BTreeMap<(&'static str, u16), u64>,
    pub(super) within: [u64; BOUNDS.len()],
    pub(super) count: u64,
    pub(super) seconds: f64,
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
        if let Some(unheard) = passed.unheard {
            self.unheard.store(unheard, Ordering::Relaxed);
        }
    }

    /// Notes an answer of a route, by its pattern and never by the address that was asked.
    pub fn answered(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let mut routes = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Route::default());
        }
        let Some(known) = routes.get_mut(route) else { return };
        *known.answers.entry((word(method), status)).or_default() += 1;
        let seconds = took.as_secs_f64();
        known.count += 1;
        known.seconds += seconds;
        for (bound, counted) in BOUNDS.iter().zip(&mut known.within) {
            *counted += u64::from(seconds <= *bound);
        }
    }

    pub(super) fn refused(&self) -> BTreeMap<&'static str, u64> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn routes(&self) -> BTreeMap<String, Route> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Anybody may invent methods; a label may not grow with them.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
