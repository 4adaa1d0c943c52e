//! The register out into files by the command, and in again.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::import::{counts, county, furnished, holds, said, save};
use crate::program::Place;

const HEAD: &str = "工单编号,类型,三级问题分类,标签,被反映街乡镇,工单性质,是否解决,是否满意,办结时间,村社区,点位,受理时间,办结时限,标题";

/// Orders as the city hands them out: two closed, one open with its limit, one with a text that is no formula.
const ORDERS: [&str; 4] = [
    "202204140001,求助,城乡建设/市政/路灯,夜间,鄢岗镇,主办,是,基本满意,2022-04-20 10:05,曹寨村,桥头,2022-04-14 08:31:20,,路灯不亮",
    "202204140002,投诉,城乡建设/市政/路灯,,观庙镇,转办,否,不满意,2022-05-01,,广场,2022-04-15,,路灯一直亮着",
    "202204140003,求助,城乡建设/市政/路灯,,鄢岗镇,主办,,,,曹寨村,=SUM(A1),2025-12-30 09:00,2026-12-30 18:00,路灯线掉下来",
    "202204140004,求助,城乡建设/市政/路灯,,鄢岗镇,主办,,,2022-04-20,曹寨村,\"桥头,\n河边\",2022-04-14,,\"+桥头 \"\"坏\"\"\"",
];

fn orders(place: &Place) -> String {
    save(place, "orders.csv", format!("{HEAD}\r\n{}\r\n", ORDERS.join("\r\n")).as_bytes())
}

/// Exports, and holds what is said of the file against the file.
fn exported(place: &Place, name: &str, args: &[&str]) -> (String, u64) {
    let path = place.folder.join(name).to_str().unwrap().to_owned();
    let made = place.run(&[&["export", "matters", "--json", "--out", &path], args].concat());
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let told: Value = serde_json::from_slice(&made.stdout).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(told["sha256"], hex::encode(Sha256::digest(&bytes)), "{told}");
    assert_eq!(told["bytes"], bytes.len(), "{told}");
    assert!(!place.folder.join(format!("{name}.part")).exists());
    (path, told["rows"].as_u64().unwrap())
}

/// What came over, by its number there: all that tells one matter from another, its words among it.
fn came_over(place: &Place) -> BTreeMap<String, String> {
    let texts = place.ask("select id || ' ' || text from content");
    let texts: BTreeMap<&str, &str> = texts.iter().filter_map(|t| t.split_once(' ')).collect();
    let bodies = place.ask("select body from act where kind = 'imported' order by pos");
    let told = bodies.iter().filter_map(|body| {
        let body: Value = serde_json::from_str(body).unwrap();
        let text = |id: &Value| id.as_str().and_then(|id| texts.get(id)).copied().unwrap_or("-");
        let form = body["form"].as_array().unwrap().iter();
        let form: Vec<String> =
            form.map(|kept| format!("{}={}", kept[0], text(&kept[1]))).collect();
        let ended = &body["ended"];
        let place = &body["place"];
        Some((
            body["theirs"]["number"].as_str()?.to_owned(),
            format!(
                "{} {} {} {} {} {} {} {} {} {:?}",
                text(&body["title"]),
                body["began"],
                place["division"],
                text(&place["address"]),
                body["lead"],
                body["category"],
                ended["at"],
                [&ended["solved"], &ended["satisfied"]].map(ToString::to_string).join(" "),
                body["outside"]["due"],
                form,
            ),
        ))
    });
    told.collect()
}

#[test]
fn what_went_out_comes_in_again_the_same() {
    round_trip(&county("export"), &county("export-again"), &county("export-tasks"));
}

#[test]
fn what_went_out_comes_in_again_the_same_on_postgres() {
    let places = ["export-pg", "export-pg-again", "export-pg-tasks"];
    let Some(places) = places.map(Place::on_postgres).into_iter().collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let [one, other, third] = <[Place; 3]>::try_from(places).ok().unwrap().map(furnished);
    round_trip(&one, &other, &third);
}

fn round_trip(place: &Place, other: &Place, third: &Place) {
    let file = orders(place);
    let here = counts(place, &["hotline", &file]);
    assert_eq!(here["imported"], 4, "{here}");
    let only = ["--source", "hotline", "--order", "oldest"];
    let (csv, rows) = exported(
        place,
        "out.csv",
        &[&["--format", "csv", "--layout", "hotline"], &only[..]].concat(),
    );
    let (old, _) = exported(
        place,
        "old.csv",
        &[&["--format", "csv", "--layout", "hotline", "--encoding", "gb18030"], &only[..]].concat(),
    );
    let (xlsx, same) = exported(
        place,
        "out.xlsx",
        &[&["--format", "xlsx", "--layout", "hotline"], &only[..]].concat(),
    );
    assert_eq!(rows, same);
    assert!(rows >= 4, "{rows}");
    // In the county itself all of it is here already, whichever way it was written.
    for file in [&csv, &old, &xlsx] {
        let again = counts(place, &["hotline", file]);
        assert_eq!((&again["new"], &again["there"]), (&0.into(), &rows.into()), "{file}: {again}");
    }
    // In another it is the same again, and goes out the same once more. What the simulator entered there is the same
    // as here, and known by the city's numbers.
    let came = counts(other, &["hotline", &xlsx]);
    assert_eq!((&came["imported"], &came["there"]), (&4.into(), &(rows - 4).into()), "{came}");
    assert_eq!(came["notes"], 1, "{came}");
    let (ours, theirs) = (came_over(place), came_over(other));
    for number in ["202204140001", "202204140002", "202204140003", "202204140004"] {
        assert_eq!(ours[number], theirs[number], "{number}");
    }
    assert_eq!(counts(other, &["hotline", &csv])["new"], 0);
    tasks(place, third);
    many(third);
    reconciled(place, &file);
    holds(place);
    holds(other);
}

/// More than is read at once, all of it closed on the same day: nothing twice, nothing left out.
fn many(place: &Place) {
    let rows = (0..2_100).map(|n| {
        format!("20220414{n:06},求助,城乡建设/市政/路灯,,鄢岗镇,主办,,,2022-04-20,曹寨村,桥头,,,路灯 {n}")
    });
    let rows: Vec<String> = rows.collect();
    let file = save(place, "many.csv", format!("{HEAD}\n{}\n", rows.join("\n")).as_bytes());
    assert_eq!(counts(place, &["hotline", &file])["imported"], 2_100);
    for order in ["due", "newest", "oldest", "updated"] {
        let args = ["--format", "jsonl", "--q", "路灯", "--order", order];
        let (path, rows) = exported(place, "many.jsonl", &args);
        let text = fs::read_to_string(path).unwrap();
        let ids: std::collections::BTreeSet<String> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].to_string())
            .collect();
        assert!(rows >= 2_100 && ids.len() as u64 == rows, "{order}: {rows} {}", ids.len());
    }
}

/// The supervision ledger out and in.
fn tasks(place: &Place, third: &Place) {
    let ledger = "序号,事项,立项依据,牵头单位,责任单位,责任人岗位,交办时间,办结时限,进展情况,完成情况\n\
        1,背街小巷改造,县政府常务会议,城管局,住建局、鄢岗镇,局长,2025-12-30,2026-12-30,完成一半,正在推进\n\
        2,垃圾清运,督查,城管局,,,2022-04-14,2022-04-20,已清,2022年4月19日已完成\n";
    let file = save(place, "ledger.csv", ledger.as_bytes());
    let here = counts(place, &["tasks", &file]);
    assert_eq!(here["imported"], 2, "{here}");
    let (out, _) = exported(
        place,
        "tasks.xlsx",
        &["--format", "xlsx", "--layout", "tasks", "--q", "背街小巷改造"],
    );
    let (done, _) =
        exported(place, "done.csv", &["--format", "csv", "--layout", "tasks", "--q", "垃圾清运"]);
    for file in [&out, &done] {
        assert_eq!(counts(third, &["tasks", file])["imported"], 1);
    }
    // Orders of the hotline stand in it by our numbers, so that none becomes a task.
    let (all, rows) = exported(place, "all.csv", &["--format", "csv", "--layout", "tasks"]);
    let again = counts(place, &["tasks", &all, "--dry-run"]);
    assert_eq!((&again["new"], &again["there"]), (&0.into(), &rows.into()), "{again}");
    let bodies = |place: &Place| {
        let like = "select body from act where kind = 'imported' order by pos desc";
        let bodies = place.ask(like).into_iter();
        let bodies = bodies.map(|body| serde_json::from_str::<Value>(&body).unwrap());
        let tasks = bodies.filter(|body| body["theirs"]["system"] == "ledger");
        let told = tasks.map(|body| {
            let of = |name: &str| body[name].to_string();
            let due = &body["then"]["opened"][0]["due"];
            [
                of("began"),
                of("lead"),
                of("assists"),
                of("source"),
                due.to_string(),
                body["ended"]["at"].to_string(),
            ]
        });
        let mut told: Vec<_> = told.collect();
        told.sort();
        told
    };
    assert_eq!(bodies(place), bodies(third));
}

/// One limit another, one not theirs, one not ours.
fn reconciled(place: &Place, file: &str) {
    let text = fs::read_to_string(file).unwrap();
    let text = text.replace("2026-12-30 18:00", "2026-12-31 18:00");
    let text = text.replace("202204140002,投诉", "202204150099,投诉");
    let other = save(place, "theirs.csv", text.as_bytes());
    let out = place.folder.join("differences.csv");
    let args = ["import", "hotline", &other, "--json", "--reconcile", out.to_str().unwrap()];
    let (status, told) = said(place, &args);
    assert_eq!(status, Some(0), "{told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    for (what, n) in
        [("rows", 4), ("same", 2), ("theirs_only", 1), ("limit", 1), ("lead", 0), ("ended", 0)]
    {
        assert_eq!(told[what], n, "{what}: {told}");
    }
    assert!(told["ours_only"].as_u64().unwrap() >= 1, "{told}");
    let list = fs::read_to_string(&out).unwrap();
    let ours = list.lines().find(|line| line.starts_with("本系统有，表里没有,202204140002"));
    assert_eq!(ours.and_then(|line| line.split(',').nth(3)), Some(""), "no title of ours: {list}");
    for line in [
        "时限不一样,202204140003",
        ",2026-12-31 18:00,2026-12-30 18:00,4",
        "\"表里有，本系统没有\"",
        "本系统有，表里没有,202204140002",
    ] {
        assert!(list.contains(line.trim_matches('"')), "{line}: {list}");
    }
}

#[test]
fn each_format_holds_what_passes_the_filter() {
    let place = Place::new("export-formats", None);
    let args =
        ["simulate", "--seed", "7", "--from", "2026-01-05", "--days", "9", "--matters", "60"];
    assert_eq!(said(&place, &args).0, Some(0));
    let n = |condition: &str| -> u64 {
        let sql = format!(
            "select cast(count(*) as text) from matter where restricted = 0 and {condition}"
        );
        place.ask(&sql)[0].parse().unwrap()
    };
    for (filter, condition) in [
        (&[][..], "1 = 1"),
        (&["--state", "handling"], "state = 'handling'"),
        (&["--division", "411524102000"], "township = '411524102000'"),
        (&["--lamp", "red", "--order", "newest"], "lamp = 'red'"),
        (&["--order", "updated"], "1 = 1"),
    ] {
        for format in ["jsonl", "csv", "xlsx"] {
            let name = format!("out.{format}");
            let (_, rows) = exported(&place, &name, &[&["--format", format], filter].concat());
            assert_eq!(rows, n(condition), "{format} {filter:?}");
        }
    }
    let (path, rows) =
        exported(&place, "out.jsonl", &["--format", "jsonl", "--user", "system_admin"]);
    assert_eq!((rows, fs::read_to_string(path).unwrap().as_str()), (0, ""), "sees no matter");
    let (_, all) = exported(&place, "out.jsonl", &["--format", "jsonl"]);
    let (_, some) =
        exported(&place, "out.jsonl", &["--format", "jsonl", "--user", "county_transport"]);
    assert!(some < all, "a department sees its own: {some} of {all}");
    let (path, rows) = exported(&place, "out.geojson", &["--format", "geojson"]);
    let map: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(map["features"].as_array().unwrap().len() as u64, rows);
    for (args, says) in [
        (
            &["--format", "csv", "--state", "lost", "--lamp", "blue"][..],
            "--state: one of reported, filed",
        ),
        (&["--format", "csv", "--lead", "焉岗镇"], "did you mean"),
        (&["--format", "csv", "--user", "nobody"], "nobody"),
    ] {
        let out = place.folder.join("none.csv");
        let (status, told) =
            said(&place, &[&["export", "matters", "--out", out.to_str().unwrap()], args].concat());
        assert_eq!(status, Some(2), "{told}");
        assert!(told.contains(says), "{told}");
        assert!(!out.exists());
    }
    let nowhere = place.folder.join("no folder/out.csv");
    let (status, told) =
        said(&place, &["export", "matters", "--format", "csv", "--out", nowhere.to_str().unwrap()]);
    assert_eq!(status, Some(2), "{told}");
    assert!(told.contains("no folder"), "{told}");
}
