//! A seal: the Merkle root over all acts since the seal before it.

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::canonical::{write_integer, write_text};
use super::{Hash, Tree, merkle_root};
use crate::ids::DivisionCode;
use crate::time::At;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub county: DivisionCode,
    /// Its number, from 1.
    pub seal: i64,
    pub at: At,
    /// The place of its first act in the county's order, from 1.
    pub first: i64,
    /// How many acts it covers.
    pub count: i64,
    pub root: Hash,
    /// The hash of the seal before, [`Hash::ZERO`] for the first.
    pub prev: Hash,
    pub hash: Hash,
}

impl Seal {
    /// The seal after `prev` over the acts since, in the county's order; `None` where there are none,
    /// since a seal over nothing would prove nothing.
    pub fn next(prev: Option<&Seal>, county: DivisionCode, at: At, acts: &[Hash]) -> Option<Self> {
        Self::over(prev, county, at, i64::try_from(acts.len()).ok()?, merkle_root(acts))
    }

    /// The same from a tree that was grown act by act.
    pub fn of_tree(prev: Option<&Seal>, county: DivisionCode, at: At, acts: &Tree) -> Option<Self> {
        Self::over(prev, county, at, i64::try_from(acts.len()).ok()?, acts.root())
    }

    fn over(
        prev: Option<&Seal>,
        county: DivisionCode,
        at: At,
        count: i64,
        root: Hash,
    ) -> Option<Self> {
        if count == 0 {
            return None;
        }
        let (seal, first, prev) =
            prev.map_or((1, 1, Hash::ZERO), |p| (p.seal + 1, p.first + p.count, p.hash));
        let mut made = Self { county, seal, at, first, count, root, prev, hash: Hash::ZERO };
        made.hash = made.computed_hash();
        Some(made)
    }

    /// The seal's line of an export, without end of line.
    pub fn line(&self) -> String {
        self.text(Some(self.hash))
    }

    /// The hash that the fields have now.
    pub fn computed_hash(&self) -> Hash {
        Hash::of(self.text(None))
    }

    fn text(&self, hash: Option<Hash>) -> String {
        let mut out = String::with_capacity(400);
        text_field(&mut out, "{\"at\":", &self.at.to_string());
        out.push_str(",\"count\":");
        write_integer(&mut out, self.count);
        text_field(&mut out, ",\"county\":", self.county.as_str());
        out.push_str(",\"first\":");
        write_integer(&mut out, self.first);
        if let Some(hash) = hash {
            text_field(&mut out, ",\"hash\":", &hash.to_string());
        }
        text_field(&mut out, ",\"prev\":", &self.prev.to_string());
        text_field(&mut out, ",\"root\":", &self.root.to_string());
        out.push_str(",\"seal\":");
        write_integer(&mut out, self.seal);
        out.push('}');
        out
    }
}

fn text_field(out: &mut String, name: &str, text: &str) {
    out.push_str(name);
    write_text(out, text);
}

impl Serialize for Seal {
    /// The line, as it stands in an export.
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.line()).map_err(serde::ser::Error::custom)?.serialize(s)
    }
}
