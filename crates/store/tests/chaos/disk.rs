//! The library that stands between a program and its disk: made once, and how it is loaded.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The library, compiled from `disk.c` by the compiler that links Rust as well.
pub(crate) fn library() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/tests/chaos/disk.c");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (made, library) =
            (folder.join(format!("disk-{}.so", std::process::id())), folder.join("disk.so"));
        let status = Command::new("cc")
            .args(["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"])
            .arg(&made)
            .arg(source)
            .arg("-lpthread")
            .status();
        assert!(status.is_ok_and(|status| status.success()), "cc does not compile {source}");
        // Whole from its first moment, for other tests that load it.
        std::fs::rename(made, &library).unwrap();
        library
    })
}

/// Puts the library before the C library of a program that is about to start; `watched` is how the
/// paths of its files begin.
pub(crate) fn watch<'a>(command: &'a mut Command, watched: &Path) -> &'a mut Command {
    command.env("LD_PRELOAD", library()).env("ZONGHENG_DISK", watched)
}
