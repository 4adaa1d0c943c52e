//! 安全隐患: under control within hours, then mended; another inspector looks, the regulator's head closes.

use super::super::fate::{After, Fate, Turn};
use super::{GRANTED, Story, story, with};

pub(super) const STORIES: [Story; 6] = [
    story(80, Fate::default),
    story(15, || Fate { late: 1, ..Fate::default() }),
    story(10, || Fate { failures: 1, ..Fate::default() }),
    story(10, || with(&[Turn::MoreTime(GRANTED)])),
    story(6, || with(&[Turn::Whistle])),
    story(8, || Fate { after: vec![After::Reopened], ..Fate::default() }),
];
