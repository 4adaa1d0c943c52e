//! The ledger: chained as it is appended, sealed, read back.

use std::sync::Arc;

use serde_json::json;
use zongheng_core::county::{CalendarAdopted, County};
use zongheng_core::ledger::Verifier;
use zongheng_core::ledger::{Act, By, Hash, Stream};
use zongheng_store::ledger::Entry;
use zongheng_store::{Config, Keyed, Refused, Store, StoreError};

use crate::support::town::furnish;
use crate::support::{Fixture, at, county, morning, on_both};

on_both! {
    acts_are_chained_by_stream_in_one_order
    configuration_moves_rev_and_its_content_is_fixed
    what_was_checked_before_the_configuration_moved_is_not_appended
    what_is_decided_upon_a_county_stands_once_under_its_key
    a_seal_covers_what_came_since_the_last
    a_clock_that_went_back_is_not_believed
    what_is_exported_is_what_is_verified
    one_changed_byte_is_named
}

pub(crate) fn entry(stream: &str, n: i64) -> Entry {
    Entry {
        stream: Stream::from(stream),
        kind: "noted".to_owned(),
        v: 1,
        by: By::system(),
        key: format!("key-of-the-test-{n}"),
        body: json!({ "n": n, "name": "路灯" }),
        contents: Vec::new(),
    }
}

/// Two acts of `org` and one of `sys`.
pub(crate) async fn three_acts(db: &Fixture) -> Vec<Act> {
    let entries = vec![entry("org", 1), entry("sys", 2), entry("org", 3)];
    db.store.append(&county(), morning(), entries, &[]).await.unwrap()
}

async fn acts_are_chained_by_stream_in_one_order(db: Fixture) {
    let appended = three_acts(&db).await;
    let org = db.store.acts(&county(), &Stream::from("org"), 0, 10).await.unwrap();
    assert_eq!(org, [appended[0].clone(), appended[2].clone()]);
    assert_eq!((org[0].seq, org[0].prev, org[1].seq, org[1].prev), (1, Hash::ZERO, 2, org[0].hash));
    assert!(
        org.iter().all(|act| act.computed_hash() == act.hash),
        "what is read back is what was hashed"
    );
    assert_eq!(db.store.acts(&county(), &Stream::from("org"), 1, 10).await.unwrap(), org[1..]);
    assert_eq!(db.store.acts(&county(), &Stream::from("org"), 0, 1).await.unwrap(), org[..1]);
    assert_eq!(db.store.acts_between(&county(), 1, 3).await.unwrap(), appended);
    let sys = Stream::from("sys");
    assert_eq!(db.store.stream_head(&county(), &sys).await.unwrap(), (1, appended[1].hash));
    let first = db.store.first_acts(&county(), &[sys.clone(), Stream::from("org")]).await.unwrap();
    assert_eq!(first.into_values().collect::<Vec<_>>(), appended[..2]);
    let nobody = Stream::from("access");
    let none = db.store.first_acts(&county(), std::slice::from_ref(&nobody)).await.unwrap();
    assert!(none.is_empty());
    assert_eq!(db.store.stream_head(&county(), &nobody).await.unwrap(), (0, Hash::ZERO));
}

async fn configuration_moves_rev_and_its_content_is_fixed(db: Fixture) {
    three_acts(&db).await;
    let head = db.store.head(&county()).await.unwrap();
    assert_eq!((head.pos, head.rev), (3, 2), "the system stream is no configuration");
    let config = |hash: &str, version: &str| Config {
        hash: hash.to_owned(),
        kind: "playbook".to_owned(),
        id: "resident_report".to_owned(),
        version: version.to_owned(),
        body: format!("the normal form of {hash}"),
    };
    let adopt = async |config: Config, n| {
        db.store
            .append(&county(), morning(), vec![entry("playbook:resident_report", n)], &[config])
            .await
    };
    adopt(config("aa", "1"), 1).await.unwrap();
    adopt(config("aa", "1"), 2).await.expect("the same again");
    let refused = adopt(config("bb", "1"), 3).await;
    assert!(matches!(&refused, Err(StoreError::ConfigChanged { .. })), "{refused:?}");
    adopt(config("bb", "2"), 4).await.unwrap();
    assert_eq!(db.store.config(&county(), "aa").await.unwrap(), Some(config("aa", "1")));
    assert_eq!(db.store.configs(&county(), "playbook").await.unwrap().len(), 2);
    let head = db.store.head(&county()).await.unwrap();
    assert_eq!((head.pos, head.rev), (6, 5), "what was refused left nothing");
}

async fn what_was_checked_before_the_configuration_moved_is_not_appended(db: Fixture) {
    furnish(&db).await;
    let checked = db.store.county(&county()).await.unwrap();
    let another = db.another().await;
    let seen = another.county(&county()).await.unwrap();
    let calendar = || {
        let body = CalendarAdopted { year: 2040, rows: Vec::new() };
        Entry { kind: "calendar_adopted".to_owned(), body: json!(body), ..entry("calendar", 1) }
    };
    db.store.append(&county(), morning(), vec![entry("sys", 2)], &[]).await.unwrap();
    let upon = |store: Store, county: Arc<County>| async move {
        store.append_upon(&county, morning(), vec![calendar()], &[]).await
    };
    upon(db.store.clone(), checked).await.expect("only a stream that configures nothing went on");
    let before = db.store.head(&county()).await.unwrap();
    let late = upon(another.clone(), seen).await;
    assert!(matches!(late, Err(StoreError::Moved)), "{late:?}");
    assert_eq!(db.store.head(&county()).await.unwrap(), before);
    let again = another.county(&county()).await.unwrap();
    upon(another, again).await.expect("looked at anew");
}

async fn what_is_decided_upon_a_county_stands_once_under_its_key(db: Fixture) {
    furnish(&db).await;
    let keyed = |key, mac| Keyed { scope: "somebody", key, mac };
    let calendar = |year| Entry {
        stream: Stream::from("calendar"),
        kind: "calendar_adopted".to_owned(),
        body: json!(CalendarAdopted { year, rows: Vec::new() }),
        ..entry("calendar", 9)
    };
    let checked = db.store.county(&county()).await.unwrap();
    let decide = async |checked: &County, keyed, years: &[i16]| {
        let entries = years.iter().map(|year| calendar(*year)).collect();
        db.store.decide_upon(checked, keyed, morning(), entries, &[]).await
    };
    let first = decide(&checked, keyed("key-1", "a"), &[2030, 2031]).await.unwrap();
    assert_eq!((first.acts.len(), first.replay), (2, false));
    let pos = db.store.head(&county()).await.unwrap().pos;
    // The configuration has moved by it; the same request finds its answer all the same.
    let again = decide(&checked, keyed("key-1", "a"), &[2030, 2031]).await.unwrap();
    assert_eq!((again.acts, again.replay), (first.acts.clone(), true));
    let found = db.store.decided(&county(), keyed("key-1", "a")).await.unwrap().unwrap();
    assert_eq!(found.acts, first.acts);
    let other = decide(&checked, keyed("key-1", "b"), &[2030]).await;
    assert!(matches!(other, Err(Refused::KeyReused)), "{other:?}");
    let late = decide(&checked, keyed("key-2", "a"), &[2032]).await;
    assert!(matches!(late, Err(Refused::Store(StoreError::Moved))), "{late:?}");
    assert_eq!(db.store.decided(&county(), keyed("key-2", "a")).await.unwrap(), None);
    assert_eq!(db.store.head(&county()).await.unwrap().pos, pos, "nothing was kept");
    let now = db.store.county(&county()).await.unwrap();
    assert!(decide(&now, keyed("key-2", "a"), &[2032]).await.is_ok());
}

async fn a_seal_covers_what_came_since_the_last(db: Fixture) {
    assert_eq!(db.store.seal(&county(), morning()).await.unwrap(), None, "nothing to seal");
    three_acts(&db).await;
    let one = db.store.seal(&county(), morning()).await.unwrap().unwrap();
    assert_eq!((one.seal, one.first, one.count, one.prev), (1, 1, 3, Hash::ZERO));
    assert_eq!(db.store.seal(&county(), morning()).await.unwrap(), None);
    three_acts(&db).await;
    let two = db.store.seal(&county(), morning()).await.unwrap().unwrap();
    assert_eq!((two.seal, two.first, two.count, two.prev), (2, 4, 3, one.hash));
    assert_eq!(db.store.last_seal(&county()).await.unwrap(), Some(two));
    assert_eq!(db.store.head(&county()).await.unwrap().sealed, 6);
}

async fn a_clock_that_went_back_is_not_believed(db: Fixture) {
    three_acts(&db).await;
    let entries = |n| vec![entry("sys", n)];
    let early = at("2022-04-14T08:35:00+08:00");
    let acts = db.store.append(&county(), early, entries(4), &[]).await.unwrap();
    assert_eq!(acts[0].at, morning(), "never before the act before it");
    let far = at("2022-04-14T08:20:00+08:00");
    let refused = db.store.append(&county(), far, entries(5), &[]).await;
    assert!(matches!(refused, Err(StoreError::Clock { .. })), "{refused:?}");
}

async fn sealed_twice(db: &Fixture) {
    for _ in 0..2 {
        three_acts(db).await;
        db.store.seal(&county(), morning()).await.unwrap();
    }
    three_acts(db).await;
}

async fn what_is_exported_is_what_is_verified(db: Fixture) {
    sealed_twice(&db).await;
    let mut text = String::new();
    let export = db
        .store
        .export_ledger(&county(), |line| {
            text.push_str(line);
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!((export.acts, export.seals, export.sha256), (9, 2, Hash::of(&text)));
    let marks: Vec<&str> =
        text.lines().map(|line| if line.contains("\"root\"") { "seal" } else { "act" }).collect();
    assert_eq!(marks[3], "seal");
    assert_eq!(marks[7], "seal");
    let mut verifier = Verifier::new(None);
    for (n, line) in (1..).zip(text.lines()) {
        verifier.line(n, line.as_bytes()).unwrap();
    }
    let outside = verifier.finish().unwrap();
    let inside = db.store.verify_ledger(&county(), None).await.unwrap().unwrap();
    assert_eq!(inside, outside);
    assert_eq!((inside.acts, inside.streams, inside.seals, inside.unsealed), (9, 2, 2, 3));
    let seal = db.store.last_seal(&county()).await.unwrap().unwrap();
    db.store
        .verify_ledger(&county(), Some(seal.hash))
        .await
        .unwrap()
        .expect("the seal kept outside");
    db.store
        .verify_ledger(&county(), Some(Hash::of("another")))
        .await
        .unwrap()
        .expect_err("not among them");
}

async fn one_changed_byte_is_named(db: Fixture) {
    sealed_twice(&db).await;
    db.unguard().await;
    let fault = async |change: &str| {
        db.store.verify_ledger(&county(), None).await.unwrap().expect_err(change).to_string()
    };
    for (change, undo) in [
        ("body = replace(body, '路灯', '路牌')", "body = replace(body, '路牌', '路灯')"),
        ("at = at + 1", "at = at - 1"),
        ("by_user = 'somebody'", "by_user = 'system'"),
        ("source = 'lived'", "source = 'live'"),
        ("by_post = 'nobody'", "by_post = null"),
        ("happened = 0", "happened = null"),
        ("v = 2", "v = 1"),
        ("kind = 'notad'", "kind = 'noted'"),
        ("contents = '[ ]'", "contents = '[]'"),
        ("by_post = '\u{1e}'", "by_post = null"),
        ("by_post = ''", "by_post = null"),
        ("key = key || '\u{1f}'", "key = replace(key, '\u{1f}', '')"),
    ] {
        db.sql(&format!("update act set {change} where stream = 'org' and seq = 3")).await.unwrap();
        let said = fault(change).await;
        let named = match change {
            _ if change.starts_with("contents") => {
                "act 3 of org does not hold: its text was changed"
            }
            _ if change.starts_with("key") => "its columns are not those of an act",
            _ => "org",
        };
        assert!(said.contains(named) && said.contains("line 5"), "{change}: {said}");
        db.sql(&format!("update act set {undo} where stream = 'org' and seq = 3")).await.unwrap();
    }
    db.store.verify_ledger(&county(), None).await.unwrap().expect("all undone");
    db.sql("delete from act where stream = 'sys' and seq = 2").await.unwrap();
    fault("an act less").await;
}
