//! How close what was played comes to real files: delays from arrival to answer, shares by hour, weekday and month,
//! and how much lies open. Every figure is computed from what is given; nothing of the files is kept.

mod files;
mod profile;

use std::fmt::Write as _;
use std::path::Path;

use zongheng_core::time::At;

use self::profile::Profile;
use super::tally::Times;
use crate::commands::Failure;

/// A share that lies elsewhere, in percent, from which on it is called far off.
const FAR: f64 = 15.0;
/// How many times as long, or as short, is far off.
const TIMES: f64 = 1.5;

/// The real files of a folder.
#[derive(Debug)]
pub(super) struct Real(Vec<Profile>);

impl Real {
    /// # Errors
    /// None of the files is there; one cannot be read.
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let found: Vec<Profile> =
            [files::messages(folder)?, files::requests(folder)?].into_iter().flatten().collect();
        if found.is_empty() {
            let names = files::NAMES.join(" or ");
            return Err(Failure::input(format!("{} holds neither {names}", folder.display())));
        }
        Ok(Self(found))
    }

    /// The table, with what the public brought beside each file.
    pub(super) fn beside(&self, times: &[Times], until: At) -> String {
        let played = times.iter().filter(|times| times.public);
        let played = played.map(|times| (times.came, times.answered));
        let played = Profile::of("played", true, played.collect(), until);
        let mut out = String::new();
        let all: Vec<&Profile> = std::iter::once(&played).chain(&self.0).collect();
        row(&mut out, "how close it comes", &all, |p| p.name.to_owned());
        row(&mut out, "  matters", &all, |p| p.matters.to_string());
        row(&mut out, "  answered", &all, |p| p.delays.len().to_string());
        row(&mut out, "  days to the answer, half", &all, |p| days(p.days_to(50)));
        row(&mut out, "  days to the answer, nine of ten", &all, |p| days(p.days_to(90)));
        row(&mut out, "  open on an average day", &all, |p| days(p.open));
        row(&mut out, "  that is, days of arrivals", &all, |p| days(p.backlog));
        for (name, n) in [("hour", 0), ("weekday", 1), ("month", 2)] {
            let title = format!("  of 100 at another {name}");
            row(&mut out, &title, &all, |p| {
                let apart = played.apart(p, n).filter(|_| p.name != played.name);
                apart.map_or_else(|| "-".to_owned(), |apart| format!("{apart:.1}"))
            });
        }
        for (name, n) in [("hour", 0), ("weekday", 1), ("month", 2)] {
            let _infallible = writeln!(out, "of 1000 by {name}");
            for part in 0..played.shares(n).map_or(0, <[u64]>::len) {
                row(&mut out, &format!("  {}", part + usize::from(n > 0)), &all, |p| {
                    let share = p.shares(n).map(|shares| p.of_1000(shares[part]));
                    share.map_or_else(|| "-".to_owned(), |n| format!("{n:.0}"))
                });
            }
        }
        for real in &self.0 {
            for what in far(&played, real) {
                let _infallible = writeln!(out, "far off: {what}");
            }
        }
        out
    }
}

fn row(out: &mut String, title: &str, all: &[&Profile], cell: impl Fn(&Profile) -> String) {
    let _infallible = write!(out, "{title:<36}");
    for profile in all {
        let _infallible = write!(out, "{:>11}", cell(profile));
    }
    out.push('\n');
}

fn days(days: Option<f64>) -> String {
    days.map_or_else(|| "-".to_owned(), |days| format!("{days:.1}"))
}

/// In words what is not like the file.
fn far(played: &Profile, real: &Profile) -> Vec<String> {
    let mut far = Vec::new();
    for (part, name) in [(50, "half of the answers"), (90, "nine of ten answers")] {
        let (Some(ours), Some(theirs)) = (played.days_to(part), real.days_to(part)) else {
            continue;
        };
        if ours > theirs * TIMES || theirs > ours * TIMES {
            far.push(format!(
                "{name} come within {ours:.1} days, in {} within {theirs:.1}",
                real.name
            ));
        }
    }
    for (n, name) in [(0, "hours"), (1, "weekdays"), (2, "months")] {
        if let Some(apart) = played.apart(real, n).filter(|apart| *apart > FAR) {
            far.push(format!("{apart:.0} of 100 fall on other {name} than in {}", real.name));
        }
    }
    if let (Some(ours), Some(theirs)) = (played.backlog, real.backlog)
        && (ours > theirs * TIMES || theirs > ours * TIMES)
    {
        far.push(format!("{ours:.1} days of arrivals lie open, in {} {theirs:.1}", real.name));
    }
    far
}
