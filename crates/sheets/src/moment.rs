//! Dates as clerks write them, and none that makes no sense.

use jiff::civil::{Date, Time, date};

use crate::cell::{Cell, Value};
use crate::words::narrow;

/// Between which days a date makes sense, and which year is meant where none is written.
#[derive(Debug, Clone, Copy)]
pub struct Sense {
    pub from: Date,
    pub to: Date,
    /// The year of a ledger whose dates say only month and day.
    pub year: Option<i16>,
}

/// A day, and a time of it where one was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub date: Date,
    pub time: Option<Time>,
}

/// Why a cell is no date, with what would be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMoment {
    #[error("\"{0}\" is no date; write it as 2022-04-14")]
    Unknown(String),
    #[error("\"{0}\" is a day that there is not; write it as 2022-04-14")]
    NoDay(String),
    #[error("\"{0}\" has no year; write it as 2022-04-14, or say the year of the table")]
    NoYear(String),
    #[error(
        "\"{0}\" is a number: the 1st or the 10th cannot be told; format the cell as text or as a date"
    )]
    Rounded(String),
    #[error("{found} makes no sense here: a day from {from} to {to} would")]
    Senseless { found: Date, from: Date, to: Date },
}

/// Reads until when something is to be done: a date, also as 4月28日前 (that day at the latest), 4月底 or 年底.
///
/// # Errors
/// As [`read`].
pub fn read_until(cell: &Cell, sense: &Sense) -> Result<Moment, NoMoment> {
    let Value::Text(text) = &cell.value else { return read(cell, sense) };
    let text = narrow(text);
    let text =
        ["以前", "之前", "前"].iter().find_map(|word| text.strip_suffix(word)).unwrap_or(&text);
    let Some(stem) = text.strip_suffix(['底', '末']) else {
        return read(&Cell::text(text), sense);
    };
    let unknown = || NoMoment::Unknown(text.to_owned());
    let (numbers, rest) = numbers_of_date(stem);
    let small = |n: i64| i8::try_from(n).ok();
    let year = |n: i64| i16::try_from(n).ok().filter(|year| *year >= 1000);
    let no_year = || NoMoment::NoYear(text.to_owned());
    let (year, month) = match (numbers.as_slice(), rest) {
        ([], "年") => (sense.year.ok_or_else(no_year)?, 12),
        ([one], "") if stem.ends_with('年') => (year(*one).ok_or_else(unknown)?, 12),
        ([month], "") if stem.ends_with('月') => {
            (sense.year.ok_or_else(no_year)?, small(*month).ok_or_else(unknown)?)
        }
        ([one, month], "") if stem.ends_with('月') => {
            (year(*one).ok_or_else(unknown)?, small(*month).ok_or_else(unknown)?)
        }
        _ => return Err(unknown()),
    };
    let last = Date::new(year, month, 1).map_err(|_| unknown())?.last_of_month();
    sensible(Moment { date: last, time: None }, sense)
}

fn sensible(moment: Moment, sense: &Sense) -> Result<Moment, NoMoment> {
    let (from, to) = (sense.from, sense.to);
    if moment.date < from || moment.date > to {
        return Err(NoMoment::Senseless { found: moment.date, from, to });
    }
    Ok(moment)
}

/// Reads a date from a cell: 2022-04-14, 2022/4/14 09:30, 2022年4月14日, 4.14, 20220414, or the spreadsheet's
/// own number 44665; in half or full width.
///
/// # Errors
/// The cell is no date, or one that makes no sense.
pub fn read(cell: &Cell, sense: &Sense) -> Result<Moment, NoMoment> {
    let unknown = || NoMoment::Unknown(cell.shown());
    let moment = match &cell.value {
        Value::Text(text) => of_text(&narrow(text), sense)?,
        Value::Number(n) if n.fract() == 0.0 && (19_000_101.0..=21_001_231.0).contains(n) => {
            of_text(&cell.shown(), sense)?
        }
        // 4.14 as a number of month and day.
        Value::Number(n) if (1.0..13.0).contains(n) => of_decimal(&cell.shown(), sense)?,
        Value::Number(n) | Value::Serial(n) => of_serial(*n).ok_or_else(unknown)?,
        Value::Empty | Value::Truth(_) | Value::Error(_) => return Err(unknown()),
    };
    sensible(moment, sense)
}

/// Month and day that a spreadsheet took for a decimal: of 4.1 and 4.10 it makes the same, so one digit behind the point
/// is a day only where no tens can be meant.
fn of_decimal(shown: &str, sense: &Sense) -> Result<Moment, NoMoment> {
    let day = shown.split_once('.').map_or("", |(_, day)| day);
    match day.len() {
        1 if day > "3" => of_text(shown, sense),
        2 => of_text(shown, sense),
        _ => Err(NoMoment::Rounded(shown.to_owned())),
    }
}

/// Days since 1899-12-30, by which every spreadsheet counts from March 1900 on.
fn of_serial(days: f64) -> Option<Moment> {
    if !(1.0..2_958_466.0).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let (whole, seconds) = (days.floor() as i64, (days.fract() * 86_400.0).round() as i64);
    let day = date(1899, 12, 30).checked_add(jiff::Span::new().days(whole)).ok()?;
    let moment =
        day.to_datetime(Time::midnight()).checked_add(jiff::Span::new().seconds(seconds)).ok()?;
    Some(Moment { date: moment.date(), time: (seconds > 0).then(|| moment.time()) })
}

fn of_text(text: &str, sense: &Sense) -> Result<Moment, NoMoment> {
    let unknown = || NoMoment::Unknown(text.to_owned());
    let (numbers, mut rest) = numbers_of_date(text);
    let (year, month, day) = match numbers.as_slice() {
        [one] if (19_000_101..=21_001_231).contains(one) => {
            (one / 10_000, one / 100 % 100, one % 100)
        }
        [one] => {
            let serial = i32::try_from(*one).ok().map(f64::from).filter(|_| rest.is_empty());
            let serial = serial.filter(|n| (20_000.0..80_000.0).contains(n)).and_then(of_serial);
            return serial.ok_or_else(unknown);
        }
        [month, day] if *month <= 12 => match sense.year {
            Some(year) => (i64::from(year), *month, *day),
            None => return Err(NoMoment::NoYear(text.to_owned())),
        },
        [year, month, day] if *year >= 1000 => (*year, *month, *day),
        _ => return Err(unknown()),
    };
    let small = |n: i64| i8::try_from(n).ok();
    let parts = i16::try_from(year).ok().zip(small(month)).zip(small(day));
    let day = parts.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    let date = day.ok_or_else(|| NoMoment::NoDay(text.to_owned()))?;
    rest = rest.trim_start_matches([' ', 'T']);
    if rest.is_empty() {
        return Ok(Moment { date, time: None });
    }
    let time = of_time(rest).ok_or_else(unknown)?;
    Ok(Moment { date, time: Some(time) })
}

/// The numbers of the date at the beginning of a text, at most three, and what stands behind them.
fn numbers_of_date(text: &str) -> (Vec<i64>, &str) {
    let (mut numbers, mut rest) = (Vec::new(), text);
    while numbers.len() < 3 {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let Some(number) = rest.get(..end).filter(|d| d.len() <= 8).and_then(|d| d.parse().ok())
        else {
            break;
        };
        numbers.push(number);
        rest = &rest[end..];
        let mut marks = rest.chars();
        match marks.next() {
            Some('年' | '月' | '.' | '-' | '/') if numbers.len() < 3 => {
                rest = marks.as_str().trim_start();
            }
            Some('日' | '号') => {
                rest = marks.as_str();
                break;
            }
            _ => break,
        }
    }
    (numbers, rest)
}

/// 09:30, 9:30:00.0, 9时30分, 9点, 下午3:30; 24:00 is the last second of its day.
fn of_time(text: &str) -> Option<Time> {
    let (text, later) = match text.strip_prefix("下午") {
        Some(rest) => (rest, 12),
        None => (text.strip_prefix("上午").unwrap_or(text), 0),
    };
    let text = text.trim();
    let whole = text.split_once('.').filter(|(_, f)| f.bytes().all(|b| b.is_ascii_digit()));
    let text = whole.map_or(text, |(whole, _)| whole);
    let text = text.strip_suffix("+08:00").unwrap_or(text);
    let parts: Vec<&str> = text.split([':', '时', '点', '分', '秒']).collect();
    let parts = match parts.split_last() {
        Some((&"", before)) => before,
        _ => parts.as_slice(),
    };
    let numbers: Vec<i8> = parts.iter().map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let (hour, minute, second) = match numbers.as_slice() {
        [hour] if !text.bytes().all(|b| b.is_ascii_digit()) => (*hour, 0, 0),
        [hour, minute] => (*hour, *minute, 0),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    if (hour, minute, second) == (24, 0, 0) {
        return Some(Time::constant(23, 59, 59, 0));
    }
    let hour = if hour < 12 { hour + later } else { hour };
    Time::new(hour, minute, second, 0).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    const SENSE: Sense = Sense { from: date(2000, 1, 1), to: date(2032, 12, 31), year: Some(2022) };

    fn text(text: &str) -> Cell {
        Cell::text(text)
    }

    #[test]
    fn the_same_day_in_every_writing() {
        let serial = |value| Cell { value, formula: false };
        for cell in [
            text("2022年4月14日"),
            text("２０２２年４月１４日"),
            text("2022-04-14"),
            text("2022/4/14"),
            text("2022.4.14"),
            text("4.14"),
            text("4月14日"),
            text("20220414"),
            text("44665"),
            text("2022年 4月 14日"),
            serial(Value::Number(44_665.0)),
            serial(Value::Serial(44_665.0)),
            serial(Value::Number(20_220_414.0)),
            serial(Value::Number(4.14)),
        ] {
            let read = read(&cell, &SENSE);
            assert_eq!(read, Ok(Moment { date: date(2022, 4, 14), time: None }), "{cell:?}");
        }
    }

    #[test]
    fn a_time_of_day_is_kept() {
        for written in [
            "2022/4/14 09:30",
            "2022-04-14T09:30:00",
            "2022-04-14 09:30:00.0",
            "2022年4月14日9时30分",
            "2022年4月14日 上午9:30",
            "2022-04-14T09:30:00+08:00",
        ] {
            let moment = read(&text(written), &SENSE).unwrap();
            assert_eq!(moment.time, Some(time(9, 30, 0, 0)), "{written}");
        }
        let afternoon = read(&text("2022年4月14日下午3点"), &SENSE).unwrap();
        assert_eq!(afternoon.time, Some(time(15, 0, 0, 0)));
        let serial = Cell { value: Value::Serial(44_665.395_833_333), formula: false };
        assert_eq!(read(&serial, &SENSE).unwrap().time, Some(time(9, 30, 0, 0)));
    }

    #[test]
    fn a_limit_may_say_the_end_of_a_month_or_a_year() {
        for (written, day) in [
            ("4月28日前", date(2022, 4, 28)),
            ("2023年4月28日之前", date(2023, 4, 28)),
            ("2022-04-28以前", date(2022, 4, 28)),
            ("4月底", date(2022, 4, 30)),
            ("４月底前", date(2022, 4, 30)),
            ("2024年2月底", date(2024, 2, 29)),
            ("年底", date(2022, 12, 31)),
            ("2023年底前", date(2023, 12, 31)),
            ("2023年末", date(2023, 12, 31)),
            ("4.28", date(2022, 4, 28)),
        ] {
            let read = read_until(&text(written), &SENSE);
            assert_eq!(read, Ok(Moment { date: day, time: None }), "{written}");
        }
        let until = read_until(&text("4月28日24:00"), &SENSE).unwrap();
        assert_eq!((until.date, until.time), (date(2022, 4, 28), Some(time(23, 59, 59, 0))));
        let year = Sense { year: None, ..SENSE };
        for (written, sense, said) in [
            ("年底", year, "no year"),
            ("4月底", year, "no year"),
            ("月底", SENSE, "no date"),
            ("13月底", SENSE, "no date"),
            ("4底", SENSE, "no date"),
            ("前", SENSE, "no date"),
            ("2099年底", SENSE, "makes no sense"),
        ] {
            let refused = read_until(&text(written), &sense).unwrap_err().to_string();
            assert!(refused.contains(said), "{written}: {refused}");
            assert!(read(&text("4月底"), &SENSE).is_err(), "when something began is a day");
        }
    }

    #[test]
    fn what_is_no_day_is_refused_with_what_would_be_one() {
        let year = Sense { year: None, ..SENSE };
        for (cell, sense, said) in [
            (text("待定"), SENSE, "no date"),
            (text("2022-02-30"), SENSE, "there is not"),
            (text("4.14"), year, "no year"),
            (text("1900-01-01"), SENSE, "makes no sense"),
            (text("2099-12-31"), SENSE, "makes no sense"),
            (text("2022-04-14 25:00"), SENSE, "no date"),
            (text("2022-04-14左右"), SENSE, "no date"),
            (Cell { value: Value::Number(4.1), formula: false }, SENSE, "1st or the 10th"),
            (Cell { value: Value::Number(1.0), formula: false }, SENSE, "1st or the 10th"),
            (Cell { value: Value::Number(12.3), formula: false }, SENSE, "1st or the 10th"),
            (Cell { value: Value::Number(4.31), formula: false }, SENSE, "there is not"),
            (Cell { value: Value::Number(4.14), formula: false }, year, "no year"),
            (Cell { value: Value::Serial(1.0), formula: false }, SENSE, "makes no sense"),
            (Cell { value: Value::Number(1e300), formula: false }, SENSE, "no date"),
        ] {
            let refused = read(&cell, &sense).unwrap_err().to_string();
            assert!(refused.contains(said), "{cell:?}: {refused}");
        }
    }
}
