//! `divisions.csv` as the statistics bureau lists it, and `names_en.csv` beside it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{County, Files, Source};
use crate::ids::DivisionCode;
use crate::organisation::check::{Entry, Fault};
use crate::organisation::{Division, Level};

#[derive(Deserialize)]
struct Row {
    code: String,
    name: String,
    level: String,
    parent: String,
    #[serde(rename = "type")]
    _kind: String,
}

#[derive(Deserialize)]
struct Named {
    code: DivisionCode,
    name_en: String,
}

/// A division with the English name of its own unit.
pub(super) struct Listed {
    pub(super) entry: Entry<Division>,
    pub(super) name_en: String,
}

/// Reads both files; the county is the one division of that level.
pub(super) fn read(files: &Files<'_>, county: &mut County, faults: &mut Vec<Fault>) -> Vec<Listed> {
    let names: BTreeMap<DivisionCode, String> = csv::<Named>(files.names_en, faults)
        .into_iter()
        .map(|row| (row.value.code, row.value.name_en))
        .collect();
    let mut listed = Vec::new();
    for Entry { origin, value } in csv::<Row>(files.divisions, faults) {
        let Some(level) = level(&value.level) else {
            let what = format!("\"{}\" is no level of divisions", value.level);
            faults.push(Fault::new(&origin, "level", what, "use 省 市 县 乡镇街道 村居"));
            continue;
        };
        let code = DivisionCode(value.code);
        let parent = (!value.parent.is_empty()).then_some(DivisionCode(value.parent));
        let name_en = names.get(&code).unwrap_or(&value.name).clone();
        let value = Division { code, name: value.name, level, parent };
        listed.push(Listed { entry: Entry { origin, value }, name_en });
    }
    let counties: Vec<_> = listed.iter().filter(|l| l.entry.value.level == Level::County).collect();
    if let [only] = counties.as_slice() {
        county.code = only.entry.value.code.clone();
    } else {
        let what = format!("the file holds {} counties", counties.len());
        let file = files.divisions.at(0);
        faults.push(Fault::new(&file, "level", what, "give the divisions of one county"));
    }
    county.proposed.divisions = listed.iter().map(|l| l.entry.clone()).collect();
    listed
}

fn level(text: &str) -> Option<Level> {
    Some(match text {
        "省" => Level::Province,
        "市" => Level::City,
        "县" => Level::County,
        "乡镇街道" => Level::Township,
        "村居" => Level::Village,
        _ => return None,
    })
}

/// The rows of a CSV file with a header, each with its line.
fn csv<T: DeserializeOwned>(source: Source<'_>, faults: &mut Vec<Fault>) -> Vec<Entry<T>> {
    // The reader counts a line too few after each CR LF.
    let text = source.text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    let mut rows = Vec::new();
    for record in reader.records() {
        let read = record.and_then(|r| {
            let line = r.position().map_or(0, csv::Position::line);
            r.deserialize(Some(&headers)).map(|value| (line, value))
        });
        match read {
            Ok((line, value)) => {
                let origin = source.at(usize::try_from(line).unwrap_or_default());
                rows.push(Entry { origin, value });
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                let origin = source.at(usize::try_from(line).unwrap_or_default());
                faults.push(Fault::new(&origin, "", error.to_string(), "mend this row"));
            }
        }
    }
    rows
}
