//! The body of a backup: chunks, each encrypted and bound to its place, so that a missing end, another
//! order and a changed byte are found.
//!
//! A chunk is its length in four bytes, big-endian, the highest bit set on the last one, and the
//! ciphertext of AES-256-GCM. Nonce: one byte that is 1 for the last chunk, three zeros, the chunk's number
//! in eight bytes from 0. Associated data: the header line. The key is the file's own, so no nonce
//! comes twice under it.

use std::io::{self, Read, Write};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};

use super::BackupError;

const CHUNK: usize = 256 * 1024;
const TAG: usize = 16;
const LAST: u32 = 1 << 31;

/// What binds a chunk to its file and its place.
struct Place {
    cipher: Aes256Gcm,
    header: Vec<u8>,
    n: u64,
}

impl Place {
    fn new(key: &[u8; 32], header: &[u8]) -> Self {
        let cipher = Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key));
        Self { cipher, header: header.to_owned(), n: 0 }
    }

    fn nonce(&self, last: bool) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[0] = u8::from(last);
        nonce[4..].copy_from_slice(&self.n.to_be_bytes());
        nonce
    }

    fn seal(&mut self, plain: &[u8], last: bool) -> io::Result<Vec<u8>> {
        let nonce = self.nonce(last);
        let payload = Payload { msg: plain, aad: &self.header };
        let sealed = self.cipher.encrypt(Nonce::from_slice(&nonce), payload);
        self.n += 1;
        sealed.map_err(|_| io::Error::other("a chunk could not be encrypted"))
    }

    fn open(&mut self, sealed: &[u8], last: bool) -> Result<Vec<u8>, BackupError> {
        let nonce = self.nonce(last);
        let payload = Payload { msg: sealed, aad: &self.header };
        let plain = self.cipher.decrypt(Nonce::from_slice(&nonce), payload);
        self.n += 1;
        plain.map_err(|_| BackupError::Damaged { chunk: self.n })
    }
}

/// Encrypts what is written to it. Without [`Sealer::finish`] the file has no last chunk and is refused.
pub(super) struct Sealer<W> {
    out: W,
    place: Place,
    held: Vec<u8>,
}

impl<W: Write> Sealer<W> {
    pub(super) fn new(out: W, key: &[u8; 32], header: &[u8]) -> Self {
        Self { out, place: Place::new(key, header), held: Vec::with_capacity(CHUNK) }
    }

    /// Writes the last chunk and gives back what was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.chunk(true)?;
        Ok(self.out)
    }

    fn chunk(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.place.seal(&self.held, last)?;
        self.held.clear();
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.out.write_all(&(length | if last { LAST } else { 0 }).to_be_bytes())?;
        self.out.write_all(&sealed)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.held.len() == CHUNK {
            self.chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.held.len());
        self.held.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A chunk leaves when it is full: shorter ones would only make the file longer.
        Ok(())
    }
}

/// Decrypts what a [`Sealer`] wrote; a fault comes as an `io::Error` that holds a [`BackupError`].
pub(super) struct Opener<R> {
    from: R,
    place: Place,
    held: Vec<u8>,
    read: usize,
    ended: bool,
}

impl<R: Read> Opener<R> {
    pub(super) fn new(from: R, key: &[u8; 32], header: &[u8]) -> Self {
        Self { from, place: Place::new(key, header), held: Vec::new(), read: 0, ended: false }
    }

    fn next(&mut self) -> io::Result<()> {
        let mut length = [0; 4];
        self.exactly(&mut length)?;
        let length = u32::from_be_bytes(length);
        let (last, length) = (length & LAST != 0, (length & !LAST) as usize);
        if !(TAG..=CHUNK + TAG).contains(&length) {
            let chunk = self.place.n + 1;
            return Err(io::Error::other(BackupError::Damaged { chunk }));
        }
        let mut sealed = vec![0; length];
        self.exactly(&mut sealed)?;
        self.held = self.place.open(&sealed, last).map_err(io::Error::other)?;
        self.read = 0;
        self.ended = last;
        if last && self.from.read(&mut [0])? > 0 {
            return Err(io::Error::other(BackupError::Longer));
        }
        Ok(())
    }

    fn exactly(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.from.read_exact(bytes).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => io::Error::other(BackupError::Half),
            _ => error,
        })
    }
}

impl<R: Read> Read for Opener<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.read == self.held.len() {
            if self.ended {
                return Ok(0);
            }
            self.next()?;
        }
        let taken = bytes.len().min(self.held.len() - self.read);
        bytes[..taken].copy_from_slice(&self.held[self.read..self.read + taken]);
        self.read += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut sealer = Sealer::new(Vec::new(), &KEY, b"header");
        sealer.write_all(plain).unwrap();
        sealer.finish().unwrap()
    }

    fn opened(sealed: &[u8], header: &[u8]) -> Result<Vec<u8>, String> {
        let mut plain = Vec::new();
        let read = Opener::new(sealed, &KEY, header).read_to_end(&mut plain);
        read.map(|_| plain).map_err(|e| e.to_string())
    }

    #[test]
    fn every_length_around_a_chunk_comes_back() {
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1] {
            let plain: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            assert_eq!(opened(&sealed(&plain), b"header"), Ok(plain), "{length}");
        }
    }

    #[test]
    fn cut_anywhere_it_is_half_a_backup() {
        let whole = sealed(&vec![1; 2 * CHUNK + 10]);
        let one = CHUNK + TAG + 4;
        for cut in [0, 1, 4, 5, one - 1, one, one + 2, 2 * one, whole.len() - 1] {
            let said = opened(&whole[..cut], b"header").unwrap_err();
            assert!(said.contains("only part of a backup"), "{cut}: {said}");
        }
        let mut longer = whole;
        longer.push(0);
        assert!(opened(&longer, b"header").unwrap_err().contains("goes on after its end"));
    }

    #[test]
    fn another_order_another_byte_and_another_header_are_found() {
        let plain: Vec<u8> = [1, 2, 3].into_iter().flat_map(|n| vec![n; CHUNK]).collect();
        let whole = sealed(&plain);
        let one = CHUNK + TAG + 4;
        let swapped = [&whole[one..2 * one], &whole[..one], &whole[2 * one..]].concat();
        assert!(opened(&swapped, b"header").unwrap_err().contains("chunk 1 "));
        let dropped = [&whole[..one], &whole[2 * one..]].concat();
        assert!(opened(&dropped, b"header").unwrap_err().contains("chunk 2 "));
        let mut early = whole[..one].to_vec();
        early[0] |= 0x80;
        assert!(opened(&early, b"header").unwrap_err().contains("chunk 1 "), "no last chunk");
        for place in [4, one - 1, one + 100, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(opened(&changed, b"header").unwrap_err().contains("damaged"), "{place}");
        }
        assert!(opened(&whole, b"Header").unwrap_err().contains("chunk 1 "));
    }
}
