use zongheng_core::search::Wanted;

use super::public::owned;
use super::{at, fault, frame, lamp, moment, now};
use crate::pages::view::{
    Chip, Choice, DayGroup, Due, Entered, Field, First, Frame, Group, Intake, Kinds, LampKind,
    Link, Marked, Moment, Number, Proposal, Reason, Register, RegisterRow, Row, Search, Section,
    Tag, TagKind, Today, Total,
};
use crate::pages::words::Words;

fn row(w: Words, title: &str, kind: LampKind, due: &str, sub: &[&str], act: Option<&str>) -> Row {
    Row {
        href: "/matters/22-003377".to_owned(),
        title: title.to_owned(),
        lamp: lamp(w, kind, due),
        sub: sub.iter().map(|s| (*s).to_owned()).collect(),
        act: act.map(|a| w.act(a)),
    }
}

#[expect(clippy::too_many_lines, reason = "the data of one whole page")]
pub(super) fn today(w: Words) -> Today {
    use LampKind::{Green, Red, Yellow};

    let near = |text: &str| Moment::near(w, at(text), now());
    Today {
        frame: Frame {
            done: Some(w.t("done.dispatch").to_owned()),
            ..frame(w, Section::Today, w.t("nav.today"))
        },
        date: w.day(now().date(), now().date()),
        day_note: format!("{} · {}", w.a("today.open_until", "18:00"), w.t("today.tomorrow_works")),
        first: Some(First {
            href: "/matters/22-003377".to_owned(),
            title: "干渠进水闸门卡死，影响春灌 320 亩：指定承办单位".to_owned(),
            act: w.act("adjudicate"),
            sub: ["22-003377", "李集乡 卜店村", "县水利局昨天 17:40 退回：“属乡镇管护的斗渠”"]
                .map(str::to_owned)
                .to_vec(),
            lamp: lamp(w, Yellow, "2022-04-14T16:30").big(),
            due: Some(moment(w, "2022-04-14T16:30")),
        }),
        overdue: Number {
            n: 9,
            href: "/matters?lamp=red".to_owned(),
            note: w.a("today.longest", w.span(5 * 86_400)),
        },
        due_today: Number {
            n: 6,
            href: "/matters?due_before=2022-04-15T00:00:00%2B08:00".to_owned(),
            note: w.n("today.tomorrow_more", 4),
        },
        mine_count: Number {
            n: 4,
            href: "/matters?owner=u1".to_owned(),
            note: w.n("today.mine_today", 3),
        },
        due: vec![
            DayGroup {
                when: near("2022-04-14T16:30"),
                rows: vec![row(
                    w,
                    "干渠进水闸门卡死，影响春灌 320 亩",
                    Yellow,
                    "2022-04-14T16:30",
                    &["22-003377", "李集乡", "县联动指挥中心", "待指定承办"],
                    None,
                )],
            },
            DayGroup {
                when: near("2022-04-14T18:00"),
                rows: vec![
                    row(
                        w,
                        "进村路边坡落石，已设警戒",
                        Yellow,
                        "2022-04-14T18:00",
                        &["22-003188", "金刚台镇", "县交通运输局", "办理中"],
                        None,
                    ),
                    row(
                        w,
                        "东大街下水道堵塞返水",
                        Green,
                        "2022-04-14T18:00",
                        &["22-003399", "赤城街道", "县城市管理局", "待签收"],
                        None,
                    ),
                ],
            },
            DayGroup {
                when: near("2022-04-15T12:00"),
                rows: vec![row(
                    w,
                    "暴雨后危房一户临时安置",
                    Yellow,
                    "2022-04-15T12:00",
                    &["22-003245", "长竹园乡", "县住建局", "办理中"],
                    None,
                )],
            },
        ],
        all_due: Some(Link::new("/matters?order=due", w.n("today.all_due", 10))),
        mine: vec![
            row(
                w,
                "干渠进水闸门卡死，影响春灌 320 亩",
                Yellow,
                "2022-04-14T16:30",
                &["李集乡", "县水利局退回"],
                Some("adjudicate"),
            ),
            row(
                w,
                "曹寨桥护栏断裂约 6 米，夜间有坠落风险",
                Yellow,
                "2022-04-15T18:00",
                &["鄢岗镇", "申请到 4月19日 周二"],
                Some("decide"),
            ),
            row(
                w,
                "粮站巷下水井冒水两天，第 2 次反映",
                Green,
                "2022-04-14T17:00",
                &["赤城街道", "来电，今天 14:48"],
                Some("file"),
            ),
            row(
                w,
                "文峰社区路灯 4 盏不亮",
                Green,
                "2022-04-14T17:30",
                &["赤城街道", "今天 14:20 受理"],
                Some("dispatch"),
            ),
        ],
        all_mine: Some(Link::new("/matters?owner=u1", w.n("today.all_mine", 8))),
        waiting: vec![
            row(
                w,
                "办结：龙门河漫水桥水毁",
                Red,
                "2022-04-09T15:00",
                &["县交通运输局", "上次催办 4月13日"],
                None,
            ),
            row(
                w,
                "办结：集镇污水井溢流",
                Red,
                "2022-04-11T18:00",
                &["县住建局", "催办 2 次，上次今天 9:00"],
                None,
            ),
            row(
                w,
                "签收：沿街占道经营",
                Red,
                "2022-04-12T18:00",
                &["县城市管理局", "上次催办昨天 9:00"],
                None,
            ),
        ],
        all_waiting: Some(Link::new("/matters?state=handling", w.n("today.all_waiting", 20))),
    }
}

pub(super) fn today_empty(w: Words) -> Today {
    let number = |href: &str| Number { n: 0, href: href.to_owned(), note: String::new() };
    Today {
        first: None,
        overdue: number("/matters?lamp=red"),
        due_today: number("/matters"),
        mine_count: number("/matters"),
        due: Vec::new(),
        all_due: None,
        mine: Vec::new(),
        all_mine: None,
        waiting: Vec::new(),
        all_waiting: None,
        ..today(w)
    }
}

fn filters(w: Words) -> Vec<Field> {
    let field = |name: &str, choices: Vec<Choice>| Field::filter(w, name, choices);
    let states = ["reported", "filed", "dispatched", "returned", "handling", "answered"];
    vec![
        field("state", states.map(|s| Choice::new(s, w.state(s))).to_vec()),
        field(
            "lamp",
            ["red", "yellow", "green"].map(|l| Choice::new(l, w.name("lamp", l))).to_vec(),
        ),
        field(
            "division",
            vec![Choice::new("411524102", "鄢岗镇"), Choice::new("411524001", "赤城街道")],
        )
        .label(w.t("field.township")),
        field("lead", vec![Choice::new("u2", "县交通运输局"), Choice::new("u3", "县住建局")]),
        field("category", vec![Choice::new("road_bridge", "道路桥梁")]),
        field(
            "source",
            ["resident", "hotline", "grid"].map(|s| Choice::new(s, w.source(s))).to_vec(),
        ),
        field(
            "order",
            ["due", "newest", "oldest", "updated"]
                .map(|o| Choice::new(o, w.name("order", o)))
                .to_vec(),
        )
        .value("due"),
    ]
}

fn listed(
    w: Words,
    (no, title, source, category): (&str, &str, &str, &str),
    (township, village, lead, state): (&str, &str, &str, &str),
    assists: Option<(usize, usize)>,
    (kind, first, due): (LampKind, &str, &str),
) -> RegisterRow {
    RegisterRow {
        no: Marked::of(no),
        href: format!("/matters/{no}"),
        title: Marked::of(title),
        found: Vec::new(),
        tags: if no == "22-003377" { vec![Tag::new("退回 1")] } else { Vec::new() },
        source: w.source(source),
        category: category.to_owned(),
        township: Marked::of(township),
        village: Marked::of(village),
        lead: (!lead.is_empty()).then(|| lead.to_owned()),
        assists,
        state: w.state(state),
        lamp: lamp(w, kind, due),
        due: Some(Due::new(w, at(first), at(due), false, now())),
    }
}

pub(super) fn register(w: Words) -> Register {
    use LampKind::{Green, Paused, Red, Yellow};

    let chip = |lamp: LampKind, count: u64| Chip {
        lamp: Some(lamp),
        words: w.name("lamp", lamp.name()),
        count,
        href: format!("/matters?lamp={}", lamp.name()),
        on: lamp == Red,
    };
    let state = |state: &str, count: u64| Chip {
        lamp: None,
        words: w.state(state),
        count,
        href: format!("/matters?state={state}"),
        on: state == "open",
    };
    let plain = |due: &'static str, kind: LampKind| (kind, due, due);
    Register {
        frame: frame(w, Section::Matters, w.t("register.title")),
        lamps: vec![chip(Red, 9), chip(Yellow, 31), chip(Green, 139), chip(Paused, 7)],
        states: vec![
            state("open", 186),
            state("reported", 11),
            state("filed", 6),
            state("dispatched", 24),
            state("returned", 2),
            state("handling", 112),
            state("suspended", 7),
            state("answered", 14),
            state("verified", 10),
            state("signed_off", 1280),
        ],
        filters: filters(w),
        filtered: true,
        search: Search { clear: "/matters".to_owned(), ..Search::default() },
        rows: vec![
            listed(
                w,
                ("22-003058", "龙门河漫水桥水毁，路面塌陷未修复", "leader", "道路桥梁"),
                ("余集镇", "龙门河村", "县交通运输局", "handling"),
                Some((2, 3)),
                plain("2022-04-08T18:00", Red),
            ),
            listed(
                w,
                ("22-003071", "集镇污水井溢流，影响沿街两户", "resident", "排水"),
                ("上石桥镇", "白塔集社区", "县住建局", "handling"),
                Some((1, 1)),
                plain("2022-04-11T18:00", Red),
            ),
            listed(
                w,
                ("22-003120", "农贸市场外沿街占道经营", "resident", "市容"),
                ("汪桥镇", "秦湾社区", "县城市管理局", "dispatched"),
                None,
                plain("2022-04-12T18:00", Red),
            ),
            listed(
                w,
                ("22-003377", "干渠进水闸门卡死，影响春灌 320 亩", "grid", "农田水利"),
                ("李集乡", "卜店村", "", "returned"),
                None,
                plain("2022-04-14T16:30", Yellow),
            ),
            listed(
                w,
                ("22-003188", "进村路边坡落石，已设警戒", "grid", "道路桥梁"),
                ("金刚台镇", "四顾墩社区", "县交通运输局", "handling"),
                Some((1, 1)),
                plain("2022-04-14T18:00", Yellow),
            ),
            listed(
                w,
                ("22-003399", "东大街下水道堵塞返水", "hotline", "排水"),
                ("赤城街道", "东大街社区", "县城市管理局", "dispatched"),
                None,
                plain("2022-04-14T18:00", Green),
            ),
            listed(
                w,
                ("22-003174", "曹寨桥护栏断裂约 6 米，夜间有坠落风险", "resident", "道路桥梁"),
                ("鄢岗镇", "曹寨村", "县交通运输局", "handling"),
                Some((1, 2)),
                (Yellow, "2022-04-14T18:00", "2022-04-15T18:00"),
            ),
            listed(
                w,
                ("22-002877", "园区企业 10 千伏专线接入", "enterprise", "用电报装"),
                ("鲇鱼山街道", "产业集聚区", "县供电公司", "suspended"),
                Some((1, 2)),
                (Paused, "2022-04-19T18:00", "2022-04-22T18:00"),
            ),
        ],
        exports: vec![
            Link::new("/matters/export?format=xlsx", w.t("export.xlsx")),
            Link::new("/matters/export?format=csv", w.t("export.csv")),
        ],
        total: Total { n: 186, exact: true },
        next: Some("/matters?after=k1".to_owned()),
        start: None,
    }
}

/// The same searched, with words that stand in the title and in an answer.
pub(super) fn register_found(w: Words) -> Register {
    let wanted = "护栏 桥".parse::<Wanted>().ok();
    let mark = |text: &str| wanted.as_ref().map(|wanted| Marked { pieces: wanted.mark(text) });
    let whole = register(w);
    let mut rows: Vec<RegisterRow> = whole.rows.into_iter().take(2).collect();
    if let [first, second] = rows.as_mut_slice() {
        first.title = mark("曹寨桥护栏断裂约 6 米，夜间有坠落风险").unwrap_or_default();
        second.found = mark("…已在桥头两侧安装临时护栏，施工期间单向放行…").into_iter().collect();
    }
    let search = Search {
        q: "护栏 桥".to_owned(),
        kept: vec![("state", "handling".to_owned())],
        asked: true,
        unsearched: 12,
        ..whole.search
    };
    Register { rows, search, total: Total { n: 2, exact: true }, next: None, ..whole }
}

/// Nothing found.
pub(super) fn register_not_found(w: Words) -> Register {
    let found = register_found(w);
    let search = Search { unsearched: 0, ..found.search };
    Register { rows: Vec::new(), search, total: Total { n: 0, exact: true }, ..found }
}

pub(super) fn register_empty(w: Words) -> Register {
    Register {
        rows: Vec::new(),
        total: Total { n: 0, exact: true },
        next: None,
        start: Some("/matters".to_owned()),
        ..register(w)
    }
}

pub(super) fn intake(w: Words) -> Intake {
    let sources = ["phone", "visit", "chat", "spoken", "meeting", "superior"];
    let places = vec![Group::new(
        "赤城街道",
        vec![
            Choice::new("411524001001", "赤城街道 文峰社区"),
            Choice::new("411524001002", "赤城街道 东大街社区"),
        ],
    )];
    let units = vec![Group::new("县直", vec![Choice::new("u9", "县城市管理局")])];
    let mut page = Intake::new(
        frame(w, Section::Intake, w.t("intake.title")),
        "key-i",
        "018f0000-0000-7000-8000-000000000002",
        Kinds {
            id: "resident_report".to_owned(),
            all: vec![
                (Link::new("/intake?kind=resident_report", "群众反映"), true),
                (Link::new("/intake?kind=hotline_order", "热线工单"), false),
            ],
            sources: sources.map(|s| Choice::new(s, w.source(s))).to_vec(),
            categories: Some(vec![
                Choice::new("drainage", "排水"),
                Choice::new("appearance", "市容"),
            ]),
            ordered: true,
        },
        places,
        units,
    );
    page.again(
        &owned(&[
            ("playbook", "resident_report"),
            ("source", "phone"),
            ("detail", "文峰小区后门那条粮站巷，下水井冒水两天了，臭得很，老人走不过去。上个月弄过一次，没几天又冒。说晚上七点前打电话都行。"),
            ("title", "粮站巷下水井冒水两天，第 2 次反映"),
            ("division", "411524001001"),
            ("address", "粮站巷，文峰小区后门"),
            ("category", "drainage"),
            ("reporter_phone", "139 0000 0627"),
        ]),
        &[],
    );
    page.proposal = Some(Proposal {
        lead: "县城市管理局".to_owned(),
        assists: vec!["赤城街道".to_owned()],
        limit: w.a("intake.limit", "5 个工作日"),
        due: Some(moment(w, "2022-04-21T18:00")),
        because: vec![
            Reason::new("类别", "排水，城区背街小巷"),
            Reason::new("地点", "赤城街道 文峰社区"),
            Reason::new("权责清单", "第 86 项：县级牵头；临时处置由街道"),
        ],
        tags: vec![Tag::of(TagKind::Near, "第 2 次反映")],
    });
    page.entered_today = 41;
    let entered = |time: &str, title: &str, note: &str| Entered {
        at: Moment::clock(w, at(time)),
        href: "/matters/22-003401".to_owned(),
        title: title.to_owned(),
        note: note.to_owned(),
    };
    page.entered = vec![
        entered("2022-04-14T14:48", "东城菜场外乱停车", "微信群 · 待受理"),
        entered("2022-04-14T14:31", "低保复核没有回音", "来访 · 待签收"),
    ];
    page
}

pub(super) fn intake_faults(w: Words) -> Intake {
    let mut page = intake(w);
    page.proposal = None;
    page.no_proposal = Some(w.a("duty.no_row", "排水"));
    page.again(
        &owned(&[("source", "phone"), ("detail", "下水井冒水"), ("lon", "115.4"), ("lat", "95")]),
        &[
            ("lon", "the point 115.4, 95 (wgs84) is outside the county; check it, or name the village instead"),
            ("category", "say what it is about: unit and limit hang on it"),
            ("happened", "it lies in the future"),
        ]
        .map(|(field, what)| (field.to_owned(), fault(w, what))),
    );
    page
}
