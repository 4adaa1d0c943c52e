//! To whom it is given: dispatched, returned, named by decision, called to the spot.

use serde_json::{Value, json};
use zongheng_core::ids::{CategoryId, RequestId, UnitId};
use zongheng_core::matter::RequestKind;

use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::fate::{Assisting, Kind, Of, Turn};
use crate::commands::simulate::life::Once;
use crate::commands::simulate::scene::Scene;
use crate::commands::simulate::words::said;

impl Scene<'_> {
    pub(super) fn dispatched(&self, chance: &mut Chance) -> Option<Value> {
        let fate = &self.life.fate;
        if fate.of == Some(Of::Part) {
            let unit = self.unit_of_place().filter(|u| !self.concerned(u.id))?;
            return Some(json!({"lead": unit.id, "reason": chance.word(said::PART)}));
        }
        match fate.kind {
            Kind::CountyTask => self.given_as_task(chance),
            Kind::Whistle => self.given_by_call(chance),
            _ => self.given_by_powers(chance),
        }
    }

    /// A task goes to the units that the decision names.
    fn given_as_task(&self, chance: &mut Chance) -> Option<Value> {
        let fate = &self.life.fate;
        let (organisation, day) = (&self.county.organisation, self.now.date());
        let about = fate.told.as_ref().and_then(|told| told.about).map(CategoryId::from);
        let proposed = about.and_then(|category| {
            let powers = &self.county.powers;
            powers.proposal(organisation, &category, &self.county.code, day).ok()
        });
        let right = proposed.map(|p| p.lead).or_else(|| chance.of(&self.cast.bureaus).copied())?;
        let lead = if fate.misled { self.another(&[right], chance)? } else { right };
        let assists: Vec<UnitId> = if fate.alone {
            Vec::new()
        } else {
            let other = |chance: &mut Chance| chance.of(&self.cast.bureaus).copied();
            [other(chance), other(chance)].into_iter().flatten().filter(|u| *u != lead).collect()
        };
        let mut body = json!({"lead": lead, "assists": as_assists(assists)});
        if fate.deadline {
            let days = chance.between(12, 20);
            body["deadline"] = json!(self.day_after(self.now, days));
        }
        Some(body)
    }

    /// A township calls departments: the first leads, the others assist.
    fn given_by_call(&self, chance: &mut Chance) -> Option<Value> {
        let proposed = self.proposal()?.lead;
        let own = proposed == self.matter().desk.unit;
        let lead = if own { *chance.of(&self.cast.bureaus)? } else { proposed };
        let other = chance.of(&self.cast.bureaus).copied().filter(|unit| *unit != lead);
        let others = other.into_iter().filter(|_| !self.life.fate.alone);
        let mut body = json!({"lead": lead, "assists": as_assists(others.collect())});
        if own {
            body["reason"] = json!(chance.word(said::CALLED_FOR));
        }
        Some(body)
    }

    fn given_by_powers(&self, chance: &mut Chance) -> Option<Value> {
        let fate = &self.life.fate;
        let proposed = self.proposal()?;
        if fate.misled && !self.life.did(Once::Returned) {
            let other = self.another(&[proposed.lead], chance)?;
            return Some(json!({"lead": other, "reason": chance.word(said::MISLED)}));
        }
        if self.concerned(proposed.lead) {
            let other = self.cast.bureaus.first()?;
            let reason = "反映对象为承办单位，改由县级单位办理";
            return Some(json!({"lead": other, "reason": reason}));
        }
        // A danger is the regulator's alone; whose parts hang on assisting units has some.
        let wanted = fate.assisting != Assisting::Answers || self.needs_an_assist();
        let some = !fate.alone && (wanted || chance.percent(45));
        let assists = proposed.assists.iter().copied();
        let mut assists: Vec<UnitId> = assists
            .filter(|unit| some && !self.concerned(*unit) && *unit != proposed.lead)
            .collect();
        if assists.is_empty() && wanted && !fate.alone {
            assists.extend(self.another(&[proposed.lead], chance));
        }
        Some(json!({"lead": proposed.lead, "assists": as_assists(assists)}))
    }

    fn needs_an_assist(&self) -> bool {
        self.life.fate.turns.iter().any(|turn| matches!(turn, Turn::AssistPauses(_)))
    }

    /// A county unit that is none of these and not complained of.
    fn another(&self, than: &[UnitId], chance: &mut Chance) -> Option<UnitId> {
        let fits = |unit: &&UnitId| !than.contains(unit) && !self.concerned(**unit);
        let fitting: Vec<UnitId> = self.cast.bureaus.iter().filter(fits).copied().collect();
        chance.of(&fitting).copied()
    }

    /// Whether the matter complains of the unit or of one above it.
    fn concerned(&self, unit: UnitId) -> bool {
        let (organisation, day) = (&self.county.organisation, self.now.date());
        self.matter().against.is_some_and(|against| organisation.is_within(unit, against, day))
    }

    pub(super) fn returned(&self, unit: UnitId, chance: &mut Chance) -> Value {
        let reason = chance.word(said::RETURN);
        match self.proposal().map(|p| p.lead).filter(|whose| *whose != unit) {
            Some(whose) => json!({"reason": reason, "whose": whose}),
            None => json!({"reason": reason}),
        }
    }

    /// The centre names the unit; after an objection a meeting does, by a paper.
    pub(super) fn adjudicated(&self, chance: &mut Chance) -> Option<Value> {
        let matter = self.matter();
        let standing = self.life.lead();
        let proposed = self.proposal().map(|p| p.lead).filter(|unit| !self.concerned(*unit));
        if matter.objection(self.now).is_some() {
            let other = proposed.filter(|unit| Some(*unit) != standing);
            let lead = other.or_else(|| self.another(standing.as_slice(), chance))?;
            let reason = chance.word(said::MEETING);
            return Some(json!({"lead": lead, "reason": reason, "number": self.paper("商会纪")}));
        }
        let reason = chance.word(said::ADJUDICATE);
        let before: Vec<UnitId> = matter.shares.iter().map(|s| s.unit).chain(proposed).collect();
        let lead = match self.life.fate.objects {
            // Not the right one either: it will object.
            Some(_) if standing.is_none() => self.another(&before, chance)?,
            _ => standing.or(proposed).or_else(|| self.another(&before, chance))?,
        };
        Some(json!({"lead": lead, "reason": reason}))
    }

    /// The township calls those who have a share, or whom it needs there.
    pub(super) fn whistled(&self, chance: &mut Chance) -> Option<Value> {
        let own = self.township()?.id;
        let shares = self.matter().round_shares().filter(|s| s.stands()).map(|s| s.unit);
        let mut units: Vec<UnitId> =
            shares.filter(|unit| *unit != own && self.cast.bureaus.contains(unit)).collect();
        if units.len() < 2 {
            units.extend(self.another(&units, chance));
        }
        let hours = if self.life.fate.major { chance.between(1, 2) } else { chance.between(3, 6) };
        let by = self.county.calendar.after_office_seconds(self.now, hours * 3_600).0;
        Some(json!({
            "units": units, "by": by, "place": chance.word(said::MEET_AT),
            "text": chance.word(said::WHISTLE),
        }))
    }

    /// What was asked is granted or not; what a meeting decides has the number of its paper.
    pub(super) fn decided(
        &self,
        id: RequestId,
        granted: bool,
        chance: &mut Chance,
    ) -> Option<Value> {
        let request = self.matter().requests.iter().find(|r| r.id == id)?;
        let mut body = json!({"request": id, "accept": granted});
        if !granted {
            body["reason"] = json!(chance.word(said::REFUSED));
        }
        let naming = request.kind == RequestKind::Object && request.part.is_some();
        if naming || request.kind == RequestKind::Shelve {
            body["number"] = json!(self.paper("商会纪"));
        }
        Some(body)
    }
}

fn as_assists(units: Vec<UnitId>) -> Vec<Value> {
    let mut named: Vec<UnitId> = Vec::new();
    for unit in units {
        if !named.contains(&unit) {
            named.push(unit);
        }
    }
    named.iter().map(|unit| json!({"unit": unit})).collect()
}
