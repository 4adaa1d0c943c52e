//! The built program from outside: started, asked, killed.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]
#![expect(clippy::needless_pass_by_value, reason = "bodies are written where they are sent")]

mod api;
mod backup;
mod bench;
#[path = "../../../store/tests/chaos/chance.rs"]
mod chance;
#[path = "../../../store/tests/it/support/postgres.rs"]
mod cluster;
#[path = "../../../store/tests/it/support/dice.rs"]
mod dice;
#[path = "../../../store/tests/chaos/disk.rs"]
mod disk;
mod doctor;
mod export;
#[path = "../../../core/tests/shared/golden.rs"]
mod golden;
mod http;
mod import;
mod import_grids;
mod import_people;
mod import_powers;
mod import_told;
mod kill;
mod laws;
mod manners;
mod morning;
mod operator;
mod org;
mod outage;
mod pages;
mod program;
mod replay;
mod simulate;
mod tls;
mod traces;
mod two;
mod year;
