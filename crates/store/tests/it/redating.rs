//! Another calendar beside daily work: what it moves is listed first, recorded once, gone on with where it was cut
//! off, and left where the calendar is changed again meanwhile.

use std::collections::BTreeMap;

use serde_json::json;
use zongheng_core::calendar::Row;
use zongheng_core::county::CalendarAdopted;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{By, Stream};
use zongheng_core::time::At;
use zongheng_store::ledger::Entry;
use zongheng_store::record::faults::{Step, Way};

use crate::passing::{count, many};
use crate::shangcheng;
use crate::support::town::furnish;
use crate::support::{Fixture, at, county, on_both, sound};

on_both! {
    what_it_moves_is_listed_and_then_recorded_once
    cut_off_it_goes_on
    taken_back_meanwhile_it_comes_to_an_end
}

/// 2022 with two days of rest more in April, or as it was published.
fn year(more_rest: bool) -> CalendarAdopted {
    let rows = shangcheng::COUNTY.calendar.rows().filter(|row| row.date.year() == 2022);
    let rests = |row: &Row| {
        more_rest && ["2022-04-20", "2022-04-21"].contains(&row.date.to_string().as_str())
    };
    let rows = rows.map(|row| Row { working: row.working && !rests(&row), ..row }).collect();
    CalendarAdopted { year: 2022, rows }
}

async fn adopt(db: &Fixture, more_rest: bool, key: &str, now: At) {
    let entry = Entry {
        stream: Stream::from("calendar"),
        kind: "calendar_adopted".to_owned(),
        v: 1,
        by: By::system(),
        key: key.to_owned(),
        body: json!(year(more_rest)),
        contents: Vec::new(),
    };
    db.store.append(&county(), now, vec![entry], &[]).await.unwrap();
}

async fn dues(db: &Fixture) -> BTreeMap<String, usize> {
    let mut dues = BTreeMap::new();
    for no in db.ask("select no from matter").await {
        let matter = db.store.matter(&county(), &no).await.unwrap().unwrap();
        *dues.entry(matter.settle_due(None).unwrap().to_string()).or_default() += 1;
    }
    dues
}

fn all(due: &str, n: usize) -> BTreeMap<String, usize> {
    BTreeMap::from([(format!("{due}T18:00:00+08:00"), n)])
}

async fn what_it_moves_is_listed_and_then_recorded_once(db: Fixture) {
    furnish(&db).await;
    many(&db, 90).await;
    let now = at("2022-04-14T10:00:00+08:00");
    db.store.pass(&county(), now).await.unwrap();
    assert_eq!(dues(&db).await, all("2022-04-24", 90));
    let mut after = (*db.store.county(&DivisionCode::from("411524000000")).await.unwrap()).clone();
    after.take_in("calendar_adopted", 1, &json!(year(true))).unwrap();
    let (matters, listed) = db.store.redating(&after, now, 5).await.unwrap();
    assert_eq!((matters, listed.len()), (90, 5));
    assert_eq!(count(&db, "act where kind = 'recounted'").await, 0, "only listed");

    adopt(&db, true, "more-rest", now).await;
    let pending = db.store.pending(&county(), now).await.unwrap();
    assert_eq!(pending.acts, BTreeMap::from([("recounted", 90)]));
    for (minute, acts) in [(1, 90), (2, 0)] {
        let passed = db.store.pass(&county(), now.plus_seconds(60 * minute)).await.unwrap();
        assert_eq!(passed.acts, acts);
    }
    assert_eq!(dues(&db).await, all("2022-04-26", 90));
    sound(&db.store).await;
}

async fn cut_off_it_goes_on(db: Fixture) {
    furnish(&db).await;
    many(&db, 150).await;
    let now = at("2022-04-14T10:00:00+08:00");
    adopt(&db, true, "more-rest", now).await;
    let mut cut = 0;
    for step in [Step::Write, Step::Commit, Step::Committed] {
        // Twice, since a batch is tried once more.
        db.store.faults().arm(step, Way::Lost);
        db.store.faults().arm(step, Way::Lost);
        cut += usize::from(db.store.pass(&county(), now).await.is_err());
        assert!(db.store.faults().left() < 2, "{step:?}: it came to it");
        db.store.faults().disarm();
    }
    assert!(cut >= 2, "{cut}");
    let other = db.another().await;
    let code = county();
    let (one, two) = tokio::join!(db.store.pass(&code, now), other.pass(&code, now));
    one.unwrap();
    two.unwrap();
    assert_eq!(dues(&db).await, all("2022-04-26", 150));
    assert_eq!(count(&db, "act where kind = 'recounted'").await, 150, "once each");
    sound(&db.store).await;
}

async fn taken_back_meanwhile_it_comes_to_an_end(db: Fixture) {
    furnish(&db).await;
    many(&db, 200).await;
    let now = at("2022-04-14T10:00:00+08:00");
    db.store.pass(&county(), now).await.unwrap();
    adopt(&db, true, "more-rest", now).await;
    let back = async {
        while count(&db, "act where kind = 'recounted'").await == 0 {
            tokio::task::yield_now().await;
        }
        adopt(&db, false, "as-published", now).await;
    };
    let later = now.plus_seconds(60);
    let code = county();
    let (passed, ()) = tokio::join!(db.store.pass(&code, later), back);
    let passed = passed.unwrap().acts;
    assert!(passed >= 64, "{passed}");
    for minute in [2, 3] {
        db.store.pass(&county(), now.plus_seconds(60 * minute)).await.unwrap();
    }
    assert_eq!(dues(&db).await, all("2022-04-24", 200));
    let pending = db.store.pending(&county(), now.plus_seconds(180)).await.unwrap();
    assert!(pending.acts.is_empty(), "{:?}", pending.acts);
    sound(&db.store).await;
}
