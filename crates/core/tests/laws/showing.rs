//! What shows it: files that come with a report and with some acts, beside their texts.

use zongheng_core::ledger::{Class, ContentRef};
use zongheng_core::matter::{Actor, Command, MOST_FILES, Refusal, Report, State};

use super::story::*;
use super::world::*;

fn files(n: usize) -> Vec<ContentRef> {
    std::iter::repeat_with(|| ContentRef { class: Class::File, ..text() }).take(n).collect()
}

fn showing(n: usize, command: Command) -> Command {
    Command::Showing { files: files(n), command: Box::new(command) }
}

/// How many files the last act names.
fn named(story: &Story) -> usize {
    let (_, act, _) = story.ledger.last().unwrap();
    act.contents.iter().filter(|content| content.class == Class::File).count()
}

#[test]
fn a_report_and_acts_that_say_what_was_seen_or_done_name_their_files() {
    let report = Report { files: files(2), ..a_report() };
    let by = Actor::by_receipt();
    let mut story = Story::begun(&report, &by, at("2025-03-04T09:00")).unwrap();
    assert_eq!(named(&story), 2);
    let many = Report { files: files(MOST_FILES + 1), ..a_report() };
    let refused = Story::begun(&many, &by, at("2025-03-04T09:00")).err().unwrap();
    assert_eq!(field(refused), "files");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    for command in [progress(), comment(), spot()] {
        story.done(TRANSPORT, showing(1, command), State::Handling);
        assert_eq!(named(&story), 1);
    }
    story.done(CENTRE, showing(1, urge(None)), State::Handling);
    story.done(TRANSPORT, showing(MOST_FILES, answer()), State::Answered);
    assert_eq!(named(&story), MOST_FILES);
    story.done(VERIFICATION, showing(3, failed()), State::Handling);
    assert_eq!(story.folded_again(), story.matter, "files change nothing of the course");
}

#[test]
fn other_acts_and_too_many_files_are_refused_and_rights_come_first() {
    let mut story = handled("2025-03-04T09:00");
    assert_eq!(field(story.refused(TRANSPORT, showing(MOST_FILES + 1, progress()))), "files");
    let pass = pass_on(TRANSPORT_STAFF);
    assert_eq!(field(story.refused(TRANSPORT, showing(1, pass))), "files");
    let refused = story.refused(HOUSING, showing(MOST_FILES + 1, progress()));
    assert!(!matches!(refused, Refusal::Invalid(_)), "{refused:?}");
}

#[test]
fn the_files_of_a_draft_stand_with_the_draft() {
    let mut story = handled("2025-03-04T09:00");
    story.done(TRANSPORT_STAFF, showing(2, submit(an_answer())), State::Handling);
    assert_eq!(named(&story), 2);
    story.done(TRANSPORT, release(1), State::Answered);
    assert_eq!(named(&story), 0, "they are entries already");
}
