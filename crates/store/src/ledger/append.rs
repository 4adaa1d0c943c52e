//! Appending: for configuration and other small streams here, for matters by the committer.

use std::collections::BTreeMap;

use serde_json::Value;
use zongheng_core::county::{County, configures};
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, By, Draft, Hash, Source, Stream};
use zongheng_core::time::At;

use crate::content::{self, NewContent};
use crate::county::{self, Config, Head};
use crate::db::Tx;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::statement::{Rows, Statement, add};

/// What is to become an act of a stream that is no matter's.
#[derive(Debug, Clone)]
pub struct Entry {
    pub stream: Stream,
    pub kind: String,
    pub v: u32,
    pub by: By,
    pub key: String,
    pub body: Value,
    pub contents: Vec<NewContent>,
}

impl Store {
    /// Appends to configuration and system streams, with the configuration that the entries name, in
    /// one transaction. Servers notice by `rev` and load anew.
    pub async fn append(
        &self,
        county: &DivisionCode,
        now: At,
        entries: Vec<Entry>,
        configs: &[Config],
    ) -> Result<Vec<Act>> {
        let (tx, head) = self.locked(county.as_str()).await?;
        self.append_under(tx, head, now, entries, configs).await
    }

    /// The same where the entries were worked out from a county's configuration: only while that
    /// configuration stands.
    ///
    /// # Errors
    /// [`StoreError::Moved`] where a configuration stream went on since `checked` was read; nothing is
    /// appended then.
    pub async fn append_upon(
        &self,
        checked: &County,
        now: At,
        entries: Vec<Entry>,
        configs: &[Config],
    ) -> Result<Vec<Act>> {
        let (mut tx, head) = self.locked(checked.code.as_str()).await?;
        let standing = self.inner.configurations.at(tx.on(), &head).await?;
        if standing.rev != checked.rev {
            return Err(StoreError::Moved);
        }
        self.append_under(tx, head, now, entries, configs).await
    }

    async fn append_under(
        &self,
        mut tx: Tx,
        mut head: Head,
        now: At,
        entries: Vec<Entry>,
        configs: &[Config],
    ) -> Result<Vec<Act>> {
        county::keep_configs(&mut tx, &head.code, configs).await?;
        let acts = append_in(&mut tx, &mut head, now, entries, self.vault()).await?;
        county::save(tx.on(), &head).await?;
        tx.commit().await?;
        Ok(acts)
    }
}

/// The same within a transaction that holds the head's lock; the caller saves the head.
pub(crate) async fn append_in(
    tx: &mut Tx,
    head: &mut Head,
    now: At,
    entries: Vec<Entry>,
    vault: &crate::vault::Vault,
) -> Result<Vec<Act>> {
    let at = head.entry_time(now)?;
    let county = DivisionCode(head.code.clone());
    let mut heads: BTreeMap<Stream, (i64, Hash)> = BTreeMap::new();
    let (mut acts, mut kept) = (Vec::new(), Vec::new());
    for entry in entries {
        hold_stream(tx, &county, &entry.stream, &mut heads).await?;
        let place = heads.entry(entry.stream.clone()).or_insert((0, Hash::ZERO));
        let draft = Draft {
            county: county.clone(),
            stream: entry.stream.clone(),
            seq: place.0 + 1,
            at,
            happened: None,
            source: Source::Live,
            kind: entry.kind,
            by: entry.by,
            key: entry.key,
            v: entry.v,
            body: entry.body,
            contents: entry.contents.iter().map(NewContent::reference).collect(),
            prev: place.1,
        };
        let row = format!("{} {}", draft.stream, draft.seq);
        let act = draft.seal().map_err(|e| StoreError::inconsistent("act", row, e))?;
        *place = (act.seq, act.hash);
        head.rev += i64::from(configures(act.stream.as_str()));
        kept.extend(entry.contents.into_iter().map(|c| (entry.stream.clone(), c)));
        acts.push(act);
    }
    let acts_and_contents = [
        statement(head.pos + 1, &acts)?,
        content::statement(&head.code, &kept, vault)?,
        content::uploads(&head.code, &kept)?,
    ];
    for statement in acts_and_contents.into_iter().flatten() {
        statement.run(tx.on()).await?;
    }
    head.appended(i64::try_from(acts.len()).unwrap_or(0), at);
    Ok(acts)
}

/// Makes sure that the stream's last number and hash are in `heads`.
async fn hold_stream(
    tx: &mut Tx,
    county: &DivisionCode,
    stream: &Stream,
    heads: &mut BTreeMap<Stream, (i64, Hash)>,
) -> Result<()> {
    if !heads.contains_key(stream) {
        let head = super::head_of(tx.on(), county.as_str(), stream).await?;
        heads.insert(stream.clone(), head);
    }
    Ok(())
}

/// Writes acts at `first` and after in the county's order.
pub(crate) fn statement(first: i64, acts: &[Act]) -> Result<Option<Statement>> {
    let Some(county) = acts.first().map(|act| act.county.as_str()) else { return Ok(None) };
    let mut rows = Rows::default();
    for (a, pos) in acts.iter().zip(first..) {
        add!(
            rows,
            pos,
            a.stream,
            a.seq,
            a.kind,
            a.at.seconds(),
            a.happened.map(At::seconds),
            a.source.as_str(),
            a.by.user,
            a.by.post,
            a.by.unit,
            a.by.for_,
            a.key,
            a.v,
            a.body,
            a.contents,
            a.prev,
            a.hash,
        );
    }
    Statement::of(
        "insert into act (county, pos, stream, seq, kind, at, happened, source, by_user, by_post, \
         by_unit, by_for, key, v, body, contents, prev, hash) \
         select $1, cast(value->>0 as bigint), value->>1, cast(value->>2 as bigint), value->>3, \
         cast(value->>4 as bigint), cast(value->>5 as bigint), value->>6, value->>7, value->>8, \
         value->>9, value->>10, value->>11, cast(value->>12 as bigint), value->>13, value->>14, \
         value->>15, value->>16 from {each 2}",
        county,
        rows,
    )
}
