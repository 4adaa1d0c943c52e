//! Search: an index beside the ledger that follows it.
//!
//! Recording writes nothing of it. Each server follows the acts in the county's order and writes anew what is searched
//! of the matters they belong to; how far it has come stands in `search_at`. Whoever writes compares that place with
//! the one it read from, so what is followed is followed once, by however many servers, and whoever was cut off goes on. What is erased or sealed off
//! leaves the index in the transaction that does it, by a trigger, and is looked at again after that.

mod document;
mod mending;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sqlx::FromRow;
use zongheng_core::ids::{DivisionCode, MatterId};

pub(crate) use self::document::{Document, documents};
pub(crate) use self::terms::Question;
use crate::county;
use crate::db::{On, Tx, change, row, rows, run};
use crate::dialect;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::statement::{Rows, Statement, add};

/// Acts, and matters to be looked at again, of one step.
pub const ACTS_A_STEP: i64 = 256;

/// How far the ledger has been followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub(crate) struct Followed {
    /// The last act of the county's order that was.
    pub(crate) pos: i64,
    /// How often something was taken out meanwhile.
    taken_out: i64,
}

impl Store {
    /// Brings what is searched up to the ledger's end; how many matters were written.
    ///
    /// # Errors
    /// Of the database; what was followed until then stands.
    pub async fn follow(&self, county: &DivisionCode) -> Result<usize> {
        let mut written = 0;
        while let Some(step) = self.follow_step(county, ACTS_A_STEP).await? {
            written += step;
        }
        Ok(written)
    }

    /// One step of so many acts, as long as anything is behind: how many matters were written.
    ///
    /// # Errors
    /// Of the database; nothing of the step stands then.
    pub async fn follow_step(&self, county: &DivisionCode, acts: i64) -> Result<Option<usize>> {
        let code = county.as_str();
        let mut tx = self.db().snapshot().await?;
        let Some(at) = followed(tx.on(), code).await? else {
            drop(tx);
            return self.begin_to_follow(code).await.map(Some);
        };
        let head = county::read(tx.on(), code).await?;
        let sql =
            format!("select matter from search_due where county = $1 order by matter limit {acts}");
        let due: Vec<String> =
            rows!(tx.on(), (String,), &sql, code)?.into_iter().map(|(id,)| id).collect();
        if at.pos >= head.pos && due.is_empty() {
            return Ok(None);
        }
        let to = (at.pos + acts).min(head.pos).max(at.pos);
        let streams = rows!(
            tx.on(),
            (String,),
            "select distinct stream from act where county = $1 and pos > $2 and pos <= $3",
            code,
            at.pos,
            to,
        )?;
        let ids: BTreeSet<String> =
            streams.into_iter().map(|(id,)| id).chain(due.iter().cloned()).collect();
        let configuration = self.inner.configurations.at(tx.on(), &head).await?;
        let wanted = documents(&mut tx, &configuration, &ids).await?;
        let renamed = renamed(&mut tx, code, at.pos, to).await?;
        let known = held(&mut tx, code, &ids).await?;
        drop(tx);
        let gone: Vec<&String> =
            known.keys().filter(|id| !wanted.iter().any(|new| new.matter == **id)).collect();
        let changed: Vec<&Document> =
            wanted.iter().filter(|new| known.get(&new.matter) != Some(new)).collect();
        let mut tx = self.db().begin().await?;
        let ours = run!(
            tx.on(),
            "update search_at set pos = $4 where county = $1 and pos = $2 and taken_out = $3",
            code,
            at.pos,
            at.taken_out,
            to,
        )?;
        if ours == 0 {
            // Another server was quicker, or something was taken out: what was read above may be stale.
            tx.rollback().await?;
            return Ok(Some(0));
        }
        for statement in statements(self, code, &changed)? {
            statement.run(tx.on()).await?;
        }
        if !gone.is_empty() {
            let sql = "delete from search where county = $1 and matter {in 2}";
            run!(tx.on(), sql, code, json!(gone).to_string())?;
        }
        if !due.is_empty() {
            let sql = "delete from search_due where county = $1 and matter {in 2}";
            run!(tx.on(), sql, code, json!(due).to_string())?;
        }
        if !renamed.is_empty() {
            let sql = "insert into search_due (county, matter) select s.county, s.matter from search s \
                join matter m on m.county = s.county and m.id = s.matter where s.county = $1 \
                and (m.division {in 2} or m.township {in 2}) on conflict do nothing";
            run!(tx.on(), sql, code, json!(renamed).to_string())?;
        }
        tx.commit().await?;
        Ok(Some(changed.len()))
    }

    async fn begin_to_follow(&self, county: &str) -> Result<usize> {
        let sql = "insert into search_at (county, pos, taken_out) values ($1, 0, 0) on conflict do nothing";
        change!(self, sql, county);
        Ok(0)
    }

    /// How many acts, and matters to be looked at again, are not searched yet.
    pub async fn unsearched(&self, county: &DivisionCode) -> Result<i64> {
        let behind = row!(
            self.db().reader().await?.on(),
            (i64, i64),
            "select c.pos - coalesce(s.pos, 0), (select count(*) from search_due d where d.county = c.code) \
             from county c left join search_at s on s.county = c.code where c.code = $1",
            county.as_str(),
        )?;
        Ok(behind.map_or(0, |(acts, due)| acts + due))
    }

    /// Returns once this server has recorded something since it was last asked.
    pub async fn recorded(&self) {
        self.inner.recorded.notified().await;
    }

    /// The texts in which matters are searched, each in the order of its acts. Whether somebody may see them is the
    /// caller's question to the core.
    pub async fn searched_texts(
        &self,
        county: &DivisionCode,
        ids: &BTreeSet<MatterId>,
    ) -> Result<BTreeMap<MatterId, Vec<String>>> {
        let ids: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        let mut tx = self.db().snapshot().await?;
        let texts = document::texts(&mut tx, county.as_str(), &ids).await?;
        let bad = |id: &str| StoreError::inconsistent("act", id, "stream");
        texts.into_iter().map(|(id, t)| Ok((id.parse().map_err(|_| bad(&id))?, t))).collect()
    }
}

/// How far the county is followed; none where nobody has begun.
pub(crate) async fn followed(on: On<'_>, county: &str) -> Result<Option<Followed>> {
    row!(on, Followed, "select pos, taken_out from search_at where county = $1", county)
}

/// What the tables hold of these matters.
pub(crate) async fn held(
    tx: &mut Tx,
    county: &str,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Document>> {
    let sql = "select matter, keys, text from search where county = $1 and matter {in 2}";
    let found = rows!(tx.on(), Document, sql, county, json!(ids).to_string())?;
    Ok(found.into_iter().map(|document| (document.matter.clone(), document)).collect())
}

/// The codes of divisions that acts of these places name anew.
pub(crate) async fn renamed(
    tx: &mut Tx,
    county: &str,
    after: i64,
    to: i64,
) -> Result<BTreeSet<String>> {
    let bodies = rows!(
        tx.on(),
        (String,),
        "select body from act where county = $1 and pos > $2 and pos <= $3 and stream = 'org'",
        county,
        after,
        to,
    )?;
    let mut codes = BTreeSet::new();
    for (body,) in bodies {
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        let divisions = body.get("divisions").and_then(Value::as_array).into_iter().flatten();
        let named = divisions.filter_map(|d| d.get("code").and_then(Value::as_str));
        codes.extend(named.map(str::to_owned));
    }
    Ok(codes)
}

/// Writes documents with their terms, new or again.
pub(crate) fn statements(
    store: &Store,
    county: &str,
    documents: &[&Document],
) -> Result<Vec<Statement>> {
    let (mut texts, mut index) = (Rows::default(), Rows::default());
    for document in documents {
        add!(texts, document.matter, document.keys, document.text);
        add!(index, document.matter, terms::of_document(county, document));
    }
    let texts = Statement::of(
        "insert into search (county, matter, keys, text) \
         select $1, value->>0, value->>1, value->>2 from {each 2} where true \
         on conflict (county, matter) do update set keys = excluded.keys, text = excluded.text",
        county,
        texts,
    )?;
    let index = Statement::of(dialect::index_terms(store.db()), county, index)?;
    Ok(texts.into_iter().chain(index).collect())
}
