//! Which index a question walks, in which order, and what it leaves out on the way.

use std::fmt;
use std::str::FromStr;

use zongheng_core::ids::{CategoryId, DivisionCode, PostId, UnitId};
use zongheng_core::matter::{Key, Lamp, State};
use zongheng_core::search::Wanted;
use zongheng_core::time::At;

use crate::projection::NEVER;

use crate::error::{Result, StoreError};

/// In which order a page comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The earliest due first, closed ones last.
    #[default]
    Due,
    Newest,
    Oldest,
    /// The last acted on first.
    Updated,
}

/// What is asked for; each part is optional and they all hold together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub state: Option<State>,
    pub owner: Option<UnitId>,
    /// The post in the owning unit; only together with `owner`, whose index is walked.
    pub owner_post: Option<PostId>,
    pub lead: Option<UnitId>,
    /// Any unit that holds or held a share, or whose place it is.
    pub unit: Option<UnitId>,
    /// A village's code, or a township's with all its villages.
    pub division: Option<DivisionCode>,
    pub category: Option<CategoryId>,
    pub source: Option<String>,
    pub lamp: Option<Lamp>,
    /// Due before this moment; what has no due is left out.
    pub due_before: Option<At>,
    /// Due at this moment or later; what has no due is left out.
    pub due_after: Option<At>,
    /// Words of its numbers, places and texts, all of which have to be found.
    pub q: Option<Wanted>,
}

/// Where a page ended: what the next one begins after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cursor {
    pub(super) sort: i64,
    pub(super) id: String,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sort, self.id)
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || StoreError::Cursor(text.to_owned());
        let (sort, id) = text.split_once('.').ok_or_else(bad)?;
        let id: uuid::Uuid = id.parse().map_err(|_| bad())?;
        Ok(Self { sort: sort.parse().map_err(|_| bad())?, id: id.to_string() })
    }
}

impl Filter {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The condition on a register row `m`, its words left out. What is bound elsewhere are only $1 and $2 to $5; the
    /// values here are ids, codes and names of the core, quoted all the same.
    pub(super) fn condition(&self) -> String {
        let mut all = vec!["true".to_owned()];
        let mut is = |column: &str, value: Option<String>| {
            all.extend(value.map(|value| format!("m.{column} = {}", quoted(&value))));
        };
        is("state", self.state.map(|s| s.name().to_owned()));
        is("owner_unit", self.owner.map(|u| u.to_string()));
        is("owner_post", self.owner_post.map(|p| p.to_string()));
        is("lead_unit", self.lead.map(|u| u.to_string()));
        is("category", self.category.as_ref().map(ToString::to_string));
        is("source", self.source.clone());
        is("lamp", self.lamp.map(|l| l.name().to_owned()));
        if let Some(code) = &self.division {
            let code = quoted(code.as_str());
            // The county's own code is every place in it.
            all.push(format!("(m.division = {code} or m.township = {code} or m.county = {code})"));
        }
        if let Some(unit) = self.unit {
            let key = quoted(&Key::Unit(unit).to_string());
            all.push(format!(
                "exists (select 1 from audience u where u.county = m.county and u.matter = m.id \
                 and u.key = {key})"
            ));
        }
        if let Some(after) = self.due_after {
            all.push(format!("m.due >= {} and m.due < {NEVER}", after.seconds()));
        }
        if let Some(before) = self.due_before {
            all.push(format!("m.due < {}", before.seconds()));
        }
        all.join(" and ")
    }
}

/// Whether all words stand in what is searched, `s`. They hold letters, digits and spaces alone.
pub(super) fn holds(wanted: &Wanted) -> String {
    let word = |word: &str| {
        let word = quoted(word);
        format!("s.text <> replace(s.text, {word}, '')")
    };
    wanted.words().map(word).collect::<Vec<_>>().join(" and ")
}

/// The same of what is searched of the matter `m`.
pub(super) fn found(wanted: &Wanted) -> String {
    let holds = holds(wanted);
    format!(
        "exists (select 1 from search s where s.county = m.county and s.matter = m.id and {holds})"
    )
}

/// Whoever sees the matter `m` by one of these keys.
pub(super) fn seen(keys: &[Key]) -> String {
    let county = if keys.contains(&Key::County) { "m.restricted = 0 or " } else { "" };
    format!(
        "({county}exists (select 1 from audience s where s.county = m.county and s.matter = m.id \
         and s.key in ({})))",
        listed(keys)
    )
}

pub(super) fn listed(keys: &[Key]) -> String {
    each(keys).join(", ")
}

pub(super) fn each(keys: &[Key]) -> Vec<String> {
    keys.iter().map(|key| quoted(&key.to_string())).collect()
}

/// A text as SQL; a quote within is doubled, and NUL, which no database takes, is left out. Braces
/// are the dialect's and stand in no id, code or name.
pub(super) fn quoted(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !matches!(c, '\0' | '{' | '}')).collect();
    format!("'{}'", kept.replace('\'', "''"))
}

/// An index that holds what is asked for, as a list of (sort, id) in order.
pub(super) enum Source {
    /// What these keys see, each in quotes; grids of one person share no matter, so nothing comes twice.
    Audience(Vec<String>),
    /// A part of the register that has an index of its own, small at any size of the county.
    Part(String),
}

impl Source {
    /// The next `limit` places after a cursor ($2, $3) and `offset` more, as `sort` and `id`.
    pub(super) fn places(&self, order: Order, after: bool, (limit, offset): (i64, i64)) -> String {
        let (audience, register) = match order {
            Order::Due => ("due", "due"),
            Order::Newest | Order::Oldest => ("created", "created"),
            Order::Updated => ("", "updated"),
        };
        let (compare, direction) = match order {
            Order::Due | Order::Oldest => (">", ""),
            Order::Newest | Order::Updated => ("<", " desc"),
        };
        let (table, sort, id) = match self {
            Self::Audience(_) => ("audience", audience, "matter"),
            Self::Part(_) => ("matter", register, "id"),
        };
        let begin =
            if after { format!("and ({sort}, {id}) {compare} ($2, $3)") } else { String::new() };
        let by = format!("order by sort{direction}, id{direction}");
        let of = |condition: &str, limits: &str| {
            format!(
                "select {sort} as sort, {id} as id from {table} where county = $1 and {condition} \
                 {begin} order by {sort}{direction}, {id}{direction} {limits}"
            )
        };
        let limits = format!("limit {limit} offset {offset}");
        match self {
            Self::Part(condition) => of(condition, &limits),
            Self::Audience(keys) if keys.len() == 1 => of(&format!("key = {}", keys[0]), &limits),
            // Key by key, each in its order: asked for all of them at once PostgreSQL sorts all that they see.
            Self::Audience(keys) => {
                let first = format!("limit {}", limit + offset);
                let each = |key: &String| {
                    format!("select sort, id from ({}) k", of(&format!("key = {key}"), &first))
                };
                let all: Vec<String> = keys.iter().map(each).collect();
                format!("select sort, id from ({}) a {by} {limits}", all.join(" union all "))
            }
        }
    }

    /// Whether everything in it is seen by these very keys.
    pub(super) fn is_seen_by(&self, keys: &[Key]) -> bool {
        matches!(self, Self::Audience(of) if *of == each(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_is_one() {
        let cursor = Cursor { sort: -5, id: uuid::Uuid::from_u128(7).to_string() };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for wrong in ["", "5", "x.00000000-0000-0000-0000-000000000007", "5.seven", "5.' or 1=1"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_value_of_a_filter_cannot_leave_its_quotes() {
        let filter = Filter { source: Some("a' or '1'='1 {each 1}\0".into()), ..Filter::default() };
        assert_eq!(filter.condition(), "true and m.source = 'a'' or ''1''=''1 each 1'");
    }
}
