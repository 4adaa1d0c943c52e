//! The small parts of which pages are made. Each prints itself, so that a lamp or a date looks the
//! same wherever it stands.

use askama::Template;
use askama::filters::HtmlSafe;
use zongheng_core::time::At;

use crate::pages::words::Words;

/// The colour of a deadline, as the API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LampKind {
    Green,
    Yellow,
    Red,
    Paused,
    Done,
    None,
}

impl LampKind {
    /// `green yellow red paused done none`; anything else has no lamp.
    pub fn named(name: &str) -> Self {
        match name {
            "green" => Self::Green,
            "yellow" => Self::Yellow,
            "red" => Self::Red,
            "paused" => Self::Paused,
            "done" => Self::Done,
            _ => Self::None,
        }
    }

    #[cfg(test)]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::None => "none",
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Green => "ok",
            Self::Yellow => "near",
            Self::Red => "late",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::None => "none",
        }
    }
}

/// A lamp: shape, colour, and words that say both.
#[derive(Debug, Clone, Template)]
#[template(path = "part/lamp.html")]
pub struct Lamp {
    pub class: &'static str,
    /// What the colour says, for a reader who does not see it.
    pub says: &'static str,
    pub words: String,
    pub big: bool,
}

impl HtmlSafe for Lamp {}

impl Lamp {
    /// The lamp of a deadline at `now`: time left or overdue, or the word for paused, done, none.
    pub fn new(w: Words, kind: LampKind, due: Option<At>, now: At) -> Self {
        let words = match (kind, due) {
            (LampKind::Paused, _) => w.t("lamp.paused").to_owned(),
            (LampKind::Done, _) => w.t("lamp.done").to_owned(),
            (LampKind::None, _) | (_, None) => w.t("lamp.none").to_owned(),
            (_, Some(due)) => w.left(due, now),
        };
        Self::said(w, kind, words)
    }

    /// A lamp with words of its own: `已办结，早 2 天`.
    pub fn said(w: Words, kind: LampKind, words: String) -> Self {
        let says = match kind {
            LampKind::Green => w.t("lamp.says_green"),
            LampKind::Yellow => w.t("lamp.says_yellow"),
            LampKind::Red => w.t("lamp.says_red"),
            LampKind::Paused | LampKind::Done | LampKind::None => "",
        };
        Self { class: kind.class(), says, words, big: false }
    }

    /// The one lamp of a page.
    #[must_use]
    pub fn big(self) -> Self {
        Self { big: true, ..self }
    }
}

/// A moment with its machine-readable twin.
#[derive(Debug, Clone, Template)]
#[template(path = "part/moment.html")]
pub struct Moment {
    pub iso: String,
    pub words: String,
}

impl HtmlSafe for Moment {}

impl Moment {
    /// `4月14日 周四 18:00`.
    pub fn of(w: Words, at: At, now: At) -> Self {
        Self { iso: at.to_string(), words: w.moment(at, now) }
    }

    /// `今天 18:00` where the day is plain.
    pub fn near(w: Words, at: At, now: At) -> Self {
        Self { iso: at.to_string(), words: w.near(at, now) }
    }

    /// `18:00`.
    pub fn clock(w: Words, at: At) -> Self {
        Self { iso: at.to_string(), words: w.clock(at) }
    }
}

/// A deadline: as it stands, and as it was first set where that differs. Both always show.
#[derive(Debug, Clone, Template)]
#[template(path = "part/due.html")]
pub struct Due {
    pub w: Words,
    pub now: Moment,
    pub first: Option<Moment>,
    /// The first day alone, for dense rows: 4月14日.
    pub first_day: String,
    /// It reaches into a year whose holidays are not published yet.
    pub provisional: bool,
}

impl HtmlSafe for Due {}

impl Due {
    pub fn new(w: Words, first: At, due: At, provisional: bool, now: At) -> Self {
        let moved = (first != due).then(|| Moment::of(w, first, now));
        let first_day = w.day_short(first.date(), now.date());
        Self { w, now: Moment::of(w, due, now), first: moved, first_day, provisional }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TagKind {
    #[default]
    Plain,
    Late,
    Near,
    Ok,
}

/// A word about a thing; never pressed.
#[derive(Debug, Clone, Template)]
#[template(path = "part/tag.html")]
pub struct Tag {
    pub words: String,
    pub kind: TagKind,
}

impl HtmlSafe for Tag {}

impl Tag {
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into(), kind: TagKind::Plain }
    }

    pub fn of(kind: TagKind, words: impl Into<String>) -> Self {
        Self { words: words.into(), kind }
    }

    pub const fn class(&self) -> &'static str {
        match self.kind {
            TagKind::Plain => "",
            TagKind::Late => " tag--late",
            TagKind::Near => " tag--near",
            TagKind::Ok => " tag--ok",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Link {
    pub href: String,
    pub words: String,
}

impl Link {
    pub fn new(href: impl Into<String>, words: impl Into<String>) -> Self {
        Self { href: href.into(), words: words.into() }
    }
}

/// One step of why something is as it is: a short label, where there is one, and a sentence.
#[derive(Debug, Clone)]
pub struct Reason {
    pub label: Option<String>,
    pub text: String,
}

impl Reason {
    #[cfg(test)]
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self { label: Some(label.into()), text: text.into() }
    }

    pub fn plain(text: impl Into<String>) -> Self {
        Self { label: None, text: text.into() }
    }
}

/// A matter as one row of a short list.
#[derive(Debug, Clone)]
pub struct Row {
    pub href: String,
    pub title: String,
    pub lamp: Lamp,
    /// Number, place, unit, stage: what stands quietly below.
    pub sub: Vec<String>,
    /// The act that is the reader's, as a button that opens the matter.
    pub act: Option<String>,
}
