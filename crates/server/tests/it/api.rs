//! The API by its contract, on a demonstration that runs as a process of its own.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use serde_json::{Value, json};

use crate::http::{Client, Reply};
use crate::program::{Place, Program};

/// 曹寨村, and a village of its township beside it.
const VILLAGE: &str = "411524102202";
const NEIGHBOUR: &str = "411524102203";

struct Demo {
    place: Place,
    program: Mutex<Option<Program>>,
    address: SocketAddr,
    tokens: Value,
}

/// One server serves all of it, and ends with it.
#[test]
fn the_api_keeps_its_contract() {
    let _ends = Ends;
    a_clerk_enters_for_a_resident_and_every_open_state_has_an_owner_and_a_deadline_with_its_reason(
    );
    wrong_bodies_are_refused_with_all_their_faults_and_leave_nothing();
    wrong_reports_are_refused_at_the_door();
    a_key_is_one_command_and_a_refusal_may_be_mended_under_its_key();
    who_acts_on_an_old_view_is_told_what_changed_and_a_comment_hinders_nobody();
    a_matter_goes_through_plan_whistle_draft_and_shelving();
    matters_are_linked_merged_and_taken_apart();
    an_order_of_the_city_has_its_number_and_its_limit();
    what_somebody_may_not_see_is_absent_everywhere();
    counts_are_what_the_lists_hold_for_everybody();
    pages_hold_each_matter_once_in_the_order_asked_for();
    every_call_of_the_document_asks_for_an_account_unless_it_is_public();
    wrong_receipt_codes_open_nothing_and_too_many_have_to_wait();
    what_is_decided_beside_matters_is_told_by_commands_too();
    a_second_server_on_the_same_file_is_refused_with_the_reason();
}

struct Ends;

impl Drop for Ends {
    fn drop(&mut self) {
        drop(demo().program.lock().unwrap().take());
        demo().place.remove();
    }
}

/// The demonstration; each part makes matters of its own.
fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let place = Place::new("api", None);
        let program = place.demo();
        let tokens = place.tokens();
        let (address, program) = (program.address, Mutex::new(Some(program)));
        Demo { place, program, address, tokens }
    })
}

/// A key that no other call of this run has.
fn key() -> String {
    static N: AtomicU64 = AtomicU64::new(1);
    let n = N.fetch_add(1, Ordering::Relaxed);
    uuid::Uuid::from_u128(u128::from(std::process::id()) << 64 | u128::from(n)).to_string()
}

fn token(who: &str) -> &'static str {
    if who.is_empty() { "" } else { demo().tokens[who].as_str().unwrap() }
}

fn get(who: &str, path: &str) -> Reply {
    Client::connect(demo().address).unwrap().get(path, token(who)).unwrap()
}

fn post_under(who: &str, path: &str, key: &str, body: &Value) -> Reply {
    Client::connect(demo().address).unwrap().post(path, token(who), key, body).unwrap()
}

fn post(who: &str, path: &str, body: &Value) -> Reply {
    post_under(who, path, &key(), body)
}

fn act(who: &str, matter: &str, body: Value) -> Reply {
    post(who, &format!("/api/v1/matters/{matter}/acts"), &body)
}

/// Does an act that must be accepted; gives the matter after it.
fn done(who: &str, matter: &str, body: Value) -> Value {
    let reply = act(who, matter, body.clone());
    assert_eq!(reply.status, 201, "{who} {body}: {}", reply.body);
    reply.body["matter"].clone()
}

fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.body["code"].as_str()), (status, Some(code)), "{}", reply.body);
}

fn report(title: &str) -> Value {
    json!({ "playbook": "resident_report", "category": "road_bridge", "title": title,
            "place": { "division": VILLAGE }, "reporter": { "phone": "13800000000", "hidden": true } })
}

/// A fresh matter, entered by the centre's clerk.
fn reported(title: &str) -> String {
    let reply = post("command_centre", "/api/v1/matters", &report(title));
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body["id"].as_str().unwrap().to_owned()
}

fn unit(who: &str) -> String {
    get(who, "/api/v1/me").body["unit"].as_str().unwrap().to_owned()
}

/// A matter that the transport bureau handles.
fn handled(title: &str) -> String {
    let matter = reported(title);
    done("command_centre", &matter, json!({ "act": "file" }));
    let lead = unit("county_transport");
    done("command_centre", &matter, json!({ "act": "dispatch", "lead": lead }));
    done("county_transport", &matter, json!({ "act": "sign_for" }));
    matter
}

fn a_clerk_enters_for_a_resident_and_every_open_state_has_an_owner_and_a_deadline_with_its_reason()
{
    let matter = reported("桥头路灯不亮");
    let lead = unit("county_transport");
    let steps = [
        ("command_centre", json!({ "act": "file" }), "filed"),
        ("command_centre", json!({ "act": "dispatch", "lead": lead }), "dispatched"),
        ("county_transport", json!({ "act": "sign_for" }), "handling"),
        ("county_transport", json!({ "act": "progress", "text": "已到现场" }), "handling"),
        (
            "county_transport",
            json!({ "act": "answer", "kind": "solved", "text": "换好了" }),
            "answered",
        ),
        ("verification_desk", json!({ "act": "verify", "passed": true }), "verified"),
        (
            "call_back_desk",
            json!({ "act": "call_back", "reached": true, "solved": true, "satisfied": "yes" }),
            "verified",
        ),
    ];
    for (who, body, state) in steps {
        let after = done(who, &matter, body);
        assert_eq!(after["state"], state);
        assert!(after["owner"]["unit"].is_string(), "{after}");
        assert!(!after["next"]["because"].as_array().unwrap().is_empty(), "{after}");
    }
    let closed = done("closing_desk", &matter, json!({ "act": "sign_off" }));
    assert_eq!((&closed["state"], &closed["owner"]), (&json!("signed_off"), &Value::Null));
    assert_eq!((&closed["next"], &closed["lamp"]), (&Value::Null, &json!("done")));
}

fn wrong_bodies_are_refused_with_all_their_faults_and_leave_nothing() {
    let matter = handled("护栏松动");
    let before = get("command_centre", &format!("/api/v1/matters/{matter}")).body["seq"].clone();
    for (body, status, code, fields) in [
        (json!({ "act": "fly" }), 422, "invalid", &["act"][..]),
        (json!({ "act": "comment" }), 422, "invalid", &["text"]),
        (json!({ "act": "comment", "text": "\0" }), 422, "invalid", &["text"]),
        (json!({ "act": "comment", "text": "好", "files": ["x"] }), 422, "invalid", &["files[0]"]),
        (json!({ "act": "comment", "text": "号码11010519491231002X" }), 422, "invalid", &["text"]),
        (json!({ "act": "extend" }), 422, "invalid", &["due", "reason", "stage"]),
        (
            json!({ "act": "answer", "kind": "shelved", "text": 3 }),
            422,
            "invalid",
            &["kind", "text"],
        ),
        (
            json!({ "act": "suspend", "reason": "等料", "until": "2020-01-01T18:00:00+08:00" }),
            422,
            "invalid",
            &["until"],
        ),
    ] {
        let reply = act("county_transport", &matter, body.clone());
        refused(&reply, status, code);
        let named: BTreeSet<&str> =
            reply.body["fields"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(named, fields.iter().copied().collect(), "{body}");
    }
    let after = get("command_centre", &format!("/api/v1/matters/{matter}")).body["seq"].clone();
    assert_eq!(before, after);
}

fn wrong_reports_are_refused_at_the_door() {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = report("井盖缺失");
        change(&mut body);
        post("command_centre", "/api/v1/matters", &body)
    };
    for (field, reply) in [
        ("place.division", with(&|b| b["place"]["division"] = json!("999999999999"))),
        ("place", with(&|b| b["place"] = json!({}))),
        ("lon", with(&|b| b["place"] = json!({ "lon": 116.4, "lat": 39.9 }))),
        ("lon", with(&|b| b["place"] = json!({ "lon": 115.4 }))),
        ("title", with(&|b| b["title"] = json!("长".repeat(201)))),
        ("category", with(&|b| b["category"] = json!("moon_landing"))),
        ("source", with(&|b| b["source"] = json!("carrier_pigeon"))),
        ("against", with(&|b| b["against"] = json!("00000000-0000-0000-0000-000000000000"))),
        ("surprise", with(&|b| b["surprise"] = json!(1))),
    ] {
        refused(&reply, 422, "invalid");
        let fields = reply.body["fields"].as_object().unwrap();
        assert!(fields.keys().any(|f| f.ends_with(field)), "{field}: {fields:?}");
    }
    // Latitude and longitude the wrong way round: the other reading is offered.
    let swapped = with(&|b| b["place"] = json!({ "lon": 31.8, "lat": 115.4 }));
    assert!(swapped.body.to_string().contains("swapped"), "{}", swapped.body);
    let large = with(&|b| b["title"] = json!("长".repeat(400_000)));
    refused(&large, 413, "too_large");
}

fn a_key_is_one_command_and_a_refusal_may_be_mended_under_its_key() {
    let matter = handled("路面塌陷");
    let path = format!("/api/v1/matters/{matter}/acts");
    let (key, word) = (key(), json!({ "act": "comment", "text": "收到" }));
    let wrong =
        post_under("county_transport", &path, &key, &json!({ "act": "comment", "text": "" }));
    refused(&wrong, 422, "invalid");
    let first = post_under("county_transport", &path, &key, &word);
    let again = post_under("county_transport", &path, &key, &word);
    assert_eq!((first.status, first.replay, again.status, again.replay), (201, false, 201, true));
    assert_eq!(first.body["acts"], again.body["acts"]);
    let other =
        post_under("county_transport", &path, &key, &json!({ "act": "comment", "text": "又到" }));
    refused(&other, 409, "key_reused");
    let mine = post_under("command_centre", &path, &key, &word);
    assert_eq!((mine.status, mine.replay), (201, false), "another person's key is another key");
    refused(&post_under("county_transport", &path, "short", &word), 400, "malformed");
}

fn who_acts_on_an_old_view_is_told_what_changed_and_a_comment_hinders_nobody() {
    let matter = handled("涵洞堵塞");
    let seen = get("county_transport", &format!("/api/v1/matters/{matter}")).body["seq"].clone();
    done("command_centre", &matter, json!({ "act": "comment", "text": "请快" }));
    let progress = json!({ "act": "progress", "seq": seen, "text": "在清" });
    done("county_transport", &matter, progress);
    done("county_transport", &matter, json!({ "act": "answer", "kind": "solved", "text": "通了" }));
    done("verification_desk", &matter, json!({ "act": "verify", "passed": false, "text": "还堵" }));
    let stale = act(
        "county_transport",
        &matter,
        json!({ "act": "answer", "seq": seen, "kind": "solved", "text": "通了" }),
    );
    refused(&stale, 409, "stale");
    let kinds: Vec<&str> = stale.body["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["commented", "progressed", "answered", "verified"]);
}

/// By when the lead has to answer.
fn settle_due(matter: &Value) -> Value {
    let deadlines = matter["deadlines"].as_array().unwrap();
    let settle = deadlines.iter().find(|d| d["stage"] == "settle").unwrap();
    settle["due"].clone()
}

/// The fields that a refused body names.
fn named(reply: &Reply) -> BTreeSet<String> {
    refused(reply, 422, "invalid");
    reply.body["fields"].as_object().unwrap().keys().cloned().collect()
}

fn names<const N: usize>(fields: [&str; N]) -> BTreeSet<String> {
    fields.into_iter().map(str::to_owned).collect()
}

fn a_matter_goes_through_plan_whistle_draft_and_shelving() {
    let (bureau, matter) = ("county_transport", handled("桥栏杆锈断"));
    let shown = || get(bureau, &format!("/api/v1/matters/{matter}")).body;
    let due = settle_due(&shown());

    let empty =
        act(bureau, &matter, json!({ "act": "plan", "nodes": [{}, { "no": 2, "after": ["x"] }] }));
    let missing = ["no", "title", "due"].map(|name| format!("nodes[0].{name}"));
    let second = ["title", "due", "after[0]"].map(|name| format!("nodes[1].{name}"));
    assert_eq!(named(&empty), missing.into_iter().chain(second).collect());
    let node =
        |no: u16, after: Value| json!({ "no": no, "title": "焊接", "due": due, "after": after });
    let round = json!({ "act": "plan", "nodes": [node(1, json!([2])), node(2, json!([1]))] });
    assert_eq!(named(&act(bureau, &matter, round)), names(["nodes"]));
    let plan = json!({ "act": "plan", "nodes": [node(1, json!([])), node(2, json!([1]))] });
    let planned = done(bureau, &matter, plan);
    assert_eq!(planned["plan"][1]["after"], json!([1]));
    assert_eq!(planned["plan"][0]["title"], "焊接");
    let stages: Vec<&Value> =
        planned["deadlines"].as_array().unwrap().iter().map(|d| &d["stage"]).collect();
    assert!(stages.contains(&&json!("node:2")), "{stages:?}");
    let early = act(bureau, &matter, json!({ "act": "node_done", "node": 2, "text": "焊好了" }));
    refused(&early, 409, "out_of_state");
    for no in [1, 2] {
        done(bureau, &matter, json!({ "act": "node_done", "node": no, "text": "焊好了" }));
    }

    let called = json!({ "act": "whistle", "units": [unit(bureau)], "by": due, "place": "桥头",
        "text": "看护栏" });
    assert_eq!(
        named(&act("township_hall", &matter, json!({ "act": "whistle" }))),
        names(["units", "by", "place", "text"])
    );
    let whistled = done("township_hall", &matter, called);
    assert_eq!(whistled["whistles"][0]["units"][0]["came"], Value::Null);
    assert_eq!(whistled["whistles"][0]["place"], "桥头");
    let answer = json!({ "act": "answer", "kind": "solved", "text": "换好了" });
    refused(&act(bureau, &matter, answer), 409, "out_of_state");
    let mut arrival =
        json!({ "act": "arrive", "whistle": 1, "unit": unit(bureau), "came": "late" });
    assert_eq!(named(&act("township_hall", &matter, arrival.clone())), names(["satisfied"]));
    arrival["satisfied"] = json!("basically");
    let arrived = done("township_hall", &matter, arrival);
    assert_eq!(arrived["whistles"][0]["units"][0]["satisfied"], "basically");

    let draft = |fields: Value| json!({ "act": "submit", "draft": fields });
    let half = json!({ "act": "answer", "kind": "solved", "surprise": 1 });
    assert_eq!(named(&act(bureau, &matter, draft(half))), names(["draft.text", "draft.surprise"]));
    let other = draft(json!({ "act": "verify", "passed": true }));
    assert!(named(&act(bureau, &matter, other)).contains("draft.act"));
    let whole = draft(json!({ "act": "answer", "kind": "solved", "text": "换好了" }));
    let submitted = done(bureau, &matter, whole.clone());
    assert_eq!(submitted["state"], "handling");
    assert_eq!(submitted["drafts"][0]["text"], "换好了");
    let back = done(bureau, &matter, json!({ "act": "send_back", "draft": 1, "reason": "写细些" }));
    assert_eq!(back["drafts"], json!([]));
    done(bureau, &matter, whole);
    let gone = act(bureau, &matter, json!({ "act": "release", "draft": 1 }));
    refused(&gone, 409, "already");
    let released = done(bureau, &matter, json!({ "act": "release", "draft": 2 }));
    assert_eq!(released["state"], "answered");
    done("verification_desk", &matter, json!({ "act": "verify", "passed": false, "text": "还松" }));

    let shelve = json!({ "act": "shelve", "reason": "等省里资金", "until": due });
    let asked = done(bureau, &matter, shelve);
    let request = &asked["requests"][0];
    assert_eq!((&request["kind"], &request["until"]), (&json!("shelve"), &due));
    let mut yes = json!({ "act": "decide", "request": request["id"], "accept": true });
    refused(&act("command_centre", &matter, yes.clone()), 403, "not_yours");
    assert_eq!(named(&act("county_leader", &matter, yes.clone())), names(["number"]));
    yes["number"] = json!("会议纪要〔2026〕12号");
    let shelved = done("county_leader", &matter, yes);
    assert_eq!((&shelved["state"], &shelved["paused"]["until"]), (&json!("shelved"), &due));
    let waits = act(bureau, &matter, json!({ "act": "suspend", "reason": "等料", "until": due }));
    refused(&waits, 409, "out_of_state");
    assert_eq!(done(bureau, &matter, json!({ "act": "resume" }))["state"], "handling");
    let abroad = json!({ "act": "refer_across", "reason": "桥在邻县", "to": "42" });
    assert_eq!(named(&act(bureau, &matter, abroad)), names(["to"]));
}

fn matters_are_linked_merged_and_taken_apart() {
    let centre = "command_centre";
    let (main, other) = (reported("同一座桥"), reported("同一座桥，另一家"));
    let linked = done(centre, &other, json!({ "act": "link", "to": main }));
    assert_eq!(linked["main"]["id"], json!(main));
    assert_eq!(linked["main"]["title"], "同一座桥");
    let works = get(centre, &format!("/api/v1/matters/{main}")).body;
    assert_eq!(works["linked"][0]["id"], json!(other));
    the_village_is_not_told_of_what_is_linked_from_elsewhere(&main);
    let twice = act(centre, &other, json!({ "act": "link", "to": main }));
    refused(&twice, 409, "out_of_state");
    let away = act(centre, &main, json!({ "act": "link", "to": uuid::Uuid::nil() }));
    refused(&away, 409, "out_of_state");
    let unlinked = done(centre, &other, json!({ "act": "unlink", "reason": "不是一处" }));
    assert_eq!(unlinked["main"], Value::Null);
    let nowhere = act(centre, &main, json!({ "act": "link", "to": uuid::Uuid::nil() }));
    assert_eq!(named(&nowhere), names(["to"]));
    let merge = json!({ "act": "merge", "into": main, "reason": "录重了" });
    let merged = done(centre, &other, merge);
    assert_eq!((&merged["state"], &merged["merged_into"]["id"]), (&json!("merged"), &json!(main)));
    let closed = json!({ "act": "merge", "into": other, "reason": "录重了" });
    assert_eq!(named(&act(centre, &main, closed)), names(["into"]));

    let whole = done(centre, &main, json!({ "act": "file" }));
    let due = settle_due(&whole);
    let bare = act(centre, &main, json!({ "act": "decompose", "children": [{ "due": 3 }] }));
    assert_eq!(named(&bare), names(["children[0].title", "children[0].due"]));
    let parts = json!([{ "title": "东侧", "due": due }, { "title": "西侧", "due": due }]);
    let apart = done(centre, &main, json!({ "act": "decompose", "children": parts }));
    let first = &apart["children"][0];
    assert_eq!(
        (&first["title"], &first["state"], &first["due"]),
        (&json!("东侧"), &json!("filed"), &due)
    );
    let part = get(centre, &format!("/api/v1/matters/{}", first["id"].as_str().unwrap())).body;
    assert_eq!((&part["parent"]["id"], &part["state"]), (&json!(main), &json!("filed")));
}

fn the_village_is_not_told_of_what_is_linked_from_elsewhere(main: &str) {
    let shown = |who| get(who, &format!("/api/v1/matters/{main}")).body["linked"].clone();
    let before = shown("village_committee");
    let mut elsewhere = report("邻村也在反映");
    elsewhere["place"]["division"] = json!(NEIGHBOUR);
    let elsewhere = post("command_centre", "/api/v1/matters", &elsewhere);
    let id = elsewhere.body["id"].as_str().unwrap();
    done("command_centre", id, json!({ "act": "link", "to": main }));
    let centre = shown("command_centre");
    assert!(centre.as_array().unwrap().iter().any(|m| m["id"] == id), "{centre}");
    assert_eq!(shown("village_committee"), before);
    done("command_centre", id, json!({ "act": "unlink", "reason": "不是一处" }));
}

fn an_order_of_the_city_has_its_number_and_its_limit() {
    let order = |outside: Value| {
        let mut body = report("路灯不亮");
        body["playbook"] = json!("hotline_order");
        body["outside"] = outside;
        post("command_centre", "/api/v1/matters", &body)
    };
    assert_eq!(named(&order(Value::Null)), names(["outside"]));
    assert_eq!(named(&order(json!({}))), names(["outside.number", "outside.due"]));
    let outside = json!({ "number": "信12345-0417", "due": "2046-04-18T18:00:00+08:00" });
    let entered = order(outside.clone());
    assert_eq!(entered.status, 201, "{}", entered.body);
    assert_eq!(entered.body["outside"], outside);
    let mut resident = report("路灯不亮");
    resident["outside"] = outside;
    assert_eq!(named(&post("command_centre", "/api/v1/matters", &resident)), names(["outside"]));
}

fn what_somebody_may_not_see_is_absent_everywhere() {
    let matter = reported("水沟淤塞");
    let path = format!("/api/v1/matters/{matter}");
    for who in ["county_housing", "system_admin", "security_admin", "auditor"] {
        refused(&get(who, &path), 404, "unknown");
        refused(&get(who, &format!("{path}/acts")), 404, "unknown");
        refused(&act(who, &matter, json!({ "act": "comment", "text": "我" })), 404, "unknown");
    }
    refused(&get("", &path), 401, "unauthenticated");
    assert_eq!(get("system_admin", "/api/v1/matters").body["items"], json!([]));
    assert_eq!(get("system_admin", "/api/v1/counts?by=state").body, json!([]));
    for who in ["village_committee", "township_hall", "county_leader"] {
        assert_eq!(get(who, &path).status, 200, "{who}");
    }
}

fn counts_are_what_the_lists_hold_for_everybody() {
    for who in
        ["command_centre", "township_hall", "village_committee", "county_transport", "grid_member"]
    {
        for by in ["state", "lamp", "category", "owner", "lead", "division"] {
            let counts = get(who, &format!("/api/v1/counts?by={by}")).body;
            let sum: i64 =
                counts.as_array().unwrap().iter().map(|c| c["count"].as_i64().unwrap()).sum();
            assert_eq!(sum, i64::try_from(all(who, "").len()).unwrap(), "{who} by {by}");
        }
        for count in get(who, "/api/v1/counts?by=state").body.as_array().unwrap() {
            let state = count["key"].as_str().unwrap();
            let rows = all(who, &format!("&state={state}"));
            assert_eq!(rows.len() as u64, count["count"].as_u64().unwrap(), "{who} {state}");
        }
    }
}

/// All pages of a list, in a small page size.
fn all(who: &str, filter: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = get(who, &format!("/api/v1/matters?limit=17&after={after}{filter}")).body;
        rows.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => return rows,
        }
    }
}

fn pages_hold_each_matter_once_in_the_order_asked_for() {
    let ids = |rows: &[Value]| rows.iter().map(|r| r["id"].to_string()).collect::<BTreeSet<_>>();
    let due = all("command_centre", "");
    assert_eq!(ids(&due).len(), due.len());
    let dues: Vec<&str> = due.iter().filter_map(|r| r["next"]["due"].as_str()).collect();
    assert!(dues.is_sorted(), "{dues:?}");
    for (order, newest_first) in [("newest", true), ("oldest", false)] {
        let rows = all("command_centre", &format!("&order={order}"));
        assert_eq!(ids(&rows), ids(&due));
        let times: Vec<&str> = rows.iter().map(|r| r["reported"].as_str().unwrap()).collect();
        assert!(times.is_sorted_by(|a, b| if newest_first { a >= b } else { a <= b }), "{order}");
    }
    refused(&get("command_centre", "/api/v1/matters?after=garbage"), 400, "malformed");
    refused(&get("command_centre", "/api/v1/matters?limit=0"), 422, "invalid");
    refused(&get("command_centre", "/api/v1/matters?colour=red"), 422, "invalid");
}

fn every_call_of_the_document_asks_for_an_account_unless_it_is_public() {
    let document = get("", "/api/v1/openapi.json").body;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut private = 0;
    for (path, calls) in document["paths"].as_object().unwrap() {
        for (method, call) in calls.as_object().unwrap() {
            if call["security"].is_null() {
                continue;
            }
            private += 1;
            let path = path.replace("{id}", "411524-2026-000001").replace("{content}", "x");
            let reply = match method.as_str() {
                "get" => get("", &path),
                _ => post("", &path, &json!({})),
            };
            refused(&reply, 401, "unauthenticated");
        }
    }
    assert!(private >= 7, "{private} calls need an account");
    refused(&get("", "/api/v1/nowhere"), 404, "unknown");
}

fn wrong_receipt_codes_open_nothing_and_too_many_have_to_wait() {
    let reply = post("", "/api/v1/matters", &report("护栏断裂"));
    assert_eq!(reply.status, 201, "{}", reply.body);
    let no = reply.body["receipt"]["no"].as_str().unwrap();
    let mut client = Client::connect(demo().address).unwrap();
    let mut follow = |code: &str| client.follow(&format!("/api/v1/receipts/{no}"), code).unwrap();
    let code = reply.body["receipt"]["code"].as_str().unwrap();
    assert_eq!(follow(code).body["state"], "reported");
    for _ in 0..10 {
        refused(&follow("0000000000"), 404, "unknown");
    }
    refused(&follow(code), 429, "too_many");
}

fn what_is_decided_beside_matters_is_told_by_commands_too() {
    let told = |args: &[&str]| {
        let output = demo().place.run(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), said)
    };
    let matter = reported("看不到的一段话");
    done("command_centre", &matter, json!({ "act": "file" }));
    let (housing, transport) = (unit("county_housing"), unit("county_transport"));
    let give = |act: &str, lead: &str| json!({ "act": act, "lead": lead, "reason": "就近" });
    done("command_centre", &matter, give("dispatch", &housing));
    done("county_housing", &matter, json!({ "act": "return", "reason": "归交通" }));
    done("command_centre", &matter, give("adjudicate", &transport));
    done("county_transport", &matter, json!({ "act": "sign_for" }));
    done("county_transport", &matter, json!({ "act": "object", "reason": "不归我们" }));
    let mut meeting = give("adjudicate", &housing);
    meeting["number"] = json!("会议纪要〔2026〕21号");
    done("county_leader", &matter, meeting);
    let (status, rows, _) = told(&["org", "proposals"]);
    assert_eq!(status, Some(0));
    let row = rows.lines().find(|row| row.contains("会议纪要〔2026〕21号")).unwrap();
    assert!(
        row.contains("road_bridge") && row.contains("县住建局") && row.contains("waiting"),
        "{row}"
    );

    let day = get("command_centre", &format!("/api/v1/matters/{matter}")).body["reported"]
        .as_str()
        .map_or_else(|| panic!("a matter has its day"), |at| at[..10].to_owned());
    let exception = json!({ "rule": "cooperating", "number": "指〔2026〕21号", "reason": "林区",
        "unit": unit("township_hall"), "category": "forest", "until": next_month(&day) });
    assert_eq!(post("command_centre", "/api/v1/exceptions", &exception).status, 201);
    let (_, rows, _) = told(&["org", "exceptions", "--json"]);
    assert!(rows.contains("指〔2026〕21号") && !rows.contains("林区"), "{rows}");
    let (_, rows, _) = told(&[
        "decisions",
        "--from",
        &day,
        "--to",
        &day,
        "--kind",
        "allowed_cooperating",
        "--json",
    ]);
    let line: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!((&line["stream"], &line["matter"]), (&json!("powers"), &Value::Null));
    let (status, rows, said) = told(&["decisions", "--from", &day, "--to", &day, "--kind", "foo"]);
    assert_eq!((status, rows.as_str()), (Some(2), ""), "{said}");
    assert!(said.contains("kind foo") && said.contains("granted_extend, "), "{said}");

    let referral = json!({ "number": "移〔2026〕21号", "on": day, "receiver": "police" });
    assert_eq!(post("supervision_office", "/api/v1/referrals", &referral).status, 201);
    let (status, rows, _) = told(&["referrals", "--user", "supervision_office"]);
    assert!(status == Some(0) && rows.contains("移〔2026〕21号"), "{rows}");
    for other in ["command_centre", "auditor"] {
        let (status, rows, said) = told(&["referrals", "--user", other]);
        assert_eq!((status, rows.as_str()), (Some(2), ""), "{other}: {said}");
    }

    let acts = get("command_centre", &format!("/api/v1/matters/{matter}/acts")).body;
    let entry = acts["items"][0]["contents"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/matters/{matter}/contents/{entry}");
    let seal = json!({ "decision": "seal", "number": "密〔2026〕21号", "reason": "误录" });
    assert_eq!(post("command_centre", &path, &seal).status, 201);
    let (_, rows, _) = told(&["vault", "sealed"]);
    let row = rows.lines().find(|row| row.contains("密〔2026〕21号")).unwrap();
    assert!(
        row.contains("content_sealed") && row.contains(entry) && !row.contains("看不到"),
        "{row}"
    );
    let (status, said, faults) = told(&["check"]);
    assert_eq!(status, Some(0), "{said}{faults}");
    let (status, said, faults) = told(&["ledger", "verify"]);
    assert_eq!(status, Some(0), "{said}{faults}");
}

/// The first of the month after next: later than the day, and within a year of it.
fn next_month(day: &str) -> String {
    let (year, month): (i32, i32) = (day[..4].parse().unwrap(), day[5..7].parse().unwrap());
    let months = year * 12 + month + 1;
    format!("{}-{:02}-01", months / 12, months % 12 + 1)
}

fn a_second_server_on_the_same_file_is_refused_with_the_reason() {
    let output = demo().place.run(&["serve", "--simulated", "--listen", "127.0.0.1:0"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("another process"), "{said}");
}
