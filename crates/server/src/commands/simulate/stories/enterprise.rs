//! 企业诉求: an opinion with dates, word each month, closed when the enterprise agrees.

use super::super::fate::{Fate, Turn};
use super::{GRANTED, REFUSED, Story, story, with};

pub(super) const STORIES: [Story; 5] = [
    story(60, || with(&[Turn::Plan])),
    story(15, || with(&[Turn::PlanReplaces(GRANTED)])),
    story(8, || with(&[Turn::PlanReplaces(REFUSED), Turn::Plan])),
    story(15, || Fate { unsolved: true, ..with(&[Turn::Plan]) }),
    story(6, || with(&[Turn::Plan, Turn::Shelve(GRANTED, None)])),
];
