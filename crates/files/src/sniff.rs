//! What a file is, by how it begins.

use crate::{Kind, Unfit};

/// So much of the beginning is looked at.
pub(crate) const HEAD: usize = 1024;

const HEIC: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"];

/// The kind by the first bytes. Where a kind is told by what stands further in, that is looked at later.
pub(crate) fn told(head: &[u8], size: u64) -> Result<Kind, Unfit> {
    if size == 0 || head.is_empty() {
        return Err(Unfit::Empty);
    }
    let at = |place: usize, wanted: &[u8]| head.get(place..place + wanted.len()) == Some(wanted);
    if at(4, b"ftyp") {
        return film(head);
    }
    let known: [(&[u8], Kind); 7] = [
        (&[0xFF, 0xD8, 0xFF], Kind::Jpeg),
        (b"\x89PNG\r\n\x1a\n", Kind::Png),
        (b"%PDF-", Kind::Pdf),
        (b"PK\x03\x04", Kind::Docx),
        (b"#!AMR\n", Kind::Amr),
        (b"#!AMR-WB\n", Kind::Amr),
        (b"ID3", Kind::Mp3),
    ];
    if let Some((_, kind)) = known.into_iter().find(|(begins, _)| head.starts_with(begins)) {
        return Ok(kind);
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Ok(Kind::Webp);
    }
    if at(0, b"RIFF") && at(8, b"WAVE") {
        return Ok(Kind::Wav);
    }
    if crate::sound::is_frame(head) {
        return Ok(Kind::Mp3);
    }
    Err(refused(head))
}

fn film(head: &[u8]) -> Result<Kind, Unfit> {
    match head.get(8..12) {
        Some(brand) if HEIC.contains(&brand) => Err(Unfit::Heic),
        Some(b"avif" | b"avis") => Err(Unfit::OtherPicture),
        Some(b"qt  ") => Err(Unfit::OtherVideo),
        Some(b"M4A " | b"M4B ") => Ok(Kind::M4a),
        Some(_) => Ok(Kind::Mp4),
        None => Err(Unfit::Cut),
    }
}

/// Why it is none of those that are taken.
fn refused(head: &[u8]) -> Unfit {
    let begins = |all: &[&[u8]]| all.iter().any(|begin| head.starts_with(begin));
    if begins(&[b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\x01\0"]) {
        return Unfit::OtherPicture;
    }
    if begins(&[b"\xD0\xCF\x11\xE0"]) {
        return Unfit::OldOffice;
    }
    if begins(&[b"\x1A\x45\xDF\xA3", b"FLV\x01"]) || head.get(8..12) == Some(b"AVI ") {
        return Unfit::OtherVideo;
    }
    if is_program(head) { Unfit::Program } else { Unfit::Other }
}

/// What a machine or a browser would run: programs, scripts, web pages, SVG.
pub(crate) fn is_program(bytes: &[u8]) -> bool {
    let begins = |begin: &[u8]| bytes.starts_with(begin);
    if begins(b"MZ") || begins(b"\x7FELF") || begins(b"#!") || begins(b"\xCA\xFE\xBA\xBE") {
        return true;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    text.trim_ascii_start().starts_with(b"<") || holds_markup(bytes)
}

/// Words of web pages, wherever they stand.
pub(crate) fn holds_markup(bytes: &[u8]) -> bool {
    const WORDS: [&[u8]; 5] = [b"<script", b"<html", b"<svg", b"<?php", b"<!doctype"];
    let places = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<');
    places.map(|(place, _)| &bytes[place..]).any(|rest| {
        WORDS.iter().any(|word| {
            rest.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
        })
    })
}

/// Whether a second file stands behind the first, as a reader of another kind would find it: an archive is found from
/// its end, a paper and a web page by their words.
pub(crate) fn hides(rest: &[u8]) -> bool {
    is_program(&rest[..rest.len().min(HEAD)])
        || rest.starts_with(b"PK\x03\x04")
        || ends_an_archive(rest)
        || rest.windows(5).any(|word| word == b"%PDF-")
}

/// The end of a ZIP archive stands within the last 64 KiB and its own 22 bytes.
pub(crate) fn ends_an_archive(bytes: &[u8]) -> bool {
    let last = &bytes[bytes.len().saturating_sub(65_535 + 22)..];
    last.windows(4).any(|word| word == b"PK\x05\x06")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(head: &[u8]) -> String {
        told(head, head.len() as u64).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_taken_is_told_by_what_it_is() {
        for (head, word) in [
            (&b""[..], "empty"),
            (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
            (b"\0\0\0\x18ftypmif1\0\0\0\0", "HEIC"),
            (b"\0\0\0\x18ftypavif", "JPG or PNG"),
            (b"\0\0\0\x18ftypqt  ", "MP4"),
            (b"GIF89a", "JPG or PNG"),
            (b"MZ\x90\0", "programs"),
            (b"\x7FELF\x02", "programs"),
            (b"#!/bin/sh\nrm", "programs"),
            (b"\xEF\xBB\xBF  <svg onload=1>", "programs"),
            (b"hello <SCRIPT>alert(1)</script>", "programs"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "DOCX or XLSX"),
            (b"just words", "this kind of file"),
            (b"Rar!\x1A\x07", "this kind of file"),
        ] {
            assert!(why(head).contains(word), "{head:?}: {}", why(head));
        }
    }
}
