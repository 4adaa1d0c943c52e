//! Files that tests hold against what the code says.

/// What a failing test says of such a file.
pub(crate) const HOW: &str = "UPDATE=1, and no other value, writes it anew";

/// Whether such files are to be written anew.
pub(crate) fn updates() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}
