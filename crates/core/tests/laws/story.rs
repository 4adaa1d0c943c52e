//! One matter and its ledger: commands are decided, written as bodies, read again and folded, as a
//! store does it.

use serde_json::Value;
use uuid::Uuid;
use zongheng_core::clock::Limit;
use zongheng_core::ids::{ContentId, MatterId, RequestId, UnitId};
use zongheng_core::ledger::{Class, ContentRef, Hash, Source};
use zongheng_core::matter::{
    self, ActName, Actor, Ask, Assist, Command, Deadline, Did, Envelope, Facts, Matter, NewAct,
    PlaybookRef, Refusal, Report, ReportedPlace, Satisfied, State, Versions,
};
use zongheng_core::playbook::{Clock, Playbook, Rating, SettlementKind, Stage};
use zongheng_core::time::At;

use super::world::{PLACE, WORLD, division};

pub(crate) struct Story {
    pub(crate) now: At,
    pub(crate) matter: Matter,
    pub(crate) ledger: Vec<(Envelope, NewAct, Value)>,
    pub(crate) playbook: &'static Playbook,
    pub(crate) clock: &'static Clock,
    versions: Versions,
    minted: u128,
}

pub(crate) fn at(text: &str) -> At {
    format!("{text}:00+08:00").parse().unwrap()
}

fn entry(n: u128) -> ContentRef {
    let id = ContentId(Uuid::from_u128(n));
    ContentRef { id, class: Class::Text, digest: Hash::of(n.to_be_bytes()) }
}

/// A text, wherever the text itself does not matter.
pub(crate) fn text() -> ContentRef {
    entry(1)
}

/// What a resident says of a dead lamp on a bridge.
pub(crate) fn a_report() -> Report {
    Report {
        id: MatterId(Uuid::from_u128(7)),
        playbook: "resident_report".into(),
        category: Some("road_bridge".into()),
        title: entry(2),
        detail: None,
        form: Vec::new(),
        place: ReportedPlace { division: Some(division(PLACE)), ..ReportedPlace::default() },
        source: None,
        on_behalf: None,
        against: None,
        urgent: false,
        contact: Some(entry(3)),
        hidden: true,
        happened: None,
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
        let versions = county.versions(clock);
        let named = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let cx = county.context(now, by, playbook, clock, &versions);
        let (matter, act) = matter::report(report, "411524-2025-000001", named, &cx)?;
        let envelope = envelope(1, by, now);
        let body = act.body().unwrap();
        let ledger = vec![(envelope, act, body)];
        let story = Self { now, matter, ledger, playbook, clock, versions, minted: 100 };
        assert_eq!(story.folded_again(), story.matter, "the first act folds to what it made");
        Ok(story)
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
        WORLD.county.context(self.now, actor, self.playbook, self.clock, &self.versions)
    }

    /// Decides without folding.
    pub(crate) fn decide(&self, actor: &Actor, ask: &Ask) -> Result<Vec<NewAct>, Refusal> {
        matter::decide(&self.matter, ask, &self.context(actor))
    }

    /// Decides, writes, reads and folds; a refusal leaves nothing.
    pub(crate) fn ask(&mut self, actor: &Actor, ask: &Ask) -> Result<State, Refusal> {
        let acts = self.decide(actor, ask)?;
        for act in acts {
            let envelope = envelope(self.matter.seq + 1, actor, self.now);
            let body = written(&act.body().unwrap());
            let (did, then) = NewAct::parse(act.kind(), NewAct::VERSION, &body).unwrap();
            assert_eq!((&did, &then), (&act.did, &act.then), "a body reads as it was written");
            self.matter.apply(&envelope, &did, &then);
            self.ledger.push((envelope, act, body));
        }
        Ok(self.matter.state)
    }

    pub(crate) fn try_by(&mut self, actor: &Actor, command: Command) -> Result<State, Refusal> {
        self.ask(actor, &Ask { act: name_of(&command), seq: None, command: Ok(command) })
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
        let name = name_of(&command);
        let next = self.try_by(&actor, command);
        assert_eq!(next, Ok(state), "{post}: {name}");
        assert_eq!(self.matter.owner.is_some(), state.is_open(), "{post}: {name}");
        assert_eq!(self.matter.next().is_some(), state.is_open(), "{post}: {name}");
        self
    }

    pub(crate) fn done_by_receipt(&mut self, command: Command, state: State) -> &mut Self {
        let name = name_of(&command);
        assert_eq!(self.try_by(&Actor::by_receipt(), command), Ok(state), "{name}");
        self
    }

    /// The ledger folded once more from its bodies.
    pub(crate) fn folded_again(&self) -> Matter {
        let mut folded: Option<Matter> = None;
        for (envelope, act, body) in &self.ledger {
            let (did, then) = NewAct::parse(act.kind(), NewAct::VERSION, &written(body)).unwrap();
            match (&mut folded, &did) {
                (None, Did::Reported(first)) => {
                    folded = Some(Matter::opened(self.matter.id, envelope, first, &then));
                }
                (None, _) => panic!("a matter begins with its report"),
                (Some(matter), _) => matter.apply(envelope, &did, &then),
            }
        }
        folded.unwrap()
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

pub(crate) fn short(at: At) -> String {
    at.to_string()[..16].to_owned()
}

fn written(body: &Value) -> Value {
    serde_json::from_str(&serde_json_canonicalizer::to_string(body).unwrap()).unwrap()
}

fn envelope(seq: u32, by: &Actor, now: At) -> Envelope {
    Envelope {
        seq,
        at: now,
        happened: None,
        source: Source::Live,
        by: by.person,
        post: by.post,
        unit: by.unit,
    }
}

pub(crate) const fn name_of(command: &Command) -> ActName {
    match command {
        Command::File(_) => ActName::File,
        Command::Decline { .. } => ActName::Decline,
        Command::Correct(_) => ActName::Correct,
        Command::Dispatch { .. } => ActName::Dispatch,
        Command::SignFor { .. } => ActName::SignFor,
        Command::Return { .. } => ActName::Return,
        Command::Adjudicate { .. } => ActName::Adjudicate,
        Command::Progress { .. } => ActName::Progress,
        Command::Suspend { .. } => ActName::Suspend,
        Command::Extend { .. } => ActName::Extend,
        Command::Decide { .. } => ActName::Decide,
        Command::Resume => ActName::Resume,
        Command::Answer { .. } => ActName::Answer,
        Command::Verify { .. } => ActName::Verify,
        Command::CallBack { .. } => ActName::CallBack,
        Command::SignOff { .. } => ActName::SignOff,
        Command::Reopen { .. } => ActName::Reopen,
        Command::Urge { .. } => ActName::Urge,
        Command::Comment { .. } => ActName::Comment,
        Command::Spot { .. } => ActName::Spot,
    }
}

// Commands as they are mostly made.

pub(crate) fn file() -> Command {
    Command::File(Facts::default())
}

pub(crate) fn decline() -> Command {
    Command::Decline { reason: text() }
}

pub(crate) fn dispatch(lead: &str, assists: &[&str]) -> Command {
    Command::Dispatch {
        lead: WORLD.unit(lead),
        assists: named(assists),
        withdraw: Vec::new(),
        deadline: None,
        reason: Some(text()),
    }
}

pub(crate) fn withdraw(lead: &str, assists: &[&str]) -> Command {
    Command::Dispatch {
        lead: WORLD.unit(lead),
        assists: Vec::new(),
        withdraw: units(assists),
        deadline: None,
        reason: None,
    }
}

pub(crate) fn adjudicate(lead: &str, assists: &[&str]) -> Command {
    Command::Adjudicate {
        lead: WORLD.unit(lead),
        assists: named(assists),
        withdraw: Vec::new(),
        deadline: None,
        reason: text(),
    }
}

fn units(keys: &[&str]) -> Vec<UnitId> {
    keys.iter().map(|key| WORLD.unit(key)).collect()
}

fn named(assists: &[&str]) -> Vec<Assist> {
    units(assists).into_iter().map(|unit| Assist { unit, limit: None::<Limit> }).collect()
}

pub(crate) fn sign_for() -> Command {
    Command::SignFor { post: None }
}

pub(crate) fn return_(whose: Option<&str>) -> Command {
    Command::Return { reason: text(), whose: whose.map(|key| WORLD.unit(key)) }
}

pub(crate) fn progress() -> Command {
    Command::Progress { text: text() }
}

pub(crate) fn suspend(request: RequestId, until: &str) -> Command {
    Command::Suspend { request, reason: text(), until: at(until) }
}

pub(crate) fn extend(request: RequestId, stage: Stage, due: At) -> Command {
    Command::Extend { request, reason: text(), stage, due }
}

pub(crate) fn grant(request: RequestId) -> Command {
    Command::Decide { request, accept: true, reason: None }
}

pub(crate) fn deny(request: RequestId) -> Command {
    Command::Decide { request, accept: false, reason: Some(text()) }
}

pub(crate) fn answer() -> Command {
    Command::Answer { kind: SettlementKind::Solved, text: text() }
}

pub(crate) fn passed() -> Command {
    Command::Verify { passed: true, rating: None, text: None }
}

pub(crate) fn failed() -> Command {
    Command::Verify { passed: false, rating: None, text: Some(text()) }
}

pub(crate) fn rated(rating: Rating) -> Command {
    Command::Verify { passed: rating != Rating::Fail, rating: Some(rating), text: Some(text()) }
}

pub(crate) fn reached(solved: bool) -> Command {
    let satisfied = if solved { Satisfied::Basically } else { Satisfied::No };
    Command::CallBack {
        reached: true,
        solved: Some(solved),
        satisfied: Some(satisfied),
        text: None,
    }
}

pub(crate) fn unreached() -> Command {
    Command::CallBack { reached: false, solved: None, satisfied: None, text: None }
}

pub(crate) fn sign_off() -> Command {
    Command::SignOff { despite: None }
}

pub(crate) fn reopen() -> Command {
    Command::Reopen { reason: text(), lead: None }
}

pub(crate) fn urge(unit: Option<&str>) -> Command {
    Command::Urge { text: text(), unit: unit.map(|key| WORLD.unit(key)) }
}

pub(crate) fn comment() -> Command {
    Command::Comment { text: text() }
}

pub(crate) fn spot() -> Command {
    Command::Spot { text: text() }
}
