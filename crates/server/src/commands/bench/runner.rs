//! The runner over the register that was filled: passes with nothing to do, and what has come about by a moment worked
//! off in one pass while people report.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use zongheng_core::ids::{ContentId, DivisionCode, MatterId};
use zongheng_core::ledger::Class;
use zongheng_core::matter::{Actor, Report, ReportedPlace};
use zongheng_core::time::At;
use zongheng_store::{NewContent, Recorder, Store, Submission, What};

use super::figures::Figures;
use crate::commands::Failure;
use crate::commands::place::Place;
use crate::submit::Mint;

/// Who reports meanwhile, each one after the other.
const CLIENTS: usize = 8;
/// People who report pause between two: a flood would be measured instead of the pass.
const PAUSE: Duration = Duration::from_millis(50);
/// Passes with nothing to do.
const IDLE: i64 = 200;

pub(super) async fn measure(
    place: &Place,
    code: &DivisionCode,
    (name, at): (&str, At),
    figures: &mut Figures,
) -> Result<(), Failure> {
    let store = place.open_simulated().await?;
    let recorder = store.start(Arc::new(move || at));
    let over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| tokio::spawn(report(recorder.clone(), code.clone(), at, Arc::clone(&over))))
        .collect();
    let begun = Instant::now();
    let passed = store.pass(code, at).await?;
    let took = begun.elapsed();
    over.store(true, Ordering::Relaxed);
    let mut reports = Vec::new();
    for client in clients {
        reports.extend(client.await.map_err(|e| Failure::input(e.to_string()))?);
    }
    recorder.drain().await;
    for (what, n) in [
        ("lamps", json!(passed.ticked.lamps)),
        ("acts", json!(passed.acts)),
        ("told", json!(passed.told)),
        ("s", json!((took.as_secs_f64() * 10.0).round() / 10.0)),
        ("reports", json!(reports.len())),
    ] {
        figures.set(&format!("{name}_{what}"), n);
    }
    figures.times(&format!("{name}_report"), reports);
    store.close().await;
    Ok(())
}

/// Passes with nothing to do: whatever the reports before brought is done by the first few.
pub(super) async fn nothing(
    place: &Place,
    code: &DivisionCode,
    from: At,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let store = place.open_simulated().await?;
    figures.times("pass_with_nothing", idle(&store, code, from).await?);
    store.close().await;
    Ok(())
}

async fn idle(store: &Store, code: &DivisionCode, from: At) -> Result<Vec<Duration>, Failure> {
    let mut took = Vec::new();
    let mut at = from;
    while i64::try_from(took.len()).unwrap_or(IDLE) < IDLE {
        at = at.plus_seconds(5);
        let begun = Instant::now();
        let passed = store.pass(code, at).await?;
        if passed.acts + passed.told == 0 && passed.ticked.lamps == 0 && !passed.sealed {
            took.push(begun.elapsed());
        }
    }
    Ok(took)
}

/// Reports until the pass is over: how long each took to be answered.
async fn report(
    recorder: Recorder,
    code: DivisionCode,
    at: At,
    over: Arc<AtomicBool>,
) -> Vec<Duration> {
    let (mut mint, mut took) = (Mint::by_chance(), Vec::new());
    while !over.load(Ordering::Relaxed) {
        let wanted = one(&mut mint, &code, at);
        let begun = Instant::now();
        if recorder.record(wanted).await.is_ok() {
            took.push(begun.elapsed());
        }
        tokio::time::sleep(PAUSE).await;
    }
    took
}

fn one(mint: &mut Mint, code: &DivisionCode, at: At) -> Submission {
    let title = NewContent {
        id: ContentId(mint.id(at)),
        class: Class::Text,
        salt: [7; 32],
        text: "路灯不亮".to_owned(),
        file: None,
    };
    let report = Report {
        id: MatterId(mint.id(at)),
        playbook: "resident_report".into(),
        category: Some("road_bridge".into()),
        title: title.reference(),
        detail: None,
        form: Vec::new(),
        place: ReportedPlace { division: Some("411524102202".into()), ..ReportedPlace::default() },
        source: None,
        on_behalf: None,
        against: None,
        urgent: false,
        contact: None,
        hidden: false,
        happened: None,
        outside: None,
        follows: None,
        files: Vec::new(),
    };
    Submission {
        county: code.clone(),
        scope: "public".to_owned(),
        actor: Actor::by_receipt(),
        key: mint.key(),
        mac: String::new(),
        at: Some(at),
        what: What::Report(Box::new(report)),
        contents: vec![title],
    }
}
