//! `zongheng`: one binary that serves a county and checks what others have exported.

#![expect(unreachable_pub, reason = "a program has no outside: pub says what its other rooms use")]

mod api;
mod app;
mod attaching;
mod changes;
mod cleaning;
mod commands;
mod county;
mod decisions;
mod digest;
mod exporting;
mod health;
mod importing;
mod limit;
mod logs;
mod notify;
mod pages;
mod programmes;
mod runner;
mod searching;
mod secret;
mod settings;
mod submit;
#[cfg(test)]
mod tests;
mod tls;
mod traces;
mod upkeep;
mod web;
mod who;

use std::process::ExitCode;

use clap::Parser;

/// Rows are made on one thread and let go on another, which the system's own allocator does slowly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 纵横: a county's matters, from the first report to the sign-off.
#[derive(Debug, Parser)]
#[command(name = "zongheng", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// The real county with a quarter of invented work, served at once.
    Demo(commands::demo::Demo),
    /// Serves a county that stands.
    Serve(commands::serve::Serve),
    /// Makes a county: divisions, calendar, playbooks, three accounts.
    Init(commands::init::Init),
    /// What is wrong on this machine and how to mend it.
    Doctor(commands::doctor::Doctor),
    /// What holds here, and where each value comes from.
    Settings(commands::settings::Settings),
    /// The certificate: one made here for a first trial, and what it says.
    #[command(subcommand)]
    Tls(commands::tls::Tls),
    /// Who may do what.
    Access(commands::access::Access),
    /// Every rule with its strength and where it comes from.
    Rules(commands::rules::Rules),
    /// Who decided what where the rules left a choice.
    Decisions(commands::decisions::Decisions),
    /// Projections rebuilt from the ledger and compared.
    Check(commands::check::Check),
    /// Lists, audiences and counters worked out again from the acts while everything goes on.
    Rebuild(commands::rebuild::Rebuild),
    /// Who gets a matter of a category at a place, and why.
    Who(commands::who::Who),
    /// The organisation: reorganisations, rosters, gaps, handover sheets.
    #[command(subcommand)]
    Org(commands::org::Org),
    /// Accounts.
    #[command(subcommand)]
    User(commands::user::User),
    /// API tokens.
    #[command(subcommand)]
    Token(commands::token::Token),
    /// The vault: entries erased, the key ring made again.
    #[command(subcommand)]
    Vault(commands::vault::Vault),
    /// Referrals: number, day, receiver, receipt; for an account that keeps them.
    Referrals(commands::referral::Referrals),
    /// What another system kept comes over, looked at whole first.
    Import(commands::import::Import),
    /// The register out into a file: XLSX, CSV, JSONL, `GeoJSON`.
    Export(Box<commands::export::Export>),
    /// A consistent, encrypted copy while everything goes on.
    Backup(commands::backup::Backup),
    /// A backup back into an empty database, verified.
    Restore(commands::backup::Restore),
    /// A backup restored for trial, held against the living ledger, and thrown away.
    Drill(commands::backup::Drill),
    /// The working calendar's arithmetic.
    #[command(subcommand)]
    Clock(commands::clock::Clock),
    /// What time brings about: what waits to be recorded and told.
    #[command(subcommand)]
    Runner(commands::runner::Runner),
    /// The ledger: whether it holds.
    #[command(subcommand)]
    Ledger(commands::ledger::Ledger),
    /// A county at work: one seed, one ledger.
    Simulate(commands::simulate::Simulate),
    /// What this machine does, as a table and as JSON.
    Bench(commands::bench::Bench),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(demo) => demo.run(),
        Command::Serve(serve) => serve.run(),
        Command::Init(init) => init.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Settings(settings) => settings.run(),
        Command::Tls(tls) => tls.run(),
        Command::Access(access) => access.run(),
        Command::Rules(rules) => rules.run(),
        Command::Decisions(decisions) => decisions.run(),
        Command::Check(check) => check.run(),
        Command::Rebuild(rebuild) => rebuild.run(),
        Command::Who(who) => who.run(),
        Command::Org(org) => org.run(),
        Command::User(user) => user.run(),
        Command::Token(token) => token.run(),
        Command::Vault(vault) => vault.run(),
        Command::Referrals(referrals) => referrals.run(),
        Command::Import(import) => import.run(),
        Command::Export(export) => export.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Drill(drill) => drill.run(),
        Command::Clock(clock) => clock.run(),
        Command::Runner(runner) => runner.run(),
        Command::Ledger(ledger) => ledger.run(),
        Command::Simulate(simulate) => simulate.run(),
        Command::Bench(bench) => bench.run(),
    }
}
