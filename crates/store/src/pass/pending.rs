//! What a pass would do, without doing it: for the morning after a week switched off.

use std::collections::BTreeMap;

use serde::Serialize;
use zongheng_core::calendar::Calendar;
use zongheng_core::county::County;
use zongheng_core::ids::{DivisionCode, MatterId, UserId};
use zongheng_core::ledger::Source;
use zongheng_core::matter::{Actor, Envelope, Matter, Person, unasked};
use zongheng_core::time::At;

use super::come::{self, job};
use super::redate::CALENDAR;
use super::tell::{self, Note, To};
use super::tick::noted;
use crate::county;
use crate::db::{On, Tx, rows};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::record::{REGISTER, RegisterRow};

/// What waits to be done by the runner.
#[derive(Debug, Serialize)]
pub struct Pending {
    /// What lists and counts are as of.
    pub ticked_to: At,
    /// What would be recorded, by kind of act.
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
    pub rung: &'static str,
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
                for kind in next_acts(matter, &configuration, now)? {
                    *pending.acts.entry(kind).or_default() += 1;
                }
            }
        }
        let code = county.as_str();
        let mut later = noted_since(&mut tx, code, &configuration.calendar, now).await?;
        let mut place = tell::BEFORE_ALL;
        loop {
            let mut notes = tell::notes(tx.on(), code, now, &place, 500).await?;
            let Some(last) = notes.last() else { break };
            place = (last.send_at, last.matter.clone(), last.n);
            for note in &mut notes {
                // What it has come to since it was noted is what is told.
                if let Some(newer) = later.remove(&(note.matter.clone(), note.n)) {
                    *note = newer;
                }
            }
            pending.take(&mut tx, code, &notes, &configuration, now).await?;
        }
        let rest: Vec<Note> = later.into_values().collect();
        for notes in rest.chunks(500) {
            pending.take(&mut tx, code, notes, &configuration, now).await?;
        }
        let redated = job(tx.on(), code, CALENDAR).await?;
        drop(tx);
        if redated != Some(configuration.calendar_hash().to_string()) {
            let (matters, _) = self.redating(&configuration, now, 0).await?;
            if matters > 0 {
                // Some of them are due by themselves and counted already.
                let known = pending.acts.entry("recounted").or_default();
                *known = matters.max(*known);
            }
        }
        Ok(pending)
    }
}

/// What the tick of a pass at `now` would note down.
async fn noted_since(
    tx: &mut Tx,
    county: &str,
    calendar: &Calendar,
    now: At,
) -> Result<BTreeMap<(String, i64), Note>> {
    let (mut noted_by, mut place) = (BTreeMap::new(), (-1, String::new()));
    loop {
        let sql = format!(
            "select {REGISTER} from matter where county = $1 and next_tick <= $2 \
             and (next_tick > $3 or next_tick = $3 and id > $4) \
             order by next_tick, id limit 500"
        );
        let found = rows!(tx.on(), RegisterRow, &sql, county, now.seconds(), place.0, &place.1)?;
        let Some(last) = found.last() else { return Ok(noted_by) };
        place = (last.next_tick, last.id.clone());
        for row in found {
            let Some(matter) = row.if_it_folds(tx.on(), county).await? else { continue };
            let notes = noted(&matter, &row, calendar, now);
            noted_by.extend(notes.into_iter().map(|note| ((note.matter.clone(), note.n), note)));
        }
    }
}

impl Pending {
    async fn take(
        &mut self,
        tx: &mut Tx,
        code: &str,
        notes: &[Note],
        county: &County,
        now: At,
    ) -> Result<()> {
        let matters = tell::matters(tx.on(), code, notes).await?;
        for note in notes.iter().filter(|note| note.send_at <= now.seconds()) {
            match tell::to(note, &matters, county, now) {
                To::Done | To::Later => {}
                To::Nobody => self.unheard += 1,
                To::Account { account, rung, due, .. } => {
                    let lost = || StoreError::inconsistent("note", &note.matter, "no such matter");
                    let matter = matters.get(&note.matter).and_then(Option::as_ref);
                    let matter = matter.ok_or_else(lost)?;
                    let number = u32::try_from(note.n).unwrap_or(0);
                    self.told.push(Told {
                        account,
                        matter: matter.id,
                        no: matter.no.clone(),
                        stage: matter.asked(number, now).map_or("", |d| d.stage.name()),
                        rung,
                        due,
                    });
                }
            }
        }
        Ok(())
    }

    /// How many lines each account would get, by rung.
    pub fn by_account(&self) -> BTreeMap<UserId, BTreeMap<&str, u64>> {
        let mut by: BTreeMap<_, BTreeMap<_, u64>> = BTreeMap::new();
        for told in &self.told {
            *by.entry(told.account).or_default().entry(told.rung).or_default() += 1;
        }
        by
    }
}

async fn matter(on: On<'_>, county: &str, id: &str) -> Result<Option<Matter>> {
    let note = Note { matter: id.to_owned(), n: 0, send_at: 0 };
    Ok(tell::matters(on, county, &[note]).await?.remove(id).flatten())
}

/// The kinds of the acts of the system that are due on a matter, each after the one before.
fn next_acts(mut matter: Matter, county: &County, now: At) -> Result<Vec<&'static str>> {
    let lost =
        || StoreError::inconsistent("matter", matter.id, "its playbook is not in the ledger");
    let (playbook, clock) = county.rules_of(&matter).ok_or_else(lost)?;
    let (actor, versions) = (Actor::system(), county.versions(clock));
    let cx = county.context(now, &actor, playbook, clock, &versions);
    let mut kinds = Vec::new();
    loop {
        let act = unasked(&matter, &cx)
            .map_err(|refusal| StoreError::inconsistent("matter", matter.id, refusal))?;
        let Some(act) = act else { return Ok(kinds) };
        kinds.push(act.kind());
        let (seq, by) = (matter.seq + 1, Person::System);
        let envelope = Envelope {
            seq,
            at: now,
            happened: None,
            source: Source::Live,
            by,
            post: None,
            unit: None,
        };
        matter.apply(&envelope, &act.did, &act.then);
    }
}
