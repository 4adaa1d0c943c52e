//! Posts, who holds them, and the rosters of grids.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Entry, Fault, Origin, Proposed, outlasts, overlap, start_before_end};
use crate::organisation::{Appointment, Division, Holding, Organisation, Post, Role, Unit};

pub(super) fn posts(proposed: &Proposed, merged: &Organisation, faults: &mut Vec<Fault>) {
    let mut seen = BTreeMap::new();
    for Entry { origin, value } in &proposed.posts {
        if let Some(first) = seen.insert(value.id, origin.row) {
            let what = format!("post {} stands twice, first at {first}", value.name);
            faults.push(Fault::new(origin, "key", what, "keep one of them"));
        }
        start_before_end((value.from, value.to), origin, faults);
        match merged.units.get(&value.unit) {
            None => {
                let what = format!("the unit of post {} is not known", value.name);
                faults.push(Fault::new(origin, "unit", what, "name a unit of the register"));
            }
            Some(unit) if outlasts((value.from, value.to), (unit.from, unit.to)) => {
                let what = outside_its_unit(value, unit);
                faults.push(Fault::new(origin, "unit", what, "end the post with its unit"));
            }
            Some(unit) => grids_of_post(value, unit, merged, origin, faults),
        }
        if let Some(other) = second_chief(value, merged) {
            let what = format!("{} and {} are chief of the same at once", value.name, other.name);
            faults.push(Fault::new(origin, "role", what, "end one before the other begins"));
        }
    }
}

fn outside_its_unit(post: &Post, unit: &Unit) -> String {
    match unit.to {
        Some(end) if post.to.is_none_or(|to| to > end) => {
            format!("{} has ended on {end}, post {} has not", unit.name, post.name)
        }
        _ => format!("{} stands from {} only, post {} earlier", unit.name, unit.from, post.name),
    }
}

fn grids_of_post(
    post: &Post,
    unit: &Unit,
    merged: &Organisation,
    origin: &Origin,
    faults: &mut Vec<Fault>,
) {
    if post.role.is_of_grid() == post.grids.is_empty() && post.role != Role::GridInstructor {
        let what = if post.grids.is_empty() {
            format!("grid post {} answers for no grid", post.name)
        } else {
            format!("post {} is no grid post but names grids", post.name)
        };
        faults.push(Fault::new(origin, "grids", what, "name its grids, or give it another role"));
    }
    for id in &post.grids {
        let Some(grid) = merged.grids.get(id) else {
            let what = format!("grid {id} of post {} is not known", post.name);
            faults.push(Fault::new(origin, "grids", what, "name a grid of the register"));
            continue;
        };
        let within = unit.code.as_ref().is_none_or(|code| {
            let around = merged.ancestors(&grid.division);
            let own = |d: &Division| merged.unit_of_division(&d.code, Date::MAX);
            around.iter().any(|d| d.code == *code || own(d).is_some_and(|u| u.id == unit.id))
        });
        if !within {
            let what = format!("grid {} does not lie in {}", grid.code, unit.name);
            faults.push(Fault::new(origin, "grids", what, "give the post to the grid's own unit"));
        }
    }
}

/// Another post that is chief of the same grid, or head of the same unit, on the same day.
fn second_chief<'a>(post: &Post, merged: &'a Organisation) -> Option<&'a Post> {
    let same = |other: &Post| match post.role {
        Role::GridChief => post.grids.iter().any(|grid| other.grids.contains(grid)),
        Role::UnitHead | Role::SupervisionHead => post.unit == other.unit,
        _ => false,
    };
    merged.posts.values().find(|other| {
        other.id != post.id
            && other.role == post.role
            && same(other)
            && overlap((post.from, post.to), (other.from, other.to))
    })
}

pub(super) fn appointments(
    proposed: &Proposed,
    (standing, merged): (&Organisation, &Organisation),
    faults: &mut Vec<Fault>,
) {
    for Entry { origin, value } in &proposed.appointments {
        // An appointment that stands in the register is taken back by ending it on its first day.
        let same = |known: &Appointment| Appointment { to: value.to, ..known.clone() } == *value;
        let taken_back = value.to == Some(value.from) && standing.appointed(value.post).any(same);
        if !taken_back {
            start_before_end((value.from, value.to), origin, faults);
        }
        let Some(post) = merged.posts.get(&value.post) else {
            let what = format!("post {} is not known", value.post);
            faults.push(Fault::new(origin, "post", what, "name a post of the register"));
            continue;
        };
        if value.from < post.from || post.to.is_some_and(|end| value.from >= end) {
            let what = format!("post {} does not stand on {}", post.name, value.from);
            faults.push(Fault::new(origin, "from", what, "choose a day on which it stands"));
        }
        let beside = |other: &&Appointment| {
            *other != value
                && other.post == value.post
                && overlap((value.from, value.to), (other.from, other.to))
        };
        let mut others = merged.appointments.iter().filter(beside);
        let two = others.clone().any(|other| other.holding == Holding::Holder);
        if value.holding == Holding::Holder && post.role.has_one_holder() && two {
            let what = format!("{} would have two holders at once", post.name);
            let mend = "end the one appointment before the other begins, or make it a deputy's";
            faults.push(Fault::new(origin, "from", what, mend));
        } else if others.any(|other| other.user == value.user && other.holding == value.holding) {
            let what = format!("the same person would hold {} twice at once", post.name);
            faults.push(Fault::new(origin, "from", what, "end the one before the other begins"));
        }
        if let Some(other) = across_the_wall(value, post, merged) {
            let what = format!("the same person would be {} and {}", post.name, other.name);
            let mend = "who keeps or audits the system has no other post: name another person";
            faults.push(Fault::new(origin, "user", what, mend));
        }
        if let Some((what, mend)) = deputy(value, post, merged) {
            faults.push(Fault::new(origin, "own", what, mend));
        }
    }
}

/// Appointments that would change who was in a post on a day that is past: they begin or end before
/// `recorded`, the day of the last act. Whose a matter was stays as it was answered then; who goes today is
/// gone today.
pub fn backdated(proposed: &Proposed, standing: &Organisation, recorded: Date) -> Vec<Fault> {
    let mut faults = Vec::new();
    for Entry { origin, value } in &proposed.appointments {
        let same = |a: &&Appointment| {
            (a.user, a.holding, a.from) == (value.user, value.holding, value.from)
        };
        let known = standing.appointed(value.post).find(same);
        let mut past = |field: &str, day: Date| {
            let what = format!("{day} is past: acts are recorded up to {recorded}");
            faults.push(Fault::new(origin, field, what, "choose this day or a later one"));
        };
        if known.is_none() && value.from < recorded {
            past("from", value.from);
        }
        if let Some(to) = value.to.filter(|to| *to < recorded)
            && known.is_none_or(|known| known.to != value.to)
        {
            past("to", to);
        }
    }
    faults.sort();
    faults.dedup();
    faults
}

/// Units and grids that would begin, or have another border, on a day that is past: who answered for a place then
/// stays as it was answered.
pub fn begun(proposed: &Proposed, standing: &Organisation, recorded: Date) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut past = |origin: &Origin, day: Date, known: Option<Date>| {
        if known != Some(day) && day < recorded {
            let what = format!("{day} is past: acts are recorded up to {recorded}");
            faults.push(Fault::new(origin, "from", what, "choose this day or a later one"));
        }
    };
    for Entry { origin, value } in &proposed.units {
        past(origin, value.from, standing.units.get(&value.id).map(|unit| unit.from));
    }
    for Entry { origin, value } in &proposed.grids {
        past(origin, value.from, standing.grids.get(&value.id).map(|grid| grid.from));
    }
    faults
}

/// Another post of the same person at the same time, where one of the two keeps or audits the system and
/// the other is another (三员分立: who keeps accounts, who says what posts may, who audits, and nobody of
/// them with business).
fn across_the_wall<'a>(
    value: &Appointment,
    post: &Post,
    merged: &'a Organisation,
) -> Option<&'a Post> {
    let walled = |role| matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor);
    let mut others = merged.appointments_of(value.user).filter(|other| {
        other.post != value.post && overlap((value.from, value.to), (other.from, other.to))
    });
    others.find_map(|other| {
        let other = merged.posts.get(&other.post)?;
        let apart = (walled(other.role) || walled(post.role)) && other.role != post.role;
        apart.then_some(other)
    })
}

/// A deputy holds a post of the own and deputises from it; nobody deputises for a deputy.
fn deputy(
    value: &Appointment,
    post: &Post,
    merged: &Organisation,
) -> Option<(String, &'static str)> {
    let Some(own) = value.own else {
        let missing = value.holding == Holding::Deputy;
        let what = format!("the deputy of {} names no post of the own", post.name);
        return missing.then_some((what, "name the post that the deputy holds"));
    };
    if value.holding == Holding::Holder || own == value.post {
        let what = format!("who acts for {} from there is no deputy", post.name);
        return Some((what, "name the deputy's own post, and only for a deputy"));
    }
    if merged.holds(value.user, own, value.from) {
        return None;
    }
    let named = merged.posts.get(&own).map_or("a post not known", |own| &own.name);
    let deputises = merged.acting(own, value.from).is_some_and(|a| a.user == value.user);
    let (what, mend) = if deputises {
        let what = format!("a deputy of a deputy: {named} is only deputised for");
        (what, "the holder names a deputy, a deputy names none")
    } else {
        let what = format!("the deputy does not hold {named} on {}", value.from);
        (what, "name a post that the deputy holds on the day")
    };
    Some((what, mend))
}

/// Grids without a chief or a full-time member, and days on which a grid's post has nobody between
/// two holders.
pub(super) fn gaps(proposed: &Proposed, merged: &Organisation) -> Vec<Fault> {
    let mut warnings = Vec::new();
    let mut staffed = BTreeMap::new();
    for post in merged.posts.values() {
        for grid in &post.grids {
            staffed.entry((*grid, post.role)).or_insert(post.id);
        }
    }
    // A grid that is given up hands its posts to those that take its ground.
    for Entry { origin, value } in proposed.grids.iter().filter(|grid| grid.value.to.is_none()) {
        for (role, name) in [(Role::GridChief, "chief"), (Role::GridMember, "full-time member")] {
            if !staffed.contains_key(&(value.id, role)) {
                let what = format!("grid {} has no post of a {name}", value.code);
                warnings.push(Fault::new(origin, "code", what, "add one"));
            }
        }
    }
    for Entry { origin, value } in &proposed.appointments {
        let Some(post) = merged.posts.get(&value.post).filter(|p| p.role.is_of_grid()) else {
            continue;
        };
        if value.holding == Holding::Holder
            && let Some((from, to)) = gap_before(value, merged)
        {
            let what = format!("nobody holds {} from {from} until {to}", post.name);
            warnings.push(Fault::new(origin, "from", what, "name a holder for these days"));
        }
    }
    warnings
}

/// The days between the holder before and this one on which nobody holds the post.
fn gap_before(holder: &Appointment, merged: &Organisation) -> Option<(Date, Date)> {
    let before = merged.appointments.iter().filter(|other| {
        other.post == holder.post && other.holding == Holding::Holder && other.from < holder.from
    });
    let mut last = None;
    for other in before {
        last = last.max(Some(other.to?));
    }
    last.filter(|end| *end < holder.from).map(|end| (end, holder.from))
}
