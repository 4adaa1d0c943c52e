//! 矛盾纠纷: mediated, put off by both parties, refused by one, or guided to the court.

use super::super::fate::{Fate, Turn};
use super::{GRANTED, REFUSED, Story, story, with};

pub(super) const STORIES: [Story; 6] = [
    story(90, Fate::default),
    story(20, || Fate { settled: Some("guided"), ..Fate::default() }),
    story(15, || with(&[Turn::MoreTime(GRANTED)])),
    story(8, || with(&[Turn::MoreTime(REFUSED)])),
    story(10, || with(&[Turn::Pause(GRANTED)])),
    story(12, || Fate { unsolved: true, ..Fate::default() }),
];
