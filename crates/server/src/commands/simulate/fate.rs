//! What is going to happen to a matter, drawn when it comes in. Which fates there are stands in
//! `stories`, a file a kind of matter.

use zongheng_core::ids::{CategoryId, DivisionCode, MatterId};
use zongheng_core::matter::State;

use super::replay::Script;

/// The kinds of matter, by their playbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Kind {
    #[default]
    ResidentReport,
    HotlineOrder,
    GridFinding,
    CountyTask,
    Whistle,
    Dispute,
    EnterpriseNeed,
    HiddenDanger,
}

impl Kind {
    pub(super) const fn playbook(self) -> &'static str {
        match self {
            Self::ResidentReport => "resident_report",
            Self::HotlineOrder => "hotline_order",
            Self::GridFinding => "grid_finding",
            Self::CountyTask => "county_task",
            Self::Whistle => "whistle",
            Self::Dispute => "dispute",
            Self::EnterpriseNeed => "enterprise_need",
            Self::HiddenDanger => "hidden_danger",
        }
    }

    /// Whether only an answer of who is asked closes it, and no number of tries.
    pub(super) const fn needs_an_answer(self) -> bool {
        matches!(self, Self::CountyTask | Self::EnterpriseNeed)
    }
}

/// Whether something that is asked for is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Granted,
    Refused,
    /// Nobody decides in time.
    Lapses,
}

/// How an assisting unit takes its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Assisting {
    #[default]
    Answers,
    Returns,
    /// The desk withdraws it, after the lead has urged it.
    Silent,
}

/// Something that happens while it is handled; one after the other, before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Asked for, decided, resumed.
    Pause(Decision),
    /// The work was done in the pause: releasing the answer ends it.
    PauseAnswered,
    MoreTime(Decision),
    /// An assisting unit pauses its own share.
    AssistPauses(Decision),
    /// 挂账, with what becomes of the renewal where one is asked for.
    Shelve(Decision, Option<Decision>),
    /// 挂账, and answered from there.
    ShelvedAnswered,
    /// 报请上级, and back.
    ReferUp(Decision),
    /// Answered from outside.
    ReferredAnswered,
    /// 移送 to another county.
    ReferAcross(Decision),
    /// 报方案: nodes before the due, each done in its turn.
    Plan,
    /// A plan whose dates stand in the place of the limit.
    PlanReplaces(Decision),
    /// 分解 by the lead into so many parts.
    Apart(u8),
    Whistle,
    /// 转办 inside the unit, and back.
    PassOn {
        back: bool,
    },
    /// The unit asks for it to be left out of the rates.
    Exclude(Decision),
    /// The authority outside sets another limit.
    OutsideDue,
    Comment,
    Spot,
}

/// Something that happens once it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// The call-back desk asks for it to be left out of the rates.
    Excluded(Decision),
    /// The unit objects to the check.
    Objected(Decision),
    Noticed,
    Reopened,
}

/// Another report that comes in soon after, of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Twin {
    /// The same reporter's: merged, and where that was wrong taken apart again.
    Merged { undone: bool },
    /// Another reporter's: linked, each with its own answer.
    Linked { undone: bool },
}

/// What it has to do with a matter that was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    Twin(Twin, MatterId),
    /// What was settled on the spot did not hold.
    Follows(MatterId),
    /// One part of it.
    Part,
}

/// The words of a matter: what was said of it and what was done about it in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) done: &'static str,
    /// Whose it is, by the category of its topic, where its own says nothing of that.
    pub(super) about: Option<&'static str>,
}

/// The course of one matter. The simulation follows it as far as the rules allow at that moment.
#[expect(clippy::struct_excessive_bools, reason = "each is one turn that a life may take")]
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    pub(crate) kind: Kind,
    /// Set where a scene needs it, drawn otherwise.
    pub(crate) category: Option<CategoryId>,
    pub(crate) division: Option<DivisionCode>,
    pub(crate) told: Option<Told>,
    /// How it comes in, drawn where left out.
    pub(crate) source: Option<&'static str>,
    /// Whatever people are like, this goes as it is told.
    pub(crate) steady: bool,
    /// A row of a file that it follows.
    pub(crate) script: Option<Script>,
    /// Graver than the ordinary: a major task, a whistle that is urgent.
    pub(crate) major: bool,
    /// Nobody reports it under a name, whatever is usual.
    pub(crate) nameless: bool,
    pub(crate) of: Option<Of>,
    pub(crate) twins: Vec<Twin>,
    pub(crate) declined: bool,
    pub(crate) asked_again: bool,
    pub(crate) on_spot: bool,
    pub(crate) corrected: bool,
    /// Taken apart at the desk, into so many parts.
    pub(crate) parts: u8,
    /// Dispatched to a unit whose it is not, which returns it.
    pub(crate) misled: bool,
    /// The unit that is then named is not the right one either, and objects.
    pub(crate) objects: Option<Decision>,
    /// The tasking authority sets the day.
    pub(crate) deadline: bool,
    /// No assisting units.
    pub(crate) alone: bool,
    pub(crate) assisting: Assisting,
    /// One drafts for the unit and another signs.
    pub(crate) drafted: bool,
    /// A draft goes back once before it is signed.
    pub(crate) sent_back: bool,
    pub(crate) turns: Vec<Turn>,
    /// Reports on the way.
    pub(crate) reports: usize,
    /// How it is settled, drawn where left out.
    pub(crate) settled: Option<&'static str>,
    /// Checks that fail before one passes.
    pub(crate) failures: usize,
    /// The try that reaches the reporter; 4 is nobody at all.
    pub(crate) reached_at: usize,
    pub(crate) unsolved: bool,
    /// What is called unsolved is closed all the same by the supervision office.
    pub(crate) despite: bool,
    pub(crate) after: Vec<After>,
    pub(crate) slow_to_file: bool,
    pub(crate) slow_to_sign: bool,
    /// Working days after its due that it is answered.
    pub(crate) late: u8,
    /// The supervision office orders it once it is late.
    pub(crate) ordered: bool,
    /// Where it comes to rest; nothing more is done to it then.
    pub(crate) stays: Option<State>,
}
