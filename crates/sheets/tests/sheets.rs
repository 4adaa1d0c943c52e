//! Real workbooks with everything that county clerks do to them, written and read again.

#![expect(clippy::unwrap_used, reason = "a file that cannot be made fails its test")]

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use jiff::civil::date;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zongheng_sheets::line::{Sort, sort};
use zongheng_sheets::moment::{self, Sense};
use zongheng_sheets::write::{Column, Encoding, Out, Shape, Writer};
use zongheng_sheets::{Book, Limits, Line, Refused, Value, address, head};

/// A file of the test's own, gone with it.
struct Temp(PathBuf);

impl Temp {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("zh-sheets-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder.join(name))
    }

    fn bytes(name: &str, bytes: &[u8]) -> Self {
        let file = Self::new(name);
        std::fs::write(&file.0, bytes).unwrap();
        file
    }

    fn open(&self) -> Result<Book, Refused> {
        Book::open(&self.0, None, Limits::SHIPPED)
    }

    fn refused(&self) -> String {
        self.open().unwrap_err().to_string()
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(self.0.parent().unwrap());
    }
}

fn lines(book: &Book) -> Vec<Line> {
    let mut lines = Vec::new();
    book.lines(|line| {
        lines.push(line);
        ControlFlow::Continue(())
    })
    .unwrap();
    lines
}

fn shown(line: &Line) -> Vec<String> {
    line.cells.iter().map(zongheng_sheets::Cell::shown).collect()
}

fn written(name: &str, fill: impl FnOnce(&mut Worksheet)) -> Temp {
    let saved = Temp::new(name);
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save(&saved.0).unwrap();
    saved
}

/// The supervision ledger as an office keeps it.
fn ledger(sheet: &mut Worksheet) {
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 8, "商城县督查事项台账", &plain).unwrap();
    sheet.write(1, 8, "2022年4月").unwrap();
    for (column, name) in
        [(0, "序号"), (1, "事 项"), (2, "牵头单位"), (3, "责任单位"), (4, "交办时间")]
    {
        sheet.merge_range(2, column, 3, column, name, &plain).unwrap();
    }
    sheet.merge_range(2, 5, 2, 6, "办理情况", &plain).unwrap();
    sheet.write(3, 5, "进展情况").unwrap();
    sheet.write(3, 6, "完成情况（必填）").unwrap();
    sheet.write(2, 7, "身份证号").unwrap();
    sheet.set_column_hidden(7).unwrap();
    sheet.write(4, 0, 1).unwrap();
    sheet.write(4, 1, "背街小巷改造").unwrap();
    sheet.merge_range(4, 2, 6, 2, "城管局", &plain).unwrap();
    sheet.write(4, 3, "住建局、鄢岗镇；交通局").unwrap();
    sheet.write(4, 4, "２０２２年４月１４日").unwrap();
    sheet.write(4, 7, "不该看到").unwrap();
    sheet.write(5, 0, 2).unwrap();
    sheet.write(5, 1, "路灯改造").unwrap();
    sheet.write(5, 4, 44_665).unwrap();
    sheet.write(6, 0, 3).unwrap();
    sheet.write(6, 1, "垃圾清运").unwrap();
    let day = Format::new().set_num_format("yyyy/m/d");
    let at = ExcelDateTime::from_ymd(2022, 4, 14).unwrap();
    sheet.write_datetime_with_format(6, 4, &at, &day).unwrap();
    for row in [5, 6, 9] {
        sheet.set_row_hidden(row).unwrap();
    }
    sheet.write(8, 0, "小计").unwrap();
    sheet.write(8, 1, 3).unwrap();
    sheet.write(9, 0, 4).unwrap();
    sheet.write(9, 1, "桥梁检测").unwrap();
    sheet.write_formula(9, 4, Formula::new("=TODAY()").set_result("44665")).unwrap();
    sheet.write_formula(9, 5, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.merge_range(11, 0, 11, 8, "注：数据截至4月底。", &plain).unwrap();
    // Formatted far below, with nothing in it.
    for row in 20..400 {
        sheet.write_blank(row, 0, &plain.clone().set_bold()).unwrap();
    }
}

const ASKED: [&str; 8] =
    ["序号", "事项", "立项依据", "牵头单位", "责任单位", "交办时间", "进展情况", "完成情况"];

#[test]
fn a_ledger_with_all_its_sins_is_read() {
    let file = written("ledger.xlsx", ledger);
    let book = file.open().unwrap();
    assert_eq!(book.hidden(), [7]);
    let all = lines(&book);
    let under: Vec<u32> = all.iter().map(|l| l.row).filter(|row| book.hides(*row)).collect();
    assert_eq!(under, [6, 7, 10], "a filter that was left on");
    let head = head::find(&all, &ASKED, |row, column| book.joined(row, column)).unwrap();
    assert_eq!((head.row, head.rows), (3, 2));
    assert_eq!(head.column("进展情况"), Some(5));
    assert_eq!(head.column("办理情况/完成情况"), Some(6), "without what stands in brackets");
    assert_eq!(head.column("身份证号"), None, "what is hidden is not read");

    let below: Vec<&Line> = all.iter().filter(|l| l.row >= head.row + head.rows).collect();
    let sorts: Vec<(u32, Sort)> = below.iter().map(|line| (line.row, sort(line))).collect();
    let (row, blank) = (Sort::Row, Sort::Blank);
    assert_eq!(
        sorts,
        [
            (5, row),
            (6, row),
            (7, row),
            (8, blank),
            (9, Sort::Total),
            (10, row),
            (11, blank),
            (12, Sort::Note),
        ]
    );
    for line in &below[..3] {
        assert_eq!(line.cell(2).shown(), "城管局", "joined downwards, row {}", line.row);
        let sense = Sense { from: date(2000, 1, 1), to: date(2032, 1, 1), year: None };
        assert_eq!(moment::read(line.cell(4), &sense).unwrap().date, date(2022, 4, 14));
    }
    assert!(below[5].cell(4).formula, "{} is worked out", address(below[5].row, 4));
    assert!(matches!(below[5].cell(5).value, Value::Error(_)));
    assert!(below.iter().all(|line| line.cell(7).is_empty()));
}

#[test]
fn the_same_in_csv_of_every_encoding() {
    let text = "序号,事项,办理情况,\n,,进展情况,完成情况\n1,\"背街小巷\n改造，鄢岗塆\",办理中,否\n\n2,路灯,,是\n";
    let gb = in_gb18030(text);
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    for (name, bytes) in [
        ("plain.csv", text.as_bytes().to_vec()),
        ("bom.csv", marked),
        ("gb.csv", gb),
        ("wide.csv", wide),
    ] {
        let file = Temp::bytes(name, &bytes);
        let book = file.open().unwrap();
        let all = lines(&book);
        let head = head::find(&all, &ASKED, |row, column| book.joined(row, column)).unwrap();
        assert_eq!((head.row, head.rows), (1, 2), "{name}");
        assert_eq!(head.column("完成情况"), Some(3), "{name}");
        let rows: Vec<u32> = all.iter().map(|line| line.row).collect();
        assert_eq!(rows, [1, 2, 3, 4, 5], "{name}: blank rows count");
        assert_eq!(shown(&all[2])[1], "背街小巷\n改造，鄢岗塆", "{name}");
        assert!(all[3].is_blank());
    }
    let file = Temp::bytes("tabs.txt", "序号\t事项\n1\t路灯\n".as_bytes());
    assert_eq!(shown(&lines(&file.open().unwrap())[1]), ["1", "路灯"]);
}

fn in_gb18030(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::GB18030.encode(text);
    assert!(!lost);
    bytes.into_owned()
}

#[test]
fn what_is_not_what_it_says_is_refused_with_how_to_mend_it() {
    let xlsx = std::fs::read(&written("a.xlsx", ledger).0).unwrap();
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    for (name, bytes, said) in [
        ("text.xlsx", "序号,事项\n".into(), "text, not XLSX"),
        ("book.csv", xlsx, "name it .xlsx"),
        ("old.xls", ole.clone(), "old kind"),
        ("locked.xlsx", [ole, vec![0; 600], locked].concat(), "password"),
        ("page.xls", b"<html><table></table></html>".to_vec(), "web page"),
        ("paper.csv", b"%PDF-1.7".to_vec(), "PDF"),
        ("empty.csv", Vec::new(), "empty"),
        ("bytes.csv", vec![0, 1, 2, 3], "no text"),
        ("broken.xlsx", b"PK\x03\x04 and nothing more".to_vec(), "cannot be read"),
        ("odd.csv", b"a,b\n1,\xff\xff\n".to_vec(), "row 2: neither UTF-8 nor GB18030"),
        ("archive.xlsx", zipped(&[("readme.txt", b"hello".to_vec())]), "no workbook"),
        (
            "macros.xlsm",
            zipped(&[("xl/workbook.xml", b"<a/>".to_vec()), ("xl/vbaProject.bin", vec![1])]),
            "macros",
        ),
        (
            "bomb.xlsx",
            zipped(&[
                ("xl/workbook.xml", b"<a/>".to_vec()),
                ("xl/sharedStrings.xml", vec![b' '; 40 << 20]),
            ]),
            "unpacks to far more",
        ),
    ] {
        let refused = Temp::bytes(name, &bytes).refused();
        assert!(refused.contains(said), "{name}: {refused}");
    }
    let missing = Book::open(&std::env::temp_dir().join("zh-no-such.csv"), None, Limits::SHIPPED);
    assert!(matches!(missing, Err(Refused::Unreadable { .. })));
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_has_no_end_is_refused() {
    let small = Limits { rows: 100, columns: 8, bytes: 1 << 20, ..Limits::SHIPPED };
    let read = |file: &Temp| {
        let book = Book::open(&file.0, None, small)?;
        book.lines(|_| ControlFlow::Continue(()))
    };
    let rows = Temp::bytes("rows.csv", "1,2\n".repeat(101).as_bytes());
    assert!(read(&rows).unwrap_err().to_string().contains("more than the 100"));
    let wide = Temp::bytes("wide.csv", format!("{}\n", "1,".repeat(20)).as_bytes());
    assert!(read(&wide).unwrap_err().to_string().contains("columns"));
    let large = Temp::bytes("large.csv", &vec![b'1'; 2 << 20]);
    assert!(read(&large).unwrap_err().to_string().contains("bytes"));
    let far = written("far.xlsx", |sheet| {
        sheet.write(0, 0, "序号").unwrap();
        sheet.write(1_000_000, 0, 1).unwrap();
    });
    assert!(read(&far).unwrap_err().to_string().contains("more than the 100"));
    let quote = Temp::bytes("quote.csv", format!("a,\"{}", "b,c\n".repeat(2 << 20)).as_bytes());
    let book = quote.open().unwrap();
    let open = book.lines(|_| ControlFlow::Continue(())).unwrap_err().to_string();
    assert!(open.contains("not closed"), "{open}");
}

#[test]
fn words_and_joins_of_a_workbook_that_would_fill_the_memory_are_refused() {
    let file = written("words.xlsx", |sheet| {
        for row in 0..2_000 {
            sheet.write(row, 0, format!("第 {row} 件事项的名称")).unwrap();
        }
    });
    assert_eq!(lines(&file.open().unwrap()).len(), 2_000);
    let small = Limits { words: 20_000, ..Limits::SHIPPED };
    let told = Book::open(&file.0, None, small).unwrap_err().to_string();
    assert!(told.contains("bytes of words") && told.contains("save it as CSV"), "{told}");
    // The same words in the cells themselves are held by nobody.
    let inline = Temp::new("inline.xlsx");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().unwrap();
    for row in 0..2_000 {
        sheet.write(row, 0, format!("第 {row} 件事项的名称")).unwrap();
    }
    book.save(&inline.0).unwrap();
    let book = Book::open(&inline.0, None, small).unwrap();
    assert_eq!(shown(&lines(&book)[1_999]), ["第 1999 件事项的名称"]);
    let plain = Format::new();
    let joined = written("joined.xlsx", |sheet| {
        for row in 0..100_001 {
            sheet.merge_range(row, 0, row, 1, "一", &plain).unwrap();
            sheet.merge_range(row, 3, row, 4, "二", &plain).unwrap();
        }
    });
    assert!(joined.refused().contains("joined cells"), "{}", joined.refused());
}

/// A workbook of one sheet, of which this is the text.
fn of_sheet(text: &str) -> Vec<u8> {
    let types = "http://schemas.openxmlformats.org/package/2006/content-types";
    let main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    let spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let to = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{office}/{kind}\" \
             Target=\"{target}\"/></Relationships>"
        )
    };
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{types}\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{main}\"/></Types>"
            ),
        ),
        ("_rels/.rels", to("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{spread}\" xmlns:r=\"{office}\"><sheets>\
                 <sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", to("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{spread}\">{text}</worksheet>")),
    ];
    zipped(&parts.map(|(name, text)| (name, text.into_bytes())))
}

#[test]
fn marks_without_end_take_neither_memory_nor_time_without_end() {
    let rows = |n: u32| -> String {
        let row = |r: u32| format!("<row r=\"{r}\"><c r=\"A{r}\"><v>{r}</v></c></row>");
        format!("<sheetData>{}</sheetData>", (1..=n).map(row).collect::<String>())
    };
    let hidden = "<col min=\"2\" max=\"16384\" hidden=\"1\"/>".repeat(100_000);
    let hidden = of_sheet(&format!("<cols>{hidden}</cols>{}", rows(3)));
    let file = Temp::bytes("hidden.xlsx", &hidden);
    let book = file.open().unwrap();
    assert_eq!(book.hidden(), (1..1_024).collect::<Vec<_>>(), "each column once");
    assert_eq!(lines(&book).len(), 3);
    // Joins that overlap, each to the end of the sheet: one a column is kept, and the row costs no more than it has.
    let joins = |r: u32| format!("<mergeCell ref=\"A{r}:A1048576\"/>");
    let joins = (1..=20_000).map(joins).collect::<String>();
    let joined = of_sheet(&format!("{}<mergeCells>{joins}</mergeCells>", rows(20_000)));
    let file = Temp::bytes("overlapping.xlsx", &joined);
    let all = lines(&file.open().unwrap());
    assert_eq!(shown(&all[19_999]), ["1"], "what the first says, those below say too");
    let long = of_sheet(&format!("{}{}", "x".repeat(3 << 20), rows(1)));
    let told = Temp::bytes("long.xlsx", &long).refused();
    assert!(told.contains("longer than a cell can be"), "{told}");
}

fn shape(columns: &[&'static str], most: u32) -> Shape {
    let columns = columns.iter().map(|head| Column { head, width: 12 }).collect();
    Shape { title: "商城县事项台账".to_owned(), columns, most }
}

#[test]
fn what_was_written_as_a_sheet_reads_as_the_same_table() {
    let file = Temp::new("sheet.xlsx");
    let out = std::fs::File::create(&file.0).unwrap();
    let shape = shape(&["序号", "事项", "登记时间", "办结日期"], 3);
    let mut writer = Writer::xlsx(out, shape, file.0.parent().unwrap()).unwrap();
    let at = date(2022, 4, 14).at(8, 30, 0, 0);
    for n in 1..=7 {
        let words = if n == 2 { "=cmd|' /C calc'!A0".to_owned() } else { format!("第 {n} 件") };
        let day = Out::Day(date(2022, 4, 20));
        writer.row(&[Out::Number(n), Out::text(words), Out::Moment(at), day]).unwrap();
    }
    writer.finish(&["注：共 7 件".to_owned()]).unwrap();
    let told = file.refused();
    assert!(told.contains("商城县事项台账, 商城县事项台账 2, 商城县事项台账 3"), "{told}");
    let first = Book::open(&file.0, Some("商城县事项台账"), Limits::SHIPPED).unwrap();
    let rows = lines(&first);
    assert_eq!(shown(&rows[0])[0], "商城县事项台账");
    assert_eq!(shown(&rows[1]), ["序号", "事项", "登记时间", "办结日期"]);
    let second = &rows[3];
    assert_eq!(
        (second.cell(1).formula, second.cell(1).shown()),
        (false, "=cmd|' /C calc'!A0".into())
    );
    let sense = Sense { from: date(2000, 1, 1), to: date(2036, 12, 31), year: None };
    let read = moment::read(second.cell(2), &sense).unwrap();
    assert_eq!((read.date, read.time), (at.date(), Some(at.time())));
    assert_eq!(moment::read(second.cell(3), &sense).unwrap().time, None);
    let last = Book::open(&file.0, Some("商城县事项台账 3"), Limits::SHIPPED).unwrap();
    let sorts: Vec<Sort> = lines(&last).iter().map(sort).collect();
    assert_eq!(sorts.last(), Some(&Sort::Note), "the note is none of its rows");
    assert_eq!(sorts.len(), 4, "title, head, one row, note");
}

#[test]
fn what_was_written_as_csv_reads_as_it_was_in_both_encodings() {
    let words = ["=1+1", "+86", "-", "@x", "\t2", "路灯，\"桥头\"\n两行", "'=y", ""];
    for encoding in [Encoding::Utf8, Encoding::Gb18030] {
        let file = Temp::new("rows.csv");
        let out = std::fs::File::create(&file.0).unwrap();
        let shape = shape(&["序号", "事项"], 3);
        let mut writer = Writer::csv(out, &shape, encoding).unwrap();
        for (n, text) in (1..).zip(words) {
            writer.row(&[Out::Number(n), Out::text(text)]).unwrap();
        }
        writer.finish(&["注".to_owned()]).unwrap();
        let bytes = std::fs::read(&file.0).unwrap();
        assert_eq!(bytes.starts_with(b"\xef\xbb\xbf"), encoding == Encoding::Utf8);
        for worked_out in [&b",=1"[..], b",+86", b",-", b",@x"] {
            assert!(!bytes.windows(worked_out.len()).any(|at| at == worked_out));
        }
        let rows = lines(&file.open().unwrap());
        assert_eq!(rows.len(), 1 + words.len(), "no note, which a program would read as a row");
        for (line, text) in rows[1..].iter().zip(words) {
            let read = match &line.cell(1).value {
                Value::Text(read) => read.as_str(),
                _ => "",
            };
            assert_eq!(read, text, "{encoding:?}");
        }
    }
}

#[test]
fn the_last_row_may_end_without_an_end_of_line() {
    for text in [
        "a,b\n1,2",
        "a,b\n1,2\n",
        "a,b\r\n1,\"2\"",
        "a,b\r\n1,2",
        "a,b\r\n1,2\r\n",
        "\u{feff}a,b\n1,2",
    ] {
        let file = Temp::bytes("end.csv", text.as_bytes());
        let rows = lines(&file.open().unwrap());
        assert_eq!(rows.len(), 2, "{text:?}");
        assert_eq!(shown(&rows[1]), ["1", "2"], "{text:?}");
    }
}

#[test]
fn a_head_is_guessed_where_nobody_knows_its_names() {
    let text = "来信登记表\n\n序号,来信编号,内容,时间\n1,A7,路灯不亮,2022-04-14\n";
    let file = Temp::bytes("guess.csv", text.as_bytes());
    let found = head::guess(&lines(&file.open().unwrap())).unwrap();
    assert_eq!((found.row, found.column("内容")), (3, Some(2)));
    let numbers = Temp::bytes("numbers.csv", "标题\n".as_bytes());
    assert_eq!(head::guess(&lines(&numbers.open().unwrap())), None);
}

#[test]
fn a_workbook_with_several_sheets_asks_which() {
    let file = Temp::new("several.xlsx");
    let mut book = Workbook::new();
    for name in ["一季度", "二季度"] {
        book.add_worksheet().set_name(name).unwrap().write(0, 0, name).unwrap();
    }
    book.add_worksheet().set_name("空表").unwrap();
    book.save(&file.0).unwrap();
    assert!(file.refused().contains("一季度, 二季度"));
    let named = Book::open(&file.0, Some("二季度"), Limits::SHIPPED).unwrap();
    assert_eq!(shown(&lines(&named)[0]), ["二季度"]);
    let none = Book::open(&file.0, Some("三季度"), Limits::SHIPPED).unwrap_err().to_string();
    assert!(none.contains("no sheet \"三季度\""), "{none}");
}

#[test]
fn a_head_that_is_missing_or_twice_is_told() {
    let find = |text: &str| {
        let file = Temp::bytes("head.csv", text.as_bytes());
        let book = file.open().unwrap();
        head::find(&lines(&book), &ASKED, |row, column| book.joined(row, column))
    };
    let missing = find("标题\n甲,乙\n1,路灯,城管局\n").unwrap_err().to_string();
    assert!(missing.contains("标题"), "{missing}");
    let twice = find("事项,交办时间,事项\n").unwrap_err().to_string();
    assert!(twice.contains("A, C"), "{twice}");
    let head = find("序号,事项,交办时间\n").unwrap();
    let line = |cells: &[&str]| Line {
        row: 9,
        cells: cells.iter().map(|c| zongheng_sheets::Cell::text(*c)).collect(),
        ..Line::default()
    };
    assert!(head.is_again(&line(&["序号", "事 项", "交办时间"])));
    assert!(!head.is_again(&line(&["1", "路灯", "4.14"])));
    assert!(!head.is_again(&line(&["序号"])), "one word is no head");
    let known = head.known(&ASKED);
    assert!(head::Head::is_another(&line(&["事项", "责任单位", "完成情况"]), &known));
    assert!(!head::Head::is_another(&line(&["1", "路灯", "4.14"]), &known));
}
