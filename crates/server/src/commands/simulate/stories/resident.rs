//! 群众反映: what residents report and how it goes.

use super::super::fate::{After, Assisting, Fate, Turn, Twin};
use super::{GRANTED, LAPSES, REFUSED, Story, story, with};

pub(super) const STORIES: [Story; 33] = [
    story(420, Fate::default),
    story(30, || Fate { declined: true, ..Fate::default() }),
    story(12, || Fate { declined: true, asked_again: true, ..Fate::default() }),
    story(25, || Fate { corrected: true, ..Fate::default() }),
    // Whose it is.
    story(60, || Fate { misled: true, ..Fate::default() }),
    story(6, || Fate { misled: true, objects: Some(GRANTED), ..Fate::default() }),
    story(4, || Fate { misled: true, objects: Some(REFUSED), ..Fate::default() }),
    story(3, || Fate { misled: true, objects: Some(LAPSES), ..Fate::default() }),
    story(20, || Fate { assisting: Assisting::Returns, ..Fate::default() }),
    story(15, || Fate { assisting: Assisting::Silent, ..Fate::default() }),
    // What is asked for.
    story(25, || with(&[Turn::Pause(GRANTED)])),
    story(8, || with(&[Turn::Pause(REFUSED)])),
    story(5, || with(&[Turn::Pause(LAPSES)])),
    story(4, || Fate { alone: true, ..with(&[Turn::PauseAnswered]) }),
    story(35, || with(&[Turn::MoreTime(GRANTED)])),
    story(12, || with(&[Turn::MoreTime(REFUSED), Turn::MoreTime(GRANTED)])),
    story(6, || with(&[Turn::MoreTime(LAPSES)])),
    story(6, || with(&[Turn::AssistPauses(GRANTED)])),
    story(8, || with(&[Turn::Shelve(GRANTED, None)])),
    story(4, || with(&[Turn::Shelve(GRANTED, Some(GRANTED))])),
    story(3, || with(&[Turn::Shelve(GRANTED, Some(REFUSED))])),
    story(4, || with(&[Turn::Shelve(REFUSED, None)])),
    story(6, || with(&[Turn::ReferUp(GRANTED)])),
    story(3, || with(&[Turn::ReferAcross(GRANTED)])),
    story(3, || with(&[Turn::ReferAcross(REFUSED)])),
    // Several of the same.
    story(14, || Fate { twins: vec![Twin::Merged { undone: false }], ..Fate::default() }),
    story(5, || Fate { twins: vec![Twin::Merged { undone: true }], ..Fate::default() }),
    story(12, || Fate {
        twins: vec![Twin::Linked { undone: false }, Twin::Linked { undone: true }],
        ..Fate::default()
    }),
    // Around it, and after it.
    story(30, || with(&[Turn::Comment, Turn::Spot])),
    story(20, || Fate { unsolved: true, ..Fate::default() }),
    story(8, || Fate { unsolved: true, despite: true, ..Fate::default() }),
    story(25, || Fate { after: vec![After::Reopened, After::Noticed], ..Fate::default() }),
    story(8, || Fate { after: vec![After::Excluded(GRANTED)], ..Fate::default() }),
];
