//! How: what a kind of matter asks of whom. One folder of configuration a kind; these are its shapes
//! after loading. What a file may not say is refused by the loader with file and line.

mod model;

pub use model::{
    AskReporter, Clock, ClockLimit, DeskRule, DeskWhen, Event, Grade, Playbook, Rating, Reopening,
    SettlementKind, Stage, StageClock, Verification,
};
