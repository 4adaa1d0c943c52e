//! One act: its envelope, its canonical line and its hash.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::canonical::{BadValue, canonical, write_integer, write_text};
use super::{Hash, LONGEST_LINE};
use crate::ids::{ContentId, DivisionCode, MatterId, PostId, UnitId};
use crate::time::At;

/// What an act belongs to: a matter's UUID, or `org`, `calendar`, `powers`, `access`, `sys`,
/// `playbook:<id>` and the like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stream(pub String);

impl Stream {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The matter whose stream this is, if it is one.
    pub fn matter(&self) -> Option<MatterId> {
        self.0.parse().ok()
    }
}

impl From<MatterId> for Stream {
    fn from(id: MatterId) -> Self {
        Self(id.to_string())
    }
}

impl From<&str> for Stream {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where an act's time comes from; not where the matter comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Entered when it happened.
    Live,
    /// Done on a device without network, whose clock had been checked.
    Offline,
    /// Written down afterwards by hand.
    Late,
    /// Taken over from another system.
    Imported,
}

impl Source {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Offline => "offline",
            Self::Late => "late",
            Self::Imported => "imported",
        }
    }
}

/// Who acted: an account, on a post of a unit, for another post where a deputy acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// The account's UUID, `receipt` for a resident by receipt, `system` for the runner.
    pub user: String,
    pub post: Option<PostId>,
    pub unit: Option<UnitId>,
    /// The post acted for, by its deputy.
    #[serde(rename = "for")]
    pub for_: Option<PostId>,
}

impl By {
    /// A resident who holds the receipt's code.
    pub fn receipt() -> Self {
        Self::without_post("receipt")
    }

    /// The runner, the import, the first configuration.
    pub fn system() -> Self {
        Self::without_post("system")
    }

    /// An account that acts on no post, as the three administrators do.
    pub fn without_post(user: impl Into<String>) -> Self {
        Self { user: user.into(), post: None, unit: None, for_: None }
    }
}

/// What kind of content an act names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Text,
    File,
    /// Kept in the vault: shown on need, each look recorded.
    Personal,
}

impl Class {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::File => "file",
            Self::Personal => "personal",
        }
    }
}

/// An entry kept beside the ledger, with the salted digest by which it can be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentRef {
    pub id: ContentId,
    pub class: Class,
    /// [`Hash::of_content`] of salt and bytes.
    pub digest: Hash,
}

/// An act before it has a hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub county: DivisionCode,
    pub stream: Stream,
    /// 1 for the stream's first act, and so on without gaps.
    pub seq: i64,
    /// When the server entered it.
    pub at: At,
    /// The claimed time, where it differs from `at`.
    pub happened: Option<At>,
    pub source: Source,
    pub kind: String,
    pub by: By,
    pub key: String,
    /// The version of the kind's body.
    pub v: u32,
    pub body: Value,
    pub contents: Vec<ContentRef>,
    /// The hash of the stream's act before, [`Hash::ZERO`] for the first.
    pub prev: Hash,
}

/// Why a draft cannot become an act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAct {
    #[error("{kind} on {stream}: {value}")]
    Value { kind: String, stream: Stream, value: BadValue },
    #[error("{kind} on {stream}: the body is not an object")]
    BodyNotAnObject { kind: String, stream: Stream },
    #[error(
        "{kind} on {stream}: seq {seq} and prev {prev} do not go together; seq counts from 1, and \
         only the first act has 64 zeros before it"
    )]
    Place { kind: String, stream: Stream, seq: i64, prev: Hash },
    #[error(
        "{kind} on {stream}: the line has {bytes} bytes, at most {LONGEST_LINE} with its end of \
         line are allowed; put texts into contents, or split the act"
    )]
    TooLong { kind: String, stream: Stream, bytes: usize },
}

/// An act as it is kept: body and contents as the canonical text over which the hash went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    pub county: DivisionCode,
    pub stream: Stream,
    pub seq: i64,
    pub at: At,
    pub happened: Option<At>,
    pub source: Source,
    pub kind: String,
    pub by: By,
    pub key: String,
    pub v: u32,
    /// Canonical JSON of an object.
    pub body: String,
    /// Canonical JSON of a list of [`ContentRef`].
    pub contents: String,
    pub prev: Hash,
    pub hash: Hash,
}

/// How long `,"hash":"…"` is.
const HASH_FIELD: usize = 10 + 64;

impl Draft {
    /// The act, with its hash. Refused is whatever would not hold when an outsider checks it.
    pub fn seal(self) -> Result<Act, BadAct> {
        let bad =
            |value| BadAct::Value { kind: self.kind.clone(), stream: self.stream.clone(), value };
        for (path, text) in [
            ("county", self.county.as_str()),
            ("stream", self.stream.as_str()),
            ("kind", &self.kind),
            ("by.user", &self.by.user),
            ("key", &self.key),
        ] {
            if text.contains('\0') {
                return Err(bad(BadValue::Nul { path: path.to_owned() }));
            }
        }
        if !self.body.is_object() {
            return Err(BadAct::BodyNotAnObject { kind: self.kind, stream: self.stream });
        }
        let body = canonical(&self.body, "body", 1).map_err(bad)?;
        let Self { county, stream, seq, at, happened, source, kind, by, key, v, prev, .. } = self;
        if seq < 1 || (seq == 1) != (prev == Hash::ZERO) {
            return Err(BadAct::Place { kind, stream, seq, prev });
        }
        let contents = contents_text(&self.contents);
        let hash = Hash::ZERO;
        let mut act = Act {
            county,
            stream,
            seq,
            at,
            happened,
            source,
            kind,
            by,
            key,
            v,
            body,
            contents,
            prev,
            hash,
        };
        let text = act.text(None);
        act.hash = Hash::of(&text);
        // The line is the same text with the hash in it.
        let bytes = text.len() + HASH_FIELD + 1;
        if bytes > LONGEST_LINE {
            return Err(BadAct::TooLong { kind: act.kind, stream: act.stream, bytes });
        }
        Ok(act)
    }
}

impl Act {
    /// The act's line of an export, without end of line: canonical, from the texts kept.
    pub fn line(&self) -> String {
        self.text(Some(self.hash))
    }

    /// The hash that the fields have now; other than `hash` where somebody changed them.
    pub fn computed_hash(&self) -> Hash {
        Hash::of(self.text(None))
    }

    /// The body as a value; `null` where the kept text is no JSON.
    pub fn body_value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The contents that it names; none where the kept text is no such list.
    pub fn content_refs(&self) -> Vec<ContentRef> {
        serde_json::from_str(&self.contents).unwrap_or_default()
    }

    /// The matter whose act it is, if it is a matter's.
    pub fn matter(&self) -> Option<MatterId> {
        self.stream.matter()
    }

    fn text(&self, hash: Option<Hash>) -> String {
        let By { user, post, unit, for_ } = &self.by;
        let [post, unit, for_] = [post.map(|id| id.0), unit.map(|id| id.0), for_.map(|id| id.0)]
            .map(|id| id.map(|id| id.to_string()));
        Columns {
            county: self.county.as_str(),
            stream: self.stream.as_str(),
            seq: self.seq,
            at: self.at,
            happened: self.happened,
            source: self.source.as_str(),
            kind: &self.kind,
            by_user: user,
            by_post: post.as_deref(),
            by_unit: unit.as_deref(),
            by_for: for_.as_deref(),
            key: &self.key,
            v: self.v.into(),
            body: &self.body,
            contents: &self.contents,
            prev: &self.prev.to_string(),
        }
        .line(hash.map(|hash| hash.to_string()).as_deref())
    }
}

/// An act as a database keeps it, each column as it stands there: its line is made without reading them first, since
/// whoever verifies lines reads them again.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    pub county: &'a str,
    pub stream: &'a str,
    pub seq: i64,
    pub at: At,
    pub happened: Option<At>,
    pub source: &'a str,
    pub kind: &'a str,
    pub by_user: &'a str,
    pub by_post: Option<&'a str>,
    pub by_unit: Option<&'a str>,
    pub by_for: Option<&'a str>,
    pub key: &'a str,
    pub v: i64,
    pub body: &'a str,
    pub contents: &'a str,
    pub prev: &'a str,
}

impl Columns<'_> {
    /// The line, without end of line: the fields in the order of RFC 8785, which for these names is the alphabet's. Without
    /// a hash it is the text over which the hash goes.
    pub fn line(&self, hash: Option<&str>) -> String {
        let mut out = String::with_capacity(640 + self.body.len() + self.contents.len());
        field(&mut out, "{\"at\":", &self.at.to_string());
        out.push_str(",\"body\":");
        out.push_str(self.body);
        nullable(&mut out, ",\"by\":{\"for\":", self.by_for);
        nullable(&mut out, ",\"post\":", self.by_post);
        nullable(&mut out, ",\"unit\":", self.by_unit);
        field(&mut out, ",\"user\":", self.by_user);
        out.push_str("},\"contents\":");
        out.push_str(self.contents);
        field(&mut out, ",\"county\":", self.county);
        nullable(&mut out, ",\"happened\":", self.happened.map(|t| t.to_string()).as_deref());
        if let Some(hash) = hash {
            field(&mut out, ",\"hash\":", hash);
        }
        field(&mut out, ",\"key\":", self.key);
        field(&mut out, ",\"kind\":", self.kind);
        field(&mut out, ",\"prev\":", self.prev);
        out.push_str(",\"seq\":");
        write_integer(&mut out, self.seq);
        field(&mut out, ",\"source\":", self.source);
        field(&mut out, ",\"stream\":", self.stream);
        out.push_str(",\"v\":");
        write_integer(&mut out, self.v);
        out.push('}');
        out
    }
}

fn contents_text(contents: &[ContentRef]) -> String {
    let mut out = String::from("[");
    for (n, content) in contents.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        field(&mut out, "{\"class\":", content.class.as_str());
        field(&mut out, ",\"digest\":", &content.digest.to_string());
        field(&mut out, ",\"id\":", &content.id.to_string());
        out.push('}');
    }
    out.push(']');
    out
}

fn field(out: &mut String, name: &str, text: &str) {
    out.push_str(name);
    write_text(out, text);
}

fn nullable(out: &mut String, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        field(out, name, text);
    } else {
        out.push_str(name);
        out.push_str("null");
    }
}

impl Serialize for Act {
    /// The line, as it stands in an export.
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.line()).map_err(serde::ser::Error::custom)?.serialize(s)
    }
}
