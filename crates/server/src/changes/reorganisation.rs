//! 撤并: a plan checked as a whole, with what follows from it.

use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::organisation::files::Source;
use zongheng_core::reorganisation::{self, Before, Plan, words};
use zongheng_store::Store;

use super::{Checked, Unchecked, bodies};
use crate::commands::found::powers_config;

pub(super) async fn check(
    store: &Store,
    county: Arc<County>,
    source: Source<'_>,
) -> Result<Checked, Unchecked> {
    let wanted = reorganisation::read(source, &county)?;
    planned(store, county, &wanted).await
}

/// The same of a plan that comes from no file.
pub async fn planned(
    store: &Store,
    county: Arc<County>,
    wanted: &Plan,
) -> Result<Checked, Unchecked> {
    let open = store.open_matters(&county.code).await?;
    let County { organisation, powers, .. } = &*county;
    let recorded = store.head(&county.code).await?.last_at().date();
    let before = Before { organisation, powers, open: &open, recorded };
    let planned = reorganisation::check(wanted, &before)?;
    let decision = &planned.decision;
    let names = words::Names { organisation, powers, decision };
    let lines = names.zh().into_iter().zip(names.en()).collect();
    let moving: u64 = decision.closed.iter().filter_map(|closed| open.get(&closed.unit)).sum();
    let mut configs = Vec::new();
    if decision.powers.is_some() {
        let mut after = powers.clone();
        after.reorganise(decision);
        configs.push(powers_config(&county.code, &after.whole()));
    }
    Ok(Checked {
        lines,
        moving: (moving > 0).then_some((decision.on, moving)),
        stream: "org",
        kind: "reorganised",
        bodies: bodies(&[decision]),
        configs,
        warnings: planned.warnings,
        county,
    })
}
