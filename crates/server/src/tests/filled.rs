//! What is wrong in a file of the organisation, in words; and what somebody reads who lost the last post by such
//! a file.

use super::House;
use super::changed::{in_days, roster};
use super::organisation::{page, send};

const PAGE: &str = "/organisation/changes";

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
        let shown = send(&house, "system_admin", PAGE, &fields).await;
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
    let keeper = page(&house, "system_admin", "/today").await.text;
    assert!(keeper.contains("安全管理员和审计员不办理事项") && !keeper.contains("您现在没有岗位"));
}
