//! `zongheng clock due`: the arithmetic of limits on the official calendar, for one question or a file
//! of them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use zongheng_core::calendar::Calendar;
use zongheng_core::clock::{self, Asked, ClockError, Due, Limit, Pause, Roll, Start, words};
use zongheng_core::time::At;

use super::{Failure, end};
use crate::programmes;

/// What `clock` does.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Clock {
    /// When something is due, by the working calendar, and why.
    Due(Ask),
}

/// What `clock due` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Ask {
    /// When it was accepted, such as 2022-04-14T08:40:00+08:00.
    #[arg(long, value_name = "T", required_unless_present = "cases")]
    accepted: Option<At>,
    /// 3d natural days, 7wd working days, 1m a month, 24h hours, 2wh office hours.
    #[arg(long, value_name = "L", required_unless_present = "cases")]
    limit: Option<Limit>,
    /// working: from office hours; at-once: from the instant itself.
    #[arg(long, default_value = "working", value_parser = word::<Start>)]
    start: Start,
    /// next: a last day of rest moves to the next working day; none: it stays.
    #[arg(long, default_value = "next", value_parser = word::<Roll>)]
    roll: Roll,
    /// A stretch that does not count, A/B; may stand several times.
    #[arg(long = "pause", value_name = "A/B")]
    pauses: Vec<Pause>,
    /// A CSV of questions: id, accepted, limit, start, roll, pauses (A/B;A/B).
    #[arg(long, value_name = "F.csv", conflicts_with_all = ["accepted", "limit", "start", "roll", "pauses", "json"])]
    cases: Option<PathBuf>,
    /// The answer as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Clock {
    pub(crate) fn run(self) -> ExitCode {
        let Self::Due(ask) = self;
        end(ask.answer(&mut io::stdout().lock()))
    }
}

impl Ask {
    fn answer(&self, out: &mut impl Write) -> Result<(), Failure> {
        let calendar = programmes::calendar().map_err(Failure::Input)?;
        let written = match (&self.cases, self.accepted, self.limit) {
            (Some(file), ..) => {
                let answered = answer_file(file, &calendar)?;
                out.write_all(&answered)
            }
            (None, Some(accepted), Some(limit)) => {
                let asked = Asked {
                    accepted,
                    limit,
                    start: self.start,
                    roll: self.roll,
                    cutoff: None,
                    pauses: &self.pauses,
                };
                let due =
                    clock::due(&calendar, &asked).map_err(|e| Failure::input(e.to_string()))?;
                if self.json { writeln!(out, "{}", to_json(&due)) } else { in_words(&due, out) }
            }
            _ => return Err(Failure::input("give --accepted and --limit, or --cases")),
        };
        written.map_err(|e| Failure::Io("standard output".to_owned(), e))
    }
}

/// The reasons bear their sentences beside their data.
fn to_json(due: &Due) -> Value {
    let this = due.start.date().year();
    let mut answer = json!(due);
    if let Some(Value::Array(because)) = answer.get_mut("because") {
        for (data, reason) in because.iter_mut().zip(&due.because) {
            data["zh"] = words::zh(reason, this).into();
            data["en"] = words::en(reason, this).into();
        }
    }
    answer
}

fn in_words(due: &Due, out: &mut impl Write) -> io::Result<()> {
    let open = if due.provisional { " (provisional)" } else { "" };
    writeln!(out, "start  {}\nwarn   {}\ndue    {}{open}", due.start, due.warn, due.due)?;
    let this = due.start.date().year();
    due.because.iter().try_for_each(|reason| writeln!(out, "       {}", words::en(reason, this)))
}

/// Reads the whole file first: with one fault nothing is answered and every fault is told.
fn answer_file(file: &Path, calendar: &Calendar) -> Result<Vec<u8>, Failure> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|e| Failure::Io(name.clone(), e))?;
    answer_cases(&name, &bytes, calendar).map_err(Failure::Input)
}

const COLUMNS: [&str; 6] = ["id", "accepted", "limit", "start", "roll", "pauses"];

fn answer_cases(name: &str, bytes: &[u8], calendar: &Calendar) -> Result<Vec<u8>, Vec<String>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let headers = reader.headers().map_err(|e| vec![format!("{name}: {e}")])?.clone();
    let place = |column: &str| headers.iter().position(|h| h.trim() == column);
    let missing: Vec<String> = COLUMNS[..3]
        .iter()
        .filter(|c| place(c).is_none())
        .map(|c| format!("{name}, row 1: the column {c} is missing; wanted are {COLUMNS:?}"))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let places = COLUMNS.map(place);
    let (mut faults, mut answers) = (Vec::new(), Vec::new());
    for (n, record) in (2_u64..).zip(reader.records()) {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                faults.push(format!("{name}, row {n}: {e}"));
                continue;
            }
        };
        let row = record.position().map_or(n, csv::Position::line);
        let cell = |i: usize| places[i].and_then(|p| record.get(p)).unwrap_or("").trim();
        let mut fault = |column: &str, what: String| {
            faults.push(format!("{name}, row {row}, column {column}: {what}"));
        };
        match case(&cell, calendar) {
            Ok(due) => answers.push((
                COLUMNS.map(|c| place(c).and_then(|p| record.get(p)).unwrap_or("").to_owned()),
                due,
            )),
            Err(told) => told.into_iter().for_each(|(column, what)| fault(column, what)),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    write_cases(&answers).map_err(|e| vec![format!("{name}: {e}")])
}

fn write_cases(answers: &[([String; 6], Due)]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS.iter().chain(&["due", "warn", "provisional"]))?;
    for (cells, due) in answers {
        let open = if due.provisional { "true" } else { "" };
        let answer = [due.due.to_string(), due.warn.to_string(), open.to_owned()];
        out.write_record(cells.iter().chain(&answer))?;
    }
    out.into_inner().map_err(|e| e.into_error().into())
}

/// The answer to one row, or every column that is wrong.
fn case<'a>(
    cell: &impl Fn(usize) -> &'a str,
    calendar: &Calendar,
) -> Result<Due, Vec<(&'static str, String)>> {
    let mut faults = Vec::new();
    let accepted = cell(1).parse::<At>().map_err(|e| faults.push(("accepted", e.to_string())));
    let limit = cell(2).parse::<Limit>().map_err(|e| faults.push(("limit", e.to_string())));
    let start = or_default::<Start>(cell(3)).map_err(|e| faults.push(("start", e)));
    let roll = or_default::<Roll>(cell(4)).map_err(|e| faults.push(("roll", e)));
    let given = cell(5).split(';').map(str::trim).filter(|p| !p.is_empty());
    let mut pauses = Vec::new();
    for pause in given {
        match pause.parse::<Pause>() {
            Ok(pause) => pauses.push(pause),
            Err(e) => faults.push(("pauses", e.to_string())),
        }
    }
    let (Ok(accepted), Ok(limit), Ok(start), Ok(roll), true) =
        (accepted, limit, start, roll, faults.is_empty())
    else {
        return Err(faults);
    };
    let asked = Asked { accepted, limit, start, roll, cutoff: None, pauses: &pauses };
    clock::due(calendar, &asked).map_err(|e| {
        let column = match e {
            ClockError::NothingAtOnce(_) => "start",
            ClockError::OutOfRange(at) if at == accepted => "accepted",
            ClockError::PauseBackwards(_)
            | ClockError::PausesOverlap(..)
            | ClockError::OutOfRange(_) => "pauses",
            ClockError::TooFar(..) => "limit",
        };
        vec![(column, e.to_string())]
    })
}

fn or_default<T: DeserializeOwned + Default>(text: &str) -> Result<T, String> {
    if text.is_empty() { Ok(T::default()) } else { word(text) }
}

/// A word as the configuration spells it.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(json!(text)).map_err(|_| {
        format!("\"{text}\" is not known here: start is working or at-once, roll next or none")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(text: &str) -> Result<String, Vec<String>> {
        let calendar = programmes::calendar().unwrap();
        answer_cases("q.csv", text.as_bytes(), &calendar).map(|b| String::from_utf8(b).unwrap())
    }

    #[test]
    fn one_question_is_answered_with_its_reasons_in_both_languages() {
        let calendar = programmes::calendar().unwrap();
        let accepted = "2022-04-27T09:00:00+08:00".parse().unwrap();
        let asked = Asked::new(accepted, "7d".parse().unwrap());
        let answer = to_json(&clock::due(&calendar, &asked).unwrap());
        let mut keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["because", "due", "provisional", "start", "warn"]);
        assert_eq!(answer["due"], "2022-05-05T18:00:00+08:00");
        assert_eq!(answer["because"][2]["rule"], "rolled");
        assert_eq!(answer["because"][2]["zh"], "顺延到 5月5日 周四");
        assert_eq!(answer["because"][2]["en"], "moves to Thu 5 May");
    }

    #[test]
    fn a_file_of_questions_is_answered_in_its_order() {
        let asked = "id,accepted,limit,start,roll,pauses\n\
            a,2022-04-14T08:40:00+08:00,7wd,,,\n\
            b,2026-12-31T10:00:00+08:00,1wd,working,next,\n";
        let wanted = "id,accepted,limit,start,roll,pauses,due,warn,provisional\n\
            a,2022-04-14T08:40:00+08:00,7wd,,,,2022-04-24T18:00:00+08:00,2022-04-21T06:53:00+08:00,\n";
        let got = answers(asked).unwrap();
        assert!(got.starts_with(wanted), "{got}");
        assert!(got.lines().nth(2).unwrap().ends_with(",true"), "2027 is not published: {got}");
    }

    #[test]
    fn every_fault_is_told_with_its_row_and_column() {
        let asked = "id,accepted,limit,start,roll,pauses\n\
            a,yesterday,7,soon,never,x;y\n\
            b,2022-04-14T08:40:00+08:00,1d,,,2022-04-16T08:00:00+08:00/2022-04-15T08:00:00+08:00\n\
            c,2022-04-14T08:40:00+08:00,1d,,,1022-04-16T08:00:00+08:00/2022-04-15T08:00:00+08:00\n";
        let faults = answers(asked).unwrap_err();
        let columns =
            ["accepted", "limit", "start", "roll", "pauses", "pauses", "pauses", "pauses"];
        assert_eq!(faults.len(), columns.len(), "{faults:#?}");
        for (fault, (row, column)) in
            faults.iter().zip([2, 2, 2, 2, 2, 2, 3, 4].iter().zip(columns))
        {
            assert!(fault.starts_with(&format!("q.csv, row {row}, column {column}: ")), "{fault}");
        }
        let faults = answers("id,when\na,b\n").unwrap_err();
        assert_eq!(faults.len(), 2, "{faults:#?}");
    }
}
