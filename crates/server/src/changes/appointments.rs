//! 任免: single holders, deputies and second posts, and their ends.

use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::ids::UserId;
use zongheng_core::organisation::appointments;
use zongheng_core::organisation::files::Source;
use zongheng_store::Store;

use super::{Checked, Unchecked, by_login, checked_posts, login_of};

pub(super) async fn check(
    store: &Store,
    county: Arc<County>,
    source: Source<'_>,
) -> Result<Checked, Unchecked> {
    let accounts = store.accounts(&county.code).await?;
    let organisation = &county.organisation;
    let proposed = appointments(source, &county.code, organisation, &by_login(&accounts))?;
    let login = |id: UserId| login_of(&accounts, id);
    let standing = Arc::clone(&county);
    checked_posts(store, county, &proposed, |organised| {
        standing.organisation.appointments_in_words(&organised.appointments, &login)
    })
    .await
}
