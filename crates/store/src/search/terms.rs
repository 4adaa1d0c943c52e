//! The terms of the index: keys and words of one county, as both databases take them.
//!
//! A term is the county, a letter for what it is, and the word. So a word of one county is not looked for among
//! those of all others, and a key is never a word.

use std::collections::BTreeSet;

use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::Key;
use zongheng_core::search::{Wanted, terms};

use super::document::Document;
use crate::register::Filter;

/// Letters and digits alone, which is what an index takes for one term.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Whoever has this key sees the matter.
pub(super) fn seen_by(key: &str) -> String {
    format!("k{}", plain(key))
}

/// The matter is in this division.
pub(super) fn at_place(code: &str) -> String {
    format!("d{}", plain(code))
}

/// The matter is of this category.
pub(super) fn about(category: &str) -> String {
    format!("c{}", plain(category))
}

/// Everything under which a document is found, with a space between.
pub(super) fn of_document(county: &str, document: &Document) -> String {
    let county = plain(county);
    let keys = document.keys.split(' ').filter(|key| !key.is_empty());
    let keys = keys.map(|key| format!("{county}{key}"));
    let words = terms(&document.text).into_iter().map(|word| format!("{county}w{word}"));
    keys.chain(words).collect::<Vec<_>>().join(" ")
}

/// Which documents a question is about: all of `all`, and one of `any` where there are some.
pub(crate) struct Question {
    all: BTreeSet<String>,
    any: BTreeSet<String>,
}

impl Question {
    /// What these keys see and the filter lets through, as far as the index knows.
    pub(crate) fn new(county: &str, keys: &[Key], filter: &Filter, wanted: &Wanted) -> Self {
        let county = plain(county);
        let key = |key: String| format!("{county}{key}");
        let word = |word: String| format!("{county}w{word}");
        let of_filter = [
            filter.unit.map(|unit| seen_by(&Key::Unit(unit).to_string())),
            // The county's own code is every place in it.
            filter
                .division
                .as_ref()
                .map(DivisionCode::as_str)
                .filter(|code| plain(code) != county)
                .map(at_place),
            filter.category.as_ref().map(|category| about(&category.to_string())),
        ];
        let all = wanted.terms().into_iter().map(word);
        let all = all.chain(of_filter.into_iter().flatten().map(key)).collect();
        // Almost all of a county is what the county sees; the rest is asked of the register.
        let any = if keys.contains(&Key::County) {
            BTreeSet::new()
        } else {
            keys.iter().map(|k| key(seen_by(&k.to_string()))).collect()
        };
        Self { all, any }
    }

    /// As SQLite's FTS5 reads it.
    pub(crate) fn fts5(&self) -> String {
        self.written("\"", " AND ", " OR ")
    }

    /// As PostgreSQL reads a `tsquery`.
    pub(crate) fn tsquery(&self) -> String {
        self.written("'", " & ", " | ")
    }

    fn written(&self, quote: &str, and: &str, or: &str) -> String {
        let quoted = |term: &String| format!("{quote}{term}{quote}");
        let all: Vec<String> = self.all.iter().map(quoted).collect();
        let any: Vec<String> = self.any.iter().map(quoted).collect();
        let any = (!any.is_empty()).then(|| format!("({})", any.join(or)));
        all.into_iter().chain(any).collect::<Vec<_>>().join(and)
    }
}

#[cfg(test)]
mod tests {
    use zongheng_core::ids::{PostId, UnitId};

    use super::*;

    #[test]
    fn a_question_is_told_to_either_database() {
        let keys = [Key::Unit(UnitId(uuid::Uuid::nil())), Key::Post(PostId(uuid::Uuid::nil()))];
        let question = |keys: &[Key], query: &str| {
            Question::new("41", keys, &Filter::default(), &query.parse().unwrap())
        };
        let nil = "0".repeat(32);
        let one = question(&keys, "路灯坏 LED");
        assert_eq!(
            one.fts5(),
            format!("\"41wled\" AND \"41w灯坏\" AND \"41w路灯\" AND (\"41k{nil}\")")
        );
        let county = question(&[Key::County], "灯");
        assert_eq!((county.fts5(), county.tsquery()), ("\"41w灯\"".into(), "'41w灯'".into()));
        assert_eq!(one.tsquery(), format!("'41wled' & '41w灯坏' & '41w路灯' & ('41k{nil}')"));
    }
}
