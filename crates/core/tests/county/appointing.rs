//! Deputies, second posts and single holders, from a file: named, checked, and ended.

use jiff::civil::date;
use uuid::Uuid;
use zongheng_core::ids::{PostId, UserId};
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{
    Appointment, Holding, Organisation, Organised, Standing, appointments, backdated, check,
};

use super::mini::{A1, Mini};

const LOGINS: [&str; 3] = ["one", "two", "three"];

fn user(login: &str) -> Option<UserId> {
    let known = LOGINS.iter().position(|name| *name == login)?;
    Some(UserId(Uuid::from_u128(known as u128 + 1)))
}

fn name(user: UserId) -> String {
    LOGINS[user.0.as_u128() as usize - 1].to_owned()
}

fn post(key: &str) -> PostId {
    Mini::new().read().expect("is readable").keys.posts[key]
}

/// `one` is chief, `two` is member.
fn standing() -> Organisation {
    let mut organisation = Mini::new().organisation();
    let held = [("chief", "one"), ("member", "two")].map(|(key, login)| Appointment {
        post: post(&format!("{A1}001/{key}")),
        user: user(login).expect("is known"),
        holding: Holding::Holder,
        from: date(2024, 1, 1),
        to: None,
        own: None,
    });
    organisation.apply(&Organised { appointments: held.to_vec(), ..Organised::default() });
    organisation
}

fn read(organisation: &Organisation, text: &str) -> Result<Organised, Vec<String>> {
    let source = Source { name: "appoint.toml", text };
    appointments(source, &"411524000000".into(), organisation, &user)
        .and_then(|proposed| check(organisation, &proposed))
        .map(|checked| checked.organised)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

const DEPUTY: &str = "paper = \"授权〔2026〕1号\"\n[[appoint]]\npost = \"411524101201001/chief\"\n\
    user = \"two\"\nholding = \"deputy\"\nown = \"411524101201001/member\"\nfrom = \"2026-05-01\"\n\
    to = \"2026-05-10\"\n";
const END: &str = "paper = \"免〔2026〕1号\"\n[[end]]\npost = \"411524101201001/chief\"\nuser = \"one\"\n\
    holding = \"holder\"\non = \"2026-05-01\"\n";

#[test]
fn a_deputy_acts_in_the_days_named_once_the_holder_has_gone() {
    let mut organisation = standing();
    for (text, zh) in [
        (DEPUTY, "东庄村网格长：two（授权代理），2026-05-01起，2026-05-10前"),
        (END, "东庄村网格长：one（任职）2026-05-01起不再任"),
    ] {
        let organised = read(&organisation, text).unwrap();
        let words = organisation.appointments_in_words(&organised.appointments, &name);
        assert_eq!(words[0].0, zh);
        assert!(words[0].1.starts_with("Grid chief of Dongzhuang Village: "), "{words:?}");
        assert!(organised.paper.is_some());
        organisation.apply(&organised);
    }
    let chief = post(&format!("{A1}001/chief"));
    let acting = |day| organisation.acting(chief, day).map(|a| (name(a.user), a.holding));
    assert_eq!(acting(date(2026, 4, 30)), Some(("one".to_owned(), Holding::Holder)));
    assert_eq!(acting(date(2026, 5, 9)), Some(("two".to_owned(), Holding::Deputy)));
    assert_eq!(acting(date(2026, 5, 10)), None, "a deputy acts until a day");
    let unit = organisation.posts[&chief].unit;
    let answers = organisation.answers(unit, Some(chief), date(2026, 5, 5), date(2026, 5, 5));
    assert_eq!(answers.map(|a| a.by), Some(Standing::Deputy));
}

#[test]
fn every_fault_of_a_file_is_told_with_its_line() {
    let organisation = standing();
    for (text, wanted) in [
        (String::new(), vec!["paper is missing"]),
        ("paper = \"1号\"\n".to_owned(), vec!["nobody is appointed, and nothing ends"]),
        (
            DEPUTY.replace("to = \"2026-05-10\"\n", "").replace("\"two\"", "\"nobody\""),
            vec![
                "line 2, to: a deputy acts until a day",
                "line 2, user: no account is called nobody",
            ],
        ),
        (
            DEPUTY.replace("chief\"", "boss\""),
            vec!["line 2, post: post \"411524101201001/boss\" is not known"],
        ),
        (DEPUTY.replace("\"two\"", "\"three\""), vec!["line 2, own: the deputy does not hold"]),
        (
            END.replace("\"one\"", "\"two\""),
            vec!["line 2, on: two does not act for 411524101201001/chief so on 2026-05-01"],
        ),
        (
            DEPUTY.replace("deputy", "holder").replace("own = \"411524101201001/member\"\n", ""),
            vec!["would have two holders at once"],
        ),
    ] {
        let faults = read(&organisation, &text).err().unwrap();
        assert_eq!(faults.len(), wanted.len(), "{faults:?}");
        for part in wanted {
            assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:?}");
        }
    }
}

/// A deputy of a deputy: who only deputises for a post names no deputy from there.
#[test]
fn nobody_deputises_from_a_post_that_is_only_deputised_for() {
    let mut organisation = standing();
    for text in [DEPUTY, END] {
        organisation.apply(&read(&organisation, text).unwrap());
    }
    let second = DEPUTY.replace("411524101201001/member", "411524101201001/chief").replacen(
        "411524101201001/chief",
        "county/leader",
        1,
    );
    let faults = read(&organisation, &second).err().unwrap();
    assert!(faults.iter().any(|f| f.contains("a deputy of a deputy")), "{faults:?}");
}

/// Who keeps or audits the system holds no other post, in whichever way and from whichever side.
#[test]
fn nobody_keeps_or_audits_the_system_and_has_business() {
    let mut organisation = standing();
    let admin = post("county/system_admin");
    let held = Appointment {
        post: admin,
        user: user("three").expect("is known"),
        holding: Holding::Holder,
        from: date(2024, 1, 1),
        to: None,
        own: None,
    };
    organisation.apply(&Organised { appointments: vec![held], ..Organised::default() });
    let second = DEPUTY
        .replace("\"two\"", "\"three\"")
        .replace("deputy", "second")
        .replace("own = \"411524101201001/member\"\n", "");
    let other = second.replace("411524101201001/chief", "county/system_admin");
    for text in [second, other.replace("\"three\"", "\"two\"")] {
        let faults = read(&organisation, &text).err().unwrap();
        assert!(faults.len() == 1 && faults[0].contains("the same person would be"), "{faults:?}");
    }
    let again = other.replace("second", "deputy");
    let faults = read(&organisation, &again).err().unwrap();
    assert!(faults.iter().all(|f| !f.contains("the same person would be")), "{faults:?}");
}

#[test]
fn nothing_changes_on_a_day_that_is_past() {
    let organisation = standing();
    let told = |text: &str, recorded| {
        let source = Source { name: "appoint.toml", text };
        let code = "411524000000".into();
        let proposed = appointments(source, &code, &organisation, &user).expect("is readable");
        let faults = backdated(&proposed, &organisation, recorded);
        faults.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let (day, next) = (date(2026, 5, 1), date(2026, 5, 2));
    assert_eq!(told(DEPUTY, day), Vec::<String>::new(), "who begins today begins today");
    assert!(told(DEPUTY, next)[0].contains("line 2, from: 2026-05-01 is past"));
    assert_eq!(told(END, day), Vec::<String>::new(), "and who goes today goes today");
    assert!(told(END, next)[0].contains("line 2, to: 2026-05-01 is past"));
}

#[test]
fn the_paper_at_the_head_of_a_file_is_a_number_and_no_words() {
    let organisation = standing();
    for paper in ["机密 张某举报信", "x", "机密〔2026〕1号", "授权 〔2026〕1号"] {
        let text = DEPUTY.replace("授权〔2026〕1号", paper);
        let faults = read(&organisation, &text).err().unwrap();
        assert!(faults.len() == 1 && faults[0].contains("line 1, paper: "), "{paper}: {faults:?}");
    }
}

#[test]
fn a_day_that_is_none_is_told_by_its_field_whatever_the_reader_of_days_says() {
    let organisation = standing();
    for (from, to) in [
        ("from = \"2026-05-01\"", "from = \"2026-13-27\""),
        ("from = \"2026-05-01\"", "from = \"soon\""),
        ("from = \"2026-05-01\"", "from = 2026-05-01"),
        ("from = \"2026-05-01\"", "from = 5"),
    ] {
        let faults = read(&organisation, &DEPUTY.replace(from, to)).unwrap_err();
        let told = "appoint.toml, line 7, from: this is no day; write it as \"2026-07-01\"";
        assert_eq!(faults, [told], "{to}");
    }
    let faults = read(&organisation, &END.replace("\"2026-05-01\"", "\"2026-02-30\"")).unwrap_err();
    assert!(faults[0].contains("line 6, on: this is no day"), "{faults:?}");
    let faults = read(&organisation, &DEPUTY.replace("\"two\"", "two")).unwrap_err();
    assert!(faults[0].contains("line 4: this cannot be read: "), "{faults:?}");
    let faults = read(&organisation, &DEPUTY.replace("\"deputy\"", "\"boss\"")).unwrap_err();
    assert!(faults[0].contains("unknown variant `boss`, expected one of `holder`"), "{faults:?}");
}

#[test]
fn a_post_may_be_called_by_its_id() {
    let organisation = standing();
    let chief = format!("{A1}001/chief");
    let by_id = END.replace(&chief, &post(&chief).to_string());
    assert_eq!(read(&organisation, &by_id), read(&organisation, END));
}
