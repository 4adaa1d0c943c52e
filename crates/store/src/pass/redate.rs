//! After another calendar: the open dates that count its days are worked out again, a page of matters at a time
//! beside daily work, and before that the list of what would move.

use sqlx::FromRow;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, MatterId};
use zongheng_core::matter::{Actor, Matter, Redated, Refusal, redated};
use zongheng_core::time::At;

use super::come::{Due, job_done, unasked};
use crate::db::rows;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::record::{LARGEST_BATCH, REGISTER, Refused, RegisterRow};

/// The work: the hash of the calendar by which every row stands, and until then how far it has come.
pub(crate) const CALENDAR: &str = "calendar";

/// Open dates of a matter that another calendar moves.
#[derive(Debug, Clone)]
pub struct Redating {
    pub matter: MatterId,
    pub no: String,
    pub dates: Vec<Redated>,
}

/// A page of open matters, from a place on.
#[derive(FromRow)]
struct Id {
    id: String,
}

impl Store {
    /// Works out again what the calendar of today moves. Cut off, the next pass goes on after the last page; where
    /// the calendar changes meanwhile, it begins anew.
    pub(super) async fn redate(
        &self,
        configuration: &County,
        done: Option<String>,
        now: At,
    ) -> Result<u64> {
        let (county, hash) = (&configuration.code, configuration.calendar_hash().to_string());
        let done = done.unwrap_or_default();
        if done == hash {
            return Ok(0);
        }
        let under_way = done.strip_prefix(&hash).map(str::trim_start);
        if under_way.is_none() {
            // Said before the first page, so that a calendar that is taken back meanwhile is another one.
            self.job_done(county, &format!("{hash} ")).await?;
        }
        let (mut after, mut acts) = (under_way.unwrap_or_default().to_owned(), 0);
        loop {
            let page = self.open_after(county, &after).await?;
            let Some(last) = page.last() else { break };
            last.id.clone_into(&mut after);
            let ids: Vec<&str> = page.iter().map(|row| row.id.as_str()).collect();
            // People record meanwhile, and nothing is entered before what they entered.
            let now = self.not_before_the_last(county, now).await?;
            acts += self.redate_page(county, &ids, now).await?;
            self.note_moments(county, &ids, now).await?;
            if self.county(county).await?.calendar_hash().to_string() != hash {
                return Ok(acts);
            }
            self.job_done(county, &format!("{hash} {after}")).await?;
        }
        self.job_done(county, &hash).await?;
        Ok(acts)
    }

    async fn job_done(&self, county: &DivisionCode, done: &str) -> Result<()> {
        let mut tx = self.db().begin().await?;
        job_done(tx.on(), county.as_str(), CALENDAR, done).await?;
        tx.commit().await
    }

    async fn open_after(&self, county: &DivisionCode, after: &str) -> Result<Vec<Id>> {
        rows!(
            self.db().reader().await?.on(),
            Id,
            &format!(
                "select id from matter where county = $1 and id > $2 and owner_unit <> '' \
                 order by id limit {LARGEST_BATCH}"
            ),
            county.as_str(),
            after,
        )
    }

    /// One page, until none of it moves: an act that came first may be another of the system's. What nobody
    /// records any more is decided otherwise by now, by another calendar or server, and is left to it.
    async fn redate_page(&self, county: &DivisionCode, ids: &[&str], now: At) -> Result<u64> {
        let mut acts = 0;
        loop {
            let configuration = self.county(county).await?;
            let mut wanted = Vec::new();
            for row in self.rows_of(county, ids).await? {
                let mut reader = self.db().reader().await?;
                let Some(matter) = row.if_it_folds(reader.on(), county.as_str()).await? else {
                    continue;
                };
                drop(reader);
                match moved(&matter, &configuration, now) {
                    Ok(dates) if dates.is_empty() => {}
                    Ok(_) => {
                        let due = Due { id: row.id, seq: row.seq, comes: 0 };
                        wanted.push(unasked(county, &due, now)?);
                    }
                    Err(error) => {
                        tracing::error!(%county, matter = row.id, %error, "dates stay as they were");
                    }
                }
            }
            let mut gone_on = false;
            let keys: Vec<String> = wanted.iter().map(|wanted| wanted.key.clone()).collect();
            for (key, answer) in keys.iter().zip(self.record_all(wanted, now).await) {
                match answer {
                    Ok(recorded) => {
                        gone_on = true;
                        acts += u64::from(!recorded.replay);
                    }
                    Err(Refused::Refusal(Refusal::Already(_))) => {}
                    Err(Refused::Store(error))
                        if !matches!(error, StoreError::Inconsistent { .. }) =>
                    {
                        return Err(error);
                    }
                    Err(refused) => {
                        tracing::error!(%county, key, %refused, "dates stay as they were");
                    }
                }
            }
            if !gone_on {
                return Ok(acts);
            }
        }
    }

    async fn rows_of(&self, county: &DivisionCode, ids: &[&str]) -> Result<Vec<RegisterRow>> {
        let sql = format!("select {REGISTER} from matter where county = $1 and id {{in 2}}");
        let ids = serde_json::json!(ids).to_string();
        rows!(self.db().reader().await?.on(), RegisterRow, &sql, county.as_str(), ids)
    }

    /// What `after`, the county with another calendar, would move: how many matters and dates, and the first of
    /// them. Nothing is written.
    ///
    /// # Errors
    /// Of the database, or a matter whose dates cannot be worked out.
    pub async fn redating(
        &self,
        after: &County,
        now: At,
        most: usize,
    ) -> Result<(u64, Vec<Redating>)> {
        let (mut place, mut matters, mut listed) = (String::new(), 0, Vec::new());
        loop {
            let page = self.open_after(&after.code, &place).await?;
            let Some(last) = page.last() else { return Ok((matters, listed)) };
            last.id.clone_into(&mut place);
            let ids: Vec<&str> = page.iter().map(|row| row.id.as_str()).collect();
            let rows = self.rows_of(&after.code, &ids).await?;
            let mut conn = self.db().reader().await?;
            for row in rows {
                let Some(matter) = row.if_it_folds(conn.on(), after.code.as_str()).await? else {
                    continue;
                };
                let dates = moved(&matter, after, now)?;
                if dates.is_empty() {
                    continue;
                }
                matters += 1;
                if listed.len() < most {
                    listed.push(Redating { matter: matter.id, no: matter.no, dates });
                }
            }
        }
    }
}

fn moved(matter: &Matter, county: &County, now: At) -> Result<Vec<Redated>> {
    let lost =
        || StoreError::inconsistent("matter", matter.id, "its playbook is not in the ledger");
    let (playbook, clock) = county.rules_of(matter).ok_or_else(lost)?;
    let (actor, versions) = (Actor::system(), county.versions(clock));
    let cx = county.context(now, &actor, playbook, clock, &versions);
    redated(matter, &cx).map_err(|e| StoreError::inconsistent("matter", matter.id, e))
}
