//! Other matters that a decision looks at: those a command names, the parts of this one, and those for
//! which it works too.

use std::collections::BTreeMap;

use super::state::Matter;
use crate::ids::MatterId;

/// The matters around one, as they stand when it is decided.
#[derive(Debug, Clone, Default)]
pub struct Kin(BTreeMap<MatterId, Matter>);

impl Kin {
    /// Nothing besides the matter itself.
    pub const NONE: &'static Kin = &Kin(BTreeMap::new());

    pub fn new(matters: impl IntoIterator<Item = Matter>) -> Self {
        Self(matters.into_iter().map(|matter| (matter.id, matter)).collect())
    }

    pub fn get(&self, id: MatterId) -> Option<&Matter> {
        self.0.get(&id)
    }

    /// The parts of a matter that are still open.
    pub fn open_parts(&self, of: MatterId) -> impl Iterator<Item = &Matter> {
        self.0.values().filter(move |m| m.parent == Some(of) && m.state.is_open())
    }

    /// Those that are linked to a matter, which works for them too.
    pub fn linked_to(&self, main: MatterId) -> impl Iterator<Item = &Matter> {
        self.0.values().filter(move |m| m.main == Some(main))
    }
}
