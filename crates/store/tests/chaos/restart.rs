//! `PostgreSQL` stopped and started in mid-load, gently and at once.

use std::sync::Arc;

use zongheng_store::{Refused, StoreError};

use crate::chance::{seed, times};
use crate::postgres::Cluster;
use crate::support::dice::Dice;
use crate::support::town::{furnish, report};
use crate::support::{Fixture, morning, sound};

const SENDERS: u128 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_database_loses_nothing_and_doubles_nothing() {
    let Some(mut cluster) = Cluster::own() else { return };
    let db = Fixture::in_cluster(&cluster.url).await;
    furnish(&db).await;
    let restarts = times(3, 40);
    let mut dice = Dice(seed());
    let recorder = db.store.start(Arc::new(morning));
    let (answered, mut answers) = tokio::sync::mpsc::unbounded_channel();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (recorder, answered, stopped) =
                (recorder.clone(), answered.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut failed = 0;
                for n in (sender..).step_by(usize::try_from(SENDERS).unwrap()) {
                    if *stopped.borrow() {
                        break;
                    }
                    // What failed is sent again under its key, as a client does.
                    while let Err(refused) = recorder.record(report(n, morning())).await {
                        let Refused::Store(StoreError::Away(_) | StoreError::Busy) = refused else {
                            panic!("report {n}: {refused}")
                        };
                        failed += 1;
                    }
                    answered.send(n).unwrap();
                }
                failed
            })
        })
        .collect();
    let mut acknowledged = std::collections::BTreeSet::new();
    for round in 0..=restarts {
        // Under way again after each restart, and at another moment each time.
        for _ in 0..20 + dice.pick(60) {
            assert!(acknowledged.insert(answers.recv().await.unwrap()));
        }
        if round < restarts {
            let how = if dice.yes() { "fast" } else { "immediate" };
            cluster = tokio::task::spawn_blocking(move || {
                cluster.restart(how);
                cluster
            })
            .await
            .unwrap();
        }
    }
    stop.send_replace(true);
    let mut failed = 0;
    for sender in senders {
        failed += sender.await.unwrap();
    }
    while let Ok(n) = answers.try_recv() {
        acknowledged.insert(n);
    }
    recorder.drain().await;
    assert!(failed > 0, "nobody met a restart");
    let matters = db.ask("select cast(count(*) as text) from matter").await;
    assert_eq!(matters, [acknowledged.len().to_string()], "each stands, and once");
    sound(&db.store).await;
    db.store.close().await;
}
