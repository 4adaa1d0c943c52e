//! The rules that hold always, each under its name, over random lives.

mod course;
mod dates;
mod duty;
mod kin;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};
use zongheng_core::ids::UnitId;
use zongheng_core::matter::{Deadline, Did, Matter, State};
use zongheng_core::playbook::Stage;

use super::life::{Dice, Life, Step, live};
use super::lives::cases;
use super::world::WORLD;

/// A rule, by its name, and what it asks of one matter's life.
type Law = (&'static str, fn(&Life) -> TestCaseResult);

/// One property a rule: `life` is what the rule looks at.
macro_rules! laws {
    ($($(#[$doc:meta])* fn $name:ident($life:ident) $body:block)*) => {
        pub(super) const LAWS: &[super::Law] = &[$((stringify!($name), $name)),*];
        $(
            $(#[$doc])*
            fn $name($life: &super::Life) -> proptest::test_runner::TestCaseResult {
                $body
                Ok(())
            }
        )*
    };
}
use laws;

const ALL: [&[Law]; 4] = [course::LAWS, dates::LAWS, duty::LAWS, kin::LAWS];

/// One family is made once and every law looks at it.
fn hold_over_lives_of(steps: std::ops::Range<usize>, cases: u32) {
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    };
    let numbers = prop::collection::vec(any::<u64>(), steps);
    let told = TestRunner::new(config).run(&numbers, |numbers| {
        for life in live(&numbers) {
            for (name, law) in ALL.into_iter().flatten() {
                law(&life).map_err(|e| TestCaseError::fail(format!("{name}: {e}")))?;
            }
        }
        Ok(())
    });
    told.unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn the_laws_hold_over_short_lives() {
    hold_over_lives_of(20..120, cases() / 2);
}

#[test]
fn the_laws_hold_over_long_lives() {
    hold_over_lives_of(120..260, cases() - cases() / 2);
}

fn within(unit: UnitId, above: UnitId, step: &Step) -> bool {
    WORLD.county.organisation.is_within(unit, above, step.now.date())
}

fn settle_of_lead(matter: &Matter) -> impl Iterator<Item = &Deadline> {
    let own = |d: &&Deadline| d.stage == Stage::Settle && d.share.is_none();
    matter.deadlines.iter().filter(own).filter(|d| d.round == matter.round)
}

/// The lives above are worth something only if much happens in them.
#[test]
fn random_lives_are_rich() {
    let mut dice = Dice::new(1);
    let mut kinds = BTreeSet::new();
    let mut states = BTreeSet::new();
    for _ in 0..40 {
        let numbers: Vec<u64> = (0..160).map(|_| dice.number()).collect();
        for life in live(&numbers) {
            kinds.extend(life.acts().map(|(_, act)| act.kind()));
            states.extend(life.acts().map(|(step, _)| step.after.state));
        }
    }
    // No reorganisation happens within a life.
    let others = |kind: &&&str| !matches!(**kind, "reported" | "recounted");
    let missing: Vec<_> =
        Did::KINDS.iter().filter(others).filter(|k| !kinds.contains(*k)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
    assert_eq!(states.len(), State::ALL.len(), "{states:?}");
}
