//! An open matter under a reorganisation: whatever a closed unit had goes on with its successor, and no
//! date moves.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use zongheng_core::ids::UnitId;
use zongheng_core::matter::{Deadline, Did, Matter, Part, time_by_holder};
use zongheng_core::organisation::Organisation;
use zongheng_core::playbook::Stage;

use super::super::life::step::Unasked;
use super::WORLD;
use super::laws;

laws! {
    fn what_is_handed_on_keeps_its_dates_and_has_one_owner(life) {
        let handed = life.unasked.iter().filter(|u| matches!(u.act.did, Did::Recounted(_)));
        for handed in handed {
            goes_on_with_its_successor(handed, &WORLD.county.organisation)?;
        }
    }
}

/// Asked of one such act, under the organisation of its day.
pub(crate) fn goes_on_with_its_successor(
    handed: &Unasked,
    organisation: &Organisation,
) -> TestCaseResult {
    let Unasked { now, before, act, after } = handed;
    let day = now.date();
    let stands = |unit| organisation.unit(unit, day).is_some();
    let heir = |unit: UnitId| {
        let heir = organisation.successor_of(unit, day);
        if stands(unit) { unit } else { heir.unwrap_or(unit) }
    };
    prop_assert_eq!(before.state, after.state);
    prop_assert_eq!(after.owner.map(|o| o.unit), before.owner.map(|o| heir(o.unit)));
    prop_assert_eq!(after.desk.unit, heir(before.desk.unit));
    // Nothing is lost of what was next. What the successor owed already may come before it, and a node of
    // a share that ends, which is the lead's then.
    let next = |matter: &Matter| matter.next().map(|d| (d.due, d.stage));
    let (old, new) = (next(before), next(after));
    prop_assert!(old.is_some() == new.is_some() && new.map(|d| d.0) <= old.map(|d| d.0));
    if let Some((due, stage)) = new.filter(|new| Some(*new) != old) {
        let mut owed = before.deadlines.iter().filter(|d| d.is_open());
        let same = |d: &Deadline| (d.due, d.stage) == (due, stage);
        let own = |d: &Deadline| Some(heir(d.whose)) == after.owner.map(|o| o.unit);
        let node = matches!(stage, Stage::Node(_));
        prop_assert!(owed.any(|d| same(d) && (own(d) || node)));
    }
    prop_assert!(act.then.moved.is_empty() && act.then.met.is_empty());
    for (old, new) in before.deadlines.iter().zip(&after.deadlines) {
        prop_assert_eq!((old.due, old.first_due, old.start), (new.due, new.first_due, new.start));
        prop_assert!(!new.is_open() || new.whose == heir(old.whose));
    }
    let standing: Vec<_> = after.round_shares().filter(|s| s.stands()).collect();
    let units: BTreeSet<_> = standing.iter().map(|s| s.unit).collect();
    prop_assert_eq!(units.len(), standing.len(), "a unit holds one share");
    prop_assert_eq!(after.lead().map(|s| s.unit), before.lead().map(|s| heir(s.unit)));
    let was: BTreeSet<_> =
        before.round_shares().filter(|s| s.stands()).map(|s| heir(s.unit)).collect();
    prop_assert_eq!(&units, &was, "nobody's share is lost");
    for share in &standing {
        let post = share.post.and_then(|id| organisation.post(id, day));
        prop_assert!(share.post.is_none() || post.is_some(), "no ended post handles it");
        let open = before.round_shares().any(|s| s.is_open() && heir(s.unit) == share.unit);
        prop_assert!(share.part == Part::Lead || share.is_open() == open, "what was owed is owed");
        let key = (share.part == Part::Assist).then_some(share.unit);
        let own = |d: &&Deadline| d.is_open() && d.stage == Stage::Settle && d.share == key;
        let settles = after.deadlines.iter().filter(own).count();
        prop_assert!(settles <= 1, "one limit a share");
    }
    for node in after.plan.iter().filter(|n| n.done.is_none()) {
        let own = |d: &&Deadline| d.is_open() && d.stage == Stage::Node(node.no);
        let whose: Vec<_> = after.deadlines.iter().filter(own).map(|d| d.whose).collect();
        prop_assert_eq!(whose, vec![node.unit], "node {}", node.no);
    }
    for request in after.requests.iter().filter(|r| r.waits(*now)) {
        prop_assert!(stands(request.by));
        prop_assert!(request.part.is_none() || after.share_of(request.by).is_some());
    }
    for whistle in after.whistles.iter().filter(|w| w.is_open()) {
        prop_assert!(stands(whistle.caller), "somebody can say who came");
        prop_assert!(whistle.calls.iter().all(|c| c.came.is_some() || stands(c.unit)));
    }
    prop_assert!(after.drafts.iter().all(|d| !d.waits() || stands(d.unit)));
    let held = |matter: &Matter| -> i64 {
        time_by_holder(matter, *now).iter().map(|s| s.to.seconds_since(s.from)).sum()
    };
    prop_assert_eq!(held(before), held(after), "every minute keeps one holder");
    Ok(())
}
