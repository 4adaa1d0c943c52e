//! The folded state of a matter: what its acts have made true.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Person;
use super::act::Theirs;
use super::deadline::Deadline;
use super::holder::Holder;
use super::inner::{Draft, Pass};
use super::planned::{Node, PlannedNode};
use super::whistle::Whistle;
use crate::clock::Limit;
use crate::ids::{
    CategoryId, ContentId, DivisionCode, GridId, MatterId, PlaybookId, PostId, RequestId, UnitId,
};
use crate::ledger::{Hash, Source};
use crate::playbook::{Grade, Rating, SettlementKind, Stage};
use crate::time::At;

/// Where a matter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Reported,
    Filed,
    Dispatched,
    Returned,
    Handling,
    Suspended,
    /// 挂账: decided by a meeting, off the overdue list, never off the register.
    Shelved,
    /// 报请上级, 移送: it lies with an authority outside the county.
    Outside,
    Answered,
    Verified,
    SignedOff,
    /// 自办自结: settled on the spot and written down; nothing follows.
    Recorded,
    Declined,
    Merged,
}

impl State {
    pub const ALL: [State; 14] = [
        State::Reported,
        State::Filed,
        State::Dispatched,
        State::Returned,
        State::Handling,
        State::Suspended,
        State::Shelved,
        State::Outside,
        State::Answered,
        State::Verified,
        State::SignedOff,
        State::Recorded,
        State::Declined,
        State::Merged,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            State::Reported => "reported",
            State::Filed => "filed",
            State::Dispatched => "dispatched",
            State::Returned => "returned",
            State::Handling => "handling",
            State::Suspended => "suspended",
            State::Shelved => "shelved",
            State::Outside => "outside",
            State::Answered => "answered",
            State::Verified => "verified",
            State::SignedOff => "signed_off",
            State::Recorded => "recorded",
            State::Declined => "declined",
            State::Merged => "merged",
        }
    }

    /// Whether somebody still owes something.
    pub const fn is_open(self) -> bool {
        !matches!(self, State::SignedOff | State::Recorded | State::Declined | State::Merged)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for State {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|s| s.name() == text).ok_or(())
    }
}

/// Whose a matter is now: a unit, and a post once one is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The unit.
    pub unit: UnitId,
    /// The post in it; none until one is named.
    pub post: Option<PostId>,
}

/// The playbook as it stood when the matter was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookRef {
    /// The kind of matter.
    pub id: PlaybookId,
    /// The version of its playbook.
    pub version: u32,
    /// SHA-256 of the normal form of playbook and clock.
    pub hash: Hash,
}

/// Where it is. Codes never change with a reorganisation; the grid is that of the day of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The township, village or county, by its statistical code of twelve digits.
    pub division: DivisionCode,
    /// The township it is or lies in; none for a place known only as the county.
    pub township: Option<DivisionCode>,
    /// The grid; none where neither a grid nor a point in one was given.
    pub grid: Option<GridId>,
    /// Longitude and latitude in 10⁻⁷ degrees (WGS84).
    pub point: Option<[i64; 2]>,
    /// Words for the place, kept beside the ledger.
    pub address: Option<ContentId>,
}

/// What the acts know of the reporter: no name and no number, which lie in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reporter {
    /// The entry of the vault with name and number; none where none was given.
    pub contact: Option<ContentId>,
    /// The reporter does not want the handling unit to see the contact, or the complaint is of a unit.
    pub hidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Lead,
    Assist,
}

/// One unit's share (牵头, 协办) of one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The unit whose it is.
    pub unit: UnitId,
    pub part: Part,
    pub round: u32,
    /// When the unit was given it: its own handling limit counts from here.
    pub given: At,
    /// Given by a decision that binds for the round.
    pub by_decision: bool,
    pub limit: Option<Limit>,
    /// The post that handles it in the unit; none until one is named.
    pub post: Option<PostId>,
    pub signed: Option<At>,
    pub answered: Option<At>,
    pub returned: Option<At>,
    pub withdrawn: Option<At>,
    /// A decision followed its return.
    pub resolved: bool,
    /// An assisting unit's granted pause runs until then; the lead's stops the matter instead.
    pub paused_until: Option<At>,
    /// Its inner route (转办): from post to post within the unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<Pass>,
}

impl Share {
    /// Whether the unit has or had to do something here that is not undone.
    pub fn stands(&self) -> bool {
        self.returned.is_none() && self.withdrawn.is_none()
    }

    /// Whether an answer is still awaited.
    pub fn is_open(&self) -> bool {
        self.stands() && self.answered.is_none()
    }

    /// Under which its deadlines stand: none for the lead's, which are the matter's own.
    pub fn key(&self) -> Option<UnitId> {
        (self.part == Part::Assist).then_some(self.unit)
    }

    /// The post that has it now by the inner route; none where the unit has not passed it on.
    pub fn passed_to(&self) -> Option<PostId> {
        self.passes.iter().rev().find(|p| p.back.is_none()).map(|p| p.to)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    Suspend,
    Extend,
    /// 挂账: a county meeting decides.
    Shelve,
    /// 报请上级.
    ReferUp,
    /// 移送: to the ledger of another county.
    ReferAcross,
    /// 剔除: out of the rates, never out of the register.
    Exclude,
    /// 异议: to the naming of the unit, or to a check.
    Object,
    /// A plan whose dates replace the month.
    Plan,
}

impl RequestKind {
    pub const ALL: [RequestKind; 8] = [
        RequestKind::Suspend,
        RequestKind::Extend,
        RequestKind::Shelve,
        RequestKind::ReferUp,
        RequestKind::ReferAcross,
        RequestKind::Exclude,
        RequestKind::Object,
        RequestKind::Plan,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            RequestKind::Suspend => "suspend",
            RequestKind::Extend => "extend",
            RequestKind::Shelve => "shelve",
            RequestKind::ReferUp => "refer_up",
            RequestKind::ReferAcross => "refer_across",
            RequestKind::Exclude => "exclude",
            RequestKind::Object => "object",
            RequestKind::Plan => "plan",
        }
    }
}

/// A request that changes nothing until somebody else decides it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The request's own id, which its decision names.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// The unit that asks.
    pub by: UnitId,
    /// Who asked, under whatever post, never decides.
    pub asker: Person,
    /// The share for which it is asked; none where a desk asks.
    pub part: Option<Part>,
    /// When.
    pub asked: At,
    /// The content that says why.
    pub reason: ContentId,
    /// When a pause would end, or when what is shelved is looked at again; none otherwise.
    pub until: Option<At>,
    /// The stage for which an extension asks another date; none otherwise.
    pub stage: Option<Stage>,
    /// The date that an extension asks for; none otherwise.
    pub due: Option<At>,
    /// Until when it is decided; after that silence has refused it.
    pub decide_by: At,
    /// The number of the deadline by which it is decided.
    pub deadline: u32,
    /// What was decided; none while it waits.
    pub granted: Option<bool>,
    /// Silence refused it, and the system has recorded that.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lapsed: bool,
    /// The superior unit to which it would be referred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UnitId>,
    /// The county in whose ledger it would be opened anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub across: Option<DivisionCode>,
    /// The nodes whose dates would replace the month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<PlannedNode>,
}

impl Request {
    /// Under which the deadlines stand that it would move: none for the matter's own.
    pub fn key(&self) -> Option<UnitId> {
        (self.part == Some(Part::Assist)).then_some(self.by)
    }

    /// Whether it objects to the naming of the unit, which a meeting decides.
    pub fn is_to_the_naming(&self) -> bool {
        self.kind == RequestKind::Object && self.part == Some(Part::Lead)
    }

    /// From when on silence has refused it, where nobody decides.
    pub const fn silent_from(&self) -> At {
        self.decide_by.plus_seconds(1)
    }

    /// Whether silence has refused it at `now`, recorded or not.
    pub fn has_lapsed(&self, now: At) -> bool {
        self.lapsed || (self.granted.is_none() && now > self.decide_by)
    }

    /// Whether it still waits at `now`; after `decide_by` silence has refused it.
    pub fn waits(&self, now: At) -> bool {
        self.granted.is_none() && now <= self.decide_by
    }
}

/// The lead's answer of a round and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub round: u32,
    /// The lead that answered.
    pub unit: UnitId,
    /// When.
    pub at: At,
    pub kind: SettlementKind,
    /// The content that says what was done or seen.
    pub text: ContentId,
    pub verdict: Option<Verdict>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// When.
    pub at: At,
    pub passed: bool,
    pub rating: Option<Rating>,
    /// The unit of who checked it.
    pub unit: UnitId,
}

/// One call to the reporter. The first with an answer counts; later ones are kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallBack {
    pub round: u32,
    /// How many answers of a lead stood by then: what was said of an earlier one does not count for
    /// the next.
    pub answers: u32,
    /// When.
    pub at: At,
    pub reached: bool,
    pub solved: Option<bool>,
    /// Whether the reporter is satisfied; none where nobody was reached.
    pub satisfied: Option<Satisfied>,
    pub by_reporter: bool,
    /// Who of those asked, from 1.
    pub party: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Satisfied {
    Yes,
    Basically,
    No,
}

/// The order of an authority outside (热线工单): its number and limit outrank ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideOrder {
    /// The number that the authority gave it.
    pub number: String,
    /// By when the authority wants it; ours is earlier by the playbook's margin.
    pub due: At,
}

/// An order or notice of the supervision office (督办, 情况通报): issued by people, by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// When.
    pub at: At,
    /// The number of the paper.
    pub number: String,
    /// Whether it is an order; else a notice.
    pub order: bool,
    /// To whom it is written; none where nobody owned the matter.
    pub unit: Option<UnitId>,
}

/// One part of a matter, promised by a day of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// The part's own id.
    pub id: MatterId,
    /// By when it is promised, not after the whole.
    pub due: At,
}

/// Which later commands an act may surprise (the 409 `stale` of CONTRACT section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Touch {
    pub(super) seq: u32,
    /// State or owner changed: every command is surprised.
    pub(super) whole: bool,
    /// The shares that changed, or whose deadlines did; the lead's by its unit.
    pub(super) shares: Vec<UnitId>,
}

/// A matter as its acts have made it. Serialised, it is the fold kept in the register row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact of the register row")]
pub struct Matter {
    /// Its id.
    pub id: MatterId,
    /// `411524-2026-000123`.
    pub no: String,
    /// How many acts it has.
    pub seq: u32,
    pub playbook: PlaybookRef,
    /// What it is about; none until somebody says so.
    pub category: Option<CategoryId>,
    pub source: String,
    pub grade: Grade,
    pub urgent: bool,
    pub place: Place,
    /// The content that holds its title.
    pub title: ContentId,
    pub detail: Option<ContentId>,
    pub form: Vec<(String, ContentId)>,
    pub reporter: Option<Reporter>,
    /// The unit complained of; it and all below it never own this.
    pub against: Option<UnitId>,
    /// The earlier matter that this one repeats, where a person said that it is the same.
    pub repeat_of: Option<MatterId>,
    pub state: State,
    pub round: u32,
    pub owner: Option<Owner>,
    /// The desk that files and dispatches it.
    pub desk: Owner,
    pub reported: At,
    pub happened: Option<(At, Source)>,
    pub filed: Option<At>,
    pub filer: Option<Person>,
    /// When this round began: the report, or the reopening.
    pub round_start: At,
    /// When it was last reopened: this round's clock counts from there and not from the report.
    pub reopened: Option<At>,
    pub closed: Option<At>,
    pub reopen_until: Option<At>,
    pub shares: Vec<Share>,
    pub deadlines: Vec<Deadline>,
    pub requests: Vec<Request>,
    pub answers: Vec<Answer>,
    pub call_backs: Vec<CallBack>,
    /// The unit was named by decision in this round: no return after that.
    pub decided: bool,
    /// Posts that dispatched, with the round.
    pub dispatchers: Vec<(u32, PostId, Person)>,
    /// Persons who answered, signed for or reported progress, under any post, in any round.
    pub handlers: BTreeSet<Person>,
    /// The pause that runs: from when, until when.
    pub paused: Option<(At, At)>,
    /// Urged already: unit, stage, working day.
    pub urged: Vec<(UnitId, Stage, jiff::civil::Date)>,
    pub urges: u32,
    /// Who held it from when; nobody between a close and a reopening.
    pub held: Vec<(At, Option<Holder>)>,
    pub updated: At,
    /// The matter of which this is one part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<MatterId>,
    /// The unit that took the whole apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart_by: Option<UnitId>,
    /// The parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Child>,
    /// The matter that works for this one too (并案); reporter, number, limit and answer stay here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main: Option<MatterId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<MatterId>,
    /// The matter recorded on the spot whose look failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<MatterId>,
    /// Reaches people by grant alone, in no scope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<OutsideOrder>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<Draft>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<Node>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whistles: Vec<Whistle>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issued: Vec<Issued>,
    /// The unit named by decision has objected in this round; it may once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub objected: bool,
    /// Out of the rates by decision.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub excluded: bool,
    /// Recorded on the spot and drawn: this unit looks at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled: Option<UnitId>,
    /// It began in another system, under this number there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_over: Option<Theirs>,
    pub(super) touches: Vec<Touch>,
}

impl Matter {
    /// The shares of this round, whatever became of them.
    pub fn round_shares(&self) -> impl Iterator<Item = &Share> {
        self.shares.iter().filter(|s| s.round == self.round)
    }

    /// The lead's share of this round, once one is named and has not returned it.
    pub fn lead(&self) -> Option<&Share> {
        self.round_shares().find(|s| s.part == Part::Lead && s.stands())
    }

    /// The share that an actor works on: that of the own unit, or one passed on to the own post.
    pub fn share_with(&self, unit: Option<UnitId>, post: Option<PostId>) -> Option<&Share> {
        let own = unit.and_then(|unit| self.share_of(unit));
        own.or_else(|| {
            let passed =
                |s: &&Share| s.stands() && s.passed_to().is_some() && s.passed_to() == post;
            self.round_shares().find(passed)
        })
    }

    /// The objection to the naming of the unit that waits for a meeting.
    pub fn objection(&self, now: At) -> Option<&Request> {
        self.requests.iter().find(|r| r.is_to_the_naming() && r.waits(now))
    }

    /// The share that `unit` holds in this round.
    pub fn share_of(&self, unit: UnitId) -> Option<&Share> {
        self.round_shares().find(|s| s.unit == unit && s.stands())
    }

    pub fn assists(&self) -> impl Iterator<Item = &Share> {
        self.round_shares().filter(|s| s.part == Part::Assist)
    }

    /// The lead's answer that stands or waits for its check in this round.
    pub fn answer(&self) -> Option<&Answer> {
        self.answers.iter().rev().find(|a| a.round == self.round)
    }

    /// The first word of a party, the reporter being the first of them, on the lead's answer that stands;
    /// it counts, later ones are kept beside it.
    pub fn heard(&self, party: u8) -> Option<&CallBack> {
        self.calls().find(|c| c.reached && c.party == party)
    }

    /// Whether somebody who was asked about the answer that stands says that it is not solved.
    pub fn unsolved(&self) -> bool {
        let mut heard = self.calls().filter_map(|call| self.heard(call.party));
        heard.any(|first| first.solved == Some(false))
    }

    /// The calls about the lead's answer that stands.
    pub fn calls(&self) -> impl Iterator<Item = &CallBack> {
        let answers = self.answers_so_far();
        self.call_backs.iter().filter(move |c| c.round == self.round && c.answers == answers)
    }

    pub(super) fn answers_so_far(&self) -> u32 {
        u32::try_from(self.answers.len()).unwrap_or(u32::MAX)
    }

    /// Every unit that is or was lead or assist, in any round.
    pub fn units_involved(&self) -> BTreeSet<UnitId> {
        self.shares.iter().map(|s| s.unit).collect()
    }
}
