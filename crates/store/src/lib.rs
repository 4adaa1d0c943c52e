//! SQLite and PostgreSQL behind one [`Store`]: the ledger and what is computed from it, contents and
//! vault, accounts. One text of SQL serves both databases; where they differ stands in `dialect`.

mod account;
pub mod backup;
mod check;
mod cleaning;
mod configuration;
mod content;
mod county;
mod db;
mod dialect;
mod error;
mod expected;
mod file;
mod fold;
pub mod ledger;
mod lock;
mod message;
mod migrate;
mod open;
mod pass;
mod projection;
mod rebuild;
pub mod record;
mod register;
mod ruling;
mod search;
mod soundness;
mod statement;
mod upkeep;
pub mod vault;
mod watch;

pub use account::{Account, NewAccount, Session, Token};
pub use check::Checked;
pub use cleaning::Cleaned;
pub use content::{Content, NewContent};
pub use county::{Config, Head};
pub use error::{Result, StoreError};
pub use file::{
    Attached, Begun, Files, KEPT_DAYS, Loose, NewFile, NewUpload, PUBLIC, Part, Upload,
    Written as WrittenFile,
};
pub use fold::{envelope, fold};
pub use message::{Message, MessageKind, MessageLine, Proposed};
pub use open::{Options, RingPlace, Store, make_folder};
pub use pass::{Passed, Pending, Redating, Ticked, Told};
pub use rebuild::Rebuilding;
pub use record::{
    Answer, Clock, LARGEST_BATCH, Measured, Recorded, Recorder, Refused, Submission, What, Written,
};
pub use register::{By, COUNTED, Count, Extract, Filter, Order, Page, Row, WALK};
pub use ruling::{Keyed, Stands, Wanted};
pub use search::ACTS_A_STEP;
pub use soundness::{Facts, Pool};
pub use upkeep::{Outcome, Run};
pub use vault::VaultState;
pub use watch::{Doubt, EARLIEST, Watch, doubt};
