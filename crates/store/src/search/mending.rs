//! What is searched wrongly is marked, to be looked at again by whoever follows the ledger.

use std::collections::BTreeSet;

use serde_json::json;
use zongheng_core::ids::DivisionCode;

use super::{documents, held};
use crate::county;
use crate::db::{rows, run};
use crate::dialect;
use crate::error::Result;
use crate::open::Store;

impl Store {
    /// Marks those of these matters of which something else is searched than their acts and texts give.
    pub(crate) async fn search_again(
        &self,
        county: &DivisionCode,
        ids: BTreeSet<String>,
    ) -> Result<usize> {
        let code = county.as_str();
        let mut tx = self.db().snapshot().await?;
        let head = county::read(tx.on(), code).await?;
        let configuration = self.inner.configurations.at(tx.on(), &head).await?;
        let known = held(&mut tx, code, &ids).await?;
        let documents = documents(&mut tx, &configuration, &ids).await?;
        drop(tx);
        let wrong = documents.iter().filter(|new| known.get(&new.matter) != Some(new));
        self.mark(code, wrong.map(|document| document.matter.clone()).collect()).await
    }

    /// The same for what is searched of no matter, and for what the index does not know.
    pub(crate) async fn search_unknown_again(&self, county: &str) -> Result<usize> {
        let sql = format!(
            "select s.matter from search s where s.county = $1 and (not exists (select 1 from matter m \
             where m.county = s.county and m.id = s.matter) or not {})",
            dialect::indexed(self.db()),
        );
        let found = rows!(self.db().reader().await?.on(), (String,), &sql, county)?;
        self.mark(county, found.into_iter().map(|(id,)| id).collect()).await
    }

    async fn mark(&self, county: &str, ids: Vec<String>) -> Result<usize> {
        if ids.is_empty() {
            return Ok(0);
        }
        let list = json!(ids).to_string();
        let mut tx = self.db().begin().await?;
        // Whoever has read them already shall not write what was read.
        run!(tx.on(), "update search_at set taken_out = taken_out + 1 where county = $1", county)?;
        // Taken out, so that they are put in again with all their terms.
        let sql = "delete from search where county = $1 and matter {in 2}";
        run!(tx.on(), sql, county, &list)?;
        let sql = "insert into search_due (county, matter) select $1, value->>0 from {each 2} where true \
            on conflict do nothing";
        run!(
            tx.on(),
            sql,
            county,
            json!(ids.iter().map(|id| [id]).collect::<Vec<_>>()).to_string()
        )?;
        tx.commit().await?;
        Ok(ids.len())
    }
}
