//! The first working morning after National Day in the simulated county, whose server was switched off for the eight
//! days: what is sent, to whom, and that it is sent once.

use std::collections::BTreeMap;

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Options, RingPlace, Store};

use crate::program::Place;

#[tokio::test]
async fn after_eight_days_switched_off_everybody_is_told_once() {
    let place = Place::new("morning", None);
    let made = place.run(&[
        "simulate",
        "--seed",
        "7",
        "--from",
        "2025-09-01",
        "--days",
        "30",
        "--matters",
        "240",
    ]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let url = place.db.clone();
    let open = async || {
        Store::open(&url, &Options { ring: RingPlace::None, ..Options::default() }).await.unwrap()
    };
    let (store, other) = (open().await, open().await);
    let county = DivisionCode::from("411524000000");
    let at = |text: &str| -> At { format!("{text}:00+08:00").parse().unwrap() };
    // The last evening before the holiday: everything up to then is done.
    store.pass(&county, at("2025-09-30T23:30")).await.unwrap();
    let before = store.head(&county).await.unwrap().pos;
    // Switched on on the first working day, before nine: what is urgent is told, and nothing else.
    store.pass(&county, at("2025-10-09T08:40")).await.unwrap();
    let now = at("2025-10-09T09:00");
    let pending = store.pending(&county, now).await.unwrap();
    for account in pending.by_account().into_keys() {
        let told = store.messages(&county, account, None, 50).await.unwrap();
        assert!(told.iter().all(|m| m.id != "2025-10-09"), "nobody is told before nine");
    }
    let (a, b) = tokio::join!(store.pass(&county, now), other.pass(&county, now));
    let (a, b) = (a.unwrap(), b.unwrap());
    let told = usize::try_from(a.told + b.told).unwrap();
    // What waited was sent; pauses that ended in the same pass bring a few more.
    assert!(told >= pending.told.len(), "{told} of {}", pending.told.len());
    assert!(told > 10, "{told}");
    // By account: one message for the morning, each deadline once in it and at its highest rung.
    let mut once = BTreeMap::new();
    for (account, lines) in pending.by_account() {
        let messages = store.messages(&county, account, None, 50).await.unwrap();
        let this_morning: Vec<_> = messages.iter().filter(|m| m.id == "2025-10-09").collect();
        assert_eq!(this_morning.len(), 1, "one message of the morning");
        let n: u64 = lines.values().sum();
        assert!(u64::try_from(this_morning[0].lines).unwrap() >= n);
        let told = store.message_lines(&county, account, "2025-10-09", None, 500).await.unwrap();
        for line in told {
            *once.entry((line.matter, line.n)).or_insert(0) += 1;
        }
    }
    assert!(once.values().all(|n| *n == 1), "each deadline is told once");
    for later in ["2025-10-09T09:01", "2025-10-09T12:00", "2025-10-09T17:59"] {
        let again = store.pass(&county, at(later)).await.unwrap();
        let after = store.pending(&county, at(later)).await.unwrap();
        assert!(after.told.is_empty() && after.acts.is_empty(), "{later}: {again:?}");
    }
    assert!(store.head(&county).await.unwrap().pos > before);
    store.close().await;
    other.close().await;
    for command in [&["ledger", "verify"][..], &["check"]] {
        let output = place.run(command);
        assert!(
            output.status.success(),
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
