//! How this machine's Zongheng is: each part with what is so and how to mend it. `/readyz`, the page
//! 系统状况, the metrics and `zongheng doctor` all ask here.

pub mod county;
pub mod database;
pub mod machine;
pub mod upkeep;

use serde::Serialize;
use zongheng_core::time::At;

use crate::app::App;
use crate::pages::words::Words;

/// `2026-11-26 16:00`, in the county's time.
pub(crate) fn minute(at: At) -> String {
    at.civil().strftime("%Y-%m-%d %H:%M").to_string()
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    /// It serves, and somebody should look at it.
    Warn,
    /// It does not serve, or will not keep what it was given.
    Bad,
}

impl State {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// One part. Its sentence and its remedy stand in the locales, under `health.PART.CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: &'static str,
    pub state: State,
    pub code: &'static str,
    /// What is filled in for `{a}` and `{b}`.
    pub a: String,
    pub b: String,
    /// What a program said about it, in its own words and in English; nothing where there is no more to say.
    pub detail: String,
}

impl Part {
    pub fn new(name: &'static str, state: State, code: &'static str) -> Self {
        Self { name, state, code, a: String::new(), b: String::new(), detail: String::new() }
    }

    pub fn ok(name: &'static str) -> Self {
        Self::new(name, State::Ok, "ok")
    }

    pub fn warn(name: &'static str, code: &'static str) -> Self {
        Self::new(name, State::Warn, code)
    }

    pub fn bad(name: &'static str, code: &'static str) -> Self {
        Self::new(name, State::Bad, code)
    }

    #[expect(clippy::needless_pass_by_value, reason = "values are worked out where they are told")]
    pub fn a(self, a: impl ToString) -> Self {
        Self { a: a.to_string(), ..self }
    }

    #[expect(clippy::needless_pass_by_value, reason = "values are worked out where they are told")]
    pub fn b(self, b: impl ToString) -> Self {
        Self { b: b.to_string(), ..self }
    }

    pub fn detail(self, detail: &str) -> Self {
        Self { detail: detail.to_owned(), ..self }
    }

    pub fn title(&self, w: Words) -> String {
        w.name("health_part", self.name)
    }

    /// What is so.
    pub fn says(&self, w: Words) -> String {
        w.ab(&format!("health.{}.{}", self.name, self.code), &self.a, &self.b)
    }

    /// How to mend it; nothing where nothing is to be done.
    pub fn mend(&self, w: Words) -> Option<String> {
        let key = format!("health.{}.{}_mend", self.name, self.code);
        w.find(&key)?;
        Some(w.ab(&key, &self.a, &self.b))
    }
}

/// The parts on which serving hangs, of a running server: what `/readyz` tells.
pub async fn serving(app: &App) -> Vec<Part> {
    let mut parts = Vec::new();
    match (app.store.head(&app.code).await, app.store.facts(false).await) {
        (Ok(head), Ok(facts)) => parts.extend([
            database::answers(app.store.kind()),
            database::migrations(&facts),
            county::time(&head, app.now()),
        ]),
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(%error, "the database does not answer");
            parts.push(Part::bad("database", "silent").a(error));
        }
    }
    parts.extend(county::doubted(&app.store.trusted()));
    parts.push(county::key(app.store.vault().shut()));
    parts.push(machine::disk(&app.here.data));
    parts
}

/// Every part of a running server.
pub async fn of(app: &App) -> Vec<Part> {
    let now = app.now();
    let mut parts = serving(app).await;
    parts.push(machine::certificate(app.here.tls.as_deref(), &app.here, now));
    if let (Ok(head), Ok(county)) = (app.store.head(&app.code).await, app.county().await) {
        if parts.iter().all(|part| part.name != "clock") {
            parts.push(county::clock(&head, now));
        }
        parts.extend([county::calendar(&county, now), county::posts(&county, now)]);
    }
    parts.extend(
        upkeep::parts(&app.store, &app.code, (app.here.backups.as_ref(), &app.here.data), now)
            .await,
    );
    parts
}

/// Whether these parts can serve: none is bad.
pub fn can_serve(parts: &[Part]) -> bool {
    parts.iter().all(|part| part.state != State::Bad)
}
