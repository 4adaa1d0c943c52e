//! `zongheng`: one binary that serves a county and checks what others have exported.

mod api;
mod app;
mod commands;
mod county;
mod limit;
mod pages;
mod programmes;
mod submit;
mod web;

use std::process::ExitCode;

use clap::Parser;

/// 纵横: a county's matters, from the first report to the sign-off.
#[derive(Debug, Parser)]
#[command(name = "zongheng", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// The working calendar's arithmetic.
    #[command(subcommand)]
    Clock(commands::clock::Clock),
    /// The ledger: whether it holds.
    #[command(subcommand)]
    Ledger(commands::ledger::Ledger),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Clock(clock) => clock.run(),
        Command::Ledger(ledger) => ledger.run(),
    }
}
