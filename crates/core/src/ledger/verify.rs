//! The check of a whole ledger, line by line, wherever the lines come from.
//!
//! Hashes, chains, seq and seals are checked and nothing else: who could act, keys and the order of
//! `at` are the business of other rules. Memory holds one head a stream and one hash for each level
//! of the tree of acts not yet sealed.

use std::collections::BTreeMap;
use std::fmt;

use uuid::Uuid;

use super::plain::Plain;
use super::strict::{self, Flaw, Object};
use super::{Hash, LONGEST_LINE, Stream, Tree};

/// Takes the lines of one county's ledger in their order; `finish` tells what holds.
#[derive(Debug, Default)]
pub struct Verifier {
    heads: BTreeMap<Key, Head>,
    /// The acts since the last seal.
    open: Tree,
    acts: i64,
    seals: i64,
    last_seal: Option<Hash>,
    last_line: u64,
    /// A seal kept outside that has not come by yet.
    kept: Option<Hash>,
    kept_found: bool,
    /// Canonical text of the line at hand; kept to be filled again.
    text: String,
}

/// What held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    pub acts: i64,
    pub streams: usize,
    pub seals: i64,
    /// Acts after the last seal: their chains hold, but nothing kept outside speaks for them yet.
    pub unsealed: i64,
    /// The last seal's hash, to be kept outside.
    pub last_seal: Option<Hash>,
}

/// The first thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1, in a file or in the county's order with its seals.
    pub line: u64,
    /// The act's stream and seq, as far as the line could be read.
    pub stream: Option<Stream>,
    pub seq: Option<i64>,
    /// The seal's number, where the line is a seal.
    pub seal: Option<i64>,
    pub what: Box<What>,
}

/// How a line that holds is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// In canonical form: its own bytes are those that were hashed.
    Canonical,
    /// In another spelling of the same content.
    Otherwise,
}

/// In which way it does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum What {
    #[error("is longer than {LONGEST_LINE} bytes")]
    TooLong,
    #[error(transparent)]
    Flaw(#[from] Flaw),
    #[error("the field {field} is missing or is not {wanted}")]
    Field { field: &'static str, wanted: &'static str },
    #[error("its hash is written as {written}, but its content gives {computed}: it was changed")]
    Hash { written: Hash, computed: Hash },
    #[error("its seq should be {expected}: an act is missing, stands twice or stands elsewhere")]
    Seq { expected: i64 },
    #[error("its prev is {written}, but the {before} before it has the hash {expected}")]
    Prev { before: &'static str, written: Hash, expected: Hash },
    #[error("its number should be {expected}: a seal is missing or stands twice")]
    SealNumber { expected: i64 },
    #[error(
        "it says that it covers {count} acts from act {first} on, but since the seal before it \
         there are {expected_count} from act {expected_first} on"
    )]
    Covers { first: i64, count: i64, expected_first: i64, expected_count: i64 },
    #[error("its root is {written}, but the acts it covers give {computed}")]
    Root { written: Hash, computed: Hash },
    #[error(
        "the seal kept outside, {0}, is not among them: the ledger was sealed anew, its end was \
         cut off, or the seal is another county's"
    )]
    KeptSealMissing(Hash),
}

#[derive(Debug, Clone, Copy)]
struct Head {
    seq: i64,
    hash: Hash,
}

/// A stream's name, packed where it is a UUID in its one spelling: a province has millions.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Matter(Uuid),
    Name(Box<str>),
}

impl Key {
    fn of(stream: &str) -> Self {
        match Uuid::try_parse(stream) {
            Ok(id) if id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == stream => {
                Self::Matter(id)
            }
            _ => Self::Name(stream.into()),
        }
    }
}

impl Verifier {
    /// With the hash of a seal kept outside, `finish` also asks that it came by.
    pub fn new(kept_seal: Option<Hash>) -> Self {
        Self { kept: kept_seal, ..Self::default() }
    }

    /// Takes the next line, without its end of line; `n` is its number, for the fault alone. After a
    /// fault nothing that follows has a meaning.
    pub fn line(&mut self, n: u64, line: &[u8]) -> Result<Written, Fault> {
        self.last_line = n;
        if line.len() > LONGEST_LINE {
            return Err(Fault::of_line(n, What::TooLong));
        }
        if let Some(plain) = std::str::from_utf8(line).ok().and_then(Plain::of)
            && self.plain(&plain).is_some()
        {
            return Ok(Written::Canonical);
        }
        let lossy;
        let (text, not_utf8) = match std::str::from_utf8(line) {
            Ok(text) => (text, None),
            Err(e) => {
                lossy = String::from_utf8_lossy(line);
                (&*lossy, Some(Flaw::NotUtf8 { byte: e.valid_up_to() + 1 }))
            }
        };
        let (object, flaw) = strict::read(text);
        let seal = object.get("seal").is_some();
        let checked = match not_utf8.or(flaw) {
            Some(flaw) => Err(What::Flaw(flaw)),
            None if seal => self.seal(&object),
            None => self.act(&object),
        };
        checked.map(|()| self.written(&object, text)).map_err(|what| {
            let (stream, seq) = if seal {
                (None, None)
            } else {
                (object.text("stream").map(Stream::from), object.integer("seq"))
            };
            Fault { stream, seq, seal: object.integer("seal"), ..Fault::of_line(n, what) }
        })
    }

    /// What held, after the last line.
    pub fn finish(self) -> Result<Summary, Fault> {
        if let Some(kept) = self.kept.filter(|_| !self.kept_found) {
            return Err(Fault::of_line(self.last_line, What::KeptSealMissing(kept)));
        }
        Ok(Summary {
            acts: self.acts,
            streams: self.heads.len(),
            seals: self.seals,
            unsealed: self.unsealed(),
            last_seal: self.last_seal,
        })
    }

    /// How many acts have held so far, for a progress line.
    pub const fn acts(&self) -> i64 {
        self.acts
    }

    fn unsealed(&self) -> i64 {
        i64::try_from(self.open.len()).unwrap_or(i64::MAX)
    }

    fn act(&mut self, act: &Object<'_>) -> Result<(), What> {
        let stream = act.text("stream").ok_or(What::Field { field: "stream", wanted: "a text" })?;
        let seq = number(act, "seq")?;
        let written = hash(act, "prev")?;
        let hash = self.own_hash(act)?;
        self.next(stream, seq, written, hash)
    }

    /// The same for a line in canonical form; none where something does not hold.
    fn plain(&mut self, act: &Plain<'_>) -> Option<()> {
        let hash = act.hash.parse().ok()?;
        let prev = act.prev.parse().ok()?;
        if Hash::of_parts(&act.rest.map(str::as_bytes)) != hash {
            return None;
        }
        self.next(act.stream, act.seq, prev, hash).ok()
    }

    /// An act whose hash is its own takes its place in its stream and in the county's order.
    fn next(&mut self, stream: &str, seq: i64, written: Hash, hash: Hash) -> Result<(), What> {
        let key = Key::of(stream);
        let before = self.heads.get(&key).copied().unwrap_or(Head { seq: 0, hash: Hash::ZERO });
        if seq != before.seq + 1 {
            return Err(What::Seq { expected: before.seq + 1 });
        }
        if written != before.hash {
            return Err(What::Prev { before: "act", written, expected: before.hash });
        }
        self.heads.insert(key, Head { seq, hash });
        self.open.push(&hash);
        self.acts += 1;
        Ok(())
    }

    fn seal(&mut self, seal: &Object<'_>) -> Result<(), What> {
        let (number, first, count) =
            (number(seal, "seal")?, number(seal, "first")?, number(seal, "count")?);
        let (prev, root) = (hash(seal, "prev")?, hash(seal, "root")?);
        let own = self.own_hash(seal)?;
        if number != self.seals + 1 {
            return Err(What::SealNumber { expected: self.seals + 1 });
        }
        let before = self.last_seal.unwrap_or(Hash::ZERO);
        if prev != before {
            return Err(What::Prev { before: "seal", written: prev, expected: before });
        }
        let expected_count = self.unsealed();
        let expected_first = self.acts - expected_count + 1;
        if (first, count) != (expected_first, expected_count) {
            return Err(What::Covers { first, count, expected_first, expected_count });
        }
        let computed = self.open.root();
        if root != computed {
            return Err(What::Root { written: root, computed });
        }
        self.open = Tree::new();
        self.seals += 1;
        self.last_seal = Some(own);
        self.kept_found |= self.kept == Some(own);
        Ok(())
    }

    fn written(&mut self, object: &Object<'_>, line: &str) -> Written {
        self.text.clear();
        object.write_without("", &mut self.text);
        if self.text == line { Written::Canonical } else { Written::Otherwise }
    }

    /// The hash written in the line, if the line's content gives it.
    fn own_hash(&mut self, object: &Object<'_>) -> Result<Hash, What> {
        let written = hash(object, "hash")?;
        self.text.clear();
        object.write_without("hash", &mut self.text);
        let computed = Hash::of(&self.text);
        if written == computed { Ok(written) } else { Err(What::Hash { written, computed }) }
    }
}

fn number(object: &Object<'_>, field: &'static str) -> Result<i64, What> {
    object.integer(field).ok_or(What::Field { field, wanted: "a number" })
}

fn hash(object: &Object<'_>, field: &'static str) -> Result<Hash, What> {
    let wanted = "64 digits of 0-9 and a-f";
    object.text(field).and_then(|t| t.parse().ok()).ok_or(What::Field { field, wanted })
}

impl Fault {
    fn of_line(line: u64, what: What) -> Self {
        Self { line, stream: None, seq: None, seal: None, what: Box::new(what) }
    }

    /// Which act or seal it is, as far as the line says.
    pub fn place(&self) -> String {
        match (self.seal, &self.stream, self.seq) {
            (Some(seal), ..) => format!("seal {seal}"),
            (None, Some(stream), Some(seq)) => format!("act {seq} of {stream}"),
            (None, Some(stream), None) => format!("an act of {stream}"),
            _ => "the line".to_owned(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self.what {
            What::KeptSealMissing(_) => self.what.fmt(f),
            _ => write!(f, "line {}: {}: {}", self.line, self.place(), self.what),
        }
    }
}

impl std::error::Error for Fault {}
