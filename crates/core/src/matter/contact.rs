//! Who may ask how the reporter can be reached. The contact itself lies in the vault.

use jiff::civil::Date;

use super::actor::Actor;
use super::audience::may_see;
use super::state::Matter;
use crate::organisation::{Organisation, Role};

/// The answer to somebody who would like to call the reporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// There is nothing to show, or it is not for this post.
    No,
    /// The reporter keeps it from the handling units: the centre relays.
    Hidden,
    /// May be looked at; each look is recorded.
    Yes,
}

/// Whether the actor may look up the reporter's contact (DESIGN section 7): the centre's desks, the
/// desk that dispatches, and the units that handle it unless it is hidden from them. A unit that is
/// complained of never, nor any below it.
pub fn reach(matter: &Matter, actor: &Actor, organisation: &Organisation, date: Date) -> Reach {
    let known = matter.reporter.as_ref().filter(|r| r.contact.is_some());
    let (Some(reporter), Some(role)) = (known, actor.role) else { return Reach::No };
    if !may_see(actor, matter, organisation, date) {
        return Reach::No;
    }
    let complained = matter.against.is_some_and(|against| {
        actor.unit.is_none_or(|unit| organisation.is_within(unit, against, date))
    });
    if complained {
        return Reach::No;
    }
    let centre = matches!(role, Role::CommandCentre | Role::VerificationDesk | Role::CallBackDesk);
    if centre {
        return Reach::Yes;
    }
    let desk = actor.post.is_some() && actor.post == matter.desk.post;
    let handles = actor.unit.and_then(|unit| matter.share_of(unit)).is_some()
        && matches!(
            role,
            Role::UnitHead | Role::UnitStaff | Role::TownshipHall | Role::VillageCommittee
        );
    match (desk || handles, reporter.hidden) {
        (false, _) => Reach::No,
        (true, true) => Reach::Hidden,
        (true, false) => Reach::Yes,
    }
}
