//! What whoever takes a step looks at, and who that may be.

use zongheng_core::county::County;
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::matter::{ActName, Actor, Matter};
use zongheng_core::organisation::{Role, Unit};
use zongheng_core::powers::Proposal;
use zongheng_core::time::At;

use super::cast::Cast;
use super::life::Life;
use super::step::Step;

/// One matter, the county around it, and now.
pub(super) struct Scene<'a> {
    pub(super) county: &'a County,
    pub(super) cast: &'a Cast,
    pub(super) life: &'a Life,
    pub(super) now: At,
    /// How many papers were numbered before.
    pub(super) papers: u32,
}

const SUPERVISION: [Role; 4] = [
    Role::SupervisionHead,
    Role::SupervisionOfficer,
    Role::SupervisionDeputy,
    Role::SupervisionClerk,
];

impl Scene<'_> {
    pub(super) fn matter(&self) -> &Matter {
        &self.life.matter
    }

    /// Whose it is by the list of powers.
    pub(super) fn proposal(&self) -> Option<Proposal> {
        let matter = self.matter();
        let (category, division) = (matter.category.as_ref()?, &matter.place.division);
        let organisation = &self.county.organisation;
        self.county.powers.proposal(organisation, category, division, self.now.date()).ok()
    }

    /// The unit of the village or township in which it lies.
    pub(super) fn unit_of_place(&self) -> Option<&Unit> {
        let organisation = &self.county.organisation;
        organisation.unit_of_division(&self.matter().place.division, self.now.date())
    }

    pub(super) fn township(&self) -> Option<&Unit> {
        let code = self.matter().place.township.as_ref()?;
        self.county.organisation.unit_of_division(code, self.now.date())
    }

    /// 18:00 of the day `days` after the day of `at`.
    pub(super) fn day_after(&self, at: At, days: i64) -> At {
        self.county.calendar.closing(at.plus_seconds(days * 86_400).date())
    }

    /// The number of the next paper of a sort, such as 商督〔2025〕12号.
    pub(super) fn paper(&self, sort: &str) -> String {
        format!("{sort}〔{}〕{}号", self.now.date().year(), self.papers + 1)
    }

    pub(super) fn unsolved(&self) -> bool {
        self.life.fate.despite && self.matter().unsolved()
    }

    /// Who may be the one to do it, the likeliest first.
    pub(super) fn actors(&self, step: Step) -> Vec<Actor> {
        let by_receipt = match step {
            Step::Reopen => self.life.by_receipt,
            Step::CallBack(true) => self.life.by_receipt && self.answers_by_receipt(),
            _ => false,
        };
        let posts = self.posts(step);
        let posts = posts.iter().filter_map(|post| self.cast.actor(*post).cloned());
        by_receipt.then(Actor::by_receipt).into_iter().chain(posts).collect()
    }

    /// Some reporters answer by their receipt; which, is drawn from the number.
    fn answers_by_receipt(&self) -> bool {
        self.matter().no.ends_with(['3', '8'])
    }

    fn posts(&self, step: Step) -> Vec<PostId> {
        let matter = self.matter();
        let owner = matter.owner.and_then(|o| o.post);
        let desk = matter.desk.post;
        let roles = |roles: &[Role]| -> Vec<PostId> {
            roles.iter().flat_map(|role| self.cast.with_role(*role)).copied().collect()
        };
        let with = |first: Option<PostId>, then: Vec<PostId>| -> Vec<PostId> {
            first.into_iter().chain(then).collect()
        };
        match step {
            Step::Sign(unit)
            | Step::Return(unit)
            | Step::PassOn(unit)
            | Step::PassBack(unit)
            | Step::Progress(unit)
            | Step::NodeDone(_, unit)
            | Step::Ask(_, unit)
            | Step::Answer(unit)
            | Step::Submit(_, unit) => self.hands(unit),
            Step::Plan(_) | Step::Resume | Step::UrgeAssist(_) => self.hands_of_lead(),
            Step::Decompose(_) => with(desk, self.hands_of_lead()),
            Step::SendBack(n) | Step::Release(n) => {
                let draft = matter.drafts.iter().find(|draft| draft.n == n);
                let unit = draft.map(|draft| self.cast.of_unit(draft.unit));
                unit.unwrap_or_default().iter().rev().copied().collect()
            }
            Step::Whistle => with(self.caller(), desk.into_iter().collect()),
            Step::Arrive(n, ..) => {
                matter.whistles.iter().find(|w| w.n == n).and_then(|w| w.post).into_iter().collect()
            }
            Step::Adjudicate | Step::Decide(..) => {
                let rest = [
                    Role::CommandCentre,
                    Role::SupervisionHead,
                    Role::CountyLeader,
                    Role::EnterpriseOffice,
                ];
                owner.into_iter().chain(desk).chain(roles(&rest)).collect()
            }
            Step::Verify(_) | Step::SignOff => {
                let despite = if self.unsolved() { roles(&SUPERVISION) } else { Vec::new() };
                let centre = roles(&[Role::CommandCentre]);
                despite.into_iter().chain(owner).chain(centre).collect()
            }
            Step::CallBack(_) | Step::AskAgain => {
                roles(&[Role::CallBackDesk, Role::CountyLeader, Role::CommandCentre])
            }
            Step::ExcludeByDesk => roles(&[Role::CallBackDesk]),
            Step::Order | Step::Notice => roles(&[Role::SupervisionHead, Role::SupervisionDeputy]),
            Step::Reopen => with(desk, roles(&[Role::SupervisionHead])),
            Step::SettleOnSpot | Step::Spot => self.near(),
            Step::Urge | Step::Comment => with(desk, roles(&[Role::CommandCentre])),
            _ => desk.into_iter().collect(),
        }
    }

    /// Who does a unit's work on its share.
    fn hands(&self, unit: UnitId) -> Vec<PostId> {
        let named = self.matter().share_of(unit).and_then(|share| share.post);
        named.into_iter().chain(self.cast.of_unit(unit).iter().copied()).collect()
    }

    fn hands_of_lead(&self) -> Vec<PostId> {
        self.life.lead().map(|unit| self.hands(unit)).unwrap_or_default()
    }

    /// The township of the place calls.
    fn caller(&self) -> Option<PostId> {
        self.cast.of_unit(self.township()?.id).first().copied()
    }

    /// The grid member of the place, and its village.
    fn near(&self) -> Vec<PostId> {
        let grid = self.matter().place.grid;
        let members = self.cast.at_grids().into_iter();
        let members = members.filter(|(_, actor)| grid.is_some_and(|g| actor.grids.contains(&g)));
        let village = self.unit_of_place().map(|unit| self.cast.of_unit(unit.id));
        members.map(|(post, _)| post).chain(village.unwrap_or_default().iter().copied()).collect()
    }
}

/// The act that a step was, for what is told of it.
pub(super) const fn named(step: Option<Step>) -> &'static str {
    match step {
        Some(step) => ActName::name(step.act()),
        None => "report",
    }
}
