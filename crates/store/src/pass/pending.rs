//! What a pass would do, without doing it: for the morning after a week switched off.

use std::collections::BTreeMap;

use serde::Serialize;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, MatterId, UserId};
use zongheng_core::matter::{Actor, Matter, told_at, unasked};
use zongheng_core::time::At;

use super::come;
use super::tell::{self, Note, To};
use crate::county;
use crate::db::{On, rows};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::record::{REGISTER, RegisterRow};

/// What waits to be done by the runner.
#[derive(Debug, Serialize)]
pub struct Pending {
    /// What lists and counts are as of.
    pub ticked_to: At,
    /// What would be recorded, by kind of act; of a matter on which several are due, the first.
    pub acts: BTreeMap<&'static str, u64>,
    /// Deadlines of which somebody would be told now.
    pub told: Vec<Told>,
    /// Deadlines of which nobody can be told.
    pub unheard: u64,
}

/// A line of a message that would be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    pub account: UserId,
    pub matter: MatterId,
    pub no: String,
    pub stage: &'static str,
    pub rung: String,
    pub due: At,
}

impl Store {
    /// What [`Store::pass`] would record and tell at `now`; nothing is written.
    ///
    /// # Errors
    /// Of the database, or a matter that does not fold.
    pub async fn pending(&self, county: &DivisionCode, now: At) -> Result<Pending> {
        let mut tx = self.db().snapshot().await?;
        let head = county::read(tx.on(), county.as_str()).await?;
        let configuration = self.inner.configurations.at(tx.on(), &head).await?;
        let mut pending = Pending {
            ticked_to: head.ticked_to(),
            acts: BTreeMap::new(),
            told: Vec::new(),
            unheard: 0,
        };
        let mut after = (-1, String::new());
        loop {
            let due = come::due(tx.on(), county, now, &after).await?;
            let Some(last) = due.last() else { break };
            after = (last.comes, last.id.clone());
            for due in &due {
                let Some(matter) = matter(tx.on(), county.as_str(), &due.id).await? else {
                    continue;
                };
                if let Some(kind) = next_act(&matter, &configuration, now)? {
                    *pending.acts.entry(kind).or_default() += 1;
                }
            }
        }
        let mut place = (-1, String::new());
        loop {
            let at = (place.0, place.1.as_str());
            let notes = tell::notes(tx.on(), county.as_str(), now, at, 500).await?;
            let Some(last) = notes.last() else { break };
            place = (last.send_at, last.matter.clone());
            let matters = tell::matters(tx.on(), county.as_str(), &notes).await?;
            pending.take(&notes, &matters, &configuration, now)?;
        }
        let mut place = (-1, String::new());
        loop {
            let sql = format!(
                "select {REGISTER} from matter where county = $1 and next_tick <= $2 \
                 and (next_tick > $3 or next_tick = $3 and id > $4) \
                 order by next_tick, id limit 500"
            );
            let code = county.as_str();
            let found = rows!(tx.on(), RegisterRow, &sql, code, now.seconds(), place.0, &place.1)?;
            let Some(last) = found.last() else { break };
            place = (last.next_tick, last.id.clone());
            let (mut notes, mut matters) = (Vec::new(), BTreeMap::new());
            for row in found {
                let matter = row.matter(tx.on(), code).await?;
                let before = At::from_seconds(row.next_tick - 1);
                for reached in matter.reached(before, now, &configuration.calendar) {
                    let at = told_at(reached.at, now, matter.urgent, &configuration.calendar);
                    if at <= now {
                        notes.push(Note {
                            matter: row.id.clone(),
                            n: i64::from(reached.n),
                            rung: reached.rung.name().to_owned(),
                            send_at: at.seconds(),
                        });
                    }
                }
                matters.insert(row.id, matter);
            }
            pending.take(&notes, &matters, &configuration, now)?;
        }
        Ok(pending)
    }
}

impl Pending {
    fn take(
        &mut self,
        notes: &[Note],
        matters: &BTreeMap<String, Matter>,
        county: &County,
        now: At,
    ) -> Result<()> {
        for note in notes {
            match tell::to(note, matters, county, now) {
                To::Done => {}
                To::Nobody => self.unheard += 1,
                To::Account { account, due, .. } => {
                    let lost = || StoreError::inconsistent("note", &note.matter, "no such matter");
                    let matter = matters.get(&note.matter).ok_or_else(lost)?;
                    let number = u32::try_from(note.n).unwrap_or(0);
                    let stage = matter.asked(number, now).map_or("", |d| d.stage.name());
                    // A deadline that was noted before and has come further since is told once.
                    let same = |told: &Told| {
                        told.matter == matter.id && told.due == due && told.stage == stage
                    };
                    if !self.told.iter().any(same) {
                        self.told.push(Told {
                            account,
                            matter: matter.id,
                            no: matter.no.clone(),
                            stage,
                            rung: note.rung.clone(),
                            due,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// How many lines each account would get, by rung.
    pub fn by_account(&self) -> BTreeMap<UserId, BTreeMap<&str, u64>> {
        let mut by: BTreeMap<_, BTreeMap<_, u64>> = BTreeMap::new();
        for told in &self.told {
            *by.entry(told.account).or_default().entry(told.rung.as_str()).or_default() += 1;
        }
        by
    }
}

async fn matter(on: On<'_>, county: &str, id: &str) -> Result<Option<Matter>> {
    let note = Note { matter: id.to_owned(), n: 0, rung: String::new(), send_at: 0 };
    Ok(tell::matters(on, county, &[note]).await?.remove(id))
}

/// The kind of the next act of the system on a matter.
fn next_act(matter: &Matter, county: &County, now: At) -> Result<Option<&'static str>> {
    let lost =
        || StoreError::inconsistent("matter", matter.id, "its playbook is not in the ledger");
    let (playbook, clock) = county.rules_of(matter).ok_or_else(lost)?;
    let (actor, versions) = (Actor::system(), county.versions(clock));
    let cx = county.context(now, &actor, playbook, clock, &versions);
    let act = unasked(matter, &cx)
        .map_err(|refusal| StoreError::inconsistent("matter", matter.id, refusal))?;
    Ok(act.map(|act| act.kind()))
}
