//! A matter that another system began comes over (承接): in mid-life, or as history.

use super::Context;
use super::entry::{check_category, check_source, first_envelope, place};
use super::outcome::Outcome;
use super::planning::by_the_day;
use super::routing::{MOST_ASSISTS, check_standing, open_assists_settle};
use super::standing::desk_of;
use crate::clock::Reason;
use crate::ids::UnitId;
use crate::ledger::{ContentRef, Source};
use crate::matter::act::{Did, Ended, Imported, NewAct, Theirs, Then};
use crate::matter::apply::Envelope;
use crate::matter::deadline::{Deadline, two_thirds};
use crate::matter::holder::HolderKind;
use crate::matter::import::{Import, may_import};
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, OutsideOrder, Owner, Place, PlaybookRef, Reporter, State};
use crate::organisation::{Level, Role};
use crate::playbook::{Grade, Stage};
use crate::secrecy;
use crate::time::At;

/// The most rounds that a matter brings with it; a number beyond is a slip of the pen.
const MOST_ROUNDS: u32 = 99;
/// The longest name of a system, and the longest number in it.
const LONGEST: usize = 40;

/// The matter that comes over with its one act, or everything that is wrong with it.
///
/// # Errors
/// [`Refusal::NotYours`] for whoever is neither the system nor the county's command centre;
/// [`Refusal::Invalid`] with every fault.
pub fn import(
    import: &Import,
    no: &str,
    playbook: PlaybookRef,
    cx: &Context<'_>,
) -> Result<(Matter, NewAct), Refusal> {
    if !may_import(cx.actor) {
        return Err(Refusal::NotYours(Why::OnlyRoles(vec![Role::CommandCentre])));
    }
    let mut faults = Vec::new();
    let known = place(&import.place, cx, &mut faults);
    let category = cx.playbook.category.clone().or_else(|| import.category.clone());
    match &category {
        Some(id) => check_category(id, cx, &mut faults),
        None if import.ended.is_none() => {
            let what = "say what it is about: what is open goes on by its unit and limit";
            faults.push(FieldFault::new("category", what));
        }
        None => {}
    }
    let source = match &import.source {
        Some(source) => source.clone(),
        None => cx.playbook.sources.first().cloned().unwrap_or_default(),
    };
    check_source(&source, cx, &mut faults);
    let grade = import.grade.unwrap_or(Grade::Ordinary);
    if !cx.clock.has_grade(grade) {
        let what = "the clock of this kind of matter has no limit for that grade";
        faults.push(FieldFault::new("grade", what));
    }
    faults.extend(faults_of_theirs(&import.theirs));
    check_times(import, cx, &mut faults);
    // Whatever is wrong with the place, the units are looked at as well.
    let where_ = known.clone().or_else(|| whole_county(cx));
    let desk = where_
        .as_ref()
        .and_then(|place| desk_of(cx, place, category.as_ref(), import.hidden, None));
    let (Some(place), Some(desk)) = (where_, desk) else {
        faults.push(FieldFault::new("playbook", "no post stands that could take it up"));
        return Err(Refusal::Invalid(faults));
    };
    let outside = match (&cx.playbook.outside, import.due, &import.ended) {
        (Some(_), Some(due), None) => {
            Some(OutsideOrder { number: import.theirs.number.clone(), due })
        }
        _ => None,
    };
    let did = Imported {
        no: no.to_owned(),
        theirs: import.theirs.clone(),
        playbook,
        category,
        source,
        grade,
        urgent: import.urgent,
        place,
        title: import.title.id,
        detail: import.detail.as_ref().map(|c| c.id),
        form: import.form.iter().map(|(name, c)| (name.clone(), c.id)).collect(),
        reporter: import
            .contact
            .as_ref()
            .map(|c| Reporter { contact: Some(c.id), hidden: import.hidden }),
        desk,
        began: import.began,
        round: import.round,
        round_began: import.round_began,
        lead: import.lead,
        assists: import.assists.clone(),
        outside,
        ended: import.ended.as_ref().map(|ended| Ended {
            at: ended.at,
            answer: ended.answer.as_ref().map(|c| c.id),
            solved: ended.solved,
            satisfied: ended.satisfied,
        }),
    };
    let envelope = first_envelope(Some((import.began, Source::Imported)), cx);
    let then = stands(&did);
    let bare = Matter::taken_over(import.id, &envelope, &did, &then);
    check_units(import, &bare, cx, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let then = if did.ended.is_some() { then } else { goes_on(import, &bare, cx)? };
    finished(import, &envelope, did, then)
}

fn finished(
    import: &Import,
    envelope: &Envelope,
    did: Imported,
    then: Then,
) -> Result<(Matter, NewAct), Refusal> {
    let matter = Matter::taken_over(import.id, envelope, &did, &then);
    if matter.state.is_open() && matter.next().is_none() {
        let what = "its clock knows no limit: give the one it comes with";
        return Err(Refusal::field("due", what));
    }
    let contents = [&import.title]
        .into_iter()
        .chain(&import.detail)
        .chain(import.form.iter().map(|(_, c)| c))
        .chain(&import.place.address)
        .chain(&import.contact)
        .chain(import.ended.iter().filter_map(|ended| ended.answer.as_ref()));
    let contents: Vec<ContentRef> = contents.copied().collect();
    Ok((matter, NewAct { did: Did::Imported(Box::new(did)), then, contents }))
}

/// Where it stands from now: history, with the unit that has it, or at the desk.
fn stands(did: &Imported) -> Then {
    match (did.lead, &did.ended) {
        (_, Some(_)) => Then::of(State::SignedOff, None),
        (Some(unit), None) => Then::of(State::Handling, Some(Owner { unit, post: None })),
        (None, None) => Then::of(State::Filed, Some(did.desk)),
    }
}

/// What is open goes on with its own limit from its true start; only what the desk has to do here counts
/// from now.
fn goes_on(import: &Import, bare: &Matter, cx: &Context<'_>) -> Result<Then, Refusal> {
    let mut outcome = Outcome::of(bare, cx);
    let whose = if let Some(lead) = bare.lead().map(|share| share.unit) {
        outcome.held_by(HolderKind::Unit, Some(lead));
        lead
    } else {
        outcome.held_by(HolderKind::Centre, Some(bare.desk.unit));
        outcome.open(Stage::Dispatch, None, bare.desk.unit, cx.now)?;
        bare.desk.unit
    };
    let from = bare.round_start;
    let due = match import.due {
        None => {
            outcome.open(Stage::Settle, None, whose, from)?;
            outcome.then.opened.iter().find(|d| d.stage == Stage::Settle).map(|d| d.due)
        }
        Some(due) => {
            let (due, because) = match bare.outside {
                Some(_) => outcome.earlier(due),
                None => (due, Reason::CameOver { due }),
            };
            let n = outcome.next_n();
            let because = [because].into_iter().chain(Reason::given_day(cx.calendar, due.date()));
            let because = because.collect();
            let settle =
                Deadline::on(n, Stage::Settle, None, whose, bare.round, from, due, because);
            let provisional = !cx.calendar.day(due.date()).known;
            let (warn, rule) = (two_thirds(from, due), Some(by_the_day()));
            outcome.push(Deadline { rule, warn, provisional, ..settle });
            Some(due)
        }
    };
    if let Some(due) = due {
        for unit in &import.assists {
            open_assists_settle(&mut outcome, *unit, None, due, cx)?;
        }
    }
    Ok(outcome.then)
}

fn faults_of_theirs(theirs: &Theirs) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    let system = &theirs.system;
    if system.is_empty() || system.len() > LONGEST || !system.chars().all(plain) {
        let what = format!("the other system's name is 1 to {LONGEST} of a-z, 0-9, _ and -");
        faults.push(FieldFault::new("system", what));
    }
    let number = theirs.number.as_str();
    let odd = number.is_empty() || number.trim() != number || number.chars().any(char::is_control);
    if odd || number.chars().count() > LONGEST {
        let what = format!("its number there is 1 to {LONGEST} characters");
        faults.push(FieldFault::new("number", what));
    } else if secrecy::number_of_a_person(number) {
        let what = "this looks like an identity card or a telephone, and a number stands in the \
                    ledger for ever: give the matter's own number";
        faults.push(FieldFault::new("number", what));
    }
    faults
}

fn check_times(import: &Import, cx: &Context<'_>, faults: &mut Vec<FieldFault>) {
    let mut fault = |field: &str, what: &str| faults.push(FieldFault::new(field, what));
    if import.began > cx.now {
        fault("began", "it lies in the future");
    }
    if !(1..=MOST_ROUNDS).contains(&import.round) {
        fault("round", "a matter is in its first to ninety-ninth round");
    }
    match import.round_began {
        None if import.round > 1 => fault("round_began", "say when that round began"),
        Some(_) if import.round <= 1 => {
            fault("round_began", "the first round begins with the matter");
        }
        Some(at) if at < import.began => fault("round_began", "it lies before the matter began"),
        Some(at) if at > cx.now => fault("round_began", "it lies in the future"),
        _ => {}
    }
    let start: At = import.round_began.unwrap_or(import.began);
    match (&import.ended, import.due) {
        (Some(_), Some(_)) => fault("due", "what has ended has no limit any more"),
        (None, Some(due)) if due <= start => fault("due", "it lies before the matter began"),
        (None, None) if cx.playbook.outside.is_some() => {
            fault("due", "give the limit that the authority outside set");
        }
        _ => {}
    }
    if let Some(ended) = &import.ended {
        if ended.at < start {
            fault("ended", "it lies before the matter began");
        } else if ended.at > cx.now {
            fault("ended", "it lies in the future");
        }
    }
}

fn check_units(import: &Import, bare: &Matter, cx: &Context<'_>, faults: &mut Vec<FieldFault>) {
    let fields = (0..import.assists.len()).map(|i| format!("assists[{i}]"));
    let units: Vec<(String, UnitId)> = import
        .lead
        .map(|lead| ("lead".to_owned(), lead))
        .into_iter()
        .chain(fields.zip(import.assists.iter().copied()))
        .collect();
    if import.lead.is_none() && !import.assists.is_empty() {
        faults.push(FieldFault::new("assists", "units assist a lead: name it"));
    }
    if import.assists.len() > MOST_ASSISTS {
        faults.push(FieldFault::new("assists", format!("at most {MOST_ASSISTS} units assist")));
    }
    for (i, (field, unit)) in units.iter().enumerate() {
        if units[..i].iter().any(|(_, before)| before == unit) {
            faults.push(FieldFault::new(field, "this unit stands twice"));
        } else if import.ended.is_none() {
            check_standing(field, *unit, bare, cx, faults);
        } else if !cx.organisation.units.contains_key(unit) {
            // Whose it was may be closed since.
            faults.push(FieldFault::new(field, format!("no unit has the id {unit}")));
        }
    }
}

fn whole_county(cx: &Context<'_>) -> Option<Place> {
    let county = cx.organisation.divisions.values().find(|d| d.level == Level::County)?;
    let division = county.code.clone();
    Some(Place { division, township: None, grid: None, point: None, address: None })
}
