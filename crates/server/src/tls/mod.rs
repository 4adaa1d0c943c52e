//! TLS by two files: certificate and key, read at start and again when they change. A new certificate
//! is for new connections; those that stand go on.

mod certificate;
mod listener;
pub mod made;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use zongheng_core::time::At;

pub use certificate::{Validity, fingerprint};
pub use listener::TlsListener;

/// A certificate that ends within so many days is warned about.
pub const WARN_DAYS: i64 = 30;

/// Where certificate and key stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Why the files cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum BadTls {
    #[error("{}: {why}; `zongheng tls self-made --name HOST` makes a first certificate", path.display())]
    Missing { path: PathBuf, why: String },
    #[error("{}: {why}; the account that serves has to be able to read it", path.display())]
    Unreadable { path: PathBuf, why: String },
    #[error("{} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)", .0.display())]
    NoCertificate(PathBuf),
    #[error("{} holds no key in PEM that can be used: {why}", path.display())]
    NoKey { path: PathBuf, why: String },
    #[error(
        "the key {} does not belong to the certificate {}; the certificate of the server itself has to stand first in its file",
        files.key.display(), files.certificate.display()
    )]
    NotAPair { files: Files },
    #[error("the certificate {} ended on {ended}; put the new one there", path.display())]
    Over { path: PathBuf, ended: At },
    #[error("the certificate {} holds from {begins} on; is the clock of this machine right?", path.display())]
    NotYet { path: PathBuf, begins: At },
}

/// What is served now.
#[derive(Debug, Clone)]
struct Served {
    key: Arc<CertifiedKey>,
    validity: Validity,
    stamp: Stamp,
}

/// By which a change of the files is seen without reading them.
type Stamp = [Option<(SystemTime, u64)>; 2];

/// The server's certificate, the same for every connection until the files change.
#[derive(Debug)]
pub struct Tls {
    files: Files,
    served: RwLock<Served>,
    /// Why the files as they stand now were not taken; the certificate of before serves on.
    refused: RwLock<Option<String>>,
}

impl Files {
    fn stamp(&self) -> Stamp {
        [&self.certificate, &self.key].map(|path| {
            let known = std::fs::metadata(path).ok()?;
            Some((known.modified().ok()?, known.len()))
        })
    }

    fn read(&self, now: At) -> Result<Served, BadTls> {
        let stamp = self.stamp();
        let chain = chain(&self.certificate)?;
        let validity = validity_of(&self.certificate, &chain)?;
        let path = self.certificate.clone();
        if validity.until <= now {
            return Err(BadTls::Over { path, ended: validity.until });
        }
        if validity.from > now {
            return Err(BadTls::NotYet { path, begins: validity.from });
        }
        let key = key(&self.key)?;
        let no_key =
            |error: rustls::Error| BadTls::NoKey { path: self.key.clone(), why: error.to_string() };
        let signing =
            ring::default_provider().key_provider.load_private_key(key).map_err(no_key)?;
        let certified = CertifiedKey::new(chain, signing);
        certified.keys_match().map_err(|_| BadTls::NotAPair { files: self.clone() })?;
        Ok(Served { key: Arc::new(certified), validity, stamp })
    }

    /// Until when the certificate of these files holds, if they can be used at `now`.
    ///
    /// # Errors
    /// What a server would refuse to start with.
    pub fn check(&self, now: At) -> Result<Validity, BadTls> {
        Ok(self.read(now)?.validity)
    }
}

/// The certificates of a file, the server's own first.
///
/// # Errors
/// The file cannot be read or holds none.
pub fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, BadTls> {
    let text = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.unwrap_or_default();
    if chain.is_empty() { Err(BadTls::NoCertificate(path.to_owned())) } else { Ok(chain) }
}

/// From when until when the first certificate of a chain holds.
///
/// # Errors
/// It is none.
pub fn validity_of(path: &Path, chain: &[CertificateDer<'_>]) -> Result<Validity, BadTls> {
    chain
        .first()
        .and_then(|first| certificate::read(first))
        .ok_or_else(|| BadTls::NoCertificate(path.to_owned()))
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, BadTls> {
    let text = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
    PrivateKeyDer::from_pem_slice(&text)
        .map_err(|e| BadTls::NoKey { path: path.to_owned(), why: e.to_string() })
}

fn unreadable(path: &Path, error: &std::io::Error) -> BadTls {
    let (path, why) = (path.to_owned(), error.to_string());
    match error.kind() {
        std::io::ErrorKind::NotFound => BadTls::Missing { path, why },
        _ => BadTls::Unreadable { path, why },
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// They cannot be read, are no pair, or the certificate does not hold at `now`.
    pub fn load(files: Files, now: At) -> Result<Arc<Self>, BadTls> {
        let served = RwLock::new(files.read(now)?);
        Ok(Arc::new(Self { files, served, refused: RwLock::default() }))
    }

    /// Until when the certificate that is served holds.
    pub fn ends(&self) -> At {
        self.served.read().unwrap_or_else(PoisonError::into_inner).validity.until
    }

    /// Why new files were not taken, while that is so.
    pub fn refused(&self) -> Option<String> {
        self.refused.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the files anew where they changed; files that cannot be used leave what is served.
    pub fn reload(&self, now: At) {
        let known = self.served.read().unwrap_or_else(PoisonError::into_inner).stamp;
        if self.files.stamp() == known {
            return;
        }
        let read = self.files.read(now);
        let refused = read.as_ref().err().map(ToString::to_string);
        match (&read, &refused) {
            (Ok(new), _) => {
                tracing::info!(ends = %new.validity.until, "the certificate was read anew");
            }
            // Said once, and not each minute, while it stays so.
            (_, why) if *why != self.refused() => {
                tracing::error!(why, "the new certificate is not taken, the old one serves on");
            }
            _ => {}
        }
        if let Ok(new) = read {
            *self.served.write().unwrap_or_else(PoisonError::into_inner) = new;
        }
        *self.refused.write().unwrap_or_else(PoisonError::into_inner) = refused;
    }

    /// Looks at the files each minute and whenever SIGHUP comes, for ever.
    pub async fn follow(self: Arc<Self>, now: impl Fn() -> At) {
        let hung_up = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup());
        let mut hung_up = hung_up.ok();
        let mut minutes = tokio::time::interval(Duration::from_mins(1));
        let mut warned = None;
        loop {
            let asked = async {
                match &mut hung_up {
                    Some(signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = minutes.tick() => {}
                () = asked => {}
            }
            self.reload(now());
            let (today, ends) = (now().date(), self.ends());
            let days = ends.seconds_since(now()).div_euclid(86_400);
            // Once a day.
            if days < WARN_DAYS && warned.replace(today) != Some(today) {
                tracing::warn!(days, %ends, "the certificate ends soon; put a new one in its place");
            }
        }
    }

    /// How connections are taken under this certificate.
    ///
    /// # Errors
    /// None of the versions of TLS is there, which the build rules out.
    pub fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, rustls::Error> {
        let provider: Arc<CryptoProvider> = Arc::new(ring::default_provider());
        let resolver: Arc<dyn ResolvesServerCert> = self.clone();
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Tls {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.served.read().unwrap_or_else(PoisonError::into_inner).key.clone())
    }
}
