//! A server starts: what it ships against what the county runs by.

use zongheng_core::playbook::File;

use super::House;
use crate::commands::adopt::adopt;
use crate::commands::now;
use crate::programmes::{SHIPPED, Shipped};

/// Starts with a file of the resident's reports in which `old` is `new`.
async fn started(house: &House, old: &str, new: &str) -> Result<(), String> {
    let changed: Vec<(&str, Vec<u8>)> = SHIPPED
        .playbooks
        .iter()
        .map(|file| {
            let text = std::str::from_utf8(file.bytes).unwrap();
            let mine = file.name.contains("resident_report");
            let text = if mine { text.replacen(old, new, 1) } else { text.to_owned() };
            (file.name, text.into_bytes())
        })
        .collect();
    let playbooks: Vec<File<'_>> =
        changed.iter().map(|(name, bytes)| File { name, bytes: bytes.as_slice() }).collect();
    let shipped = Shipped { clocks: SHIPPED.clocks, playbooks: &playbooks };
    let adopted = adopt(&house.app.store, &house.app.code, &shipped, now()).await;
    adopted.map_err(|failure| failure.to_string())
}

#[tokio::test]
async fn the_same_programmes_go_on_and_write_nothing() {
    let house = House::open().await;
    let before = house.acts().await;
    started(&house, "", "").await.unwrap();
    assert_eq!(house.acts().await, before);
}

#[tokio::test]
async fn the_same_version_with_other_content_refuses_with_file_and_line() {
    let house = House::open().await;
    let before = house.acts().await;
    let why = started(&house, "window = \"15d\"", "window = \"16d\"").await.unwrap_err();
    assert!(why.contains("programmes/resident_report/playbook.toml"), "{why}");
    assert!(why.contains("line ") || why.contains(".toml:"), "{why}");
    assert!(why.contains("has other content; give it a higher version"), "{why}");
    assert_eq!(house.acts().await, before);
}

#[tokio::test]
async fn a_newer_version_is_taken_up_by_an_act_and_the_older_one_then_refuses() {
    let house = House::open().await;
    let before = house.acts().await;
    started(&house, "version = 1", "version = 2").await.unwrap();
    assert_eq!(house.acts().await, before + 1, "one act for one playbook");
    let county = house.app.county().await.unwrap();
    let (playbook, ..) = county.catalogue.current(&"resident_report".into()).unwrap();
    assert_eq!(playbook.version, 2);
    started(&house, "version = 1", "version = 2").await.unwrap();
    assert_eq!(house.acts().await, before + 1, "taken up once");
    let why = started(&house, "", "").await.unwrap_err();
    assert!(why.contains("is older than version 2"), "{why}");
}
