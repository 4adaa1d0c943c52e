//! Accounts, sessions and tokens. Secrets come here already hashed: a password as Argon2id, links,
//! cookies and tokens as SHA-256 in hex.

use serde_json::{Value, json};
use sqlx::FromRow;
use zongheng_core::ids::{DivisionCode, PostId, UserId};
use zongheng_core::time::At;

use crate::db::{change, row, rows, run};
use crate::error::{Result, StoreError};
use crate::open::Store;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: UserId,
    pub login: String,
    /// Argon2id in PHC form; empty until the one-time link is used.
    pub password: String,
    pub locked: bool,
    /// A new password is asked for before anything else.
    pub must_change: bool,
    /// Wrong passwords since the last right one.
    pub failures: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    pub id: UserId,
    pub login: String,
    pub password: String,
    pub must_change: bool,
}

/// An open session. One of a locked account is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub account: UserId,
    pub login: String,
    /// The post on which the person acts just now.
    pub post: Option<PostId>,
    pub must_change: bool,
    pub ends: At,
}

/// A token of an account for the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub account: UserId,
    pub login: String,
    pub post: Option<PostId>,
    pub name: String,
    pub created: At,
}

#[derive(FromRow)]
struct AccountRow {
    id: String,
    login: String,
    password: String,
    locked: i64,
    must_change: i64,
    failures: i64,
}

#[derive(FromRow)]
struct SessionRow {
    account: String,
    login: String,
    post: String,
    must_change: i64,
    ends: i64,
}

#[derive(FromRow)]
struct TokenRow {
    account: String,
    login: String,
    post: String,
    name: String,
    created: i64,
}

const ACCOUNT: &str =
    "select id, login, password, locked, must_change, failures from account where county = $1";

impl Store {
    /// Makes an account. `false` where the login is taken.
    pub async fn create_account(
        &self,
        county: &DivisionCode,
        new: &NewAccount,
        now: At,
    ) -> Result<bool> {
        Ok(self.create_accounts(county, std::slice::from_ref(new), now).await? > 0)
    }

    /// Makes many accounts at once; a login that is taken stays as it is.
    pub async fn create_accounts(
        &self,
        county: &DivisionCode,
        new: &[NewAccount],
        now: At,
    ) -> Result<u64> {
        let list: Vec<Value> = new
            .iter()
            .map(|a| json!([a.id, a.login, a.password, i64::from(a.must_change)]))
            .collect();
        Ok(change!(
            self,
            "insert into account (county, id, login, password, locked, must_change, link, \
             link_ends, failures, created) \
             select $1, value->>0, value->>1, value->>2, 0, cast(value->>3 as bigint), '', 0, \
             0, $3 from {each 2} where true on conflict do nothing",
            county.as_str(),
            Value::from(list).to_string(),
            now.seconds()
        ))
    }

    pub async fn accounts(&self, county: &DivisionCode) -> Result<Vec<Account>> {
        let sql = format!("{ACCOUNT} order by login");
        rows!(self.db().reader().await?.on(), AccountRow, &sql, county.as_str())?
            .into_iter()
            .map(AccountRow::read)
            .collect()
    }

    pub async fn account(&self, county: &DivisionCode, id: UserId) -> Result<Option<Account>> {
        self.account_where(county, "id = $2", &id.to_string()).await
    }

    pub async fn account_by_login(
        &self,
        county: &DivisionCode,
        login: &str,
    ) -> Result<Option<Account>> {
        self.account_where(county, "login = $2", login).await
    }

    /// The account whose one-time link this is, if it is still open at `now`.
    pub async fn account_by_link(
        &self,
        county: &DivisionCode,
        link: &str,
        now: At,
    ) -> Result<Option<Account>> {
        let open = format!("link = $2 and link <> '' and link_ends > {}", now.seconds());
        self.account_where(county, &open, link).await
    }

    async fn account_where(
        &self,
        county: &DivisionCode,
        condition: &str,
        bound: &str,
    ) -> Result<Option<Account>> {
        let sql = format!("{ACCOUNT} and {condition}");
        row!(self.db().reader().await?.on(), AccountRow, &sql, county.as_str(), bound)?
            .map(AccountRow::read)
            .transpose()
    }

    /// Opens a one-time link until `ends`; an earlier one is closed. The old password stays until it
    /// is used.
    pub async fn open_link(
        &self,
        county: &DivisionCode,
        id: UserId,
        link: &str,
        ends: At,
    ) -> Result<()> {
        change!(
            self,
            "update account set link = $3, link_ends = $4 where county = $1 and id = $2",
            county.as_str(),
            id.to_string(),
            link,
            ends.seconds()
        );
        Ok(())
    }

    /// Sets a password and closes the one-time link and every session of the account.
    pub async fn set_password(
        &self,
        county: &DivisionCode,
        id: UserId,
        password: &str,
        must_change: bool,
    ) -> Result<()> {
        let id = id.to_string();
        let mut tx = self.db().begin().await?;
        run!(
            tx.on(),
            "update account set password = $3, must_change = $4, link = '', link_ends = 0, \
             failures = 0 where county = $1 and id = $2",
            county.as_str(),
            &id,
            password,
            i64::from(must_change),
        )?;
        run!(
            tx.on(),
            "delete from session where county = $1 and account = $2",
            county.as_str(),
            &id
        )?;
        tx.commit().await
    }

    /// Locks or unlocks; locking closes the sessions, and tokens of a locked account are refused.
    pub async fn set_locked(&self, county: &DivisionCode, id: UserId, locked: bool) -> Result<()> {
        let id = id.to_string();
        let mut tx = self.db().begin().await?;
        run!(
            tx.on(),
            "update account set locked = $3, failures = 0 where county = $1 and id = $2",
            county.as_str(),
            &id,
            i64::from(locked),
        )?;
        run!(
            tx.on(),
            "delete from session where county = $1 and account = $2 and $3 = 1",
            county.as_str(),
            &id,
            i64::from(locked),
        )?;
        tx.commit().await
    }

    /// Notes a wrong password, or forgets them after a right one.
    pub async fn note_sign_in(&self, county: &DivisionCode, id: UserId, right: bool) -> Result<()> {
        let sql = if right {
            "update account set failures = 0 where county = $1 and id = $2 and failures > 0"
        } else {
            "update account set failures = failures + 1 where county = $1 and id = $2"
        };
        change!(self, sql, county.as_str(), id.to_string());
        Ok(())
    }

    pub async fn open_session(
        &self,
        county: &DivisionCode,
        hash: &str,
        account: UserId,
        post: Option<PostId>,
        now: At,
        ends: At,
    ) -> Result<()> {
        change!(
            self,
            "insert into session (county, hash, account, post, created, seen, ends) \
             values ($1, $2, $3, $4, $5, $5, $6)",
            county.as_str(),
            hash,
            account.to_string(),
            text(post),
            now.seconds(),
            ends.seconds()
        );
        Ok(())
    }

    /// The session of a cookie's hash, if it is open at `now` and its account is not locked.
    pub async fn session(
        &self,
        county: &DivisionCode,
        hash: &str,
        now: At,
    ) -> Result<Option<Session>> {
        let found = row!(
            self.db().reader().await?.on(),
            SessionRow,
            "select s.account, a.login, s.post, a.must_change, s.ends from session s \
             join account a on a.county = s.county and a.id = s.account \
             where s.county = $1 and s.hash = $2 and s.ends > $3 and a.locked = 0",
            county.as_str(),
            hash,
            now.seconds(),
        )?;
        found.map(SessionRow::read).transpose()
    }

    /// Chooses the post on which the session acts from now on.
    pub async fn choose_post(
        &self,
        county: &DivisionCode,
        hash: &str,
        post: Option<PostId>,
    ) -> Result<()> {
        change!(
            self,
            "update session set post = $3 where county = $1 and hash = $2",
            county.as_str(),
            hash,
            text(post)
        );
        Ok(())
    }

    /// Moves the end of a session that is in use.
    pub async fn keep_session(
        &self,
        county: &DivisionCode,
        hash: &str,
        now: At,
        ends: At,
    ) -> Result<()> {
        change!(
            self,
            "update session set seen = $3, ends = $4 where county = $1 and hash = $2",
            county.as_str(),
            hash,
            now.seconds(),
            ends.seconds()
        );
        Ok(())
    }

    pub async fn close_session(&self, county: &DivisionCode, hash: &str) -> Result<()> {
        change!(self, "delete from session where county = $1 and hash = $2", county.as_str(), hash);
        Ok(())
    }

    pub async fn create_token(
        &self,
        county: &DivisionCode,
        hash: &str,
        account: UserId,
        post: Option<PostId>,
        name: &str,
        now: At,
    ) -> Result<()> {
        change!(
            self,
            "insert into token (county, hash, account, post, name, created) \
             values ($1, $2, $3, $4, $5, $6)",
            county.as_str(),
            hash,
            account.to_string(),
            text(post),
            name,
            now.seconds()
        );
        Ok(())
    }

    /// The token of this hash, if it is not revoked and its account is not locked.
    pub async fn token(&self, county: &DivisionCode, hash: &str) -> Result<Option<Token>> {
        let found = row!(
            self.db().reader().await?.on(),
            TokenRow,
            "select t.account, a.login, t.post, t.name, t.created from token t \
             join account a on a.county = t.county and a.id = t.account \
             where t.county = $1 and t.hash = $2 and t.revoked is null and a.locked = 0",
            county.as_str(),
            hash,
        )?;
        found.map(TokenRow::read).transpose()
    }

    /// Revokes the account's tokens of this name; says how many there were.
    pub async fn revoke_tokens(
        &self,
        county: &DivisionCode,
        account: UserId,
        name: &str,
        now: At,
    ) -> Result<u64> {
        Ok(change!(
            self,
            "update token set revoked = $4 \
             where county = $1 and account = $2 and name = $3 and revoked is null",
            county.as_str(),
            account.to_string(),
            name,
            now.seconds()
        ))
    }
}

impl AccountRow {
    fn read(self) -> Result<Account> {
        Ok(Account {
            id: user("account", &self.id)?,
            login: self.login,
            password: self.password,
            locked: self.locked != 0,
            must_change: self.must_change != 0,
            failures: self.failures,
        })
    }
}

impl SessionRow {
    fn read(self) -> Result<Session> {
        Ok(Session {
            account: user("session", &self.account)?,
            login: self.login,
            post: self.post.parse().ok(),
            must_change: self.must_change != 0,
            ends: At::from_seconds(self.ends),
        })
    }
}

impl TokenRow {
    fn read(self) -> Result<Token> {
        Ok(Token {
            account: user("token", &self.account)?,
            login: self.login,
            post: self.post.parse().ok(),
            name: self.name,
            created: At::from_seconds(self.created),
        })
    }
}

fn user(table: &'static str, id: &str) -> Result<UserId> {
    id.parse().map_err(|_| StoreError::inconsistent(table, id, "not an account's id"))
}

fn text(post: Option<PostId>) -> String {
    post.map(|post| post.to_string()).unwrap_or_default()
}
