//! `zongheng settings`: what holds here and where each value comes from, without passwords.

use std::process::ExitCode;

use super::place::{self, Place, data, settings};
use super::{Failure, end, say};
use crate::settings::told::{self, Said};

#[derive(Debug, clap::Args)]
pub(crate) struct Settings {
    #[command(flatten)]
    place: Place,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Settings {
    pub(crate) fn run(self) -> ExitCode {
        end(self.tell())
    }

    fn tell(&self) -> Result<(), Failure> {
        let settings = settings()?;
        let variable = |name| std::env::var(name).ok();
        let said = Said {
            db: self.place.db.clone(),
            data: variable("ZONGHENG_DATA"),
            ring: variable("ZONGHENG_RING"),
            db_of_environment: variable("ZONGHENG_DB"),
        };
        let values = told::all(&settings, &data(), &said, &place::usual);
        if self.json {
            say!("{}", serde_json::to_string_pretty(&values).unwrap_or_default());
            return Ok(());
        }
        for value in values {
            let shown = if value.value.is_empty() { "-" } else { &value.value };
            say!("{:<16} {shown}  ({})", value.name, value.from);
        }
        Ok(())
    }
}
