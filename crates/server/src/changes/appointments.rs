//! 任免: single holders, deputies and second posts, and their ends.

use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::ids::UserId;
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{appointments, backdated, check as checked, chunk};
use zongheng_store::Store;

use super::{Checked, Unchecked, bodies, login_of};

pub(super) async fn check(
    store: &Store,
    county: Arc<County>,
    source: Source<'_>,
) -> Result<Checked, Unchecked> {
    let organisation = &county.organisation;
    let accounts = store.accounts(&county.code).await?;
    let by_login = |login: &str| accounts.iter().find(|a| a.login == login).map(|a| a.id);
    let proposed = appointments(source, &county.code, organisation, &by_login)?;
    let recorded = store.head(&county.code).await?.last_at().date();
    let past = backdated(&proposed, organisation, recorded);
    if !past.is_empty() {
        return Err(past.into());
    }
    let found = checked(organisation, &proposed)?;
    let login = |id: UserId| login_of(&accounts, id);
    let lines = organisation.appointments_in_words(&found.organised.appointments, &login);
    Ok(Checked {
        lines,
        warnings: found.warnings,
        moving: None,
        stream: "org",
        kind: "organised",
        bodies: bodies(&found.organised.chunks(chunk::BODY)),
        configs: Vec::new(),
        county,
    })
}
