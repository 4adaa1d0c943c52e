//! One dated decision: everything it moves, what was before it, and every fault of a bad one.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use uuid::Uuid;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, GridId, PostId, UnitId, UserId};
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::place::e7;
use zongheng_core::organisation::{
    Appointment, Entry, Fault, Holding, NoChief, Organised, Origin, Proposed, Standing, check,
};
use zongheng_core::powers;
use zongheng_core::reorganisation::{self, Before, Planned, words};
use zongheng_core::rules::Strength;

use super::mini::{A1, A2, Mini};

const TOWN_A: &str = "411524101000";
const TOWN_B: &str = "411524102000";

/// The small county on the new day, with halls in the townships, a station, and a list of powers.
struct Town {
    county: County,
    keys: zongheng_core::organisation::files::Keys,
    open: BTreeMap<UnitId, u64>,
}

const LIST: &str = r#"from = "2020-01-01"
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
assists = ["water", "township"]
basis = "第 1 项"
basis_en = "Item 1"
[[delegation]]
id = "d1"
row = "1"
to = "township"
place = "411524102000"
way = "entrusted"
basis = "委托"
basis_en = "Entrusted"
until = "2030-01-01"
"#;

fn town() -> Town {
    let mut mini = Mini::new();
    for (key, more) in [
        ("water", ""),
        ("housing", ""),
        (
            "station",
            "parent = \"transport\"\nsort = \"station\"\ncommanded_by = \"411524101000\"\n",
        ),
    ] {
        mini.units += format!(
            "\n[[unit]]\nkey = \"{key}\"\nname = \"{key}\"\nname_en = \"{key}\"\nline = \"top\"\n\
             relation = \"county\"\n{more}"
        )
        .as_str();
    }
    mini.posts = mini.posts.replacen(
        "[[rule]]\nof = \"grid\"",
        "[[rule]]\nof = \"township\"\nkey = \"hall\"\nname = \"党政办\"\nname_en = \"Hall\"\n\
         role = \"township_hall\"\n\n[[rule]]\nof = \"grid\"",
        1,
    );
    let keys = mini.read().expect("is readable").keys;
    let mut county = County::empty("411524000000".into());
    county.organisation = mini.organisation();
    let source = Source { name: "powers.toml", text: LIST };
    let list = powers::read(source, &keys, &county.organisation).expect("is without fault");
    county.powers.apply(&list);
    Town { county, keys, open: BTreeMap::new() }
}

const RECORDED: Date = date(2026, 6, 1);
const ON: Date = date(2026, 7, 1);
const BEFORE: Date = date(2026, 6, 30);

const HEAD: &str = "paper = \"商编〔2026〕3号\"\ndecided_by = \"县委编委\"\non = \"2026-07-01\"\n";

impl Town {
    fn unit(&self, key: &str) -> UnitId {
        self.keys.units[key]
    }

    fn post(&self, key: &str) -> PostId {
        self.keys.posts[key]
    }

    fn grid(&self, code: &str) -> GridId {
        self.keys.grids[code]
    }

    fn try_plan(&self, text: &str) -> Result<Planned, Vec<Fault>> {
        let source = Source { name: "plan.toml", text };
        let plan = reorganisation::read(source, &self.county)?;
        reorganisation::check(
            &plan,
            &Before {
                organisation: &self.county.organisation,
                powers: &self.county.powers,
                open: &self.open,
                recorded: RECORDED,
            },
        )
    }

    fn plan(&self, entries: &str) -> Planned {
        self.try_plan(&format!("{HEAD}{entries}")).unwrap_or_else(|faults| panic!("{faults:#?}"))
    }

    fn faults(&self, text: &str) -> Vec<String> {
        let faults = self.try_plan(text).expect_err("has a fault");
        faults.iter().map(ToString::to_string).collect()
    }

    fn record(&mut self, entries: &str) -> Planned {
        let planned = self.plan(entries);
        let body = serde_json::to_value(&planned.decision).expect("is JSON");
        self.county.take_in("reorganised", 1, &body).expect("is known");
        planned
    }

    fn appoint(&mut self, post: &str, n: u128) {
        let (post, user) = (self.post(post), UserId(Uuid::from_u128(n)));
        let (holding, from) = (Holding::Holder, date(2024, 1, 1));
        let held = Appointment { post, user, holding, from, to: None, own: None };
        let organised = Organised { appointments: vec![held], ..Organised::default() };
        self.county.organisation.apply(&organised);
    }

    fn lead(&self, place: &str, day: Date) -> (String, String, Vec<String>) {
        let county = &self.county;
        let got = county.powers.proposal(
            &county.organisation,
            &"road".into(),
            &DivisionCode::from(place),
            day,
        );
        let got = got.expect("somebody leads");
        let name = |unit: &UnitId| county.organisation.units[unit].name.clone();
        (got.row.clone(), name(&got.lead), got.assists.iter().map(name).collect())
    }
}

/// 甲镇 goes to 乙镇; transport and water become one.
const MERGED: &str = r#"
[[close]]
unit = "411524101000"
successors = ["411524102000"]
[[end]]
post = "411524101000/hall"
[[move]]
post = "411524101000/instructor"
to = "411524102000"
"#;

#[test]
fn a_township_that_is_merged_leaves_its_villages_stations_and_work_to_the_other() {
    let mut town = town();
    town.appoint("411524101000/hall", 1);
    town.appoint("411524102000/hall", 2);
    town.open.insert(town.unit(TOWN_A), 90);
    let old = town.county.organisation.clone();
    let planned = town.record(MERGED);
    assert_eq!(planned.decision.regrouped.len(), 3, "two villages and a station follow");
    let (a, b) = (town.unit(TOWN_A), town.unit(TOWN_B));
    let organisation = &town.county.organisation;

    assert_eq!(organisation.successor_of(a, BEFORE), Some(a));
    assert_eq!(organisation.successor_of(a, ON), Some(b));

    let village = town.unit(A1);
    let station = town.unit("station");
    for unit in [village, station] {
        assert!(
            organisation.is_within(unit, a, BEFORE) && !organisation.is_within(unit, b, BEFORE)
        );
        assert!(organisation.is_within(unit, b, ON));
        assert!(organisation.is_within(unit, a, ON), "whoever was below it is below its successor");
    }
    let own = |day| organisation.unit_of_division(&TOWN_A.into(), day).map(|u| u.id);
    assert_eq!((own(BEFORE), own(ON)), (Some(a), Some(b)), "the place keeps its code");

    let hall = town.post("411524101000/hall");
    let answer = |day| organisation.answers(a, Some(hall), date(2026, 5, 1), day).unwrap();
    assert_eq!((answer(BEFORE).user.0.as_u128(), answer(BEFORE).by), (1, Standing::Holder));
    assert_eq!((answer(ON).user.0.as_u128(), answer(ON).by), (2, Standing::Head));
    assert_eq!(organisation.open_sheets(ON).len(), 1, "who went leaves a sheet");
    let instructor = town.post("411524101000/instructor");
    let of = |day| organisation.post(instructor, day).unwrap().unit;
    assert_eq!((of(BEFORE), of(ON)), (a, b));
    let there = |unit, day| organisation.posts_in(unit, day).any(|p| p.id == instructor);
    assert!(there(a, BEFORE) && !there(b, BEFORE) && there(b, ON) && !there(a, ON));

    // A question about any earlier day has the answer that it had.
    for unit in old.units.keys() {
        for day in [date(2019, 1, 1), date(2024, 6, 30), date(2024, 7, 1), RECORDED, BEFORE] {
            assert_eq!(
                old.unit(*unit, day).map(|u| u.parent),
                organisation.unit(*unit, day).map(|u| u.parent)
            );
            let chain = |o: &zongheng_core::organisation::Organisation| {
                o.chain_of(*unit, day).iter().map(|u| u.id).collect::<Vec<_>>()
            };
            assert_eq!(chain(&old), chain(organisation));
        }
    }
    for post in old.posts.keys() {
        assert_eq!(
            old.post(*post, BEFORE).map(|p| (p.unit, &p.grids)),
            organisation.post(*post, BEFORE).map(|p| (p.unit, &p.grids))
        );
        assert_eq!(
            old.acting(*post, BEFORE).map(|a| a.user),
            organisation.acting(*post, BEFORE).map(|a| a.user)
        );
    }
}

#[test]
fn rows_of_the_list_move_with_the_decision_and_so_does_what_was_given_on() {
    let mut town = town();
    let merge = r#"
[[found]]
key = "traffic"
name = "县交通水利局"
name_en = "Traffic and Water"
line = "top"
relation = "county"
[[create]]
unit = "traffic"
key = "head"
name = "主要负责人"
name_en = "Head"
role = "unit_head"
[[close]]
unit = "transport"
successors = ["traffic"]
[[close]]
unit = "water"
successors = ["traffic"]
[[end]]
post = "transport/head"
[[end]]
post = "water/head"
"#;
    let before = town.lead(A1, BEFORE);
    let planned = town.record(merge);
    assert_eq!(planned.decision.rows.len(), 1);
    assert_eq!(planned.decision.powers, Some(town.county.powers.whole().config));
    assert_eq!(town.lead(A1, BEFORE), before);
    let (row, lead, assists) = town.lead(A1, ON);
    assert_eq!((row.as_str(), lead.as_str()), ("1/2026-07-01", "县交通水利局"));
    assert_eq!(assists, ["甲镇"], "the new unit does not assist itself");
    assert_eq!(town.lead("411524102201", BEFORE).1, "乙镇");
    assert_eq!(town.lead("411524102201", ON).1, "乙镇", "the delegation goes on");
    assert_eq!(town.lead("411524102201", date(2030, 1, 1)).1, "县交通水利局");
    let zh = words::Names {
        organisation: &town.county.organisation,
        powers: &town.county.powers,
        decision: &planned.decision,
    };
    assert_eq!(
        zh.zh()[..2],
        [
            "商编〔2026〕3号，县委编委决定，自2026-07-01起施行",
            "撤销县交通运输局，由县交通水利局承接"
        ]
    );
    assert_eq!(zh.zh().len(), zh.en().len());
    assert!(zh.en().contains(&"Item 1: Traffic and Water instead of water".to_owned()));
}

#[test]
fn a_chain_of_successors_is_followed_and_a_second_decision_begins_no_earlier() {
    let mut town = town();
    town.record(
        "[[close]]\nunit = \"water\"\nsuccessors = [\"housing\"]\n[[end]]\npost = \"water/head\"\n",
    );
    let (water, housing) = (town.unit("water"), town.unit("housing"));
    let next = |on: &str| {
        format!(
            "paper = \"4号\"\ndecided_by = \"县委编委\"\non = \"{on}\"\n[[close]]\nunit = \"housing\"\n\
             successors = [\"transport\"]\n[[end]]\npost = \"housing/head\"\n"
        )
    };
    let faults = town.faults(&next("2026-06-15"));
    assert!(faults[0].contains("商编〔2026〕3号 already decides from 2026-07-01 on"), "{faults:?}");
    let planned = town.try_plan(&next("2027-01-01")).unwrap();
    let body = serde_json::to_value(&planned.decision).unwrap();
    town.county.take_in("reorganised", 1, &body).unwrap();
    let organisation = &town.county.organisation;
    let heir = |day| organisation.successor_of(water, day);
    assert_eq!(heir(BEFORE), Some(water));
    assert_eq!(heir(ON), Some(housing));
    assert_eq!(heir(date(2027, 1, 1)), Some(town.unit("transport")));
    assert_eq!(heir(date(2019, 1, 1)), None, "it has not begun");
    let highway = town.unit("highway");
    assert_eq!(organisation.successor_of(highway, ON), None, "closed and nobody named");
}

const HALF_W: &str = "ring = [[115.40,31.60],[115.425,31.60],[115.425,31.70],[115.40,31.70]]\n";
const HALF_E: &str = "ring = [[115.425,31.60],[115.45,31.60],[115.45,31.70],[115.425,31.70]]\n";

fn split() -> String {
    let draw = |n: u8, ring: &str| {
        format!(
            "[[draw]]\ncode = \"41152410120100{n}\"\nname = \"第{n}网格\"\ndivision = \"{A1}\"\n{ring}"
        )
    };
    format!(
        "{}{}[[redraw]]\ngrid = \"411524101201001\"\n\
         successors = [\"411524101201002\", \"411524101201003\"]\n",
        draw(2, HALF_W),
        draw(3, HALF_E)
    )
}

#[test]
fn a_grid_that_is_split_is_found_again_by_the_point_and_else_by_the_first_named() {
    let mut town = town();
    let planned = town.record(&split());
    let words = words::Names {
        organisation: &town.county.organisation,
        powers: &town.county.powers,
        decision: &planned.decision,
    };
    assert!(words.zh().contains(&"新划网格411524101201002（第2网格）".to_owned()));
    assert!(words.en().contains(&"Grid 411524101201002 is drawn".to_owned()));
    let becomes = "Grid 411524101201001 becomes 411524101201002 and 411524101201003";
    assert!(words.en().contains(&becomes.to_owned()), "{:?}", words.en());
    assert_eq!(words.zh().len(), words.en().len());
    let warned: Vec<&str> = planned.warnings.iter().map(|w| w.what.as_str()).collect();
    assert_eq!(warned.len(), 2, "{warned:?}");
    assert!(warned[0].contains("no chief answers for grid 411524101201002 on 2026-07-01"));
    assert!(planned.warnings.iter().all(|w| w.strength == Strength::Warn));
    let organisation = &town.county.organisation;
    let old = town.grid("411524101201001");
    let code = |id: Option<GridId>| id.map(|id| organisation.grids[&id].code.clone());
    let at = |lon: f64| Some([e7(lon).unwrap(), e7(31.65).unwrap()]);
    let today = |point, day| code(organisation.grid_today(old, point, day));
    assert_eq!(today(at(115.44), BEFORE).as_deref(), Some("411524101201001"));
    assert_eq!(today(at(115.41), ON).as_deref(), Some("411524101201002"));
    assert_eq!(today(at(115.44), ON).as_deref(), Some("411524101201003"));
    assert_eq!(today(None, ON).as_deref(), Some("411524101201002"));
    assert_eq!(today(None, date(2019, 1, 1)), None);
    let chief = town.post("411524101201001/chief");
    let covers = |day| organisation.post(chief, day).unwrap().grids.len();
    assert_eq!((covers(BEFORE), covers(ON)), (1, 2), "the chief goes on with both");
    let chiefless = organisation.grids_without_chief(ON);
    assert_eq!(chiefless.len(), 4);
    assert!(chiefless.iter().all(|c| c.why == NoChief::Nobody), "posts stand, nobody is appointed");
}

#[test]
fn grids_that_are_merged_cannot_keep_both_chiefs() {
    let town = town();
    let draw = format!(
        "[[draw]]\ncode = \"411524101201009\"\nname = \"合并网格\"\ndivision = \"{A1}\"\n\
         ring = [[115.40,31.60],[115.50,31.60],[115.50,31.70],[115.40,31.70]]\n"
    );
    let merge = |more: &str| {
        let into = "successors = [\"411524101201009\"]\n";
        format!(
            "{HEAD}{draw}[[redraw]]\ngrid = \"411524101201001\"\n{into}[[redraw]]\n\
             grid = \"411524101202001\"\n{into}{more}"
        )
    };
    let faults = town.faults(&merge(""));
    assert!(faults.iter().any(|f| f.contains("are chief of the same at once")), "{faults:#?}");
    let other: String = ["chief", "member"]
        .map(|post| format!("[[end]]\npost = \"411524101202001/{post}\"\n"))
        .concat();
    town.try_plan(&merge(&other)).unwrap();
}

/// A second decision ends what the first one changed: neither is judged for the days before.
#[test]
fn what_a_first_decision_put_below_a_younger_unit_a_second_one_may_close() {
    let mut town = town();
    town.record(
        r#"
[[found]]
key = "young"
name = "新局"
name_en = "Young Bureau"
line = "top"
relation = "county"
[[create]]
unit = "young"
key = "head"
name = "主要负责人"
name_en = "Head"
role = "unit_head"
[[regroup]]
unit = "water"
parent = "young"
[[end]]
post = "water/head"
[[move]]
post = "housing/head"
to = "water"
"#,
    );
    // 水利局 stands below a younger unit, and its head's post came from elsewhere.
    let text = HEAD.replace("2026-07-01", "2027-01-01").replace("3号", "4号")
        + "[[close]]\nunit = \"water\"\nsuccessors = [\"young\"]\n[[end]]\npost = \"housing/head\"\n";
    town.try_plan(&text).unwrap_or_else(|faults| panic!("{faults:#?}"));
}

/// A village that goes to another township may end a post in the same decision.
#[test]
fn a_post_ends_in_a_unit_that_is_regrouped_with_the_same_decision() {
    let town = town();
    town.plan(
        "[[regroup]]\nunit = \"water\"\nparent = \"transport\"\n[[end]]\npost = \"water/head\"\n",
    );
}

#[test]
fn a_founded_unit_that_the_county_cannot_order_brings_its_liaison() {
    let found = |liaison: &str| {
        format!(
            "{HEAD}[[found]]\nkey = \"tax\"\nname = \"县税务局\"\nname_en = \"Tax Bureau\"\n\
             line = \"vertical\"\nrelation = \"vertical\"\n{liaison}"
        )
    };
    let town = town();
    let asked =
        |post: &str| found(&format!("liaison = {{ post = \"{post}\", agreed = \"7wd\" }}\n"));
    let planned = town.try_plan(&asked("transport/head")).unwrap();
    let liaison = planned.decision.founded[0].liaison.as_ref().unwrap();
    assert_eq!(
        (liaison.post, liaison.agreed.to_string()),
        (town.post("transport/head"), "7wd".into())
    );
    for (text, expected) in [
        (found(""), "the county cannot order 县税务局 and nobody carries requests"),
        (asked("transport/nobody"), "the liaison of 县税务局 is not known"),
        (
            asked("water/head") + "[[end]]\npost = \"water/head\"\n",
            "县税务局 is asked through 主要负责人, which ends before it",
        ),
    ] {
        let faults = town.faults(&text);
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:#?}");
    }
}

/// The post through which a unit is asked does not end while the unit stands, by no way.
#[test]
fn a_post_that_is_somebody_s_liaison_does_not_end_before_another_is_named() {
    let mut town = town();
    town.record(
        "[[found]]\nkey = \"tax\"\nname = \"县税务局\"\nname_en = \"Tax Bureau\"\n\
         line = \"vertical\"\nrelation = \"vertical\"\n\
         liaison = { post = \"water/head\", agreed = \"7wd\" }\n",
    );
    let later = HEAD.replace("2026-07-01", "2027-01-01").replace("3号", "4号");
    let expected = "县税务局 is asked through 主要负责人, which ends before it";
    let faults = town.faults(&format!("{later}[[end]]\npost = \"water/head\"\n"));
    assert!(faults.iter().any(|f| f.contains(expected)), "{faults:#?}");
    town.try_plan(&format!("{later}[[move]]\npost = \"water/head\"\nto = \"housing\"\n[[end]]\npost = \"housing/head\"\n"))
        .unwrap_or_else(|faults| panic!("{faults:#?}"));

    let organisation = &town.county.organisation;
    let mut post = organisation.posts[&town.post("water/head")].clone();
    post.to = Some(date(2027, 1, 1));
    let origin = Origin { file: "posts.toml".to_owned(), row: 3 };
    let proposed = Proposed { posts: vec![Entry { origin, value: post }], ..Proposed::default() };
    let faults = check(organisation, &proposed).unwrap_err();
    assert!(faults.iter().any(|f| f.what.contains(expected)), "{faults:#?}");
}

/// A post that went to another unit takes its holder along: the place is free.
#[test]
fn a_post_that_moved_away_fills_no_place() {
    let mut town = town();
    let mut unit = town.county.organisation.units[&town.unit("water")].clone();
    unit.establishment = serde_json::from_value(serde_json::json!({ "places": 1 })).unwrap();
    let organised = Organised { units: vec![unit], ..Organised::default() };
    town.county.organisation.apply(&organised);
    town.appoint("water/head", 1);
    town.record(
        "[[move]]\npost = \"water/head\"\nto = \"housing\"\n[[end]]\npost = \"housing/head\"\n\
         [[create]]\nunit = \"water\"\nkey = \"chief\"\nname = \"局长\"\nname_en = \"Chief\"\n\
         role = \"unit_head\"\n",
    );
    let organisation = &town.county.organisation;
    let chief = organisation.posts_in(town.unit("water"), ON).next().unwrap().id;
    let origin = Origin { file: "people.csv".to_owned(), row: 1 };
    let held = |user, from| Appointment {
        post: chief,
        user: UserId(Uuid::from_u128(user)),
        holding: Holding::Holder,
        from,
        to: None,
        own: None,
    };
    let proposed = |value| Proposed {
        appointments: vec![Entry { origin: origin.clone(), value }],
        ..Proposed::default()
    };
    check(organisation, &proposed(held(2, ON))).unwrap();
}

/// One thing that is wrong at the head of a file is told once, with what to do.
#[test]
fn what_is_wrong_at_the_head_is_told_once() {
    let town = town();
    for (text, expected) in [
        (
            HEAD.replace("\"县委编委\"", "7"),
            "plan.toml, decided_by: decided_by is missing; write decided_by = \"…\" at the head of the file",
        ),
        (
            format!("close = 3\n{HEAD}"),
            "plan.toml, line 1, close: \"close\" is a list of entries; write [[close]] above each entry",
        ),
    ] {
        assert_eq!(town.faults(&text), [expected]);
    }
    let faults = town.faults(&format!("from = \"2020-01-01\"\n{HEAD}"));
    assert!(
        faults[0].starts_with("plan.toml, line 1, from: \"from\" is not known here"),
        "{faults:?}"
    );
    assert_eq!(faults.len(), 1);
}

#[test]
fn a_bad_decision_is_refused_with_every_fault() {
    let mut town = town();
    town.open.insert(town.unit("water"), 3);
    let close = |unit: &str, successors: &str| {
        format!("[[close]]\nunit = \"{unit}\"\nsuccessors = [{successors}]\n")
    };
    let water = "[[end]]\npost = \"water/head\"\n";
    for (text, expected) in [
        (String::new(), "paper is missing; write paper"),
        (HEAD.replace("商编〔2026〕3号", " "), "paper"),
        (HEAD.replace("2026-07-01", "next week"), "on: this is no day"),
        (
            format!("{}{MERGED}", HEAD.replace("2026-07-01", "2026-06-01")),
            "on: 2026-06-01 is past: acts are recorded up to 2026-06-01",
        ),
        (
            format!("{HEAD}{}{water}", close("water", "")),
            "line 4, successors: water would leave 3 open matters without an owner",
        ),
        (
            format!("{HEAD}{}[[end]]\npost = \"housing/head\"\n", close("housing", "")),
            "housing is closed and nobody goes on with its work",
        ),
        (
            format!("{HEAD}{}{water}", close("water", "\"highway\"")),
            "县公路事业发展中心 does not stand after it",
        ),
        (
            format!(
                "{HEAD}{}{}{water}[[end]]\npost = \"housing/head\"\n",
                close("water", "\"housing\""),
                close("housing", "\"water\"")
            ),
            "successors: housing does not stand after it",
        ),
        (
            format!("{HEAD}{}", close("water", "\"housing\"")),
            "post 主要负责人 of water is left without a unit; move or end it",
        ),
        (
            format!(
                "{HEAD}{}{water}[[end]]\npost = \"housing/head\"\n",
                close("water", "\"housing\"")
            ),
            "housing has no post that answers for it",
        ),
        (
            format!(
                "{HEAD}{}[[move]]\npost = \"water/head\"\nto = \"housing\"\n",
                close("water", "\"housing\"")
            ),
            "主要负责人 and 主要负责人 are chief of the same at once",
        ),
        (
            format!("{HEAD}{}{water}", close("water", "\"housing\", \"transport\"")),
            "row 1 names water; say in [[row]] whose it is then",
        ),
        (
            format!(
                "{HEAD}{}[[end]]\npost = \"411524101000/hall\"\n[[end]]\n\
                 post = \"411524101000/instructor\"\n",
                close(TOWN_A, "\"411524102000\", \"housing\"")
            ),
            "东庄村 stands below 甲镇; say in [[regroup]] where it goes",
        ),
        (
            format!("{HEAD}{}{water}", close("highway", "\"housing\"")),
            "县公路事业发展中心 does not stand on 2026-07-01",
        ),
        (
            format!("{HEAD}[[row]]\nrow = \"1\"\nfrom = \"housing\"\nto = \"water\"\n"),
            "row: row 1 does not name housing",
        ),
        (
            format!("{HEAD}[[row]]\nrow = \"7\"\nfrom = \"housing\"\nto = \"water\"\n"),
            "row 7 is not in the list on 2026-07-01",
        ),
        (format!("{HEAD}[[regroup]]\nunit = \"transport\"\nparent = \"station\"\n"), "in a circle"),
        (
            format!("{HEAD}[[redraw]]\ngrid = \"411524101201001\"\nsuccessors = []\n"),
            "no grid takes the ground of 411524101201001",
        ),
        (format!("{HEAD}{}", split().replace(HALF_E, HALF_W)), "overlap by"),
        (
            format!("{HEAD}[[redraw]]\ngrid = \"411524101201009\"\nsuccessors = []\n"),
            "grid: grid 411524101201009 is not known",
        ),
        (format!("{HEAD}[[close]]\nunit = \"nobody\"\n"), "unit: unit \"nobody\" is not known"),
        (format!("{HEAD}[[end]]\npost = \"water/nobody\"\n"), "post \"water/nobody\" is not known"),
        (format!("{HEAD}{water}{water}"), "post 主要负责人 is named twice"),
        (format!("{HEAD}[[shut]]\nunit = \"water\"\n"), "\"shut\" is not known here"),
    ] {
        let faults = town.faults(&text);
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:#?}");
    }
    let several = format!("{HEAD}{}{}", close("water", ""), close("housing", "\"highway\""));
    assert!(town.faults(&several).len() >= 4, "all at once: {:#?}", town.faults(&several));
    assert!(town.county.organisation.decisions.is_empty());
    assert_eq!(town.unit(A2), town.unit("411524101202"));
}

#[test]
fn the_last_post_of_its_kind_ends_with_a_word_of_warning() {
    let town = town();
    let warned = |entries: &str| {
        let warnings = town.plan(entries).warnings;
        warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let told = warned("[[end]]\npost = \"county/leader\"\n");
    assert!(told.iter().any(|w| w.contains("no post like 县领导 is left")), "{told:?}");
    let told = warned(
        "[[end]]\npost = \"water/head\"\n[[regroup]]\nunit = \"water\"\nparent = \"transport\"\n",
    );
    assert!(told.iter().all(|w| !w.contains("no post like")), "{told:?}");
}
