//! `zongheng init`: a county with its real divisions, the calendar, the playbooks and three accounts.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use clap::ValueEnum;
use zongheng_core::calendar::DayKind;
use zongheng_core::ids::UserId;
use zongheng_store::vault::Ring;
use zongheng_store::{EARLIEST, make_folder};

use super::found::Founding;
use super::place::{Hold, Place, data, ring, short};
use super::vault::print_sheet;
use super::{Failure, say, user};
use crate::secret;
use crate::submit::Mint;

#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    #[command(flatten)]
    place: Place,
    /// How 13710 counts its days: chosen once, for the whole county.
    #[arg(long, value_enum)]
    days: Option<Days>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Days {
    /// Rest days count; a last day on a rest day stays.
    Natural,
    /// Working days of the State Council's calendar.
    Working,
}

impl Init {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.init())
    }

    async fn init(self) -> Result<(), Failure> {
        let days = match self.days {
            Some(days) => days,
            None => ask()?,
        };
        let kind = match days {
            Days::Natural => DayKind::Natural,
            Days::Working => DayKind::Working,
        };
        let mut founding = Founding::read(kind)?;
        let code = founding.county.code.clone();
        let wanted = self.place.county.as_deref().unwrap_or_else(|| short(&code));
        if wanted != short(&code) && wanted != code.as_str() {
            return Err(Failure::input(format!(
                "no files of county {wanted} are in this program; it knows {}",
                short(&code)
            )));
        }
        let now = super::now();
        if now.seconds() < EARLIEST {
            return Err(Failure::input(format!(
                "this machine's clock shows {now}: set it first (timedatectl), every date of the county hangs on it"
            )));
        }
        make_folder(&data())?;
        // Asked before a ring is made: a county that stands has its own, and may be waiting for it.
        if self.place.database_exists()? {
            let store = self.place.open_without_ring().await?;
            let stands =
                store.counties().await?.contains(&code) && store.head(&code).await?.pos > 0;
            store.close().await;
            if stands {
                return Err(Failure::input(format!("the county {} stands already", short(&code))));
            }
        }
        let key_ring = make_ring()?;
        let store = self.place.open_with_ring(Hold::Alone).await?;
        let mut mint = Mint::by_chance();
        let accounts = ["system_admin", "security_admin", "auditor"]
            .map(|login| (login, UserId(mint.id(now))));
        let holders: Vec<_> = accounts
            .iter()
            .filter_map(|(login, id)| Some((founding.county.post_of_account(login)?, *id)))
            .collect();
        founding.appoint(&holders, now);
        let warnings: Vec<String> =
            founding.county.warnings.iter().map(ToString::to_string).collect();
        founding.record(&store, now, false, &mut mint).await?;
        for warning in &warnings {
            eprintln!("{warning}");
        }
        for (login, id) in accounts {
            user::create(&store, &code, id, login, now).await?;
            say!("{login} {}", secret::link(&store, &code, id, now).await?);
        }
        print_sheet(&key_ring);
        store.close().await;
        Ok(())
    }
}

/// The county's ring: made once; a ring that stands already is that of an earlier, cut-off `init`.
fn make_ring() -> Result<Ring, Failure> {
    let path = ring()?;
    if path.exists() {
        return Ok(Ring::read(&path)?);
    }
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    Ok(Ring::create(&path)?)
}

/// Asks on a terminal; elsewhere the flag is needed.
fn ask() -> Result<Days, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::input(
            "say how 13710 counts its days: --days natural or --days working",
        ));
    }
    loop {
        eprint!("13710 counts natural or working days? [natural/working] ");
        drop(std::io::stderr().flush());
        let mut line = String::new();
        let read = stdin.lock().read_line(&mut line);
        match line.trim() {
            "natural" => return Ok(Days::Natural),
            "working" => return Ok(Days::Working),
            _ if read.is_ok_and(|n| n > 0) => {
                eprintln!("natural: rest days count. working: they do not.");
            }
            _ => return Err(Failure::input("nothing was chosen")),
        }
    }
}
