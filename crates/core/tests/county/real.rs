//! The files of 商城县 as they are shipped.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use zongheng_core::ids::DivisionCode;
use zongheng_core::organisation::{
    Checked, Grid, Level, Line, Organisation, Organised, Role, Sort, check, chunk,
};

use crate::shangcheng::FILES;

pub(crate) const DAY: Date = date(2026, 3, 2);

static CHECKED: LazyLock<Checked> = LazyLock::new(|| {
    check(&Organisation::default(), &FILES.proposed).unwrap_or_else(|faults| panic!("{faults:#?}"))
});

pub(crate) static ORGANISATION: LazyLock<Organisation> = LazyLock::new(|| {
    let mut organisation = Organisation::default();
    organisation.apply(&CHECKED.organised);
    organisation
});

pub(crate) fn code(text: &str) -> DivisionCode {
    DivisionCode::from(text)
}

#[test]
fn the_county_has_its_units_posts_and_grids() {
    let organisation = &*ORGANISATION;
    let count = |line| organisation.units.values().filter(|u| u.line == line).count();
    assert_eq!(CHECKED.warnings, []);
    assert_eq!(organisation.divisions.len(), 401);
    let stations = organisation.units.values().filter(|u| u.sort == Sort::Station).count();
    assert_eq!((count(Line::Middle), stations, count(Line::Bottom)), (24, 4, 378));
    assert_eq!((count(Line::Top), count(Line::Vertical)), (47, 1));
    assert_eq!(organisation.county_unit(DAY).unwrap().name, "县委、县政府");
    for role in [
        Role::CommandCentre,
        Role::ClosingDesk,
        Role::VerificationDesk,
        Role::CallBackDesk,
        Role::SupervisionHead,
        Role::SupervisionDeputy,
        Role::SupervisionClerk,
        Role::SupervisionOfficer,
        Role::CountyLeader,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::Auditor,
    ] {
        assert_eq!(organisation.posts_with_role(role, DAY).count(), 1, "{role:?}");
    }
}

#[test]
fn every_village_has_one_unit_below_its_township_and_every_chain_ends_at_the_county() {
    let organisation = &*ORGANISATION;
    for division in organisation.divisions.values() {
        let own: Vec<_> = organisation
            .units
            .values()
            .filter(|u| u.code.as_ref() == Some(&division.code))
            .collect();
        match division.level {
            Level::Province | Level::City => assert!(own.is_empty()),
            Level::County | Level::Township => assert_eq!(own.len(), 1, "{}", division.name),
            Level::Village => {
                assert_eq!(own.len(), 1, "{}", division.name);
                let township = organisation.township_of(&division.code).unwrap();
                let above = organisation.unit_of_division(&township.code, DAY).unwrap();
                assert_eq!(own[0].parent, Some(above.id));
            }
        }
    }
    let county = organisation.county_unit(DAY).unwrap().id;
    for unit in organisation.units.values() {
        let chain = organisation.chain_of(unit.id, DAY);
        assert_eq!(chain.last().map(|u| u.id), Some(county), "{}", unit.name);
        assert!(chain.len() <= 4 && organisation.is_within(unit.id, county, DAY));
    }
}

#[test]
fn caozhai_has_three_grids_each_with_its_roster() {
    let organisation = &*ORGANISATION;
    let unit = organisation.unit_of_division(&code("411524102202"), DAY).unwrap();
    assert_eq!((unit.name.as_str(), unit.name_en.as_str()), ("曹寨村", "Caozhai Village"));
    let of = |place: &str| {
        let within =
            |g: &&Grid| organisation.ancestors(&g.division).iter().any(|d| d.code.0 == place);
        organisation.grids.values().filter(within).collect::<Vec<_>>()
    };
    let names: BTreeSet<&str> = of("411524102202").iter().map(|g| g.name.as_str()).collect();
    assert_eq!(names, ["第一网格", "第二网格", "第三网格"].into());
    for grid in of("411524102202") {
        assert!(grid.demo);
        let covering = organisation.posts.values().filter(|post| post.grids.contains(&grid.id));
        let roles: BTreeSet<Role> = covering.map(|post| post.role).collect();
        let all = [Role::GridChief, Role::GridMember, Role::GridPartTime, Role::GridInstructor];
        assert_eq!(roles, all.into());
    }
    let without = of("411524104000");
    assert_eq!(without.len(), 25);
    assert!(without.iter().all(|g| g.ring.is_empty()), "汪桥镇 has no outline to draw into");
}

#[test]
fn units_are_found_by_any_part_of_their_name() {
    let names = |part| -> Vec<String> {
        ORGANISATION.units_named(part, DAY).iter().map(|u| u.name.clone()).collect()
    };
    assert_eq!(names("交通"), ["县交通运输局"]);
    assert_eq!(names("transport bureau"), ["县交通运输局"]);
    assert_eq!(names("塆").len(), 23);
    assert!(names("不存在").is_empty());
    assert_eq!(names(" ").len(), 450);
}

#[test]
fn acts_of_a_few_kilobytes_fold_into_the_same_organisation() {
    let whole = &CHECKED.organised;
    let parts = whole.chunks(chunk::BODY);
    let mut folded = Organisation::default();
    for (part, n) in parts.iter().zip(1..) {
        let text = serde_json_canonicalizer::to_string(part).unwrap();
        assert!(text.len() <= chunk::BODY, "part {n} has {} bytes", text.len());
        assert_eq!((part.part, part.of as usize, &part.config), (n, parts.len(), &whole.config));
        let read: Organised = serde_json::from_str(&text).unwrap();
        assert_eq!(&read, part);
        folded.apply(&read);
    }
    assert!(parts.len() > 5);
    assert_eq!(folded.units, ORGANISATION.units);
    assert_eq!(folded.posts, ORGANISATION.posts);
    assert_eq!(folded.grids, ORGANISATION.grids);
    assert_eq!(folded.shapes, ORGANISATION.shapes);
    assert_eq!(folded.divisions, ORGANISATION.divisions);
    let again = check(&ORGANISATION, &FILES.proposed).unwrap();
    assert_eq!(again.organised.config, whole.config, "the same files have the same name");
}

/// Ids are part of ledgers: the same files give the same ids on every machine and in every version.
#[test]
fn ids_are_the_same_everywhere() {
    let keys = &FILES.keys;
    assert_eq!(keys.units["county_transport"].to_string(), "66315e8a-7d10-56b4-9e39-48dee1ed5362");
    assert_eq!(
        keys.posts["411524102202001/chief"].to_string(),
        "9a28fe8a-6df8-5c4e-9208-88f8c329211d"
    );
    assert_eq!(keys.grids["411524102202001"].to_string(), "b951c1a5-1bf6-54d8-b1f0-7b53bcdcd5cf");
    let ids: BTreeSet<_> = keys.posts.values().collect();
    assert_eq!(ids.len(), keys.posts.len());
}

proptest! {
    /// Around each point there is a spot of a metre that belongs to at most one grid, and the index
    /// finds what looking at every grid finds.
    #[test]
    fn a_point_lies_in_at_most_one_grid(
        lon in 1_150_800_000_i64..1_156_600_000, lat in 313_500_000_i64..321_200_000,
    ) {
        let organisation = &*ORGANISATION;
        let holding: Vec<_> =
            organisation.grids.values().filter(|g| g.holds(lon, lat)).map(|g| g.id).collect();
        prop_assert_eq!(
            organisation.grid_at(lon, lat, DAY).map(|g| g.id),
            holding.iter().min().copied()
        );
        let well_inside = organisation.grids.values().filter(|g| {
            [(-50, 0), (50, 0), (0, -50), (0, 50)].iter().all(|(x, y)| g.holds(lon + x, lat + y))
        });
        prop_assert!(well_inside.count() <= 1);
        prop_assert!(organisation.grid_at(lon, lat, date(2019, 12, 31)).is_none());
    }
}
