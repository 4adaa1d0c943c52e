//! 权责清单变更: rows, delegations, items of the townships' lists and of the entry list that are new or end.

use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::organisation::chunk;
use zongheng_core::organisation::files::Source;
use zongheng_core::powers::{PowersAdopted, amend, words_of_change};
use zongheng_store::Store;

use super::{Checked, Unchecked, bodies};
use crate::commands::found::powers_config;

pub(super) async fn check(
    store: &Store,
    county: Arc<County>,
    source: Source<'_>,
) -> Result<Checked, Unchecked> {
    let County { code, organisation, powers, .. } = &*county;
    let recorded = store.head(code).await?.last_at().date();
    let adopted = amend(source, code, organisation, powers, recorded)?;
    Ok(changed(county, &adopted))
}

/// A change of the list without faults, in words and as acts.
pub(super) fn changed(county: Arc<County>, adopted: &PowersAdopted) -> Checked {
    let County { code, organisation, powers, .. } = &*county;
    let mut after = powers.clone();
    after.apply(adopted);
    let parts = if adopted.is_empty() { Vec::new() } else { adopted.chunks(chunk::BODY) };
    Checked {
        lines: words_of_change(adopted, powers, organisation),
        warnings: Vec::new(),
        moving: None,
        stream: "powers",
        kind: "powers_adopted",
        bodies: bodies(&parts),
        configs: vec![powers_config(code, &after.whole())],
        county,
    }
}
