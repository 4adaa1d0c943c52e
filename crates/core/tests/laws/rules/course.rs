//! The course of a matter: what an act needs, where it leads, what it leaves alone.

use std::collections::BTreeSet;

use proptest::prelude::*;
use zongheng_core::matter::{
    ActName, Did, Matter, Part, Refusal, RequestKind, Share, State, TABLE, Whistle, audience,
};

use super::super::world::WORLD;
use super::laws;

laws! {
    fn an_act_leads_only_where_the_table_says(life) {
        for (step, _) in life.acts() {
            let row = TABLE.iter().find(|r| r.act == step.ask.act).unwrap();
            let cell = row.states.iter().find(|(state, _)| *state == step.before.state);
            let (act, was, is) = (step.ask.act, step.before.state, step.after.state);
            prop_assert!(cell.is_some_and(|(_, next)| next.contains(&is)), "{act}: {was} to {is}");
        }
    }

    fn an_open_matter_has_an_owner_and_a_next_deadline_and_a_closed_one_neither(life) {
        for step in &life.steps {
            let open = step.after.state.is_open();
            prop_assert_eq!(step.after.owner.is_some(), open, "{}", step.after.state);
            prop_assert_eq!(step.after.next().is_some(), open, "{}", step.after.state);
            prop_assert_eq!(step.after.closed.is_none(), open);
        }
    }

    fn the_lead_answers_only_when_nothing_of_it_is_open(life) {
        for (step, act) in life.acts() {
            let Did::Answered(did) = &act.did else { continue };
            let before = &step.before;
            prop_assert!(!before.requests.iter().any(|r| r.by == did.unit && r.waits(step.now)));
            if did.part == Part::Lead {
                prop_assert!(before.assists().all(|share| !share.is_open()));
                prop_assert!(before.plan.iter().all(|node| node.done.is_some()));
                prop_assert!(!before.whistles.iter().any(Whistle::is_open));
                let open = |id| step.kin.get(id).is_some_and(|part| part.state.is_open());
                prop_assert!(!before.children.iter().any(|child| open(child.id)));
                let main = before.main.and_then(|id| step.kin.get(id)).map(|main| main.state);
                let works = main.is_some_and(|state| {
                    state.is_open() && !matches!(state, State::Answered | State::Verified)
                });
                prop_assert!(!works, "the main matter is {main:?}");
            } else {
                prop_assert!(before.plan.iter().all(|n| n.unit != did.unit || n.done.is_some()));
            }
        }
    }

    fn a_unit_holds_one_share_a_round_and_one_unit_leads(life) {
        for (step, act) in life.acts() {
            let standing: Vec<&Share> = step.after.round_shares().filter(|s| s.stands()).collect();
            let units: BTreeSet<_> = standing.iter().map(|s| s.unit).collect();
            prop_assert_eq!(units.len(), standing.len(), "{}", act.kind());
            let leads = standing.iter().filter(|s| s.part == Part::Lead).count();
            let led = matches!(
                step.after.state,
                State::Dispatched | State::Handling | State::Suspended | State::Shelved
                    | State::Outside | State::Answered | State::Verified | State::SignedOff
            );
            prop_assert!(leads <= 1 && (leads == 1 || !led), "{} leads: {}", leads, act.kind());
            let desk = matches!(
                step.after.state,
                State::Reported | State::Filed | State::Declined | State::Recorded
            );
            prop_assert!(!desk || standing.is_empty(), "a share at the desk: {}", act.kind());
        }
    }

    fn whatever_is_asked_drafted_or_planned_is_a_unit_s_that_still_has_a_share(life) {
        for (step, act) in life.acts() {
            let after = &step.after;
            let runs = matches!(
                after.state, State::Dispatched | State::Handling | State::Suspended | State::Shelved
            );
            if !runs {
                continue;
            }
            let has = |unit| after.share_of(unit).is_some();
            for node in after.plan.iter().filter(|node| node.done.is_none()) {
                prop_assert!(has(node.unit), "node {} after {}", node.no, act.kind());
                let open = after.deadlines.iter().filter(|d| {
                    d.is_open() && d.stage == zongheng_core::playbook::Stage::Node(node.no)
                });
                let whose: Vec<_> = open.map(|d| d.whose).collect();
                prop_assert_eq!(&whose, &vec![node.unit], "node {} after {}", node.no, act.kind());
            }
            for request in after.requests.iter().filter(|r| r.waits(step.now)) {
                // Whether it counts is asked of what was, also after the share.
                let past = request.kind == RequestKind::Exclude;
                let share = past || request.part.is_none() || has(request.by);
                prop_assert!(share, "{:?} after {}", request.kind, act.kind());
            }
        }
    }

    fn a_node_is_done_by_its_unit_after_all_that_go_before(life) {
        for (step, act) in life.acts() {
            let Did::NodeDone(did) = &act.did else { continue };
            let node = step.before.plan.iter().find(|n| n.no == did.node).unwrap();
            prop_assert_eq!(node.done, None);
            prop_assert_eq!(node.unit, did.unit);
            for before in step.before.plan.iter().filter(|n| node.after.contains(&n.no)) {
                prop_assert!(before.done.is_some());
            }
        }
    }

    fn nothing_follows_what_was_recorded_on_the_spot(life) {
        for step in &life.steps {
            if step.before.state == State::Recorded {
                prop_assert!(step.result.is_err());
            }
            if step.after.state == State::Recorded && step.before.state != State::Recorded {
                prop_assert!(step.after.reporter.is_none());
                prop_assert!(step.after.deadlines.iter().all(|d| !d.is_open()));
                let looks = step.after.sampled;
                prop_assert!(looks.is_none() || looks != step.actor.unit, "another unit looks");
            }
        }
    }

    fn what_is_shelved_or_outside_ends_by_resuming_or_the_answer(life) {
        for (step, act) in life.acts() {
            let was = step.before.state;
            if !matches!(was, State::Shelved | State::Outside) || step.after.state == was {
                continue;
            }
            match &act.did {
                Did::Resumed(_) => prop_assert_eq!(step.after.state, State::Handling),
                Did::Answered(did) => prop_assert_eq!(did.part, Part::Lead),
                Did::Decided(did) => {
                    prop_assert_eq!((did.asked, did.accept), (RequestKind::Shelve, false));
                    prop_assert_eq!(was, State::Shelved);
                }
                other => prop_assert!(false, "{}", other.kind()),
            }
        }
    }

    fn what_a_meeting_decides_has_the_number_of_its_paper(life) {
        for (_, act) in life.acts() {
            match &act.did {
                Did::Decided(did) => {
                    let naming = did.asked == RequestKind::Object && did.part == Some(Part::Lead);
                    let meets = did.asked == RequestKind::Shelve || naming;
                    prop_assert_eq!(did.number.is_some(), meets);
                }
                Did::Adjudicated(did) => {
                    prop_assert_eq!(did.number.is_some(), did.objection.is_some());
                }
                _ => {}
            }
        }
    }

    fn the_named_unit_objects_once_a_round(life) {
        let mut objected = BTreeSet::new();
        for (step, act) in life.acts() {
            if let Did::Objected(did) = &act.did && did.request.part == Some(Part::Lead) {
                prop_assert!(objected.insert(step.before.round), "twice in a round");
                prop_assert!(step.before.lead().is_some_and(|share| share.by_decision));
            }
        }
    }

    fn what_is_excluded_stays_in_the_register_as_it_is(life) {
        for (step, act) in life.acts() {
            let Did::Decided(did) = &act.did else { continue };
            if did.asked != RequestKind::Exclude {
                continue;
            }
            let (old, new) = (&step.before, &step.after);
            prop_assert_eq!(new.excluded, old.excluded || did.accept);
            prop_assert_eq!((old.state, old.owner, old.next()), (new.state, new.owner, new.next()));
            prop_assert!(act.then.moved.is_empty() && act.then.opened.is_empty());
            let seen = |m: &Matter| audience(m, &WORLD.county.organisation, step.now.date());
            // A grant to who decides ends with the decision.
            prop_assert!(old.restricted || seen(old) == seen(new));
        }
    }

    fn one_urge_a_unit_a_stage_and_a_working_day(life) {
        let mut seen = BTreeSet::new();
        for (step, act) in life.acts() {
            let Did::Urged(did) = &act.did else { continue };
            let day = WORLD.county.calendar.working_day_of(step.now);
            prop_assert!(seen.insert((did.unit, did.stage, day)));
        }
    }

    fn it_is_signed_off_only_verified_and_asked(life) {
        for (step, act) in life.acts() {
            let Did::SignedOff(did) = &act.did else { continue };
            prop_assert_eq!(step.before.state, State::Verified);
            let answer = step.before.answer().unwrap();
            prop_assert!(answer.verdict.as_ref().is_some_and(|v| v.passed));
            let ask = life.story.playbook.ask.as_ref();
            let ask = ask.filter(|ask| ask.always || step.before.reporter.is_some());
            let unsolved = step.before.unsolved();
            prop_assert_eq!(unsolved, did.despite.is_some());
            let Some(ask) = ask else { continue };
            for party in 1..=ask.parties {
                let calls = step.before.call_backs.iter().filter(|c| c.party == party);
                let after_the_answer = calls.filter(|c| c.at >= answer.at);
                let tries: BTreeSet<_> = after_the_answer.map(|c| c.at.date()).collect();
                let enough = ask.tries > 0 && tries.len() >= usize::from(ask.tries);
                let heard = step.before.heard(party).is_some();
                prop_assert!(heard || (enough && !ask.agrees), "party {}", party);
            }
            prop_assert!(!(ask.agrees && unsolved), "only agreement closes it");
        }
    }

    fn the_same_acts_folded_again_give_the_same_state(life) {
        prop_assert_eq!(&life.story.folded_again(), &life.story.matter);
        let kept = serde_json::to_string(&life.story.matter).unwrap();
        let read: Matter = serde_json::from_str(&kept).unwrap();
        prop_assert_eq!(&read, &life.story.matter, "a fold kept in a row is the fold");
    }

    fn a_refused_command_leaves_nothing(life) {
        for step in &life.steps {
            if step.result.is_err() {
                prop_assert_eq!(&step.before, &step.after);
            } else {
                prop_assert_eq!(step.before.seq + 1, step.after.seq);
            }
        }
        prop_assert_eq!(u32::try_from(life.story.ledger.len()), Ok(life.story.matter.seq));
    }

    fn a_command_is_stale_only_for_acts_that_touch_it(life) {
        for (i, step) in life.steps.iter().enumerate() {
            let Some(seen) = step.ask.seq else { continue };
            let then = life.steps[..i].iter().rev().find(|s| s.after.seq == seen);
            let Some(then) = then.map(|s| &s.after) else { continue };
            let now = &step.before;
            let course = (then.state, then.owner) == (now.state, now.owner);
            // Also what went there and back has surprised.
            let same = |m: &Matter| {
                (m.state, m.owner) == (then.state, then.owner)
                    && m.shares == then.shares
                    && m.deadlines == then.deadlines
                    && m.requests == then.requests
                    && m.plan == then.plan
            };
            let mut since = life.steps[..i].iter().filter(|s| s.after.seq > seen);
            let came = life.unasked.iter().map(|u| &u.after);
            let mut came = came.filter(|m| m.seq > seen && m.seq <= now.seq);
            let quiet = since.all(|s| same(&s.after)) && came.all(|m| same(m));
            if matches!(step.result, Err(Refusal::Stale { .. })) {
                prop_assert!(!quiet, "nothing changed that could surprise {}", step.ask.act);
            }
            let beside = matches!(
                step.ask.act,
                ActName::Comment | ActName::Spot | ActName::Urge | ActName::Order | ActName::Notice
            );
            if step.result.is_ok() && !beside {
                let whole = now.seq != seen && !course;
                prop_assert!(!whole, "state or owner changed since");
            }
        }
    }
}
