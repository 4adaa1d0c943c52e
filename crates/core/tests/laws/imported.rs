//! What comes over from elsewhere (承接): in mid-life, or as history.

use proptest::prelude::*;
use zongheng_core::ledger::Source;
use zongheng_core::matter::{
    Actor, Command, Did, Import, ImportedEnd, Lamp, Refusal, ReportedPlace, State, Theirs, Why,
    time_by_holder,
};
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::story::*;
use super::world::*;

/// What the hotline's system says of an open matter of the transport bureau.
pub(crate) fn an_import() -> Import {
    Import {
        id: new_matter(),
        playbook: "resident_report".into(),
        theirs: Theirs { system: "before".to_owned(), number: "2025-0101".to_owned() },
        began: at("2025-02-20T10:00"),
        round: 1,
        round_began: None,
        category: Some("road_bridge".into()),
        source: None,
        grade: None,
        urgent: false,
        title: text(),
        detail: Some(text()),
        form: vec![("label".to_owned(), text())],
        place: ReportedPlace { division: Some(division(PLACE)), ..ReportedPlace::default() },
        contact: Some(text()),
        hidden: false,
        lead: Some(WORLD.unit("county_transport")),
        assists: vec![WORLD.unit(TOWNSHIP)],
        due: Some(at("2025-03-14T18:00")),
        ended: None,
    }
}

fn history() -> Import {
    let ended = ImportedEnd {
        at: at("2025-02-25T17:00"),
        answer: Some(text()),
        solved: Some(false),
        satisfied: None,
    };
    Import { due: None, ended: Some(ended), ..an_import() }
}

const NOW: &str = "2025-03-05T09:00";

fn over(import: &Import) -> Story {
    Story::imported(import, &Actor::system(), at(NOW)).unwrap()
}

fn faults(import: &Import) -> Vec<String> {
    let refused = Story::imported(import, &Actor::system(), at(NOW)).err().expect("refused");
    let Refusal::Invalid(faults) = refused else { panic!("{refused}") };
    faults.into_iter().map(|fault| fault.field).collect()
}

#[test]
fn an_open_matter_comes_over_in_mid_life_with_its_true_start_and_limit() {
    let mut story = over(&an_import());
    let matter = &story.matter;
    assert_eq!((matter.state, matter.reported), (State::Handling, at("2025-02-20T10:00")));
    assert_eq!(matter.happened, Some((at("2025-02-20T10:00"), Source::Imported)));
    assert_eq!(story.due(Stage::Settle), "2025-03-14T18:00");
    assert_eq!(short(story.open(Stage::Settle, Some(TOWNSHIP)).due), "2025-03-13T18:00");
    assert_eq!(matter.deadlines[0].from, at("2025-02-20T10:00"), "its time has run since then");
    assert_eq!(matter.lamp(story.now), Lamp::Green);
    assert!(!matter.is_rated() && !matter.is_history());
    let held = time_by_holder(matter, story.now.plus_seconds(60));
    assert_eq!(held[0].from, story.now, "nobody here held it before");
    // The usual rules from here on.
    assert_eq!(story.refused(TRANSPORT, sign_for()), Refusal::OutOfState(Why::SignedFor));
    story.done(HALL, answer(), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
    story.done(VERIFICATION, passed(), State::Verified);
    story.done(CALL_BACK, reached(true), State::Verified);
    story.done(CLOSING, sign_off(), State::SignedOff);
    story.done(CENTRE, reopen(), State::Dispatched);
    assert_eq!((story.matter.round, story.matter.reported), (2, at("2025-02-20T10:00")));
    assert!(!story.matter.is_rated(), "also its later rounds began elsewhere");
    assert_eq!(story.folded_again(), story.matter);
}

#[test]
fn without_a_lead_it_waits_at_the_desk_and_without_a_limit_the_clock_counts_from_its_true_start() {
    let import =
        Import { lead: None, assists: Vec::new(), due: None, contact: None, ..an_import() };
    let mut story = over(&import);
    assert_eq!(story.matter.state, State::Filed);
    assert_eq!(story.due(Stage::Settle), "2025-03-03T18:00", "seven working days from its start");
    assert_eq!(
        story.due(Stage::Dispatch),
        "2025-03-05T11:00",
        "what the desk does counts from now"
    );
    assert_eq!(story.matter.owner, Some(story.matter.desk));
    story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2025-03-03T18:00");
}

#[test]
fn it_comes_over_in_its_round() {
    let round_began = Some(at("2025-03-03T09:00"));
    let due = None;
    let story = over(&Import { round: 3, round_began, due, assists: Vec::new(), ..an_import() });
    assert_eq!((story.matter.round, story.matter.round_start), (3, at("2025-03-03T09:00")));
    assert_eq!(story.due(Stage::Settle), "2025-03-12T18:00", "counted from the round");
    assert_eq!(story.matter.reported, at("2025-02-20T10:00"), "age counts from the first report");
}

#[test]
fn what_was_closed_elsewhere_is_history_in_one_act() {
    let mut story = over(&history());
    let matter = &story.matter;
    assert_eq!((matter.state, matter.closed), (State::SignedOff, Some(at("2025-02-25T17:00"))));
    assert_eq!((matter.owner, matter.lamp(story.now)), (None, Lamp::Done));
    assert!(matter.is_history() && !matter.is_rated());
    assert!(matter.deadlines.is_empty());
    assert_eq!(matter.comes_about(story.now, &WORLD.county.calendar), None);
    assert!(matter.unsolved(), "the reporter's word came over");
    assert!(time_by_holder(matter, story.now).is_empty());
    for (post, command) in [
        (CENTRE, reopen()),
        (CALL_BACK, reached(true)),
        (TRANSPORT, Command::Exclude { request: story.mint(), reason: text() }),
    ] {
        assert_eq!(story.refused(post, command), Refusal::OutOfState(Why::History));
    }
    story.done(CENTRE, Command::Comment { text: text() }, State::SignedOff);
    assert_eq!(story.kinds(), ["imported", "commented"]);
}

#[test]
fn what_came_over_is_out_of_the_rates_already() {
    let mut story = over(&Import { assists: Vec::new(), ..an_import() });
    let exclude = Command::Exclude { request: story.mint(), reason: text() };
    assert_eq!(story.refused(TRANSPORT, exclude), Refusal::OutOfState(Why::Excluded));
}

#[test]
fn the_system_or_the_command_centre_takes_it_over_and_nobody_else() {
    let now = at(NOW);
    assert!(Story::imported(&an_import(), &WORLD.actor(CENTRE, now), now).is_ok());
    for post in POSTS_BESIDE {
        let refused = Story::imported(&an_import(), &WORLD.actor(post, now), now).err();
        assert!(matches!(refused, Some(Refusal::NotYours(_))), "{post}: {refused:?}");
    }
    let refused = Story::imported(&an_import(), &Actor::by_receipt(), now).err();
    assert!(matches!(refused, Some(Refusal::NotYours(_))));
}

const POSTS_BESIDE: [&str; 6] = [CLOSING, SUPERVISION_HEAD, LEADER, TRANSPORT, HALL, SYSTEM_ADMIN];

#[test]
fn every_fault_is_told_at_once() {
    let late = Some(at("2025-03-06T09:00"));
    let all = Import {
        theirs: Theirs { system: "Hotline".to_owned(), number: "13800000000".to_owned() },
        began: at("2025-03-05T10:00"),
        round: 2,
        category: Some("nothing".into()),
        source: Some("rumour".to_owned()),
        place: ReportedPlace { division: Some("999999000000".into()), ..ReportedPlace::default() },
        assists: vec![WORLD.unit("county_transport"), WORLD.unit("county")],
        due: Some(at("2025-03-01T18:00")),
        ..an_import()
    };
    let told = faults(&all);
    for field in [
        "system",
        "number",
        "began",
        "round_began",
        "category",
        "source",
        "place.division",
        "assists[0]",
        "due",
    ] {
        assert!(told.iter().any(|t| t == field), "{field}: {told:?}");
    }
    assert_eq!(faults(&Import { category: None, ..an_import() }), ["category"]);
    assert_eq!(faults(&Import { lead: None, ..an_import() }), ["assists"]);
    let ended = Some(ImportedEnd { at: at("2025-02-01T09:00"), ..history().ended.unwrap() });
    assert_eq!(faults(&Import { ended, ..history() }), ["ended"]);
    assert_eq!(faults(&Import { due: late, ..history() }), ["due"]);
    let hotline =
        Import { playbook: "hotline_order".into(), due: None, contact: None, ..an_import() };
    assert_eq!(faults(&hotline), ["due"], "the city's limit comes with it");
}

#[test]
fn an_order_of_the_city_keeps_its_limit_and_its_number() {
    let hotline = Import {
        playbook: "hotline_order".into(),
        due: Some(at("2025-03-20T18:00")),
        ..an_import()
    };
    let story = over(&hotline);
    assert_eq!(story.matter.outside.as_ref().unwrap().number, "2025-0101");
    assert_eq!(story.due(Stage::Settle), "2025-03-19T18:00", "a working day before the city's");
}

#[test]
fn every_kind_of_matter_comes_over_open_and_closed() {
    for kind in KINDS {
        let open = Import { playbook: kind.into(), category: category_of(kind), ..an_import() };
        let open = over(&open);
        assert!(open.matter.next().is_some(), "{kind}");
        let desk = Import {
            playbook: kind.into(),
            category: category_of(kind),
            lead: None,
            assists: Vec::new(),
            ..an_import()
        };
        assert!(over(&desk).matter.next().is_some(), "{kind}");
        let closed = over(&Import { playbook: kind.into(), category: None, ..history() });
        assert!(closed.matter.is_history(), "{kind}");
    }
}

fn category_of(kind: &str) -> Option<zongheng_core::ids::CategoryId> {
    let category = match kind {
        "enterprise_need" => "enterprise_service",
        "hidden_danger" => "work_safety",
        "county_task" | "dispute" => return None,
        _ => "road_bridge",
    };
    Some(category.into())
}

fn moment() -> impl Strategy<Value = At> {
    (-200 * 86_400_i64..20 * 86_400).prop_map(|seconds| at(NOW).plus_seconds(seconds))
}

proptest! {
    /// Whatever is imported: refused with its faults, or one act that folds to the matter, whose times are in
    /// order and which counts in no rate.
    #[test]
    fn one_act_says_all_of_it(
        (began, round, round_began) in (moment(), 0_u32..4, prop::option::of(moment())),
        (due, ended) in (prop::option::of(moment()), prop::option::of(moment())),
        (led, assisted, kind) in (any::<bool>(), any::<bool>(), 0..KINDS.len()),
    ) {
        let kind = KINDS[kind];
        let ended = ended.map(|at| ImportedEnd { at, ..history().ended.unwrap() });
        let import = Import {
            playbook: kind.into(),
            category: category_of(kind),
            began, round, round_began, due, ended,
            lead: led.then(|| WORLD.unit("county_transport")),
            assists: if assisted { vec![WORLD.unit(TOWNSHIP)] } else { Vec::new() },
            ..an_import()
        };
        match Story::imported(&import, &Actor::system(), at(NOW)) {
            Err(Refusal::Invalid(faults)) => prop_assert!(!faults.is_empty()),
            Err(other) => prop_assert!(false, "{other}"),
            Ok(story) => {
                let matter = &story.matter;
                prop_assert!(matches!(story.ledger[0].1.did, Did::Imported(_)));
                prop_assert!(!matter.is_rated());
                prop_assert_eq!(matter.reported, began);
                prop_assert!(matter.reported <= matter.round_start && matter.round_start <= story.now);
                prop_assert_eq!(matter.state.is_open(), import.ended.is_none());
                prop_assert_eq!(matter.next().is_some(), matter.state.is_open());
                prop_assert_eq!(matter.owner.is_some(), matter.state.is_open());
                if let Some(closed) = matter.closed {
                    prop_assert!(matter.round_start <= closed && closed <= story.now);
                }
                let lead = matter.settle_due(None);
                for share in matter.assists() {
                    prop_assert!(matter.settle_due(Some(share.unit)) <= lead);
                }
                let kept = serde_json::to_string(matter).unwrap();
                let read: zongheng_core::matter::Matter = serde_json::from_str(&kept).unwrap();
                prop_assert_eq!(&read, matter);
            }
        }
    }
}
