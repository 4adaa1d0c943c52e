//! What the page of changes gives to begin with: a sample of each sort of file, the roster of a unit as it
//! stands; and what somebody reads who lost the last post by such a file.

use serde_json::json;

use super::changed::{in_days, roster};
use super::organisation::{page, send};
use super::{House, Reply, VILLAGE};

const PAGE: &str = "/organisation/changes";
const CHECK: &str = "/api/v1/organisation/changes/check";

async fn in_english(house: &House, who: &str, path: &str) -> Reply {
    let (cookie, _) = house.session(who).await;
    let headers = [("cookie", cookie.as_str()), ("accept-language", "en")];
    house.ask("GET", path, &headers, "").await
}

/// With every line in use that a sample has behind a `#`; remarks stand behind `# `.
fn all_of(sample: &str) -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    sample.lines().map(line).collect()
}

fn chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[tokio::test]
async fn each_sort_of_file_has_a_sample_that_the_reader_understands() {
    let house = House::open().await;
    for (kind, who) in [
        ("roster", "security_admin"),
        ("reorganisation", "system_admin"),
        ("appointments", "security_admin"),
        ("powers", "system_admin"),
        ("calendar", "system_admin"),
    ] {
        let shown = page(&house, who, PAGE).await.text;
        let path = format!("{PAGE}/template/{kind}");
        assert!(shown.contains(&format!("href=\"{path}\"")), "{kind} is offered");
        let (zh, en) = (page(&house, who, &path).await, in_english(&house, who, &path).await);
        assert!(zh.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
        assert!(chinese(&zh.text) && !chinese(&en.text), "{kind} is whole in both languages");
        let lists = |text: &str| -> Vec<String> {
            let all = all_of(text);
            all.lines().filter(|line| line.starts_with("[[")).map(str::to_owned).collect()
        };
        assert_eq!(lists(&zh.text), lists(&en.text), "{kind}");
        for text in [&zh.text, &en.text, &all_of(&zh.text), &all_of(&en.text)] {
            let reply = house.post(who, CHECK, &json!({ "kind": kind, "text": text })).await;
            assert_eq!(reply.problem(), (422, "faults".to_owned()), "nothing of it is real");
            for fault in reply.json()["faults"].as_array().unwrap() {
                let what = fault["what"].as_str().unwrap();
                let misread = [
                    "missing field",
                    "unknown field",
                    "unknown variant",
                    "invalid type",
                    "duplicate key",
                    "this cannot be read",
                    "this is no day",
                    "not known here",
                    "is missing",
                ];
                assert_eq!(misread.iter().find(|m| what.contains(**m)), None, "{kind}: {fault}");
            }
        }
    }
    for (who, path) in [
        ("command_centre", "/template/roster"),
        ("auditor", "/roster/411524102202"),
        ("county_leader", "/roster?unit=411524102202"),
    ] {
        assert_eq!(page(&house, who, &format!("{PAGE}{path}")).await.status, 403, "{who} {path}");
    }
    for path in ["/template/coup", "/roster/411524999999", "/roster/nowhere"] {
        let reply = page(&house, "system_admin", &format!("{PAGE}{path}")).await;
        assert_eq!(reply.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_roster_of_a_unit_is_exported_to_be_mended_and_changes_nothing_as_it_is() {
    let house = House::open().await;
    let chosen = page(&house, "security_admin", &format!("{PAGE}/roster?unit={VILLAGE}")).await;
    let path = chosen.headers["location"].to_str().unwrap().to_owned();
    assert_eq!((chosen.status, path.as_str()), (303, "/organisation/changes/roster/411524102202"));
    let file = page(&house, "security_admin", &path).await.text;
    assert!(file.contains("# 曹寨村网格长\n") && file.contains("user = \"grid_chief\""), "{file}");
    assert!(!chinese(&in_english(&house, "security_admin", &path).await.text), "English is whole");
    let missing =
        send(&house, "security_admin", PAGE, &[("kind", "roster"), ("text", &*file)]).await;
    assert!(missing.text.contains("缺 paper。"), "the number is the reader's to write");

    let file = file.replace("paper = \"\"", "paper = \"鄢党〔2026〕3号\"");
    let body = json!({ "kind": "roster", "text": file });
    let same = house.post("security_admin", CHECK, &body).await;
    assert_eq!(same.json()["changes_nothing"], true, "{}", same.text);
    let mended = file.replace("\"grid_chief\"", "\"county_housing\"");
    let body = json!({ "kind": "roster", "text": mended });
    let told = house.post("security_admin", CHECK, &body).await;
    assert!(told.text.contains("曹寨村网格长：county_housing就任"), "{}", told.text);

    // A department is called by no division.
    let county = house.app.county().await.unwrap();
    let department = county.organisation.units.values().find(|u| u.name == "县住建局").unwrap();
    let path = format!("{PAGE}/roster/{}", department.id);
    let file = page(&house, "security_admin", &path).await.text.replace("\"\"", "\"1号\"");
    let same =
        house.post("security_admin", CHECK, &json!({ "kind": "roster", "text": file })).await;
    assert_eq!(same.json()["changes_nothing"], true, "{}", same.text);
}

#[tokio::test]
async fn what_is_wrong_in_a_file_is_told_in_plain_chinese() {
    let house = House::open().await;
    let appoint = |holding: &str, from: &str| {
        format!(
            "paper = \"1号\"\n[[appoint]]\npost = \"411524102202001/chief\"\nuser = \"grid_chief\"\n\
             holding = {holding}\nfrom = {from}\n"
        )
    };
    let none = format!("on = \"{}\"\npaper = \"1号\"\n", in_days(2));
    for (kind, text, told) in [
        (
            "appointments",
            appoint("\"holder\"", "\"2026-13-27\""),
            vec!["第 6 行", "没有这个日期。", "日期写成 &#34;2026-07-01&#34; 这样。"],
        ),
        (
            "appointments",
            appoint("\"boss\"", "\"2026-07-01\""),
            vec!["没有“boss”这一种，写成列出的一种：holder、deputy、second。"],
        ),
        ("appointments", appoint("holder", "\"2026-07-01\""), vec!["检查引号、等号和方括号。"]),
        ("roster", none, vec!["没有写是哪些单位的岗位。", "每个单位写一段 [[unit]]。"]),
    ] {
        let fields = [("kind", kind), ("text", text.as_str())];
        let shown = send(&house, "security_admin", PAGE, &fields).await;
        assert_eq!(shown.status, 422, "{text}");
        let faults = shown.text.split("id=\"faults-h\"").nth(1).unwrap();
        let faults = faults.split("</section>").next().unwrap().replace("&quot;", "&#34;");
        for told in told {
            assert!(faults.contains(told), "{told}: {faults}");
        }
        for leak in ["expected", "parse", "variant", " or "] {
            assert!(!faults.contains(leak), "{leak}: {faults}");
        }
    }
}

#[tokio::test]
async fn who_lost_the_last_post_is_told_so_and_whom_to_ask() {
    let house = House::open().await;
    roster(&house, 1, &[]).await;
    let house = house.later(2);
    for path in ["/today", "/matters"] {
        let shown = page(&house, "grid_chief", path).await.text;
        assert!(shown.contains("您现在没有岗位") && shown.contains("找本单位负责人"), "{shown}");
        assert!(!shown.contains("安全管理员和审计员不办理事项"), "{shown}");
    }
    let keeper = page(&house, "security_admin", "/today").await.text;
    assert!(keeper.contains("安全管理员和审计员不办理事项") && !keeper.contains("您现在没有岗位"));
}
