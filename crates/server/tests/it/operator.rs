//! What whoever runs the machine does to it: settings, the key ring, what is erased; and reading only
//! the beginning of what a command prints.

use std::fs;
use std::process::{Command, Output};

use crate::program::Place;

/// A command without any of the variables that say where things stand, but for the data folder.
fn by_settings(place: &Place, args: &[&str]) -> Command {
    let mut command = place.command(args);
    command.env_remove("ZONGHENG_DB");
    command
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

const INIT: [&str; 4] = ["init", "--days", "natural", "--county=411524"];

#[test]
fn every_command_heeds_the_settings_of_the_data_folder() {
    let place = Place::new("settings", None);
    let data = place.folder.join("data");
    fs::create_dir_all(&data).unwrap();
    let db = place.folder.join("elsewhere.db");
    let settings =
        format!("db = \"sqlite:{}\"\nring = \"../kept/ring\"\nreaders = 2\n", db.display());
    fs::write(data.join("zongheng.toml"), settings).unwrap();
    let made = by_settings(&place, &INIT).output().unwrap();
    assert!(made.status.success(), "{}", said(&made));
    assert!(db.exists() && place.folder.join("kept/ring").exists());
    assert!(!data.join("zongheng.db").exists() && !place.folder.join("data-key").exists());
    for command in [&["check"][..], &["user", "add", "someone"], &["ledger", "seal"]] {
        let output = by_settings(&place, command).output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", said(&output));
    }
    let demo = by_settings(&place, &["demo", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert!(said(&demo).contains("holds a real county"), "{}", said(&demo));

    fs::write(data.join("zongheng.toml"), "rings = \"x\"\n").unwrap();
    for command in [&["check"][..], &INIT, &["serve"]] {
        let output = by_settings(&place, command).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("zongheng.toml") && said(&output).contains("line 1"));
    }
}

#[test]
fn both_halves_of_the_sheet_make_the_ring_again_and_those_of_another_county_do_not() {
    let (place, other) = (Place::new("recover", None), Place::new("recover-other", None));
    let sheet = |place: &Place| {
        let made = place.run(&INIT);
        assert!(made.status.success(), "{}", said(&made));
        let file = place.folder.join("sheet.txt");
        fs::write(&file, &made.stdout).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (own, strange) = (sheet(&place), sheet(&other));
    let ring = place.folder.join("data-key/ring");
    let before = fs::read_to_string(&ring).unwrap();

    let over = place.run(&["vault", "recover", "--sheet", &own]);
    assert!(said(&over).contains("never written over"), "{}", said(&over));
    fs::remove_file(&ring).unwrap();
    let wrong = place.run(&["vault", "recover", "--sheet", &strange]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).contains("not of this database's ring") && !ring.exists());
    let made = place.run(&["vault", "recover", "--sheet", &own]);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(fs::read_to_string(&ring).unwrap(), before);
}

#[test]
fn an_erased_entry_is_gone_and_the_ledger_holds() {
    let place = Place::new("erase", None);
    let made = place.run(&["simulate", "--seed", "3", "--days", "3", "--matters", "3"]);
    assert!(made.status.success(), "{}", said(&made));
    let out = place.folder.join("out.jsonl");
    let exported = place.run(&["ledger", "export", "--out", out.to_str().unwrap()]);
    assert!(exported.status.success(), "{}", said(&exported));
    let export = fs::read_to_string(&out).unwrap();
    let mut acts =
        export.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let id = acts.find_map(|act| act["contents"][0]["id"].as_str().map(str::to_owned)).unwrap();
    let erase = |by: &str| place.run(&["vault", "erase", &id, "--basis", "申请 3 号", "--by", by]);
    assert_eq!(erase(" ").status.code(), Some(2), "somebody erases it");
    let erased = erase("system_admin");
    assert!(erased.status.success(), "{}", said(&erased));
    assert!(said(&erase("system_admin")).contains("was erased before"));
    for command in [&["ledger", "verify"][..], &["check"]] {
        let held = place.run(command);
        assert!(held.status.success(), "{}", said(&held));
    }
}

#[test]
fn who_reads_only_the_beginning_is_left_in_peace() {
    let place = Place::new("pipe", None);
    let made = place.run(&["simulate", "--seed", "3", "--days", "3", "--matters", "20"]);
    assert!(made.status.success(), "{}", said(&made));
    let who = ["who", "--category", "road_bridge", "--place", "411524102202"];
    for command in [
        &["access"][..],
        &["rules"],
        &["rules", "--json"],
        &who,
        &["decisions", "--from", "2020-01-01", "--to", "2099-12-31"],
        &["decisions", "--from", "2020-01-01", "--to", "2099-12-31", "--json"],
        &["org", "gaps"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ended = place.command(command).stdout(writer).output().unwrap();
        assert!(ended.status.success(), "{command:?}: {}", said(&ended));
        assert_eq!(said(&ended), "", "{command:?}");
    }
}

#[test]
fn a_simulation_before_the_files_begin_says_which_day_is_the_first() {
    let place = Place::new("before", None);
    let early =
        ["simulate", "--seed", "1", "--days", "3", "--matters", "1", "--from", "2019-01-01"];
    let output = place.run(&early);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("begin on 2020-01-01"), "{}", said(&output));
}

#[test]
fn by_a_clock_that_is_not_to_be_believed_a_command_records_nothing() {
    let place = Place::new("clock", None);
    assert!(place.run(&INIT).status.success());
    let seal = || place.run(&["ledger", "seal"]);
    for (moved, code) in [(86_400, "back"), (-4 * 86_400, "late")] {
        let sql = format!(
            "update county set last_at = last_at + {moved}, ticked_to = ticked_to + {moved}, \
             tick_target = tick_target + {moved}, clock_ok = 0, clock_last = 0"
        );
        place.sql(&sql).unwrap();
        let refused = seal();
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains("runner accept-clock"), "{}", said(&refused));
        let doctor = place.run(&["doctor", "--json"]);
        let told = said(&doctor);
        assert_eq!(doctor.status.code(), Some(1), "{told}");
        assert!(told.contains(&format!("\"{code}\"")), "{told}");
        assert!(place.run(&["check"]).status.code() != Some(2), "what only reads goes on");
        let accepted = place.run(&["runner", "accept-clock"]);
        assert!(accepted.status.success(), "{}", said(&accepted));
        assert!(seal().status.success());
    }
}

#[test]
fn a_county_that_stands_is_not_made_again_and_its_ring_is_left_to_be_recovered() {
    let place = Place::new("init-twice", None);
    assert!(place.run(&INIT).status.success());
    let ring = place.folder.join("data-key/ring");
    fs::remove_file(&ring).unwrap();
    let again = place.run(&INIT);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("stands already") && !ring.exists(), "{}", said(&again));
}

#[test]
fn lists_that_are_wrong_are_put_right_beside_a_server() {
    let place = Place::new("rebuild", None);
    let program = place.demo();
    place.sql("update matter set lamp = 'done', title = '' where no like '%1'").unwrap();
    place.sql("update counter set n = n + 5 where dim = 'state'").unwrap();
    let wrong = place.run(&["check"]);
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    let rebuilt = place.run(&["rebuild"]);
    assert!(rebuilt.status.success(), "{}", said(&rebuilt));
    assert!(!said(&rebuilt).contains("put right: 0 of"), "{}", said(&rebuilt));
    let sound = place.run(&["check"]);
    assert!(sound.status.success(), "{}", said(&sound));
    let again = place.run(&["rebuild"]);
    assert!(
        said(&again).contains("put right: 0 of them, 0 counters and what is searched of 0"),
        "{}",
        said(&again)
    );
    assert_eq!(place.ask("select outcome from upkeep where what = 'rebuild'"), ["done", "done"]);
    drop(program);
    // What no acts give cannot be put right, and whoever runs it from a script is told so.
    place.sql("drop trigger act_update").unwrap();
    place.sql("update act set kind = 'unheard_of' where seq = 2 and stream = (select min(id) from matter)").unwrap();
    let left = place.run(&["rebuild"]);
    assert_eq!(left.status.code(), Some(1), "{}", said(&left));
    assert!(said(&left).contains("1 matters do not follow from their acts"), "{}", said(&left));
}
