//! What follows the act on a line: words and values under the names that `words.txt` lists as fields, and
//! the texts.

use zongheng_core::ids::{DivisionCode, PostId, UnitId};
use zongheng_core::time::At;

use super::text::{Token, Word};
use super::words::Words;
use super::world::WORLD;

/// Fields that bear a text of their own; elsewhere a text is the act's.
const WITH_TEXT: [&str; 5] = ["number", "city_number", "their_number", "node", "part"];

/// One field with what stands behind it.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) items: Vec<Token>,
}

#[derive(Debug)]
pub(crate) struct Fields<'w> {
    words: &'w Words,
    /// What stands before the first field.
    head: Vec<Token>,
    named: Vec<Field>,
    texts: Vec<Token>,
}

impl<'w> Fields<'w> {
    pub(crate) fn read(words: &'w Words, tokens: &[Token]) -> Self {
        let mut read = Self { words, head: Vec::new(), named: Vec::new(), texts: Vec::new() };
        for token in tokens {
            let name = match token {
                Token::Word(word) => words.find("fields", word),
                _ => None,
            };
            if let Some(name) = name {
                read.named.push(Field { name: name.to_owned(), items: Vec::new() });
                continue;
            }
            let text = matches!(token, Token::Text { .. });
            match read.named.last_mut() {
                Some(field) if !text || WITH_TEXT.contains(&&*field.name) => {
                    let has = field.items.iter().any(|t| matches!(t, Token::Text { .. }));
                    if text && has {
                        read.texts.push(token.clone());
                    } else {
                        field.items.push(token.clone());
                    }
                }
                _ if text => read.texts.push(token.clone()),
                Some(_) => {}
                None => read.head.push(token.clone()),
            }
        }
        read
    }

    /// The next word of the head, if it means something in the section.
    pub(crate) fn head(&mut self, section: &str) -> Option<&'w str> {
        let n = self.head.iter().position(
            |t| matches!(t, Token::Word(word) if self.words.find(section, word).is_some()),
        )?;
        match self.head.remove(n) {
            Token::Word(word) => self.words.find(section, &word),
            _ => None,
        }
    }

    pub(crate) fn need_head(&mut self, section: &str) -> Result<&'w str, String> {
        self.head(section).ok_or_else(|| format!("a word of \"{section}\" is missing"))
    }

    /// The first word of the head, whatever it means.
    pub(crate) fn first(&mut self) -> Option<Word> {
        match self.head.first() {
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.head.remove(0);
                Some(word)
            }
            _ => None,
        }
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Field> {
        let n = self.named.iter().position(|f| f.name == name)?;
        Some(self.named.remove(n))
    }

    /// Every field of these names, in the order of the line.
    pub(crate) fn take_all(&mut self, names: &[&str]) -> Vec<Field> {
        let (taken, left) = self.named.drain(..).partition(|field| names.contains(&&*field.name));
        self.named = left;
        taken
    }

    /// A field without a value.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, String> {
        match self.take(name) {
            Some(field) if field.items.is_empty() => Ok(true),
            Some(_) => Err(format!("\"{name}\" has no value")),
            None => Ok(false),
        }
    }

    pub(crate) fn moment(&mut self, name: &str) -> Result<Option<At>, String> {
        self.take(name).map(|field| field.moment()).transpose()
    }

    pub(crate) fn unit(&mut self, name: &str) -> Result<Option<UnitId>, String> {
        let words = self.words;
        self.take(name).map(|field| field.unit(words)).transpose()
    }

    pub(crate) fn division(&mut self, name: &str) -> Result<Option<DivisionCode>, String> {
        let words = self.words;
        self.take(name).map(|field| field.division(words)).transpose()
    }

    pub(crate) fn post(&mut self, name: &str) -> Result<Option<PostId>, String> {
        let words = self.words;
        self.take(name).map(|field| post(words, &field.one_word()?)).transpose()
    }

    /// A word of a section under a field.
    pub(crate) fn word(&mut self, name: &str, section: &str) -> Result<Option<String>, String> {
        let Some(field) = self.take(name) else { return Ok(None) };
        self.words.need(section, &field.one_word()?).map(|key| Some(key.to_owned()))
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u32>, String> {
        self.take(name).map(|field| field.number()).transpose()
    }

    /// The number of a paper, in Chinese alone.
    pub(crate) fn paper(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(field) = self.take(name) else { return Ok(None) };
        match field.items.as_slice() {
            [Token::Text { zh, en: None }] => Ok(Some(zh.clone())),
            _ => Err(format!("\"{name}\" is written 「…〔2025〕1号」")),
        }
    }

    /// Whether the line has a text for the act; one that is there is there in both languages.
    pub(crate) fn has_text(&mut self) -> Result<bool, String> {
        if self.texts.is_empty() {
            return Ok(false);
        }
        match self.texts.remove(0) {
            Token::Text { en: Some(_), .. } => Ok(true),
            _ => Err("a text is written 「中文」\"English\"".to_owned()),
        }
    }

    /// Nothing may be left that nobody has read.
    pub(crate) fn end(self) -> Result<(), String> {
        let left = self.head.iter().chain(self.named.iter().flat_map(|f| &f.items));
        let left = left.chain(&self.texts).map(ToString::to_string);
        let left: Vec<String> = left.chain(self.named.iter().map(|f| f.name.clone())).collect();
        if left.is_empty() {
            Ok(())
        } else {
            Err(format!("this step has no use for: {}", left.join(", ")))
        }
    }
}

impl Field {
    pub(crate) fn one_word(&self) -> Result<Word, String> {
        match self.items.as_slice() {
            [Token::Word(word)] => Ok(word.clone()),
            _ => Err(format!("\"{}\" is followed by one word", self.name)),
        }
    }

    pub(crate) fn moment(&self) -> Result<At, String> {
        let values: Vec<&str> = self.values().collect();
        match values.as_slice() {
            [date, time] => moment(date, time),
            _ => Err(format!("\"{}\" is followed by a day and a time", self.name)),
        }
    }

    pub(crate) fn number(&self) -> Result<u32, String> {
        let first = self.values().next().and_then(|v| v.parse().ok());
        first.ok_or_else(|| format!("\"{}\" is followed by a number", self.name))
    }

    /// Whether it bears a text, in both languages.
    pub(crate) fn has_title(&self) -> bool {
        self.items.iter().any(|t| matches!(t, Token::Text { en: Some(_), .. }))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|t| match t {
            Token::Value(value) => Some(&**value),
            _ => None,
        })
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = &Word> {
        self.items.iter().filter_map(|t| match t {
            Token::Word(word) => Some(word),
            _ => None,
        })
    }

    pub(crate) fn unit(&self, words: &Words) -> Result<UnitId, String> {
        unit(words, &self.one_word()?)
    }

    pub(crate) fn division(&self, words: &Words) -> Result<DivisionCode, String> {
        division(words, &self.one_word()?)
    }
}

pub(crate) fn unit(words: &Words, word: &Word) -> Result<UnitId, String> {
    Ok(WORLD.keys.units[words.need("units", word)?])
}

pub(crate) fn division(words: &Words, word: &Word) -> Result<DivisionCode, String> {
    let key = words.need("units", word)?;
    if key.len() == 12 && key.bytes().all(|b| b.is_ascii_digit()) {
        Ok(DivisionCode::from(key))
    } else {
        Err(format!("\"{} {}\" is a unit and no place", word.zh, word.en))
    }
}

pub(crate) fn post(words: &Words, word: &Word) -> Result<PostId, String> {
    Ok(WORLD.keys.posts[words.need("posts", word)?])
}

pub(crate) fn moment(date: &str, time: &str) -> Result<At, String> {
    let bad = |_| format!("\"{date} {time}\" is no moment, such as 2025-03-05 18:00");
    format!("{date}T{time}:00+08:00").parse().map_err(bad)
}

impl<'w> Fields<'w> {
    /// Which of these words of `answers` stands in the head; at most one does.
    pub(crate) fn answer(&mut self, among: &[&str]) -> Result<Option<&'w str>, String> {
        let words = self.words;
        let (mut found, mut left) = (Vec::new(), Vec::new());
        for token in self.head.drain(..) {
            let key = match &token {
                Token::Word(word) => words.find("answers", word).filter(|k| among.contains(k)),
                _ => None,
            };
            match key {
                Some(key) => found.push(key),
                None => left.push(token),
            }
        }
        self.head = left;
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(format!("one of {} only", among.join(", "))),
        }
    }
}
