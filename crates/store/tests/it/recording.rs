//! Recording: once, in order, whole or not at all.

use std::sync::Arc;

use zongheng_core::ids::{ContentId, PostId};
use zongheng_core::ledger::Stream;
use zongheng_core::matter::{Command, Facts, State};
use zongheng_core::organisation::{Appointment, Holding};
use zongheng_core::time::At;
use zongheng_store::record::faults::{Step, Way};
use zongheng_store::{Recorded, Refused, Store, StoreError, Submission, What};

use crate::support::town::{
    self, CENTRE, HOUSING, TRANSPORT, all_accepted, ask, furnish, life, matter, one, post, refused,
    report, user,
};
use crate::support::{Fixture, at, county, morning, on_both, sound};

on_both! {
    a_matter_goes_from_its_report_to_its_close
    the_same_key_gets_the_same_answer
    a_refused_command_leaves_nothing_and_its_key_is_free
    each_command_of_a_batch_sees_those_before_it
    numbers_have_no_gaps_and_begin_anew_each_year
    a_panic_leaves_with_its_answer
    what_the_database_refuses_is_found_and_leaves_alone
    who_lost_the_post_is_refused_at_once
    many_at_once_are_recorded_once_each
    two_servers_have_one_order
    a_full_queue_says_so_and_a_drained_one_ends
}

fn hours(n: i64) -> At {
    morning().plus_seconds(3600 * n)
}

fn file(n: u128, key: &str) -> Submission {
    file_at(n, key, morning())
}

fn file_at(n: u128, key: &str, at: At) -> Submission {
    ask(CENTRE, key, n, at, |_| Command::File(Facts::default()))
}

fn new(recorded: &Recorded) -> bool {
    !recorded.replay
}

async fn acts_of(store: &Store, n: u128) -> usize {
    store.acts(&county(), &Stream::from(matter(n)), 0, 100).await.unwrap().len()
}

async fn a_matter_goes_from_its_report_to_its_close(db: Fixture) {
    furnish(&db).await;
    let mut commands = vec![report(1, morning())];
    commands.extend(life(1, hours(1)));
    let recorded = all_accepted(&db, commands).await;
    let kinds: Vec<&str> =
        recorded.iter().flat_map(|r| &r.acts).map(|act| act.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "reported",
            "filed",
            "dispatched",
            "signed_for",
            "progressed",
            "answered",
            "verified",
            "called_back",
            "signed_off"
        ]
    );
    let kept = db.store.matter(&county(), &matter(1).to_string()).await.unwrap().unwrap();
    assert_eq!(Some(&kept), recorded[8].matter.as_ref(), "the row holds what was answered");
    assert_eq!(
        (kept.state, kept.seq, kept.no.as_str()),
        (State::SignedOff, 9, "411524-2022-000001")
    );
    let by_no = db.store.matter(&county(), "411524-2022-000001").await.unwrap();
    assert_eq!(by_no, Some(kept));
    assert_eq!(db.store.matter(&county(), "411524-2022-000002").await.unwrap(), None);
    let heads = db.ask("select head from matter").await;
    assert_eq!(heads, [recorded[8].acts[0].hash.to_string()]);
    sound(&db.store).await;
}

async fn the_same_key_gets_the_same_answer(db: Fixture) {
    furnish(&db).await;
    let first = one(&db, report(1, morning())).await.unwrap();
    all_accepted(&db, vec![file(1, "file-it")]).await;
    let again = one(&db, report(1, hours(5))).await.unwrap();
    assert_eq!((again.replay, &again.acts), (true, &first.acts));
    assert_eq!(again.matter.unwrap().state, State::Filed, "the matter as it stands now");

    let other = Submission { mac: "of another body".into(), ..report(1, morning()) };
    assert!(matches!(one(&db, other).await, Err(Refused::KeyReused)));
    let shut = Submission { mac: String::new(), ..report(1, morning()) };
    assert!(one(&db, shut).await.unwrap().replay, "with the vault shut the key alone decides");
    let theirs = Submission { scope: "another".into(), ..report(1, morning()) };
    assert!(refused(&one(&db, theirs).await).contains("id"), "another's key is another key");

    // Twice in one batch, and twice the same with another body.
    let twice = vec![report(2, morning()), report(2, morning())];
    let answers = db.store.record_all(twice, morning()).await;
    let flags: Vec<bool> = answers.iter().map(|a| a.as_ref().unwrap().replay).collect();
    assert_eq!(flags, [false, true]);
    assert_eq!((acts_of(&db.store, 1).await, acts_of(&db.store, 2).await), (2, 1));
    sound(&db.store).await;
}

async fn a_refused_command_leaves_nothing_and_its_key_is_free(db: Fixture) {
    furnish(&db).await;
    one(&db, report(1, morning())).await.unwrap();
    let before = db.store.head(&county()).await.unwrap();
    let wrong =
        ask(HOUSING, "key-of-the-mended-one", 1, hours(1), |_| Command::SignFor { post: None });
    refused(&one(&db, wrong).await);
    refused(&one(&db, file_at(9, "no-such-matter", hours(1))).await);
    let mut nul = report(3, morning());
    nul.contents[0].text.push('\0');
    let What::Report(body) = &mut nul.what else { unreachable!() };
    body.title = nul.contents[0].reference();
    assert!(refused(&one(&db, nul).await).contains("U+0000"));
    let mut stranger = report(3, morning());
    stranger.contents[0].id = ContentId(uuid::Uuid::nil());
    assert!(matches!(one(&db, stranger).await, Err(Refused::Store(_))), "a text nobody brought");
    assert_eq!(db.store.head(&county()).await.unwrap(), before);
    assert!(new(&one(&db, file_at(1, "key-of-the-mended-one", hours(1))).await.unwrap()));
    assert!(new(&one(&db, report(3, hours(2))).await.unwrap()), "and the number is the next");
    let third = db.store.matter(&county(), "411524-2022-000002").await.unwrap().unwrap();
    assert_eq!(third.id, matter(3));
    sound(&db.store).await;
}

async fn each_command_of_a_batch_sees_those_before_it(db: Fixture) {
    furnish(&db).await;
    let mut batch = vec![report(1, morning()), report(2, morning())];
    batch.extend(life(1, hours(1)));
    batch.push(ask(TRANSPORT, "too-late", 1, hours(9), |t| Command::Progress {
        text: t.reference(),
    }));
    batch.extend(life(2, hours(9)));
    let answers = db.store.record_all(batch, morning()).await;
    let accepted = answers.iter().filter(|a| a.is_ok()).count();
    assert_eq!((answers.len(), accepted), (19, 18));
    refused(&answers[10]);
    assert_eq!((acts_of(&db.store, 1).await, acts_of(&db.store, 2).await), (9, 9));
    sound(&db.store).await;
}

async fn numbers_have_no_gaps_and_begin_anew_each_year(db: Fixture) {
    furnish(&db).await;
    let december = at("2022-12-31T23:59:59+08:00");
    all_accepted(&db, vec![report(1, morning()), report(2, december)]).await;
    all_accepted(&db, vec![report(3, december.plus_seconds(1))]).await;
    let numbers = db.ask("select no from matter order by id").await;
    assert_eq!(numbers, ["411524-2022-000001", "411524-2022-000002", "411524-2023-000001"]);
    sound(&db.store).await;
}

async fn a_panic_leaves_with_its_answer(db: Fixture) {
    furnish(&db).await;
    db.store.faults().arm(Step::Decide, Way::Panic);
    let answers =
        db.store.record_all(vec![report(1, morning()), report(2, morning())], morning()).await;
    assert!(matches!(answers[0], Err(Refused::Store(StoreError::Panicked))), "{answers:?}");
    assert!(new(answers[1].as_ref().unwrap()), "the other one is recorded");
    assert!(new(&one(&db, report(1, morning())).await.unwrap()), "and the first may come again");
    sound(&db.store).await;
}

async fn what_the_database_refuses_is_found_and_leaves_alone(db: Fixture) {
    furnish(&db).await;
    one(&db, report(1, morning())).await.unwrap();
    // A text under an id that is taken: only the database knows.
    let mut taken = report(2, morning());
    taken.contents[0].id = report(1, morning()).contents[0].id;
    let What::Report(body) = &mut taken.what else { unreachable!() };
    body.title = taken.contents[0].reference();
    let batch = vec![report(3, morning()), taken, report(4, morning())];
    let answers = db.store.record_all(batch, morning()).await;
    assert!(matches!(answers[1], Err(Refused::Store(StoreError::Database(_)))), "{:?}", answers[1]);
    assert!(new(answers[0].as_ref().unwrap()) && new(answers[2].as_ref().unwrap()));
    let numbers = db.ask("select no from matter order by no").await;
    assert_eq!(numbers.len(), 3);
    sound(&db.store).await;
}

async fn who_lost_the_post_is_refused_at_once(db: Fixture) {
    furnish(&db).await;
    one(&db, report(1, morning())).await.unwrap();
    let ended = |post: PostId, to| Appointment {
        post,
        user: user(CENTRE),
        holding: Holding::Holder,
        from: jiff::civil::date(2020, 1, 1),
        to: Some(to),
        own: None,
    };
    // Another server's act: this one has the old organisation in memory.
    let other = db.another().await;
    let today = morning().date();
    town::appoint(&other, hours(1), vec![ended(post(CENTRE), today)]).await;
    refused(&one(&db, file_at(1, "file-too-late", hours(1))).await);
    sound(&db.store).await;
}

async fn many_at_once_are_recorded_once_each(db: Fixture) {
    furnish(&db).await;
    let recorder = db.store.start(Arc::new(morning));
    let mut waiting = Vec::new();
    for n in 0..120 {
        // Each sent twice, as a phone does that lost the answer.
        for _ in 0..2 {
            let recorder = recorder.clone();
            waiting.push(tokio::spawn(async move { recorder.record(report(n, morning())).await }));
        }
    }
    let mut fresh = 0;
    for answer in waiting {
        fresh += usize::from(new(&answer.await.unwrap().unwrap()));
    }
    assert_eq!(fresh, 120);
    assert_eq!(db.ask("select cast(count(*) as text) from matter").await, ["120"]);
    recorder.drain().await;
    sound(&db.store).await;
}

async fn two_servers_have_one_order(db: Fixture) {
    furnish(&db).await;
    let other = db.another().await;
    let both = [db.store.start(Arc::new(morning)), other.start(Arc::new(morning))];
    let mut waiting = Vec::new();
    for n in 0..100_u128 {
        let recorder = both[usize::from(n % 2 == 0)].clone();
        waiting.push(tokio::spawn(async move {
            recorder.record(report(n, morning())).await?;
            recorder.record(file(n, &format!("file-{n}"))).await
        }));
    }
    for answer in waiting {
        answer.await.unwrap().unwrap();
    }
    let head = db.store.head(&county()).await.unwrap();
    assert_eq!(head.no_next, 101);
    for recorder in both {
        recorder.drain().await;
    }
    sound(&other).await;
}

async fn a_full_queue_says_so_and_a_drained_one_ends(db: Fixture) {
    furnish(&db).await;
    let recorder = db.store.start_with(Arc::new(morning), 1);
    let (a, b, c) = tokio::join!(
        recorder.record(report(1, morning())),
        recorder.record(report(2, morning())),
        recorder.record(report(3, morning())),
    );
    assert!(a.is_ok());
    for told in [b, c] {
        assert!(matches!(told, Err(Refused::Store(StoreError::Busy))), "{told:?}");
    }
    recorder.drain().await;
    let late = recorder.record(report(4, morning())).await;
    assert!(matches!(late, Err(Refused::Store(StoreError::Closed))), "{late:?}");
    assert_eq!(db.store.head(&county()).await.unwrap().no_next, 2);
}
