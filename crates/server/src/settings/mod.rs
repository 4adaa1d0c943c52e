//! `zongheng.toml`: the few things that one server does differently from another. Unknown keys are
//! refused, so that a misspelt one is not silently the default, and all faults are told at once.

mod faults;
pub mod told;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use faults::Fault;

use crate::upkeep::settings::Backups;

/// The file's name in the data folder.
pub const FILE: &str = "zongheng.toml";

/// The days that a log has to be kept at least: six months (网络安全法, the duties of graded protection,
/// 等级保护).
pub const LOG_DAYS: u32 = 183;

/// Settings as the file gives them; what is left out has its usual value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to listen, such as `127.0.0.1:8411`.
    pub listen: Option<SocketAddr>,
    /// `sqlite:PATH` or `postgres://…`.
    pub db: Option<String>,
    /// The file of the key ring; outside the data folder, so that a backup of one is not one of both.
    pub ring: Option<PathBuf>,
    /// Connections that read.
    pub readers: Option<u32>,
    /// TLS ends at a proxy before this server, on this machine or in a network that is trusted.
    pub behind_proxy: Option<bool>,
    pub tls: Option<Tls>,
    pub log: Option<Log>,
    pub traces: Option<Traces>,
    /// What the server does by itself so that nothing is lost.
    pub backup: Option<Backups>,
}

/// Certificate and key, as files that are read again when they change.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain in PEM, the server's own first.
    pub certificate: PathBuf,
    /// The key in PEM.
    pub key: PathBuf,
}

/// A log of its own beside standard error.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The folder; a file a day.
    pub folder: PathBuf,
    /// Days that a file is kept.
    pub keep: Option<u32>,
}

/// Where spans go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Traces {
    /// A collector's address for OTLP over HTTP, `http://127.0.0.1:4318/v1/traces`.
    pub endpoint: String,
}

/// A settings file that cannot be used: which file, where in it, and why.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}", faults.iter().map(|f| format!("{}: {f}", path.display())).collect::<Vec<_>>().join("\n"))]
    Misshapen { path: PathBuf, faults: Vec<Fault> },
}

impl Settings {
    /// The settings of a data folder; all usual where it has no file.
    ///
    /// # Errors
    /// The file cannot be read, is no TOML, holds a key that is not known or a value that cannot be:
    /// all of it at once, each with its line and how to mend it.
    pub fn of(data: &Path) -> Result<Self, BadSettings> {
        let path = data.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::read(&text).map_err(|faults| BadSettings::Misshapen { path, faults }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                let what = "it is not UTF-8; save it as UTF-8".to_owned();
                Err(BadSettings::Misshapen { path, faults: vec![Fault { line: 1, what }] })
            }
            Err(source) => Err(BadSettings::Unreadable { path, source }),
        }
    }

    fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let (settings, mut faults) = faults::all::<Self>(text);
        faults.extend(settings.unfit().into_iter().map(|(key, what)| Fault {
            line: faults::line_of(text, key),
            what: format!("{key}: {what}"),
        }));
        faults.sort_by_key(|fault| fault.line);
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    /// Values that have the right shape and yet cannot be.
    fn unfit(&self) -> Vec<(&'static str, String)> {
        let mut unfit = Vec::new();
        if self.readers.is_some_and(|n| !(2..=64).contains(&n)) {
            unfit.push(("readers", "takes 2 to 64 connections".to_owned()));
        }
        let known =
            |db: &String| ["sqlite:", "postgres:", "postgresql:"].iter().any(|k| db.starts_with(k));
        if self.db.as_ref().is_some_and(|db| !known(db)) {
            unfit.push(("db", "write sqlite:PATH or postgres://user@host/database".to_owned()));
        }
        if let Some(backup) = &self.backup {
            if backup.folder.as_os_str().is_empty() {
                unfit.push(("backup.folder", "name the folder, on another disk".to_owned()));
            }
            if backup.keep == 0 {
                unfit.push(("backup.keep", "at least 1 backup stays".to_owned()));
            }
            if backup.archive_minutes == Some(0) {
                unfit.push(("backup.archive_minutes", "takes 1 minute or more".to_owned()));
            }
        }
        if let Some(keep) = self.log.as_ref().and_then(|log| log.keep).filter(|n| *n < LOG_DAYS) {
            let law = format!(
                "{keep} days are too few: the law asks for six months, write {LOG_DAYS} or more"
            );
            unfit.push(("log.keep", law));
        }
        if let Some(traces) = &self.traces
            && let Err(what) = crate::traces::Endpoint::read(&traces.endpoint)
        {
            unfit.push(("traces.endpoint", what));
        }
        unfit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        Settings::read(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unknown_keys_are_refused_with_their_line_and_the_key_that_was_meant() {
        let said = said("listen = \"127.0.0.1:80\"\nlisen = 3\n");
        assert_eq!(said, ["line 2: \"lisen\" is no key; did you mean \"listen\"?"]);
        let settings = Settings::read("readers = 2\n").unwrap();
        assert_eq!(settings, Settings { readers: Some(2), ..Settings::default() });
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let said = said(
            "listen = \"everywhere\"\nreaders = 0\ndb = \"mysql://x\"\nxyz = 1\n\n[tls]\n\
             certificate = \"a.pem\"\nkeys = \"b.pem\"\n\n[log]\nfolder = \"log\"\nkeep = 30\n\n\
             [trace]\nendpoint = \"http://c/v1/traces\"\n\n[traces]\nendpoint = \"https://c/\"\n",
        );
        let lines: Vec<&str> = said.iter().filter_map(|s| s.split(':').next()).collect();
        assert_eq!(
            lines,
            [
                "line 1", "line 2", "line 3", "line 4", "line 6", "line 8", "line 12", "line 14",
                "line 18"
            ],
            "{said:#?}"
        );
        let all = said.join("\n");
        for words in [
            "line 4: \"xyz\" is no key; known here: backup, behind_proxy, db,",
            "line 6: \"key\" is missing in [tls]",
            "line 8: \"keys\" is no key; did you mean \"key\"?",
            "write 183 or more",
            "line 14: \"trace\" is no key; did you mean \"traces\"?",
            "http://",
        ] {
            assert!(all.contains(words), "{words}: {all}");
        }
    }

    #[test]
    fn a_file_that_is_no_toml_is_named_by_its_line() {
        let said = said("listen = \"127.0.0.1:80\"\nreaders 3\n");
        assert!(said[0].starts_with("line 2: "), "{said:?}");
    }

    #[test]
    fn a_folder_without_a_file_has_the_usual_settings() {
        let nowhere = Path::new("/nonexistent/zongheng");
        assert_eq!(Settings::of(nowhere).unwrap(), Settings::default());
    }
}
