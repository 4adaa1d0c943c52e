//! Tables of the organisation as counties keep them: grids, people, powers, units. Each row becomes the record that
//! a plan, a roster or a list would make of it, and goes through the same check; a fault comes back to the cell from
//! which it came. One bad cell, and nothing of the table is recorded.

mod grids;
mod listed;
mod named;
mod people;
mod picture;
mod powers;
mod units;

pub use listed::BadCell;

use std::path::Path;

use jiff::civil::Date;
use zongheng_core::ids::{DivisionCode, UserId};
use zongheng_core::matter::Actor;
use zongheng_core::organisation::Datum;
use zongheng_core::paper::number_fault;
use zongheng_core::ruling::{ChangeOf, may_change};
use zongheng_core::time::At;
use zongheng_store::{NewAccount, Store, StoreError};

use super::Checked;

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Grids,
    People,
    Powers,
    Units,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Grids, Self::People, Self::Powers, Self::Units];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Grids => "grids",
            Self::People => "people",
            Self::Powers => "powers",
            Self::Units => "units",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a table of the kind changes, and with it whose it is to record.
    pub const fn about(self) -> ChangeOf {
        match self {
            Self::People => ChangeOf::Posts,
            Self::Grids | Self::Powers | Self::Units => ChangeOf::Structure,
        }
    }

    /// The kinds that are the actor's to record.
    pub fn of(actor: &Actor) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| may_change(actor, kind.about()))
    }
}

/// A table and what is said beside it.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub path: &'a Path,
    pub sheet: Option<&'a str>,
    /// The number of the paper by which it is decided.
    pub paper: Option<&'a str>,
    /// The day from which a row holds that names none.
    pub on: Date,
    pub now: At,
    /// In which datum the coordinates are; none where nobody says it.
    pub datum: Option<Datum>,
    /// Whether a picture is asked for.
    pub picture: bool,
}

/// The rows of a table, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub rows: usize,
    pub new: usize,
    pub changed: usize,
    /// That stand just so already.
    pub same: usize,
}

/// A table without a bad cell.
#[derive(Debug)]
pub struct Taken {
    pub checked: Checked,
    pub count: Count,
    /// What is told and hinders nothing, by its place in the table.
    pub notes: Vec<BadCell>,
    /// Columns that are not read.
    pub unread: Vec<String>,
    /// The picture that was asked for, SVG.
    pub picture: Option<String>,
    /// Accounts to be made before it is recorded, by their logins.
    pub accounts: Vec<(String, UserId)>,
}

/// Why a table is not taken.
#[derive(Debug)]
pub enum Untaken {
    /// The file as a whole.
    File(String),
    /// Every bad cell, in order of the rows; with the picture that was asked for.
    Cells {
        cells: Vec<BadCell>,
        picture: Option<String>,
    },
    Store(StoreError),
}

impl From<StoreError> for Untaken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reads and checks a table against the county as it stands.
///
/// # Errors
/// The file is none that is read, or every bad cell of it.
pub async fn take(
    store: &Store,
    code: &DivisionCode,
    kind: Kind,
    given: &Given<'_>,
) -> Result<Taken, Untaken> {
    if let Some(what) = given.paper.and_then(number_fault) {
        return Err(Untaken::File(format!("the number of the paper: {what}")));
    }
    let county = store.county(code).await?;
    match kind {
        Kind::Grids => grids::take(store, county, given).await,
        Kind::People => people::take(store, county, given).await,
        Kind::Powers => powers::take(store, county, given).await,
        Kind::Units => units::take(store, county, given).await,
    }
}

impl Taken {
    /// Makes the accounts that the table needs, without passwords; false where a login was taken meanwhile, and the
    /// table is to be taken again. An account alone opens nothing.
    ///
    /// # Errors
    /// Of the database.
    pub async fn make_accounts(
        &self,
        store: &Store,
        code: &DivisionCode,
        now: At,
    ) -> zongheng_store::Result<bool> {
        let new: Vec<NewAccount> = self
            .accounts
            .iter()
            .map(|(login, id)| NewAccount {
                id: *id,
                login: login.clone(),
                password: String::new(),
                must_change: false,
            })
            .collect();
        Ok(store.create_accounts(code, &new, now).await? == new.len() as u64)
    }
}
