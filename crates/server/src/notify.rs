//! Telling systemd that the server serves and that it is going down (`sd_notify`): one datagram to the
//! socket that it names. Without such a socket nobody is told.

use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Says `READY=1` or `STOPPING=1`.
pub fn tell(state: &str) {
    if let Some(socket) = std::env::var_os("NOTIFY_SOCKET")
        && let Err(error) = send(&socket, state)
    {
        tracing::warn!(%error, state, "systemd could not be told");
    }
}

fn send(socket: &std::ffi::OsStr, state: &str) -> std::io::Result<()> {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::ffi::OsStrExt as _;
    // A name that begins with @ is in no folder but in the kernel's own list.
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), &address).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_arrives_at_the_socket() {
        let path = std::env::temp_dir().join(format!("zongheng-{}", uuid::Uuid::now_v7()));
        let socket = UnixDatagram::bind(&path).unwrap();
        send(path.as_os_str(), "READY=1").unwrap();
        let mut heard = [0; 16];
        let n = socket.recv(&mut heard).unwrap();
        assert_eq!(&heard[..n], b"READY=1");
        std::fs::remove_file(path).unwrap();
    }
}
