//! A table comes over by the page: who may, what is wrong in it, what comes of it, and that it goes on after the
//! server was started anew.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use tower::Service as _;

use super::{House, Reply};
use crate::importing::work::{self, Stage, Work};

const HEAD: &str =
    "工单编号,类型,三级问题分类,标签,被反映街乡镇,工单性质,是否解决,是否满意,办结时间,村社区,点位";

fn order(number: &str, township: &str) -> String {
    format!(
        "{number},求助,城乡建设/市政/路灯,夜间,{township},主办,是,基本满意,2022-04-20,曹寨村,桥头"
    )
}

fn orders(n: usize) -> String {
    let rows = (0..n).map(|n| order(&format!("20220414{n:06}"), "鄢岗镇"));
    let rows: Vec<String> = rows.collect();
    format!("{HEAD}\r\n{}\r\n", rows.join("\r\n"))
}

/// A form as a browser sends it.
pub(super) fn form(csrf: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in [&[("csrf", csrf)], fields].concat() {
        let part =
            format!("--x1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let (name, bytes) = file;
    let head = format!(
        "--x1\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.into_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--x1--\r\n");
    body
}

/// A work once the server has nothing more to do for it.
async fn settled(house: &House, id: uuid::Uuid) -> Work {
    let settled = async {
        loop {
            let work = house.app.imports.work(id).unwrap();
            if !work.stage.runs() && house.app.imports.rows(work.id).is_none() {
                return work;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), settled).await.expect("it comes to its end")
}

struct Clerk<'h> {
    house: &'h House,
    cookie: String,
    csrf: String,
}

impl<'h> Clerk<'h> {
    async fn at(house: &'h House, who: &str) -> Self {
        let (cookie, csrf) = house.session(who).await;
        Self { house, cookie, csrf }
    }

    async fn get(&self, path: &str) -> Reply {
        self.house.ask("GET", path, &[("cookie", &self.cookie)], "").await
    }

    async fn press(&self, path: &str, more: &str) -> Reply {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let body = format!("csrf={}{more}", self.csrf);
        self.house.ask("POST", path, &[("cookie", &self.cookie), kind], &body).await
    }

    /// Uploads a file: status, and where it leads or what the page says.
    async fn upload(&self, fields: &[(&str, &str)], file: (&str, &[u8])) -> (u16, String) {
        self.send(form(&self.csrf, fields, file), None).await
    }

    async fn send(&self, body: Vec<u8>, length: Option<&str>) -> (u16, String) {
        let mut request = Request::builder()
            .method("POST")
            .uri("/imports")
            .header("cookie", &self.cookie)
            .header("content-type", "multipart/form-data; boundary=x1");
        if let Some(length) = length {
            request = request.header("content-length", length);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.house.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let to = parts.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
        (parts.status.as_u16(), to.unwrap_or_else(|| String::from_utf8(text.to_vec()).unwrap()))
    }

    /// The work of an address, once the server has nothing more to do for it.
    async fn settled(&self, to: &str) -> Work {
        settled(self.house, to.strip_prefix("/imports/").unwrap().parse().unwrap()).await
    }
}

#[tokio::test]
async fn only_the_command_centre_imports() {
    let house = House::open().await;
    for who in ["supervision_office", "county_transport", "system_admin", "auditor"] {
        let clerk = Clerk::at(&house, who).await;
        assert_eq!(clerk.get("/imports").await.status, 403, "{who}");
        let (status, _) = clerk.upload(&[("kind", "hotline")], ("a.csv", HEAD.as_bytes())).await;
        assert_eq!(status, 403, "{who}");
        assert!(!clerk.get("/today").await.text.contains("href=\"/imports\""), "{who}");
    }
    let clerk = Clerk::at(&house, "command_centre").await;
    assert!(clerk.get("/today").await.text.contains("href=\"/imports\""));
    assert_eq!(clerk.get("/imports").await.status, 200);
    assert_eq!(clerk.get("/imports/018033c4000070008000000000000001").await.status, 404);
    assert_eq!(clerk.get("/imports/..%2f..").await.status, 404);
    let elsewhere = form("0", &[("kind", "hotline")], ("a.csv", orders(1).as_bytes()));
    assert_eq!(clerk.send(elsewhere, None).await.0, 403, "the form of another site");
    assert!(house.app.imports.works().is_empty());
}

#[tokio::test]
async fn every_bad_cell_is_shown_and_nothing_is_recorded() {
    let house = House::open().await;
    let clerk = Clerk::at(&house, "command_centre").await;
    let before = house.acts().await;
    let table = format!("{HEAD}\r\n{}\r\n", order("202204140001", "焉岗镇"));
    let (status, to) = clerk.upload(&[("kind", "hotline")], ("四月.csv", table.as_bytes())).await;
    assert_eq!(status, 303, "{to}");
    let work = clerk.settled(&to).await;
    let page = clerk.get(&to).await;
    assert!(page.text.contains("有 1 处要改"), "{}", page.text);
    assert!(page.text.contains("E2</strong> 没有叫“焉岗镇”的乡镇，是不是"), "{}", page.text);
    assert!(page.text.contains("鄢岗镇"), "{}", page.text);
    assert!(!page.text.contains(&format!("{to}/apply")), "there is nothing to import");
    assert!(!house.app.imports.file(&work).exists(), "the file is swept");
    assert_eq!(clerk.press(&format!("{to}/apply"), "").await.status, 303);
    assert_eq!(house.acts().await, before);
    assert_eq!(clerk.press(&format!("{to}/remove"), "").await.status, 303);
    assert_eq!(clerk.get(&to).await.status, 404);
}

#[tokio::test]
async fn a_table_is_checked_comes_over_and_is_held_against_the_register() {
    let house = House::open().await;
    let clerk = Clerk::at(&house, "command_centre").await;
    let before = house.acts().await;
    let table =
        format!("{}{}\r\n合计,,,,,,,,,,\r\n", orders(40), order("20220414000003", "鄢岗镇"));
    let (status, to) = clerk.upload(&[("kind", "hotline")], ("四月.csv", table.as_bytes())).await;
    assert_eq!(status, 303, "{to}");
    clerk.settled(&to).await;
    assert_eq!(house.acts().await, before, "it is only checked");
    let page = clerk.get(&to).await;
    assert!(page.text.contains("检查通过，40 件可以导入"), "{}", page.text);
    assert!(page.text.contains("第 42 行 编号在上面出现过"), "{}", page.text);
    assert!(page.text.contains("第 43 行 合计、小计"), "{}", page.text);
    assert_eq!(clerk.press(&format!("{to}/reconcile"), "").await.status, 303);
    let work = clerk.settled(&to).await;
    assert!(matches!(work.stage, Stage::Checked { .. }));
    assert_eq!(work.reconciled.unwrap().count(crate::importing::reconcile::What::TheirsOnly), 40);
    assert_eq!(clerk.press(&format!("{to}/apply"), "").await.status, 303);
    let work = clerk.settled(&to).await;
    let Stage::Done { counts, .. } = &work.stage else { panic!("{:?}", work.stage) };
    assert!(counts.add_up() && counts.new == 40 && counts.lines == 42, "{counts:?}");
    assert_eq!(house.acts().await, before + 40);
    assert_eq!(work.reconciled.as_ref().unwrap().all(), 0, "both are the same now");
    assert!(!house.app.imports.file(&work).exists(), "the file is swept");
    let page = clerk.get(&to).await;
    assert!(page.text.contains("已导入 40 件"), "{}", page.text);
    let csv = clerk.get(&format!("{to}/differences/csv")).await;
    assert_eq!(csv.text.lines().count(), 1, "the head alone: {}", csv.text);
    assert_eq!(clerk.get(&format!("{to}/differences/other")).await.status, 404);
    // Whose act it is: the clerk's, not the machine's.
    let list = clerk.get("/api/v1/matters?limit=1&order=newest").await.json();
    let no = list["items"][0]["no"].as_str().unwrap();
    let acts = clerk.get(&format!("/api/v1/matters/{no}/acts")).await.json();
    assert_eq!(acts["items"][0]["kind"], "imported");
    assert_ne!(acts["items"][0]["by"]["user"], "system");
    // The same table once more: all of it is here.
    let (_, to) = clerk.upload(&[("kind", "hotline")], ("四月.csv", table.as_bytes())).await;
    clerk.settled(&to).await;
    let page = clerk.get(&to).await;
    assert!(page.text.contains("检查通过，没有新的"), "{}", page.text);
    assert!(page.text.contains("第 2 行 原来就有"), "{}", page.text);
    house.sound().await;
}

#[tokio::test]
async fn what_a_server_left_half_way_the_next_one_ends() {
    let house = House::open().await;
    let clerk = Clerk::at(&house, "command_centre").await;
    let (_, to) = clerk.upload(&[("kind", "hotline")], ("a.csv", orders(90).as_bytes())).await;
    let work = clerk.settled(&to).await;
    let Stage::Checked { looked } = work.stage else { panic!("{:?}", work.stage) };
    // As it stands on the disk where a server was killed after some of it came over.
    let table = orders(30);
    let (_, first) = clerk.upload(&[("kind", "hotline")], ("b.csv", table.as_bytes())).await;
    clerk.settled(&first).await;
    clerk.press(&format!("{first}/apply"), "").await;
    clerk.settled(&first).await;
    let applying = Stage::Applying { looked };
    house.app.imports.change(work.id, house.app.now(), |_| true, |w| w.stage = applying).unwrap();
    let next = House::serve(
        house.folder.clone(),
        house.app.store.clone(),
        house.app.code.clone(),
        crate::app::machine_clock(),
    );
    work::resume(&next.app).await;
    let ended = settled(&next, work.id).await;
    let Stage::Done { counts, .. } = &ended.stage else { panic!("{:?}", ended.stage) };
    assert!(counts.add_up() && counts.new == 90 && counts.there == 0, "{counts:?}");
    let page = Clerk::at(&next, "command_centre").await.get(&to).await;
    assert!(page.text.contains("已导入 90 件"), "{}", page.text);
    next.sound().await;
}

#[tokio::test]
async fn what_comes_over_is_the_act_of_whoever_lets_it_and_what_nobody_does_any_more_goes_on() {
    let house = House::open().await;
    let clerk = Clerk::at(&house, "command_centre").await;
    let (_, to) = clerk.upload(&[("kind", "hotline")], ("a.csv", orders(3).as_bytes())).await;
    let work = clerk.settled(&to).await;
    let Stage::Checked { looked } = &work.stage else { panic!("{:?}", work.stage) };
    let me: zongheng_core::ids::UserId =
        clerk.get("/api/v1/me").await.json()["user"].as_str().unwrap().parse().unwrap();
    assert_eq!(work.user, me);
    // As it stands where another, who has left since, had uploaded it, and where how far it came could not be written.
    let other = zongheng_core::ids::UserId(uuid::Uuid::from_u128(7));
    let applying = Stage::Applying { looked: looked.clone() };
    let change = |work: &mut Work| (work.user, work.stage) = (other, applying);
    house.app.imports.change(work.id, house.app.now(), |_| true, change).unwrap();
    let page = clerk.get(&to).await;
    assert!(page.text.contains("停下了，进度没能写进磁盘"), "{}", page.text);
    assert!(page.text.contains("接着做") && !page.text.contains("正在导入</h2>"), "{}", page.text);
    assert!(page.headers.get("refresh").is_none(), "there is nothing to wait for");
    assert_eq!(clerk.press(&format!("{to}/again"), "").await.status, 303);
    let work = clerk.settled(&to).await;
    assert!(matches!(work.stage, Stage::Done { counts, .. } if counts.new == 3), "{work:?}");
    let list = clerk.get("/api/v1/matters?limit=1&order=newest").await.json();
    let no = list["items"][0]["no"].as_str().unwrap();
    let acts = clerk.get(&format!("/api/v1/matters/{no}/acts")).await.json();
    assert_eq!(acts["items"][0]["by"]["user"], me.to_string());
}

#[tokio::test]
async fn any_table_comes_over_once_somebody_said_which_column_is_what() {
    let house = House::open().await;
    let clerk = Clerk::at(&house, "command_centre").await;
    let table =
        "来信登记表\r\n来信编号,说的事,来信时间,答复时间\r\nL-1,路灯不亮,2022-04-14,2022-04-20\r\n";
    let (status, to) = clerk.upload(&[("kind", "matters")], ("来信.csv", table.as_bytes())).await;
    assert_eq!(status, 303, "{to}");
    let page = clerk.get(&to).await;
    for name in ["来信编号", "说的事", "来信时间", "答复时间"] {
        assert!(page.text.contains(&format!("<option value=\"{name}\"")), "{name}: {}", page.text);
    }
    let lacks = clerk.press(&format!("{to}/map"), "&system=Letters&playbook=none").await;
    assert_eq!(lacks.status, 422);
    for fault in ["选一列。", "选这些事项办的是哪一类。", "用小写字母"] {
        assert!(lacks.text.contains(fault), "{fault}: {}", lacks.text);
    }
    let said = "&system=letters&playbook=resident_report&number=%E6%9D%A5%E4%BF%A1%E7%BC%96%E5%8F%B7\
        &title=%E8%AF%B4%E7%9A%84%E4%BA%8B&began=%E6%9D%A5%E4%BF%A1%E6%97%B6%E9%97%B4\
        &ended=%E7%AD%94%E5%A4%8D%E6%97%B6%E9%97%B4";
    assert_eq!(clerk.press(&format!("{to}/map"), said).await.status, 303);
    clerk.settled(&to).await;
    clerk.press(&format!("{to}/apply"), "").await;
    let work = clerk.settled(&to).await;
    assert!(matches!(work.stage, Stage::Done { counts, .. } if counts.new == 1), "{work:?}");
    let list = clerk.get("/api/v1/matters?limit=1&order=newest&state=signed_off").await.json();
    assert_eq!(list["items"][0]["title"], "路灯不亮");
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_and_a_large_one_is_not_read() {
    let house = House::open().await;
    let clerk = Clerk::at(&house, "command_centre").await;
    for (name, bytes, says) in [
        ("表.xlsx", &b"a,b\n"[..], "不是它名字所说的那种文件"),
        ("表.csv", b"%PDF-1.7", "不是表格"),
        ("表.csv", b"", "是空的"),
        ("表.csv", b"1,2\n3,4\n", "前 20 行里找不到列名 工单编号, 被反映街乡镇, 办结时间"),
        ("macro.xlsm", b"PK\x03\x04 cut off", "读不出来"),
    ] {
        let (status, to) = clerk.upload(&[("kind", "hotline")], (name, bytes)).await;
        assert_eq!(status, 303, "{name}: {to}");
        let work = clerk.settled(&to).await;
        assert!(matches!(work.stage, Stage::Refused { .. }), "{name}: {:?}", work.stage);
        let page = clerk.get(&to).await;
        let says = format!("{name} {says}");
        assert!(page.text.contains(&says), "{says}: {}", page.text);
        assert!(!house.app.imports.file(&work).exists(), "{name}");
        clerk.press(&format!("{to}/remove"), "").await;
    }
    let (status, page) = clerk.upload(&[("kind", "hotline")], ("", b"")).await;
    assert!(status == 422 && page.contains("选一个文件。"), "{page}");
    let (status, page) = clerk.upload(&[("year", "22")], ("a.csv", b"x")).await;
    assert!(
        status == 422 && page.contains("选表是哪一种。") && page.contains("例如 2022"),
        "{page}"
    );
    // Two gigabytes by its own word: nothing of it is read.
    let length = (2_u64 << 30).to_string();
    let (status, page) = clerk.send(Vec::new(), Some(&length)).await;
    assert!(status == 413 && page.contains("最大 1 GB"), "{page}");
    assert!(house.app.imports.works().is_empty());
    let left = std::fs::read_dir(house.folder.join("imports")).unwrap().count();
    assert_eq!(left, 0, "nothing is left of what was refused");
}
