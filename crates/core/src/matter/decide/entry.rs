//! How a matter comes in: reported, filed, declined, corrected.

use super::Context;
use super::outcome::Outcome;
use super::standing::desk_of;
use crate::clock::Roll;
use crate::ids::{CategoryId, DivisionCode, GridId, MatterId, UnitId};
use crate::ledger::{ContentRef, Source};
use crate::matter::act::{Corrected, Declined, Did, Filed, NewAct, Reported, Then};
use crate::matter::actor::Person;
use crate::matter::apply::Envelope;
use crate::matter::audience::sees_the_county;
use crate::matter::command::{Facts, Report, ReportedPlace};
use crate::matter::deadline::Rule;
use crate::matter::holder::HolderKind;
use crate::matter::refusal::{FieldFault, Refusal, Why};
use crate::matter::state::{Matter, OutsideOrder, Owner, Place, PlaybookRef, Reporter, State};
use crate::organisation::Level;
use crate::playbook::{Event, Grade, Stage};
use crate::time::At;

/// A new matter with its number, or everything that is wrong with it.
pub fn report(
    report: &Report,
    no: &str,
    playbook: PlaybookRef,
    cx: &Context<'_>,
) -> Result<(Matter, NewAct), Refusal> {
    may_report(cx)?;
    let mut faults = Vec::new();
    let place = place(&report.place, cx, &mut faults);
    let category = cx.playbook.category.clone().or_else(|| report.category.clone());
    if let Some(id) = &category {
        check_category(id, cx, &mut faults);
    }
    let source = match &report.source {
        Some(source) => source.clone(),
        None => cx.playbook.sources.first().cloned().unwrap_or_default(),
    };
    check_source(&source, cx, &mut faults);
    check_on_behalf(report, cx, &mut faults);
    if let Some(against) = report.against
        && cx.unit(against).is_none()
    {
        faults.push(FieldFault::new("against", "no such unit stands today"));
    }
    match (&report.outside, &cx.playbook.outside) {
        (Some(order), Some(_)) => faults.extend(faults_of_order(order)),
        (Some(_), None) => {
            let what = "this kind of matter comes from no authority outside";
            faults.push(FieldFault::new("outside", what));
        }
        (None, Some(_)) => {
            let what = "give the authority's number and the limit it set";
            faults.push(FieldFault::new("outside", what));
        }
        (None, None) => {}
    }
    faults.extend(report.follows.and_then(|id| fault_of_before(id, cx)));
    faults.extend(super::showing::fault_of(&report.files));
    if let Some((happened, _)) = report.happened
        && happened > cx.now
    {
        faults.push(FieldFault::new("happened", "it lies in the future"));
    }
    let (Some(place), []) = (place, faults.as_slice()) else {
        return Err(Refusal::Invalid(faults));
    };
    // A complaint of a unit hides its reporter by force: the centre relays.
    let hidden = report.hidden || report.against.is_some();
    let desk = desk_of(cx, &place, category.as_ref(), hidden, report.against)
        .ok_or_else(|| Refusal::field("playbook", "no post stands that could take it up"))?;
    let did = Reported {
        no: no.to_owned(),
        playbook,
        category,
        source,
        urgent: report.urgent,
        place,
        title: report.title.id,
        detail: report.detail.as_ref().map(|c| c.id),
        form: report.form.iter().map(|(name, c)| (name.clone(), c.id)).collect(),
        reporter: (report.contact.is_some() || cx.actor.person == Person::Receipt)
            .then(|| Reporter { contact: report.contact.as_ref().map(|c| c.id), hidden }),
        against: report.against,
        desk,
        parent: None,
        apart_by: None,
        start: None,
        follows: report.follows,
        outside: report.outside.clone(),
        restricted: restricted(report, cx),
        grade: None,
    };
    let contents: Vec<&ContentRef> = [&report.title]
        .into_iter()
        .chain(&report.detail)
        .chain(report.form.iter().map(|(_, c)| c))
        .chain(&report.place.address)
        .chain(&report.contact)
        .chain(&report.files)
        .collect();
    open_reported(report, did, &contents, cx)
}

/// A look that failed opens a new matter: it follows one that was recorded on the spot, and nothing else.
fn fault_of_before(id: MatterId, cx: &Context<'_>) -> Option<FieldFault> {
    let seen = cx.kin.get(id).filter(|before| cx.actor.post.is_some() && super::sees(before, cx));
    let what = match seen {
        None => "there is no such matter, or you may not see it",
        Some(before) if before.state != State::Recorded => {
            "it was not settled on the spot: a repeat is said when the new one is filed"
        }
        Some(_) => return None,
    };
    Some(FieldFault::new("follows", what))
}

fn faults_of_order(order: &OutsideOrder) -> Option<FieldFault> {
    let (number, long) = (order.number.as_str(), order.number.chars().count() > 40);
    let odd = number.is_empty() || number.trim() != number || number.chars().any(char::is_control);
    (long || odd)
        .then(|| FieldFault::new("outside.number", "the order's number is 1 to 40 characters"))
}

/// What the ledger will say of the first act beside its body.
pub(super) fn first_envelope(happened: Option<(At, Source)>, cx: &Context<'_>) -> Envelope {
    Envelope {
        seq: 1,
        at: cx.now,
        happened: happened.map(|(at, _)| at),
        source: happened.map_or(Source::Live, |(_, source)| source),
        by: cx.actor.person,
        post: cx.actor.post,
        unit: cx.actor.unit,
    }
}

/// The first act, with the deadlines that count from it.
fn open_reported(
    report: &Report,
    did: Reported,
    contents: &[&ContentRef],
    cx: &Context<'_>,
) -> Result<(Matter, NewAct), Refusal> {
    let envelope = first_envelope(report.happened, cx);
    let desk = did.desk;
    let at_desk = Then::of(State::Reported, Some(desk));
    let bare = Matter::opened(report.id, &envelope, &did, &at_desk);
    let mut outcome = Outcome::of(&bare, cx);
    outcome.state(State::Reported, Some(desk));
    outcome.held_by(HolderKind::Centre, Some(desk.unit));
    outcome.open(Stage::File, None, desk.unit, cx.now)?;
    let deploy_now = cx.clock.stage(Stage::Deploy, Grade::Ordinary);
    if deploy_now.is_some_and(|row| row.from == Event::Reported) {
        outcome.open(Stage::Deploy, None, desk.unit, cx.now)?;
    }
    let then = outcome.then;
    let matter = Matter::opened(report.id, &envelope, &did, &then);
    let act = NewAct {
        did: Did::Reported(Box::new(did)),
        then,
        contents: contents.iter().map(|c| **c).collect(),
    };
    Ok((matter, act))
}

/// A complaint of a unit whose own posts would see it by their scope reaches people by grant alone.
fn restricted(report: &Report, cx: &Context<'_>) -> bool {
    let Some(against) = report.against else { return false };
    let today = cx.today();
    let sees_all =
        |unit: UnitId| cx.organisation.posts_in(unit, today).any(|post| sees_the_county(post.role));
    let units = cx.organisation.units.keys().copied();
    let below = units.filter(|unit| cx.organisation.is_within(*unit, against, today));
    below.into_iter().any(sees_all)
}

fn may_report(cx: &Context<'_>) -> Result<(), Refusal> {
    let allowed = match (cx.actor.person, cx.actor.role) {
        (Person::Receipt, _) => cx.playbook.public,
        (_, Some(role)) => cx.playbook.enter.contains(&role),
        (_, None) => false,
    };
    if allowed { Ok(()) } else { Err(Refusal::NotYours(Why::OnlyRoles(cx.playbook.enter.clone()))) }
}

/// For whom it was written: another post that stands today. The act has one place for it, which a
/// deputy's own principal takes.
fn check_on_behalf(report: &Report, cx: &Context<'_>, faults: &mut Vec<FieldFault>) {
    let Some(post) = report.on_behalf else { return };
    let what = if cx.actor.post.is_none() {
        "without an account nobody writes for a post"
    } else if cx.actor.acting_for.is_some() {
        "you act for another already: enter it in a post of your own"
    } else if cx.actor.post == Some(post) {
        "this is your own post: leave it out"
    } else if cx.organisation.post(post, cx.today()).is_none() {
        "no such post stands today"
    } else {
        return;
    };
    faults.push(FieldFault::new("on_behalf", what));
}

/// A category there is, and none that is the whole of another kind of matter.
pub(super) fn check_category(id: &CategoryId, cx: &Context<'_>, faults: &mut Vec<FieldFault>) {
    if !cx.powers.categories.contains_key(id) {
        faults.push(FieldFault::new("category", format!("no category is called \"{id}\"")));
    } else if cx.playbook.category.as_ref().is_some_and(|only| only != id) {
        faults.push(FieldFault::new("category", "this kind of matter has one category only"));
    } else if !cx.catalogue.may_have(cx.playbook, id) {
        faults.push(FieldFault::new("category", "this category is another kind of matter's alone"));
    }
}

pub(super) fn check_source(source: &str, cx: &Context<'_>, faults: &mut Vec<FieldFault>) {
    if !cx.playbook.sources.iter().any(|s| s == source) {
        let known = cx.playbook.sources.join(", ");
        faults.push(FieldFault::new("source", format!("\"{source}\" is none of: {known}")));
    }
}

/// The place of a report: its division, the township above, and the grid of its point.
pub(super) fn place(
    given: &ReportedPlace,
    cx: &Context<'_>,
    faults: &mut Vec<FieldFault>,
) -> Option<Place> {
    let today = cx.today();
    let at_point = given
        .point
        .and_then(|[lon, lat]| cx.organisation.grid_at(lon, lat, today))
        .map(|grid| (grid.id, grid.division.clone()));
    let division = match (&given.division, &at_point) {
        (Some(code), _) => code.clone(),
        (None, Some((_, division))) => division.clone(),
        (None, None) if given.point.is_some() => {
            faults.push(FieldFault::new(
                "place.division",
                "the point lies in no grid: name the township or village",
            ));
            return None;
        }
        (None, None) => {
            faults.push(FieldFault::new("place", "give a division or coordinates"));
            return None;
        }
    };
    let known = cx.organisation.divisions.get(&division);
    if known.is_none_or(|d| d.level < Level::County) {
        faults.push(FieldFault::new(
            "place.division",
            format!("no division of this county has the code {division}"),
        ));
        return None;
    }
    let grid = match given.grid {
        Some(id) => match cx.organisation.grid(id, today) {
            Some(grid) if grid.division == division => Some(id),
            Some(_) => {
                faults.push(FieldFault::new(
                    "place.grid",
                    format!("that grid does not lie in {division}"),
                ));
                None
            }
            None => {
                faults.push(FieldFault::new("place.grid", "no such grid"));
                None
            }
        },
        None => at_point
            .filter(|(_, of)| *of == division)
            .map(|(id, _)| id)
            .or_else(|| own_grid(&division, cx)),
    };
    let township = cx.organisation.township_of(&division).map(|t| t.code.clone());
    Some(Place {
        division,
        township,
        grid,
        point: given.point,
        address: given.address.as_ref().map(|c| c.id),
    })
}

/// What somebody of one grid in the village finds lies in that, where nothing else is said.
fn own_grid(division: &DivisionCode, cx: &Context<'_>) -> Option<GridId> {
    let of_place = |id: &&GridId| {
        cx.organisation.grid(**id, cx.today()).is_some_and(|grid| grid.division == *division)
    };
    match cx.actor.grids.iter().filter(of_place).collect::<Vec<_>>().as_slice() {
        [only] => Some(**only),
        _ => None,
    }
}

/// The facts as they will stand after `file` or `correct`.
struct Settled {
    category: Option<CategoryId>,
    source: String,
    grade: Grade,
    place: Place,
    desk: Owner,
}

fn settled(matter: &Matter, facts: &Facts, cx: &Context<'_>) -> Result<Settled, Refusal> {
    let mut faults = Vec::new();
    let category = facts.category.clone().or_else(|| matter.category.clone());
    if let Some(id) = &facts.category {
        check_category(id, cx, &mut faults);
    }
    let source = facts.source.clone().unwrap_or_else(|| matter.source.clone());
    check_source(&source, cx, &mut faults);
    let grade = facts.grade.unwrap_or(matter.grade);
    if !cx.clock.has_grade(grade) {
        faults.push(FieldFault::new(
            "grade",
            "the clock of this kind of matter has no limit for that grade",
        ));
    }
    let place = if facts.division.is_some() || facts.grid.is_some() {
        let division = facts.division.clone().or(Some(matter.place.division.clone()));
        let same = division.as_ref() == Some(&matter.place.division);
        let given = ReportedPlace {
            division,
            grid: facts.grid,
            point: matter.place.point.filter(|_| same),
            address: None,
        };
        place(&given, cx, &mut faults).map(|new| Place {
            point: matter.place.point,
            address: matter.place.address,
            ..new
        })
    } else {
        Some(matter.place.clone())
    };
    let (Some(place), []) = (place, faults.as_slice()) else {
        return Err(Refusal::Invalid(faults));
    };
    let hidden = matter.reporter.as_ref().is_some_and(|r| r.hidden);
    let desk = desk_of(cx, &place, category.as_ref(), hidden, matter.against)
        .ok_or_else(|| Refusal::field("division", "no post stands that could take it up"))?;
    Ok(Settled { category, source, grade, place, desk })
}

/// Onto the clock: what it is about, where and how grave is confirmed by the desk.
pub(super) fn file(matter: &Matter, facts: &Facts, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    let new = settled(matter, facts, cx)?;
    let Some(category) = new.category.clone() else {
        return Err(Refusal::field("category", "say what it is about: unit and limit hang on it"));
    };
    if facts.outside_due.is_some() {
        let what = "the limit of the authority outside came with its order; correct changes it";
        return Err(Refusal::field("outside_due", what));
    }
    if facts.repeat_of == Some(matter.id) {
        return Err(Refusal::field("repeat_of", "a matter does not repeat itself"));
    }
    if let Some(id) = facts.repeat_of
        && !cx.kin.get(id).is_some_and(|before| super::sees(before, cx))
    {
        let what = "there is no such matter, or you may not see it";
        return Err(Refusal::field("repeat_of", what));
    }
    let desk = new.desk;
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(State::Filed, Some(desk));
    outcome.meet(Stage::File, None);
    if desk.unit != matter.desk.unit {
        outcome.held_by(HolderKind::Centre, Some(desk.unit));
        outcome.hand_to_desk(desk.unit);
    }
    let of = (new.grade, Some(&category), &new.place);
    if let Some(outside) = &matter.outside {
        outcome.settle_before(outside, desk.unit);
    }
    for stage in [Stage::Deploy, Stage::Dispatch, Stage::Settle] {
        if stage == Stage::Settle && matter.outside.is_some() {
            continue;
        }
        let open = matter.open_deadline(stage, None).is_some();
        if !open {
            let from = outcome.start_of(stage, new.grade);
            outcome.open_for(stage, None, desk.unit, from, of)?;
        }
    }
    let did = Filed {
        category,
        source: new.source,
        grade: new.grade,
        place: new.place,
        repeat_of: facts.repeat_of.or(matter.repeat_of),
        desk,
    };
    Ok(outcome.finish(Did::Filed(Box::new(did)), []))
}

/// What is not the county's goes back to the authority outside within its time, or stays ours.
pub(super) fn may_decline(matter: &Matter, cx: &Context<'_>) -> Result<(), Why> {
    let Some(limit) = cx.playbook.outside.as_ref().and_then(|outside| outside.back) else {
        return Ok(());
    };
    match cx.due("back", matter.reported, &Rule::working(limit)) {
        Ok(until) if cx.now > until => Err(Why::BackTooLate(until)),
        // Where no day can be worked out, none is over.
        _ => Ok(()),
    }
}

/// Refused with a reason and the right path; the reporter may ask again within the window.
pub(super) fn decline(
    matter: &Matter,
    reason: &ContentRef,
    cx: &Context<'_>,
) -> Result<NewAct, Refusal> {
    let mut outcome = Outcome::of(matter, cx);
    outcome.state(State::Declined, None);
    outcome.meet(Stage::File, None);
    outcome.end_where(|_| true);
    let did = Declined { reason: reason.id, reopen_until: window(cx, cx.now)? };
    Ok(outcome.finish(Did::Declined(did), [reason]))
}

/// The end of the window in which the reporter may reopen what was closed then.
pub(super) fn window(cx: &Context<'_>, closed: At) -> Result<At, Refusal> {
    let rule = Rule { roll: Roll::None, ..Rule::working(cx.playbook.reopening.window) };
    cx.due("reopening", closed, &rule)
}

/// Another category, place, source or grade; old and new are kept, the start stays.
pub(super) fn correct(matter: &Matter, facts: &Facts, cx: &Context<'_>) -> Result<NewAct, Refusal> {
    if facts.repeat_of.is_some() {
        return Err(Refusal::field("repeat_of", "a repeat is said when it is filed"));
    }
    if facts.outside_due.is_some() && matter.outside.is_none() {
        let what = "no authority outside has set a limit for this matter";
        return Err(Refusal::field("outside_due", what));
    }
    let mut new = settled(matter, facts, cx)?;
    let same = new.category == matter.category
        && new.source == matter.source
        && new.grade == matter.grade
        && new.place == matter.place
        && facts.outside_due.is_none();
    if same {
        return Err(Refusal::field(
            "category",
            "nothing would change: give another category, place, source or grade",
        ));
    }
    let waits_at_desk = matches!(matter.state, State::Reported | State::Filed);
    if !waits_at_desk {
        new.desk = matter.desk;
    }
    let mut outcome = Outcome::of(matter, cx);
    if waits_at_desk && new.desk != matter.desk {
        outcome.state(matter.state, Some(new.desk));
        outcome.held_by(HolderKind::Centre, Some(new.desk.unit));
        outcome.hand_to_desk(new.desk.unit);
    }
    if let Some(due) = facts.outside_due {
        outcome.follow_outside(due)?;
    }
    count_anew(&mut outcome, matter, &new)?;
    let did = Corrected {
        category: new.category,
        source: new.source,
        grade: new.grade,
        place: new.place,
        desk: new.desk,
        was_category: matter.category.clone(),
        was_source: matter.source.clone(),
        was_grade: matter.grade,
        was_place: matter.place.clone(),
        outside_due: facts.outside_due,
    };
    Ok(outcome.finish(Did::Corrected(Box::new(did)), []))
}

/// The dates by what is now known of it: what is open counts by the row of its grade and category, from
/// the same moment; the dated plan that only a major one owes is asked for, or no longer.
fn count_anew(outcome: &mut Outcome<'_>, matter: &Matter, new: &Settled) -> Result<(), Refusal> {
    let of = (new.grade, new.category.as_ref(), &new.place);
    // A part is due by its whole, an order by what its authority set.
    let own = matter.parent.is_none() && matter.outside.is_none();
    for stage in [Stage::Deploy, Stage::Progress, Stage::Plan, Stage::Settle] {
        let Some(open) = matter.open_deadline(stage, None) else { continue };
        if stage == Stage::Settle && !own {
            continue;
        }
        match outcome.rule_of(stage, of)? {
            Some(rule) => outcome.count_by(open, rule)?,
            None => outcome.end_where(|d| d.n == open.n),
        }
    }
    if let Some(settle) = matter.open_deadline(Stage::Settle, None) {
        outcome.keep_assists_before(outcome.due_of(settle));
    }
    let given = matches!(matter.state, State::Dispatched | State::Returned | State::Handling);
    let asked = matter.deadlines.iter().any(|d| d.stage == Stage::Plan && d.round == matter.round);
    if let Some(owner) = matter.owner.filter(|_| given && !asked) {
        let from = outcome.start_of(Stage::Plan, new.grade);
        outcome.open_for(Stage::Plan, None, owner.unit, from, of)?;
    }
    Ok(())
}
