//! 内容封存: an entry that was entered by mistake is sealed off at once by one person, and destroyed or
//! released again only when a second, different person agrees. The act that names the entry, its hash
//! and the fact stay.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Ground, Ruled, number_fault};
use crate::ids::{ContentId, MatterId};
use crate::ledger::{Act, ContentRef};
use crate::matter::{FieldFault, Matter, Refusal, Why, may_see};
use crate::organisation::Role;
use crate::time::At;

/// Who seals off, and who agrees as the second person.
pub const SEALED_OFF_BY: [Role; 3] =
    [Role::CommandCentre, Role::CountyLeader, Role::SupervisionHead];

/// The body of `content_sealed`, `content_released` and `content_destroyed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentRuled {
    /// The matter whose act names the entry.
    pub matter: MatterId,
    /// The entry.
    pub content: ContentId,
    /// The number of the paper on which it rests.
    pub number: String,
    /// The content that says why; never what stood in the entry.
    pub reason: ContentId,
}

/// What is to become of the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentWord {
    Seal,
    Release,
    Destroy,
}

impl ContentWord {
    pub const ALL: [Self; 3] = [Self::Seal, Self::Release, Self::Destroy];

    /// The name that the API uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Release => "release",
            Self::Destroy => "destroy",
        }
    }

    /// The kind of its act.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Seal => "content_sealed",
            Self::Release => "content_released",
            Self::Destroy => "content_destroyed",
        }
    }
}

/// How an entry stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedOff {
    /// Since when, and by which account, as the envelope of the act names it.
    pub at: At,
    pub by: String,
    /// The second person has agreed that it is destroyed.
    pub destroyed: bool,
}

/// The entries that are sealed off or destroyed, as the stream `content` has made them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sealings(pub BTreeMap<ContentId, SealedOff>);

impl Sealings {
    /// Takes in one act of the stream.
    ///
    /// # Errors
    /// A body that does not fit its kind, with the reason.
    pub fn take_in(&mut self, act: &Act) -> Result<(), String> {
        let ruled = body(&act.body_value())?;
        match ContentWord::ALL.into_iter().find(|word| word.kind() == act.kind) {
            Some(ContentWord::Seal) => {
                let (at, by) = (act.at, act.by.user.clone());
                self.0.insert(ruled.content, SealedOff { at, by, destroyed: false });
            }
            Some(ContentWord::Release) => drop(self.0.remove(&ruled.content)),
            Some(ContentWord::Destroy) => {
                if let Some(sealed) = self.0.get_mut(&ruled.content) {
                    sealed.destroyed = true;
                }
            }
            None => return Err(format!("no kind of act is called \"{}\" here", act.kind)),
        }
        Ok(())
    }
}

/// The body of an act of the stream `content`.
///
/// # Errors
/// A body that does not read.
pub fn body(value: &Value) -> Result<ContentRuled, String> {
    ContentRuled::deserialize(value).map_err(|e| e.to_string())
}

/// What is asked for, and what the store knows of the entry.
#[derive(Debug, Clone)]
pub struct Sealing {
    pub matter: MatterId,
    pub content: ContentId,
    pub word: ContentWord,
    pub number: Option<String>,
    pub reason: Option<ContentRef>,
}

/// What the ledger says of the matter and the entry that a sealing names.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The matter; none where there is none.
    pub matter: Option<&'a Matter>,
    /// Whether an act of the matter names the entry.
    pub named: bool,
    pub sealed: Option<&'a SealedOff>,
    /// Whether it was erased, as a person may ask.
    pub erased: bool,
}

pub(super) fn rule(asked: &Sealing, known: &Known<'_>, g: &Ground<'_>) -> Result<Ruled, Refusal> {
    let today = g.now.date();
    let seen = known.matter.filter(|m| may_see(g.actor, m, &g.county.organisation, today));
    if seen.is_none() || !known.named {
        return Err(Refusal::Unknown);
    }
    g.only(&SEALED_OFF_BY)?;
    let second = asked.word != ContentWord::Seal;
    let by_same = known.sealed.is_some_and(|sealed| sealed.by == g.actor.person.to_string());
    if second && by_same {
        return Err(Refusal::NotYours(Why::OwnSealing));
    }
    match (asked.word, known.sealed) {
        (ContentWord::Seal, Some(_)) => return Err(Refusal::Already(Why::SealedOff)),
        (ContentWord::Seal, None) if known.erased => return Err(Refusal::Already(Why::SealedOff)),
        (_, Some(sealed)) if sealed.destroyed => return Err(Refusal::Already(Why::SealedOff)),
        (ContentWord::Release | ContentWord::Destroy, None) => {
            return Err(Refusal::OutOfState(Why::NotSealedOff));
        }
        _ => {}
    }
    let mut faults: Vec<FieldFault> = number_fault(asked.number.as_deref()).into_iter().collect();
    if asked.reason.is_none() {
        faults.push(FieldFault::new("reason", "missing: write something"));
    }
    let (Some(number), Some(reason), []) = (&asked.number, asked.reason, faults.as_slice()) else {
        return Err(Refusal::Invalid(faults));
    };
    let (matter, content, number) = (asked.matter, asked.content, number.clone());
    let ruled = ContentRuled { matter, content, number, reason: reason.id };
    Ok(Ruled::of("content", asked.word.kind(), &ruled).with([reason]))
}
