//! Reading the register: one matter, pages of many, counts. A page costs the same at ten thousand
//! matters and at ten million: it walks an index by key and stops at what it needs.

mod around;
mod choose;
mod counts;
mod extract;
mod list;
mod owned;
mod present;
mod search;
mod walk;

use zongheng_core::ids::{DivisionCode, MatterId};
use zongheng_core::matter::Matter;

pub use counts::{By, COUNTED, Count};
pub use extract::Extract;
pub use list::{Page, Row};
pub use walk::{Filter, Order};

use crate::db::row;
use crate::error::Result;
use crate::open::Store;
use crate::record::{REGISTER, RegisterRow};

/// The most that one question looks at when a filter leaves out much.
pub const WALK: i64 = 800;

impl Store {
    /// A matter by its id or its number, `411524-2026-000123`. Whether somebody may see it is the
    /// caller's question to the core.
    pub async fn matter(&self, county: &DivisionCode, id_or_no: &str) -> Result<Option<Matter>> {
        match id_or_no.parse::<MatterId>() {
            Ok(id) => self.matter_where(county, "id = $2", &id.to_string()).await,
            // PostgreSQL takes no NUL, and no number has one.
            Err(_) if id_or_no.contains('\0') => Ok(None),
            Err(_) => self.matter_where(county, "no = $2", id_or_no).await,
        }
    }

    async fn matter_where(
        &self,
        county: &DivisionCode,
        condition: &'static str,
        bound: &str,
    ) -> Result<Option<Matter>> {
        let mut conn = self.db().reader().await?;
        let sql = format!("select {REGISTER} from matter where county = $1 and {condition}");
        let Some(found) = row!(conn.on(), RegisterRow, &sql, county.as_str(), bound)? else {
            return Ok(None);
        };
        found.matter(conn.on(), county.as_str()).await.map(Some)
    }
}
