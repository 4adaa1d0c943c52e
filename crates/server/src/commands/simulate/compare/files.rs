//! The real files, as the project is developed beside: only times are read of them.

use std::path::Path;

use jiff::civil::{Date, DateTime, Time};
use zongheng_core::time::At;

use super::profile::Profile;
use crate::commands::Failure;
use crate::commands::simulate::replay::opened;

pub(super) const NAMES: [&str; 2] =
    ["zh_civic/messages_with_replies.csv", "311_chicago_sanitation.csv.gz"];

/// Messages to leaders with the replies, to the second.
pub(super) fn messages(folder: &Path) -> Result<Option<Profile>, Failure> {
    let columns = ["留言时间", "答复时间"];
    read(&folder.join(NAMES[0]), ("messages", true), columns, |text| {
        text.parse::<DateTime>().ok().map(At::from_civil)
    })
}

/// Service requests of a city, to the day.
pub(super) fn requests(folder: &Path) -> Result<Option<Profile>, Failure> {
    let columns = ["Creation_Date", "Completion_Date"];
    read(&folder.join(NAMES[1]), ("Chicago", false), columns, |text| {
        text.parse::<Date>().ok().map(|day| At::on(day, Time::midnight()))
    })
}

fn read(
    path: &Path,
    (name, hours): (&'static str, bool),
    columns: [&str; 2],
    moment: impl Fn(&str) -> Option<At>,
) -> Result<Option<Profile>, Failure> {
    let shown = path.display().to_string();
    let io = |e| Failure::Io(shown.clone(), e);
    if !path.try_exists().map_err(io)? {
        eprintln!("{shown} is not there: nothing is compared with it");
        return Ok(None);
    }
    let mut table = csv::Reader::from_reader(opened(path).map_err(io)?);
    let bad = |e: csv::Error| Failure::input(format!("{shown}: {e}"));
    let head = table.headers().map_err(bad)?.clone();
    let column = |name: &str| {
        let found = head.iter().position(|known| known.trim_start_matches('\u{feff}') == name);
        found.ok_or_else(|| Failure::input(format!("{shown}: no column {name}")))
    };
    let (came, answered) = (column(columns[0])?, column(columns[1])?);
    let mut times = Vec::new();
    for (line, record) in (1..).zip(table.records()) {
        let record = record.map_err(bad)?;
        let at = |n: usize| -> Result<Option<At>, Failure> {
            let text = record.get(n).unwrap_or_default().trim();
            if text.is_empty() {
                return Ok(None);
            }
            let read = moment(text)
                .ok_or_else(|| Failure::input(format!("{shown}, row {line}: {text:?} is no time")));
            read.map(Some)
        };
        let (came, answered) = (at(came)?, at(answered)?);
        let came = came.ok_or_else(|| {
            Failure::input(format!("{shown}, row {line}: {} is missing", columns[0]))
        })?;
        times.push((came, answered));
    }
    let until = times.iter().flat_map(|(came, answered)| [Some(*came), *answered]).flatten().max();
    Ok(until.map(|until| Profile::of(name, hours, times, until)))
}
