//! `zongheng backup`, `restore`, `drill`: a copy while serving, the way back, and its trial.

use std::io::{ErrorKind, IsTerminal as _};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::backup::{BackupError, Header, Phase, Restored};
use zongheng_store::{Outcome, Store, StoreError};

use super::place::{Hold, Place, data, settings};
use super::{Failure, say};
use crate::upkeep;

/// What `backup` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    place: Place,
    /// The file to be written; it stands only once it is whole, and is never written over another.
    file: PathBuf,
}

/// What `restore` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    place: Place,
    /// The backup; it goes into an empty database of either kind.
    file: PathBuf,
    /// A folder of increments, played after the backup.
    #[arg(long, value_name = "FOLDER")]
    archive: Option<PathBuf>,
    /// The moment at which they end, as 2026-11-26T09:41; their last act where left out.
    #[arg(long, value_name = "TIME", value_parser = super::moment, requires = "archive")]
    to: Option<At>,
}

/// What `drill` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Drill {
    #[command(flatten)]
    place: Place,
    /// The backup; the newest one of the settings' folder where left out.
    file: Option<PathBuf>,
}

impl Backup {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.backup())
    }

    async fn backup(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        store.trusted()?;
        let (shows, packed) = (std::io::stderr().is_terminal(), upkeep::packed(&data()));
        let told = |rows| {
            if shows {
                eprint!("\r{rows} rows");
            }
        };
        let begun = super::now();
        let made = store.backup(&code, &self.file, &packed, begun, told).await;
        if shows {
            eprintln!();
        }
        let made = made?;
        let detail = upkeep::told(&self.file, &made);
        // On the day on which the database's disk is full a backup is wanted most.
        match noted(&store, &code, ("backup", begun), (Outcome::Done, &detail)).await {
            Err(Failure::Store(StoreError::Full)) => {
                eprintln!(
                    "the disk of the database is full, so it is not noted that this backup was made"
                );
            }
            noted => noted?,
        }
        let header = &made.header;
        say!(
            "{}",
            json!({
                "file": self.file, "acts": header.pos, "last_at": header.last_at,
                "seal": header.seal, "seal_hash": header.seal_hash, "files": made.files,
                "bytes": made.bytes, "key": header.key, "lost": made.lost,
            })
        );
        if !made.lost.is_empty() {
            eprintln!("{}", upkeep::lost_told(&made.lost));
        }
        Ok(())
    }
}

impl Restore {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.restore())
    }

    async fn restore(self) -> Result<(), Failure> {
        let header = Header::of(&self.file)?;
        let fresh = !self.place.database_exists()?;
        let restored = match self.place.open_empty(&header).await {
            Ok(store) => {
                let restored = self.put_into(&store).await;
                store.close().await;
                restored
            }
            Err(error) => Err(error),
        };
        if restored.is_err() && fresh {
            self.place.remove_database()?;
        }
        told(&restored.map_err(|error| if is_full(&error) { no_room() } else { error })?);
        Ok(())
    }

    async fn put_into(&self, store: &Store) -> Result<Restored, Failure> {
        let (shows, begun) = (std::io::stderr().is_terminal(), super::now());
        let progress = |phase, n| {
            if shows {
                eprint!("\r{}", doing(phase, n));
            }
        };
        let folder = data();
        let what = zongheng_store::backup::Restore {
            from: &self.file,
            archive: self.archive.as_deref(),
            to: self.to,
            files: Some(&folder),
        };
        let restored = store.restore(what, &progress).await;
        if shows {
            eprintln!();
        }
        let restored = match restored {
            Err(StoreError::Backup(BackupError::In { fault, path }))
                if matches!(*fault, BackupError::DoesNotHold(_)) =>
            {
                return Err(Failure::DoesNotHold(format!("{}: {fault}", path.display())));
            }
            other => other?,
        };
        let detail = format!("{}: {} acts", self.file.display(), restored.ledger.acts);
        noted(store, &restored.county, ("restore", begun), (Outcome::Done, &detail)).await?;
        Ok(restored)
    }
}

/// Notes a run once it has ended. What fails under somebody's hands is told to them, and holds back nothing that the
/// server does by itself.
async fn noted(
    store: &Store,
    code: &DivisionCode,
    (what, begun): (&str, At),
    how: (Outcome, &str),
) -> Result<(), Failure> {
    let id = store.upkeep_begins(code, what, begun).await?;
    Ok(store.upkeep_ends(code, id, how, super::now()).await?)
}

fn no_room() -> Failure {
    StoreError::from(BackupError::NoRoom).into()
}

fn is_full(error: &Failure) -> bool {
    match error {
        Failure::Store(StoreError::Full) => true,
        Failure::Store(StoreError::File { source, .. }) => {
            matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
        }
        _ => false,
    }
}

fn doing(phase: Phase, n: i64) -> String {
    match phase {
        Phase::Rows => format!("{n} rows are in          "),
        Phase::Acts => format!("made anew from {n} acts  "),
        Phase::Lines => format!("{n} acts hold            "),
    }
}

fn told(restored: &Restored) {
    let ledger = &restored.ledger;
    say!(
        "{}",
        json!({
            "county": restored.county, "acts": ledger.acts, "seals": ledger.seals,
            "last_seal": ledger.last_seal, "last_at": restored.last_at,
            "matters": restored.rebuilt.matters, "increments": restored.increments,
            "rows": restored.rows, "attached": restored.attached, "lost": restored.lost,
            "erased_again": restored.erased, "sha256": restored.sha256,
        })
    );
    if let Some(doubts) = &restored.log {
        eprintln!("{doubts}");
    }
    if !restored.lost.is_empty() {
        eprintln!("{}", upkeep::lost_told(&restored.lost));
    }
    for file in &restored.files {
        eprintln!("{} came along as {}", file.name, file.path.display());
    }
    if !restored.files.is_empty() {
        eprintln!(
            "look through these files and take the ending .from-backup off those that are wanted"
        );
    }
}

impl Drill {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.drill())
    }

    async fn drill(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        store.trusted()?;
        let backup = self.backup(&store, &code).await?;
        let begun = super::now();
        let drilled = store.drill(&code, &backup, &upkeep::scratch(&data())).await?;
        let detail = upkeep::drill_told(&backup, &drilled);
        let outcome = if drilled.holds() { Outcome::Done } else { Outcome::Failed };
        noted(&store, &code, ("drill", begun), (outcome, &detail)).await?;
        if outcome == Outcome::Failed {
            return Err(Failure::DoesNotHold(detail));
        }
        say!("{detail}");
        Ok(())
    }

    async fn backup(&self, store: &Store, code: &DivisionCode) -> Result<PathBuf, Failure> {
        if let Some(file) = &self.file {
            return Ok(file.clone());
        }
        let Some(backups) = settings()?.backup.map(|backups| backups.from(&data())) else {
            return Err(Failure::input(
                "name a backup, or a folder of them under [backup] in zongheng.toml",
            ));
        };
        let newest = upkeep::living(store, &backups.folder, code, super::now()).await?;
        newest.map(|(path, _)| path).ok_or_else(|| {
            let folder = backups.folder.display();
            Failure::input(format!(
                "{folder} holds no backup of county {code} as it stands: one of before a restore is none"
            ))
        })
    }
}
