//! A set of grids as somebody draws them, held against those that stand: what is new, what has another border from
//! a day on, and what stays as it is.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::check::{Entry, Fault, Origin, Proposed};
use super::{Grid, Organisation, Post, Role, Unit, files};
use crate::ids::{DivisionCode, GridId, PostId};

/// A grid as a file asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedGrid {
    pub code: String,
    pub name: String,
    /// The village or community.
    pub division: DivisionCode,
    /// In WGS84; empty where the border is not drawn, or stays as it is.
    pub ring: Vec<[i64; 2]>,
    pub demo: bool,
    /// The day from which it stands, or has this border.
    pub from: Date,
}

/// What a set of grids changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DrawnSet {
    /// The records that bring it about, to be checked like any other.
    pub proposed: Proposed,
    pub new: Vec<GridId>,
    pub changed: Vec<GridId>,
    /// How many stand just so already.
    pub same: usize,
    /// A code that stands twice or was given up, a grid in another village, a border that would change before an
    /// earlier change.
    pub faults: Vec<Fault>,
}

/// The three of 一长三员 who stand in a grid; the fourth, the instructor, has all grids of a township. Each with the key
/// of its post.
const OF_A_GRID: [(&str, &str, &str, Role); 3] = [
    ("chief", "网格长", "Grid chief", Role::GridChief),
    ("member", "专职网格员", "Full-time grid member", Role::GridMember),
    ("part_time", "兼职网格员", "Part-time grid member", Role::GridPartTime),
];

impl Organisation {
    /// What the grids that are asked for change. A grid keeps its code and its village for ever; its name and its
    /// border may change from a day on. A new one gets the posts of 一长三员.
    pub fn drawn(&self, county: &DivisionCode, asked: &[Entry<AskedGrid>]) -> DrawnSet {
        let mut set = DrawnSet::default();
        let mut seen = BTreeMap::new();
        let mut instructors: BTreeMap<PostId, (Origin, Vec<GridId>)> = BTreeMap::new();
        for Entry { origin, value } in asked {
            let id = GridId(files::id(county, "grid", &value.code));
            if let Some(first) = seen.insert(id, origin.row) {
                let what = format!("grid {} stands twice, first at {first}", value.code);
                set.faults.push(Fault::new(origin, "code", what, "keep one of them"));
                continue;
            }
            let Some(known) = self.grids.get(&id) else {
                let grid = new_grid(id, value);
                for post in self.instructors(&grid) {
                    let of = instructors.entry(post.id);
                    of.or_insert_with(|| (origin.clone(), Vec::new())).1.push(id);
                }
                let unit = self.unit_of_division(&grid.division, grid.from);
                let posts = unit.map(|unit| posts(county, &grid, unit)).unwrap_or_default();
                let entry = |value| Entry { origin: origin.clone(), value };
                set.proposed.posts.extend(posts.into_iter().map(entry));
                set.proposed.grids.push(Entry { origin: origin.clone(), value: grid });
                set.new.push(id);
                continue;
            };
            match self.redrawn(known, value) {
                Ok(Some(grid)) => {
                    set.changed.push(id);
                    set.proposed.grids.push(Entry { origin: origin.clone(), value: grid });
                }
                Ok(None) => set.same += 1,
                Err((field, what, mend)) => set.faults.push(Fault::new(origin, field, what, mend)),
            }
        }
        for (post, (origin, more)) in instructors {
            let Some(post) = self.posts.get(&post) else { continue };
            let grids = post.grids.iter().copied().chain(more).collect();
            set.proposed.posts.push(Entry { origin, value: Post { grids, ..post.clone() } });
        }
        set
    }

    /// The record of a grid that stands, as it is asked for; none where nothing changes.
    fn redrawn(
        &self,
        known: &Grid,
        asked: &AskedGrid,
    ) -> Result<Option<Grid>, (&'static str, String, &'static str)> {
        if known.to.is_some_and(|to| to <= asked.from) {
            let what = format!("grid {} was given up, and its code is not used again", known.code);
            return Err(("code", what, "give the grid a code of its own"));
        }
        if known.division != asked.division {
            let of = self.divisions.get(&known.division).map_or("another village", |d| &d.name);
            let what = format!("grid {} lies in {of}", known.code);
            let mend = "name this village, or give the grid a code that was never used";
            return Err(("division", what, mend));
        }
        let ring = if asked.ring.is_empty() { &known.ring } else { &asked.ring };
        if (&known.name, &known.ring, known.demo) == (&asked.name, ring, asked.demo) {
            return Ok(None);
        }
        if asked.from < known.from && self.past.grid(known.id, asked.from).is_some() {
            let what = format!("grid {} changes on {} already", known.code, known.from);
            return Err(("from", what, "choose this day or a later one"));
        }
        let Grid { to, successors, .. } = known.clone();
        Ok(Some(Grid { ring: ring.clone(), to, successors, ..new_grid(known.id, asked) }))
    }

    /// The posts that guide all grids of the township in which a grid lies.
    fn instructors<'a>(&'a self, grid: &'a Grid) -> impl Iterator<Item = &'a Post> {
        let township = self.township_of(&grid.division);
        let unit = township.and_then(|t| self.unit_of_division(&t.code, grid.from));
        let posts = unit.into_iter().flat_map(|unit| self.posts_in(unit.id, grid.from));
        posts.filter(|post| post.role == Role::GridInstructor)
    }
}

fn new_grid(id: GridId, asked: &AskedGrid) -> Grid {
    let AskedGrid { code, name, division, ring, demo, from } = asked.clone();
    Grid { id, code, name, division, ring, demo, from, to: None, successors: Vec::new() }
}

fn posts(county: &DivisionCode, grid: &Grid, unit: &Unit) -> Vec<Post> {
    let post = |(key, name, name_en, role): (&str, &str, &str, Role)| Post {
        id: PostId(files::id(county, "post", &format!("{}/{key}", grid.code))),
        unit: unit.id,
        name: name.to_owned(),
        name_en: name_en.to_owned(),
        role,
        grids: vec![grid.id],
        from: grid.from,
        to: None,
    };
    OF_A_GRID.map(post).into()
}
