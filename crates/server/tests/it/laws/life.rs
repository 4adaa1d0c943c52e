//! The lives of the simulated matters, folded act by act from the ledger alone.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use zongheng_core::ids::MatterId;
use zongheng_core::ledger::Act;
use zongheng_core::matter::{ActName, Actor, Ask, Did, Envelope, Kin, Matter, NewAct, Person};
use zongheng_core::organisation::Role;
use zongheng_core::playbook::Playbook;
use zongheng_store::{envelope, fold};

use super::world::WORLD;

#[path = "../../../../core/tests/laws/lives/step.rs"]
pub(crate) mod step;
pub(crate) use step::{Life, Step};

/// One matter as it stands in the end, and the acts that made it.
pub(crate) struct Story {
    pub(crate) matter: Matter,
    pub(crate) playbook: &'static Playbook,
    pub(crate) ledger: Vec<(Envelope, NewAct, Value)>,
}

impl Story {
    pub(crate) fn folded_again(&self) -> Matter {
        let [(first, act, _), rest @ ..] = self.ledger.as_slice() else { panic!("no act") };
        let mut matter = Matter::begun(self.matter.id, first, &act.did, &act.then).unwrap();
        for (envelope, act, body) in rest {
            let (did, then) =
                NewAct::parse(act.kind(), NewAct::VERSION, &body.to_string()).unwrap();
            matter.apply(envelope, &did, &then);
        }
        matter
    }
}

/// Every life of the year.
pub(crate) fn lives() -> Vec<Life> {
    let mut stand: BTreeMap<MatterId, Rc<Matter>> = BTreeMap::new();
    let mut lives: BTreeMap<MatterId, Life> = BTreeMap::new();
    for act in &WORLD.acts {
        let Some(id) = act.matter() else { continue };
        let new = read(act);
        let before = stand.get(&id).cloned();
        let after = Rc::new(fold(before.as_deref().cloned(), act).unwrap());
        let envelope = envelope(act).unwrap();
        if let (Some(before), Some(life)) = (before, lives.get_mut(&id)) {
            let kin = Rc::new(around(&before, &new, &stand));
            life.story.matter = (*after).clone();
            life.story.ledger.push((envelope, new.clone(), act.body_value()));
            if matches!(new.did, Did::Recounted(_)) {
                stand.insert(id, Rc::clone(&after));
                life.unasked.push(step::Unasked { now: act.at, before, act: new, after });
                continue;
            }
            let ask = Ask { act: asked(&new), seq: None, command: Err(Vec::new()) };
            let (now, actor) = (act.at, actor(act, &envelope));
            let (after, result) = (Rc::clone(&after), Ok(new));
            life.steps.push(Step { now, actor, ask, before, result, after, kin });
        } else {
            let whole = after.parent.and_then(|whole| stand.get(&whole)).cloned();
            let (playbook, _) = WORLD.county.rules_of(&after).unwrap();
            let ledger = vec![(envelope, new, act.body_value())];
            let story = Story { matter: (*after).clone(), playbook, ledger };
            lives.insert(id, Life { story, steps: Vec::new(), unasked: Vec::new(), whole });
        }
        stand.insert(id, after);
    }
    lives.into_values().collect()
}

fn read(act: &Act) -> NewAct {
    let (did, then) = NewAct::parse(&act.kind, act.v, &act.body).unwrap();
    NewAct { did, then, contents: act.content_refs() }
}

fn actor(act: &Act, envelope: &Envelope) -> Actor {
    match (envelope.by, envelope.post) {
        (Person::User(user), Some(post)) => WORLD.county.actor(user, post, act.at).unwrap(),
        (Person::Receipt, _) => Actor::by_receipt(),
        _ => Actor::system(),
    }
}

/// Whole and parts, what works for others, and what the act names.
fn around(matter: &Matter, act: &NewAct, stand: &BTreeMap<MatterId, Rc<Matter>>) -> Kin {
    let named = match &act.did {
        Did::Linked(did) => Some(did.to),
        Did::Merged(did) => Some(did.into),
        Did::Filed(did) => did.repeat_of,
        _ => None,
    };
    let near = |other: &&Rc<Matter>| {
        other.id != matter.id
            && (named == Some(other.id)
                || other.parent == Some(matter.id)
                || other.main == Some(matter.id)
                || matter.main == Some(other.id)
                || matter.parent == Some(other.id))
    };
    Kin::new(stand.values().filter(near).map(|other| (**other).clone()))
}

/// What was asked for, told by what came of it.
fn asked(act: &NewAct) -> ActName {
    if act.then.released.is_some() {
        return ActName::Release;
    }
    match act.did {
        Did::Reported(_) | Did::Imported(_) | Did::Recounted(_) => {
            panic!("nobody asks for {}", act.kind())
        }
        Did::Filed(_) => ActName::File,
        Did::Declined(_) => ActName::Decline,
        Did::Recorded(_) => ActName::SettleOnSpot,
        Did::Linked(_) => ActName::Link,
        Did::Unlinked(_) => ActName::Unlink,
        Did::Merged(_) => ActName::Merge,
        Did::Corrected(_) => ActName::Correct,
        Did::Dispatched(_) => ActName::Dispatch,
        Did::SignedFor(_) => ActName::SignFor,
        Did::PassedOn(_) => ActName::PassOn,
        Did::PassedBack(_) => ActName::PassBack,
        Did::Submitted(_) => ActName::Submit,
        Did::SentBack(_) => ActName::SendBack,
        Did::Returned(_) => ActName::Return,
        Did::Adjudicated(_) => ActName::Adjudicate,
        Did::Progressed(_) => ActName::Progress,
        Did::Planned(_) => ActName::Plan,
        Did::NodeDone(_) => ActName::NodeDone,
        Did::Decomposed(_) => ActName::Decompose,
        Did::Whistled(_) => ActName::Whistle,
        Did::Arrived(_) => ActName::Arrive,
        Did::SuspensionAsked(_) => ActName::Suspend,
        Did::ExtensionAsked(_) => ActName::Extend,
        Did::ShelvingAsked(_) => ActName::Shelve,
        Did::ReferralUpAsked(_) => ActName::ReferUp,
        Did::ReferralAcrossAsked(_) => ActName::ReferAcross,
        Did::ExclusionAsked(_) => ActName::Exclude,
        Did::Objected(_) => ActName::Object,
        Did::Decided(_) => ActName::Decide,
        Did::Resumed(_) => ActName::Resume,
        Did::Answered(_) => ActName::Answer,
        Did::Verified(_) => ActName::Verify,
        Did::CalledBack(_) => ActName::CallBack,
        Did::SignedOff(_) => ActName::SignOff,
        Did::Reopened(_) => ActName::Reopen,
        Did::Urged(_) => ActName::Urge,
        Did::Ordered(_) => ActName::Order,
        Did::Noticed(_) => ActName::Notice,
        Did::Commented(_) => ActName::Comment,
        Did::SpotSeen(_) => ActName::Spot,
    }
}

pub(crate) fn is_person(actor: &Actor) -> bool {
    matches!(actor.person, Person::User(_))
}

pub(crate) const fn is_supervision(role: Option<Role>) -> bool {
    matches!(
        role,
        Some(
            Role::SupervisionClerk
                | Role::SupervisionDeputy
                | Role::SupervisionOfficer
                | Role::SupervisionHead
        )
    )
}
