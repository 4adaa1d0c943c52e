//! What a person names: units, dates, categories, posts.

use zongheng_core::clock::words;
use zongheng_core::ids::{PostId, UnitId};
use zongheng_core::matter::{
    Actor, Assist, Command, HolderKind, Lamp, Refusal, Report, State, can_be_given, may_see,
    time_by_holder,
};
use zongheng_core::organisation::Line;
use zongheng_core::playbook::Stage;

use super::lives::states::found_by;
use super::story::*;
use super::world::*;

/// The field and the sentence of a refusal that names one fault.
fn fault(refusal: Refusal) -> (String, String) {
    let Refusal::Invalid(faults) = refusal else { panic!("{refusal}") };
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    (fault.field.clone(), fault.what.clone())
}

/// 税务 and 消防 are vertical, 供电 an enterprise, 残联 social: a dispatch to them would be an order that
/// the county cannot give (DESIGN section 6).
#[test]
fn a_unit_that_the_county_cannot_order_gets_no_share_in_any_way() {
    let strangers = ["tax", "fire_rescue", "power_company", "disabled"];
    let refused = |story: &mut Story, command: Command, field: &str, unit: &str| {
        let (named, what) = fault(story.refused(CENTRE, command));
        assert_eq!(named, field, "{unit}: {what}");
        assert!(what.contains("not the county's to order") && what.contains("liaison"), "{what}");
    };
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    for unit in strangers {
        assert!(!can_be_given(&WORLD.county.organisation, WORLD.unit(unit), story.now.date()));
        refused(&mut story, dispatch(unit, &[]), "lead", unit);
        let assisted = dispatch("county_transport", &[unit]);
        refused(&mut story, assisted, "assists[0].unit", unit);
    }
    // 县生态环境分局 is dual: it can be ordered.
    assert!(can_be_given(&WORLD.county.organisation, WORLD.unit("environment"), story.now.date()));
    story.done(CENTRE, dispatch("environment", &[]), State::Dispatched);
    story.done("environment/head", return_(None), State::Returned);
    refused(&mut story, adjudicate("tax", &[]), "lead", "tax");
    story.done(CENTRE, adjudicate("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
    story.done(VERIFICATION, passed(), State::Verified);
    story.done(CALL_BACK, reached(true), State::Verified);
    story.done(CLOSING, sign_off(), State::SignedOff);
    let again = Command::Reopen { reason: text(), lead: Some(WORLD.unit("power_company")) };
    refused(&mut story, again, "lead", "power_company");
}

#[test]
fn resumed_late_the_due_moves_as_far_as_resumed_on_the_day_and_the_unit_holds_the_rest() {
    let resumed = |when: &str| {
        let mut story = handled("2025-03-05T09:00");
        let request = story.mint();
        story.done(TRANSPORT, suspend(request, "2025-03-12T09:00"), State::Handling);
        story.on("2025-03-06T10:00").done(CENTRE, grant(request), State::Suspended);
        story.on(when).done(TRANSPORT, Command::Resume, State::Handling);
        story
    };
    let on_the_day = resumed("2025-03-12T09:00");
    assert_eq!(
        on_the_day.due(Stage::Settle),
        "2025-03-20T18:00",
        "four working days, 7 to 12 March"
    );
    let mut late = resumed("2025-04-02T09:00");
    assert_eq!(late.due(Stage::Settle), "2025-03-20T18:00");
    late.on("2025-04-03T09:00");
    let outside: Vec<_> = time_by_holder(&late.matter, late.now)
        .into_iter()
        .filter(|span| span.kind == HolderKind::Outside)
        .map(|span| (short(span.from), short(span.to)))
        .collect();
    assert_eq!(outside, [("2025-03-06T10:00".to_owned(), "2025-03-12T09:00".to_owned())]);
}

#[test]
fn what_a_pause_stops_is_paused_and_nothing_else() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    story.done(CENTRE, dispatch("county_transport", &["county_housing"]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    let request = story.mint();
    story.done(TRANSPORT, suspend(request, "2025-03-28T09:00"), State::Handling);
    story.done(CENTRE, grant(request), State::Suspended);
    let own = story.mint();
    story.done(HOUSING, sign_for(), State::Suspended);
    let after = at("2025-03-20T09:00");
    let lamp = |story: &Story, stage, share: Option<&str>, now| {
        story.matter.lamp_of(story.open(stage, share), now)
    };
    assert_eq!(lamp(&story, Stage::Settle, None, after), Lamp::Paused, "its old due is past");
    assert_eq!(lamp(&story, Stage::Resume, None, after), Lamp::Paused);
    assert_eq!(lamp(&story, Stage::Settle, Some("county_housing"), after), Lamp::Red);
    story.done(HOUSING, suspend(own, "2025-03-14T09:00"), State::Suspended);
    story.done(CENTRE, grant(own), State::Suspended);
    let during = at("2025-03-13T09:00");
    assert_eq!(lamp(&story, Stage::Settle, Some("county_housing"), during), Lamp::Paused);
    assert_eq!(lamp(&story, Stage::Settle, Some("county_housing"), after), Lamp::Red);
}

/// What the deadline says of itself last, and whether it is provisional.
fn extended(to: &str) -> (String, String, bool) {
    let mut story = handled("2025-12-22T09:00");
    let request = story.mint();
    story.done(TRANSPORT, extend(request, Stage::Settle, at(to)), State::Handling);
    story.done(CENTRE, grant(request), State::Handling);
    let settle = story.open(Stage::Settle, None);
    assert_eq!(short(settle.due), to, "kept as given");
    let last = settle.because.last().unwrap();
    (words::zh(last, 2025), words::en(last, 2025), settle.provisional)
}

#[test]
fn an_extension_onto_a_rest_day_stays_and_says_so() {
    let (zh, en, provisional) = extended("2026-01-10T18:00");
    assert_eq!(zh, "2026年1月10日 周六 是休息日，仍按所定日期");
    assert_eq!(en, "Sat 10 Jan 2026 is a day of rest; it stays as given");
    assert!(!provisional);
    let (zh, ..) = extended("2026-01-02T18:00");
    assert_eq!(zh, "2026年1月2日 周五 是元旦假期，仍按所定日期");
    // 4 January 2026 is a Sunday that is worked.
    let (zh, ..) = extended("2026-01-04T18:00");
    assert_eq!(zh, "同意延期，现定 2026年1月4日 周日 18:00");
}

#[test]
fn an_extension_into_a_year_not_published_is_provisional() {
    let (zh, en, provisional) = extended("2027-02-08T18:00");
    assert!(provisional);
    assert_eq!(zh, "2027年放假安排尚未公布，2027年2月8日 周一 是不是休息日还不知道，仍按所定日期");
    assert!(en.contains("2027") && en.contains("stays as given"), "{en}");
}

fn told(report: &Report, by: &Actor) -> Option<(String, String)> {
    Story::begun(report, by, at("2025-03-05T09:00")).err().map(fault)
}

#[test]
fn a_category_that_is_all_of_one_kind_of_matter_is_no_other_kinds() {
    let report = Report { category: Some("county_task".into()), ..a_report() };
    let (field, what) = told(&report, &Actor::by_receipt()).unwrap();
    assert_eq!((field.as_str(), what.contains("another kind")), ("category", true), "{what}");
    let mut story = Story::reported("2025-03-05T09:00");
    let facts = zongheng_core::matter::Facts {
        category: Some("county_task".into()),
        ..zongheng_core::matter::Facts::default()
    };
    assert_eq!(fault(story.refused(CENTRE, Command::File(facts))).0, "category");
    Story::task(SUPERVISION_CLERK, "2025-03-05T09:00");
}

#[test]
fn a_matter_is_written_for_another_post_that_stands() {
    let clerk = WORLD.actor(SUPERVISION_CLERK, at("2025-03-05T09:00"));
    let for_ = |post: PostId| Report { on_behalf: Some(post), ..a_task() };
    assert_eq!(told(&for_(WORLD.post(LEADER)), &clerk), None);
    let nowhere = PostId(uuid::Uuid::from_u128(1));
    for (report, by, what) in [
        (for_(nowhere), clerk.clone(), "no such post"),
        (for_(clerk.post.unwrap()), clerk.clone(), "your own post"),
        (for_(WORLD.post(LEADER)), Actor { acting_for: clerk.post, ..clerk.clone() }, "act for"),
        (
            Report { on_behalf: Some(WORLD.post(LEADER)), ..a_report() },
            Actor::by_receipt(),
            "without an account",
        ),
    ] {
        let (field, said) = told(&report, &by).unwrap();
        assert!(field == "on_behalf" && said.contains(what), "{field}: {said}");
    }
}

#[test]
fn what_a_grid_member_finds_lies_in_the_own_grid_and_stays_in_sight() {
    let story = found_by(GRID_MEMBER);
    let (member, now) = (story.by(GRID_MEMBER), story.now);
    assert!(story.matter.place.grid.is_some_and(|grid| member.grids.contains(&grid)));
    let organisation = &WORLD.county.organisation;
    assert!(may_see(&member, &story.matter, organisation, now.date()));
}

#[test]
fn twenty_units_assist_at_most_however_many_acts_named_them() {
    let mut story = Story::reported("2025-03-05T09:00");
    story.done(CENTRE, file(), State::Filed);
    let (organisation, day) = (&WORLD.county.organisation, story.now.date());
    let lead = WORLD.unit("county_transport");
    let fit = |unit: &UnitId| {
        let known = organisation.unit(*unit, day).is_some_and(|u| u.line == Line::Top);
        known && *unit != lead && can_be_given(organisation, *unit, day)
    };
    let units: Vec<_> = organisation.units.keys().copied().filter(fit).take(24).collect();
    let named = |units: &[UnitId]| Command::Dispatch {
        lead,
        assists: units.iter().map(|unit| Assist { unit: *unit, limit: None }).collect(),
        withdraw: Vec::new(),
        deadline: None,
        reason: Some(text()),
    };
    story.done(CENTRE, named(&units[..12]), State::Dispatched);
    assert_eq!(field(story.refused(CENTRE, named(&units[12..24]))), "assists");
    story.done(CENTRE, named(&units[12..20]), State::Dispatched);
}
