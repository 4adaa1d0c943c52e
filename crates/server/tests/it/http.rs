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

/// What came back: status, whether it was a replay, the JSON.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) replay: bool,
    pub(crate) body: Value,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { address, stream: BufReader::new(stream) })
    }

    pub(crate) fn get(&mut self, path: &str, token: &str) -> std::io::Result<Reply> {
        self.ask("GET", path, token, "", "", "")
    }

    pub(crate) fn follow(&mut self, path: &str, code: &str) -> std::io::Result<Reply> {
        self.ask("GET", path, "", "", "", code)
    }

    pub(crate) fn post(
        &mut self,
        path: &str,
        token: &str,
        key: &str,
        body: &Value,
    ) -> std::io::Result<Reply> {
        self.ask("POST", path, token, key, &body.to_string(), "")
    }

    fn ask(
        &mut self,
        method: &str,
        path: &str,
        token: &str,
        key: &str,
        body: &str,
        code: &str,
    ) -> std::io::Result<Reply> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        if !token.is_empty() {
            head.extend([format!("Authorization: Bearer {token}\r\n")]);
        }
        if !code.is_empty() {
            head.extend([format!("Receipt-Code: {code}\r\n")]);
        }
        if !key.is_empty() {
            head.extend([format!("Idempotency-Key: {key}\r\nContent-Type: application/json\r\n")]);
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
        let (mut length, mut replay) = (0, false);
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(broken());
            }
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(n) = header.strip_prefix("content-length: ") {
                length = n.parse().map_err(|_| broken())?;
            }
            replay |= header == "idempotent-replay: true";
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Ok(Reply { status, replay, body })
    }
}
