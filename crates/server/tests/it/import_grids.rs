//! Grids that come over from a drawing or a table: every fault by its place and on the picture, and once recorded, the
//! point is found in the new grid.

use std::fs;
use std::str::FromStr as _;

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use zongheng_core::organisation::Datum;
use zongheng_core::organisation::place::e7;

use crate::import::{county, furnished, holds, said};
use crate::program::Place;

/// The county's own grids of one village or township, as a drawing.
fn shipped(prefix: &str) -> Value {
    let text = include_str!("../../../../counties/411524/grids.geojson");
    let mut drawing: Value = serde_json::from_str(text).unwrap();
    let features = drawing["features"].as_array_mut().unwrap();
    features.retain(|feature| feature["properties"]["code"].as_str().unwrap().starts_with(prefix));
    drawing
}

fn write(place: &Place, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = place.folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn import(place: &Place, args: &[&str], status: i32) -> String {
    let (found, told) = said(place, &[&["import", "grids"], args].concat());
    assert_eq!(found, Some(status), "{told}");
    told
}

/// 东街社区 has one grid; here one corner of it is cut off and becomes a second.
const WITHOUT_CORNER: &str = "115.4191035,31.8123015; 115.4184313,31.8118613; 115.406172,31.8132305; \
                              115.417734,31.8247714";
const CORNER: &str = "POLYGON ((115.406172 31.8132305, 115.406172 31.822459, 115.417734 31.8247714, 115.406172 31.8132305))";

const HEAD: [&str; 5] = ["网格编码", "网格名称", "乡镇", "村（社区）", "边界"];

fn table(place: &Place, name: &str, rows: &[[&str; 5]]) -> String {
    let path = place.folder.join(name);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "网格划分表").unwrap();
    for (row, cells) in (1..).zip(std::iter::once(&HEAD).chain(rows)) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, *cell).unwrap();
        }
    }
    book.save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

fn split(village: &str) -> [[&str; 5]; 2] {
    [
        ["411524001001001", "第一网格", "赤城街道", village, WITHOUT_CORNER],
        ["411524001001002", "第二网格", "", "411524001001", CORNER],
    ]
}

/// The rows of acts on the organisation.
fn acts(place: &Place) -> i64 {
    let rows = place.ask("select cast(count(*) as text) from act where stream = 'org'");
    rows[0].parse().unwrap()
}

#[test]
fn a_table_of_grids_is_recorded_once_and_every_bad_cell_told_by_its_address() {
    grids(&county("import-grids"));
}

#[test]
fn on_postgres_a_table_of_grids_is_recorded_once_and_every_bad_cell_told_by_its_address() {
    if let Some(place) = Place::on_postgres("import-grids-pg") {
        grids(&furnished(place));
    }
}

fn grids(place: &Place) {
    let before = acts(place);
    let village = "东街社区";
    let mut bad = split(village);
    bad[0][2] = "赤诚街道";
    bad[1][3] = "411524001999";
    bad[1][4] = "115.4,31.8;east";
    let told = import(place, &[&table(place, "bad.xlsx", &bad)], 2);
    assert_eq!(
        told,
        "C3: no township is called \"赤诚街道\"; did you mean 赤城街道?\n\
         D4: division 411524001999 is not known; name the village or community it lies in\n\
         E4: \"east\" is no corner; write 115.41,31.80; 115.42,31.80; …, or POLYGON ((115.41 31.80, …))\n"
    );
    let alone = table(place, "alone.xlsx", &split(village)[..1]);
    let told = import(place, &[&alone], 2);
    assert!(told.starts_with("E3: ") && told.contains("between the grids"), "{told}");
    assert_eq!(acts(place), before, "nothing of a bad table is recorded");

    let good = table(place, "good.xlsx", &split(village));
    let told = import(place, &[&good, "--dry-run"], 0);
    assert!(told.contains("只检查，没有登记") && acts(place) == before, "{told}");
    let paper = ["--paper", "商政〔2026〕12号"];
    let told = import(place, &[&[good.as_str()], &paper[..]].concat(), 0);
    assert!(told.contains("新划网格411524001001002（第二网格）"), "{told}");
    assert!(told.contains("新的 new: 1\n有变动的 changed: 1\n"), "{told}");
    assert_eq!(acts(place), before + 1);
    let told = import(place, &[&good, "--json"], 0);
    let counts: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(counts, json!({"rows": 2, "new": 0, "changed": 0, "same": 2, "acts": 0}));
    // The same as CSV in the code of Chinese Windows.
    let rows = split(village);
    let lines = std::iter::once(&HEAD)
        .chain(&rows)
        .map(|cells| cells.map(|cell| format!("\"{cell}\"")).join(","));
    let text = lines.collect::<Vec<_>>().join("\r\n");
    let (gb18030, _, lost) = encoding_rs::GB18030.encode(&text);
    assert!(!lost);
    let told = import(place, &[&write(place, "grids.csv", gb18030)], 0);
    assert!(told.contains("原来就是这样的 so already: 2\n"), "{told}");
    holds(place);
}

#[test]
fn a_drawing_is_told_feature_by_feature_and_shown_on_a_picture() {
    let place = county("import-drawing");
    let picture = place.folder.join("faults.svg");
    let shown = picture.to_str().unwrap().to_owned();
    let mut drawing = shipped("411524102");
    let features = drawing["features"].as_array_mut().unwrap();
    features.retain(|feature| feature["geometry"].is_object());
    // One crosses itself, one is a point, one stands twice, one lies elsewhere.
    let ring = features[0]["geometry"]["coordinates"][0].as_array_mut().unwrap();
    ring.swap(1, 2);
    features[1]["geometry"] = json!({"type": "Point", "coordinates": [115.4, 31.8]});
    features[3]["properties"]["code"] = features[2]["properties"]["code"].clone();
    features[4]["geometry"]["coordinates"] =
        json!([[[115.30, 31.60], [115.31, 31.60], [115.31, 31.61], [115.30, 31.60]]]);
    features[5]["properties"]["division"] = json!("曹窄村");
    let file = write(&place, "bad.geojson", drawing.to_string());
    let told = import(&place, &[&file, "--picture", &shown], 2);
    for says in [
        "feature 1, geometry: the polygon of ",
        "crosses itself near",
        "feature 2, geometry: \"Point\" is drawn, not a polygon; draw the ground as one polygon",
        "feature 4, code: grid ",
        "stands twice, first at 3; keep one of them",
        "feature 5, geometry: ",
        "feature 6, division: no village is called \"曹窄村\"; did you mean 曹寨村",
    ] {
        assert!(told.contains(says), "{says}\n{told}");
    }
    let svg = fs::read_to_string(&picture).unwrap();
    for says in
        ["商城县网格（示意图）", "非法定界线", "1　边界自相交", "url(#crossing)", "url(#outside)"]
    {
        assert!(svg.contains(says), "{says}\n{svg}");
    }
    assert!(!svg.contains("<image") && !svg.contains("<script"));

    // As they are shipped they change nothing, and their picture has no mark.
    let file = write(&place, "good.geojson", shipped("411524102").to_string());
    let told = import(&place, &[&file, "--picture", &shown], 0);
    assert!(told.contains("没有变化"), "{told}");
    assert!(fs::read_to_string(&picture).unwrap().contains("没有发现交叉、重叠、空白、越界"));
}

#[test]
fn what_is_no_drawing_of_grids_is_refused_with_the_reason() {
    let place = county("import-no-grids");
    for (name, text, says) in [
        ("a.geojson", "not GeoJSON".to_owned(), "a.geojson: expected"),
        ("b.geojson", r#"{"type":"Topology"}"#.to_owned(), "missing field `features`"),
        (
            "c.geojson",
            r#"{"features":[],"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::4527"}}}"#
                .to_owned(),
            "save it in degrees, as EPSG:4490 or EPSG:4326",
        ),
        (
            "d.geojson",
            r#"{"features":[],"datum":"gcj02"}"#.to_owned(),
            "the file says that its coordinates are gcj02, which lie hundreds of metres off: name the datum \
             gcj02, and they are turned",
        ),
        ("e.geojson", "\u{0}".repeat((32 << 20) + 1), "more than the 33554432 that are read"),
        ("f.csv", "甲,乙\n1,2\n".to_owned(), "网格编码"),
    ] {
        let told = import(&place, &[&write(&place, name, text)], 2);
        assert!(told.contains(says), "{name}: {told}");
    }
    // Round, so that no side meets another one early.
    let corner = |n: u32| {
        let (x, y) = (f64::from(n) / 1e6 * std::f64::consts::TAU).sin_cos();
        let e7 = |degrees: f64| (degrees * 1e7).round() / 1e7;
        json!([e7(115.44 + x / 100.0), e7(31.7 + y / 100.0)])
    };
    let ring: Vec<Value> = (0..1_000_000).map(corner).collect();
    let mut drawing = shipped("411524001001001");
    drawing["features"][0]["geometry"]["coordinates"] = json!([ring]);
    let told = import(&place, &[&write(&place, "million.geojson", drawing.to_string())], 2);
    assert!(told.contains("has 1000000 corners; simplify it to at most 1,500"), "{told}");
}

/// Some 520 m off, as phones' maps give it.
#[test]
fn a_drawing_in_another_datum_is_known_and_turned_when_somebody_says_so() {
    let place = county("import-datum");
    let mut drawing = shipped("411524102");
    for feature in drawing["features"].as_array_mut().unwrap() {
        let Some(rings) = feature["geometry"]["coordinates"].as_array_mut() else { continue };
        for corner in rings[0].as_array_mut().unwrap() {
            let given = [&corner[0], &corner[1]].map(|n| e7(n.as_f64().unwrap()).unwrap());
            let bent = Datum::Gcj02
                .from_wgs84(given)
                .map(|n| Value::from(serde_json::Number::from_str(&shown(n)).unwrap()));
            *corner = json!(bent);
        }
    }
    let file = write(&place, "bent.geojson", drawing.to_string());
    let told = import(&place, &[&file], 2);
    assert!(told.contains("the coordinates look like gcj02: "), "{told}");
    assert!(told.contains("Name the datum gcj02"), "{told}");
    let told = import(&place, &[&file, "--datum", "gcj02", "--dry-run"], 0);
    assert!(told.contains("新的 new: 0\n"), "{told}");
    let (status, told) = said(&place, &["import", "grids", &file, "--datum", "moon"]);
    assert!(status == Some(2) && told.contains("no datum"), "{told}");
}

/// 10⁻⁷ degrees as they are written.
fn shown(e7: i64) -> String {
    format!("{}.{:07}", e7 / 10_000_000, e7 % 10_000_000)
}
