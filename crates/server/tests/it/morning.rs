//! The first working morning after National Day in the simulated county, whose server was switched off for the eight
//! days: what is sent, to whom, and that it is sent once.

use serde_json::Value;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Options, RingPlace, Store};

use crate::golden;
use crate::program::{Place, at_once};

#[test]
fn after_eight_days_switched_off_everybody_is_told_once() {
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
    let before = at_once(eight_days_off(&place));
    let twice = place.ask(
        "select matter || ' ' || n from message_line group by matter, n, rung having count(*) > 1",
    );
    assert_eq!(twice, [""; 0], "each deadline is told once, to one who answers for it");
    for command in [&["ledger", "verify"][..], &["check"]] {
        let output = place.run(command);
        assert!(
            output.status.success(),
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    kept(&sent(&place, before));
}

/// Two runners on the first morning; how many acts there were before the holiday.
async fn eight_days_off(place: &Place) -> i64 {
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
    // What a pass would do is known without doing it, for any moment to come.
    let asked = ["runner", "pending", "--at", "2025-10-09T08:40", "--lines", "--json"];
    let ahead = place.run(&asked);
    let ahead: Value = serde_json::from_slice(&ahead.stdout).unwrap();
    assert_eq!(store.head(&county).await.unwrap().pos, before, "nothing is written");
    // Switched on on the first working day, before nine: what is urgent is told, and nothing else.
    let early = store.pass(&county, at("2025-10-09T08:40")).await.unwrap();
    let foreseen = ahead["lines"].as_array().unwrap().len();
    assert!(foreseen > 0 && usize::try_from(early.told) == Ok(foreseen), "{ahead} {early:?}");
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
    for later in ["2025-10-09T09:01", "2025-10-09T12:00", "2025-10-09T17:59"] {
        let again = store.pass(&county, at(later)).await.unwrap();
        let after = store.pending(&county, at(later)).await.unwrap();
        assert!(after.told.is_empty() && after.acts.is_empty(), "{later}: {again:?}");
    }
    assert!(store.head(&county).await.unwrap().pos > before);
    store.close().await;
    other.close().await;
    before
}

/// What was recorded and who was sent what, in words.
fn sent(place: &Place, before: i64) -> String {
    let mut page = MORNING.to_owned();
    let recorded = format!(
        "select '| ' || kind || ' | ' || count(*) || ' |' from act where pos > {before} \
         group by kind order by kind"
    );
    let told = "select '| ' || a.login || ' | ' || case m.kind when 'urgent' then 'at once' \
        else 'at nine' end || ' | ' || sum(case when l.rung = 'remind' then 1 else 0 end) || ' | ' \
        || sum(case when l.rung = 'urge' then 1 else 0 end) || ' |' \
        from message m join account a on a.id = m.account \
        join message_line l on l.account = m.account and l.message = m.id \
        where m.at >= 1759939200 group by a.login, m.kind, m.id order by a.login, m.kind";
    page.push_str("\n## Recorded, with nobody asking\n\n| act | how many |\n|---|---|\n");
    page.push_str(&place.ask(&recorded).join("\n"));
    page.push_str("\n\n## Sent\n\n| to | when | reminded of | urged |\n|---|---|---|---|\n");
    page.push_str(&place.ask(told).join("\n"));
    page.push('\n');
    page
}

const MORNING: &str = "# The first morning after National Day

`zongheng simulate --seed 7 --from 2025-09-01 --days 30 --matters 240`, its server switched off on the evening of 30
September 2025 and switched on on Thursday 9 October at 08:40. What two runners on one database then recorded and sent,
as `crates/server/tests/it/morning.rs` finds it in the database; it writes this page and holds it against each run.
Nothing was sent between nine and the evening that had been sent before. Accounts bear the names of their posts.
";

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/morning.md");

fn kept(page: &str) {
    if golden::updates() {
        std::fs::write(PAGE, page).unwrap();
    }
    let kept = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert_eq!(kept, page, "docs/morning.md is out of date: {}", golden::HOW);
}
