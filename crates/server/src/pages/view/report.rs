//! The public pages: report, receipt, follow by receipt.

use askama::Template;
use askama_web::WebTemplate;

use super::intake::{Kinds, rest};
use super::{ActForm, Choice, Field, FileLink, Frame, Group, Kind, Link, Moment};
use crate::pages::words::Words;

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "public/report.html")]
pub struct Report {
    pub frame: Frame,
    /// A UUID: callers without an account share one scope of keys.
    pub key: String,
    pub id: String,
    pub division: Field,
    pub address: Field,
    pub detail: Field,
    pub files: Field,
    /// What sent pictures say of place and time.
    pub offer: Option<Offer>,
    /// The kinds of matter that anybody may report, each a form of its own.
    pub kinds: Vec<(Link, bool)>,
    pub playbook: Field,
    /// None where the kind of matter has one category only.
    pub category: Option<Field>,
    pub reporter_name: Field,
    pub reporter_phone: Field,
    pub reporter_hidden: Field,
    pub promises: Vec<Promise>,
    pub fault: Option<String>,
}

impl Report {
    pub fn new(
        frame: Frame,
        key: impl Into<String>,
        id: impl Into<String>,
        places: Vec<Group>,
        kind: Kinds,
        limits: &Limits,
    ) -> Self {
        let field = |name: &str, kind: Kind| Field::new(frame.w, "report", name, kind);
        let label = |name: &str| frame.w.name("report", name);
        Self {
            key: key.into(),
            id: id.into(),
            division: field("division", Kind::Groups(places)).required().label(label("where")),
            address: field("address", Kind::Line).label(label("spot")),
            detail: field("detail", Kind::Text { rows: 4 }).required().label(label("what")),
            files: field("files", Kind::Files(Vec::new())),
            offer: None,
            kinds: kind.all,
            playbook: field("playbook", Kind::Hidden).value(kind.id),
            category: kind
                .categories
                .map(|list| field("category", Kind::Select(list)).required().label(label("about"))),
            reporter_name: field("reporter_name", Kind::Line).label(label("name")).auto("name"),
            reporter_phone: field("reporter_phone", Kind::Tel).label(label("phone")).auto("tel"),
            reporter_hidden: field("reporter_hidden", Kind::Check).label(label("hide")),
            promises: Promise::before(frame.w, limits),
            fault: None,
            frame,
        }
    }

    /// The form again with what was sent and all faults by field.
    pub fn again(&mut self, sent: &[(String, String)], faults: &[(String, String)]) {
        let mut known = Vec::new();
        let fields = [
            &mut self.division,
            &mut self.address,
            &mut self.detail,
            &mut self.files,
            &mut self.playbook,
            &mut self.reporter_name,
            &mut self.reporter_phone,
            &mut self.reporter_hidden,
        ];
        for field in fields.into_iter().chain(&mut self.category) {
            field.again(sent, faults);
            known.push(field.name.clone());
        }
        self.fault = rest(&known, faults);
    }
}

/// 照片上记的地点和时间.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Carried by the form, so that it is offered again: name and value.
    pub carried: Vec<(&'static str, String)>,
    /// What may be taken: the field's name, and its value in words.
    pub picks: Vec<(&'static str, Choice)>,
    /// What is of no use, and why.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageOf {
    Done,
    Now,
    Later,
}

/// One step of what is promised, or of what happened.
#[derive(Debug, Clone)]
pub struct Promise {
    pub when: String,
    pub what: String,
    pub stage: StageOf,
}

impl Promise {
    pub fn new(when: impl Into<String>, what: impl Into<String>, stage: StageOf) -> Self {
        Self { when: when.into(), what: what.into(), stage }
    }

    pub const fn class(&self) -> &'static str {
        match self.stage {
            StageOf::Done => "done",
            StageOf::Now => "now",
            StageOf::Later => "later",
        }
    }

    /// What somebody is promised before anything is sent: number and code, a call where a number is
    /// left, and what the kind of matter promises.
    pub fn before(w: Words, limits: &Limits) -> Vec<Self> {
        let later = |when: &str, what: &str| Self::new(w.t(when), w.t(what), StageOf::Later);
        let mut all = vec![
            later("promise.at_once_when", "promise.at_once"),
            later("promise.call_if_when", "promise.call"),
        ];
        all.extend(Self::by_clock(w, limits, "promise.after"));
        all
    }

    /// What a resident is promised at the door: a call within a working day where there is somebody to
    /// call, and what the kind of matter promises.
    pub fn at_the_door(w: Words, at: &Moment, called: bool, limits: &Limits) -> Vec<Self> {
        let mut all = vec![Self::new(at.words.clone(), w.t("promise.received"), StageOf::Done)];
        if called {
            all.push(Self::new(w.t("promise.call_when"), w.t("promise.call"), StageOf::Later));
        }
        let after = if called { "promise.after" } else { "promise.after_uncalled" };
        all.extend(Self::by_clock(w, limits, after));
        if let Some(next) = all.get_mut(1) {
            next.stage = StageOf::Now;
        }
        all
    }

    /// The clock's own promises, and that the reporter's own word counts.
    fn by_clock(w: Words, limits: &Limits, after: &str) -> Vec<Self> {
        let later = |when: String, what: &str| Self::new(when, w.t(what), StageOf::Later);
        let within = |limit: &String| w.a("promise.within", limit);
        let opinion = limits.opinion.as_ref().map(|l| later(within(l), "promise.opinion"));
        let answer = limits.answer.as_ref().map(within);
        let answer = answer.unwrap_or_else(|| w.t("promise.by_category").to_owned());
        let after = later(w.t("promise.after_when").to_owned(), after);
        opinion.into_iter().chain([later(answer, "promise.answer"), after]).collect()
    }
}

/// By when the clock of a kind of matter promises what, in words: `7 个工作日`.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Where a dated plan comes before the answer.
    pub opinion: Option<String>,
    /// None while it hangs on a category that nobody chose yet.
    pub answer: Option<String>,
}

/// Shown once, right after the report: the code stands on no other page and in no address.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "public/receipt.html")]
pub struct Receipt {
    pub frame: Frame,
    pub no: String,
    pub code: String,
    pub at: Moment,
    pub promises: Vec<Promise>,
    /// A number was left.
    pub called: bool,
}

/// Number and code.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "public/follow.html")]
pub struct Follow {
    pub frame: Frame,
    pub no: Field,
    pub code: Field,
    pub fault: Option<String>,
}

impl Follow {
    pub fn new(frame: Frame) -> Self {
        let field = |name: &str| Field::new(frame.w, "follow", name, Kind::Line).required();
        Self { no: field("no"), code: field("code"), fault: None, frame }
    }
}

/// A matter as its reporter sees it.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "public/followed.html")]
pub struct Followed {
    pub frame: Frame,
    pub no: String,
    /// Repeated by the forms of this page, which show it no second time.
    pub code: String,
    pub title: String,
    pub state: String,
    /// 县交通运输局.
    pub unit: Option<String>,
    pub due: Option<Moment>,
    pub stages: Vec<Promise>,
    /// Answers that were released, newest first: when, how it was settled, what it says.
    pub answers: Vec<(Moment, String, String)>,
    /// What came with the report and with the answer; each is asked for by a form, since its address is no secret.
    pub files: Vec<(String, FileLink)>,
    /// What the holder of the receipt can do now: answer, ask for it to be taken up again.
    pub acts: Vec<ActForm>,
}
