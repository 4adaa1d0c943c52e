//! A reorganisation in the middle of a long time: the busiest bureau and the busiest township go into
//! others of their sort, as one decision says, and on its day what they had in hand is handed on.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use zongheng_core::county::County;
use zongheng_core::ids::UnitId;
use zongheng_core::organisation::{Closed, Entry, Origin, PostMoved};
use zongheng_core::reorganisation::Plan;
use zongheng_core::time::At;

use super::cast::Cast;
use super::drive::World;
use crate::changes::{self, Unchecked};
use crate::commands::Failure;

/// How far the reorganisation of a simulated time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merger {
    /// Nothing changes.
    No,
    /// Decided on the first day, in force from the second on.
    Ahead(Date, Date),
    Decided(Date),
}

/// The days on which a reorganisation is decided and in force; none in less than half a year, in which it
/// would be all that happens.
pub(super) fn days(from: Date, days: u16) -> Merger {
    let after = |n: u16| from.checked_add(jiff::Span::new().days(i64::from(n))).ok();
    match (after(days / 2), after(days / 2 + 7)) {
        (Some(decided), Some(on)) if days >= 183 => Merger::Ahead(decided, on),
        _ => Merger::No,
    }
}

impl World<'_> {
    /// What the first minute of a day brings to the organisation.
    ///
    /// # Errors
    /// Of the database; a plan that the rules refuse.
    pub(super) async fn reorganises(&mut self, day: Date) -> Result<(), Failure> {
        if let Merger::Ahead(decided, on) = self.merger
            && day >= decided
        {
            self.decides(day, on).await?;
            self.merger = Merger::Decided(on);
        }
        if let Merger::Decided(on) = self.merger
            && day >= on
        {
            self.hands_on(day).await?;
            self.merger = Merger::No;
        }
        Ok(())
    }

    async fn decides(&mut self, day: Date, on: Date) -> Result<(), Failure> {
        // Rows that meetings proposed stand in the list meanwhile.
        self.county = self.store.county(&self.code).await?;
        let open = self.store.open_matters(&self.code).await?;
        let plan = plan(&self.county, &self.cast, &open, on);
        let checked = match changes::planned(self.store, Arc::clone(&self.county), &plan).await {
            Ok(checked) => checked,
            Err(Unchecked::Store(error)) => return Err(error.into()),
            Err(Unchecked::Faults(faults)) => {
                return Err(Failure::Input(faults.iter().map(ToString::to_string).collect()));
            }
        };
        let (key, at) = (self.mint.key(), At::on(day, Time::midnight()).max(self.now));
        let acts = checked.record_by_hand(self.store, &key, at).await?;
        self.tell(&acts);
        self.look_again(at).await
    }

    async fn hands_on(&mut self, day: Date) -> Result<(), Failure> {
        let at = At::on(day, Time::midnight()).max(self.now);
        let handed = self.store.hand_on(&self.code, at).await?;
        if handed > 0 {
            *self.tally.acts.entry("recounted".to_owned()).or_default() += handed;
        }
        self.look_again(at).await
    }
}

/// The busiest bureau goes into the next, the busiest township into the next.
fn plan(county: &County, cast: &Cast, open: &BTreeMap<UnitId, u64>, on: Date) -> Plan {
    let organisation = &county.organisation;
    let townships = cast.townships.iter();
    let townships = townships.filter_map(|code| organisation.unit_of_division(code, on));
    let busiest = |mut units: Vec<UnitId>| -> Option<(UnitId, UnitId)> {
        units.sort_by_key(|unit| std::cmp::Reverse(open.get(unit).copied().unwrap_or(0)));
        Some((*units.first()?, *units.get(1)?))
    };
    let pairs = [busiest(cast.bureaus.clone()), busiest(townships.map(|unit| unit.id).collect())];
    let pairs: Vec<_> = pairs.into_iter().flatten().collect();
    let mut plan = Plan {
        origin: origin(),
        paper: format!("商编〔{}〕9号", on.year()),
        decided_by: "县委编委".to_owned(),
        on,
        closed: Vec::new(),
        founded: Vec::new(),
        regrouped: Vec::new(),
        moved: Vec::new(),
        ended: Vec::new(),
        created: Vec::new(),
        rows: Vec::new(),
        drawn: Vec::new(),
        redrawn: Vec::new(),
    };
    for (gone, heir) in pairs {
        plan.closed.push(entry(Closed { unit: gone, successors: vec![heir] }));
        for post in organisation.posts_in(gone, on) {
            // What the other unit has one of already ends; the rest goes along.
            if post.role.has_one_holder() {
                plan.ended.push(entry(post.id));
            } else {
                let (post, grids) = (post.id, post.grids.clone());
                let moved = PostMoved { post, unit: heir, grids };
                plan.moved.push(entry(moved));
            }
        }
    }
    plan
}

fn origin() -> Origin {
    Origin { file: "simulated".to_owned(), row: 0 }
}

fn entry<T>(value: T) -> Entry<T> {
    Entry { origin: origin(), value }
}
