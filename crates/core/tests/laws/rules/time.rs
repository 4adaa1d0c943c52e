//! What time brings about: each at its time and not before, once, and no further than machines may go.

use proptest::prelude::*;
use zongheng_core::matter::{Decided, Did, MORNING, RequestKind, State};
use zongheng_core::time::At;

use super::WORLD;
use super::laws;

laws! {
    fn nothing_comes_about_before_its_time(life) {
        for unasked in life.unasked.iter().filter(|u| !matches!(u.act.did, Did::Recounted(_))) {
            let at = unasked.before.comes_about(unasked.now, &WORLD.county.calendar);
            prop_assert!(at.is_some_and(|at| at <= unasked.now), "{at:?} at {}", unasked.now);
        }
    }

    /// An order is for people: the system resumes, refuses by silence, urges and hands on, and nothing else.
    fn the_system_goes_no_further_than_urging(life) {
        for unasked in &life.unasked {
            let kind = unasked.act.kind();
            prop_assert!(["resumed", "decided", "urged", "recounted"].contains(&kind), "{kind}");
        }
    }

    fn silence_refuses_and_grants_nothing(life) {
        for unasked in &life.unasked {
            let Did::Decided(Decided { request, accept, lapsed, asked, .. }) = &unasked.act.did else {
                continue;
            };
            prop_assert!(*lapsed && !*accept);
            let named = |r: &&zongheng_core::matter::Request| r.id == *request;
            let before = unasked.before.requests.iter().find(named).unwrap();
            let after = unasked.after.requests.iter().find(named).unwrap();
            prop_assert!(before.granted.is_none() && before.has_lapsed(unasked.now));
            prop_assert!(after.granted == Some(false) && after.has_lapsed(unasked.now));
            let over = *asked == RequestKind::Shelve && unasked.before.state == State::Shelved;
            prop_assert!(over || unasked.before.state == unasked.after.state);
            prop_assert!(over || unasked.act.then.moved.is_empty(), "silence moves no date");
        }
    }

    fn a_pause_ends_on_its_day(life) {
        for unasked in life.unasked.iter().filter(|u| matches!(u.act.did, Did::Resumed(_))) {
            let (_, until) = unasked.before.paused.unwrap();
            prop_assert!(unasked.before.state == State::Suspended && until <= unasked.now);
            prop_assert_eq!(unasked.after.state, State::Handling);
            prop_assert!(unasked.after.paused.is_none());
        }
    }

    /// Once an assignment, stage and working day; in the hours of work unless it is urgent; of what is overdue;
    /// and it moves nothing.
    fn the_system_urges_what_is_overdue(life) {
        for unasked in &life.unasked {
            let Did::Urged(urged) = &unasked.act.did else { continue };
            let (before, now) = (&unasked.before, unasked.now);
            let same = |d: &&zongheng_core::matter::Deadline| {
                d.whose == urged.unit && d.stage == urged.stage && d.is_open() && d.due < now
            };
            prop_assert!(before.deadlines.iter().any(|d| same(&d)), "{} is not overdue", urged.stage);
            prop_assert!(!before.urged.contains(&(urged.unit, urged.stage, urged.day)));
            prop_assert!(unasked.act.then.moved.is_empty() && urged.text.is_none());
            prop_assert!(before.urgent || at_work(now), "urged at {now}");
        }
    }
}

fn at_work(now: At) -> bool {
    let (calendar, day) = (&WORLD.county.calendar, now.date());
    calendar.day(day).working && now.time() >= MORNING && now <= calendar.closing(day)
}
