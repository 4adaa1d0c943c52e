//! SQLite and PostgreSQL behind one [`Store`]: the ledger and what is computed from it, contents and
//! vault, accounts. One text of SQL serves both databases; where they differ stands in `dialect`.

mod account;
mod content;
mod county;
mod db;
mod dialect;
mod error;
pub mod ledger;
mod lock;
mod open;
pub mod vault;

pub use account::{Account, NewAccount, Session, Token};
pub use content::{Content, NewContent};
pub use county::{Config, Head};
pub use error::{Result, StoreError};
pub use open::{Options, RingPlace, Store};
