//! The ledger as lines: acts in the county's order, each seal after the last act it covers. What is
//! exported and what is verified are the same lines, made from the texts kept.

use sha2::{Digest, Sha256};
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Fault, Hash, Stream, Summary, Verifier, Written};

use super::rows::{of_whole, whole_acts};
use super::seal::{SEAL, SealRow};
use crate::county;
use crate::db::{Tx, row, rows};
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
    /// Columns that no act of this program could have.
    #[error("line {line} does not hold: its columns are not those of an act")]
    Act { line: u64 },
    /// Its content still means the same, but other bytes are kept than were hashed.
    #[error("line {line}: act {seq} of {stream} does not hold: its text was changed")]
    Text { line: u64, stream: Stream, seq: i64 },
    #[error("line {line}: seal {seal} does not hold: {what}")]
    Seal { line: u64, seal: i64, what: String },
}

/// A stretch of the lines as it is kept: acts as one text, and the seals that stand between or after them.
struct Page {
    acts: String,
    seals: Vec<SealRow>,
}

/// A line of the export, by its number from 1, with its end of line; and which act it is.
struct Line {
    n: u64,
    text: String,
    act: Option<(Stream, i64)>,
}

/// The lines of a page, or those before the first that none can be made of.
struct Made {
    lines: Vec<Line>,
    fault: Option<LedgerFault>,
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
            let Made { lines, fault } = export.lines_of(page);
            for line in lines {
                out(&line.text).map_err(StoreError::file("the export"))?;
            }
            if let Some(fault) = fault {
                return Err(StoreError::inconsistent("act", county, fault));
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
    /// The page's lines in their order.
    fn lines_of(&mut self, page: Page) -> Made {
        let mut lines = Vec::new();
        let fault = self.add(page, &mut lines).err();
        Made { lines, fault }
    }

    fn add(&mut self, page: Page, lines: &mut Vec<Line>) -> Result<(), LedgerFault> {
        let Page { acts, seals } = page;
        let mut seals = seals.into_iter().peekable();
        let read = (!acts.is_empty()).then(|| of_whole(&acts)).into_iter().flatten();
        let mut acts: Vec<_> = read.collect();
        // They come in their order, which neither database promises.
        acts.sort_by_key(|act| act.pos);
        for act in acts {
            while let Some(seal) = seals.next_if(|seal| seal.first + seal.count <= act.pos) {
                lines.push(self.seal(seal)?);
            }
            self.acts += 1;
            let (columns, hash) = act.columns.ok_or(LedgerFault::Act { line: self.lines() })?;
            let known = (columns.stream.into(), columns.seq);
            lines.push(self.line(columns.line(Some(hash)), Some(known)));
        }
        for seal in seals {
            lines.push(self.seal(seal)?);
        }
        Ok(())
    }

    fn seal(&mut self, row: SealRow) -> Result<Line, LedgerFault> {
        self.seals += 1;
        let (line, seal) = (self.lines(), row.seal);
        let bad = |e: StoreError| LedgerFault::Seal { line, seal, what: e.to_string() };
        let text = row.read().map_err(bad)?.line();
        Ok(self.line(text, None))
    }

    fn line(&mut self, mut text: String, act: Option<(Stream, i64)>) -> Line {
        text.push('\n');
        self.passed.line(&text);
        Line { n: self.lines(), text, act }
    }

    fn lines(&self) -> u64 {
        u64::try_from(self.acts + self.seals).unwrap_or(u64::MAX)
    }
}

impl Exporting<Sha256> {
    fn finish(self) -> Export {
        let sha256 = Hash(self.passed.finalize().into());
        Export { acts: self.acts, seals: self.seals, sha256 }
    }
}

/// Takes lines in, and what stood in the way of more.
fn take_in(verifier: &mut Verifier, made: Made) -> Result<(), LedgerFault> {
    for Line { n, text, act } in made.lines {
        let written = verifier.line(n, text.trim_end_matches('\n').as_bytes());
        if let (Written::Otherwise, Some((stream, seq))) =
            (written.map_err(LedgerFault::Line)?, act)
        {
            return Err(LedgerFault::Text { line: n, stream, seq });
        }
    }
    made.fault.map_or(Ok(()), Err)
}

/// The lines of one unmoving state of the ledger, a page at a time.
struct Lines {
    tx: Tx,
    county: String,
    /// The question for acts.
    whole: String,
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
        Ok(Self {
            tx,
            county: county.to_string(),
            whole: whole_acts(),
            pos: 0,
            last,
            seals,
            done: false,
        })
    }

    /// Verifies all of them, a page while the database reads the next one. Gives the transaction back, and what
    /// held or the first that does not.
    async fn checked<P: Passed>(
        mut self,
        mut verifier: Verifier,
        told: &(dyn Fn(i64) + Sync),
    ) -> Result<(Tx, Result<(Summary, Exporting<P>), LedgerFault>)> {
        let mut exporting = Exporting::<P>::default();
        let mut page = self.page().await?;
        while let Some(read) = page {
            let checking = tokio::task::spawn_blocking(move || {
                let held = take_in(&mut verifier, exporting.lines_of(read));
                (verifier, exporting, held)
            });
            page = self.page().await?;
            let held;
            (verifier, exporting, held) =
                checking.await.map_err(|e| StoreError::inconsistent("act", "verifying", e))?;
            if let Err(fault) = held {
                return Ok((self.tx, Err(fault)));
            }
            told(exporting.acts);
        }
        let held = verifier.finish().map_err(LedgerFault::Line);
        Ok((self.tx, held.map(|summary| (summary, exporting))))
    }

    async fn page(&mut self) -> Result<Option<Page>> {
        if self.done {
            return Ok(None);
        }
        let (from, to) = (self.pos + 1, self.last.min(self.pos + PAGE));
        let acts = row!(self.tx.on(), (Option<String>,), &self.whole, &self.county, from, to)?;
        let acts = acts.and_then(|(acts,)| acts).unwrap_or_default();
        if acts.is_empty() && !self.more().await? {
            self.done = true;
            let seals: Vec<SealRow> = self.seals.by_ref().collect();
            return Ok((!seals.is_empty()).then_some(Page { acts, seals }));
        }
        self.pos += PAGE;
        let covered = |seal: &SealRow| seal.first + seal.count <= to + 1;
        let seals = std::iter::from_fn(|| self.seals.next_if(covered)).collect();
        Ok(Some(Page { acts, seals }))
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
