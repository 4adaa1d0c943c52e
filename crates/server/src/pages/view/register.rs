//! The register (台账): a filtered list, dense on a desk, cards on a phone.

use askama::Template;
use askama::filters::HtmlSafe;
use askama_web::WebTemplate;
use zongheng_core::search::Piece;

use super::{Due, Field, Frame, Lamp, LampKind, Link, Tag};

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "register.html")]
pub struct Register {
    pub frame: Frame,
    /// Counts by lamp, each a link that filters.
    pub lamps: Vec<Chip>,
    /// Counts by state.
    pub states: Vec<Chip>,
    /// state, lamp, township, lead, category, source, order: fields of the filter form.
    pub filters: Vec<Field>,
    /// Whether any filter is set, so that it can be cleared.
    pub filtered: bool,
    pub search: Search,
    pub rows: Vec<RegisterRow>,
    pub total: Total,
    /// The files that the list can be had as.
    pub exports: Vec<Link>,
    /// The address of the next page; pages are walked by key, so there is no last one.
    pub next: Option<String>,
    /// The address of the first page, where this is not it.
    pub start: Option<String>,
}

/// What is searched for, and what came of it beside the rows.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// As it was written.
    pub q: String,
    /// The other filters, which the form of the search takes along.
    pub kept: Vec<(&'static str, String)>,
    /// Why nothing can be searched for by it.
    pub fault: Option<String>,
    pub asked: bool,
    /// Acts that are not searched yet.
    pub unsearched: u64,
    /// The address of the same list without words.
    pub clear: String,
}

/// A text with the stretches in it that were searched for.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "part/marked.html")]
pub struct Marked {
    pub pieces: Vec<Piece>,
}

impl HtmlSafe for Marked {}

impl Marked {
    /// Nothing of it was searched for.
    pub fn of(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece { text: text.into(), hit: false }] }
    }

    pub fn plain(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// How many there are; beyond ten thousand without a counter only "more than".
#[derive(Debug, Clone, Copy, Default)]
pub struct Total {
    pub n: u64,
    pub exact: bool,
}

#[derive(Debug, Clone)]
pub struct Chip {
    pub lamp: Option<LampKind>,
    pub words: String,
    pub count: u64,
    pub href: String,
    pub on: bool,
}

impl Chip {
    /// The class of its shape.
    pub fn class(&self) -> &'static str {
        match self.lamp {
            Some(LampKind::Green) => "lamp lamp--ok",
            Some(LampKind::Yellow) => "lamp lamp--near",
            Some(LampKind::Red) => "lamp lamp--late",
            Some(LampKind::Paused) => "lamp lamp--paused",
            Some(LampKind::Done) => "lamp lamp--done",
            Some(LampKind::None) => "lamp lamp--none",
            None => "plain",
        }
    }
}

#[derive(Debug, Clone)]
pub struct RegisterRow {
    pub no: Marked,
    pub href: String,
    pub title: Marked,
    /// Pieces of its texts in which words stand that none of the columns has.
    pub found: Vec<Marked>,
    pub tags: Vec<Tag>,
    pub source: String,
    pub category: String,
    pub township: Marked,
    pub village: Marked,
    pub lead: Option<String>,
    /// Assists that answered, and all.
    pub assists: Option<(usize, usize)>,
    pub state: String,
    pub lamp: Lamp,
    pub due: Option<Due>,
}
