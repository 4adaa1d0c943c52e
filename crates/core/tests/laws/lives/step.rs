//! A matter's life as the rules look at it, whoever lived it.

use std::rc::Rc;

use zongheng_core::matter::{Actor, Ask, Kin, Matter, NewAct, Refusal};
use zongheng_core::time::At;

use super::Story;

/// One command and what came of it.
pub(crate) struct Step {
    pub(crate) now: At,
    pub(crate) actor: Actor,
    pub(crate) ask: Ask,
    pub(crate) before: Rc<Matter>,
    pub(crate) result: Result<NewAct, Refusal>,
    pub(crate) after: Rc<Matter>,
    /// The other matters as they stood then.
    pub(crate) kin: Rc<Kin>,
}

/// What the system made of the matter: on the day of a reorganisation, or when a time had come.
pub(crate) struct Unasked {
    pub(crate) now: At,
    pub(crate) before: Rc<Matter>,
    pub(crate) act: NewAct,
    pub(crate) after: Rc<Matter>,
}

/// One matter of a family, from its first act.
pub(crate) struct Life {
    pub(crate) story: Story,
    pub(crate) steps: Vec<Step>,
    /// Beside the steps: nobody asks for it.
    pub(crate) unasked: Vec<Unasked>,
    /// The whole of which it is one part, as it stood when it was taken apart.
    pub(crate) whole: Option<Rc<Matter>>,
}

impl Life {
    /// The steps that were accepted, with their acts.
    pub(crate) fn acts(&self) -> impl Iterator<Item = (&Step, &NewAct)> {
        self.steps.iter().filter_map(|step| step.result.as_ref().ok().map(|act| (step, act)))
    }
}
