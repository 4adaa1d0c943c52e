//! The list of powers and the list of units from tables: what is new, what ends, and what a table never changes.

use std::fs;

use rust_xlsxwriter::Workbook;

use crate::import::{county, furnished, holds, said};
use crate::program::Place;

fn written(place: &Place, name: &str, rows: &[&[&str]]) -> String {
    let path = place.folder.join(name);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write(row, column, *cell).unwrap();
        }
    }
    book.save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

fn import(place: &Place, args: &[&str], status: i32) -> String {
    let (found, told) = said(place, &[&["import"], args].concat());
    assert_eq!(found, Some(status), "{told}");
    told
}

const HEAD: &[&str] = &[
    "编号",
    "事项类别",
    "适用区域",
    "主办单位",
    "协办单位",
    "办理时限",
    "依据",
    "起始日",
    "终止日",
];

#[test]
fn rows_of_the_list_of_powers_are_added_and_ended_and_never_changed() {
    powers(&county("import-powers"));
}

#[test]
fn on_postgres_rows_of_the_list_of_powers_are_added_and_ended_and_never_changed() {
    if let Some(place) = Place::on_postgres("import-powers-pg") {
        powers(&furnished(place));
    }
}

fn powers(place: &Place) {
    // As counties/411524/powers.toml has rows 1 and 5.
    let first: &[&str] =
        &["1", "道路桥梁", "", "县交通运输局", "乡镇", "", "权责清单（示例）第 1 项", "", ""];
    let fifth: &[&str] = &[
        "5",
        "路灯",
        "赤城街道",
        "城管局",
        "乡镇",
        "5个工作日",
        "权责清单（示例）第 5 项",
        "",
        "2099-01-01",
    ];
    let new: &[&str] = &[
        "5a",
        "路灯",
        "赤城街道",
        "县住房和城乡建设局",
        "城管局、乡镇",
        "5wd",
        "商编〔2026〕12号第 1 项",
        "2099-01-01",
        "",
    ];
    let file = written(place, "powers.xlsx", &[HEAD, first, fifth, new]);
    let told = import(place, &["powers", &file, "--paper", "商编〔2026〕12号"], 0);
    assert!(
        told.contains("新的 new: 1\n有变动的 changed: 1\n原来就是这样的 so already: 1\n"),
        "{told}"
    );
    assert!(
        told.contains("“路灯”（赤城街道，权责清单（示例）第 5 项）2099-01-01起不再适用"),
        "{told}"
    );
    let asked = ["who", "--category", "street_lamp", "--place", "411524001001", "--date"];
    let who = |day: &str| said(place, &[&asked[..], &[day]].concat()).1;
    assert!(who("2098-12-31").starts_with("牵头 lead: 县城市管理局"), "{}", who("2098-12-31"));
    assert!(who("2099-01-01").starts_with("牵头 lead: 县住建局"), "{}", who("2099-01-01"));
    let told = import(place, &["powers", &file], 0);
    assert!(told.contains("没有变化") && told.contains("so already: 3\n"), "{told}");

    let rows: [&[&str]; 5] = [
        &["1", "道路桥梁", "", "县住房和城乡建设局", "乡镇", "", "权责清单（示例）第 1 项", "", ""],
        &["x1", "道路桥染", "", "县交通运输局", "", "", "第 1 项", "", ""],
        &["x2", "道路桥梁", "赤诚街道", "县交通运翰局", "城管局、无此局", "尽快", "", "", ""],
        &["x3", "道路桥梁", "", "县交通运输局", "", "", "第 3 项", "", "2001-01-01"],
        &["x3", "道路桥梁", "", "县交通运输局", "", "", "第 3 项", "", ""],
    ];
    let bad: Vec<&[&str]> = std::iter::once(HEAD).chain(rows).collect();
    let told = import(place, &["powers", &written(place, "bad.xlsx", &bad)], 2);
    for says in [
        "D2: row 1 stands with another lead; a row never changes",
        "B3: no category is called \"道路桥染\"; did you mean 道路桥梁?",
        "C4: no township is called \"赤诚街道\"; did you mean 赤城街道?",
        "D4: no unit is called \"县交通运翰局\"; did you mean 县交通运输局?",
        "E4: no unit is called \"无此局\"",
        "F4: \"尽快\" is no limit",
        "G4: nothing stands here",
        "I5: the end 2001-01-01 is not after the start",
        "A6: row x3 stands twice",
    ] {
        assert!(told.contains(says), "{says}\n{told}");
    }
    holds(place);
}

const UNITS: &[&str] = &[
    "单位名称",
    "英文名称",
    "管理关系",
    "上级单位",
    "类型",
    "指挥乡镇",
    "编制数",
    "联系岗位",
    "约定时限",
];

#[test]
fn units_are_added_with_their_posts_and_one_that_stands_is_not_changed() {
    units(&county("import-units"));
}

#[test]
fn on_postgres_units_are_added_with_their_posts_and_one_that_stands_is_not_changed() {
    if let Some(place) = Place::on_postgres("import-units-pg") {
        units(&furnished(place));
    }
}

fn units(place: &Place) {
    let centre: &[&str] = &["县数据中心", "County Data Centre", "县管", "", "", "", "12", "", ""];
    let below: &[&str] = &["县数据中心运维站", "", "县管", "县数据中心", "", "", "", "", ""];
    let known: &[&str] = &["县交通运输局", "", "县管", "", "", "", "", "", ""];
    let file = written(place, "units.xlsx", &[UNITS, centre, below, known]);
    let told = import(place, &["units", &file, "--paper", "商编〔2026〕13号"], 0);
    assert!(told.contains("设立县数据中心，") && told.contains("新的 new: 2\n"), "{told}");
    let told = import(place, &["units", &file], 0);
    assert!(told.contains("没有变化") && told.contains("so already: 3\n"), "{told}");
    // Its posts are there, and people may be put into them.
    let people = place.folder.join("people.csv");
    fs::write(&people, "登录名,单位,岗位\ndata-centre,县数据中心,主要负责人\n").unwrap();
    let told = import(place, &["people", people.to_str().unwrap()], 0);
    assert!(told.contains("县数据中心主要负责人：data-centre（任职）"), "{told}");

    let rows: [&[&str]; 5] = [
        &["县交通运输局", "", "垂管", "", "", "", "", "command_centre/command", "5个工作日"],
        &["县新设局", "", "朋友", "县无此局", "", "", "很多", "", ""],
        &["县供电公司二部", "", "企业", "", "", "", "", "", ""],
        &["鄢岗新站", "", "县管", "县交通运输局", "派驻站所", "", "", "", ""],
        &["鄢岗新站", "", "县管", "县交通运输局", "派驻站所", "鄢岗镇", "", "", ""],
    ];
    let bad: Vec<&[&str]> = std::iter::once(UNITS).chain(rows).collect();
    let told = import(place, &["units", &written(place, "bad.xlsx", &bad)], 2);
    for says in [
        "C2: 县交通运输局 stands with another relation; change it by a reorganisation",
        "C3: \"朋友\" is no relation; write 县管, 双重管理, 垂直管理, 企业, 社会组织 or 上级",
        "D3: no unit is called \"县无此局\"",
        "G3: \"很多\" is no number of places",
        "H4: the county cannot order 县供电公司二部 and nobody carries requests",
        "F5: no township commands the station 鄢岗新站",
        "A6: 鄢岗新站 stands twice",
    ] {
        assert!(told.contains(says), "{says}\n{told}");
    }
    holds(place);
}
