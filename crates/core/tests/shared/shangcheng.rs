//! 商城县 from its shipped files: the acts with which its ledger begins, one county for the tests of
//! every crate.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use uuid::Uuid;
use zongheng_core::calendar::{Calendar, DayKind, Row};
use zongheng_core::county::{CalendarAdopted, County, configures};
use zongheng_core::ids::UserId;
use zongheng_core::organisation::files::{self, Files, Source};
use zongheng_core::organisation::{
    Appointment, Entry, Fault, Holding, Organisation, Organised, Origin, Proposed, check, chunk,
};
use zongheng_core::playbook::{self, File, Ground};
use zongheng_core::powers;

macro_rules! source {
    ($name:literal) => {
        Source { name: $name, text: include_str!(concat!("../../../../counties/411524/", $name)) }
    };
}

pub(crate) const POWERS: Source<'static> = source!("powers.toml");

/// What the files say, before it is checked.
pub(crate) static FILES: LazyLock<files::County> = LazyLock::new(|| {
    files::read(&Files {
        divisions: source!("divisions.csv"),
        names_en: source!("names_en.csv"),
        boundary: source!("boundary.geojson"),
        townships: source!("townships_approx.geojson"),
        units: source!("units.toml"),
        posts: source!("posts.toml"),
        grids: source!("grids.geojson"),
    })
    .unwrap_or_else(|faults| panic!("{faults:#?}"))
});

/// An act of a stream that configures.
#[derive(Clone)]
pub(crate) struct Act {
    pub(crate) stream: String,
    pub(crate) kind: &'static str,
    pub(crate) body: Value,
}

/// The acts that make the county what it is, with nobody in any post.
pub(crate) static BEGINNING: LazyLock<Vec<Act>> = LazyLock::new(beginning);

/// The county that they make.
pub(crate) static COUNTY: LazyLock<County> = LazyLock::new(|| folded(&BEGINNING));

/// The county that such acts make, read again as a ledger does.
pub(crate) fn folded(acts: &[Act]) -> County {
    let mut county = County::empty(FILES.code.clone());
    take_in(&mut county, acts);
    county
}

/// The person in a post. The same name gives the same person everywhere.
pub(crate) fn person(key: &str) -> UserId {
    UserId(Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes()))
}

/// The person of a post holds it from the first day of the register on.
pub(crate) fn holder(key: &str) -> Appointment {
    Appointment {
        post: FILES.keys.posts[key],
        user: person(key),
        holding: Holding::Holder,
        from: FILES.from,
        to: None,
        own: None,
    }
}

/// The same for acts that come later.
pub(crate) fn take_in(county: &mut County, acts: &[Act]) {
    for act in acts {
        assert!(configures(&act.stream), "{} configures nothing", act.stream);
        county.take_in(act.kind, 1, &act.body).unwrap();
    }
}

/// The acts that bring people into posts, checked beside what stands.
///
/// # Errors
/// What `check` says against them.
pub(crate) fn appointed(
    standing: &Organisation,
    appointments: Vec<Appointment>,
) -> Result<Vec<Act>, Vec<Fault>> {
    let origin = Origin { file: "people".to_owned(), row: 0 };
    let entry = |value| Entry { origin: origin.clone(), value };
    let appointments = appointments.into_iter().map(entry).collect();
    let proposed = Proposed { appointments, ..Proposed::default() };
    Ok(organised(&check(standing, &proposed)?.organised))
}

fn organised(whole: &Organised) -> Vec<Act> {
    whole.chunks(chunk::BODY).iter().map(|part| act("org", "organised", part)).collect()
}

fn act<T: serde::Serialize>(stream: &str, kind: &'static str, body: &T) -> Act {
    Act { stream: stream.to_owned(), kind, body: serde_json::to_value(body).unwrap() }
}

fn beginning() -> Vec<Act> {
    let checked = check(&Organisation::default(), &FILES.proposed);
    let whole = checked.unwrap_or_else(|faults| panic!("{faults:#?}")).organised;
    let mut organisation = Organisation::default();
    organisation.apply(&whole);
    let list = powers::read(POWERS, &FILES.keys, &organisation);
    let list = list.unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut powers = powers::Powers::default();
    powers.apply(&list);

    let rows = days();
    let calendar = Calendar::from_rows(rows.iter().cloned()).unwrap();
    let (clocks, playbooks) = (programmes("clocks", ""), programmes("", "playbook.toml"));
    let ground =
        Ground { days: DayKind::Natural, categories: &powers.categories, calendar: &calendar };
    let loaded = playbook::load(&all(&clocks), &all(&playbooks), &ground).unwrap();

    let mut acts = organised(&whole);
    acts.extend(list.chunks(chunk::BODY).iter().map(|part| act("powers", "powers_adopted", part)));
    for year in rows.iter().map(|row| row.date.year()).collect::<BTreeSet<_>>() {
        let rows = rows.iter().filter(|row| row.date.year() == year).cloned().collect();
        acts.push(act("calendar", "calendar_adopted", &CalendarAdopted { year, rows }));
    }
    for adopted in playbook::Catalogue::default().adopt(&loaded).unwrap() {
        acts.push(act(&format!("playbook:{}", adopted.id), "playbook_adopted", &adopted));
    }
    acts
}

fn days() -> Vec<Row> {
    let text = include_str!("../../../../programmes/calendar/days.csv");
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        Row { date: cells[0].parse().unwrap(), working: cells[1] == "1", name: cells[2].to_owned() }
    });
    rows.collect()
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What lies in a folder, in order of the names.
pub(crate) fn folder(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The text of a file, if it is there.
pub(crate) fn text_of(path: &Path) -> Option<String> {
    let mut text = String::new();
    OpenOptions::new().read(true).open(path).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

/// The TOML files of a folder of the programmes, or the one of this name in each of its folders: a new
/// programme needs no word here.
fn programmes(under: &str, name: &str) -> Vec<(String, String)> {
    let paths = folder(&root().join("programmes").join(under)).into_iter();
    let paths = paths.map(|path| if name.is_empty() { path } else { path.join(name) });
    let files =
        paths.filter(|path| path.is_file() && path.extension().is_some_and(|e| e == "toml"));
    files.map(|path| (path.display().to_string(), text_of(&path).unwrap())).collect()
}

fn all(texts: &[(String, String)]) -> Vec<File<'_>> {
    texts.iter().map(|(name, text)| File { name, bytes: text.as_bytes() }).collect()
}
