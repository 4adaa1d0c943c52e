//! Every word on a page, in the reader's language.
//!
//! Templates ask by key (`w.t("today.first")`); the texts stand in `ui/locales/*.toml`, whose key
//! sets are the same. Dates and spans of time are said here too, so that 还剩 1 天 3 小时 reads
//! alike on every page.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use zongheng_core::time::At;

/// A space that does not break, between a numeral and its unit.
const NB: char = '\u{a0}';

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    #[default]
    Zh,
    En,
}

impl Locale {
    /// The tag for `<html lang>` and for cookies.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The first language of an `Accept-Language` header that is spoken here; Chinese if none is.
    pub fn accepted(header: &str) -> Self {
        header.split(',').find_map(|part| Self::named(part.split(';').next()?)).unwrap_or_default()
    }

    /// `zh`, `zh-CN`, `en`, `en-GB`, …; nothing for a language that is not spoken here.
    pub fn named(tag: &str) -> Option<Self> {
        match tag.trim().split('-').next()? {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

type Texts = BTreeMap<String, String>;

static ZH: LazyLock<Texts> =
    LazyLock::new(|| texts(include_str!("../../../../ui/locales/zh.toml")));
static EN: LazyLock<Texts> =
    LazyLock::new(|| texts(include_str!("../../../../ui/locales/en.toml")));

/// A locale file as `section.key` → text. A broken file gives no texts, which the tests would show.
fn texts(source: &str) -> Texts {
    fn walk(table: &toml::Table, prefix: &str, into: &mut Texts) {
        for (key, value) in table {
            let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                toml::Value::String(text) => drop(into.insert(key, text.clone())),
                toml::Value::Table(inner) => walk(inner, &key, into),
                _ => {}
            }
        }
    }
    let mut into = Texts::new();
    if let Ok(table) = source.parse::<toml::Table>() {
        walk(&table, "", &mut into);
    }
    into
}

/// The words of one language. Small and copied freely: every view struct holds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words {
    pub locale: Locale,
}

impl Words {
    pub const fn new(locale: Locale) -> Self {
        Self { locale }
    }

    pub const fn zh(self) -> bool {
        matches!(self.locale, Locale::Zh)
    }

    pub const fn tag(self) -> &'static str {
        self.locale.tag()
    }

    fn table(self) -> &'static Texts {
        match self.locale {
            Locale::Zh => &ZH,
            Locale::En => &EN,
        }
    }

    /// The text of a key, if the locale has it.
    pub fn find(self, key: &str) -> Option<&'static str> {
        self.table().get(key).map(String::as_str)
    }

    /// The text of a key. One that is missing shows as the key itself, so that a reader still sees
    /// something to name when asking for help; the tests keep that from happening.
    pub fn t(self, key: &str) -> &'static str {
        self.find(key).unwrap_or_else(|| self.find("missing").unwrap_or("?"))
    }

    /// `section.key`, or `key` itself where the locale has no word for it (a playbook's own stage).
    pub fn name(self, section: &str, key: &str) -> String {
        self.find(&format!("{section}.{key}")).map_or_else(|| key.to_owned(), str::to_owned)
    }

    /// The text with `{n}` filled; English takes `key_one` for 1 where that exists.
    pub fn n(self, key: &str, n: impl Display) -> String {
        let n = n.to_string();
        let one = if n == "1" && !self.zh() { self.find(&format!("{key}_one")) } else { None };
        one.unwrap_or_else(|| self.t(key)).replace("{n}", &n)
    }

    /// The text with `{a}` filled.
    pub fn a(self, key: &str, a: impl Display) -> String {
        self.fill(key, &[("a", &a)])
    }

    /// The text with `{a}` and `{b}` filled.
    pub fn ab(self, key: &str, a: impl Display, b: impl Display) -> String {
        self.fill(key, &[("a", &a), ("b", &b)])
    }

    /// The text with its `{name}`s filled in one pass, so that braces inside a value stay as they are.
    pub fn fill(self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let mut rest = self.t(key);
        let mut out = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                out.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => drop(write!(out, "{value}")),
                None => drop(write!(out, "{{{name}}}")),
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    /// The word for a matter's state: 待签收.
    pub fn state(self, state: &str) -> String {
        self.name("state", state)
    }

    /// The word for a stage: 办结. `node:n` and `monthly:yyyy-mm` carry their part along.
    pub fn stage(self, stage: &str) -> String {
        match stage.split_once(':') {
            Some((kind, part)) => format!("{} {part}", self.name("stage", kind)),
            None => self.name("stage", stage),
        }
    }

    /// The word for a command: 签收.
    pub fn act(self, act: &str) -> String {
        self.name("act", act)
    }

    /// The word for an act of the ledger: 已签收 in the records.
    pub fn kind(self, kind: &str) -> String {
        self.name("kind", kind)
    }

    /// How a matter came: 群众, 12345, 网格.
    pub fn source(self, source: &str) -> String {
        self.name("source", source)
    }

    /// The settlement kind: 实际解决.
    pub fn settlement(self, kind: &str) -> String {
        self.name("settlement", kind)
    }
}

/// Days, times and spans.
impl Words {
    fn weekday(self, date: Date) -> &'static str {
        self.t(match date.weekday() {
            Weekday::Monday => "weekday.mon",
            Weekday::Tuesday => "weekday.tue",
            Weekday::Wednesday => "weekday.wed",
            Weekday::Thursday => "weekday.thu",
            Weekday::Friday => "weekday.fri",
            Weekday::Saturday => "weekday.sat",
            Weekday::Sunday => "weekday.sun",
        })
    }

    /// `4月14日 周四`; the year only where it is not `today`'s.
    pub fn day(self, date: Date, today: Date) -> String {
        let weekday = self.weekday(date);
        let (year, month, day) = (date.year(), date.month(), date.day());
        let same = year == today.year();
        if self.zh() {
            let year = if same { String::new() } else { format!("{year}年") };
            format!("{year}{month}月{day}日{NB}{weekday}")
        } else {
            let month = MONTHS[usize::try_from(month - 1).unwrap_or(0).min(11)];
            let year = if same { String::new() } else { format!("{NB}{year}") };
            format!("{weekday}{NB}{day}{NB}{month}{year}")
        }
    }

    /// `4月14日`, without the day of the week.
    pub fn day_short(self, date: Date, today: Date) -> String {
        let whole = self.day(date, today);
        let weekday = self.weekday(date);
        whole.replace(&format!("{NB}{weekday}"), "").replace(&format!("{weekday}{NB}"), "")
    }

    /// `15:00`.
    #[expect(clippy::unused_self, reason = "said in both languages alike, asked as all words are")]
    pub fn clock(self, at: At) -> String {
        let time = at.time();
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// `4月14日 周四 18:00`: for deadlines and records, which are cited.
    pub fn moment(self, at: At, now: At) -> String {
        format!("{}{NB}{}", self.day(at.date(), now.date()), self.clock(at))
    }

    /// `今天 18:00`, `明天 12:00`, `昨天 9:00`, else as [`Words::moment`].
    pub fn near(self, at: At, now: At) -> String {
        let days = at.date().duration_since(now.date()).as_hours() / 24;
        let word = match days {
            0 => "time.today",
            1 => "time.tomorrow",
            -1 => "time.yesterday",
            _ => return self.moment(at, now),
        };
        format!("{}{NB}{}", self.t(word), self.clock(at))
    }

    /// A length of time as an office says it: `5 天` from three days on, `1 天 3 小时` from one,
    /// `21 小时` from three hours, `1 小时 30 分` from one, else `25 分钟`. Parts are cut, not rounded.
    pub fn span(self, seconds: i64) -> String {
        let minutes = seconds.abs() / 60;
        let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        let part = |n: i64, key: &str| self.n(key, n).replace(' ', &NB.to_string());
        match (days, hours, rest) {
            (0, 0, 0) => self.t("span.moment").to_owned(),
            (0, 0, m) => part(m, "span.minutes"),
            (0, h, m) if h < 3 && m > 0 => {
                format!("{} {}", part(h, "span.hours"), part(m, "span.and_minutes"))
            }
            (0, h, _) => part(h, "span.hours"),
            (d, h, _) if d < 3 && h > 0 => {
                format!("{} {}", part(d, "span.days"), part(h, "span.hours"))
            }
            (d, _, _) => part(d, "span.days"),
        }
    }

    /// `还剩 1 天 3 小时`, or `逾期 2 天` once `due` has passed.
    pub fn left(self, due: At, now: At) -> String {
        let seconds = due.seconds_since(now);
        match seconds {
            0..60 => return self.t("span.left_moment").to_owned(),
            -59..0 => return self.t("span.late_moment").to_owned(),
            _ => {}
        }
        self.a(if seconds >= 0 { "span.left" } else { "span.late" }, self.span(seconds))
    }
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::*;

    const ZH_WORDS: Words = Words::new(Locale::Zh);
    const EN_WORDS: Words = Words::new(Locale::En);

    fn at(text: &str) -> At {
        text.parse().unwrap()
    }

    fn plain(text: &str) -> String {
        text.replace(NB, " ")
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let keys =
            |t: &Texts| t.keys().filter(|k| !k.ends_with("_one")).cloned().collect::<BTreeSet<_>>();
        assert!(ZH.len() > 300, "the locale files were not read");
        assert_eq!(
            keys(&ZH).symmetric_difference(&keys(&EN)).collect::<Vec<_>>(),
            Vec::<&String>::new()
        );
    }

    #[test]
    fn both_languages_fill_the_same_places() {
        let places = |text: &str| {
            text.split('{')
                .skip(1)
                .filter_map(|p| p.split_once('}'))
                .map(|p| p.0.to_owned())
                .collect::<BTreeSet<_>>()
        };
        for (key, zh) in ZH.iter() {
            assert_eq!(places(zh), places(&EN[key]), "{key}");
        }
    }

    #[test]
    fn nothing_is_shouted_and_words_that_offices_do_not_use_stay_out() {
        let banned = [
            "!",
            "！",
            "权属",
            "动作",
            "账本",
            "封印",
            "真解决",
            "派遣",
            "退件",
            "吹哨人",
            "现归谁",
            "等我办",
            "我在等",
            "交上去",
            "申诉",
            "请您务必",
        ];
        for (key, text) in ZH.iter().chain(EN.iter()) {
            for word in banned {
                assert!(!text.contains(word), "{key}: {word}");
            }
        }
    }

    fn files(under: &Path, ext: &str, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(under).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, ext, into);
            } else if path.extension().is_some_and(|e| e == ext) {
                into.push(path);
            }
        }
    }

    #[test]
    fn every_key_that_a_page_asks_for_exists_and_templates_have_no_words_of_their_own() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = Vec::new();
        files(&root.join("../../ui/templates"), "html", &mut sources);
        files(&root.join("src/pages"), "rs", &mut sources);
        assert!(sources.len() > 20);
        let mut asked = 0;
        for path in sources {
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["w.t(\"", "w.n(\"", "w.a(\"", "w.ab(\"", "w.fill(\""] {
                for (found, _) in text.match_indices(call) {
                    let rest = &text[found + call.len()..];
                    let key = &rest[..rest.find('"').unwrap()];
                    asked += 1;
                    assert!(ZH.contains_key(key), "{}: {key}", path.display());
                }
            }
            if path.extension().is_some_and(|e| e == "html") {
                let han = text.chars().find(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
                assert_eq!(han, None, "{}", path.display());
                for forbidden in ["style=", "<script", "onclick", "javascript:"] {
                    assert!(!text.contains(forbidden), "{}: {forbidden}", path.display());
                }
            }
        }
        assert!(asked > 150, "only {asked} keys were found: does the pattern still fit?");
    }

    #[test]
    fn days_and_times_read_as_an_office_writes_them() {
        let now = at("2022-04-14T15:00:00+08:00");
        for (text, zh, en) in [
            ("2022-04-14T18:00:00+08:00", "今天 18:00", "today 18:00"),
            ("2022-04-15T12:00:00+08:00", "明天 12:00", "tomorrow 12:00"),
            ("2022-04-13T09:00:00+08:00", "昨天 09:00", "yesterday 09:00"),
            ("2022-04-19T18:00:00+08:00", "4月19日 周二 18:00", "Tue 19 Apr 18:00"),
            ("2023-01-03T18:00:00+08:00", "2023年1月3日 周二 18:00", "Tue 3 Jan 2023 18:00"),
        ] {
            assert_eq!(plain(&ZH_WORDS.near(at(text), now)), zh);
            assert_eq!(plain(&EN_WORDS.near(at(text), now)), en);
        }
        assert_eq!(plain(&ZH_WORDS.moment(now, now)), "4月14日 周四 15:00");
        assert_eq!(ZH_WORDS.day_short(now.date(), now.date()), "4月14日");
        assert_eq!(plain(&EN_WORDS.day_short(now.date(), now.date())), "14 Apr");
    }

    #[test]
    fn time_left_is_said_with_two_parts_at_most() {
        let now = at("2022-04-14T15:00:00+08:00");
        for (text, zh, en) in [
            ("2022-04-19T18:00:00+08:00", "还剩 5 天", "5 days left"),
            ("2022-04-15T18:00:00+08:00", "还剩 1 天 3 小时", "1 day 3 hours left"),
            ("2022-04-15T12:00:00+08:00", "还剩 21 小时", "21 hours left"),
            ("2022-04-14T16:30:00+08:00", "还剩 1 小时 30 分", "1 hour 30 min left"),
            ("2022-04-14T15:25:00+08:00", "还剩 25 分钟", "25 minutes left"),
            ("2022-04-12T15:00:00+08:00", "逾期 2 天", "2 days overdue"),
            ("2022-04-14T14:59:30+08:00", "刚刚逾期", "just overdue"),
        ] {
            assert_eq!(plain(&ZH_WORDS.left(at(text), now)), zh);
            assert_eq!(plain(&EN_WORDS.left(at(text), now)), en);
        }
    }

    #[test]
    fn a_value_with_braces_is_not_filled_again() {
        assert_eq!(EN_WORDS.ab("join.two", "{b}", "x"), "{b} · x");
    }

    #[test]
    fn the_browser_s_first_known_language_is_taken() {
        for (header, locale) in [
            ("en-GB,en;q=0.8,zh;q=0.5", Locale::En),
            ("fr, zh-CN;q=0.7, en;q=0.3", Locale::Zh),
            ("fr", Locale::Zh),
            ("", Locale::Zh),
        ] {
            assert_eq!(Locale::accepted(header), locale, "{header}");
        }
    }
}
