//! The rules that hold always, each under its name, asked of a matter's life from its first act. Lives are
//! random ones here, and those of a simulated county in the tests of the program.

mod course;
mod dates;
mod duty;
pub(crate) mod handed;
mod kin;
mod time;

use proptest::test_runner::{TestCaseError, TestCaseResult};
use zongheng_core::ids::UnitId;
use zongheng_core::matter::{Deadline, Matter};
use zongheng_core::playbook::Stage;

use super::life::{Life, Step};
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

const ALL: [&[Law]; 6] =
    [course::LAWS, dates::LAWS, duty::LAWS, handed::LAWS, kin::LAWS, time::LAWS];

/// Asks every rule of one life; what is told of one that does not hold begins with its name.
pub(crate) fn hold(life: &Life) -> TestCaseResult {
    for (name, law) in ALL.into_iter().flatten() {
        law(life).map_err(|e| TestCaseError::fail(format!("{name}: {e}")))?;
    }
    Ok(())
}

fn within(unit: UnitId, above: UnitId, step: &Step) -> bool {
    WORLD.county.organisation.is_within(unit, above, step.now.date())
}

fn settle_of_lead(matter: &Matter) -> impl Iterator<Item = &Deadline> {
    let own = |d: &&Deadline| d.stage == Stage::Settle && d.share.is_none();
    matter.deadlines.iter().filter(own).filter(|d| d.round == matter.round)
}
