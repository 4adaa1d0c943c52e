//! Plans of nodes, and the plan that stands in the place of the month.

use zongheng_core::matter::{
    AskedNode, Command, Facts, MOST_NODES, Refusal, RequestKind, State, Why,
};
use zongheng_core::organisation::Role;
use zongheng_core::playbook::{Grade, Rating, Stage};

use super::story::*;
use super::world::*;

fn major(now: &str, assists: &[&str]) -> Story {
    let mut story = Story::task(SUPERVISION_CLERK, now);
    let facts = Facts { grade: Some(Grade::Major), ..Facts::default() };
    story.done(SUPERVISION_DEPUTY, Command::File(facts), State::Filed);
    story.done(SUPERVISION_DEPUTY, dispatch("county_transport", assists), State::Dispatched);
    story.done(TRANSPORT, sign_for(), State::Handling);
    story
}

fn faults(refusal: Refusal) -> Vec<String> {
    let Refusal::Invalid(faults) = refusal else { panic!("{refusal}") };
    faults.into_iter().map(|fault| fault.field).collect()
}

#[test]
fn a_cycle_a_node_after_the_due_and_a_plan_of_eight_hundred_nodes_are_refused() {
    let mut story = major("2025-04-17T15:00", &[]);
    let cycle = vec![node(1, "2025-04-20T18:00", &[2]), node(2, "2025-04-20T18:00", &[1])];
    assert_eq!(faults(story.refused(TRANSPORT, plan(cycle))), ["nodes"]);
    let itself = vec![node(1, "2025-04-20T18:00", &[1])];
    assert_eq!(faults(story.refused(TRANSPORT, plan(itself))), ["nodes"]);
    let late = vec![node(1, "2025-06-20T18:00", &[])];
    assert_eq!(faults(story.refused(TRANSPORT, plan(late))), ["nodes[0].due"]);
    let twisted = vec![node(1, "2025-04-21T18:00", &[]), node(2, "2025-04-20T18:00", &[1])];
    assert_eq!(faults(story.refused(TRANSPORT, plan(twisted))), ["nodes[1].after"]);
    let many: Vec<AskedNode> = (1..=800).map(|no| node(no, "2025-04-20T18:00", &[])).collect();
    assert_eq!(faults(story.refused(TRANSPORT, plan(many.clone()))), ["nodes"]);
    let request = story.mint();
    assert_eq!(faults(story.refused(TRANSPORT, plan_for(request, many.clone()))), ["nodes"]);
    let most = many.into_iter().take(MOST_NODES).collect();
    story.done(TRANSPORT, plan(most), State::Handling);
    let body = story.ledger.last().unwrap().2.to_string();
    assert!(body.len() < 65_536, "the largest plan is one line of the ledger: {}", body.len());
}

#[test]
fn a_node_is_done_after_those_before_it_and_the_lead_answers_after_all() {
    let mut story = major("2025-04-17T15:00", &[]);
    let two = vec![node(1, "2025-04-20T18:00", &[]), node(2, "2025-04-24T18:00", &[1])];
    story.done(TRANSPORT, plan(two), State::Handling);
    assert!(story.matter.open_deadline(Stage::Plan, None).is_none(), "the plan was asked for");
    assert_eq!(
        story.refused(TRANSPORT, node_done(2)),
        Refusal::OutOfState(Why::NodeBefore { node: 1 })
    );
    story.done(TRANSPORT, node_done(1), State::Handling);
    assert_eq!(story.refused(TRANSPORT, node_done(1)), Refusal::Already(Why::NodeDone));
    assert_eq!(story.refused(TRANSPORT, answer()), Refusal::OutOfState(Why::NodesOpen));
    story.done(TRANSPORT, node_done(2), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
}

#[test]
fn a_plan_that_a_leader_approves_stands_in_the_place_of_the_month() {
    let mut story = major("2023-01-31T10:00", &[]);
    assert_eq!(story.due(Stage::Settle), "2023-02-28T18:00");
    let request = story.mint();
    let nodes = vec![node(1, "2023-03-15T18:00", &[]), node(2, "2023-05-10T18:00", &[1])];
    story.done(TRANSPORT, plan_for(request, nodes), State::Handling);
    assert_eq!(story.matter.requests[0].kind, RequestKind::Plan);
    assert_eq!(story.due(Stage::Settle), "2023-02-28T18:00", "asking changes nothing");
    let leader = Refusal::NotYours(Why::OnlyRoles(vec![Role::CountyLeader]));
    assert_eq!(story.refused(SUPERVISION_DEPUTY, grant(request)), leader);
    story.done(LEADER, grant(request), State::Handling);
    assert_eq!(story.due(Stage::Settle), "2023-05-10T18:00");
    let months: Vec<String> = story
        .matter
        .deadlines
        .iter()
        .filter(|d| matches!(d.stage, Stage::Monthly(..)))
        .map(|d| short(d.due))
        .collect();
    assert_eq!(months, ["2023-02-28T18:00", "2023-03-31T18:00", "2023-04-30T18:00"]);
    story.on("2023-02-20T10:00").done(TRANSPORT, progress(), State::Handling);
    assert_eq!(
        short(story.matter.next().unwrap().due),
        "2023-03-15T18:00",
        "February is reported, March is not met ahead"
    );
    assert!(story.matter.open_deadline(Stage::Monthly(2023, 3), None).is_some());
}

#[test]
fn the_nodes_of_a_unit_that_is_withdrawn_are_the_lead_s() {
    let mut story = major("2025-04-17T15:00", &["county_housing"]);
    story.done(HOUSING, sign_for(), State::Handling);
    let own =
        AskedNode { unit: Some(WORLD.unit("county_housing")), ..node(1, "2025-04-20T18:00", &[]) };
    story.done(TRANSPORT, plan(vec![own]), State::Handling);
    assert_eq!(story.refused(TRANSPORT, node_done(1)), Refusal::OutOfState(Why::NoNode));
    let out = withdraw("county_transport", &["county_housing"]);
    story.done(SUPERVISION_DEPUTY, out, State::Handling);
    assert_eq!(story.due(Stage::Node(1)), "2025-04-20T18:00", "due as it was");
    story.done(TRANSPORT, node_done(1), State::Handling);
    story.done(TRANSPORT, answer(), State::Answered);
}

#[test]
fn a_failed_check_asks_for_the_months_that_are_still_ahead_again() {
    let mut story = major("2023-01-31T10:00", &[]);
    let request = story.mint();
    let nodes = vec![node(1, "2023-03-15T18:00", &[]), node(2, "2023-05-10T18:00", &[1])];
    story.done(TRANSPORT, plan_for(request, nodes), State::Handling);
    story.done(LEADER, grant(request), State::Handling);
    story.done(TRANSPORT, node_done(1), State::Handling);
    story.done(TRANSPORT, node_done(2), State::Handling);
    story.on("2023-02-20T10:00").done(TRANSPORT, answer(), State::Answered);
    assert!(story.matter.open_deadline(Stage::Monthly(2023, 3), None).is_none());
    story.on("2023-03-02T10:00").done(SUPERVISION_OFFICER, rated(Rating::Fail), State::Handling);
    assert!(
        story.matter.open_deadline(Stage::Monthly(2023, 2), None).is_none(),
        "February is over"
    );
    let march = story.matter.open_deadline(Stage::Monthly(2023, 3), None).unwrap();
    assert_eq!(short(march.due), "2023-03-31T18:00");
}
