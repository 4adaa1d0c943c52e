//! The ledger as lines: acts in the county's order, each seal after the last act it covers. What is
//! exported and what is verified are the same lines, made from the texts kept.

use sha2::{Digest, Sha256};
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, Fault, Hash, Stream, Summary, Verifier};

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

/// A row on its way out, or why it is none.
enum Line {
    Act(Box<Act>),
    Seal(String),
    Bad(LedgerFault),
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
        let mut export = Export { acts: 0, seals: 0, sha256: Hash::ZERO };
        let mut digest = Sha256::new();
        let mut lines = Lines::on(self.db().snapshot().await?, county, until).await?;
        while let Some(page) = lines.page().await? {
            for line in page {
                let mut text = match line {
                    Line::Act(act) => {
                        export.acts += 1;
                        act.line()
                    }
                    Line::Seal(text) => {
                        export.seals += 1;
                        text
                    }
                    Line::Bad(fault) => {
                        return Err(StoreError::inconsistent("act", county, fault));
                    }
                };
                text.push('\n');
                digest.update(text.as_bytes());
                out(&text).map_err(StoreError::file("the export"))?;
            }
        }
        export.sha256 = Hash(digest.finalize().into());
        Ok(export)
    }

    /// Checks hashes, chains, seq and seals of the county's ledger, and nothing else. With the hash
    /// of a seal kept outside, it must be among them.
    pub async fn verify_ledger(
        &self,
        county: &DivisionCode,
        kept_seal: Option<Hash>,
    ) -> Result<Result<Summary, LedgerFault>> {
        let mut verifier = Verifier::new(kept_seal);
        let mut lines = Lines::of(self, county).await?;
        let (mut n, mut page) = (0, lines.page().await?);
        while let Some(at_hand) = page {
            // The database reads the next page while this one is checked.
            let checking = async { check_page(&mut verifier, &mut n, at_hand) };
            let (next, checked) = tokio::join!(lines.page(), checking);
            if let Err(fault) = checked {
                return Ok(Err(fault));
            }
            page = next?;
        }
        Ok(verifier.finish().map_err(LedgerFault::Line))
    }
}

/// Verifies and exports in one pass over a transaction's own state, and gives the transaction back.
pub(crate) async fn verified(
    tx: Tx,
    county: &DivisionCode,
    told: &(dyn Fn(i64) + Sync),
) -> Result<(Tx, Result<(Summary, Export), LedgerFault>)> {
    let mut verifier = Verifier::new(None);
    let mut export = Export { acts: 0, seals: 0, sha256: Hash::ZERO };
    let mut digest = Sha256::new();
    let mut lines = Lines::on(tx, county, None).await?;
    let (mut n, mut page) = (0, lines.page().await?);
    while let Some(at_hand) = page {
        let checking = async {
            export.take_in(&at_hand, &mut digest);
            check_page(&mut verifier, &mut n, at_hand)
        };
        let (next, checked) = tokio::join!(lines.page(), checking);
        if let Err(fault) = checked {
            return Ok((lines.tx, Err(fault)));
        }
        told(export.acts);
        page = next?;
    }
    export.sha256 = Hash(digest.finalize().into());
    let held = verifier.finish().map_err(LedgerFault::Line);
    Ok((lines.tx, held.map(|summary| (summary, export))))
}

impl Export {
    fn take_in(&mut self, page: &[Line], digest: &mut Sha256) {
        for line in page {
            match line {
                Line::Act(act) => {
                    self.acts += 1;
                    digest.update(act.line().as_bytes());
                }
                Line::Seal(text) => {
                    self.seals += 1;
                    digest.update(text.as_bytes());
                }
                Line::Bad(_) => {}
            }
            digest.update(b"\n");
        }
    }
}

fn check_page(verifier: &mut Verifier, n: &mut u64, page: Vec<Line>) -> Result<(), LedgerFault> {
    for line in page {
        *n += 1;
        match line {
            Line::Act(act) => check(verifier, *n, &act)?,
            Line::Seal(text) => {
                verifier.line(*n, text.as_bytes()).map_err(LedgerFault::Line)?;
            }
            Line::Bad(fault) => return Err(fault),
        }
    }
    Ok(())
}

fn check(verifier: &mut Verifier, line: u64, act: &Act) -> Result<(), LedgerFault> {
    verifier.line(line, act.line().as_bytes()).map_err(LedgerFault::Line)?;
    if act.computed_hash() == act.hash {
        return Ok(());
    }
    Err(LedgerFault::Text { line, stream: act.stream.clone(), seq: act.seq })
}

/// The lines of one unmoving state of the ledger, a page at a time.
struct Lines {
    tx: Tx,
    county: String,
    /// The last act given out, and the lines so far.
    pos: i64,
    /// The last act that is given out.
    last: i64,
    line: u64,
    seals: std::iter::Peekable<std::vec::IntoIter<SealRow>>,
    done: bool,
}

impl Lines {
    async fn of(store: &Store, county: &DivisionCode) -> Result<Self> {
        Self::on(store.db().snapshot().await?, county, None).await
    }

    async fn on(mut tx: Tx, county: &DivisionCode, until: Option<Until>) -> Result<Self> {
        county::read(tx.on(), county.as_str()).await?;
        let sql = format!("select {SEAL} from seal where county = $1 and seal <= $2 order by seal");
        let last = until.map_or(i64::MAX, |until| until.seal);
        let seals = rows!(tx.on(), SealRow, &sql, county.as_str(), last)?.into_iter().peekable();
        let last = until.map_or(i64::MAX, |until| until.pos);
        Ok(Self { tx, county: county.to_string(), pos: 0, last, line: 0, seals, done: false })
    }

    async fn page(&mut self) -> Result<Option<Vec<Line>>> {
        if self.done {
            return Ok(None);
        }
        let to = self.last.min(self.pos + PAGE);
        let acts = super::between(self.tx.on(), &self.county, self.pos + 1, to).await?;
        let mut page = Vec::with_capacity(acts.len() + 1);
        if acts.is_empty() && !self.more().await? {
            self.done = true;
            while let Some(seal) = self.seals.next() {
                page.push(self.seal(seal));
            }
            return Ok((!page.is_empty()).then_some(page));
        }
        self.pos += PAGE;
        for act in acts {
            let pos = act.pos;
            while let Some(seal) = self.seals.next_if(|seal| seal.first + seal.count <= pos) {
                page.push(self.seal(seal));
            }
            page.push(self.act(act));
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

    fn act(&mut self, row: ActRow) -> Line {
        self.line += 1;
        let (line, stream, seq) = (self.line, Stream(row.stream.clone()), row.seq);
        match row.read() {
            Ok(act) => Line::Act(Box::new(act)),
            Err(e) => Line::Bad(LedgerFault::Act { line, stream, seq, what: e.to_string() }),
        }
    }

    fn seal(&mut self, row: SealRow) -> Line {
        self.line += 1;
        let (line, seal) = (self.line, row.seal);
        match row.read() {
            Ok(seal) => Line::Seal(seal.line()),
            Err(e) => Line::Bad(LedgerFault::Seal { line, seal, what: e.to_string() }),
        }
    }
}
