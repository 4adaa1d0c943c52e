use super::{fault, frame, moment, public_frame};
use crate::pages::view::{
    ActForm, Choice, ChoosePost, DemoAccount, Fault, FileLink, Follow, Followed, Group, KeptFile,
    Kinds, Limits, Link, Offer, Options, PostChoice, Problem, Promise, Receipt, Report, Section,
    SignIn, StageOf,
};
use crate::pages::words::Words;

pub(super) fn sign_in(w: Words) -> SignIn {
    let account = |login: &str, post: &str| DemoAccount {
        login: login.to_owned(),
        post: post.to_owned(),
        does: w.name("demo", login),
    };
    SignIn {
        demo: vec![
            account("command_centre", "县联动指挥中心 · 调度岗"),
            account("verification_desk", "县联动指挥中心 · 核查岗"),
            account("call_back_desk", "县联动指挥中心 · 回访岗"),
            account("closing_desk", "县联动指挥中心 · 办结岗"),
            account("supervision_office", "县督查室 · 主任"),
            account("county_leader", "县领导 · 分管"),
            account("county_transport", "县交通运输局 · 局长"),
            account("county_housing", "县住建局 · 局长"),
            account("township_hall", "鄢岗镇 · 便民大厅"),
            account("township_deputy", "鄢岗镇 · 分管副镇长"),
            account("village_committee", "曹寨村 · 村委会"),
            account("grid_chief", "曹寨村 · 网格长"),
            account("grid_member", "曹寨村 · 网格员"),
            account("system_admin", "系统管理员"),
            account("security_admin", "安全管理员"),
            account("auditor", "审计员"),
        ],
        demo_password: Some("zongheng".to_owned()),
        ..SignIn::new(public_frame(w, w.t("sign_in.title")))
    }
}

pub(super) fn sign_in_wrong(w: Words) -> SignIn {
    let mut page = SignIn::new(public_frame(w, w.t("sign_in.title")));
    page.login.fill(&["township_hall".to_owned()]);
    page.fault = Some(w.t("sign_in.wrong").to_owned());
    page
}

pub(super) fn choose_post(w: Words) -> ChoosePost {
    let post = |id: &str, unit: &str, post: &str, holding: Option<&str>| PostChoice {
        id: id.to_owned(),
        unit: unit.to_owned(),
        post: post.to_owned(),
        holding: holding.map(|h| w.name("holding", h)),
        current: id == "p1",
    };
    ChoosePost {
        frame: frame(w, Section::None, w.t("post.title")),
        posts: vec![
            post("p1", "县联动指挥中心", "调度岗", None),
            post("p2", "县联动指挥中心", "核查岗", Some("deputy")),
        ],
    }
}

fn places() -> Vec<Group> {
    let village = |code: &str, name: &str| Choice::new(code, name);
    vec![
        Group::new(
            "鄢岗镇",
            vec![
                village("411524102000", "鄢岗镇"),
                village("411524102202", "鄢岗镇 曹寨村"),
                village("411524102203", "鄢岗镇 春河村"),
            ],
        ),
        Group::new("赤城街道", vec![village("411524001001", "赤城街道 文峰社区")]),
    ]
}

fn categories() -> Vec<Choice> {
    vec![Choice::new("road_bridge", "道路桥梁"), Choice::new("water_supply", "供水")]
}

pub(super) fn report(w: Words) -> Report {
    Report::new(
        public_frame(w, w.t("report.name_of_page")),
        "key-r",
        "018f0000-0000-7000-8000-000000000001",
        places(),
        Kinds {
            id: "resident_report".to_owned(),
            all: vec![
                (Link::new("/report?kind=resident_report", "群众反映"), true),
                (Link::new("/report?kind=dispute", "矛盾纠纷"), false),
            ],
            categories: Some(categories()),
            ..Kinds::default()
        },
        &Limits::default(),
    )
}

pub(super) fn report_faults(w: Words) -> Report {
    let mut page = report(w);
    let sent = [
        ("division", "411524102202"),
        ("detail", "桥西边护栏断了一大截，孩子放学天天从这里过，晚上没有灯。"),
        ("reporter_phone", "139"),
    ];
    let faults = [
        ("category".to_owned(), w.t("report.choose_category").to_owned()),
        (
            "reporter_phone".to_owned(),
            fault(w, "7 to 15 digits; a + before and spaces or hyphens between them may stand"),
        ),
    ];
    page.again(&owned(&sent), &faults);
    page.files.keep(&[KeptFile {
        id: "018f0000-0000-7000-8000-000000000021".to_owned(),
        name: "桥护栏.jpg".to_owned(),
        size: w.a("files.kb", 340),
        small: None,
    }]);
    page.offer = Some(Offer {
        carried: vec![("offer_point", "1154000000,318000000".to_owned())],
        picks: vec![(
            "use_point",
            Choice::new("1154000000,318000000", w.a("offer.point", "鄢岗镇曹寨村")),
        )],
        notes: vec![w.t("offer.outside").to_owned()],
    });
    page
}

pub(super) fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

pub(super) fn receipt(w: Words) -> Receipt {
    let at = moment(w, "2022-04-14T15:00");
    let limits = Limits { opinion: None, answer: Some("7 个工作日".to_owned()) };
    Receipt {
        frame: public_frame(w, w.t("receipt.title")),
        no: "22-003402".to_owned(),
        code: "731906".to_owned(),
        promises: Promise::at_the_door(w, &at, true, &limits),
        called: true,
        at,
    }
}

pub(super) fn follow(w: Words) -> Follow {
    let mut page = Follow::new(public_frame(w, w.t("follow.title")));
    page.no.fill(&["22-003402".to_owned()]);
    page.fault = Some(w.t("follow.wrong").to_owned());
    page
}

pub(super) fn followed(w: Words) -> Followed {
    Followed {
        frame: public_frame(w, w.t("follow.title")),
        no: "22-003402".to_owned(),
        code: "ABCD-EFGH-JKMN-PQRS".to_owned(),
        title: "曹寨桥护栏断裂约 6 米，夜间有坠落风险".to_owned(),
        state: w.name("public_state", "answered"),
        unit: Some("县交通运输局".to_owned()),
        due: Some(moment(w, "2022-04-15T18:00")),
        stages: vec![
            Promise::new("4月2日 周六 16:40", "收到", StageOf::Done),
            Promise::new("4月2日 周六 17:20", "县交通运输局签收", StageOf::Done),
            Promise::new("4月14日 周四 14:10", "县交通运输局答复", StageOf::Done),
            Promise::new("4月18日 周一 18:00 前", "核查", StageOf::Now),
            Promise::new("核查以后", "问您是否解决、是否满意", StageOf::Later),
        ],
        answers: vec![(
            moment(w, "2022-04-14T14:10"),
            w.settlement("solved"),
            "换了 8 米钢护栏，立了限速警示牌，桥头装了一盏灯。".to_owned(),
        )],
        files: vec![(
            "018f0000-0000-7000-8000-000000000011".to_owned(),
            FileLink {
                href: "/files/018f0000-0000-7000-8000-000000000011".to_owned(),
                small: None,
                name: "桥护栏.jpg".to_owned(),
                size: w.a("files.kb", 340),
            },
        )],
        acts: vec![ActForm::new(w, "reopen", "key-f", &Options::default())],
    }
}

pub(super) fn problem(w: Words) -> Problem {
    let mut page = Problem::new(frame(w, Section::None, ""), 409, "stale");
    page.detail = Some(w.a("form.stale", "今天 14:52 县交通运输局 · 局长 签收"));
    page.faults = vec![Fault { field: w.name("field", "lead"), what: fault(w, "name the unit") }];
    page
}
