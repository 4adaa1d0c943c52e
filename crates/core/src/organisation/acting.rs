//! Who answers for a post: a unit and a post, resolved to a person on a day.

use jiff::civil::Date;

use super::{Appointment, Holding, Organisation, Post, Role, stands};
use crate::ids::{PostId, UnitId, UserId};

/// In which way somebody answers for a post; the order is the order of resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Holder,
    /// 授权代理.
    Deputy,
    /// B岗.
    Second,
    /// The head of the unit, because nobody else is there.
    Head,
    /// The head of the unit, until the sheet of the last holder is signed.
    Handover,
}

/// The person who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answerer {
    pub user: UserId,
    /// The post in which the person is: the one asked about, or the head's.
    pub post: PostId,
    pub by: Standing,
}

/// A post that stands and that nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vacancy {
    pub post: PostId,
    pub unit: UnitId,
    /// The first day without a holder.
    pub since: Date,
    /// Who answers meanwhile.
    pub answered: Option<Answerer>,
}

impl Organisation {
    /// Who acts for a post on `date`: its holder, else a dated deputy (授权代理), else the second post
    /// (B岗). Who no longer holds the own post deputises for nobody.
    pub fn acting(&self, post: PostId, date: Date) -> Option<&Appointment> {
        self.appointed(post).filter(|a| self.acts(a, date)).min_by_key(|a| a.holding)
    }

    /// The posts in which `user` may act on `date`: posts that stand, in units that stand.
    pub fn posts_of(&self, user: UserId, date: Date) -> Vec<(&Post, Holding)> {
        self.index
            .appointments_of(user)
            .filter_map(|n| self.appointments.get(n))
            .filter(|a| self.acts(a, date))
            .filter_map(|a| Some((self.post(a.post, date)?, a.holding)))
            .filter(|(post, _)| self.unit(post.unit, date).is_some())
            .collect()
    }

    /// The person who answers on `date` for what a unit and, where one is named, its post have had
    /// since `since`: holder, deputy, second post, at last the head of the unit. What was open when a
    /// holder went stays with the head until the sheet is signed. Of a unit that is closed, the one
    /// that goes on with its work answers.
    pub fn answers(
        &self,
        unit: UnitId,
        post: Option<PostId>,
        since: Date,
        date: Date,
    ) -> Option<Answerer> {
        let post = post.and_then(|id| self.post(id, date));
        let unit = post.map(|post| post.unit).or_else(|| self.successor_of(unit, date))?;
        let head = |by| {
            let post = self.head_of(unit, date)?.id;
            Some(Answerer { user: self.acting(post, date)?.user, post, by })
        };
        let Some(post) = post else { return head(Standing::Head) };
        let is_head = self.head_of(unit, date).is_some_and(|head| head.id == post.id);
        let left = |sheet: super::Sheet| since < sheet.ended;
        if !is_head
            && self.sheets_of(post.id, date).any(left)
            && let Some(answerer) = head(Standing::Handover)
        {
            return Some(answerer);
        }
        let own = self.acting(post.id, date).map(|a| Answerer {
            user: a.user,
            post: post.id,
            by: match a.holding {
                Holding::Holder => Standing::Holder,
                Holding::Deputy => Standing::Deputy,
                Holding::Second => Standing::Second,
            },
        });
        own.or_else(|| head(Standing::Head))
    }

    /// The posts that stand on `date` and that nobody holds, by unit and post.
    pub fn vacancies(&self, date: Date) -> Vec<Vacancy> {
        let standing = self.posts.keys().filter_map(|id| self.post(*id, date));
        let mut vacant: Vec<Vacancy> = standing
            .filter(|post| self.unit(post.unit, date).is_some())
            .filter(|post| !self.held(post.id, date))
            .map(|post| {
                let holders = self.appointed(post.id).filter(|a| a.holding == Holding::Holder);
                let ends = holders.filter_map(|a| a.to.filter(|to| *to <= date));
                let since = ends.max().map_or(post.from, |end| end.max(post.from));
                let answered = self.answers(post.unit, Some(post.id), date, date);
                Vacancy { post: post.id, unit: post.unit, since, answered }
            })
            .collect();
        vacant.sort_by_key(|v| (v.unit, v.post));
        vacant
    }

    /// The post that answers for the unit on `date`: its head's, a township's hall, a village's
    /// committee.
    pub fn head_of(&self, unit: UnitId, date: Date) -> Option<&Post> {
        let rank = |role| match role {
            Role::UnitHead | Role::SupervisionHead | Role::CountyLeader => Some(0),
            Role::CommandCentre | Role::TownshipHall | Role::VillageCommittee => Some(1),
            _ => None,
        };
        self.posts_in(unit, date)
            .filter_map(|post| Some((rank(post.role)?, post)))
            .min_by_key(|(rank, post)| (*rank, post.id))
            .map(|(_, post)| post)
    }

    /// All that were ever appointed to the post, in order of the acts.
    pub(super) fn appointed(&self, post: PostId) -> impl Iterator<Item = &Appointment> {
        self.index.appointed_to(post).filter_map(|n| self.appointments.get(n))
    }

    /// Every appointment of a person, past and to come.
    pub(super) fn appointments_of(&self, user: UserId) -> impl Iterator<Item = &Appointment> {
        self.index.appointments_of(user).filter_map(|n| self.appointments.get(n))
    }

    /// Whether somebody holds the post on `date`.
    fn held(&self, post: PostId, date: Date) -> bool {
        self.appointed(post).any(|a| a.holding == Holding::Holder && stands(a.from, a.to, date))
    }

    /// Whether `user` holds the post in the own name on `date`.
    pub(super) fn holds(&self, user: UserId, post: PostId, date: Date) -> bool {
        self.post(post, date).is_some()
            && self.appointed(post).any(|a| {
                a.user == user && a.holding == Holding::Holder && stands(a.from, a.to, date)
            })
    }

    fn acts(&self, appointment: &Appointment, date: Date) -> bool {
        stands(appointment.from, appointment.to, date)
            && appointment.own.is_none_or(|own| self.holds(appointment.user, own, date))
    }
}
