//! Units that work for the measure and not for people, each in one way. Only what the rules allow is tried, and
//! nothing in the ledger says so: a game is to be recognised by the acts alone.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, time};
use zongheng_core::calendar::Calendar;
use zongheng_core::ids::UnitId;
use zongheng_core::matter::RequestKind;
use zongheng_core::playbook::{DraftKind, Stage};
use zongheng_core::time::At;

use super::chance::Chance;
use super::fate::{Decision, Turn};
use super::life::{Life, Once};
use super::moment::LEAST;
use super::parameters::Games;
use super::step::Step;

/// How a unit plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Game {
    /// What is solved already is registered: taken up and answered within the hour.
    RegistersSolved,
    /// Pauses are asked for on one afternoon for all that falls due the week after.
    PausesInBatches,
    /// What could be answered lies until the last days of the month.
    ClosesOnThe30th,
    /// Returned in the last hour in which it may be, though it is the unit's own.
    ReturnsToBurn,
    /// Who said that it is not solved is asked once more, and is written down as content.
    ChangesAnswers,
}

impl Game {
    pub(super) const ALL: [Self; 5] = [
        Self::RegistersSolved,
        Self::PausesInBatches,
        Self::ClosesOnThe30th,
        Self::ReturnsToBurn,
        Self::ChangesAnswers,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::RegistersSolved => "registers_solved",
            Self::PausesInBatches => "pauses_in_batches",
            Self::ClosesOnThe30th => "closes_on_the_30th",
            Self::ReturnsToBurn => "returns_to_burn",
            Self::ChangesAnswers => "changes_answers",
        }
    }
}

/// Which unit plays what.
pub(super) struct Players(BTreeMap<UnitId, Game>);

impl Players {
    pub(super) fn drawn(figures: Games, units: &[UnitId], chance: &mut Chance) -> Self {
        let kinds: Vec<_> = figures.kinds.into_iter().zip(Game::ALL).collect();
        let mut players = BTreeMap::new();
        for unit in units {
            let game = chance.weighted(&kinds);
            if chance.percent(figures.units)
                && let Some(game) = game
            {
                players.insert(*unit, game);
            }
        }
        // Where some shall play, one does, however the draw went.
        if players.is_empty()
            && figures.units > 0
            && let (Some(unit), Some(game)) = (chance.of(units), chance.weighted(&kinds))
        {
            players.insert(*unit, game);
        }
        Self(players)
    }

    pub(super) fn of(&self, unit: UnitId) -> Option<Game> {
        self.0.get(&unit).copied()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (UnitId, Game)> {
        self.0.iter().map(|(unit, game)| (*unit, *game))
    }
}

impl Life {
    /// What the unit that leads makes of it once the matter is its own.
    pub(super) fn falls_to(&mut self, game: Game, chance: &mut Chance) {
        match game {
            Game::PausesInBatches
                if !self.fate.turns.iter().any(|t| matches!(t, Turn::Pause(_))) =>
            {
                self.fate.turns.insert(self.turn, Turn::Pause(Decision::Granted));
            }
            // Whoever changes answers has some to change.
            Game::ChangesAnswers => self.fate.unsolved |= chance.percent(30),
            _ => {}
        }
    }

    /// Not by the reporter, who would have waited for it.
    fn was_entered_by_an_office(&self) -> bool {
        matches!(self.matter.source.as_str(), "grid" | "phone" | "visit")
    }

    /// The step as the unit that leads plays it, and when; nothing where it plays it straight.
    pub(super) fn played(
        &self,
        game: Game,
        step: Step,
        (now, calendar): (At, &Calendar),
        chance: &mut Chance,
    ) -> Option<(At, Step)> {
        let soon = |chance: &mut Chance| now.plus_seconds(LEAST + chance.between(0, 300));
        let lead = self.lead();
        let is_lead = |unit| lead == Some(unit);
        match (game, step) {
            (
                Game::RegistersSolved,
                Step::Sign(unit) | Step::Answer(unit) | Step::Submit(DraftKind::Answer, unit),
            ) if is_lead(unit) && self.was_entered_by_an_office() => Some((soon(chance), step)),
            (Game::RegistersSolved, Step::Progress(unit))
                if is_lead(unit) && self.was_entered_by_an_office() =>
            {
                Some((soon(chance), Step::Answer(unit)))
            }
            (
                Game::PausesInBatches,
                Step::Ask(RequestKind::Suspend, unit) | Step::Submit(DraftKind::Suspend, unit),
            ) if is_lead(unit) => {
                let due = self.matter.open_deadline(Stage::Settle, None)?.due;
                let at = friday_before(due, calendar)?.plus_seconds(chance.between(0, 5_400));
                (at.seconds_since(now) >= LEAST).then_some((at, step))
            }
            (Game::ClosesOnThe30th, Step::Answer(unit) | Step::Submit(DraftKind::Answer, unit))
                if is_lead(unit) && self.fate.late == 0 =>
            {
                let due = self.matter.open_deadline(Stage::Settle, None)?.due;
                let at = rush(now.date(), calendar)?.plus_seconds(chance.between(0, 28_800));
                let waits = at.seconds_since(now) >= LEAST && at < due.plus_seconds(5 * 86_400);
                waits.then_some((at, step))
            }
            (Game::ReturnsToBurn, Step::Sign(unit))
                if is_lead(unit) && !self.did(Once::Returned) =>
            {
                let last = calendar.closing(calendar.working_day_after(now.date(), 1).0);
                let at = last.plus_seconds(-chance.between(600, 3_600));
                (at.seconds_since(now) >= LEAST).then_some((at, Step::Return(unit)))
            }
            (Game::ChangesAnswers, Step::Verify(false))
                if self.matter.unsolved() && !self.did(Once::AskedAgain) =>
            {
                Some((soon(chance), Step::AskAgain))
            }
            _ => None,
        }
    }
}

/// Three in the afternoon of the last Friday before a day, or of the working day before it.
fn friday_before(due: At, calendar: &Calendar) -> Option<At> {
    let mut day = due.date().yesterday().ok()?;
    while day.weekday() != jiff::civil::Weekday::Friday || !calendar.day(day).working {
        day = day.yesterday().ok()?;
        if due.date().since(day).is_ok_and(|span| span.get_days() > 14) {
            return None;
        }
    }
    Some(At::on(day, time(15, 0, 0, 0)))
}

/// Nine in the morning of the last working day up to the 30th of this month, or of the next where that is past.
fn rush(today: Date, calendar: &Calendar) -> Option<At> {
    let thirtieth = |month: Date| {
        let mut day = month.last_of_month();
        if day.day() > 30 {
            day = day.yesterday().ok()?;
        }
        while !calendar.day(day).working {
            day = day.yesterday().ok()?;
        }
        Some(day)
    };
    let mut day = thirtieth(today)?;
    if day < today {
        day = thirtieth(today.last_of_month().tomorrow().ok()?)?;
    }
    Some(At::on(day, Time::constant(9, 0, 0, 0)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn calendar() -> Calendar {
        Calendar::from_csv(include_str!("../../../../../programmes/calendar/days.csv")).unwrap()
    }

    #[test]
    fn the_rush_is_on_the_last_working_day_up_to_the_30th() {
        let on = |day: Date| rush(day, &calendar()).unwrap().date();
        assert_eq!(
            on(date(2025, 1, 10)),
            date(2025, 1, 27),
            "the Spring Festival begins on the 28th"
        );
        assert_eq!(on(date(2025, 2, 3)), date(2025, 2, 28));
        assert_eq!(on(date(2025, 3, 31)), date(2025, 4, 30), "the 30th of March was worked off");
    }

    #[test]
    fn the_afternoon_of_the_batch_is_a_worked_friday_before_the_day() {
        let on =
            |day: Date| friday_before(At::on(day, time(18, 0, 0, 0)), &calendar()).map(At::date);
        assert_eq!(on(date(2025, 3, 19)), Some(date(2025, 3, 14)));
        assert_eq!(on(date(2025, 3, 14)), Some(date(2025, 3, 7)), "not on the day itself");
        assert_eq!(on(date(2025, 10, 10)), Some(date(2025, 9, 26)), "National Day is none");
    }
}
