//! The body of `POST /api/v1/matters`.

use serde_json::{Map, Value, json};
use zongheng_core::ids::{MatterId, PlaybookId};
use zongheng_core::ledger::{Class, Source};
use zongheng_core::matter::{FieldFault, OutsideOrder, Report, ReportedPlace};
use zongheng_core::organisation::place::{Point, check, e7};
use zongheng_core::organisation::{Datum, Organisation};
use zongheng_core::secrecy;
use zongheng_core::time::At;
use zongheng_store::NewContent;

use super::Mint;
use super::act::LONG;
use super::fields::Fields;

/// The most characters of a title and of a name or number.
const TITLE: usize = 200;
const CONTACT: usize = 100;

/// A report that was read, with the entries that its texts became.
pub struct ReadReport {
    pub report: Report,
    pub contents: Vec<NewContent>,
}

/// Reads a report; coordinates are turned to WGS84 here, once.
///
/// # Errors
/// Everything wrong with its fields.
pub fn read_report(
    body: &Map<String, Value>,
    organisation: &Organisation,
    mint: &mut Mint,
    now: At,
) -> Result<ReadReport, Vec<FieldFault>> {
    let mut f = Fields::of(body);
    let id = f.parsed("id", "a UUID").map_or_else(|| MatterId(mint.id(now)), MatterId);
    let playbook = if let Some(name) = f.string("playbook") {
        PlaybookId::from(name)
    } else {
        f.fault("playbook", "missing: the kind of matter, such as resident_report");
        PlaybookId::from("")
    };
    let category = f.string("category").map(Into::into);
    let title = f.needed_text("title", TITLE, mint, now);
    let detail = f.text("detail", LONG, mint, now);
    for name in ["title", "detail"] {
        let said = body.get(name).and_then(Value::as_str).unwrap_or_default();
        if secrecy::against_official(said) {
            f.fault(
                name,
                "reports against officials are taken by 12388, not here; nothing of it was kept",
            );
        }
    }
    if is_nowhere(f.value("place")) {
        f.fault("place", "give a division or coordinates");
    }
    let place = f.inside("place", |p| place(p, organisation, mint, now)).unwrap_or_default();
    let source = f.string("source").map(str::to_owned);
    let on_behalf = f.parsed("on_behalf", "the id of a post");
    let against = f.parsed("against", "the id of a unit");
    let urgent = f.flag("urgent").unwrap_or(false);
    let happened = f.at_time("happened").map(|at| (at, Source::Late));
    let contact = f.inside("reporter", |r| {
        let hidden = r.flag("hidden").unwrap_or(false);
        let name = short(r, "name");
        let phone = phone(r);
        let known = name.is_some() || phone.is_some();
        let entry = known.then(|| {
            let text = json!({ "name": name, "phone": phone }).to_string();
            r.keep(Class::Personal, text, mint, now)
        });
        (entry, hidden)
    });
    let (contact, hidden) = contact.unwrap_or((None, false));
    let outside = f.inside("outside", |order| {
        let number = order.needed_string("number", "the authority's number of the order");
        let due = order.needed_time("due");
        Some(OutsideOrder { number: number?, due: due? })
    });
    let follows = f.parsed("follows", "the id of a matter");
    // Looked up and told elsewhere: uploads stand in the database.
    f.value("files");
    // No playbook asks for fields of its own yet: whatever stands in the form is unknown.
    f.inside("form", |_| ());
    f.refuse_unknown();
    let Some(title) = title.filter(|_| f.faults.is_empty()) else { return Err(f.faults) };
    let report = Report {
        id,
        playbook,
        category,
        title,
        detail,
        form: Vec::new(),
        place,
        source,
        on_behalf,
        against,
        urgent,
        contact,
        hidden,
        happened,
        outside: outside.flatten(),
        follows,
        files: Vec::new(),
    };
    Ok(ReadReport { report, contents: f.contents })
}

/// The rules ask for a place too; told here, it is told together with all else.
fn is_nowhere(place: Option<&Value>) -> bool {
    let missing = |place: &Map<String, Value>| {
        ["division", "lon", "lat"].iter().all(|name| place.get(*name).is_none_or(Value::is_null))
    };
    match place {
        None => true,
        Some(Value::Object(place)) => missing(place),
        Some(_) => false,
    }
}

fn short(f: &mut Fields<'_>, name: &'static str) -> Option<String> {
    let text = f.string(name)?.trim();
    if text.is_empty() {
        return None;
    }
    if text.chars().count() > CONTACT || text.chars().any(char::is_control) {
        f.fault(name, format!("at most {CONTACT} ordinary characters"));
        return None;
    }
    Some(text.to_owned())
}

/// A telephone number as people write it. The longest is of 15 digits (ITU-T E.164), the shortest a
/// county's own of seven without its area code.
fn phone(f: &mut Fields<'_>) -> Option<String> {
    let text = short(f, "phone")?;
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let between = |c: char| matches!(c, ' ' | '-');
    let number = text.strip_prefix('+').unwrap_or(&text);
    if !(7..=15).contains(&digits) || !number.chars().all(|c| c.is_ascii_digit() || between(c)) {
        f.fault("phone", "7 to 15 digits; a + before and spaces or hyphens between them may stand");
        return None;
    }
    Some(text)
}

fn place(
    f: &mut Fields<'_>,
    organisation: &Organisation,
    mint: &mut Mint,
    now: At,
) -> ReportedPlace {
    let division = f.string("division").map(Into::into);
    let grid = f.parsed("grid", "the id of a grid");
    let address = f.text("address", TITLE, mint, now);
    let lon = f.value("lon").and_then(Value::as_f64).and_then(e7);
    let lat = f.value("lat").and_then(Value::as_f64).and_then(e7);
    let datum = f.word("datum", "wgs84, gcj02, bd09").unwrap_or(Datum::Wgs84);
    let given = f.map().contains_key("lon") || f.map().contains_key("lat");
    let point = match (lon, lat) {
        (Some(lon), Some(lat)) => match check(organisation, Point { lon, lat, datum }) {
            Ok(point) => Some(point),
            Err(outside) => {
                f.fault("lon", outside.to_string());
                None
            }
        },
        _ if !given => None,
        _ => {
            f.fault("lon", "longitude and latitude are numbers in degrees and come together");
            None
        }
    };
    ReportedPlace { division, grid, point, address }
}
