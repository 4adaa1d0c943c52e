//! Why a file is not taken, in words by which whoever sent it can mend it.

/// Why a file is not taken. The sentences are the keys of their Chinese in `ui/locales/faults.zh.toml`.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("the file is empty: choose it again")]
    Empty,
    #[error("the file is too large: at most {most} MB of this kind")]
    TooLarge { most: u64 },
    #[error(
        "part of the file is missing: open it once on the phone to see whether it is whole, then choose it again"
    )]
    Cut,
    #[error(
        "the picture cannot be read: open it on the phone, take a screenshot of it and choose that"
    )]
    Broken,
    #[error(
        "the picture is too large: at most {pixels} million points and {side} a side; choose a lower resolution"
    )]
    TooManyPixels { pixels: u64, side: u32 },
    #[error(
        "this is the phone's own format HEIC: set the camera to \"Most Compatible\" (Settings, Camera, Formats), or take a screenshot of the picture and choose that"
    )]
    Heic,
    #[error("pictures of this format are not taken: save it as JPG or PNG")]
    OtherPicture,
    #[error("videos of this format are not taken: save it as MP4")]
    OtherVideo,
    #[error("the video is too long: at most {most} seconds; cut it to what matters")]
    TooLong { most: u64 },
    #[error("an old Word or Excel file: save it as DOCX or XLSX, or as PDF")]
    OldOffice,
    #[error("macros stand in the file: save it without them (as DOCX or XLSX), or as PDF")]
    Macros,
    #[error("the document unpacks to too much: split it, or save it as PDF")]
    Unpacks,
    #[error("the paper runs a program when it is opened: print it to PDF again and choose that")]
    Active,
    #[error("programs, scripts and web pages are not taken")]
    Program,
    #[error("the file holds a second file of another kind: save it again and choose that")]
    Two,
    #[error(
        "this kind of file is not taken: pictures (JPG, PNG, WebP), PDF, DOCX, XLSX, voice (MP3, M4A, AMR, WAV) and MP4 video are"
    )]
    Other,
    /// Of the disk, not of the file.
    #[error("the file could not be read here: {0}")]
    Io(#[from] std::io::Error),
}
