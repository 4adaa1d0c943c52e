//! Which increments follow a backup. A folder may hold several histories: whoever is restored to an earlier moment and
//! serves on begins another one, and what was lived until then stays beside it.

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
    let Kept { mut increments, unreadable } =
        increments(folder, &DivisionCode(base.county.clone()))?;
    increments.retain(|(_, header)| (header.at, header.pos) > (base.at, base.pos));
    let wanted = to.and_then(|to| increments.iter().position(|(_, header)| to < header.at));
    let last = wanted.map_or(increments.len(), |last| last + 1);
    let played = increments.get(..last).unwrap_or_default();
    let newest = played.last().map_or(0, |(_, header)| number(header));
    let lost = |from: u64, until: u64| {
        unreadable.iter().find(|path| (from + 1..until).contains(&number_of(path)))
    };
    if wanted.is_none()
        && let Some(path) = lost(newest, u64::MAX)
    {
        return Err(BackupError::Unreadable.of(path).into());
    }
    let mut steps = Vec::new();
    let mut rest = played;
    while let Some(((path, header), before)) = rest.split_last() {
        let Some(since) = &header.since else { break };
        if header.schema != base.schema {
            return Err(BackupError::Upgraded { at: header.at }.of(path).into());
        }
        steps.push(path.clone());
        let goes_on = before.iter().rposition(|(_, before)| since.follows(before));
        if since.at <= base.at {
            if since.pos < base.pos || (since.pos == base.pos && since.hash == base.last_hash) {
                break;
            }
            return Err(forked(since, base.at).of(path).into());
        }
        let Some(goes_on) = goes_on else {
            let near = before.last().map(|(_, near)| near);
            if let Some(path) = lost(near.map_or(0, number), since.n) {
                return Err(BackupError::Unreadable.of(path).into());
            }
            return Err(match near {
                Some(near) if number(near) + 1 < since.n => {
                    BackupError::Missing { n: since.n - 1, at: near.at }.into()
                }
                Some(near) => forked(since, near.at).of(path).into(),
                None if since.pos < base.pos => forked(since, base.at).of(path).into(),
                None => BackupError::Gap { pos: base.pos, from: since.pos }.into(),
            });
        };
        rest = rest.get(..=goes_on).unwrap_or_default();
    }
    steps.reverse();
    Ok(steps)
}

const fn forked(since: &Since, last: At) -> BackupError {
    BackupError::Forked { pos: since.pos, at: since.at, last }
}

impl Since {
    /// Whether it goes on from where that ended.
    fn follows(&self, before: &Header) -> bool {
        (self.pos, &self.hash, self.at) == (before.pos, &before.last_hash, before.at)
    }
}
