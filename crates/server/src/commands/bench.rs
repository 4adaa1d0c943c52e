//! `zongheng bench`: what this machine does, measured in one run and printed as a table and as JSON.
//!
//! The register is filled through the recorder; then the server answers on 127.0.0.1 within this
//! process, asked by clients of the same process.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zongheng_core::clock::{self, Asked, Limit};
use zongheng_core::ids::DivisionCode;
use zongheng_core::matter::State;
use zongheng_store::Store;

use super::Failure;
use super::place::Place;
use super::simulate::fate::Fate;
use super::simulate::{World, found, must_be_empty};
use crate::app::{self, Settings};
use crate::{programmes, secret};

/// What `bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// An empty database; a file that goes when the run ends where left out.
    #[arg(long, value_name = "ADDRESS")]
    db: Option<String>,
    /// Matters in the register while it is measured.
    #[arg(long, value_name = "N", default_value_t = 100_000,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    matters: u32,
}

const SEED: u64 = 1;
/// Who ask at once, and how often each.
const CLIENTS: u32 = 64;
const REPORTS: u32 = 50;
const READS: u32 = 200;
const DUES: u32 = 100_000;

impl Bench {
    pub(crate) fn run(self) -> ExitCode {
        super::run(self.bench())
    }

    async fn bench(self) -> Result<(), Failure> {
        let own = self
            .db
            .is_none()
            .then(|| std::env::temp_dir().join(format!("zongheng-bench-{}", std::process::id())));
        let file = |folder: &PathBuf| format!("sqlite:{}", folder.join("bench.db").display());
        let place = Place { db: self.db.clone().or(own.as_ref().map(file)), county: None };
        let measured = measure(&place, self.matters).await;
        if let Some(folder) = own {
            // What is left behind in the temporary folder changes no figure.
            drop(std::fs::remove_dir_all(folder));
        }
        let figures = measured?;
        print!("{}", table(&figures));
        println!("{}", Value::Object(figures));
        Ok(())
    }
}

async fn measure(place: &Place, matters: u32) -> Result<Map<String, Value>, Failure> {
    let mut figures = Map::new();
    let (token, filled) = fill(place, matters, &mut figures).await?;
    filled.close().await;
    drop(filled);

    let begun = Instant::now();
    let store = place.open_simulated().await?;
    let code = place.county(&store).await?;
    store.county(&code).await?;
    figures.insert("start_ms".to_owned(), json!(millis(begun)));

    let begun = Instant::now();
    let verified = store.verify_ledger(&code, None).await?;
    let summary = verified.map_err(|e| Failure::DoesNotHold(e.to_string()))?;
    let acts = u64::try_from(summary.acts).unwrap_or(0);
    per_second(&mut figures, "verified_acts_per_second", acts, begun);

    dues(&mut figures)?;
    over_http(store, code, &token, &mut figures).await?;
    figures.insert("memory_mib".to_owned(), json!(memory()));
    Ok(figures)
}

/// Fills the register through the recorder, and gives a token of the command centre.
async fn fill(
    place: &Place,
    matters: u32,
    figures: &mut Map<String, Value>,
) -> Result<(String, Store), Failure> {
    let store = place.open_simulated().await?;
    must_be_empty(&store).await?;
    let from = super::now().plus_seconds(-i64::from(matters) - 86_400);
    let ((code, holders), mint) = found(&store, SEED, from, |_| None).await?;
    let mut world = World::new(&store, code.clone(), &holders, SEED, mint, from).await?;
    for n in 0..matters {
        let stays = if n % 3 == 0 { State::Filed } else { State::Reported };
        let fate = Fate { stays: Some(stays), ..Fate::default() };
        world.expect(from.plus_seconds(i64::from(n)), fate);
    }
    let begun = Instant::now();
    world.run(super::now(), |_| ()).await?;
    let acts = world.tally.acts.values().sum();
    figures.insert("matters".to_owned(), json!(matters));
    per_second(figures, "recorded_acts_per_second", acts, begun);
    let account = store.account_by_login(&code, "command_centre").await?;
    let account = account.ok_or_else(|| Failure::input("the county has no command centre"))?;
    let (token, hash) = secret::fresh();
    store.create_token(&code, &hash, account.id, None, "bench", super::now()).await?;
    Ok((token, store))
}

/// The arithmetic of the clock alone: seven working days from moments all over a year.
fn dues(figures: &mut Map<String, Value>) -> Result<(), Failure> {
    let calendar = programmes::calendar().map_err(Failure::Input)?;
    let first = super::now().plus_seconds(-200 * 86_400);
    let begun = Instant::now();
    for n in 0..DUES {
        let asked = Asked::new(first.plus_seconds(i64::from(n) * 150), Limit::WorkingDays(7));
        std::hint::black_box(
            clock::due(&calendar, &asked).map_err(|e| Failure::input(e.to_string()))?,
        );
    }
    per_second(figures, "deadlines_per_second", u64::from(DUES), begun);
    Ok(())
}

async fn over_http(
    store: Store,
    code: DivisionCode,
    token: &str,
    figures: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let no = format!("{}-{}-000001", &code.as_str()[..6], super::now().date().year());
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings { listen, store, code, simulated: true, demo: None };
    let server = tokio::spawn(app::serve(settings, |address| {
        // Whoever asked for the address waits for it below.
        let _waits = tell.send(address);
    }));
    let address = told.await.map_err(|_| Failure::input("the server did not start"))?;

    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS).map(|n| tokio::spawn(reports(address, n))).collect();
    for client in clients {
        client.await.map_err(|e| Failure::input(e.to_string()))??;
    }
    per_second(figures, "reports_per_second_64_clients", u64::from(CLIENTS * REPORTS), begun);

    let reads = [
        ("register_page_ms", "/api/v1/matters?limit=50".to_owned()),
        ("counts_ms", "/api/v1/counts?by=state".to_owned()),
        ("one_matter_ms", format!("/api/v1/matters/{no}")),
    ];
    for (name, path) in reads {
        let mut client = Client::connect(address).await?;
        let mut times = Vec::new();
        for _ in 0..READS {
            let begun = Instant::now();
            let asked = format!(
                "GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n"
            );
            client.ask(&asked, 200).await?;
            times.push(millis(begun));
        }
        times.sort_by(f64::total_cmp);
        figures.insert(name.to_owned(), json!(times[times.len() / 2]));
        let late = times[times.len() * 99 / 100];
        figures.insert(name.replace("_ms", "_p99_ms"), json!(late));
    }
    server.abort();
    Ok(())
}

/// One client that reports again and again over one connection.
async fn reports(address: SocketAddr, n: u32) -> Result<(), Failure> {
    let mut client = Client::connect(address).await?;
    let text = json!({
        "playbook": "resident_report", "category": "road_bridge", "title": "桥护栏断了一截",
        "detail": "晚上看不清，请派人来看看。", "place": {"division": "411524102202"},
    })
    .to_string();
    for m in 0..REPORTS {
        let key = format!("00000000-0000-4000-8000-{:012x}", n * REPORTS + m + 1);
        let asked = format!(
            "POST /api/v1/matters HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{text}",
            text.len()
        );
        client.ask(&asked, 201).await?;
    }
    Ok(())
}

/// A connection that is kept.
struct Client(TcpStream, Vec<u8>);

impl Client {
    async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await.map_err(|e| unanswered(&e))?;
        stream.set_nodelay(true).map_err(|e| unanswered(&e))?;
        Ok(Self(stream, Vec::new()))
    }

    /// Sends a request and reads its whole answer.
    async fn ask(&mut self, request: &str, wanted: u16) -> Result<(), Failure> {
        self.0.write_all(request.as_bytes()).await.map_err(|e| unanswered(&e))?;
        self.1.clear();
        loop {
            if let Some((status, end)) = answered(&self.1)
                && self.1.len() >= end
            {
                return if status == wanted {
                    Ok(())
                } else {
                    let said = String::from_utf8_lossy(&self.1).into_owned();
                    Err(Failure::input(format!("{status} instead of {wanted}: {said}")))
                };
            }
            if self.0.read_buf(&mut self.1).await.map_err(|e| unanswered(&e))? == 0 {
                return Err(Failure::input("the server hung up"));
            }
        }
    }
}

/// The status of an answer and where it ends; nothing before its head is there.
fn answered(bytes: &[u8]) -> Option<(u16, usize)> {
    let head = bytes.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..head]).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Some((status, head + length.unwrap_or(0)))
}

fn unanswered(error: &std::io::Error) -> Failure {
    Failure::input(format!("the server does not answer: {error}"))
}

fn millis(begun: Instant) -> f64 {
    (begun.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
}

fn per_second(figures: &mut Map<String, Value>, name: &str, n: u64, begun: Instant) {
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
    figures.insert(name.to_owned(), json!(n.saturating_mul(1_000_000) / micros));
}

/// What this process holds of the memory just now, in MiB; 0 where the system does not say.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = held.and_then(|text| text.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn table(figures: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (name, value) in figures {
        // Writing to a text does not fail.
        let _ = writeln!(out, "{name:<32} {value:>12}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let whole = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(answered(whole), Some((201, whole.len())));
        assert_eq!(answered(&whole[..30]), None);
    }
}
