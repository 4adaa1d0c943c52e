//! The built program from outside: started, asked, killed.

mod api;
#[path = "../../../store/tests/it/support/postgres.rs"]
mod cluster;
mod http;
mod kill;
mod program;
mod simulate;
