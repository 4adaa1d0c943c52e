//! What stands beside the rows of the list: delegations, the townships' lists, the entry list, and rows
//! that a meeting proposes.

use jiff::civil::{Date, date};
use uuid::Uuid;
use zongheng_core::county::County;
use zongheng_core::ids::{CategoryId, MatterId, UnitId};
use zongheng_core::organisation::Organisation;
use zongheng_core::organisation::files::{Keys, Source};
use zongheng_core::powers::words::Names;
use zongheng_core::powers::{
    self, Lead, NoAdoption, NoEntry, NoPower, Power, PowerFault, PowerProposed, Powers, Proposal,
};

use super::mini::{A1, B1, Mini};
use super::real::{ORGANISATION, code};
use crate::shangcheng::{FILES, POWERS};

const ROW: &str = r#"
[[power]]
row = "1"
category = "road"
level = "county"
lead = "transport"
assists = ["township"]
basis = "第 1 项"
basis_en = "Item 1"
"#;

fn text(more: &str) -> String {
    format!(
        "from = \"2020-01-01\"\n[[category]]\nid = \"road\"\nname = \"道路\"\nname_en = \"Roads\"\n\
         limit = \"7wd\"\n{ROW}\n{more}"
    )
}

struct List {
    organisation: Organisation,
    powers: Powers,
    keys: Keys,
}

fn read(more: &str) -> Result<List, Vec<String>> {
    let mini = Mini::new();
    let (organisation, keys) = (mini.organisation(), mini.read().expect("is readable").keys);
    let text = text(more);
    let source = Source { name: "powers.toml", text: &text };
    let adopted = powers::read(source, &keys, &organisation)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let mut powers = Powers::default();
    powers.apply(&adopted);
    assert_eq!(powers.whole(), adopted, "the list as folded is the list as read");
    Ok(List { organisation, powers, keys })
}

impl List {
    fn ask(&self, place: &str, day: Date) -> Result<Proposal, NoPower> {
        self.powers.proposal(&self.organisation, &"road".into(), &code(place), day)
    }

    /// The lead's name and the steps, in Chinese.
    fn told(&self, place: &str, day: Date) -> (String, Vec<String>) {
        let got = self.ask(place, day).expect("somebody leads");
        let names =
            Names { organisation: &self.organisation, powers: &self.powers, place_en: |_| None };
        let zh = got.because.iter().map(|r| names.zh(r)).collect();
        for reason in &got.because {
            let en = names.en(reason);
            assert!(en.is_ascii(), "English for who reads no Chinese: {en}");
        }
        (self.organisation.units[&got.lead].name.clone(), zh)
    }

    fn unit(&self, key: &str) -> UnitId {
        self.keys.units[key]
    }

    fn may_lead(&self, unit: &str, day: Date) -> Result<(), PowerFault> {
        let (unit, road) = (self.unit(unit), CategoryId::from("road"));
        self.powers.may_lead(&self.organisation, unit, &road, &code(A1), day)
    }
}

const GIVEN: &str = "[[delegation]]\nid = \"d1\"\nrow = \"1\"\nto = \"township\"\n\
    place = \"411524101000\"\nway = \"authorised\"\nbasis = \"赋权第 1 项\"\nbasis_en = \"Grant 1\"\n\
    from = \"2024-01-01\"\nuntil = \"2025-01-01\"\n";

#[test]
fn a_delegation_speaks_in_its_days_and_place_and_then_says_that_it_ended() {
    let list = read(GIVEN).unwrap();
    let (lead, _) = list.told(A1, date(2023, 12, 31));
    assert_eq!(lead, "县交通运输局");
    let (lead, zh) = list.told(A1, date(2024, 12, 31));
    assert_eq!(lead, "甲镇");
    assert_eq!(zh[1], "县交通运输局已授权甲镇办理（赋权第 1 项，2025-01-01前有效）");
    let (lead, zh) = list.told(A1, date(2025, 1, 1));
    assert_eq!(lead, "县交通运输局");
    assert_eq!(
        zh[1],
        "对所在乡镇（街道）的授权（委托）（赋权第 1 项）已于2025-01-01到期，不再适用"
    );
    let ended = &list.ask(A1, date(2025, 1, 1)).unwrap().because[1];
    let names =
        Names { organisation: &list.organisation, powers: &list.powers, place_en: |_| None };
    assert_eq!(
        names.en(ended),
        "The delegation to the township of the place (Grant 1) ended on 2025-01-01 and does not speak"
    );
    let (lead, zh) = list.told(B1, date(2024, 6, 1));
    assert_eq!((lead.as_str(), zh.len()), ("县交通运输局", 3), "another township: {zh:?}");
}

#[test]
fn a_delegation_to_a_closed_unit_is_passed_over_with_its_reason() {
    let given = GIVEN.replace("\"township\"", "\"highway\"").replace("2025-01-01", "2026-01-01");
    let list = read(&given).unwrap();
    assert_eq!(list.told(A1, date(2024, 6, 30)).0, "县公路事业发展中心");
    let (lead, zh) = list.told(A1, date(2024, 7, 1));
    assert_eq!(lead, "县交通运输局");
    assert_eq!(zh[1], "授权（委托）（赋权第 1 项）不适用：县公路事业发展中心于2024-07-01已不存续");
}

const TAKEN: &str = "[[item]]\nid = \"t1\"\nlist = \"taken_back\"\ncategory = \"road\"\n\
    county_lead = \"transport\"\nbasis = \"收回第 1 项\"\nbasis_en = \"Taken 1\"\nfrom = \"2024-06-01\"\n";

#[test]
fn what_was_taken_back_goes_to_no_township_by_any_door() {
    let own = "[[power]]\nrow = \"2\"\ncategory = \"road\"\nplace = \"411524101000\"\n\
               level = \"township\"\nlead = \"township\"\nbasis = \"第 2 项\"\nbasis_en = \"Item 2\"\n";
    let list = read(&format!("{own}{GIVEN}{TAKEN}")).unwrap();
    let (day, before) = (date(2024, 6, 1), date(2024, 5, 31));
    assert_eq!(list.told(A1, before).0, "甲镇");
    let got = list.ask(A1, day).unwrap();
    let (lead, zh) = list.told(A1, day);
    assert_eq!((lead.as_str(), got.assists.len()), ("县交通运输局", 0));
    assert_eq!(
        zh,
        [
            "第 2 项不适用：收回第 1 项已由上级收回，不得派给甲镇",
            "类别“道路”，地点在商城县：适用第 1 项",
            "授权（委托）（赋权第 1 项）不适用：收回第 1 项已由上级收回，不得派给甲镇",
            "清单载明县交通运输局",
            "属上级收回事项，由县交通运输局承担，不得派给乡镇、村（收回第 1 项）",
            "所在乡镇（街道）不列入协办：收回第 1 项已由上级收回，不得派给甲镇",
        ]
    );
    for unit in ["411524101000", A1] {
        list.may_lead(unit, before).unwrap();
        let fault = list.may_lead(unit, day).unwrap_err();
        let expected = PowerFault::TakenBack {
            item: "t1".to_owned(),
            unit: list.unit(unit),
            county_lead: Some(list.unit("transport")),
        };
        assert_eq!(fault, expected);
        let road = CategoryId::from("road");
        let (powers, organisation) = (&list.powers, &list.organisation);
        powers.may_assist(organisation, list.unit(unit), &road, &code(A1), day).unwrap_err();
    }
    list.may_lead("transport", day).unwrap();
}

#[test]
fn what_townships_help_with_has_its_named_lead() {
    let list = read(&TAKEN.replace("taken_back", "cooperating")).unwrap();
    let day = date(2024, 6, 2);
    list.may_lead("transport", day).unwrap();
    for unit in ["411524101000", "highway"] {
        let fault = list.may_lead(unit, day).unwrap_err();
        let (unit, county_lead) = (list.unit(unit), list.unit("transport"));
        assert_eq!(fault, PowerFault::OtherLead { item: "t1".to_owned(), unit, county_lead });
    }
    let township = list.unit("411524101000");
    let road = CategoryId::from("road");
    list.powers.may_assist(&list.organisation, township, &road, &code(A1), day).unwrap();
    assert_eq!(list.ask(A1, day).unwrap().assists, [township]);
}

#[test]
fn the_entry_list_says_what_may_be_asked_of_grids() {
    let adopted = powers::read(POWERS, &FILES.keys, &ORGANISATION).unwrap();
    let mut powers = Powers::default();
    powers.apply(&adopted);
    let unit = |key: &str| FILES.keys.units[key];
    let ask = |key, item, day| powers.entry(&ORGANISATION, unit(key), item, day);
    let (first, last) = (date(2025, 1, 1), date(2026, 12, 31));
    assert_eq!(ask("civil_affairs", "aid_visit", first).unwrap().frequency, "每季度一次");
    ask("civil_affairs", "aid_visit", last).unwrap();
    for (key, item, day, why) in [
        ("civil_affairs", "headcount", first, "headcount is not on the entry list"),
        ("health", "aid_visit", first, "is on the entry list for another department"),
        ("civil_affairs", "aid_visit", date(2024, 12, 31), "may be asked from 2025-01-01 on"),
        ("civil_affairs", "aid_visit", date(2027, 1, 1), "until before 2027-01-01"),
    ] {
        let fault = ask(key, item, day).unwrap_err();
        assert!(fault.to_string().contains(why), "{fault}");
        let text = serde_json::to_string(&fault).unwrap();
        assert_eq!(serde_json::from_str::<NoEntry>(&text).unwrap(), fault);
    }
    assert_eq!(powers.entries_on(last).count(), 2);
    assert_eq!(powers.entries_on(date(2027, 1, 1)).count(), 0);
}

#[test]
fn a_spoilt_list_beside_the_rows_is_refused() {
    let entry = "[[entry]]\nid = \"e\"\nname = \"事\"\nname_en = \"Item\"\ndepartment = \"transport\"\n\
                 basis = \"依据\"\nbasis_en = \"Basis\"\nfrequency = \"每年\"\nfrequency_en = \"yearly\"\n\
                 approval = \"1号\"\nfrom = \"2025-01-01\"\nto = \"2026-01-01\"\n";
    for (base, from, to, expected) in [
        (GIVEN, "row = \"1\"", "row = \"9\"", "row: row 9 is not known"),
        (GIVEN, "to = \"township\"", "to = \"nobody\"", "to: unit \"nobody\" is not known"),
        (GIVEN, "until = \"2025-01-01\"", "", "missing field `until`"),
        (GIVEN, "2025-01-01", "2023-01-01", "the end 2023-01-01 is not after the start"),
        (TAKEN, "county_lead = \"transport\"\n", "", "no county unit is named for item t1"),
        (TAKEN, "\"transport\"", "\"township\"", "\"township\" names no unit of the county"),
        (TAKEN, "category = \"road\"", "category = \"rail\"", "category rail is not known"),
        (TAKEN, "\"taken_back\"", "\"lost\"", "unknown variant `lost`"),
        (entry, "approval = \"1号\"", "approval = \"\"", "entry e has no approval number"),
        (entry, "department = \"transport\"", "department = \"x\"", "unit \"x\" is not known"),
        (entry, "to = \"2026-01-01\"", "", "missing field `to`"),
    ] {
        read(base).map_err(|faults| format!("{faults:?}")).unwrap();
        assert!(base.contains(from), "{from}");
        let faults = read(&base.replacen(from, to, 1)).err().unwrap();
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:#?}");
    }
    for twice in [GIVEN, TAKEN, entry] {
        let faults = read(&twice.repeat(2)).err().unwrap();
        assert!(faults.iter().any(|f| f.contains("stands twice")), "{faults:?}");
    }
    let township =
        ROW.replace("\"county\"", "\"township\"").replace("\"transport\"", "\"township\"");
    let faults = read(&format!("{}{TAKEN}", township.replace("\"1\"", "\"2\""))).err().unwrap();
    assert!(faults[0].contains("row 2 gives townships what item t1 takes back"), "{faults:?}");
}

fn proposed(list: &List) -> PowerProposed {
    PowerProposed {
        id: "p1".to_owned(),
        matter: Some(MatterId(Uuid::from_u128(7))),
        paper: "商会商〔2025〕3号".to_owned(),
        on: date(2025, 3, 1),
        power: Power {
            row: "3".to_owned(),
            lead: Lead::Township,
            basis: "会商纪要".to_owned(),
            from: date(2025, 3, 1),
            place: code("411524101000"),
            ..list.powers.rows["1"].clone()
        },
    }
}

#[test]
fn a_proposed_row_speaks_only_when_it_is_adopted() {
    let list = read("").unwrap();
    let first = proposed(&list);
    list.powers.may_propose(&list.organisation, &first).unwrap();
    let mut county = County::empty(code("411524000000"));
    county.organisation = list.organisation.clone();
    county.powers = list.powers.clone();
    let body = |value| serde_json::to_value(value).unwrap();
    county.take_in("power_proposed", 1, &body(first.clone())).unwrap();
    let road = CategoryId::from("road");
    let lead = |county: &County, day| {
        let got = county.powers.proposal(&county.organisation, &road, &code(A1), day).unwrap();
        got.row
    };
    assert_eq!(lead(&county, date(2025, 4, 1)), "1");
    let pending = &county.powers.pending["p1"];
    assert_eq!((pending.proposed.matter, pending.adopted.is_none()), (first.matter, true));

    let from = date(2025, 4, 1);
    let adopt = |county: &County, id, paper, from| {
        county.powers.adoption(&county.organisation, id, paper, from)
    };
    assert_eq!(adopt(&county, "p1", " ", from), Err(NoAdoption::NoPaper));
    assert_eq!(adopt(&county, "p2", "1号", from), Err(NoAdoption::Unknown("p2".to_owned())));
    let early = date(2025, 2, 1);
    assert_eq!(adopt(&county, "p1", "1号", early), Err(NoAdoption::TooEarly(first.on)));
    let adopted = adopt(&county, "p1", "商编〔2025〕9号", from).unwrap();
    county.take_in("power_adopted", 1, &serde_json::to_value(&adopted).unwrap()).unwrap();
    assert_eq!(lead(&county, date(2025, 3, 31)), "1");
    assert_eq!(lead(&county, from), "3");
    assert_eq!(county.powers.whole().config, adopted.config, "the act names the list after it");
    assert_eq!(adopt(&county, "p1", "1号", from), Err(NoAdoption::Adopted("p1".to_owned())));
}

#[test]
fn a_row_that_cannot_stand_is_not_proposed() {
    let list = read("").unwrap();
    let good = proposed(&list);
    let power = |change: fn(&mut Power)| {
        let mut proposed = good.clone();
        change(&mut proposed.power);
        proposed
    };
    for (wrong, why) in [
        (PowerProposed { paper: String::new(), ..good.clone() }, NoAdoption::NoPaper),
        (power(|p| p.row = "1".to_owned()), NoAdoption::RowKnown("1".to_owned())),
        (power(|p| p.category = "rail".into()), NoAdoption::UnknownCategory("rail".to_owned())),
        (power(|p| p.place = "9".into()), NoAdoption::UnknownPlace("9".to_owned())),
        (power(|p| p.lead = Lead::Unit(UnitId(Uuid::from_u128(9)))), NoAdoption::NoUnit(good.on)),
    ] {
        assert_eq!(list.powers.may_propose(&list.organisation, &wrong), Err(why));
    }
}

#[test]
fn a_row_that_the_township_lists_hold_back_is_not_adopted() {
    let list = read(TAKEN).unwrap();
    let mut powers = list.powers.clone();
    let first = proposed(&list);
    let assisting = Power { lead: first.power.lead, ..first.power.clone() };
    let by_county = Power {
        row: "4".to_owned(),
        lead: Lead::Unit(list.unit("transport")),
        assists: vec![Lead::Township],
        ..assisting
    };
    let second = PowerProposed { id: "p2".to_owned(), power: by_county, ..first.clone() };
    powers.propose(&first);
    powers.propose(&second);
    let adopt = |id, from| powers.adoption(&list.organisation, id, "商编〔2025〕9号", from);
    let held = Err(NoAdoption::HeldBack("收回第 1 项".to_owned()));
    for id in ["p1", "p2"] {
        assert_eq!(adopt(id, date(2025, 4, 1)), held, "{id}");
    }
}

const CHANGES: &str = "paper = \"商编〔2025〕12号\"\nfrom = \"2025-06-01\"\n[[power]]\nrow = \"2\"\n\
    category = \"road\"\nplace = \"411524101000\"\nlevel = \"township\"\nlead = \"township\"\n\
    basis = \"第 2 项\"\nbasis_en = \"Item 2\"\n\
    [[item]]\nid = \"b1\"\nlist = \"basic\"\ncategory = \"road\"\nplace = \"411524101000\"\n\
    basis = \"履职第 1 项\"\nbasis_en = \"Duty 1\"\n\
    [[end]]\nlist = \"delegation\"\nid = \"d1\"\non = \"2024-09-01\"\n";

fn amended(list: &List, text: &str) -> Result<powers::PowersAdopted, Vec<String>> {
    let source = Source { name: "changes.toml", text };
    let county = code("411524000000");
    let recorded = date(2024, 6, 30);
    powers::amend(source, &county, &list.organisation, &list.powers, recorded)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn what_is_new_and_what_ends_changes_the_list_and_nothing_else() {
    let list = read(GIVEN).unwrap();
    let adopted = amended(&list, CHANGES).unwrap();
    assert_eq!((adopted.powers.len(), adopted.delegations.len(), adopted.items.len()), (1, 1, 1));
    let words = powers::words_of_change(&adopted, &list.powers, &list.organisation);
    let (zh, en): (Vec<_>, Vec<_>) = words.into_iter().unzip();
    assert_eq!(
        zh,
        [
            "权责清单新增：“道路”（甲镇，第 2 项），2025-06-01起",
            "授权（委托）赋权第 1 项（甲镇）2024-09-01起不再有效",
            "基本履职事项清单新增：“道路”（甲镇），2025-06-01起",
        ]
    );
    assert!(en[1].starts_with("Delegation Grant 1"), "{en:?}");
    let mut after = List { powers: list.powers.clone(), ..read(GIVEN).unwrap() };
    after.powers.apply(&adopted);
    assert_eq!(after.powers.whole().config, adopted.config, "the act names the list after it");
    assert_eq!(after.told(A1, date(2024, 8, 31)).0, "甲镇", "until the delegation ends");
    assert_eq!(after.told(A1, date(2024, 9, 1)).0, "县交通运输局");
    assert_eq!(after.told(A1, date(2025, 6, 1)).0, "甲镇");
    assert_eq!(after.told(B1, date(2025, 6, 1)).0, "县交通运输局");
}

#[test]
fn changes_of_a_list_are_refused_with_every_fault() {
    let list = read(&format!("{GIVEN}{TAKEN}")).unwrap();
    let used =
        CHANGES.replace("row = \"2\"", "row = \"1\"").replace("road\"\nplace", "rail\"\nplace");
    let faults = amended(&list, &used).err().unwrap();
    assert!(faults.iter().any(|f| f.contains("row 1 stands twice")), "{faults:?}");
    assert!(faults.iter().any(|f| f.contains("category rail is not known")), "{faults:?}");
    for (end, why) in [
        (
            "list = \"power\"\nid = \"9\"\non = \"2024-09-01\"",
            "nothing called 9 stands in this list",
        ),
        ("list = \"power\"\nid = \"1\"\non = \"2024-06-30\"", "is past: acts are recorded up to"),
        (
            "list = \"delegation\"\nid = \"d1\"\non = \"2025-02-01\"",
            "d1 ends on 2025-01-01 already",
        ),
        ("list = \"rule\"\nid = \"1\"\non = \"2025-02-01\"", "unknown variant `rule`"),
    ] {
        let faults = amended(&list, &format!("paper = \"1号\"\n[[end]]\n{end}\n")).err().unwrap();
        assert!(faults.len() == 1 && faults[0].contains(why), "{faults:?}");
    }
    let faults = amended(&list, "paper = \"1号\"\n").err().unwrap();
    assert!(faults[0].contains("nothing in it is new"), "{faults:?}");
    let faults = amended(&list, "").err().unwrap();
    assert!(faults[0].contains("paper is missing"), "{faults:?}");
    // What is taken back is not given again by a new row of the same place.
    let given = CHANGES.replace("place = \"411524101000\"\nlevel", "level");
    let faults = amended(&list, &given).err().unwrap();
    assert!(faults.iter().any(|f| f.contains("row 2 gives townships what item t1 takes back")));
}
