//! What rulings decide on the shipped county: proposed rows, exceptions, referrals, entries sealed off.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::sync::LazyLock;

use jiff::civil::{Date, date, time};
use uuid::Uuid;
use zongheng_core::county::County;
use zongheng_core::ids::{ContentId, MatterId, ReferralId, UnitId, UserId};
use zongheng_core::ledger::{Act, By, Class, ContentRef, Draft, Hash, Source, Stream};
use zongheng_core::matter::{Actor, Person, Refusal, Why};
use zongheng_core::organisation::{
    Appointment, Entry, Establishment, Holding, Origin, Proposed, Role, check,
};
use zongheng_core::powers::{self, Lead, PowerProposed};
use zongheng_core::rules::{Rule, Strength};
use zongheng_core::ruling::{
    Allowing, Ground, ProposalWord, REFERRALS_KEPT_BY, Receiver, ReferralWord, Referrals,
    Referring, Ruled, Ruling, rule,
};
use zongheng_core::time::At;

use super::real::{ORGANISATION, code};
use crate::shangcheng::{FILES, POWERS};

const DAY: Date = date(2026, 3, 2);

static STANDS: LazyLock<County> = LazyLock::new(|| {
    let mut county = County::empty(code("411524000000"));
    county.organisation = ORGANISATION.clone();
    county.powers.apply(&powers::read(POWERS, &FILES.keys, &ORGANISATION).unwrap());
    county
});

fn now() -> At {
    At::on(DAY, time(10, 0, 0, 0))
}

fn unit(key: &str) -> UnitId {
    FILES.keys.units[key]
}

fn somebody(role: Role) -> Actor {
    let post = ORGANISATION.posts.values().find(|post| post.role == role).unwrap();
    Actor {
        person: Person::User(UserId(post.id.0)),
        post: Some(post.id),
        unit: Some(post.unit),
        role: Some(role),
        grids: Vec::new(),
        acting_for: None,
    }
}

fn reason() -> ContentRef {
    let id = ContentId(Uuid::from_u128(1));
    ContentRef { id, class: Class::Text, digest: Hash::of(b"reason") }
}

fn ask(county: &County, role: Role, ruling: &Ruling) -> Result<Ruled, Refusal> {
    ask_of(county, &Referrals::default(), role, ruling)
}

fn ask_of(
    county: &County,
    referrals: &Referrals,
    role: Role,
    ruling: &Ruling,
) -> Result<Ruled, Refusal> {
    let actor = somebody(role);
    let referrals = Some(referrals);
    rule(ruling, &Ground { now: now(), actor: &actor, county, content: None, referrals })
}

fn fields(refusal: Refusal) -> Vec<String> {
    let Refusal::Invalid(faults) = refusal else { panic!("{refusal}") };
    faults.into_iter().map(|fault| fault.field).collect()
}

/// The first act of its stream.
fn act(ruled: &Ruled) -> Act {
    let draft = Draft {
        county: code("411524000000"),
        stream: Stream::from(ruled.stream),
        seq: 1,
        at: now(),
        happened: None,
        source: Source::Live,
        kind: ruled.kind.to_owned(),
        by: By::system(),
        key: "key".to_owned(),
        v: 1,
        body: ruled.body.clone(),
        contents: ruled.contents.clone(),
        prev: Hash::ZERO,
    };
    draft.seal().unwrap()
}

fn take_in(county: &mut County, ruled: &Ruled) {
    county.take_in(ruled.kind, 1, &ruled.body).unwrap();
}

/// A meeting has given roads to the townships.
fn proposed() -> County {
    let mut county = STANDS.clone();
    let mut power = county.powers.rows["1"].clone();
    (power.row, power.lead) = ("m-1".to_owned(), Lead::Township);
    let (id, paper) = ("m-1".to_owned(), "会议纪要〔2026〕2号".to_owned());
    let matter = Some(MatterId(Uuid::from_u128(7)));
    county.powers.propose(&PowerProposed { id, matter, paper, on: date(2026, 2, 27), power });
    county
}

fn adopt(number: Option<&str>, from: Option<Date>) -> Ruling {
    let word = ProposalWord::Adopt { number: number.map(str::to_owned), from };
    Ruling::Proposal { id: "m-1".to_owned(), word }
}

fn refuse(reason: Option<ContentRef>) -> Ruling {
    let word = ProposalWord::Refuse { number: None, reason };
    Ruling::Proposal { id: "m-1".to_owned(), word }
}

fn lead(county: &County, day: Date) -> UnitId {
    let place = code("411524102202");
    let category = county.powers.rows["1"].category.clone();
    county.powers.proposal(&county.organisation, &category, &place, day).unwrap().lead
}

#[test]
fn the_county_s_leader_alone_adopts_a_proposed_row_by_number_and_day() {
    let mut county = proposed();
    let good = adopt(Some("商政〔2026〕5号"), Some(DAY));
    for role in Role::ALL {
        let said = ask(&county, role, &good);
        if role == Role::CountyLeader {
            said.unwrap();
        } else {
            let only = Why::OnlyRoles(vec![Role::CountyLeader]);
            assert_eq!(said, Err(Refusal::NotYours(only)), "{role:?}");
        }
    }
    for (number, from, wrong) in [
        (None, None, vec!["number", "from"]),
        (Some(""), Some(DAY), vec!["number"]),
        (Some("1号"), Some(date(2026, 3, 1)), vec!["from"]),
    ] {
        let refusal = ask(&county, Role::CountyLeader, &adopt(number, from)).unwrap_err();
        assert_eq!(fields(refusal), wrong, "{number:?} {from:?}");
    }
    let transport = lead(&county, DAY);
    let ruled = ask(&county, Role::CountyLeader, &good).unwrap();
    take_in(&mut county, &ruled);
    assert_eq!((ruled.stream, ruled.kind), ("powers", "power_adopted"));
    assert_eq!(lead(&county, date(2026, 3, 1)), transport, "yesterday stays as it was");
    assert_ne!(lead(&county, DAY), transport);
    for again in [&good, &refuse(Some(reason()))] {
        let said = ask(&county, Role::CountyLeader, again);
        assert_eq!(said, Err(Refusal::Already(Why::ProposalDecided)));
    }
}

#[test]
fn a_refused_row_never_speaks_and_a_refusal_has_its_reason() {
    let mut county = proposed();
    let before = lead(&county, DAY);
    assert_eq!(fields(ask(&county, Role::CountyLeader, &refuse(None)).unwrap_err()), ["reason"]);
    let ruled = ask(&county, Role::CountyLeader, &refuse(Some(reason()))).unwrap();
    take_in(&mut county, &ruled);
    assert_eq!(lead(&county, date(2027, 1, 1)), before);
    let said = ask(&county, Role::CountyLeader, &adopt(Some("1号"), Some(DAY)));
    assert_eq!(said, Err(Refusal::Already(Why::ProposalDecided)));
    let word = ProposalWord::Refuse { number: None, reason: Some(reason()) };
    let nowhere = Ruling::Proposal { id: "m-9".to_owned(), word };
    assert_eq!(ask(&county, Role::CountyLeader, &nowhere), Err(Refusal::Unknown));
}

fn asked(rule: Rule, unit: UnitId) -> Allowing {
    Allowing {
        rule: Some(rule.id().to_owned()),
        number: Some("商减负〔2026〕1号".to_owned()),
        unit: Some(unit),
        category: None,
        more: None,
        from: None,
        until: Some(date(2026, 6, 1)),
        reason: Some(reason()),
    }
}

#[test]
fn each_rule_is_allowed_by_its_own_posts_alone() {
    let county = with_establishment();
    let township = unit("411524102000");
    for (of, to, more) in [
        (Rule::EntryList, unit("county_transport"), None),
        (Rule::Cooperating, township, None),
        (Rule::Establishment, unit("county_transport"), Some(1)),
    ] {
        let ruling = Ruling::Allow(Box::new(Allowing { more, ..asked(of, to) }));
        for role in Role::ALL {
            let said = ask(&county, role, &ruling);
            if of.allowed_by().contains(&role) {
                let ruled = said.unwrap_or_else(|e| panic!("{role:?} {of:?}: {e}"));
                let stream = if of == Rule::Establishment { "org" } else { "powers" };
                assert_eq!((ruled.stream, ruled.kind), (stream, "allowed"));
            } else {
                assert!(matches!(said, Err(Refusal::NotYours(_))), "{role:?} {of:?}: {said:?}");
            }
        }
    }
}

fn with_establishment() -> County {
    let mut county = STANDS.clone();
    let transport = county.organisation.units.get_mut(&unit("county_transport")).unwrap();
    transport.establishment = Some(Establishment { places: 1, beyond: None });
    county
}

#[test]
fn what_is_missing_or_wrong_in_an_exception_is_told_at_once() {
    let county = with_establishment();
    let leader = |asked: Allowing| {
        fields(ask(&county, Role::CountyLeader, &Ruling::Allow(Box::new(asked))).unwrap_err())
    };
    let everything = ["number", "rule", "reason", "until", "unit"];
    assert_eq!(leader(Allowing::default()), everything);
    let transport = || asked(Rule::EntryList, unit("county_transport"));
    let day = |from, until| Allowing { from: Some(from), until: Some(until), ..transport() };
    for (wrong, field) in [
        (Allowing { rule: Some("chain".to_owned()), ..transport() }, "rule"),
        (Allowing { rule: Some("no_such".to_owned()), ..transport() }, "rule"),
        (Allowing { number: Some("x".repeat(41)), ..transport() }, "number"),
        (day(date(2026, 3, 1), date(2026, 4, 1)), "from"),
        (day(DAY, DAY), "until"),
        (day(DAY, date(2027, 3, 3)), "until"),
        (Allowing { unit: Some(unit("411524102000")), ..transport() }, "unit"),
        (Allowing { more: Some(2), ..transport() }, "more"),
        (Allowing { category: Some("weather".into()), ..transport() }, "category"),
        (asked(Rule::Cooperating, unit("county_transport")), "unit"),
        (Allowing { more: Some(1), ..asked(Rule::Establishment, unit("county_housing")) }, "unit"),
        (asked(Rule::Establishment, unit("county_transport")), "more"),
    ] {
        assert_eq!(leader(wrong.clone()), [field], "{wrong:?}");
    }
    let mut again = county.clone();
    let ruling = Ruling::Allow(Box::new(transport()));
    let ruled = ask(&again, Role::CountyLeader, &ruling).unwrap();
    take_in(&mut again, &ruled);
    assert_eq!(fields(ask(&again, Role::CountyLeader, &ruling).unwrap_err()), ["number"]);
}

#[test]
fn more_holders_than_places_begin_only_on_days_on_which_a_decision_allows_them() {
    let mut county = with_establishment();
    let begin = |county: &County, on: Date| {
        let held = |key: &str, user: u128| Entry {
            origin: Origin { file: "roster.toml".to_owned(), row: 1 },
            value: Appointment {
                post: FILES.keys.posts[key],
                user: UserId(Uuid::from_u128(user)),
                holding: Holding::Holder,
                from: on,
                to: None,
                own: None,
            },
        };
        let appointments =
            vec![held("county_transport/head", 1), held("county_transport/staff", 2)];
        let said = check(&county.organisation, &Proposed { appointments, ..Proposed::default() });
        said.map_err(|faults| faults.into_iter().map(|f| (f.field, f.strength)).collect::<Vec<_>>())
    };
    let refused = vec![("establishment".to_owned(), Strength::Decision)];
    assert_eq!(begin(&county, DAY).unwrap_err(), refused);
    let transport = unit("county_transport");
    let more = Allowing { more: Some(1), ..asked(Rule::Establishment, transport) };
    let ruled = ask(&county, Role::CountyLeader, &Ruling::Allow(Box::new(more))).unwrap();
    take_in(&mut county, &ruled);
    begin(&county, DAY).unwrap();
    begin(&county, date(2026, 5, 31)).unwrap();
    for outside in [date(2026, 3, 1), date(2026, 6, 1)] {
        assert_eq!(begin(&county, outside).unwrap_err(), refused, "{outside}");
    }
}

fn refer(number: &str, on: Date, receiver: &str) -> Ruling {
    let id = ReferralId(Uuid::from_u128(5));
    let word = ReferralWord::Refer { id, receiver: Some(receiver.to_owned()) };
    Ruling::Referral(Box::new(Referring { word, number: Some(number.to_owned()), on: Some(on) }))
}

fn receipt(id: u128, number: Option<&str>, on: Option<Date>) -> Ruling {
    let word = ReferralWord::Receipt { id: ReferralId(Uuid::from_u128(id)) };
    let number = number.map(str::to_owned);
    Ruling::Referral(Box::new(Referring { word, number, on }))
}

#[test]
fn two_roles_know_of_referrals_and_to_all_others_there_are_none() {
    let (county, none) = (&*STANDS, Referrals::default());
    let good = refer("移〔2026〕1号", DAY, "county_discipline");
    let empty = Referring {
        word: ReferralWord::Refer { id: ReferralId(Uuid::nil()), receiver: None },
        number: None,
        on: None,
    };
    let empty = Ruling::Referral(Box::new(empty));
    for role in Role::ALL {
        let (said, wrong) =
            (ask_of(county, &none, role, &good), ask_of(county, &none, role, &empty));
        if REFERRALS_KEPT_BY.contains(&role) {
            let ruled = said.unwrap();
            assert_eq!((ruled.stream, ruled.kind), ("referral", "referred"));
            assert_eq!(fields(wrong.unwrap_err()), ["number", "on", "receiver"]);
        } else {
            assert_eq!((said, wrong), (Err(Refusal::Unknown), Err(Refusal::Unknown)), "{role:?}");
        }
    }
    let body = ask_of(county, &none, Role::SupervisionHead, &good).unwrap().body;
    let names: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(names, ["id", "number", "on", "receiver"], "and nothing else");
    for receiver in Receiver::ALL {
        assert_eq!(Receiver::named(receiver.name()), Some(receiver));
    }
}

#[test]
fn a_referral_has_one_receipt_and_no_day_that_cannot_be() {
    let county = &*STANDS;
    let head = |referrals: &Referrals, ruling: &Ruling| {
        ask_of(county, referrals, Role::SupervisionHead, ruling)
    };
    let none = Referrals::default();
    let tomorrow = refer("移〔2026〕1号", date(2026, 3, 3), "police");
    assert_eq!(fields(head(&none, &tomorrow).unwrap_err()), ["on"]);
    let nobody = refer("移〔2026〕1号", DAY, "县纪委");
    assert_eq!(fields(head(&none, &nobody).unwrap_err()), ["receiver"]);
    let mut referrals = Referrals::default();
    let sent = head(&none, &refer("移〔2026〕1号", date(2026, 2, 27), "police")).unwrap();
    referrals.take_in(&act(&sent)).unwrap();
    let twice = refer("移〔2026〕1号", DAY, "police");
    assert_eq!(fields(head(&referrals, &twice).unwrap_err()), ["number"]);
    assert_eq!(head(&referrals, &receipt(9, Some("收1号"), Some(DAY))), Err(Refusal::Unknown));
    for (number, on, wrong) in [
        (None, None, vec!["number", "on"]),
        (Some("收1号"), Some(date(2026, 2, 26)), vec!["on"]),
        (Some("收1号"), Some(date(2026, 3, 3)), vec!["on"]),
    ] {
        let said = head(&referrals, &receipt(5, number, on)).unwrap_err();
        assert_eq!(fields(said), wrong, "{number:?} {on:?}");
    }
    let came = receipt(5, Some("收1号"), Some(DAY));
    let ruled = head(&referrals, &came).unwrap();
    referrals.take_in(&act(&ruled)).unwrap();
    assert_eq!(head(&referrals, &came), Err(Refusal::Already(Why::Receipted)));
}
