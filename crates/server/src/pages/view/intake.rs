//! The intake desk (登记台): a clerk enters what came by phone, visit, chat or spoken word.

use askama::Template;
use askama_web::WebTemplate;

use super::{Choice, Group, Kind};
use super::{Field, Frame, Link, Moment, Offer, Reason, Tag};
use crate::pages::words::Words;

#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "intake.html")]
pub struct Intake {
    pub frame: Frame,
    pub key: String,
    /// The id minted with the form, so that sending twice enters once.
    pub id: String,
    /// The kinds of matter that the desk may enter, each a form of its own; none where there is one.
    pub kinds: Vec<(Link, bool)>,
    /// `resident_report`, `county_task` ….
    pub playbook: Field,
    pub source: Field,
    pub detail: Field,
    pub files: Field,
    /// What sent pictures say of place and time.
    pub offer: Option<Offer>,
    pub title: Field,
    pub division: Field,
    pub address: Field,
    pub lon: Field,
    pub lat: Field,
    pub datum: Field,
    /// None where the kind of matter has one category only.
    pub category: Option<Field>,
    /// The number and the limit of the authority outside, where orders come from one.
    pub outside: Option<(Field, Field)>,
    pub urgent: Field,
    pub against: Field,
    pub reporter_name: Field,
    pub reporter_phone: Field,
    pub reporter_hidden: Field,
    /// What the powers list says for the chosen category and place.
    pub proposal: Option<Proposal>,
    /// Why there is no proposal: no row of the powers list fits.
    pub no_proposal: Option<String>,
    pub entered_today: u64,
    /// What this desk entered last.
    pub entered: Vec<Entered>,
    /// What is wrong with the whole of it.
    pub fault: Option<String>,
}

/// The kind of matter that is entered, and the others there are.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    pub id: String,
    /// Each with its address; the chosen one is marked. Empty where there is no choice.
    pub all: Vec<(Link, bool)>,
    pub sources: Vec<Choice>,
    /// None where the kind of matter has one category only.
    pub categories: Option<Vec<Choice>>,
    /// Orders of an authority outside, with its number and limit.
    pub ordered: bool,
}

/// Who would lead, and on which basis.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub lead: String,
    pub assists: Vec<String>,
    /// 限时办结 7 个工作日.
    pub limit: String,
    /// The day it would be due if filed now.
    pub due: Option<Moment>,
    pub because: Vec<Reason>,
    pub tags: Vec<Tag>,
}

#[derive(Debug, Clone)]
pub struct Entered {
    pub at: Moment,
    pub href: String,
    pub title: String,
    /// Source, and where it is now.
    pub note: String,
}

impl Intake {
    /// An empty form for one kind of matter.
    pub fn new(
        frame: Frame,
        key: impl Into<String>,
        id: impl Into<String>,
        kind: Kinds,
        places: Vec<Group>,
        units: Vec<Group>,
    ) -> Self {
        let w = frame.w;
        let field = |name: &str, kind: Kind| Field::new(w, "intake", name, kind);
        let first = kind.sources.first().map(|s| s.value.clone()).unwrap_or_default();
        let categories = kind.categories;
        let ordered = kind.ordered.then(|| {
            let number = field("outside_number", Kind::Line).required();
            (number, field("outside_due", Kind::Moment).required())
        });
        Self {
            key: key.into(),
            id: id.into(),
            playbook: field("playbook", Kind::Hidden).value(kind.id),
            kinds: kind.all,
            source: field("source", Kind::Chips(kind.sources)).required().value(first),
            detail: field("detail", Kind::Text { rows: 5 }).required(),
            files: field("files", Kind::Files(Vec::new())),
            offer: None,
            title: field("title", Kind::Line),
            // Coordinates may stand in its place; without either it is asked for.
            division: field("division", Kind::Groups(places)).required(),
            address: field("address", Kind::Line),
            lon: field("lon", Kind::Number),
            lat: field("lat", Kind::Number),
            datum: field("datum", Kind::Select(datums(w))),
            category: categories.map(|list| field("category", Kind::Select(list)).required()),
            outside: ordered,
            urgent: field("urgent", Kind::Check),
            against: field("against", Kind::Groups(units)),
            reporter_name: field("reporter_name", Kind::Line),
            reporter_phone: field("reporter_phone", Kind::Tel),
            reporter_hidden: field("reporter_hidden", Kind::Check),
            proposal: None,
            no_proposal: None,
            entered_today: 0,
            entered: Vec::new(),
            fault: None,
            frame,
        }
    }

    fn fields(&mut self) -> impl Iterator<Item = &mut Field> {
        let outside = self.outside.iter_mut().flat_map(|(number, due)| [number, due]);
        [
            &mut self.playbook,
            &mut self.source,
            &mut self.detail,
            &mut self.files,
            &mut self.title,
            &mut self.division,
            &mut self.address,
            &mut self.lon,
            &mut self.lat,
            &mut self.datum,
            &mut self.urgent,
            &mut self.against,
            &mut self.reporter_name,
            &mut self.reporter_phone,
            &mut self.reporter_hidden,
        ]
        .into_iter()
        .chain(&mut self.category)
        .chain(outside)
    }

    /// The form again with what was sent and all faults by field.
    pub fn again(&mut self, sent: &[(String, String)], faults: &[(String, String)]) {
        let mut known = Vec::new();
        for field in self.fields() {
            field.again(sent, faults);
            known.push(field.name.clone());
        }
        self.fault = rest(&known, faults);
    }
}

/// The faults that belong to no field, as one sentence.
pub(super) fn rest(known: &[String], faults: &[(String, String)]) -> Option<String> {
    let rest: Vec<&str> =
        faults.iter().filter(|(n, _)| !known.contains(n)).map(|f| f.1.as_str()).collect();
    (!rest.is_empty()).then(|| rest.join(" "))
}

fn datums(w: Words) -> Vec<Choice> {
    ["wgs84", "gcj02", "bd09"].map(|d| Choice::new(d, w.name("datum", d))).to_vec()
}
