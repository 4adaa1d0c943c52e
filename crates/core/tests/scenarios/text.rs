//! Reading a scenario: days, steps, what is expected. Nothing unknown is passed over; each fault is told
//! with file and line.

use std::fmt;

use jiff::civil::{Date, Time, Weekday};
use zongheng_core::time::At;

/// What is wrong in a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scenarios/{}:{}: {}", self.file, self.line, self.text)
    }
}

/// One word of a line, always in both languages: `受理 file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) zh: String,
    pub(crate) en: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    Word(Word),
    /// A date, a time, a number: what begins with a digit.
    Value(String),
    /// What somebody said or wrote: `「灯不亮」"The lamp is dark"`; a paper's number has no English.
    Text {
        zh: String,
        en: Option<String>,
    },
    /// `·`, between the members of a list.
    Dot,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Word(Word { zh, en }) => write!(f, "{zh} {en}"),
            Token::Value(value) => f.write_str(value),
            Token::Text { zh, en: Some(en) } => write!(f, "「{zh}」\"{en}\""),
            Token::Text { zh, en: None } => write!(f, "「{zh}」"),
            Token::Dot => f.write_str("·"),
        }
    }
}

/// The tokens of a line, with those that continue it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The first line, from 1.
    pub(crate) line: usize,
    /// How many lines it takes.
    pub(crate) lines: usize,
    pub(crate) tokens: Vec<Token>,
}

#[derive(Debug, Clone)]
pub(crate) enum Entry {
    /// `%`: who holds which post, different from everybody their own.
    Setting(Row),
    /// A day, and whether it says that it is a day of rest or one worked in exchange.
    Day {
        line: usize,
        date: Date,
        mark: Mark,
    },
    Step {
        at: At,
        row: Row,
    },
    /// `=`: what the ledger then holds.
    Holds(Row),
    /// `✗`: the step above is refused.
    Refused(Row),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Plain,
    Rest,
    Worked,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mark::Plain => "an ordinary day, without a mark",
            Mark::Rest => "休 rest",
            Mark::Worked => "班 worked",
        })
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) file: String,
    pub(crate) entries: Vec<Entry>,
    /// The lines as they stand, for writing them again.
    pub(crate) raw: Vec<String>,
}

/// Reads a file; all that is wrong in it at once.
pub(crate) fn read(file: &str, text: &str) -> Result<Scenario, Vec<Fault>> {
    let mut reader = Reader { file, date: None, last: None, entries: Vec::new(), faults: vec![] };
    for (n, line) in text.lines().enumerate() {
        reader.line(n + 1, line);
    }
    if !text.ends_with('\n') || text.ends_with("\n\n") {
        reader.fault(text.lines().count(), "the file ends with one line end");
    }
    if !matches!(text.lines().next(), Some(first) if first.starts_with("# ")) {
        reader.fault(1, "a scenario begins with its title: # 中文 | English");
    }
    if !text.lines().any(|line| line.starts_with("> ")) {
        reader.fault(1, "a scenario says what it is about: > 中文 | English");
    }
    if reader.faults.is_empty() {
        let raw = text.lines().map(str::to_owned).collect();
        Ok(Scenario { file: file.to_owned(), entries: reader.entries, raw })
    } else {
        Err(reader.faults)
    }
}

struct Reader<'a> {
    file: &'a str,
    date: Option<Date>,
    last: Option<At>,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn fault(&mut self, line: usize, text: impl Into<String>) {
        self.faults.push(Fault { file: self.file.to_owned(), line, text: text.into() });
    }

    fn line(&mut self, n: usize, line: &str) {
        if let Err(text) = self.read_line(n, line) {
            self.fault(n, text);
        }
    }

    fn read_line(&mut self, n: usize, line: &str) -> Result<(), String> {
        let text = line.trim();
        if line.trim_end() != line || line.contains('\t') {
            return Err("blanks at the end, or a tab".to_owned());
        }
        let row = |rest: &str| tokens(rest).map(|tokens| Row { line: n, lines: 1, tokens });
        if text.is_empty() {
            Ok(())
        } else if let Some(prose) = text.strip_prefix("# ").or(text.strip_prefix("> ")) {
            bilingual(prose)
        } else if let Some(rest) = text.strip_prefix('%') {
            self.entries.push(Entry::Setting(row(rest)?));
            Ok(())
        } else if let Some(rest) = text.strip_prefix('+') {
            self.go_on(tokens(rest)?)
        } else if let Some(rest) = text.strip_prefix('=') {
            self.entries.push(Entry::Holds(row(rest)?));
            Ok(())
        } else if let Some(rest) = text.strip_prefix('✗') {
            self.entries.push(Entry::Refused(row(rest)?));
            Ok(())
        } else if line.starts_with(' ') {
            self.step(n, text)
        } else {
            self.day(n, text)
        }
    }

    /// `+`: the line above goes on.
    fn go_on(&mut self, tokens: Vec<Token>) -> Result<(), String> {
        match self.entries.last_mut() {
            Some(
                Entry::Step { row, .. }
                | Entry::Holds(row)
                | Entry::Refused(row)
                | Entry::Setting(row),
            ) => {
                row.lines += 1;
                row.tokens.extend(tokens);
                Ok(())
            }
            _ => Err("\"+\" goes on with a step or an expectation above it".to_owned()),
        }
    }

    /// `2025-03-05 周三 Wed`, of a day of rest with `休 rest`, of one worked in exchange `班 worked`.
    fn day(&mut self, n: usize, text: &str) -> Result<(), String> {
        let what = || format!("\"{text}\" is no day, such as: 2025-03-05 周三 Wed");
        let mut parts = text.splitn(2, ' ');
        let date: Date = parts.next().unwrap_or_default().parse().map_err(|_| what())?;
        let (zh, en) = week(date);
        let rest = parts.next().unwrap_or_default();
        let marked = rest.strip_prefix(&format!("{zh} {en}"));
        let mark = match marked.ok_or_else(|| format!("{date} is {zh} {en}"))? {
            "" => Mark::Plain,
            " 休 rest" => Mark::Rest,
            " 班 worked" => Mark::Worked,
            _ => return Err(what()),
        };
        if self.date.is_some_and(|before| before >= date) {
            return Err("days go forward, each stands once".to_owned());
        }
        self.date = Some(date);
        self.entries.push(Entry::Day { line: n, date, mark });
        Ok(())
    }

    /// `  09:40  曹寨村委会 Caozhai committee  受理 file`.
    fn step(&mut self, n: usize, text: &str) -> Result<(), String> {
        let (time, rest) = text.split_once(' ').unwrap_or((text, ""));
        let of_day: Option<Time> = if time.len() == 5 { time.parse().ok() } else { None };
        let of_day =
            of_day.ok_or_else(|| format!("\"{time}\" is no time of day, such as 09:40"))?;
        let date = self.date.ok_or("a day stands above the first step")?;
        let at = At::on(date, of_day);
        if self.last.is_some_and(|last| last > at) {
            return Err("time runs forward".to_owned());
        }
        self.last = Some(at);
        let row = Row { line: n, lines: 1, tokens: tokens(rest)? };
        self.entries.push(Entry::Step { at, row });
        Ok(())
    }
}

fn week(date: Date) -> (&'static str, &'static str) {
    match date.weekday() {
        Weekday::Monday => ("周一", "Mon"),
        Weekday::Tuesday => ("周二", "Tue"),
        Weekday::Wednesday => ("周三", "Wed"),
        Weekday::Thursday => ("周四", "Thu"),
        Weekday::Friday => ("周五", "Fri"),
        Weekday::Saturday => ("周六", "Sat"),
        Weekday::Sunday => ("周日", "Sun"),
    }
}

/// Prose is written twice: in Chinese, and behind `|` in English.
fn bilingual(prose: &str) -> Result<(), String> {
    let (zh, en) = prose.split_once(" | ").ok_or("prose is written: 中文 | English")?;
    if is_chinese(zh) && !en.trim().is_empty() && !is_chinese(en) && !en.contains('|') {
        Ok(())
    } else {
        Err("prose is written: 中文 | English".to_owned())
    }
}

pub(crate) fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// The tokens of a line. A word begins in Chinese; the English behind it belongs to it.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found: Vec<Token> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '「' {
            let (token, after) = quoted(rest)?;
            found.push(token);
            rest = after.trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        match (first, found.last_mut()) {
            ('·', _) if piece == "·" => found.push(Token::Dot),
            _ if first.is_ascii_digit() => found.push(Token::Value(piece.to_owned())),
            _ if is_chinese(piece) && !first.is_ascii() => {
                found.push(Token::Word(Word { zh: piece.to_owned(), en: String::new() }));
            }
            (_, Some(Token::Word(word))) if first.is_ascii_alphabetic() => {
                if !word.en.is_empty() {
                    word.en.push(' ');
                }
                word.en.push_str(piece);
            }
            _ => return Err(format!("\"{piece}\" stands alone: write 中文 English")),
        }
        rest = after.trim_start();
    }
    match found.iter().find(|t| matches!(t, Token::Word(word) if word.en.is_empty())) {
        Some(Token::Word(word)) => Err(format!("\"{}\" has no English behind it", word.zh)),
        _ => Ok(found),
    }
}

fn quoted(text: &str) -> Result<(Token, &str), String> {
    let inner = text.strip_prefix('「').unwrap_or(text);
    let (zh, after) = inner.split_once('」').ok_or("「 has no 」")?;
    if zh.is_empty() || !is_chinese(zh) {
        return Err(format!("「{zh}」 says nothing in Chinese"));
    }
    let Some(quote) = after.strip_prefix('"') else {
        return Ok((Token::Text { zh: zh.to_owned(), en: None }, after));
    };
    let (en, after) = quote.split_once('"').ok_or("an English text has no closing quote")?;
    if en.is_empty() {
        return Err(format!("「{zh}」 says nothing in English"));
    }
    Ok((Token::Text { zh: zh.to_owned(), en: Some(en.to_owned()) }, after))
}
