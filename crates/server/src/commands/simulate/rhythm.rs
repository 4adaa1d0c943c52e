//! When something falls: the days of a time weighed by weekday, month, holiday and weather, and the hours.

use jiff::civil::{Date, time};
use zongheng_core::calendar::Calendar;
use zongheng_core::time::At;

use super::chance::Chance;
use super::fate::Kind;
use super::parameters::{Parameters, Rhythm};
use super::weather::{Sky, Weather};

/// The five rhythms, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beat {
    Public,
    Outdoors,
    Meetings,
    Leaders,
    Inspections,
}

impl Beat {
    const ALL: [Self; 5] =
        [Self::Public, Self::Outdoors, Self::Meetings, Self::Leaders, Self::Inspections];

    /// By whose rhythm a matter of the kind and source comes in.
    pub(super) fn of(kind: Kind, source: Option<&str>) -> Self {
        match (kind, source) {
            (Kind::CountyTask, Some("leader")) => Self::Leaders,
            (Kind::CountyTask, Some("supervision")) | (_, Some("inspection")) => Self::Inspections,
            (Kind::CountyTask, _) => Self::Meetings,
            (Kind::GridFinding | Kind::Whistle, _) | (_, Some("grid")) => Self::Outdoors,
            _ => Self::Public,
        }
    }
}

/// Each day of the time with its weight, by rhythm.
pub(super) struct Days {
    first: At,
    /// The weights added up, day by day.
    up_to: [Vec<u64>; 5],
    hours: [[u32; 24]; 5],
}

impl Days {
    pub(super) fn of(
        parameters: &Parameters,
        calendar: &Calendar,
        weather: &Weather,
        (first, days): (Date, u16),
    ) -> Self {
        let up_to = parameters.rhythms.map(|rhythm| {
            let dates = first.series(jiff::Span::new().days(1)).take(usize::from(days));
            let mut sum = 0;
            let added = dates.map(|date| {
                sum += weight(&rhythm, date, calendar, weather.on(date));
                sum
            });
            added.collect()
        });
        let hours = parameters.rhythms.map(|rhythm| rhythm.hours);
        Self { first: At::on(first, time(0, 0, 0, 0)), up_to, hours }
    }

    /// A moment of that rhythm among the first `days` days; of a rhythm without a day among them, any.
    pub(super) fn moment(&self, beat: Beat, days: u16, chance: &mut Chance) -> At {
        let n = Beat::ALL.iter().position(|known| *known == beat).unwrap_or_default();
        let up_to = &self.up_to[n];
        let up_to = &up_to[..usize::from(days).min(up_to.len())];
        let all = up_to.last().copied().unwrap_or(0);
        let day = if all == 0 {
            chance.between(0, i64::from(days.max(1)) - 1)
        } else {
            let drawn = chance.between(0, i64::try_from(all).unwrap_or(i64::MAX) - 1);
            let drawn = drawn.unsigned_abs();
            i64::try_from(up_to.partition_point(|sum| *sum <= drawn)).unwrap_or(0)
        };
        let hours: Vec<(u32, i64)> = self.hours[n].into_iter().zip(0..).collect();
        let hour = chance.weighted(&hours).unwrap_or(9);
        self.first.plus_seconds(day * 86_400 + hour * 3_600 + chance.between(0, 3_599))
    }
}

fn weight(rhythm: &Rhythm, date: Date, calendar: &Calendar, sky: Sky) -> u64 {
    let day = calendar.day(date);
    let weekday = date.weekday().to_monday_zero_offset().unsigned_abs();
    let ordinary = rhythm.weekdays[usize::from(weekday)];
    let (weekday, special) = match (day.name.is_empty(), day.working, weekday >= 5) {
        // Whatever day of the week a holiday falls on.
        (false, false, _) => (rhythm.weekdays.iter().sum::<u32>() / 7, rhythm.holiday),
        (false, true, true) => (ordinary, rhythm.made_up),
        _ => (ordinary, 100),
    };
    let month = usize::from(date.month().unsigned_abs()) - 1;
    let sky = rhythm.weather[sky as usize];
    [weekday, rhythm.months[month], special, sky].iter().map(|n| u64::from(*n)).product()
}

#[cfg(test)]
mod tests {
    use jiff::Span;
    use jiff::civil::{Weekday, date};

    use super::*;

    /// The moments of a rhythm over a year.
    fn moments(beat: Beat) -> (Vec<At>, Calendar) {
        let parameters = Parameters::shipped().unwrap();
        let text = include_str!("../../../../../programmes/calendar/days.csv");
        let calendar = Calendar::from_csv(text).unwrap();
        let (first, mut chance) = (date(2025, 1, 1), Chance::from_seed(3));
        let weather = Weather::drawn(&parameters.weather, first, 365, &mut chance);
        let days = Days::of(&parameters, &calendar, &weather, (first, 365));
        let at = (0..3_000).map(|_| days.moment(beat, 365, &mut chance));
        (at.collect(), calendar)
    }

    #[test]
    fn meetings_are_on_their_weekdays_in_their_hours_and_on_no_holiday() {
        let (moments, calendar) = moments(Beat::Meetings);
        for at in moments {
            let weekday = at.date().weekday();
            assert!(matches!(weekday, Weekday::Monday | Weekday::Thursday), "{at}");
            assert!((9..18).contains(&at.time().hour()), "{at}");
            assert!(calendar.day(at.date()).working, "{at}");
        }
    }

    #[test]
    fn the_public_speaks_by_the_shares_of_the_file() {
        let (moments, calendar) = moments(Beat::Public);
        let of = |fits: &dyn Fn(&At) -> bool| moments.iter().filter(|at| fits(at)).count();
        let share = |hour: i8| of(&|at| at.time().hour() == hour) * 1_000 / moments.len();
        assert!((80..125).contains(&share(10)), "ten in the morning: {}", share(10));
        assert!(share(3) < 10, "three at night: {}", share(3));
        let holiday = |at: &At| {
            let day = calendar.day(at.date());
            !day.name.is_empty() && !day.working
        };
        let days = (0..365).map(|n| date(2025, 1, 1).saturating_add(Span::new().days(n)));
        let holidays = days.filter(|day| holiday(&At::on(*day, time(12, 0, 0, 0)))).count();
        let n = of(&holiday);
        assert!(n * 365 < moments.len() * holidays * 3 / 4, "a holiday is quiet: {n}");
    }
}
