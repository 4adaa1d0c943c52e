//! What somebody hands in as a file: told by its bytes and never by its name, bounded before it is opened, and
//! pictures made anew, so that nothing of the phone's own notes stays in them. It knows no matter.

mod boxes;
mod kind;
mod office;
mod paper;
mod picture;
mod sniff;
mod sound;
mod taken;
mod unfit;

use std::io::{Read, Seek, SeekFrom};

pub use kind::{Kind, LARGEST};
pub use picture::{MOST_PIXELS, MOST_SIDE, SIDE, SMALL, small_of};
pub use taken::Taken;
pub use unfit::Unfit;

/// What can be read again from its beginning: a file on the disk, or bytes in memory.
pub trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

/// A file that may be kept, and how.
#[derive(Debug)]
pub enum Fit {
    /// Made anew: what is kept is this JPEG, with a small one beside it.
    Picture { whole: Vec<u8>, small: Vec<u8>, taken: Taken },
    /// Kept as it came, but for the words at these places, each of four bytes, which become `free`: what they begin
    /// is skipped by every player.
    AsItCame { kind: Kind, blanks: Vec<u64> },
}

impl Fit {
    /// What it is kept as.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Picture { .. } => Kind::Jpeg,
            Self::AsItCame { kind, .. } => *kind,
        }
    }
}

/// Looks at a file of `size` bytes. Pictures are decoded: that takes up to a second or two and 300 MB, so one at a time.
///
/// # Errors
/// What is wrong with it and how to mend it.
pub fn judge(source: &mut impl Source, size: u64) -> Result<Fit, Unfit> {
    let head = beginning(source)?;
    let kind = sniff::told(&head, size)?;
    if size > kind.most() {
        return Err(Unfit::TooLarge { most: kind.most() >> 20 });
    }
    source.seek(SeekFrom::Start(0))?;
    let as_it_came = |blanks| Fit::AsItCame { kind, blanks };
    match kind {
        Kind::Jpeg | Kind::Png | Kind::Webp => {
            let bytes = all(source, size)?;
            picture::made_anew(kind, &bytes)
        }
        Kind::Mp4 | Kind::M4a => {
            let film = boxes::read(source, size)?;
            Ok(Fit::AsItCame { kind: film.kind, blanks: film.blanks })
        }
        Kind::Pdf => paper::check(&all(source, size)?).map(|()| as_it_came(Vec::new())),
        Kind::Docx | Kind::Xlsx => {
            office::read(source, size).map(|kind| Fit::AsItCame { kind, blanks: Vec::new() })
        }
        Kind::Mp3 | Kind::Amr | Kind::Wav => {
            sound::check(kind, &all(source, size)?).map(|()| as_it_came(Vec::new()))
        }
    }
}

/// Reads a file with its blanks in it.
#[derive(Debug)]
pub struct Blanked<'a, R> {
    from: R,
    at: u64,
    blanks: &'a [u64],
}

impl<'a, R: Read> Blanked<'a, R> {
    /// `from` begins at the file's beginning; `blanks` as [`Fit::AsItCame`] has them.
    pub const fn new(from: R, blanks: &'a [u64]) -> Self {
        Self { from, at: 0, blanks }
    }
}

impl<R: Read> Read for Blanked<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.from.read(into)?;
        let end = self.at + n as u64;
        for place in self.blanks {
            for (byte, at) in b"free".iter().zip(*place..) {
                let inside = at.checked_sub(self.at).filter(|_| at < end);
                if let Some(there) = inside.and_then(|at| into.get_mut(usize::try_from(at).ok()?)) {
                    *there = *byte;
                }
            }
        }
        self.at = end;
        Ok(n)
    }
}

fn beginning(source: &mut impl Source) -> Result<Vec<u8>, Unfit> {
    source.seek(SeekFrom::Start(0))?;
    let mut head = Vec::with_capacity(sniff::HEAD);
    source.by_ref().take(sniff::HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn all(source: &mut impl Source, size: u64) -> Result<Vec<u8>, Unfit> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    source.by_ref().take(size).read_to_end(&mut bytes)?;
    Ok(bytes)
}
