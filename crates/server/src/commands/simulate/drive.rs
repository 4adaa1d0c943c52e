//! The queue of what is going to happen, and its recording in batches.
//!
//! Everybody leaves others [`LEAST`] at least, so what happens within that time of each other cannot
//! depend on each other and is recorded together, in the order of time. One seed, one order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value};
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, MatterId};
use zongheng_core::ledger::{Act, canonical};
use zongheng_core::matter::{Actor, Ask, Context, Kin, Matter, Person, State, decide};
use zongheng_core::time::At;
use zongheng_store::{LARGEST_BATCH, Refused, Store, StoreError, Submission, What, fold};

use super::arrivals::{Around, arrival};
use super::cast::{Cast, Holder};
use super::chance::Chance;
use super::coming::Coming;
use super::fate::{Fate, Kind, Of, Twin};
use super::games::Players;
use super::life::Life;
use super::merger::Merger;
use super::moment::{Go, LEAST, Moment};
use super::parameters::Parameters;
use super::scene::{Scene, named};
use super::step::Step;
use super::stories;
use super::tally::{Tally, Times};
use super::temper::People;
use super::weather::Weather;
use crate::commands::Failure;
use crate::submit::{Mint, read_act};

/// What the queue holds, in order of time and then of its entry.
enum Event {
    Arrives(Box<Fate>),
    Does(MatterId, Step),
    /// Whoever waits for others looks whether it is time.
    Looks(MatterId),
}

/// A county at work.
pub(crate) struct World<'a> {
    pub(super) store: &'a Store,
    pub(super) code: DivisionCode,
    pub(super) county: Arc<County>,
    pub(super) cast: Cast,
    pub(super) parameters: Parameters,
    pub(super) weather: Weather,
    pub(super) people: People,
    pub(super) players: Players,
    holders: &'a [Holder],
    pub(super) merger: Merger,
    pub(super) chance: Chance,
    pub(super) mint: Mint,
    queue: BTreeMap<(At, u64), Event>,
    entered: u64,
    /// What will come in, in order; its fate is drawn on its day.
    pub(super) coming: VecDeque<(At, Coming)>,
    pub(super) lives: BTreeMap<MatterId, Life>,
    /// Wholes and parts, and what works for others, both ways.
    pub(super) kin: BTreeMap<MatterId, BTreeSet<MatterId>>,
    /// The matters of a file's rows, where one is played.
    rows: BTreeMap<usize, MatterId>,
    /// Papers numbered so far, and orders of the city.
    papers: u32,
    orders: u32,
    pub(super) now: At,
    pub(crate) tally: Tally,
}

/// From which seed, on which days and by which figures a county works.
pub(crate) struct Setting {
    pub(crate) seed: u64,
    pub(crate) from: At,
    pub(crate) days: u16,
    pub(crate) parameters: Parameters,
}

/// A command of the batch, with what it is about.
struct Sent {
    submission: Submission,
    matter: MatterId,
    step: Option<Step>,
    /// A new matter's fate and whether its reporter holds a receipt.
    fate: Option<(Fate, bool)>,
}

impl<'a> World<'a> {
    pub(crate) async fn new(
        store: &'a Store,
        code: DivisionCode,
        holders: &'a [Holder],
        mint: Mint,
        setting: Setting,
    ) -> Result<Self, Failure> {
        let Setting { seed, from: now, days, parameters } = setting;
        let county = store.county(&code).await?;
        let cast = Cast::new(&county, &parameters.places, holders, now);
        // Chance of its own, so that what people are like does not hang on how many matters come in.
        let mut drawn = Chance::from_seed(!seed);
        let weather = Weather::drawn(&parameters.weather, now.date(), days, &mut drawn);
        let people = People::drawn(parameters.tempers, holders, &mut drawn);
        let players = Players::drawn(parameters.games, &cast.leads(), &mut drawn);
        Ok(Self {
            store,
            code,
            county,
            cast,
            parameters,
            weather,
            people,
            players,
            holders,
            merger: Merger::No,
            chance: Chance::from_seed(seed),
            mint,
            queue: BTreeMap::new(),
            entered: 0,
            coming: VecDeque::new(),
            lives: BTreeMap::new(),
            kin: BTreeMap::new(),
            rows: BTreeMap::new(),
            papers: 0,
            orders: 0,
            now,
            tally: Tally::default(),
        })
    }

    pub(crate) fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }

    /// A matter comes in at that time.
    pub(crate) fn expect(&mut self, at: At, fate: Fate) {
        self.enter(at, Event::Arrives(Box::new(fate)));
    }

    fn enter(&mut self, at: At, event: Event) {
        self.entered += 1;
        self.queue.insert((at.max(self.now), self.entered), event);
    }

    /// Lets everything happen up to `until`; seals at the end of each working day.
    pub(crate) async fn run(
        &mut self,
        until: At,
        mut progress: impl FnMut(At),
    ) -> Result<(), Failure> {
        let mut day = self.now.date();
        while let Some(at) = self.next_event() {
            if at > until {
                break;
            }
            if at.date() != day {
                self.end_day(day).await?;
                day = at.date();
                self.reorganises(day).await?;
                progress(at);
            }
            let batch = self.take_batch(at, until);
            self.record(batch).await?;
        }
        self.now = until;
        self.store.tick(&self.code, until).await?;
        Ok(())
    }

    /// When something happens next. What comes in up to the end of that day is in the queue by then.
    fn next_event(&mut self) -> Option<At> {
        let first = |world: &Self| world.queue.first_key_value().map(|((at, _), _)| *at);
        let coming = self.coming.front().map(|(at, _)| *at);
        let day = first(self).into_iter().chain(coming).min()?.date();
        while let Some((at, coming)) = self.coming.pop_front_if(|(at, _)| at.date() <= day) {
            let fate = self.drawn(coming);
            self.expect(at, fate);
        }
        first(self)
    }

    async fn end_day(&mut self, day: jiff::civil::Date) -> Result<(), Failure> {
        if self.county.calendar.day(day).working {
            let at = self.county.calendar.closing(day).max(self.now);
            let next = self.queue.first_key_value().map_or(at, |((next, _), _)| *next);
            self.tally.seals +=
                u64::from(self.store.seal(&self.code, at.min(next)).await?.is_some());
        }
        Ok(())
    }

    /// What happens from `from` on within [`LEAST`] on the same day, at most a batch.
    fn take_batch(&mut self, from: At, until: At) -> Vec<Sent> {
        let last = from.plus_seconds(LEAST - 1).min(until);
        let mut batch: Vec<Sent> = Vec::new();
        let mut touched = BTreeSet::new();
        while batch.len() < LARGEST_BATCH
            && let Some(((at, _), event)) = self.queue.first_key_value()
        {
            let at = *at;
            // What hangs on something of this batch is decided when that stands.
            let hangs = matches!(event, Event::Does(matter, step)
                if self.around(*matter, *step).any(|other| touched.contains(&other)));
            if at > last || at.date() != from.date() || hangs {
                break;
            }
            let Some((_, event)) = self.queue.pop_first() else { break };
            self.now = at;
            match event {
                Event::Arrives(fate) => batch.push(self.arrives(*fate)),
                Event::Does(matter, step) => {
                    touched.insert(matter);
                    match self.does(matter, step) {
                        Some(sent) => batch.push(sent),
                        None => self.passes_over(matter, step),
                    }
                }
                Event::Looks(matter) => self.plan(matter),
            }
        }
        batch
    }

    /// The matter and those on which a step on it may hang.
    fn around(&self, matter: MatterId, step: Step) -> impl Iterator<Item = MatterId> {
        let named = match step {
            Step::Link(other) | Step::Merge(other) => Some(other),
            _ => None,
        };
        let kin = self.kin.get(&matter).into_iter().flatten().copied();
        kin.chain([matter]).chain(named)
    }

    /// The matters around one, as the recorder will see them.
    fn kin(&self, matter: &Matter, ask: &Ask) -> Kin {
        let related = self.kin.get(&matter.id).into_iter().flatten().copied();
        let ids: BTreeSet<MatterId> = related.chain(ask.names()).collect();
        let others = ids.iter().filter_map(|id| self.lives.get(id)).map(|life| &life.matter);
        Kin::new(others.cloned())
    }

    fn arrives(&mut self, fate: Fate) -> Sent {
        let now = self.now;
        let around = Around {
            county: &self.county,
            cast: &self.cast,
            parameters: &self.parameters,
            sky: self.weather.on(now.date()),
            now,
            orders: self.orders,
        };
        let arrival = arrival(fate, &around, &mut self.chance, &mut self.mint);
        self.orders += u32::from(arrival.fate.kind == Kind::HotlineOrder);
        let matter = arrival.report.id;
        let (what, path) = (What::Report(Box::new(arrival.report)), "/api/v1/matters".to_owned());
        let by_receipt = arrival.actor.person == Person::Receipt;
        let submission =
            self.submission(arrival.actor, &path, &arrival.body, what, arrival.contents);
        Sent { submission, matter, step: None, fate: Some((arrival.fate, by_receipt)) }
    }

    /// The command of a step by the first person who may take it.
    fn does(&mut self, matter: MatterId, step: Step) -> Option<Sent> {
        let life = self.lives.get(&matter)?;
        let (county, now) = (Arc::clone(&self.county), self.now);
        let papers = self.papers;
        let scene = Scene { county: &county, cast: &self.cast, life, now, papers };
        let body = scene.body(step, &mut self.chance)?;
        let read = read_act(&body, &mut self.mint, now).ok()?;
        let (playbook, clock) = county.rules_of(&life.matter)?;
        let versions = county.versions(clock);
        let kin = self.kin(&life.matter, &read.ask);
        let may = |actor: &Actor| {
            let cx = county.context(now, actor, playbook, clock, &versions);
            decide(&life.matter, &read.ask, &Context { kin: &kin, ..cx }).is_ok()
        };
        let mut actors = scene.actors(step);
        // Whoever is away has somebody who acts meanwhile.
        let away =
            |actor: &Actor| actor.post.is_some_and(|post| self.people.away(post, now).is_some());
        actors.sort_by_key(away);
        let actor = actors.into_iter().find(may)?;
        self.papers += u32::from(body.contains_key("number"));
        let path = format!("/api/v1/matters/{matter}/acts");
        let what = What::Act { matter, ask: read.ask };
        let submission = self.submission(actor, &path, &body, what, read.contents);
        Some(Sent { submission, matter, step: Some(step), fate: None })
    }

    fn submission(
        &mut self,
        actor: Actor,
        path: &str,
        body: &Map<String, Value>,
        what: What,
        contents: Vec<zongheng_store::NewContent>,
    ) -> Submission {
        let (scope, key) = match actor.person {
            Person::User(id) => (id.to_string(), self.mint.key()),
            _ => ("public".to_owned(), self.mint.id(self.now).to_string()),
        };
        let body = Value::Object(body.clone());
        let text = canonical(&body, "body", 1).unwrap_or_else(|_| body.to_string());
        let mac = self.store.vault().command_mac(format!("POST\n{path}\n{text}").as_bytes());
        let (county, at) = (self.code.clone(), Some(self.now));
        Submission { county, scope, key, mac, actor, at, contents, what }
    }

    fn passes_over(&mut self, matter: MatterId, step: Step) {
        *self.tally.passed_over.entry(named(Some(step))).or_default() += 1;
        if let Some(life) = self.lives.get_mut(&matter) {
            life.note(step, false);
        }
        self.plan(matter);
    }

    async fn record(&mut self, batch: Vec<Sent>) -> Result<(), Failure> {
        if batch.is_empty() {
            return Ok(());
        }
        let submissions = batch.iter().map(|sent| sent.submission.clone()).collect();
        let begun = Instant::now();
        let answers = self.store.record_all(submissions, self.now).await;
        self.tally.recording += begun.elapsed();
        for (sent, answer) in batch.into_iter().zip(answers) {
            let recorded = answer.map_err(|refused| refused_at(&sent, &refused))?;
            self.tell(&recorded.acts);
            let Some(matter) = recorded.matter else { continue };
            self.bears(&sent, &recorded.acts)?;
            match (sent.fate, self.lives.get_mut(&sent.matter)) {
                (Some((fate, by_receipt)), _) => self.begins(matter, fate, by_receipt),
                (None, Some(life)) => {
                    life.matter = matter;
                    if life.matter.state == State::Answered
                        && let Some(times) = self.tally.times.get_mut(life.nth)
                    {
                        times.answered.get_or_insert(life.matter.updated);
                    }
                    if let Some(step) = sent.step {
                        life.note(step, true);
                        self.ties(sent.matter, step);
                    }
                }
                (None, None) => {}
            }
            self.plan(sent.matter);
        }
        Ok(())
    }

    pub(super) fn tell(&mut self, acts: &[Act]) {
        for act in acts {
            *self.tally.acts.entry(act.kind.clone()).or_default() += 1;
        }
    }

    /// The organisation has changed: who acts now, and how the open matters stand.
    pub(super) async fn look_again(&mut self, at: At) -> Result<(), Failure> {
        self.county = self.store.county(&self.code).await?;
        self.cast = Cast::new(&self.county, &self.parameters.places, self.holders, at);
        let open = self.lives.values_mut().filter(|life| life.matter.state.is_open());
        for life in open {
            let id = life.matter.id.to_string();
            if let Some(matter) = self.store.matter(&self.code, &id).await? {
                life.matter = matter;
            }
        }
        Ok(())
    }

    /// A new matter, and the others of the same that will come in soon.
    pub(super) fn begins(&mut self, matter: Matter, mut fate: Fate, by_receipt: bool) {
        let (id, division) = (matter.id, matter.place.division.clone());
        for twin in fate.twins.clone() {
            let other = stories::twin(twin, id, &fate, &mut self.chance);
            let later = self.now.plus_seconds(self.chance.between(20 * 60, 90 * 60));
            self.expect(later, Fate { division: Some(division.clone()), ..other });
        }
        if let Some(script) = &fate.script {
            self.rows.insert(script.row, id);
            let first = script.of.and_then(|row| self.rows.get(&row));
            fate.of = first.map(|first| Of::Twin(Twin::Merged { undone: false }, *first));
        }
        let public = matches!(fate.kind, Kind::ResidentReport | Kind::HotlineOrder);
        let times = Times { public, came: matter.reported, answered: None };
        let mut life = Life::new(matter, fate, by_receipt);
        life.plays = self.chance.percent(self.parameters.games.matters);
        life.nth = self.tally.times.len();
        self.tally.times.push(times);
        self.lives.insert(id, life);
    }

    /// Parts that a command brought into the world.
    fn bears(&mut self, sent: &Sent, acts: &[Act]) -> Result<(), Failure> {
        let born = acts.iter().filter(|act| act.matter().is_some_and(|id| id != sent.matter));
        for act in born {
            let part = fold(None, act)?;
            let Some(whole) = self.lives.get(&sent.matter) else { continue };
            let fate = stories::part(&whole.fate, &mut self.chance);
            let id = part.id;
            self.tie(sent.matter, id);
            let mut life = Life::new(part, fate, false);
            // A part comes in with its whole and is counted with it.
            life.nth = usize::MAX;
            self.lives.insert(id, life);
            self.plan(id);
        }
        Ok(())
    }

    /// What a step makes hang together, or brings about elsewhere.
    fn ties(&mut self, matter: MatterId, step: Step) {
        match step {
            Step::Link(to) => self.tie(matter, to),
            Step::SettleOnSpot => {
                let Some(life) = self.lives.get(&matter) else { return };
                if life.matter.sampled.is_some() && self.chance.percent(40) {
                    let follow = stories::follow(matter, &life.fate);
                    let place = life.matter.place.division.clone();
                    let later = self.now.plus_seconds(self.chance.between(1, 3) * 86_400);
                    self.expect(later, Fate { division: Some(place), ..follow });
                }
            }
            _ => {}
        }
    }

    fn tie(&mut self, one: MatterId, other: MatterId) {
        self.kin.entry(one).or_default().insert(other);
        self.kin.entry(other).or_default().insert(one);
    }

    pub(super) fn plan(&mut self, matter: MatterId) {
        let Some(life) = self.lives.get(&matter) else { return };
        let at_work = |id: &MatterId| {
            self.lives.get(id).is_some_and(|other| {
                let state = other.matter.state;
                state.is_open() && !matches!(state, State::Answered | State::Verified)
            })
        };
        let main_works = life.matter.main.as_ref().is_some_and(at_work);
        let open = |id: &MatterId| self.lives.get(id).is_some_and(|l| l.matter.state.is_open());
        let parts_open = life.matter.children.iter().any(|child| open(&child.id));
        let (calendar, cast, now) = (&self.county.calendar, &self.cast, self.now);
        let moment = Moment { calendar, cast, now, main_works, parts_open };
        let Some(life) = self.lives.get_mut(&matter) else { return };
        let go = life.next(&moment, &mut self.chance);
        match self.in_their_way(matter, go) {
            Go::Do(at, step) => self.enter(at, Event::Does(matter, step)),
            Go::Wait(at) => self.enter(at, Event::Looks(matter)),
            Go::Rest => self.lets_go(matter),
        }
    }
}

/// No command that was found possible may be refused: the simulation and the recorder decide alike.
fn refused_at(sent: &Sent, refused: &Refused) -> Failure {
    let what = named(sent.step);
    Failure::Store(StoreError::Inconsistent {
        table: "matter",
        row: sent.matter.to_string(),
        what: format!("{what} was possible in memory and is refused: {refused}"),
    })
}
