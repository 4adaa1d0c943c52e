//! What pages make of forms: every fault at once and where it is mended, what is promised, what is
//! offered.

use serde_json::{Value, json};

use super::{House, Reply, VILLAGE};

/// A form of the page for everybody.
async fn report(house: &House, fields: String) -> Reply {
    let key = uuid::Uuid::now_v7();
    house.ask("POST", "/report", &[], &format!("key={key}&{fields}")).await
}

/// The fault shown at a field of a page.
fn fault<'p>(page: &'p Reply, field: &str) -> Option<&'p str> {
    let (_, after) = page.text.split_once(&format!("id=\"{field}-f\">"))?;
    after.split('<').next()
}

#[tokio::test]
async fn all_that_is_wrong_with_a_report_is_told_at_once_where_it_is_mended() {
    let house = House::open().await;
    let before = house.acts().await;
    let page = report(&house, "detail=+&reporter_phone=abc".to_owned()).await;
    assert_eq!(page.status, 422);
    assert_eq!(fault(&page, "report-detail"), Some("不能空着。"));
    assert_eq!(fault(&page, "report-division"), Some("选一个地点，或填坐标。"));
    assert_eq!(fault(&page, "report-category"), Some("选一类；都不像，就选最近的。"));
    assert!(fault(&page, "report-reporter_phone").unwrap().contains("7 到 15 位"));
    assert!(!page.text.contains("class=\"errors\""), "each fault has its field");

    let marked = format!("detail=密级：机密&category=road_bridge&division={VILLAGE}");
    let marked = report(&house, marked).await;
    assert_eq!(marked.status, 422);
    assert_eq!(marked.text.matches("涉密和内部材料不能录入").count(), 1, "{}", marked.text);
    assert!(fault(&marked, "report-detail").unwrap().contains("密级"));

    let (cookie, csrf) = house.session("command_centre").await;
    let key = uuid::Uuid::now_v7();
    let form = format!("csrf={csrf}&key={key}&playbook=hotline_order&source=hotline&lon=115.4");
    let desk = house.ask("POST", "/intake", &[("cookie", &cookie)], &form).await;
    assert_eq!(desk.status, 422);
    for field in ["detail", "category", "lon", "outside_number"] {
        assert!(fault(&desk, &format!("intake-{field}")).is_some(), "{field}: {}", desk.text);
    }
    assert!(!desk.text.contains("class=\"errors\""), "{}", desk.text);
    assert_eq!(house.acts().await, before);
}

#[tokio::test]
async fn a_number_to_call_back_is_one() {
    let house = House::open().await;
    for (phone, taken) in [
        ("13800000000", true),
        ("+86 138-0000-0000", true),
        ("0376-7920000", true),
        ("abc", false),
        ("12345", false),
        ("1380000000000000", false),
        ("138+0000+0000", false),
    ] {
        let body = json!({ "playbook": "resident_report", "category": "road_bridge", "title": "桥栏杆断了",
            "place": { "division": VILLAGE }, "reporter": { "phone": phone } });
        let reply = house.post("", "/api/v1/matters", &body).await;
        assert_eq!(reply.status == 201, taken, "{phone}: {}", reply.text);
        if !taken {
            assert_eq!(reply.fields(), ["reporter.phone"]);
        }
    }
}

#[tokio::test]
async fn a_report_is_promised_what_its_own_clock_says_and_a_call_only_to_a_number() {
    let house = House::open().await;
    let promised = |page: &Reply| {
        let (_, list) = page.text.split_once("<ol class=\"promise\">").unwrap();
        list.split("</ol>").next().unwrap().replace('\u{a0}', " ")
    };
    for (kind, told) in [
        ("resident_report", "按这一类的时限"),
        ("dispute", "一般 30 天内"),
        ("enterprise_need", "一般 7 天内</b><span>给出办理意见"),
    ] {
        let page = house.get(&format!("/report?kind={kind}")).await;
        let list = promised(&page);
        assert!(list.contains(told) && list.contains("留了电话的"), "{kind}: {list}");
    }
    let sent =
        |more: &'static str| report(&house, format!("detail=灯不亮&division={VILLAGE}&{more}"));
    let silent = promised(&sent("playbook=dispute").await);
    assert!(silent.contains("一般 30 天内") && !silent.contains("有人联系您"), "{silent}");
    assert!(silent.contains("您凭查询码填写"), "nobody asks who left no number: {silent}");
    let with_number = "playbook=resident_report&category=road_bridge&reporter_phone=13800000000";
    let called = promised(&sent(with_number).await);
    assert!(called.contains("有人联系您") && called.contains("个工作日内"), "{called}");
}

#[tokio::test]
async fn who_decides_is_told_today_in_whichever_state_it_was_asked() {
    let house = House::open().await;
    let act = async |who: &str, matter: &str, body: Value| {
        let reply = house.post(who, &format!("/api/v1/matters/{matter}/acts"), &body).await;
        assert_eq!(reply.status, 201, "{who} {body}: {}", reply.text);
        reply.json()["matter"].clone()
    };
    let body = json!({ "playbook": "resident_report", "category": "road_bridge", "title": "桥栏杆断了",
        "place": { "division": VILLAGE } });
    let made = house.post("command_centre", "/api/v1/matters", &body).await.json();
    let matter = made["id"].as_str().unwrap();
    let bearer = format!("Bearer {}", house.token("county_transport").await);
    let me = house.ask("GET", "/api/v1/me", &[("authorization", &bearer)], "").await.json();
    act("command_centre", matter, json!({ "act": "file" })).await;
    act("command_centre", matter, json!({ "act": "dispatch", "lead": me["unit"] })).await;
    let waits = async || {
        let (cookie, _) = house.session("supervision_office").await;
        let page = house.ask("GET", "/today", &[("cookie", &cookie)], "").await.text;
        page.contains(&format!("/matters/{}", made["no"].as_str().unwrap()))
            && page.contains("决定申请")
    };
    assert!(!waits().await);
    let asked = json!({ "act": "exclude", "reason": "暴雨断路" });
    let after = act("county_transport", matter, asked).await;
    assert_eq!(after["state"], "dispatched");
    assert!(waits().await);
}

#[tokio::test]
async fn what_a_grid_member_enters_stays_in_sight_of_the_grid() {
    let house = House::open().await;
    let (cookie, csrf) = house.session("grid_member").await;
    let key = uuid::Uuid::now_v7();
    let form = format!(
        "csrf={csrf}&key={key}&playbook=grid_finding&source=grid&detail=垃圾没有清&category=rubbish\
         &division={VILLAGE}"
    );
    let sent = house.ask("POST", "/intake", &[("cookie", &cookie)], &form).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let to = sent.headers["location"].to_str().unwrap();
    let no = to.strip_prefix("/intake?entered=").unwrap();
    let seen = house.ask("GET", &format!("/matters/{no}"), &[("cookie", &cookie)], "").await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    let desk = house.ask("GET", to, &[("cookie", &cookie)], "").await;
    assert!(desk.text.contains("今天登记 1 件"), "{}", desk.text);
}

#[tokio::test]
async fn a_matter_tells_of_discretion_and_of_how_much_a_rule_weighs() {
    let house = House::open().await;
    let body = json!({ "playbook": "resident_report", "category": "road_bridge", "title": "桥栏杆断了",
        "place": { "division": VILLAGE } });
    let made = house.post("command_centre", "/api/v1/matters", &body).await.json();
    let acts = format!("/api/v1/matters/{}/acts", made["id"].as_str().unwrap());
    let bearer = format!("Bearer {}", house.token("county_housing").await);
    let me = house.ask("GET", "/api/v1/me", &[("authorization", &bearer)], "").await.json();
    let given = json!({ "act": "dispatch", "lead": me["unit"], "reason": "顺路" });
    for (who, act) in [
        ("command_centre", json!({ "act": "file" })),
        ("command_centre", given),
        ("county_housing", json!({ "act": "sign_for" })),
        ("county_housing", json!({ "act": "answer", "kind": "solved", "text": "换好了" })),
    ] {
        let reply = house.post(who, &acts, &act).await;
        assert_eq!(reply.status, 201, "{act}: {}", reply.text);
    }
    let page = format!("/matters/{}", made["no"].as_str().unwrap());
    let (cookie, _) = house.session("county_housing").await;
    let shown = house.ask("GET", &page, &[("cookie", &cookie)], "").await.text;
    assert_eq!(shown.matches("酌情决定").count(), 1, "only the unit was a choice: {shown}");
    assert!(shown.contains("没有例外"), "{shown}");
    let english = [("cookie", cookie.as_str()), ("accept-language", "en")];
    let shown = house.ask("GET", &page, &english, "").await.text;
    let duty = shown.split("id=\"duty-h\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(duty.contains("in Shangcheng County") && !duty.contains("商城县"), "{duty}");
    assert!(shown.contains("by discretion") && shown.contains("no exception"), "{shown}");
}

#[tokio::test]
async fn more_time_is_not_offered_where_every_date_is_past() {
    let house = House::open().await;
    let body = json!({ "playbook": "resident_report", "category": "road_bridge", "title": "桥栏杆断了",
        "place": { "division": VILLAGE } });
    let made = house.post("command_centre", "/api/v1/matters", &body).await.json();
    let acts = format!("/api/v1/matters/{}/acts", made["id"].as_str().unwrap());
    let bearer = format!("Bearer {}", house.token("county_transport").await);
    let me = house.ask("GET", "/api/v1/me", &[("authorization", &bearer)], "").await.json();
    for (who, act) in [
        ("command_centre", json!({ "act": "file" })),
        ("command_centre", json!({ "act": "dispatch", "lead": me["unit"] })),
        ("county_transport", json!({ "act": "sign_for" })),
    ] {
        let reply = house.post(who, &acts, &act).await;
        assert_eq!(reply.status, 201, "{act}: {}", reply.text);
    }
    let page = format!("/matters/{}", made["no"].as_str().unwrap());
    for (house, offered) in [(&house, true), (&house.later(60), false)] {
        let (cookie, _) = house.session("county_transport").await;
        let shown = house.ask("GET", &page, &[("cookie", &cookie)], "").await.text;
        assert!(shown.contains("申请延期"), "offered or refused, it is there: {shown}");
        assert_eq!(shown.contains("data-act=\"extend\""), offered, "{shown}");
    }
}
