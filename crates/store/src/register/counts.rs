//! How many, by what: from counters where they stand, else from a bounded walk.

use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::Key;

use super::walk::{Filter, listed};
use crate::db::rows;
use crate::error::Result;
use crate::open::Store;

/// The most that a count without a counter looks at.
const COUNTED: i64 = 10_000;

/// What is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    State,
    Owner,
    Lead,
    Division,
    Category,
    Lamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// A state, a unit's id, a code, …; `None` where nobody or nothing is named.
    pub key: Option<String>,
    pub n: i64,
    /// Whether everything was looked at.
    pub exact: bool,
}

impl By {
    const fn column(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Owner => "owner_unit",
            Self::Lead => "lead_unit",
            Self::Division => "division",
            Self::Category => "category",
            Self::Lamp => "lamp",
        }
    }

    const fn has_counter(self) -> bool {
        matches!(self, Self::State | Self::Category | Self::Lamp)
    }
}

impl Store {
    /// Counts what a list by the same keys and filter holds, by value in their order.
    pub async fn counts(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        by: By,
        filter: &Filter,
    ) -> Result<Vec<Count>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let (counted, exact) = if filter.is_empty() && by.has_counter() {
            (self.counted(county, keys, by).await?, true)
        } else {
            self.walked(county, keys, filter, by).await?
        };
        let count = |(value, n): (String, i64)| Count {
            key: (!value.is_empty()).then_some(value),
            n,
            exact,
        };
        Ok(counted.into_iter().map(count).collect())
    }

    async fn counted(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        by: By,
    ) -> Result<Vec<(String, i64)>> {
        // Grids of one person share no matter: their counters add up.
        let sql = format!(
            "select value, cast(sum(n) as bigint) from counter \
             where county = $1 and dim = $2 and key in ({}) group by value having sum(n) <> 0 \
             order by value",
            listed(keys)
        );
        rows!(self.db().reader().await?.on(), (String, i64), &sql, county.as_str(), by.column())
    }

    async fn walked(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        filter: &Filter,
        by: By,
    ) -> Result<(Vec<(String, i64)>, bool)> {
        let (column, condition) = (by.column(), filter.condition());
        // One more than may be counted tells whether that was all.
        let sql = format!(
            "select case when {condition} then 'y' || m.{column} else 'n' end as value, \
             count(*) as n from (select matter from audience where county = $1 and key in ({}) \
             order by due, matter limit {}) p \
             join matter m on m.county = $1 and m.id = p.matter group by 1 order by 1",
            listed(keys),
            COUNTED + 1,
        );
        let found: Vec<(String, i64)> =
            rows!(self.db().reader().await?.on(), (String, i64), &sql, county.as_str())?;
        let looked: i64 = found.iter().map(|(_, n)| n).sum();
        let hits = found
            .into_iter()
            .filter_map(|(value, n)| value.strip_prefix('y').map(|value| (value.to_owned(), n)));
        Ok((hits.collect(), looked <= COUNTED))
    }
}
