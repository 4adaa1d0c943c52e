//! Tables as people hand them in.

use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::civil::date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};
use zongheng_sheets::moment::{self, Sense};
use zongheng_sheets::{Book, Cell, Limits};

/// Little enough that an input which takes more of it is found at once.
const LIMITS: Limits =
    Limits { bytes: 1 << 20, unpacked: 4 << 20, words: 1 << 20, rows: 2_000, columns: 64 };

/// Feeds a reader that asks for a file.
pub(crate) fn with_file(name: &str, bytes: &[u8], read: impl FnOnce(&Path)) {
    let folder = std::env::temp_dir().join(format!("zongheng-fuzz-{}", uuid::Uuid::now_v7()));
    let path = folder.join(name);
    let made = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, bytes));
    made.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read(&path);
    // What is left behind in the temporary folder changes no outcome.
    drop(std::fs::remove_dir_all(folder));
}

fn book(name: &str, bytes: &[u8]) {
    with_file(name, bytes, |path| {
        let book = match Book::open(path, None, LIMITS) {
            Ok(book) => book,
            Err(refused) => {
                assert!(!refused.to_string().is_empty());
                return;
            }
        };
        let mut before = 0;
        let read = book.lines(|line| {
            assert!(line.row > before, "rows come in their order");
            before = line.row;
            assert!(line.row <= LIMITS.rows);
            for cell in &line.cells {
                assert!(cell.shown().len() <= 1 << 20);
            }
            ControlFlow::Continue(())
        });
        if let Err(refused) = read {
            assert!(!refused.to_string().is_empty());
        }
    });
}

pub(crate) fn csv(bytes: &[u8]) {
    book("fuzzed.csv", bytes);
}

/// A whole workbook, a ZIP.
pub(crate) fn xlsx(bytes: &[u8]) {
    book("fuzzed.xlsx", bytes);
}

const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

/// The text of one sheet, in a workbook that is otherwise sound: changed bytes of a ZIP seldom get that far.
pub(crate) fn xlsx_sheet(bytes: &[u8]) {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let parts = PARTS.iter().map(|(name, text)| (*name, text.as_bytes()));
    let made: zip::result::ZipResult<Vec<u8>> = (|| {
        for (name, text) in parts.chain([("xl/worksheets/sheet1.xml", bytes)]) {
            zip.start_file(name, stored)?;
            zip.write_all(text)?;
        }
        Ok(zip.finish()?.into_inner())
    })();
    book("fuzzed.xlsx", &made.unwrap_or_else(|error| panic!("{error}")));
}

/// A date as clerks write it: what is read makes sense.
fn date_of(text: &str, year: Option<i16>) {
    let sense = Sense { from: date(2000, 1, 1), to: date(2030, 12, 31), year };
    for read in [moment::read, moment::read_until] {
        match read(&Cell::text(text), &sense) {
            Ok(moment) => assert!((sense.from..=sense.to).contains(&moment.date)),
            Err(why) => assert!(!why.to_string().is_empty()),
        }
    }
}

pub(crate) fn dates(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        date_of(text, None);
        date_of(text, Some(2022));
    }
}
