//! What will come in: drawn at once as moments and kinds, so that a million of them are small; each fate is drawn on
//! its day.

use std::collections::VecDeque;

use zongheng_core::time::At;

use super::chance::Chance;
use super::drive::World;
use super::fate::{Fate, Kind};
use super::parameters::Parameters;
use super::replay::Script;
use super::rhythm::{Beat, Days};
use super::stories;

/// A matter that will come in.
#[derive(Debug, Clone)]
pub(super) enum Coming {
    /// The n-th of all stories, told for its own sake.
    Told(usize, Option<&'static str>),
    /// Whatever usually happens.
    Drawn(Kind, Option<&'static str>),
    /// A row of a file.
    Row(Box<(Script, String)>),
}

impl World<'_> {
    /// So many matters on the days from now on. Where all stories are told each is told once, early enough to come
    /// to its end; the others are drawn.
    pub(crate) fn expects(&mut self, matters: u32, days: u16, tells_all: bool) {
        let first = self.now.date();
        let time = Days::of(&self.parameters, &self.county.calendar, &self.weather, (first, days));
        let stories = if tells_all { stories::count() } else { 0 };
        let mut coming = Vec::new();
        for n in 0..usize::try_from(matters).unwrap_or(usize::MAX) {
            let told = (n < stories).then_some(n);
            let kind = told.map_or_else(|| self.kind(), stories::kind_of);
            let source = source(&self.parameters, kind, &mut self.chance);
            let within = if told.is_some() { days / 3 } else { days };
            let at = time.moment(Beat::of(kind, source), within, &mut self.chance);
            let what = told.map_or(Coming::Drawn(kind, source), |n| Coming::Told(n, source));
            coming.push((at, what));
        }
        coming.sort_by_key(|(at, _)| *at);
        self.coming = VecDeque::from(coming);
    }

    fn kind(&mut self) -> Kind {
        let kinds: Vec<_> = self.parameters.kinds.into_iter().zip(Parameters::KINDS).collect();
        self.chance.weighted(&kinds).unwrap_or_default()
    }

    pub(super) fn drawn(&mut self, coming: Coming) -> Fate {
        match coming {
            Coming::Told(n, source) => Fate { source, ..stories::nth(n, &mut self.chance) },
            Coming::Drawn(kind, source) => Fate { source, ..stories::draw(kind, &mut self.chance) },
            Coming::Row(row) => {
                let (script, category) = *row;
                let division = self.place_of(&script);
                Fate {
                    kind: Kind::HotlineOrder,
                    category: Some(category.as_str().into()),
                    division,
                    alone: true,
                    reached_at: 1,
                    script: Some(script),
                    ..Fate::default()
                }
            }
        }
    }
}

/// Whether there are enough matters that each story is told.
pub(super) fn are_enough(matters: u32) -> bool {
    usize::try_from(matters).unwrap_or(usize::MAX) >= 2 * stories::count()
}

/// How a matter comes in, where that has to do with when.
fn source(parameters: &Parameters, kind: Kind, chance: &mut Chance) -> Option<&'static str> {
    match kind {
        Kind::CountyTask => {
            let tasks: Vec<_> = parameters.tasks.into_iter().zip(Parameters::TASKS).collect();
            chance.weighted(&tasks)
        }
        Kind::HiddenDanger => {
            let dangers: Vec<_> = parameters.dangers.into_iter().zip(Parameters::DANGERS).collect();
            chance.weighted(&dangers)
        }
        _ => None,
    }
}

/// A moment for a scene of the demonstration, on the day that begins then.
pub(crate) fn some_time(midnight: At, world: &mut World<'_>) -> At {
    midnight.plus_seconds(world.chance().between(7 * 3600, 22 * 3600))
}
