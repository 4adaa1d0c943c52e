//! How many, by what: from counters where they stand, else from a bounded walk.

use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::Key;
use zongheng_core::search::Wanted;

use super::search::hit;
use super::walk::{Filter, listed, seen};
use crate::db::rows;
use crate::dialect::question;
use crate::error::Result;
use crate::open::Store;
use crate::search::Question;

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
        let (counted, exact) = match &filter.q {
            Some(wanted) => self.found(county, keys, filter, wanted, by).await?,
            None if filter.is_empty() && by.has_counter() => {
                (self.counted(county, keys, by).await?, true)
            }
            None => self.walked(county, keys, filter, by).await?,
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
        Ok(hits(found))
    }

    /// What the index names by words.
    async fn found(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        filter: &Filter,
        wanted: &Wanted,
        by: By,
    ) -> Result<(Vec<(String, i64)>, bool)> {
        let (column, hit) = (by.column(), hit(filter, wanted, &seen(keys)));
        let sql = format!(
            "select case when {hit} then 'y' || m.{column} else 'n' end as value, count(*) as n \
             from (select doc from {{hits 2}} h limit {}) x cross join search s cross join matter m \
             where s.doc = x.doc and s.county = $1 and m.county = $1 and m.id = s.matter \
             group by 1 order by 1",
            COUNTED + 1,
        );
        let question = question(self.db(), &Question::new(county.as_str(), keys, filter, wanted));
        let found = rows!(
            self.db().reader().await?.on(),
            (String, i64),
            &sql,
            county.as_str(),
            &question,
        )?;
        Ok(hits(found))
    }
}

/// The counts of what was hit, and whether all was looked at.
fn hits(found: Vec<(String, i64)>) -> (Vec<(String, i64)>, bool) {
    let looked: i64 = found.iter().map(|(_, n)| n).sum();
    let hits = found
        .into_iter()
        .filter_map(|(value, n)| value.strip_prefix('y').map(|value| (value.to_owned(), n)));
    (hits.collect(), looked <= COUNTED)
}
