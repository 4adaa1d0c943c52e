//! Reading one value of a file, with what was probably meant where it is bad.

use std::cell::Cell;
use std::fmt::Display;
use std::str::FromStr;

use jiff::civil::Time;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use toml::de::DeValue;

use super::Stage;
use super::fault::{Faults, Told};
use super::fields::Item;

pub(super) const fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn wrong<T>(asked: &str, item: &Item<'_>, faults: &Faults<'_>) -> Result<T, Told> {
    tell(format!("{asked} is asked for, not {}", kind(item.get_ref())), item, faults)
}

fn tell<T>(text: impl Into<String>, item: &Item<'_>, faults: &Faults<'_>) -> Result<T, Told> {
    faults.tell(faults.line_of(item.span().start), text)
}

/// A text that is neither empty nor holds control characters.
pub(super) fn text(item: &Item<'_>, faults: &Faults<'_>) -> Result<String, Told> {
    let Some(text) = item.get_ref().as_str() else { return wrong("a text", item, faults) };
    if text.is_empty() || text.trim() != text {
        return tell("the text is empty, or begins or ends with a blank", item, faults);
    }
    if text.chars().any(char::is_control) {
        return tell("a text holds a control character", item, faults);
    }
    Ok(text.to_owned())
}

/// A name for the machine: small letters, digits and underscores.
pub(super) fn name(item: &Item<'_>, faults: &Faults<'_>) -> Result<String, Told> {
    let text = text(item, faults)?;
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if text.len() > 64 || !text.bytes().all(fits) {
        let text = format!("\"{text}\" is no name: up to 64 of a-z, 0-9 and _ make one");
        return tell(text, item, faults);
    }
    Ok(text)
}

/// A whole number that fits `T`.
pub(super) fn number<T: TryFrom<i64>>(item: &Item<'_>, faults: &Faults<'_>) -> Result<T, Told> {
    let DeValue::Integer(digits) = item.get_ref() else {
        return wrong("a whole number", item, faults);
    };
    let number = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
    let fitting = number.and_then(|n| T::try_from(n).ok());
    fitting.map_or_else(|| tell(format!("{digits} is out of range"), item, faults), Ok)
}

pub(super) fn truth(item: &Item<'_>, faults: &Faults<'_>) -> Result<bool, Told> {
    item.get_ref().as_bool().map_or_else(|| wrong("true or false", item, faults), Ok)
}

/// A time of day with one spelling: jiff would also read "T17" and seconds.
pub(super) fn time_of_day(item: &Item<'_>, faults: &Faults<'_>) -> Result<Time, Told> {
    let text = text(item, faults)?;
    let time = if text.len() == 5 && text.contains(':') { text.parse().ok() } else { None };
    let bad = || tell(format!("\"{text}\" is no time of day, such as \"17:00\""), item, faults);
    time.map_or_else(bad, Ok)
}

/// A value that a file writes as a text, such as a limit.
pub(super) fn parsed<T: FromStr<Err: Display>>(
    item: &Item<'_>,
    faults: &Faults<'_>,
) -> Result<T, Told> {
    text(item, faults)?.parse().or_else(|bad: T::Err| tell(bad.to_string(), item, faults))
}

/// One of the words of an enum; `what` is what the words name, such as "role".
pub(super) fn word<T: DeserializeOwned>(
    what: &'static str,
) -> impl Fn(&Item<'_>, &Faults<'_>) -> Result<T, Told> {
    move |item, faults| {
        let Some(text) = item.get_ref().as_str() else {
            return wrong(&format!("the name of a {what}"), item, faults);
        };
        let word: StrDeserializer<'_, WordError> = text.into_deserializer();
        T::deserialize(word).or_else(|_| {
            let hint = hint(text, names_of::<T>());
            tell(format!("unknown {what} \"{text}\"{hint}"), item, faults)
        })
    }
}

/// The name of a stage that stands in clocks and playbooks.
pub(super) fn stage(item: &Item<'_>, faults: &Faults<'_>) -> Result<Stage, Told> {
    let Some(text) = item.get_ref().as_str() else {
        return wrong("the name of a stage", item, faults);
    };
    // Nodes and months are known too: that they have no row is told by the checks.
    text.parse().or_else(|_| {
        let hint = hint(text, &Stage::ALL.map(Stage::name));
        tell(format!("unknown stage \"{text}\"{hint}"), item, faults)
    })
}

/// A list without repetition; an empty one only where `empty` says so.
pub(super) fn list<T: PartialEq>(
    empty: bool,
    read: impl Fn(&Item<'_>, &Faults<'_>) -> Result<T, Told>,
) -> impl Fn(&Item<'_>, &Faults<'_>) -> Result<Vec<T>, Told> {
    move |item, faults| {
        let DeValue::Array(members) = item.get_ref() else { return wrong("a list", item, faults) };
        if members.is_empty() && !empty {
            return tell("the list is empty", item, faults);
        }
        let mut all = Vec::with_capacity(members.len());
        let mut outcome = Ok(());
        for member in members {
            match read(member, faults) {
                Ok(value) if all.contains(&value) => {
                    let word = member.get_ref().as_str().unwrap_or_default();
                    outcome = tell(format!("\"{word}\" stands twice in the list"), member, faults);
                }
                Ok(value) => all.push(value),
                Err(Told) => outcome = Err(Told),
            }
        }
        outcome.map(|()| all)
    }
}

/// What was probably meant, as the tail of a sentence; all that is known where that is short.
pub(super) fn hint(word: &str, known: &[&str]) -> String {
    let near = known.iter().map(|k| (distance(word, k), k)).filter(|(d, _)| *d <= 2).min();
    match near {
        Some((_, near)) => format!("; did you mean \"{near}\"?"),
        None if known.len() <= 12 => format!("; known: {}", known.join(", ")),
        None => String::new(),
    }
}

/// How many letters have to be put in, left out or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (n, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, with) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *with);
            diagonal = row[m + 1];
            row[m + 1] = changed.min(row[m] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// The words of an enum, as a file writes them.
pub fn names_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let names = Cell::new(&[] as &'static [&'static str]);
    drop(T::deserialize(Listing(&names)));
    names.get()
}

/// Reads nothing; keeps the words that an enum says it knows.
struct Listing<'a>(&'a Cell<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Listing<'_> {
    type Error = WordError;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, WordError> {
        self.0.set(variants);
        Err(WordError::custom("only listed"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, WordError> {
        Err(WordError::custom("only listed"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_words_counts_letters() {
        for (one, other, letters) in
            [("file", "file", 0), ("flie", "file", 2), ("", "file", 4), ("signfor", "sign_for", 1)]
        {
            assert_eq!(distance(one, other), letters, "{one} {other}");
            assert_eq!(distance(other, one), letters, "{other} {one}");
        }
    }

    #[test]
    fn the_nearest_word_is_meant_and_a_long_list_is_not_told() {
        assert_eq!(hint("filed", &["field", "file"]), "; did you mean \"file\"?");
        assert_eq!(hint("x", &["one", "other"]), "; known: one, other");
        assert_eq!(hint("xxxx", &["abcdefg"; 13]), "");
    }
}
