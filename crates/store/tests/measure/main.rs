//! What searching costs, by hand: `cargo test -p zongheng-store --test measure -- --ignored --nocapture`.
//!
//! Ten thousand matters are recorded; then each is there many times over, by copies of its rows, and everything is
//! asked again. `ZONGHENG_TIMES` says how many times, 20 where it is left out.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "whoever measures reads what is printed")]

#[expect(dead_code, reason = "nothing is restarted here")]
#[path = "../it/support/postgres.rs"]
mod postgres;
#[path = "../../../core/tests/shared/shangcheng.rs"]
mod shangcheng;
#[expect(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "the other tests of the store need more of it"
)]
#[path = "../it/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use zongheng_core::ledger::Class;
use zongheng_core::matter::Key;
use zongheng_store::{By, Filter, Order, Submission, What};

use crate::support::town::{Dice, HALL, VILLAGE, content, furnish, report, unit, unit_of};
use crate::support::{Fixture, county, morning};

/// Matters that are recorded.
const BASE: u128 = 10_000;

/// Each question is asked so often; the median counts.
const ASKED: usize = 15;

const WORDS: [&str; 16] = [
    "积水", "井盖", "破损", "垃圾", "清运", "噪声", "施工", "围挡", "停水", "水压", "电线", "低垂",
    "绿化", "枯枝", "占道", "经营",
];

/// A third speak of roads, one in two hundred of a lamp, one in ten thousand of a crane.
fn title(n: u128, dice: &mut Dice) -> String {
    let mut title = format!("第{n}件");
    for _ in 0..6 {
        title.push_str(WORDS[dice.pick(WORDS.len())]);
        title.push_str(&dice.below(90).to_string());
        title.push('处');
    }
    for (every, word) in [(3, "道路塌陷"), (200, "路灯不亮"), (10_000, "白鹳受伤")] {
        if n % every == 1 {
            title.push_str(word);
        }
    }
    title
}

fn submission(n: u128, dice: &mut Dice) -> Submission {
    let at = morning().plus_seconds(i64::try_from(n).unwrap());
    let mut sent = report(n, at);
    let title = content(&format!("title {n}"), Class::Text, &title(n, dice));
    if let What::Report(report) = &mut sent.what {
        report.title = title.reference();
        if !n.is_multiple_of(50) {
            report.place.division = Some("411524102201".into());
        }
    }
    sent.contents[0] = title;
    sent
}

async fn fill(db: &Fixture) {
    furnish(db).await;
    let mut dice = Dice(7);
    let (mut recording, mut following) = (Duration::ZERO, Duration::ZERO);
    for from in (0..BASE).step_by(64) {
        let batch = (from..(from + 64).min(BASE)).map(|n| submission(n, &mut dice)).collect();
        let begun = Instant::now();
        let recorded = db.store.record_all(batch, morning()).await;
        recording += begun.elapsed();
        assert!(recorded.iter().all(Result::is_ok));
        let begun = Instant::now();
        db.store.follow(&county()).await.unwrap();
        following += begun.elapsed();
    }
    let part = following.as_secs_f64() / recording.as_secs_f64();
    eprintln!(
        "recorded in {recording:.1?}, followed in {following:.1?} beside it ({part:.2} of it)"
    );
}

/// Every matter once more, under other ids.
async fn copy(db: &Fixture, k: usize) {
    let id = |column: &str| format!("'{k:08x}' || substr({column}, 9)");
    let columns = "playbook, category, source, state, lamp, round, owner_unit, owner_post, lead_unit, division, \
        township, grid, parent, main, restricted, due, due_stage, due_provisional, seq, head, created, updated, \
        title, next_tick, comes, proposed, fold_v";
    let first = "like '00000000%'";
    let new = id("id");
    for sql in [
        format!(
            "insert into matter (county, id, no, {columns}, fold) select county, {new}, \
             replace(no, '-2022-', '-{}-'), {columns}, replace(fold, id, {new}) from matter where id {first}",
            3000 + k
        ),
        format!(
            "insert into audience (county, key, matter, due, created) select county, key, {}, due, created \
             from audience where matter {first}",
            id("matter")
        ),
        format!(
            "insert into act (county, pos, stream, seq, kind, at, happened, source, by_user, by_post, by_unit, \
             by_for, key, v, body, contents, prev, hash) select county, pos + (select pos from county), {}, seq, \
             kind, at, happened, source, by_user, by_post, by_unit, by_for, key, v, body, contents, prev, hash \
             from act where stream {first}",
            id("stream")
        ),
        "update county set pos = (select max(pos) from act)".to_owned(),
    ] {
        db.sql(&sql).await.unwrap();
    }
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

async fn ask(db: &Fixture) -> Vec<(String, f64)> {
    let village = Key::Unit(unit_of(VILLAGE));
    let scopes = [
        ("县", vec![Key::County]),
        ("乡镇", vec![Key::Unit(unit_of(HALL))]),
        ("小村", vec![village]),
        ("空村", vec![Key::Unit(unit("411524101201"))]),
    ];
    let queries = [
        "道路",
        "道路塌陷",
        "路灯不亮",
        "白鹳",
        "麒麟",
        "灯",
        "鹳",
        "道路 路灯",
        "积水 白鹳",
        "22-000007",
    ];
    let mut told = Vec::new();
    for (scope, keys) in &scopes {
        for query in queries {
            let filter = Filter { q: Some(query.parse().unwrap()), ..Filter::default() };
            for (name, order) in [("期限", Order::Due), ("最新", Order::Newest)] {
                let (mut times, mut rows, mut more) = (Vec::new(), 0, false);
                for _ in 0..ASKED {
                    let begun = Instant::now();
                    let page =
                        db.store.list(&county(), keys, &filter, order, None, 20).await.unwrap();
                    times.push(begun.elapsed());
                    (rows, more) = (page.rows.len(), page.next.is_some());
                }
                let more = if more { "+" } else { "" };
                told.push((format!("{scope} {query} {name}: {rows}{more}"), median(times)));
            }
            let mut times = Vec::new();
            for _ in 0..5 {
                let begun = Instant::now();
                db.store.counts(&county(), keys, By::State, &filter).await.unwrap();
                times.push(begun.elapsed());
            }
            told.push((format!("{scope} {query} 计数"), median(times)));
        }
    }
    told
}

async fn measure(db: Fixture) {
    fill(&db).await;
    let few = ask(&db).await;
    let times: usize = std::env::var("ZONGHENG_TIMES").map_or(20, |t| t.parse().unwrap());
    let begun = Instant::now();
    for k in 1..times {
        copy(&db, k).await;
    }
    eprintln!("{times} times as many, copied in {:.1?}", begun.elapsed());
    let begun = Instant::now();
    let followed = db.store.follow(&county()).await.unwrap();
    eprintln!("{followed} followed in {:.1?}", begun.elapsed());
    if !db.is_sqlite() {
        db.sql("vacuum analyze").await.unwrap();
    }
    let many = ask(&db).await;
    eprintln!("{:<44}{:>10}{:>12}", db.store.kind(), "10,000 ms", format!("x{times} ms"));
    for ((_, few), (name, many)) in few.iter().zip(&many) {
        let slow =
            if *many > 20.0 || (*many > few * 1.5 && *many > few + 1.0) { "  *" } else { "" };
        eprintln!("{name:<44}{few:>10.2}{many:>12.2}{slow}");
    }
}

#[tokio::test]
#[ignore = "measures, by hand"]
async fn sqlite() {
    measure(Fixture::sqlite().await).await;
}

#[tokio::test]
#[ignore = "measures, by hand"]
async fn postgres() {
    if let Some(db) = Fixture::postgres().await {
        measure(db).await;
    }
}
