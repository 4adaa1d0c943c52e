//! A township that is merged with ninety open matters.

use serde_json::json;
use zongheng_core::ids::RequestId;
use zongheng_core::ledger::{By as LedgerBy, Stream};
use zongheng_core::matter::{Actor, Command, Key, Matter, State};
use zongheng_core::organisation::files::Source;
use zongheng_core::playbook::Stage;
use zongheng_core::reorganisation::{self, Before};
use zongheng_core::time::At;
use zongheng_store::ledger::Entry;
use zongheng_store::{Filter, Order, Submission, What};

use crate::support::town::{
    CENTRE, HALL, OTHER_HALL, all_accepted, ask, furnish, life, matter, one, post, report, unit,
    unit_of,
};
use crate::support::{Fixture, at, county, morning, on_both, sound};

on_both! {
    ninety_open_matters_go_on_with_the_township_that_takes_over
    handing_on_that_was_cut_off_goes_on_and_hands_nothing_on_twice
}

const NEXT_DAY: &str = "2022-04-15T08:40:00+08:00";

/// 鄢岗镇 goes to 上石桥镇 on the day after.
fn merged() -> String {
    include_str!("../../../core/tests/shared/merger.toml")
        .replace("PAPER", "商编〔2022〕1号")
        .replace("ON", "2022-04-15")
        .replace("HEIR", "411524101000")
}

fn hours(n: i64) -> At {
    morning().plus_seconds(3600 * n)
}

/// The township leads ninety matters: a third is signed for, a third asked to be paused; one more is a
/// complaint of a department, which stands in no scope.
async fn ninety(db: &Fixture) {
    furnish(db).await;
    let reports: Vec<_> = (1..=90).map(|n| report(n, morning())).chain([complaint(91)]).collect();
    all_accepted(db, reports).await;
    let all = 1..=91;
    let filed = all.clone().flat_map(|n| life(n, hours(1)).into_iter().take(1));
    let led = all.clone().map(|n| {
        ask(CENTRE, &format!("lead-{n}"), n, hours(2), |t| Command::Dispatch {
            lead: unit_of(HALL),
            assists: Vec::new(),
            withdraw: Vec::new(),
            deadline: None,
            reason: Some(t.reference()),
        })
    });
    let signed = all
        .clone()
        .filter(|n| n % 3 > 0)
        .map(|n| ask(HALL, &format!("sign-{n}"), n, hours(3), |_| Command::SignFor { post: None }));
    let paused = all.filter(|n| n % 3 == 2).map(|n| {
        ask(HALL, &format!("pause-{n}"), n, hours(4), |t| Command::Suspend {
            request: RequestId(t.id.0),
            reason: t.reference(),
            until: at("2022-04-20T09:00:00+08:00"),
        })
    });
    all_accepted(db, filed.chain(led).chain(signed).chain(paused).collect()).await;
}

fn complaint(n: u128) -> Submission {
    let mut complaint = report(n, morning());
    if let What::Report(report) = &mut complaint.what {
        report.against = Some(unit("supervision_office"));
    }
    complaint
}

async fn decided(db: &Fixture) {
    let known = db.store.county(&county()).await.unwrap();
    let plan = reorganisation::read(Source { name: "plan.toml", text: &merged() }, &known).unwrap();
    let open = db.store.open_matters(&county()).await.unwrap();
    assert_eq!(open[&unit_of(HALL)], 91);
    let before = Before {
        organisation: &known.organisation,
        powers: &known.powers,
        open: &open,
        recorded: morning().date(),
    };
    let planned = reorganisation::check(&plan, &before).unwrap_or_else(|f| panic!("{f:#?}"));
    let entry = Entry {
        stream: Stream::from("org"),
        kind: "reorganised".to_owned(),
        v: 1,
        by: LedgerBy::system(),
        key: "merged".to_owned(),
        body: json!(planned.decision),
        contents: Vec::new(),
    };
    db.store.append(&county(), hours(5), vec![entry], &[]).await.unwrap();
}

async fn kept(db: &Fixture, n: u128) -> Matter {
    db.store.matter(&county(), &matter(n).to_string()).await.unwrap().unwrap()
}

async fn seen_by(db: &Fixture, key: Key) -> usize {
    let filter = Filter::default();
    db.store.list(&county(), &[key], &filter, Order::Newest, None, 100).await.unwrap().rows.len()
}

async fn ninety_open_matters_go_on_with_the_township_that_takes_over(db: Fixture) {
    ninety(&db).await;
    decided(&db).await;
    assert_eq!(db.store.hand_on(&county(), hours(6)).await.unwrap(), 0, "the day has not come");
    let before = kept(&db, 2).await;
    let handed = db.store.hand_on(&county(), at(NEXT_DAY)).await.unwrap();
    assert_eq!(handed, 91);
    let (old, new) = (unit_of(HALL), unit_of(OTHER_HALL));
    for n in 1..=91 {
        let now = kept(&db, n).await;
        assert_eq!(now.owner.map(|o| o.unit), Some(new), "{n}");
        assert_eq!(now.lead().map(|s| s.unit), Some(new));
        assert!(now.deadlines.iter().all(|d| !d.is_open() || d.whose != old));
        assert!(now.units_involved().contains(&new) && !now.units_involved().contains(&old));
    }
    let after = kept(&db, 2).await;
    assert_eq!(before.deadlines.len(), after.deadlines.len());
    for (was, is) in before.deadlines.iter().zip(&after.deadlines) {
        assert_eq!((was.due, was.stage, was.is_open()), (is.due, is.stage, is.is_open()));
    }
    assert_eq!(after.requests[0].by, new, "what it asked for is the successor's");
    assert_eq!(seen_by(&db, Key::Unit(new)).await, 90);
    assert_eq!(seen_by(&db, Key::Post(post(OTHER_HALL))).await, 1, "granted, in no scope");
    sound(&db.store).await;

    // The work goes on: the successor signs for what was not, and nobody of the closed unit does.
    let gone =
        one(&db, ask(HALL, "gone", 3, at(NEXT_DAY), |_| Command::SignFor { post: None })).await;
    assert!(gone.is_err());
    let sign = ask(OTHER_HALL, "on", 3, at(NEXT_DAY), |_| Command::SignFor { post: None });
    all_accepted(&db, vec![sign]).await;
    assert_eq!(kept(&db, 3).await.state, State::Handling);
    assert!(kept(&db, 3).await.open_deadline(Stage::Settle, None).is_some());
    sound(&db.store).await;
}

async fn handing_on_that_was_cut_off_goes_on_and_hands_nothing_on_twice(db: Fixture) {
    ninety(&db).await;
    decided(&db).await;
    // One was handed on by somebody else before; the rest is not held up by it.
    let by_hand = Submission {
        actor: Actor::system(),
        what: What::Unasked { matter: matter(7) },
        contents: Vec::new(),
        ..ask(HALL, "by-hand", 7, at(NEXT_DAY), |t| Command::Comment { text: t.reference() })
    };
    all_accepted(&db, vec![by_hand]).await;
    assert_eq!(db.store.hand_on(&county(), at(NEXT_DAY)).await.unwrap(), 90);
    let acts = kept(&db, 1).await.seq;
    assert_eq!(db.store.hand_on(&county(), at(NEXT_DAY)).await.unwrap(), 0);
    assert_eq!(kept(&db, 1).await.seq, acts);
    sound(&db.store).await;
}
