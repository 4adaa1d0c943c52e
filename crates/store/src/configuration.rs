//! A county's configuration, folded from its streams and kept in memory until `rev` moves.

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;

use crate::county::{self, Head};
use crate::db::{On, rows};
use crate::error::{Result, StoreError};
use crate::ledger::{ACT, ActRow};
use crate::open::Store;

/// What was folded last, by county, with the `rev` it belongs to.
#[derive(Default)]
pub(crate) struct Configurations(RwLock<BTreeMap<String, (i64, Arc<County>)>>);

impl Configurations {
    /// The configuration at the head's `rev`; reads on from what is in memory.
    pub(crate) async fn at(&self, on: On<'_>, head: &Head) -> Result<Arc<County>> {
        let known = self.known(&head.code);
        if let Some((rev, county)) = &known
            && *rev == head.rev
        {
            return Ok(Arc::clone(county));
        }
        let mut county = match known {
            // Another server's later state stands here: begin anew rather than go back.
            Some((rev, county)) if rev < head.rev => (*county).clone(),
            _ => County::empty(DivisionCode(head.code.clone())),
        };
        for (pos, act) in after(on, &head.code, i64::try_from(county.rev).unwrap_or(0)).await? {
            county.apply(&act).map_err(|e| {
                StoreError::inconsistent("act", format!("{} {}", act.stream, act.seq), e)
            })?;
            county.rev = u64::try_from(pos).unwrap_or(0);
        }
        let county = Arc::new(county);
        self.keep(&head.code, head.rev, &county);
        Ok(county)
    }

    fn known(&self, code: &str) -> Option<(i64, Arc<County>)> {
        let kept = self.0.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.get(code).cloned()
    }

    fn keep(&self, code: &str, rev: i64, county: &Arc<County>) {
        let mut kept = self.0.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let later = kept.get(code).is_some_and(|(known, _)| *known > rev);
        if !later {
            kept.insert(code.to_owned(), (rev, Arc::clone(county)));
        }
    }
}

impl Store {
    /// The county's organisation, powers, playbooks and calendar as its ledger has made them by now.
    pub async fn county(&self, county: &DivisionCode) -> Result<Arc<County>> {
        let mut conn = self.db().reader().await?;
        let head = county::read(conn.on(), county.as_str()).await?;
        self.inner.configurations.at(conn.on(), &head).await
    }
}

/// The acts of configuration streams after a place in the county's order.
pub(crate) async fn after(
    on: On<'_>,
    county: &str,
    pos: i64,
) -> Result<Vec<(i64, zongheng_core::ledger::Act)>> {
    let mut found = rows!(on, ActRow, &question(), county, pos)?;
    found.sort_unstable_by_key(|row| row.pos);
    found.into_iter().map(|row| Ok((row.pos, row.read()?))).collect()
}

/// The streams of playbooks are those from `playbook:` to just before `playbook;`. By stream and not by place, which
/// the plus keeps from being used: there are few acts of these streams, and any number of others.
fn question() -> String {
    let acts = format!("select {ACT} from act where county = $1 and +pos > $2");
    format!(
        "{acts} and stream in ('org', 'calendar', 'powers', 'access') \
         union all {acts} and stream >= 'playbook:' and stream < 'playbook;'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Options;

    #[tokio::test]
    async fn no_act_of_a_matter_is_looked_at_for_the_configuration() {
        let file = std::env::temp_dir().join(format!("zongheng-plan-{}.db", uuid::Uuid::now_v7()));
        let store =
            Store::open(&format!("sqlite:{}", file.display()), &Options::default()).await.unwrap();
        let sql = format!("explain query plan {}", question());
        let mut reader = store.db().reader().await.unwrap();
        let plan = rows!(reader.on(), (i64, i64, i64, String), &sql, "", 0).unwrap();
        drop(reader);
        store.close().await;
        drop(std::fs::remove_file(file));
        let steps = plan.into_iter().map(|(.., step)| step);
        let steps: Vec<String> = steps.filter(|step| step.contains("SEARCH")).collect();
        let index = "SEARCH act USING INDEX sqlite_autoindex_act_2";
        assert_eq!(
            steps,
            [
                format!("{index} (county=? AND stream=?)"),
                format!("{index} (county=? AND stream>? AND stream<?)")
            ]
        );
    }
}
