//! Films and voice in MP4: its parts are walked by their lengths, none is held in memory.

use std::io::SeekFrom;

use crate::{Kind, Source, Unfit};

/// The longest film or voice, in seconds.
const MOST_SECONDS: u64 = 300;
/// The most parts that are looked at; a phone's film has some fifty.
const MOST_PARTS: usize = 2_000;
/// So deep `hdlr` stands: moov, trak, mdia.
const DEEPEST: usize = 4;

/// What the parts say.
#[derive(Debug)]
pub(crate) struct Film {
    pub(crate) kind: Kind,
    /// Where the names of the parts stand that hold place, maker and other notes.
    pub(crate) blanks: Vec<u64>,
}

struct Walk<'a, S> {
    source: &'a mut S,
    parts: usize,
    blanks: Vec<u64>,
    seconds: Option<u64>,
    pictures: bool,
    sound: bool,
    data: bool,
}

pub(crate) fn read(source: &mut impl Source, size: u64) -> Result<Film, Unfit> {
    let mut walk = Walk {
        source,
        parts: 0,
        blanks: Vec::new(),
        seconds: None,
        pictures: false,
        sound: false,
        data: false,
    };
    walk.level(0, size, 0)?;
    let seconds = walk.seconds.filter(|_| walk.data).ok_or(Unfit::Cut)?;
    if seconds > MOST_SECONDS {
        return Err(Unfit::TooLong { most: MOST_SECONDS });
    }
    let kind = match (walk.pictures, walk.sound) {
        (true, _) => Kind::Mp4,
        (false, true) => Kind::M4a,
        (false, false) => return Err(Unfit::OtherVideo),
    };
    if size > kind.most() {
        return Err(Unfit::TooLarge { most: kind.most() >> 20 });
    }
    Ok(Film { kind, blanks: walk.blanks })
}

impl<S: Source> Walk<'_, S> {
    /// The parts from one place to another.
    fn level(&mut self, mut at: u64, end: u64, deep: usize) -> Result<(), Unfit> {
        while at < end {
            self.parts += 1;
            if self.parts > MOST_PARTS || deep > DEEPEST {
                return Err(Unfit::OtherVideo);
            }
            let mut head = [0_u8; 16];
            let known = (end - at).min(16);
            if known < 8 {
                return Err(Unfit::Cut);
            }
            self.bytes(at, &mut head[..usize::try_from(known).unwrap_or(8)])?;
            let short = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
            let long = u64::from_be_bytes([
                head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15],
            ]);
            let (begin, length) = match short {
                0 => (8, end - at),
                1 => (16, long),
                length => (8, u64::from(length)),
            };
            if length < begin || length > end - at {
                return Err(Unfit::Cut);
            }
            self.part(&head[4..8], (at, at + begin, at + length), deep)?;
            at += length;
        }
        Ok(())
    }

    fn part(
        &mut self,
        name: &[u8],
        (at, begin, end): (u64, u64, u64),
        deep: usize,
    ) -> Result<(), Unfit> {
        match name {
            b"moov" | b"trak" | b"mdia" => self.level(begin, end, deep + 1)?,
            b"udta" | b"meta" | b"uuid" => self.blanks.push(at + 4),
            b"mdat" => self.data = true,
            b"mvhd" => self.seconds = Some(self.length(begin, end)?),
            b"hdlr" => {
                let mut said = [0_u8; 12];
                if end - begin >= 12 {
                    self.bytes(begin, &mut said)?;
                }
                self.pictures |= said[8..] == *b"vide";
                self.sound |= said[8..] == *b"soun";
            }
            _ => {}
        }
        Ok(())
    }

    /// The length in seconds, rounded up.
    fn length(&mut self, begin: u64, end: u64) -> Result<u64, Unfit> {
        let mut said = [0_u8; 32];
        if end - begin < 32 {
            return Err(Unfit::Cut);
        }
        self.bytes(begin, &mut said)?;
        let four = |at: usize| {
            u64::from(u32::from_be_bytes([said[at], said[at + 1], said[at + 2], said[at + 3]]))
        };
        let (scale, length) = match said[0] {
            0 => (four(12), four(16)),
            _ => (four(20), (four(24) << 32) | four(28)),
        };
        if scale == 0 { Err(Unfit::Cut) } else { Ok(length.div_ceil(scale)) }
    }

    fn bytes(&mut self, at: u64, into: &mut [u8]) -> Result<(), Unfit> {
        self.source.seek(SeekFrom::Start(at))?;
        self.source.read_exact(into)?;
        Ok(())
    }
}
