//! Units with two superiors, modules, places, and units that the county can only ask.

use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;
use zongheng_core::ids::UserId;
use zongheng_core::organisation::{
    Appointment, Entry, Fault, Holding, Organisation, Origin, Proposed, check,
};

use zongheng_core::rules::Strength;

use super::mini::Mini;
use super::real::{DAY, ORGANISATION};
use crate::shangcheng::FILES;

fn unit(key: &str, fields: &str) -> String {
    format!(
        "[[unit]]\nkey = \"{key}\"\nname = \"{key}\"\nname_en = \"{key}\"\nline = \"middle\"\n{fields}\n"
    )
}

fn mini(units: &[String]) -> Mini {
    let mut mini = Mini::new();
    mini.units += "\n";
    mini.units += &units.concat();
    mini
}

const STATION: &str = "relation = \"county\"\nparent = \"transport\"\nsort = \"station\"\n\
                       commanded_by = \"411524101000\"";

#[test]
fn a_station_stands_below_its_department_and_its_township() {
    let organisation = &*ORGANISATION;
    let unit = |key: &str| FILES.keys.units[key];
    let station = unit("yangang_police");
    for above in ["police", "411524102000", "county"] {
        assert!(organisation.is_within(station, unit(above), DAY), "{above}");
    }
    for beside in ["justice", "411524101000", "411524102202", "yangang_justice"] {
        assert!(!organisation.is_within(station, unit(beside), DAY), "{beside}");
    }
    assert!(!organisation.is_within(unit("411524102000"), unit("police"), DAY));
    let chain: Vec<&str> =
        organisation.chain_of(station, DAY).iter().map(|u| u.name.as_str()).collect();
    assert_eq!(chain, ["鄢岗派出所", "县公安局", "鄢岗镇", "县委、县政府"]);
    let below: Vec<&str> = organisation
        .units_below(unit("411524102000"), DAY)
        .filter(|u| u.code.is_none())
        .map(|u| u.name.as_str())
        .collect();
    assert_eq!(below.len(), 4, "{below:?}");
}

#[test]
fn the_sort_of_a_unit_and_its_superiors_fit_together() {
    let small = |fields: &str| mini(&[unit("x", fields)]);
    small(STATION).check().unwrap();
    small("relation = \"county\"\nparent = \"411524101201\"\nsort = \"module\"").check().unwrap();
    for (fields, expected) in [
        (
            "relation = \"county\"\nparent = \"transport\"\nsort = \"station\"",
            "commanded_by: no township commands the station x; name the township's own unit",
        ),
        (
            "relation = \"county\"\nsort = \"station\"\ncommanded_by = \"transport\"",
            "no township commands the station x",
        ),
        (
            "relation = \"county\"\ncommanded_by = \"411524101000\"",
            "x is no station and has two units above it",
        ),
        (
            "relation = \"county\"\nparent = \"transport\"\nsort = \"module\"",
            "parent: the module x stands in no township or village",
        ),
        (
            "relation = \"county\"\nsort = \"station\"\ncommanded_by = \"411524109000\"",
            "commanded_by: unit \"411524109000\" is not known",
        ),
        ("relation = \"county\"\nsuccessors = [\"transport\"]", "x has successors and no end"),
        (
            "relation = \"county\"\nto = \"2025-01-01\"\nsuccessors = [\"highway\"]",
            "县公路事业发展中心 does not stand on 2025-01-01 and cannot go on with x",
        ),
    ] {
        let faults = small(fields).faults();
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:#?}");
    }
}

/// Through either superior: a circle is refused, and whatever passes has no unit below itself.
#[test]
fn a_circle_through_the_second_superior_is_refused() {
    let mut mini = mini(&[unit("x", STATION)]);
    mini.units =
        mini.units.replacen("key = \"transport\"", "key = \"transport\"\nparent = \"x\"", 1);
    assert!(mini.faults().iter().any(|f| f.contains("in a circle: 县交通运输局 < x")));
}

proptest! {
    #[test]
    fn following_both_superiors_always_ends(above in prop::collection::vec((0_usize..6, 0_usize..6), 6)) {
        use zongheng_core::ids::UnitId;
        use zongheng_core::organisation::{Line, Organised, Relation, Sort, Unit};
        let id = |n: usize| UnitId(Uuid::from_u128(n as u128 + 1));
        let units = above.iter().enumerate().map(|(n, (parent, commander))| Unit {
            id: id(n),
            code: None,
            name: n.to_string(),
            name_en: n.to_string(),
            line: Line::Top,
            relation: Relation::County,
            parent: Some(id(*parent)),
            from: DAY,
            to: None,
            sort: Sort::Station,
            commanded_by: Some(id(*commander)),
            establishment: None,
            liaison: None,
            successors: Vec::new(),
        });
        let mut organisation = Organisation::default();
        organisation.apply(&Organised { units: units.collect(), ..Organised::default() });
        for n in 0..6 {
            let chain: Vec<_> = organisation.chain_of(id(n), DAY).iter().map(|u| u.id).collect();
            for m in 0..6 {
                // Both questions agree, whatever the circles.
                prop_assert_eq!(organisation.is_within(id(n), id(m), DAY), chain.contains(&id(m)));
            }
        }
    }
}

#[test]
fn what_the_county_cannot_order_is_asked_through_a_post_of_the_county() {
    let small = |fields: &str| {
        let mut mini = mini(&[unit("x", fields)]);
        mini.posts = mini.posts.replacen("key = \"head\"", "key = \"chief\"", 1);
        mini
    };
    let asked =
        "relation = \"enterprise\"\nliaison = { post = \"transport/chief\", agreed = \"7wd\" }";
    let organisation = small(asked).organisation();
    let x = organisation.units.values().find(|u| u.name == "x").unwrap();
    assert_eq!(x.liaison.as_ref().unwrap().agreed.to_string(), "7wd");
    for (fields, expected) in [
        (
            "relation = \"vertical\"",
            "liaison: the county cannot order x and nobody carries requests",
        ),
        (
            "relation = \"county\"\nliaison = { post = \"transport/chief\", agreed = \"7wd\" }",
            "x can be ordered and needs no liaison",
        ),
        (
            "relation = \"social\"\nliaison = { post = \"transport/nobody\", agreed = \"7wd\" }",
            "the liaison of x is not known",
        ),
        (
            "relation = \"social\"\nliaison = { post = \"x/chief\", agreed = \"7wd\" }",
            "the liaison of x, 主要负责人, is no post of the county",
        ),
        (
            "relation = \"social\"\nliaison = { post = \"transport/chief\" }",
            "missing field `agreed`",
        ),
        (
            "relation = \"social\"\nliaison = { post = \"transport/chief\", agreed = \"soon\" }",
            "is no limit",
        ),
    ] {
        let faults = small(fields).faults();
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:#?}");
    }
    let every = ORGANISATION.units.values().filter(|u| !u.relation.can_be_ordered());
    assert_eq!(every.filter(|u| u.liaison.is_some()).count(), 7);
}

fn filled(establishment: &str, holders: &[(&str, u128)]) -> Result<Vec<Fault>, Vec<Fault>> {
    let mut mini = mini(&[]);
    mini.units = mini.units.replacen(
        "key = \"transport\"",
        &format!("key = \"transport\"\nestablishment = {establishment}"),
        1,
    );
    for n in 0..3 {
        mini.posts += format!(
            "[[post]]\nunit = \"transport\"\nkey = \"desk{n}\"\nname = \"岗{n}\"\nname_en = \"Desk\"\n\
             role = \"unit_staff\"\n"
        )
        .as_str();
    }
    let mut county = mini.read().expect("is readable");
    let appointed = |(row, (post, n)): (usize, &(&str, u128))| Entry {
        origin: Origin { file: "people.csv".to_owned(), row },
        value: Appointment {
            post: county.keys.posts[*post],
            user: UserId(Uuid::from_u128(*n)),
            holding: Holding::Holder,
            from: date(2024, 1, 1),
            to: None,
            own: None,
        },
    };
    let appointments = (1..).zip(holders).map(appointed).collect();
    let proposed = Proposed { appointments, ..std::mem::take(&mut county.proposed) };
    check(&Organisation::default(), &proposed).map(|checked| checked.warnings)
}

#[test]
fn more_holders_than_places_need_a_decision_with_a_paper() {
    let three = [("transport/head", 1), ("transport/desk0", 2), ("transport/desk1", 3)];
    filled("{ places = 3 }", &three).unwrap();
    let twice = [("transport/head", 1), ("transport/desk0", 1), ("transport/desk1", 3)];
    filled("{ places = 2 }", &twice).unwrap();
    let faults = filled("{ places = 2 }", &three).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0].strength, Strength::Decision);
    assert_eq!(faults[0].what, "县交通运输局 has 3 holders on 2024-01-01 and 2 places");
    let allowed = |paper: &str| {
        format!(
            "{{ places = 2, beyond = {{ more = 1, paper = \"{paper}\", post = \"county/leader\", \
             reason = \"过渡期\" }} }}"
        )
    };
    filled(&allowed("商编〔2026〕1号"), &three).unwrap();
    let faults = filled(&allowed(" "), &three).unwrap_err();
    assert!(faults[0].what.contains("has no paper number"), "{faults:?}");
    let by_nobody = allowed("商编〔2026〕1号").replace("county/leader", "county/nobody");
    let faults = filled(&by_nobody, &three).unwrap_err();
    assert!(faults[0].what.contains("the post that allows 县交通运输局 more"), "{faults:?}");
}
