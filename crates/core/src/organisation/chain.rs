//! The chain of command: who stands above whom on a day, and who goes on with a closed unit's work.

use jiff::civil::Date;

use super::{Organisation, Unit};
use crate::ids::UnitId;

impl Organisation {
    /// Whether `unit` is `above` or stands below it on `date`. A station stands below both its
    /// superiors; below a closed unit stands whoever is below the one that goes on with its work.
    pub fn is_within(&self, unit: UnitId, above: UnitId, date: Date) -> bool {
        if unit == above {
            return true;
        }
        let heir = self.successor_of(above, date).unwrap_or(above);
        let mut seen = vec![self.successor_of(unit, date).unwrap_or(unit)];
        let mut next = 0;
        while let Some(&at) = seen.get(next) {
            if at == above || at == heir {
                return true;
            }
            next += 1;
            for superior in self.unit(at, date).into_iter().flat_map(Unit::superiors) {
                if !seen.contains(&superior) {
                    seen.push(superior);
                }
            }
        }
        false
    }

    /// `unit` and those above it on `date`, each before all that stand above it; of a closed unit,
    /// the chain of the one that goes on with its work. Empty where neither stands.
    pub fn chain_of(&self, unit: UnitId, date: Date) -> Vec<&Unit> {
        let mut done = Vec::new();
        if let Some(unit) = self.successor_of(unit, date).and_then(|id| self.unit(id, date)) {
            self.climb(unit, date, &mut vec![unit.id], &mut done);
        }
        done.reverse();
        done
    }

    /// Puts everything above `unit` that was not seen before into `done`, then `unit` itself.
    fn climb<'a>(
        &'a self,
        unit: &'a Unit,
        date: Date,
        seen: &mut Vec<UnitId>,
        done: &mut Vec<&'a Unit>,
    ) {
        let mut superiors: Vec<UnitId> = unit.superiors().collect();
        superiors.reverse();
        for id in superiors {
            if let Some(above) = self.unit(id, date).filter(|_| !seen.contains(&id)) {
                seen.push(id);
                self.climb(above, date, seen, done);
            }
        }
        done.push(unit);
    }

    /// The units directly below `unit` on `date`, the stations that it commands among them.
    pub fn units_below(&self, unit: UnitId, date: Date) -> impl Iterator<Item = &Unit> {
        let standing = self.units.keys().filter_map(move |id| self.unit(*id, date));
        standing.filter(move |below| below.superiors().any(|above| above == unit))
    }

    /// The unit that on `date` does the work of `unit`: itself while it stands, afterwards the first
    /// of its successors, through as many reorganisations as there were. None for one that has not
    /// begun, and for one closed without a successor.
    pub fn successor_of(&self, unit: UnitId, date: Date) -> Option<UnitId> {
        let mut at = unit;
        for _ in 0..=self.units.len() {
            if self.unit(at, date).is_some() {
                return Some(at);
            }
            let closed = self.units.get(&at).filter(|u| u.to.is_some_and(|to| to <= date))?;
            at = *closed.successors.first()?;
        }
        None
    }
}
