//! Killed at any moment under load: every act that was acknowledged is there, none twice.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::chance::{kills, seed};
use crate::dice::Dice;
use crate::http::Client;
use crate::program::Place;

const CLIENTS: usize = 6;

#[test]
fn kills_under_load_on_sqlite() {
    survives(&Place::new("kill", None));
}

#[test]
fn kills_under_load_on_postgres() {
    if let Some(place) = Place::on_postgres("kill-pg") {
        survives(&place);
    }
}

/// The id of the newest matter.
pub(crate) fn some_matter(address: SocketAddr, token: &str) -> String {
    let mut client = Client::connect(address).unwrap();
    let list = client.get("/api/v1/matters?limit=1&order=newest", token).unwrap();
    list.body["items"][0]["id"].as_str().unwrap().to_owned()
}

/// What was answered with 201: the key, its body and the hash of its act.
pub(crate) type Acknowledged = BTreeMap<String, (Value, String)>;

fn survives(place: &Place) {
    let acknowledged: Mutex<Acknowledged> = Mutex::default();
    let (rounds, mut dice) = (kills(), Dice(seed()));
    let mut matter = String::new();
    for round in 0..rounds {
        let program = place.demo();
        let token = place.tokens()["command_centre"].as_str().unwrap().to_owned();
        if matter.is_empty() {
            matter = some_matter(program.address, &token);
        }
        let path = format!("/api/v1/matters/{matter}/acts");
        // The kill comes in the middle of the load: after so many answers, drawn anew each time.
        let wanted = 7 + dice.pick(41);
        let answered = AtomicUsize::new(0);
        let (path, token, answered) = (&path, &token, &answered);
        let (acknowledged, address) = (&acknowledged, program.address);
        thread::scope(|scope| {
            for client in 0..CLIENTS {
                scope.spawn(move || {
                    let Ok(mut connection) = Client::connect(address) else { return };
                    for n in 0.. {
                        let key = format!("kill-{round:03}-{client:02}-{n:06}");
                        let body = json!({ "act": "comment", "text": format!("第 {n} 次") });
                        let Ok(reply) = connection.post(path, token, &key, &body) else { return };
                        assert_eq!(reply.status, 201, "{}", reply.body);
                        let hash = reply.body["acts"][0]["hash"].as_str().unwrap().to_owned();
                        acknowledged.lock().unwrap().insert(key, (body, hash));
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            while answered.load(Ordering::Relaxed) < wanted {
                thread::yield_now();
            }
            program.kill();
        });
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= rounds * 7, "{} acknowledged", acknowledged.len());
    nothing_is_missing(place, &matter, &acknowledged);
    holds(place);
}

/// Ledger and lists hold, as the commands say.
pub(crate) fn holds(place: &Place) {
    for command in [&["ledger", "verify"][..], &["check"]] {
        let output = place.run(command);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command:?}: {said}");
    }
}

/// Each key answers again with its own act, and each act stands once.
pub(crate) fn nothing_is_missing(place: &Place, matter: &str, acknowledged: &Acknowledged) {
    let program = place.demo();
    let token = place.tokens()["command_centre"].as_str().unwrap().to_owned();
    let mut client = Client::connect(program.address).unwrap();
    let path = format!("/api/v1/matters/{matter}/acts");
    for (key, (body, hash)) in acknowledged {
        let again = client.post(&path, &token, key, body).unwrap();
        assert!(again.replay, "{key} was acknowledged and is not known any more");
        assert_eq!(again.body["acts"][0]["hash"], json!(hash), "{key}");
    }
    let (mut after, mut seen) = (String::new(), BTreeMap::new());
    loop {
        let page = client.get(&format!("{path}?limit=200&after={after}"), &token).unwrap().body;
        for act in page["items"].as_array().unwrap() {
            *seen.entry(act["key"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => break,
        }
    }
    for key in acknowledged.keys() {
        assert_eq!(seen.get(key), Some(&1), "{key} stands so often");
    }
}
