//! The disk as it may stand after a loss of power: what was flushed, and of the rest whatever chance left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::log::{Log, Record, What};
use crate::support::dice::Dice;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Whether a flush does what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flushes {
    Honest,
    /// The write-ahead log is never flushed before it is copied back: as with `synchronous = normal`.
    LogForgotten,
}

/// All that was done up to a moment.
pub(crate) struct Platter<'a> {
    log: &'a Log,
    flushes: Flushes,
    files: BTreeMap<u32, File>,
    /// Names on the disk, and what was done to names since.
    names: BTreeMap<PathBuf, u32>,
    renaming: Vec<Record>,
}

#[derive(Default)]
struct File {
    /// As it was last flushed.
    flushed: Vec<u8>,
    /// Done since, by its record.
    since: Vec<usize>,
    is_log: bool,
}

impl<'a> Platter<'a> {
    pub(crate) fn new(log: &'a Log, flushes: Flushes) -> Self {
        let (files, names) = (BTreeMap::new(), BTreeMap::new());
        Self { log, flushes, files, names, renaming: Vec::new() }
    }

    /// Goes on by the `n`-th record.
    pub(crate) fn take(&mut self, n: usize) {
        let record = &self.log.records[n];
        let file = self.files.entry(record.file).or_default();
        match &record.what {
            What::Named(path) => {
                file.is_log = path.to_string_lossy().ends_with("-wal");
                self.renaming.push(record.clone());
            }
            What::Removed | What::Renamed(_) => self.renaming.push(record.clone()),
            What::Written { .. } | What::Sized(_) => file.since.push(n),
            What::Flushed if file.is_log && self.flushes == Flushes::LogForgotten => {}
            What::Flushed => {
                for done in std::mem::take(&mut file.since) {
                    apply(&mut file.flushed, self.log, done, |_| true);
                }
            }
            What::FolderFlushed => {
                for record in std::mem::take(&mut self.renaming) {
                    rename(&mut self.names, &record);
                }
            }
            What::Told(_) => {}
        }
    }

    /// Whether anything was done that was not flushed.
    pub(crate) fn is_under_way(&self) -> bool {
        self.files.values().any(|file| !file.since.is_empty())
    }

    /// Writes the files as they may be found when the power is back.
    pub(crate) fn write(&self, folder: &Path, dice: &mut Dice) {
        let mut names = self.names.clone();
        // File systems keep the order of names, though they may be late with them.
        let kept = dice.pick(self.renaming.len() + 1);
        for record in &self.renaming[..kept] {
            rename(&mut names, record);
        }
        for (path, number) in names {
            let bytes = self.files.get(&number).map(|file| file.found(self.log, dice));
            std::fs::write(folder.join(path.file_name().unwrap()), bytes.unwrap_or_default())
                .unwrap();
        }
    }
}

fn rename(names: &mut BTreeMap<PathBuf, u32>, record: &Record) {
    match &record.what {
        What::Named(path) => {
            names.insert(path.clone(), record.file);
        }
        What::Renamed(path) => {
            names.retain(|_, file| *file != record.file);
            names.insert(path.clone(), record.file);
        }
        _ => names.retain(|_, file| *file != record.file),
    }
}

impl File {
    fn found(&self, log: &Log, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.flushed.clone();
        let count = self.since.len();
        match dice.below(6) {
            // Nothing of the rest, or all of it.
            0 => {}
            1 => self.since.iter().for_each(|n| apply(&mut bytes, log, *n, |_| true)),
            // In order up to one that is torn.
            2 | 3 => {
                let whole = dice.pick(count + 1);
                self.since[..whole].iter().for_each(|n| apply(&mut bytes, log, *n, |_| true));
                if let Some(torn) = self.since.get(whole) {
                    let sectors = dice.pick(17);
                    apply(&mut bytes, log, *torn, |sector| sector < sectors);
                }
            }
            // In any order: some whole, or each sector for itself.
            4 => {
                for n in self.since.iter().filter(|_| dice.yes()) {
                    apply(&mut bytes, log, *n, |_| true);
                }
            }
            _ => {
                for n in &self.since {
                    apply(&mut bytes, log, *n, |_| dice.yes());
                }
            }
        }
        bytes
    }
}

/// Does the `n`-th record to a file, as far as its sectors came to the disk.
fn apply(bytes: &mut Vec<u8>, log: &Log, n: usize, mut kept: impl FnMut(usize) -> bool) {
    match &log.records[n].what {
        What::Sized(size) if kept(0) => bytes.resize(*size, 0),
        What::Written { at, data } => {
            let data = log.data(data);
            let (mut from, mut sector) = (0, 0);
            while from < data.len() {
                // Up to the next border of a sector of the file.
                let to = data.len().min(from + SECTOR - (at + from) % SECTOR);
                if kept(sector) {
                    if bytes.len() < at + to {
                        bytes.resize(at + to, 0);
                    }
                    bytes[at + from..at + to].copy_from_slice(&data[from..to]);
                }
                (from, sector) = (to, sector + 1);
            }
        }
        _ => {}
    }
}
