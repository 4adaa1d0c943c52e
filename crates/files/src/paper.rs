//! PDF: whole, one file only, and nothing that runs when it is opened.

use crate::Unfit;
use crate::sniff::{ends_an_archive, holds_markup};

pub(crate) fn check(bytes: &[u8]) -> Result<(), Unfit> {
    let last = &bytes[bytes.len().saturating_sub(1_024)..];
    let holds = |all: &[u8], word: &[u8]| all.windows(word.len()).any(|part| part == word);
    if ends_an_archive(bytes) {
        return Err(Unfit::Two);
    }
    if !holds(last, b"%%EOF") {
        return Err(Unfit::Cut);
    }
    if ["/JavaScript", "/Launch", "/RichMedia"].iter().any(|word| holds(bytes, word.as_bytes())) {
        return Err(Unfit::Active);
    }
    if holds_markup(&bytes[..bytes.len().min(1_024)]) {
        return Err(Unfit::Two);
    }
    Ok(())
}
