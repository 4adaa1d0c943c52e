//! What holds on this machine and where each value comes from.

use std::path::Path;

use serde::Serialize;

use super::{FILE, Settings, faults};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A flag of the command.
    Flag,
    /// A variable of the environment, by its name.
    Environment(&'static str),
    /// A line of the settings file.
    Line(usize),
    /// Nobody said anything.
    Usual,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(name) => write!(f, "environment, {name}"),
            Self::Line(line) => write!(f, "{FILE}, line {line}"),
            Self::Usual => f.write_str("usual"),
        }
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    pub name: String,
    pub value: String,
    pub from: Origin,
}

/// Values of the file that no row above names, such as those of a section that is read elsewhere.
fn others(text: &str, told: &mut Vec<Told>) {
    let Ok(table) = text.parse::<toml::Table>() else { return };
    let mut flat = Vec::new();
    for (key, value) in &table {
        match value {
            toml::Value::Table(inner) => {
                flat.extend(inner.iter().map(|(name, value)| (format!("{key}.{name}"), value)));
            }
            value => flat.push((key.clone(), value)),
        }
    }
    for (name, value) in flat {
        if told.iter().any(|known| known.name == name) {
            continue;
        }
        let value = match value {
            toml::Value::String(text) => without_password(text),
            value => value.to_string(),
        };
        let from = Origin::Line(faults::line_of(text, &name));
        let secret = ["password", "secret", "token"].iter().any(|word| name.contains(word));
        let value = if secret { "(not shown)".to_owned() } else { value };
        told.push(Told { name, value, from });
    }
}

/// The address without the password in it: `postgres://user:…@host`.
pub fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let Some((who, host)) = rest[..end].rsplit_once('@') else {
        return hide_query(address);
    };
    let user = who.split(':').next().unwrap_or_default();
    let hidden = if who.contains(':') { ":…" } else { "" };
    hide_query(&format!("{scheme}://{user}{hidden}@{host}{}", &rest[end..]))
}

fn hide_query(address: &str) -> String {
    let Some((before, query)) = address.split_once('?') else { return address.to_owned() };
    let parts = query.split('&').map(|part| match part.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}=…"),
        _ => part.to_owned(),
    });
    format!("{before}?{}", parts.collect::<Vec<_>>().join("&"))
}

/// What was said beside the file.
#[derive(Debug, Default)]
pub struct Said {
    pub db: Option<String>,
    pub data: Option<String>,
    pub ring: Option<String>,
    /// What `ZONGHENG_DB` holds, by which a flag is told from it.
    pub db_of_environment: Option<String>,
}

/// All values in the order of docs/running.md.
pub fn all(
    settings: &Settings,
    data: &Path,
    said: &Said,
    usual: &dyn Fn(&str) -> String,
) -> Vec<Told> {
    let text = std::fs::read_to_string(data.join(FILE)).unwrap_or_default();
    let line = |name: &str| Origin::Line(faults::line_of(&text, name));
    let mut told = Vec::new();
    let mut tell = |name: &str, over: Option<(String, Origin)>, set: Option<String>| {
        let (value, from) = match (over, set) {
            (Some(over), _) => over,
            (None, Some(set)) => (set, line(name)),
            (None, None) => (usual(name), Origin::Usual),
        };
        told.push(Told { name: name.to_owned(), value, from });
    };
    let from = |name, value: &Option<String>| value.clone().map(|v| (v, Origin::Environment(name)));
    tell("data", from("ZONGHENG_DATA", &said.data), None);
    let db = said.db.as_ref().map(|db| {
        let variable = said.db_of_environment.as_ref() == Some(db);
        let from = if variable { Origin::Environment("ZONGHENG_DB") } else { Origin::Flag };
        (without_password(db), from)
    });
    tell("db", db, settings.db.as_deref().map(without_password));
    let shown = |path: &Path| data.join(path).display().to_string();
    tell("ring", from("ZONGHENG_RING", &said.ring), settings.ring.as_deref().map(shown));
    tell("listen", None, settings.listen.map(|a| a.to_string()));
    tell("readers", None, settings.readers.map(|n| n.to_string()));
    tell("behind_proxy", None, settings.behind_proxy.map(|b| b.to_string()));
    let tls = settings.tls.as_ref();
    tell("tls.certificate", None, tls.map(|t| shown(&t.certificate)));
    tell("tls.key", None, tls.map(|t| shown(&t.key)));
    let log = settings.log.as_ref();
    tell("log.folder", None, log.map(|l| shown(&l.folder)));
    tell("log.keep", None, log.and_then(|l| l.keep).map(|n| n.to_string()));
    tell("traces.endpoint", None, settings.traces.as_ref().map(|t| t.endpoint.clone()));
    others(&text, &mut told);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_stay_out_of_what_is_told() {
        for (address, told) in [
            (
                "postgres://z:secret@db/zongheng?sslmode=require",
                "postgres://z:…@db/zongheng?sslmode=require",
            ),
            ("postgres://z@db/z?password=x&host=/run", "postgres://z@db/z?password=…&host=/run"),
            ("postgres://z:a@b@db/z", "postgres://z:…@db/z"),
            ("sqlite:data/zongheng.db", "sqlite:data/zongheng.db"),
        ] {
            assert_eq!(without_password(address), told);
        }
    }

    #[test]
    fn sections_read_elsewhere_are_told_with_their_line() {
        let mut told = Vec::new();
        others("[copy]\nat = \"/srv\"\nsecret_word = \"x\"\n", &mut told);
        let told: Vec<String> =
            told.iter().map(|v| format!("{} {} {}", v.name, v.value, v.from)).collect();
        assert_eq!(
            told,
            [
                "copy.at /srv zongheng.toml, line 2",
                "copy.secret_word (not shown) zongheng.toml, line 3"
            ]
        );
    }
}
