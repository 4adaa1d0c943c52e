//! A matter that another system began (承接): what is asked for, and what its one act makes of it here.
//!
//! An open one comes over in mid-life with its true start, its round and its limit, and goes on by the
//! usual rules; a closed one is history. Neither counts in a rate: nobody here held it all the while.

use super::act::{Imported, Theirs, Then};
use super::actor::{Actor, Person};
use super::apply::{Envelope, First};
use super::command::ReportedPlace;
use super::state::{CallBack, Matter, Part, Satisfied};
use crate::ids::{CategoryId, MatterId, PlaybookId, UnitId};
use crate::ledger::ContentRef;
use crate::organisation::Role;
use crate::playbook::Grade;
use crate::time::At;

/// A matter to be taken over.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: MatterId,
    pub playbook: PlaybookId,
    pub theirs: Theirs,
    /// When it truly began.
    pub began: At,
    /// From 1.
    pub round: u32,
    /// When the round began, where it is not the first.
    pub round_began: Option<At>,
    pub category: Option<CategoryId>,
    pub source: Option<String>,
    pub grade: Option<Grade>,
    pub urgent: bool,
    pub title: ContentRef,
    pub detail: Option<ContentRef>,
    /// Further columns that are kept, by name.
    pub form: Vec<(String, ContentRef)>,
    pub place: ReportedPlace,
    /// Name and number, in the vault.
    pub contact: Option<ContentRef>,
    pub hidden: bool,
    pub lead: Option<UnitId>,
    pub assists: Vec<UnitId>,
    /// By when it is to be settled; left out, the clock counts from its true start.
    pub due: Option<At>,
    /// How it ended; left out, it is open.
    pub ended: Option<ImportedEnd>,
}

/// How a matter ended elsewhere, as it is told.
#[derive(Debug, Clone)]
pub struct ImportedEnd {
    pub at: At,
    pub answer: Option<ContentRef>,
    pub solved: Option<bool>,
    pub satisfied: Option<Satisfied>,
}

/// Whether an import can be this actor's act: it is the system's (DESIGN section 4), or the county's command
/// centre's, which sees the whole county and hands out what comes over open.
pub fn may_import(actor: &Actor) -> bool {
    match actor.person {
        Person::System => true,
        Person::User(_) => actor.role == Some(Role::CommandCentre),
        Person::Receipt => false,
    }
}

impl Matter {
    /// The matter that came over.
    pub(super) fn taken_over(
        id: MatterId,
        envelope: &Envelope,
        did: &Imported,
        then: &Then,
    ) -> Self {
        let first = First {
            no: &did.no,
            playbook: &did.playbook,
            source: &did.source,
            place: &did.place,
            title: did.title,
            desk: did.desk,
            began: did.began,
        };
        let mut matter = Self {
            category: did.category.clone(),
            grade: did.grade,
            urgent: did.urgent,
            detail: did.detail,
            form: did.form.clone(),
            reporter: did.reporter.clone(),
            filed: Some(did.began),
            round: did.round,
            round_start: did.round_began.unwrap_or(did.began),
            reopened: did.round_began,
            closed: did.ended.as_ref().map(|ended| ended.at),
            outside: did.outside.clone(),
            came_over: Some(did.theirs.clone()),
            ..Self::bare(id, envelope, then, &first)
        };
        let given = did.lead.iter().map(|unit| (unit, Part::Lead));
        for (unit, part) in given.chain(did.assists.iter().map(|unit| (unit, Part::Assist))) {
            matter.give(*unit, part, None, envelope.at, false);
        }
        // Who has a matter in mid-life has taken it up already.
        matter.shares.iter_mut().for_each(|share| share.signed = Some(envelope.at));
        if let Some(ended) = &did.ended
            && (ended.solved.is_some() || ended.satisfied.is_some())
        {
            matter.call_backs.push(CallBack {
                round: did.round,
                answers: 0,
                at: ended.at,
                reached: true,
                solved: ended.solved,
                satisfied: ended.satisfied,
                by_reporter: false,
                party: 1,
            });
        }
        matter.follow(envelope, then, Vec::new());
        matter
    }

    /// Whether it may count in a rate: what came over was not ours all the while, and what was excluded
    /// is out by a decision.
    pub const fn is_rated(&self) -> bool {
        !self.excluded && self.came_over.is_none()
    }

    /// Whether it was closed elsewhere and stands here as history only.
    pub const fn is_history(&self) -> bool {
        // What comes over open is held by somebody from that moment.
        self.came_over.is_some() && self.held.is_empty()
    }
}
