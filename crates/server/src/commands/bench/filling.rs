//! The register filled through recording, and the floor: the very same rows written again by the same
//! statements, a transaction each as there, into an empty database of the same kind, without rules,
//! hashes, look-ups and the making of rows. The two take turns, so that whatever else the machine does
//! meanwhile meets both.

use std::time::{Duration, Instant};

use serde_json::json;
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::State;
use zongheng_core::time::At;
use zongheng_store::{Options, RingPlace, Store};

use super::figures::{Figures, ratio};
use super::reads::READERS;
use crate::commands::place::{Place, SIMULATED};
use crate::commands::simulate::fate::Fate;
use crate::commands::simulate::{Parameters, Setting, World, found};
use crate::commands::{Failure, now};
use crate::secret;

const SEED: u64 = 1;
/// Matters come in one a second; so many seconds are recorded before the floor has its turn.
const TURN: i64 = 2_000;

/// One turn of both.
struct Turn {
    acts: u64,
    recorded: Duration,
    floor: Duration,
}

/// The county that is measured.
pub(super) struct Filled {
    pub(super) code: DivisionCode,
    /// One of its matters, by number.
    pub(super) no: String,
    /// Of each who reads, in the order of [`READERS`].
    pub(super) tokens: Vec<String>,
}

/// A simulated county that stands already is taken as it is.
pub(super) async fn fill(
    place: &Place,
    matters: u32,
    figures: &mut Figures,
) -> Result<Filled, Failure> {
    let options = Options {
        lock: true,
        ring: RingPlace::Seeded(SIMULATED),
        tape: true,
        ..Options::default()
    };
    let store = Store::open(&place.address()?, &options).await?;
    figures.set("database", json!(store.kind()));
    let standing = store.counties().await?.into_iter().next();
    let code = match standing {
        Some(county) if store.head(&county).await?.simulated == 1 => county,
        Some(county) => {
            return Err(Failure::input(format!(
                "the database holds the county {county}, which is no simulated one: name an empty database with --db"
            )));
        }
        None => made(place, &store, &options, matters, figures).await?,
    };
    // What follows the ledger shall be over before anything is read.
    store.follow(&code).await?;
    let head = store.head(&code).await?;
    figures.set("acts", json!(head.pos));
    // Numbers have no gaps; the bench's own county is some days old.
    figures.set("matters_of_the_year", json!(head.no_next - 1));
    let mut tokens = Vec::new();
    for (_, login) in READERS {
        let account = store.account_by_login(&code, login).await?;
        let account =
            account.ok_or_else(|| Failure::input(format!("the county has no account {login}")))?;
        let (token, hash) = secret::fresh();
        store.create_token(&code, &hash, account.id, None, "bench", now()).await?;
        tokens.push(token);
    }
    store.close().await;
    let no = format!("{}-{}-000001", &code.as_str()[..6], head.no_year);
    Ok(Filled { code, no, tokens })
}

async fn made(
    place: &Place,
    store: &Store,
    options: &Options,
    matters: u32,
    figures: &mut Figures,
) -> Result<DivisionCode, Failure> {
    let until = now();
    let from = until.plus_seconds(-i64::from(matters) - 86_400);
    let ((code, holders), mint) = found(store, SEED, from, |_| None).await?;
    let floor =
        Store::open_beside(&place.address()?, "floor", &Options { tape: false, ..options.clone() })
            .await?;
    floor.create_county(&code, from, true).await?;

    let parameters = Parameters::shipped()?;
    let setting = Setting { seed: SEED, from, days: 1, parameters };
    let mut world = World::new(store, code.clone(), &holders, mint, setting).await?;
    for n in 0..matters {
        let stays = if n % 3 == 0 { State::Filed } else { State::Reported };
        let fate = Fate { stays: Some(stays), ..Fate::default() };
        world.expect(from.plus_seconds(i64::from(n)), fate);
    }
    let turns = take_turns(&mut world, (store, &floor), from, until).await?;
    told(&turns, figures);
    floor.close().await;
    Ok(code)
}

async fn take_turns(
    world: &mut World<'_>,
    (store, floor): (&Store, &Store),
    from: At,
    until: At,
) -> Result<Vec<Turn>, Failure> {
    let (mut turns, mut at) = (Vec::new(), from);
    while at < until {
        at = at.plus_seconds(TURN).min(until);
        let before = (world.tally.all_acts(), world.tally.recording);
        world.run(at, |_| ()).await?;
        let written = store.take_written();
        let begun = Instant::now();
        floor.write_again(&written).await?;
        turns.push(Turn {
            acts: world.tally.all_acts() - before.0,
            recorded: world.tally.recording.saturating_sub(before.1),
            floor: begun.elapsed(),
        });
    }
    Ok(turns)
}

fn told(turns: &[Turn], figures: &mut Figures) {
    let acts = turns.iter().map(|turn| turn.acts).sum();
    let (recorded, floor): (Duration, Duration) =
        (turns.iter().map(|t| t.recorded).sum(), turns.iter().map(|t| t.floor).sum());
    figures.set("recorded", json!(acts));
    figures.per_second("recorded_acts", acts, recorded);
    figures.per_second("floor_acts", acts, floor);
    figures.set("recorded_to_floor", json!(ratio(floor, recorded)));
    let busy = turns.iter().filter(|turn| turn.acts > 0);
    let mut ratios: Vec<f64> = busy.map(|turn| ratio(turn.floor, turn.recorded)).collect();
    ratios.sort_by(f64::total_cmp);
    figures.set("recorded_to_floor_median", json!(ratios.get(ratios.len() / 2)));
}
