//! A reader of one line that takes nothing on trust: what two JSON readers could understand
//! differently is a flaw here, not a choice.
//!
//! It goes on after a flaw that leaves the text readable, so that the line can still be named by
//! its stream and seq.

use std::borrow::Cow;

use super::canonical::{by_utf16, is_escaped, write_integer, write_text};
use super::{DEEPEST, LARGEST};

/// Why a line is not what the ledger takes as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("is not JSON: {wanted} is missing at byte {byte}")]
    NotJson { wanted: &'static str, byte: usize },
    #[error("is not UTF-8 at byte {byte}")]
    NotUtf8 { byte: usize },
    #[error("the key \"{0}\" stands twice in one object")]
    KeyTwice(String),
    #[error("a lone surrogate stands in a text at byte {byte}")]
    LoneSurrogate { byte: usize },
    #[error("{0} is not an integer")]
    NotAnInteger(String),
    #[error("{0} is beyond ±(2^53 − 1)")]
    TooLarge(String),
    #[error("values stand deeper than {DEEPEST} within one another")]
    TooDeep,
}

/// A value of the line; texts borrow from it where they bear no escape.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Object<'a>),
}

/// Members in the order of RFC 8785.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        match self.get(key) {
            Some(Value::Integer(n)) => Some(*n),
            _ => None,
        }
    }

    /// The canonical text without the member `left_out` of this object itself.
    pub(super) fn write_without(&self, left_out: &str, out: &mut String) {
        write_members(self.0.iter().filter(|(key, _)| key != left_out), out);
    }
}

fn write_members<'m, 'a: 'm>(
    members: impl Iterator<Item = &'m (Cow<'a, str>, Value<'a>)>,
    out: &mut String,
) {
    out.push('{');
    for (n, (key, value)) in members.enumerate() {
        if n > 0 {
            out.push(',');
        }
        write_text(out, key);
        out.push(':');
        value.write(out);
    }
    out.push('}');
}

impl Value<'_> {
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Integer(n) => write_integer(out, *n),
            Self::Text(text) => write_text(out, text),
            Self::List(items) => {
                out.push('[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(object) => write_members(object.0.iter(), out),
        }
    }
}

/// The line's object as far as it could be read, and the first flaw, if there is one.
pub(super) fn read(line: &str) -> (Object<'_>, Option<Flaw>) {
    let mut reader = Reader { text: line, at: 0, flaw: None };
    let mut object = Object::default();
    if let Err(stop) = reader.line(&mut object) {
        reader.flaw.get_or_insert(stop);
    }
    (object, reader.flaw)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The first flaw after which reading went on.
    flaw: Option<Flaw>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, object: &mut Object<'a>) -> Result<(), Flaw> {
        self.space();
        if self.peek() != Some(b'{') {
            return Err(self.wanted("the { of an object"));
        }
        self.object(object, 0)?;
        self.space();
        if self.at < self.text.len() {
            return Err(self.wanted("the end of the line"));
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Flaw> {
        if depth > DEEPEST {
            return Err(Flaw::TooDeep);
        }
        match self.peek() {
            Some(b'{') => {
                let mut object = Object::default();
                self.object(&mut object, depth)?;
                Ok(Value::Object(object))
            }
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'n') => self.word("null", Value::Null),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            _ => Err(self.wanted("a value")),
        }
    }

    /// Members are kept as they come, so that a line cut short still shows those before the cut.
    fn object(&mut self, object: &mut Object<'a>, depth: usize) -> Result<(), Flaw> {
        self.at += 1;
        self.space();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.wanted("a key"));
            }
            let key = self.string()?;
            self.space();
            if !self.take(b':') {
                return Err(self.wanted("a colon"));
            }
            self.space();
            let value = self.value(depth + 1)?;
            object.0.push((key, value));
            self.space();
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return Err(self.wanted("a comma or }"));
            }
            self.space();
        }
        object.0.sort_by(|a, b| by_utf16(&a.0, &b.0));
        if let Some(twice) = object.0.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let flaw = Flaw::KeyTwice(twice[0].0.clone().into_owned());
            self.flaw.get_or_insert(flaw);
        }
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, Flaw> {
        self.at += 1;
        self.space();
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return Err(self.wanted("a comma or ]"));
            }
            self.space();
        }
    }

    fn number(&mut self) -> Result<Value<'a>, Flaw> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        let mut integer = true;
        if self.take(b'.') {
            integer = false;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            integer = false;
            let _signed = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let written = &self.text[start..self.at];
        let kept = written.parse().ok().filter(|n| (-LARGEST..=LARGEST).contains(n));
        if !integer {
            self.flaw.get_or_insert_with(|| Flaw::NotAnInteger(short(written)));
        } else if kept.is_none() {
            self.flaw.get_or_insert_with(|| Flaw::TooLarge(short(written)));
        }
        Ok(Value::Integer(kept.unwrap_or_default()))
    }

    fn digits(&mut self) -> Result<(), Flaw> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.wanted("a digit")) } else { Ok(()) }
    }

    fn word(&mut self, word: &'static str, value: Value<'a>) -> Result<Value<'a>, Flaw> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.wanted(word));
        }
        self.at += word.len();
        Ok(value)
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Flaw> {
        self.at += 1;
        let start = self.at;
        let plain = self.plain()?;
        if self.take(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        let mut text = self.text[start..self.at].to_owned();
        while !self.take(b'"') {
            self.escape(&mut text)?;
            text.push_str(self.plain()?);
        }
        Ok(Cow::Owned(text))
    }

    /// What stands before the next quotation mark or backslash. Both are ASCII, so the cut falls
    /// between characters.
    fn plain(&mut self) -> Result<&'a str, Flaw> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().position(is_escaped).unwrap_or(rest.len());
        self.at += length;
        match self.peek() {
            Some(b'"' | b'\\') => Ok(&rest[..length]),
            Some(_) => Err(self.wanted("the escape of a control character")),
            None => Err(self.wanted("the end of a text")),
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Flaw> {
        let start = self.at;
        self.at += 1;
        let escaped = self.peek();
        self.at += 1;
        text.push(match escaped {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode(start)?,
            _ => {
                self.at = start;
                return Err(self.wanted("a known escape"));
            }
        });
        Ok(())
    }

    /// After `\u`: one code unit, or two where they are a pair of surrogates.
    fn unicode(&mut self, start: usize) -> Result<char, Flaw> {
        let unit = self.code_unit()?;
        if let Some(character) = char::from_u32(unit) {
            return Ok(character);
        }
        let pair = self.at;
        if unit < 0xdc00 && self.take(b'\\') && self.take(b'u') {
            let low = self.code_unit()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return char::from_u32(code).ok_or_else(|| self.wanted("a character"));
            }
        }
        self.at = pair;
        self.flaw.get_or_insert(Flaw::LoneSurrogate { byte: start + 1 });
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn code_unit(&mut self) -> Result<u32, Flaw> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            let Some(digit) = digit else { return Err(self.wanted("four hexadecimal digits")) };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Bytes are counted from 1, as lines are.
    fn wanted(&self, wanted: &'static str) -> Flaw {
        Flaw::NotJson { wanted, byte: self.at + 1 }
    }
}

/// A number of a thousand digits is not worth a thousand characters of a message.
fn short(number: &str) -> String {
    if number.len() <= 40 { number.to_owned() } else { format!("{}…", &number[..40]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(line: &str) -> Result<String, Flaw> {
        let (object, flaw) = read(line);
        let mut out = String::new();
        object.write_without("", &mut out);
        flaw.map_or(Ok(out), Err)
    }

    fn not_json(wanted: &'static str, byte: usize) -> Flaw {
        Flaw::NotJson { wanted, byte }
    }

    #[test]
    fn spaces_order_and_escapes_make_no_difference() {
        for (line, wanted) in [
            (" { } ", "{}"),
            ("{\"b\" : [ 1 , 2 ] ,\t\"a\":null}\r", r#"{"a":null,"b":[1,2]}"#),
            (
                r#"{"\u0061":"\/\ud83d\ude00\u000F\u0000","\ud83d\ude00":-0}"#,
                r#"{"a":"/😀\u000f\u0000","😀":0}"#,
            ),
            (
                r#"{"n":[9007199254740991,-9007199254740991,true,false]}"#,
                r#"{"n":[9007199254740991,-9007199254740991,true,false]}"#,
            ),
        ] {
            assert_eq!(canonical(line).as_deref(), Ok(wanted), "{line}");
        }
    }

    #[test]
    fn what_readers_could_understand_differently_is_a_flaw() {
        let twice = |key: &str| Flaw::KeyTwice(key.to_owned());
        for (line, flaw) in [
            (r#"{"a":1,"b":2,"a":1}"#, twice("a")),
            (r#"{"x":[{"y":{"a":1,"\u0061":1}}]}"#, twice("a")),
            (r#"{"a":"\ud800"}"#, Flaw::LoneSurrogate { byte: 7 }),
            (r#"{"a":"\udc00\ud800"}"#, Flaw::LoneSurrogate { byte: 7 }),
            (r#"{"a":"\ud800\u0041"}"#, Flaw::LoneSurrogate { byte: 7 }),
            (r#"{"a\udfff":1}"#, Flaw::LoneSurrogate { byte: 4 }),
            (r#"{"a":1.0}"#, Flaw::NotAnInteger("1.0".to_owned())),
            (r#"{"a":-1e2}"#, Flaw::NotAnInteger("-1e2".to_owned())),
            (r#"{"a":[1E+2]}"#, Flaw::NotAnInteger("1E+2".to_owned())),
            (r#"{"a":9007199254740992}"#, Flaw::TooLarge("9007199254740992".to_owned())),
            (r#"{"a":-9007199254740992}"#, Flaw::TooLarge("-9007199254740992".to_owned())),
            (r#"{"a":01}"#, not_json("a comma or }", 7)),
            (r#"{"a":.5}"#, not_json("a value", 6)),
            (r#"{"a":1.}"#, not_json("a digit", 8)),
            (r#"{"a":+1}"#, not_json("a value", 6)),
            (r#"{"a":NaN}"#, not_json("a value", 6)),
            (r#"{"a":nul}"#, not_json("null", 6)),
            (r#"{"a":1,}"#, not_json("a key", 8)),
            (r#"{"a":[1,]}"#, not_json("a value", 9)),
            (r#"{"a":1} {}"#, not_json("the end of the line", 9)),
            (r#"{"a":1"#, not_json("a comma or }", 7)),
            (r#"{"a":"1"#, not_json("the end of a text", 8)),
            (r#"{"a" 1}"#, not_json("a colon", 6)),
            ("{\"a\":\"\u{1}\"}", not_json("the escape of a control character", 7)),
            (r#"{"a":"\x"}"#, not_json("a known escape", 7)),
            (r#"{"a":"\u12g4"}"#, not_json("four hexadecimal digits", 11)),
            (r#"{"a":"\u+123"}"#, not_json("four hexadecimal digits", 9)),
            (r#"{"a":"\"#, not_json("a known escape", 7)),
            ("\u{feff}{}", not_json("the { of an object", 1)),
            ("[1]", not_json("the { of an object", 1)),
            ("", not_json("the { of an object", 1)),
        ] {
            assert_eq!(canonical(line), Err(flaw), "{line}");
        }
    }

    #[test]
    fn a_line_with_a_flaw_still_shows_its_name() {
        for line in [
            r#"{"stream":"org","seq":3,"body":{"x":1.5}}"#,
            r#"{"stream":"org","v":1,"v":1,"seq":3}"#,
            r#"{"source":"\ud800live","seq":3,"stream":"org"}"#,
            r#"{"seq":3,"stream":"org","body":{"#,
        ] {
            let (object, flaw) = read(line);
            assert!(flaw.is_some(), "{line}");
            assert_eq!(
                (object.text("stream"), object.integer("seq")),
                (Some("org"), Some(3)),
                "{line}"
            );
        }
    }

    #[test]
    fn depth_32_holds_and_a_deeper_value_does_not() {
        // As canonical() counts: the object at 0, its member at 1, so 31 lists hold a value at 32.
        let nested =
            |lists: usize| format!("{{\"a\":{}1{}}}", "[".repeat(lists), "]".repeat(lists));
        assert!(canonical(&nested(31)).is_ok());
        assert_eq!(canonical(&nested(32)), Err(Flaw::TooDeep));
        assert_eq!(canonical(&nested(20_000)), Err(Flaw::TooDeep), "and the stack stands");
    }
}
