//! Files on pages: those that a form has kept, those that an act names, and the address under which they stand.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;
use zongheng_core::ids::ContentId;
use zongheng_core::matter::Actor;
use zongheng_files::Kind;
use zongheng_store::Attached;

use super::form::Form;
use super::reader::{Answer, Member, Reader};
use super::sent::Sent;
use super::view::{FileLink, KeptFile};
use crate::api::files::{Size, seen_by};
use crate::api::problem::Problem;
use crate::api::scope_of;
use crate::app::Shared;
use crate::attaching::{small, upload};

/// So many files of a form are shown again.
const SHOWN: usize = 20;

pub(super) fn router() -> Router<Shared> {
    Router::new()
        .route("/files/{content}", get(whole))
        .route("/files/{content}/small", get(shown_small))
}

async fn whole(Member(r): Member, Path(content): Path<String>, headers: HeaderMap) -> Answer {
    served(&r, &content, &headers, Size::Whole).await
}

async fn shown_small(Member(r): Member, Path(content): Path<String>, headers: HeaderMap) -> Answer {
    served(&r, &content, &headers, Size::Small).await
}

async fn served(r: &Reader, content: &str, headers: &HeaderMap, size: Size) -> Answer {
    let sent = seen_by(&r.app, &r.county, &r.actor, content, headers, size).await;
    sent.map_err(|problem| r.problem(&problem))
}

impl Reader {
    /// The form with its files; one that another site made the browser send is refused.
    pub(super) fn sent(&self, sent: Result<Sent, Problem>) -> Result<Sent, Response> {
        let sent = sent.map_err(|problem| self.problem(&problem))?;
        let form = self.form(Ok(sent.form))?;
        Ok(Sent { form, ..sent })
    }

    /// Whether a command of this key was accepted before.
    pub(super) async fn remembers(&self, actor: &Actor, key: &str) -> Result<bool, Response> {
        self.kept(self.app.store.remembers(&self.app.code, &scope_of(actor), key).await)
    }

    /// What is wrong with files that were sent, at their field: each by its name.
    pub(super) fn faults_of_files(&self, sent: &Sent) -> Vec<(String, String)> {
        let told = |(name, what): &(String, String)| {
            let what = self.w.fault(what);
            ("files".to_owned(), self.w.ab("files.named", self.short_name(name), what))
        };
        let unfit = sent.unfit.iter().map(told);
        let trouble = sent.trouble.iter().map(|p| ("files".to_owned(), self.sentence(p)));
        unfit.chain(trouble).collect()
    }

    /// As the phone calls it, cut where it is long.
    fn short_name(&self, name: &str) -> String {
        let seen = name.chars().filter(|c| !c.is_control());
        let short: String = seen.take(40).collect();
        if short.is_empty() { self.w.t("files.unnamed").to_owned() } else { short }
    }

    /// The files that a form has kept, to be shown as ticked boxes.
    pub(super) async fn kept_files(&self, form: &Form) -> Result<Vec<KeptFile>, Response> {
        let owner = scope_of(&self.actor);
        let mut kept: Vec<KeptFile> = Vec::new();
        for (_, value) in form.0.iter().filter(|(name, _)| name == "files").take(SHOWN) {
            let Ok(id) = value.parse::<Uuid>() else { continue };
            let found = upload(&self.app, id).await.map_err(|e| self.problem(&e.into()))?;
            let own = found.filter(|upload| upload.owner == owner);
            let Some(attached) = own.and_then(|upload| upload.kept) else { continue };
            if kept.iter().any(|known| known.id == *value) {
                continue;
            }
            kept.push(KeptFile {
                id: value.clone(),
                name: attached.name.clone(),
                size: self.size(attached.size),
                small: self.small_inside(&attached).await,
            });
        }
        Ok(kept)
    }

    /// A small picture as part of the page itself: for readers who have no address for it.
    pub(super) async fn small_inside(&self, attached: &Attached) -> Option<String> {
        let small = small(&self.app, attached).await.ok().flatten()?;
        Some(format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(&small)))
    }

    /// A file that an act names, with its address.
    pub(super) fn file_link(&self, id: ContentId, attached: &Attached) -> FileLink {
        let kind = Kind::of_media(&attached.media);
        FileLink {
            href: format!("/files/{id}"),
            small: kind.is_some_and(Kind::is_picture).then(|| format!("/files/{id}/small")),
            name: attached.name.clone(),
            size: self.size(attached.size),
        }
    }

    /// `340 KB`, `1.2 MB`.
    pub(super) fn size(&self, bytes: u64) -> String {
        if bytes < 1_000_000 {
            self.w.a("files.kb", bytes.div_ceil(1_000))
        } else {
            let tenths = bytes.div_ceil(100_000);
            self.w.a("files.mb", format!("{}.{}", tenths / 10, tenths % 10))
        }
    }
}
