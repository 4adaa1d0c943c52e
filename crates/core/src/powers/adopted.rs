//! The list as acts: body version 1 of `powers_adopted`.

use serde::{Deserialize, Serialize};

use super::{Category, Power, Powers};
use crate::organisation::chunk;

/// The body of `powers_adopted`: categories and rows that are new or changed. A large list comes in
/// several acts, `part` of `of`, that all name the same `config`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowersAdopted {
    /// SHA-256 of the whole list's normal form, in hex.
    pub config: String,
    /// Which of the acts of this list this is, from 1.
    pub part: u32,
    /// How many acts the list has.
    pub of: u32,
    /// What matters are about, each with its limit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Rows of the list: who leads and who assists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub powers: Vec<Power>,
}

impl PowersAdopted {
    /// A whole list in order of its names, numbered part 1 of 1 and named by its hash.
    pub fn whole(mut categories: Vec<Category>, mut powers: Vec<Power>) -> Self {
        categories.sort_by(|a, b| a.id.cmp(&b.id));
        powers.sort_by(|a, b| a.row.cmp(&b.row));
        let config = chunk::digest(&(&categories, &powers));
        Self { config, part: 1, of: 1, categories, powers }
    }

    /// The same in bodies of at most `limit` bytes of canonical JSON each.
    pub fn chunks(&self, limit: usize) -> Vec<Self> {
        let mut pages = chunk::Pages::new(limit);
        for category in &self.categories {
            pages.put(category, |page: &mut Self| page.categories.push(category.clone()));
        }
        for power in &self.powers {
            pages.put(power, |page: &mut Self| page.powers.push(power.clone()));
        }
        pages.numbered(|page, part, of| Self { config: self.config.clone(), part, of, ..page })
    }
}

impl Powers {
    /// Takes in one act; a category or row of a known name is replaced.
    pub fn apply(&mut self, adopted: &PowersAdopted) {
        for category in &adopted.categories {
            self.categories.insert(category.id.clone(), category.clone());
        }
        for power in &adopted.powers {
            self.rows.insert(power.row.clone(), power.clone());
        }
    }
}
