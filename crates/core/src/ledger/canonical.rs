//! Canonical JSON by RFC 8785, for the numbers that the ledger knows: integers within ±(2^53 − 1).

use std::cmp::Ordering;
use std::fmt::Write as _;

use serde_json::Value;

use super::{DEEPEST, LARGEST};

/// A value that must not enter the ledger, with the path at which it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadValue {
    #[error(
        "{path}: {number} is not an integer; keep money in 分 or 万元, coordinates in units of \
         10⁻⁷ degree"
    )]
    Fraction { path: String, number: String },
    #[error("{path}: {number} is beyond ±(2^53 − 1); keep it as a text")]
    TooLarge { path: String, number: String },
    #[error("{path}: a text holds U+0000, which PostgreSQL cannot keep; leave it out")]
    Nul { path: String },
    #[error("{path}: values stand deeper than {DEEPEST} within one another; make the act flatter")]
    TooDeep { path: String },
}

/// The canonical text of `value`, which will stand at `depth` of a line under the name `path`.
pub fn canonical(value: &Value, path: &str, depth: usize) -> Result<String, BadValue> {
    let mut writer = Writer { out: String::new(), path: path.to_owned() };
    writer.value(value, depth)?;
    Ok(writer.out)
}

struct Writer {
    out: String,
    path: String,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), BadValue> {
        if depth > DEEPEST {
            return Err(BadValue::TooDeep { path: self.path.clone() });
        }
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Number(number) => self.number(number)?,
            Value::String(text) => self.text(text)?,
            Value::Array(items) => {
                self.out.push('[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        self.out.push(',');
                    }
                    self.below(&format!("[{n}]"), |w| w.value(item, depth + 1))?;
                }
                self.out.push(']');
            }
            Value::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_unstable_by(|a, b| by_utf16(a.0, b.0));
                self.out.push('{');
                for (n, (key, member)) in members.into_iter().enumerate() {
                    if n > 0 {
                        self.out.push(',');
                    }
                    self.below(&format!(".{key}"), |w| {
                        w.text(key)?;
                        w.out.push(':');
                        w.value(member, depth + 1)
                    })?;
                }
                self.out.push('}');
            }
        }
        Ok(())
    }

    fn below(
        &mut self,
        step: &str,
        write: impl FnOnce(&mut Self) -> Result<(), BadValue>,
    ) -> Result<(), BadValue> {
        let length = self.path.len();
        self.path.push_str(step);
        write(self)?;
        self.path.truncate(length);
        Ok(())
    }

    fn number(&mut self, number: &serde_json::Number) -> Result<(), BadValue> {
        let (path, text) = (|| self.path.clone(), || number.to_string());
        match number.as_i64() {
            Some(n) if (-LARGEST..=LARGEST).contains(&n) => write_integer(&mut self.out, n),
            None if number.is_f64() => {
                return Err(BadValue::Fraction { path: path(), number: text() });
            }
            _ => return Err(BadValue::TooLarge { path: path(), number: text() }),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), BadValue> {
        if text.contains('\0') {
            return Err(BadValue::Nul { path: self.path.clone() });
        }
        write_text(&mut self.out, text);
        Ok(())
    }
}

pub(super) fn write_integer(out: &mut String, n: i64) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{n}");
}

/// RFC 8785, 3.2.2.2: the short escapes where JSON has them, `\u00xx` in lower case for the other
/// control characters, and everything else as it is.
pub(super) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // What is escaped is ASCII, so every cut falls between characters.
    while let Some(n) = first_escaped(rest.as_bytes()) {
        out.push_str(&rest[..n]);
        match rest.as_bytes()[n] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            0x0c => out.push_str("\\f"),
            b'\r' => out.push_str("\\r"),
            other => {
                let _ = write!(out, "\\u{other:04x}");
            }
        }
        rest = &rest[n + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Quotation mark, backslash and the control characters below U+0020.
pub(super) fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Where the first of them stands. Eight bytes are looked at as one number: taking away too much borrows from the byte
/// above, so that the lowest mark is a true one, whatever stands above it.
pub(super) fn first_escaped(bytes: &[u8]) -> Option<usize> {
    const EACH: u64 = u64::MAX / 0xff;
    let below = |word: u64, n: u64| word.wrapping_sub(EACH * n) & !word & (EACH * 0x80);
    let (words, rest) = bytes.as_chunks::<8>();
    for (n, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let (quote, slash) = (word ^ (EACH * 0x22), word ^ (EACH * 0x5c));
        let found = below(word, 0x20) | below(quote, 1) | below(slash, 1);
        if found != 0 {
            return Some(n * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let from = words.len() * 8;
    rest.iter().position(|byte| is_escaped(*byte)).map(|n| from + n)
}

/// RFC 8785, 3.2.3: keys are ordered by their UTF-16 code units.
pub(super) fn by_utf16(a: &str, b: &str) -> Ordering {
    // The order of UTF-8 but for one thing: what needs four bytes (a lead byte from 0xf0 on) needs
    // surrogates, which stand before U+E000 (lead bytes 0xee and 0xef).
    let rank = |byte: u8| u16::from(byte) + if matches!(byte, 0xee | 0xef) { 0x100 } else { 0 };
    match a.bytes().zip(b.bytes()).find(|(a, b)| a != b) {
        Some((a, b)) => rank(a).cmp(&rank(b)),
        None => a.len().cmp(&b.len()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn of(value: &Value) -> Result<String, BadValue> {
        canonical(value, "body", 1)
    }

    proptest! {
        #[test]
        fn eight_bytes_at_a_time_are_as_one_by_one(bytes in vec(prop_oneof![
            any::<u8>(), 0x1d_u8..0x25, 0x5a_u8..0x5f, Just(0x80), Just(0xff),
        ], 0..40)) {
            let one_by_one = bytes.iter().position(|byte| is_escaped(*byte));
            prop_assert_eq!(first_escaped(&bytes), one_by_one);
        }
    }

    #[test]
    fn keys_texts_and_words_are_written_as_rfc_8785_shows() {
        // RFC 8785, 3.2.2 without its fractions, and 3.2.3.
        for (given, wanted) in [
            (
                r#"{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
                r#"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#,
            ),
            (
                r#"{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
                   "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}"#,
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\
                 \"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
            ),
            ("[]", "[]"),
            (
                r#"{"b":{},"a":[-0, 9007199254740991, -9007199254740991]}"#,
                r#"{"a":[0,9007199254740991,-9007199254740991],"b":{}}"#,
            ),
            ("\"\\u007f\\u2028\\b\\f\\t\"", "\"\u{7f}\u{2028}\\b\\f\\t\""),
        ] {
            let value: Value = serde_json::from_str(given).unwrap();
            let value = integers(value);
            assert_eq!(of(&value).as_deref(), Ok(wanted), "{given}");
            assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), wanted, "{given}");
        }
    }

    /// `serde_json` reads -0 as a fraction; for the ledger it is the integer 0.
    fn integers(value: Value) -> Value {
        match value {
            Value::Number(n) if n.as_f64() == Some(0.0) => json!(0),
            Value::Array(items) => items.into_iter().map(integers).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(key, member)| (key, integers(member))).collect()
            }
            other => other,
        }
    }

    #[test]
    fn keys_stand_in_the_order_of_their_utf_16_units() {
        let keys = [
            "",
            "\r",
            "1",
            "10",
            "a",
            "aa",
            "b",
            "\u{7f}",
            "\u{80}",
            "ö",
            "€",
            "一",
            "\u{d7ff}",
            "\u{e000}",
            "\u{e000}a",
            "\u{fb33}",
            "\u{ffff}",
            "\u{10000}",
            "😀",
            "😀a",
            "\u{10ffff}",
            "a😀",
            "a\u{fb33}",
            "一一",
            "一😀",
        ];
        for a in keys {
            for b in keys {
                assert_eq!(by_utf16(a, b), a.encode_utf16().cmp(b.encode_utf16()), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn what_not_everybody_can_read_back_is_refused_with_its_place() {
        for (value, wanted) in [
            (json!({"place": [{"lon": 115.4}]}), "body.place[0].lon: 115.4 is not an integer"),
            (json!({"n": 1.0}), "body.n: 1.0 is not an integer"),
            (json!({"n": LARGEST + 1}), "body.n: 9007199254740992 is beyond"),
            (json!({"n": -LARGEST - 1}), "body.n: -9007199254740992 is beyond"),
            (json!({"n": u64::MAX}), "body.n: 18446744073709551615 is beyond"),
            (json!({"a": {"b": "x\0"}}), "body.a.b: a text holds U+0000"),
            (json!({"x\0": 1}), "body.x\0: a text holds U+0000"),
        ] {
            let said = of(&value).unwrap_err().to_string();
            assert!(said.starts_with(wanted), "{value}: {said}");
        }
    }

    #[test]
    fn values_may_stand_at_depth_32_and_no_deeper() {
        let nested = |depth| (0..depth).fold(json!(1), |inner, _| json!([inner]));
        // The outermost list is at depth 1, so 31 lists put the number at depth 32.
        assert!(of(&nested(31)).is_ok());
        assert!(matches!(of(&nested(32)), Err(BadValue::TooDeep { .. })));
    }
}
