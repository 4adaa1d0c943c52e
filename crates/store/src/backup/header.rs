//! The first line of a backup: what it is, in plain JSON, so that it can be told without the key.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use rand::RngExt;
use serde::{Deserialize, Serialize};
use zongheng_core::ledger::Summary;
use zongheng_core::time::At;

use super::BackupError;
use super::erased::{self, Log};
use crate::error::{Result, StoreError};
use crate::vault::Ring;

/// The format that this program writes, and the latest that it reads.
pub(super) const FORMAT: u32 = 1;

/// No header is longer: what is, is something else.
const LONGEST: u64 = 64 * 1024;

/// What a backup says of itself. It is bound into every chunk, so none of it can be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub zongheng: What,
    pub format: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// The last migration of the database that it was taken from.
    pub schema: i64,
    pub county: String,
    pub simulated: bool,
    /// `sqlite` or `postgres`; it restores into either.
    pub database: String,
    pub at: At,
    /// Acts in it, when the last one was entered, and its hash; '' without any.
    pub pos: i64,
    pub last_at: At,
    pub last_hash: String,
    /// The last seal, 0 without any, and its hash.
    pub seal: i64,
    pub seal_hash: String,
    /// Lines of the log of erased entries beside the ring when it was taken.
    pub erased: usize,
    /// Of an increment: what it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// The key of the ring that encrypts it, the chance that its own key is derived with, and what
    /// tells a wrong ring from a damaged file.
    pub key: String,
    pub salt: String,
    pub check: String,
}

/// Whether a file is whole in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Backup,
    Increment,
}

/// Where an increment begins, and what it knows of the tables that are not only appended to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// Counts from 1 in its folder.
    pub n: u64,
    /// The acts up to this one are in what came before, a backup or an increment made at that moment; and its hash,
    /// '' without any.
    pub pos: i64,
    pub hash: String,
    pub at: At,
    /// How far each table that is only appended to has come with this increment.
    pub reached: BTreeMap<String, i64>,
    /// The digest of each table that is taken whole when it changed.
    pub whole: BTreeMap<String, String>,
}

impl Header {
    /// Fills in what belongs to the key; the key of this file alone.
    pub(super) fn keyed(&mut self, ring: &Ring) -> [u8; 32] {
        let salt: [u8; 32] = rand::rng().random();
        let (id, key) = ring.backup_key(&salt);
        id.clone_into(&mut self.key);
        self.salt = hex::encode(salt);
        self.check = check_of(&key);
        key
    }

    /// The key that opens the chunks, where the ring has it.
    pub(super) fn key(&self, ring: &Ring) -> Result<[u8; 32], BackupError> {
        let other = || BackupError::OtherKey { key: self.key.clone() };
        let mut salt = [0; 32];
        hex::decode_to_slice(&self.salt, &mut salt).map_err(|_| other())?;
        let key = ring.backup_key_of(&self.key, &salt).ok_or_else(other)?;
        if check_of(&key) == self.check { Ok(key) } else { Err(other()) }
    }

    /// # Errors
    /// Of tables that this program does not know yet.
    pub(super) fn must_be_known(&self, known: i64) -> Result<(), BackupError> {
        if self.schema <= known {
            return Ok(());
        }
        let (found, program) = (self.schema, self.program.clone());
        Err(BackupError::NewerTables { found, known, program })
    }

    /// That the ledger ends where the header says: as many acts, and the same last seal.
    pub(super) fn must_end_so(&self, ledger: &Summary) -> Result<(), String> {
        let seal = ledger.last_seal.map(|hash| hash.to_string()).unwrap_or_default();
        if ledger.acts == self.pos && seal == self.seal_hash {
            return Ok(());
        }
        Err(format!(
            "its first line tells of {} acts and the seal \"{}\", and there are {} and \"{seal}\"",
            self.pos, self.seal_hash, ledger.acts
        ))
    }

    /// What speaks against trusting the log of erased entries that stands here.
    pub(super) fn doubts(&self, log: Option<&Log>, lacking: &[String]) -> Option<String> {
        let lines = log.map_or(0, |log| log.lines);
        if log.is_some() && lines >= self.erased {
            return erased::lacking(lacking);
        }
        let here = if log.is_some() {
            format!("the log of erased entries beside the key ring has {lines} lines")
        } else {
            "beside the key ring there is no log of erased entries (ring.erased)".to_owned()
        };
        Some(format!(
            "{here}, and had {} when the backup was made: what was erased or destroyed since may be \
             back; bring the log from where the ring was and start the server again",
            self.erased
        ))
    }

    pub(super) fn line(&self) -> Result<String> {
        let text = serde_json::to_string(self)
            .map_err(|e| StoreError::inconsistent("backup", "header", e))?;
        Ok(text + "\n")
    }

    /// Reads the first line; the header, and the very bytes that are bound into the chunks.
    pub(super) fn read(path: &Path, from: &mut impl BufRead) -> Result<(Self, Vec<u8>)> {
        let none = || BackupError::NotABackup(path.to_owned());
        let mut line = Vec::new();
        std::io::Read::take(&mut *from, LONGEST)
            .read_until(b'\n', &mut line)
            .map_err(StoreError::file(path))?;
        let text = std::str::from_utf8(&line).map_err(|_| none())?;
        let raw: serde_json::Value = serde_json::from_str(text).map_err(|_| none())?;
        if !raw["zongheng"].is_string() || !text.ends_with('\n') {
            return Err(none().into());
        }
        // A later format may have any other shape: its number is looked at first.
        if let Some(found) = raw["format"].as_u64().filter(|found| *found > FORMAT.into()) {
            let program = raw["program"].as_str().unwrap_or("?").to_owned();
            return Err(BackupError::NewerFormat { found, known: FORMAT, program }.of(path).into());
        }
        let header = serde_json::from_value(raw).map_err(|_| none())?;
        Ok((header, line))
    }

    /// Reads what a file says of itself, without any key.
    ///
    /// # Errors
    /// It cannot be read, is no backup, or is of a later format.
    pub fn of(path: &Path) -> Result<Self> {
        let file = std::fs::File::open(path).map_err(StoreError::file(path))?;
        Ok(Self::read(path, &mut std::io::BufReader::new(file))?.0)
    }
}

fn check_of(key: &[u8; 32]) -> String {
    crate::vault::check_of(key)
}
