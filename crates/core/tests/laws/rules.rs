//! The rules that hold always, each under its name, over random lives.

use std::collections::BTreeSet;

use proptest::prelude::*;
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::matter::{
    ActName, Did, Matter, Part, Person, Refusal, RequestKind, State, time_by_holder,
};
use zongheng_core::organisation::Role;
use zongheng_core::playbook::Stage;

use super::life::{Life, Step, is_person, live};
use super::world::WORLD;

/// One property a rule: `life` is what the rule looks at.
macro_rules! laws {
    ($($(#[$doc:meta])* fn $name:ident($life:ident) $body:block)*) => {
        proptest! {
            #![proptest_config(ProptestConfig {
                cases: 32,
                failure_persistence: None,
                ..ProptestConfig::default()
            })]
            $(
                $(#[$doc])*
                #[test]
                fn $name(numbers in prop::collection::vec(any::<u64>(), 20..90)) {
                    let $life = &live(&numbers);
                    $body
                }
            )*
        }
    };
}

fn within(unit: UnitId, above: UnitId, step: &Step) -> bool {
    WORLD.county.organisation.is_within(unit, above, step.now.date())
}

/// Who answered, signed for or reported progress before the act `seq`, told by the ledger alone.
fn hands(life: &Life, seq: u32) -> BTreeSet<Person> {
    let acts = life.story.ledger.iter().filter(|(envelope, ..)| envelope.seq < seq);
    acts.filter(|(_, act, _)| {
        matches!(act.did, Did::SignedFor(_) | Did::Progressed(_) | Did::Answered(_))
    })
    .map(|(envelope, ..)| envelope.by)
    .collect()
}

/// The units that were given a share, and the posts that gave them, in the round in which `seq` lies.
fn round(life: &Life, seq: u32) -> (BTreeSet<UnitId>, BTreeSet<PostId>) {
    let (mut units, mut posts) = (BTreeSet::new(), BTreeSet::new());
    for (envelope, act, _) in life.story.ledger.iter().filter(|(envelope, ..)| envelope.seq < seq) {
        let given: Vec<UnitId> = match &act.did {
            Did::Reopened(did) => {
                units.clear();
                posts.clear();
                did.lead.into_iter().collect()
            }
            Did::Dispatched(did) => did.assists.iter().map(|a| a.unit).chain([did.lead]).collect(),
            Did::Adjudicated(did) => did.assists.iter().map(|a| a.unit).chain([did.lead]).collect(),
            _ => continue,
        };
        if !given.is_empty() {
            posts.extend(envelope.post);
        }
        units.extend(given);
    }
    (units, posts)
}

fn settle_of_lead(matter: &Matter) -> impl Iterator<Item = &zongheng_core::matter::Deadline> {
    let own = |d: &&zongheng_core::matter::Deadline| d.stage == Stage::Settle && d.share.is_none();
    matter.deadlines.iter().filter(own).filter(|d| d.round == matter.round)
}

laws! {
    fn nobody_of_the_answering_chain_verifies_calls_back_or_signs_off(life) {
        for (step, act) in life.acts() {
            let judged = matches!(
                act.did, Did::Verified(_) | Did::CalledBack(_) | Did::SignedOff(_)
            );
            if !judged || !is_person(&step.actor) {
                continue;
            }
            let (units, posts) = round(life, step.after.seq);
            let own = step.actor.unit.unwrap();
            prop_assert!(!hands(life, step.after.seq).contains(&step.actor.person));
            prop_assert!(units.iter().all(|handling| !within(own, *handling, step)));
            prop_assert!(!posts.contains(&step.actor.post.unwrap()));
            let barred = step.before.reporter.is_some() || life.story.playbook.supervised;
            if matches!(act.did, Did::Verified(_)) && barred {
                prop_assert!(units.iter().all(|handling| !within(*handling, own, step)));
            }
        }
    }

    fn who_asks_never_decides(life) {
        for (step, act) in life.acts() {
            let Did::Decided(did) = &act.did else { continue };
            let asked = life.story.ledger.iter().find(|(_, act, _)| match &act.did {
                Did::SuspensionAsked(ask) | Did::ExtensionAsked(ask) => ask.request.id == did.request,
                _ => false,
            });
            let (envelope, ..) = asked.unwrap();
            prop_assert_ne!(envelope.by, step.actor.person);
            prop_assert_ne!(envelope.unit, step.actor.unit);
        }
    }

    fn supervision_never_handles(life) {
        for (step, act) in life.acts() {
            let supervision = matches!(
                step.actor.role,
                Some(Role::SupervisionClerk | Role::SupervisionDeputy
                    | Role::SupervisionOfficer | Role::SupervisionHead)
            );
            let handles = matches!(
                act.did,
                Did::SignedFor(_) | Did::Returned(_) | Did::Progressed(_) | Did::Answered(_)
                    | Did::SuspensionAsked(_) | Did::ExtensionAsked(_)
            );
            prop_assert!(!(supervision && handles), "{}", act.kind());
            let lead = step.after.lead().map(|s| s.unit);
            prop_assert_ne!(lead, Some(WORLD.unit("supervision_office")));
        }
    }

    fn the_lead_answers_only_when_no_share_and_no_request_of_its_own_is_open(life) {
        for (step, act) in life.acts() {
            if let Did::Answered(did) = &act.did {
                let waits = step.before.requests.iter().any(|r| r.by == did.unit && r.waits(step.now));
                prop_assert!(!waits);
                if did.part == Part::Lead {
                    prop_assert!(step.before.assists().all(|share| !share.is_open()));
                }
            }
        }
    }

    fn the_due_of_an_assisting_unit_is_never_after_that_of_the_lead(life) {
        for (step, act) in life.acts() {
            let Some(lead) = step.after.open_deadline(Stage::Settle, None) else { continue };
            for assist in step.after.deadlines.iter().filter(|d| {
                d.stage == Stage::Settle && d.share.is_some() && d.is_open()
            }) {
                prop_assert!(assist.due <= lead.due, "{}: {assist:?} {lead:?}", act.kind());
            }
        }
    }

    fn a_pause_moves_a_due_by_no_more_than_was_granted(life) {
        for (step, act) in life.acts() {
            let Did::Resumed(did) = &act.did else { continue };
            let (from, until) = step.before.paused.unwrap();
            prop_assert_eq!(did.paused, from);
            for moved in &act.then.moved {
                prop_assert!(moved.pause.unwrap().to <= until, "{moved:?}");
            }
        }
    }

    fn settle_is_met_by_the_answer_and_unmet_by_a_failed_verification(life) {
        for (step, act) in life.acts() {
            let met: Vec<_> = settle_of_lead(&step.after).filter(|d| d.ended.is_none()).collect();
            match &act.did {
                Did::Answered(did) if did.part == Part::Lead => {
                    prop_assert!(!met.is_empty() && met.iter().all(|d| d.met == Some(step.now)));
                }
                Did::Verified(did) if did.passed => {
                    let answered = step.after.answer().unwrap().at;
                    prop_assert!(met.iter().all(|d| d.met == Some(answered)));
                }
                Did::Verified(_) => {
                    prop_assert!(!met.is_empty() && met.iter().all(|d| d.is_open()));
                    let dues = |m: &Matter| settle_of_lead(m).map(|d| d.due).collect::<Vec<_>>();
                    prop_assert_eq!(dues(&step.before), dues(&step.after), "old dues stand");
                }
                Did::Reopened(_) => prop_assert!(met.iter().all(|d| d.is_open())),
                _ => {
                    let before = settle_of_lead(&step.before).filter(|d| d.met.is_some()).count();
                    let after = settle_of_lead(&step.after).filter(|d| d.met.is_some()).count();
                    prop_assert_eq!(before, after, "no other act meets it");
                }
            }
        }
    }

    fn within_a_round_no_act_moves_the_start(life) {
        for (step, act) in life.acts() {
            for (old, new) in step.before.deadlines.iter().zip(&step.after.deadlines) {
                prop_assert_eq!((old.n, old.from, old.start), (new.n, new.from, new.start));
                prop_assert_eq!(old.first_due, new.first_due);
            }
            if !matches!(act.did, Did::Reopened(_)) {
                prop_assert_eq!(step.before.round, step.after.round);
                prop_assert_eq!(step.before.round_start, step.after.round_start);
            }
            let starts: BTreeSet<_> = settle_of_lead(&step.after).map(|d| d.from).collect();
            prop_assert!(starts.len() <= 1, "one promise a round: {starts:?}");
        }
    }

    fn reopening_keeps_history_and_age(life) {
        for (step, act) in life.acts() {
            let (old, new) = (&step.before, &step.after);
            prop_assert_eq!((&old.no, old.reported, old.title), (&new.no, new.reported, new.title));
            if matches!(act.did, Did::Reopened(_)) {
                prop_assert_eq!(old.round + 1, new.round);
                prop_assert_eq!(step.now, new.round_start);
                prop_assert_eq!(&old.shares[..], &new.shares[..old.shares.len()]);
                prop_assert_eq!(&old.deadlines[..], &new.deadlines[..old.deadlines.len()]);
                prop_assert_eq!((&old.answers, &old.call_backs), (&new.answers, &new.call_backs));
                prop_assert_eq!(&old.handlers, &new.handlers);
            }
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

    fn a_missed_deadline_stays_open_and_next_until_it_is_done(life) {
        for (step, act) in life.acts() {
            let done: &[Stage] = match &act.did {
                Did::Declined(_) | Did::SignedOff(_) => &Stage::ALL,
                Did::Filed(_) => &[Stage::File],
                Did::Dispatched(_) | Did::Adjudicated(_) => &[
                    Stage::Dispatch, Stage::Adjudicate, Stage::Deploy, Stage::SignFor,
                    Stage::Settle, Stage::Decide,
                ],
                Did::SignedFor(_) => &[Stage::SignFor, Stage::Deploy],
                Did::Returned(_) => &[Stage::SignFor, Stage::Settle],
                Did::Progressed(_) => &[Stage::Progress],
                Did::Decided(_) => &[Stage::Decide],
                Did::Resumed(_) => &[Stage::Resume],
                Did::Answered(_) => &[Stage::Settle, Stage::Progress, Stage::Deploy],
                Did::Verified(_) => &[Stage::Verify, Stage::CallBack, Stage::SignOff],
                Did::CalledBack(_) => &[Stage::CallBack],
                _ => &[],
            };
            for (old, new) in step.before.deadlines.iter().zip(&step.after.deadlines) {
                if old.is_open() && !new.is_open() {
                    let silent = old.stage == Stage::Decide && old.due < step.now;
                    prop_assert!(silent || done.contains(&new.stage), "{} {}", act.kind(), new.stage);
                }
            }
            if let (Some(next), Some(before)) = (step.after.next(), step.before.next()) {
                let same = step.before.state == step.after.state;
                let stays = step.after.deadlines.iter().any(|d| d.n == before.n && d.is_open());
                if same && stays && before.due < step.now && next.n != before.n {
                    prop_assert!(next.due <= before.due || act.then.moved.iter().any(|m| m.n == before.n));
                }
            }
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

    fn every_minute_of_its_life_is_held_by_exactly_one(life) {
        let (matter, now) = (&life.story.matter, life.story.now);
        let spans = time_by_holder(matter, now);
        let closed: i64 = {
            let mut from = None;
            let mut sum = 0;
            for (step, _) in life.acts() {
                match (step.before.state.is_open(), step.after.state.is_open()) {
                    (true, false) => from = Some(step.now),
                    (false, true) => sum += step.now.seconds_since(from.take().unwrap()),
                    _ => {}
                }
            }
            sum
        };
        let end = matter.closed.unwrap_or(now);
        let held: i64 = spans.iter().map(|s| s.to.seconds_since(s.from)).sum();
        prop_assert_eq!(held + closed, end.seconds_since(matter.reported));
        for pair in spans.windows(2) {
            prop_assert!(pair[0].from < pair[0].to && pair[0].to <= pair[1].from);
        }
    }

    fn a_due_moves_only_by_a_decision_a_resumption_a_correction_or_a_deadline_set(life) {
        for (step, act) in life.acts() {
            let may = match &act.did {
                Did::Decided(did) => did.accept,
                Did::Resumed(_) | Did::Corrected(_) => true,
                Did::Dispatched(did) => did.deadline.is_some(),
                Did::Adjudicated(did) => did.deadline.is_some(),
                _ => false,
            };
            for (old, new) in step.before.deadlines.iter().zip(&step.after.deadlines) {
                prop_assert!(may || old.due == new.due, "{} moved {}", act.kind(), new.stage);
                prop_assert!(old.is_open() || old.due == new.due, "what is done does not move");
            }
        }
    }

    fn the_owner_is_never_the_unit_complained_of_or_below_it(life) {
        for step in &life.steps {
            if let (Some(against), Some(owner)) = (step.after.against, step.after.owner) {
                prop_assert!(!within(owner.unit, against, step), "{}", step.after.state);
            }
        }
    }

    fn an_extension_is_later_and_both_dates_stay(life) {
        for (step, act) in life.acts() {
            let Did::Decided(did) = &act.did else { continue };
            if !did.accept || did.asked != RequestKind::Extend {
                continue;
            }
            let request = step.before.requests.iter().find(|r| r.id == did.request).unwrap();
            prop_assert_eq!(act.then.moved.len(), 1);
            let n = act.then.moved[0].n as usize - 1;
            let (old, new) = (&step.before.deadlines[n], &step.after.deadlines[n]);
            prop_assert!(new.due > old.due);
            prop_assert_eq!((Some(new.due), new.first_due), (request.due, old.first_due));
        }
    }

    fn one_urge_a_unit_a_stage_and_a_working_day(life) {
        let mut seen = BTreeSet::new();
        for (step, act) in life.acts() {
            let Did::Urged(did) = &act.did else { continue };
            let day = WORLD.county.calendar.working_day_of(step.now);
            prop_assert!(seen.insert((did.unit, did.stage, day)));
            prop_assert!(act.then.moved.is_empty() && act.then.met.is_empty());
        }
    }

    fn deadlines_are_numbered_once(life) {
        let matter = &life.story.matter;
        for (deadline, n) in matter.deadlines.iter().zip(1..) {
            prop_assert_eq!(deadline.n, n);
        }
    }

    fn it_is_signed_off_only_verified_and_asked(life) {
        for (step, act) in life.acts() {
            let Did::SignedOff(did) = &act.did else { continue };
            prop_assert_eq!(step.before.state, State::Verified);
            let answer = step.before.answer().unwrap();
            prop_assert!(answer.verdict.as_ref().is_some_and(|v| v.passed));
            let after_the_answer = step.before.call_backs.iter().filter(|c| c.at >= answer.at);
            let heard = step.before.heard();
            let tries: BTreeSet<_> = after_the_answer.map(|c| c.at.date()).collect();
            prop_assert!(heard.is_some() || tries.len() >= 3);
            let unsolved = heard.is_some_and(|h| h.solved == Some(false));
            prop_assert_eq!(unsolved, did.despite.is_some());
        }
    }

    fn a_command_is_stale_only_for_acts_that_touch_it(life) {
        for (i, step) in life.steps.iter().enumerate() {
            let Some(seen) = step.ask.seq else { continue };
            let then = life.steps[..i].iter().rev().find(|s| s.after.seq == seen);
            let Some(then) = then.map(|s| &s.after) else { continue };
            let now = &step.before;
            let course = (then.state, then.owner) == (now.state, now.owner);
            let quiet = course && then.shares == now.shares && then.deadlines == now.deadlines
                && then.requests == now.requests;
            if matches!(step.result, Err(Refusal::Stale { .. })) {
                prop_assert!(!quiet, "nothing changed that could surprise");
            }
            if step.result.is_ok() && !matches!(
                step.ask.act, ActName::Comment | ActName::Spot | ActName::Urge
            ) {
                let whole = now.seq != seen && !course;
                prop_assert!(!whole, "state or owner changed since");
            }
        }
    }

    fn an_act_leads_only_where_the_table_says(life) {
        for (step, _) in life.acts() {
            let row = zongheng_core::matter::TABLE.iter().find(|r| r.act == step.ask.act).unwrap();
            let cell = row.states.iter().find(|(state, _)| *state == step.before.state);
            prop_assert!(cell.is_some_and(|(_, next)| next.contains(&step.after.state)));
        }
    }
}

/// The lives above are worth something only if much happens in them.
#[test]
fn random_lives_are_rich() {
    let mut dice = 1_u64;
    let mut kinds = BTreeSet::new();
    let mut states = BTreeSet::new();
    for _ in 0..150 {
        let numbers: Vec<u64> = (0..80)
            .map(|_| {
                dice = dice
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                dice
            })
            .collect();
        let life = live(&numbers);
        kinds.extend(life.acts().map(|(_, act)| act.kind()));
        states.extend(life.acts().map(|(step, _)| step.after.state));
    }
    let missing: Vec<_> =
        Did::KINDS.iter().filter(|k| **k != "reported" && !kinds.contains(*k)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
    assert_eq!(states.len(), State::ALL.len(), "{states:?}");
}
