//! `zongheng doctor`: what is wrong on this machine and how to mend it, a line each.

use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;
use serde_json::json;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Store, StoreError};

use super::place::{self, Hold, Place, data, tls_files};
use super::{Failure, now, say};
use crate::health::{Part, State, county, database, machine, upkeep};
use crate::pages::words::{Locale, Words};
use crate::settings::Settings;
use crate::traces::Endpoint;

#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    place: Place,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// The language; that of the terminal where left out.
    #[arg(long, value_enum)]
    language: Option<Language>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    Zh,
    En,
}

impl Doctor {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.look())
    }

    async fn look(self) -> Result<(), Failure> {
        let w = Words::new(self.locale());
        let mut parts = Vec::new();
        match Settings::of(&data()) {
            Ok(settings) => {
                let file = data().join(crate::settings::FILE);
                let code = if file.exists() { "ok" } else { "none" };
                parts.push(Part::new("settings", State::Ok, code).a(file.display()));
                on_the_machine(&settings, now(), &mut parts);
                self.in_the_database(now(), &mut parts).await;
            }
            // Without them it is not known where to look.
            Err(error) => {
                parts.push(Part::bad("settings", "unfit").a(error));
                parts.extend([machine::folder(&data()), machine::disk(&data())]);
            }
        }
        self.tell(&parts, w);
        let bad = parts.iter().filter(|part| part.state == State::Bad).count();
        if bad == 0 { Ok(()) } else { Err(Failure::DoesNotHold(w.n("doctor.bad", bad))) }
    }

    fn locale(&self) -> Locale {
        match self.language {
            Some(Language::Zh) => Locale::Zh,
            Some(Language::En) => Locale::En,
            None => {
                let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(std::env::var_os);
                let zh = said.is_some_and(|said| said.to_string_lossy().starts_with("zh"));
                if zh { Locale::Zh } else { Locale::En }
            }
        }
    }

    fn tell(&self, parts: &[Part], w: Words) {
        if self.json {
            let told: Vec<_> = parts
                .iter()
                .map(|part| {
                    json!({ "part": part.name, "state": part.state, "code": part.code,
                            "says": part.says(w), "detail": part.detail, "mend": part.mend(w) })
                })
                .collect();
            say!("{}", serde_json::to_string_pretty(&told).unwrap_or_default());
            return;
        }
        for part in parts {
            say!("{:<5} {}: {}", part.state.name(), part.title(w), part.says(w));
            if !part.detail.is_empty() {
                say!("      {}: {}", w.t("system.detail"), part.detail);
            }
            if let Some(mend) = part.mend(w).filter(|_| part.state != State::Ok) {
                say!("      {} {mend}", w.t("doctor.mend"));
            }
        }
    }

    async fn in_the_database(&self, now: At, parts: &mut Vec<Part>) {
        let address = match self.place.address() {
            Ok(address) => address,
            Err(error) => return parts.push(closed(&error)),
        };
        if let Some(path) = address.strip_prefix("sqlite:").filter(|path| !Path::new(path).exists())
        {
            return parts.push(Part::bad("database", "none").a(path));
        }
        match self.place.open(Hold::Beside).await {
            Ok(store) => {
                parts.push(database::answers(store.kind()));
                inside(&store, &self.place, now, parts).await;
                store.close().await;
            }
            Err(Failure::Store(StoreError::Older { found: 0, .. })) => {
                parts.push(Part::bad("county", "none"));
            }
            Err(Failure::Store(StoreError::Older { found, known })) => {
                parts.push(Part::bad("migrations", "behind").a(found).b(known));
            }
            Err(Failure::Store(StoreError::Order(columns))) => {
                parts.push(Part::bad("order", "other").a(columns));
            }
            Err(error) => parts.push(closed(&error)),
        }
    }
}

/// A database that does not open; one that is damaged says so in its own words.
fn closed(error: &impl std::fmt::Display) -> Part {
    let said = error.to_string();
    let damaged = ["malformed", "not a database"].iter().any(|word| said.contains(word));
    if damaged { Part::bad("damage", "found") } else { Part::bad("database", "closed") }.a(said)
}

/// What is seen without the database.
fn on_the_machine(settings: &Settings, now: At, parts: &mut Vec<Part>) {
    let data = data();
    parts.extend([machine::folder(&data), machine::disk(&data), machine::clock_source()]);
    if let Some(log) = &settings.log {
        parts.push(machine::log(&data.join(&log.folder)));
    }
    let listen = settings.listen.unwrap_or(super::serve::ADDRESS);
    parts.push(machine::address(listen));
    parts.push(match tls_files(settings) {
        Some(files) => machine::certificate_of(&files, now),
        None if listen.ip().is_loopback() || settings.behind_proxy == Some(true) => {
            Part::new("certificate", State::Ok, "none")
        }
        None => Part::warn("certificate", "plain"),
    });
    let collector = settings.traces.as_ref().map(|traces| Endpoint::read(&traces.endpoint));
    if let Some(Ok(collector)) = collector {
        parts.push(match std::net::TcpStream::connect(&collector.host) {
            Ok(_) => Part::ok("traces").a(collector.host),
            Err(error) => Part::warn("traces", "silent").a(collector.host).b(error),
        });
    }
}

/// What only the database tells.
async fn inside(store: &Store, place: &Place, now: At, parts: &mut Vec<Part>) {
    match store.facts(true).await {
        Ok(facts) => parts.extend([
            database::migrations(&facts),
            database::durability(&facts),
            database::damage(&facts),
            database::order(&facts),
        ]),
        Err(error) => parts.push(closed(&error)),
    }
    let code = match place.county(store).await {
        Ok(code) => code,
        Err(Failure::Input(why)) => {
            return parts.push(Part::bad("county", "which").a(why.join(" ")));
        }
        Err(error) => return parts.push(closed(&error)),
    };
    if let Err(error) = of_the_county(store, &code, now, parts).await {
        parts.push(closed(&error));
    }
}

async fn of_the_county(
    store: &Store,
    code: &DivisionCode,
    now: At,
    parts: &mut Vec<Part>,
) -> Result<(), Failure> {
    let (head, county) = (store.head(code).await?, store.county(code).await?);
    // The ring of a simulated county is no file.
    if head.simulated == 0 {
        parts.push(machine::ring(&place::ring()?, &data()));
        parts.push(machine::erased(store.vault().log_missing(), store.log_lacks(code).await?));
    }
    parts.push(county::key(store.vault().shut()));
    let time = county::time(&head, now);
    // Without a server nobody moves it on, and that is no fault of the database.
    parts.push(Part { state: time.state.min(State::Warn), ..time });
    parts.extend([
        county::clock(&head, now),
        county::calendar(&county, now),
        county::posts(&county, now),
    ]);
    let backups = place::settings()?.backup.map(|backups| backups.from(&data()));
    let kept = upkeep::parts(store, code, (backups.as_ref(), &data()), now).await;
    // What the last backup said of them is older.
    parts.push(upkeep::files_there(store, code).await);
    parts.extend(kept.into_iter().filter(|part| part.name != "files").map(
        |part| match part.code {
            // The same of whoever makes increments.
            "silent" => Part { state: State::Warn, ..part },
            _ => part,
        },
    ));
    Ok(())
}
