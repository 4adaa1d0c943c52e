//! 交接单: a sheet that both persons have signed, recorded by who takes over or by the head of the unit. The
//! two signatures stand on the paper; the register has one act, which names both persons and who wrote it
//! down.

use zongheng_core::county::County;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::matter::Actor;
use zongheng_core::organisation::{HandedOver, NoHandover, Sheet};
use zongheng_core::ruling::may_sign_sheet;
use zongheng_core::time::At;
use zongheng_store::{Keyed, Refused, Stands, Store};

use super::{bodies, entries};

/// Why a sheet was not signed.
#[derive(Debug)]
pub enum NotSigned {
    /// There is no such sheet, or not any more.
    NoSheet,
    /// Others sign it.
    NotYours,
    /// The rules stand against it.
    Refused(NoHandover),
    Store(Refused),
}

/// The open sheet that `leaver` left in a post; the oldest one where there are several.
pub fn sheet_of(county: &County, post: PostId, leaver: UserId, now: At) -> Option<Sheet> {
    let sheets = county.organisation.sheets_of(post, now.date());
    sheets.filter(|sheet| sheet.leaver == leaver).min_by_key(|sheet| sheet.ended)
}

/// Records a sheet as signed, for the actor.
///
/// # Errors
/// As [`NotSigned`] says.
pub async fn sign(
    store: &Store,
    county: &County,
    actor: &Actor,
    (post, leaver): (PostId, UserId),
    keyed: Keyed<'_>,
    now: At,
) -> Result<Stands, NotSigned> {
    // A repeated request finds its answer, though the sheet is no longer open.
    if let Some(stands) = store.decided(&county.code, keyed).await.map_err(NotSigned::Store)? {
        return Ok(stands);
    }
    let (organisation, on) = (&county.organisation, now.date());
    let sheet = sheet_of(county, post, leaver, now).ok_or(NotSigned::NoSheet)?;
    if !may_sign_sheet(actor, &sheet, organisation, on) {
        return Err(NotSigned::NotYours);
    }
    let nobody = NotSigned::Refused(NoHandover::NotTheTaker(on));
    let taker = organisation.taker_of(&sheet, on).ok_or(nobody)?.user;
    let signed = HandedOver { post, leaver, taker, ended: sheet.ended, on };
    organisation.may_hand_over(&signed).map_err(NotSigned::Refused)?;
    let entries = entries(("org", "handed_over"), &bodies(&[signed]), &actor.by(), keyed.key);
    store.decide_upon(county, keyed, now, entries, &[]).await.map_err(NotSigned::Store)
}
