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
    /// It is done, as these words of it say.
    Yes(String),
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
/// last that says either counts.
///
/// # Errors
/// It cannot be told: it speaks of the end in words that are not known, or of both. With how to write it.
pub fn done(said: &str) -> Result<Done, String> {
    let (mut end, mut not, mut unclear) = (None, false, false);
    for clause in said.split(['，', ',', '。', '；', ';', '、']).map(str::trim) {
        if is_not_done(clause) {
            not = true;
        } else if is_end(clause) {
            (end, not, unclear) = (Some(clause.to_owned()), false, false);
        } else {
            unclear |= ENDS.iter().any(|word| *word != "是" && clause.contains(word));
        }
    }
    match (end, not, unclear) {
        (Some(end), false, false) => Ok(Done::Yes(end)),
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

/// Whether a clause says nothing but that it is done, and on which day.
fn is_end(clause: &str) -> bool {
    let day = |c: char| {
        c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | '号' | '.' | '-' | '/' | ' ')
    };
    let mut rest = clause;
    let mut ended = false;
    loop {
        // 100% first: its digits are no day.
        rest = rest.trim_start_matches("100%").trim_start_matches(day);
        if rest.is_empty() {
            return ended;
        }
        if let Some(after) = ENDS.iter().find_map(|word| rest.strip_prefix(word)) {
            (rest, ended) = (after, true);
        } else if let Some(after) = BESIDE.iter().find_map(|word| rest.strip_prefix(word)) {
            rest = after;
        } else {
            return false;
        }
    }
}

/// The day that stands in such words: 2022年4月20日已完成.
pub fn day_in(said: &str, sense: &Sense) -> Option<Moment> {
    let from = said.find(|c: char| c.is_ascii_digit())?;
    let of_day = |c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | '.' | '-' | '/');
    let rest = &said[from..];
    let end = rest.find(|c: char| !of_day(c)).unwrap_or(rest.len());
    let day = rest[..end].trim_end_matches(['.', '-', '/']);
    moment::read(&Cell::text(day), sense).ok()
}

#[cfg(test)]
mod tests {
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
            ("2022年6月30日前完成", None),
            ("已将垃圾清运完成", None),
            ("已完成，正在验收", None),
            ("完成路基施工", None),
        ] {
            let read = done(said);
            assert_eq!(read.as_ref().ok().map(|done| *done != Done::No), is, "{said}: {read:?}");
        }
        let of = "2022年5月1日申请延期，2022年8月1日完成";
        assert_eq!(done(of), Ok(Done::Yes("2022年8月1日完成".to_owned())));
    }
}
