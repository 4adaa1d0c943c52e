//! 换届: a roster compared with who holds the posts now.

use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::ids::UserId;
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{Roster, backdated, check as checked, chunk};
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
    let wanted = Roster::read(source, &county.code, organisation, &by_login)?;
    let differences = organisation.compare(&wanted);
    let login = |id: UserId| login_of(&accounts, id);
    let (zh, en) = (differences.zh(organisation, &login), differences.en(organisation, &login));
    let proposed = organisation.brought_about(&wanted);
    let recorded = store.head(&county.code).await?.last_at().date();
    let past = backdated(&proposed, organisation, recorded);
    if !past.is_empty() {
        return Err(past.into());
    }
    let found = checked(organisation, &proposed)?;
    let organised = &found.organised;
    let changed = if organised.appointments.is_empty() {
        Vec::new()
    } else {
        bodies(&organised.chunks(chunk::BODY))
    };
    Ok(Checked {
        lines: zh.into_iter().zip(en).collect(),
        warnings: found.warnings,
        moving: None,
        stream: "org",
        kind: "organised",
        bodies: changed,
        configs: Vec::new(),
        county,
    })
}
