//! What is searched of the matters, held against what their acts and texts give.

use std::collections::BTreeSet;
use std::sync::Arc;

use zongheng_core::county::County;

use super::Checked;
use super::folded::Rebuilt;
use crate::county::Head;
use crate::db::{Tx, row, rows};
use crate::dialect;
use crate::error::Result;
use crate::open::Store;
use crate::search::{Document, documents, followed, held, renamed};

/// How far search has come, and the county by which its documents are made.
pub(super) struct Searched {
    county: Arc<County>,
    pos: i64,
    due: BTreeSet<String>,
    /// Divisions that acts name anew which it has not come to.
    renamed: BTreeSet<String>,
}

/// A document that is not what it has to be: its matter, and how.
pub(super) type Different = (String, &'static str);

impl Searched {
    pub(super) async fn read(store: &Store, tx: &mut Tx, head: &Head) -> Result<Self> {
        let county = store.inner.configurations.at(tx.on(), head).await?;
        let pos = followed(tx.on(), &head.code).await?.map_or(0, |at| at.pos);
        let sql = "select matter from search_due where county = $1";
        let due = rows!(tx.on(), (String,), sql, &head.code)?;
        let due = due.into_iter().map(|(id,)| id).collect();
        let renamed = renamed(tx, &head.code, pos, head.pos).await?;
        Ok(Self { county, pos, due, renamed })
    }

    pub(super) fn behind(&self, head: &Head) -> i64 {
        head.pos - self.pos + i64::try_from(self.due.len()).unwrap_or(0)
    }

    /// The differences of those matters that search has followed to their last act.
    pub(super) async fn beside(&self, tx: &mut Tx, matters: &[Rebuilt]) -> Result<Vec<Different>> {
        let followed = |one: &&Rebuilt| {
            let place = &one.matter.place;
            let mut codes = [Some(&place.division), place.township.as_ref()].into_iter().flatten();
            one.pos <= self.pos && !codes.any(|code| self.renamed.contains(code.as_str()))
        };
        let ids = matters.iter().filter(followed).map(|one| one.matter.id.to_string());
        let ids: BTreeSet<String> = ids.filter(|id| !self.due.contains(id)).collect();
        let mut known = held(tx, self.county.code.as_str(), &ids).await?;
        let wanted = documents(tx, &self.county, &ids).await?;
        let differs = |new: Document| match known.remove(&new.matter) {
            None => Some((new.matter, "it is missing")),
            Some(old) if old.text != new.text => Some((new.matter, "other words")),
            Some(old) if old.keys != new.keys => Some((new.matter, "other keys")),
            Some(_) => None,
        };
        Ok(wanted.into_iter().filter_map(differs).collect())
    }
}

/// Documents of no matter, and those whose terms are not in the index.
pub(super) async fn compare_whole(
    store: &Store,
    tx: &mut Tx,
    county: &str,
    checked: &mut Checked,
) -> Result<()> {
    let unknown = "select count(*) from search s where s.county = $1 and not exists (select 1 from matter m \
        where m.county = s.county and m.id = s.matter) and not exists (select 1 from search_due d \
        where d.county = s.county and d.matter = s.matter)";
    let indexed = dialect::indexed(store.db());
    let unindexed = format!("select count(*) from search s where s.county = $1 and not {indexed}");
    for (what, sql) in [("of no matter", unknown), ("not in the index", &unindexed)] {
        let n = row!(tx.on(), (i64,), sql, county)?.map_or(0, |(n,)| n);
        checked.expect(format!("table search, rows {what}"), &0, &n);
    }
    Ok(())
}
