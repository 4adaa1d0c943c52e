//! What comes in at the doors: content types, tokens, methods, bodies, numbers.

use serde_json::{Value, json};

use super::{House, VILLAGE};

const ACTS: &str = "/api/v1/matters";

fn report() -> Value {
    json!({ "playbook": "resident_report", "category": "road_bridge", "title": "桥护栏断了一截",
            "place": { "division": VILLAGE } })
}

async fn reported(house: &House, body: &Value) -> Value {
    let reply = house.post("command_centre", ACTS, body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()
}

async fn act(house: &House, who: &str, matter: &Value, body: &Value) -> super::Reply {
    let path = format!("{ACTS}/{}/acts", matter["id"].as_str().unwrap());
    house.post(who, &path, body).await
}

#[tokio::test]
async fn a_cookie_alone_never_writes_whatever_the_content_type() {
    let house = House::open().await;
    let matter = reported(&house, &report()).await;
    let path = format!("{ACTS}/{}/acts", matter["id"].as_str().unwrap());
    let (cookie, csrf) = house.session("command_centre").await;
    let body = json!({ "act": "file" }).to_string();
    let ask = async |kind: &str, token: Option<&str>| {
        let key = uuid::Uuid::now_v7().to_string();
        let mut headers = vec![("cookie", cookie.as_str()), ("idempotency-key", key.as_str())];
        headers.extend((!kind.is_empty()).then_some(("content-type", kind)));
        headers.extend(token.map(|token| ("x-csrf-token", token)));
        house.ask("POST", &path, &headers, &body).await
    };
    let before = house.acts().await;
    let form = "application/x-www-form-urlencoded";
    for kind in ["text/plain", "", form, "multipart/form-data", "application/json"] {
        for token in [None, Some("0")] {
            let reply = ask(kind, token).await;
            assert_eq!(reply.problem(), (403, "not_yours".to_owned()), "{kind} {token:?}");
        }
    }
    for kind in ["text/plain", "", form] {
        let reply = ask(kind, Some(&csrf)).await;
        assert_eq!(reply.problem(), (415, "unsupported".to_owned()), "{kind}");
    }
    assert_eq!(house.acts().await, before);
    assert_eq!(ask("application/json; charset=utf-8", Some(&csrf)).await.status, 201);
}

#[tokio::test]
async fn methods_and_escapes_that_are_none_are_problems_like_any_other() {
    let house = House::open().await;
    let reply = house.ask("PUT", ACTS, &[], "").await;
    assert_eq!(reply.problem(), (405, "not_allowed".to_owned()));
    assert!(reply.headers["allow"].to_str().unwrap().contains("POST"), "{:?}", reply.headers);
    let page = house.ask("DELETE", "/report", &[], "").await;
    assert_eq!(page.status, 405);
    assert!(page.text.contains("这个地址不能这样用"), "{}", page.text);
    let bearer = format!("Bearer {}", house.token("command_centre").await);
    let reply = house.ask("GET", "/api/v1/matters/%FF", &[("authorization", &bearer)], "").await;
    assert_eq!(reply.problem(), (400, "malformed".to_owned()));
    let reply = house.ask("GET", "/api/v1/receipts/%FF", &[], "").await;
    assert_eq!(reply.problem(), (400, "malformed".to_owned()));
}

#[tokio::test]
async fn what_a_body_says_twice_or_too_much_is_refused() {
    let house = House::open().await;
    let matter = reported(&house, &report()).await;
    let path = format!("{ACTS}/{}/acts", matter["id"].as_str().unwrap());
    let twice = r#"{"act":"file","grade":"ordinary","act":"decline"}"#;
    let reply = house.post_text("command_centre", &path, twice).await;
    assert_eq!(reply.problem(), (400, "malformed".to_owned()));
    assert!(reply.text.contains("stands twice"), "{}", reply.text);
    act(&house, "command_centre", &matter, &json!({ "act": "file" })).await;
    let bearer = format!("Bearer {}", house.token("county_transport").await);
    let me = house.ask("GET", "/api/v1/me", &[("authorization", &bearer)], "").await;
    let unit = me.json()["unit"].clone();
    let order = json!({ "act": "dispatch", "lead": unit, "reason": "就近",
                        "assists": [{ "unit": unit, "limit": "3wd", "deadline": "2030-01-01" }] });
    let reply = act(&house, "command_centre", &matter, &order).await;
    assert!(reply.fields().contains(&"assists[0].deadline".to_owned()), "{}", reply.text);
}

#[tokio::test]
async fn an_identity_number_is_found_however_it_is_written() {
    let house = House::open().await;
    for text in ["身份证１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002x 的人"]
    {
        let body = json!({ "title": text, "playbook": "resident_report",
                           "category": "road_bridge", "place": { "division": VILLAGE } });
        assert_eq!(house.post("", ACTS, &body).await.fields(), ["title"], "{text}");
    }
}

#[tokio::test]
async fn tries_of_a_receipt_are_counted_however_its_number_is_spelt() {
    let house = House::open().await;
    let made = house.post("", ACTS, &report()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let receipt = made.json()["receipt"].clone();
    let (no, code) = (receipt["no"].as_str().unwrap(), receipt["code"].as_str().unwrap());
    let (year, serial) = (&no[9..11], no[12..].trim_start_matches('0'));
    let follow = async |no: &str, code: &str| {
        house.ask("GET", &format!("/api/v1/receipts/{no}"), &[("receipt-code", code)], "").await
    };
    let spelt = [no.to_owned(), format!("{year}-{serial}"), format!("{year}-0{serial}")];
    for n in 0..10 {
        let reply = follow(&spelt[n % 3], "0000000000").await;
        assert_eq!(reply.problem(), (404, "unknown".to_owned()), "{n}");
    }
    for no in &spelt {
        assert_eq!(follow(no, code).await.problem(), (429, "too_many".to_owned()), "{no}");
    }
}

#[tokio::test]
async fn another_matter_that_is_named_must_be_there_and_be_seen() {
    let house = House::open().await;
    let dispute = |division: &str| {
        json!({ "playbook": "resident_report", "category": "neighbour_dispute", "title": "宅基地纠纷",
                "place": { "division": division } })
    };
    let matter = reported(&house, &dispute(VILLAGE)).await;
    let elsewhere = reported(&house, &dispute("411524101201")).await;
    let near = reported(&house, &dispute(VILLAGE)).await;
    let file = |of: &str| json!({ "act": "file", "repeat_of": of });
    let nowhere = uuid::Uuid::now_v7().to_string();
    for of in [nowhere.as_str(), elsewhere["id"].as_str().unwrap()] {
        let reply = act(&house, "township_hall", &matter, &file(of)).await;
        assert_eq!(reply.fields(), ["repeat_of"]);
        assert!(reply.text.contains("there is no such matter, or you may not see it"));
    }
    let reply = act(&house, "township_hall", &matter, &file(near["id"].as_str().unwrap())).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
}

#[tokio::test]
async fn whom_a_matter_was_written_for_stands_beside_who_wrote_it() {
    let house = House::open().await;
    let bearer = format!("Bearer {}", house.token("county_leader").await);
    let me = house.ask("GET", "/api/v1/me", &[("authorization", &bearer)], "").await.json();
    let task = |of: &Value| {
        json!({ "playbook": "county_task", "title": "桥梁隐患排查", "on_behalf": of,
                "place": { "division": "411524000000" }, "source": "leader" })
    };
    let reply = house.post("supervision_clerk", ACTS, &task(&me["post"])).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let path = format!("{ACTS}/{}/acts", reply.json()["id"].as_str().unwrap());
    let acts = house.ask("GET", &path, &[("authorization", &bearer)], "").await.json();
    assert_eq!(acts["items"][0]["by"]["for"], me["post"]);
    let nobody = json!(uuid::Uuid::now_v7());
    let reply = house.post("supervision_clerk", ACTS, &task(&nobody)).await;
    assert_eq!(reply.fields(), ["on_behalf"]);
}

#[tokio::test]
async fn the_category_of_tasks_is_neither_offered_nor_taken_for_reports() {
    let house = House::open().await;
    let mut body = report();
    body["category"] = json!("county_task");
    assert_eq!(house.post("", ACTS, &body).await.fields(), ["category"]);
    let page = house.get("/report").await.text;
    assert!(page.contains("value=\"road_bridge\"") && !page.contains("county_task"));
}

#[tokio::test]
async fn metrics_tell_of_the_server_and_of_nobody() {
    let house = House::open().await;
    let matter = reported(&house, &report()).await;
    act(&house, "command_centre", &matter, &json!({ "act": "sign_off" })).await;
    let reply = house.get("/metrics").await;
    assert_eq!(reply.status, 200);
    assert!(
        reply.headers["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4")
    );
    for line in [
        "zongheng_commands_recorded_total 1",
        "zongheng_commands_refused_total{code=\"not_yours\"} 1",
        "zongheng_matters{state=\"reported\"} 1",
        "zongheng_matters{state=\"suspended\"} 0",
        "zongheng_queue_waiting 0",
        "zongheng_vault_open 1",
    ] {
        assert!(reply.text.lines().any(|l| l == line), "{line}: {}", reply.text);
    }
    assert!(reply.text.contains("zongheng_build_info{version=\""), "{}", reply.text);
    assert!(reply.text.contains("zongheng_tick_lag_seconds "), "{}", reply.text);
}

#[tokio::test]
async fn who_sees_no_matters_is_told_so() {
    let house = House::open().await;
    for who in ["auditor", "system_admin", "security_admin"] {
        let (cookie, _) = house.session(who).await;
        for path in ["/today", "/matters"] {
            let page = house.ask("GET", path, &[("cookie", &cookie)], "").await;
            assert_eq!(page.status, 200);
            assert!(page.text.contains("这个岗位不看事项"), "{who} {path}");
        }
    }
    let (cookie, _) = house.session("command_centre").await;
    let page = house.ask("GET", "/today", &[("cookie", &cookie)], "").await;
    assert!(!page.text.contains("这个岗位不看事项"));
}

#[tokio::test]
async fn an_english_page_names_the_county_in_english() {
    let house = House::open().await;
    let page = house.ask("GET", "/report", &[("accept-language", "en")], "").await.text;
    let head = page.split("</header>").next().unwrap();
    assert!(head.contains("Shangcheng County") && !head.contains("商城县"), "{head}");
}

#[tokio::test]
async fn only_what_stands_in_the_path_is_described_as_part_of_it() {
    let house = House::open().await;
    let document = house.get("/api/v1/openapi.json").await.json();
    let (mut in_path, mut in_query) = (0, 0);
    for (path, calls) in document["paths"].as_object().unwrap() {
        for (method, call) in calls.as_object().unwrap() {
            let parameters = call["parameters"].as_array().map_or(&[][..], Vec::as_slice);
            for parameter in parameters {
                let name = parameter["name"].as_str().unwrap();
                let stands = path.contains(&format!("{{{name}}}"));
                assert_eq!(parameter["in"] == "path", stands, "{method} {path}: {parameter}");
                assert!(!stands || parameter["required"] == true, "{method} {path}: {parameter}");
                in_path += usize::from(stands);
                in_query += usize::from(parameter["in"] == "query");
            }
        }
    }
    assert!(in_path > 3 && in_query > 20, "{in_path} and {in_query} parameters");
    let list = &document["paths"]["/api/v1/matters"]["get"]["parameters"];
    let asked = list.as_array().unwrap().iter().filter(|p| p["required"] == true);
    assert_eq!(asked.count(), 0, "a list may be asked for without a filter: {list}");
}
