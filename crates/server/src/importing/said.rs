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

/// Whether words say that it is done: 已完成 does, 未完成 and 基本完成 do not.
pub fn is_done(said: &str) -> bool {
    const NOT: [&str; 9] = ["未", "没", "正在", "推进", "基本", "部分", "否", "持续", "预计"];
    let done = ["完成", "办结", "销号", "是"].iter().any(|word| said.contains(word));
    done && !NOT.iter().any(|word| said.contains(word))
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
    fn words_say_whether_it_is_done() {
        for (said, done) in [
            ("已完成", true),
            ("2022年4月20日办结", true),
            ("已销号", true),
            ("未完成", false),
            ("基本完成", false),
            ("正在办理", false),
            ("完成60%，持续推进", false),
        ] {
            assert_eq!(is_done(said), done, "{said}");
        }
    }
}
