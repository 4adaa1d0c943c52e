//! 换届: a roster compared with who holds the posts now.

use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::ids::UserId;
use zongheng_core::organisation::Roster;
use zongheng_core::organisation::files::Source;
use zongheng_store::Store;

use super::{Checked, Unchecked, by_login, checked_posts, login_of};

pub(super) async fn check(
    store: &Store,
    county: Arc<County>,
    source: Source<'_>,
) -> Result<Checked, Unchecked> {
    let organisation = &county.organisation;
    let accounts = store.accounts(&county.code).await?;
    let wanted = Roster::read(source, &county.code, organisation, &by_login(&accounts))?;
    let differences = organisation.compare(&wanted);
    let login = |id: UserId| login_of(&accounts, id);
    let (zh, en) = (differences.zh(organisation, &login), differences.en(organisation, &login));
    let proposed = organisation.brought_about(&wanted);
    checked_posts(store, county, &proposed, |_| zh.into_iter().zip(en).collect()).await
}
