//! What comes about by time alone becomes acts.

use serde_json::{Value, json};
use sqlx::FromRow;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, MatterId};
use zongheng_core::matter::{Actor, Refusal};
use zongheng_core::time::At;

use super::tick::PUT_OFF;
use crate::county;
use crate::db::{On, row, rows, run};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::projection::{NEVER, Projection, comes};
use crate::record::{LARGEST_BATCH, REGISTER, Refused, RegisterRow, Submission, What};

/// The county stands in the list as in [`LAMPS`](super::tick::LAMPS).
pub(super) const COMES: &str = "update matter set comes = c.comes, proposed = c.proposed, next_tick = c.next_tick \
    from (select value->>0 as county, value->>1 as id, cast(value->>2 as bigint) as comes, \
    cast(value->>3 as bigint) as proposed, cast(value->>4 as bigint) as next_tick \
    from {each 1}) c where matter.county = c.county and matter.id = c.id";

/// A matter on which something may have come about, how far it has come, and when the row says it does.
#[derive(FromRow)]
pub(crate) struct Due {
    pub(crate) id: String,
    pub(crate) seq: i64,
    pub(crate) comes: i64,
}

/// The work that hands on what closed units still had.
pub(super) const HAND_ON: &str = "hand_on";

impl Store {
    /// On each day on which the organisation changed or a closure begins: what the closed units still have
    /// goes to those that go on with their work.
    pub(super) async fn hand_on_today(
        &self,
        configuration: &County,
        done: Option<String>,
        now: At,
    ) -> Result<u64> {
        let (county, today) = (&configuration.code, now.date());
        let closed = configuration.organisation.units.values().filter_map(|unit| unit.to);
        let Some(last) = closed.filter(|to| *to <= today).max() else { return Ok(0) };
        let due = format!("{last} {}", configuration.rev);
        if done.as_deref() == Some(due.as_str()) {
            return Ok(0);
        }
        let handed = match self.hand_on(county, now).await {
            // One matter that cannot be handed on hinders neither the others nor the rest of the pass.
            Err(error @ StoreError::Inconsistent { .. }) => {
                tracing::error!(%county, %error, "not all was handed on");
                return Ok(0);
            }
            handed => handed?,
        };
        let mut tx = self.db().begin().await?;
        job_done(tx.on(), county.as_str(), HAND_ON, &due).await?;
        tx.commit().await?;
        Ok(handed)
    }

    /// Until nothing more is due: a matter on which more is due than one act comes again.
    pub(super) async fn come_about(&self, county: &DivisionCode, now: At) -> Result<u64> {
        let mut acts = 0;
        loop {
            let recorded = self.come_about_once(county, now).await?;
            acts += recorded;
            if recorded == 0 {
                return Ok(acts);
            }
        }
    }

    async fn come_about_once(&self, county: &DivisionCode, now: At) -> Result<u64> {
        let (mut after, mut recorded) = ((-1, String::new()), 0);
        loop {
            let due = {
                let mut reader = self.db().reader().await?;
                due(reader.on(), county, now, &after).await?
            };
            let Some(last) = due.last() else { return Ok(recorded) };
            after = (last.comes, last.id.clone());
            let now = self.not_before_the_last(county, now).await?;
            let wanted = due.iter().map(|due| unasked(county, due, now)).collect::<Result<_>>()?;
            let mut idle = Vec::new();
            for (due, answer) in due.iter().zip(self.record_all(wanted, now).await) {
                match answer {
                    Ok(told) => recorded += u64::from(!told.replay),
                    // One that does not follow from its acts is put off.
                    Err(
                        Refused::Refusal(Refusal::Already(_))
                        | Refused::Store(StoreError::Inconsistent { .. }),
                    ) => idle.push(due.id.as_str()),
                    Err(Refused::Store(error)) => return Err(error),
                    Err(refused) => {
                        tracing::error!(%county, matter = due.id, %refused, "nothing came about");
                    }
                }
            }
            if !idle.is_empty() {
                self.note_moments(county, &idle, now).await?;
            }
        }
    }

    /// The moment at which the next page is entered: a long pass does not fall behind those who record meanwhile.
    pub(super) async fn not_before_the_last(&self, county: &DivisionCode, now: At) -> Result<At> {
        Ok(self.head(county).await?.last_at().max(now))
    }

    /// Writes when something comes about on matters whose row said too early or did not know it yet, and what
    /// else of the row hangs on the calendar.
    pub(super) async fn note_moments(
        &self,
        county: &DivisionCode,
        ids: &[&str],
        now: At,
    ) -> Result<()> {
        let ids = json!(ids).to_string();
        let (mut tx, mut head) = self.locked(county.as_str()).await?;
        let configuration = self.inner.configurations.at(tx.on(), &head).await?;
        let (organisation, calendar) = (&configuration.organisation, &configuration.calendar);
        let sql = format!("select {REGISTER} from matter where county = $1 and id {{in 2}}");
        let found = rows!(tx.on(), RegisterRow, &sql, county.as_str(), &ids)?;
        let mut list = Vec::new();
        for row in &found {
            let Some(matter) = row.if_it_folds(tx.on(), county.as_str()).await? else {
                let later = now.plus_seconds(PUT_OFF).seconds();
                list.push(json!([county, row.id, later, row.proposed, row.next_tick]));
                continue;
            };
            let new = Projection::of(&matter, organisation, calendar, head.ticked_to());
            let comes = comes(&matter, calendar, now);
            list.push(json!([county, row.id, comes, new.proposed, new.next_tick]));
        }
        run!(tx.on(), COMES, Value::from(list).to_string(),)?;
        // These rows stand as of now, whether or not the tick of this pass is reached.
        head.tick_target = head.tick_target.max(now.seconds());
        county::save(tx.on(), &head).await?;
        tx.commit().await
    }
}

/// The next matters on which something has come about by `now`.
pub(super) async fn due(
    on: On<'_>,
    county: &DivisionCode,
    now: At,
    (at, id): &(i64, String),
) -> Result<Vec<Due>> {
    rows!(
        on,
        Due,
        &format!(
            // SQLite walks up to the first bound that it reads; the other one only admits it to the index.
            "select id, seq, comes from matter where county = $1 and comes <= $2 \
             and comes < {NEVER} and (comes > $3 or comes = $3 and id > $4) \
             order by comes, id limit {LARGEST_BATCH}"
        ),
        county.as_str(),
        now.seconds(),
        *at,
        id,
    )
}

/// Under a key made of the matter and of how far it has come: once, whoever asks and however often.
pub(crate) fn unasked(county: &DivisionCode, due: &Due, now: At) -> Result<Submission> {
    let bad = |_| StoreError::inconsistent("matter", &due.id, "id");
    let matter: MatterId = due.id.parse().map_err(bad)?;
    Ok(Submission {
        county: county.clone(),
        scope: "system".to_owned(),
        actor: Actor::system(),
        key: format!("unasked {matter} {}", due.seq),
        mac: String::new(),
        at: Some(now),
        what: What::Unasked { matter },
        contents: Vec::new(),
    })
}

/// How far some work of the runner has come.
pub(crate) async fn job(on: On<'_>, county: &str, name: &str) -> Result<Option<String>> {
    let done =
        row!(on, (String,), "select done from job where county = $1 and name = $2", county, name,)?;
    Ok(done.map(|(done,)| done))
}

pub(super) async fn job_done(on: On<'_>, county: &str, name: &str, done: &str) -> Result<()> {
    run!(
        on,
        "insert into job (county, name, done) values ($1, $2, $3) \
         on conflict (county, name) do update set done = excluded.done",
        county,
        name,
        done,
    )?;
    Ok(())
}
