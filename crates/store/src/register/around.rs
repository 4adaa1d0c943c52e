//! The matters around one: its parts, those it works for, and those it names.

use std::collections::BTreeSet;

use serde_json::json;
use zongheng_core::ids::{DivisionCode, MatterId};
use zongheng_core::matter::Matter;

use crate::db::rows;
use crate::error::Result;
use crate::open::Store;
use crate::record::{REGISTER, RegisterRow};

/// The most matters that the page of one shows around it.
const MOST: u32 = 200;

/// Matters by what stands in a column. The condition of the partial index stands in the question, and its order,
/// so that the index is used: SQLite would walk the whole register for an order that it gives away.
fn by(column: &str) -> String {
    format!(
        "select {REGISTER} from matter where county = $1 and {column} {{in 2}} \
         and {column} <> '' order by {column}, id limit {MOST}"
    )
}

impl Store {
    /// The parts of a matter, those that are linked to it, and the ones of `named` besides, by number.
    /// Whether somebody may see them is the caller's question to the core.
    pub async fn around(
        &self,
        county: &DivisionCode,
        of: MatterId,
        named: &BTreeSet<MatterId>,
    ) -> Result<Vec<Matter>> {
        let mut conn = self.db().reader().await?;
        let (own, named) = (json!([of]).to_string(), json!(named).to_string());
        let mut found = Vec::new();
        for (column, ids) in [("parent", &own), ("main", &own), ("id", &named)] {
            found.extend(rows!(conn.on(), RegisterRow, &by(column), county.as_str(), ids)?);
        }
        let mut matters = Vec::with_capacity(found.len());
        for row in found {
            matters.push(row.matter(conn.on(), county.as_str()).await?);
        }
        matters.sort_by(|a, b| a.no.cmp(&b.no));
        matters.dedup_by_key(|m| m.id);
        matters.retain(|m| m.id != of);
        Ok(matters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Options;

    /// What an index gives costs the same at ten thousand matters and at ten million.
    #[tokio::test]
    async fn what_is_around_is_found_by_index() {
        let file = std::env::temp_dir().join(format!("zongheng-plan-{}.db", uuid::Uuid::now_v7()));
        let store =
            Store::open(&format!("sqlite:{}", file.display()), &Options::default()).await.unwrap();
        let mut found = Vec::new();
        for column in ["parent", "main", "id"] {
            let sql = format!("explain query plan {}", by(column));
            let mut reader = store.db().reader().await.unwrap();
            let plan = rows!(reader.on(), (i64, i64, i64, String), &sql, "", "[]");
            found.push(plan.unwrap().swap_remove(0).3);
        }
        store.close().await;
        drop(std::fs::remove_file(file));
        let wanted = [
            "SEARCH matter USING INDEX matter_parent (county=? AND parent=?)",
            "SEARCH matter USING INDEX matter_main (county=? AND main=?)",
            "SEARCH matter USING INDEX sqlite_autoindex_matter_1 (county=? AND id=?)",
        ];
        assert_eq!(found, wanted);
    }
}
