//! Search at the doors: the API's `q` and the register's page, whatever is asked.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::organisation::{get, page};
use super::{House, VILLAGE};

const MATTERS: &str = "/api/v1/matters";

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}

async fn reported(house: &House, title: &str, detail: &str) -> Value {
    let report = json!({ "playbook": "resident_report", "category": "road_bridge", "title": title,
                         "detail": detail, "place": { "division": VILLAGE } });
    let reply = house.post("command_centre", MATTERS, &report).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()
}

async fn follow(house: &House) {
    house.app.store.follow(&house.app.code).await.unwrap();
}

async fn found(house: &House, who: &str, q: &str) -> usize {
    let reply = get(house, who, &format!("{MATTERS}?q={}", escaped(q))).await;
    assert_eq!(reply.status, 200, "{q}: {}", reply.text);
    let counts = get(house, who, &format!("/api/v1/counts?by=state&q={}", escaped(q))).await.json();
    let listed = reply.json()["items"].as_array().unwrap().len();
    let counted: u64 =
        counts.as_array().unwrap().iter().map(|c| c["count"].as_u64().unwrap()).sum();
    assert_eq!(counted, listed as u64, "{q} as {who}");
    listed
}

#[tokio::test]
async fn the_api_finds_within_what_somebody_sees_and_says_what_is_still_to_come() {
    let house = House::open().await;
    let matter = reported(&house, "南河路灯不亮", "灯杆在３号楼东侧").await;
    let before = get(&house, "command_centre", &format!("{MATTERS}?q={}", escaped("路灯"))).await;
    assert_eq!(before.json()["items"], json!([]));
    assert!(before.json()["unsearched"].as_i64().unwrap() > 0, "{}", before.text);
    follow(&house).await;
    let after = get(&house, "command_centre", &format!("{MATTERS}?q={}", escaped("路灯"))).await;
    assert!(after.json().get("unsearched").is_none(), "{}", after.text);
    let no = matter["no"].as_str().unwrap();
    let short = format!("{}-{}", &no[9..11], &no[12..]);
    for q in ["路灯", "南河 灯杆", "3号楼", "曹寨村", "灯", no, &short, &no[12..]] {
        assert_eq!(found(&house, "command_centre", q).await, 1, "{q}");
        assert_eq!(found(&house, "village_committee", q).await, 1, "{q}");
        assert_eq!(found(&house, "county_transport", q).await, 0, "{q}: it was not given to them");
        assert_eq!(found(&house, "system_admin", q).await, 0, "{q}");
    }
    assert_eq!(found(&house, "command_centre", "路灯 桥").await, 0);
}

#[tokio::test]
async fn whatever_is_asked_is_answered_or_refused_with_words() {
    let house = House::open().await;
    reported(&house, "南河路灯不亮", "100%_的灯").await;
    follow(&house).await;
    for (q, fits) in [
        ("路灯*", true),
        ("\"路灯", true),
        ("路灯' OR '1'='1", true),
        ("NEAR(路灯 不亮)", true),
        ("-路灯", true),
        ("路灯\0", true),
        ("{each 1}路灯", true),
        ("%", false),
        ("***", false),
        ("、。", false),
        ("\0", false),
        ("灯".repeat(1_000).as_str(), false),
    ] {
        let reply = get(&house, "command_centre", &format!("{MATTERS}?q={}", escaped(q))).await;
        let shown = page(&house, "command_centre", &format!("/matters?q={}", escaped(q))).await;
        assert_eq!(shown.status, 200, "{q}");
        if fits {
            assert_eq!(reply.status, 200, "{q}: {}", reply.text);
            assert!(!shown.text.contains("finder-f"), "{q}");
        } else {
            assert_eq!(reply.fields(), ["q"], "{q}");
            assert!(shown.text.contains("id=\"finder-f\""), "{q}: the page says what is wrong");
            assert!(!shown.text.contains("南河"), "{q}: nothing is listed as if it were found");
        }
    }
    // A lone surrogate is no UTF-8.
    for path in [
        "/matters?q=%ED%A0%80",
        "/api/v1/matters?q=%ED%A0%80",
        "/api/v1/counts?by=state&q=%ED%A0%80",
    ] {
        let reply = if path.starts_with("/api") {
            get(&house, "command_centre", path).await
        } else {
            page(&house, "command_centre", path).await
        };
        assert!((200..500).contains(&reply.status), "{path}: {}", reply.status);
    }
    let blank = get(&house, "command_centre", &format!("{MATTERS}?q=%20")).await;
    assert_eq!(blank.json()["items"].as_array().unwrap().len(), 1, "nothing asked is no filter");
}

#[tokio::test]
async fn the_page_marks_hits_and_shows_where_they_stand() {
    let house = House::open().await;
    reported(&house, "<b>南河</b>路灯不亮", "村口第三盏，<i>灯杆</i>歪向沟边。").await;
    follow(&house).await;
    let shown =
        page(&house, "command_centre", &format!("/matters?q={}", escaped("路灯 灯杆"))).await;
    assert!(shown.text.contains("<mark>路灯</mark>不亮"), "{}", shown.text);
    assert!(shown.text.contains("<mark>灯杆</mark>"), "{}", shown.text);
    let raw = ["<b>南河", "<i><mark>", "<i>灯杆"].map(|tag| shown.text.contains(tag));
    assert_eq!(raw, [false; 3], "texts stay texts: {}", shown.text);
    let english =
        page(&house, "command_centre", "/matters?q=%E8%B7%AF%E7%81%AF&state=reported").await;
    assert!(english.text.contains("<mark>路灯</mark>"), "{}", english.text);
    let kept = "<input type=\"hidden\" name=\"state\" value=\"reported\">";
    assert!(english.text.contains(kept), "the other filters go along with the search");
    let q = escaped("路灯");
    assert!(
        english.text.contains(&format!("q={q}&amp;state=reported"))
            || english.text.contains(&format!("q={q}&#38;state=reported")),
        "links keep the words: {}",
        english.text
    );
    let none = page(&house, "command_centre", &format!("/matters?q={}", escaped("麒麟\"<"))).await;
    assert!(none.text.contains("没有找到") && !none.text.contains("麒麟\"<"), "{}", none.text);
}
