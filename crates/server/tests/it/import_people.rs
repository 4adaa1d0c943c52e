//! Who is in which post, from a table: accounts are made where they are missing, names and telephones stay outside.

use std::fs;

use serde_json::{Value, json};

use crate::import::{county, furnished, holds, said};
use crate::program::Place;

const HEAD: &str = "登录名,姓名,手机,乡镇,单位,岗位,网格,任职方式,起始日,终止日,本人岗位";

fn table(place: &Place, name: &str, rows: &[&str]) -> String {
    let path = place.folder.join(name);
    fs::write(&path, format!("{HEAD}\n{}\n", rows.join("\n"))).unwrap();
    path.to_str().unwrap().to_owned()
}

fn import(place: &Place, args: &[&str], status: i32) -> String {
    let (found, told) = said(place, &[&["import", "people"], args].concat());
    assert_eq!(found, Some(status), "{told}");
    told
}

fn accounts(place: &Place) -> i64 {
    place.ask("select cast(count(*) as text) from account")[0].parse().unwrap()
}

/// A desk of the transport bureau, a member of one of three grids, and who stands in for the desk's holder.
const GOOD: [&str; 3] = [
    "transport-desk-2,,,,县交通运输局,经办岗,,,,,",
    "caozhai-member-3,,,鄢岗镇,曹寨村,专职网格员,411524102202003,任职,2099-01-01,,",
    "transport-desk-3,,,,交通运输局,经办岗,,B岗,,,",
];

#[test]
fn people_come_over_once_with_a_link_for_each_new_account() {
    people(&county("import-people"));
}

#[test]
fn on_postgres_people_come_over_once_with_a_link_for_each_new_account() {
    if let Some(place) = Place::on_postgres("import-people-pg") {
        people(&furnished(place));
    }
}

fn people(place: &Place) {
    let before = accounts(place);
    let file = table(place, "people.csv", &GOOD);
    let told = import(place, &[&file, "--dry-run"], 0);
    assert!(told.contains("column 姓名 is not read\ncolumn 手机 is not read\n"), "{told}");
    assert!(told.contains("县交通运输局经办岗：transport-desk-2（任职）"), "{told}");
    assert!(told.contains("新账号 new accounts: 3\n") && !told.contains("/link/"), "{told}");
    assert_eq!(accounts(place), before, "nothing is made by looking");

    let told = import(place, &[&file, "--paper", "商组〔2026〕52号"], 0);
    let links: Vec<&str> = told.lines().filter(|line| line.contains(" /link/")).collect();
    assert_eq!(links.len(), 3, "{told}");
    assert!(links[0].starts_with("caozhai-member-3 /link/"), "{links:?}");
    assert_eq!(accounts(place), before + 3);
    let again = place.run(&["import", "people", &file, "--json"]);
    let counts: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(
        counts,
        json!({"rows": 3, "new": 0, "changed": 0, "same": 3, "accounts": [], "acts": 0})
    );
    // Who goes on a day keeps the day on which it began.
    let ends =
        table(place, "ends.csv", &["transport-desk-2,,,,县交通运输局,经办岗,,,,2099-01-01,"]);
    let told = import(place, &[&ends], 0);
    assert!(told.contains("transport-desk-2（任职）2099-01-01起不再任"), "{told}");
    let told = import(place, &[&ends], 0);
    assert!(told.contains("原来就是这样的 so already: 1\n"), "{told}");
    holds(place);
    let acts = place.ask("select body from act where stream = 'org'").concat();
    assert!(!acts.contains("transport-desk-2"), "no act names a login");
}

#[test]
fn every_bad_cell_of_a_list_of_people_is_told_and_nobody_is_appointed() {
    let place = county("import-bad-people");
    let before = accounts(&place);
    let rows = [
        "transport-desk-2,,,,县交通运翰局,经办岗,,,,,",
        "Transport Desk,,,,县交通运输局,经办岗,,,,,",
        "13812345678,,,,县交通运输局,经办岗,,,,,",
        "transport-desk-4,,,,县交通运输局,经力岗,,,,,",
        "caozhai-member-4,,,鄢岗镇,曹寨村,专职网格员,,,,,",
        "caozhai-member-5,,,鄢岗镇,曹寨村,专职网格员,411524102203001,,,,",
        "transport-desk-5,,,,县交通运输局,经办岗,,兼任,,,",
        "transport-desk-6,,,,县交通运输局,经办岗,,授权代理,,,",
        "transport-desk-7,,,,县交通运输局,经办岗,,,2020-01-01,,",
        "transport-desk-8,,,,县交通运输局,经办岗,,,2099-01-01,2098-01-01,",
        "transport-desk-9,,,,县交通运输局,经办岗,,,,,no/post",
    ];
    let told = import(&place, &[&table(&place, "bad.csv", &rows)], 2);
    for says in [
        "E2: no unit is called \"县交通运翰局\"; did you mean 县交通运输局?",
        "A3: ",
        "A4: this looks like a telephone or an identity card",
        "F5: no post of 县交通运输局 is called \"经力岗\"; did you mean 经办岗?",
        "G6: 3 posts there are called \"专职网格员\"; say of which grid: 411524102202001",
        "G7: grid 411524102203001 has no post \"专职网格员\" in 曹寨村",
        "H8: \"兼任\" is no way of holding a post; write 任职, 授权代理 or B岗",
        "J9: a deputy acts until a day",
        "I10: 2020-01-01 is past: acts are recorded up to ",
        "J11: the end 2098-01-01 is not after the start 2099-01-01",
        "K12: post \"no/post\" is not known",
    ] {
        assert!(told.contains(says), "{says}\n{told}");
    }
    assert!(!told.contains("13812345678"), "what looks like a telephone is not printed");
    assert_eq!(accounts(&place), before);
}
