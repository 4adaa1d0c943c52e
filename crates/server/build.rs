//! The shipped playbooks and clocks are those that stand in `programmes/`: a new programme is a folder
//! there and nothing else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Asked when it runs: compiled once, this program may serve another checkout.
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| io::Error::other("CARGO_MANIFEST_DIR is not set"))?;
    let root = Path::new(&here).join("../..").canonicalize()?;
    let programmes = root.join("programmes");
    println!("cargo::rerun-if-changed={}", programmes.display());
    let mut playbooks: Vec<PathBuf> = entries(&programmes)?;
    for folder in &mut playbooks {
        folder.push("playbook.toml");
    }
    playbooks.retain(|file| file.is_file());
    let mut clocks = entries(&programmes.join("clocks"))?;
    clocks.retain(|file| file.extension().is_some_and(|kind| kind == "toml"));
    let mut out = String::new();
    for (name, files) in [("CLOCKS", clocks), ("PLAYBOOKS", playbooks)] {
        list(&mut out, name, &files, &root).map_err(io::Error::other)?;
    }
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&folder).join("programmes.rs"), out)
}

/// What stands in a folder, in the order of names.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    found.sort();
    Ok(found)
}

/// A list of files, each under its name in the repository.
fn list(out: &mut String, name: &str, files: &[PathBuf], root: &Path) -> std::fmt::Result {
    writeln!(out, "const {name}: &[File<'static>] = &[")?;
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(file).display().to_string();
        let path = file.display().to_string();
        writeln!(out, "    File {{ name: {name:?}, bytes: include_bytes!({path:?}) }},")?;
    }
    writeln!(out, "];")
}
