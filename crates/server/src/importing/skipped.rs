//! The lines of a table that do not come over, and why.

use serde::{Deserialize, Serialize};

/// So many are listed; the others are counted.
const MOST: usize = 1_000;

/// Why a line does not come over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is here already.
    There,
    /// Its number stands further up in the same file.
    Twice,
    Total,
    Note,
    /// The head once more.
    Head,
    /// It belongs to the row above, with which it is joined.
    Joined,
    /// Whoever imports has left it out.
    Left,
}

impl Why {
    pub const fn name(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Twice => "twice",
            Self::Total => "total",
            Self::Note => "note",
            Self::Head => "head",
            Self::Joined => "joined",
            Self::Left => "left",
        }
    }
}

/// A line by its number in the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedRow {
    pub row: u32,
    pub why: Why,
}

/// The first of them by their rows, and how many more there are. Blank lines are counted elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub rows: Vec<SkippedRow>,
    pub more: u64,
}

impl Skipped {
    pub(super) fn note(&mut self, row: u32, why: Why) {
        if self.rows.len() < MOST {
            self.rows.push(SkippedRow { row, why });
        } else {
            self.more += 1;
        }
    }

    /// Both, by their rows.
    pub(super) fn with(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self.rows.sort_unstable_by_key(|skipped| skipped.row);
        let beyond = self.rows.len().saturating_sub(MOST);
        self.rows.truncate(MOST);
        self.more += other.more + beyond as u64;
        self
    }
}

/// Rows that are hidden in the sheet and come over all the same: the first of them, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Under {
    pub rows: Vec<u32>,
    pub all: u64,
}

impl Under {
    /// So many are named: whoever has more takes the filter off.
    const NAMED: usize = 20;

    pub(super) fn note(&mut self, row: u32) {
        self.all += 1;
        if self.rows.len() < Self::NAMED {
            self.rows.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted_and_the_first_are_listed() {
        let of = |rows: std::ops::Range<u32>, why| {
            let mut skipped = Skipped::default();
            rows.for_each(|row| skipped.note(row, why));
            skipped
        };
        let both = of(0..700, Why::Twice).with(of(500..1_700, Why::There));
        assert_eq!((both.rows.len(), both.more), (1_000, 900));
        assert!(both.rows.is_sorted_by_key(|skipped| skipped.row));
    }
}
