//! What the core says as data, in the reader's words: refusals, faults of fields, limits, reasons.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use zongheng_core::clock::{self, Limit};
use zongheng_core::matter::{FieldFault, Refusal, Why};
use zongheng_core::organisation::Role;
use zongheng_core::rules::{Rule, Strength};
use zongheng_core::time::At;

use super::view::Reason;
use super::words::Words;

/// The core's English sentences about fields, and how they read in Chinese; `{}` stands for what is
/// filled in.
static FAULTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../ui/locales/faults.zh.toml")).unwrap_or_default()
});

impl Words {
    /// `7 个工作日`.
    pub fn limit(self, limit: Limit) -> String {
        if self.zh() { clock::words::limit_zh(limit) } else { clock::words::limit_en(limit) }
    }

    /// Why a deadline is on its day, a sentence each.
    pub fn reasons(self, because: &[clock::Reason], now: At) -> Vec<Reason> {
        let year = now.date().year();
        let say = if self.zh() { clock::words::zh } else { clock::words::en };
        because.iter().map(|reason| Reason::plain(say(reason, year))).collect()
    }

    /// The post that a role stands for: 县核查岗.
    pub fn role(self, role: Role) -> String {
        self.name("role", role.name())
    }

    /// Why an act is not open, as a sentence that a reader can act on.
    pub fn refusal(self, refusal: &Refusal, now: At) -> String {
        match refusal {
            Refusal::Unknown => self.t("mend.unknown").to_owned(),
            Refusal::Stale { .. } => self.t("mend.stale").to_owned(),
            Refusal::NotYours(why) | Refusal::OutOfState(why) | Refusal::Already(why) => {
                self.why(why, now)
            }
            Refusal::Invalid(faults) => {
                let say: Vec<String> = faults.iter().map(|f| self.fault(&f.what)).collect();
                say.join(self.t("join.sentences"))
            }
        }
    }

    /// How much the rule weighs on which a refusal stands; none where it is only another's act, not
    /// the time for it, or done already.
    pub fn strength(self, refusal: &Refusal) -> Option<String> {
        let (Refusal::NotYours(why) | Refusal::OutOfState(why)) = refusal else { return None };
        let rule = why.rule();
        if matches!(rule, Rule::Part | Rule::State | Rule::Once) {
            return None;
        }
        match rule.strength() {
            Strength::Stop => Some(self.t("strength.stop").to_owned()),
            Strength::Decision => Some(self.t("strength.decision").to_owned()),
            Strength::Warn => None,
        }
    }

    /// The reason behind a refusal.
    pub fn why(self, why: &Why, now: At) -> String {
        let by = |key: &str, at: At| self.a(key, self.near(at, now));
        match why {
            Why::OnlyRoles(roles) => {
                let roles: Vec<String> = roles.iter().map(|r| self.role(*r)).collect();
                self.a("why.only_roles", roles.join(self.t("join.list")))
            }
            Why::OnlyShares => self.t("why.only_shares").to_owned(),
            Why::OnlyLead => self.t("why.only_lead").to_owned(),
            Why::OnlyDesk => self.t("why.only_desk").to_owned(),
            Why::OwnWork => self.t("why.own_work").to_owned(),
            Why::OwnUnit => self.t("why.own_unit").to_owned(),
            Why::Complained => self.t("why.complained").to_owned(),
            Why::OwnDispatch => self.t("why.own_dispatch").to_owned(),
            Why::UnitAbove => self.t("why.unit_above").to_owned(),
            Why::OwnRequest => self.t("why.own_request").to_owned(),
            Why::OwnReturn => self.t("why.own_return").to_owned(),
            Why::OwnFiling => self.t("why.own_filing").to_owned(),
            Why::WindowOver(at) => by("why.window_over", *at),
            Why::State { state, act } => {
                self.ab("why.state", self.state(state.name()), self.act(act))
            }
            Why::SignedFor => self.t("why.signed_for").to_owned(),
            Why::BoundByDecision => self.t("why.bound_by_decision").to_owned(),
            Why::ReturnOver(at) => by("why.return_over", *at),
            Why::NotSignedFor => self.t("why.not_signed_for").to_owned(),
            Why::ShareAnswered => self.t("why.share_answered").to_owned(),
            Why::AssistsOpen => self.t("why.assists_open").to_owned(),
            Why::RequestOpen => self.t("why.request_open").to_owned(),
            Why::SameRequestOpen => self.t("why.same_request_open").to_owned(),
            Why::AfterDueDay(at) => by("why.after_due_day", *at),
            Why::SharePaused => self.t("why.share_paused").to_owned(),
            Why::NothingReturned => self.t("why.nothing_returned").to_owned(),
            Why::Lapsed(at) => by("why.lapsed", *at),
            Why::BackTooLate(at) => by("why.back_too_late", *at),
            Why::NotHandling => self.t("why.not_handling").to_owned(),
            Why::NotAsked => self.t("why.not_asked").to_owned(),
            Why::PartyNotAsked(party) => self.n("why.party_not_asked", usize::from(*party)),
            Why::TooFewTries => self.t("why.too_few_tries").to_owned(),
            Why::NotSolved => self.t("why.not_solved").to_owned(),
            Why::PassedAlready => self.t("why.passed_already").to_owned(),
            Why::RequestDecided => self.t("why.request_decided").to_owned(),
            Why::UrgedToday => self.t("why.urged_today").to_owned(),
            Why::NothingOwed => self.t("why.nothing_owed").to_owned(),
            Why::NothingToDecide => self.t("why.nothing_to_decide").to_owned(),
            Why::NobodyAsked => self.t("why.nobody_asked").to_owned(),
            Why::ReceiptOnly => self.t("why.receipt_only").to_owned(),
            Why::NoPart => self.t("why.no_part").to_owned(),
            Why::NotOnSpot => self.t("why.not_on_spot").to_owned(),
            Why::HasReporter => self.t("why.has_reporter").to_owned(),
            Why::OnlyOnSpot => self.t("why.only_on_spot").to_owned(),
            Why::Linked => self.t("why.linked").to_owned(),
            Why::WorksForOthers => self.t("why.works_for_others").to_owned(),
            Why::NotLinked => self.t("why.not_linked").to_owned(),
            Why::MainOpen => self.t("why.main_open").to_owned(),
            Why::PartsOpen => self.t("why.parts_open").to_owned(),
            Why::NodesOpen => self.t("why.nodes_open").to_owned(),
            Why::WhistleOpen => self.t("why.whistle_open").to_owned(),
            Why::NotPassedOn => self.t("why.not_passed_on").to_owned(),
            Why::NeedsRelease => self.t("why.needs_release").to_owned(),
            Why::OnlyReleaser => self.t("why.only_releaser").to_owned(),
            Why::NoDraft => self.t("why.no_draft").to_owned(),
            Why::OwnDraft => self.t("why.own_draft").to_owned(),
            Why::SameDraftOpen => self.t("why.same_draft_open").to_owned(),
            Why::DraftGone => self.t("why.draft_gone").to_owned(),
            Why::OnlyCaller => self.t("why.only_caller").to_owned(),
            Why::OnlyWhistler => self.t("why.only_whistler").to_owned(),
            Why::NoWhistle => self.t("why.no_whistle").to_owned(),
            Why::ProposalDecided => self.t("why.proposal_decided").to_owned(),
            Why::SealedOff => self.t("why.sealed_off").to_owned(),
            Why::NotSealedOff => self.t("why.not_sealed_off").to_owned(),
            Why::OwnSealing => self.t("why.own_sealing").to_owned(),
            Why::Receipted => self.t("why.receipted").to_owned(),
            Why::ArrivalKnown => self.t("why.arrival_known").to_owned(),
            Why::OnlySupervision => self.t("why.only_supervision").to_owned(),
            Why::NoNode => self.t("why.no_node").to_owned(),
            Why::NodeDone => self.t("why.node_done").to_owned(),
            Why::NotShelvable => self.t("why.not_shelvable").to_owned(),
            Why::LiesElsewhere => self.t("why.lies_elsewhere").to_owned(),
            Why::NothingToObject => self.t("why.nothing_to_object").to_owned(),
            Why::Objected => self.t("why.objected").to_owned(),
            Why::NoMeeting => self.t("why.no_meeting").to_owned(),
            Why::History => self.t("why.history").to_owned(),
            Why::Excluded => self.t("why.excluded").to_owned(),
            Why::NotAgreed => self.t("why.not_agreed").to_owned(),
            Why::NodeBefore { node } => self.n("why.node_before", node),
            Why::NoDeadline { stage } => self.a("why.no_deadline", self.stage(&stage.to_string())),
        }
    }

    /// One fault of a field. The core says it in English; a sentence that has no Chinese yet stays.
    pub fn fault(self, what: &str) -> String {
        if !self.zh() {
            return what.to_owned();
        }
        if let Some(zh) = FAULTS.get(what) {
            return zh.clone();
        }
        // Of several that fit the one that leaves least to be filled in.
        let fits = |(en, zh): (&'static String, &'static String)| Some((en, zh, filled(en, what)?));
        let closest = FAULTS.iter().filter_map(fits).max_by_key(|(en, ..)| en.len());
        closest.map_or_else(
            || what.to_owned(),
            |(_, zh, values)| fill(zh, &values.into_iter().map(choices).collect::<Vec<_>>()),
        )
    }

    /// Faults by the field of a form that they belong to, for [`super::view::ActForm::again`] and
    /// its like.
    pub fn faults(self, faults: &[FieldFault]) -> Vec<(String, String)> {
        faults.iter().map(|f| (form_field(&f.field), self.fault(&f.what))).collect()
    }
}

/// The form's name of a command's field: what is nested there stands beside the others here.
fn form_field(field: &str) -> String {
    let field = field.split('[').next().unwrap_or(field);
    match field {
        "place" | "place.division" | "place.grid" => "division".to_owned(),
        "outside" => "outside_number".to_owned(),
        _ => match field.split_once('.') {
            Some(("place", inner)) => inner.to_owned(),
            Some(("outside", inner)) => format!("outside_{inner}"),
            Some(("reporter", inner)) => format!("reporter_{inner}"),
            Some(("allow", inner)) => format!("allow_{inner}"),
            Some((outer, _)) => outer.to_owned(),
            None => field.to_owned(),
        },
    }
}

/// What stands at the `{}`s of a pattern, if `text` has its shape.
fn filled<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut values = Vec::new();
    let parts: Vec<&str> = parts.collect();
    for (n, part) in parts.iter().enumerate() {
        let end = if n + 1 == parts.len() {
            rest.len().checked_sub(part.len()).filter(|at| rest.get(*at..) == Some(*part))?
        } else {
            rest.find(part)?
        };
        values.push(&rest[..end]);
        rest = &rest[end + part.len()..];
    }
    (!values.is_empty()).then_some(values)
}

/// What a reader of files lists as "one of `a`, `b`" or "`a` or `b`", as a list in Chinese.
fn choices(listed: &str) -> String {
    if !listed.contains('`') {
        return listed.to_owned();
    }
    let listed = listed.strip_prefix("one of ").unwrap_or(listed);
    listed.replace("` or `", "、").replace("`, `", "、").replace('`', "")
}

/// `{}` stands for the next of the values, `{2}` for the second where Chinese has another order.
fn fill(text: &str, values: &[String]) -> String {
    let counted = values.iter().zip(1..);
    counted.fold(text.to_owned(), |text, (value, n)| {
        let named = format!("{{{n}}}");
        if text.contains(&named) {
            text.replace(&named, value)
        } else {
            text.replacen("{}", value, 1)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::pages::words::Locale;

    const ZH: Words = Words::new(Locale::Zh);
    const EN: Words = Words::new(Locale::En);

    #[test]
    fn a_fault_with_something_filled_in_reads_in_chinese() {
        for (en, zh) in [
            ("it lies in the future", "时间在以后，改早一些。"),
            ("no category is called \"x\"", "没有叫“x”的类别。"),
            ("37 characters: at most 20", "有 37 个字，最多 20 个。"),
            ("row 7 is not in the list on 2099-01-01", "权责清单在 2099-01-01 没有条目 7。"),
            ("post 网格长 does not stand on 2099-01-01", "岗位 网格长 在 2099-01-01 不存在。"),
            (
                "unknown variant `boss`, expected one of `holder`, `deputy`, `second`",
                "没有“boss”这一种，写成列出的一种：holder、deputy、second。",
            ),
            (
                "unknown variant `lent`, expected `authorised` or `entrusted`",
                "没有“lent”这一种，写成列出的一种：authorised、entrusted。",
            ),
            (
                "unknown field `place`, expected one of `post`, `user`",
                "这一条里没有“place”这一项；可以写的有 post、user。",
            ),
            (
                "this cannot be read: string values must be quoted",
                "这里的写法不对，检查引号、等号和方括号。",
            ),
            (
                "this cannot be read: \"7 days\" is no limit: write a number and d, wd, m, h or wh, such as 7wd",
                "时限写成 7wd、10d、3m、24h、8wh 这样。",
            ),
            ("a sentence nobody translated", "a sentence nobody translated"),
        ] {
            assert_eq!(ZH.fault(en), zh);
            assert_eq!(EN.fault(en), en);
        }
    }

    #[test]
    fn a_point_outside_the_county_is_told_in_chinese_whatever_was_meant() {
        use zongheng_core::organisation::Datum;
        use zongheng_core::organisation::place::{Meant, Outside, Point};

        let given = Point { lon: 1_154_000_000, lat: 950_000_000, datum: Datum::Wgs84 };
        for (meant, told) in [
            (None, "坐标 115.4，95（wgs84）不在本县，核对"),
            (Some(Meant::Datum(Datum::Gcj02)), "看起来是 gcj02 坐标"),
            (Some(Meant::Swapped(Datum::Wgs84)), "填反了，对调一下。"),
            (Some(Meant::Swapped(Datum::Bd09)), "又是 bd09 坐标"),
        ] {
            let said = ZH.fault(&Outside { given, meant }.to_string());
            assert!(said.contains(told), "{said}");
        }
    }

    #[test]
    fn nested_fields_are_told_under_the_form_s_own() {
        for (field, form) in [
            ("place.division", "division"),
            ("place", "division"),
            ("place.address", "address"),
            ("reporter.phone", "reporter_phone"),
            ("assists[1].unit", "assists"),
            ("reason", "reason"),
        ] {
            let faults = EN.faults(&[FieldFault::new(field, "x")]);
            assert_eq!(faults, [(form.to_owned(), "x".to_owned())]);
        }
    }

    #[test]
    fn everything_the_core_names_has_a_word_in_both_languages() {
        use zongheng_core::matter::{ActName, Did, Lamp, State};
        use zongheng_core::playbook::Stage;
        use zongheng_core::rules::Discretion;

        use crate::changes::{Sort, tables};

        let mut keys: Vec<String> = Vec::new();
        keys.extend(State::ALL.iter().map(|s| format!("state.{}", s.name())));
        keys.extend(State::ALL.iter().map(|s| format!("public_state.{}", s.name())));
        keys.extend(Stage::ALL.iter().map(|s| format!("stage.{}", s.name())));
        keys.extend(Role::ALL.iter().map(|r| format!("role.{}", r.name())));
        keys.extend(Lamp::ALL.iter().map(|l| format!("lamp.{}", l.name())));
        keys.extend(ActName::all().map(|a| format!("act.{}", a.name())));
        keys.extend(ActName::all().map(|a| format!("done.{}", a.name())));
        keys.extend(Did::KINDS.iter().map(|k| format!("kind.{k}")));
        keys.extend(Discretion::all().into_iter().map(|d| format!("decided.{}", d.name())));
        for sort in Sort::ALL {
            keys.extend(["change_kind", "change_note"].map(|of| format!("{of}.{}", sort.name())));
        }
        for kind in tables::Kind::ALL {
            keys.extend(["table_kind", "table_note"].map(|of| format!("{of}.{}", kind.name())));
        }
        for key in keys {
            assert!(ZH.find(&key).is_some() && EN.find(&key).is_some(), "{key}");
        }
        for act in ActName::all() {
            assert!(crate::pages::view::ACTS.contains(&act.name()), "{act} has no form");
        }
    }

    #[test]
    fn a_refusal_says_what_to_wait_for() {
        let now: At = "2022-04-14T15:00:00+08:00".parse().unwrap();
        let why = Why::OnlyRoles(vec![Role::VerificationDesk]);
        assert_eq!(ZH.refusal(&Refusal::NotYours(why), now), "由县核查岗办。");
        let own = Refusal::NotYours(Why::OwnWork);
        assert_eq!(ZH.strength(&own).as_deref(), Some("没有例外"));
        let unsolved = Refusal::OutOfState(Why::NotSolved);
        assert_eq!(EN.strength(&unsolved).as_deref(), Some("may be allowed by decision"));
        assert_eq!(ZH.strength(&Refusal::NotYours(Why::OnlyLead)), None, "another's act");
        let over = Why::ReturnOver(now);
        assert!(ZH.why(&over, now).contains("今天"));
    }

    /// Every sentence about a field that the core and the reading of commands can say.
    #[test]
    fn every_fault_of_a_field_has_its_chinese() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sentences = Vec::new();
        for folder in
            ["../core/src/matter", "../core/src/matter/decide", "../core/src/ruling", "src/submit"]
        {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|e| e == "rs") {
                    let text = std::fs::read_to_string(path).unwrap();
                    let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
                    for call in ["FieldFault::new(", "Refusal::field(", ".fault("] {
                        sentences.extend(code.split(call).skip(1).filter_map(said));
                    }
                }
            }
        }
        assert!(sentences.len() > 30, "only {} sentences were found", sentences.len());
        sentences.retain(|sentence| ZH.fault(sentence) == *sentence);
        assert_eq!(sentences, Vec::<String>::new(), "faults.zh.toml lacks them");
    }

    /// Every sentence about a cell of a table that is imported, and about the table.
    #[test]
    fn every_fault_of_a_table_has_its_chinese() {
        use zongheng_sheets::Refused;
        use zongheng_sheets::head::NoHead;
        use zongheng_sheets::moment::NoMoment;

        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(root.join("src/importing/row.rs")).unwrap();
        let mut sentences: Vec<String> = text.split(".bad(").skip(1).filter_map(said).collect();
        assert!(sentences.len() > 6, "only {} sentences were found", sentences.len());
        let day = jiff::civil::date(2022, 4, 14);
        let (file, list) = (|| "表.xlsx".to_owned(), || vec!["一".to_owned(), "二".to_owned()]);
        let no_head = NoHead::Missing { row: 1, missing: list(), found: list() };
        let twice = NoHead::Twice { name: file(), columns: "A, C".to_owned() };
        sentences.extend([
            NoMoment::Unknown("x".to_owned()).to_string(),
            NoMoment::NoDay("x".to_owned()).to_string(),
            NoMoment::NoYear("x".to_owned()).to_string(),
            NoMoment::Rounded("x".to_owned()).to_string(),
            NoMoment::Senseless { found: day, from: day, to: day }.to_string(),
            format!("{}: {no_head}", file()),
            format!("{}: {twice}", file()),
            Refused::Unreadable { file: file(), why: "x".to_owned() }.to_string(),
            Refused::Empty { file: file() }.to_string(),
            Refused::NotWhatItSays { file: file(), says: "CSV", is: "text", mend: "y" }.to_string(),
            Refused::Bomb { file: file(), part: "x".to_owned() }.to_string(),
            Refused::Encoding { file: file(), row: 3 }.to_string(),
            Refused::NoSheet { file: file(), sheet: "x".to_owned(), known: list() }.to_string(),
            Refused::WhichSheet { file: file(), sheets: list() }.to_string(),
        ]);
        let too_large = Refused::TooLarge { file: file(), what: "x", found: 2, most: 1, mend: "y" };
        sentences.push(too_large.to_string());
        for (is, mend) in [
            ("a PDF", "save the table as .xlsx or .csv"),
            ("a web page or XML under another name", "open it and save it as .xlsx"),
            ("a workbook of the old kind (.xls)", "save it as .xlsx"),
            ("a workbook with macros", "save it as .xlsx, without them"),
            ("locked with a password", "take the password away and save it again"),
        ] {
            sentences.push(Refused::OtherKind { file: file(), is, mend }.to_string());
        }
        sentences.retain(|sentence| ZH.fault(sentence) == *sentence);
        assert_eq!(sentences, Vec::<String>::new(), "faults.zh.toml lacks them");
    }

    /// Every sentence about a file of the organisation: what is wrong in it, and how to mend it.
    #[test]
    fn every_fault_of_a_file_has_its_chinese() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
        let single = [
            "organisation/roster.rs",
            "organisation/appointing.rs",
            "organisation/files/table.rs",
            "organisation/check/mod.rs",
            "powers/file/mod.rs",
            "powers/file/beside.rs",
            "powers/file/amended.rs",
        ];
        let mut files: Vec<_> = single.iter().map(|file| root.join(file)).collect();
        for file in ["check.rs", "file.rs", "left.rs"] {
            files.push(root.join("reorganisation").join(file));
        }
        for file in ["posts.rs", "establishment.rs", "asked.rs", "tree.rs", "grids.rs"] {
            files.push(root.join("organisation/check").join(file));
        }
        let mut sentences = Vec::new();
        for file in files {
            let text = std::fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for begin in ["let what = ", "let mend = ", "what, "] {
                // `said` reads what stands after a comma.
                let found = code.split(begin).skip(1).map(|rest| format!(",{rest}"));
                let found = found.filter_map(|rest| said(&rest));
                // A literal over two lines is one sentence; what is put together elsewhere is none.
                let whole = found.map(|said| said.split_whitespace().collect::<Vec<_>>().join(" "));
                sentences.extend(whole.filter(|said| said != "x for x: x"));
            }
        }
        assert!(sentences.len() > 80, "only {} sentences were found", sentences.len());
        sentences.retain(|sentence| sentence.contains(' ') && ZH.fault(sentence) == *sentence);
        assert_eq!(sentences, Vec::<String>::new(), "faults.zh.toml lacks them");
    }

    /// The literal that is the second argument of a call, with its places filled by `x`.
    fn said(call: &str) -> Option<String> {
        let after = call.split_once(',')?.1.trim_start();
        let after = after.strip_prefix("format!(").map_or(after, str::trim_start);
        let literal = after.strip_prefix('"')?;
        let mut out = String::new();
        let mut chars = literal.chars();
        loop {
            match chars.next()? {
                '"' => return Some(out),
                '\\' => out.push(chars.next()?),
                '{' => {
                    chars.by_ref().find(|c| *c == '}')?;
                    out.push('x');
                }
                c => out.push(c),
            }
        }
    }
}
