//! The list of powers: who is proposed, and why.

use std::sync::LazyLock;

use jiff::civil::date;
use zongheng_core::ids::{CategoryId, UnitId};
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{Organisation, chunk};
use zongheng_core::powers::words::Names;
use zongheng_core::powers::{self, NoPower, Powers, PowersAdopted, Proposal};

use super::mini::Mini;
use super::real::{DAY, ORGANISATION, code};
use crate::shangcheng::{FILES, POWERS};

static LIST: LazyLock<Powers> = LazyLock::new(|| {
    let adopted = powers::read(POWERS, &FILES.keys, &ORGANISATION)
        .unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut powers = Powers::default();
    powers.apply(&adopted);
    powers
});

fn proposal(category: &str, place: &str) -> Result<Proposal, NoPower> {
    LIST.proposal(&ORGANISATION, &CategoryId::from(category), &code(place), DAY)
}

fn name(unit: UnitId) -> &'static str {
    &ORGANISATION.units[&unit].name
}

#[test]
fn the_list_names_lead_assists_and_limit() {
    let caozhai = "411524102202";
    for (category, place, lead, assists, limit) in [
        ("road_bridge", caozhai, "县交通运输局", vec!["鄢岗镇"], "7wd"),
        ("water_supply", caozhai, "县住建局", vec!["鄢岗镇"], "5wd"),
        ("village_road", caozhai, "鄢岗镇", vec!["县交通运输局"], "10wd"),
        ("street_lamp", caozhai, "鄢岗镇", vec!["县城市管理局"], "5wd"),
        ("street_lamp", "411524001001", "县城市管理局", vec!["赤城街道"], "5wd"),
        ("rubbish", caozhai, "鄢岗镇", vec!["曹寨村"], "3wd"),
        ("neighbour_dispute", caozhai, "曹寨村", vec!["鄢岗镇"], "10wd"),
        ("neighbour_dispute", "411524102000", "鄢岗镇", vec![], "10wd"),
        ("school", "411524000000", "县教体局", vec![], "7wd"),
    ] {
        let got = proposal(category, place).unwrap();
        let assisting: Vec<&str> = got.assists.iter().map(|u| name(*u)).collect();
        assert_eq!((name(got.lead), assisting), (lead, assists), "{category} at {place}");
        assert_eq!(serde_json::to_value(got.limit).unwrap(), limit);
        let again: Proposal = serde_json::from_value(serde_json::to_value(&got).unwrap()).unwrap();
        assert_eq!(again, got);
    }
}

#[test]
fn every_category_but_county_tasks_has_an_answer_in_every_village() {
    for category in LIST.categories.keys() {
        for division in ORGANISATION.divisions.values() {
            if ORGANISATION.township_of(&division.code).is_none() {
                continue;
            }
            let got = LIST.proposal(&ORGANISATION, category, &division.code, DAY);
            if category.as_str() == "county_task" {
                assert!(matches!(got, Err(NoPower::NoRow { .. })));
            } else {
                assert!(got.is_ok(), "{category} at {}", division.name);
            }
        }
    }
}

#[test]
fn a_proposal_explains_itself() {
    let names = Names { organisation: &ORGANISATION, powers: &LIST, place_en: |_| None };
    let got = proposal("road_bridge", "411524102202").unwrap();
    let zh: Vec<String> = got.because.iter().map(|r| names.zh(r)).collect();
    assert_eq!(
        zh,
        [
            "类别“道路桥梁”，地点在商城县：适用权责清单（示例）第 1 项",
            "清单载明县交通运输局",
            "曹寨村民委员会属鄢岗镇"
        ]
    );
    let en: Vec<String> = got.because.iter().map(|r| names.en(r)).collect();
    assert_eq!(en[1], "The list names Transport Bureau");
    assert!(en[0].starts_with("Category \"Roads and bridges\" in the whole county: "), "{}", en[0]);
    let names = Names { place_en: |_| Some("Shangcheng County"), ..names };
    assert!(
        names.en(&got.because[0]).contains("in Shangcheng County"),
        "the place, not its office"
    );
    assert_eq!(names.en(&got.because[2]), "Caozhai Village belongs to Yangang Town");
    let itself = proposal("road_bridge", "411524102000").unwrap();
    assert_eq!(names.zh(&itself.because[2]), "地点就在鄢岗镇");
    assert_eq!(names.en(&itself.because[2]), "The place is Yangang Town itself");
    let got = proposal("neighbour_dispute", "411524102000").unwrap();
    assert_eq!(names.zh(&got.because[1]), "地点只到鄢岗镇，未写明村（社区），由鄢岗镇负责");
}

#[test]
fn what_the_list_does_not_know_is_said() {
    let unknown = proposal("weather", "411524102202").unwrap_err();
    assert_eq!(unknown.to_string(), "category weather is not in the list");
    let nowhere = proposal("school", "411524999999").unwrap_err();
    assert_eq!(nowhere.to_string(), "division 411524999999 is not known here");
    let whole = proposal("rubbish", "411524000000").unwrap_err();
    assert!(matches!(whole, NoPower::NobodyStands { .. }), "{whole}");
}

const SMALL: &str = r#"from = "2020-01-01"

[[category]]
id = "road"
name = "道路"
name_en = "Roads"
limit = "7wd"

[[power]]
row = "1"
category = "road"
level = "county"
lead = "transport"
basis = "第 1 项"
basis_en = "Item 1"

[[power]]
row = "2"
category = "road"
level = "county"
lead = "highway"
assists = ["township"]
limit = "3wd"
basis = "第 2 项"
basis_en = "Item 2"
from = "2022-01-01"
"#;

fn small(text: &str) -> Result<(Organisation, PowersAdopted), Vec<String>> {
    let mini = Mini::new();
    let organisation = mini.organisation();
    let source = Source { name: "powers.toml", text };
    powers::read(source, &mini.read().expect("is readable").keys, &organisation)
        .map(|adopted| (organisation, adopted))
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn a_unit_closed_that_day_is_not_proposed() {
    let (organisation, adopted) = small(SMALL).unwrap();
    let mut list = Powers::default();
    for part in adopted.chunks(600) {
        let text = serde_json_canonicalizer::to_string(&part).unwrap();
        assert!(text.len() <= 600);
        list.apply(&serde_json::from_str(&text).unwrap());
    }
    assert!(adopted.chunks(600).len() > 1 && adopted.chunks(chunk::BODY).len() == 1);
    let names = Names { organisation: &organisation, powers: &list, place_en: |_| None };
    let on = |day| {
        let got = list.proposal(&organisation, &"road".into(), &code("411524101201"), day).unwrap();
        let because: Vec<String> = got.because.iter().map(|r| names.zh(r)).collect();
        (organisation.units[&got.lead].name.clone(), got.assists.len(), because[0].clone())
    };
    let (lead, assists, first) = on(date(2021, 6, 1));
    assert_eq!((lead.as_str(), assists), ("县交通运输局", 0), "the newer row does not hold yet");
    assert_eq!(first, "类别“道路”，地点在商城县：适用第 1 项");
    let (lead, assists, _) = on(date(2024, 6, 30));
    assert_eq!((lead.as_str(), assists), ("县公路事业发展中心", 1));
    let (lead, _, first) = on(date(2024, 7, 1));
    assert_eq!(lead, "县交通运输局");
    assert_eq!(first, "第 2 项不适用：县公路事业发展中心于2024-07-01已不存续");
}

#[test]
fn a_spoilt_list_is_refused_with_its_line() {
    for (from, to, expected) in [
        ("row = \"2\"", "row = \"1\"", "powers.toml, line 17, row: row 1 stands twice"),
        ("lead = \"highway\"", "lead = \"high\"", "lead: unit \"high\" is not known"),
        ("lead = \"highway\"", "lead = \"village\"", "\"village\" does not lead on this level"),
        (
            "from = \"2022-01-01\"",
            "from = \"2025-01-01\"",
            "unit \"highway\" does not stand on 2025-01-01",
        ),
        ("from = \"2022-01-01\"", "to = \"2019-01-01\"", "the end 2019-01-01 is not after"),
        (
            "category = \"road\"\nlevel",
            "category = \"rail\"\nlevel",
            "line 9, category: category rail is not known",
        ),
        ("limit = \"3wd\"", "limit = \"3 weeks\"", "powers.toml, line 23"),
        (
            "limit = \"3wd\"",
            "place = \"411524109000\"",
            "place: division 411524109000 is not known",
        ),
        ("[[category]]", "[[kind]]", "\"kind\" is not known here"),
        ("basis = \"第 1 项\"", "ground = \"第 1 项\"", "unknown field `ground`"),
    ] {
        assert!(SMALL.contains(from), "{from}");
        let faults = small(&SMALL.replacen(from, to, 1)).unwrap_err();
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:#?}");
    }
}
