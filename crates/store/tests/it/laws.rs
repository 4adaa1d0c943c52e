//! The rules through the store: what was asked of matters in memory is recorded in a database, and for
//! every command the answer is what the core decides on the matter as its acts have made it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::json;
use zongheng_core::ids::MatterId;
use zongheng_core::ledger::{Act, ContentRef, Stream};
use zongheng_core::matter::{
    self, ActName, Actor, Ask, Command, Kin, Matter, NewAct, PlaybookRef, Refusal, State,
};
use zongheng_core::time::At;
use zongheng_store::{Answer, LARGEST_BATCH, NewContent, Refused, Submission, What};

use crate::folding::{Kept, envelope, folded_again, written};
use crate::lives::cases;
use crate::lives::life::{MOST, live_as};
use crate::lives::story::{SALT, Story, Told, words_of};
use crate::lives::table::{Cells, blanks, cells, differ};
use crate::lives::walks::directed;
use crate::lives::world::{ACTS, WORLD};
use crate::support::town::{furnish_with, submission};
use crate::support::{Fixture, county, morning, on_both, sound};

on_both! {
    every_cell_is_reached_and_every_blank_refused
}

async fn every_cell_is_reached_and_every_blank_refused(db: Fixture) {
    let mut stories = directed();
    stories.extend(blanks(1));
    let played = play(db, stories).await.unwrap();
    assert_eq!(differ(&played.reached), Vec::<String>::new());
    let cells = cells();
    let all = State::ALL.into_iter().flat_map(|state| ActName::all().map(move |act| (act, state)));
    let blank: BTreeSet<_> = all.filter(|cell| !cells.contains_key(cell)).collect();
    let missing: Vec<_> = blank.difference(&played.refused).collect();
    assert!(missing.is_empty(), "never tried: {missing:?}");
}

/// So many families live in one county at the same time.
const FAMILIES: usize = 32;

/// The lives over which the core holds its laws, as many families of them.
fn random_lives_are_recorded_as_the_core_decides(open: impl AsyncFn() -> Option<Fixture>) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig {
        cases: cases() / u32::try_from(FAMILIES).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 40,
        ..ProptestConfig::default()
    };
    let families = prop::collection::vec(prop::collection::vec(any::<u64>(), 20..260), FAMILIES);
    let told = TestRunner::new(config).run(&families, |families| {
        let lives = (0..).zip(&families).flat_map(|(n, numbers)| {
            live_as(1 + n * MOST as u128, numbers).into_iter().map(|life| life.story)
        });
        runtime.block_on(async {
            let Some(db) = open().await else { return Ok(()) };
            play(db, lives.collect()).await.map(drop).map_err(TestCaseError::fail)
        })
    });
    told.unwrap_or_else(|e| panic!("{e}"));
}

mod sqlite_lives {
    #[test]
    fn random_lives_are_recorded_as_the_core_decides() {
        let open = async || Some(crate::support::Fixture::sqlite().await);
        super::random_lives_are_recorded_as_the_core_decides(open);
    }
}

mod postgres_lives {
    #[test]
    fn random_lives_are_recorded_as_the_core_decides() {
        super::random_lives_are_recorded_as_the_core_decides(crate::support::Fixture::postgres);
    }
}

/// Records the stories in the order in which everything in them was asked, in batches as a committer
/// takes them.
///
/// # Errors
/// Where the store comes to something else than the core.
async fn play(db: Fixture, stories: Vec<Story>) -> Result<Played, String> {
    furnish_with(&db, &ACTS).await;
    let mut played = Played::of(stories);
    for batch in played.order().chunks(LARGEST_BATCH) {
        let expected: Vec<Expected> = batch.iter().map(|asked| played.expect(*asked)).collect();
        let wanted = expected.iter().map(|expected| expected.wanted.clone()).collect();
        let answers = db.store.record_all(wanted, morning()).await;
        for (expected, answer) in expected.iter().zip(answers) {
            let compared = compare(expected, &answer);
            compared.map_err(|what| format!("{}: {what}\n{answer:#?}", expected.asked))?;
        }
    }
    for (id, ledger) in &played.ledgers {
        let kept = db.store.matter(&county(), &id.to_string()).await.unwrap();
        let folded = folded_again(*id, ledger);
        if kept.as_ref() != Some(&folded) || played.matters[id] != folded {
            return Err(format!("kept is {kept:#?}, its acts fold to {folded:#?}"));
        }
    }
    sound(&db.store).await;
    Ok(played)
}

/// What the core has come to so far.
struct Played {
    stories: BTreeMap<MatterId, Story>,
    matters: BTreeMap<MatterId, Matter>,
    ledgers: BTreeMap<MatterId, Vec<Kept>>,
    /// The next number of the year.
    next: (i16, u32),
    reached: Cells,
    refused: BTreeSet<(ActName, State)>,
}

/// One thing that is asked: a report, or the command at this place of what was told of the matter.
#[derive(Clone, Copy)]
struct Asked {
    matter: MatterId,
    told: Option<usize>,
}

/// A command and what the core decides.
struct Expected {
    asked: String,
    wanted: Submission,
    result: Result<(Vec<(MatterId, Kept)>, Matter), Refusal>,
}

impl Played {
    fn of(mut waiting: Vec<Story>) -> Self {
        let mut stories = BTreeMap::new();
        while let Some(mut story) = waiting.pop() {
            waiting.append(&mut story.beside);
            let twice = stories.insert(story.matter.id, story);
            assert!(twice.is_none(), "two matters have one id");
        }
        Self {
            stories,
            matters: BTreeMap::new(),
            ledgers: BTreeMap::new(),
            next: (0, 0),
            reached: Cells::new(),
            refused: BTreeSet::new(),
        }
    }

    fn order(&self) -> Vec<Asked> {
        let mut order: Vec<(At, u64, Asked)> = Vec::new();
        for (matter, story) in &self.stories {
            let asked = |told| Asked { matter: *matter, told };
            let begun = story.begun.iter();
            order.extend(begun.map(|_| (story.ledger[0].0.at, story.place, asked(None))));
            let told = story.told.iter().enumerate();
            order.extend(told.map(|(n, told)| (told.now, told.place, asked(Some(n)))));
        }
        order.sort_by_key(|(now, place, _)| (*now, *place));
        order.into_iter().map(|(.., asked)| asked).collect()
    }

    fn expect(&mut self, asked: Asked) -> Expected {
        match asked.told {
            None => self.expect_report(asked.matter),
            Some(n) => self.expect_act(asked.matter, n),
        }
    }

    fn expect_report(&mut self, id: MatterId) -> Expected {
        let (story, now) = (&self.stories[&id], self.stories[&id].ledger[0].0.at);
        let (report, by) = story.begun.clone().unwrap();
        let (playbook, _, hash) = WORLD.county.catalogue.current(&report.playbook).unwrap();
        let of = PlaybookRef { id: playbook.id.clone(), version: playbook.version, hash };
        let kin = Kin::default();
        let no = number(&mut self.next, now);
        let (matter, new) =
            matter::report(&report, &no, of, &story.context_at(now, &by, &kin)).unwrap();
        let key = format!("key {}", story.place);
        let asked = format!("{} {now}: report", playbook.id);
        let contents = contents(&new.contents);
        let wanted = submission(by.clone(), &key, now, What::Report(Box::new(report)), contents);
        let kept = self.begin(&matter, new, &by, now);
        Expected { asked, wanted, result: Ok((vec![kept], matter)) }
    }

    fn expect_act(&mut self, id: MatterId, n: usize) -> Expected {
        let story = &self.stories[&id];
        let Told { place, now, actor, ask, .. } = &story.told[n];
        let (place, now, actor, ask) = (*place, *now, actor.clone(), ask.clone());
        let around = story.around.iter().filter_map(|other| self.matters.get(other));
        let kin = Kin::new(around.cloned());
        let before = self.matters[&id].clone();
        let decided = matter::decide(&before, &ask, &story.context_at(now, &actor, &kin));
        let (kind, role, state) = (&story.playbook.id, actor.role, before.state);
        let asked = format!("{kind} {now}: {role:?} {} in {state}", ask.act);
        let mut named: Vec<ContentRef> = Vec::new();
        let result = match decided {
            Ok(acts) => {
                let kept = self.go_on(&before, acts, &ask, &actor, now);
                named.extend(kept.iter().flat_map(|(_, (_, new, _))| new.contents.iter()));
                let after = self.matters[&id].clone();
                self.reached.entry((ask.act, state)).or_default().insert(after.state);
                Ok((kept, after))
            }
            Err(refusal) => {
                self.refused.insert((ask.act, state));
                Err(refusal)
            }
        };
        let (key, what) = (format!("key {place}"), What::Act { matter: id, ask });
        let wanted = submission(actor, &key, now, what, contents(&named));
        Expected { asked, wanted, result }
    }

    /// The matter goes on by these acts, and its parts begin.
    fn go_on(
        &mut self,
        before: &Matter,
        acts: Vec<NewAct>,
        ask: &Ask,
        actor: &Actor,
        now: At,
    ) -> Vec<(MatterId, Kept)> {
        let mut matter = before.clone();
        let mut all = Vec::new();
        for act in acts {
            let kept: Kept = (envelope(matter.seq + 1, actor, now), act.clone(), written(&act));
            matter.apply(&kept.0, &act.did, &act.then);
            self.ledgers.get_mut(&matter.id).unwrap().push(kept.clone());
            all.push((matter.id, kept));
        }
        self.matters.insert(matter.id, matter);
        if let Ok(Command::Decompose { children }) = &ask.command {
            for child in children {
                let kin = Kin::default();
                let whole = &self.matters[&before.id];
                let cx = self.stories[&before.id].context_at(now, actor, &kin);
                let no = number(&mut self.next, now);
                let (part, act) = matter::birth(whole, child, &no, &cx).unwrap();
                all.push(self.begin(&part, act, actor, now));
            }
        }
        all
    }

    fn begin(&mut self, matter: &Matter, act: NewAct, by: &Actor, now: At) -> (MatterId, Kept) {
        let body = written(&act);
        let kept: Kept = (envelope(1, by, now), act, body);
        self.matters.insert(matter.id, matter.clone());
        self.ledgers.insert(matter.id, vec![kept.clone()]);
        (matter.id, kept)
    }
}

/// The number that a matter entered then has: they have no gaps and begin anew each year.
fn number((year, next): &mut (i16, u32), now: At) -> String {
    let this = now.date().year();
    (*year, *next) = (this, if *year == this { *next + 1 } else { 1 });
    format!("411524-{year}-{next:06}")
}

/// The answer beside what was expected.
fn compare(expected: &Expected, answer: &Answer) -> Result<(), String> {
    let ((acts, matter), recorded) = match (&expected.result, answer) {
        (Ok(result), Ok(recorded)) => (result, recorded),
        (Err(refusal), Err(Refused::Refusal(got))) if refusal == got => return Ok(()),
        (Err(refusal), _) => return Err(format!("the core refuses: {refusal:?}")),
        (Ok(_), Err(_)) => return Err("the core accepts it".to_owned()),
    };
    // What a meeting names proposes a row of the list of powers too, beside the matter.
    let own: Vec<&Act> = recorded.acts.iter().filter(|act| act.matter().is_some()).collect();
    if own.len() != acts.len() {
        return Err(format!("the core comes to {} acts", acts.len()));
    }
    for (act, (id, kept)) in own.into_iter().zip(acts) {
        if let Some(what) = differs(act, *id, kept) {
            return Err(format!("{what} differs, the core comes to {kept:#?}"));
        }
    }
    if recorded.matter.as_ref() == Some(matter) {
        Ok(())
    } else {
        Err(format!("the core folds to {matter:#?}"))
    }
}

fn differs(act: &Act, id: MatterId, (envelope, new, body): &Kept) -> Option<&'static str> {
    let compared = [
        ("stream", act.stream == Stream::from(id)),
        ("seq", act.seq == i64::from(envelope.seq)),
        ("kind", act.kind == new.kind()),
        ("at", act.at == envelope.at),
        ("post", json!(act.by.post) == json!(envelope.post)),
        ("unit", json!(act.by.unit) == json!(envelope.unit)),
        ("contents", act.content_refs() == new.contents),
        ("body", act.body_value() == *body),
    ];
    compared.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}

fn contents(named: &[ContentRef]) -> Vec<NewContent> {
    let content = |named: &ContentRef| NewContent {
        id: named.id,
        class: named.class,
        salt: SALT,
        text: words_of(named.id),
        file: None,
    };
    named.iter().map(content).collect()
}
