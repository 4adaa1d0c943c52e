//! Where the log goes: lines of JSON to standard error, and where the settings name a folder also into a
//! file a day there; spans to a collector.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::civil::Date;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use crate::settings::{LOG_DAYS, Settings};
use crate::traces::{self, Endpoint, Spans, TARGET};

/// Structured logs by `RUST_LOG`, or one line an answer; needs a runtime where spans are sent.
///
/// # Errors
/// The folder of the log cannot be written.
pub fn start(settings: &Settings, data: &Path) -> io::Result<()> {
    let filter =
        || EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // Spans are for the collector; in each line of the log they would only make it long.
    let lines = || filter_fn(|of| of.target() != TARGET);
    let days = settings.log.as_ref().map(|log| Days::open(data.join(&log.folder), today()));
    if let Some(log) = &settings.log {
        // Set once a process, as the log itself.
        let _first = KEPT.set((data.join(&log.folder), log.keep.unwrap_or(LOG_DAYS)));
    }
    let file = days.transpose()?.map(|days| {
        tracing_subscriber::fmt::layer()
            .json()
            .with_writer(days)
            .with_filter(filter())
            .with_filter(lines())
    });
    let endpoint = settings.traces.as_ref().and_then(|t| Endpoint::read(&t.endpoint).ok());
    let spans = endpoint.map(|endpoint| {
        Spans::new(traces::start(endpoint)).with_filter(filter_fn(|of| of.target() == TARGET))
    });
    let shown = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(io::stderr)
        .with_filter(filter())
        .with_filter(lines());
    // Set once a process; a second call changes nothing.
    drop(tracing_subscriber::registry().with(shown).with(file).with(spans).try_init());
    Ok(())
}

fn today() -> Date {
    crate::commands::now().date()
}

/// The folder of this process's log, and for how many days its files are kept.
static KEPT: OnceLock<(PathBuf, u32)> = OnceLock::new();

/// Removes what was kept long enough by a day that is to be believed.
pub fn clean(today: Date) {
    if let Some((folder, keep)) = KEPT.get() {
        remove_old(folder, *keep, today);
    }
}

/// Removes files of days more than so many ago; a file of another name is not touched.
fn remove_old(folder: &Path, keep: u32, today: Date) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let day = name.strip_prefix("zongheng-").and_then(|rest| rest.strip_suffix(".log"));
        let Some(Ok(day)) = day.map(str::parse::<Date>) else { continue };
        let age = day.until(today).map(|span| span.get_days()).unwrap_or_default();
        if i64::from(age) > i64::from(keep) {
            // What cannot be removed is tried again tomorrow.
            drop(std::fs::remove_file(path));
        }
    }
}

/// A file a day, `zongheng-2026-11-26.log`.
#[derive(Clone)]
struct Days(Arc<Mutex<Day>>);

struct Day {
    folder: PathBuf,
    today: Date,
    file: File,
}

impl Days {
    fn open(folder: PathBuf, day: Date) -> io::Result<Self> {
        let told = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", folder.display()));
        std::fs::create_dir_all(&folder).map_err(told)?;
        let file = append(&folder, day).map_err(told)?;
        Ok(Self(Arc::new(Mutex::new(Day { folder, today: day, file }))))
    }
}

fn append(folder: &Path, day: Date) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(folder.join(format!("zongheng-{day}.log")))
}

impl Day {
    fn write(&mut self, line: &[u8], today: Date) -> io::Result<()> {
        if today != self.today {
            // Where a new file cannot be made the old one goes on: a line more than a line lost.
            if let Ok(file) = append(&self.folder, today) {
                self.file = file;
            }
            self.today = today;
        }
        self.file.write_all(line)
    }
}

impl<'a> MakeWriter<'a> for Days {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Days {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut day = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        day.write(line, today()).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_has_a_file_and_what_was_kept_long_enough_goes() {
        let folder = std::env::temp_dir().join(format!("zongheng-log-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["zongheng-2026-05-26.log", "zongheng-2026-05-27.log", "other.log"] {
            std::fs::write(folder.join(name), "old\n").unwrap();
        }
        let days = Days::open(folder.clone(), date(2026, 11, 26)).unwrap();
        let mut day = days.0.lock().unwrap();
        day.write(b"one\n", date(2026, 11, 26)).unwrap();
        day.write(b"two\n", date(2026, 11, 27)).unwrap();
        let names = || {
            let mut names: Vec<_> = std::fs::read_dir(&folder)
                .unwrap()
                .map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        remove_old(&folder, 183, date(2026, 11, 26));
        assert_eq!(names().len(), 4, "183 days and no more");
        remove_old(&folder, 183, date(2026, 11, 27));
        assert_eq!(names(), ["other.log", "zongheng-2026-11-26.log", "zongheng-2026-11-27.log"]);
        let read = std::fs::read_to_string(folder.join("zongheng-2026-11-27.log")).unwrap();
        assert_eq!(read, "two\n");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
