//! What lies with an authority outside: the city's 12345, the superior, another county.

use zongheng_core::clock::Reason;
use zongheng_core::matter::{Command, Facts, Refusal, Report, State};
use zongheng_core::playbook::Stage;

use super::story::*;
use super::world::*;

fn hotline(due: Option<&str>) -> Result<Story, Refusal> {
    let now = at("2025-03-05T09:00");
    let report = Report {
        playbook: "hotline_order".into(),
        contact: None,
        hidden: false,
        outside: due.map(an_order),
        ..a_report()
    };
    Story::begun(&report, &WORLD.actor(CENTRE, now), now)
}

#[test]
fn an_order_of_the_city_has_its_number_and_its_limit_and_ours_is_earlier() {
    assert_eq!(hotline(None).err().map(field).as_deref(), Some("outside"));
    let mut story = hotline(Some("2025-03-12T18:00")).unwrap();
    story.done(CENTRE, file(), State::Filed);
    assert_eq!(story.due(Stage::Settle), "2025-03-11T18:00", "a working day before theirs");
    story.done(CENTRE, dispatch("county_transport", &["county_housing"]), State::Dispatched);
    let longer = Facts { outside_due: Some(at("2025-03-20T18:00")), ..Facts::default() };
    story.done(CENTRE, Command::Correct(longer), State::Dispatched);
    assert_eq!(story.due(Stage::Settle), "2025-03-19T18:00", "a received fact moves ours");
    let shorter = Facts { outside_due: Some(at("2025-03-10T18:00")), ..Facts::default() };
    story.done(CENTRE, Command::Correct(shorter), State::Dispatched);
    assert_eq!(story.due(Stage::Settle), "2025-03-07T18:00");
    let assist = story.open(Stage::Settle, Some("county_housing")).due;
    assert!(short(assist) <= story.due(Stage::Settle), "an assisting unit's is never after it");
}

#[test]
fn no_other_kind_of_matter_comes_from_outside() {
    let now = at("2025-03-05T09:00");
    let report = Report { outside: Some(an_order("2025-03-12T18:00")), ..a_report() };
    let refused = Story::begun(&report, &WORLD.actor(HALL, now), now).err();
    assert_eq!(refused.map(field).as_deref(), Some("outside"));
    let mut story = Story::reported("2025-03-05T09:00");
    let due = Facts { outside_due: Some(at("2025-03-20T18:00")), ..Facts::default() };
    assert_eq!(field(story.refused(CENTRE, Command::File(due.clone()))), "outside_due");
    story.done(CENTRE, file(), State::Filed);
    assert_eq!(field(story.refused(CENTRE, Command::Correct(due))), "outside_due");
}

#[test]
fn what_lies_outside_is_looked_at_each_month_and_comes_back_by_resuming_or_the_answer() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    let ids: Vec<_> = (0..4).map(|_| story.mint()).collect();
    let up = |to| Command::ReferUp { request: ids[0], reason: text(), to: WORLD.unit(to) };
    assert_eq!(field(story.refused(TRANSPORT, up("county_housing"))), "to", "no superior");
    for to in ["411524102000", "411525", "411524000000"] {
        let across = Command::ReferAcross { request: ids[1], reason: text(), to: division(to) };
        assert_eq!(field(story.refused(TRANSPORT, across)), "to", "{to}");
    }
    story.done(TRANSPORT, refer_across(ids[2]), State::Handling);
    story.done(CENTRE, grant(ids[2]), State::Outside);
    assert_eq!(story.matter.owner.unwrap().unit, WORLD.unit("command_centre"), "the liaison");
    assert_eq!(story.due(Stage::Review), "2025-04-05T18:00");
    story.on("2025-04-03T09:00").done(TRANSPORT, progress(), State::Outside);
    assert_eq!(story.due(Stage::Review), "2025-05-03T18:00", "looked at, and again in a month");
    story.on("2025-04-08T09:00").done(CENTRE, Command::Resume, State::Handling);
    assert!(story.matter.open_deadline(Stage::Review, None).is_none());
    story.done(TRANSPORT, refer_up(ids[3]), State::Handling);
    story.done(CENTRE, grant(ids[3]), State::Outside);
    story.on("2025-04-10T09:00").done(TRANSPORT, answer(), State::Answered);
}

#[test]
fn a_limit_too_near_for_a_margin_is_ours_too_and_says_so() {
    let mut story = hotline(Some("2025-03-05T18:00")).unwrap();
    story.done(CENTRE, file(), State::Filed);
    let settle = story.open(Stage::Settle, None);
    assert_eq!(short(settle.due), "2025-03-05T18:00");
    let limit = Reason::OutsideLimit { due: at("2025-03-05T18:00"), margin: 0 };
    assert!(settle.because.contains(&limit), "{:?}", settle.because);
}

#[test]
fn an_order_that_is_reopened_still_has_the_limit_that_the_city_set() {
    let mut story = hotline(Some("2025-03-28T18:00")).unwrap();
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
    story.done(VERIFICATION, passed(), State::Verified);
    story.done(CALL_BACK, reached(true), State::Verified);
    let closer = story.matter.owner.unwrap().post.unwrap();
    let closer = WORLD.key_of(closer);
    story.done(&closer, sign_off(), State::SignedOff);
    story.on("2025-03-10T09:00").done(CENTRE, reopen(), State::Dispatched);
    assert_eq!(story.due(Stage::Settle), "2025-03-27T18:00", "a working day before theirs");
}
