//! Rows of tables held against what stands: people, units, powers. What stands so already changes nothing.

use jiff::civil::{Date, date};
use uuid::Uuid;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::organisation::files::Keys;
use zongheng_core::organisation::{
    AskedHolding, AskedUnit, Entry, Fault, Holding, Line, Organisation, Origin, Relation, Sort,
    check,
};
use zongheng_core::powers::{AskedPower, Lead, PowerLevel, Powers, listed};

use super::mini::Mini;
use super::shangcheng;

const ON: Date = date(2026, 7, 1);

fn rows<T>(values: impl IntoIterator<Item = T>) -> Vec<Entry<T>> {
    let origin = |row| Origin { file: "table.xlsx".to_owned(), row };
    values.into_iter().zip(2..).map(|(value, row)| Entry { origin: origin(row), value }).collect()
}

fn told(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|fault| format!("{}, {}: {}", fault.row, fault.field, fault.what)).collect()
}

fn keys() -> Keys {
    Mini::new().read().expect("is readable").keys
}

fn holding(post: PostId, n: u128) -> AskedHolding {
    let user = UserId(Uuid::from_u128(n));
    AskedHolding { post, user, holding: Holding::Holder, own: None, from: None, to: None }
}

#[test]
fn people_begin_once_and_end_on_the_day_that_a_list_says() {
    let mut organisation = Mini::new().organisation();
    let chief = keys().posts["411524101201001/chief"];
    let asked = rows([holding(chief, 1)]);
    let set = organisation.peopled(&asked, ON);
    assert_eq!((set.new, set.changed, set.same), (1, 0, 0));
    organisation.apply(&check(&organisation, &set.proposed).unwrap().organised);
    assert_eq!(organisation.appointments[0].from, ON);
    // A later day changes nothing of when it began.
    let later = AskedHolding { from: Some(date(2026, 9, 1)), ..holding(chief, 1) };
    for again in [holding(chief, 1), later] {
        let set = organisation.peopled(&rows([again]), date(2026, 8, 1));
        assert_eq!((set.new, set.changed, set.same), (0, 0, 1));
        assert!(set.proposed.organised().is_empty());
    }
    let to = Some(date(2026, 10, 1));
    let ends = rows([AskedHolding { to, ..holding(chief, 1) }]);
    let set = organisation.peopled(&ends, date(2026, 8, 1));
    let ended = &set.proposed.appointments[0].value;
    assert_eq!((set.changed, ended.from, ended.to), (1, ON, to));
    organisation.apply(&check(&organisation, &set.proposed).unwrap().organised);
    assert_eq!(organisation.peopled(&ends, date(2026, 8, 1)).same, 1);
}

#[test]
fn a_list_of_people_that_contradicts_itself_is_told() {
    let organisation = Mini::new().organisation();
    let keys = keys();
    let (chief, member) =
        (keys.posts["411524101201001/chief"], keys.posts["411524101201001/member"]);
    let deputy = AskedHolding { holding: Holding::Deputy, own: Some(member), ..holding(chief, 3) };
    let set = organisation.peopled(&rows([holding(chief, 1), holding(chief, 1), deputy]), ON);
    assert_eq!(
        told(&set.faults),
        [
            "3, user: the same person stands twice for the post, first at 2",
            "4, to: a deputy acts until a day"
        ]
    );
    // Two chiefs of one grid are two rows without fault, and no organisation.
    let two = organisation.peopled(&rows([holding(chief, 1), holding(chief, 2)]), ON);
    let faults = check(&organisation, &two.proposed).unwrap_err();
    assert!(faults[0].what.contains("two holders at once"), "{faults:?}");
}

fn unit(name: &str) -> AskedUnit {
    AskedUnit {
        key: name.to_owned(),
        name: name.to_owned(),
        name_en: None,
        line: Line::Top,
        relation: Relation::County,
        parent: None,
        sort: Sort::Ordinary,
        commanded_by: None,
        places: None,
        liaison: None,
        from: None,
    }
}

#[test]
fn a_new_unit_has_its_posts_and_one_that_stands_is_known_by_its_name() {
    let mut organisation = Mini::new().organisation();
    let county = organisation.county_code().unwrap().clone();
    let asked = rows([unit("县数据中心"), unit("县交通运输局"), unit("县数据中心")]);
    let set = organisation.founded(&county, &asked, ON);
    assert_eq!((set.new, set.same), (1, 1), "the transport bureau stands under its key");
    assert_eq!(told(&set.faults), ["4, name: 县数据中心 stands twice"]);
    let checked = check(&organisation, &set.proposed).unwrap();
    assert_eq!(checked.organised.posts.len(), 2);
    organisation.apply(&checked.organised);
    assert_eq!(organisation.founded(&county, &asked[..2], ON).same, 2);
    let other = AskedUnit { relation: Relation::Dual, ..unit("县交通运输局") };
    let set = organisation.founded(&county, &rows([other]), ON);
    assert_eq!(told(&set.faults), ["2, relation: 县交通运输局 stands with another relation"]);
}

/// Row 1 of the shipped list as a table would have it.
fn first(organisation: &Organisation, standing: &Powers) -> AskedPower {
    let row = &standing.rows["1"];
    assert!(organisation.units.contains_key(&row.units().next().expect("names a unit")));
    AskedPower {
        row: row.row.clone(),
        category: row.category.clone(),
        place: None,
        level: row.level,
        lead: row.lead,
        assists: row.assists.clone(),
        limit: None,
        basis: row.basis.clone(),
        basis_en: None,
        from: None,
        to: None,
    }
}

#[test]
fn a_row_of_the_list_stays_ends_or_gives_way_to_another_and_never_changes() {
    let (organisation, standing) = (&shangcheng::COUNTY.organisation, &shangcheng::COUNTY.powers);
    let days = (date(2026, 6, 1), ON);
    let ask =
        |asked: Vec<AskedPower>| listed(("t.xlsx", &rows(asked)), organisation, standing, days);
    let known = first(organisation, standing);
    let set = ask(vec![known.clone()]).unwrap();
    assert_eq!((set.new, set.ended, set.same), (0, 0, 1));
    assert!(set.adopted.is_empty());
    let ends = AskedPower { to: Some(date(2026, 9, 1)), ..known.clone() };
    let new = AskedPower { row: "1a".to_owned(), from: Some(date(2026, 9, 1)), ..known.clone() };
    let set = ask(vec![ends.clone(), new]).unwrap();
    assert_eq!((set.new, set.ended), (1, 1));
    let mut after = standing.clone();
    after.apply(&set.adopted);
    assert_eq!(after.whole().config, set.adopted.config);
    assert_eq!(after.rows["1"].to, Some(date(2026, 9, 1)));
    let past = AskedPower { to: Some(date(2026, 5, 1)), ..known.clone() };
    let level = PowerLevel::Township;
    let other = AskedPower { lead: Lead::Township, level, ..known.clone() };
    for (asked, says) in [
        (vec![other], "2, lead: row 1 stands with another lead"),
        (vec![past], "2, to: 2026-05-01 is past: acts are recorded up to 2026-06-01"),
        (vec![known.clone(), ends], "3, row: row 1 stands twice"),
    ] {
        assert_eq!(told(&ask(asked).unwrap_err()), [says]);
    }
}
