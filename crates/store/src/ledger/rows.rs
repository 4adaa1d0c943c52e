//! An act as a row of the table `act`.

use sqlx::FromRow;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, By, Hash, Source, Stream};
use zongheng_core::time::At;

use crate::error::{Result, StoreError};

/// The columns of [`ActRow`].
pub(crate) const ACT: &str = "county, pos, stream, seq, kind, at, happened, source, by_user, \
    by_post, by_unit, by_for, key, v, body, contents, prev, hash";

#[derive(Debug, Clone, FromRow)]
pub(crate) struct ActRow {
    pub(crate) county: String,
    pub(crate) pos: i64,
    pub(crate) stream: String,
    pub(crate) seq: i64,
    kind: String,
    pub(super) at: i64,
    happened: Option<i64>,
    source: String,
    by_user: String,
    by_post: Option<String>,
    by_unit: Option<String>,
    by_for: Option<String>,
    key: String,
    v: i64,
    body: String,
    contents: String,
    prev: String,
    hash: String,
}

impl ActRow {
    /// The act, or which column cannot be what was written.
    pub(crate) fn read(self) -> Result<Act> {
        let Self { county, stream, seq, kind, at, happened, key, body, contents, .. } = self;
        let bad = |column: &str| {
            StoreError::inconsistent("act", format!("{stream} {seq}"), format!("column {column}"))
        };
        let id = |column: &'static str, text: Option<String>| match text {
            Some(text) => {
                let id: uuid::Uuid = text.parse().map_err(|_| bad(column))?;
                // One id has one spelling: another one would hash otherwise than it was written.
                if id.to_string() == text { Ok(Some(id)) } else { Err(bad(column)) }
            }
            None => Ok(None),
        };
        let by = By {
            user: self.by_user,
            post: id("by_post", self.by_post)?.map(zongheng_core::ids::PostId),
            unit: id("by_unit", self.by_unit)?.map(zongheng_core::ids::UnitId),
            for_: id("by_for", self.by_for)?.map(zongheng_core::ids::PostId),
        };
        let source = match self.source.as_str() {
            "live" => Source::Live,
            "offline" => Source::Offline,
            "late" => Source::Late,
            "imported" => Source::Imported,
            _ => return Err(bad("source")),
        };
        let v = u32::try_from(self.v).map_err(|_| bad("v"))?;
        let prev = self.prev.parse().map_err(|_| bad("prev"))?;
        let hash = self.hash.parse().map_err(|_| bad("hash"))?;
        Ok(Act {
            county: DivisionCode(county),
            stream: Stream(stream),
            seq,
            at: At::from_seconds(at),
            happened: happened.map(At::from_seconds),
            source,
            kind,
            by,
            key,
            v,
            body,
            contents,
            prev,
            hash,
        })
    }
}

pub(super) fn hash(column: &str, stream: &Stream, seq: i64, text: &str) -> Result<Hash> {
    text.parse().map_err(|_| {
        StoreError::inconsistent("act", format!("{stream} {seq}"), format!("column {column}"))
    })
}
