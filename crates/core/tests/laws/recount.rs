//! A reorganisation under open matters: a township that is merged into another, two departments into a
//! third, with whatever they led, assisted, were called to, asked for and drafted.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use zongheng_core::county::County;
use zongheng_core::ledger::Source as Entered;
use zongheng_core::matter::{
    self, Actor, Ask, Came, Command, Did, Envelope, Matter, NewAct, Person, Refusal, State,
};
use zongheng_core::organisation::files::Source;
use zongheng_core::playbook::Stage;
use zongheng_core::reorganisation::{self, Before};
use zongheng_core::time::At;

use super::life::step::Unasked;
use super::life::{Life, live};
use super::rules::handed::goes_on_with_its_successor;
use super::story::*;
use super::world::*;
use crate::shangcheng::person;

const OTHER: &str = "411524101000";
/// Closed units with those that go on with their work.
const HEIRS: [(&str, &str); 3] =
    [(TOWNSHIP, OTHER), ("county_transport", "county_housing"), ("emergency", "county_housing")];
const AFTER: &str = "2026-10-12T09:00";

/// The county once the decision holds.
static AFTERWARDS: LazyLock<County> = LazyLock::new(|| {
    let before = &WORLD.county;
    let organisation = &before.organisation;
    let head = "paper = \"商编〔2026〕9号\"\ndecided_by = \"县委编委\"\non = \"2026-10-12\"\n";
    let closes = HEIRS
        .iter()
        .map(|(unit, heir)| format!("[[close]]\nunit = \"{unit}\"\nsuccessors = [\"{heir}\"]\n"));
    let posts = HEIRS.iter().flat_map(|(unit, _)| WORLD.posts_of(unit));
    let ends = posts.map(|key| format!("[[end]]\npost = \"{key}\"\n"));
    let plan: String = [head.to_owned()].into_iter().chain(closes).chain(ends).collect();
    let source = Source { name: "plan.toml", text: &plan };
    let wanted =
        reorganisation::read(source, before).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let standing = Before {
        organisation,
        powers: &before.powers,
        open: &BTreeMap::new(),
        recorded: "2026-09-01".parse().unwrap(),
    };
    let planned = reorganisation::check(&wanted, &standing);
    let decision = planned.unwrap_or_else(|faults| panic!("{faults:#?}")).decision;
    let mut county = before.clone();
    county.take_in("reorganised", 1, &serde_json::to_value(&decision).unwrap()).unwrap();
    county
});

/// The matter after an act of the system, which goes by its body, as a ledger keeps it.
pub(crate) fn folded(matter: &Matter, act: &NewAct, now: At) -> Matter {
    let (did, then) =
        NewAct::parse(act.kind(), NewAct::VERSION, &act.body().unwrap().to_string()).unwrap();
    let envelope = Envelope {
        seq: matter.seq + 1,
        at: now,
        happened: None,
        source: Entered::Live,
        by: Person::System,
        post: None,
        unit: None,
    };
    let mut after = matter.clone();
    after.apply(&envelope, &did, &then);
    after
}

/// What the decision makes of one matter.
fn recounted(story: &Story, matter: &Matter, now: At) -> Option<(NewAct, Matter)> {
    let system = Actor::system();
    let versions = AFTERWARDS.versions(story.clock);
    let cx = AFTERWARDS.context(now, &system, story.playbook, story.clock, &versions);
    let act = matter::recount(matter, &cx)?;
    let after = folded(matter, &act, now);
    Some((act, after))
}

fn holds(life: &Life, before: &Rc<Matter>, now: At) -> Result<bool, TestCaseError> {
    let Some((act, after)) = recounted(&life.story, before, now) else {
        let gone = |unit| AFTERWARDS.organisation.unit(unit, now.date()).is_none();
        let owed = before.deadlines.iter().filter(|d| d.is_open()).map(|d| d.whose);
        let shares = before.round_shares().filter(|s| s.stands()).map(|s| s.unit);
        let idle = !before.state.is_open() || !owed.chain(shares).any(gone);
        prop_assert!(idle, "a closed unit still has something to do");
        return Ok(false);
    };
    prop_assert!(recounted(&life.story, &after, now).is_none(), "once is enough");
    let handed = Unasked { now, before: Rc::clone(before), act, after: Rc::new(after) };
    goes_on_with_its_successor(&handed, &AFTERWARDS.organisation)?;
    Ok(true)
}

#[test]
fn a_reorganisation_leaves_no_open_matter_with_a_unit_that_is_gone() {
    let config =
        ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let numbers = prop::collection::vec(any::<u64>(), 60..200);
    let moved = std::cell::Cell::new(0);
    let told = TestRunner::new(config).run(&numbers, |numbers| {
        for life in live(&numbers) {
            let now = life.story.now.max(at(AFTER));
            // At each moment of its life, not only at the end.
            let moments = life.steps.iter().step_by(7).map(|step| Rc::clone(&step.after));
            for before in moments.chain([Rc::new(life.story.matter.clone())]) {
                moved.set(moved.get() + u32::from(holds(&life, &before, now)?));
            }
        }
        Ok(())
    });
    told.unwrap_or_else(|e| panic!("{e}"));
    assert!(moved.get() > 20, "only {} matters had a closed unit", moved.get());
}

fn by(key: &str, now: At) -> Actor {
    AFTERWARDS.actor(person(key), WORLD.post(key), now).unwrap()
}

/// Goes on under the new organisation.
fn goes_on(
    story: &Story,
    matter: &Matter,
    post: &str,
    command: Command,
) -> Result<NewAct, Refusal> {
    let actor = by(post, at(AFTER));
    let versions = AFTERWARDS.versions(story.clock);
    let cx = AFTERWARDS.context(at(AFTER), &actor, story.playbook, story.clock, &versions);
    let ask = Ask { act: command.act(), seq: None, command: Ok(command) };
    matter::decide(matter, &ask, &cx).map(|mut acts| acts.remove(0))
}

#[test]
fn the_lead_s_share_stays_and_the_successor_handles_both() {
    let mut story = Story::reported("2026-09-28T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(
        CENTRE,
        dispatch("county_transport", &["county_housing", TOWNSHIP]),
        State::Dispatched,
    );
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(HOUSING, sign_for(), State::Handling);
    let own = matter::AskedNode {
        unit: Some(WORLD.unit("county_housing")),
        ..node(1, "2026-09-30T18:00", &[])
    };
    story.done(TRANSPORT, plan(vec![own]), State::Handling);
    let request = story.mint();
    story.done(HOUSING, suspend(request, "2026-09-30T09:00"), State::Handling);
    story.done(
        HALL,
        whistle(&["county_transport", "county_housing"], "2026-09-28T11:00"),
        State::Handling,
    );

    let (act, after) = recounted(&story, &story.matter, at(AFTER)).unwrap();
    let Did::Recounted(did) = &act.did else { panic!() };
    let spare: Vec<_> = did.units.iter().filter_map(|moved| moved.spare).collect();
    assert_eq!(spare, [WORLD.unit("county_housing")], "it leads now and assists no more");
    let lead = after.lead().unwrap();
    assert_eq!((lead.unit, lead.signed.is_some()), (WORLD.unit("county_housing"), true));
    assert_eq!(after.assists().filter(|s| s.stands()).count(), 1, "the township's goes on");
    assert_eq!(after.plan[0].unit, WORLD.unit("county_housing"));
    assert_eq!(after.requests[0].granted, Some(false), "asked for a share that is no more");

    // Called under two names: it is said of each.
    let mut matter = after;
    for _ in 0..2 {
        let said = goes_on(&story, &matter, OTHER_HALL, arrive(1, "county_housing", Came::Came));
        let act = said.expect("the township that goes on says who came");
        let envelope = Envelope {
            seq: matter.seq + 1,
            at: at(AFTER),
            happened: None,
            source: Entered::Live,
            by: by(OTHER_HALL, at(AFTER)).person,
            post: Some(WORLD.post(OTHER_HALL)),
            unit: Some(WORLD.unit(OTHER)),
        };
        matter.apply(&envelope, &act.did, &act.then);
    }
    assert!(!matter.whistles[0].is_open());
    goes_on(&story, &matter, OTHER_HALL, sign_for())
        .expect("its share is the successor's to sign for");
    goes_on(&story, &matter, HOUSING, node_done(1)).expect("the node is the lead's");
}

#[test]
fn of_two_assisting_shares_the_one_that_is_still_owed_stays() {
    let mut story = Story::reported("2026-09-28T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch(TOWNSHIP, &["county_housing", "emergency"]), State::Dispatched);
    for post in [HALL, HOUSING, EMERGENCY] {
        let state = story.try_by(&WORLD.actor(post, story.now), sign_for()).unwrap();
        assert!(matches!(state, State::Handling | State::Dispatched));
    }
    story.done(HOUSING, answer(), State::Handling);
    let (_, after) = recounted(&story, &story.matter, at(AFTER)).unwrap();
    let share = after.share_of(WORLD.unit("county_housing")).unwrap();
    assert!(share.is_open(), "the emergency bureau's answer is still awaited");
    let settle = after.open_deadline(Stage::Settle, Some(share.unit)).unwrap();
    assert_eq!(settle.whose, share.unit);
}
