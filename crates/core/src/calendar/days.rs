//! Days as numbers from 1970-01-01 in the county's time, so that counting them is a subtraction.

use jiff::civil::{Date, Time};

use crate::time::At;

const DAY: i64 = 86_400;
const OFFSET: i64 = 8 * 3600;
const EPOCH: Date = Date::constant(1970, 1, 1);

/// The day on which an instant falls.
pub(crate) const fn day_of(at: At) -> i64 {
    (at.seconds() + OFFSET).div_euclid(DAY)
}

/// Seconds since the midnight before an instant.
pub(crate) const fn second_of(at: At) -> i64 {
    (at.seconds() + OFFSET).rem_euclid(DAY)
}

pub(crate) const fn instant(day: i64, second: i64) -> At {
    At::from_seconds(day * DAY + second - OFFSET)
}

pub(crate) fn number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_secs() / DAY
}

/// The date of a day, by counting from 1 March of the year 0, so that a leap day is the last of its
/// year; much the fastest way, and it is taken several times for each due.
pub(crate) fn date(day: i64) -> Date {
    const ERA: i64 = 146_097;
    let since = day + 719_468;
    let (era, of_era) = (since.div_euclid(ERA), since.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * from_march + 2) / 5 + 1;
    let (month, years) = if from_march < 10 { (from_march + 3, 0) } else { (from_march - 9, 1) };
    let year = i16::try_from(era * 400 + year + years);
    let of_month = i8::try_from(of_month).unwrap_or(1);
    let month = i8::try_from(month).unwrap_or(1);
    let date = year.ok().and_then(|year| Date::new(year, month, of_month).ok());
    date.unwrap_or(if day < 0 { Date::MIN } else { Date::MAX })
}

pub(crate) fn seconds(time: Time) -> i64 {
    i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second())
}

/// Days since Monday: 0 is Monday, 6 is Sunday. 1970-01-01 was a Thursday.
pub(crate) const fn since_monday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// How many days from Monday to Friday there are up to and with a day, counted from a Monday long ago
/// and so meaningful only as a difference.
pub(crate) const fn weekdays_up_to(day: i64) -> i64 {
    let in_week = since_monday(day) + 1;
    (day + 3).div_euclid(7) * 5 + if in_week < 5 { in_week } else { 5 }
}

/// The weekday of that count: `weekdays_up_to` turned round.
pub(crate) const fn nth_weekday(count: i64) -> i64 {
    (count - 1).div_euclid(5) * 7 + (count - 1).rem_euclid(5) - 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_beyond_those_there_are_become_the_first_or_the_last() {
        let (first, last) = (number(Date::MIN), number(Date::MAX));
        assert_eq!((date(first), date(last)), (Date::MIN, Date::MAX));
        assert_eq!((date(first - 1), date(last + 1)), (Date::MIN, Date::MAX));
        assert_eq!((date(i64::MIN / 2), date(i64::MAX / 2)), (Date::MIN, Date::MAX));
    }

    #[test]
    fn weekdays_are_counted_and_found_again() {
        for day in (-1000..1000).chain(-30_000..-29_000).chain(372_000..380_000) {
            let date = date(day);
            assert_eq!(number(date), day);
            assert_eq!(i64::from(date.weekday().to_monday_zero_offset()), since_monday(day));
            let weekday = since_monday(day) < 5;
            assert_eq!(weekdays_up_to(day) - weekdays_up_to(day - 1), i64::from(weekday));
            if weekday {
                assert_eq!(nth_weekday(weekdays_up_to(day)), day);
            }
        }
    }
}
