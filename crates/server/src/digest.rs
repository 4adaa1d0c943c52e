//! What tells one file from another.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The SHA-256 of a file, read a piece at a time.
///
/// # Errors
/// It cannot be read.
pub fn of_file(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut bytes = vec![0; 64 << 10];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(hash.finalize().into()),
            n => hash.update(&bytes[..n]),
        }
    }
}
