//! Large configuration in several acts, so that no line of the ledger passes its limit.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Bytes of canonical JSON that one body may take, well below the ledger's 65,536 a line.
pub const BODY: usize = 48_000;

/// What the fixed fields of a body take at most.
const HEAD: usize = 256;

/// SHA-256 in hex of the canonical JSON of a configuration: the name under which acts know it.
pub fn digest<T: Serialize>(configuration: &T) -> String {
    hex::encode(Sha256::digest(canonical(configuration)))
}

/// Sets of records, each small enough for one body.
#[derive(Debug)]
pub struct Pages<T> {
    limit: usize,
    used: usize,
    full: Vec<T>,
}

impl<T: Default> Pages<T> {
    pub fn new(limit: usize) -> Self {
        Self { limit, used: HEAD, full: vec![T::default()] }
    }

    /// Puts one record onto the current page, or onto a new one where it would not fit.
    pub fn put<V: Serialize>(&mut self, record: &V, onto: impl FnOnce(&mut T)) {
        let size = canonical(record).len() + 1;
        if self.used + size > self.limit && self.used > HEAD {
            self.full.push(T::default());
            self.used = HEAD;
        }
        self.used += size;
        if let Some(page) = self.full.last_mut() {
            onto(page);
        }
    }

    /// The pages, each told which part of how many it is.
    pub fn numbered(self, mut tell: impl FnMut(T, u32, u32) -> T) -> Vec<T> {
        let of = u32::try_from(self.full.len()).unwrap_or(u32::MAX);
        self.full.into_iter().zip(1..).map(|(page, part)| tell(page, part, of)).collect()
    }
}

/// RFC 8785 bytes. The records here have text keys and integers only, which always have such bytes.
fn canonical<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).unwrap_or_default()
}
