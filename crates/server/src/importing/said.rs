//! What the words of a cell say: done or not, solved or not, who leads.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use zongheng_core::matter::Satisfied;
use zongheng_sheets::Cell;
use zongheng_sheets::moment::{self, Moment, Sense};

/// Whether the reporter says that it is solved; none where nothing is known.
///
/// # Errors
/// Other words, with those that are known.
pub fn solved(said: &str) -> Result<Option<bool>, String> {
    match said {
        "是" | "已解决" | "解决" => Ok(Some(true)),
        "否" | "未解决" => Ok(Some(false)),
        "无" | "-" | "/" | "未回访" => Ok(None),
        other => Err(format!("\"{other}\" is none of 是, 否, 已解决, 未解决")),
    }
}

/// How satisfied the reporter is; none where nothing is known.
///
/// # Errors
/// As [`solved`].
pub fn satisfied(said: &str) -> Result<Option<Satisfied>, String> {
    match said {
        "是" | "满意" | "非常满意" => Ok(Some(Satisfied::Yes)),
        "基本满意" | "一般" => Ok(Some(Satisfied::Basically)),
        "否" | "不满意" => Ok(Some(Satisfied::No)),
        "无" | "-" | "/" | "未评价" | "未回访" => Ok(None),
        other => Err(format!("\"{other}\" is none of 满意, 基本满意, 不满意, 是, 否")),
    }
}

/// Whether the township whose order it is leads.
///
/// # Errors
/// As [`solved`].
pub fn leads(said: &str) -> Result<Option<bool>, String> {
    match said {
        "主办" => Ok(Some(true)),
        "协办" | "转办" => Ok(Some(false)),
        other => Err(format!("\"{other}\" is none of 主办, 协办, 转办")),
    }
}

/// The source that the longest of the words means which stand in a text.
pub fn source(sources: &BTreeMap<String, String>, said: &str) -> Option<String> {
    let fitting = sources.iter().filter(|(word, _)| said.contains(word.as_str()));
    let longest = fitting.min_by_key(|(word, _)| Reverse(word.chars().count()));
    longest.map(|(_, source)| source.clone())
}

/// What the words of a cell say of the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    No,
    /// It is done, and on which day, as it is written; none where no day stands there, or several.
    Yes(Option<String>),
}

/// Words of which one says that it is done.
const ENDS: [&str; 9] = ["完成", "办结", "销号", "完毕", "完结", "解决", "落实到位", "√", "是"];
/// Words that may stand beside them and change nothing.
const BESIDE: [&str; 19] = [
    "已经",
    "已",
    "于",
    "全部",
    "全面",
    "均",
    "按要求",
    "按计划",
    "按预期",
    "按时",
    "按期",
    "如期",
    "提前",
    "整改",
    "办理",
    "并",
    "任务",
    "事项",
    "工作",
];
/// Words with which it is not done, whatever else stands there.
const NOT: [&str; 21] = [
    "未", "没有", "没能", "尚", "正在", "推进", "基本", "部分", "否", "持续", "预计", "预期",
    "计划", "拟于", "拟在", "力争", "争取", "确保", "不能", "无法", "×",
];

/// Whether words say that it is done: 已完成 does, 未完成, 基本完成 and 计划6月底前完成 do not. Of several clauses the
/// last that says either counts; its day stands in it, or is the one day that stands by itself.
///
/// # Errors
/// It cannot be told: it speaks of the end in words that are not known, or of both. With how to write it.
pub fn done(said: &str) -> Result<Done, String> {
    let (mut end, mut not, mut unclear) = (None, false, false);
    let mut days = Vec::new();
    let parts = said.split(['，', ',', '。', '；', ';', '、', '（', '）', '(', ')']).map(str::trim);
    for clause in parts {
        if is_not_done(clause) {
            not = true;
        } else if let Some(done) = end_of(clause) {
            (end, not, unclear) = (Some(done), false, false);
        } else if let Some((day, "")) = day_at(clause) {
            days.push(day.to_owned());
        } else {
            unclear |= ENDS.iter().any(|word| *word != "是" && clause.contains(word));
        }
    }
    match (end, not, unclear) {
        (Some(End { day: None }), false, false) if days.len() == 1 => Ok(Done::Yes(days.pop())),
        (Some(End { day }), false, false) => Ok(Done::Yes(day)),
        (None, true, _) | (None, false, false) => Ok(Done::No),
        _ => {
            let what = "it cannot be told whether it is done: write 已完成 or 未完成";
            Err(format!("\"{said}\": {what}"))
        }
    }
}

/// Whether a clause says that it is not done, or how far it is.
fn is_not_done(clause: &str) -> bool {
    const NOTHING: [&str; 3] = ["100%", "按计划", "按预期"];
    let plain = NOTHING.iter().fold(clause.to_owned(), |clause, word| clause.replace(word, ""));
    plain.ends_with('中') || plain.contains('%') || NOT.iter().any(|word| plain.contains(word))
}

/// That something is done, and on which day.
struct End {
    day: Option<String>,
}

/// The day of a clause that says nothing but that it is done, and on at most one day. Quantities are no days: 完成3/5 and
/// 完成5.5 say how much.
fn end_of(clause: &str) -> Option<End> {
    let (mut rest, mut ended, mut day) = (clause, false, None);
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return ended.then_some(End { day });
        }
        // 100% first: its digits are no day.
        if let Some(after) = rest.strip_prefix("100%") {
            rest = after;
        } else if let Some((said, after)) = day_at(rest) {
            if day.replace(said.to_owned()).is_some() {
                return None;
            }
            rest = after;
        } else if let Some(after) = ENDS.iter().find_map(|word| rest.strip_prefix(word)) {
            (rest, ended) = (after, true);
        } else {
            rest = BESIDE.iter().find_map(|word| rest.strip_prefix(word))?;
        }
    }
}

/// The day with which a text begins, and what stands behind it: 2022年4月20日, 4月20日, 2022-04-20, 20220420.
fn day_at(text: &str) -> Option<(&str, &str)> {
    let of_day =
        |c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | '号' | '.' | '-' | '/');
    let (day, rest) = text.split_at(text.find(|c: char| !of_day(c)).unwrap_or(text.len()));
    let digits = day.bytes().take_while(u8::is_ascii_digit).count();
    let plain = match digits {
        // Month and day by their words: 4.20 may be a quantity.
        1 | 2 => day.contains('月') && day.ends_with(['日', '号']),
        4 => day.len() > 4,
        8 => day.len() == 8,
        _ => false,
    };
    plain.then_some((day, rest))
}

/// The day as it is written there.
pub fn day(said: &str, sense: &Sense) -> Option<Moment> {
    moment::read(&Cell::text(said), sense).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn words_say_whether_it_is_done_or_are_not_understood() {
        for (said, is) in [
            ("已完成", Some(true)),
            ("2022年4月20日办结", Some(true)),
            ("2022-04-20完成", Some(true)),
            ("已于4月20日按期完成整改", Some(true)),
            ("已销号", Some(true)),
            ("√", Some(true)),
            ("是", Some(true)),
            ("已完成100%", Some(true)),
            ("2022年5月1日申请延期，2022年8月1日完成", Some(true)),
            ("未完成", Some(false)),
            ("基本完成", Some(false)),
            ("正在办理", Some(false)),
            ("完成60%，持续推进", Some(false)),
            ("计划2022年6月30日前完成", Some(false)),
            ("力争2022年6月30日完成", Some(false)),
            ("拟于2022年6月30日前完成整改", Some(false)),
            ("不能按2022年6月30日时限完成", Some(false)),
            ("道路已铺好", Some(false)),
            ("已按计划完成", Some(true)),
            ("2022年5月前未完成，2022年8月1日已完成", Some(true)),
            ("完成招标，正在施工", Some(false)),
            ("协调解决中", Some(false)),
            ("原因是资金缺口大", Some(false)),
            ("2022年4月20日，已完成", Some(true)),
            ("已完成（2022年4月20日）", Some(true)),
            ("完成3/5", None),
            ("已完成5.5", None),
            ("任务10.5完成9.5", None),
            ("任务12/5 完成", None),
            ("2022.3.1-2022.4.20完成", Some(true)),
            ("2022年4月20日完成2022年5月1日", None),
            ("2022年6月30日前完成", None),
            ("已将垃圾清运完成", None),
            ("已完成，正在验收", None),
            ("完成路基施工", None),
        ] {
            let read = done(said);
            assert_eq!(read.as_ref().ok().map(|done| *done != Done::No), is, "{said}: {read:?}");
        }
        for (said, day) in [
            ("2022年5月1日申请延期，2022年8月1日完成", Some("2022年8月1日")),
            ("已完成，2022年5月20日", Some("2022年5月20日")),
            ("已完成（2022-05-20）", Some("2022-05-20")),
            ("20220520完成", Some("20220520")),
            ("已完成", None),
            ("2022年4月1日，2022年5月1日，已完成", None),
        ] {
            assert_eq!(done(said), Ok(Done::Yes(day.map(str::to_owned))), "{said}");
        }
        let sense = Sense { from: date(2000, 1, 1), to: date(2032, 12, 31), year: Some(2022) };
        assert_eq!(day("2022.3.1-2022.4.20", &sense), None, "two days are none");
        assert_eq!(day("4月20日", &sense).map(|moment| moment.date), Some(date(2022, 4, 20)));
    }
}
