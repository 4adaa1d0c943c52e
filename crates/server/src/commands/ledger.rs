//! `zongheng ledger`: whether a ledger holds, from the database or from an export alone; the export;
//! sealing.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use zongheng_core::ledger::{Fault, Hash, LONGEST_LINE, NotAHash, Summary, Verifier};
use zongheng_store::ledger::LedgerFault;

use super::place::{Hold, Place};
use super::{Failure, say};

/// What `ledger` does.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Ledger {
    /// Checks hashes, chains and seals, and names the first act or seal that does not hold.
    Verify(Verify),
    /// Writes one JSON object a line: the acts in their order, each seal after the last it covers.
    Export(Export),
    /// Seals all acts that no seal covers yet, and prints the seal.
    Seal(Place),
}

/// What `ledger export` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    #[command(flatten)]
    place: Place,
    /// The file to be written; it stands only once it is whole.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What `ledger verify` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    place: Place,
    /// An export to be checked without a database, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The hash of a seal kept outside, which has to be among the seals.
    #[arg(long, value_name = "HASH", value_parser = kept_seal)]
    pub(crate) seal: Option<Hash>,
    /// The outcome as one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Why a ledger was not found to hold.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotVerified {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Row(#[from] LedgerFault),
    #[error("there is no act in it, so nothing was checked")]
    Empty,
    #[error(transparent)]
    Unreadable(#[from] io::Error),
}

impl Ledger {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Verify(verify) => verify.run(),
            Self::Export(export) => super::run(export.write()),
            Self::Seal(place) => super::run(seal(place)),
        }
    }
}

impl Export {
    async fn write(self) -> Result<(), Failure> {
        let (store, county) = self.place.open_county(Hold::Beside).await?;
        let failed = |e| Failure::Io(self.out.display().to_string(), e);
        let mut half = self.out.clone().into_os_string();
        half.push(".part");
        let half = Path::new(&half);
        let mut out = BufWriter::new(File::create(half).map_err(failed)?);
        let export = store.export_ledger(&county, |line| out.write_all(line.as_bytes())).await?;
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(half, &self.out))
            .map_err(failed)?;
        let (acts, seals) = (export.acts, export.seals);
        say!("{}", json!({"acts": acts, "seals": seals, "sha256": export.sha256}));
        Ok(())
    }
}

async fn seal(place: Place) -> Result<(), Failure> {
    let (store, county) = place.open_county(Hold::Beside).await?;
    match store.seal(&county, super::now()).await? {
        Some(seal) => say!("{}", seal.line()),
        None => eprintln!("every act is sealed already"),
    }
    Ok(())
}

impl Verify {
    fn run(&self) -> ExitCode {
        if let Some(file) = &self.file {
            return self.check_file(file, &mut io::stdout(), &mut io::stderr());
        }
        let mut status = ExitCode::SUCCESS;
        let checked = super::run(async {
            let outcome = self.check_database().await?;
            status =
                report("the ledger", &outcome, self.json, &mut io::stdout(), &mut io::stderr());
            Ok(())
        });
        if checked == ExitCode::SUCCESS { status } else { checked }
    }

    async fn check_database(&self) -> Result<Result<Summary, NotVerified>, Failure> {
        let (store, county) = self.place.open_county(Hold::Beside).await?;
        Ok(match store.verify_ledger(&county, self.seal).await? {
            Ok(summary) if summary.acts == 0 => Err(NotVerified::Empty),
            Ok(summary) => Ok(summary),
            Err(LedgerFault::Line(fault)) => Err(fault.into()),
            Err(fault) => Err(fault.into()),
        })
    }

    /// Checks an export and prints the outcome: data to `out`, words to `words`.
    fn check_file(&self, file: &Path, out: &mut impl Write, words: &mut impl Write) -> ExitCode {
        let outcome = File::open(file)
            .map_err(NotVerified::from)
            .and_then(|open| check_lines(BufReader::with_capacity(1 << 16, open), self.seal));
        report(&file.to_string_lossy(), &outcome, self.json, out, words)
    }
}

/// People copy hashes with spaces around them and in capitals; a hash has one value all the same.
fn kept_seal(text: &str) -> Result<Hash, NotAHash> {
    text.trim().to_ascii_lowercase().parse()
}

/// Checks lines as they come; only one of them is in memory at a time.
pub(crate) fn check_lines(
    mut lines: impl BufRead,
    kept_seal: Option<Hash>,
) -> Result<Summary, NotVerified> {
    let mut verifier = Verifier::new(kept_seal);
    let progress = io::stderr().is_terminal();
    let mut line = Vec::with_capacity(4096);
    // An endless line must not fill the memory: one byte more than allowed, or the end of line, is
    // all that has to be read.
    let most = LONGEST_LINE as u64 + 1;
    for n in 1.. {
        line.clear();
        if lines.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        verifier.line(n, &line)?;
        if progress && n % 100_000 == 0 {
            eprint!("\r{} acts hold so far", verifier.acts());
        }
    }
    if progress && verifier.acts() >= 100_000 {
        eprintln!();
    }
    finish(verifier)
}

/// The outcome after the last line, wherever the lines came from.
pub(crate) fn finish(verifier: Verifier) -> Result<Summary, NotVerified> {
    let summary = verifier.finish()?;
    if summary.acts == 0 { Err(NotVerified::Empty) } else { Ok(summary) }
}

/// Prints the outcome for what is called `name`, data to `out` and words to `words`. The exit status is
/// 0 where it holds, 1 where it does not, 2 where it cannot be read.
pub(crate) fn report(
    name: &str,
    outcome: &Result<Summary, NotVerified>,
    as_json: bool,
    out: &mut impl Write,
    words: &mut impl Write,
) -> ExitCode {
    let status = match outcome {
        Ok(_) => 0,
        Err(NotVerified::Fault(_) | NotVerified::Row(_) | NotVerified::Empty) => 1,
        Err(NotVerified::Unreadable(_)) => 2,
    };
    // Who closed the pipe has the exit status all the same.
    let _ = match outcome {
        Err(NotVerified::Unreadable(why)) => {
            writeln!(words, "{name} cannot be read: {why}; give the path of an export")
        }
        _ if as_json => writeln!(out, "{}", to_json(outcome)),
        Ok(summary) => writeln!(out, "{}", in_words(summary)),
        Err(why) => writeln!(words, "{name} does not hold: {why}"),
    };
    ExitCode::from(status)
}

fn to_json(outcome: &Result<Summary, NotVerified>) -> serde_json::Value {
    match outcome {
        Ok(summary) => {
            let mut holds = json!(summary);
            holds["holds"] = json!(true);
            holds
        }
        Err(NotVerified::Fault(fault)) => json!({
            "holds": false, "line": fault.line, "stream": fault.stream, "seq": fault.seq,
            "seal": fault.seal, "why": fault.what.to_string(),
        }),
        Err(why) => json!({"holds": false, "why": why.to_string()}),
    }
}

fn in_words(summary: &Summary) -> String {
    let Summary { acts, streams, seals, unsealed, last_seal } = summary;
    let counted = format!(
        "holds: {acts} acts on {streams} streams, {seals} seals; {unsealed} acts not yet sealed"
    );
    match last_seal {
        Some(hash) => format!("{counted}\nlast seal: {seals}, {hash}"),
        None => counted,
    }
}

#[cfg(test)]
mod tests {
    use zongheng_core::ledger::What;

    use super::*;

    const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/data/ledger/");

    /// Exit status, data and words of `ledger verify --file FILE`.
    fn run(file: &str, seal: Option<&str>, json: bool) -> (ExitCode, String, String) {
        let seal = seal.map(|text| kept_seal(text).unwrap());
        let verify = Verify { place: Place::default(), file: None, seal, json };
        let (mut out, mut words) = (vec![], vec![]);
        let status = verify.check_file(Path::new(file), &mut out, &mut words);
        (status, String::from_utf8(out).unwrap(), String::from_utf8(words).unwrap())
    }

    const KEPT: &str = "7acb8d40996fa5d429204c42296116e4d1082114d41e9fffa758c98f0e43aee3";

    #[test]
    fn what_holds_is_counted_and_ends_with_0() {
        let good = format!("{VECTORS}ledger_good.jsonl");
        let counted = "holds: 96 acts on 7 streams, 4 seals; 5 acts not yet sealed";
        let wanted = format!("{counted}\nlast seal: 4, {KEPT}\n");
        for seal in [None, Some(KEPT), Some(&*format!(" {}\n", KEPT.to_uppercase()))] {
            assert_eq!(run(&good, seal, false), (ExitCode::from(0), wanted.clone(), String::new()));
        }
        let (_, data, _) = run(&good, None, true);
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!((&data["holds"], &data["unsealed"]), (&json!(true), &json!(5)));
        assert_eq!(data["last_seal"], KEPT);
    }

    #[test]
    fn what_does_not_hold_is_named_and_ends_with_1() {
        let bad = format!("{VECTORS}ledger_bad_act_missing.jsonl");
        let act = "act 8 of 018033c4-0000-7000-8000-000000000004";
        let (status, data, words) = run(&bad, None, false);
        assert_eq!((status, data.as_str()), (ExitCode::from(1), ""));
        assert!(words.contains(&format!("does not hold: line 40: {act}: ")), "{words}");
        let (_, data, words) = run(&bad, None, true);
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(data["holds"], false);
        assert_eq!(
            (&data["line"], &data["seq"], &data["seal"]),
            (&json!(40), &json!(8), &json!(null))
        );
        assert_eq!((&data["stream"], words.as_str()), (&json!(&act[9..]), ""));
        let (status, _, words) = run(&format!("{VECTORS}ledger_resealed.jsonl"), Some(KEPT), false);
        assert_eq!(status, ExitCode::from(1));
        assert!(
            words.contains(&format!("the seal kept outside, {KEPT}, is not among them")),
            "{words}"
        );
    }

    #[test]
    fn what_cannot_be_read_ends_with_2() {
        for file in ["no such file", VECTORS] {
            let (status, data, words) = run(file, None, true);
            assert_eq!((status, data.as_str()), (ExitCode::from(2), ""));
            assert!(words.starts_with(&format!("{file} cannot be read: ")), "{words}");
        }
    }

    #[test]
    fn an_empty_file_proves_nothing() {
        assert!(matches!(check_lines(&b""[..], None), Err(NotVerified::Empty)));
        let with_seal = check_lines(&b""[..], kept_seal(KEPT).ok());
        assert!(matches!(with_seal, Err(NotVerified::Fault(_))));
    }

    #[test]
    fn ends_of_line_may_be_missing_or_those_of_windows_but_no_line_may_be_empty() {
        let good = std::fs::read_to_string(format!("{VECTORS}ledger_good.jsonl")).unwrap();
        assert!(check_lines(good.trim_end().as_bytes(), None).is_ok());
        assert!(check_lines(good.replace('\n', "\r\n").as_bytes(), None).is_ok());
        let with_gap = good.replacen('\n', "\n\n", 1);
        let Err(NotVerified::Fault(fault)) = check_lines(with_gap.as_bytes(), None) else {
            panic!("an empty line is no object")
        };
        assert_eq!(fault.line, 2);
    }

    #[test]
    fn an_endless_line_is_not_read_to_its_end() {
        let endless = BufReader::new(io::repeat(b' '));
        let Err(NotVerified::Fault(fault)) = check_lines(endless, None) else {
            panic!("the line is too long")
        };
        assert_eq!(*fault.what, What::TooLong);
    }
}
