//! Files beside the entries: uploads on their way in, bytes by their SHA-256, and their end.
//!
//! On the way in, bytes grow in a file of their own, whose length is how far they have come. Once whole and judged,
//! what is kept of them is written anew, flushed, and gets its name: the SHA-256. The same bytes are one file. Its
//! reader finds it by an entry of class `file`, whose text is [`Attached`].

mod folder;
mod kept;
mod upload;

pub(crate) use folder::flush;
pub use folder::{Files, Part, Written};
pub(crate) use kept::named_files;
pub use upload::{Begun, KEPT_DAYS, Loose, NewUpload, PUBLIC, Upload};

use serde::{Deserialize, Serialize};

/// What an entry of class `file` says of its bytes: its text, in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// As whoever sent it called it.
    pub name: String,
    /// Its kind, as `Content-Type` says it.
    #[serde(rename = "type")]
    pub media: String,
    /// In bytes.
    pub size: u64,
    /// After which the bytes are called.
    pub sha256: String,
}

/// What ties a new entry to its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The upload that is named by this.
    pub upload: uuid::Uuid,
    pub sha256: String,
}

/// Whether a word can be the SHA-256 of a file, in hex.
pub(crate) fn is_sha256(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
