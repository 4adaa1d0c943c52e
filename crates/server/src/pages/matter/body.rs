//! A form becomes the same JSON object that the API takes.

use serde_json::{Map, Value, json};

use super::super::form::Form;

/// Fields of the form that are no part of the command.
const AROUND: [&str; 4] = ["csrf", "key", "no", "code"];

/// The body of the act. What a form cannot send stays out: an empty field is a field left out.
pub(in super::super) fn body_of(form: &Form) -> Map<String, Value> {
    let mut body = Map::new();
    for (name, value) in &form.0 {
        let value = value.trim();
        if value.is_empty() || AROUND.contains(&name.as_str()) {
            continue;
        }
        match name.as_str() {
            "seq" => {
                let seq = value.parse::<u32>().map_or_else(|_| value.into(), Value::from);
                body.insert(name.clone(), seq);
            }
            "assists" => push(&mut body, name, json!({ "unit": value })),
            "withdraw" => push(&mut body, name, value.into()),
            "division" => drop(body.insert("place".to_owned(), json!({ "division": value }))),
            "accept" | "passed" | "reached" | "solved" => {
                let flag = match value {
                    "true" => true.into(),
                    "false" => false.into(),
                    other => other.into(),
                };
                body.insert(name.clone(), flag);
            }
            "until" | "due" | "deadline" => {
                body.insert(name.clone(), with_offset(value).into());
            }
            _ => drop(body.insert(name.clone(), value.into())),
        }
    }
    body
}

fn push(body: &mut Map<String, Value>, name: &str, value: Value) {
    let list = body.entry(name).or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = list {
        list.push(value);
    }
}

/// `2022-04-19T18:00`, county time, as a moment of the API.
fn with_offset(value: &str) -> String {
    match value.len() {
        16 => format!("{value}:00+08:00"),
        19 => format!("{value}+08:00"),
        _ => value.to_owned(),
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
}
