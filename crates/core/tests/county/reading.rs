//! Who reads the organisation's gaps and decisions and who changes it; the gaps counted by township and
//! department; what the lists beside the rows say.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::civil::{Date, date};
use uuid::Uuid;
use zongheng_core::ids::{PostId, UnitId, UserId};
use zongheng_core::matter::{Actor, Person};
use zongheng_core::organisation::{
    Appointment, Gap, Holding, Organisation, Organised, Post, Role, Sheet,
};
use zongheng_core::powers::words::Names;
use zongheng_core::powers::{self, Powers};
use zongheng_core::rules::Discretion;
use zongheng_core::ruling::{
    ChangeOf, GapsSeen, decision_is_seen, gaps_seen, may_change, may_change_organisation,
    may_consult, may_open_sheets, may_read_decisions, may_read_proposed_orders, may_read_rulings,
    may_see_the_system, may_sign_sheet,
};

use super::real::{ORGANISATION, code};
use crate::shangcheng::{FILES, POWERS};

const DAY: Date = date(2026, 3, 2);
const START: Date = date(2025, 1, 1);

fn unit(key: &str) -> UnitId {
    FILES.keys.units[key]
}

fn in_post(post: &Post, user: u128) -> Actor {
    Actor {
        person: Person::User(UserId(Uuid::from_u128(user))),
        post: Some(post.id),
        unit: Some(post.unit),
        role: Some(post.role),
        grids: post.grids.clone(),
        acting_for: None,
    }
}

fn post(key: &str) -> &'static Post {
    &ORGANISATION.posts[&FILES.keys.posts[key]]
}

fn somebody(role: Role) -> Actor {
    in_post(ORGANISATION.posts.values().find(|post| post.role == role).unwrap(), 1)
}

fn roles(pass: impl Fn(&Actor) -> bool) -> BTreeSet<Role> {
    Role::ALL.into_iter().filter(|role| pass(&somebody(*role))).collect()
}

#[test]
fn every_post_may_ask_and_read_the_rules_and_no_resident() {
    assert_eq!(roles(may_consult).len(), Role::ALL.len());
    for nobody in [Actor::by_receipt(), Actor::system()] {
        assert!(!may_consult(&nobody) && !may_change_organisation(&nobody));
        assert!(!may_read_decisions(&nobody) && !may_read_rulings(&nobody));
        assert_eq!(gaps_seen(&nobody, &ORGANISATION, DAY), None);
    }
}

#[test]
fn who_keeps_the_system_says_not_who_sits_in_a_post() {
    let may = |of| roles(|actor| may_change(actor, of));
    assert_eq!(may(ChangeOf::Posts), BTreeSet::from([Role::SecurityAdmin]));
    assert_eq!(may(ChangeOf::Structure), BTreeSet::from([Role::SystemAdmin]));
    let both = BTreeSet::from([Role::SystemAdmin, Role::SecurityAdmin]);
    assert_eq!(roles(may_change_organisation), both);
    assert_eq!(roles(may_see_the_system), BTreeSet::from([Role::SystemAdmin]));
    assert!(!may_see_the_system(&Actor::by_receipt()) && !may_see_the_system(&Actor::system()));
}

#[test]
fn decisions_are_listed_for_who_reads_rulings_and_for_the_auditor() {
    let none = BTreeSet::from([Role::SystemAdmin, Role::SecurityAdmin]);
    assert_eq!(roles(|actor| !may_read_decisions(actor)), none);
    for role in Role::ALL {
        let actor = somebody(role);
        let seen = decision_is_seen(&actor, None, &ORGANISATION, DAY);
        assert_eq!(seen, may_read_decisions(&actor), "{role:?}");
    }
    let names: BTreeSet<String> = Discretion::all().into_iter().map(Discretion::name).collect();
    assert_eq!(names.len(), Discretion::all().len(), "each kind has a name of its own");
}

#[test]
fn the_supervision_office_alone_reads_where_an_order_is_proposed() {
    let office = [
        Role::SupervisionClerk,
        Role::SupervisionDeputy,
        Role::SupervisionOfficer,
        Role::SupervisionHead,
    ];
    assert_eq!(roles(may_read_proposed_orders), BTreeSet::from(office));
}

#[test]
fn gaps_are_seen_by_the_county_and_by_who_answers_for_a_unit() {
    let all = roles(|a| gaps_seen(a, &ORGANISATION, DAY) == Some(GapsSeen::All));
    let county = [
        Role::CommandCentre,
        Role::ClosingDesk,
        Role::VerificationDesk,
        Role::CallBackDesk,
        Role::SupervisionClerk,
        Role::SupervisionDeputy,
        Role::SupervisionOfficer,
        Role::SupervisionHead,
        Role::CountyLeader,
        Role::SystemAdmin,
        Role::SecurityAdmin,
    ];
    assert_eq!(all, BTreeSet::from(county));
    let within = roles(|a| {
        let own = a.unit.map(GapsSeen::Within);
        own.is_some() && gaps_seen(a, &ORGANISATION, DAY) == own
    });
    let own = [Role::UnitHead, Role::TownshipHall, Role::TownshipDeputy, Role::VillageCommittee];
    assert_eq!(within, BTreeSet::from(own));

    let hall = in_post(post("411524102000/hall"), 1);
    let seen = gaps_seen(&hall, &ORGANISATION, DAY).unwrap();
    for (other, holds) in
        [("411524102000", true), ("411524102202", true), ("411524103000", false), ("county", false)]
    {
        assert_eq!(seen.holds(unit(other), &ORGANISATION, DAY), holds, "{other}");
    }
}

fn appointed(people: &[(&str, u128, Date, Option<Date>)]) -> Organisation {
    let mut organisation = ORGANISATION.clone();
    let appointments = people.iter().map(|(key, n, from, to)| Appointment {
        post: post(key).id,
        user: UserId(Uuid::from_u128(*n)),
        holding: Holding::Holder,
        from: *from,
        to: *to,
        own: None,
    });
    let appointments = appointments.collect();
    organisation.apply(&Organised { appointments, ..Organised::default() });
    organisation
}

#[test]
fn a_sheet_is_signed_by_who_takes_over_or_the_head_and_never_by_who_left() {
    const CHIEF: &str = "411524102202001/chief";
    const COMMITTEE: &str = "411524102202/committee";
    let left = date(2026, 2, 1);
    let organisation = appointed(&[
        (CHIEF, 2, START, Some(left)),
        (CHIEF, 5, left, None),
        (COMMITTEE, 1, START, None),
    ]);
    let sheets: Vec<Sheet> = organisation.sheets_of(post(CHIEF).id, DAY).collect();
    let [sheet] = sheets.as_slice() else { panic!("{sheets:?}") };
    let may = |actor: &Actor| may_sign_sheet(actor, sheet, &organisation, DAY);
    assert!(may(&in_post(post(CHIEF), 5)), "who takes over");
    assert!(may(&in_post(post(COMMITTEE), 1)), "the head of the unit");
    assert!(!may(&in_post(post(CHIEF), 7)), "another than who answers");
    assert!(!may(&in_post(post(COMMITTEE), 2)), "who left, as head");
    for other in ["411524102000/hall", "government_office/system_admin", "county/leader"] {
        let actor = in_post(post(other), 9);
        assert!(may_open_sheets(&actor, post(CHIEF), &organisation, DAY), "{other} may look");
        assert!(!may(&actor), "{other}");
    }
    assert!(may_open_sheets(&in_post(post(CHIEF), 5), post(CHIEF), &organisation, DAY));
    for other in ["411524103000/hall", "audit/auditor", "411524102202001/member"] {
        let actor = in_post(post(other), 9);
        assert!(!may_open_sheets(&actor, post(CHIEF), &organisation, DAY), "{other}");
    }
    assert!(!may(&Actor::by_receipt()));
}

#[test]
fn gaps_are_counted_by_township_and_department_and_the_lists_hold_what_is_counted() {
    static GAPS: LazyLock<(Organisation, Vec<Gap>)> = LazyLock::new(|| {
        let organisation = appointed(&[
            ("411524102000/hall", 3, START, None),
            ("411524102000/deputy", 4, START, Some(DAY)),
        ]);
        let gaps = organisation.gaps(DAY, &|_| true);
        (organisation, gaps)
    });
    let (organisation, gaps) = &*GAPS;
    assert!(gaps.windows(2).all(|pair| pair[0].key() < pair[1].key()), "in order, none twice");
    let counts = organisation.gap_counts(gaps, DAY);
    let sum: usize = counts.iter().map(|c| c.vacant).sum();
    assert_eq!(sum, organisation.vacancies(DAY).len());
    assert!(counts.len() < 100, "{} groups are too many for a page", counts.len());
    for count in &counts {
        let listed = gaps.iter().filter(|g| organisation.gap_is_under(g.unit(), count.unit, DAY));
        let listed: Vec<&Gap> = listed.collect();
        let vacant = listed.iter().filter(|g| matches!(g, Gap::Vacant(_))).count();
        assert_eq!(vacant, count.vacant, "{}", organisation.units[&count.unit].name);
        assert_eq!(organisation.department_of(count.unit, DAY), count.unit);
    }
    let township = counts.iter().find(|c| c.unit == unit("411524102000")).unwrap();
    assert_eq!(township.sheets, 1);
    assert!(township.vacant > 20, "its villages' posts count there");
    let village = unit("411524102202");
    assert_eq!(organisation.department_of(village, DAY), unit("411524102000"));
    let own = gaps.iter().filter(|g| organisation.gap_is_under(g.unit(), village, DAY));
    assert!(own.clone().count() > 0);
    assert!(own.into_iter().all(|gap| gap.unit() == village));
}

#[test]
fn the_lists_are_said_also_where_they_are_silent() {
    let mut list = Powers::default();
    list.apply(&powers::read(POWERS, &FILES.keys, &ORGANISATION).unwrap());
    let names = Names { organisation: &ORGANISATION, powers: &list, place_en: |_| None };
    let (village, row) = (code("411524102202"), None);
    let ask = |category: &str| list.said(&ORGANISATION, &category.into(), &village, row, DAY);
    let market = ask("food_market");
    assert!(market.zh(names)[0].starts_with("属上级收回事项，由县市场监管局承担"));
    assert!(market.en(names)[0].starts_with("Taken back from townships"));
    let silent = list.categories.keys().find(|id| {
        let said = list.said(&ORGANISATION, id, &village, row, DAY);
        said.item.is_none() && said.entries.is_empty()
    });
    let silent = ask(silent.unwrap().as_str());
    assert_eq!(silent.zh(names).len(), 3);
    assert!(silent.zh(names)[0].contains("没有列这一类"));
    assert!(silent.en(names)[2].contains("does not name this category"));
    let listed = list.entries.values().find(|entry| entry.category.is_some()).unwrap();
    let said = ask(listed.category.as_ref().unwrap().as_str());
    assert!(said.zh(names).iter().any(|line| line.contains(&listed.name)), "{:?}", said.zh(names));
    assert!(said.en(names).iter().any(|line| line.contains(&listed.name_en)));
}

#[test]
fn who_answers_for_an_ended_post_takes_over_what_was_left_in_it() {
    let organisation = appointed(&[("411524102000/hall", 3, START, None)]);
    let unit = unit("411524102000");
    let gone = Sheet {
        post: PostId(Uuid::from_u128(77)),
        unit,
        leaver: UserId(Uuid::from_u128(8)),
        ended: DAY,
    };
    let taker = organisation.taker_of(&gone, DAY).unwrap();
    assert_eq!(taker.post, FILES.keys.posts["411524102000/hall"]);
    assert!(may_sign_sheet(&in_post(post("411524102000/hall"), 3), &gone, &organisation, DAY));
}
