//! A small HTTP client: what a test needs of one, over a connection of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// One connection to the server.
pub(crate) struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// What came back: status, whether it was a replay, the JSON; of a page its text, where it leads and
/// the cookie that it sets; when to ask again.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) replay: bool,
    pub(crate) body: Value,
    pub(crate) text: String,
    pub(crate) to: Option<String>,
    pub(crate) cookie: Option<String>,
    pub(crate) retry_after: Option<String>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { address, stream: BufReader::new(stream) })
    }

    pub(crate) fn get(&mut self, path: &str, token: &str) -> std::io::Result<Reply> {
        self.ask("GET", path, &[("Authorization", &bearer(token))], "")
    }

    pub(crate) fn follow(&mut self, path: &str, code: &str) -> std::io::Result<Reply> {
        self.ask("GET", path, &[("Receipt-Code", code)], "")
    }

    pub(crate) fn post(
        &mut self,
        path: &str,
        token: &str,
        key: &str,
        body: &Value,
    ) -> std::io::Result<Reply> {
        let kind = ("Content-Type", "application/json");
        let headers = [("Authorization", &*bearer(token)), ("Idempotency-Key", key), kind];
        self.ask("POST", path, &headers, &body.to_string())
    }

    /// A page under the cookie of a session, empty for nobody's.
    pub(crate) fn page(&mut self, path: &str, cookie: &str) -> std::io::Result<Reply> {
        self.ask("GET", path, &[("Cookie", cookie)], "")
    }

    /// Sends a form whose values need no escapes.
    pub(crate) fn send(
        &mut self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> std::io::Result<Reply> {
        let fields: Vec<String> = fields.iter().map(|(n, v)| format!("{n}={v}")).collect();
        self.ask("POST", path, &[("Cookie", cookie)], &fields.join("&"))
    }

    /// Headers without a value are left out.
    fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> std::io::Result<Reply> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            head.extend([format!("{name}: {value}\r\n")]);
        }
        head.extend([format!("Content-Length: {}\r\n\r\n", body.len())]);
        let stream = self.stream.get_mut();
        // A refusal may come, and the connection close, before a large body is wholly sent.
        let sent =
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        self.reply().or_else(|broken| sent.and(Err(broken)))
    }

    fn reply(&mut self) -> std::io::Result<Reply> {
        let broken = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(broken());
        }
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(broken)?;
        let (mut length, mut reply) = (0, Reply { status, ..Reply::default() });
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(broken());
            }
            let header = line.trim();
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(": ").unwrap_or((header, ""));
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(|_| broken())?,
                "idempotent-replay" => reply.replay = value == "true",
                "retry-after" => reply.retry_after = Some(value.to_owned()),
                "location" => reply.to = Some(value.to_owned()),
                "set-cookie" => reply.cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        reply.body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        reply.text = String::from_utf8_lossy(&body).into_owned();
        Ok(reply)
    }
}

fn bearer(token: &str) -> String {
    if token.is_empty() { String::new() } else { format!("Bearer {token}") }
}
