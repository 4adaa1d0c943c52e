//! Words that are searched for, and texts in which they are found.
//!
//! A text is compared in its *normal form*. Full-width letters and digits are ordinary ones, capitals are small.
//! Letters and digits of ASCII that stand together are one word, with a space on either side: `LED路灯` becomes
//! ` led 路灯`. Every other letter, a Chinese character before all, stands for itself, and what is neither is a space.
//! A word is found where its normal form is a part of the text's: `路灯` in `修路灯了`, `26` in `26号楼`, never in `2026`.
//!
//! An index of *terms* leads to the texts that may hold it: each word of ASCII, each other character, and each two of
//! these that follow each other. Whoever has all terms is compared once more.

use std::collections::BTreeSet;
use std::str::FromStr;

/// The most characters that can be searched for.
pub const LONGEST: usize = 100;

/// Letters and digits of ASCII that are one word; what is longer goes on as another one.
const RUN: usize = 40;

/// Between two texts of one matter, so that nothing is found across them.
pub const BETWEEN: char = '\n';

/// Why nothing can be searched for by a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsearchable {
    #[error("nothing to search for: write characters, letters or digits")]
    Nothing,
    #[error("at most {LONGEST} characters can be searched for")]
    TooLong,
}

/// What is searched for: one word or several, all of which have to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    words: Vec<String>,
}

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// Whether it is what was searched for.
    pub hit: bool,
}

impl FromStr for Wanted {
    type Err = Unsearchable;

    /// Words stand apart by spaces, and by whatever else stands between two characters: `路灯，坏了` are two.
    fn from_str(query: &str) -> Result<Self, Unsearchable> {
        if query.trim().chars().count() > LONGEST {
            return Err(Unsearchable::TooLong);
        }
        let mut words: Vec<String> = Vec::new();
        for part in query.split_whitespace() {
            let normal = normal(part);
            let (mut word, mut signs) = (String::new(), false);
            for token in normal.split(' ').filter(|token| !token.is_empty()) {
                let of_signs = !is_ascii(token);
                if signs && of_signs {
                    words.push(std::mem::take(&mut word));
                }
                signs = of_signs;
                if of_signs {
                    word.push_str(token);
                } else {
                    apart(&mut word);
                    word.push_str(token);
                    word.push(' ');
                }
            }
            words.push(word);
        }
        words.retain(|word| !word.is_empty());
        words.sort();
        words.dedup();
        if words.is_empty() { Err(Unsearchable::Nothing) } else { Ok(Self { words }) }
    }
}

impl Wanted {
    /// The words in their normal forms, which hold letters, digits and single spaces and nothing else.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Whether all of them stand in a text of this normal form.
    pub fn is_in(&self, normal: &str) -> bool {
        self.words().all(|word| normal.contains(word))
    }

    /// The words that stand in no text of these normal forms; `None` where all do.
    pub fn missing_in(&self, normals: &[String]) -> Option<Self> {
        let found = |word: &String| normals.iter().any(|normal| normal.contains(word));
        let words: Vec<String> = self.words.iter().filter(|word| !found(word)).cloned().collect();
        (!words.is_empty()).then_some(Self { words })
    }

    /// Terms that each text with all the words has: a single character only where no pair of its word has it.
    pub fn terms(&self) -> BTreeSet<String> {
        let mut terms = BTreeSet::new();
        for token in self.words().flat_map(|word| word.split(' ')).filter(|t| !t.is_empty()) {
            let pairs = if is_ascii(token) { Vec::new() } else { pairs(token) };
            if pairs.is_empty() {
                terms.insert(token.to_owned());
            }
            terms.extend(pairs);
        }
        terms
    }

    /// A text with its hits.
    pub fn mark(&self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        for (from, to) in self.places(text) {
            push(&mut pieces, text.get(at..from), false);
            push(&mut pieces, text.get(from..to), true);
            at = to;
        }
        push(&mut pieces, text.get(at..), false);
        pieces
    }

    /// The first hit in a text with what stands around it, up to `around` characters before and twice as many after;
    /// `None` without a hit. A cut end is an ellipsis.
    pub fn excerpt(&self, text: &str, around: usize) -> Option<Vec<Piece>> {
        let (first, end) = *self.places(text).first()?;
        let (before, after) = (text.get(..first)?, text.get(end..)?);
        let from =
            before.char_indices().rev().nth(around.saturating_sub(1)).map_or(0, |(at, _)| at);
        let to = after.char_indices().nth(2 * around).map_or(text.len(), |(at, _)| end + at);
        let mut pieces = self.mark(text.get(from..to)?.trim());
        if from > 0 {
            pieces.insert(0, Piece { text: "…".to_owned(), hit: false });
        }
        if to < text.len() {
            pieces.push(Piece { text: "…".to_owned(), hit: false });
        }
        Some(pieces)
    }

    /// Where any of the words stand, in order, those that touch as one.
    fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let form = Form::of(text);
        let mut places: Vec<(usize, usize)> = Vec::new();
        for word in self.words() {
            let mut begun = 0;
            while let Some(at) = form.text.get(begun..).and_then(|rest| rest.find(word)) {
                let (from, to) = (begun + at, begun + at + word.len());
                places.extend(form.source(from, to));
                begun = from + word.chars().next().map_or(1, char::len_utf8);
            }
        }
        places.sort_unstable();
        let mut joined: Vec<(usize, usize)> = Vec::with_capacity(places.len());
        for (from, to) in places {
            match joined.last_mut() {
                Some((_, end)) if from <= *end => *end = to.max(*end),
                _ => joined.push((from, to)),
            }
        }
        joined
    }
}

fn push(pieces: &mut Vec<Piece>, text: Option<&str>, hit: bool) {
    pieces.extend(text.filter(|t| !t.is_empty()).map(|t| Piece { text: t.to_owned(), hit }));
}

/// The normal form of a text.
pub fn normal(text: &str) -> String {
    Form::of(text).text
}

/// The terms under which a text of this normal form, or several with [`BETWEEN`] between them, is found.
pub fn terms(normal: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for token in normal.split([' ', BETWEEN]).filter(|token| !token.is_empty()) {
        if is_ascii(token) {
            terms.insert(token.to_owned());
            continue;
        }
        terms.extend(pairs(token));
        terms.extend(token.chars().map(String::from));
    }
    terms
}

/// Whether a token is a word of letters and digits, and not of other characters.
fn is_ascii(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii())
}

fn pairs(token: &str) -> Vec<String> {
    token.chars().zip(token.chars().skip(1)).map(|(a, b)| [a, b].iter().collect()).collect()
}

/// A normal form, with the place in its source of each of its characters.
struct Form {
    text: String,
    /// The byte at which a character of the form begins, and the bytes of the source it stands for.
    at: Vec<(usize, (usize, usize))>,
}

impl Form {
    fn of(source: &str) -> Self {
        let mut form = Self { text: String::with_capacity(source.len() + 2), at: Vec::new() };
        // Letters and digits of ASCII before this character; none after anything else.
        let mut run = 0;
        for (from, c) in source.char_indices() {
            let (place, c) = ((from, from + c.len_utf8()), folded(c));
            if c.is_ascii_alphanumeric() {
                if run == 0 || run == RUN {
                    form.space(from);
                    run = 0;
                }
                run += 1;
                form.push(c, place);
            } else if c.is_alphanumeric() {
                if run > 0 {
                    form.space(from);
                }
                run = 0;
                form.push(c, place);
            } else {
                form.space(from);
                run = 0;
            }
        }
        if run > 0 {
            form.space(source.len());
        }
        form
    }

    fn push(&mut self, c: char, place: (usize, usize)) {
        self.at.push((self.text.len(), place));
        self.text.push(c);
    }

    fn space(&mut self, at: usize) {
        if !self.text.ends_with(' ') {
            self.push(' ', (at, at));
        }
    }

    /// The bytes of the source that a stretch of the form stands for, without the spaces at its ends.
    fn source(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        let begin = self.at.partition_point(|(at, _)| *at < from);
        let end = self.at.partition_point(|(at, _)| *at < to);
        let mut signs = self.at.get(begin..end)?.iter().map(|(_, place)| *place);
        let is_sign = |(from, to): &(usize, usize)| from < to;
        let first = signs.find(is_sign)?;
        let last = signs.rfind(is_sign).unwrap_or(first);
        Some((first.0, last.1))
    }
}

/// A space at the end, where none stands.
fn apart(word: &mut String) {
    if !word.ends_with(' ') {
        word.push(' ');
    }
}

/// Full-width forms as ordinary ones, capitals as small letters.
fn folded(c: char) -> char {
    let ordinary = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let mut small = ordinary.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => ordinary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(query: &str) -> Wanted {
        query.parse().unwrap()
    }

    fn found(query: &str, text: &str) -> bool {
        wanted(query).is_in(&normal(text))
    }

    fn shown(pieces: &[Piece]) -> String {
        let show = |Piece { text, hit }: &Piece| {
            if *hit { format!("[{text}]") } else { text.clone() }
        };
        pieces.iter().map(show).collect()
    }

    #[test]
    fn what_people_write_for_the_same_is_found_alike() {
        for (query, text) in [
            ("路灯", "村口路灯坏了"),
            ("灯", "村口路灯坏了"),
            ("led路灯", "更换ＬＥＤ路灯 12 盏"),
            ("LED 12", "更换led路灯１２盏"),
            ("3号楼", "幸福小区３号楼漏水"),
            ("26-000123", "411524-2026-000123\n26-000123"),
            ("000123", "26-000123"),
            ("路灯 坏", "坏了的路灯"),
            ("“路灯”", "路灯"),
            ("路灯，坏了", "坏了的路灯"),
            ("𠮷村", "在𠮷村"),
        ] {
            assert!(found(query, text), "{query} in {text}");
        }
        for (query, text) in [
            ("路灯", "路上的灯"),
            ("26", "2026年"),
            ("路灯 水", "路灯坏了"),
            ("灯坏", "灯，坏了"),
            ("ed", "led"),
        ] {
            assert!(!found(query, text), "{query} in {text}");
        }
    }

    #[test]
    fn what_holds_nothing_to_search_for_is_told() {
        for query in ["", "  ", "，。！", "*-%_\"'", "\0\u{fffd}", "\u{3000}"] {
            assert_eq!(query.parse::<Wanted>(), Err(Unsearchable::Nothing), "{query:?}");
        }
        assert_eq!("灯".repeat(1_000).parse::<Wanted>(), Err(Unsearchable::TooLong));
        assert!("灯".repeat(LONGEST).parse::<Wanted>().is_ok());
    }

    #[test]
    fn words_hold_letters_and_digits_alone_whatever_is_asked() {
        let query = "a'b\"c*d(e)f{each 1}NEAR/2 路灯%_\\坏\0x OR 1=1--";
        let words: Vec<String> = wanted(query).words().map(str::to_owned).collect();
        assert!(
            words.iter().all(|w| w.chars().all(|c| c == ' ' || c.is_alphanumeric())),
            "{words:?}"
        );
    }

    #[test]
    fn every_text_that_holds_the_words_has_their_terms() {
        for (query, text) in [
            ("路灯坏", "路灯坏了"),
            ("灯", "路灯"),
            ("灯", "灯泡"),
            ("灯 坏了", "路灯坏了"),
            ("3号", "3号"),
            ("led灯", "LED灯"),
        ] {
            let (has, asks) = (terms(&normal(text)), wanted(query).terms());
            assert!(!asks.is_empty() && asks.is_subset(&has), "{asks:?} of {query} in {has:?}");
        }
    }

    #[test]
    fn hits_are_marked_where_they_stand_in_the_text_as_it_was_written() {
        for (query, text, marked) in [
            ("路灯", "路灯坏，路灯又坏", "[路灯]坏，[路灯]又坏"),
            ("led", "换ＬＥＤ灯", "换[ＬＥＤ]灯"),
            ("路灯 灯坏", "<b>路灯坏</b>", "<b>[路灯坏]</b>"),
            ("26-000123", "编号 26－000123。", "编号 [26－000123]。"),
            ("水", "路灯", "路灯"),
        ] {
            assert_eq!(shown(&wanted(query).mark(text)), marked, "{query}");
        }
        let long = format!("{}路灯{}", "前".repeat(50), "后".repeat(50));
        let excerpt = shown(&wanted("路灯").excerpt(&long, 3).unwrap());
        assert_eq!(excerpt, "…前前前[路灯]后后后后后后…");
        assert_eq!(shown(&wanted("路灯").excerpt("路灯坏了", 3).unwrap()), "[路灯]坏了");
        assert_eq!(wanted("水").excerpt("路灯坏了", 3), None);
    }
}
