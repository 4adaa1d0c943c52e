//! From files to playbooks and clocks. What a file may not say is told with file and line, all of it
//! at once; nothing is guessed and nothing unknown is passed over.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeTable;

use super::check;
use super::fault::{Fault, Faults, Told};
use super::fields::{Fields, Key, Lines, needed, optional};
use super::model::{
    AskReporter, Clock, ClockLimit, DeskRule, Meeting, NodeRule, OnSpot, OutsideRule, PlanRule,
    Playbook, ReleaseRule, Reopening, Shelving, StageClock, Verification,
};
use super::values::{list, name, number, parsed, stage, text, time_of_day, truth, word};
use crate::calendar::{Calendar, DayKind};
use crate::ids::{CategoryId, PlaybookId};
use crate::powers::Category;

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
    /// The days of 13710, chosen at `init`.
    pub days: DayKind,
    pub categories: &'a BTreeMap<CategoryId, Category>,
    pub calendar: &'a Calendar,
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
    optional("sign_off_county"),
    needed("reopening"),
    needed("settlement"),
    optional("release"),
    optional("on_spot"),
    optional("meeting"),
    optional("shelving"),
    optional("plan"),
    optional("node"),
    optional("outside"),
    optional("regulator"),
];
/// Keys of each `[[desk]]`.
pub const DESK: &[Key] = &[optional("when"), needed("role")];
/// Keys of `[verification]`.
pub const VERIFICATION: &[Key] = &[needed("roles"), optional("rated")];
/// Keys of `[ask]`.
pub const ASK: &[Key] = &[
    needed("roles"),
    optional("by_receipt"),
    needed("tries"),
    optional("agrees"),
    optional("always"),
    optional("parties"),
];
/// Keys of each `[[release]]`.
pub const RELEASE: &[Key] = &[needed("acts"), needed("roles"), optional("two")];
/// Keys of `[on_spot]`.
pub const ON_SPOT: &[Key] = &[needed("categories"), needed("sample")];
/// Keys of `[meeting]`.
pub const MEETING: &[Key] = &[needed("role"), needed("limit")];
/// Keys of `[shelving]`.
pub const SHELVING: &[Key] = &[needed("role"), needed("longest")];
/// Keys of `[plan]`.
pub const PLAN: &[Key] = &[needed("approves")];
/// Keys of each `[[node]]`.
pub const NODES: &[Key] =
    &[needed("no"), needed("name"), needed("name_en"), needed("limit"), optional("start")];
/// Keys of `[outside]`.
pub const OUTSIDE: &[Key] = &[needed("margin"), optional("back")];
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
    let mut loaded = Loaded::default();
    let mut found = Vec::new();
    // A clock that is there but bad is told once, in its own file.
    let mut clock_names = BTreeSet::new();
    for file in clocks {
        let faults = Faults::new(file.name, file.bytes);
        clock_names.extend(load_clock(file, ground, &mut loaded, &faults));
        found.extend(faults.into_list());
    }
    for file in playbooks {
        let faults = Faults::new(file.name, file.bytes);
        load_playbook(file, ground, &clock_names, &mut loaded, &faults);
        found.extend(faults.into_list());
    }
    if found.is_empty() { Ok(loaded) } else { Err(found) }
}

/// The name of the clock, if it could be read.
fn load_clock(
    file: &File<'_>,
    ground: &Ground<'_>,
    loaded: &mut Loaded,
    faults: &Faults<'_>,
) -> Option<String> {
    let table = parse(file, faults).ok()?;
    let lines = Lines::of(&table, faults);
    let mut clock = match read_clock(&table, ground.days, faults) {
        Ok(clock) => clock,
        Err(id) => return id,
    };
    check::clock(&clock, ground, &lines, faults);
    let id = clock.id.clone();
    if loaded.clocks.contains_key(&id) {
        faults.add(lines.at("id"), format!("clock \"{id}\" stands in another file already"));
    }
    // The order in the file says nothing.
    clock.stages.sort_unstable_by_key(|row| (row.stage, row.grade));
    loaded.clock_places.insert(id.clone(), (file.name.to_owned(), lines.at("version")));
    loaded.clocks.insert(id.clone(), clock);
    Some(id)
}

fn load_playbook(
    file: &File<'_>,
    ground: &Ground<'_>,
    clock_names: &BTreeSet<String>,
    loaded: &mut Loaded,
    faults: &Faults<'_>,
) {
    let Ok(table) = parse(file, faults) else { return };
    let lines = Lines::of(&table, faults);
    let Ok(mut playbook) = read_playbook(&table, faults) else { return };
    check::playbook(&playbook, ground, &lines, faults);
    match loaded.clocks.get(&playbook.clock) {
        Some(clock) => check::together(&playbook, clock, &lines, faults),
        None if clock_names.contains(&playbook.clock) => {}
        None => check::no_clock(&playbook, clock_names, &lines, faults),
    }
    let id = playbook.id.clone();
    if loaded.playbooks.contains_key(&id) {
        faults.add(lines.at("id"), format!("playbook \"{id}\" stands in another file already"));
    }
    playbook.stages.sort_unstable();
    loaded.playbook_places.insert(id.clone(), (file.name.to_owned(), lines.at("version")));
    loaded.playbooks.insert(id, playbook);
}

/// The file as TOML. A file that is none is not read further, as its lines cannot be trusted.
fn parse<'a>(file: &File<'a>, faults: &Faults<'_>) -> Result<DeTable<'a>, Told> {
    if file.bytes.len() > LONGEST_FILE {
        return faults.tell(1, format!("the file is longer than {LONGEST_FILE} bytes"));
    }
    let text = std::str::from_utf8(file.bytes).or_else(|bad| {
        let line = faults.line_of(bad.valid_up_to());
        faults.tell(line, "the text is not UTF-8; save the file as UTF-8")
    })?;
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut told = BTreeSet::new();
    for error in errors {
        let line = faults.line_of(error.span().map_or(0, |span| span.start));
        // One slip makes several complaints; the first of a line is the one that helps.
        if told.insert(line) {
            faults.add(line, error.message());
        }
    }
    if told.is_empty() { Ok(table.into_inner()) } else { Err(Told) }
}

fn read_playbook(table: &DeTable<'_>, faults: &Faults<'_>) -> Result<Playbook, Told> {
    let f = Fields::open(table, "", PLAYBOOK, 1, faults);
    // Every key is read before a bad one counts.
    let id = f.need("id", name);
    let version = f.need("version", number);
    let zh = f.need("name", text);
    let en = f.need("name_en", text);
    let public = f.need("public", truth);
    let enter = f.need("enter", list(true, word("role")));
    let sources = f.need("sources", list(false, name));
    let category = f.may("category", name);
    let clock = f.need("clock", name);
    let stages = f.need("stages", list(false, stage));
    let desk = f.tables("desk", "[[desk]]", DESK, |f| {
        let when = f.may("when", list(true, word("condition")));
        let role = f.need("role", word("role"));
        Ok(DeskRule { when: when?.unwrap_or_default(), role: role? })
    });
    let decides_for_desk = f.need("decides_for_desk", word("role"));
    let adjudicate = f.need("adjudicate", word("role"));
    let tasking = f.may("tasking", list(true, word("role")));
    let supervised = f.may("supervised", truth);
    let verification = f.table("verification", "[verification]", VERIFICATION, |f| {
        let roles = f.need("roles", list(true, word("role")));
        let rated = f.may("rated", truth);
        Ok(Verification { roles: roles?, rated: rated?.unwrap_or(false) })
    });
    let ask = f.table("ask", "[ask]", ASK, |f| {
        let roles = f.need("roles", list(false, word("role")));
        let by_receipt = f.may("by_receipt", truth);
        let tries = f.need("tries", number);
        let agrees = f.may("agrees", truth);
        let always = f.may("always", truth);
        let parties = f.may("parties", number);
        Ok(AskReporter {
            roles: roles?,
            by_receipt: by_receipt?.unwrap_or(false),
            tries: tries?,
            agrees: agrees?.unwrap_or(false),
            always: always?.unwrap_or(false),
            parties: parties?.unwrap_or(1),
        })
    });
    let sign_off = f.need("sign_off", list(true, word("role")));
    let sign_off_county = f.may("sign_off_county", list(false, word("role")));
    let reopening = f.table("reopening", "[reopening]", REOPENING, |f| {
        let window = f.need("window", parsed);
        let roles = f.need("roles", list(true, word("role")));
        Ok(Reopening { window: window?, roles: roles? })
    });
    let settlement = f.need("settlement", list(false, word("settlement kind")));
    let more = read_more(&f);
    let more = more?;
    Ok(Playbook {
        id: PlaybookId(id?),
        version: version?,
        name: zh?,
        name_en: en?,
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
        verification: verification?.ok_or(Told)?,
        ask: ask?,
        sign_off: sign_off?,
        sign_off_county: sign_off_county?.unwrap_or_default(),
        reopening: reopening?.ok_or(Told)?,
        settlement: settlement?,
        release: more.release,
        on_spot: more.on_spot,
        meeting: more.meeting,
        shelving: more.shelving,
        plan: more.plan,
        nodes: more.nodes,
        outside: more.outside,
        regulator: more.regulator,
    })
}

/// What only some kinds of matter have.
struct More {
    release: Vec<ReleaseRule>,
    on_spot: Option<OnSpot>,
    meeting: Option<Meeting>,
    shelving: Option<Shelving>,
    plan: Option<PlanRule>,
    nodes: Vec<NodeRule>,
    outside: Option<OutsideRule>,
    regulator: bool,
}

fn read_more(f: &Fields<'_>) -> Result<More, Told> {
    let release = f.tables("release", "[[release]]", RELEASE, |f| {
        let acts = f.need("acts", list(false, word("draft")));
        let roles = f.need("roles", list(false, word("role")));
        let two = f.may("two", truth);
        Ok(ReleaseRule { acts: acts?, roles: roles?, two: two?.unwrap_or(false) })
    });
    let on_spot = f.table("on_spot", "[on_spot]", ON_SPOT, |f| {
        let categories = f.need("categories", list(false, name));
        let sample = f.need("sample", number);
        let categories = categories?.into_iter().map(CategoryId).collect();
        Ok(OnSpot { categories, sample: sample? })
    });
    let meeting = f.table("meeting", "[meeting]", MEETING, |f| {
        let role = f.need("role", word("role"));
        let limit = f.need("limit", parsed);
        Ok(Meeting { role: role?, limit: limit? })
    });
    let shelving = f.table("shelving", "[shelving]", SHELVING, |f| {
        let role = f.need("role", word("role"));
        let longest = f.need("longest", parsed);
        Ok(Shelving { role: role?, longest: longest? })
    });
    let plan = f.table("plan", "[plan]", PLAN, |f| {
        Ok(PlanRule { approves: f.need("approves", word("role"))? })
    });
    let nodes = f.tables("node", "[[node]]", NODES, |f| {
        let no = f.need("no", number);
        let zh = f.need("name", text);
        let en = f.need("name_en", text);
        let limit = f.need("limit", parsed);
        let start = f.may("start", word("start"));
        let start = start?.unwrap_or_default();
        Ok(NodeRule { no: no?, name: zh?, name_en: en?, limit: limit?, start })
    });
    let outside = f.table("outside", "[outside]", OUTSIDE, |f| {
        let margin = f.need("margin", number);
        let back = f.may("back", parsed);
        Ok(OutsideRule { margin: margin?, back: back? })
    });
    let regulator = f.may("regulator", truth);
    Ok(More {
        release: release?,
        on_spot: on_spot?,
        meeting: meeting?,
        shelving: shelving?,
        plan: plan?,
        nodes: nodes?,
        outside: outside?,
        regulator: regulator?.unwrap_or(false),
    })
}

/// The clock; where it is bad, its name, if that at least is good.
fn read_clock(
    table: &DeTable<'_>,
    days: DayKind,
    faults: &Faults<'_>,
) -> Result<Clock, Option<String>> {
    let f = Fields::open(table, "", CLOCK, 1, faults);
    let id = f.need("id", name).map_err(|Told| None);
    let version = f.need("version", number);
    let zh = f.need("name", text);
    let en = f.need("name_en", text);
    let stages = f.tables("stages", "[[stages]]", STAGES, |f| read_row(f, days));
    let id = id?;
    let clock = |id| Ok(Clock { id, version: version?, name: zh?, name_en: en?, stages: stages? });
    clock(id.clone()).map_err(|Told| Some(id))
}

fn read_row(f: &Fields<'_>, days: DayKind) -> Result<StageClock, Told> {
    let row = f.need("stage", stage);
    let grade = f.may("grade", word("grade"));
    let from = f.need("from", word("event"));
    let limit = f.need("limit", parsed::<ClockLimit>);
    let working = f.may("limit_working", parsed::<ClockLimit>);
    let start = f.may("start", word("start"));
    let roll = f.may("roll", word("roll"));
    let cutoff = f.may("cutoff", time_of_day);
    let (limit, working) = (limit?, working?);
    Ok(StageClock {
        stage: row?,
        grade: grade?.unwrap_or_default(),
        from: from?,
        limit: match days {
            DayKind::Natural => limit,
            DayKind::Working => working.unwrap_or(limit),
        },
        start: start?.unwrap_or_default(),
        roll: roll?.unwrap_or_default(),
        cutoff: cutoff?,
    })
}
