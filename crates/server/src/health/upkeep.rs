//! What is done beside serving and has to be looked after: backups and their drills.

use std::path::Path;

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Outcome, Run, Store};

use super::{Part, State, minute};
use crate::upkeep::settings::{Backups, Every};
use crate::upkeep::{FILES, LOST, WORK, is_ahead};

/// After how many seconds without a backup somebody should look: a night was missed.
const BACKUP: i64 = 36 * 3600;

/// The same for a restore drill: one a week, and one missed.
const DRILL: i64 = 15 * 86_400;

/// Nobody holds the lease of upkeep for so many seconds: no server does it any more.
const SILENT: i64 = 15 * 60;

/// How the last backup, the last increment and the last restore drill went.
pub async fn parts(
    store: &Store,
    code: &DivisionCode,
    (backups, data): (Option<&Backups>, &Path),
    now: At,
) -> Vec<Part> {
    let runs = store.upkeep(code).await;
    let (mut runs, until) = match (runs, store.leased_until(code, WORK).await) {
        (Ok(runs), Ok(until)) => (runs, until),
        (Err(error), _) | (_, Err(error)) => return vec![Part::warn("backup", "unknown").a(error)],
    };
    // Done under a clock that was ahead, it would count until its time has come.
    runs.retain(|run| !is_ahead(run.begun, now));
    let wanted = backups.is_some_and(|backups| backups.archive_minutes.is_some());
    let archive =
        if wanted { archive(&runs, until, now) } else { Part::new("archive", State::Ok, "none") };
    let made = last(&runs, "backup", Outcome::Done);
    let gone =
        backups.filter(|backups| !backups.folder.is_dir()).zip(made).map(|(backups, made)| {
            Part::bad("backup", "gone").a(backups.folder.display()).b(minute(made.begun))
        });
    let backup = gone.unwrap_or_else(|| part("backup", BACKUP, &runs, now));
    // A disk that is not mounted leaves an empty folder on this one, into which backups go all the same.
    let near = backups.filter(|backups| backups.warning(data).is_some()).zip(made);
    let backup = match near {
        Some((backups, made)) if backup.state == State::Ok => {
            Part::warn("backup", "near").a(minute(made.begun)).b(backups.folder.display())
        }
        _ => backup,
    };
    let drill = match backups.map(|backups| backups.drill) {
        Some(Every::Never) => Part::new("drill", State::Ok, "off"),
        _ => part("drill", DRILL, &runs, now),
    };
    vec![backup, archive, drill, files(&runs)]
}

/// The last run of something that ended so.
fn last<'a>(runs: &'a [Run], what: &str, outcome: Outcome) -> Option<&'a Run> {
    let of = |run: &&Run| run.what == what && run.outcome == Some(outcome);
    runs.iter().filter(of).max_by_key(|run| run.id)
}

fn part(what: &'static str, within: i64, runs: &[Run], now: At) -> Part {
    let restored = last(runs, "restore", Outcome::Done);
    match (last(runs, what, Outcome::Done), last(runs, what, Outcome::Failed)) {
        (Some(done), Some(failed)) if failed.id > done.id => {
            Part::bad(what, "failed").a(minute(done.begun)).detail(&failed.detail)
        }
        (None, Some(failed)) => Part::bad(what, "never").detail(&failed.detail),
        // What was done before a restore was done to another database, and nobody wrote it down here.
        (None, None) => restored.map_or_else(
            || Part::warn(what, "none"),
            |restored| Part::warn(what, "restored").a(minute(restored.begun)),
        ),
        (Some(done), _) if now.seconds_since(done.begun) > within => {
            Part::warn(what, "old").a(minute(done.begun))
        }
        (Some(done), _) => Part::ok(what).a(minute(done.begun)),
    }
}

/// The folder on which it hangs that no more than minutes are lost. Where nothing happens nothing is written, so an
/// old increment says nothing.
fn archive(runs: &[Run], until: Option<At>, now: At) -> Part {
    let done = last(runs, "archive", Outcome::Done);
    let newer = |run: &&Run, than: Option<&Run>| than.is_none_or(|than| run.id > than.id);
    let failed = last(runs, "archive", Outcome::Failed).filter(|run| newer(run, done));
    let read = last(runs, FILES, Outcome::Done);
    let unread = last(runs, FILES, Outcome::Failed).filter(|run| newer(run, read));
    let silent = until.filter(|until| now.seconds_since(*until) > SILENT);
    match (failed, silent, unread, done) {
        (Some(failed), ..) => Part::bad("archive", "failed").detail(&failed.detail),
        (_, Some(until), ..) => Part::bad("archive", "silent").a(minute(until)),
        (_, _, Some(unread), _) => Part::warn("archive", "unreadable").detail(&unread.detail),
        (.., Some(done)) => Part::ok("archive").a(minute(done.begun)),
        (.., None) => Part::warn("archive", "waits"),
    }
}

/// Attached files that the last backup could not take along.
fn files(runs: &[Run]) -> Part {
    let whole = last(runs, LOST, Outcome::Done);
    let lost = last(runs, LOST, Outcome::Failed);
    match lost.filter(|lost| whole.is_none_or(|whole| lost.id > whole.id)) {
        Some(lost) => {
            Part::bad("files", "lost").a(lost.detail.split(", ").count()).detail(&lost.detail)
        }
        None => Part::ok("files"),
    }
}

/// The attached files that living entries name, looked for one by one.
pub async fn files_there(store: &Store, code: &DivisionCode) -> Part {
    match store.files_missing(code).await {
        Ok((all, missing)) if missing.is_empty() => Part::new("files", State::Ok, "there").a(all),
        Ok((_, missing)) => Part::bad("files", "lost").a(missing.len()).detail(&missing.join(", ")),
        Err(error) => Part::warn("files", "unknown").a(error),
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
        let restored = run(1, "restore", 1, Outcome::Done);
        assert_eq!(code(std::slice::from_ref(&restored)), "restored");
        assert_eq!(code(&[restored, run(2, "backup", 0, Outcome::Done)]), "ok");
    }

    #[test]
    fn an_archive_that_fails_is_told_and_one_with_nothing_to_write_is_well() {
        let soon = Some(now().plus_seconds(100));
        let code = |runs: &[Run], until| archive(runs, until, now()).code;
        assert_eq!(code(&[], soon), "waits");
        let done = run(1, "archive", 60, Outcome::Done);
        assert_eq!(code(std::slice::from_ref(&done), soon), "ok");
        assert_eq!(code(std::slice::from_ref(&done), Some(now().plus_seconds(-901))), "silent");
        let failed = [done, run(2, "archive", 1, Outcome::Failed)];
        assert_eq!(code(&failed, soon), "failed");
        assert_eq!(archive(&failed, soon, now()).detail, "the disk is full");
        let good = run(3, "archive", 0, Outcome::Done);
        let unread = [good.clone(), run(2, FILES, 1, Outcome::Failed)];
        assert_eq!(code(&unread, soon), "unreadable");
        assert_eq!(code(&[unread[1].clone(), good, run(4, FILES, 0, Outcome::Done)], soon), "ok");
    }
}
