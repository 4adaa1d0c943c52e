//! Points at the door.

use jiff::civil::date;
use zongheng_core::organisation::place::{Meant, Point, check, e7};
use zongheng_core::organisation::{Datum, Organisation};

use super::mini::Mini;
use super::real::{DAY, ORGANISATION};

fn point(lon: f64, lat: f64, datum: Datum) -> Point {
    Point { lon: e7(lon).expect("an angle"), lat: e7(lat).expect("an angle"), datum }
}

#[test]
fn a_point_in_the_county_passes_and_is_turned_to_wgs84() {
    let given = point(115.35, 31.99, Datum::Wgs84);
    assert_eq!(check(&ORGANISATION, given).unwrap(), [given.lon, given.lat]);
    let [lon, lat] = Datum::Gcj02.from_wgs84([given.lon, given.lat]);
    let [x, y] = check(&ORGANISATION, Point { lon, lat, datum: Datum::Gcj02 }).unwrap();
    assert!((x - given.lon).abs() < 10 && (y - given.lat).abs() < 10);
    let grid = ORGANISATION.grid_at(x, y, DAY).unwrap();
    assert_eq!(ORGANISATION.township_of(&grid.division).unwrap().name, "鄢岗镇");
}

#[test]
fn a_point_outside_is_refused_with_the_reading_that_would_fit() {
    let east = [1_155_999_000, 317_000_000];
    let mini = Mini::new().organisation();
    let shifted = |datum: Datum, said: Datum| {
        let [lon, lat] = datum.from_wgs84(east);
        Point { lon, lat, datum: said }
    };
    let cases = [
        (shifted(Datum::Gcj02, Datum::Wgs84), Some(Meant::Datum(Datum::Gcj02))),
        (shifted(Datum::Bd09, Datum::Wgs84), Some(Meant::Datum(Datum::Bd09))),
        (point(31.7, 115.5, Datum::Wgs84), Some(Meant::Swapped(Datum::Wgs84))),
        (point(31.7, 115.5, Datum::Bd09), Some(Meant::Swapped(Datum::Bd09))),
        (point(114.0913, 32.147, Datum::Wgs84), None),
    ];
    for (given, meant) in cases {
        let refused = check(&mini, given).unwrap_err();
        assert_eq!((refused.given, refused.meant), (given, meant));
    }
}

#[test]
fn the_refusal_says_what_to_send_instead() {
    let mini = Mini::new().organisation();
    let swapped = check(&mini, point(31.7, 115.5, Datum::Wgs84)).unwrap_err();
    assert_eq!(
        swapped.to_string(),
        "the point 31.7, 115.5 (wgs84) is outside the county; longitude and latitude look \
         swapped: send lon and lat the other way round"
    );
    let [lon, lat] = Datum::Gcj02.from_wgs84([1_155_999_000, 317_000_000]);
    let bent = check(&mini, Point { lon, lat, datum: Datum::Wgs84 }).unwrap_err();
    assert!(bent.to_string().ends_with("it looks like gcj02: send datum=gcj02"));
    assert!(bent.zh().ends_with("看起来是 gcj02 坐标，请以 datum=gcj02 重新提交"));
    let far = check(&mini, point(-0.5, 0.0, Datum::Wgs84)).unwrap_err();
    assert!(far.zh().starts_with("坐标 -0.5，0（wgs84）不在本县范围内"));
}

#[test]
fn on_a_common_border_the_grid_with_the_lowest_id_answers() {
    let mini = Mini::new().organisation();
    let day = date(2025, 1, 1);
    let [lon, lat] = [1_154_500_000, 316_500_000];
    let both: Vec<_> = mini.grids.values().filter(|g| g.holds(lon, lat)).map(|g| g.id).collect();
    assert_eq!(both.len(), 2);
    assert_eq!(mini.grid_at(lon, lat, day).map(|g| g.id), both.into_iter().min());
    assert!(mini.grid_at(1_154_500_000, 317_500_000, day).is_none(), "no grid is drawn there");
}

#[test]
fn a_county_without_a_boundary_takes_any_point() {
    let given = point(0.0, 0.0, Datum::Wgs84);
    assert_eq!(check(&Organisation::default(), given), Ok([0, 0]));
}

#[test]
fn a_grid_drawn_anew_is_found_where_it_is_now() {
    let mut mini = Mini::new().organisation();
    let day = date(2025, 1, 1);
    let mut grid = mini.grid_at(1_154_200_000, 316_500_000, day).unwrap().clone();
    for corner in &mut grid.ring {
        corner[1] += 1_000_000;
    }
    let id = grid.id;
    let drawn = zongheng_core::organisation::Organised { grids: vec![grid], ..Default::default() };
    mini.apply(&drawn);
    assert!(mini.grid_at(1_154_200_000, 316_500_000, day).is_none());
    assert_eq!(mini.grid_at(1_154_200_000, 317_500_000, day).map(|g| g.id), Some(id));
}
