//! Sequences for the cells of the table, walked one by one.

use zongheng_core::matter::{Came, Command, Drafted, Facts, Share, State};
use zongheng_core::playbook::Stage;

use super::family::Family;
use super::states::*;
use super::story::*;
use super::world::*;

/// Stories that together reach every cell.
pub(crate) fn directed() -> Vec<Story> {
    let mut walked = Walked(Vec::new());
    by_the_course(&mut walked);
    inside(&mut walked);
    away(&mut walked);
    planned(&mut walked);
    disputed(&mut walked);
    among_kin(&mut walked);
    walked.0
}

/// The stories so far.
struct Walked(Vec<Story>);

impl Walked {
    fn begin(&mut self, story: Story) -> &mut Story {
        self.0.push(story);
        self.0.last_mut().unwrap()
    }
}

/// The command is accepted, whatever state it leads to.
fn walk(story: &mut Story, post: &str, command: Command) {
    let (act, actor) = (command.act(), story.by(post));
    story.try_by(&actor, command).unwrap_or_else(|e| panic!("{post} {act}: {e}"));
}

fn by_the_course(walked: &mut Walked) {
    for state in State::ALL.into_iter().filter(|state| *state != State::Recorded) {
        for command in [comment(), spot()] {
            walk(walked.begin(in_state(state)), CENTRE, command);
        }
        if state.is_open() {
            walk(walked.begin(in_state(state)), CENTRE, urge(None));
        }
    }
    let correct =
        || Command::Correct(Facts { category: Some("water_supply".into()), ..Facts::default() });
    for state in
        [State::Reported, State::Filed, State::Dispatched, State::Returned, State::Handling]
    {
        walk(walked.begin(in_state(state)), CENTRE, correct());
    }
    // Another person of the desk declines what is filed.
    walk(walked.begin(in_state(State::Reported)), CENTRE, decline());
    let story = walked.begin(in_state(State::Filed));
    let other = WORLD.stand_in(TRANSPORT_STAFF, CENTRE, story.now);
    assert_eq!(story.try_by(&other, decline()), Ok(State::Declined));
    let story = walked.begin(in_state(State::Declined));
    walk(story, CENTRE, reopen());
    walk(story, CENTRE, file());
    walk(story, CENTRE, dispatch("county_transport", &[]));

    // Dispatched: the assist first, then the lead.
    let story = walked.begin(in_state(State::Dispatched));
    let (first, second) = (story.mint(), story.mint());
    let settle = story.open(Stage::Settle, None).due.plus_seconds(86_400);
    walk(story, CENTRE, withdraw("county_transport", &["county_housing"]));
    walk(story, CENTRE, dispatch("county_transport", &["county_housing"]));
    walk(story, HOUSING, sign_for());
    walk(story, HOUSING, return_(None));
    walk(story, CENTRE, adjudicate("county_transport", &[TOWNSHIP]));
    walk(story, TRANSPORT, progress());
    walk(story, TRANSPORT, extend(first, Stage::Settle, settle));
    walk(story, CENTRE, grant(first));
    walk(story, TRANSPORT, suspend(second, "2025-03-12T09:00"));
    walk(story, HALL, sign_for());
    walk(story, TRANSPORT, sign_for());
    walk(story, CENTRE, grant(second));
    walk(story, TRANSPORT, Command::Resume);
    walk(walked.begin(in_state(State::Dispatched)), TRANSPORT, return_(None));

    // Handling.
    let story = walked.begin(in_state(State::Returned));
    walk(story, CENTRE, adjudicate("county_transport", &["county_housing"]));
    walk(story, TRANSPORT, sign_for());
    walk(story, HOUSING, sign_for());
    walk(story, CENTRE, dispatch("county_transport", &[TOWNSHIP]));
    walk(story, HALL, return_(None));
    walk(story, CENTRE, adjudicate("county_transport", &[]));
    let request = story.mint();
    walk(story, TRANSPORT, extend(request, Stage::Settle, settle));
    walk(story, CENTRE, deny(request));
    walk(story, HOUSING, answer());
    walk(story, TRANSPORT, answer());
    walk(story, VERIFICATION, failed());
    walk(story, TRANSPORT, answer());
    walk(story, VERIFICATION, passed());
    walk(story, CLOSING, failed());
    walk(walked.begin(in_state(State::Handling)), TRANSPORT, return_(None));

    // Suspended: the assisting units go on.
    let story = walked.begin(in_state(State::Suspended));
    let (first, second) = (story.mint(), story.mint());
    walk(story, HOUSING, sign_for());
    walk(story, HOUSING, progress());
    walk(story, HOUSING, suspend(first, "2025-03-07T09:00"));
    walk(story, CENTRE, grant(first));
    walk(story, TRANSPORT, extend(second, Stage::Settle, settle));
    walk(story, HALL, return_(None));
    walk(story, CENTRE, adjudicate("county_transport", &[TOWNSHIP]));
    walk(story, CENTRE, withdraw("county_transport", &[TOWNSHIP]));
    walk(story, HOUSING, answer());
    walk(story, CENTRE, Command::Resume);
    walk(story, TRANSPORT, progress());

    // The end.
    let story = walked.begin(in_state(State::Verified));
    walk(story, CALL_BACK, reached(true));
    walk(story, CLOSING, sign_off());
    walk(story, CALL_BACK, reached(true));
    walk(story, CENTRE, reopen());
    let story = walked.begin(in_state(State::Handling));
    let request = story.mint();
    walk(story, TRANSPORT, suspend(request, "2025-03-12T09:00"));
    walk(story, CENTRE, grant(request));
}

/// What happens inside units, elsewhere, and beside the course.
fn inside(walked: &mut Walked) {
    for state in State::ALL.into_iter().filter(|state| *state != State::Recorded) {
        let story = walked.begin(in_state(state));
        walk(story, SUPERVISION_HEAD, order("督〔2025〕1号"));
        walk(story, SUPERVISION_DEPUTY, notice("通〔2025〕1号"));
    }
    walk(walked.begin(found()), VILLAGE, settle_on_spot());
    for state in [
        State::Dispatched,
        State::Returned,
        State::Handling,
        State::Suspended,
        State::Answered,
        State::Verified,
    ] {
        let story = walked.begin(in_state(state));
        walk(story, HALL, whistle(&["county_transport", "county_housing"], "2025-03-05T11:00"));
        walk(story, HALL, arrive(1, "county_transport", Came::Late));
        walk(story, HALL, arrive(1, "county_housing", Came::Absent));
    }
    let asks = |story: &mut Story| {
        let ids: Vec<_> = (0..5).map(|_| story.mint()).collect();
        walk(story, HOUSING, shelve(ids[0], "2025-03-20T09:00"));
        walk(story, HOUSING, refer_up(ids[1]));
        walk(story, HOUSING, refer_across(ids[2]));
        walk(story, HOUSING, exclude(ids[3]));
        walk(story, LEADER, met(ids[0], false));
    };
    for state in [State::Dispatched, State::Handling, State::Suspended] {
        let story = walked.begin(in_state(State::Dispatched));
        if state != State::Dispatched {
            story.done(TRANSPORT, sign_for(), State::Handling);
        }
        if state == State::Suspended {
            let request = story.mint();
            let asked = suspend(request, "2025-03-12T09:00");
            granted(story, asked, grant(request), CENTRE, State::Suspended);
        }
        walk(story, HOUSING, sign_for());
        walk(story, HOUSING, pass_on(HOUSING_STAFF));
        walk(story, HOUSING_STAFF, pass_back());
        walk(story, HOUSING_STAFF, submit(an_answer()));
        walk(story, HOUSING, send_back(1));
        let request = story.mint();
        walk(
            story,
            HOUSING_STAFF,
            submit(Drafted::Suspend { request, reason: text(), until: at("2025-03-08T09:00") }),
        );
        walk(story, HOUSING, release(2));
        walk(story, CENTRE, deny(request));
        asks(story);
    }
    // The lead's drafts.
    let returns = || submit(Drafted::Return { reason: text(), whose: None });
    for state in [State::Dispatched, State::Handling] {
        let story = walked.begin(in_state(state));
        walk(story, TRANSPORT_STAFF, returns());
        walk(story, TRANSPORT, release(1));
    }
    for state in [State::Handling, State::Suspended, State::Shelved, State::Outside] {
        let story = walked.begin(in_state(state));
        for unit in ["county_housing", TOWNSHIP, "emergency"] {
            let open = story.matter.share_of(WORLD.unit(unit)).is_some_and(Share::is_open);
            if open && state == State::Shelved {
                continue;
            }
            if open && state != State::Outside {
                story.done(CENTRE, withdraw("county_transport", &[unit]), state);
            }
        }
        if matches!(state, State::Handling | State::Suspended) {
            walk(story, TRANSPORT_STAFF, submit(an_answer()));
            walk(story, TRANSPORT, release(1));
        }
    }
}

/// What is shelved or lies outside the county.
fn away(walked: &mut Walked) {
    let alone = || {
        let mut story = Story::reported("2025-03-05T09:00");
        story.done(CENTRE, file(), State::Filed);
        story.done(CENTRE, dispatch("county_transport", &[]), State::Dispatched);
        story.done(TRANSPORT, sign_for(), State::Handling);
        story
    };
    for state in [State::Shelved, State::Outside] {
        let into = |story: &mut Story| {
            let request = story.mint();
            if state == State::Shelved {
                walk(story, TRANSPORT, shelve(request, "2025-04-12T09:00"));
                walk(story, LEADER, met(request, true));
            } else {
                walk(story, TRANSPORT, refer_up(request));
                walk(story, CENTRE, grant(request));
            }
            assert_eq!(story.matter.state, state);
        };
        let story = walked.begin(alone());
        into(story);
        walk(story, TRANSPORT, progress());
        walk(story, TRANSPORT_STAFF, submit(an_answer()));
        walk(story, TRANSPORT, send_back(1));
        walk(story, TRANSPORT, Command::Resume);
        into(story);
        walk(story, TRANSPORT_STAFF, submit(an_answer()));
        walk(story, TRANSPORT, release(2));
        let story = walked.begin(alone());
        into(story);
        walk(story, TRANSPORT, answer());
    }
    // Renewed, refused; an assisting unit goes on asking meanwhile.
    let story = walked.begin(in_state(State::Shelved));
    let ids: Vec<_> = (0..8).map(|_| story.mint()).collect();
    let extended = story.open(Stage::Settle, None).due.plus_seconds(86_400);
    walk(story, TRANSPORT, extend(ids[6], Stage::Settle, extended));
    walk(story, EMERGENCY, suspend(ids[0], "2025-03-20T09:00"));
    walk(story, CENTRE, grant(ids[0]));
    let story = walked.begin(in_state(State::Shelved));
    walk(story, EMERGENCY, shelve(ids[1], "2025-03-20T09:00"));
    walk(story, EMERGENCY, refer_up(ids[2]));
    walk(story, EMERGENCY, refer_across(ids[3]));
    walk(story, EMERGENCY, exclude(ids[4]));
    walk(story, TRANSPORT, shelve(ids[5], "2025-05-12T09:00"));
    walk(story, LEADER, met(ids[5], true));
    walk(story, TRANSPORT, shelve(ids[7], "2025-05-13T09:00"));
    walk(story, LEADER, met(ids[7], false));
}

fn planned(walked: &mut Walked) {
    let story = walked.begin(in_state(State::Handling));
    walk(story, TRANSPORT, plan(vec![node(1, "2025-03-07T18:00", &[])]));
    walk(story, TRANSPORT, node_done(1));
    let story = walked.begin(in_state(State::Suspended));
    walk(story, TRANSPORT, plan(vec![node(1, "2025-03-07T18:00", &[])]));
    walk(story, TRANSPORT, node_done(1));
    for (state, post) in [(State::Filed, CENTRE), (State::Handling, TRANSPORT)] {
        let story = walked.begin(in_state(state));
        walk(story, post, decompose(vec![part(new_matter(), "2025-03-10T18:00")]));
    }
}

/// Objections, and exclusions by the desk that calls back.
fn disputed(walked: &mut Walked) {
    let named = || {
        let mut story = in_state(State::Returned);
        story.done(CENTRE, adjudicate("county_transport", &["county_housing"]), State::Dispatched);
        story
    };
    let again = |lead| {
        let Command::Adjudicate { lead, assists, withdraw, deadline, reason, .. } =
            adjudicate(lead, &[])
        else {
            panic!()
        };
        let number = Some("会议纪要〔2025〕9号".to_owned());
        Command::Adjudicate { lead, assists, withdraw, deadline, reason, number }
    };
    for state in [State::Dispatched, State::Handling, State::Suspended, State::Shelved] {
        let story = walked.begin(named());
        let (first, second) = (story.mint(), story.mint());
        if state != State::Dispatched {
            story.done(TRANSPORT, sign_for(), State::Handling);
        }
        if state == State::Suspended {
            let asked = suspend(second, "2025-03-12T09:00");
            granted(story, asked, grant(second), CENTRE, state);
        }
        if state == State::Shelved {
            let asked = shelve(second, "2025-03-12T09:00");
            granted(story, asked, met(second, true), LEADER, state);
        }
        walk(story, TRANSPORT, object(first));
        if state == State::Shelved {
            walk(story, LEADER, met(first, false));
        } else {
            walk(story, LEADER, again("county_transport"));
        }
    }
    for state in [State::Verified, State::SignedOff] {
        let story = walked.begin(in_state(state));
        let (first, second) = (story.mint(), story.mint());
        walk(story, TRANSPORT, object(first));
        walk(story, CALL_BACK, exclude(second));
        walk(story, SUPERVISION_HEAD, grant(second));
    }
}

/// Cells in which several matters meet.
fn among_kin(walked: &mut Walked) {
    for state in [
        State::Reported,
        State::Filed,
        State::Dispatched,
        State::Returned,
        State::Handling,
        State::Suspended,
    ] {
        let mut family = Family::new(vec![in_state(state), another()]);
        let main = family.id(1);
        family.done(0, CENTRE, link(main), state);
        family.done(0, CENTRE, unlink(), state);
        family.done(0, CENTRE, merge(main), State::Merged);
        family.done(0, CENTRE, reopen(), State::Filed);
        walked.0.extend(family.stories);
    }
}
