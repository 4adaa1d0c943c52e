//! `PostgreSQL` clusters of the tests' own: one for all, gone with the test's process, or one for a test.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

/// A cluster; gone with this value, or with the process.
pub(crate) struct Cluster {
    pub(crate) url: String,
    // The cluster lives until this closes.
    stdin: ChildStdin,
    answers: BufReader<ChildStdout>,
    _script: Child,
}

/// The address of the cluster; `None` where there is no `PostgreSQL` on this machine, unless
/// `ZONGHENG_REQUIRE_PG=1` turns that into a failure.
pub(crate) fn cluster() -> Option<&'static str> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::own).as_ref().map(|cluster| cluster.url.as_str())
}

impl Cluster {
    /// One for a test alone, which is going to restart it.
    pub(crate) fn own() -> Option<Self> {
        let cluster = Self::start();
        if cluster.is_none() {
            let required = std::env::var("ZONGHENG_REQUIRE_PG").is_ok_and(|v| v == "1");
            assert!(!required, "ZONGHENG_REQUIRE_PG is set and PostgreSQL does not start");
            eprintln!("skipped: no PostgreSQL here");
        }
        cluster
    }

    fn start() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/pg_cluster.sh");
        let mut script =
            Command::new(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let mut answers = BufReader::new(script.stdout.take()?);
        let url = line(&mut answers)?;
        let stdin = script.stdin.take()?;
        (!url.is_empty()).then_some(Self { url, stdin, answers, _script: script })
    }

    /// Stops it `fast` or `immediate`, and starts it again; back when it serves.
    pub(crate) fn restart(&mut self, how: &str) {
        writeln!(self.stdin, "{how}").unwrap();
        assert_eq!(line(&mut self.answers).as_deref(), Some("again"), "it does not come back");
    }
}

fn line(from: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    Some(line.trim().to_owned())
}
