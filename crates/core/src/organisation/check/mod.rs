//! What a set of records must satisfy before it may become an act: everything that is wrong with it
//! is listed at once, and one fault refuses the whole set.

pub(super) mod area;
pub(crate) mod asked;
mod establishment;
pub(super) mod grids;
mod posts;
mod tree;

pub use posts::{backdated, begun};

use std::fmt;

use jiff::civil::Date;

use super::{Appointment, Division, Grid, Organisation, Organised, Post, Shape, Unit};
use crate::rules::Strength;

/// Where a record was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    pub file: String,
    /// The line of a text file or the feature of a `GeoJSON` file, counted from 1.
    pub row: usize,
}

/// A record and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    pub origin: Origin,
    pub value: T,
}

/// Records that somebody wants in the organisation, new or changed, each whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposed {
    /// The number of the paper by which it is decided, where there is one.
    pub paper: Option<String>,
    pub divisions: Vec<Entry<Division>>,
    pub shapes: Vec<Entry<Shape>>,
    pub units: Vec<Entry<Unit>>,
    pub grids: Vec<Entry<Grid>>,
    pub posts: Vec<Entry<Post>>,
    pub appointments: Vec<Entry<Appointment>>,
}

/// One thing that is wrong, where it stands, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: String,
    /// As [`Origin::row`]; 0 where the file as a whole is meant.
    pub row: usize,
    pub field: String,
    pub what: String,
    pub mend: String,
    pub strength: Strength,
}

impl Fault {
    pub fn new(
        origin: &Origin,
        field: &str,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        Self {
            file: origin.file.clone(),
            row: origin.row,
            field: field.to_owned(),
            what: what.into(),
            mend: mend.into(),
            strength: Strength::Stop,
        }
    }

    #[must_use]
    pub fn of_strength(self, strength: Strength) -> Self {
        Self { strength, ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.row > 0 {
            let counted = if self.file.ends_with("json") { "feature" } else { "line" };
            write!(f, ", {counted} {}", self.row)?;
        }
        if !self.field.is_empty() {
            write!(f, ", {}", self.field)?;
        }
        write!(f, ": {}; {}", self.what, self.mend)
    }
}

/// A set without faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub organised: Organised,
    /// What is not right but hinders nothing: a roster with gaps.
    pub warnings: Vec<Fault>,
}

/// Checks `proposed` as it would stand beside what the organisation holds already.
///
/// # Errors
///
/// All faults, in order of file and row: an unknown division, unit, grid or post; a code or a key
/// that stands twice; a cycle among units, through either superior; an end before its start; a post
/// in a unit that has ended; two chiefs at once; a deputy of a deputy; more holders than places; a
/// unit that cannot be ordered without its liaison; a polygon that crosses itself, overlaps another,
/// or lies outside its township or the county.
pub fn check(standing: &Organisation, proposed: &Proposed) -> Result<Checked, Vec<Fault>> {
    let organised = proposed.organised();
    let mut merged = standing.clone();
    merged.apply(&organised);
    let mut faults = Vec::new();
    tree::divisions(proposed, &merged, &mut faults);
    tree::units(proposed, &merged, &mut faults);
    asked::check(proposed, &merged, &mut faults);
    grids::check(proposed, &merged, &mut faults);
    posts::posts(proposed, &merged, &mut faults);
    posts::appointments(proposed, (standing, &merged), &mut faults);
    establishment::check(proposed, &merged, &mut faults);
    if faults.is_empty() {
        let mut warnings = posts::gaps(proposed, &merged);
        for warning in &mut warnings {
            warning.strength = Strength::Warn;
        }
        warnings.sort();
        return Ok(Checked { organised: organised.whole(), warnings });
    }
    faults.sort();
    faults.dedup();
    Err(faults)
}

impl Proposed {
    /// The records as an act would bear them.
    pub fn organised(&self) -> Organised {
        fn values<T: Clone>(entries: &[Entry<T>]) -> Vec<T> {
            entries.iter().map(|entry| entry.value.clone()).collect()
        }
        Organised {
            paper: self.paper.clone(),
            divisions: values(&self.divisions),
            shapes: values(&self.shapes),
            units: values(&self.units),
            grids: values(&self.grids),
            posts: values(&self.posts),
            appointments: values(&self.appointments),
            ..Organised::default()
        }
    }
}

/// From a day until before another, or open.
pub(crate) type Span = (Date, Option<Date>);

/// Whether both stand on some day. What ends on its first day stands on none.
fn overlap(a: Span, b: Span) -> bool {
    let before = |from: Date, to: Option<Date>| to.is_none_or(|to| from < to);
    before(a.0.max(b.0), a.1) && before(a.0.max(b.0), b.1)
}

/// Whether `inner` begins before `outer` does or goes on when `outer` has ended.
fn outlasts(inner: Span, outer: Span) -> bool {
    inner.0 < outer.0 || outer.1.is_some_and(|end| inner.1.is_none_or(|to| to > end))
}

pub(crate) fn start_before_end(span: Span, origin: &Origin, faults: &mut Vec<Fault>) -> bool {
    let Some(to) = span.1.filter(|to| *to <= span.0) else { return true };
    let what = format!("the end {to} is not after the start {}", span.0);
    faults.push(Fault::new(origin, "to", what, "give a later day, the first on which it is over"));
    false
}
