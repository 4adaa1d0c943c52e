//! The key ring is missing or another one: what needs it is refused with its cause before anything is
//! recorded, and all else goes on.

use serde_json::{Value, json};
use zongheng_store::RingPlace;

use super::{House, VILLAGE};

fn report() -> Value {
    json!({ "playbook": "resident_report", "category": "road_bridge", "title": "桥护栏断了一截",
            "place": { "division": VILLAGE } })
}

async fn shut_houses() -> [House; 2] {
    // Nobody's file, and the ring of another county.
    [House::with(RingPlace::None).await, House::with(RingPlace::Seeded([9; 32])).await]
}

#[tokio::test]
async fn a_report_whose_receipt_could_not_be_given_is_not_recorded() {
    for house in shut_houses().await {
        let before = house.acts().await;
        let reply = house.post("", "/api/v1/matters", &report()).await;
        assert_eq!(reply.problem(), (503, "vault".to_owned()));
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("the vault is shut: "), "{detail}");
        assert!(detail.contains("Nothing was recorded") && detail.contains("goes on"), "{detail}");
        assert_eq!(house.acts().await, before);
    }
}

#[tokio::test]
async fn a_contact_is_refused_with_the_cause_and_without_one_the_desk_works() {
    for house in shut_houses().await {
        let before = house.acts().await;
        let mut with_phone = report();
        with_phone["reporter"] = json!({ "phone": "13800000000" });
        let reply = house.post("command_centre", "/api/v1/matters", &with_phone).await;
        assert_eq!(reply.problem(), (503, "vault".to_owned()));
        assert_eq!(house.acts().await, before);
        let entered = house.post("command_centre", "/api/v1/matters", &report()).await;
        assert_eq!(entered.status, 201, "{}", entered.text);
        let path = format!("/api/v1/matters/{}/acts", entered.json()["id"].as_str().unwrap());
        let filed = house.post("command_centre", &path, &json!({ "act": "file" })).await;
        assert_eq!(filed.status, 201, "{}", filed.text);
    }
}

#[tokio::test]
async fn a_receipt_is_not_called_wrong_while_it_cannot_be_read() {
    for house in shut_houses().await {
        for _ in 0..12 {
            let reply =
                house.ask("GET", "/api/v1/receipts/26-1", &[("receipt-code", "X")], "").await;
            assert_eq!(reply.problem(), (503, "vault".to_owned()));
        }
        let followed = house.ask("POST", "/follow", &[], "no=26-1&code=X").await;
        assert_eq!(followed.status, 503, "{}", followed.text);
        assert!(followed.text.contains("密钥文件"), "{}", followed.text);
    }
}

#[tokio::test]
async fn the_page_of_reports_says_so_before_and_after_the_form_is_filled_in() {
    for house in shut_houses().await {
        let before = house.acts().await;
        let asked = house.get("/report").await;
        assert_eq!(asked.status, 503);
        assert!(asked.text.contains("什么都没有登记"), "{}", asked.text);
        let form = format!(
            "key={}&detail=rail+broken&category=road_bridge&division={VILLAGE}",
            uuid::Uuid::now_v7()
        );
        let sent = house.ask("POST", "/report", &[], &form).await;
        assert_eq!(sent.status, 503, "{}", sent.text);
        assert!(sent.text.contains("密钥文件"), "{}", sent.text);
        assert!(sent.text.contains("rail broken"), "what was typed stays");
        assert_eq!(house.acts().await, before);
    }
}

#[tokio::test]
async fn a_clerk_reads_at_the_form_why_the_number_cannot_be_kept() {
    for house in shut_houses().await {
        let (cookie, csrf) = house.session("command_centre").await;
        let form = format!(
            "csrf={csrf}&key={}&playbook=resident_report&source=phone&detail=rail&category=road_bridge\
             &division={VILLAGE}&reporter_phone=13800000000",
            uuid::Uuid::now_v7()
        );
        let sent = house.ask("POST", "/intake", &[("cookie", &cookie)], &form).await;
        assert_eq!(sent.status, 503, "{}", sent.text);
        assert!(sent.text.contains("密钥文件"), "{}", sent.text);
    }
}

#[tokio::test]
async fn an_edited_ring_shuts_the_vault_and_not_the_server() {
    let file = std::env::temp_dir().join(format!("zongheng-ring-{}", uuid::Uuid::now_v7()));
    std::fs::write(&file, "{\"version\":1,\"keys\":[{\"id\":\"1\",\"secr").unwrap();
    let house = House::with(RingPlace::File(file.clone())).await;
    let shut = house.app.store.vault().shut().unwrap();
    assert!(shut.contains(file.to_str().unwrap()) && shut.contains("not a key ring"), "{shut}");
    house.app.store.tick(&house.app.code, house.app.now()).await.unwrap();
    let ready = house.get("/readyz").await;
    assert_eq!(ready.status, 200);
    assert!(ready.text.contains("shut"), "{}", ready.text);
    let reply = house.post("", "/api/v1/matters", &report()).await;
    assert_eq!(reply.problem(), (503, "vault".to_owned()));
    std::fs::remove_file(file).unwrap();
}
