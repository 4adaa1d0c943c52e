//! 内容封存: an entry that was entered by mistake is sealed off at once, and released or destroyed by a
//! second person.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use zongheng_core::ids::ContentId;
use zongheng_core::ledger::Act;
use zongheng_core::ruling::{ContentWord, SEALED_OFF_BY};

use super::super::form::Form;
use super::super::reader::{Answer, Member, href};
use super::super::rulings::{Outcome, body_of, record};
use super::super::view::{Choice, Field, Kind, RulingForm};
use super::found;
use super::show::Page;
use crate::api::problem::Problem;
use crate::submit::read_sealing;

/// Characters of an entry by which it is told from others in the list.
const SHOWN: usize = 24;

pub(super) async fn send(
    Member(r): Member,
    Path(no): Path<String>,
    sent: Result<Form, Problem>,
) -> Answer {
    let sent = r.form(sent)?;
    let matter = found(&r, &no).await?;
    let mut body = body_of(&sent);
    // Which entry stands in the address of the API; nothing chosen is no entry of any matter.
    let chosen = body.remove("content");
    let content = chosen.as_ref().and_then(|value| value.as_str()?.parse().ok());
    let content = content.unwrap_or(ContentId(uuid::Uuid::nil()));
    let now = r.now;
    let read = r.app.with_mint(|mint| read_sealing((matter.id, content), &body, mint, now));
    let path = format!("/api/v1/matters/{}/contents/{content}", matter.id);
    match record(&r, &sent, (&path, &body), read).await? {
        Outcome::Done => {
            Ok(Redirect::to(&format!("{}?done=sealing", href(&matter.no))).into_response())
        }
        Outcome::Refused { status, key, faults } => {
            let mut page = Page::of(&r, matter).await?;
            if let Some(form) = &mut page.view.beside.sealing {
                form.again(key, &sent.0, &faults);
            }
            Ok((status, page.view).into_response())
        }
    }
}

impl Page<'_> {
    /// The form, for the posts that seal off; where they stand already, who agrees as the second person.
    pub(super) async fn fill_sealing(&mut self) -> Result<(), Response> {
        let (r, w) = (self.r, self.r.w);
        if !r.actor.role.is_some_and(|role| SEALED_OFF_BY.contains(&role)) {
            return Ok(());
        }
        let sealings = r.kept(r.app.store.sealings(&r.app.code).await)?;
        let mut entries: Vec<Choice> = Vec::new();
        for act in &self.acts {
            for named in act.content_refs() {
                let known = self.texts.get(&named.id);
                let gone = known.is_some_and(|content| content.erased.is_some());
                if gone || entries.iter().any(|entry| entry.value == named.id.to_string()) {
                    continue;
                }
                let choice = Choice::new(named.id.to_string(), self.entry_words(act, named.id));
                entries.push(match sealings.0.get(&named.id) {
                    Some(_) => Choice { note: Some(w.t("sealing.sealed").to_owned()), ..choice },
                    None => choice,
                });
            }
        }
        let words =
            ContentWord::ALL.map(|word| Choice::new(word.name(), w.name("sealing", word.name())));
        let field = |name: &str, kind: Kind| Field::new(w, "sealing", name, kind);
        let fields = vec![
            field("content", Kind::Radios(entries)).required(),
            field("decision", Kind::Radios(words.to_vec())).required(),
            field("number", Kind::Line).required(),
            field("reason", Kind::Text { rows: 2 }).required(),
        ];
        self.view.beside.sealing = Some(RulingForm {
            slot: "sealing".to_owned(),
            label: w.t("sealing.title").to_owned(),
            of: None,
            note: Some(w.t("sealing.note").to_owned()),
            action: format!("{}/contents", self.view.href),
            key: r.key(),
            fields,
            fault: None,
            open: false,
        });
        Ok(())
    }

    /// Of which act it is, and how it begins.
    fn entry_words(&self, act: &Act, id: ContentId) -> String {
        let w = self.r.w;
        let kind = w.name("kind", &act.kind);
        let text = self.text(id).unwrap_or_else(|| w.t("sealing.personal").to_owned());
        let mut begins: String = text.chars().take(SHOWN).collect();
        if text.chars().count() > SHOWN {
            begins.push('…');
        }
        w.ab("join.two", w.n("sealing.act", act.seq), w.ab("join.two", kind, begins))
    }
}
