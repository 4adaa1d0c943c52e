//! The check: every projection rebuilt from the ledger and compared with what the tables hold.
//!
//! Streams are folded one after the other, so memory holds two pages of acts, their matters and the counters.
//! One thread folds and compares while the database reads the next page and the rows of the one before.

mod folded;
mod held;
mod searched;
mod whole;

use std::fmt::Display;

use serde_json::json;
use zongheng_core::ids::{ContentId, DivisionCode};
use zongheng_core::ledger::ContentRef;

use self::folded::{Folding, Found, Kept, Rebuilt, Seen};
use self::searched::Searched;
use crate::county;
use crate::db::{Tx, rows};
use crate::error::{Result, StoreError};
use crate::expected::Expected;
use crate::ledger::by_stream;
use crate::open::Store;
use crate::projection::{FullRow, MATTER_COLUMNS};

/// Acts read and folded at a time.
const PAGE: i64 = 2_000;

/// The most differences that are listed.
const LISTED: usize = 100;

/// What the check looked at, and where the tables differ from the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    pub acts: i64,
    pub matters: i64,
    /// Acts and matters that search has still to follow; what they are about is not compared.
    pub unsearched: i64,
    /// Each with table, row and column; at most a hundred.
    pub differences: Vec<String>,
}

impl Checked {
    pub fn holds(&self) -> bool {
        self.differences.is_empty()
    }

    fn differs(&mut self, what: impl Display) {
        if self.differences.len() < LISTED {
            self.differences.push(what.to_string());
        }
    }

    fn expect<T: PartialEq + Display>(&mut self, what: impl Display, rebuilt: &T, found: &T) {
        if rebuilt != found {
            self.differs(format!("{what}: the ledger gives {rebuilt}, the table holds {found}"));
        }
    }
}

impl Display for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (acts, matters) = (self.acts, self.matters);
        if self.holds() {
            let what = "register, audience, counters, search and time by holder agree";
            write!(f, "{acts} acts, {matters} matters: {what}")?;
            match self.unsearched {
                0 => Ok(()),
                n => write!(f, "; search has {n} still to follow"),
            }
        } else {
            f.write_str(&self.differences.join("\n"))
        }
    }
}

impl Store {
    /// Rebuilds register, audiences, counters, what is searched, numbers and remembered commands from the acts, as of the
    /// last tick, and compares; also the contents with the digests in their acts, the files with their SHA-256, and
    /// that every minute of a matter's open life is held by exactly one holder.
    pub async fn check(&self, county: &DivisionCode) -> Result<Checked> {
        let mut tx = self.db().snapshot().await?;
        let head = county::read(tx.on(), county.as_str()).await?;
        let expected = Expected::read(&mut tx, &head).await?;
        let searched = Searched::read(self, &mut tx, &head).await?;
        let mut folding = Folding::new(self.clone(), head, expected);
        folding.checked.unsearched = searched.behind(&folding.head);
        let mut folding = walk(&mut tx, county.as_str(), folding, &searched).await?;
        folding.whole(&mut tx).await?;
        tx.rollback().await?;
        let mut checked = folding.checked;
        self.check_files(county, |what| checked.differs(what)).await?;
        Ok(checked)
    }
}

/// All streams in their order. Each round folds a page of acts and compares the matters found in the round
/// before; meanwhile the next page is read, and what the tables hold of the matters that are next.
async fn walk(
    tx: &mut Tx,
    county: &str,
    mut folding: Folding,
    searched: &Searched,
) -> Result<Folding> {
    let mut after = (String::new(), 0);
    let mut acts = by_stream(tx, county, &mut after, PAGE).await?;
    let (mut next, mut found): (Vec<Rebuilt>, Option<Found>) = (Vec::new(), None);
    loop {
        let last = acts.is_empty();
        let folded = tokio::task::spawn_blocking(move || {
            let compared = found.map_or(Ok(()), |found| folding.compare(found));
            let finished = compared.and_then(|()| folding.fold(acts));
            (folding, finished)
        });
        acts = if last { Vec::new() } else { by_stream(tx, county, &mut after, PAGE).await? };
        found = find(tx, county, next, searched).await?;
        let finished;
        (folding, finished) =
            folded.await.map_err(|e| StoreError::inconsistent("act", "checking", e))?;
        next = finished?;
        if last && next.is_empty() && found.is_none() {
            return Ok(folding);
        }
    }
}

/// What the tables hold of matters that follow each other in the order of their ids.
async fn find(
    tx: &mut Tx,
    county: &str,
    matters: Vec<Rebuilt>,
    searched: &Searched,
) -> Result<Option<Found>> {
    let (Some(first), Some(last)) = (matters.first(), matters.last()) else { return Ok(None) };
    let (first, last) = (first.matter.id.to_string(), last.matter.id.to_string());
    let sql =
        format!("select {MATTER_COLUMNS} from matter where county = $1 and id between $2 and $3");
    let rows = rows!(tx.on(), FullRow, &sql, county, &first, &last)?;
    let sql = "select matter, key, due, created from audience \
        where county = $1 and matter between $2 and $3 order by matter, key";
    let seen = rows!(tx.on(), Seen, sql, county, &first, &last)?;
    let contents = contents(tx, county, matters.iter().flat_map(|one| &one.contents)).await?;
    let search = searched.beside(tx, &matters).await?;
    Ok(Some(Found { matters, rows, seen, contents, search }))
}

/// The entries that are named.
async fn contents(
    tx: &mut Tx,
    county: &str,
    named: impl Iterator<Item = &ContentRef>,
) -> Result<Vec<Kept>> {
    let ids: Vec<ContentId> = named.map(|one| one.id).collect();
    rows!(
        tx.on(),
        Kept,
        "select id, class, salt, text, cipher_key, cipher, erased from content \
         where county = $1 and id {in 2}",
        county,
        json!(ids).to_string(),
    )
}
