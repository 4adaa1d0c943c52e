//! `[backup]` of `zongheng.toml`: where backups go, when, and how many stay.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};

use jiff::civil::Time;
use serde::{Deserialize, Deserializer, de};

/// What the running server does by itself so that nothing is lost.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backups {
    /// Where backups go; another disk than the data folder's. A relative path counts from the data folder.
    pub folder: PathBuf,
    /// When, each day.
    #[serde(default = "night", deserialize_with = "clock_time")]
    pub at: Time,
    /// How many stay.
    #[serde(default = "fortnight")]
    pub keep: u32,
    /// Minutes between two increments of the archive; none are written where left out.
    pub archive_minutes: Option<u32>,
    /// Where increments go; `archive` in the folder where left out.
    pub archive: Option<PathBuf>,
    /// How often the newest backup is restored for trial.
    #[serde(default)]
    pub drill: Every,
}

/// How often a drill is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Daily,
    #[default]
    Weekly,
    Never,
}

fn night() -> Time {
    Time::constant(2, 30, 0, 0)
}

fn fortnight() -> u32 {
    14
}

fn clock_time<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
    let text = String::deserialize(from)?;
    let wrong = |_| de::Error::custom(format!("\"{text}\" is no time of the day, as \"02:30\" is"));
    Time::strptime("%H:%M", &text).map_err(wrong)
}

impl Backups {
    /// The same with whole paths.
    pub fn from(self, data: &Path) -> Self {
        let folder = data.join(&self.folder);
        let archive = self.archive.map_or_else(|| folder.join("archive"), |path| data.join(path));
        Self { folder, archive: Some(archive), ..self }
    }

    /// Where increments go.
    pub fn archive(&self) -> PathBuf {
        self.archive.clone().unwrap_or_else(|| self.folder.join("archive"))
    }

    /// What is unwise about where backups go.
    pub fn warning(&self, data: &Path) -> Option<String> {
        let (folder, data) = (real(&self.folder), real(data));
        let near = if folder.starts_with(&data) {
            "inside the data folder"
        } else if disk(&folder).is_some_and(|of| disk(&data) == Some(of)) {
            "on the disk of the data"
        } else {
            return None;
        };
        Some(format!(
            "backups go to {}, {near}: whatever destroys the one destroys the other; \
             name a folder on another disk under [backup]",
            self.folder.display()
        ))
    }

    /// How many seconds lie between two drills.
    pub fn drill_seconds(&self) -> Option<i64> {
        match self.drill {
            Every::Daily => Some(86_400),
            Every::Weekly => Some(7 * 86_400),
            Every::Never => None,
        }
    }
}

/// The disk on which a path stands, or will once it is made.
fn disk(path: &Path) -> Option<u64> {
    path.ancestors().find_map(|part| std::fs::metadata(part).ok()).map(|known| known.dev())
}

/// Where a path leads, without `..` and links, though its end is not made yet.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut real = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            real.pop();
        } else {
            real.push(part);
        }
        real = real.canonicalize().unwrap_or(real);
    }
    real
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Backups, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }

    #[test]
    fn what_is_left_out_has_its_usual_value_and_what_is_unknown_is_refused() {
        let usual = read("folder = \"/srv/backups\"").unwrap().from(Path::new("/srv/data"));
        assert_eq!((usual.at, usual.keep, usual.drill), (night(), 14, Every::Weekly));
        assert_eq!(usual.archive(), Path::new("/srv/backups/archive"));
        let said = usual.warning(Path::new("/srv/data")).unwrap();
        assert!(said.contains("/srv/backups, on the disk of the data"), "{said}");
        let apart = read("folder = \"/proc/backups\"").unwrap();
        assert_eq!(apart.warning(Path::new("/srv/data")), None, "another disk");
        let text =
            "folder = \"backups\"\nat = \"23:05\"\ndrill = \"never\"\narchive_minutes = 10\n";
        let other = read(text).unwrap().from(Path::new("/srv/data"));
        assert_eq!((other.at, other.drill_seconds()), (Time::constant(23, 5, 0, 0), None));
        let said = other.warning(Path::new("/srv/data")).unwrap();
        assert!(said.contains("/srv/data/backups, inside the data folder"), "{said}");
        for (folder, inside) in [
            ("../backups", false),
            ("../data/backups", true),
            ("x/../../y", false),
            ("../data2", false),
        ] {
            let named = read(&format!("folder = \"{folder}\"")).unwrap();
            let warned = named.from(Path::new("/srv/data")).warning(Path::new("/srv/data"));
            let warned = warned.unwrap_or_default();
            assert_eq!(warned.contains("inside the data folder"), inside, "{folder}");
        }
        for (text, words) in [
            ("folder = \"x\"\nkep = 3\n", "kep"),
            ("at = \"02:30\"\n", "folder"),
            ("folder = \"x\"\nat = \"25:00\"\n", "25:00"),
            ("folder = \"x\"\ndrill = \"yearly\"\n", "yearly"),
            ("folder = \"x\"\nkeep = -1\n", "keep"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(words), "{said}");
        }
    }
}
