//! Sending spans: gathered for some seconds, one request for many. A collector that is away costs the
//! spans of that time and nothing else: no request of a person ever waits for it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::endpoint::Endpoint;
use super::span::{Finished, body};

/// Spans that may wait; more are dropped and counted.
const WAITING: usize = 8192;
/// Spans of one request.
const MOST: usize = 512;
const EVERY: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(5);

/// The queue before the collector.
#[derive(Debug)]
pub struct Exporter {
    queue: mpsc::Sender<Finished>,
    lost: Arc<AtomicU64>,
}

impl Exporter {
    pub(super) fn take(&self, span: Finished) {
        if self.queue.try_send(span).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Starts sending to the collector; needs a runtime.
pub fn start(endpoint: Endpoint) -> Exporter {
    let (queue, spans) = mpsc::channel(WAITING);
    let lost = Arc::<AtomicU64>::default();
    tokio::spawn(send_all(endpoint, spans, Arc::clone(&lost)));
    Exporter { queue, lost }
}

async fn send_all(endpoint: Endpoint, mut spans: mpsc::Receiver<Finished>, lost: Arc<AtomicU64>) {
    let (mut batch, mut away) = (Vec::with_capacity(MOST), false);
    let mut turns = tokio::time::interval(EVERY);
    loop {
        turns.tick().await;
        while !spans.is_empty() {
            spans.recv_many(&mut batch, MOST).await;
            let (many, text) = (u64::try_from(batch.len()).unwrap_or(0), body(&batch));
            batch.clear();
            let sent = tokio::time::timeout(PATIENCE, send(&endpoint, &text)).await;
            // Once when it goes and once when it comes back, not each time.
            match sent.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())) {
                Ok(()) if away => {
                    let lost = lost.swap(0, Ordering::Relaxed);
                    tracing::info!(collector = endpoint.host, lost, "spans are sent again");
                    away = false;
                }
                Ok(()) => {}
                Err(error) => {
                    lost.fetch_add(many, Ordering::Relaxed);
                    if !std::mem::replace(&mut away, true) {
                        tracing::warn!(collector = endpoint.host, %error, "spans cannot be sent");
                    }
                }
            }
        }
        if spans.is_closed() {
            return;
        }
    }
}

/// One request of HTTP/1.1 on a connection of its own.
async fn send(endpoint: &Endpoint, body: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(&endpoint.host).await?;
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        endpoint.path,
        endpoint.host,
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await?;
    // "HTTP/1.1 200"
    match answer.get(9) {
        Some(b'2') => Ok(()),
        _ => Err(io::Error::other(String::from_utf8_lossy(&answer[9..]).into_owned())),
    }
}
