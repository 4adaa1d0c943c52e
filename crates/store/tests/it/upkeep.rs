//! The record of upkeep, and who does it.

use zongheng_store::Outcome;

use crate::support::{Fixture, county, morning, on_both};

on_both! {
    runs_are_kept_with_how_they_ended
    one_of_two_servers_has_the_lease_until_its_end
}

async fn runs_are_kept_with_how_they_ended(db: Fixture) {
    let (store, county, now) = (&db.store, county(), morning());
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(store.upkeep_begins(&county, "backup", now.plus_seconds(n)).await.unwrap());
    }
    let other = store.upkeep_begins(&county, "drill", now).await.unwrap();
    store.upkeep_ends(&county, ids[0], (Outcome::Done, "12 acts"), now).await.unwrap();
    store.upkeep_ends(&county, ids[2], (Outcome::Failed, "the disk is full"), now).await.unwrap();
    let last = store.upkeep(&county).await.unwrap();
    let told: Vec<_> = last.iter().map(|run| (run.id, run.outcome, run.detail.as_str())).collect();
    let (done, open) = ((ids[0], Some(Outcome::Done), "12 acts"), (ids[3], None, ""));
    assert_eq!(told, [done, open, (other, None, "")], "the last one and the last that was done");
    let backups = store.upkeep_of(&county, "backup", 3).await.unwrap();
    assert_eq!(backups.iter().map(|run| run.id).collect::<Vec<_>>(), [ids[3], ids[2], ids[1]]);
    assert_eq!(backups[1].ended, Some(now));
    assert_eq!(store.upkeep_forget(&county, now.plus_seconds(99)).await.unwrap(), 2);
    assert_eq!(store.upkeep(&county).await.unwrap(), last);
}

async fn one_of_two_servers_has_the_lease_until_its_end(db: Fixture) {
    let (one, other) = (&db.store, db.another().await);
    let now = morning();
    let takes = async |store: &zongheng_store::Store, who, at| {
        store.lease(&county(), ("upkeep", who), at, 60).await.unwrap()
    };
    assert!(takes(one, "a", now).await);
    assert!(!takes(&other, "b", now.plus_seconds(59)).await);
    assert!(takes(one, "a", now.plus_seconds(59)).await, "kept");
    assert!(!takes(&other, "b", now.plus_seconds(100)).await);
    assert!(takes(&other, "b", now.plus_seconds(119)).await, "whoever died has it no longer");
    assert!(!takes(one, "a", now.plus_seconds(120)).await);
}
