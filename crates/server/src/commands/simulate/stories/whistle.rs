//! 吹哨报到: a township calls departments to a spot and says who came.

use super::super::fate::{Fate, Turn};
use super::{Story, story, with};

const CALLED: &[Turn] = &[Turn::Whistle];

pub(super) const STORIES: [Story; 4] = [
    story(60, || with(CALLED)),
    story(15, || Fate { major: true, ..with(CALLED) }),
    story(15, || Fate { settled: Some("partly"), ..with(CALLED) }),
    story(10, || Fate { failures: 1, ..with(CALLED) }),
];
