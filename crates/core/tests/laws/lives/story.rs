//! One matter and its ledger: commands are decided, written as bodies, read again and folded, as a
//! store does it.

use std::ops::Range;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;
use zongheng_core::ids::{ContentId, MatterId, RequestId};
use zongheng_core::ledger::{Class, ContentRef, Hash, Source};
use zongheng_core::matter::{
    self, Actor, Ask, AskedChild, Command, Deadline, Did, Envelope, Import, Kin, Matter, NewAct,
    PlaybookRef, Refusal, Report, ReportedPlace, State, Versions,
};
use zongheng_core::playbook::{Clock, Playbook, Stage};
use zongheng_core::time::At;

pub(crate) use super::made::*;
use super::world::{CENTRE, PLACE, TRANSPORT, WORLD, division};
use crate::folding::{Kept, envelope, folded_again, written};

pub(crate) struct Story {
    pub(crate) now: At,
    pub(crate) matter: Matter,
    pub(crate) ledger: Vec<Kept>,
    pub(crate) playbook: &'static Playbook,
    pub(crate) clock: &'static Clock,
    versions: Versions,
    minted: u128,
    /// The other matters of its small world, as they stand now.
    pub(crate) kin: Rc<Kin>,
    pub(crate) around: Vec<MatterId>,
    /// Parts that the last act brought into the world.
    pub(crate) born: Vec<Story>,
    /// How it began: what was reported, by whom. A part begins when its whole is taken apart.
    pub(crate) begun: Option<(Report, Actor)>,
    /// Its place in the order in which everything was asked of any matter.
    pub(crate) place: u64,
    /// What was asked of it, accepted or not.
    pub(crate) told: Vec<Told>,
    /// Other matters that were told on its way and that nobody goes on with.
    pub(crate) beside: Vec<Story>,
}

/// One command and how it was decided.
pub(crate) struct Told {
    /// As [`Story::place`].
    pub(crate) place: u64,
    pub(crate) now: At,
    pub(crate) actor: Actor,
    pub(crate) ask: Ask,
    pub(crate) before: State,
    pub(crate) result: Result<State, Refusal>,
    /// The places in the story's ledger of the acts that came of it.
    pub(crate) acts: Range<usize>,
}

pub(crate) fn at(text: &str) -> At {
    format!("{text}:00+08:00").parse().unwrap()
}

/// A number that nobody else has.
fn minted() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(1_000_000);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// What salts every text.
pub(crate) const SALT: [u8; 32] = [5; 32];

/// The words of an entry.
pub(crate) fn words_of(id: ContentId) -> String {
    format!("说明 {}", id.0.as_u128())
}

/// An entry with words of its own, wherever the words themselves do not matter: no two texts are one.
pub(crate) fn text() -> ContentRef {
    let id = ContentId(Uuid::from_u128(minted().into()));
    ContentRef { id, class: Class::Text, digest: Hash::of_content(&SALT, words_of(id).as_bytes()) }
}

/// The id of a matter that there is not yet.
pub(crate) fn new_matter() -> MatterId {
    matter_id(minted().into())
}

/// What a resident says of a dead lamp on a bridge.
pub(crate) fn a_report() -> Report {
    Report {
        id: new_matter(),
        playbook: "resident_report".into(),
        category: Some("road_bridge".into()),
        title: text(),
        detail: None,
        form: Vec::new(),
        place: ReportedPlace { division: Some(division(PLACE)), ..ReportedPlace::default() },
        source: None,
        on_behalf: None,
        against: None,
        urgent: false,
        contact: Some(text()),
        hidden: true,
        happened: None,
        outside: None,
        follows: None,
        files: Vec::new(),
    }
}

/// What a meeting has decided.
pub(crate) fn a_task() -> Report {
    Report {
        playbook: "county_task".into(),
        category: None,
        source: Some("meeting".to_owned()),
        contact: None,
        hidden: false,
        ..a_report()
    }
}

impl Story {
    /// A matter at its first act.
    pub(crate) fn begun(report: &Report, by: &Actor, now: At) -> Result<Self, Refusal> {
        let county = &WORLD.county;
        let (playbook, clock, hash) = county.catalogue.current(&report.playbook).unwrap();
        Self::begun_by(report, by, now, (playbook, clock, hash))
    }

    /// The same by rules that are not those of the county.
    pub(crate) fn begun_by(
        report: &Report,
        by: &Actor,
        now: At,
        (playbook, clock, hash): (&'static Playbook, &'static Clock, Hash),
    ) -> Result<Self, Refusal> {
        let county = &WORLD.county;
        let versions = county.versions(clock);
        let named = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let cx = county.context(now, by, playbook, clock, &versions);
        let no = number_of(report.id);
        let (matter, act) = matter::report(report, &no, named, &cx)?;
        let begun = Some((report.clone(), by.clone()));
        Ok(Self { begun, ..Self::opened(matter, act, by, now, (playbook, clock, versions)) })
    }

    /// A matter that comes over from elsewhere.
    pub(crate) fn imported(import: &Import, by: &Actor, now: At) -> Result<Self, Refusal> {
        let county = &WORLD.county;
        let (playbook, clock, hash) = county.catalogue.current(&import.playbook).unwrap();
        let versions = county.versions(clock);
        let named = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let cx = county.context(now, by, playbook, clock, &versions);
        let (matter, act) = matter::import(import, &number_of(import.id), named, &cx)?;
        Ok(Self::opened(matter, act, by, now, (playbook, clock, versions)))
    }

    fn opened(
        matter: Matter,
        act: NewAct,
        by: &Actor,
        now: At,
        (playbook, clock, versions): (&'static Playbook, &'static Clock, Versions),
    ) -> Self {
        let mut envelope = envelope(1, by, now);
        if let Did::Imported(did) = &act.did {
            envelope = Envelope { happened: Some(did.began), source: Source::Imported, ..envelope };
        }
        let body = written(&act);
        let ledger = vec![(envelope, act, body)];
        let story = Self {
            now,
            matter,
            ledger,
            playbook,
            clock,
            versions,
            minted: 100,
            kin: Rc::default(),
            around: Vec::new(),
            born: Vec::new(),
            begun: None,
            place: minted(),
            told: Vec::new(),
            beside: Vec::new(),
        };
        assert_eq!(story.folded_again(), story.matter, "the first act folds to what it made");
        story
    }

    /// A part of the matter, as the store brings it into the world after its decomposition.
    fn part(&self, child: &AskedChild, by: &Actor) -> Result<Self, Refusal> {
        let (matter, act) =
            matter::birth(&self.matter, child, &number_of(child.id), &self.context(by))?;
        let rules = (self.playbook, self.clock, self.versions.clone());
        Ok(Self::opened(matter, act, by, self.now, rules))
    }

    /// Somebody without account reports it.
    pub(crate) fn reported(now: &str) -> Self {
        Self::begun(&a_report(), &Actor::by_receipt(), at(now)).unwrap()
    }

    pub(crate) fn task(clerk: &str, now: &str) -> Self {
        let now = at(now);
        Self::begun(&a_task(), &WORLD.actor(clerk, now), now).unwrap()
    }

    /// The clock goes on.
    pub(crate) fn on(&mut self, now: &str) -> &mut Self {
        let now = at(now);
        assert!(now >= self.now, "time runs forward");
        self.now = now;
        self
    }

    pub(crate) fn by(&self, post: &str) -> Actor {
        WORLD.actor(post, self.now)
    }

    pub(crate) fn context<'a>(&'a self, actor: &'a Actor) -> matter::Context<'a> {
        self.context_at(self.now, actor, &self.kin)
    }

    /// The rules and the county, as this person has them then beside these matters.
    pub(crate) fn context_at<'a>(
        &'a self,
        now: At,
        actor: &'a Actor,
        kin: &'a Kin,
    ) -> matter::Context<'a> {
        let (playbook, clock) = (self.playbook, self.clock);
        let cx = WORLD.county.context(now, actor, playbook, clock, &self.versions);
        matter::Context { kin, ..cx }
    }

    /// Decides without folding.
    pub(crate) fn decide(&self, actor: &Actor, ask: &Ask) -> Result<Vec<NewAct>, Refusal> {
        matter::decide(&self.matter, ask, &self.context(actor))
    }

    /// Decides, writes, reads and folds; a refusal leaves nothing.
    pub(crate) fn ask(&mut self, actor: &Actor, ask: &Ask) -> Result<State, Refusal> {
        let (before, acts) = (self.matter.state, self.ledger.len());
        let decided = self.decide(actor, ask);
        let result = decided.map(|acts| self.write(actor, ask, acts));
        self.told.push(Told {
            place: minted(),
            now: self.now,
            actor: actor.clone(),
            ask: ask.clone(),
            before,
            result: result.clone(),
            acts: acts..self.ledger.len(),
        });
        result
    }

    /// The next thing that has come about by now with nobody asking.
    pub(crate) fn time_passes(&mut self) -> Option<NewAct> {
        let system = Actor::system();
        let act = matter::unasked(&self.matter, &self.context(&system)).unwrap()?;
        self.append(&system, act.clone());
        Some(act)
    }

    fn append(&mut self, actor: &Actor, act: NewAct) {
        let envelope = envelope(self.matter.seq + 1, actor, self.now);
        let body = written(&act);
        let (did, then) = NewAct::parse(act.kind(), NewAct::VERSION, &body.to_string()).unwrap();
        assert_eq!((&did, &then), (&act.did, &act.then), "a body reads as it was written");
        self.matter.apply(&envelope, &did, &then);
        self.ledger.push((envelope, act, body));
    }

    fn write(&mut self, actor: &Actor, ask: &Ask, acts: Vec<NewAct>) -> State {
        self.born.clear();
        for act in acts {
            self.append(actor, act);
        }
        if let Ok(Command::Decompose { children }) = &ask.command {
            for child in children {
                let part = self.part(child, actor).expect("a part of what was taken apart");
                self.born.push(part);
            }
        }
        self.matter.state
    }

    pub(crate) fn try_by(&mut self, actor: &Actor, command: Command) -> Result<State, Refusal> {
        self.ask(actor, &Ask { act: command.act(), seq: None, command: Ok(command) })
    }

    pub(crate) fn refused(&mut self, post: &str, command: Command) -> Refusal {
        let actor = self.by(post);
        let before = self.matter.clone();
        let refusal = self.try_by(&actor, command).expect_err(post);
        assert_eq!(self.matter, before, "a refused command leaves nothing");
        refusal
    }

    /// The act is done and leads to the state; owner and next exist while it is open.
    pub(crate) fn done(&mut self, post: &str, command: Command, state: State) -> &mut Self {
        let actor = self.by(post);
        let name = command.act();
        let next = self.try_by(&actor, command);
        assert_eq!(next, Ok(state), "{post}: {name}");
        assert_eq!(self.matter.owner.is_some(), state.is_open(), "{post}: {name}");
        assert_eq!(self.matter.next().is_some(), state.is_open(), "{post}: {name}");
        self
    }

    pub(crate) fn done_by_receipt(&mut self, command: Command, state: State) -> &mut Self {
        let name = command.act();
        assert_eq!(self.try_by(&Actor::by_receipt(), command), Ok(state), "{name}");
        self
    }

    /// The ledger folded once more from its bodies.
    pub(crate) fn folded_again(&self) -> Matter {
        folded_again(self.matter.id, &self.ledger)
    }

    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.ledger.iter().map(|(_, act, _)| act.kind()).collect()
    }

    /// The open deadline of a stage: the matter's own, or of an assisting unit.
    pub(crate) fn open(&self, stage: Stage, share: Option<&str>) -> &Deadline {
        let share = share.map(|key| WORLD.unit(key));
        self.matter.open_deadline(stage, share).unwrap_or_else(|| panic!("{stage} is not open"))
    }

    pub(crate) fn due(&self, stage: Stage) -> String {
        short(self.open(stage, None).due)
    }

    pub(crate) fn mint(&mut self) -> RequestId {
        self.minted += 1;
        RequestId(Uuid::from_u128(self.minted))
    }

    pub(crate) fn last_request(&self) -> RequestId {
        self.matter.requests.last().unwrap().id
    }
}

fn number_of(id: MatterId) -> String {
    format!("411524-2025-{:06}", id.0.as_u128())
}

pub(crate) const fn matter_id(n: u128) -> MatterId {
    MatterId(Uuid::from_u128(n))
}

pub(crate) fn short(at: At) -> String {
    at.to_string()[..16].to_owned()
}

/// The field of the first fault that a refusal names.
pub(crate) fn field(refusal: Refusal) -> String {
    let Refusal::Invalid(faults) = refusal else { panic!("{refusal}") };
    faults[0].field.clone()
}

/// A resident's matter that the transport bureau handles alone.
pub(crate) fn handled(now: &str) -> Story {
    let mut story = Story::reported(now);
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story
}
