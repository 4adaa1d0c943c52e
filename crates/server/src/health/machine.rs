//! What is so on the machine: room, files, addresses, certificate, clock.

use std::fs::Metadata;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use zongheng_core::time::At;

use super::{Part, State, minute};
use crate::app::Here;
use crate::tls::{Files, Tls, WARN_DAYS};

const MIB: u64 = 1 << 20;
/// With less than this nothing more is taken in: a batch and its log need some.
const FULL: u64 = 64 * MIB;
/// With less than this somebody should make room.
const LOW: u64 = 1024 * MIB;

/// Free and whole bytes of the disk on which a folder stands.
///
/// # Errors
/// The folder is not there.
pub fn room(folder: &Path) -> io::Result<(u64, u64)> {
    let known = rustix::fs::statvfs(folder)?;
    Ok((known.f_bavail * known.f_frsize, known.f_blocks * known.f_frsize))
}

pub fn disk(data: &Path) -> Part {
    match room(data) {
        Ok((free, whole)) => judged(free, whole),
        Err(error) => Part::warn("disk", "unknown").a(data.display()).b(error),
    }
}

fn judged(free: u64, whole: u64) -> Part {
    let part = if free < FULL {
        Part::bad("disk", "full")
    } else if free < LOW {
        Part::warn("disk", "low")
    } else {
        Part::ok("disk")
    };
    part.a(size(free)).b(size(whole))
}

/// As people say it: 512 MB, 53 GB.
fn size(bytes: u64) -> String {
    let mib = bytes / MIB;
    if mib < 10_240 { format!("{mib} MB") } else { format!("{} GB", mib / 1024) }
}

/// The certificate that is served, or that none is and whether one is needed.
pub fn certificate(tls: Option<&Tls>, here: &Here, now: At) -> Part {
    let Some(tls) = tls else {
        return if here.plain_beyond_this_machine() {
            Part::warn("certificate", "plain")
        } else {
            Part::new("certificate", State::Ok, "none")
        };
    };
    if let Some(why) = tls.refused() {
        return Part::warn("certificate", "refused").a(why);
    }
    ends(tls.ends(), now)
}

/// The same of files that nobody serves yet.
pub fn certificate_of(files: &Files, now: At) -> Part {
    match files.check(now) {
        Ok(validity) => match std::fs::metadata(&files.key) {
            Ok(key) if others_may(&key, 0o077) => {
                Part::bad("certificate", "key_open").a(files.key.display())
            }
            _ => ends(validity.until, now),
        },
        Err(error) => Part::bad("certificate", "unfit").a(error),
    }
}

fn ends(until: At, now: At) -> Part {
    let days = until.seconds_since(now).div_euclid(86_400);
    if days < 0 {
        Part::bad("certificate", "over").a(minute(until))
    } else if days < WARN_DAYS {
        Part::warn("certificate", "soon").a(days.max(1)).b(minute(until))
    } else {
        Part::ok("certificate").a(minute(until))
    }
}

fn others_may(known: &Metadata, bits: u32) -> bool {
    known.permissions().mode() & bits != 0
}

/// The data folder: there, to be written, for one account alone.
pub fn folder(data: &Path) -> Part {
    let shown = data.display();
    match std::fs::metadata(data) {
        Err(error) => Part::bad("folder", "missing").a(shown).b(error),
        Ok(known) if !known.is_dir() => Part::bad("folder", "missing").a(shown).b("not a folder"),
        Ok(known) => match writable(data) {
            Err(error) => Part::bad("folder", "read_only").a(shown).b(error),
            Ok(()) if others_may(&known, 0o007) => Part::warn("folder", "open").a(shown),
            Ok(()) => Part::ok("folder").a(shown),
        },
    }
}

fn writable(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    std::fs::write(&probe, b"doctor")?;
    std::fs::remove_file(probe)
}

/// The file of the key ring: there, for one account alone, and not where backups of the data take it.
pub fn ring(ring: &Path, data: &Path) -> Part {
    let shown = ring.display();
    let Ok(known) = std::fs::metadata(ring) else { return Part::bad("ring", "missing").a(shown) };
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if let Err(error) = std::fs::File::open(ring) {
        return Part::bad("ring", "unreadable").a(shown).b(error);
    }
    if others_may(&known, 0o077) {
        Part::bad("ring", "open").a(shown)
    } else if real(ring).starts_with(real(data)) {
        Part::warn("ring", "inside").a(shown).b(data.display())
    } else {
        Part::ok("ring").a(shown)
    }
}

/// The log of erased entries beside the ring: there, and with all that is erased in the database.
pub fn erased(missing: Option<String>, lacks: Option<String>) -> Part {
    match (missing, lacks) {
        (Some(missing), _) => Part::warn("erased", "missing").detail(&missing),
        (None, Some(lacks)) => Part::warn("erased", "lacks").detail(&lacks),
        (None, None) => Part::ok("erased"),
    }
}

/// The address: this machine's, free or served already.
pub fn address(listen: SocketAddr) -> Part {
    match TcpListener::bind(listen) {
        Ok(_) => Part::ok("address").a(listen),
        // A port below 1024 says nothing else to an account without the right, though the server has it.
        Err(error)
            if error.kind() == io::ErrorKind::AddrInUse
                || error.kind() == io::ErrorKind::PermissionDenied && answers(listen) =>
        {
            Part::new("address", State::Ok, "taken").a(listen)
        }
        Err(error) => Part::bad("address", "unfit").a(listen).b(error),
    }
}

/// Whether somebody listens there.
fn answers(mut listen: SocketAddr) -> bool {
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    TcpStream::connect_timeout(&listen, Duration::from_secs(1)).is_ok()
}

/// The folder of the log.
pub fn log(folder: &Path) -> Part {
    match std::fs::create_dir_all(folder).and_then(|()| writable(folder)) {
        Ok(()) => Part::ok("log").a(folder.display()),
        Err(error) => Part::bad("log", "unfit").a(folder.display()).b(error),
    }
}

/// Whether something keeps the clock right, as far as this machine says.
pub fn clock_source() -> Part {
    let kept = ["/run/systemd/timesync/synchronized", "/run/chrony", "/run/ntpd.pid"];
    if kept.iter().any(|path| Path::new(path).exists()) {
        Part::ok("clock_source")
    } else {
        Part::warn("clock_source", "unknown")
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;

    use super::*;

    #[test]
    fn a_disk_is_low_before_it_is_full() {
        let of = |free| judged(free * MIB, 100_000 * MIB);
        assert_eq!((of(63).state, of(63).code), (State::Bad, "full"));
        assert_eq!((of(64).state, of(1023).code), (State::Warn, "low"));
        assert_eq!((of(1024).state, of(2048).a.as_str()), (State::Ok, "2048 MB"));
        assert_eq!((of(10_239).a.as_str(), of(10_240).a.as_str()), ("10239 MB", "10 GB"));
    }

    #[test]
    fn a_certificate_is_told_before_it_ends() {
        let now = At::from_seconds(1_800_000_000);
        let in_days = |days: i64| ends(now.plus_seconds(days * 86_400 + 60), now);
        assert_eq!(in_days(-1).code, "over");
        assert_eq!((in_days(1).code, in_days(1).a.as_str()), ("soon", "1"));
        assert_eq!((in_days(29).state, in_days(30).state), (State::Warn, State::Ok));
    }

    #[test]
    fn a_ring_that_others_read_or_that_backups_take_is_told() {
        let data = std::env::temp_dir().join(format!("zongheng-ring-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&data).unwrap();
        let inside = data.join("ring");
        assert_eq!(ring(&inside, &data).code, "missing");
        std::fs::write(&inside, "{}").unwrap();
        let mode = |mode| std::fs::set_permissions(&inside, Permissions::from_mode(mode)).unwrap();
        mode(0o640);
        assert_eq!(ring(&inside, &data).code, "open");
        mode(0o600);
        assert_eq!(ring(&inside, &data).code, "inside");
        assert_eq!(ring(&inside, Path::new("/nonexistent")).state, State::Ok);
        std::fs::remove_dir_all(data).unwrap();
    }

    #[test]
    fn an_address_of_another_machine_is_told() {
        assert_eq!(address("192.0.2.1:80".parse().unwrap()).code, "unfit");
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(address(taken.local_addr().unwrap()).code, "taken");
    }
}
