//! Which acts are open to somebody now, and why the others are not. Pages and API show the same.

use super::decide::{Context, admit, waits_for};
use super::refusal::{Refusal, Why};
use super::state::{Matter, State};
use super::table::ActName;
use super::{Person, may_see};

/// One act for one actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub act: ActName,
    pub refused: Option<Refusal>,
    /// The act that this state waits for.
    pub likely: bool,
}

/// Every act of the table with its answer for this actor; empty for who may not see the matter.
pub fn offers(matter: &Matter, cx: &Context<'_>) -> Vec<Offer> {
    let sees = matches!(cx.actor.person, Person::Receipt)
        || may_see(cx.actor, matter, cx.organisation, cx.now.date());
    if !sees {
        return Vec::new();
    }
    ActName::all()
        .map(|act| {
            let refused = admit(matter, act, None, cx).err().or_else(|| {
                let idle = act == ActName::Decide && !waits_for(matter, cx);
                idle.then_some(Refusal::OutOfState(Why::NothingToDecide))
            });
            let likely = refused.is_none() && likely(matter).contains(&act);
            Offer { act, refused, likely }
        })
        .collect()
}

/// The acts that a state waits for.
fn likely(matter: &Matter) -> &'static [ActName] {
    match matter.state {
        State::Reported => &[ActName::File],
        State::Filed => &[ActName::Dispatch],
        State::Dispatched => &[ActName::SignFor, ActName::Decide, ActName::Release],
        State::Returned => &[ActName::Adjudicate],
        State::Handling => &[
            ActName::Decide,
            ActName::Release,
            ActName::Answer,
            ActName::NodeDone,
            ActName::SignFor,
            ActName::Arrive,
        ],
        State::Suspended | State::Shelved => &[ActName::Decide, ActName::Release, ActName::Resume],
        State::Outside => &[ActName::Progress, ActName::Release, ActName::Resume],
        State::Answered => &[ActName::Verify],
        State::Verified => &[ActName::CallBack, ActName::SignOff, ActName::Decide],
        State::SignedOff => &[ActName::Decide],
        State::Recorded | State::Declined | State::Merged => &[],
    }
}
