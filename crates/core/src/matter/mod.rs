//! The matter (事项): commands decide acts, acts fold into state.
//!
//! [`decide()`] asks whether something may happen and what is then true; it needs the actor, the time
//! and the configuration, all passed in. [`Matter::apply`] reads the act alone, so what was accepted
//! once folds to the same state for ever. The table of acts and states is `table`.

mod act;
mod actor;
mod apply;
mod audience;
mod command;
mod contact;
mod deadline;
mod decide;
mod holder;
mod offer;
mod refusal;
mod separation;
mod state;
mod table;

pub use act::{
    Adjudicated, Answered, BadBody, CalledBack, Corrected, Decided, Declined, Did, Dispatched,
    Filed, Given, Handed, Met, Moved, NewAct, Noted, Progressed, Reopened, Reported, RequestAsked,
    Resumed, Returned, SignedFor, SignedOff, Then, Urged, Verified, Versions, Withdrawn,
};
pub use actor::{Actor, Person};
pub use apply::Envelope;
pub use audience::{Key, audience, keys_of, may_see};
pub use command::{Ask, Assist, Command, Facts, Report, ReportedPlace};
pub use contact::{Reach, reach};
pub use deadline::{Deadline, Lamp, Rule};
pub use decide::{Context, can_be_given, decide, ever, report};
pub use holder::{Holder, HolderKind, Span, time_by_holder};
pub use offer::{Offer, offers};
pub use refusal::{FieldFault, Refusal, Why};
pub use separation::separated;
pub use state::{
    Answer, CallBack, Matter, Owner, Part, Place, PlaybookRef, Reporter, Request, RequestKind,
    Satisfied, Share, State, Verdict,
};
pub use table::{ActName, Row, Slot, TABLE, fits_state, slots};
