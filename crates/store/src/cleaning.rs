//! What need not be kept is removed, a bounded step at a time: sessions that are over, one-time links
//! that are over, tokens revoked long ago, what people were told more than a year ago. Acts, commands,
//! contents, configuration, seals and the trail of looks are never touched here: the first four by rule, the
//! rest by triggers.

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use crate::db::run;
use crate::error::Result;
use crate::open::Store;

/// Rows of one statement: the writers of acts wait no longer than for these.
const STEP: i64 = 500;
/// A revoked token is kept so long, so that whoever asks whose it was still finds it: six months.
const TOKENS: i64 = 183 * 86_400;

/// What somebody was told is kept so long: over the next year's assessment.
const MESSAGES: i64 = 400 * 86_400;

/// What was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub sessions: u64,
    pub links: u64,
    pub tokens: u64,
    pub messages: u64,
}

/// The table, what is done to its rows, and which rows, `$2` being the time before which they are over.
const WORK: [(&str, &str); 5] = [
    (
        "delete from session where county = $1 and hash in (select hash from session \
         where county = $1 and ends <= $2 order by ends limit $3)",
        "sessions",
    ),
    (
        "update account set link = '', link_ends = 0 where county = $1 and id in (select id from account \
         where county = $1 and link <> '' and link_ends <= $2 limit $3)",
        "links",
    ),
    (
        "delete from token where county = $1 and hash in (select hash from token \
         where county = $1 and revoked <= $2 limit $3)",
        "tokens",
    ),
    (
        "delete from message_line where county = $1 and (account, message, due, matter, n) in \
         (select l.account, l.message, l.due, l.matter, l.n from message m join message_line l \
         on l.county = m.county and l.account = m.account and l.message = m.id \
         where m.county = $1 and m.at <= $2 limit $3)",
        "lines",
    ),
    (
        "delete from message where county = $1 and (account, id) in (select account, id from message \
         where county = $1 and at <= $2 limit $3)",
        "messages",
    ),
];

impl Store {
    /// Removes what is over at `now`, each step a transaction of its own. Cut off, the next call goes on.
    pub async fn clean(&self, county: &DivisionCode, now: At) -> Result<Cleaned> {
        self.trusted()?;
        let (mut cleaned, mut lines) = (Cleaned::default(), 0);
        for (sql, what) in WORK {
            let (before, count) = match what {
                "sessions" => (now, &mut cleaned.sessions),
                "links" => (now, &mut cleaned.links),
                "lines" => (now.plus_seconds(-MESSAGES), &mut lines),
                "messages" => (now.plus_seconds(-MESSAGES), &mut cleaned.messages),
                _ => (now.plus_seconds(-TOKENS), &mut cleaned.tokens),
            };
            loop {
                let mut tx = self.db().begin().await?;
                let touched = run!(tx.on(), sql, county.as_str(), before.seconds(), STEP)?;
                tx.commit().await?;
                *count += touched;
                if touched < STEP.unsigned_abs() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        Ok(cleaned)
    }
}
