//! What follows from the acts that came back: how far the county has come, and which entries are sealed off.

use std::collections::BTreeMap;

use serde_json::json;
use zongheng_core::county::configures;
use zongheng_core::ruling;
use zongheng_core::time::At;

use crate::configuration;
use crate::county;
use crate::db::{Tx, row, rows, run};
use crate::error::{Result, StoreError};
use crate::ledger::{ACT, ActRow};

/// How far the ledger has come with the last act that was played.
pub(super) async fn head(tx: &mut Tx, code: &str, to: Option<At>) -> Result<()> {
    let mut head = county::read(tx.on(), code).await?;
    let last = row!(
        tx.on(),
        (i64, i64),
        "select pos, at from act where county = $1 order by pos desc limit 1",
        code,
    )?;
    let (pos, at) = last.unwrap_or((0, head.last_at().seconds()));
    let seal = row!(
        tx.on(),
        (i64, i64),
        "select seal, first + count - 1 from seal where county = $1 order by seal desc limit 1",
        code,
    )?;
    let configured = configuration::after(tx.on(), code, 0).await?;
    let configured = configured.iter().filter(|(_, act)| configures(act.stream.as_str()));
    head.rev = i64::try_from(configured.count()).unwrap_or(i64::MAX);
    (head.seal, head.sealed) = seal.unwrap_or((0, 0));
    head.stands_at(pos, At::from_seconds(at));
    if let Some(to) = to.filter(|to| *to < head.ticked_to()) {
        head.ticked(to);
    }
    county::save(tx.on(), &head).await
}

/// The next number of a matter, once the register was made anew.
pub(super) async fn numbers(tx: &mut Tx, code: &str) -> Result<()> {
    let mut head = county::read(tx.on(), code).await?;
    let given = rows!(
        tx.on(),
        (String, i64),
        "select substr(no, 8, 4), count(*) from matter where county = $1 \
         group by substr(no, 8, 4) order by 1 desc limit 1",
        code,
    )?;
    if let Some((year, n)) = given.first() {
        head.no_year = year.parse().map_err(|_| StoreError::inconsistent("matter", year, "no"))?;
        head.no_next = n + 1;
    }
    county::save(tx.on(), &head).await
}

/// What the stream of sealings says of the entries.
pub(super) async fn sealings(tx: &mut Tx, code: &str) -> Result<()> {
    let sql =
        format!("select {ACT} from act where county = $1 and stream = 'content' order by seq");
    let (mut sealed, mut destroyed) = (BTreeMap::new(), BTreeMap::new());
    for row in rows!(tx.on(), ActRow, &sql, code)? {
        let act = row.read()?;
        let bad = |e| StoreError::inconsistent("act", act.seq, e);
        let id = ruling::body(&act.body_value()).map_err(bad)?.content.to_string();
        match act.kind.as_str() {
            "content_sealed" => drop(sealed.insert(id, act.at.seconds())),
            "content_released" => drop(sealed.remove(&id)),
            _ => drop(destroyed.insert(id, act.at.seconds())),
        }
    }
    run!(
        tx.on(),
        "update content set sealed = null where county = $1 and sealed is not null",
        code
    )?;
    let list = |of: &BTreeMap<String, i64>| {
        json!(of.iter().map(|(id, at)| (code, id, at)).collect::<Vec<_>>()).to_string()
    };
    let each = "from (select value->>0 as county, value->>1 as id, cast(value->>2 as bigint) as at \
        from {each 1}) c where content.county = c.county and content.id = c.id";
    run!(tx.on(), &format!("update content set sealed = c.at {each}"), list(&sealed))?;
    run!(
        tx.on(),
        &format!(
            "update content set salt = '', text = '', cipher_key = '', cipher = '', erased = c.at \
             {each} and content.erased is null"
        ),
        list(&destroyed),
    )?;
    Ok(())
}
