//! Register, audiences, counters and what is searched of a county at work, worked out again from its acts.
//!
//! Everything goes on meanwhile. A page of matters is looked at in a snapshot; only where one of them is not
//! what its acts give is the page looked at again under the county's lock and put right. Counters come last:
//! what they lack is worked out in a snapshot and added whenever, since what is recorded in between moves a
//! counter and the rows that it counts alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::json;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, Hash};
use zongheng_core::matter::Matter;

use crate::county;
use crate::db::{Tx, row, rows, run};
use crate::error::{Result, StoreError};
use crate::expected::Expected;
use crate::fold::{FOLD, fold_all};
use crate::ledger::{ACT, ActRow};
use crate::open::Store;
use crate::projection::{self, FullRow, MATTER_COLUMNS, Projection};
use crate::statement::{Rows, add};

/// Matters looked at in one transaction.
const PAGE: usize = 200;

/// What was looked at, and what was not what the acts give and is now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rebuilding {
    pub matters: usize,
    /// Matters whose row or audience was put right.
    pub mended: usize,
    /// Rows of matters that no act knows.
    pub removed: usize,
    pub counters: usize,
    /// Matters of which something else was searched.
    pub searched: usize,
    /// Matters that do not follow from their acts, and stay as they are.
    pub unfolded: usize,
}

impl fmt::Display for Rebuilding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { matters, mended, removed, counters, searched, unfolded } = self;
        write!(
            f,
            "{matters} matters looked at; put right: {mended} of them, {counters} counters and what is \
             searched of {searched}; taken away: {removed} that no act knows"
        )?;
        if *unfolded > 0 {
            write!(
                f,
                "; {unfolded} matters do not follow from their acts and stay as they are: `zongheng check` names them"
            )?;
        }
        Ok(())
    }
}

/// A matter from its acts, beside what the tables hold of it.
struct Looked {
    matter: Matter,
    head: Hash,
    new: Projection,
    holds: bool,
}

/// What the audience holds of a matter: key, due, day of report.
type Seen = BTreeSet<(String, i64, i64)>;

impl Store {
    /// Works out again what lists and counters show, and puts right what is not what the acts give. It can be
    /// cut off at any moment and begun again. `run` is its number of [`Store::upkeep_begins`]; `told` hears how
    /// many matters were looked at.
    ///
    /// # Errors
    /// Of the database; a rebuild that was begun after this one. Whether the acts are the ones that were recorded it does not
    /// ask: [`Store::verify_ledger`] does.
    pub async fn rebuild(
        &self,
        county: &DivisionCode,
        run: i64,
        told: &(dyn Fn(usize) + Sync),
    ) -> Result<Rebuilding> {
        let mut done = Rebuilding::default();
        let code = county.as_str();
        self.follow(county).await?;
        let mut tx = self.db().snapshot().await?;
        let head = county::read(tx.on(), code).await?;
        let mut expected = Expected::read(&mut tx, &head).await?;
        drop(tx);
        let mut after = String::new();
        loop {
            let mut tx = self.db().snapshot().await?;
            let ids = matters_after(&mut tx, code, &after).await?;
            let Some(last) = ids.last() else { break };
            last.clone_into(&mut after);
            let looked = look(&mut tx, code, &ids, &mut expected).await?;
            drop(tx);
            let looked_at = looked.len();
            if looked.iter().any(|looked| !looked.holds) {
                done.mended += self.put_right(code, &ids, &mut expected).await?;
            }
            done.searched += self.search_again(county, ids.iter().cloned().collect()).await?;
            done.unfolded += ids.len() - looked_at;
            done.matters += ids.len();
            told(done.matters);
        }
        done.removed = self.remove_unknown(code).await?;
        done.searched += self.search_unknown_again(code).await?;
        self.follow(county).await?;
        done.counters = self.recount(code, run).await?;
        Ok(done)
    }

    async fn put_right(
        &self,
        county: &str,
        ids: &[String],
        expected: &mut Expected,
    ) -> Result<usize> {
        let (mut tx, _) = self.locked(county).await?;
        let looked = look(&mut tx, county, ids, expected).await?;
        let (mut rows, mut changes, mut wrong) = (Rows::default(), Vec::new(), Vec::new());
        for Looked { matter, head, new, .. } in looked.into_iter().filter(|one| !one.holds) {
            projection::add_row(&mut rows, &matter, &new, head)?;
            wrong.push(new.id.clone());
            changes.push((None, new));
        }
        let wrong_ids = json!(wrong).to_string();
        // Written anew and not changed: what never changes of a row may be what is wrong in it.
        run!(tx.on(), "delete from matter where county = $1 and id {in 2}", county, &wrong_ids)?;
        let gone = "delete from audience where county = $1 and matter {in 2}";
        run!(tx.on(), gone, county, &wrong_ids)?;
        let register = projection::rows_statement(county, rows)?;
        let audience = projection::audience_statements(county, &changes)?;
        for statement in register.into_iter().chain(audience.into_iter().flatten()) {
            statement.run(tx.on()).await?;
        }
        tx.commit().await?;
        Ok(wrong.len())
    }

    /// Takes away rows and audiences of matters without an act.
    async fn remove_unknown(&self, county: &str) -> Result<usize> {
        let mut tx = self.db().snapshot().await?;
        let unknown = rows!(
            tx.on(),
            (String,),
            "select id from (select id from matter where county = $1 \
             union select matter from audience where county = $1) known \
             where not exists (select 1 from act a where a.county = $1 and a.stream = known.id and a.seq = 1)",
            county,
        )?;
        drop(tx);
        if unknown.is_empty() {
            return Ok(0);
        }
        let ids: Vec<String> = unknown.into_iter().map(|(id,)| id).collect();
        let (mut tx, _) = self.locked(county).await?;
        for page in ids.chunks(PAGE) {
            for (table, column) in [("matter", "id"), ("audience", "matter")] {
                // Somebody may have reported it meanwhile.
                let sql = format!(
                    "delete from {table} where county = $1 and {column} {{in 2}} and not exists \
                     (select 1 from act a where a.county = $1 and a.stream = {table}.{column} and a.seq = 1)"
                );
                run!(tx.on(), &sql, county, json!(page).to_string())?;
            }
        }
        tx.commit().await?;
        Ok(ids.len())
    }

    /// Adds to each counter what it lacks of what it counts.
    async fn recount(&self, county: &str, run: i64) -> Result<usize> {
        let mut lacks: BTreeMap<(String, &str, String), i64> = BTreeMap::new();
        let mut tx = self.db().snapshot().await?;
        for dim in ["state", "category", "lamp"] {
            let sql = format!(
                "select a.key, m.{dim}, count(*) from audience a \
                 join matter m on m.county = a.county and m.id = a.matter \
                 where a.county = $1 group by a.key, m.{dim}"
            );
            for (key, value, n) in rows!(tx.on(), (String, String, i64), &sql, county)? {
                lacks.insert((key, dim, value), n);
            }
            let held = rows!(
                tx.on(),
                (String, String, i64),
                "select key, value, n from counter where county = $1 and dim = $2",
                county,
                dim,
            )?;
            for (key, value, n) in held {
                *lacks.entry((key, dim, value)).or_default() -= n;
            }
        }
        drop(tx);
        let (mut rows, mut moved) = (Rows::default(), 0);
        for ((key, dim, value), n) in lacks.iter().filter(|(_, n)| **n != 0) {
            add!(rows, key, dim, value, n);
            moved += 1;
        }
        let (mut tx, _) = self.locked(county).await?;
        // Two that looked at the same would add it twice.
        let sql = "select max(id) from upkeep where county = $1 and what = 'rebuild'";
        let newest = row!(tx.on(), (Option<i64>,), sql, county)?;
        if newest != Some((Some(run),)) {
            return Err(StoreError::Overtaken);
        }
        if let Some(statement) = projection::add_to_counters(county, rows)? {
            statement.run(tx.on()).await?;
        }
        tx.commit().await?;
        Ok(moved)
    }
}

async fn matters_after(tx: &mut Tx, county: &str, after: &str) -> Result<Vec<String>> {
    let sql = format!(
        "select stream from act where county = $1 and stream > $2 and seq = 1 and kind in ('reported', 'imported') \
         order by stream limit {PAGE}"
    );
    let found = rows!(tx.on(), (String,), &sql, county, after)?;
    Ok(found.into_iter().map(|(stream,)| stream).collect())
}

/// A page of matters from their acts, and whether the tables hold of each what they have to.
async fn look(
    tx: &mut Tx,
    county: &str,
    ids: &[String],
    expected: &mut Expected,
) -> Result<Vec<Looked>> {
    let head = county::read(tx.on(), county).await?;
    if !expected.follow(&head) {
        *expected = Expected::read(tx, &head).await?;
    }
    let list = json!(ids).to_string();
    let sql =
        format!("select {ACT} from act where county = $1 and stream {{in 2}} order by stream, seq");
    let mut acts: BTreeMap<String, (i64, Vec<ActRow>)> = BTreeMap::new();
    for row in rows!(tx.on(), ActRow, &sql, county, &list)? {
        let (stream, pos) = (row.stream.clone(), row.pos);
        let (place, of_stream) = acts.entry(stream).or_default();
        *place = pos;
        of_stream.push(row);
    }
    let sql = format!("select {MATTER_COLUMNS} from matter where county = $1 and id {{in 2}}");
    let mut register: BTreeMap<String, FullRow> = rows!(tx.on(), FullRow, &sql, county, &list)?
        .into_iter()
        .map(|row| (row.id.clone(), row))
        .collect();
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    let sql = "select matter, key, due, created from audience where county = $1 and matter {in 2}";
    for (matter, key, due, created) in
        rows!(tx.on(), (String, String, i64, i64), sql, county, &list)?
    {
        seen.entry(matter).or_default().insert((key, due, created));
    }
    let mut looked = Vec::with_capacity(acts.len());
    for (id, (pos, acts)) in acts {
        let (matter, end) = match folded(acts) {
            Ok(Some(folded)) => folded,
            Ok(None) => continue,
            Err(error) => {
                tracing::error!(county, matter = id, %error, "a matter does not follow from its acts");
                continue;
            }
        };
        let (row, seen) = (register.remove(&id), seen.remove(&id).unwrap_or_default());
        looked.push(beside(expected, (matter, end, pos), row.as_ref(), &seen)?);
    }
    Ok(looked)
}

/// A matter from its acts, with the hash of the last.
fn folded(acts: Vec<ActRow>) -> Result<Option<(Matter, Hash)>> {
    let acts: Vec<Act> = acts.into_iter().map(ActRow::read).collect::<Result<_>>()?;
    Ok(fold_all(&acts)?.zip(acts.last().map(|act| act.hash)))
}

fn beside(
    expected: &Expected,
    (matter, head, pos): (Matter, Hash, i64),
    row: Option<&FullRow>,
    seen: &Seen,
) -> Result<Looked> {
    let Some(row) = row else {
        let new = expected.projection(&matter, pos)?;
        return Ok(Looked { matter, head, new, holds: false });
    };
    let new = expected.beside(&matter, pos, row)?;
    let audience: Seen = new.keys.iter().map(|key| (key.clone(), new.due, new.created)).collect();
    // A folded state of an older version reads, but slowly.
    let holds =
        row.fold_v == FOLD && audience == *seen && row.differences(&matter, &new, head)?.is_empty();
    Ok(Looked { matter, head, new, holds })
}
