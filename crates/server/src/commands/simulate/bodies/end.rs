//! The end: checked, the reporter asked, opened again.

use serde_json::{Value, json};
use zongheng_core::matter::State;

use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::fate::Kind;
use crate::commands::simulate::life::Once;
use crate::commands::simulate::scene::Scene;
use crate::commands::simulate::words::said;

impl Scene<'_> {
    pub(super) fn verified(&self, passed: bool, chance: &mut Chance) -> Value {
        let text = chance.word(if passed { said::PASSED } else { said::FAILED });
        if self.life.fate.kind != Kind::CountyTask {
            return json!({"passed": passed, "text": text});
        }
        let rating = if passed {
            chance.weighted(&[(20, "excellent"), (60, "good"), (20, "pass")]).unwrap_or("good")
        } else {
            "fail"
        };
        json!({"passed": passed, "rating": rating, "text": text})
    }

    pub(super) fn called(&self, reached: bool, chance: &mut Chance) -> Value {
        let mut said = if reached {
            self.answered_call(chance)
        } else {
            json!({"reached": false, "text": chance.word(said::MISSED)})
        };
        if let Some(party) = self.party() {
            said["party"] = party.into();
        }
        said
    }

    /// Of several the first who was neither heard nor called on three days.
    fn party(&self) -> Option<u8> {
        let (matter, rules) = (self.matter(), self.county.rules_of(self.matter()));
        let ask = rules.and_then(|(playbook, _)| playbook.ask.as_ref());
        let ask = ask.filter(|ask| ask.parties > 1)?;
        let missed = |party: u8| matter.calls().filter(|c| c.party == party).count();
        (1..=ask.parties)
            .find(|party| matter.heard(*party).is_none() && missed(*party) < usize::from(ask.tries))
    }

    fn answered_call(&self, chance: &mut Chance) -> Value {
        let fate = &self.life.fate;
        let unsolved = fate.unsolved && (fate.despite || !self.life.did(Once::Failed));
        if unsolved {
            let text = chance.word(said::UNSOLVED);
            return json!({"reached": true, "solved": false, "satisfied": "no", "text": text});
        }
        let satisfied = chance.weighted(&[(70, "yes"), (24, "basically"), (6, "no")]);
        json!({
            "reached": true, "solved": true, "satisfied": satisfied.unwrap_or("yes"),
            "text": chance.word(said::CALLED),
        })
    }

    /// The answer as somebody would rather have it.
    pub(super) fn asked_again(&self, chance: &mut Chance) -> Value {
        let mut said = json!({
            "reached": true, "solved": true, "satisfied": "basically",
            "text": chance.word(said::CALLED),
        });
        if let Some(call) = self.matter().calls().find(|call| call.solved == Some(false)) {
            let rules = self.county.rules_of(self.matter());
            let several = rules.and_then(|(playbook, _)| playbook.ask.as_ref());
            if several.is_some_and(|ask| ask.parties > 1) {
                said["party"] = call.party.into();
            }
        }
        said
    }

    pub(super) fn reopened(&self, chance: &mut Chance) -> &'static str {
        chance.word(match self.matter().state {
            State::Merged => said::UNMERGE,
            State::Declined => said::ASK_AGAIN,
            _ => said::REOPEN,
        })
    }
}
