//! What the lists hold back before a unit is given a share, and whose decision allows it; what a meeting
//! proposes for the list of powers.

use jiff::civil::date;
use proptest::prelude::*;
use zongheng_core::allowance::{Allowed, Exception};
use zongheng_core::county::County;
use zongheng_core::ids::{CategoryId, ContentId};
use zongheng_core::matter::{
    self, Actor, Ask, Command, Did, Part, Refusal, Report, ReportedPlace, State, proposed_row,
};
use zongheng_core::organisation::{Level, Unit};
use zongheng_core::powers::{Lead, PowerFault, PowerLevel};
use zongheng_core::rules::Rule;

use super::story::*;
use super::world::*;

const WHEN: &str = "2025-03-05T09:00";

fn filed() -> Story {
    let mut story = Story::reported(WHEN);
    story.done(CENTRE, file(), State::Filed);
    story
}

fn allowing(rule: &str, number: &str, reason: bool, command: Command) -> Command {
    let (rule, number) = (rule.to_owned(), number.to_owned());
    let exception = Exception { rule, number, reason: reason.then(text) };
    Command::Allowing { exception, command: Box::new(command) }
}

fn fields(refusal: &Refusal) -> Vec<&str> {
    let Refusal::Invalid(faults) = refusal else { panic!("{refusal}") };
    faults.iter().map(|fault| fault.field.as_str()).collect()
}

/// What the county decides where this was allowed before.
fn after(
    allowed: Allowed,
    story: &Story,
    who: &str,
    command: Command,
) -> Result<matter::NewAct, Refusal> {
    let mut county: County = WORLD.county.clone();
    county.powers.allowed.push(allowed);
    let actor = story.by(who);
    let cx = matter::Context { powers: &county.powers, ..story.context(&actor) };
    let ask = Ask { act: command.act(), seq: None, command: Ok(command) };
    matter::decide(&story.matter, &ask, &cx).map(|mut acts| acts.remove(0))
}

fn recorded(rule: Rule, unit: &str) -> Allowed {
    Allowed {
        rule: rule.id().to_owned(),
        number: "商减负〔2025〕1号".to_owned(),
        post: WORLD.post(LEADER),
        unit: WORLD.unit(unit),
        category: Some("road_bridge".into()),
        more: None,
        reason: ContentId(uuid::Uuid::from_u128(77)),
        from: date(2025, 3, 1),
        until: date(2025, 4, 1),
    }
}

#[test]
fn no_department_asks_of_a_village_what_is_not_on_the_entry_list() {
    let mut story = filed();
    let asks = || dispatch("county_transport", &[PLACE]);
    let refusal = story.refused(CENTRE, asks());
    assert_eq!(fields(&refusal), ["assists[0].unit"]);
    let said = refusal.to_string();
    assert!(said.contains("entry_list") && said.contains("supervision_head"), "{said}");
    for (rule, number, field) in [
        ("no_such_rule", "1号", "allow.rule"),
        ("chain", "1号", "allow.rule"),
        ("despite", "1号", "allow.rule"),
        ("entry_list", "", "allow.number"),
        ("entry_list", "商减负〔2025〕1号", "allow.number"),
        ("cooperating", "商减负〔2025〕1号", "assists[0].unit"),
    ] {
        let refusal = story.refused(CENTRE, allowing(rule, number, true, asks()));
        assert_eq!(fields(&refusal), [field], "{rule} {number}");
    }
    let named = |number: &str| allowing("entry_list", number, false, asks());
    let good = recorded(Rule::EntryList, "county_transport");
    let act = after(good.clone(), &story, CENTRE, named(&good.number)).unwrap();
    let by = act.then.allowed.unwrap();
    assert_eq!((by.rule.as_str(), by.post, by.before), ("entry_list", good.post, true));
    assert_eq!((by.number, by.reason), (good.number.clone(), good.reason));
    for other in [
        Allowed { unit: WORLD.unit("county_housing"), ..good.clone() },
        Allowed { until: date(2025, 3, 5), ..good.clone() },
        Allowed { from: date(2025, 3, 6), ..good.clone() },
        Allowed { category: Some("water_supply".into()), ..good.clone() },
        Allowed { rule: "cooperating".to_owned(), ..good.clone() },
    ] {
        let refusal = after(other.clone(), &story, CENTRE, named(&good.number)).unwrap_err();
        assert_eq!(fields(&refusal), ["allow.number"], "{other:?}");
    }
}

#[test]
fn what_no_rule_hinders_takes_no_exception() {
    let mut story = filed();
    let plain = dispatch("county_transport", &[TOWNSHIP]);
    let refusal = story.refused(CENTRE, allowing("entry_list", "1号", true, plain.clone()));
    assert_eq!(fields(&refusal), ["allow.rule"]);
    story.done(CENTRE, plain, State::Dispatched);
}

#[test]
fn a_township_passes_to_a_grid_only_what_its_village_would_be_given() {
    let mut story = filed();
    story.done(CENTRE, dispatch("county_transport", &[TOWNSHIP]), State::Dispatched);
    story.done(HALL, sign_for(), State::Dispatched);
    let passed = || pass_on(GRID_CHIEF);
    let refusal = story.refused(HALL, passed());
    assert_eq!(fields(&refusal), ["post"]);
    let good = recorded(Rule::EntryList, "county_transport");
    let named = allowing("entry_list", &good.number, false, passed());
    let act = after(good, &story, HALL, named).unwrap();
    assert!(act.then.allowed.unwrap().before);

    // What the township leads by the list it shares out among its own.
    let report = Report { category: Some("village_road".into()), ..a_report() };
    let mut own = Story::begun(&report, &Actor::by_receipt(), at(WHEN)).unwrap();
    own.done(CENTRE, file(), State::Filed);
    own.done(CENTRE, dispatch(TOWNSHIP, &[]), State::Dispatched);
    own.done(HALL, sign_for(), State::Handling);
    own.done(HALL, passed(), State::Handling);
}

fn reported(category: &str) -> Story {
    let report = Report { category: Some(category.into()), ..a_report() };
    let mut story = Story::begun(&report, &Actor::by_receipt(), at("2026-03-04T09:00")).unwrap();
    story.done(CENTRE, file(), State::Filed);
    story
}

#[test]
fn a_township_leads_what_it_only_helps_with_by_the_centre_s_decision_alone() {
    let mut story = reported("forest");
    let give = || dispatch(TOWNSHIP, &[]);
    assert_eq!(fields(&story.refused(CENTRE, give())), ["lead"]);
    let bare = allowing("cooperating", "指〔2026〕3号", false, give());
    assert_eq!(fields(&story.refused(CENTRE, bare)), ["allow.reason"]);
    let good = allowing("cooperating", "指〔2026〕3号", true, give());
    story.done(CENTRE, good, State::Dispatched);
    let (_, act, _) = story.ledger.last().unwrap();
    let by = act.then.allowed.as_ref().unwrap();
    assert_eq!((by.number.as_str(), by.before), ("指〔2026〕3号", false));
    assert_eq!(by.post, WORLD.post(CENTRE));
    assert!(act.contents.iter().any(|content| content.id == by.reason), "its words are kept");

    // A decision recorded before is whose it was, and for whom it was.
    let story = reported("forest");
    let day = date(2026, 3, 1);
    let until = date(2026, 4, 1);
    let of = recorded(Rule::Cooperating, TOWNSHIP);
    let good = Allowed { category: None, from: day, until, ..of };
    let named = || allowing("cooperating", &good.number, true, give());
    let act = after(good.clone(), &story, CENTRE, named()).unwrap();
    let by = act.then.allowed.unwrap();
    assert_eq!((by.post, by.before), (WORLD.post(LEADER), true));
    let elsewhere = Allowed { unit: WORLD.unit("411524101000"), ..good.clone() };
    let refusal = after(elsewhere, &story, CENTRE, named()).unwrap_err();
    assert_eq!(fields(&refusal), ["allow.number"]);
}

#[test]
fn what_was_taken_back_comes_to_no_township_whoever_decides() {
    let mut story = reported("food_market");
    for command in [
        dispatch(TOWNSHIP, &[]),
        dispatch("market", &[TOWNSHIP]),
        dispatch("market", &[PLACE]),
        allowing("cooperating", "指〔2026〕3号", true, dispatch(TOWNSHIP, &[])),
        allowing("taken_back", "指〔2026〕3号", true, dispatch(TOWNSHIP, &[])),
    ] {
        let refusal = story.refused(CENTRE, command.clone());
        assert!(matches!(refusal, Refusal::Invalid(_)), "{command:?}: {refusal}");
    }
    story.done(CENTRE, dispatch("market", &[]), State::Dispatched);
}

#[test]
fn what_the_list_proposes_is_dispatched_in_every_category_and_place() {
    let county = &WORLD.county;
    let now = at("2026-03-04T09:00");
    let mut dispatched = 0;
    for category in county.powers.categories.keys() {
        for place in [PLACE, TOWNSHIP, "411524001001", "411524101201", "411524205203"] {
            if !county.organisation.divisions.contains_key(&division(place)) {
                continue;
            }
            let of_place =
                ReportedPlace { division: Some(division(place)), ..ReportedPlace::default() };
            let of = Some(category.clone());
            let report = Report { category: of, place: of_place, hidden: false, ..a_report() };
            let Ok(mut story) = Story::begun(&report, &Actor::by_receipt(), now) else {
                assert_eq!(*category, CategoryId::from("county_task"), "at {place}");
                continue;
            };
            let (org, day) = (&county.organisation, now.date());
            let found = county.powers.proposal(org, category, &division(place), day).unwrap();
            let desk = story.matter.desk.post.unwrap();
            let user = org.acting(desk, day).unwrap().user;
            let actor = county.actor(user, desk, now).unwrap();
            story.try_by(&actor, file()).unwrap();
            let unit = |unit| matter::Assist { unit, limit: None };
            let given = Command::Dispatch {
                lead: found.lead,
                assists: found.assists.iter().copied().map(unit).collect(),
                withdraw: Vec::new(),
                deadline: None,
                reason: None,
            };
            let said = story.try_by(&actor, given);
            assert_eq!(said, Ok(State::Dispatched), "{category} at {place}");
            dispatched += 1;
        }
    }
    assert!(dispatched > 60, "only {dispatched}");
}

#[test]
fn a_meeting_s_naming_proposes_a_row_and_the_first_naming_none() {
    let mut story = filed();
    story.done(CENTRE, dispatch("county_housing", &[]), State::Dispatched);
    story.done(HOUSING, return_(Some("county_transport")), State::Returned);
    story.done(CENTRE, adjudicate("county_transport", &[]), State::Dispatched);
    let row = |story: &Story| {
        let (envelope, act, _) = story.ledger.last().unwrap();
        let Did::Adjudicated(did) = &act.did else { panic!() };
        let (matter, county) = (&story.matter, &WORLD.county);
        let (seq, day) = (i64::from(envelope.seq), envelope.at.date());
        proposed_row(matter, did, seq, day, &county.organisation, &county.powers)
    };
    assert_eq!(row(&story), None);
    story.done(TRANSPORT, sign_for(), State::Handling);
    let objection = story.mint();
    story.done(TRANSPORT, object(objection), State::Handling);
    let Command::Adjudicate { lead, assists, withdraw, deadline, reason, .. } =
        adjudicate(TOWNSHIP, &["county_housing"])
    else {
        panic!()
    };
    let number = Some("会议纪要〔2025〕9号".to_owned());
    let naming = Command::Adjudicate { lead, assists, withdraw, deadline, reason, number };
    story.done(LEADER, naming, State::Handling);
    let proposed = row(&story).unwrap();
    assert_eq!(proposed.paper, "会议纪要〔2025〕9号");
    assert_eq!((proposed.matter, proposed.on), (Some(story.matter.id), date(2025, 3, 5)));
    let power = &proposed.power;
    assert_eq!((power.lead, power.level), (Lead::Township, PowerLevel::Township));
    assert_eq!(power.assists, [Lead::Unit(WORLD.unit("county_housing"))]);
    assert_eq!((power.category.as_str(), power.place.as_str()), ("road_bridge", "411524000000"));
    assert_eq!(row(&story), Some(proposed), "one act, one name");
}

/// A matter of any category in any place, given by its desk to any two units.
fn given_at_random(numbers: [prop::sample::Index; 4]) -> Option<Story> {
    let county = &WORLD.county;
    let [category, place, lead, assist] = numbers;
    let categories: Vec<&CategoryId> = county.powers.categories.keys().collect();
    let villages = county.organisation.divisions.values().filter(|d| d.level == Level::Village);
    let villages: Vec<_> = villages.map(|d| &d.code).collect();
    let place = villages[place.index(villages.len())];
    // The units that may have to do with it: the county's, and those of the place.
    let own = county.organisation.ancestors(place).into_iter().map(|d| &d.code);
    let own: Vec<_> = own.collect();
    let near = |unit: &&Unit| unit.code.as_ref().is_none_or(|code| own.contains(&code));
    let units: Vec<_> = county.organisation.units.values().filter(near).map(|u| u.id).collect();
    let now = at("2026-03-04T09:00");
    let of_place = ReportedPlace { division: Some(place.clone()), ..ReportedPlace::default() };
    let of = Some(categories[category.index(categories.len())].clone());
    let report = Report { category: of, place: of_place, hidden: false, ..a_report() };
    let mut story = Story::begun(&report, &Actor::by_receipt(), now).ok()?;
    let desk = story.matter.desk.post?;
    let user = county.organisation.acting(desk, now.date())?.user;
    let actor = county.actor(user, desk, now)?;
    story.try_by(&actor, file()).ok()?;
    let given = Command::Dispatch {
        lead: units[lead.index(units.len())],
        assists: vec![matter::Assist { unit: units[assist.index(units.len())], limit: None }],
        withdraw: Vec::new(),
        deadline: None,
        reason: Some(text()),
    };
    story.try_by(&actor, given).ok()?;
    Some(story)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_given_against_the_lists_without_a_decision(
        numbers in any::<[prop::sample::Index; 4]>()
    ) {
        let Some(story) = given_at_random(numbers) else { return Ok(()) };
        let county = &WORLD.county;
        let (org, powers) = (&county.organisation, &county.powers);
        let (category, place) = (story.matter.category.clone().unwrap(), &story.matter.place);
        let (here, day) = (&place.division, story.now.date());
        let found = powers.proposal(org, &category, here, day).unwrap();
        let own = |unit| org.units[&unit].code.as_ref();
        let local = |unit| own(unit).is_some_and(|code| Some(code) == place.township.as_ref() || code == here);
        for share in story.matter.round_shares() {
            let may = if share.part == Part::Lead {
                powers.may_lead(org, share.unit, &category, here, day)
            } else {
                powers.may_assist(org, share.unit, &category, here, day)
            };
            let taken = matches!(may, Err(PowerFault::TakenBack { .. }));
            prop_assert!(!taken && (may.is_ok() || !local(share.unit)), "{:?}", may);
            let lead = story.matter.lead().unwrap().unit;
            let asker = if share.part == Part::Lead { story.matter.desk.unit } else { lead };
            let listed = found.lead == share.unit || found.assists.contains(&share.unit);
            if own(share.unit) == Some(here) && !local(asker) && !listed {
                let entry = powers.entries_on(day).find(|e| e.category.as_ref() == Some(&category));
                prop_assert!(entry.is_some_and(|e| e.department == asker), "{category} {here}");
            }
        }
    }
}
