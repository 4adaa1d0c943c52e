//! SQLite and PostgreSQL behind one [`Store`]: the ledger and what is computed from it, contents and
//! vault, accounts. One text of SQL serves both databases; where they differ stands in `dialect`.

mod account;
pub mod backup;
mod check;
mod configuration;
mod content;
mod county;
mod db;
mod dialect;
mod error;
mod fold;
pub mod ledger;
mod lock;
mod open;
mod projection;
pub mod record;
mod register;
mod ruling;
mod statement;
mod tick;
mod upkeep;
pub mod vault;

pub use account::{Account, NewAccount, Session, Token};
pub use check::Checked;
pub use content::{Content, NewContent};
pub use county::{Config, Head};
pub use error::{Result, StoreError};
pub use fold::{envelope, fold};
pub use open::{Options, RingPlace, Store};
pub use record::{
    Answer, Clock, LARGEST_BATCH, Recorded, Recorder, Refused, Submission, What, Written,
};
pub use register::{By, Count, Filter, Order, Page, Row, WALK};
pub use ruling::{Keyed, Stands, Wanted};
pub use tick::Ticked;
pub use upkeep::{Outcome, Run};
pub use vault::VaultState;
