//! 热线工单: orders of the city's centre, whose number, limit and word on the end are received as facts.

use super::super::fate::{After, Fate, Turn};
use super::{GRANTED, LAPSES, REFUSED, Story, story, with};

pub(super) const STORIES: [Story; 14] = [
    story(200, Fate::default),
    story(30, || with(&[Turn::OutsideDue])),
    story(30, || Fate { misled: true, ..Fate::default() }),
    story(15, || Fate { drafted: true, sent_back: true, ..Fate::default() }),
    story(20, || with(&[Turn::MoreTime(GRANTED)])),
    story(8, || with(&[Turn::MoreTime(REFUSED)])),
    story(8, || Fate { alone: true, ..with(&[Turn::PauseAnswered]) }),
    story(6, || Fate { alone: true, ..with(&[Turn::ShelvedAnswered]) }),
    story(6, || with(&[Turn::Exclude(GRANTED)])),
    story(5, || with(&[Turn::Exclude(REFUSED)])),
    story(6, || Fate { after: vec![After::Excluded(REFUSED)], ..Fate::default() }),
    story(5, || Fate { after: vec![After::Objected(GRANTED)], ..Fate::default() }),
    story(5, || Fate { after: vec![After::Objected(REFUSED)], ..Fate::default() }),
    story(4, || Fate { after: vec![After::Objected(LAPSES)], ..Fate::default() }),
];
