//! A file of service requests played through the life: `simulate --from-file`. Every row is accounted for.

mod rows;
mod script;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::{Date, Time};
use serde_json::{Value, json};
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::State;
use zongheng_core::time::At;

use self::rows::Rows;
pub(super) use self::rows::opened;
pub(crate) use self::script::Script;
use super::coming::Coming;
use super::drive::World;
use super::life::Life;
use crate::commands::Failure;
use crate::importing::Layout;

/// How a row came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Outcome {
    how: How,
    /// The file has a day of completion.
    completed: bool,
    duplicate: bool,
    /// The file names, or a place does, an earlier row that it repeats.
    repeats_one: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// On the day of the file.
    Closed,
    ClosedOnAnotherDay,
    Merged,
    Open,
}

impl Outcome {
    /// Of a matter that followed a row.
    pub(super) fn of(life: &Life) -> Option<Self> {
        let script = life.fate.script.as_ref()?;
        let how = match life.matter.state {
            State::Merged => How::Merged,
            state if state.is_open() => How::Open,
            _ if life.matter.closed.map(At::date) == script.settled => How::Closed,
            _ => How::ClosedOnAnotherDay,
        };
        Some(Self {
            how,
            completed: script.settled.is_some(),
            duplicate: script.duplicate,
            repeats_one: script.of.is_some(),
        })
    }
}

/// A file ready to be played.
pub(super) struct Replay {
    rows: Rows,
    /// Whole weeks by which its days are moved, so that weekdays stay.
    weeks: i64,
    last: Date,
}

impl Replay {
    /// # Errors
    /// The file cannot be read, or is no such table; every row that does not read.
    pub(super) fn read(path: &Path, from: Date) -> Result<Self, Failure> {
        let layout = Layout::requests().map_err(Failure::input)?;
        let rows = Rows::read(path, &layout)?;
        let began = rows.first.iter().map(|row| row.began);
        let first = began.clone().min().unwrap_or(from);
        let behind = day_number(from) - day_number(first);
        let weeks = behind.div_euclid(7) + i64::from(behind.rem_euclid(7) > 0);
        let last = rows.first.iter().filter_map(|row| row.ended).chain(began).max().unwrap_or(from);
        let last = moved(last, weeks).ok_or_else(|| Failure::input("days after the year 9999"))?;
        Ok(Self { rows, weeks, last })
    }

    /// How many days are played, with the last completion.
    pub(super) fn days(&self, from: Date) -> u16 {
        u16::try_from(day_number(self.last) - day_number(from) + 1).unwrap_or(u16::MAX)
    }

    /// The rows as they come in: in the mornings of their days, one after the other.
    pub(super) fn coming(&self) -> VecDeque<(At, Coming)> {
        let mut of_day: BTreeMap<Date, i64> = BTreeMap::new();
        for row in &self.rows.first {
            *of_day.entry(row.began).or_default() += 1;
        }
        let mut nth: BTreeMap<Date, i64> = BTreeMap::new();
        let mut coming = VecDeque::with_capacity(self.rows.first.len());
        for (n, row) in self.rows.first.iter().enumerate() {
            let Some(day) = moved(row.began, self.weeks) else { continue };
            let before = nth.entry(row.began).or_default();
            let seconds = *before * FOUR_HOURS / of_day[&row.began];
            *before += 1;
            let script = Script {
                row: n,
                number: row.number.clone(),
                place: row.address.clone(),
                settled: row.ended.and_then(|day| moved(day, self.weeks)),
                duplicate: row.duplicate,
                of: self.rows.of.get(&n).copied(),
            };
            let at = At::on(day, EIGHT).plus_seconds(seconds);
            coming.push_back((at, Coming::Row(Box::new((script, row.category.clone())))));
        }
        coming
    }

    /// What came of the rows.
    pub(super) fn accounts(&self, outcomes: &BTreeMap<Outcome, u64>) -> Accounts {
        let sum = |fits: &dyn Fn(&Outcome) -> bool| {
            outcomes.iter().filter(|(outcome, _)| fits(outcome)).map(|(_, n)| n).sum()
        };
        let left_out = |fits: &dyn Fn(&rows::Row) -> bool| {
            let fitting = self.rows.repeats.iter().filter(|row| fits(row)).count();
            u64::try_from(fitting).unwrap_or(u64::MAX)
        };
        let own = |o: &Outcome| o.duplicate && o.how != How::Merged;
        Accounts(vec![
            Identity::of(
                "rows",
                "行数",
                self.rows.lines,
                vec![
                    (
                        "closed on the day of the file",
                        "按文件当日办结",
                        sum(&|o| o.how == How::Closed),
                    ),
                    (
                        "closed on another day",
                        "他日办结",
                        sum(&|o| o.how == How::ClosedOnAnotherDay),
                    ),
                    ("open", "未办结", sum(&|o| o.how == How::Open)),
                    ("duplicates merged", "重复件已合并", sum(&|o| o.how == How::Merged)),
                    ("further rows of a number, left out", "同号再现，略去", left_out(&|_| true)),
                ],
            ),
            Identity::of(
                "completions",
                "有办结日期",
                self.rows.with(|row| row.ended.is_some()),
                vec![
                    (
                        "closed on the day of the file",
                        "按文件当日办结",
                        sum(&|o| o.how == How::Closed),
                    ),
                    (
                        "duplicates merged",
                        "重复件已合并",
                        sum(&|o| o.how == How::Merged && o.completed),
                    ),
                    ("left out", "略去", left_out(&|row| row.ended.is_some())),
                ],
            ),
            Identity::of(
                "without a completion",
                "无办结日期",
                self.rows.with(|row| row.ended.is_none()),
                vec![
                    ("open", "未办结", sum(&|o| o.how == How::Open)),
                    (
                        "duplicates merged",
                        "重复件已合并",
                        sum(&|o| o.how == How::Merged && !o.completed),
                    ),
                    ("left out", "略去", left_out(&|row| row.ended.is_none())),
                ],
            ),
            Identity::of(
                "duplicates",
                "标为重复",
                self.rows.with(|row| row.duplicate),
                vec![
                    ("merged", "已合并", sum(&|o| o.how == How::Merged)),
                    (
                        "on their own: no open one at their place",
                        "单办：同址无在办件",
                        sum(&|o| own(o) && !o.repeats_one),
                    ),
                    (
                        "on their own: could not be merged",
                        "单办：未能合并",
                        sum(&|o| own(o) && o.repeats_one),
                    ),
                    ("left out", "略去", left_out(&|row| row.duplicate)),
                ],
            ),
        ])
    }
}

const EIGHT: Time = Time::constant(8, 0, 0, 0);
const FOUR_HOURS: i64 = 4 * 3_600;

fn day_number(day: Date) -> i64 {
    At::on(day, Time::midnight()).seconds().div_euclid(86_400)
}

fn moved(day: Date, weeks: i64) -> Option<Date> {
    day.checked_add(jiff::Span::new().try_weeks(weeks).ok()?).ok()
}

/// A count of the file, and what it is the sum of.
#[derive(Debug)]
pub(super) struct Identity {
    name: &'static str,
    name_zh: &'static str,
    all: u64,
    parts: Vec<(&'static str, &'static str, u64)>,
}

impl Identity {
    const fn of(
        name: &'static str,
        name_zh: &'static str,
        all: u64,
        parts: Vec<(&'static str, &'static str, u64)>,
    ) -> Self {
        Self { name, name_zh, all, parts }
    }

    fn holds(&self) -> bool {
        self.all == self.parts.iter().map(|(.., n)| n).sum::<u64>()
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Accounts(Vec<Identity>);

impl Accounts {
    pub(super) fn hold(&self) -> bool {
        self.0.iter().all(Identity::holds)
    }

    pub(super) fn text(&self) -> String {
        let mut lines = String::new();
        for identity in &self.0 {
            let Identity { name, name_zh, all, .. } = identity;
            let holds = if identity.holds() { "" } else { "   does not add up / 不平" };
            let _infallible = writeln!(lines, "{all:>8} {name_zh} {name} ={holds}");
            for (part, part_zh, n) in &identity.parts {
                let _infallible = writeln!(lines, "  {n:>8} {part_zh} {part}");
            }
        }
        lines
    }

    pub(super) fn json(&self) -> Value {
        let one = |identity: &Identity| {
            let parts = identity.parts.iter();
            let parts: serde_json::Map<_, _> =
                parts.map(|(name, _, n)| ((*name).to_owned(), json!(n))).collect();
            json!({
                "count": identity.name, "is": identity.all, "parts": parts,
                "adds_up": identity.holds(),
            })
        };
        Value::Array(self.0.iter().map(one).collect())
    }
}

impl World<'_> {
    /// A village for the place that a row names: the same one for the same place.
    pub(super) fn place_of(&self, script: &Script) -> Option<DivisionCode> {
        let villages = &self.cast.villages;
        // FNV-1a: the same on every machine.
        let hash = script.place.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let n = usize::try_from(hash % u64::try_from(villages.len().max(1)).ok()?).ok()?;
        villages.get(n).map(|(_, code)| code.clone())
    }
}
