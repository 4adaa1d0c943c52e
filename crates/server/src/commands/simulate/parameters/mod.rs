//! What the simulation draws from: a file of figures, each table with its source. The shipped one stands in
//! `counties/411524/simulation.toml`; docs/simulator.md says what each key means.

mod reader;

use std::path::Path;

use zongheng_core::ids::CategoryId;

use self::reader::Reader;
use super::fate::Kind;
use super::words;
use crate::commands::Failure;

const NAME: &str = "counties/411524/simulation.toml";
const SHIPPED: &str = include_str!("../../../../../../counties/411524/simulation.toml");

/// The most that a figure in percent of the ordinary may be.
const MOST_PERCENT: u32 = 1_000;

/// Everything that is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Parameters {
    pub(super) kinds: [u32; 8],
    /// How residents' reports come in; see [`Parameters::WAYS`].
    pub(super) ways: [u32; 4],
    pub(super) tasks: [u32; 3],
    pub(super) dangers: [u32; 4],
    pub(super) categories: Vec<(u32, CategoryId)>,
    pub(super) places: Places,
    pub(super) rhythms: [Rhythm; 5],
    pub(super) weather: Climate,
    pub(super) tempers: Tempers,
    pub(super) games: Games,
}

/// How much a village weighs, by the sort of its township.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) street: u32,
    pub(super) town: u32,
    pub(super) township: u32,
    /// Of a hundred, those that name their township alone.
    pub(super) alone: u8,
}

/// Which days and hours something falls on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rhythm {
    pub(super) hours: [u32; 24],
    /// Monday first.
    pub(super) weekdays: [u32; 7],
    pub(super) months: [u32; 12],
    /// Percent of an ordinary day of that name: a holiday; a weekend that is worked.
    pub(super) holiday: u32,
    pub(super) made_up: u32,
    /// Percent by weather: fair, rain, storm, snow.
    pub(super) weather: [u32; 4],
}

/// Of a hundred days of each month, and what people then speak of.
#[derive(Debug, Clone)]
pub(super) struct Climate {
    pub(super) rain: [u32; 12],
    pub(super) storm: [u32; 12],
    pub(super) snow: [u32; 12],
    /// Percent of the ordinary, by category: in rain, storm, snow.
    pub(super) spoken: [Vec<(CategoryId, u32)>; 3],
}

/// What holders of posts are like.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tempers {
    /// Of a hundred: quick, ordinary, slow, absent, passes on, forgets.
    pub(super) shares: [u32; 6],
    /// Percent of the ordinary time.
    pub(super) quick: u32,
    pub(super) slow: u32,
    pub(super) away: u32,
    pub(super) every: u32,
    /// Of a hundred.
    pub(super) deputies: u8,
    pub(super) forgets: u8,
    pub(super) passes_on: u8,
}

/// Units that work for the measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Games {
    /// Of a hundred units, and of a hundred of their matters.
    pub(super) units: u8,
    pub(super) matters: u8,
    /// In the order of [`super::games::Game::ALL`].
    pub(super) kinds: [u32; 5],
}

impl Parameters {
    pub(super) const KINDS: [Kind; 8] = [
        Kind::ResidentReport,
        Kind::HotlineOrder,
        Kind::GridFinding,
        Kind::CountyTask,
        Kind::Whistle,
        Kind::Dispute,
        Kind::EnterpriseNeed,
        Kind::HiddenDanger,
    ];
    pub(super) const TASKS: [&str; 3] = ["meeting", "leader", "supervision"];
    pub(super) const DANGERS: [&str; 4] = ["resident", "inspection", "phone", "grid"];
    const WAYS: [&str; 4] = ["resident", "township", "grid", "centre"];
    const RHYTHMS: [&str; 5] = ["public", "outdoors", "meetings", "leaders", "inspections"];

    /// The figures that the binary carries.
    ///
    /// # Errors
    /// What is wrong with them; a test keeps it at nothing.
    pub(crate) fn shipped() -> Result<Self, Failure> {
        Self::read(NAME, SHIPPED)
    }

    /// The figures of somebody's own file, or the shipped ones.
    ///
    /// # Errors
    /// The file cannot be read; everything that is wrong in it.
    pub(super) fn of(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else { return Self::shipped() };
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| Failure::Io(name.clone(), e))?;
        Self::read(&name, &text)
    }

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let root = text.parse().map_err(|e| Failure::input(format!("{name}: {e}")))?;
        let mut reader = Reader::of(&root);
        let figures = Self::figures(&mut reader);
        let faults = reader.faults();
        if faults.is_empty() {
            return Ok(figures);
        }
        Err(Failure::Input(faults.iter().map(|fault| format!("{name}: {fault}")).collect()))
    }

    fn figures(r: &mut Reader<'_>) -> Self {
        let of_100 = ("of_100", 100);
        let kinds = Self::KINDS.map(Kind::playbook);
        Self {
            kinds: r.named("kinds", of_100, kinds, Some(100)),
            ways: r.named("ways.resident_report", of_100, Self::WAYS, Some(100)),
            tasks: r.named("ways.county_task", of_100, Self::TASKS, Some(100)),
            dangers: r.named("ways.hidden_danger", of_100, Self::DANGERS, Some(100)),
            categories: categories(r, "categories", of_100, Some(100))
                .into_iter()
                .map(|(category, n)| (n, category))
                .collect(),
            places: Places::read(r),
            rhythms: Self::RHYTHMS.map(|name| Rhythm::read(r, name)),
            weather: Climate::read(r),
            tempers: Tempers::read(r),
            games: Games::read(r),
        }
    }
}

/// Figures by category; each category has words that people use for it.
fn categories(
    r: &mut Reader<'_>,
    path: &str,
    key: (&str, u32),
    sum: Option<u32>,
) -> Vec<(CategoryId, u32)> {
    let given = r.any(path, key, sum).unwrap_or_default();
    for (name, _) in given.iter().filter(|(name, _)| !words::speaks_of(name)) {
        r.fault(path, &format!("nobody speaks of {name}: there are no words for it"));
    }
    given.into_iter().map(|(name, n)| (CategoryId::from(name.as_str()), n)).collect()
}

/// A share of a hundred; the reader has seen that it is none above.
fn share(n: u32) -> u8 {
    u8::try_from(n).unwrap_or(100)
}

impl Places {
    fn read(r: &mut Reader<'_>) -> Self {
        let sorts = ["street", "town", "township"];
        let [street, town, township] = r.named("places.weights", ("of_village", 100), sorts, None);
        if street + town + township == 0 {
            r.fault("places.weights", "no village has a weight");
        }
        let [alone] = r.named("places.township_alone", ("percent", 100), ["share"], None);
        Self { street, town, township, alone: share(alone) }
    }
}

impl Rhythm {
    fn read(r: &mut Reader<'_>, name: &str) -> Self {
        let path = |of: &str| format!("rhythms.{name}.{of}");
        let (of_1000, percent) = (("of_1000", 1_000), ("percent", MOST_PERCENT));
        let [holiday, made_up] = r.named(&path("days"), percent, ["holiday", "made_up"], None);
        let weathers = ["fair", "rain", "storm", "snow"];
        let weather = r.named(&path("weather"), percent, weathers, None);
        if weather[0] == 0 {
            r.fault(&path("weather"), "fair is 0: nothing would ever happen");
        }
        Self {
            hours: r.row(&path("hours"), of_1000, Some(1_000)),
            weekdays: r.row(&path("weekdays"), of_1000, Some(1_000)),
            months: r.row(&path("months"), of_1000, Some(1_000)),
            holiday,
            made_up,
            weather,
        }
    }
}

impl Climate {
    fn read(r: &mut Reader<'_>) -> Self {
        let days = ("days", 100);
        let climate = Self {
            rain: r.row("weather.rain", days, None),
            storm: r.row("weather.storm", days, None),
            snow: r.row("weather.snow", days, None),
            spoken: ["rain", "storm", "snow"].map(|name| {
                let path = format!("weather.categories.{name}");
                categories(r, &path, ("percent", MOST_PERCENT), None)
            }),
        };
        for month in 0..12 {
            let all = climate.rain[month] + climate.storm[month] + climate.snow[month];
            if all > 100 {
                let what =
                    format!("month {}: {all} of a hundred days with storm and snow", month + 1);
                r.fault("weather.rain", &what);
            }
        }
        climate
    }
}

impl Tempers {
    fn read(r: &mut Reader<'_>) -> Self {
        let names = ["quick", "ordinary", "slow", "absent", "passes_on", "forgets"];
        let shares = r.named("tempers.shares", ("of_100", 100), names, Some(100));
        let pace = r.named("tempers.pace", ("percent", MOST_PERCENT), ["quick", "slow"], None);
        let [away, every] = r.named("tempers.absent", ("days", 365), ["away", "every"], None);
        if every == 0 || away >= every {
            r.fault("tempers.absent", "away is less than every, else nobody ever comes back");
        }
        let [deputies] = r.named("tempers.deputies", ("percent", 100), ["share"], None);
        let habits = ["forgets", "passes_on"];
        let [forgets, passes_on] = r.named("tempers.habits", ("percent", 100), habits, None);
        Self {
            shares,
            quick: pace[0],
            slow: pace[1],
            away,
            every: every.max(1),
            deputies: share(deputies),
            forgets: share(forgets),
            passes_on: share(passes_on),
        }
    }
}

impl Games {
    fn read(r: &mut Reader<'_>) -> Self {
        let [units, matters] = r.named("games.units", ("percent", 100), ["units", "matters"], None);
        let names = super::games::Game::ALL.map(super::games::Game::name);
        let kinds = r.named("games.kinds", ("of_100", 100), names, Some(100));
        Self { units: share(units), matters: share(matters), kinds }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_shipped_figures_read() {
        let shipped = Parameters::shipped().unwrap();
        assert_eq!(shipped.kinds.iter().sum::<u32>(), 100);
        let (shares, named): (Vec<_>, BTreeSet<_>) =
            shipped.categories.iter().map(|(share, id)| (*share, id.clone())).unzip();
        assert_eq!(shares.iter().sum::<u32>(), 100);
        assert_eq!(named.len(), shares.len(), "each category once");
    }

    /// Everything that is wrong, at once, by its table.
    #[test]
    fn each_fault_of_a_file_is_told() {
        let changes = [
            (
                "{ quick = 20, ordinary = 45",
                "{ quick = 21, ordinary = 45",
                "[tempers.shares] of_100 sums to 101",
            ),
            (
                "street = 4, ",
                "street = 4, hamlet = 1, ",
                "[places.weights] hamlet is not known here",
            ),
            (
                "[weather.rain]\nsource = ",
                "[weather.rain]\nsauce = ",
                "[weather.rain] has no source",
            ),
            (
                "[games.kinds]\n",
                "[gains]\nsource = \"assumed\"\n[games.kinds]\n",
                "[gains] is not known",
            ),
            ("away = 6, every = 45", "away = 45, every = 45", "[tempers.absent] away is less"),
            (
                "of_1000 = [700, 0,",
                "of_1000 = [700,",
                "[rhythms.meetings.weekdays] of_1000 is a list of 7",
            ),
            (
                "farmland_water = 300",
                "moon = 300",
                "[weather.categories.storm] nobody speaks of moon",
            ),
            (
                "percent = { share = 60 }",
                "percent = { share = -1 }",
                "[tempers.deputies] share is -1",
            ),
        ];
        let mut text = SHIPPED.to_owned();
        for (old, new, _) in changes {
            assert!(text.contains(old), "{old}");
            text = text.replacen(old, new, 1);
        }
        let Err(Failure::Input(faults)) = Parameters::read("mine.toml", &text) else {
            panic!("nothing was found wrong")
        };
        for (.., told) in changes {
            let told = format!("mine.toml: {told}");
            assert!(faults.iter().any(|fault| fault.starts_with(&told)), "{told}: {faults:#?}");
        }
    }
}
