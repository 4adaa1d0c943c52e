//! What a certificate says of its time. rustls checks certificates of others and has no call that says
//! until when the own one holds, so the few bytes that say it are read here (RFC 5280, section 4.1).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use zongheng_core::time::At;

/// From when until when a certificate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    pub from: At,
    pub until: At,
}

const SEQUENCE: u8 = 0x30;
/// The version stands under a tag of its own, and may be left out.
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The validity of a certificate in DER; nothing where this is none.
pub fn read(der: &[u8]) -> Option<Validity> {
    let (certificate, _) = inside(der, SEQUENCE)?;
    let (mut fields, _) = inside(certificate, SEQUENCE)?;
    if let Some((_, rest)) = inside(fields, VERSION) {
        fields = rest;
    }
    // Serial number, algorithm and issuer stand before it.
    for _ in 0..3 {
        (_, _, fields) = element(fields)?;
    }
    let (validity, _) = inside(fields, SEQUENCE)?;
    let (tag, from, rest) = element(validity)?;
    let from = time(tag, from)?;
    let (tag, until, _) = element(rest)?;
    Some(Validity { from, until: time(tag, until)? })
}

/// SHA-256 of a certificate as browsers show it: pairs of hex digits with colons.
pub fn fingerprint(der: &[u8]) -> String {
    Sha256::digest(der).iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":")
}

/// The first element: its tag, its content, and what comes after it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    let mut length = usize::from(*first);
    if length >= 0x80 {
        let (digits, after) = rest.split_at_checked(length & 0x7f)?;
        length = digits
            .iter()
            .try_fold(0_usize, |n, b| n.checked_mul(256)?.checked_add(usize::from(*b)))?;
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((*tag, content, after))
}

fn inside(der: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = element(der)?;
    (tag == wanted).then_some((content, rest))
}

/// `261126080000Z` or `20501126080000Z`; two digits from 50 on are of the last century.
fn time(tag: u8, text: &[u8]) -> Option<At> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let text = match tag {
        GENERALIZED_TIME => text.to_owned(),
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => return None,
    };
    let at = DateTime::strptime("%Y%m%d%H%M%S", &text).ok()?;
    let seconds = TimeZone::UTC.to_timestamp(at).ok()?.as_second();
    Some(At::from_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_kinds_are_read() {
        let at = |tag, text: &str| time(tag, text.as_bytes()).map(|at| at.to_string());
        assert_eq!(at(UTC_TIME, "261126080000Z").unwrap(), "2026-11-26T16:00:00+08:00");
        assert_eq!(at(UTC_TIME, "500101000000Z").unwrap(), "1950-01-01T08:00:00+08:00");
        assert_eq!(at(GENERALIZED_TIME, "20500101000000Z").unwrap(), "2050-01-01T08:00:00+08:00");
        assert_eq!(at(UTC_TIME, "2611260800Z"), None);
    }

    #[test]
    fn what_is_no_certificate_has_no_validity() {
        for der in [&b""[..], &[0x30], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &[0x30, 2, 0x30, 0]] {
            assert_eq!(read(der), None);
        }
    }
}
