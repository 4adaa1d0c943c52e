//! The load tool against a server that runs: reports alone, or with questions between; what it cannot do it says.

use std::fs;

use serde_json::Value;

use crate::program::{Place, Program};

/// What one run of it printed, or what it said.
fn load(place: &Place, program: &Program, more: &[&str]) -> Result<Value, String> {
    let address = program.address.to_string();
    let mut args = vec!["bench", "--against", &address, "--clients", "2", "--seconds", "1"];
    args.extend(["--pause", "5"]);
    args.extend(more);
    let output = place.run(&args);
    if !output.status.success() {
        return Err(String::from_utf8(output.stderr).unwrap());
    }
    let text = String::from_utf8(output.stdout).unwrap();
    Ok(serde_json::from_str(text.lines().last().unwrap()).unwrap())
}

#[test]
fn a_running_server_is_asked_as_people_ask_it() {
    let place = Place::new("bench", None);
    let made = place.run(&["simulate", "--seed", "7", "--days", "12", "--matters", "60"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = place.run(&["token", "create", "--user", "command_centre", "--name", "bench"]);
    assert!(token.status.success(), "{}", String::from_utf8_lossy(&token.stderr));
    let file = place.folder.join("token");
    fs::write(&file, &token.stdout).unwrap();
    let file = file.to_str().unwrap();
    let program = place.serve("log");

    let alone = load(&place, &program, &[]).unwrap();
    assert!(alone["reports"].as_u64().unwrap() > 1, "{alone}");
    assert!(alone["reads"].is_null(), "nobody reads without a token: {alone}");
    let mixed = load(&place, &program, &["--token", file]).unwrap();
    for kind in ["reports", "reads"] {
        assert!(mixed[kind].as_u64().unwrap() > 1, "{mixed}");
        assert!(mixed[format!("{kind}_p99_ms")].as_f64().unwrap() > 0.0, "{mixed}");
    }
    fs::write(place.folder.join("other"), "no token\n").unwrap();
    let other = place.folder.join("other");
    let refused = load(&place, &program, &["--token", other.to_str().unwrap()]).unwrap_err();
    assert!(refused.contains("401"), "{refused}");
}

#[test]
fn a_county_that_is_no_trial_gets_no_invented_report() {
    let place = Place::new("bench-real", None);
    let founded = place.run(&["init", "--days", "natural", "--county=411524"]);
    assert!(founded.status.success(), "{}", String::from_utf8_lossy(&founded.stderr));
    let program = place.serve("log");
    let refused = load(&place, &program, &[]).unwrap_err();
    assert!(refused.contains("does not serve a simulated county"), "{refused}");
}
