//! What was played, printed at the end: the matters by kind and state, the acts by kind, and whether
//! the ledger and what is computed from it hold.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::{Did, State};
use zongheng_store::Store;

use super::drive::World;
use crate::commands::Failure;

/// How many matters of which kind stand where, and what was done; of what is drawn also by whom, and what never
/// happened.
pub(super) fn summary(world: &World<'_>, drawn: bool) -> String {
    let mut states: BTreeMap<State, u64> = BTreeMap::new();
    let mut kinds: BTreeMap<String, BTreeMap<State, u64>> = BTreeMap::new();
    for ((kind, state), n) in &world.tally.over {
        *kinds.entry(kind.clone()).or_default().entry(*state).or_default() += n;
        *states.entry(*state).or_default() += n;
    }
    let mut out = String::new();
    let named = |states: &BTreeMap<State, u64>| -> Vec<(String, u64)> {
        states.iter().map(|(state, n)| (state.name().to_owned(), *n)).collect()
    };
    table(&mut out, "matters", &named(&states));
    for (kind, states) in &kinds {
        table(&mut out, kind, &named(states));
    }
    let acts = &world.tally.acts;
    table(&mut out, "acts", &acts.iter().map(|(k, n)| (k.clone(), *n)).collect::<Vec<_>>());
    table(&mut out, "seals", &[("at closing time".to_owned(), world.tally.seals)]);
    let passed = world.tally.passed_over.iter().map(|(act, n)| ((*act).to_owned(), *n));
    table(&mut out, "not possible in time", &passed.collect::<Vec<_>>());
    if !drawn {
        return out;
    }
    let counted = world.people.counted();
    table(&mut out, "holders of posts", &of_names(&counted));
    table(&mut out, "played for the measure", &of_names(&world.tally.games));
    for (unit, game) in world.players.all() {
        let name = world.county.organisation.units.get(&unit).map_or("", |u| u.name.as_str());
        let _infallible = writeln!(out, "  {:<20} {name}", game.name());
    }
    let never = Did::KINDS.iter().filter(|kind| !acts.contains_key(**kind));
    let never: Vec<&str> = never.copied().collect();
    if !never.is_empty() {
        out.extend(["never happened       ", never.join(", ").as_str(), "\n"]);
    }
    out
}

fn of_names(counted: &BTreeMap<&'static str, u64>) -> Vec<(String, u64)> {
    counted.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
}

fn table(out: &mut String, title: &str, rows: &[(String, u64)]) {
    let sum: u64 = rows.iter().map(|(_, n)| n).sum();
    let _infallible = writeln!(out, "{title:<20} {sum:>8}");
    for (name, n) in rows {
        let _infallible = writeln!(out, "  {name:<20} {n:>6}");
    }
}

/// How long it took, and the most memory that was held where the system says it.
pub(super) fn cost(took: Duration) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|kb| kb.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    let memory = peak.map_or_else(String::new, |kb| format!(", {} MB at most", kb / 1_024));
    format!("{:.1} s{memory}", took.as_secs_f64())
}

/// Whether the chains and seals hold, and whether everything computed is what the acts say: the register,
/// who sees what, the counters, and the time of each matter by its holder.
///
/// # Errors
/// What does not hold, each difference a line.
pub(super) async fn holds(store: &Store, code: &DivisionCode) -> Result<String, Failure> {
    if let Err(fault) = store.verify_ledger(code, None).await? {
        return Err(Failure::DoesNotHold(fault.to_string()));
    }
    let checked = store.check(code).await?;
    if !checked.holds() {
        return Err(Failure::DoesNotHold(checked.to_string()));
    }
    Ok(format!("the ledger holds; {checked}"))
}
