//! The kinds of files that are taken, and how large each may be.

const MIB: u64 = 1 << 20;

/// The largest file of any kind, in bytes.
pub const LARGEST: u64 = 50 * MIB;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Jpeg,
    Png,
    Webp,
    Pdf,
    Docx,
    Xlsx,
    Mp3,
    M4a,
    Amr,
    Wav,
    Mp4,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Pdf,
        Self::Docx,
        Self::Xlsx,
        Self::Mp3,
        Self::M4a,
        Self::Amr,
        Self::Wav,
        Self::Mp4,
    ];

    /// As `Content-Type` says it.
    pub const fn media(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Amr => "audio/amr",
            Self::Wav => "audio/wav",
            Self::Mp4 => "video/mp4",
        }
    }

    pub fn of_media(media: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media() == media)
    }

    /// How its name ends.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Mp3 => "mp3",
            Self::M4a => "m4a",
            Self::Amr => "amr",
            Self::Wav => "wav",
            Self::Mp4 => "mp4",
        }
    }

    /// Whether it is shown as a picture; there is a small one beside it then.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// The most bytes of one: a picture of a phone has 3 to 12 MB, a minute of voice 1, of video 10 to 20.
    pub const fn most(self) -> u64 {
        match self {
            Self::Jpeg | Self::Png | Self::Webp | Self::Pdf | Self::Docx | Self::Xlsx => 20 * MIB,
            Self::Mp3 | Self::M4a | Self::Amr | Self::Wav => 10 * MIB,
            Self::Mp4 => LARGEST,
        }
    }
}
