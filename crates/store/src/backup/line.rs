//! Which increments follow a backup. A folder may hold several histories: whoever is restored to an earlier moment and
//! serves on begins another one, and what was lived until then stays beside it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use super::BackupError;
use super::header::{Header, Since};
use crate::error::{Result, StoreError};

/// How an increment's file name ends.
pub(super) const ENDING: &str = "increment";

/// The increments of a county in a folder.
#[derive(Debug, Default)]
pub struct Kept {
    /// In the order of their numbers.
    pub increments: Vec<(PathBuf, Header)>,
    /// Files with such a name whose first line cannot be read.
    pub unreadable: Vec<PathBuf>,
}

/// The increments of a county in a folder.
///
/// # Errors
/// The folder cannot be read.
pub fn increments(folder: &Path, county: &DivisionCode) -> Result<Kept> {
    let mut kept = Kept::default();
    for entry in std::fs::read_dir(folder).map_err(StoreError::file(folder))? {
        let path = entry.map_err(StoreError::file(folder))?.path();
        if path.extension().is_none_or(|ending| ending != ENDING) {
            continue;
        }
        match Header::of(&path) {
            Ok(header) if header.county == county.as_str() && header.since.is_some() => {
                kept.increments.push((path, header));
            }
            Err(_) if named(&path, county).is_some() => kept.unreadable.push(path),
            _ => {}
        }
    }
    kept.increments.sort_by_key(|(_, header)| number(header));
    kept.unreadable.sort();
    Ok(kept)
}

impl Kept {
    /// The highest number that was given, 0 without any.
    pub(super) fn last_number(&self) -> u64 {
        let read = self.increments.iter().map(|(_, header)| number(header));
        let unread = self.unreadable.iter().map(|path| number_of(path));
        read.chain(unread).max().unwrap_or(0)
    }

    /// A file that cannot be read, of one of these numbers.
    fn unread(&self, numbers: Range<u64>) -> Option<&PathBuf> {
        self.unreadable.iter().find(|path| numbers.contains(&number_of(path)))
    }
}

fn number(header: &Header) -> u64 {
    header.since.as_ref().map_or(0, |since| since.n)
}

/// What a file's name says after the county.
fn named(path: &Path, county: &DivisionCode) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    Some(name.strip_prefix(county.as_str())?.strip_prefix('-')?.to_owned())
}

/// The number in the name of a file that does not tell it itself; 0 where there is none.
fn number_of(path: &Path) -> u64 {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split('-').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// Which increments follow a backup up to a moment: back from the last one that is wanted, each to the one that it
/// goes on from.
pub(super) fn steps(folder: &Path, base: &Header, to: Option<At>) -> Result<Vec<PathBuf>> {
    if let Some(to) = to.filter(|to| *to < base.last_at) {
        return Err(BackupError::Later { at: base.at, to }.into());
    }
    if to.is_some_and(|to| to < base.at) {
        return Ok(Vec::new());
    }
    let mut kept = increments(folder, &DivisionCode(base.county.clone()))?;
    kept.increments.retain(|(_, header)| (header.at, header.pos) > (base.at, base.pos));
    let beyond = to.and_then(|to| kept.increments.iter().position(|(_, header)| to < header.at));
    let mut rest = match beyond {
        Some(last) => kept.increments.get(..=last).unwrap_or_default(),
        None => &kept.increments,
    };
    let newest = rest.last().map_or(0, |(_, header)| number(header));
    if beyond.is_none()
        && let Some(path) = kept.unread(newest + 1..u64::MAX)
    {
        return Err(BackupError::Unreadable.of(path).into());
    }
    let mut steps = Vec::new();
    while let Some(((path, header), before)) = rest.split_last() {
        let Some(since) = &header.since else { break };
        if header.schema != base.schema {
            return Err(BackupError::Upgraded { at: header.at }.of(path).into());
        }
        steps.push(path.clone());
        if since.at <= base.at {
            if since.pos < base.pos || (since.pos == base.pos && since.hash == base.last_hash) {
                break;
            }
            return Err(since.forked(base.at).of(path).into());
        }
        let Some(goes_on) = before.iter().rposition(|(_, before)| since.follows(before)) else {
            if let Some(path) = kept.unread(before.last().map_or(1, |b| number(&b.1) + 1)..since.n)
            {
                return Err(BackupError::Unreadable.of(path).into());
            }
            return Err(broken(since, before.last().map(|(_, before)| before), base)
                .of(path)
                .into());
        };
        rest = before.get(..=goes_on).unwrap_or_default();
    }
    steps.reverse();
    Ok(steps)
}

/// Why nothing is there that an increment goes on from; `before` is the one that stands before it.
fn broken(since: &Since, before: Option<&Header>, base: &Header) -> BackupError {
    match before {
        Some(before) if number(before) + 1 < since.n => {
            BackupError::Missing { n: since.n - 1, at: before.at }
        }
        Some(before) => since.forked(before.at),
        None if since.pos < base.pos => since.forked(base.at),
        None => BackupError::Gap { pos: base.pos, from: since.pos },
    }
}

impl Since {
    /// Whether it goes on from where that ended.
    fn follows(&self, before: &Header) -> bool {
        (self.pos, &self.hash, self.at) == (before.pos, &before.last_hash, before.at)
    }

    /// What is to be played before it, up to `last`, is another history.
    const fn forked(&self, last: At) -> BackupError {
        BackupError::Forked { pos: self.pos, at: self.at, last }
    }
}
