//! The rules over random lives, short and long.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use zongheng_core::matter::{Did, State};

use super::life::{Dice, live, live_in_time};
use super::lives::cases;
use super::rules;

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
        for life in live(&numbers).into_iter().chain(live_in_time(&numbers)) {
            rules::hold(&life)?;
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
    // A life begins before its first step, and no reorganisation happens within one.
    let others = |kind: &&&str| **kind != "recounted" && !Did::FIRST.contains(*kind);
    let missing: Vec<_> =
        Did::KINDS.iter().filter(others).filter(|k| !kinds.contains(*k)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
    assert_eq!(states.len(), State::ALL.len(), "{states:?}");
}
