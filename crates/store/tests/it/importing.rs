//! What comes over from elsewhere: once, in one act, beside what is reported.

use std::collections::BTreeSet;

use zongheng_core::ledger::{Class, Source, Stream};
use zongheng_core::matter::{Actor, Import, ImportedEnd, Key, ReportedPlace, State, Theirs};
use zongheng_store::{Filter, Order, Submission, What};

use crate::support::town::{
    TRANSPORT, actor, all_accepted, content, furnish, matter, one, refused, report, submission,
    unit_of,
};
use crate::support::{Fixture, at, county, morning, on_both, sound};

on_both! {
    an_open_one_goes_on_and_a_closed_one_is_history
    the_same_key_changes_nothing_and_the_same_matter_comes_over_once
    who_may_not_import_leaves_nothing
}

fn import(n: u128, closed: bool) -> Submission {
    let key = format!("import-0000-0000-{n}");
    let title = content(&format!("{key} title"), Class::Text, &format!("旧系统里的第 {n} 件"));
    let began = at("2022-03-28T10:00:00+08:00");
    let ended = at("2022-04-01T10:00:00+08:00");
    let import = Import {
        id: matter(n),
        playbook: "resident_report".into(),
        theirs: Theirs { system: "before".to_owned(), number: format!("2022-{n}") },
        began,
        round: 1,
        round_began: None,
        category: Some("road_bridge".into()),
        source: None,
        grade: None,
        urgent: false,
        title: title.reference(),
        detail: None,
        form: Vec::new(),
        place: ReportedPlace { division: Some("411524102202".into()), ..ReportedPlace::default() },
        contact: None,
        hidden: false,
        lead: Some(unit_of(TRANSPORT)),
        assists: Vec::new(),
        due: (!closed).then(|| at("2022-04-29T18:00:00+08:00")),
        ended: closed.then_some(ImportedEnd {
            at: ended,
            answer: None,
            solved: Some(true),
            satisfied: None,
        }),
    };
    submission(Actor::system(), &key, morning(), What::Import(Box::new(import)), vec![title])
}

async fn an_open_one_goes_on_and_a_closed_one_is_history(db: Fixture) {
    furnish(&db).await;
    let recorded =
        all_accepted(&db, vec![import(1, false), import(2, true), report(3, morning())]).await;
    let states: Vec<State> = recorded.iter().map(|r| r.matter.as_ref().unwrap().state).collect();
    assert_eq!(states, [State::Handling, State::SignedOff, State::Reported]);
    let numbers: Vec<String> = recorded.iter().map(|r| r.matter.clone().unwrap().no).collect();
    assert!(numbers.windows(2).all(|two| two[0] < two[1]), "one row of numbers: {numbers:?}");
    let act = &recorded[0].acts[0];
    assert_eq!((act.kind.as_str(), act.source), ("imported", Source::Imported));
    assert_eq!(act.happened, Some(at("2022-03-28T10:00:00+08:00")));
    assert_eq!(act.by.user, "system");
    let (filter, newest) = (Filter::default(), Order::Newest);
    let page = db.store.list(&county(), &[Key::County], &filter, newest, None, 10).await.unwrap();
    assert_eq!(page.rows.len(), 3);
    assert_eq!(page.rows[0].matter.id, matter(3), "by when it truly began");
    sound(&db.store).await;
}

async fn the_same_key_changes_nothing_and_the_same_matter_comes_over_once(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![import(1, true)]).await;
    assert!(one(&db, import(1, true)).await.unwrap().replay);
    let key = "import-0000-another-file".to_owned();
    let mut again = Submission { key, ..import(1, true) };
    for entry in &mut again.contents {
        entry.id = zongheng_core::ids::ContentId(uuid::Uuid::from_u128(77));
    }
    assert!(refused(&one(&db, again).await).contains("already"));
    let asked = BTreeSet::from([matter(1), matter(2)]);
    let there = db.store.present(&county(), &asked).await.unwrap();
    assert_eq!(there, BTreeSet::from([matter(1)]));
    let acts = db.store.acts(&county(), &Stream::from(matter(1)), 0, 10).await.unwrap();
    assert_eq!(acts.len(), 1);
    sound(&db.store).await;
}

async fn who_may_not_import_leaves_nothing(db: Fixture) {
    furnish(&db).await;
    let mut theirs = import(1, false);
    theirs.actor = actor(TRANSPORT);
    assert!(refused(&one(&db, theirs).await).contains("command_centre"));
    let there = db.store.present(&county(), &BTreeSet::from([matter(1)])).await.unwrap();
    assert!(there.is_empty());
    sound(&db.store).await;
}
