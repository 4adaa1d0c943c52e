//! The reasons in words, as pages and papers say them. Each is a clause; in a row they read as one
//! argument.
//!
//! ```
//! use zongheng_core::calendar::Calendar;
//! use zongheng_core::clock::{Asked, Roll, due, words};
//!
//! # let calendar = Calendar::from_csv(include_str!("../../../../programmes/calendar/days.csv")).unwrap();
//! let asked = Asked::new("2022-04-27T09:00:00+08:00".parse()?, "7d".parse()?);
//! let said = |roll| -> Vec<String> {
//!     let because = due(&calendar, &asked.with_roll(roll)).unwrap().because;
//!     because.iter().map(|reason| words::zh(reason, 2022)).collect()
//! };
//! assert_eq!(
//!     said(Roll::Next).join("；"),
//!     "4月27日 周三 09:00，当天起算；第\u{a0}7\u{a0}天是 5月4日 周三，劳动节假期；顺延到 5月5日 周四"
//! );
//! assert_eq!(said(Roll::None)[2], "不顺延");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use jiff::civil::{Date, Weekday};

use super::{By, Counted, Idle, Limit, Reason};
use crate::calendar::Days;
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

fn many(n: i64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

pub fn limit_en(limit: Limit) -> String {
    match limit {
        Limit::Days(0) | Limit::WorkingDays(0) => "the same day".to_owned(),
        Limit::Days(n) => many(n.into(), "day"),
        Limit::WorkingDays(n) => many(n.into(), "working day"),
        Limit::Months(n) => many(n.into(), "month"),
        Limit::Hours(n) => many(n.into(), "hour"),
        Limit::WorkingHours(n) => many(n.into(), "office hour"),
    }
}

/// A holiday's name in English; one that is not a statutory holiday stays as it is.
pub fn holiday_en(name: &str) -> String {
    /// The holidays of the State Council's regulation (全国年节及纪念日放假办法).
    const NAMES: [(&str, &str); 7] = [
        ("元旦", "New Year's Day"),
        ("春节", "Spring Festival"),
        ("清明节", "Qingming Festival"),
        ("劳动节", "Labour Day"),
        ("端午节", "Dragon Boat Festival"),
        ("中秋节", "Mid-Autumn Festival"),
        ("国庆节", "National Day"),
    ];
    let one = |zh| NAMES.iter().find(|name| name.0 == zh).map_or(zh, |name| name.1);
    name.split('、').map(one).collect::<Vec<_>>().join(" and ")
}

fn rest_zh(name: &str) -> String {
    if name.is_empty() { "休息日".to_owned() } else { format!("{name}假期") }
}

fn rest_en(name: &str) -> String {
    if name.is_empty() {
        "a day of rest".to_owned()
    } else {
        format!("the holiday of {}", holiday_en(name))
    }
}

fn run_zh(run: &Days, this: i16) -> String {
    let from = day_zh(run.from, this);
    if run.from == run.to { from } else { format!("{from}至 {}", day_zh(run.to, this)) }
}

fn run_en(run: &Days, this: i16) -> String {
    let from = day_en(run.from, this);
    if run.from == run.to { from } else { format!("{from} to {}", day_en(run.to, this)) }
}

fn weekend_zh(days: i64) -> Option<String> {
    (days > 0).then(|| format!("周末 {days}\u{a0}天"))
}

fn weekend_en(days: i64) -> Option<String> {
    (days > 0).then(|| format!("{days} weekend {}", if days == 1 { "day" } else { "days" }))
}

/// Hours, minutes and seconds as far as there are any.
fn length(seconds: i64, units: [&str; 3]) -> String {
    let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60];
    let said =
        parts.iter().zip(units).filter(|(n, _)| **n > 0).map(|(n, unit)| format!("{n}{unit}"));
    said.collect::<Vec<_>>().join(" ")
}

const UNITS_ZH: [&str; 3] = ["\u{a0}小时", "\u{a0}分", "\u{a0}秒"];
const UNITS_EN: [&str; 3] = [" h", " min", " s"];

fn counted_zh(at: At, start: At, why: &Counted, this: i16) -> String {
    let (at, start) = (moment_zh(at, this), moment_zh(start, this));
    let why = match why {
        Counted::InHours => return format!("{at}，当天起算"),
        Counted::AtOnce => return format!("{at}，即时起算"),
        Counted::BeforeOpening => "上班前".to_owned(),
        Counted::AfterClosing => "下班后".to_owned(),
        Counted::AfterCutoff => "过了当天截止时间".to_owned(),
        Counted::RestDay { name } => rest_zh(name),
    };
    format!("{at}，{why}，从 {start} 起算")
}

fn counted_en(at: At, start: At, why: &Counted, this: i16) -> String {
    let (at, start) = (moment_en(at, this), moment_en(start, this));
    let why = match why {
        Counted::InHours => return format!("{at}: counts from that day"),
        Counted::AtOnce => return format!("{at}: counts from that moment"),
        Counted::BeforeOpening => "before opening".to_owned(),
        Counted::AfterClosing => "after closing".to_owned(),
        Counted::AfterCutoff => "after the day's cut-off".to_owned(),
        Counted::RestDay { name } => rest_en(name),
    };
    format!("{at}, {why}: counts from {start}")
}

fn last_zh(limit: Limit, last: At, this: i16) -> String {
    let (day, moment) = (day_zh(last.date(), this), moment_zh(last, this));
    match limit {
        Limit::Days(0) | Limit::WorkingDays(0) => format!("当天是 {day}"),
        Limit::Days(n) => format!("第\u{a0}{n}\u{a0}天是 {day}"),
        Limit::WorkingDays(n) => format!("第\u{a0}{n}\u{a0}个工作日是 {day}"),
        Limit::Months(_) => format!("满 {}是 {day}", limit_zh(limit)),
        Limit::Hours(_) | Limit::WorkingHours(_) => format!("满 {}是 {moment}", limit_zh(limit)),
    }
}

fn last_en(limit: Limit, last: At, this: i16) -> String {
    let (day, moment) = (day_en(last.date(), this), moment_en(last, this));
    match limit {
        Limit::Days(0) | Limit::WorkingDays(0) => format!("the same day is {day}"),
        Limit::Days(n) => format!("day {n} is {day}"),
        Limit::WorkingDays(n) => format!("working day {n} is {day}"),
        Limit::Months(_) => format!("{} on is {day}", limit_en(limit)),
        Limit::Hours(_) | Limit::WorkingHours(_) => format!("{} on is {moment}", limit_en(limit)),
    }
}

/// One reason in Chinese; `this` is the year that dates need not name.
pub fn zh(reason: &Reason, this: i16) -> String {
    let day = |d: Date| day_zh(d, this);
    let moment = |at: At| moment_zh(at, this);
    match reason {
        Reason::CountedFrom { at, start, why } => counted_zh(*at, *start, why, this),
        Reason::NotCounted { holidays, weekend_days } => {
            let named =
                holidays.iter().map(|run| format!("{}{}", run_zh(run, this), rest_zh(&run.name)));
            format!(
                "不算 {}",
                named.chain(weekend_zh(*weekend_days)).collect::<Vec<_>>().join("、")
            )
        }
        Reason::MadeUp { days } => {
            let named = days.iter().map(|run| format!("{}{}调休上班", run_zh(run, this), run.name));
            format!("{}，算工作日", named.collect::<Vec<_>>().join("、"))
        }
        Reason::Limit { limit, last, rest: None } => last_zh(*limit, *last, this),
        Reason::Limit { limit, last, rest: Some(name) } => {
            format!("{}，{}", last_zh(*limit, *last, this), rest_zh(name))
        }
        Reason::MonthEnd { day: of, last } => format!("当月没有 {of} 日，取月末 {}", day(*last)),
        Reason::Paused { from, to, by } => {
            let paused = format!("{} 至 {} 暂停", moment(*from), moment(*to));
            match by {
                None => format!("{paused}，不算"),
                Some(By::Days(n)) => format!("{paused}，顺延 {n}\u{a0}天"),
                Some(By::WorkingDays(n)) => format!("{paused}，顺延 {n}\u{a0}个工作日"),
                Some(By::Seconds(n)) => format!("{paused}，顺延 {}", length(*n, UNITS_ZH)),
                Some(By::OfficeSeconds(n)) => {
                    format!("{paused}，其中工作时间 {} 不算", length(*n, UNITS_ZH))
                }
            }
        }
        Reason::PauseIdle { from, to, why } => {
            let why = match why {
                Idle::BeforeStart => "在起算之前",
                Idle::AfterDue => "在到期之后",
                Idle::Empty => "其间没有要扣除的时间",
            };
            format!("{} 至 {} 暂停{why}，时限不变", moment(*from), moment(*to))
        }
        Reason::AfterPauses { last, rest: None } => format!("扣除暂停后是 {}", moment(*last)),
        Reason::AfterPauses { last, rest: Some(name) } => {
            format!("扣除暂停后是 {}，{}", moment(*last), rest_zh(name))
        }
        Reason::Rolled { to, .. } => format!("顺延到 {}", day(*to)),
        Reason::NotRolled { .. } => "不顺延".to_owned(),
        Reason::Provisional { year } => {
            format!("{year}年放假安排尚未公布，暂按周一至周五计算，公布后重新计算")
        }
        Reason::Extended { due } => format!("同意延期，现定 {}", moment(*due)),
        Reason::OnRestDay { on, name } => {
            format!("{} 是{}，仍按所定日期", day(*on), rest_zh(name))
        }
        Reason::MayBeRestDay { on } => {
            format!(
                "{}年放假安排尚未公布，{} 是不是休息日还不知道，仍按所定日期",
                on.year(),
                day(*on)
            )
        }
        Reason::SetByTasking { due } => format!("交办时限定 {}", moment(*due)),
        Reason::BeforeTheLead { lead_due } => {
            format!("协办时限不晚于牵头时限 {}", moment(*lead_due))
        }
        Reason::Lapses { at } => format!("{} 前不决定，视为不同意", moment(*at)),
        Reason::PauseEnds { at } => format!("暂停到 {} 为止", moment(*at)),
        Reason::Reviewed { at } => format!("{} 前复核一次", moment(*at)),
        Reason::Planned { due } => format!("方案定在 {}", moment(*due)),
        Reason::EachMonth { day } => {
            format!("按方案办理期间每月 {day} 日反馈，没有这一天的月份取月末")
        }
        Reason::Called { by } => format!("吹哨要求 {} 前到场", moment(*by)),
        Reason::OutsideLimit { due, margin: 0 } => format!("按上级时限 {}", moment(*due)),
        Reason::OutsideLimit { due, margin } => {
            format!("上级时限 {}，提前 {margin} 个工作日", moment(*due))
        }
        Reason::PartOf { due } => format!("分解时定在 {}，不晚于总时限", moment(*due)),
        Reason::NotNearer { due } => {
            format!("放假安排变了，按新安排会提前，时限不提到 {} 之前", moment(*due))
        }
        Reason::CameOver { due } => format!("承接时带来的时限 {}", moment(*due)),
    }
}

/// One reason in English.
pub fn en(reason: &Reason, this: i16) -> String {
    let day = |d: Date| day_en(d, this);
    let moment = |at: At| moment_en(at, this);
    match reason {
        Reason::CountedFrom { at, start, why } => counted_en(*at, *start, why, this),
        Reason::NotCounted { holidays, weekend_days } => {
            let named = holidays
                .iter()
                .map(|run| format!("{} ({})", run_en(run, this), holiday_en(&run.name)));
            let all = named.chain(weekend_en(*weekend_days)).collect::<Vec<_>>().join(", ");
            format!("not counted: {all}")
        }
        Reason::MadeUp { days } => {
            let named =
                days.iter().map(|run| format!("{} ({})", run_en(run, this), holiday_en(&run.name)));
            format!("worked in exchange, so counted: {}", named.collect::<Vec<_>>().join(", "))
        }
        Reason::Limit { limit, last, rest: None } => last_en(*limit, *last, this),
        Reason::Limit { limit, last, rest: Some(name) } => {
            format!("{}, {}", last_en(*limit, *last, this), rest_en(name))
        }
        Reason::MonthEnd { day: of, last } => {
            format!("that month has no day {of}: its last day, {}", day(*last))
        }
        Reason::Paused { from, to, by } => {
            let paused = format!("paused from {} to {}", moment(*from), moment(*to));
            match by {
                None => paused,
                Some(By::Days(n)) => format!("{paused}: {}", many(*n, "day")),
                Some(By::WorkingDays(n)) => format!("{paused}: {}", many(*n, "working day")),
                Some(By::Seconds(n)) => format!("{paused}: {}", length(*n, UNITS_EN)),
                Some(By::OfficeSeconds(n)) => {
                    format!("{paused}: {} of office time", length(*n, UNITS_EN))
                }
            }
        }
        Reason::PauseIdle { from, to, why } => {
            let why = match why {
                Idle::BeforeStart => "over before the count starts",
                Idle::AfterDue => "begins when all is due",
                Idle::Empty => "holds nothing that is counted",
            };
            format!("the pause from {} to {} moves nothing: {why}", moment(*from), moment(*to))
        }
        Reason::AfterPauses { last, rest: None } => format!("with the pauses {}", moment(*last)),
        Reason::AfterPauses { last, rest: Some(name) } => {
            format!("with the pauses {}, {}", moment(*last), rest_en(name))
        }
        Reason::Rolled { to, .. } => format!("moves to {}", day(*to)),
        Reason::NotRolled { .. } => "does not move".to_owned(),
        Reason::Provisional { year } => format!(
            "the holidays of {year} are not published yet: Monday to Friday were taken, to be worked \
             out again"
        ),
        Reason::Extended { due } => format!("extended by decision to {}", moment(*due)),
        Reason::OnRestDay { on, name } => {
            format!("{} is {}; it stays as given", day(*on), rest_en(name))
        }
        Reason::MayBeRestDay { on } => format!(
            "the holidays of {} are not published yet, so {} may be a day of rest; it stays as given",
            on.year(),
            day(*on)
        ),
        Reason::SetByTasking { due } => format!("set by who gave the task: {}", moment(*due)),
        Reason::BeforeTheLead { lead_due } => {
            format!("an assisting unit's due is not after the lead's, {}", moment(*lead_due))
        }
        Reason::Lapses { at } => format!("undecided by {} is refused", moment(*at)),
        Reason::PauseEnds { at } => format!("the pause ends at {}", moment(*at)),
        Reason::Reviewed { at } => format!("looked at again by {}", moment(*at)),
        Reason::Planned { due } => format!("the plan says {}", moment(*due)),
        Reason::EachMonth { day } => format!(
            "while the plan's dates hold, a report on day {day} of each month, or on its last day"
        ),
        Reason::Called { by } => format!("called to be there by {}", moment(*by)),
        Reason::OutsideLimit { due, margin: 0 } => {
            format!("by the limit of the authority outside, {}", moment(*due))
        }
        Reason::OutsideLimit { due, margin } => format!(
            "the authority outside wants it by {}; ours is {} earlier",
            moment(*due),
            many(i64::from(*margin), "working day")
        ),
        Reason::PartOf { due } => {
            format!("promised for {} as a part, not after the whole", moment(*due))
        }
        Reason::NotNearer { due } => format!(
            "the holidays changed and it would fall due earlier; it is not brought before {}",
            moment(*due)
        ),
        Reason::CameOver { due } => format!("came over with the limit {}", moment(*due)),
    }
}
