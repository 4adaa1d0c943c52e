//! A scenario as it runs: its matters with their ledgers, as a store would keep them.

use uuid::Uuid;
use zongheng_core::county::County;
use zongheng_core::ids::MatterId;
use zongheng_core::ledger::Source;
use zongheng_core::matter::{
    self, ActName, Actor, Ask, AskedChild, Command, Did, Envelope, Import, Kin, Matter, NewAct,
    Owner, PlaybookRef, Refusal, Report, State, time_by_holder,
};
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::commands::{Mint, Writer};
use super::fields::Fields;
use super::text::{Token, Word};
use super::words::Words;
use super::world::WORLD;
use crate::folding::{Kept, envelope, folded_again, written};
use crate::shangcheng::person;

/// One matter and its ledger.
#[derive(Debug)]
pub(crate) struct Tale {
    pub(crate) label: String,
    pub(crate) matter: Matter,
    pub(crate) ledger: Vec<Kept>,
    /// Others that are told with it, since the same is done on each.
    pub(crate) alike: Vec<Tale>,
}

/// What an official sees at a glance: where it stands, whose it is, what is next.
pub(crate) type Glance = (State, Option<Owner>, Option<(Stage, At)>);

impl Tale {
    fn opened(label: &str, matter: Matter, act: NewAct, actor: &Actor, now: At) -> Self {
        let body = written(&act);
        let mut first = envelope(1, actor, now);
        if let Did::Imported(did) = &act.did {
            first = Envelope { happened: Some(did.began), source: Source::Imported, ..first };
        }
        let ledger = vec![(first, act, body)];
        Self { label: label.to_owned(), matter, ledger, alike: Vec::new() }
    }

    /// Writes, reads and folds.
    fn append(&mut self, act: NewAct, actor: &Actor, now: At) -> Result<(), String> {
        let envelope = envelope(self.matter.seq + 1, actor, now);
        let body = written(&act);
        let (did, then) = NewAct::parse(act.kind(), NewAct::VERSION, &body.to_string())
            .map_err(|e| e.to_string())?;
        if (&did, &then) != (&act.did, &act.then) {
            return Err(format!("the body of {} reads otherwise than it was written", act.kind()));
        }
        self.matter.apply(&envelope, &did, &then);
        self.ledger.push((envelope, act, body));
        Ok(())
    }

    /// What holds after every act, whatever the scenario says.
    fn laws(&self, now: At) -> Result<(), String> {
        let matter = &self.matter;
        if folded_again(matter.id, &self.ledger) != *matter {
            return Err("the ledger folds to something else than what was decided".to_owned());
        }
        if matter.owner.is_some() != matter.state.is_open() {
            return Err(format!("it is {} and its owner is {:?}", matter.state, matter.owner));
        }
        if matter.next().is_some() != matter.state.is_open() {
            return Err(format!("it is {} and next is {:?}", matter.state, matter.next()));
        }
        let spans = time_by_holder(matter, now);
        if spans.windows(2).any(|two| two[0].to > two[1].from) {
            return Err("the time by holder overlaps".to_owned());
        }
        // Before it came over nobody here had it, and history nobody ever had.
        let begins = if matter.came_over.is_some() { self.ledger[0].0.at } else { matter.reported };
        let first = spans.first().map_or(begins, |span| span.from);
        if first == begins { Ok(()) } else { Err("its first minutes are nobody's".into()) }
    }

    pub(crate) fn glance(&self) -> Glance {
        let next = self.matter.next().map(|d| (d.stage, d.due));
        (self.matter.state, self.matter.owner, next)
    }
}

pub(crate) struct Play<'w> {
    pub(crate) words: &'w Words,
    pub(crate) county: County,
    pub(crate) tales: Vec<Tale>,
    pub(crate) now: At,
    mint: Mint,
    numbers: u32,
}

/// What became of a step.
pub(crate) struct Step {
    /// The matter it was about; none where a report was refused.
    pub(crate) tale: Option<usize>,
    /// How that stood before.
    pub(crate) before: Option<Glance>,
    pub(crate) refused: Option<Refusal>,
    pub(crate) act: Option<ActName>,
}

impl<'w> Play<'w> {
    pub(crate) fn new(words: &'w Words, county: County) -> Self {
        let now = At::from_seconds(0);
        Self { words, county, tales: Vec::new(), now, mint: Mint::default(), numbers: 0 }
    }

    /// The matter that a line means: the labelled one, or the only one.
    pub(crate) fn tale(&self, tokens: &mut &[Token]) -> Result<usize, String> {
        match self.label(tokens) {
            Some(label) => (self.tales.iter().position(|t| t.label == label))
                .ok_or_else(|| format!("there is no matter {label} yet")),
            None if self.tales.len() == 1 => Ok(0),
            None => Err("say which matter: 甲 A, 乙 B …".to_owned()),
        }
    }

    fn label(&self, tokens: &mut &[Token]) -> Option<String> {
        let [Token::Word(word), rest @ ..] = *tokens else { return None };
        let label = self.words.find("labels", word)?.to_owned();
        *tokens = rest;
        Some(label)
    }

    fn word<'t>(tokens: &mut &'t [Token]) -> Option<&'t Word> {
        let [Token::Word(word), rest @ ..] = *tokens else { return None };
        *tokens = rest;
        Some(word)
    }

    /// `乙 B  曹寨村委会 Caozhai committee  受理 file …`.
    pub(crate) fn step(&mut self, at: At, tokens: &[Token]) -> Result<Step, String> {
        self.now = at;
        self.words.know_all(tokens)?;
        let mut rest = tokens;
        let mut labelled = rest;
        let label = self.label(&mut labelled);
        let (unlabelled, with_label) = (rest, labelled);
        rest = with_label;
        let who = Self::word(&mut rest).ok_or("who does it?")?;
        if self.words.find("acts", who) == Some("look") {
            let tale = self.tale(&mut { unlabelled })?;
            return if rest.is_empty() {
                let before = Some(self.tales[tale].glance());
                Ok(Step { tale: Some(tale), before, refused: None, act: None })
            } else {
                Err("看 look stands alone".to_owned())
            };
        }
        let actor = self.actor(who, &mut rest)?;
        let act = Self::word(&mut rest).ok_or("what is done?")?;
        let act = self.words.need("acts", act)?;
        let mut fields = Fields::read(self.words, rest);
        if act == "report" {
            let label = label.unwrap_or_else(|| "A".to_owned());
            let report = self.writer().report(&label, &mut fields)?;
            let alike = fields.number("alike")?;
            fields.end()?;
            let step = self.report(&label, &report, &actor)?;
            if let (Some(tale), Some(n)) = (step.tale, alike) {
                self.and_alike(tale, n, &report.0, &actor)?;
            }
            return Ok(step);
        }
        if act == "import" {
            let label = label.unwrap_or_else(|| "A".to_owned());
            let import = self.writer().import(&label, &mut fields)?;
            fields.end()?;
            return self.import(&label, &import, &actor);
        }
        let tale = self.tale(&mut { unlabelled })?;
        if act == "hand_on" {
            fields.end()?;
            return self.hand_on(tale);
        }
        if act == "time_passes" {
            fields.end()?;
            return self.time_passes(tale);
        }
        let act: ActName = act.parse().map_err(|()| format!("\"{act}\" is no act"))?;
        let seen = fields.number("seen")?;
        let matter = self.tales[tale].matter.clone();
        let command = self.writer().command(act, &mut fields, &matter)?;
        fields.end()?;
        let ask = Ask { act, seq: seen, command: Ok(command) };
        let before = Some(self.tales[tale].glance());
        let refused = self.ask(tale, &actor, &ask)?;
        Ok(Step { tale: Some(tale), before, refused, act: Some(act) })
    }

    fn writer(&mut self) -> Writer<'_> {
        Writer { words: self.words, mint: &mut self.mint }
    }

    /// A post, or a person in somebody else's: `县水利局局长 Water head  代 for  县住建局局长 Housing head`.
    pub(crate) fn actor(&self, who: &Word, rest: &mut &[Token]) -> Result<Actor, String> {
        match self.words.find("people", who) {
            Some("system") => return Ok(Actor::system()),
            Some(_) => return Ok(Actor::by_receipt()),
            None => {}
        }
        let key = self.words.need("posts", who)?;
        let mut post = key;
        if let [Token::Word(word), after @ ..] = *rest
            && self.words.find("fields", word) == Some("for")
        {
            *rest = after;
            post = self.words.need("posts", Self::word(rest).ok_or("for which post?")?)?;
        }
        self.county.actor(person(key), WORLD.keys.posts[post], self.now).ok_or_else(|| {
            format!("nobody of the post \"{key}\" acts in the post \"{post}\" on that day")
        })
    }

    fn report(
        &mut self,
        label: &str,
        (report, number): &(Report, Option<u32>),
        actor: &Actor,
    ) -> Result<Step, String> {
        if self.tales.iter().any(|t| t.label == label) {
            return Err(format!("there is a matter {label} already"));
        }
        match self.told(report, *number, actor)? {
            Ok((matter, act)) => {
                let tale = self.open(label, matter, act, actor)?;
                Ok(Step { tale: Some(tale), before: None, refused: None, act: None })
            }
            Err(refusal) => {
                Ok(Step { tale: None, before: None, refused: Some(refusal), act: None })
            }
        }
    }

    fn import(&mut self, label: &str, import: &Import, actor: &Actor) -> Result<Step, String> {
        if self.tales.iter().any(|t| t.label == label) {
            return Err(format!("there is a matter {label} already"));
        }
        let county = &self.county;
        let known = county.catalogue.current(&import.playbook);
        let (playbook, clock, hash) = known.ok_or("no such playbook")?;
        let named = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let versions = county.versions(clock);
        let cx = county.context(self.now, actor, playbook, clock, &versions);
        let no = format!("411524-{:04}-{:06}", self.now.date().year(), self.numbers + 1);
        match matter::import(import, &no, named, &cx) {
            Ok((matter, act)) => {
                self.numbers += 1;
                let tale = self.open(label, matter, act, actor)?;
                Ok(Step { tale: Some(tale), before: None, refused: None, act: None })
            }
            Err(refusal) => {
                Ok(Step { tale: None, before: None, refused: Some(refusal), act: None })
            }
        }
    }

    /// The first act with its number, the next one where the line says none.
    fn told(
        &mut self,
        report: &Report,
        number: Option<u32>,
        actor: &Actor,
    ) -> Result<Result<(Matter, NewAct), Refusal>, String> {
        let county = &self.county;
        let known = county.catalogue.current(&report.playbook);
        let (playbook, clock, hash) = known.ok_or("no such playbook")?;
        let named = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let versions = county.versions(clock);
        let kin = Kin::new(self.tales.iter().map(|tale| tale.matter.clone()));
        let cx = county.context(self.now, actor, playbook, clock, &versions);
        let cx = matter::Context { kin: &kin, ..cx };
        let n = number.unwrap_or(self.numbers + 1);
        let no = format!("411524-{:04}-{n:06}", self.now.date().year());
        let told = matter::report(report, &no, named, &cx);
        if told.is_ok() {
            self.numbers = n;
        }
        Ok(told)
    }

    fn open(
        &mut self,
        label: &str,
        matter: Matter,
        act: NewAct,
        actor: &Actor,
    ) -> Result<usize, String> {
        self.tales.push(Tale::opened(label, matter, act, actor, self.now));
        let tale = self.tales.len() - 1;
        self.tales[tale].laws(self.now)?;
        Ok(tale)
    }

    /// As many as the line says, told as one.
    fn and_alike(
        &mut self,
        tale: usize,
        n: u32,
        report: &Report,
        actor: &Actor,
    ) -> Result<(), String> {
        for k in 1..n {
            let id = MatterId(Uuid::from_u128(report.id.0.as_u128() << 64 | u128::from(k)));
            let report = Report { id, ..report.clone() };
            let (matter, act) = self.told(&report, None, actor)?.map_err(|e| e.to_string())?;
            let other = Tale::opened(&self.tales[tale].label, matter, act, actor, self.now);
            other.laws(self.now)?;
            self.tales[tale].alike.push(other);
        }
        Ok(())
    }

    /// After a reorganisation: what closed units still had goes on with their successors.
    fn hand_on(&mut self, tale: usize) -> Result<Step, String> {
        let before = Some(self.tales[tale].glance());
        let (now, county, system) = (self.now, &self.county, Actor::system());
        let one = &mut self.tales[tale];
        let mut alike = std::mem::take(&mut one.alike);
        for told in std::iter::once(one).chain(&mut alike) {
            let (playbook, clock) = county.rules_of(&told.matter).ok_or("its playbook is gone")?;
            let versions = county.versions(clock);
            let cx = county.context(now, &system, playbook, clock, &versions);
            let act = matter::recount(&told.matter, &cx).ok_or("all its units stand")?;
            told.append(act, &system, now)?;
            told.laws(now)?;
        }
        self.tales[tale].alike = alike;
        Ok(Step { tale: Some(tale), before, refused: None, act: None })
    }

    /// What has come about by now with nobody asking, all of it.
    fn time_passes(&mut self, tale: usize) -> Result<Step, String> {
        let before = Some(self.tales[tale].glance());
        let (now, county, system) = (self.now, &self.county, Actor::system());
        let one = &mut self.tales[tale];
        let mut alike = std::mem::take(&mut one.alike);
        let mut came = 0;
        for told in std::iter::once(one).chain(&mut alike) {
            let (playbook, clock) = county.rules_of(&told.matter).ok_or("its playbook is gone")?;
            let versions = county.versions(clock);
            let cx = county.context(now, &system, playbook, clock, &versions);
            while let Some(act) = matter::unasked(&told.matter, &cx).map_err(|e| e.to_string())? {
                told.append(act, &system, now)?;
                told.laws(now)?;
                came += 1;
            }
        }
        self.tales[tale].alike = alike;
        if came == 0 {
            return Err("nothing has come about by then".to_owned());
        }
        Ok(Step { tale: Some(tale), before, refused: None, act: None })
    }

    /// The other matters, as they stand now.
    fn kin(&self, tale: usize) -> Kin {
        let others = self.tales.iter().enumerate().filter(|(n, _)| *n != tale);
        Kin::new(others.map(|(_, t)| t.matter.clone()))
    }

    /// Decides, writes, reads and folds; a refusal leaves nothing.
    fn ask(&mut self, tale: usize, actor: &Actor, ask: &Ask) -> Result<Option<Refusal>, String> {
        let (kin, county) = (self.kin(tale), &self.county);
        let matter = &self.tales[tale].matter;
        let (playbook, clock) = county.rules_of(matter).ok_or("its playbook is gone")?;
        let versions = county.versions(clock);
        let cx = county.context(self.now, actor, playbook, clock, &versions);
        let cx = matter::Context { kin: &kin, ..cx };
        let acts = match matter::decide(matter, ask, &cx) {
            Ok(acts) => acts,
            Err(refusal) => return Ok(Some(refusal)),
        };
        let mut born = Vec::new();
        if let Ok(Command::Decompose { children }) = &ask.command {
            for child in children {
                self.numbers += 1;
                let no = format!("411524-{:04}-{:06}", self.now.date().year(), self.numbers);
                let (matter, act) = matter::birth(matter, child, &no, &cx)
                    .map_err(|e| format!("a part is not born: {e}"))?;
                born.push((label_of(child), matter, act));
            }
        }
        let alike = self.tales[tale].alike.iter().map(|other| {
            let cx = matter::Context { kin: Kin::NONE, ..cx };
            matter::decide(&other.matter, ask, &cx).map_err(|e| format!("one alike: {e}"))
        });
        let alike = alike.collect::<Result<Vec<_>, String>>()?;
        let one = &mut self.tales[tale];
        for act in acts {
            one.append(act, actor, self.now)?;
        }
        for (other, acts) in one.alike.iter_mut().zip(alike) {
            for act in acts {
                other.append(act, actor, self.now)?;
            }
            other.laws(self.now)?;
        }
        for (label, matter, act) in born {
            self.open(&label, matter, act, actor)?;
        }
        self.tales[tale].laws(self.now)?;
        Ok(None)
    }
}

fn label_of(child: &AskedChild) -> String {
    let letter = child.id.0.as_u128().try_into().unwrap_or(b'?');
    char::from(letter).to_string()
}
