//! One matter: whose it is, by when and why, what may be done, and what was done.

use askama::Template;
use askama_web::WebTemplate;
use zongheng_core::organisation::Line;

use super::{ActForm, Beside, Due, Frame, Held, Lamp, Moment, Reason, Refused, Slip, Tag};

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "matter/show.html")]
pub struct MatterShow {
    pub frame: Frame,
    /// As shown: 22-003174.
    pub no: String,
    /// Its address, by the full number: /matters/411524-2022-003174.
    pub href: String,
    /// The sequence the reader has seen; a form sent after others acted is told so.
    pub seq: u64,
    pub source: String,
    pub category: String,
    pub tags: Vec<Tag>,
    pub title: String,
    /// The state's word, and what is pending in it (延期待决定).
    pub state: String,
    pub pending: Option<String>,
    /// Nobody owns a closed matter.
    pub owner: Option<Owner>,
    /// Township, village, grid, address.
    pub place: String,
    /// When it was reported, and when its round was opened.
    pub accepted: String,
    /// What the reporter or the task says.
    pub said: Option<Said>,
    /// What came with the report.
    pub files: Vec<FileLink>,
    pub contact: Contact,
    pub age: Age,
    /// 限时办结：7 个工作日.
    pub limit: Option<String>,
    /// The owner's earliest open deadline; a closed matter has none.
    pub next: Option<Next>,
    /// What waits for this reader: 县交通运输局申请延到 4月19日 周二 18:00.
    pub waiting: Option<String>,
    pub acts: Vec<ActForm>,
    /// What is seldom asked for, folded; open where one of them came back with faults.
    pub more: Vec<ActForm>,
    pub refused: Vec<Refused>,
    pub beside: Beside,
    pub assignments: Vec<Assignment>,
    pub requests: Vec<RequestRow>,
    pub deadlines: Vec<DeadlineRow>,
    pub held: Held,
    /// The round that runs first, earlier ones after it.
    pub facts: Vec<Facts>,
    /// 职责依据.
    pub duty: Vec<Reason>,
    /// Oldest first.
    pub rounds: Vec<RecordRound>,
    pub records: usize,
    pub proof: Proof,
    /// The sheet on paper.
    pub slip: Slip,
}

#[derive(Debug, Clone)]
pub struct Owner {
    pub unit: String,
    pub post: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Said {
    pub text: String,
    /// 居民 · 3月14日 网页上报; never a name.
    pub by: String,
}

/// A file that an act names.
#[derive(Debug, Clone)]
pub struct FileLink {
    pub href: String,
    /// The address of its small picture, or the picture itself as `data:`.
    pub small: Option<String>,
    pub name: String,
    pub size: String,
}

/// How the reporter can be reached, as far as this reader may know.
#[derive(Debug, Clone, Default)]
pub enum Contact {
    /// Nobody to reach, or nothing for this reader.
    #[default]
    None,
    /// Hidden from the handling unit: the centre relays.
    Hidden,
    /// May be looked at; each look is recorded.
    Asked,
    Shown {
        name: String,
        phone: String,
    },
    /// It was looked for and is not shown any more: what stands in its place.
    Gone(String),
}

/// The resident's count first: it never restarts.
#[derive(Debug, Clone)]
pub struct Age {
    /// 累计 32 天.
    pub total: String,
    /// 第 2 轮.
    pub round: String,
    /// 从 3月14日 首次反映算起.
    pub since: String,
}

#[derive(Debug, Clone)]
pub struct Next {
    /// The stage's word: 办结.
    pub stage: String,
    pub lamp: Lamp,
    pub due: Due,
    /// 为什么是这一天.
    pub because: Vec<Reason>,
}

#[derive(Debug, Clone)]
pub struct Assignment {
    pub lead: bool,
    pub unit: String,
    pub lamp: Lamp,
    pub due: Option<Due>,
    /// 待签收, 办理中, 已办结 ….
    pub state: String,
    /// The last thing it did: 今天 11:20 申请延期.
    pub latest: Option<String>,
    /// The post that has it by the inner route, with the unit's own limit.
    pub passed: Option<String>,
}

impl MatterShow {
    pub fn more_open(&self) -> bool {
        self.more.iter().any(|form| form.open)
    }

    /// How many acts are refused, for the summary.
    pub fn refused_n(&self) -> usize {
        self.refused.iter().map(|r| r.labels.len()).sum()
    }
}

/// A request that waits for a decision.
#[derive(Debug, Clone)]
pub struct RequestRow {
    /// 申请延期.
    pub kind: String,
    pub by: String,
    /// To which date, or until when.
    pub asks: String,
    pub reason: String,
    pub lamp: Lamp,
    pub decide_by: Due,
    /// The nodes of a plan that would replace the limit: name and day.
    pub nodes: Vec<(String, Moment)>,
}

#[derive(Debug, Clone)]
pub struct DeadlineRow {
    pub stage: String,
    pub whose: String,
    pub due: Due,
    pub lamp: Lamp,
    /// When it was met.
    pub met: Option<Moment>,
    pub because: Vec<Reason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    Yes,
    No,
    Wait,
}

#[derive(Debug, Clone)]
pub struct Fact {
    pub is: Is,
    pub words: String,
    pub note: String,
}

impl Fact {
    pub fn new(is: Is, words: impl Into<String>, note: impl Into<String>) -> Self {
        Self { is, words: words.into(), note: note.into() }
    }

    pub const fn class(&self) -> &'static str {
        match self.is {
            Is::Yes => "is-yes",
            Is::No => "is-no",
            Is::Wait => "is-wait",
        }
    }
}

/// Settled, solved, satisfied: three facts of a round, none inferred from another.
#[derive(Debug, Clone)]
pub struct Facts {
    pub round: String,
    pub settled: Fact,
    pub solved: Fact,
    pub satisfied: Fact,
}

/// One act as a reader sees it.
#[derive(Debug, Clone)]
pub struct Record {
    /// The word for its kind, and tags such as 按时.
    pub kind: String,
    pub tags: Vec<Tag>,
    /// Unit · post; never a name.
    pub who: String,
    pub at: Moment,
    /// When it is said to have happened, where that differs.
    pub happened: Option<Moment>,
    /// What it says, a paragraph each.
    pub text: Vec<String>,
    pub files: Vec<FileLink>,
    /// The dates it moved: stage, old, new.
    pub moved: Vec<(String, Moment, Moment)>,
    /// 1 top, 2 middle, 3 bottom: the line of the unit.
    pub lane: u8,
    /// The lane of the record before it.
    pub from: u8,
}

/// The lane on which a unit's acts stand: 顶 1, 中 2, 底 3. Linked command stands on the county's.
pub const fn lane(line: Line) -> u8 {
    match line {
        Line::Top | Line::Vertical => 1,
        Line::Middle => 2,
        Line::Bottom => 3,
    }
}

/// Joins each record to the one before it, over all rounds.
pub fn lay_lanes(rounds: &mut [RecordRound]) {
    let mut from = None;
    for record in rounds.iter_mut().flat_map(|r| r.records.iter_mut()) {
        record.from = from.unwrap_or(record.lane);
        from = Some(record.lane);
    }
}

/// The records of one round; an earlier one is folded under its summary.
#[derive(Debug, Clone)]
pub struct RecordRound {
    pub summary: Option<String>,
    pub records: Vec<Record>,
}

/// Whether the chain holds, in words; details are folded.
#[derive(Debug, Clone)]
pub struct Proof {
    pub holds: bool,
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(lane: u8) -> Record {
        Record {
            kind: String::new(),
            tags: Vec::new(),
            who: String::new(),
            at: Moment { iso: String::new(), words: String::new() },
            happened: None,
            text: Vec::new(),
            files: Vec::new(),
            moved: Vec::new(),
            lane,
            from: 0,
        }
    }

    #[test]
    fn each_record_comes_from_the_lane_of_the_one_before_over_rounds() {
        let mut rounds = [
            RecordRound { summary: Some(String::new()), records: vec![record(2), record(1)] },
            RecordRound { summary: None, records: vec![record(3)] },
        ];
        lay_lanes(&mut rounds);
        let from: Vec<u8> = rounds.iter().flat_map(|r| r.records.iter().map(|x| x.from)).collect();
        assert_eq!(from, [2, 2, 1]);
        assert_eq!(lane(Line::Vertical), 1);
    }
}
