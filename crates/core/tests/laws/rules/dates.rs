//! Dates: what opens, meets, moves and ends a deadline, and whose time runs.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;
use zongheng_core::matter::{Deadline, Did, Matter, Part, RequestKind, State, time_by_holder};
use zongheng_core::organisation::Role;
use zongheng_core::playbook::Stage;

use super::super::world::WORLD;
use super::{laws, settle_of_lead};

/// What an act asked for is done, or no longer asked for: the stages that it may meet or end.
fn may_close(did: &Did, stage: Stage) -> bool {
    let node = matches!(stage, Stage::Node(_));
    let monthly = matches!(stage, Stage::Monthly(..));
    match did {
        Did::Declined(_) | Did::SignedOff(_) | Did::Merged(_) | Did::Recorded(_) => true,
        Did::Filed(_) => stage == Stage::File,
        // Shares end with all that their units owed; the nodes among it go to the lead.
        Did::Dispatched(_) | Did::Adjudicated(_) => {
            node || matches!(
                stage,
                Stage::Dispatch
                    // A date that the tasking authority set stands in its place.
                    | Stage::Progress
                    | Stage::Adjudicate
                    | Stage::Deploy
                    | Stage::SignFor
                    | Stage::Settle
                    | Stage::Decide
            )
        }
        Did::SignedFor(_) => matches!(stage, Stage::SignFor | Stage::Deploy),
        Did::Returned(_) => node || matches!(stage, Stage::SignFor | Stage::Settle | Stage::Deploy),
        Did::Progressed(_) => monthly || matches!(stage, Stage::Progress | Stage::Review),
        // Corrected to a grade that owes no dated plan.
        Did::Planned(_) | Did::Corrected(_) => stage == Stage::Plan,
        Did::NodeDone(_) => node,
        Did::Arrived(_) => stage == Stage::Arrive,
        Did::Decided(_) => matches!(stage, Stage::Decide | Stage::Review),
        Did::Resumed(_) => matches!(stage, Stage::Resume | Stage::Review),
        Did::Answered(_) => {
            monthly
                || matches!(
                    stage,
                    Stage::Settle
                        | Stage::Progress
                        | Stage::Deploy
                        | Stage::Plan
                        | Stage::Resume
                        | Stage::Review
                )
        }
        Did::Verified(_) => matches!(stage, Stage::Verify | Stage::CallBack | Stage::SignOff),
        Did::CalledBack(_) => stage == Stage::CallBack,
        _ => false,
    }
}

/// Acts beside the course, and those that only ask: nothing that is promised changes.
fn only_asks_or_speaks(did: &Did) -> bool {
    matches!(
        did,
        Did::Ordered(_)
            | Did::Noticed(_)
            | Did::Commented(_)
            | Did::SpotSeen(_)
            | Did::Urged(_)
            | Did::Linked(_)
            | Did::Unlinked(_)
            | Did::Decomposed(_)
            | Did::PassedOn(_)
            | Did::PassedBack(_)
            | Did::Submitted(_)
            | Did::SentBack(_)
            | Did::Whistled(_)
            | Did::SuspensionAsked(_)
            | Did::ExtensionAsked(_)
            | Did::ShelvingAsked(_)
            | Did::ReferralUpAsked(_)
            | Did::ReferralAcrossAsked(_)
            | Did::ExclusionAsked(_)
            | Did::Objected(_)
    )
}

fn is_of_lead(stage: Stage) -> bool {
    !matches!(stage, Stage::Decide | Stage::Arrive | Stage::Review | Stage::Resume)
}

fn stopped(matter: &Matter) -> bool {
    matches!(matter.state, State::Suspended | State::Shelved | State::Outside)
}

fn number(matter: &Matter, n: u32) -> &Deadline {
    &matter.deadlines[n as usize - 1]
}

fn working_days(from: Date, to: Date) -> u32 {
    WORLD.county.calendar.working_days_between(from, to).0
}

laws! {
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
            let begins = matches!(act.did, Did::Reopened(_)) && step.before.state != State::Merged;
            if !begins {
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
            if !matches!(act.did, Did::Reopened(_)) {
                continue;
            }
            prop_assert_eq!((&old.answers, &old.call_backs), (&new.answers, &new.call_backs));
            prop_assert_eq!(&old.handlers, &new.handlers);
            for (was, is) in old.deadlines.iter().zip(&new.deadlines) {
                let silent = was.stage == Stage::Decide && was.due < step.now;
                prop_assert!(silent || was == is, "{}", was.stage);
            }
            prop_assert_eq!(old.issued.len(), new.issued.len());
            if old.state == State::Merged {
                prop_assert_eq!((old.round, old.round_start), (new.round, new.round_start));
            } else {
                prop_assert_eq!(old.round + 1, new.round);
                prop_assert_eq!(step.now, new.round_start);
                prop_assert_eq!(&old.shares[..], &new.shares[..old.shares.len()]);
            }
        }
    }

    fn a_merged_matter_reopens_with_its_old_start_and_its_old_due(life) {
        let mut merged = None;
        for (step, act) in life.acts() {
            match &act.did {
                Did::Merged(_) => merged = Some((&step.before, &step.after)),
                Did::Reopened(_) if step.before.state == State::Merged => {
                    let now = step.after.open_deadline(Stage::Settle, None).unwrap();
                    let (before, after) = merged.unwrap();
                    if let Some(open) = before.open_deadline(Stage::Settle, None) {
                        // A pause ended with the merger: the days that it had left count.
                        let old = number(after, open.n);
                        prop_assert!(old.due == open.due || stopped(before));
                        prop_assert_eq!(
                            (old.from, old.start, old.due), (now.from, now.start, now.due)
                        );
                    }
                }
                _ => {}
            }
        }
    }

    fn a_missed_deadline_stays_open_and_next_until_it_is_done(life) {
        for (step, act) in life.acts() {
            for (old, new) in step.before.deadlines.iter().zip(&step.after.deadlines) {
                if old.is_open() && !new.is_open() {
                    let silent = old.stage == Stage::Decide && old.due < step.now;
                    let may = silent || may_close(&act.did, new.stage);
                    prop_assert!(may, "{} {}", act.kind(), new.stage);
                }
            }
            if let (Some(next), Some(before)) = (step.after.next(), step.before.next()) {
                let same = step.before.state == step.after.state;
                let stays = step.after.deadlines.iter().any(|d| d.n == before.n && d.is_open());
                if same && stays && before.due < step.now && next.n != before.n {
                    let moved = act.then.moved.iter().any(|m| m.n == before.n);
                    prop_assert!(next.due <= before.due || moved);
                }
            }
        }
    }

    fn a_due_moves_only_by_a_decision_a_resumption_a_correction_or_a_deadline_set(life) {
        for (step, act) in life.acts() {
            let may = match &act.did {
                // A renewal that is refused ends the shelving.
                Did::Decided(did) => did.accept || step.before.state == State::Shelved,
                Did::Resumed(_) | Did::Corrected(_) => true,
                Did::Answered(did) => did.part == Part::Lead && stopped(&step.before),
                // The pause ends with it.
                Did::Merged(_) => stopped(&step.before),
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

    fn what_only_asks_or_speaks_moves_no_date_and_no_state(life) {
        for (step, act) in life.acts() {
            if !only_asks_or_speaks(&act.did) {
                continue;
            }
            prop_assert_eq!(step.before.state, step.after.state);
            prop_assert!(act.then.moved.is_empty() && act.then.met.is_empty());
            prop_assert!(act.then.handed.is_empty() && act.then.unmet.is_empty());
            for (old, new) in step.before.deadlines.iter().zip(&step.after.deadlines) {
                let silent = old.stage == Stage::Decide && old.due < step.now;
                prop_assert!(silent || old == new, "{}: {}", act.kind(), old.stage);
            }
            let beside = step.after.deadlines[step.before.deadlines.len()..].iter();
            for opened in beside {
                prop_assert!(!is_of_lead(opened.stage), "{} opens {}", act.kind(), opened.stage);
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
            let n = act.then.moved[0].n;
            let (old, new) = (number(&step.before, n), number(&step.after, n));
            prop_assert!(new.due > old.due);
            prop_assert_eq!((Some(new.due), new.first_due), (request.due, old.first_due));
        }
    }

    fn a_pause_moves_a_due_by_no_more_than_was_granted(life) {
        for (step, act) in life.acts() {
            for moved in act.then.moved.iter().filter(|m| m.pause.is_some()) {
                let pause = moved.pause.unwrap();
                let (old, new) = (number(&step.before, moved.n), number(&step.after, moved.n));
                prop_assert!(pause.from <= pause.to && old.due <= new.due);
                match (&act.did, step.before.paused) {
                    (Did::Decided(did), _) if did.accept => {
                        prop_assert_eq!(pause.from, step.now);
                        prop_assert_eq!(Some(pause.to), did.until);
                    }
                    (_, Some((from, until))) => {
                        prop_assert!(stopped(&step.before));
                        let own = old.share.and_then(|unit| step.before.share_of(unit));
                        let own = own.and_then(|share| share.paused_until);
                        prop_assert_eq!(pause.from, own.map_or(from, |until| until.max(from)));
                        prop_assert!(pause.to <= step.now);
                        let suspended = step.before.state == State::Suspended;
                        prop_assert!(!suspended || pause.to <= until);
                    }
                    _ => prop_assert!(false, "no pause ran"),
                }
                let wd = new.rule.as_ref().is_some_and(|r| r.limit.to_string().ends_with("wd"));
                if wd {
                    let gone = working_days(old.due.date(), new.due.date());
                    let granted = working_days(pause.from.date(), pause.to.date());
                    prop_assert!(gone <= granted, "{gone} days for {granted}");
                }
            }
        }
    }

    fn a_shelving_is_looked_at_within_ninety_days(life) {
        for (step, act) in life.acts() {
            let Did::Decided(did) = &act.did else { continue };
            let lead = did.part == Some(Part::Lead);
            if !lead || !did.accept || did.asked != RequestKind::Shelve {
                continue;
            }
            let asked = step.before.requests.iter().find(|r| r.id == did.request).unwrap().asked;
            let review = step.after.open_deadline(Stage::Review, None).unwrap();
            prop_assert_eq!(Some(review.due), did.until);
            let latest = asked.date().checked_add(90.days()).unwrap();
            prop_assert!(review.due.date() <= latest);
            let reviews = step.after.deadlines.iter().filter(|d| {
                d.stage == Stage::Review && d.is_open()
            });
            prop_assert_eq!(reviews.count(), 1);
        }
    }

    fn a_plan_stands_in_the_place_of_the_month_only_by_a_leader_s_approval(life) {
        for (step, act) in life.acts() {
            if let Did::Planned(did) = &act.did {
                prop_assert!(act.then.moved.is_empty());
                prop_assert_eq!(did.request.is_some(), act.then.planned.is_empty());
            }
            let Did::Decided(did) = &act.did else { continue };
            if did.asked != RequestKind::Plan || !did.accept {
                continue;
            }
            if life.story.playbook.id.as_str() == "county_task" {
                prop_assert_eq!(step.actor.role, Some(Role::CountyLeader));
            }
            let last = step.before.requests.iter().find(|r| r.id == did.request).unwrap();
            let last = last.nodes.iter().map(|node| node.due).max().unwrap();
            prop_assert_eq!(step.after.open_deadline(Stage::Settle, None).unwrap().due, last);
        }
    }

    fn each_month_is_reported_on_the_anchor_day(life) {
        for (step, act) in life.acts() {
            let months = act.then.opened.iter().filter_map(|d| match d.stage {
                Stage::Monthly(year, month) => Some((d, year, month)),
                _ => None,
            });
            for (deadline, year, month) in months {
                // Met by the answer, it is open again where the check failed.
                let settle = step.after.open_deadline(Stage::Settle, None).unwrap();
                let anchor = settle.start.date();
                let due = deadline.due.date();
                prop_assert_eq!((due.year(), due.month()), (year, month));
                prop_assert_eq!(due.day(), anchor.day().min(due.days_in_month()));
                prop_assert!(step.now < deadline.due && deadline.due < settle.due);
            }
        }
    }

    fn progress_meets_only_what_has_begun(life) {
        for (step, act) in life.acts() {
            let Did::Progressed(_) = &act.did else { continue };
            for met in act.then.met.iter().map(|met| number(&step.before, met.n)) {
                prop_assert!(met.from <= step.now);
                if let Stage::Monthly(..) = met.stage {
                    let earlier = step.before.deadlines.iter().filter(|d| {
                        matches!(d.stage, Stage::Monthly(..)) && d.due < met.due
                    });
                    prop_assert!(earlier.into_iter().all(|d| d.due <= step.now), "one ahead");
                }
            }
        }
    }

    fn deadlines_are_numbered_once(life) {
        let matter = &life.story.matter;
        for (deadline, n) in matter.deadlines.iter().zip(1..) {
            prop_assert_eq!(deadline.n, n);
        }
    }

    fn every_minute_of_its_life_is_held_by_exactly_one(life) {
        let mut closed = 0;
        let mut over = None;
        for step in &life.steps {
            match (step.before.state.is_open(), step.after.state.is_open()) {
                (true, false) => over = Some(step.now),
                (false, true) => closed += step.now.seconds_since(over.take().unwrap()),
                _ => {}
            }
            let matter = &step.after;
            let spans = time_by_holder(matter, step.now);
            let end = matter.closed.unwrap_or(step.now);
            let held: i64 = spans.iter().map(|s| s.to.seconds_since(s.from)).sum();
            // What came over was elsewhere before, and what was closed there was never held here.
            let here = life.story.ledger[0].0.at;
            let begun = if matter.came_over.is_some() { here } else { matter.reported };
            let life_here = if matter.is_history() { 0 } else { end.seconds_since(begun) };
            prop_assert_eq!(held + closed, life_here, "{}", matter.state);
            for pair in spans.windows(2) {
                prop_assert!(pair[0].from < pair[0].to && pair[0].to <= pair[1].from);
            }
        }
    }
}
