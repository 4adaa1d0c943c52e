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
mod import;
mod inner;
mod kin;
mod ladder;
mod offer;
mod planned;
mod proposed;
mod refusal;
mod separation;
mod state;
mod table;
mod whistle;

pub use act::{
    Adjudicated, AllowedBy, Answered, Arrived, BadBody, CalledBack, Corrected, Decided, Declined,
    Decomposed, Did, Dispatched, Ended, Filed, Given, Handed, Imported, IssuedBy, Linked, Merged,
    Met, Moved, NewAct, NodeDone, Noted, PassedBack, PassedOn, Planned, Progressed, Recorded,
    Recounted, Released, Reopened, Reported, RequestAsked, Resumed, Returned, SentBack, SignedFor,
    SignedOff, Submitted, Theirs, Then, UnitMoved, Unlinked, Urged, Verified, Versions, Whistled,
    Withdrawn,
};
pub use actor::{Actor, Person};
pub use apply::Envelope;
pub use audience::{Key, audience, keys_of, may_see};
pub use command::{Ask, AskedChild, AskedNode, Assist, Command, Facts, Report, ReportedPlace};
pub use contact::{Reach, reach};
pub use deadline::{Deadline, Lamp, Rule};
pub(crate) use decide::paper_fault;
pub use decide::{
    Context, MOST_FILES, Redated, birth, can_be_given, decide, ever, import, recount, redate,
    redated, report, unasked,
};
pub use holder::{Holder, HolderKind, Span, time_by_holder};
pub use import::{Import, ImportedEnd, may_import};
pub use inner::{Draft, Drafted, Pass};
pub use kin::Kin;
pub use ladder::{MORNING, ProposedOrder, Reached, Rung, morning_after, told_at};
pub use offer::{Offer, offers};
pub use planned::{MOST_NODES, Node, PlannedNode};
pub use proposed::proposed_row;
pub use refusal::{FieldFault, Refusal, Why};
pub use separation::separated;
pub use state::{
    Answer, CallBack, Child, Issued, Matter, OutsideOrder, Owner, Part, Place, PlaybookRef,
    Reporter, Request, RequestKind, Satisfied, Share, State, Verdict,
};
pub use table::{ActName, Row, Slot, TABLE, fits_state, slots};
pub use whistle::{Call, Came, Whistle};
