//! Backup and restore: every table of a county as JSON lines, compressed, encrypted in chunks, portable
//! between the two databases; and what a running server adds to it, increment by increment.
//!
//! What is computed from the acts (register, audience, counters) is not taken along but made anew, so a
//! restored county never stands on a table that its ledger does not give.

mod archive;
mod chunks;
mod cut;
mod drill;
mod dump;
mod erased;
mod header;
mod indexes;
mod line;
mod load;
mod played;
mod rebuild;
mod restore;
mod tables;
mod written;

use std::path::PathBuf;

use zongheng_core::time::At;

pub use archive::{Archived, Increment};
pub use drill::Drilled;
pub use dump::{BackedUp, Packed};
pub(crate) use erased::apply_log;
pub use header::{Header, Since, What};
pub use line::{Kept, increments};
pub use rebuild::Rebuilt;
pub use restore::{Found, Phase, Restore, Restored};

/// Why something is no backup that can be made or used here. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{}: {fault}", path.display())]
    In { path: PathBuf, fault: Box<BackupError> },
    #[error(
        "{} is there already; a backup is never written over another: give another name, or move the old one away",
        .0.display()
    )]
    Exists(PathBuf),
    #[error(
        "the disk is full, so there is no backup; {} was removed again: make room, or name another disk",
        .0.display()
    )]
    Full(PathBuf),
    #[error(
        "the disk is full, so nothing was restored and nothing was left: make room, or name a database on another disk with --db"
    )]
    NoRoom,
    #[error(
        "there is no key ring at {}, and without it the backup cannot be opened: put the ring of that county there, or make it again with `zongheng vault recover` from its recovery sheet",
        .0.display()
    )]
    NoRing(PathBuf),
    #[error(
        "the disk has no room to restore the backup for trial: {} was removed again; make room there, as much as the database takes",
        .0.display()
    )]
    NoRoomToDrill(PathBuf),
    #[error("{} is no backup of zongheng: its first line says nothing of the kind", .0.display())]
    NotABackup(PathBuf),
    #[error(
        "an increment of an archive, no backup: give the backup, and its folder with --archive"
    )]
    OnlyAnIncrement,
    #[error(
        "made by zongheng {program} in format {found}, and this program reads formats up to {known}; restore with that version or a later one"
    )]
    NewerFormat { found: u64, known: u32, program: String },
    #[error(
        "made by zongheng {program} on tables of version {found}, and this program knows them up to {known}; restore with that version or a later one"
    )]
    NewerTables { found: i64, known: i64, program: String },
    #[error(
        "it is of tables of version {found}, and the empty database has those of version {has} already; restore into a database without any table (another file, or a new PostgreSQL database): its tables are then made as they were and brought up to date"
    )]
    OtherTables { found: i64, has: i64 },
    #[error(
        "only part of a backup: its end is missing; copy it again from where it was made, or take another one"
    )]
    Half,
    #[error(
        "it goes on after its end: something was appended to it; copy it again from where it was made"
    )]
    Longer,
    #[error(
        "chunk {chunk} is damaged or stands in another place than it was written to; copy it again from where it was made, or take another one"
    )]
    Damaged { chunk: u64 },
    #[error(
        "encrypted under key {key} of another key ring; put the ring of that county in place, or make it again with `zongheng vault recover` from its recovery sheet"
    )]
    OtherKey { key: String },
    #[error(
        "table {table} has rows already; restore writes only into an empty database: name another one with --db"
    )]
    NotEmpty { table: String },
    #[error(
        "this database is a restore that did not come to its end: throw it away (the file, or the PostgreSQL database) and restore again"
    )]
    CutOff,
    #[error("{table} has a column {column} of a kind that backups do not know: {kind}")]
    Column { table: String, column: String, kind: String },
    #[error("its contents are not what a backup holds: {0}")]
    Misshapen(String),
    #[error(
        "what came back does not hold: {0}; nothing was kept of it: take another backup, or one of before that with the increments after it (--archive, --to)"
    )]
    DoesNotHold(String),
    #[error("made at {at}, later than {to}; take a backup from before that moment")]
    Later { at: At, to: At },
    #[error(
        "the increments begin after act {from}, and the backup ends with act {pos}; take a backup made later"
    )]
    Gap { pos: i64, from: i64 },
    #[error(
        "this increment of {at} was made after the program was brought up to date; take a backup made after that, or stop before it with --to"
    )]
    Upgraded { at: At },
    #[error(
        "increment {n} is missing between its neighbours; put it back, or stop before it with --to and a moment before {at}"
    )]
    Missing { n: u64, at: At },
    #[error(
        "this increment goes on after act {pos} as it stood at {at}, and what is to be played before it ends otherwise: the county was restored in between and has another history since; take a backup made at {at} or later, or stop before it with --to and a moment before {last}"
    )]
    Forked { pos: i64, at: At, last: At },
    #[error(
        "this increment cannot be read; copy it again from where it was made, or stop before it with --to; to do without what came in it, move it out of the folder"
    )]
    Unreadable,
    #[error(
        "this increment has another act {pos} than what was played before it: the county was restored in between and has another history since; take a backup made later, or stop before it with --to"
    )]
    OtherAct { pos: i64 },
    #[error(
        "the last backup, of {at}, ends with act {pos}, which this database does not have so, or the county was restored since; the archive goes on after the next backup"
    )]
    OtherHistory { pos: i64, at: At },
}

impl BackupError {
    pub(super) fn of(self, path: impl Into<PathBuf>) -> Self {
        Self::In { path: path.into(), fault: Box::new(self) }
    }
}
