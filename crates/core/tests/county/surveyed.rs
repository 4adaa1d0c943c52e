//! Grids on the ground: each fault with its place, and a file in another datum told from one that is drawn anew.

use jiff::civil::{Date, date};
use zongheng_core::ids::DivisionCode;
use zongheng_core::organisation::files::{Source, drawing};
use zongheng_core::organisation::survey::{
    Around, Flaw, Sort, Survey, likely_datum, sheet, survey,
};
use zongheng_core::organisation::{AskedGrid, Datum, Entry, Organisation};
use zongheng_core::rules::Strength;

use super::drawn::{asked, boxed, drawn};
use super::mini::{A1, A2, B1, Mini, collection, feature};
use super::shangcheng;

const ON: Date = date(2026, 7, 1);
const OLD: &str = "411524101201001";
const NEW: &str = "411524101201002";

fn surveyed(rows: &[Entry<AskedGrid>]) -> Survey {
    let organisation = Mini::new().organisation();
    let set = drawn(&organisation, rows);
    assert_eq!(set.faults, []);
    survey(&organisation, &set.proposed, ON)
}

fn sorts(flaws: &[Flaw]) -> Vec<Sort> {
    flaws.iter().map(|flaw| flaw.sort).collect()
}

#[test]
fn ground_that_had_a_grid_and_has_none_is_a_gap() {
    let rows = [
        asked(2, OLD, A1, boxed(115.40, 31.60, 115.42, 31.70)),
        asked(3, NEW, A1, boxed(115.43, 31.60, 115.45, 31.70)),
    ];
    let found = surveyed(&rows);
    let between =
        |flaw: &&Flaw| flaw.fault.what.contains("square metres between the grids near 115.425");
    let gaps: Vec<&Flaw> = found.flaws.iter().filter(between).collect();
    let [gap] = gaps.as_slice() else { panic!("{:#?}", found.flaws) };
    assert_eq!(gap.sort, Sort::Gap);
    assert_eq!(gap.fault.row, 2);
    assert_eq!(gap.ground.len(), 1);
    // A hundredth of a degree by a tenth, here about 946 m by 11.1 km.
    let metres: f64 = gap.fault.what.split(' ').next().unwrap().parse().unwrap();
    assert!((10.3e6..10.7e6).contains(&metres), "{metres}");
}

#[test]
fn a_hole_that_grids_enclose_is_a_gap_and_one_of_before_is_not_told_again() {
    let around = |row, code: &str, ring| asked(row, code, B1, ring);
    // Four grids around a square in the empty half of 乙镇.
    let rows = [
        around(2, "411524102201002", boxed(115.50, 31.70, 115.59, 31.72)),
        around(3, "411524102201003", boxed(115.50, 31.76, 115.59, 31.78)),
        around(4, "411524102201004", boxed(115.50, 31.72, 115.52, 31.76)),
        around(5, "411524102201005", boxed(115.55, 31.72, 115.59, 31.76)),
    ];
    let found = surveyed(&rows);
    assert_eq!(sorts(&found.flaws), [Sort::Gap]);
    assert!(found.flaws[0].fault.what.contains("between the grids"), "{}", found.flaws[0].fault);
    let mut organisation = Mini::new().organisation();
    organisation.apply(&drawn(&organisation, &rows).proposed.organised());
    let more = [asked(2, "411524102201006", B1, boxed(115.50, 31.78, 115.52, 31.79))];
    let set = drawn(&organisation, &more);
    assert_eq!(survey(&organisation, &set.proposed, ON).flaws, []);
}

#[test]
fn of_a_legal_outline_all_is_covered_and_of_an_approximate_one_the_rest_is_told() {
    let legal = surveyed(&[asked(2, NEW, A1, boxed(115.40, 31.70, 115.45, 31.75))]);
    assert_eq!(sorts(&legal.flaws), [Sort::Gap], "the north of 甲镇 is open");
    assert!(legal.flaws[0].fault.what.contains("within the outline of 甲镇"));
    let approximate =
        surveyed(&[asked(2, "411524102201002", B1, boxed(115.50, 31.70, 115.55, 31.75))]);
    assert_eq!(approximate.flaws, []);
    assert_eq!(sorts(&approximate.notes), [Sort::Gap]);
    assert_eq!(approximate.notes[0].fault.strength, Strength::Warn);
    assert!(approximate.notes[0].fault.what.contains("within the approximate outline of 乙镇"));
}

#[test]
fn overlap_crossing_and_outside_have_their_ground() {
    let bow = [[115.41, 31.71], [115.44, 31.79], [115.44, 31.71], [115.41, 31.79]];
    let bow = bow.map(|[x, y]| [e7(x), e7(y)]).to_vec();
    let rows = [
        asked(2, NEW, A1, bow),
        asked(3, "411524102201002", B1, boxed(115.54, 31.65, 115.58, 31.75)),
        asked(4, "411524101202002", A2, boxed(115.49, 31.71, 115.55, 31.75)),
    ];
    let found = surveyed(&rows);
    let of = |sort| {
        let mut of = found.flaws.iter().filter(move |flaw| flaw.sort == sort);
        of.next().unwrap_or_else(|| panic!("no {sort:?}: {:#?}", found.flaws))
    };
    assert_eq!(of(Sort::Crossing).at, Some([e7(115.44), e7(31.71)]));
    let overlap = of(Sort::Overlap);
    let [lon, lat] = overlap.at.unwrap();
    assert!((e7(115.54)..=e7(115.55)).contains(&lon) && (e7(31.65)..=e7(31.75)).contains(&lat));
    let outside = of(Sort::Outside);
    assert!(outside.fault.what.contains("lies outside the outline of 甲镇"), "{}", outside.fault);
    assert!(outside.ground.iter().flatten().flatten().all(|[lon, _]| *lon >= e7(115.5)));
}

#[test]
fn a_village_with_an_outline_of_its_own_keeps_its_grids_within() {
    let mut mini = Mini::new();
    let village =
        feature(&format!(r#""code":"{A1}""#), &super::mini::boxed(115.40, 31.60, 115.45, 31.80));
    let towns = [
        feature(r#""code":"411524101000""#, &super::mini::boxed(115.4, 31.6, 115.5, 31.8)),
        village,
    ];
    mini.townships = collection(&towns);
    let organisation = mini.organisation();
    let set = drawn(&organisation, &[asked(2, NEW, A1, boxed(115.44, 31.70, 115.48, 31.75))]);
    let found = survey(&organisation, &set.proposed, ON);
    let outside: Vec<&Flaw> =
        found.flaws.iter().filter(|flaw| flaw.sort == Sort::Outside).collect();
    assert!(
        outside[0].fault.what.ends_with("lies outside the outline of 东庄村民委员会"),
        "{outside:?}"
    );
    let shown = sheet(&organisation, &set.proposed, ON);
    assert_eq!(shown.outlines.len(), 2, "the township and its village");
}

#[test]
fn a_village_without_a_grid_is_told() {
    let mut organisation = Mini::new().organisation();
    let grid = organisation.grids.values_mut().find(|grid| grid.division.as_str() == A2).unwrap();
    grid.to = Some(date(2026, 1, 1));
    let set = drawn(&organisation, &[asked(2, NEW, A1, boxed(115.40, 31.70, 115.45, 31.75))]);
    let notes = survey(&organisation, &set.proposed, ON).notes;
    let told: Vec<&str> = notes.iter().map(|note| note.fault.what.as_str()).collect();
    assert_eq!(told, ["西庄社区居民委员会 of 甲镇 has no grid"]);
}

fn e7(degrees: f64) -> i64 {
    zongheng_core::organisation::place::e7(degrees).expect("an angle")
}

/// The county's own grids as another datum would give them.
fn bent(organisation: &Organisation, datum: Datum) -> Vec<(DivisionCode, Vec<[i64; 2]>)> {
    let grids = organisation.grids.values().filter(|grid| !grid.ring.is_empty());
    let bend = |ring: &[[i64; 2]]| ring.iter().map(|corner| datum.from_wgs84(*corner)).collect();
    grids.map(|grid| (grid.division.clone(), bend(&grid.ring))).collect()
}

#[test]
fn the_countys_grids_in_another_datum_are_known_for_what_they_are() {
    let organisation = &shangcheng::COUNTY.organisation;
    for (given, meant) in
        [(Datum::Wgs84, None), (Datum::Gcj02, Some(Datum::Gcj02)), (Datum::Bd09, Some(Datum::Bd09))]
    {
        let rings = bent(organisation, given);
        let rings = rings.iter().map(|(village, ring)| (village, ring.as_slice()));
        let found = likely_datum(organisation, rings);
        assert_eq!(found.map(|found| found.meant), meant, "{found:?}");
    }
}

/// Where the villages are drawn anew throughout, the county's border still tells.
#[test]
fn a_first_drawing_of_the_whole_county_is_known_by_the_countys_border() {
    let standing = &shangcheng::COUNTY.organisation;
    let mut empty = standing.clone();
    empty.grids.clear();
    empty.shapes.retain(|code, _| standing.county_code() == Some(code));
    for (given, meant) in
        [(Datum::Wgs84, None), (Datum::Gcj02, Some((Datum::Gcj02, Around::County)))]
    {
        let rings = bent(standing, given);
        let rings = rings.iter().map(|(village, ring)| (village, ring.as_slice()));
        let found = likely_datum(&empty, rings);
        assert_eq!(found.map(|found| (found.meant, found.of)), meant, "{found:?}");
    }
}

#[test]
fn the_countys_own_grids_have_no_flaw() {
    let organisation = &shangcheng::COUNTY.organisation;
    let rows: Vec<Entry<AskedGrid>> = organisation
        .grids
        .values()
        .zip(2..)
        .map(|(grid, row)| {
            // Another name, so that all of them are looked at.
            let mut asked = asked(row, &grid.code, grid.division.as_str(), grid.ring.clone());
            asked.value.name = format!("{}一", grid.name);
            asked
        })
        .collect();
    let set = drawn(organisation, &rows);
    assert_eq!(set.changed.len(), organisation.grids.len());
    let found = survey(organisation, &set.proposed, ON);
    assert_eq!(found.flaws, [], "the demonstration's grids tile what they cover");
}

#[test]
fn a_drawing_says_its_datum_and_what_is_no_polygon() {
    let read = |text: &str| drawing(Source { name: "grids.geojson", text });
    let with = |crs: &str| {
        let features = r#""features":[]"#;
        format!(
            r#"{{"type":"FeatureCollection","crs":{{"properties":{{"name":"{crs}"}}}},{features}}}"#
        )
    };
    for (crs, datum) in [
        ("urn:ogc:def:crs:EPSG::4490", Datum::Wgs84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Datum::Wgs84),
        ("GCJ-02", Datum::Gcj02),
        ("bd09ll: BD-09", Datum::Bd09),
    ] {
        assert_eq!(read(&with(crs)).unwrap().datum, Some(datum), "{crs}");
    }
    let metres = read(&with("urn:ogc:def:crs:EPSG::4527")).unwrap_err();
    assert!(metres.to_string().contains("save it in degrees, as EPSG:4490"), "{metres}");
    assert!(read(r#"{"features":[],"datum":"moon"}"#).unwrap_err().what.contains("no datum"));
    assert!(read(r#"{"type":"Topology"}"#).unwrap_err().what.contains("missing field `features`"));
    let point = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[115.4,31.7]}}"#;
    let found = read(&collection(&[point.to_owned()])).unwrap();
    assert_eq!(
        found.faults[0].to_string(),
        "grids.geojson, feature 1, geometry: \"Point\" is drawn, not a polygon; draw the ground as one polygon"
    );
}
