//! Matters that have to do with one another: parts brought into the world, linked ones, merged ones;
//! and those that stand in no scope.

use zongheng_core::ids::{MatterId, RequestId};
use zongheng_core::ledger::Class;
use zongheng_core::matter::{AskedChild, Command, Facts, Key, State};
use zongheng_core::playbook::{SettlementKind, Stage};
use zongheng_core::time::At;
use zongheng_store::{By, Filter, NewContent, Order, Submission, What};

use crate::support::town::{
    CENTRE, TRANSPORT, all_accepted, ask, content, furnish, life, matter, one, post, refused,
    report, unit_of,
};
use crate::support::{Fixture, county, morning, on_both, sound};

on_both! {
    parts_are_matters_of_their_own_from_one_command
    a_lead_answers_only_when_its_parts_are_done
    no_date_of_a_part_lies_after_the_whole
    one_works_for_many_and_each_keeps_its_own
    what_was_the_same_twice_is_one_and_can_be_taken_apart
    a_restricted_matter_stands_in_no_scope
}

fn hours(n: i64) -> At {
    morning().plus_seconds(3600 * n)
}

fn titled(key: &str) -> NewContent {
    content(key, Class::Text, &format!("一部分 {key}"))
}

/// The first matter is taken apart by its lead into parts 11 and 12.
async fn taken_apart(db: &Fixture) {
    furnish(db).await;
    let mut commands = vec![report(1, morning())];
    commands.extend(life(1, hours(1)).into_iter().take(3));
    all_accepted(db, commands).await;
    all_accepted(db, vec![decompose("parts", &[11, 12])]).await;
}

fn decompose(key: &str, parts: &[u128]) -> Submission {
    let titles: Vec<NewContent> =
        parts.iter().map(|n| titled(&format!("{key} part {n}"))).collect();
    let children = parts
        .iter()
        .zip(&titles)
        .map(|(n, title)| AskedChild {
            id: matter(*n),
            title: title.reference(),
            due: morning().plus_seconds(86_400 * 4),
            division: None,
        })
        .collect();
    let submission = ask(TRANSPORT, key, 1, hours(5), |_| Command::Decompose { children });
    Submission { contents: titles, ..submission }
}

async fn kept(db: &Fixture, n: u128) -> zongheng_core::matter::Matter {
    db.store.matter(&county(), &matter(n).to_string()).await.unwrap().unwrap()
}

async fn parts_are_matters_of_their_own_from_one_command(db: Fixture) {
    taken_apart(&db).await;
    let parent = kept(&db, 1).await;
    assert_eq!(parent.children.len(), 2);
    for (n, no) in [(11, "411524-2022-000002"), (12, "411524-2022-000003")] {
        let part = kept(&db, n).await;
        assert_eq!(
            (part.state, part.parent, part.no.as_str()),
            (State::Filed, Some(parent.id), no)
        );
        assert_eq!(part.round_start, parent.round_start, "a part never restarts the clock");
    }
    let again = one(&db, decompose("parts", &[11, 12])).await.unwrap();
    assert!(again.replay, "one command, however many streams it touched");
    let kinds: Vec<_> = again.acts.iter().map(|act| act.kind.as_str()).collect();
    assert_eq!(kinds, ["decomposed", "reported", "reported"]);
    let twice = one(&db, decompose("again", &[12, 13])).await;
    assert!(refused(&twice).contains("children[0].id"), "{}", refused(&twice));
    sound(&db.store).await;
}

async fn a_lead_answers_only_when_its_parts_are_done(db: Fixture) {
    taken_apart(&db).await;
    let answer = |key: &str, hour| {
        ask(TRANSPORT, key, 1, hours(hour), |t| Command::Answer {
            kind: SettlementKind::Solved,
            text: t.reference(),
        })
    };
    assert!(refused(&one(&db, answer("too-early", 6)).await).contains("part"));
    // The parts are declined by the desk's other person in no time; here they are merged away.
    for n in [11, 12] {
        let key = format!("merged-{n}");
        let merge = ask(CENTRE, &key, n, hours(7), |t| Command::Merge {
            into: matter(1),
            reason: t.reference(),
        });
        all_accepted(&db, vec![merge]).await;
    }
    all_accepted(&db, vec![answer("in-time", 8)]).await;
    assert_eq!(kept(&db, 1).await.state, State::Answered);
    sound(&db.store).await;
}

async fn no_date_of_a_part_lies_after_the_whole(db: Fixture) {
    taken_apart(&db).await;
    let given: Vec<_> = life(11, hours(6)).into_iter().skip(1).take(2).collect();
    all_accepted(&db, given).await;
    let whole = kept(&db, 1).await.open_deadline(Stage::Settle, None).unwrap().due;
    let extend = |key: &str, due: At| {
        ask(TRANSPORT, key, 11, hours(8), |t| Command::Extend {
            request: RequestId(t.id.0),
            reason: t.reference(),
            stage: Stage::Settle,
            due,
        })
    };
    let past = one(&db, extend("past", whole.plus_seconds(60))).await;
    assert!(refused(&past).contains("no later than the whole"), "{}", refused(&past));
    all_accepted(&db, vec![extend("as-late", whole)]).await;
    sound(&db.store).await;
}

async fn one_works_for_many_and_each_keeps_its_own(db: Fixture) {
    furnish(&db).await;
    let reports: Vec<_> = (1..=3).map(|n| report(n, morning())).collect();
    all_accepted(&db, reports).await;
    let link = |n: u128, to: u128| {
        ask(CENTRE, &format!("link-{n}-{to}"), n, hours(1), |_| Command::Link { to: matter(to) })
    };
    // In one batch, each seeing those before it: what is linked works for nobody.
    let batch = vec![link(2, 1), link(3, 2), link(1, 3), link(3, 1)];
    let answers = db.store.record_all(batch, morning()).await;
    assert!(answers[0].is_ok() && answers[3].is_ok());
    assert!(refused(&answers[1]).contains("linked"), "{}", refused(&answers[1]));
    assert!(refused(&answers[2]).contains("linked"), "{}", refused(&answers[2]));
    for n in [2, 3] {
        let linked = kept(&db, n).await;
        assert_eq!(linked.main, Some(matter(1)));
        assert_eq!(linked.no, format!("411524-2022-00000{n}"));
    }
    sound(&db.store).await;
}

async fn what_was_the_same_twice_is_one_and_can_be_taken_apart(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![report(1, morning()), report(2, hours(1))]).await;
    let merge = |key: &str, n: u128, into: u128| {
        ask(CENTRE, key, n, hours(2), |t| Command::Merge {
            into: matter(into),
            reason: t.reference(),
        })
    };
    let later = one(&db, merge("later", 1, 2)).await;
    assert!(refused(&later).contains("started later"), "{}", refused(&later));
    let nobody = one(&db, merge("nobody", 1, 99)).await;
    assert!(refused(&nobody).contains("no such matter"), "{}", refused(&nobody));
    all_accepted(&db, vec![merge("merged", 2, 1)]).await;
    let gone = kept(&db, 2).await;
    assert_eq!((gone.state, gone.merged_into, gone.owner), (State::Merged, Some(matter(1)), None));
    let apart = ask(CENTRE, "apart", 2, hours(3), |t| Command::Reopen {
        reason: t.reference(),
        lead: None,
    });
    all_accepted(&db, vec![apart]).await;
    let back = kept(&db, 2).await;
    assert_eq!((back.state, back.merged_into, back.round), (State::Filed, None, 1));
    assert_eq!(back.round_start, hours(1), "from its old start");
    sound(&db.store).await;
}

async fn a_restricted_matter_stands_in_no_scope(db: Fixture) {
    furnish(&db).await;
    let mut complaint = report(1, morning());
    if let What::Report(report) = &mut complaint.what {
        report.against = Some(unit_of(CENTRE));
    }
    let recorded = all_accepted(&db, vec![complaint, report(2, morning())]).await;
    let desk = recorded[0].matter.as_ref().unwrap().desk;
    assert_ne!(desk.unit, unit_of(CENTRE), "never the unit complained of");
    let seen = |keys: Vec<Key>, filter: Filter, order| {
        let db = &db;
        async move {
            let page = db.store.list(&county(), &keys, &filter, order, None, 9).await.unwrap();
            page.rows.iter().map(|row| row.matter.id).collect::<Vec<MatterId>>()
        }
    };
    let open = || Filter { state: Some(State::Reported), ..Filter::default() };
    for order in [Order::Due, Order::Newest, Order::Updated] {
        for filter in [Filter::default(), open()] {
            let all = seen(vec![Key::County], filter, order).await;
            assert_eq!(all, [matter(2)], "{order:?}");
        }
    }
    let counted = db.store.counts(&county(), &[Key::County], By::State, &Filter::default()).await;
    assert_eq!(counted.unwrap().iter().map(|c| c.n).sum::<i64>(), 1);
    let granted = vec![Key::County, Key::Post(desk.post.unwrap())];
    assert_eq!(seen(granted.clone(), Filter::default(), Order::Oldest).await.len(), 2);
    let own = seen(granted, open(), Order::Updated).await;
    assert!(own.contains(&matter(1)), "the post to which it is granted sees it");
    let central = vec![Key::County, Key::Post(post(CENTRE))];
    assert_eq!(seen(central, Filter::default(), Order::Due).await, [matter(2)]);
    let filed = ask(CENTRE, "file-it", 1, hours(1), |_| Command::File(Facts::default()));
    assert!(refused(&one(&db, filed).await).contains("no such matter"));
    sound(&db.store).await;
}
