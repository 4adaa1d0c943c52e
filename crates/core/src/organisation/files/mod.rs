//! A county's files, given as text, into records. What is read here is only proposed; `check` judges
//! it.
//!
//! Units, posts and grids get ids that are made from the county's code and their own keys, so that
//! one county has the same ids on every machine.

mod divisions;
mod posts;
mod ring;
mod shapes;
pub(crate) mod table;
pub(crate) mod units;

pub use ring::ring_of_words;
pub use shapes::{Drawing, DrawnGrid, drawing};
pub use table::Lists;

use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use super::check::{Fault, Origin, Proposed};
use crate::ids::{DivisionCode, GridId, PostId, UnitId};

/// A file's name, for messages, and what stands in it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

/// The files of a county's folder.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// `divisions.csv`: code, name, level, parent, type as the statistics bureau lists them.
    pub divisions: Source<'a>,
    /// `names_en.csv`: code, `name_en`.
    pub names_en: Source<'a>,
    /// `boundary.geojson`: the county.
    pub boundary: Source<'a>,
    /// `townships_approx.geojson`: outlines of townships, approximate where they say so.
    pub townships: Source<'a>,
    /// `units.toml`
    pub units: Source<'a>,
    /// `posts.toml`
    pub posts: Source<'a>,
    /// `grids.geojson`
    pub grids: Source<'a>,
}

/// The names by which the files speak of things.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// A key of `units.toml`, or a division's code for its own unit.
    pub units: BTreeMap<String, UnitId>,
    /// The unit's key, or the grid's code, then `/` and the post's key.
    pub posts: BTreeMap<String, PostId>,
    /// By code.
    pub grids: BTreeMap<String, GridId>,
}

/// What the files say, before it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct County {
    pub code: DivisionCode,
    /// The day from which the register knows its units.
    pub from: Date,
    pub proposed: Proposed,
    pub keys: Keys,
    /// The units that get the posts of every unit.
    by_rule: Vec<(String, Origin)>,
}

/// Reads a county's files.
///
/// # Errors
///
/// Everything in them that cannot be read as a record, with file and row.
pub fn read(files: &Files<'_>) -> Result<County, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut county = County {
        code: DivisionCode(String::new()),
        from: Date::MIN,
        proposed: Proposed::default(),
        keys: Keys::default(),
        by_rule: Vec::new(),
    };
    let divisions = divisions::read(files, &mut county, &mut faults);
    shapes::outlines(files, &mut county, &mut faults);
    units::read(files.units, &divisions, &mut county, &mut faults);
    shapes::grids(files.grids, &mut county, &mut faults);
    posts::read(files.posts, &mut county, &mut faults);
    if faults.is_empty() {
        return Ok(county);
    }
    faults.sort();
    Err(faults)
}

/// The space in which the ids of all counties' own records lie.
const SPACE: Uuid = Uuid::from_u128(0x7f1d_3c52_9a40_4b6e_8d27_5e0c_b9a1_64f3);

/// The id that a county's own record has by its sort (`unit`, `post`, `grid`) and key.
pub(crate) fn id(county: &DivisionCode, sort: &str, key: &str) -> Uuid {
    Uuid::new_v5(&SPACE, format!("{county}/{sort}/{key}").as_bytes())
}

impl County {
    fn id(&self, sort: &str, key: &str) -> Uuid {
        id(&self.code, sort, key)
    }

    /// The unit of a key, or `None` with the fault told.
    fn unit(&self, key: &str, at: (&Origin, &str), faults: &mut Vec<Fault>) -> Option<UnitId> {
        let known = self.keys.units.get(key).copied();
        if known.is_none() {
            let what = format!("unit \"{key}\" is not known");
            faults.push(Fault::new(
                at.0,
                at.1,
                what,
                "use a key of units.toml or a division's code",
            ));
        }
        known
    }
}

impl Source<'_> {
    pub(crate) fn at(self, row: usize) -> Origin {
        Origin { file: self.name.to_owned(), row }
    }
}
