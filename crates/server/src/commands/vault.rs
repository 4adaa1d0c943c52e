//! `zongheng vault erase|recover`: what is done by hand to the vault and the entries beside the ledger.

use std::path::PathBuf;
use std::process::ExitCode;

use zongheng_core::ids::ContentId;
use zongheng_core::ledger::Stream;
use zongheng_core::ruling;
use zongheng_store::vault::{Half, Ring, SheetError};

use super::place::{Hold, Place, ring};
use super::{Failure, say};

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Vault {
    /// Erases an entry beside the ledger for ever, as a person may ask; the act that names it stays.
    Erase(Erase),
    /// The entries that are sealed off or destroyed, with when and on what paper; never what stood there.
    Sealed(Sealed),
    /// Makes the key ring's file again from both halves of the recovery sheet.
    Recover(Recover),
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
        let [one, other] = halves(&text).map_err(bad)?;
        let found = Ring::recover(&one, &other).map_err(|e| bad(e.to_string()))?;
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
        let shut = store.vault().shut();
        store.close().await;
        shut.map_or(Ok(()), |_| Err(Failure::input("this sheet is not of this database's ring")))
    }
}

/// The halves that stand in a text; lines that are none are words around them.
fn halves(text: &str) -> Result<[Half; 2], String> {
    let mut found = Vec::new();
    for line in text.lines() {
        match line.parse() {
            Ok(half) => found.push(half),
            Err(SheetError::Form) => {}
            Err(wrong) => return Err(wrong.to_string()),
        }
    }
    <[Half; 2]>::try_from(found)
        .map_err(|found| format!("{} halves stand in it; two are wanted", found.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_found_among_the_words_of_the_sheet() {
        let [one, other] = Ring::from_seed(&[1; 32]).halves();
        let sheet = format!("recovery sheet, first half:\n{one}\n\nsecond half:\n{other}\n");
        assert_eq!(halves(&sheet), Ok([one.clone(), other.clone()]));
        assert!(halves(&one.to_string()).unwrap_err().contains("two are wanted"));
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
