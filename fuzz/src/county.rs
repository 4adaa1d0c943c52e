//! The files by which a county is configured.

use std::sync::LazyLock;

use zongheng_core::calendar::{Calendar, DayKind};
use zongheng_core::clock::{self, Asked, Limit, Pause};
use zongheng_core::ids::UserId;
use zongheng_core::organisation::files::{self, Files, Source};
use zongheng_core::organisation::{AskedGrid, Entry, Organisation, Origin, Roster, check, survey};
use zongheng_core::playbook::{self, File, Ground};
use zongheng_core::powers::{self, Powers};
use zongheng_core::reorganisation;
use zongheng_core::time::At;

use zongheng_core::county::County;

macro_rules! source {
    ($name:literal) => {
        Source { name: $name, text: include_str!(concat!("../../counties/411524/", $name)) }
    };
}

const FILES: Files<'static> = Files {
    divisions: source!("divisions.csv"),
    names_en: source!("names_en.csv"),
    boundary: source!("boundary.geojson"),
    townships: source!("townships_approx.geojson"),
    units: source!("units.toml"),
    posts: source!("posts.toml"),
    grids: source!("grids.geojson"),
};

/// The county as its files make it, with its units, grids, posts and powers.
struct Standing {
    files: files::County,
    county: County,
}

static STANDING: LazyLock<Standing> = LazyLock::new(|| {
    let files = told(files::read(&FILES));
    let checked = told(check(&Organisation::default(), &files.proposed));
    let mut county = County::empty(files.code.clone());
    county.organisation.apply(&checked.organised);
    let list = told(powers::read(source!("powers.toml"), &files.keys, &county.organisation));
    county.powers.apply(&list);
    Standing { files, county }
});

/// The shipped files have no fault; what a fault says is looked at, so that making its words is hunted too.
fn told<T, F: std::fmt::Debug>(read: Result<T, Vec<F>>) -> T {
    read.unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn said<T, F: std::fmt::Display>(read: Result<T, Vec<F>>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(faults) => {
            assert!(!faults.is_empty() && faults.iter().all(|f| !f.to_string().is_empty()));
            None
        }
    }
}

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| told(Calendar::from_csv(include_str!("../../programmes/calendar/days.csv"))));

pub(crate) fn calendar(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        said(Calendar::from_csv(text));
    }
}

/// The input is a playbook first, then a clock.
pub(crate) fn playbook(bytes: &[u8]) {
    let powers: &Powers = &STANDING.county.powers;
    let ground =
        Ground { days: DayKind::Natural, categories: &powers.categories, calendar: &CALENDAR };
    let file = [File { name: "fuzzed.toml", bytes }];
    if let Some(loaded) = said(playbook::load(&[], &file, &ground)) {
        said(playbook::Catalogue::default().adopt(&loaded));
    }
    said(playbook::load(&file, &[], &ground));
}

fn text(bytes: &[u8]) -> Option<Source<'_>> {
    std::str::from_utf8(bytes).ok().map(|text| Source { name: "fuzzed", text })
}

pub(crate) fn powers_list(bytes: &[u8]) {
    let Standing { files, county } = &*STANDING;
    if let Some(source) = text(bytes) {
        said(powers::read(source, &files.keys, &county.organisation));
    }
}

/// Units and then posts.
pub(crate) fn units(bytes: &[u8]) {
    let Some(source) = text(bytes) else { return };
    for files in [Files { units: source, ..FILES }, Files { posts: source, ..FILES }] {
        if let Some(county) = said(files::read(&files)) {
            said(check(&Organisation::default(), &county.proposed));
        }
    }
}

/// Shapes of grids, then of townships; and a drawing of grids that is handed in, held against the ground.
pub(crate) fn grids(bytes: &[u8]) {
    let Some(source) = text(bytes) else { return };
    match files::drawing(source) {
        Ok(drawing) => surveyed(drawing.features.into_iter().map(|entry| entry.value.ring)),
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
    for files in [Files { grids: source, ..FILES }, Files { townships: source, ..FILES }] {
        if let Some(county) = said(files::read(&files)) {
            said(check(&Organisation::default(), &county.proposed));
        }
    }
}

/// A border that stands in a cell of a table.
pub(crate) fn ring(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match files::ring_of_words(text) {
        Ok(ring) => surveyed([ring]),
        Err(what) => assert!(!what.is_empty()),
    }
}

/// Rings as grids of one village: whatever is drawn, the survey comes to its end and says what is wrong.
fn surveyed(rings: impl IntoIterator<Item = Vec<[i64; 2]>>) {
    let Standing { files, county } = &*STANDING;
    let from = jiff::civil::date(2026, 7, 1);
    let asked: Vec<Entry<AskedGrid>> = rings
        .into_iter()
        .zip(1..)
        .map(|(ring, row)| {
            let (code, name) = (format!("411524102202{row:03}"), "第一网格".to_owned());
            let division = "411524102202".into();
            let origin = Origin { file: "fuzzed".to_owned(), row };
            Entry { origin, value: AskedGrid { code, name, division, ring, demo: false, from } }
        })
        .collect();
    let organisation = &county.organisation;
    let drawn = asked.iter().map(|entry| (&entry.value.division, entry.value.ring.as_slice()));
    survey::likely_datum(organisation, drawn);
    let set = organisation.drawn(&files.code, &asked);
    for flaw in survey::survey(organisation, &set.proposed, from).flaws {
        assert!(!flaw.fault.to_string().is_empty());
    }
}

pub(crate) fn reorganisation(bytes: &[u8]) {
    let Some(source) = text(bytes) else { return };
    said(reorganisation::read(source, &STANDING.county));
}

pub(crate) fn roster(bytes: &[u8]) {
    let Some(source) = text(bytes) else { return };
    let Standing { files, county } = &*STANDING;
    let account = |login: &str| (login.len() < 8).then(|| UserId(uuid::Uuid::nil()));
    said(Roster::read(source, &files.code, &county.organisation, &account));
}

/// Words of `clock due`: a time, a limit, pauses; a due that comes out is not before its start, and its reasons can be
/// told in both languages.
pub(crate) fn clock_words(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut words = text.split_whitespace();
    let Some(Ok(at)) = words.next().map(str::parse::<At>) else { return };
    assert_eq!(at.to_string().parse::<At>(), Ok(at));
    let Some(Ok(limit)) = words.next().map(str::parse::<Limit>) else { return };
    assert_eq!(limit.to_string().parse::<Limit>().as_ref(), Ok(&limit));
    let pauses: Vec<Pause> = words.map_while(|word| word.parse().ok()).take(16).collect();
    let asked = Asked { pauses: &pauses, ..Asked::new(at, limit) };
    if let Ok(due) = clock::due(&CALENDAR, &asked) {
        assert!(due.due >= due.start, "{text}: {due:?}");
        for reason in &due.because {
            assert!(!clock::words::zh(reason, 2026).is_empty());
            assert!(!clock::words::en(reason, 2026).is_empty());
        }
    }
}
