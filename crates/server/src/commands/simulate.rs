//! `zongheng simulate`: a county at work, from a seed. The same commands that the web sends, with the
//! same readers of bodies, in the order of invented time; one seed gives one ledger, byte for byte.
//!
//! Which fates there are stands in `stories`, how a matter comes in in `arrivals`; `takeover` brings over what an
//! older system knew. A `life` follows its fate step by step through `handled` and `turns`; a `scene` says who
//! takes a step, `bodies` with which words; `drive` records what they do, and `summary` tells what was played.
//! `merger` changes the organisation under them.

mod arrivals;
mod bodies;
pub(crate) mod cast;
mod chance;
mod drive;
pub(crate) mod fate;
mod handled;
mod life;
mod merger;
mod moment;
mod scene;
mod step;
pub(crate) mod stories;
mod summary;
mod takeover;
mod turns;
mod words;

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Instant;

use jiff::civil::{Date, time};
use zongheng_core::calendar::DayKind;
use zongheng_core::time::At;
use zongheng_store::Store;

use self::cast::Holder;
use self::chance::Chance;
pub(crate) use self::drive::World;
use self::fate::Fate;
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
    days: u16,
    /// How many matters come in.
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    matters: u32,
}

impl Simulate {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.simulate())
    }

    async fn simulate(self) -> Result<(), Failure> {
        let begun = Instant::now();
        let store = self.place.open_simulated().await?;
        must_be_empty(&store).await?;
        let from = At::on(self.from, time(0, 0, 0, 0));
        let until = from.plus_seconds(i64::from(self.days) * 86_400 - 1);
        let ((code, holders), mint) = found(&store, self.seed, from, |_| None).await?;
        let mut world = World::new(&store, code.clone(), &holders, self.seed, mint, from).await?;
        world.merger = merger::days(self.from, self.days);
        if self.tells_all() {
            world.take_over().await?;
        }
        for n in 0..self.matters {
            let (day, fate) = self.arrives(n, world.chance());
            let at = arrival_time(from.plus_seconds(day * 86_400), &mut world);
            world.expect(at, fate);
        }
        let shows = std::io::stderr().is_terminal();
        world
            .run(until, |at| {
                if shows {
                    eprint!("\r{}", at.date());
                }
            })
            .await?;
        if shows {
            eprintln!();
        }
        store.follow(&code).await?;
        super::print(format_args!("{}", summary::summary(&world)));
        say!("{}", summary::holds(&store, &code).await?);
        eprintln!("{:.1} s", begun.elapsed().as_secs_f64());
        store.close().await;
        Ok(())
    }
}

impl Simulate {
    /// Whether there are enough matters that each story is told.
    fn tells_all(&self) -> bool {
        usize::try_from(self.matters).unwrap_or(usize::MAX) >= 2 * stories::count()
    }

    /// The day and the fate of the n-th matter. Where there are enough of them each story is told once,
    /// early enough to come to its end; the others are drawn.
    fn arrives(&self, n: u32, chance: &mut Chance) -> (i64, Fate) {
        let days = i64::from(self.days);
        let told = self.tells_all();
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        if told && n < stories::count() {
            let day = chance.between(0, days / 3);
            (day, stories::nth(n, chance))
        } else {
            let day = chance.between(0, days - 1);
            (day, stories::draw(chance))
        }
    }
}

/// A moment of that day at which people report: from seven to ten in the evening.
pub(crate) fn arrival_time(midnight: At, world: &mut World<'_>) -> At {
    midnight.plus_seconds(world.chance().between(7 * 3600, 22 * 3600))
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
