//! What was done to keep the county safe, and which of several servers does it.

use sqlx::FromRow;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use crate::db::{change, row, rows, run};
use crate::error::{Result, StoreError};
use crate::open::Store;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Failed,
}

/// One run of a piece of upkeep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: i64,
    /// `backup`, `archive`, `archive_files` (what of it can be read), `drill`, `restore`, `rebuild`.
    pub what: String,
    pub begun: At,
    /// None while it runs, and for ever where it was cut off.
    pub ended: Option<At>,
    pub outcome: Option<Outcome>,
    /// Words for whoever looks after the machine.
    pub detail: String,
}

#[derive(FromRow)]
struct RunRow {
    id: i64,
    what: String,
    begun: i64,
    ended: Option<i64>,
    outcome: String,
    detail: String,
}

const RUN: &str = "id, what, begun, ended, outcome, detail";

impl Store {
    /// Notes that a piece of upkeep begins; the number by which it is ended.
    pub async fn upkeep_begins(&self, county: &DivisionCode, what: &str, now: At) -> Result<i64> {
        let mut tx = self.db().begin().await?;
        // Under the county's lock, so that two servers do not take one number.
        crate::county::lock(&mut tx, county.as_str()).await?;
        let last = row!(
            tx.on(),
            (Option<i64>,),
            "select max(id) from upkeep where county = $1",
            county.as_str(),
        )?;
        let id = last.and_then(|(last,)| last).unwrap_or(0) + 1;
        run!(
            tx.on(),
            "insert into upkeep (county, id, what, begun, outcome, detail) values ($1, $2, $3, $4, '', '')",
            county.as_str(),
            id,
            what,
            now.seconds(),
        )?;
        tx.commit().await?;
        Ok(id)
    }

    /// Notes how it ended.
    pub async fn upkeep_ends(
        &self,
        county: &DivisionCode,
        id: i64,
        (outcome, detail): (Outcome, &str),
        now: At,
    ) -> Result<()> {
        change!(
            self,
            "update upkeep set ended = $3, outcome = $4, detail = $5 where county = $1 and id = $2",
            county.as_str(),
            id,
            now.seconds(),
            outcome.as_str(),
            detail,
        );
        Ok(())
    }

    /// The last run of each piece of upkeep, and the last that was done: for the health page.
    pub async fn upkeep(&self, county: &DivisionCode) -> Result<Vec<Run>> {
        let sql = format!(
            "select {RUN} from upkeep where county = $1 and id in \
             (select max(id) from upkeep where county = $1 group by what, outcome = 'done') order by id"
        );
        let found = rows!(self.db().reader().await?.on(), RunRow, &sql, county.as_str())?;
        found.into_iter().map(RunRow::read).collect()
    }

    /// The last runs of one piece of upkeep, newest first, at most `limit`.
    pub async fn upkeep_of(
        &self,
        county: &DivisionCode,
        what: &str,
        limit: i64,
    ) -> Result<Vec<Run>> {
        let sql = format!(
            "select {RUN} from upkeep where county = $1 and what = $2 order by id desc limit $3"
        );
        let mut conn = self.db().reader().await?;
        let found = rows!(conn.on(), RunRow, &sql, county.as_str(), what, limit)?;
        found.into_iter().map(RunRow::read).collect()
    }

    /// Forgets runs that ended before a day; the last that was done of each piece stays.
    pub async fn upkeep_forget(&self, county: &DivisionCode, before: At) -> Result<u64> {
        Ok(change!(
            self,
            "delete from upkeep where county = $1 and begun < $2 and id not in \
             (select max(id) from upkeep where county = $1 group by what, outcome = 'done')",
            county.as_str(),
            before.seconds(),
        ))
    }

    /// Takes or keeps a piece of work for `seconds`: true for one holder at a time. Whoever dies holds it
    /// until then and no longer.
    pub async fn lease(
        &self,
        county: &DivisionCode,
        (what, holder): (&str, &str),
        now: At,
        seconds: i64,
    ) -> Result<bool> {
        let taken = change!(
            self,
            "insert into lease (county, what, holder, until) values ($1, $2, $3, $4) \
             on conflict (county, what) do update set holder = excluded.holder, until = excluded.until \
             where lease.holder = excluded.holder or lease.until <= $5",
            county.as_str(),
            what,
            holder,
            now.seconds() + seconds,
            now.seconds(),
        );
        Ok(taken > 0)
    }

    /// Ends the holder's hold on a piece of work; somebody else's stays.
    pub async fn lease_back(
        &self,
        county: &DivisionCode,
        (what, holder): (&str, &str),
    ) -> Result<()> {
        change!(
            self,
            "delete from lease where county = $1 and what = $2 and holder = $3",
            county.as_str(),
            what,
            holder,
        );
        Ok(())
    }

    /// Until when somebody holds a piece of work, or held it.
    pub async fn leased_until(&self, county: &DivisionCode, what: &str) -> Result<Option<At>> {
        let until = row!(
            self.db().reader().await?.on(),
            (i64,),
            "select until from lease where county = $1 and what = $2",
            county.as_str(),
            what,
        )?;
        Ok(until.map(|(until,)| At::from_seconds(until)))
    }
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl RunRow {
    fn read(self) -> Result<Run> {
        let Self { id, what, begun, ended, outcome, detail } = self;
        let outcome = match outcome.as_str() {
            "" => None,
            "done" => Some(Outcome::Done),
            "failed" => Some(Outcome::Failed),
            _ => return Err(StoreError::inconsistent("upkeep", id, "column outcome")),
        };
        let ended = ended.map(At::from_seconds);
        Ok(Run { id, what, begun: At::from_seconds(begun), ended, outcome, detail })
    }
}
