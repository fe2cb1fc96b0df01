//! Options of listening and accepted sockets.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// Connections that the system completes before the server accepts them. With fewer, most of a thousand clients that
/// connect at the same moment wait for a retransmission. The system may have a lower limit (`net.core.somaxconn`).
const BACKLOG: u32 = 4096;

/// Binds a listening socket. Port 0 selects a free port.
///
/// # Errors
/// Returns an error if the address cannot be bound.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As other servers on Unix: a restart must not wait for connections in TIME-WAIT.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Sets the options of an accepted socket. `unacknowledged` limits the time until sent data is acknowledged; after it
/// the system resets the connection (RFC 5482). Only Linux has this limit.
///
/// # Errors
/// Returns an error if the connection is lost.
pub fn configure(stream: &TcpStream, unacknowledged: Duration) -> io::Result<()> {
    // Without Nagle's algorithm: small messages must not wait for the acknowledgment of the previous one.
    stream.set_nodelay(true)?;
    limit_unacknowledged(stream, unacknowledged)
}

#[cfg(target_os = "linux")]
fn limit_unacknowledged(stream: &TcpStream, time: Duration) -> io::Result<()> {
    let millis = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
    Ok(rustix::net::sockopt::set_tcp_user_timeout(stream, millis)?)
}

#[cfg(not(target_os = "linux"))]
fn limit_unacknowledged(_: &TcpStream, _: Duration) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn configures_accepted_sockets() {
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        configure(&stream, Duration::from_secs(35)).unwrap();
        #[cfg(target_os = "linux")]
        assert_eq!(rustix::net::sockopt::tcp_user_timeout(&stream).unwrap(), 35_000);
        assert!(stream.nodelay().unwrap());
    }

    #[tokio::test]
    async fn listens_on_ipv6() {
        assert!(listen("[::1]:0".parse().unwrap()).unwrap().local_addr().unwrap().is_ipv6());
    }
}
