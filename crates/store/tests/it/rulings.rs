//! What is decided beside the course of matters: recorded once, listed, checked with the rest.

use jiff::civil::{Date, date};
use uuid::Uuid;
use zongheng_core::allowance::Exception;
use zongheng_core::ids::{ContentId, PostId, ReferralId, RequestId, UserId};
use zongheng_core::ledger::Class;
use zongheng_core::matter::{Actor, Assist, Command, Facts, Key, Person, Refusal, Why};
use zongheng_core::organisation::{Appointment, Holding};
use zongheng_core::ruling::{
    Allowing, ContentWord, ProposalWord, ReferralWord, Referring, Ruling, Sealing,
};
use zongheng_core::time::At;
use zongheng_store::ledger::{Decision, Place};
use zongheng_store::record::faults::{Step, Way};
use zongheng_store::vault::{Looker, Ring};
use zongheng_store::{
    Filter, NewContent, Options, Order, Refused, RingPlace, Stands, Store, Submission, Wanted,
};

use crate::support::town::*;
use crate::support::{Fixture, at, county, morning, on_both};

on_both! {
    a_meeting_s_naming_and_its_proposed_row_are_recorded_together_and_once
    namings_of_one_batch_propose_a_row_each_in_their_order
    a_proposed_row_is_adopted_once_under_its_key_and_listed_as_a_decision
    what_a_named_post_allowed_is_named_by_an_act_and_both_are_counted
    an_entry_is_sealed_off_by_one_person_and_destroyed_by_a_second
    a_sealed_entry_is_released_again_by_a_second_person_and_found_again
    a_destroyed_entry_stays_destroyed_in_a_restored_copy
    referrals_are_kept_beside_everything_else
    the_check_finds_what_was_sealed_off_past_the_ledger
}

const LEADER: &str = "county/leader";
const CLERK: &str = "supervision_office/clerk";
const NUMBER: &str = "会议纪要〔2022〕9号";

fn holds(key: &str, user: UserId, holding: Holding) -> Appointment {
    let from = date(2020, 1, 1);
    Appointment { post: post(key), user, holding, from, to: None, own: None }
}

async fn town(db: &Fixture) {
    furnish(db).await;
    let holders = vec![
        holds(LEADER, user(LEADER), Holding::Holder),
        holds(CLERK, user(CLERK), Holding::Holder),
        // One person in two posts.
        holds(SUPERVISION, user(CENTRE), Holding::Second),
    ];
    appoint(&db.store, morning(), holders).await;
}

fn hour(n: i64) -> At {
    at("2022-04-14T10:00:00+08:00").plus_seconds(3600 * n)
}

fn wanted(who: &str, key: &str, ruling: Ruling, contents: Vec<NewContent>) -> Wanted {
    wanted_by(actor(who), key, ruling, contents)
}

fn wanted_by(actor: Actor, key: &str, ruling: Ruling, contents: Vec<NewContent>) -> Wanted {
    Wanted {
        county: county(),
        scope: actor.person.to_string(),
        actor,
        key: key.to_owned(),
        mac: format!("mac of {key}"),
        ruling,
        faults: Vec::new(),
        contents,
    }
}

fn refusal(answer: Result<Stands, Refused>) -> Refusal {
    match answer {
        Err(Refused::Refusal(refusal)) => refusal,
        other => panic!("this should be refused: {other:?}"),
    }
}

async fn check_holds(db: &Fixture) {
    let checked = db.store.check(&county()).await.unwrap();
    assert_eq!(checked.differences, Vec::<String>::new());
}

fn named(lead: &str, number: Option<&str>) -> impl FnOnce(&NewContent) -> Command {
    let (lead, number) = (unit_of(lead), number.map(str::to_owned));
    move |text| Command::Adjudicate {
        lead,
        assists: Vec::new(),
        withdraw: Vec::new(),
        deadline: None,
        reason: text.reference(),
        number,
    }
}

/// A matter over which a meeting has to meet; gives the naming that is still to be recorded.
async fn objected(db: &Fixture) -> Submission {
    town(db).await;
    all_accepted(db, until_the_objection(1)).await;
    ask(LEADER, "the-meeting", 1, hour(7), named(HOUSING, Some(NUMBER)))
}

fn until_the_objection(n: u128) -> Vec<Submission> {
    let request = RequestId(Uuid::from_u128(3 + n));
    let key = |name: &str| format!("{name}-{n}");
    vec![
        report(n, hour(0)),
        ask(CENTRE, &key("file"), n, hour(1), |_| Command::File(Facts::default())),
        ask(CENTRE, &key("dispatch"), n, hour(2), |text| Command::Dispatch {
            lead: unit_of(HOUSING),
            assists: Vec::new(),
            withdraw: Vec::new(),
            deadline: None,
            reason: Some(text.reference()),
        }),
        ask(HOUSING, &key("return"), n, hour(3), |text| Command::Return {
            reason: text.reference(),
            whose: Some(unit_of(TRANSPORT)),
        }),
        ask(CENTRE, &key("name"), n, hour(4), named(TRANSPORT, None)),
        ask(TRANSPORT, &key("sign"), n, hour(5), |_| Command::SignFor { post: None }),
        ask(TRANSPORT, &key("object"), n, hour(6), |text| Command::Object {
            request,
            reason: text.reference(),
        }),
    ]
}

async fn namings_of_one_batch_propose_a_row_each_in_their_order(db: Fixture) {
    town(&db).await;
    for n in [1, 2, 3] {
        let steps = until_the_objection(n).into_iter();
        all_accepted(&db, steps.map(|step| Submission { at: Some(hour(0)), ..step }).collect())
            .await;
    }
    let naming = |n: u128| {
        ask(LEADER, &format!("the-meeting-{n}"), n, hour(7), named(HOUSING, Some(NUMBER)))
    };
    // The third asks a village too, by the meeting's own decision.
    let with_village = ask(LEADER, "the-meeting-3", 3, hour(7), |text| Command::Allowing {
        exception: Exception {
            rule: "entry_list".to_owned(),
            number: NUMBER.to_owned(),
            reason: Some(text.reference()),
        },
        command: Box::new(Command::Adjudicate {
            lead: unit_of(HOUSING),
            assists: vec![Assist { unit: unit_of(VILLAGE), limit: None }],
            withdraw: Vec::new(),
            deadline: None,
            reason: text.reference(),
            number: Some(NUMBER.to_owned()),
        }),
    });
    let first = db.store.record_all(vec![naming(1), naming(2)], hour(7)).await;
    let second = db.store.record_all(vec![with_village], hour(7)).await;
    let recorded: Vec<_> = first.into_iter().chain(second).map(Result::unwrap).collect();
    let rows: Vec<_> = recorded.iter().map(|done| done.acts.last().unwrap()).collect();
    assert!(rows.iter().all(|act| act.kind == "power_proposed"), "{rows:?}");
    assert!(rows.windows(2).all(|pair| pair[1].prev == pair[0].hash), "one chain");
    let allowed = &recorded[2].acts[0].body_value()["then"]["allowed"];
    assert_eq!(
        (&allowed["number"], &allowed["before"]),
        (&NUMBER.into(), &serde_json::Value::Null)
    );
    let stands = db.store.county(&county()).await.unwrap();
    assert_eq!(stands.powers.pending.len(), 3);
    check_holds(&db).await;
}

async fn a_meeting_s_naming_and_its_proposed_row_are_recorded_together_and_once(db: Fixture) {
    let naming = objected(&db).await;
    // The answer is lost after the commit: the same command again finds what it did.
    db.store.faults().arm(Step::Committed, Way::Lost);
    let first = one(&db, naming.clone()).await.unwrap();
    let kinds: Vec<&str> = first.acts.iter().map(|act| act.kind.as_str()).collect();
    assert_eq!(kinds, ["adjudicated", "power_proposed"]);
    assert!(first.acts.iter().all(|act| act.key == "the-meeting"));
    let again = one(&db, naming).await.unwrap();
    assert_eq!((again.acts, again.replay), (first.acts, true));

    let stands = db.store.county(&county()).await.unwrap();
    let pending: Vec<_> = stands.powers.pending.values().collect();
    let [pending] = pending.as_slice() else { panic!("{pending:?}") };
    assert_eq!(pending.proposed.paper, NUMBER);
    assert_eq!((pending.proposed.matter, pending.waits()), (Some(matter(1)), true));
    let place = "411524102202".into();
    let (org, day) = (&stands.organisation, hour(8).date());
    let found = stands.powers.proposal(org, &"road_bridge".into(), &place, day).unwrap();
    assert_eq!(found.lead, unit_of(TRANSPORT), "a proposed row does not speak");
    check_holds(&db).await;
    let another = db.another().await.county(&county()).await.unwrap();
    assert_eq!(another.powers.pending, stands.powers.pending, "every server has it");
}

async fn a_proposed_row_is_adopted_once_under_its_key_and_listed_as_a_decision(db: Fixture) {
    let naming = objected(&db).await;
    one(&db, naming).await.unwrap();
    let stands = db.store.county(&county()).await.unwrap();
    let id = stands.powers.pending.keys().next().unwrap().clone();
    let adopt = |from: Date| Ruling::Proposal {
        id: id.clone(),
        word: ProposalWord::Adopt {
            number: Some("商政〔2022〕5号".to_owned()), from: Some(from)
        },
    };
    let from = date(2022, 4, 20);
    let sent = wanted(LEADER, "adopt-the-row-01", adopt(from), Vec::new());
    let by_centre = wanted(CENTRE, "adopt-the-row-02", adopt(from), Vec::new());
    assert!(matches!(
        refusal(db.store.rule(&by_centre, hour(8)).await),
        Refusal::NotYours(Why::OnlyRoles(_))
    ));
    let before = db.store.head(&county()).await.unwrap().pos;
    let past = wanted(LEADER, "adopt-the-row-01", adopt(date(2022, 4, 13)), Vec::new());
    assert!(matches!(refusal(db.store.rule(&past, hour(8)).await), Refusal::Invalid(_)));
    assert_eq!(db.store.head(&county()).await.unwrap().pos, before, "a refusal leaves nothing");

    let first = db.store.rule(&sent, hour(8)).await.unwrap();
    assert_eq!((first.acts.len(), first.acts[0].kind.as_str()), (1, "power_adopted"));
    let named = first.acts[0].body_value()["config"].as_str().unwrap().to_owned();
    let kept = db.store.config(&county(), &named).await.unwrap().expect("the list is kept");
    assert_eq!(zongheng_core::ledger::Hash::of(&kept.body).to_string(), named);
    let again = db.store.rule(&sent, hour(9)).await.unwrap();
    assert_eq!((again.acts, again.replay), (first.acts, true));
    let other = Wanted { mac: "another body".to_owned(), ..sent.clone() };
    assert!(matches!(db.store.rule(&other, hour(9)).await, Err(Refused::KeyReused)));
    let under = ask(LEADER, "adopt-the-row-01", 1, hour(9), |text| Command::Comment {
        text: text.reference(),
    });
    let under = Submission { mac: "another".to_owned(), ..under };
    assert!(matches!(one(&db, under).await, Err(Refused::KeyReused)), "one key, one command");
    let twice = Wanted { key: "adopt-the-row-03".to_owned(), ..sent };
    assert_eq!(
        refusal(db.store.rule(&twice, hour(9)).await),
        Refusal::Already(Why::ProposalDecided)
    );
    let stands = db.store.county(&county()).await.unwrap();
    let place = "411524102202".into();
    let lead = |day| {
        let category = "road_bridge".into();
        stands.powers.proposal(&stands.organisation, &category, &place, day).unwrap().lead
    };
    assert_eq!(lead(date(2022, 4, 19)), unit_of(TRANSPORT));
    assert_eq!(lead(from), unit_of(HOUSING));
    let decided = decided(&db).await;
    let leader = Some(post(LEADER));
    assert!(decided.contains(&("power_adopted".to_owned(), leader)), "{decided:?}");
    check_holds(&db).await;
}

/// The kinds of decisions with who decided.
async fn decided(db: &Fixture) -> Vec<(String, Option<PostId>)> {
    let from = Place::before(hour(-24));
    let (decisions, _) = db.store.decisions(&county(), from, hour(240), 500).await.unwrap();
    let of = |d: &Decision| (d.discretion.name(), d.decider.or(d.act.by.post));
    decisions.iter().map(of).collect()
}

async fn what_a_named_post_allowed_is_named_by_an_act_and_both_are_counted(db: Fixture) {
    town(&db).await;
    let filed = vec![
        report(1, hour(0)),
        ask(CENTRE, "file", 1, hour(1), |_| Command::File(Facts::default())),
    ];
    all_accepted(&db, filed).await;
    let number = "商减负〔2022〕1号";
    let give = |key: &str, n| {
        ask(CENTRE, key, 1, hour(n), |text| Command::Allowing {
            exception: Exception {
                rule: "entry_list".to_owned(),
                number: number.to_owned(),
                reason: None,
            },
            command: Box::new(Command::Dispatch {
                lead: unit_of(TRANSPORT),
                assists: vec![Assist { unit: unit_of(VILLAGE), limit: None }],
                withdraw: Vec::new(),
                deadline: None,
                reason: Some(text.reference()),
            }),
        })
    };
    let said = refused(&one(&db, give("too-early", 2)).await);
    assert!(said.contains("no decision under this number"), "{said}");
    let reason = content("why", Class::Text, "防汛抢险");
    let allow = Ruling::Allow(Box::new(Allowing {
        rule: Some("entry_list".to_owned()),
        number: Some(number.to_owned()),
        unit: Some(unit_of(TRANSPORT)),
        category: Some("road_bridge".into()),
        until: Some(date(2022, 5, 1)),
        reason: Some(reason.reference()),
        ..Allowing::default()
    }));
    let without = wanted(LEADER, "allow-it-the-0001", allow.clone(), Vec::new());
    assert!(db.store.rule(&without, hour(2)).await.is_err(), "its words come with it");
    let sent = wanted(LEADER, "allow-it-the-0001", allow, vec![reason.clone()]);
    db.store.rule(&sent, hour(2)).await.unwrap();
    let texts = db.store.texts(&county(), &[reason.id]).await.unwrap();
    assert_eq!(texts[&reason.id].text.as_deref(), Some("防汛抢险"));
    one(&db, give("now-it-may", 3)).await.unwrap();
    let (decided, leader) = (decided(&db).await, Some(post(LEADER)));
    for kind in ["allowed_entry_list", "used_entry_list"] {
        let of = decided.iter().filter(|(known, by)| known == kind && *by == leader);
        assert_eq!(of.count(), 1, "{kind}: {decided:?}");
    }
    check_holds(&db).await;
}

fn word(n: u128, id: ContentId, word: ContentWord, reason: &NewContent) -> Ruling {
    let (number, reason) = (Some("商密〔2022〕1号".to_owned()), Some(reason.reference()));
    Ruling::Content(Box::new(Sealing { matter: matter(n), content: id, word, number, reason }))
}

/// A reported matter, with its title's entry, and a reason for what is done to it.
async fn reported(db: &Fixture) -> (NewContent, NewContent) {
    town(db).await;
    let sent = report(1, hour(0));
    let title = sent.contents[0].clone();
    all_accepted(db, vec![sent]).await;
    (title, content("the reason", Class::Text, "误录"))
}

async fn found(store: &Store, q: &str) -> usize {
    let filter = Filter { q: Some(q.parse().unwrap()), ..Filter::default() };
    let page = store.list(&county(), &[Key::County], &filter, Order::Due, None, 10).await.unwrap();
    page.rows.len()
}

async fn an_entry_is_sealed_off_by_one_person_and_destroyed_by_a_second(db: Fixture) {
    let (title, why) = reported(&db).await;
    let store = &db.store;
    let say = |who: Actor, key: &str, what: ContentWord| {
        let reason = content(key, Class::Text, "误录");
        wanted_by(who, key, word(1, title.id, what, &reason), vec![reason])
    };
    let rule = async |wanted: Wanted, n| store.rule(&wanted, hour(n)).await;
    let transport =
        refusal(rule(say(actor(TRANSPORT), "seal-by-transport", ContentWord::Seal), 1).await);
    assert_eq!(transport, Refusal::Unknown, "it does not see the matter");
    let village =
        refusal(rule(say(actor(VILLAGE), "seal-by-the-village", ContentWord::Seal), 1).await);
    assert!(matches!(village, Refusal::NotYours(Why::OnlyRoles(_))), "{village}");
    let early =
        refusal(rule(say(actor(CENTRE), "destroy-too-early", ContentWord::Destroy), 1).await);
    assert_eq!(early, Refusal::OutOfState(Why::NotSealedOff));
    let foreign = wanted(
        CENTRE,
        "seal-of-another-one",
        word(1, ContentId(Uuid::from_u128(99)), ContentWord::Seal, &why),
        vec![why.clone()],
    );
    assert_eq!(refusal(store.rule(&foreign, hour(1)).await), Refusal::Unknown);

    store.follow(&county()).await.unwrap();
    assert_eq!(found(store, "道路塌陷").await, 1);
    rule(say(actor(CENTRE), "seal-the-title-01", ContentWord::Seal), 1).await.unwrap();
    let texts = store.texts(&county(), &[title.id]).await.unwrap();
    assert_eq!((&texts[&title.id].text, texts[&title.id].sealed), (&None, Some(hour(1))));
    assert_eq!(found(store, "道路塌陷").await, 0, "no search finds it, from that moment on");
    store.follow(&county()).await.unwrap();
    assert_eq!(found(store, "道路塌陷").await, 0, "nor later");
    assert_eq!(found(store, "曹寨村").await, 1, "what else is known of the matter is found");
    check_holds(&db).await;
    let twice =
        refusal(rule(say(actor(SUPERVISION), "seal-it-once-more", ContentWord::Seal), 2).await);
    assert_eq!(twice, Refusal::Already(Why::SealedOff));
    let same =
        refusal(rule(say(actor(CENTRE), "destroy-by-the-same", ContentWord::Destroy), 2).await);
    assert_eq!(same, Refusal::NotYours(Why::OwnSealing));
    let other_post = Actor { person: Person::User(user(CENTRE)), ..actor(SUPERVISION) };
    let same =
        refusal(rule(say(other_post, "destroy-in-two-posts", ContentWord::Destroy), 2).await);
    assert_eq!(same, Refusal::NotYours(Why::OwnSealing), "one person in two posts is one person");

    let gone = say(actor(SUPERVISION), "destroy-the-title", ContentWord::Destroy);
    rule(gone.clone(), 3).await.unwrap();
    assert!(rule(gone, 3).await.unwrap().replay);
    let kept = db.ask("select salt || text || cipher from content where erased is not null").await;
    assert_eq!(kept, [""]);
    let texts = store.texts(&county(), &[title.id]).await.unwrap();
    let shown = &texts[&title.id];
    assert!(shown.text.is_none() && shown.sealed.is_some() && shown.erased == Some(hour(3)));
    let late = say(actor(LEADER), "release-much-too-late", ContentWord::Release);
    assert_eq!(refusal(rule(late, 4).await), Refusal::Already(Why::SealedOff));
    check_holds(&db).await;
    let first = store.acts_between(&county(), 1, 1_000).await.unwrap();
    let acts: Vec<_> = first.iter().filter(|act| act.stream.as_str() == "content").collect();
    let who: Vec<_> = acts.iter().map(|act| (act.kind.as_str(), act.by.post)).collect();
    assert_eq!(
        who,
        [("content_sealed", Some(post(CENTRE))), ("content_destroyed", Some(post(SUPERVISION)))]
    );
    assert_eq!(acts[0].body_value()["number"], "商密〔2022〕1号");
}

async fn a_sealed_entry_is_released_again_by_a_second_person_and_found_again(db: Fixture) {
    let (title, why) = reported(&db).await;
    let contact = report(1, hour(0)).contents[1].id;
    for (key, id) in [("seal-the-title-0", title.id), ("seal-the-contact", contact)] {
        let why = content(key, Class::Text, "误录");
        let sent = wanted(CENTRE, key, word(1, id, ContentWord::Seal, &why), vec![why]);
        db.store.rule(&sent, hour(1)).await.unwrap();
    }
    let looker = Looker { user: user(CENTRE), post: None, why: "call_back".to_owned() };
    let said = db.store.look(&county(), contact, &looker, hour(1)).await.unwrap_err().to_string();
    assert!(said.contains("sealed off"), "{said}");
    let erased = db.store.erase(&county(), title.id, hour(1), ["system_admin", "申请"]).await;
    assert!(erased.unwrap_err().to_string().contains("sealed off"), "two persons are asked");
    let ruling = word(1, title.id, ContentWord::Release, &why);
    let sent = wanted(LEADER, "release-the-title", ruling, vec![why]);
    db.store.rule(&sent, hour(2)).await.unwrap();
    let texts = db.store.texts(&county(), &[title.id]).await.unwrap();
    assert_eq!(texts[&title.id].text.as_ref(), Some(&title.text));
    db.store.follow(&county()).await.unwrap();
    assert_eq!(found(&db.store, "道路塌陷").await, 1);
    check_holds(&db).await;
}

async fn a_destroyed_entry_stays_destroyed_in_a_restored_copy(db: Fixture) {
    let (title, why) = reported(&db).await;
    let ring = db.folder.join("ring.json");
    Ring::from_seed(&[1; 32]).write(&ring).unwrap();
    let in_file = Options { ring: RingPlace::File(ring), ..Options::default() };
    let store = Store::open(&db.url, &in_file).await.unwrap();
    for (who, key, what) in [
        (CENTRE, "seal-the-title-01", ContentWord::Seal),
        (LEADER, "destroy-the-title", ContentWord::Destroy),
    ] {
        let why = content(key, Class::Text, &why.text);
        let sent = wanted(who, key, word(1, title.id, what, &why), vec![why]);
        store.rule(&sent, hour(1)).await.unwrap();
    }
    let log = std::fs::read_to_string(db.folder.join("ring.json.erased")).unwrap();
    assert!(log.contains(&title.id.to_string()) && log.contains("商密〔2022〕1号"), "{log}");
    let back =
        "update content set text = 'from the backup', erased = null where sealed is not null";
    db.sql(back).await.unwrap();
    Store::open(&db.url, &in_file).await.unwrap();
    assert_eq!(db.ask("select text from content where sealed is not null").await, [""]);
}

fn referral(who: &str, key: &str, word: ReferralWord, number: &str) -> Wanted {
    let (number, on) = (Some(number.to_owned()), Some(hour(0).date()));
    let ruling = Ruling::Referral(Box::new(Referring { word, number, on }));
    wanted(who, key, ruling, Vec::new())
}

async fn referrals_are_kept_beside_everything_else(db: Fixture) {
    town(&db).await;
    all_accepted(&db, vec![report(1, hour(0))]).await;
    let id = ReferralId(Uuid::from_u128(4));
    let receiver = Some("county_discipline".to_owned());
    let sent = |who, key| {
        let word = ReferralWord::Refer { id, receiver: receiver.clone() };
        referral(who, key, word, "移〔2022〕1号")
    };
    for who in [CENTRE, LEADER, TRANSPORT, HALL, VILLAGE] {
        let said = refusal(db.store.rule(&sent(who, "refer-by-somebody"), hour(1)).await);
        assert_eq!(said, Refusal::Unknown, "{who}");
    }
    let before = db.ask("select key || dim || value || n from counter order by 1").await;
    let stands = db.store.rule(&sent(SUPERVISION, "refer-by-the-head"), hour(1)).await.unwrap();
    let act = &stands.acts[0];
    assert_eq!((act.stream.as_str(), act.kind.as_str()), ("referral", "referred"));
    let names: Vec<String> = act.body_value().as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["id", "number", "on", "receiver"]);
    let word = ReferralWord::Receipt { id };
    let came = referral(CLERK, "receipt-by-the-clerk", word, "收〔2022〕8号");
    db.store.rule(&came, hour(2)).await.unwrap();
    let kept = db.store.referrals(&county()).await.unwrap();
    assert_eq!(kept.0[&id].receipted.as_ref().unwrap().number, "收〔2022〕8号");
    let after = db.ask("select key || dim || value || n from counter order by 1").await;
    assert_eq!(after, before, "it is in no counter");
    assert_eq!(db.ask("select cast(count(*) as text) from matter").await, ["1"]);
    let matters = db.ask("select cast(count(*) as text) from act where kind = 'reported'").await;
    assert_eq!(matters, ["1"], "the matter gets nothing");
    let decided = decided(&db).await;
    assert!(decided.is_empty(), "it is in no list of decisions: {decided:?}");
    check_holds(&db).await;
}

async fn the_check_finds_what_was_sealed_off_past_the_ledger(db: Fixture) {
    let (title, _) = reported(&db).await;
    db.sql(&format!("update content set sealed = 7 where id = '{}'", title.id)).await.unwrap();
    let checked = db.store.check(&county()).await.unwrap();
    let told = checked.differences.join("\n");
    assert!(told.contains("sealed off in the table, not in the ledger"), "{told}");
}
