//! Elections and reorganisations at the doors: checked, refused with every fault, recorded once by a person,
//! refused when the county moved meanwhile, and what closed units had handed on.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::organisation::{get, hidden, page, send};
use super::{House, VILLAGE};

const CHANGES: &str = "/api/v1/organisation/changes";
const CHECK: &str = "/api/v1/organisation/changes/check";
const PAGE: &str = "/organisation/changes";

pub(super) fn in_days(days: i32) -> Date {
    super::now().date().checked_add(days.days()).unwrap()
}

/// 鄢岗镇 goes to 双椿铺镇, so many days from now.
fn merged(days: i32) -> String {
    include_str!("../../../core/tests/shared/merger.toml")
        .replace("PAPER", "商编〔2026〕1号")
        .replace("ON", &in_days(days).to_string())
        .replace("HEIR", "411524103000")
}

/// 曹寨村's posts from a day on: the committee stays, `holders` come.
fn roster_text(days: i32, holders: &[(&str, &str)]) -> String {
    let on = in_days(days);
    let head =
        format!("on = \"{on}\"\npaper = \"鄢党〔2026〕3号\"\n[[unit]]\nunit = \"{VILLAGE}\"\n");
    let stays = [("411524102202/committee", "village_committee")];
    let all = stays.iter().chain(holders);
    let each =
        all.map(|(post, user)| format!("[[holder]]\npost = \"{post}\"\nuser = \"{user}\"\n"));
    head + &each.collect::<String>()
}

/// Records a roster of 曹寨村.
pub(super) async fn roster(house: &House, days: i32, holders: &[(&str, &str)]) {
    recorded(house, "roster", &roster_text(days, holders)).await;
}

/// The body as the path takes it, whatever the configuration is.
fn upon_any(body: &Value, path: &str) -> Value {
    if path == CHECK { body.clone() } else { upon(body, &json!({ "upon": 1 })) }
}

fn upon(body: &Value, checked: &Value) -> Value {
    let mut body = body.clone();
    body["upon"] = checked["upon"].clone();
    body
}

#[tokio::test]
async fn a_file_is_checked_by_the_administrator_alone_and_every_fault_is_told_with_its_line() {
    let house = House::open().await;
    let good = json!({ "kind": "reorganisation", "text": merged(30) });
    for who in ["command_centre", "county_leader", "auditor", "township_hall"] {
        for path in [CHECK, CHANGES] {
            assert_eq!(house.post(who, path, &good).await.problem(), (403, "not_yours".to_owned()));
        }
        assert_eq!(get(&house, who, CHANGES).await.problem(), (403, "not_yours".to_owned()));
        let hand_on = house.post(who, "/api/v1/organisation/changes/hand-on", &json!({})).await;
        assert_eq!(hand_on.problem(), (403, "not_yours".to_owned()));
        assert_eq!(page(&house, who, PAGE).await.status, 403, "{who}");
        let sent = [("kind", "reorganisation"), ("text", "x = 1")];
        assert_eq!(send(&house, who, PAGE, &sent).await.status, 403, "{who}");
    }
    assert_eq!(house.get(CHANGES).await.problem(), (401, "unauthenticated".to_owned()));
    assert_eq!(house.post("", CHECK, &good).await.problem(), (401, "unauthenticated".to_owned()));
    for (body, fields) in [
        (json!({}), vec!["kind", "text"]),
        (json!({ "kind": "coup", "text": "x" }), vec!["kind"]),
        (json!({ "kind": "roster", "text": "x", "upon": 1 }), vec!["upon"]),
    ] {
        assert_eq!(house.post("system_admin", CHECK, &body).await.fields(), fields, "{body}");
    }
    assert_eq!(house.post("system_admin", CHANGES, &good).await.fields(), ["upon"]);

    let before = house.acts().await;
    let bad = merged(30).replace("[\"411524103000\"]", "[]").replace("/deputy", "/nobody");
    let reply =
        house.post("system_admin", CHECK, &json!({ "kind": "reorganisation", "text": bad })).await;
    assert_eq!(reply.problem(), (422, "faults".to_owned()));
    let told = reply.json();
    let line = |n: usize| told["faults"].as_array().unwrap().iter().any(|f| f["line"] == n);
    assert!(line(12), "{told}");
    let shown =
        send(&house, "system_admin", PAGE, &[("kind", "reorganisation"), ("text", &bad)]).await;
    assert_eq!(shown.status, 422);
    assert!(shown.text.contains("第 12 行"), "{}", shown.text);
    assert!(shown.text.contains("没有“411524102000/nobody”这个岗位。"), "told in Chinese");
    assert!(shown.text.contains("商编〔2026〕1号"), "what was pasted stays");
    let broken =
        send(&house, "security_admin", PAGE, &[("kind", "roster"), ("text", "on = ")]).await;
    assert_eq!(broken.status, 422);
    let nothing = send(&house, "system_admin", PAGE, &[("text", " ")]).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text.contains("选文件是哪一种。") && nothing.text.contains("粘贴文件内容"));
    assert_eq!(house.acts().await, before, "nothing is recorded");
}

#[tokio::test]
async fn a_merger_is_recorded_by_a_person_once_and_refused_where_the_county_moved() {
    let house = House::open().await;
    let body = json!({ "kind": "reorganisation", "file": "plan.toml", "text": merged(30) });
    let checked = house.post("system_admin", CHECK, &body).await.json();
    let lines: Vec<&str> =
        checked["lines"].as_array().unwrap().iter().map(|l| l["zh"].as_str().unwrap()).collect();
    assert!(lines.contains(&"撤销鄢岗镇，由双椿铺镇承接"), "{lines:?}");

    // Something else of the configuration is recorded in between.
    roster(&house, 1, &[("411524102202001/chief", "grid_chief")]).await;
    let late = house.post("system_admin", CHANGES, &upon(&body, &checked)).await;
    assert_eq!(late.problem(), (409, "moved".to_owned()));
    let upon_old = checked["upon"].to_string();
    let form = "/organisation/changes/record";
    let text = merged(30);
    let fields = [("kind", "reorganisation"), ("text", text.as_str()), ("upon", upon_old.as_str())];
    let moved = send(&house, "system_admin", form, &fields).await;
    assert_eq!(moved.status, 409, "{}", moved.text);
    assert!(moved.text.contains("组织机构又有改动") && moved.text.contains("撤销鄢岗镇"));

    let upon_now = hidden(&moved.text, "upon").to_owned();
    let before = house.acts().await;
    let fields = [fields[0], fields[1], ("upon", upon_now.as_str())];
    let done = send(&house, "system_admin", form, &fields).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(house.acts().await, before + 1);
    let twice = send(&house, "system_admin", form, &fields).await;
    assert_eq!(twice.status, 409, "another key, the same file");
    assert_eq!(house.acts().await, before + 1);

    let last = house.app.store.acts_between(&house.app.code, before + 1, before + 1).await.unwrap();
    let me = get(&house, "system_admin", "/api/v1/me").await.json();
    assert_eq!(
        (last[0].kind.as_str(), json!(last[0].by.user)),
        ("reorganised", me["user"].clone())
    );
    assert_eq!(json!(last[0].by.post), me["post"]);
    let listed = get(&house, "system_admin", CHANGES).await.json();
    assert_eq!(listed["items"][0]["number"], "商编〔2026〕1号");
    let shown = page(&house, "system_admin", PAGE).await;
    assert!(shown.text.contains("县委编委"), "{}", shown.text);
    house.sound().await;
}

#[tokio::test]
async fn the_same_request_finds_its_answer_again() {
    let house = House::open().await;
    let text = roster_text(1, &[("411524102202001/chief", "grid_member")]);
    let body = json!({ "kind": "roster", "text": text });
    let checked = house.post("security_admin", CHECK, &body).await.json();
    let body = upon(&body, &checked).to_string();
    let bearer = format!("Bearer {}", house.token("security_admin").await);
    let key = uuid::Uuid::now_v7().to_string();
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key.as_str()),
        ("authorization", bearer.as_str()),
    ];
    let first = house.ask("POST", CHANGES, &headers, &body).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let acts = house.acts().await;
    let again = house.ask("POST", CHANGES, &headers, &body).await;
    assert_eq!((again.status, again.text.as_str()), (201, first.text.as_str()));
    assert_eq!(again.headers["idempotent-replay"], "true");
    let other = body.replace("鄢党〔2026〕3号", "鄢党〔2026〕4号");
    let other = house.ask("POST", CHANGES, &headers, &other).await;
    assert_eq!(other.problem(), (409, "key_reused".to_owned()));
    assert_eq!(house.acts().await, acts);
    let same = json!({ "kind": "roster", "text": text });
    let same = house.post("security_admin", CHECK, &same).await.json();
    assert_eq!(same["changes_nothing"], true);
}

#[tokio::test]
async fn what_a_closed_unit_still_has_is_handed_on_by_a_button() {
    let house = House::open().await;
    let report = json!({ "playbook": "resident_report", "category": "street_lamp", "title": "路灯不亮",
                         "place": { "division": VILLAGE } });
    let made = house.post("township_hall", "/api/v1/matters", &report).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let file = [("kind", "reorganisation"), ("text", &*merged(2))];
    let checked = send(&house, "system_admin", PAGE, &file).await;
    assert!(checked.text.contains("撤销鄢岗镇"), "{}", checked.text);
    let upon = hidden(&checked.text, "upon").to_owned();
    let fields = [file[0], file[1], ("upon", upon.as_str())];
    let done = send(&house, "system_admin", "/organisation/changes/record", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(!page(&house, "system_admin", PAGE).await.text.contains("移交给承接单位"), "not yet");

    let house = house.later(3);
    let shown = page(&house, "system_admin", PAGE).await;
    assert!(
        shown.text.contains("移交给承接单位") && shown.text.contains("鄢岗镇 还有"),
        "{}",
        shown.text
    );
    let form = "/organisation/changes/hand-on";
    for who in ["command_centre", "security_admin"] {
        assert_eq!(send(&house, who, form, &[]).await.status, 403, "{who}");
    }
    let other = page(&house, "security_admin", PAGE).await;
    assert!(!other.text.contains("移交给承接单位"), "it is the system administrator's");
    let done = send(&house, "system_admin", form, &[]).await;
    assert_eq!(
        (done.status, done.headers["location"].to_str().unwrap()),
        (303, "/organisation/changes?handed=1")
    );
    assert!(!page(&house, "system_admin", PAGE).await.text.contains("移交给承接单位"));
}

#[tokio::test]
async fn a_file_may_be_uploaded() {
    let house = House::open().await;
    let (cookie, csrf) = house.session("security_admin").await;
    let part = |name: &str, value: &str| {
        format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let text = roster_text(1, &[("411524102202001/chief", "nobody_here")]);
    let body = format!(
        "{}{}{}--xx\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"r.toml\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{text}\r\n--xx--\r\n",
        part("csrf", &csrf),
        part("kind", "roster"),
        part("text", "")
    );
    let kind = "multipart/form-data; boundary=xx";
    let headers = [("cookie", cookie.as_str()), ("content-type", kind)];
    let told = house.ask("POST", PAGE, &headers, &body).await;
    assert_eq!(told.status, 422, "{}", told.text);
    assert!(
        told.text.contains("nobody_here 任 411524102202001/chief：没有这个账号。"),
        "{}",
        told.text
    );
}

/// Records a file as the administrator whose it is, and gives the lines that told of it; everything computed
/// from the ledger is as the ledger says afterwards.
async fn recorded(house: &House, kind: &str, text: &str) -> Vec<String> {
    let body = json!({ "kind": kind, "file": "f.toml", "text": text });
    let (own, other) = match kind {
        "roster" | "appointments" => ("security_admin", "system_admin"),
        _ => ("system_admin", "security_admin"),
    };
    for path in [CHECK, CHANGES] {
        let reply = house.post(other, path, &upon_any(&body, path)).await;
        assert_eq!(reply.problem(), (403, "not_yours".to_owned()), "{kind} {path}");
    }
    let sent = [("kind", kind), ("text", text)];
    assert_eq!(send(house, other, PAGE, &sent).await.status, 403, "{kind}");
    let checked = house.post(own, CHECK, &body).await;
    assert_eq!(checked.status, 200, "{}", checked.text);
    let checked = checked.json();
    let reply = house.post(own, CHANGES, &upon(&body, &checked)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    house.sound().await;
    let lines = checked["lines"].as_array().unwrap();
    lines.iter().map(|line| line["zh"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_deputy_acts_from_the_day_named_until_another() {
    let house = House::open().await;
    let (from, to) = (in_days(1), in_days(3));
    let text = format!(
        "paper = \"授权〔2026〕1号\"\n[[appoint]]\npost = \"411524102202001/chief\"\nuser = \"grid_member\"\n\
         holding = \"deputy\"\nown = \"411524102202001/member\"\nfrom = \"{from}\"\nto = \"{to}\"\n"
    );
    let lines = recorded(&house, "appointments", &text).await;
    assert_eq!(lines, [format!("曹寨村网格长：grid_member（授权代理），{from}起，{to}前")]);
    let sent =
        [("kind", "appointments"), ("text", &*text.replace("411524102202001/member", "x/y"))];
    let shown = send(&house, "security_admin", PAGE, &sent).await;
    assert!(shown.text.contains("没有“x/y”这个岗位。"), "{}", shown.text);

    let posts = async |house: &House| {
        let me = get(house, "grid_member", "/api/v1/me").await.json();
        me["posts"].as_array().unwrap().len()
    };
    assert_eq!(posts(&house).await, 1);
    let end = format!(
        "paper = \"免〔2026〕1号\"\n[[end]]\npost = \"411524102202001/chief\"\nuser = \"grid_chief\"\n\
         holding = \"holder\"\non = \"{from}\"\n"
    );
    recorded(&house, "appointments", &end).await;
    let house = house.later(2);
    assert_eq!(posts(&house).await, 2, "the chief is gone and the member deputises");
    let house = house.later(4);
    assert_eq!(posts(&house).await, 1);
}

#[tokio::test]
async fn a_delegation_changes_whose_it_is_in_its_days() {
    let house = House::open().await;
    let (from, until) = (in_days(1), in_days(30));
    let text = format!(
        "paper = \"商编〔2026〕5号\"\n[[delegation]]\nid = \"d9\"\nrow = \"1\"\nto = \"township\"\n\
         place = \"411524102000\"\nway = \"entrusted\"\nbasis = \"委托书第 9 号\"\n\
         basis_en = \"Letter 9\"\nfrom = \"{from}\"\nuntil = \"{until}\"\n"
    );
    let lines = recorded(&house, "powers", &text).await;
    let told = format!("新增授权（委托）：委托书第 9 号（鄢岗镇），{from}起，{until}前有效");
    assert_eq!(lines, [told]);
    let lead = async |date: Date| {
        let asked = format!("/api/v1/who?category=road_bridge&place={VILLAGE}&date={date}");
        let told = get(&house, "command_centre", &asked).await.json();
        told["lead_name"].as_str().unwrap().to_owned()
    };
    assert_eq!(lead(in_days(0)).await, "县交通运输局");
    assert_eq!(lead(from).await, "鄢岗镇");
    assert_eq!(lead(until).await, "县交通运输局");
    let again = json!({ "kind": "powers", "text": text });
    let reply = house.post("system_admin", CHECK, &again).await;
    assert_eq!(reply.problem(), (422, "faults".to_owned()));
    assert!(reply.text.contains("delegation d9 stands or stood in the list already"));
}
