//! What is so in the county: how far its time is moved on, its calendar, the posts that keep it.

use zongheng_core::county::County;
use zongheng_core::organisation::Role;
use zongheng_core::time::At;
use zongheng_store::{Doubt, Head, StoreError};

use super::{Part, minute};

/// Lamps and counters older than this are not served as the present: ten minutes.
pub const LATEST: i64 = 600;

/// Whether lamps, counters and lists stand as of now.
pub fn time(head: &Head, now: At) -> Part {
    let lag = now.seconds_since(head.ticked_to());
    if lag > LATEST {
        Part::bad("time", "behind").a(lag / 60).b(minute(head.ticked_to()))
    } else {
        Part::ok("time")
    }
}

/// Whether the clock of a machine can be believed on which no server says so itself.
pub fn clock(head: &Head, now: At) -> Part {
    match zongheng_store::doubt(head, now) {
        Some((doubt, last)) => doubts(doubt, last, now),
        None => Part::ok("clock").a(minute(now)),
    }
}

/// The clock that waits for an administrator; nothing where it is believed.
pub fn doubted(trusted: &zongheng_store::Result<()>) -> Option<Part> {
    let Err(StoreError::Clock { doubt, last, now }) = trusted else { return None };
    Some(doubts(*doubt, *last, *now))
}

fn doubts(doubt: Doubt, last: At, now: At) -> Part {
    let code = match doubt {
        Doubt::Lost => "lost",
        Doubt::Jumped => "waits",
        Doubt::Late => "late",
        Doubt::Back => "back",
    };
    Part::bad("clock", code).a(minute(now)).b(minute(last))
}

/// Whether personal data can be read; without it all else goes on.
pub fn key(shut: Option<String>) -> Part {
    shut.map_or_else(|| Part::ok("key"), |why| Part::warn("key", "shut").a(why))
}

/// Whether the working days of this year and, from the middle of November on, of the next are known.
pub fn calendar(county: &County, now: At) -> Part {
    let (today, last) = (now.date(), county.calendar.last_year().unwrap_or(0));
    let late = today.month() == 12 || (today.month() == 11 && today.day() >= 15);
    if last < today.year() {
        Part::bad("calendar", "missing").a(today.year())
    } else if late && last == today.year() {
        Part::warn("calendar", "next_missing").a(i32::from(today.year()) + 1)
    } else {
        Part::ok("calendar").a(last)
    }
}

/// Whether the three posts that keep the system are held.
pub fn posts(county: &County, now: At) -> Part {
    let organisation = &county.organisation;
    let vacant: Vec<&str> = organisation
        .vacancies(now.date())
        .iter()
        .filter_map(|vacancy| organisation.posts.get(&vacancy.post))
        .filter_map(|post| match post.role {
            Role::SystemAdmin => Some("vacant_system"),
            Role::SecurityAdmin => Some("vacant_security"),
            Role::Auditor => Some("vacant_auditor"),
            _ => None,
        })
        .collect();
    match vacant.as_slice() {
        [] => Part::ok("posts"),
        [one] => Part::warn("posts", one),
        several => Part::warn("posts", "vacant_several").a(several.len()),
    }
}
