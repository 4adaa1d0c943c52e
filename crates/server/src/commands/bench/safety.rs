//! What a backup costs those who report meanwhile, and how quickly the way back is.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::figures::{Figures, per_second};
use super::http::{Client, Keys, SERVER_CORE, Server};
use crate::commands::Failure;

/// How often reports are counted with a backup under way, and as long without; less often where one takes long.
const TURNS: u32 = 3;
const ENOUGH: Duration = Duration::from_mins(10);
/// A backup that takes longer goes on with nobody reporting: the county would grow by what is counted.
const COUNTED: Duration = Duration::from_secs(20);
/// How often it is asked whether a backup has ended.
const LOOKS: Duration = Duration::from_millis(20);
const CLIENTS: u32 = 8;
/// Keys of these reports begin where no other round's are.
const FIRST: u32 = 1 << 28;

/// Reports answered beside a backup, held against as many seconds without one, in turn; then the backup
/// restored into a file of its own and checked.
pub(super) async fn measure(
    database: &str,
    folder: &Path,
    (server, keys): (&Server, &Keys),
    figures: &mut Figures,
) -> Result<(), Failure> {
    let made = folder.join("made");
    let failed = |e| Failure::Io(made.display().to_string(), e);
    std::fs::create_dir_all(&made).map_err(failed)?;
    let (mut ratios, mut took, mut next) = (Vec::new(), Duration::ZERO, FIRST);
    let (mut backup, begun, mut turns) = (made.clone(), Instant::now(), 0);
    while turns == 0 || turns < TURNS && begun.elapsed() < ENOUGH {
        backup = made.join(format!("turn-{turns}.zongheng"));
        let turn = Instant::now();
        let mut child = zongheng(&["backup"], &backup, database, folder, SERVER_CORE)?;
        let until = || Ok(child.try_wait().map_err(stopped)?.is_some() || turn.elapsed() > COUNTED);
        let beside = reports((server, keys), &mut next, until).await?;
        ended(&mut child)?;
        took += turn.elapsed();
        let turn = Instant::now();
        let alone = reports((server, keys), &mut next, || Ok(turn.elapsed() > beside.1)).await?;
        let rate = |(n, took)| per_second(n, took).max(1);
        let (beside_rate, alone_rate) = (rate(beside), rate(alone));
        ratios.push(beside_rate * 1000 / alone_rate);
        turns += 1;
    }
    ratios.sort_unstable();
    let size = std::fs::metadata(&backup).map_or(0, |data| data.len());
    figures.set("reports_beside_backup_permille", json!(ratios));
    figures.set(
        "backup_mean_ms",
        json!(u64::try_from(took.as_millis()).unwrap_or(0) / u64::from(turns)),
    );
    figures.set("backup_mib", json!(size >> 20));
    let header = zongheng_store::backup::Header::of(&backup)?;
    let again = format!("sqlite:{}", made.join("again.db").display());
    let acts = u64::try_from(header.pos).unwrap_or(0);
    let mut whole = Duration::ZERO;
    for (name, args) in [("restored_acts", &["restore"][..]), ("checked_acts", &["check"])] {
        let file = if args == ["restore"] { backup.clone() } else { PathBuf::new() };
        let begun = Instant::now();
        ended(&mut zongheng(args, &file, &again, folder, "0-1")?)?;
        whole += begun.elapsed();
        figures.per_second(name, acts, begun.elapsed());
    }
    figures.per_second("restored_and_checked_acts", acts, whole);
    // Nothing that is measured later shall wait for them to reach the disk.
    std::fs::remove_dir_all(&made).map_err(failed)
}

/// Reports of several clients until it is enough; how many were answered in how long.
async fn reports(
    (server, keys): (&Server, &Keys),
    next: &mut u32,
    mut enough: impl FnMut() -> Result<bool, Failure>,
) -> Result<(u64, Duration), Failure> {
    let (stop, begun) = (Arc::new(AtomicBool::new(false)), Instant::now());
    let at_work: Vec<_> = (0..CLIENTS)
        .map(|n| {
            let first = *next + n * (1 << 16);
            tokio::spawn(one(keys.clone(), server.address(), first, Arc::clone(&stop)))
        })
        .collect();
    *next += CLIENTS * (1 << 16);
    while !enough()? {
        tokio::time::sleep(LOOKS).await;
    }
    stop.store(true, Ordering::Relaxed);
    let took = begun.elapsed();
    let mut answered = 0;
    for client in at_work {
        answered += client.await.map_err(|e| Failure::input(e.to_string()))??;
    }
    Ok((answered, took))
}

async fn one(
    keys: Keys,
    address: std::net::SocketAddr,
    first: u32,
    stop: Arc<AtomicBool>,
) -> Result<u64, Failure> {
    let mut client = Client::connect(address).await?;
    let mut answered = 0;
    for n in first.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        client.timed(&keys.report(n), 201).await?;
        answered += 1;
    }
    Ok(answered)
}

/// This program with a command about a file, on certain cores where `taskset` is there.
fn zongheng(
    args: &[&str],
    file: &Path,
    database: &str,
    folder: &Path,
    cores: &str,
) -> Result<Child, Failure> {
    let failed = |e| Failure::Io("this program".to_owned(), e);
    let program = std::env::current_exe().map_err(failed)?;
    let pins = Command::new("taskset").arg("--version").stdout(Stdio::null()).status();
    let mut command = if pins.is_ok_and(|status| status.success()) {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", cores]).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    command.args(args);
    if !file.as_os_str().is_empty() {
        command.arg(file);
    }
    command
        .env("ZONGHENG_DB", database)
        .env("ZONGHENG_DATA", folder.join("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command.spawn().map_err(failed)
}

fn stopped(error: std::io::Error) -> Failure {
    Failure::Io("this program".to_owned(), error)
}

fn ended(child: &mut Child) -> Result<(), Failure> {
    let status = child.wait().map_err(stopped)?;
    if status.success() { Ok(()) } else { Err(Failure::input(format!("it ended with {status}"))) }
}
