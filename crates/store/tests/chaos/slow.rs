//! A network that stalls, and goes on: callers are told within bounds, other servers are not held up.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;
use zongheng_store::{Refused, Store, StoreError};

use crate::support::town::{furnish, report};
use crate::support::{Fixture, morning, options, sound};

/// How the bytes go, both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Open,
    /// A few at a time.
    Thin,
    /// Not at all, and nobody is told.
    Dead,
}

/// Hands on what comes to a port to the socket of the cluster.
async fn proxy(socket: String, line: watch::Receiver<Line>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = UnixStream::connect(&socket).await.unwrap();
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::spawn(hand_on(near_in, far_out, line.clone()));
            tokio::spawn(hand_on(far_in, near_out, line.clone()));
        }
    });
    port
}

async fn hand_on(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut line: watch::Receiver<Line>,
) {
    let mut bytes = vec![0; 16_384];
    while let Ok(n @ 1..) = from.read(&mut bytes).await {
        let mut rest = &bytes[..n];
        while !rest.is_empty() {
            let Ok(how) = line.wait_for(|line| *line != Line::Dead).await.map(|line| *line) else {
                return;
            };
            let some = if how == Line::Thin { rest.len().min(512) } else { rest.len() };
            if to.write_all(&rest[..some]).await.is_err() {
                return;
            }
            rest = &rest[some..];
            tokio::task::yield_now().await;
        }
    }
    // The other side may be gone already.
    drop(to.shutdown().await);
}

/// Not a measure of speed: what is not answered by then is taken to hang.
async fn in_bounds<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(90), what).await.expect("this hangs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_does_not_answer_holds_nobody_up_for_ever() {
    let Some(db) = Fixture::postgres().await else { return };
    furnish(&db).await;
    let (set, line) = watch::channel(Line::Open);
    // postgres://postgres@%2Ftmp%2Fname/postgres?…
    let (user, rest) = db.url.split_once('@').unwrap();
    let (folder, name) = rest.split_once('/').unwrap();
    let socket = format!("{}/.s.PGSQL.5432", folder.replace("%2F", "/"));
    let port = proxy(socket, line).await;
    let slow = Store::open(&format!("{user}@127.0.0.1:{port}/{name}"), &options(&[1; 32])).await;
    let slow = slow.unwrap();
    let recorder = slow.start(Arc::new(morning));
    let records = |first: u128| {
        (first..first + 40).map(|n| {
            let recorder = recorder.clone();
            tokio::spawn(async move { recorder.record(report(n, morning())).await })
        })
    };

    set.send_replace(Line::Thin);
    for answer in records(0).collect::<Vec<_>>() {
        in_bounds(answer).await.unwrap().unwrap();
    }

    // Dead in the middle of a batch, with the county's head in its hands.
    set.send_replace(Line::Open);
    let holding = recorder.record(report(100, morning()));
    let dead = async {
        // Once it has the lock, which another server would have to wait for.
        let held =
            "select cast(count(*) as text) from pg_stat_activity where state like 'idle in trans%'";
        while db.ask(held).await == ["0"] {}
        set.send_replace(Line::Dead);
    };
    let sending = async {
        for n in 100.. {
            let (recorder, stop) = (recorder.clone(), *set.borrow() == Line::Dead);
            match recorder.record(report(n, morning())).await {
                Ok(_) if !stop => {}
                Ok(_) => return n,
                Err(refused) => {
                    assert!(matches!(refused, Refused::Store(StoreError::Away(_))), "{refused}");
                    return n;
                }
            }
        }
        unreachable!()
    };
    let (_, (), unanswered) =
        in_bounds(Box::pin(async { tokio::join!(holding, dead, sending) })).await;

    // Whoever asks while it is dead is told, and no reader hangs.
    for answer in records(5_000).collect::<Vec<_>>() {
        let told = in_bounds(answer).await.unwrap();
        assert!(matches!(told, Err(Refused::Store(StoreError::Away(_)))), "{told:?}");
    }
    assert!(in_bounds(slow.ready()).await.is_err());
    // Another server goes on, whatever the dead one held.
    let beside = Box::pin(db.store.record_all(vec![report(9_000, morning())], morning()));
    for answer in in_bounds(beside).await {
        assert!(answer.is_ok(), "{answer:?}");
    }

    // It comes back by itself; what had no answer is sent again.
    set.send_replace(Line::Open);
    let again = async || loop {
        match recorder.record(report(unanswered, morning())).await {
            Ok(_) => break,
            Err(Refused::Store(StoreError::Away(_) | StoreError::Busy)) => {}
            Err(refused) => panic!("{refused}"),
        }
    };
    in_bounds(again()).await;
    for answer in records(5_000).collect::<Vec<_>>() {
        in_bounds(answer).await.unwrap().unwrap();
    }
    recorder.drain().await;
    in_bounds(Box::pin(sound(&slow))).await;
    let doubled = "select key from command group by key having count(*) > 1";
    assert!(db.ask(doubled).await.is_empty());
}
