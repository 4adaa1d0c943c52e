//! What `disk.c` wrote down, read again.

use std::ops::Range;
use std::path::{Path, PathBuf};

const HEADER: usize = 24;

/// The log whole, and where in it each record's data stand.
pub(crate) struct Log {
    bytes: Vec<u8>,
    pub(crate) records: Vec<Record>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// The file's number, in the order in which they were first seen.
    pub(crate) file: u32,
    pub(crate) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// A file is there that was not there before.
    Named(PathBuf),
    Removed,
    Renamed(PathBuf),
    Written {
        at: usize,
        data: Range<usize>,
    },
    Sized(usize),
    Flushed,
    /// Names are on the disk.
    FolderFlushed,
    /// What the program said, at this place of the order.
    Told(String),
}

impl Log {
    pub(crate) fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let (mut records, mut from) = (Vec::new(), 0);
        while let Some(header) = bytes.get(from..from + HEADER) {
            let word = |n: usize| u32::from_ne_bytes(header[n..n + 4].try_into().unwrap());
            let long = |n: usize| {
                usize::try_from(u64::from_ne_bytes(header[n..n + 8].try_into().unwrap())).unwrap()
            };
            let (at, data) = (long(8), from + HEADER..from + HEADER + long(16));
            let text = || String::from_utf8(bytes[data.clone()].to_vec()).unwrap();
            let what = match word(0) {
                1 => What::Named(text().into()),
                2 => What::Removed,
                3 => What::Renamed(text().into()),
                4 => What::Written { at, data: data.clone() },
                5 => What::Sized(at),
                6 => What::Flushed,
                7 => What::FolderFlushed,
                8 => What::Told(text()),
                other => panic!("no such kind of record: {other}"),
            };
            records.push(Record { file: word(4), what });
            from = data.end;
        }
        assert_eq!(from, bytes.len(), "the log ends in the middle of a record");
        Self { bytes, records }
    }

    pub(crate) fn data(&self, range: &Range<usize>) -> &[u8] {
        &self.bytes[range.clone()]
    }

    /// The order of what was done, without the bytes, which hold chance.
    pub(crate) fn shape(&self) -> Vec<(u32, String)> {
        let told = |what: &What| match what {
            What::Named(path) | What::Renamed(path) => {
                format!("named {}", path.file_name().unwrap().display())
            }
            What::Written { at, data } => format!("{} at {at}", data.len()),
            What::Told(text) => text.split(' ').next().unwrap_or_default().to_owned(),
            other => format!("{other:?}"),
        };
        self.records.iter().map(|record| (record.file, told(&record.what))).collect()
    }

    /// What was told before the `n`-th record.
    pub(crate) fn told_before(&self, n: usize) -> impl Iterator<Item = &str> {
        self.records[..n].iter().filter_map(|record| match &record.what {
            What::Told(text) => Some(text.as_str()),
            _ => None,
        })
    }
}
