//! What a meeting's naming makes of the list of powers: a row that is proposed, and speaks only once a
//! decision adopts it.

use jiff::civil::Date;

use super::act::Adjudicated;
use super::state::{Matter, Part};
use crate::ids::UnitId;
use crate::ledger::Hash;
use crate::organisation::{Level, Organisation};
use crate::powers::{Lead, Power, PowerLevel, PowerProposed, Powers, local_level};

/// The row that a meeting's naming proposes; none where no meeting named the unit after an objection, or
/// where the list has no such category.
///
/// `matter` is as it stands after the act, which is its `seq`-th and was entered on `day`. The row is of
/// the matter's category, for the division whose row has spoken until now (the county where none did),
/// with the units that the meeting named; who was named as whoever stands at the place is proposed so.
/// Matter and number make the row's name, so that one act never proposes twice.
pub fn proposed_row(
    matter: &Matter,
    did: &Adjudicated,
    seq: i64,
    day: Date,
    organisation: &Organisation,
    powers: &Powers,
) -> Option<PowerProposed> {
    let paper = did.number.clone()?;
    let category = matter.category.clone().filter(|_| did.objection.is_some())?;
    let limit = did.limit.or_else(|| Some(powers.categories.get(&category)?.limit))?;
    let here = &matter.place.division;
    let spoken = powers.proposal(organisation, &category, here, day).ok();
    let place = spoken.and_then(|p| powers.rows.get(&p.row)).map(|row| row.place.clone());
    let county = || {
        let mut around = organisation.ancestors(here).into_iter();
        around.find(|d| d.level == Level::County).map(|d| d.code.clone())
    };
    let named = Named { matter, organisation, day };
    let lead = named.as_lead(did.lead);
    let mut assists: Vec<Lead> = Vec::new();
    for share in matter.round_shares().filter(|s| s.part == Part::Assist && s.stands()) {
        let assist = named.as_lead(share.unit);
        if assist != lead && !assists.contains(&assist) {
            assists.push(assist);
        }
    }
    let name = Hash::of(format!("{} {seq}", matter.id)).to_string();
    let id = format!("m-{}", &name[..16]);
    let power = Power {
        row: id.clone(),
        category,
        place: place.or_else(county)?,
        level: named.level(lead),
        lead,
        assists,
        limit,
        basis: format!("会商纪要{paper}"),
        basis_en: format!("Minutes of the meeting, {paper}"),
        from: day,
        to: None,
    };
    let proposed = PowerProposed { id, matter: Some(matter.id), paper, on: day, power };
    powers.may_propose(organisation, &proposed).is_ok().then_some(proposed)
}

struct Named<'a> {
    matter: &'a Matter,
    organisation: &'a Organisation,
    day: Date,
}

impl Named<'_> {
    /// The township or village of the place by rule, any other unit by name.
    fn as_lead(&self, unit: UnitId) -> Lead {
        let place = &self.matter.place;
        let own = |code| self.organisation.unit_of_division(code, self.day).map(|u| u.id);
        let named = self.organisation.divisions.get(&place.division).map(|d| d.level);
        if place.township.as_ref().and_then(own) == Some(unit) {
            Lead::Township
        } else if named == Some(Level::Village) && own(&place.division) == Some(unit) {
            Lead::Village
        } else {
            Lead::Unit(unit)
        }
    }

    fn level(&self, lead: Lead) -> PowerLevel {
        let of = |unit| local_level(self.organisation, unit, self.day);
        match lead {
            Lead::Township => PowerLevel::Township,
            Lead::Village => PowerLevel::Village,
            Lead::Unit(unit) => match of(unit) {
                Some(Level::Village) => PowerLevel::Village,
                Some(_) => PowerLevel::Township,
                None => PowerLevel::County,
            },
        }
    }
}
