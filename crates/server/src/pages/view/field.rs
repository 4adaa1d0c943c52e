//! One field of a form, with its label, its hint and what is wrong with what was typed.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::pages::words::Words;

/// A value that can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub words: String,
    /// A quiet word behind it.
    pub note: Option<String>,
    pub on: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, words: impl Into<String>) -> Self {
        Self { value: value.into(), words: words.into(), note: None, on: false }
    }

    #[cfg(test)]
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    #[must_use]
    pub fn on(self, on: bool) -> Self {
        Self { on, ..self }
    }
}

/// Choices under a heading: the villages of a township.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    pub label: String,
    pub choices: Vec<Choice>,
}

impl Group {
    pub fn new(label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { label: label.into(), choices }
    }

    /// Whether one of its choices is taken, so that it stands open.
    pub fn is_on(&self) -> bool {
        self.choices.iter().any(|c| c.on)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Line,
    Text {
        rows: u8,
    },
    Password,
    Tel,
    /// A decimal number typed by hand: a coordinate.
    Number,
    /// `2022-04-19T18:00`, county time.
    Moment,
    /// `2022-04-19`.
    Day,
    /// One of a list; the first entry is "not chosen" unless the field is required and set.
    Select(Vec<Choice>),
    /// One of a long list under headings.
    Groups(Vec<Group>),
    Radios(Vec<Choice>),
    /// Radios that look like chips, for the few choices at the head of a form.
    Chips(Vec<Choice>),
    /// Several of a list under headings.
    Checks(Vec<Group>),
    /// Yes or not; sends `true` when ticked.
    Check,
    Hidden,
    /// A file of text.
    File,
    /// Pictures and papers to be chosen, beside those that the form has kept already.
    Files(Vec<KeptFile>),
}

/// A file that a form has kept: a ticked box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// The id of its upload.
    pub id: String,
    pub name: String,
    pub size: String,
    /// A small picture, as `data:`.
    pub small: Option<String>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "part/field.html")]
pub struct Field {
    pub w: Words,
    pub id: String,
    /// The field of the command that it fills.
    pub name: String,
    pub label: String,
    pub hint: Option<String>,
    pub kind: Kind,
    pub value: String,
    pub required: bool,
    /// What is wrong, and how to mend it.
    pub fault: Option<String>,
    /// The value of `autocomplete`.
    pub auto: &'static str,
    /// A filter: nothing chosen means any, and it is never marked as optional.
    pub filter: bool,
}

impl HtmlSafe for Field {}

impl Field {
    /// A field labelled by the locale's `field.<form>_<name>`, else `field.<name>`.
    pub fn new(w: Words, form: &str, name: &str, kind: Kind) -> Self {
        Self {
            w,
            id: format!("{form}-{name}"),
            name: name.to_owned(),
            label: w
                .find(&format!("field.{form}_{name}"))
                .map_or_else(|| w.name("field", name), str::to_owned),
            hint: w.find(&format!("hint.{form}_{name}")).map(str::to_owned),
            kind,
            value: String::new(),
            required: false,
            fault: None,
            auto: "off",
            filter: false,
        }
    }

    /// One filter of a list.
    pub fn filter(w: Words, name: &str, choices: Vec<Choice>) -> Self {
        Self { filter: true, ..Self::new(w, "filter", name, Kind::Select(choices)) }
    }

    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    #[must_use]
    pub fn auto(self, auto: &'static str) -> Self {
        Self { auto, ..self }
    }

    /// Sets the value, or marks the choice.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.fill(&[value.into()]);
        self
    }

    /// Takes what the reader sent for this field: one value, or several for checks.
    pub fn fill(&mut self, values: &[String]) {
        let mark = |choice: &mut Choice| choice.on = values.contains(&choice.value);
        match &mut self.kind {
            Kind::Select(list) | Kind::Radios(list) | Kind::Chips(list) => {
                list.iter_mut().for_each(mark);
            }
            Kind::Groups(groups) | Kind::Checks(groups) => {
                groups.iter_mut().flat_map(|g| g.choices.iter_mut()).for_each(mark);
            }
            _ => {}
        }
        self.value = values.first().cloned().unwrap_or_default();
    }

    /// Keeps what was sent and shows what is wrong with it.
    pub fn again(&mut self, sent: &[(String, String)], faults: &[(String, String)]) {
        let values: Vec<String> =
            sent.iter().filter(|(n, _)| *n == self.name).map(|(_, v)| v.clone()).collect();
        // A password is typed again.
        if !matches!(self.kind, Kind::Password) {
            self.fill(&values);
        }
        // A line each.
        let own = faults.iter().filter(|(n, _)| *n == self.name).map(|(_, what)| what.as_str());
        let own: Vec<&str> = own.collect();
        self.fault = (!own.is_empty()).then(|| own.join("\n"));
    }

    /// Shows what the form has kept.
    pub fn keep(&mut self, files: &[KeptFile]) {
        if let Kind::Files(kept) = &mut self.kind {
            files.clone_into(kept);
        }
    }

    /// Whether some choice is marked.
    pub fn is_set(&self) -> bool {
        match &self.kind {
            Kind::Select(list) | Kind::Radios(list) | Kind::Chips(list) => {
                list.iter().any(|c| c.on)
            }
            Kind::Groups(groups) | Kind::Checks(groups) => groups.iter().any(Group::is_on),
            _ => !self.value.is_empty(),
        }
    }

    /// The ids of hint and fault, for `aria-describedby`; empty if there is neither.
    pub fn described(&self) -> String {
        let hint = self.hint.is_some().then(|| format!("{}-h", self.id));
        let fault = self.fault.is_some().then(|| format!("{}-f", self.id));
        [hint, fault].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub const fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Password => "password",
            Kind::Tel => "tel",
            Kind::Moment => "datetime-local",
            Kind::Day => "date",
            Kind::File => "file",
            _ => "text",
        }
    }

    pub const fn input_mode(&self) -> &'static str {
        match self.kind {
            Kind::Tel => "tel",
            Kind::Number => "decimal",
            _ => "text",
        }
    }
}
