//! An act as a row of the table `act`.

use memchr::memchr_iter;
use sqlx::FromRow;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, By, Columns, Hash, Source, Stream};
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

/// Stand between acts that come as one text, and between the columns of one. JSON has neither.
const ACTS: u8 = 0x1d;
const BETWEEN: u8 = 0x1f;

/// Many acts as one text: going through all of them, a value for each column would cost more than the check.
pub(super) fn whole_acts() -> String {
    let columns = ACT.split(", ").map(|column| match column {
        "happened" | "by_post" | "by_unit" | "by_for" => {
            format!("coalesce('+' || {column}, '')")
        }
        column => column.to_owned(),
    });
    let whole = columns.collect::<Vec<_>>().join(" || {char 31} || ");
    format!(
        "select string_agg(whole, {{char 29}}) from (select {whole} as whole from act \
         where county = $1 and pos between $2 and $3 order by pos) acts"
    )
}

/// An act of such a text.
pub(super) struct WholeAct<'a> {
    /// Its place in the county's order; the last of all where even that cannot be read.
    pub(super) pos: i64,
    /// With its hash; none where it has not the columns of an act.
    pub(super) columns: Option<(Columns<'a>, &'a str)>,
}

fn split(text: &str, at: u8) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let ends = memchr_iter(at, text.as_bytes()).chain([text.len()]);
    ends.map(move |end| {
        let piece = &text[from..end];
        from = end + 1;
        piece
    })
}

/// The acts of such a text.
pub(super) fn of_whole<'a>(text: &'a str) -> impl Iterator<Item = WholeAct<'a>> {
    split(text, ACTS).map(|act: &'a str| {
        let pos = split(act, BETWEEN).nth(1).and_then(|pos| pos.parse().ok());
        WholeAct { pos: pos.unwrap_or(i64::MAX), columns: columns(act) }
    })
}

fn columns(act: &str) -> Option<(Columns<'_>, &str)> {
    let mut columns = split(act, BETWEEN);
    let mut next = || columns.next();
    let number = |text: &str| text.parse::<i64>().ok();
    let (county, _pos) = (next()?, next()?);
    let act = Columns {
        county,
        stream: next()?,
        seq: number(next()?)?,
        kind: next()?,
        at: number(next()?).map(At::from_seconds)?,
        happened: match maybe(next()?)? {
            None => None,
            Some(text) => Some(number(text).map(At::from_seconds)?),
        },
        source: next()?,
        by_user: next()?,
        by_post: maybe(next()?)?,
        by_unit: maybe(next()?)?,
        by_for: maybe(next()?)?,
        key: next()?,
        v: number(next()?)?,
        body: next()?,
        contents: next()?,
        prev: next()?,
    };
    let hash = next()?;
    next().is_none().then_some((act, hash))
}

/// What may be null: nothing is, and what is there has a sign before it.
#[expect(clippy::option_option, reason = "the outer one says whether it reads")]
fn maybe(text: &str) -> Option<Option<&str>> {
    match text {
        "" => Some(None),
        text => text.strip_prefix('+').map(Some),
    }
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
