//! The register filled through recording, and the floor: the very same rows written again by the same
//! statements, a transaction each as there, into an empty database of the same kind, without rules,
//! hashes, look-ups and the making of rows. The two take turns, so that whatever else the machine does
//! meanwhile meets both.

use std::time::{Duration, Instant};

use serde_json::json;
use zongheng_core::calendar::Calendar;
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
use crate::{programmes, secret};

const SEED: u64 = 1;
/// So many are recorded before the floor has its turn.
const TURN: u32 = 2_000;
/// A tenth comes in so many seconds of office time before now, and all else later. What is reported has to be filed
/// within two office hours, so the tenth falls due, and nothing else, between the two moments of [`FALLS`].
const TENTH: (i64, i64) = (100 * 60, 95 * 60);
const OTHERS: (i64, i64) = (30 * 60, 5 * 60);
/// Seconds of office time from now.
const FALLS: [i64; 2] = [19 * 60, 26 * 60];

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
    /// Between which moments a tenth of the matters falls due; none in a county that stood already.
    pub(super) falls: Option<[At; 2]>,
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
    let (code, falls) = match standing {
        Some(county) if store.head(&county).await?.simulated == 1 => (county, None),
        Some(county) => {
            return Err(Failure::input(format!(
                "the database holds the county {county}, which is no simulated one: name an empty database with --db"
            )));
        }
        None => {
            let (code, falls) = made(place, &store, &options, matters, figures).await?;
            (code, Some(falls))
        }
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
    Ok(Filled { code, no, tokens, falls })
}

async fn made(
    place: &Place,
    store: &Store,
    options: &Options,
    matters: u32,
    figures: &mut Figures,
) -> Result<(DivisionCode, [At; 2]), Failure> {
    let until = now();
    let calendar = programmes::calendar().map_err(Failure::Input)?;
    let moment = |before| office_time_before(&calendar, until, before);
    let from = moment(TENTH.0);
    let ((code, holders), mint) = found(store, SEED, from, |_| None).await?;
    let floor =
        Store::open_beside(&place.address()?, "floor", &Options { tape: false, ..options.clone() })
            .await?;
    floor.create_county(&code, from, true).await?;

    let parameters = Parameters::shipped()?;
    let setting = Setting { seed: SEED, from, days: 1, parameters };
    let mut world = World::new(store, code.clone(), &holders, mint, setting).await?;
    let mut turns = Vec::new();
    for ((begin, end), n) in [(TENTH, matters / 10), (OTHERS, matters - matters / 10)] {
        let (begin, length) = (moment(begin), begin - end);
        for first in (0..n).step_by(TURN as usize) {
            let of_turn = first..n.min(first + TURN);
            let at = |n_th: u32| begin.plus_seconds(length * i64::from(n_th) / i64::from(n));
            let last = at(of_turn.end);
            for n_th in of_turn {
                let fate = Fate { stays: Some(State::Reported), ..Fate::default() };
                world.expect(at(n_th), fate);
            }
            turns.push(turn(&mut world, (store, &floor), last).await?);
        }
    }
    told(&turns, figures);
    floor.close().await;
    Ok((code, FALLS.map(|seconds| calendar.after_office_seconds(until, seconds).0)))
}

/// The last full minute from which so many seconds of office time pass up to a moment.
fn office_time_before(calendar: &Calendar, at: At, seconds: i64) -> At {
    let mut begin = at.plus_seconds(-seconds);
    while calendar.office_seconds(begin, at).0 < seconds {
        begin = begin.plus_seconds(-60);
    }
    begin
}

/// What is expected up to `until`, recorded, and its rows written again.
async fn turn(
    world: &mut World<'_>,
    (store, floor): (&Store, &Store),
    until: At,
) -> Result<Turn, Failure> {
    let before = (world.tally.all_acts(), world.tally.recording);
    world.run(until, |_| ()).await?;
    let written = store.take_written();
    let begun = Instant::now();
    floor.write_again(&written).await?;
    Ok(Turn {
        acts: world.tally.all_acts() - before.0,
        recorded: world.tally.recording.saturating_sub(before.1),
        floor: begun.elapsed(),
    })
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
