//! The shapes of playbooks and named clocks.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::clock::{Limit, Roll, Start};
use crate::ids::{CategoryId, PlaybookId};
use crate::organisation::Role;

/// Values that hold anyway are left out of the normal form, so that a key added later with a default
/// changes no hash.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A kind of matter. The ledger names a playbook by the hash of its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    pub id: PlaybookId,
    pub version: u32,
    pub name: String,
    pub name_en: String,
    /// Whether somebody without an account may report.
    pub public: bool,
    /// Who may enter one with an account.
    pub enter: Vec<Role>,
    /// How it may come (来源), such as `resident`, `visit`, `leader`.
    pub sources: Vec<String>,
    /// The one category of this kind, where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// The named clock.
    pub clock: String,
    pub stages: Vec<Stage>,
    /// Which desk files and dispatches; the first rule that fits.
    pub desk: Vec<DeskRule>,
    /// Who decides requests and reopens where the desk's own unit asks.
    pub decides_for_desk: Role,
    /// Who names the unit after a return (指定承办).
    pub adjudicate: Role,
    /// Who may set a deadline that overrides the clock (the tasking authority); may be nobody.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tasking: Vec<Role>,
    /// Under supervision: a unit above never verifies a unit below it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub supervised: bool,
    pub verification: Verification,
    /// Who asks the reporter, where somebody is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<AskReporter>,
    pub sign_off: Vec<Role>,
    pub reopening: Reopening,
    pub settlement: Vec<SettlementKind>,
}

/// A desk and when it is the one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskRule {
    /// Any of these; an empty list fits always.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: Vec<DeskWhen>,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskWhen {
    ContactHidden,
    /// The complaint is against the township of the place or a unit below it.
    AgainstTownship,
    /// By the list of powers a county unit leads.
    CountyLeads,
    /// The place lies in no township.
    NoTownship,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    pub roles: Vec<Role>,
    /// Whether the verifier rates; 不合格 is a failed verification.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskReporter {
    pub roles: Vec<Role>,
    /// Whether the reporter may answer by receipt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub by_receipt: bool,
    /// After so many tries on different days the matter may be closed unanswered; 0: an answer is needed.
    pub tries: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopening {
    /// How long after closing or declining the reporter may reopen.
    pub window: Limit,
    /// Who else may besides the desk: the supervision office.
    pub roles: Vec<Role>,
}

/// 评价 by the verifier of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    Excellent,
    Good,
    Pass,
    Fail,
}

/// 办结方式. 挂账 and 并入 come by shelving and merging, never by an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementKind {
    /// 实际解决, the only one that counts as solved.
    Solved,
    Partly,
    Explained,
    Guided,
    Planned,
    Withdrawn,
    Untrue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    #[default]
    Ordinary,
    Major,
}

/// What a deadline asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    File,
    Deploy,
    Dispatch,
    SignFor,
    Adjudicate,
    Progress,
    Settle,
    Resume,
    Verify,
    CallBack,
    SignOff,
    Decide,
}

impl Stage {
    pub const ALL: [Stage; 12] = [
        Stage::File,
        Stage::Deploy,
        Stage::Dispatch,
        Stage::SignFor,
        Stage::Adjudicate,
        Stage::Progress,
        Stage::Settle,
        Stage::Resume,
        Stage::Verify,
        Stage::CallBack,
        Stage::SignOff,
        Stage::Decide,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Stage::File => "file",
            Stage::Deploy => "deploy",
            Stage::Dispatch => "dispatch",
            Stage::SignFor => "sign_for",
            Stage::Adjudicate => "adjudicate",
            Stage::Progress => "progress",
            Stage::Settle => "settle",
            Stage::Resume => "resume",
            Stage::Verify => "verify",
            Stage::CallBack => "call_back",
            Stage::SignOff => "sign_off",
            Stage::Decide => "decide",
        }
    }
}

impl Stage {
    /// The events from which a clock may count it. What stands here is what the life of a matter
    /// opens a deadline by, so a clock never promises a beginning that is not kept.
    pub const fn counts_from(self) -> &'static [Event] {
        match self {
            Stage::File => &[Event::Reported],
            Stage::Deploy | Stage::Dispatch | Stage::Settle => &[Event::Reported, Event::Filed],
            Stage::SignFor => &[Event::Dispatched],
            Stage::Adjudicate => &[Event::Returned],
            Stage::Progress => &[Event::Reported, Event::Filed, Event::Dispatched],
            Stage::Verify => &[Event::Answered],
            Stage::CallBack => &[Event::Verified],
            Stage::SignOff => &[Event::Verified, Event::CalledBack],
            Stage::Decide => &[Event::Asked],
            Stage::Resume => &[],
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Stage {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|s| s.name() == text).ok_or(())
    }
}

/// What a stage counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Reported,
    Filed,
    Dispatched,
    SignedFor,
    Answered,
    Verified,
    CalledBack,
    Returned,
    Asked,
    Decided,
    Reopened,
}

/// A named clock: for each stage what it counts from and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    pub id: String,
    pub version: u32,
    pub name: String,
    pub name_en: String,
    pub stages: Vec<StageClock>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageClock {
    pub stage: Stage,
    #[serde(default, skip_serializing_if = "is_default")]
    pub grade: Grade,
    pub from: Event,
    pub limit: ClockLimit,
    #[serde(default, skip_serializing_if = "is_default")]
    pub start: Start,
    #[serde(default, skip_serializing_if = "is_default")]
    pub roll: Roll,
    /// From this time of day on a day counts as closed (13710: 17:00).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cutoff: Option<Time>,
}

/// A limit of its own, or that of the matter's category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockLimit {
    Category,
    Own(Limit),
}

impl Serialize for ClockLimit {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            ClockLimit::Category => s.serialize_str("category"),
            ClockLimit::Own(limit) => limit.serialize(s),
        }
    }
}

impl<'de> Deserialize<'de> for ClockLimit {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for ClockLimit {
    type Err = <Limit as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "category" { Ok(Self::Category) } else { text.parse().map(Self::Own) }
    }
}

impl Clock {
    /// The row for a stage; one without a row of its grade has the ordinary one, settle excepted:
    /// a promise of another size needs a limit of its own.
    pub fn stage(&self, stage: Stage, grade: Grade) -> Option<&StageClock> {
        let of = |g: Grade| self.stages.iter().find(|s| s.stage == stage && s.grade == g);
        of(grade).or_else(|| if stage == Stage::Settle { None } else { of(Grade::Ordinary) })
    }

    /// The grades for which the clock promises an end.
    pub fn has_grade(&self, grade: Grade) -> bool {
        self.stage(Stage::Settle, grade).is_some()
    }
}
