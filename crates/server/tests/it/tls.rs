//! TLS by files: a real handshake, the files changed while connections stand, files that are refused.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::program::{Place, free_address};

/// A county of its own with a certificate made by the program, served.
struct Server {
    place: Place,
    child: Child,
    address: SocketAddr,
}

fn said(output: &std::process::Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn init(place: &Place) {
    let made = place.run(&["init", "--days", "natural", "--county=411524"]);
    assert!(made.status.success(), "{}", said(&made));
}

fn self_made(place: &Place, folder: &Path) -> String {
    let folder = folder.to_str().unwrap();
    let made = place.run(&[
        "tls",
        "self-made",
        "--name",
        "127.0.0.1",
        "--name",
        "localhost",
        "--folder",
        folder,
    ]);
    assert!(made.status.success(), "{}", said(&made));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

fn settings(place: &Place, more: &str) {
    let text =
        format!("[tls]\ncertificate = \"tls/certificate.pem\"\nkey = \"tls/key.pem\"\n{more}");
    fs::write(place.folder.join("data/zongheng.toml"), text).unwrap();
}

impl Server {
    fn start(name: &str) -> Self {
        let place = Place::new(name, None);
        init(&place);
        self_made(&place, &place.folder.join("data/tls"));
        settings(&place, "");
        let address = free_address();
        let log = fs::File::create(place.folder.join("log")).unwrap();
        let child = place
            .command(&["serve", "--listen", &address.to_string()])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Self { place, child, address };
        let begun = Instant::now();
        while server.connect("tls").is_none() {
            assert!(server.child.try_wait().unwrap().is_none(), "it ended: {}", server.log());
            assert!(begun.elapsed() < Duration::from_mins(1), "{}", server.log());
            std::thread::yield_now();
        }
        server
    }

    fn log(&self) -> String {
        fs::read_to_string(self.place.folder.join("log")).unwrap()
    }

    /// A connection that trusts the certificate of this folder and no other.
    fn connect(&self, folder: &str) -> Option<Connection> {
        let file = self.place.folder.join("data").join(folder).join("certificate.pem");
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::from(self.address.ip());
        let client = ClientConnection::new(Arc::new(config), name).unwrap();
        let stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut connection = Connection(StreamOwned::new(client, stream));
        (connection.get("/healthz")?.contains(" 200 ")).then_some(connection)
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("sh")
                .args(["-c", &format!("kill -{name} {pid}")])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Asks until it holds.
    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < Duration::from_secs(30), "{what}: {}", self.log());
            std::thread::yield_now();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Connection(StreamOwned<ClientConnection, TcpStream>);

impl Connection {
    /// Head and body of an answer; nothing where the handshake or the connection failed.
    fn ask(&mut self, head: &str, body: &str) -> Option<String> {
        let length = body.len();
        let text = format!("{head} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}");
        self.0.write_all(text.as_bytes()).ok()?;
        let (mut answer, mut byte) = (Vec::new(), [0]);
        while !answer.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).ok()?;
            answer.push(byte[0]);
        }
        let head = String::from_utf8(answer).unwrap();
        let length = head.to_ascii_lowercase();
        let length =
            length.split("content-length: ").nth(1).and_then(|l| l.lines().next()?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).ok()?;
        Some(head + &String::from_utf8_lossy(&body))
    }

    fn get(&mut self, path: &str) -> Option<String> {
        self.ask(&format!("GET {path}"), "")
    }
}

#[test]
fn a_new_certificate_is_for_new_connections_and_a_wrong_one_for_none() {
    let mut server = Server::start("tls-reload");
    let data = server.place.folder.join("data");
    let mut standing = server.connect("tls").unwrap();
    self_made(&server.place, &data.join("next"));
    assert!(server.connect("next").is_none(), "the new one is not served yet");
    let put = |from: &str, file: &str| {
        fs::copy(data.join(from).join(file), data.join("tls").join(file)).unwrap();
    };
    fs::create_dir(data.join("first")).unwrap();
    for file in ["certificate.pem", "key.pem"] {
        fs::copy(data.join("tls").join(file), data.join("first").join(file)).unwrap();
        put("next", file);
    }
    server.signal("HUP");
    server.until("the new one is served", || server.connect("next").is_some());
    assert!(server.connect("first").is_none(), "the old one is served no more");
    assert!(standing.get("/healthz").unwrap().contains(" 200 "), "who was there stays");

    put("first", "key.pem");
    server.signal("HUP");
    server.until("the pair is refused", || {
        server.log().contains("does not belong to the certificate")
    });
    let mut connection = server.connect("next").expect("the one of before serves on");
    let metrics = connection.get("/metrics").unwrap();
    assert!(metrics.contains("zongheng_health{part=\"certificate\"} 1"), "{metrics}");
    assert!(metrics.contains("zongheng_certificate_end_timestamp_seconds "), "{metrics}");
    let cookie = connection.ask("POST /language", "language=en").unwrap().to_ascii_lowercase();
    assert!(cookie.contains("set-cookie: language=en") && cookie.contains("; secure"), "{cookie}");

    server.signal("TERM");
    assert!(server.child.wait().unwrap().success(), "{}", server.log());
}

/// `systemctl reload` sends SIGHUP, whether or not there is a certificate to be read again.
#[test]
fn a_server_without_a_certificate_outlives_a_reload() {
    let place = Place::new("plain-reload", None);
    init(&place);
    let server = place.serve("log");
    server.signal("HUP");
    let mut client = crate::http::Client::connect(server.address).unwrap();
    assert_eq!(client.get("/healthz", "").unwrap().status, 200);
    server.stop();
    place.remove();
}

#[test]
fn openssl_agrees_and_a_silent_caller_keeps_nobody_waiting() {
    let server = Server::start("tls-openssl");
    // They have connected and say nothing: no handshake ends.
    let silent: Vec<_> = (0..40).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    let file = server.place.folder.join("data/tls/certificate.pem");
    let output = Command::new("openssl")
        .args(["s_client", "-verify_return_error", "-verify_ip", "127.0.0.1", "-connect"])
        .arg(server.address.to_string())
        .arg("-CAfile")
        .arg(file)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(said(&output).contains("Verify return code: 0 (ok)"), "{}", said(&output));
    assert!(said(&output).contains("TLSv1.3"), "{}", said(&output));
    drop(silent);
}

/// A certificate that holds from and until so many days from now.
fn write_pair(folder: &Path, from: i64, until: i64) {
    fs::create_dir_all(folder).unwrap();
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let day = |days: i64| {
        let date = jiff::Timestamp::now().as_second() + days * 86_400;
        let date =
            jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(date).unwrap()).date();
        let month = u8::try_from(date.month()).unwrap();
        rcgen::date_time_ymd(i32::from(date.year()), month, u8::try_from(date.day()).unwrap())
    };
    (params.not_before, params.not_after) = (day(from), day(until));
    fs::write(folder.join("certificate.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    let file = folder.join("key.pem");
    fs::write(&file, key.serialize_pem()).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn files_that_cannot_be_served_are_refused_with_what_to_do() {
    let place = Place::new("tls-refused", None);
    init(&place);
    settings(&place, "");
    let tls = place.folder.join("data/tls");
    let refused = |words: &str| {
        let address = free_address().to_string();
        let output = place.run(&["serve", "--listen", &address]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(words), "{words}: {}", said(&output));
        let doctor = place.run(&["doctor", "--language", "en"]);
        assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
        assert!(said(&doctor).contains(words), "{words}: {}", said(&doctor));
    };
    refused("tls self-made --name");
    write_pair(&tls, -20, -2);
    refused("ended on ");
    write_pair(&tls, 3, 90);
    refused("is the clock of this machine right?");
    write_pair(&place.folder.join("other"), -1, 90);
    write_pair(&tls, -1, 90);
    fs::copy(place.folder.join("other/key.pem"), tls.join("key.pem")).unwrap();
    refused("does not belong to the certificate");
    fs::write(tls.join("certificate.pem"), "no certificate").unwrap();
    refused("holds no certificate in PEM");
}

#[test]
fn a_certificate_that_ends_tomorrow_is_warned_about_and_served() {
    let place = Place::new("tls-tomorrow", None);
    init(&place);
    settings(&place, "");
    write_pair(&place.folder.join("data/tls"), -10, 2);
    let doctor = place.run(&["doctor", "--language", "en"]);
    assert_eq!(doctor.status.code(), Some(0), "{}", said(&doctor));
    assert!(said(&doctor).contains("warn  Certificate: ends in 1 days"), "{}", said(&doctor));
    let key = place.folder.join("data/tls/key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let doctor = place.run(&["doctor", "--language", "en"]);
    assert_eq!(doctor.status.code(), Some(1), "{}", said(&doctor));
    assert!(said(&doctor).contains("can be read by other accounts"), "{}", said(&doctor));
    let shown = place.run(&["tls", "show"]);
    assert!(shown.status.success() && said(&shown).contains(" until "), "{}", said(&shown));
    let log = fs::File::create(place.folder.join("log")).unwrap();
    let address = free_address().to_string();
    let mut child = place.command(&["serve", "--listen", &address]).stderr(log).spawn().unwrap();
    let begun = Instant::now();
    let read = || fs::read_to_string(place.folder.join("log")).unwrap();
    while !read().contains("the certificate ends soon") && begun.elapsed() < Duration::from_mins(1)
    {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(read().contains("serving https://") && read().contains("\"days\":1"), "{}", read());
}

#[test]
fn a_key_made_here_is_the_owners_alone_and_nothing_is_written_over() {
    let place = Place::new("tls-made", None);
    let folder = place.folder.join("pair");
    let fingerprint = self_made(&place, &folder);
    let mode = fs::metadata(folder.join("key.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let output = Command::new("openssl")
        .args(["x509", "-noout", "-fingerprint", "-sha256", "-ext", "subjectAltName", "-in"])
        .arg(folder.join("certificate.pem"))
        .output()
        .unwrap();
    assert!(said(&output).contains(&fingerprint), "{fingerprint}: {}", said(&output));
    assert!(
        said(&output).contains("DNS:localhost") && said(&output).contains("IP Address:127.0.0.1")
    );
    let again =
        place.run(&["tls", "self-made", "--name", "x", "--folder", folder.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("nothing is written over"), "{}", said(&again));
}
