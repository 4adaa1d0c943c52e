//! The register out as a whole: everything that a filter leaves, of one unmoving state of the database, a page
//! at a time, so that memory does not grow with it.

use std::collections::BTreeMap;

use zongheng_core::ids::{ContentId, DivisionCode};
use zongheng_core::ledger::Seal;
use zongheng_core::matter::Key;

use super::choose::choose;
use super::list::{Asked, Row, kept, lamp};
use super::walk::{Cursor, Filter, Order, Source};
use crate::content::{Content, texts_in};
use crate::county::{self, Head};
use crate::db::Tx;
use crate::dialect::unhurried;
use crate::error::{Result, StoreError};
use crate::ledger::last_seal;
use crate::open::Store;
use crate::record::RegisterRow;

/// Places of the index looked at in one step.
const STEP: i64 = 256;

/// What passes a filter, in an order, as the database stood when this was begun. It holds that state until it
/// is dropped: what reads it is a file's writer, never somebody at the other end of a network.
pub struct Extract {
    tx: Tx,
    county: DivisionCode,
    keys: Vec<Key>,
    filter: Filter,
    order: Order,
    /// None where nobody asks who sees anything.
    source: Option<Source>,
    after: Option<Cursor>,
    /// The page after the one that was given last.
    ahead: Option<Vec<RegisterRow>>,
    head: Head,
    seal: Option<Seal>,
}

impl Store {
    /// Begins an extract of what is visible by any of `keys` and passes the filter; nobody's keys see nothing.
    pub async fn extract(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        filter: &Filter,
        order: Order,
    ) -> Result<Extract> {
        let mut tx = self.db().snapshot().await?;
        if let Some(sql) = unhurried(self.db()) {
            crate::db::run!(tx.on(), sql)?;
        }
        let head = county::read(tx.on(), county.as_str()).await?;
        let seal = last_seal(tx.on(), county.as_str()).await?;
        let village = self.village(county, filter).await?;
        let source = match keys {
            [] => None,
            _ => Some(choose(tx.on(), county, keys, (filter, village), order).await?),
        };
        let (county, keys, filter) = (county.clone(), keys.to_vec(), filter.clone());
        let (after, ahead) = (None, None);
        Ok(Extract { tx, county, keys, filter, order, source, after, ahead, head, seal })
    }
}

impl Extract {
    /// How far the county had come: lamps stand as of its `ticked_to`.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The last seal of that state.
    pub const fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }

    /// The next matters; none once all were given. A page may be empty where a filter leaves out much. While matters
    /// are made of one page, the database reads the next.
    pub async fn page(&mut self) -> Result<Option<Vec<Row>>> {
        let rows = match self.ahead.take() {
            Some(rows) => rows,
            None => match self.read_on().await? {
                Some(rows) => rows,
                None => return Ok(None),
            },
        };
        let folding = tokio::task::spawn_blocking(move || {
            let folded = |row: RegisterRow| (row.folded(), row);
            rows.into_iter().map(folded).collect::<Vec<_>>()
        });
        self.ahead = self.read_on().await?;
        let folded = folding.await;
        let folded = folded.map_err(|e| StoreError::inconsistent("matter", "extracting", e))?;
        let mut page = Vec::with_capacity(folded.len());
        for (matter, row) in folded {
            let matter = match matter {
                Some(matter) => matter,
                None => row.matter(self.tx.on(), self.county.as_str()).await?,
            };
            page.push(Row { matter, lamp: lamp(&row)? });
        }
        Ok(Some(page))
    }

    async fn read_on(&mut self) -> Result<Option<Vec<RegisterRow>>> {
        let Some(source) = &self.source else { return Ok(None) };
        let (county, keys, filter, order) = (&self.county, &self.keys, &self.filter, self.order);
        let asked = Asked { county, keys, filter, order, source, most: None };
        // All of the step that is found, and where it ended.
        let step = asked.step(self.tx.on(), self.after.as_ref(), (STEP, STEP + 1)).await?;
        if step.end.is_none() {
            self.source = None;
        }
        self.after = step.end;
        let ids = step.hits.into_iter().map(|hit| hit.id).collect();
        kept(self.tx.on(), &self.county, ids).await.map(Some)
    }

    /// Entries of the same state by id; personal ones come without their words.
    pub async fn texts(&mut self, ids: &[ContentId]) -> Result<BTreeMap<ContentId, Content>> {
        texts_in(self.tx.on(), &self.county, ids).await
    }
}
