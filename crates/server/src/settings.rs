//! `zongheng.toml`: the few things that one server does differently from another. Unknown keys are
//! refused, so that a misspelt one is not silently the default.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::upkeep::settings::Backups;

/// The file's name in the data folder.
pub const FILE: &str = "zongheng.toml";

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
    /// What the server does by itself so that nothing is lost.
    pub backup: Option<Backups>,
}

/// A settings file that cannot be used: which file, where in it, and why.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: {why}", path.display())]
    Misshapen { path: PathBuf, why: String },
}

impl Settings {
    /// The settings of a data folder; all usual where it has no file.
    ///
    /// # Errors
    /// The file cannot be read, is no TOML, or holds a key that is not known.
    pub fn of(data: &Path) -> Result<Self, BadSettings> {
        let path = data.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::read(&text)
                .map_err(|why| BadSettings::Misshapen { path, why: why.trim().to_owned() }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(BadSettings::Unreadable { path, source }),
        }
    }

    fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_refused_with_their_line() {
        let why = Settings::read("listen = \"127.0.0.1:80\"\nlisen = 3\n").unwrap_err();
        assert!(why.contains("line 2") && why.contains("lisen"), "{why}");
        let settings = Settings::read("readers = 2\n").unwrap();
        assert_eq!(settings, Settings { readers: Some(2), ..Settings::default() });
    }

    #[test]
    fn a_folder_without_a_file_has_the_usual_settings() {
        let nowhere = Path::new("/nonexistent/zongheng");
        assert_eq!(Settings::of(nowhere).unwrap(), Settings::default());
    }
}
