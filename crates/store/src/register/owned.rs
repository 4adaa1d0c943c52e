//! How much open work hangs on each unit, for a decision that closes some of them.

use std::collections::BTreeMap;

use zongheng_core::ids::{DivisionCode, MatterId, UnitId};

use crate::db::rows;
use crate::error::{Result, StoreError};
use crate::open::Store;

impl Store {
    /// The open matters that each unit owns or leads, every one of them counted.
    pub async fn open_matters(&self, county: &DivisionCode) -> Result<BTreeMap<UnitId, u64>> {
        let counted = rows!(
            self.db().reader().await?.on(),
            (String, i64),
            "select unit, count(*) from ( \
             select owner_unit as unit from matter where county = $1 and owner_unit <> '' \
             union all \
             select lead_unit as unit from matter where county = $1 and owner_unit <> '' \
             and lead_unit <> '' and lead_unit <> owner_unit) as held group by unit",
            county.as_str(),
        )?;
        let read = |(unit, n): (String, i64)| {
            let id = unit.parse().map_err(|_| StoreError::inconsistent("matter", &unit, "unit"))?;
            Ok((id, u64::try_from(n).unwrap_or(0)))
        };
        counted.into_iter().map(read).collect()
    }
}

impl Store {
    /// The open matters that have to do with a unit, by their ids, after `after`: a page of them.
    pub async fn open_matters_of(
        &self,
        county: &DivisionCode,
        unit: UnitId,
        after: &str,
        limit: i64,
    ) -> Result<Vec<MatterId>> {
        let found = rows!(
            self.db().reader().await?.on(),
            (String,),
            "select a.matter from audience a join matter m on m.county = a.county \
             and m.id = a.matter where a.county = $1 and a.key = $2 and a.matter > $3 \
             and m.owner_unit <> '' order by a.matter limit $4",
            county.as_str(),
            unit.to_string(),
            after,
            limit,
        )?;
        let read = |(id,): (String,)| {
            id.parse().map_err(|_| StoreError::inconsistent("matter", &id, "id"))
        };
        found.into_iter().map(read).collect()
    }
}
