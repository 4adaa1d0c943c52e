//! What holders of posts are like: drawn once from the seed, told by no word of the ledger. It changes how long
//! a step takes, and whether it is done before somebody urges.

use std::collections::BTreeMap;

use jiff::civil::Time;
use zongheng_core::ids::PostId;
use zongheng_core::playbook::DraftKind;
use zongheng_core::time::At;

use super::cast::Holder;
use super::chance::Chance;
use super::parameters::Tempers;
use super::step::Step;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Temper {
    Quick,
    Ordinary,
    Slow,
    /// Away for days now and then, with or without somebody who acts meanwhile.
    Absent {
        deputy: bool,
        /// Where in the round of days the first absence lies.
        offset: i64,
    },
    PassesOn,
    Forgets,
}

impl Temper {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Ordinary => "ordinary",
            Self::Slow => "slow",
            Self::Absent { deputy: true, .. } => "absent, with a deputy",
            Self::Absent { deputy: false, .. } => "absent, nobody instead",
            Self::PassesOn => "passes on",
            Self::Forgets => "forgets",
        }
    }
}

/// The tempers of all holders.
pub(super) struct People {
    figures: Tempers,
    of: BTreeMap<PostId, Temper>,
}

impl People {
    pub(super) fn drawn(figures: Tempers, holders: &[Holder], chance: &mut Chance) -> Self {
        let mut one = || {
            let absent = Temper::Absent {
                deputy: chance.percent(figures.deputies),
                offset: chance.between(0, i64::from(figures.every) - 1),
            };
            let tempers = [
                Temper::Quick,
                Temper::Ordinary,
                Temper::Slow,
                absent,
                Temper::PassesOn,
                Temper::Forgets,
            ];
            let shares: Vec<_> = figures.shares.into_iter().zip(tempers).collect();
            chance.weighted(&shares).unwrap_or(Temper::Ordinary)
        };
        Self { figures, of: holders.iter().map(|holder| (holder.post, one())).collect() }
    }

    pub(super) fn temper(&self, post: PostId) -> Temper {
        self.of.get(&post).copied().unwrap_or(Temper::Ordinary)
    }

    pub(super) fn forgets(&self, chance: &mut Chance) -> bool {
        chance.percent(self.figures.forgets)
    }

    pub(super) fn passes_on(&self, chance: &mut Chance) -> bool {
        chance.percent(self.figures.passes_on)
    }

    /// Percent of the ordinary time.
    pub(super) const fn pace(&self, temper: Temper) -> u32 {
        match temper {
            Temper::Quick => self.figures.quick,
            Temper::Slow => self.figures.slow,
            _ => 100,
        }
    }

    /// How many days from that day on the holder is away; none where somebody is there.
    pub(super) fn away(&self, post: PostId, at: At) -> Option<(i64, bool)> {
        let Temper::Absent { deputy, offset } = self.temper(post) else { return None };
        let (every, away) = (i64::from(self.figures.every), i64::from(self.figures.away));
        let day = At::on(at.date(), Time::midnight()).seconds().div_euclid(86_400);
        let n = (day + offset).rem_euclid(every);
        (n < away).then_some((away - n, deputy))
    }

    /// How many holders are like what.
    pub(super) fn counted(&self) -> BTreeMap<&'static str, u64> {
        let mut counted = BTreeMap::new();
        for temper in self.of.values() {
            *counted.entry(temper.name()).or_default() += 1;
        }
        counted
    }
}

/// Whether it is work that a person takes up when there is time, and not bound to a moment of its own.
pub(super) const fn is_desk_work(step: Step) -> bool {
    matches!(
        step,
        Step::File
            | Step::Dispatch
            | Step::Sign(_)
            | Step::Adjudicate
            | Step::Ask(..)
            | Step::Answer(_)
            | Step::Submit(DraftKind::Answer | DraftKind::Suspend | DraftKind::Extend, _)
            | Step::Release(_)
            | Step::Decide(..)
            | Step::Verify(_)
            | Step::CallBack(_)
            | Step::SignOff
    )
}

/// What is forgotten until somebody urges.
pub(super) const fn is_forgotten(step: Step) -> bool {
    matches!(step, Step::Sign(_) | Step::Answer(_) | Step::Submit(DraftKind::Answer, _))
}
