//! Who does what: separation by chain of command, asking and deciding, supervision, restricted matters.

use std::collections::BTreeSet;

use proptest::prelude::*;
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::matter::{Did, Key, Person, RequestKind, State, audience};
use zongheng_core::organisation::Role;

use super::super::life::{Life, Step, is_person, is_supervision};
use super::super::world::WORLD;
use super::{laws, within};

/// Who answered, drafted the answer, signed for or reported progress before the act `seq`, told by the
/// ledger alone.
fn hands(life: &Life, seq: u32) -> BTreeSet<Person> {
    let acts = life.story.ledger.iter().filter(|(envelope, ..)| envelope.seq < seq);
    acts.filter(|(_, act, _)| {
        matches!(act.did, Did::SignedFor(_) | Did::Progressed(_) | Did::Answered(_))
    })
    .flat_map(|(envelope, act, _)| {
        [envelope.by].into_iter().chain(act.then.released.map(|released| released.by))
    })
    .collect()
}

/// The units that were given a share, and the posts and persons that gave them, in the round in which `seq`
/// lies.
fn round(life: &Life, seq: u32) -> (BTreeSet<UnitId>, BTreeSet<PostId>, BTreeSet<Person>) {
    let (mut units, mut posts, mut persons) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (envelope, act, _) in life.story.ledger.iter().filter(|(envelope, ..)| envelope.seq < seq) {
        let given: Vec<UnitId> = match &act.did {
            // What was merged goes on in its own round.
            Did::Reopened(_) if act.then.state == State::Filed => continue,
            Did::Reopened(did) => {
                units.clear();
                posts.clear();
                persons.clear();
                did.lead.into_iter().collect()
            }
            Did::Dispatched(did) => did.assists.iter().map(|a| a.unit).chain([did.lead]).collect(),
            Did::Adjudicated(did) => did.assists.iter().map(|a| a.unit).chain([did.lead]).collect(),
            _ => continue,
        };
        // What a meeting named nobody has dispatched.
        let met = matches!(&act.did, Did::Adjudicated(did) if did.objection.is_some());
        if !given.is_empty() && !met {
            posts.extend(envelope.post);
            persons.insert(envelope.by);
        }
        units.extend(given);
    }
    (units, posts, persons)
}

/// The units of the posts in which the actor may act on that day.
fn hats(step: &Step) -> BTreeSet<UnitId> {
    let Person::User(user) = step.actor.person else {
        return step.actor.unit.into_iter().collect();
    };
    let posts = WORLD.county.organisation.posts_of(user, step.now.date());
    posts.into_iter().map(|(post, _)| post.unit).chain(step.actor.unit).collect()
}

/// Of a hidden danger another inspector of the lead and its head may judge.
fn is_regulator(life: &Life, step: &Step, did: &Did) -> bool {
    let lead = step.before.lead().map(|s| s.unit);
    life.story.playbook.regulator
        && matches!(did, Did::Verified(_) | Did::SignedOff(_))
        && step.actor.unit == lead
        && matches!(step.actor.role, Some(Role::Inspector | Role::UnitHead))
}

laws! {
    fn nobody_of_the_answering_chain_verifies_calls_back_excludes_or_signs_off(life) {
        for (step, act) in life.acts() {
            let judged = match &act.did {
                Did::Verified(_) | Did::CalledBack(_) | Did::SignedOff(_) => true,
                Did::Decided(did) => did.asked == RequestKind::Exclude,
                _ => false,
            };
            if !judged || !is_person(&step.actor) {
                continue;
            }
            let (units, posts, persons) = round(life, step.after.seq);
            prop_assert!(!hands(life, step.after.seq).contains(&step.actor.person));
            prop_assert!(!posts.contains(&step.actor.post.unwrap()));
            prop_assert!(!persons.contains(&step.actor.person));
            // One person in two posts is one person.
            for own in hats(step) {
                if is_regulator(life, step, &act.did) && Some(own) == step.actor.unit {
                    continue;
                }
                prop_assert!(units.iter().all(|handling| !within(own, *handling, step)));
                let barred = step.before.reporter.is_some() || life.story.playbook.supervised;
                if matches!(act.did, Did::Verified(_)) && barred {
                    prop_assert!(units.iter().all(|handling| !within(*handling, own, step)));
                }
            }
        }
    }

    fn who_asks_or_drafts_never_decides(life) {
        for (step, act) in life.acts() {
            let Did::Decided(did) = &act.did else { continue };
            let asked = |request: &zongheng_core::matter::Request| request.id == did.request;
            let found = life.story.ledger.iter().find(|(_, act, _)| act.did.asks().is_some_and(asked));
            let (envelope, asked, _) = found.unwrap();
            prop_assert_ne!(envelope.by, step.actor.person);
            prop_assert!(!hats(step).contains(&did.of));
            let drafted = asked.then.released.map(|released| released.by);
            prop_assert_ne!(drafted, Some(step.actor.person));
        }
    }

    fn supervision_never_handles(life) {
        for (step, act) in life.acts() {
            let handles = matches!(
                act.did,
                Did::SignedFor(_) | Did::Returned(_) | Did::Progressed(_) | Did::Answered(_)
                    | Did::PassedOn(_) | Did::PassedBack(_) | Did::Submitted(_) | Did::SentBack(_)
                    | Did::SuspensionAsked(_) | Did::ExtensionAsked(_) | Did::ShelvingAsked(_)
                    | Did::ReferralUpAsked(_) | Did::ReferralAcrossAsked(_) | Did::Objected(_)
                    | Did::Planned(_) | Did::NodeDone(_)
            );
            prop_assert!(!(is_supervision(step.actor.role) && handles), "{}", act.kind());
            let lead = step.after.lead().map(|s| s.unit);
            prop_assert_ne!(lead, Some(WORLD.unit("supervision_office")));
        }
    }

    fn supervision_alone_issues_orders_and_notices_by_number(life) {
        let mut numbers = BTreeSet::new();
        for (step, act) in life.acts() {
            if let Did::Ordered(did) | Did::Noticed(did) = &act.did {
                prop_assert!(matches!(
                    step.actor.role, Some(Role::SupervisionHead | Role::SupervisionDeputy)
                ));
                prop_assert!(!did.number.is_empty() && numbers.insert(did.number.clone()));
            }
        }
    }

    fn the_owner_is_never_the_unit_complained_of_or_below_it(life) {
        for step in &life.steps {
            if let (Some(against), Some(owner)) = (step.after.against, step.after.owner) {
                prop_assert!(!within(owner.unit, against, step), "{}", step.after.state);
            }
        }
    }

    fn a_released_act_bears_who_drafted_it_and_goes_out_in_the_unit_s_name(life) {
        for (step, act) in life.acts() {
            let Some(released) = act.then.released else { continue };
            let draft = step.before.drafts.iter().find(|d| d.n == released.draft).unwrap();
            prop_assert_eq!((released.by, released.post), (draft.by, draft.post));
            prop_assert!(draft.waits());
            prop_assert_eq!(step.actor.unit, Some(draft.unit));
            let share = step.before.share_of(draft.unit);
            prop_assert!(share.is_some_and(zongheng_core::matter::Share::is_open));
            let after = step.after.drafts.iter().find(|d| d.n == released.draft).unwrap();
            prop_assert_eq!(after.gone, Some(step.now));
            let waits = |d: &&zongheng_core::matter::Draft| d.waits() && step.after.state.is_open();
            for waiting in step.after.drafts.iter().filter(waits) {
                prop_assert!(step.after.share_of(waiting.unit).is_some(), "a draft of no share");
            }
        }
    }

    fn only_who_whistled_confirms_who_came(life) {
        for (step, act) in life.acts() {
            let Did::Arrived(did) = &act.did else { continue };
            let whistle = step.before.whistles.iter().find(|w| w.n == did.whistle).unwrap();
            prop_assert_eq!(step.actor.unit, Some(whistle.caller));
            let post = &WORLD.county.organisation.posts[&whistle.post.unwrap()];
            prop_assert_eq!(step.actor.role, Some(post.role));
            let call = whistle.calls.iter().find(|call| call.unit == did.unit).unwrap();
            prop_assert_eq!(call.came, None, "once");
        }
    }

    fn a_restricted_matter_is_seen_by_nobody_s_scope(life) {
        for step in life.steps.iter().filter(|step| step.after.restricted) {
            let keys = audience(&step.after, &WORLD.county.organisation, step.now.date());
            prop_assert!(keys.iter().all(|key| matches!(key, Key::Post(_))), "{keys:?}");
            for key in keys {
                let Key::Post(post) = key else { continue };
                let unit = WORLD.county.organisation.posts[&post].unit;
                prop_assert!(step.after.against.is_none_or(|against| !within(unit, against, step)));
            }
        }
    }
}
