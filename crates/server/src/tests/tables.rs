//! Tables of the organisation by the page: whose they are, every bad cell in plain words, and that what was shown is
//! what is recorded, once.

use axum::body::Body;
use axum::http::Request;
use tower::Service as _;

use super::imports::form;
use super::{House, Reply};

const HERE: &str = "/organisation/tables";
const PEOPLE: &str = "登录名,乡镇,单位,岗位,网格,任职方式\n";

struct Administrator<'h> {
    house: &'h House,
    cookie: String,
    csrf: String,
}

impl<'h> Administrator<'h> {
    async fn at(house: &'h House, who: &str) -> Self {
        let (cookie, csrf) = house.session(who).await;
        Self { house, cookie, csrf }
    }

    async fn get(&self, path: &str) -> Reply {
        self.house.ask("GET", path, &[("cookie", &self.cookie)], "").await
    }

    /// Uploads a table: status, and what the page says.
    async fn check(&self, fields: &[(&str, &str)], (name, text): (&str, &str)) -> (u16, String) {
        let body = form(&self.csrf, fields, (name, text.as_bytes()));
        let request = Request::builder()
            .method("POST")
            .uri(HERE)
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=x1")
            .body(Body::from(body))
            .unwrap();
        let response = self.house.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        (parts.status.as_u16(), String::from_utf8(text.to_vec()).unwrap())
    }

    /// Presses the button of a page that was shown.
    async fn record(&self, page: &str) -> Reply {
        let form = page.split("action=\"/organisation/tables/record\"").nth(1).expect(page);
        let form = form.split("</form>").next().unwrap();
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            let value = rest.split('"').next().unwrap();
            format!("{name}={}", crate::pages::encoded(value))
        });
        let body = hidden.collect::<Vec<_>>().join("&");
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let path = "/organisation/tables/record";
        self.house.ask("POST", path, &[("cookie", &self.cookie), kind], &body).await
    }

    async fn acts(&self) -> usize {
        let org = zongheng_core::ledger::Stream::from("org");
        self.house.app.store.acts(&self.house.app.code, &org, 0, 10_000).await.unwrap().len()
    }
}

#[tokio::test]
async fn each_administrator_has_their_own_tables_and_nobody_else_any() {
    let house = House::open().await;
    for (who, kinds) in
        [("system_admin", &["grids", "powers", "units"][..]), ("security_admin", &["people"])]
    {
        let admin = Administrator::at(&house, who).await;
        let page = admin.get(HERE).await;
        assert_eq!(page.status, 200, "{who}");
        for kind in ["grids", "people", "powers", "units"] {
            let offered = page.text.contains(&format!("value=\"{kind}\""));
            assert_eq!(offered, kinds.contains(&kind), "{who} {kind}");
        }
    }
    let clerk = Administrator::at(&house, "command_centre").await;
    assert_eq!(clerk.get(HERE).await.status, 403);
    let table = ("a.csv", PEOPLE);
    assert_eq!(clerk.check(&[("kind", "people")], table).await.0, 403);
    let admin = Administrator::at(&house, "system_admin").await;
    let (status, page) = admin.check(&[("kind", "people")], table).await;
    assert_eq!(status, 422, "another administrator's");
    assert!(page.contains("选表是哪一种"), "{page}");
}

#[tokio::test]
async fn a_table_of_people_is_mended_shown_and_recorded_once_with_links() {
    let house = House::open().await;
    let admin = Administrator::at(&house, "security_admin").await;
    let before = admin.acts().await;
    let of_people = [("kind", "people"), ("paper", "商组〔2026〕52号")];
    let bad =
        format!("{PEOPLE}transport-desk-2,,县交通运翰局,经办岗,,\n,,县交通运输局,经办岗,,兼任\n");
    let (status, page) = admin.check(&of_people, ("任职.csv", &bad)).await;
    assert_eq!(status, 422);
    for says in [
        "C2</strong> 没有叫“县交通运翰局”的单位，是不是 县交通运输局？",
        "A3</strong> 这里是空的。写 3 到 40 个小写字母",
        "F3</strong> 没有“兼任”这种任职方式。写 任职、授权代理 或 B岗。",
        "value=\"商组〔2026〕52号\"",
    ] {
        assert!(page.contains(says), "{says}\n{page}");
    }
    assert!(!page.contains("tables/record"), "there is nothing to press");

    let good = format!("{PEOPLE}transport-desk-2,,县交通运输局,经办岗,,\n");
    let (status, page) = admin.check(&of_people, ("任职.csv", &good)).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("县交通运输局经办岗：transport-desk-2（任职）"), "{page}");
    assert_eq!(admin.acts().await, before, "looking records nothing");
    let recorded = admin.record(&page).await;
    assert_eq!(recorded.status, 200, "{}", recorded.text);
    assert_eq!(recorded.text.matches("/link/").count(), 1, "{}", recorded.text);
    assert_eq!(admin.acts().await, before + 1);
    let again = admin.record(&page).await;
    assert_eq!((again.status, admin.acts().await), (303, before + 1), "{}", again.text);
    assert!(!again.text.contains("/link/"));
    let told = admin.get(again.headers["location"].to_str().unwrap()).await;
    assert!(told.text.contains("zongheng user reset"), "where another link comes from");
    let (status, page) = admin.check(&of_people, ("任职.csv", &good)).await;
    assert_eq!(status, 200);
    assert!(page.contains("和现在一样，没有要登记的"), "{page}");
    house.sound().await;
}

#[tokio::test]
async fn what_moved_since_it_was_shown_is_shown_again_and_not_recorded() {
    let house = House::open().await;
    let admin = Administrator::at(&house, "security_admin").await;
    let table = |login: &str| format!("{PEOPLE}{login},,县交通运输局,经办岗,,\n");
    let of_people = [("kind", "people")];
    let (_, first) = admin.check(&of_people, ("a.csv", &table("transport-desk-2"))).await;
    let (_, second) = admin.check(&of_people, ("b.csv", &table("transport-desk-3"))).await;
    assert_eq!(admin.record(&first).await.status, 200);
    let acts = admin.acts().await;
    let shown = admin.record(&second).await;
    assert_eq!((shown.status, admin.acts().await), (409, acts), "{}", shown.text);
    assert!(shown.text.contains("检查之后机构又有变动"), "{}", shown.text);
    assert_eq!(admin.record(&shown.text).await.status, 200);
    assert_eq!(admin.acts().await, acts + 1);
    let gone = admin.record(&second).await;
    assert_eq!(gone.status, 422, "{}", gone.text);
    assert!(gone.text.contains("这个文件已经不在了"), "{}", gone.text);
}

#[tokio::test]
async fn faults_of_grids_are_drawn_for_their_administrator_alone() {
    let house = House::open().await;
    let admin = Administrator::at(&house, "system_admin").await;
    let corners =
        [[115.40, 31.70], [115.41, 31.71], [115.41, 31.70], [115.40, 31.71], [115.40, 31.70]];
    let drawing = serde_json::json!({"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"code": "411524102202009", "name": "第九网格", "division": "411524102202"},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }]});
    let (status, page) =
        admin.check(&[("kind", "grids")], ("网格.geojson", &drawing.to_string())).await;
    assert_eq!(status, 422, "{page}");
    assert!(page.contains("第 1 个要素的边界"), "{page}");
    let picture = page.split("src=\"/organisation/tables/").nth(1).expect(&page);
    let picture = format!("{HERE}/{}", picture.split('"').next().unwrap());
    let svg = admin.get(&picture).await;
    assert_eq!(svg.status, 200);
    assert!(svg.text.starts_with("<svg"), "{}", svg.text);
    let clerk = Administrator::at(&house, "command_centre").await;
    assert_eq!(clerk.get(&picture).await.status, 403);
    let (status, page) = admin.check(&[("kind", "grids"), ("from", "明天")], ("a.csv", "x")).await;
    assert_eq!(status, 422);
    assert!(page.contains("写成 2026-11-28 这样的日期"), "{page}");
}
