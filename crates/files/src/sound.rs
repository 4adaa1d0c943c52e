//! Voice: MP3 by its frames, WAV by its length, AMR by its beginning.

use crate::sniff::{ends_an_archive, holds_markup};
use crate::{Kind, Unfit};

pub(crate) fn check(kind: Kind, bytes: &[u8]) -> Result<(), Unfit> {
    match kind {
        Kind::Mp3 => {
            let at = after_notes(bytes).ok_or(Unfit::Cut)?;
            if !is_frame(bytes.get(at..).unwrap_or_default()) {
                return Err(Unfit::Cut);
            }
        }
        Kind::Wav => {
            let said = bytes.get(4..8).and_then(|four| <[u8; 4]>::try_from(four).ok());
            let said = said.map(u32::from_le_bytes).ok_or(Unfit::Cut)?;
            // A recorder that was cut off says that it does not know.
            if said == u32::MAX || u64::from(said) + 8 > bytes.len() as u64 {
                return Err(Unfit::Cut);
            }
        }
        _ => {}
    }
    if ends_an_archive(bytes) || holds_markup(&bytes[..bytes.len().min(4_096)]) {
        return Err(Unfit::Two);
    }
    Ok(())
}

/// Where the frames of an MP3 begin, behind the notes that may stand before them.
fn after_notes(bytes: &[u8]) -> Option<usize> {
    if !bytes.starts_with(b"ID3") {
        return Some(0);
    }
    let mut size = 0_usize;
    for byte in bytes.get(6..10)? {
        size = (size << 7) | usize::from(byte & 0x7F);
    }
    let mut at = 10 + size;
    // Some fill up with zeros.
    while bytes.get(at) == Some(&0) {
        at += 1;
    }
    Some(at)
}

/// Whether two frames of MPEG audio, layer III, follow each other here; one alone may be chance.
pub(crate) fn is_frame(bytes: &[u8]) -> bool {
    let Some(length) = frame(bytes) else { return false };
    match bytes.get(length..) {
        Some(next) if next.len() >= 4 => frame(next).is_some(),
        _ => false,
    }
}

/// The length of a frame in bytes, by its header (ISO 11172-3, 13818-3).
fn frame(bytes: &[u8]) -> Option<usize> {
    const FIRST: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const SECOND: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let [a, b, c] = *bytes.get(..3)? else { return None };
    if a != 0xFF || b & 0xE0 != 0xE0 || (b >> 1) & 3 != 1 {
        return None;
    }
    let first = match (b >> 3) & 3 {
        3 => true,
        1 => return None,
        _ => false,
    };
    let rates = if first { FIRST } else { SECOND };
    let rate = *rates.get(usize::from(c >> 4))?;
    let samples = [44_100, 48_000, 32_000].get(usize::from((c >> 2) & 3)).copied()?;
    let samples = match (b >> 3) & 3 {
        3 => samples,
        2 => samples / 2,
        _ => samples / 4,
    };
    let bits = if first { 144_000 } else { 72_000 };
    let length = bits * rate / samples + u32::from((c >> 1) & 1);
    usize::try_from(length).ok().filter(|length| *length > 4)
}
