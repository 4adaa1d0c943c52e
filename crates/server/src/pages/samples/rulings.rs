//! A list of what is decided beside matters, and the form by which an entry is sealed off.

use super::frame;
use crate::pages::view::{
    Choice, Field, Kind, Link, RulingEntry, RulingForm, Rulings, Section, Tag, TagKind,
};
use crate::pages::words::Words;

fn form(slot: &str, label: &str, fields: Vec<Field>) -> RulingForm {
    RulingForm {
        slot: slot.to_owned(),
        label: label.to_owned(),
        of: Some("会议纪要〔2022〕9号".to_owned()),
        note: None,
        action: "/powers/proposals/m-1".to_owned(),
        key: format!("key-{slot}"),
        fields,
        fault: None,
        open: false,
    }
}

pub(super) fn sealing(w: Words) -> RulingForm {
    let field = |name: &str, kind: Kind| Field::new(w, "sealing", name, kind);
    let entries = vec![Choice::new("c1", "第 1 步 · 反映 · 桥护栏断了一截")];
    let words = vec![Choice::new("seal", w.name("sealing", "seal"))];
    let fields = vec![
        field("content", Kind::Radios(entries)).required(),
        field("decision", Kind::Radios(words)).required(),
        field("number", Kind::Line).required(),
        field("reason", Kind::Text { rows: 2 }).required(),
    ];
    let mut form = form("sealing", w.t("sealing.title"), fields);
    form.note = Some(w.t("sealing.note").to_owned());
    form.again("key-again".to_owned(), &[], &[("number".to_owned(), "写文号。".to_owned())]);
    form
}

pub(super) fn page(w: Words) -> Rulings {
    let slot = "adopt-m-1";
    let field = |name: &str, kind: Kind| Field::new(w, slot, name, kind);
    let fields = vec![field("number", Kind::Line).required(), field("from", Kind::Day).required()];
    let adopt = form(slot, w.t("rulings.adopt"), fields);
    Rulings {
        frame: frame(w, Section::None, w.t("rulings.proposals")),
        note: w.t("rulings.proposals_note").to_owned(),
        form: None,
        entries: vec![RulingEntry {
            title: "道路桥梁".to_owned(),
            tag: Tag::of(TagKind::Near, w.t("rulings.waiting")),
            facts: vec![(w.t("matter.lead").to_owned(), "县交通运输局".to_owned())],
            link: Some(Link::new("/matters/22-003174", "22-003174")),
            forms: vec![adopt],
        }],
        empty: w.t("rulings.proposals_empty").to_owned(),
    }
}
