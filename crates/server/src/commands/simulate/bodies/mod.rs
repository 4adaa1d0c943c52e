//! The JSON that a person sends for a step, as the web would.

mod asked;
mod end;
mod entry;
mod routing;
mod work;

use serde_json::{Map, Value, json};
use zongheng_core::ids::UnitId;
use zongheng_core::matter::Came;

use super::chance::Chance;
use super::scene::Scene;
use super::step::Step;
use super::words::said;

impl Scene<'_> {
    /// The body of the act; nothing where there is nothing to say.
    pub(super) fn body(&self, step: Step, chance: &mut Chance) -> Option<Map<String, Value>> {
        let mut body = match step {
            Step::File => self.filed(),
            Step::Decline => json!({"reason": chance.word(said::DECLINE)}),
            Step::Correct => self.corrected(),
            Step::OutsideDue => self.moved_by_the_city(chance)?,
            Step::SettleOnSpot => self.settled_on_spot(chance),
            Step::Link(to) => json!({"to": to}),
            Step::Unlink => json!({"reason": chance.word(said::UNLINK)}),
            Step::Merge(into) => json!({"into": into, "reason": chance.word(said::MERGE)}),
            Step::Decompose(parts) => self.taken_apart(parts, chance)?,
            Step::Dispatch => self.dispatched(chance)?,
            Step::Withdraw(unit) => json!({
                "lead": self.life.lead()?, "withdraw": [unit], "reason": chance.word(said::WITHDRAW),
            }),
            Step::Sign(unit) => self.signed(unit, chance),
            Step::PassOn(unit) => self.passed_on(unit, chance)?,
            Step::PassBack(_) => json!({"reason": chance.word(said::PASS_BACK)}),
            Step::Return(unit) => self.returned(unit, chance),
            Step::Adjudicate => self.adjudicated(chance)?,
            Step::Progress(_) => json!({"text": chance.word(said::PROGRESS)}),
            Step::Plan(replaces) => self.planned(replaces, chance)?,
            Step::NodeDone(node, _) => json!({"node": node, "text": self.node_done(node, chance)}),
            Step::Whistle => self.whistled(chance)?,
            Step::Arrive(whistle, unit, came) => arrived(whistle, unit, came, chance),
            Step::Ask(kind, _) => self.asked(kind, chance)?,
            Step::ExcludeByDesk => json!({"reason": chance.word(said::EXCLUDE)}),
            Step::Decide(request, granted) => self.decided(request, granted, chance)?,
            Step::Resume | Step::SignOff if !self.unsolved() || step == Step::Resume => json!({}),
            Step::Resume | Step::SignOff => json!({"despite": chance.word(said::DESPITE)}),
            Step::Answer(unit) => self.answered(unit, chance),
            Step::Submit(kind, unit) => self.submitted(kind, unit, chance)?,
            Step::SendBack(draft) => {
                json!({"draft": draft, "reason": chance.word(said::SEND_BACK)})
            }
            Step::Release(draft) => json!({"draft": draft}),
            Step::Verify(passed) => self.verified(passed, chance),
            Step::CallBack(reached) => self.called(reached, chance),
            Step::AskAgain => self.asked_again(chance),
            Step::Reopen => json!({"reason": self.reopened(chance)}),
            Step::Urge => json!({"text": chance.word(said::URGE)}),
            Step::UrgeAssist(unit) => json!({"text": chance.word(said::URGE), "unit": unit}),
            Step::Order => {
                json!({"number": self.paper("商督"), "text": chance.word(said::ORDER)})
            }
            Step::Notice => {
                json!({"number": self.paper("商通"), "text": chance.word(said::NOTICE)})
            }
            Step::Comment => json!({"text": chance.word(said::COMMENT)}),
            Step::Spot => json!({"text": chance.word(said::SPOT)}),
        };
        body["act"] = json!(step.act().name());
        body["seq"] = json!(self.matter().seq);
        match body {
            Value::Object(map) => Some(map),
            _ => None,
        }
    }
}

/// Whether a called unit came, and what its caller thinks of it.
fn arrived(whistle: u32, unit: UnitId, came: Came, chance: &mut Chance) -> Value {
    let mut body = json!({"whistle": whistle, "unit": unit, "came": came});
    if came == Came::Absent {
        return body;
    }
    let satisfied = chance.weighted(&[(72, "yes"), (18, "basically"), (10, "no")]).unwrap_or("yes");
    body["satisfied"] = json!(satisfied);
    if satisfied == "no" {
        body["reason"] = json!(chance.word(said::NOT_SATISFIED));
    }
    body
}
