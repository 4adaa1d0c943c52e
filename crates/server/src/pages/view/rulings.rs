//! What is decided beside matters, as plain lists: proposed rows, exceptions, referrals; and the form by
//! which something is decided or written down.

use askama::Template;
use askama_web::WebTemplate;

use super::{Field, Frame, Link, Tag};

/// A list and, for who may add to it, the form at its head.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "rulings.html")]
pub struct Rulings {
    pub frame: Frame,
    /// What the list is for, in a sentence.
    pub note: String,
    pub form: Option<RulingForm>,
    pub entries: Vec<RulingEntry>,
    /// What stands where there is no entry.
    pub empty: String,
}

/// One entry of the list.
#[derive(Debug, Clone)]
pub struct RulingEntry {
    pub title: String,
    pub tag: Tag,
    pub facts: Vec<(String, String)>,
    pub link: Option<Link>,
    pub forms: Vec<RulingForm>,
}

/// A form that is folded until it is asked for, or came back with faults.
#[derive(Debug, Clone)]
pub struct RulingForm {
    /// Its name on the page, by which a form that came back is found again.
    pub slot: String,
    pub label: String,
    /// Which entry it is about, where several have the same form.
    pub of: Option<String>,
    pub note: Option<String>,
    pub action: String,
    pub key: String,
    pub fields: Vec<Field>,
    pub fault: Option<String>,
    pub open: bool,
}

impl RulingForm {
    /// Unfolds it with everything typed and all that is wrong with it.
    pub fn again(&mut self, key: String, sent: &[(String, String)], faults: &[(String, String)]) {
        for field in &mut self.fields {
            field.again(sent, faults);
        }
        let known = |name: &str| self.fields.iter().any(|field| field.name == name);
        let rest: Vec<&str> =
            faults.iter().filter(|(name, _)| !known(name)).map(|(_, what)| what.as_str()).collect();
        self.fault = (!rest.is_empty()).then(|| rest.join(" "));
        (self.key, self.open) = (key, true);
    }
}
