//! What is decided beside matters, at the doors: who may know, who may decide, what is refused, and what a
//! page then shows.

use serde_json::{Value, json};

use super::{House, Reply, VILLAGE};

const MATTERS: &str = "/api/v1/matters";
const PROPOSALS: &str = "/api/v1/powers/proposals";
const EXCEPTIONS: &str = "/api/v1/exceptions";
const REFERRALS: &str = "/api/v1/referrals";
const TITLE: &str = "桥护栏断了一截，请看附图";

async fn get(house: &House, who: &str, path: &str) -> Reply {
    let bearer = format!("Bearer {}", house.token(who).await);
    house.ask("GET", path, &[("authorization", &bearer)], "").await
}

async fn page(house: &House, who: &str, path: &str) -> Reply {
    let (cookie, _) = house.session(who).await;
    house.ask("GET", path, &[("cookie", &cookie)], "").await
}

/// Sends a form of a page, as a browser does.
async fn send(house: &House, who: &str, path: &str, fields: &[(&str, &str)]) -> Reply {
    let (cookie, csrf) = house.session(who).await;
    let key = uuid::Uuid::now_v7().to_string();
    let own = [("csrf", csrf.as_str()), ("key", key.as_str())];
    let body: Vec<String> = own.iter().chain(fields).map(|(n, v)| format!("{n}={v}")).collect();
    let form = "application/x-www-form-urlencoded";
    house.ask("POST", path, &[("cookie", &cookie), ("content-type", form)], &body.join("&")).await
}

async fn unit(house: &House, who: &str) -> Value {
    get(house, who, "/api/v1/me").await.json()["unit"].clone()
}

async fn reported(house: &House) -> String {
    let report = json!({ "playbook": "resident_report", "category": "road_bridge", "title": TITLE,
                         "place": { "division": VILLAGE } });
    let reply = house.post("command_centre", MATTERS, &report).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn act(house: &House, who: &str, matter: &str, body: &Value) -> Reply {
    house.post(who, &format!("{MATTERS}/{matter}/acts"), body).await
}

async fn done(house: &House, who: &str, matter: &str, body: Value) -> Value {
    let reply = act(house, who, matter, &body).await;
    assert_eq!(reply.status, 201, "{who} {body}: {}", reply.text);
    reply.json()
}

async fn proposed(house: &House) -> String {
    let matter = reported(house).await;
    let (housing, transport) =
        (unit(house, "county_housing").await, unit(house, "county_transport").await);
    done(house, "command_centre", &matter, json!({ "act": "file" })).await;
    let order = json!({ "act": "dispatch", "lead": housing, "reason": "就近" });
    done(house, "command_centre", &matter, order).await;
    done(house, "county_housing", &matter, json!({ "act": "return", "reason": "归交通" })).await;
    let name = json!({ "act": "adjudicate", "lead": transport, "reason": "按清单" });
    done(house, "command_centre", &matter, name).await;
    done(house, "county_transport", &matter, json!({ "act": "sign_for" })).await;
    done(house, "county_transport", &matter, json!({ "act": "object", "reason": "不归我们" }))
        .await;
    let meeting = json!({ "act": "adjudicate", "lead": housing, "reason": "会商",
                          "number": "会议纪要〔2026〕9号" });
    let recorded = done(house, "county_leader", &matter, meeting).await;
    assert_eq!(recorded["acts"][1]["kind"], "power_proposed");
    matter
}

#[tokio::test]
async fn a_proposed_row_is_listed_and_decided_by_the_county_s_leader() {
    let house = House::open().await;
    proposed(&house).await;
    let list = get(&house, "county_transport", PROPOSALS).await.json();
    let item = &list["items"][0];
    assert_eq!(
        (item["state"].as_str(), item["number"].as_str()),
        (Some("waiting"), Some("会议纪要〔2026〕9号"))
    );
    assert!(item["matter"].is_string(), "its unit may see the matter: {item}");
    for who in ["grid_chief", "system_admin"] {
        let elsewhere = get(&house, who, PROPOSALS).await.json();
        assert_eq!(elsewhere["items"][0]["matter"], Value::Null, "{who} does not see the matter");
    }
    let path = format!("{PROPOSALS}/{}", item["id"].as_str().unwrap());
    let today = super::now().date();
    let adopt = json!({ "decision": "adopt", "number": "商政〔2026〕5号", "from": today });
    let reply = house.post("command_centre", &path, &adopt).await;
    assert_eq!(reply.problem(), (403, "not_yours".to_owned()));
    let before = house.acts().await;
    for (body, fields) in [
        (json!({}), vec!["decision", "from", "number"]),
        (json!({ "decision": "adopt", "from": "2020-01-01" }), vec!["from", "number"]),
        (json!({ "decision": "adopt", "number": "1号", "from": "someday" }), vec!["from"]),
        (json!({ "decision": "refuse" }), vec!["reason"]),
        (json!({ "decision": "refuse", "reason": "密级：机密" }), vec!["reason"]),
        (json!({ "decision": "refuse", "reason": "不妥", "why": 1 }), vec!["why"]),
    ] {
        assert_eq!(house.post("county_leader", &path, &body).await.fields(), fields, "{body}");
    }
    assert_eq!(house.acts().await, before);
    let nowhere = house.post("county_leader", &format!("{PROPOSALS}/m-0"), &adopt).await;
    assert_eq!(nowhere.problem(), (404, "unknown".to_owned()));

    let shown = page(&house, "county_leader", "/powers/proposals").await;
    assert!(shown.text.contains("列入清单") && shown.text.contains("待决定"), "{}", shown.text);
    let other = page(&house, "county_transport", "/powers/proposals").await;
    assert!(other.text.contains("待决定") && !other.text.contains("列入清单</summary>"));
    let id = item["id"].as_str().unwrap();
    let slot = format!("refuse-{id}");
    let form = format!("/powers/proposals/{id}");
    let fields = [("slot", slot.as_str()), ("decision", "refuse"), ("number", "%E5%95%86")];
    let again = send(&house, "county_leader", &form, &fields).await;
    assert_eq!(again.status, 422);
    assert!(again.text.contains("value=\"商\""), "what was typed stays: {}", again.text);
    let reply = house.post("county_leader", &path, &adopt).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let late = json!({ "decision": "refuse", "reason": "不妥" });
    let reply = house.post("county_leader", &path, &late).await;
    assert_eq!(reply.problem(), (409, "already".to_owned()));
    let list = get(&house, "county_housing", PROPOSALS).await.json();
    assert_eq!(list["items"][0]["adopted"]["number"], "商政〔2026〕5号");
}

#[tokio::test]
async fn a_village_is_asked_beside_the_entry_list_only_by_somebody_s_decision() {
    let house = House::open().await;
    let matter = reported(&house).await;
    done(&house, "command_centre", &matter, json!({ "act": "file" })).await;
    let transport = unit(&house, "county_transport").await;
    let village = unit(&house, "village_committee").await;
    let give = |allow: Value| {
        json!({ "act": "dispatch", "lead": transport, "assists": [{ "unit": village }],
                "reason": "防汛", "allow": allow })
    };
    let plain = act(&house, "command_centre", &matter, &give(Value::Null)).await;
    assert_eq!(plain.fields(), ["assists[0].unit"], "{}", plain.text);
    for (allow, fields) in [
        (json!({}), vec!["allow.number", "allow.rule"]),
        (json!({ "rule": "entry_list" }), vec!["allow.number"]),
        (json!({ "rule": "no_such", "number": "1号" }), vec!["allow.rule"]),
        (json!({ "rule": "entry_list", "number": "1号", "by": 1 }), vec!["allow.by"]),
        (json!({ "rule": "entry_list", "number": "1号" }), vec!["allow.number"]),
    ] {
        let reply = act(&house, "command_centre", &matter, &give(allow.clone())).await;
        assert_eq!(reply.fields(), fields, "{allow}");
    }
    let until = super::now().plus_seconds(86_400 * 30).date();
    let allow = json!({ "rule": "entry_list", "number": "商减负〔2026〕1号", "unit": transport,
                        "category": "road_bridge", "until": until, "reason": "防汛抢险" });
    let reply = house.post("command_centre", EXCEPTIONS, &allow).await;
    assert_eq!(reply.problem(), (403, "not_yours".to_owned()));
    let nothing = house.post("county_leader", EXCEPTIONS, &json!({})).await;
    assert_eq!(nothing.fields(), ["number", "reason", "rule", "unit", "until"]);
    let reply = house.post("supervision_office", EXCEPTIONS, &allow).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let named = give(json!({ "rule": "entry_list", "number": "商减负〔2026〕1号" }));
    let recorded = done(&house, "command_centre", &matter, named).await;
    let allowed = &recorded["acts"][0]["body"]["then"]["allowed"];
    assert_eq!((&allowed["rule"], &allowed["before"]), (&json!("entry_list"), &json!(true)));
    let listed = get(&house, "township_hall", EXCEPTIONS).await.json();
    assert_eq!(listed["items"][0]["reason"], "防汛抢险");
    let shown = page(&house, "township_hall", "/exceptions").await;
    assert!(shown.text.contains("商减负〔2026〕1号") && !shown.text.contains("登记例外决定"));
    let shown = page(&house, "county_leader", "/exceptions").await;
    assert!(shown.text.contains("登记例外决定"));
    let shown = page(&house, "command_centre", &format!("/matters/{matter}")).await;
    assert!(shown.text.contains("依例外决定 商减负〔2026〕1号"), "{}", shown.text);
}

#[tokio::test]
async fn what_is_sealed_off_is_shown_nowhere_and_a_second_person_destroys_it() {
    let house = House::open().await;
    let matter = reported(&house).await;
    let acts = get(&house, "command_centre", &format!("{MATTERS}/{matter}/acts")).await.json();
    let entry = acts["items"][0]["contents"][0].clone();
    assert_eq!(entry["text"], TITLE);
    let path = format!("{MATTERS}/{matter}/contents/{}", entry["id"].as_str().unwrap());
    let word = |decision: &str| json!({ "decision": decision, "number": "商密〔2026〕1号", "reason": "误录" });
    let unseen = house.post("county_housing", &path, &word("seal")).await;
    assert_eq!(unseen.problem(), (404, "unknown".to_owned()));
    let township = house.post("township_hall", &path, &word("seal")).await;
    assert_eq!(township.problem(), (403, "not_yours".to_owned()));
    let nothing = house.post("command_centre", &path, &json!({})).await;
    assert_eq!(nothing.fields(), ["decision", "number", "reason"]);
    let offered = page(&house, "command_centre", &format!("/matters/{matter}")).await;
    assert!(offered.text.contains("内容封存") && offered.text.contains("请看附图"));
    let not_offered = page(&house, "township_hall", &format!("/matters/{matter}")).await;
    assert!(not_offered.text.contains("请看附图") && !not_offered.text.contains("内容封存"));

    let fields = [
        ("slot", "sealing"),
        ("content", entry["id"].as_str().unwrap()),
        ("decision", "seal"),
        ("reason", "x"),
    ];
    let form = format!("/matters/{matter}/contents");
    let again = send(&house, "command_centre", &form, &fields).await;
    assert_eq!(again.status, 422, "{}", again.text);
    assert!(again.text.contains("写文号。"), "{}", again.text);
    let whole: Vec<_> = fields.into_iter().chain([("number", "1-2026")]).collect();
    let sealed = send(&house, "command_centre", &form, &whole).await;
    assert_eq!(sealed.status, 303, "{}", sealed.text);
    for who in ["command_centre", "county_leader", "township_hall"] {
        let shown = page(&house, who, &format!("/matters/{matter}")).await;
        assert!(shown.text.contains("（内容已封存）"), "{who}");
        for path in [format!("/matters/{matter}"), "/matters".to_owned(), "/today".to_owned()] {
            let shown = page(&house, who, &path).await;
            assert!(!shown.text.contains("请看附图"), "{who} {path}");
        }
        for path in
            [format!("{MATTERS}/{matter}"), format!("{MATTERS}/{matter}/acts"), MATTERS.to_owned()]
        {
            let reply = get(&house, who, &path).await;
            assert!(reply.status == 200 && !reply.text.contains("请看附图"), "{who} {path}");
        }
    }
    house.app.store.follow(&house.app.code).await.unwrap();
    let found = get(&house, "command_centre", &format!("{MATTERS}?q=%E9%99%84%E5%9B%BE")).await;
    assert_eq!(found.json()["items"], json!([]), "no search finds it");
    let acts = get(&house, "command_centre", &format!("{MATTERS}/{matter}/acts")).await.json();
    assert!(acts["items"][0]["contents"][0]["sealed_off"].is_string(), "the act says so");

    let same = house.post("command_centre", &path, &word("destroy")).await;
    assert_eq!(same.problem(), (403, "not_yours".to_owned()));
    let second = house.post("county_leader", &path, &word("destroy")).await;
    assert_eq!(second.status, 201, "{}", second.text);
    let shown = page(&house, "command_centre", &format!("/matters/{matter}")).await;
    assert!(shown.text.contains("（内容已销毁）"), "{}", shown.text);
    let late = house.post("supervision_office", &path, &word("release")).await;
    assert_eq!(late.problem(), (409, "already".to_owned()));
    let checked = house.app.store.check(&house.app.code).await.unwrap();
    assert!(checked.holds(), "{:?}", checked.differences);
}

#[tokio::test]
async fn a_contact_that_is_sealed_off_says_so_where_it_would_stand() {
    let house = House::open().await;
    let report = json!({ "playbook": "resident_report", "category": "road_bridge", "title": TITLE,
                         "place": { "division": VILLAGE }, "reporter": { "phone": "13800000000" } });
    let made = house.post("command_centre", MATTERS, &report).await.json();
    let matter = made["id"].as_str().unwrap();
    let acts = get(&house, "command_centre", &format!("{MATTERS}/{matter}/acts")).await.json();
    let entries = acts["items"][0]["contents"].as_array().unwrap();
    let contact = entries.iter().find(|entry| entry["class"] == "personal").unwrap();
    let path = format!("{MATTERS}/{matter}/contents/{}", contact["id"].as_str().unwrap());
    let word = json!({ "decision": "seal", "number": "商办〔2026〕1号", "reason": "误录" });
    assert_eq!(house.post("command_centre", &path, &word).await.status, 201);
    let looked = send(&house, "command_centre", &format!("/matters/{matter}/contact"), &[]).await;
    assert_eq!(looked.status, 200, "{}", looked.text);
    assert!(looked.text.contains("（内容已封存）") && !looked.text.contains("13800000000"));
}

#[tokio::test]
async fn an_empty_form_says_at_each_field_what_to_choose_and_names_nothing_of_the_machine() {
    let house = House::open().await;
    let sent = send(&house, "supervision_office", "/referrals", &[("slot", "referral")]).await;
    assert_eq!(sent.status, 422, "{}", sent.text);
    assert!(sent.text.contains("选移交给哪个机关。") && !sent.text.contains("county_discipline, "));
    let sent = send(&house, "county_leader", "/exceptions", &[("slot", "exception")]).await;
    assert_eq!(sent.status, 422, "{}", sent.text);
    assert!(
        sent.text.contains("选一条规则。") && sent.text.contains("选一个单位。"),
        "{}",
        sent.text
    );
}

#[tokio::test]
async fn who_keeps_the_system_reads_no_reasons() {
    let house = House::open().await;
    for who in ["auditor", "system_admin"] {
        for path in [EXCEPTIONS, PROPOSALS] {
            assert_eq!(get(&house, who, path).await.problem(), (404, "unknown".to_owned()));
        }
        for path in ["/exceptions", "/powers/proposals"] {
            assert_eq!(page(&house, who, path).await.status, 404, "{who} {path}");
        }
    }
}

#[tokio::test]
async fn referrals_are_there_for_two_posts_and_for_nobody_else() {
    let house = House::open().await;
    let today = super::now().date();
    let sent = json!({ "number": "移〔2026〕1号", "on": today, "receiver": "county_discipline" });
    let before = house.acts().await;
    for who in ["command_centre", "county_leader", "auditor", "system_admin", "township_hall"] {
        assert_eq!(
            get(&house, who, REFERRALS).await.problem(),
            (404, "unknown".to_owned()),
            "{who}"
        );
        for body in [&sent, &json!({})] {
            let reply = house.post(who, REFERRALS, body).await;
            assert_eq!(reply.problem(), (404, "unknown".to_owned()), "{who} {body}");
        }
        let shown = page(&house, who, "/referrals").await;
        assert_eq!(shown.status, 404, "{who}");
        let today = page(&house, who, "/today").await;
        assert!(!today.text.contains("/referrals"), "{who} is not told of it");
    }
    assert_eq!(house.acts().await, before);
    let nothing = house.post("supervision_office", REFERRALS, &json!({})).await;
    assert_eq!(nothing.fields(), ["number", "on", "receiver"]);
    let person =
        json!({ "number": "移〔2026〕1号", "on": today, "receiver": "police", "name": "x" });
    assert_eq!(house.post("supervision_office", REFERRALS, &person).await.fields(), ["name"]);
    let reply = house.post("supervision_office", REFERRALS, &sent).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let list = get(&house, "supervision_clerk", REFERRALS).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list["items"][0]["receipt"], Value::Null);
    let path = format!("{REFERRALS}/{id}/receipt");
    let early = json!({ "number": "收1号", "on": "2020-01-01" });
    assert_eq!(house.post("supervision_clerk", &path, &early).await.fields(), ["on"]);
    let form = format!("/referrals/{id}/receipt");
    let slot = format!("receipt-{id}");
    let day = today.to_string();
    let fields = [("slot", slot.as_str()), ("number", "R-1"), ("on", day.as_str())];
    let got = send(&house, "supervision_clerk", &form, &fields).await;
    assert_eq!(got.status, 303, "{}", got.text);
    let shown = page(&house, "supervision_office", "/referrals").await;
    assert!(shown.text.contains("县纪委监委") && shown.text.contains("R-1"), "{}", shown.text);
    let menu = page(&house, "supervision_office", "/today").await;
    assert!(menu.text.contains("/referrals"));
    let twice = json!({ "number": "收2号", "on": today });
    let reply = house.post("supervision_office", &path, &twice).await;
    assert_eq!(reply.problem(), (409, "already".to_owned()));
    let counts = get(&house, "county_leader", "/api/v1/counts?by=state").await.json();
    let sum: i64 = counts.as_array().unwrap().iter().map(|c| c["count"].as_i64().unwrap()).sum();
    assert_eq!(sum, 0, "it is no matter: {counts}");
}
