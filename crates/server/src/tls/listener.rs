//! Connections under TLS, for the same server that takes plain ones: each handshake runs beside the
//! others, so that one slow browser keeps nobody waiting.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Tls;

/// Handshakes under way at a time; more wait in the system's queue.
const AT_ONCE: usize = 512;
/// A browser that says nothing for so long is let go.
const PATIENCE: Duration = Duration::from_secs(10);

type Accepted = (TlsStream<TcpStream>, SocketAddr);

/// Gives connections whose handshake is done.
pub struct TlsListener {
    accepted: mpsc::Receiver<Accepted>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl TlsListener {
    /// Takes connections of `tcp` under the certificate.
    ///
    /// # Errors
    /// The address is not known, or TLS cannot be set up.
    pub fn new(tcp: TcpListener, tls: &Arc<Tls>) -> std::io::Result<Self> {
        let address = tcp.local_addr()?;
        let acceptor = TlsAcceptor::from(tls.config().map_err(std::io::Error::other)?);
        let (done, accepted) = mpsc::channel(AT_ONCE);
        let accepting = tokio::spawn(accept(tcp, acceptor, done));
        Ok(Self { accepted, address, accepting })
    }
}

async fn accept(mut tcp: TcpListener, acceptor: TlsAcceptor, done: mpsc::Sender<Accepted>) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { return };
        // Of the plain listener, which waits a moment where the system has no more sockets.
        let (stream, from) = Listener::accept(&mut tcp).await;
        let (acceptor, done) = (acceptor.clone(), done.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await;
            if let Ok(Ok(stream)) = shaken {
                // Nobody takes it any more where the server is going down.
                drop(done.send((stream, from)).await);
            }
            drop(place);
        });
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Accepted {
        match self.accepted.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
