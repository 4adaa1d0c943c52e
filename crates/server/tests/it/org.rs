//! Changes of the organisation from the command line: shown, recorded once, and then answered by.

use std::fs;

use serde_json::Value;

use crate::program::Place;

/// 鄢岗镇 goes to 双椿铺镇.
fn merged() -> String {
    include_str!("../../../core/tests/shared/merger.toml")
        .replace("PAPER", "商编〔2098〕1号")
        .replace("ON", "2099-01-01")
        .replace("HEIR", "411524103000")
}

fn said(place: &Place, args: &[&str], status: i32) -> String {
    let output = place.run(args);
    let (out, err) = (&output.stdout, &output.stderr);
    let told = format!("{}{}", String::from_utf8_lossy(out), String::from_utf8_lossy(err));
    assert_eq!(output.status.code(), Some(status), "{args:?}: {told}");
    told
}

fn leads(place: &Place, category: &str, day: &str) -> Value {
    let asked = ["--category", category, "--place", "411524102202", "--date", day, "--json"];
    let told = said(place, &[&["who"], &asked[..]].concat(), 0);
    serde_json::from_str::<Value>(&told).unwrap()["lead_name"].clone()
}

#[test]
fn a_merger_is_shown_then_recorded_and_the_ledger_holds() {
    let place = Place::new("org", None);
    said(&place, &["simulate", "--seed", "3", "--days", "8", "--matters", "40"], 0);
    let file = place.folder.join("plan.toml");
    let plan = file.to_str().unwrap().to_owned();
    fs::write(&file, merged().replace("successors = [\"411524103000\"]", "")).unwrap();
    let told = said(&place, &["org", "reorganise", &plan], 2);
    assert!(told.contains("line 5, successors: 鄢岗镇"), "{told}");

    fs::write(&file, merged()).unwrap();
    let told = said(&place, &["org", "reorganise", &plan, "--dry-run"], 0);
    assert!(told.contains("撤销鄢岗镇，由双椿铺镇承接"), "{told}");
    assert_eq!(leads(&place, "street_lamp", "2099-01-01"), "鄢岗镇", "nothing is recorded yet");
    let told = said(&place, &["org", "reorganise", &plan], 0);
    assert!(told.contains("鄢岗派出所改由县公安局、双椿铺镇领导"), "{told}");
    assert!(told.ends_with("1 acts recorded\n"), "{told}");

    assert_eq!(leads(&place, "street_lamp", "2098-12-31"), "鄢岗镇");
    assert_eq!(leads(&place, "street_lamp", "2099-01-01"), "双椿铺镇");
    let told = said(&place, &["org", "reorganise", &plan], 2);
    assert!(told.contains("鄢岗镇 does not stand on 2099-01-01"), "{told}");
    let told = said(&place, &["org", "hand-on"], 0);
    assert!(told.contains("0 matters handed on"), "the day has not come: {told}");
    for command in [&["ledger", "verify"][..], &["check"]] {
        said(&place, command, 0);
    }
    let told = said(&place, &["org", "gaps", "--date", "2099-01-01"], 0);
    let hall: Vec<&str> = told.lines().filter(|line| line.contains("鄢岗镇党政综合办")).collect();
    assert_eq!(hall.len(), 1, "an ended post is no vacancy: {hall:?}");
    assert!(hall[0].starts_with("待交接 not handed over since 2099-01-01"), "{hall:?}");
}

#[test]
fn who_explains_in_words_from_the_shipped_files_where_there_is_no_database() {
    let place = Place::new("who", None);
    let mut command =
        place.command(&["who", "--category", "food_market", "--place", "411524102202"]);
    let output = command.env_remove("ZONGHENG_DB").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("牵头 lead: 县市场监管局 (Market Regulation Bureau)"), "{told}");
    assert!(told.contains("Taken back from townships"), "{told}");
    let mut command = place.command(&["who", "--category", "weather", "--place", "411524102202"]);
    let output = command.env_remove("ZONGHENG_DB").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "category weather is not in the list\n");
}
