//! A plan as a TOML file. Units, posts and grids are called as in the county's files: by their keys,
//! by a division's code, by a grid's code.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::Plan;
use crate::county::County;
use crate::ids::{DivisionCode, GridId, PostId, UnitId};
use crate::organisation::files::units::Asked;
use crate::organisation::files::{self, Lists, Source};
use crate::organisation::place::e7;
use crate::organisation::{
    Closed, Entry, Fault, Grid, GridClosed, Line, Organisation, Origin, Post, PostMoved, Regrouped,
    Relation, Replaced, Role, Sort, Unit,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    unit: String,
    #[serde(default)]
    successors: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Found {
    key: String,
    code: Option<DivisionCode>,
    name: String,
    name_en: String,
    line: Line,
    relation: Relation,
    parent: Option<String>,
    #[serde(default)]
    sort: Sort,
    commanded_by: Option<String>,
    liaison: Option<Asked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Regroup {
    unit: String,
    parent: String,
    commanded_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    post: String,
    to: Option<String>,
    grids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    post: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    unit: String,
    key: String,
    name: String,
    name_en: String,
    role: Role,
    #[serde(default)]
    grids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    row: String,
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draw {
    code: String,
    name: String,
    division: DivisionCode,
    #[serde(default)]
    ring: Vec<[f64; 2]>,
    #[serde(default)]
    demo: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redraw {
    grid: String,
    successors: Vec<String>,
}

const LISTS: [&str; 9] =
    ["close", "found", "regroup", "move", "end", "create", "row", "draw", "redraw"];

/// Reads a plan for the county as it stands.
///
/// # Errors
/// Everything in it that cannot be read, or names what is not there, with its line.
pub fn read(source: Source<'_>, county: &County) -> Result<Plan, Vec<Fault>> {
    let mut faults = Vec::new();
    let plan = plan(source, county, &mut faults);
    faults.sort();
    match plan {
        Some(plan) if faults.is_empty() => Ok(plan),
        _ => Err(faults),
    }
}

fn plan(source: Source<'_>, county: &County, faults: &mut Vec<Fault>) -> Option<Plan> {
    let lists = Lists::headed(source, &["paper", "decided_by", "on"], &LISTS, faults)?;
    let origin = source.at(0);
    let on: Option<Date> = lists.head("on").parse().ok();
    if on.is_none() && !lists.head("on").is_empty() {
        faults.push(Fault::new(&origin, "on", "this is no day", "write it as \"2026-07-01\""));
    }
    let founded: Vec<Entry<Found>> = lists.list("found", faults);
    let created: Vec<Entry<Create>> = lists.list("create", faults);
    let drawn: Vec<Entry<Draw>> = lists.list("draw", faults);
    let id = |sort, key: &str| files::id(&county.code, sort, key);
    let mut new: BTreeSet<Uuid> = founded.iter().map(|f| id("unit", &f.value.key)).collect();
    new.extend(created.iter().map(|c| id("post", &c.value.name_of_key())));
    new.extend(drawn.iter().map(|d| id("grid", &d.value.code)));
    let mut names =
        Names { code: &county.code, organisation: &county.organisation, new, faults, on: on? };
    Some(Plan {
        paper: lists.head("paper").to_owned(),
        decided_by: lists.head("decided_by").to_owned(),
        on: on?,
        closed: each(lists.list("close", names.faults), |at, v| names.closed(at, &v)),
        founded: each(founded, |at, v| names.founded(at, v)),
        regrouped: each(lists.list("regroup", names.faults), |at, v| names.regrouped(at, &v)),
        moved: each(lists.list("move", names.faults), |at, v| names.moved(at, &v)),
        ended: each(lists.list("end", names.faults), |at, v: End| names.post(&v.post, at)),
        created: each(created, |at, v| names.created(at, v)),
        rows: each(lists.list("row", names.faults), |at, v: Replace| {
            let (from, to) = (names.unit(&v.from, at, "from")?, names.unit(&v.to, at, "to")?);
            Some((v.row, Replaced { from, to }))
        }),
        drawn: each(drawn, |at, v| names.drawn(at, v)),
        redrawn: each(lists.list("redraw", names.faults), |at, v: Redraw| {
            let grid = names.grid(&v.grid, at, "grid")?;
            Some(GridClosed { grid, successors: names.grids(&v.successors, at, "successors") })
        }),
        origin,
    })
}

fn each<T, U>(
    entries: Vec<Entry<T>>,
    mut make: impl FnMut(&Origin, T) -> Option<U>,
) -> Vec<Entry<U>> {
    let read = entries.into_iter().filter_map(|Entry { origin, value }| {
        let value = make(&origin, value)?;
        Some(Entry { origin, value })
    });
    read.collect()
}

impl Create {
    fn name_of_key(&self) -> String {
        format!("{}/{}", self.unit, self.key)
    }
}

/// What the plan's names mean: records of the register, or of the plan itself.
struct Names<'a> {
    code: &'a DivisionCode,
    organisation: &'a Organisation,
    new: BTreeSet<Uuid>,
    faults: &'a mut Vec<Fault>,
    on: Date,
}

impl Names<'_> {
    fn closed(&mut self, at: &Origin, close: &Close) -> Option<Closed> {
        let unit = self.unit(&close.unit, at, "unit")?;
        let heirs = close.successors.iter();
        let successors = heirs.filter_map(|key| self.unit(key, at, "successors")).collect();
        Some(Closed { unit, successors })
    }

    fn founded(&mut self, at: &Origin, found: Found) -> Option<Unit> {
        let county = self.organisation.county_unit(self.on).map(|unit| unit.id);
        let parent = match &found.parent {
            Some(key) => Some(self.unit(key, at, "parent")?),
            None => county,
        };
        let commanded_by = match &found.commanded_by {
            Some(key) => Some(self.unit(key, at, "commanded_by")?),
            None => None,
        };
        Some(Unit {
            id: UnitId(files::id(self.code, "unit", &found.key)),
            code: found.code,
            name: found.name,
            name_en: found.name_en,
            line: found.line,
            relation: found.relation,
            parent,
            from: self.on,
            to: None,
            sort: found.sort,
            commanded_by,
            establishment: None,
            liaison: found.liaison.map(|given| given.liaison(self.code)),
            successors: Vec::new(),
        })
    }

    fn regrouped(&mut self, at: &Origin, regroup: &Regroup) -> Option<Regrouped> {
        let commanded_by = match &regroup.commanded_by {
            Some(key) => Some(self.unit(key, at, "commanded_by")?),
            None => None,
        };
        let parent = Some(self.unit(&regroup.parent, at, "parent")?);
        Some(Regrouped { unit: self.unit(&regroup.unit, at, "unit")?, parent, commanded_by })
    }

    fn moved(&mut self, at: &Origin, change: &Move) -> Option<PostMoved> {
        let post = self.post(&change.post, at)?;
        let was = self.organisation.posts.get(&post)?;
        let unit = match &change.to {
            Some(key) => self.unit(key, at, "to")?,
            None => was.unit,
        };
        let grids = match &change.grids {
            Some(codes) => self.grids(codes, at, "grids"),
            None => was.grids.clone(),
        };
        Some(PostMoved { post, unit, grids })
    }

    fn created(&mut self, at: &Origin, create: Create) -> Option<Post> {
        let id = PostId(files::id(self.code, "post", &create.name_of_key()));
        Some(Post {
            id,
            unit: self.unit(&create.unit, at, "unit")?,
            name: create.name,
            name_en: create.name_en,
            role: create.role,
            grids: self.grids(&create.grids, at, "grids"),
            from: self.on,
            to: None,
        })
    }

    fn drawn(&mut self, at: &Origin, draw: Draw) -> Option<Grid> {
        let corner = |[lon, lat]: &[f64; 2]| Some([e7(*lon)?, e7(*lat)?]);
        let ring: Option<Vec<[i64; 2]>> = draw.ring.iter().map(corner).collect();
        if ring.is_none() {
            let what = "a corner is no pair of coordinates";
            self.faults.push(Fault::new(at, "ring", what, "write [longitude, latitude]"));
        }
        Some(Grid {
            id: GridId(files::id(self.code, "grid", &draw.code)),
            code: draw.code,
            name: draw.name,
            division: draw.division,
            ring: ring?,
            demo: draw.demo,
            from: self.on,
            to: None,
            successors: Vec::new(),
        })
    }

    fn unit(&mut self, key: &str, at: &Origin, field: &str) -> Option<UnitId> {
        let id = UnitId(files::id(self.code, "unit", key));
        if self.new.contains(&id.0) {
            return Some(id);
        }
        let found = self.organisation.unit_named(self.code, key, self.on);
        if found.is_none() {
            let what = format!("unit \"{key}\" is not known");
            let mend = "use a key of units.toml, a division's code or a [[found]] unit";
            self.faults.push(Fault::new(at, field, what, mend));
        }
        found
    }

    fn post(&mut self, key: &str, at: &Origin) -> Option<PostId> {
        let known = self.organisation.post_named(self.code, key);
        if known.is_none() {
            let what = format!("post \"{key}\" is not known");
            let mend = "write the unit's key or the grid's code, / and the post's key";
            self.faults.push(Fault::new(at, "post", what, mend));
        }
        known
    }

    fn grids(&mut self, codes: &[String], at: &Origin, field: &str) -> Vec<GridId> {
        codes.iter().filter_map(|code| self.grid(code, at, field)).collect()
    }

    fn grid(&mut self, code: &str, at: &Origin, field: &str) -> Option<GridId> {
        let id = GridId(files::id(self.code, "grid", code));
        let known = self.organisation.grids.contains_key(&id) || self.new.contains(&id.0);
        if !known {
            let what = format!("grid {code} is not known");
            let mend = "name a grid of the register or a [[draw]] one";
            self.faults.push(Fault::new(at, field, what, mend));
        }
        known.then_some(id)
    }
}
