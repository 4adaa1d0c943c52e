//! Each kind of bad input gets its answer: where it stands, what is wrong, how to mend it.

use proptest::prelude::*;
use zongheng_core::organisation::Datum;
use zongheng_core::organisation::place::e7;

use super::mini::{A1, A2, B1, Mini, boxed, collection, feature, grid};

#[test]
fn the_small_county_is_without_fault() {
    let checked = Mini::new().check().unwrap();
    assert_eq!(checked.warnings, []);
    assert_eq!(checked.organised.units.len(), 8);
}

type File = fn(&mut Mini) -> &mut String;
const DIVISIONS: File = |m| &mut m.divisions;
const UNITS: File = |m| &mut m.units;
const POSTS: File = |m| &mut m.posts;
const GRIDS: File = |m| &mut m.grids;

/// In which file what is written instead of what, and a part of the fault that it must give.
const SPOILT: [(File, &str, &str, &str); 26] = [
    (
        DIVISIONS,
        "村居,411524102000",
        "村居,411524109000",
        "divisions.csv, line 9, parent: division 411524109000 is not known",
    ),
    (
        DIVISIONS,
        "村居,411524102000",
        "村居,411524000000",
        "parent: 南庄村民委员会 cannot lie in 商城县; name the division around it",
    ),
    (DIVISIONS, "411524102201,南庄", "41152410220,南庄", "\"41152410220\" is no division code"),
    (DIVISIONS, "411524101202,西", "411524101201,西", "stands twice, first at 7"),
    (DIVISIONS, "甲镇,乡镇街道", "甲镇,乡", "line 5, level: \"乡\" is no level of divisions"),
    (DIVISIONS, "甲镇,乡镇街道", "甲镇", "divisions.csv, line 5"),
    (DIVISIONS, "商城县,县", "商城县,市", "divisions.csv, level: the file holds 0 counties"),
    (
        UNITS,
        "parent = \"transport\"",
        "parent = \"traffic\"",
        "parent: unit \"traffic\" is not known; use a key of units.toml",
    ),
    (
        UNITS,
        "to = \"2024-07-01\"",
        "to = \"2020-01-01\"",
        "to: the end 2020-01-01 is not after the start 2020-01-01",
    ),
    (UNITS, "to = \"2024-07-01\"", "to = \"2024-13-01\"", "units.toml, line 26"),
    (UNITS, "from = \"2020-01-01\"", "from = \"soon\"", "units.toml, line 1, from: this is no day"),
    (UNITS, "from = \"2020-01-01\"", "", "from: the day from which the units stand is missing"),
    (UNITS, "key = \"highway\"", "key = \"transport\"", "stands twice"),
    (
        UNITS,
        "relation = \"county\"\nparent",
        "relation = \"friend\"\nparent",
        "unknown variant `friend`",
    ),
    (UNITS, "posts = \"own\"", "flag = \"red\"", "units.toml, line 10: unknown field `flag`"),
    (
        UNITS,
        "[[unit]]\nkey = \"highway\"",
        "[[body]]\nkey = \"highway\"",
        "\"body\" is not known here; use [[unit]]",
    ),
    (UNITS, "posts = \"own\"", "parent = \"highway\"\nposts = \"own\"", "in a circle"),
    (UNITS, "[[unit]]\nkey = \"transport\"", "[[unit\nkey = \"transport\"", "units.toml, line 12"),
    (
        UNITS,
        "key = \"highway\"",
        "key = \"highway\"\ncode = \"411524101000\"",
        "are both the division's own unit",
    ),
    (
        UNITS,
        "key = \"highway\"",
        "key = \"highway\"\ncode = \"411524999000\"",
        "code: division 411524999000 is not known",
    ),
    (
        POSTS,
        "unit = \"county\"",
        "unit = \"countess\"",
        "posts.toml, line 29, unit: unit \"countess\" is not known",
    ),
    (
        POSTS,
        "unit = \"county\"",
        "unit = \"highway\"\nto = \"2025-01-01\"",
        "unit: 县公路事业发展中心 has ended on 2024-07-01, post 县领导 has not; end the post with its unit",
    ),
    (
        POSTS,
        "role = \"county_leader\"",
        "role = \"grid_part_time\"",
        "grid post 县领导 answers for no grid",
    ),
    (
        POSTS,
        "unit = \"county\"",
        "unit = \"county\"\nfrom = \"2019-01-01\"",
        "stands from 2020-01-01 only, post 县领导 earlier",
    ),
    (
        GRIDS,
        "\"division\":\"411524102201\"",
        "\"division\":\"411524109999\"",
        "grids.geojson, feature 3, division: division 411524109999 is not known",
    ),
    (
        GRIDS,
        "\"code\":\"411524102201001\"",
        "\"code\":\"411524101202001\"",
        "stands twice, first at 2",
    ),
];

#[test]
fn a_spoilt_file_is_refused_with_its_line_and_the_way_to_mend_it() {
    for (file, from, to, expected) in SPOILT {
        let mut mini = Mini::new();
        let text = file(&mut mini);
        assert!(text.contains(from), "nothing to replace: {from}");
        *text = text.replacen(from, to, 1);
        let faults = mini.faults();
        assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}\n{faults:#?}");
    }
}

#[test]
fn all_faults_of_all_files_are_listed_at_once() {
    let mut mini = Mini::new();
    mini.units = mini.units.replace("to = \"2024-07-01\"", "to = \"2019-07-01\"");
    mini.divisions = mini.divisions.replace("411524102201,南庄", "411524101201,南庄");
    mini.grids = collection(&[
        grid("411524101201001", A1, &boxed(115.40, 31.60, 115.45, 31.70)),
        grid("411524101202001", A2, &boxed(115.44, 31.60, 115.50, 31.70)),
        grid("411524102201001", B1, &boxed(115.40, 31.75, 115.45, 31.80)),
    ]);
    let faults = mini.faults();
    for expected in ["divisions.csv, line 9", "units.toml, line", "feature 2", "feature 3"] {
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:#?}");
    }
}

#[test]
fn a_grid_outside_its_township_is_refused() {
    let within_the_other = grid("411524101201001", A1, &boxed(115.55, 31.60, 115.60, 31.70));
    let faults = Mini::with_grids(&[within_the_other]).faults();
    assert_eq!(
        faults,
        ["grids.geojson, feature 1, geometry: grid 411524101201001 lies outside the outline of \
          甲镇; redraw it, or name the division it lies in"]
    );
}

#[test]
fn an_approximate_outline_refuses_only_what_lies_mostly_outside() {
    let third = grid("411524102201001", B1, &boxed(115.48, 31.75, 115.54, 31.80));
    Mini::with_grids(&[third]).check().unwrap();
    let most = grid("411524102201001", B1, &boxed(115.45, 31.75, 115.54, 31.80));
    let faults = Mini::with_grids(&[most]).faults();
    assert!(faults[0].contains("outside the approximate outline of 乙镇"), "{faults:?}");
}

#[test]
fn overlapping_polygons_are_refused_once_a_pair_and_a_common_border_is_not() {
    let faults = Mini::with_grids(&[
        grid("411524101201001", A1, &boxed(115.40, 31.60, 115.45, 31.70)),
        grid("411524101202001", A2, &boxed(115.449, 31.60, 115.50, 31.70)),
    ])
    .faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("feature 2, geometry: grids 411524101202001 and 411524101201001"));
    assert!(faults[0].contains("square metres; draw one border for both"));
}

#[test]
fn grids_of_different_days_may_lie_over_each_other() {
    let of = |code: &str, days: &str| {
        let properties = format!(r#""code":"{code}","name":"第一网格","division":"{A1}",{days}"#);
        feature(&properties, &boxed(115.40, 31.60, 115.45, 31.70))
    };
    let old = of("411524101201001", r#""to":"2024-01-01""#);
    Mini::with_grids(&[old.clone(), of("411524101201002", r#""from":"2024-01-01""#)])
        .check()
        .unwrap();
    let faults = Mini::with_grids(&[old, of("411524101201002", r#""from":"2023-12-31""#)]).faults();
    assert!(faults[0].contains("overlap by"), "{faults:?}");
}

#[test]
fn a_polygon_must_be_one_simple_ring_with_an_area() {
    let bow = "[[[115.41,31.61],[115.44,31.69],[115.44,31.61],[115.41,31.69],[115.41,31.61]]]";
    let spike = "[[[115.41,31.61],[115.44,31.61],[115.44,31.69],[115.44,31.65],[115.41,31.65]]]";
    let two = "[[[115.41,31.61],[115.44,31.61],[115.41,31.61]]]";
    let hole = "[[[115.41,31.61],[115.44,31.61],[115.44,31.69]],[[115.42,31.62],[115.43,31.62],[115.43,31.63]]]";
    let letters = r#"[[["east",31.61],[115.44,31.61],[115.44,31.69]]]"#;
    let vast = "[[[1e300,31.61],[115.44,31.61],[115.44,31.69]]]";
    for (rings, expected) in [
        (bow, "crosses itself near 115.44, 31.61; draw it as one simple ring"),
        (spike, "crosses itself"),
        (two, "has no area; give at least three corners"),
        (hole, "has several parts or a hole"),
        (letters, "invalid type: string \"east\""),
        (vast, "a corner is no pair of coordinates"),
    ] {
        let faults = Mini::with_grids(&[grid("411524101201001", A1, rings)]).faults();
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:?}");
    }
}

#[test]
fn a_polygon_outside_the_county_is_refused_and_the_likely_datum_offered() {
    let ring = |datum: Datum, swap: bool| {
        let corners = [(115.57, 31.77), (115.5999, 31.77), (115.5999, 31.79), (115.57, 31.79)];
        let corner = |(lon, lat): (f64, f64)| {
            let [x, y] = datum.from_wgs84([e7(lon).unwrap(), e7(lat).unwrap()]);
            let (x, y) = if swap { (y, x) } else { (x, y) };
            format!(
                "[{}.{:07},{}.{:07}]",
                x / 10_000_000,
                x % 10_000_000,
                y / 10_000_000,
                y % 10_000_000
            )
        };
        format!("[[{}]]", corners.map(corner).join(","))
    };
    for (rings, expected) in [
        (
            ring(Datum::Gcj02, false),
            "the coordinates look like gcj02: give the feature \"datum\": \"gcj02\"",
        ),
        (ring(Datum::Wgs84, true), "longitude and latitude look swapped"),
        (boxed(114.0, 32.1, 114.1, 32.2), "check the coordinates and their datum"),
        (boxed(15.4, 11.8, 230.4, 312.8), "check the coordinates and their datum"),
    ] {
        let faults = Mini::with_grids(&[grid("411524102201001", B1, &rings)]).faults();
        assert!(faults[0].contains("lies outside the count"), "{faults:?}");
        assert!(faults[0].contains(expected), "{faults:?}");
    }
    let properties =
        format!(r#""code":"411524102201001","name":"第一网格","division":"{B1}","datum":"gcj02""#);
    Mini::with_grids(&[feature(&properties, &ring(Datum::Gcj02, false))]).check().unwrap();
}

#[test]
fn a_file_that_is_no_geojson_is_refused_by_name() {
    let mut mini = Mini::new();
    "[".clone_into(&mut mini.grids);
    assert!(mini.faults()[0].starts_with("grids.geojson: EOF while parsing"));
}

#[test]
fn a_grid_without_a_roster_is_a_warning_only() {
    let mut mini = Mini::new();
    mini.posts = mini.posts.replace("role = \"grid_member\"", "role = \"grid_part_time\"");
    let warnings = mini.check().unwrap().warnings;
    assert_eq!(warnings.len(), 3);
    assert_eq!(
        warnings[0].to_string(),
        "grids.geojson, feature 1, code: grid 411524101201001 has no post of a full-time member; \
         add one"
    );
}

proptest! {
    /// Whatever each unit names as the one above it: the set is refused if and only if following the
    /// names runs in a circle.
    #[test]
    fn only_a_tree_of_units_passes(above in prop::collection::vec(0_usize..8, 8)) {
        let mut mini = Mini::new();
        for (n, above) in above.iter().enumerate() {
            let parent = if *above == n { "county".to_owned() } else { format!("u{above}") };
            let unit = format!(
                "[[unit]]\nkey = \"u{n}\"\nname = \"单位{n}\"\nname_en = \"Unit {n}\"\nline = \"top\"\n\
                 relation = \"county\"\nparent = \"{parent}\"\n"
            );
            mini.units.push_str(&unit);
        }
        let circle = (0..above.len()).any(|start| {
            let mut at = start;
            for _ in 0..above.len() {
                at = above[at];
            }
            above[at] != at
        });
        let faults = mini.check().err().unwrap_or_default();
        prop_assert_eq!(faults.is_empty(), !circle, "{:?}", faults);
        prop_assert!(faults.iter().all(|f| f.what.contains("in a circle")));
    }
}
