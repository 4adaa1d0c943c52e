//! What is going to happen to a matter, drawn when it comes in.

use zongheng_core::ids::{CategoryId, DivisionCode};
use zongheng_core::matter::State;

use super::chance::Chance;

/// Whether something that is asked for is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Granted,
    Refused,
    /// Nobody decides in time.
    Lapses,
}

/// How an assisting unit takes its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Assisting {
    #[default]
    Answers,
    Returns,
    /// The desk withdraws it.
    Silent,
}

/// The course of one matter. The simulation follows it as far as the rules allow at that moment.
#[expect(clippy::struct_excessive_bools, reason = "each is one turn that a life may take")]
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// A task of the county and not a resident's report.
    pub(crate) task: bool,
    /// Set where a scene needs it, drawn otherwise.
    pub(crate) category: Option<CategoryId>,
    pub(crate) division: Option<DivisionCode>,
    pub(crate) declined: bool,
    pub(crate) asked_again: bool,
    pub(crate) corrected: bool,
    /// Dispatched to a unit whose it is not, which returns it.
    pub(crate) misled: bool,
    pub(crate) pause: Option<Decision>,
    pub(crate) more_time: Option<Decision>,
    /// Checks that fail before one passes.
    pub(crate) failures: usize,
    /// The try that reaches the reporter; 4 is nobody at all.
    pub(crate) reached_at: usize,
    pub(crate) unsolved: bool,
    /// What is called unsolved is closed all the same by the supervision office.
    pub(crate) despite: bool,
    pub(crate) reopened: bool,
    pub(crate) assisting: Assisting,
    /// Reports on the way.
    pub(crate) reports: usize,
    pub(crate) spot: bool,
    pub(crate) comment: bool,
    pub(crate) slow_to_file: bool,
    pub(crate) slow_to_sign: bool,
    /// Working days after its due that it is answered.
    pub(crate) late: u8,
    /// Where it comes to rest; nothing more is done to it then.
    pub(crate) stays: Option<State>,
}

impl Fate {
    /// What usually happens.
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        use Decision::{Granted, Lapses, Refused};
        let decision = [(70, Granted), (22, Refused), (8, Lapses)];
        let maybe = |chance: &mut Chance, percent| {
            if chance.percent(percent) { chance.weighted(&decision) } else { None }
        };
        let pause = maybe(chance, 6);
        let more_time = maybe(chance, 11);
        Self {
            task: chance.percent(6),
            declined: chance.percent(5),
            asked_again: chance.percent(20),
            corrected: chance.percent(4),
            misled: chance.percent(10),
            pause,
            more_time,
            failures: chance.weighted(&[(90, 0), (8, 1), (2, 2)]).unwrap_or(0),
            reached_at: chance.weighted(&[(78, 1), (12, 2), (4, 3), (6, 4)]).unwrap_or(1),
            unsolved: chance.percent(5),
            despite: chance.percent(30),
            reopened: chance.percent(4),
            assisting: chance
                .weighted(&[
                    (92, Assisting::Answers),
                    (5, Assisting::Returns),
                    (3, Assisting::Silent),
                ])
                .unwrap_or_default(),
            reports: chance.weighted(&[(35, 0), (45, 1), (20, 2)]).unwrap_or(1),
            spot: chance.percent(15),
            comment: chance.percent(10),
            slow_to_file: chance.percent(6),
            slow_to_sign: chance.percent(8),
            late: chance.weighted(&[(88, 0), (5, 1), (4, 2), (3, 4)]).unwrap_or(0),
            ..Self::default()
        }
    }
}
