//! The disk is full, or the database restarts: writers are told 503 `busy` and when to ask again, readers are
//! served, and all goes on by itself.

use std::fs;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::chance::{seed, times};
use crate::cluster::Cluster;
use crate::dice::Dice;
use crate::disk;
use crate::http::{Client, Reply};
use crate::kill::{Acknowledged, holds, nothing_is_missing, some_matter};
use crate::program::{Place, Program};

const CLIENTS: usize = 4;

#[test]
fn a_full_disk_refuses_writers_and_serves_readers_on_sqlite() {
    let place = Place::new("full", None);
    let flag = place.folder.join("disk-is-full");
    let db = place.folder.join("county.db");
    let program = place.demo_on("log", |command| {
        disk::watch(command, &db).env("ZONGHENG_DISK_FULL", &flag);
    });
    let full = |full: bool| {
        if full { fs::write(&flag, "").unwrap() } else { fs::remove_file(&flag).unwrap() }
    };
    while_full(&place, &program, full);
    under_load(&place, program, |round| {
        full(round % 2 == 0);
        round % 2 == 0
    });
}

/// A database that says what `PostgreSQL` says when its disk is full.
#[test]
fn a_full_disk_refuses_writers_and_serves_readers_on_postgres() {
    let Some(place) = Place::on_postgres("full-pg") else { return };
    let program = place.demo();
    let said = "create table no_room (since bigint); \
        create function no_room() returns trigger language plpgsql as $$ begin \
        if exists (select from no_room) then raise exception 'could not extend file: no space left' \
        using errcode = '53100'; end if; return null; end $$; \
        create trigger no_room before insert on command execute function no_room(); \
        create trigger no_room before insert on session execute function no_room()";
    place.sql(said).unwrap();
    let full = |full: bool| {
        let change = if full { "insert into no_room values (1)" } else { "delete from no_room" };
        place.sql(change).unwrap();
    };
    while_full(&place, &program, full);
    under_load(&place, program, |round| {
        full(round % 2 == 0);
        round % 2 == 0
    });
}

#[test]
fn a_database_that_restarts_is_waited_for() {
    let Some(mut cluster) = Cluster::own() else { return };
    let place = Place::in_cluster("restart", &cluster.url);
    let program = place.demo();
    let mut dice = Dice(seed());
    under_load(&place, program, |_| {
        let how = if dice.yes() { "fast" } else { "immediate" };
        cluster.restart(how);
        false
    });
}

fn busy(reply: &Reply) {
    assert_eq!((reply.status, reply.body["code"].as_str()), (503, Some("busy")), "{}", reply.text);
    assert!(reply.retry_after.as_ref().is_some_and(|s| s.parse::<u32>().is_ok()), "{reply:?}");
}

/// What each kind of caller meets while there is no room, and afterwards.
fn while_full(place: &Place, program: &Program, full: impl Fn(bool)) {
    let token = place.tokens()["command_centre"].as_str().unwrap().to_owned();
    let matter = some_matter(program.address, &token);
    let path = format!("/api/v1/matters/{matter}/acts");
    let body = json!({ "act": "comment", "text": "已看过" });
    let mut client = Client::connect(program.address).unwrap();
    assert_eq!(client.post(&path, &token, "while-there-was-room", &body).unwrap().status, 201);
    full(true);
    for n in 0..3 {
        let refused =
            client.post(&path, &token, &format!("while-there-is-none-{n}"), &body).unwrap();
        busy(&refused);
        let told = refused.body["detail"].as_str().unwrap();
        assert!(told.contains("disk is full") && told.contains("nothing was recorded"), "{told}");
    }
    let form = [("name", "command_centre"), ("password", "zongheng-demo")];
    let page = client.send("/sign-in", "", &form).unwrap();
    assert_eq!(page.status, 503, "{}", page.text);
    assert!(page.retry_after.is_some() && page.text.contains("硬盘满了"), "{}", page.text);
    // Readers at once, more than have connections open already.
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let mut reader = Client::connect(program.address).unwrap();
                for path in ["/api/v1/matters?limit=20", &path, "/api/v1/counts?by=state"] {
                    assert_eq!(reader.get(path, &token).unwrap().status, 200, "{path}");
                }
                assert_eq!(reader.get("/readyz", "").unwrap().status, 200);
            });
        }
    });
    full(false);
    // A refused command left nothing: under its key it is done now, and once.
    for n in 0..3 {
        let reply = client.post(&path, &token, &format!("while-there-is-none-{n}"), &body).unwrap();
        assert_eq!((reply.status, reply.replay), (201, false), "{}", reply.body);
    }
    assert_eq!(client.send("/sign-in", "", &form).unwrap().status, 303);
}

/// Lets the clients end, also where the test has failed.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Clients that record on while `trouble` comes and goes, an even number of times, and send again what was
/// refused. It says whether nothing can be recorded from then on.
fn under_load(place: &Place, program: Program, mut trouble: impl FnMut(usize) -> bool) {
    let token = place.tokens()["command_centre"].as_str().unwrap().to_owned();
    let matter = some_matter(program.address, &token);
    let path = format!("/api/v1/matters/{matter}/acts");
    let acknowledged: Mutex<Acknowledged> = Mutex::default();
    let (answered, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let (path, token, address) = (&path, &token, program.address);
        let (acknowledged, answered, refused, over) = (&acknowledged, &answered, &refused, &over);
        let work = move |client: usize| {
            for n in 0.. {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let key = format!("outage-{client:02}-{n:06}");
                let (body, hash) = recorded(address, path, token, &key, refused);
                acknowledged.lock().unwrap().insert(key, (body, hash));
                answered.fetch_add(1, Ordering::Relaxed);
            }
        };
        let clients: Vec<_> = (0..CLIENTS).map(|n| scope.spawn(move || work(n))).collect();
        let _ends = Ends(over);
        for round in 0..2 * times(2, 20) {
            let before = (answered.load(Ordering::Relaxed), refused.load(Ordering::Relaxed));
            let stopped = trouble(round);
            let met = || {
                if stopped {
                    refused.load(Ordering::Relaxed) > before.1
                } else {
                    answered.load(Ordering::Relaxed) > before.0
                }
            };
            while !met() && !clients.iter().all(thread::ScopedJoinHandle::is_finished) {
                thread::yield_now();
            }
        }
    });
    assert!(refused.load(Ordering::Relaxed) > 0, "nobody met the trouble");
    program.kill();
    nothing_is_missing(place, &matter, &acknowledged.into_inner().unwrap());
    holds(place);
}

/// Sends a comment until it is recorded; each refusal says so in the way of the contract.
fn recorded(
    address: SocketAddr,
    path: &str,
    token: &str,
    key: &str,
    refused: &AtomicUsize,
) -> (Value, String) {
    let body = json!({ "act": "comment", "text": "已看过" });
    let mut connection = Client::connect(address).unwrap();
    loop {
        // Whoever is refused before the body is read may find the connection closed.
        let Ok(reply) = connection.post(path, token, key, &body) else {
            connection = Client::connect(address).unwrap();
            continue;
        };
        if reply.status == 201 {
            return (body, reply.body["acts"][0]["hash"].as_str().unwrap().to_owned());
        }
        busy(&reply);
        refused.fetch_add(1, Ordering::Relaxed);
    }
}
