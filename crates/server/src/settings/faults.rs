//! All that is wrong with a file of settings, not the first alone: what the reader stumbles over is
//! noted and taken out, and the rest is read again.

use std::fmt;
use std::ops::Range;

use serde::de::DeserializeOwned;

/// One fault, with the line where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Faults told at most: a file of another kind has one in each line.
const MOST: usize = 50;

/// What could be read, and every fault.
pub(super) fn all<T: DeserializeOwned + Default>(text: &str) -> (T, Vec<Fault>) {
    let (mut rest, mut faults) = (text.to_owned(), Vec::new());
    while faults.len() < MOST {
        let error = match toml::from_str(&rest) {
            Ok(read) => return (read, faults),
            Err(error) => error,
        };
        let at = error.span().unwrap_or(0..0);
        let line = rest[..at.start.min(rest.len())].lines().count().max(1);
        // A span that begins a line has only whole lines before it.
        let line = if at.start > 0 && rest[..at.start].ends_with('\n') { line + 1 } else { line };
        let what = in_words(error.message(), section_at(&rest, at.start));
        faults.push(Fault { line, what });
        let without = blanked(&rest, at);
        if without == rest {
            break;
        }
        rest = without;
    }
    (T::default(), faults)
}

/// The section in which a place of the text stands, empty before the first.
fn section_at(text: &str, place: usize) -> &str {
    let end = text[place..].find('\n').map_or(text.len(), |n| place + n);
    let mut headers = text[..end].lines().rev().filter_map(|line| line.trim().strip_prefix('['));
    headers.next().map_or("", |header| header.trim_end_matches(']').trim())
}

/// What the reader of TOML says, in the words of whoever has to mend it.
fn in_words(said: &str, section: &str) -> String {
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [unknown, known @ ..] if said.starts_with("unknown field") => {
            let near = known.iter().min_by_key(|key| distance(unknown, key));
            if let Some(key) = near.filter(|key| distance(unknown, key) <= 2) {
                return format!("\"{unknown}\" is no key; did you mean \"{key}\"?");
            }
            let mut known = known.to_vec();
            known.sort_unstable();
            format!("\"{unknown}\" is no key; known here: {}", known.join(", "))
        }
        [missing] if said.starts_with("missing field") => {
            format!(
                "\"{missing}\" is missing in [{section}]; write it there, or leave the section out"
            )
        }
        _ => said.lines().collect::<Vec<_>>().join(" "),
    }
}

/// The text without what stands at `at`: its lines, or the whole section where that is a section's head.
fn blanked(text: &str, at: Range<usize>) -> String {
    let begin = text[..at.start.min(text.len())].rfind('\n').map_or(0, |n| n + 1);
    let end_of_line = |from: usize| text[from..].find('\n').map_or(text.len(), |n| from + n);
    let mut end = end_of_line(at.end.clamp(begin, text.len()));
    if text[begin..].trim_start().starts_with('[') {
        end = text[end..].find("\n[").map_or(text.len(), |n| end + n);
    }
    // Lines keep their numbers.
    let kept: String = text[begin..end].chars().filter(|c| *c == '\n').collect();
    format!("{}{kept}{}", &text[..begin], &text[end..])
}

/// The line on which a key stands, `tls.key` being `key` after `[tls]`; the first where it does not.
pub(super) fn line_of(text: &str, key: &str) -> usize {
    let (section, key) = key.rsplit_once('.').unwrap_or(("", key));
    let mut here = "";
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            here = header.split(']').next().unwrap_or_default().trim();
        } else if here == section && line.split('=').next().is_some_and(|name| name.trim() == key) {
            return n + 1;
        }
    }
    1
}

/// How many letters have to be put in, left out or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let changed = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = changed.min(before + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_near_by_the_letters_that_differ() {
        assert_eq!(distance("lisen", "listen"), 1);
        assert_eq!(distance("", "db"), 2);
        assert_eq!(distance("readers", "raeders"), 2);
        assert_eq!(distance("密钥", "密匙"), 1);
    }

    #[test]
    fn a_key_is_found_in_its_section() {
        let text = "key = 1\n[tls]\n# key\nkey = 2\n";
        assert_eq!(
            (line_of(text, "key"), line_of(text, "tls.key"), line_of(text, "none")),
            (1, 4, 1)
        );
    }
}
