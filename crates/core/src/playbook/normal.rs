//! The normal form: what a file says, without how it was written.
//!
//! Comments, blanks, the order of keys, of stages and of a clock's rows, and values spelt out that would hold
//! anyway leave no trace in it. So a key that a later version adds with a default changes no hash.

use serde::Serialize;

use super::model::{Clock, Playbook};
use crate::ledger::Hash;

impl Playbook {
    /// The RFC 8785 canonical JSON of a playbook with the clock by which it runs.
    pub fn normal_form(&self, clock: &Clock) -> String {
        #[derive(Serialize)]
        struct Normal<'a> {
            clock: &'a Clock,
            playbook: &'a Playbook,
        }
        canonical(&Normal { clock, playbook: self })
    }

    /// The SHA-256 of the normal form, by which matters and acts name the playbook.
    pub fn hash(&self, clock: &Clock) -> Hash {
        Hash::of(self.normal_form(clock))
    }
}

impl Clock {
    /// The RFC 8785 canonical JSON of the clock.
    pub fn normal_form(&self) -> String {
        canonical(self)
    }

    /// The SHA-256 of the normal form.
    pub fn hash(&self) -> Hash {
        Hash::of(self.normal_form())
    }
}

fn canonical<T: Serialize>(value: &T) -> String {
    serde_json_canonicalizer::to_string(value).expect("texts, numbers and lists are always JSON")
}
