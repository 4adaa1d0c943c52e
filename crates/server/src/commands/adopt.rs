//! Starting on a county that stands: what this program ships against what the county runs by.

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;
use zongheng_store::{Store, StoreError};

use super::Failure;
use super::found::{adoption, entries};
use crate::programmes::Shipped;
use crate::submit::Mint;

/// Takes up newer playbooks and clocks by an act each; where all is the same, nothing is written. Open
/// matters stay with the version that they were opened with.
///
/// # Errors
/// The same version with other content, or an older one: with file and line. Nothing starts then,
/// since matters would run by something else than their acts say.
pub(crate) async fn adopt(
    store: &Store,
    code: &DivisionCode,
    shipped: &Shipped<'_>,
    now: At,
) -> Result<(), Failure> {
    let acts = loop {
        let county = store.county(code).await?;
        let loaded = shipped.for_county(&county).map_err(Failure::Input)?;
        let (parts, configs) = adoption(&county, &loaded)?;
        if parts.is_empty() {
            return Ok(());
        }
        let entries = entries(parts, &mut Mint::by_chance());
        match store.append_upon(&county, now, entries, &configs).await {
            // Another server that starts on this county was first: what is left is looked at again.
            Err(StoreError::Moved) => {}
            appended => break appended?,
        }
    };
    for act in acts {
        let version = act.body_value()["version"].as_u64();
        tracing::info!(stream = %act.stream, version, "the county runs by a newer playbook from now on");
    }
    Ok(())
}
