//! What is done beside serving and has to be looked after: backups and their drills.

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Outcome, Run, Store};

use super::{Part, minute};

/// After how many seconds without a backup somebody should look: a night was missed.
const BACKUP: i64 = 36 * 3600;

/// The same for a restore drill: one a week, and one missed.
const DRILL: i64 = 15 * 86_400;

/// How the last backup and the last restore drill went.
pub async fn parts(store: &Store, code: &DivisionCode, now: At) -> Vec<Part> {
    match store.upkeep(code).await {
        Ok(runs) => [("backup", BACKUP), ("drill", DRILL)]
            .map(|(what, within)| part(what, within, &runs, now))
            .to_vec(),
        Err(error) => vec![Part::warn("backup", "unknown").a(error)],
    }
}

fn part(what: &'static str, within: i64, runs: &[Run], now: At) -> Part {
    let ended = |outcome: Outcome| {
        let of = |run: &&Run| run.what == what && run.outcome == Some(outcome);
        runs.iter().filter(of).max_by_key(|run| run.id)
    };
    let (done, failed) = (ended(Outcome::Done), ended(Outcome::Failed));
    match (done, failed) {
        (Some(done), Some(failed)) if failed.id > done.id => {
            Part::bad(what, "failed").a(&failed.detail).b(minute(done.begun))
        }
        (None, Some(failed)) => Part::bad(what, "never").a(&failed.detail),
        (None, None) => Part::warn(what, "none"),
        (Some(done), _) if now.seconds_since(done.begun) > within => {
            Part::warn(what, "old").a(minute(done.begun))
        }
        (Some(done), _) => Part::ok(what).a(minute(done.begun)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(id: i64, what: &str, hours_ago: i64, outcome: Outcome) -> Run {
        let begun = now().plus_seconds(-3600 * hours_ago);
        let ended = Some(begun.plus_seconds(60));
        let (what, detail) = (what.to_owned(), "the disk is full".to_owned());
        Run { id, what, begun, ended, outcome: Some(outcome), detail }
    }

    fn now() -> At {
        "2026-11-26T09:00:00+08:00".parse().unwrap()
    }

    #[test]
    fn a_failure_speaks_until_it_is_made_good_and_an_old_success_not_for_ever() {
        let code = |runs: &[Run]| part("backup", BACKUP, runs, now()).code;
        assert_eq!(code(&[]), "none");
        assert_eq!(code(&[run(1, "drill", 1, Outcome::Done)]), "none");
        assert_eq!(code(&[run(1, "backup", 6, Outcome::Done)]), "ok");
        assert_eq!(code(&[run(1, "backup", 37, Outcome::Done)]), "old");
        let failed = [run(1, "backup", 30, Outcome::Done), run(2, "backup", 6, Outcome::Failed)];
        assert_eq!(code(&failed), "failed");
        let again = [run(2, "backup", 30, Outcome::Failed), run(3, "backup", 6, Outcome::Done)];
        assert_eq!(code(&again), "ok");
        assert_eq!(code(&[run(1, "backup", 6, Outcome::Failed)]), "never");
    }
}
