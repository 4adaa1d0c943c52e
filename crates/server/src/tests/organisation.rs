//! The organisation at the doors: whose it is, gaps and sheets, rules, decisions, changes. Who may know, who
//! may do it, what is refused, and what a page then shows.

use serde_json::{Value, json};
use zongheng_core::ids::{PostId, UserId};

use super::changed::{in_days, roster};
use super::{House, Reply, VILLAGE};

const WHO: &str = "/api/v1/who";
const GAPS: &str = "/api/v1/organisation/gaps";
const SHEETS: &str = "/api/v1/organisation/sheets";

pub(super) async fn get(house: &House, who: &str, path: &str) -> Reply {
    let bearer = format!("Bearer {}", house.token(who).await);
    house.ask("GET", path, &[("authorization", &bearer)], "").await
}

pub(super) async fn page(house: &House, who: &str, path: &str) -> Reply {
    let (cookie, _) = house.session(who).await;
    house.ask("GET", path, &[("cookie", &cookie)], "").await
}

/// Sends a form of a page, as a browser does.
pub(super) async fn send(house: &House, who: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    use std::fmt::Write as _;
    let (cookie, csrf) = house.session(who).await;
    let key = uuid::Uuid::now_v7().to_string();
    let own = [("csrf", csrf.as_str()), ("key", key.as_str())];
    let escaped = |text: &str| {
        text.bytes().fold(String::new(), |mut out, byte| {
            write!(out, "%{byte:02X}").unwrap();
            out
        })
    };
    let body: Vec<String> =
        own.iter().chain(fields).map(|(n, v)| format!("{n}={}", escaped(v))).collect();
    let form = "application/x-www-form-urlencoded";
    house.ask("POST", path, &[("cookie", &cookie), ("content-type", form)], &body.join("&")).await
}

/// The hidden value of a form's field on a page.
pub(super) fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let begin = format!("name=\"{name}\" value=\"");
    let at = page.find(&begin).unwrap_or_else(|| panic!("no {name}: {page}")) + begin.len();
    page[at..].split('"').next().unwrap()
}

async fn user(house: &House, login: &str) -> UserId {
    let account = house.app.store.account_by_login(&house.app.code, login).await.unwrap();
    account.unwrap().id
}

async fn post_of(house: &House, login: &str) -> PostId {
    let county = house.app.county().await.unwrap();
    let posts = county.organisation.posts_of(user(house, login).await, house.app.now().date());
    posts[0].0.id
}

#[tokio::test]
async fn whose_it_is_is_told_to_every_post_with_its_reasons_and_to_nobody_else() {
    let house = House::open().await;
    let asked = format!("{WHO}?category=food_market&place={VILLAGE}");
    for who in ["grid_member", "auditor", "system_admin", "township_hall"] {
        let told = get(&house, who, &asked).await;
        assert_eq!(told.status, 200, "{who}: {}", told.text);
        let told = told.json();
        assert_eq!(told["lead_name"], "县市场监管局", "{who}");
        assert_eq!(told["because_zh"].as_array().unwrap().len(), 3);
        assert!(told["lists_zh"][0].as_str().unwrap().contains("上级收回"), "{told}");
        assert!(told["lists_en"][0].as_str().unwrap().contains("Taken back"), "{told}");
    }
    assert_eq!(house.get(&asked).await.problem(), (401, "unauthenticated".to_owned()));
    assert_eq!(house.get("/who").await.status, 303, "a page of work leads to the sign-in");
    for (query, fields) in [
        ("", vec!["category", "place"]),
        ("?category=weather&place=411524102202", vec!["category"]),
        ("?category=food_market&place=999999999999", vec!["place"]),
        ("?category=food_market&place=411524102202&date=soon", vec!["date"]),
        ("?categories=x", vec!["query"]),
    ] {
        let told = get(&house, "command_centre", &format!("{WHO}{query}")).await;
        assert_eq!(told.fields(), fields, "{query}");
    }
    let before = format!("{asked}&date=1999-01-01");
    let nobody = get(&house, "command_centre", &before).await;
    assert_eq!(nobody.problem(), (404, "nobody".to_owned()));

    let shown =
        page(&house, "grid_member", &format!("/who?category=food_market&place={VILLAGE}")).await;
    assert_eq!(shown.status, 200);
    assert!(
        shown.text.contains("县市场监管局") && shown.text.contains("准入清单"),
        "{}",
        shown.text
    );
    let day = format!("/who?category=food_market&place={VILLAGE}&date=1999-01-01");
    let nobody = page(&house, "command_centre", &day).await;
    assert_eq!(nobody.status, 200, "that nobody is named is an answer");
    assert!(nobody.text.contains("没有这一类") && nobody.text.contains("由县指挥中心指定"));
    let empty = page(&house, "command_centre", "/who?category=&place=").await;
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("选一个类别。") && empty.text.contains("选一个地点。"));

    let town = format!("{WHO}?category=road_bridge&place=411524102000");
    let told = get(&house, "command_centre", &town).await.text;
    assert!(told.contains("in Shangcheng County: "), "the place, not its government: {told}");
    assert!(!told.contains("鄢岗镇属鄢岗镇"), "{told}");
}

#[tokio::test]
async fn the_rules_are_there_for_every_post() {
    let house = House::open().await;
    let listed = get(&house, "grid_part_time", "/api/v1/rules").await.json();
    let item = &listed["items"][0];
    assert!(item["zh"].is_string() && item["en"].is_string() && item["source"].is_string());
    assert_eq!(house.get("/api/v1/rules").await.problem(), (401, "unauthenticated".to_owned()));
    let shown = page(&house, "grid_part_time", "/rules").await;
    assert!(shown.text.contains("先签收，再办理") && shown.text.contains("没有例外的"));
    assert!(!shown.text.contains("DESIGN"), "papers are named in words");
    let sources = |page: &str, label: &str| -> Vec<String> {
        let rows = page.split(label).skip(1);
        rows.map(|row| row.split('<').next().unwrap().to_owned()).collect()
    };
    let zh = sources(&shown.text, "出处：");
    assert!(zh.len() > 30, "{} sources", zh.len());
    let spoken = |said: &&String| said.chars().any(|c| c.is_ascii_lowercase());
    assert_eq!(zh.iter().find(spoken), None, "Chinese sources are in Chinese");
    let (cookie, _) = house.session("grid_part_time").await;
    let headers = [("cookie", cookie.as_str()), ("accept-language", "en")];
    let en = sources(&house.ask("GET", "/rules", &headers, "").await.text, "Source:");
    assert_eq!(en.len(), zh.len());
    let chinese = |said: &&String| said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert_eq!(en.iter().find(chinese), None, "English sources are in English");
    assert!(
        en.iter().any(|s| s.contains("Regulations on Letters and Visits, article 30")),
        "{en:?}"
    );
    for item in listed["items"].as_array().unwrap() {
        let said = item["source_en"].as_str().unwrap().to_owned();
        assert!(!chinese(&&said), "{said}");
    }
}

#[tokio::test]
async fn gaps_are_counted_by_unit_and_listed_only_for_who_answers_there() {
    let house = House::open().await;
    let all = get(&house, "system_admin", GAPS).await.json();
    let groups = all["groups"].as_array().unwrap();
    assert!(groups.len() > 10, "{all}");
    let own = get(&house, "township_hall", GAPS).await.json();
    let [town] = own["groups"].as_array().unwrap().as_slice() else { panic!("{own}") };
    let unit = town["unit"].as_str().unwrap();
    let (mut after, mut seen) = (String::new(), 0);
    loop {
        let path = format!("{GAPS}?unit={unit}&limit=7&after={after}");
        let listed = get(&house, "township_hall", &path).await.json();
        let items = listed["items"].as_array().unwrap();
        seen += items.len();
        assert!(items.iter().all(|i| i["gap"] == "vacant" && i["post"]["name"].is_string()));
        let Some(next) = listed["next"].as_str() else { break };
        next.clone_into(&mut after);
    }
    assert_eq!(seen as u64, town["vacant"].as_u64().unwrap(), "the list holds what is counted");
    let other =
        groups.iter().find(|g| g["unit"] != town["unit"]).unwrap()["unit"].as_str().unwrap();
    let elsewhere = get(&house, "township_hall", &format!("{GAPS}?unit={other}")).await;
    assert_eq!(elsewhere.problem(), (404, "unknown".to_owned()));
    for who in ["grid_member", "auditor", "unit_staff"] {
        assert_eq!(get(&house, who, GAPS).await.problem(), (403, "not_yours".to_owned()), "{who}");
        assert_eq!(page(&house, who, "/organisation/gaps").await.status, 403, "{who}");
        let menu = page(&house, who, "/rules").await;
        assert!(!menu.text.contains("/organisation/gaps"), "{who} is not led there");
    }
    assert_eq!(house.get(GAPS).await.problem(), (401, "unauthenticated".to_owned()));
    for (query, fields) in [("?unit=x", ["unit"]), ("?date=x", ["date"]), ("?who=x", ["query"])] {
        assert_eq!(get(&house, "system_admin", &format!("{GAPS}{query}")).await.fields(), fields);
    }
    let bad = get(&house, "system_admin", &format!("{GAPS}?unit={unit}&after=x")).await;
    assert_eq!(bad.problem(), (400, "malformed".to_owned()));
    let shown = page(&house, "system_admin", "/organisation/gaps").await;
    assert!(shown.text.contains("鄢岗镇") && !shown.text.contains("现由"), "counts first");
    let list = page(&house, "township_hall", "/organisation/gaps").await;
    assert!(list.text.contains("现由") && list.text.contains("空岗"), "one's own at once");
    let text = list.text.replace(&format!("unit={unit}"), "");
    assert!(!text.contains(unit), "no id is shown");
}

#[tokio::test]
async fn a_sheet_is_opened_with_what_is_open_and_signed_once_by_who_takes_over_or_the_head() {
    let house = House::open().await;
    let post = post_of(&house, "grid_chief").await;
    // The chief goes, the full-time member comes; the day after, the sheet waits.
    roster(&house, 1, &[("411524102202001/chief", "grid_member")]).await;
    let house = house.later(2);
    let path = format!("{SHEETS}/{post}");
    let shown = get(&house, "village_committee", &path).await.json();
    let [sheet] = shown["sheets"].as_array().unwrap().as_slice() else { panic!("{shown}") };
    assert_eq!(sheet["leaver"], json!(user(&house, "grid_chief").await));
    assert_eq!((&sheet["may_sign"], &sheet["taker"]["by"]), (&json!(true), &json!("holder")));
    let signed = json!({ "leaver": sheet["leaver"], "signed": true });

    for (who, status, code) in [
        ("grid_part_time", 404, "unknown"),
        ("auditor", 404, "unknown"),
        ("township_hall", 403, "not_yours"),
        ("system_admin", 403, "not_yours"),
    ] {
        let reply = house.post(who, &path, &signed).await;
        assert_eq!(reply.problem(), (status, code.to_owned()), "{who}");
    }
    assert_eq!(house.post("", &path, &signed).await.problem(), (401, "unauthenticated".to_owned()));
    for (body, fields) in [
        (json!({}), vec!["leaver", "signed"]),
        (json!({ "leaver": sheet["leaver"] }), vec!["signed"]),
        (json!({ "leaver": "x", "signed": true, "why": 1 }), vec!["leaver", "why"]),
    ] {
        let reply = house.post("village_committee", &path, &body).await;
        assert_eq!(reply.fields(), fields, "{body}");
    }
    let other = json!({ "leaver": user(&house, "auditor").await, "signed": true });
    let reply = house.post("village_committee", &path, &other).await;
    assert_eq!(reply.problem(), (409, "already".to_owned()));

    let form = format!("/organisation/sheets/{post}");
    let list = page(&house, "village_committee", "/organisation/gaps").await;
    assert!(list.text.contains(&form) && list.text.contains("待交接"), "{}", list.text);
    let seen = page(&house, "system_admin", &form).await;
    assert!(seen.text.contains("grid_chief") && !seen.text.contains("登记已签字"));
    let page_ = page(&house, "village_committee", &form).await;
    assert!(page_.text.contains("登记已签字"), "{}", page_.text);
    let (slot, leaver) =
        (hidden(&page_.text, "slot").to_owned(), hidden(&page_.text, "leaver").to_owned());
    let unsigned = [("slot", slot.as_str()), ("leaver", leaver.as_str())];
    let again = send(&house, "village_committee", &form, &unsigned).await;
    assert_eq!(again.status, 422);
    assert!(again.text.contains("两个人都签了字，再在这里勾选登记。"), "{}", again.text);
    let before = house.acts().await;
    let fields = [unsigned[0], unsigned[1], ("signed", "true")];
    let done = send(&house, "village_committee", &form, &fields).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(house.acts().await, before + 1);
    let late = send(&house, "village_committee", &form, &fields).await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("这张交接单已经签过"), "{}", late.text);
    let county = house.app.county().await.unwrap();
    let kept = county.organisation.handovers.last().unwrap();
    assert_eq!((kept.post, kept.taker), (post, user(&house, "grid_member").await));
    house.sound().await;
}

#[tokio::test]
async fn decisions_are_listed_by_period_kind_and_decider_and_only_on_matters_that_are_seen() {
    const DECISIONS: &str = "/api/v1/decisions";
    let house = House::open().await;
    let today = in_days(0);
    let asked = format!("{DECISIONS}?from={today}&until={today}");
    let report = json!({ "playbook": "resident_report", "category": "road_bridge",
                         "title": "桥护栏断了一截", "place": { "division": VILLAGE } });
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let made = house.post("command_centre", "/api/v1/matters", &report).await.json();
        let acts = format!("/api/v1/matters/{}/acts", made["id"].as_str().unwrap());
        let decline = json!({ "act": "decline", "reason": "不属于本县" });
        let reply = house.post("command_centre", &acts, &decline).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        numbers.push(made["no"].as_str().unwrap().to_owned());
    }
    let first =
        get(&house, "command_centre", &format!("{asked}&kind=declined&limit=2")).await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2, "{first}");
    let next = format!("{asked}&kind=declined&limit=2&after={}", first["next"].as_str().unwrap());
    let second = get(&house, "command_centre", &next).await.json();
    let items =
        first["items"].as_array().unwrap().iter().chain(second["items"].as_array().unwrap());
    let listed: Vec<&Value> = items.map(|item| &item["matter"]).collect();
    assert_eq!(
        listed,
        numbers.iter().map(|no| json!(no)).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
    assert_eq!(second["next"], Value::Null);

    let count = async |who: &str, more: &str| {
        let listed = get(&house, who, &format!("{asked}{more}")).await.json();
        listed["items"].as_array().unwrap().len()
    };
    assert_eq!(count("command_centre", "&by=%E6%8C%87%E6%8C%A5").await, 3, "by a part of the name");
    assert_eq!(count("command_centre", "&by=%E7%9D%A3%E6%9F%A5").await, 0);
    assert_eq!(count("command_centre", "&kind=ordered").await, 0);
    assert_eq!(count("county_housing", "").await, 0, "who does not see the matters");
    let audited = get(&house, "auditor", &asked).await.json();
    let lines = audited["items"].as_array().unwrap();
    assert!(lines.len() == 3 && lines.iter().all(|line| line["matter"].is_null()), "{audited}");

    for who in ["system_admin", "security_admin"] {
        assert_eq!(get(&house, who, &asked).await.problem(), (404, "unknown".to_owned()), "{who}");
        assert_eq!(page(&house, who, "/decisions").await.status, 404, "{who}");
    }
    assert_eq!(house.get(&asked).await.problem(), (401, "unauthenticated".to_owned()));
    for (query, fields) in [
        ("", vec!["from", "until"]),
        ("?from=x&until=2026-01-01", vec!["from"]),
        ("?from=2026-02-01&until=2026-01-01", vec!["until"]),
        ("?from=2026-01-01&until=2026-01-01&kind=x", vec!["kind"]),
    ] {
        let reply = get(&house, "auditor", &format!("{DECISIONS}{query}")).await;
        assert_eq!(reply.fields(), fields, "{query}");
    }
    let bad = get(&house, "auditor", &format!("{asked}&after=x")).await;
    assert_eq!(bad.problem(), (400, "malformed".to_owned()));

    let shown = page(&house, "command_centre", "/decisions").await;
    assert!(
        shown.text.contains("不予受理") && shown.text.contains(&format!("/matters/{}", numbers[0]))
    );
    let shown = page(&house, "auditor", "/decisions").await;
    assert!(shown.text.contains("不予受理") && !shown.text.contains(&numbers[0]));
    let wrong = page(&house, "auditor", "/decisions?from=2026-02-01&until=2026-01-01").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("结束早于开始"));
}

#[tokio::test]
async fn a_decision_on_a_restricted_matter_is_nothing_that_others_hear_of() {
    let house = House::open().await;
    let unit = get(&house, "supervision_office", "/api/v1/me").await.json()["unit"].clone();
    let report = json!({ "playbook": "resident_report", "category": "water_supply", "title": "材料给了别人",
                         "against": unit, "place": { "division": VILLAGE } });
    let made = house.post("command_centre", "/api/v1/matters", &report).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let matter = house.app.store.matter(&house.app.code, &id).await.unwrap().unwrap();
    assert!(matter.restricted);
    // What is sealed off of it stands in a stream of its own, and belongs to it all the same.
    let acts = get(&house, "command_centre", &format!("/api/v1/matters/{id}/acts")).await.json();
    let title = acts["items"][0]["contents"][0]["id"].as_str().unwrap().to_owned();
    let seal = json!({ "decision": "seal", "number": "商密〔2026〕1号", "reason": "误录" });
    let decline = json!({ "act": "decline", "reason": "不属于本县" });
    for (path, body) in [(format!("contents/{title}"), seal), ("acts".to_owned(), decline)] {
        let path = format!("/api/v1/matters/{id}/{path}");
        let reply = house.post("command_centre", &path, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
    }
    let day = in_days(0);
    let asked = format!("/api/v1/decisions?from={day}&until={day}");
    let own = get(&house, "command_centre", &asked).await.json();
    let own = own["items"].as_array().unwrap().clone();
    let kinds: Vec<&str> = own.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["content_sealed", "declined"], "{own:?}");
    assert!(own.iter().all(|line| line["matter"] == json!(matter.no)), "{own:?}");
    for who in ["auditor", "supervision_office", "township_hall", "village_committee"] {
        let listed = get(&house, who, &asked).await.json();
        assert_eq!(listed["items"], json!([]), "{who}");
    }
}

#[tokio::test]
async fn links_stand_in_the_menu_of_who_may_follow_them() {
    let house = House::open().await;
    let all = ["/who", "/rules", "/organisation/gaps", "/decisions", "/organisation/changes"];
    for (who, may) in [
        ("system_admin", [true, true, true, false, true]),
        ("command_centre", [true, true, true, true, false]),
        ("township_hall", [true, true, true, true, false]),
        ("grid_member", [true, true, false, true, false]),
        ("auditor", [true, true, false, true, false]),
        ("security_admin", [true, true, true, false, true]),
    ] {
        let menu = page(&house, who, "/rules").await.text;
        for (link, may) in all.iter().zip(may) {
            assert_eq!(menu.contains(&format!("href=\"{link}\"")), may, "{who} {link}");
            let status = page(&house, who, link).await.status;
            assert_eq!(status == 200, may, "{who} {link}: {status}");
        }
    }
}
