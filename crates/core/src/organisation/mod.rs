//! Who: units on four lines, grids, posts and the people who hold them. Every question takes a date.

mod acting;
mod appointing;
mod chain;
pub mod check;
pub mod chunk;
mod datum;
mod drawn;
pub mod files;
mod founded;
mod gaps;
mod geometry;
mod grid;
mod ground;
mod handover;
mod index;
mod model;
mod named;
mod organised;
mod past;
mod peopled;
pub mod place;
mod reorganised;
mod roster;
pub mod survey;
mod written;

pub use acting::{Answerer, Standing, Vacancy};
pub use appointing::appointments;
pub use check::{Checked, Entry, Fault, Origin, Proposed, backdated, begun, check};
pub use datum::{Datum, NotADatum};
pub use drawn::{AskedGrid, DrawnSet};
pub use founded::{AskedUnit, FoundedSet};
pub use gaps::{Gap, GapCount, GapKey};
pub use grid::{Grid, GridTree};
pub use ground::{Chiefless, NoChief};
pub use handover::{HandedOver, NoHandover, Sheet};
pub(crate) use index::Index;
pub use model::{
    Appointment, Beyond, Division, Establishment, Holding, Level, Liaison, Line, Post, Relation,
    Role, Shape, Sort, Unit,
};
pub use organised::{Organised, changes_units};
pub(crate) use past::Past;
pub use peopled::{AskedHolding, PeopledSet};
pub use reorganised::{Closed, GridClosed, PostMoved, Regrouped, Reorganised, Replaced, RowMoved};
pub use roster::{Differences, Roster};

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::allowance::Allowed;
use crate::ids::{DivisionCode, GridId, PostId, UnitId};

/// The county's organisation as its `org` stream has made it, with everything that ever stood in it.
#[derive(Debug, Clone, Default)]
pub struct Organisation {
    pub divisions: BTreeMap<DivisionCode, Division>,
    pub units: BTreeMap<UnitId, Unit>,
    pub posts: BTreeMap<PostId, Post>,
    pub appointments: Vec<Appointment>,
    pub grids: BTreeMap<GridId, Grid>,
    /// The county's boundary and what is known of the townships' outlines.
    pub shapes: BTreeMap<DivisionCode, Shape>,
    /// The handover sheets that both persons have signed.
    pub handovers: Vec<HandedOver>,
    /// More holders than places, as decisions allow them, in order of the acts.
    pub allowed: Vec<Allowed>,
    /// The reorganisations, in order of their acts.
    pub decisions: Vec<Reorganised>,
    /// Units and posts as they were before a reorganisation changed them.
    pub(crate) past: Past,
    /// Which grid a point is in; kept by [`Organisation::apply`].
    pub(crate) tree: GridTree,
    /// By what decisions ask for; kept by [`Organisation::apply`].
    pub(crate) index: Index,
}

impl Organisation {
    /// Its units and posts alone, with what they were before: by these it is known who sees a matter. It has a
    /// fraction of the size of the whole.
    #[must_use]
    pub fn of_units(&self) -> Self {
        Self {
            divisions: self.divisions.clone(),
            units: self.units.clone(),
            posts: self.posts.clone(),
            decisions: self.decisions.clone(),
            past: self.past.of_units(),
            index: self.index.of_units(),
            ..Self::default()
        }
    }

    /// The unit, if it stands on `date`, as it was on that day.
    pub fn unit(&self, id: UnitId, date: Date) -> Option<&Unit> {
        let unit = self.past.unit(id, date).or_else(|| self.units.get(&id));
        unit.filter(|u| stands(u.from, u.to, date))
    }

    /// The division's own unit (a township government, a village committee) on `date`; of one that
    /// is closed, the unit that goes on with its work.
    pub fn unit_of_division(&self, code: &DivisionCode, date: Date) -> Option<&Unit> {
        let own = self.index.units_of(code).find_map(|id| self.unit(id, date));
        own.or_else(|| {
            let mut heirs = self.index.units_of(code).filter_map(|id| self.successor_of(id, date));
            heirs.find_map(|id| self.unit(id, date))
        })
    }

    /// The code of the county itself.
    pub fn county_code(&self) -> Option<&DivisionCode> {
        self.index.county()
    }

    /// The county's own unit, above all others, on `date`.
    pub fn county_unit(&self, date: Date) -> Option<&Unit> {
        self.unit_of_division(self.index.county()?, date)
    }

    /// Units that stand on `date` and have `part` somewhere in their Chinese or English name (without
    /// regard to case), in order of their codes and names; all of them where `part` is empty.
    pub fn units_named(&self, part: &str, date: Date) -> Vec<&Unit> {
        let part = part.trim().to_lowercase();
        let named = |u: &&Unit| {
            stands(u.from, u.to, date)
                && (u.name.to_lowercase().contains(&part)
                    || u.name_en.to_lowercase().contains(&part))
        };
        let mut units: Vec<&Unit> = self.units.values().filter(named).collect();
        units.sort_by(|a, b| (&a.code, &a.name, a.id).cmp(&(&b.code, &b.name, b.id)));
        units
    }

    /// The post, if it stands on `date`, as it was on that day.
    pub fn post(&self, id: PostId, date: Date) -> Option<&Post> {
        let post = self.past.post(id, date).or_else(|| self.posts.get(&id));
        post.filter(|p| stands(p.from, p.to, date))
    }

    pub fn posts_with_role(&self, role: Role, date: Date) -> impl Iterator<Item = &Post> {
        self.index.posts_with(role).filter_map(move |id| self.post(id, date))
    }

    /// The posts of a unit that stand on `date`.
    pub fn posts_in(&self, unit: UnitId, date: Date) -> impl Iterator<Item = &Post> {
        let posts = self.index.posts_of(unit).filter_map(move |id| self.post(id, date));
        posts.filter(move |post| post.unit == unit)
    }

    /// `place` and the divisions around it, smallest first; empty where it is not known.
    pub fn ancestors(&self, place: &DivisionCode) -> Vec<&Division> {
        let mut around: Vec<&Division> = Vec::new();
        let mut at = self.divisions.get(place);
        while let Some(division) = at.filter(|_| around.len() <= self.divisions.len()) {
            around.push(division);
            at = division.parent.as_ref().and_then(|above| self.divisions.get(above));
        }
        around
    }

    /// The township that `place` is or lies in.
    pub fn township_of(&self, place: &DivisionCode) -> Option<&Division> {
        let division = self.divisions.get(place)?;
        match division.level {
            Level::Township => Some(division),
            Level::Village => self.divisions.get(division.parent.as_ref()?),
            _ => None,
        }
    }
}

/// Whether something valid `from` a day until before the day `to` stands on `date`.
pub(crate) fn stands(from: Date, to: Option<Date>, date: Date) -> bool {
    from <= date && to.is_none_or(|to| date < to)
}
