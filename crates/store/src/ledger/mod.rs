//! The ledger in the database: acts as they are kept, read back and appended.

mod append;
mod discretion;
mod export;
mod rows;
mod seal;

pub use append::Entry;
pub(crate) use append::{append_in, statement};
pub use discretion::{Decision, Place};
pub(crate) use export::verified;
pub use export::{Export, LedgerFault, Until};
pub(crate) use rows::{ACT, ActRow};
pub(crate) use seal::last_seal;

use std::collections::BTreeMap;

use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, Hash, Stream};

use crate::db::{On, Tx, row, rows};
use crate::error::Result;
use crate::open::Store;

impl Store {
    /// The acts of a stream after `after`, oldest first, at most `limit`.
    pub async fn acts(
        &self,
        county: &DivisionCode,
        stream: &Stream,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Act>> {
        let sql = format!(
            "select {ACT} from act where county = $1 and stream = $2 and seq > $3 order by seq limit $4"
        );
        let found = rows!(
            self.db().reader().await?.on(),
            ActRow,
            &sql,
            county.as_str(),
            stream.as_str(),
            after,
            limit
        )?;
        found.into_iter().map(ActRow::read).collect()
    }

    /// The first act of each of these streams.
    pub async fn first_acts(
        &self,
        county: &DivisionCode,
        streams: &[Stream],
    ) -> Result<BTreeMap<Stream, Act>> {
        let sql =
            format!("select {ACT} from act where county = $1 and stream {{in 2}} and seq = 1");
        let found = rows!(
            self.db().reader().await?.on(),
            ActRow,
            &sql,
            county.as_str(),
            serde_json::json!(streams).to_string(),
        )?;
        let keyed = |row: ActRow| row.read().map(|act| (act.stream.clone(), act));
        found.into_iter().map(keyed).collect()
    }

    /// Acts by their place in the county's order, from `first` to `last`.
    pub async fn acts_between(
        &self,
        county: &DivisionCode,
        first: i64,
        last: i64,
    ) -> Result<Vec<Act>> {
        between(self.db().reader().await?.on(), county.as_str(), first, last)
            .await?
            .into_iter()
            .map(ActRow::read)
            .collect()
    }

    /// The number and hash of a stream's last act; 0 and zeros for a stream without any.
    pub async fn stream_head(&self, county: &DivisionCode, stream: &Stream) -> Result<(i64, Hash)> {
        head_of(self.db().reader().await?.on(), county.as_str(), stream).await
    }
}

pub(crate) async fn between(
    on: On<'_>,
    county: &str,
    first: i64,
    last: i64,
) -> Result<Vec<ActRow>> {
    let sql =
        format!("select {ACT} from act where county = $1 and pos between $2 and $3 order by pos");
    rows!(on, ActRow, &sql, county, first, last)
}

/// A page of all acts, stream by stream, each in its order; `after` is where the page before ended, and then
/// where this one does.
pub(crate) async fn by_stream(
    tx: &mut Tx,
    county: &str,
    after: &mut (String, i64),
    most: i64,
) -> Result<Vec<ActRow>> {
    let sql = format!(
        "select {ACT} from act where county = $1 and (stream, seq) > ($2, $3) \
         order by stream, seq limit {most}"
    );
    let page = rows!(tx.on(), ActRow, &sql, county, &after.0, after.1)?;
    if let Some(last) = page.last() {
        *after = (last.stream.clone(), last.seq);
    }
    Ok(page)
}

pub(crate) async fn head_of(on: On<'_>, county: &str, stream: &Stream) -> Result<(i64, Hash)> {
    let last = row!(
        on,
        (i64, String),
        "select seq, hash from act where county = $1 and stream = $2 order by seq desc limit 1",
        county,
        stream.as_str(),
    )?;
    match last {
        Some((seq, hash)) => Ok((seq, rows::hash("hash", stream, seq, &hash)?)),
        None => Ok((0, Hash::ZERO)),
    }
}
