//! `zongheng user add|lock|unlock|reset`: accounts. Which post somebody holds stands in the
//! organisation, not here.

use std::process::ExitCode;

use zongheng_core::ids::{DivisionCode, UserId};
use zongheng_core::time::At;
use zongheng_store::{Account, NewAccount, Store};

use super::place::{Hold, Place};
use super::{Failure, say};
use crate::secret::{link, login_fault};
use crate::submit::Mint;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum User {
    /// Makes an account and prints the one-time link with which its password is set.
    Add(Which),
    /// Locks an account: its sessions end and its tokens are refused.
    Lock(Which),
    /// Unlocks an account.
    Unlock(Which),
    /// Prints a new one-time link; the old password stays until it is used.
    Reset(Which),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    #[command(flatten)]
    place: Place,
    /// The login: 3 to 40 of a-z 0-9 _ . -
    login: String,
}

impl User {
    pub(crate) fn run(self) -> ExitCode {
        match self {
            Self::Add(which) => super::run(add(which)),
            Self::Lock(which) => super::run(lock(which, true)),
            Self::Unlock(which) => super::run(lock(which, false)),
            Self::Reset(which) => super::run(reset(which)),
        }
    }
}

async fn add(which: Which) -> Result<(), Failure> {
    let (store, code) = which.place.open_county(Hold::Beside).await?;
    let now = super::now();
    let id = UserId(Mint::by_chance().id(now));
    create(&store, &code, id, &which.login, now).await?;
    say!("{}", link(&store, &code, id, now).await?);
    Ok(())
}

async fn lock(which: Which, locked: bool) -> Result<(), Failure> {
    let (store, code) = which.place.open_county(Hold::Beside).await?;
    let account = account(&store, &code, &which.login).await?;
    Ok(store.set_locked(&code, account.id, locked).await?)
}

async fn reset(which: Which) -> Result<(), Failure> {
    let (store, code) = which.place.open_county(Hold::Beside).await?;
    let account = account(&store, &code, &which.login).await?;
    say!("{}", link(&store, &code, account.id, super::now()).await?);
    Ok(())
}

/// The account of a login.
pub(crate) async fn account(
    store: &Store,
    code: &DivisionCode,
    login: &str,
) -> Result<Account, Failure> {
    let found = store.account_by_login(code, login).await?;
    found.ok_or_else(|| Failure::input(format!("no account has the login {login}")))
}

/// Makes an account without a password.
pub(crate) async fn create(
    store: &Store,
    code: &DivisionCode,
    id: UserId,
    login: &str,
    now: At,
) -> Result<(), Failure> {
    if let Some(what) = login_fault(login) {
        return Err(Failure::input(what));
    }
    let login = login.to_owned();
    let new = NewAccount { id, login: login.clone(), password: String::new(), must_change: false };
    if store.create_account(code, &new, now).await? {
        Ok(())
    } else {
        Err(Failure::input(format!("the login {login} is taken")))
    }
}
