//! A line that stands in its canonical form already, as every line of an export does: seen in one pass, without
//! taking it apart. Its hash is then that of the line's own bytes.
//!
//! What is not seen here is not refused: [`strict`](super::strict) reads it, and says what is wrong with it.

use super::canonical::{by_utf16, first_escaped};
use super::{DEEPEST, LARGEST};

/// An act's line in canonical form: what its chain needs, and the pieces around its hash.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plain<'a> {
    pub(super) stream: &'a str,
    pub(super) seq: i64,
    pub(super) prev: &'a str,
    pub(super) hash: &'a str,
    /// The text without the member `hash`.
    pub(super) rest: [&'a str; 2],
}

impl<'a> Plain<'a> {
    /// None where the line is no act, or is not the canonical text of one, or where a key or the stream's name bears
    /// an escape.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let mut reader = Reader { text: line, at: 0 };
        let (mut stream, mut seq, mut prev, mut hash) = (None, None, None, None);
        let mut around = None;
        reader.members(0, |key, value, from, to| {
            match key {
                "seal" => return None,
                "stream" => stream = text(value),
                "seq" => seq = value.parse().ok(),
                "prev" => prev = text(value),
                "hash" => {
                    hash = text(value);
                    around = Some((from, to));
                }
                _ => {}
            }
            Some(())
        })?;
        let (from, to) = around?;
        // A comma goes with it: the one before it, or the one after where it stands first.
        let first = line.as_bytes().get(from.checked_sub(1)?) == Some(&b'{');
        let rest = if first {
            [&line[..from], line[to..].strip_prefix(',')?]
        } else {
            [&line[..from - 1], &line[to..]]
        };
        let ended = reader.at == line.len();
        let plain = Self { stream: stream?, seq: seq?, prev: prev?, hash: hash?, rest };
        ended.then_some(plain)
    }
}

/// What stands between the quotation marks of a text without escapes.
fn text(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('\\')).then_some(inner)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match self.peek()? {
            b'{' => self.members(depth, |_, _, _, _| Some(())),
            b'[' => self.list(depth),
            b'"' => self.string(),
            b'-' | b'0'..=b'9' => self.number(),
            b'n' => self.word("null"),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            _ => None,
        }
    }

    /// An object; `each` gets key, value, and where the member stands.
    fn members(
        &mut self,
        depth: usize,
        mut each: impl FnMut(&'a str, &'a str, usize, usize) -> Option<()>,
    ) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        let mut before: Option<&str> = None;
        loop {
            let from = self.at;
            self.string()?;
            let key = text(&self.text[from..self.at])?;
            // Ascending, and so none twice.
            if before.is_some_and(|before| by_utf16(before, key).is_ge()) {
                return None;
            }
            before = Some(key);
            self.take(b':')?;
            let value = self.at;
            self.value(depth + 1)?;
            each(key, &self.text[value..self.at], from, self.at)?;
            if self.take(b'}').is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.take(b'[')?;
        if self.take(b']').is_some() {
            return Some(());
        }
        loop {
            self.value(depth + 1)?;
            if self.take(b']').is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    fn number(&mut self) -> Option<()> {
        let from = self.at;
        let minus = self.take(b'-').is_some();
        let digits = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        let written = &self.text[digits..self.at];
        let spelt = match written.as_bytes() {
            [] => false,
            [b'0'] => !minus,
            [first, ..] => *first != b'0',
        };
        let n: i64 = self.text[from..self.at].parse().ok()?;
        (spelt && (-LARGEST..=LARGEST).contains(&n)).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text[self.at..].starts_with(word).then(|| self.at += word.len())
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += first_escaped(rest)?;
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    /// An escape as RFC 8785, 3.2.2.2 spells it: short where there is a short one, `\u00xx` for the other control
    /// characters, none for anything else.
    fn escape(&mut self) -> Option<()> {
        let rest = &self.text.as_bytes()[self.at..];
        let length = match rest {
            [_, b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r', ..] => 2,
            [_, b'u', b'0', b'0', b'0', b'0'..=b'7' | b'b' | b'e' | b'f', ..]
            | [_, b'u', b'0', b'0', b'1', b'0'..=b'9' | b'a'..=b'f', ..] => 6,
            _ => return None,
        };
        self.at += length;
        Some(())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::strict;
    use super::*;

    /// The strict reader's word for it: the canonical text, without `hash` where asked, if nothing is wrong.
    fn strictly(line: &str, left_out: &str) -> Option<String> {
        let (object, flaw) = strict::read(line);
        let mut text = String::new();
        object.write_without(left_out, &mut text);
        flaw.is_none().then_some(text)
    }

    fn agrees(line: &str) {
        let plain = Plain::of(line);
        if let Some(plain) = &plain {
            assert_eq!(strictly(line, "").as_deref(), Some(line), "not canonical: {line}");
            assert_eq!(strictly(line, "hash"), Some(plain.rest.concat()), "{line}");
            let (object, _) = strict::read(line);
            assert_eq!(object.text("stream"), Some(plain.stream), "{line}");
            assert_eq!(object.integer("seq"), Some(plain.seq), "{line}");
            assert_eq!(object.text("prev"), Some(plain.prev), "{line}");
            assert_eq!(object.text("hash"), Some(plain.hash), "{line}");
        }
    }

    #[test]
    fn it_sees_an_act_and_cuts_its_hash_out() {
        let line = r#"{"body":{"a":"\u001f\n","b":[-1,0,null]},"hash":"h","prev":"p","seq":7,"stream":"org"}"#;
        let plain = Plain::of(line).unwrap();
        assert_eq!((plain.stream, plain.seq, plain.prev, plain.hash), ("org", 7, "p", "h"));
        assert_eq!(plain.rest.concat(), line.replace(r#","hash":"h""#, ""));
        let first = r#"{"hash":"h","prev":"p","seq":7,"stream":"org"}"#;
        assert_eq!(
            Plain::of(first).unwrap().rest.concat(),
            r#"{"prev":"p","seq":7,"stream":"org"}"#
        );
    }

    #[test]
    fn another_spelling_is_left_to_the_strict_reader() {
        let with = |value: &str| {
            format!(r#"{{"a":{value},"hash":"h","prev":"p","seq":7,"stream":"org"}}"#)
        };
        assert!(Plain::of(&with("1")).is_some());
        let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        assert!(Plain::of(&with(&nested(31))).is_some());
        for value in [
            "01",
            "-0",
            "1.0",
            "1e2",
            "-",
            "9007199254740992",
            " 1",
            "1 ",
            r#""\/""#,
            r#""\u000a""#,
            r#""\u0008""#,
            r#""\u001F""#,
            r#""\u0020""#,
            r#""\u4e00""#,
            "\"\u{1}\"",
            r#"{"b":1,"a":2}"#,
            r#"{"a":1,"a":2}"#,
            "[1,]",
            "nul",
            "",
            &nested(32),
        ] {
            assert_eq!(Plain::of(&with(value)), None, "{value}");
        }
        for line in ["", "{}", "[]", r#"{"hash":"h","prev":"p","seq":7,"stream":"org"} "#] {
            assert_eq!(Plain::of(line), None, "{line}");
        }
        let seal = r#"{"hash":"h","prev":"p","seal":1,"seq":7,"stream":"org"}"#;
        assert_eq!(Plain::of(seal), None);
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = "[a-c\"\\\\/\u{0}-\u{1f}\u{7f}塆😀\u{e000}]{0,4}";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-LARGEST..=LARGEST).prop_map(Value::from),
            (-3_i64..3).prop_map(Value::from),
            text.prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(text, inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_it_sees_is_what_the_strict_reader_reads(
            body in value(),
            cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<char>()), 0..3),
        ) {
            let act = serde_json::json!({
                "body": body, "hash": "h", "prev": "p", "seq": 3, "stream": "org", "v": 1,
            });
            let line = strictly(&act.to_string(), "").unwrap();
            agrees(&line);
            let escaped_key = line.contains('\\') && Plain::of(&line).is_none();
            prop_assert!(Plain::of(&line).is_some() || escaped_key, "{line}");
            let mut changed: Vec<char> = line.chars().collect();
            for (at, new) in cuts {
                let at = at.index(changed.len());
                changed[at] = if new.is_ascii() { new } else { '1' };
                agrees(&changed.iter().collect::<String>());
            }
        }
    }
}
