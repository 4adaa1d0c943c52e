//! 商城县 from its shipped files, folded as a ledger would fold it, with somebody in every post.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use uuid::Uuid;
use zongheng_core::calendar::{Calendar, DayKind, Row};
use zongheng_core::county::{CalendarAdopted, County};
use zongheng_core::ids::{DivisionCode, PostId, UnitId, UserId};
use zongheng_core::matter::Actor;
use zongheng_core::organisation::files::{self, Files, Keys, Source};
use zongheng_core::organisation::{Appointment, Holding, Organisation, check, chunk};
use zongheng_core::playbook::{self, File, Ground};
use zongheng_core::powers;
use zongheng_core::time::At;

macro_rules! source {
    ($name:literal) => {
        Source { name: $name, text: include_str!(concat!("../../../../counties/411524/", $name)) }
    };
}

// Actors are posts, by the keys of the county's files.
pub(crate) const CENTRE: &str = "command_centre/command";
pub(crate) const CLOSING: &str = "command_centre/closing";
pub(crate) const VERIFICATION: &str = "command_centre/verification";
pub(crate) const CALL_BACK: &str = "command_centre/call_back";
pub(crate) const SUPERVISION_HEAD: &str = "supervision_office/head";
pub(crate) const SUPERVISION_DEPUTY: &str = "supervision_office/deputy";
pub(crate) const SUPERVISION_CLERK: &str = "supervision_office/clerk";
pub(crate) const SUPERVISION_OFFICER: &str = "supervision_office/officer";
pub(crate) const LEADER: &str = "county/leader";
pub(crate) const TRANSPORT: &str = "county_transport/head";
pub(crate) const TRANSPORT_STAFF: &str = "county_transport/staff";
pub(crate) const HIGHWAY: &str = "highway/head";
pub(crate) const HOUSING: &str = "county_housing/head";
pub(crate) const HOUSING_STAFF: &str = "county_housing/staff";
/// 鄢岗镇, in which 曹寨村 lies.
pub(crate) const HALL: &str = "411524102000/hall";
pub(crate) const DEPUTY: &str = "411524102000/deputy";
pub(crate) const OTHER_HALL: &str = "411524101000/hall";
pub(crate) const OTHER_DEPUTY: &str = "411524101000/deputy";
pub(crate) const VILLAGE: &str = "411524102202/committee";
pub(crate) const OTHER_VILLAGE: &str = "411524102201/committee";
pub(crate) const GRID_CHIEF: &str = "411524102202001/chief";
pub(crate) const GRID_MEMBER: &str = "411524102202001/member";
pub(crate) const TRANSPORT_INSPECTOR: &str = "county_transport/inspector";
pub(crate) const HOUSING_INSPECTOR: &str = "county_housing/inspector";
pub(crate) const EMERGENCY: &str = "emergency/head";
pub(crate) const EMERGENCY_DESK: &str = "emergency/duty";
pub(crate) const EMERGENCY_INSPECTOR: &str = "emergency/inspector";
pub(crate) const ENTERPRISE_DESK: &str = "enterprise_office/desk";
pub(crate) const SERVICE_OFFICER: &str = "enterprise_office/officer";
pub(crate) const JUSTICE_OFFICE: &str = "justice/offices";
pub(crate) const GOVERNANCE: &str = "411524102000/governance";
pub(crate) const GOVERNANCE_HEAD: &str = "411524102000/governance_head";
pub(crate) const SYSTEM_ADMIN: &str = "government_office/system_admin";

pub(crate) const PLACE: &str = "411524102202";
pub(crate) const TOWNSHIP: &str = "411524102000";

pub(crate) struct World {
    pub(crate) county: County,
    keys: Keys,
}

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::shangcheng);

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

/// The person in a post. The same name gives the same person everywhere.
pub(crate) fn person(key: &str) -> UserId {
    UserId(Uuid::new_v5(&Uuid::NAMESPACE_OID, key.as_bytes()))
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
        let mut organised = check(&Organisation::default(), &files.proposed).unwrap().organised;
        let appointed = |(key, post): (&String, &PostId), holder: &str, holding| Appointment {
            post: *post,
            user: person(if holder.is_empty() { key } else { holder }),
            holding,
            from: files.from,
            to: None,
            own: None,
        };
        let posts = &files.keys.posts;
        organised.appointments =
            posts.iter().map(|entry| appointed(entry, "", Holding::Holder)).collect();
        // One person in two posts: separation looks at the person, not at the post.
        for (post, holder) in [
            (VERIFICATION, TRANSPORT_STAFF),
            (CLOSING, HOUSING_STAFF),
            (CENTRE, TRANSPORT_STAFF),
            (SUPERVISION_OFFICER, HOUSING_STAFF),
            (TRANSPORT_INSPECTOR, TRANSPORT_STAFF),
        ] {
            let entry = posts.get_key_value(post).unwrap();
            organised.appointments.push(appointed(entry, holder, Holding::Second));
        }
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
        Self { county, keys: files.keys }
    }

    pub(crate) fn unit(&self, key: &str) -> UnitId {
        self.keys.units[key]
    }

    pub(crate) fn post(&self, key: &str) -> PostId {
        self.keys.posts[key]
    }

    /// The key of a post.
    pub(crate) fn key_of(&self, post: PostId) -> String {
        self.keys.posts.iter().find(|(_, id)| **id == post).unwrap().0.clone()
    }

    /// The keys of a unit's own posts.
    pub(crate) fn posts_of(&self, unit: &str) -> Vec<String> {
        let own = |key: &&String| key.rsplit_once('/').is_some_and(|(of, _)| of == unit);
        self.keys.posts.keys().filter(own).cloned().collect()
    }

    /// The holder of a post.
    pub(crate) fn actor(&self, key: &str, now: At) -> Actor {
        self.county.actor(person(key), self.post(key), now).unwrap()
    }

    /// Somebody else in the post: a deputy or second.
    pub(crate) fn stand_in(&self, holder: &str, key: &str, now: At) -> Actor {
        self.county.actor(person(holder), self.post(key), now).unwrap()
    }
}

fn take_in<T: serde::Serialize>(county: &mut County, kind: &str, body: &T) {
    let text = serde_json_canonicalizer::to_string(body).unwrap();
    county.take_in(kind, 1, &serde_json::from_str(&text).unwrap()).unwrap();
}

const PROGRAMMES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../programmes");

/// What lies in a folder of the programmes, in the order of the names.
fn folder(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn clock_paths() -> Vec<PathBuf> {
    let files = folder(&Path::new(PROGRAMMES).join("clocks"));
    files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")).collect()
}

fn playbook_paths() -> Vec<PathBuf> {
    let folders = folder(Path::new(PROGRAMMES)).into_iter();
    folders.map(|path| path.join("playbook.toml")).filter(|path| path.exists()).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the programmes are files; the ban is the core's own"
)]
fn programmes(paths: &[PathBuf]) -> Vec<(String, Vec<u8>)> {
    let name = |path: &Path| path.strip_prefix(PROGRAMMES).unwrap().display().to_string();
    paths.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

fn files_of(named: &[(String, Vec<u8>)]) -> Vec<File<'_>> {
    named.iter().map(|(name, bytes)| File { name, bytes }).collect()
}

fn adopt_playbooks(county: &mut County, calendar: &Calendar) {
    let clocks = programmes(&clock_paths());
    let playbooks = programmes(&playbook_paths());
    let clocks = files_of(&clocks);
    let playbooks = files_of(&playbooks);
    let ground = Ground { days: DayKind::Natural, categories: &county.powers.categories, calendar };
    let loaded = playbook::load(&clocks, &playbooks, &ground).unwrap();
    for adopted in county.catalogue.adopt(&loaded).unwrap() {
        take_in(county, "playbook_adopted", &adopted);
    }
}

pub(crate) fn division(code: &str) -> DivisionCode {
    DivisionCode::from(code)
}
