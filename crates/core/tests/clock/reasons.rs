//! Why a due is what it is, as data and in both languages.

use zongheng_core::clock::{Asked, By, Counted, Idle, Reason, Roll, Start, words};

use crate::{asked, at, due, pause};

fn zh(asked: &Asked<'_>) -> String {
    let because = due(asked).unwrap().because;
    let said: Vec<_> = because.iter().map(|reason| words::zh(reason, 2022)).collect();
    said.join("；").replace('\u{a0}', " ")
}

fn en(asked: &Asked<'_>) -> String {
    let because = due(asked).unwrap().because;
    let said: Vec<_> = because.iter().map(|reason| words::en(reason, 2022)).collect();
    said.join("; ")
}

#[test]
fn the_last_day_says_why_it_moves_or_stays() {
    let seven = asked("2022-04-27T09:00:00", "7d");
    assert_eq!(
        zh(&seven),
        "4月27日 周三 09:00，当天起算；第 7 天是 5月4日 周三，劳动节假期；顺延到 5月5日 周四"
    );
    assert_eq!(
        zh(&seven.with_roll(Roll::None)),
        "4月27日 周三 09:00，当天起算；第 7 天是 5月4日 周三，劳动节假期；不顺延"
    );
    assert_eq!(
        en(&seven),
        "Wed 27 Apr 09:00: counts from that day; day 7 is Wed 4 May, the holiday of Labour Day; \
         moves to Thu 5 May"
    );
    let month = asked("2022-01-30T19:00:00", "1m").with_start(Start::AtOnce);
    assert_eq!(
        zh(&month),
        "1月30日 周日 19:00，即时起算；满 1 个月是 2月28日 周一；当月没有 30 日，取月末 2月28日 周一"
    );
    let new_year = asked("2026-12-31T09:00:00", "7d").with_roll(Roll::None);
    assert_eq!(
        due(&new_year).unwrap().because.len(),
        2,
        "nothing is said of a day that is not known"
    );
}

#[test]
fn working_days_say_what_they_passed_over_and_what_they_did_not() {
    assert_eq!(
        zh(&asked("2022-04-29T18:30:00", "3wd")),
        "4月29日 周五 18:30，下班后，从 5月5日 周四 08:30 起算；不算 周末 1 天；\
         5月7日 周六劳动节调休上班，算工作日；第 3 个工作日是 5月9日 周一"
    );
    assert_eq!(
        en(&asked("2022-04-28T09:00:00", "4wd")),
        "Thu 28 Apr 09:00: counts from that day; not counted: Sat 30 Apr to Wed 4 May (Labour Day); \
         worked in exchange, so counted: Sat 7 May (Labour Day); working day 4 is Sat 7 May"
    );
    assert_eq!(
        zh(&asked("2022-05-02T09:00:00", "0wd")),
        "5月2日 周一 09:00，劳动节假期，从 5月5日 周四 08:30 起算；当天是 5月5日 周四"
    );
}

#[test]
fn pauses_say_by_how_much_they_moved_the_due() {
    let asked = asked("2022-04-14T09:00:00", "3d");
    let pauses = [
        pause("2022-04-10T09:00:00", "2022-04-11T09:00:00"),
        pause("2022-04-15T09:00:00", "2022-04-17T10:00:00"),
        pause("2022-04-19T09:00:00", "2022-04-19T10:00:00"),
        pause("2022-04-20T09:00:00", "2022-04-20T09:30:00"),
    ];
    let because = due(&asked.with_pauses(&pauses)).unwrap().because;
    let idle = |n: usize, why| Reason::PauseIdle { from: pauses[n].from, to: pauses[n].to, why };
    let wanted = [
        Reason::CountedFrom { at: asked.accepted, start: asked.accepted, why: Counted::InHours },
        Reason::Limit { limit: asked.limit, last: at("2022-04-17T18:00:00"), rest: None },
        idle(0, Idle::BeforeStart),
        Reason::Paused { from: pauses[1].from, to: pauses[1].to, by: Some(By::Days(2)) },
        idle(2, Idle::Empty),
        idle(3, Idle::AfterDue),
        Reason::AfterPauses { last: at("2022-04-19T18:00:00"), rest: None },
    ];
    assert_eq!(because, wanted);
    let office = crate::asked("2022-04-14T09:00:00", "2wh");
    let over = [pause("2022-04-14T10:00:00", "2022-04-14T11:30:00")];
    assert_eq!(
        zh(&office.with_pauses(&over)),
        "4月14日 周四 09:00，当天起算；满 2 个工作小时是 4月14日 周四 11:00；\
         4月14日 周四 10:00 至 4月14日 周四 11:30 暂停，其中工作时间 1 小时 30 分 不算；\
         扣除暂停后是 4月14日 周四 15:00"
    );
}

#[test]
fn each_year_without_a_notice_is_named() {
    let because = due(&asked("2026-12-31T09:00:00", "300wd")).unwrap().because;
    let years: Vec<_> = because
        .iter()
        .filter_map(|reason| match reason {
            Reason::Provisional { year } => Some(*year),
            _ => None,
        })
        .collect();
    assert_eq!(years, [2027, 2028]);
}

#[test]
fn reasons_are_data_and_come_back_from_it() {
    let pauses = [pause("2022-04-28T10:00:00", "2022-04-28T11:00:00")];
    for limit in ["7d", "7wd", "1m", "24h", "9wh"] {
        let due = due(&asked("2022-04-28T09:00:00", limit).with_pauses(&pauses)).unwrap();
        let data = serde_json::to_value(&due).unwrap();
        assert_eq!(serde_json::from_value::<zongheng_core::clock::Due>(data).unwrap(), due);
    }
    let due = due(&asked("2022-04-27T09:00:00", "7d")).unwrap();
    assert_eq!(
        serde_json::to_value(&due.because).unwrap(),
        serde_json::json!([
            {"rule": "counted_from", "at": "2022-04-27T09:00:00+08:00",
             "start": "2022-04-27T09:00:00+08:00", "why": "in_hours"},
            {"rule": "limit", "limit": "7d", "last": "2022-05-04T18:00:00+08:00", "rest": "劳动节"},
            {"rule": "rolled", "from": "2022-05-04", "to": "2022-05-05", "name": "劳动节"},
        ])
    );
}

#[test]
fn holidays_have_english_names() {
    assert_eq!(words::holiday_en("国庆节、中秋节"), "National Day and Mid-Autumn Festival");
    assert_eq!(words::holiday_en("县庆日"), "县庆日", "a name of the county's own stays");
}
