//! Those whose a deadline is are told: what was noted becomes lines of a message to the person who answers at
//! that moment. In the morning it is one message a person, whatever it holds; urgent ones go at once.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::FromRow;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, UserId};
use zongheng_core::matter::{Deadline, Matter, morning_after};
use zongheng_core::time::At;

use super::tick::PUT_OFF;
use crate::db::{On, Tx, rows};
use crate::error::Result;
use crate::open::Store;
use crate::record::{REGISTER, RegisterRow};
use crate::statement::{Rows, Statement, add};

/// Notes that one transaction works off.
const STEP: usize = 500;

#[derive(Debug, Clone, FromRow)]
pub(super) struct Note {
    pub(super) matter: String,
    pub(super) n: i64,
    pub(super) send_at: i64,
}

/// The place before the first note: when it is sent, its matter and number.
pub(super) const BEFORE_ALL: (i64, String, i64) = (-1, String::new(), -1);

/// Whom a note goes to.
pub(super) enum To {
    /// The matter does not follow from its acts: looked at again later.
    Later,
    /// Nobody: what was asked for is done, or the deadline does not run or is not near any more.
    Done,
    /// Nobody answers for the unit.
    Nobody,
    Account {
        account: UserId,
        message: String,
        /// To which rung it has come by now.
        rung: &'static str,
        due: At,
        urgent: bool,
    },
}

impl Store {
    /// Works off the notes that are due: how many were told, and, where some were due, of how many nobody could
    /// be told.
    pub(super) async fn tell(&self, county: &DivisionCode, now: At) -> Result<(u64, Option<u64>)> {
        let (mut told, mut unheard) = (0, None);
        loop {
            {
                let mut reader = self.db().reader().await?;
                if notes(reader.on(), county.as_str(), now, &BEFORE_ALL, 1).await?.is_empty() {
                    return Ok((told, unheard));
                }
            }
            let (mut tx, head) = self.locked(county.as_str()).await?;
            let configuration = self.inner.configurations.at(tx.on(), &head).await?;
            let (reached, missed) = step(&mut tx, &configuration, now).await?;
            tx.commit().await?;
            told += reached;
            unheard = Some(unheard.unwrap_or(0) + missed);
        }
    }
}

async fn step(tx: &mut Tx, county: &County, now: At) -> Result<(u64, u64)> {
    let code = county.code.as_str();
    let due = notes(tx.on(), code, now, &BEFORE_ALL, STEP).await?;
    let matters = matters(tx.on(), code, &due).await?;
    let (mut messages, mut lines, mut sought) = (Rows::default(), Rows::default(), Rows::default());
    let (mut gone, mut later) = (Rows::default(), Rows::default());
    let (mut told, mut unheard) = (0, 0);
    let mut told_of: BTreeMap<(String, String), (&str, i64)> = BTreeMap::new();
    for note in &due {
        match to(note, &matters, county, now) {
            To::Account { account, message, rung, due, urgent } => {
                let account = account.to_string();
                let kind = if urgent { "urgent" } else { "day" };
                told_of.entry((account.clone(), message.clone())).or_insert((kind, 0)).1 += 1;
                add!(lines, account, message, note.matter, note.n, rung, due.seconds());
                add!(sought, account, message, note.matter, note.n, due.seconds());
                told += 1;
            }
            To::Nobody => {
                // Told as soon as somebody is there: the next morning asks again.
                let next = morning_after(now.plus_seconds(1), &county.calendar);
                add!(later, note.matter, note.n, next.seconds());
                unheard += 1;
                continue;
            }
            To::Later => {
                add!(later, note.matter, note.n, now.plus_seconds(PUT_OFF).seconds());
                continue;
            }
            To::Done => {}
        }
        add!(gone, note.matter, note.n);
    }
    for (account, message, n) in known(tx, code, sought).await? {
        told_of.entry((account, message)).and_modify(|(_, fresh)| *fresh -= n);
    }
    for ((account, message), (kind, fresh)) in &told_of {
        add!(messages, account, message, now.seconds(), kind, fresh);
    }
    for statement in [
        message_statement(code, messages)?,
        Statement::of(
            "insert into message_line (county, account, message, matter, n, rung, due) \
             select $1, value->>0, value->>1, value->>2, cast(value->>3 as bigint), value->>4, \
             cast(value->>5 as bigint) from {each 2} where true \
             on conflict (county, account, message, due, matter, n) do update set rung = excluded.rung",
            code,
            lines,
        )?,
        Statement::of(
            "delete from note where county = $1 and (matter, n) in \
             (select value->>0, cast(value->>1 as bigint) from {each 2})",
            code,
            gone,
        )?,
        Statement::of(
            "insert into note (county, matter, n, send_at) \
             select $1, value->>0, cast(value->>1 as bigint), cast(value->>2 as bigint) \
             from {each 2} where true on conflict (county, matter, n) do update set send_at = excluded.send_at",
            code,
            later,
        )?,
    ]
    .into_iter()
    .flatten()
    {
        statement.run(tx.on()).await?;
    }
    Ok((told, unheard))
}

/// Of these lines those that stand already, by message: a deadline that is told again before anybody looked is the
/// same line at another rung.
async fn known(tx: &mut Tx, county: &str, sought: Rows) -> Result<Vec<(String, String, i64)>> {
    let Some(sought) = sought.list()? else { return Ok(Vec::new()) };
    rows!(
        tx.on(),
        (String, String, i64),
        "select l.account, l.message, count(*) from (select value->>0 as account, value->>1 as message, \
         value->>2 as matter, cast(value->>3 as bigint) as n, cast(value->>4 as bigint) as due \
         from {each 2}) c cross join message_line l where l.county = $1 and l.account = c.account \
         and l.message = c.message and l.due = c.due and l.matter = c.matter and l.n = c.n \
         group by l.account, l.message",
        county,
        sought,
    )
}

/// A message that is there already keeps its moment: what comes to it later are lines, and it is new again.
fn message_statement(county: &str, messages: Rows) -> Result<Option<Statement>> {
    Statement::of(
        "insert into message (county, account, id, at, kind, body, lines) \
         select $1, value->>0, value->>1, cast(value->>2 as bigint), value->>3, '', \
         cast(value->>4 as bigint) from {each 2} where true \
         on conflict (county, account, id) do update \
         set seen = null, lines = message.lines + excluded.lines",
        county,
        messages,
    )
}

/// The notes to be told by `now`, from a place on.
pub(super) async fn notes(
    on: On<'_>,
    county: &str,
    now: At,
    (at, matter, n): &(i64, String, i64),
    limit: usize,
) -> Result<Vec<Note>> {
    rows!(
        on,
        Note,
        &format!(
            "select matter, n, send_at from note where county = $1 and send_at <= $2 \
             and (send_at > $3 or send_at = $3 and (matter > $4 or matter = $4 and n > $5)) \
             order by send_at, matter, n limit {limit}"
        ),
        county,
        now.seconds(),
        *at,
        matter,
        *n,
    )
}

/// The matters that notes are about; none of one that does not follow from its acts.
pub(super) async fn matters(
    mut on: On<'_>,
    county: &str,
    notes: &[Note],
) -> Result<BTreeMap<String, Option<Matter>>> {
    let ids: Vec<&str> = notes.iter().map(|note| note.matter.as_str()).collect();
    let sql = format!("select {REGISTER} from matter where county = $1 and id {{in 2}}");
    let found = rows!(on.again(), RegisterRow, &sql, county, json!(ids).to_string())?;
    let mut matters = BTreeMap::new();
    for row in found {
        let matter = row.if_it_folds(on.again(), county).await?;
        matters.insert(row.id, matter);
    }
    Ok(matters)
}

/// Whom a note is told to at `now`.
pub(super) fn to(
    note: &Note,
    matters: &BTreeMap<String, Option<Matter>>,
    county: &County,
    now: At,
) -> To {
    let number = u32::try_from(note.n).unwrap_or(0);
    let matter = match matters.get(&note.matter) {
        Some(None) => return To::Later,
        Some(Some(matter)) => Some(matter),
        None => None,
    };
    let asked = matter.and_then(|matter| Some((matter, matter.asked(number, now)?)));
    let Some((matter, deadline)) = asked else { return To::Done };
    let Some(rung) = matter.rung(number, now, &county.calendar) else { return To::Done };
    let rung = rung.name();
    let Some(account) = answerer(matter, deadline, county, now) else { return To::Nobody };
    let message = if matter.urgent {
        format!("urgent {} {number} {rung}", note.matter)
    } else {
        now.date().to_string()
    };
    To::Account { account, message, rung, due: deadline.due, urgent: matter.urgent }
}

/// The person who answers for a deadline at this moment: holder, deputy, second post, at last the head.
fn answerer(matter: &Matter, deadline: &Deadline, county: &County, now: At) -> Option<UserId> {
    let owner = matter.told_to(deadline);
    let since = deadline.from.date();
    let found = county.organisation.answers(owner.unit, owner.post, since, now.date());
    found.map(|answerer| answerer.user)
}
