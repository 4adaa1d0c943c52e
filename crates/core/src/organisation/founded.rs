//! A list of units (机构名录), held against those that stand: what is new, and what stands so already. A unit that
//! stands changes by a reorganisation, never by a list.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::check::{Entry, Fault, Origin, Proposed};
use super::{Establishment, Liaison, Line, Organisation, Post, Relation, Role, Sort, Unit, files};
use crate::clock::Limit;
use crate::ids::{DivisionCode, PostId, UnitId};

/// A unit as a list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedUnit {
    /// The name by which files speak of it; its id is made from it.
    pub key: String,
    pub name: String,
    /// Its name in English; of one that stands whatever it is called.
    pub name_en: Option<String>,
    pub line: Line,
    pub relation: Relation,
    /// The unit above; the county's own where none is named.
    pub parent: Option<UnitId>,
    pub sort: Sort,
    pub commanded_by: Option<UnitId>,
    /// 编制数.
    pub places: Option<u32>,
    /// The key of the post through which it is asked, and the limit agreed.
    pub liaison: Option<(String, Limit)>,
    pub from: Option<Date>,
}

/// What a list of units changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundedSet {
    /// The records that bring it about, to be checked like any other.
    pub proposed: Proposed,
    pub new: usize,
    /// How many stand just so already.
    pub same: usize,
    /// A unit that stands twice in the list, or stands in another way already.
    pub faults: Vec<Fault>,
}

/// The posts that a unit of the county has without being listed, each with its key.
const OF_A_UNIT: [(&str, &str, &str, Role); 2] = [
    ("head", "主要负责人", "Head", Role::UnitHead),
    ("staff", "经办岗", "Staff desk", Role::UnitStaff),
];

impl Organisation {
    /// The id of a unit by its key, or by its name where a unit of that name stands.
    pub fn unit_to_be(&self, county: &DivisionCode, (key, name): (&str, &str), on: Date) -> UnitId {
        let by_key = UnitId(files::id(county, "unit", key));
        if self.units.contains_key(&by_key) {
            return by_key;
        }
        let mut named = self.units.values().filter(|unit| unit.name == name);
        let named = named.find(|unit| self.unit(unit.id, on).is_some());
        named.map_or(by_key, |unit| unit.id)
    }

    /// What the list changes; units that name no day stand from `on`. A new one gets its head and its staff desk.
    pub fn founded(
        &self,
        county: &DivisionCode,
        asked: &[Entry<AskedUnit>],
        on: Date,
    ) -> FoundedSet {
        let mut set = FoundedSet::default();
        let mut seen = BTreeSet::new();
        for Entry { origin, value } in asked {
            let id = self.unit_to_be(county, (&value.key, &value.name), on);
            if !seen.insert(id) {
                let what = format!("{} stands twice", value.name);
                set.faults.push(Fault::new(origin, "name", what, "keep one of them"));
                continue;
            }
            let parent = value.parent.or_else(|| self.county_unit(on).map(|unit| unit.id));
            if let Some(known) = self.units.get(&id) {
                match other(known, value, parent) {
                    None => set.same += 1,
                    Some((field, what)) => {
                        let what = format!("{} stands with another {what}", known.name);
                        let mend = "change it by a reorganisation (org reorganise), or write it as it stands";
                        set.faults.push(Fault::new(origin, field, what, mend));
                    }
                }
                continue;
            }
            set.new += 1;
            let from = value.from.unwrap_or(on);
            let liaison = value.liaison.clone().map(|(post, agreed)| Liaison {
                post: PostId(files::id(county, "post", &post)),
                agreed,
            });
            let unit = Unit {
                id,
                code: None,
                name: value.name.clone(),
                name_en: value.name_en.clone().unwrap_or_else(|| value.name.clone()),
                line: value.line,
                relation: value.relation,
                parent,
                from,
                to: None,
                sort: value.sort,
                commanded_by: value.commanded_by,
                establishment: value.places.map(|places| Establishment { places, beyond: None }),
                liaison,
                successors: Vec::new(),
            };
            set.proposed.posts.extend(posts(county, &value.key, &unit, origin));
            set.proposed.units.push(Entry { origin: origin.clone(), value: unit });
        }
        set
    }
}

/// In which field a unit that stands is another than the list says.
fn other(
    known: &Unit,
    asked: &AskedUnit,
    parent: Option<UnitId>,
) -> Option<(&'static str, &'static str)> {
    let own = known.parent.is_none() && asked.parent.is_none();
    let places = known.establishment.as_ref().map(|own| own.places);
    if known.name != asked.name {
        Some(("name", "name"))
    } else if known.line != asked.line {
        Some(("line", "line"))
    } else if known.relation != asked.relation {
        Some(("relation", "relation"))
    } else if known.parent != parent && !own {
        Some(("parent", "unit above it"))
    } else if known.sort != asked.sort {
        Some(("sort", "sort"))
    } else if known.commanded_by != asked.commanded_by {
        Some(("commanded_by", "township that commands it"))
    } else if asked.places.is_some() && asked.places != places {
        Some(("establishment", "number of places"))
    } else {
        None
    }
}

fn posts(
    county: &DivisionCode,
    key: &str,
    unit: &Unit,
    origin: &Origin,
) -> impl Iterator<Item = Entry<Post>> {
    let post = |(own, name, name_en, role): (&str, &str, &str, Role)| {
        let value = Post {
            id: PostId(files::id(county, "post", &format!("{key}/{own}"))),
            unit: unit.id,
            name: name.to_owned(),
            name_en: name_en.to_owned(),
            role,
            grids: Vec::new(),
            from: unit.from,
            to: None,
        };
        Entry { origin: origin.clone(), value }
    };
    OF_A_UNIT.map(post).into_iter()
}
