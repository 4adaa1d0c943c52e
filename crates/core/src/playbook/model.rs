//! The shapes of playbooks and named clocks.

use std::str::FromStr;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use super::Stage;
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
    /// Who closes where a unit of the county led; left out, those of `sign_off`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sign_off_county: Vec<Role>,
    pub reopening: Reopening,
    pub settlement: Vec<SettlementKind>,
    /// Drafts that only some posts release in the unit's name (签发); what no rule names, whoever
    /// handles does at once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub release: Vec<ReleaseRule>,
    /// What a grid member may settle on the spot (自办自结).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_spot: Option<OnSpot>,
    /// Who records the meeting that decides after one objection to the naming of a unit; left out,
    /// the first naming is final.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
    /// How it may be shelved (挂账); left out, it may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shelving: Option<Shelving>,
    /// Who approves a plan whose dates replace the month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanRule>,
    /// Nodes that open with the dispatch, whatever the lead plans.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nodes: Vec<NodeRule>,
    /// An authority outside whose number, limit, call-back and closing outrank ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<OutsideRule>,
    /// The law's verifier is the regulator itself: another inspector of the lead verifies, and its
    /// head closes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub regulator: bool,
}

/// Who releases which drafts in the unit's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseRule {
    pub acts: Vec<DraftKind>,
    pub roles: Vec<Role>,
    /// Two persons are asked: who drafted does not release.
    #[serde(default, skip_serializing_if = "is_default")]
    pub two: bool,
}

/// What is drafted inside a unit and released in its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    Return,
    Extend,
    Suspend,
    Shelve,
    Answer,
    Object,
}

impl DraftKind {
    /// In the order in which pages offer them.
    pub const ALL: [Self; 6] =
        [Self::Answer, Self::Return, Self::Suspend, Self::Extend, Self::Shelve, Self::Object];

    /// The name of the act that the draft becomes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Extend => "extend",
            Self::Suspend => "suspend",
            Self::Shelve => "shelve",
            Self::Answer => "answer",
            Self::Object => "object",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnSpot {
    pub categories: Vec<CategoryId>,
    /// One in so many is looked at by another unit, drawn by the matter's number.
    pub sample: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    pub role: Role,
    /// By when the meeting decides, from the objection.
    pub limit: Limit,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shelving {
    /// Who records the county meeting that decides it.
    pub role: Role,
    /// How far off the review may be at most.
    pub longest: Limit,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRule {
    pub approves: Role,
}

/// A node of every matter of a kind, such as bringing a danger under control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeRule {
    pub no: u16,
    pub name: String,
    pub name_en: String,
    pub limit: Limit,
    /// Hours of a danger run at once, also at night.
    #[serde(default, skip_serializing_if = "is_default")]
    pub start: Start,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideRule {
    /// Our due is so many working days earlier than theirs.
    pub margin: u16,
    /// Within so long of its report an order that is not the county's goes back; without it, at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Limit>,
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
    /// By the list of powers the village leads.
    VillageLeads,
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
    /// Only who says that it is solved lets it close: the enterprise agrees.
    #[serde(default, skip_serializing_if = "is_default")]
    pub agrees: bool,
    /// Somebody is asked even where nobody reported it: the leader who set a task sees what became of
    /// it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub always: bool,
    /// How many are asked, each for themselves: the parties of a dispute. Who answers by receipt is the
    /// first.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub parties: u8,
}

const fn one() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_one(n: &u8) -> bool {
    *n == 1
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_named_as_files_and_acts_name_it() {
        for kind in DraftKind::ALL {
            assert_eq!(serde_json::json!(kind), kind.name());
        }
    }
}
