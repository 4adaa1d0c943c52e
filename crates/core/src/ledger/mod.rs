//! The ledger: one list of acts a county, chained per stream and sealed by a Merkle root.
//!
//! An act's hash is the SHA-256 of its RFC 8785 canonical JSON without the field `hash`, and `prev`
//! is the hash of the stream's act before it. A seal covers all acts appended since the seal before
//! it, in the county's order, whatever their streams. `docs/ledger.md` tells an outsider how to
//! check an export without this code.
//!
//! - [`Draft::seal`] makes an act, and refuses what could not be read back by everybody.
//! - [`Seal::next`] makes a seal.
//! - [`Verifier`] takes lines, from a file or from a database, and names the first that does not
//!   hold.

mod act;
mod canonical;
mod hash;
mod merkle;
mod parse;
mod plain;
mod seal;
mod strict;
mod verify;

pub use act::{Act, BadAct, By, Class, Columns, ContentRef, Draft, Source, Stream};
pub use canonical::{BadValue, canonical};
pub use hash::{Hash, NotAHash};
pub use merkle::{Tree, merkle_root};
pub use parse::NotAnAct;
pub use seal::Seal;
pub use strict::Flaw;
pub use verify::{Fault, Summary, Verifier, What, Written};

/// The longest line of an export, in bytes.
pub const LONGEST_LINE: usize = 65_536;

/// How deep values stand within one another: the object of a line is at depth 0, its fields at 1.
pub const DEEPEST: usize = 32;

/// The largest number, 2^53 − 1, which every JSON reader keeps exactly.
pub const LARGEST: i64 = (1 << 53) - 1;
