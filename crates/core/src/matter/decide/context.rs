//! Everything a decision may look at besides the matter.

use jiff::civil::Date;

use crate::allowance::Exception;
use crate::calendar::Calendar;
use crate::clock;
use crate::ids::UnitId;
use crate::matter::act::Versions;
use crate::matter::actor::Actor;
use crate::matter::deadline::Rule;
use crate::matter::kin::Kin;
use crate::matter::refusal::Refusal;
use crate::matter::separation::is_of;
use crate::matter::state::{Matter, Owner, Share};
use crate::organisation::{Organisation, Post, Role, Unit};
use crate::playbook::{Catalogue, Clock, Playbook};
use crate::powers::Powers;
use crate::time::At;

/// The actor, the moment and the configuration in force. A matter's playbook and clock are those it
/// was opened with.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub now: At,
    pub actor: &'a Actor,
    pub organisation: &'a Organisation,
    pub powers: &'a Powers,
    /// Every kind of matter there is; what differs between kinds stands in `playbook`.
    pub catalogue: &'a Catalogue,
    pub calendar: &'a Calendar,
    pub playbook: &'a Playbook,
    pub clock: &'a Clock,
    pub versions: &'a Versions,
    /// Other matters that the command has to do with.
    pub kin: &'a Kin,
    /// What the command names where a rule that needs a decision stands against it.
    pub exception: Option<&'a Exception>,
}

impl<'a> Context<'a> {
    pub(in crate::matter) fn today(&self) -> Date {
        self.now.date()
    }

    /// The end of a limit from a moment; what the calendar cannot work out is the field's fault.
    pub(super) fn due(&self, field: &str, from: At, rule: &Rule) -> Result<At, Refusal> {
        let due = clock::due(self.calendar, &rule.asked(from, &[]));
        due.map(|d| d.due).map_err(|e| Refusal::clock(field, &e))
    }

    pub(super) fn unit(&self, id: UnitId) -> Option<&'a Unit> {
        self.organisation.unit(id, self.today())
    }

    /// Whether the actor is of the unit, in whichever post: asker and decider are two persons.
    pub(super) fn is_of(&self, unit: UnitId) -> bool {
        is_of(self.actor, unit, self.organisation, self.today())
    }

    /// The post of a role that serves a place: a township's or village's own, or the county's.
    pub(super) fn post_for(
        &self,
        role: Role,
        matter_place: &crate::matter::Place,
    ) -> Option<&'a Post> {
        let own = match role {
            role if role.is_of_township() => matter_place.township.as_ref(),
            Role::VillageCommittee => Some(&matter_place.division),
            _ => return self.organisation.posts_with_role(role, self.today()).next(),
        };
        let unit = self.organisation.unit_of_division(own?, self.today())?;
        self.organisation.posts_with_role(role, self.today()).find(|p| p.unit == unit.id)
    }
}

impl Matter {
    /// The share of this round that the actor works on.
    pub(super) fn share_of_actor(&self, cx: &Context<'_>) -> Option<&Share> {
        self.share_with(cx.actor.unit, cx.actor.post)
    }

    /// The lead as owner, with the post it named.
    pub(super) fn lead_as_owner(&self) -> Option<Owner> {
        self.lead().map(|s| Owner { unit: s.unit, post: s.post })
    }
}
