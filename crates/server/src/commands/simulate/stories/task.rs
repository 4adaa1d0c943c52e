//! 县级交办: tasks of leaders and meetings by 13710, with plans, parts, and papers that others sign.

use super::super::fate::{After, Fate, Turn};
use super::{GRANTED, LAPSES, REFUSED, Story, story, with};

pub(super) const STORIES: [Story; 19] = [
    story(60, Fate::default),
    story(20, || Fate { drafted: true, sent_back: true, ..Fate::default() }),
    story(15, || Fate { deadline: true, ..with(&[Turn::Plan]) }),
    story(15, || Fate { major: true, ..with(&[Turn::Plan]) }),
    story(15, || Fate { major: true, ..with(&[Turn::PlanReplaces(GRANTED)]) }),
    story(6, || Fate { major: true, ..with(&[Turn::PlanReplaces(REFUSED), Turn::Plan]) }),
    story(4, || Fate { major: true, ..with(&[Turn::PlanReplaces(LAPSES), Turn::Plan]) }),
    story(12, || with(&[Turn::Apart(4)])),
    story(8, || Fate { parts: 3, alone: true, ..Fate::default() }),
    story(8, || Fate { drafted: true, ..with(&[Turn::MoreTime(GRANTED)]) }),
    story(6, || Fate { drafted: true, sent_back: true, ..with(&[Turn::Pause(GRANTED)]) }),
    story(5, || Fate { drafted: true, ..with(&[Turn::Shelve(GRANTED, Some(LAPSES))]) }),
    story(6, || Fate { misled: true, drafted: true, ..Fate::default() }),
    story(5, || Fate { misled: true, drafted: true, objects: Some(GRANTED), ..Fate::default() }),
    story(10, || with(&[Turn::PassOn { back: true }])),
    story(10, || Fate { late: 4, ordered: true, after: vec![After::Noticed], ..Fate::default() }),
    story(8, || Fate { failures: 2, ..Fate::default() }),
    story(5, || Fate { unsolved: true, ..Fate::default() }),
    story(5, || Fate { alone: true, ..with(&[Turn::ReferredAnswered]) }),
];
