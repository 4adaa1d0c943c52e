//! One file a command, and what they share: where the database stands and how a command ends.

pub(crate) mod access;
pub(crate) mod adopt;
pub(crate) mod backup;
pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod clock;
pub(crate) mod decisions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod found;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod org;
pub(crate) mod place;
pub(crate) mod rebuild;
pub(crate) mod referral;
pub(crate) mod rules;
pub(crate) mod runner;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod simulate;
pub(crate) mod tls;
pub(crate) mod token;
pub(crate) mod user;
pub(crate) mod vault;
pub(crate) mod who;

use std::fmt::Arguments;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use jiff::civil::DateTime;
use zongheng_core::time::At;
use zongheng_store::StoreError;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// What was checked does not hold.
    #[error("{0}")]
    DoesNotHold(String),
    /// Bad input or usage, each fault a line.
    #[error("{}", .0.join("\n"))]
    Input(Vec<String>),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
}

impl Failure {
    pub(crate) fn input(what: impl Into<String>) -> Self {
        Self::Input(vec![what.into()])
    }

    fn status(&self) -> ExitCode {
        match self {
            Self::DoesNotHold(_) => ExitCode::from(1),
            Self::Input(_) | Self::Store(_) | Self::Io(..) => ExitCode::from(2),
        }
    }
}

/// Ends a command: 0 done, 1 what was checked does not hold, 2 bad input or usage.
pub(crate) fn end(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // Who closed the pipe has read enough.
        Err(Failure::Io(_, error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            failure.status()
        }
    }
}

/// Runs a command that asks the database.
pub(crate) fn run(command: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    let outcome = tokio::runtime::Runtime::new()
        .map_err(|e| Failure::Io("the runtime".to_owned(), e))
        .and_then(|runtime| runtime.block_on(command));
    end(outcome)
}

/// Prints data. Who closed the pipe (`zongheng access | head`) has read enough: what the command does is
/// done all the same, and its exit status says so.
pub(crate) fn print(text: Arguments<'_>) {
    let _read_enough = std::io::stdout().lock().write_fmt(text);
}

/// Prints a line of data, as `println!` does where somebody reads on.
macro_rules! say {
    ($($text:tt)*) => { $crate::commands::print(format_args!("{}\n", format_args!($($text)*))) };
}
pub(crate) use say;

/// Progress on a terminal, once in a while.
pub(crate) fn progress(what: &'static str) -> impl FnMut(u64) {
    let shows = std::io::stderr().is_terminal();
    let mut last = 0;
    move |n| {
        if shows && n >= last + 500 {
            last = n;
            eprint!("\r{n} {what}");
        }
    }
}

/// Ends the line of a progress.
pub(crate) fn end_line() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}

/// The clock of the machine, in the county's zone.
pub(crate) fn now() -> At {
    At::from_seconds(jiff::Timestamp::now().as_second())
}

/// Structured logs, as the settings say.
pub(crate) fn logs() -> Result<(), Failure> {
    let data = place::data();
    crate::logs::start(&place::settings()?, &data).map_err(|e| Failure::Io("the log".to_owned(), e))
}

/// A moment of the county's clock, with or without seconds and offset.
pub(crate) fn moment(text: &str) -> Result<At, String> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let civil: DateTime =
        text.parse().map_err(|_| "a moment, as 2026-11-26T09:41 is".to_owned())?;
    Ok(At::on(civil.date(), civil.time()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_may_be_written_short() {
        let wanted: At = "2026-11-26T09:41:00+08:00".parse().unwrap();
        for text in ["2026-11-26T09:41", "2026-11-26T09:41:00", "2026-11-26T09:41:00+08:00"] {
            assert_eq!(moment(text), Ok(wanted), "{text}");
        }
        assert!(moment("yesterday").is_err() && moment("09:41").is_err());
    }
}
