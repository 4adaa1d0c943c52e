//! The reasons in words, as pages and papers say them.

use jiff::civil::{Date, Weekday};

use super::{Counted, Limit, Reason};
use crate::time::At;

/// A day as offices write it: `4月14日 周四`, with the year where it is not `this`.
pub fn day_zh(date: Date, this: i16) -> String {
    let week = match date.weekday() {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    };
    let year = if date.year() == this { String::new() } else { format!("{}年", date.year()) };
    format!("{year}{}月{}日 周{week}", date.month(), date.day())
}

/// A day in English: `Thu 14 Apr`, with the year where it is not `this`.
pub fn day_en(date: Date, this: i16) -> String {
    let day = date.strftime("%a %-d %b").to_string();
    if date.year() == this { day } else { format!("{day} {}", date.year()) }
}

/// A moment: `4月14日 周四 18:00`.
pub fn moment_zh(at: At, this: i16) -> String {
    format!("{} {:02}:{:02}", day_zh(at.date(), this), at.time().hour(), at.time().minute())
}

/// A moment in English: `Thu 14 Apr 18:00`.
pub fn moment_en(at: At, this: i16) -> String {
    format!("{} {:02}:{:02}", day_en(at.date(), this), at.time().hour(), at.time().minute())
}

/// A limit: `7 个工作日`. The space between numeral and unit does not break.
pub fn limit_zh(limit: Limit) -> String {
    match limit {
        Limit::Days(0) | Limit::WorkingDays(0) => "当天".to_owned(),
        Limit::Days(n) => format!("{n}\u{a0}天"),
        Limit::WorkingDays(n) => format!("{n}\u{a0}个工作日"),
        Limit::Months(n) => format!("{n}\u{a0}个月"),
        Limit::Hours(n) => format!("{n}\u{a0}小时"),
        Limit::WorkingHours(n) => format!("{n}\u{a0}个工作小时"),
    }
}

pub fn limit_en(limit: Limit) -> String {
    let many = |n: u32, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match limit {
        Limit::Days(0) | Limit::WorkingDays(0) => "the same day".to_owned(),
        Limit::Days(n) => many(n, "day"),
        Limit::WorkingDays(n) => many(n, "working day"),
        Limit::Months(n) => many(n, "month"),
        Limit::Hours(n) => many(n, "hour"),
        Limit::WorkingHours(n) => many(n, "office hour"),
    }
}

/// One reason in Chinese; `this` is the year that dates need not name.
pub fn zh(reason: &Reason, this: i16) -> String {
    let day = |d: Date| day_zh(d, this);
    let moment = |at: At| moment_zh(at, this);
    match reason {
        Reason::CountedFrom { at, start, why } => match why {
            Counted::InHours => format!("{}，当天起算", moment(*at)),
            Counted::BeforeOpening => {
                format!("{}，上班前，从 {} 起算", moment(*at), moment(*start))
            }
            Counted::AfterClosing => format!("{}，下班后，从 {} 起算", moment(*at), moment(*start)),
            Counted::AfterCutoff => {
                format!("{}，过了当天截止时间，从 {} 起算", moment(*at), moment(*start))
            }
            Counted::RestDay { name } if name.is_empty() => {
                format!("{}，休息日，从 {} 起算", moment(*at), moment(*start))
            }
            Counted::RestDay { name } => {
                format!("{}，{name}放假，从 {} 起算", moment(*at), moment(*start))
            }
            Counted::AtOnce => format!("{}，即时起算", moment(*at)),
        },
        Reason::Limit { limit, last } => format!("{}：{}", limit_zh(*limit), moment(*last)),
        Reason::MonthEnd { day: of, last } => format!("当月没有 {of} 日，取月末 {}", day(*last)),
        Reason::RestDays { days, names } if names.is_empty() => {
            format!("其间 {days}\u{a0}天休息日不算")
        }
        Reason::RestDays { days, names } => {
            format!("其间 {days}\u{a0}天休息日不算（含{}）", names.join("、"))
        }
        Reason::Paused { from, to } => format!("暂停 {} 至 {}，不算", moment(*from), moment(*to)),
        Reason::Rolled { from, to, name } => {
            let why = if name.is_empty() { "休息日" } else { name.as_str() };
            format!("{} 是{why}，顺延到 {}", day(*from), day(*to))
        }
        Reason::NotRolled { on, name } => {
            let why = if name.is_empty() { "休息日" } else { name.as_str() };
            format!("{} 是{why}，不顺延", day(*on))
        }
        Reason::Provisional { year } => {
            format!("{year}年放假安排尚未公布，暂按周一至周五计算，公布后重新计算")
        }
        Reason::Extended { due } => format!("同意延期，现定 {}", moment(*due)),
        Reason::SetByTasking { due } => format!("交办时限定 {}", moment(*due)),
        Reason::BeforeTheLead { lead_due } => {
            format!("协办时限不晚于牵头时限 {}", moment(*lead_due))
        }
        Reason::Lapses { at } => format!("{} 前不决定，视为不同意", moment(*at)),
        Reason::PauseEnds { at } => format!("暂停到 {} 为止", moment(*at)),
    }
}

/// One reason in English.
pub fn en(reason: &Reason, this: i16) -> String {
    let day = |d: Date| day_en(d, this);
    let moment = |at: At| moment_en(at, this);
    match reason {
        Reason::CountedFrom { at, start, why } => match why {
            Counted::InHours => format!("{}: counts from that day", moment(*at)),
            Counted::BeforeOpening => {
                format!("{}, before opening: counts from {}", moment(*at), moment(*start))
            }
            Counted::AfterClosing => {
                format!("{}, after closing: counts from {}", moment(*at), moment(*start))
            }
            Counted::AfterCutoff => {
                format!("{}, after the day's cut-off: counts from {}", moment(*at), moment(*start))
            }
            Counted::RestDay { name } if name.is_empty() => {
                format!("{}, a rest day: counts from {}", moment(*at), moment(*start))
            }
            Counted::RestDay { name } => {
                format!("{}, a holiday ({name}): counts from {}", moment(*at), moment(*start))
            }
            Counted::AtOnce => format!("{}: counts from that moment", moment(*at)),
        },
        Reason::Limit { limit, last } => format!("{}: {}", limit_en(*limit), moment(*last)),
        Reason::MonthEnd { day: of, last } => {
            format!("that month has no day {of}: its last day, {}", day(*last))
        }
        Reason::RestDays { days, names } if names.is_empty() => {
            format!("{days} rest days in between do not count")
        }
        Reason::RestDays { days, names } => {
            format!("{days} rest days in between do not count ({})", names.join(", "))
        }
        Reason::Paused { from, to } => format!("paused from {} to {}", moment(*from), moment(*to)),
        Reason::Rolled { from, to, name } if name.is_empty() => {
            format!("{} is a rest day: moves to {}", day(*from), day(*to))
        }
        Reason::Rolled { from, to, name } => {
            format!("{} is a holiday ({name}): moves to {}", day(*from), day(*to))
        }
        Reason::NotRolled { on, name } if name.is_empty() => {
            format!("{} is a rest day and stays the last day", day(*on))
        }
        Reason::NotRolled { on, name } => {
            format!("{} is a holiday ({name}) and stays the last day", day(*on))
        }
        Reason::Provisional { year } => format!(
            "the holidays of {year} are not published yet: Monday to Friday were taken, to be worked out again"
        ),
        Reason::Extended { due } => format!("extended by decision to {}", moment(*due)),
        Reason::SetByTasking { due } => format!("set by who gave the task: {}", moment(*due)),
        Reason::BeforeTheLead { lead_due } => {
            format!("an assisting unit's due is not after the lead's, {}", moment(*lead_due))
        }
        Reason::Lapses { at } => format!("undecided by {} is refused", moment(*at)),
        Reason::PauseEnds { at } => format!("the pause ends at {}", moment(*at)),
    }
}
