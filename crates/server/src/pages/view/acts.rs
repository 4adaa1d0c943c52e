//! The forms of the acts: one table from an act's name to its fields.

use super::{Choice, Field, Group, Kind};
use crate::pages::words::Words;

/// The acts that have a form here, in the order in which buttons stand.
pub const ACTS: [&str; 20] = [
    "file",
    "decline",
    "dispatch",
    "sign_for",
    "decide",
    "adjudicate",
    "answer",
    "progress",
    "verify",
    "call_back",
    "sign_off",
    "resume",
    "return",
    "suspend",
    "extend",
    "reopen",
    "urge",
    "spot",
    "comment",
    "correct",
];

/// What the fields of the forms offer for choice; the handler fills what the page's acts need.
#[derive(Debug, Clone, Default)]
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
    /// A matter without a reporter settles in fewer ways.
    pub settlements: Vec<Choice>,
}

/// One allowed act, as a form.
#[derive(Debug, Clone)]
pub struct ActForm {
    pub act: String,
    pub label: String,
    /// The idempotency key minted with the form.
    pub key: String,
    pub fields: Vec<Field>,
    /// A sentence above the fields: what this does, or on which basis.
    pub note: Option<String>,
    /// The next act of this page: the one vermilion button.
    pub first: bool,
    /// Shown unfolded: it came back with faults.
    pub open: bool,
    /// What is wrong with the whole of it.
    pub fault: Option<String>,
}

/// An act that is not open to this reader now, and why.
#[derive(Debug, Clone)]
pub struct Refused {
    pub label: String,
    pub why: String,
}

impl Refused {
    pub fn new(w: Words, act: &str, why: impl Into<String>) -> Self {
        Self { label: w.act(act), why: why.into() }
    }
}

impl ActForm {
    /// The form of `act` with a fresh idempotency `key`.
    pub fn new(w: Words, act: &str, key: impl Into<String>, o: &Options) -> Self {
        Self {
            act: act.to_owned(),
            label: w.act(act),
            key: key.into(),
            fields: fields(w, act, o),
            note: note(w, act, o),
            first: false,
            open: false,
            fault: None,
        }
    }

    /// Makes it the page's next act.
    #[must_use]
    pub fn first(self) -> Self {
        Self { first: true, ..self }
    }

    /// The form again, unfolded, with what was sent and all faults by field. A fault that belongs
    /// to no field stands above them.
    pub fn again(&mut self, sent: &[(String, String)], faults: &[(String, String)]) {
        for field in &mut self.fields {
            field.again(sent, faults);
        }
        let known = |name: &str| self.fields.iter().any(|f| f.name == name);
        let rest: Vec<&str> =
            faults.iter().filter(|(n, _)| !known(n)).map(|(_, what)| what.as_str()).collect();
        self.fault = (!rest.is_empty()).then(|| rest.join(" "));
        self.open = true;
    }

    /// Nothing to fill in: one press does it.
    pub fn is_bare(&self) -> bool {
        self.fields.iter().all(|f| f.kind == Kind::Hidden) && self.fault.is_none()
    }
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

fn yes_no(w: Words) -> Vec<Choice> {
    vec![Choice::new("true", w.t("form.yes")), Choice::new("false", w.t("form.no"))]
}

fn named(w: Words, section: &str, keys: &[&str]) -> Vec<Choice> {
    keys.iter().map(|k| Choice::new(*k, w.name(section, k))).collect()
}

/// Settlement kinds that an answer may name (挂账 and 并入 come by other acts).
const SETTLEMENTS: [&str; 7] =
    ["solved", "partly", "explained", "guided", "planned", "withdrawn", "untrue"];

fn fields(w: Words, act: &str, o: &Options) -> Vec<Field> {
    let field = |name: &str, kind: Kind| Field::new(w, act, name, kind);
    let text = |name: &str| field(name, Kind::Text { rows: 3 });
    match act {
        "file" | "correct" => {
            let mut list = vec![field("category", Kind::Select(o.categories.clone()))];
            if act == "correct" {
                list.push(field("division", Kind::Groups(o.places.clone())));
            }
            list.push(field("grade", Kind::Radios(named(w, "grade", &["ordinary", "major"]))));
            list
        }
        "dispatch" | "adjudicate" => {
            let reason = text("reason");
            let mut list = vec![
                field("lead", Kind::Groups(o.leads.clone())).required(),
                field("assists", Kind::Checks(o.assists.clone())),
                if act == "adjudicate" { reason.required() } else { reason },
            ];
            if !o.withdrawable.is_empty() {
                list.push(field("withdraw", Kind::Checks(o.withdrawable.clone())));
            }
            list
        }
        "decline" => vec![text("reason").required()],
        "return" | "reopen" => {
            vec![text("reason").required(), field("whose", Kind::Groups(o.whose.clone()))]
        }
        "sign_for" if o.posts.len() > 1 => vec![field("post", Kind::Select(o.posts.clone()))],
        "urge" if o.owing.len() > 1 => {
            vec![field("unit", Kind::Select(o.owing.clone())), text("text").required()]
        }
        "progress" | "comment" | "spot" | "urge" => vec![text("text").required()],
        "suspend" => vec![text("reason").required(), field("until", Kind::Moment).required()],
        "extend" => {
            let stage = match o.stages.as_slice() {
                [only] => field("stage", Kind::Hidden).value(only.value.clone()),
                _ => field("stage", Kind::Select(o.stages.clone())).required(),
            };
            vec![text("reason").required(), stage, field("due", Kind::Moment).required()]
        }
        "decide" => {
            let request = match o.requests.as_slice() {
                [only] => field("request", Kind::Hidden).value(only.value.clone()),
                _ => field("request", Kind::Radios(o.requests.clone())).required(),
            };
            let accept = named(w, "accept", &["true", "false"]);
            vec![request, field("accept", Kind::Radios(accept)).required(), text("reason")]
        }
        "answer" => {
            let kinds = if o.settlements.is_empty() {
                named(w, "settlement", &SETTLEMENTS)
            } else {
                o.settlements.clone()
            };
            vec![field("kind", Kind::Radios(kinds)).required(), text("text").required()]
        }
        "verify" => {
            let passed = named(w, "passed", &["true", "false"]);
            let mut list = vec![field("passed", Kind::Radios(passed)).required()];
            if !o.ratings.is_empty() {
                list.push(field("rating", Kind::Radios(o.ratings.clone())));
            }
            list.push(text("text"));
            list
        }
        "call_back" => vec![
            field("reached", Kind::Radios(yes_no(w))).required(),
            field("solved", Kind::Radios(yes_no(w))),
            field("satisfied", Kind::Radios(named(w, "satisfied", &["yes", "basically", "no"]))),
            text("text"),
        ],
        "sign_off" if o.despite => vec![text("despite").required()],
        _ => Vec::new(),
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
                for field in ActForm::new(w, act, "k", &options()).fields {
                    let key = format!("field.{}", field.name);
                    assert!(w.find(&key).is_some(), "{act}: {key}");
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
