//! How much may be sent: by whoever has no account from one address, and altogether before acts name it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::request::Parts;
use axum::serve::IncomingStream;
use tokio::net::TcpListener;
use zongheng_core::time::At;
use zongheng_store::StoreError;

use super::folder;
use crate::api::problem::Problem;
use crate::app::{App, Shared};
use crate::tls::TlsListener;

const MIB: u64 = 1 << 20;
/// From one address without an account, within [`SPAN`]: a village may stand behind one.
const FILES_BY_ADDRESS: u64 = 90;
const BYTES_BY_ADDRESS: u64 = 400 * MIB;
/// Seconds.
const SPAN: i64 = 3_600;
/// What no act names yet, of all without an account together, and of one account.
const LOOSE_BYTES_PUBLIC: u64 = 4_096 * MIB;
const LOOSE_BYTES: u64 = 1_024 * MIB;
/// Files leave so much of the disk to what is recorded.
const SPARE: u64 = 256 * MIB;
/// So many bytes are written before the disk is looked at again.
pub const PIECE: u64 = MIB;
/// Addresses kept at a time; beyond that the oldest go.
const ADDRESSES: usize = 20_000;

/// Whose connection it is.
#[derive(Debug, Clone, Copy)]
pub struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// Where a request comes from, for the limits alone: it stands in no log and no database.
#[derive(Debug, Clone)]
pub struct Address(String);

impl FromRequestParts<Shared> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.0.ip());
        let said = app.here.behind_proxy.then(|| {
            // The proxy's own word is the last.
            let all = parts.headers.get_all("x-forwarded-for");
            let last = all.iter().next_back().and_then(|value| value.to_str().ok())?;
            last.rsplit(',').next()?.trim().parse().ok()
        });
        Ok(Self(said.flatten().or(peer).map_or_else(String::new, bounded)))
    }
}

/// An address; of IPv6 the network that one house has.
fn bounded(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// What came from each address within a span of time.
#[derive(Debug, Default)]
pub(super) struct Quota {
    sent: Mutex<BTreeMap<String, (At, u64, u64)>>,
}

impl Quota {
    /// Counts a file; the seconds to wait where it is too much.
    fn take(&self, address: &str, bytes: u64, now: At) -> Result<(), i64> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.retain(|_, (since, ..)| now.seconds_since(*since) < SPAN);
        if sent.len() >= ADDRESSES && !sent.contains_key(address) {
            let oldest = sent.iter().min_by_key(|(_, (at, ..))| *at).map(|(a, _)| a.clone());
            oldest.and_then(|oldest| sent.remove(&oldest));
        }
        let (since, files, all) = sent.entry(address.to_owned()).or_insert((now, 0, 0));
        if *files >= FILES_BY_ADDRESS || *all + bytes > BYTES_BY_ADDRESS {
            return Err((SPAN - now.seconds_since(*since)).max(1));
        }
        *files += 1;
        *all += bytes;
        Ok(())
    }
}

/// Whether one more file of so many bytes may come.
///
/// # Errors
/// Too much came from this address or stands unnamed, or the disk is nearly full.
pub async fn check_room(
    app: &App,
    owner: &str,
    address: &Address,
    bytes: u64,
) -> Result<(), Problem> {
    let public = owner == zongheng_store::PUBLIC;
    let most = if public { LOOSE_BYTES_PUBLIC } else { LOOSE_BYTES };
    let loose = app.store.loose(&app.code, owner).await?;
    if loose.bytes.saturating_add(bytes) > most {
        return Err(Problem::too_much_sent(SPAN));
    }
    if public && let Err(wait) = app.uploads.sent.take(&address.0, bytes, app.now()) {
        return Err(Problem::too_much_sent(wait));
    }
    Ok(leaves_room(folder(app)?.room(), bytes)?)
}

/// Whether so many bytes more leave of these free ones what recording needs. Asked before they come and, since others
/// write meanwhile, at each [`PIECE`] again.
///
/// # Errors
/// The disk is nearly full.
pub fn leaves_room(free: Option<u64>, bytes: u64) -> Result<(), StoreError> {
    if free.is_some_and(|free| free < SPARE.saturating_add(bytes)) {
        return Err(StoreError::Full);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_waits_once_it_sent_too_many_files_or_bytes_and_others_do_not() {
        let (quota, at) = (Quota::default(), At::from_seconds);
        for n in 0..FILES_BY_ADDRESS {
            let n = i64::try_from(n).unwrap();
            assert_eq!(quota.take("a", 1, at(n)), Ok(()));
        }
        assert_eq!(quota.take("a", 1, at(100)), Err(SPAN - 100));
        assert_eq!(quota.take("b", BYTES_BY_ADDRESS, at(100)), Ok(()));
        assert_eq!(quota.take("b", 1, at(101)), Err(SPAN - 1));
        assert_eq!(quota.take("a", 1, at(SPAN)), Ok(()), "the span is over");
    }

    #[test]
    fn what_is_recorded_keeps_its_room() {
        assert!(leaves_room(Some(SPARE + 7), 7).is_ok());
        assert!(matches!(leaves_room(Some(SPARE + 6), 7), Err(StoreError::Full)));
        assert!(leaves_room(Some(u64::MAX), u64::MAX).is_ok());
        assert!(leaves_room(None, 7).is_ok(), "a system that does not say it");
    }

    #[test]
    fn a_house_has_one_address_however_it_is_written() {
        for (address, known) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ] {
            assert_eq!(bounded(address.parse().unwrap()), known);
        }
    }
}
