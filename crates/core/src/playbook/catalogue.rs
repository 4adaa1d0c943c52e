//! The playbooks that the county runs by: input as files, run from the ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::load::Loaded;
use super::model::{Clock, Playbook};
use crate::ids::{CategoryId, PlaybookId};
use crate::ledger::Hash;

/// Body version 1 of `playbook_adopted`, on the stream `playbook:<id>`: from here on new matters of
/// this kind run by it. It holds the whole of playbook and clock, so that no file is asked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookAdopted {
    /// The kind of matter.
    pub id: PlaybookId,
    /// The playbook's version, counted up.
    pub version: u32,
    /// SHA-256 of the normal form of playbook and clock.
    pub hash: Hash,
    /// The whole playbook.
    pub playbook: Playbook,
    /// The whole clock that it names.
    pub clock: Clock,
}

impl PlaybookAdopted {
    pub fn new(playbook: Playbook, clock: Clock) -> Self {
        let hash = playbook.hash(&clock);
        Self { id: playbook.id.clone(), version: playbook.version, hash, playbook, clock }
    }
}

/// Every playbook that was ever adopted. A matter keeps the one it was opened with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Those by which new matters run.
    pub playbooks: BTreeMap<PlaybookId, (Playbook, Hash)>,
    /// The clocks adopted last under their names. A matter asks [`Catalogue::by_hash`] for its own.
    pub clocks: BTreeMap<String, Clock>,
    kept: BTreeMap<Hash, (Playbook, Clock)>,
}

impl Catalogue {
    /// Takes in one act.
    pub fn apply(&mut self, adopted: &PlaybookAdopted) {
        let PlaybookAdopted { id, version: _, hash, playbook, clock } = adopted;
        self.playbooks.insert(id.clone(), (playbook.clone(), *hash));
        self.clocks.insert(clock.id.clone(), clock.clone());
        self.kept.insert(*hash, (playbook.clone(), clock.clone()));
    }

    /// The playbook and the clock under a hash that an act names.
    pub fn by_hash(&self, hash: &Hash) -> Option<(&Playbook, &Clock)> {
        self.kept.get(hash).map(|(playbook, clock)| (playbook, clock))
    }

    /// The playbook by which a new matter of this kind runs, with its clock and its hash.
    pub fn current(&self, id: &PlaybookId) -> Option<(&Playbook, &Clock, Hash)> {
        let (_, hash) = self.playbooks.get(id)?;
        let (playbook, clock) = self.by_hash(hash)?;
        Some((playbook, clock, *hash))
    }

    /// Whether matters of this kind may be of the category: the only one of a kind that nobody outside
    /// reports, such as county tasks, is no other kind's. What anybody may report may come any way.
    pub fn may_have(&self, playbook: &Playbook, category: &CategoryId) -> bool {
        let mut others = self.playbooks.values().filter(|(other, _)| other.id != playbook.id);
        others.all(|(other, _)| other.public || other.category.as_ref() != Some(category))
    }

    /// What has to be recorded so that the county runs by the files; nothing where it does already.
    ///
    /// # Errors
    ///
    /// A playbook or clock of a known version with other content, or of a version before the
    /// adopted one: what matters were opened with must stay what it was.
    pub fn adopt(&self, loaded: &Loaded) -> Result<Vec<PlaybookAdopted>, Vec<Fault>> {
        let mut faults = self.changed_clocks(loaded);
        let mut adopted = Vec::new();
        for (id, playbook) in &loaded.playbooks {
            let Some(clock) = loaded.clocks.get(&playbook.clock) else { continue };
            match self.compare(playbook, clock) {
                Compared::Same => {}
                Compared::New => {
                    adopted.push(PlaybookAdopted::new(playbook.clone(), clock.clone()));
                }
                Compared::Refused(text) => faults.push(fault(loaded.playbook_places.get(id), text)),
            }
        }
        faults.sort();
        if faults.is_empty() { Ok(adopted) } else { Err(faults) }
    }

    fn compare(&self, playbook: &Playbook, clock: &Clock) -> Compared {
        let (id, version) = (&playbook.id, playbook.version);
        let known = self.kept.iter().find(|(_, (p, _))| p.id == *id && p.version == version);
        let adopted = self.playbooks.get(id).map(|(adopted, _)| adopted.version);
        match (known, adopted) {
            (Some((hash, (p, c))), _) if p != playbook || c != clock => {
                let short = hash.short();
                let what = if p == playbook {
                    format!("runs with another clock \"{}\"", clock.id)
                } else {
                    "has other content".to_owned()
                };
                Compared::Refused(format!(
                    "playbook \"{id}\" version {version} was adopted as {short} and {what}; give \
                     it a higher version"
                ))
            }
            (_, Some(adopted)) if version < adopted => Compared::Refused(format!(
                "playbook \"{id}\" version {version} is older than version {adopted}, which was \
                 adopted"
            )),
            (Some(_), _) => Compared::Same,
            (None, _) => Compared::New,
        }
    }

    fn changed_clocks(&self, loaded: &Loaded) -> Vec<Fault> {
        let changed = loaded.clocks.values().filter(|clock| {
            self.kept.values().any(|(_, kept)| {
                kept.id == clock.id && kept.version == clock.version && kept != *clock
            })
        });
        let told = changed.map(|Clock { id, version, .. }| {
            let text = format!(
                "clock \"{id}\" version {version} was adopted with other content; give it a \
                 higher version"
            );
            fault(loaded.clock_places.get(id), text)
        });
        told.collect()
    }
}

enum Compared {
    Same,
    New,
    Refused(String),
}

fn fault(place: Option<&(String, usize)>, text: String) -> Fault {
    let (file, line) = place.cloned().unwrap_or_default();
    Fault { file, line, text }
}
