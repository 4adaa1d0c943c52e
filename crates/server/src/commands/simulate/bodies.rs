//! The JSON that a person sends for a step, as the web would, and who that person is.

use serde_json::{Map, Value, json};
use zongheng_core::county::County;
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::matter::{Actor, Matter};
use zongheng_core::organisation::Role;
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::cast::Cast;
use super::chance::Chance;
use super::fate::Assisting;
use super::life::{Life, Once, Step};
use super::words::said;

/// What a step looks at.
pub(super) struct Scene<'a> {
    pub(super) county: &'a County,
    pub(super) cast: &'a Cast,
    pub(super) life: &'a Life,
    pub(super) now: At,
}

const SUPERVISION: [Role; 4] = [
    Role::SupervisionHead,
    Role::SupervisionOfficer,
    Role::SupervisionDeputy,
    Role::SupervisionClerk,
];

impl Scene<'_> {
    fn matter(&self) -> &Matter {
        &self.life.matter
    }

    /// Who may be the one to do it, the likeliest first.
    pub(super) fn actors(&self, step: Step) -> Vec<Actor> {
        let matter = self.matter();
        let owner = matter.owner.and_then(|o| o.post);
        let desk = matter.desk.post;
        let mut posts: Vec<PostId> = Vec::new();
        let mut add = |some: &[PostId]| posts.extend(some);
        match step {
            Step::File | Step::Decline | Step::Correct | Step::Dispatch | Step::Withdraw(_) => {
                add(desk.as_slice());
            }
            Step::Sign(unit) | Step::Return(unit) | Step::Progress(unit) | Step::Answer(unit) => {
                add(matter.share_of(unit).and_then(|s| s.post).as_slice());
                add(self.cast.of_unit(unit));
            }
            Step::Suspend | Step::Extend | Step::Resume => {
                let lead = matter.lead();
                add(lead.and_then(|s| s.post).as_slice());
                add(lead.map_or(&[], |s| self.cast.of_unit(s.unit)));
            }
            Step::Adjudicate | Step::Decide(..) => {
                add(owner.as_slice());
                add(desk.as_slice());
                add(self.cast.with_role(Role::CommandCentre));
                add(self.cast.with_role(Role::SupervisionHead));
                add(self.cast.with_role(Role::CountyLeader));
            }
            Step::Verify(_) | Step::SignOff => {
                if self.unsolved() {
                    for role in SUPERVISION {
                        add(self.cast.with_role(role));
                    }
                }
                add(owner.as_slice());
                add(self.cast.with_role(Role::CommandCentre));
            }
            Step::CallBack(_) => {
                add(self.cast.with_role(Role::CallBackDesk));
                add(self.cast.with_role(Role::CountyLeader));
                add(self.cast.with_role(Role::CommandCentre));
            }
            Step::Reopen => {
                add(desk.as_slice());
                add(self.cast.with_role(Role::SupervisionHead));
            }
            Step::Urge | Step::Comment => {
                add(desk.as_slice());
                add(self.cast.with_role(Role::CommandCentre));
            }
            Step::Spot => {
                let village = self
                    .county
                    .organisation
                    .unit_of_division(&matter.place.division, self.now.date());
                let near = self.cast.at_grids().into_iter();
                let near: Vec<PostId> = near
                    .filter(|(_, actor)| {
                        matter.place.grid.is_some_and(|g| actor.grids.contains(&g))
                    })
                    .map(|(post, _)| post)
                    .collect();
                add(&near);
                add(village.map_or(&[], |unit| self.cast.of_unit(unit.id)));
            }
        }
        let mut actors: Vec<Actor> =
            posts.iter().filter_map(|post| self.cast.actor(*post).cloned()).collect();
        match step {
            Step::Reopen if self.life.by_receipt => actors.insert(0, Actor::by_receipt()),
            Step::CallBack(true) if self.life.by_receipt && self.by_phone_of_receipt() => {
                actors.insert(0, Actor::by_receipt());
            }
            _ => {}
        }
        actors
    }

    /// Some reporters answer by their receipt; which, is drawn from the number.
    fn by_phone_of_receipt(&self) -> bool {
        self.matter().no.ends_with(['3', '8'])
    }

    fn unsolved(&self) -> bool {
        self.life.fate.despite && self.matter().heard().is_some_and(|h| h.solved == Some(false))
    }

    /// The body of the act; nothing where there is nothing to say.
    pub(super) fn body(&self, step: Step, chance: &mut Chance) -> Option<Map<String, Value>> {
        let matter = self.matter();
        let fate = &self.life.fate;
        let mut body = match step {
            Step::File => self.filed(),
            Step::Decline => json!({"reason": chance.word(said::DECLINE)}),
            Step::Correct => {
                json!({"source": if matter.source == "phone" { "visit" } else { "phone" }})
            }
            Step::Dispatch => self.dispatched(chance)?,
            Step::Withdraw(unit) => json!({
                "lead": matter.lead()?.unit, "withdraw": [unit], "reason": chance.word(said::WITHDRAW),
            }),
            Step::Sign(unit) => match self.cast.of_unit(unit).last() {
                Some(post) if chance.percent(40) => json!({"post": post}),
                _ => json!({}),
            },
            Step::Return(unit) => self.returned(unit, chance),
            Step::Adjudicate => self.adjudicated(chance)?,
            Step::Progress(_) => json!({"text": chance.word(said::PROGRESS)}),
            Step::Suspend => {
                let days = chance.between(2, 8);
                let until = self.day_after(self.now, days);
                json!({"reason": chance.word(said::PAUSE), "until": until})
            }
            Step::Extend => {
                let due = matter.open_deadline(Stage::Settle, None)?.due;
                let later = self.day_after(due, chance.between(2, 12));
                json!({"reason": chance.word(said::EXTEND), "stage": "settle", "due": later})
            }
            Step::Decide(request, true) => json!({"request": request, "accept": true}),
            Step::Decide(request, false) => {
                json!({"request": request, "accept": false, "reason": chance.word(said::REFUSED)})
            }
            Step::Answer(unit) if matter.lead()?.unit != unit => {
                json!({"kind": "solved", "text": chance.word(said::ASSISTED)})
            }
            Step::Answer(_) => answered(fate.task, chance),
            Step::Verify(passed) => verified(fate.task, passed, chance),
            Step::CallBack(false) => json!({"reached": false, "text": chance.word(said::MISSED)}),
            Step::CallBack(true) => self.called(chance),
            Step::SignOff if matter.heard().is_some_and(|h| h.solved == Some(false)) => {
                json!({"despite": chance.word(said::DESPITE)})
            }
            Step::SignOff | Step::Resume => json!({}),
            Step::Reopen => json!({"reason": chance.word(said::REOPEN)}),
            Step::Urge => json!({"text": chance.word(said::URGE)}),
            Step::Comment => json!({"text": chance.word(said::COMMENT)}),
            Step::Spot => json!({"text": chance.word(said::SPOT)}),
        };
        body["act"] = json!(step.act().name());
        body["seq"] = json!(matter.seq);
        match body {
            Value::Object(map) => Some(map),
            _ => None,
        }
    }

    fn filed(&self) -> Value {
        let category = self.life.fate.category.as_ref().map(zongheng_core::ids::CategoryId::as_str);
        match category {
            Some(id) if !self.life.fate.task => json!({"category": id, "grade": "ordinary"}),
            _ => json!({"grade": "ordinary"}),
        }
    }

    /// 18:00 of the day `days` after the day of `at`.
    fn day_after(&self, at: At, days: i64) -> At {
        self.county.calendar.closing(at.plus_seconds(days * 86_400).date())
    }

    fn dispatched(&self, chance: &mut Chance) -> Option<Value> {
        let matter = self.matter();
        if self.life.fate.task {
            let lead = chance.of(&self.cast.bureaus)?;
            let assist = chance.of(&self.cast.bureaus).filter(|unit| *unit != lead);
            let assists: Vec<Value> = assist.iter().map(|unit| json!({"unit": unit})).collect();
            return Some(json!({"lead": lead, "assists": assists}));
        }
        let (organisation, day) = (&self.county.organisation, self.now.date());
        let category = matter.category.as_ref()?;
        let proposed = self
            .county
            .powers
            .proposal(organisation, category, &matter.place.division, day)
            .ok()?;
        if self.life.fate.misled && !self.life.once.contains(&Once::Returned) {
            let other = chance.of(&self.cast.bureaus).filter(|unit| **unit != proposed.lead)?;
            return Some(json!({"lead": other, "reason": chance.word(said::MISLED)}));
        }
        let concerned = |unit: UnitId| {
            matter.against.is_some_and(|against| organisation.is_within(unit, against, day))
        };
        if concerned(proposed.lead) {
            let other = self.cast.bureaus.first()?;
            let reason = "反映对象为承办单位，改由县级单位办理";
            return Some(json!({"lead": other, "reason": reason}));
        }
        let asks = self.life.fate.assisting != Assisting::Answers || chance.percent(45);
        let assists: Vec<Value> = proposed
            .assists
            .iter()
            .filter(|unit| asks && !concerned(**unit) && **unit != proposed.lead)
            .map(|unit| json!({"unit": unit}))
            .collect();
        Some(json!({"lead": proposed.lead, "assists": assists}))
    }

    fn proposed(&self) -> Option<UnitId> {
        let matter = self.matter();
        let (category, division) = (matter.category.as_ref()?, &matter.place.division);
        let organisation = &self.county.organisation;
        let powers = &self.county.powers;
        powers.proposal(organisation, category, division, self.now.date()).ok().map(|p| p.lead)
    }

    fn returned(&self, unit: UnitId, chance: &mut Chance) -> Value {
        let reason = chance.word(said::RETURN);
        match self.proposed().filter(|whose| *whose != unit) {
            Some(whose) => json!({"reason": reason, "whose": whose}),
            None => json!({"reason": reason}),
        }
    }

    fn adjudicated(&self, chance: &mut Chance) -> Option<Value> {
        let reason = chance.word(said::ADJUDICATE);
        let standing = self.matter().lead().map(|s| s.unit);
        let lead =
            standing.or_else(|| self.proposed()).or_else(|| self.cast.bureaus.last().copied());
        Some(json!({"lead": lead?, "reason": reason}))
    }

    fn called(&self, chance: &mut Chance) -> Value {
        let life = self.life;
        let unsolved =
            life.fate.unsolved && (life.fate.despite || !life.once.contains(&Once::Failed));
        if unsolved && !life.fate.task {
            let text = chance.word(said::UNSOLVED);
            return json!({"reached": true, "solved": false, "satisfied": "no", "text": text});
        }
        let satisfied = chance.weighted(&[(70, "yes"), (24, "basically"), (6, "no")]);
        json!({
            "reached": true, "solved": true, "satisfied": satisfied.unwrap_or("yes"),
            "text": chance.word(said::CALLED),
        })
    }
}

fn answered(task: bool, chance: &mut Chance) -> Value {
    let kinds: &[(u32, &str)] = if task {
        &[(85, "solved"), (15, "partly")]
    } else {
        &[
            (78, "solved"),
            (8, "explained"),
            (5, "partly"),
            (4, "guided"),
            (3, "planned"),
            (2, "untrue"),
        ]
    };
    let kind = chance.weighted(kinds).unwrap_or("solved");
    let text = if kind == "solved" { said::ANSWER } else { said::EXPLAINED };
    json!({"kind": kind, "text": chance.word(text)})
}

fn verified(task: bool, passed: bool, chance: &mut Chance) -> Value {
    let text = chance.word(if passed { said::PASSED } else { said::FAILED });
    if !task {
        return json!({"passed": passed, "text": text});
    }
    let rating = if passed {
        chance.weighted(&[(20, "excellent"), (60, "good"), (20, "pass")]).unwrap_or("good")
    } else {
        "fail"
    };
    json!({"passed": passed, "rating": rating, "text": text})
}
