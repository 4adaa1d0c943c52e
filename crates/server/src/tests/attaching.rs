//! Files by the API and by forms: sent in parts or at once, named by a report or an act, seen by whoever may see it.

use serde_json::{Value, json};

use super::{House, Reply, VILLAGE};

const UPLOADS: &str = "/api/v1/uploads";
const MATTERS: &str = "/api/v1/matters";

fn synthetic(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../files/tests/data");
    std::fs::read(std::path::Path::new(folder).join(name)).unwrap()
}

fn report() -> Value {
    json!({ "playbook": "resident_report", "category": "road_bridge", "title": "桥护栏断了一截",
            "place": { "division": VILLAGE } })
}

async fn begun(house: &House, who: &str, name: &str, size: usize) -> String {
    let reply = house.post(who, UPLOADS, &json!({ "name": name, "size": size })).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json()["id"].as_str().unwrap().to_owned()
}

async fn part(house: &House, who: &str, id: &str, at: usize, bytes: &[u8]) -> Reply {
    let bearer = format!("Bearer {}", house.token(who).await);
    let mut headers = vec![("content-type", "application/octet-stream")];
    if !who.is_empty() {
        headers.push(("authorization", &bearer));
    }
    house.ask_bytes("PUT", &format!("{UPLOADS}/{id}/{at}"), &headers, bytes.to_vec()).await
}

/// A file sent whole; its upload.
async fn sent(house: &House, who: &str, name: &str) -> String {
    let bytes = synthetic(name);
    let id = begun(house, who, name, bytes.len()).await;
    let reply = part(house, who, &id, 0, &bytes).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    id
}

async fn get(house: &House, who: &str, path: &str) -> Reply {
    let bearer = format!("Bearer {}", house.token(who).await);
    house.ask("GET", path, &[("authorization", &bearer)], "").await
}

/// The ids of the files that a matter's acts name.
async fn files_of(house: &House, who: &str, matter: &str) -> Vec<String> {
    let acts = get(house, who, &format!("{MATTERS}/{matter}/acts")).await.json();
    let contents = acts["items"].as_array().unwrap().iter().flat_map(|act| {
        act["contents"].as_array().unwrap().iter().filter(|c| c["class"] == "file").cloned()
    });
    contents.map(|c| c["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_was_cut_off_goes_on_where_the_server_says() {
    let house = House::open().await;
    let bytes = synthetic("s01_pothole_chicheng.jpg");
    let id = begun(&house, "grid_member", "桥.jpg", bytes.len()).await;
    let first = part(&house, "grid_member", &id, 0, &bytes[..40_000]).await.json();
    assert_eq!((first["received"].as_u64(), &first["file"]), (Some(40_000), &Value::Null));
    let ahead = part(&house, "grid_member", &id, 50_000, &bytes[50_000..]).await;
    assert_eq!(ahead.problem(), (409, "ahead".to_owned()));
    assert_eq!(ahead.json()["received"], 40_000);
    let other = part(&house, "grid_member", &id, 10, b"other bytes").await;
    assert_eq!(other.problem(), (409, "differs".to_owned()));
    let state = get(&house, "grid_member", &format!("{UPLOADS}/{id}")).await.json();
    assert_eq!(state["received"], 40_000);
    let last = part(&house, "grid_member", &id, 30_000, &bytes[30_000..]).await;
    let told = last.json();
    assert_eq!((last.status, told["received"].as_u64()), (200, Some(bytes.len() as u64)));
    assert_eq!(
        (&told["file"]["name"], &told["file"]["type"]),
        (&json!("桥.jpg"), &json!("image/jpeg"))
    );
    assert_eq!(told["taken"]["at"], "2026-03-09T08:12:31+08:00");
    assert!((told["taken"]["lon"].as_f64().unwrap() - 115.401).abs() < 1e-5);
    let again = part(&house, "grid_member", &id, 30_000, &bytes[30_000..]).await.json();
    assert_eq!(again["file"], told["file"]);
    assert_eq!(again["taken"], Value::Null, "told once and kept nowhere");
    for who in ["grid_chief", ""] {
        assert_eq!(part(&house, who, &id, 0, b"x").await.status, 404, "{who}: another's upload");
    }
    let twice = sent(&house, "grid_member", "s01_pothole_chicheng.jpg").await;
    let twice = get(&house, "grid_member", &format!("{UPLOADS}/{twice}")).await.json();
    assert_eq!(twice["file"]["sha256"], told["file"]["sha256"], "the same bytes are one file");
}

#[tokio::test]
async fn an_upload_that_was_cut_off_before_its_bytes_had_their_name_is_ended_by_its_last_part() {
    let house = House::open().await;
    let bytes = synthetic("s03_no_gps.jpg");
    let id = begun(&house, "command_centre", "C:\\坑.JPEG", bytes.len()).await;
    let path = format!("{UPLOADS}/{id}");
    // As it stands where the server ended after the row said what is kept: the bytes still lie among the parts.
    let (files, upload) = (crate::attaching::folder(&house.app).unwrap(), id.parse().unwrap());
    files.append(upload, 0, &bytes, bytes.len() as u64).unwrap();
    let attached = zongheng_store::Attached {
        name: "坑.jpg".to_owned(),
        media: "image/jpeg".to_owned(),
        size: 5,
        sha256: "a".repeat(64),
    };
    house.app.store.upload_is(&house.app.code, upload, &attached).await.unwrap();
    let state = get(&house, "command_centre", &path).await.json();
    assert_eq!(
        (state["received"].as_u64(), &state["file"]),
        (Some(bytes.len() as u64), &Value::Null),
        "nothing is kept of it"
    );
    let mut body = report();
    body["files"] = json!([id]);
    assert_eq!(house.post("command_centre", MATTERS, &body).await.fields(), ["files[0]"]);
    let last = part(&house, "command_centre", &id, 0, &bytes).await;
    assert_eq!(
        (last.status, &last.json()["file"]["name"]),
        (200, &json!("坑.jpg")),
        "{}",
        last.text
    );
    let state = get(&house, "command_centre", &path).await.json();
    assert_eq!(state["file"], last.json()["file"]);
    assert_eq!(house.post("command_centre", MATTERS, &body).await.status, 201);
    house.sound().await;
}

#[tokio::test]
async fn the_last_part_sent_twice_at_once_is_kept_once() {
    let house = House::open().await;
    let bytes = synthetic("s01_pothole_chicheng.jpg");
    let id = begun(&house, "grid_member", "桥.jpg", bytes.len()).await;
    let sent = || part(&house, "grid_member", &id, 0, &bytes);
    let (one, two, three) = tokio::join!(sent(), sent(), sent());
    for reply in [&one, &two, &three] {
        // One that comes while another is written waits for its turn (503); none is a fault of the server's own.
        assert!(matches!(reply.status, 200 | 503), "{}", reply.text);
    }
    let state = get(&house, "grid_member", &format!("{UPLOADS}/{id}")).await.json();
    assert_eq!(state["file"]["type"], "image/jpeg");
    house.sound().await;
}

#[tokio::test]
async fn what_is_not_taken_is_told_and_nothing_of_it_stays() {
    let house = House::open().await;
    for (name, bytes, word) in [
        ("a.jpg", &b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], "HEIC"),
        ("a.jpg", b"MZ\x90\0\x03", "programs"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "programs"),
        ("a.jpg", &synthetic("s08_no_exif.jpg")[..30_000], "missing"),
    ] {
        let id = begun(&house, "", name, bytes.len()).await;
        let reply = part(&house, "", &id, 0, bytes).await;
        assert_eq!(reply.fields(), ["file"], "{word}");
        assert!(reply.text.contains(word), "{}", reply.text);
        assert_eq!(part(&house, "", &id, 0, bytes).await.status, 404, "nothing of it stays");
    }
    for (size, word) in [(0, "empty"), (2_u64 << 30, "too large")] {
        let reply = house.post("", UPLOADS, &json!({ "name": "a", "size": size })).await;
        assert_eq!(reply.fields(), ["size"]);
        assert!(reply.text.contains(word), "{}", reply.text);
    }
    let bytes = vec![0; crate::attaching::PART + 1];
    let id = begun(&house, "", "a.jpg", bytes.len()).await;
    assert_eq!(part(&house, "", &id, 0, &bytes).await.problem(), (413, "too_large".to_owned()));
    let parts = house.folder.join("files/411524000000/parts");
    let left = std::fs::read_dir(parts).unwrap().count();
    assert_eq!(left, 0, "no part of what was refused stands on the disk");
}

#[tokio::test]
async fn a_file_is_seen_by_whoever_sees_its_matter_and_by_nobody_once_it_is_erased() {
    let house = House::open().await;
    let upload = sent(&house, "command_centre", "s02_orientation6.jpg").await;
    let mut body = report();
    body["files"] = json!([upload]);
    let matter = house.post("command_centre", MATTERS, &body).await;
    assert_eq!(matter.status, 201, "{}", matter.text);
    let matter = matter.json()["id"].as_str().unwrap().to_owned();
    let files = files_of(&house, "command_centre", &matter).await;
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let path = format!("/api/v1/files/{file}");
    let reply = get(&house, "command_centre", &path).await;
    assert_eq!(reply.status, 200);
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "private, no-cache"),
        ("content-disposition", "inline; filename*=UTF-8''s02_orientation6.jpg"),
    ] {
        assert_eq!(reply.headers[name], value, "{name}");
    }
    assert!(
        reply.bytes.starts_with(&[0xFF, 0xD8]) && !reply.bytes.windows(4).any(|w| w == b"Exif")
    );
    let small = get(&house, "command_centre", &format!("{path}/small")).await;
    assert!(small.status == 200 && small.bytes.len() < reply.bytes.len());
    let bearer = format!("Bearer {}", house.token("command_centre").await);
    let range = [("authorization", bearer.as_str()), ("range", "bytes=2-5")];
    let some = house.ask("GET", &path, &range, "").await;
    assert_eq!((some.status, &some.bytes[..]), (206, &reply.bytes[2..6]));
    let tag = reply.headers["etag"].to_str().unwrap().to_owned();
    let known = [("authorization", bearer.as_str()), ("if-none-match", tag.as_str())];
    assert_eq!(house.ask("GET", &path, &known, "").await.status, 304);

    // 城关 sees nothing of a village elsewhere; nor does whoever has no account.
    assert_eq!(get(&house, "auditor", &path).await.problem(), (404, "unknown".to_owned()));
    assert_eq!(house.get(&path).await.problem(), (401, "unauthenticated".to_owned()));
    let page = super::organisation::page(&house, "auditor", &format!("/files/{file}")).await;
    assert_eq!(page.status, 404);
    let page =
        super::organisation::page(&house, "command_centre", &format!("/matters/{matter}")).await;
    assert!(page.text.contains(&format!("src=\"/files/{file}/small\"")), "{}", page.text);
    assert!(!page.text.contains("&#34;sha256"), "no page shows what is kept of it");

    let id = file.parse().map(zongheng_core::ids::ContentId).unwrap();
    let now = house.app.now();
    house.app.store.erase(&house.app.code, id, now, ["auditor", "申请 1 号"]).await.unwrap();
    assert_eq!(get(&house, "command_centre", &path).await.status, 404);
    assert_eq!(
        house.ask("GET", &path, &known, "").await.status,
        404,
        "nor from the browser's store"
    );
    let page =
        super::organisation::page(&house, "command_centre", &format!("/matters/{matter}")).await;
    assert!(!page.text.contains("/small"), "its record stands, the picture does not");
    house.sound().await;
}

#[tokio::test]
async fn a_repeated_report_has_its_first_answer_and_another_s_upload_is_none() {
    let house = House::open().await;
    let upload = sent(&house, "command_centre", "s03_no_gps.jpg").await;
    let mut body = report();
    body["files"] = json!([upload]);
    let key = uuid::Uuid::now_v7().to_string();
    let bearer = format!("Bearer {}", house.token("command_centre").await);
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key.as_str()),
        ("authorization", bearer.as_str()),
    ];
    let first = house.ask("POST", MATTERS, &headers, &body.to_string()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    // A month later what was named is swept from the uploads, and the same command still has its answer.
    let later = house.later(31);
    later.app.store.sweep_files(&house.app.code, later.app.now()).await.unwrap();
    let again = house.ask("POST", MATTERS, &headers, &body.to_string()).await;
    assert_eq!((again.status, &again.json()["no"]), (201, &first.json()["no"]), "{}", again.text);
    assert_eq!(again.headers["idempotent-replay"], "true");
    assert_eq!(house.post("command_centre", MATTERS, &body).await.fields(), ["files[0]"]);

    let mine = sent(&house, "grid_member", "s03_no_gps.jpg").await;
    body["files"] = json!([mine, "x"]);
    let reply = house.post("command_centre", MATTERS, &body).await;
    assert_eq!(reply.fields(), ["files[0]", "files[1]"]);
    let reply = house.post("", MATTERS, &json!({ "files": [mine] })).await;
    let fields = reply.fields();
    assert!(
        fields.contains(&"files[0]".to_owned()) && fields.contains(&"title".to_owned()),
        "{fields:?}"
    );
}

#[tokio::test]
async fn acts_bring_files_where_the_rules_allow_it() {
    let house = House::open().await;
    let matter = house.post("command_centre", MATTERS, &report()).await.json();
    let id = matter["id"].as_str().unwrap();
    let acts = format!("{MATTERS}/{id}/acts");
    let upload = sent(&house, "command_centre", "s03_no_gps.jpg").await;
    let comment = json!({ "act": "comment", "text": "已看现场照片", "files": [upload] });
    let reply = house.post("command_centre", &acts, &comment).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let file = &reply.json()["acts"][0]["contents"][1];
    assert_eq!((&file["class"], &file["file"]["name"]), (&json!("file"), &json!("s03_no_gps.jpg")));
    assert!(file["text"].is_null());
    let filed = json!({ "act": "file", "files": [upload] });
    assert_eq!(house.post("command_centre", &acts, &filed).await.fields(), ["files"]);
    let missing = json!({ "act": "comment", "files": [uuid::Uuid::now_v7()] });
    let fields = house.post("command_centre", &acts, &missing).await.fields();
    assert_eq!(fields, ["files[0]", "text"], "everything at once");
    house.sound().await;
}

/// A form as a browser sends it.
fn form(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in fields {
        let head =
            format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        out.extend(head.into_bytes());
    }
    for (name, bytes) in files {
        let head = format!(
            "--x1\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        out.extend(head.into_bytes());
        out.extend(*bytes);
        out.extend(b"\r\n");
    }
    out.extend(b"--x1--\r\n");
    out
}

const MULTIPART: (&str, &str) = ("content-type", "multipart/form-data; boundary=x1");

async fn report_form(house: &House, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Reply {
    house.ask_bytes("POST", "/report", &[MULTIPART], form(fields, files)).await
}

/// The values of hidden and ticked fields of a name.
fn values(page: &str, name: &str) -> Vec<String> {
    let begin = format!("name=\"{name}\" value=\"");
    let found = page.split(&begin).skip(1).filter_map(|rest| rest.split('"').next());
    found.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_form_keeps_its_files_offers_their_place_and_tells_what_is_not_taken() {
    let house = House::open().await;
    let key = uuid::Uuid::now_v7().to_string();
    let photo = synthetic("s01_pothole_chicheng.jpg");
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    let first = report_form(
        &house,
        &[("csrf", ""), ("key", &key), ("detail", "路上一个大坑"), ("category", "road_bridge")],
        &[("坑.jpg", &photo), ("IMG_2.HEIC", heic), ("", b"")],
    )
    .await;
    assert_eq!(first.status, 422, "{}", first.text);
    assert!(first.text.contains("IMG_2.HEIC：这是手机自己的 HEIC 格式"), "{}", first.text);
    assert!(first.text.contains("路上一个大坑") && first.text.contains("坑.jpg"));
    assert!(first.text.contains("src=\"data:image/jpeg;base64,"));
    let uploads = values(&first.text, "files");
    assert_eq!(uploads.len(), 1, "what was taken stands as a ticked box");
    assert!(first.text.contains("照片上记的地点和时间，要不要用"), "{}", first.text);
    let (points, times) = (values(&first.text, "use_point"), values(&first.text, "use_time"));
    assert_eq!(
        (points[0].as_str(), times[0].as_str()),
        ("1154010000,317996000", "2026-03-09T08:12:31+08:00")
    );
    let carried = values(&first.text, "offer_point");
    assert_eq!(carried, points, "it is offered again where the form comes back again");

    let no_files: &[(&str, &[u8])] = &[("", b"")];
    let mut fields = vec![
        ("csrf", ""),
        ("key", key.as_str()),
        ("detail", "路上一个大坑"),
        ("category", "road_bridge"),
        ("files", uploads[0].as_str()),
        ("use_point", points[0].as_str()),
        ("use_time", times[0].as_str()),
    ];
    let done = report_form(&house, &fields, no_files).await;
    assert_eq!(done.status, 201, "{}", done.text);
    let again = report_form(&house, &fields, no_files).await;
    assert_eq!(again.status, 201, "the same form twice is one report");
    let list = get(&house, "command_centre", MATTERS).await.json();
    let matters = list["items"].as_array().unwrap();
    assert_eq!(matters.len(), 1);
    assert_eq!(
        (&matters[0]["place"]["lon"], &matters[0]["place"]["lat"]),
        (&json!(115.401), &json!(31.7996))
    );
    let id = matters[0]["id"].as_str().unwrap();
    let acts = get(&house, "command_centre", &format!("{MATTERS}/{id}/acts")).await.json();
    assert_eq!(acts["items"][0]["happened"], "2026-03-09T08:12:31+08:00");
    let files = files_of(&house, "command_centre", id).await;
    assert_eq!(files.len(), 1);

    // Whoever holds the receipt sees what came with the own report, and nobody else's.
    let (no, code) = receipt(&done.text);
    let page = house.ask("POST", "/follow", &[], &format!("no={no}&code={code}")).await;
    assert!(page.text.contains("坑.jpg") && page.text.contains(&files[0]), "{}", page.text);
    let body = format!("no={no}&code={code}&content={}", files[0]);
    let picture = house.ask("POST", "/follow/files", &[], &body).await;
    assert_eq!(
        (picture.status, &picture.headers["content-type"]),
        (200, &"image/jpeg".parse().unwrap())
    );
    let wrong = body.replace(&code, "000000");
    assert_eq!(house.ask("POST", "/follow/files", &[], &wrong).await.status, 404);
    let path = format!("/api/v1/receipts/{no}/files/{}", files[0]);
    let shown = house.ask("GET", &path, &[("receipt-code", &code)], "").await;
    assert_eq!(shown.bytes, picture.bytes);
    let view =
        house.ask("GET", &format!("/api/v1/receipts/{no}"), &[("receipt-code", &code)], "").await;
    assert_eq!(view.json()["files"][0]["of"], "reported");

    // What nobody took is kept nowhere.
    let key = uuid::Uuid::now_v7().to_string();
    (fields[1].1, fields[4].1) = (&key, "");
    fields.truncate(4);
    fields.push(("division", VILLAGE));
    let offered = report_form(&house, &fields, &[("坑.jpg", &photo)]).await;
    assert_eq!(offered.status, 200, "asked before anything is recorded: {}", offered.text);
    let uploads = values(&offered.text, "files");
    fields.push(("files", &uploads[0]));
    assert_eq!(report_form(&house, &fields, no_files).await.status, 201);
    let list = get(&house, "command_centre", MATTERS).await.json();
    let other = list["items"].as_array().unwrap().iter().find(|m| m["id"] != *id).unwrap();
    assert!(other["place"]["lon"].is_null());
    house.sound().await;
}

/// Number and code of the page that shows them once.
fn receipt(page: &str) -> (String, String) {
    let after = |begin: &str| {
        let rest = page.split(begin).nth(1).unwrap_or_else(|| panic!("{page}"));
        rest.split('<').next().unwrap().trim().to_owned()
    };
    (after("<span class=\"num\">"), after("<strong class=\"mono code\">"))
}

#[tokio::test]
async fn a_place_outside_and_a_time_to_come_are_said_and_not_offered() {
    let house = House::open().await;
    for (name, said) in [
        ("s04_outside_county.jpg", "照片上的地点不在本县"),
        ("s05_future_time.jpg", "还没到，不用它"),
    ] {
        let key = uuid::Uuid::now_v7().to_string();
        let fields = [
            ("csrf", ""),
            ("key", &*key),
            ("detail", "坑"),
            ("category", "road_bridge"),
            ("division", VILLAGE),
        ];
        let page = report_form(&house, &fields, &[(name, &synthetic(name))]).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(said), "{name}: {}", page.text);
        let picks = if name.starts_with("s04") { "use_point" } else { "use_time" };
        assert!(values(&page.text, picks).is_empty(), "{name}");
    }
    let key = uuid::Uuid::now_v7().to_string();
    let fields = [
        ("csrf", ""),
        ("key", &*key),
        ("detail", "坑"),
        ("category", "road_bridge"),
        ("division", VILLAGE),
    ];
    let silent = report_form(&house, &fields, &[("a.jpg", &synthetic("s08_no_exif.jpg"))]).await;
    assert_eq!(silent.status, 201, "what says nothing is not asked about: {}", silent.text);
}

#[tokio::test]
async fn a_form_of_another_site_keeps_nothing() {
    let house = House::open().await;
    let (cookie, csrf) = house.session("command_centre").await;
    let matter = house.post("command_centre", MATTERS, &report()).await.json();
    let path = format!("/matters/{}/acts", matter["no"].as_str().unwrap());
    let photo = synthetic("s03_no_gps.jpg");
    let key = uuid::Uuid::now_v7().to_string();
    let headers = [("cookie", cookie.as_str()), MULTIPART];
    for wrong in ["", "0"] {
        let fields = [("csrf", wrong), ("key", &*key), ("act", "comment"), ("text", "看过")];
        let reply =
            house.ask_bytes("POST", &path, &headers, form(&fields, &[("a.jpg", &photo)])).await;
        assert_eq!(reply.status, 403);
    }
    assert!(!house.folder.join("files").exists(), "nothing was written");
    let fields = [("csrf", &*csrf), ("key", &*key), ("seq", "1"), ("act", "comment"), ("text", "")];
    let reply = house.ask_bytes("POST", &path, &headers, form(&fields, &[("a.jpg", &photo)])).await;
    assert_eq!(reply.status, 422);
    let kept = values(&reply.text, "files");
    assert_eq!(kept.len(), 1, "the picture is kept where the text is missing: {}", reply.text);
    let fields = [
        ("csrf", &*csrf),
        ("key", &*key),
        ("seq", "1"),
        ("act", "comment"),
        ("text", "看过"),
        ("files", &*kept[0]),
    ];
    let reply = house.ask_bytes("POST", &path, &headers, form(&fields, &[])).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert_eq!(files_of(&house, "command_centre", matter["id"].as_str().unwrap()).await.len(), 1);
}

#[tokio::test]
async fn too_many_files_of_a_form_are_told_and_the_others_are_kept() {
    let house = House::open().await;
    let (key, photo) = (uuid::Uuid::now_v7().to_string(), synthetic("s08_no_exif.jpg"));
    let fields = [
        ("csrf", ""),
        ("key", &*key),
        ("detail", "坑"),
        ("category", "road_bridge"),
        ("division", VILLAGE),
    ];
    let files: Vec<(&str, &[u8])> = vec![("a.jpg", photo.as_slice()); 10];
    let page = report_form(&house, &fields, &files).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("最多 9 个"), "{}", page.text);
    assert_eq!(values(&page.text, "files").len(), 1, "the same picture is one");
}
