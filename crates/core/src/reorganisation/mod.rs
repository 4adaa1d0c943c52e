//! Reorganisations: a plan read from a file, checked as a whole against what stands, and made into one
//! act. Nothing is applied before every fault is told.

mod check;
mod file;
mod left;
mod whole;
pub mod words;

pub use check::{Before, Planned, check};
pub use file::read;

use jiff::civil::Date;

use crate::ids::PostId;
use crate::organisation::{
    Closed, Entry, Grid, GridClosed, Origin, Post, PostMoved, Regrouped, Replaced, Unit,
};

/// What somebody wants to decide, each entry with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The file as a whole.
    pub origin: Origin,
    pub paper: String,
    pub decided_by: String,
    pub on: Date,
    pub closed: Vec<Entry<Closed>>,
    pub founded: Vec<Entry<Unit>>,
    pub regrouped: Vec<Entry<Regrouped>>,
    pub moved: Vec<Entry<PostMoved>>,
    pub ended: Vec<Entry<PostId>>,
    pub created: Vec<Entry<Post>>,
    /// One unit in place of another in a row of the list of powers.
    pub rows: Vec<Entry<(String, Replaced)>>,
    pub drawn: Vec<Entry<Grid>>,
    pub redrawn: Vec<Entry<GridClosed>>,
}
