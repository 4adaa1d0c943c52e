//! A new roster after an election, read as a list of differences before anything is applied.

use jiff::civil::date;
use uuid::Uuid;
use zongheng_core::ids::UserId;
use zongheng_core::organisation::files::Source;
use zongheng_core::organisation::{
    Appointment, Differences, Holding, Organisation, Organised, Roster, check,
};

use super::mini::{A1, Mini};

fn user(login: &str) -> Option<UserId> {
    let known = ["赵", "钱", "孙"].iter().position(|name| *name == login)?;
    Some(UserId(Uuid::from_u128(known as u128 + 1)))
}

fn name(user: UserId) -> String {
    ["赵", "钱", "孙"].map(str::to_owned)[user.0.as_u128() as usize - 1].clone()
}

/// 赵 is chief, 钱 is member.
fn standing() -> Organisation {
    let mut organisation = Mini::new().organisation();
    let keys = Mini::new().read().expect("is readable").keys;
    let appointments = [("chief", "赵"), ("member", "钱")].map(|(post, login)| Appointment {
        post: keys.posts[&format!("{A1}001/{post}")],
        user: user(login).expect("is known"),
        holding: Holding::Holder,
        from: date(2024, 1, 1),
        to: None,
        own: None,
    });
    let appointments = appointments.to_vec();
    organisation.apply(&Organised { appointments, ..Organised::default() });
    organisation
}

fn read(organisation: &Organisation, text: &str) -> Result<Roster, Vec<String>> {
    let source = Source { name: "roster.toml", text };
    Roster::read(source, &"411524000000".into(), organisation, &user)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

const NEW: &str = "on = \"2026-03-01\"\npaper = \"换届〔2026〕1号\"\n[[unit]]\nunit = \"411524101201\"\n\
    [[holder]]\npost = \"411524101201001/chief\"\nuser = \"孙\"\n";

#[test]
fn the_differences_are_told_before_they_are_applied() {
    let mut organisation = standing();
    let roster = read(&organisation, NEW).unwrap();
    let differences = organisation.compare(&roster);
    assert_eq!(
        differences.zh(&organisation, &name),
        [
            "东庄村网格长：孙就任",
            "东庄村网格长：赵离任",
            "东庄村专职网格员：钱离任",
            "东庄村专职网格员：空缺",
            "留任0人",
        ]
        .map(str::to_owned)
        .to_vec()
        .as_slice()
    );
    let en = differences.en(&organisation, &name);
    assert_eq!(en.last().unwrap(), "0 stay");
    assert!(
        en.contains(&"Full-time grid member of Dongzhuang Village: nobody".to_owned()),
        "{en:?}"
    );

    let checked = check(&organisation, &organisation.brought_about(&roster)).unwrap();
    let (before, on) = (date(2026, 2, 28), date(2026, 3, 1));
    organisation.apply(&checked.organised);
    let chief = roster.holders[0].value.0;
    assert_eq!(organisation.acting(chief, before).map(|a| name(a.user)).as_deref(), Some("赵"));
    assert_eq!(organisation.acting(chief, on).map(|a| name(a.user)).as_deref(), Some("孙"));
    assert_eq!(organisation.vacancies(on).iter().filter(|v| v.since == on).count(), 1);
    for day in [on, date(2026, 3, 2)] {
        let again = Roster { on: day, ..roster.clone() };
        let differences = organisation.compare(&again);
        let many = (differences.begins.len(), differences.ends.len(), differences.stays.len());
        assert_eq!(many, (0, 0, 1), "the same roster, on {day}");
        assert!(organisation.brought_about(&again).appointments.is_empty());
    }
}

/// A mistake is found before the day: 赵 goes on as chief after all, 孙 never began.
#[test]
fn a_corrected_roster_of_the_same_day_takes_back_what_the_first_one_said() {
    let mut organisation = standing();
    let roster = read(&organisation, NEW).unwrap();
    let checked = check(&organisation, &organisation.brought_about(&roster)).unwrap();
    assert_eq!(checked.organised.paper.as_deref(), Some("换届〔2026〕1号"));
    organisation.apply(&checked.organised);

    let text = NEW.replace("孙", "赵").replace("1号", "2号");
    let corrected = read(&organisation, &text).unwrap();
    let differences = organisation.compare(&corrected);
    assert_eq!(
        differences.zh(&organisation, &name)[..2],
        ["东庄村网格长：赵就任".to_owned(), "东庄村网格长：孙离任".to_owned()]
    );
    let checked = check(&organisation, &organisation.brought_about(&corrected)).unwrap();
    assert_eq!(checked.organised.paper.as_deref(), Some("换届〔2026〕2号"));
    organisation.apply(&checked.organised);
    let chief = corrected.holders[0].value.0;
    for day in [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)] {
        assert_eq!(organisation.acting(chief, day).map(|a| name(a.user)).as_deref(), Some("赵"));
    }
    let sheets = organisation.open_sheets(date(2026, 3, 2));
    assert!(sheets.iter().all(|sheet| sheet.post != chief), "nobody left anything: {sheets:?}");
    assert!(organisation.posts_of(user("孙").unwrap(), date(2026, 3, 1)).is_empty());
    let again = organisation.compare(&corrected);
    assert_eq!((again.begins.len(), again.ends.len(), again.stays.len()), (0, 0, 1));
}

#[test]
fn a_roster_that_is_the_present_one_changes_nothing() {
    let organisation = standing();
    let text =
        NEW.replace("孙", "赵") + "[[holder]]\npost = \"411524101201001/member\"\nuser = \"钱\"\n";
    let roster = read(&organisation, &text).unwrap();
    let Differences { begins, ends, stays, empty } = organisation.compare(&roster);
    assert_eq!((begins.len(), ends.len(), stays.len(), empty.len()), (0, 0, 2, 0));
    assert!(organisation.brought_about(&roster).appointments.is_empty());
}

#[test]
fn two_chiefs_at_once_and_unknown_names_are_refused() {
    let organisation = standing();
    let two = format!("{NEW}[[holder]]\npost = \"411524101201001/chief\"\nuser = \"钱\"\n");
    let roster = read(&organisation, &two).unwrap();
    let faults = check(&organisation, &organisation.brought_about(&roster)).unwrap_err();
    assert!(faults[0].what.contains("would have two holders at once"), "{faults:?}");
    for (from, to, expected) in [
        ("user = \"孙\"", "user = \"李\"", "no account has this login"),
        ("201001/chief", "202001/chief", "no such post stands in the units that are meant"),
        ("unit = \"411524101201\"", "unit = \"x\"", "unit \"x\" does not stand on that day"),
        ("paper = \"换届〔2026〕1号\"\n", "", "paper is missing"),
        ("2026-03-01", "soon", "on: this is no day"),
        ("on = ", "from = \"2020-01-01\"\non = ", "from: \"from\" is not known here"),
    ] {
        let faults = read(&organisation, &NEW.replacen(from, to, 1)).unwrap_err();
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}\n{faults:?}");
    }
    let twice = format!("{NEW}{}", &NEW[NEW.find("[[holder]]").unwrap()..]);
    assert!(read(&organisation, &twice).unwrap_err()[0].contains("stands twice"));
}

#[test]
fn a_roster_that_names_no_unit_is_a_fault_and_not_what_stands_already() {
    let organisation = standing();
    let none = "on = \"2026-03-01\"\npaper = \"换届〔2026〕1号\"\n";
    let faults = read(&organisation, none).unwrap_err();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("no unit is named whose posts are meant"), "{faults:?}");
    let holder = format!("{none}[[holder]]\npost = \"{A1}001/chief\"\nuser = \"孙\"\n");
    let faults = read(&organisation, &holder).unwrap_err();
    assert!(faults.iter().any(|fault| fault.contains("no unit is named")), "{faults:?}");
    let misread = format!("{none}[[unit]]\nname = \"{A1}\"\n");
    let faults = read(&organisation, &misread).unwrap_err();
    assert!(!faults.iter().any(|fault| fault.contains("no unit is named")), "{faults:?}");
}

#[test]
fn units_and_posts_may_be_called_by_their_ids() {
    let organisation = standing();
    let keys = Mini::new().read().expect("is readable").keys;
    let (unit, post) =
        (keys.units[A1].to_string(), keys.posts[&format!("{A1}001/chief")].to_string());
    let by_id = NEW.replace(&format!("{A1}001/chief"), &post).replace(A1, &unit);
    assert_eq!(read(&organisation, &by_id), read(&organisation, NEW));
    let other = by_id.replace(&post, "00000000-0000-0000-0000-000000000000");
    let faults = read(&organisation, &other).unwrap_err();
    assert!(faults[0].contains("no such post stands"), "{faults:?}");
}

#[test]
fn the_roster_as_it_stands_is_written_as_a_file_that_changes_nothing() {
    let mut organisation = standing();
    let mini = Mini::new().read().expect("is readable");
    let on = date(2026, 3, 1);
    let written = |organisation: &Organisation, english| {
        let text = organisation.roster_as_file(mini.keys.units[A1], on, english, &name).unwrap();
        text.replace("paper = \"\"", "paper = \"换届〔2026〕1号\"")
    };
    for english in [false, true] {
        let text = written(&organisation, english);
        assert!(text.contains(&format!("unit = \"{A1}\"")), "{text}");
        let roster = read(&organisation, &text).unwrap();
        let differences = organisation.compare(&roster);
        assert!(differences.begins.is_empty() && differences.ends.is_empty(), "{text}");
        assert_eq!(differences.stays.len(), 2);
    }
    assert!(written(&organisation, false).contains("# 东庄村网格长\n"));
    assert!(written(&organisation, true).contains("# Grid chief of Dongzhuang Village\n"));
    assert!(!written(&organisation, true).contains('长'));

    // 钱 leaves; the post is written so that it only has to be filled.
    organisation.appointments[1].to = Some(on);
    let appointments = organisation.appointments.clone();
    organisation.apply(&Organised { appointments, ..Organised::default() });
    let text = written(&organisation, false);
    assert!(text.contains("空缺") && text.contains("#user = \"\""), "{text}");
    let filled = text.replace("#user = \"\"", "#user = \"孙\"");
    let filled: String = filled
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let roster = read(&organisation, &filled).unwrap();
    assert_eq!(organisation.compare(&roster).begins.len(), 1, "{filled}");
    assert_eq!(
        organisation.roster_as_file(mini.keys.units[A1], date(1990, 1, 1), false, &name),
        None
    );
}
