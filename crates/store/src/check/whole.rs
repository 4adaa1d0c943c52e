//! What is compared as a whole, once every act is folded: counters, numbers, places, remembered commands.

use std::collections::BTreeMap;

use super::contents;
use super::folded::Folding;
use super::searched::compare_whole;
use crate::db::{Tx, row, rows};
use crate::error::Result;

impl Folding {
    pub(super) async fn whole(&mut self, tx: &mut Tx) -> Result<()> {
        let (head, county) = (self.head.clone(), self.head.code.clone());
        let of_act = "select count(*), coalesce(max(pos), 0) from act where county = $1";
        let acts = count(tx, of_act, &county).await?;
        self.checked.expect("table county, column pos", &acts.0, &head.pos);
        self.checked.expect("table act, places without gaps", &acts.0, &acts.1);
        let of_matter = "select count(*), cast(0 as bigint) from matter where county = $1";
        let matters = count(tx, of_matter, &county).await?;
        let rebuilt = self.checked.matters;
        self.checked.expect("table matter, rows", &rebuilt, &matters.0);
        let of_audience = "select count(*), cast(0 as bigint) from audience where county = $1";
        let audience = count(tx, of_audience, &county).await?;
        self.checked.expect("table audience, rows", &self.audience, &audience.0);
        self.compare_counters(tx).await?;
        compare_whole(&self.store, tx, &county, &mut self.checked).await?;
        self.compare_rulings(tx).await?;

        let given = rows!(
            tx.on(),
            (i64,),
            "select count(*) from matter where county = $1 and no like $2",
            &county,
            format!("%-{}-%", head.no_year),
        )?;
        let given = given.first().map_or(0, |(n,)| *n);
        self.checked.expect("table county, column no_next", &(given + 1), &head.no_next);

        let of_command = "select cast(coalesce(sum(last - first + 1), 0) as bigint), \
             cast(coalesce(sum(case when exists (select 1 from act a where a.county = c.county \
             and a.pos = c.first and a.key = c.key and a.stream = c.stream) then 0 else 1 end), 0) \
             as bigint) from command c where county = $1";
        let commands = count(tx, of_command, &county).await?;
        self.checked.expect("table command, acts of commands", &self.commanded, &commands.0);
        self.checked.expect("table command, rows without their acts", &0, &commands.1);
        Ok(())
    }

    /// What the stream of sealings says stands with the entries, and nothing else is sealed off.
    async fn compare_rulings(&mut self, tx: &mut Tx) -> Result<()> {
        let county = self.head.code.clone();
        let named = std::mem::take(&mut self.rulings.contents);
        let kept = contents(tx, &county, named.iter()).await?;
        self.compare_contents(named.into_iter(), kept);
        let held = rows!(
            tx.on(),
            (String, i64, Option<i64>),
            "select id, sealed, erased from content where county = $1 and sealed is not null",
            &county,
        )?;
        let mut held: BTreeMap<String, (i64, bool)> =
            held.into_iter().map(|(id, at, erased)| (id, (at, erased.is_some()))).collect();
        for (id, sealed) in std::mem::take(&mut self.rulings.sealings).0 {
            let what = match held.remove(&id.to_string()) {
                None => "the ledger seals it off, the table does not",
                Some((at, _)) if at != sealed.at.seconds() => "sealed off at another time",
                Some((_, false)) if sealed.destroyed => "destroyed in the ledger, not in the table",
                Some(_) => continue,
            };
            self.checked.differs(format!("table content, row {id}: {what}"));
        }
        for id in held.into_keys() {
            let what = "sealed off in the table, not in the ledger";
            self.checked.differs(format!("table content, row {id}: {what}"));
        }
        Ok(())
    }

    async fn compare_counters(&mut self, tx: &mut Tx) -> Result<()> {
        let held = rows!(
            tx.on(),
            (String, String, String, i64),
            "select key, dim, value, n from counter where county = $1 and n <> 0",
            &self.head.code,
        )?;
        let mut held: BTreeMap<(String, String, String), i64> =
            held.into_iter().map(|(key, dim, value, n)| ((key, dim, value), n)).collect();
        let counters = std::mem::take(&mut self.counters);
        for (key, dim, value, n) in counters.changed() {
            let place = (key.to_owned(), dim.to_owned(), value.to_owned());
            let found = held.remove(&place).unwrap_or(0);
            self.checked.expect(format!("table counter, row {key} {dim} {value}"), &n, &found);
        }
        for ((key, dim, value), n) in held {
            self.checked.expect(format!("table counter, row {key} {dim} {value}"), &0, &n);
        }
        Ok(())
    }
}

async fn count(tx: &mut Tx, sql: &str, county: &str) -> Result<(i64, i64)> {
    Ok(row!(tx.on(), (i64, i64), sql, county)?.unwrap_or_default())
}
