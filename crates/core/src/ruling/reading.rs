//! Who may read what of the organisation, its gaps and its decisions, and who may change it. A post that no
//! function here names may nothing of it.

use jiff::civil::Date;

use crate::ids::UnitId;
use crate::matter::{Actor, Key, Matter, Person, keys_of, may_see};
use crate::organisation::{Organisation, Post, Role, Sheet};

/// What a change of the organisation is about. Who keeps the system does not say who sits in which post
/// (三员分立): with both in one hand an account of one's own could be put into any post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeOf {
    /// Who holds, deputises for or seconds which post.
    Posts,
    /// Units, posts, grids, and the list of powers with the lists beside it.
    Structure,
}

impl ChangeOf {
    const ALL: [Self; 2] = [Self::Posts, Self::Structure];

    /// Whose post records it.
    const fn by(self) -> Role {
        match self {
            Self::Posts => Role::SecurityAdmin,
            Self::Structure => Role::SystemAdmin,
        }
    }
}

/// Whether the actor may read what was proposed and allowed: whoever has a post with business. Those who
/// keep the system read no reasons.
pub fn may_read_rulings(actor: &Actor) -> bool {
    !keys_of(actor).is_empty()
}

/// Whether the actor may ask whose a matter would be, and read the rules: every post of the county, and no
/// resident by receipt.
pub const fn may_consult(actor: &Actor) -> bool {
    actor.post.is_some() && actor.role.is_some()
}

/// Whether the actor may list what was decided where the rules left a choice: who reads rulings, and the
/// auditor, whose work it is.
pub fn may_read_decisions(actor: &Actor) -> bool {
    may_read_rulings(actor) || actor.role == Some(Role::Auditor)
}

/// Whether a decision is listed for the actor; `matter` is the one on which it was decided, none where it
/// stands beside all matters. Others see it where they see the matter. The auditor sees no matter, but that
/// it was decided, except on a restricted one, of which nothing is known.
pub fn decision_is_seen(
    actor: &Actor,
    matter: Option<&Matter>,
    organisation: &Organisation,
    date: Date,
) -> bool {
    let Some(matter) = matter else { return may_read_decisions(actor) };
    match actor.role {
        Some(Role::Auditor) => !matter.restricted,
        _ => may_see(actor, matter, organisation, date),
    }
}

/// Whether the actor may read on which matters an order is proposed: the supervision office, whose people
/// decide, sign and issue.
pub fn may_read_proposed_orders(actor: &Actor) -> bool {
    matches!(
        actor.role,
        Some(
            Role::SupervisionHead
                | Role::SupervisionDeputy
                | Role::SupervisionOfficer
                | Role::SupervisionClerk
        )
    )
}

/// Whether the actor may record such a change, and what follows from it.
pub fn may_change(actor: &Actor, of: ChangeOf) -> bool {
    actor.role == Some(of.by())
}

/// Whether the actor may record some change of the organisation.
pub fn may_change_organisation(actor: &Actor) -> bool {
    ChangeOf::ALL.into_iter().any(|of| may_change(actor, of))
}

/// Whether the actor may see how the machine and its database are: who keeps the system.
pub fn may_see_the_system(actor: &Actor) -> bool {
    actor.role == Some(Role::SystemAdmin)
}

/// Of which units somebody sees empty posts, sheets and grids without a chief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapsSeen {
    All,
    /// Of the unit and those below it.
    Within(UnitId),
}

impl GapsSeen {
    pub fn holds(self, unit: UnitId, organisation: &Organisation, date: Date) -> bool {
        match self {
            Self::All => true,
            Self::Within(own) => organisation.is_within(unit, own, date),
        }
    }
}

/// Whose gaps the actor sees: those who change the organisation and the posts that see the county all of them; the
/// head of a unit, a township's hall and its deputy those of their unit and below; no other post any.
pub fn gaps_seen(actor: &Actor, organisation: &Organisation, date: Date) -> Option<GapsSeen> {
    let (role, post, unit) = (actor.role?, actor.post?, actor.unit?);
    if may_change_organisation(actor) || keys_of(actor).contains(&Key::County) {
        return Some(GapsSeen::All);
    }
    let answers = organisation.head_of(unit, date).is_some_and(|head| head.id == post);
    let named = matches!(role, Role::UnitHead | Role::TownshipHall | Role::TownshipDeputy);
    (answers || named).then_some(GapsSeen::Within(unit))
}

/// Whether the actor may open the sheets that holders of a post left: who sees the gaps of its unit, and
/// who is in the post now.
pub fn may_open_sheets(
    actor: &Actor,
    post: &Post,
    organisation: &Organisation,
    date: Date,
) -> bool {
    let seen = gaps_seen(actor, organisation, date);
    actor.post == Some(post.id) || seen.is_some_and(|s| s.holds(post.unit, organisation, date))
}

/// Whether the actor may record that both persons have signed a sheet: who takes over, acting in the post
/// that answers for it, or the head of the unit; never the one who left.
pub fn may_sign_sheet(
    actor: &Actor,
    sheet: &Sheet,
    organisation: &Organisation,
    date: Date,
) -> bool {
    let Person::User(user) = actor.person else { return false };
    let takes = organisation
        .taker_of(sheet, date)
        .is_some_and(|taker| taker.user == user && actor.post == Some(taker.post));
    let unit = organisation.successor_of(sheet.unit, date);
    let head = unit.and_then(|unit| organisation.head_of(unit, date));
    let heads = head.is_some_and(|head| actor.post == Some(head.id));
    (takes || heads) && user != sheet.leaver
}
