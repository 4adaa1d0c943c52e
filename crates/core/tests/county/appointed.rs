//! Who holds a post, and what a change of it must satisfy beside what stands already.

use jiff::civil::{Date, date};
use uuid::Uuid;
use zongheng_core::ids::UserId;
use zongheng_core::organisation::files::County;
use zongheng_core::organisation::{
    Appointment, Checked, Entry, Fault, Holding, Organisation, Origin, Proposed, check,
};

use super::mini::Mini;

const CHIEF: &str = "411524101201001/chief";
const LEADER: &str = "county/leader";

fn appointed(
    county: &County,
    post: &str,
    user: u128,
    holding: Holding,
    days: (Date, Option<Date>),
) -> Entry<Appointment> {
    let post = county.keys.posts[post];
    let user = UserId(Uuid::from_u128(user));
    Entry {
        origin: Origin {
            file: "people.csv".to_owned(),
            row: usize::try_from(user.0.as_u128()).expect("a small number"),
        },
        value: Appointment {
            post,
            user,
            holding,
            from: days.0,
            to: days.1,
            own: (holding == Holding::Deputy).then(|| county.keys.posts[LEADER]),
        },
    }
}

type Holder<'a> = (&'a str, u128, Holding, (Date, Option<Date>));

fn appoint(holders: &[Holder<'_>]) -> Result<Checked, Vec<Fault>> {
    let mut county = Mini::new().read().expect("is readable");
    county.proposed.appointments =
        holders.iter().map(|(p, u, h, d)| appointed(&county, p, *u, *h, *d)).collect();
    check(&Organisation::default(), &county.proposed)
}

#[test]
fn two_chiefs_at_once_are_refused() {
    let faults = appoint(&[
        (CHIEF, 1, Holding::Holder, (date(2024, 1, 1), Some(date(2025, 1, 1)))),
        (CHIEF, 2, Holding::Holder, (date(2024, 12, 31), None)),
    ])
    .unwrap_err();
    assert_eq!(faults.len(), 2, "each of the two is told");
    assert_eq!(
        faults[0].to_string(),
        "people.csv, line 1, from: 网格长 would have two holders at once; end the one appointment \
         before the other begins, or make it a deputy's"
    );
}

#[test]
fn one_after_the_other_a_deputy_and_a_shared_desk_are_not() {
    let (start, end) = (date(2024, 1, 1), date(2025, 1, 1));
    let checked = appoint(&[
        (CHIEF, 1, Holding::Holder, (start, Some(end))),
        (CHIEF, 2, Holding::Holder, (end, None)),
        (CHIEF, 4, Holding::Deputy, (start, None)),
        (LEADER, 4, Holding::Holder, (start, None)),
        (LEADER, 5, Holding::Holder, (start, None)),
    ])
    .unwrap();
    assert_eq!(checked.warnings, []);
}

#[test]
fn a_gap_between_two_holders_is_a_warning() {
    let checked = appoint(&[
        (CHIEF, 1, Holding::Holder, (date(2024, 1, 1), Some(date(2025, 1, 1)))),
        (CHIEF, 2, Holding::Holder, (date(2025, 2, 1), None)),
    ])
    .unwrap();
    let warnings: Vec<String> = checked.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["people.csv, line 2, from: nobody holds 网格长 from 2025-01-01 until 2025-02-01; name a \
          holder for these days"]
    );
}

#[test]
fn an_appointment_outside_the_posts_days_twice_or_backwards_is_refused() {
    let open = |from| (from, None);
    for (holders, expected) in [
        (
            vec![(CHIEF, 1, Holding::Holder, open(date(2019, 1, 1)))],
            "post 网格长 does not stand on 2019-01-01",
        ),
        (
            vec![("highway/head", 1, Holding::Holder, open(date(2024, 7, 1)))],
            "post 主要负责人 does not stand on 2024-07-01",
        ),
        (
            vec![(CHIEF, 1, Holding::Holder, (date(2024, 1, 2), Some(date(2024, 1, 2))))],
            "the end 2024-01-02 is not after the start",
        ),
        (
            vec![
                (LEADER, 1, Holding::Holder, open(date(2024, 1, 1))),
                (LEADER, 1, Holding::Holder, open(date(2024, 2, 1))),
            ],
            "the same person would hold 县领导 twice at once",
        ),
    ] {
        let faults = appoint(&holders).unwrap_err();
        assert!(faults[0].what.contains(expected), "{expected}\n{faults:?}");
    }
}

#[test]
fn two_chief_posts_over_one_grid_and_two_heads_of_a_unit_are_refused() {
    let mut mini = Mini::new();
    mini.posts += "[[post]]\nunit = \"transport\"\nkey = \"second\"\nname = \"局长\"\n\
                   name_en = \"Director\"\nrole = \"unit_head\"\n";
    mini.posts = mini.posts.replace("role = \"grid_member\"", "role = \"grid_chief\"");
    let faults = mini.faults();
    assert!(faults.iter().any(|f| f.contains("局长 and 主要负责人 are chief of the same at once")));
    assert!(
        faults.iter().any(|f| f.contains("专职网格员 and 网格长 are chief of the same at once"))
    );
}

/// A change is judged together with what stands: the second chief comes with a later act.
#[test]
fn a_later_change_is_judged_beside_what_stands() {
    let county = Mini::new().read().unwrap();
    let mut organisation = Mini::new().organisation();
    let day = date(2024, 1, 1);
    let one = |user, from, to| Proposed {
        appointments: vec![appointed(&county, CHIEF, user, Holding::Holder, (from, to))],
        ..Proposed::default()
    };
    organisation.apply(&check(&organisation, &one(1, day, None)).unwrap().organised);
    let post = county.keys.posts[CHIEF];
    assert_eq!(organisation.acting(post, day).unwrap().user.0.as_u128(), 1);

    let later = date(2025, 1, 1);
    check(&organisation, &one(2, later, None)).unwrap_err();
    organisation.apply(&check(&organisation, &one(1, day, Some(later))).unwrap().organised);
    organisation.apply(&check(&organisation, &one(2, later, None)).unwrap().organised);
    assert_eq!(organisation.appointments.len(), 2, "the first was ended, not doubled");
    assert_eq!(organisation.acting(post, later).unwrap().user.0.as_u128(), 2);
}
