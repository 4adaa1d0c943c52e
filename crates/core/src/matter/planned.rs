//! A plan: dated nodes that go before one another.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{ContentId, UnitId};
use crate::time::At;

/// The most nodes of a plan. Each is an open promise with its reasons; a larger task is decomposed.
pub const MOST_NODES: usize = 60;

/// A node as it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedNode {
    /// From 1 to 999, once within the matter.
    pub no: u16,
    /// The content that says what is done by then.
    pub title: ContentId,
    /// Whose node it is: the lead's or that of an assisting unit.
    pub unit: UnitId,
    /// By when.
    pub due: At,
    /// The nodes that have to be done before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<u16>,
}

/// A node that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its number in the plan.
    pub no: u16,
    /// The content that says what is done by then. None for a node of the playbook, whose name stands
    /// there.
    pub title: Option<ContentId>,
    /// The unit that does it.
    pub unit: UnitId,
    /// The nodes that have to be done before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<u16>,
    /// When it was done.
    pub done: Option<At>,
}

/// The nodes that lie on a cycle of "before": none where the plan can be walked from end to end.
pub(super) fn cycle(nodes: &[(u16, Vec<u16>)]) -> Vec<u16> {
    let mut left: BTreeMap<u16, BTreeSet<u16>> =
        nodes.iter().map(|(no, after)| (*no, after.iter().copied().collect())).collect();
    loop {
        let known: BTreeSet<u16> = left.keys().copied().collect();
        let free: Vec<u16> =
            left.iter().filter(|(_, after)| after.is_disjoint(&known)).map(|(no, _)| *no).collect();
        if free.is_empty() {
            return known.into_iter().collect();
        }
        for no in free {
            left.remove(&no);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_named_and_a_chain_is_none() {
        assert_eq!(cycle(&[(1, vec![]), (2, vec![1]), (3, vec![1, 2])]), Vec::<u16>::new());
        assert_eq!(cycle(&[(1, vec![3]), (2, vec![1]), (3, vec![2]), (4, vec![])]), [1, 2, 3]);
        assert_eq!(cycle(&[(1, vec![1])]), [1]);
    }
}
