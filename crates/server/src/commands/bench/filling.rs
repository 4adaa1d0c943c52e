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
use crate::commands::place::{Place, SIMULATED};
use crate::commands::simulate::fate::Fate;
use crate::commands::simulate::{World, found, must_be_empty};
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

/// Gives a token of the command centre.
pub(super) async fn fill(
    place: &Place,
    matters: u32,
    figures: &mut Figures,
) -> Result<(DivisionCode, String), Failure> {
    let options = Options {
        lock: true,
        ring: RingPlace::Seeded(SIMULATED),
        tape: true,
        ..Options::default()
    };
    let store = Store::open(&place.address()?, &options).await?;
    must_be_empty(&store).await?;
    let until = now();
    let from = until.plus_seconds(-i64::from(matters) - 86_400);
    let ((code, holders), mint) = found(&store, SEED, from, |_| None).await?;
    let floor =
        Store::open_beside(&place.address()?, "floor", &Options { tape: false, ..options }).await?;
    floor.create_county(&code, from, true).await?;

    let mut world = World::new(&store, code.clone(), &holders, SEED, mint, from).await?;
    for n in 0..matters {
        let stays = if n % 3 == 0 { State::Filed } else { State::Reported };
        let fate = Fate { stays: Some(stays), ..Fate::default() };
        world.expect(from.plus_seconds(i64::from(n)), fate);
    }
    let turns = take_turns(&mut world, (&store, &floor), from, until).await?;
    figures.set("matters", json!(matters));
    figures.set("database", json!(store.kind()));
    told(&turns, figures);

    let account = store.account_by_login(&code, "command_centre").await?;
    let account = account.ok_or_else(|| Failure::input("the county has no command centre"))?;
    let (token, hash) = secret::fresh();
    store.create_token(&code, &hash, account.id, None, "bench", until).await?;
    floor.close().await;
    store.close().await;
    Ok((code, token))
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
    figures.set("acts", json!(acts));
    figures.per_second("recorded_acts", acts, recorded);
    figures.per_second("floor_acts", acts, floor);
    figures.set("recorded_to_floor", json!(ratio(floor, recorded)));
    let busy = turns.iter().filter(|turn| turn.acts > 0);
    let mut ratios: Vec<f64> = busy.map(|turn| ratio(turn.floor, turn.recorded)).collect();
    ratios.sort_by(f64::total_cmp);
    figures.set("recorded_to_floor_median", json!(ratios.get(ratios.len() / 2)));
}
