//! What a unit asks for, and what it has others sign.

use serde_json::{Value, json};
use zongheng_core::ids::UnitId;
use zongheng_core::matter::RequestKind;
use zongheng_core::organisation::Relation;
use zongheng_core::playbook::{DraftKind, Stage};

use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::scene::Scene;
use crate::commands::simulate::words::said;

/// 固始县 and 潢川县, the neighbours.
const NEIGHBOURS: [&str; 2] = ["411525000000", "411526000000"];

impl Scene<'_> {
    pub(super) fn asked(&self, kind: RequestKind, chance: &mut Chance) -> Option<Value> {
        Some(match kind {
            RequestKind::Suspend => {
                // On a day of work, so that it is not over before anybody can decide.
                let days = u32::try_from(chance.between(2, 6)).unwrap_or(2);
                let day = self.county.calendar.working_day_after(self.now.date(), days).0;
                let until = self.county.calendar.closing(day);
                json!({"reason": chance.word(said::PAUSE), "until": until})
            }
            RequestKind::Extend => {
                let due = self.matter().open_deadline(Stage::Settle, None)?.due;
                let later = self.day_after(due, chance.between(2, 12));
                json!({"reason": chance.word(said::EXTEND), "stage": "settle", "due": later})
            }
            RequestKind::Shelve => {
                let until = self.day_after(self.now, chance.between(20, 80));
                json!({"reason": chance.word(said::SHELVE), "until": until})
            }
            RequestKind::ReferUp => {
                let mut units = self.county.organisation.units.values();
                let above = units.find(|unit| unit.relation == Relation::Superior)?;
                json!({"reason": chance.word(said::REFER_UP), "to": above.id})
            }
            RequestKind::ReferAcross => {
                json!({"reason": chance.word(said::REFER_ACROSS), "to": chance.of(&NEIGHBOURS)?})
            }
            RequestKind::Exclude => json!({"reason": chance.word(said::EXCLUDE)}),
            RequestKind::Object if self.matter().state.is_open() => {
                json!({"reason": chance.word(said::OBJECT)})
            }
            RequestKind::Object => json!({"reason": chance.word(said::OBJECT_TO_CHECK)}),
            RequestKind::Plan => return None,
        })
    }

    /// 送审: the act that the post which signs will let out.
    pub(super) fn submitted(
        &self,
        kind: DraftKind,
        unit: UnitId,
        chance: &mut Chance,
    ) -> Option<Value> {
        let mut draft = match kind {
            DraftKind::Return => self.returned(unit, chance),
            DraftKind::Answer => self.answered(unit, chance),
            DraftKind::Suspend => self.asked(RequestKind::Suspend, chance)?,
            DraftKind::Extend => self.asked(RequestKind::Extend, chance)?,
            DraftKind::Shelve => self.asked(RequestKind::Shelve, chance)?,
            DraftKind::Object => self.asked(RequestKind::Object, chance)?,
        };
        draft["act"] = json!(kind);
        Some(json!({"draft": draft}))
    }
}
