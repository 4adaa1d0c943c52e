//! The organisation: whose something is, what is missing, the rules, what was decided, and its changes.

use askama::Template;
use askama_web::WebTemplate;

use super::{CellFault, Field, Frame, ImportFact, Link, Moment, Reason, Row, RulingForm, Tag};

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/who.html")]
pub struct Who {
    pub frame: Frame,
    /// category, place, date.
    pub fields: Vec<Field>,
    pub answer: Option<WhoAnswer>,
    pub nobody: Option<Nobody>,
    /// What the lists beside the rows say.
    pub lists: Vec<Reason>,
}

#[derive(Debug, Clone)]
pub struct WhoAnswer {
    pub lead: String,
    pub facts: Vec<(String, String)>,
    pub because: Vec<Reason>,
}

#[derive(Debug, Clone)]
pub struct Nobody {
    pub what: String,
    pub because: Vec<Reason>,
    pub mend: String,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/gaps.html")]
pub struct Gaps {
    pub frame: Frame,
    pub day: Field,
    /// The unit of the address, which the form of the day keeps.
    pub unit: Option<String>,
    /// The unit whose list this is.
    pub chosen: Option<String>,
    pub back: Option<Link>,
    /// Sheets, empty posts, grids.
    pub totals: [usize; 3],
    pub groups: Vec<GapGroup>,
    pub rows: Vec<GapRow>,
    pub next: Option<String>,
    pub start: Option<String>,
}

impl Gaps {
    pub fn is_empty(&self) -> bool {
        self.totals.iter().all(|n| *n == 0)
    }
}

#[derive(Debug, Clone)]
pub struct GapGroup {
    pub link: Link,
    pub numbers: [usize; 3],
}

#[derive(Debug, Clone)]
pub struct GapRow {
    pub tag: Tag,
    pub title: String,
    pub sub: Vec<String>,
    pub link: Option<Link>,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/sheets.html")]
pub struct Sheets {
    pub frame: Frame,
    pub back: Link,
    pub fault: Option<String>,
    /// The sheets that are not signed.
    pub open: Vec<SheetEntry>,
    /// What is open in the post.
    pub rows: Vec<Row>,
    pub next: Option<String>,
    pub start: Option<String>,
}

#[derive(Debug, Clone)]
pub struct SheetEntry {
    pub facts: Vec<(String, String)>,
    /// For who may sign.
    pub form: Option<RulingForm>,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/rules.html")]
pub struct Rules {
    pub frame: Frame,
    pub groups: Vec<RuleGroup>,
}

#[derive(Debug, Clone)]
pub struct RuleGroup {
    pub id: &'static str,
    pub title: String,
    pub note: String,
    pub rows: Vec<RuleRow>,
}

#[derive(Debug, Clone)]
pub struct RuleRow {
    pub words: &'static str,
    /// Whose decision allows it; empty where nobody's does.
    pub allowed_by: String,
    pub source: String,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/decisions.html")]
pub struct Decisions {
    pub frame: Frame,
    pub filters: Vec<Field>,
    pub note: String,
    pub rows: Vec<DecisionRow>,
    pub next: Option<String>,
    pub start: Option<String>,
}

#[derive(Debug, Clone)]
pub struct DecisionRow {
    pub when: Moment,
    pub kind: String,
    pub by: String,
    /// The matter, where the reader may open it.
    pub matter: Option<Link>,
    /// What stands there where it was decided beside all matters.
    pub elsewhere: Option<String>,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/changes.html")]
pub struct Changes {
    pub frame: Frame,
    /// kind, text, upload.
    pub fields: Vec<Field>,
    pub samples: Vec<FileSample>,
    /// The unit whose roster is asked for, by who records rosters.
    pub unit: Option<Field>,
    pub fault: Option<String>,
    /// Everything that is wrong in the file.
    pub faults: Vec<FileFault>,
    pub confirm: Option<Confirm>,
    /// Closed units that still have open matters, a sentence each.
    pub left: Vec<String>,
    pub recorded: Vec<RecordedChange>,
}

/// What a sort of file looks like, to be filled in.
#[derive(Debug, Clone)]
pub struct FileSample {
    pub name: String,
    pub href: String,
    pub text: &'static str,
}

#[derive(Debug, Clone)]
pub struct FileFault {
    pub line: Option<String>,
    /// The key of the file, as it stands there.
    pub field: String,
    pub what: String,
    pub mend: String,
}

/// What a file would change, with what is sent to record it.
#[derive(Debug, Clone)]
pub struct Confirm {
    pub title: String,
    pub lines: Vec<String>,
    pub warnings: Vec<FileFault>,
    pub moving: Option<String>,
    /// All of it stands already.
    pub nothing: bool,
    pub kind: &'static str,
    pub text: String,
    pub file: String,
    pub upon: String,
    pub key: String,
}

#[derive(Debug, Clone)]
pub struct RecordedChange {
    pub number: String,
    pub decided_by: String,
    pub on: String,
    pub closed: String,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/tables.html")]
pub struct Tables {
    pub frame: Frame,
    /// kind, paper, from, sheet, datum; the file comes last and is of the template.
    pub fields: Vec<Field>,
    /// What is wrong with the file as a whole.
    pub fault: Option<String>,
    /// Why what was to be recorded is shown again.
    pub moved: Option<String>,
    pub faults: Option<TableFaults>,
    /// The address of the picture of grids.
    pub picture: Option<String>,
    pub confirm: Option<TableConfirm>,
    /// One-time links of new accounts, shown once.
    pub links: Vec<AccountLink>,
}

/// Every cell that is to be mended, with how many more there are.
#[derive(Debug, Clone)]
pub struct TableFaults {
    pub title: String,
    pub cells: Vec<CellFault>,
    pub more: u64,
}

/// What a table would change, with what is sent to record it.
#[derive(Debug, Clone)]
pub struct TableConfirm {
    pub title: String,
    /// The rows, each counted once.
    pub facts: Vec<ImportFact>,
    pub lines: Vec<String>,
    pub more: u64,
    /// What is told and hinders nothing, by its place in the table.
    pub notes: Vec<CellFault>,
    /// Columns that are not read.
    pub unread: Option<String>,
    pub warnings: Vec<FileFault>,
    /// All of it stands already.
    pub nothing: bool,
    pub hidden: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone)]
pub struct AccountLink {
    pub login: String,
    pub href: String,
}

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "organisation/system.html")]
pub struct System {
    pub frame: Frame,
    /// Parts that somebody should look at.
    pub open: usize,
    pub rows: Vec<SystemRow>,
}

#[derive(Debug, Clone)]
pub struct SystemRow {
    pub title: String,
    pub tag: Tag,
    pub says: String,
    /// What a program said, in English whatever the page's language.
    pub detail: Option<String>,
    /// What to do, where something is to be done.
    pub mend: Option<String>,
}
