//! The worst day: nothing that was acknowledged is lost, nothing is there twice, whatever fails.
//!
//! A short form runs with the other tests, the long one by `make chaos`; docs/proof.md says what is claimed.
//! Clocks that jump and two runners at once are shown in `it/passing.rs`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod chance;
mod disk;
mod faults;
mod kill;
mod model;
#[path = "../it/support/postgres.rs"]
mod postgres;
mod power;
mod restart;
#[path = "../../../core/tests/shared/shangcheng.rs"]
mod shangcheng;
mod slow;
#[expect(dead_code, reason = "the other tests of the store need more of it")]
#[path = "../it/support/mod.rs"]
mod support;
