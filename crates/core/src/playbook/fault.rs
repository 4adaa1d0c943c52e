//! What is wrong in a file, and where.

use std::cell::RefCell;

/// One thing that is wrong, with the file and the line (from 1) where it is to be mended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {text}")]
pub struct Fault {
    pub file: String,
    pub line: usize,
    pub text: String,
}

/// Something could not be read, and the fault is noted already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told;

/// All that is wrong in one file; each reader adds and goes on, so that the writer sees everything
/// at once.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    file: &'a str,
    /// Where each line begins, in bytes.
    starts: Vec<usize>,
    found: RefCell<Vec<Fault>>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(file: &'a str, text: &[u8]) -> Self {
        let after = text.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(n, _)| n + 1);
        let starts = std::iter::once(0).chain(after).collect();
        Self { file, starts, found: RefCell::default() }
    }

    /// The line (from 1) in which a byte stands.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte)
    }

    pub(super) fn add(&self, line: usize, text: impl Into<String>) {
        let fault = Fault { file: self.file.to_owned(), line, text: text.into() };
        self.found.borrow_mut().push(fault);
    }

    /// Adds a fault in the place of what could not be read.
    pub(super) fn tell<T>(&self, line: usize, text: impl Into<String>) -> Result<T, Told> {
        self.add(line, text);
        Err(Told)
    }

    /// What was found, in order of the lines.
    pub(super) fn into_list(self) -> Vec<Fault> {
        let mut found = self.found.into_inner();
        found.sort();
        found.dedup();
        found
    }
}
