//! What well-formed files may still not say: a matter must always have a desk, a next deadline that
//! can begin, and somebody outside the answering chain to verify it.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde::Serialize;

use super::Stage;
use super::fault::Faults;
use super::fields::Lines;
use super::load::Ground;
use super::model::{Clock, ClockLimit, Event, Grade, Playbook, StageClock};
use crate::calendar::Calendar;
use crate::clock::{Limit, Start};
use crate::organisation::Role;

/// Stages without which a matter would stand in an open state with nothing due.
const ALWAYS: [(Stage, &str); 8] = [
    (Stage::File, "a reported matter would have nothing due"),
    (Stage::Dispatch, "a filed matter would have nothing due"),
    (Stage::SignFor, "a dispatched matter would have nothing due"),
    (Stage::Adjudicate, "a returned matter would have nothing due"),
    (Stage::Settle, "a matter in handling would have nothing due"),
    (Stage::Verify, "an answered matter would have nothing due"),
    (Stage::SignOff, "a verified matter would have nothing due"),
    (Stage::Decide, "a request would wait for ever"),
];

/// Posts of the units that handle matters.
const HANDLERS: [Role; 9] = [
    Role::UnitHead,
    Role::UnitStaff,
    Role::TownshipHall,
    Role::TownshipDeputy,
    Role::VillageCommittee,
    Role::GridChief,
    Role::GridMember,
    Role::GridPartTime,
    Role::GridInstructor,
];

/// Posts on the spot, below which nobody handles: their word is evidence, never verification.
const ON_THE_SPOT: [Role; 5] = [
    Role::VillageCommittee,
    Role::GridChief,
    Role::GridMember,
    Role::GridPartTime,
    Role::GridInstructor,
];

/// Accounts that keep the system and have no business in a matter.
const KEEPERS: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor];

/// A clock by itself.
pub(super) fn clock(clock: &Clock, ground: &Ground<'_>, lines: &Lines, faults: &Faults<'_>) {
    version(clock.version, lines, faults);
    for (n, row) in clock.stages.iter().enumerate() {
        let at = |key: &str| lines.at(&format!("stages.{n}.{key}"));
        let stage = row.stage;
        let same = |r: &StageClock| r.stage == stage && r.grade == row.grade;
        if let Some(first) = clock.stages[..n].iter().position(same) {
            let first = lines.at(&format!("stages.{first}.stage"));
            let grade = if row.grade == Grade::Major { " for major matters" } else { "" };
            let text = format!("stage \"{stage}\"{grade} stands twice, first in line {first}");
            faults.add(at("stage"), text);
        }
        if !stage.has_row() {
            let text = format!("\"{stage}\" is due on a day that somebody names: it has no row");
            faults.add(at("stage"), text);
        }
        beginning(row, at("from"), faults);
        if let ClockLimit::Own(limit) = row.limit {
            own_limit(limit, row.start, at("limit"), faults);
        }
        if let Some(cutoff) = row.cutoff {
            let (opens, closes) = office(ground.calendar);
            if cutoff <= opens || cutoff > closes {
                let hours = format!("{} to {}", opens.strftime("%H:%M"), closes.strftime("%H:%M"));
                faults.add(at("cutoff"), format!("the cutoff is outside office hours, {hours}"));
            }
            if row.start == Start::AtOnce {
                let text = "a cutoff closes the day for a working start; \"at-once\" has none";
                faults.add(at("cutoff"), text);
            }
        }
    }
}

/// What a row counts from comes before its stage is met, and is one by which the stage begins.
fn beginning(row: &StageClock, line: usize, faults: &Faults<'_>) {
    let (stage, from) = (row.stage, said(row.from));
    if let (Some(of), Some(maker)) = (order(stage), made_by(row.from))
        && order(maker) >= Some(of)
    {
        let text =
            format!("a cycle: \"{stage}\" counts from \"{from}\", which comes only after it");
        faults.add(line, text);
    } else if stage.has_row() && !stage.counts_from().contains(&row.from) {
        let may: Vec<_> = stage.counts_from().iter().map(said).collect();
        let may = may.join(", ");
        faults.add(line, format!("\"{stage}\" does not count from \"{from}\"; it may from {may}"));
    }
}

/// The latest opening and the earliest closing of a year: office hours in every season.
fn office(calendar: &Calendar) -> (Time, Time) {
    let year = Date::constant(2024, 1, 1).series(1.day()).take(366);
    let hours = year.filter_map(|date| {
        let spells = calendar.spells(date);
        Some((spells.first()?.0, spells.last()?.1))
    });
    let (opens, closes): (Vec<_>, Vec<_>) = hours.unzip();
    (
        opens.into_iter().max().unwrap_or(Time::midnight()),
        closes.into_iter().min().unwrap_or(Time::midnight()),
    )
}

/// A limit of no days is the start day itself, which only a working start has.
fn own_limit(limit: Limit, start: Start, line: usize, faults: &Faults<'_>) {
    if matches!(limit, Limit::Days(0) | Limit::WorkingDays(0)) && start == Start::AtOnce {
        faults.add(line, format!("{limit} is the start day and needs a working start"));
    }
}

/// A playbook by itself.
pub(super) fn playbook(
    playbook: &Playbook,
    ground: &Ground<'_>,
    lines: &Lines,
    faults: &Faults<'_>,
) {
    version(playbook.version, lines, faults);
    if let Some(category) = &playbook.category
        && !ground.categories.contains_key(category)
    {
        let text = format!("category \"{category}\" has no limit: the county's list lacks it");
        faults.add(lines.at("category"), text);
    }
    stages(playbook, lines, faults);
    desk(playbook, lines, faults);
    roles(playbook, lines, faults);
    rest(playbook, ground, lines, faults);
}

/// What only some kinds of matter have.
fn rest(playbook: &Playbook, ground: &Ground<'_>, lines: &Lines, faults: &Faults<'_>) {
    let spot = playbook.on_spot.iter().flat_map(|s| &s.categories).enumerate();
    for (n, category) in spot.filter(|(_, c)| !ground.categories.contains_key(*c)) {
        let text = format!("category \"{category}\" is not in the county's list");
        faults.add(lines.at(&format!("on_spot.categories.{n}")), text);
    }
    if playbook.on_spot.as_ref().is_some_and(|s| s.sample == 0) {
        let text = "one in none is looked at: name 1 to look at each, 10 for one in ten";
        faults.add(lines.at("on_spot.sample"), text);
    }
    if let Some(shelving) = &playbook.shelving {
        own_limit(shelving.longest, Start::AtOnce, lines.at("shelving.longest"), faults);
    }
    for (n, node) in playbook.nodes.iter().enumerate() {
        let line = lines.at(&format!("node.{n}.no"));
        if playbook.nodes[..n].iter().any(|before| before.no == node.no) {
            faults.add(line, format!("node {} stands twice", node.no));
        }
        if node.no == 0 || node.no > 9 {
            faults.add(line, "nodes of a kind are numbered 1 to 9; a plan's own go on from 10");
        }
        let line = lines.at(&format!("node.{n}.limit"));
        own_limit(node.limit, node.start, line, faults);
    }
    let mut drafts = BTreeSet::new();
    for (n, rule) in playbook.release.iter().enumerate() {
        for (m, act) in rule.acts.iter().enumerate().filter(|(_, act)| !drafts.insert(**act)) {
            let text = format!("\"{}\" has a releasing post already", said(act));
            faults.add(lines.at(&format!("release.{n}.acts.{m}")), text);
        }
    }
}

fn version(version: u32, lines: &Lines, faults: &Faults<'_>) {
    if version == 0 {
        faults.add(lines.at("version"), "versions count from 1");
    }
}

fn stages(playbook: &Playbook, lines: &Lines, faults: &Faults<'_>) {
    for (stage, why) in ALWAYS {
        if !playbook.stages.contains(&stage) {
            faults.add(lines.at("stages"), format!("stage \"{stage}\" is missing: {why}"));
        }
    }
    for (n, stage) in playbook.stages.iter().enumerate().filter(|(_, s)| !s.has_row()) {
        let text = format!("\"{stage}\" is due on a day that somebody names: it is not listed");
        faults.add(lines.at(&format!("stages.{n}")), text);
    }
    let call_back = playbook.stages.iter().position(|s| *s == Stage::CallBack);
    match (call_back, &playbook.ask) {
        (Some(n), None) => faults.add(
            lines.at(&format!("stages.{n}")),
            "\"call_back\" is listed, and there is no [ask]: nobody is asked",
        ),
        (None, Some(_)) => {
            faults
                .add(lines.at("ask"), "[ask] is there, and \"call_back\" is not among the stages");
        }
        _ => {}
    }
    if playbook.ask.as_ref().is_some_and(|ask| !(1..=9).contains(&ask.parties)) {
        faults.add(lines.at("ask.parties"), "1 to 9 are asked");
    }
}

fn desk(playbook: &Playbook, lines: &Lines, faults: &Faults<'_>) {
    let last = playbook.desk.len().saturating_sub(1);
    for (n, rule) in playbook.desk.iter().enumerate() {
        let line = lines.at(&format!("desk.{n}"));
        if n == last && !rule.when.is_empty() {
            faults.add(
                line,
                "the last desk has conditions: a matter that meets none would have no desk",
            );
        }
        if n < last && rule.when.is_empty() {
            faults.add(line, "this desk has no conditions: those after it are never asked");
        }
    }
}

fn roles(playbook: &Playbook, lines: &Lines, faults: &Faults<'_>) {
    if playbook.enter.is_empty() && !playbook.public {
        faults.add(lines.at("enter"), "nobody may enter a matter of this kind");
    }
    if playbook.verification.roles.is_empty() {
        faults.add(lines.at("verification.roles"), "nobody would verify");
    }
    if playbook.sign_off.is_empty() {
        faults.add(lines.at("sign_off"), "nobody would close");
    }
    for (n, role) in playbook.verification.roles.iter().enumerate() {
        let line = lines.at(&format!("verification.roles.{n}"));
        let word = said(role);
        if ON_THE_SPOT.contains(role) {
            let text = format!("\"{word}\" would verify: a word from the spot is evidence only");
            faults.add(line, text);
        } else if HANDLERS.contains(role)
            && (playbook.public || playbook.supervised)
            && !playbook.regulator
        {
            let kind = if playbook.public { "a public" } else { "a supervised" };
            faults.add(
                line,
                format!("\"{word}\" would verify and handle, which {kind} playbook does not allow"),
            );
        }
    }
    for (path, role) in every_role(playbook) {
        if KEEPERS.contains(&role) {
            let text = format!("\"{}\" keeps the system and has no business here", said(role));
            faults.add(lines.at(&path), text);
        }
    }
}

/// Each role that a playbook names, with the path where it stands.
fn every_role(playbook: &Playbook) -> Vec<(String, Role)> {
    let ask = playbook.ask.as_ref().map_or(&[][..], |ask| &ask.roles);
    let lists = [
        ("enter", &playbook.enter[..]),
        ("tasking", &playbook.tasking),
        ("verification.roles", &playbook.verification.roles),
        ("ask.roles", ask),
        ("sign_off", &playbook.sign_off),
        ("sign_off_county", &playbook.sign_off_county),
        ("reopening.roles", &playbook.reopening.roles),
    ];
    let mut all = vec![
        ("decides_for_desk".to_owned(), playbook.decides_for_desk),
        ("adjudicate".to_owned(), playbook.adjudicate),
    ];
    let single = [
        ("meeting.role", playbook.meeting.as_ref().map(|m| m.role)),
        ("shelving.role", playbook.shelving.as_ref().map(|s| s.role)),
        ("plan.approves", playbook.plan.as_ref().map(|p| p.approves)),
    ];
    all.extend(single.into_iter().filter_map(|(path, role)| Some((path.to_owned(), role?))));
    let releasing = playbook.release.iter().enumerate();
    for (n, rule) in releasing {
        let roles = rule.roles.iter().enumerate();
        all.extend(roles.map(|(m, role)| (format!("release.{n}.roles.{m}"), *role)));
    }
    for (path, roles) in lists {
        all.extend(roles.iter().enumerate().map(|(n, role)| (format!("{path}.{n}"), *role)));
    }
    let desks = playbook.desk.iter().enumerate();
    all.extend(desks.map(|(n, rule)| (format!("desk.{n}.role"), rule.role)));
    all
}

/// A playbook names a clock that no file makes.
pub(super) fn no_clock(
    playbook: &Playbook,
    known: &BTreeSet<String>,
    lines: &Lines,
    faults: &Faults<'_>,
) {
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let text = format!("there is no clock \"{}\"; known: {}", playbook.clock, known.join(", "));
    faults.add(lines.at("clock"), text);
}

/// A playbook with its clock.
pub(super) fn together(playbook: &Playbook, clock: &Clock, lines: &Lines, faults: &Faults<'_>) {
    let id = &clock.id;
    for (n, stage) in playbook.stages.iter().enumerate().filter(|(_, s)| s.has_row()) {
        let line = lines.at(&format!("stages.{n}"));
        // A stage without which nothing would be due needs a row for ordinary matters; others, such as
        // the plan of a major task, may be asked of one grade alone.
        let always = ALWAYS.iter().any(|(needed, _)| needed == stage);
        let some = clock.stages.iter().any(|row| row.stage == *stage);
        if !some || always && clock.stage(*stage, Grade::Ordinary).is_none() {
            faults.add(line, format!("stage \"{stage}\" has no row in the clock \"{id}\""));
        }
        for row in clock.stages.iter().filter(|row| row.stage == *stage) {
            if (row.stage, row.from) == (Stage::SignOff, Event::Verified) && playbook.ask.is_some()
            {
                let text = format!(
                    "the reporter is asked, and the clock \"{id}\" counts \"sign_off\" from the \
                     verification before that"
                );
                faults.add(line, text);
            }
            if !can_happen(row, playbook) {
                let from = said(row.from);
                let text = format!(
                    "stage \"{stage}\" can never begin: the clock \"{id}\" counts it from \
                     \"{from}\", which no stage of this playbook brings about"
                );
                faults.add(line, text);
            }
        }
    }
}

/// Whether what a row counts from can happen in a playbook.
///
/// Where nobody is asked, a close that counts from the call-back counts from the verification: one
/// clock serves matters with and without a reporter.
fn can_happen(row: &StageClock, playbook: &Playbook) -> bool {
    let maker = match (row.stage, row.from) {
        (Stage::SignOff, Event::CalledBack) if playbook.ask.is_none() => Some(Stage::Verify),
        (_, from) => made_by(from),
    };
    maker.is_none_or(|maker| playbook.stages.contains(&maker))
}

/// The stage whose act brings an event about; a matter is reported by nobody's deadline. Returns,
/// requests, decisions and reopenings have no stage of their own and come after the dispatch.
const fn made_by(event: Event) -> Option<Stage> {
    match event {
        Event::Reported => None,
        Event::Filed => Some(Stage::File),
        Event::Dispatched | Event::Returned | Event::Asked | Event::Decided | Event::Reopened => {
            Some(Stage::Dispatch)
        }
        Event::SignedFor => Some(Stage::SignFor),
        Event::Answered => Some(Stage::Settle),
        Event::Verified => Some(Stage::Verify),
        Event::CalledBack => Some(Stage::CallBack),
    }
}

/// Where in a matter's life a stage is met; what it counts from must come before. Requests may be
/// decided at any time.
const fn order(stage: Stage) -> Option<u8> {
    match stage {
        Stage::File => Some(1),
        Stage::Dispatch => Some(2),
        Stage::SignFor | Stage::Deploy => Some(3),
        Stage::Adjudicate | Stage::Progress | Stage::Plan | Stage::Settle => Some(4),
        Stage::Verify => Some(5),
        Stage::CallBack => Some(6),
        Stage::SignOff => Some(7),
        _ => None,
    }
}

/// A word as the file writes it.
fn said(word: impl Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
