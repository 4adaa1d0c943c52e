//! An act read back from a line of our own exports.

use serde::de::DeserializeOwned;

use super::strict::{self, Flaw, Object, Value};
use super::{Act, ContentRef, Hash, LONGEST_LINE, Stream};
use crate::ids::DivisionCode;

/// A line that is no act of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAct {
    #[error("the line is longer than {LONGEST_LINE} bytes")]
    TooLong,
    #[error("the line {0}")]
    Flaw(Flaw),
    #[error("the field {field} is missing or not as it should be: {why}")]
    Field { field: &'static str, why: String },
    #[error("the hash {written} is not that of the fields known here, which is {computed}")]
    Hash { written: Hash, computed: Hash },
}

impl Act {
    /// Reads a line of an export whole. Unlike [`super::Verifier`], which takes any fields, this asks
    /// for exactly the fields that this version writes: one that it would lose makes the hash fail.
    pub fn from_line(line: &[u8]) -> Result<Self, NotAnAct> {
        if line.len() > LONGEST_LINE {
            return Err(NotAnAct::TooLong);
        }
        let text = std::str::from_utf8(line)
            .map_err(|e| NotAnAct::Flaw(Flaw::NotUtf8 { byte: e.valid_up_to() + 1 }))?;
        let (object, flaw) = strict::read(text);
        if let Some(flaw) = flaw {
            return Err(NotAnAct::Flaw(flaw));
        }
        let act = Self {
            county: DivisionCode(field(&object, "county")?),
            stream: Stream(field(&object, "stream")?),
            seq: field(&object, "seq")?,
            at: field(&object, "at")?,
            happened: field(&object, "happened")?,
            source: field(&object, "source")?,
            kind: field(&object, "kind")?,
            by: field(&object, "by")?,
            key: field(&object, "key")?,
            v: field(&object, "v")?,
            body: canonical_field(&object, "body", |value| matches!(value, Value::Object(_)))?,
            contents: {
                let _: Vec<ContentRef> = field(&object, "contents")?;
                canonical_field(&object, "contents", |_| true)?
            },
            prev: field(&object, "prev")?,
            hash: field(&object, "hash")?,
        };
        let computed = act.computed_hash();
        if computed == act.hash {
            Ok(act)
        } else {
            Err(NotAnAct::Hash { written: act.hash, computed })
        }
    }
}

fn field<T: DeserializeOwned>(object: &Object<'_>, name: &'static str) -> Result<T, NotAnAct> {
    let text = canonical_field(object, name, |_| true)?;
    serde_json::from_str(&text).map_err(|e| NotAnAct::Field { field: name, why: e.to_string() })
}

fn canonical_field(
    object: &Object<'_>,
    name: &'static str,
    fits: impl Fn(&Value<'_>) -> bool,
) -> Result<String, NotAnAct> {
    let value = object.get(name).filter(|value| fits(value));
    let value = value.ok_or(NotAnAct::Field { field: name, why: "it is not there".to_owned() })?;
    let mut text = String::new();
    value.write(&mut text);
    Ok(text)
}
