//! The strength of rules: every rule by name, what it stops, who may allow it, and where it comes from
//! (DESIGN section 7). `zongheng rules` prints them; a refusal names the one it stands on.

mod source;

use crate::ids::PostId;
use crate::matter::{Did, Person, RequestKind, Then, Why};
use crate::organisation::Role;

/// How much a rule weighs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Law, identity, independence, the state of the matter, secrecy: nobody allows it.
    #[default]
    Stop,
    /// A named post may allow it, with a reason; the decision stands in the ledger and is counted.
    Decision,
    /// It is said and goes on.
    Warn,
}

impl Strength {
    pub const fn name(self) -> &'static str {
        match self {
            Strength::Stop => "stop",
            Strength::Decision => "needs a decision",
            Strength::Warn => "warn",
        }
    }
}

macro_rules! rules {
    ($($variant:ident $id:literal $strength:ident $zh:literal $en:literal $source:literal)*) => {
        /// A rule of the register.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($variant),*
        }

        impl Rule {
            pub const ALL: &'static [Rule] = &[$(Rule::$variant),*];

            pub const fn id(self) -> &'static str {
                match self { $(Rule::$variant => $id),* }
            }

            pub const fn strength(self) -> Strength {
                match self { $(Rule::$variant => Strength::$strength),* }
            }

            /// As an official reads it.
            pub const fn zh(self) -> &'static str {
                match self { $(Rule::$variant => $zh),* }
            }

            pub const fn en(self) -> &'static str {
                match self { $(Rule::$variant => $en),* }
            }

            /// Where the rule comes from: an article, a notice, or this register's own table.
            pub const fn source(self) -> &'static str {
                match self { $(Rule::$variant => $source),* }
            }
        }
    };
}

rules! {
    Part "part" Stop
        "岗位决定能办什么；身份取自登录，不取自请求"
        "the post says what may be done; identity comes from the session, never from the request"
        "DESIGN 4; 网络安全等级保护 三级 身份鉴别"
    Receipt "receipt" Stop
        "凭回执只能评价和请求重办"
        "by receipt one may only answer and reopen"
        "CONTRACT 2"
    State "state" Stop
        "每个环节能办什么，按办理规则表"
        "what may happen in which state is the table's"
        "DESIGN 4, acts × states"
    Chain "chain" Stop
        "经手的人、承办单位及其下属，不核查、不回访、不办结"
        "who handled it, the units that hold or held it and those below them never verify, call back or close"
        "DESIGN 4; GB/T 30428 监督与处置分离"
    Dispatcher "dispatcher" Stop
        "本轮派单的岗位，不核查、不回访、不办结"
        "the post that dispatched in the round never verifies, calls back or closes"
        "DESIGN 4"
    Above "above" Stop
        "有反映人的、督办的，上级单位不核查下级单位"
        "with a reporter or under supervision, no unit above verifies one below it"
        "DESIGN 4"
    Regulator "regulator" Stop
        "安全隐患由监管单位的另一名检查人员核查，由其负责人办结"
        "a hidden danger is verified by another inspector of the regulator and closed by its head"
        "DESIGN 4; PLAYBOOKS 安全隐患"
    Complained "complained" Stop
        "被反映的单位及其下属看不到、办不了这件事"
        "the unit complained of and all below it neither see nor handle it"
        "信访工作条例 第三十条; 济南市12345条例 第三十二条"
    Asker "asker" Stop
        "谁申请，谁不决定"
        "who asks does not decide"
        "DESIGN 4"
    Returner "returner" Stop
        "退回的单位不参与指定承办"
        "the unit that returned it does not name who handles it"
        "DESIGN 4"
    Filer "filer" Stop
        "受理的人不再不予受理"
        "who filed it does not decline it"
        "DESIGN 4"
    Supervision "supervision" Stop
        "督办、通报只由督查室出，督查室不承办"
        "orders and notices are the supervision office's alone, which never handles"
        "政府督查工作条例 第七条"
    Releaser "releaser" Stop
        "以单位名义发出的，由有签发权的岗位签发"
        "what goes out in the unit's name is released by the post with the power to sign"
        "DESIGN 4"
    TwoPersons "two_persons" Stop
        "要两个人的，拟稿的人不签发，封存的人不解封、不销毁"
        "where two persons are asked, who drafted does not release, and who sealed off neither releases nor destroys"
        "DESIGN 4"
    SignedOnce "signed_once" Stop
        "签收一次"
        "signed for once"
        "CONTRACT 2"
    ReturnInTime "return_in_time" Stop
        "派单后 1 个工作日内可以退回，指定以后不退回"
        "a return within one working day of the dispatch, none after a decision"
        "山东12345 2 个工作日; 潍坊市12345条例 第二十二条"
    OneObjection "one_objection" Stop
        "对指定承办只异议一次，由会议定"
        "one objection to a naming, decided by a meeting"
        "DESIGN 4"
    SignedFor "signed_for" Stop
        "先签收，再办理"
        "signed for before it is handled"
        "DESIGN 4"
    NothingOpen "nothing_open" Stop
        "协办、分解、节点、吹哨、申请都完了，牵头才能报办结"
        "the lead answers when no share, part, node, whistle or request is open"
        "DESIGN 4"
    Main "main" Stop
        "并案的，先办主件"
        "of linked matters the one that works for all is answered first"
        "DESIGN 4"
    InTime "in_time" Stop
        "申请要在到期日之前提出，同样的申请一次一件"
        "asked for before the due day, one of a kind at a time"
        "DOMAIN 4 延期须在到期前申请"
    Lapses "lapses" Stop
        "到时不决定，就是不同意"
        "undecided in time is refused"
        "DESIGN 4"
    Once "once" Stop
        "已经办过的，不重复办"
        "what is done already is not done again"
        "CONTRACT 2"
    NodesInOrder "nodes_in_order" Stop
        "节点按先后完成"
        "nodes are done in their order"
        "DESIGN 4"
    Caller "caller" Stop
        "乡镇吹哨，由吹哨的确认报到"
        "a township whistles, and who whistled confirms who came"
        "北京市接诉即办工作条例 第十六条"
    OnSpot "on_spot" Stop
        "当场办结只限所列类别，有反映人的不适用"
        "settled on the spot are only the categories listed, never with a reporter"
        "DESIGN 4"
    Shelving "shelving" Stop
        "挂账要由会议定，写明文号和复核日"
        "shelving is decided by a meeting, with the number of its paper and a day of review"
        "DESIGN 4"
    Asked "asked" Stop
        "回访过，或不同日期三次没有接通，才能办结；要企业同意的，企业不同意不办结"
        "closed after the call-back, or three tries on different days; where the enterprise has to agree, only so"
        "DESIGN 4; 北京市接诉即办工作条例 第二十三条"
    Window "window" Stop
        "反映人在期限内可以请求重办"
        "the reporter may reopen within the window"
        "DESIGN 4"
    Despite "despite" Decision
        "反映人说没有解决仍要归档的，由督查室写明理由"
        "closed although the reporter says it is not solved: the supervision office, with the reason"
        "DESIGN 4"
    PowersList "powers_list" Decision
        "派给权责清单以外的单位，写明理由"
        "dispatched to another unit than the list of powers names: with the reason"
        "DESIGN 6"
    TaskedDate "tasked_date" Decision
        "交办机关另定期限的，以所定为准"
        "a deadline that the tasking authority sets stands in the place of the clock's"
        "亳州谯城 2023; DESIGN 5"
    TooMany "too_many" Stop
        "一次协办不超过 20 家，方案不超过 60 个节点，再多就分解"
        "at most 20 assisting units and 60 nodes at once; more is decomposed"
        "CONTRACT 3"
    Orderable "orderable" Stop
        "县里不能指派的单位，通过联系人商请"
        "units that the county cannot order are asked through their liaison"
        "DESIGN 6"
    Exclusion "exclusion" Decision
        "剔除要有申请、有决定，剔除的仍留在台账"
        "out of the rates only by request and decision; it stays in the register"
        "DOMAIN 3 剔除"
    TakenBack "taken_back" Stop
        "上级收回的事项，不再派给乡镇、村"
        "what was taken back from townships is given to none of them nor to a village"
        "乡镇（街道）履行职责事项清单 上级收回"
    Cooperating "cooperating" Decision
        "配合履职的事项由县级单位牵头；由乡镇、村牵头的，要有决定和文号"
        "what townships only help with is led by a county unit; a township or village leads it by a decision with its number"
        "乡镇（街道）履行职责事项清单 配合履职"
    EntryList "entry_list" Decision
        "没有列入准入清单的，县级单位不派给村（社区）和网格；要派的，要有决定和文号"
        "what is not on the entry list no county unit asks of villages and grids, but by a decision with its number"
        "DESIGN 7; 网格服务事项准入清单; 整治形式主义为基层减负若干规定"
    Establishment "establishment" Decision
        "任职不超过编制数；超过的，要有决定和文号"
        "no more holders than places, but by a decision with its number"
        "DESIGN 7; 机构编制工作条例"
    RestDay "rest_day" Warn
        "延到休息日的，提示一声，照所定办"
        "another date on a rest day is said and kept as given"
        "CONTRACT 4"
    Provisional "provisional" Warn
        "落在放假安排未公布年份的期限，标明暂定"
        "a deadline in a year not yet published is marked as provisional"
        "CONTRACT 4"
    GridChief "grid_chief" Warn
        "没有网格长的网格，列出来提示"
        "a grid without a chief is listed"
        "DESIGN 6"
}

impl Rule {
    /// The rule of that name.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }

    /// The rules that a named post may allow by a decision of its own, beforehand or with the act.
    pub const ALLOWABLE: [Rule; 3] = [Rule::Cooperating, Rule::EntryList, Rule::Establishment];

    /// Whose decision allows it, with a reason and the number of a paper; nobody's where the rule stops,
    /// or has a way of its own (a reason in the act, a request that is decided).
    pub const fn allowed_by(self) -> &'static [Role] {
        match self {
            Rule::Cooperating => &[Role::CommandCentre, Role::CountyLeader],
            Rule::EntryList => &[Role::CountyLeader, Role::SupervisionHead],
            Rule::Establishment => &[Role::CountyLeader],
            _ => &[],
        }
    }
}

impl Why {
    /// The rule on which a refusal stands.
    pub const fn rule(&self) -> Rule {
        match self {
            Why::OnlyRoles(_)
            | Why::OnlyShares
            | Why::OnlyLead
            | Why::OnlyDesk
            | Why::OnlyOnSpot
            | Why::NoPart => Rule::Part,
            Why::ReceiptOnly => Rule::Receipt,
            Why::State { .. }
            | Why::History
            | Why::NothingReturned
            | Why::NotHandling
            | Why::PassedAlready
            | Why::NothingOwed
            | Why::NothingToDecide
            | Why::NoDeadline { .. }
            | Why::NotLinked
            | Why::NotPassedOn
            | Why::NoDraft
            | Why::NoWhistle
            | Why::NoNode
            | Why::LiesElsewhere
            | Why::NotSealedOff => Rule::State,
            Why::OwnWork | Why::OwnUnit => Rule::Chain,
            Why::OwnDispatch => Rule::Dispatcher,
            Why::UnitAbove => Rule::Above,
            Why::Complained => Rule::Complained,
            Why::OwnRequest => Rule::Asker,
            Why::OwnReturn => Rule::Returner,
            Why::OwnFiling => Rule::Filer,
            Why::OnlySupervision => Rule::Supervision,
            Why::NeedsRelease | Why::OnlyReleaser => Rule::Releaser,
            Why::OwnDraft | Why::OwnSealing => Rule::TwoPersons,
            Why::WindowOver(_) => Rule::Window,
            Why::SignedFor => Rule::SignedOnce,
            Why::BoundByDecision | Why::ReturnOver(_) | Why::BackTooLate(_) => Rule::ReturnInTime,
            Why::Objected | Why::NothingToObject | Why::NoMeeting => Rule::OneObjection,
            Why::NotSignedFor => Rule::SignedFor,
            Why::AssistsOpen
            | Why::RequestOpen
            | Why::PartsOpen
            | Why::NodesOpen
            | Why::WhistleOpen => Rule::NothingOpen,
            Why::Linked | Why::WorksForOthers | Why::MainOpen => Rule::Main,
            Why::SameRequestOpen | Why::AfterDueDay(_) | Why::SharePaused | Why::SameDraftOpen => {
                Rule::InTime
            }
            Why::Lapsed(_) => Rule::Lapses,
            Why::ShareAnswered
            | Why::RequestDecided
            | Why::UrgedToday
            | Why::DraftGone
            | Why::ArrivalKnown
            | Why::NodeDone
            | Why::Excluded
            | Why::ProposalDecided
            | Why::SealedOff
            | Why::Receipted => Rule::Once,
            Why::NodeBefore { .. } => Rule::NodesInOrder,
            Why::OnlyCaller | Why::OnlyWhistler => Rule::Caller,
            Why::NotOnSpot | Why::HasReporter => Rule::OnSpot,
            Why::NotShelvable => Rule::Shelving,
            Why::NotAsked
            | Why::PartyNotAsked(_)
            | Why::TooFewTries
            | Why::NobodyAsked
            | Why::NotAgreed => Rule::Asked,
            Why::NotSolved => Rule::Despite,
        }
    }
}

/// What somebody decided who might have decided otherwise. Each can be listed by period, decider and
/// kind, so that discretion is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discretion {
    /// Refused at the door.
    Declined,
    /// Given to another unit than the list of powers names.
    OtherUnit,
    /// A date in the place of the clock's.
    TaskedDate,
    /// The unit named after a return.
    Named,
    /// The unit named by a meeting after an objection.
    ByMeeting,
    Granted(RequestKind),
    Refused(RequestKind),
    /// Closed although the reporter says it is not solved.
    Despite,
    Reopened,
    /// Taken for the same as another.
    Merged,
    /// An assisting unit that was to have a part no longer has one.
    Withdrawn,
    Ordered,
    Noticed,
    /// Allowed by a named post although the rule stands against it.
    Allowed(Rule),
    /// Done by what a named post had allowed before.
    Used(Rule),
    /// A proposed row of the list of powers.
    RowAdopted,
    RowRefused,
    /// A content sealed off, released again, or destroyed.
    Sealed,
    Released,
    Destroyed,
}

impl Discretion {
    /// The kinds of acts among which discretion is found.
    pub const KINDS: [&'static str; 16] = [
        "declined",
        "dispatched",
        "adjudicated",
        "decided",
        "signed_off",
        "reopened",
        "merged",
        "ordered",
        "noticed",
        "passed_on",
        "allowed",
        "power_adopted",
        "power_refused",
        "content_sealed",
        "content_released",
        "content_destroyed",
    ];

    /// What an act of a matter decided, with the post that decided where that is another than the one
    /// that acted. One act may be several decisions: a unit outside the list, another date, a rule that was
    /// allowed.
    pub fn of_act(did: &Did, then: &Then, by: Person) -> Vec<(Self, Option<PostId>)> {
        let allowed = then.allowed.as_ref().and_then(|allowed| {
            let rule = Rule::named(&allowed.rule)?;
            let used = if allowed.before { Self::Used(rule) } else { Self::Allowed(rule) };
            Some((used, Some(allowed.post)))
        });
        Self::of(did, by).into_iter().map(|own| (own, None)).chain(allowed).collect()
    }

    /// What an act of another stream decided, by its kind and the rule that its body names.
    pub fn of_ruling(kind: &str, rule: Option<&str>) -> Option<Self> {
        match kind {
            "allowed" => rule.and_then(Rule::named).map(Self::Allowed),
            "power_adopted" => Some(Self::RowAdopted),
            "power_refused" => Some(Self::RowRefused),
            "content_sealed" => Some(Self::Sealed),
            "content_released" => Some(Self::Released),
            "content_destroyed" => Some(Self::Destroyed),
            _ => None,
        }
    }

    /// What somebody who might have decided otherwise decided by an act; nothing where the rules left no
    /// choice, where nobody chose, or where a resident did.
    pub fn of(did: &Did, by: Person) -> Vec<Self> {
        if !matches!(by, Person::User(_)) {
            return Vec::new();
        }
        let withdrawn = |none: bool| (!none).then_some(Self::Withdrawn);
        match did {
            Did::Declined(_) => vec![Self::Declined],
            Did::Merged(_) => vec![Self::Merged],
            Did::Dispatched(did) => {
                let other = did.proposed.is_some_and(|unit| unit != did.lead);
                let dated = did.deadline.is_some().then_some(Self::TaskedDate);
                let other = other.then_some(Self::OtherUnit);
                [other, dated, withdrawn(did.withdrawn.is_empty())].into_iter().flatten().collect()
            }
            Did::Adjudicated(did) => {
                let how = if did.number.is_some() { Self::ByMeeting } else { Self::Named };
                let dated = did.deadline.is_some().then_some(Self::TaskedDate);
                [Some(how), dated, withdrawn(did.withdrawn.is_empty())]
                    .into_iter()
                    .flatten()
                    .collect()
            }
            Did::Decided(did) if did.lapsed => Vec::new(),
            Did::Decided(did) if did.accept => vec![Self::Granted(did.asked)],
            Did::Decided(did) => vec![Self::Refused(did.asked)],
            Did::SignedOff(did) => did.despite.map(|_| Self::Despite).into_iter().collect(),
            Did::Reopened(_) => vec![Self::Reopened],
            Did::Ordered(_) => vec![Self::Ordered],
            Did::Noticed(_) => vec![Self::Noticed],
            _ => Vec::new(),
        }
    }

    /// Every one of them, by which a list can be narrowed.
    pub fn all() -> Vec<Self> {
        use Discretion as D;
        let mut all = vec![D::Declined, D::OtherUnit, D::TaskedDate, D::Named, D::ByMeeting];
        all.extend(RequestKind::ALL.map(D::Granted));
        all.extend(RequestKind::ALL.map(D::Refused));
        all.extend([D::Despite, D::Reopened, D::Merged, D::Withdrawn, D::Ordered, D::Noticed]);
        all.extend(Rule::ALLOWABLE.map(D::Allowed));
        all.extend(Rule::ALLOWABLE.map(D::Used));
        all.extend([D::RowAdopted, D::RowRefused, D::Sealed, D::Released, D::Destroyed]);
        all
    }

    /// Its name for the machine, such as `granted_extend`.
    pub fn name(self) -> String {
        match self {
            Self::Declined => "declined".to_owned(),
            Self::OtherUnit => "other_unit".to_owned(),
            Self::TaskedDate => "tasked_date".to_owned(),
            Self::Named => "named".to_owned(),
            Self::ByMeeting => "by_meeting".to_owned(),
            Self::Granted(kind) => format!("granted_{}", kind.name()),
            Self::Refused(kind) => format!("refused_{}", kind.name()),
            Self::Despite => "despite".to_owned(),
            Self::Reopened => "reopened".to_owned(),
            Self::Merged => "merged".to_owned(),
            Self::Withdrawn => "withdrawn".to_owned(),
            Self::Ordered => "ordered".to_owned(),
            Self::Noticed => "noticed".to_owned(),
            Self::Allowed(rule) => format!("allowed_{}", rule.id()),
            Self::Used(rule) => format!("used_{}", rule.id()),
            Self::RowAdopted => "power_adopted".to_owned(),
            Self::RowRefused => "power_refused".to_owned(),
            Self::Sealed => "content_sealed".to_owned(),
            Self::Released => "content_released".to_owned(),
            Self::Destroyed => "content_destroyed".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_rule_has_a_name_of_its_own_and_says_where_it_comes_from() {
        let names: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert!(rule.allowed_by().is_empty() != Rule::ALLOWABLE.contains(rule));
            assert!(rule.allowed_by().is_empty() || rule.strength() == Strength::Decision);
            assert!(!rule.zh().is_empty() && !rule.en().is_empty() && !rule.source().is_empty());
        }
    }
}
