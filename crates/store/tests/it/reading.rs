//! Reading: who sees what in which order, counts that agree with lists, lamps that follow the time.

use std::collections::BTreeSet;

use zongheng_core::ids::{MatterId, PostId};
use zongheng_core::matter::{Command, Facts, Key, Lamp, State};
use zongheng_core::time::At;
use zongheng_store::ledger::Place;
use zongheng_store::{By, Extract, Filter, Order, StoreError};

use crate::support::town::{
    CENTRE, Dice, HALL, TRANSPORT, VILLAGE, all_accepted, anything, ask, furnish, life, matter,
    report, unit, unit_of,
};
use crate::support::{Fixture, county, morning, on_both, sound};

on_both! {
    pages_join_without_gap_or_repeat_in_every_order
    who_has_no_key_of_a_matter_does_not_find_it
    each_filter_leaves_out_what_it_says
    an_extract_holds_what_the_list_holds_and_does_not_move
    counts_are_what_the_lists_hold
    decisions_join_without_gap_or_repeat_and_keep_to_their_period
    lamps_follow_the_tick_in_small_steps
    any_commands_leave_every_projection_as_the_ledger_has_it
    what_is_changed_behind_the_ledger_is_named
    a_minute_that_nobody_held_is_named
    a_fold_of_an_older_version_is_folded_anew
}

fn hours(n: i64) -> At {
    morning().plus_seconds(3600 * n)
}

/// Thirty matters on their way, by all manner of commands; the same each time.
pub(crate) async fn busy(db: &Fixture, seed: u64) {
    furnish(db).await;
    let mut dice = Dice(seed);
    for hour in 0..60 {
        let batch = (0..20)
            .map(|n| anything(&mut dice, &format!("anything-{hour}-{n}"), 30, hours(hour * 3)))
            .collect();
        db.store.record_all(batch, morning()).await;
        db.store.tick(&county(), hours(hour * 3)).await.unwrap();
    }
}

async fn list(db: &Fixture, keys: &[Key], filter: &Filter, order: Order) -> Vec<MatterId> {
    let (mut ids, mut after) = (Vec::new(), None::<String>);
    loop {
        let page =
            db.store.list(&county(), keys, filter, order, after.as_deref(), 7).await.unwrap();
        ids.extend(page.rows.iter().map(|row| row.matter.id));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

/// Every order, and the same in SQL.
const ORDERS: [(Order, &str); 4] = [
    (Order::Due, "due, id"),
    (Order::Newest, "created desc, id desc"),
    (Order::Oldest, "created, id"),
    (Order::Updated, "updated desc, id desc"),
];

async fn pages_join_without_gap_or_repeat_in_every_order(db: Fixture) {
    busy(&db, 1).await;
    let all = db.ask("select id from matter").await;
    assert!(all.len() > 20, "{}", all.len());
    for (order, by) in ORDERS {
        let wanted = db.ask(&format!("select id from matter order by {by}")).await;
        let found = list(&db, &[Key::County], &Filter::default(), order).await;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, wanted, "{order:?}");
        let open = Filter { state: Some(State::Dispatched), ..Filter::default() };
        let sql = format!("select id from matter where state = 'dispatched' order by {by}");
        let found = list(&db, &[Key::County], &open, order).await;
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, db.ask(&sql).await, "{order:?}");
    }
    let wrong = db
        .store
        .list(&county(), &[Key::County], &Filter::default(), Order::Due, Some("7"), 5)
        .await;
    assert!(matches!(wrong, Err(StoreError::Cursor(_))), "{wrong:?}");
}

async fn who_has_no_key_of_a_matter_does_not_find_it(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![report(1, morning()), report(2, morning())]).await;
    all_accepted(&db, life(1, hours(1)).into_iter().take(2).collect()).await;
    let seen = async |keys: &[Key]| list(&db, keys, &Filter::default(), Order::Due).await.len();
    assert_eq!(seen(&[Key::County]).await, 2);
    assert_eq!(seen(&[Key::Unit(unit_of(TRANSPORT))]).await, 1, "the unit it was given to");
    assert_eq!(seen(&[Key::Unit(unit_of(HALL))]).await, 2, "the township of the place");
    assert_eq!(seen(&[Key::Unit(unit_of(VILLAGE))]).await, 2);
    assert_eq!(seen(&[Key::Unit(unit("411524102201"))]).await, 0, "another village");
    assert_eq!(seen(&[]).await, 0, "an administrator");
    let of_county = Filter { unit: Some(unit_of(TRANSPORT)), ..Filter::default() };
    assert_eq!(list(&db, &[Key::County], &of_county, Order::Due).await, [matter(1)]);
    let village = [Key::Unit(unit_of(VILLAGE))];
    assert_eq!(list(&db, &village, &of_county, Order::Due).await, [matter(1)]);
    let other = [Key::Unit(unit("411524102201"))];
    let owner = Filter { owner: Some(unit_of(TRANSPORT)), ..Filter::default() };
    assert_eq!(list(&db, &other, &owner, Order::Due).await, [], "an index does not open a door");
    assert_eq!(db.store.counts(&county(), &other, By::State, &owner).await.unwrap(), []);
}

async fn extracted(extract: &mut Extract) -> Vec<MatterId> {
    let mut ids = Vec::new();
    while let Some(rows) = extract.page().await.unwrap() {
        ids.extend(rows.iter().map(|row| row.matter.id));
    }
    ids
}

async fn an_extract_holds_what_the_list_holds_and_does_not_move(db: Fixture) {
    busy(&db, 4).await;
    let begun = async |keys: &[Key], filter: &Filter, order| {
        db.store.extract(&county(), keys, filter, order).await.unwrap()
    };
    let any = Filter::default();
    let handling = Filter { state: Some(State::Handling), ..any.clone() };
    let led = Filter { lead: Some(unit_of(TRANSPORT)), ..any.clone() };
    for keys in [vec![Key::County], vec![Key::Unit(unit_of(VILLAGE))], Vec::new()] {
        for filter in [&any, &handling, &led] {
            for order in [Order::Due, Order::Newest, Order::Oldest, Order::Updated] {
                let found = extracted(&mut begun(&keys, filter, order).await).await;
                assert_eq!(found, list(&db, &keys, filter, order).await, "{keys:?} {order:?}");
            }
        }
    }
    let mut before = begun(&[Key::County], &any, Order::Newest).await;
    let n = list(&db, &[Key::County], &any, Order::Newest).await.len();
    all_accepted(&db, vec![report(77, hours(1_000))]).await;
    assert_eq!(extracted(&mut before).await.len(), n, "it stands as it was begun");
    let mut after = begun(&[Key::County], &any, Order::Newest).await;
    assert!(after.head().pos > before.head().pos);
    let page = after.page().await.unwrap().unwrap();
    let titles: Vec<_> = page.iter().map(|row| row.matter.title).collect();
    let texts = after.texts(&titles).await.unwrap();
    assert!(page.len() == n + 1 && titles.iter().all(|id| texts[id].text.is_some()));
}

async fn each_filter_leaves_out_what_it_says(db: Fixture) {
    busy(&db, 2).await;
    db.store.tick(&county(), hours(400)).await.unwrap();
    db.store.follow(&county()).await.unwrap();
    let lead = unit_of(TRANSPORT);
    let post: PostId =
        db.ask(&format!("select max(owner_post) from matter where owner_unit = '{lead}'")).await[0]
            .parse()
            .unwrap();
    let before = hours(150);
    let some = Filter::default();
    let filters = [
        ("state = 'handling'", Filter { state: Some(State::Handling), ..some.clone() }),
        ("state = 'signed_off'", Filter { state: Some(State::SignedOff), ..some.clone() }),
        (&format!("owner_unit = '{lead}'"), Filter { owner: Some(lead), ..some.clone() }),
        (
            &format!("owner_unit = '{lead}' and owner_post = '{post}'"),
            Filter { owner: Some(lead), owner_post: Some(post), ..some.clone() },
        ),
        (&format!("lead_unit = '{lead}'"), Filter { lead: Some(lead), ..some.clone() }),
        (
            &format!("id in (select matter from audience where key = '{lead}')"),
            Filter { unit: Some(lead), ..some.clone() },
        ),
        (
            "division = '411524102202'",
            Filter { division: Some("411524102202".into()), ..some.clone() },
        ),
        (
            "township = '411524102000'",
            Filter { division: Some("411524102000".into()), ..some.clone() },
        ),
        ("true", Filter { division: Some("411524000000".into()), ..some.clone() }),
        ("false", Filter { division: Some("411524101000".into()), ..some.clone() }),
        (
            "category = 'water_supply'",
            Filter { category: Some("water_supply".into()), ..some.clone() },
        ),
        ("source = 'resident'", Filter { source: Some("resident".into()), ..some.clone() }),
        ("lamp = 'red'", Filter { lamp: Some(Lamp::Red), ..some.clone() }),
        ("lamp = 'done'", Filter { lamp: Some(Lamp::Done), ..some.clone() }),
        (
            &format!("due < {}", before.seconds()),
            Filter { due_before: Some(before), ..some.clone() },
        ),
        ("no like '%000007'", Filter { q: "22-000007".parse().ok(), ..some.clone() }),
        (
            "id in (select stream from content where text like '%塌陷 3')",
            Filter { q: "路塌陷 3".parse().ok(), ..some.clone() },
        ),
        (
            "state = 'handling' and lamp = 'red'",
            Filter { state: Some(State::Handling), lamp: Some(Lamp::Red), ..some.clone() },
        ),
    ];
    for ((condition, filter), (order, by)) in filters.iter().flat_map(|f| ORDERS.map(|o| (f, o))) {
        let wanted =
            db.ask(&format!("select id from matter where {condition} order by {by}")).await;
        let village = [Key::Unit(unit_of(VILLAGE))];
        for keys in [&[Key::County], &village] {
            let found = list(&db, keys, filter, order).await;
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            if condition.contains("塌陷") {
                let [found, wanted] =
                    [&found, &wanted].map(|all| all.iter().collect::<BTreeSet<_>>());
                assert!(found.is_superset(&wanted) && !found.is_empty(), "{condition}");
            } else {
                assert_eq!(found, wanted, "{condition} by {order:?} as seen by {keys:?}");
            }
        }
    }
}

async fn counts_are_what_the_lists_hold(db: Fixture) {
    busy(&db, 3).await;
    let filters = [
        Filter::default(),
        Filter { lead: Some(unit_of(TRANSPORT)), ..Filter::default() },
        Filter { category: Some("road_bridge".into()), ..Filter::default() },
    ];
    for keys in [[Key::County], [Key::Unit(unit_of(TRANSPORT))], [Key::Unit(unit_of(VILLAGE))]] {
        for filter in &filters {
            let listed = list(&db, &keys, filter, Order::Due).await.len();
            for by in [By::State, By::Owner, By::Lead, By::Division, By::Category, By::Lamp] {
                let counts = db.store.counts(&county(), &keys, by, filter).await.unwrap();
                let sum: i64 = counts.iter().map(|count| count.n).sum();
                assert_eq!(sum, i64::try_from(listed).unwrap(), "{by:?} {filter:?} {keys:?}");
                assert!(counts.iter().all(|count| count.exact && count.n > 0), "{counts:?}");
            }
        }
    }
    let by_owner =
        db.store.counts(&county(), &[Key::County], By::Owner, &Filter::default()).await.unwrap();
    let closed = db.ask("select cast(count(*) as text) from matter where owner_unit = ''").await;
    let nobody = by_owner.iter().find(|count| count.key.is_none()).map_or(0, |count| count.n);
    assert_eq!(nobody.to_string(), closed[0], "closed ones have no owner, and are counted");
}

async fn decisions_join_without_gap_or_repeat_and_keep_to_their_period(db: Fixture) {
    busy(&db, 2).await;
    let walked = async |from: At, to: At, page: i64| {
        let (mut places, mut after) = (Vec::new(), Place::before(from));
        loop {
            let (found, next) = db.store.decisions(&county(), after, to, page).await.unwrap();
            places.extend(found.into_iter().map(|d| (d.act.at, d.act.stream, d.act.seq)));
            match next {
                Some(next) => after = next.to_string().parse().unwrap(),
                None => return places,
            }
        }
    };
    let (begin, end) = (morning(), hours(1_000));
    let whole = walked(begin, end, 10_000).await;
    assert!(whole.len() > 12, "{}", whole.len());
    assert!(whole.is_sorted_by_key(|(at, ..)| *at));
    for page in [1, 3] {
        assert_eq!(walked(begin, end, page).await, whole, "pages of {page}");
    }
    let found = db.store.decisions(&county(), Place::before(begin), end, 10_000).await.unwrap().0;
    let ids = found.iter().filter_map(|d| d.act.matter()).collect();
    let matters = db.store.matters(&county(), &ids).await.unwrap();
    assert_eq!(matters.keys().copied().collect::<BTreeSet<_>>(), ids, "each of them is read");
    assert!(found.windows(2).all(|pair| pair[0].place <= pair[1].place));
    assert!("5".parse::<Place>().is_err() && "a.b".parse::<Place>().is_err());
    let (from, to) = (whole[3].0, whole[12].0);
    let within: Vec<_> = whole.into_iter().filter(|(at, ..)| (from..to).contains(at)).collect();
    assert_eq!(walked(from, to, 2).await, within);
}

async fn lamps_follow_the_tick_in_small_steps(db: Fixture) {
    furnish(&db).await;
    // More than one step's worth, all due at the same moment.
    let batch = |from: u128| (from..from + 60).map(|n| report(n, morning())).collect();
    for from in (0..1_020).step_by(60) {
        assert!(db.store.record_all(batch(from), morning()).await.iter().all(Result::is_ok));
    }
    let lamps = async || {
        let all = Filter::default();
        let counts = db.store.counts(&county(), &[Key::County], By::Lamp, &all).await.unwrap();
        counts.into_iter().map(|c| (c.key.unwrap(), c.n)).collect::<Vec<_>>()
    };
    assert_eq!(lamps().await, [("green".to_owned(), 1_020)]);
    // The report waits to be filed within two office hours.
    let ticked = db.store.tick(&county(), hours(2)).await.unwrap();
    assert_eq!((ticked.to, ticked.lamps), (hours(2), 1_020));
    assert_eq!(lamps().await, [("yellow".to_owned(), 1_020)]);
    sound(&db.store).await;
    let ticked = db.store.tick(&county(), hours(24)).await.unwrap();
    assert_eq!(ticked.lamps, 1_020);
    assert_eq!(lamps().await, [("red".to_owned(), 1_020)]);
    let back = db.store.tick(&county(), hours(1)).await.unwrap();
    assert_eq!((back.to, back.lamps), (hours(24), 0), "time does not go back");
    let filing = ask(CENTRE, "file-1", 1, hours(24), |_| Command::File(Facts::default()));
    all_accepted(&db, vec![filing]).await;
    assert_eq!(lamps().await.len(), 2, "done late, and the next deadline is a fresh one");
    // Cut off half-way: the county is as of the tick before until another one ends it.
    db.sql(&format!("update county set tick_target = {}", hours(30).seconds())).await.unwrap();
    sound(&db.store).await;
    assert_eq!(db.store.head(&county()).await.unwrap().ticked_to(), hours(24));
    assert_eq!(db.store.tick(&county(), hours(25)).await.unwrap().to, hours(30));
    sound(&db.store).await;
}

async fn any_commands_leave_every_projection_as_the_ledger_has_it(db: Fixture) {
    for seed in [11, 12] {
        if seed == 11 {
            busy(&db, seed).await;
        } else {
            let mut dice = Dice(seed);
            for n in 0..60 {
                let one = anything(&mut dice, &format!("more-{n}"), 60, hours(300 + n));
                db.store.record_all(vec![one], morning()).await;
            }
        }
        sound(&db.store).await;
    }
    let states = db.ask("select distinct state from matter order by state").await;
    assert!(states.len() >= 5, "too few states to mean anything: {states:?}");
}

async fn what_is_changed_behind_the_ledger_is_named(db: Fixture) {
    busy(&db, 4).await;
    sound(&db.store).await;
    let one = db.ask("select min(id) from matter").await.remove(0);
    for (change, undo, named) in [
        ("update matter set lamp = 'done' where id = '{}'", "lamp", "column lamp"),
        ("update matter set due = 5 where id = '{}'", "due", "another due"),
        ("update matter set owner_unit = 'x' where id = '{}'", "owner_unit", "column owner_unit"),
        ("update matter set seq = 77 where id = '{}'", "seq", "column seq"),
        (
            "update matter set fold = replace(fold, '\"urges\":', '\"urges\":9') where id = '{}'",
            "fold",
            "column fold",
        ),
    ] {
        let was =
            db.ask(&format!("select cast({undo} as text) from matter where id = '{one}'")).await;
        db.sql(&change.replace("{}", &one)).await.unwrap();
        let found = db.store.check(&county()).await.unwrap().differences;
        assert!(found.iter().any(|d| d.contains(named) && d.contains(&one)), "{change}: {found:?}");
        let number = undo == "due" || undo == "seq";
        let was = if number { was[0].clone() } else { format!("'{}'", was[0]) };
        db.sql(&format!("update matter set {undo} = {was} where id = '{one}'")).await.unwrap();
        sound(&db.store).await;
    }
    for (change, named) in [
        ("update counter set n = n + 1 where key = 'county' and dim = 'state'", "table counter"),
        ("delete from audience where key = 'county'", "table audience"),
        ("update county set no_next = no_next + 1", "column no_next"),
        ("delete from command", "table command"),
        ("update content set text = 'another' where class = 'text'", "table content"),
        ("delete from matter", "it is missing"),
    ] {
        db.sql(change).await.unwrap();
        let found = db.store.check(&county()).await.unwrap().differences;
        assert!(found.iter().any(|d| d.contains(named)), "{change}: {found:?}");
    }
}

async fn a_minute_that_nobody_held_is_named(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![report(1, morning()), report(2, morning())]).await;
    all_accepted(&db, life(1, hours(1))).await;
    db.store.tick(&county(), hours(20)).await.unwrap();
    // Nothing else may name it: the acts' hashes are not the check's, the folds are made unreadable.
    db.sql("update matter set fold_v = 0").await.unwrap();
    sound(&db.store).await;
    db.unguard().await;
    for (n, named) in [
        (1, "by its holders from 2022-04-14T10:40:00+08:00 to 2022-04-14T16:40:00+08:00"),
        (2, "by its holders not at all"),
    ] {
        let act = format!("stream = '{}' and kind = 'reported'", matter(n));
        let body = db.ask(&format!("select body from act where {act}")).await.remove(0);
        let (before, after) = body.split_once(r#""holder":{"#).unwrap();
        let without = format!("{before}{}", after.split_once("},").unwrap().1);
        let replaced = format!("update act set body = '{without}' where {act}");
        db.sql(&replaced).await.unwrap();
        let found = db.store.check(&county()).await.unwrap().differences;
        let [told] = found.as_slice() else { panic!("{found:?}") };
        assert!(told.contains("time by holder") && told.contains(named), "{told}");
        db.sql(&format!("update act set body = '{body}' where {act}")).await.unwrap();
        sound(&db.store).await;
    }
}

async fn a_fold_of_an_older_version_is_folded_anew(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, vec![report(1, morning())]).await;
    let fresh = all_accepted(&db, life(1, hours(1)).into_iter().take(3).collect()).await.remove(2);
    db.sql("update matter set fold_v = 0, fold = '{\"of\":\"another shape\"}'").await.unwrap();
    let kept = db.store.matter(&county(), &matter(1).to_string()).await.unwrap();
    assert_eq!(kept, fresh.matter);
    assert_eq!(list(&db, &[Key::County], &Filter::default(), Order::Due).await, [matter(1)]);
    db.store.tick(&county(), hours(500)).await.unwrap();
    all_accepted(&db, life(1, hours(1)).into_iter().skip(3).collect()).await;
    assert_eq!(db.ask("select cast(fold_v as text) from matter").await, ["4"]);
    sound(&db.store).await;
}

/// What every table holds of computed things, in order.
pub(crate) async fn projections(db: &Fixture) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "select concat_ws('|', id, no, state, lamp, owner_unit, owner_post, lead_unit, due, due_stage, \
         seq, head, updated, next_tick, fold) from matter order by id",
        "select concat_ws('|', key, matter, due, created) from audience order by key, matter",
        "select concat_ws('|', key, dim, value, n) from counter order by key, dim, value",
        "select concat_ws('|', scope, key, mac, stream, first, last) from command order by scope, key",
        "select concat_ws('|', pos, no_year, no_next, rev, ticked_to, sealed) from county",
    ] {
        all.extend(db.ask(sql).await);
    }
    all
}

#[tokio::test]
async fn both_databases_driven_alike_agree_byte_for_byte() {
    let Some(postgres) = Fixture::postgres().await else { return };
    let sqlite = Fixture::sqlite().await;
    let mut exports = Vec::new();
    for db in [&sqlite, &postgres] {
        busy(db, 21).await;
        db.store.seal(&county(), hours(300)).await.unwrap();
        let mut text = String::new();
        let mut keep = |line: &str| {
            text.push_str(line);
            Ok(())
        };
        db.store.export_ledger(&county(), &mut keep).await.unwrap();
        exports.push(text);
    }
    assert_eq!(exports[0], exports[1]);
    assert_eq!(projections(&sqlite).await, projections(&postgres).await);
}
