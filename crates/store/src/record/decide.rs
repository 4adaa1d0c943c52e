//! Step 4: commands are decided one after the other on state in memory.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use zongheng_core::county::County;
use zongheng_core::ids::{MatterId, PlaybookId};
use zongheng_core::ledger::{Act, Class, Draft, Hash, Source, Stream};
use zongheng_core::matter::{
    Actor, Ask, AskedChild, Command, Context, Did, Envelope, FieldFault, Import, Kin, Matter,
    NewAct, Person, PlaybookRef, Refusal, Report, Why, birth, decide, import, proposed_row, report,
    unasked,
};
use zongheng_core::playbook::{Clock, Playbook};
use zongheng_core::time::At;

use super::load::{Found, Held, Key, Known, key_of};
use super::{Answer, Recorded, Refused, Submission, What};
use crate::content::NewContent;
use crate::county::Head;
use crate::error::{Result, StoreError};
use crate::projection::{self, Counters, Projection};
use crate::statement::Rows;
use crate::vault::Vault;

/// What one transaction is going to write, growing with each accepted command.
pub(super) struct Batch<'a> {
    pub(super) head: Head,
    configuration: Arc<County>,
    matters: BTreeMap<MatterId, Held>,
    known: BTreeMap<Key, Known>,
    /// Acts by their first place, of known commands and of this batch's.
    answered: BTreeMap<i64, Vec<Act>>,
    /// Where the stream of the list of powers has come to, where a command may propose a row.
    powers: (i64, Hash),
    vault: &'a Vault,
    now: At,
    pub(super) acts: Vec<Act>,
    pub(super) contents: Vec<(Stream, NewContent)>,
    /// The commands of this batch, to be remembered.
    pub(super) fresh: BTreeMap<Key, Known>,
}

/// How the projections move.
pub(super) struct Moved<'a> {
    pub(super) rows: Rows,
    pub(super) changes: Vec<(Option<&'a Projection>, Projection)>,
    pub(super) counters: Counters,
}

/// One command, decided and folded, not yet accepted.
struct Decided {
    matter: Matter,
    /// Parts that the command brought into the world.
    born: Vec<Matter>,
    acts: Vec<Act>,
    contents: Vec<(Stream, NewContent)>,
    at: At,
    head: Head,
}

impl<'a> Batch<'a> {
    pub(super) fn new(found: Found, vault: &'a Vault, now: At) -> Self {
        let Found { head, configuration, matters, known, earlier: answered, powers } = found;
        let (acts, contents, fresh) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self {
            head,
            configuration,
            matters,
            known,
            answered,
            powers,
            vault,
            now,
            acts,
            contents,
            fresh,
        }
    }

    /// Decides one command. Whatever goes wrong with it stays with it.
    pub(super) fn take(&mut self, wanted: &Submission, fault: impl Fn() -> Result<()>) -> Answer {
        let key = key_of(wanted);
        if let Some(known) = self.known.get(&key).or_else(|| self.fresh.get(&key)) {
            return self.again(known, &wanted.mac);
        }
        let decided = catch_unwind(AssertUnwindSafe(|| {
            fault()?;
            self.decide(wanted)
        }));
        if let Ok(decided) = decided {
            return Ok(self.accept(key, wanted, decided?));
        }
        let (county, matter) = (&wanted.county, wanted.what.matter());
        tracing::error!(%county, %matter, "a command made the rules panic");
        Err(Refused::Store(StoreError::Panicked))
    }

    /// The first answer again; macs that cannot be compared (the vault was shut) are taken as equal.
    fn again(&self, known: &Known, mac: &str) -> Answer {
        if known.mac != mac && !known.mac.is_empty() && !mac.is_empty() {
            return Err(Refused::KeyReused);
        }
        let lost = || StoreError::inconsistent("command", &known.stream, "its acts are not there");
        let acts = self.answered.get(&known.first).cloned().ok_or_else(lost)?;
        // A key that was a ruling's, compared with nothing while the vault is shut.
        let id: MatterId = known.stream.parse().map_err(|_| Refused::KeyReused)?;
        let matter = Some(self.matters.get(&id).ok_or_else(lost)?.matter.clone());
        Ok(Recorded { acts, matter, replay: true })
    }

    fn decide(&self, wanted: &Submission) -> Result<Decided, Refused> {
        let mut head = self.head.clone();
        let at = head.entry_time(wanted.at.unwrap_or(self.now))?;
        let mut actor = self.actor(wanted, at)?;
        let (before, news) = match &wanted.what {
            What::Report(report) => {
                let news = vec![self.report(report, &mut head, &actor, at)?];
                // Whom it was written for stands beside who wrote it.
                actor.acting_for = report.on_behalf.or(actor.acting_for);
                (None, news)
            }
            What::Import(import) => (None, vec![self.import(import, &mut head, &actor, at)?]),
            What::Act { matter, ask } => {
                let before = self.matters.get(matter).ok_or(Refusal::Unknown)?;
                let kin = self.kin(&before.matter, &wanted.what);
                (Some(before), self.ask(&before.matter, ask, &kin, &actor, at)?)
            }
            What::Unasked { matter } => {
                let before = self.matters.get(matter).ok_or(Refusal::Unknown)?;
                (Some(before), vec![self.unasked(&before.matter, &actor, at)?])
            }
        };
        let happened = wanted.what.happened();
        let stream = Stream::from(wanted.what.matter());
        let mut matter = before.map(|held| held.matter.clone());
        let mut last =
            before.map_or((0, Hash::ZERO), |held| (i64::from(held.matter.seq), held.head));
        let mut acts = Vec::with_capacity(news.len());
        for new in news {
            let act = sealed(wanted, &stream, &new, at, &actor, happened, last)?;
            last = (act.seq, act.hash);
            matter = Some(applied(matter, &act, &new, actor.person)?);
            acts.push(act);
        }
        let matter = matter.ok_or(Refusal::Unknown)?;
        if let Some(act) = self.proposed(wanted, &matter, acts.last(), &actor, at)? {
            head.rev += 1;
            acts.push(act);
        }
        let mut born = Vec::new();
        if let What::Act { ask: Ask { command: Ok(Command::Decompose { children }), .. }, .. } =
            &wanted.what
        {
            for child in children {
                let no = head.next_number(at);
                let (part, act) = self.birth(&matter, child, &no, wanted, &actor, at)?;
                born.push(part);
                acts.push(act);
            }
        }
        let contents = self.contents(wanted, &acts)?;
        Ok(Decided { matter, born, acts, contents, at, head })
    }

    /// The first act of a part, in a stream of its own.
    fn birth(
        &self,
        parent: &Matter,
        child: &AskedChild,
        no: &str,
        wanted: &Submission,
        actor: &Actor,
        at: At,
    ) -> Result<(Matter, Act), Refused> {
        let (playbook, clock) = self.rules_of(parent)?;
        let versions = self.configuration.versions(clock);
        let cx = self.configuration.context(at, actor, playbook, clock, &versions);
        let (part, new) = birth(parent, child, no, &cx)?;
        let act = sealed(wanted, &Stream::from(part.id), &new, at, actor, None, (0, Hash::ZERO))?;
        Ok((part, act))
    }

    /// What a meeting's naming makes of the list of powers, in its stream and under the same key: there
    /// with the naming, or neither is.
    fn proposed(
        &self,
        wanted: &Submission,
        matter: &Matter,
        named: Option<&Act>,
        actor: &Actor,
        at: At,
    ) -> Result<Option<Act>, Refused> {
        let Some(named) = named.filter(|act| act.kind == "adjudicated") else { return Ok(None) };
        let County { organisation, powers, .. } = &*self.configuration;
        let read = NewAct::parse(&named.kind, named.v, &named.body);
        let (did, _) = read.map_err(|e| StoreError::inconsistent("act", matter.id, e))?;
        let Did::Adjudicated(did) = did else { return Ok(None) };
        let row = proposed_row(matter, &did, named.seq, at.date(), organisation, powers);
        let Some(row) = row else { return Ok(None) };
        let (seq, prev) = self.powers;
        let draft = Draft {
            county: wanted.county.clone(),
            stream: Stream::from("powers"),
            seq: seq + 1,
            at,
            happened: None,
            source: Source::Live,
            kind: "power_proposed".to_owned(),
            by: actor.by(),
            key: wanted.key.clone(),
            v: 1,
            body: serde_json::to_value(row)
                .map_err(|e| StoreError::inconsistent("act", matter.id, e))?,
            contents: Vec::new(),
            prev,
        };
        Ok(Some(draft.seal().map_err(|e| fault("act", &e.to_string()))?))
    }

    fn rules_of(&self, matter: &Matter) -> Result<(&Playbook, &Clock), Refused> {
        let known = self.configuration.rules_of(matter);
        known.ok_or_else(|| {
            StoreError::inconsistent("matter", matter.id, "its playbook is not in the ledger")
                .into()
        })
    }

    /// The matters around one, as they stand after the commands before this one.
    fn kin(&self, matter: &Matter, wanted: &What) -> Kin {
        let names = wanted.names();
        let around = self.matters.values().map(|held| &held.matter).filter(|other| {
            other.id != matter.id
                && (names.contains(&other.id)
                    || other.parent == Some(matter.id)
                    || other.main == Some(matter.id)
                    || matter.main == Some(other.id)
                    || matter.parent == Some(other.id))
        });
        Kin::new(around.cloned())
    }

    /// Who acts, as the county's organisation has it now and not as a session remembers it.
    fn actor(&self, wanted: &Submission, at: At) -> Result<Actor, Refusal> {
        match (wanted.actor.person, wanted.actor.post) {
            (Person::User(user), Some(post)) => {
                self.configuration.actor(user, post, at).ok_or(Refusal::NotYours(Why::NoPart))
            }
            _ => Ok(wanted.actor.clone()),
        }
    }

    fn report(
        &self,
        wanted: &Report,
        head: &mut Head,
        actor: &Actor,
        at: At,
    ) -> Result<NewAct, Refusal> {
        let (playbook, clock, of) = self.new_of(wanted.id, &wanted.playbook)?;
        let versions = self.configuration.versions(clock);
        let cx = self.configuration.context(at, actor, playbook, clock, &versions);
        let before = wanted.follows.and_then(|id| self.matters.get(&id));
        let kin = Kin::new(before.map(|held| held.matter.clone()));
        let cx = Context { kin: &kin, ..cx };
        report(wanted, &head.next_number(at), of, &cx).map(|(_, act)| act)
    }

    fn import(
        &self,
        wanted: &Import,
        head: &mut Head,
        actor: &Actor,
        at: At,
    ) -> Result<NewAct, Refusal> {
        let (playbook, clock, of) = self.new_of(wanted.id, &wanted.playbook)?;
        let versions = self.configuration.versions(clock);
        let cx = self.configuration.context(at, actor, playbook, clock, &versions);
        import(wanted, &head.next_number(at), of, &cx).map(|(_, act)| act)
    }

    /// The rules in force for a matter that there is not yet.
    fn new_of(
        &self,
        id: MatterId,
        playbook: &PlaybookId,
    ) -> Result<(&Playbook, &Clock, PlaybookRef), Refusal> {
        if self.matters.contains_key(&id) {
            return Err(fault("id", "a matter with this id is there already"));
        }
        let known = self.configuration.catalogue.current(playbook);
        let (playbook, clock, hash) =
            known.ok_or_else(|| fault("playbook", "no playbook is called so"))?;
        let of = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        Ok((playbook, clock, of))
    }

    /// A matter on which nothing has come about needs nothing: that is told as done already.
    fn unasked(&self, matter: &Matter, actor: &Actor, at: At) -> Result<NewAct, Refused> {
        let (playbook, clock) = self.rules_of(matter)?;
        let versions = self.configuration.versions(clock);
        let cx = self.configuration.context(at, actor, playbook, clock, &versions);
        Ok(unasked(matter, &cx)?.ok_or(Refusal::Already(Why::NothingOwed))?)
    }

    fn ask(
        &self,
        matter: &Matter,
        ask: &Ask,
        kin: &Kin,
        actor: &Actor,
        at: At,
    ) -> Result<Vec<NewAct>, Refused> {
        let (playbook, clock) = self.rules_of(matter)?;
        let versions = self.configuration.versions(clock);
        let cx = self.configuration.context(at, actor, playbook, clock, &versions);
        Ok(decide(matter, ask, &Context { kin, ..cx })?)
    }

    /// The entries that the acts name, each checked against the digest in its act; all that the
    /// database could refuse of them is refused here.
    fn contents(
        &self,
        wanted: &Submission,
        acts: &[Act],
    ) -> Result<Vec<(Stream, NewContent)>, Refused> {
        let mut contents = Vec::new();
        let named = acts.iter().flat_map(|act| {
            let stream = &act.stream;
            act.content_refs().into_iter().map(move |named| (stream, named))
        });
        for (stream, named) in named {
            let given = wanted.contents.iter().find(|content| content.id == named.id);
            let Some(content) = given.filter(|content| content.reference() == named) else {
                let what = "the act names it and the command does not bring it";
                return Err(StoreError::inconsistent("content", named.id, what).into());
            };
            if content.text.contains('\0') {
                return Err(fault("text", "a text holds U+0000; leave it out").into());
            }
            if content.class == Class::Personal {
                self.vault.ring().map_err(StoreError::from)?;
            }
            contents.push((stream.clone(), content.clone()));
        }
        Ok(contents)
    }

    fn accept(&mut self, key: Key, wanted: &Submission, decided: Decided) -> Recorded {
        let Decided { matter, born, acts, contents, at, head } = decided;
        let first = self.head.pos + 1;
        self.head = head;
        self.head.appended(i64::try_from(acts.len()).unwrap_or(0), at);
        let stream = Stream::from(matter.id);
        let places = (first, self.head.pos);
        let known = Known::new(key.clone(), wanted.mac.clone(), stream.to_string(), places);
        self.fresh.insert(key, known);
        self.contents.extend(contents);
        self.acts.extend(acts.iter().cloned());
        if let Some(last) = acts.iter().rev().find(|act| act.stream.as_str() == "powers") {
            self.powers = (last.seq, last.hash);
        }
        self.answered.insert(first, acts.clone());
        for matter in born.into_iter().chain([matter.clone()]) {
            let stream = Stream::from(matter.id);
            let last = acts.iter().rev().find(|act| act.stream == stream);
            let head = last.map_or(Hash::ZERO, |act| act.hash);
            let old = self.matters.remove(&matter.id).and_then(|held| held.old);
            self.matters.insert(matter.id, Held { matter, head, old, touched: true });
        }
        Recorded { acts, matter: Some(matter), replay: false }
    }

    /// Register rows, audiences and counters of what the batch touched.
    pub(super) fn moved(&self) -> Result<Moved<'_>> {
        let as_of = self.head.ticked_to();
        let County { organisation, calendar, .. } = &*self.configuration;
        let mut moved =
            Moved { rows: Rows::default(), changes: Vec::new(), counters: Counters::default() };
        for held in self.matters.values().filter(|held| held.touched) {
            let new = Projection::of(&held.matter, organisation, calendar, as_of);
            projection::add_row(&mut moved.rows, &held.matter, &new, held.head)?;
            if let Some(old) = &held.old {
                moved.counters.add(old, -1);
            }
            moved.counters.add(&new, 1);
            moved.changes.push((held.old.as_ref(), new));
        }
        Ok(moved)
    }
}

fn fault(field: &str, what: &str) -> Refusal {
    Refusal::Invalid(vec![FieldFault::new(field, what)])
}

fn sealed(
    wanted: &Submission,
    stream: &Stream,
    new: &NewAct,
    at: At,
    actor: &Actor,
    happened: Option<(At, Source)>,
    (seq, prev): (i64, Hash),
) -> Result<Act, Refused> {
    let body = new.body().map_err(|e| StoreError::inconsistent("act", stream, e))?;
    let draft = Draft {
        county: wanted.county.clone(),
        stream: stream.clone(),
        seq: seq + 1,
        at,
        happened: happened.map(|(at, _)| at),
        source: happened.map_or(Source::Live, |(_, source)| source),
        kind: new.kind().to_owned(),
        by: actor.by(),
        key: wanted.key.clone(),
        v: NewAct::VERSION,
        body,
        contents: new.contents.clone(),
        prev,
    };
    draft.seal().map_err(|e| fault("act", &e.to_string()).into())
}

/// The state after the act, from what was decided: the same as folding its body again.
fn applied(before: Option<Matter>, act: &Act, new: &NewAct, by: Person) -> Result<Matter, Refused> {
    let envelope = Envelope {
        seq: u32::try_from(act.seq).map_err(|_| fault("act", "too many acts"))?,
        at: act.at,
        happened: act.happened,
        source: act.source,
        by,
        post: act.by.post,
        unit: act.by.unit,
    };
    let Some(mut matter) = before else {
        let id = act.matter().ok_or(Refusal::Unknown)?;
        let begun = Matter::begun(id, &envelope, &new.did, &new.then);
        return Ok(begun.ok_or(Refusal::Unknown)?);
    };
    matter.apply(&envelope, &new.did, &new.then);
    Ok(matter)
}
