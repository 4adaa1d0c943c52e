//! The program as a process of its own on 127.0.0.1.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::http::Client;

/// A data folder of one test, with the database that it names.
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) db: String,
}

/// A running server; killed with SIGKILL when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Place {
    pub(crate) fn new(name: &str, db: Option<String>) -> Self {
        let folder = std::env::temp_dir().join(format!("zongheng-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let db = db.unwrap_or_else(|| format!("sqlite:{}", folder.join("county.db").display()));
        Self { folder, db }
    }

    /// One whose database is a schema of its own in the tests' cluster; none where there is no
    /// `PostgreSQL`.
    pub(crate) fn on_postgres(name: &str) -> Option<Self> {
        Some(Self::in_cluster(name, crate::cluster::cluster()?))
    }

    /// One whose database is a schema of its own in this cluster.
    pub(crate) fn in_cluster(name: &str, cluster: &str) -> Self {
        let schema = format!("t{}", uuid::Uuid::now_v7().simple());
        at_once(async {
            let mut connection = PgConnection::connect(cluster).await.unwrap();
            connection.execute(AssertSqlSafe(format!("create schema {schema}"))).await.unwrap();
        });
        Self::new(name, Some(format!("{cluster}?options[search_path]={schema}")))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.db.starts_with("sqlite:")
    }

    /// Runs SQL past the store, as somebody with the database's password could.
    pub(crate) fn sql(&self, sql: &str) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        at_once(async {
            if let Some(path) = self.db.strip_prefix("sqlite:") {
                SqliteConnection::connect(path).await?.execute(sql).await?;
            } else {
                PgConnection::connect(&self.db).await?.execute(sql).await?;
            }
            Ok(())
        })
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zongheng"));
        command
            .args(args)
            .env_remove("ZONGHENG_RING")
            .env("ZONGHENG_DATA", self.folder.join("data"))
            .env("ZONGHENG_DB", &self.db)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The rows of a question, a text each.
    pub(crate) fn ask(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        at_once(async {
            if let Some(path) = self.db.strip_prefix("sqlite:") {
                let mut connection = SqliteConnection::connect(path).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            } else {
                let mut connection = PgConnection::connect(&self.db).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
            }
        })
    }

    /// Starts the demonstration and waits until it serves.
    pub(crate) fn demo(&self) -> Program {
        self.demo_on("log", |_| ())
    }

    /// The same with more said to the process, and its log in a file of this name.
    pub(crate) fn demo_on(&self, log: &str, more: impl FnOnce(&mut Command)) -> Program {
        let tokens = self.folder.join("tokens.json").display().to_string();
        self.start(&["demo", "--tokens", &tokens], log, more)
    }

    /// Serves the county that stands there; of a demonstration the tokens stay what they are.
    pub(crate) fn serve(&self, log: &str) -> Program {
        self.start(&["serve", "--simulated"], log, |_| ())
    }

    fn start(&self, args: &[&str], log: &str, more: impl FnOnce(&mut Command)) -> Program {
        let address = free_address();
        let path = self.folder.join(log);
        let log = fs::File::create(&path).unwrap();
        let mut command = self.command(args);
        command.args(["--listen", &address.to_string()]);
        command.stdout(log.try_clone().unwrap()).stderr(log);
        more(&mut command);
        let mut program = Program { child: command.spawn().unwrap(), address };
        while !program.answers() {
            let ended = program.child.try_wait().unwrap();
            let said = || fs::read_to_string(&path).unwrap_or_default();
            assert!(ended.is_none(), "the server ended: {}", said());
            std::thread::yield_now();
        }
        program
    }

    /// What the program said under `log`.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    pub(crate) fn tokens(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.folder.join("tokens.json")).unwrap()).unwrap()
    }

    /// Removes the folder.
    pub(crate) fn remove(&self) {
        remove(&self.folder);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

fn remove(folder: &Path) {
    // A leftover in the temporary folder is no failure of what was tested.
    drop(fs::remove_dir_all(folder));
}

impl Program {
    fn answers(&self) -> bool {
        let ready = Client::connect(self.address).and_then(|mut c| c.get("/readyz", ""));
        ready.is_ok_and(|reply| reply.status == 200)
    }

    /// Asks it to end, as a system does, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
    }

    pub(crate) fn signal(&self, name: &str) {
        let asked = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &asked]).status().unwrap().success());
    }

    /// Ends it as a power cut would: no handler runs.
    pub(crate) fn kill(mut self) {
        self.kill_now();
    }

    pub(crate) fn kill_now(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A port that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Runs what waits to its end.
pub(crate) fn at_once<T>(waits: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(waits)
}
