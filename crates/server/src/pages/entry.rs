//! Forms by which a matter comes in: what was typed becomes the JSON object of the API.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use zongheng_core::matter::FieldFault;
use zongheng_core::playbook::Playbook;

use super::form::{Form, with_offset};
use super::offer::{point_taken, time_taken};
use super::words::Words;

/// The most characters of a title taken from the first sentence.
const FIRST: usize = 40;

/// The first sentence of what was said, short enough for a title.
fn first_sentence(detail: &str) -> String {
    let ends = ['。', '！', '？', '；', '\n', '!', '?', ';'];
    let sentence = detail.trim().split(ends).next().unwrap_or_default().trim();
    let clipped: String = sentence.chars().take(FIRST).collect();
    if clipped.chars().count() < sentence.chars().count() {
        // A title cut in a sentence ends at its last comma, where it has one.
        match clipped.rfind(['，', ',', '、']) {
            Some(at) if at >= 12 => clipped[..at].to_owned(),
            _ => clipped,
        }
    } else {
        clipped
    }
}

/// The report that a form means.
pub(super) fn report_of(form: &Form, playbook: &str) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("playbook".to_owned(), playbook.into());
    for name in ["id", "category", "title", "detail", "source", "against"] {
        form.put(&mut body, name);
    }
    if !body.contains_key("title")
        && let Some(detail) = form.trimmed("detail")
    {
        body.insert("title".to_owned(), first_sentence(detail).into());
    }
    let mut place = Map::new();
    for name in ["division", "address"] {
        form.put(&mut place, name);
    }
    for name in ["lon", "lat"] {
        if let Some(value) = form.trimmed(name) {
            let number = value.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            place.insert(name.to_owned(), number.map_or_else(|| value.into(), Value::Number));
        }
    }
    if place.contains_key("lon") || place.contains_key("lat") {
        form.put(&mut place, "datum");
    } else if let Some((lon, lat)) = point_taken(form) {
        place.insert("lon".to_owned(), lon.into());
        place.insert("lat".to_owned(), lat.into());
    }
    if !place.is_empty() {
        body.insert("place".to_owned(), place.into());
    }
    if let Some(at) = time_taken(form) {
        body.insert("happened".to_owned(), at.to_string().into());
    }
    let files = files_of(form);
    if !files.is_empty() {
        body.insert("files".to_owned(), files.into());
    }
    if form.ticked("urgent") {
        body.insert("urgent".to_owned(), true.into());
    }
    let mut outside = Map::new();
    if let Some(number) = form.trimmed("outside_number") {
        outside.insert("number".to_owned(), number.into());
    }
    if let Some(due) = form.trimmed("outside_due") {
        outside.insert("due".to_owned(), with_offset(due).into());
    }
    if !outside.is_empty() {
        body.insert("outside".to_owned(), outside.into());
    }
    let mut reporter = Map::new();
    for (field, name) in [("reporter_name", "name"), ("reporter_phone", "phone")] {
        if let Some(value) = form.trimmed(field) {
            reporter.insert(name.to_owned(), value.into());
        }
    }
    if !reporter.is_empty() || form.ticked("reporter_hidden") {
        reporter.insert("hidden".to_owned(), form.ticked("reporter_hidden").into());
        body.insert("reporter".to_owned(), json!(reporter));
    }
    body
}

/// The uploads that a form names.
pub(super) fn files_of(form: &Form) -> Vec<Value> {
    form.0.iter().filter(|(name, _)| name == "files").map(|(_, id)| id.as_str().into()).collect()
}

/// Everything that is wrong with a form, by the field in which it can be mended: what the API finds in
/// the report that it means, and what the form asks for beyond the API.
pub(super) fn faults_of(
    w: Words,
    form: &Form,
    playbook: &Playbook,
    found: &[FieldFault],
) -> Vec<(String, String)> {
    let mut faults = w.faults(found);
    // A title that nobody typed was taken from what was said.
    if form.trimmed("title").is_none() {
        for (field, _) in faults.iter_mut().filter(|(field, _)| field == "title") {
            "detail".clone_into(field);
        }
    }
    if form.trimmed("detail").is_none() {
        faults.push(("detail".to_owned(), w.fault("missing: write something")));
    }
    if playbook.category.is_none() && form.trimmed("category").is_none() {
        faults.push(("category".to_owned(), w.t("report.choose_category").to_owned()));
    }
    let no_order = ["outside_number", "outside_due"].iter().all(|n| form.trimmed(n).is_none());
    if playbook.outside.is_some() && no_order {
        let what = w.fault("give the authority's number and the limit it set");
        faults.push(("outside_number".to_owned(), what));
    }
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert(fault.clone()));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_sentence() {
        assert_eq!(
            first_sentence("桥边护栏断了一截，晚上没有灯。孩子放学从这里走。"),
            "桥边护栏断了一截，晚上没有灯"
        );
        let long = "一".repeat(30) + "，" + &"二".repeat(30);
        assert_eq!(first_sentence(&long), "一".repeat(30));
    }

    #[test]
    fn a_form_says_what_the_api_would_be_told() {
        let sent = [
            ("detail", "下水井冒水。"),
            ("division", "411524102202"),
            ("lon", "115.4"),
            ("lat", "x"),
            ("datum", "gcj02"),
            ("reporter_phone", "139 0000 0000"),
            ("reporter_hidden", "true"),
        ];
        let form = Form(sent.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        assert_eq!(
            Value::Object(report_of(&form, "resident_report")),
            json!({
                "playbook": "resident_report", "title": "下水井冒水", "detail": "下水井冒水。",
                "place": {"division": "411524102202", "lon": 115.4, "lat": "x", "datum": "gcj02"},
                "reporter": {"phone": "139 0000 0000", "hidden": true},
            })
        );
    }
}
