//! Acts folded to matters, and each matter held against what the tables hold of it: all that asks no database.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;
use zongheng_core::ids::ContentId;
use zongheng_core::ledger::{Act, By, Class, ContentRef, Hash};
use zongheng_core::matter::Matter;
use zongheng_core::ruling::{CHANGES, KINDS, Referrals, Sealings};

use super::Checked;
use super::held::OpenLife;
use super::searched::Different;
use crate::county::Head;
use crate::error::{Result, StoreError};
use crate::expected::Expected;
use crate::fold::fold;
use crate::ledger::ActRow;
use crate::open::Store;
use crate::projection::{Counters, FullRow};

/// What stands beside the matters: entries sealed off, referrals, and the entries that such acts name.
#[derive(Default)]
pub(super) struct Rulings {
    pub(super) sealings: Sealings,
    referrals: Referrals,
    pub(super) contents: Vec<ContentRef>,
}

impl Rulings {
    fn take_in(&mut self, act: &Act) -> Result<(), String> {
        self.contents.extend(act.content_refs());
        match act.stream.as_str() {
            "content" => self.sealings.take_in(act),
            "referral" => self.referrals.take_in(act),
            _ => Ok(()),
        }
    }
}

/// A matter from its acts.
pub(super) struct Rebuilt {
    pub(super) matter: Matter,
    head: Hash,
    /// The place of its last act in the county's order.
    pub(super) pos: i64,
    pub(super) contents: Vec<ContentRef>,
    open: OpenLife,
}

/// An entry as its table holds it.
#[derive(FromRow)]
pub(super) struct Kept {
    id: String,
    class: String,
    salt: String,
    text: String,
    cipher_key: String,
    cipher: String,
    erased: Option<i64>,
}

/// Who sees a matter, as its table holds it.
#[derive(FromRow)]
pub(super) struct Seen {
    matter: String,
    key: String,
    due: i64,
    created: i64,
}

/// Matters, and what the tables hold of them.
pub(super) struct Found {
    pub(super) matters: Vec<Rebuilt>,
    pub(super) rows: Vec<FullRow>,
    pub(super) seen: Vec<Seen>,
    pub(super) contents: Vec<Kept>,
    pub(super) search: Vec<Different>,
}

/// What the walk over the acts has come to.
pub(super) struct Folding {
    pub(super) store: Store,
    pub(super) head: Head,
    pub(super) expected: Expected,
    pub(super) checked: Checked,
    pub(super) counters: Counters,
    /// Rows that the audience has to have.
    pub(super) audience: i64,
    /// Acts that came by a command: those of matters, and those of rulings.
    pub(super) commanded: i64,
    pub(super) rulings: Rulings,
    stream: String,
    rebuilding: Option<Rebuilt>,
}

impl Folding {
    pub(super) fn new(store: Store, head: Head, expected: Expected) -> Self {
        Self {
            store,
            head,
            expected,
            checked: Checked::default(),
            counters: Counters::default(),
            audience: 0,
            commanded: 0,
            rulings: Rulings::default(),
            stream: String::new(),
            rebuilding: None,
        }
    }

    /// The matters whose last act is in this page of acts or before it; without acts, the last one.
    pub(super) fn fold(&mut self, acts: Vec<ActRow>) -> Result<Vec<Rebuilt>> {
        let mut finished = Vec::new();
        if acts.is_empty() {
            finished.extend(self.rebuilding.take());
        }
        for row in acts {
            self.checked.acts += 1;
            if row.stream != self.stream {
                self.stream.clone_from(&row.stream);
                finished.extend(self.rebuilding.take());
            }
            let pos = row.pos;
            self.one_more(&row.read()?, pos);
        }
        Ok(finished)
    }

    fn one_more(&mut self, act: &Act, pos: i64) {
        let kind = act.kind.as_str();
        let changed = CHANGES.contains(&kind) && act.by.user != By::system().user;
        if changed || KINDS.contains(&kind) {
            self.commanded += 1;
        }
        if act.matter().is_some() {
            self.commanded += 1;
            self.rebuilding = self.rebuilt(act, pos);
        } else if let Err(what) = self.rulings.take_in(act) {
            let row = format!("{} {}", act.stream, act.seq);
            self.checked.differs(StoreError::inconsistent("act", row, what));
        }
    }

    fn rebuilt(&mut self, act: &Act, pos: i64) -> Option<Rebuilt> {
        let (matter, mut contents, mut open) = match self.rebuilding.take() {
            Some(rebuilt) => (Some(rebuilt.matter), rebuilt.contents, rebuilt.open),
            None => (None, Vec::new(), OpenLife::default()),
        };
        contents.extend(act.content_refs());
        match fold(matter, act) {
            Ok(matter) => {
                open.follow(&matter);
                Some(Rebuilt { matter, head: act.hash, pos, contents, open })
            }
            Err(e) => {
                self.checked.differs(e);
                None
            }
        }
    }

    /// Matters against register, audience and contents.
    pub(super) fn compare(&mut self, found: Found) -> Result<()> {
        let mut rows: BTreeMap<String, FullRow> =
            found.rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        let mut seen: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
        for one in found.seen {
            match seen.get_mut(&one.matter) {
                Some(known) => known.push(one),
                None => drop(seen.insert(one.matter.clone(), vec![one])),
            }
        }
        for rebuilt in &found.matters {
            let id = rebuilt.matter.id.to_string();
            self.checked.matters += 1;
            if let Some(what) = rebuilt.open.fault(&rebuilt.matter, self.head.ticked_to()) {
                self.checked.differs(format!("table act, stream {id}, time by holder: {what}"));
            }
            let Some(row) = rows.remove(&id) else {
                self.checked.differs(format!("table matter, row {id}: it is missing"));
                continue;
            };
            self.one(rebuilt, &row, &seen.remove(&id).unwrap_or_default())?;
        }
        for (id, what) in found.search {
            self.checked.differs(format!("table search, row {id}: {what}"));
        }
        let named = found.matters.iter().flat_map(|rebuilt| &rebuilt.contents);
        self.compare_contents(named.copied(), found.contents);
        Ok(())
    }

    fn one(&mut self, rebuilt: &Rebuilt, row: &FullRow, seen: &[Seen]) -> Result<()> {
        let id = rebuilt.matter.id;
        let new = self.expected.beside(&rebuilt.matter, rebuilt.pos, row)?;
        for (column, how) in row.differences(&rebuilt.matter, &new, rebuilt.head)? {
            self.checked.differs(format!("table matter, row {id}, column {column}: {how}"));
        }
        let keys: BTreeSet<&str> = seen.iter().map(|one| one.key.as_str()).collect();
        let wanted: BTreeSet<&str> = new.keys.iter().map(String::as_str).collect();
        for key in wanted.symmetric_difference(&keys) {
            let side = if keys.contains(key) { "only in the table" } else { "missing" };
            self.checked.differs(format!("table audience, row {key} {id}: {side}"));
        }
        for one in seen.iter().filter(|one| (one.due, one.created) != (row.due, row.created)) {
            self.checked.differs(format!("table audience, row {} {id}: another due", one.key));
        }
        self.audience += i64::try_from(new.keys.len()).unwrap_or(0);
        self.counters.add(&new, 1);
        Ok(())
    }

    /// Each entry that an act names is there, and is what its digest says, unless it was erased.
    pub(super) fn compare_contents(
        &mut self,
        named: impl Iterator<Item = ContentRef>,
        kept: Vec<Kept>,
    ) {
        let named: BTreeMap<ContentId, ContentRef> = named.map(|one| (one.id, one)).collect();
        let mut kept: BTreeMap<String, Kept> =
            kept.into_iter().map(|row| (row.id.clone(), row)).collect();
        for (id, named) in named {
            let what = match kept.remove(&id.to_string()) {
                None => "it is missing",
                Some(row) if row.class != named.class.as_str() => "another class",
                Some(row) if row.erased.is_none() && !self.is_named(&row, named) => {
                    "its text is not the one of its digest"
                }
                Some(_) => continue,
            };
            self.checked.differs(format!("table content, row {id}: {what}"));
        }
    }

    fn is_named(&self, row: &Kept, named: ContentRef) -> bool {
        let mut salt = [0; 32];
        if hex::decode_to_slice(&row.salt, &mut salt).is_err() {
            return false;
        }
        if named.class != Class::Personal {
            return Hash::of_content(&salt, row.text.as_bytes()) == named.digest;
        }
        // With the vault shut nothing can be said of its entries.
        let Ok(ring) = self.store.vault().ring() else { return true };
        ring.decrypt(&self.head.code, named.id, &row.cipher_key, &row.cipher)
            .is_ok_and(|text| Hash::of_content(&salt, text.as_bytes()) == named.digest)
    }
}
