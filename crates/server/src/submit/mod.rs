//! What comes in becomes a command: a JSON object is read field by field, with every fault kept, and
//! its texts become entries beside the ledger. API, forms, import and simulation enter here.

mod act;
mod fields;
mod mint;
mod report;
mod ruling;
mod text;
mod wider;
mod within;

pub use act::{ReadAct, read_act};
pub use mint::Mint;
pub use report::{ReadReport, read_report};
pub use ruling::{
    ReadRuling, read_exception, read_proposal, read_receipt, read_referral, read_sealing,
};
pub use text::fault as text_fault;
