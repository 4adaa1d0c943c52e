//! What a verification desk was told, and what is proposed to the supervision office.

use super::super::view::{
    Lamp, LampKind, MessageRow, MessageShow, Messages, ProposedOrders, Row, Section,
};
use super::super::words::Words;
use super::{frame, lamp, moment};

pub(super) fn list(w: Words) -> Messages {
    let row = |title: String, when: &str, note: String, fresh: bool| MessageRow {
        href: "/messages/2022-04-14".to_owned(),
        title,
        when: moment(w, when),
        note,
        fresh,
    };
    let day = |text: &str| w.day(text.parse().unwrap(), super::now().date());
    Messages {
        frame: frame(w, Section::Messages, w.t("messages.title")),
        rows: vec![
            row(
                w.t("messages.urgent").to_owned(),
                "2022-04-14T11:20",
                w.n("messages.lines", 1),
                true,
            ),
            row(
                w.a("messages.day", day("2022-04-14")),
                "2022-04-14T09:00",
                w.n("messages.lines", 3),
                true,
            ),
            row(
                w.t("messages.ends").to_owned(),
                "2022-04-13T09:00",
                w.ab("messages.ends_appointment", "鄢岗镇 · 综合办", day("2022-05-01")),
                false,
            ),
        ],
        next: Some("/messages?before=x".to_owned()),
        start: None,
    }
}

fn rows(w: Words, (rungs, act): ([&str; 2], Option<&str>)) -> Vec<Row> {
    let row = |no: &str, title: &str, lamp: Lamp, sub: [&str; 3]| Row {
        href: format!("/matters/{no}"),
        title: title.to_owned(),
        lamp,
        sub: std::iter::once(no).chain(sub).map(str::to_owned).collect(),
        act: act.map(|act| w.act(act)),
    };
    let settle = w.stage("settle");
    vec![
        row(
            "26-000123",
            "曹寨村桥头路灯不亮",
            lamp(w, LampKind::Red, "2022-04-11T18:00"),
            [&settle, "县交通局", rungs[0]],
        ),
        row(
            "26-000131",
            "泵房噪声",
            lamp(w, LampKind::Yellow, "2022-04-15T18:00"),
            [&settle, "县住建局", rungs[1]],
        ),
    ]
}

pub(super) fn one(w: Words) -> MessageShow {
    let day = w.day("2022-04-14".parse().unwrap(), super::now().date());
    MessageShow {
        frame: frame(w, Section::Messages, &w.a("messages.day", day)),
        when: moment(w, "2022-04-14T09:00"),
        says: None,
        rows: rows(w, ([w.t("rung.urge"), w.t("rung.remind")], None)),
        gone: 1,
        next: None,
        start: None,
    }
}

pub(super) fn proposed(w: Words) -> ProposedOrders {
    ProposedOrders {
        frame: frame(w, Section::None, w.t("proposed.title")),
        rows: rows(w, ([&w.n("proposed.urged", 2); 2], Some("order"))),
        next: None,
        start: None,
    }
}
