//! Founding a county: its organisation, calendar, powers and playbooks become the first acts of its
//! ledger. `init`, `demo` and `simulate` found alike.

use serde::Serialize;
use serde_json::Value;
use zongheng_core::calendar::{Calendar, DayKind};
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, PostId, UserId};
use zongheng_core::ledger::{Act, By, Hash, Stream, canonical};
use zongheng_core::organisation::{Appointment, Fault, Holding, Organised, chunk};
use zongheng_core::playbook::{Loaded, PlaybookAdopted};
use zongheng_core::powers::PowersAdopted;
use zongheng_core::time::At;
use zongheng_store::ledger::Entry;
use zongheng_store::{Config, Store, StoreError};

use super::Failure;
use crate::county::{self, CountyFiles};
use crate::programmes;
use crate::submit::Mint;

/// Everything of which a county is made, read and checked before anything is written.
pub(crate) struct Founding {
    pub(crate) county: CountyFiles,
    entries: Vec<Part>,
    configs: Vec<Config>,
}

/// One act to come.
pub(crate) struct Part {
    stream: Stream,
    kind: &'static str,
    body: Value,
}

impl Founding {
    /// Reads the built-in county and programmes.
    ///
    /// # Errors
    /// Everything that is wrong in any of the files.
    pub(crate) fn read(days: DayKind) -> Result<Self, Failure> {
        let county = county::shangcheng()
            .map_err(|faults| Failure::Input(faults.iter().map(Fault::to_string).collect()))?;
        let mut founding = Self { county, entries: Vec::new(), configs: Vec::new() };
        founding.organisation();
        let calendar = programmes::calendar().map_err(Failure::Input)?;
        founding.calendar(&calendar);
        founding.powers();
        founding.playbooks(days, &calendar)?;
        Ok(founding)
    }

    fn act(&mut self, stream: &str, kind: &'static str, body: &impl Serialize) {
        let body = serde_json::to_value(body).unwrap_or_default();
        self.entries.push(Part { stream: Stream(stream.to_owned()), kind, body });
    }

    fn config(&mut self, kind: &str, id: &str, version: &str, body: String) {
        self.configs.push(config(kind, id, version, body));
    }

    fn organisation(&mut self) {
        let organised = self.county.organised.clone();
        let unnamed = Organised { config: String::new(), ..organised.clone() };
        let id = self.county.code.to_string();
        self.config("organisation", &id, "", normal(&unnamed));
        for part in organised.chunks(chunk::BODY) {
            self.act("org", "organised", &part);
        }
    }

    fn calendar(&mut self, calendar: &Calendar) {
        let mut known = String::new();
        for year in programmes::years(calendar) {
            for row in &year.rows {
                known.extend([
                    row.date.to_string().as_str(),
                    " ",
                    if row.working { "true" } else { "false" },
                    "\n",
                ]);
            }
            let to = year.year.to_string();
            self.act("calendar", "calendar_adopted", &year);
            self.config("calendar", "days", &to, known.clone());
        }
    }

    fn powers(&mut self) {
        let list = self.county.powers.clone();
        self.configs.push(powers_config(&self.county.code, &list));
        for part in list.chunks(chunk::BODY) {
            self.act("powers", "powers_adopted", &part);
        }
    }

    fn playbooks(&mut self, days: DayKind, calendar: &Calendar) -> Result<(), Failure> {
        let loaded =
            programmes::playbooks(days, &self.county.powers(), calendar).map_err(Failure::Input)?;
        let nothing = County::empty(self.county.code.clone());
        let (parts, configs) = adoption(&nothing, &loaded)?;
        self.entries.extend(parts);
        self.configs.extend(configs);
        Ok(())
    }

    /// Names who holds which post from the day of `at` on.
    pub(crate) fn appoint(&mut self, holders: &[(PostId, UserId)], at: At) {
        let from = at.date();
        let appointments = holders.iter().map(|(post, user)| Appointment {
            post: *post,
            user: *user,
            holding: Holding::Holder,
            from,
            to: None,
            own: None,
        });
        let organised = Organised { appointments: appointments.collect(), ..Organised::default() };
        for part in organised.whole().chunks(chunk::BODY) {
            self.act("org", "organised", &part);
        }
    }

    /// Writes the county. A founding that was cut off before its first act is taken up again.
    pub(crate) async fn record(
        self,
        store: &Store,
        at: At,
        simulated: bool,
        mint: &mut Mint,
    ) -> Result<Vec<Act>, Failure> {
        let code = &self.county.code;
        match store.create_county(code, at, simulated).await {
            Err(StoreError::CountyExists(_)) if store.head(code).await?.pos == 0 => {}
            made => made?,
        }
        let entries = entries(self.entries, mint);
        Ok(store.append(code, at, entries, &self.configs).await?)
    }
}

/// The acts that make a county run by these playbooks and clocks, and what they name by its hash;
/// none where it does already.
///
/// # Errors
/// A playbook or clock that the county runs by under the same version with other content, or in a later
/// version; with file and line.
pub(crate) fn adoption(
    county: &County,
    loaded: &Loaded,
) -> Result<(Vec<Part>, Vec<Config>), Failure> {
    let adopted = county.catalogue.adopt(loaded);
    let adopted = adopted.map_err(|faults| Failure::Input(programmes::in_words(&faults)))?;
    let mut configs = Vec::new();
    for PlaybookAdopted { playbook, clock, .. } in &adopted {
        configs.push(config("clock", &clock.id, &clock.version.to_string(), clock.normal_form()));
        let (id, version) = (playbook.id.as_str(), playbook.version.to_string());
        configs.push(config("playbook", id, &version, playbook.normal_form(clock)));
    }
    let part = |adopted: &PlaybookAdopted| Part {
        stream: Stream(format!("playbook:{}", adopted.id)),
        kind: "playbook_adopted",
        body: serde_json::to_value(adopted).unwrap_or_default(),
    };
    Ok((adopted.iter().map(part).collect(), configs))
}

/// The normal form of what acts name by its hash.
pub(crate) fn config(kind: &str, id: &str, version: &str, body: String) -> Config {
    let hash = Hash::of(&body).to_string();
    let version = if version.is_empty() { hash[..16].to_owned() } else { version.to_owned() };
    Config { hash, kind: kind.to_owned(), id: id.to_owned(), version, body }
}

/// The list of powers as acts name it.
pub(crate) fn powers_config(code: &DivisionCode, list: &PowersAdopted) -> Config {
    config("powers", code.as_str(), "", normal(&list.unnamed()))
}

/// The acts to come as the ledger takes them, under one key.
pub(crate) fn entries(parts: Vec<Part>, mint: &mut Mint) -> Vec<Entry> {
    let key = mint.key();
    let entry = |part: Part| Entry {
        stream: part.stream,
        kind: part.kind.to_owned(),
        v: 1,
        by: By::system(),
        key: key.clone(),
        body: part.body,
        contents: Vec::new(),
    };
    parts.into_iter().map(entry).collect()
}

/// RFC 8785 text. What is written here has text keys, texts and integers only.
fn normal(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    canonical(&value, "", 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_acts_make_the_county_and_every_hash_that_acts_name_is_kept() {
        let founding = Founding::read(DayKind::Natural).unwrap();
        let mut county = County::empty(founding.county.code.clone());
        let mut named = BTreeSet::new();
        for Part { kind, body, .. } in &founding.entries {
            county.take_in(kind, 1, body).unwrap();
            assert!(normal(body).len() <= 60_000, "{kind} is too long for a line");
            named.extend(body["config"].as_str().map(str::to_owned));
        }
        let (_, clock, hash) = county.catalogue.current(&"resident_report".into()).unwrap();
        let versions = county.versions(clock);
        named.extend(
            [versions.calendar, versions.powers, versions.clock, hash].map(|h| h.to_string()),
        );
        let kept: BTreeSet<_> = founding.configs.iter().map(|c| c.hash.clone()).collect();
        let lost: Vec<_> = named.difference(&kept).collect();
        assert!(lost.is_empty(), "{lost:?}");
        assert_eq!(county.organisation.units.len(), founding.county.organised.units.len());
        assert_eq!(county.calendar.last_year(), Some(2026));
    }
}
