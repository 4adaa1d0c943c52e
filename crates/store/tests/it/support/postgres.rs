//! A `PostgreSQL` cluster of the tests' own, started once and gone with the test's process.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

struct Cluster {
    url: String,
    // The cluster lives until this closes.
    _stdin: Option<ChildStdin>,
    _script: Child,
}

/// The address of the cluster; `None` where there is no `PostgreSQL` on this machine, unless
/// `ZONGHENG_REQUIRE_PG=1` turns that into a failure.
pub(crate) fn cluster() -> Option<&'static str> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(start).as_ref();
    if cluster.is_none() {
        let required = std::env::var("ZONGHENG_REQUIRE_PG").is_ok_and(|v| v == "1");
        assert!(!required, "ZONGHENG_REQUIRE_PG is set and PostgreSQL does not start");
        eprintln!("skipped: no PostgreSQL here");
    }
    cluster.map(|cluster| cluster.url.as_str())
}

fn start() -> Option<Cluster> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/pg_cluster.sh");
    let mut script =
        Command::new(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut url = String::new();
    BufReader::new(script.stdout.take()?).read_line(&mut url).ok()?;
    let stdin = script.stdin.take();
    let url = url.trim().to_owned();
    (!url.is_empty()).then_some(Cluster { url, _stdin: stdin, _script: script })
}
