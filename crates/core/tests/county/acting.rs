//! Who answers for a post on a day, which posts are empty, and what a holder who goes leaves behind.

use jiff::civil::{Date, date};
use uuid::Uuid;
use zongheng_core::county::County as Folded;
use zongheng_core::ids::{PostId, UnitId, UserId};
use zongheng_core::organisation::files::County;
use zongheng_core::organisation::{
    Appointment, Entry, HandedOver, Holding, NoHandover, Organisation, Organised, Origin, Proposed,
    Standing, check,
};
use zongheng_core::time::At;

use super::mini::Mini;

const HEAD: &str = "transport/head";
const DESK: &str = "transport/staff";
const OTHER: &str = "highway/staff";

fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

struct Town {
    files: County,
    organisation: Organisation,
}

/// The small county with a staff desk in each department.
fn town() -> Town {
    let mut mini = Mini::new();
    mini.posts = mini.posts.replacen(
        "[[rule]]\nof = \"township\"",
        "[[rule]]\nof = \"unit\"\nkey = \"staff\"\nname = \"经办岗\"\nname_en = \"Staff\"\n\
         role = \"unit_staff\"\n\n[[rule]]\nof = \"township\"",
        1,
    );
    Town { files: mini.read().expect("is readable"), organisation: mini.organisation() }
}

impl Town {
    fn post(&self, key: &str) -> PostId {
        self.files.keys.posts[key]
    }

    fn unit(&self) -> UnitId {
        self.files.keys.units["transport"]
    }

    fn appointment(&self, post: &str, n: u128, days: (Date, Option<Date>)) -> Appointment {
        let (from, to) = days;
        let (post, user) = (self.post(post), user(n));
        Appointment { post, user, holding: Holding::Holder, from, to, own: None }
    }

    fn acting_for(
        &self,
        post: &str,
        n: u128,
        holding: Holding,
        own: Option<&str>,
        days: (Date, Option<Date>),
    ) -> Appointment {
        let own = own.map(|key| self.post(key));
        Appointment { holding, own, ..self.appointment(post, n, days) }
    }

    fn appoint(&mut self, appointments: Vec<Appointment>) -> &mut Self {
        self.organisation.apply(&Organised { appointments, ..Organised::default() });
        self
    }

    fn refused(&self, appointment: Appointment) -> String {
        let origin = Origin { file: "people.csv".to_owned(), row: 1 };
        let proposed = Proposed {
            appointments: vec![Entry { origin, value: appointment }],
            ..Proposed::default()
        };
        let faults = check(&self.organisation, &proposed).expect_err("is refused");
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    fn answers(&self, post: &str, since: Date, day: Date) -> Option<(u128, Standing)> {
        let found = self.organisation.answers(self.unit(), Some(self.post(post)), since, day)?;
        Some((found.user.0.as_u128(), found.by))
    }
}

const START: Date = date(2024, 1, 1);
const LATER: Date = date(2024, 6, 1);
const LAST: Date = date(2025, 1, 1);

#[test]
fn a_post_is_answered_by_holder_deputy_second_and_at_last_the_head() {
    let mut town = town();
    let people = vec![
        town.appointment(HEAD, 1, (START, None)),
        town.appointment(OTHER, 3, (START, None)),
        town.appointment(DESK, 2, (date(2024, 9, 1), None)),
        town.acting_for(DESK, 3, Holding::Deputy, Some(OTHER), (LATER, Some(date(2024, 7, 1)))),
        town.acting_for(DESK, 4, Holding::Second, None, (date(2024, 5, 1), Some(date(2024, 8, 1)))),
    ];
    town.appoint(people);
    for (day, answer) in [
        (date(2024, 4, 1), (1, Standing::Head)),
        (date(2024, 5, 1), (4, Standing::Second)),
        (LATER, (3, Standing::Deputy)),
        (date(2024, 7, 1), (4, Standing::Second)),
        (date(2024, 8, 1), (1, Standing::Head)),
        (date(2024, 9, 1), (2, Standing::Holder)),
    ] {
        assert_eq!(town.answers(DESK, day, day), Some(answer), "{day}");
    }
    assert_eq!(town.answers(DESK, START, date(2023, 12, 31)), None, "nobody is there yet");
    let of_unit = town.organisation.answers(town.unit(), None, START, LATER).unwrap();
    assert_eq!((of_unit.user, of_unit.by), (user(1), Standing::Head));
    assert_eq!(of_unit.post, town.post(HEAD));
}

#[test]
fn a_deputy_who_lost_the_own_post_does_not_act() {
    let mut town = town();
    let people = vec![
        town.appointment(HEAD, 1, (START, None)),
        town.appointment(OTHER, 3, (START, Some(LATER))),
        town.acting_for(DESK, 3, Holding::Deputy, Some(OTHER), (START, None)),
    ];
    town.appoint(people);
    let before = date(2024, 5, 31);
    assert_eq!(town.answers(DESK, before, before), Some((3, Standing::Deputy)));
    assert_eq!(town.answers(DESK, LATER, LATER), Some((1, Standing::Head)));
    assert!(
        town.organisation.posts_of(user(3), before).iter().any(|(p, _)| p.id == town.post(DESK))
    );
    assert!(town.organisation.posts_of(user(3), LATER).is_empty());
}

#[test]
fn a_deputy_of_a_deputy_is_refused_and_so_is_one_without_a_post() {
    let mut town = town();
    let people = vec![
        town.appointment(OTHER, 3, (START, None)),
        town.acting_for(DESK, 3, Holding::Deputy, Some(OTHER), (START, None)),
    ];
    town.appoint(people);
    let of_deputy = town.acting_for(HEAD, 3, Holding::Deputy, Some(DESK), (LATER, None));
    assert!(town.refused(of_deputy).contains("a deputy of a deputy: 经办岗 is only deputised for"));
    let stranger = town.acting_for(HEAD, 5, Holding::Deputy, Some(OTHER), (LATER, None));
    assert!(town.refused(stranger).contains("the deputy does not hold 经办岗 on 2024-06-01"));
    let nameless = town.acting_for(HEAD, 3, Holding::Deputy, None, (LATER, None));
    assert!(town.refused(nameless).contains("names no post of the own"));
    let holder = town.acting_for(HEAD, 3, Holding::Holder, Some(OTHER), (LATER, None));
    assert!(town.refused(holder).contains("is no deputy"));
}

#[test]
fn an_empty_post_is_listed_with_its_day_and_who_answers() {
    let mut town = town();
    let people = vec![
        town.appointment(HEAD, 1, (START, None)),
        town.appointment(DESK, 2, (START, Some(LATER))),
    ];
    town.appoint(people);
    let (desk, head) = (town.post(DESK), town.post(HEAD));
    let on = |day| town.organisation.vacancies(day);
    assert!(on(date(2024, 5, 31)).iter().all(|v| v.post != desk && v.post != head));
    let empty = on(date(2024, 10, 1)).into_iter().find(|v| v.post == desk).unwrap();
    assert_eq!((empty.unit, empty.since), (town.unit(), LATER));
    assert_eq!(empty.answered.map(|a| (a.user, a.by)), Some((user(1), Standing::Head)));
    let never = on(LATER).into_iter().find(|v| v.post == town.post(OTHER)).unwrap();
    assert_eq!((never.since, never.answered), (date(2020, 1, 1), None));
    let ended = on(date(2024, 7, 1));
    assert!(ended.iter().all(|v| v.post != town.post(OTHER)), "its unit is closed by then");
}

#[test]
fn what_was_open_stays_with_the_head_until_the_sheet_is_signed() {
    let mut town = town();
    let people = vec![
        town.appointment(HEAD, 1, (START, None)),
        town.appointment(DESK, 2, (START, Some(LATER))),
        town.appointment(DESK, 5, (LATER, None)),
    ];
    town.appoint(people);
    assert!(town.organisation.open_sheets(date(2024, 5, 31)).is_empty());
    let sheets = town.organisation.open_sheets(LATER);
    assert_eq!(sheets.len(), 1);
    assert_eq!((sheets[0].post, sheets[0].leaver), (town.post(DESK), user(2)));
    let old = date(2024, 5, 20);
    assert_eq!(town.answers(DESK, old, LATER), Some((1, Standing::Handover)));
    assert_eq!(town.answers(DESK, LATER, LATER), Some((5, Standing::Holder)), "what comes anew");

    let (on, post) = (date(2024, 6, 10), town.post(DESK));
    let signed = HandedOver { post, leaver: user(2), taker: user(5), ended: LATER, on };
    for (wrong, why) in [
        (HandedOver { taker: user(2), ..signed.clone() }, NoHandover::SamePerson),
        (HandedOver { taker: user(7), ..signed.clone() }, NoHandover::NotTheTaker(on)),
        (HandedOver { leaver: user(5), ..signed.clone() }, NoHandover::NoSheet(on)),
        (HandedOver { on: old, ..signed.clone() }, NoHandover::NoSheet(old)),
    ] {
        assert_eq!(town.organisation.may_hand_over(&wrong), Err(why));
    }
    town.organisation.may_hand_over(&signed).unwrap();
    town.organisation.hand_over(&signed);
    assert_eq!(town.answers(DESK, old, date(2024, 6, 9)), Some((1, Standing::Handover)));
    assert_eq!(town.answers(DESK, old, on), Some((5, Standing::Holder)));
    assert!(town.organisation.open_sheets(on).is_empty());
    assert_eq!(town.organisation.may_hand_over(&signed), Err(NoHandover::NoSheet(on)));
}

#[test]
fn no_sheet_opens_where_the_same_person_begins_anew_or_others_share_the_desk() {
    let mut town = town();
    let people = vec![
        town.appointment(DESK, 2, (START, Some(LATER))),
        town.appointment(DESK, 2, (LATER, None)),
        town.appointment(OTHER, 3, (START, Some(LATER))),
        town.appointment(OTHER, 4, (START, None)),
    ];
    town.appoint(people);
    assert!(town.organisation.open_sheets(LAST).is_empty());
}

/// An ended post, a post of a closed unit, an ended appointment: none of them acts.
#[test]
fn an_ended_post_does_not_act() {
    let town = town();
    let mut county = Folded::empty("411524000000".into());
    county.organisation = town.organisation.clone();
    let (post, end) = (town.post(OTHER), date(2024, 7, 1));
    let at = |day: Date| At::from_civil(day.at(9, 0, 0, 0));
    let held = town.appointment(OTHER, 3, (START, None));
    county.organisation.apply(&Organised { appointments: vec![held], ..Organised::default() });
    let before = county.actor(user(3), post, at(date(2024, 6, 30))).unwrap();
    assert_eq!(before.post, Some(post));
    assert!(county.actor(user(3), post, at(end)).is_none());
    assert!(county.actor(user(4), post, at(LATER)).is_none());
}
