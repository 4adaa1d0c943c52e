//! DOCX and XLSX by what their archive holds: the parts of one, no macros, nothing before or behind.

use std::io::{Read, SeekFrom};

use zip::ZipArchive;

use crate::{Kind, Source, Unfit};

/// The most entries of an archive.
const MOST_ENTRIES: usize = 4_000;
/// The most bytes that its entries say they unpack to.
const MOST_UNPACKED: u64 = 200 << 20;
/// The most bytes of the list of types.
const MOST_TYPES: u64 = 1 << 20;

pub(crate) fn read(source: &mut impl Source, size: u64) -> Result<Kind, Unfit> {
    must_end_here(source, size)?;
    source.seek(SeekFrom::Start(0))?;
    let mut archive = ZipArchive::new(source).map_err(|_| Unfit::Cut)?;
    if archive.offset() != 0 {
        return Err(Unfit::Other);
    }
    if archive.len() > MOST_ENTRIES {
        return Err(Unfit::Unpacks);
    }
    let (mut word, mut excel, mut macros, mut unpacked) = (false, false, false, 0_u64);
    for n in 0..archive.len() {
        let entry = archive.by_index_raw(n).map_err(|_| Unfit::Cut)?;
        unpacked = unpacked.saturating_add(entry.size());
        let name = entry.name().map_err(|_| Unfit::Cut)?.to_ascii_lowercase();
        word |= name == "word/document.xml";
        excel |= name == "xl/workbook.xml";
        macros |= name.ends_with("vbaproject.bin") || name.starts_with("xl/macrosheets/");
    }
    let kind = match (word, excel) {
        (true, false) => Kind::Docx,
        (false, true) => Kind::Xlsx,
        _ => return Err(Unfit::Other),
    };
    if unpacked > MOST_UNPACKED {
        return Err(Unfit::Unpacks);
    }
    let types = archive.by_name("[Content_Types].xml").map_err(|_| Unfit::Other)?;
    let mut said = Vec::new();
    types.take(MOST_TYPES).read_to_end(&mut said).map_err(|_| Unfit::Cut)?;
    let said = said.to_ascii_lowercase();
    if macros || said.windows(12).any(|word| word == b"macroenabled") {
        return Err(Unfit::Macros);
    }
    Ok(kind)
}

/// The record that ends an archive stands at the end of the file, with no more behind it than the comment it names.
fn must_end_here(source: &mut impl Source, size: u64) -> Result<(), Unfit> {
    let looked = size.min(65_535 + 22);
    source.seek(SeekFrom::Start(size - looked))?;
    let mut last = Vec::new();
    source.by_ref().take(looked).read_to_end(&mut last)?;
    let at = last.windows(4).rposition(|word| word == b"PK\x05\x06").ok_or(Unfit::Cut)?;
    let comment = last.get(at + 20..at + 22).ok_or(Unfit::Cut)?;
    let comment = usize::from(u16::from_le_bytes([comment[0], comment[1]]));
    match (at + 22 + comment).cmp(&last.len()) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(Unfit::Two),
        std::cmp::Ordering::Greater => Err(Unfit::Cut),
    }
}
