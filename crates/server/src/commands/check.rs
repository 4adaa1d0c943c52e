//! `zongheng check`: the projections, rebuilt from the ledger and compared; the time of each matter, held
//! by one holder after the other.

use std::process::ExitCode;

use super::place::{Hold, Place};
use super::{Failure, say};

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    place: Place,
}

impl Check {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.check())
    }

    async fn check(self) -> Result<(), Failure> {
        let (store, code) = self.place.open_county(Hold::Beside).await?;
        let checked = store.check(&code).await?;
        if checked.holds() {
            say!("{checked}");
            return Ok(());
        }
        Err(Failure::DoesNotHold(checked.to_string()))
    }
}
