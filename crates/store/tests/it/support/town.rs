//! The shipped county with persons in its posts, and what they ask for.

use std::sync::LazyLock;

use serde_json::json;
use uuid::Uuid;
use zongheng_core::ids::{ContentId, MatterId, PlaybookId, PostId, RequestId, UnitId, UserId};
use zongheng_core::ledger::{By, Class, Stream};
use zongheng_core::matter::{
    Actor, Ask, Assist, Command, Facts, Person, Report, ReportedPlace, Satisfied,
};
use zongheng_core::organisation::{Appointment, Division, Organised};
use zongheng_core::playbook::{SettlementKind, Stage};
use zongheng_core::time::At;
use zongheng_store::ledger::Entry;
use zongheng_store::{Answer, NewContent, Recorded, Refused, Store, Submission, What};

pub(crate) use super::dice::Dice;
use super::{Fixture, county, morning};
use crate::shangcheng::{self, Act, FILES, holder, person};

pub(crate) const CENTRE: &str = "command_centre/command";
pub(crate) const CLOSING: &str = "command_centre/closing";
pub(crate) const VERIFICATION: &str = "command_centre/verification";
pub(crate) const CALL_BACK: &str = "command_centre/call_back";
pub(crate) const SUPERVISION: &str = "supervision_office/head";
pub(crate) const TRANSPORT: &str = "county_transport/head";
pub(crate) const HOUSING: &str = "county_housing/head";
pub(crate) const HALL: &str = "411524102000/hall";
pub(crate) const OTHER_HALL: &str = "411524101000/hall";
pub(crate) const VILLAGE: &str = "411524102202/committee";
pub(crate) const MEMBER: &str = "411524102202001/member";
pub(crate) const PEOPLE: [&str; 11] = [
    CENTRE,
    CLOSING,
    VERIFICATION,
    CALL_BACK,
    SUPERVISION,
    TRANSPORT,
    HOUSING,
    HALL,
    OTHER_HALL,
    VILLAGE,
    MEMBER,
];

/// A few people in posts of the shipped county.
static ACTS: LazyLock<Vec<Act>> = LazyLock::new(|| {
    let people = PEOPLE.iter().map(|key| holder(key)).collect();
    let appointed = shangcheng::appointed(&shangcheng::COUNTY.organisation, people).unwrap();
    [shangcheng::BEGINNING.clone(), appointed].concat()
});

fn entry(stream: &str, kind: &str, key: String, body: serde_json::Value) -> Entry {
    Entry {
        stream: Stream::from(stream),
        kind: kind.to_owned(),
        v: 1,
        by: By::system(),
        key,
        body,
        contents: Vec::new(),
    }
}

/// Makes the county what it is.
pub(crate) async fn furnish(db: &Fixture) {
    furnish_store(&db.store).await;
}

pub(crate) async fn furnish_store(store: &Store) {
    furnish_store_with(store, &ACTS).await;
}

/// Makes the county what these acts make it.
pub(crate) async fn furnish_with(db: &Fixture, acts: &[Act]) {
    furnish_store_with(&db.store, acts).await;
}

async fn furnish_store_with(store: &Store, acts: &[Act]) {
    let entries = acts.iter().enumerate().map(|(n, act)| {
        let key = format!("the-first-configuration-{n}");
        entry(&act.stream, act.kind, key, act.body.clone())
    });
    store.append(&county(), morning(), entries.collect(), &[]).await.unwrap();
}

/// An organisation's change as an act: these appointments, from now on.
pub(crate) async fn appoint(store: &Store, now: At, appointments: Vec<Appointment>) {
    let organised = Organised { appointments, ..Organised::default() }.whole();
    let entry = entry("org", "organised", format!("appointed-at-{now}"), json!(organised));
    store.append(&county(), now, vec![entry], &[]).await.unwrap();
}

/// Divisions under other names, from now on.
pub(crate) async fn organise(store: &Store, now: At, divisions: Vec<Division>) {
    let organised = Organised { divisions, ..Organised::default() }.whole();
    let entry = entry("org", "organised", format!("named-at-{now}"), json!(organised));
    store.append(&county(), now, vec![entry], &[]).await.unwrap();
}

pub(crate) fn user(key: &str) -> UserId {
    person(key)
}

pub(crate) fn post(key: &str) -> PostId {
    FILES.keys.posts[key]
}

pub(crate) fn unit(key: &str) -> UnitId {
    FILES.keys.units[key]
}

pub(crate) fn unit_of(post: &str) -> UnitId {
    unit(post.split('/').next().unwrap())
}

/// The n-th matter of a test.
pub(crate) fn matter(n: u128) -> MatterId {
    MatterId(Uuid::from_u128(0x7000_8000 << 64 | n))
}

/// Somebody in a post; what the session knows besides is looked up anew when it is recorded.
pub(crate) fn actor(key: &str) -> Actor {
    Actor {
        person: Person::User(user(key)),
        post: Some(post(key)),
        unit: None,
        role: None,
        grids: Vec::new(),
        acting_for: None,
    }
}

pub(crate) fn content(seed: &str, class: Class, text: &str) -> NewContent {
    let id = ContentId(Uuid::new_v5(&Uuid::NAMESPACE_URL, seed.as_bytes()));
    NewContent { id, class, salt: [5; 32], text: text.to_owned(), file: None }
}

pub(crate) fn submission(
    actor: Actor,
    key: &str,
    at: At,
    what: What,
    contents: Vec<NewContent>,
) -> Submission {
    Submission {
        county: county(),
        scope: match actor.person {
            Person::User(id) => id.to_string(),
            _ => "public".to_owned(),
        },
        actor,
        key: key.to_owned(),
        mac: format!("mac of {key}"),
        at: Some(at),
        what,
        contents,
    }
}

/// A resident reports a road in 曹寨村.
pub(crate) fn report(n: u128, at: At) -> Submission {
    let key = format!("report-{n}");
    let title = content(&format!("{key} title"), Class::Text, &format!("曹寨村道路塌陷 {n}"));
    let contact = content(&format!("{key} contact"), Class::Personal, "199 0000 0000");
    let report = Report {
        id: matter(n),
        playbook: PlaybookId::from("resident_report"),
        category: Some("road_bridge".into()),
        title: title.reference(),
        detail: None,
        form: Vec::new(),
        place: ReportedPlace { division: Some("411524102202".into()), ..ReportedPlace::default() },
        source: None,
        on_behalf: None,
        against: None,
        urgent: false,
        contact: Some(contact.reference()),
        hidden: false,
        happened: None,
        outside: None,
        follows: None,
        files: Vec::new(),
    };
    let what = What::Report(Box::new(report));
    submission(Actor::by_receipt(), &key, at, what, vec![title, contact])
}

/// A command by somebody; its text, where it has one, is made from the key.
pub(crate) fn ask(
    who: &str,
    key: &str,
    n: u128,
    at: At,
    command: impl FnOnce(&NewContent) -> Command,
) -> Submission {
    let text = content(key, Class::Text, &format!("情况说明 {key}"));
    let command = command(&text);
    let what = What::Act {
        matter: matter(n),
        ask: Ask { act: command.act(), seq: None, command: Ok(command) },
    };
    submission(actor(who), key, at, what, vec![text])
}

/// A name for the key, who does it, and what.
type Step = (&'static str, &'static str, fn(&NewContent) -> Command);

/// The life of the n-th matter from its filing to its close, one step an hour from 10:00 on.
pub(crate) fn life(n: u128, from: At) -> Vec<Submission> {
    let steps: [Step; 8] = [
        ("file", CENTRE, |_| Command::File(Facts::default())),
        ("dispatch", CENTRE, |_| Command::Dispatch {
            lead: unit_of(TRANSPORT),
            assists: Vec::new(),
            withdraw: Vec::new(),
            deadline: None,
            reason: None,
        }),
        ("sign_for", TRANSPORT, |_| Command::SignFor { post: None }),
        ("progress", TRANSPORT, |t| Command::Progress { text: t.reference() }),
        ("answer", TRANSPORT, |t| Command::Answer {
            kind: SettlementKind::Solved,
            text: t.reference(),
        }),
        ("verify", VERIFICATION, |_| Command::Verify { passed: true, rating: None, text: None }),
        ("call_back", CALL_BACK, |_| Command::CallBack {
            reached: true,
            solved: Some(true),
            satisfied: Some(Satisfied::Yes),
            text: None,
            party: None,
        }),
        ("sign_off", CLOSING, |_| Command::SignOff { despite: None }),
    ];
    let step = |(hour, (name, who, command)): (i64, Step)| {
        ask(who, &format!("{name}-{n}"), n, from.plus_seconds(3600 * hour), command)
    };
    (0..).zip(steps).map(step).collect()
}

/// Some command by somebody on some matter: most are refused, all are decided alike.
pub(crate) fn anything(dice: &mut Dice, key: &str, matters: u64, at: At) -> Submission {
    let n = u128::from(dice.below(matters));
    if dice.below(4) == 0 {
        return report(n, at);
    }
    let (which, yes) = (dice.below(34), dice.yes());
    // Mostly by who may, and mostly to the same unit: otherwise hardly anything would be accepted.
    let usual = match which {
        6..=8 | 10..=12 | 15..=17 | 30..=33 => TRANSPORT,
        18 => VERIFICATION,
        19 => CALL_BACK,
        20 => CLOSING,
        _ => CENTRE,
    };
    let anybody = PEOPLE[dice.pick(10)];
    let who = if dice.below(5) == 0 { anybody } else { usual };
    let some_unit = |dice: &mut Dice| match dice.below(6) {
        0 => unit_of(HOUSING),
        1 => unit_of(HALL),
        _ => unit_of(TRANSPORT),
    };
    let (lead, other) = (some_unit(dice), some_unit(dice));
    let later = at.plus_seconds(86_400 * 3);
    let request =
        RequestId(Uuid::new_v5(&Uuid::NAMESPACE_DNS, format!("{n} {}", dice.below(2)).as_bytes()));
    ask(who, key, n, at, |text| {
        let text = text.reference();
        let assists = if yes && lead != other {
            vec![Assist { unit: other, limit: None }]
        } else {
            Vec::new()
        };
        match which {
            0 | 24..=27 => Command::File(Facts::default()),
            1 if yes => Command::Decline { reason: text },
            2 => Command::Correct(Facts {
                category: Some("water_supply".into()),
                ..Facts::default()
            }),
            3..=5 | 28 | 29 => Command::Dispatch {
                lead,
                assists,
                withdraw: Vec::new(),
                deadline: None,
                reason: Some(text),
            },
            6 | 7 | 30 | 31 => Command::SignFor { post: None },
            8 => Command::Return { reason: text, whose: None },
            9 => Command::Adjudicate {
                lead,
                assists,
                withdraw: Vec::new(),
                deadline: None,
                reason: text,
                number: None,
            },
            10 => Command::Progress { text },
            11 => Command::Suspend { request, reason: text, until: later },
            12 => Command::Extend {
                request,
                reason: text,
                stage: Stage::Settle,
                due: at.plus_seconds(86_400 * 20),
            },
            13 | 14 => Command::Decide { request, accept: yes, reason: Some(text), number: None },
            15 => Command::Resume,
            16 | 17 | 32 | 33 => Command::Answer { kind: SettlementKind::Solved, text },
            18 => Command::Verify { passed: yes, rating: None, text: Some(text) },
            19 => Command::CallBack {
                reached: true,
                solved: Some(yes),
                satisfied: Some(Satisfied::Basically),
                text: None,
                party: None,
            },
            20 => Command::SignOff { despite: None },
            21 => Command::Reopen { reason: text, lead: None },
            22 => Command::Urge { text, unit: None },
            _ => Command::Comment { text },
        }
    })
}

/// Records one by one and expects all to be accepted.
pub(crate) async fn all_accepted(db: &Fixture, submissions: Vec<Submission>) -> Vec<Recorded> {
    let mut recorded = Vec::new();
    for submission in submissions {
        let key = submission.key.clone();
        recorded.push(one(db, submission).await.unwrap_or_else(|e| panic!("{key}: {e}")));
    }
    recorded
}

pub(crate) async fn one(db: &Fixture, submission: Submission) -> Answer {
    db.store.record_all(vec![submission], morning()).await.remove(0)
}

pub(crate) fn refused(answer: &Answer) -> String {
    match answer {
        Err(Refused::Refusal(refusal)) => refusal.to_string(),
        other => panic!("this should be refused: {other:?}"),
    }
}
