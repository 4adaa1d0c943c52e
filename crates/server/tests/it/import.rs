//! Tables from elsewhere, imported by the command: with every sin of theirs, a wrong cell by its address, twice,
//! and killed half-way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use serde_json::Value;

use crate::program::Place;

/// Runs the program: its status, and what it said.
pub(crate) fn said(place: &Place, args: &[&str]) -> (Option<i32>, String) {
    let made = place.run(args);
    let (out, err) = (String::from_utf8_lossy(&made.stdout), String::from_utf8_lossy(&made.stderr));
    (made.status.code(), format!("{out}{err}"))
}

/// A county with hardly anything in it.
pub(crate) fn county(name: &str) -> Place {
    furnished(Place::new(name, None))
}

pub(crate) fn furnished(place: Place) -> Place {
    let args = ["simulate", "--seed", "5", "--from", "2026-01-05", "--days", "2", "--matters", "2"];
    let (status, told) = said(&place, &args);
    assert_eq!(status, Some(0), "{told}");
    place
}

/// The counts of an import that was accepted.
pub(crate) fn counts(place: &Place, args: &[&str]) -> Value {
    let made = place.run(&[&["import"], args, &["--json"]].concat());
    let err = String::from_utf8_lossy(&made.stderr);
    assert_eq!(made.status.code(), Some(0), "{err}");
    let counts: Value = serde_json::from_slice(&made.stdout).unwrap();
    assert_eq!(counts["add_up"], true, "{counts}");
    counts
}

pub(crate) fn refused(place: &Place, args: &[&str]) -> String {
    let (status, told) = said(place, &[&["import"], args].concat());
    assert_eq!(status, Some(2), "{told}");
    told
}

pub(crate) fn holds(place: &Place) {
    for command in [&["ledger", "verify"][..], &["check"]] {
        let (status, told) = said(place, command);
        assert_eq!(status, Some(0), "{told}");
    }
}

fn imported(place: &Place) -> i64 {
    let rows = place.ask("select cast(count(*) as text) from act where kind = 'imported'");
    rows[0].parse().unwrap()
}

pub(crate) fn written(place: &Place, name: &str, fill: impl FnOnce(&mut Worksheet)) -> String {
    let path = place.folder.join(name);
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

const LEDGER: [&str; 10] = [
    "序号",
    "事项",
    "立项依据",
    "牵头单位",
    "责任单位",
    "责任人岗位",
    "交办时间",
    "办结时限",
    "进展情况",
    "完成情况",
];

/// The supervision ledger: a title, a head of two rows, joined cells, totals, notes, a hidden column.
fn ledger(sheet: &mut Worksheet) {
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 10, "商城县督查事项台账", &plain).unwrap();
    for (column, name) in (0..8).zip(LEDGER) {
        sheet.merge_range(1, column, 2, column, name, &plain).unwrap();
    }
    sheet.merge_range(1, 8, 1, 9, "办理情况", &plain).unwrap();
    sheet.write(2, 8, LEDGER[8]).unwrap();
    sheet.write(2, 9, LEDGER[9]).unwrap();
    sheet.write(1, 10, "备查").unwrap();
    sheet.set_column_hidden(10).unwrap();
    let rows = [
        [
            "1",
            "背街小巷改造",
            "县政府常务会议",
            "",
            "住建局、鄢岗镇",
            "局长",
            "4.14",
            "4.28",
            "完成一半",
            "正在推进",
        ],
        [
            "2",
            "路灯改造",
            "县长批示",
            "",
            "",
            "副局长",
            "２０２２年４月１４日",
            "5月20日前",
            "",
            "",
        ],
        [
            "3",
            "垃圾清运",
            "督查",
            "",
            "城管局；住建局",
            "",
            "44665",
            "2022-04-20",
            "已清",
            "2022年4月19日已完成",
        ],
    ];
    for (row, cells) in (3..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            sheet.write(row, column, text).unwrap();
        }
    }
    sheet.merge_range(3, 3, 5, 3, "城管局", &plain).unwrap();
    sheet.set_row_hidden(4).unwrap();
    sheet.write(6, 0, "小计").unwrap();
    sheet.write(6, 1, 3).unwrap();
    for (column, name) in (0..).zip(LEDGER) {
        sheet.write(8, column, name).unwrap();
    }
    sheet.merge_range(10, 0, 10, 9, "注：数据截至4月底。", &plain).unwrap();
}

#[test]
fn a_supervision_ledger_with_all_its_sins_comes_over_once() {
    let place = county("import-tasks");
    let file = written(&place, "ledger.xlsx", ledger);
    let told = refused(&place, &["tasks", &file]);
    assert!(told.contains("G4: \"4.14\" has no year"), "{told}");
    assert!(told.contains("H4: \"4.28\" has no year"), "{told}");
    assert_eq!(imported(&place), 0);
    let args = ["tasks", &file, "--year", "2022"];
    let dry = counts(&place, &[&args[..], &["--dry-run"]].concat());
    assert_eq!((&dry["new"], &dry["imported"]), (&3.into(), &0.into()));
    assert_eq!(imported(&place), 0);
    let (_, told) = said(&place, &[&["import"], &args[..], &["--dry-run"]].concat());
    assert!(told.contains("row 5: hidden, and read like all others"), "{told}");
    let done = counts(&place, &args);
    for (what, n) in [
        ("lines", 8),
        ("imported", 3),
        ("history", 1),
        ("totals", 1),
        ("heads", 1),
        ("notes", 1),
        ("blank", 2),
    ] {
        assert_eq!(done[what], n, "{what}: {done}");
    }
    let again = counts(&place, &args);
    assert_eq!((&again["new"], &again["there"]), (&0.into(), &3.into()));
    let (_, told) = said(&place, &[&["import"], &args[..]].concat());
    assert!(told.contains("nothing is new"), "{told}");
    assert!(told.contains("column K is hidden"), "{told}");
    let bodies = place.ask("select body from act where kind = 'imported' order by pos");
    let bodies: Vec<Value> = bodies.iter().map(|b| serde_json::from_str(b).unwrap()).collect();
    assert_eq!(bodies[0]["source"], "meeting");
    assert_eq!(bodies[1]["source"], "leader");
    assert_eq!(bodies[0]["began"], "2022-04-14T08:30:00+08:00");
    assert_eq!(bodies[0]["then"]["opened"][0]["due"], "2022-04-28T18:00:00+08:00");
    assert_eq!(bodies[1]["then"]["opened"][0]["due"], "2022-05-20T18:00:00+08:00");
    assert_eq!(bodies[0]["assists"].as_array().unwrap().len(), 2);
    assert_eq!(bodies[0]["lead"], bodies[2]["lead"], "joined downwards");
    assert_eq!(bodies[2]["then"]["state"], "signed_off");
    assert_eq!(bodies[2]["ended"]["at"], "2022-04-19T18:00:00+08:00");
    holds(&place);
}

const ORDERS: [&str; 11] = [
    "工单编号",
    "类型",
    "三级问题分类",
    "标签",
    "被反映街乡镇",
    "工单性质",
    "是否解决",
    "是否满意",
    "办结时间",
    "村社区",
    "点位",
];

fn order(number: &str, township: &str, village: &str, ended: &str) -> [String; 11] {
    [
        number,
        "求助",
        "城乡建设/市政/路灯",
        "夜间",
        township,
        "主办",
        "是",
        "基本满意",
        ended,
        village,
        "桥头",
    ]
    .map(str::to_owned)
}

fn csv(rows: &[[String; 11]]) -> String {
    let mut text = ORDERS.join(",") + "\r\n";
    for row in rows {
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text
}

pub(crate) fn save(place: &Place, name: &str, bytes: &[u8]) -> String {
    let path = place.folder.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn every_wrong_cell_is_told_by_its_address_with_what_would_be_right() {
    let place = county("import-wrong");
    let mut rows = vec![
        order("202204140001", "焉岗镇", "曹寨村", "2022-04-20"),
        order("202204140002", "鄢岗镇", "曹塞村", "1900-01-01"),
        order("13800000000", "鄢岗镇", "曹寨村", "2099-12-31"),
        order("202204140004", "鄢岗镇", "曹寨村", "2022-02-30"),
        order("202204140005", "鄢岗镇", "曹寨村", "2022-04-01"),
        order("202204140006", "鄢岗镇", "曹寨村", "2022-04-20"),
    ];
    rows[5][6] = "大概".to_owned();
    rows[5][5] = "经办".to_owned();
    let file = save(&place, "wrong.csv", csv(&rows).as_bytes());
    let told = refused(&place, &["hotline", &file]);
    for line in [
        "E2: no township is called \"焉岗镇\"; did you mean ",
        "鄢岗镇",
        "J3: no village of that township is called \"曹塞村\"; did you mean 曹寨",
        "I3: 1900-01-01 makes no sense",
        "I4: 2099-12-31 makes no sense",
        "I5: \"2022-02-30\" is a day that there is not",
        "I6: it lies before the matter began",
        "F7: \"经办\" is none of",
        "G7: \"大概\" is none of",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert_eq!(imported(&place), 0, "one bad cell, and nothing is imported");
    let open = csv(&[order("202204140001", "鄢岗镇", "曹寨村", "")]);
    let file = save(&place, "open.csv", open.as_bytes());
    let told = refused(&place, &["hotline", &file]);
    assert!(told.contains("give the limit that the authority outside set"), "{told}");

    let file = written(&place, "formula.xlsx", |sheet| {
        for (column, name) in (0..).zip(ORDERS) {
            sheet.write(0, column, name).unwrap();
        }
        for (column, text) in (0..).zip(order("202204140001", "鄢岗镇", "曹寨村", "")) {
            sheet.write(1, column, text).unwrap();
        }
        sheet.write_formula(1, 8, Formula::new("=TODAY()").set_result("44665")).unwrap();
        sheet.write_formula(1, 4, Formula::new("=X9").set_result("#REF!")).unwrap();
    });
    let told = refused(&place, &["hotline", &file]);
    assert!(told.contains("I2: a formula works it out"), "{told}");
    assert!(told.contains("E2: it shows #REF!"), "{told}");

    let two = csv(&[order("202204140001", "鄢岗镇", "曹寨村", "2022-04-20")]);
    let two = format!("{two}\r\n是否解决,是否满意,办结时间,村社区\r\n");
    let file = save(&place, "two.csv", two.as_bytes());
    assert!(refused(&place, &["hotline", &file]).contains("row 4: a second table begins here"));

    let lacks = save(&place, "lacks.csv", "工单编号,办结时间\n1,2022-04-20\n".as_bytes());
    assert!(refused(&place, &["hotline", &lacks]).contains("被反映街乡镇"));
    let text = save(&place, "text.xlsx", b"a,b\n");
    assert!(refused(&place, &["hotline", &text]).contains("save it as XLSX, or name it .csv"));
    assert!(refused(&place, &["matters", &file]).contains("--map"));
    holds(&place);
}

/// The file of a thousand orders, with doubles, blanks and a total among them.
fn thousand() -> Vec<[String; 11]> {
    let number = |n: usize| format!("20220414{n:06}");
    let mut rows: Vec<[String; 11]> =
        (0..1_000).map(|n| order(&number(n), "鄢岗镇", "曹寨村", "2022-04-20")).collect();
    rows.insert(500, order(&number(3), "鄢岗镇", "曹寨村", "2022-04-21"));
    rows.insert(700, Default::default());
    rows.push(std::array::from_fn(|i| if i == 0 { "合计".to_owned() } else { String::new() }));
    rows
}

fn killed_and_gone_on_with(place: &Place) {
    let text = csv(&thousand());
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    let file = save(place, "thousand.csv", &bytes);
    let args = ["import", "hotline", file.as_str()];
    let mut running = place.command(&args).spawn().unwrap();
    while imported(place) == 0 {
        assert!(running.try_wait().unwrap().is_none(), "it ended too early");
        std::thread::yield_now();
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let before = imported(place);
    assert!((1..1_000).contains(&before), "{before}");
    let done = counts(place, &args[1..]);
    assert_eq!(done["there"].as_i64(), Some(before));
    assert_eq!(done["imported"].as_i64(), Some(1_000 - before));
    for (what, n) in [("lines", 1_003), ("twice", 1), ("blank", 1), ("totals", 1)] {
        assert_eq!(done[what], n, "{what}: {done}");
    }
    assert_eq!(imported(place), 1_000);
    let again = counts(place, &args[1..]);
    assert_eq!((&again["new"], &again["there"]), (&0.into(), &1_000.into()));
    holds(place);
}

#[test]
fn what_was_killed_half_way_goes_on_and_the_same_file_twice_changes_nothing() {
    killed_and_gone_on_with(&county("import-killed"));
}

#[test]
fn on_postgres_what_was_killed_half_way_goes_on() {
    let Some(place) = Place::on_postgres("import-killed-pg") else { return };
    killed_and_gone_on_with(&furnished(place));
}

/// The real messages of the developers' data, where they are.
fn messages() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !root.exists() {
        eprintln!("skipped: the data beside the repository are not here");
        return None;
    }
    Some(root.join("data/zh_civic/messages_with_replies.csv"))
}

#[test]
fn the_real_messages_come_over_as_history_and_are_judged_by_13710() {
    let Some(file) = messages() else { return };
    let place = county("import-messages");
    let map = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/messages.toml");
    // Two of them bear marks of secrecy, which the door refuses wherever they come from: they are left out by hand.
    let args = ["matters", file.to_str().unwrap(), "--map", map];
    let told = refused(&place, &args);
    let bad: Vec<&str> = told.lines().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(bad, ["E492", "E2638"], "{told}");
    let args = [&args[..], &["--without", "492,2638"]].concat();
    let done = counts(&place, &args);
    let came = [&done["lines"], &done["imported"], &done["left"], &done["history"]];
    assert_eq!(came.map(|n| n.as_i64().unwrap()), [2_816, 2_814, 2, 2_814], "{done}");
    let judged: BTreeMap<String, i64> = serde_json::from_value(done["judged"].clone()).unwrap();
    assert_eq!(judged.values().sum::<i64>(), 2_814, "{judged:?}");
    // The same told apart by plain days between the two columns, without the clock.
    let days = delays(&file);
    let within = |most: i64| days.iter().filter(|days| **days <= most).count();
    let by_clock = judged["1"] + judged["3"] + judged["7"];
    let near = i64::try_from(within(7)).unwrap();
    assert!(by_clock >= near && by_clock <= i64::try_from(within(12)).unwrap(), "{judged:?}");
    assert_eq!(judged["never"], 0);
    assert_eq!(counts(&place, &args)["new"], 0);
    holds(&place);
}

fn delays(file: &Path) -> Vec<i64> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let day = |text: &str| -> jiff::civil::Date {
        let day = text.split(' ').next().unwrap().replace('/', "-");
        let parts: Vec<i16> = day.split('-').map(|p| p.parse().unwrap()).collect();
        jiff::civil::date(
            parts[0],
            i8::try_from(parts[1]).unwrap(),
            i8::try_from(parts[2]).unwrap(),
        )
    };
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| i64::from((day(&row[6]) - day(&row[3])).get_days())).collect()
}
