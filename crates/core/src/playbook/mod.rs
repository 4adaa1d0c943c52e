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
mod values;

pub use catalogue::{Catalogue, PlaybookAdopted};
pub use fault::Fault;
pub use fields::Key;
pub use load::{
    ASK, CLOCK, DESK, File, Ground, LONGEST_FILE, Loaded, PLAYBOOK, REOPENING, STAGES,
    VERIFICATION, load,
};
pub use model::{
    AskReporter, Clock, ClockLimit, DeskRule, DeskWhen, Event, Grade, Playbook, Rating, Reopening,
    SettlementKind, Stage, StageClock, Verification,
};
pub use values::names_of;
