//! What was done: the body of each kind of a matter's acts.

use serde::{Deserialize, Serialize};

use crate::clock::Limit;
use crate::ids::{CategoryId, ContentId, MatterId, PostId, RequestId, UnitId};
use crate::matter::inner::Drafted;
use crate::matter::state::{
    Child, OutsideOrder, Owner, Part, Place, PlaybookRef, Reporter, Request, RequestKind, Satisfied,
};
use crate::matter::whistle::{Call, Came};
use crate::playbook::{Grade, Rating, SettlementKind, Stage};
use crate::time::At;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The matter's number, such as `411524-2026-000123`.
    pub no: String,
    /// The kind of matter, as it stood then.
    pub playbook: PlaybookRef,
    /// What it is about; none until somebody says so.
    pub category: Option<CategoryId>,
    /// How it came, by a name that the playbook lists, such as `resident`.
    pub source: String,
    /// Whether who reported it called it urgent.
    pub urgent: bool,
    /// Where it is.
    pub place: Place,
    /// The content that holds its title.
    pub title: ContentId,
    /// The content that holds what was told.
    pub detail: Option<ContentId>,
    /// The other fields of the form: name, and the content that holds the text.
    pub form: Vec<(String, ContentId)>,
    /// What is known of the reporter; none where a post reports and names nobody.
    pub reporter: Option<Reporter>,
    /// The unit complained of; it and all below it never own the matter.
    pub against: Option<UnitId>,
    /// The desk that files and dispatches it.
    pub desk: Owner,
    /// The matter of which this is one part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<MatterId>,
    /// The unit that took the whole apart: it sees what becomes of the part, whoever gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apart_by: Option<UnitId>,
    /// When the parent's round began: a part never restarts the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<At>,
    /// The matter recorded on the spot whose look failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<MatterId>,
    /// The order of an authority outside, with its number and limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<OutsideOrder>,
    /// Reaches people by grant alone, in no scope.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// How grave the whole is of which this is one part; elsewhere the desk says it with the filing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
}

/// The facts of a matter as confirmed by the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// What it is about.
    pub category: CategoryId,
    /// How it came, by a name that the playbook lists.
    pub source: String,
    /// How grave it is; the limits of the clock hang on it.
    pub grade: Grade,
    /// Where it is.
    pub place: Place,
    /// The earlier matter that this one repeats.
    pub repeat_of: Option<MatterId>,
    /// The desk that files and dispatches it from now.
    pub desk: Owner,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// The content that says why.
    pub reason: ContentId,
    /// Until when the reporter may ask for it to be taken up after all.
    pub reopen_until: At,
}

/// Old and new are both kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// What it is about from now.
    pub category: Option<CategoryId>,
    /// How it came, from now.
    pub source: String,
    /// How grave it is from now.
    pub grade: Grade,
    /// Where it is from now.
    pub place: Place,
    /// The desk that files and dispatches it from now.
    pub desk: Owner,
    /// The category before.
    pub was_category: Option<CategoryId>,
    /// The source before.
    pub was_source: String,
    /// The grade before.
    pub was_grade: Grade,
    /// The place before.
    pub was_place: Place,
    /// The limit that the authority outside set anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outside_due: Option<At>,
}

/// Settled on the spot and written down (自办自结): no clock, no rate, nothing follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// What it was about, of those that the playbook lets be settled on the spot.
    pub category: CategoryId,
    /// The content that says what was done.
    pub text: ContentId,
    /// Drawn by its number: this unit looks at it; none for what was not drawn.
    pub sample: Option<UnitId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// The matter that works for this one too.
    pub to: MatterId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlinked {
    /// The matter that worked for this one until now.
    pub from: MatterId,
    /// The content that says why.
    pub reason: ContentId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The open matter that it is the same as, or was entered as by mistake.
    pub into: MatterId,
    /// The content that says why.
    pub reason: ContentId,
    /// What it is about: the other's, where nobody had said so here.
    pub category: Option<CategoryId>,
}

/// Inside the unit, from post to post (转办).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOn {
    /// The unit whose share it is.
    pub unit: UnitId,
    /// The post of that unit, or of one below it, that has it now.
    pub to: PostId,
    /// The unit's own limit, before the share's; none where it set none.
    pub due: Option<At>,
    /// The content that says what to do.
    pub text: Option<ContentId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedBack {
    /// The unit whose share it is.
    pub unit: UnitId,
    /// The post that has it again; none where the unit itself has.
    pub to: Option<PostId>,
    /// The content that says why.
    pub reason: ContentId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The draft's number within the matter.
    pub draft: u32,
    /// The unit in whose name it would go out.
    pub unit: UnitId,
    /// The act with its fields, as it would go out: `act` names it.
    pub drafted: Drafted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentBack {
    /// The draft's number.
    pub draft: u32,
    /// The content that says what to mend.
    pub reason: ContentId,
}

/// 报方案. Its nodes stand at once, or wait in the request by which they shall replace the month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The lead, whose plan it is.
    pub unit: UnitId,
    /// The request for dates that replace the month; absent where the nodes stand at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeDone {
    /// The node's number in the plan.
    pub node: u16,
    /// The unit whose node it was.
    pub unit: UnitId,
    /// The content that says what was done.
    pub text: ContentId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decomposed {
    /// The parts, each a matter of its own with its due.
    pub children: Vec<Child>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whistled {
    /// Counted up within the matter.
    pub n: u32,
    /// The unit that calls.
    pub caller: UnitId,
    /// By when they come.
    pub by: At,
    /// The content that says where.
    pub spot: ContentId,
    /// The content that says what for.
    pub text: ContentId,
    /// The units that are called.
    pub calls: Vec<Call>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    /// The whistle's number.
    pub whistle: u32,
    /// The called unit of which this is said.
    pub unit: UnitId,
    /// Whether it came: `came`, `late` or `absent`.
    pub came: Came,
    /// The caller's word on what it did; none for who did not come.
    pub satisfied: Option<Satisfied>,
    /// The content that says why; always there where the caller is not satisfied.
    pub reason: Option<ContentId>,
}

/// An order or a notice of the supervision office: it moves no date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedBy {
    /// The number of the paper, such as 督〔2026〕3号.
    pub number: String,
    /// The unit to which it is issued; none where nobody owned the matter and none was named.
    pub unit: Option<UnitId>,
    /// The content of the paper.
    pub text: ContentId,
}

/// A share given to an assisting unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The unit that assists.
    pub unit: UnitId,
    /// The time it has for its share; none: up to a working day before the lead's due.
    pub limit: Option<Limit>,
}

/// A share taken back by the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// The unit whose share ends.
    pub unit: UnitId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatched {
    /// The unit that leads.
    pub lead: UnitId,
    /// The time it has, by the list of powers or the category; none where only assisting units come
    /// and go.
    pub limit: Option<Limit>,
    /// Shares given to assisting units.
    pub assists: Vec<Given>,
    /// Shares of assisting units that end.
    pub withdrawn: Vec<Withdrawn>,
    /// The content that says why; asked for where the list of powers names another unit.
    pub reason: Option<ContentId>,
    /// The unit that the list of powers proposed; none where no row fits.
    pub proposed: Option<UnitId>,
    /// The article or document on which that row of the list rests.
    pub basis: Option<String>,
    /// The due set by the tasking authority, which overrides the clock.
    pub deadline: Option<At>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedFor {
    /// The unit that signed.
    pub unit: UnitId,
    /// Whether it leads or assists.
    pub part: Part,
    /// The post in the unit that takes it on, where one was named.
    pub post: Option<PostId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The unit that gives it back.
    pub unit: UnitId,
    /// Whether it led or assisted.
    pub part: Part,
    /// The content that says why.
    pub reason: ContentId,
    /// The unit whose it is in its opinion.
    pub whose: Option<UnitId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjudicated {
    /// The unit named to lead; it cannot return the matter in this round.
    pub lead: UnitId,
    /// The time it has, by the list of powers or the category.
    pub limit: Option<Limit>,
    /// Shares given to assisting units.
    pub assists: Vec<Given>,
    /// Shares that end, that of a unit which leads now among them.
    pub withdrawn: Vec<Withdrawn>,
    /// The content that says why.
    pub reason: ContentId,
    /// The unit that the list of powers proposed; none where no row fits.
    pub proposed: Option<UnitId>,
    /// The article or document on which that row of the list rests.
    pub basis: Option<String>,
    /// The due set by the tasking authority, which overrides the clock.
    pub deadline: Option<At>,
    /// The number of the paper, where a meeting decided after an objection: its result becomes a
    /// proposed row of the list of powers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The objection that this decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection: Option<RequestId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progressed {
    /// The unit that reports.
    pub unit: UnitId,
    /// Whether it leads or assists.
    pub part: Part,
    /// The content that says how far it is.
    pub text: ContentId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestAsked {
    /// What is asked for, by whom and until when it is decided.
    pub request: Request,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The request decided.
    pub request: RequestId,
    /// What was asked for.
    pub asked: RequestKind,
    /// The unit that asked.
    pub of: UnitId,
    /// Whether that unit leads or assists; none where a desk asked.
    pub part: Option<Part>,
    /// Granted or refused.
    pub accept: bool,
    /// The content that says why; a refusal always has one.
    pub reason: Option<ContentId>,
    /// Until when a granted pause runs, or when what is shelved is looked at again; none otherwise.
    pub until: Option<At>,
    /// The number of the paper, where a meeting decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Nobody decided in time: refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lapsed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// When the pause began that ends with this act.
    pub paused: At,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The unit that answers.
    pub unit: UnitId,
    /// Whether it leads or assists.
    pub part: Part,
    /// How it was settled, by a kind that the playbook lists.
    pub kind: SettlementKind,
    /// The content that says what was done.
    pub text: ContentId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Whether the answer holds on the spot.
    pub passed: bool,
    /// The mark, where this kind of matter is rated.
    pub rating: Option<Rating>,
    /// The content that says what was seen; a failed check always has one.
    pub text: Option<ContentId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledBack {
    /// Whether the reporter was reached.
    pub reached: bool,
    /// Whether the reporter says it is solved; none where nobody was reached.
    pub solved: Option<bool>,
    /// Whether the reporter is satisfied; none where nobody was reached.
    pub satisfied: Option<Satisfied>,
    /// The content that holds what the reporter said.
    pub text: Option<ContentId>,
    /// The reporter answered by receipt and was not called.
    pub by_reporter: bool,
    /// Who of those asked, from 1: the parties of a dispute; the reporter is the first.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub party: u8,
}

const fn first() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_first(party: &u8) -> bool {
    *party == 1
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOff {
    /// The content that says why it is closed though the reporter says it is not solved.
    pub despite: Option<ContentId>,
    /// Until when the reporter may ask for it to be reopened.
    pub reopen_until: At,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopened {
    /// The content that says why.
    pub reason: ContentId,
    /// The new round has a lead at once: the same unless another is named. None where it was declined:
    /// it goes back to the desk.
    pub lead: Option<UnitId>,
    /// The time the lead has, by the list of powers or the category; none where it goes back to the
    /// desk.
    pub limit: Option<Limit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urged {
    /// The unit urged.
    pub unit: UnitId,
    /// The stage of the open deadline that it is urged for.
    pub stage: Stage,
    /// The working day that this urge counts for.
    pub day: jiff::civil::Date,
    /// The content that holds the words of the urge; none where the system urges, which has no words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<ContentId>,
}

/// A unit that no longer stands, and the one that goes on with its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitMoved {
    /// The closed unit.
    pub from: UnitId,
    /// Its successor.
    pub to: UnitId,
    /// The post that handles its share from now; none where the one that did has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<PostId>,
    /// The one of the two whose share ends, where both had one: a unit holds one share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spare: Option<UnitId>,
}

/// After a reorganisation: whose the open matter is now. No date moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recounted {
    /// The units whose open shares went on.
    pub units: Vec<UnitMoved>,
    /// The desk from now on.
    pub desk: Owner,
}

/// A word, or evidence from the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The content that holds the words.
    pub text: ContentId,
}
