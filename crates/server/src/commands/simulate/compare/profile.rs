//! What a file, or a simulated time, is like.

use zongheng_core::time::At;

const DAY: i64 = 86_400;

#[derive(Debug)]
pub(super) struct Profile {
    pub(super) name: &'static str,
    pub(super) matters: u64,
    /// Seconds from arrival to answer, the shortest first.
    pub(super) delays: Vec<i64>,
    /// By hour, where hours are known; by weekday, Monday first; by month.
    hours: Option<Vec<u64>>,
    weekdays: Vec<u64>,
    months: Vec<u64>,
    /// How many lie open on an average day.
    pub(super) open: Option<f64>,
    /// The same as days of arrivals.
    pub(super) backlog: Option<f64>,
}

impl Profile {
    /// Of arrivals and answers. What is never answered lies open until the end.
    pub(super) fn of(
        name: &'static str,
        hours: bool,
        times: Vec<(At, Option<At>)>,
        until: At,
    ) -> Self {
        let mut profile = Self {
            name,
            matters: 0,
            delays: Vec::new(),
            hours: hours.then(|| vec![0; 24]),
            weekdays: vec![0; 7],
            months: vec![0; 12],
            open: None,
            backlog: None,
        };
        let first = times.iter().map(|(came, _)| came.seconds()).min();
        let mut open_seconds = 0.0;
        for (came, answered) in times {
            profile.matters += 1;
            let civil = came.civil();
            let hour = usize::try_from(civil.hour()).unwrap_or_default();
            if let Some(hours) = &mut profile.hours {
                hours[hour] += 1;
            }
            let weekday = civil.date().weekday().to_monday_zero_offset();
            profile.weekdays[usize::try_from(weekday).unwrap_or_default()] += 1;
            profile.months[usize::try_from(civil.date().month() - 1).unwrap_or_default()] += 1;
            profile.delays.extend(answered.map(|answered| answered.seconds_since(came)));
            open_seconds += seconds(answered.unwrap_or(until).seconds_since(came).max(0));
        }
        profile.delays.sort_unstable();
        let span = first.map(|first| seconds((until.seconds() - first).max(DAY)));
        profile.open = span.map(|span| open_seconds / span);
        // By Little's law the open ones over the arrivals of a day.
        profile.backlog =
            (profile.matters > 0).then(|| open_seconds / count(profile.matters) / seconds(DAY));
        profile
    }

    /// Within how many days so many of a hundred are answered.
    pub(super) fn days_to(&self, of_100: usize) -> Option<f64> {
        let n = (self.delays.len() * of_100).div_ceil(100).saturating_sub(1);
        self.delays.get(n).map(|delay| seconds(*delay) / seconds(DAY))
    }

    /// By hour 0, weekday 1, month 2.
    pub(super) fn shares(&self, by: usize) -> Option<&[u64]> {
        match by {
            0 => self.hours.as_deref(),
            1 => Some(&self.weekdays),
            _ => Some(&self.months),
        }
    }

    pub(super) fn of_1000(&self, n: u64) -> f64 {
        1_000.0 * count(n) / count(self.matters.max(1))
    }

    /// How many of a hundred lie elsewhere than in the other: half the sum of the differences.
    pub(super) fn apart(&self, other: &Self, by: usize) -> Option<f64> {
        let (ours, theirs) = (self.shares(by)?, other.shares(by)?);
        let apart =
            ours.iter().zip(theirs).map(|(a, b)| (self.of_1000(*a) - other.of_1000(*b)).abs());
        Some(apart.sum::<f64>() / 20.0)
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures to be read, of less than 2^52")]
fn count(n: u64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "figures to be read, of less than 2^52")]
fn seconds(n: i64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_answered_and_what_lies_open_is_counted() {
        let (came, until) = (at("2025-03-03T09:00:00+08:00"), at("2025-03-13T09:00:00+08:00"));
        let answered = |days: i64| Some(came.plus_seconds(days * DAY));
        let times = vec![(came, answered(1)), (came, answered(5)), (came, None)];
        let profile = Profile::of("played", true, times, until);
        assert_eq!((profile.days_to(50), profile.days_to(90)), (Some(1.0), Some(5.0)));
        assert_eq!(profile.open, Some(1.6), "16 days of lying open in 10 days");
        assert_eq!(profile.shares(0).unwrap()[9], 3);
        assert_eq!((profile.shares(1).unwrap()[0], profile.shares(2).unwrap()[2]), (3, 3));
    }

    #[test]
    fn nothing_is_apart_from_itself_and_all_from_another_day() {
        let of = |came| {
            Profile::of("one", true, vec![(at(came), None)], at("2025-03-13T09:00:00+08:00"))
        };
        let (monday, tuesday) = (of("2025-03-03T09:00:00+08:00"), of("2025-03-04T09:00:00+08:00"));
        assert_eq!(monday.apart(&monday, 1), Some(0.0));
        assert_eq!(monday.apart(&tuesday, 1), Some(100.0));
        assert_eq!(monday.apart(&tuesday, 0), Some(0.0));
    }
}
