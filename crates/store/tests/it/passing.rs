//! The runner: what time brings about is recorded and told, once, whoever runs and however often.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use uuid::Uuid;
use zongheng_core::ids::RequestId;
use zongheng_core::matter::{Command, Facts, RequestKind, State};
use zongheng_core::organisation::{Appointment, Holding};
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;
use zongheng_store::record::faults::{Step, Way};
use zongheng_store::{
    Doubt, MessageKind, Passed, Pending, Refused, Store, StoreError, Submission, Told, Watch,
};

use crate::support::town::{
    CENTRE, Dice, HOUSING, TRANSPORT, all_accepted, anything, appoint, ask, furnish, life, matter,
    one, post, report, unit_of, user,
};
use crate::support::{Fixture, at, county, morning, on_both, sound};

on_both! {
    what_time_brings_about_is_recorded_once
    two_runners_at_once_tell_everything_once
    a_matter_that_does_not_fold_holds_up_no_other
    a_pass_that_is_cut_off_is_gone_on_with
    the_first_morning_after_a_holiday_tells_the_highest_rung_once
    what_waits_is_what_a_pass_then_does
    the_morning_tells_what_is_so_by_then
    the_urgent_is_told_at_once_and_the_vacant_as_soon_as_somebody_is_there
    an_order_is_proposed_until_one_is_issued
    a_seal_an_hour_of_office_time
    what_ends_is_told_a_month_before_and_once
    a_minute_with_nothing_to_do_writes_nothing
    a_clock_that_jumps_is_believed_by_nobody
    any_commands_and_passes_leave_every_projection_as_the_ledger_has_it
}

async fn pass(store: &Store, now: &str) -> Passed {
    store.pass(&county(), at(&format!("{now}:00+08:00"))).await.unwrap()
}

/// So many of them, each step of all before the next.
pub(crate) async fn many(db: &Fixture, matters: u128) {
    for step in 0..3 {
        let wanted = (0..matters).map(|n| given(n).swap_remove(step)).collect();
        all_accepted(db, wanted).await;
    }
}

/// Reported and given to the transport bureau on the morning of 14 April 2022.
fn given(n: u128) -> Vec<Submission> {
    let mut life = life(n, morning());
    life.truncate(2);
    [vec![report(n, morning())], life].concat()
}

pub(crate) async fn count(db: &Fixture, what: &str) -> i64 {
    db.ask(&format!("select cast(count(*) as text) from {what}")).await[0].parse().unwrap()
}

async fn kinds(db: &Fixture, n: u128) -> Vec<String> {
    let id = matter(n);
    db.ask(&format!("select kind from act where stream = '{id}' order by seq")).await
}

async fn what_time_brings_about_is_recorded_once(db: Fixture) {
    furnish(&db).await;
    let steps = life(1, morning());
    all_accepted(&db, [vec![report(1, morning())], steps[..3].to_vec()].concat()).await;
    let request = RequestId(uuid::Uuid::from_u128(9));
    let asked = at("2022-04-15T09:00:00+08:00");
    let suspend = ask(TRANSPORT, "suspend-1", 1, asked, |t| Command::Suspend {
        request,
        reason: t.reference(),
        until: at("2022-04-20T08:30:00+08:00"),
    });
    let grant = ask(CENTRE, "grant-1", 1, asked, |_| Command::Decide {
        request,
        accept: true,
        reason: None,
        number: None,
    });
    all_accepted(&db, vec![suspend, grant]).await;
    let quiet = pass(&db.store, "2022-04-20T08:29").await;
    assert_eq!((quiet.acts, quiet.told), (0, 0), "nobody is urged while it is paused");
    assert_eq!(pass(&db.store, "2022-04-20T08:30").await.acts, 1);
    // The progress that was due before the pause is due behind it; nobody reports any.
    let later = pass(&db.store, "2022-04-25T09:00").await;
    assert!(later.acts >= 1 && later.told >= 1, "{later:?}");
    let told = kinds(&db, 1).await;
    assert_eq!(told[6..8], ["resumed", "urged"], "{told:?}");
    let again = pass(&db.store, "2022-04-25T09:00").await;
    assert_eq!((again.acts, again.told), (0, 0));
    let asked = at("2022-04-25T10:00:00+08:00");
    let lapsing = RequestId(uuid::Uuid::from_u128(10));
    let extend = ask(TRANSPORT, "extend-1", 1, asked, |t| Command::Extend {
        request: lapsing,
        reason: t.reference(),
        stage: zongheng_core::playbook::Stage::Settle,
        due: at("2022-05-20T18:00:00+08:00"),
    });
    all_accepted(&db, vec![extend]).await;
    pass(&db.store, "2022-04-29T09:00").await;
    let standing = db.store.matter(&county(), &matter(1).to_string()).await.unwrap().unwrap();
    let lapsed = standing.requests.iter().find(|r| r.kind == RequestKind::Extend).unwrap();
    assert!(lapsed.lapsed && lapsed.granted == Some(false));
    assert_eq!(standing.state, State::Handling);
    sound(&db.store).await;
}

async fn a_matter_that_does_not_fold_holds_up_no_other(db: Fixture) {
    furnish(&db).await;
    many(&db, 3).await;
    let bad = matter(1);
    db.unguard().await;
    db.sql(&format!("update act set body = '{{' where stream = '{bad}' and seq = 2"))
        .await
        .unwrap();
    db.sql(&format!("update matter set fold_v = 0 where id = '{bad}'")).await.unwrap();
    pass(&db.store, "2022-04-14T18:00").await;
    let morning = at("2022-04-15T09:00:00+08:00");
    let passed = pass(&db.store, "2022-04-15T09:00").await;
    assert_eq!((passed.acts, passed.told), (2, 2), "{passed:?}");
    let again = pass(&db.store, "2022-04-15T09:01").await;
    assert_eq!((again.acts, again.told), (0, 0), "{again:?}");
    assert_eq!(db.store.pending(&county(), morning).await.unwrap().told, Vec::new());
    let run = db.store.upkeep_begins(&county(), "rebuild", morning).await.unwrap();
    let done = db.store.rebuild(&county(), run, &|_| ()).await.unwrap();
    assert_eq!((done.matters, done.unfolded), (3, 1), "{done}");
}

async fn two_runners_at_once_tell_everything_once(db: Fixture) {
    furnish(&db).await;
    many(&db, 150).await;
    let (one, other) = (db.store.clone(), db.another().await);
    // Nobody signs for it: overdue at 16:00, told the next morning.
    for now in ["2022-04-14T18:00", "2022-04-15T08:59", "2022-04-15T09:00", "2022-04-15T09:01"] {
        let passed = tokio::join!(pass(&one, now), pass(&other, now));
        if now.ends_with("09:00") {
            assert_eq!(passed.0.acts + passed.1.acts, 150, "{passed:?}");
            assert_eq!(passed.0.told + passed.1.told, 150);
        } else {
            assert_eq!(passed.0.acts + passed.1.acts, 0, "{now}: {passed:?}");
        }
    }
    assert_eq!(count(&db, "act where kind = 'urged'").await, 150);
    assert_eq!(count(&db, "message").await, 1, "one message for whoever answers for all of them");
    assert_eq!(count(&db, "message_line").await, 150);
    assert_eq!(count(&db, "note").await, 0);
    let told = db.store.messages(&county(), user(TRANSPORT), None, 10).await.unwrap();
    assert_eq!((told.len(), told[0].lines, &told[0].kind), (1, 150, &MessageKind::Day));
    let mut lines = Vec::new();
    loop {
        let (who, of, after) = (user(TRANSPORT), &told[0].id, lines.last());
        let page = db.store.message_lines(&county(), who, of, after, 40).await.unwrap();
        if page.is_empty() {
            break;
        }
        lines.extend(page);
    }
    assert_eq!(lines.len(), 150, "pages join");
    sound(&other).await;
}

async fn a_pass_that_is_cut_off_is_gone_on_with(db: Fixture) {
    furnish(&db).await;
    many(&db, 70).await;
    let mut cut_off = 0;
    for step in [Step::Lock, Step::Load, Step::Decide, Step::Write, Step::Commit, Step::Committed] {
        for way in [Way::Lost, Way::Panic] {
            if way == Way::Panic && step != Step::Decide {
                continue;
            }
            // Twice, since a batch is tried once more.
            db.store.faults().arm(step, way);
            db.store.faults().arm(step, way);
            let now = at("2022-04-15T09:00:00+08:00");
            cut_off += usize::from(db.store.pass(&county(), now).await.is_err());
            assert!(db.store.faults().left() < 2, "{step:?} {way:?}: it came to it");
            db.store.faults().disarm();
        }
    }
    // What was committed before the connection was lost is found, and that pass goes on.
    assert!(cut_off >= 5, "{cut_off}");
    pass(&db.store, "2022-04-15T09:00").await;
    assert_eq!(count(&db, "act where kind = 'urged'").await, 70);
    assert_eq!(count(&db, "message_line").await, 70);
    sound(&db.store).await;
}

/// Labour Day 2022: rest from Saturday 30 April to Wednesday 4 May.
async fn the_first_morning_after_a_holiday_tells_the_highest_rung_once(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, given(1)).await;
    pass(&db.store, "2022-04-14T10:30").await;
    let reported = report(2, at("2022-04-29T15:30:00+08:00"));
    one(&db, reported).await.unwrap();
    pass(&db.store, "2022-04-29T17:00").await;
    let before = (count(&db, "message").await, count(&db, "act").await);
    // Switched off from here: its filing comes to yellow and to red meanwhile.
    for early in ["2022-05-01T09:00", "2022-05-04T12:00", "2022-05-05T08:59"] {
        let passed = pass(&db.store, early).await;
        assert_eq!((passed.acts, passed.told), (0, 0), "{early}");
    }
    let passed = pass(&db.store, "2022-05-05T09:00").await;
    assert!(passed.acts > 0 && passed.told > 0, "{passed:?}");
    let id = matter(2);
    let line = format!("select rung from message_line where matter = '{id}'");
    assert_eq!(db.ask(&line).await, ["urge"], "not the reminder as well");
    assert_eq!(kinds(&db, 2).await, ["reported", "urged"]);
    assert!(count(&db, "message").await > before.0);
    for later in ["2022-05-05T09:01", "2022-05-05T17:00", "2022-05-06T09:00"] {
        pass(&db.store, later).await;
    }
    assert_eq!(db.ask(&line).await, ["urge"]);
    assert_eq!(kinds(&db, 2).await, ["reported", "urged"]);
    sound(&db.store).await;
}

/// What was told, each line by its account, matter and rung.
async fn told(db: &Fixture) -> Vec<String> {
    let lines = "select account || ' ' || matter || ' ' || rung from message_line";
    let mut told = db.ask(lines).await;
    told.sort();
    told
}

fn foretold(pending: &Pending) -> Vec<String> {
    let line = |told: &Told| format!("{} {} {}", told.account, told.matter, told.rung);
    let mut told: Vec<String> = pending.told.iter().map(line).collect();
    told.sort();
    told
}

/// What was noted for the morning is told as it stands then: a deadline that has gone on to the next rung, and
/// one that was moved away meanwhile.
async fn the_morning_tells_what_is_so_by_then(db: Fixture) {
    furnish(&db).await;
    many(&db, 3).await;
    // To be signed for by 16:00, reminded of from 14:40 on and told the next morning, when it is overdue.
    pass(&db.store, "2022-04-14T15:00").await;
    assert_eq!(count(&db, "note").await, 3);
    all_accepted(&db, vec![life(1, morning().plus_seconds(6 * 3600 + 1800)).swap_remove(2)]).await;
    let now = at("2022-04-15T09:00:00+08:00");
    let pending = db.store.pending(&county(), now).await.unwrap();
    db.store.pass(&county(), now).await.unwrap();
    let lines = told(&db).await;
    assert_eq!(lines, foretold(&pending));
    assert_eq!(lines.iter().filter(|line| line.ends_with("urge")).count(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| !line.contains(&matter(1).to_string())), "{lines:?}");
    // A reminder of a date that is moved before the morning is none. Yellow since 06:53.
    pass(&db.store, "2022-04-21T08:00").await;
    assert!(count(&db, "note").await >= 3);
    let (request, due) = (RequestId(Uuid::from_u128(77)), at("2022-05-31T18:00:00+08:00"));
    let extend = ask(TRANSPORT, "extend-1", 1, at("2022-04-21T08:10:00+08:00"), |reason| {
        Command::Extend { request, reason: reason.reference(), stage: Stage::Settle, due }
    });
    let granted = ask(CENTRE, "granted-1", 1, at("2022-04-21T08:20:00+08:00"), |_| {
        Command::Decide { request, accept: true, reason: None, number: None }
    });
    all_accepted(&db, vec![extend, granted]).await;
    pass(&db.store, "2022-04-21T09:00").await;
    let reminded =
        "select matter from message_line where message = '2022-04-21' and rung = 'remind'";
    let reminded = db.ask(reminded).await;
    assert_eq!(reminded.len(), 2, "the other two: {reminded:?}");
    assert!(!reminded.contains(&matter(1).to_string()), "{reminded:?}");
    sound(&db.store).await;
}

async fn what_waits_is_what_a_pass_then_does(db: Fixture) {
    furnish(&db).await;
    many(&db, 90).await;
    let now = at("2022-04-18T09:30:00+08:00");
    let before = (count(&db, "act").await, db.store.head(&county()).await.unwrap());
    let pending = db.store.pending(&county(), now).await.unwrap();
    assert_eq!(before, (count(&db, "act").await, db.store.head(&county()).await.unwrap()));
    assert_eq!(pending.acts, BTreeMap::from([("urged", 90)]));
    assert_eq!(
        pending.by_account()[&user(TRANSPORT)],
        BTreeMap::from([("remind", 90), ("urge", 90)])
    );
    let passed = db.store.pass(&county(), now).await.unwrap();
    assert_eq!(passed.acts, 90);
    assert_eq!(told(&db).await, foretold(&pending));
    let after = db.store.pending(&county(), now).await.unwrap();
    assert!(after.acts.is_empty() && after.told.is_empty());
}

async fn the_urgent_is_told_at_once_and_the_vacant_as_soon_as_somebody_is_there(db: Fixture) {
    furnish(&db).await;
    let mut urgent = report(1, morning());
    if let zongheng_store::What::Report(report) = &mut urgent.what {
        report.urgent = true;
    }
    one(&db, urgent).await.unwrap();
    let night = pass(&db.store, "2022-04-14T22:00").await;
    assert_eq!((night.acts, night.told), (1, 1), "{night:?}");
    let told = db.store.messages(&county(), user(CENTRE), None, 10).await.unwrap();
    assert_eq!(told[0].kind, MessageKind::Urgent);
    assert_eq!(db.store.unseen(&county(), user(CENTRE)).await.unwrap(), 1);
    let (id, now) = (told[0].id.clone(), at("2022-04-14T22:05:00+08:00"));
    let open = db.store.open_message(&county(), user(CENTRE), &id, now).await.unwrap();
    assert!(open.is_some());
    assert_eq!(db.store.unseen(&county(), user(CENTRE)).await.unwrap(), 0);
    let others = db.store.open_message(&county(), user(HOUSING), &id, now).await.unwrap();
    assert_eq!(others, None, "nobody opens somebody else's");
    // The water bureau has nobody in any post.
    let mut to_water = given(2);
    let zongheng_store::What::Act { ask, .. } = &mut to_water[2].what else { panic!() };
    let text =
        crate::support::town::content("why-water", zongheng_core::ledger::Class::Text, "水利");
    ask.command = Ok(Command::Dispatch {
        lead: crate::support::town::unit("water"),
        assists: Vec::new(),
        withdraw: Vec::new(),
        deadline: None,
        reason: Some(text.reference()),
    });
    to_water[2].contents.push(text);
    // Entered on the next morning, since time does not go back.
    let day = 86_400;
    for wanted in &mut to_water {
        wanted.at = wanted.at.map(|at| at.plus_seconds(day));
    }
    all_accepted(&db, to_water).await;
    let missed = pass(&db.store, "2022-04-18T09:00").await;
    assert_eq!((missed.unheard, missed.acts), (Some(1), 1), "{missed:?}");
    assert_eq!(
        pass(&db.store, "2022-04-18T09:01").await.unheard,
        None,
        "asked again in the morning"
    );
    let head = Appointment {
        post: post("water/head"),
        user: user("water/head"),
        holding: Holding::Holder,
        from: "2022-04-18".parse().unwrap(),
        to: None,
        own: None,
    };
    appoint(&db.store, at("2022-04-18T15:00:00+08:00"), vec![head]).await;
    let next = pass(&db.store, "2022-04-19T09:00").await;
    assert!(next.told >= 1 && next.unheard == Some(0), "{next:?}");
    let told = db.store.messages(&county(), user("water/head"), None, 10).await.unwrap();
    assert_eq!((told.len(), told[0].lines), (1, i64::try_from(next.told).unwrap()));
}

async fn an_order_is_proposed_until_one_is_issued(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, given(1)).await;
    let proposals = async || db.store.proposals(&county(), None, 10).await.unwrap();
    // Due at 16:00 on Thursday; the third working day after it is Tuesday.
    pass(&db.store, "2022-04-19T18:00").await;
    assert!(proposals().await.is_empty());
    pass(&db.store, "2022-04-19T18:01").await;
    let proposed = proposals().await;
    assert_eq!(proposed.len(), 1);
    assert_eq!(proposed[0].since, at("2022-04-19T18:00:01+08:00"));
    let after = Some((proposed[0].since, proposed[0].matter.id));
    assert!(db.store.proposals(&county(), after, 10).await.unwrap().is_empty());
    let now = at("2022-04-20T09:00:00+08:00");
    let order = ask(crate::support::town::SUPERVISION, "order-1", 1, now, |t| Command::Order {
        number: "商督〔2022〕1号".to_owned(),
        unit: Some(unit_of(TRANSPORT)),
        text: t.reference(),
    });
    all_accepted(&db, vec![order]).await;
    assert!(proposals().await.is_empty());
    sound(&db.store).await;
}

async fn a_seal_an_hour_of_office_time(db: Fixture) {
    furnish(&db).await;
    assert!(pass(&db.store, "2022-04-14T09:10").await.sealed);
    assert!(!pass(&db.store, "2022-04-14T10:10").await.sealed, "nothing new to seal");
    one(&db, report(1, at("2022-04-14T10:20:00+08:00"))).await.unwrap();
    let other = db.another().await;
    let (a, b) =
        tokio::join!(pass(&db.store, "2022-04-14T11:00"), pass(&other, "2022-04-14T11:00"));
    assert!(a.sealed != b.sealed, "one of two");
    one(&db, report(2, at("2022-04-14T11:05:00+08:00"))).await.unwrap();
    assert!(!pass(&db.store, "2022-04-14T11:59").await.sealed, "once an hour");
    assert!(pass(&db.store, "2022-04-14T18:30").await.sealed, "what came before closing");
    one(&db, report(3, at("2022-04-14T20:00:00+08:00"))).await.unwrap();
    assert!(!pass(&db.store, "2022-04-14T21:00").await.sealed, "at night nothing is sealed");
    assert!(!pass(&db.store, "2022-04-16T10:00").await.sealed, "nor on a Saturday");
    sound(&db.store).await;
}

async fn what_ends_is_told_a_month_before_and_once(db: Fixture) {
    furnish(&db).await;
    let deputy = Appointment {
        post: post("county_transport/staff"),
        user: user("county_transport/staff"),
        holding: Holding::Holder,
        from: "2022-04-14".parse().unwrap(),
        to: Some("2022-06-01".parse().unwrap()),
        own: None,
    };
    appoint(&db.store, morning(), vec![deputy]).await;
    let ends = async || {
        let told = db.store.messages(&county(), user(TRANSPORT), None, 50).await.unwrap();
        told.into_iter().filter(|m| matches!(m.kind, MessageKind::Ends(_))).count()
    };
    pass(&db.store, "2022-04-29T09:00").await;
    assert_eq!(ends().await, 0);
    pass(&db.store, "2022-05-05T08:59").await;
    assert_eq!(ends().await, 0, "not before nine");
    for now in ["2022-05-05T09:00", "2022-05-05T09:01", "2022-05-06T09:00", "2022-05-31T09:00"] {
        pass(&db.store, now).await;
        assert_eq!(ends().await, 1, "{now}");
    }
    let clean = async |now: &str| db.store.clean(&county(), at(now)).await.unwrap().messages;
    assert_eq!(clean("2023-05-05T09:00:00+08:00").await, 0, "a year is kept");
    assert!(clean("2023-08-05T09:00:00+08:00").await >= 1);
    assert_eq!((ends().await, count(&db, "message_line").await), (0, 0));
}

async fn a_minute_with_nothing_to_do_writes_nothing(db: Fixture) {
    furnish(&db).await;
    all_accepted(&db, given(1)).await;
    pass(&db.store, "2022-04-14T10:31").await;
    let before = (count(&db, "act").await, count(&db, "note").await, count(&db, "message").await);
    let passed = pass(&db.store, "2022-04-14T10:32").await;
    let nothing = Passed { acts: 0, told: 0, unheard: None, ..passed };
    assert_eq!((passed, passed.ticked.lamps, passed.sealed), (nothing, 0, false));
    assert_eq!(passed.ticked.to, at("2022-04-14T10:32:00+08:00"));
    let after = (count(&db, "act").await, count(&db, "note").await, count(&db, "message").await);
    assert_eq!(before, after);
}

async fn a_clock_that_jumps_is_believed_by_nobody(db: Fixture) {
    furnish(&db).await;
    let (wall, ran) = (Arc::new(AtomicI64::new(morning().seconds())), Arc::new(AtomicI64::new(0)));
    let (shown, gone) = (Arc::clone(&wall), Arc::clone(&ran));
    let watch = Watch::held_against(
        Arc::new(move || At::from_seconds(shown.load(Ordering::Relaxed))),
        Arc::new(move || Duration::from_secs(gone.load(Ordering::Relaxed).unsigned_abs())),
    );
    db.store.keep_watch(&county(), Arc::new(watch)).await.unwrap();
    let now = || At::from_seconds(wall.load(Ordering::Relaxed));
    let jumped = |answer: Result<(), Refused>| {
        assert!(matches!(answer, Err(Refused::Store(StoreError::Clock { .. }))), "{answer:?}");
    };
    one(&db, report(1, now())).await.unwrap();
    for by in [3_600, -3_600, 400 * 86_400] {
        wall.fetch_add(by, Ordering::Relaxed);
        jumped(one(&db, report(2, now())).await.map(drop));
        let passed = db.store.pass(&county(), now()).await;
        assert!(matches!(passed, Err(StoreError::Clock { .. })));
        let cleaned = db.store.clean(&county(), now()).await;
        assert!(
            matches!(cleaned, Err(StoreError::Clock { .. })),
            "nothing is over by such a clock"
        );
        assert!(
            db.store.matter(&county(), &matter(1).to_string()).await.unwrap().is_some(),
            "reads go on"
        );
        wall.fetch_sub(by, Ordering::Relaxed);
        db.store.pass(&county(), now()).await.unwrap();
    }
    // Standing still is a jump as well.
    ran.fetch_add(601, Ordering::Relaxed);
    jumped(one(&db, report(2, now())).await.map(drop));
    wall.fetch_add(601, Ordering::Relaxed);
    one(&db, report(2, now())).await.unwrap();
    // An administrator confirms a clock that was an hour ahead all the time and is right now.
    wall.fetch_sub(3_600, Ordering::Relaxed);
    db.store.accept_clock(&county(), now()).await.unwrap();
    let recorded = one(&db, report(3, now())).await.unwrap();
    let last = db.store.head(&county()).await.unwrap().last_at();
    assert!(recorded.acts[0].at == last && last > now(), "never before the act before it");
    let sys = db.ask("select kind from act where stream = 'sys'").await;
    assert!(sys.contains(&"clock_accepted".to_owned()));
    // Another server that starts after the county stood still for two days waits as well, and goes on when
    // somebody confirms it elsewhere.
    let other = db.another().await;
    wall.fetch_add(2 * 86_400 + 3_600, Ordering::Relaxed);
    let shown = Arc::clone(&wall);
    let stood = Watch::held_against(
        Arc::new(move || At::from_seconds(shown.load(Ordering::Relaxed))),
        Arc::new(|| Duration::ZERO),
    );
    other.keep_watch(&county(), Arc::new(stood)).await.unwrap();
    assert!(other.trusted().is_err());
    other.heed_accepted(&county()).await.unwrap();
    assert!(other.trusted().is_err());
    db.store.accept_clock(&county(), now()).await.unwrap();
    other.heed_accepted(&county()).await.unwrap();
    assert!(other.trusted().is_ok());
    // And one whose clock is before the last act, as one that lost its battery.
    let dead = db.another().await;
    let in_1970 =
        Watch::held_against(Arc::new(|| At::from_seconds(0)), Arc::new(|| Duration::ZERO));
    dead.keep_watch(&county(), Arc::new(in_1970)).await.unwrap();
    let dead_clock = |told: Result<(), StoreError>| {
        assert!(matches!(told, Err(StoreError::Clock { doubt: Doubt::Lost, .. })), "{told:?}");
    };
    dead_clock(dead.trusted());
    dead.heed_accepted(&county()).await.unwrap();
    dead_clock(dead.trusted());
    dead_clock(db.store.accept_clock(&county(), At::from_seconds(60)).await);
    // Two years back at the start, and set right by itself a moment later.
    let mended = db.another().await;
    let behind = Arc::new(AtomicI64::new(2 * 365 * 86_400));
    let (shown, by) = (Arc::clone(&wall), Arc::clone(&behind));
    let clock =
        move || At::from_seconds(shown.load(Ordering::Relaxed) - by.load(Ordering::Relaxed));
    let wrong = Watch::held_against(Arc::new(clock), Arc::new(|| Duration::ZERO));
    mended.keep_watch(&county(), Arc::new(wrong)).await.unwrap();
    mended.heed_accepted(&county()).await.unwrap();
    assert!(mended.trusted().is_err());
    behind.store(0, Ordering::Relaxed);
    assert!(mended.trusted().is_err(), "until the runner has looked again");
    mended.heed_accepted(&county()).await.unwrap();
    mended.trusted().unwrap();
    sound(&db.store).await;
}

async fn any_commands_and_passes_leave_every_projection_as_the_ledger_has_it(db: Fixture) {
    furnish(&db).await;
    let mut dice = Dice(21);
    let mut passed = 0;
    for hour in 0..60 {
        let now = morning().plus_seconds(3600 * hour * 5);
        let batch = (0..20)
            .map(|n| anything(&mut dice, &format!("anything-{hour}-{n}"), 30, now))
            .collect();
        db.store.record_all(batch, morning()).await;
        passed += db.store.pass(&county(), now).await.unwrap().acts;
    }
    assert!(passed > 20, "{passed}");
    let filing = ask(CENTRE, "file-31", 31, morning(), |_| Command::File(Facts::default()));
    assert!(one(&db, filing).await.is_err());
    sound(&db.store).await;
}
