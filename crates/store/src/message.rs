//! What accounts were told, and what is proposed to the supervision office.

use serde_json::Value;
use sqlx::FromRow;
use zongheng_core::ids::{DivisionCode, MatterId, UserId};
use zongheng_core::matter::Matter;
use zongheng_core::time::At;

use crate::county;
use crate::db::{change, row, rows};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::projection::NEVER;
use crate::record::{REGISTER, RegisterRow};

/// One thing that an account was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its name among the account's own.
    pub id: String,
    pub at: At,
    pub kind: MessageKind,
    /// When the account first opened it.
    pub seen: Option<At>,
    /// How many deadlines it tells of.
    pub lines: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKind {
    /// What a day brought, told in its morning.
    Day,
    /// What could not wait for the morning.
    Urgent,
    /// What ends by its date: an appointment, a delegation, an exception.
    Ends(Value),
}

/// A deadline in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageLine {
    pub matter: MatterId,
    /// The deadline's number in the matter.
    pub n: u32,
    /// `remind` or `urge`.
    pub rung: String,
    /// Its due when it was told.
    pub due: At,
}

/// A matter on which an order is proposed, since when.
#[derive(Debug, Clone)]
pub struct Proposed {
    pub matter: Matter,
    pub since: At,
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    at: i64,
    kind: String,
    body: String,
    seen: Option<i64>,
    lines: i64,
}

impl MessageRow {
    fn read(self) -> Result<Message> {
        let bad = |what: &str| StoreError::inconsistent("message", &self.id, what);
        let kind = match self.kind.as_str() {
            "day" => MessageKind::Day,
            "urgent" => MessageKind::Urgent,
            "ends" => MessageKind::Ends(serde_json::from_str(&self.body).map_err(|_| bad("body"))?),
            _ => return Err(bad("kind")),
        };
        let (at, seen) = (At::from_seconds(self.at), self.seen.map(At::from_seconds));
        Ok(Message { at, kind, seen, lines: self.lines, id: self.id })
    }
}

const MESSAGE: &str = "id, at, kind, body, seen, lines";

impl Store {
    /// What an account was told, newest first, before a place of the page before.
    ///
    /// # Errors
    /// Of the database.
    pub async fn messages(
        &self,
        county: &DivisionCode,
        account: UserId,
        before: Option<(At, &str)>,
        limit: u32,
    ) -> Result<Vec<Message>> {
        let (at, id) = before.map_or((NEVER, ""), |(at, id)| (at.seconds(), id));
        let sql = format!(
            "select {MESSAGE} from message where county = $1 and account = $2 \
             and (at < $3 or at = $3 and id < $4) order by at desc, id desc limit {limit}"
        );
        let mut reader = self.db().reader().await?;
        let found =
            rows!(reader.on(), MessageRow, &sql, county.as_str(), account.to_string(), at, id,)?;
        found.into_iter().map(MessageRow::read).collect()
    }

    /// One of an account's messages; opening it is noted for the account alone.
    ///
    /// # Errors
    /// Of the database.
    pub async fn open_message(
        &self,
        county: &DivisionCode,
        account: UserId,
        id: &str,
        now: At,
    ) -> Result<Option<Message>> {
        let account = account.to_string();
        let sql =
            format!("select {MESSAGE} from message where county = $1 and account = $2 and id = $3");
        let found =
            row!(self.db().reader().await?.on(), MessageRow, &sql, county.as_str(), &account, id,)?;
        let Some(message) = found.map(MessageRow::read).transpose()? else { return Ok(None) };
        if message.seen.is_none() {
            match self.note_seen(county, &account, id, now).await {
                // It is read all the same, and stays marked as new.
                Err(error @ (StoreError::Full | StoreError::Busy | StoreError::Away(_))) => {
                    tracing::warn!(%county, %error, "that a message was opened is not noted");
                }
                noted => noted?,
            }
        }
        Ok(Some(message))
    }

    async fn note_seen(
        &self,
        county: &DivisionCode,
        account: &str,
        id: &str,
        now: At,
    ) -> Result<()> {
        change!(
            self,
            "update message set seen = $4 where county = $1 and account = $2 and id = $3 \
             and seen is null",
            county.as_str(),
            account,
            id,
            now.seconds(),
        );
        Ok(())
    }

    /// The deadlines of a message, the earliest due first, after a place of the page before.
    ///
    /// # Errors
    /// Of the database.
    pub async fn message_lines(
        &self,
        county: &DivisionCode,
        account: UserId,
        id: &str,
        after: Option<&MessageLine>,
        limit: u32,
    ) -> Result<Vec<MessageLine>> {
        let (due, matter, n) = after.map_or((i64::MIN, String::new(), 0), |line| {
            (line.due.seconds(), line.matter.to_string(), i64::from(line.n))
        });
        let sql = format!(
            "select matter, n, rung, due from message_line where county = $1 and account = $2 \
             and message = $3 and (due > $4 or due = $4 and (matter > $5 or matter = $5 and n > $6)) \
             order by due, matter, n limit {limit}"
        );
        let found = rows!(
            self.db().reader().await?.on(),
            (String, i64, String, i64),
            &sql,
            county.as_str(),
            account.to_string(),
            id,
            due,
            matter,
            n,
        )?;
        let read = |(matter, n, rung, due): (String, i64, String, i64)| {
            let bad = |_| StoreError::inconsistent("message_line", &matter, "matter");
            let id = matter.parse().map_err(bad)?;
            let n = u32::try_from(n).unwrap_or(0);
            Ok(MessageLine { matter: id, n, rung, due: At::from_seconds(due) })
        };
        found.into_iter().map(read).collect()
    }

    /// How many messages an account has not opened, counted up to a hundred.
    ///
    /// # Errors
    /// Of the database.
    pub async fn unseen(&self, county: &DivisionCode, account: UserId) -> Result<i64> {
        let counted = row!(
            self.db().reader().await?.on(),
            (i64,),
            "select count(*) from (select 1 as one from message where county = $1 \
             and account = $2 and seen is null limit 100) as fresh",
            county.as_str(),
            account.to_string(),
        )?;
        Ok(counted.map_or(0, |(n,)| n))
    }

    /// The matters on which an order is proposed by the county's time, the longest first, after a place of the
    /// page before.
    ///
    /// # Errors
    /// Of the database.
    pub async fn proposals(
        &self,
        county: &DivisionCode,
        after: Option<(At, MatterId)>,
        limit: u32,
    ) -> Result<Vec<Proposed>> {
        let mut conn = self.db().reader().await?;
        let code = county.as_str();
        let head = county::read(conn.on(), code).await?;
        let (at, id) =
            after.map_or((i64::MIN, String::new()), |(at, id)| (at.seconds(), id.to_string()));
        // SQLite walks up to the first bound that it reads: the other way round it is the whole county.
        let sql = format!(
            "select {REGISTER} from matter where county = $1 and proposed <= $2 \
             and proposed < {NEVER} and (proposed > $3 or proposed = $3 and id > $4) \
             order by proposed, id limit {limit}"
        );
        let ticked = head.ticked_to().seconds();
        let found = rows!(conn.on(), RegisterRow, &sql, code, ticked, at, id)?;
        let mut proposed = Vec::with_capacity(found.len());
        for row in found {
            let since = At::from_seconds(row.proposed);
            proposed.push(Proposed { matter: row.matter(conn.on(), code).await?, since });
        }
        Ok(proposed)
    }
}
