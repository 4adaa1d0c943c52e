//! `zongheng simulate`: a county at work, from a seed. The same commands that the web sends, with the
//! same readers of bodies, in the order of invented time; one seed gives one ledger, byte for byte.
//!
//! Which fates there are stands in `stories`, how a matter comes in in `arrivals`; `takeover` brings over what an
//! older system knew. A `life` follows its fate step by step through `handled` and `turns`; a `scene` says who
//! takes a step, `bodies` with which words; `drive` records what they do, and `summary` tells what was played.
//! `merger` changes the organisation under them.
//!
//! What is drawn, and how often, stands in a file of `parameters`: `coming` and `rhythm` say when matters come in,
//! `weather` under which sky. `temper` and `games` are what people and units make of a step, by `ways`. `replay`
//! plays the rows of a file instead; `compare` says how close it all comes to real files.

mod arrivals;
mod bodies;
pub(crate) mod cast;
mod chance;
mod coming;
mod compare;
mod drive;
pub(crate) mod fate;
mod games;
mod handled;
mod life;
mod merger;
mod moment;
mod parameters;
mod replay;
mod rhythm;
mod scene;
mod step;
mod stories;
mod summary;
mod takeover;
mod tally;
mod temper;
mod turns;
mod ways;
mod weather;
mod words;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use jiff::civil::{Date, time};
use zongheng_core::calendar::DayKind;
use zongheng_core::time::At;
use zongheng_store::Store;

use self::cast::Holder;
pub(crate) use self::coming::some_time;
use self::compare::Real;
pub(crate) use self::drive::{Setting, World};
pub(crate) use self::parameters::Parameters;
use self::replay::{Accounts, Replay};
use super::found::Founding;
use super::place::Place;
use super::{Failure, say};
use crate::submit::Mint;

/// What `simulate` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    place: Place,
    /// The same seed gives the same ledger.
    #[arg(long, value_name = "N")]
    seed: u64,
    /// The first day.
    #[arg(long, value_name = "DATE", default_value = "2025-01-01")]
    from: Date,
    /// How many days.
    #[arg(long, value_name = "D", value_parser = clap::value_parser!(u16).range(1..=3660))]
    #[arg(required_unless_present = "from_file")]
    days: Option<u16>,
    /// How many matters come in.
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    #[arg(required_unless_present = "from_file")]
    matters: Option<u32>,
    /// The figures that are drawn from, instead of the shipped ones (docs/simulator.md).
    #[arg(long, value_name = "FILE")]
    parameters: Option<PathBuf>,
    /// Says how close what was played comes to the real files in this folder (docs/simulator.md).
    #[arg(long, value_name = "FOLDER")]
    compare: Option<PathBuf>,
    /// Plays the rows of a file of service requests (CSV, also .gz) instead of what is drawn.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["days", "matters", "compare"])]
    from_file: Option<PathBuf>,
    /// What came of the rows as one JSON object.
    #[arg(long, requires = "from_file")]
    json: bool,
}

impl Simulate {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.simulate())
    }

    async fn simulate(self) -> Result<(), Failure> {
        let begun = Instant::now();
        let parameters = Parameters::of(self.parameters.as_deref())?;
        let real = self.compare.as_deref().map(Real::read).transpose()?;
        let replay = self.from_file.as_deref();
        let replay = replay.map(|file| Replay::read(file, self.from)).transpose()?;
        let days = replay.as_ref().map(|replay| replay.days(self.from)).or(self.days).unwrap_or(1);
        let store = self.place.open_simulated().await?;
        must_be_empty(&store).await?;
        let from = At::on(self.from, time(0, 0, 0, 0));
        let until = from.plus_seconds(i64::from(days) * 86_400 - 1);
        let ((code, holders), mint) = found(&store, self.seed, from, |_| None).await?;
        let setting = Setting { seed: self.seed, from, days, parameters };
        let mut world = World::new(&store, code.clone(), &holders, mint, setting).await?;
        match (&replay, self.matters) {
            (Some(replay), _) => world.coming = replay.coming(),
            (None, matters) => {
                let matters = matters.unwrap_or(0);
                world.merger = merger::days(self.from, days);
                let all = coming::are_enough(matters);
                if all {
                    world.take_over().await?;
                }
                world.expects(matters, days, all);
            }
        }
        run(&mut world, until).await?;
        store.follow(&code).await?;
        world.counts_all();
        let accounts = replay.map(|replay| replay.accounts(&world.tally.rows));
        if !self.json {
            let drawn = accounts.is_none();
            super::print(format_args!("{}", summary::summary(&world, drawn)));
        }
        let held = summary::holds(&store, &code).await?;
        if !self.json {
            say!("{held}");
        }
        if let Some(real) = real {
            super::print(format_args!("{}", real.beside(&world.tally.times, until)));
        }
        eprintln!("{}", summary::cost(begun.elapsed()));
        store.close().await;
        accounts.map_or(Ok(()), |accounts| tell(&accounts, self.json))
    }
}

async fn run(world: &mut World<'_>, until: At) -> Result<(), Failure> {
    let shows = std::io::stderr().is_terminal();
    let progress = |at: At| {
        if shows {
            eprint!("\r{}", at.date());
        }
    };
    world.run(until, progress).await?;
    if shows {
        eprintln!();
    }
    Ok(())
}

/// # Errors
/// The counts do not add up to the rows.
fn tell(accounts: &Accounts, json: bool) -> Result<(), Failure> {
    if json {
        say!("{}", accounts.json());
    } else {
        super::print(format_args!("{}", accounts.text()));
    }
    let differs = || Failure::DoesNotHold("the counts do not add up to the rows".to_owned());
    accounts.hold().then_some(()).ok_or_else(differs)
}

/// # Errors
/// A county stands in the database already.
pub(crate) async fn must_be_empty(store: &Store) -> Result<(), Failure> {
    if store.counties().await?.is_empty() {
        return Ok(());
    }
    Err(Failure::input("a simulation needs an empty database: name another one with --db"))
}

/// Makes the county with a holder and an account for every post; the county and its holders.
pub(crate) async fn found(
    store: &Store,
    seed: u64,
    at: At,
    password: impl Fn(&str) -> Option<String>,
) -> Result<((zongheng_core::ids::DivisionCode, Vec<Holder>), Mint), Failure> {
    let mut mint = Mint::from_seed(seed);
    let mut founding = Founding::read(DayKind::Natural)?;
    let first = founding.county.first_day();
    if at.date() < first {
        return Err(Failure::input(format!(
            "the county's files begin on {first}: choose that day or a later one with --from"
        )));
    }
    let holders = cast::holders(&founding.county, at, &mut mint);
    let posts: Vec<_> = holders.iter().map(|h| (h.post, h.user)).collect();
    founding.appoint(&posts, at);
    let code = founding.county.code.clone();
    founding.record(store, at, true, &mut mint).await?;
    store.create_accounts(&code, &cast::accounts(&holders, password), at).await?;
    Ok(((code, holders), mint))
}
