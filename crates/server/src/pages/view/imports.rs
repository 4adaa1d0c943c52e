//! Imports: the list with the form that begins one, and one work.

use askama::Template;
use askama_web::WebTemplate;

use super::{Field, Frame, Moment, Tag};

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "imports/list.html")]
pub struct Imports {
    pub frame: Frame,
    /// kind, year, sheet; the file comes last and is of the template.
    pub fields: Vec<Field>,
    /// What is wrong with the file.
    pub fault: Option<String>,
    pub works: Vec<ImportRow>,
}

#[derive(Debug, Clone)]
pub struct ImportRow {
    pub href: String,
    pub file: String,
    pub kind: String,
    pub stage: Tag,
    pub begun: Moment,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "imports/show.html")]
pub struct ImportShow {
    pub frame: Frame,
    pub href: String,
    pub file: String,
    pub kind: String,
    pub begun: Moment,
    pub stage: Tag,
    /// What it waits for, or what came of it.
    pub says: String,
    /// How far it is, while it runs; it can be removed while it does not.
    pub progress: Option<String>,
    /// Every cell that is to be mended, with how many more there are.
    pub cells: Vec<CellFault>,
    pub more: u64,
    /// Which column is what, where somebody has to say it.
    pub map: Vec<Field>,
    /// The counts, which add up to the first.
    pub facts: Vec<ImportFact>,
    /// History by the days of 13710.
    pub judged: Vec<ImportFact>,
    /// Of columns and rows that are hidden, and of rows that were to be left out and that there are not.
    pub notes: Vec<String>,
    /// Lines that do not come over, with why.
    pub skipped: Vec<ImportFact>,
    pub skipped_more: u64,
    pub may_apply: bool,
    pub may_reconcile: bool,
    /// The words by which it goes on where it stopped, or where nobody does it any more.
    pub go_on: Option<String>,
    pub reconciled: Option<ReconciledShow>,
}

/// A cell by its address.
#[derive(Debug, Clone)]
pub struct CellFault {
    pub address: String,
    pub what: String,
}

/// A word and what belongs to it.
#[derive(Debug, Clone)]
pub struct ImportFact {
    pub words: String,
    pub n: String,
}

/// The table held against the register.
#[derive(Debug, Clone)]
pub struct ReconciledShow {
    pub facts: Vec<ImportFact>,
    /// The first differences.
    pub rows: Vec<DifferenceRow>,
    /// All of them.
    pub all: u64,
    pub xlsx: String,
    pub csv: String,
}

#[derive(Debug, Clone)]
pub struct DifferenceRow {
    pub what: String,
    pub number: String,
    pub no: String,
    pub href: Option<String>,
    pub title: String,
    pub theirs: String,
    pub ours: String,
    pub row: Option<String>,
}
