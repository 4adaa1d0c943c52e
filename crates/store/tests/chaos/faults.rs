//! A fault at each of the six steps of recording, and in the middle of the tick.

use zongheng_core::matter::{Command, Facts};
use zongheng_core::time::At;
use zongheng_store::record::faults::{Step, Way};
use zongheng_store::{Answer, Refused, Store, StoreError, Submission};

use crate::support::town::{CENTRE, ask, furnish, report};
use crate::support::{Fixture, county, morning, on_both, sound};

on_both! {
    a_fault_at_any_step_loses_nothing_and_doubles_nothing
    a_tick_that_fails_goes_on_where_it_stood
}

const STEPS: [Step; 7] =
    [Step::Lock, Step::Keys, Step::Load, Step::Decide, Step::Write, Step::Commit, Step::Committed];

/// As the committer does it, in a task of its own: what panics there is no answer to anybody.
pub(crate) async fn committed(
    store: &Store,
    batch: Vec<Submission>,
    now: At,
) -> Option<Vec<Answer>> {
    let store = store.clone();
    tokio::spawn(async move { store.record_all(batch, now).await }).await.ok()
}

fn file(n: u128) -> Submission {
    ask(CENTRE, &format!("file-{n}"), n, morning(), |_| Command::File(Facts::default()))
}

/// What becomes of the four commands of a batch: recorded now, stands without an answer, or nothing.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Fate {
    Answered,
    Unanswered,
    Gone,
}

fn fate(step: Step, way: Way, often: usize) -> [Fate; 4] {
    use Fate::{Answered, Gone, Unanswered};
    match (step, way, often) {
        // The command itself fails; the second is the filing of the first.
        (Step::Decide, ..) => [Gone, Gone, Answered, Answered],
        // Once committed, the second attempt finds all its keys.
        (Step::Committed, Way::Lost, _) | (_, Way::Lost, 1) => [Answered; 4],
        (Step::Committed, Way::Panic, _) => [Unanswered; 4],
        _ => [Gone; 4],
    }
}

async fn a_fault_at_any_step_loses_nothing_and_doubles_nothing(db: Fixture) {
    furnish(&db).await;
    let ways = [(Way::Lost, 1), (Way::Lost, 2), (Way::Panic, 1)];
    let cases = STEPS.into_iter().flat_map(|step| ways.map(|(way, often)| (step, way, often)));
    for (n, (step, way, often)) in (0_u128..).step_by(10).zip(cases) {
        let case = format!("{step:?} {way:?} {often}");
        for _ in 0..often {
            db.store.faults().arm(step, way);
        }
        let batch = || {
            vec![report(n, morning()), file(n), report(n + 1, morning()), report(n + 2, morning())]
        };
        let answers = committed(&db.store, batch(), morning()).await;
        let left = usize::from(step == Step::Committed && way == Way::Lost && often == 2);
        assert_eq!(db.store.faults().left(), left, "{case}: the step was passed");
        db.store.faults().disarm();
        let fates = fate(step, way, often);
        for (n, fate) in fates.into_iter().enumerate() {
            let answer = answers.as_ref().map(|answers| &answers[n]);
            match fate {
                Fate::Answered => {
                    let recorded = answer.unwrap().as_ref().unwrap();
                    assert!(!recorded.replay, "{case} {n}: the first answer, not a repeated one");
                }
                Fate::Unanswered => assert!(answer.is_none(), "{case} {n}: {answer:?}"),
                Fate::Gone => assert!(answer.is_none_or(is_told), "{case} {n}: {answer:?}"),
            }
        }
        sound(&db.store).await;
        // The client sends all of it again: what stood is known, the rest is done.
        let again = committed(&db.store, batch(), morning()).await.unwrap();
        for (n, (answer, fate)) in again.into_iter().zip(fates).enumerate() {
            assert_eq!(answer.unwrap().replay, fate != Fate::Gone, "{case} {n}");
        }
    }
    let matters = db.ask("select cast(count(*) as text) from matter").await;
    let head = db.store.head(&county()).await.unwrap();
    assert_eq!(matters, [(head.no_next - 1).to_string()], "no number is left out");
    assert_eq!(matters, [(3 * STEPS.len() * ways.len()).to_string()]);
    sound(&db.store).await;
}

/// The database failed, the rules did, or the matter is not there because its report failed.
fn is_told(answer: &Answer) -> bool {
    matches!(
        answer,
        Err(Refused::Store(StoreError::Away(_) | StoreError::Panicked) | Refused::Refusal(_))
    )
}

async fn a_tick_that_fails_goes_on_where_it_stood(db: Fixture) {
    furnish(&db).await;
    // More than one step of the tick takes.
    for first in (0..640).step_by(64) {
        let batch = (first..first + 64).map(|n| report(n, morning())).collect();
        assert!(db.store.record_all(batch, morning()).await.iter().all(Result::is_ok));
    }
    let later = morning().plus_seconds(40 * 86_400);
    let lamps = async || {
        let moved = db.ask("select cast(count(*) as text) from matter where lamp = 'red'").await;
        moved[0].parse::<usize>().unwrap()
    };
    for (step, way, stands) in [
        (Step::Tick, Way::Lost, 0),
        (Step::Tick, Way::Panic, 0),
        (Step::Ticked, Way::Lost, 500),
        // What is left is less than a step.
        (Step::Tick, Way::Panic, 500),
        (Step::Ticked, Way::Panic, 640),
    ] {
        db.store.faults().arm(step, way);
        let (store, county) = (db.store.clone(), county());
        let ticked = tokio::spawn(async move { store.tick(&county, later).await }).await;
        assert!(!matches!(ticked, Ok(Ok(_))), "{step:?} {way:?}: {ticked:?}");
        assert_eq!(lamps().await, stands, "{step:?} {way:?}");
        // Until it is done, the county is as of the tick before.
        let to = if stands == 640 { later } else { morning() };
        assert_eq!(db.store.head(&crate::support::county()).await.unwrap().ticked_to(), to);
        sound(&db.store).await;
    }
    let done = db.store.tick(&county(), later).await.unwrap();
    assert_eq!((done.to, done.lamps), (later, 0), "nothing is moved twice");
}
