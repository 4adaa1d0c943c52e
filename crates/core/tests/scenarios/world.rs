//! 商城县 from its shipped files, with everybody in the own post.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::civil::Date;
use serde_json::json;
use uuid::Uuid;
use zongheng_core::calendar::{Calendar, DayKind, Row};
use zongheng_core::county::{CalendarAdopted, County};
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::organisation::files::{self, Files, Keys, Source};
use zongheng_core::organisation::{Appointment, Organisation, Organised, check, chunk};
use zongheng_core::playbook::{self, File, Ground};
use zongheng_core::powers;

macro_rules! source {
    ($name:literal) => {
        Source { name: $name, text: include_str!(concat!("../../../../counties/411524/", $name)) }
    };
}

/// The county before anybody is in a post.
pub(crate) struct World {
    county: County,
    pub(crate) keys: Keys,
    from: Date,
}

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::shangcheng);

/// Somebody who is in a post not as everybody is: the post's key, who, and how.
#[derive(Debug, Clone)]
pub(crate) struct Holds {
    pub(crate) post: String,
    /// The key of the post that this person has otherwise.
    pub(crate) person: String,
    pub(crate) holding: &'static str,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
}

/// A post that nobody holds between two days, the second not included.
#[derive(Debug, Clone)]
pub(crate) struct Vacant {
    pub(crate) post: String,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
}

/// The person of a post. The same name gives the same person everywhere.
pub(crate) fn person(key: &str) -> UserId {
    UserId(Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes()))
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::disallowed_methods, reason = "a test reads its own cases")]
pub(crate) fn text_of(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// The files of a folder, in order of their names.
pub(crate) fn folder(path: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(path).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn calendar() -> Vec<Row> {
    let mut reader =
        csv::Reader::from_reader(&include_bytes!("../../../../programmes/calendar/days.csv")[..]);
    let row = |record: &csv::StringRecord| Row {
        date: record[0].parse().unwrap(),
        working: &record[1] == "1",
        name: record[2].to_owned(),
    };
    reader.records().map(|record| row(&record.unwrap())).collect()
}

impl World {
    fn shangcheng() -> Self {
        let files = files::read(&Files {
            divisions: source!("divisions.csv"),
            names_en: source!("names_en.csv"),
            boundary: source!("boundary.geojson"),
            townships: source!("townships_approx.geojson"),
            units: source!("units.toml"),
            posts: source!("posts.toml"),
            grids: source!("grids.geojson"),
        })
        .unwrap();
        let organised = check(&Organisation::default(), &files.proposed).unwrap().organised;
        let mut county = County::empty(files.code.clone());
        for part in organised.whole().chunks(chunk::BODY) {
            take_in(&mut county, "organised", &part);
        }
        let list = powers::read(source!("powers.toml"), &files.keys, &county.organisation).unwrap();
        for part in list.chunks(chunk::BODY) {
            take_in(&mut county, "powers_adopted", &part);
        }
        let rows = calendar();
        for year in 2020..=2026 {
            let rows = rows.iter().filter(|r| r.date.year() == year).cloned().collect();
            take_in(&mut county, "calendar_adopted", &CalendarAdopted { year, rows });
        }
        adopt_playbooks(&mut county, &Calendar::from_rows(rows).unwrap());
        Self { county, keys: files.keys, from: files.from }
    }

    /// The county with everybody in the own post but where a scenario says otherwise.
    pub(crate) fn staffed(&self, holds: &[Holds], vacant: &[Vacant]) -> County {
        let mut county = self.county.clone();
        let mut appointments = Vec::new();
        for (key, post) in &self.keys.posts {
            let mut from = Some(self.from);
            for gap in vacant.iter().filter(|v| v.post == *key) {
                let start = from.unwrap_or(self.from);
                appointments.push(appointed(*post, key, "holder", start, Some(gap.from)));
                from = gap.to;
            }
            let from = from.filter(|_| !vacant.iter().any(|v| v.post == *key && v.to.is_none()));
            appointments.extend(from.map(|from| appointed(*post, key, "holder", from, None)));
        }
        for h in holds {
            let post = self.keys.posts[&h.post];
            appointments.push(appointed(post, &h.person, h.holding, h.from, h.to));
        }
        let organised = Organised { appointments, ..Organised::default() };
        for part in organised.whole().chunks(chunk::BODY) {
            take_in(&mut county, "organised", &part);
        }
        county
    }

    pub(crate) const fn calendar(&self) -> &Calendar {
        &self.county.calendar
    }
}

fn appointed(post: PostId, who: &str, how: &str, from: Date, to: Option<Date>) -> Appointment {
    let user = person(who);
    let record = json!({ "post": post, "user": user, "holding": how, "from": from, "to": to });
    serde_json::from_value(record).unwrap()
}

fn take_in<T: serde::Serialize>(county: &mut County, kind: &str, body: &T) {
    let text = serde_json_canonicalizer::to_string(body).unwrap();
    county.take_in(kind, 1, &serde_json::from_str(&text).unwrap()).unwrap();
}

/// Every clock and playbook of the folders, as `init` takes them.
fn adopt_playbooks(county: &mut County, calendar: &Calendar) {
    let programmes = root().join("programmes");
    let clocks: Vec<(String, String)> =
        folder(&programmes.join("clocks")).iter().map(|path| named(path)).collect();
    let kinds = folder(&programmes).into_iter().map(|path| path.join("playbook.toml"));
    let playbooks: Vec<(String, String)> =
        kinds.filter(|path| path.is_file()).map(|path| named(&path)).collect();
    let ground = Ground { days: DayKind::Natural, categories: &county.powers.categories, calendar };
    let loaded = playbook::load(&all(&clocks), &all(&playbooks), &ground).unwrap();
    for adopted in county.catalogue.adopt(&loaded).unwrap() {
        take_in(county, "playbook_adopted", &adopted);
    }
}

fn named(path: &Path) -> (String, String) {
    (path.display().to_string(), text_of(path).unwrap())
}

fn all(texts: &[(String, String)]) -> Vec<File<'_>> {
    texts.iter().map(|(name, text)| File { name, bytes: text.as_bytes() }).collect()
}
