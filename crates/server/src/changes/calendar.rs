//! 放假安排: whole years of days, as the State Council's notice has them, and what they move.

use std::sync::Arc;

use zongheng_core::clock::words::{day_en, day_zh, moment_en, moment_zh};
use zongheng_core::county::{CalendarAdopted, County};
use zongheng_core::organisation::files::Source;
use zongheng_core::time::At;
use zongheng_store::{Redating, Store, StoreError};

use super::{Checked, Unchecked, bodies};
use crate::commands::found::config;
use crate::pages::words::{Locale, Words};

/// Matters that are named; the rest is counted.
const NAMED: usize = 50;

pub(super) async fn check(
    store: &Store,
    county: Arc<County>,
    source: Source<'_>,
    shown: At,
) -> Result<Checked, Unchecked> {
    let head = store.head(&county.code).await?;
    // With the servers off the county's time stands still, and days begin all the same.
    let now = head.ticked_to().max(head.last_at()).max(shown);
    let published = county.calendar.publish(source, now.date())?;
    let mut after = (*county).clone();
    let adopted = bodies(&published.years);
    for body in &adopted {
        after.take_in("calendar_adopted", 1, body).map_err(|e| StoreError::Inconsistent {
            table: "config",
            row: source.name.to_owned(),
            what: e.to_string(),
        })?;
    }
    let mut lines: Vec<(String, String)> = published.years.iter().map(year).collect();
    let this = now.date().year();
    lines.extend(published.changed.iter().map(|row| {
        let (zh, en) = if row.working { ("上班", "worked") } else { ("休息", "a day of rest") };
        let (day, named) = (day_zh(row.date, this), day_en(row.date, this));
        (format!("{day} 改为{zh}"), format!("{named} is now {en}"))
    }));
    if !adopted.is_empty() {
        let (matters, first) = store.redating(&after, now, NAMED).await?;
        lines.push((
            format!("{matters} 件未办结事项的时限会跟着变"),
            format!("the dates of {matters} open matters follow"),
        ));
        lines.extend(first.iter().flat_map(|moved| dates(moved, now)));
    }
    let days: Vec<String> =
        after.calendar.rows().map(|row| format!("{} {}\n", row.date, row.working)).collect();
    let version = after.calendar_hash().to_string();
    Ok(Checked {
        lines,
        warnings: Vec::new(),
        moving: None,
        stream: "calendar",
        kind: "calendar_adopted",
        bodies: adopted,
        configs: vec![config("calendar", "days", &version[..16], days.concat())],
        county,
    })
}

fn year(adopted: &CalendarAdopted) -> (String, String) {
    let worked = adopted.rows.iter().filter(|row| row.working).count();
    let (year, rest) = (adopted.year, adopted.rows.len() - worked);
    (
        format!("{year}年：工作日 {worked} 天，休息 {rest} 天"),
        format!("{year}: {worked} working days, {rest} days of rest"),
    )
}

fn dates(moved: &Redating, now: At) -> impl Iterator<Item = (String, String)> {
    let this = now.date().year();
    moved.dates.iter().map(move |date| {
        let stage = format!("stage.{}", date.stage.name());
        let word = |w: Words| w.find(&stage).unwrap_or_default().to_owned();
        let (zh, en) = (word(Words::new(Locale::Zh)), word(Words::new(Locale::En)));
        let (no, from, to) = (&moved.no, date.from, date.to);
        if from == to {
            let (now_zh, now_en) = match date.provisional {
                (true, false) => ("由暂定改为确定", "was provisional, is certain now"),
                _ => ("改为暂定", "is provisional now"),
            };
            return (
                format!("{no} {zh}：{} {now_zh}", moment_zh(to, this)),
                format!("{no}, {en}: {} {now_en}", moment_en(to, this)),
            );
        }
        (
            format!("{no} {zh}：{} → {}", moment_zh(from, this), moment_zh(to, this)),
            format!("{no}, {en}: {} → {}", moment_en(from, this), moment_en(to, this)),
        )
    })
}
