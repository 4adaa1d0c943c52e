//! Backup under load, and what comes back of it on a new machine.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use zongheng_core::time::At;

use crate::disk;
use crate::http::Client;
use crate::program::{Place, Program};

const CLIENTS: usize = 4;
const VILLAGE: &str = "411524102202";

#[test]
fn a_backup_under_load_comes_back_in_a_new_folder_from_sqlite() {
    comes_back(&Place::new("backup", None), &Place::new("backup-new", None));
}

#[test]
fn a_backup_under_load_comes_back_in_a_new_folder_from_postgres() {
    if let Some(place) = Place::on_postgres("backup-pg") {
        comes_back(&place, &Place::new("backup-pg-new", None));
    }
}

fn done(place: &Place, args: &[&str]) -> String {
    let output = place.run(args);
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {words}");
    String::from_utf8(output.stdout).unwrap()
}

fn refused(place: &Place, args: &[&str], words: &str) {
    let output = place.run(args);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
    assert!(told.contains(words), "{args:?}: {told}");
}

/// A real county with its ring in a file, two people in two posts, and a token for each.
fn founded(place: &Place) -> [String; 2] {
    done(place, &["init", "--days", "natural", "--county=411524"]);
    for login in ["centre", "supervision"] {
        done(place, &["user", "add", login]);
    }
    let today = At::from_seconds(jiff::Timestamp::now().as_second()).date();
    let roster = format!(
        "on = \"{today}\"\npaper = \"商组〔2026〕41号\"\n\n[[unit]]\nunit = \"command_centre\"\n\n\
         [[unit]]\nunit = \"supervision_office\"\n\n[[holder]]\npost = \"command_centre/command\"\n\
         user = \"centre\"\n\n[[holder]]\npost = \"supervision_office/head\"\nuser = \"supervision\"\n"
    );
    let file = place.folder.join("roster.toml");
    fs::write(&file, roster).unwrap();
    done(place, &["org", "roster", file.to_str().unwrap()]);
    ["centre", "supervision"].map(|login| {
        done(place, &["token", "create", "--user", login, "--name", "test"]).trim().to_owned()
    })
}

fn report(client: &mut Client, token: &str, key: &str) -> Value {
    let body = json!({
        "playbook": "resident_report", "category": "road_bridge", "title": format!("道路塌陷 {key}"),
        "place": { "division": VILLAGE }, "reporter": { "phone": "13800000000", "hidden": true },
    });
    let reply = client.post("/api/v1/matters", token, key, &body).unwrap();
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body
}

/// Several clients report without a pause while `busy` runs.
fn under_load<T>(program: &Program, token: &str, busy: impl FnOnce() -> T) -> (T, usize) {
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (stop, answered, address) = (&stop, &answered, program.address);
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            scope.spawn(move || {
                let mut connection = Client::connect(address).unwrap();
                for n in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    report(&mut connection, token, &format!("load-{client:02}-of-clients-{n:06}"));
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while answered.load(Ordering::Relaxed) < 2 * CLIENTS {
            thread::yield_now();
        }
        let before = answered.load(Ordering::Relaxed);
        let busy = busy();
        stop.store(true, Ordering::Relaxed);
        (busy, answered.load(Ordering::Relaxed) - before)
    })
}

fn comes_back(place: &Place, new: &Place) {
    let [centre, supervision] = founded(place);
    let data = place.folder.join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("zongheng.toml"), "readers = 3\n").unwrap();
    let program = place.serve("log");
    let mut client = Client::connect(program.address).unwrap();
    let matter = report(&mut client, &centre, "the-one-with-a-secret");
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());
    let acts = client.get(&format!("{path}/acts"), &centre).unwrap().body;
    let entry = acts["items"][0]["contents"][0]["id"].as_str().unwrap().to_owned();
    let word = |client: &mut Client, token: &str, decision: &str| {
        let body = json!({ "decision": decision, "number": "商密〔2026〕1号", "reason": "误录" });
        let path = format!("{path}/contents/{entry}");
        let reply = client
            .post(&path, token, &format!("{decision}-the-entry-of-that-matter"), &body)
            .unwrap();
        assert!(reply.status < 300, "{}", reply.body);
    };
    word(&mut client, &centre, "seal");
    done(place, &["ledger", "seal"]);

    let file = place.folder.join("county.zongheng");
    let name = file.to_str().unwrap().to_owned();
    let (made, meanwhile) = under_load(&program, &centre, || done(place, &["backup", &name]));
    let made: Value = serde_json::from_str(&made).unwrap();
    assert!(meanwhile > 0, "reports were answered while the backup was made");
    refused(place, &["backup", &name], "never written over another");
    word(&mut client, &supervision, "destroy");
    let told = done(place, &["drill", &name]);
    assert!(told.contains("came back and are the same"), "{told}");

    // The new machine has the key, with what stands beside it, and the backup; nothing else.
    refused(new, &["restore", &name], "there is no key ring at");
    copy(&place.folder.join("data-key"), &new.folder.join("data-key"));
    let half = new.folder.join("half");
    let whole = fs::read(&file).unwrap();
    fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    refused(new, &["restore", half.to_str().unwrap()], "only part of a backup");
    let restored: Value = serde_json::from_str(&done(new, &["restore", &name])).unwrap();
    assert_eq!(restored["acts"], made["acts"]);
    assert_eq!(
        (&restored["last_seal"], &restored["erased_again"]),
        (&made["seal_hash"], &json!(1))
    );
    refused(new, &["restore", &name], "only into an empty database");
    let settings = new.folder.join("data/zongheng.toml.from-backup");
    assert_eq!(fs::read_to_string(settings).unwrap(), "readers = 3\n");

    // Its ledger is the living one's up to there, byte for byte.
    let export = |place: &Place| {
        let out = place.folder.join("export.jsonl");
        let told = done(place, &["ledger", "export", "--out", out.to_str().unwrap()]);
        let told: Value = serde_json::from_str(&told).unwrap();
        (fs::read_to_string(out).unwrap(), told["sha256"].clone())
    };
    let ((living, _), (back, hash)) = (export(place), export(new));
    assert!(living.starts_with(&back) && living.len() > back.len(), "the destroying came later");
    assert_eq!(restored["sha256"], hash);
    for command in [&["ledger", "verify"][..], &["check"]] {
        done(new, command);
    }
    let serving = new.serve("log");
    let mut client = Client::connect(serving.address).unwrap();
    let acts = client.get(&format!("{path}/acts"), &centre).unwrap().body;
    let shown = &acts["items"][0]["contents"][0];
    assert_eq!((&shown["id"], &shown["text"]), (&json!(entry), &Value::Null), "{shown}");
    // Sealed off, as the backup has it, would be refused; destroyed there is nothing left to erase.
    let erase = ["vault", "erase", &entry, "--basis", "申请 3 号", "--by", "system_admin"];
    refused(new, &erase, "was erased before");
    report(&mut client, &centre, "it-goes-on-where-it-stood");
    done(new, &["check"]);
    drop((program, serving));
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn a_server_makes_backups_and_increments_by_itself_and_tries_them() {
    let place = Place::new("upkeep", None);
    let [centre, _] = founded(&place);
    let (backups, data) = (place.folder.join("backups"), place.folder.join("data"));
    fs::create_dir_all(&data).unwrap();
    let settings =
        "[backup]\nfolder = \"../backups\"\nkeep = 2\narchive_minutes = 1\ndrill = \"daily\"\n";
    fs::write(data.join("zongheng.toml"), settings).unwrap();
    let program = place.serve("log");
    let mut client = Client::connect(program.address).unwrap();
    report(&mut client, &centre, "before-the-first-one");
    let log = || place.log();
    while !log().contains("came back and are the same") {
        assert!(!log().contains("upkeep failed"), "{}", log());
        thread::yield_now();
    }
    let ending = |folder: &Path, ending: &str| {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.extension().is_some_and(|e| e == ending)).collect::<Vec<_>>()
    };
    let made = ending(&backups, "zongheng");
    assert_eq!(made.len(), 1, "one at the first start: {made:?}");
    assert_eq!(ending(&backups.join("archive"), "increment").len(), 1);
    program.stop();
    // Its place in the table is free: whoever serves next need not wait.
    let next = "insert into lease (county, what, holder, until) \
        values ('411524000000', 'upkeep', 'next', 0)";
    place.sql(next).unwrap();
    let told = done(&place, &["drill"]);
    assert!(told.contains(made[0].file_name().unwrap().to_str().unwrap()), "{told}");

    fs::write(data.join("zongheng.toml"), "[backup]\nfolder = \"x\"\nkep = 3\n").unwrap();
    refused(&place, &["serve"], "kep");
}

#[test]
fn what_is_restored_is_for_the_account_alone_and_without_room_nothing_is_left() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new("rooms", None);
    done(&place, &["init", "--days", "natural", "--county=411524"]);
    fs::write(place.folder.join("data/zongheng.toml"), "readers = 3\n").unwrap();
    let file = place.folder.join("county.zongheng");
    let name = file.to_str().unwrap();
    done(&place, &["backup", name]);
    let [fresh, again] = ["rooms-full", "rooms-new"].map(|name| {
        let mut new = Place::new(name, None);
        new.db = format!("sqlite:{}", new.folder.join("data/zongheng.db").display());
        copy(&place.folder.join("data-key"), &new.folder.join("data-key"));
        new
    });
    let db = fresh.folder.join("data/zongheng.db");
    let flag = fresh.folder.join("disk-is-full");
    fs::write(&flag, "").unwrap();
    let mut restore = fresh.command(&["restore", name]);
    disk::watch(&mut restore, &db).env("ZONGHENG_DISK_FULL", &flag);
    let told = left_nothing(&mut restore, &fresh);
    assert!(told.contains("the disk is full, so nothing was restored"), "{told}");
    // Cut short in the midst of making the tables: no file may get longer than that.
    let restore = fresh.command(&["restore", name]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' 25; ulimit -f 64; exec \"$0\" \"$@\""]);
    shell.arg(restore.get_program()).args(restore.get_args());
    for (key, value) in restore.get_envs() {
        match value {
            Some(value) => shell.env(key, value),
            None => shell.env_remove(key),
        };
    }
    left_nothing(&mut shell, &fresh);

    done(&again, &["restore", name]);
    let mode =
        |name: &str| fs::metadata(again.folder.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data"), 0o700);
    for file in ["data/zongheng.db", "data/zongheng.toml.from-backup"] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
}

/// What is said by a restore that fails.
fn left_nothing(restore: &mut Command, place: &Place) -> String {
    let output = restore.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    let left: Vec<_> = fs::read_dir(place.folder.join("data")).unwrap().collect();
    assert!(left.is_empty(), "{told}: {left:?}");
    told
}

#[test]
fn a_rotated_ring_has_a_sheet_that_makes_it_again_and_an_older_one_is_told() {
    let place = Place::new("rotate", None);
    let sheet = |text: &str, name: &str| {
        let file = place.folder.join(name);
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let old = sheet(&done(&place, &["init", "--days", "natural", "--county=411524"]), "old");
    let new = sheet(&done(&place, &["vault", "rotate"]), "new");
    let ring = place.folder.join("data-key/ring");
    let rotated = fs::read_to_string(&ring).unwrap();
    let mut client = {
        let program = place.serve("log");
        let client = Client::connect(program.address).unwrap();
        (program, client)
    };
    // Without an account, with a number to call back: an entry under the new key.
    report(&mut client.1, "", "0198c000-0000-7000-8000-000000000001");
    drop(client);
    fs::remove_file(&ring).unwrap();
    refused(&place, &["vault", "recover", "--sheet", &old], "older than the ring");
    assert!(!ring.exists());
    done(&place, &["vault", "recover", "--sheet", &new]);
    assert_eq!(fs::read_to_string(&ring).unwrap(), rotated);
}
