//! A new roster, as after an election: compared with who holds the posts now, read by people, and only
//! then applied.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;

use super::check::{Entry, Fault, Origin, Proposed};
use super::files::{Lists, Source};
use super::{Appointment, Holding, Organisation, stands};
use crate::ids::{DivisionCode, PostId, UnitId, UserId};

/// Who is to hold the posts of some units from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    pub on: Date,
    /// The number of the paper.
    pub paper: String,
    /// The units whose posts are meant; a post of theirs that is not named has nobody.
    pub units: BTreeSet<UnitId>,
    pub holders: Vec<Entry<(PostId, UserId)>>,
}

/// What a roster would change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    pub begins: Vec<(PostId, UserId)>,
    pub ends: Vec<(PostId, UserId)>,
    pub stays: Vec<(PostId, UserId)>,
    /// Posts that nobody holds afterwards.
    pub empty: Vec<PostId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Meant {
    unit: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holder {
    post: String,
    user: String,
}

impl Roster {
    /// Reads a roster: `on` and `paper`, each `[[unit]]` that is meant, each `[[holder]]` with post and
    /// account.
    ///
    /// # Errors
    /// What cannot be read, a unit, post or account that is not known, a post of another unit, a post
    /// that stands twice with the same person.
    pub fn read(
        source: Source<'_>,
        code: &DivisionCode,
        organisation: &Organisation,
        account: &dyn Fn(&str) -> Option<UserId>,
    ) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let lists = Lists::headed(source, &["on", "paper"], &["unit", "holder"], &mut faults);
        let Some(lists) = lists else { return Err(faults) };
        let on: Option<Date> = lists.head("on").parse().ok();
        if on.is_none() && !lists.head("on").is_empty() {
            let mend = "write it as \"2026-07-01\"";
            faults.push(Fault::new(&source.at(0), "on", "this is no day", mend));
        }
        let mut roster = Self {
            on: on.unwrap_or(Date::MIN),
            paper: lists.head("paper").to_owned(),
            units: BTreeSet::new(),
            holders: Vec::new(),
        };
        let before = faults.len();
        let meant = lists.list::<Meant>("unit", &mut faults);
        if meant.is_empty() && faults.len() == before {
            let what = "no unit is named whose posts are meant";
            let mend = "write [[unit]] and its unit for each of them";
            faults.push(Fault::new(&source.at(0), "unit", what, mend));
        }
        for Entry { origin, value } in meant {
            let id = organisation.unit_named(code, &value.unit, roster.on);
            if let Some(id) = id.filter(|id| organisation.unit(*id, roster.on).is_some()) {
                roster.units.insert(id);
            } else {
                let what = format!("unit \"{}\" does not stand on that day", value.unit);
                let mend = "use a key of units.toml or a division's code";
                faults.push(Fault::new(&origin, "unit", what, mend));
            }
        }
        let mut seen = BTreeSet::new();
        for Entry { origin, value } in lists.list::<Holder>("holder", &mut faults) {
            let post = organisation.post_named(code, &value.post);
            let stands = post.and_then(|post| organisation.post(post, roster.on));
            let user = account(&value.user);
            let post = stands.filter(|post| roster.units.contains(&post.unit)).map(|post| post.id);
            let (field, what) = match (post, user) {
                (Some(post), Some(user)) if seen.insert((post, user)) => {
                    roster.holders.push(Entry { origin, value: (post, user) });
                    continue;
                }
                (None, _) => ("post", "no such post stands in the units that are meant"),
                (_, None) => ("user", "no account has this login"),
                _ => ("user", "the same person stands twice for the post"),
            };
            let what = format!("{} for {}: {what}", value.user, value.post);
            faults.push(Fault::new(&origin, field, what, "mend this entry"));
        }
        faults.sort();
        if faults.is_empty() { Ok(roster) } else { Err(faults) }
    }
}

impl Organisation {
    /// What the roster would change on its day.
    pub fn compare(&self, roster: &Roster) -> Differences {
        let mut differences = Differences::default();
        let mut wanted: BTreeMap<PostId, BTreeSet<UserId>> = BTreeMap::new();
        for Entry { value: (post, user), .. } in &roster.holders {
            wanted.entry(*post).or_default().insert(*user);
        }
        for post in roster.units.iter().flat_map(|unit| self.posts_in(*unit, roster.on)) {
            let now: BTreeSet<UserId> =
                self.held_now(post.id, roster.on).map(|held| held.user).collect();
            let then = wanted.remove(&post.id).unwrap_or_default();
            let of = |user: &UserId| (post.id, *user);
            differences.begins.extend(then.difference(&now).map(of));
            differences.ends.extend(now.difference(&then).map(of));
            differences.stays.extend(now.intersection(&then).map(of));
            if then.is_empty() {
                differences.empty.push(post.id);
            }
        }
        differences
    }

    /// The records that bring the roster about, to be checked like any other.
    pub fn brought_about(&self, roster: &Roster) -> Proposed {
        let Differences { begins, ends, .. } = self.compare(roster);
        let file = roster.holders.first().map_or("", |entry| &entry.origin.file);
        let whole = Origin { file: file.to_owned(), row: 0 };
        let mut appointments = Vec::new();
        for (post, user) in ends {
            let held = self.held_now(post, roster.on).filter(|held| held.user == user);
            appointments.extend(held.map(|held| Entry {
                origin: whole.clone(),
                value: Appointment { to: Some(roster.on), ..held.clone() },
            }));
        }
        let holding = Holding::Holder;
        for (post, user) in begins {
            let named = roster.holders.iter().find(|entry| entry.value == (post, user));
            let origin = named.map_or(&whole, |entry| &entry.origin).clone();
            let from = roster.on;
            // Whom an earlier roster of the day let go stays after all.
            let ended = self.appointed(post).find(|a| {
                (a.user, a.holding) == (user, holding) && a.from <= from && a.to == Some(from)
            });
            let anew = Appointment { post, user, holding, from, to: None, own: None };
            let value = ended.map_or(anew, |ended| Appointment { to: None, ..ended.clone() });
            appointments.push(Entry { origin, value });
        }
        Proposed { appointments, paper: Some(roster.paper.clone()), ..Proposed::default() }
    }

    /// Who holds the post on a day, as far as it is known now.
    fn held_now(&self, post: PostId, on: Date) -> impl Iterator<Item = &Appointment> {
        let held = self.appointed(post).filter(|a| a.holding == Holding::Holder);
        held.filter(move |a| stands(a.from, a.to, on))
    }
}

impl Differences {
    /// A line a difference, in Chinese.
    pub fn zh(&self, organisation: &Organisation, name: &dyn Fn(UserId) -> String) -> Vec<String> {
        let post = |id: PostId| {
            let post = organisation.posts.get(&id);
            let unit = post.and_then(|post| organisation.units.get(&post.unit));
            let unit = unit.map_or("", |unit| &unit.name);
            format!("{unit}{}", post.map_or("", |post| &post.name))
        };
        let person = |(id, user): &(PostId, UserId), word: &str| {
            format!("{}：{}{word}", post(*id), name(*user))
        };
        let mut lines: Vec<String> = self.begins.iter().map(|x| person(x, "就任")).collect();
        lines.extend(self.ends.iter().map(|x| person(x, "离任")));
        lines.extend(self.empty.iter().map(|id| format!("{}：空缺", post(*id))));
        lines.push(format!("留任{}人", self.stays.len()));
        lines
    }

    /// The same in English.
    pub fn en(&self, organisation: &Organisation, name: &dyn Fn(UserId) -> String) -> Vec<String> {
        let post = |id: PostId| {
            let post = organisation.posts.get(&id);
            let unit = post.and_then(|post| organisation.units.get(&post.unit));
            let unit = unit.map_or("", |unit| &unit.name_en);
            format!("{} of {unit}", post.map_or("", |post| &post.name_en))
        };
        let person = |(id, user): &(PostId, UserId), word: &str| {
            format!("{}: {} {word}", post(*id), name(*user))
        };
        let mut lines: Vec<String> = self.begins.iter().map(|x| person(x, "begins")).collect();
        lines.extend(self.ends.iter().map(|x| person(x, "ends")));
        lines.extend(self.empty.iter().map(|id| format!("{}: nobody", post(*id))));
        lines.push(format!("{} stay", self.stays.len()));
        lines
    }
}
