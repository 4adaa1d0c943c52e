//! `zongheng vault erase|sealed|recover|rotate`: what is done by hand to the vault and the entries beside the ledger.

use std::path::PathBuf;
use std::process::ExitCode;

use zongheng_core::ids::{ContentId, DivisionCode};
use zongheng_core::ledger::Stream;
use zongheng_core::ruling;
use zongheng_store::vault::{Half, Ring, SheetError};
use zongheng_store::{Store, StoreError};

use super::place::{Hold, Place, data, ring, settings};
use super::{Failure, say};
use crate::upkeep::backups as backups_in;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Vault {
    /// Erases an entry beside the ledger for ever, as a person may ask; the act that names it stays.
    Erase(Erase),
    /// The entries that are sealed off or destroyed, with when and on what paper; never what stood there.
    Sealed(Sealed),
    /// Makes the key ring's file again from both halves of the recovery sheet.
    Recover(Recover),
    /// Adds a fresh key to the ring: what is new is encrypted under it, what there was still opens.
    Rotate,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Erase {
    #[command(flatten)]
    place: Place,
    /// The entry's id, as an act names it in `contents`.
    content: uuid::Uuid,
    /// On what it is erased: the request's date and number, the law. No names.
    #[arg(long, value_name = "TEXT", value_parser = written)]
    basis: String,
    /// The post or account that erases it.
    #[arg(long, value_name = "WHO", value_parser = written)]
    by: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sealed {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Recover {
    #[command(flatten)]
    place: Place,
    /// A text in which both halves stand, a line each, as `init` printed them.
    #[arg(long, value_name = "FILE")]
    sheet: PathBuf,
}

/// Acts read at a time.
const PAGE: i64 = 1_000;

fn written(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() || text.chars().any(char::is_control) || text.chars().count() > 500 {
        return Err("one line of at most 500 characters");
    }
    Ok(text.to_owned())
}

impl Vault {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Erase(erase) => super::run(erase.erase()),
            Self::Sealed(sealed) => super::run(sealed.list()),
            Self::Recover(recover) => super::run(recover.recover()),
            Self::Rotate => super::end(rotate()),
        }
    }
}

impl Erase {
    async fn erase(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let (id, why) = (ContentId(self.content), [self.by.as_str(), self.basis.as_str()]);
        if store.erase(&code, id, super::now(), why).await? {
            say!("{id} is erased; the act that names it stays");
            Ok(())
        } else {
            Err(Failure::input(format!("there is no entry {id}, or it was erased before")))
        }
    }
}

impl Sealed {
    async fn list(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let mut after = 0;
        loop {
            let acts = store.acts(&code, &Stream::from("content"), after, PAGE).await?;
            let Some(last) = acts.last() else { break };
            after = last.seq;
            for act in acts {
                let ruled = ruling::body(&act.body_value()).map_err(Failure::input)?;
                let (at, kind, by) = (act.at, &act.kind, &act.by.user);
                say!("{at} {kind} {} {} {} {by}", ruled.content, ruled.matter, ruled.number);
            }
        }
        Ok(())
    }
}

impl Recover {
    async fn recover(self) -> Result<(), Failure> {
        let text = std::fs::read_to_string(&self.sheet)
            .map_err(|e| Failure::Io(self.sheet.display().to_string(), e))?;
        let bad = |why: String| Failure::input(format!("{}: {why}", self.sheet.display()));
        let halves = halves(&text).map_err(bad)?;
        let found = Ring::recover(&halves).map_err(|e| bad(e.to_string()))?;
        let path = ring()?;
        found.write(&path)?;
        if let Err(why) = self.fits().await {
            // Another county's ring is of no use here, and would keep the right one out.
            std::fs::remove_file(&path).map_err(|e| Failure::Io(path.display().to_string(), e))?;
            return Err(why);
        }
        say!("{} is written; start the server again, and keep both halves apart", path.display());
        Ok(())
    }

    /// Whether the ring that now stands opens the vault of the database, where one is there.
    async fn fits(&self) -> Result<(), Failure> {
        if !self.place.database_exists()? {
            return Ok(());
        }
        let store = self.place.open_with_ring(Hold::Beside).await?;
        let other = || Failure::input("this sheet is not of this database's ring");
        let missing = store.missing_keys().await.map_err(|_| other());
        let shut = match self.place.county(&store).await {
            Ok(code) => shut(&store, &code)?,
            // What is no county yet has no backups either.
            Err(_) => None,
        };
        store.close().await;
        if let Some((path, key)) = shut {
            return Err(Failure::input(format!(
                "this sheet is older than the ring: {} stands under key {key}, of which it has no halves; \
                 take the sheet that was printed when the ring was last rotated",
                path.display()
            )));
        }
        match missing?.as_slice() {
            [] => Ok(()),
            [first, ..] => Err(Failure::input(format!(
                "this sheet is older than the ring: entries stand under key {first}, of which it has no halves; \
                 take the sheet that was printed when the ring was last rotated"
            ))),
        }
    }
}

/// A backup of the settings' folder that the ring does not open, with the key that it lacks.
fn shut(store: &Store, code: &DivisionCode) -> Result<Option<(PathBuf, String)>, Failure> {
    let Some(backups) = settings()?.backup.map(|backups| backups.from(&data())) else {
        return Ok(None);
    };
    let ring = store.vault().ring().map_err(StoreError::from)?;
    let kept = backups_in(&backups.folder, code)?;
    let unopened = kept.into_iter().rev().find(|(_, header)| !ring.has(&header.key));
    Ok(unopened.map(|(path, header)| (path, header.key)))
}

/// Adds a key and prints the sheet anew; the one before no longer makes the whole ring.
fn rotate() -> Result<(), Failure> {
    let path = ring()?;
    let rotated = Ring::rotate(&path)?;
    print_sheet(&rotated);
    say!(
        "\n{} has a new key; start the server again, and destroy the sheet of before",
        path.display()
    );
    Ok(())
}

/// The recovery sheet in two parts, for two persons: the first half of each key, and the second.
pub(crate) fn print_sheet(ring: &Ring) {
    let halves = ring.halves();
    let (first, second): (Vec<_>, Vec<_>) =
        halves.chunks(2).filter_map(|pair| Some((pair.first()?, pair.get(1)?))).unzip();
    for (name, halves) in
        [("first half, for one person", first), ("second half, for another person", second)]
    {
        say!("\nrecovery sheet, {name}:");
        for half in halves {
            say!("{half}");
        }
    }
}

/// The halves that stand in a text; lines that are none are words around them.
fn halves(text: &str) -> Result<Vec<Half>, String> {
    let mut found = Vec::new();
    for line in text.lines() {
        match line.parse() {
            Ok(half) => found.push(half),
            Err(SheetError::Form) => {}
            Err(wrong) => return Err(wrong.to_string()),
        }
    }
    if found.len() < 2 {
        return Err(format!("{} halves stand in it; two of each key are wanted", found.len()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_found_among_the_words_of_the_sheet() {
        let both = Ring::from_seed(&[1; 32]).halves();
        let [one, other] = both.as_slice() else { panic!("two halves of its one key") };
        let sheet = format!("recovery sheet, first half:\n{one}\n\nsecond half:\n{other}\n");
        assert_eq!(halves(&sheet), Ok(both.clone()));
        assert!(halves(&one.to_string()).unwrap_err().contains("two of each key are wanted"));
        let text = other.to_string();
        let slip = if text.ends_with('7') { "8" } else { "7" };
        let wrong = format!("{one}\n{}{slip}", &text[..text.len() - 1]);
        assert!(halves(&wrong).unwrap_err().contains("read it again"));
    }

    #[test]
    fn a_basis_is_one_written_line() {
        assert_eq!(written(" 申请 2026-11-24 第 3 号 ").unwrap(), "申请 2026-11-24 第 3 号");
        assert!(written(" ").is_err() && written("a\nb").is_err());
    }
}
