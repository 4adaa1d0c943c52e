//! What a database says of itself, judged.

use std::cmp::Ordering;

use zongheng_store::Facts;

use super::Part;

pub fn answers(kind: &str) -> Part {
    Part::ok("database").a(if kind == "sqlite" { "SQLite" } else { "PostgreSQL" })
}

/// Whether its tables are this program's.
pub fn migrations(facts: &Facts) -> Part {
    let (found, known) = facts.migration;
    match found.cmp(&known) {
        Ordering::Less => Part::bad("migrations", "behind").a(found).b(known),
        Ordering::Greater => Part::warn("migrations", "ahead").a(found).b(known),
        Ordering::Equal => Part::ok("migrations").a(found),
    }
}

/// Whether what was acknowledged outlives a power cut.
pub fn durability(facts: &Facts) -> Part {
    let off = facts.settings.iter().find(|(name, value)| match *name {
        "journal_mode" => value != "wal",
        // 2 is FULL, 3 is EXTRA.
        "synchronous" => !matches!(value.as_str(), "2" | "3"),
        // `remote_write` and `local` still flush here; `off` answers before the disk has it.
        _ => value == "off",
    });
    match off {
        Some((name, value)) => Part::bad("durability", "off").a(name).b(value),
        None => Part::ok("durability"),
    }
}

/// Whether the file is whole.
pub fn damage(facts: &Facts) -> Part {
    match facts.damage.first() {
        Some(first) => Part::bad("damage", "found").a(first),
        None => Part::ok("damage").a(facts.bytes / 1_048_576),
    }
}

/// Whether texts are compared byte by byte: each column says so itself, which opening checks. The
/// database's own order only matters where its library changed under it.
pub fn order(facts: &Facts) -> Part {
    match &facts.collation {
        Some(name) if facts.collation_changed => Part::warn("order", "changed").a(name),
        Some(name) if !matches!(name.as_str(), "C" | "POSIX" | "C.UTF-8" | "C.utf8") => {
            Part::new("order", super::State::Ok, "own").a(name)
        }
        _ => Part::ok("order"),
    }
}
