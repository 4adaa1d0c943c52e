//! The power goes: at any moment, with any part of what was not flushed lost, torn or out of order.
//!
//! A process records under `disk.c`, which writes down each write and each flush. For moments drawn by
//! seed the files are made as the disk may hold them then, the store opens them, and everything that was
//! acknowledged before that moment has to be there, once.

mod load;
mod log;
mod platter;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use sqlx::{Connection, Row, SqliteConnection};
use zongheng_store::Store;

use self::log::Log;
use self::platter::{Flushes, Platter};
use crate::chance::{given, seed, times};
use crate::disk;
use crate::support::dice::Dice;
use crate::support::{county, folder, options};

/// Set for the recorded process: its database and its seed.
const CHILD: &str = "ZONGHENG_TEST_POWER";
/// The one moment to look at, of the log of `ZONGHENG_SEED`.
const POINT: &str = "ZONGHENG_POINT";

/// The process whose disk is recorded.
#[test]
fn child() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let (seed, path) = told.split_once(' ').unwrap();
    // One thread: what is done stands in one order, the same each time.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(load::work(path, seed.parse().unwrap()));
}

fn record(seed: u64) -> Log {
    let folder = folder();
    let (db, log) = (folder.join("county.db"), folder.join("disk.log"));
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "power::child", "--nocapture"]);
    command.env(CHILD, format!("{seed} {}", db.display())).env("ZONGHENG_DISK_LOG", &log);
    let output = disk::watch(&mut command, &db).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = Log::read(&log);
    std::fs::remove_dir_all(folder).unwrap();
    read
}

/// The log of a seed, recorded once for all tests that ask for it.
fn recorded(seed: u64) -> Arc<Log> {
    static KNOWN: Mutex<BTreeMap<u64, Arc<Log>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    Arc::clone(known.entry(seed).or_insert_with(|| Arc::new(record(seed))))
}

/// So many moments of a log, in their order.
fn moments(log: &Log, seed: u64, wanted: usize) -> Vec<usize> {
    if let Some(one) = given(POINT) {
        return vec![usize::try_from(one).unwrap()];
    }
    let mut dice = Dice(seed ^ 0x90_1e55);
    let mut moments: Vec<usize> = (0..wanted).map(|_| 1 + dice.pick(log.records.len())).collect();
    moments.sort_unstable();
    moments
}

/// For each of these moments: what is wrong with what is found then, and whether writes were under way.
async fn losses(
    log: &Log,
    seed: u64,
    moments: &[usize],
    flushes: Flushes,
) -> Vec<(Option<String>, bool)> {
    let mut platter = Platter::new(log, flushes);
    let (mut taken, mut found) = (0, Vec::new());
    for point in moments {
        while taken < *point {
            platter.take(taken);
            taken += 1;
        }
        let folder = folder();
        platter.write(&folder, &mut Dice(seed ^ *point as u64));
        let wrong = recovered(log, *point, seed, &folder).await.err();
        if let (Some(wrong), Flushes::Honest) = (&wrong, flushes) {
            let files = kept(&platter, seed, *point);
            panic!(
                "{wrong}\n  alone: ZONGHENG_SEED={seed} {POINT}={point} cargo test --locked -p \
                 zongheng-store --test chaos power::nothing\n  files: {}",
                files.display()
            );
        }
        std::fs::remove_dir_all(&folder).unwrap();
        found.push((wrong, platter.is_under_way()));
    }
    found
}

/// The files of a failing moment, as they were before the store opened them.
fn kept(platter: &Platter<'_>, seed: u64, point: usize) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("zongheng-power-{seed}-{point}"));
    std::fs::create_dir_all(&folder).unwrap();
    platter.write(&folder, &mut Dice(seed ^ point as u64));
    folder
}

/// Opens what is left and compares it with what was promised before the moment.
async fn recovered(log: &Log, point: usize, seed: u64, folder: &Path) -> Result<(), String> {
    let path = folder.join("county.db");
    let words = |e: &dyn std::fmt::Display| e.to_string();
    let url = format!("sqlite:{}", path.display());
    let store = Store::open(&url, &options(&[1; 32])).await.map_err(|e| words(&e))?;
    let promised = Promised::before(log, point);
    if store.counties().await.map_err(|e| words(&e))?.is_empty() {
        store.close().await;
        return if promised.made { Err("the county is gone".into()) } else { Ok(()) };
    }
    let head = store.head(&county()).await.map_err(|e| words(&e))?;
    if head.ticked_to().seconds() < promised.ticked || head.seal < promised.sealed {
        return Err(format!("tick or seal is gone: {head:?}"));
    }
    promised.stand_once(&path).await?;
    sound(&store).await?;
    // Whoever had no answer sends again; then all goes on as if nothing had been.
    if promised.furnished {
        let next = load::batches(seed).into_iter().nth(promised.batches).unwrap_or_default();
        for answer in store.record_all(next, head.last_at()).await {
            answer.map_err(|e| format!("sent again: {e}"))?;
        }
        promised.stand_once(&path).await?;
        sound(&store).await?;
    }
    store.close().await;
    Ok(())
}

async fn sound(store: &Store) -> Result<(), String> {
    let verified = store.verify_ledger(&county(), None).await.map_err(|e| e.to_string())?;
    verified.map_err(|e| e.to_string())?;
    let checked = store.check(&county()).await.map_err(|e| e.to_string())?;
    if checked.holds() { Ok(()) } else { Err(checked.to_string()) }
}

/// What the process had been told is done.
#[derive(Default)]
struct Promised {
    made: bool,
    furnished: bool,
    ticked: i64,
    sealed: i64,
    /// Batches of which each command was answered.
    batches: usize,
    /// The hash of the last act, by the command's key.
    acts: BTreeMap<String, String>,
}

impl Promised {
    fn before(log: &Log, point: usize) -> Self {
        let mut promised = Self::default();
        for told in log.told_before(point) {
            let words: Vec<&str> = told.split(' ').collect();
            match words[..] {
                ["county", "made"] => promised.made = true,
                ["county", "furnished"] => promised.furnished = true,
                ["ticked", to] => promised.ticked = to.parse().unwrap(),
                ["sealed", seal] => promised.sealed = seal.parse().unwrap(),
                ["batch", _] => promised.batches += 1,
                ["acknowledged", key, hash] => {
                    promised.acts.insert(key.to_owned(), hash.to_owned());
                }
                _ => assert_eq!(told, "closed"),
            }
        }
        promised
    }

    /// Each act stands, and no command twice.
    async fn stand_once(&self, path: &Path) -> Result<(), String> {
        let said = |e: sqlx::Error| e.to_string();
        let path = path.to_str().unwrap();
        let mut connection = SqliteConnection::connect(path).await.map_err(said)?;
        let rows = sqlx::query("select key, hash from act order by pos");
        let rows = rows.fetch_all(&mut connection).await.map_err(said)?;
        connection.close().await.map_err(said)?;
        let mut found = BTreeMap::new();
        for row in &rows {
            let (key, hash): (String, String) = (row.get(0), row.get(1));
            if let Some(other) = found.insert(key.clone(), hash)
                && !key.is_empty()
            {
                return Err(format!("{key} stands twice, once as {other}"));
            }
        }
        for (key, hash) in &self.acts {
            if found.get(key) != Some(hash) {
                return Err(format!("{key} was acknowledged and is {:?} now", found.get(key)));
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_with_the_power() {
    // Several recordings in the long form: other batches, other moments of copying back.
    let (recordings, each) = (times(1, 5), times(40, 100));
    let mut under_way = 0;
    for seed in (seed()..).take(if given(POINT).is_some() { 1 } else { recordings }) {
        let log = recorded(seed);
        let moments = moments(&log, seed, each);
        let found = losses(&log, seed, &moments, Flushes::Honest).await;
        under_way += found.iter().filter(|(_, under_way)| *under_way).count();
        eprintln!("seed {seed}: {} of {} records, nothing lost", moments.len(), log.records.len());
    }
    assert!(
        given(POINT).is_some() || under_way > each / 4,
        "{under_way}: hardly anything was at risk"
    );
}

/// The test of the test: it finds what `synchronous = normal`, or a disk that lies, would lose.
#[tokio::test]
async fn a_log_that_is_not_flushed_is_found_out() {
    let log = recorded(seed());
    let moments = moments(&log, seed(), 20);
    let found = losses(&log, seed(), &moments, Flushes::LogForgotten).await;
    let lost = found.iter().filter(|(wrong, _)| wrong.is_some());
    assert!(lost.count() > 5, "{found:?}");
}

#[test]
fn the_same_seed_does_the_same() {
    let (first, again) = (recorded(seed()).shape(), record(seed()).shape());
    let differs = first.iter().zip(&again).position(|(a, b)| a != b);
    assert_eq!(differs.map(|n| (n, &first[n], &again[n])), None);
    assert_eq!(first.len(), again.len());
}
