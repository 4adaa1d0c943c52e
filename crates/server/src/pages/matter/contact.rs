//! How a reporter can be reached: shown on need, each look recorded first.

use axum::response::Response;
use serde::Deserialize;
use zongheng_core::matter::{Matter, Reach, reach};
use zongheng_store::StoreError;
use zongheng_store::vault::{Looker, VaultError};

use super::super::reader::Reader;
use super::super::view::Contact;
use crate::api::problem::Problem;

#[derive(Deserialize)]
struct Kept {
    name: Option<String>,
    phone: Option<String>,
}

/// What this reader may know of it.
pub(super) fn access(r: &Reader, matter: &Matter) -> Contact {
    match reach(matter, &r.actor, &r.county.organisation, r.now.date()) {
        Reach::No => Contact::None,
        Reach::Hidden => Contact::Hidden,
        Reach::Yes => Contact::Asked,
    }
}

/// Looks it up; the look is on the trail before anything is shown.
pub(super) async fn look(r: &Reader, matter: &Matter) -> Result<Contact, Response> {
    let entry = matter.reporter.as_ref().and_then(|reporter| reporter.contact);
    let (Some(entry), Some(caller)) = (entry, &r.caller) else {
        return Err(r.problem(&Problem::unknown()));
    };
    let looker = Looker { user: caller.user, post: r.actor.post, why: "matter_page".to_owned() };
    let text = match r.app.store.look(&r.app.code, entry, &looker, r.now).await {
        Ok(text) => text,
        Err(StoreError::Vault(VaultError::SealedOff(_))) => {
            return Ok(Contact::Gone(r.w.t("matter.sealed_off").to_owned()));
        }
        Err(StoreError::Vault(VaultError::Erased(_))) => {
            return Ok(Contact::Gone(r.w.t("matter.erased").to_owned()));
        }
        Err(error) => {
            tracing::warn!(%error, "a contact could not be shown");
            let shut = r.w.t("matter.contact_shut").to_owned();
            return Err(r.problem_with(&Problem::from(error), shut));
        }
    };
    let kept: Kept = serde_json::from_str(&text).unwrap_or(Kept { name: None, phone: None });
    Ok(Contact::Shown {
        name: kept.name.unwrap_or_default(),
        phone: kept.phone.unwrap_or_default(),
    })
}
