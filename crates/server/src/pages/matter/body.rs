//! A form becomes the same JSON object that the API takes.

use serde_json::{Map, Value, json};

use super::super::form::{Form, with_offset};
use super::super::view::ROWS;

/// Fields of the form that are no part of the command.
const AROUND: [&str; 4] = ["csrf", "key", "no", "code"];

/// The body of the act. What a form cannot send stays out: an empty field is a field left out.
pub(in super::super) fn body_of(form: &Form) -> Map<String, Value> {
    let act = form.first("act").unwrap_or_default();
    let mut body = Map::new();
    for (name, value) in &form.0 {
        let value = value.trim();
        let in_row = name.starts_with("node_") || name.starts_with("child_");
        if value.is_empty() || in_row || AROUND.contains(&name.as_str()) {
            continue;
        }
        match name.as_str() {
            "seq" | "draft" | "whistle" | "node" | "party" => {
                body.insert(name.clone(), number(value));
            }
            "assists" => push(&mut body, name, json!({ "unit": value })),
            "withdraw" | "units" | "files" => push(&mut body, name, value.into()),
            "division" => drop(body.insert("place".to_owned(), json!({ "division": value }))),
            "spot" => drop(body.insert("place".to_owned(), value.into())),
            "accept" | "passed" | "reached" | "solved" | "replaces" => {
                let flag = match value {
                    "true" => true.into(),
                    "false" => false.into(),
                    other => other.into(),
                };
                body.insert(name.clone(), flag);
            }
            "allow_rule" | "allow_number" | "allow_reason" => {
                let allow = body.entry("allow").or_insert_with(|| Value::Object(Map::new()));
                if let (Value::Object(allow), Some(inner)) = (allow, name.strip_prefix("allow_")) {
                    allow.insert(inner.to_owned(), value.into());
                }
            }
            "until" | "due" | "deadline" | "by" | "outside_due" => {
                body.insert(name.clone(), with_offset(value).into());
            }
            _ => drop(body.insert(name.clone(), value.into())),
        }
    }
    match act {
        "plan" => drop(body.insert("nodes".to_owned(), rows_of(form, "node"))),
        "decompose" => drop(body.insert("children".to_owned(), rows_of(form, "child"))),
        "submit" => drafted(&mut body),
        _ => {}
    }
    body
}

fn number(value: &str) -> Value {
    value.parse::<u32>().map_or_else(|_| value.into(), Value::from)
}

/// What a draft is of stands inside it.
fn drafted(body: &mut Map<String, Value>) {
    let mut draft = Map::new();
    for name in ["kind", "text", "reason", "until", "stage", "due", "whose"] {
        if let Some(value) = body.remove(name) {
            draft.insert(name.to_owned(), value);
        }
    }
    if let Some(act) = body.remove("drafted") {
        draft.insert("act".to_owned(), act);
        body.insert("draft".to_owned(), Value::Object(draft));
    }
}

/// The rows of a list in which something was typed, by their places on the form.
fn typed_rows(form: &Form, kind: &str) -> Vec<u16> {
    let typed = |n: &u16| {
        let start = format!("{kind}_{n}_");
        let given = |(name, value): &(String, String)| {
            let inner = name.strip_prefix(&start);
            inner.is_some_and(|inner| inner != "no") && !value.trim().is_empty()
        };
        form.0.iter().any(given)
    };
    (1..=ROWS).filter(typed).collect()
}

fn rows_of(form: &Form, kind: &str) -> Value {
    let row = |n: u16| {
        let mut row = Map::new();
        for inner in ["no", "title", "due", "unit", "after", "division"] {
            let Some(value) = form.trimmed(&format!("{kind}_{n}_{inner}")) else { continue };
            let value = match inner {
                "no" => number(value),
                "due" => with_offset(value).into(),
                "after" => {
                    let parts = value.split(|c: char| c.is_whitespace() || "、，,;；".contains(c));
                    parts.filter(|part| !part.is_empty()).map(number).collect()
                }
                _ => value.into(),
            };
            row.insert(inner.to_owned(), value);
        }
        Value::Object(row)
    };
    typed_rows(form, kind).into_iter().map(row).collect()
}

/// The form's name of a command's field: `nodes[1].due` is the second row in which something was
/// typed. None where the name is the same for all forms.
pub(super) fn field_of(form: &Form, field: &str) -> Option<String> {
    if let Some(inner) = field.strip_prefix("draft.") {
        return Some(inner.to_owned());
    }
    if form.first("act") == Some("whistle") && field == "place" {
        return Some("spot".to_owned());
    }
    let (list, rest) = field.split_once('[')?;
    let kind = match list {
        "nodes" => "node",
        "children" => "child",
        _ => return None,
    };
    let (at, inner) = rest.split_once(']')?;
    let row = typed_rows(form, kind).get(at.parse::<usize>().ok()?).copied()?;
    let inner = inner.trim_start_matches('.').split('[').next().unwrap_or_default();
    Some(format!("{kind}_{row}_{}", if inner == "no" { "title" } else { inner }))
}

fn push(body: &mut Map<String, Value>, name: &str, value: Value) {
    let list = body.entry(name).or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = list {
        list.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_the_api_would_be_told() {
        let sent = [
            ("csrf", "c"),
            ("key", "k"),
            ("seq", "5"),
            ("act", "dispatch"),
            ("lead", "u1"),
            ("assists", "u2"),
            ("assists", "u3"),
            ("reason", "  "),
            ("due", "2022-04-19T18:00"),
            ("accept", "false"),
            ("division", "411524102202"),
        ];
        let form = Form(sent.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        assert_eq!(
            Value::Object(body_of(&form)),
            json!({
                "seq": 5, "act": "dispatch", "lead": "u1", "assists": [{"unit": "u2"}, {"unit": "u3"}],
                "due": "2022-04-19T18:00:00+08:00", "accept": false,
                "place": {"division": "411524102202"},
            })
        );
    }

    #[test]
    fn rows_with_nothing_typed_are_left_out_and_faults_find_their_row() {
        let sent = [
            ("act", "plan"),
            ("node_1_no", "3"),
            ("node_1_title", "招标"),
            ("node_1_due", "2022-04-19T18:00"),
            ("node_2_no", "4"),
            ("node_2_title", " "),
            ("node_3_no", "5"),
            ("node_3_title", "开工"),
            ("node_3_after", "3、x"),
        ];
        let form = Form(sent.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        assert_eq!(
            Value::Object(body_of(&form)),
            json!({"act": "plan", "nodes": [
                {"no": 3, "title": "招标", "due": "2022-04-19T18:00:00+08:00"},
                {"no": 5, "title": "开工", "after": [3, "x"]},
            ]})
        );
        let field = |name: &str| field_of(&form, name);
        assert_eq!(field("nodes[1].after[1]").as_deref(), Some("node_3_after"));
        assert_eq!(field("nodes[1].due").as_deref(), Some("node_3_due"));
        assert_eq!(field("nodes"), None);
    }

    #[test]
    fn a_draft_holds_the_fields_of_its_act() {
        let sent = [
            ("act", "submit"),
            ("seq", "7"),
            ("drafted", "answer"),
            ("kind", "solved"),
            ("text", "修好了。"),
        ];
        let form = Form(sent.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        assert_eq!(
            Value::Object(body_of(&form)),
            json!({"act": "submit", "seq": 7,
                "draft": {"act": "answer", "kind": "solved", "text": "修好了。"}})
        );
        assert_eq!(field_of(&form, "draft.text").as_deref(), Some("text"));
    }
}
