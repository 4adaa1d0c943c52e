//! The recovery sheet: the vault's secret in two halves for two persons.
//!
//! Each half alone is chance and tells nothing; both together are the secret. A half is written in
//! letters and digits that cannot be mistaken for each other, in groups of four, the last group a
//! checksum, so that a slip of the pen is noticed at the half in which it stands.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rand::RngExt;
use sha2::{Digest, Sha256};

use super::ring::{Ring, RingKey, check_of};

/// Crockford's alphabet: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 32 bytes in base 32.
const DIGITS: usize = 52;

/// One half of the sheet, printed as `1-A-3F2A  XXXX XXXX … XXXX`.
#[derive(Clone, PartialEq, Eq)]
pub struct Half {
    key: String,
    letter: char,
    /// The first digits of the secret's check value: halves that do not belong together are noticed.
    tag: String,
    bytes: [u8; 32],
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    #[error("half {0} is not complete, or a character of it is wrong: read it again")]
    Checksum(String),
    #[error("this is no half of a recovery sheet: it begins like 1-A-3F2A, then groups of four")]
    Form,
    #[error(
        "these halves do not belong together: of each key that stands on the sheet both halves are wanted, and once"
    )]
    Strangers,
}

impl Ring {
    /// The whole sheet: two fresh halves of each of the ring's secrets. Each call gives other pairs; all
    /// pairs hold.
    pub fn halves(&self) -> Vec<Half> {
        let pair = |key: &RingKey| {
            let pad: [u8; 32] = rand::rng().random();
            let tag = check_of(&key.secret)[..4].to_uppercase();
            let half =
                |letter, bytes| Half { key: key.id.clone(), letter, tag: tag.clone(), bytes };
            [half('A', pad), half('B', xor(&pad, &key.secret))]
        };
        self.keys().iter().flat_map(pair).collect()
    }

    /// The ring of which these are the halves: two of each of its keys, in any order.
    pub fn recover(halves: &[Half]) -> Result<Self, SheetError> {
        let mut pairs: BTreeMap<(usize, &str), Vec<&Half>> = BTreeMap::new();
        for half in halves {
            // Numbers in their order: 10 after 9.
            pairs.entry((half.key.len(), half.key.as_str())).or_default().push(half);
        }
        let keys = pairs.into_values().map(|pair| match pair.as_slice() {
            [one, other] => together(one, other),
            _ => Err(SheetError::Strangers),
        });
        let keys: Vec<RingKey> = keys.collect::<Result<_, _>>()?;
        if keys.is_empty() { Err(SheetError::Form) } else { Ok(Self::of_keys(keys)) }
    }
}

fn together(one: &Half, other: &Half) -> Result<RingKey, SheetError> {
    let secret = xor(&one.bytes, &other.bytes);
    let belong = one.letter != other.letter
        && check_of(&secret)[..4].eq_ignore_ascii_case(&one.tag)
        && one.tag == other.tag;
    if belong { Ok(RingKey { id: one.key.clone(), secret }) } else { Err(SheetError::Strangers) }
}

impl Half {
    fn name(&self) -> String {
        format!("{}-{}-{}", self.key, self.letter, self.tag)
    }

    fn checksum(&self) -> String {
        let digest = Sha256::new().chain_update(self.name()).chain_update(self.bytes).finalize();
        base32(&digest[..3])[..4].to_owned()
    }
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.name())?;
        let digits = base32(&self.bytes) + &self.checksum();
        digits
            .as_bytes()
            .chunks(4)
            .try_for_each(|group| write!(f, " {}", String::from_utf8_lossy(group)))
    }
}

impl fmt::Debug for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl FromStr for Half {
    type Err = SheetError;

    fn from_str(text: &str) -> Result<Self, SheetError> {
        let (name, digits) = text.trim().split_once(char::is_whitespace).ok_or(SheetError::Form)?;
        let mut parts = name.split('-');
        let (Some(key), Some(letter), Some(tag), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(SheetError::Form);
        };
        let letter = match letter {
            "A" | "a" => 'A',
            "B" | "b" => 'B',
            _ => return Err(SheetError::Form),
        };
        let tag = tag.bytes().map(|b| char::from(read_alike(b.to_ascii_uppercase()))).collect();
        let wrong = || SheetError::Checksum(name.to_owned());
        let digits: Vec<u8> = digits
            .bytes()
            .filter(|b| !b.is_ascii_whitespace() && *b != b'-')
            .map(|b| read_alike(b.to_ascii_uppercase()))
            .collect();
        let (bytes, sum) = digits.split_at_checked(DIGITS).ok_or_else(wrong)?;
        let bytes = unbase32(bytes).and_then(|b| b.try_into().ok()).ok_or_else(wrong)?;
        let half = Self { key: key.to_owned(), letter, tag, bytes };
        if half.checksum().as_bytes() == sum { Ok(half) } else { Err(wrong()) }
    }
}

fn xor(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    std::array::from_fn(|i| a[i] ^ b[i])
}

/// What people write for what the alphabet leaves out.
pub(super) fn read_alike(digit: u8) -> u8 {
    match digit {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    }
}

pub(super) fn base32(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    out
}

fn unbase32(digits: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut bits, mut held) = (0u32, 0u32);
    for digit in digits {
        let value = ALPHABET.iter().position(|d| d == digit)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 255).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (held == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(ring: &Ring) -> [Half; 2] {
        ring.halves().try_into().unwrap()
    }

    #[test]
    fn two_halves_make_the_ring_and_one_does_not() {
        let ring = Ring::from_seed(&[1; 32]);
        let [a, b] = two(&ring);
        let reread: Half = b.to_string().to_lowercase().replace('0', "o").parse().unwrap();
        assert_eq!(Ring::recover(&[a.clone(), reread]), Ok(ring.clone()));
        assert_eq!(Ring::recover(&[a.clone(), a.clone()]), Err(SheetError::Strangers));
        assert_eq!(Ring::recover(std::slice::from_ref(&a)), Err(SheetError::Strangers));
        assert_eq!(Ring::recover(&[]), Err(SheetError::Form));
        let [stranger, _] = two(&Ring::from_seed(&[2; 32]));
        assert_eq!(Ring::recover(&[stranger, b]), Err(SheetError::Strangers));
        assert_ne!(two(&ring)[0], a, "each pair is a fresh one");
    }

    #[test]
    fn the_sheet_of_a_rotated_ring_has_two_halves_of_each_key() {
        let ring = (2..=11).fold(Ring::from_seed(&[1; 32]), |ring, _| ring.rotated());
        let mut halves = ring.halves();
        assert_eq!(halves.len(), 22);
        halves.reverse();
        assert_eq!(Ring::recover(&halves), Ok(ring));
    }

    #[test]
    fn a_slip_of_the_pen_is_noticed_at_its_half() {
        let [a, _] = two(&Ring::from_seed(&[1; 32]));
        let text = a.to_string();
        for (place, was) in text.char_indices().skip(10).filter(|(_, c)| *c != ' ') {
            let slip = if was == '7' { "8" } else { "7" };
            let mut wrong = text.clone();
            wrong.replace_range(place..=place, slip);
            assert!(matches!(wrong.parse::<Half>(), Err(SheetError::Checksum(_))), "{wrong}");
        }
        assert_eq!("1-C-0000 0000".parse::<Half>(), Err(SheetError::Form));
        assert!(matches!(text[..20].parse::<Half>(), Err(SheetError::Checksum(_))));
    }
}
