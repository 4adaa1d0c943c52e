//! The organisation's pages: whose it is, gaps, a sheet, rules, decisions, changes.

use super::{frame, lamp, moment};
use crate::pages::view::{
    AccountLink, CellFault, Changes, Choice, Confirm, DecisionRow, Decisions, Field, FileFault,
    FileSample, GapGroup, GapRow, Gaps, ImportFact, Kind, LampKind, Link, Nobody, Reason,
    RecordedChange, Row, RuleGroup, RuleRow, Rules, RulingForm, Section, SheetEntry, Sheets,
    System, SystemRow, TableConfirm, TableFaults, Tables, Tag, TagKind, Who, WhoAnswer,
};
use crate::pages::words::Words;

pub(super) fn who(w: Words) -> Who {
    let field = |name: &str, kind: Kind| Field::new(w, "who", name, kind).required();
    Who {
        frame: frame(w, Section::None, w.t("ask.title")),
        fields: vec![
            field("category", Kind::Select(vec![Choice::new("road_bridge", "道路桥梁").on(true)])),
            field("date", Kind::Day).value("2022-04-14"),
        ],
        answer: Some(WhoAnswer {
            lead: "县交通运输局".to_owned(),
            facts: vec![(w.t("ask.level").to_owned(), w.name("level", "county"))],
            because: vec![Reason::plain("清单载明县交通运输局")],
        }),
        nobody: Some(Nobody {
            what: w.t("ask.no_row").to_owned(),
            because: Vec::new(),
            mend: w.t("ask.mend").to_owned(),
        }),
        lists: vec![Reason::plain("准入清单没有列这一类")],
    }
}

fn gaps_of(w: Words) -> Gaps {
    Gaps {
        frame: frame(w, Section::None, w.t("gaps.title")),
        day: Field::new(w, "gaps", "date", Kind::Day).value("2022-04-14"),
        unit: None,
        chosen: None,
        back: None,
        totals: [1, 67, 0],
        groups: Vec::new(),
        rows: Vec::new(),
        next: None,
        start: None,
    }
}

pub(super) fn gaps(w: Words) -> Gaps {
    let link = Link::new("/organisation/gaps?unit=u1", "鄢岗镇");
    Gaps { groups: vec![GapGroup { link, numbers: [1, 67, 0] }], ..gaps_of(w) }
}

pub(super) fn gaps_of_unit(w: Words) -> Gaps {
    let row = GapRow {
        tag: Tag::of(TagKind::Late, w.t("gaps.sheet")),
        title: "鄢岗镇 · 党政综合办".to_owned(),
        sub: vec![w.a("gaps.since", "4月1日"), w.n("gaps.sheets_open", 1)],
        link: Some(Link::new("/organisation/sheets/p1", w.t("gaps.open"))),
    };
    Gaps {
        unit: Some("u1".to_owned()),
        chosen: Some("鄢岗镇".to_owned()),
        back: Some(Link::new("/organisation/gaps", w.t("gaps.all"))),
        rows: vec![row],
        ..gaps_of(w)
    }
}

pub(super) fn sheets(w: Words) -> Sheets {
    let form = RulingForm {
        slot: "sheet-1".to_owned(),
        label: w.t("sheets.sign").to_owned(),
        of: Some("township_hall".to_owned()),
        note: Some(w.t("sheets.sign_note").to_owned()),
        action: "/organisation/sheets/p1".to_owned(),
        key: "key-sheet".to_owned(),
        fields: vec![Field::new(w, "sheet", "signed", Kind::Check)],
        fault: None,
        open: false,
    };
    Sheets {
        frame: frame(w, Section::None, &w.a("sheets.title", "鄢岗镇 · 党政综合办")),
        back: Link::new("/organisation/gaps", w.t("gaps.title")),
        fault: None,
        open: vec![SheetEntry {
            facts: vec![(w.t("sheets.leaver").to_owned(), "township_hall".to_owned())],
            form: Some(form),
        }],
        rows: vec![Row {
            href: "/matters/22-003174".to_owned(),
            title: "桥护栏断了一截".to_owned(),
            lamp: lamp(w, LampKind::Yellow, "2022-04-15T18:00"),
            sub: vec!["22-003174".to_owned()],
            act: None,
        }],
        next: None,
        start: None,
    }
}

pub(super) fn rules(w: Words) -> Rules {
    let row = RuleRow {
        words: "先签收，再办理",
        allowed_by: String::new(),
        source: w.t("rule_source.design").replace("{n}", "4"),
    };
    let group = RuleGroup {
        id: "stop",
        title: w.name("rule_group", "stop"),
        note: w.name("rule_note", "stop"),
        rows: vec![row],
    };
    Rules { frame: frame(w, Section::None, w.t("rules.title")), groups: vec![group] }
}

pub(super) fn decisions(w: Words) -> Decisions {
    let row = |matter: Option<Link>| DecisionRow {
        when: moment(w, "2022-04-12T09:00"),
        kind: w.name("decided", "granted_extend"),
        by: "县联动指挥中心 · 调度岗".to_owned(),
        matter,
        elsewhere: None,
    };
    Decisions {
        frame: frame(w, Section::None, w.t("decisions.title")),
        filters: vec![Field::new(w, "decisions", "from", Kind::Day)],
        note: w.t("decisions.note").to_owned(),
        rows: vec![row(Some(Link::new("/matters/22-003174", "22-003174"))), row(None)],
        next: Some("/decisions?after=1.2".to_owned()),
        start: None,
    }
}

pub(super) fn changes(w: Words) -> Changes {
    let fault = FileFault {
        line: Some(w.n("changes.line", 5)),
        field: "successors".to_owned(),
        what: w.fault("鄢岗镇 is closed and nobody goes on with its work"),
        mend: w.fault("name a unit that stands from that day on"),
    };
    let kinds = vec![Choice::new("roster", w.name("change_kind", "roster"))];
    let field = |name: &str, kind: Kind| Field::new(w, "changes", name, kind);
    Changes {
        frame: frame(w, Section::None, w.t("changes.title")),
        fields: vec![
            field("kind", Kind::Radios(kinds)).required(),
            field("text", Kind::Text { rows: 10 }),
            field("upload", Kind::File),
        ],
        samples: vec![FileSample {
            name: w.name("change_kind", "roster"),
            href: "/organisation/changes/template/roster".to_owned(),
            text: crate::changes::Sort::Roster.template(w.zh()),
        }],
        unit: Some(
            field("unit", Kind::Select(vec![Choice::new("411524102000", "鄢岗镇")])).required(),
        ),
        fault: None,
        faults: vec![fault.clone()],
        confirm: Some(Confirm {
            title: w.a("changes.would", w.name("change_kind", "reorganisation")),
            lines: vec!["撤销鄢岗镇，由双椿铺镇承接".to_owned()],
            warnings: vec![fault],
            moving: Some(w.ab("changes.moving", 12, "4月20日")),
            nothing: false,
            kind: "reorganisation",
            text: "on = \"2022-05-01\"".to_owned(),
            file: "plan.toml".to_owned(),
            upon: "7".to_owned(),
            key: "key-change".to_owned(),
        }),
        left: vec!["鄢岗镇".to_owned()],
        recorded: vec![RecordedChange {
            number: "商编〔2022〕1号".to_owned(),
            decided_by: "县委编委".to_owned(),
            on: "4月1日".to_owned(),
            closed: "鄢岗镇".to_owned(),
        }],
    }
}

pub(super) fn system(w: Words) -> System {
    let row = SystemRow {
        title: w.name("health_part", "disk"),
        tag: Tag::of(TagKind::Near, w.name("system_state", "warn")),
        says: w.ab("health.disk.low", "512 MB", "40 GB"),
        detail: None,
        mend: Some(w.t("health.disk.low_mend").to_owned()),
    };
    let failed = SystemRow {
        title: w.name("health_part", "backup"),
        tag: Tag::of(TagKind::Late, w.name("system_state", "bad")),
        says: w.ab("health.backup.failed", "2026-11-26 02:30", ""),
        detail: Some("/srv/backups: No space left on device (os error 28)".to_owned()),
        mend: Some(w.t("health.backup.failed_mend").to_owned()),
    };
    let rows = vec![failed, row];
    System { frame: frame(w, Section::None, w.t("system.title")), open: 2, rows }
}

fn tables_of(w: Words) -> Tables {
    let kinds = ["grids", "people", "powers", "units"]
        .map(|kind| Choice::new(kind, w.name("table_kind", kind)).note(w.name("table_note", kind)));
    let datums = ["wgs84", "gcj02", "bd09"].map(|datum| Choice::new(datum, w.name("datum", datum)));
    let field = |name: &str, kind: Kind| Field::new(w, "table", name, kind);
    Tables {
        frame: frame(w, Section::None, w.t("tables.title")),
        fields: vec![
            field("kind", Kind::Radios(kinds.into())).required(),
            field("paper", Kind::Line),
            field("from", Kind::Day),
            field("sheet", Kind::Line),
            field("datum", Kind::Select(datums.into())),
        ],
        fault: None,
        moved: None,
        faults: None,
        picture: None,
        confirm: None,
        links: Vec::new(),
    }
}

pub(super) fn table_with_faults(w: Words) -> Tables {
    let cell = CellFault { address: "C3".to_owned(), what: w.fault("nothing stands here") };
    let title = w.n("imports.says_bad", 3);
    Tables {
        fault: Some(w.t("tables.gone").to_owned()),
        faults: Some(TableFaults { title, cells: vec![cell], more: 2 }),
        picture: Some("/organisation/tables/018033c4/picture.svg".to_owned()),
        ..tables_of(w)
    }
}

pub(super) fn table_to_confirm(w: Words) -> Tables {
    let fact = |key: &str, n: &str| ImportFact { words: w.t(key).to_owned(), n: n.to_owned() };
    let link = |login: &str| AccountLink { login: login.to_owned(), href: "/link/5f".to_owned() };
    Tables {
        moved: Some(w.t("tables.moved").to_owned()),
        confirm: Some(TableConfirm {
            title: w.a("changes.would", w.name("table_kind", "people")),
            facts: vec![fact("tables.rows", "67"), fact("tables.accounts", "2")],
            lines: vec!["鄢岗镇网格长一，4月20日起".to_owned()],
            more: 3,
            notes: vec![CellFault {
                address: "第 2 个要素".to_owned(),
                what: "界线有空隙".to_owned(),
            }],
            unread: Some("备注".to_owned()),
            warnings: Vec::new(),
            nothing: false,
            hidden: vec![("kind", "people".to_owned())],
        }),
        links: vec![link("yangang-grid-1")],
        ..tables_of(w)
    }
}
