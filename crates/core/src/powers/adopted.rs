//! The list as acts: body version 1 of `powers_adopted`.

use serde::{Deserialize, Serialize};

use super::{Category, Delegation, GridItem, Power, Powers, TownshipItem};
use crate::organisation::{Reorganised, chunk};

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
    /// The number of the paper that changes the list; none of the first list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
    /// What matters are about, each with its limit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Rows of the list: who leads and who assists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub powers: Vec<Power>,
    /// Powers given on for a time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Delegation>,
    /// The three lists of townships and streets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<TownshipItem>,
    /// What departments may ask of grids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<GridItem>,
}

impl PowersAdopted {
    /// A whole list in order of its names, numbered part 1 of 1 and named by its hash.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.categories.sort_by(|a, b| a.id.cmp(&b.id));
        self.powers.sort_by(|a, b| a.row.cmp(&b.row));
        self.delegations.sort_by(|a, b| a.id.cmp(&b.id));
        self.items.sort_by(|a, b| a.id.cmp(&b.id));
        self.entries.sort_by(|a, b| a.id.cmp(&b.id));
        (self.config, self.part, self.of) = (String::new(), 1, 1);
        self.config = chunk::digest(&self);
        self
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        let Self { categories, powers, delegations, items, entries, .. } = self;
        categories.is_empty()
            && powers.is_empty()
            && delegations.is_empty()
            && items.is_empty()
            && entries.is_empty()
    }

    /// The list of which [`Self::config`] is the hash.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        Self { config: String::new(), ..self.clone() }
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
        for delegation in &self.delegations {
            pages.put(delegation, |page: &mut Self| page.delegations.push(delegation.clone()));
        }
        for item in &self.items {
            pages.put(item, |page: &mut Self| page.items.push(item.clone()));
        }
        for entry in &self.entries {
            pages.put(entry, |page: &mut Self| page.entries.push(entry.clone()));
        }
        pages.numbered(|page, part, of| Self {
            config: self.config.clone(),
            part,
            of,
            paper: self.paper.clone(),
            ..page
        })
    }
}

impl Powers {
    /// Takes in one act; a category, row or item of a known name is replaced.
    pub fn apply(&mut self, adopted: &PowersAdopted) {
        for category in &adopted.categories {
            self.categories.insert(category.id.clone(), category.clone());
        }
        for power in &adopted.powers {
            self.rows.insert(power.row.clone(), power.clone());
        }
        for delegation in &adopted.delegations {
            self.delegations.insert(delegation.id.clone(), delegation.clone());
        }
        for item in &adopted.items {
            self.items.insert(item.id.clone(), item.clone());
        }
        for entry in &adopted.entries {
            self.entries.insert(entry.id.clone(), entry.clone());
        }
    }

    /// Takes in the rows that a reorganisation moves: each ends, and goes on under its new name.
    /// What was given on of a row is given on of the new one.
    pub fn reorganise(&mut self, decision: &Reorganised) {
        for change in &decision.rows {
            let Some(old) = self.rows.get_mut(&change.row) else { continue };
            let on = decision.on.max(old.from);
            let mut new = old.clone();
            old.to = Some(on);
            (new.row, new.from) = (change.renamed.clone(), on);
            for replaced in &change.units {
                new.replace(replaced.from, replaced.to);
            }
            let given: Vec<Delegation> =
                self.delegations.values().filter(|d| d.row == change.row).cloned().collect();
            for mut delegation in given.into_iter().filter(|d| d.until > on) {
                if let Some(old) = self.delegations.get_mut(&delegation.id) {
                    old.until = on.max(old.from);
                }
                delegation.id = format!("{}/{on}", delegation.id);
                delegation.row.clone_from(&change.renamed);
                delegation.from = delegation.from.max(on);
                self.delegations.insert(delegation.id.clone(), delegation);
            }
            self.rows.insert(new.row.clone(), new);
        }
    }

    /// The list as it is now, whole.
    pub fn whole(&self) -> PowersAdopted {
        PowersAdopted {
            categories: self.categories.values().cloned().collect(),
            powers: self.rows.values().cloned().collect(),
            delegations: self.delegations.values().cloned().collect(),
            items: self.items.values().cloned().collect(),
            entries: self.entries.values().cloned().collect(),
            ..PowersAdopted::default()
        }
        .whole()
    }
}
