//! One table from an act's name to the fields of its form.

use super::acts::{FormRow, Options};
use super::{Choice, Field, Kind};
use crate::pages::words::Words;

/// Rows of a list that a page without a script offers at once.
pub const ROWS: u16 = 6;

fn yes_no(w: Words) -> Vec<Choice> {
    vec![Choice::new("true", w.t("form.yes")), Choice::new("false", w.t("form.no"))]
}

fn named(w: Words, section: &str, keys: &[&str]) -> Vec<Choice> {
    keys.iter().map(|k| Choice::new(*k, w.name(section, k))).collect()
}

/// Settlement kinds that an answer may name (挂账 and 并入 come by other acts).
const SETTLEMENTS: [&str; 7] =
    ["solved", "partly", "explained", "guided", "planned", "withdrawn", "untrue"];

/// What allows the act, where a rule that needs a decision stands against it: asked only where there is
/// somebody's decision to name.
fn exception(w: Words, act: &str, o: &Options) -> Vec<Field> {
    if o.exceptions.is_empty() {
        return Vec::new();
    }
    let field = |name: &str, kind: Kind| Field::new(w, act, name, kind);
    vec![
        field("allow_rule", Kind::Select(o.exceptions.clone())),
        field("allow_number", Kind::Line),
        field("allow_reason", Kind::Text { rows: 2 }),
    ]
}

pub(super) fn fields(w: Words, act: &str, o: &Options) -> Vec<Field> {
    let field = |name: &str, kind: Kind| Field::new(w, act, name, kind);
    let text = |name: &str| field(name, Kind::Text { rows: 3 });
    let files = || field("files", Kind::Files(Vec::new()));
    match act {
        "file" | "correct" => {
            let mut list = vec![field("category", Kind::Select(o.categories.clone()))];
            if act == "correct" {
                list.push(field("division", Kind::Groups(o.places.clone())));
            }
            list.push(field("grade", Kind::Radios(named(w, "grade", &["ordinary", "major"]))));
            if act == "correct" && o.outside {
                list.push(field("outside_due", Kind::Moment));
            }
            list
        }
        "dispatch" | "adjudicate" => {
            let reason = text("reason");
            let mut list = vec![
                field("lead", Kind::Groups(o.leads.clone())).required(),
                field("assists", Kind::Checks(o.assists.clone())),
                if act == "adjudicate" { reason.required() } else { reason },
            ];
            if !o.withdrawable.is_empty() {
                list.push(field("withdraw", Kind::Checks(o.withdrawable.clone())));
            }
            if act == "adjudicate" && o.objection {
                list.push(field("number", Kind::Line).required());
            }
            list.extend(exception(w, act, o));
            list
        }
        "return" | "reopen" => {
            vec![text("reason").required(), field("whose", Kind::Groups(o.whose.clone()))]
        }
        "sign_for" if o.posts.len() > 1 => vec![field("post", Kind::Select(o.posts.clone()))],
        "urge" if o.owing.len() > 1 => {
            vec![field("unit", Kind::Select(o.owing.clone())), text("text").required(), files()]
        }
        "progress" | "comment" | "spot" | "urge" => vec![text("text").required(), files()],
        "suspend" | "shelve" => {
            vec![text("reason").required(), field("until", Kind::Moment).required()]
        }
        "extend" => {
            let stage = match o.stages.as_slice() {
                [only] => field("stage", Kind::Hidden).value(only.value.clone()),
                _ => field("stage", Kind::Select(o.stages.clone())).required(),
            };
            vec![text("reason").required(), stage, field("due", Kind::Moment).required()]
        }
        "decide" => {
            let request = match o.requests.as_slice() {
                [only] => field("request", Kind::Hidden).value(only.value.clone()),
                _ => field("request", Kind::Radios(o.requests.clone())).required(),
            };
            let accept = named(w, "accept", &["true", "false"]);
            let mut list =
                vec![request, field("accept", Kind::Radios(accept)).required(), text("reason")];
            if o.meeting {
                list.push(field("number", Kind::Line));
            }
            list
        }
        "answer" => {
            let kinds = if o.settlements.is_empty() {
                named(w, "settlement", &SETTLEMENTS)
            } else {
                o.settlements.clone()
            };
            vec![field("kind", Kind::Radios(kinds)).required(), text("text").required(), files()]
        }
        "verify" => {
            let passed = named(w, "passed", &["true", "false"]);
            let mut list = vec![field("passed", Kind::Radios(passed)).required()];
            if !o.ratings.is_empty() {
                list.push(field("rating", Kind::Radios(o.ratings.clone())));
            }
            list.extend([text("text"), files()]);
            list
        }
        "call_back" => {
            let parties = o.parties.clone();
            let party =
                (!parties.is_empty()).then(|| field("party", Kind::Radios(parties)).required());
            let satisfied = named(w, "satisfied", &["yes", "basically", "no"]);
            let said = [
                field("reached", Kind::Radios(yes_no(w))).required(),
                field("solved", Kind::Radios(yes_no(w))),
                field("satisfied", Kind::Radios(satisfied)),
                text("text"),
            ];
            party.into_iter().chain(said).collect()
        }
        "sign_off" if o.despite => vec![text("despite").required()],
        _ => fields_beside(w, act, o),
    }
}

/// The acts inside a unit, between matters and beside the main path.
fn fields_beside(w: Words, act: &str, o: &Options) -> Vec<Field> {
    let field = |name: &str, kind: Kind| Field::new(w, act, name, kind);
    let text = |name: &str| field(name, Kind::Text { rows: 3 });
    match act {
        "decline" | "unlink" | "pass_back" | "send_back" | "object" | "exclude" => {
            vec![text("reason").required()]
        }
        "settle_on_spot" => vec![
            field("category", Kind::Select(o.on_spot.clone())).required(),
            text("text").required(),
        ],
        "link" => vec![field("to", Kind::Line).required()],
        "merge" => vec![field("into", Kind::Line).required(), text("reason").required()],
        "pass_on" => {
            let mut list = vec![
                field("post", Kind::Groups(o.tree.clone())).required(),
                field("due", Kind::Moment),
                text("text"),
            ];
            list.extend(exception(w, act, o));
            list
        }
        "node_done" => {
            let node = match o.nodes.as_slice() {
                [only] => field("node", Kind::Hidden).value(only.value.clone()),
                _ => field("node", Kind::Radios(o.nodes.clone())).required(),
            };
            vec![node, text("text").required()]
        }
        "plan" if o.replaces => {
            vec![field("replaces", Kind::Check), text("reason")]
        }
        "whistle" => vec![
            field("units", Kind::Checks(o.callable.clone())).required(),
            field("by", Kind::Moment).required(),
            field("spot", Kind::Line).required(),
            text("text").required(),
        ],
        "arrive" => vec![
            field("came", Kind::Radios(named(w, "came", &["came", "late", "absent"]))).required(),
            field("satisfied", Kind::Radios(named(w, "satisfied", &["yes", "basically", "no"]))),
            text("reason"),
        ],
        "order" | "notice" => {
            let mut list = vec![field("number", Kind::Line).required()];
            if o.owing.len() > 1 {
                list.push(field("unit", Kind::Select(o.owing.clone())));
            }
            list.push(text("text").required());
            list
        }
        "refer_up" => vec![
            text("reason").required(),
            field("to", Kind::Select(o.superiors.clone())).required(),
        ],
        "refer_across" => vec![text("reason").required(), field("to", Kind::Line).required()],
        _ => Vec::new(),
    }
}

/// The rows of a plan or of a matter taken apart. An empty one is left out.
pub(super) fn rows(w: Words, act: &str, o: &Options) -> Vec<FormRow> {
    match act {
        "plan" => (1..=ROWS).map(|n| node_row(w, n, o)).collect(),
        "decompose" => (1..=ROWS).map(|n| part_row(w, n, o)).collect(),
        _ => Vec::new(),
    }
}

fn node_row(w: Words, n: u16, o: &Options) -> FormRow {
    let field = |name: &str, kind: Kind| {
        Field::new(w, "plan", &format!("node_{n}_{name}"), kind)
            .label(w.name("field", &format!("node_{name}")))
    };
    let no = o.next_node.saturating_add(n - 1);
    let mut fields = vec![
        field("no", Kind::Hidden).value(no.to_string()),
        field("title", Kind::Line),
        field("due", Kind::Moment),
    ];
    if no > 1 {
        fields.push(field("after", Kind::Line));
    }
    if o.sharing.len() > 1 {
        fields.push(field("unit", Kind::Select(o.sharing.clone())));
    }
    if n == 1 {
        let wanted = |f: &&mut Field| f.name.ends_with("_title") || f.name.ends_with("_due");
        fields.iter_mut().filter(wanted).for_each(|f| f.required = true);
    }
    FormRow { legend: w.n("form.node", no), fields }
}

fn part_row(w: Words, n: u16, o: &Options) -> FormRow {
    let field = |name: &str, kind: Kind| {
        Field::new(w, "decompose", &format!("child_{n}_{name}"), kind)
            .label(w.name("field", &format!("child_{name}")))
    };
    let mut fields = vec![field("title", Kind::Line), field("due", Kind::Moment)];
    if n == 1 {
        fields = fields.into_iter().map(Field::required).collect();
    }
    fields.push(field("division", Kind::Select(o.part_places.clone())));
    FormRow { legend: w.n("form.part", n), fields }
}
