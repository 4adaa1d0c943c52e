//! How much open work hangs on each unit, and what a closed one still had handed on to the unit that goes
//! on with its work.

use std::collections::BTreeMap;

use zongheng_core::ids::{DivisionCode, UnitId};
use zongheng_core::matter::Refusal;
use zongheng_core::time::At;

use crate::db::rows;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::pass::{Due, unasked};
use crate::record::{LARGEST_BATCH, Refused};

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

    /// After a reorganisation: an act each (`recounted`) that hands what closed units still had in an open
    /// matter to those that go on with their work. No date moves.
    ///
    /// It goes page by page beside daily work. Cut off, the next run goes on; what is handed on already is
    /// left alone. Gives how many matters were handed on.
    ///
    /// # Errors
    /// Of the database, or a matter that cannot be folded; what was handed on until then stands.
    pub async fn hand_on(&self, county: &DivisionCode, now: At) -> Result<u64> {
        let organisation = &self.county(county).await?.organisation;
        let today = now.date();
        let gone = organisation.units.values().filter(|unit| {
            let heir = organisation.successor_of(unit.id, today);
            unit.to.is_some_and(|to| to <= today) && heir.is_some()
        });
        let mut handed = 0;
        for unit in gone {
            handed += self.hand_on_from(county, Place::Scope(unit.id), now).await?;
        }
        // A restricted matter stands in no unit's scope.
        Ok(handed + self.hand_on_from(county, Place::Restricted, now).await?)
    }

    async fn hand_on_from(&self, county: &DivisionCode, place: Place, now: At) -> Result<u64> {
        let (mut after, mut handed, mut failed) = (String::new(), 0, None);
        loop {
            let page = self.open_page(county, place, &after).await?;
            let Some(last) = page.last() else { break };
            last.id.clone_into(&mut after);
            let now = self.head(county).await?.last_at().max(now);
            let wanted = page.iter().map(|due| unasked(county, due, now)).collect::<Result<_>>()?;
            for (due, answer) in page.iter().zip(self.record_all(wanted, now).await) {
                match answer {
                    // What else had come about on the matter is recorded on the way.
                    Ok(recorded) if recorded.replay => {}
                    Ok(recorded) => {
                        handed +=
                            u64::from(recorded.acts.iter().any(|act| act.kind == "recounted"));
                    }
                    Err(Refused::Refusal(Refusal::Already(_))) => {}
                    Err(Refused::Store(error)) => return Err(error),
                    Err(refused) => {
                        failed = Some(StoreError::inconsistent("matter", &due.id, &refused));
                    }
                }
            }
        }
        failed.map_or(Ok(handed), Err)
    }

    /// Open matters of a place by their ids, after `after`: as many as one transaction records.
    async fn open_page(
        &self,
        county: &DivisionCode,
        place: Place,
        after: &str,
    ) -> Result<Vec<Due>> {
        let limit = i64::try_from(LARGEST_BATCH).unwrap_or(i64::MAX);
        let mut reader = self.db().reader().await?;
        match place {
            Place::Scope(unit) => rows!(
                reader.on(),
                Due,
                "select m.id, m.seq, m.comes from audience a join matter m on m.county = a.county \
                 and m.id = a.matter where a.county = $1 and a.key = $2 and a.matter > $3 \
                 and m.owner_unit <> '' order by a.matter limit $4",
                county.as_str(),
                unit.to_string(),
                after,
                limit,
            ),
            Place::Restricted => rows!(
                reader.on(),
                Due,
                "select id, seq, comes from matter where county = $1 and id > $2 and restricted = 1 \
                 and owner_unit <> '' order by id limit $3",
                county.as_str(),
                after,
                limit,
            ),
        }
    }
}

/// Where the matters of a closed unit are found.
#[derive(Clone, Copy)]
enum Place {
    Scope(UnitId),
    Restricted,
}
