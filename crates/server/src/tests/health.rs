//! Able to serve or not, what the administrator sees of it, and what is cleaned away.

use zongheng_core::time::At;
use zongheng_store::RingPlace;

use super::House;
use crate::commands::now;
use crate::health::{State, county};

async fn up_to_date(house: &House) {
    house.app.store.tick(&house.app.code, house.app.now()).await.unwrap();
}

#[tokio::test]
async fn ready_says_each_part_and_is_503_while_lamps_lag() {
    let house = House::open().await;
    let reply = house.get("/readyz").await;
    assert_eq!(reply.status, 503, "the county was founded a day ago: {}", reply.text);
    let told = reply.json();
    assert_eq!(
        (told["ready"].as_bool(), &told["parts"]["time"]["code"]),
        (Some(false), &"behind".into())
    );
    assert!(told["parts"]["time"]["mend"].as_str().unwrap().contains("log says why"));
    up_to_date(&house).await;
    let reply = house.get("/readyz").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let told = reply.json();
    for part in ["database", "migrations", "key", "disk", "time"] {
        assert_ne!(told["parts"][part]["state"], "bad", "{part}: {told}");
        assert!(told["parts"][part]["state"].is_string(), "{part}: {told}");
    }
    assert_eq!(house.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_vault_that_is_shut_is_told_and_serves() {
    let house = House::with(RingPlace::None).await;
    up_to_date(&house).await;
    let reply = house.get("/readyz").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.json()["parts"]["key"]["state"], "warn");
}

#[tokio::test]
async fn a_database_that_is_gone_is_not_ready_and_the_process_lives() {
    let house = House::open().await;
    up_to_date(&house).await;
    house.app.store.close().await;
    let reply = house.get("/readyz").await;
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert_eq!(reply.json()["parts"]["database"]["code"], "silent");
    assert_eq!(house.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_system_administrator_alone_sees_the_page() {
    let house = House::open().await;
    for (who, status) in
        [("system_admin", 200), ("security_admin", 403), ("auditor", 403), ("command_centre", 403)]
    {
        let (cookie, _) = house.session(who).await;
        let page = house.ask("GET", "/system", &[("cookie", &cookie)], "").await;
        assert_eq!(page.status, status, "{who}");
        assert_eq!(page.text.contains("href=\"/system\""), status == 200, "{who}");
    }
    let (cookie, _) = house.session("system_admin").await;
    let page = house.ask("GET", "/system", &[("cookie", &cookie)], "").await.text;
    // What is wrong stands first, with what to do.
    let (late, well) =
        (page.find("时限刷新").unwrap(), page.find("<strong>数据库</strong>").unwrap());
    assert!(late < well && page.contains("没有刷新") && page.contains("怎么办"), "{page}");
    assert!(!page.contains("health."), "a key stands where words should: {page}");
    assert_eq!(house.get("/system").await.status, 303, "nobody signed in");
}

#[tokio::test]
async fn a_clock_that_is_lost_or_went_back_is_told() {
    let house = House::open().await;
    let head = house.app.store.head(&house.app.code).await.unwrap();
    let at = |seconds| county::clock(&head, At::from_seconds(seconds));
    assert_eq!((at(0).code, at(0).state), ("lost", State::Bad));
    assert_eq!(at(head.last_at().seconds() - 3600).code, "back");
    assert_eq!(at(head.last_at().seconds() + 3600).state, State::Ok);
    let late =
        at(head.last_at().max(head.ticked_to()).max(head.clock_ok()).seconds() + 36 * 3600 + 1);
    assert_eq!(
        (late.code, late.state),
        ("late", State::Bad),
        "doctor names what a start waits for"
    );
    assert_eq!(county::time(&head, head.ticked_to().plus_seconds(county::LATEST)).state, State::Ok);
    assert_eq!(
        county::time(&head, head.ticked_to().plus_seconds(county::LATEST + 1)).state,
        State::Bad
    );
}

#[tokio::test]
async fn a_year_without_its_calendar_is_told_in_time() {
    let house = House::open().await;
    let county = house.app.county().await.unwrap();
    let last = county.calendar.last_year().unwrap();
    let on = |year: i16, day: &str| {
        let at: At = format!("{year}-{day}T09:00:00+08:00").parse().unwrap();
        county::calendar(&county, at)
    };
    assert_eq!(on(last, "11-14").state, State::Ok);
    assert_eq!(
        (on(last, "11-15").code, on(last, "11-15").a),
        ("next_missing", (last + 1).to_string())
    );
    assert_eq!(on(last, "12-01").state, State::Warn);
    assert_eq!((on(last + 1, "01-01").code, on(last + 1, "01-01").state), ("missing", State::Bad));
}

#[tokio::test]
async fn the_three_keepers_are_held_in_a_founded_county_and_missed_in_an_empty_one() {
    let house = House::open().await;
    let county = house.app.county().await.unwrap();
    assert_eq!(county::posts(&county, now()).state, State::Ok);
    let mut vacant = (*county).clone();
    vacant.organisation.appointments.clear();
    let told = county::posts(&vacant, now());
    assert_eq!((told.code, told.a.as_str()), ("vacant_several", "3"));
}

#[tokio::test]
async fn metrics_count_requests_by_route_and_never_by_address() {
    let house = House::open().await;
    for _ in 0..3 {
        house.get("/receipt/secret-in-a-path").await;
        house.get("/healthz").await;
    }
    house.ask("BREW", "/healthz", &[], "").await;
    let text = house.get("/metrics").await.text;
    let line = |wanted: &str| assert!(text.lines().any(|l| l == wanted), "{wanted}: {text}");
    line("zongheng_requests_total{route=\"/healthz\",method=\"GET\",status=\"200\"} 3");
    line("zongheng_requests_total{route=\"/healthz\",method=\"other\",status=\"405\"} 1");
    line("zongheng_request_seconds_bucket{route=\"/healthz\",le=\"+Inf\"} 4");
    line("zongheng_request_seconds_count{route=\"/healthz\"} 4");
    line("zongheng_batch_seconds_count 0");
    line("zongheng_health{part=\"database\"} 0");
    line("zongheng_health{part=\"time\"} 2");
    for name in ["database_bytes", "disk_free_bytes", "start_timestamp_seconds"] {
        let found = text.lines().find_map(|l| l.strip_prefix(&format!("zongheng_{name} ")));
        assert!(found.unwrap().parse::<f64>().unwrap() > 0.0, "{name}: {text}");
    }
    assert!(text.contains("zongheng_pool_connections{pool=\"read\",state=\"most\"} 4"), "{text}");
    assert!(!text.contains("secret-in-a-path"), "{text}");
    let mut seen = std::collections::BTreeSet::new();
    for sample in text.lines().filter(|l| !l.starts_with('#')) {
        let (name, _) = sample.rsplit_once(' ').unwrap();
        assert!(seen.insert(name.to_owned()), "twice: {name}");
    }
}
