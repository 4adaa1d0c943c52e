//! Killed and cut off under load: what was acknowledged is there, and nothing is there twice.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;

use zongheng_core::time::At;
use zongheng_store::{Refused, Store, StoreError};

use crate::chance::{kills, seed};
use crate::support::dice::Dice;
use crate::support::town::{furnish, report};
use crate::support::{Fixture, county, morning, on_both, options, sound};

on_both! { rounds_of_kill_lose_nothing_and_double_nothing }

/// Set for the process that is going to be killed: its round and the database.
const CHILD: &str = "ZONGHENG_TEST_CHILD";

/// Reports that one round sends, many at a time.
const SENT: u128 = 4_000;

/// The process that is killed: reports without end, and says which are acknowledged.
#[test]
#[expect(clippy::print_stdout, reason = "whoever kills it reads what is printed")]
fn child() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let (round, url) = told.split_once(' ').unwrap();
    let round: u128 = round.parse().unwrap();
    let (first, now) = (round * SENT, day(round));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(url, &options(&[1; 32])).await.unwrap();
        let recorder = store.start(Arc::new(move || now));
        let senders = (0..32).map(|sender| {
            let recorder = recorder.clone();
            tokio::spawn(async move {
                for n in (first + sender..first + SENT).step_by(32) {
                    recorder.record(report(n, now)).await.unwrap();
                    println!("acknowledged {n}");
                }
            })
        });
        let senders = senders.collect::<Vec<_>>();
        // The runner works beside them on what earlier rounds left, and is killed with them.
        store.pass(&county(), now).await.unwrap();
        for sender in senders {
            sender.await.unwrap();
        }
    });
}

/// Each round is a day further on: what earlier ones reported falls due.
fn day(round: u128) -> At {
    morning().plus_seconds(86_400 * i64::try_from(round).unwrap())
}

/// Starts the child, kills it when it has acknowledged `enough`, and gives what it acknowledged.
fn killed_after(url: &str, round: u128, enough: usize) -> BTreeSet<u128> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture"])
        .env(CHILD, format!("{round} {url}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = BTreeSet::new();
    let mut take = |line: Option<std::io::Result<String>>| {
        let line = line?.ok()?;
        // The test harness prints on the same line before the first one.
        let number: Option<u128> =
            line.rsplit_once("acknowledged ").and_then(|(_, n)| n.parse().ok());
        acknowledged.extend(number);
        Some(acknowledged.len())
    };
    while take(lines.next()).is_some_and(|n| n < enough) {}
    child.kill().unwrap();
    while take(lines.next()).is_some() {}
    child.wait().unwrap();
    assert!(acknowledged.len() >= enough, "the child ended by itself: {}", acknowledged.len());
    acknowledged
}

async fn rounds_of_kill_lose_nothing_and_double_nothing(db: Fixture) {
    furnish(&db).await;
    let rounds = kills() as u128;
    let mut dice = Dice(seed());
    let mut acknowledged = BTreeSet::new();
    for round in 0..rounds {
        let url = db.url.clone();
        // At another moment each time: in the first batch, or well under way.
        let enough = 1 + dice.pick(97);
        let killed = tokio::task::spawn_blocking(move || killed_after(&url, round, enough));
        acknowledged.extend(killed.await.unwrap());
    }
    sound(&db.store).await;
    let (last, code) = (day(rounds), county());
    db.store.pass(&code, last).await.unwrap();
    let urged = "select cast(count(*) as text) from act where kind = 'urged' group by stream having count(*) > 1";
    assert_eq!(db.ask(urged).await, [""; 0], "each is urged once, by whichever pass");
    let there: BTreeSet<String> =
        db.ask("select key from command where scope = 'public'").await.into_iter().collect();
    for n in &acknowledged {
        assert!(there.contains(&format!("report-{n}")), "report {n} was acknowledged and is gone");
    }
    // The clients send again what they have no answer to: nothing stands twice.
    let already = there.len();
    let again = (0..rounds).flat_map(|round| round * SENT..round * SENT + 40);
    let again: Vec<_> = again.collect();
    let known = again.iter().filter(|n| there.contains(&format!("report-{n}"))).count();
    for some in again.chunks(64) {
        let batch = some.iter().map(|n| report(*n, last)).collect();
        for answer in db.store.record_all(batch, last).await {
            answer.unwrap();
        }
    }
    let matters = db.ask("select cast(count(*) as text) from matter").await.remove(0);
    assert_eq!(matters, (already + again.len() - known).to_string());
    sound(&db.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_cut_in_mid_commit_lose_nothing_and_double_nothing() {
    let Some(db) = Fixture::postgres().await else { return };
    furnish(&db).await;
    let recorder = db.store.start(Arc::new(morning));
    let senders: Vec<_> = (0..16)
        .map(|sender: u128| {
            let recorder = recorder.clone();
            tokio::spawn(async move {
                let (mut fresh, mut cut) = (0, 0);
                for n in (sender..800).step_by(16) {
                    // What failed is sent again under its key, as a client does.
                    loop {
                        match recorder.record(report(n, morning())).await {
                            Ok(_) => {
                                fresh += 1;
                                break;
                            }
                            Err(Refused::Store(StoreError::Away(_) | StoreError::Busy)) => {
                                cut += 1;
                            }
                            Err(other) => panic!("report {n}: {other}"),
                        }
                    }
                }
                (fresh, cut)
            })
        })
        .collect();
    // Every backend that works in this test's schema, again and again until all is recorded.
    let schema = db.url.rsplit_once('=').unwrap().1.to_owned();
    let cut = format!(
        "select cast(pg_terminate_backend(l.pid) as text) from pg_locks l \
         join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = '{schema}' and c.relname = 'act' and l.pid <> pg_backend_pid()"
    );
    let mut cuts = 0;
    while !senders.iter().all(tokio::task::JoinHandle::is_finished) {
        cuts += db.ask(&cut).await.len();
    }
    let (mut answered, mut failed) = (0, 0);
    for sender in senders {
        let (fresh, cut) = sender.await.unwrap();
        answered += fresh;
        failed += cut;
    }
    assert_eq!(answered, 800);
    assert!(cuts > 0, "nothing was cut ({failed} commands failed)");
    assert_eq!(db.ask("select cast(count(*) as text) from matter").await, ["800"]);
    recorder.drain().await;
    sound(&db.store).await;
}
