//! What the register has to hold of a matter, worked out from its acts.

use zongheng_core::calendar::Calendar;
use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::Matter;
use zongheng_core::organisation::{Organisation, changes_units};
use zongheng_core::time::At;

use crate::configuration;
use crate::county::Head;
use crate::db::Tx;
use crate::error::{Result, StoreError};
use crate::pass::{CALENDAR, job};
use crate::projection::{FullRow, Projection, comes};

/// The county by which rows are worked out.
pub(crate) struct Expected {
    head: Head,
    /// The units and posts from each place of the county's order on at which they became others. Who holds a post
    /// changes no row, and is not kept: a county appoints somebody each week, for years.
    organisations: Vec<(i64, Organisation)>,
    calendar: Calendar,
    /// Whether every row has been worked out by that calendar.
    redated: bool,
}

impl Expected {
    /// The county from the acts that configure it, as the transaction sees them.
    pub(crate) async fn read(tx: &mut Tx, head: &Head) -> Result<Self> {
        let acts = configuration::after(tx.on(), &head.code, 0).await?;
        let mut county = County::empty(DivisionCode(head.code.clone()));
        let mut organisations: Vec<(i64, Organisation)> = Vec::new();
        for (pos, act) in acts {
            let row = || format!("{} {}", act.stream, act.seq);
            county.apply(&act).map_err(|e| StoreError::inconsistent("act", row(), e))?;
            if !changes_units(&act.kind, &act.body_value()) {
                continue;
            }
            // Parts that follow each other are one change: nothing was recorded in between.
            if organisations.last().is_some_and(|(last, _)| *last == pos - 1) {
                organisations.pop();
            }
            organisations.push((pos, county.organisation.of_units()));
        }
        let counted = job(tx.on(), &head.code, CALENDAR).await?;
        let redated = counted == Some(county.calendar_hash().to_string());
        Ok(Self { head: head.clone(), organisations, calendar: county.calendar, redated })
    }

    /// Follows a head that has moved on; false where what configures the county moved with it.
    pub(crate) fn follow(&mut self, head: &Head) -> bool {
        let same = self.head.rev == head.rev;
        self.head = head.clone();
        same
    }

    /// A matter whose last act stands at `pos`, as of the county's last tick.
    pub(crate) fn projection(&self, matter: &Matter, pos: i64) -> Result<Projection> {
        self.as_of(matter, pos, self.head.ticked_to())
    }

    fn as_of(&self, matter: &Matter, pos: i64, at: At) -> Result<Projection> {
        let place = self.organisations.partition_point(|(from, _)| *from <= pos);
        let before = place.checked_sub(1).and_then(|n| self.organisations.get(n));
        let Some((_, organisation)) = before else {
            return Err(StoreError::inconsistent("act", matter.id, "before any organisation"));
        };
        Ok(Projection::of(matter, organisation, &self.calendar, at))
    }

    /// The same held against its row: between two steps of a pass some columns may rightly be as of before it
    /// or after it, and then what the row holds of them is what it has to hold.
    pub(crate) fn beside(&self, matter: &Matter, pos: i64, row: &FullRow) -> Result<Projection> {
        let mut new = self.projection(matter, pos)?;
        let looked_at = row.next_tick > self.head.tick_target;
        if looked_at && (&new.lamp, new.next_tick) != (&row.lamp, row.next_tick) {
            new = self.as_of(matter, pos, At::from_seconds(self.head.tick_target))?;
        }
        if !self.redated {
            (new.comes, new.proposed) = (row.comes, row.proposed);
            new.next_tick = row.next_tick;
        }
        // What came about is looked at by the pass on its way; what it has not looked at yet stands before, and
        // what it found idle stands as of the moment to which it goes.
        let target = At::from_seconds(self.head.tick_target);
        let looked_at =
            row.comes != new.comes && row.comes == comes(matter, &self.calendar, target);
        if row.comes <= target.seconds() || looked_at {
            new.comes = row.comes;
        }
        Ok(new)
    }
}
