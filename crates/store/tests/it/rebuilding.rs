//! What lists and counters show, worked out again while everything goes on.

use zongheng_store::{Rebuilding, Store, StoreError};

use crate::reading::{busy, projections};
use crate::support::town::{Dice, anything};
use crate::support::{Fixture, county, morning, on_both, sound};

on_both! {
    what_is_wrong_is_put_right_and_nothing_else_is_touched
    people_go_on_recording_meanwhile
    the_one_begun_last_counts_alone
}

/// One of each that may be wrong.
const DAMAGE: [&str; 11] = [
    "update matter set lamp = 'done', due = 5, owner_unit = 'x' where id = (select min(id) from matter)",
    "update matter set township = 'x', title = '', created = 9 where id = (select max(id) from matter)",
    "update matter set seq = 77 where no like '%1'",
    "update matter set fold = '{}' where no like '%2'",
    "update matter set fold_v = 0, fold = '{}' where no like '%3'",
    "delete from matter where no like '%4'",
    "delete from audience where key = 'county' and matter in (select id from matter where no like '%5')",
    "update audience set due = 7 where matter in (select id from matter where no like '%6')",
    "insert into audience (county, key, matter, due, created) \
     select code, 'county', 'nobody', 1, 1 from county",
    "update counter set n = n + 3 where dim = 'state'",
    "delete from counter where dim = 'lamp' and key <> 'county'",
];

async fn damage(db: &Fixture) {
    for sql in DAMAGE {
        db.sql(sql).await.unwrap();
    }
}

async fn rebuild(store: &Store) -> Result<Rebuilding, StoreError> {
    let run = store.upkeep_begins(&county(), "rebuild", morning()).await.unwrap();
    store.rebuild(&county(), run, &|_| {}).await
}

async fn what_is_wrong_is_put_right_and_nothing_else_is_touched(db: Fixture) {
    busy(&db, 31).await;
    let before = projections(&db).await;
    let matters = db.ask("select id from matter").await.len();
    let nothing = Rebuilding { matters, ..Rebuilding::default() };
    assert_eq!(rebuild(&db.store).await.unwrap(), nothing);

    damage(&db).await;
    let wrong = db.store.check(&county()).await.unwrap().differences;
    assert!(wrong.len() > DAMAGE.len(), "{wrong:?}");
    let done = rebuild(&db.store).await.unwrap();
    assert!(done.mended > 10 && done.mended < matters && done.counters > 10, "{done}");
    assert_eq!(done.removed, 1);
    sound(&db.store).await;
    let held = |rows: Vec<String>| -> Vec<String> {
        // What lacked is there again; a counter of nothing may be kept as a row or not.
        rows.into_iter().filter(|row| !row.ends_with("|0")).collect()
    };
    assert_eq!(held(projections(&db).await), held(before));
    assert_eq!(rebuild(&db.store).await.unwrap(), nothing);
}

async fn people_go_on_recording_meanwhile(db: Fixture) {
    busy(&db, 32).await;
    let other = if db.is_sqlite() { db.store.clone() } else { db.another().await };
    damage(&db).await;
    let work = async {
        let mut dice = Dice(33);
        let mut accepted = 0;
        for n in 0..120_i64 {
            let at = morning().plus_seconds(3600 * 200 + n * 600);
            let one = anything(&mut dice, &format!("meanwhile-{n}"), 60, at);
            accepted +=
                db.store.record_all(vec![one], at).await.iter().filter(|a| a.is_ok()).count();
            if n % 20 == 0 {
                db.store.tick(&county(), at).await.unwrap();
            }
        }
        accepted
    };
    let mending = async {
        let first = rebuild(&other).await.unwrap();
        rebuild(&other).await.unwrap();
        first
    };
    let (accepted, first) = tokio::join!(work, mending);
    assert!(accepted > 20 && first.mended > 10, "{accepted} {first}");
    rebuild(&other).await.unwrap();
    sound(&db.store).await;
}

async fn the_one_begun_last_counts_alone(db: Fixture) {
    busy(&db, 34).await;
    damage(&db).await;
    let earlier = db.store.upkeep_begins(&county(), "rebuild", morning()).await.unwrap();
    let later = db.store.upkeep_begins(&county(), "rebuild", morning()).await.unwrap();
    let overtaken = db.store.rebuild(&county(), earlier, &|_| {}).await;
    assert!(matches!(overtaken, Err(StoreError::Overtaken)), "{overtaken:?}");
    let done = db.store.rebuild(&county(), later, &|_| {}).await.unwrap();
    assert_eq!(
        (done.mended, done.removed),
        (0, 0),
        "the rows were put right by whoever came first"
    );
    assert!(done.counters > 10, "{done}");
    sound(&db.store).await;
}
