//! How many, by what: from counters where they stand, else from a bounded walk.

use std::collections::BTreeMap;

use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::Key;
use zongheng_core::search::Wanted;

use super::choose::choose;
use super::search::hit;
use super::walk::{Filter, Order, listed, seen};
use crate::db::rows;
use crate::dialect::question;
use crate::error::Result;
use crate::open::Store;
use crate::search::Question;

/// The most that a count without a counter looks at.
pub const COUNTED: i64 = 10_000;

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

impl Count {
    fn of(value: String, n: i64, exact: bool) -> Self {
        Self { key: (!value.is_empty()).then_some(value), n, exact }
    }
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
        let [of_one] = self.counts_by(county, keys, [by], filter, COUNTED).await?;
        Ok(of_one)
    }

    /// The same by several at once: what is looked at is looked at once, and no more than `most` of it.
    pub async fn counts_by<const N: usize>(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        by: [By; N],
        filter: &Filter,
        most: i64,
    ) -> Result<[Vec<Count>; N]> {
        let none = || std::array::from_fn(|_| Vec::new());
        if keys.is_empty() {
            return Ok(none());
        }
        if filter.is_empty() && by.iter().all(|by| by.has_counter()) {
            let mut all = none();
            for (of_one, by) in all.iter_mut().zip(by) {
                let counted = self.counted(county, keys, by).await?;
                *of_one = counted.into_iter().map(|(value, n)| Count::of(value, n, true)).collect();
            }
            return Ok(all);
        }
        // No value holds a space: states, lamps, ids and codes.
        let values = by.map(|by| format!("m.{}", by.column())).join(" || ' ' || ");
        let asked = (values.as_str(), most);
        let found = match &filter.q {
            Some(wanted) => self.found(county, keys, filter, wanted, asked).await?,
            None => self.walked(county, keys, filter, asked).await?,
        };
        let exact = found.iter().map(|(_, n)| n).sum::<i64>() <= most;
        let mut sums: [BTreeMap<&str, i64>; N] = std::array::from_fn(|_| BTreeMap::new());
        for (values, n) in &found {
            let Some(values) = values.strip_prefix('y') else { continue };
            for (sums, value) in sums.iter_mut().zip(values.split(' ')) {
                *sums.entry(value).or_default() += n;
            }
        }
        let count = |(value, n): (&str, i64)| Count::of(value.to_owned(), n, exact);
        Ok(sums.map(|sums| sums.into_iter().map(count).collect()))
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

    /// How many of those looked at have which values: `y` and the values of what passes the filter, `n` for the rest.
    async fn walked(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        filter: &Filter,
        (values, most): (&str, i64),
    ) -> Result<Vec<(String, i64)>> {
        let village = self.village(county, filter).await?;
        let mut tx = self.db().snapshot().await?;
        let source = choose(tx.on(), county, keys, (filter, village), Order::Due).await?;
        let seen = if source.is_seen_by(keys) { "true".to_owned() } else { seen(keys) };
        // One more than may be counted tells whether that was all.
        let sql = format!(
            "select case when {} and {seen} then 'y' || {values} else 'n' end as value, count(*) as n \
             from ({}) p cross join {{facets p.id}} where m.county = $1 and m.id = p.id group by 1",
            filter.condition(),
            source.places(Order::Due, false, (most + 1, 0)),
        );
        rows!(tx.on(), (String, i64), &sql, county.as_str())
    }

    /// The same of what the index names by words.
    async fn found(
        &self,
        county: &DivisionCode,
        keys: &[Key],
        filter: &Filter,
        wanted: &Wanted,
        (values, most): (&str, i64),
    ) -> Result<Vec<(String, i64)>> {
        let hit = hit(filter, wanted, &seen(keys));
        let sql = format!(
            "select case when {hit} then 'y' || {values} else 'n' end as value, count(*) as n \
             from (select doc from {{hits 2}} h limit {}) x cross join search s cross join {{facets s.matter}} \
             where s.doc = x.doc and s.county = $1 and m.county = $1 and m.id = s.matter \
             group by 1",
            most + 1,
        );
        let question = question(self.db(), &Question::new(county.as_str(), keys, filter, wanted));
        rows!(self.db().reader().await?.on(), (String, i64), &sql, county.as_str(), &question)
    }
}
