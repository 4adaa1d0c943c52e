//! What stands around every page.

use super::{Link, Moment};
use crate::pages::assets;
use crate::pages::words::Words;

/// Which entry of the main navigation is the reader's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    Today,
    Intake,
    Matters,
    Messages,
    #[default]
    None,
}

/// Head and foot of a page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub w: Words,
    /// The page's own title, without the product's name.
    pub title: String,
    /// The county's name as shown beside the mark: 商城县.
    pub county: String,
    pub section: Section,
    /// Nobody on public pages and before sign-in.
    pub me: Option<Me>,
    /// Whether the reader's post enters matters at the intake desk.
    pub may_enter: bool,
    /// Why the reader sees no matters at all; none where matters are seen.
    pub sees_none: Option<SeesNone>,
    /// What this post keeps or decides beside matters.
    pub links: Vec<Link>,
    /// How many open matters the reader may see, beside 事项.
    pub open: Option<u64>,
    /// How many messages the reader has not opened, beside 消息.
    pub unseen: i64,
    /// The token that every form of the session repeats.
    pub csrf: String,
    /// The path of this page, to come back to after a change of language or post.
    pub here: String,
    /// A simulated county says so on every page.
    pub simulated: bool,
    /// `ticked_to`: lists, counts and lamps are as of this moment.
    pub as_of: Option<Moment>,
    /// One sentence about what was just done.
    pub done: Option<String>,
}

/// Whoever sees no matters keeps the system, or holds no post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeesNone {
    Keeper,
    NoPost,
}

impl SeesNone {
    /// The key of its words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Keeper => "today.none_here",
            Self::NoPost => "today.no_post",
        }
    }

    /// The key of what to do about it.
    pub const fn note(self) -> &'static str {
        match self {
            Self::Keeper => "today.none_here_note",
            Self::NoPost => "today.no_post_note",
        }
    }
}

/// Who reads, as a post.
#[derive(Debug, Clone, Default)]
pub struct Me {
    pub unit: String,
    pub post: String,
    /// The post acted for, where a deputy acts.
    pub acting_for: Option<String>,
    pub others: Vec<OtherPost>,
}

#[derive(Debug, Clone)]
pub struct OtherPost {
    pub id: String,
    pub name: String,
}

impl Frame {
    #[expect(clippy::unused_self, reason = "templates ask the frame for what stands in the head")]
    pub fn style(&self) -> String {
        assets::style().href()
    }

    #[expect(clippy::unused_self, reason = "templates ask the frame for what stands in the head")]
    pub fn favicon(&self) -> String {
        assets::favicon().href()
    }

    pub fn is(&self, section: &str) -> bool {
        match self.section {
            Section::Today => section == "today",
            Section::Intake => section == "intake",
            Section::Matters => section == "matters",
            Section::Messages => section == "messages",
            Section::None => false,
        }
    }
}
