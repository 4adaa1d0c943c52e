//! What a table says in a way that could be taken wrongly: it is asked about, or taken as it was meant.

use rust_xlsxwriter::{Format, Worksheet};
use serde_json::Value;

use crate::import::{counts, county, holds, refused, said, save, written};
use crate::program::Place;

const HEAD: &str =
    "序号,事项,牵头单位,责任单位,交办时间,办结时限,进展情况,完成情况,办理轮次,本轮开始时间\n";

fn tasks(place: &Place, name: &str, rows: &[&str]) -> String {
    save(place, name, format!("{HEAD}{}\n", rows.join("\n")).as_bytes())
}

/// The bodies of what came over, in its order.
fn came(place: &Place) -> Vec<Value> {
    let bodies = place.ask("select body from act where kind = 'imported' order by pos");
    bodies.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
}

#[test]
fn a_task_is_done_only_where_its_words_say_so() {
    let place = county("import-done");
    let open = [
        "1,路灯改造,城管局,,2022-04-14,2022-07-30,,计划2022年6月30日前完成,,",
        "2,垃圾清运,城管局,,2022-04-14,2022-07-30,,不能按2022年6月30日时限完成,,",
        "3,道路修补,城管局,,2022-04-14,2022-07-30,,完成60%，持续推进,,",
        "4,井盖更换,城管局,,2022-04-14,,,2022年5月1日申请延期，2022年8月1日完成,,",
    ];
    let doubtful =
        tasks(&place, "doubtful.csv", &["1,路灯,城管局,,2022-04-14,,,2022年6月30日前完成,,"]);
    let told = refused(&place, &["tasks", &doubtful]);
    assert!(told.contains("H2: \"2022年6月30日前完成\": it cannot be told"), "{told}");
    let much = ["完成3/5", "已完成5.5", "任务10.5完成9.5", "任务12/5 完成"];
    let rows = much.map(|words| format!("1,路灯,城管局,,2022-04-14,,,{words},,"));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let told = refused(&place, &["tasks", &tasks(&place, "much.csv", &rows), "--year", "2022"]);
    for (row, words) in (2..).zip(much) {
        assert!(told.contains(&format!("H{row}: \"{words}\": it cannot be told")), "{told}");
    }
    let early = ["1,路灯,城管局,,2022-04-14,,,2022年4月1日完成,,"];
    let told = refused(&place, &["tasks", &tasks(&place, "early.csv", &early)]);
    assert!(told.contains("H2: it lies before the matter began"), "{told}");
    let done = counts(&place, &["tasks", &tasks(&place, "open.csv", &open)]);
    assert_eq!((&done["imported"], &done["history"]), (&4.into(), &1.into()), "{done}");
    assert_eq!(came(&place)[3]["ended"]["at"], "2022-08-01T18:00:00+08:00");
    holds(&place);
}

#[test]
fn the_same_task_is_known_however_its_day_is_written() {
    let place = county("import-same-day");
    let rows = |day: &str| {
        tasks(&place, "same.csv", &[&format!("1,路灯改造,城管局,,{day},2022-07-30,,,2,2022-05-05")])
    };
    let first = counts(&place, &["tasks", &rows("4.14"), "--year", "2022"]);
    assert_eq!(first["imported"], 1, "{first}");
    for day in ["2022-04-14", "2022年4月14日", "44665"] {
        let again = counts(&place, &["tasks", &rows(day)]);
        assert_eq!((&again["new"], &again["there"]), (&0.into(), &1.into()), "{day}: {again}");
    }
    let body = &came(&place)[0];
    assert_eq!((&body["round"], &body["began"]), (&2.into(), &"2022-04-14T08:30:00+08:00".into()));
    assert_eq!(body["round_began"], "2022-05-05T08:30:00+08:00");
    let slip = tasks(&place, "slip.csv", &["2,井盖,城管局,,2022-04-14,2022-07-30,,,两次,"]);
    assert!(
        refused(&place, &["tasks", &slip]).contains("I2: \"两次\": write in which round it is")
    );
    holds(&place);
}

#[test]
fn rows_that_are_joined_are_one_task_with_the_units_of_all() {
    let place = county("import-joined");
    let fill = |sheet: &mut Worksheet| {
        let head = ["序号", "事项", "牵头单位", "责任单位", "交办时间", "办结时限", "进展情况"];
        for (column, name) in (0..).zip(head) {
            sheet.write(0, column, name).unwrap();
        }
        for (column, text) in [(0, "1"), (1, "背街小巷改造"), (2, "城管局"), (4, "2022-04-14")]
        {
            sheet.merge_range(1, column, 3, column, text, &Format::new()).unwrap();
        }
        sheet.write(1, 5, "2022-07-30").unwrap();
        for (row, unit, progress) in
            [(1, "住建局", "已放线"), (2, "鄢岗镇", "已拆除"), (3, "交通局", "")]
        {
            sheet.write(row, 3, unit).unwrap();
            sheet.write(row, 6, progress).unwrap();
        }
        for (column, text) in (0..).zip(["2", "路灯", "城管局", "", "2022-04-15", "2022-07-30"])
        {
            sheet.write(4, column, text).unwrap();
        }
    };
    let table = written(&place, "joined.xlsx", fill);
    // Whoever leaves out the first row leaves out the task, and its other rows go to no other.
    let without = counts(&place, &["tasks", &table, "--without", "2", "--dry-run"]);
    assert_eq!((&without["left"], &without["new"]), (&3.into(), &1.into()), "{without}");
    let done = counts(&place, &["tasks", &table]);
    for (what, n) in [("lines", 4), ("imported", 2), ("joined", 2), ("twice", 0)] {
        assert_eq!(done[what], n, "{what}: {done}");
    }
    assert_eq!(came(&place)[0]["assists"].as_array().unwrap().len(), 3);
    let progress = place.ask("select text from content where text like '已放线%'");
    assert_eq!(progress[0], "已放线\n已拆除");
    holds(&place);
}

#[test]
fn what_a_file_has_lost_is_not_made_up() {
    let place = county("import-lost");
    let head = "工单编号,被反映街乡镇,办结时间,村社区,点位\n";
    let open = format!(
        "{head}20220414000001,鄢岗镇,2022-04-20,曹寨村,\"桥头\n20220414000002,鄢岗镇,2022-04-20,曹寨村,桥尾\n"
    );
    let told = refused(&place, &["hotline", &save(&place, "open.csv", open.as_bytes())]);
    assert!(told.contains("row 2: a quotation mark is opened and not closed"), "{told}");
    let rounded = written(&place, "rounded.xlsx", |sheet| {
        for (column, name) in (0..).zip(head.trim().split(',')) {
            sheet.write(0, column, name).unwrap();
        }
        sheet.write(1, 0, 2.022_041_400_000_012e16).unwrap();
        for (column, text) in [(1, "鄢岗镇"), (2, "2022-04-20"), (3, "曹寨村")] {
            sheet.write(1, column, text).unwrap();
        }
    });
    let told = refused(&place, &["hotline", &rounded]);
    assert!(told.contains("A2: the spreadsheet has lost the last digits"), "{told}");
    let science = format!(
        "{head}2.02204E+13,鄢岗镇,2022-04-20,曹寨村,桥头\n２.02204e+13,鄢岗镇,2022-04-20,曹寨村,桥尾\n"
    );
    let told = refused(&place, &["hotline", &save(&place, "science.csv", science.as_bytes())]);
    for cell in ["A2", "A3"] {
        let lost = format!("{cell}: the spreadsheet has lost the last digits");
        assert!(told.contains(&lost), "{told}");
    }
    assert!(!told.contains("when it began"), "told once: {told}");
    assert!(came(&place).is_empty());
}

#[test]
fn a_number_is_the_same_in_whatever_dress() {
    let place = county("import-dress");
    let order = |number: &str| {
        let text = format!(
            "工单编号,被反映街乡镇,办结时间,村社区,点位\n{number},鄢岗镇,2022-04-20,曹寨村,桥头\n"
        );
        counts(&place, &["hotline", &save(&place, "order.csv", text.as_bytes())])
    };
    assert_eq!(order("20220414000500")["imported"], 1);
    for dress in [
        "２０２２０４１４０００５００",
        "20220414000500.0",
        "\"=\"\"20220414000500\"\"\"",
        "'20220414000500",
        "2022 0414 000500",
    ] {
        let again = order(dress);
        assert_eq!((&again["new"], &again["there"]), (&0.into(), &1.into()), "{dress}: {again}");
    }
    holds(&place);
}

#[test]
fn a_task_that_moved_in_its_ledger_is_the_same() {
    let place = county("import-moved");
    let one = "路灯改造,城管局,,2022-04-14,2022-07-30,,,,";
    let two = "垃圾清运,县城市管理局,,2022-04-14,2022-07-30,,,,";
    let first = tasks(&place, "first.csv", &[&format!("1,{one}"), &format!("2,{two}")]);
    assert_eq!(counts(&place, &["tasks", &first])["imported"], 2);
    let rows = [
        "1,井盖更换,城管局,,2022-04-15,2022-07-30,,,,".to_owned(),
        format!("2,{}", one.replace("城管局", "县城市管理局")),
        format!("3,{two}"),
        "4,路灯改造,住建局,,2022-04-14,2022-07-30,,,,".to_owned(),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let moved = tasks(&place, "moved.csv", &rows);
    let (_, told) = said(&place, &["import", "tasks", &moved, "--without", "2,99", "--dry-run"]);
    assert!(told.contains("there is no row 99 below the head"), "{told}");
    let (_, told) = said(&place, &["import", "tasks", &moved, "--dry-run"]);
    assert!(told.contains("原来就有 here already: 2\n　行号 rows: 3, 4\n"), "{told}");
    let again = counts(&place, &["tasks", &moved]);
    assert_eq!((&again["new"], &again["there"]), (&2.into(), &2.into()), "another lead: {again}");
    holds(&place);
}

#[test]
fn a_village_alone_says_where_and_a_limit_that_is_missing_names_its_column() {
    let place = county("import-village");
    let map = save(
        &place,
        "map.toml",
        "system = \"letters\"\nplaybook = \"hotline_order\"\nsource = \"hotline\"\ndivision = \"county\"\n\
         identity = [\"number\"]\n[columns]\nnumber = [\"号\"]\nbegan = [\"日\"]\ntitle = [\"题\"]\n\
         township = [\"镇\"]\nvillage = [\"村\"]\nended = [\"结\"]\n"
            .as_bytes(),
    );
    let table = |village: &str, ended: &str| {
        let text = format!("号,日,题,镇,村,结\n7,2022-04-14,路灯,,{village},{ended}\n");
        save(&place, "letters.csv", text.as_bytes())
    };
    let told = refused(&place, &["matters", &table("不存在的村", "2022-04-20"), "--map", &map]);
    assert!(told.contains("E2: no village is called"), "{told}");
    let done = counts(&place, &["matters", &table("曹寨村", "2022-04-20"), "--map", &map]);
    assert_eq!(done["imported"], 1, "{done}");
    assert_ne!(came(&place)[0]["place"]["division"], "411524000000");
    let hotline = "工单编号,三级问题分类,被反映街乡镇,办结时间,村社区\n20220414000009,道路桥梁,鄢岗镇,,曹寨村\n";
    let told = refused(&place, &["hotline", &save(&place, "open.csv", hotline.as_bytes())]);
    assert!(
        told.contains(
            "row 2: give the limit that the authority outside set; add a column 办理时限"
        ),
        "{told}"
    );
}

#[test]
fn an_order_of_the_township_is_led_by_it_and_the_table_is_not_written_over() {
    let place = county("import-led");
    let text = "工单编号,三级问题分类,被反映街乡镇,工单性质,办结时间,村社区\n\
        20220414000009,道路桥梁,鄢岗镇,主办,2022-04-20,曹寨村\n\
        20220414000010,道路桥梁,鄢岗镇,主办,2022-04-20,\n";
    let file = save(&place, "led.csv", text.as_bytes());
    let done = counts(&place, &["hotline", &file]);
    assert_eq!(done["imported"], 2, "{done}");
    let bodies = came(&place);
    assert!(bodies[0]["lead"].is_string(), "{bodies:?}");
    assert_eq!(bodies[0]["lead"], bodies[1]["lead"], "the township leads, not the village");
    let told = refused(&place, &["hotline", &file, "--reconcile", &file]);
    assert!(told.contains("is the table itself"), "{told}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
