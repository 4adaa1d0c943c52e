//! The weather of the simulated days, drawn from the seed; no record of a real day.

use jiff::civil::Date;
use zongheng_core::ids::CategoryId;

use super::chance::Chance;
use super::parameters::Climate;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sky {
    #[default]
    Fair,
    Rain,
    Storm,
    Snow,
}

/// The sky of each day from the first on.
#[derive(Debug, Clone)]
pub(super) struct Weather {
    first: Date,
    days: Vec<Sky>,
}

impl Weather {
    pub(super) fn drawn(climate: &Climate, first: Date, days: u16, chance: &mut Chance) -> Self {
        let dates = first.series(jiff::Span::new().days(1)).take(usize::from(days));
        let skies = dates.map(|date| {
            let month = usize::from(date.month().unsigned_abs()) - 1;
            let (rain, storm) = (climate.rain[month], climate.storm[month]);
            let snow = climate.snow[month];
            let fair = 100 - (rain + storm + snow).min(100);
            let shares =
                [(fair, Sky::Fair), (rain, Sky::Rain), (storm, Sky::Storm), (snow, Sky::Snow)];
            chance.weighted(&shares).unwrap_or_default()
        });
        Self { first, days: skies.collect() }
    }

    /// Fair before the first and after the last day.
    pub(super) fn on(&self, date: Date) -> Sky {
        let n = date.since(self.first).map_or(-1, |span| span.get_days());
        usize::try_from(n).ok().and_then(|n| self.days.get(n)).copied().unwrap_or_default()
    }
}

/// The categories with how often they are spoken of under that sky.
pub(super) fn spoken(
    categories: &[(u32, CategoryId)],
    climate: &Climate,
    sky: Sky,
) -> Vec<(u32, CategoryId)> {
    let changed: &[(CategoryId, u32)] = match sky {
        Sky::Fair => &[],
        Sky::Rain => &climate.spoken[0],
        Sky::Storm => &climate.spoken[1],
        Sky::Snow => &climate.spoken[2],
    };
    let percent = |category: &CategoryId| {
        changed.iter().find(|(known, _)| known == category).map_or(100, |(_, percent)| *percent)
    };
    categories.iter().map(|(n, category)| (n * percent(category), category.clone())).collect()
}
