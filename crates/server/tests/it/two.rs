//! Two servers on one database: one dies in the middle of its batches, again and again; the other goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::chance::{seed, times};
use crate::dice::Dice;
use crate::http::Client;
use crate::kill::{holds, some_matter};
use crate::program::Place;

const CLIENTS: u128 = 3;
/// How much the other one has to answer after the death, before it is taken to have gone on.
const AFTER: usize = 60;

/// The number of the matter, by the key of the report that was answered with it.
type Numbers = Mutex<BTreeMap<String, String>>;

fn report() -> Value {
    json!({ "playbook": "resident_report", "category": "road_bridge", "title": "护栏断了一截",
            "place": { "division": "411524102202" } })
}

/// Reports until it is to stop or its server is gone; whether it was the server.
fn client(
    address: SocketAddr,
    first: u128,
    numbers: &Numbers,
    answered: &AtomicUsize,
    stop: &AtomicBool,
) -> bool {
    let Ok(mut connection) = Client::connect(address) else { return true };
    for n in first.. {
        if stop.load(Ordering::Relaxed) {
            return false;
        }
        let key = uuid::Uuid::from_u128(n).to_string();
        let Ok(reply) = connection.post("/api/v1/matters", "", &key, &report()) else {
            return true;
        };
        assert_eq!(reply.status, 201, "{}", reply.body);
        let no = reply.body["receipt"]["no"].as_str().unwrap().to_owned();
        numbers.lock().unwrap().insert(key, no);
        answered.fetch_add(1, Ordering::Relaxed);
    }
    false
}

#[test]
fn the_other_server_goes_on_and_nothing_is_lost_or_doubled() {
    let Some(place) = Place::on_postgres("two") else { return };
    place.demo().kill();
    let mut servers = [place.serve("log-0"), place.serve("log-1")];
    let (numbers, mut dice) = (Numbers::default(), Dice(seed()));
    for round in 0..times(5, 60) as u128 {
        let victim = dice.pick(2);
        let before = 10 + dice.pick(50);
        let (answered, stop) = ([AtomicUsize::new(0), AtomicUsize::new(0)], AtomicBool::new(false));
        let (answered, stop, numbers) = (&answered, &stop, &numbers);
        let addresses = servers.each_ref().map(|server| server.address);
        thread::scope(|scope| {
            let clients: Vec<_> = (0..2 * CLIENTS)
                .map(|n| {
                    let first = ((round + 1) << 64) | (n << 32);
                    let server = usize::try_from(n % 2).unwrap();
                    let (address, count) = (addresses[server], &answered[server]);
                    (server, scope.spawn(move || client(address, first, numbers, count, stop)))
                })
                .collect();
            let until = |server: usize, enough: usize| {
                while answered[server].load(Ordering::Relaxed) < enough
                    && !clients.iter().any(|(s, client)| *s != victim && client.is_finished())
                {
                    thread::yield_now();
                }
            };
            until(victim, before);
            servers[victim].kill_now();
            // Not so long by the clock, but so much answered: whoever hangs, fails at its client's limit.
            until(1 - victim, answered[1 - victim].load(Ordering::Relaxed) + AFTER);
            stop.store(true, Ordering::Relaxed);
            for (server, client) in clients {
                let gone = client.join().unwrap();
                assert!(!gone || server == victim, "the one that lives hung up");
            }
        });
        servers[victim] = place.serve(&format!("log-{victim}"));
    }
    let numbers = numbers.into_inner().unwrap();
    let distinct: BTreeSet<&String> = numbers.values().collect();
    assert_eq!(distinct.len(), numbers.len(), "a number was given twice");
    // Sent again to either server, each has its first answer.
    for (n, (key, no)) in numbers.iter().enumerate() {
        let mut connection = Client::connect(servers[n % 2].address).unwrap();
        let again = connection.post("/api/v1/matters", "", key, &report()).unwrap();
        assert!(again.replay, "{key} was acknowledged and is not known any more");
        assert_eq!(again.body["receipt"]["no"], json!(no));
    }
    let all = place.ask("select no from matter order by no");
    let year = all.last().unwrap()[..12].to_owned();
    let this_year = all.iter().filter(|no| no.starts_with(&year));
    for (n, no) in this_year.enumerate() {
        assert_eq!(*no, format!("{year}{:06}", n + 1), "a number is left out");
    }
    holds(&place);
}

#[test]
fn what_is_changed_on_one_server_is_known_to_the_other_at_once() {
    let Some(place) = Place::on_postgres("two-changed") else { return };
    place.demo().kill();
    let [one, two] = [place.serve("log-0"), place.serve("log-1")];
    let tokens = place.tokens();
    let token = |who: &str| tokens[who].as_str().unwrap().to_owned();
    let mut connections =
        [one.address, two.address].map(|address| Client::connect(address).unwrap());
    let path =
        format!("/api/v1/matters/{}/acts", some_matter(one.address, &token("command_centre")));
    let body = json!({ "act": "comment", "text": "已看过" });
    let mut comment = |server: usize, key: &str| {
        connections[server].post(&path, &token("command_centre"), key, &body).unwrap().status
    };
    assert_eq!(
        (comment(0, "a-comment-before-it-0"), comment(1, "a-comment-before-it-1")),
        (201, 201)
    );

    // The clerk of the centre leaves the post today: recorded by the first server.
    let today =
        jiff::tz::TimeZone::fixed(jiff::tz::offset(8)).to_datetime(jiff::Timestamp::now()).date();
    let text = format!(
        "paper = \"商任〔2026〕9号\"\n[[end]]\npost = \"command_centre/command\"\nuser = \
         \"command_centre\"\nholding = \"holder\"\non = \"{today}\"\n"
    );
    let mut administrator = Client::connect(one.address).unwrap();
    let mut change = |path: &str, key: &str, body: &Value| {
        administrator.post(path, &token("security_admin"), key, body).unwrap()
    };
    let changes = "/api/v1/organisation/changes";
    let mut asked = json!({ "kind": "appointments", "text": text });
    let looked = change(&format!("{changes}/check"), "", &asked);
    assert_eq!(looked.status, 200, "{}", looked.body);
    asked["upon"] = looked.body["upon"].clone();
    let left = change(changes, "who-leaves-today", &asked);
    assert!(left.status < 300, "{}", left.body);

    assert_eq!(
        (comment(1, "a-comment-after-it-1"), comment(0, "a-comment-after-it-0")),
        (404, 404)
    );
}
