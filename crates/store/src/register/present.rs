//! What the county has already, whoever may see it: asked before a table comes over.

use std::collections::BTreeSet;

use serde_json::json;
use zongheng_core::ids::{DivisionCode, MatterId, PlaybookId};

use crate::db::rows;
use crate::error::{Result, StoreError};
use crate::open::Store;

/// The condition of the partial index stands in the question, so that the index is used.
const BY_ORDER: &str = "select {order number} from matter \
                        where county = $1 and {order number} {in 2} and {order number} is not null \
                        and playbook = $3";

impl Store {
    /// Which of these matters are there.
    pub async fn present(
        &self,
        county: &DivisionCode,
        ids: &BTreeSet<MatterId>,
    ) -> Result<BTreeSet<MatterId>> {
        let found = rows!(
            self.db().reader().await?.on(),
            (String,),
            "select id from matter where county = $1 and id {in 2}",
            county.as_str(),
            json!(ids).to_string(),
        )?;
        let bad = |id: &str| StoreError::inconsistent("matter", id, "id");
        found.into_iter().map(|(id,)| id.parse().map_err(|_| bad(&id))).collect()
    }

    /// Which of these numbers, `411524-2026-000123`, are those of matters.
    pub async fn numbers_present(
        &self,
        county: &DivisionCode,
        numbers: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>> {
        if numbers.is_empty() {
            return Ok(BTreeSet::new());
        }
        let sql = "select no from matter where county = $1 and no {in 2}";
        let mut reader = self.db().reader().await?;
        let numbers = json!(numbers).to_string();
        let found = rows!(reader.on(), (String,), sql, county.as_str(), numbers)?;
        Ok(found.into_iter().map(|(no,)| no).collect())
    }

    /// Under which of these numbers an authority outside has given an order of that kind.
    pub async fn orders_present(
        &self,
        county: &DivisionCode,
        playbook: &PlaybookId,
        numbers: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>> {
        let mut reader = self.db().reader().await?;
        let numbers = json!(numbers).to_string();
        let found =
            rows!(reader.on(), (String,), BY_ORDER, county.as_str(), numbers, playbook.as_str())?;
        Ok(found.into_iter().map(|(number,)| number).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Options;

    #[tokio::test]
    async fn an_order_is_found_by_index() {
        let file = std::env::temp_dir().join(format!("zongheng-plan-{}.db", uuid::Uuid::now_v7()));
        let store =
            Store::open(&format!("sqlite:{}", file.display()), &Options::default()).await.unwrap();
        let sql = format!("explain query plan {BY_ORDER}");
        let mut reader = store.db().reader().await.unwrap();
        let plan = rows!(reader.on(), (i64, i64, i64, String), &sql, "", "[]", "");
        let first = plan.unwrap().swap_remove(0).3;
        drop(reader);
        store.close().await;
        drop(std::fs::remove_file(file));
        assert_eq!(first, "SEARCH matter USING INDEX matter_order (county=? AND <expr>=?)");
    }
}
