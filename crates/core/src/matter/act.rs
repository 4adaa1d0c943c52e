//! What happened: the bodies of a matter's acts. Each says what was done (`Did`) and what that made
//! true (`Then`), so that folding needs neither the clock nor the configuration of its day.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Person;
use super::deadline::{Deadline, Rule};
use super::holder::Holder;
use super::inner::Drafted;
use super::planned::Node;
use super::state::{
    Child, OutsideOrder, Owner, Part, Place, PlaybookRef, Reporter, Request, RequestKind,
    Satisfied, State,
};
use super::whistle::{Call, Came};
use crate::clock::{Limit, Pause, Reason};
use crate::ids::{CategoryId, ContentId, MatterId, PostId, RequestId, UnitId};
use crate::ledger::{ContentRef, Hash};
use crate::playbook::{Grade, Rating, SettlementKind, Stage};
use crate::time::At;

/// What an act made true, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// Where the matter stands from now.
    pub state: State,
    /// Whose it is from now; none once it is closed or declined.
    pub owner: Option<Owner>,
    /// Who holds its time from now; absent where that stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// Deadlines that begin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opened: Vec<Deadline>,
    /// Deadlines whose demand is done, with when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub met: Vec<Met>,
    /// Numbers of deadlines that were met before and are not any more: the answer failed its check.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<u32>,
    /// Deadlines whose date changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// Deadlines that another unit answers for from now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed: Vec<Handed>,
    /// Numbers of deadlines that are no longer asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<u32>,
    /// Nodes of a plan that stand from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub planned: Vec<Node>,
    /// The draft that this act carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Released>,
    /// The decision without which a rule would have refused the act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<AllowedBy>,
    /// What dates and owners were worked out by; absent where nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_rules: Option<Versions>,
}

/// Who allowed what a rule that needs a decision stands against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedBy {
    /// The rule, as `zongheng rules` names it.
    pub rule: String,
    /// The number of the paper.
    pub number: String,
    /// The post that allowed it.
    pub post: PostId,
    /// The content that says why.
    pub reason: ContentId,
    /// The decision was recorded before and is named here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before: bool,
}

/// Who drafted what somebody else released in the unit's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Released {
    /// The draft's number.
    pub draft: u32,
    /// Who drafted it.
    pub by: Person,
    /// In which post.
    pub post: Option<PostId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Met {
    /// The deadline's number within the matter.
    pub n: u32,
    /// When it was done.
    pub at: At,
}

/// A deadline that another unit owes from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handed {
    /// The deadline's number within the matter.
    pub n: u32,
    /// The unit that answers for it from now.
    pub whose: UnitId,
}

/// A deadline with another date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moved {
    /// The deadline's number within the matter.
    pub n: u32,
    /// The new last moment.
    pub due: At,
    /// From when the lamp is yellow: two thirds of the time from its start.
    pub warn: At,
    /// A year was counted whose calendar is not published yet: the date may still change.
    pub provisional: bool,
    /// Set by a person: kept as given, moved only by a pause.
    pub fixed: bool,
    /// The pause that moved it; absent where it was moved otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// The arithmetic from now on; absent where it stayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
    /// How the new date came about, a step each.
    pub because: Vec<Reason>,
}

/// The configuration that worked dates and owners out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// SHA-256 of the working calendar.
    pub calendar: Hash,
    /// SHA-256 of the list of powers.
    pub powers: Hash,
    /// SHA-256 of the matter's clock.
    pub clock: Hash,
}

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
    /// The content that holds the words of the urge.
    pub text: ContentId,
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

/// What was done, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    Reported(Box<Reported>),
    Filed(Box<Filed>),
    Declined(Declined),
    Recorded(Recorded),
    Linked(Linked),
    Unlinked(Unlinked),
    Merged(Merged),
    Corrected(Box<Corrected>),
    Dispatched(Dispatched),
    SignedFor(SignedFor),
    PassedOn(PassedOn),
    PassedBack(PassedBack),
    Submitted(Box<Submitted>),
    SentBack(SentBack),
    Returned(Returned),
    Adjudicated(Adjudicated),
    Progressed(Progressed),
    Planned(Planned),
    NodeDone(NodeDone),
    Decomposed(Decomposed),
    Whistled(Whistled),
    Arrived(Arrived),
    SuspensionAsked(RequestAsked),
    ExtensionAsked(RequestAsked),
    ShelvingAsked(RequestAsked),
    ReferralUpAsked(RequestAsked),
    ReferralAcrossAsked(RequestAsked),
    ExclusionAsked(RequestAsked),
    Objected(RequestAsked),
    Decided(Decided),
    Resumed(Resumed),
    Answered(Answered),
    Verified(Verified),
    CalledBack(CalledBack),
    SignedOff(SignedOff),
    Reopened(Reopened),
    Urged(Urged),
    Recounted(Recounted),
    Ordered(IssuedBy),
    Noticed(IssuedBy),
    Commented(Noted),
    SpotSeen(Noted),
}

impl Did {
    /// The request that the act asks for.
    pub fn asks(&self) -> Option<&Request> {
        match self {
            Did::SuspensionAsked(did)
            | Did::ExtensionAsked(did)
            | Did::ShelvingAsked(did)
            | Did::ReferralUpAsked(did)
            | Did::ReferralAcrossAsked(did)
            | Did::ExclusionAsked(did)
            | Did::Objected(did) => Some(&did.request),
            Did::Planned(did) => did.request.as_ref(),
            _ => None,
        }
    }
}

/// A kind or version that this program does not know, or a body that does not fit its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBody {
    #[error("no kind of act is called \"{kind}\" in version {v}")]
    UnknownKind { kind: String, v: u32 },
    #[error("the body of \"{kind}\" does not read: {why}")]
    Misshapen { kind: String, why: String },
}

/// An act that a command decided and the ledger has not yet numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct {
    pub did: Did,
    pub then: Then,
    pub contents: Vec<ContentRef>,
}

#[derive(Serialize)]
struct BodyOut<'a, T> {
    #[serde(flatten)]
    did: &'a T,
    then: &'a Then,
}

#[derive(Deserialize)]
struct BodyIn<T> {
    #[serde(flatten)]
    did: T,
    then: Then,
}

impl Then {
    /// Nothing more is true than where it stands and whose it is.
    pub(crate) const fn of(state: State, owner: Option<Owner>) -> Self {
        Self {
            state,
            owner,
            holder: None,
            opened: Vec::new(),
            met: Vec::new(),
            unmet: Vec::new(),
            moved: Vec::new(),
            handed: Vec::new(),
            ended: Vec::new(),
            planned: Vec::new(),
            released: None,
            allowed: None,
            by_rules: None,
        }
    }
}

macro_rules! kinds {
    ($($variant:ident $kind:literal)*) => {
        impl Did {
            /// The kinds of a matter's acts, in the past as the ledger keeps them.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];

            pub const fn kind(&self) -> &'static str {
                match self { $(Did::$variant(_) => $kind),* }
            }

            fn body(&self, then: &Then) -> Result<Value, serde_json::Error> {
                match self { $(Did::$variant(did) => serde_json::to_value(BodyOut { did, then })),* }
            }

            fn parse(kind: &str, v: u32, body: &Value) -> Result<(Self, Then), BadBody> {
                match (kind, v) {
                    $(($kind, 1) => read(kind, body).map(|(did, then)| (Did::$variant(did), then)),)*
                    _ => Err(BadBody::UnknownKind { kind: kind.to_owned(), v }),
                }
            }
        }
    };
}

kinds! {
    Reported "reported"
    Filed "filed"
    Declined "declined"
    Recorded "recorded"
    Linked "linked"
    Unlinked "unlinked"
    Merged "merged"
    Corrected "corrected"
    Dispatched "dispatched"
    SignedFor "signed_for"
    PassedOn "passed_on"
    PassedBack "passed_back"
    Submitted "submitted"
    SentBack "sent_back"
    Returned "returned"
    Adjudicated "adjudicated"
    Progressed "progressed"
    Planned "planned"
    NodeDone "node_done"
    Decomposed "decomposed"
    Whistled "whistled"
    Arrived "arrived"
    SuspensionAsked "suspension_asked"
    ExtensionAsked "extension_asked"
    ShelvingAsked "shelving_asked"
    ReferralUpAsked "referral_up_asked"
    ReferralAcrossAsked "referral_across_asked"
    ExclusionAsked "exclusion_asked"
    Objected "objected"
    Decided "decided"
    Resumed "resumed"
    Answered "answered"
    Verified "verified"
    CalledBack "called_back"
    SignedOff "signed_off"
    Reopened "reopened"
    Urged "urged"
    Recounted "recounted"
    Ordered "ordered"
    Noticed "noticed"
    Commented "commented"
    SpotSeen "spot_seen"
}

fn read<T: DeserializeOwned>(kind: &str, body: &Value) -> Result<(T, Then), BadBody> {
    let body: BodyIn<T> = BodyIn::deserialize(body)
        .map_err(|e| BadBody::Misshapen { kind: kind.to_owned(), why: e.to_string() })?;
    Ok((body.did, body.then))
}

impl NewAct {
    /// The version of the body of every kind here.
    pub const VERSION: u32 = 1;

    pub const fn kind(&self) -> &'static str {
        self.did.kind()
    }

    /// The body as the ledger keeps it.
    pub fn body(&self) -> Result<Value, serde_json::Error> {
        self.did.body(&self.then)
    }

    /// Reads a body that the ledger kept.
    pub fn parse(kind: &str, v: u32, body: &Value) -> Result<(Did, Then), BadBody> {
        Did::parse(kind, v, body)
    }
}
