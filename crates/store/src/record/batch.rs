//! One batch in one transaction, and what happens when it fails.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tracing::{Instrument as _, info_span};
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use super::decide::Batch;
use super::faults::Step;
use super::tape::Written;
use super::{Answer, Refused, Submission, load};
use crate::content;
use crate::error::{Result, StoreError};
use crate::ledger;
use crate::open::Store;
use crate::projection;
use crate::statement::{Rows, Statement, add};
use crate::vault::Vault;

/// How long a batch may take. Longer than what the database itself waits for a lock (`db.rs`), so that
/// it is the first to speak.
const PATIENCE: Duration = Duration::from_secs(10);
const OVERDUE: &str = "no answer within ten seconds";

impl Store {
    /// Records commands in their order, a transaction a county, and answers each. The committer comes
    /// here, and who has a batch ready-made. `now` is the time of those that bring none.
    pub async fn record_all(&self, wanted: Vec<Submission>, now: At) -> Vec<Answer> {
        let mut answers: Vec<Option<Answer>> = wanted.iter().map(|_| None).collect();
        let mut by_county: BTreeMap<DivisionCode, Vec<(usize, Submission)>> = BTreeMap::new();
        for (n, wanted) in wanted.into_iter().enumerate() {
            by_county.entry(wanted.county.clone()).or_default().push((n, wanted));
        }
        for (county, wanted) in by_county {
            let (places, wanted): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
            let recorded = self.record_county(&county, &wanted, now).await;
            for (place, answer) in places.into_iter().zip(recorded) {
                answers[place] = Some(answer);
            }
        }
        let unanswered = || Err(Refused::Store(StoreError::Closed));
        answers.into_iter().map(|answer| answer.unwrap_or_else(unanswered)).collect()
    }

    async fn record_county(
        &self,
        county: &DivisionCode,
        wanted: &[Submission],
        now: At,
    ) -> Vec<Answer> {
        let mut written = BTreeSet::new();
        let failure = match self.in_time(county, wanted, now, &mut written).await {
            Ok(answers) => return answers,
            Err(failure) => failure,
        };
        if is_of_data(&failure) {
            return self.each_alone(county, wanted, now, failure).await;
        }
        if matches!(failure, StoreError::Full | StoreError::Clock { .. }) || overdue(&failure) {
            return told(county, wanted, failure);
        }
        tracing::warn!(%county, commands = wanted.len(), %failure, "a batch is tried once more");
        // Whether it was committed is not known: keys that are there now are answered as they stand,
        // the rest runs once more.
        match self.in_time(county, wanted, now, &mut written).await {
            Ok(answers) => answers,
            Err(failure) if is_of_data(&failure) => {
                self.each_alone(county, wanted, now, failure).await
            }
            Err(failure) => told(county, wanted, failure),
        }
    }

    /// The six steps within [`PATIENCE`]: a database that does not answer would hold up all who come
    /// after. SQLite is no network away and bounds its own waiting.
    async fn in_time(
        &self,
        county: &DivisionCode,
        wanted: &[Submission],
        now: At,
        written: &mut BTreeSet<usize>,
    ) -> Result<Vec<Answer>> {
        let attempt = self.attempt(county, wanted, now, written);
        if !self.db().is_postgres() {
            return attempt.await;
        }
        match tokio::time::timeout(PATIENCE, attempt).await {
            Ok(answers) => answers,
            Err(_) => Err(StoreError::Away(OVERDUE.to_owned())),
        }
    }

    /// What the database refused in a batch is found by recording each command alone.
    async fn each_alone(
        &self,
        county: &DivisionCode,
        wanted: &[Submission],
        now: At,
        failure: StoreError,
    ) -> Vec<Answer> {
        if let [_] = wanted {
            tracing::error!(%county, %failure, "a command cannot be recorded");
            return vec![Err(Refused::Store(failure))];
        }
        let mut answers = Vec::with_capacity(wanted.len());
        for one in wanted {
            answers
                .extend(Box::pin(self.record_county(county, std::slice::from_ref(one), now)).await);
        }
        answers
    }

    /// The six steps. `written` remembers which commands may have reached the database by us.
    async fn attempt(
        &self,
        county: &DivisionCode,
        wanted: &[Submission],
        now: At,
        written: &mut BTreeSet<usize>,
    ) -> Result<Vec<Answer>> {
        let (code, faults) = (county.as_str(), &self.inner.faults);
        let step = info_span!(target: "trace", "lock");
        let (mut tx, head) = self.locked(code).instrument(step).await?;
        faults.at(Step::Lock)?;

        let step = info_span!(target: "trace", "keys");
        let known = load::known_keys(&mut tx, code, wanted).instrument(step).await?;
        faults.at(Step::Keys)?;

        let configuration = self.inner.configurations.at(tx.on(), &head).await?;
        let step = info_span!(target: "trace", "load");
        let matters = load::matters(&mut tx, code, wanted, &known).instrument(step).await?;
        let earlier = load::earlier_acts(&mut tx, code, &known).await?;
        let powers = load::powers_head(&mut tx, code, wanted).await?;
        faults.at(Step::Load)?;

        let found = load::Found { head, configuration, matters, known, earlier, powers };
        let mut batch = Batch::new(found, self.vault(), now);
        let mut answers: Vec<Answer> = Vec::with_capacity(wanted.len());
        let deciding = info_span!(target: "trace", "decide").entered();
        for (n, one) in wanted.iter().enumerate() {
            let mut answer = batch.take(one, || faults.at(Step::Decide));
            if let Ok(recorded) = &mut answer {
                recorded.replay &= !written.contains(&n);
            }
            answers.push(answer);
        }
        drop(deciding);
        if batch.acts.is_empty() {
            tx.rollback().await?;
            return Ok(answers);
        }

        let ours = answers.iter().enumerate().filter(|(_, a)| matches!(a, Ok(r) if !r.replay));
        written.extend(ours.map(|(n, _)| n));
        let writing =
            Written { statements: statements(code, &batch, self.vault())?, head: batch.head };
        let step = info_span!(target: "trace", "write");
        writing.run(&mut tx).instrument(step).await?;
        faults.at(Step::Write)?;

        faults.at(Step::Commit)?;
        tx.commit().instrument(info_span!(target: "trace", "commit")).await?;
        self.inner.recorded.notify_one();
        faults.at(Step::Committed)?;
        self.inner.tape.keep(writing);
        Ok(answers)
    }
}

/// One failure, told to each whom it meets.
fn told(county: &DivisionCode, wanted: &[Submission], failure: StoreError) -> Vec<Answer> {
    tracing::error!(%county, commands = wanted.len(), %failure, "a batch is not recorded");
    let rest: Vec<StoreError> = wanted.iter().skip(1).map(|_| failure.again()).collect();
    std::iter::once(failure).chain(rest).map(|e| Err(Refused::Store(e))).collect()
}

fn overdue(failure: &StoreError) -> bool {
    matches!(failure, StoreError::Away(said) if said == OVERDUE)
}

/// Step 5: a fixed number of statements, however many commands.
fn statements(county: &str, batch: &Batch<'_>, vault: &Vault) -> Result<Vec<Statement>> {
    let acts = i64::try_from(batch.acts.len()).unwrap_or(0);
    let moved = batch.moved()?;
    let [gone, set] = projection::audience_statements(county, &moved.changes)?;
    let statements = [
        ledger::statement(batch.head.pos - acts + 1, &batch.acts)?,
        content::statement(county, &batch.contents, vault)?,
        content::uploads(county, &batch.contents)?,
        commands(county, batch)?,
        projection::rows_statement(county, moved.rows)?,
        gone,
        set,
        moved.counters.statement(county)?,
    ];
    Ok(statements.into_iter().flatten().collect())
}

fn commands(county: &str, batch: &Batch<'_>) -> Result<Option<Statement>> {
    let mut rows = Rows::default();
    for ((scope, key), c) in &batch.fresh {
        add!(rows, scope, key, c.mac, c.stream, c.first, c.last);
    }
    Statement::of(
        "insert into command (county, scope, key, mac, stream, first, last) \
         select $1, value->>0, value->>1, value->>2, value->>3, cast(value->>4 as bigint), \
         cast(value->>5 as bigint) from {each 2}",
        county,
        rows,
    )
}

/// Whether the database refused what it was given, or one matter does not follow from its acts, rather than all having
/// failed or gone away.
fn is_of_data(failure: &StoreError) -> bool {
    if matches!(failure, StoreError::Inconsistent { .. }) {
        return true;
    }
    let StoreError::Database(sqlx::Error::Database(refused)) = failure else { return false };
    if !matches!(refused.kind(), sqlx::error::ErrorKind::Other) {
        return true;
    }
    // PostgreSQL: class 22 data, 23 integrity, 54 too large, P0 raised by a trigger.
    // SQLite: 18 too big, 19 constraint, 20 mismatch, in the lower byte.
    let code = refused.code().unwrap_or_default();
    match code.parse::<u32>() {
        Ok(sqlite) if code.len() < 5 => matches!(sqlite & 255, 18..=20),
        _ => matches!(code.get(..2), Some("22" | "23" | "54" | "P0")),
    }
}
