//! `zongheng doctor` and `zongheng settings` on set-ups that are broken, one way after the other.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use serde_json::Value;

use crate::program::Place;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn init(place: &Place) {
    let made = place.run(&["init", "--days", "natural", "--county=411524"]);
    assert!(made.status.success(), "{}", said(&made));
}

/// State and code of a part, and whether the command ended with 1.
fn looked(place: &Place, part: &str) -> (String, String, bool) {
    let output = place.run(&["doctor", "--json", "--language", "en"]);
    let parts: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", said(&output)));
    let parts = parts.as_array().unwrap();
    for told in parts {
        // Whatever is not well says what to do.
        assert_eq!(told["state"] != "ok", told["mend"].is_string(), "{told}");
        assert_ne!(told["says"], "?", "{told}");
    }
    let bad = parts.iter().any(|told| told["state"] == "bad");
    assert_eq!(output.status.code(), Some(i32::from(bad)), "{}", said(&output));
    let told = parts.iter().find(|told| told["part"] == part);
    let told = told.unwrap_or_else(|| panic!("no {part}: {parts:#?}"));
    (told["state"].as_str().unwrap().to_owned(), told["code"].as_str().unwrap().to_owned(), bad)
}

fn is(place: &Place, part: &str, state: &str, code: &str) {
    let (found, found_code, bad) = looked(place, part);
    assert_eq!((found.as_str(), found_code.as_str()), (state, code), "{part}");
    assert!(bad || state != "bad");
}

#[test]
fn a_county_that_was_just_made_has_nothing_bad() {
    let place = Place::new("doctor-well", None);
    is(&place, "database", "bad", "none");
    init(&place);
    let (state, code, bad) = looked(&place, "database");
    assert_eq!((state.as_str(), code.as_str(), bad), ("ok", "ok", false));
    is(&place, "settings", "ok", "none");
    for part in ["folder", "ring", "migrations", "durability", "damage", "key", "clock", "posts"] {
        is(&place, part, "ok", "ok");
    }
    let output = place.run(&["doctor", "--language", "zh"]);
    assert!(said(&output).contains("ok    数据库: SQLite，正常"), "{}", said(&output));
    assert!(said(&output).contains("怎么办："), "{}", said(&output));
    assert!(!place.folder.join("county.db.before-0001").exists(), "looking changes nothing");
}

#[test]
fn a_ring_is_missed_and_one_that_others_read_is_bad() {
    let place = Place::new("doctor-ring", None);
    init(&place);
    let ring = place.folder.join("data-key/ring");
    fs::set_permissions(&ring, fs::Permissions::from_mode(0o644)).unwrap();
    is(&place, "ring", "bad", "open");
    let inside = place.folder.join("data/ring");
    fs::rename(&ring, &inside).unwrap();
    is(&place, "ring", "bad", "missing");
    is(&place, "key", "warn", "shut");
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(place.folder.join("data/zongheng.toml"), "ring = \"ring\"\n").unwrap();
    is(&place, "ring", "warn", "inside");
    is(&place, "key", "ok", "ok");
}

#[test]
fn settings_are_told_with_every_fault_and_where_values_come_from() {
    let place = Place::new("doctor-settings", None);
    init(&place);
    let file = place.folder.join("data/zongheng.toml");
    fs::write(&file, "lisen = \"0.0.0.0:80\"\nreaders = \"many\"\n\n[tsl]\nkey = \"x\"\n").unwrap();
    is(&place, "settings", "bad", "unfit");
    for command in [&["settings"][..], &["serve"], &["check"], &["doctor", "--language", "en"]] {
        let output = place.run(command);
        for fault in [
            "line 1: \"lisen\" is no key; did you mean \"listen\"?",
            "line 2: ",
            "line 4: \"tsl\" is no key; did you mean \"tls\"?",
        ] {
            assert!(said(&output).contains(fault), "{command:?} {fault}: {}", said(&output));
        }
    }
    fs::write(
        &file,
        "readers = 2\nlisten = \"192.0.2.7:8411\"\n[log]\nfolder = \"/dev/null/log\"\n",
    )
    .unwrap();
    is(&place, "log", "bad", "unfit");
    is(&place, "address", "bad", "unfit");
    is(&place, "certificate", "warn", "plain");
    let told = place.run(&["settings"]);
    for line in [
        "readers          2  (zongheng.toml, line 1)",
        "log.keep         183  (usual)",
        "environment, ZONGHENG_DB)",
    ] {
        assert!(said(&told).contains(line), "{line}: {}", said(&told));
    }
    let json = place.run(&["settings", "--json", "--db", "postgres://z:secret@db/z"]);
    assert!(said(&json).contains("postgres://z:…@db/z") && !said(&json).contains("secret"));
    assert!(said(&json).contains("\"flag\""), "{}", said(&json));
}

#[test]
fn a_damaged_file_is_found() {
    let place = Place::new("doctor-damage", None);
    init(&place);
    let file = place.folder.join("county.db");
    let mut bytes = fs::read(&file).unwrap();
    // Beyond the first pages, which hold the tables' definitions.
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..middle + 60_000] {
        *byte = 0xa5;
    }
    fs::write(&file, bytes).unwrap();
    let (state, code, bad) = looked(&place, "damage");
    assert_eq!((state.as_str(), code.as_str(), bad), ("bad", "found", true));
}

#[test]
fn a_folder_that_everybody_reads_and_one_that_is_none_are_told() {
    let place = Place::new("doctor-folder", None);
    init(&place);
    let data = place.folder.join("data");
    fs::set_permissions(&data, fs::Permissions::from_mode(0o755)).unwrap();
    is(&place, "folder", "warn", "open");
    fs::remove_dir_all(&data).unwrap();
    fs::write(&data, "").unwrap();
    is(&place, "settings", "bad", "unfit");
}

#[test]
fn a_database_of_before_is_left_alone_by_what_runs_beside_a_server() {
    let place = Place::new("doctor-older", None);
    init(&place);
    let last = "(select max(version) from _sqlx_migrations)";
    place.sql(&format!("delete from _sqlx_migrations where version = {last}")).unwrap();
    let (state, code, bad) = looked(&place, "migrations");
    assert_eq!((state.as_str(), code.as_str(), bad), ("bad", "behind", true));
    let check = place.run(&["check"]);
    assert_eq!(check.status.code(), Some(2));
    assert!(said(&check).contains("zongheng serve"), "{}", said(&check));
}

#[test]
fn postgres_with_an_order_by_language_or_without_flushing_is_bad() {
    let Some(place) = Place::on_postgres("doctor-pg") else { return };
    let (state, code, _) = looked(&place, "county");
    assert_eq!((state.as_str(), code.as_str()), ("bad", "none"), "empty");
    init(&place);
    // The cluster of the tests does not flush: what a county must never do.
    is(&place, "durability", "bad", "off");
    is(&place, "order", "ok", "ok");
    place.sql("alter table account alter column login type text collate \"default\"").unwrap();
    is(&place, "order", "bad", "other");
    let served = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(served.status.code(), Some(2));
    let words = said(&served);
    assert!(words.contains("account.login") && words.contains("collate \"C\""), "{words}");
    place.sql("alter table account alter column login type text collate \"C\"").unwrap();
    is(&place, "order", "ok", "ok");
}
