//! What each page shows, as plain data: strings, options, lists and small enums.
//!
//! A handler fills one of these structs and returns it; the template of the same stem prints it.
//! Texts arrive here in the reader's language (see [`crate::pages::words`]); a template adds only
//! the fixed words around them.

mod act_fields;
mod acts;
mod beside;
mod field;
mod frame;
mod held;
mod imports;
mod intake;
mod matter;
mod messages;
mod organisation;
mod parts;
mod problem;
mod register;
mod report;
mod rulings;
mod session;
mod slip;
mod today;

pub use act_fields::ROWS;
pub use acts::{ACTS, ActForm, BESIDE, Options, RARE, Refused, slot};
pub use beside::{Beside, CallRow, DraftRow, NodeRow, Other, Paper, WhistleRow};
pub use field::{Choice, Field, Group, KeptFile, Kind};
pub use frame::{Frame, Me, OtherPost, Section, SeesNone};
pub use held::{Held, Holder};
pub use imports::{
    CellFault, DifferenceRow, ImportFact, ImportRow, ImportShow, Imports, ReconciledShow,
};
pub use intake::{Entered, Intake, Kinds, Proposal};
pub use matter::{
    Age, Assignment, Contact, DeadlineRow, Fact, Facts, FileLink, Is, MatterShow, Next, Owner,
    Proof, Record, RecordRound, RequestRow, Said, lane, lay_lanes,
};
pub use messages::{MessageRow, MessageShow, Messages, ProposedOrders};
pub use organisation::{
    AccountLink, Changes, Confirm, DecisionRow, Decisions, FileFault, FileSample, GapGroup, GapRow,
    Gaps, Nobody, RecordedChange, RuleGroup, RuleRow, Rules, SheetEntry, Sheets, System, SystemRow,
    TableConfirm, TableFaults, Tables, Who, WhoAnswer,
};
pub use parts::{Due, Lamp, LampKind, Link, Moment, Reason, Row, Tag, TagKind};
pub use problem::{Fault, Problem};
pub use register::{Chip, Marked, Register, RegisterRow, Search, Total};
pub use report::{Follow, Followed, Limits, Offer, Promise, Receipt, Report, StageOf};
pub use rulings::{RulingEntry, RulingForm, Rulings};
pub use session::{ChoosePost, DemoAccount, PostChoice, SetPassword, SignIn};
pub use slip::Slip;
pub use today::{DayGroup, First, Number, Today};
