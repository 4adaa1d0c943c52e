//! Changes of the organisation that come as files: read, checked as a whole against the county as it stands,
//! told in plain words, and only then recorded. The command, the API and the page enter here alike. A further
//! sort of file is one more module here and one more entry of [`Sort`].

mod appointments;
mod calendar;
mod powers;
mod reorganisation;
mod roster;
mod sheet;
pub mod tables;
mod template;

pub use reorganisation::planned;
pub use sheet::{NotSigned, sheet_of, sign};

use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, UnitId, UserId};
use zongheng_core::ledger::{Act, By, Stream};
use zongheng_core::matter::Actor;
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{self, Fault, Organised, Proposed, backdated, chunk};
use zongheng_core::ruling::{ChangeOf, may_change};
use zongheng_core::time::At;
use zongheng_store::ledger::Entry;
use zongheng_store::{Account, Config, Keyed, Refused, Result, Stands, Store, StoreError};

/// What a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Who holds the posts of some units from a day on, as after an election.
    Roster,
    /// One dated decision on units, posts, grids and rows of the list of powers.
    Reorganisation,
    /// Single holders, deputies and second posts.
    Appointments,
    /// What is new in the list of powers and the lists beside it, and what ends.
    Powers,
    /// The days of a year, as its notice has them.
    Calendar,
}

impl Sort {
    pub const ALL: [Sort; 5] =
        [Sort::Roster, Sort::Reorganisation, Sort::Appointments, Sort::Powers, Sort::Calendar];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Reorganisation => "reorganisation",
            Self::Appointments => "appointments",
            Self::Powers => "powers",
            Self::Calendar => "calendar",
        }
    }

    /// What a file of the sort changes, and with it whose it is to record.
    pub const fn about(self) -> ChangeOf {
        match self {
            Self::Roster | Self::Appointments => ChangeOf::Posts,
            Self::Reorganisation | Self::Powers | Self::Calendar => ChangeOf::Structure,
        }
    }

    /// The sorts that are the actor's to record.
    pub fn of(actor: &Actor) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|sort| may_change(actor, sort.about()))
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}

/// A file without faults, and what it would change.
#[derive(Debug)]
pub struct Checked {
    /// The county against which it was checked; recorded only while this stands.
    pub county: Arc<County>,
    /// Each difference in Chinese and in English.
    pub lines: Vec<(String, String)>,
    /// What is not right but hinders nothing.
    pub warnings: Vec<Fault>,
    /// Open matters that go on with other units from that day on, to be handed on then.
    pub moving: Option<(Date, u64)>,
    stream: &'static str,
    kind: &'static str,
    bodies: Vec<Value>,
    configs: Vec<Config>,
}

/// Why a file cannot be checked, or holds no change that may be recorded.
#[derive(Debug)]
pub enum Unchecked {
    /// Everything that is wrong with it, in order of its lines.
    Faults(Vec<Fault>),
    Store(StoreError),
}

impl From<StoreError> for Unchecked {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Vec<Fault>> for Unchecked {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

/// Reads and checks a file against the county as it stands.
///
/// # Errors
/// All faults of the file at once, or the database.
pub async fn check(
    store: &Store,
    code: &DivisionCode,
    sort: Sort,
    source: Source<'_>,
    now: At,
) -> std::result::Result<Checked, Unchecked> {
    let county = store.county(code).await?;
    match sort {
        Sort::Roster => roster::check(store, county, source).await,
        Sort::Reorganisation => reorganisation::check(store, county, source).await,
        Sort::Appointments => appointments::check(store, county, source).await,
        Sort::Powers => powers::check(store, county, source).await,
        Sort::Calendar => calendar::check(store, county, source, now).await,
    }
}

impl Checked {
    /// Whether all of it stands already.
    pub const fn changes_nothing(&self) -> bool {
        self.bodies.is_empty()
    }

    /// Records it in the name of `by`, once under its key.
    ///
    /// # Errors
    /// [`StoreError::Moved`] where the county's configuration moved since it was checked; a key that
    /// belongs to something else; the database.
    pub async fn record(
        &self,
        store: &Store,
        keyed: Keyed<'_>,
        by: &By,
        now: At,
    ) -> std::result::Result<Stands, Refused> {
        let entries = entries((self.stream, self.kind), &self.bodies, by, keyed.key);
        store.decide_upon(&self.county, keyed, now, entries, &self.configs).await
    }

    /// Records it for the operator at the machine, who has no keys that are remembered.
    ///
    /// # Errors
    /// As [`Checked::record`].
    pub async fn record_by_hand(&self, store: &Store, key: &str, now: At) -> Result<Vec<Act>> {
        let entries = entries((self.stream, self.kind), &self.bodies, &By::system(), key);
        store.append_upon(&self.county, now, entries, &self.configs).await
    }
}

/// Who is to be in which post, checked beside what stands: on no day that is past, and as any organisation
/// must be.
async fn checked_posts(
    store: &Store,
    county: Arc<County>,
    proposed: &Proposed,
    lines: impl FnOnce(&Organised) -> Vec<(String, String)>,
) -> std::result::Result<Checked, Unchecked> {
    let recorded = store.head(&county.code).await?.last_at().date();
    let past = backdated(proposed, &county.organisation, recorded);
    if !past.is_empty() {
        return Err(past.into());
    }
    Ok(checked(county, proposed, lines)?)
}

/// Records as any organisation must be, beside what stands.
fn checked(
    county: Arc<County>,
    proposed: &Proposed,
    lines: impl FnOnce(&Organised) -> Vec<(String, String)>,
) -> std::result::Result<Checked, Vec<Fault>> {
    let found = organisation::check(&county.organisation, proposed)?;
    let organised = found.organised;
    let parts = if organised.is_empty() { Vec::new() } else { organised.chunks(chunk::BODY) };
    Ok(Checked {
        lines: lines(&organised),
        warnings: found.warnings,
        moving: None,
        stream: "org",
        kind: "organised",
        bodies: bodies(&parts),
        configs: Vec::new(),
        county,
    })
}

/// Acts of one stream and kind, one a body.
pub fn entries((stream, kind): (&str, &str), bodies: &[Value], by: &By, key: &str) -> Vec<Entry> {
    let entry = |body: &Value| Entry {
        stream: Stream::from(stream),
        kind: kind.to_owned(),
        v: 1,
        by: by.clone(),
        key: key.to_owned(),
        body: body.clone(),
        contents: Vec::new(),
    };
    bodies.iter().map(entry).collect()
}

/// Structs of texts, numbers and dates, which always have a JSON form.
pub fn bodies(all: &[impl Serialize]) -> Vec<Value> {
    all.iter().map(|body| serde_json::to_value(body).unwrap_or_default()).collect()
}

/// The account of a login.
fn by_login(accounts: &[Account]) -> impl Fn(&str) -> Option<UserId> {
    move |login| accounts.iter().find(|account| account.login == login).map(|account| account.id)
}

/// The login of an account; what is gone from the register keeps its id.
pub fn login_of(accounts: &[Account], id: UserId) -> String {
    let known = accounts.iter().find(|account| account.id == id);
    known.map_or_else(|| id.to_string(), |account| account.login.clone())
}

/// A closed unit that still has open matters, with the unit that goes on with its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    pub unit: UnitId,
    pub heir: UnitId,
    pub open: u64,
}

/// What closed units still have on `today`, to be handed on to their successors.
///
/// # Errors
/// Of the database.
pub async fn left_behind(store: &Store, county: &County, today: Date) -> Result<Vec<Left>> {
    let organisation = &county.organisation;
    let heir = |unit: UnitId| {
        let closed = organisation.units.get(&unit)?.to.is_some_and(|to| to <= today);
        organisation.successor_of(unit, today).filter(|_| closed)
    };
    if organisation.units.keys().all(|unit| heir(*unit).is_none()) {
        return Ok(Vec::new());
    }
    let open = store.open_matters(&county.code).await?;
    let left = open.into_iter();
    Ok(left.filter_map(|(unit, open)| Some(Left { unit, heir: heir(unit)?, open })).collect())
}
