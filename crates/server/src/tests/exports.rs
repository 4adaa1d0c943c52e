//! The register as a file, over the API and from its page: what the list holds, for whoever may see it.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::Service as _;

use super::{House, VILLAGE};

const EXPORT: &str = "/api/v1/matters/export";

struct File {
    status: u16,
    headers: HeaderMap,
    bytes: Bytes,
}

impl File {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    fn code(&self) -> String {
        let problem: Value = serde_json::from_slice(&self.bytes).unwrap();
        problem["code"].as_str().unwrap().to_owned()
    }

    /// The entity tag is the hash of what came.
    fn is_whole(&self) {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.bytes));
        let hash = format!("\"{}\"", hex::encode(Sha256::digest(&self.bytes)));
        assert_eq!(self.headers["etag"], hash);
    }
}

async fn file(house: &House, path: &str, header: (&str, &str)) -> File {
    let request = Request::builder().uri(path).header(header.0, header.1);
    let response = house.router.clone().call(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    File { status: parts.status.as_u16(), headers: parts.headers, bytes }
}

async fn by_token(house: &House, who: &str, query: &str) -> File {
    let bearer = format!("Bearer {}", house.token(who).await);
    file(house, &format!("{EXPORT}?{query}"), ("authorization", &bearer)).await
}

/// Two reports in the village, one with a contact and a point, one about something else; and one elsewhere.
async fn reported(house: &House) {
    let report = |title: &str, category: &str, place: Value| {
        json!({ "playbook": "resident_report", "category": category, "title": title,
                "place": place, "reporter": { "name": "某某", "phone": "13800000000" } })
    };
    for body in [
        report("=1+1 桥护栏断了", "road_bridge", json!({ "division": VILLAGE })),
        report("路灯不亮", "street_lamp", json!({ "lon": 115.406, "lat": 31.8 })),
        report("河道垃圾", "road_bridge", json!({ "division": "411524101201" })),
    ] {
        let made = house.post("command_centre", "/api/v1/matters", &body).await;
        assert_eq!(made.status, 201, "{}", made.text);
    }
}

#[tokio::test]
async fn a_file_holds_what_the_list_holds_for_whoever_asks() {
    let house = House::open().await;
    reported(&house).await;
    let mut rows_of = Vec::new();
    for who in ["command_centre", "township_hall", "grid_member", "county_housing", "system_admin"]
    {
        let bearer = format!("Bearer {}", house.token(who).await);
        for query in ["", "&category=road_bridge", "&order=newest", "&lamp=red"] {
            let list = format!("/api/v1/matters?limit=200{query}");
            let list = house.ask("GET", &list, &[("authorization", &bearer)], "").await.json();
            let made = by_token(&house, who, &format!("format=jsonl{query}")).await;
            made.is_whole();
            let rows: Vec<Value> =
                made.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(Value::from(rows.clone()), list["items"], "{who} {query}");
            rows_of.push((who, query, rows.len()));
        }
    }
    let of = |who: &str, query: &str| {
        rows_of.iter().find(|(w, q, _)| *w == who && *q == query).unwrap().2
    };
    assert_eq!((of("command_centre", ""), of("command_centre", "&category=road_bridge")), (3, 2));
    assert!(of("township_hall", "") < 3, "another township's is none of theirs");
    assert_eq!(of("system_admin", ""), 0, "who keeps the system reads no matters");
    assert!(std::fs::read_dir(house.folder.join("exports")).unwrap().next().is_none());
}

#[tokio::test]
async fn every_format_is_what_it_says_and_none_tells_who_reported() {
    let house = House::open().await;
    reported(&house).await;
    for query in [
        "format=xlsx",
        "format=xlsx&layout=hotline",
        "format=xlsx&layout=tasks",
        "format=csv",
        "format=csv&encoding=gb18030",
        "format=jsonl",
        "format=geojson",
    ] {
        let made = by_token(&house, "command_centre", query).await;
        made.is_whole();
        let name = made.headers["content-disposition"].to_str().unwrap();
        assert!(name.starts_with("attachment; filename="), "{name}");
        for secret in ["某某".as_bytes(), b"13800000000"] {
            assert!(!made.bytes.windows(secret.len()).any(|at| at == secret), "{query}");
        }
    }
    let csv = by_token(&house, "command_centre", "format=csv&order=oldest").await;
    assert!(csv.text().starts_with("\u{feff}序号,编号,事项,"), "{}", csv.text());
    assert!(csv.text().contains(",'=1+1 桥护栏断了,"), "{}", csv.text());
    let old = by_token(&house, "command_centre", "format=csv&encoding=gb18030&order=oldest").await;
    let (text, _, broken) = encoding_rs::GB18030.decode(&old.bytes);
    assert!(!broken && csv.text().strip_prefix('\u{feff}') == Some(&*text));
    let map = by_token(&house, "command_centre", "format=geojson").await;
    let map: Value = serde_json::from_slice(&map.bytes).unwrap();
    assert_eq!((&map["type"], &map["datum"]), (&"FeatureCollection".into(), &"WGS84".into()));
    let points = map["features"].as_array().unwrap();
    assert_eq!(points.len(), 1, "only what has a place on the map");
    assert_eq!(points[0]["geometry"]["coordinates"], json!([115.406, 31.8]));
    assert_eq!(points[0]["properties"]["title"], "路灯不亮");
}

#[tokio::test]
async fn the_page_gives_the_same_file_and_only_to_somebody_signed_in() {
    let house = House::open().await;
    reported(&house).await;
    let (cookie, _) = house.session("command_centre").await;
    let page = house.ask("GET", "/matters?category=road_bridge", &[("cookie", &cookie)], "").await;
    let link = "/matters/export?format=csv&#38;category=road_bridge";
    assert!(page.text.contains(link), "{}", page.text);
    let path = "/matters/export?format=csv&category=road_bridge";
    let made = file(&house, path, ("cookie", &cookie)).await;
    made.is_whole();
    assert_eq!(made.text().lines().count(), 3, "{}", made.text());
    let nobody = file(&house, path, ("accept", "*/*")).await;
    assert_eq!(nobody.status, 303);
    let nobody = file(&house, &format!("{EXPORT}?format=csv"), ("accept", "*/*")).await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn what_no_file_can_be_is_refused() {
    let house = House::open().await;
    for (query, field) in [
        ("", "format"),
        ("format=pdf", "format"),
        ("format=csv&layout=other", "layout"),
        ("format=csv&encoding=utf-7", "encoding"),
        ("format=csv&state=lost", "state"),
        ("format=csv&limit=5", "limit"),
        ("format=csv&after=1.2", "after"),
        ("format=csv&by=state", "by"),
    ] {
        let refused = by_token(&house, "command_centre", query).await;
        assert_eq!((refused.status, refused.code()), (422, "invalid".to_owned()), "{query}");
        let problem: Value = serde_json::from_slice(&refused.bytes).unwrap();
        assert!(problem["fields"][field].is_array(), "{query}: {problem}");
    }
    let bearer = format!("Bearer {}", house.token("command_centre").await);
    for path in ["/api/v1/matters?format=csv", "/api/v1/counts?by=state&layout=tasks"] {
        let refused = file(&house, path, ("authorization", &bearer)).await;
        assert_eq!((refused.status, refused.code()), (422, "invalid".to_owned()), "{path}");
    }
    let turns = house.app.exports.try_acquire_many(2).unwrap();
    let busy = by_token(&house, "command_centre", "format=csv").await;
    assert_eq!((busy.status, busy.code()), (503, "busy".to_owned()));
    drop(turns);
    by_token(&house, "command_centre", "format=csv").await.is_whole();
}
