//! The register over HTTP: the program serves as a process of its own, asked by clients of this one,
//! each on a core of its own where `taskset` is there to say so.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::figures::{Figures, millis};
use crate::commands::Failure;

/// How many ask at once, and how often each: one alone, a few, and as many as a batch holds.
const ROUNDS: [(u32, u32); 3] = [(1, 400), (8, 200), (64, 100)];
/// How often each page is read, by one client.
const READS: u32 = 200;
/// Turns of one server and of two; how many ask, and how often each in a turn.
const TURNS: u32 = 5;
const OVER_BOTH: (u32, u32) = (64, 40);
pub(super) const SERVER_CORE: &str = "0";
const CLIENT_CORE: &str = "1";

/// Reports and reads, with what the server holds of the memory at the end.
pub(super) async fn measure(
    database: &str,
    folder: &Path,
    (no, tokens, short): (&str, &[String], bool),
    figures: &mut Figures,
) -> Result<(), Failure> {
    let keys = Keys::of_this_run();
    let token = tokens.first().map(String::as_str).unwrap_or_default();
    let pinned = pin_clients();
    figures.set("server_and_clients", json!(if pinned { "a core each" } else { "not pinned" }));
    let begun = Instant::now();
    let server = Server::start(database, folder, pinned).await?;
    figures.set("start_ms", json!(millis(begun.elapsed())));
    let mut first = 0;
    for (clients, times) in ROUNDS {
        let begun = Instant::now();
        let took = report(&keys, &[server.address], clients, (first, times)).await?;
        let name = format!("reports_{clients}_clients");
        figures.per_second(&name, u64::from(clients * times), begun.elapsed());
        figures.times(&name, took);
        first += clients * times;
    }
    for (name, path) in [
        ("register_page", "/api/v1/matters?limit=50".to_owned()),
        ("counts", "/api/v1/counts?by=state".to_owned()),
        ("one_matter", format!("/api/v1/matters/{no}")),
    ] {
        let asked = asked(&path, token);
        let mut client = Client::connect(server.address).await?;
        let mut took = Vec::new();
        for _ in 0..READS {
            took.push(client.timed(&asked, 200).await?);
        }
        figures.times(name, took);
    }
    super::reads::measure(server.address, tokens, figures).await?;
    figures.set("memory_mib", json!(memory(server.child.id())));
    // A second server on a SQLite file is refused.
    if database.starts_with("postgres") {
        let second = Server::start(database, folder, pinned).await?;
        two_servers(&keys, [server.address, second.address], first, figures).await?;
    }
    if short {
        return Ok(());
    }
    super::safety::measure(database, folder, (&server, &keys), figures).await
}

/// The same clients over one server and over two on its database, in turn, so that other work on the
/// machine meets both.
async fn two_servers(
    keys: &Keys,
    both: [SocketAddr; 2],
    mut first: u32,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let (clients, times) = OVER_BOTH;
    let mut took = [Duration::ZERO; 2];
    for _ in 0..TURNS {
        for (servers, took) in [&both[..1], &both].into_iter().zip(&mut took) {
            let begun = Instant::now();
            report(keys, servers, clients, (first, times)).await?;
            *took += begun.elapsed();
            first += clients * times;
        }
    }
    let all = u64::from(TURNS * clients * times);
    figures.per_second("reports_one_server", all, took[0]);
    figures.per_second("reports_two_servers", all, took[1]);
    let ratio = took[0].as_secs_f64() / took[1].as_secs_f64();
    figures.set("two_servers_to_one", json!((ratio * 1000.0).round() / 1000.0));
    Ok(())
}

/// So many clients report over a connection each, spread over the servers, until each has done so
/// `times`; how long each took.
async fn report(
    keys: &Keys,
    servers: &[SocketAddr],
    clients: u32,
    (first, times): (u32, u32),
) -> Result<Vec<Duration>, Failure> {
    let each = (0..clients).zip(servers.iter().cycle());
    let at_work: Vec<_> = each
        .map(|(n, server)| tokio::spawn(reports(keys.clone(), *server, (first + n * times, times))))
        .collect();
    let mut took = Vec::new();
    for client in at_work {
        took.extend(client.await.map_err(|e| Failure::input(e.to_string()))??);
    }
    Ok(took)
}

/// One client that reports again and again over one connection; how long each took.
async fn reports(
    keys: Keys,
    address: SocketAddr,
    (first, times): (u32, u32),
) -> Result<Vec<Duration>, Failure> {
    let mut client = Client::connect(address).await?;
    let mut took = Vec::new();
    for n in first + 1..=first + times {
        took.push(client.timed(&keys.report(n), 201).await?);
    }
    Ok(took)
}

/// The keys of one run: a register that stands may remember those of an earlier one.
#[derive(Clone)]
pub(super) struct Keys(u32);

impl Keys {
    pub(super) fn of_this_run() -> Self {
        Self(u32::try_from(crate::commands::now().seconds()).unwrap_or_default())
    }

    /// The n-th report as it is sent.
    pub(super) fn report(&self, n: u32) -> String {
        let text = json!({
            "playbook": "resident_report", "category": "road_bridge", "title": "桥护栏断了一截",
            "detail": "晚上看不清，请派人来看看。", "place": {"division": "411524102202"},
        })
        .to_string();
        format!(
            "POST /api/v1/matters HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {:08x}-0000-4000-8000-{n:012x}\r\nContent-Length: {}\r\n\r\n{text}",
            self.0,
            text.len()
        )
    }
}

/// A question as it is sent.
pub(super) fn asked(path: &str, token: &str) -> String {
    let who = match token {
        "" => String::new(),
        token => format!("Authorization: Bearer {token}\r\n"),
    };
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{who}\r\n")
}

/// Puts this process on the clients' core; false where there is no second core or no `taskset`.
fn pin_clients() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let pid = std::process::id().to_string();
    let mut taskset = Command::new("taskset");
    taskset.args(["--all-tasks", "--cpu-list", "--pid", CLIENT_CORE, &pid]);
    taskset.stdout(Stdio::null()).stderr(Stdio::null());
    cores > 1 && taskset.status().is_ok_and(|status| status.success())
}

/// The program serving, killed when dropped.
pub(super) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    async fn start(database: &str, folder: &Path, pinned: bool) -> Result<Self, Failure> {
        let failed = |what: &Path| {
            let what = what.display().to_string();
            move |e| Failure::Io(what, e)
        };
        let program = std::env::current_exe().map_err(failed(Path::new("this program")))?;
        let mut command = Command::new(if pinned { Path::new("taskset") } else { &program });
        if pinned {
            command.args(["--cpu-list", SERVER_CORE]).arg(&program);
        }
        command
            .args(["serve", "--simulated", "--listen", "127.0.0.1:0"])
            .env("ZONGHENG_DB", database)
            .env("ZONGHENG_DATA", folder.join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed(&program))?;
        let said = child.stderr.take();
        let mut server = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let (tell, told) = oneshot::channel();
        std::thread::spawn(move || said.map(|said| listen(said, tell)));
        let address = told.await.unwrap_or_else(|_| Err(String::new()));
        server.address =
            address.map_err(|said| Failure::input(format!("the server ended: {said}")))?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads what a server says to its end, so that it never waits for a reader. Tells the address once it
/// is said; all that was said where the server ended before.
fn listen(said: impl Read, tell: oneshot::Sender<Result<SocketAddr, String>>) {
    let mut lines = BufReader::new(said).lines().map_while(Result::ok);
    let mut before = Vec::new();
    let address = lines.by_ref().find_map(|line| {
        let address = line.strip_prefix("serving http://").and_then(|text| text.parse().ok());
        before.push(line);
        address
    });
    // Who asked may have given up.
    drop(tell.send(address.ok_or_else(|| before.join("\n"))));
    lines.for_each(drop);
}

/// What a process holds of the memory just now, in MiB; 0 where the system does not say.
fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = held.and_then(|text| text.trim().split(' ').next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// A connection that is kept.
pub(super) struct Client(TcpStream, Vec<u8>);

impl Client {
    pub(super) async fn connect(address: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await.map_err(|e| unanswered(&e))?;
        stream.set_nodelay(true).map_err(|e| unanswered(&e))?;
        Ok(Self(stream, Vec::new()))
    }

    pub(super) async fn timed(&mut self, request: &str, wanted: u16) -> Result<Duration, Failure> {
        let begun = Instant::now();
        self.ask(request, wanted).await?;
        Ok(begun.elapsed())
    }

    /// The body of an answer that has to be well.
    pub(super) async fn get(&mut self, path: &str, token: &str) -> Result<&[u8], Failure> {
        let failed = |e: Failure| Failure::input(format!("{path}: {e}"));
        self.ask(&asked(path, token), 200).await.map_err(failed)?;
        Ok(self.body())
    }

    /// The body of an answer, whatever it is.
    pub(super) async fn look(&mut self, path: &str) -> Result<&[u8], Failure> {
        self.answer(&asked(path, "")).await?;
        Ok(self.body())
    }

    fn body(&self) -> &[u8] {
        let head = self.1.windows(4).position(|w| w == b"\r\n\r\n").map_or(0, |n| n + 4);
        &self.1[head..]
    }

    async fn ask(&mut self, request: &str, wanted: u16) -> Result<(), Failure> {
        let status = self.answer(request).await?;
        if status == wanted {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&self.1).into_owned();
        Err(Failure::input(format!("{status} instead of {wanted}: {said}")))
    }

    /// Sends a request and reads its whole answer.
    async fn answer(&mut self, request: &str) -> Result<u16, Failure> {
        self.0.write_all(request.as_bytes()).await.map_err(|e| unanswered(&e))?;
        self.1.clear();
        loop {
            if let Some((status, end)) = answered(&self.1)
                && self.1.len() >= end
            {
                return Ok(status);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_where_it_serves_or_why_it_does_not() {
        let told = |said: &str| {
            let (tell, mut told) = oneshot::channel();
            listen(said.as_bytes(), tell);
            told.try_recv().unwrap()
        };
        let address = told("a log\nserving http://127.0.0.1:8411\nanother\n");
        assert_eq!(address, Ok(SocketAddr::from(([127, 0, 0, 1], 8411))));
        assert_eq!(told("no such\ndatabase\n"), Err("no such\ndatabase".to_owned()));
    }

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let whole = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(answered(whole), Some((201, whole.len())));
        assert_eq!(answered(&whole[..30]), None);
    }
}
