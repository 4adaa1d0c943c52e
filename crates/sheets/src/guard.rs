//! What is looked at before a file is read: whether it is what it says, and whether it would unpack to more
//! than a table holds.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;

use crate::book::Kind;
use crate::{Limits, Refused};

/// The most parts of an XLSX: a workbook of a hundred sheets has some hundred.
const MOST_PARTS: usize = 10_000;
/// A deflated byte gives 1,032 at the most; a sheet of the same row over and over comes near a hundred.
const MOST_RATIO: u64 = 250;
/// Below this size a ratio says nothing.
const SMALL: u64 = 16 << 20;
/// What deflate can make of one byte at the most.
const DEFLATE: u64 = 1_032;

/// The kind of a file by its first bytes.
///
/// # Errors
/// It is neither CSV nor XLSX, not the one that its name says, locked, with macros, or too large.
pub(crate) fn kind(path: &Path, file: &str, limits: &Limits) -> Result<Kind, Refused> {
    let unreadable = |e: &dyn std::fmt::Display| Refused::Unreadable {
        file: file.to_owned(),
        why: e.to_string(),
    };
    let mut open = File::open(path).map_err(|e| unreadable(&e))?;
    let bytes = open.metadata().map_err(|e| unreadable(&e))?.len();
    if bytes == 0 {
        return Err(Refused::Empty { file: file.to_owned() });
    }
    if bytes > limits.bytes {
        let (what, found, most) = ("bytes", bytes, limits.bytes);
        let mend = "split the file";
        return Err(Refused::TooLarge { file: file.to_owned(), what, found, most, mend });
    }
    let mut first = Vec::new();
    open.by_ref().take(4096).read_to_end(&mut first).map_err(|e| unreadable(&e))?;
    let says = says(path);
    if first.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Err(of_old_office(open, file));
    }
    let is = if first.starts_with(b"PK\x03\x04") {
        Kind::Xlsx
    } else if let Some((is, mend)) = other(&first) {
        return Err(Refused::OtherKind { file: file.to_owned(), is, mend });
    } else {
        Kind::Csv
    };
    match (says, is) {
        (Some(Kind::Xlsx), Kind::Csv) => Err(Refused::NotWhatItSays {
            file: file.to_owned(),
            says: "XLSX",
            is: "text",
            mend: "save it as XLSX, or name it .csv",
        }),
        (Some(Kind::Csv), Kind::Xlsx) => Err(Refused::NotWhatItSays {
            file: file.to_owned(),
            says: "CSV",
            is: "an XLSX or another archive",
            mend: "save it as CSV, or name it .xlsx",
        }),
        (_, Kind::Xlsx) => whole(open, file, limits).map(|()| Kind::Xlsx),
        (_, Kind::Csv) => Ok(Kind::Csv),
    }
}

fn says(path: &Path) -> Option<Kind> {
    let name = path.extension()?.to_str()?.to_ascii_lowercase();
    match name.as_str() {
        "xlsx" | "xlsm" => Some(Kind::Xlsx),
        "csv" | "txt" | "tsv" => Some(Kind::Csv),
        _ => None,
    }
}

/// A workbook of before 2007, or one that is locked: both lie in the same container.
fn of_old_office(mut open: File, file: &str) -> Refused {
    // The name of the locked part stands in the directory, in UTF-16.
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut bytes = Vec::new();
    let read =
        open.seek(SeekFrom::Start(0)).and_then(|_| open.take(8 << 20).read_to_end(&mut bytes));
    let is_locked = read.is_ok() && bytes.windows(locked.len()).any(|part| part == locked);
    let (is, mend) = if is_locked {
        ("locked with a password", "take the password away and save it again")
    } else {
        ("a workbook of the old kind (.xls)", "save it as .xlsx")
    };
    Refused::OtherKind { file: file.to_owned(), is, mend }
}

fn other(first: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start();
    let begins =
        |with: &[u8]| text.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    if begins(b"<html") || begins(b"<!doctype") || begins(b"<table") || begins(b"<?xml") {
        return Some(("a web page or XML under another name", "open it and save it as .xlsx"));
    }
    if begins(b"%PDF") {
        return Some(("a PDF", "save the table as .xlsx or .csv"));
    }
    if begins(b"\xff\xd8\xff") || begins(b"\x89PNG") {
        return Some(("a picture", "save the table as .xlsx or .csv"));
    }
    let wide = first.starts_with(b"\xff\xfe") || first.starts_with(b"\xfe\xff");
    if !wide && first.contains(&0) {
        return Some(("no text and no workbook", "save the table as .xlsx or .csv"));
    }
    None
}

/// Whether a part of a workbook holds the words of all its cells.
fn is_words(part: &str) -> bool {
    part.to_ascii_lowercase().ends_with("sharedstrings.xml")
}

/// An archive that is a workbook and unpacks to what may be read.
fn whole(open: File, file: &str, limits: &Limits) -> Result<(), Refused> {
    let name = || file.to_owned();
    let unreadable =
        |e: &dyn std::fmt::Display| Refused::Unreadable { file: name(), why: e.to_string() };
    let cut = "it is damaged, or only a part of a workbook: copy it again";
    let mut archive =
        ZipArchive::new(std::io::BufReader::new(open)).map_err(|_| unreadable(&cut))?;
    if archive.len() > MOST_PARTS {
        return Err(Refused::Bomb { file: name(), part: format!("{} parts", archive.len()) });
    }
    let (mut book, mut all) = (false, 0_u64);
    for i in 0..archive.len() {
        let (part, packed, unpacked) = {
            let part = archive.by_index_raw(i).map_err(|e| unreadable(&e))?;
            let name = part.name().map_err(|e| unreadable(&e))?.into_owned();
            (name, part.compressed_size(), part.size())
        };
        book |= part == "xl/workbook.xml";
        if part.ends_with("vbaProject.bin") {
            let (is, mend) = ("a workbook with macros", "save it as .xlsx, without them");
            return Err(Refused::OtherKind { file: name(), is, mend });
        }
        all = all.saturating_add(unpacked);
        let bomb = unpacked > SMALL && unpacked / packed.max(1) > MOST_RATIO;
        if bomb || all > limits.unpacked {
            return Err(Refused::Bomb { file: name(), part });
        }
        let words = is_words(&part);
        let most = if words { limits.words } else { limits.unpacked };
        // What the directory says may be a lie; where it could be, it is counted.
        let counted = if packed.saturating_mul(DEFLATE) > most {
            let read = archive.by_index(i).map_err(|e| unreadable(&e))?;
            let read = std::io::copy(&mut read.take(most + 1), &mut std::io::sink());
            read.map_err(|e| unreadable(&e))?
        } else {
            unpacked
        };
        if words && counted.max(unpacked) > most {
            let found = counted.max(unpacked);
            let what = "bytes of words in its cells, which are held in memory while it is read";
            let mend = "save it as CSV, which is read at any length, or split it";
            return Err(Refused::TooLarge { file: name(), what, found, most, mend });
        }
        if counted > most.min(unpacked) {
            return Err(Refused::Bomb { file: name(), part });
        }
    }
    if book {
        return Ok(());
    }
    let (is, mend) = ("an archive and no workbook", "save the table as .xlsx or .csv");
    Err(Refused::OtherKind { file: name(), is, mend })
}
