//! Runs a scenario and compares what its lines say with what is the case.

use std::collections::{BTreeMap, BTreeSet};

use zongheng_core::calendar::Calendar;
use zongheng_core::matter::ActName;

use super::commands;
use super::facts::{self, Facts};
use super::play::{Play, Step};
use super::text::{self, Entry, Fault, Mark, Row, Scenario, Token, tokens};
use super::words::Words;
use super::world::{Holds, Merged, Vacant, WORLD};

/// How the county is otherwise than usual: who holds what, what is vacant, what is merged.
type Settings = (Vec<Holds>, Vec<Vacant>, Vec<Merged>);

/// What came of a scenario.
#[derive(Debug, Default)]
pub(crate) struct Ran {
    pub(crate) faults: Vec<Fault>,
    pub(crate) acts: BTreeSet<ActName>,
    pub(crate) playbooks: BTreeSet<String>,
    /// The file with the facts in it, where that was asked for and something changed.
    pub(crate) rewritten: Option<String>,
}

pub(crate) fn run(words: &Words, file: &str, text: &str, update: bool) -> Ran {
    match text::read(file, text) {
        Ok(scenario) => Runner::new(words, &scenario, update).run(),
        Err(faults) => Ran { faults, ..Ran::default() },
    }
}

struct Runner<'a> {
    words: &'a Words,
    scenario: &'a Scenario,
    update: bool,
    ran: Ran,
    /// The last step, and the line below which a missing expectation would stand.
    last: Option<(Step, usize)>,
    /// Whether the last step's status or refusal was said.
    said: bool,
    /// The matters whose ledger was shown, with how many acts they had then.
    shown: BTreeMap<usize, usize>,
    /// First line, number of lines, and what stands there from now.
    edits: Vec<(usize, usize, Vec<String>)>,
}

impl<'a> Runner<'a> {
    fn new(words: &'a Words, scenario: &'a Scenario, update: bool) -> Self {
        Self {
            words,
            scenario,
            update,
            ran: Ran::default(),
            last: None,
            said: false,
            shown: BTreeMap::new(),
            edits: Vec::new(),
        }
    }

    fn fault(&mut self, line: usize, text: impl Into<String>) {
        let file = self.scenario.file.clone();
        self.ran.faults.push(Fault { file, line, text: text.into() });
    }

    fn run(mut self) -> Ran {
        let (holds, vacant, merged) = match self.settings() {
            Ok(settings) => settings,
            Err((line, text)) => {
                self.fault(line, text);
                return self.ran;
            }
        };
        let county = WORLD.staffed(&holds, &vacant).and_then(|mut county| {
            merged.iter().try_for_each(|merged| WORLD.merge(&mut county, merged))?;
            Ok(county)
        });
        let county = match county {
            Ok(county) => county,
            Err(text) => {
                self.fault(1, text);
                return self.ran;
            }
        };
        let mut play = Play::new(self.words, county);
        for entry in &self.scenario.entries {
            let done = match entry {
                Entry::Setting(_) => Ok(()),
                Entry::Day { line, date, mark } => {
                    let real = mark_of(WORLD.calendar, *date);
                    if real == *mark { Ok(()) } else { Err((*line, format!("{date} is {real}"))) }
                }
                Entry::Step { at, row } => {
                    self.all_said(&mut play);
                    match play.step(*at, &row.tokens) {
                        Ok(step) => {
                            self.ran.acts.extend(step.act.filter(|_| step.refused.is_none()));
                            self.last = Some((step, row.line + row.lines));
                            self.said = false;
                            Ok(())
                        }
                        Err(text) => Err((row.line, text)),
                    }
                }
                Entry::Holds(row) => self.holds(&play, row).map_err(|text| (row.line, text)),
                Entry::Refused(row) => self.refused(row).map_err(|text| (row.line, text)),
            };
            // What follows a step that could not be read means nothing.
            if let Err((line, text)) = done {
                self.fault(line, text);
                return self.ran;
            }
        }
        self.all_said(&mut play);
        self.ends(&play);
        let kinds = play.tales.iter().map(|t| t.matter.playbook.id.to_string());
        self.ran.playbooks.extend(kinds);
        self.ran.rewritten = self.rewritten();
        self.ran
    }

    /// `% 岗位空缺 vacant 县住建局经办岗 Housing staff 2025-01-26 2025-02-05`.
    fn settings(&self) -> Result<Settings, (usize, String)> {
        let (mut holds, mut vacant, mut closed) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &self.scenario.entries {
            let Entry::Setting(row) = entry else { continue };
            let at = |text: String| (row.line, text);
            let mut named = row.tokens.iter().filter_map(|t| match t {
                Token::Word(word) => Some(word),
                _ => None,
            });
            let days = row.tokens.iter().filter_map(|t| match t {
                Token::Value(value) => Some(value.parse()),
                _ => None,
            });
            let days: Vec<jiff::civil::Date> = days
                .collect::<Result<_, _>>()
                .map_err(|_| at("days are written 2025-01-26".to_owned()))?;
            let from = *days.first().ok_or_else(|| at("from which day?".to_owned()))?;
            let to = days.get(1).copied();
            let what = named.next().ok_or_else(|| at("what is set?".to_owned()))?;
            let what = self.words.need("settings", what).map_err(at)?;
            let of = if what == "merged" { "units" } else { "posts" };
            let mut next = || {
                let word = named.next().ok_or_else(|| at(format!("which of the {of}?")))?;
                self.words.need(of, word).map(str::to_owned).map_err(at)
            };
            match what {
                "vacant" => vacant.push(Vacant { post: next()?, from, to }),
                "merged" => closed.push(Merged { unit: next()?, into: next()?, on: from }),
                how => {
                    let (post, person) = (next()?, next()?);
                    let holding = commands::read(how).map_err(at)?;
                    holds.push(Holds { post, person, holding, from, to });
                }
            }
        }
        Ok((holds, vacant, closed))
    }

    /// A step that changed where a matter stands says so, a refused one why.
    fn all_said(&mut self, play: &mut Play<'_>) {
        let Some((step, below)) = self.last.take() else { return };
        if self.said {
            return;
        }
        if let Some(refusal) = &step.refused {
            let (code, english) = facts::refusal(refusal);
            self.fault(below - 1, format!("this step is refused: {code} \"{english}\""));
            return;
        }
        let Some(tale) = step.tale else { return };
        let tale = &play.tales[tale];
        if step.before == Some(tale.glance()) {
            return;
        }
        match ((Facts { play, tale }).status(), self.update) {
            (Ok(status), true) => {
                self.edits.push((below, 0, folded(&format!("    = {status}"))));
            }
            (Ok(status), false) => {
                self.fault(below - 1, format!("this step changes what is the case: = {status}"));
            }
            (Err(text), _) => self.fault(below - 1, text),
        }
    }

    /// One expectation.
    fn holds(&mut self, play: &Play<'_>, row: &Row) -> Result<(), String> {
        let Some((step, _)) = &self.last else {
            return Err("an expectation stands below a step".to_owned());
        };
        if let (Some(refusal), false) = (&step.refused, self.said) {
            let (code, english) = facts::refusal(refusal);
            return Err(format!("the step above is refused: {code} \"{english}\""));
        }
        self.words.know_all(&row.tokens)?;
        let mut rest = &row.tokens[..];
        let own = step.tale;
        let tale = match (&rest, own) {
            ([Token::Word(word), ..], _) if self.words.find("labels", word).is_some() => {
                play.tale(&mut rest)?
            }
            (_, Some(own)) => own,
            _ => return Err("say which matter: 甲 A, 乙 B …".to_owned()),
        };
        let label = row.tokens.len() - rest.len();
        let facts = Facts { play, tale: &play.tales[tale] };
        let sort = match rest.first() {
            Some(Token::Word(word)) => self.words.find("shown", word),
            _ => None,
        };
        let found = match (sort, rest) {
            (Some(sort), [word, given @ ..]) => format!("{word} {}", facts.shown(sort, given)?),
            _ => facts.status()?,
        };
        if sort.is_none() && Some(tale) == own {
            self.said = true;
        }
        if sort == Some("ledger") {
            self.shown.insert(tale, play.tales[tale].ledger.len());
        }
        if tokens(&found)? == rest {
            return Ok(());
        }
        let labelled =
            row.tokens[..label].iter().fold(String::new(), |all, t| format!("{all}{t} "));
        let found = format!("= {labelled}{found}");
        if self.update {
            self.edits.push((row.line, row.lines, folded(&format!("    {found}"))));
        } else {
            let expected: Vec<String> = row.tokens.iter().map(ToString::to_string).collect();
            let text = format!("expected = {}\n    found    {found}", expected.join(" "));
            self.fault(row.line, text);
        }
        Ok(())
    }

    /// `✗ 不归你办 not_yours 「…」"only the lead unit may do this"`.
    fn refused(&mut self, row: &Row) -> Result<(), String> {
        let Some((step, _)) = &self.last else {
            return Err("a refusal stands below a step".to_owned());
        };
        let Some(refusal) = &step.refused else {
            return Err("the step above is not refused".to_owned());
        };
        self.said = true;
        let (code, english) = facts::refusal(refusal);
        let (said, told) = match row.tokens.as_slice() {
            [Token::Word(word), Token::Text { zh, en: Some(en) }] => {
                (self.words.need("codes", word)? == code && *en == english, zh.clone())
            }
            [] | [Token::Text { en: None, .. }] if self.update => {
                let told = row.tokens.iter().map(ToString::to_string).collect::<String>();
                (false, told.trim_matches(['「', '」']).to_owned())
            }
            [Token::Word(_), Token::Text { zh, .. }] => (false, zh.clone()),
            _ => return Err("a refusal is written: ✗ 不归你办 not_yours 「…」\"…\"".to_owned()),
        };
        if said {
            return Ok(());
        }
        let code = self.words.say("codes", code)?;
        if self.update {
            let line = format!("    ✗ {code} 「{told}」\"{english}\"");
            self.edits.push((row.line, row.lines, vec![line]));
        } else {
            let expected: Vec<String> = row.tokens.iter().map(ToString::to_string).collect();
            let text =
                format!("expected ✗ {}\n    found    ✗ {code} \"{english}\"", expected.join(" "));
            self.fault(row.line, text);
        }
        Ok(())
    }

    /// At the end each matter's whole ledger was shown.
    fn ends(&mut self, play: &Play<'_>) {
        let end = self.scenario.raw.len();
        for (n, tale) in play.tales.iter().enumerate() {
            if self.shown.get(&n) == Some(&tale.ledger.len()) {
                continue;
            }
            let label = self.words.say("labels", &tale.label).unwrap_or_default();
            let label = if play.tales.len() > 1 { format!("{label} ") } else { String::new() };
            let ledger = self.words.say("shown", "ledger").unwrap_or_default();
            match (Facts { play, tale }).shown("ledger", &[]) {
                Ok(acts) if self.update => {
                    self.edits.push((end + 1, 0, folded(&format!("    = {label}{ledger} {acts}"))));
                }
                Ok(acts) => self.fault(end, format!("it ends without = {label}{ledger} {acts}")),
                Err(text) => self.fault(end, text),
            }
        }
    }

    fn rewritten(&mut self) -> Option<String> {
        if self.edits.is_empty() {
            return None;
        }
        let mut lines = self.scenario.raw.clone();
        // From the end, so that the numbers of lines before stay what they are.
        let mut edits = std::mem::take(&mut self.edits);
        edits.reverse();
        edits.sort_by_key(|(line, count, _)| std::cmp::Reverse((*line, *count)));
        for (line, count, with) in edits {
            lines.splice(line - 1..line - 1 + count, with);
        }
        Some(lines.join("\n") + "\n")
    }
}

/// A long line goes on in the next with `+`, after a member of its list.
fn folded(line: &str) -> Vec<String> {
    const WIDE: usize = 150;
    let wide = |text: &str| text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let mut lines = vec![String::new()];
    for (n, member) in line.split(" · ").enumerate() {
        let last = lines.last().map_or("", |line| &**line);
        if n > 0 && wide(last) + wide(member) > WIDE {
            lines.push(format!("      + · {member}"));
        } else if let Some(last) = lines.last_mut() {
            last.push_str(if n > 0 { " · " } else { "" });
            last.push_str(member);
        }
    }
    lines
}

/// What a day's heading has to say of it.
fn mark_of(calendar: &Calendar, date: jiff::civil::Date) -> Mark {
    let weekend =
        matches!(date.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday);
    match (calendar.day(date).working, weekend) {
        (false, _) => Mark::Rest,
        (true, true) => Mark::Worked,
        (true, false) => Mark::Plain,
    }
}
