//! Search: what is found is what a plain scan of the texts finds, by whoever may see it, and nothing that is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future as _, poll_fn};
use std::task::Poll;

use zongheng_core::ids::MatterId;
use zongheng_core::ledger::Class;
use zongheng_core::matter::{Command, Drafted, Key};
use zongheng_core::playbook::SettlementKind;
use zongheng_core::search::{Wanted, normal};
use zongheng_core::time::At;
use zongheng_store::{By, Filter, NewContent, Order, Store, Submission, What};

use crate::reading::busy;
use crate::support::town::{
    CENTRE, Dice, HALL, TRANSPORT, VILLAGE, all_accepted, ask, content, furnish, life, matter,
    report, unit, unit_of,
};
use crate::support::{Fixture, county, morning, on_both, sound};

on_both! {
    what_is_found_is_what_a_plain_scan_finds
    who_does_not_see_a_matter_does_not_find_it
    what_is_drafted_is_found_once_it_is_released
    what_is_erased_is_gone_at_once
    two_servers_follow_once_and_whoever_is_cut_off_goes_on
    what_is_searched_wrongly_is_named_and_put_right
    whatever_is_asked_is_answered
    a_place_that_is_named_anew_is_found_by_its_name
}

fn hours(n: i64) -> At {
    morning().plus_seconds(3600 * n)
}

/// Characters from which texts are thrown: few, so that words meet; some that mean something elsewhere.
const SIGNS: [&str; 24] = [
    "路", "灯", "坏", "水", "桥", "村", "口", "修", "了", "不", "亮", "断", "，", "。", "LED", " ",
    "3", "号", "%", "_", "'", "\u{3000}", "Ａ", "𠮷",
];

fn text(dice: &mut Dice, most: u64) -> String {
    let signs = 2 + dice.below(most);
    let text: String = (0..signs).map(|_| SIGNS[dice.pick(SIGNS.len())]).collect();
    format!("事{text}")
}

/// A report with this title.
fn titled(n: u128, title: &str) -> Submission {
    let mut sent = report(n, morning());
    let title = content(&format!("title {n}"), Class::Text, title);
    if let What::Report(report) = &mut sent.what {
        report.title = title.reference();
        if n.is_multiple_of(3) {
            report.place.division = Some("411524102201".into());
        }
    }
    sent.contents[0] = title;
    sent
}

async fn list(
    store: &Store,
    keys: &[Key],
    filter: &Filter,
    order: Order,
    page: u32,
) -> Vec<MatterId> {
    let (mut ids, mut after) = (Vec::new(), None::<String>);
    loop {
        let found =
            store.list(&county(), keys, filter, order, after.as_deref(), page).await.unwrap();
        ids.extend(found.rows.iter().map(|row| row.matter.id));
        after = found.next;
        if after.is_none() {
            return ids;
        }
    }
}

fn words(query: &str) -> Filter {
    Filter { q: Some(query.parse().unwrap()), ..Filter::default() }
}

async fn found(db: &Fixture, keys: &[Key], query: &str) -> Vec<MatterId> {
    list(&db.store, keys, &words(query), Order::Due, 20).await
}

/// Every matter with what may be found of it, read past the index.
async fn plain(db: &Fixture) -> BTreeMap<String, Vec<String>> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let of_texts = "select stream || '|' || text from content where class = 'text' \
        and sealed is null and erased is null";
    let numbers = "select id || '|' || no from matter";
    let short = "select id || '|' || substr(no, 10) from matter";
    let serial = "select id || '|' || cast(substr(no, 13) as bigint) from matter";
    let mut put = |row: &str, named: &dyn Fn(&str) -> String| {
        let (id, text) = row.split_once('|').unwrap();
        texts.entry(id.to_owned()).or_default().push(normal(&named(text)));
    };
    for sql in [of_texts, numbers, short, serial] {
        db.ask(sql).await.iter().for_each(|row| put(row, &str::to_owned));
    }
    let known = db.store.county(&county()).await.unwrap();
    let name = |code: &str| known.organisation.divisions[&code.into()].name.clone();
    for column in ["division", "township"] {
        let places = db.ask(&format!("select id || '|' || {column} from matter")).await;
        for row in &places {
            put(row, &name);
        }
    }
    texts
}

async fn what_is_found_is_what_a_plain_scan_finds(db: Fixture) {
    furnish(&db).await;
    let mut dice = Dice(97);
    // More than are looked at before the index is asked.
    for batch in 0..18_u128 {
        let batch =
            (batch * 60..batch * 60 + 60).map(|n| titled(n, &text(&mut dice, 12))).collect();
        assert!(db.store.record_all(batch, morning()).await.iter().all(Result::is_ok));
    }
    for _ in 0..40 {
        let n = u128::from(dice.below(1_080));
        let said = text(&mut dice, 30);
        let comment = |_: &NewContent| {
            let said = content(&format!("said {n}"), Class::Text, &said);
            Command::Comment { text: said.reference() }
        };
        let mut sent = ask(CENTRE, &format!("comment-on-{n}"), n, hours(1), comment);
        sent.contents = vec![content(&format!("said {n}"), Class::Text, &said)];
        // A second comment on the same matter has the same entry, which is refused.
        drop(db.store.record_all(vec![sent], hours(1)).await);
    }
    db.store.follow(&county()).await.unwrap();
    sound(&db.store).await;
    assert_eq!(db.store.unsearched(&county()).await.unwrap(), 0);

    let texts = plain(&db).await;
    let village = [Key::Unit(unit_of(VILLAGE))];
    let other = [Key::Unit(unit("411524102201"))];
    let nobody = [Key::Unit(unit("411524101201"))];
    let mut lists = Vec::new();
    for (order, page) in [(Order::Due, 7), (Order::Newest, 50), (Order::Updated, 50)] {
        for keys in [&[Key::County][..], &village, &other, &nobody] {
            let all = list(&db.store, keys, &Filter::default(), order, 200).await;
            lists.push((order, page, keys, all));
        }
    }
    let (mut hits, mut misses) = (0, 0);
    for round in 0..24 {
        let query = match round {
            0 => "22-000007".to_owned(),
            1 => "000123".to_owned(),
            2 => "曹寨村".to_owned(),
            3 => "灯".to_owned(),
            4 => "𠮷".to_owned(),
            _ => text(&mut dice, 3).replace('事', ""),
        };
        let Ok(wanted) = query.parse::<Wanted>() else { continue };
        let is_hit = |id: &MatterId| {
            let texts = &texts[&id.to_string()];
            wanted.words().all(|word| texts.iter().any(|text| text.contains(word)))
        };
        for (order, page, keys, all) in &lists {
            let scanned: Vec<MatterId> = all.iter().copied().filter(is_hit).collect();
            let listed = list(&db.store, keys, &words(&query), *order, *page).await;
            assert_eq!(listed, scanned, "{query} {order:?} {keys:?}");
            let counts = db.store.counts(&county(), keys, By::State, &words(&query)).await.unwrap();
            let counted: i64 = counts.iter().map(|count| count.n).sum();
            assert_eq!(usize::try_from(counted).unwrap(), scanned.len(), "{query} {keys:?}");
            assert!(counts.iter().all(|count| count.exact));
            if scanned.is_empty() { misses += 1 } else { hits += 1 }
        }
    }
    assert!(hits > 50 && misses > 50, "{hits} {misses}");
    let with_more = Filter { division: Some("411524102201".into()), ..words("灯") };
    let listed = list(&db.store, &[Key::County], &with_more, Order::Oldest, 50).await;
    let listed: BTreeSet<MatterId> = listed.into_iter().collect();
    let there: BTreeSet<MatterId> = found(&db, &other, "灯").await.into_iter().collect();
    assert_eq!(listed, there, "words and another condition hold together");
}

async fn who_does_not_see_a_matter_does_not_find_it(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![titled(1, "南河路灯不亮"), titled(2, "南河桥断")]).await;
    let transport = [Key::Unit(unit_of(TRANSPORT))];
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &[Key::County], "南河").await.len(), 2);
    assert_eq!(found(&db, &transport, "南河").await, []);
    assert_eq!(found(&db, &[], "南河").await, []);
    let dispatched = life(1, hours(1)).into_iter().take(2).collect();
    all_accepted(&db, dispatched).await;
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &transport, "南河").await, [matter(1)], "since it was given to it");
    // Restricted since: neither the index nor the words open a door, though the index knows nothing of it yet.
    db.sql(&format!("update matter set restricted = 1 where id = '{}'", matter(1))).await.unwrap();
    db.sql(&format!("delete from audience where matter = '{}'", matter(1))).await.unwrap();
    assert_eq!(found(&db, &transport, "南河").await, []);
    assert_eq!(found(&db, &[Key::County], "南河").await, [matter(2)]);
    assert_eq!(found(&db, &[Key::Unit(unit_of(HALL))], "路灯").await, []);
}

async fn what_is_drafted_is_found_once_it_is_released(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![titled(1, "南河路灯不亮")]).await;
    all_accepted(&db, life(1, hours(1)).into_iter().take(3).collect()).await;
    let said = content("drafted", Class::Text, "已更换灯头两只");
    let draft = Drafted::Answer { kind: SettlementKind::Solved, text: said.reference() };
    let mut submit = ask(TRANSPORT, "submit-a-draft-1", 1, hours(5), |_| Command::Submit {
        draft: Box::new(draft),
    });
    submit.contents = vec![said];
    all_accepted(&db, vec![submit]).await;
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &[Key::County], "灯头").await, [], "a draft is its unit's own");
    sound(&db.store).await;
    let release =
        ask(TRANSPORT, "release-a-draft1", 1, hours(6), |_| Command::Release { draft: 1 });
    all_accepted(&db, vec![Submission { contents: Vec::new(), ..release }]).await;
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &[Key::County], "灯头").await, [matter(1)]);
    sound(&db.store).await;
}

async fn what_is_erased_is_gone_at_once(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![titled(1, "南河路灯不亮")]).await;
    let comment =
        ask(CENTRE, "a-word-on-one-01", 1, hours(1), |t| Command::Comment { text: t.reference() });
    let said = comment.contents[0].id;
    all_accepted(&db, vec![comment]).await;
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &[Key::County], "情况说明").await, [matter(1)]);
    assert_eq!(found(&db, &[Key::County], "199").await, [], "personal data are not searched");
    let erased = db.store.erase(&county(), said, hours(2), ["system_admin", "申请"]).await;
    assert!(erased.unwrap());
    assert_eq!(found(&db, &[Key::County], "情况说明").await, [], "before anybody has followed");
    assert_eq!(db.store.unsearched(&county()).await.unwrap(), 1);
    sound(&db.store).await;
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &[Key::County], "情况说明").await, []);
    assert_eq!(found(&db, &[Key::County], "路灯").await, [matter(1)]);
    sound(&db.store).await;
    let kept = db.ask("select text from search").await.concat();
    assert!(!kept.contains("情况说明"), "{kept}");
}

async fn two_servers_follow_once_and_whoever_is_cut_off_goes_on(db: Fixture) {
    busy(&db, 41).await;
    let other = if db.is_sqlite() { db.store.clone() } else { db.another().await };
    let county = county();
    let (one, two) = tokio::join!(db.store.follow(&county), other.follow(&county));
    let matters = db.ask("select id from matter").await.len();
    let together = one.unwrap() + two.unwrap();
    sound(&db.store).await;
    db.sql("delete from search").await.unwrap();
    db.sql("update search_at set pos = 0").await.unwrap();
    let alone = db.store.follow(&county).await.unwrap();
    assert_eq!(together, alone, "no step is taken twice");
    // Begun anew, and given up after a moment of each length.
    db.sql("delete from search").await.unwrap();
    db.sql("update search_at set pos = 0").await.unwrap();
    for polls in 1..60 {
        let mut step = Box::pin(db.store.follow_step(&county, 256));
        for _ in 0..polls {
            if poll_fn(|cx| Poll::Ready(step.as_mut().poll(cx).is_ready())).await {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(step);
        sound(&db.store).await;
    }
    db.store.follow(&county).await.unwrap();
    assert_eq!(db.ask("select matter from search").await.len(), matters);
    assert_eq!(db.store.unsearched(&county).await.unwrap(), 0);
    sound(&db.store).await;
}

async fn what_is_searched_wrongly_is_named_and_put_right(db: Fixture) {
    busy(&db, 42).await;
    db.store.follow(&county()).await.unwrap();
    sound(&db.store).await;
    let before = db.ask("select matter || keys || text from search order by matter").await;
    let one = "(select min(matter) from search)";
    let doc = if db.is_sqlite() { "rowid" } else { "doc" };
    let unindexed = format!("delete from search_index where {doc} = (select max(doc) from search)");
    for (damage, named) in [
        (format!("update search set text = 'x' where matter = {one}"), "other words"),
        (format!("update search set keys = 'x' where matter = {one}"), "other keys"),
        (format!("delete from search where matter = {one}"), "it is missing"),
        (unindexed, "not in the index"),
        (
            "insert into search (county, matter, keys, text) select code, 'nobody', '', '' from county"
                .to_owned(),
            "of no matter",
        ),
    ] {
        db.sql(&damage).await.unwrap();
        let found = db.store.check(&county()).await.unwrap().differences;
        let told = found.iter().any(|d| d.contains("table search") && d.contains(named));
        assert!(told, "{damage}: {found:?}");
        let run = db.store.upkeep_begins(&county(), "rebuild", morning()).await.unwrap();
        let done = db.store.rebuild(&county(), run, &|_| {}).await.unwrap();
        assert!(done.searched > 0 && done.mended == 0, "{damage}: {done}");
        sound(&db.store).await;
        let after = db.ask("select matter || keys || text from search order by matter").await;
        assert_eq!(after, before, "{damage}");
    }
}

async fn whatever_is_asked_is_answered(db: Fixture) {
    furnish(&db).await;
    let odd = "甲\"乙'丙*丁-戊%己_庚\\辛{each 1}$2 NEAR(a b) OR 1=1; drop table act --";
    all_accepted(&db, vec![titled(1, odd), titled(2, "路灯")]).await;
    db.store.follow(&county()).await.unwrap();
    let whole = "灯".repeat(100);
    for (query, hits) in [
        (odd, 1),
        ("甲\"乙", 1),
        ("丁-戊", 1),
        ("己_庚", 1),
        ("NEAR(a b)", 1),
        ("near/2", 0),
        ("OR", 1),
        ("AND", 0),
        ("NOT 路灯", 0),
        ("路灯*", 1),
        ("路*", 1),
        ("\"路灯", 1),
        ("^路灯", 1),
        ("路灯 OR 桥", 0),
        ("text:路灯", 0),
        ("路灯\0", 1),
        ("路灯\u{fffd}", 1),
        ("%", 9),
        (whole.as_str(), 0),
    ] {
        let Ok(wanted) = query.parse::<Wanted>() else {
            assert_eq!(hits, 9, "{query} is to be answered");
            continue;
        };
        let filter = Filter { q: Some(wanted), ..Filter::default() };
        for order in [Order::Due, Order::Updated] {
            let found = list(&db.store, &[Key::County], &filter, order, 5).await;
            assert_eq!(found.len(), hits, "{query}");
        }
        let counts = db.store.counts(&county(), &[Key::County], By::Lamp, &filter).await.unwrap();
        assert_eq!(
            counts.iter().map(|c| c.n).sum::<i64>(),
            i64::try_from(hits).unwrap(),
            "{query}"
        );
    }
}

async fn a_place_that_is_named_anew_is_found_by_its_name(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![titled(1, "南河路灯不亮")]).await;
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &[Key::County], "曹寨村").await, [matter(1)]);
    assert_eq!(found(&db, &[Key::County], "新曹寨").await, []);
    let known = db.store.county(&county()).await.unwrap();
    let mut division = known.organisation.divisions[&"411524102202".into()].clone();
    "新曹寨村".clone_into(&mut division.name);
    crate::support::town::organise(&db.store, hours(1), vec![division]).await;
    sound(&db.store).await;
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db, &[Key::County], "新曹寨").await, [matter(1)]);
    sound(&db.store).await;
}
