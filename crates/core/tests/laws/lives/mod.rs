//! Lives of matters: a way into each state (`states`), a way through each cell of the table of acts and
//! states (`walks`), every blank of it tried (`table`), and lives at random (`life`). The laws of the
//! core are held over them, and the tests of the store record them in both databases.

pub(crate) mod commands;
pub(crate) mod family;
pub(crate) mod life;
pub(crate) mod made;
pub(crate) mod states;
pub(crate) mod story;
pub(crate) mod table;
pub(crate) mod walks;
pub(crate) mod world;

/// How many families live in a test: a few in a normal run, thousands in `make deep`.
pub(crate) fn cases() -> u32 {
    let deep = std::env::var_os("ZONGHENG_DEEP").is_some_and(|value| value == "1");
    if deep { 4096 } else { 64 }
}
