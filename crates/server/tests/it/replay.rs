//! A file of service requests played through the life: with what such files are like, and the real one where it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::Place;
use crate::simulate::{acts, exported, holds};

const HEAD: &str = "Creation_Date,Status,Completion_Date,Service_Request_Number,\
                    Type_of_Service_Request,What_is_the_Nature_of_this_Code_Violation,Street_Address";

/// Created, status, completed, number, address. The days are 2012's; the 2nd of July is a Monday.
const ROWS: [[&str; 5]; 9] = [
    ["2012-07-02", "Completed", "2012-07-06", "1", "1 N STATE ST"],
    // Repeats the one before, which is open by then.
    ["2012-07-03", "Completed - Dup", "2012-07-04", "2", "1 N STATE ST"],
    ["2012-07-03", "Completed", "2012-07-03", "3", "2 N STATE ST"],
    // Its place has nothing open any more.
    ["2012-07-05", "Completed - Dup", "2012-07-06", "4", "2 N STATE ST"],
    ["2012-07-04", "Open", "", "5", "3 N STATE ST"],
    ["2012-07-04", "Open - Dup", "", "6", "3 N STATE ST"],
    // The same number again, with another completion.
    ["2012-07-02", "Completed", "2012-07-09", "1", "1 N STATE ST"],
    ["2012-07-08", "Completed", "2012-07-08", "7", "4 N STATE ST"],
    ["2012-07-08", "Open", "", "7", "4 N STATE ST"],
];

fn written(place: &Place, rows: &[[&str; 5]]) -> String {
    let row = |[began, status, ended, number, address]: &[&str; 5]| {
        format!("{began},{status},{ended},{number},Sanitation,Garbage in yard,{address}\n")
    };
    let text: String = rows.iter().map(row).collect();
    let path = place.folder.join("requests.csv");
    fs::write(&path, format!("{HEAD}\n{text}")).unwrap();
    path.to_str().unwrap().to_owned()
}

fn simulated(place: &Place, file: &str) -> (Option<i32>, Value, String) {
    let args = ["simulate", "--seed", "3", "--from", "2025-01-01", "--from-file", file, "--json"];
    let made = place.run(&args);
    let told = serde_json::from_slice(&made.stdout).unwrap_or_default();
    (made.status.code(), told, String::from_utf8_lossy(&made.stderr).into_owned())
}

/// The counts by their names; each adds up.
fn counts(told: &Value) -> BTreeMap<String, (u64, BTreeMap<String, u64>)> {
    let counts = told.as_array().unwrap().iter().map(|count| {
        assert_eq!(count["adds_up"], true, "{count}");
        let parts: BTreeMap<String, u64> = serde_json::from_value(count["parts"].clone()).unwrap();
        let all = count["is"].as_u64().unwrap();
        assert_eq!(all, parts.values().sum::<u64>(), "{count}");
        (count["count"].as_str().unwrap().to_owned(), (all, parts))
    });
    counts.collect()
}

fn plays_every_row(place: &Place) -> String {
    let (status, told, err) = simulated(place, &written(place, &ROWS));
    assert_eq!(status, Some(0), "{err}");
    let counts = counts(&told);
    let parts = |name: &str| -> Vec<u64> { counts[name].1.values().copied().collect() };
    assert_eq!(counts["rows"].0, 9);
    // closed on another day, on the day, merged, left out, open
    assert_eq!(parts("rows"), [0, 4, 2, 2, 1], "{told}");
    assert_eq!((counts["completions"].0, counts["without a completion"].0), (6, 3));
    assert_eq!(parts("completions"), [4, 1, 1], "{told}");
    assert_eq!(parts("without a completion"), [1, 1, 1], "{told}");
    assert_eq!(counts["duplicates"].0, 3);
    holds(place);
    exported(place)
}

/// The moves of each order, by the number that the file gave it.
fn courses(ledger: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut numbers = BTreeMap::new();
    let mut courses: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for act in acts(ledger) {
        let stream = act["stream"].as_str().unwrap().to_owned();
        if act["kind"] == "reported" {
            let number = act["body"]["outside"]["number"].as_str().unwrap().to_owned();
            numbers.insert(stream.clone(), number);
        }
        let Some(number) = numbers.get(&stream) else { continue };
        let day = act["at"].as_str().unwrap()[..10].to_owned();
        let moves = courses.entry(number.clone()).or_default();
        moves.push((act["kind"].as_str().unwrap().to_owned(), day));
    }
    courses
}

#[test]
fn every_row_is_played_and_accounted_for() {
    let ledger = plays_every_row(&Place::new("replay", None));
    let courses = courses(&ledger);
    // Whole weeks on: the Monday of the first row is the first one of 2025.
    let day = |number: &str, kind: &str| {
        let moves = courses[number].iter().find(|(known, _)| known == kind);
        moves.map(|(_, day)| day.as_str())
    };
    assert_eq!(day("1", "reported"), Some("2025-01-06"));
    assert_eq!(
        (day("1", "answered"), day("1", "signed_off")),
        (Some("2025-01-10"), Some("2025-01-10"))
    );
    assert_eq!((day("2", "merged"), day("2", "signed_off")), (Some("2025-01-07"), None));
    assert_eq!(day("3", "signed_off"), Some("2025-01-07"), "reported and settled on one day");
    assert_eq!((day("4", "merged"), day("4", "signed_off")), (None, Some("2025-01-10")));
    assert_eq!((day("5", "signed_for"), day("5", "answered")), (Some("2025-01-08"), None));
    assert_eq!(day("6", "merged"), Some("2025-01-08"));
    assert_eq!(day("7", "signed_off"), Some("2025-01-12"), "a Sunday");
}

#[test]
fn both_databases_play_a_file_alike() {
    let Some(postgres) = Place::on_postgres("replay-pg") else { return };
    assert!(plays_every_row(&postgres) == plays_every_row(&Place::new("replay-both", None)));
}

#[test]
fn each_row_that_does_not_read_is_told_and_nothing_is_played() {
    let place = Place::new("replay-bad", None);
    let rows = [
        ["2012-07-02", "Completed", "2012-07-01", "1", "1 N STATE ST"],
        ["2012-07-02", "Completed", "2012-07-03", "2", "1 N STATE ST"],
        ["the 2nd", "Completed", "2012-07-03", "3", "1 N STATE ST"],
        ["2012-07-02", "Completed", "2012-07-03", "", "1 N STATE ST"],
    ];
    let (status, _, err) = simulated(&place, &written(&place, &rows));
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!((status, lines.len()), (Some(2), 3), "{err}");
    for (line, what) in
        lines.iter().zip(["row 1: completed on", "row 3: \"the 2nd\"", "row 4: the number"])
    {
        assert!(line.contains(what), "{err}");
    }
    let other = place.folder.join("other.csv");
    fs::write(&other, "a,b\n1,2\n").unwrap();
    let (status, _, err) = simulated(&place, other.to_str().unwrap());
    assert!(status == Some(2) && err.contains("Service_Request_Number"), "{err}");
}

/// The first weeks of the real file: each row once, whatever is in it.
#[test]
fn the_real_requests_of_a_week_add_up() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if !root.exists() {
        eprintln!("skipped: the data beside the repository are not here");
        return;
    }
    let place = Place::new("replay-real", None);
    let file = root.join("data/311_chicago_sanitation.csv.gz");
    let packed = flate2::read::MultiGzDecoder::new(fs::File::open(file).unwrap());
    let mut table = csv::Reader::from_reader(packed);
    let week = place.folder.join("week.csv");
    let mut cut = csv::Writer::from_path(&week).unwrap();
    cut.write_record(table.headers().unwrap()).unwrap();
    let mut rows = 0;
    for row in table.records().map(Result::unwrap) {
        if row[0].starts_with("2013-03-2") {
            cut.write_record(&row).unwrap();
            rows += 1;
        }
    }
    cut.flush().unwrap();
    let (status, told, err) = simulated(&place, week.to_str().unwrap());
    assert_eq!(status, Some(0), "{err}");
    let counts = counts(&told);
    assert_eq!(counts["rows"].0, rows);
    assert_eq!(counts["rows"].1["closed on another day"], 0, "{told}");
    assert!(counts["duplicates"].1["merged"] > 0, "{told}");
}
