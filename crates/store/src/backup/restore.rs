//! A backup on its way back in: into an empty database, whole or not at all, and verified before it stands.

use std::collections::BTreeMap;
use std::path::Path;

use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Hash, Summary};
use zongheng_core::time::At;

use super::BackupError;
use super::cut::Cut;
use super::erased::Log;
use super::header::{Header, What};
use super::indexes::Indexes;
use super::line;
pub use super::load::Found;
use super::load::{Loaded, Loader};
use super::played;
use super::rebuild::{self, Rebuilt};
use super::tables::{self, Table};
use super::written::Reading;
use crate::county;
use crate::db::{Tx, row, run};
use crate::dialect::{RESTORING, unhurried};
use crate::error::{Result, StoreError};
use crate::file::named_files;
use crate::ledger::verified;
use crate::migrate::{known, migrate, version};
use crate::open::{RingPlace, Store};
use crate::vault::VaultError;

/// What is to be restored.
#[derive(Debug, Clone, Copy)]
pub struct Restore<'a> {
    pub from: &'a Path,
    /// The folder of increments that are played after it.
    pub archive: Option<&'a Path>,
    /// The moment at which they end; their last one where left out.
    pub to: Option<At>,
    /// Where files that came along are put; nowhere where left out.
    pub files: Option<&'a Path>,
}

/// What stands again.
#[derive(Debug, Clone)]
pub struct Restored {
    pub header: Header,
    pub county: DivisionCode,
    /// Rows by table.
    pub rows: BTreeMap<String, i64>,
    pub files: Vec<Found>,
    /// Attached files that came whole.
    pub attached: usize,
    /// SHA-256 of attached files that living entries name and that did not come whole.
    pub lost: Vec<String>,
    pub increments: usize,
    pub rebuilt: Rebuilt,
    pub ledger: Summary,
    /// When the last act was entered.
    pub last_at: At,
    /// SHA-256 of the ledger's export.
    pub sha256: Hash,
    /// Entries that the log beside the ring names and the backup still had.
    pub erased: u64,
    /// What speaks against trusting that log: that it is missing, shorter than when the backup was made, or lacks
    /// entries that are erased in the backup.
    pub log: Option<String>,
}

/// What a restore is busy with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Rows,
    Acts,
    Lines,
}

/// Who hears how far it is.
type Told<'a> = &'a (dyn Fn(Phase, i64) + Sync);

impl Store {
    /// Restores into this database, which has to be empty: opened for the first time, with
    /// [`Options::tables`](crate::Options) of the backup's version. Until everything is in, made anew and
    /// verified, nothing stands: cut off or refused, the database is as empty as before.
    ///
    /// # Errors
    /// What is no backup, a newer one, half or damaged, under another ring; a database that is not empty; a
    /// ledger that does not hold.
    pub async fn restore(&self, what: Restore<'_>, told: Told<'_>) -> Result<Restored> {
        let mut loaded = Loaded::default();
        let restored = self.restored(what, told, &mut loaded).await;
        if restored.is_err() {
            for path in loaded.files.into_iter().map(|file| file.path).chain(loaded.made) {
                // The error says why nothing stands; a file left behind would be the lesser evil.
                drop(std::fs::remove_file(path));
            }
        }
        restored
    }

    async fn restored(
        &self,
        what: Restore<'_>,
        told: Told<'_>,
        loaded: &mut Loaded,
    ) -> Result<Restored> {
        let ring = self.vault().ring().map_err(|error| match (error, self.vault().place()) {
            (VaultError::Missing, RingPlace::File(path)) => {
                BackupError::NoRing(path.clone()).into()
            }
            (error, _) => StoreError::from(error),
        })?;
        let (header, lines) = Reading::begin(what.from, ring, What::Backup)?;
        header.must_be_known(known(self.db())).map_err(|fault| fault.of(what.from))?;
        let steps = match what.archive {
            Some(folder) => line::steps(folder, &header, what.to)?,
            None => Vec::new(),
        };
        let mut tx = self.begun().await?;
        let tables = self.empty(&mut tx, &header).await?;
        let indexes = Indexes::take_away(self.db(), &mut tx).await?;
        let mut cut = Cut::new(what.to);
        let counted = |n| told(Phase::Rows, n);
        let mut filler = Loader {
            db: self.db(),
            tx: &mut tx,
            known: &tables,
            folder: what.files,
            told: &counted,
            loaded: &mut *loaded,
        };
        filler.load(&header, lines, &mut cut).await?;
        for path in &steps {
            let (increment, lines) = Reading::begin(path, ring, What::Increment)?;
            filler.load(&increment, lines, &mut cut).await.map_err(|error| match error {
                StoreError::Backup(fault @ BackupError::OtherAct { .. }) => fault.of(path).into(),
                other => other,
            })?;
        }
        if what.archive.is_some() {
            played::head(&mut tx, &header.county, what.to).await?;
        }
        // Entries were read later than the last act that came along.
        played::sealings(&mut tx, &header.county).await?;
        let made = self.made(tx, indexes, what, &header, told).await?;
        let (county, increments) = (DivisionCode(header.county.clone()), steps.len());
        let lost = self.lost(&county, loaded).await?;
        self.keep_named(&county, loaded).await?;
        let Loaded { rows, files, attached, .. } = std::mem::take(loaded);
        let attached = attached.len();
        // What the log of erasures names came along once more.
        self.bytes_too(&county).await;
        let Made { rebuilt, ledger, sha256, last_at, erased, log } = made;
        Ok(Restored {
            header,
            county,
            rows,
            files,
            attached,
            lost,
            increments,
            rebuilt,
            ledger,
            last_at,
            sha256,
            erased,
            log,
        })
    }

    /// The attached files that living entries name and that did not come whole.
    async fn lost(&self, county: &DivisionCode, loaded: &Loaded) -> Result<Vec<String>> {
        let (mut missing, mut after) = (Vec::new(), String::new());
        loop {
            let page = named_files(self.db().reader().await?.on(), county, &after).await?;
            let Some(last) = page.last() else { return Ok(missing) };
            after.clone_from(last);
            missing.extend(page.into_iter().filter(|sha256| !loaded.attached.contains(sha256)));
        }
    }

    /// Removes the attached files that no living entry names: they came after the acts of the backup, or after the
    /// moment up to which it is restored, and no erasing would ever reach them.
    async fn keep_named(&self, county: &DivisionCode, loaded: &mut Loaded) -> Result<()> {
        for path in std::mem::take(&mut loaded.made) {
            let sha256 = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !self.names_file(county, sha256).await? {
                loaded.attached.remove(sha256);
                std::fs::remove_file(&path).map_err(StoreError::file(&path))?;
            }
        }
        Ok(())
    }

    /// A transaction of as long as it takes: nobody else is in this database.
    async fn begun(&self) -> Result<Tx> {
        let mut tx = self.db().begin().await?;
        if let Some(sql) = unhurried(self.db()) {
            run!(tx.on(), sql)?;
        }
        Ok(tx)
    }

    /// The tables into which the backup goes, which all have to be without a row.
    async fn empty(&self, tx: &mut Tx, header: &Header) -> Result<Vec<Table>> {
        for table in tables::names(self.db(), tx.on()).await? {
            let one = format!("select cast(1 as bigint) from {table} limit 1");
            if row!(tx.on(), (i64,), &one)?.is_some() {
                return Err(BackupError::NotEmpty { table }.into());
            }
        }
        let has = version(tx.on()).await?;
        if has != header.schema {
            return Err(BackupError::OtherTables { found: header.schema, has }.into());
        }
        if has < known(self.db()) {
            // Its tables are brought up to date by transactions of their own: until all of it is done,
            // this says that the database is no county yet.
            run!(tx.on(), &format!("create table {RESTORING} (since bigint)"))?;
        }
        Table::all(self.db(), tx.on()).await
    }

    /// Brings the tables up to date, forgets what the log names, makes anew what is computed, and verifies.
    async fn made(
        &self,
        mut tx: Tx,
        indexes: Indexes,
        what: Restore<'_>,
        header: &Header,
        told: Told<'_>,
    ) -> Result<Made> {
        let code = header.county.as_str();
        let older = header.schema < known(self.db());
        let mut indexes = Some(indexes);
        if older {
            // What brings the tables up to date may count on them.
            if let Some(indexes) = indexes.take() {
                indexes.make_again(&mut tx).await?;
            }
            tx.commit().await?;
            migrate(self.db(), None, true, None).await?;
            tx = self.begun().await?;
        }
        run!(tx.on(), "update county set tick_target = ticked_to where code = $1", code)?;
        let head = county::read(tx.on(), code).await?;
        if !head.vault_check.is_empty() && head.vault_check != self.vault().ring()?.check() {
            return Err(BackupError::OtherKey { key: header.key.clone() }.of(what.from).into());
        }
        let log = Log::beside(self.vault())?;
        let (erased, lacking) = match &log {
            Some(log) => (log.apply(&mut tx, code).await?, log.lacks(tx.on(), code).await?),
            None => (0, Vec::new()),
        };
        let holds = |fault: String| BackupError::DoesNotHold(fault).of(what.from);
        let rebuilt = rebuild::rebuild(&mut tx, &head, &|n| told(Phase::Acts, n)).await;
        let rebuilt = rebuilt.map_err(|error| match error {
            error @ StoreError::Inconsistent { .. } => holds(error.to_string()).into(),
            other => other,
        })?;
        if what.archive.is_some() {
            played::numbers(&mut tx, code).await?;
        }
        if let Some(indexes) = indexes {
            indexes.make_again(&mut tx).await?;
        }
        let county = DivisionCode(header.county.clone());
        let (mut tx, outcome) = verified(tx, &county, &|n| told(Phase::Lines, n)).await?;
        let (ledger, export) = outcome.map_err(|fault| holds(fault.to_string()))?;
        if what.archive.is_none() {
            header.must_end_so(&ledger).map_err(holds)?;
        }
        if older {
            run!(tx.on(), &format!("drop table {RESTORING}"))?;
        }
        tx.commit().await?;
        // A ring made from a seed has no file, and nothing beside it.
        let log = self.vault().beside("erased").and_then(|_| header.doubts(log.as_ref(), &lacking));
        let (sha256, last_at) = (export.sha256, head.last_at());
        Ok(Made { rebuilt, ledger, sha256, last_at, erased, log })
    }
}

/// What was made of the rows.
struct Made {
    rebuilt: Rebuilt,
    ledger: Summary,
    sha256: Hash,
    last_at: At,
    erased: u64,
    log: Option<String>,
}
