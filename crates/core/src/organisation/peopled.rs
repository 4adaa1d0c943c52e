//! A list of who is in which post (任职花名册), held against who is in it: what begins, what ends, what stays.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::check::{Entry, Fault, Proposed};
use super::{Appointment, Holding, Organisation, stands};
use crate::ids::{PostId, UserId};

/// A row of the list. Whoever is meant is called by the account alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedHolding {
    pub post: PostId,
    pub user: UserId,
    pub holding: Holding,
    /// The post that a deputy holds in the own name.
    pub own: Option<PostId>,
    /// The first day, where the list says one.
    pub from: Option<Date>,
    /// The first day on which it is over, where the list says one.
    pub to: Option<Date>,
}

/// What a list of people changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopledSet {
    /// The records that bring it about, to be checked like any other.
    pub proposed: Proposed,
    pub new: usize,
    pub changed: usize,
    /// How many are in their posts so already.
    pub same: usize,
    /// Somebody who stands twice for a post, a deputy without an end.
    pub faults: Vec<Fault>,
}

impl Organisation {
    /// What the list changes; rows that name no day begin `on`. Whoever is in the post already stays since the day on
    /// which it began, whatever day the list says, and goes on the day that it says. Nobody goes because the list does
    /// not name them: that is a roster.
    pub fn peopled(&self, asked: &[Entry<AskedHolding>], on: Date) -> PeopledSet {
        let mut set = PeopledSet::default();
        let mut seen = BTreeMap::new();
        for Entry { origin, value } in asked {
            let AskedHolding { post, user, holding, own, from, to } = *value;
            if let Some(first) = seen.insert((post, user, holding), origin.row) {
                let what = format!("the same person stands twice for the post, first at {first}");
                set.faults.push(Fault::new(origin, "user", what, "keep one of them"));
                continue;
            }
            let entry = |value| Entry { origin: origin.clone(), value };
            let begins = from.unwrap_or(on);
            let runs = self.appointed(post).find(|known| {
                let same = (known.user, known.holding) == (user, holding);
                same && (known.from == begins || stands(known.from, known.to, begins.max(on)))
            });
            match runs {
                Some(runs) if to.is_none_or(|to| runs.to == Some(to)) => set.same += 1,
                Some(runs) => {
                    set.changed += 1;
                    set.proposed.appointments.push(entry(Appointment { to, ..runs.clone() }));
                }
                None if holding == Holding::Deputy && to.is_none() => {
                    let mend = "write the first day on which it is over";
                    set.faults.push(Fault::new(origin, "to", "a deputy acts until a day", mend));
                }
                None => {
                    set.new += 1;
                    let value = Appointment { post, user, holding, from: begins, to, own };
                    set.proposed.appointments.push(entry(value));
                }
            }
        }
        set
    }
}
