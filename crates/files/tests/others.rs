//! Papers, voice and films: told by their bytes, whole, one file only, and nothing that runs.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zongheng_files::{Blanked, Fit, Kind, Unfit, judge};

fn judged(bytes: &[u8]) -> Result<Fit, Unfit> {
    judge(&mut Cursor::new(bytes), bytes.len() as u64)
}

fn kind(bytes: &[u8]) -> Kind {
    judged(bytes).unwrap_or_else(|e| panic!("{e}")).kind()
}

fn why(bytes: &[u8]) -> String {
    judged(bytes).unwrap_err().to_string()
}

fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        out.start_file(*name, SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

const TYPES: &str =
    "<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument\"/></Types>";

fn docx() -> Vec<u8> {
    archive(&[("[Content_Types].xml", TYPES), ("word/document.xml", "<w:document/>")])
}

#[test]
fn word_and_excel_are_told_by_what_stands_in_them() {
    assert_eq!(kind(&docx()), Kind::Docx);
    let sheet = archive(&[("[Content_Types].xml", TYPES), ("xl/workbook.xml", "<workbook/>")]);
    assert_eq!(kind(&sheet), Kind::Xlsx);
    let macros = TYPES.replace("openxmlformats", "ms-word.document.macroEnabled");
    for entries in [
        [("[Content_Types].xml", TYPES), ("word/document.xml", ""), ("word/vbaProject.bin", "x")],
        [("[Content_Types].xml", TYPES), ("word/document.xml", ""), ("WORD/VBAPROJECT.BIN", "x")],
        [("[Content_Types].xml", &macros), ("word/document.xml", ""), ("a", "")],
    ] {
        assert!(why(&archive(&entries)).contains("macros"));
    }
    assert!(why(&archive(&[("a.txt", "plain")])).contains("this kind of file"));
    assert!(why(&archive(&[("word/document.xml", "")])).contains("this kind of file"));
    let whole = docx();
    assert!(why(&whole[..whole.len() - 1]).contains("missing"));
    assert!(why(&[whole.as_slice(), b"MZ"].concat()).contains("second file"));
    assert!(why(&[b"PK\x03\x04".as_slice(), b"rubbish"].concat()).contains("missing"));
}

#[test]
fn a_document_that_unpacks_to_too_much_is_told_so() {
    let many: Vec<String> = (0..4_001).map(|n| format!("word/{n}.xml")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "")).collect();
    assert!(why(&archive(&many)).contains("unpacks to too much"));
    let mut said = docx();
    let entry = said.windows(4).rposition(|word| word == b"PK\x01\x02").unwrap();
    said[entry + 24..entry + 28].copy_from_slice(&(201_u32 << 20).to_le_bytes());
    assert!(why(&said).contains("unpacks to too much"), "by what its list says");
}

#[test]
fn a_paper_is_whole_and_runs_nothing() {
    let pdf = |inside: &str| format!("%PDF-1.7\n{inside}\n%%EOF\n").into_bytes();
    assert_eq!(kind(&pdf("1 0 obj << /Type /Catalog >> endobj")), Kind::Pdf);
    assert!(why(b"%PDF-1.7\n1 0 obj").contains("missing"));
    for inside in ["/OpenAction << /S /JavaScript >>", "<< /S /Launch >>"] {
        assert!(why(&pdf(inside)).contains("runs a program"), "{inside}");
    }
    let both = [pdf("1 0 obj"), docx()].concat();
    assert!(why(&both).contains("second file"));
    assert!(why(&pdf("<html>")).contains("second file"));
}

#[test]
fn voice_is_told_by_its_frames() {
    // 128 kbit/s, 44.1 kHz: 417 bytes a frame.
    let mut frame = vec![0xFF, 0xFB, 0x90, 0x00];
    frame.resize(417, 0);
    let song = frame.repeat(5);
    assert_eq!(kind(&song), Kind::Mp3);
    let notes = [&b"ID3\x04\0\0\0\0\0\x02xx"[..], &song].concat();
    assert_eq!(kind(&notes), Kind::Mp3);
    assert!(why(b"ID3\x04\0\0\0\0\0\x02xxno frame at all").contains("missing"));
    assert!(why(&frame[..40]).contains("this kind of file"), "one frame may be chance");
    assert_eq!(kind(b"#!AMR\n\x3c\x91"), Kind::Amr);
    assert_eq!(kind(b"#!AMR-WB\n\x3c\x91"), Kind::Amr);
    let wav = |says: u32| {
        let mut wav = [&b"RIFF"[..], &says.to_le_bytes(), b"WAVEfmt "].concat();
        wav.resize(100, 0);
        wav
    };
    assert_eq!(kind(&wav(92)), Kind::Wav);
    assert!(why(&wav(93)).contains("missing"));
}

fn boxed(name: [u8; 4], inside: &[u8]) -> Vec<u8> {
    let length = u32::try_from(inside.len() + 8).unwrap();
    [&length.to_be_bytes()[..], &name, inside].concat()
}

fn film(track: [u8; 4], seconds: u32) -> Vec<u8> {
    let mut mvhd = vec![0; 100];
    mvhd[12..16].copy_from_slice(&1_000_u32.to_be_bytes());
    mvhd[16..20].copy_from_slice(&(seconds * 1_000).to_be_bytes());
    let mut hdlr = vec![0; 24];
    hdlr[8..12].copy_from_slice(&track);
    let place = boxed(*b"udta", &boxed(*b"\xA9xyz", b"+31.7996+115.4010/"));
    let moov =
        [boxed(*b"mvhd", &mvhd), boxed(*b"trak", &boxed(*b"mdia", &boxed(*b"hdlr", &hdlr))), place]
            .concat();
    [boxed(*b"ftyp", b"isom\0\0\0\0"), boxed(*b"moov", &moov), boxed(*b"mdat", &[7; 64])].concat()
}

#[test]
fn a_film_keeps_its_pictures_and_loses_its_place() {
    let whole = film(*b"vide", 12);
    let Fit::AsItCame { kind, blanks } = judged(&whole).unwrap() else { panic!("a film") };
    assert_eq!((kind, blanks.len()), (Kind::Mp4, 1));
    let mut kept = Vec::new();
    Blanked::new(whole.as_slice(), &blanks).read_to_end(&mut kept).unwrap();
    assert_eq!(kept.len(), whole.len(), "every other part stays in its place");
    assert!(!kept.windows(4).any(|w| w == b"udta") && kept.windows(4).any(|w| w == b"free"));
    // However it is read.
    let mut slowly = Blanked::new(whole.as_slice(), &blanks);
    let mut by_byte = Vec::new();
    let mut one = [0];
    while slowly.read(&mut one).unwrap() == 1 {
        by_byte.push(one[0]);
    }
    assert_eq!(by_byte, kept);
    assert_eq!(self::kind(&kept), Kind::Mp4);

    assert_eq!(self::kind(&film(*b"soun", 12)), Kind::M4a);
    assert!(why(&film(*b"vide", 301)).contains("too long"));
    assert!(why(&film(*b"text", 12)).contains("MP4"));
    for end in 13..whole.len() {
        assert!(why(&whole[..end]).contains("missing"), "{end}");
    }
    let deep = (0..9).fold(Vec::new(), |inside, _| boxed(*b"trak", &inside));
    let deep = [boxed(*b"ftyp", b"isom\0\0\0\0"), boxed(*b"moov", &deep)].concat();
    assert!(why(&deep).contains("MP4"));
}

#[test]
fn nothing_too_large_is_read() {
    let size = Kind::Pdf.most() + 1;
    let told = judge(&mut Cursor::new(b"%PDF-1.7"), size).unwrap_err().to_string();
    assert!(told.contains("at most 20 MB"), "{told}");
    assert!(why(b"").contains("empty"));
}
