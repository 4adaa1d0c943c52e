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
            // The condition of the partial index stands in the question, so that the index is used.
            let sql = format!(
                "select {REGISTER} from matter where county = $1 and {column} {{in 2}} \
                 and {column} <> '' order by id limit {MOST}"
            );
            found.extend(rows!(conn.on(), RegisterRow, &sql, county.as_str(), ids)?);
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
