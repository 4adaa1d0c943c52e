//! Imports: the list, a table with cells to mend, a map, and one that came over.

use super::{at, fault, frame, now};
use crate::pages::view::{
    CellFault, Choice, DifferenceRow, Field, ImportFact, ImportRow, ImportShow, Imports, Kind,
    Moment, ReconciledShow, Section, Tag, TagKind,
};
use crate::pages::words::Words;

const HERE: &str = "/imports/018033c4000070008000000000000001";

fn tag(w: Words, kind: TagKind, stage: &str) -> Tag {
    Tag::of(kind, w.name("import_stage", stage))
}

pub(super) fn list(w: Words) -> Imports {
    let kinds = ["hotline", "tasks", "matters"];
    let kinds = kinds.map(|kind| {
        Choice::new(kind, w.name("import_kind", kind)).note(w.name("import_note", kind))
    });
    let row = |file: &str, kind: &str, stage: Tag| ImportRow {
        href: HERE.to_owned(),
        file: file.to_owned(),
        kind: w.name("import_kind", kind),
        stage,
        begun: Moment::near(w, at("2022-04-14T09:30"), now()),
    };
    Imports {
        frame: frame(w, Section::None, w.t("imports.title")),
        fields: vec![
            Field::new(w, "import", "kind", Kind::Radios(kinds.into())).required(),
            Field::new(w, "import", "year", Kind::Number),
            Field::new(w, "import", "sheet", Kind::Line),
        ],
        fault: Some(w.t("imports.no_file").to_owned()),
        works: vec![
            row("4月热线工单.xlsx", "hotline", tag(w, TagKind::Plain, "applying")),
            row("督查台账.xlsx", "tasks", tag(w, TagKind::Late, "bad")),
            row("3月热线工单.csv", "hotline", tag(w, TagKind::Ok, "done")),
        ],
    }
}

fn show(w: Words, file: &str, stage: Tag, says: String) -> ImportShow {
    ImportShow {
        frame: frame(w, Section::None, w.t("imports.title")),
        href: HERE.to_owned(),
        file: file.to_owned(),
        kind: w.name("import_kind", "hotline"),
        begun: Moment::near(w, at("2022-04-14T09:30"), now()),
        stage,
        says,
        progress: None,
        cells: Vec::new(),
        more: 0,
        map: Vec::new(),
        facts: Vec::new(),
        judged: Vec::new(),
        notes: Vec::new(),
        skipped: Vec::new(),
        skipped_more: 0,
        may_apply: false,
        may_reconcile: false,
        go_on: None,
        reconciled: None,
    }
}

pub(super) fn bad(w: Words) -> ImportShow {
    let cell =
        |address: &str, what: &str| CellFault { address: address.to_owned(), what: fault(w, what) };
    ImportShow {
        cells: vec![
            cell("E17", "no township is called \"焉岗镇\"; did you mean 鄢岗镇?"),
            cell("I23", "a formula works it out: paste the cell as a value"),
        ],
        more: 3,
        ..show(w, "4月热线工单.xlsx", tag(w, TagKind::Late, "bad"), w.n("imports.says_bad", 5))
    }
}

pub(super) fn map(w: Words) -> ImportShow {
    let columns = ["编号", "事项", "来信时间", "答复时间"].map(|name| Choice::new(name, name));
    let column = |name: &str| Field::new(w, "map", name, Kind::Select(columns.to_vec()));
    ImportShow {
        map: vec![
            column("number").required(),
            column("title").value("事项"),
            column("began").required(),
            column("ended"),
            Field::new(w, "map", "anew", Kind::Check),
        ],
        ..show(
            w,
            "来信登记.csv",
            tag(w, TagKind::Near, "mapping"),
            w.t("imports.says_mapping").to_owned(),
        )
    }
}

pub(super) fn running(w: Words) -> ImportShow {
    ImportShow {
        progress: Some(w.n("imports.rows_so_far", 12_032)),
        ..show(
            w,
            "4月热线工单.xlsx",
            tag(w, TagKind::Plain, "applying"),
            w.t("imports.says_applying").to_owned(),
        )
    }
}

pub(super) fn done(w: Words) -> ImportShow {
    let fact = |words: String, n: &str| ImportFact { words, n: n.to_owned() };
    let word = |key: &str, n: &str| fact(w.find(key).unwrap_or_default().to_owned(), n);
    ImportShow {
        facts: vec![
            word("imports.lines", "1003"),
            word("imports.came", "1000"),
            word("imports.history", "960"),
            word("imports.twice", "1"),
            word("imports.blank", "1"),
            word("imports.totals", "1"),
        ],
        judged: vec![fact(w.name("judged", "day"), "120"), fact(w.name("judged", "later"), "840")],
        notes: vec![
            w.a("imports.hidden", "K"),
            w.ab("imports.under", 2, "5、9"),
            w.a("imports.absent", "2000"),
        ],
        skipped: vec![fact(w.n("imports.row", 502), &w.name("skipped", "twice"))],
        skipped_more: 2,
        reconciled: Some(ReconciledShow {
            facts: vec![
                word("imports.held", "1000"),
                word("imports.same", "999"),
                fact(w.name("difference", "limit"), "1"),
            ],
            rows: vec![DifferenceRow {
                what: w.name("difference", "limit"),
                number: "20220414000012".to_owned(),
                no: "22-003377".to_owned(),
                href: Some("/matters/22-003377".to_owned()),
                title: "背街路灯不亮".to_owned(),
                theirs: "2022-04-28 18:00".to_owned(),
                ours: "2022-04-26 18:00".to_owned(),
                row: Some(w.n("imports.row", 14)),
            }],
            all: 1,
            xlsx: format!("{HERE}/differences/xlsx"),
            csv: format!("{HERE}/differences/csv"),
        }),
        may_apply: true,
        may_reconcile: true,
        go_on: Some(w.t("imports.again").to_owned()),
        ..show(w, "3月热线工单.csv", tag(w, TagKind::Ok, "done"), w.n("imports.says_done", 1_000))
    }
}
