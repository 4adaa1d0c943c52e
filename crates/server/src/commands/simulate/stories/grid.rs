//! 网格发现: settled on the spot and written down, or given to whose it is.

use super::super::fate::{Fate, Turn};
use super::{GRANTED, REFUSED, Story, story, with};

pub(super) const STORIES: [Story; 8] = [
    story(90, || Fate { on_spot: true, nameless: true, ..Fate::default() }),
    story(120, Fate::default),
    story(20, || Fate { nameless: true, ..Fate::default() }),
    // The village leads, the township looks.
    story(15, || Fate {
        category: Some("neighbour_dispute".into()),
        nameless: true,
        alone: true,
        ..Fate::default()
    }),
    story(8, || Fate { category: Some("rubbish".into()), ..with(&[Turn::PassOn { back: false }]) }),
    story(6, || with(&[Turn::Whistle])),
    story(5, || with(&[Turn::Shelve(GRANTED, None)])),
    story(5, || with(&[Turn::ReferUp(REFUSED)])),
];
