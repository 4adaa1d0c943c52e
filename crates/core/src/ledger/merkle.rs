//! The Merkle tree hash of RFC 6962, section 2.1, over the 32-byte hashes of acts.

use super::Hash;

/// A Merkle tree that grows by one leaf at a time and keeps one hash a level, not the leaves.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Full subtrees from left to right, each twice as large as the next or more: one for each bit
    /// set in `leaves`.
    full: Vec<Hash>,
    leaves: u64,
}

impl Tree {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a leaf at the right.
    pub fn push(&mut self, act: &Hash) {
        let mut right = Hash::of_parts(&[&[0], &act.0]);
        // Each trailing bit set is a full subtree of that size, with which the new one becomes one
        // of twice the size.
        for _ in 0..self.leaves.trailing_ones() {
            if let Some(left) = self.full.pop() {
                right = node(&left, &right);
            }
        }
        self.full.push(right);
        self.leaves += 1;
    }

    /// How many leaves it has.
    pub const fn len(&self) -> u64 {
        self.leaves
    }

    pub const fn is_empty(&self) -> bool {
        self.leaves == 0
    }

    /// The root; of an empty tree the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut subtrees = self.full.iter().rev();
        match subtrees.next() {
            None => Hash::of([]),
            Some(last) => subtrees.fold(*last, |right, left| node(left, &right)),
        }
    }
}

impl<'a> FromIterator<&'a Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = &'a Hash>>(acts: I) -> Self {
        let mut tree = Self::new();
        for act in acts {
            tree.push(act);
        }
        tree
    }
}

/// The root over the acts' hashes, in the county's order.
pub fn merkle_root(acts: &[Hash]) -> Hash {
    acts.iter().collect::<Tree>().root()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[&[1], &left.0, &right.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962, 2.1, word for word: split at the largest power of two smaller than n.
    fn by_definition(acts: &[Hash]) -> Hash {
        match acts {
            [] => Hash::of([]),
            [one] => Hash::of_parts(&[&[0], &one.0]),
            _ => {
                let split = acts.len().next_power_of_two() / 2;
                let (left, right) = acts.split_at(split);
                Hash::of_parts(&[&[1], &by_definition(left).0, &by_definition(right).0])
            }
        }
    }

    #[test]
    fn the_tree_grown_by_one_is_the_tree_of_the_definition() {
        let acts: Vec<Hash> = (0..130_u8).map(|n| Hash::of([n])).collect();
        let mut tree = Tree::new();
        assert_eq!(tree.root(), by_definition(&[]));
        for n in 1..=acts.len() {
            tree.push(&acts[n - 1]);
            assert_eq!(tree.root(), by_definition(&acts[..n]), "{n} acts");
            assert_eq!(merkle_root(&acts[..n]), tree.root(), "{n} acts");
            assert_eq!(tree.full.len(), n.count_ones() as usize, "one hash a full subtree");
        }
    }
}
