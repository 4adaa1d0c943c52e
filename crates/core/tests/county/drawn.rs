//! A set of grids held against those that stand: what is new, what has another border from a day on, and what was
//! before it.

use jiff::civil::{Date, date};
use zongheng_core::ids::{DivisionCode, GridId};
use zongheng_core::organisation::place::e7;
use zongheng_core::organisation::{
    AskedGrid, DrawnSet, Entry, Organisation, Origin, Role, begun, check,
};

use super::mini::{A1, A2, Mini};

const ON: Date = date(2026, 7, 1);
const BEFORE: Date = date(2026, 6, 30);
const COUNTY: &str = "411524000000";
const OLD: &str = "411524101201001";
const NEW: &str = "411524101201002";

pub(super) fn boxed(west: f64, south: f64, east: f64, north: f64) -> Vec<[i64; 2]> {
    [[west, south], [east, south], [east, north], [west, north]]
        .map(|[lon, lat]| [e7(lon).expect("an angle"), e7(lat).expect("an angle")])
        .to_vec()
}

pub(super) fn asked(
    row: usize,
    code: &str,
    division: &str,
    ring: Vec<[i64; 2]>,
) -> Entry<AskedGrid> {
    let origin = Origin { file: "grids.xlsx".to_owned(), row };
    let value = AskedGrid {
        code: code.to_owned(),
        name: "第一网格".to_owned(),
        division: division.into(),
        ring,
        demo: false,
        from: ON,
    };
    Entry { origin, value }
}

pub(super) fn drawn(organisation: &Organisation, asked: &[Entry<AskedGrid>]) -> DrawnSet {
    organisation.drawn(&DivisionCode::from(COUNTY), asked)
}

/// The grid of 东庄 is halved: its western half keeps the code, the other half is a new grid.
fn halved() -> [Entry<AskedGrid>; 2] {
    [
        asked(2, OLD, A1, boxed(115.40, 31.60, 115.42, 31.70)),
        asked(3, NEW, A1, boxed(115.42, 31.60, 115.45, 31.70)),
    ]
}

fn id_of(organisation: &Organisation, code: &str) -> GridId {
    organisation.grids.values().find(|grid| grid.code == code).expect("is known").id
}

#[test]
fn a_border_that_changes_from_a_day_on_leaves_what_was_found_before_it() {
    let mut organisation = Mini::new().organisation();
    let set = drawn(&organisation, &halved());
    assert_eq!((set.new.len(), set.changed.len(), set.same), (1, 1, 0));
    assert_eq!(set.faults, []);
    let checked = check(&organisation, &set.proposed).expect("is without fault");
    organisation.apply(&checked.organised);
    let (lon, lat) = (e7(115.44).unwrap(), e7(31.65).unwrap());
    let code = |day| organisation.grid_at(lon, lat, day).map(|grid| grid.code.as_str());
    assert_eq!((code(BEFORE), code(ON)), (Some(OLD), Some(NEW)));
    let old = id_of(&organisation, OLD);
    assert_eq!(organisation.grid(old, BEFORE).unwrap().ring, boxed(115.40, 31.60, 115.45, 31.70));
    assert_eq!(organisation.grid(old, ON).unwrap().ring, boxed(115.40, 31.60, 115.42, 31.70));
    // A matter of the old grid is today where its point lies, and without a point where it was.
    assert_eq!(organisation.grid_today(old, None, ON), Some(old));
    let posts: Vec<Role> = organisation
        .posts
        .values()
        .filter(|post| post.grids == [id_of(&organisation, NEW)])
        .map(|post| post.role)
        .collect();
    assert_eq!(posts.len(), 3, "{posts:?}");
    let guides = organisation.posts_with_role(Role::GridInstructor, ON);
    let guides = guides.filter(|post| post.grids.contains(&id_of(&organisation, NEW)));
    assert_eq!(guides.count(), 1, "the instructor of the township has it too");
}

#[test]
fn the_same_set_twice_changes_nothing() {
    let mut organisation = Mini::new().organisation();
    let first = drawn(&organisation, &halved());
    organisation.apply(&check(&organisation, &first.proposed).unwrap().organised);
    let again = drawn(&organisation, &halved());
    assert_eq!((again.new.len(), again.changed.len(), again.same), (0, 0, 2));
    assert!(again.proposed.organised().is_empty());
    // Of a row without a border the border stays.
    let name_alone = drawn(&organisation, &[asked(2, OLD, A1, Vec::new())]);
    assert_eq!((name_alone.changed.len(), name_alone.same), (0, 1));
}

#[test]
fn what_a_grid_keeps_for_ever_is_not_changed_by_a_file() {
    let mut organisation = Mini::new().organisation();
    let ring = boxed(115.40, 31.60, 115.45, 31.70);
    let rows = [
        asked(2, OLD, A2, ring.clone()),
        asked(3, NEW, A1, ring.clone()),
        asked(4, NEW, A1, ring.clone()),
    ];
    let told: Vec<String> =
        drawn(&organisation, &rows).faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "grids.xlsx, line 2, division: grid 411524101201001 lies in 东庄村民委员会; name this village, or give \
             the grid a code that was never used",
            "grids.xlsx, line 4, code: grid 411524101201002 stands twice, first at 3; keep one of them",
        ]
    );
    let id = id_of(&organisation, OLD);
    organisation.grids.get_mut(&id).unwrap().to = Some(date(2026, 1, 1));
    let told = drawn(&organisation, &[asked(2, OLD, A1, ring)]).faults;
    assert!(told[0].what.contains("was given up"), "{told:?}");
}

#[test]
fn no_border_changes_on_a_day_that_is_past() {
    let organisation = Mini::new().organisation();
    let set = drawn(&organisation, &halved());
    assert_eq!(begun(&set.proposed, &organisation, ON), []);
    let told = begun(&set.proposed, &organisation, date(2026, 7, 2));
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[0].to_string(),
        "grids.xlsx, line 2, from: 2026-07-01 is past: acts are recorded up to 2026-07-02; choose this day or a \
         later one"
    );
}

#[test]
fn a_new_grid_does_not_lie_over_what_another_was_until_a_day() {
    let mut organisation = Mini::new().organisation();
    organisation
        .apply(&check(&organisation, &drawn(&organisation, &halved()).proposed).unwrap().organised);
    // From a day before the border changed: there the old border still holds.
    let mut early = asked(2, "411524101201003", A1, boxed(115.43, 31.60, 115.44, 31.61));
    early.value.from = date(2026, 6, 1);
    let faults = check(&organisation, &drawn(&organisation, &[early]).proposed).unwrap_err();
    let over: Vec<&str> = faults.iter().map(|fault| fault.what.as_str()).collect();
    assert!(
        over.iter().any(|what| what.starts_with("grids 411524101201003 and 411524101201001")),
        "{over:?}"
    );
}
