//! Every reader of what comes from outside, as one function from bytes: it may refuse them, it may not panic, hang
//! or take memory without bound, and what it takes must mean the same when it is read again.
//!
//! `fuzz/corpus/<target>` holds inputs worth keeping: ordinary ones to begin from, and each find since. The tests of
//! this crate replay them all; `scripts/fuzz.sh` hunts for new ones.

mod county;
mod files;
mod ledger;
mod table;

/// A reader, by the name of its folder in `corpus`.
pub struct Target {
    pub name: &'static str,
    pub feed: fn(&[u8]),
}

/// All that are hunted.
pub const TARGETS: &[Target] = &[
    Target { name: "ledger_line", feed: ledger::line },
    Target { name: "ledger_file", feed: ledger::file },
    Target { name: "canonical", feed: ledger::canonical_text },
    Target { name: "backup", feed: ledger::backup },
    Target { name: "calendar", feed: county::calendar },
    Target { name: "playbook", feed: county::playbook },
    Target { name: "powers", feed: county::powers_list },
    Target { name: "units", feed: county::units },
    Target { name: "grids", feed: county::grids },
    Target { name: "ring", feed: county::ring },
    Target { name: "reorganisation", feed: county::reorganisation },
    Target { name: "roster", feed: county::roster },
    Target { name: "clock", feed: county::clock_words },
    Target { name: "csv", feed: table::csv },
    Target { name: "xlsx", feed: table::xlsx },
    Target { name: "xlsx_sheet", feed: table::xlsx_sheet },
    Target { name: "moment", feed: table::dates },
    Target { name: "files", feed: files::kept },
];

/// The target of that name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
