//! A model of the store: a few maps in memory that know nothing of SQL, batches or the rules. The same
//! random commands and faults go to it and to two stores on one database; after each step both say the same.

use std::collections::{BTreeMap, BTreeSet};

use zongheng_core::ledger::Stream;
use zongheng_core::matter::{Command, Facts, Key};
use zongheng_core::time::At;
use zongheng_store::record::faults::{Step, Way};
use zongheng_store::{Answer, By, Filter, Refused, Store, StoreError, Submission};

use crate::chance::{given, seed, times};
use crate::faults::committed;
use crate::support::dice::Dice;
use crate::support::town::{CENTRE, HOUSING, ask, furnish, life, matter, report};
use crate::support::{Fixture, county, morning, on_both, sound};

on_both! { the_store_does_what_the_model_does }

/// Which acts a matter has when so many steps of its life are done, and where it then is.
const KINDS: [(&str, &str); 8] = [
    ("reported", "reported"),
    ("filed", "filed"),
    ("dispatched", "dispatched"),
    ("signed_for", "handling"),
    ("answered", "answered"),
    ("verified", "verified"),
    ("called_back", "verified"),
    ("signed_off", "signed_off"),
];

/// What a command asks, as far as the model understands it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Report(u128),
    /// The step of the matter's life with this number.
    Step(u128, usize),
    /// Never allowed, whatever happened before.
    Never,
}

#[derive(Debug, Clone)]
struct Wanted {
    asks: Asks,
    sent: Submission,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Done,
    Again,
    Refused,
    KeyReused,
    Failed,
}

impl Said {
    fn of(answer: &Answer) -> Self {
        match answer {
            Ok(recorded) if recorded.replay => Self::Again,
            Ok(_) => Self::Done,
            Err(Refused::Refusal(_)) => Self::Refused,
            Err(Refused::KeyReused) => Self::KeyReused,
            Err(Refused::Store(StoreError::Away(_) | StoreError::Panicked)) => Self::Failed,
            Err(Refused::Store(other)) => panic!("{other}"),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Model {
    /// The keys of each matter's acts, in their order.
    matters: BTreeMap<u128, Vec<String>>,
    /// What each key was used for.
    keys: BTreeMap<String, String>,
    /// Matters in the order of their numbers.
    numbers: Vec<u128>,
    acts: i64,
    seals: i64,
    unsealed: i64,
    last: i64,
    ticked: i64,
}

impl Model {
    fn take(&mut self, wanted: &Wanted, now: At) -> Said {
        let Submission { key, mac, .. } = &wanted.sent;
        if let Some(known) = self.keys.get(key) {
            return if known == mac { Said::Again } else { Said::KeyReused };
        }
        let n = match wanted.asks {
            Asks::Report(n) if !self.matters.contains_key(&n) => {
                self.numbers.push(n);
                n
            }
            Asks::Step(n, step) if self.matters.get(&n).is_some_and(|m| m.len() == step) => n,
            _ => return Said::Refused,
        };
        self.matters.entry(n).or_default().push(key.clone());
        self.keys.insert(key.clone(), mac.clone());
        (self.acts, self.unsealed, self.last) = (self.acts + 1, self.unsealed + 1, now.seconds());
        Said::Done
    }

    /// A batch, of which the first `failing` commands that are not known fail by themselves.
    fn batch(&mut self, batch: &[Wanted], now: At, mut failing: usize) -> Vec<Said> {
        let one = |wanted: &Wanted| {
            if failing > 0 && !self.keys.contains_key(&wanted.sent.key) {
                failing -= 1;
                return Said::Failed;
            }
            self.take(wanted, now)
        };
        batch.iter().map(one).collect()
    }

    /// The same with faults: what is answered, or nothing where the batch has no answer at all.
    fn with_faults(
        &mut self,
        batch: &[Wanted],
        now: At,
        (step, way, often): (Step, Way, usize),
    ) -> Option<Vec<Said>> {
        if step == Step::Decide {
            return Some(self.batch(batch, now, often));
        }
        let mut after = self.clone();
        let said = after.batch(batch, now, 0);
        let reached =
            matches!(step, Step::Lock | Step::Keys | Step::Load) || said.contains(&Said::Done);
        let committed = step == Step::Committed;
        // One failure is mended by the second attempt; whatever was committed stands.
        let harmless = !reached || (way == Way::Lost && (often == 1 || committed));
        if harmless || committed {
            *self = after;
        }
        match way {
            _ if harmless => Some(said),
            Way::Lost => Some(vec![Said::Failed; batch.len()]),
            Way::Panic => None,
        }
    }

    fn by_state(&self) -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for acts in self.matters.values() {
            *counts.entry(KINDS[acts.len() - 1].1.to_owned()).or_default() += 1;
        }
        counts
    }
}

/// What comes next: mostly what is allowed, some of it known, some never allowed.
/// `before` is what stood before the batch, `ahead` what stands if none of it fails.
fn draw(dice: &mut Dice, (before, ahead): (&Model, &Model), sent: &[Wanted], now: At) -> Wanted {
    let fresh = format!("never-{}", dice.below(1 << 40));
    let some = |dice: &mut Dice, model: &Model| {
        let known: Vec<u128> = model.matters.keys().copied().collect();
        known.get(dice.pick(known.len().max(1))).copied()
    };
    let number = sent.len() as u128;
    let new = || Wanted { asks: Asks::Report(number), sent: report(number, now) };
    let never = |sent: Submission| Wanted { asks: Asks::Never, sent };
    match dice.below(16) {
        0..=3 => new(),
        4..=10 => {
            let Some(n) = some(dice, ahead) else { return new() };
            let step = ahead.matters[&n].len();
            // Progress may be told or not; all other steps have to be there, in this order.
            let told = |step: &Submission| !step.key.starts_with("progress");
            match life(n, now).into_iter().filter(told).nth(step - 1) {
                Some(next) => {
                    let sent = Submission { at: Some(now), ..next };
                    Wanted { asks: Asks::Step(n, step), sent }
                }
                None => new(),
            }
        }
        again @ 11..=13 if !sent.is_empty() => {
            let earlier = sent[dice.pick(sent.len())].clone();
            let mut sent = Submission { at: Some(now), ..earlier.sent };
            if again == 13 {
                sent.mac = format!("another body than {}", sent.mac);
            }
            Wanted { asks: earlier.asks, sent }
        }
        14 => match some(dice, before) {
            // A matter's id that is taken.
            Some(n) => never(Submission { key: fresh, ..report(n, now) }),
            None => new(),
        },
        _ => match some(dice, before) {
            // Somebody whose matter it is not.
            Some(n) if dice.yes() => {
                never(ask(HOUSING, &fresh, n, now, |_| Command::SignFor { post: None }))
            }
            _ => never(ask(CENTRE, &fresh, 1 << 100, now, |_| Command::File(Facts::default()))),
        },
    }
}

fn fault(dice: &mut Dice) -> (Step, Way, usize) {
    let steps = [Step::Lock, Step::Keys, Step::Load, Step::Decide, Step::Write, Step::Commit];
    let step = steps.get(dice.pick(7)).copied().unwrap_or(Step::Committed);
    if dice.below(3) == 0 { (step, Way::Panic, 1) } else { (step, Way::Lost, 1 + dice.pick(2)) }
}

/// Everything that can be asked of the store that the model knows too.
async fn compare(store: &Store, model: &Model, base: i64, touched: &BTreeSet<u128>) {
    let head = store.head(&county()).await.unwrap();
    let numbers = i64::try_from(model.numbers.len()).unwrap();
    assert_eq!((head.pos - base, head.no_next - 1), (model.acts, numbers));
    assert_eq!((head.seal, head.pos - head.sealed), (model.seals, model.unsealed));
    assert_eq!((head.last_at().seconds(), head.ticked_to().seconds()), (model.last, model.ticked));
    for n in touched {
        let acts = store.acts(&county(), &Stream::from(matter(*n)), 0, 100).await.unwrap();
        let found: Vec<(&str, &str)> =
            acts.iter().map(|act| (act.kind.as_str(), act.key.as_str())).collect();
        let kept = model.matters.get(n).map(Vec::as_slice).unwrap_or_default();
        let wanted: Vec<(&str, &str)> =
            KINDS.iter().map(|(kind, _)| *kind).zip(kept.iter().map(String::as_str)).collect();
        assert_eq!(found, wanted, "the acts of matter {n}");
        let row = store.matter(&county(), &matter(*n).to_string()).await.unwrap();
        let place = model.numbers.iter().position(|m| m == n);
        let number = place.map(|place| format!("411524-2022-{:06}", place + 1));
        assert_eq!(row.map(|row| row.no), number, "the number of matter {n}");
    }
    let counts = store.counts(&county(), &[Key::County], By::State, &Filter::default()).await;
    let counts = counts.unwrap().into_iter().map(|count| (count.key.unwrap(), count.n));
    assert_eq!(counts.collect::<BTreeMap<_, _>>(), model.by_state());
}

/// Says how to play it again when it fails.
struct Playing(u64);

impl Drop for Playing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "alone: ZONGHENG_SEED={} cargo test --locked -p zongheng-store --test chaos model",
                self.0
            );
        }
    }
}

async fn the_store_does_what_the_model_does(first: Fixture) {
    let (many, steps) = (times(3, 40), times(60, 200));
    let many = if given("ZONGHENG_SEED").is_some() { 1 } else { many };
    let kind = first.is_sqlite();
    let mut db = Some(first);
    for seed in (seed()..).take(many) {
        let _playing = Playing(seed);
        let fresh = match db.take() {
            Some(db) => db,
            None if kind => Fixture::sqlite().await,
            None => Fixture::postgres().await.unwrap(),
        };
        play(&fresh, seed, steps).await;
        fresh.store.close().await;
    }
}

async fn play(db: &Fixture, seed: u64, steps: usize) {
    furnish(db).await;
    let stores = [db.store.clone(), db.another().await];
    let mut dice = Dice(seed);
    let base = db.store.head(&county()).await.unwrap();
    let start = morning().seconds();
    let mut model = Model { last: start, ticked: start, unsealed: base.pos, ..Model::default() };
    // What was ever sent, and the hash of the act that came of it.
    let (mut sent, mut hashes) = (Vec::<Wanted>::new(), BTreeMap::new());
    for n in 0..steps {
        let now = morning().plus_seconds(60 * i64::try_from(n).unwrap());
        let (store, other) =
            if dice.yes() { (&stores[0], &stores[1]) } else { (&stores[1], &stores[0]) };
        let mut touched = BTreeSet::new();
        match dice.below(10) {
            0 => {
                store.tick(&county(), now).await.unwrap();
                model.ticked = now.seconds();
            }
            1 if model.unsealed > 0 => {
                store.seal(&county(), now).await.unwrap().unwrap();
                (model.seals, model.unsealed) = (model.seals + 1, 0);
            }
            _ => {
                let mut ahead = model.clone();
                let mut batch = Vec::new();
                for _ in 0..=dice.below(6) {
                    let wanted = draw(&mut dice, (&model, &ahead), &sent, now);
                    ahead.take(&wanted, now);
                    batch.push(wanted.clone());
                    sent.push(wanted);
                }
                touched.extend(batch.iter().filter_map(|wanted| match wanted.asks {
                    Asks::Report(n) | Asks::Step(n, _) => Some(n),
                    Asks::Never => None,
                }));
                let expected = if dice.below(3) == 0 {
                    let fault = fault(&mut dice);
                    for _ in 0..fault.2 {
                        store.faults().arm(fault.0, fault.1);
                    }
                    model.with_faults(&batch, now, fault)
                } else {
                    Some(model.batch(&batch, now, 0))
                };
                let commands = batch.iter().map(|wanted| wanted.sent.clone()).collect();
                let answers = committed(store, commands, now).await;
                store.faults().disarm();
                let said = answers.as_ref().map(|all| all.iter().map(Said::of).collect::<Vec<_>>());
                assert_eq!(said, expected, "seed {seed} step {n}: {batch:#?}");
                for (wanted, answer) in batch.iter().zip(answers.into_iter().flatten()) {
                    let Ok(recorded) = answer else { continue };
                    let hash = recorded.acts[0].hash;
                    let known = *hashes.entry(wanted.sent.key.clone()).or_insert(hash);
                    assert_eq!(known, hash, "the first answer, always");
                }
            }
        }
        // By the other server: what one has done, the other knows at once.
        compare(other, &model, base.pos, &touched).await;
    }
    let all = model.matters.keys().copied().collect();
    compare(&stores[0], &model, base.pos, &all).await;
    sound(&stores[1]).await;
    stores[1].close().await;
}
