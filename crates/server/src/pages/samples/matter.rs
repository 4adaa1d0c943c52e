use zongheng_core::matter::{Refusal, Why};

use super::public::owned;
use super::{at, fault, frame, lamp, moment, now};
use crate::pages::view::{
    ActForm, Age, Assignment, Beside, CallRow, Choice, Contact, DeadlineRow, DraftRow, Due, Fact,
    Facts, FileLink, Group, Held, Holder, Is, Lamp, LampKind, Link, MatterShow, Next, NodeRow,
    Options, Other, Owner, Paper, Proof, Reason, Record, RecordRound, Refused, RequestRow, Said,
    Section, Slip, Tag, TagKind, WhistleRow, lay_lanes,
};
use crate::pages::words::Words;

fn record(w: Words, kind: &str, who: &str, time: &str, lane: u8, text: &[&str]) -> Record {
    Record {
        kind: w.kind(kind),
        tags: Vec::new(),
        who: who.to_owned(),
        at: moment(w, time),
        happened: None,
        text: text.iter().map(|t| (*t).to_owned()).collect(),
        files: Vec::new(),
        moved: Vec::new(),
        lane,
        from: lane,
    }
}

fn rounds(w: Words) -> Vec<RecordRound> {
    const DESK: &str = "县联动指挥中心 · 调度岗";
    const ROADS: &str = "县交通运输局 · 农村公路管理岗";

    let mut signed = record(w, "signed_for", ROADS, "2022-04-02T17:20", 1, &[]);
    signed.tags = vec![Tag::of(TagKind::Ok, "当天签收")];
    let mut resumed =
        record(w, "resumed", ROADS, "2022-04-11T10:00", 1, &["检测报告已到：桥台可用。"]);
    resumed.moved =
        vec![(w.stage("settle"), moment(w, "2022-04-14T18:00"), moment(w, "2022-04-15T18:00"))];
    let mut spot = record(
        w,
        "spot_seen",
        "曹寨村 · 网格长",
        "2022-04-12T14:30",
        3,
        &["钢护栏已到货，未开工；水马、警示灯完好。"],
    );
    spot.happened = Some(moment(w, "2022-04-12T11:10"));
    let mut urged = record(
        w,
        "urged",
        "系统",
        "2022-04-14T09:00",
        1,
        &["县公安局交警大队的协办昨天 18:00 到期，未回复。"],
    );
    urged.tags = vec![Tag::of(TagKind::Late, "逾期")];
    let mut rounds = vec![
        RecordRound {
            summary: Some(
                "第 1 轮 · 3月14日 至 25日 · 9 条：办结 → 核查属实 → 回访三次没接通，归档"
                    .to_owned(),
            ),
            records: vec![
                record(w, "reported", "居民 · 网页", "2022-03-14T19:05", 3, &[]),
                record(w, "filed", DESK, "2022-03-15T08:40", 1, &[]),
            ],
        },
        RecordRound {
            summary: None,
            records: vec![
                record(
                    w,
                    "reopened",
                    DESK,
                    "2022-04-02T16:40",
                    1,
                    &[
                        "4月1日 反映人来电：没有解决，不满意。累计天数从 3月14日 接着算，第 2 轮重新给 7 个工作日。",
                    ],
                ),
                record(
                    w,
                    "dispatched",
                    DESK,
                    "2022-04-02T16:52",
                    1,
                    &[
                        "牵头 县交通运输局；协办 鄢岗镇、县公安局交警大队。",
                        "要求恢复护栏，不接受只设警戒。",
                    ],
                ),
                signed,
                record(
                    w,
                    "progressed",
                    "鄢岗镇 · 综合治理模块",
                    "2022-04-03T10:15",
                    2,
                    &["桥头设水马 12 个、夜间警示灯 2 盏，由村里看护。"],
                ),
                record(
                    w,
                    "progressed",
                    ROADS,
                    "2022-04-07T16:10",
                    1,
                    &["更换钢护栏 8 米，先测桥台裂缝再定立柱埋深。"],
                ),
                record(w, "suspension_asked", ROADS, "2022-04-08T16:00", 1, &["等桥台检测报告。"]),
                record(w, "decided", DESK, "2022-04-08T16:32", 1, &["同意暂停到 4月11日 10:00。"]),
                resumed,
                spot,
                urged,
                record(
                    w,
                    "extension_asked",
                    ROADS,
                    "2022-04-14T11:20",
                    1,
                    &["立柱基础混凝土养护要 3 天，申请到 4月19日 周二 18:00。"],
                ),
            ],
        },
    ];
    lay_lanes(&mut rounds);
    rounds
}

fn because() -> Vec<Reason> {
    vec![
        Reason::new("4月2日 周六", "第 2 轮受理，调休上班，当天起算"),
        Reason::new("7 个工作日", "道路桥梁类；6 至 8、11 至 14 日，休息日不算"),
        Reason::new("首定", "4月14日 周四 18:00"),
        Reason::new("暂停", "4月8日 16:00 至 11日 10:00，含 1 个工作日"),
        Reason::new("现定", "4月15日 周五 18:00"),
    ]
}

pub(super) fn options(w: Words) -> Options {
    let counties = vec![
        Choice::new("u2", "县交通运输局").on(true).note("权责清单第 117 项"),
        Choice::new("u3", "县住建局"),
        Choice::new("u4", "县水利局"),
        Choice::new("u5", "县公安局交警大队"),
    ];
    let towns = vec![Choice::new("u6", "鄢岗镇"), Choice::new("u7", "赤城街道")];
    let off = |list: &[Choice]| list.iter().map(|c| c.clone().on(false)).collect::<Vec<_>>();
    Options {
        categories: vec![Choice::new("road_bridge", "道路桥梁").on(true)],
        places: vec![Group::new("鄢岗镇", vec![Choice::new("411524102202", "曹寨村").on(true)])],
        leads: vec![Group::new("县直", counties.clone()), Group::new("乡镇街道", towns.clone())],
        assists: vec![
            Group::new("县直", off(&counties)),
            Group::new("乡镇街道", towns.iter().map(|c| c.clone().on(c.value == "u6")).collect()),
        ],
        whose: vec![Group::new("县直", off(&counties))],
        owing: vec![Choice::new("u2", "县交通运输局"), Choice::new("u5", "县公安局交警大队")],
        posts: vec![Choice::new("p7", "农村公路管理岗"), Choice::new("p8", "公路股")],
        stages: vec![Choice::new("settle", w.stage("settle"))],
        requests: vec![Choice::new("r1", "县交通运输局申请延到 4月19日 周二 18:00")],
        ratings: Vec::new(),
        withdrawable: Vec::new(),
        basis: Some("权责清单第 117 项：村道桥梁，县级牵头；临时处置由乡镇。".to_owned()),
        parties: Vec::new(),
        despite: false,
        settlements: Vec::new(),
        on_spot: vec![Choice::new("rubbish", "垃圾清运")],
        tree: vec![Group::new("县交通运输局", vec![Choice::new("p8", "公路股")])],
        callable: vec![Group::new("县直", off(&counties))],
        superiors: vec![Choice::new("u20", "市交通运输局")],
        sharing: vec![Choice::new("u2", "县交通运输局"), Choice::new("u6", "鄢岗镇")],
        nodes: vec![Choice::new("2", "节点 2 · 换护栏"), Choice::new("3", "节点 3 · 验收")],
        next_node: 4,
        replaces: true,
        part_places: vec![Choice::new("411524102202", "曹寨村")],
        meeting: true,
        objection: true,
        outside: true,
        exceptions: vec![Choice::new("entry_list", "没有列入准入清单的")],
    }
}

fn acts(w: Words, names: &[&str]) -> Vec<ActForm> {
    let o = options(w);
    names
        .iter()
        .enumerate()
        .map(|(n, act)| {
            let form = ActForm::new(w, act, format!("key-{n:016}"), &o);
            if n == 0 { form.first() } else { form }
        })
        .collect()
}

#[expect(clippy::too_many_lines, reason = "the data of one whole page")]
pub(super) fn handling(w: Words) -> MatterShow {
    let due = || Due::new(w, at("2022-04-14T18:00"), at("2022-04-15T18:00"), false, now());
    let plain = |d: &str| Due::new(w, at(d), at(d), false, now());
    let wait = |key: &str, note: &str| Fact::new(Is::Wait, w.t(key), w.t(note));
    let day = 86_400;
    MatterShow {
        frame: frame(w, Section::Matters, "曹寨桥护栏断裂"),
        no: "22-003174".to_owned(),
        href: "/matters/411524-2022-003174".to_owned(),
        seq: 22,
        source: w.source("resident"),
        category: "道路桥梁".to_owned(),
        tags: vec![Tag::new("第 2 轮"), Tag::new("反映人隐名")],
        title: "曹寨桥护栏断裂约 6 米，夜间有坠落风险".to_owned(),
        state: w.state("handling"),
        pending: Some("延期待决定".to_owned()),
        owner: Some(Owner {
            unit: "县交通运输局".to_owned(),
            post: Some("农村公路管理岗".to_owned()),
        }),
        place: "鄢岗镇 曹寨村 第三网格 · 曹寨桥".to_owned(),
        accepted: "3月14日 周一；第 2 轮 4月2日 周六 16:40".to_owned(),
        said: Some(Said {
            text: "桥西边护栏断了一大截，孩子放学天天从这里过，晚上没有灯。上个月来人拉了带子，风一吹就没了。".to_owned(),
            by: "居民 · 3月14日 网页上报".to_owned(),
        }),
        files: vec![
            FileLink {
                href: "/files/018f0000-0000-7000-8000-000000000011".to_owned(),
                small: Some("/files/018f0000-0000-7000-8000-000000000011/small".to_owned()),
                name: "桥护栏.jpg".to_owned(),
                size: w.a("files.kb", 340),
            },
            FileLink {
                href: "/files/018f0000-0000-7000-8000-000000000012".to_owned(),
                small: None,
                name: "检测报告.pdf".to_owned(),
                size: w.a("files.mb", "1.2"),
            },
        ],
        contact: Contact::Hidden,
        age: Age {
            total: w.a("matter.total", w.span(32 * day)),
            round: w.n("matter.round", 2),
            since: w.a("matter.since", "3月14日"),
        },
        limit: Some(w.a("matter.limit", "7 个工作日")),
        next: Some(Next {
            stage: w.stage("settle"),
            lamp: lamp(w, LampKind::Yellow, "2022-04-15T18:00").big(),
            due: due(),
            because: because(),
        }),
        waiting: Some("县交通运输局申请延到 4月19日 周二 18:00".to_owned()),
        acts: acts(w, &["decide", "dispatch", "urge", "comment", "correct", "adjudicate", "suspend", "return", "answer", "verify", "call_back"]),
        more: acts(w, &["link", "shelve", "object", "exclude"]).into_iter().map(plain_form).collect(),
        refused: Refused::gather(
            w,
            [
                ("sign_off", &Refusal::NotYours(Why::OwnWork)),
                ("file", &Refusal::Already(Why::PassedAlready)),
                ("decline", &Refusal::Already(Why::PassedAlready)),
            ]
            .into_iter(),
            now(),
        ),
        beside: Beside::default(),
        assignments: vec![
            Assignment {
                lead: true,
                unit: "县交通运输局".to_owned(),
                lamp: lamp(w, LampKind::Yellow, "2022-04-15T18:00"),
                due: Some(due()),
                state: w.state("handling"),
                latest: Some("今天 11:20 申请延期".to_owned()),
                passed: Some("现在由 公路股 办 · 内部期限 4月14日".to_owned()),
            },
            Assignment {
                lead: false,
                unit: "县公安局交警大队".to_owned(),
                lamp: lamp(w, LampKind::Red, "2022-04-13T18:00"),
                due: Some(plain("2022-04-13T18:00")),
                state: w.state("handling"),
                latest: Some("今天 9:00 催办".to_owned()),
                passed: None,
            },
            Assignment {
                lead: false,
                unit: "鄢岗镇".to_owned(),
                lamp: Lamp::said(w, LampKind::Done, "已办结，早 2 天".to_owned()),
                due: Some(plain("2022-04-06T18:00")),
                state: w.name("lamp", "done"),
                latest: Some("4月3日 办结".to_owned()),
                passed: None,
            },
        ],
        requests: vec![RequestRow {
            kind: w.name("request", "extend"),
            by: "县交通运输局 · 农村公路管理岗".to_owned(),
            asks: "4月19日 周二 18:00".to_owned(),
            reason: "立柱基础混凝土养护要 3 天。".to_owned(),
            lamp: lamp(w, LampKind::Green, "2022-04-15T12:00"),
            decide_by: plain("2022-04-15T12:00"),
            nodes: Vec::new(),
        }],
        deadlines: vec![
            DeadlineRow {
                stage: w.stage("sign_for"),
                whose: "县交通运输局".to_owned(),
                due: plain("2022-04-06T11:00"),
                lamp: Lamp::said(w, LampKind::Done, w.t("lamp.done").to_owned()),
                met: Some(moment(w, "2022-04-02T17:20")),
                because: vec![Reason::plain("从派单起 4 个办公小时；4月3日 至 5日 清明节放假，不算。")],
            },
            DeadlineRow {
                stage: w.stage("settle"),
                whose: "县交通运输局".to_owned(),
                due: due(),
                lamp: lamp(w, LampKind::Yellow, "2022-04-15T18:00"),
                met: None,
                because: because(),
            },
            DeadlineRow {
                stage: w.stage("settle"),
                whose: "县公安局交警大队".to_owned(),
                due: plain("2022-04-13T18:00"),
                lamp: lamp(w, LampKind::Red, "2022-04-13T18:00"),
                met: None,
                because: Vec::new(),
            },
        ],
        held: Held::new(
            w,
            &[
                (
                    w.n("matter.round", 1),
                    vec![
                        (Holder::Centre, day / 5),
                        (Holder::Unit, 5 * day),
                        (Holder::Verifier, day),
                        (Holder::Reporter, 3 * day),
                    ],
                ),
                (
                    w.n("matter.round", 2),
                    vec![
                        (Holder::Centre, day / 9),
                        (Holder::Unit, 5 * day),
                        (Holder::Paused, day),
                        (Holder::Approver, day / 3),
                    ],
                ),
            ],
        ),
        facts: vec![
            Facts {
                round: w.n("three.this_round", 2),
                settled: wait("three.not_answered", "three.wait_unit"),
                solved: wait("three.not_called", "three.wait_call"),
                satisfied: wait("three.not_called", "three.not_inferred"),
            },
            Facts {
                round: w.n("matter.round", 1),
                settled: Fact::new(Is::Yes, w.settlement("solved"), "3月21日 县交通运输局"),
                solved: Fact::new(Is::No, w.t("three.not_solved"), "4月1日 来电"),
                satisfied: Fact::new(Is::No, w.name("satisfied", "no"), "4月1日 来电"),
            },
        ],
        duty: vec![
            Reason::new("类别", "道路桥梁"),
            Reason::new("地点", "曹寨村第三网格，村道"),
            Reason::new("权责清单", "第 117 项：村道桥梁，县级牵头；临时处置由乡镇"),
            Reason::new("退回", "没有单位退回过"),
        ],
        rounds: rounds(w),
        records: 22,
        proof: Proof { holds: true, note: w.n("proof.note", 22) },
        slip: Slip {
            office: "县联动指挥中心".to_owned(),
            first: "2022年3月14日 周一 08:40".to_owned(),
            lead: Some("县交通运输局".to_owned()),
            assists: vec![w.ab("slip.assist", "县公安局交警大队", w.name("share", "unsigned"))],
            duty: "权责清单第 117 项".to_owned(),
            said: Some("桥西边护栏断了一大截，孩子放学天天从这里过。".to_owned()),
            rest: None,
            settlements: ["solved", "explained"].map(|kind| w.settlement(kind)).into(),
            printed: w.a("slip.printed", "2022年4月14日 周四 15:00"),
        },
    }
}

/// A form of the folded ones: it is never the page's next act.
fn plain_form(form: ActForm) -> ActForm {
    ActForm { first: false, key: format!("key-more-{}", form.act), ..form }
}

/// A matter with everything beside its course, read by the head of the unit that leads.
pub(super) fn wide(w: Words) -> MatterShow {
    let o = options(w);
    let mut page = handling(w);
    let due = |d: &str| Due::new(w, at(d), at(d), false, now());
    let about =
        |act: &str, about: &[(&str, String)]| ActForm::about(w, act, format!("key-{act}"), about);
    let draft = [("draft", "1".to_owned())];
    let call = [("whistle", "1".to_owned()), ("unit", "u5".to_owned())];
    let mut list = Vec::new();
    for act in ["node_done", "progress", "plan", "pass_on", "whistle", "order"] {
        list.push(plain_form(ActForm::new(w, act, "key-w", &o)));
    }
    list.push(ActForm::draft(w, "extend", "key-draft", &o));
    page.acts = list;
    page.more = ["merge", "unlink", "decompose", "refer_up", "refer_across", "settle_on_spot"]
        .map(|act| plain_form(ActForm::new(w, act, "key-w", &o)))
        .to_vec();
    page.waiting = None;
    page.pending = None;
    page.requests[0].nodes = vec![(w.n("form.node", 4), moment(w, "2022-04-20T18:00"))];
    let other = |key: &str, no: &str, title: Option<&str>| Other {
        label: w.t(key).to_owned(),
        link: title.map(|title| Link::new("/matters/411524-2022-003175", title)),
        no: no.to_owned(),
        state: w.state("handling"),
        due: Some(due("2022-04-18T18:00")),
    };
    page.beside = Beside {
        jumps: vec![
            (Link::new("#drafts", w.act("release")), true),
            (Link::new("#whistles", w.act("arrive")), false),
        ],
        facts: vec![(
            w.t("beside.outside").to_owned(),
            w.ab("beside.outside_says", "信12345-0417", "4月18日 18:00"),
        )],
        drafts: vec![DraftRow {
            what: w.act("answer"),
            lines: vec![w.settlement("solved")],
            text: "钢护栏 8 米已换好，立柱埋深 1.2 米，夜间照明已恢复。".to_owned(),
            by: "县交通运输局 · 农村公路管理岗".to_owned(),
            at: moment(w, "2022-04-14T14:10"),
            forms: vec![about("release", &draft), about("send_back", &draft)],
            why: None,
        }],
        nodes: vec![
            NodeRow {
                name: "节点 1 · 测桥台裂缝".to_owned(),
                unit: "县交通运输局".to_owned(),
                due: Some(due("2022-04-11T18:00")),
                lamp: Lamp::said(w, LampKind::Done, w.t("record.in_time").to_owned()),
                after: None,
                done: Some(moment(w, "2022-04-11T10:00")),
            },
            NodeRow {
                name: "节点 2 · 换护栏".to_owned(),
                unit: "县交通运输局".to_owned(),
                due: Some(due("2022-04-15T18:00")),
                lamp: lamp(w, LampKind::Yellow, "2022-04-15T18:00"),
                after: Some(w.a("beside.after", "1")),
                done: None,
            },
        ],
        whistles: vec![WhistleRow {
            caller: "鄢岗镇".to_owned(),
            at: moment(w, "2022-04-13T17:00"),
            by: due("2022-04-14T10:00"),
            place: "曹寨桥西头".to_owned(),
            text: "定护栏形式和夜间照明。".to_owned(),
            calls: vec![
                CallRow {
                    unit: "县交通运输局".to_owned(),
                    lamp: Lamp::said(w, LampKind::Done, w.name("came", "came")),
                    satisfied: Some(w.name("satisfied", "yes")),
                    form: None,
                },
                CallRow {
                    unit: "县公安局交警大队".to_owned(),
                    lamp: lamp(w, LampKind::Red, "2022-04-14T10:00"),
                    satisfied: None,
                    form: Some(about("arrive", &call)),
                },
            ],
        }],
        parts: vec![
            other("beside.parent", "22-003100", None),
            other("beside.part", "22-003175", Some("桥头路面修补")),
        ],
        others: vec![other("beside.linked", "22-003180", Some("曹寨桥晚上没有灯"))],
        papers: vec![Paper {
            kind: w.act("order"),
            number: "督〔2022〕3号".to_owned(),
            to: Some("县交通运输局".to_owned()),
            at: moment(w, "2022-04-14T09:30"),
        }],
        sealing: Some(super::rulings::sealing(w)),
    };
    page
}

pub(super) fn faults(w: Words) -> MatterShow {
    let mut page = handling(w);
    page.acts[0].again(
        &owned(&[("request", "r1"), ("accept", "false"), ("reason", "")]),
        &[("reason".to_owned(), fault(w, "a refusal says why"))],
    );
    page
}

pub(super) fn reported(w: Words) -> MatterShow {
    let mut page = handling(w);
    page.state = w.state("reported");
    page.pending = None;
    page.waiting = None;
    page.contact = Contact::Asked;
    page.acts = acts(w, &["file", "decline", "comment"]);
    page.assignments = Vec::new();
    page.requests = Vec::new();
    page.held = Held::default();
    page.facts.truncate(1);
    page.duty = Vec::new();
    page.rounds = vec![RecordRound {
        summary: None,
        records: vec![record(w, "reported", "居民 · 网页", "2022-04-14T14:55", 3, &[])],
    }];
    page.records = 1;
    page
}

pub(super) fn closed(w: Words) -> MatterShow {
    let mut page = handling(w);
    page.state = w.state("signed_off");
    page.pending = None;
    page.waiting = None;
    page.owner = None;
    page.next = None;
    page.requests = Vec::new();
    page.contact =
        Contact::Shown { name: "反映人".to_owned(), phone: "139 0000 0627".to_owned() };
    page.acts = acts(w, &["reopen", "comment"]);
    page.proof = Proof { holds: false, note: w.n("proof.note_broken", 12) };
    page
}
