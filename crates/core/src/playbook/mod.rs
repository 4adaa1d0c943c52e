//! How: what a kind of matter asks of whom. One folder of configuration a kind; these are its shapes
//! after loading. What a file may not say is refused by the loader with file and line.
//!
//! Files are only input: [`load()`] reads and checks them together, [`Catalogue::adopt`] compares them
//! with what the county runs by, and the acts it gives carry the whole of it into the ledger.

mod catalogue;
mod check;
mod fault;
mod fields;
mod load;
mod model;
mod normal;
mod stage;
mod values;

pub use catalogue::{Catalogue, PlaybookAdopted};
pub use fault::Fault;
pub use fields::Key;
pub use load::{
    ASK, CLOCK, DESK, File, Ground, LONGEST_FILE, Loaded, MEETING, NODES, ON_SPOT, OUTSIDE, PLAN,
    PLAYBOOK, RELEASE, REOPENING, SHELVING, STAGES, VERIFICATION, load,
};
pub use model::{
    AskReporter, Clock, ClockLimit, DeskRule, DeskWhen, DraftKind, Event, Grade, Meeting, NodeRule,
    OnSpot, OutsideRule, PlanRule, Playbook, Rating, ReleaseRule, Reopening, SettlementKind,
    Shelving, StageClock, Verification,
};
pub use stage::{NoStage, Stage};
pub use values::names_of;
