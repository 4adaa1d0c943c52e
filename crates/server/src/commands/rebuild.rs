//! `zongheng rebuild`: what `check` compares, put right where it is not what the acts give.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use zongheng_store::Outcome;

use super::place::{Hold, Place};
use super::{Failure, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Rebuild {
    #[command(flatten)]
    place: Place,
}

impl Rebuild {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.rebuild())
    }

    async fn rebuild(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let shows = std::io::stderr().is_terminal();
        let progress = |matters| {
            if shows {
                eprint!("\r{matters} matters");
            }
        };
        let id = store.upkeep_begins(&code, "rebuild", super::now()).await?;
        let rebuilt = store.rebuild(&code, id, &progress).await;
        if shows {
            eprintln!();
        }
        let (outcome, detail) = match &rebuilt {
            Ok(done) => (Outcome::Done, done.to_string()),
            Err(error) => (Outcome::Failed, error.to_string()),
        };
        let ended = store.upkeep_ends(&code, id, (outcome, &detail), super::now()).await;
        let rebuilt = rebuilt?;
        ended?;
        if rebuilt.unfolded > 0 {
            return Err(Failure::DoesNotHold(rebuilt.to_string()));
        }
        say!("{rebuilt}");
        Ok(())
    }
}
