//! What the recorded process does: the same each time for a seed, so that a moment can be found again.

use std::fs::{File, OpenOptions};
use std::io::Write;

use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};
use zongheng_core::time::At;
use zongheng_store::{Store, Submission};

use crate::support::dice::Dice;
use crate::support::town::{furnish_store, life, report};
use crate::support::{county, morning, options};

/// Batches of one recording.
pub(crate) const BATCHES: usize = 40;

fn at(batch: usize) -> At {
    morning().plus_seconds(60 * i64::try_from(batch).unwrap())
}

/// Reports, and the steps of those that were reported: all are accepted.
pub(crate) fn batches(seed: u64) -> Vec<Vec<Submission>> {
    let mut dice = Dice(seed);
    let mut lives: Vec<std::vec::IntoIter<Submission>> = Vec::new();
    let mut batch = |now: At, dice: &mut Dice| -> Vec<Submission> {
        let mut batch = Vec::new();
        for _ in 0..=dice.below(16) {
            let some = dice.pick(lives.len().max(1));
            let step = match lives.get_mut(some) {
                Some(life) if dice.below(3) > 0 => life.next(),
                _ => None,
            };
            let step = step.unwrap_or_else(|| {
                let n = lives.len() as u128;
                lives.push(life(n, now).into_iter());
                report(n, now)
            });
            batch.push(Submission { at: Some(now), ..step });
        }
        batch
    };
    (0..BATCHES).map(|n| batch(at(n), &mut dice)).collect()
}

/// Tells the recorder, in the one order with the writes and flushes, what has been promised.
struct Told(File);

impl Told {
    fn tell(&mut self, what: &str) {
        // One write a line: each is one record.
        self.0.write_all(what.as_bytes()).unwrap();
    }
}

/// Begins with nothing: makes the tables and the county, and works.
pub(crate) async fn work(path: &str, seed: u64) {
    let told = OpenOptions::new().create(true).append(true).open(format!("{path}-told")).unwrap();
    let mut told = Told(told);
    let store = Store::open(&format!("sqlite:{path}"), &options(&[1; 32])).await.unwrap();
    store.create_county(&county(), morning(), false).await.unwrap();
    told.tell("county made");
    furnish_store(&store).await;
    told.tell("county furnished");
    let mut dice = Dice(seed ^ 0xd15c);
    for (n, batch) in batches(seed).into_iter().enumerate() {
        let keys: Vec<String> = batch.iter().map(|wanted| wanted.key.clone()).collect();
        for (answer, key) in store.record_all(batch, at(n)).await.into_iter().zip(keys) {
            let recorded = answer.unwrap_or_else(|e| panic!("{key}: {e}"));
            told.tell(&format!("acknowledged {key} {}", recorded.acts.last().unwrap().hash));
        }
        told.tell(&format!("batch {n}"));
        match dice.below(8) {
            0 => {
                let to = store.tick(&county(), at(n)).await.unwrap().to.seconds();
                told.tell(&format!("ticked {to}"));
            }
            1 => {
                if let Some(seal) = store.seal(&county(), at(n)).await.unwrap() {
                    told.tell(&format!("sealed {}", seal.seal));
                }
            }
            // As a copy, a check or a small log would: it is copied back at any moment, in any way.
            2 | 3 => {
                let mode = ["passive", "full", "restart", "truncate"][dice.pick(4)];
                let mut beside = SqliteConnection::connect(path).await.unwrap();
                let pragma = format!("pragma wal_checkpoint({mode})");
                beside.execute(AssertSqlSafe(pragma)).await.unwrap();
                beside.close().await.unwrap();
            }
            _ => {}
        }
    }
    store.close().await;
    told.tell("closed");
}
