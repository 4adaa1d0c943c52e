//! What people are told of their deadlines and what is proposed to the supervision office, at the doors: who reads
//! it, what is refused, and that a message no longer asks for what has been done.

use serde_json::{Value, json};
use zongheng_core::matter::morning_after;

use super::organisation::page;
use super::{House, VILLAGE};

const TITLE: &str = "桥护栏断了一截";
const CENTRE: &str = "command_centre";

/// A report that nobody files, and the same county eight to twenty days later, after its runner went by.
async fn left_lying(house: &House) -> (House, Value) {
    let report = json!({ "playbook": "resident_report", "category": "road_bridge", "title": TITLE,
                         "place": { "division": VILLAGE } });
    let reply = house.post(CENTRE, "/api/v1/matters", &report).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let county = house.app.county().await.unwrap();
    let morning = morning_after(house.app.now().plus_seconds(8 * 86_400), &county.calendar);
    house.app.store.pass(&house.app.code, morning).await.unwrap();
    (house.later(20), reply.json())
}

/// Where the first message leads.
fn first(list: &str) -> &str {
    let at = list.find("href=\"/messages/").unwrap_or_else(|| panic!("no message: {list}"));
    list[at + 6..].split('"').next().unwrap()
}

#[tokio::test]
async fn a_message_is_its_own_accounts_and_asks_only_for_what_is_still_to_do() {
    let house = House::open().await;
    let (later, matter) = left_lying(&house).await;
    let list = page(&later, CENTRE, "/messages").await.text;
    let path = first(&list);
    assert!(list.contains("tag--near\">新<") && list.contains("1 项"), "{list}");
    let shown = page(&later, CENTRE, path).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert!(shown.text.contains(TITLE) && shown.text.contains("催办"), "{}", shown.text);
    let again = page(&later, CENTRE, "/messages").await.text;
    assert!(again.contains("看过") && !again.contains("tag--near\">新<"), "{again}");

    assert_eq!(page(&later, "supervision_office", path).await.status, 404);
    assert!(!page(&later, "county_transport", "/messages").await.text.contains(path));
    for wrong in ["/messages?before=1".to_owned(), format!("{path}?after=1%202%203")] {
        assert_eq!(page(&later, CENTRE, &wrong).await.status, 400, "{wrong}");
    }

    let acts = format!("/api/v1/matters/{}/acts", matter["id"].as_str().unwrap());
    let filed = later.post(CENTRE, &acts, &json!({ "act": "file" })).await;
    assert_eq!(filed.status, 201, "{}", filed.text);
    let shown = page(&later, CENTRE, path).await.text;
    assert!(shown.contains("这条消息里的事都已办了") && !shown.contains(TITLE), "{shown}");
}

#[tokio::test]
async fn an_order_is_proposed_to_the_supervision_office_alone_with_what_calls_for_it() {
    let house = House::open().await;
    let (later, _) = left_lying(&house).await;
    let path = "/orders/proposed";
    let shown = page(&later, "supervision_office", path).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    for words in [TITLE, "受理", "督办"] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    for other in [CENTRE, "county_transport", "county_leader"] {
        let status = page(&later, other, path).await.status;
        assert_eq!(status, 404, "{other}");
    }
    for wrong in ["?after=1", "?after=2026-10-08%20x"] {
        let reply = page(&later, "supervision_office", &format!("{path}{wrong}")).await;
        assert_eq!(reply.status, 400, "{wrong}");
    }
}
