//! What ends by its date is told a month before, once: deputies and other appointments, delegations, exceptions.
//! Nothing ends by this; the date that an act set does that.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use zongheng_core::county::County;
use zongheng_core::ids::UserId;
use zongheng_core::matter::MORNING;
use zongheng_core::organisation::Role;
use zongheng_core::time::At;

use super::come::job_done;
use crate::error::Result;
use crate::open::Store;
use crate::statement::{Rows, Statement, add};

/// The work that tells of ends.
pub(super) const ENDS: &str = "ends";

/// How long before its end somebody is told.
const AHEAD: i64 = 30;

/// One end: to whom, under which name, and what it is.
struct End {
    accounts: BTreeSet<UserId>,
    id: String,
    body: Value,
}

impl Store {
    /// In the morning of each working day: who is to be told of what ends within a month.
    pub(super) async fn tell_of_ends(
        &self,
        configuration: &County,
        done: Option<String>,
        now: At,
    ) -> Result<()> {
        let today = now.date();
        if !configuration.calendar.day(today).working || now < At::on(today, MORNING) {
            return Ok(());
        }
        let (code, day) = (configuration.code.as_str(), today.to_string());
        if done.is_some_and(|done| done >= day) {
            return Ok(());
        }
        let mut messages = Rows::default();
        for end in ends(configuration, today) {
            for account in &end.accounts {
                add!(messages, account.to_string(), end.id, now.seconds(), end.body.to_string());
            }
        }
        let messages = Statement::of(
            "insert into message (county, account, id, at, kind, body) select $1, value->>0, \
             value->>1, cast(value->>2 as bigint), 'ends', value->>3 from {each 2} where true \
             on conflict do nothing",
            code,
            messages,
        )?;
        let (mut tx, _) = self.locked(code).await?;
        if let Some(messages) = messages {
            messages.run(tx.on()).await?;
        }
        job_done(tx.on(), code, ENDS, &day).await?;
        tx.commit().await
    }
}

fn ends(county: &County, today: Date) -> Vec<End> {
    let until = today.saturating_add(AHEAD.days());
    let soon = |end: Date| end > today && end <= until;
    let organisation = &county.organisation;
    let keepers = |role: Role| -> BTreeSet<UserId> {
        let posts = organisation.posts_with_role(role, today);
        posts.filter_map(|post| Some(organisation.acting(post.id, today)?.user)).collect()
    };
    let mut ends = Vec::new();
    for held in &organisation.appointments {
        let Some(to) = held.to.filter(|to| soon(*to)) else { continue };
        let Some(post) = organisation.post(held.post, today) else { continue };
        let head = organisation.answers(post.unit, None, today, today).map(|head| head.user);
        ends.push(End {
            accounts: keepers(Role::SecurityAdmin).into_iter().chain(head).collect(),
            id: format!("ends {} {} {to}", held.post, held.user),
            body: json!({"what": "appointment", "post": held.post, "until": to}),
        });
    }
    for given in county.powers.delegations.values().filter(|given| soon(given.until)) {
        ends.push(End {
            accounts: keepers(Role::SystemAdmin),
            id: format!("ends {} {}", given.id, given.until),
            body: json!({"what": "delegation", "row": given.row, "until": given.until}),
        });
    }
    for allowed in county.powers.allowed.iter().chain(&organisation.allowed) {
        if !soon(allowed.until) {
            continue;
        }
        let post = organisation.post(allowed.post, today);
        let by = post.and_then(|p| organisation.answers(p.unit, Some(p.id), today, today));
        ends.push(End {
            accounts: by.map(|by| by.user).into_iter().collect(),
            id: format!("ends {} {}", allowed.number, allowed.until),
            body: json!({"what": "exception", "number": allowed.number, "until": allowed.until}),
        });
    }
    ends
}
