//! The ledger as lines: acts in the county's order, each seal after the last act it covers. What is
//! exported and what is verified are the same lines, made from the texts kept.

use sha2::{Digest, Sha256};
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Fault, Hash, Stream, Summary, Verifier, Written};

use super::rows::ActRow;
use super::seal::{SEAL, SealRow};
use crate::county;
use crate::db::{Tx, rows};
use crate::error::{Result, StoreError};
use crate::open::Store;

/// Acts read at a time: few enough to stay near while they are checked.
const PAGE: i64 = 256;

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub acts: i64,
    pub seals: i64,
    /// SHA-256 of the whole, each line with its end of line.
    pub sha256: Hash,
}

/// The last act and the last seal of an earlier state, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Until {
    pub pos: i64,
    pub seal: i64,
}

/// The first act or seal of the database that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerFault {
    #[error("{0}")]
    Line(Fault),
    /// A column that no act or seal of this program could have.
    #[error("line {line}: act {seq} of {stream} does not hold: {what}")]
    Act { line: u64, stream: Stream, seq: i64, what: String },
    /// Its content still means the same, but other bytes are kept than were hashed.
    #[error("line {line}: act {seq} of {stream} does not hold: its text was changed")]
    Text { line: u64, stream: Stream, seq: i64 },
    #[error("line {line}: seal {seal} does not hold: {what}")]
    Seal { line: u64, seal: i64, what: String },
}

/// An act or a seal as it is kept, in the order of the lines.
enum Row {
    Act(Box<ActRow>),
    Seal(SealRow),
}

impl Store {
    /// Writes the county's ledger, one JSON object a line, as it stood when the export began.
    pub async fn export_ledger(
        &self,
        county: &DivisionCode,
        out: impl FnMut(&str) -> std::io::Result<()>,
    ) -> Result<Export> {
        self.export_until(county, None, out).await
    }

    /// The same as it was when its last act and seal were these: what a backup of that moment gives.
    pub async fn export_until(
        &self,
        county: &DivisionCode,
        until: Option<Until>,
        mut out: impl FnMut(&str) -> std::io::Result<()>,
    ) -> Result<Export> {
        let mut export = Exporting::<Sha256>::default();
        let mut lines = Lines::on(self.db().snapshot().await?, county, until).await?;
        while let Some(page) = lines.page().await? {
            for row in page {
                let text = export.line(row);
                let text = text.map_err(|fault| StoreError::inconsistent("act", county, fault))?;
                out(&text).map_err(StoreError::file("the export"))?;
            }
        }
        Ok(export.finish())
    }

    /// Checks hashes, chains, seq and seals of the county's ledger, and nothing else. With the hash
    /// of a seal kept outside, it must be among them.
    pub async fn verify_ledger(
        &self,
        county: &DivisionCode,
        kept_seal: Option<Hash>,
    ) -> Result<Result<Summary, LedgerFault>> {
        let lines = Lines::on(self.db().snapshot().await?, county, None).await?;
        let (_, outcome) = lines.checked::<()>(Verifier::new(kept_seal), &|_| ()).await?;
        Ok(outcome.map(|(summary, _)| summary))
    }
}

/// Verifies and exports in one pass over a transaction's own state, and gives the transaction back.
pub(crate) async fn verified(
    tx: Tx,
    county: &DivisionCode,
    told: &(dyn Fn(i64) + Sync),
) -> Result<(Tx, Result<(Summary, Export), LedgerFault>)> {
    let lines = Lines::on(tx, county, None).await?;
    let (tx, held) = lines.checked::<Sha256>(Verifier::new(None), told).await?;
    Ok((tx, held.map(|(summary, exporting)| (summary, exporting.finish()))))
}

/// What becomes of each line besides.
trait Passed: Default + Send + 'static {
    fn line(&mut self, text: &str);
}

/// An export is known by the digest of its lines.
impl Passed for Sha256 {
    fn line(&mut self, text: &str) {
        self.update(text.as_bytes());
    }
}

/// Who only verifies wants none.
impl Passed for () {
    fn line(&mut self, _: &str) {}
}

/// Rows become lines, and are counted.
#[derive(Default)]
struct Exporting<P> {
    acts: i64,
    seals: i64,
    passed: P,
}

impl<P: Passed> Exporting<P> {
    /// The row's line, with its end of line.
    fn line(&mut self, row: Row) -> Result<String, LedgerFault> {
        let line = u64::try_from(self.acts + self.seals + 1).unwrap_or(u64::MAX);
        let mut text = match row {
            Row::Act(row) => {
                self.acts += 1;
                let (stream, seq) = (Stream(row.stream.clone()), row.seq);
                let bad =
                    |e: StoreError| LedgerFault::Act { line, stream, seq, what: e.to_string() };
                row.read().map_err(bad)?.line()
            }
            Row::Seal(row) => {
                self.seals += 1;
                let seal = row.seal;
                let bad = |e: StoreError| LedgerFault::Seal { line, seal, what: e.to_string() };
                row.read().map_err(bad)?.line()
            }
        };
        text.push('\n');
        self.passed.line(&text);
        Ok(text)
    }
}

impl Exporting<Sha256> {
    fn finish(self) -> Export {
        let sha256 = Hash(self.passed.finalize().into());
        Export { acts: self.acts, seals: self.seals, sha256 }
    }
}

/// Lines are verified as they come.
struct Checking<P> {
    verifier: Verifier,
    exporting: Exporting<P>,
}

impl<P: Passed> Checking<P> {
    fn take_in(&mut self, page: Vec<Row>) -> Result<(), LedgerFault> {
        for row in page {
            let act = match &row {
                Row::Act(row) => Some((Stream(row.stream.clone()), row.seq)),
                Row::Seal(_) => None,
            };
            let text = self.exporting.line(row)?;
            let line =
                u64::try_from(self.exporting.acts + self.exporting.seals).unwrap_or(u64::MAX);
            let written = self.verifier.line(line, text.trim_end_matches('\n').as_bytes());
            if let (Written::Otherwise, Some((stream, seq))) =
                (written.map_err(LedgerFault::Line)?, act)
            {
                return Err(LedgerFault::Text { line, stream, seq });
            }
        }
        Ok(())
    }
}

/// The lines of one unmoving state of the ledger, a page at a time.
struct Lines {
    tx: Tx,
    county: String,
    /// The last act given out, and the lines so far.
    pos: i64,
    /// The last act that is given out.
    last: i64,
    seals: std::iter::Peekable<std::vec::IntoIter<SealRow>>,
    done: bool,
}

impl Lines {
    async fn on(mut tx: Tx, county: &DivisionCode, until: Option<Until>) -> Result<Self> {
        county::read(tx.on(), county.as_str()).await?;
        let sql = format!("select {SEAL} from seal where county = $1 and seal <= $2 order by seal");
        let last = until.map_or(i64::MAX, |until| until.seal);
        let seals = rows!(tx.on(), SealRow, &sql, county.as_str(), last)?.into_iter().peekable();
        let last = until.map_or(i64::MAX, |until| until.pos);
        Ok(Self { tx, county: county.to_string(), pos: 0, last, seals, done: false })
    }

    /// Verifies all of them, a page while the database reads the next one. Gives the transaction back, and what
    /// held or the first that does not.
    async fn checked<P: Passed>(
        mut self,
        verifier: Verifier,
        told: &(dyn Fn(i64) + Sync),
    ) -> Result<(Tx, Result<(Summary, Exporting<P>), LedgerFault>)> {
        let mut checking = Checking { verifier, exporting: Exporting::<P>::default() };
        let mut page = self.page().await?;
        while let Some(rows) = page {
            let busy = tokio::task::spawn_blocking(move || {
                let outcome = checking.take_in(rows);
                (checking, outcome)
            });
            page = self.page().await?;
            let outcome;
            (checking, outcome) =
                busy.await.map_err(|e| StoreError::inconsistent("act", "verifying", e))?;
            if let Err(fault) = outcome {
                return Ok((self.tx, Err(fault)));
            }
            told(checking.exporting.acts);
        }
        let Checking { verifier, exporting } = checking;
        let held = verifier.finish().map_err(LedgerFault::Line);
        Ok((self.tx, held.map(|summary| (summary, exporting))))
    }

    async fn page(&mut self) -> Result<Option<Vec<Row>>> {
        if self.done {
            return Ok(None);
        }
        let to = self.last.min(self.pos + PAGE);
        let acts = super::between(self.tx.on(), &self.county, self.pos + 1, to).await?;
        if acts.is_empty() && !self.more().await? {
            self.done = true;
            let rest: Vec<Row> = self.seals.by_ref().map(Row::Seal).collect();
            return Ok((!rest.is_empty()).then_some(rest));
        }
        let mut page = Vec::with_capacity(acts.len() + 1);
        self.pos += PAGE;
        for act in acts {
            while let Some(seal) = self.seals.next_if(|seal| seal.first + seal.count <= act.pos) {
                page.push(Row::Seal(seal));
            }
            page.push(Row::Act(Box::new(act)));
        }
        Ok(Some(page))
    }

    /// Whether acts stand beyond a gap of a whole page.
    async fn more(&mut self) -> Result<bool> {
        let next = rows!(
            self.tx.on(),
            (i64,),
            "select pos from act where county = $1 and pos > $2 and pos <= $3 order by pos limit 1",
            &self.county,
            self.pos,
            self.last,
        )?;
        Ok(!next.is_empty())
    }
}
