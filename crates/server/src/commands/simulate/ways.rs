//! What people and units make of a step: quicker, later, forgotten, passed on; or played.

use zongheng_core::ids::MatterId;
use zongheng_core::matter::State;
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::drive::World;
use super::fate::Turn;
use super::life::{Life, Once};
use super::moment::{Go, LEAST};
use super::replay::Outcome;
use super::scene::Scene;
use super::step::Step;
use super::temper::{Temper, is_desk_work, is_forgotten};

impl World<'_> {
    /// The step as those who take it take it. What is told for its own sake, cannot wait or follows a row goes as
    /// it is.
    pub(super) fn in_their_way(&mut self, matter: MatterId, go: Go) -> Go {
        let Go::Do(at, step) = go else { return go };
        let Some(life) = self.lives.get(&matter) else { return go };
        if life.fate.steady || life.hurries() || life.fate.script.is_some() {
            return go;
        }
        match self.plays(matter, step) {
            Some((at, step)) => Go::Do(at, step),
            None => self.in_their_temper(matter, at, step),
        }
    }

    fn plays(&mut self, matter: MatterId, step: Step) -> Option<(At, Step)> {
        let life = self.lives.get_mut(&matter)?;
        let game = life.lead().and_then(|unit| self.players.of(unit)).filter(|_| life.plays)?;
        if life.matter.state == State::Dispatched && !life.did(Once::Fell) {
            life.mark(Once::Fell);
            life.falls_to(game, &mut self.chance);
        }
        let around = (self.now, &self.county.calendar);
        let played = life.played(game, step, around, &mut self.chance)?;
        *self.tally.games.entry(game.name()).or_default() += 1;
        Some(played)
    }

    fn in_their_temper(&mut self, matter: MatterId, at: At, step: Step) -> Go {
        let as_it_is = Go::Do(at, step);
        let Some(life) = self.lives.get(&matter).filter(|_| is_desk_work(step)) else {
            return as_it_is;
        };
        let (county, cast, now, papers) = (&self.county, &self.cast, self.now, 0);
        let scene = Scene { county, cast, life, now, papers };
        let Some(post) = scene.actors(step).first().and_then(|actor| actor.post) else {
            return as_it_is;
        };
        let (people, calendar) = (&self.people, &self.county.calendar);
        let temper = people.temper(post);
        match temper {
            // Who is late as it is told is not made quicker.
            Temper::Quick if life.fate.late > 0 => as_it_is,
            Temper::Quick | Temper::Slow => {
                let took = calendar.office_seconds(now, at).0;
                let takes = (took * i64::from(people.pace(temper)) / 100).max(LEAST);
                Go::Do(calendar.after_office_seconds(now, takes).0, step)
            }
            Temper::Absent { .. } => match people.away(post, at) {
                Some((days, false)) => {
                    let back = calendar.opening(at.plus_seconds(days * 86_400).date());
                    let minutes = self.chance.between(20, 240);
                    Go::Do(calendar.after_office_seconds(back, minutes * 60).0, step)
                }
                _ => as_it_is,
            },
            Temper::Forgets if is_forgotten(step) && !life.did(Once::Forgotten) => {
                if !people.forgets(&mut self.chance) {
                    return as_it_is;
                }
                let urged = self.urged_at(life);
                let minutes = self.chance.between(20, 200);
                let urged = self.county.calendar.after_office_seconds(urged, minutes * 60).0;
                self.mark(matter, Once::Forgotten);
                Go::Do(urged, Step::Urge)
            }
            Temper::PassesOn => {
                let fits = matches!(step, Step::Sign(unit)
                    if life.lead() == Some(unit) && cast.drafts(unit) && !life.did(Once::PassedOn));
                if fits && people.passes_on(&mut self.chance) {
                    self.mark(matter, Once::PassedOn);
                    if let Some(life) = self.lives.get_mut(&matter) {
                        life.fate.turns.insert(life.turn, Turn::PassOn { back: false });
                    }
                }
                as_it_is
            }
            Temper::Ordinary | Temper::Forgets => as_it_is,
        }
    }

    /// When somebody notices that nothing happens: once it is due.
    fn urged_at(&self, life: &Life) -> At {
        let stage = match life.matter.state {
            State::Dispatched => Stage::SignFor,
            _ => Stage::Settle,
        };
        let due = life.matter.open_deadline(stage, None).map(|deadline| deadline.due);
        due.unwrap_or(self.now).max(self.now)
    }

    fn mark(&mut self, matter: MatterId, what: Once) {
        if let Some(life) = self.lives.get_mut(&matter) {
            life.mark(what);
        }
    }

    /// Nothing more happens to it: what is over is counted and held no longer, but for what hangs together.
    pub(super) fn lets_go(&mut self, matter: MatterId) {
        let over = self.lives.get(&matter).is_some_and(|life| {
            let alone = !self.kin.contains_key(&matter) && life.fate.twins.is_empty();
            alone && !life.matter.state.is_open()
        });
        if over && let Some(life) = self.lives.remove(&matter) {
            self.counts(&life);
        }
    }

    /// Where every matter stands in the end, and how the rows of a file came out.
    pub(super) fn counts_all(&mut self) {
        for life in std::mem::take(&mut self.lives).into_values() {
            self.counts(&life);
        }
    }

    fn counts(&mut self, life: &Life) {
        let kind = life.matter.playbook.id.to_string();
        *self.tally.over.entry((kind, life.matter.state)).or_default() += 1;
        if let Some(outcome) = Outcome::of(life) {
            *self.tally.rows.entry(outcome).or_default() += 1;
        }
    }
}
