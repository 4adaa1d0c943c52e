//! The forms of the acts, and what their fields offer for choice.

use zongheng_core::matter::Refusal;
use zongheng_core::time::At;

use super::act_fields::{fields, rows};
use super::{Choice, Field, Group, Kind};
use crate::pages::words::Words;

/// The acts that have a form here, in the order in which buttons stand. Release, send-back and arrival
/// stand beside what they are about.
pub const ACTS: [&str; 41] = [
    "file",
    "settle_on_spot",
    "decline",
    "dispatch",
    "sign_for",
    "release",
    "send_back",
    "decide",
    "adjudicate",
    "answer",
    "submit",
    "node_done",
    "arrive",
    "progress",
    "verify",
    "call_back",
    "sign_off",
    "resume",
    "pass_on",
    "pass_back",
    "return",
    "plan",
    "suspend",
    "extend",
    "whistle",
    "reopen",
    "order",
    "notice",
    "urge",
    "spot",
    "comment",
    "correct",
    "link",
    "unlink",
    "merge",
    "decompose",
    "shelve",
    "refer_up",
    "refer_across",
    "object",
    "exclude",
];

/// Acts that are seldom asked for: their buttons stand folded below the others.
pub const RARE: [&str; 10] = [
    "correct",
    "link",
    "unlink",
    "merge",
    "decompose",
    "shelve",
    "refer_up",
    "refer_across",
    "object",
    "exclude",
];

/// Acts whose forms stand beside what they are about: a draft, a called unit.
pub const BESIDE: [&str; 3] = ["release", "send_back", "arrive"];

/// What the fields of the forms offer for choice; the handler fills what the page's acts need.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each asks for one field more")]
pub struct Options {
    pub categories: Vec<Choice>,
    /// Villages under their townships.
    pub places: Vec<Group>,
    /// Units that can lead, the proposed one marked.
    pub leads: Vec<Group>,
    /// Units that can assist, the proposed ones marked.
    pub assists: Vec<Group>,
    /// Whose it may be instead, for a return; who takes it up, for a reopening.
    pub whose: Vec<Group>,
    /// Units of which something is owed, for an urge; not asked where there is one at most.
    pub owing: Vec<Choice>,
    /// Posts of the unit that signs for it.
    pub posts: Vec<Choice>,
    /// Stages of the asker's share whose date may be moved.
    pub stages: Vec<Choice>,
    /// Open requests that this reader may decide.
    pub requests: Vec<Choice>,
    /// Ratings of the playbook; empty where it asks for none.
    pub ratings: Vec<Choice>,
    /// Assists that could be withdrawn.
    pub withdrawable: Vec<Group>,
    /// The powers list's sentence for the proposed lead.
    pub basis: Option<String>,
    /// The reporter says "not solved": signing off needs a reason.
    pub despite: bool,
    /// Who is asked, where several are.
    pub parties: Vec<Choice>,
    /// A matter without a reporter settles in fewer ways.
    pub settlements: Vec<Choice>,
    /// What may be settled on the spot.
    pub on_spot: Vec<Choice>,
    /// Posts of the unit's tree to which a share may be passed on.
    pub tree: Vec<Group>,
    /// Units that a whistle may call.
    pub callable: Vec<Group>,
    /// Superior units.
    pub superiors: Vec<Choice>,
    /// Units with a share, by whom a node may be done.
    pub sharing: Vec<Choice>,
    /// Open nodes of the reader's unit whose turn has come.
    pub nodes: Vec<Choice>,
    /// The number of the first new node.
    pub next_node: u16,
    /// A plan may replace the limit.
    pub replaces: bool,
    /// Places of parts: the township of the matter and its villages, else all townships.
    pub part_places: Vec<Choice>,
    /// A meeting decides: its paper has a number.
    pub meeting: bool,
    /// A meeting names the unit after an objection.
    pub objection: bool,
    /// An authority outside has set the limit.
    pub outside: bool,
    /// Rules that the reader's post may allow, or that a recorded decision allows today.
    pub exceptions: Vec<Choice>,
}

/// One allowed act, as a form.
#[derive(Debug, Clone)]
pub struct ActForm {
    pub act: String,
    /// See [`slot`].
    pub slot: String,
    pub label: String,
    /// The idempotency key minted with the form.
    pub key: String,
    pub fields: Vec<Field>,
    /// Rows of a list, each with its own fields: nodes, parts.
    pub rows: Vec<FormRow>,
    /// A sentence above the fields: what this does, or on which basis.
    pub note: Option<String>,
    /// The next act of this page: the one vermilion button.
    pub first: bool,
    /// Shown unfolded: it came back with faults.
    pub open: bool,
    /// What is wrong with the whole of it.
    pub fault: Option<String>,
}

/// One entry of a list that is typed without a script.
#[derive(Debug, Clone)]
pub struct FormRow {
    pub legend: String,
    pub fields: Vec<Field>,
}

/// Acts that are not open to this reader now, and why.
#[derive(Debug, Clone)]
pub struct Refused {
    pub labels: Vec<String>,
    pub why: String,
    /// How much the rule behind it weighs: without exception, or open to a decision.
    pub strength: Option<String>,
}

impl Refused {
    /// Those with the same reason stand together.
    pub fn gather<'a>(
        w: Words,
        refused: impl Iterator<Item = (&'static str, &'a Refusal)>,
        now: At,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (act, refusal) in refused {
            let why = w.refusal(refusal, now);
            if let Some(known) = all.iter_mut().find(|known| known.why == why) {
                known.labels.push(w.act(act));
            } else {
                let (labels, strength) = (vec![w.act(act)], w.strength(refusal));
                all.push(Self { labels, why, strength });
            }
        }
        all
    }
}

impl ActForm {
    /// The form of `act` with a fresh idempotency `key`.
    pub fn new(w: Words, act: &str, key: impl Into<String>, o: &Options) -> Self {
        Self {
            act: act.to_owned(),
            slot: act.to_owned(),
            label: w.act(act),
            key: key.into(),
            fields: fields(w, act, o),
            rows: rows(w, act, o),
            note: note(w, act, o),
            first: false,
            open: false,
            fault: None,
        }
    }

    /// 送审: the form of the act that is drafted, sent as a draft.
    pub fn draft(w: Words, drafted: &str, key: impl Into<String>, o: &Options) -> Self {
        let mut form = Self::new(w, drafted, key, o);
        "submit".clone_into(&mut form.act);
        form.label = w.a("form.draft", w.act(drafted));
        form.note = w.find("act_note.submit").map(str::to_owned);
        let hidden = Field::new(w, "submit", "drafted", Kind::Hidden).value(drafted);
        form.fields.insert(0, hidden);
        form.in_slot(slot("submit", std::iter::once(drafted)))
    }

    /// A form about one thing of several: what it is about goes along hidden.
    pub fn about(w: Words, act: &str, key: impl Into<String>, about: &[(&str, String)]) -> Self {
        let mut form = Self::new(w, act, key, &Options::default());
        for (name, value) in about.iter().rev() {
            let hidden = Field::new(w, act, name, Kind::Hidden).value(value.clone());
            form.fields.insert(0, hidden);
        }
        form.in_slot(slot(act, about.iter().map(|(_, value)| value.as_str())))
    }

    /// Ids of fields bear the slot, so that they stand once on a page.
    fn in_slot(mut self, slot: String) -> Self {
        for field in self.fields.iter_mut().chain(self.rows.iter_mut().flat_map(|r| &mut r.fields))
        {
            field.id = format!("{slot}-{}", field.name);
        }
        self.slot = slot;
        self
    }

    /// Makes it the page's next act.
    #[must_use]
    pub fn first(self) -> Self {
        Self { first: true, ..self }
    }

    /// The form again, unfolded, with what was sent and all faults by field. A fault that belongs
    /// to no field stands above them.
    pub fn again(&mut self, sent: &[(String, String)], faults: &[(String, String)]) {
        for field in self.all_fields() {
            field.again(sent, faults);
        }
        let names: Vec<String> = self.all_fields().map(|f| f.name.clone()).collect();
        let known = |name: &str| names.iter().any(|n| n == name);
        let rest: Vec<&str> =
            faults.iter().filter(|(n, _)| !known(n)).map(|(_, what)| what.as_str()).collect();
        self.fault = (!rest.is_empty()).then(|| rest.join(" "));
        self.open = true;
    }

    fn all_fields(&mut self) -> impl Iterator<Item = &mut Field> {
        self.fields.iter_mut().chain(self.rows.iter_mut().flat_map(|row| &mut row.fields))
    }

    /// Whether files may come with it.
    pub fn takes_files(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, Kind::Files(_)))
    }

    /// Nothing to fill in: one press does it.
    pub fn is_bare(&self) -> bool {
        let hidden = self.fields.iter().all(|f| f.kind == Kind::Hidden);
        hidden && self.rows.is_empty() && self.fault.is_none()
    }
}

/// What tells a form from others of the same act on the page: `submit_answer`, `arrive_1_<unit>`.
pub fn slot<'a>(act: &'a str, about: impl Iterator<Item = &'a str>) -> String {
    std::iter::once(act).chain(about).collect::<Vec<_>>().join("_")
}

fn note(w: Words, act: &str, o: &Options) -> Option<String> {
    match act {
        "dispatch" | "adjudicate" => o.basis.clone(),
        "decide" => match o.requests.as_slice() {
            [only] => Some(only.words.clone()),
            _ => None,
        },
        _ => w.find(&format!("act_note.{act}")).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::words::Locale;

    const W: Words = Words::new(Locale::En);

    fn options() -> Options {
        let groups = vec![Group::new("County", vec![Choice::new("u1", "Transport")])];
        Options {
            leads: groups.clone(),
            assists: groups,
            requests: vec![Choice::new("r1", "extension")],
            stages: vec![Choice::new("settle", "settle")],
            ..Options::default()
        }
    }

    #[test]
    fn every_act_has_its_word_and_every_field_its_label() {
        for act in ACTS {
            for locale in [Locale::Zh, Locale::En] {
                let w = Words::new(locale);
                assert!(w.find(&format!("act.{act}")).is_some(), "act.{act}");
                let form = ActForm::new(w, act, "k", &options());
                let rows = form.rows.into_iter().flat_map(|row| row.fields);
                for field in form.fields.into_iter().chain(rows) {
                    // A word that is missing shows as the key.
                    assert_ne!(field.label, field.name, "{act}: {}", field.name);
                    assert!(!field.label.contains('_'), "{act}: {}", field.label);
                }
            }
        }
    }

    #[test]
    fn the_contract_s_required_fields_are_required() {
        for (act, expected) in [
            ("decline", vec!["reason"]),
            ("dispatch", vec!["lead"]),
            ("adjudicate", vec!["lead", "reason"]),
            ("return", vec!["reason"]),
            ("suspend", vec!["reason", "until"]),
            ("extend", vec!["reason", "due"]),
            ("decide", vec!["accept"]),
            ("answer", vec!["kind", "text"]),
            ("verify", vec!["passed"]),
            ("call_back", vec!["reached"]),
            ("urge", vec!["text"]),
            ("sign_off", vec![]),
            ("settle_on_spot", vec!["category", "text"]),
            ("link", vec!["to"]),
            ("unlink", vec!["reason"]),
            ("merge", vec!["into", "reason"]),
            ("pass_on", vec!["post"]),
            ("pass_back", vec!["reason"]),
            ("send_back", vec!["reason"]),
            ("node_done", vec!["node", "text"]),
            ("whistle", vec!["units", "by", "spot", "text"]),
            ("arrive", vec!["came"]),
            ("shelve", vec!["reason", "until"]),
            ("refer_up", vec!["reason", "to"]),
            ("refer_across", vec!["reason", "to"]),
            ("exclude", vec!["reason"]),
            ("object", vec!["reason"]),
            ("order", vec!["number", "text"]),
            ("notice", vec!["number", "text"]),
        ] {
            let form = ActForm::new(W, act, "k", &options());
            let required: Vec<&str> =
                form.fields.iter().filter(|f| f.required).map(|f| f.name.as_str()).collect();
            assert_eq!(required, expected, "{act}");
        }
    }

    #[test]
    fn a_form_that_comes_back_keeps_what_was_sent_and_shows_every_fault() {
        let mut form = ActForm::new(W, "dispatch", "k", &options());
        let sent = [("lead".to_owned(), "u1".to_owned()), ("reason".to_owned(), "near".to_owned())];
        let faults = [
            ("reason".to_owned(), "too short".to_owned()),
            ("deadline".to_owned(), "in the past".to_owned()),
        ];
        form.again(&sent, &faults);
        assert!(form.open);
        assert!(form.fields[0].is_set());
        assert_eq!(form.fields[2].value, "near");
        assert_eq!(form.fields[2].fault.as_deref(), Some("too short"));
        assert_eq!(form.fault.as_deref(), Some("in the past"));
    }

    #[test]
    fn an_act_without_fields_is_one_press() {
        assert!(ActForm::new(W, "resume", "k", &options()).is_bare());
        assert!(ActForm::new(W, "sign_off", "k", &options()).is_bare());
        let despite = Options { despite: true, ..options() };
        assert!(!ActForm::new(W, "sign_off", "k", &despite).is_bare());
    }
}
