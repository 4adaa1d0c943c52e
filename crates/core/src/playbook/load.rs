//! From files to playbooks and clocks. What a file may not say is told with file and line, all of it
//! at once; nothing is guessed and nothing unknown is passed over.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Time;
use toml::de::DeTable;

use super::check;
use super::fault::{Fault, Faults};
use super::fields::{self, Fields, Key, Lines, list, needed, optional, parsed, word};
use super::model::{
    AskReporter, Clock, DeskRule, Grade, Playbook, Reopening, StageClock, Verification,
};
use crate::calendar::DayKind;
use crate::ids::{CategoryId, PlaybookId};

/// The longest file that is read, in bytes.
pub const LONGEST_FILE: usize = 256 * 1024;

/// A file as it was found, under the name that faults shall bear.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// What the county knows besides, against which the files are checked.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Natural or working days where a clock offers both (13710); chosen at `init`.
    pub days: DayKind,
    /// The categories that have a limit.
    pub categories: &'a BTreeSet<CategoryId>,
    /// When an office opens and closes: the latest opening and the earliest closing of the year.
    pub opens: Time,
    pub closes: Time,
}

/// Playbooks and clocks that may be adopted: each by itself and all together without a fault.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    pub playbooks: BTreeMap<PlaybookId, Playbook>,
    pub clocks: BTreeMap<String, Clock>,
    /// Where a playbook and a clock state their version: file and line.
    pub(super) playbook_places: BTreeMap<PlaybookId, (String, usize)>,
    pub(super) clock_places: BTreeMap<String, (String, usize)>,
}

/// Keys of a playbook's file.
pub const PLAYBOOK: &[Key] = &[
    needed("id"),
    needed("version"),
    needed("name"),
    needed("name_en"),
    needed("public"),
    needed("enter"),
    needed("sources"),
    optional("category"),
    needed("clock"),
    needed("stages"),
    needed("desk"),
    needed("decides_for_desk"),
    needed("adjudicate"),
    optional("tasking"),
    optional("supervised"),
    needed("verification"),
    optional("ask"),
    needed("sign_off"),
    needed("reopening"),
    needed("settlement"),
];
/// Keys of each `[[desk]]`.
pub const DESK: &[Key] = &[optional("when"), needed("role")];
/// Keys of `[verification]`.
pub const VERIFICATION: &[Key] = &[needed("roles"), optional("rated")];
/// Keys of `[ask]`.
pub const ASK: &[Key] = &[needed("roles"), optional("by_receipt"), needed("tries")];
/// Keys of `[reopening]`.
pub const REOPENING: &[Key] = &[needed("window"), needed("roles")];
/// Keys of a clock's file.
pub const CLOCK: &[Key] =
    &[needed("id"), needed("version"), needed("name"), needed("name_en"), needed("stages")];
/// Keys of each `[[stages]]` of a clock.
pub const STAGES: &[Key] = &[
    needed("stage"),
    optional("grade"),
    needed("from"),
    needed("limit"),
    optional("limit_working"),
    optional("start"),
    optional("roll"),
    optional("cutoff"),
];

/// Reads and checks clocks and playbooks together.
///
/// # Errors
///
/// All that is wrong in any of the files, in the order of files given and of lines.
pub fn load(
    clocks: &[File<'_>],
    playbooks: &[File<'_>],
    ground: &Ground<'_>,
) -> Result<Loaded, Vec<Fault>> {
    let mut found = Vec::new();
    let mut loaded = Loaded::default();
    // A clock that is there but bad is told once, in its own file.
    let mut named = BTreeSet::new();
    for file in clocks {
        let faults = Faults::new(file.name, file.bytes);
        if let Some(table) = parse(file, &faults) {
            let lines = Lines::of(&table, &faults);
            let (id, clock) = read_clock(&table, ground.days, &faults);
            let place = (file.name.to_owned(), lines.at("version"));
            if let Some(clock) = clock {
                check::clock(&clock, ground, &lines, &faults);
                if loaded.clocks.contains_key(&clock.id) {
                    let text = format!("clock \"{}\" stands in another file already", clock.id);
                    faults.add(lines.at("id"), text);
                }
                loaded.clock_places.insert(clock.id.clone(), place);
                loaded.clocks.insert(clock.id.clone(), in_order(clock));
            }
            named.extend(id);
        }
        found.extend(faults.into_list());
    }
    for file in playbooks {
        let faults = Faults::new(file.name, file.bytes);
        if let Some(table) = parse(file, &faults) {
            let lines = Lines::of(&table, &faults);
            if let Some(mut playbook) = read_playbook(&table, &faults) {
                check::playbook(&playbook, &lines, &faults);
                match loaded.clocks.get(&playbook.clock) {
                    Some(clock) => check::together(&playbook, clock, ground, &lines, &faults),
                    None if named.contains(&playbook.clock) => {}
                    None => check::no_clock(&playbook, &named, &lines, &faults),
                }
                if loaded.playbooks.contains_key(&playbook.id) {
                    let text =
                        format!("playbook \"{}\" stands in another file already", playbook.id);
                    faults.add(lines.at("id"), text);
                }
                playbook.stages.sort_unstable();
                let place = (file.name.to_owned(), lines.at("version"));
                loaded.playbook_places.insert(playbook.id.clone(), place);
                loaded.playbooks.insert(playbook.id.clone(), playbook);
            }
        }
        found.extend(faults.into_list());
    }
    if found.is_empty() { Ok(loaded) } else { Err(found) }
}

/// A clock's rows in the order of stages: the order in the file says nothing.
fn in_order(mut clock: Clock) -> Clock {
    clock.stages.sort_unstable_by_key(|row| (row.stage, row.grade));
    clock
}

/// The file as TOML. A file that is none is not read further, as its lines cannot be trusted.
fn parse<'a>(file: &File<'a>, faults: &Faults<'_>) -> Option<DeTable<'a>> {
    if file.bytes.len() > LONGEST_FILE {
        faults.add(1, format!("the file is longer than {LONGEST_FILE} bytes"));
        return None;
    }
    let text = match std::str::from_utf8(file.bytes) {
        Ok(text) => text,
        Err(bad) => {
            let at = bad.valid_up_to();
            faults.add(faults.line_of(at), "the text is not UTF-8; save the file as UTF-8");
            return None;
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut told = BTreeSet::new();
    for error in errors {
        let line = faults.line_of(error.span().map_or(0, |span| span.start));
        // One slip makes several complaints; the first of a line is the one that helps.
        if told.insert(line) {
            faults.add(line, error.message().to_owned());
        }
    }
    (!faults.any()).then(|| table.into_inner())
}

fn read_playbook(table: &DeTable<'_>, faults: &Faults<'_>) -> Option<Playbook> {
    let f = Fields::open(table, "", PLAYBOOK, 1, faults);
    let role = || word("role");
    let id = f.need("id", fields::name);
    let version = f.need("version", fields::number);
    let name = f.need("name", fields::text);
    let name_en = f.need("name_en", fields::text);
    let public = f.need("public", fields::truth);
    let enter = f.need("enter", list(true, role()));
    let sources = f.need("sources", list(false, fields::name));
    let category = f.may("category", fields::name);
    let clock = f.need("clock", fields::name);
    let stages = f.need("stages", list(false, word("stage")));
    let desk = f.tables("desk", "[[desk]]", DESK, |f| {
        let when = f.may("when", list(true, word("condition")));
        let role = f.need("role", word("role"));
        Some(DeskRule { when: when?.unwrap_or_default(), role: role? })
    });
    let decides_for_desk = f.need("decides_for_desk", role());
    let adjudicate = f.need("adjudicate", role());
    let tasking = f.may("tasking", list(true, role()));
    let supervised = f.may("supervised", fields::truth);
    let verification = f.table("verification", "[verification]", VERIFICATION).map(|f| {
        let f = f?;
        let (roles, rated) = (f.need("roles", list(true, role())), f.may("rated", fields::truth));
        Some(Verification { roles: roles?, rated: rated?.unwrap_or(false) })
    });
    let ask = f.table("ask", "[ask]", ASK).and_then(|f| match f {
        None => Some(None),
        Some(f) => {
            let roles = f.need("roles", list(false, role()));
            let by_receipt = f.may("by_receipt", fields::truth);
            let tries = f.need("tries", fields::number);
            let by_receipt = by_receipt?.unwrap_or(false);
            Some(Some(AskReporter { roles: roles?, by_receipt, tries: tries? }))
        }
    });
    let sign_off = f.need("sign_off", list(true, role()));
    let reopening = f.table("reopening", "[reopening]", REOPENING).map(|f| {
        let f = f?;
        let (window, roles) = (f.need("window", parsed), f.need("roles", list(true, role())));
        Some(Reopening { window: window?, roles: roles? })
    });
    let settlement = f.need("settlement", list(false, word("settlement kind")));
    Some(Playbook {
        id: PlaybookId(id?),
        version: version?,
        name: name?,
        name_en: name_en?,
        public: public?,
        enter: enter?,
        sources: sources?,
        category: category?.map(CategoryId),
        clock: clock?,
        stages: stages?,
        desk: desk?,
        decides_for_desk: decides_for_desk?,
        adjudicate: adjudicate?,
        tasking: tasking?.unwrap_or_default(),
        supervised: supervised?.unwrap_or(false),
        verification: verification??,
        ask: ask?,
        sign_off: sign_off?,
        reopening: reopening??,
        settlement: settlement?,
    })
}

/// The clock, and its name even where the rest of it is bad.
fn read_clock(
    table: &DeTable<'_>,
    days: DayKind,
    faults: &Faults<'_>,
) -> (Option<String>, Option<Clock>) {
    let f = Fields::open(table, "", CLOCK, 1, faults);
    let id = f.need("id", fields::name);
    let version = f.need("version", fields::number);
    let name = f.need("name", fields::text);
    let name_en = f.need("name_en", fields::text);
    let stages = f.tables("stages", "[[stages]]", STAGES, |f| read_row(f, days));
    let clock = id.clone().and_then(|id| {
        Some(Clock { id, version: version?, name: name?, name_en: name_en?, stages: stages? })
    });
    (id, clock)
}

fn read_row(f: &Fields<'_>, days: DayKind) -> Option<StageClock> {
    let stage = f.need("stage", word("stage"));
    let grade = f.may("grade", word("grade"));
    let from = f.need("from", word("event"));
    let limit = f.need("limit", parsed);
    let working = f.may("limit_working", parsed);
    let start = f.may("start", word("start"));
    let roll = f.may("roll", word("roll"));
    let cutoff = f.may("cutoff", time_of_day);
    let limit = match (days, working?) {
        (DayKind::Working, Some(working)) => {
            limit?;
            working
        }
        _ => limit?,
    };
    Some(StageClock {
        stage: stage?,
        grade: grade?.unwrap_or(Grade::Ordinary),
        from: from?,
        limit,
        start: start?.unwrap_or_default(),
        roll: roll?.unwrap_or_default(),
        cutoff: cutoff?,
    })
}

fn time_of_day(item: &fields::Item<'_>, faults: &Faults<'_>) -> Option<Time> {
    let text = fields::text(item, faults)?;
    // jiff also reads "T17" and seconds; a file has one spelling.
    let time = if text.len() == 5 && text.contains(':') { text.parse().ok() } else { None };
    if time.is_none() {
        let line = faults.line_of(item.span().start);
        faults.add(line, format!("\"{text}\" is no time of day, such as \"17:00\""));
    }
    time
}
