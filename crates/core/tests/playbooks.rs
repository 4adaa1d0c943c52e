//! Shipped playbooks and clocks load; each file of `data/playbooks` is refused for exactly what is
//! wrong in it; the normal form holds what a file says and not how it says it.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::civil::time;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use toml::{Table, Value};
use zongheng_core::calendar::{Calendar, DayKind, Season};
use zongheng_core::ids::{CategoryId, PlaybookId};
use zongheng_core::organisation::Role;
use zongheng_core::playbook::{
    self, Catalogue, DeskWhen, DraftKind, Event, Fault, File, Grade, Ground, Key, Loaded,
    PlaybookAdopted, SettlementKind, Stage, names_of,
};
use zongheng_core::powers::Category;

/// Named texts: what stands in the folders, and what a test changed in them.
type Texts = Vec<(String, String)>;

/// Every clock of `programmes/clocks`.
static CLOCKS: LazyLock<Texts> = LazyLock::new(|| {
    let texts = toml_files(&programmes().join("clocks")).into_iter().map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, String::from_utf8(read(&path)).unwrap())
    });
    texts.collect()
});

/// The playbook of every folder of `programmes` that has one.
static PLAYBOOKS: LazyLock<Texts> = LazyLock::new(|| {
    let mut texts = Texts::new();
    for entry in std::fs::read_dir(programmes()).unwrap() {
        let folder = entry.unwrap().path();
        let text = String::from_utf8(read(&folder.join("playbook.toml"))).unwrap();
        if !text.is_empty() {
            texts.push((folder.file_name().unwrap().to_str().unwrap().to_owned() + ".toml", text));
        }
    }
    texts.sort();
    texts
});

fn programmes() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programmes")
}

/// One text of those, such as `category.toml`.
fn shipped_text<'a>(texts: &'a Texts, name: &str) -> &'a str {
    texts.iter().find(|(known, _)| known == name).map(|(_, text)| &**text).unwrap()
}

fn category() -> &'static str {
    shipped_text(&CLOCKS, "category.toml")
}

fn resident() -> &'static str {
    shipped_text(&PLAYBOOKS, "resident_report.toml")
}

fn files<'a, N: AsRef<str>, T: AsRef<str>>(named: &'a [(N, T)]) -> Vec<File<'a>> {
    let file =
        |(name, text): &'a (N, T)| File { name: name.as_ref(), bytes: text.as_ref().as_bytes() };
    named.iter().map(file).collect()
}

fn load(clocks: &[File<'_>], playbooks: &[File<'_>], days: DayKind) -> Result<Loaded, Vec<Fault>> {
    load_by(&Calendar::from_rows([]).unwrap(), clocks, playbooks, days)
}

fn load_by(
    calendar: &Calendar,
    clocks: &[File<'_>],
    playbooks: &[File<'_>],
    days: DayKind,
) -> Result<Loaded, Vec<Fault>> {
    let categories = categories();
    let ground = Ground { days, categories: &categories, calendar };
    playbook::load(clocks, playbooks, &ground)
}

/// The categories of the county that the programmes are shipped with.
fn categories() -> BTreeMap<CategoryId, Category> {
    let table: Table = include_str!("../../../counties/411524/powers.toml").parse().unwrap();
    let rows = table["category"].as_array().unwrap();
    let read = rows.iter().map(|row| row.clone().try_into::<Category>().unwrap());
    read.map(|category| (category.id.clone(), category)).collect()
}

fn shipped(days: DayKind) -> Loaded {
    load(&files(&CLOCKS), &files(&PLAYBOOKS), days).expect("shipped files have no fault")
}

#[test]
fn every_shipped_file_loads() {
    for days in [DayKind::Natural, DayKind::Working] {
        let loaded = shipped(days);
        let playbooks: Vec<_> = loaded.playbooks.keys().map(PlaybookId::as_str).collect();
        let kinds = [
            "county_task",
            "dispute",
            "enterprise_need",
            "grid_finding",
            "hidden_danger",
            "hotline_order",
            "resident_report",
            "whistle",
        ];
        assert_eq!(playbooks, kinds);
        let clocks: Vec<_> = loaded.clocks.keys().collect();
        let named =
            ["13710", "category", "danger", "enterprise", "mediation", "statutory", "whistle"];
        assert_eq!(clocks, named);
    }
}

#[test]
fn the_county_chooses_natural_or_working_days_for_13710_alone() {
    let limit = |loaded: &Loaded, clock: &str, stage| {
        let row = loaded.clocks[clock].stage(stage, Grade::Ordinary).unwrap();
        serde_json::to_value(&row.limit).unwrap().as_str().unwrap().to_owned()
    };
    let (natural, working) = (shipped(DayKind::Natural), shipped(DayKind::Working));
    for (stage, natural_days, working_days) in [
        (Stage::Deploy, "0d", "0d"),
        (Stage::Progress, "3d", "3wd"),
        (Stage::Settle, "7d", "7wd"),
        (Stage::Verify, "2wd", "2wd"),
    ] {
        assert_eq!(limit(&natural, "13710", stage), natural_days);
        assert_eq!(limit(&working, "13710", stage), working_days);
    }
    assert_eq!(natural.clocks["category"], working.clocks["category"]);
    assert_eq!(limit(&natural, "category", Stage::Settle), "category");
}

#[test]
fn a_cutoff_lies_within_the_office_hours_of_every_season() {
    let season = |month, closes| Season {
        from: (month, 1),
        spells: vec![(time(8, 30, 0, 0), time(closes, 0, 0, 0))],
    };
    let refused = |closes| {
        let calendar = Calendar::with_hours([], vec![season(5, 18), season(10, closes)]).unwrap();
        let loaded = load_by(&calendar, &files(&CLOCKS), &[], DayKind::Natural);
        loaded.err().unwrap_or_default().len()
    };
    assert_eq!(refused(17), 0, "17:00 is closing time in winter");
    assert_eq!(refused(16), 5, "five rows of 13710 have the cutoff");
}

#[test]
fn a_major_task_has_a_plan_by_day_7_and_a_month() {
    let loaded = shipped(DayKind::Natural);
    let clock = &loaded.clocks["13710"];
    let limit = |stage, grade| {
        let row = clock.stage(stage, grade).unwrap();
        serde_json::to_value(&row.limit).unwrap().as_str().unwrap().to_owned()
    };
    assert_eq!(limit(Stage::Plan, Grade::Major), "7d");
    assert_eq!(limit(Stage::Settle, Grade::Major), "1m");
    assert_eq!(limit(Stage::Settle, Grade::Ordinary), "7d");
    assert_eq!(clock.stage(Stage::Plan, Grade::Ordinary), None, "an ordinary task has no plan");
    assert_eq!(limit(Stage::Progress, Grade::Major), "3d", "the ordinary row serves both");
    assert!(clock.has_grade(Grade::Major));
    assert!(!loaded.clocks["category"].has_grade(Grade::Major));
}

#[test]
fn where_nobody_is_asked_the_close_counts_from_the_verification() {
    let asked = resident();
    let (ask, reopening) = (asked.find("[ask]").unwrap(), asked.find("[reopening]").unwrap());
    let unasked = format!("{}{}", &asked[..ask], &asked[reopening..]);
    let unasked = unasked.replace("  \"call_back\",\n", "");
    let after = category();
    let at_once = after.replace("\"called_back\"", "\"verified\"");
    for (playbook, clock, good) in [
        (asked, after, true),
        (&unasked, after, true),
        (&unasked, &at_once, true),
        (asked, &at_once, false),
    ] {
        let (clocks, playbooks) = ([("clock.toml", clock)], [("playbook.toml", playbook)]);
        let loaded = load(&files(&clocks), &files(&playbooks), DayKind::Natural);
        let told: Vec<_> = loaded.err().unwrap_or_default().into_iter().map(|f| f.text).collect();
        let fault = "the reporter is asked, and the clock \"category\" counts \"sign_off\" from \
                     the verification before that";
        assert_eq!(told, if good { vec![] } else { vec![fault] });
    }
}

#[test]
fn a_kind_twice_is_told_where_it_stands_again() {
    let (clocks, playbooks) = ([("c.toml", category()); 2], [("p.toml", resident()); 2]);
    let faults = load(&files(&clocks), &files(&playbooks), DayKind::Natural).unwrap_err();
    let told: Vec<_> = faults.iter().map(|f| f.text.as_str()).collect();
    assert_eq!(
        told,
        [
            "clock \"category\" stands in another file already",
            "playbook \"resident_report\" stands in another file already",
        ]
    );
}

/// Bad clocks are read alone, bad playbooks with the shipped clocks.
#[test]
fn each_bad_file_is_refused_for_exactly_what_is_wrong_in_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/playbooks");
    let mut wrong = String::new();
    let mut files = 0;
    for path in toml_files(&folder) {
        files += 1;
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = read(&path);
        let file = File { name, bytes: &bytes };
        let loaded = if name.starts_with("clock_") {
            load(&[file], &[], DayKind::Natural)
        } else {
            load(&self::files(&CLOCKS), &[file], DayKind::Natural)
        };
        let faults = loaded.err().unwrap_or_default();
        let told = faults.iter().fold(String::new(), |told, fault| told + &format!("{fault}\n"));
        let expected = String::from_utf8(read(&path.with_extension("faults"))).unwrap();
        if told.is_empty() || told != expected {
            write!(wrong, "--- {name} is refused for\n{told}--- and not for\n{expected}").unwrap();
        }
    }
    assert!(files > 20, "the bad files are found");
    assert_eq!(wrong, "");
}

#[expect(clippy::disallowed_methods, reason = "a test reads its own cases")]
fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_default()
}

fn toml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    paths
}

fn adopt(catalogue: &mut Catalogue, loaded: &Loaded) -> Result<usize, Vec<String>> {
    let adopted = catalogue
        .adopt(loaded)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    for act in &adopted {
        // What is recorded is text; the county runs by what is read back from it.
        let body = serde_json::to_string(act).unwrap();
        assert!(body.len() < 60_000, "an act fits a line of the ledger");
        catalogue.apply(&serde_json::from_str::<PlaybookAdopted>(&body).unwrap());
    }
    Ok(adopted.len())
}

/// The shipped files with one text changed in the playbook and one in its clock.
fn changed(playbook: (&str, &str), clock: (&str, &str)) -> Loaded {
    let texts =
        (resident().replacen(playbook.0, playbook.1, 1), category().replacen(clock.0, clock.1, 1));
    let (clocks, playbooks) = ([("clock.toml", &*texts.1)], [("playbook.toml", &*texts.0)]);
    load(&files(&clocks), &files(&playbooks), DayKind::Natural).unwrap()
}

const SAME: (&str, &str) = ("", "");
/// One version on, of the playbook and of its clock.
const NEXT: (&str, &str) = ("version = 2", "version = 3");
const NEXT_CLOCK: (&str, &str) = ("version = 1", "version = 2");

#[test]
fn a_matter_keeps_the_playbook_it_was_opened_with() {
    let id = PlaybookId::from("resident_report");
    let mut catalogue = Catalogue::default();
    assert_eq!(adopt(&mut catalogue, &changed(SAME, SAME)), Ok(1));
    let (_, _, old) = catalogue.current(&id).unwrap();
    assert_eq!(adopt(&mut catalogue, &changed(NEXT, SAME)), Ok(1));
    let (playbook, _, new) = catalogue.current(&id).unwrap();
    assert_eq!(playbook.version, 3);
    assert_ne!(old, new);
    assert_eq!(catalogue.by_hash(&old).unwrap().0.version, 2);
}

#[test]
fn the_same_files_again_change_nothing() {
    let mut catalogue = Catalogue::default();
    assert_eq!(adopt(&mut catalogue, &shipped(DayKind::Natural)), Ok(8));
    assert_eq!(adopt(&mut catalogue, &shipped(DayKind::Natural)), Ok(0));
    assert_eq!(adopt(&mut catalogue, &changed(("# docs", "# see docs"), SAME)), Ok(0));
}

#[test]
fn a_known_version_with_other_content_is_refused() {
    let mut catalogue = Catalogue::default();
    adopt(&mut catalogue, &changed(SAME, SAME)).unwrap();
    let short = catalogue.current(&PlaybookId::from("resident_report")).unwrap().2.short();
    let tries = ("tries = 3", "tries = 2");
    let line = |text: &str| text.lines().position(|l| l.starts_with("version = ")).unwrap() + 1;
    let (playbook, clock) = (line(resident()), line(category()));
    assert_eq!(
        adopt(&mut catalogue, &changed(tries, SAME)),
        Err(vec![format!(
            "playbook.toml:{playbook}: playbook \"resident_report\" version 2 was adopted as \
             {short} and has other content; give it a higher version"
        )])
    );
    let by_clock = format!(
        "playbook.toml:{playbook}: playbook \"resident_report\" version 2 was adopted as {short} \
         and runs with another clock \"category\"; give it a higher version"
    );
    assert_eq!(adopt(&mut catalogue, &changed(SAME, NEXT_CLOCK)), Err(vec![by_clock.clone()]));
    assert_eq!(
        adopt(&mut catalogue, &changed(SAME, ("2wh", "3wh"))),
        Err(vec![
            format!(
                "clock.toml:{clock}: clock \"category\" version 1 was adopted with other content; \
                 give it a higher version"
            ),
            by_clock
        ])
    );
    assert_eq!(adopt(&mut catalogue, &changed(NEXT, NEXT_CLOCK)), Ok(1));
}

#[test]
fn an_older_version_is_refused() {
    let mut catalogue = Catalogue::default();
    adopt(&mut catalogue, &changed(SAME, SAME)).unwrap();
    adopt(&mut catalogue, &changed(NEXT, SAME)).unwrap();
    let refused = adopt(&mut catalogue, &changed(SAME, SAME)).unwrap_err();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].ends_with("version 2 is older than version 3, which was adopted"));
}

/// Hashes stand in ledgers: these change only with the files, never with the code.
#[test]
fn the_normal_form_of_a_file_stays_what_it_was() {
    let loaded = shipped(DayKind::Natural);
    let normal = loaded.clocks["13710"].normal_form();
    let head =
        r#"{"id":"13710","name":"13710 工作法","name_en":"The 13710 working method","stages":["#;
    assert!(normal.starts_with(head), "{normal}");
    assert!(normal.contains(
        r#"{"cutoff":"17:00:00","from":"filed","limit":"0d","roll":"none","stage":"deploy"}"#
    ));
    let hashes: BTreeMap<_, _> = (loaded.playbooks.iter())
        .map(|(id, playbook)| (id.as_str(), playbook.hash(&loaded.clocks[&playbook.clock]).short()))
        .collect();
    assert_eq!(
        hashes,
        BTreeMap::from([
            ("county_task", "08018c1be5827e59".to_owned()),
            ("dispute", "d9e5090e74ee841b".to_owned()),
            ("enterprise_need", "b9c60a43e010ed04".to_owned()),
            ("grid_finding", "f85694017a73caaf".to_owned()),
            ("hidden_danger", "332e261e3784ade1".to_owned()),
            ("hotline_order", "542f5078854c6594".to_owned()),
            ("resident_report", "de6349e134deb3b7".to_owned()),
            ("whistle", "df5e4c1dab150f26".to_owned()),
        ])
    );
}

/// Writes a table with its keys, and its lists that have no order, as `dice` throws them.
fn written(table: &Table, dice: &mut impl FnMut(usize) -> usize) -> String {
    let mut values = Vec::new();
    let mut tables = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(below) => tables.push(format!("[{key}]\n{}", written(below, dice))),
            Value::Array(members) => {
                let mut members = members.clone();
                // The first desk that fits is the one; stages and a clock's rows have no order.
                if key == "stages" {
                    shuffle(&mut members, dice);
                }
                let rows: Option<Vec<&Table>> = members.iter().map(Value::as_table).collect();
                if let Some(rows) = rows {
                    let each = rows.iter().map(|row| format!("[[{key}]]\n{}", written(row, dice)));
                    tables.push(each.collect());
                } else {
                    values.push(format!("{key} = {}\n", Value::Array(members)));
                }
            }
            other => values.push(format!("{key} = {other}\n")),
        }
    }
    shuffle(&mut values, dice);
    shuffle(&mut tables, dice);
    let mut text = String::new();
    for part in values.into_iter().chain(tables) {
        text.push_str(["", "\n", "# 说明\n", "  # \"id\" = 1\n\n"][dice(4)]);
        text.push_str(&part);
    }
    text
}

fn shuffle<T>(items: &mut [T], dice: &mut impl FnMut(usize) -> usize) {
    for n in (1..items.len()).rev() {
        items.swap(n, dice(n + 1));
    }
}

fn same_normal_form(throws: &[usize]) -> TestCaseResult {
    let mut throw = throws.iter().cycle();
    let mut dice = |sides: usize| throw.next().map_or(0, |n| n % sides);
    let mut again = |named: &Texts| -> Texts {
        let text = |text: &str, dice: &mut _| written(&text.parse().unwrap(), dice);
        named.iter().map(|(n, kept)| (n.clone(), text(kept, &mut dice))).collect()
    };
    let (clocks, playbooks) = (again(&CLOCKS), again(&PLAYBOOKS));
    let one = shipped(DayKind::Natural);
    let other = load(&files(&clocks), &files(&playbooks), DayKind::Natural).unwrap();
    prop_assert_eq!(&one.clocks, &other.clocks);
    for (id, playbook) in &one.playbooks {
        let clock = &one.clocks[&playbook.clock];
        let form = other.playbooks[id].normal_form(&other.clocks[&playbook.clock]);
        prop_assert_eq!(playbook.normal_form(clock), form);
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_order_of_keys_and_comments_leave_no_trace(
        throws in prop::collection::vec(0..1000_usize, 50..200),
    ) {
        same_normal_form(&throws)?;
    }
}

/// The first column of each table under a heading of docs/playbooks.md, with what follows it.
fn documented() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let mut tables: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut heading = "";
    for line in include_str!("../../../docs/playbooks.md").lines() {
        if let Some(text) = line.strip_prefix("## ") {
            heading = text;
        }
        if let Some(row) = line.strip_prefix("| `") {
            let (key, rest) = row.split_once("` |").unwrap();
            let second = rest.split('|').next().unwrap().trim();
            tables.entry(heading).or_default().push((key, second));
        }
    }
    tables
}

#[test]
fn docs_playbooks_names_every_key_and_every_word() {
    let documented = documented();
    let keys: [(&str, &[Key]); 14] = [
        ("A playbook", playbook::PLAYBOOK),
        ("`[[desk]]`", playbook::DESK),
        ("`[verification]`", playbook::VERIFICATION),
        ("`[ask]`", playbook::ASK),
        ("`[reopening]`", playbook::REOPENING),
        ("`[[release]]`", playbook::RELEASE),
        ("`[on_spot]`", playbook::ON_SPOT),
        ("`[meeting]`", playbook::MEETING),
        ("`[shelving]`", playbook::SHELVING),
        ("`[plan]`", playbook::PLAN),
        ("`[[node]]`", playbook::NODES),
        ("`[outside]`", playbook::OUTSIDE),
        ("A clock", playbook::CLOCK),
        ("`[[stages]]` of a clock", playbook::STAGES),
    ];
    for (heading, keys) in keys {
        let keys: Vec<_> =
            keys.iter().map(|k| (k.name, if k.needed { "yes" } else { "" })).collect();
        assert_eq!(documented[heading], keys, "{heading}");
    }
    for (stage, from) in &documented["Stages"] {
        let may = stage.parse::<Stage>().unwrap().counts_from();
        let may: Vec<_> = may.iter().map(|event| names_of::<Event>()[*event as usize]).collect();
        assert_eq!(*from, may.join(", "), "{stage}");
    }
    let words: [(&str, &[&str]); 6] = [
        ("Stages", &Stage::ALL.map(Stage::name)),
        ("Drafts", names_of::<DraftKind>()),
        ("Events", names_of::<Event>()),
        ("Conditions of a desk", names_of::<DeskWhen>()),
        ("Settlement kinds", names_of::<SettlementKind>()),
        ("Roles", names_of::<Role>()),
    ];
    for (heading, words) in words {
        let told: Vec<_> = documented[heading].iter().map(|(word, _)| *word).collect();
        assert_eq!(told, words, "{heading}");
    }
}
